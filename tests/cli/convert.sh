#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A converted recording replays to the same answers, and converts to itself.
. "$(dirname "$0")/lib.sh"

# answers NAME ARGUMENT...: the replay as JSON, but for what it says of its input.
answers() {
	local name=$1 got=0
	shift
	"$lazymmu" replay --json "$@" >"$out" 2>"$err" || got=$?
	sed '/^  "input": {/,/^  },/d' "$out" >"$temporary/$name"
	echo "status $got" >>"$temporary/$name"
	says "$temporary/$name" '"verdict"'
}

native=$temporary/native.lmt
nr=0
for file in "$recordings"/*.txt.gz; do
	status 0 convert -o "$native" "$file"
	silent "$out"
	silent "$err"
	status 0 convert "$native"
	same "$native" "$out"
	for options in '' '--arch all --kernel v6.1 --cpus 2 --preempt voluntary'; do
		read -ra words <<<"$options"
		answers original "${words[@]}" "$file"
		answers converted "${words[@]}" "$native"
		same "$temporary/original" "$temporary/converted"
	done
	nr=$((nr + 1))
done
[ "$nr" -ge 9 ] || fail "only $nr recordings"

# A pipe in, a pipe out; damage on the way: what can be read is converted.
gzip -dc "$recording" >"$temporary/plain"
status 0 convert "$recording"
cp "$out" "$native"
cat "$temporary/plain" | "$lazymmu" convert - | cmp - "$native" || fail 'through pipes'
sed '30s/.*/what is this/' "$temporary/plain" >"$temporary/bad"
status 2 convert "$temporary/bad"
says "$err" "$temporary/bad:30"
grep -v '^#line' "$out" >"$temporary/rest"
[ "$(grep -vc '^#line' "$native")" -eq "$(($(wc -l <"$temporary/rest") + 1))" ] ||
	fail 'more is missing than the bad line'
head -c 9000 "$recording" >"$temporary/cut.gz"
status 2 convert "$temporary/cut.gz" -o "$temporary/cut.lmt"
says "$err" 'the compressed data ends too early'
status 0 convert "$temporary/cut.lmt"

# A header tells the machine, not which pages are there: a log of syscalls has both bounds as before.
call='munmap(0x7f0000000000, 4096) = 0'
printf '%s\n' '# lazymmu: machine aarch64' "10 $call" >"$temporary/strace"
printf '%s\n' '# os release : 6.18.15-arm64' '# arch : aarch64' '' \
	'sh 10/10 [000] 1.000001: syscalls:sys_enter_munmap: addr: 0x7f0000000000, len: 0x00001000' \
	'sh 10/10 [000] 1.000002: syscalls:sys_exit_munmap: 0x0' >"$temporary/perf"
for file in strace perf; do
	status 0 replay "$temporary/$file"
	says "$out" 'recorded on arm64 (detected, line '
	says "$out" 'populate all (a bound: no faults are recorded)'
	status 0 convert "$temporary/$file" -o "$native"
	answers original "$temporary/$file"
	answers converted "$native"
	same "$temporary/original" "$temporary/converted"
done
status 0 replay "$native"
says "$out" 'kernel v6.18 (for 6.18, line '

# Lost events stay where they were lost.
sed '/mprotect_ro begin/a CPU:0 [LOST 7 EVENTS]' "$temporary/plain" >"$temporary/lossy"
status 0 convert "$temporary/lossy" -o "$native"
says "$native" '#lost 7'
answers original "${as_recorded[@]}" "$temporary/lossy"
answers converted "${as_recorded[@]}" "$native"
says "$temporary/converted" 'the recorder lost events in the phase'
same "$temporary/original" "$temporary/converted"

# The output is there when it is complete, and then it may be the input; else nothing is left.
cp "$temporary/plain" "$temporary/itself"
status 0 convert "$temporary/itself" -o "$temporary/itself"
status 0 convert "$recording"
same "$temporary/itself" "$out"
mkdir "$temporary/folder"
echo 'no recording' >"$temporary/none"
status 2 convert "$temporary/none" -o "$temporary/folder/x"
says "$err" 'unknown format'
status 3 convert "$temporary/missing" -o "$temporary/folder/x"
[ -z "$(ls -A "$temporary/folder")" ] || fail 'something is left of a conversion that failed'
status 3 convert "$recording" -o "$temporary/nowhere/x"
says "$err" 'No such file'
mkfifo "$temporary/fifo"
"$lazymmu" convert -o "$temporary/folder/x" - <"$temporary/fifo" 2>"$err" &
exec 3>"$temporary/fifo"
cat "$temporary/plain" >&3 # more than a pipe holds: it reads by now
kill -TERM $!
cat "$temporary/plain" "$temporary/plain" >&3 2>/dev/null
exec 3>&-
wait $!
[ $? -eq 130 ] || fail "not interrupted: $(cat "$err")"
[ -z "$(ls -A "$temporary/folder")" ] || fail 'something is left of an interrupted conversion'
if [ -c /dev/full ]; then
	status 3 convert "$recording" -o /dev/full
	says "$err" '/dev/full: No space left'
	"$lazymmu" convert "$recording" >/dev/full 2>"$err"
	[ $? -eq 3 ] || fail 'a full disk is no failure'
	says "$err" 'stdout: No space left'
fi
{ "$lazymmu" convert "$recording" 2>"$err" || echo $? >"$temporary/status"; } | head -c 1 >"$out"
silent "$err"
exit "$failed"

# A time of the recording is one of its events, of all that one line stands for.
cat >"$temporary/strace" <<'LOG'
10:20:30.000123 mmap(NULL, 8192, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000000000
10:20:31.5 munmap(0x7f0000000000, 8192) = 0
LOG
cat >"$temporary/perf" <<'LOG'
   tiny 21762 [001]  1219.251693: raw_syscalls:sys_enter: NR 11 (7f2449964000, 2000, 0, 0, 0, 0)
   tiny 21762 [001]  1219.251695984: raw_syscalls:sys_exit: NR 11 = 0
LOG
status 0 convert "$temporary/strace"
says "$out" '37230.000123 '
says "$out" '37231.500000 '
[ "$(grep -c '; ret' "$out")" -eq 2 ] || fail 'the end of a call has another time than its line'
status 0 convert "$temporary/perf"
says "$out" '1219.251693 1 21762 '
says "$out" '1219.251695984 1 21762 '
