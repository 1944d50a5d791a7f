#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# README lists each assumption of the source under the name of its file, as often as it has some.
. "$(dirname "$0")/lib.sh"

cd "$root" || exit 1
made=$(grep -ro 'ASSUME:' src arch --include='*.[ch]' | cut -d: -f1 | sort | uniq -c)
told=$(sed -n 's/^- `\(\(src\|arch\)\/[^`]*\)`: .*/\1/p' "$readme" | sort | uniq -c)
[ -n "$made" ] || fail 'no ASSUME: found'
same 'assumptions by file' "$told" "$made"
exit "$failed"
