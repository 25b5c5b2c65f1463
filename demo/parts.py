"""The parts of a Word file that are the same in all of ours: templates in parts/, laid out for
reading. Word writes each in one line."""
import pathlib
import re

HERE = pathlib.Path(__file__).resolve().parent / 'parts'
OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
MICROSOFT = 'http://schemas.microsoft.com/office/2011/relationships/'
PACKAGE = 'http://schemas.openxmlformats.org/package/2006/'
# part -> (relationship id, type, content type)
KINDS = {
    'word/numbering.xml': ('rId1', OFFICE + 'numbering', 'numbering'),
    'word/styles.xml': ('rId2', OFFICE + 'styles', 'styles'),
    'word/settings.xml': ('rId3', OFFICE + 'settings', 'settings'),
    'word/webSettings.xml': ('rId4', OFFICE + 'webSettings', 'webSettings'),
    'word/footnotes.xml': ('rId5', OFFICE + 'footnotes', 'footnotes'),
    'word/endnotes.xml': ('rId6', OFFICE + 'endnotes', 'endnotes'),
    'word/comments.xml': ('rId7', OFFICE + 'comments', 'comments'),
    'word/header1.xml': ('rId8', OFFICE + 'header', 'header'),
    'word/footer1.xml': ('rId9', OFFICE + 'footer', 'footer'),
    'word/fontTable.xml': ('rId10', OFFICE + 'fontTable', 'fontTable'),
    'word/theme/theme1.xml': ('rId11', OFFICE + 'theme', ''),
    'word/commentsExtended.xml': ('rId12', MICROSOFT + 'commentsExtended', 'commentsExtended'),
    'word/people.xml': ('rId13', MICROSOFT + 'people', 'people')}


def template(name, **values):
    text = (HERE / name).read_text(encoding='utf-8').strip()
    text = re.sub(r'(?<=[>}])\s*\n\s*(?=[<{])', '', text)
    return re.sub(r'\s*\n\s*', ' ', text).format(**values)


def styles(with_comments):
    return template('styles.xml', comment_styles=template('comment-styles.xml')
                    if with_comments else '')


def relations(names):
    rows = ''.join(f'<Relationship Id="{KINDS[n][0]}" Type="{KINDS[n][1]}" Target="{n[5:]}"/>'
                   for n in names)
    return f'<Relationships xmlns="{PACKAGE}relationships">{rows}</Relationships>'


def content_types(names):
    office = 'application/vnd.openxmlformats-officedocument.'
    word = office + 'wordprocessingml.'
    other = {'word/theme/theme1.xml': office + 'theme+xml',
             'word/document.xml': word + 'document.main+xml',
             'docProps/core.xml': 'application/vnd.openxmlformats-package.core-properties+xml',
             'docProps/app.xml': office + 'extended-properties+xml'}
    rows = ''.join(f'<Override PartName="/{n}" '
                   f'ContentType="{other.get(n) or word + KINDS[n][2] + "+xml"}"/>' for n in names)
    return (f'<Types xmlns="{PACKAGE}content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Default Extension="xml" ContentType="application/xml"/>{rows}</Types>')
