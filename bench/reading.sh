#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# reading.sh LAZYMMU MEASURE NEWLINES RECORDING...
#
# End to end (parse, model one backend, count), against mawk counting events by name and against a
# scan for line ends. Each recording is repeated, uncompressed, to at least WANTED lines (default 5
# million). Processor time, median of RUNS runs (default 5), the programs taking turns. What lazymmu
# is told about the recordings is in REPLAY; NAME is what mawk counts by: "$5" of ftrace text without
# TGIDs and of perf script, "substr($3, 1, index($3, \"(\") - 1)" of strace -f -tt.
. "$(dirname "$0")/lib.sh"

lazymmu=$1 measure=$2 newlines=$3
shift 3
wanted=${WANTED:-5000000} runs=${RUNS:-5}
command -v mawk >/dev/null || { echo "no mawk here"; exit 77; }
read -ra replay <<<"${REPLAY:-}"
count="{ n[${NAME:-\$5}]++ } END { for (name in n) print name, n[name] }"

# processor_time NAME COMMAND...: one run more.
processor_time() {
	local name=$1
	shift
	field "$("$measure" "$@")" 1 >>"$temporary/$name"
}

# per_event FILE ONCE: instructions of lazymmu, without its start-up: two sizes, and their difference.
per_event() {
	local some=$((10000 / $2 + 1)) one two
	repeat "$some" "$1" >"$temporary/some"
	repeat 2 "$temporary/some" >"$temporary/twice"
	one=$(instructions "$lazymmu" replay "${replay[@]}" "$temporary/some")
	two=$(instructions "$lazymmu" replay "${replay[@]}" "$temporary/twice")
	[ -z "$one" ] || echo $(((two - one) / (some * $2)))
}

for recording; do
	plain "$recording" >"$temporary/once"
	once=$(wc -l <"$temporary/once")
	times=$(((wanted + once - 1) / once))
	repeat "$times" "$temporary/once" >"$temporary/text"
	rm -f "$temporary/lazymmu" "$temporary/mawk" "$temporary/newlines"
	for ((i = 0; i < runs; i++)); do
		processor_time lazymmu "$lazymmu" replay "${replay[@]}" "$temporary/text"
		processor_time mawk mawk "$count" "$temporary/text"
		processor_time newlines "$newlines" "$temporary/text"
	done
	ours=$(median <"$temporary/lazymmu")
	echo "recording  ${recording##*/}, $((times * once)) lines, $(wc -c <"$temporary/text") bytes"
	echo "lazymmu    $ours us of processor time (median of $runs runs)"
	echo "mawk       $(ratio "$(median <"$temporary/mawk")" "$ours") times its speed"
	echo "newlines   $(ratio "$(median <"$temporary/newlines")" "$ours") of its speed"
	echo "           $(per_event "$temporary/once" "$once") instructions per line"
done
