#!/bin/sh
# Each command has a man page; each page names the options the command takes, has examples and exit
# status, and is well-formed.
. tests/house/tap.sh.inc

commands=$(sed -n 's/^COMMAND(\([a-z]*\),.*/\1/p' src/cli/commands.def)
found=$(for c in $commands; do
    page=man/paraph-$c.1
    [ -e "$page" ] || { echo "$page is missing"; continue; }
    for section in 'NAME' 'SYNOPSIS' 'DESCRIPTION' 'EXIT STATUS' 'EXAMPLES'; do
        grep -q "^\.Sh $section" "$page" || echo "$page has no section $section"
    done
    # the options of the command: rows of options.def that name it, joined to one line each
    tr '\n' ' ' <src/cli/options.def | sed 's/OPTION(/\n&/g' |
        grep -E "TAKES\($c\)|TAKES_ALL" | grep -v "~TAKES($c)" | sed -n 's/^OPTION([^"]*"\([a-z-]*\)".*/\1/p' |
        while read -r name; do
            grep -qF -e "Fl Fl $name" "$page" || echo "$page does not name --$name"
        done
    grep -q "paraph-$c 1" man/paraph.1 || echo "man/paraph.1 does not name paraph-$c"
done)
verdict "each command has a page that names its options" "$found"

binary=${PARAPH:-build/paraph}
if [ -x "$binary" ]; then
    found=$(for c in $commands; do
        "$binary" "$c" --help >/dev/null || echo "paraph $c --help: exit status $?"
        "$binary" "$c" --help | grep -q '^Example' || echo "paraph $c --help has no example"
        "$binary" "$c" --help | sed -n 's/^  .*\(--[a-z-]*\).*/\1/p' | while read -r option; do
            grep -qF -e "Fl Fl ${option#--}" "man/paraph-$c.1" ||
                echo "man/paraph-$c.1 does not name $option, which --help does"
        done
    done
    "$binary" --version | grep -qE '^paraph [0-9]+\.[0-9]+\.[0-9]+$' || echo "--version is odd"
    "$binary" --help | grep -q consolidate || echo "--help names no command")
    verdict "each command has help with an example" "$found"
else
    skipped "each command has help with an example" "no $binary"
fi

# the acts that `paraph act --list` shows, each with what it is done with, in paraph-act.1
rows() { # FILE MACRO: its rows, one a line
    tr '\n' ' ' <"$1" | sed "s/$2(/\n&/g" | grep "^$2("
}
found=$(rows src/rules/acts.def ACT | sed -n 's/^ACT(\([A-Z_]*\), "\([a-z-]*\)", .*/\1 \2/p' |
    while read -r id name; do
        case $name in init | read | credential-set) continue ;; esac
        [ ! -x "$binary" ] || "$binary" act --list | grep -q "^  $name " ||
            echo "paraph act --list does not show $name"
        part=$(awk -v name="$name" '$1 == ".It" { shown = $2 == "Cm" ? $3 == name : shown }
            /^\.S[hs]/ { shown = 0 } shown' man/paraph-act.1)
        [ -n "$part" ] || { echo "man/paraph-act.1 has no act $name"; continue; }
        rows src/dossier/fields.def FIELD | sed -n "s/^FIELD($id, \([a-z_]*\), .*/\1/p" | tr _ - |
            while read -r field; do
                printf '%s\n' "$part" | grep -qE "Fl Fl $field( |\$)" ||
                    echo "man/paraph-act.1 does not say that $name takes --$field"
            done
        stated=$(printf '%s\n' "$part" | grep -c 'Fl Fl')
        [ "$stated" = "$(rows src/dossier/fields.def FIELD | grep -c "^FIELD($id,")" ] ||
            echo "man/paraph-act.1 names what $name does not take"
    done)
verdict "each act is documented with all that it is done with" "$found"
if [ -x "$binary" ]; then
    found=$("$binary" act --list | sed -n 's/^  \([a-z-]*\) .*/\1/p' | while read -r name; do
        grep -qx "\.It Cm $name" man/paraph-act.1 || echo "man/paraph-act.1 has no act $name"
    done)
    verdict "each act that is listed is documented" "$found"
else
    skipped "each act that is listed is documented" "no $binary"
fi

if command -v mandoc >/dev/null; then
    found=$(mandoc -T lint man/*.1 2>&1 | grep -vE 'outdated mandoc.db|lacks .*entry|referenced manual not found')
    verdict "mandoc finds nothing" "$found"
else
    skipped "mandoc finds nothing" "no mandoc here"
fi
if command -v groff >/dev/null; then
    found=$(for page in man/*.1; do
        LC_ALL=C.UTF-8 groff -mandoc -Tutf8 -ww -z "$page" 2>&1
    done)
    verdict "groff warns of nothing" "$found"
else
    skipped "groff warns of nothing" "no groff here"
fi
tap_end
