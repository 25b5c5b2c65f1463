"""Reads the text of a Word file with its tracked changes accepted or rejected, as plainly as can
be: a second opinion that shares nothing with the program."""
import posixpath
import xml.etree.ElementTree as ET
import zipfile

W = '{http://schemas.openxmlformats.org/wordprocessingml/2006/main}'
RELATION = '{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id'


def q(name):
    return W + name


def inline(element, accept, notes, out):
    gone = {q('del'), q('moveFrom')} if accept else {q('ins'), q('moveTo')}
    for e in element:
        if e.tag in gone or e.tag in (q('pPr'), q('rPr'), q('instrText'), q('delInstrText')):
            continue
        if e.tag in (q('t'), q('delText')):
            out.append(e.text or '')
        elif e.tag in (q('br'), q('tab')):
            out.append(' ')
        elif e.tag == q('footnoteReference'):
            out.append('[^%s]' % ''.join(notes.get(e.get(q('id')), '')))
        else:
            inline(e, accept, notes, out)
    return out


def mark_goes(paragraph, accept):
    mark = paragraph.find(f'{q("pPr")}/{q("rPr")}')
    gone = ('del', 'moveFrom') if accept else ('ins', 'moveTo')
    return mark is not None and any(mark.find(q(g)) is not None for g in gone)


def blocks(container, accept, notes, out):
    """Lines of text: a paragraph whose mark goes is joined with the next."""
    open_line = ''
    for e in container:
        if e.tag == q('p'):
            text = open_line + ''.join(inline(e, accept, notes, []))
            open_line = ''
            if mark_goes(e, accept):
                open_line = text
            else:
                out.append(text)
        elif e.tag == q('tbl'):
            for row in e.iter(q('tr')):
                gone = row.find(f'{q("trPr")}/{q("del" if accept else "ins")}')
                if gone is None:
                    cells = [' / '.join(blocks(c, accept, notes, [])) for c in row.iter(q('tc'))]
                    out.append('| ' + ' | '.join(cells))
        elif e.tag == q('sdt'):
            blocks(e.find(q('sdtContent')), accept, notes, out)
    if open_line:
        out.append(open_line)
    return out


def read(path):
    with zipfile.ZipFile(path) as z:
        return {n: z.read(n) for n in z.namelist()}


def text(path, accept=True):
    parts = read(path)
    root = ET.fromstring(parts['word/document.xml'])
    relations = {r.get('Id'): posixpath.join('word', r.get('Target'))
                 for r in ET.fromstring(parts['word/_rels/document.xml.rels'])}
    notes = {}
    if 'word/footnotes.xml' in parts:
        for note in ET.fromstring(parts['word/footnotes.xml']).iter(q('footnote')):
            notes[note.get(q('id'))] = ' / '.join(blocks(note, accept, {}, []))
    out = blocks(root.find(q('body')), accept, notes, [])
    for kind in ('headerReference', 'footerReference'):
        for e in root.iter(q(kind)):
            out.append(f'== {kind} {e.get(q("type"))}')
            blocks(ET.fromstring(parts[relations[e.get(RELATION)]]), accept, notes, out)
    return '\n'.join(out)


def comments(path):
    """Author, text and the words each comment is made on, changes shown as they stand."""
    parts = read(path)
    if 'word/comments.xml' not in parts:
        return []
    body = ET.fromstring(parts['word/document.xml'])
    words, open_ids = {}, set()
    for e in body.iter():
        if e.tag == q('commentRangeStart'):
            open_ids.add(e.get(q('id')))
        elif e.tag == q('commentRangeEnd'):
            open_ids.discard(e.get(q('id')))
        elif e.tag in (q('t'), q('delText')):
            for i in open_ids:
                words[i] = words.get(i, '') + (e.text or '')
    referred = [e.get(q('id')) for e in body.iter(q('commentReference'))]
    return [{'author': c.get(q('author')), 'words': words.get(c.get(q('id')), ''),
             'text': ''.join(t.text or '' for t in c.iter(q('t')))}
            for c in ET.fromstring(parts['word/comments.xml']).iter(q('comment'))
            if c.get(q('id')) in referred]


# ---- marks ----

SIGNS = {q('ins'): '+', q('del'): '-', q('moveFrom'): '<', q('moveTo'): '>'}


def changed_runs(element, sign, out):
    """(sign, text) of each run; the sign is '' for what is not changed. A reference to a note is a
    run without words."""
    for e in element:
        if e.tag in SIGNS:
            changed_runs(e, SIGNS[e.tag], out)
        elif e.tag == q('r'):
            text = ''.join(t.text or '' for t in e if t.tag in (q('t'), q('delText')))
            format_changed = e.find(f'{q("rPr")}/{q("rPrChange")}') is not None
            out.append((sign or ('~' if format_changed else ''), text))
        elif e.tag not in (q('pPr'),):
            changed_runs(e, sign, out)
    return out


def paragraph_marks(p):
    texts = []
    for sign, text in changed_runs(p, '', []):
        if texts and texts[-1][0] == sign:
            texts[-1][1] += text
        elif sign or text:
            texts.append([sign, text])
    out = [f'{sign} {text.strip()}' for sign, text in texts if sign and text.strip()]
    mark = p.find(f'{q("pPr")}/{q("rPr")}')
    signs = [SIGNS[m.tag] for m in mark if m.tag in SIGNS] if mark is not None else []
    whole = texts and all(sign for sign, _ in texts)
    if signs and not whole:
        out.append({'+': 'split', '-': 'join'}.get(signs[0], 'mark ' + signs[0]))
    if p.find(f'{q("pPr")}/{q("pPrChange")}') is not None:
        out.append('layout')
    return out


def row_marks(row):
    properties = row.find(q('trPr'))
    tags = [e.tag for e in properties] if properties is not None else []
    sign = next((s for tag, s in SIGNS.items() if tag in tags), '')
    if not sign:
        return [m for cell in row.iter(q('tc')) for m in marks_in(cell, [])]
    cells = [''.join(t.text or '' for t in cell.iter() if t.tag in (q('t'), q('delText')))
             for cell in row.iter(q('tc'))]
    return [f'row {sign} {" ".join(cells).strip()}']


def marks_in(container, out):
    for e in container:
        if e.tag == q('p'):
            out += paragraph_marks(e)
        elif e.tag == q('tbl'):
            for row in e.iter(q('tr')):
                out += row_marks(row)
        elif e.tag in (q('sdt'), q('sdtContent'), q('footnote')):
            marks_in(e, out)
    return out


def marks(path):
    """What a redline marks, one line a mark, as docs/gallery/cases.txt writes them."""
    parts = read(path)
    out = marks_in(ET.fromstring(parts['word/document.xml']).find(q('body')), [])
    for name in sorted(parts):
        if name.startswith(('word/header', 'word/footer', 'word/footnotes')):
            marks_in(ET.fromstring(parts[name]), out)
    return out
