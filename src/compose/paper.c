/* paper: a document of plain blocks, such as the Summary for the Cabinet. */
#include "compose/int.h"
#include "xml/xml.h"

static const char types[] =
    HEAD "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
         "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package."
         "relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/>"
         "<Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-"
         "officedocument.wordprocessingml.document.main+xml\"/>"
         "<Override PartName=\"/word/styles.xml\" ContentType=\"application/vnd.openxmlformats-"
         "officedocument.wordprocessingml.styles+xml\"/>"
         "<Override PartName=\"/word/numbering.xml\" ContentType=\"application/vnd.openxmlformats-"
         "officedocument.wordprocessingml.numbering+xml\"/>"
         "<Override PartName=\"/word/header1.xml\" ContentType=\"application/vnd.openxmlformats-"
         "officedocument.wordprocessingml.header+xml\"/>"
         "<Override PartName=\"/word/footer1.xml\" ContentType=\"application/vnd.openxmlformats-"
         "officedocument.wordprocessingml.footer+xml\"/>"
         "<Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-"
         "package.core-properties+xml\"/></Types>";

static const char root_rels[] =
    HEAD "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
         "<Relationship Id=\"rId1\" Type=\"" R_NAMESPACE "/officeDocument\" "
         "Target=\"word/document.xml\"/><Relationship Id=\"rId2\" Type=\"http://schemas."
         "openxmlformats.org/package/2006/relationships/metadata/core-properties\" "
         "Target=\"docProps/core.xml\"/></Relationships>";

static const char main_rels[] =
    HEAD "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
         "<Relationship Id=\"rId1\" Type=\"" R_NAMESPACE "/styles\" Target=\"styles.xml\"/>"
         "<Relationship Id=\"rId2\" Type=\"" R_NAMESPACE "/numbering\" Target=\"numbering.xml\"/>"
         "<Relationship Id=\"rId3\" Type=\"" R_NAMESPACE "/header\" Target=\"header1.xml\"/>"
         "<Relationship Id=\"rId4\" Type=\"" R_NAMESPACE "/footer\" Target=\"footer1.xml\"/>"
         "</Relationships>";

#define STYLE(id, name, paragraph, run)                                                            \
    "<w:style w:type=\"paragraph\" w:customStyle=\"1\" w:styleId=\"" id "\"><w:name w:val=\"" name \
    "\"/><w:basedOn w:val=\"Normal\"/><w:pPr>" paragraph "</w:pPr><w:rPr>" run                     \
    "</w:rPr></w:style>"

static const char styles[] = HEAD
    "<w:styles xmlns:w=\"" W_NAMESPACE "\"><w:docDefaults><w:rPrDefault><w:rPr>"
    "<w:rFonts w:ascii=\"Liberation Serif\" w:hAnsi=\"Liberation Serif\" "
    "w:eastAsia=\"Noto Serif CJK SC\" w:cs=\"Noto Naskh Arabic\"/><w:sz w:val=\"22\"/>"
    "<w:szCs w:val=\"22\"/><w:lang w:val=\"en-GB\" w:eastAsia=\"zh-CN\" w:bidi=\"ur-PK\"/></w:rPr>"
    "</w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after=\"100\" w:line=\"252\" "
    "w:lineRule=\"auto\"/></w:pPr></w:pPrDefault></w:docDefaults>"
    "<w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name "
    "w:val=\"Normal\"/></w:style>" STYLE(
        "PaperTitle", "Paper Title",
        "<w:keepNext/><w:spacing w:before=\"0\" w:after=\"40\"/><w:jc w:val=\"center\"/>",
        "<w:b/><w:bCs/><w:caps/><w:sz w:val=\"28\"/><w:szCs w:val=\"28\"/>")
        STYLE("PaperSubtitle", "Paper Subtitle",
              "<w:spacing w:after=\"160\"/><w:jc w:val=\"center\"/>",
              "<w:sz w:val=\"24\"/><w:szCs w:val=\"24\"/>")
            STYLE("PaperHeading", "Paper Heading",
                  "<w:keepNext/><w:spacing w:before=\"140\" w:after=\"50\"/>"
                  "<w:outlineLvl w:val=\"0\"/>",
                  "<w:b/><w:bCs/>") STYLE("PaperText", "Paper Text", "<w:jc w:val=\"both\"/>", "")
                STYLE("PaperNumbered", "Paper Numbered",
                      "<w:numPr><w:numId w:val=\"1\"/></w:numPr><w:jc w:val=\"both\"/>", "")
                    STYLE("PaperBullet", "Paper Bullet",
                          "<w:numPr><w:numId w:val=\"2\"/></w:numPr><w:spacing "
                          "w:after=\"50\"/><w:jc w:val=\"both\"/>",
                          "") STYLE("PaperRight", "Paper Right", "<w:jc w:val=\"end\"/>", "")
                        STYLE("PaperMark", "Paper Mark",
                              "<w:spacing w:after=\"0\"/><w:jc w:val=\"center\"/>",
                              "<w:b/><w:bCs/>") "</w:styles>";

static const char numbering[] = HEAD
    "<w:numbering xmlns:w=\"" W_NAMESPACE "\">"
    "<w:abstractNum w:abstractNumId=\"0\"><w:multiLevelType w:val=\"singleLevel\"/><w:lvl "
    "w:ilvl=\"0\"><w:start w:val=\"1\"/><w:numFmt w:val=\"decimal\"/><w:lvlText w:val=\"%1.\"/>"
    "<w:lvlJc w:val=\"start\"/><w:pPr><w:ind w:start=\"425\" w:hanging=\"425\"/></w:pPr></w:lvl>"
    "</w:abstractNum><w:abstractNum w:abstractNumId=\"1\"><w:multiLevelType "
    "w:val=\"singleLevel\"/><w:lvl w:ilvl=\"0\"><w:start w:val=\"1\"/><w:numFmt "
    "w:val=\"bullet\"/><w:lvlText w:val=\"\xe2\x80\x93\"/><w:lvlJc w:val=\"start\"/><w:pPr><w:ind "
    "w:start=\"425\" w:hanging=\"283\"/></w:pPr></w:lvl></w:abstractNum>"
    "<w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num>"
    "<w:num w:numId=\"2\"><w:abstractNumId w:val=\"1\"/></w:num></w:numbering>";

static void paragraph(Buf *b, const char *style, Str text) {
    add_z(b, "<w:p><w:pPr><w:pStyle w:val=\"");
    add_z(b, style);
    add_z(b, runs_from_right(text) ? "\"/><w:bidi/></w:pPr>" : "\"/></w:pPr>");
    add_run(b, text, "");
    add_z(b, "</w:p>");
}

static Str document(Arena *a, const PaperBlock *blocks, ptrdiff_t count) {
    static const char *const names[BLOCK_STYLES] = {
        [BLOCK_STYLE_TITLE] = "PaperTitle",       [BLOCK_STYLE_SUBTITLE] = "PaperSubtitle",
        [BLOCK_STYLE_HEADING] = "PaperHeading",   [BLOCK_STYLE_TEXT] = "PaperText",
        [BLOCK_STYLE_NUMBERED] = "PaperNumbered", [BLOCK_STYLE_BULLET] = "PaperBullet",
        [BLOCK_STYLE_RIGHT] = "PaperRight"};
    Buf b = buf_new(a);
    add_z(&b, HEAD "<w:document xmlns:w=\"" W_NAMESPACE "\" xmlns:r=\"" R_NAMESPACE "\"><w:body>");
    for (ptrdiff_t i = 0; i < count; i++) paragraph(&b, names[blocks[i].style], blocks[i].text);
    add_z(&b, "<w:sectPr><w:headerReference w:type=\"default\" r:id=\"rId3\"/><w:footerReference "
              "w:type=\"default\" r:id=\"rId4\"/><w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar "
              "w:top=\"1247\" w:right=\"1247\" w:bottom=\"1134\" w:left=\"1247\" w:header=\"567\" "
              "w:footer=\"567\" w:gutter=\"0\"/></w:sectPr></w:body></w:document>");
    return buf_str(&b);
}

static Str header(Arena *a, Str words) {
    Buf b = buf_new(a);
    add_z(&b, HEAD "<w:hdr xmlns:w=\"" W_NAMESPACE "\">");
    paragraph(&b, "PaperMark", words);
    add_z(&b, "</w:hdr>");
    return buf_str(&b);
}

static Str footer(Arena *a, Str words) {
    Buf b = buf_new(a);
    add_z(&b, HEAD "<w:ftr xmlns:w=\"" W_NAMESPACE "\">");
    add_z(&b,
          "<w:p><w:pPr><w:pStyle w:val=\"PaperRight\"/></w:pPr><w:fldSimple w:instr=\" PAGE \">"
          "<w:r><w:t>1</w:t></w:r></w:fldSimple><w:r><w:t xml:space=\"preserve\"> of </w:t></w:r>"
          "<w:fldSimple w:instr=\" NUMPAGES \"><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p>");
    paragraph(&b, "PaperMark", words);
    add_z(&b, "</w:ftr>");
    return buf_str(&b);
}

static Str core(Arena *a, Str title) {
    Buf b = buf_new(a);
    add_z(&b, HEAD
          "<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/"
          "metadata/core-properties\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>");
    xml_write_text(title, &b);
    add_z(&b, "</dc:title></cp:coreProperties>");
    return buf_str(&b);
}

void paper_write(Arena *a, Str title, Str top, Str bottom, const PaperBlock *blocks,
                 ptrdiff_t count, Buf *out) {
    ZipWriter *z = zip_writer_open(a, out);
    zip_add(z, S("[Content_Types].xml"), str_from_z(types), 6);
    zip_add(z, S("_rels/.rels"), str_from_z(root_rels), 6);
    zip_add(z, S("word/document.xml"), document(a, blocks, count), 6);
    zip_add(z, S("word/_rels/document.xml.rels"), str_from_z(main_rels), 6);
    zip_add(z, S("word/styles.xml"), str_from_z(styles), 6);
    zip_add(z, S("word/numbering.xml"), str_from_z(numbering), 6);
    zip_add(z, S("word/header1.xml"), header(a, top), 6);
    zip_add(z, S("word/footer1.xml"), footer(a, bottom), 6);
    zip_add(z, S("docProps/core.xml"), core(a, title), 6);
    zip_writer_close(z);
}
