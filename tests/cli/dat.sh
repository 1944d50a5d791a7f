#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# trace.dat says what the text of the same run said: the numbers are those of its raw events.
. "$(dirname "$0")/lib.sh"

dat=$recordings/xen-6.1-mprotect-8.dat.gz
if ! "$lazymmu" replay "$dat" >"$out" 2>"$err" && grep -q 'binary trace.dat' "$err"; then
	says "$err" '(trace-cmd report'
	[ "$failed" -eq 0 ] || exit 1
	echo 'built without libtracecmd'
	exit 77
fi

# phase NAME COLUMN...: the report has this row.
phase() {
	tr -s ' ' <"$out" >"$temporary/narrow"
	says "$temporary/narrow" "$*"
}

status 0 replay "${as_recorded[@]}" "$dat"
silent "$err"
says "$out" 'trace.dat, 1035 lines, 0 bad'
phase touch 0 - 1x2 2x1 0 8 0 match
phase mprotect_ro 1 1x8 1x8 0 0 8 match
phase mprotect_rw 1 1x8 1x8 0 0 8 match
phase retouch 0 - - 0 0 0 match
phase mprotect_none 1 1x8 1x8 0 0 8 match
cp "$out" "$temporary/first"

# As a file, through a pipe, compressed or not, and converted.
gzip -dc "$dat" >"$temporary/plain.dat"
tail -n +2 "$temporary/first" >"$temporary/rest"
for command in 'cat plain.dat' 'gzip -c plain.dat'; do
	(cd "$temporary" && $command) | "$lazymmu" replay "${as_recorded[@]}" - | tail -n +2 >"$out"
	same "$temporary/rest" "$out"
done
"$lazymmu" replay "${as_recorded[@]}" "$temporary/plain.dat" | tail -n +2 >"$out"
same "$temporary/rest" "$out"
status 0 convert "$dat" -o "$temporary/native.lmt"
says "$temporary/native.lmt" '#source trace.dat'
"$lazymmu" replay "${as_recorded[@]}" "$temporary/native.lmt" | tail -n +2 >"$out"
same "$temporary/rest" "$out"

status 0 replay "${as_recorded[@]}" "$recordings/xen-6.1-madv-free-512.dat.gz"
phase touch 0 - 1x2 2x1 0 512 0 match
phase madv_free 1 1x512 16x31 1x16 16 0 0 match

# Cut anywhere, and with bytes that are none of it: told, nothing of the library's own, no crash.
for at in 10 11 40 400 2100 60000 69700 962700 970000; do
	head -c "$at" "$temporary/plain.dat" >"$temporary/cut.dat"
	status 2 replay "$temporary/cut.dat"
	says "$err" 'cut.dat: the trace.dat is damaged, libtracecmd cannot read it on'
	[ "$(wc -l <"$err")" -eq 1 ] || fail "more than a message: $(cat "$err")"
done
for at in 16 38 330 962660 963300; do
	cp "$temporary/plain.dat" "$temporary/bad.dat"
	printf '\377\377\377\377\377\377\377\377' |
		dd of="$temporary/bad.dat" bs=1 seek="$at" conv=notrunc status=none
	got=0
	"$lazymmu" replay "${as_recorded[@]}" "$temporary/bad.dat" >"$out" 2>"$err" || got=$?
	[ "$got" -le 2 ] || fail "damage at $at: status $got"
	[ "$(grep -vc '^lazymmu: ' "$err")" -eq 0 ] || fail "messages of others: $(cat "$err")"
done
exit "$failed"
