#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# micro.sh MICRO RECORDINGS: what it times, compares and refuses; not how long anything takes.
set -u
export LC_ALL=C

micro=$(realpath "$1") recordings=$(realpath "$2")
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT
cd "$temporary" || exit 1
failed=0

fail() {
	printf 'FAIL: %s\n' "$*"
	failed=1
}

# status WANTED ARGUMENT...: its streams are in out and err.
status() {
	local wanted=$1 got=0
	shift
	"$micro" "$@" >out 2>err || got=$?
	[ "$got" -eq "$wanted" ] || { fail "micro $*: status $got, not $wanted"; cat err; }
}
says() { grep -qF -- "$2" "$1" || fail "no '$2' in: $(head -c 300 "$1")"; }

# Earlier results: one case that is still there, one that is not, one that is not asked for.
printf '#micro 1\ngeneric/enter+leave 0.001 0 1\ngeneric/enter-leave 1 0 1\nxen/store 1 0 1\n' >earlier
status 0 --save now --against earlier generic/enter
[ "$(cut -d' ' -f1 out | xargs)" = 'case generic/store generic/enter+leave generic/enter+leave/nested only' ] ||
	fail "cases: $(cut -d' ' -f1 out | xargs)"
says out 'only in earlier: generic/enter-leave'
grep -q '^generic/enter+leave  .*[0-9]\.[0-9][0-9]$' out || fail 'no ratio to what was there'
grep -q '^generic/store  .*  1\.00  *not there$' out || fail 'no word of what was not there'
[ "$(grep -cE '^generic/[a-z+/]+ [0-9]+\.[0-9]{3} [0-9]+\.[0-9]{3} [0-9]+$' now)" -eq 3 ] || fail "saved: $(cat now)"

# What was saved can be read, and replaced. A recording and a search are cases, too.
status 0 --save now --against now --recording "$recordings/W1_mprotect_64.txt.gz" \
	replay explore/protocols/arm64 generic/store
says out 'replay/W1_mprotect_64.txt.gz'
says out 'explore/protocols/arm64'
[ "$(grep -vc '^#' now)" -eq 3 ] || fail "saved: $(cat now)"

# What it refuses, before it has timed anything.
printf '#micro 1\nxen/store 1 0 x\n' >bad
status 2 --against bad
says err "bad:2:15: 'x' is not a number"
status 3 --against nowhere
says err 'nowhere: No such file'
status 2 --against "$recordings/W1_mprotect_64.txt.gz"
says err ':1:1: no file of results'
status 2 --kernel v9 generic/store
status 2 --nope
says err 'usage: micro'
status 2 nothing
says err 'no case begins like that'
status 3 --recording nowhere replay
says err 'nowhere: No such file'
status 3 --recording bad replay
status 3 --save /nonexistent/now generic/store
exit "$failed"
