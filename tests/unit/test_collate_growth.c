/* needs: base zip xml docx doc diff revise collate inspect */
/* Files that are large in one way: the time of a whole run grows in step with them. */
#include "collate_fixture.h"
#include "growth.h"
#include "inspect/inspect.h"

/* The sanitizers take their time, and the allocator of checked builds has its own growth. */
#ifdef PARAPH_CHECKED
enum { SHARE = 8 };
#else
enum { SHARE = 1 };
#endif

typedef struct Pair {
    Str base, revised;
} Pair;

static void add_text(Buf *b, const char *words, ptrdiff_t number) {
    buf_format(b, RUN("%s%td "), words, number);
}

static void add_paragraph(Buf *b, const char *words, ptrdiff_t number) {
    buf_add(b, S("<w:p>"));
    add_text(b, words, number);
    buf_add(b, S("</w:p>"));
}

/* What is opened in an arena cannot be rewound: a root of its own. */
static Arena *own_root(void) { return arena_open((ptrdiff_t)1 << 32); }

static Str docx(Arena *a, Buf *body, Buf *comments) {
    Arena *own = own_root();
    Pack p = pack_new(own);
    buf_byte(body, 0);
    if (comments) pack_typed(&p, "word/comments.xml", "comments", NULL, buf_str(comments));
    const Str file = arena_str(a, pack_docx(&p, body->ptr));
    arena_close(own);
    return file;
}

static void collate(Arena *unused, void *made) {
    (void)unused;
    const Pair *pair = made;
    const CollateReturn r = return_of(S("Interior"), pair->revised);
    const CollateOptions options = {.deflate_level = 1};
    Arena *a = own_root();
    CollateResult result;
    PxErr err = {0};
    (void)T_OK(collate_run(a, pair->base, S("base.docx"), &r, 1, &options, &result, &err), &err);
    T_CHECK(result.proven);
    arena_close(a);
}

static void inspect(Arena *unused, void *made) {
    (void)unused;
    Arena *a = own_root();
    DocxPackage *p = open_file(a, ((const Pair *)made)->revised);
    InspectReport report;
    PxErr err = {0};
    if (p) (void)T_OK(inspect_file(a, p, NULL, &report, &err), &err);
    arena_close(a);
}

/* Nothing of the base is left. */
static void *make_rewritten(Arena *a, ptrdiff_t n) {
    Buf base = buf_new(a), revised = buf_new(a);
    for (ptrdiff_t i = 0; i < n; i++) {
        add_paragraph(&base, "Old", 2 * i);
        add_paragraph(&revised, "New", 2 * i + 1);
    }
    Pair *pair = NEW(a, Pair);
    *pair = (Pair){docx(a, &base, NULL), docx(a, &revised, NULL)};
    return pair;
}

/* Deletions that are tracked, and as many that are not. */
static void *make_silent(Arena *a, ptrdiff_t n) {
    Buf base = buf_new(a), revised = buf_new(a);
    for (ptrdiff_t i = 0; i < n; i++) {
        buf_add(&base, S("<w:p>"));
        add_text(&base, "This stays, ", i);
        add_text(&base, i % 2 ? "tracked" : "silent", i);
        buf_add(&base, S("</w:p>"));
        buf_add(&revised, S("<w:p>"));
        add_text(&revised, "This stays, ", i);
        if (i % 2)
            buf_format(&revised,
                       "<w:del w:id=\"%td\" w:author=\"K\"><w:r><w:delText>tracked%td </w:delText>"
                       "</w:r></w:del>",
                       i, i);
        buf_add(&revised, S("</w:p>"));
    }
    Pair *pair = NEW(a, Pair);
    *pair = (Pair){docx(a, &base, NULL), docx(a, &revised, NULL)};
    return pair;
}

/* On one word. */
static void *make_comments(Arena *a, ptrdiff_t n) {
    Buf base = buf_new(a), revised = buf_new(a), comments = buf_new(a);
    add_paragraph(&base, "Word ", 1);
    buf_add(&comments, S("<w:comments " SPACES ">"));
    buf_add(&revised, S("<w:p>"));
    for (ptrdiff_t i = 0; i < n; i++) {
        buf_format(&revised, "<w:commentRangeStart w:id=\"%td\"/>", i);
        buf_format(&comments, "<w:comment w:id=\"%td\" w:author=\"K\">", i);
        add_paragraph(&comments, "Remark ", i);
        buf_add(&comments, S("</w:comment>"));
    }
    add_text(&revised, "Word ", 1);
    for (ptrdiff_t i = 0; i < n; i++)
        buf_format(&revised,
                   "<w:commentRangeEnd w:id=\"%td\"/><w:r><w:commentReference w:id=\"%td\"/></w:r>",
                   i, i);
    buf_add(&revised, S("</w:p>"));
    buf_add(&comments, S("</w:comments>"));
    Pair *pair = NEW(a, Pair);
    *pair = (Pair){docx(a, &base, NULL), docx(a, &revised, &comments)};
    return pair;
}

/* In one paragraph, which has no properties. */
static void *make_runs(Arena *a, ptrdiff_t n) {
    Buf base = buf_new(a), revised = buf_new(a);
    buf_add(&base, S("<w:p>"));
    buf_add(&revised, S("<w:p>"));
    for (ptrdiff_t i = 0; i < n; i++) {
        add_text(&base, i % 9 ? "run " : "changed ", i);
        add_text(&revised, "run ", i);
    }
    buf_add(&base, S("</w:p>"));
    buf_add(&revised, S("</w:p>"));
    Pair *pair = NEW(a, Pair);
    *pair = (Pair){docx(a, &base, NULL), docx(a, &revised, NULL)};
    return pair;
}

static void all(Arena *a) {
    growth_check(a, "all rewritten", make_rewritten, collate, 2000 / SHARE);
    growth_check(a, "deletions nobody tracked", make_silent, collate, 1500 / SHARE);
    growth_check(a, "comments on one word", make_comments, collate, 2500 / SHARE);
    growth_check(a, "runs of one paragraph", make_runs, collate, 1000 / SHARE);
    growth_check(a, "the same, inspected", make_runs, inspect, 2000 / SHARE);
}

static void test_growth(void) { t_with_arena(all); }

int main(void) {
    t_start();
    T_RUN(test_growth);
    return t_end();
}
