/* needs: base zip xml docx doc diff revise collate */
/* What other programs than Word leave in a file, in the base, in a return, and in both: each
 * redline is proven, and says what it should and no more. */
#include "collate_fixture.h"

#define LAST P(RUN("The last paragraph of the draft."))

/* How many revisions the redline of two bodies holds; -1: it is not proven. */
static int revisions(Arena *a, const char *base, const char *revised) {
    const Str file = body_file(a, revised);
    const XmlTree *t = redline_tree(a, body_file(a, base), &file, 1);
    int count = 0;
    if (!t) return -1;
    for (const XmlNode *n = t->root; n; n = xml_next(n, t->root))
        count += xml_has_attr(n, W_author);
    return count;
}

/* In either direction; and proven with another change beside it. */
static void check_both(Arena *a, const char *x, const char *y, int count) {
    const char *base = arena_str(a, arena_format(a, "%s%s", x, LAST)).ptr,
               *revised = arena_str(a, arena_format(a, "%s%s", y, LAST)).ptr,
               *more = arena_str(a, arena_format(a, "%s%s", y, P(RUN("all of it")) LAST)).ptr;
    const int there = revisions(a, base, revised), back = revisions(a, revised, base);
    const int other = revisions(a, base, more), other_back = revisions(a, more, base);
    if (!T_CHECK(there == count && back == count && other > 0 && other_back > 0))
        printf("#   %d, %d, %d, %d: %s\n#   %s\n", there, back, other, other_back, x, y);
}

/* The schema knows no attributes of property sets: alone they are no change, and with one they are
 * carried through. */
static void attributes_of_sets_in(Arena *a) {
#define ID(n) " xmlns:x=\"urn:x\" x:id=\"" n "\""
#define MARK(p, r, inside) "<w:p><w:pPr" p ">" inside "<w:rPr" r "/></w:pPr>" RUN("one") "</w:p>"
#define CHAR(r, inside) P("<w:r><w:rPr" r ">" inside "</w:rPr><w:t>one</w:t></w:r>")
#define TABLE(t, row, c)                                                                           \
    "<w:tbl><w:tblPr" t "/><w:tblGrid><w:gridCol w:w=\"9\"/></w:tblGrid><w:tr><w:trPr" row         \
    "/><w:tc><w:tcPr" c "/>" P(RUN("one")) "</w:tc></w:tr></w:tbl>"
    check_both(a, MARK(ID("1"), "", ""), MARK("", "", ""), 0);
    check_both(a, MARK(ID("1"), "", ""), MARK(ID("2"), "", ""), 0);
    check_both(a, MARK("", ID("1"), ""), MARK("", "", ""), 0);
    check_both(a, MARK(ID("1"), ID("2"), "<w:keepNext/>"), MARK(ID("1"), ID("2"), ""), 1);
    check_both(a, MARK(" w14:x=\"1\"", ID("2"), "<w:keepNext/>"), MARK("", ID("2"), ""), 1);
    check_both(a, CHAR(ID("1"), ""), CHAR("", ""), 0);
    check_both(a, CHAR(ID("1"), ""), CHAR(ID("2"), "<w:b/>"), 1);
    check_both(a, TABLE(ID("1"), "", ""), TABLE("", "", ""), 0);
    check_both(a, TABLE("", ID("1"), ""), TABLE("", ID("2"), ""), 0);
    check_both(a, TABLE("", "", ID("1")), TABLE("", "", ""), 0);
    /* in a prefix of its own */
    check_both(a, CHAR("", "<w:b/>"),
               P("<w:r><y:rPr xmlns:y=\"" W_URI "\" y:x=\"1\"><w:i/></y:rPr><w:t>one</w:t></w:r>"),
               1);
    check_both(a, MARK("", "", "<w:keepNext/>"),
               P("<y:pPr xmlns:y=\"" W_URI "\" y:x=\"1\"><y:rPr y:x=\"2\"/></y:pPr>" RUN("one")),
               1);
    /* where the words change, and where the whole goes */
    check_both(a, MARK(ID("1"), ID("2"), "") MARK(ID("1"), ID("2"), ""), MARK(ID("1"), ID("2"), ""),
               2);
    check_both(a, TABLE(ID("1"), ID("2"), ID("3")), "", 3);
}
static void attributes_of_sets(void) { t_with_arena(attributes_of_sets_in); }

int main(void) {
    T_RUN(attributes_of_sets);
    return t_end();
}
