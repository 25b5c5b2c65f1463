/* needs: base zip xml docx doc diff revise collate */
/* Comments of returns in a redline, wherever they stand: in notes, headers and text boxes too, and
 * where nobody edits anything; and redlines that lost one, which the proof must refuse. */
#include "collate_fixture.h"

#define REF(id) "<w:r><w:commentReference w:id=\"" id "\"/></w:r>"
#define ON(id, runs)                                                                               \
    "<w:commentRangeStart w:id=\"" id "\"/>" runs "<w:commentRangeEnd w:id=\"" id "\"/>" REF(id)
#define COMMENT(id, text)                                                                          \
    "<w:comment w:id=\"" id                                                                        \
    "\" w:author=\"Ms A\" w:date=\"2016-06-01T10:00:00Z\">" P(RUN(text)) "</w:comment>"
#define NOTE(kind, id, runs) "<w:" kind " w:id=\"" id "\">" P(runs) "</w:" kind ">"
#define FOOTNOTE_REF(id) "<w:r><w:footnoteReference w:id=\"" id "\"/></w:r>"
#define ENDNOTE_REF(id) "<w:r><w:endnoteReference w:id=\"" id "\"/></w:r>"
#define BOX(runs)                                                                                  \
    "<w:r><w:pict><v:shape><v:textbox><w:txbxContent>" P(                                          \
        runs) "</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
#define BODY(words, box)                                                                           \
    P(RUN(words) FOOTNOTE_REF("1") RUN(" of it.") ENDNOTE_REF("1"))                                \
    P(RUN("A box: ") BOX(box))                                                                     \
    "<w:tbl><w:tr><w:tc>" P(RUN("Cell") FOOTNOTE_REF("2")) "</w:tc></w:tr></w:tbl>" P(RUN(         \
        "Done.")) "<w:sectPr><w:headerReference w:type=\"default\" r:id=\"rIdk1\"/></w:sectPr>"

typedef struct Text { /* runs */
    const char *header, *footnote, *footnote_in_cell, *endnote, *body;
} Text;

static const Text draft = {RUN("SECRET"), RUN("Sixty days."), RUN("Each year."), RUN("See it."),
                           BODY("The Parties", RUN("forty days"))};

static Str docx(Arena *a, const Text *t, const char *comments) {
    Pack p = pack_new(a);
    const Str header = arena_format(a, ROOT("hdr", P("%s")), t->header),
              foot = arena_format(
                  a, ROOT("footnotes", NOTE("footnote", "1", "%s") NOTE("footnote", "2", "%s")),
                  t->footnote, t->footnote_in_cell),
              end = arena_format(a, ROOT("endnotes", NOTE("endnote", "1", "%s")), t->endnote),
              all = arena_format(a, ROOT("comments", "%s"), comments);
    pack_typed(&p, "word/header1.xml", "header", NULL, header);
    pack_typed(&p, "word/footnotes.xml", "footnotes", NULL, foot);
    pack_typed(&p, "word/endnotes.xml", "endnotes", NULL, end);
    if (comments[0]) pack_typed(&p, "word/comments.xml", "comments", NULL, all);
    return pack_docx(&p, t->body);
}

/* Proven, and every comment of Ms A stands in it once with its anchor. */
static void expect_comments(Arena *a, const char *what, Str first, Str second, const char *part,
                            int count) {
    const Str files[] = {first, second};
    CollateResult result;
    if (!run_proven(a, docx(a, &draft, ""), files, 2, &result)) {
        printf("# %s: not proven\n", what);
        return;
    }
    const XmlTree *tree = part_tree(open_file(a, result.bytes), part);
    if (!tree) return;
    int seen[3] = {0};
    for (const XmlNode *n = tree->root; n; n = xml_next(n, tree->root)) {
        seen[0] += n->name == W_commentRangeStart;
        seen[1] += n->name == W_commentRangeEnd;
        seen[2] += n->name == W_commentReference;
    }
    for (int i = 0; i < 3; i++) {
        if (seen[i] != count) printf("# %s\n", what);
        T_EQ_INT(seen[i], count);
    }
}

#define BOXED BODY("The Parties", ON("7", RUN("forty days")))
#define REWORDED BODY("Both Parties", RUN("forty days"))

typedef struct Case {
    const char *what, *part;
    Text text; /* NULL: the draft's */
} Case;

static const Case cases[] = {
    {"in a footnote", "word/footnotes.xml", {.footnote = ON("7", RUN("Sixty days."))}},
    {"in a footnote of a cell",
     "word/footnotes.xml",
     {.footnote_in_cell = ON("7", RUN("Each year."))}},
    {"in an endnote", "word/endnotes.xml", {.endnote = ON("7", RUN("See it."))}},
    {"in a header", "word/header1.xml", {.header = ON("7", RUN("SECRET"))}},
    {"in a text box", "word/document.xml", {.body = BOXED}},
    {"in a footnote that is rewritten",
     "word/footnotes.xml",
     {.footnote = ON("7", RUN("Ninety days."))}},
    {"in a text box that is rewritten",
     "word/document.xml",
     {.body = BODY("The Parties", ON("7", RUN("fifty days")))}},
    {"in a footnote of a paragraph that is rewritten",
     "word/footnotes.xml",
     {.footnote = ON("7", RUN("Sixty days.")), .body = REWORDED}},
    {"in an endnote of a paragraph that is rewritten",
     "word/endnotes.xml",
     {.endnote = ON("7", RUN("See it.")), .body = REWORDED}},
    {"in a text box of a paragraph that is rewritten",
     "word/document.xml",
     {.body = P(RUN("Both Parties") FOOTNOTE_REF("1") RUN(" of it.") ENDNOTE_REF("1"))
          P(RUN("One box: ") BOX(ON("7", RUN("forty days")))) "<w:tbl><w:tr><w:tc>" P(
              RUN("Cell") FOOTNOTE_REF(
                  "2")) "</w:tc></w:tr></w:tbl>" P(RUN("Done.")) "<w:sectPr><w:headerReference "
                                                                 "w:type=\"default\" "
                                                                 "r:id=\"rIdk1\"/></w:sectPr>"}},
};

static Text filled(const Text *t) {
    return (Text){t->header ? t->header : draft.header, t->footnote ? t->footnote : draft.footnote,
                  t->footnote_in_cell ? t->footnote_in_cell : draft.footnote_in_cell,
                  t->endnote ? t->endnote : draft.endnote, t->body ? t->body : draft.body};
}

/* Beside an office that does nothing, one that edits the same, and one that deletes it. */
static void comments_without_edits(Arena *a) {
    static const Text others[] = {
        {0},
        {.header = RUN("OPEN"),
         .footnote = RUN("Ten days."),
         .footnote_in_cell = RUN("Each month."),
         .endnote = RUN("See that."),
         .body = BODY("All Parties", RUN("ten days"))},
        {.body = P(RUN("The Parties of it.")) P(RUN("A box: "))
             P(RUN("Done.")) "<w:sectPr><w:headerReference w:type=\"default\" "
                             "r:id=\"rIdk1\"/></w:sectPr>"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const Text text = filled(&cases[i].text);
        for (size_t k = 0; k < sizeof others / sizeof *others; k++) {
            const Text other = filled(&others[k]);
            expect_comments(a, cases[i].what, docx(a, &text, COMMENT("7", "Is it?")),
                            docx(a, &other, ""), cases[i].part, 1);
        }
    }
}

/* Both offices comment on the same note, and on the same box. */
static void comments_of_two(Arena *a) {
    const Text changes = {.footnote = ON("8", RUN("Sixty days.")), .body = BOXED},
               text = filled(&changes);
    const Str first = docx(a, &text, COMMENT("7", "Is it?") COMMENT("8", "Sixty?")),
              second = docx(a, &text, COMMENT("7", "It is.") COMMENT("8", "Sixty."));
    expect_comments(a, "of two", first, second, "word/footnotes.xml", 2);
    expect_comments(a, "of two", first, second, "word/document.xml", 2);
}

/* A comment that is gone from the redline, and one of two equal ones. */
static void lost_comments(Arena *a) {
    static const struct {
        const char *what, *comments;
        Text returned, consolidated;
        bool proven;
    } lost[] = {
        {"kept in a note",
         COMMENT("7", "Is it?"),
         {.footnote = ON("7", RUN("Sixty days."))},
         {.footnote = ON("7", RUN("Sixty days."))},
         true},
        {"two of one id, of which one can be referred to",
         COMMENT("7", "Is it?") COMMENT("7", "Is it?"),
         {.footnote = ON("7", RUN("Sixty days."))},
         {.footnote = ON("7", RUN("Sixty days."))},
         true},
        {"lost in a note",
         COMMENT("7", "Is it?"),
         {.footnote = ON("7", RUN("Sixty days."))},
         {0},
         false},
        {"lost in a header",
         COMMENT("7", "Is it?"),
         {.header = ON("7", RUN("SECRET"))},
         {0},
         false},
        {"one of two equal ones",
         COMMENT("7", "Is it?") COMMENT("8", "Is it?"),
         {.header = ON("7", RUN("SECRET")), .endnote = ON("8", RUN("See it."))},
         {.endnote = ON("8", RUN("See it."))},
         false},
    };
    for (size_t i = 0; i < sizeof lost / sizeof *lost; i++) {
        CollateResult result;
        const Text mine = filled(&lost[i].returned), theirs = filled(&lost[i].consolidated);
        const CollateReturn r = return_of(S("Interior"), docx(a, &mine, lost[i].comments));
        if (!run_verify(a, docx(a, &draft, ""), &r, 1, docx(a, &theirs, lost[i].comments), &result))
            continue;
        if (result.proven != lost[i].proven) printf("# %s\n", lost[i].what);
        T_CHECK(result.proven == lost[i].proven);
    }
}

static void test_without_edits(void) { t_with_arena(comments_without_edits); }
static void test_of_two(void) { t_with_arena(comments_of_two); }
static void test_lost(void) { t_with_arena(lost_comments); }

int main(void) {
    t_start();
    T_RUN(test_without_edits);
    T_RUN(test_of_two);
    T_RUN(test_lost);
    return t_end();
}
