#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The program takes the options that its help has, and no others; completion in bash offers these,
# and values that the program takes.
. "$(dirname "$0")/lib.sh"

source_folder=$(realpath "${man_page%/*}")
. "$source_folder/lazymmu.bash"
cd "$temporary" || exit 1

# offered WORD...: what completion has for the last word, sorted, one a line.
offered() {
	COMP_WORDS=("$lazymmu" "$@")
	COMP_CWORD=$#
	_lazymmu
	printf '%s\n' "${COMPREPLY[@]}" | sort
}

# offers WANTED WORD...
offers() {
	local wanted
	wanted=$(tr ' ' '\n' <<<"$1" | sort)
	shift
	[ "$(offered "$@")" = "$wanted" ] || fail "for '$*' completion has $(offered "$@" | tr '\n' ' ')"
}

# takes COMMAND OPTION: the program knows it, with a value or without one. The value may be a file that
# is written, so it is none that can be.
takes() {
	"$lazymmu" "$1" "$2" /nonexistent/x 2>&1 | grep -q 'unknown option' || return 0
	"$lazymmu" "$1" "$2=x" /nonexistent/x 2>&1 | grep -q 'unknown option' || return 0
	return 1
}

commands=$("$lazymmu" help | sed -n 's/^  \([a-z]\+\) .*/\1/p')
offers "$(echo $commands) --help --version" ''

# All names of all tables of options, with each command that has options.
names=$(grep -ho '{ "[a-z-]*", [a-z]*_argument' "$source_folder"/*.c | cut -d'"' -f2 | sort -u)
[ "$(wc -w <<<"$names")" -gt 20 ] || fail 'the tables of options are not found'
for command in $commands; do
	"$lazymmu" help "$command" >"$temporary/help"
	documented=$(grep -oE '^  (-[a-z], )?--[a-z-]+' "$temporary/help" | grep -o -- '--.*' | sort)
	[ "$(offered "$command" --)" = "$(printf '%s\n' --help $documented | sort)" ] ||
		fail "completion of $command: $(offered "$command" -- | tr '\n' ' ')"
	case $command in help | list) continue ;; esac
	for name in $names; do
		grep -qx -- "--$name" <<<"$documented" && in_help=0 || in_help=1
		takes "$command" "--$name" && in_table=0 || in_table=1
		[ "$in_help" -eq "$in_table" ] ||
			fail "$command --$name: help says $in_help, the program $in_table (0: yes)"
	done
	for option in $documented; do
		grep -qx -- "${option#--}" <<<"$names" || fail "$option of $command is in no table"
	done
done

# Values: as the program's own messages list them.
listed() { "$lazymmu" replay "$1" - /nonexistent 2>&1 | sed "s/.*$2//; s/[,)]//g"; }
offers "$(listed --preempt 'none of ')" replay --preempt ''
offers "$(listed --page-size 'none of ')" replay --page-size ''
offers "$(listed --mode 'none of ')" replay --mode ''
offers "$(listed --by 'none of ')" replay --by ''
offers "$(listed --populate 'none of ' | sed 's/ or there twice//')" replay --populate ''
offers "$(listed --config "'-' (")" replay --config ''
offers "$("$lazymmu" record --method - 2>&1 | sed 's/.*none of //; s/,//g')" record --method ''
offers 'hash radix' replay --mmu ''
offers 'radix' replay --mmu = r
offers 'hash radix' replay --mmu =
for command in replay explore; do
	for value in $(offered "$command" --arch ''); do
		"$lazymmu" "$command" --arch "$value" /nonexistent 2>&1 | grep -q 'unknown backend' &&
			fail "$command --arch $value is offered"
	done
	[ "$(offered "$command" --arch '' | wc -l)" -ge 7 ] || fail "backends of $command are missing"
done
for backend in $(sed -n 's/.*backends: //p' <("$lazymmu" help replay)); do
	offered replay --arch '' | grep -qx "$backend" || fail "backend $backend is missing"
done
offers "$(echo $("$lazymmu" list subjects | sed '1d; s/ .*//')) all" explore --arch ''
offers "$(echo $("$lazymmu" list kernels | sed '1d; s/ .*//')) all labs" matrix --kernel ''
offers 'v7.0,lab-flag v7.0,lab-fork-reset v7.0,lab-fork-pause v7.0,lab-fork-reset-pause' \
	matrix --kernel v7.0,lab-f
offers 'debug_vm debug_pagealloc' run --config = debug

# Arguments.
offers 'b01-enable' explore b01-e
offers 'arch kernels subjects walkers findings operations scenarios workloads params protocols' list ''
offers 'madv-cold' bench madv-c
offers 'pages=' bench --param = pa
offers "$(echo $commands)" help ''
touch here.txt
offers 'here.txt' replay here
offers 'here.txt' run --json here
offers '' replay --cpus ''
offered record tru | grep -qx true || fail 'a command to record is not offered'
offered record -o x --method = perf -- tru | grep -qx true || fail 'nor behind --'
offered record -o x --print tru | grep -qx true || fail 'nor behind options'
offers '' record true --me
offers '' record -- true -
exit "$failed"
