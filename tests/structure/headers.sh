#!/bin/sh
# SPDX-License-Identifier: MIT
# headers.sh SOURCE_ROOT COMPILER...
#
# Every internal header compiles alone, and twice.
root=$1
shift
includes=
for layer in src/machine src/hw arch src/lazy src/mm src/workload src/trace src/explore src/report src/cli src/api; do
	includes="$includes -I$root/$layer"
done
includes="-I$root/include $includes"
failed=0
for header in $(find "$root/src" "$root/arch" -name '*.h' | sort); do
	printf '#include "%s"\n#include "%s"\n' "$header" "$header" |
		"$@" -std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Werror -fsyntax-only \
			$includes -x c - || { echo "$header does not compile alone"; failed=1; }
done
exit $failed
