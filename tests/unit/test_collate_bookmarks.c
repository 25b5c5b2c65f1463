/* needs: base zip xml docx doc diff revise collate */
/* Bookmarks that a return puts around text it does not change: what it inserts may refer to them,
 * as a cross-reference does. */
#include "collate_fixture.h"

#define START "<w:bookmarkStart w:id=\"7\" w:name=\"_Ref1\"/>"
#define END "<w:bookmarkEnd w:id=\"7\"/>"
#define CELL(inside) "<w:tbl><w:tr><w:tc>" inside "</w:tc></w:tr></w:tbl>"

/* The text with bookmarks in [], a line for each paragraph. */
static Str collated(Arena *a, const char *base, const char *revised) {
    const Str file = body_file(a, revised);
    const XmlTree *t = redline_tree(a, body_file(a, base), &file, 1);
    Buf b = buf_new(a);
    if (!t) return S("");
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
