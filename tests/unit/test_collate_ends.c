/* needs: base zip xml docx doc diff revise collate */
/* How texts end, as other programs leave them: in a control, a table, an opaque block, or in
 * nothing at all, where another version ends in a paragraph; by hand, and generated (T_CASES,
 * T_SEED and T_ONLY as in test_collate). Each redline is proven, both ways round. */
#include "collate_fixture.h"

#define BLANK "<w:p/>"
#define STYLED_BLANK "<w:p><w:pPr><w:keepNext/></w:pPr><w:r><w:rPr></w:rPr></w:r></w:p>"
#define SDT(tag, inside)                                                                           \
    "<w:sdt><w:sdtPr><w:tag w:val=\"" tag "\"/></w:sdtPr><w:sdtContent>" inside                    \
    "</w:sdtContent></w:sdt>"
#define TBL(inside)                                                                                \
    "<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w=\"900\"/></w:tblGrid><w:tr><w:tc><w:tcPr/>" inside \
    "</w:tc></w:tr></w:tbl>"
#define CHUNK "<w:altChunk r:id=\"rIdchunk\"/>"
#define FOREIGN "<x:insert xmlns:x=\"urn:another\" id=\"1\"/>"
#define SECTION "<w:sectPr><w:pgSz w:w=\"8001\" w:h=\"16838\"/></w:sectPr>"

static Str docx(Arena *a, const char *body, const char *header) {
    Pack p = pack_new(a);
    pack_typed(&p, "word/chunk.html", NULL, "text/html", S("<p>chunk</p>"));
    pack_rel(&p, "rIdchunk", "aFChunk", "chunk.html", "");
    if (!header) return pack_docx(&p, body);
    pack_typed(&p, "word/header1.xml", NULL, WORD_TYPE "header+xml",
               arena_format(a, "<w:hdr " SPACES ">%s</w:hdr>", header));
    pack_rel(&p, "rIdh", "header", "header1.xml", "");
    return pack_docx(&p, arena_format(a,
                                      "%s<w:sectPr><w:headerReference w:type=\"default\" "
                                      "r:id=\"rIdh\"/></w:sectPr>%c",
                                      body, 0)
                             .ptr);
}

/* What the redline does not give; empty when it is proven. */
static Str not_proven(Arena *a, Str base, const Str *files, int count, CollateResult *result) {
    const CollateOptions options = {.deflate_level = 1};
    PxErr err = {0};
    *result = (CollateResult){0};
    if (!collate_run(a, base, S("b.docx"), returns_of(a, files, count), count, &options, result,
                     &err))
        return str_from_z(arena_str(a, str_from_z(err.message)).ptr);
    return broken_promises(a, result);
}

/* Both ways round. */
static void proven(Arena *a, Str x, Str y) {
    CollateResult result;
    T_EQ_STR(not_proven(a, x, &y, 1, &result), S(""));
    T_EQ_STR(not_proven(a, y, &x, 1, &result), S(""));
}

static void in_bodies(Arena *a, const char *x, const char *y) {
    proven(a, docx(a, x, NULL), docx(a, y, NULL));
}

static void in_headers(Arena *a, const char *x, const char *y) {
    proven(a, docx(a, LINE("The text"), x), docx(a, LINE("The text"), y));
}

static void opaque_blocks_in(Arena *a) {
    in_bodies(a, LINE("One") FOREIGN LINE("Two"), LINE("One") LINE("Two"));
    in_bodies(a, CHUNK LINE("Two"), LINE("Two"));
    in_bodies(a, LINE("One") FOREIGN LINE("Two"), LINE("One") SDT("1", LINE("Three")) LINE("Two"));
}
static void opaque_blocks(void) { t_with_arena(opaque_blocks_in); }

static void controls_in(Arena *a) {
    in_headers(a, SDT("1", LINE("Page 1 of 2")), LINE("Page 1 of 2"));
    in_headers(a, SDT("1", LINE("Page 1 of 2")), LINE("Page 1 of 3") BLANK);
    in_headers(a, BLANK SDT("1", LINE("DRAFT")), BLANK LINE("DRAFT"));
    in_headers(a, LINE("Two") SDT("1", LINE("DRAFT")), LINE("Two"));
    in_headers(a, SDT("1", LINE("Page 1 of 2")), SDT("1", LINE("Page 1 of 2")) BLANK);
    in_headers(a, SDT("1", LINE("Page 1 of 2")) BLANK, SDT("1", LINE("Page 2 of 2")));
    in_headers(a, SDT("1", SDT("2", LINE("DRAFT") LINE("DRAFT"))), LINE("DRAFT"));
    in_headers(a, LINE("A line") LINE("Two") SDT("1", LINE("DRAFT")), LINE("DRAFT"));
    in_bodies(a, LINE("One") SDT("1", LINE("Two") LINE("Three")), LINE("One") LINE("Three"));
    in_bodies(a, TBL(SDT("1", LINE("Two"))) BLANK, TBL(LINE("Two")) BLANK);
}
static void controls(void) { t_with_arena(controls_in); }

/* No paragraph ends these: Word shows an empty one, which is what no change can take away. */
static void open_headers_in(Arena *a) {
    in_headers(a, "", BLANK);
    in_headers(a, "", STYLED_BLANK);
    in_headers(a, "", LINE("CONFIDENTIAL"));
    in_headers(a, FOREIGN, STYLED_BLANK);
    in_headers(a, FOREIGN, LINE("CONFIDENTIAL"));
    in_headers(a, TBL(LINE("One")), TBL(LINE("One")) BLANK);
    in_headers(a, TBL(LINE("One")), TBL(LINE("Two")) BLANK);
    in_headers(a, TBL(LINE("One")), LINE("Two"));
}
static void open_headers(void) { t_with_arena(open_headers_in); }

/* Which is no licence for what can be shown. */
static void blank_paragraphs_in(Arena *a) {
    static const char *const pairs[][2] = {{TBL(LINE("One")) BLANK, TBL(LINE("One")) STYLED_BLANK},
                                           {BLANK, STYLED_BLANK},
                                           {LINE("One"), LINE("One") BLANK},
                                           {LINE("One") BLANK, LINE("One") BLANK BLANK}};
    for (int i = 0; i < 4; i++) {
        const Str base = docx(a, LINE("x"), pairs[i][0]), other = docx(a, LINE("x"), pairs[i][1]);
        CollateResult result, verified;
        const CollateReturn r = return_of(S("Interior"), other);
        T_EQ_STR(not_proven(a, base, &other, 1, &result), S(""));
        if (run_verify(a, base, &r, 1, base, &verified)) T_CHECK(!verified.proven);
    }
}
static void blank_paragraphs(void) { t_with_arena(blank_paragraphs_in); }

/* The body's own section stands at its end, also where the base has none. */
static void last_section_in(Arena *a) {
    const Str file = docx(a, LINE("One") LINE("Two") SECTION, NULL);
    CollateResult result;
    T_EQ_STR(not_proven(a, docx(a, LINE("One") LINE("Two"), NULL), &file, 1, &result), S(""));
    const XmlTree *t = main_tree(a, result.bytes);
    if (!t) return;
    T_EQ_INT(doc_body(t)->last->name, W_sectPr);
}
static void last_section(void) { t_with_arena(last_section_in); }

/* ---- generated ---- */

enum { BLOCKS = 6 };
typedef enum Kind { PARA, CONTROL, TABLE, KINDS } Kind;
typedef struct Block {
    Kind kind;
    int words[3];
} Block;
typedef struct Story {
    Block blocks[BLOCKS];
    int count;
} Story;

static Block random_block(void) {
    Block b = {.kind = below(2) ? PARA : below(3) ? CONTROL : TABLE};
    for (int i = 0; i < 3; i++) b.words[i] = below(6);
    return b;
}

static void edit(Story *s) {
    const int at = below(s->count);
    switch (below(4)) {
    case 0: s->blocks[at].words[below(3)] = below(6); break;
    case 1: s->blocks[at].kind = below(2) ? PARA : CONTROL; break;
    case 2:
        if (s->count == BLOCKS) break;
        memmove(s->blocks + at + 1, s->blocks + at, (size_t)(s->count++ - at) * sizeof(Block));
        s->blocks[at + below(2)] = random_block();
        break;
    default:
        if (s->count > 1)
            memmove(s->blocks + at, s->blocks + at + 1, (size_t)(--s->count - at) * sizeof(Block));
        break;
    }
}

static const char *markup(Arena *a, Story s, bool in_cell) {
    static const char *const words[] = {"arms", "costs", "Party", "shall", "", ""};
    Buf b = buf_new(a);
    if (s.blocks[s.count - 1].kind == TABLE) s.blocks[s.count - 1].kind = PARA;
    if (in_cell) buf_add(&b, S("<w:tbl><w:tblPr/><w:tr><w:tc><w:tcPr/>"));
    for (int i = 0; i < s.count; i++) {
        const Block *k = &s.blocks[i];
        buf_add(&b, k->kind == CONTROL ? S("<w:sdt><w:sdtContent>")
                    : k->kind == TABLE ? S("<w:tbl><w:tblPr/><w:tr><w:tc><w:tcPr/>")
                                       : S(""));
        for (int n = 0; n < 2; n++) {
            if (n && (k->kind != CONTROL || !k->words[2])) break;
            buf_format(&b, "<w:p><w:r><w:t>%s %s the draft %d</w:t></w:r></w:p>",
                       words[k->words[0]], words[k->words[1]], n);
        }
        buf_add(&b, k->kind == CONTROL ? S("</w:sdtContent></w:sdt>")
                    : k->kind == TABLE ? S("</w:tc></w:tr></w:tbl>")
                                       : S(""));
    }
    if (in_cell) buf_add(&b, S("</w:tc></w:tr></w:tbl>"));
    buf_byte(&b, 0);
    return b.ptr;
}

/* A story's file: as a header, as the body, or as a cell of it. */
static Str file_of(Arena *a, int place, const Story *s) {
    if (place == 0) return docx(a, LINE("x"), markup(a, *s, false));
    return docx(a, markup(a, *s, place == 1), LINE("h"));
}

/* One office's redline is always proven. Several offices that replace and keep controls at one end
 * ask at times for what no markup says; then nothing is given out. */
static int unproven; /* cases */

static bool run_case(Arena *a, int number) {
    Story base = {.count = 1 + below(4)};
    Str files[3];
    CollateResult result;
    const int count = 1 + below(3), place = below(3);
    for (int i = 0; i < base.count; i++) base.blocks[i] = random_block();
    for (int i = 0; i < count; i++) {
        Story s = base;
        for (int k = below(4); k > 0; k--) edit(&s);
        files[i] = file_of(a, place, &s);
    }
    const Str why = not_proven(a, file_of(a, place, &base), files, count, &result);
    unproven += why.len > 0;
    if (count > 1 || T_EQ_STR(why, S(""))) return true;
    printf("# case %d, %d offices, place %d\n", number, count, place);
    return false;
}

#ifdef PARAPH_CHECKED
enum { CASES = 300 };
#else
enum { CASES = 4000 };
#endif

static void random_cases(void) {
    const int cases = run_cases(CASES, run_case);
    T_CHECK(unproven <= 1 + cases / 100);
    if (unproven) printf("# %d of %d not proven\n", unproven, cases);
}

int main(void) {
    T_RUN(opaque_blocks);
    T_RUN(controls);
    T_RUN(open_headers);
    T_RUN(blank_paragraphs);
    T_RUN(last_section);
    T_RUN(random_cases);
    return t_end();
}
