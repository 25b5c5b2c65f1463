"""Writes a plain.Document as a .docx the way Word 2013 does: rsids, runs cut by old editing
sessions, proofing marks, page-break hints, latent styles and the rest. Everything random-looking is
a hash of the text, so the same text gives the same file, and what a return did not touch keeps its
cuts and ids.
"""
import datetime
import hashlib
import io
import re
import zipfile
from xml.sax.saxutils import escape

import parts
from plain import Seg, segments

NAMESPACES = ' '.join(f'xmlns:{p}="{u}"' for p, u in (
    ('wpc', 'http://schemas.microsoft.com/office/word/2010/wordprocessingCanvas'),
    ('mc', 'http://schemas.openxmlformats.org/markup-compatibility/2006'),
    ('o', 'urn:schemas-microsoft-com:office:office'),
    ('r', 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'),
    ('m', 'http://schemas.openxmlformats.org/officeDocument/2006/math'),
    ('v', 'urn:schemas-microsoft-com:vml'),
    ('wp14', 'http://schemas.microsoft.com/office/word/2010/wordprocessingDrawing'),
    ('wp', 'http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing'),
    ('w10', 'urn:schemas-microsoft-com:office:word'),
    ('w', 'http://schemas.openxmlformats.org/wordprocessingml/2006/main'),
    ('w14', 'http://schemas.microsoft.com/office/word/2010/wordml'),
    ('w15', 'http://schemas.microsoft.com/office/word/2012/wordml'),
    ('wpg', 'http://schemas.microsoft.com/office/word/2010/wordprocessingGroup'),
    ('wpi', 'http://schemas.microsoft.com/office/word/2010/wordprocessingInk'),
    ('wne', 'http://schemas.microsoft.com/office/word/2006/wordml'),
    ('wps', 'http://schemas.microsoft.com/office/word/2010/wordprocessingShape')))
NAMESPACES += ' mc:Ignorable="w14 w15 wp14"'
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'

STYLES = {
    'title': 'TreatyTitle', 'preamble': 'TreatyPreamble', 'testimonium': 'TreatyPreamble',
    'article': 'TreatyArticle', 'paragraph': 'TreatyParagraph', 'point': 'TreatyPoint',
    'subpoint': 'TreatySubpoint', 'text': 'TreatyText', 'annex': 'AnnexHeading',
    'annex-title': 'AnnexTitle', 'annex-text': 'TreatyText', 'header': 'Header', 'footer': 'Footer',
    'footnote': 'FootnoteText', 'cell': 'TableText', 'head': 'TableHead', 'group': 'TableGroup'}
LAYOUTS = {'centred': '<w:jc w:val="center"/>'}
RSIDS = ['00A41C52', '00B8360F', '002D71E4', '00C05B93', '0067A2D8', '00913EFA']
UNKNOWN_WORDS = {'inter', 'alia', 'cyber'}   # Word's spelling checker underlines them
DIVISION = 'Section Officer (Agreements), Defence Division'


def hashed(*what):
    return int.from_bytes(hashlib.sha256('\0'.join(map(str, what)).encode()).digest()[:8], 'big')


def para_id(key):
    return '%08X' % (hashed('paragraph', key) % 0x7FFFFFFF + 1)


def script(ch):
    if '\u2e80' <= ch <= '\u9fff' or '\uff00' <= ch <= '\uffef' or '\u3000' <= ch <= '\u303f':
        return 'eastAsia'
    if '\u0590' <= ch <= '\u08ff' or '\ufb50' <= ch <= '\ufefc':
        return 'rtl'
    return ''


def pieces(text):
    """Splits where the script changes; spaces, digits and signs stay with what is before them."""
    out = []
    for ch in text:
        s = script(ch)
        if not s and out and not ch.isalpha() and out[-1][0] == 'rtl':
            s = 'rtl'
        if out and out[-1][0] == s:
            out[-1][1] += ch
        else:
            out.append([s, ch])
    return out


def reads_from_the_right(source):
    first = next((ch for ch in source if ch.isalpha()), '')
    return bool(first) and script(first) == 'rtl'


class Story:
    """One part: its revisions take ids from the writer's counter."""

    def __init__(self, writer):
        self.w = writer

    # ---- runs ----

    def run(self, inner, properties='', rsid=''):
        rpr = f'<w:rPr>{properties}</w:rPr>' if properties else ''
        return f'<w:r{rsid}>{rpr}{inner}</w:r>'

    def properties(self, seg, which=''):
        """Of a run, in the schema's order; with the record of a tracked change of format."""
        bold = seg.bold or 'b' in seg.format
        italic = seg.italic or 'i' in seg.format
        fonts = '<w:rFonts w:hint="eastAsia"/>' if which == 'eastAsia' else ''
        before = fonts + ('<w:b/>' if seg.bold else '') + ('<w:i/>' if seg.italic else '')
        now = fonts + ('<w:b/>' if bold else '') + ('<w:i/>' if italic else '')
        tail = {'eastAsia': '<w:lang w:eastAsia="zh-CN"/>',
                'rtl': '<w:rtl/><w:lang w:bidi="ur-PK"/>', '': ''}[which]
        change = ''
        if seg.formatter:
            old = f'<w:rPr>{before + tail}</w:rPr>' if before + tail else '<w:rPr/>'
            change = f'<w:rPrChange {self.w.stamp(seg.formatter)}>{old}</w:rPrChange>'
        return now + tail + change

    def cut(self, text, key):
        """Where old editing sessions and the spelling checker have cut the text: a list of
        (text, rsid, misspelt)."""
        out, rest = [], ''
        words = re.findall(r'\s+|[^\s\w]+|\w+', text)
        session = ''
        for i, word in enumerate(words):
            h = hashed('cut', key, words[i - 1] if i else '', word)
            if word in UNKNOWN_WORDS and self.w.spelling:
                out += [(rest, session, False), (word, session, True)]
                rest = ''
            elif h % 29 == 0 and i:
                out.append((rest, session, False))
                rest = word
                session = RSIDS[h // 29 % len(RSIDS)] if not session else ''
            elif h % 211 == 1 and len(word) > 5:
                out.append((rest + word[:3], session, False))
                rest = word[3:]
                session = RSIDS[h // 211 % len(RSIDS)] if not session else ''
            else:
                rest += word
        return [c for c in out + [(rest, session, False)] if c[0]]

    def text(self, seg, key, deleted):
        out = ''
        tag = 'w:delText' if deleted else 'w:t'
        for which, stretch in pieces(seg.text):
            for part, session, misspelt in self.cut(stretch, key):
                properties = self.properties(seg, which)
                space = ' xml:space="preserve"' if part != part.strip() else ''
                rsid = f' w:rsidR="{session}"' if session else ''
                if seg.op and seg.who != '!':
                    rsid = ' w:rsid%s="%s"' % ('Del' if deleted else 'R', self.w.session(seg.who))
                inner = f'<{tag}{space}>{escape(part)}</{tag}>'
                if not seg.op and self.w.breaks(key) and not misspelt and len(part) > 20:
                    inner = '<w:lastRenderedPageBreak/>' + inner
                    self.w.broken.add(key)
                r = self.run(inner, properties, rsid)
                if misspelt:
                    r = f'<w:proofErr w:type="spellStart"/>{r}<w:proofErr w:type="spellEnd"/>'
                out += r
        return out

    def complex_field(self, code, result, properties='', result_properties=''):
        char = '<w:fldChar w:fldCharType="%s"/>'
        return (self.run(char % 'begin', properties) +
                self.run(f'<w:instrText xml:space="preserve"> {code} </w:instrText>', properties) +
                self.run(char % 'separate', properties) +
                self.run(f'<w:t>{escape(result)}</w:t>', properties + result_properties) +
                self.run(char % 'end', properties))

    def one(self, seg, key, deleted):
        if seg.kind == 'text':
            return self.text(seg, key, deleted)
        properties = self.properties(seg)
        if seg.kind == 'ref':
            switches = r'\h' if seg.text.startswith('Annex') else r'\r \h'
            code = f'REF {self.w.bookmarks[seg.text]} {switches}'
            return self.complex_field(code, seg.text, properties)
        if seg.kind == 'field':
            result = '1' if seg.text == 'PAGE' else '12'
            return self.complex_field(seg.text, result, properties, '<w:noProof/>')
        if seg.kind == 'note':
            n = self.w.note(seg.text)
            return self.run(f'<w:footnoteReference w:id="{n}"/>',
                            '<w:rStyle w:val="FootnoteReference"/>')
        name = seg.text
        if seg.kind == 'start':
            return ''.join(f'<w:commentRangeStart w:id="{i}"/>' for i in self.w.thread(name))
        style = '<w:rStyle w:val="CommentReference"/>'
        return ''.join(f'<w:commentRangeEnd w:id="{i}"/>' +
                       self.run(f'<w:commentReference w:id="{i}"/>', style)
                       for i in self.w.thread(name))

    def runs(self, source, key, wrapper='', by='', first=''):
        """The content of a paragraph; all of it, from the run that comes first on, in a w:ins,
        w:moveFrom or w:moveTo when a wrapper is given."""
        out, group, holder = '', first, (wrapper, by) if wrapper and first else None

        def flush():
            nonlocal out, group
            if group and holder:
                tag, who = holder
                group = f'<w:{tag} {self.w.stamp(who, key)}>{group}</w:{tag}>'
            out, group = out + group, ''
        for seg in segments(source):
            if seg.who == '!':
                if seg.op == '-':
                    continue
                seg = Seg(seg.text, seg.kind, seg.bold, seg.italic)
            now = None
            if seg.op:
                now = ('ins' if seg.op == '+' else 'del', seg.who)
            elif wrapper and seg.kind not in ('start', 'end'):
                now = (wrapper, by)
            if now != holder:
                flush()
                holder = now
            group += self.one(seg, key, seg.op == '-')
        flush()
        return out

    # ---- paragraphs ----

    def paragraph(self, b, extra='', lead=''):
        """lead: a run before the text, as of a footnote."""
        mover = b.mover if b.moved else ''
        before = f'<w:pStyle w:val="{STYLES[b.kind]}"/>{extra}'
        before += '<w:bidi/>' if reads_from_the_right(b.source) else ''
        properties = before + LAYOUTS.get(b.layout, '')
        mark = ''
        if b.made_by or b.mark_by:
            mark = f'<w:ins {self.w.stamp(b.made_by or b.mark_by, b.key)}/>'
        elif b.moved:
            mark = f'<w:move{b.moved.capitalize()} {self.w.stamp(mover, "move")}/>'
        if mark:
            properties += f'<w:rPr>{mark}</w:rPr>'
        if b.layout and b.layout_by:
            stamp = self.w.stamp(b.layout_by, b.key)
            properties += f'<w:pPrChange {stamp}><w:pPr>{before}</w:pPr></w:pPrChange>'
        ppr = f'<w:pPr>{properties}</w:pPr>'
        tag = {'from': 'moveFrom', 'to': 'moveTo'}.get(b.moved, 'ins' if b.made_by else '')
        # An article's number stands on a line of its own, above its title.
        first = self.run('<w:br/>') if b.kind == 'article' else ''
        content = self.runs(b.source, b.key, tag, b.made_by or mover, first)
        content = lead + self.w.bookmarked(b, content)
        if b.key == self.w.go_back:
            i = self.w.next_id()
            content += f'<w:bookmarkStart w:id="{i}" w:name="_GoBack"/><w:bookmarkEnd w:id="{i}"/>'
        h = hashed('rsid', b.key)
        session = self.w.session(b.made_by) if b.made_by else RSIDS[h % 3]
        text_id = '77777777' if h % 3 else '%08X' % (h % 0x7FFFFFFF)
        rsid = f' w:rsidP="{RSIDS[h // 7 % 6]}"' if h % 2 else ''
        return (f'<w:p w14:paraId="{para_id(b.key)}" w14:textId="{text_id}" w:rsidR="{session}" '
                f'w:rsidRDefault="{session}"{rsid}>{ppr}{content}</w:p>')

    # ---- tables ----

    def cell(self, width, content, span=1, merge='', fill='', align=''):
        properties = f'<w:tcW w:w="{width}" w:type="dxa"/>'
        properties += f'<w:gridSpan w:val="{span}"/>' if span > 1 else ''
        properties += {'v': '<w:vMerge w:val="restart"/>', '^': '<w:vMerge/>', '': ''}[merge]
        properties += f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ''
        properties += f'<w:vAlign w:val="{align}"/>' if align else ''
        return f'<w:tc><w:tcPr>{properties}</w:tcPr>{content}</w:tc>'

    def row(self, table, row):
        out, at = '', 0
        for i, source in enumerate(row.cells):
            m = re.fullmatch(r'(.*?)(?: (v)| >(\d))?', source)
            text, merge, span = m[1], m[2] or '', int(m[3] or 1)
            if text == '^':
                text, merge = '', '^'
            if row.kind == 'group':
                span = len(table.columns)
            style = {'row': 'cell', 'head': 'head', 'group': 'group'}[row.kind]
            b = type(row)(style, text, key=f'{row.key} cell {i}', made_by=row.made_by)
            extra = ''
            if text == '#':
                b.source, extra = '', '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="2"/></w:numPr>'
            if i > 2 and row.kind == 'row' or table.source == 'signatures':
                extra = '<w:jc w:val="center"/>'
            fill = {'row': '', 'head': 'D9D9D9', 'group': 'F2F2F2'}[row.kind]
            out += self.cell(sum(table.columns[at:at + span]), self.paragraph(b, extra), span,
                             merge, fill, 'center' if row.kind == 'head' else '')
            at += span
        properties = '<w:cantSplit/>'
        properties += '<w:tblHeader/>' if row.kind == 'head' else ''
        if row.made_by:
            properties += f'<w:ins {self.w.stamp(row.made_by, row.key)}/>'
        session = self.w.session(row.made_by) if row.made_by else RSIDS[hashed(row.key) % 3]
        return (f'<w:tr w:rsidR="{session}" w14:paraId="{para_id(row.key)}" w14:textId="77777777" '
                f'w:rsidTr="{RSIDS[1]}"><w:trPr>{properties}</w:trPr>{out}</w:tr>')

    def table(self, b):
        width = f'<w:tblW w:w="{sum(b.columns)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        look = ('<w:tblLook w:val="04A0" w:firstRow="1" w:lastRow="0" w:firstColumn="1" '
                'w:lastColumn="0" w:noHBand="0" w:noVBand="1"/>')
        if b.source == 'grid':
            properties = f'<w:tblStyle w:val="TableGrid"/>{width}{look}'
        else:
            properties = (f'{width}<w:tblCellMar><w:left w:w="70" w:type="dxa"/>'
                          f'<w:right w:w="70" w:type="dxa"/></w:tblCellMar>{look}')
        grid = ''.join(f'<w:gridCol w:w="{c}"/>' for c in b.columns)
        return (f'<w:tbl><w:tblPr>{properties}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>' +
                ''.join(self.row(b, r) for r in b.rows) + '</w:tbl>')

    def blocks(self, blocks):
        """Paragraphs and tables, with the ranges of moves about them."""
        out, moved = '', ''
        for b in blocks:
            if b.moved != moved and moved:
                out += f'<w:move{moved.capitalize()}RangeEnd w:id="{self.w.range_id}"/>'
            content = self.table(b) if b.kind == 'table' else self.paragraph(b)
            if b.moved and b.moved != moved:
                self.w.range_id = self.w.next_id()
                start = (f'<w:move{b.moved.capitalize()}RangeStart w:id="{self.w.range_id}" '
                         f'{self.w.who_when(b.mover, "move")} w:name="move453157412"/>')
                content = content.replace('</w:pPr>', '</w:pPr>' + start, 1)
            moved = b.moved
            out += content
        return out


class Writer:
    def __init__(self, doc, title):
        self.doc = doc
        self.title = title
        self.ids = 0
        self.range_id = 0
        self.notes = []       # names, in order of their references
        self.broken = set()
        self.changed = {}     # (officer, key of a paragraph) -> minutes
        self.spelling = hashed('spelling', doc.file) % 2 == 0
        self.comment_order = []
        everything = doc.body + doc.headers + doc.footers
        refs = {s.text for b in everything for s in segments(b.source) if s.kind == 'ref'}
        self.bookmarks = {r: '_Ref4517%05d' % (hashed('bookmark', r) % 100000) for r in refs}
        keys = [b.key for b in doc.body if b.kind in ('paragraph', 'point', 'plain')]
        self.go_back = keys[hashed('back', doc.file) % len(keys)] if keys else ''
        self.order_comments()

    def order_comments(self):
        anchored = [s.text for b in self.doc.body for s in segments(b.source) if s.kind == 'start']
        for name in anchored:
            self.comment_order += [name] + [c.name for c in self.doc.comments if c.parent == name]

    def next_id(self):
        self.ids += 1
        return self.ids - 1

    def session(self, who):
        return '%08X' % (0x00400000 + hashed('session', self.doc.file, who) % 0x00BFFFFF)

    def who_when(self, who, key=''):
        title, _, start = self.doc.officers[who]
        minutes = 95
        if key != 'move':
            minutes = self.changed.setdefault((who, key), 4 * len(self.changed))
        date = datetime.datetime.strptime(start, '%Y-%m-%dT%H:%M:%SZ')
        date += datetime.timedelta(minutes=minutes)
        return f'w:author="{escape(title)}" w:date="{date:%Y-%m-%dT%H:%M:00Z}"'

    def stamp(self, who, key=''):
        return f'w:id="{self.next_id()}" {self.who_when(who, key)}'

    def breaks(self, key):
        """Whether Word last found the end of a page in this paragraph, file by file."""
        return key not in self.broken and hashed('page', self.doc.file, key) % 13 == 0

    def bookmarked(self, b, content):
        name = self.bookmarks.get(b.address)
        if not name:
            return content
        i = self.next_id()
        return f'<w:bookmarkStart w:id="{i}" w:name="{name}"/>{content}<w:bookmarkEnd w:id="{i}"/>'

    def note(self, name):
        self.notes.append(name)
        return len(self.notes)

    def thread(self, name):
        return [i for i, c in enumerate(self.comment_order)
                if c == name or any(x.name == c and x.parent == name for x in self.doc.comments)]

    # ---- parts ----

    def document(self):
        story = Story(self)
        body = story.blocks(self.doc.body)
        references = ''
        for kind, there, i in (('header', self.doc.headers, 8), ('footer', self.doc.footers, 9)):
            if there:
                references += f'<w:{kind}Reference w:type="default" r:id="rId{i}"/>'
        section = (f'<w:sectPr w:rsidR="{RSIDS[0]}">{references}<w:pgSz w:w="11906" w:h="16838"/>'
                   '<w:pgMar w:top="1440" w:right="1440" w:bottom="1440" w:left="1440" '
                   'w:header="708" w:footer="708" w:gutter="0"/><w:cols w:space="708"/>'
                   '<w:docGrid w:linePitch="360"/></w:sectPr>')
        return f'{XML}<w:document {NAMESPACES}><w:body>{body}{section}</w:body></w:document>'

    def header(self):
        content = ''.join(Story(self).paragraph(b) for b in self.doc.headers)
        return f'{XML}<w:hdr {NAMESPACES}>{content}</w:hdr>'

    def footer(self):
        content = ''
        for b in self.doc.footers:
            p = Story(self).paragraph(b)
            if '{PAGE}' in b.source:
                p = ('<w:sdt><w:sdtPr><w:id w:val="-1769616900"/><w:docPartObj>'
                     '<w:docPartGallery w:val="Page Numbers (Bottom of Page)"/><w:docPartUnique/>'
                     f'</w:docPartObj></w:sdtPr><w:sdtContent>{p}</w:sdtContent></w:sdt>')
            content += p
        return f'{XML}<w:ftr {NAMESPACES}>{content}</w:ftr>'

    def separators(self, tag):
        """The two notes that every file has: the lines above the notes."""
        out = ''
        for i, kind in ((-1, 'separator'), (0, 'continuationSeparator')):
            out += (f'<w:{tag} w:type="{kind}" w:id="{i}"><w:p w14:paraId="{para_id(tag + kind)}" '
                    f'w14:textId="77777777" w:rsidR="{RSIDS[0]}" w:rsidRDefault="{RSIDS[0]}" '
                    f'w:rsidP="{RSIDS[3]}"><w:pPr><w:spacing w:after="0" w:line="240" '
                    f'w:lineRule="auto"/></w:pPr><w:r><w:{kind}/></w:r></w:p></w:{tag}>')
        return out

    def footnotes(self):
        content = self.separators('footnote')
        story = Story(self)
        for i, name in enumerate(self.notes):
            b = self.doc.footnotes[name]
            number = story.run('<w:footnoteRef/>', '<w:rStyle w:val="FootnoteReference"/>')
            by, b.made_by = b.made_by, ''
            text = ' ' + b.source
            if by:
                number = f'<w:ins {self.stamp(by, b.key)}>{number}</w:ins>'
                text = '{%s+%s+}' % (by, text)
            note = type(b)('footnote', text, key=b.key)
            note = story.paragraph(note, lead=number)
            content += f'<w:footnote w:id="{i + 1}">{note}</w:footnote>'
            b.made_by = by
        return f'{XML}<w:footnotes {NAMESPACES}>{content}</w:footnotes>'

    def endnotes(self):
        return f'{XML}<w:endnotes {NAMESPACES}>{self.separators("endnote")}</w:endnotes>'

    def comments(self):
        """comments.xml and commentsExtended.xml."""
        by_name = {c.name: c for c in self.doc.comments}
        content = extended = ''
        story = Story(self)
        for i, name in enumerate(self.comment_order):
            c = by_name[name]
            key = f'{self.doc.file} comment {name}'
            title, initials, _ = self.doc.officers[c.who]
            reference = story.run('<w:annotationRef/>', '<w:rStyle w:val="CommentReference"/>')
            session = self.session(c.who)
            text = story.run(f'<w:t>{escape(c.text)}</w:t>')
            content += (f'<w:comment w:id="{i}" {self.who_when(c.who, key)} '
                        f'w:initials="{initials}"><w:p w14:paraId="{para_id(key)}" '
                        f'w14:textId="77777777" w:rsidR="{session}" w:rsidRDefault="{session}">'
                        f'<w:pPr><w:pStyle w:val="CommentText"/></w:pPr>{reference}{text}</w:p>'
                        '</w:comment>')
            parent = ''
            if c.parent:
                parent = f' w15:paraIdParent="{para_id(f"{self.doc.file} comment {c.parent}")}"'
            extended += f'<w15:commentEx w15:paraId="{para_id(key)}"{parent} w15:done="0"/>'
        return (f'{XML}<w:comments {NAMESPACES}>{content}</w:comments>',
                f'{XML}<w15:commentsEx {NAMESPACES}>{extended}</w15:commentsEx>')

    def people(self):
        people = ''
        for title, _, _ in self.doc.officers.values():
            people += (f'<w15:person w15:author="{escape(title)}"><w15:presenceInfo '
                       f'w15:providerId="None" w15:userId="{escape(title)}"/></w15:person>')
        return f'{XML}<w15:people {NAMESPACES}>{people}</w15:people>'

    def settings(self):
        sessions = sorted(RSIDS + [self.session(w) for w in self.doc.officers])
        proof = '<w:proofState w:spelling="clean" w:grammar="clean"/>'
        return XML + parts.template(
            'settings.xml', track='<w:trackRevisions/>' if self.doc.tracking else '',
            proof='' if self.spelling else proof, root=RSIDS[0],
            rsids=''.join(f'<w:rsid w:val="{s}"/>' for s in sessions),
            id='%08X' % (hashed('document', self.title) % 0x7FFFFFFF))

    def core(self):
        title, _, date = next(iter(self.doc.officers.values()),
                              (DIVISION, '', '2016-05-18T12:30:00Z'))
        return XML + parts.template('core.xml', title=escape(self.title), author=DIVISION,
                                    last=escape(title), revision=3 + 2 * len(self.doc.officers),
                                    date=date)

    def app(self, document):
        text = re.sub(r'<[^>]+>', '', re.sub(r'</w:p>|<w:br/>', ' ', document))
        return XML + parts.template('app.xml', words=len(text.split()), with_spaces=len(text),
                                    characters=len(text.replace(' ', '')),
                                    paragraphs=len(self.doc.body))

    def parts(self):
        """Name -> text of every part, in the order in which Word writes them."""
        p = {'word/document.xml': self.document(), 'word/footnotes.xml': self.footnotes(),
             'word/endnotes.xml': self.endnotes()}
        if self.doc.headers:
            p['word/header1.xml'] = self.header()
        if self.doc.footers:
            p['word/footer1.xml'] = self.footer()
        p['word/theme/theme1.xml'] = XML + parts.template('theme1.xml')
        p['word/settings.xml'] = self.settings()
        if self.doc.comments:
            p['word/comments.xml'], p['word/commentsExtended.xml'] = self.comments()
            p['word/people.xml'] = self.people()
        p['word/styles.xml'] = XML + parts.styles(bool(self.doc.comments))
        p['word/numbering.xml'] = XML + parts.template('numbering.xml', namespaces=NAMESPACES)
        p['word/fontTable.xml'] = XML + parts.template('fontTable.xml')
        p['word/webSettings.xml'] = XML + parts.template('webSettings.xml')
        p['docProps/core.xml'] = self.core()
        p['docProps/app.xml'] = self.app(p['word/document.xml'])
        related = [n for n in p if n.startswith('word/') and n != 'word/document.xml']
        head = {'[Content_Types].xml': XML + parts.content_types(p),
                '_rels/.rels': XML + parts.template('package-relations.xml'),
                'word/_rels/document.xml.rels': XML + parts.relations(related)}
        return {**head, **p}


def to_bytes(doc, title):
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED) as z:
        for name, text in Writer(doc, title).parts().items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            z.writestr(info, text.encode())
    return out.getvalue()
