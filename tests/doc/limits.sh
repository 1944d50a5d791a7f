#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# README's limits are the constants of the source.
. "$(dirname "$0")/lib.sh"

cd "$root" || exit 1
nr=0
while read -r name file told; do
	made=$(sed -n "s/.*\b$name = \([0-9<* ]*\).*/\1/p" "$file")
	if [ -z "$made" ]; then
		fail "$file has no $name"
	elif [ "$((made))" -ne "$told" ]; then
		fail "$name is $((made)), not $told"
	fi
	nr=$((nr + 1))
done < <(sed -n 's/^- `\(MAX_[A-Z_]*\)` (`\([^`]*\)`): \([0-9,]*\) .*/\1 \2 \3/p' "$readme" | tr -d ,)
[ "$nr" -gt 0 ] || fail 'no limits'
exit "$failed"
