#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A recording that asks for more than a limit ends as "could not run", and the limit is named.
. "$(dirname "$0")/lib.sh"

# One process with 65536 VMAs forks 64 times.
awk 'BEGIN {
	print "# tracer: nop\n#"
	column = "wl-375 [000] ..... 1.000000: "
	for (i = 0; i < 65536; i++) {
		print column "sys_mmap(addr: 0, len: 1000, prot: 3, flags: 22, fd: ffffffff, off: 0)"
		printf "%ssys_mmap -> 0x6%06x000\n", column, i * 2
	}
	for (i = 0; i < 64; i++) {
		print column "sys_clone(clone_flags: 1200011, newsp: 0)"
		printf "%ssys_clone -> 0x%x\n", column, 1000 + i
	}
}' >"$temporary/forks"
status 3 replay --arch generic "$temporary/forks"
says "$err" 'the limit MAX_VMAS is reached'
silent "$out"

# 9 times 2 GiB, of which --populate all touches 2^22 pages.
awk 'BEGIN {
	for (i = 0; i < 9; i++) {
		print "10 mmap(NULL, 2147483648, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7e0000000000"
		print "10 munmap(0x7e0000000000, 2147483648) = 0"
	}
}' >"$temporary/memory"
status 0 replay --populate all "$temporary/memory"
says "$out" 'populate all went no further than 4194304 pages (limit MAX_TOUCHED)'

# Each of 67 million tables that a reservation reaches would take 4 KiB and more.
echo '10 mmap(NULL, 140737488224256, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x10000' >"$temporary/reserved"
(
	# A sanitizer reserves more than that.
	(ulimit -v 2000000; "$lazymmu" --version >/dev/null 2>&1) && ulimit -v 2000000
	status 0 replay --arch xen --populate touch,all "$temporary/reserved"
	says "$out" 'populate touch went no further than 65536 pages (limit MAX_TOUCHED_TABLES)'
	says "$out" 'populate all went no further than 4194304 pages (limit MAX_TOUCHED)'
	exit "$failed"
) || failed=1

# Calls that touch what they map, of 64 TiB; the rest of what they do is done.
cat >"$temporary/locked" <<'LOG'
10 mlockall(MCL_CURRENT|MCL_FUTURE) = 0
10 brk(NULL) = 0x10000000000
10 brk(0x500000000000) = 0x500000000000
10 mmap(NULL, 70368744177664, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x500000000000
10 madvise(0x500000000000, 70368744177664, MADV_POPULATE_READ) = 0
10 mlock(0x500000000000, 70368744177664) = 0
10 brk(0x10000000000) = 0x10000000000
10 mremap(0x500000000000, 4096, 70368744177664, MREMAP_MAYMOVE) = 0x10000000000
10 munmap(0x10000000000, 70368744177664) = 0
LOG
(
	ulimit -t 20
	status 0 replay --json --populate none "$temporary/locked"
	says "$out" '"pages": 17179869184,'
	exit "$failed"
) || failed=1

# As many phases as there may be: what an event costs does not depend on them.
awk 'BEGIN {
	for (i = 0; i < 65536; i++)
		printf " sh-1 [000] ..... %d.000000: tracing_mark_write: M phase %d\n", i, i
	print " sh-1 [000] ..... 65536.000000: page_fault_user: address=0x7000 ip=0x1000 error_code=0x6"
}' >"$temporary/phases"
(
	ulimit -t 10
	status 0 replay --events --arch generic --populate faults "$temporary/phases"
	grep -q '^{"line": 65537, .*"pte_writes": 1,' "$out" || fail 'no work of the last event'
	exit "$failed"
) || failed=1

# 65600 processes, each with several lines: 65535 have groups beside what is elsewhere.
awk 'BEGIN {
	print "#lmt 1"
	for (i = 0; i < 65600; i++)
		print ". 0 " i + 2 " map 10000 1 rw ; fault 10000 w ; unmap 10000 1"
}' >"$temporary/processes"
status 0 replay --by process --top 1 --arch generic "$temporary/processes"
says "$out" '65 phases not kept (limit MAX_PHASES, 65536)'
says "$out" 'and 65535 more'
# So many are in a clone when so many tasks appear: whose child each is takes no search among all.
awk 'BEGIN {
	for (i = 0; i < 20000; i++)
		printf "%d clone(child_stack=NULL, flags=SIGCHLD <unfinished ...>\n", 100 + i
	for (i = 0; i < 100000; i++)
		printf "%d getpid() = 1\n", 1000000 + i
}' >"$temporary/clones"
(
	ulimit -t 10
	status 0 replay --populate none "$temporary/clones"
	exit "$failed"
) || failed=1
# As many tasks, and events lost again and again.
awk 'BEGIN {
	print "# tracer: nop"
	for (i = 0; i < 60000; i++)
		printf " x-%d [000] d..1. 1.000001: x: y\n", i + 10
	for (i = 0; i < 60000; i++)
		printf "CPU:0 [LOST 3 EVENTS]\n x-10 [000] d..1. 1.000001: x: y\n"
}' >"$temporary/lossy"
for by in phase process; do
	(
		ulimit -t 10
		status 0 replay --by $by --arch xen --populate none "$temporary/lossy"
		exit "$failed"
	) || failed=1
	says "$out" 'the recorder lost 180000 events'
done
exit "$failed"
