#!/usr/bin/env python3
"""make.py [--check] [FOLDER]: writes the pairs of the gallery from cases.txt: NAME-base.docx and
NAME-revised.docx in FOLDER (pairs/, if none is named).

With --check nothing is written: exit status 1 when a file holds anything else than what would be
written. The files are Word's in every detail that demo/word.py knows of.
"""
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / 'demo'))

import make as demo  # noqa: E402
import plain  # noqa: E402
import word  # noqa: E402


def cases():
    """(name, {'base': text, 'revised': text, 'marks': [line]}) of each case, in order."""
    out = []
    for line in (HERE / 'cases.txt').read_text().splitlines():
        if line.startswith('=== '):
            out.append((line[4:], {}))
        elif line.startswith('    '):
            out[-1][1][part].append(line[4:])
        elif line and not line.startswith('%'):
            part = line
            out[-1][1][part] = []
    return out


def document(name, version, lines):
    doc = plain.read_draft('\n'.join(lines))
    doc.file = f'{name} {version}'
    return word.to_bytes(doc, f'Gallery: {name}')


def main(arguments):
    check = '--check' in arguments
    folder = pathlib.Path(next((a for a in arguments if a != '--check'), HERE / 'pairs'))
    folder.mkdir(parents=True, exist_ok=True)
    differing = 0
    for name, case in cases():
        for version in ('base', 'revised'):
            path = folder / f'{name}-{version}.docx'
            data = document(name, version, case[version])
            if not check:
                path.write_bytes(data)
            elif not path.exists() or demo.contents(path.read_bytes()) != demo.contents(data):
                print(f'{path} is not what make.py writes')
                differing += 1
    return 1 if differing else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
