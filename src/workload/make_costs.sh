#!/bin/sh
# SPDX-License-Identifier: MIT
# make_costs.sh arch/NAME/costs.txt...
#
# Prints the C file with the cost tables of the backends. As src/scenarios/make_table.sh does, it
# writes numbers: C limits the length of a string, not of an array.
export LC_ALL=C

echo '#include "costs.h"'
list=
for file; do
	name=$(basename "$(dirname "$file")")
	printf '\nstatic const char costs_of_%s[] = {\n' "$name"
	od -An -v -tu1 "$file" | sed 's/  */,/g; s/^,//; s/$/,/'
	echo '0 };'
	list="$list
	{ \"$name\", costs_of_$name },"
done
printf '\nconst struct shipped_costs shipped_costs[] = {%s\n\t{ 0, 0 },\n};\n' "$list"
