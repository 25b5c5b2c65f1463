/* package: what stands around the body of a document of ours. Styles have the names that word
 * processors give their own, so that headings are headings to them. Fonts are those every word
 * processor has or has an equal of. */
#include "compose/int.h"
#include "xml/xml.h"

#define WORD_TYPE "application/vnd.openxmlformats-officedocument.wordprocessingml."
#define PACKAGE "http://schemas.openxmlformats.org/package/2006/"

/* The parts beside the document, in the order of their relationships rId1, rId2 ... */
typedef struct Part {
    const char *file, *kind;
} Part;
static const Part parts[] = {{"styles.xml", "styles"},
                             {"numbering.xml", "numbering"},
                             {"header1.xml", "header"},
                             {"footer1.xml", "footer"},
                             {"settings.xml", "settings"}};

static void put_override(Buf *b, const char *name, const char *type) {
    buf_format(b, "<Override PartName=\"/%s\" ContentType=\"%s+xml\"/>", name, type);
}

static Str types_part(Arena *a) {
    Buf b = buf_new(a);
    add_z(&b, HEAD "<Types xmlns=\"" PACKAGE "content-types\"><Default Extension=\"rels\" "
                   "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
                   "<Default Extension=\"xml\" ContentType=\"application/xml\"/>");
    put_override(&b, "word/document.xml", WORD_TYPE "document.main");
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        buf_format(&b, "<Override PartName=\"/word/%s\" ContentType=\"" WORD_TYPE "%s+xml\"/>",
                   parts[i].file, parts[i].kind);
    }
    put_override(&b, "docProps/core.xml", "application/vnd.openxmlformats-package.core-properties");
    add_z(&b, "</Types>");
    return buf_str(&b);
}

static void put_rel(Buf *b, int id, const char *type, const char *kind, const char *target) {
    buf_format(b, "<Relationship Id=\"rId%d\" Type=\"%s/%s\" Target=\"%s\"/>", id, type, kind,
               target);
}

static Str root_rels_part(Arena *a) {
    Buf b = buf_new(a);
    add_z(&b, HEAD "<Relationships xmlns=\"" PACKAGE "relationships\">");
    put_rel(&b, 1, R_NAMESPACE, "officeDocument", "word/document.xml");
    put_rel(&b, 2, PACKAGE "relationships/metadata", "core-properties", "docProps/core.xml");
    add_z(&b, "</Relationships>");
    return buf_str(&b);
}

static Str main_rels_part(Arena *a) {
    Buf b = buf_new(a);
    add_z(&b, HEAD "<Relationships xmlns=\"" PACKAGE "relationships\">");
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        put_rel(&b, (int)i + 1, R_NAMESPACE, parts[i].kind, parts[i].file);
    }
    add_z(&b, "</Relationships>");
    return buf_str(&b);
}

static const char settings[] = HEAD
    "<w:settings xmlns:w=\"" W_NAMESPACE "\"><w:defaultTabStop w:val=\"709\"/><w:characterSpacing"
    "Control w:val=\"doNotCompress\"/><w:compat><w:compatSetting w:name=\"compatibilityMode\" "
    "w:uri=\"http://schemas.microsoft.com/office/word\" w:val=\"15\"/></w:compat><w:themeFontLang "
    "w:val=\"en-GB\" w:eastAsia=\"zh-CN\" w:bidi=\"ur-PK\"/></w:settings>";

/* ---- styles ---- */

typedef struct Style {
    const char *id, *name, *next, *paragraph, *run;
} Style;

static const Style styles[] = {
    {"Title", "Title", "BodyText",
     "<w:keepNext/><w:spacing w:before=\"120\" w:after=\"60\"/><w:jc w:val=\"center\"/>",
     "<w:b/><w:bCs/><w:caps/><w:sz w:val=\"28\"/><w:szCs w:val=\"28\"/>"},
    {"Subtitle", "Subtitle", "BodyText",
     "<w:keepNext/><w:spacing w:before=\"0\" w:after=\"200\"/><w:jc w:val=\"center\"/>",
     "<w:sz w:val=\"26\"/><w:szCs w:val=\"26\"/>"},
    {"Heading1", "heading 1", "BodyText",
     "<w:keepNext/><w:spacing w:before=\"180\" w:after=\"60\"/><w:outlineLvl w:val=\"0\"/>",
     "<w:b/><w:bCs/>"},
    {"BodyText", "Body Text", NULL, "<w:jc w:val=\"both\"/>", ""},
    {"ListNumber", "List Number", NULL, "<w:jc w:val=\"both\"/>", ""},
    {"ListBullet", "List Bullet", NULL,
     "<w:numPr><w:numId w:val=\"1\"/></w:numPr><w:spacing w:after=\"60\"/><w:jc w:val=\"both\"/>",
     ""},
    {"Right", "Signature", NULL, "<w:keepLines/><w:spacing w:after=\"0\"/><w:jc w:val=\"right\"/>",
     ""},
    {"TableText", "Table Text", NULL, "<w:spacing w:before=\"30\" w:after=\"30\"/>",
     "<w:sz w:val=\"20\"/><w:szCs w:val=\"20\"/>"},
    {"TableHead", "Table Head", NULL, "<w:keepNext/><w:spacing w:before=\"30\" w:after=\"30\"/>",
     "<w:b/><w:bCs/><w:sz w:val=\"20\"/><w:szCs w:val=\"20\"/>"},
    {"Mark", "Grading", NULL, "<w:spacing w:after=\"0\"/><w:jc w:val=\"center\"/>",
     "<w:b/><w:bCs/>"},
    {"Small", "Small Print", NULL, "<w:spacing w:after=\"0\"/>",
     "<w:sz w:val=\"16\"/><w:szCs w:val=\"16\"/>"},
};

static const char defaults[] =
    "<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii=\"Times New Roman\" w:hAnsi=\"Times New "
    "Roman\" w:eastAsia=\"SimSun\" w:cs=\"Times New Roman\"/><w:sz w:val=\"24\"/><w:szCs "
    "w:val=\"24\"/><w:lang w:val=\"en-GB\" w:eastAsia=\"zh-CN\" w:bidi=\"ur-PK\"/></w:rPr>"
    "</w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after=\"120\" w:line=\"252\" "
    "w:lineRule=\"auto\"/></w:pPr></w:pPrDefault></w:docDefaults>";

/* A table's borders are thin lines all around. */
static void put_grid(Buf *b) {
    static const char *const sides[] = {"top", "left", "bottom", "right", "insideH", "insideV"};
    add_z(b, "<w:style w:type=\"table\" w:default=\"1\" w:styleId=\"TableNormal\"><w:name "
             "w:val=\"Normal Table\"/><w:tblPr><w:tblInd w:w=\"0\" w:type=\"dxa\"/><w:tblCellMar>"
             "<w:left w:w=\"85\" w:type=\"dxa\"/><w:right w:w=\"85\" w:type=\"dxa\"/>"
             "</w:tblCellMar></w:tblPr></w:style><w:style w:type=\"table\" w:styleId=\"Grid\">"
             "<w:name w:val=\"Table Grid\"/><w:basedOn w:val=\"TableNormal\"/><w:tblPr>"
             "<w:tblBorders>");
    for (size_t i = 0; i < sizeof sides / sizeof *sides; i++) {
        buf_format(b, "<w:%s w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"auto\"/>",
                   sides[i]);
    }
    add_z(b, "</w:tblBorders></w:tblPr></w:style>");
}

static Str styles_part(Arena *a) {
    Buf b = buf_new(a);
    add_z(&b, HEAD "<w:styles xmlns:w=\"" W_NAMESPACE "\">");
    add_z(&b, defaults);
    add_z(&b, "<w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name "
              "w:val=\"Normal\"/><w:qFormat/></w:style>");
    for (size_t i = 0; i < sizeof styles / sizeof *styles; i++) {
        const Style *s = &styles[i];
        buf_format(&b,
                   "<w:style w:type=\"paragraph\" w:styleId=\"%s\"><w:name w:val=\"%s\"/>"
                   "<w:basedOn w:val=\"Normal\"/>",
                   s->id, s->name);
        if (s->next) buf_format(&b, "<w:next w:val=\"%s\"/>", s->next);
        buf_format(&b, "<w:qFormat/><w:pPr>%s</w:pPr><w:rPr>%s</w:rPr></w:style>", s->paragraph,
                   s->run);
    }
    put_grid(&b);
    add_z(&b, "</w:styles>");
    return buf_str(&b);
}

/* ---- lists ---- */

static void put_list(Buf *b, int id, const char *format, const char *text, int hanging) {
    buf_format(b,
               "<w:abstractNum w:abstractNumId=\"%d\"><w:multiLevelType w:val=\"singleLevel\"/>"
               "<w:lvl w:ilvl=\"0\"><w:start w:val=\"1\"/><w:numFmt w:val=\"%s\"/><w:lvlText "
               "w:val=\"%s\"/><w:lvlJc w:val=\"left\"/><w:pPr><w:ind w:left=\"425\" "
               "w:hanging=\"%d\"/></w:pPr></w:lvl></w:abstractNum>",
               id, format, text, hanging);
}

static Str numbering_part(Arena *a, int lists) {
    Buf b = buf_new(a);
    add_z(&b, HEAD "<w:numbering xmlns:w=\"" W_NAMESPACE "\">");
    put_list(&b, 0, "bullet", "\xe2\x80\x93", 283);
    put_list(&b, 1, "decimal", "%1.", 425);
    add_z(&b, "<w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num>");
    for (int i = 0; i < lists; i++) {
        buf_format(&b,
                   "<w:num w:numId=\"%d\"><w:abstractNumId w:val=\"1\"/><w:lvlOverride "
                   "w:ilvl=\"0\"><w:startOverride w:val=\"1\"/></w:lvlOverride></w:num>",
                   i + 2);
    }
    add_z(&b, "</w:numbering>");
    return buf_str(&b);
}

/* ---- parts ---- */

static Str document_part(Arena *a, const Paper *paper) {
    const int margin = paper->is_landscape ? PAGE_NARROW_MARGIN : PAGE_MARGIN;
    Buf b = buf_new(a);
    add_z(&b, HEAD "<w:document xmlns:w=\"" W_NAMESPACE "\" xmlns:r=\"" R_NAMESPACE "\"><w:body>");
    buf_add(&b, paper->body);
    add_z(&b, "<w:sectPr><w:headerReference w:type=\"default\" r:id=\"rId3\"/><w:footerReference "
              "w:type=\"default\" r:id=\"rId4\"/>");
    if (paper->is_landscape) {
        buf_format(&b, "<w:pgSz w:w=\"%d\" w:h=\"%d\" w:orient=\"landscape\"/>", PAGE_LONG,
                   PAGE_SHORT);
    } else {
        buf_format(&b, "<w:pgSz w:w=\"%d\" w:h=\"%d\"/>", PAGE_SHORT, PAGE_LONG);
    }
    buf_format(
        &b,
        "<w:pgMar w:top=\"%d\" w:right=\"%d\" w:bottom=\"%d\" w:left=\"%d\" "
        "w:header=\"567\" w:footer=\"567\" w:gutter=\"0\"/></w:sectPr></w:body></w:document>",
        margin, margin, 1134, margin);
    return buf_str(&b);
}

static Str header_part(Arena *a, Str words) {
    Buf b = buf_new(a);
    add_z(&b, HEAD "<w:hdr xmlns:w=\"" W_NAMESPACE "\">");
    add_paragraph(&b, "Mark", words);
    add_z(&b, "</w:hdr>");
    return buf_str(&b);
}

static void put_field(Buf *b, const char *code) {
    buf_format(b, "<w:fldSimple w:instr=\" %s \"><w:r><w:t>1</w:t></w:r></w:fldSimple>", code);
}

static Str footer_part(Arena *a, const Paper *paper) {
    Buf b = buf_new(a);
    add_z(&b, HEAD "<w:ftr xmlns:w=\"" W_NAMESPACE "\">");
    if (paper->legend) add_paragraph(&b, "Small", str_from_z(paper->legend));
    add_z(&b, "<w:p><w:pPr><w:pStyle w:val=\"Small\"/><w:jc w:val=\"right\"/></w:pPr><w:r><w:t "
              "xml:space=\"preserve\">Page </w:t></w:r>");
    put_field(&b, "PAGE");
    add_z(&b, "<w:r><w:t xml:space=\"preserve\"> of </w:t></w:r>");
    put_field(&b, "NUMPAGES");
    add_z(&b, "</w:p>");
    add_paragraph(&b, "Mark", paper->footer);
    add_z(&b, "</w:ftr>");
    return buf_str(&b);
}

static Str core_part(Arena *a, Str title) {
    Buf b = buf_new(a);
    add_z(&b, HEAD
          "<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/"
          "metadata/core-properties\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>");
    xml_write_text(title, &b);
    add_z(&b, "</dc:title><dc:language>en-GB</dc:language></cp:coreProperties>");
    return buf_str(&b);
}

void package_write(Arena *a, const Paper *paper, Buf *out) {
    ZipWriter *z = zip_writer_open(a, out);
    zip_add(z, S("[Content_Types].xml"), types_part(a), 6);
    zip_add(z, S("_rels/.rels"), root_rels_part(a), 6);
    zip_add(z, S("word/document.xml"), document_part(a, paper), 6);
    zip_add(z, S("word/_rels/document.xml.rels"), main_rels_part(a), 6);
    zip_add(z, S("word/styles.xml"), styles_part(a), 6);
    zip_add(z, S("word/numbering.xml"), numbering_part(a, paper->lists), 6);
    zip_add(z, S("word/settings.xml"), str_from_z(settings), 6);
    zip_add(z, S("word/header1.xml"), header_part(a, paper->header), 6);
    zip_add(z, S("word/footer1.xml"), footer_part(a, paper), 6);
    zip_add(z, S("docProps/core.xml"), core_part(a, paper->title), 6);
    zip_writer_close(z);
}
