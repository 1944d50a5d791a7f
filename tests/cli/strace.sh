#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Recordings of strace that hold nothing to replay, and how a directory of them is named.
. "$(dirname "$0")/lib.sh"

strace=$recordings/strace

status 0 replay "$strace/sigs_f_tt.strace.gz"
says "$out" "every page that may be accessed is there, but what execve mapped"
silent "$err"
says "$out" ': strace, 210 lines, 0 bad'

# -c: no events at all. -Z: every call failed.
status 2 replay "$strace/sort_summary_c.strace.gz"
says "$err" '.gz:1: a summary of strace -c (it holds no events: leave out -c, strace -f -tt -o FILE COMMAND)'
silent "$out"
status 0 replay "$strace/sigs_failed_only.strace.gz"
says "$err" 'every call failed, so that nothing can be replayed (strace -Z keeps failures only: record without it)'

# Messages about a directory have the file's name.
cp -r "$strace/javac_ff" "$temporary/ff"
chmod -R u+w "$temporary/ff"
status 0 replay "$temporary/ff"
says "$out" "$temporary/ff: strace, 1134 lines, 0 bad"
silent "$err"
{
	gzip -dc "$strace/javac_ff/javac.27496.gz"
	echo '14:54:08.097222 munmap(0x7fa1) = 0'
} >"$temporary/ff/javac.27496"
rm "$temporary/ff/javac.27496.gz"
status 2 replay "$temporary/ff"
says "$err" "$temporary/ff/javac.27496:6:30: expected"
mkdir "$temporary/empty"
for command in replay convert bench; do
	status 2 "$command" "$temporary/empty"
	says "$err" "$temporary/empty: the directory has no files PREFIX.PID"
done

# What strace did not write is damage in a file that is numbered, and ignored elsewhere.
gzip -dc "$strace/sigs_f_tt.strace.gz" | sed '1i no recording' >"$temporary/damaged"
status 2 replay "$temporary/damaged"
says "$err" "$temporary/damaged:1:1: not a line of strace"
gzip -dc "$strace/sigs_stderr.strace.gz" | sed '1i hello from the program' >"$temporary/output"
status 0 replay "$temporary/output"
silent "$err"

# Stamps of whole seconds: a child goes first, as where there are none.
mkdir "$temporary/seconds"
printf '12:00:00 %s\n' 'mmap(NULL, 4096, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000000000' \
	'vfork() = 11' 'exit_group(0) = ?' '+++ exited with 0 +++' >"$temporary/seconds/x.10"
printf '12:00:00 %s\n' 'execve("/bin/true", ["true"], 0x7ffc00000000 /* 1 var */) = 0' 'exit_group(0) = ?' \
	'+++ exited with 0 +++' >"$temporary/seconds/x.11"
status 0 replay "$temporary/seconds"
grep -q '^teardown .* 2  *?  *-  *1$' "$out" || fail "the child of a vfork ran last: $(grep ^teardown "$out")"

# Two processes fork at once: whose child has the first line, a later line says.
clone='clone(child_stack=NULL, flags=SIGCHLD'
printf '%s\n' '10 mmap(NULL, 4194304, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000000000' \
	'11 mmap(NULL, 4096, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f1000000000' \
	"10 $clone <unfinished ...>" "11 $clone <unfinished ...>" '13 munmap(0x7f1000000000, 4096) = 0' \
	'11 <... clone resumed>) = 13' '10 <... clone resumed>) = 12' '12 munmap(0x7f0000000000, 4194304) = 0' \
	>"$temporary/forks"
status 0 replay "$temporary/forks"
grep -q '^fork .* 3  *?  *-  *-$' "$out" || fail "a child of another parent: $(grep ^fork "$out")"
grep -q '^munmap  *2  *0  *-  *1025  *3  *3 ' "$out" || fail "a child of another parent: $(grep ^munmap "$out")"
status 0 convert -o "$temporary/forks.lmt" "$temporary/forks"
status 0 replay "$temporary/forks.lmt"
grep -q '^fork .* 3  *?  *-  *-$' "$out" || fail "converted, a child of another parent: $(grep ^fork "$out")"

# -qq on a terminal: nobody says that the child is gone, and its parent loses its number.
printf '%s\n' 'mmap(NULL, 4194304, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000000000' \
	"$clone) = 11" '[pid    11] munmap(0x7f0000000000, 2097152) = 0' '[pid    10] wait4(11,  <unfinished ...>' \
	'[pid    11] exit_group(0)               = ?' '<... wait4 resumed>NULL, 0, NULL)       = 11' \
	'munmap(0x7f0000000000, 4194304)         = 0' >"$temporary/quiet"
status 0 replay "$temporary/quiet"
grep -q '^munmap  *2  *0  *-  *1536  *3  *3 ' "$out" || fail "a survivor without a number: $(grep ^munmap "$out")"

# -k: a log that begins in the middle begins with the rest of a stack.
printf '%s\n' ' > /usr/lib/libc.so.6(mmap+0x13) [0x1019b3]' '10 munmap(0x7f0000000000, 4096) = 0' >"$temporary/stack"
status 0 replay "$temporary/stack"
silent "$err"
says "$out" ': strace, 2 lines, 0 bad'

# What no model has is told, also where there are no phases.
{
	printf '# lazymmu: thp always\n'
	printf '10 %s\n' 'mmap(NULL, 4194304, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000000000' \
		'madvise(0x7f0000000000, 4194304, MADV_HUGEPAGE) = 0' 'shmat(3, NULL, 0) = 0x7f0001000000' \
		'shmdt(0x7f0001000000) = 0'
} >"$temporary/huge"
status 0 replay "$temporary/huge"
says "$out" 'transparent huge pages were on (line 1): they are not modelled, a fault maps one page'
says "$out" 'huge pages are not modelled: 1 time, first at line 3'
says "$out" 'the syscall changes address spaces in a way that is not modelled: 2 times, first at line 4'
# With -qq a number may be used again before its first task is known to be gone.
cat >"$temporary/reused" <<'LOG'
[pid 500] clone(child_stack=NULL, flags=SIGCHLD) = 501
[pid 501] exit(0) = ?
[pid 500] clone(child_stack=NULL, flags=SIGCHLD) = 501
[pid 501] getpid() = 501
[pid 500] exit_group(0) = ?
munmap(0x7f0000100000, 8192) = 0
LOG
status 0 replay --events "$temporary/reused"
says "$out" '"tid": 501, "tgid": null, "event": "sys", "args": ["munmap"'
exit "$failed"
