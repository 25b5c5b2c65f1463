/* needs: engine */
/* compose: marks on every page and taken out again, comment tables, papers. Through the public
 * header; what was made is read with the engine's own reader. */
/* It breaks literals between macros into crumbs. */
/* clang-format off */
#include "t.h"

#include "doc/doc.h"
#include "unit/pack.h"

static Arena *files; /* what the tests read and make lives here until the end */

#define RUN(text) "<w:r><w:t xml:space=\"preserve\">" text "</w:t></w:r>"
#define P(text) "<w:p>" RUN(text) "</w:p>"

static PxFile demo(const char *name) {
    char path[128];
    snprintf(path, sizeof path, "demo/%s", name);
    const Str bytes = t_read_file(files, path);
    T_CHECK(bytes.len > 0);
    return (PxFile){arena_str(files, str_from_z(path)), bytes};
}

static PxFile keep(const char *name, PxResult *result) {
    const PxFile file = {str_from_z(name), arena_str(files, px_result_bytes(result))};
    px_result_close(result);
    return file;
}

static Str text_of(const PxFile *file) {
    PxResult *r;
    PxErr err;
    if (!T_OK(px_text(file, NULL, &r, &err), &err)) return S("");
    return keep("text", r).bytes;
}

/* ---- marks ---- */

static PxFile marked(const PxFile *file, const char *header, const char *footer, const char *id) {
    const PxMarkOptions options = {
        .header = px_str(header), .footer = px_str(footer), .copy_id = px_str(id)};
    PxResult *r;
    PxErr err;
    if (!T_OK(px_mark(file, &options, &r, &err), &err)) return *file;
    return keep("marked.docx", r);
}

static PxFile unmarked(const PxFile *file) {
    PxResult *r;
    PxErr err;
    if (!T_OK(px_unmark(file, NULL, &r, &err), &err)) return *file;
    return keep("unmarked.docx", r);
}

static Str copy_id(const PxFile *file) {
    PxResult *r;
    PxErr err;
    if (!T_OK(px_copy_id(file, NULL, &r, &err), &err)) return S("?");
    return keep("id", r).bytes;
}

static DocxPackage *open_file(const PxFile *file) {
    DocxPackage *p = NULL;
    PxErr err;
    T_OK(docx_open(files, xml_names_open(files), (HashKey){{1, 2}}, file->bytes, file->name, NULL,
        &p,
                   &err), &err);
    return p;
}

static XmlTree *tree_of(DocxPackage *p, DocxPart *part) {
    XmlTree *t = NULL;
    PxErr err;
    T_OK(docx_part_tree(p, part, &t, &err), &err);
    return t;
}

static int count_of(Str text, const char *needle) {
    int count = 0;
    for (ptrdiff_t at; (at = str_find(text, str_from_z(needle))) >= 0; count++)
        text = str_slice(text, at + 1, text.len);
    return count;
}

/* In each section, what is shown at the top (bottom) of this kind of page says `words` once. */
static bool is_on_pages(DocxPackage *p, uint16_t reference, const char *kind, bool only_titled,
                        const char *words) {
    XmlTree *t = tree_of(p, p->main);
    const DocxPart *shown = NULL;
    bool all = true;
    for (XmlNode *n = t->root; n; n = xml_next(n, t->root)) {
        if (n->name != W_sectPr) continue;
        for (XmlNode *k = n->first; k; k = k->next) {
            const Str type = xml_attr(k, W_type);
            if (k->name != reference || !str_equal(type.ptr ? type : S("default"),
                str_from_z(kind)))
                continue;
            const DocxRel *rel = docx_find_rel(p->main, xml_attr(k, R_id));
            shown = rel ? rel->part : NULL;
        }
        if (only_titled && !xml_child(n, W_titlePg)) continue;
        if (!shown) return false;
        const Str text = xml_text(files, tree_of(p, (DocxPart *)shown)->root);
        all = all && count_of(text, words) == 1;
    }
    return all;
}

static bool is_on_every_page(const PxFile *file, const char *header, const char *footer) {
    DocxPackage *p = open_file(file);
    const DocxPart *settings = docx_related(p->main, S("settings"));
    const bool even = settings && xml_child(tree_of(p, (DocxPart *)settings)->root,
        W_evenAndOddHeaders);
    return is_on_pages(p, W_headerReference, "default", false, header) &&
           is_on_pages(p, W_footerReference, "default", false, footer) &&
           is_on_pages(p, W_headerReference, "first", true, header) &&
           is_on_pages(p, W_footerReference, "first", true, footer) &&
           (!even || (is_on_pages(p, W_headerReference, "even", false, header) &&
                      is_on_pages(p, W_footerReference, "even", false, footer)));
}

/* A redline from the one to the other has no changes. */
static bool are_same(const PxFile *x, const PxFile *y) {
    const PxCompareOptions options = {.author = S("Office")};
    PxResult *r;
    PxMatrix *m;
    PxErr err;
    ptrdiff_t rows = -1;
    if (!T_OK(px_compare(x, y, &options, &r, &err), &err)) return false;
    const PxFile redline = keep("redline.docx", r);
    if (!T_OK(px_matrix_open(&redline, NULL, &m, &err), &err)) return false;
    px_matrix_rows(m, &rows);
    px_matrix_close(m);
    return rows == 0 && str_equal(text_of(x), text_of(y));
}

typedef struct Layout {
    const char *body, *header, *first, *even, *footer, *settings;
} Layout;

#define SECTION(more) "<w:p><w:pPr><w:sectPr>" more "</w:sectPr></w:pPr></w:p>"
#define REF(what, kind, id) "<w:" what "Reference w:type=\"" kind "\" r:id=\"rIdk" id "\"/>"
#define HDR(text) ROOT("hdr", text)
#define FTR(text) ROOT("ftr", text)

/* Parts in this order: rIdk1 ... */
static PxFile layout_file(const Layout *l, bool is_strict) {
    Pack p = pack_new(files);
    p.is_strict = is_strict;
    if (l->header) pack_part(&p, "word/header1.xml", "header", l->header);
    if (l->first) pack_part(&p, "word/header2.xml", "header", l->first);
    if (l->even) pack_part(&p, "word/header3.xml", "header", l->even);
    if (l->footer) pack_part(&p, "word/footer1.xml", "footer", l->footer);
    if (l->settings) pack_part(&p, "word/settings.xml", "settings", l->settings);
    return (PxFile){S("text.docx"), pack_docx(&p, l->body)};
}

static const Layout layouts[] = {
    {P("no section at all"), NULL, NULL, NULL, NULL, NULL},
    {P("nothing") "<w:sectPr/>", NULL, NULL, NULL, NULL, NULL},
    {P("titled") "<w:sectPr><w:titlePg/></w:sectPr>", NULL, NULL, NULL, NULL, NULL},
    {P("header") "<w:sectPr>" REF("header", "default", "1") "</w:sectPr>", HDR(P("DRAFT")), NULL,
     NULL, NULL, NULL},
    {P("all") "<w:sectPr>" REF("header", "default", "1") REF("header", "first", "2")
     REF("header", "even", "3") REF("footer", "default", "4") "<w:titlePg/></w:sectPr>",
     HDR(P("one")), HDR(P("two")), HDR(P("three")), FTR(P("four")),
     ROOT("settings", "<w:evenAndOddHeaders/>")},
    {P("late") SECTION("") P("x") SECTION(REF("header", "default", "1")) P("y")
     "<w:sectPr><w:titlePg/></w:sectPr>", HDR(P("from the second section")), NULL, NULL, NULL,
         NULL},
    {P("same words") "<w:sectPr>" REF("header", "default", "1") "</w:sectPr>", HDR(P("SECRET")),
        NULL,
     NULL, NULL, NULL},
    {P("empty header") "<w:sectPr>" REF("header", "default", "1") "</w:sectPr>", HDR(""), NULL,
     NULL, NULL, NULL},
    {P("table") "<w:sectPr>" REF("header", "default", "1") REF("footer", "default", "2")
     "</w:sectPr>", HDR("<w:tbl><w:tr><w:tc>" P("cell") "</w:tc></w:tr></w:tbl><w:p/>"), NULL, NULL,
     FTR("<w:p><w:fldSimple w:instr=\" PAGE \">" RUN("1") "</w:fldSimple></w:p>"), NULL},
};
enum { LAYOUTS = (int)(sizeof layouts / sizeof *layouts) };

static void marks_stand_on_every_page_and_leave_nothing(void) {
    for (int i = 0; i < 2 * LAYOUTS; i++) {
        const PxFile file = layout_file(&layouts[i / 2], i & 1);
        const PxFile copy = marked(&file, "SECRET",
            "SECRET · Copy 3 of 5 · Ministry of Interior", "c3");
        if (i / 2 != 6) T_CHECK(is_on_every_page(&copy, "SECRET", "Copy 3 of 5"));
        T_EQ_STR(copy_id(&copy), S("c3"));
        T_EQ_STR(copy_id(&file), S(""));
        const PxFile again = marked(&copy, "SECRET", "SECRET · Copy 4 of 5", "c<&\">4");
        T_EQ_STR(copy_id(&again), S("c<&\">4"));
        if (i / 2 != 6) T_CHECK(is_on_every_page(&again, "SECRET", "Copy 4 of 5"));
        T_EQ_INT(count_of(text_of(&again), "Copy 3"), 0);
        const PxFile back = unmarked(&again);
        T_EQ_STR(copy_id(&back), S(""));
        T_CHECK(are_same(&file, &back));
        T_EQ_INT(open_file(&back)->part_count, open_file(&file)->part_count);
        const PxFile untouched = unmarked(&file);
        T_CHECK(are_same(&file, &untouched));
        if (t_state.test_failed) {
            printf("# layout %d%s\n", i / 2, i & 1 ? ", strict" : "");
            return;
        }
    }
}

/* The markup of the part without content controls, as a program leaves it that knows none. */
static PxFile without_controls(const PxFile *file) {
    DocxPackage *p = open_file(file);
    DocxStory *stories;
    Buf out = buf_new(files);
    PxErr err;
    const ptrdiff_t count = docx_stories(files, p, &stories);
    for (ptrdiff_t i = 0; i < count; i++) {
        XmlTree *t = tree_of(p, stories[i].part);
        for (XmlNode *n = t->root->first, *next; n; n = next) {
            next = n->next;
            if (n->name != W_sdt) continue;
            for (XmlNode *k = xml_child(n, W_sdtContent)->first, *after; k; k = after) {
                after = k->next;
                xml_remove(k);
                xml_insert(t->root, k, n);
            }
            xml_remove(n);
        }
    }
    T_OK(docx_write(p, 6, &out, &err), &err);
    return (PxFile){S("flat.docx"), buf_str(&out)};
}

static void marks_are_known_without_their_controls(void) {
    for (int i = 0; i < LAYOUTS; i++) {
        const PxFile file = layout_file(&layouts[i], false);
        const PxFile copy = marked(&file, "SECRET", "Copy 3 of 5", "c3");
        const PxFile flat = without_controls(&copy), back = unmarked(&flat);
        if (i == 7) continue; /* an empty header keeps a paragraph: who has no controls needs one */
        T_CHECK(are_same(&file, &back));
        if (t_state.test_failed) {
            printf("# layout %d\n", i);
            return;
        }
    }
}

static void a_side_without_words_has_no_mark(void) {
    const PxFile file = layout_file(&layouts[1], false), copy = marked(&file, "", "Copy 1", "c1");
    DocxPackage *p = open_file(&copy);
    T_CHECK(!docx_related(p->main, S("header")));
    T_CHECK(docx_related(p->main, S("footer")) != NULL);
    const PxFile back = unmarked(&copy);
    T_CHECK(are_same(&file, &back));
}

#define TYPED(name, type)                                                                          \
    "<Override PartName=\"/" name "\" ContentType=\"application/vnd.openxmlformats-" type "+xml\"/>"

/* A file whose content types name each part of relationships by itself. */
static void new_relationships_have_a_content_type(void) {
    Pack p = pack_new(files);
    Buf out = buf_new(files);
    pack_docx(&p, P("x") "<w:sectPr/>");
    ZipWriter *z = zip_writer_open(files, &out);
    for (ptrdiff_t i = 0; i < p.count; i++) {
        const bool is_types = str_equal(p.parts[i].name, S("[Content_Types].xml"));
        zip_add(z, p.parts[i].name,
                is_types ? S("<Types xmlns=\"" PACKAGE_URI "/content-types\">" TYPED(
                               "_rels/.rels", "package.relationships")
                                 TYPED("word/document.xml",
                                       "officedocument.wordprocessingml.document.main") "</Types>")
                         : p.parts[i].bytes,
                6);
    }
    zip_writer_close(z);
    const PxFile file = {S("odd.docx"), buf_str(&out)}, copy = marked(&file, "A", "B", "c");
    DocxPackage *package = open_file(&copy);
    T_CHECK(docx_content_type(package, S("customXml/_rels/item1.xml.rels")).len > 0);
    T_CHECK(docx_content_type(package, S("word/_rels/document.xml.rels")).len > 0);
    const PxFile back = unmarked(&copy);
    T_CHECK(are_same(&file, &back));
}

/* A return that was made on a marked copy says what it says on an unmarked one. */
static void returns_on_marked_copies_consolidate(void) {
    static const char *const names[] = {"returns/foreign-affairs.docx", "returns/interior.docx",
                                        "returns/defence-production.docx",
                                        "returns/joint-staff-headquarters.docx"};
    const PxFile draft = demo("draft.docx");
    PxReturn plain[4] = {{{NULL, 0}, {{NULL, 0}, {NULL, 0}}}}, taken_off[4] = {{{NULL, 0}, {{NULL,
        0}, {NULL, 0}}}};
    PxResult *x, *y;
    PxErr err;
    for (int i = 0; i < 4; i++) {
        plain[i].file = demo(names[i]);
        const PxFile copy = marked(&plain[i].file, "RESTRICTED", "Copy of an office", "c9");
        taken_off[i].file = unmarked(&copy);
        taken_off[i].file.name = plain[i].file.name;
    }
    if (!T_OK(px_consolidate(&draft, plain, 4, NULL, &x, &err), &err)) return;
    if (!T_OK(px_consolidate(&draft, taken_off, 4, NULL, &y, &err), &err)) return;
    const PxFile one = keep("one.docx", x), two = keep("two.docx", y);
    T_EQ_STR(text_of(&two), text_of(&one));
}

/* ---- comment tables ---- */

static PxFile table_of(const PxCommentRow *rows, ptrdiff_t count) {
    PxResult *r;
    PxErr err;
    if (!T_OK(px_comment_table_write(S("Comments on draft 2"), rows, count, NULL, &r, &err), &err))
        return (PxFile){S(""), S("")};
    return keep("table.docx", r);
}

static const PxStr *cells_of(const PxCommentRow *row) { return &row->body; }

static void check_rows(const PxFile *file, const PxCommentRow *want, ptrdiff_t want_count) {
    PxCommentTable *t;
    PxErr err;
    ptrdiff_t count;
    if (!T_OK(px_comment_table_open(file, NULL, &t, &err), &err)) return;
    const PxCommentRow *rows = px_comment_table_rows(t, &count);
    if (T_EQ_INT(count, want_count)) {
        for (ptrdiff_t i = 0; i < count; i++) {
            for (int k = 0; k < 8; k++) T_EQ_STR(cells_of(&rows[i])[k], cells_of(&want[i])[k]);
        }
    }
    px_comment_table_close(t);
}

static PxStr random_words(bool may_be_empty) {
    static const char *const words[] = {"shall", "<&>\"'", "第五条", "المادة",
        "thirty days", "a\tb",
                                        "line\nline", "Article 5(2)(a)", "—", "x"};
    Buf b = buf_new(files);
    const ptrdiff_t count = t_random_below(4) + !may_be_empty;
    for (ptrdiff_t i = 0; i < count; i++) {
        if (i) buf_byte(&b, ' ');
        buf_add(&b, str_from_z(words[t_random_below(10)]));
    }
    return b.len ? buf_str(&b) : S("");
}

static void tables_are_read_as_written(void) {
    for (int round = 0; round < 20; round++) {
        PxCommentRow rows[12];
        const ptrdiff_t count = t_random_below(13);
        for (ptrdiff_t i = 0; i < count; i++) {
            rows[i] = (PxCommentRow){S("PK"),
                                     random_words(true),
                                     random_words(true),
                                     random_words(true),
                                     S("te"),
                                     random_words(false),
                                     random_words(true),
                                     random_words(true)};
        }
        const PxFile file = table_of(rows, count);
        check_rows(&file, rows, count);
    }
}

#define TC(text) "<w:tc>" P(text) "</w:tc>"
#define MERGED(how, text) "<w:tc><w:tcPr><w:vMerge w:val=\"" how "\"/></w:tcPr>" P(text) "</w:tc>"
#define HEADS                                                                                      \
    "<w:tr>" TC("MB/NC") TC("Line number (e.g. 17)") TC("Clause/ Subclause")                       \
    TC("Paragraph/ Figure/ Table") TC("Type of comment") TC("Comments") TC("Proposed change")      \
    TC("Observations of the secretariat") "</w:tr>"
#define ROW(body, comment, proposed)                                                               \
    "<w:tr>" body TC("") TC("5") TC("") TC("ge") TC(comment) TC(proposed) TC("") "</w:tr>"

static PxFile body_file(const char *body) {
    Pack p = pack_new(files);
    return (PxFile){S("comments.docx"), pack_docx(&p, body)};
}

static void templates_of_others_are_read(void) {
    const PxFile file = body_file(
        P("Template for comments") "<w:tbl><w:tr>" TC("another") TC("table") "</w:tr></w:tbl>" P("")
        "<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val=\"8\"/></w:tcPr>" P("Date: 1 June 2016")
        "</w:tc></w:tr>" HEADS "<w:tr>" TC("(1)") TC("2") TC("3") TC("4") TC("5") TC("(6)")
            TC("(7)")
        TC("(8)") "</w:tr>" ROW(MERGED("restart", "PK"), "first", "")
        ROW(MERGED("continue", ""), "second", "do it") HEADS ROW(TC("CN"), "", "propose")
        "<w:tr>" TC("") TC("") TC("") TC("") TC("") TC("") TC("") TC("") "</w:tr></w:tbl>" P(""));
    const PxCommentRow want[] = {
        {S("PK"), S(""), S("5"), S(""), S("ge"), S("first"), S(""), S("")},
        {S("PK"), S(""), S("5"), S(""), S("ge"), S("second"), S("do it"), S("")},
        {S("CN"), S(""), S("5"), S(""), S("ge"), S(""), S("propose"), S("")}};
    check_rows(&file, want, 3);
}

static void faults_of_a_table_are_named(void) {
    static const struct {
        const char *body;
        PxErrKind kind;
        const char *message;
    } cases[] = {
        {P("no table"), PX_ERR_NOT_FOUND,
            "no table has the eight columns of the commenting template"},
        {"<w:tbl>" HEADS ROW(TC("PK"), "x", "") ROW(TC(""), "y", "") "</w:tbl>" P(""), PX_ERR_INPUT,
         "row 3 names no body in the column \"MB/NC\"; every row names it"},
        {"<w:tbl>" HEADS ROW(TC("PK"), "", "") "</w:tbl>" P(""), PX_ERR_INPUT,
         "row 2 has neither \"Comments\" nor \"Proposed change\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const PxFile file = body_file(cases[i].body);
        PxCommentTable *t;
        PxErr err;
        T_CHECK(!px_comment_table_open(&file, NULL, &t, &err) && !t);
        T_EQ_INT(err.kind, cases[i].kind);
        T_EQ_STR(str_from_z(err.message), str_from_z(cases[i].message));
        T_EQ_STR(str_from_z(err.file), S("comments.docx"));
    }
    px_comment_table_close(NULL);
}

/* ---- papers ---- */

#define BLOCK(style, text) {{style, sizeof(style) - 1}, {text, sizeof(text) - 1}}

static PxFile paper_of(const PxBlock *blocks, ptrdiff_t count) {
    const PxComposeOptions options = {
        .title = S("A <paper>"), .header = S("SECRET"), .footer = S("SECRET & kept")};
    PxResult *r;
    PxErr err;
    if (!T_OK(px_compose(blocks, count, &options, &r, &err), &err)) return (PxFile){S(""), S("")};
    return keep("paper.docx", r);
}

static Str part_of(const PxFile *file, const char *name) {
    DocxPackage *p = open_file(file);
    DocxPart *part = docx_find_part(p, str_from_z(name));
    Str bytes = S("");
    PxErr err;
    if (T_CHECK(part != NULL)) T_OK(docx_part_bytes(p, part, &bytes, &err), &err);
    return bytes;
}

static void papers_say_what_they_were_given(void) {
    const PxBlock blocks[] = {
        BLOCK("title", "Summary for the Cabinet"), BLOCK("subtitle", "An agreement"),
        BLOCK("heading", "Background"), BLOCK("paragraph", "One & two.\nA new line."),
        BLOCK("numbered", "first"), BLOCK("bullet", "between"), BLOCK("numbered", "second"),
        BLOCK("heading", "Points"), BLOCK("numbered", "first again"),
        BLOCK("head-row", "Division\tView"), BLOCK("row", "Interior\tSupports"), BLOCK("row",
            "alone"),
        BLOCK("page-break", ""), BLOCK("paragraph", "behind the break"), BLOCK("right",
            "Secretary")};
    const PxFile file = paper_of(blocks, (ptrdiff_t)(sizeof blocks / sizeof *blocks));
    const Str body = part_of(&file, "word/document.xml"), text = text_of(&file);
    static const char *const lines[] = {"Summary for the Cabinet", "One & two.", "A new line.",
                                        "SECRET & kept", "Secretary"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) T_CHECK(count_of(text, lines[i]) ==
        1);
    T_EQ_INT(count_of(body, "<w:numId w:val=\"2\"/>"), 2);
    T_EQ_INT(count_of(body, "<w:numId w:val=\"3\"/>"), 1);
    T_EQ_INT(count_of(body, "<w:tbl>"), 1);
    T_EQ_INT(count_of(body, "<w:tc>"), 6);
    T_EQ_INT(count_of(body, "<w:tblHeader/>"), 1);
    T_EQ_INT(count_of(body, "<w:pageBreakBefore/>"), 1);
    T_EQ_INT(count_of(part_of(&file, "word/footer1.xml"), "NUMPAGES"), 1);
    T_EQ_INT(count_of(part_of(&file, "docProps/core.xml"), "A &lt;paper&gt;"), 1);
    const PxFile again = paper_of(blocks, (ptrdiff_t)(sizeof blocks / sizeof *blocks));
    T_EQ_STR(again.bytes, file.bytes);
}

static void scripts_run_as_they_should(void) {
    const PxBlock blocks[] = {BLOCK("paragraph",
        "یہ معاہدہ (Framework Agreement) 2016 میں ہے۔"),
                              BLOCK("paragraph", "The Urdu for treaty is معاہدہ, and so on."),
                              BLOCK("paragraph", "中华人民共和国“协定”"),
                        BLOCK("paragraph", "2016")};
    const PxFile file = paper_of(blocks, 4);
    const Str body = part_of(&file, "word/document.xml");
    T_EQ_INT(count_of(body, "<w:bidi/>"), 1);
    T_EQ_INT(count_of(body, "<w:rtl/>"), 3);
    T_EQ_INT(count_of(body, "w:hint=\"eastAsia\""), 1);
    T_EQ_INT(count_of(body, "<w:r><w:t xml:space=\"preserve\">Framework Agreement</w:t></w:r>"), 1);
    T_EQ_INT(count_of(body, "preserve\">معاہدہ</w:t>"), 1);
    DocxPackage *p = open_file(&file);
    const Str text = xml_text(files, tree_of(p, p->main)->root);
    T_EQ_INT(count_of(text, "یہ معاہدہ (Framework Agreement) 2016 میں ہے۔"), 1);
    T_EQ_INT(count_of(text, "The Urdu for treaty is معاہدہ, and so on."), 1);
}

static void papers_may_be_odd(void) {
    const PxBlock none[] = {BLOCK("poem", "x")}, row[] = {BLOCK("row", ""), BLOCK("page-break",
        "")};
    const PxBlock wide[] = {BLOCK("row", "a\tb\tc\td\te\tf\tg\th\ti\tj\tk\tl\tm\tn"),
                            BLOCK("page-break", ""), BLOCK("head-row", "المادة\tx")};
    PxResult *r;
    PxErr err;
    T_CHECK(!px_compose(none, 1, NULL, &r, &err) && !r);
    T_EQ_INT(err.kind, PX_ERR_CONFLICT);
    const PxFile empty = paper_of(NULL, 0), one = paper_of(row, 2), two = paper_of(wide, 3);
    T_CHECK(text_of(&empty).len > 0 && text_of(&one).len > 0);
    const Str body = part_of(&two, "word/document.xml");
    T_EQ_INT(count_of(body, ">m</w:t>"), 1); /* what has no column of its own goes into the last */
    T_EQ_INT(count_of(body, "<w:bidiVisual/>"), 1);
}

/* ---- faults ---- */

typedef bool (*Faulty)(const PxSettings *settings, PxErr *err);
static PxFile fault_file, fault_marked, fault_table;

static bool fault_mark(const PxSettings *settings, PxErr *err) {
    const PxMarkOptions options = {
        .settings = *settings, .header = S("H"), .footer = S("F"), .copy_id = S("c")};
    PxResult *r;
    const bool done = px_mark(&fault_file, &options, &r, err);
    T_EQ_INT(done, r != NULL);
    px_result_close(r);
    return done;
}

static bool fault_unmark(const PxSettings *settings, PxErr *err) {
    PxResult *r;
    const bool done = px_unmark(&fault_marked, settings, &r, err);
    px_result_close(r);
    return done;
}

static bool fault_copy_id(const PxSettings *settings, PxErr *err) {
    PxResult *r;
    const bool done = px_copy_id(&fault_marked, settings, &r, err);
    px_result_close(r);
    return done;
}

static bool fault_table_open(const PxSettings *settings, PxErr *err) {
    PxCommentTable *t;
    const bool done = px_comment_table_open(&fault_table, settings, &t, err);
    px_comment_table_close(t);
    return done;
}

static bool fault_table_write(const PxSettings *settings, PxErr *err) {
    const PxCommentRow row = {S("PK"), S(""), S("1"), S(""), S("ge"), S("x"), S("y\nz"), S("")};
    PxResult *r;
    const bool done = px_comment_table_write(S("t"), &row, 1, settings, &r, err);
    px_result_close(r);
    return done;
}

static bool fault_compose(const PxSettings *settings, PxErr *err) {
    const PxBlock blocks[] = {BLOCK("title", "t"), BLOCK("numbered", "n"), BLOCK("row", "a\tb")};
    const PxComposeOptions options = {.settings = *settings};
    PxResult *r;
    const bool done = px_compose(blocks, 3, &options, &r, err);
    px_result_close(r);
    return done;
}

static void every_allocation_may_fail(void) {
    static const Faulty calls[] = {fault_mark,       fault_unmark,      fault_copy_id,
                                   fault_table_open, fault_table_write, fault_compose};
    const PxCommentRow row = {S("PK"), S(""), S("1"), S(""), S("ge"), S("x"), S("y"), S("")};
    fault_file = layout_file(&layouts[4], false);
    fault_marked = marked(&fault_file, "H", "F", "c");
    fault_table = table_of(&row, 1);
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        ptrdiff_t runs = 0;
        for (int64_t n = 1;; n += n < 100 ? 1 : n / 16, runs++) {
            const PxSettings settings = {.fail_at_allocation = n};
            PxErr err;
            if (calls[i](&settings, &err)) break;
            if (!T_EQ_INT(err.kind, PX_ERR_SYSTEM)) return;
        }
        T_CHECK(runs > 3);
    }
}

static void errors_name_the_file(void) {
    const PxFile bad = {S("bad.docx"), S("no zip")};
    PxResult *r;
    PxCommentTable *t;
    PxErr err;
    T_CHECK(!px_mark(&bad, NULL, &r, &err) && !r);
    T_EQ_STR(str_from_z(err.file), S("bad.docx"));
    T_CHECK(!px_unmark(&bad, NULL, &r, &err) && !r);
    T_EQ_STR(str_from_z(err.file), S("bad.docx"));
    T_CHECK(!px_copy_id(&bad, NULL, &r, &err) && !r);
    T_EQ_STR(str_from_z(err.file), S("bad.docx"));
    T_CHECK(!px_comment_table_open(&bad, NULL, &t, &err) && !t);
    T_EQ_STR(str_from_z(err.file), S("bad.docx"));
}

int main(void) {
    files = arena_open((ptrdiff_t)1 << 30);
    T_RUN(marks_stand_on_every_page_and_leave_nothing);
    T_RUN(marks_are_known_without_their_controls);
    T_RUN(a_side_without_words_has_no_mark);
    T_RUN(new_relationships_have_a_content_type);
    T_RUN(returns_on_marked_copies_consolidate);
    T_RUN(tables_are_read_as_written);
    T_RUN(templates_of_others_are_read);
    T_RUN(faults_of_a_table_are_named);
    T_RUN(papers_say_what_they_were_given);
    T_RUN(scripts_run_as_they_should);
    T_RUN(papers_may_be_odd);
    T_RUN(errors_name_the_file);
    T_RUN(every_allocation_may_fail);
    arena_close(files);
    return t_end();
}
