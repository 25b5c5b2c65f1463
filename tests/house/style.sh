#!/bin/sh
# Sizes and traces: functions of 70 lines, files of 800, lines of 100 columns; the formatter agrees;
# nothing in the tree names a machine, a home folder or a host of our own.
. tests/house/tap.sh.inc

sources=$(project_files src include tests fuzz bench 2>/dev/null | grep -E '\.[ch]$')
found=$(for f in $sources; do
    awk -v f="$f" 'END { if (NR > 800) print f ": " NR " lines" }' "$f"
done)
verdict "no file over 800 lines" "$found"

found=$(awk '
    FNR == 1 { start = 0 }
    /^[A-Za-z_].*\) *\{ *$/ || /^ +.*\) *\{ *$/ && !start && prev ~ /^[A-Za-z_]/ { if (!start) { start = FNR; name = $0 } }
    { prev = $0 }
    /^}/ { if (start && FNR - start + 1 > 70) print FILENAME ":" start ": " FNR - start + 1 " lines: " name; start = 0 }' $sources)
verdict "no function over 70 lines" "$found"

# In characters, which not every awk counts.
found=$(project_files src include tests fuzz bench | grep -E '\.([ch]|def)$' | xargs python3 -c '
import sys
for name in sys.argv[1:]:
    for at, line in enumerate(open(name, encoding="utf-8", errors="replace"), 1):
        if len(line.rstrip("\n")) > 100:
            print(f"{name}:{at}: {len(line) - 1} columns")')
verdict "no line over 100 columns" "$found"

# Each version of clang-format lays some lines out otherwise; Debian 12's is the one.
if clang-format --version 2>/dev/null | grep -q ' 14\.'; then
    found=$(clang-format --dry-run -Werror $sources 2>&1 | grep -E 'error:' | cut -d: -f1 | sort | uniq -c)
    verdict "clang-format has nothing to change" "$found"
else
    skipped "clang-format has nothing to change" "no clang-format 14 here"
fi

# Traces of a machine. The patterns are put together here so that they do not find themselves.
home='/ho''me/[a-z]' root='/ro''ot/' work='/wo''rk/' tmp_user='[a-z]@[a-z-]*\.loc''al\b'
found=$(project_files . | grep -vE '^(\./)?(build|LICENSE|tests/judge/package-lock\.json)' |
    xargs grep -nIE "($home|$root|$work|$tmp_user)" 2>/dev/null | cut -c1-160)
verdict "no path of a machine in the tree" "$found"
found=$(project_files . | xargs grep -nIE 'regis''try\.[a-z0-9-]+\.[a-z]|de''bian\.org/pool|local''host:[0-9]+/' 2>/dev/null |
    grep -vE 'package-lock\.json' | cut -c1-160)
verdict "no host of a package registry in the tree" "$found"
found=$(project_files . | grep -E 'package-lock\.json$' | xargs grep -nE '"resolved": *"http' 2>/dev/null |
    cut -c1-160)
verdict "no download address in a lock file" "$found"
tap_end
