# SPDX-License-Identifier: MIT
# Sourced by the program's tests: each is called with the program, the recordings and the man page.
set -u
export LC_ALL=C

lazymmu=$(realpath "$1") recordings=$2 man_page=$3
recording=$recordings/W1_mprotect_64.txt.gz
as_recorded=(--arch xen --kernel v6.1 --cpus 2 --preempt full)
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT
out=$temporary/out err=$temporary/err
failed=0

fail() {
	printf 'FAIL: %s\n' "$*"
	failed=1
}

# status WANTED ARGUMENT...: runs the program; its streams are in $out and $err.
status() {
	local wanted=$1 got=0
	shift
	"$lazymmu" "$@" >"$out" 2>"$err" || got=$?
	[ "$got" -eq "$wanted" ] && return
	fail "lazymmu $*: status $got, not $wanted"
	sed 's/^/    /' "$err"
}

# says FILE TEXT: the text is in it.
says() { grep -qF -- "$2" "$1" || fail "no '$2' in: $(head -c 300 "$1")"; }

# silent FILE: nothing is in it.
silent() { [ ! -s "$1" ] || fail "unexpected: $(head -c 300 "$1")"; }

# same FILE FILE
same() { cmp "$1" "$2" || fail "$1 and $2 differ"; }
