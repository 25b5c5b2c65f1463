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
of() { for m in $(sed -n "$1" src/LAYERS | sed -n '/^[a-z]/s/:.*//p'); do ls src/"$m"/*.c; done; }
engine=$(of '1,/^api:/p')
posix="$(of '1,/^api:/d;p') tests/unit/*.c"
libraries=$(pkg-config --cflags sqlite3 libpq libsodium libcrypto libmicrohttpd libseccomp jansson yaml-0.1)
for f in fuzz/*.c bench/*.c; do [ -e "$f" ] && posix="$posix $f"; done
found=$(printf '%s\n' $engine | xargs -P 2 -n 8 clang $flags 2>&1)
verdict "clang builds the engine without a warning" "$found"
found=$(printf '%s\n' $posix | xargs -P 2 -n 8 clang $flags $libraries -D_XOPEN_SOURCE=700 2>&1)
verdict "clang builds the product and the tests without a warning" "$found"
tap_end
