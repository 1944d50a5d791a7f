#!/bin/sh
# SPDX-License-Identifier: MIT
# make_table.sh FILE.lmt...
#
# Prints the C file with the scenarios that the program brings along, sorted by name. Their text is
# written as numbers: C limits the length of a string, not of an array.
export LC_ALL=C

echo '#include "shipped.h"'
list=
for file in $(printf '%s\n' "$@" | sed 's/\.lmt$//' | sort); do
	name=$(basename "$file")
	id=$(printf '%s' "$name" | tr -c 'a-zA-Z0-9' '_')
	printf '\nstatic const char text_of_%s[] = {\n' "$id"
	od -An -v -tu1 "$file.lmt" | sed 's/  */,/g; s/^,//; s/$/,/'
	echo '0 };'
	list="$list
	{ \"$name\", text_of_$id },"
done
printf '\nconst struct shipped_scenario shipped_scenarios[] = {%s\n\t{ 0, 0 },\n};\n' "$list"
