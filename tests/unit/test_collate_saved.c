/* needs: base zip xml docx doc diff revise collate */
/* Files that another program saved anew: what it leaves behind is odd, and each was once a redline
 * that did not keep its promises. All are compared in both directions. */
#include "collate_fixture.h"

#define FIRST P(RUN("The first paragraph of the whole draft."))
#define LAST P(RUN("The last paragraph of the whole draft."))

static bool is_proven(Arena *a, Str base, Str revised) {
    CollateResult result;
    return run_proven(a, base, &revised, 1, &result);
}

#define BOTH_WAYS(one, other)                                                                      \
    do {                                                                                           \
        const Str x = body_file(a, FIRST one LAST), y = body_file(a, FIRST other LAST);            \
        T_CHECK(is_proven(a, x, y));                                                               \
        T_CHECK(is_proven(a, y, x));                                                               \
    } while (0)

/* A link around nothing but a run without content is a link without content. */
static void hollow_links_in(Arena *a) {
    BOTH_WAYS(P(RUN("see")), P(RUN("see") "<w:hyperlink w:anchor=\"x\"><w:r/></w:hyperlink>"));
    BOTH_WAYS(P("<w:r><w:fldChar w:fldCharType=\"end\"/></w:r>"),
              P("<w:hyperlink w:anchor=\"x\"><w:r><w:rPr/></w:r></w:hyperlink>"));
    BOTH_WAYS(P(RUN("see") "<w:hyperlink w:anchor=\"y\"><w:r><w:rPr/></w:r></w:hyperlink>"),
              P("<w:hyperlink w:anchor=\"x\"><w:smartTag><w:r><w:rPr/></w:r></w:smartTag>"
                "</w:hyperlink>"));
}

/* A table without rows shows nothing, and there is nothing in it to mark. */
static void hollow_tables_in(Arena *a) {
#define HOLLOW "<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w=\"9\"/></w:tblGrid></w:tbl>"
    BOTH_WAYS(P(RUN("one")) HOLLOW P(RUN("two")), P(RUN("one")) P(RUN("two")));
    BOTH_WAYS(P(RUN("one")) HOLLOW P(RUN("two")), P(RUN("two")));
}

/* Controls around rows and cells that one file has and the other has not. */
static void controls_in_tables_in(Arena *a) {
#define TBL(rows) "<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w=\"9\"/></w:tblGrid>" rows "</w:tbl>"
#define TC(text) "<w:tc><w:tcPr/>" P(RUN(text)) "</w:tc>"
#define SDT(inside)                                                                                \
    "<w:sdt><w:sdtPr><w:tag w:val=\"t\"/></w:sdtPr><w:sdtContent>" inside "</w:sdtContent></"      \
    "w:sdt>"
    BOTH_WAYS(TBL("<w:tr>" TC("first cell") TC("second cell") "</w:tr>"),
              TBL("<w:tr>" SDT(TC("first cell")) TC("second cell of all") "</w:tr>"));
    BOTH_WAYS(TBL("<w:tr>" SDT(TC("first cell") TC("second cell")) "</w:tr>"),
              TBL("<w:tr>" SDT(TC("first cell")) SDT(TC("second cell")) "</w:tr>"));
    BOTH_WAYS(TBL("<w:tr>" TC("first row") "</w:tr><w:tr>" TC("second row") "</w:tr>"),
              TBL(SDT("<w:tr>" TC("first row") "</w:tr>") "<w:tr>" TC("second row") "</w:tr>"));
    BOTH_WAYS(TBL(SDT("<w:tr>" TC("first row") "</w:tr>")),
              TBL(SDT("<w:tr>" TC("first row") "</w:tr><w:tr>" TC("new row") "</w:tr>")));
}

/* A list that only the return has, tied to a style that the base has: in the base it is not. */
static void lists_of_ones_own_in(Arena *a) {
    Pack p = pack_new(a), q = pack_new(a);
#define STYLES                                                                                     \
    ROOT("styles", "<w:style w:type=\"paragraph\" w:styleId=\"H\"><w:name "                        \
                   "w:val=\"H\"/></w:style>")
#define LISTS(nsid, text)                                                                          \
    ROOT(                                                                                          \
        "numbering",                                                                               \
        "<w:abstractNum w:abstractNumId=\"0\"><w:nsid w:val=\"" nsid                               \
        "\"/><w:lvl w:ilvl=\"0\"><w:pStyle w:val=\"H\"/><w:lvlText w:val=\"" text                  \
        "\"/></w:lvl></w:abstractNum><w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num>")
#define LISTED(text)                                                                               \
    P("<w:pPr><w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"1\"/></w:numPr></w:pPr>" RUN(text))
    pack_part(&p, "word/styles.xml", "styles", STYLES);
    pack_part(&q, "word/styles.xml", "styles", STYLES);
    pack_part(&p, "word/numbering.xml", "numbering", LISTS("AAAA", "%1."));
    pack_part(&q, "word/numbering.xml", "numbering", LISTS("BBBB", "Article %1"));
    const Str x = pack_docx(&p, FIRST LISTED("Scope") LAST),
              y = pack_docx(&q, FIRST LISTED("Scope") LAST);
    T_CHECK(is_proven(a, x, y));
    T_CHECK(is_proven(a, y, x));
}

static void hollow_links(void) { t_with_arena(hollow_links_in); }
static void hollow_tables(void) { t_with_arena(hollow_tables_in); }
static void controls_in_tables(void) { t_with_arena(controls_in_tables_in); }
static void lists_of_ones_own(void) { t_with_arena(lists_of_ones_own_in); }

int main(void) {
    T_RUN(hollow_links);
    T_RUN(hollow_tables);
    T_RUN(controls_in_tables);
    T_RUN(lists_of_ones_own);
    return t_end();
}
