#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# throughput.sh LAZYMMU MEASURE LINES RECORDING [REPLAY-OPTION...]
#
# Parse, model one backend and count, against mawk splitting the same text into fields and counting
# by event name. The recording is repeated, uncompressed, to at least LINES lines. Processor time,
# median of RUNS runs (default 7), the two programs taking turns.
. "$(dirname "$0")/lib.sh"

lazymmu=$1 measure=$2 wanted=$3 recording=$4
shift 4
runs=${RUNS:-7}
command -v mawk >/dev/null || { echo "no mawk here"; exit 77; }

plain "$recording" >"$temporary/once"
once=$(wc -l <"$temporary/once")
times=$(((wanted + once - 1) / once))
repeat "$times" "$temporary/once" >"$temporary/text"
count='{ n[$5]++ } END { for (name in n) print name, n[name] }'

for ((i = 0; i < runs; i++)); do
	field "$("$measure" "$lazymmu" replay "$@" "$temporary/text")" 1 >>"$temporary/lazymmu"
	field "$("$measure" mawk "$count" "$temporary/text")" 1 >>"$temporary/mawk"
done
ours=$(median <"$temporary/lazymmu")
theirs=$(median <"$temporary/mawk")
echo "recording  ${recording##*/}, $times times: $((times * once)) lines, $(wc -c <"$temporary/text") bytes"
echo "lazymmu    $ours us, mawk $theirs us (processor time, median of $runs runs)"
echo "ratio      $(ratio "$theirs" "$ours") times the speed of mawk"

# Two sizes, whose difference has no start-up in it: neither that of the programs nor the events
# that wait until a recording says its backend.
some=$((10000 / once + 1))
repeat "$some" "$temporary/once" >"$temporary/some"
repeat 2 "$temporary/some" >"$temporary/twice"

# per_line NAME COMMAND...
per_line() {
	local name=$1 one two
	shift
	one=$(instructions "$@" "$temporary/some")
	two=$(instructions "$@" "$temporary/twice")
	[ -z "$one" ] || echo "$name $(((two - one) / (some * once))) instructions per line"
}

per_line "lazymmu   " "$lazymmu" replay "$@"
per_line "mawk      " mawk "$count"
