#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# --json is one document with the keys of schema 1, and the man page names them all.
. "$(dirname "$0")/lib.sh"

command -v python3 >/dev/null || { echo 'no python3 here'; exit 77; }

status 0 replay --json "${as_recorded[@]}" "$recording"
cp "$out" "$temporary/clean"
status 1 replay --json --arch all --kernel v7.3,v6.1 --mode both --cpus 2 --config debug_vm \
	"$recording"
cp "$out" "$temporary/runs"
status 0 replay --json "${as_recorded[@]}" "$recording" "$recording"
cp "$out" "$temporary/files"
printf '' >"$temporary/empty"
status 3 replay --json "$temporary/none" "$temporary/empty" "$recording"
cp "$out" "$temporary/unread"
status 2 replay --json - <"$temporary/empty"
cp "$out" "$temporary/input"
for document in clean runs files unread input; do
	python3 -m json.tool "$temporary/$document" >/dev/null || fail "$document: not JSON"
done

python3 - "$temporary" "$man_page" <<'EOT' || failed=1
import json, re, sys

folder, man_page = sys.argv[1:]
clean, runs, files, unread, stdin = (json.load(open(f'{folder}/{name}'))
                                     for name in ('clean', 'runs', 'files', 'unread', 'input'))
TOP = ['schema', 'command', 'input', 'runs', 'observed', 'syscalls', 'expectations', 'verdict']
INPUT = ['file', 'format', 'lines', 'bad_lines', 'lost_events', 'events', 'overlaps', 'read_error', 'notes']
RUN = ['arch', 'kernel', 'mode', 'by', 'populate', 'page_size', 'phases', 'counters', 'findings', 'findings_total']
PHASE = ['name', 'line', 'predicted', 'recorded', 'match', 'why']
XEN = ['sections', 'updates_per_section', 'updates_per_hypercall', 'full_flushes',
       'direct_set_pte', 'invlpg']
COUNTERS = ['sections', 'nested_sections', 'max_depth', 'pte_writes', 'deferred', 'immediate',
            'flushes', 'barriers', 'tlbie_local', 'tlbie_global', 'hash_flush_single',
            'hash_flush_range', 'demaps', 'cross_calls', 'hypercalls', 'pte_hypercalls',
            'multicall_entries', 'emulated_writes', 'invlpg', 'ipte', 'ipte_range',
            'flush_reasons', 'batch_sizes']
FINDING = ['name', 'rule', 'mirrors', 'detail', 'cpu', 'task', 'line', 'opened_line']
failed = False


def same(what, wanted, found):
    global failed
    if wanted != found:
        failed = True
        print(f'FAIL: {what}: {found}, not {wanted}')


same('top', TOP, list(clean))
same('schema', [1, 'replay'], [clean['schema'], clean['command']])
same('input', INPUT, list(clean['input']))
same('lines', [1918, 0], [clean['input']['lines'], clean['input']['bad_lines']])
same('verdicts', ['match', 'mismatch'], [clean['verdict'], runs['verdict']])
same('runs', 1, len(clean['runs']))
for run in clean['runs'] + runs['runs']:
    same('run', RUN, list(run))
    same('counters', COUNTERS, list(run['counters']))
    for phase in run['phases']:
        same('phase', PHASE, list(phase))
    for finding in run['findings']:
        same('finding', FINDING, list(finding))
        same('task', True, 0 <= finding['task'] < 2 ** 22)
        same('line', True, finding['line'] is None or finding['line'] > 0)

phases = {phase['name']: phase for phase in clean['runs'][0]['phases']}
same('phases', ['mmap', 'touch', 'mprotect_ro', 'mprotect_rw', 'retouch', 'mprotect_none', 'exit'],
     list(phases))
same('predicted', XEN, list(phases['mprotect_ro']['predicted']))
same('recorded', phases['mprotect_ro']['predicted'], phases['mprotect_ro']['recorded'])
same('sizes', {'2': 1, '31': 2}, phases['mprotect_ro']['predicted']['updates_per_hypercall'])
same('match', [True, None], [phases['mprotect_ro']['match'], phases['mprotect_ro']['why']])
same('not judged', [None, str], [phases['exit']['match'], type(phases['exit']['why'])])

backends = {'arm64', 'powerpc', 'sparc', 'xen', 's390', 'generic'}
wanted = {(arch, kernel, mode) for arch in backends for kernel in ('v6.1', 'v7.3')
          for mode in ('lazy', 'immediate')}
found = [(run['arch'], run['kernel'], run['mode']) for run in runs['runs']]
same('every run', sorted(wanted), sorted(found))
same('the recorded machine comes first', ('xen', 'v7.3', 'lazy'), found[0])
same('recorded elsewhere', {None},
     {phase['recorded'] for run in runs['runs'][1:] for phase in run['phases']})
same('files', [clean['verdict']] * 2, [one['verdict'] for one in files['files']])

# What cannot be read has all keys, and says why.
for one in unread['files'] + [{key: stdin[key] for key in TOP[2:]}]:
    same('keys of a file', TOP[2:], list(one))
    same('its input', INPUT, list(one['input']))
    same('why', bool(one['runs']), one['input']['read_error'] is None)
    same('verdict', bool(one['runs']), one['verdict'] is not None)
same('names', ['none', 'empty', '(standard input)'],
     [one['input']['file'].split('/')[-1] for one in unread['files'][:2] + [stdin]])
same('reasons', ['No such file or directory', 'the input is empty'],
     [one['input']['read_error'] for one in unread['files'][:2]])

words = set(re.findall(r'[a-z0-9_]+', open(man_page).read()))
for key in ['files'] + TOP + INPUT + RUN + PHASE + COUNTERS + FINDING:
    same(f'{key} in the man page', True, key in words)
sys.exit(failed)
EOT
exit "$failed"
