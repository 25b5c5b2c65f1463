#!/bin/sh
# The public header stands alone in every language it promises, its first comment is a whole program
# that works, and a customer can link the archive and nothing else of ours.
. tests/house/tap.sh.inc
work=$(mktemp -d) || exit 4
trap 'rm -rf "$work"' EXIT
cc=${CC:-gcc}
b=${PARAPH:+$(dirname "$PARAPH")}
b=${b:-build/release}

for standard in c99:c c11:c c17:c c++11:c++ c++17:c++; do
    found=$($cc -std=${standard%%:*} -Wall -Wextra -pedantic -Werror -fsyntax-only -x ${standard##*:} \
        include/paraph.h 2>&1)
    verdict "paraph.h alone as ${standard%%:*}" "$found"
done

# The program: the first comment, less its stars.
awk '/\*\// { exit } { sub(/^\/\* ?/, ""); sub(/^ \* ?/, ""); print }' include/paraph.h >"$work/example.c"
found=$(grep -c 'int main' "$work/example.c" | grep -v '^1$')
verdict "the first comment is a program" "$found"
found=$($cc -std=c99 -Wall -Wextra -Werror -Iinclude -c -o "$work/example.o" "$work/example.c" 2>&1)
verdict "it compiles" "$found"

if [ ! -e "$b/libparaph.a" ]; then
    skipped "it links with libparaph.a" "no $b/libparaph.a here"
    tap_end
fi
sanitize= mode=release
case $b in */asan*) sanitize=-fsanitize=address,undefined mode=asan ;; esac
found=$($cc $sanitize -o "$work/example" "$work/example.o" "$b/libparaph.a" -ldeflate -lexpat \
    -lunistring 2>&1)
verdict "it links with libparaph.a" "$found"
found=$(ASAN_OPTIONS=detect_leaks=0 "$work/example" "$work/out.docx" demo/draft.docx demo/returns/*.docx 2>&1) && [ -s "$work/out.docx" ] &&
    found=
[ -s "$work/out.docx" ] || found="$found (no file)"
verdict "it merges the returns of demo/" "$found"

# As a customer does who has only what was installed.
found=$(MAKEFLAGS= make -s install MODE=$mode B="$b" PREFIX= DESTDIR="$work/there" 2>&1 &&
    PKG_CONFIG_SYSROOT_DIR="$work/there" PKG_CONFIG_PATH="$work/there/lib/pkgconfig" \
        pkg-config --cflags --libs paraph >"$work/flags" 2>&1 &&
    $cc $sanitize -o "$work/customer" "$work/example.c" $(cat "$work/flags") 2>&1)
verdict "it links with what pkg-config says of the installed one" "$found"

found=$(nm -g --defined-only "$b/libparaph.a" | awk 'NF == 3 && $3 !~ /^px_/ && $3 !~ /^(__asan|__odr_asan|__ubsan)/ { print $3 }')
verdict "the archive shows px_* alone" "$found"
declared=$(grep -oE '\bpx_[a-z_]+\(' include/paraph.h | tr -d '(' | sort -u)
defined=$(nm -g --defined-only "$b/libparaph.a" | awk 'NF == 3 && $3 ~ /^px_/ { print $3 }' | sort -u)
echo "$declared" >"$work/declared"
echo "$defined" >"$work/defined"
verdict "it defines what the header declares" "$(diff "$work/declared" "$work/defined")"
tap_end
