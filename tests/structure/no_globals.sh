#!/bin/sh
# SPDX-License-Identifier: MIT
# no_globals.sh ARCHIVE...
#
# No layer has mutable data of its own: writable sections are empty. Constant tables with pointers
# lie in .data.rel.ro, and the one thread-local pointer to the running CPU is in .tbss.
failed=0
for archive; do
	size -A "$archive" | awk -v archive="$archive" '
	/^[^ ]+\.o / { object = $1 }
	$1 ~ /^\.(data|bss)(\.|$)/ && $1 !~ /^\.data\.rel\.ro/ && $2 > 0 {
		print archive ": " object ": " $2 " bytes in " $1
		bad = 1
	}
	$1 ~ /^\.(tdata|tbss)/ && $2 > 0 {
		thread_local += $2
		if (object !~ /machine_machine\.c/)
			bad = 1
	}
	END {
		if (thread_local > 8)
			bad = 1
		if (bad && thread_local)
			print archive ": " thread_local " bytes of thread-local data"
		exit bad
	}' || failed=1
done
exit $failed
