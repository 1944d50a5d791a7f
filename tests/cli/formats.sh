#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What is recognised and not read: one message with what makes it readable, no report, status 2.
. "$(dirname "$0")/lib.sh"

# refused FILE HINT: of the recordings, or with its path.
refused() {
	status 2 replay "$(realpath -e "$recordings/formats/$1" 2>/dev/null || echo "$1")"
	silent "$out"
	says "$err" "$2"
	[ "$(wc -l <"$err")" -eq 1 ] || fail "$1: more than one message"
}

refused ftrace.lazysim.raw.txt.gz 'ftrace text without names (tracefs: echo 0 > options/raw'
refused ftrace.lazysim.nocontext-info.txt.gz '(tracefs: echo 1 > options/context-info)'
refused SYNTH.function_graph.default.txt.gz 'function_graph'
refused perf-script.lazysim.dumpraw.txt.gz '(perf script without -D)'
refused perf-trace.sigs.txt.gz 'perf trace'
refused perf-report-header.txt.gz '(perf script -i FILE)'
refused ctf-babeltrace2.lazysim.txt.gz 'babeltrace2'
refused bpftrace.lazysim.printf.txt.gz 'native text'
refused bpftrace.sigs.json.txt.gz '(without -f json'

# Columns of perf that -F left out.
hinted() {
	cat >"$temporary/perf"
	status 2 replay "$temporary/perf"
	says "$err" "($1)"
}
hinted 'perf script -F +tid' <<<'  sh [000] 36978.542617: syscalls:sys_enter_brk: brk: 0x00000000'
hinted 'perf script -F +tid' <<<'  sh 36978.542617: syscalls:sys_enter_brk: brk: 0x00000000'
hinted 'perf script -F +time' <<<'  sh  7730 [000] syscalls:sys_enter_brk: brk: 0x00000000'
hinted 'perf script -F +time' <<<'sh  8026          1                   page-faults: '

# Call chains with source lines.
printf '%s\n' 'sh 7 [000] 1.000001: syscalls:sys_enter_brk: brk: 0x00000000' '	ffffffff8133faa9 brk+0x39 ([kernel.kallsyms])' \
	'  [kernel.kallsyms][ffffffff8133faa9]' '	    7f5ad12f3ad7 main+0x7 (/tmp/w)' '  w.c:12' '' >"$temporary/chain"
status 0 replay "$temporary/chain"
for rest in ' w.c:' ' w.c:1x' ' [x]' ' w.c:1 2' ' ]' ' 12'; do
	{ cat "$temporary/chain"; echo "$rest"; } >"$temporary/torn"
	status 2 replay "$temporary/torn"
done

# By their first bytes: these tools need not be here.
foreign() { printf "$1" >"$temporary/foreign"; refused "$temporary/foreign" "$2"; }
foreign '\3757zXZ\0\0\4more' '(xz -dc FILE | lazymmu replay -)'
foreign 'BZh91AY&SYmore' '(bzip2 -dc FILE | lazymmu replay -)'
foreign '\4\42\115\30more' '(lz4 -dc FILE | lazymmu replay -)'
foreign '\377\3761\0 \0e\0' '(iconv -f UTF-16 -t UTF-8 FILE | lazymmu replay -)'
gzip <"$recording" >"$temporary/twice"
refused "$temporary/twice" '(gzip -dc FILE | lazymmu replay -)'

status 0 replay "$recordings/formats/perf-script.lazysim.default.txt.gz"
says "$out" 'perf script'
silent "$err"

# System calls by number: 9 and 11 are mmap and munmap of x86, of powerpc link and execve.
{
	printf '# tracer: nop\n'
	printf '  x-7 [000] d..1. 1.000001: sys_enter: NR 9 (0, 2000, 3, 22, ffffffffffffffff, 0)\n'
	printf '  x-7 [000] d..1. 1.000002: sys_exit: NR 9 = 268435456\n'
	printf '  x-7 [000] d..1. 1.000003: sys_enter: NR 11 (10000000, 2000, 0, 0, 0, 0)\n'
	printf '  x-7 [000] d..1. 1.000004: sys_exit: NR 11 = 0\n'
} >"$temporary/numbers"
status 0 replay --populate none "$temporary/numbers"
says "$out" 'system calls by number (line 2) are those of powerpc64 (default'
sed '1i # lazymmu: machine x86_64' "$temporary/numbers" >"$temporary/x86"
sed '1a\  x-7 [000] d..1. 1.000000: tlb_flush: pages:1 reason:local MM shootdown (3)' "$temporary/numbers" >"$temporary/tlb"
sed '1a\  x-7 [000] d..1. 1.000000: xen_mc_batch: start batch LAZY_NONE' "$temporary/numbers" >"$temporary/xen"
for machine in x86 tlb xen; do
	status 0 replay --populate none --arch generic "$temporary/$machine"
	grep -q '^munmap  *1  *0  *-  *2  *1  *1 ' "$out" || fail "numbers of $machine"
	! grep -q 'by number' "$out" || fail "numbers of $machine are told as a default"
done

# Of a machine that is neither they mean nothing, also where an event is that x86 has, too.
sed '1i # lazymmu: machine riscv64' "$temporary/numbers" >"$temporary/other"
sed '1i # lazymmu: machine riscv64' "$temporary/tlb" >"$temporary/riscv"
for machine in other riscv; do
	status 0 replay --populate none --arch generic "$temporary/$machine"
	! grep -qE '^munmap|^execve|by number' "$out" || fail "numbers of $machine"
done

# A page fault of perf does not say its access: what may be written was, and a fork copies it.
{
	printf 'x 7 [000] 1.000001: PERF_RECORD_MMAP2 7/7: [0x10000000(0x4000) @ 0 00:00 0 0]: rw-p //anon\n'
	printf 'x 7 [000] 1.000002: PERF_RECORD_MMAP2 7/7: [0x20000000(0x4000) @ 0 fe:00 1 1]: r-xp /bin/x\n'
	printf 'x 7 [000] 1.000003: page-faults: %16x 401000\n' 0x10000000 0x10001000 0x10002000 0x20000000
	printf 'x 7 [000] 1.000004: syscalls:sys_enter_fork:\n'
	printf 'x 7 [000] 1.000005: PERF_RECORD_FORK(8:8):(7:7)\n'
	printf 'x 7 [000] 1.000006: syscalls:sys_exit_fork: 0x8\n'
} >"$temporary/faults"
status 0 replay --by walker --arch generic "$temporary/faults"
grep -q '^copy_pte_range  1         6 ' "$out" || fail "a fork copies what was faulted in: $(grep copy "$out")"
exit "$failed"
