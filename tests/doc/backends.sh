#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# README's table of backends is `lazymmu list arch`, cell by cell.
. "$(dirname "$0")/lib.sh"

listed=$("$lazymmu" list arch | sed 's/  \+/ | /g; s/^/| /; s/$/ |/')
table=$(awk '/^\| backend \|/ { inside = 1 } !/^\|/ { inside = 0 } inside && !/^\|-/' "$readme")
same 'the table of backends' "$table" "$listed"
for backend in arm64 kpkeys 'powerpc hash' 'powerpc radix' sparc64 'Xen PV' s390 generic; do
	grep -q "^| $backend |" <<<"$table" || fail "no row for $backend"
done
exit "$failed"
