#!/usr/bin/env python3
"""docx.py CASE FOLDER: writes FOLDER/X.docx for each CASE/X.body, and any other CASE/*.part.

A .body holds the inside of w:body, in WordprocessingML with the prefix w, or in a shorthand for
lines that begin with no "<" (a w:sectPr at its end is the body's own): each is a paragraph; in it {+Office|words+} is inserted and
{-Office|words-} deleted by Office, {Office: words} a comment of Office on the words before it back to
"[", and *words* bold. Nothing in the files depends on the clock.
"""
import pathlib
import re
import sys
import zipfile
from xml.sax.saxutils import escape, quoteattr

W = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main'
OPC = 'http://schemas.openxmlformats.org/package/2006/'
OD = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
WML = 'application/vnd.openxmlformats-officedocument.wordprocessingml.'
MARK = re.compile(r'\{([+-])([^|{}]*)\|([^{}]*)[+-]\}|\[([^\[\]]*)\]\{([^:{}]*): ([^{}]*)\}|\*([^*]+)\*')


class Writer:
    def __init__(self):
        self.id = 0
        self.comments = []

    def run(self, text, tag='t', bold=False):
        if not text:
            return ''
        props = '<w:rPr><w:b/></w:rPr>' if bold else ''
        return f'<w:r>{props}<w:{tag} xml:space="preserve">{escape(text)}</w:{tag}></w:r>'

    def change(self, sign, office, text):
        self.id += 1
        kind, tag = ('ins', 't') if sign == '+' else ('del', 'delText')
        return (f'<w:{kind} w:id="{self.id}" w:author={quoteattr(office)} w:date="2016-06-01T10:00:00Z">'
                f'{self.run(text, tag)}</w:{kind}>')

    def comment(self, words, office, text):
        n = len(self.comments)
        self.comments.append(
            f'<w:comment w:id="{n}" w:author={quoteattr(office)} w:date="2016-06-01T10:00:00Z">'
            f'<w:p>{self.run(text)}</w:p></w:comment>')
        return (f'<w:commentRangeStart w:id="{n}"/>{self.run(words)}<w:commentRangeEnd w:id="{n}"/>'
                f'<w:r><w:commentReference w:id="{n}"/></w:r>')

    def paragraph(self, line):
        out, at = [], 0
        for m in MARK.finditer(line):
            out.append(self.run(line[at:m.start()]))
            at = m.end()
            if m[1]:
                out.append(self.change(m[1], m[2], m[3]))
            elif m[5]:
                out.append(self.comment(m[4], m[5], m[6]))
            else:
                out.append(self.run(m[7], bold=True))
        out.append(self.run(line[at:]))
        return '<w:p>' + ''.join(out) + '</w:p>'

    def body(self, text):
        lines = [s for s in text.splitlines() if s.strip()]
        return ''.join(s if s.startswith('<') else self.paragraph(s) for s in lines)


def write(path, text):
    w = Writer()
    body = w.body(text)
    last = '' if text.rstrip().endswith('</w:sectPr>') else '<w:sectPr/>'
    parts = {'word/document.xml': f'<w:document xmlns:w="{W}"><w:body>{body}{last}</w:body></w:document>'}
    types = [('/word/document.xml', 'document.main')]
    if w.comments:
        parts['word/comments.xml'] = f'<w:comments xmlns:w="{W}">{"".join(w.comments)}</w:comments>'
        parts['word/_rels/document.xml.rels'] = (
            f'<Relationships xmlns="{OPC}relationships"><Relationship Id="rId1" Type="{OD}comments" '
            f'Target="comments.xml"/></Relationships>')
        types.append(('/word/comments.xml', 'comments'))
    overrides = ''.join(f'<Override PartName="{n}" ContentType="{WML}{t}+xml"/>' for n, t in types)
    head = {
        '[Content_Types].xml': f'<Types xmlns="{OPC}content-types"><Default Extension="rels" ContentType='
                               f'"application/vnd.openxmlformats-package.relationships+xml"/>{overrides}</Types>',
        '_rels/.rels': f'<Relationships xmlns="{OPC}relationships"><Relationship Id="rId1" Type="{OD}'
                       f'officeDocument" Target="word/document.xml"/></Relationships>'}
    with zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED) as z:
        for name, data in {**head, **parts}.items():
            z.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data)


def main(case, folder):
    for source in sorted(pathlib.Path(case).glob('*.body')):
        write(pathlib.Path(folder) / f'{source.stem}.docx', source.read_text(encoding='utf-8'))


if __name__ == '__main__':
    main(*sys.argv[1:])
