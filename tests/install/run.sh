#!/bin/bash
# SPDX-License-Identifier: MIT
# Installs the library below a temporary directory and uses it from outside: what it exports, what
# its headers need, and whether the example builds and passes.
# Usage: run.sh BUILD_DIR SOURCE_DIR SANITIZERS COMPILER...
set -eu

build=$1 source=$2 sanitizers=$3
shift 3
export CC="$*"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
checks=0

fail()
{
	echo "install: $*" >&2
	exit 1
}

passed()
{
	checks=$((checks + 1))
	echo "ok: $*"
}

# Runs quietly, and shows what it said when it fails.
quietly()
{
	"$@" >"$work/log" 2>&1 || { cat "$work/log" >&2; fail "$*"; }
}

quietly meson install -C "$build" --no-rebuild --destdir "$work/root"

[ -n "$(find "$work/root" -path '*/bash-completion/completions/lazymmu')" ] ||
	fail "bash finds no completion"

pc=$(find "$work/root" -name lazymmu.pc)
[ -n "$pc" ] || fail "no lazymmu.pc was installed"
libdir=$(dirname "$(dirname "$pc")")
export PKG_CONFIG_PATH=${pc%/*} PKG_CONFIG_SYSROOT_DIR=$work/root LD_LIBRARY_PATH=$libdir
include=$(pkg-config --cflags-only-I lazymmu | sed 's/^-I//; s/ *$//')

# The exported symbols are the functions that the header declares, no more and no fewer.
nm -D --defined-only "$libdir/liblazymmu.so" | awk '{ print $3 }' | sort >"$work/exported"
tr '\n' ' ' <"$include/lazymmu/lazymmu.h" | grep -o 'LAZYMMU_PUBLIC [^;]*;' |
	grep -o '\<lazymmu_[a-z0-9_]*(' | tr -d '(' | sort >"$work/declared"
[ -s "$work/declared" ] || fail "lazymmu.h declares nothing"
diff "$work/declared" "$work/exported" || fail "declared (<) and exported (>) differ"
passed "$(wc -l <"$work/exported") symbols, all of them declared"

for header in "$include"/lazymmu/*.h; do
	name=lazymmu/${header##*/}
	echo "#include <$name>" >"$work/header.c"
	$CC -std=c11 -Wall -Wextra -Wpedantic -Werror -I"$include" -fsyntax-only "$work/header.c" ||
		fail "$name as C11"
	passed "$name compiles alone as C11"
	if command -v "${CXX:-c++}" >"$work/log"; then
		${CXX:-c++} -std=c++11 -Wall -Wextra -Wpedantic -Werror -I"$include" -fsyntax-only \
			-x c++ "$work/header.c" || fail "$name as C++"
		passed "$name compiles alone as C++"
	fi
done

cp -r "$source/tests/example" "$work/example"
cd "$work/example"
quietly meson setup "$work/build" --werror -Db_sanitize="$sanitizers"
quietly meson test -C "$work/build" --print-errorlogs
passed "the example builds out of tree with pkg-config and passes"
echo "$checks passed, 0 failed"
