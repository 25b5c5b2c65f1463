/* test_docx_import: what text refers to comes with it: links, pictures, parts; and without memory.
 */
/* needs: base zip xml docx */
#include "unit/both.h"

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
    pack_typed(&p, "word/charts/chart1.xml", "chart", "application/chart+xml", S("<c r='x'/>"));
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
    /* The base's chart has the same bytes, and draws on nothing: it is another chart. */
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
GUARDED(brings_strict_text_into_a_transitional_base)

int main(void) {
    T_RUN(leaves_plain_text_alone_guarded);
    T_RUN(brings_links_guarded);
    T_RUN(says_which_relationship_is_missing_guarded);
    T_RUN(brings_pictures_once_guarded);
    T_RUN(brings_parts_with_what_they_relate_to_guarded);
    T_RUN(brings_headers_as_text_guarded);
    T_RUN(keeps_a_diagrams_drawing_guarded);
    T_RUN(brings_strict_text_into_a_transitional_base_guarded);
    T_RUN(survives_each_failing_allocation);
    return t_end();
}
