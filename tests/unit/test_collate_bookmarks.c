/* needs: base zip xml docx doc diff revise collate */
/* Bookmarks that a return puts around text it does not change: what it inserts may refer to them,
 * as a cross-reference does. */
#include "collate/collate.h"
#include "pack.h"
#include "t.h"

#define RUN(text) "<w:r><w:t xml:space=\"preserve\">" text "</w:t></w:r>"
#define P(inside) "<w:p>" inside "</w:p>"
#define START "<w:bookmarkStart w:id=\"7\" w:name=\"_Ref1\"/>"
#define END "<w:bookmarkEnd w:id=\"7\"/>"
#define CELL(inside) "<w:tbl><w:tr><w:tc>" inside "</w:tc></w:tr></w:tbl>"

static Str file_of(Arena *a, const char *body) {
    Pack p = pack_new(a);
    return pack_docx(&p, body);
}

/* The text with bookmarks in [], a line for each paragraph. */
static Str collated(Arena *a, const char *base, const char *revised) {
    const CollateReturn r = {S("Interior"), S("interior.docx"), file_of(a, revised)};
    const CollateOptions options = {0};
    CollateResult result;
    DocxPackage *p;
    XmlTree *t;
    PxErr err = {0};
    Buf b = buf_new(a);
    if (!T_OK(collate_run(a, file_of(a, base), S("base.docx"), &r, 1, &options, &result, &err),
              &err) ||
        !T_OK(docx_open(a, xml_names_open(a), (HashKey){{1, 2}}, result.bytes, S("out.docx"), NULL,
                        &p, &err),
              &err) ||
        !T_OK(docx_part_tree(p, p->main, &t, &err), &err))
        return S("");
    T_CHECK(result.proven);
    for (const XmlNode *n = t->root; n; n = xml_next(n, t->root)) {
        if (n->name == W_p && b.len) buf_byte(&b, '|');
        if (n->name == W_bookmarkStart) buf_byte(&b, '[');
        if (n->name == W_bookmarkEnd) buf_byte(&b, ']');
        if (n->name == W_t) buf_add(&b, xml_text(a, n));
    }
    return buf_str(&b);
}

static void around_what_stays(Arena *a) {
    T_EQ_STR(collated(a, P(RUN("Article 5")) P(RUN("See.")),
                      P(START RUN("Article 5") END) P(RUN("See Article 5."))),
             S("[Article 5]|See Article 5."));
    T_EQ_STR(collated(a, P(RUN("Article 5")) P(RUN("See.")),
                      P(RUN("Article ") START RUN("5") END) P(RUN("See."))),
             S("Article [5]|See."));
    T_EQ_STR(collated(a, CELL(P(RUN("Cell")) P(RUN("More"))) P(RUN("See.")),
                      CELL(P(START RUN("Cell") END) P(RUN("More"))) P(RUN("See."))),
             S("[Cell]|More|See."));
}

static void between_paragraphs(Arena *a) {
    T_EQ_STR(collated(a, P(RUN("One")) P(RUN("Two")) P(RUN("Three")) P(RUN("Four")),
                      P(RUN("One")) START P(RUN("Two")) P(RUN("Three")) END P(RUN("Four"))),
             S("One|[Two|Three]|Four"));
    T_EQ_STR(collated(a, P(RUN("One")) P(RUN("Two")) P(RUN("Three")),
                      P(START RUN("One more")) P(RUN("Two") END) P(RUN("Three"))),
             S("[One more|Two]|Three"));
}

static void one_that_the_base_has(Arena *a) {
    T_EQ_STR(
        collated(a, P(START RUN("One") END) P(RUN("Two")), P(RUN("One")) P(START RUN("Two") END)),
        S("[One]|Two"));
}

static void test_stays(void) { t_with_arena(around_what_stays); }
static void test_between(void) { t_with_arena(between_paragraphs); }
static void test_base(void) { t_with_arena(one_that_the_base_has); }

int main(void) {
    t_start();
    T_RUN(test_stays);
    T_RUN(test_between);
    T_RUN(test_base);
    return t_end();
}
