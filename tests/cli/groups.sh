#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# replay --by: the groups of a run come to what the run comes to; the most work is first.
. "$(dirname "$0")/lib.sh"

file=$recordings/x86-6.18-sigs.txt.gz

# The sum of a column of the first run's table, and the total that the run's counts have of it.
sum() {
	awk -v name="$1" '$1 == "counts:" { exit } at { n += substr($0, at) }
		!at && /^(syscall|process|walker) / { at = index($0, name) } END { print n }' "$out"
}
total() {
	sed -n "s/.*counts:.* $1 \([0-9]*\).*/\1/p; /counts:/q" "$out"
}

# A context switch of Xen flushes, also the first on a CPU, to a task that had no line yet.
for by in syscall process walker; do
	for arch in generic xen; do
		status 0 replay --by $by --arch $arch --kernel v7.0 "$file"
		for counter in sections pte_writes deferred immediate flushes; do
			[ "$(sum $counter)" = "$(total $counter)" ] || [ -z "$(total $counter)" ] ||
				fail "$arch by $by: $counter"
		done
	done
done
status 0 replay --by process --arch generic "$file"
grep -q '^process 5808 ' "$out" || fail 'no process 5808'
status 0 replay --by walker --top 1 --arch generic "$file"
says "$out" 'and 5 more'
grep -q '^zap_pte_range ' "$out" || fail 'zap is not the first walker'
# A recording with effects is not judged by other groups than its phases.
status 0 replay --by syscall --arch xen --kernel v7.0 "$recordings/W1_mprotect_64.txt.gz"
says "$out" 'nothing is compared'
# Events as lines: what each did comes to what all did.
status 0 replay --arch generic "$file"
writes=$(total pte_writes)
status 0 replay --events --arch generic "$file"
[ "$(sed -n 's/.*"pte_writes": \([0-9]*\).*/\1/p' "$out" | awk '{ n += $1 } END { print n }')" = "$writes" ] ||
	fail 'the events do not come to what the run counted'
says "$out" '"event": "sys", "args": ["mprotect", '
# Line 13 is the first event, at 1347.373226.
says "$out" '{"line": 13, "time_ns": 1347373226000, "cpu": 1, "tid": 5797, '
# A clock that begins says when, too; none does not.
printf "1 00:00:00.000000 brk(NULL) = 0x1000\n" >"$temporary/midnight"
status 0 replay --events "$temporary/midnight"
! grep -q '"file"' "$out" || fail 'one file needs no name'
cp "$out" "$temporary/alone"
status 0 replay --events "$temporary/midnight" "$temporary/midnight"
sed "s|^{|{\"file\": \"$temporary/midnight\", |" "$temporary/alone" "$temporary/alone" >"$temporary/twice"
same "$temporary/twice" "$out"
status 0 replay --events "$temporary/midnight"
says "$out" '"time_ns": 0,'
status 0 convert "$temporary/midnight" -o "$temporary/midnight.lmt"
status 0 replay --events "$temporary/midnight.lmt"
says "$out" '"time_ns": 0,'
printf "1 brk(NULL) = 0x1000\n" >"$temporary/untimed"
status 0 replay --events "$temporary/untimed"
says "$out" '"time_ns": null,'
# perf: stamps from 0 on that go back are differences; until then both readings must agree.
times() {
	for stamp in $1; do
		printf 'sh 7 [000] %s: syscalls:sys_enter_brk: brk: 0x00000000\n' "$stamp"
	done >"$temporary/stamps"
	status 0 replay --events "$temporary/stamps"
	[ "$(sed 's/.*"time_ns": \([^,]*\),.*/\1/' "$out" | xargs)" = "$2" ] ||
		fail "times of $1: $(grep -o '"time_ns": [^,]*' "$out" | xargs)"
}
times '0.000000 0.000000 0.000017 0.000020 0.000008 0.000009' '0 0 17000 null 45000 54000'
times '0.000000000 0.000000003 0.000000001' '0 3 4'
times '5.000001 5.000002 5.000001' '5000001000 5000002000 5000001000'
times "0.000000 $(seq -f 0.%06.0f 20)" \
	"0 1000 $(printf 'null %.0s' {2..16})17000 18000 19000 20000"
# A thread that is older than the recording unmaps what its process mapped.
cat >"$temporary/threads.lmt" <<'TEXT'
#lmt 1
. 0 100/100 sys mmap 10000000 200000 3 22 ffffffff 0
. 0 100/100 ret 10000000
. 1 100/101 sys munmap 10000000 200000
. 1 100/101 ret 0
TEXT
status 0 replay "$temporary/threads.lmt"
grep -q '^munmap  *1  *0  *-  *512  *1  *1 ' "$out" || fail 'a thread has not the memory of its process'
# One that died is not another one, though the switch that took it off its CPU is not the last event
# that names it: the memory of its process is torn down when the process ends.
cat >"$temporary/dead" <<'TEXT'
 sh-100 (    100) [000] ..... 1.000001: sys_mmap(addr: 0x10000000, len: 0x200000, prot: 3, flags: 0x32, fd: 0xffffffff, off: 0)
 sh-100 (    100) [000] ..... 1.000002: sys_mmap -> 0x10000000
 sh-100 (    100) [000] d.... 1.000003: page_fault_user: address=0x10000000 ip=0x400000 error_code=0x6
 sh-100 (    100) [000] ..... 1.000004: task_newtask: pid=101 comm=sh clone_flags=3d0f00 oom_score_adj=0
 sh-100 (    100) [000] ..... 1.000005: sched_process_fork: comm=sh pid=100 child_comm=sh child_pid=101
 sh-101 (    100) [001] ..... 1.000006: sys_exit(error_code: 0)
 sh-101 (    100) [001] ..... 1.000007: sched_process_exit: comm=sh pid=101 prio=120 group_dead=false
 sh-101 (    100) [001] d..2. 1.000008: sched_switch: prev_comm=sh prev_pid=101 prev_prio=120 prev_state=X ==> next_comm=swapper/1 next_pid=0 next_prio=120
 sh-101 (    100) [001] d..2. 1.000009: tlb_flush: pages:-1 reason:flush on task switch (0)
 sh-100 (    100) [000] ..... 1.000010: sys_exit_group(error_code: 0)
 sh-100 (    100) [000] ..... 1.000011: sched_process_exit: comm=sh pid=100 prio=120 group_dead=true
 sh-100 (    100) [000] d..2. 1.000012: sched_switch: prev_comm=sh prev_pid=100 prev_prio=120 prev_state=Z ==> next_comm=swapper/0 next_pid=0 next_prio=120
TEXT
status 0 replay "$temporary/dead"
grep -q '^teardown  *-  *-  *-  *-  *-  *1  *1 ' "$out" || fail 'a thread that died keeps the memory of its process'
# The head of a stack trace is no event, whatever the option fields calls it.
status 0 convert "$temporary/dead"
grep -v '^#line' "$out" >"$temporary/bare"
sed '/=>/!s/\(.*0000[0-9]*: \).*/&\n\1UNKNOWN TYPE 4\n\1<stack trace>\n =>  <00007f5ad12f3ad7>/' \
	"$temporary/dead" >"$temporary/stacks"
status 0 convert "$temporary/stacks"
grep -v '^#line' "$out" | cmp - "$temporary/bare" || fail 'stack traces are events'
# So does one that strace found there, and a child that comes later has its own.
cat >"$temporary/attached" <<'LOG'
strace: Process 500 attached with 3 threads
[pid   502] mmap(NULL, 8192, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000000000
[pid   501] munmap(0x7f0000000000, 8192) = 0
[pid   500] clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLDstrace: Process 600 attached
, child_tidptr=0x7f) = 600
[pid   600] mmap(NULL, 8192, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000100000
[pid   501] munmap(0x7f0000100000, 8192) = 0
[pid   600] munmap(0x7f0000100000, 8192) = 0
LOG
status 0 replay --populate all --by process "$temporary/attached"
[ "$(grep -E '^process 500  *1  *4 |^process 600  *1  *4 ' "$out" | wc -l)" -eq 2 ] ||
	fail 'threads that strace found are not one process, or a child is of it'
[ "$(grep -c '^process [0-9]' "$out")" -eq 2 ] || fail 'a process has two groups'
# Of two processes with threads nobody says whose a thread is.
sed '1a strace: Process 700 attached with 2 threads' "$temporary/attached" >"$temporary/both"
status 0 replay --populate all --by process "$temporary/both"
[ "$(total pte_writes)" -eq 6 ] || fail 'a thread of one of two processes'
# The order of a log is the same whatever backend is asked for.
log=$recordings/strace/threads_f_plain.strace.gz
status 0 replay --json --arch generic --populate none "$log"
grep '"overlaps"' "$out" >"$temporary/generic"
status 0 replay --json --arch xen --kernel v7.0 --populate none "$log"
grep '"overlaps"' "$out" >"$temporary/xen"
same "$temporary/generic" "$temporary/xen"
# Who is switched out pays in the call that it is in, though that did nothing yet.
cat >"$temporary/waits" <<'LOG'
#lmt 1
#arch xen
. 0 5 sys futex
. 0 5 ret 0
. 0 5 sys mprotect 10000 1000 1
. 0 5 ret 0
. 0 5 sys futex
. 0 6 sys futex
LOG
status 0 replay --by syscall "$temporary/waits"
sed '/counts:/q' "$out" | grep -q '^mprotect ' && fail 'a switch is of the call before'
# A task that goes back to a CPU is switched to there again: each way costs the same.
printf '#lmt 1\n#arch xen\n#cpus 2\n. 0 5 sys futex\n. 0 5 ret 0\n' >"$temporary/moves"
for cpu in 1 0 1 0; do
	printf '. %s 5 sys futex\n. %s 5 ret 0\n' "$cpu" "$cpu" >>"$temporary/moves"
	status 0 replay "$temporary/moves"
	total flushes
done | xargs >"$temporary/flushes"
[ "$(cat "$temporary/flushes")" = '6 8 10 12' ] || fail 'moves between CPUs'
status 2 replay --events --json "$file"
status 2 replay --by phases "$file"
exit "$failed"
