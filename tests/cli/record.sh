#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Which recorder is taken and why not a better one, what its commands are, what comes of the
# command's status and signals, and the header of a recording. strace and perf are stand-ins; what
# ftrace needs is not there.
# Who starts us in the background or by nohup may have signals ignored, and no shell takes that back.
[ -n "${SIGNALS_ARE_DEFAULT-}" ] ||
	SIGNALS_ARE_DEFAULT=1 exec env --default-signal=INT,QUIT,TERM,HUP "$0" "$@"
. "$(dirname "$0")/lib.sh"

fakes=$(realpath "$(dirname "$0")/recorders")
PATH=$fakes:$PATH
export LAZYMMU_TRACEFS=$temporary/tracefs
file=$temporary/recording.txt
mkdir -p "$LAZYMMU_TRACEFS/events/syscalls/sys_enter_mmap" "$LAZYMMU_TRACEFS/events/syscalls/sys_exit_mmap"

# The choice: the best that works, and the reasons against those before it.
status 0 record -o "$file" true
says "$err" "not with ftrace (syscalls, page faults, switches): $LAZYMMU_TRACEFS/instances/lazymmu-"
says "$err" 'No such file or directory'
says "$err" "$file: syscalls, page faults, mappings, with perf; not seen: kernel threads"
says "$file" 'record -q -d -c 1 --sample-cpu -m 16384K -e page-faults,syscalls:sys_enter_mmap,syscalls:sys_exit_mmap,task:task_newtask -o '

REFUSE_TRACEPOINTS=1 status 0 record -o "$file" true
says "$err" 'not with perf (syscalls, page faults, mappings): Error: No permission to open tracepoints'
says "$err" "$file: syscalls, with strace; not seen: page faults (replay --populate gives bounds)"
says "$file" '1 00:00:00.000000 brk(NULL) = 0x1000'

REFUSE_TRACEPOINTS=1 REFUSE_STRACE=1 status 125 record -o "$file" true
says "$err" 'not with strace (syscalls): strace: ptrace(PTRACE_TRACEME, ...): Operation not permitted'
says "$err" 'nothing that works can record here'

REFUSE_TRACEPOINTS=1 status 0 record --method perf -o "$file" true
says "$err" 'page faults of user code, mappings, with perf; not seen: syscalls'
says "$file" 'record -q -d -c 1 --sample-cpu -e page-faults:u -o '
REFUSE_PERF=1 status 125 record --method perf -o "$file" true
REFUSE_STRACE=1 status 125 record --method strace -o "$file" true
status 125 record --method ftrace -o "$file" true
LAZYMMU_TRACEFS='' status 125 record --method ftrace -o "$file" true
says "$err" 'no tracefs (mount -t tracefs tracefs /sys/kernel/tracing)'
path=$PATH
PATH=$temporary status 125 record --method strace -o "$file" /bin/sh
says "$err" 'not with strace (syscalls): it is not installed'
PATH=$path

# An instance that cannot be set up is taken away again.
mkdir "$LAZYMMU_TRACEFS/instances"
status 125 record --method ftrace -o "$file" true
says "$err" 'tracing_on: No such file or directory'
[ -z "$(ls -A "$LAZYMMU_TRACEFS/instances")" ] || fail 'an instance is left'

# The status is the command's.
for method in perf strace; do
	for wanted in 0 1 2 3 7 130; do
		status "$wanted" record --method "$method" -o "$file" sh -c "exit $wanted"
	done
	status 137 record --method "$method" -o "$file" sh -c 'kill -9 $$'
	status 127 record --method "$method" -o "$file" lazymmu-no-such-command
	says "$err" 'lazymmu-no-such-command: command not found'
	status 127 record --method "$method" -o "$file" "$temporary/none"
	echo >"$temporary/data"
	status 126 record --method "$method" -o "$file" "$temporary/data"
	says "$err" 'not executable'
	status 126 record --method "$method" -o "$file" /
	status 125 record --method "$method" -o "$temporary/no/folder" true
	says "$err" "$temporary/no/folder: No such file or directory"
	[ ! -e /dev/full ] || status 125 record --method "$method" -o /dev/full true
	TMPDIR=$temporary/none status 125 record --method "$method" -o "$file" true
	TMPDIR=$temporary status 0 record --method "$method" -o "$file" true
	compgen -G "$temporary/lazymmu-*" >/dev/null && fail 'a temporary file is left'
done
SCRIPT_STATUS=1 status 125 record --method perf -o "$file" true
says "$err" 'perf script failed'
NO_FILE=1 status 125 record --method strace -o "$file" true

# Words reach the command as they are.
show=(printf '<%s>' 'a b' '' "it's" '$HOME' '*' '-o' '--' ';')
"${show[@]}" >"$temporary/wanted"
for method in perf strace; do
	status 0 record --method "$method" -o "$file" "${show[@]}"
	same "$temporary/wanted" "$out"
	status 0 record --method "$method" -o "$file" -- "${show[@]}"
	same "$temporary/wanted" "$out"
	status 0 record --print --method "$method" -o "$temporary/it's \"here\".txt" "${show[@]}"
	sh "$out" >"$temporary/shown" || fail "the printed $method does not run"
	same "$temporary/wanted" "$temporary/shown"
	[ -s "$temporary/it's \"here\".txt" ] || fail "the printed $method writes no recording"
	rm -f "$temporary/it's"*
	status 0 record --print --method "$method" -o "$temporary/packed.gz" true
	sh "$out"
	gzip -dc "$temporary/packed.gz" >"$temporary/text" && [ -s "$temporary/text" ] ||
		fail "the printed $method packs nothing"
	rm -f "$temporary/packed"*
done

# A signal to us is for the command; the recording is finished.
mkfifo "$temporary/never"
for as_child in '' 1; do
	for signal in TERM INT HUP; do
		AS_CHILD=$as_child status 9 record --method strace -o "$file" \
			sh -c 'trap "exit 9" '$signal'; kill -'$signal' $LAZYMMU_PID; read -r line' \
			<>"$temporary/never"
		says "$file" 'brk(NULL)'
	done
done

# Where the recording goes.
status 0 record --method strace -o "$temporary/packed.gz" true
gzip -dc "$temporary/packed.gz" >"$temporary/text" || fail 'not gzip'
status 0 record --method strace -o - echo hello
same "$temporary/text" "$out"
says "$err" hello
(cd "$temporary" && "$lazymmu" record --method strace true 2>/dev/null)
same "$temporary/text" "$temporary/lazymmu-recording.txt"

# The header: one grammar, each key once, what this machine is, and nobody's name.
grep '^#' "$temporary/text" >"$temporary/header"
bad=$(grep -vE '^# lazymmu: [a-z-]+ [^[:space:]][[:print:]]*$' "$temporary/header")
[ -z "$bad" ] || fail "header: $bad"
twice=$(cut -d' ' -f3 "$temporary/header" | sort | uniq -d)
[ -z "$twice" ] || fail "twice in the header: $twice"
fact() { grep -qxF -- "# lazymmu: $1" "$temporary/header" || fail "no fact: $1"; }
fact "machine $(uname -m)"
fact "kernel $(uname -r)"
fact "kernel-version $(uname -v)"
fact "page-size $(getconf PAGESIZE)"
fact "cpus $(getconf _NPROCESSORS_ONLN)"
fact 'method strace'
fact 'tool strace -- version 0.0'
fact 'faults no'
grep -qF -e "${HOME:-/root}/" -e "$temporary" "$temporary/header" && fail 'a path in the header'
status 0 record --method perf -o "$file" true
says "$file" '# lazymmu: faults yes'
says "$file" '# lazymmu: tool perf version 0.0'

# A recording with a header is read, and the header's facts are used.
gzip -dc "$recordings/x86-6.18-sigs.txt.gz" >"$temporary/sigs"
header() { printf '# lazymmu: %s\n' "$@"; }
nr=$(cat "$temporary/header" "$temporary/sigs" | wc -l)
cat "$temporary/header" "$temporary/sigs" >"$temporary/whole"
status 0 replay "$temporary/whole"
says "$out" "ftrace, $nr lines, 0 bad"
says "$out" "$(getconf PAGESIZE)-byte pages (detected)"
# A backend that has no such pages takes its own, unless a size was asked for.
status 0 replay --arch sparc,generic "$temporary/whole"
says "$out" 'sparc v6.18, lazy, 8192-byte pages'
status 0 replay --arch sparc,generic --page-size 8K "$temporary/whole"
says "$out" '1 runs left out'
status 2 replay --arch generic --page-size 8K "$temporary/whole"
says "$err" 'no backend that was asked for has 8192-byte pages'
{ header 'machine ppc64le' 'page-size 65536' 'something new'; cat "$temporary/sigs"; } >"$temporary/whole"
status 0 replay "$temporary/whole"
says "$out" '0 bad'
says "$out" 'recorded on powerpc (detected, line 1)'
says "$out" '65536-byte pages (detected)'
{ header 'cpus many'; cat "$temporary/sigs"; } >"$temporary/whole"
status 2 replay "$temporary/whole"
says "$err" "$temporary/whole:1:17: a wrong value of the fact 'cpus' (a number from 1 on)"

# Every syscall that the model knows is recorded; strace's classes have all but those that it names.
# The classes are as strace 6.1 has them.
memory='brk mbind madvise migrate_pages mlock mlock2 mlockall mmap move_pages mprotect mremap munlock
	munlockall munmap pkey_mprotect remap_file_pages shmat shmdt'
process='clone clone3 execve execveat exit exit_group fork vfork'
LAZYMMU_TRACEFS='' status 0 record --print --method perf true
recorded=$(grep -o 'sys_enter_[a-z0-9_]*' "$out" | sed 's/sys_enter_//')
for call in $memory $process; do
	grep -qx "$call" <<<"$recorded" || fail "perf does not record $call"
	says "$out" ",syscalls:sys_enter_$call,syscalls:sys_exit_$call,"
done
status 0 record --print --method strace true
for call in $recorded; do
	grep -qw -- "$call" <<<"$memory $process" || says "$out" ",?$call"
done
LAZYMMU_TRACEFS='' status 0 record --print --method ftrace "${show[@]}"
sh -n "$out" || fail 'what --print has for ftrace is no shell'
for call in $recorded; do
	says "$out" " syscalls/sys_enter_$call syscalls/sys_exit_$call"
done
for line in 'mkdir "$t"' 'echo 0 >"$t/tracing_on"' 'echo 16384 >"$t/buffer_size_kb"' 'echo 1 >"$t/options/event-fork"' \
	'cat "$t/trace" >lazymmu-recording.txt' 'rmdir "$t"'; do
	grep -qxF -- "$line" "$out" || fail "ftrace: no $line"
done
# Nobody is recorded before the command is: first the filter, then the switch.
says "$out" "sh -c 'echo \$\$ >\"\$0/set_event_pid\" && echo 1 >\"\$0/tracing_on\" && exec \"\$@\"' \"\$t\" printf"
status 0 record --print --method ftrace --buffer 64 true
says "$out" 'echo 64 >"$t/buffer_size_kb"'
[ "$(grep -o 'sys_enter_[a-z0-9_]*' "$out")" = sys_enter_mmap ] || fail 'a syscall that is not there'
# The tracepoints of faults say more than perf's own event, which is on every architecture.
LAZYMMU_TRACEFS='' status 0 record --print --method perf true
says "$out" ' -e page-faults,syscalls:'
mkdir -p "$temporary/x86/events/exceptions/page_fault_user" "$temporary/x86/events/exceptions/page_fault_kernel"
LAZYMMU_TRACEFS=$temporary/x86 status 0 record --print --method perf true
says "$out" ' -e exceptions:page_fault_user,exceptions:page_fault_kernel,task:task_newtask '
status 0 record --print true
says "$out" 'perf script -i lazymmu-recording.txt.data'
exit "$failed"
