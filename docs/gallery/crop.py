#!/usr/bin/env python3
"""crop.py IN.ppm OUT.png: the part of a page that is not white, as a small PNG of at most 64
colours. A wide gap, as above the footnotes, is made narrow."""
import struct
import sys
import zlib

MARGIN = 12
GAP = 36   # blank lines of pixels that are left of a wider gap
WHITE = (255, 255, 255)


def read_ppm(data):
    fields, at = [], 0
    while len(fields) < 4:
        end = at
        while not data[end:end + 1].isspace():
            end += 1
        fields.append(data[at:end])
        at = end + 1
    width, height = int(fields[1]), int(fields[2])
    return width, height, data[at:at + 3 * width * height]


def box(rows):
    """left, top, right, bottom of what is not white, with a margin."""
    filled = [y for y, row in enumerate(rows) if any(c != WHITE for c in row)]
    columns = [x for x in range(len(rows[0])) if any(rows[y][x] != WHITE for y in filled)]
    return (max(columns[0] - MARGIN, 0), max(filled[0] - MARGIN, 0),
            min(columns[-1] + MARGIN, len(rows[0])), min(filled[-1] + MARGIN, len(rows)))


def close_gaps(rows):
    out, blank = [], 0
    for row in rows:
        blank = blank + 1 if all(c == WHITE for c in row) else 0
        if blank <= GAP:
            out.append(row)
    return out


def palette_of(colours):
    """Each colour's index: rounded to a grid that is fine enough for text and coarse enough for 64
    entries."""
    for step in (17, 34, 51, 85, 127):
        rounded = {c: tuple(min(255, (v + step // 2) // step * step) for v in c)
                   for c in colours}
        palette = sorted(set(rounded.values()))
        if len(palette) <= 64:
            break
    return palette, {c: palette.index(r) for c, r in rounded.items()}


def chunk(kind, data):
    return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))


def main(source, target):
    with open(source, 'rb') as f:
        width, height, pixels = read_ppm(f.read())
    rows = [[tuple(pixels[3 * (width * y + x):3 * (width * y + x) + 3]) for x in range(width)]
            for y in range(height)]
    left, top, right, bottom = box(rows)
    rows = close_gaps([row[left:right] for row in rows[top:bottom]])
    palette, index = palette_of({c for row in rows for c in row})
    body = b''.join(b'\0' + bytes(index[c] for c in row) for row in rows)
    size = struct.pack('>IIBBBBB', right - left, len(rows), 8, 3, 0, 0, 0)
    with open(target, 'wb') as f:
        f.write(b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', size) +
                chunk(b'PLTE', b''.join(bytes(c) for c in palette)) +
                chunk(b'IDAT', zlib.compress(body, 9)) + chunk(b'IEND', b''))


if __name__ == '__main__':
    main(*sys.argv[1:])
