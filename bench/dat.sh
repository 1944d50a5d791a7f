#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# dat.sh LAZYMMU MEASURE TRACE.DAT [REPLAY-OPTION...]
#
# End to end from one trace.dat, against `trace-cmd report` of the same file, whose text is thrown
# away. The file as it is, where both mostly read the kernel's formats and symbols, and with its
# pages TIMES times (default 300) behind each other, if one CPU has them all. Elapsed and processor
# time (lazymmu reads the file in a child), medians of RUNS runs (default 5) that take turns.
. "$(dirname "$0")/lib.sh"

lazymmu=$1 measure=$2 recording=$3
shift 3
runs=${RUNS:-5} times=${TIMES:-300}
command -v trace-cmd >/dev/null || { echo "no trace-cmd here"; exit 77; }

# number OFFSET FILE: eight bytes of it, little-endian.
number() { od -An -t u8 -j "$1" -N 8 "$2" | tr -d ' '; }

# grow ONE MANY: version 6 ends with "flyrecord", offset and size of each CPU's pages, the pages.
grow() {
	local table pages size cpu
	trace-cmd convert -i "$1" -o "$temporary/v6" --file-version 6 --compression none >/dev/null 2>&1
	table=$(($(LC_ALL=C grep -abo flyrecord "$temporary/v6" | tail -n 1 | cut -d: -f1) + 10))
	for ((cpu = 0; ; cpu++)); do
		pages=$(number $((table + 16 * cpu)) "$temporary/v6")
		size=$(number $((table + 16 * cpu + 8)) "$temporary/v6")
		[ "$size" = 0 ] || break
	done
	[ $((pages + size)) -eq "$(wc -c <"$temporary/v6")" ] || return 1
	tail -c "$size" "$temporary/v6" >"$temporary/pages"
	head -c $((table + 16 * cpu + 8)) "$temporary/v6"
	printf '%016x' $((size * times)) | sed 's/../&\n/g' | tac | tr -d '\n' | sed 's/../\\x&/g' |
		xargs -0 printf '%b'
	tail -c +$((table + 16 * cpu + 17)) "$temporary/v6" | head -c $((pages - table - 16 * cpu - 16))
	repeat "$times" "$temporary/pages"
}

# run NAME COMMAND...: one run more.
run() {
	local name=$1 result
	shift
	result=$("$measure" "$@")
	field "$result" 1 >>"$temporary/$name.processor"
	field "$result" 3 >>"$temporary/$name.elapsed"
}

# compare FILE REPLAY-OPTION...
compare() {
	local file=$1 i kind ours theirs
	shift
	rm -f "$temporary"/*.processor "$temporary"/*.elapsed
	for ((i = 0; i < runs; i++)); do
		run lazymmu "$lazymmu" replay "$@" "$file"
		run trace-cmd trace-cmd report -i "$file"
	done
	echo "trace.dat  $(wc -c <"$file") bytes, $(trace-cmd report -i "$file" 2>/dev/null | wc -l) lines"
	for kind in elapsed processor; do
		ours=$(median <"$temporary/lazymmu.$kind") theirs=$(median <"$temporary/trace-cmd.$kind")
		echo "           $(ratio "$theirs" "$ours") times the speed of trace-cmd report ($kind time $ours and $theirs us)"
	done
}

plain "$recording" >"$temporary/once"
compare "$temporary/once" "$@"
if grow "$temporary/once" >"$temporary/many"; then
	compare "$temporary/many" "$@"
fi
