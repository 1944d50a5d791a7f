#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Large scenarios and such without an end stay within the bounds that are given, and within memory.
. "$(dirname "$0")/lib.sh"

nests() { for ((i = 0; i < $1; i++)); do printf '%s ; ' "$2"; done; }

{
	printf '#lmt 1\nscenario deep\n'
	printf 'task T1 { %s set k0 1 ; %s }\n' "$(nests 64 enable)" "$(nests 64 disable)"
	printf 'task T2 { %s set k1 1 ; %s }\n' "$(nests 64 enable)" "$(nests 64 disable)"
} >"$temporary/deep.lmt"
{
	printf '#lmt 1\nscenario wide ; cpus 4\n'
	for n in 1 2 3 4 5 6 7 8; do
		printf 'task T%d { enable ; set k%d %d ; disable ; get k0 r0 }\n' $n $n $n
	done
	printf 'irq tick at-most 3 { set k9 1 }\n'
} >"$temporary/wide.lmt"
printf '#lmt 1\nscenario endless ; cpus 2\ntask T1 { loop { enable ; set k0 1 ; disable ; young k0 ; fork T2 } }\ntask T3 { loop { get k0 r0 ; set k0 2 ; fork T2 } }\n' |
	sed 's/^task T1/child T2 { nop }\n&/' >"$temporary/endless.lmt"
# Each round is another state: a section more is open, or one less.
printf '#lmt 1\nscenario growing\ntask T1 { loop { bh-off } }\n' >"$temporary/growing.lmt"

# A bound stops each with status 4, in 300 MB of address space (a sanitizer reserves more than that).
limit() { "$lazymmu" --version >/dev/null && (ulimit -v 300000; "$lazymmu" --version >/dev/null 2>&1) && ulimit -v 300000; }
for name in deep wide endless; do
	for bound in '--max-states 60' '--bound-preemptions 1 --max-states 200'; do
		read -ra words <<<"$bound"
		(
			limit
			status 4 explore --arch xen --kernel v7.3 "${words[@]}" "$temporary/$name.lmt"
			exit "$failed"
		) || failed=1
		says "$out" 'bounded'
	done
done
status 4 explore --arch xen --kernel v7.3 --max-states 0 --max-seconds 1 "$temporary/wide.lmt"
says "$out" '--max-seconds have passed'
status 4 run --arch xen --max-steps 2000 "$temporary/growing.lmt"
status 4 explore --arch xen --kernel v7.3 --max-states 100 "$temporary/growing.lmt"

# Fewer preemptions than it takes hide nothing that takes none.
status 0 explore --arch xen --kernel v7.3 --max-states 0 <(sed 's/64/8/; /^task T2/d' "$temporary/deep.lmt")
says "$out" 'every schedule was tried'

# Any number of threads gives the same bytes, whatever ends the search.
for name in b01-enable b09-prot b15b-pause-window "$temporary/wide.lmt" "$temporary/endless.lmt"; do
	for bound in '--max-states 50' '--bound-preemptions 1 --max-states 150' '--max-states 100 --all'; do
		read -ra words <<<"$bound"
		for jobs in 1 2 4; do
			"$lazymmu" explore --json --arch xen --kernel v7.0,v7.3 "${words[@]}" --jobs "$jobs" \
				"$name" >"$temporary/jobs$jobs" 2>"$err"
			silent "$err"
		done
		same "$temporary/jobs1" "$temporary/jobs2"
		same "$temporary/jobs1" "$temporary/jobs4"
	done
done

# SIGINT: what was counted so far, and 130. A shell's background job ignores it unless it is told.
for n in 1 2 3 4 5 6; do
	echo "task T$n { enable ; set k$n ; enable ; write w$n ; disable ; write w0 ; disable }"
done | { printf '#lmt 1\nscenario many ; cpus 2\n'; cat; } >"$temporary/many.lmt"
mkfifo "$temporary/pipe"
python3 - "$lazymmu" "$temporary" >"$temporary/interrupted" <<'PYTHON' || fail 'SIGINT'
import signal, subprocess, sys

program, folder = sys.argv[1:]
signal.signal(signal.SIGINT, signal.default_int_handler)
run = subprocess.Popen([program, 'explore', '--arch', 'xen', '--kernel', 'v6.1,v7.3', '--max-states', '0',
                        '--witness', f'{folder}/pipe', f'{folder}/many.lmt'], stdout=subprocess.PIPE)
open(f'{folder}/pipe').read()  # the first cell is over: the second one runs, or is to begin
run.send_signal(signal.SIGINT)
print(run.communicate()[0].decode())
sys.exit(run.returncode != 130)
PYTHON
says "$temporary/interrupted" 'interrupted'
says "$temporary/interrupted" 'states'
exit "$failed"
