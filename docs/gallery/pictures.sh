#!/bin/sh
# pictures.sh [NAME...]: makes the pictures of the gallery (all, or the named cases) anew: `paraph compare` on each pair,
# LibreOffice to PDF, pdftoppm, crop.py. PARAPH names the command (build/paraph). Run from the project's root.
set -eu
here=docs/gallery
paraph=${PARAPH:-build/paraph}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
[ $# -gt 0 ] || set -- $(sed -n 's/^=== //p' "$here/cases.txt")
files=
for name in "$@"; do
    "$paraph" compare "$here/pairs/$name-base.docx" "$here/pairs/$name-revised.docx" --author 'Foreign Affairs' \
        -q -o "$work/$name.docx"
    files="$files $work/$name.docx"
done
# A profile of its own, so that a running LibreOffice does not matter.
soffice "-env:UserInstallation=file://$work/profile" --headless --convert-to pdf --outdir "$work" $files >"$work/log" 2>&1
for name in "$@"; do
    pdftoppm -r 96 -f 1 -l 1 "$work/$name.pdf" >"$work/$name.ppm"
    python3 "$here/crop.py" "$work/$name.ppm" "$here/$name.png"
done
