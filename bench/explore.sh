#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# explore.sh LAZYMMU MEASURE [tick]
#
# The seven protocols on Xen, two CPUs and 2 to 6 equal tasks (with `tick` and one interrupt): lazymmu
# explores a scenario, SPIN a model of the same (protocols.pml), one after the other. Their verdicts
# must be equal. A search ends after LIMIT seconds (default 60) or at MEMORY MiB (default 4096); then
# more tasks are not tried. SIZES and KERNELS choose what is compared.
. "$(dirname "$0")/lib.sh"

lazymmu=$1 measure=$2 tick=${3:-}
model=$(dirname "$(realpath "$0")")/protocols.pml
lazymmu=$(realpath "$lazymmu") measure=$(realpath "$measure")
limit=${LIMIT:-60} memory=${MEMORY:-4096}
for program in spin gcc; do
	command -v $program >/dev/null || { echo "no $program here"; exit 77; }
done
cd "$temporary"

# scenario TASKS: its text.
scenario() {
	local i
	echo "#lmt 1"
	echo "scenario protocols-$1"
	echo "cpus 2"
	for ((i = 1; i <= $1; i++)); do
		echo "task T$i { enable ; enable ; write w0 ; disable ; write w1 ; disable }"
	done
	[ -z "$tick" ] || echo "irq tick { write w2 }"
}

# The searches print: verdict, states, steps (spin: transitions), microseconds, KiB.

# our_search TASKS KERNEL
our_search() {
	local cost
	scenario "$1" >scenario.lmt
	ulimit -v $((memory * 1024))
	cost=$("$measure" -o ours "$lazymmu" explore --arch xen --kernel "$2" --jobs 1 \
		--max-seconds "$limit" scenario.lmt 2>/dev/null)
	awk -v cost="$cost" '
		NR == 1 { split($0, part, ": "); split(part[2], word, " ") }
		/ states, / { states = $1; steps = $(NF - 1) }
		END { print (word[1] ? word[1] : "bounded"), states + 0, steps + 0, cost }' ours
}

# their_search TASKS KERNEL. No statement is local to a process, so that partial-order reduction
# costs time and finds nothing.
their_search() {
	local cost protocol slots=$((8 + 4 * $1))
	protocol=$(printf '%s' "$2" | tr '[:lower:].-' '[:upper:]__')
	spin -DNTASKS="$1" -DPROTOCOL="$protocol" ${tick:+-DTICK} -a "$model" >&2
	gcc -O2 -DSAFETY -DNOREDUCE -DMEMLIM="$memory" -w -o pan pan.c
	cost=$("$measure" -o theirs timeout -s INT "$limit" \
		./pan -m100000 -w$((slots < 24 ? slots : 24)) 2>/dev/null)
	awk -v cost="$cost" '
		/errors: [1-9]/ { verdict = "finding" }
		/not completed|too small/ { incomplete = 1 }
		/ states, stored/ { states = $1 }
		/ transitions / { steps = $1 }
		END { print (verdict ? verdict : incomplete || !states ? "bounded" : "clean"),
			states + 0, steps + 0, cost }' theirs
}

# columns VERDICT STATES STEPS MICROSECONDS KIB; "-" for what was not tried.
columns() {
	awk -v layout="$layout" -v verdict="$1" -v states="$2" -v steps="$3" -v us="$4" \
		-v kib="$5" 'BEGIN {
		if (verdict == "-") { printf layout, "-", "-", "-", "-", "-", "-"; exit }
		printf "%9s%10d%9.2f%8.3f%7.2f%6d", verdict, states, us / 1e6, states / us,
			steps / us, kib / 1024 }'
}

# The factor in time, where both came to an end.
compare() {
	case "$1 $6" in
	*bounded* | *-*) echo - ;;
	*) ratio "$9" "$4" ;;
	esac
}

layout="%9s%10s%9s%8s%7s%6s"
printf "%-16s  lazymmu%38s    spin%41s   spin /\n" "" "" ""
printf "%-11s%5s$layout  $layout  %8s\n" protocol tasks \
	verdict states seconds Mst./s Msp./s MiB verdict states seconds Mst./s Mtr./s MiB lazymmu

unequal=0
for kernel in ${KERNELS:-v6.6 series-v2 lab-flag v7.0 patch-0508 v7.1 v7.3}; do
	skip_ours= skip_theirs=
	for tasks in ${SIZES:-2 3 4 5 6}; do
		ours="- 0 0 0 0" theirs="- 0 0 0 0"
		[ -n "$skip_ours" ] || ours=$(our_search "$tasks" "$kernel")
		[ -n "$skip_theirs" ] || theirs=$(their_search "$tasks" "$kernel")
		[ "${ours%% *}" != bounded ] || skip_ours=yes
		[ "${theirs%% *}" != bounded ] || skip_theirs=yes
		case "${ours%% *} ${theirs%% *}" in
		"clean finding" | "finding clean") unequal=1 ;;
		esac
		printf '%-11s%5s%s  %s  %8s\n' "$kernel" "$tasks" "$(columns $ours)" \
			"$(columns $theirs)" "$(compare $ours $theirs)"
	done
done
echo "Mst.: 10^6 different states, Msp.: schedule points passed, Mtr.: transitions"
[ $unequal = 0 ] || { echo "the verdicts differ"; exit 1; }
