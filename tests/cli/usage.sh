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
wrong 'no recording given' convert
wrong 'one recording at a time' convert "$recording" "$recording"
wrong '--colour' convert --colour "$recording"
wrong '-o' convert "$recording" -o
wrong '--colour' replay --colour "$recording"
wrong '--arch' replay "$recording" --arch
wrong "unknown backend 'vax'" replay --arch vax "$recording"
wrong "unknown backend 'vax'" replay --arch xen,vax "$recording"
wrong "unknown kernel 'v2.4'" replay --kernel v2.4 "$recording"
wrong 'no backend is named' replay --arch '' "$recording"
wrong 'no kernel is named' replay --kernel '' "$recording"
wrong "mode 'eager'" replay --mode eager "$recording"
wrong "MMU 'tree'" replay --mmu tree "$recording"
wrong "page size '5K'" replay --page-size 5K "$recording"
wrong "preemption model 'some'" replay --preempt some "$recording"
wrong "unknown config 'smp'" replay --config smp "$recording"
for cpus in 0 65 -1 two 99999999999999999999; do
	wrong "number of CPUs '$cpus'" replay "--cpus=$cpus" "$recording"
done
for command in explore run; do
	wrong 'no scenario given' "$command"
	wrong 'one scenario at a time' "$command" b01-enable b01-enable
	wrong '--colour' "$command" --colour b01-enable
	wrong '--arch' "$command" b01-enable --arch
	wrong "unknown backend 'vax'" "$command" --arch vax b01-enable
	wrong "unknown kernel 'v2.4'" "$command" --kernel v2.4 b01-enable
	wrong "MMU 'tree'" "$command" --mmu tree b01-enable
	wrong "preemption model 'some'" "$command" --preempt some b01-enable
	for cpus in 0 9 -1 two; do
		wrong "--cpus '$cpus'" "$command" "--cpus=$cpus" b01-enable
	done
done
for number in -1 x 5000000000 99999999999999999999; do
	wrong "--max-states '$number'" explore "--max-states=$number" b01-enable
	wrong "--bound-preemptions '$number'" explore "--bound-preemptions=$number" b01-enable
done
wrong "--seed '0'" run --seed 0 b01-enable
wrong 'not both' run --seed 1 --schedule x b01-enable
for shard in 0/3 4/3 1 1/0 a/b 1/2/3 1/2x; do
	wrong "--shard '$shard'" matrix --shard "$shard" b01-enable
done
wrong 'no command given' record
wrong 'no command given' record -o x --
wrong '--colour' record --colour true
wrong '-x' record -x true
wrong '-o' record -o
wrong "method 'magic'" record --method magic true
for number in 0 -1 x 99999999; do
	wrong "--buffer '$number'" record --buffer "$number" true
done
wrong "-o ''" record -o '' true
printf '#lmt 1\nscenario s\ntask T { enabel }\n' >"$temporary/typo.lmt"
for command in explore run matrix; do
	status 2 "$command" "$temporary/typo.lmt"
	says "$err" "$temporary/typo.lmt:3:10: unknown operation 'enabel'"
	status 3 "$command" "$temporary/none.lmt"
	says "$err" "$temporary/none.lmt: No such file"
done
wrong '8192-byte pages' replay --arch xen --page-size 8K "$recording"

# The same words, asked for: status 0, on standard output.
for arguments in help 'help replay' 'help convert' 'help explore' 'help record' 'help run' 'help matrix' 'help list' 'help help' --help --version list; do
	read -ra words <<<"$arguments"
	status 0 "${words[@]}"
	silent "$err"
	[ -s "$out" ] || fail "lazymmu $arguments says nothing"
done
for list in arch kernels subjects walkers findings operations; do
	status 0 list "$list"
	[ "$(wc -l <"$out")" -gt 4 ] || fail "list $list is short"
done
status 3 explore no-such-scenario
says "$err" "no-such-scenario: No such file, nor a scenario that 'lazymmu list scenarios' names"
exit "$failed"
