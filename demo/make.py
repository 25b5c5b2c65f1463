#!/usr/bin/env python3
"""make.py [--check] [FOLDER]: writes draft.docx and returns/*.docx from draft.txt and edits/*.txt.

With --check nothing is written: exit status 1 when a file in FOLDER (this folder, if none is named)
holds anything else than what would be written. The marks of the text are explained in plain.py;
word.py writes Word's markup, from the templates in parts/ where it is always the same.
"""
import io
import pathlib
import sys
import zipfile

import plain
import word

HERE = pathlib.Path(__file__).resolve().parent
TITLE = 'Framework Agreement on Long-term Cooperation in Defence and Security'


def files():
    """Path -> bytes of each file of the case."""
    draft = plain.read_draft((HERE / 'draft.txt').read_text())
    out = {'draft.docx': word.to_bytes(draft, TITLE)}
    for path in sorted((HERE / 'edits').glob('*.txt')):
        edited = plain.read_edits(draft, path.read_text())
        out[f'returns/{edited.file}.docx'] = word.to_bytes(edited, TITLE)
    return out


def contents(data):
    """Parts in order: how they are compressed is the library's affair."""
    with zipfile.ZipFile(io.BytesIO(data)) as z:
        return [(i.filename, i.date_time, z.read(i)) for i in z.infolist()]


def main(arguments):
    check = '--check' in arguments
    folder = pathlib.Path(next((a for a in arguments if a != '--check'), HERE))
    differing = 0
    for name, data in files().items():
        path = folder / name
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        elif not path.exists() or contents(path.read_bytes()) != contents(data):
            print(f'{path} is not what make.py writes')
            differing += 1
    return 1 if differing else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
