# SPDX-License-Identifier: MIT
# Shared by the benchmarks; sourced.
set -eu
export LC_ALL=C

temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT

# fields LINE N: the N-th word.
field() { set -- "$2" $1; shift "$1"; printf '%s\n' "$1"; }

# median of the numbers on stdin.
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

# ratio A B: A / B with two decimals.
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f\n", a / b }'; }

# plain FILE: its text, whether it is gzip or not.
plain() {
	case $(od -An -tx1 -N2 "$1" | tr -d ' ') in
	1f8b) gzip -dc "$1" ;;
	*) cat "$1" ;;
	esac
}

# repeat N FILE: the text of FILE N times, in one stream.
repeat() {
	local i
	for ((i = 0; i < $1; i++)); do cat "$2"; done
}

# instructions COMMAND...: what callgrind counts, start-up included; nothing without valgrind.
instructions() {
	command -v valgrind >/dev/null || return 0
	valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@" 2>&1 >/dev/null |
		sed -n 's/.*Collected : *//p'
}
