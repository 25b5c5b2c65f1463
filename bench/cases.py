"""Word files made to be hard to compare: each function gives (base, revised) as lists of blocks.

A block is a string (a paragraph) or a list of rows, a row a list of strings (a table). write()
makes a .docx of them in the plainest form Word opens. The same files on every run and machine.
"""
import random
import zipfile
from xml.sax.saxutils import escape

WORDS = ("the Parties shall consult on cooperation in defence security and exchange of supplies "
         "support services repair resupply bases territory sovereignty mutual respect equality "
         "benefit coexistence arrangement competent authorities Government technology transfer "
         "training exercise logistics reimbursement payment days receipt notification consent "
         "information protection settlement dispute interpretation entry force termination "
         "amendment annex personnel equipment facilities ports airfields fuel medical").split()
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
TYPES = (f'{DECLARATION}<Types xmlns="{PACKAGE}/content-types">'
         '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
         'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
         '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
         'officedocument.wordprocessingml.document.main+xml"/></Types>')
RELS = (f'{DECLARATION}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
        'officeDocument" Target="word/document.xml"/></Relationships>')


def paragraph(text):
    return f'<w:p><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def table(rows):
    columns = len(rows[0])
    grid = '<w:gridCol w:w="3000"/>' * columns
    cells = lambda row: "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="3000" w:type="dxa"/></w:tcPr>{paragraph(cell)}</w:tc>'
        for cell in row)
    return ('<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr>'
            f'<w:tblGrid>{grid}</w:tblGrid>'
            + "".join(f"<w:tr>{cells(row)}</w:tr>" for row in rows) + "</w:tbl>")


def write(path, blocks):
    body = "".join(paragraph(b) if isinstance(b, str) else table(b) for b in blocks)
    last = "" if isinstance(blocks[-1], str) else "<w:p/>"      # a table is not the last block
    document = (f'{DECLARATION}<w:document xmlns:w="{W}"><w:body>{body}{last}'
                '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr></w:body></w:document>')
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        for name, text in (("[Content_Types].xml", TYPES), ("_rels/.rels", RELS),
                           ("word/document.xml", document)):
            z.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)


def sentence(rng, low, high):
    return " ".join(rng.choice(WORDS) for _ in range(rng.randint(low, high)))


def unrelated(rng):
    """Two texts that share nothing but their vocabulary."""
    return ([sentence(rng, 15, 70) for _ in range(1000)],
            [sentence(rng, 15, 70) for _ in range(1000)])


def equal_paragraphs(rng):
    """One paragraph ten thousand times; some of them are gone."""
    same = "The Parties shall consult each other on the matters of this Article."
    return [same] * 10000, [same] * (10000 - rng.randint(250, 350))


def long_paragraph(rng):
    """One paragraph of 20,000 words, 3 % of them changed."""
    words = [rng.choice(WORDS) for _ in range(20000)]
    changed = []
    for word in words:
        chance = rng.random()
        if chance < 0.01:
            changed += [word, rng.choice(WORDS)]
        elif chance < 0.02:
            changed.append(word + "ly")
        elif chance >= 0.03:
            changed.append(word)
    return [" ".join(words)], [" ".join(changed)]


def long_table(rng):
    """A table of 2,000 rows: cells edited, rows added and removed."""
    rows = [[str(i + 1), sentence(rng, 3, 10), sentence(rng, 3, 10)] for i in range(2000)]
    changed = []
    for row in rows:
        chance = rng.random()
        if chance < 0.02:
            changed.append([row[0], row[1], sentence(rng, 3, 10)])
        elif chance < 0.03:
            changed += [row, ["new", sentence(rng, 3, 10), sentence(rng, 3, 10)]]
        elif chance >= 0.04:
            changed.append(row)
    return ["A table"] + [rows], ["A table"] + [changed]


def shuffled(rng):
    """The same thousand paragraphs in another order."""
    base = [sentence(rng, 15, 70) for _ in range(1000)]
    return base, rng.sample(base, len(base))


HARD = (("two unrelated texts, 1,000 paragraphs", unrelated),
        ("10,000 equal paragraphs, some removed", equal_paragraphs),
        ("one paragraph of 20,000 words", long_paragraph),
        ("a table of 2,000 rows", long_table),
        ("1,000 paragraphs shuffled", shuffled))


def make(function, folder):
    """Writes the two files of one case into FOLDER unless they are there."""
    base, revised = folder / "base.docx", folder / "revised.docx"
    if not revised.exists():
        folder.mkdir(parents=True, exist_ok=True)
        texts = function(random.Random(function.__name__))
        for path, blocks in zip((base, revised), texts):
            write(path, blocks)
    return base, revised
