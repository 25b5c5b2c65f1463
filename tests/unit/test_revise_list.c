/* needs: base xml revise */
/* Tests of revise: what counts as one change, and the people behind a return's own changes. */
#include "snippet.h"

/* ---- listing ---- */

typedef struct Listed {
    const char *name, *source;
    const char *changes; /* a line each: number kind author "text" */
} Listed;

static const Listed listed[] = {
    {"adjacent runs of one author",
     P("<ins " A ">" T("a") "</ins><bookmarkStart w:id='1'/><ins " A
                            ">" T("b") "</ins>" T("c") "<ins " A ">" T("d") "</ins>"),
     "1 insertion A \"ab\"\n2 insertion A \"d\"\n"},
    {"a replacement",
     P("<del " A ">" D("a") "</del><ins " A ">" T("b") "</ins><ins " B ">" T("c") "</ins>"),
     "1 deletion A \"a\"\n2 insertion A \"b\"\n3 insertion B \"c\"\n"},
    {"an inserted article is one change",
     P(T("x")) P(MARK("ins", "A") "<ins " A ">" T("Article 5") "</ins>")
         P(MARK("ins", "A") "<ins " A ">" T("b") "</ins>") P(T("c")),
     "1 insertion A \"Article 5\nb\"\n"},
    {"typed behind the last mark", P(MARK("ins", "A") T("x")) P("<ins " A ">" T("b") "</ins>"),
     "1 insertion A \"b\"\n"},
    {"a split paragraph", P(MARK("ins", "A") T("x")) P(T("b")), "1 paragraph inserted A \"\"\n"},
    {"joined paragraphs", P(MARK("del", "A") T("x")) P(T("b")), "1 paragraph deleted A \"\"\n"},
    {"another author's mark between",
     P(MARK("ins", "B") "<ins " A ">" T("a") "</ins>") P("<ins " A ">" T("b") "</ins>"),
     "1 insertion A \"a\"\n2 paragraph inserted B \"\"\n3 insertion A \"b\"\n"},
    {"a deletion of inserted text",
     P("<ins " A ">" T("a") "<del " B ">" D("b") "</del>" T("c") "</ins>"),
     "1 insertion A \"abc\"\n2 deletion B \"b\"\n"},
    {"a move",
     P("<moveFromRangeStart w:id='1' w:name='m' " A "/><moveFrom " A
       ">" T("b") "</moveFrom>"
                  "<moveFromRangeEnd w:id='1'/>" T(
                      "a") "<moveToRangeStart w:id='2' w:name='m' " A "/><moveTo " A
                           ">" T("b") "</moveTo><moveToRangeEnd w:id='2'/>"),
     "1 moved from A \"b\"\n2 moved to A \"b\"\n"},
    {"a move that begins with the mark before it",
     P(MARK("del", "A") T("x")) P("<moveFromRangeStart w:id='1' w:name='m' " A "/><moveFrom " A
                                  ">" T("b") "</moveFrom><moveFromRangeEnd w:id='1'/>")
         P(MARK("ins", "A") T("y")) P("<moveTo " A ">" T("b") "</moveTo>")
             P(MARK("del", "B") T("z")) P("<moveFrom " A ">" T("c") "</moveFrom>"),
     "1 moved from A \"b\"\n2 moved to A \"b\"\n3 paragraph deleted B \"\"\n4 moved from A "
     "\"c\"\n"},
    {"two moves, one of them of a table",
     P("<moveToRangeStart w:id='1' " A "/><moveTo " A
       ">" T("a") "</moveTo><moveToRangeEnd w:id='1'/>"
                  "<moveToRangeStart w:id='2' " A "/><moveTo " A ">" T("b") "</moveTo>")
         TABLE(ROW("<tc>" P("<moveTo " A ">" T("c") "</moveTo>") "</tc>"))
             P("<moveToRangeEnd w:id='2'/><moveTo " A ">" T("d") "</moveTo>"),
     "1 moved to A \"a\"\n2 moved to A \"bc\"\n3 moved to A \"d\"\n"},
    {"formatting",
     P("<r><rPr><b/><rPrChange " A "><rPr/></rPrChange></rPr><t>a</t></r><r><rPr><i/>"
       "<rPrChange " A "><rPr/></rPrChange></rPr><t>b</t></r>" T(
           "c") "<r><rPr><b/><rPrChange " A "><rPr/></rPrChange></rPr><t>d</t></r>"),
     "1 formatting A \"ab\"\n2 formatting A \"d\"\n"},
    {"paragraph formatting",
     P("<pPr><pPrChange " A "><pPr/></pPrChange></pPr>" T("a") "<del " B
                                                               ">" D("b") "</del>" T("c")),
     "1 paragraph formatting A \"ac\"\n2 deletion B \"b\"\n"},
    {"section and numbering",
     P("<pPr><numPr><ins " A "/></numPr></pPr>") "<sectPr><sectPrChange " B
                                                 "><sectPr/></sectPrChange></sectPr>",
     "1 numbering A \"\"\n2 section B \"\"\n"},
    {"inserted rows with what is in them",
     TABLE("<tr><trPr><ins " A "/></trPr>"
           "<tc>" P(MARK("ins", "A") "<ins " A ">" T("a") "</ins>") "</tc>" CELL(
               "", "b") "</tr><tr><trPr><ins " A
                        "/></trPr>" CELL("", "c") "</tr>" ROW(CELL("", "d"))),
     "1 row inserted A \"a\tb\nc\"\n"},
    {"an inserted column",
     TABLE(ROW(CELL("", "a") CELL("<tcPr><cellIns " A "/></tcPr>", "b"))
               ROW(CELL("", "c") CELL("<tcPr><cellIns " A "/></tcPr>", "d"))),
     "1 cell inserted A \"b\td\"\n"},
    {"table properties and grid",
     "<tbl><tblPr/><tblGrid><tblGridChange w:id='1'><tblGrid/>"
     "</tblGridChange></tblGrid>" ROW(
         CELL("<tcPr><tcPrChange " A "><tcPr/></tcPrChange></tcPr>", "a")) "</tbl>",
     "1 table properties A \"\"\n"},
    {"a control, marked twice",
     "<customXmlInsRangeStart w:id='1' " A "/><sdt><sdtContent>"
     "<customXmlInsRangeEnd w:id='1'/>" P(
         T("a")) "<customXmlInsRangeStart w:id='2' " A
                 "/></sdtContent></sdt><customXmlInsRangeEnd w:id='2'/>",
     "1 content control A \"\"\n"},
    {"a text box in two branches",
     P("<ins " A "><r><t>x</t></r></ins><r><mc:AlternateContent><mc:Choice "
       "Requires='wps'><txbxContent>" P("<ins w:id='5' " A ">" T(
           "b") "</ins>") "</txbxContent></mc:Choice>"
                          "<mc:Fallback><txbxContent>" P(
                              "<ins w:id='5' " A ">" T("b") "</ins>") "</txbxContent></mc:Fallback>"
                                                                      "</mc:AlternateContent></r>"),
     "1 insertion A \"x\"\n2 insertion A \"b\"\n"},
    {"an equation's", P("<m:oMath><ins " A "><m:r><m:t>2</m:t></m:r></ins></m:oMath>"),
     "1 insertion A \"2\"\n"},
    {"an empty insertion", P(T("a") "<ins " A "/>" T("b")), "1 insertion A \"\"\n"},
    {"table parts text",
     P(MARK("ins", "A") "<ins " A ">" T("a") "</ins>") TABLE(ROW(CELL("", "x")))
         P("<ins " A ">" T("b") "</ins>"),
     "1 insertion A \"a\"\n2 insertion A \"b\"\n"},
};

static Str listing(Arena *a, Str body) {
    XmlTree *t = read_body(a, body);
    ReviseChange *items = NULL;
    ptrdiff_t count = 0, cap = 0;
    Map numbers = map_new(a);
    revise_list_numbered(a, t, &items, &count, &cap, &numbers);
    Buf b = buf_new(a);
    for (ptrdiff_t i = 0; i < count; i++) {
        const ReviseChange *c = &items[i];
        const Str kind = revise_kind_name(c->kind);
        buf_format(&b, "%td %.*s %.*s \"%.*s\"\n", c->number, (int)kind.len, kind.ptr,
                   (int)c->author.len, c->author.ptr, (int)c->text.len, c->text.ptr);
    }
    return buf_str(&b);
}

static void list_in(Arena *a) {
    for (size_t i = 0; i < sizeof listed / sizeof listed[0]; i++) {
        if (!T_EQ_STR(listing(a, str_from_z(listed[i].source)), str_from_z(listed[i].changes))) {
            printf("# ... in \"%s\"\n", listed[i].name);
        }
    }
    for (int k = 0; k < CHANGE_KINDS; k++) T_CHECK(revise_kind_name((ReviseKind)k).len > 0);
}

static void test_list(void) { t_with_arena(list_in); }

/* A second tree's numbers go on from the first's. */
static void list_goes_on_in(Arena *a) {
    ReviseChange *items = NULL;
    ptrdiff_t count = 0, cap = 0;
    XmlTree *one = read_body(a, S(P("<ins " A ">" T("a") "</ins>")));
    XmlTree *two = read_body(a, S(P("<ins " A ">" T("b") "</ins>")));
    revise_list(a, one, &items, &count, &cap);
    revise_list(a, two, &items, &count, &cap);
    T_EQ_INT(count, 2);
    T_EQ_INT(items[1].number, 2);
    T_EQ_STR(items[1].text, S("b"));
    T_CHECK(items[1].node->name == W_ins && items[1].last == items[1].node);
}

static void test_list_goes_on(void) { t_with_arena(list_goes_on_in); }

/* ---- people ---- */

static const XmlNode *find_text(const XmlTree *t, Str text) {
    for (const XmlNode *n = t->root; n; n = xml_next(n, t->root)) {
        if (n->name == XML_TEXT && str_equal(n->text, text)) return n->parent->parent;
    }
    return NULL;
}

#define AT(who, day) "w:author='" who "' w:date='2026-01-0" #day "'"

static Str person_of(const RevisePeople *people, const XmlNode *n) {
    if (!n || n->mark >= (uint32_t)people->count) return S("?");
    return people->items[n->mark].author;
}

static void check_gone(const RevisePeople *people, const XmlNode *paragraph) {
    T_EQ_INT(people->gone_count, 3);
    if (people->gone_count == 3) {
        T_EQ_STR(people->gone[0].text, S("eins zwei drei"));
        T_EQ_INT(people->gone[0].paragraph, paragraph->mark);
        T_EQ_STR(people->items[people->gone[0].person].author, S("Rana"));
        T_EQ_STR(people->gone[1].text, S("vier"));
        T_EQ_STR(people->gone[2].text, S("\n"));
        T_EQ_STR(people->items[people->gone[2].person].author, S("Kamal"));
    }
}

static void people_in(Arena *a) {
    XmlTree *t = read_body(
        a,
        S(P("<pPr><rPr><ins " AT("Kamal", 1) "/></rPr></pPr><ins " AT("Kamal", 1) ">" T(
            "a") "</ins><ins " AT("Kamal", 2) ">" T("b") "</ins>" T("c"))
              P("<pPr><jc w:val='left'/><pPrChange " AT(
                  "Rana",
                  1) "><pPr/></pPrChange></pPr>"
                     "<r><rPr><b/><rPrChange " AT(
                         "Rana",
                         1) "><rPr/></rPrChange></rPr><t>d</t></r>"
                            "<del " AT("Rana", 3) ">" D("eins ")
                                D("zwei") "</del><bookmarkEnd w:id='1'/><del " AT("Rana", 3) ">" D(
                                    " drei") "</del>" T("e") "<moveFrom " AT("Rana",
                                                                             3) ">" T("vier") "</"
                                                                                              "move"
                                                                                              "From"
                                                                                              ">")
                  P(MARK("del", "Kamal") T("f")) "<tbl><tr><trPr><ins " AT(
                      "Kamal",
                      1) "/></trPr><tc>" P(T("g")) "</tc></tr></tbl>" P("<m:oMath><"
                                                                        "ins " AT("Rana", 1) "><m:"
                                                                                             "r><"
                                                                                             "m:t>"
                                                                                             "h</"
                                                                                             "m:t>"
                                                                                             "</"
                                                                                             "m:r>"
                                                                                             "</"
                                                                                             "ins>"
                                                                                             "</"
                                                                                             "m:"
                                                                                             "oMat"
                                                                                             "h"
                                                                                             ">")));
    RevisePeople people = {0};
    revise_note_people(a, t, &people);
    T_EQ_INT(people.count, 6); /* nobody, Kamal on 1 and 2 and undated, Rana on 1 and 3 */
    T_EQ_STR(people.items[0].author, S(""));
    const XmlNode *body = t->root->first, *first = body->first;
    const XmlNode *run_a = find_text(t, S("a")), *run_b = find_text(t, S("b"));
    T_EQ_STR(person_of(&people, run_a), S("Kamal"));
    T_EQ_STR(person_of(&people, run_b), S("Kamal"));
    T_CHECK(run_a->mark != run_b->mark);
    T_EQ_STR(people.items[run_b->mark].date, S("2026-01-02"));
    T_EQ_INT(find_text(t, S("c"))->mark, 0);
    T_EQ_STR(person_of(&people, find_text(t, S("d"))), S("Rana"));
    T_EQ_INT(find_text(t, S("e"))->mark, 0);
    T_EQ_STR(person_of(&people, find_text(t, S("g"))), S("Kamal"));
    const XmlNode *equation = find_text(t, S("h"));
    T_EQ_STR(person_of(&people, equation), S("Rana"));
    T_EQ_STR(person_of(&people, equation->parent->parent), S("Rana"));
    T_EQ_STR(person_of(&people, xml_child(first, W_pPr)), S("Kamal"));
    T_EQ_STR(person_of(&people, xml_child(first->next, W_pPr)), S("Rana"));

    check_gone(&people, first->next);

    /* what was noted outlives accepting, the mark's too */
    revise_resolve(t, t->root, revise_accept_all, NULL);
    T_EQ_STR(person_of(&people, xml_child(xml_child(t->root->first->first, W_pPr), W_rPr)),
             S("Kamal"));

    /* a second story of the same file */
    XmlTree *more = read_body(a, S(P("<ins " AT("Kamal", 2) ">" T("a") "</ins>")));
    revise_note_people(a, more, &people);
    T_EQ_INT(people.count, 6);
    T_EQ_INT(find_text(more, S("a"))->mark, run_b->mark);
}

static void test_people(void) { t_with_arena(people_in); }

int main(void) {
    T_RUN(test_list);
    T_RUN(test_list_goes_on);
    T_RUN(test_people);
    return t_end();
}
