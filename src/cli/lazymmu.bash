# SPDX-License-Identifier: MIT
# bash completion for lazymmu. Commands, options and fixed values are those of `lazymmu help`, so
# that nothing has to be kept in step with the program.

# The first column of a list.
_lazymmu_list() { "${COMP_WORDS[0]}" list "$1" 2>/dev/null | sed '1d; s/ .*//'; }

_lazymmu_commands() { "${COMP_WORDS[0]}" help 2>/dev/null | sed -n 's/^  \([a-z]\+\) .*/\1/p'; }

# Lines `OPTION VALUE` of a command; VALUE is missing where an option takes none.
_lazymmu_options() {
	"${COMP_WORDS[0]}" help "$1" 2>/dev/null |
		sed -n 's/^  \(-[a-z], \)\?\(--[a-z-]\+\)\( \([^ ]\+\)\)\?\( .*\)\?$/\2 \4/p'
}

# What an option of a command takes: FILE, N, a|b|c; empty: nothing.
_lazymmu_takes() {
	local option value
	[ "$2" = -o ] && set -- "$1" --output
	while read -r option value; do
		[ "$option" = "$2" ] && echo "$value" && return
	done < <(_lazymmu_options "$1")
}

# The values of an option, as far as they have names.
_lazymmu_values() {
	local takes
	case $1,$2 in
	replay,--arch) echo arm64 powerpc sparc xen s390 generic all ;;
	*,--arch) echo "$(_lazymmu_list subjects)" all ;;
	*,--kernel) echo "$(_lazymmu_list kernels)" all labs ;;
	*,--by) echo phase syscall process walker ;;
	*,--populate) echo none all touch faults ;;
	*,--preempt) echo none voluntary full lazy rt ;;
	*,--page-size) echo 4K 8K 16K 64K ;;
	*,--param | *,--sweep) echo "$(_lazymmu_list params | sed 's/$/=/')" ;;
	*,--config) echo debug_vm debug_pagealloc kfence kasan_vmalloc kpkeys s390_with_ptes ;;
	*)
		takes=$(_lazymmu_takes "$1" "$2")
		[[ $takes = *[!a-z\|]* ]] || echo "${takes//|/ }"
		;;
	esac
}

# Where in the line the command that is recorded begins; nothing: not yet.
_lazymmu_recorded() {
	local i
	for ((i = 2; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		--) echo $((i + 1)) && return ;;
		-*)
			[ "${COMP_WORDS[i + 1]}" = = ] && i=$((i + 2)) && continue
			[ -z "$(_lazymmu_takes record "${COMP_WORDS[i]}")" ] || i=$((i + 1))
			;;
		*) echo "$i" && return ;;
		esac
	done
}

_lazymmu_arguments() {
	local list
	case $1 in
	explore | run | matrix) compgen -W "$(_lazymmu_list scenarios)" -- "$2" ;;
	bench) compgen -W "$(_lazymmu_list workloads)" -- "$2" ;;
	help) compgen -W "$(_lazymmu_commands)" -- "$2" ;;
	list)
		list=$("${COMP_WORDS[0]}" help list | sed -n 's/.*\[\(.*\)\].*/\1/p')
		compgen -W "${list//|/ }" -- "$2"
		;;
	record) compgen -c -- "$2" ;;
	esac
	[[ $1 = @(list|help|record) ]] || compgen -f -- "$2"
}

_lazymmu() {
	local command=${COMP_WORDS[1]} word=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]}
	local before='' recorded=''

	COMPREPLY=()
	if [ "$COMP_CWORD" -eq 1 ]; then
		mapfile -t COMPREPLY < <(compgen -W "$(_lazymmu_commands) --help --version" -- "$word")
		return
	fi
	# bash takes --option=value for three words.
	[ "$word" = = ] && word=''
	[ "$option" = = ] && option=${COMP_WORDS[COMP_CWORD - 2]}
	[ "${COMP_WORDS[COMP_CWORD]}" = = ] && option=${COMP_WORDS[COMP_CWORD - 1]}
	[ "$command" = record ] && recorded=$(_lazymmu_recorded)
	if [ -n "$recorded" ]; then
		[ "$recorded" -ne "$COMP_CWORD" ] ||
			mapfile -t COMPREPLY < <(compgen -c -- "$word")
	elif [[ $option = -* && $option != -- && -n $(_lazymmu_takes "$command" "$option") ]]; then
		[[ $word = *,* ]] && before=${word%,*},
		mapfile -t COMPREPLY < <(compgen -P "$before" -W "$(_lazymmu_values "$command" "$option")" -- "${word##*,}")
	elif [[ $word = -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(_lazymmu_options "$command" | sed 's/ .*//') --help" -- "$word")
	else
		mapfile -t COMPREPLY < <(_lazymmu_arguments "$command" "$word")
	fi
}

# Names of files where nothing else fits.
complete -o bashdefault -o default -F _lazymmu lazymmu
