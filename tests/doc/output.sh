#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The outputs in README are what the commands above them print; of the first block its last command.
. "$(dirname "$0")/lib.sh"

cd "$root" || exit 1

# output N: block N + 1 is the output of block N.
output() {
	local command arguments
	command=$(block "$1" | sed -n 's/^build\/lazymmu //p')
	[ -n "$command" ] || fail "block $1 does not run lazymmu"
	read -ra arguments <<<"$command"
	same "output of block $1" "$(block $(($1 + 1)))" "$("$lazymmu" "${arguments[@]}" | sed 's/ *$//')"
}

output 1
output 5
output 7
exit "$failed"
