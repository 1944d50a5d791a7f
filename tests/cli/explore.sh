#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# explore: reports, tables, witnesses, bounds and what they make of the exit status.
. "$(dirname "$0")/lib.sh"

cat >"$temporary/two.lmt" <<'EOT'
#lmt 1
# Two tasks that nest, on two CPUs.
scenario two ; cpus 2
task T1 { enable ; enable ; write w0 ; disable ; write w1 ; disable }
task T2 { enable ; enable ; write w0 ; disable ; write w1 ; disable }
irq tick { set k4 }
expect xen v7.0 clean
EOT
two=$temporary/two.lmt

# A finding, with all that belongs to it, in order.
status 1 explore --arch xen --kernel v7.0 b01-enable
silent "$err"
sed -n 's/^\([a-z][a-z ]*\): .*/\1/p; s/^\(b01-enable\) on.*/\1/p; s/.*\(<-- kernel-bug\)$/\1/p' "$out" |
	tr '\n' ';' >"$temporary/parts"
[ "$(cat "$temporary/parts")" = 'b01-enable;rule;seen;the kernel would have printed;<-- kernel-bug;mirrors;where;reproduce;expected;' ] ||
	fail "parts of the report: $(cat "$temporary/parts")"
says "$out" 'b01-enable on xen v7.0: finding kernel-bug'
says "$out" 'kernel BUG at arch/x86/include/asm/xen/hypervisor.h!'
says "$out" 'preempt: T1 -> T2'
says "$out" 'T1 enable: hook  <-- kernel-bug'
says "$out" 'step 5 of the operation'

# Its own command does it again.
cp "$out" "$temporary/first"
read -ra words < <(sed -n 's/^reproduce: lazymmu //p' "$out")
status 1 "${words[@]}"
same "$temporary/first" "$out"

# The witness is a scenario: run ends in the same finding, explore knows what it was found on.
status 1 explore --arch xen --kernel v7.0 --witness "$temporary/witness.lmt" b01-enable
says "$out" "reproduce: lazymmu run $temporary/witness.lmt"
status 1 run "$temporary/witness.lmt"
says "$out" 'T1 enable: hook  <-- kernel-bug'
status 1 explore "$temporary/witness.lmt"
says "$out" 'b01-enable on xen v7.0: finding kernel-bug'
status 1 explore --arch xen --kernel v7.0 --witness - b01-enable
sed -n '/^#lmt 1/,$p' "$out" >"$temporary/at-the-end.lmt"
same "$temporary/witness.lmt" "$temporary/at-the-end.lmt"

# Clean, and not applicable.
status 0 explore --arch xen --kernel v7.3 b01-enable
says "$out" 'every schedule was tried'
status 0 explore --arch arm64 --kernel v6.1 b01-enable
says "$out" 'b01-enable on arm64 v6.1: n/a'
status 0 explore --arch xen --kernel v7.3 --page-size 64K b01-enable
says "$out" 'there is no such page size'

# Several cells: a row each; what a scenario expects is told and does not count.
status 1 explore --arch xen,powerpc,generic --kernel v7.0,v7.3 b01-enable
[ "$(wc -l <"$out")" -eq 7 ] || fail 'not six rows'
grep -q '^xen  *v7.0  *finding  *kernel-bug  *5  *[0-9]*  *yes  *T1 enable: hook$' "$out" ||
	fail 'no row of xen v7.0'
status 1 explore --arch xen --kernel v7.0 "$two"
says "$out" 'NOT AS EXPECTED: line 7 says clean'
status 1 explore --arch xen --kernel v7.0 --config debug_vm "$two"
grep -qi expected "$out" && fail 'another machine, and still something is expected of it'

# Options that select a subject.
status 0 explore --arch powerpc --mmu radix --kernel v7.3 b01-enable
says "$out" 'on powerpc-radix v7.3: clean'
status 0 explore --arch s390 --config s390_with_ptes --kernel v7.3 b01-enable
says "$out" 'on s390-with-ptes v7.3: clean'

# A scenario from a pipe, plain and gzip; the same bytes each time.
status 1 explore --arch xen --kernel v7.0 "$two"
cp "$out" "$temporary/first"
"$lazymmu" explore --arch xen --kernel v7.0 - <"$two" | sed "s|kernel v7.0 -\$|kernel v7.0 $two|" \
	>"$out"
same "$temporary/first" "$out"
gzip -c "$two" | "$lazymmu" explore --arch xen --kernel v7.0 - |
	sed "s|kernel v7.0 -\$|kernel v7.0 $two|" >"$out"
same "$temporary/first" "$out"
"$lazymmu" explore --arch xen --kernel v7.0 --jobs 2 "$two" >"$out"
same "$temporary/first" "$out"
"$lazymmu" explore --arch xen --kernel v7.0 --no-reduce "$two" | head -n 1 >"$out"
head -n 1 "$temporary/first" >"$temporary/verdict"
same "$temporary/verdict" "$out"

# Bounds: what was not finished is not clean.
status 4 explore --arch xen --kernel v7.3 --max-states 20 "$two"
says "$out" 'bounded'
says "$out" '--max-states was reached'
status 4 explore --arch xen --kernel v7.0 --bound-preemptions 0 b01-enable
says "$out" '--bound-preemptions cut some schedules short'

# Interrupted: the first witness goes into a pipe, so that the second cell runs for certain.
for n in 1 2 3 4 5 6; do
	echo "task T$n { enable ; set k$n ; enable ; write w$n ; disable ; write w0 ; disable ; get k$n r0 }"
done | { printf '#lmt 1\nscenario many ; cpus 2\n'; cat; } >"$temporary/many.lmt"
mkfifo "$temporary/pipe"
"$lazymmu" explore --arch xen --kernel v6.1,v7.3 --max-states 0 --witness "$temporary/pipe" \
	"$temporary/many.lmt" >"$out" 2>"$err" &
cat "$temporary/pipe" >/dev/null
kill -TERM $!
got=0
wait $! || got=$?
[ "$got" -eq 130 ] || fail "interrupted: status $got, not 130"
# In the second cell, or just before it.
says "$out" 'interrupted'
exit "$failed"
