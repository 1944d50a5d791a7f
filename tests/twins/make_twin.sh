#!/bin/sh
# SPDX-License-Identifier: MIT
# make_twin.sh SOURCE AFTER LINE REPLACEMENT
#
# Prints SOURCE with one line replaced: the first one that begins with LINE, indentation apart, from
# the line that contains AFTER on. Where there is none the table is out of step with the source: then
# the twin equals its original, and its test fails because it survives.
export AFTER="$2" LINE="$3" REPLACEMENT="$4"
exec awk '
BEGIN { after = ENVIRON["AFTER"]; line = ENVIRON["LINE"] }
index($0, after) { reached = 1 }
{
	text = $0
	sub(/^[ \t]+/, "", text)
	if (reached && !done && index(text, line) == 1) {
		print ENVIRON["REPLACEMENT"]
		done = 1
	} else {
		print
	}
}
END {
	if (!done) {
		print FILENAME ": no line \"" line "\" after \"" after "\"" > "/dev/stderr"
	}
}' "$1"
