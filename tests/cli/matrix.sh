#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# matrix: the table, what is expected, shards, and the JSON of explore, run and matrix.
. "$(dirname "$0")/lib.sh"

command -v python3 >/dev/null || { echo 'no python3 here'; exit 77; }

status 1 matrix --arch xen,powerpc --kernel v7.0,v7.3 b01-enable
silent "$err"
grep -q '^  v7.0 *BUG *\.$' "$out" || fail 'no BUG on xen v7.0'
grep -q '^  v7.3 *\. *\.$' "$out" || fail 'v7.3 is not clean'
says "$out" 'kernel-bug: a BUG_ON of the mirrored code must not fire'
says "$out" '4 of 4 cells, 0 not as expected'
status 0 matrix --check --arch xen,powerpc --kernel v7.0,v7.3 b01-enable

cat >"$temporary/wrong.lmt" <<'EOT'
#lmt 1
scenario wrong
task T1 { enable ; write w0 ; disable }
task T2 { nop }
expect xen v7.0 clean
EOT
status 1 matrix --check --arch xen --kernel v7.0 "$temporary/wrong.lmt"
says "$out" 'BUG!'
says "$out" '1 of 1 cells, 1 not as expected'

# Variants that nobody merged are left out unless something is expected of them.
lab=$("$lazymmu" list kernels | sed -n 's/^\(lab-[a-z-]*\).*/\1/p' | head -n 1)
if [ -n "$lab" ]; then
	status 1 matrix --arch xen "$temporary/wrong.lmt"
	grep -q lab- "$out" && fail 'a lab that nobody asked for'
	echo "expect xen $lab clean" >>"$temporary/wrong.lmt"
	status 1 matrix --arch xen "$temporary/wrong.lmt"
	says "$out" "$lab"
fi

few=(b01-enable b06-nest-lost b16-bh-forward)
status 1 matrix --json "${few[@]}"
cp "$out" "$temporary/whole"
for shard in 1 2 3; do
	"$lazymmu" matrix --json --shard "$shard/3" "${few[@]}" >"$temporary/part$shard"
done
status 1 explore --json --arch xen,powerpc --mmu radix --kernel v7.0,v7.3 b01-enable
cp "$out" "$temporary/explore"
status 0 run --json --arch xen --seed 3 b01-enable
cp "$out" "$temporary/run"

python3 - "$temporary" <<'EOT' || failed=1
import json, sys

folder = sys.argv[1]
whole, explored, ran = (json.load(open(f'{folder}/{name}')) for name in ('whole', 'explore', 'run'))
parts = [json.load(open(f'{folder}/part{i}'))['cells'] for i in (1, 2, 3)]
CELL = ['scenario', 'arch', 'kernel', 'preempt', 'config', 'verdict', 'findings', 'where',
        'witness_steps', 'states']
RUN = ['schema', 'command', 'scenario', 'arch', 'kernel', 'preempt', 'config', 'chooser', 'seed',
       'verdict', 'stop', 'steps', 'schedule', 'findings', 'findings_total', 'where',
       'witness_steps', 'counters']
failed = False


def same(what, wanted, found):
    global failed
    if wanted != found:
        failed = True
        print(f'FAIL: {what}: {found}, not {wanted}')


same('matrix', ['schema', 'command', 'cells'], list(whole))
same('matrix', [1, 'matrix'], [whole['schema'], whole['command']])
for cell in whole['cells']:
    same('cell', CELL, list(cell))
for cell in explored['cells']:
    same('explored cell', CELL + ['witness'], list(cell))
same('explore', [1, 'explore', 4], [explored['schema'], explored['command'], len(explored['cells'])])
same('configs', ['', 'radix', '', 'radix'], [cell['config'] for cell in explored['cells']])
same('archs', ['xen', 'powerpc'] * 2, [cell['arch'] for cell in explored['cells']])
found = explored['cells'][0]
same('finding', ['finding', ['kernel-bug'], 'T1 enable: hook', 5],
     [found[key] for key in ('verdict', 'findings', 'where', 'witness_steps')])
same('witness', 'switch 0 T1', found['witness'][0])
same('no witness', [None, None, None],
     [explored['cells'][1][key] for key in ('where', 'witness_steps', 'witness')])
same('run', RUN, list(ran))
same('run', [1, 'run', 'seed', 3], [ran[key] for key in ('schema', 'command', 'chooser', 'seed')])

# Shards take cells in turn, and are the whole.
same('shards', whole['cells'],
     [parts[i % 3][i // 3] for i in range(sum(len(part) for part in parts))])
sys.exit(failed)
EOT
exit "$failed"
