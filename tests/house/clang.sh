#!/bin/sh
# Everything builds with clang without a warning, as it does with gcc.
. tests/house/tap.sh.inc
if ! command -v clang >/dev/null; then
    skipped "clang builds everything" "no clang here"
    tap_end
fi
flags="-std=c17 -O1 -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Wstrict-prototypes
    -Wmissing-prototypes -Wvla -Wswitch-enum -Wundef -Wpointer-arith -Wformat=2 -Werror
    -fvisibility=hidden -Iinclude -Isrc -Itests -DPARAPH_VERSION=\"0\" -fsyntax-only"
engine=$(ls src/*/*.c | grep -v '^src/cli/')
posix="src/cli/*.c tests/unit/*.c"
for f in fuzz/*.c bench/*.c; do [ -e "$f" ] && posix="$posix $f"; done
found=$(printf '%s\n' $engine | xargs -P 2 -n 8 clang $flags 2>&1)
verdict "clang builds the engine without a warning" "$found"
found=$(printf '%s\n' $posix | xargs -P 2 -n 8 clang $flags -D_XOPEN_SOURCE=700 2>&1)
verdict "clang builds the command and the tests without a warning" "$found"
tap_end
