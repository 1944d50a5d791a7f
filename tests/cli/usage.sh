#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What a user can type wrong: status 2, a message that names it, nothing on standard output.
. "$(dirname "$0")/lib.sh"

wrong() {
	local message=$1
	shift
	status 2 "$@"
	silent "$out"
	says "$err" "$message"
}

wrong 'usage: lazymmu COMMAND'
wrong "unknown command 'replya'" replya
wrong "unknown command 'replya'" help replya
wrong 'one command at a time' help replay list
wrong "unknown list 'arches'" list arches
wrong 'one list at a time' list arch kernels
wrong 'no recording given' replay
wrong 'no recording given' replay --arch xen
wrong '--colour' replay --colour "$recording"
wrong '--arch' replay "$recording" --arch
wrong "unknown backend 'vax'" replay --arch vax "$recording"
wrong "unknown backend 'vax'" replay --arch xen,vax "$recording"
wrong "unknown kernel 'v2.4'" replay --kernel v2.4 "$recording"
wrong "mode 'eager'" replay --mode eager "$recording"
wrong "MMU 'tree'" replay --mmu tree "$recording"
wrong "page size '5K'" replay --page-size 5K "$recording"
wrong "preemption model 'some'" replay --preempt some "$recording"
wrong "unknown config 'smp'" replay --config smp "$recording"
for cpus in 0 65 -1 two 99999999999999999999; do
	wrong "number of CPUs '$cpus'" replay "--cpus=$cpus" "$recording"
done
wrong '8192-byte pages' replay --arch xen --page-size 8K "$recording"

# The same words, asked for: status 0, on standard output.
for arguments in help 'help replay' 'help list' 'help help' --help --version list; do
	read -ra words <<<"$arguments"
	status 0 "${words[@]}"
	silent "$err"
	[ -s "$out" ] || fail "lazymmu $arguments says nothing"
done
for list in arch kernels walkers findings; do
	status 0 list "$list"
	[ "$(wc -l <"$out")" -gt 4 ] || fail "list $list is short"
done
exit "$failed"
