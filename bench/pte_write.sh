#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# pte_write.sh PTE_WRITE SUBJECT KERNEL [LIMIT-IN-SECTION LIMIT-OUTSIDE]
#
# Instructions of each load of pte_load.h by callgrind, for each operation with its share of the walk,
# of enter, leave and flushes; all in one run. With limits a set_pte() that costs more is a failure.
# Build with --buildtype=release.
. "$(dirname "$0")/lib.sh"

command -v valgrind >/dev/null || { echo "no valgrind here"; exit 77; }
in_section=${4:-} outside=${5:-}
status=0

# check LOAD INSTRUCTIONS
check() {
	local limit=
	case $1 in
	set_pte/section) limit=$in_section ;;
	set_pte/outside) limit=$outside ;;
	esac
	[ -z "$limit" ] || [ "$2" -le "$limit" ] || { status=1; echo "more than $limit: $1"; }
}

# One dump behind each load, in their order.
valgrind --tool=callgrind --callgrind-out-file="$temporary/dump" --toggle-collect='pte_load_run*' \
	--dump-after='count_load*' "$1" "$2" "$3" >"$temporary/loads" 2>"$temporary/err" ||
	{ cat "$temporary/err"; exit 3; }
nr=0
while read -r load operation operations; do
	nr=$((nr + 1))
	collected=$(sed -n 's/^totals: //p' "$temporary/dump.$nr")
	instructions=$(((collected + operations / 2) / operations))
	printf '%-14s %-5s %-19s %5s instructions per %s\n' "$2" "$3" "$load" "$instructions" "$operation"
	check "$load" "$instructions"
done <"$temporary/loads"
exit "$status"
