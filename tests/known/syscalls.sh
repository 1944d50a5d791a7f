#!/bin/sh
# The table of syscalls equals what is known of each recording. Arguments: lazymmu, directory.
lazymmu=$1 directory=$2
failed=0 nr=0

check() {
	file=$1 row=$2
	shift 2
	nr=$((nr + 1))
	set -f
	set -- $(printf '%s ' "$@")
	got=$("$lazymmu" replay "$directory/$file" | awk -v row="$row" '$1 == row { $1 = ""; print }')
	for want in "$@"; do
		set -- $got
		have=$1
		[ $# -gt 0 ] && shift
		got=$*
		[ "$want" = . ] || [ "$want" = "$have" ] && continue
		echo "$file: $row: expected $want, got '$have'"
		failed=1
	done
}

while read -r first rest; do
	case $first in
	'' | '#'*) ;;
	recording) file=$rest ;;
	*) check "$file" "$first" $rest ;;
	esac
done <"$directory/syscalls.txt"
[ $nr -gt 0 ] || { echo "nothing was checked"; exit 1; }
exit $failed
