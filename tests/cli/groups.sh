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
status 2 replay --events --json "$file"
status 2 replay --by phases "$file"
exit "$failed"
