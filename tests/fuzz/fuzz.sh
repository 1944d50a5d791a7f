#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# fuzz.sh TARGET CORPUS [SECONDS]: new inputs are thrown away; one that fails stays where this runs.
new=$(mktemp -d)
trap 'rm -rf "$new"' EXIT
# With a large quarantine every input takes fresh pages: several times slower.
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}quarantine_size_mb=4:malloc_context_size=8
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
"$1" -max_total_time="${3:-20}" -timeout=10 -rss_limit_mb=1024 -max_len=1024 -entropic=0 \
	-error_exitcode=1 \
	-artifact_prefix="$(basename "$1")-" "$new" "$2"
