#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What is recognised and not read: one message with what makes it readable, no report, status 2.
. "$(dirname "$0")/lib.sh"

# refused FILE HINT
refused() {
	status 2 replay "$recordings/formats/$1"
	silent "$out"
	says "$err" "$2"
	[ "$(wc -l <"$err")" -eq 1 ] || fail "$1: more than one message"
}

refused ftrace.lazysim.raw.txt.gz 'ftrace text without names (tracefs: echo 0 > options/raw'
refused ftrace.lazysim.nocontext-info.txt.gz '(tracefs: echo 1 > options/context-info)'
refused SYNTH.function_graph.default.txt.gz 'function_graph'
refused perf-script.lazysim.dumpraw.txt.gz '(perf script without -D)'
refused perf-trace.sigs.txt.gz 'perf trace'
refused perf-report-header.txt.gz '(perf script -i FILE)'
refused ctf-babeltrace2.lazysim.txt.gz 'babeltrace2'
refused bpftrace.lazysim.printf.txt.gz 'native text'
refused bpftrace.sigs.json.txt.gz '(without -f json'

status 0 replay "$recordings/formats/perf-script.lazysim.default.txt.gz"
says "$out" 'perf script'
silent "$err"
exit "$failed"
