#!/bin/sh
# SPDX-License-Identifier: MIT
# layers.sh BUILD_ROOT COMPILER...
#
# A layer cannot include what lies above it: with the include directories that the build gives to
# its sources, a header of each upper layer is not found, and one of its own is.
build=$1
shift

# Layers from the bottom up: folder, one source of it, one header of its own.
layers='machine:src/machine/machine.c:machine.h
hw:src/hw/hw.c:hw.h
arch:arch/table.c:arch.h
lazy:src/lazy/lazy.c:lazy.h
mm:src/mm/zap.c:walkers.h
workload:src/workload/measure.c:workload.h
trace:src/trace/replay.c:replay.h
explore:src/explore/explore.c:explore.h
report:src/report/compare.c:compare.h
cli:src/cli/main.c:cmd.h'

# The -I options of the command that compiles a source.
includes_of() {
	grep "\"command\".*$1" "$build/compile_commands.json" | head -n 1 | tr ' ' '\n' |
		tr -d '",' | grep '^-I'
}

# Whether a header is found with these -I options.
finds() {
	printf '#if !__has_include("%s")\n#error\n#endif\n' "$2" |
		(cd "$build" && "$compiler" -fsyntax-only $1 -x c - 2>/dev/null)
}

compiler=$1
failed=0
below=
for layer in $layers; do
	name=${layer%%:*}
	header=${layer##*:}
	for lower in $below; do
		for spelling in "$header" "$name/$header"; do
			finds "$(includes_of "${lower#*:}")" "$spelling" || continue
			echo "${lower%%:*} can include $spelling"
			failed=1
		done
	done
	source=${layer#*:}
	source=${source%%:*}
	if ! finds "$(includes_of "$source")" "$header"; then
		echo "$name does not find its own $header"
		failed=1
	fi
	below="$below $name:$source"
done
exit $failed
