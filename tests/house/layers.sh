#!/bin/sh
# Every #include of a project header is allowed by src/LAYERS: a module reaches the doors of the
# modules named on its line (MODULE/MODULE.h, and the .def tables it is made of), nothing else. The check is
# put to the test too: a forbidden include must be found.
. tests/house/tap.sh.inc

# Reads "FILE:#include ..." lines; prints what LAYERS does not allow.
judge='
    FNR == NR {
        if ($0 !~ /^#/ && $1 ~ /:$/) {
            module = substr($1, 1, length($1) - 1); known[module] = 1
            for (i = 2; i <= NF; i++) {
                may[module, $i] = 1
                if (!($i in known)) print "src/LAYERS: " module " names " $i ", which is not above it"
            }
        }
        next
    }
    {
        split($0, part, ":"); file = part[1]
        split(file, path, "/"); module = path[2]
        match($0, /"[^"]*"/); name = substr($0, RSTART + 1, RLENGTH - 2)
        if (!(module in known)) { print file ": module " module " is not in src/LAYERS"; next }
        if (name == "paraph.h") next
        split(name, door, "/")
        if (door[1] == module) next
        if (!((module, door[1]) in may)) { print file ": " module " may not include " name; next }
        if (name ~ /\.def$/) next
        if (name != door[1] "/" door[1] ".h") print file ": " name " is not the door of " door[1]
    }'
includes() { grep -n '^ *# *include *"' "$@" | sed 's/:[0-9]*:/:/'; }

found=$(includes src/*/*.[ch] | awk "$judge" src/LAYERS -)
verdict "every include is one that src/LAYERS allows" "$found"

for bad in 'src/xml/x.c:#include "doc/doc.h"' 'src/diff/x.c:#include "base/int.h"' \
    'src/cli/x.c:#include "zip/zip.h"' 'src/dossier/x.c:#include "doc/doc.h"' \
    'src/api/x.c:#include "zip/int.h"'; do
    caught=$(echo "$bad" | awk "$judge" src/LAYERS -)
    [ -n "$caught" ] && wrong= || wrong="not found: $bad"
    verdict "a forbidden include is found: $bad" "$wrong"
done

left=$(for folder in src/*/; do
    module=$(basename "$folder")
    [ -e "src/$module/$module.h" ] || [ "$module" = api ] || echo "src/$module has no door $module.h"
done)
verdict "every module has its door" "$left"
tap_end
