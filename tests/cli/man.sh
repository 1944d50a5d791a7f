#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The man page has the program's commands, options and names, and no others; its examples are real.
. "$(dirname "$0")/lib.sh"

format=${man_page%/*}/lazymmu-trace.5
if command -v groff >/dev/null; then
	warnings=$(groff -mandoc -ww -z "$man_page" 2>&1)
	[ -z "$warnings" ] || fail "groff: $warnings"
	warnings=$(groff -mandoc -ww -z "$format" 2>&1)
	[ -z "$warnings" ] || fail "groff: $warnings"
fi

"$lazymmu" help >"$temporary/help"
sed -n 's/^  \([a-z]\+\) .*/\1/p' "$temporary/help" >"$temporary/commands"
while read -r command; do
	grep -qx "\.Ss $command" "$man_page" || fail "no command $command in the man page"
	"$lazymmu" help "$command" >>"$temporary/help"
done <"$temporary/commands"

# --help and --version stand before any command and are in no help text.
for option in $(grep -o -- '--[a-z][a-z-]*' "$temporary/help" | sort -u); do
	grep -q "^\.It Fl -${option#--}\b" "$man_page" || fail "no $option in the man page"
done
for option in $(grep -o 'Fl -[a-z][a-z-]*' "$man_page" | sed 's/Fl -/--/' | sort -u); do
	grep -q -- "$option\b" "$temporary/help" || "$lazymmu" "$option" >/dev/null ||
		fail "the program has no $option"
done

for kernel in $("$lazymmu" list kernels | sed '1d; s/ .*//'); do
	grep -qw -- "$kernel" "$man_page" || fail "no $kernel in the man page"
done
for config in $(sed -n 's/^  --config NAME\[,\.\.\] *//p' "$temporary/help"); do
	grep -qw -- "$config" "$man_page" || fail "no $config in the man page"
done

# The page of the format has every word of native text,
for word in $(sed -n 's/^\t{ "\([a-z0-9_]*\)", .*/\1/p' "${man_page%/cli/*}/trace/lmt_words.c"); do
	grep -qw -- "$word" "$format" || fail "no word $word in $format"
done
# ... it has every operation and statement, and its example is a scenario.
for operation in $("$lazymmu" list operations | sed '1d; s/ .*//'); do
	grep -q "^\.It Ic $operation\b" "$format" || fail "no operation $operation in $format"
done
echo nonsense >"$temporary/nonsense" && sed -i '1i #lmt 1' "$temporary/nonsense"
status 2 run --arch xen "$temporary/nonsense"
for statement in $(sed 's/.*(\(scenario, .*\))/\1/; s/,//g' "$err"); do
	grep -q "^\.It Ic .*\b$statement\b" "$format" || grep -q "Ic $statement Ar" "$format" ||
		fail "no statement $statement in $format"
done
sed -n '/^\.Bd -literal/,/^\.Ed/p' "$format" | sed '/^\.[BE]d/d' >"$temporary/example.lmt"
status 0 matrix --check "$temporary/example.lmt"
status 1 run --arch xen --kernel v7.0 "$temporary/example.lmt"
says "$out" 'T1 enable: hook  <-- kernel-bug'

# Each literal block is a command behind `$ ` and what it prints.
sed -n '/^\.Bd -literal/,/^\.Ed/p' "$man_page" | sed 's/^\\&//; s/\\e/\\/g' >"$temporary/examples"
cd "$recordings" || exit 1
nr=0
while IFS= read -r line; do
	case $line in
	.Bd*) text='' command='' ;;
	.Ed)
		read -ra words <<<"$command"
		"$lazymmu" "${words[@]:1}" 2>&1 | sed 's/ *$//' >"$out"
		printf '%s' "$text" | sed 's/ *$//' | diff - "$out" || fail "example: $command"
		nr=$((nr + 1))
		;;
	'$ '*'\') command=${line#'$ '} command=${command%'\'} ;;
	'$ '*) command=${line#'$ '} ;;
	*)
		if [ -z "$text" ] && [ "${command% }" != "$command" ]; then
			command=${command% }$line
		else
			text+=$line$'\n'
		fi
		;;
	esac
done <"$temporary/examples"
[ "$nr" -ge 2 ] || fail "only $nr examples"
exit "$failed"
