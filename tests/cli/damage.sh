#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Damage is told with its line and column, the rest is read, and the status is 2. What is odd and no
# damage (a clock that steps back, numbers used again, calls inside each other) changes nothing.
. "$(dirname "$0")/lib.sh"

good() {
	case $1 in
	strace) echo '1 brk(NULL) = 0x1000' ;;
	ftrace) echo ' sh-1 [000] ..... 1.000000: sys_brk(brk: 0)' ;;
	latency) echo '  sh-1 0.....  1us : sys_brk(brk: 0)' ;;
	perf) echo 'sh 1 [000] 1.000000: syscalls:sys_enter_brk: brk: 0x00000000' ;;
	native) printf '#lmt 1\n. 0 1 sys brk 0\n' ;;
	esac
}

# told FORMAT LINE PLACE MESSAGE: between good lines; \0 is a NUL byte, PLACE counts from the line.
told() {
	{
		good "$1"
		printf '%b\n' "$2"
		good "$1" | tail -n 1
	} >"$temporary/damaged"
	status 2 replay "$temporary/damaged"
	says "$err" "$temporary/damaged:$(($(good "$1" | wc -l) + 1)):$3: $4"
	[ "$(wc -l <"$err")" -eq 1 ] || fail "$2: $(cat "$err")"
	says "$out" ', 1 bad'
}

told strace '1 munmap(0x1000, 4096' 22 'the line ends inside the arguments'
told strace '1 munmap(0x1000, 4096) = ' 26 'expected the result'
told strace '1 openat(AT_FDCWD, "abc = 3' 28 'the line ends inside the arguments'
told strace '1 openat(AT_FDCWD, "a\\\\", {b, [c, (d = 3' 41 'the line ends inside the arguments'
told strace '1 mmap(NULL, 4096, {a, [b, (c = 0x1000' 20 'expected a number or flags'
told strace 'munmap(0x1000, 4096) = 0' 1 'expected the number of a task'
told strace '1 munmap(0x1000, 4096) = 0\0' 27 'a NUL byte'
told strace '\0\0\0\0' 1 'a NUL byte'
ftrace=' sh-1 [000] ..... 1.000000: '
told ftrace "${ftrace}sys_munmap(addr: 7f00" 50 'an argument of the syscall is missing'
told ftrace ' sh-1 [000 ..... 1.000000: sys_brk(brk: 0)' 1 'no "COMM-PID [CPU]" columns'
told ftrace "${ftrace}sys_m\0nmap(addr: 7f0000, len: 1000)" 34 'a NUL byte'
told ftrace "${ftrace}sched_switch: a\0b" 44 'a NUL byte'
told latency '  sh-1 0.....  1us : sys_munmap(addr: 7f00' 43 'an argument of the syscall is missing'
told latency '  sh-1 0.....  1us : sys_m\0nmap(addr: 7f00, len: 1)' 27 'a NUL byte'
perf='sh 1 [000] 1.000000: '
told perf "${perf}syscalls:sys_enter_munmap: addr: 0x7f00" 61 'an argument of the syscall is missing'
told perf 'sh 1 [000 1.000000: syscalls:sys_enter_brk: brk: 0x0' 1 'no "COMM TID [CPU] TIME:" columns'
told perf "${perf}PERF_RECORD_MMAP2 1/1: [0x7f00(0x1000 @ 0" 34 'unexpected form of a record of perf'
told perf "${perf}sched:sched_wakeup: comm=\0" 47 'a NUL byte'
told native '. 0 1 prot 10000' 17 'an argument is missing'
told native '. 0 x prot 10000 1 r' 5 'expected a task'
told native '. 0 1 prot 10000 1\0 r' 19 'a NUL byte'

# Brackets as deep as a line can have them, closed and not.
{
	good strace
	awk 'BEGIN {
		for (i = 0; i < 20000; i++) {
			open = open "[{("
			close_ = ")}]" close_
		}
		print "1 writev(1, " substr(open, 1, 30000) substr(close_, length(close_) - 29999) ", 1) = 1"
		print "1 writev(1, " open
	}'
} >"$temporary/deep"
status 2 replay "$temporary/deep"
says "$err" "$temporary/deep:3:60013: the line ends inside the arguments"
says "$out" ', 1 bad'

# rest_of COMMAND...: its report but for the first line, which names the file.
rest_of() {
	"$lazymmu" replay "$@" >"$out" 2>"$err" || fail "replay $*: status $?"
	silent "$err"
	tail -n +2 "$out"
}

# same_backwards FILE PATTERN OPTION...: the first match of the pattern in a line is its time.
same_backwards() {
	local file=$recordings/$1 pattern=$2
	shift 2
	rest_of "$@" "$file" >"$temporary/forwards"
	gzip -dc "$file" | awk -v pattern="$pattern" 'match($0, pattern) {
		time = sprintf("%02d.%06d", 99 - NR % 7, 999999 - NR)
		if (pattern ~ /^\[0-9\]\[0-9\]:/)
			time = sprintf("%02d:00:%s", 23 - NR % 24, 10 + NR % 40 substr(time, 3))
		$0 = substr($0, 1, RSTART - 1) time substr($0, RSTART + RLENGTH)
	} { print }' >"$temporary/backwards"
	rest_of "$@" "$temporary/backwards" >"$temporary/replayed"
	same "$temporary/forwards" "$temporary/replayed"
	"$lazymmu" convert "$temporary/backwards" >"$temporary/backwards.lmt" 2>"$err" || fail "convert $file"
	rest_of "$@" "$temporary/backwards.lmt" | grep -v '(.*line [0-9]*)' >"$temporary/replayed"
	grep -v '(.*line [0-9]*)' "$temporary/forwards" >"$temporary/wanted"
	same "$temporary/wanted" "$temporary/replayed"
}
same_backwards W1_mprotect_64.txt.gz '[0-9]+[.][0-9]{6}' "${as_recorded[@]}"
same_backwards formats/perf-script.tiny.txt.gz '[0-9]+[.][0-9]{6}'
same_backwards strace/sigs_f_tt.strace.gz '[0-9][0-9]:[0-9][0-9]:[0-9][0-9][.][0-9]*'

# A number that is used again is another process, even if the exit of the first was not recorded.
reused() {
	cat <<-'LINES'
		1 mmap(NULL, 4194304, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_POPULATE, -1, 0) = 0x7f0000000000
		1 fork() = 2
		2 munmap(0x7f0000000000, 4194304) = 0
		2 +++ exited with 0 +++
		1 fork() = 2
		2 munmap(0x7f0000000000, 4194304) = 0
		2 +++ exited with 0 +++
	LINES
}
for without in nothing exited; do
	reused | grep -v "$without" >"$temporary/reused"
	rest_of --populate none "$temporary/reused" | tr -s ' ' >"$temporary/report"
	says "$temporary/report" 'counts: sections 8, max_depth 1, pte_writes 6144'
	says "$temporary/report" 'munmap 2 0 - 2048 4 4 '
done

# A thousand calls at once, each ending before those that began earlier.
nested() {
	awk -v inside="$1" 'BEGIN {
		for (i = 1; i <= 1000; i++)
			print i " mprotect(0x7f0000000000, 4194304, PROT_READ" (inside ? " <unfinished ...>" : ") = 0")
		for (i = 1000; i && inside; i--)
			print i " <... mprotect resumed>) = 0"
	}'
}
nested '' >"$temporary/flat"
nested yes >"$temporary/nested"
rest_of "$temporary/flat" >"$temporary/wanted"
rest_of "$temporary/nested" >"$temporary/replayed"
says "$temporary/wanted" '1000'
same "$temporary/wanted" "$temporary/replayed"
# Half of all memory, moved a thousand times: work goes by what is there, not by what is named.
half=70368744177664
awk -v half="$half" 'BEGIN {
	print "1 mmap(NULL, " half ", PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x10000000"
	for (i = 0; i < 1000; i++) {
		print "1 mremap(0x10000000, " half ", " half ", MREMAP_MAYMOVE) = 0x200000000000"
		print "1 mremap(0x10000000, " half ", " half ", MREMAP_MAYMOVE) = 0x200000001000"
	}
}' >"$temporary/moves"
rest_of --populate none "$temporary/moves" | tr -s ' ' >"$temporary/report"
says "$temporary/report" "mremap - - 2000 $((2000 * (half / 4096))) 67108864000 67108864000 ? 33554432000 "
# A layout word is two events, and one line: of a CPU that is not there it is one bad line.
printf '#lmt 1\n. 1 7 map 10000 1 rw\n. 2 7 map 20000 1 rw\n. 3 7 map 30000 1 rw ; unmap 30000 1\n' >"$temporary/cpus"
status 2 replay --cpus 2 --arch generic "$temporary/cpus"
says "$out" 'cpus: lmt, 4 lines, 2 bad'
says "$err" '2 lines are of CPUs that a machine of 2 does not have'
exit "$failed"
