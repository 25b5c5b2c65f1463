/* test_docx_import: text of one package in another. The tests copy the second package's body into
 * the first, import it, write, and read what came out. */
/* needs: base zip xml docx */
#include "t.h"

#include "unit/pack.h"

static const HashKey key = {{11, 13}};

typedef struct Both {
    Arena *arena;
    DocxPackage *base, *from;
    DocxImport *import;
    XmlTree *tree; /* of the base's main part */
} Both;

static DocxPackage *open_one(Arena *a, XmlNames *names, Str bytes, const char *name) {
    DocxPackage *p = NULL;
    PxErr err = {0};
    T_OK(docx_open(a, names, key, bytes, str_from_z(name), NULL, &p, &err), &err);
    return p;
}

static bool open_both(Arena *a, Str base, Str from, Both *out) {
    XmlNames *names = xml_names_open(a);
    PxErr err = {0};
    *out = (Both){.arena = a, .base = open_one(a, names, base, "base.docx")};
    out->from = open_one(a, names, from, "return.docx");
    if (!out->base || !out->from) return false;
    out->import = docx_import_open(out->base, out->from);
    return T_OK(docx_part_tree(out->base, out->base->main, &out->tree, &err), &err);
}

/* Another return for the same base. */
static bool open_next(Both *b, Str from) {
    b->from = open_one(b->arena, b->base->names, from, "next.docx");
    if (b->from) b->import = docx_import_open(b->base, b->from);
    return b->from != NULL;
}

/* Copies the children of from's body to the end of the base's, and imports them. */
static bool import_body(Both *b, PxErr *err) {
    XmlTree *tree;
    if (!docx_part_tree(b->from, b->from->main, &tree, err)) return false;
    XmlNode *body = xml_child(b->tree->root, W_body);
    for (const XmlNode *n = xml_child(tree->root, W_body)->first; n; n = n->next) {
        XmlNode *copy = xml_copy(b->tree, n);
        xml_insert(body, copy, NULL);
        if (!docx_import_node(b->import, b->from->main, b->base->main, copy, err)) return false;
    }
    return true;
}

static DocxPackage *write_both(Both *b) {
    Buf out = buf_new(b->arena);
    PxErr err = {0};
    if (!T_OK(docx_write(b->base, 6, &out, &err), &err)) return NULL;
    return open_one(b->arena, b->base->names, buf_str(&out), "written.docx");
}

static DocxPackage *import_and_write(Both *b) {
    PxErr err = {0};
    return T_OK(import_body(b, &err), &err) ? write_both(b) : NULL;
}

static Str bytes_of(DocxPackage *p, const char *name) {
    DocxPart *part = docx_find_part(p, str_from_z(name));
    PxErr err = {0};
    Str bytes = {"", 0};
    if (!T_CHECK(part != NULL) || !T_OK(docx_part_bytes(p, part, &bytes, &err), &err)) {
        printf("#   %s\n", name);
    }
    return bytes;
}

static bool has(Str text, const char *words) {
    if (str_find(text, str_from_z(words)) >= 0) return true;
    printf("#   no [%s] in\n#   [%.*s]\n", words, (int)text.len, text.ptr);
    return false;
}

static bool lacks(Str text, const char *words) {
    if (str_find(text, str_from_z(words)) < 0) return true;
    printf("#   [%s] in\n#   [%.*s]\n", words, (int)text.len, text.ptr);
    return false;
}

#define BODY(p) bytes_of((p), "word/document.xml")

/* ---- nothing to bring ---- */

static void leaves_plain_text_alone(Arena *a) {
    Pack p = pack_new(a), q = pack_new(a);
    pack_part(&p, "word/styles.xml", "styles",
              ROOT("styles", "<w:style w:type=\"paragraph\" w:styleId=\"A\"><w:name w:val=\"A\"/>"
                             "</w:style>"));
    pack_part(&q, "word/styles.xml", "styles",
              ROOT("styles", "<w:style w:type=\"paragraph\" w:styleId=\"A\"><w:name w:val=\"A\"/>"
                             "<w:qFormat/></w:style>"));
    Both b;
    if (!open_both(a, pack_docx(&p, "<w:p/>"),
                   pack_docx(&q, "<w:p w14:paraId=\"1\" w14:textId=\"2\"><w:pPr><w:pStyle "
                                 "w:val=\"A\"/></w:pPr><w:r><w:t>plain</w:t></w:r></w:p>"),
                   &b)) {
        return;
    }
    DocxPackage *d = import_and_write(&b);
    if (!d) return;
    T_CHECK(has(BODY(d), "<w:p><w:pPr><w:pStyle w:val=\"A\"/></w:pPr><w:r><w:t>plain</w:t>"));
    T_EQ_INT(d->part_count, b.base->part_count);
    T_EQ_STR(zip_find(d->zip, S("word/styles.xml"))->stored,
             zip_find(b.base->zip, S("word/styles.xml"))->stored);
    T_EQ_STR(zip_find(d->zip, S("[Content_Types].xml"))->stored,
             zip_find(b.base->zip, S("[Content_Types].xml"))->stored);
}

/* ---- relationships and parts ---- */

#define LINK(id) "<w:p><w:hyperlink r:id=\"" id "\"><w:r><w:t>x</w:t></w:r></w:hyperlink></w:p>"
#define EXTERNAL " TargetMode=\"External\""
#define PICTURE(id)                                                                                \
    "<w:p><w:r><w:drawing><wp:inline><wp:docPr id=\"1\" name=\"P\"/><a:graphic><a:graphicData>"    \
    "<a:blip r:embed=\"" id "\"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"

static void brings_links(Arena *a) {
    Pack p = pack_new(a), q = pack_new(a);
    pack_rel(&p, "rId7", "hyperlink", "https://a.example/", EXTERNAL);
    pack_rel(&q, "rId3", "hyperlink", "https://a.example/", EXTERNAL);
    pack_rel(&q, "rId7", "hyperlink", "https://b.example/?x&amp;y", EXTERNAL);
    pack_rel(&q, "rId8", "image", "NULL", "");
    Both b;
    if (!open_both(
            a, pack_docx(&p, LINK("rId7")),
            pack_docx(&q, LINK("rId3") LINK("rId7") LINK("rId7") PICTURE("rId8") PICTURE("")),
            &b)) {
        return;
    }
    DocxPackage *d = import_and_write(&b);
    if (!d) return;
    T_EQ_INT(d->main->rel_count, 3);
    static const char *const targets[] = {"https://a.example/", "https://a.example/",
                                          "https://b.example/?x&y", "https://b.example/?x&y"};
    XmlTree *tree;
    PxErr err = {0};
    T_OK(docx_part_tree(d, d->main, &tree, &err), &err);
    int i = 0;
    for (const XmlNode *n = tree->root; n; n = xml_next(n, tree->root)) {
        if (n->name != W_hyperlink) continue;
        const DocxRel *rel = docx_find_rel(d->main, xml_attr(n, R_id));
        if (!T_CHECK(rel && rel->external && i < 4)) break;
        T_EQ_STR(rel->target, str_from_z(targets[i++]));
    }
    T_EQ_INT(i, 4);
    const DocxRel *missing = docx_find_rel(d->main, S("rId8"));
    T_CHECK(missing && !missing->external && !missing->part);
    T_CHECK(has(BODY(d), "r:embed=\"\"")); /* refers to nothing, and goes on doing so */
}

static void says_which_relationship_is_missing(Arena *a) {
    Pack p = pack_new(a), q = pack_new(a);
    Both b;
    PxErr err = {0};
    if (!open_both(a, pack_docx(&p, "<w:p/>"), pack_docx(&q, LINK("rId99")), &b)) return;
    T_CHECK(!import_body(&b, &err));
    T_EQ_INT(err.kind, PX_ERR_INPUT);
    T_EQ_STR(str_from_z(err.part), S("word/document.xml"));
    T_CHECK(strstr(err.message, "return.docx") && strstr(err.message, "rId99"));
}

static void brings_pictures_once(Arena *a) {
    Pack p = pack_new(a), q = pack_new(a), r = pack_new(a);
    pack_typed(&p, "word/media/image1.png", "image", "image/png", S("SAME PICTURE"));
    pack_typed(&q, "word/media/image2.png", "image", "image/png", S("SAME PICTURE"));
    pack_typed(&q, "word/media/image1.png", "image", "image/png", S("a new picture"));
    pack_typed(&q, "word/media/image3.gif", "image", "image/gif", S("a gif"));
    pack_typed(&r, "word/media/image9.png", "image", "image/png", S("a new picture"));
    Both b;
    if (!open_both(a, pack_docx(&p, PICTURE("rIdk1")),
                   pack_docx(&q, PICTURE("rIdk1") PICTURE("rIdk2") PICTURE("rIdk3")), &b)) {
        return;
    }
    DocxPackage *d = import_and_write(&b);
    if (!d || !open_next(&b, pack_docx(&r, PICTURE("rIdk1")))) return;
    T_EQ_INT(d->main->rel_count, 3);
    T_EQ_STR(bytes_of(d, "word/media/image1.png"), S("SAME PICTURE"));
    T_EQ_STR(bytes_of(d, "word/media/image2.png"), S("a new picture"));
    T_EQ_STR(bytes_of(d, "word/media/image3.gif"), S("a gif"));
    T_EQ_STR(docx_content_type(d, S("word/media/image2.png")), S("image/png"));
    T_EQ_STR(docx_content_type(d, S("word/media/image3.gif")), S("image/gif"));
    const Str stored = zip_find(b.base->zip, S("word/media/image1.png"))->stored;
    T_EQ_STR(zip_find(d->zip, S("word/media/image1.png"))->stored, stored);
    const ptrdiff_t parts = d->part_count;
    d = import_and_write(&b); /* another return with the same new picture */
    if (!d) return;
    T_EQ_INT(d->part_count, parts);
    T_EQ_INT(d->main->rel_count, 3);
    static const char *const embeds[] = {"SAME PICTURE", "SAME PICTURE", "a new picture", "a gif",
                                         "a new picture"};
    XmlTree *tree;
    PxErr err = {0};
    T_OK(docx_part_tree(d, d->main, &tree, &err), &err);
    int i = 0;
    for (const XmlNode *n = tree->root; n; n = xml_next(n, tree->root)) {
        if (n->name != A_blip || !T_CHECK(i < 5)) continue;
        const DocxRel *rel = docx_find_rel(d->main, xml_attr(n, R_embed));
        if (!T_CHECK(rel && rel->part)) break;
        T_EQ_STR(bytes_of(d, arena_str(a, rel->part->name).ptr), str_from_z(embeds[i++]));
    }
    T_EQ_INT(i, 5);
}

static void brings_parts_with_what_they_relate_to(Arena *a) {
    Pack p = pack_new(a), q = pack_new(a);
    pack_typed(&p, "word/charts/chart1.xml", "chart", "application/chart+xml", S("<c/>"));
    pack_typed(&q, "word/charts/chart1.xml", "chart", "application/chart+xml", S("<c r='x'/>"));
    pack_typed(&q, "word/embeddings/book1.xlsx", NULL, "application/xlsx", S("workbook"));
    pack_typed(&q, "word/charts/loop1.xml", NULL, "application/loop+xml", S("<loop/>"));
    pack_entry(&q, "word/charts/_rels/chart1.xml.rels",
               pack_rels(a, S("<Relationship Id=\"x\" Type=\"t/package\" "
                              "Target=\"../embeddings/book1.xlsx\"/>"
                              "<Relationship Id=\"y\" Type=\"t/loop\" Target=\"loop1.xml\"/>"
                              "<Relationship Id=\"z\" Type=\"t/package\" "
                              "Target=\"../embeddings/book1.xlsx\"/>"
                              "<Relationship Id=\"e\" Type=\"t/external\" Target=\"file:///x\" "
                              "TargetMode=\"External\"/>")));
    pack_entry(&q, "word/charts/_rels/loop1.xml.rels",
               pack_rels(a, S("<Relationship Id=\"up\" Type=\"t/chart\" Target=\"chart1.xml\"/>"
                              "<Relationship Id=\"top\" Type=\"t/main\" "
                              "Target=\"../document.xml\"/>")));
    Both b;
    if (!open_both(a, pack_docx(&p, "<w:p/>"), pack_docx(&q, PICTURE("rIdk1")), &b)) return;
    DocxPackage *d = import_and_write(&b);
    if (!d) return;
    const DocxPart *chart = docx_find_part(d, S("word/charts/chart2.xml"));
    const DocxPart *loop = docx_find_part(d, S("word/charts/loop1.xml"));
    if (!T_CHECK(chart && loop)) return;
    T_EQ_STR(bytes_of(d, "word/charts/chart2.xml"), S("<c r='x'/>"));
    T_EQ_STR(bytes_of(d, "word/embeddings/book1.xlsx"), S("workbook"));
    T_EQ_INT(chart->rel_count, 4);
    T_CHECK(docx_find_rel(chart, S("x"))->part == docx_find_rel(chart, S("z"))->part);
    T_CHECK(docx_find_rel(chart, S("y"))->part == loop);
    T_CHECK(docx_find_rel(loop, S("up"))->part == chart);
    T_CHECK(docx_find_rel(loop, S("top"))->part == d->main);
    T_CHECK(docx_find_rel(chart, S("e"))->external);
    T_EQ_STR(chart->content_type, S("application/chart+xml"));
}

static void brings_headers_as_text(Arena *a) {
    Pack p = pack_new(a), q = pack_new(a);
    pack_part(&p, "word/header1.xml", "header", ROOT("hdr", "<w:p/>"));
    pack_part(&q, "word/header1.xml", "header",
              ROOT("hdr", "<w:p><w:pPr><w:pStyle w:val=\"New\"/></w:pPr>"
                          "<w:hyperlink r:id=\"h\"/></w:p>"));
    pack_part(&q, "word/header2.xml", "header", ROOT("hdr", "<w:p/>"));
    pack_entry(&q, "word/_rels/header1.xml.rels",
               pack_rels(a, S("<Relationship Id=\"h\" Type=\"" R_URI "/hyperlink\" "
                              "Target=\"https://h.example/\" TargetMode=\"External\"/>")));
    pack_part(&q, "word/styles.xml", "styles",
              ROOT("styles", "<w:style w:type=\"paragraph\" w:styleId=\"New\"><w:name "
                             "w:val=\"New\"/></w:style>"));
    Both b;
    if (!open_both(a, pack_docx(&p, "<w:p/>"),
                   pack_docx(&q, "<w:p><w:pPr><w:sectPr><w:headerReference w:type=\"default\" "
                                 "r:id=\"rIdk1\"/><w:headerReference w:type=\"first\" "
                                 "r:id=\"rIdk2\"/></w:sectPr></w:pPr></w:p>"),
                   &b)) {
        return;
    }
    DocxPackage *d = import_and_write(&b);
    if (!d) return;
    DocxStory *stories;
    T_EQ_INT(docx_stories(a, d, &stories), 3); /* the second one is the base's */
    T_CHECK(has(bytes_of(d, "word/header2.xml"), "<w:pStyle w:val=\"New\"/>"));
    T_CHECK(has(bytes_of(d, "word/styles.xml"), "w:styleId=\"New\""));
    const DocxPart *header = docx_find_part(d, S("word/header2.xml"));
    T_EQ_INT(header->rel_count, 1);
    T_EQ_STR(header->rels[0].target, S("https://h.example/"));
}

static void keeps_a_diagrams_drawing(Arena *a) {
    Pack p = pack_new(a), q = pack_new(a);
    const char *type = "application/vnd.openxmlformats-officedocument.drawingml.diagramData+xml";
    pack_rel(&p, "rIdk2", "hyperlink", "https://taken.example/", EXTERNAL);
    pack_typed(&q, "word/diagrams/data1.xml", "diagramData", type,
               S("<d><x:dataModelExt xmlns:x=\"x\" relId=\"rIdk2\"/></d>"));
    pack_typed(&q, "word/diagrams/drawing1.xml",
               "http://schemas.microsoft.com/office/2007/relationships/diagramDrawing",
               "application/drawing+xml", S("<drawing/>"));
    Both b;
    if (!open_both(a, pack_docx(&p, "<w:p/>"), pack_docx(&q, PICTURE("rIdk1")), &b)) return;
    DocxPackage *d = import_and_write(&b);
    if (!d) return;
    const DocxPart *drawing = docx_related(d->main, S("diagramDrawing"));
    if (!T_CHECK(drawing != NULL)) return;
    Str id = S("");
    for (ptrdiff_t i = 0; i < d->main->rel_count; i++) {
        if (d->main->rels[i].part == drawing) id = d->main->rels[i].id;
    }
    T_CHECK(has(bytes_of(d, "word/diagrams/data1.xml"),
                arena_str(a, arena_format(a, "relId=\"%.*s\"", (int)id.len, id.ptr)).ptr));
    Hash x = {0}, y = {0};
    PxErr err = {0};
    T_OK(docx_part_digest(b.from, docx_find_part(b.from, S("word/diagrams/data1.xml")), &x, &err),
         &err);
    T_OK(docx_part_digest(d, docx_find_part(d, S("word/diagrams/data1.xml")), &y, &err), &err);
    T_CHECK(hash_equal(x, y));
}

/* ---- styles ---- */

#define STYLE(type, id, name, more)                                                                \
    "<w:style w:type=\"" type "\" w:styleId=\"" id "\"><w:name w:val=\"" name "\"/>" more          \
    "</w:style>"
#define STYLED(id) "<w:p><w:pPr><w:pStyle w:val=\"" id "\"/></w:pPr></w:p>"

static Str styled(Arena *a, const char *styles, const char *body) {
    Pack p = pack_new(a);
    if (styles) pack_part(&p, "word/styles.xml", "styles", styles);
    return pack_docx(&p, body);
}

static void knows_styles_by_name(Arena *a) {
    Both b;
    if (!open_both(a,
                   styled(a,
                          ROOT("styles", STYLE("paragraph", "1", "heading 1", "")
                                             STYLE("character", "Emph", "Emphasis", "")
                                                 STYLE("paragraph", "a3", "Title", "")),
                          "<w:p/>"),
                   styled(a,
                          ROOT("styles", STYLE("paragraph", "Heading1", "Heading 1", "<w:rPr/>")
                                             STYLE("paragraph", "Emph", "Other", "")
                                                 STYLE("paragraph", "a3", "Subtitle", "")
                                                     STYLE("paragraph", "E", "Emphasis", "")),
                          STYLED("Heading1") STYLED("Emph") STYLED("a3") STYLED("Unknown")
                              STYLED("E")),
                   &b)) {
        return;
    }
    T_EQ_STR(docx_style_id(b.import, S("Heading1")), S("1"));
    DocxPackage *d = import_and_write(&b);
    if (!d) return;
    T_CHECK(
        has(BODY(d), STYLED("1") STYLED("Emph_2") STYLED("a3_2") STYLED("Unknown") STYLED("E")));
    const Str styles = bytes_of(d, "word/styles.xml");
    T_CHECK(lacks(styles, "Heading1"));
    T_CHECK(has(styles, "w:styleId=\"Emph_2\"><w:name w:val=\"Other\"/>"));
    T_CHECK(has(styles, "w:styleId=\"a3_2\"><w:name w:val=\"Subtitle\"/>"));
    T_CHECK(has(styles, "w:styleId=\"E\"><w:name w:val=\"Emphasis 2\"/>")); /* names are unique */
}

static void brings_styles_with_what_they_name(Arena *a) {
    const Str from =
        styled(a,
               ROOT("styles",
                    "<w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Own\"><w:name "
                    "w:val=\"Own default\"/></w:style>" STYLE(
                        "paragraph", "A", "Style A",
                        "<w:basedOn w:val=\"B\"/><w:next w:val=\"Std\"/><w:link w:val=\"AChar\"/>")
                        STYLE("paragraph", "B", "Style B",
                              "<w:basedOn w:val=\"A\"/><w:link w:val=\"BChar\"/>")
                            STYLE("character", "AChar", "Style A Char", "<w:link w:val=\"A\"/>")
                                STYLE("character", "BChar", "Linked Char", "<w:link w:val=\"B\"/>")
                                    STYLE("paragraph", "Std", "Normal", "")),
               STYLED("A") STYLED("Own"));
    Both b;
    if (!open_both(a,
                   styled(a,
                          ROOT("styles", STYLE("paragraph", "Normal", "Normal", "")
                                             STYLE("character", "LC", "linked char", "")),
                          "<w:p/>"),
                   from, &b)) {
        return;
    }
    DocxPackage *d = import_and_write(&b);
    if (!d) return;
    const Str styles = bytes_of(d, "word/styles.xml");
    T_CHECK(has(styles, STYLE("paragraph", "A", "Style A",
                              "<w:basedOn w:val=\"B\"/><w:next w:val=\"Normal\"/><w:link "
                              "w:val=\"AChar\"/>")));
    T_CHECK(has(styles, STYLE("paragraph", "B", "Style B", "<w:basedOn w:val=\"A\"/>")));
    T_CHECK(has(styles, STYLE("character", "AChar", "Style A Char", "<w:link w:val=\"A\"/>")));
    T_CHECK(has(styles, "w:styleId=\"Own\""));
    T_CHECK(lacks(styles, "w:default"));
    T_CHECK(lacks(styles, "BChar"));
    if (!open_next(&b, from)) return;
    d = import_and_write(&b); /* what one return brought, another finds there */
    if (d) T_EQ_STR(bytes_of(d, "word/styles.xml"), styles);
}

static void makes_a_styles_part(Arena *a) {
    Both b;
    if (!open_both(a, styled(a, NULL, "<w:p/>"),
                   styled(a, ROOT("styles", STYLE("paragraph", "A", "A", "")), STYLED("A")), &b)) {
        return;
    }
    DocxPackage *d = import_and_write(&b);
    if (!d) return;
    T_CHECK(docx_related(d->main, S("styles")) == docx_find_part(d, S("word/styles.xml")));
    T_CHECK(has(bytes_of(d, "word/styles.xml"), STYLE("paragraph", "A", "A", "")));
    T_EQ_STR(docx_content_type(d, S("word/styles.xml")), S(WORD_TYPE "styles+xml"));
}

static void follows_long_chains(Arena *a) {
    enum { MANY = 5000 };
    Buf styles = buf_new(a);
    buf_add(&styles, S("<w:styles " SPACES ">"));
    for (int i = 0; i < MANY; i++) {
        buf_format(&styles, STYLE("paragraph", "S%d", "Style %d", "<w:basedOn w:val=\"S%d\"/>"), i,
                   i, i + 1);
    }
    buf_add(&styles, S("</w:styles>"));
    buf_byte(&styles, '\0');
    Both b;
    if (!open_both(a, styled(a, NULL, "<w:p/>"), styled(a, styles.ptr, STYLED("S0")), &b)) return;
    DocxPackage *d = import_and_write(&b);
    if (d) T_CHECK(str_find(bytes_of(d, "word/styles.xml"), S("w:styleId=\"S4999\"")) > 0);
}

/* ---- numbering ---- */

#define LEVEL(text) "<w:lvl w:ilvl=\"0\"><w:lvlText w:val=\"" text "\"/></w:lvl>"
#define LIST(id, nsid, text)                                                                       \
    "<w:abstractNum w:abstractNumId=\"" id "\"><w:nsid w:val=\"" nsid                              \
    "\"/>" LEVEL(text) "</w:abstractNum>"
#define NUM(id, list) "<w:num w:numId=\"" id "\"><w:abstractNumId w:val=\"" list "\"/></w:num>"
#define LISTED(id)                                                                                 \
    "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"" id "\"/></w:numPr></w:pPr></"    \
    "w:p>"

static Str listed(Arena *a, const char *numbering, const char *body) {
    Pack p = pack_new(a);
    if (numbering) pack_part(&p, "word/numbering.xml", "numbering", numbering);
    return pack_docx(&p, body);
}

static void brings_lists_in_order(Arena *a) {
    Both b;
    if (!open_both(
            a, listed(a, ROOT("numbering", LIST("0", "AAAA", "%1.") NUM("1", "0")), LISTED("1")),
            listed(a,
                   ROOT("numbering", LIST("0", "AAAA", "%1.") LIST("1", "BBBB", "-") NUM("1", "1")
                                         NUM("2", "1") NUM("3", "0")),
                   LISTED("1") LISTED("2") LISTED("3") LISTED("0") LISTED("77")),
            &b)) {
        return;
    }
    DocxPackage *d = import_and_write(&b);
    if (!d) return;
    T_CHECK(has(BODY(d), LISTED("1") LISTED("1") LISTED("2") LISTED("3") LISTED("0") LISTED("77")));
    T_CHECK(has(bytes_of(d, "word/numbering.xml"),
                ">" LIST("0", "AAAA", "%1.") LIST("1", "BBBB", "-") NUM("1", "0") NUM("2", "1")
                    NUM("3", "0") "</w:numbering>"));
    /* A second return used the same number for another list, and brings the first one's list too.
     */
    if (!open_next(
            &b, listed(a,
                       ROOT("numbering", LIST("5", "CCCC", "*") LIST("6", "BBBB", "-") NUM("2", "5")
                                             NUM("3", "6") NUM("9", "6") NUM("4", "5")),
                       LISTED("2") LISTED("9") LISTED("4")))) {
        return;
    }
    d = import_and_write(&b);
    if (!d) return;
    T_CHECK(has(BODY(d), LISTED("77") LISTED("4") LISTED("9") LISTED("10")));
    T_CHECK(has(bytes_of(d, "word/numbering.xml"),
                LIST("1", "BBBB", "-") LIST("5", "CCCC", "*") NUM("1", "0") NUM("2", "1")
                    NUM("3", "0") NUM("4", "5") NUM("9", "1") NUM("10", "5")));
    /* A third with a list that equals the second's. */
    if (!open_next(
            &b, listed(a, ROOT("numbering", LIST("8", "DDDD", "*") NUM("4", "8")), LISTED("4")))) {
        return;
    }
    d = import_and_write(&b);
    if (d) T_CHECK(lacks(bytes_of(d, "word/numbering.xml"), "DDDD"));
}

static void makes_a_numbering_part_with_all_a_list_needs(Arena *a) {
    Pack p = pack_new(a), q = pack_new(a);
    pack_part(&p, "word/styles.xml", "styles",
              ROOT("styles", STYLE("paragraph", "Mine", "Mine", "")));
    pack_part(&q, "word/styles.xml", "styles",
              ROOT("styles", STYLE("paragraph", "Mine", "Mine", "")
                                 STYLE("numbering", "NS", "List style",
                                       "<w:pPr><w:numPr><w:numId w:val=\"4\"/></w:numPr></w:pPr>")
                                     STYLE("paragraph", "Tied", "Tied", "")));
    pack_typed(&q, "word/media/bullet.png", NULL, "image/png", S("bullet"));
    pack_entry(&q, "word/_rels/numbering.xml.rels",
               pack_rels(a, S("<Relationship Id=\"b\" Type=\"" R_URI "/image\" "
                              "Target=\"media/bullet.png\"/>")));
    pack_part(
        &q, "word/numbering.xml", "numbering",
        ROOT("numbering",
             "<w:numPicBullet w:numPicBulletId=\"3\"><w:pict><v:shape><v:imagedata "
             "r:id=\"b\"/></v:shape></w:pict></w:numPicBullet>"
             "<w:abstractNum w:abstractNumId=\"0\"><w:numStyleLink w:val=\"NS\"/>"
             "</w:abstractNum>"
             "<w:abstractNum w:abstractNumId=\"1\"><w:styleLink w:val=\"NS\"/>"
             "<w:lvl w:ilvl=\"0\"><w:pStyle w:val=\"Mine\"/><w:lvlPicBulletId w:val=\"3\"/>"
             "</w:lvl><w:lvl w:ilvl=\"1\"><w:pStyle w:val=\"Tied\"/></w:lvl></w:abstractNum>" NUM(
                 "2", "0") NUM("4", "1")));
    Both b;
    if (!open_both(a, pack_docx(&p, "<w:p/>"), pack_docx(&q, LISTED("2")), &b)) return;
    DocxPackage *d = import_and_write(&b);
    if (!d) return;
    const Str numbering = bytes_of(d, "word/numbering.xml"),
              styles = bytes_of(d, "word/styles.xml");
    T_CHECK(has(styles, "w:styleId=\"NS\""));
    T_CHECK(has(styles, "w:styleId=\"Tied\""));
    T_CHECK(has(numbering, "<w:styleLink w:val=\"NS\"/><w:lvl w:ilvl=\"0\"><w:lvlPicBulletId"));
    T_CHECK(has(numbering, "<w:pStyle w:val=\"Tied\"/>"));
    T_CHECK(lacks(numbering, "\"Mine\"")); /* that style is tied to the base's own lists, or none */
    T_CHECK(has(numbering, NUM("2", "0") NUM("4", "1") "</w:numbering>"));
    T_CHECK(str_find(numbering, S("<w:numPicBullet ")) < str_find(numbering, S("<w:abstractNum ")));
    const DocxPart *part = docx_related(d->main, S("numbering"));
    if (T_CHECK(part && part->rel_count == 1)) {
        T_EQ_STR(part->rels[0].part->name, S("word/media/bullet.png"));
    }
}

/* ---- notes ---- */

#define NOTE(kind, id, text)                                                                       \
    "<w:" kind " w:id=\"" id "\"><w:p><w:r><w:t>" text "</w:t></w:r></w:p></w:" kind ">"
#define REFERENCE(kind, id) "<w:p><w:r><w:" kind "Reference w:id=\"" id "\"/></w:r></w:p>"

static void brings_notes(Arena *a) {
    Pack p = pack_new(a), q = pack_new(a);
    pack_part(&p, "word/footnotes.xml", "footnotes",
              ROOT("footnotes", NOTE("footnote", "-1", "") NOTE("footnote", "1", "mine")));
    pack_part(&p, "word/settings.xml", "settings",
              ROOT("settings", "<w:zoom/><w:footnotePr><w:footnote w:id=\"-1\"/></w:footnotePr>"
                               "<w:compat/><w14:docId/>"));
    pack_part(&q, "word/footnotes.xml", "footnotes",
              ROOT("footnotes", NOTE("footnote", "1", "theirs")));
    pack_part(&q, "word/endnotes.xml", "endnotes",
              ROOT("endnotes", "<w:endnote w:id=\"5\"><w:p w14:paraId=\"77\">"
                               "<w:hyperlink r:id=\"h\"/></w:p></w:endnote>"));
    pack_entry(&q, "word/_rels/endnotes.xml.rels",
               pack_rels(a, S("<Relationship Id=\"h\" Type=\"" R_URI "/hyperlink\" "
                              "Target=\"https://h.example/\" TargetMode=\"External\"/>")));
    Both b;
    if (!open_both(a, pack_docx(&p, REFERENCE("footnote", "1")),
                   pack_docx(&q, REFERENCE("footnote", "1") REFERENCE("endnote", "5")), &b)) {
        return;
    }
    DocxPackage *d = import_and_write(&b);
    if (!d) return;
    T_CHECK(has(BODY(d),
                REFERENCE("footnote", "1") REFERENCE("footnote", "2") REFERENCE("endnote", "1")));
    T_CHECK(has(bytes_of(d, "word/footnotes.xml"),
                NOTE("footnote", "1", "mine") NOTE("footnote", "2", "theirs")));
    const Str endnotes = bytes_of(d, "word/endnotes.xml");
    T_CHECK(has(endnotes, "<w:endnote w:type=\"separator\" w:id=\"-1\">"));
    T_CHECK(has(endnotes, "<w:endnote w:type=\"continuationSeparator\" w:id=\"0\">"));
    T_CHECK(has(endnotes, "<w:endnote w:id=\"1\"><w:p><w:hyperlink r:id=\"h\"/></w:p>"));
    T_EQ_INT(docx_related(d->main, S("endnotes"))->rel_count, 1);
    T_CHECK(has(bytes_of(d, "word/settings.xml"),
                "<w:zoom/><w:footnotePr><w:footnote w:id=\"-1\"/></w:footnotePr><w:endnotePr>"
                "<w:endnote w:id=\"-1\"/><w:endnote w:id=\"0\"/></w:endnotePr><w:compat/>"));
}

static void says_which_note_is_missing(Arena *a) {
    Pack p = pack_new(a), q = pack_new(a);
    Both b;
    PxErr err = {0};
    if (!open_both(a, pack_docx(&p, "<w:p/>"), pack_docx(&q, REFERENCE("endnote", "8")), &b))
        return;
    T_CHECK(!import_body(&b, &err));
    T_EQ_INT(err.kind, PX_ERR_INPUT);
    T_CHECK(strstr(err.message, "endnote \"8\"") != NULL);
}

/* ---- comments ---- */

#define COMMENT(id, author, date, para, text)                                                      \
    "<w:comment w:id=\"" id "\" w:author=\"" author "\"" date "><w:p" para "><w:r><w:t>" text      \
    "</w:t></w:r></w:p></w:comment>"
#define DATE " w:date=\"2016-07-14T10:00:00Z\""
#define PARA(id) " w14:paraId=\"" id "\""
#define ANCHORED(id)                                                                               \
    "<w:p><w:commentRangeStart w:id=\"" id "\"/><w:r><w:t>x</w:t></w:r><w:commentRangeEnd "        \
    "w:id=\"" id "\"/><w:r><w:commentReference w:id=\"" id "\"/></w:r></w:p>"

static Str commented(Arena *a, const char *comments, const char *body) {
    Pack p = pack_new(a);
    if (comments) pack_part(&p, "word/comments.xml", "comments", comments);
    return pack_docx(&p, body);
}

static Str comment_id(Both *b, const char *id, bool *already) {
    PxErr err = {0};
    Str out = S("?");
    T_OK(docx_import_comment(b->import, str_from_z(id), &out, already, &err), &err);
    return out;
}

static void tells_new_comments_from_old(Arena *a) {
    Both b;
    bool already;
    if (!open_both(a,
                   commented(a,
                             ROOT("comments", COMMENT("0", "A", DATE, "", "same words")
                                                  COMMENT("5", "A", DATE, "", "same words")
                                                      COMMENT("7", "B", "", "", "undated")),
                             ANCHORED("0") ANCHORED("5") ANCHORED("7")),
                   commented(a,
                             ROOT("comments", COMMENT("5", "A", DATE, "", "same words")
                                                  COMMENT("1", "A", DATE, "", "same words")
                                                      COMMENT("2", "A", DATE, "", "same words")
                                                          COMMENT("3", "B", "", "", "undated")
                                                              COMMENT("4", "C", "", "", "new")),
                             ANCHORED("5")),
                   &b)) {
        return;
    }
    T_EQ_STR(comment_id(&b, "1", &already), S("0"));
    T_CHECK(already);
    T_EQ_STR(comment_id(&b, "5", &already), S("5"));
    T_CHECK(already);
    T_EQ_STR(comment_id(&b, "3", &already), S("7"));
    T_CHECK(already);
    const Str third =
        comment_id(&b, "2", &already); /* the base has two of these words, not three */
    T_EQ_STR(third, S("8"));
    T_CHECK(!already);
    T_EQ_STR(comment_id(&b, "2", &already), third);
    T_CHECK(!already);
    T_EQ_STR(comment_id(&b, "4", &already), S("9"));
    T_EQ_STR(comment_id(&b, "99", &already), S(""));
    T_CHECK(!already);
    if (!open_next(&b, commented(a,
                                 ROOT("comments", COMMENT("2", "A", DATE, "", "same words")
                                                      COMMENT("3", "A", DATE, "", "same words")
                                                          COMMENT("6", "A", DATE, "", "same words")
                                                              COMMENT("8", "C", "", "", "new")),
                                 "<w:p/>"))) {
        return;
    }
    T_EQ_STR(comment_id(&b, "6", &already), S("8")); /* dated: it is the other return's */
    T_CHECK(already);
    T_EQ_STR(comment_id(&b, "8", &already), S("10")); /* undated: who knows */
    T_CHECK(!already);
}

static void keeps_one_anchor_a_comment(Arena *a) {
    Both b;
    if (!open_both(
            a, commented(a, ROOT("comments", COMMENT("0", "A", DATE, "", "old")), ANCHORED("0")),
            commented(a,
                      ROOT("comments",
                           COMMENT("0", "A", DATE, "", "old") COMMENT("1", "A", DATE, "", "new")),
                      ANCHORED("0") ANCHORED("1") ANCHORED("1") ANCHORED("44")),
            &b)) {
        return;
    }
    DocxPackage *d = import_and_write(&b);
    if (!d) return;
#define BARE "<w:p><w:r><w:t>x</w:t></w:r><w:r/></w:p>"
    T_CHECK(has(BODY(d), "<w:body>" ANCHORED("0") BARE ANCHORED("1") BARE BARE "</w:body>"));
}

#define EX(id, more) "<w15:commentEx w15:paraId=\"" id "\"" more " w15:done=\"0\"/>"

static void keeps_replies_with_what_they_answer(Arena *a) {
    static const char *const extended = "http://schemas.microsoft.com/office/2011/relationships/"
                                        "commentsExtended";
    static const char *const ids = "http://schemas.microsoft.com/office/2016/09/relationships/"
                                   "commentsIds";
    static const char *const people = "http://schemas.microsoft.com/office/2011/relationships/"
                                      "people";
    Pack p = pack_new(a), q = pack_new(a);
    pack_part(&p, "word/comments.xml", "comments",
              ROOT("comments", COMMENT("0", "A", DATE, "", "question")));
    pack_part(&q, "word/comments.xml", "comments",
              ROOT("comments",
                   COMMENT("0", "A", DATE, PARA("0000AAAA"), "question")
                       COMMENT("1", "B", DATE, PARA("0000BBBB"), "answer")
                           COMMENT("2", "B", DATE, PARA("0000CCCC"), "open point")
                               COMMENT("3", "C", DATE, PARA("0000DDDD"), "answer to that")));
    pack_part(&q, "word/commentsExtended.xml", extended,
              "<w15:commentsEx " SPACES ">" EX("0000AAAA", "")
                  EX("0000BBBB", " w15:paraIdParent=\"0000AAAA\"") EX("0000CCCC", "")
                      EX("0000DDDD", " w15:paraIdParent=\"0000CCCC\"") "</w15:commentsEx>");
    pack_part(&q, "word/commentsIds.xml", ids,
              "<w16cid:commentsIds " SPACES ">"
              "<w16cid:commentId w16cid:paraId=\"0000BBBB\" w16cid:durableId=\"11111111\"/>"
              "<w16cid:commentId w16cid:paraId=\"0000DDDD\" w16cid:durableId=\"22222222\"/>"
              "</w16cid:commentsIds>");
    pack_part(&q, "word/people.xml", people,
              "<w15:people " SPACES "><w15:person w15:author=\"A\"/><w15:person w15:author=\"B\">"
              "<w15:presenceInfo w15:providerId=\"None\" w15:userId=\"B\"/></w15:person>"
              "</w15:people>");
    Both b;
    bool already;
    /* The base's text has a paragraph of one of the ids already. */
    if (!open_both(a, pack_docx(&p, "<w:p w14:paraId=\"0000BBBB\"/>" ANCHORED("0")),
                   pack_docx(&q, "<w:p/>"), &b)) {
        return;
    }
    T_EQ_STR(comment_id(&b, "1", &already), S("1"));
    T_EQ_STR(comment_id(&b, "3", &already), S("2")); /* brings what it answers */
    DocxPackage *d = write_both(&b);
    if (!d) return;
    const Str comments = bytes_of(d, "word/comments.xml");
    T_CHECK(has(comments, COMMENT("0", "A", DATE, PARA("0000AAAA"), "question")));
    T_CHECK(has(comments, COMMENT("1", "B", DATE, PARA("40000001"), "answer")));
    T_CHECK(has(comments, COMMENT("2", "C", DATE, PARA("0000DDDD"), "answer to that")));
    T_CHECK(has(comments, COMMENT("3", "B", DATE, PARA("0000CCCC"), "open point")));
    const Str ex = bytes_of(d, "word/commentsExtended.xml");
    T_CHECK(has(ex, EX("40000001", " w15:paraIdParent=\"0000AAAA\"")));
    T_CHECK(has(ex, EX("0000AAAA", "")));
    T_CHECK(has(ex, "w15:paraId=\"0000DDDD\""));
    T_CHECK(has(ex, "w15:paraIdParent=\"0000CCCC\""));
    T_CHECK(has(ex, "w15:paraId=\"0000CCCC\""));
    const Str lasting = bytes_of(d, "word/commentsIds.xml");
    T_CHECK(has(lasting, "w16cid:paraId=\"40000001\" w16cid:durableId=\"11111111\""));
    T_CHECK(has(lasting, "w16cid:paraId=\"0000DDDD\" w16cid:durableId=\"22222222\""));
    const Str persons = bytes_of(d, "word/people.xml");
    T_CHECK(has(persons, "<w15:person w15:author=\"B\"><w15:presenceInfo"));
    T_CHECK(lacks(persons, "author=\"A\"")); /* nothing of theirs came */
    T_EQ_STR(docx_content_type(d, S("word/commentsExtended.xml")),
             S(WORD_TYPE "commentsExtended+xml"));
    T_CHECK(docx_related(d->main, S("commentsIds")) && docx_related(d->main, S("people")));
}

static void brings_what_comments_refer_to(Arena *a) {
    Pack p = pack_new(a), q = pack_new(a);
    pack_part(&q, "word/comments.xml", "comments",
              ROOT("comments",
                   "<w:comment w:id=\"9\" w:author=\"A\">" LINK("h") STYLED("New") "</w:comment>"));
    pack_entry(&q, "word/_rels/comments.xml.rels",
               pack_rels(a, S("<Relationship Id=\"h\" Type=\"" R_URI "/hyperlink\" "
                              "Target=\"https://h.example/\" TargetMode=\"External\"/>")));
    pack_part(&q, "word/styles.xml", "styles",
              ROOT("styles", STYLE("paragraph", "New", "New", "")));
    Both b;
    if (!open_both(a, pack_docx(&p, "<w:p/>"), pack_docx(&q, ANCHORED("9")), &b)) return;
    DocxPackage *d = import_and_write(&b);
    if (!d) return;
    T_CHECK(has(BODY(d), ANCHORED("1")));
    T_CHECK(has(bytes_of(d, "word/styles.xml"), "w:styleId=\"New\""));
    const DocxPart *comments = docx_related(d->main, S("comments"));
    if (T_CHECK(comments && comments->rel_count == 1)) {
        T_EQ_STR(comments->rels[0].target, S("https://h.example/"));
    }
}

/* ---- bookmarks, controls, and other numbered things ---- */

#define MARK(id, name) "<w:bookmarkStart w:id=\"" id "\" w:name=\"" name "\"/>"
#define MARK_END(id) "<w:bookmarkEnd w:id=\"" id "\"/>"
#define CONTROL(id) "<w:sdt><w:sdtPr><w:id w:val=\"" id "\"/></w:sdtPr></w:sdt>"

static void gives_fresh_numbers(Arena *a) {
    Both b;
    Pack p = pack_new(a), q = pack_new(a);
    if (!open_both(
            a, pack_docx(&p, "<w:p>" MARK("3", "Here") MARK_END("3") "</w:p>" CONTROL("-77")),
            pack_docx(&q,
                      "<w:p>" MARK("0", "There") MARK("1", "HERE") MARK_END("0") MARK_END(
                          "1") "</w:p><w:p>" MARK("2", "there")
                          MARK("4", "Far") "</w:p><w:p>" MARK_END("4") MARK_END("2") MARK_END(
                              "66") "</w:p><w:p><w:permStart w:id=\"4\"/><w:permEnd w:id=\"4\"/>"
                                    "</w:p>" CONTROL("4294967219") CONTROL("5") CONTROL("5")
                                        PICTURE("") "<w:p><w:ins w:id=\"3\"><w:r/></w:ins></w:p>"),
            &b)) {
        return;
    }
    DocxPackage *d = import_and_write(&b);
    if (!d) return;
    T_CHECK(has(BODY(d),
                CONTROL("-77") "<w:p>" MARK("4", "There")
                    MARK_END("4") "</w:p><w:p>" MARK("5", "Far") "</w:p><w:p>" MARK_END(
                        "5") "</w:p><w:p>"
                             "<w:permStart w:id=\"6\"/><w:permEnd w:id=\"6\"/></w:p>" CONTROL("7")
                                 CONTROL("5") CONTROL("8")));
    T_CHECK(has(BODY(d), "<wp:docPr id=\"9\" name=\"P\"/>"));
    T_CHECK(has(BODY(d), "<w:ins w:id=\"10\">"));
}

static void empties_a_node_that_is_to_go(Arena *a) {
    Both b;
    Pack p = pack_new(a), q = pack_new(a);
    PxErr err = {0};
    XmlTree *tree;
    if (!open_both(a, pack_docx(&p, "<w:p/>"), pack_docx(&q, ANCHORED("9")), &b)) return;
    T_OK(docx_part_tree(b.from, b.from->main, &tree, &err), &err);
    const XmlNode *start =
        xml_child(xml_child(xml_child(tree->root, W_body), W_p), W_commentRangeStart);
    XmlNode *copy = xml_copy(b.tree, start); /* in no tree yet */
    T_OK(docx_import_node(b.import, b.from->main, b.base->main, copy, &err), &err);
    Buf out = buf_new(a);
    xml_write_node(b.tree, b.tree, copy, &out);
    T_EQ_INT(out.len, 0);
}

/* ---- differences ---- */

static void tells_what_is_defined_differently(Arena *a) {
    Pack p = pack_new(a), q = pack_new(a);
    pack_part(&p, "word/styles.xml", "styles",
              ROOT("styles", STYLE("paragraph", "A", "A", "<w:rPr><w:b/><w:i/></w:rPr>")
                                 STYLE("paragraph", "B", "B", "<w:rPr><w:b/></w:rPr>") STYLE(
                                     "paragraph", "C", "C", "") STYLE("paragraph", "D", "D", "")));
    pack_part(&q, "word/styles.xml", "styles",
              ROOT("styles", STYLE("paragraph", "A", "A",
                                   "<w:rsid w:val=\"1\"/><w:qFormat/><w:rPr>"
                                   "<w:i/><w:b/></w:rPr>") STYLE("paragraph", "B", "B",
                                                                 "<w:rPr><w:u/></w:rPr>")
                                 STYLE("paragraph", "C", "C", "<w:rPr><w:vanish/></w:rPr>")
                                     STYLE("paragraph", "D", "D", "<w:rPr><w:b/></w:rPr>")
                                         STYLE("paragraph", "E", "E", "<w:basedOn w:val=\"B\"/>")));
    pack_part(
        &p, "word/numbering.xml", "numbering",
        ROOT("numbering", LIST("0", "AA", "%1.") LIST("1", "BB", "-") NUM("1", "0") NUM("2", "1")));
    pack_part(
        &q, "word/numbering.xml", "numbering",
        ROOT("numbering", LIST("4", "AA", "%1)") LIST("1", "BC", "-") NUM("1", "4") NUM("2", "1")));
    Both b;
    DocxDifference *items;
    ptrdiff_t count;
    PxErr err = {0};
    if (!open_both(a, pack_docx(&p, "<w:p/>"),
                   pack_docx(&q, STYLED("A") STYLED("E") STYLED("D") LISTED("1") LISTED(
                                     "2") "<w:p><w:r><w:t>pStyle w:val=\"C\"</w:t></w:r></w:p>"),
                   &b) ||
        !T_OK(docx_import_differences(b.import, a, &items, &count, &err), &err)) {
        return;
    }
    static const char *const want[][2] = {{"style", "B"}, {"style", "D"}, {"numbering", "1"}};
    T_EQ_INT(count, 3);
    for (ptrdiff_t i = 0; i < count && i < 3; i++) {
        T_EQ_STR(items[i].kind, str_from_z(want[i][0]));
        T_EQ_STR(items[i].id, str_from_z(want[i][1]));
    }
    T_CHECK(b.from->main->tree == NULL); /* no second parsing */
}

/* ---- a strict return ---- */

static void brings_strict_text_into_a_transitional_base(Arena *a) {
    Pack p = pack_new(a), q = pack_new(a);
    q.is_strict = true;
    pack_typed(&q, "word/media/image1.png", "image", "image/png", S("PNG"));
    pack_part(&q, "word/styles.xml", "styles",
              "<w:styles xmlns:w=\"" STRICT_W_URI
              "\">" STYLE("paragraph", "A", "A", "") "</w:styles>");
    Both b;
    if (!open_both(a, pack_docx(&p, "<w:p/>"),
                   pack_docx(&q, STYLED("A") "<w:p><w:r><w:pict r:id=\"rIdk1\"/></w:r></w:p>"),
                   &b)) {
        return;
    }
    DocxPackage *d = import_and_write(&b);
    if (!d) return;
    T_CHECK(lacks(BODY(d), "purl.oclc.org"));
    T_CHECK(lacks(bytes_of(d, "word/styles.xml"), "purl.oclc.org"));
    Str rels;
    PxErr err = {0};
    T_OK(zip_inflate(a, zip_find(d->zip, S("word/_rels/document.xml.rels")), &rels, &err), &err);
    T_CHECK(lacks(rels, "purl.oclc.org"));
    T_CHECK(has(rels, "Type=\"" R_URI "/image\""));
}

/* ---- without memory ---- */

typedef struct Inputs {
    Str base, from;
} Inputs;

static bool import_all(void *ctx, Arena *a, PxErr *err) {
    const Inputs *in = ctx;
    XmlNames *names = xml_names_open(a);
    Both b = {.arena = a};
    Buf out = buf_new(a);
    if (!docx_open(a, names, key, in->base, S("b"), NULL, &b.base, err) ||
        !docx_open(a, names, key, in->from, S("f"), NULL, &b.from, err) ||
        !docx_part_tree(b.base, b.base->main, &b.tree, err)) {
        return false;
    }
    b.import = docx_import_open(b.base, b.from);
    return import_body(&b, err) && docx_write(b.base, 6, &out, err);
}

static void survives_each_failing_allocation(void) {
    Arena *a = arena_open((ptrdiff_t)1 << 30);
    Pack p = pack_new(a), q = pack_new(a);
    pack_typed(&q, "word/media/image1.png", "image", "image/png", S("PNG"));
    pack_part(&q, "word/styles.xml", "styles", ROOT("styles", STYLE("paragraph", "A", "A", "")));
    pack_part(&q, "word/numbering.xml", "numbering",
              ROOT("numbering", LIST("0", "A", "-") NUM("1", "0")));
    pack_part(&q, "word/footnotes.xml", "footnotes",
              ROOT("footnotes", NOTE("footnote", "1", "theirs")));
    Inputs in = {pack_docx(&p, "<w:p/>"), pack_docx(&q, STYLED("A") LISTED("1") PICTURE("rIdk1")
                                                            REFERENCE("footnote", "1"))};
    T_CHECK(t_fault_loop(import_all, &in));
    arena_close(a);
}

#define GUARDED(test)                                                                              \
    static void test##_guarded(void) { t_with_arena(test); }
GUARDED(leaves_plain_text_alone)
GUARDED(brings_links)
GUARDED(says_which_relationship_is_missing)
GUARDED(brings_pictures_once)
GUARDED(brings_parts_with_what_they_relate_to)
GUARDED(brings_headers_as_text)
GUARDED(keeps_a_diagrams_drawing)
GUARDED(knows_styles_by_name)
GUARDED(brings_styles_with_what_they_name)
GUARDED(makes_a_styles_part)
GUARDED(follows_long_chains)
GUARDED(brings_lists_in_order)
GUARDED(makes_a_numbering_part_with_all_a_list_needs)
GUARDED(brings_notes)
GUARDED(says_which_note_is_missing)
GUARDED(tells_new_comments_from_old)
GUARDED(keeps_one_anchor_a_comment)
GUARDED(keeps_replies_with_what_they_answer)
GUARDED(brings_what_comments_refer_to)
GUARDED(gives_fresh_numbers)
GUARDED(empties_a_node_that_is_to_go)
GUARDED(tells_what_is_defined_differently)
GUARDED(brings_strict_text_into_a_transitional_base)

int main(void) {
    T_RUN(leaves_plain_text_alone_guarded);
    T_RUN(brings_links_guarded);
    T_RUN(says_which_relationship_is_missing_guarded);
    T_RUN(brings_pictures_once_guarded);
    T_RUN(brings_parts_with_what_they_relate_to_guarded);
    T_RUN(brings_headers_as_text_guarded);
    T_RUN(keeps_a_diagrams_drawing_guarded);
    T_RUN(knows_styles_by_name_guarded);
    T_RUN(brings_styles_with_what_they_name_guarded);
    T_RUN(makes_a_styles_part_guarded);
    T_RUN(follows_long_chains_guarded);
    T_RUN(brings_lists_in_order_guarded);
    T_RUN(makes_a_numbering_part_with_all_a_list_needs_guarded);
    T_RUN(brings_notes_guarded);
    T_RUN(says_which_note_is_missing_guarded);
    T_RUN(tells_new_comments_from_old_guarded);
    T_RUN(keeps_one_anchor_a_comment_guarded);
    T_RUN(keeps_replies_with_what_they_answer_guarded);
    T_RUN(brings_what_comments_refer_to_guarded);
    T_RUN(gives_fresh_numbers_guarded);
    T_RUN(empties_a_node_that_is_to_go_guarded);
    T_RUN(tells_what_is_defined_differently_guarded);
    T_RUN(brings_strict_text_into_a_transitional_base_guarded);
    T_RUN(survives_each_failing_allocation);
    return t_end();
}
