#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The output on README's first screen is what the command above it prints.
. "$(dirname "$0")/lib.sh"

command=$(block 1 | sed -n 's/^build\/lazymmu //p')
[ -n "$command" ] || fail 'the first block does not run lazymmu'
cd "$root" || exit 1
read -ra arguments <<<"$command"
same 'output of the first command' "$(block 2)" "$("$lazymmu" "${arguments[@]}")"
exit "$failed"
