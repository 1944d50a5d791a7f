#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What README tells to type is what CI runs.
. "$(dirname "$0")/lib.sh"

ci=$root/.ci/run

runs() {
	sed 's/^[[:space:]]*//; s/ &&$//' "$ci" | grep -qxF -- "$1" ||
		fail ".ci/run does not run: $1"
}

set_up=$(block 1)
[ -n "$set_up" ] || fail 'no first block'
while read -r line; do
	line=${line%' &&'}
	case $line in
	*'apt-get install -y '*)
		# CI asks for what is missing alone: the same packages, another call.
		for package in ${line#*'install -y '}; do
			grep -qw -- "$package" "$ci" || fail ".ci/run does not install $package"
		done
		;;
	*) runs "$line" ;;
	esac
done <<<"$set_up"

tests=$(block 3)
same 'the test command' "$tests" 'meson test -C build'
grep -qE "[[:space:]]$tests\$" "$ci" || fail ".ci/run does not run: $tests"
exit "$failed"
