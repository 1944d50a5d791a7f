#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# large.sh LAZYMMU MEASURE KIB PROCESSES ALIVE LINE: what comes through a pipe and does not end for
# long. Memory stays below KIB, and with ALIVE tasks below 2 KiB more for each.
set -u
export LC_ALL=C
lazymmu=$1 measure=$2 limit=$3 processes=$4 alive=$5 line=$6
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT
failed=0

# piped NAME STATUS KIB ARGUMENT...: replays standard input.
piped() {
	local name=$1 wanted=$2 most=$3 got used
	shift 3
	used=$("$measure" -o "$temporary/out" sh -c '"$@" 2>"$0.err"; echo $? >"$0.status"' \
		"$temporary/run" "$lazymmu" replay "$@" -)
	got=$(cat "$temporary/run.status")
	used=${used#* }
	echo "$name: status $got, $used KiB"
	[ "$got" = "$wanted" ] && [ "$used" -le "$most" ] && return
	echo "FAIL: not status $wanted, or more than $most KiB"
	cat "$temporary/run.err"
	failed=1
}

says() { grep -qF -- "$2" "$1" || { echo "FAIL: no '$2' in: $(head -c 300 "$1")"; failed=1; }; }

# One line after a good one, and before another.
{
	echo '1 brk(NULL) = 0x1000'
	head -c "$line" /dev/zero | tr '\0' x
	printf '\n1 munmap(0x1000, 4096) = 0\n'
} | piped 'a long line' 2 "$limit"
says "$temporary/run.err" ':2: line too long (the limit is 64 KiB)'
says "$temporary/out" 'strace, 3 lines, 1 bad'
head -c "$line" /dev/zero | piped 'no line at all' 2 "$limit"
says "$temporary/run.err" ':1: unknown format'

# Each child gives memory back, and exits.
processes() {
	awk -v n="$processes" -v format="$1" 'BEGIN {
		if (format == "strace")
			print "1 brk(NULL) = 0x1000"
		for (i = 2; i < n + 2; i++) {
			if (format == "strace") {
				print "1 fork() = " i
				print i " munmap(0x7f0000000000, 8192) = 0"
				print i " exit_group(0) = ?"
				print i " +++ exited with 0 +++"
			} else if (format == "ftrace") {
				parent = " sh-1 [000] ..... 1.000000: "
				child = " sh-" i " [000] ..... 1.000000: "
				print parent "sched_process_fork: comm=sh pid=1 child_comm=sh child_pid=" i
				print child "sys_munmap(addr: 7f0000000000, len: 2000)"
				print child "sys_munmap -> 0x0"
				print child "sched_process_exit: comm=sh pid=" i " prio=120"
				print child "sched_switch: prev_comm=sh prev_pid=" i " prev_prio=120 prev_state=Z ==> next_comm=sh next_pid=1 next_prio=120"
			} else {
				child = "sh " i " 1.000000: "
				print "sh 1 1.000000: PERF_RECORD_FORK(" i ":" i "):(1:1)"
				print child "syscalls:sys_enter_munmap: addr: 0x7f0000000000, len: 0x2000"
				print child "syscalls:sys_exit_munmap: 0x0"
				print child "PERF_RECORD_EXIT(" i ":" i "):(1:1)"
			}
		}
	}'
}
for format in strace ftrace perf; do
	processes "$format" | piped "processes, $format" 0 "$limit"
	says "$temporary/out" ', 0 bad'
	tr -s ' ' <"$temporary/out" >"$temporary/narrow"
	says "$temporary/narrow" "munmap $processes 0 - $((2 * processes)) $processes "
done

# Nobody exits: as many as a machine can have, and no more.
max_tasks=1048576
status=0
[ "$alive" -lt "$max_tasks" ] || status=3
awk -v n="$alive" 'BEGIN {
	print "1 brk(NULL) = 0x1000"
	for (i = 2; i < n + 2; i++)
		print "1 fork() = " i
}' | piped 'tasks alive' "$status" $((limit + 2 * (alive < max_tasks ? alive : max_tasks))) --populate none
[ "$status" -eq 0 ] || says "$temporary/run.err" 'the limit MAX_TASKS is reached'
exit "$failed"
