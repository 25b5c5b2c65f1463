/* fuzz_provision: two drafts of any shape. A draft against itself is matched one to one, with equal
 * forms; against another no provision is matched twice; what is marked and unmarked has the forms
 * it had.
 *
 * The input is a line a block, the drafts divided by a line "---". A line's first letter says what
 * it is: A, P, L an article, paragraph, point by style; R a row, with | between the cells; F a
 * reference to the bookmark that its last letter names; B a bookmark of that name; N a note
 * reference; I an inserted, D a deleted paragraph; S the end of a section; anything else is text as
 * it stands. */
/* needs: engine */
#include "base/base.h"
#include "xml/xml.h"
#include "zip/zip.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

#define W "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#define R "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define PACKAGE "http://schemas.openxmlformats.org/package/2006/"
#define TYPE "application/vnd.openxmlformats-officedocument.wordprocessingml."
#define OVERRIDE(name) "<Override PartName='/word/" name ".xml' ContentType='" TYPE name "+xml'/>"
#define REL(id, name) "<Relationship Id='" id "' Type='" R "/" name "' Target='" name ".xml'/>"
#define LVL(n, format, text)                                                                       \
    "<w:lvl w:ilvl='" n "'><w:start w:val='1'/><w:numFmt w:val='" format                           \
    "'/><w:lvlText w:val='" text "'/></w:lvl>"

static const char types[] =
    "<Types xmlns='" PACKAGE "content-types'><Default Extension='rels' "
    "ContentType='application/vnd.openxmlformats-package.relationships+xml'/><Override "
    "PartName='/word/document.xml' ContentType='" TYPE "document.main+xml'/>" OVERRIDE("numbering")
        OVERRIDE("footnotes") "</Types>";
static const char root_rels[] =
    "<Relationships xmlns='" PACKAGE "relationships'><Relationship Id='a' Type='" R
    "/officeDocument' Target='word/document.xml'/></Relationships>";
static const char main_rels[] =
    "<Relationships xmlns='" PACKAGE "relationships'>" REL("n", "numbering")
        REL("f", "footnotes") "</Relationships>";
static const char numbering[] =
    "<w:numbering xmlns:w='" W
    "'><w:abstractNum w:abstractNumId='1'>" LVL("0", "decimal", "Article %1")
        LVL("1", "decimal", "%2.")
            LVL("2", "lowerLetter", "(%3)") "</w:abstractNum><w:num w:numId='1'><w:abstractNumId "
                                            "w:val='1'/></w:num></w:numbering>";
static const char footnotes[] = "<w:footnotes xmlns:w='" W "'><w:footnote w:id='1'><w:p><w:r><w:t>"
                                "a note</w:t></w:r></w:p></w:footnote></w:footnotes>";

/* ---- a draft ---- */

static void add_z(Buf *b, const char *markup) { buf_add(b, str_from_z(markup)); }

static void put_text(Buf *b, Str text) {
    add_z(b, "<w:r><w:t xml:space='preserve'>");
    xml_write_text(text, b);
    add_z(b, "</w:t></w:r>");
}

static void put_paragraph(Buf *b, const char *properties, Str text) {
    add_z(b, "<w:p>");
    add_z(b, properties);
    put_text(b, text);
    add_z(b, "</w:p>");
}

static void put_row(Buf *b, Str cells) {
    add_z(b, "<w:tbl><w:tr>");
    for (ptrdiff_t at = 0; at >= 0;) {
        at = str_find(cells, S("|"));
        add_z(b, "<w:tc>");
        put_paragraph(b, "", at < 0 ? cells : str_slice(cells, 0, at));
        add_z(b, "</w:tc>");
        if (at >= 0) cells = str_slice(cells, at + 1, cells.len);
    }
    add_z(b, "</w:tr></w:tbl>");
}

#define NUMBERED(level)                                                                            \
    "<w:pPr><w:numPr><w:ilvl w:val='" level "'/><w:numId w:val='1'/></w:numPr></w:pPr>"
#define MARKED(how) "<w:pPr><w:rPr><w:" how " w:id='1' w:author='X'/></w:rPr></w:pPr>"

static void put_line(Buf *b, Str line) {
    const char kind = line.len ? line.ptr[0] : ' ';
    const Str rest = line.len ? str_slice(line, 1, line.len) : line;
    const char name = line.len ? line.ptr[line.len - 1] & 7 : 0;
    switch (kind) {
    case 'A': put_paragraph(b, NUMBERED("0"), rest); return;
    case 'P': put_paragraph(b, NUMBERED("1"), rest); return;
    case 'L': put_paragraph(b, NUMBERED("2"), rest); return;
    case 'R': put_row(b, rest); return;
    case 'F':
        buf_format(b,
                   "<w:p><w:r><w:fldChar w:fldCharType='begin'/><w:instrText>REF b%d \\r"
                   "</w:instrText><w:fldChar w:fldCharType='separate'/></w:r>",
                   name);
        put_text(b, rest);
        add_z(b, "<w:r><w:fldChar w:fldCharType='end'/></w:r></w:p>");
        return;
    case 'B':
        buf_format(b, "<w:p><w:bookmarkStart w:id='%d' w:name='b%d'/>", name, name);
        put_text(b, rest);
        buf_format(b, "<w:bookmarkEnd w:id='%d'/></w:p>", name);
        return;
    case 'N': add_z(b, "<w:p><w:r><w:footnoteReference w:id='1'/></w:r></w:p>"); return;
    case 'I': put_paragraph(b, MARKED("ins"), rest); return;
    case 'D': put_paragraph(b, MARKED("del"), rest); return;
    case 'S': add_z(b, "<w:p><w:pPr><w:sectPr><w:titlePg/></w:sectPr></w:pPr></w:p>"); return;
    default: put_paragraph(b, "", line); return;
    }
}

/* Up to the line that divides; *at moves behind it. */
static Str put_body(Arena *a, Str input, ptrdiff_t *at) {
    Buf b = buf_new(a);
    add_z(&b, "<w:document xmlns:w='" W "' xmlns:r='" R "'><w:body>");
    while (*at < input.len) {
        const Str rest = str_slice(input, *at, input.len);
        const ptrdiff_t end = str_find(rest, S("\n"));
        const Str line = end < 0 ? rest : str_slice(rest, 0, end);
        *at += end < 0 ? rest.len : end + 1;
        if (str_equal(line, S("---"))) break;
        put_line(&b, line);
    }
    add_z(&b, "<w:p/></w:body></w:document>");
    return buf_str(&b);
}

static PxFile draft(Arena *a, Str body) {
    Buf out = buf_new(a);
    ZipWriter *z = zip_writer_open(a, &out);
    zip_add(z, S("[Content_Types].xml"), str_from_z(types), 1);
    zip_add(z, S("_rels/.rels"), str_from_z(root_rels), 1);
    zip_add(z, S("word/document.xml"), body, 1);
    zip_add(z, S("word/_rels/document.xml.rels"), str_from_z(main_rels), 1);
    zip_add(z, S("word/numbering.xml"), str_from_z(numbering), 1);
    zip_add(z, S("word/footnotes.xml"), str_from_z(footnotes), 1);
    zip_writer_close(z);
    return (PxFile){S("draft.docx"), buf_str(&out)};
}

/* ---- what holds ---- */

static PxProvisions *provisions(const PxFile *file, const PxFile *previous) {
    const PxProvisionsOptions options = {.previous = previous};
    PxProvisions *p;
    PxErr err;
    check(px_provisions_open(file, &options, &p, &err));
    return p;
}

static void check_same(const PxFile *x, const PxFile *y) {
    PxProvisions *p = provisions(x, NULL), *q = provisions(y, x);
    ptrdiff_t count, again;
    const PxProvision *a = px_provisions_rows(p, &count), *b = px_provisions_rows(q, &again);
    check(count == again);
    for (ptrdiff_t i = 0; i < count; i++) {
        check(b[i].previous == i && str_equal(a[i].form, b[i].form));
        check(str_equal(a[i].number, b[i].number) && a[i].parent < i);
    }
    px_provisions_close(p);
    px_provisions_close(q);
}

static void check_injective(Arena *a, const PxFile *before, const PxFile *now) {
    PxProvisions *p = provisions(before, NULL), *q = provisions(now, before);
    ptrdiff_t old, count;
    px_provisions_rows(p, &old);
    const PxProvision *rows = px_provisions_rows(q, &count);
    bool *is_taken = NEW_ARRAY(a, bool, old + 1);
    for (ptrdiff_t i = 0; i < count; i++) {
        check(rows[i].previous < old);
        if (rows[i].previous < 0) continue;
        check(!is_taken[rows[i].previous]);
        is_taken[rows[i].previous] = true;
    }
    px_provisions_close(p);
    px_provisions_close(q);
}

static PxFile taken(Arena *a, PxResult *r) {
    const PxFile file = {S("made.docx"), arena_str(a, px_result_bytes(r))};
    px_result_close(r);
    return file;
}

static void check_marks(Arena *a, const PxFile *file) {
    const PxMarkOptions options = {
        .header = S("SECRET"), .footer = S("Copy 3"), .copy_id = S("c3")};
    PxResult *r;
    PxErr err;
    check(px_mark(file, &options, &r, &err));
    const PxFile copy = taken(a, r);
    check(px_copy_id(&copy, NULL, &r, &err));
    check(str_equal(taken(a, r).bytes, S("c3")));
    check(px_unmark(&copy, NULL, &r, &err));
    const PxFile back = taken(a, r);
    check_same(file, &copy);
    check_same(file, &back);
}

static void read_anyway(const PxFile *file) {
    PxDraft *d;
    PxCommentTable *t;
    PxErr err;
    check(px_draft_check(file, NULL, &d, &err));
    px_draft_close(d);
    if (px_comment_table_open(file, NULL, &t, &err)) px_comment_table_close(t);
}

typedef struct Case {
    Arena *arena;
    Str input;
} Case;

static bool run(void *ctx, PxErr *err) {
    const Case *c = ctx;
    ptrdiff_t at = 0;
    (void)err;
    const PxFile before = draft(c->arena, put_body(c->arena, c->input, &at));
    const PxFile now = draft(c->arena, put_body(c->arena, c->input, &at));
    check_same(&before, &before);
    check_injective(c->arena, &before, &now);
    check_injective(c->arena, &now, &before);
    check_marks(c->arena, &now);
    read_anyway(&before);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len) {
    Case c = {arena_open((ptrdiff_t)1 << 28), {(const char *)bytes, (ptrdiff_t)len}};
    PxErr err;
    if (len && len < 4096 && utf8_valid(c.input, NULL)) (void)arena_guard(c.arena, run, &c, &err);
    arena_close(c.arena);
    return 0;
}
