#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# workloads.sh LAZYMMU MEASURE PAGES
#
# Every workload with that many pages on every backend, lazy and immediate: processor time and
# maximum resident size of all together.
. "$(dirname "$0")/lib.sh"

figures=$("$2" "$1" bench --kernel v7.0 --param pages="$3")
echo "workloads  $3 pages"
echo "time       $(($(field "$figures" 1) / 1000)) ms"
echo "memory     $(field "$figures" 2) KiB (maximum resident size)"
