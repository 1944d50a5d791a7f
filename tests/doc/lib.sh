# SPDX-License-Identifier: MIT
# Sourced by the tests of README.md: each is called with the source root and the program.
set -u
export LC_ALL=C

root=$1 lazymmu=$(realpath "$2")
readme=$root/README.md
failed=0

fail() {
	printf 'README.md: %s\n' "$*"
	failed=1
}

# block N: the N-th fenced block.
block() {
	awk -v want="$1" '
		/^```/ { inside = !inside; if (inside) n++; next }
		inside && n == want' "$readme"
}

# same WHAT WANTED FOUND: fails with their difference.
same() {
	[ "$2" = "$3" ] && return
	fail "$1 (- README, + found):"
	diff <(printf '%s\n' "$2") <(printf '%s\n' "$3")
}
