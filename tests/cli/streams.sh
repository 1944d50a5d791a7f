#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The same recording as file and pipe, plain and gzip, once and twice; a full disk.
. "$(dirname "$0")/lib.sh"

replay() { "$lazymmu" replay "${as_recorded[@]}" "$@"; }
status 0 replay "${as_recorded[@]}" "$recording"
silent "$err"
says "$out" 'verdict: every compared phase matches'
mv "$out" "$temporary/first"

replay "$recording" >"$out" || fail 'second time'
same "$temporary/first" "$out"

# The first line says where the text came from.
gzip -dc "$recording" >"$temporary/plain"
tail -n +2 "$temporary/first" >"$temporary/rest"
for input in "$temporary/plain" "$recording"; do
	replay "$input" | tail -n +2 >"$out"
	same "$temporary/rest" "$out"
	cat "$input" | replay - >"$temporary/piped" || fail "$input through a pipe"
	tail -n +2 "$temporary/piped" >"$out"
	same "$temporary/rest" "$out"
	replay --json - <"$input" >"$out" || fail "$input as JSON"
	[ ! -e "$temporary/json" ] || same "$temporary/json" "$out"
	cp "$out" "$temporary/json"
done
says "$temporary/piped" '(standard input)'

# Members of gzip behind each other and zeros as padding are one recording; other bytes behind them
# would be lost, which is told.
{ head -n 900 "$temporary/plain" | gzip; tail -n +901 "$temporary/plain" | gzip; head -c 5000 /dev/zero; } >"$temporary/members"
replay "$temporary/members" | tail -n +2 >"$out"
same "$temporary/rest" "$out"
{ head -n 900 "$temporary/plain" | gzip; tail -n +901 "$temporary/plain"; } >"$temporary/mixed"
status 2 replay "${as_recorded[@]}" "$temporary/mixed"
says "$err" "mixed:900: what follows the compressed data is not of gzip"
says "$out" 'not read to its end'

# Nobody reads the output, or it does not fit.
if [ -c /dev/full ]; then
	for arguments in list help "replay $recording" "replay --json $recording" \
		'explore --arch xen --kernel v7.3 b01-enable' 'run --arch xen b01-enable' \
		'matrix --arch xen --kernel v7.3 b01-enable'; do
		got=0
		read -ra words <<<"$arguments"
		"$lazymmu" "${words[@]}" >/dev/full 2>"$err" || got=$?
		[ "$got" -eq 3 ] || fail "lazymmu $arguments >/dev/full: status $got, not 3"
		says "$err" 'stdout: '
	done
fi
{ replay "$recording" 2>"$err" || echo $? >"$temporary/status"; } | head -c 1 >"$out"
silent "$err"

status 3 replay "$temporary/none"
says "$err" "$temporary/none: No such file"
silent "$out"
exit "$failed"
