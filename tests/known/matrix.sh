#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# usage: matrix.sh LAZYMMU TABLE
# The whole matrix is as the expect lines of the scenarios have it, and as the table does.
set -u
lazymmu=$1 table=$2
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT

# Two halves side by side.
"$lazymmu" matrix --check --json --shard 1/2 >"$temporary/1" &
"$lazymmu" matrix --check --json --shard 2/2 >"$temporary/2"
second=$?
wait $!
first=$?
"$lazymmu" list kernels >"$temporary/kernels"
status=$((first | second))
[ "$status" -eq 0 ] || echo "FAIL: 'lazymmu matrix --check' marks the cells that are not as expected"

python3 - "$temporary" "$table" <<'PYTHON' || status=1
import json, sys

folder, table = sys.argv[1:]
order = [line.split()[0] for line in open(f'{folder}/kernels')][1:]
cells = {}
for part in '12':
    for cell in json.load(open(f'{folder}/{part}'))['cells']:
        options = cell['config'].split(',')
        subject = cell['arch'] + ('-radix' if 'radix' in options else '') + \
            ('-with-ptes' if 's390_with_ptes' in options else '')
        cells[cell['scenario'], subject, cell['kernel']] = cell
named, failed = set(), 0


def fail(text):
    global failed
    failed = 1
    print('FAIL:', text)


def names(text):
    for word in text.split(','):
        first, _, last = word.partition('..')
        yield from order[order.index(first):order.index(last or first) + 1]


def check(row, cell, wanted, steps):
    said = f"{cell['verdict']} {cell['findings']} in {cell['witness_steps']} steps"
    if wanted == ['clean']:
        good = cell['verdict'] in ('clean', 'n/a')
    else:
        good = set(wanted) <= set(cell['findings'])
    if steps:
        good = good and cell['witness_steps'] <= int(steps[0])
    if not good:
        fail(f"{row}: {cell['arch']} {cell['kernel']} is {said}")


for line in open(table):
    line = line.partition('#')[0].strip()
    if not line:
        continue
    scenario, subjects, kernels, wanted, *steps = line.split()
    nr = 0
    for subject in subjects.split(','):
        for kernel in names(kernels):
            cell = cells.get((scenario, subject, kernel))
            if cell:
                nr += 1
                named.add((scenario, subject, kernel))
                check(line, cell, wanted.split(','), steps)
    if not nr:
        fail(f'{line}: there is no such cell')

known = {scenario for scenario, _, _ in named}
for (scenario, subject, kernel), cell in cells.items():
    if scenario in known and not kernel.startswith('lab-') and \
            (scenario, subject, kernel) not in named and cell['verdict'] not in ('clean', 'n/a'):
        fail(f"{scenario} {subject} {kernel}: {cell['verdict']} {cell['findings']}, in no row")
print(f'{len(cells)} cells, {len(named)} in the table')
sys.exit(failed)
PYTHON
exit "$status"
