#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# memory.sh LAZYMMU MEASURE RECORDING [REPLAY-OPTION...]
#
# Maximum resident size for one recording and for the same 25 times in one file.
. "$(dirname "$0")/lib.sh"

lazymmu=$1 measure=$2 recording=$3
shift 3

plain "$recording" >"$temporary/once"
repeat 25 "$temporary/once" >"$temporary/many"
for ((i = 0; i < ${RUNS:-7}; i++)); do
	field "$("$measure" "$lazymmu" replay "$@" "$temporary/once")" 2 >>"$temporary/one"
	field "$("$measure" "$lazymmu" replay "$@" "$temporary/many")" 2 >>"$temporary/all"
done
one=$(median <"$temporary/one")
many=$(median <"$temporary/all")
echo "recording  ${recording##*/}"
echo "once       $one KiB, 25 times $many KiB (maximum resident size)"
echo "ratio      $(ratio "$many" "$one")"
