#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# bench: what it prints of a workload and of a recording, and what it refuses.
. "$(dirname "$0")/lib.sh"

# row NAME: the columns behind the name, of one result.
row() { sed -n "s/^ *$1  *//p" "$out" | sed 's/  */ /g'; }
is() { [ "$(row "$1")" = "$2" ] || fail "$1 is '$(row "$1")', not '$2'"; }

status 0 bench --arch xen --kernel v7.0 mprotect --param pages=62,cpus=1
head -n 1 "$out" | grep -q '^mprotect (change_pte_range) on xen, kernel v7.0: pages=62 section=0' ||
	fail "heading: $(head -n 1 "$out")"
is pte_hypercalls '2 62'
is batches '2x31 62x1'
is 'of one' '0 of 2 (0.0%) 62 of 62 (100.0%)'
is 'unseen for' '30 longest, 15.0 mean 0 longest, 0.0 mean'

# A file of costs replaces costs; times are exact.
cat >"$temporary/costs.txt" <<-END
	pte_write 0 0 0 ns test
	section@mprotect 0 0 0 ns test
	call 0 0 0 ns test
	page 0 0 0 ns test
	mmu_update 1 1 1 ns test
	hypercall 0.5 1 2 us test
	measured mprotect pages=62 0.9 0.95 a guess
END
status 0 bench --arch xen --kernel v7.0 mprotect --param pages=62,cpus=1 --costs "$temporary/costs.txt"
hypercalls=$(row hypercalls)
lazy=${hypercalls% *} immediate=${hypercalls#* }
typical=$((lazy * 1000 + 62)).000
row 'modelled ns' | grep -qF "$typical (" || fail "modelled: $(row 'modelled ns'), not $typical"
row 'modelled ns' | grep -qF "$((immediate * 1000 + 62)).000 (" || fail "modelled: $(row 'modelled ns')"
row ratio | grep -q 'gain$' || fail "no gain: $(row ratio)"
row measured | grep -q '^0.900..0.950 missed by the model: a guess' || fail "$(row measured)"

printf 'page 1 2 3 ns x\nhypercal 1 2 3 ns x\n' >"$temporary/bad.txt"
status 2 bench --costs "$temporary/bad.txt" fork
says "$err" "$temporary/bad.txt:2:1: unknown primitive 'hypercal'"
silent "$out"
status 3 bench --costs /nonexistent fork
head -c 70000 /dev/zero | tr '\0' '#' >"$temporary/large.txt"
status 2 bench --costs "$temporary/large.txt" fork

# Sections that cost as much as they save.
printf 'section 1 30 90 ns x\n' >"$temporary/section.txt"
status 0 bench --arch arm64 vmap --param section=2,pages=20 --costs "$temporary/section.txt"
row ratio | grep -q 'undecided$' || fail "not undecided: $(row ratio)"

# A sweep has its ends, and a table of all.
status 0 bench --arch arm64 vmap --sweep section=3..20
[ "$(sed -n 's/^vmap  *arm64  *v7.3  *4096  *\([0-9]*\) .*/\1/p' "$out" | xargs)" = '3 6 12 20' ] ||
	fail "sweep: $(grep '^vmap  ' "$out")"

# Folios are powers of two, and the heading has what came of them.
status 0 bench --arch arm64 --kernel v6.1,v7.0 munmap --sweep folio=1..64
[ "$(sed -n 's/^munmap .* folio=\([0-9]*\) .*/\1/p' "$out" | xargs)" = '1 1 1 1 1 1 1 1 1 4 8 16 32 64' ] ||
	fail "folios: $(grep '^munmap .*folio=' "$out")"
# What is swept has a column in the table of all.
[ "$(sed -n 's/^munmap  *arm64  *v7.0  *4096  *0  *\([0-9]*\) .*/\1/p' "$out" | xargs)" = '1 1 4 8 16 32 64' ] ||
	fail "column: $(grep '^munmap  ' "$out")"
for bad in 0 3 4097; do
	status 2 bench munmap --param folio=$bad
	silent "$out"
done
says "$err" "folio '4097'"

# A picture of it: a panel for each backend, of the same bytes each time, in grey alone.
for name in one two; do
	status 0 bench --arch arm64,xen --kernel v7.0 vmap --sweep section=1..8 --svg "$temporary/$name.svg"
done
same "$temporary/one.svg" "$temporary/two.svg"
[ "$(grep -c '^<polygon' "$temporary/one.svg")" -eq 2 ] || fail 'not two bands in the picture'
[ "$(grep -c '^<circle' "$temporary/one.svg")" -eq 8 ] || fail 'not four values in each panel'
[ -z "$(grep -o '"#[0-9a-f]*"' "$temporary/one.svg" | grep -vE '#(..)\1\1"')" ] || fail 'it has colours'
says "$temporary/one.svg" 'vmap on arm64, v7.0'
[ "$(grep -c '<g ' "$temporary/one.svg")" = "$(grep -c '</g>' "$temporary/one.svg")" ] || fail 'groups'
status 3 bench fork --arch arm64 --svg /nonexistent/x.svg
cp "$recordings/W1_mprotect_64.txt.gz" "$temporary/<&>.gz"
status 0 bench --kernel v6.1 "$temporary/<&>.gz" --svg "$temporary/name.svg"
says "$temporary/name.svg" '&#60;&#38;&#62;.gz on xen'

# What was asked of the machine stands wherever the result does.
asked='--mmu radix --page-size 65536 --preempt rt --config kfence'
for format in '' --json; do
	status 0 bench --arch powerpc --kernel v7.0 --mmu radix --config kfence --preempt rt --page-size 64K $format \
		--svg "$temporary/asked.svg" --timeline "$temporary/asked.json" mprotect
	says "$out" "$asked"
done
says "$temporary/asked.svg" "powerpc, v7.0 $asked:"
says "$temporary/asked.json" "powerpc, v7.0 $asked, lazy"

# Names on an axis do not lie over each other, and the first and the last are there.
status 0 bench --arch sparc --kernel v7.0 vmap --param pages=20 --sweep section=1..1000000 --svg "$temporary/wide.svg"
sed -n 's/^<text x="\([0-9]*\)" y="206" text-anchor="middle">\([0-9]*\)<.*/\1 \2/p' "$temporary/wide.svg" |
	awk '{ half = length($2) * 3.5 } NR > 1 && $1 - half < right { exit 1 } { right = $1 + half }
		NR == 1 && $2 != 1 { exit 1 } { last = $2 } END { exit last != 1000000 }' ||
	fail 'names of values overlap, or an end is missing'

# Of many sizes the most frequent are drawn, a path is cut, and without a sweep there are numbers.
status 0 bench --arch sparc --kernel v7.0 "$recordings/x86-6.18-gcc.txt.gz" --svg "$temporary/sizes.svg"
says "$temporary/sizes.svg" "the 8 most frequent of "
[ "$(grep -c '^<rect fill="#777777"' "$temporary/sizes.svg")" -eq 8 ] || fail 'not eight bars'
grep -q 'y="101" text-anchor="middle">1</text>' "$temporary/sizes.svg" || fail 'no bar of size 1'
says "$temporary/sizes.svg" '>...x86-6.18-gcc.txt.gz on sparc, v7.0'
ratio=$(row ratio | cut -d ' ' -f 1)
says "$temporary/sizes.svg" ">$ratio ("
status 0 bench --arch arm64 --kernel v7.0 munmap --svg "$temporary/none.svg"
says "$temporary/none.svg" 'nothing was held back'

# The document, and that of two runs is the same.
status 0 bench --json --arch arm64,s390-with-ptes mprotect fork
cp "$out" "$temporary/first"
status 0 bench --json --arch arm64,s390-with-ptes mprotect fork
same "$out" "$temporary/first"
says "$out" '"command": "bench"'
for key in workload arch kernel params lazy immediate modelled_ns ratio; do
	[ "$(grep -c "^      \"$key\": " "$out")" -eq 4 ] || fail "not four times $key in the JSON"
done
for key in sections batches_of_one flush_reasons; do says "$out" "\"$key\": "; done
! grep -q '[0-9]e[+-]' "$out" || fail 'an exponent in the JSON'

# A recording is a workload: on its own backend unless one is named, with what it shows of multicalls.
cd "$recordings" || exit 1
status 0 bench --kernel v6.1 W1_mprotect_64.txt.gz
says "$out" 'W1_mprotect_64.txt.gz on xen, kernel v6.1'
recorded=$(zcat W1_mprotect_64.txt.gz | grep -c 'xen_mc_flush: flushing [1-9]')
single=$(zcat W1_mprotect_64.txt.gz | grep -c 'xen_mc_flush: flushing 1 hypercalls')
row recorded | grep -q "^$single of $recorded " || fail "recorded: $(row recorded), not $single of $recorded"
"$lazymmu" replay --json "${as_recorded[@]}" --mode both W1_mprotect_64.txt.gz >"$temporary/replay"
total() { sed -n "s/^ *\"$1\": \([0-9]*\),/\1/p" "$temporary/replay"; }
for counter in pte_writes emulated_writes; do
	set -- $(row $counter)
	total $counter | grep -qx "$1" || fail "replay has no $counter $1"
done
status 0 bench --arch sparc arm64-6.18-vmalloc-256.txt.gz
says "$out" 'on sparc, kernel '

# Inner sections: a third run without them, and a table of both. BUG is no time.
status 0 bench nested --arch arm64,xen --kernel v6.18,v7.0
says "$out" 'nested (apply_to_pte_range) on arm64, kernel v6.18: pages=4096'
says "$out" 'resched=0 nest=64 depth=1'
nests() { sed -n '/^Inner sections/,$p' "$out" | grep "^nested  *$1  *$2 " | sed 's/  */ /g'; }
[[ $(nests arm64 v7.0) = 'nested arm64 v7.0 64 1 64 72 (8) 0 (0) barriers 72 (8) '*' loss' ]] ||
	fail "v7.0: $(nests arm64 v7.0)"
[[ $(nests arm64 v6.18) = *' 8 (8) 3840 (0) barriers 3848 (8) '*' loss' ]] || fail "$(nests arm64 v6.18)"
[[ $(nests xen v6.18) = 'nested xen v6.18 64 1 - - - - - BUG' ]] || fail "xen: $(nests xen v6.18)"
status 0 bench nested --arch generic --sweep nest=1..4 --param depth=3
[ "$(grep -c '^nested .*no more work$' "$out")" -eq 3 ] || fail "sweep: $(nests generic v7.3)"
status 0 bench --json nested mprotect --arch arm64
[ "$(grep -c '^      "nesting": ' "$out")" -eq 2 ] || fail 'not two nesting in the JSON'
says "$out" '"unnested": {'
status 0 bench mprotect --arch arm64
! grep -qE 'Inner|nest=' "$out" || fail 'inner sections of mprotect'

# What it refuses.
status 2 bench nested --param depth=255
status 2 bench nope
says "$err" "'nope' is neither a workload"
status 2 bench expected.txt
for bad in pages pages=x pages=0 nope=1 pages=4000001 dirty=101 cpus=65; do
	status 2 bench fork --param "$bad"
	silent "$out"
done
for bad in section section=1 section=5..2 section=x..2 section=1..y; do
	status 2 bench fork --sweep "$bad"
	silent "$out"
done
status 2 bench fork --arch nope
status 2 bench fork --arch sparc --page-size 4K
# One table for each page of a million: more than it makes.
status 3 bench fork --arch arm64 --param section=1,pages=1000000
says "$err" 'so many pages and tables do not fit'
# What sections cost where they save nothing is a loss; a kernel that ends has no verdict but that.
status 0 bench mprotect --arch arm64 --kernel v7.0 --param section=1
grep -q '^ratio .* loss$' "$out" || fail 'sections of one page cost nothing'
status 0 bench mprotect --arch arm64 --kernel v7.0
grep -q '^ratio .* nothing saved$' "$out" || fail 'sections of a table cost something'
status 0 bench nested --arch xen --kernel v6.18
grep -q '^ratio .* BUG$' "$out" || fail 'a kernel that ends has another verdict'
status 0 bench nested --arch xen --kernel v6.18 --json
[ "$(grep -c '"verdict": "bug"' "$out")" -eq 2 ] || fail 'not in JSON'

exit "$failed"
