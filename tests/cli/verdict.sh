#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What decides the exit status: the recorded machine, several files, damage.
. "$(dirname "$0")/lib.sh"

status 0 replay "${as_recorded[@]}" "$recording"

# v7.3 batches nothing on Xen; the recording is of v6.1.
status 1 replay --arch xen --kernel v7.3 --cpus 2 "$recording"
says "$out" MISMATCH
says "$out" 'finding: batching-lost'
says "$out" 'verdict: a prediction differs from the recording'

# Other backends and kernels beside the recorded ones do not count.
status 0 replay --arch xen,generic,s390 --kernel v6.1,v7.3 --mode both --cpus 2 "$recording"
says "$out" 'finding: batching-lost'
says "$out" 'generic v7.3, immediate'

# Labs are asked for by name: all are the kernels that somebody posted.
status 0 replay --arch xen --kernel v6.1,all --cpus 2 "$recording"
[ "$(grep -c '^xen .*, lazy' "$out")" -eq 12 ] || fail 'not 12 kernels'
! grep -q '^xen lab-' "$out" || fail 'a lab among all kernels'
status 0 replay --arch xen --kernel v6.1,labs --cpus 2 "$recording"
[ "$(grep -c '^xen lab-' "$out")" -eq 12 ] || fail 'not 12 labs'

# Without the effects of another machine there is nothing to compare with.
status 0 replay --arch generic --cpus 2 "$recording"
says "$out" 'no recorded effects to compare with'

status 0 replay --mmu radix --kernel v6.1 "$recordings/powerpc-6.1-64k-mprotect-193.txt.gz"
says "$out" '1 CPU (line'
says "$out" 'radix MMU (given)'
says "$out" 'powerpc v6.1, lazy, radix MMU, 65536-byte pages'
says "$out" 'no recorded effects to compare with'

# What happened in the past of the tasks has no line.
status 1 replay --kernel v7.3 --config debug_vm --cpus 2 "$recording"
says "$out" 'configuration debug_vm (given)'
says "$out" 'times, first before the recording, task 0 on CPU 0'

# Several files: a report for each, the gravest status.
status 0 replay "${as_recorded[@]}" "$recording" "$recording"
[ "$(grep -c '^verdict: ' "$out")" -eq 2 ] || fail 'two files, not two verdicts'
status 3 replay "${as_recorded[@]}" "$recording" "$temporary/none"
says "$out" 'verdict: every compared phase matches'

# Damage: what stands before it is reported.
gzip -dc "$recording" >"$temporary/whole"
head -c 15000 "$recording" >"$temporary/cut.gz"
status 2 replay "${as_recorded[@]}" "$temporary/cut.gz"
says "$err" 'ends too early'
grep -q '^mprotect_ro .* match$' "$out" || fail 'the phase before the cut is not there'

{ head -n 1499 "$temporary/whole"; sed -n 1500p "$temporary/whole" | head -c 30; } >"$temporary/torn"
status 2 replay "${as_recorded[@]}" "$temporary/torn"
says "$err" "$temporary/torn:1500:"
grep -q '^mprotect_rw .* match$' "$out" || fail 'the phase before the torn line is not there'

{ head -n 1000 "$temporary/whole"; echo 'not a line'; tail -n +1001 "$temporary/whole"; } \
	>"$temporary/foreign"
status 2 replay "${as_recorded[@]}" "$temporary/foreign"
says "$err" "$temporary/foreign:1001:"
says "$out" '1919 lines, 1 bad'
grep -q '^mprotect_none .* match$' "$out" || fail 'the phases behind a bad line are not there'

# No recording at all.
: >"$temporary/empty"
status 2 replay "$temporary/empty"
says "$err" 'empty'
printf 'all work\nand no play\n' >"$temporary/prose"
status 2 replay "$temporary/prose"
says "$err" 'unknown format'
exit "$failed"
