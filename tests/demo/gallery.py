#!/usr/bin/env python3
"""The gallery of redlines (docs/gallery): `paraph compare` must mark what a careful person would,
mark for mark. Prints TAP. PARAPH names the command (build/paraph)."""
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


def compare(name, out):
    """What the command marks, and what it has to say: (None, why) when it ends in an error."""
    if not pathlib.Path(PARAPH).exists():
        return None, f'there is no {PARAPH}'
    pair = [GALLERY / f'pairs/{name}-{v}.docx' for v in ('base', 'revised')]
    done = subprocess.run([PARAPH, 'compare', *pair, '--author', 'Foreign Affairs', '-o', out],
                          capture_output=True, text=True, timeout=60)
    return reading.marks(out) if done.returncode == 0 else None, done.stderr.strip()


def main():
    marks = read_marks()
    done = subprocess.run([sys.executable, '-B', GALLERY / 'make.py', '--check'],
                          capture_output=True, text=True)
    failed = done.returncode != 0
    for line in (done.stdout + done.stderr).splitlines():
        print(f'# {line}')
    print('not ' * failed + 'ok 1 - pairs are what the generator writes')
    with tempfile.TemporaryDirectory() as folder:
        for i, (name, want) in enumerate(marks.items(), 2):
            have, why = compare(name, pathlib.Path(folder) / 'redline.docx')
            right = have is not None and sorted(have) == sorted(want)
            if not right:
                failed = True
                for line in [why] if have is None else ['marks'] + have + ['and not'] + want:
                    print(f'#   {line}')
            print('not ' * (not right) + f'ok {i} - {name}')
    print(f'1..{len(marks) + 1}')
    return failed


if __name__ == '__main__':
    sys.exit(main())
