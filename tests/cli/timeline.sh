#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# bench --timeline: trace events whose slices and instants are those that the report counts.
. "$(dirname "$0")/lib.sh"

timeline=$temporary/timeline.json report=$temporary/report.json

# What it refuses, and what is left behind then.
status 2 bench fork --arch arm64 --timeline -
says "$err" '--timeline needs a file of its own'
status 3 bench fork --arch arm64 --timeline /nonexistent/x.json
silent "$out"
status 3 bench fork --arch arm64 --timeline /dev/full
status 2 bench split-leaf --arch xen --timeline "$timeline"
[ ! -e "$timeline" ] || fail 'a timeline of nothing'

# A run is cut at its limit, and a file has its limit of runs; the report is the same.
status 0 bench mprotect --arch xen --kernel v7.0 --param pages=20000 --json
cp "$out" "$temporary/plain"
status 0 bench mprotect --arch xen --kernel v7.0 --param pages=20000 --json --timeline "$timeline"
same "$out" "$temporary/plain"
says "$err" 'runs that are cut after 16384 events (limit MAX_RUN_EVENTS): 1 of 2'
grep '"cut: the rest is not drawn"' "$timeline" | grep -q '"pid": 2,.*"limit": 16384' || fail 'no mark of the cut'
[ "$(grep -c '"pid": 2,' "$timeline")" -lt 16400 ] || fail 'it goes on behind the cut'
status 0 bench fault --arch all --kernel all --param pages=8 --timeline "$timeline"
says "$err" '64 of '
[ "$(grep -c '"process_name"' "$timeline")" -eq 64 ] || fail 'not 64 runs'

# The same bytes each time.
for name in one two; do
	status 0 bench mprotect fork-server --arch xen,sparc --param pages=600 --timeline "$temporary/$name"
done
same "$temporary/one" "$temporary/two"

command -v python3 >/dev/null || exit "$failed"

cat >"$temporary/check.py" <<'END'
import json, sys
from collections import Counter, defaultdict
from decimal import Decimal

timeline, report, *wanted = sys.argv[1:]
document = json.load(open(timeline), parse_float=Decimal)
results = json.load(open(report), parse_float=Decimal)['results']
names, ends, last = {}, {}, defaultdict(Decimal)
owners, stacks = {}, defaultdict(list)
counts, sizes, flushes = defaultdict(Counter), defaultdict(Counter), defaultdict(list)
failed = False


def same(what, wanted, found):
    global failed
    if wanted != found:
        failed = True
        print(f'FAIL: {what}: {found}, not {wanted}')


for event in document['traceEvents']:
    pid, tid, args = event['pid'], event['tid'], event['args']
    if event['ph'] == 'M':
        if event['name'] == 'process_name':
            names[pid] = args['name']
        if event['name'] == 'thread_name':
            owners[tid] = pid
        continue
    same('owner of the track', pid, owners[tid])
    same('order', True, event['ts'] >= last[pid])
    last[pid] = event['ts']
    if event['ph'] == 'B':
        stacks[tid].append(event['name'])
        counts[pid]['slice ' + event['name']] += 1
    elif event['ph'] == 'E':
        same('innermost', stacks[tid].pop(), event['name'])
    elif event['name'] == 'end':
        same('one end', None, ends.get(pid))
        ends[pid] = event
    elif event['cat'] == 'flush':
        counts[pid]['flushes'] += 1
        counts[pid]['for ' + args['reason']] += 1
        sizes[pid][str(args['size'])] += args['size'] > 0
        flushes[pid].append((args['reason'], args['size']))
    counts[pid]['some ' + event['cat']] += 1
    if event['cat'] in ('flush', 'work'):
        counts[pid].update({key: n for key, n in args.items() if key not in ('reason', 'size')})

same('open slices', [], [stack for stack in stacks.values() if stack])
WORK = ['barriers', 'tlbie_local', 'tlbie_global', 'hash_flush_single', 'hash_flush_range', 'demaps',
        'cross_calls', 'hypercalls', 'pte_hypercalls', 'multicall_entries', 'emulated_writes',
        'invlpg', 'ipte', 'ipte_range']
runs = [(result, mode) for result in results for mode in ('lazy', 'immediate')]
same('runs', len(runs), len(names))
for pid, (result, mode) in enumerate(runs, 1):
    counted, drawn = result[mode], counts[pid]
    kernel = ' '.join([result['kernel'], result['options']]).strip()
    what = f'{result["workload"]} on {result["arch"]}, {kernel}, {mode}'
    same('name', what, names[pid])
    same(f'{what}: sections', counted['sections'], drawn['slice section'])
    same(f'{what}: nested sections', counted['nested_sections'], drawn['slice nested section'])
    for key in ['flushes'] + WORK:
        same(f'{what}: {key}', counted[key], drawn[key])
        same(f'{what}: {key} at the end', counted[key], ends[pid]['args'].get(key, 0))
    for reason, nr in counted['flush_reasons'].items():
        same(f'{what}: flushes for {reason}', nr, drawn['for ' + reason])
    same(f'{what}: sizes', counted['batch_sizes'], {k: n for k, n in sizes[pid].items() if n})
    if 'time' in wanted:
        same(f'{what}: time', result['modelled_ns'][mode][1], ends[pid]['ts'] * 1000)

seen = {key.replace(' ', '_') for each in counts.values() for key in each if each[key]}
for word in wanted:
    if word == 'time':
        same('clock', True, 'modelled' in document['otherData']['clock'])
    elif word == '62':
        same('flushes of 62', [('args', 31), ('leave', 31)], flushes[1][:2])
    else:
        same(f'some {word}', True, any(key.startswith(word) for key in seen))
sys.exit(failed)
END

# draws WANTED ARGUMENT...: a timeline and the report beside it, which agree; WANTED is in it.
draws() {
	local wanted=$1
	shift
	status 0 bench --json --timeline "$timeline" "$@"
	cp "$out" "$report"
	# $wanted is several words.
	python3 "$temporary/check.py" "$timeline" "$report" $wanted || fail "timeline of $*"
}

draws 'slice_section some_flush some_work' mprotect --arch all --kernel v6.18,v7.0 --param pages=600
draws slice_pause kasan-populate --kernel v6.18,v7.0 --param pages=600
draws slice_nested debug-pagealloc-munmap --kernel v6.18,v7.0 --param pages=1100
draws slice_nested nested --arch xen,arm64 --kernel v6.18,series-v2,v7.0 --param pages=100
draws some_switch fork-server --kernel v6.1,v7.3 --param pages=200
draws level_switches fork --arch arm64 --config kpkeys --param pages=20

# Its clock is the modelled time of the report, where calls and pages cost nothing.
printf 'call 0 0 0 ns x\npage 0 0 0 ns x\n' >"$temporary/costs.txt"
draws 'time 62' mprotect --arch xen --kernel v7.0 --param pages=62,cpus=1 --costs "$temporary/costs.txt"
draws time vmap --arch arm64 --kernel v7.0 --costs "$temporary/costs.txt"

# A recording, with other tasks beside.
cd "$recordings" || exit 1
draws 'some_flush some_switch' W1_mprotect_64.txt.gz --kernel v6.1,v7.0
draws some_flush powerpc-6.12-4k-mprotect-192.txt.gz --arch all
exit "$failed"
