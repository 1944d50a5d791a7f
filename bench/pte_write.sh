#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# pte_write.sh PTE_WRITE BACKEND KERNEL
#
# Instructions of one simulated PTE write, in a section with its share of enter, leave and flushes,
# and outside: set_pte_at() of kernel memory (vmap), and the start and commit of mprotect on user
# memory, which are one write where the backend has both, else a clear and a set. Build with
# --buildtype=release.
. "$(dirname "$0")/lib.sh"

command -v valgrind >/dev/null || { echo "no valgrind here"; exit 77; }
for workload in 'vmap section' 'mprotect section' 'vmap outside' 'mprotect outside'; do
	# $workload is two arguments.
	valgrind --tool=callgrind --callgrind-out-file=/dev/null \
		--toggle-collect='write_table*' "$@" $workload \
		>"$temporary/out" 2>"$temporary/err"
	collected=$(sed -n 's/.*Collected : *//p' "$temporary/err")
	read -r writes _ deferred _ <"$temporary/out"
	printf '%-8s %-6s %-16s %5s instructions per write (%s writes, %s deferred)\n' \
		"$2" "$3" "$workload" "$((collected / writes))" "$writes" "$deferred"
done
