#!/usr/bin/env python3
"""The gallery of redlines (docs/gallery): `paraph compare` must mark what a careful person would, mark for mark. Prints
TAP. PARAPH names the command (build/paraph). Run from the project's root."""
import os
import pathlib
import subprocess
import sys
import tempfile

import reading

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
GALLERY = ROOT / 'docs/gallery'
PARAPH = os.environ.get('PARAPH', str(ROOT / 'build/paraph'))


def read_marks():
    """Name -> the marks written by hand."""
    marks, name, part = {}, '', ''
    for line in (GALLERY / 'cases.txt').read_text().splitlines():
        if line.startswith('=== '):
            name = line[4:]
        elif line.startswith('    ') and part == 'marks':
            marks.setdefault(name, []).append(line.strip())
        elif not line.startswith(' '):
            part = line
    return marks


def main():
    marks = read_marks()
    failed = 0
    done = subprocess.run([sys.executable, GALLERY / 'make.py', '--check'], capture_output=True, text=True)
    print('ok 1 - pairs are what the generator writes' if done.returncode == 0 else
          f'# {done.stdout}{done.stderr}\nnot ok 1 - pairs are what the generator writes')
    failed += done.returncode != 0
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / 'redline.docx'
        for i, (name, want) in enumerate(marks.items(), 2):
            pair = [GALLERY / f'pairs/{name}-{v}.docx' for v in ('base', 'revised')]
            have, why = None, f'there is no {PARAPH}'
            if pathlib.Path(PARAPH).exists():
                done = subprocess.run([PARAPH, 'compare', *pair, '--author', 'Foreign Affairs', '-o', out],
                                      capture_output=True, text=True, timeout=60)
                why = done.stderr
                have = reading.marks(out) if done.returncode == 0 else None
            if have is not None and sorted(have) == sorted(want):
                print(f'ok {i} - {name}')
                continue
            failed += 1
            for line in [why.strip()] if have is None else ['marks'] + have + ['and not'] + want:
                print(f'#   {line}')
            print(f'not ok {i} - {name}')
    print(f'1..{len(marks) + 1}')
    return failed > 0


if __name__ == '__main__':
    sys.exit(main())
