#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# run: one schedule, given, random or undisturbed.
. "$(dirname "$0")/lib.sh"

cat >"$temporary/two.lmt" <<'EOT'
#lmt 1
scenario two ; cpus 2
task T1 { enable ; enable ; write w0 ; disable ; write w1 ; disable }
task T2 { enable ; write w0 ; disable }
irq tick { set k4 }
EOT
two=$temporary/two.lmt

# Undisturbed, on the newest kernel.
status 0 run --arch xen b01-enable
says "$out" 'b01-enable on xen v7.3: clean'
says "$out" 'undisturbed'
says "$out" 'every task has ended'
says "$out" 'T1 disable: hook'
grep -q preempt: "$out" && fail 'a preemption in the undisturbed schedule'
says "$out" 'counts:  sections 1'

# Chance, from a seed: the same and another one.
status 0 run --arch powerpc --kernel v7.3 --seed 7 "$two"
says "$out" 'seed 7,'
cp "$out" "$temporary/seven"
status 0 run --arch powerpc --kernel v7.3 --seed 7 "$two"
same "$temporary/seven" "$out"
status 0 run --arch powerpc --kernel v7.3 --seed 8 "$two"
cmp -s "$temporary/seven" "$out" && fail 'seeds 7 and 8 give the same'

# A schedule, in the file and in another one.
cat >"$temporary/schedule.lmt" <<'EOT'
#lmt 1
scenario other
task T2 { nop }
task T1 { nop }
schedule { switch 0 T1 ; T1 2
	switch 0 T2 ; T2 *
	switch 0 T1
	T1 1 }
EOT
status 1 run --arch xen --kernel v7.0 --schedule "$temporary/schedule.lmt" b01-enable
says "$out" 'T1 enable: hook  <-- kernel-bug'

wrong() {
	local message=$1
	shift
	status 2 "$@"
	says "$err" "$message"
}

# One that cannot be followed.
sed 's/switch 0 T2/switch 0 T1/' "$temporary/schedule.lmt" >"$temporary/bad.lmt"
wrong "$temporary/bad.lmt:6: the schedule cannot be followed: 'switch 0 T1'" \
	run --arch xen --kernel v7.0 --schedule "$temporary/bad.lmt" b01-enable
says "$out" 'the schedule cannot be followed'
wrong "no task or handler 'T1'" run --arch xen --schedule "$temporary/schedule.lmt" \
	<(printf '#lmt 1\nscenario s\ntask X { nop }\n')
wrong 'no schedule in it' run --arch xen --schedule "$two" b01-enable
wrong 'one backend and one kernel' run b01-enable
wrong 'one backend and one kernel' run --arch xen --kernel v7.0,v7.3 b01-enable
wrong 'no 65536-byte pages' run --arch xen --page-size 64K b01-enable

# No end.
printf '#lmt 1\nscenario s\ntask T { loop { nop } }\n' >"$temporary/endless.lmt"
status 4 run --arch xen --max-steps 50 "$temporary/endless.lmt"
says "$out" '50 steps: stopped at --max-steps'
exit "$failed"
