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

# part N M: block M is a part of what the command in block N prints.
part() {
	local command arguments text
	command=$(block "$1" | sed -n 's/^build\/lazymmu //p')
	read -ra arguments <<<"$command"
	text=$(block "$2")
	case $("$lazymmu" "${arguments[@]}") in
	*"$text"*) ;;
	*) fail "block $2 is no part of what block $1 prints" ;;
	esac
}

output 1
part 4 5
part 4 6
output 8
output 10
part 12 13
exit "$failed"
