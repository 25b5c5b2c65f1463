"""The parts of a Word file that are the same in all of ours."""

LATENT = [
    ('Normal', 'w:uiPriority="0" w:qFormat="1"'),
    ('heading 1', 'w:uiPriority="9" w:qFormat="1"'),
] + [(f'heading {n}', 'w:semiHidden="1" w:uiPriority="9" w:unhideWhenUsed="1" w:qFormat="1"') for n in range(2, 10)] + [
    (f'index {n}', 'w:semiHidden="1" w:unhideWhenUsed="1"') for n in range(1, 10)] + [
    (f'toc {n}', 'w:semiHidden="1" w:uiPriority="39" w:unhideWhenUsed="1"') for n in range(1, 10)] + [
    (name, 'w:semiHidden="1" w:unhideWhenUsed="1"') for name in (
        'Normal Indent', 'footnote text', 'annotation text', 'header', 'footer', 'index heading', 'table of figures',
        'envelope address', 'envelope return', 'footnote reference', 'annotation reference', 'line number',
        'page number', 'endnote reference', 'endnote text', 'table of authorities', 'macro', 'toa heading', 'List',
        'List Bullet', 'List Number', 'Closing', 'Signature', 'Body Text', 'Body Text Indent', 'Message Header',
        'Salutation', 'Date', 'Note Heading', 'Block Text', 'FollowedHyperlink', 'Document Map', 'Plain Text',
        'HTML Preformatted', 'annotation subject', 'No List', 'Balloon Text')] + [
    ('caption', 'w:semiHidden="1" w:uiPriority="35" w:unhideWhenUsed="1" w:qFormat="1"'),
    ('Title', 'w:uiPriority="10" w:qFormat="1"'), ('Default Paragraph Font', 'w:semiHidden="1" w:uiPriority="1" w:unhideWhenUsed="1"'),
    ('Subtitle', 'w:uiPriority="11" w:qFormat="1"'), ('Strong', 'w:uiPriority="22" w:qFormat="1"'),
    ('Emphasis', 'w:uiPriority="20" w:qFormat="1"'), ('Table Grid', 'w:uiPriority="39"'),
    ('Placeholder Text', 'w:semiHidden="1"'), ('No Spacing', 'w:uiPriority="1" w:qFormat="1"'),
    ('Light Shading', 'w:uiPriority="60"'), ('Light List', 'w:uiPriority="61"'), ('Light Grid', 'w:uiPriority="62"'),
    ('Revision', 'w:semiHidden="1"'), ('List Paragraph', 'w:uiPriority="34" w:qFormat="1"'),
    ('Quote', 'w:uiPriority="29" w:qFormat="1"'), ('Book Title', 'w:uiPriority="33" w:qFormat="1"'),
    ('Bibliography', 'w:semiHidden="1" w:uiPriority="37" w:unhideWhenUsed="1"'),
    ('TOC Heading', 'w:semiHidden="1" w:uiPriority="39" w:unhideWhenUsed="1" w:qFormat="1"'),
    ('Plain Table 1', 'w:uiPriority="41"'), ('Grid Table 1 Light', 'w:uiPriority="46"'), ('List Table 1 Light', 'w:uiPriority="46"')]

STYLE_HEAD = (
    '<w:styles xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml" mc:Ignorable="w14 w15"><w:docDefaults><w:rPrDefault>'
    '<w:rPr><w:rFonts w:asciiTheme="minorHAnsi" w:eastAsiaTheme="minorEastAsia" w:hAnsiTheme="minorHAnsi" '
    'w:cstheme="minorBidi"/><w:sz w:val="22"/><w:szCs w:val="22"/><w:lang w:val="en-GB" w:eastAsia="zh-CN" '
    'w:bidi="ar-SA"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after="160" w:line="259" '
    'w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults><w:latentStyles w:defLockedState="0" w:defUIPriority="99" '
    'w:defSemiHidden="0" w:defUnhideWhenUsed="0" w:defQFormat="0" w:count="371">' +
    ''.join(f'<w:lsdException w:name="{name}" {rest}/>' for name, rest in LATENT) + '</w:latentStyles>')

NUMBERED = '<w:numPr><w:ilvl w:val="{}"/><w:numId w:val="1"/></w:numPr>'


def style(kind, name, based='Normal', ppr='', rpr='', more='', custom=True, default=False):
    ident = name.title().replace(' ', '') if name[0].islower() else name.replace(' ', '')
    return (f'<w:style w:type="{kind}"' + (' w:default="1"' if default else '') +
            (' w:customStyle="1"' if custom else '') + f' w:styleId="{ident}"><w:name w:val="{name}"/>' +
            (f'<w:basedOn w:val="{based}"/>' if based else '') + more +
            (f'<w:pPr>{ppr}</w:pPr>' if ppr else '') + (f'<w:rPr>{rpr}</w:rPr>' if rpr else '') + '</w:style>')


def styles(with_comments):
    hidden = '<w:uiPriority w:val="99"/><w:semiHidden/><w:unhideWhenUsed/>'
    q = '<w:qFormat/>'
    margins = ('<w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="108" '
               'w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr>')
    lines = ''.join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
                    for side in ('top', 'left', 'bottom', 'right', 'insideH', 'insideV'))
    times = '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="SimSun" w:cs="Times New Roman"/>'
    small = '<w:sz w:val="20"/><w:szCs w:val="20"/>'
    both = '<w:jc w:val="both"/>'
    out = [
        style('paragraph', 'Normal', '', '<w:spacing w:after="120" w:line="264" w:lineRule="auto"/>',
              times + '<w:sz w:val="24"/><w:szCs w:val="24"/>', q, False, True),
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont"><w:name w:val="Default Paragraph Font"/>'
        '<w:uiPriority w:val="1"/><w:semiHidden/><w:unhideWhenUsed/></w:style>',
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:uiPriority w:val="99"/>'
        f'<w:semiHidden/><w:unhideWhenUsed/>{margins}</w:style>',
        '<w:style w:type="numbering" w:default="1" w:styleId="NoList"><w:name w:val="No List"/><w:uiPriority w:val="99"/>'
        '<w:semiHidden/><w:unhideWhenUsed/></w:style>',
        style('paragraph', 'Treaty Title', ppr='<w:spacing w:before="120"/><w:jc w:val="center"/>',
              rpr='<w:b/><w:bCs/><w:sz w:val="26"/><w:szCs w:val="26"/>', more=q),
        style('paragraph', 'Treaty Preamble', ppr='<w:spacing w:before="120"/>' + both, more=q),
        style('paragraph', 'Treaty Article', ppr='<w:keepNext/>' + NUMBERED.format(0) +
              '<w:spacing w:before="360" w:after="160"/><w:jc w:val="center"/><w:outlineLvl w:val="0"/>',
              rpr='<w:b/><w:bCs/>', more='<w:next w:val="TreatyParagraph"/>' + q),
        style('paragraph', 'Treaty Paragraph', ppr=NUMBERED.format(1) + both, more=q),
        style('paragraph', 'Treaty Point', ppr=NUMBERED.format(2) + both, more=q),
        style('paragraph', 'Treaty Subpoint', ppr=NUMBERED.format(3) + both, more=q),
        style('paragraph', 'Treaty Text', ppr='<w:spacing w:before="120"/>' + both, more=q),
        style('paragraph', 'Annex Heading', ppr='<w:keepNext/><w:pageBreakBefore/><w:jc w:val="center"/>'
              '<w:outlineLvl w:val="0"/>', rpr='<w:b/><w:bCs/>', more='<w:next w:val="AnnexTitle"/>' + q),
        style('paragraph', 'Annex Title', ppr='<w:keepNext/><w:spacing w:after="240"/><w:jc w:val="center"/>',
              rpr='<w:b/><w:bCs/>', more=q),
        style('paragraph', 'Table Text', ppr='<w:spacing w:before="40" w:after="40" w:line="240" w:lineRule="auto"/>',
              rpr=small, more=q),
        style('paragraph', 'Table Head', 'TableText', '<w:keepNext/><w:jc w:val="center"/>', '<w:b/><w:bCs/>', q),
        style('paragraph', 'Table Group', 'TableText', '<w:keepNext/>', '<w:i/><w:iCs/>', q),
        style('paragraph', 'header', ppr='<w:tabs><w:tab w:val="center" w:pos="4513"/><w:tab w:val="right" w:pos="9026"/>'
              '</w:tabs><w:spacing w:after="0" w:line="240" w:lineRule="auto"/><w:jc w:val="center"/>', rpr=small,
              more='<w:uiPriority w:val="99"/><w:unhideWhenUsed/>', custom=False),
        style('paragraph', 'footer', ppr='<w:tabs><w:tab w:val="center" w:pos="4513"/><w:tab w:val="right" w:pos="9026"/>'
              '</w:tabs><w:spacing w:after="0" w:line="240" w:lineRule="auto"/><w:jc w:val="center"/>', rpr=small,
              more='<w:uiPriority w:val="99"/><w:unhideWhenUsed/>', custom=False),
        style('paragraph', 'footnote text', ppr='<w:spacing w:after="0" w:line="240" w:lineRule="auto"/>' + both, rpr=small,
              more=hidden, custom=False),
        style('character', 'footnote reference', 'DefaultParagraphFont', rpr='<w:vertAlign w:val="superscript"/>',
              more=hidden, custom=False),
        '<w:style w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/><w:basedOn w:val="TableNormal"/>'
        '<w:uiPriority w:val="39"/><w:pPr><w:spacing w:after="0" w:line="240" w:lineRule="auto"/></w:pPr><w:tblPr>'
        f'<w:tblBorders>{lines}</w:tblBorders></w:tblPr></w:style>']
    if with_comments:
        out += [
            style('character', 'annotation reference', 'DefaultParagraphFont', rpr='<w:sz w:val="16"/><w:szCs w:val="16"/>',
                  more=hidden, custom=False).replace('AnnotationReference', 'CommentReference'),
            style('paragraph', 'annotation text', ppr='<w:spacing w:line="240" w:lineRule="auto"/>', rpr=small,
                  more=hidden, custom=False).replace('AnnotationText', 'CommentText')]
    return STYLE_HEAD + ''.join(out) + '</w:styles>'


def level(n, fmt, text, rest, style_name='', suffix=''):
    return (f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{fmt}"/>' +
            (f'<w:pStyle w:val="{style_name}"/>' if style_name else '') + suffix +
            f'<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>{rest}</w:lvl>')


def indent(left, hanging):
    return f'<w:pPr><w:ind w:left="{left}" w:hanging="{hanging}"/></w:pPr>'


NUMBERING = (
    '<w:abstractNum w:abstractNumId="0" w15:restartNumberingAfterBreak="0"><w:nsid w:val="1B7C44E2"/><w:multiLevelType '
    'w:val="multilevel"/><w:tmpl w:val="6E9A0F3C"/>' +
    level(0, 'decimal', 'Article %1', '<w:pPr><w:ind w:left="0" w:firstLine="0"/></w:pPr>', 'TreatyArticle',
          '<w:suff w:val="nothing"/>') +
    level(1, 'decimal', '%2.', indent(567, 567), 'TreatyParagraph') +
    level(2, 'lowerLetter', '(%3)', indent(1134, 567), 'TreatyPoint') +
    level(3, 'lowerRoman', '(%4)', indent(1701, 567), 'TreatySubpoint') +
    ''.join(level(n, 'decimal', f'%{n + 1}.', indent(1701 + 360 * (n - 3), 360)) for n in range(4, 9)) +
    '</w:abstractNum><w:abstractNum w:abstractNumId="1" w15:restartNumberingAfterBreak="0"><w:nsid w:val="4D02A9F6"/>'
    '<w:multiLevelType w:val="hybridMultilevel"/><w:tmpl w:val="C8E63F12"/>' +
    level(0, 'decimal', '%1', '<w:pPr><w:ind w:left="340" w:hanging="340"/></w:pPr>') +
    ''.join(level(n, ('decimal', 'lowerLetter', 'lowerRoman')[n % 3], f'%{n + 1}.', indent(720 * (n + 1), 360))
            for n in range(1, 9)) +
    '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId '
    'w:val="1"/></w:num>')

SETTINGS = (
    '<w:settings xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:w10="urn:schemas-microsoft-com:office:word" xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml" '
    'xmlns:sl="http://schemas.openxmlformats.org/schemaLibrary/2006/main" mc:Ignorable="w14 w15"><w:zoom w:percent="100"/>'
    '{proof}{track}<w:defaultTabStop w:val="720"/><w:characterSpacingControl w:val="doNotCompress"/><w:footnotePr>'
    '<w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr><w:endnotePr><w:endnote w:id="-1"/><w:endnote w:id="0"/>'
    '</w:endnotePr><w:compat>' + ''.join(
        f'<w:compatSetting w:name="{name}" w:uri="http://schemas.microsoft.com/office/word" w:val="{value}"/>'
        for name, value in (('compatibilityMode', 15), ('overrideTableStyleFontSizeAndJustification', 1),
                            ('enableOpenTypeFeatures', 1), ('doNotFlipMirrorIndents', 1),
                            ('differentiateMultirowTableHeaders', 1))) +
    '</w:compat><w:rsids><w:rsidRoot w:val="{root}"/>{rsids}</w:rsids><m:mathPr><m:mathFont m:val="Cambria Math"/><m:brkBin '
    'm:val="before"/><m:brkBinSub m:val="--"/><m:smallFrac m:val="0"/><m:dispDef/><m:lMargin m:val="0"/><m:rMargin '
    'm:val="0"/><m:defJc m:val="centerGroup"/><m:wrapIndent m:val="1440"/><m:intLim m:val="subSup"/><m:naryLim '
    'm:val="undOvr"/></m:mathPr><w:themeFontLang w:val="en-GB" w:eastAsia="zh-CN"/><w:clrSchemeMapping w:bg1="light1" '
    'w:t1="dark1" w:bg2="light2" w:t2="dark2" w:accent1="accent1" w:accent2="accent2" w:accent3="accent3" '
    'w:accent4="accent4" w:accent5="accent5" w:accent6="accent6" w:hyperlink="hyperlink" '
    'w:followedHyperlink="followedHyperlink"/><w:shapeDefaults><o:shapedefaults v:ext="edit" spidmax="1026"/><o:shapelayout '
    'v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout></w:shapeDefaults><w:decimalSymbol w:val="."/>'
    '<w:listSeparator w:val=","/><w14:docId w14:val="{id}"/></w:settings>')

CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
    'xmlns:dcmitype="http://purl.org/dc/dcmitype/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>{title}'
    '</dc:title><dc:subject/><dc:creator>{author}</dc:creator><cp:keywords/><dc:description/><cp:lastModifiedBy>{last}'
    '</cp:lastModifiedBy><cp:revision>{revision}</cp:revision><dcterms:created xsi:type="dcterms:W3CDTF">'
    '2016-05-16T07:05:00Z</dcterms:created><dcterms:modified xsi:type="dcterms:W3CDTF">{date}</dcterms:modified>'
    '</cp:coreProperties>')

APP = (
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties" '
    'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"><Template>Normal.dotm</Template>'
    '<TotalTime>214</TotalTime><Pages>12</Pages><Words>{words}</Words><Characters>{characters}</Characters><Application>'
    'Microsoft Office Word</Application><DocSecurity>0</DocSecurity><Lines>188</Lines><Paragraphs>{paragraphs}</Paragraphs>'
    '<ScaleCrop>false</ScaleCrop><Company>Ministry of Defence</Company><LinksUpToDate>false</LinksUpToDate>'
    '<CharactersWithSpaces>{with_spaces}</CharactersWithSpaces><SharedDoc>false</SharedDoc><HyperlinksChanged>false'
    '</HyperlinksChanged><AppVersion>15.0000</AppVersion></Properties>')

SMALL_HEAD = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml" mc:Ignorable="w14 w15"')

WEB = f'<w:webSettings {SMALL_HEAD}><w:optimizeForBrowser/><w:allowPNG/></w:webSettings>'


def font(name, panose, charset, family, sig, alternative=''):
    return (f'<w:font w:name="{name}">' + (f'<w:altName w:val="{alternative}"/>' if alternative else '') +
            f'<w:panose1 w:val="{panose}"/><w:charset w:val="{charset}"/><w:family w:val="{family}"/><w:pitch '
            'w:val="variable"/><w:sig w:usb0="{}" w:usb1="{}" w:usb2="{}" w:usb3="00000000" w:csb0="{}" '
            'w:csb1="00000000"/></w:font>'.format(*sig.split()))


FONTS = (f'<w:fonts {SMALL_HEAD}>' +
         font('Times New Roman', '02020603050405020304', '00', 'roman', 'E0002EFF C000785B 00000009 000001FF') +
         font('Calibri', '020F0502020204030204', '00', 'swiss', 'E0002AFF C000247B 00000009 000001FF') +
         font('SimSun', '02010600030101010101', '86', 'auto', '00000003 288F0000 00000016 00040001', '宋体') +
         font('Calibri Light', '020F0302020204030204', '00', 'swiss', 'A00002EF 4000207B 00000000 0000019F') + '</w:fonts>')


def color(name, value):
    inner = f'<a:sysClr val="{value}" lastClr="{"000000" if value == "windowText" else "FFFFFF"}"/>' \
        if value.startswith('window') else f'<a:srgbClr val="{value}"/>'
    return f'<a:{name}>{inner}</a:{name}>'


def theme_font(name, latin):
    return (f'<a:{name}><a:latin typeface="{latin}"/><a:ea typeface=""/><a:cs typeface=""/><a:font script="Hans" '
            f'typeface="宋体"/><a:font script="Arab" typeface="Times New Roman"/></a:{name}>')


FILL = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
THEME = (
    '<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="Office Theme"><a:themeElements><a:clrScheme '
    'name="Office">' + ''.join(color(n, v) for n, v in (
        ('dk1', 'windowText'), ('lt1', 'window'), ('dk2', '44546A'), ('lt2', 'E7E6E6'), ('accent1', '5B9BD5'),
        ('accent2', 'ED7D31'), ('accent3', 'A5A5A5'), ('accent4', 'FFC000'), ('accent5', '4472C4'), ('accent6', '70AD47'),
        ('hlink', '0563C1'), ('folHlink', '954F72'))) +
    '</a:clrScheme><a:fontScheme name="Office">' + theme_font('majorFont', 'Calibri Light') +
    theme_font('minorFont', 'Calibri') + '</a:fontScheme><a:fmtScheme name="Office"><a:fillStyleLst>' + FILL * 3 +
    '</a:fillStyleLst><a:lnStyleLst>' + ''.join(
        f'<a:ln w="{w}" cap="flat" cmpd="sng" algn="ctr">{FILL}<a:prstDash val="solid"/><a:miter lim="800000"/></a:ln>'
        for w in (6350, 12700, 19050)) +
    '</a:lnStyleLst><a:effectStyleLst>' + '<a:effectStyle><a:effectLst/></a:effectStyle>' * 3 +
    '</a:effectStyleLst><a:bgFillStyleLst>' + FILL * 3 + '</a:bgFillStyleLst></a:fmtScheme></a:themeElements>'
    '<a:objectDefaults/><a:extraClrSchemeLst/></a:theme>')

OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
MICROSOFT = 'http://schemas.microsoft.com/office/2011/relationships/'
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

PACKAGE_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId3" '
    f'Type="{OFFICE}extended-properties" Target="docProps/app.xml"/><Relationship Id="rId2" '
    'Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" '
    f'Target="docProps/core.xml"/><Relationship Id="rId1" Type="{OFFICE}officeDocument" Target="word/document.xml"/>'
    '</Relationships>')


def relations(names):
    rows = ''.join(f'<Relationship Id="{KINDS[n][0]}" Type="{KINDS[n][1]}" Target="{n[5:]}"/>' for n in names)
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{rows}</Relationships>'


def content_types(names):
    word = 'application/vnd.openxmlformats-officedocument.wordprocessingml.'
    other = {'word/theme/theme1.xml': 'application/vnd.openxmlformats-officedocument.theme+xml',
             'word/document.xml': word + 'document.main+xml',
             'docProps/core.xml': 'application/vnd.openxmlformats-package.core-properties+xml',
             'docProps/app.xml': 'application/vnd.openxmlformats-officedocument.extended-properties+xml'}
    rows = ''.join(f'<Override PartName="/{n}" ContentType="{other.get(n) or word + KINDS[n][2] + "+xml"}"/>' for n in names)
    return ('<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
            f'ContentType="application/xml"/>{rows}</Types>')
