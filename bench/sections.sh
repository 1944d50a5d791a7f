#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# sections.sh SECTIONS BACKEND KERNEL...
#
# Instructions of the simulated section calls on each kernel: enable and disable, the same inside a
# section, pause and resume; less those of a call in immediate mode, which returns at once. A kernel
# that does not survive them has "-". Build with --buildtype=release.
. "$(dirname "$0")/lib.sh"

command -v valgrind >/dev/null || { echo "no valgrind here"; exit 77; }
program=$1 backend=$2
shift 2

# pair KERNEL KIND: of a pair of calls; nothing if something was found.
pair() {
	valgrind --tool=callgrind --callgrind-out-file=/dev/null --toggle-collect='make_calls*' \
		"$program" "$backend" "$1" "$2" >"$temporary/out" 2>"$temporary/err" || return 0
	read -r pairs _ <"$temporary/out"
	echo $(($(sed -n 's/.*Collected : *//p' "$temporary/err") / pairs))
}

printf '%-8s %-10s %8s %8s %8s\n' "$backend" kernel section nested pause
for kernel; do
	row=$(printf '%-8s %-10s' "$backend" "$kernel")
	none=$(pair "$kernel" immediate)
	for kind in section nested pause; do
		cost=$(pair "$kernel" "$kind")
		[ -z "$cost" ] || cost=$((cost - none))
		row+=$(printf ' %8s' "${cost:--}")
	done
	echo "$row"
done
