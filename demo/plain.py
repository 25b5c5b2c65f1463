"""The plain form of the draft (draft.txt) and of what each office did to it (edits/*.txt), read
into blocks.

In a line of text:
    **bold**  //italic//  [Article 5] a cross-reference  [^1] a footnote  {PAGE} {NUMPAGES} fields
and in edits, with the number of the officer who made the change:
    {1-deleted-}  {1+inserted+}  {1~b made bold~}  {1~i made italic~}
    {!-  -}  {!+  +}  the same, but accepted before the file was sent back, so that nothing shows it
    {c1>the words a comment is on<c1}
An edit names a paragraph of the draft and quotes enough of it, with the marks, to be found there
once:
    at Article 3(2)
        the laws {1-and regulations -}of each Party
"""
import dataclasses
import re
from dataclasses import dataclass, field

MARKS = re.compile(
    r'\{(?P<who>[0-9!])(?P<open>[-+])|(?P<close>[-+~])\}|\{(?P<formatter>\d)~(?P<format>[bi]+) '
    r'|(?P<bold>\*\*)|(?P<italic>//)|\{(?P<start>c\d+)>|<(?P<end>c\d+)\}|\[\^(?P<note>\w+)\]'
    r'|\[(?P<ref>Article \d+|Annex A)\]|\{(?P<field>PAGE|NUMPAGES)\}')
LEVELS = {'article:': 'article', '1.': 'paragraph', '(a)': 'point', '(i)': 'subpoint', '.': 'text'}


@dataclass
class Seg:
    """A stretch of a paragraph: text, or a reference, note, field, start or end of a comment."""
    text: str
    kind: str = 'text'
    bold: bool = False
    italic: bool = False
    op: str = ''          # '+', '-' or '' ...
    who: str = ''         # ... by this officer; '!' when nothing shows it
    format: str = ''      # 'b', 'i' added with tracking ...
    formatter: str = ''   # ... by this officer


@dataclass
class Block:
    kind: str                # the style: 'article', 'paragraph', 'title' ...; or 'table'
    source: str = ''
    address: str = ''
    made_by: str = ''        # the officer who inserted the paragraph with its mark, or the row
    mark_by: str = ''        # the officer who inserted its mark alone
    moved: str = ''          # '', 'from', 'to'
    mover: str = ''
    layout: str = ''         # 'centred' ...
    layout_by: str = ''
    key: str = ''            # stable identity, for the ids Word gives paragraphs
    rows: list = field(default_factory=list)   # of a table
    columns: list = field(default_factory=list)
    cells: list = field(default_factory=list)  # of a row: their sources


@dataclass
class Comment:
    name: str
    who: str
    text: str
    parent: str = ''


@dataclass
class Document:
    body: list
    headers: list
    footers: list
    footnotes: dict
    comments: list = field(default_factory=list)
    office: str = ''
    file: str = 'draft'
    tracking: bool = False
    officers: dict = field(default_factory=dict)   # number -> (title, initials, date)


def segments(source):
    """The stretches of a marked line, in order."""
    out, at = [], 0
    bold = italic = False
    op = who = fmt = formatter = ''

    def add(text, kind='text'):
        if text or kind != 'text':
            out.append(Seg(text, kind, bold, italic, op, who, fmt, formatter))
    for m in MARKS.finditer(source):
        add(source[at:m.start()])
        at = m.end()
        if m['open']:
            op, who = m['open'], m['who']
        elif m['format']:
            fmt, formatter = m['format'], m['formatter']
        elif m['close'] == '~':
            fmt = formatter = ''
        elif m['close']:
            op = who = ''
        elif m['bold']:
            bold = not bold
        elif m['italic']:
            italic = not italic
        else:
            kind = next(k for k in ('start', 'end', 'note', 'ref', 'field') if m[k])
            add(m[kind], kind)
    add(source[at:])
    return out


def unmarked(source):
    """The line as it stood in the draft."""
    source = re.sub(r'\{[0-9!]\+.*?\+\}', '', source)
    source = re.sub(r'\{[0-9!]-(.*?)-\}', r'\1', source)
    source = re.sub(r'\{\d~[bi]+ (.*?)~\}', r'\1', source)
    return re.sub(r'\{c\d+>|<c\d+\}', '', source)


def letter(n):
    return chr(ord('a') + n - 1)


def number(blocks):
    """Gives each block its address, as printed."""
    article = paragraph = point = 0
    counts = {}
    for b in blocks:
        if b.kind == 'article':
            article, paragraph, point = article + 1, 0, 0
            b.address = f'Article {article}'
        elif b.kind == 'paragraph':
            paragraph, point = paragraph + 1, 0
            b.address = f'Article {article}({paragraph})'
        elif b.kind == 'point':
            point += 1
            above = f'({paragraph})' if paragraph else ''
            b.address = f'Article {article}{above}({letter(point)})'
        elif b.kind == 'annex':
            b.address = b.source
        else:
            place = {'text': f'Article {article} text', 'annex-text': 'Annex A text'}
            name = place.get(b.kind, b.kind.capitalize())
            counts[name] = counts.get(name, 0) + 1
            b.address = f'{name} {counts[name]}'
        b.key = b.address


def read_row(line):
    """'row: # | Fuel | Litre' -> a block of kind row, head or group."""
    kind, cells = re.match(r'(row|head|group): *(.*)', line).groups()
    return Block(kind, cells=[c.strip() for c in cells.split('|')])


def read_block(line):
    word, _, rest = line.partition(' ')
    if word in LEVELS:
        return Block(LEVELS[word], rest.strip())
    kind, _, source = line.partition(': ')
    return Block(kind, source)


def read_draft(text):
    doc = Document([], [], [], {})
    for line in text.splitlines():
        if not line.strip() or line.startswith('%'):
            continue
        if re.match(r'(row|head|group): ', line):
            table = doc.body[-1]
            table.rows.append(read_row(line))
        elif line.startswith('columns: '):
            doc.body[-1].columns = [int(w) for w in line.split()[1:]]
        elif line.startswith('table: '):
            doc.body.append(Block('table', line[7:]))
        elif line.startswith('footnote '):
            name, source = re.match(r'footnote (\w+): (.*)', line).groups()
            address = f'Footnote {name}'
            doc.footnotes[name] = Block('footnote', source, address, key=address)
        elif line.startswith(('header: ', 'footer: ')):
            b = read_block(line)
            stories = doc.headers if b.kind == 'header' else doc.footers
            stories.append(b)
            b.address = b.key = f'{b.kind.capitalize()} {len(stories)}'
        else:
            doc.body.append(read_block(line))
    number(doc.body)
    for t, table in enumerate(b for b in doc.body if b.kind == 'table'):
        for r, row in enumerate(table.rows):
            row.key = f'{table.key} {t} row {r}'
    return doc


class Editor:
    """Applies the lines of one office's edits to a copy of the draft."""

    def __init__(self, draft):
        self.doc = Document(
            [dataclasses.replace(b, rows=[dataclasses.replace(r, cells=list(r.cells))
                                          for r in b.rows]) for b in draft.body],
            [dataclasses.replace(b) for b in draft.headers],
            [dataclasses.replace(b) for b in draft.footers],
            {k: dataclasses.replace(v) for k, v in draft.footnotes.items()})
        self.at = None       # the block the next quotation is about
        self.pending = None  # a split whose place the next line tells
        self.edits = 0

    def find(self, address):
        """The block of that address, or (row, cell) for 'Annex A, "words of the cell"'."""
        d = self.doc
        m = re.fullmatch(r'Annex A, "(.*)"', address)
        if m:
            return next((row, i) for b in d.body for row in b.rows
                        for i, c in enumerate(row.cells) if unmarked(c) == m[1])
        for b in d.body + d.headers + d.footers + list(d.footnotes.values()):
            if b.address == address:
                return b
        raise SystemExit(f'{d.file}: nothing stands at {address}')

    def quote(self, fragment):
        """Puts a marked fragment in the place of the unmarked one."""
        if not self.doc.tracking:
            fragment = re.sub(r'\{\d([-+])', r'{!\1', fragment)
        plain = unmarked(fragment)
        row, cell = self.at if isinstance(self.at, tuple) else (self.at, None)
        source = row.source if cell is None else row.cells[cell]
        if source.count(plain) != 1:
            raise SystemExit(f'{self.doc.file}: not found once: {plain}')
        source = source.replace(plain, fragment)
        if cell is None:
            row.source = source
        else:
            row.cells[cell] = source

    def add(self, line):
        """A new paragraph or row after self.at: '1+ 1. Text' or '!+ row: ...'."""
        who, rest = re.match(r'([0-9!])\+ (.*)', line).groups()
        if not self.doc.tracking:
            who = '!'
        self.edits += 1
        key = f'{self.doc.file} new {self.edits}'
        by = '' if who == '!' else who
        if isinstance(self.at, tuple):
            new = dataclasses.replace(read_row(rest), made_by=by, key=key)
            table = next(b for b in self.doc.body if any(r is self.at[0] for r in b.rows))
            place = next(i for i, r in enumerate(table.rows) if r is self.at[0])
            table.rows.insert(place + 1, new)
            self.at = (new, 0)
            return
        new = dataclasses.replace(read_block(rest), key=key, address=f'new {self.edits}')
        place = next(i for i, b in enumerate(self.doc.body) if b is self.at)
        self.doc.body.insert(place + 1, new)
        if by and new.kind == self.at.kind and not self.at.made_by:
            # Typed after the Enter key: Word calls the old paragraph's mark the new one.
            self.at.mark_by = by
            new.source = '{%s+%s+}' % (by, new.source)
        else:
            new.made_by = by
        self.at = new

    def split(self, address, who, fragment):
        b = self.find(address)
        before, after = fragment.split('|')
        place = b.source.index(before + after.lstrip()) + len(before)
        second = dataclasses.replace(b, source=b.source[place:])
        first = dataclasses.replace(b, source=b.source[:place], mark_by=who,
                                    key=f'{self.doc.file} split')
        i = next(i for i, x in enumerate(self.doc.body) if x is b)
        self.doc.body[i:i + 1] = [first, second]

    def move(self, address, target, who):
        def article(name):
            start = next(i for i, b in enumerate(self.doc.body) if b.address == name)
            end = next((i for i in range(start + 1, len(self.doc.body))
                        if self.doc.body[i].kind in ('article', 'testimonium')), None)
            return start, end
        start, end = article(address)
        there = []
        for b in self.doc.body[start:end]:
            there.append(dataclasses.replace(b, moved='to', mover=who, key=b.key + ' moved'))
            b.moved, b.mover = 'from', who
        _, end = article(target)
        self.doc.body[end:end] = there

    def line(self, line):
        d = self.doc
        if line.startswith('    '):
            line = line.strip()
            if re.match(r'[0-9!]\+ ', line):
                self.add(line)
            elif self.pending:
                self.split(*self.pending, line)
                self.pending = None
            else:
                self.quote(line)
            return
        self.pending = None
        forms = (
            (r'office: (.*)', lambda x: setattr(d, 'office', x)),
            (r'file: (.*)', lambda x: setattr(d, 'file', x)),
            (r'tracking: (.*)', lambda x: setattr(d, 'tracking', x == 'on')),
            (r'officer (\d): (.*) \| (.*) \| (.*)', lambda n, *x: d.officers.__setitem__(n, x)),
            (r'(?:at|after) (.*)', lambda x: setattr(self, 'at', self.find(x))),
            (r'split (.*) by (\d)', lambda *x: setattr(self, 'pending', x)),
            (r'move (.*) to after (.*) by (\d)', self.move),
            (r'layout (.*) by (\d): (.*)', self.lay_out),
            (r'footnote (\w+): (.*)', self.add_note),
            (r'comment (c\d+) by (\d): (.*)', lambda n, w, x: d.comments.append(Comment(n, w, x))),
            (r'reply (c\d+) to (c\d+) by (\d): (.*)',
             lambda n, p, w, x: d.comments.append(Comment(n, w, x, p))),
        )
        for form, do in forms:
            m = re.fullmatch(form, line)
            if m:
                do(*m.groups())
                return
        raise SystemExit(f'{d.file}: what is this? {line}')

    def add_note(self, name, source):
        self.doc.footnotes[name] = Block('footnote', source, key=f'{self.doc.file} note {name}',
                                         made_by='1' if self.doc.tracking else '')

    def lay_out(self, address, who, layout):
        b = self.find(address)
        b.layout, b.layout_by = layout, who if self.doc.tracking else ''


def read_edits(draft, text):
    """The return: the draft with one office's edits, marked."""
    editor = Editor(draft)
    for line in text.splitlines():
        if line.strip() and not line.startswith('%'):
            editor.line(line)
    return editor.doc
