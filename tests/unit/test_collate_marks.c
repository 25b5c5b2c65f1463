/* needs: base zip xml docx doc diff revise collate */
/* Of the equal marks of paragraphs that come or go, which one is changed: the paragraphs' own, but
 * before a table, and where a paragraph goes in pieces before one of another look, the one before
 * them. In all cases the redline is proven. */
#include "collate_fixture.h"

#define HEAD(text)                                                                                 \
    "<w:p><w:pPr><w:keepNext/><w:spacing w:before=\"240\"/></w:pPr>" RUN(text) "</w:p>"
#define TBL                                                                                        \
    "<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w=\"900\"/></w:tblGrid><w:tr><w:tc><w:tcPr/>" LINE(  \
        "cell") "</w:tc></w:tr></w:tbl>"
#define FIRST LINE("The first paragraph of the whole draft.")
#define LAST LINE("The last paragraph of the whole draft.")
#define BETWEEN                                                                                    \
    LINE("Between the two there is much more to read, and none of it is moved anywhere at all.")   \
    LINE("Both delegations agreed to that much in the second round, and both of them said so.")
#define LONG(word) "Each Party shall bear " word "the costs that it incurs in giving effect to it."

static Str docx(Arena *a, const char *body) {
    Pack p = pack_new(a);
    if (strstr(body, "commentReference"))
        pack_part(&p, "word/comments.xml", "comments",
                  ROOT("comments",
                       "<w:comment w:id=\"0\" w:author=\"A. Khan\">" LINE("Why?") "</w:comment>"));
    return pack_docx(&p, body);
}

/* The blocks as "[text]", a changed mark before the bracket that ends it: + inserted, - deleted,
 * > and < moved, ~ another format; "|" for the end of a move inside, T for a table. */
static void show(Arena *a, const XmlNode *body, Buf *out) {
    static const struct {
        uint16_t name;
        char sign;
    } signs[] = {{W_ins, '+'}, {W_del, '-'}, {W_moveTo, '>'}, {W_moveFrom, '<'}};
    for (const XmlNode *n = body->first; n; n = n->next) {
        if (n->name == W_tbl) buf_byte(out, 'T');
        if (n->name != W_p) continue;
        const XmlNode *run = xml_child(xml_child(n, W_pPr), W_rPr);
        buf_byte(out, '[');
        const Str text = xml_text(a, n);
        buf_add(out, str_slice(text, 0, text.len < 3 ? text.len : 3));
        if (xml_child(n, W_moveFromRangeEnd) || xml_child(n, W_moveToRangeEnd)) buf_byte(out, '|');
        for (int i = 0; i < 4; i++)
            if (xml_child(run, signs[i].name)) buf_byte(out, signs[i].sign);
        if (xml_child(xml_child(n, W_pPr), W_pPrChange)) buf_byte(out, '~');
        buf_byte(out, ']');
    }
}

/* What becomes of base and the bodies of two offices; the second may be NULL. */
static const XmlNode *merged(Arena *a, const char *base, const char *first, const char *second) {
    const Str files[] = {docx(a, first), second ? docx(a, second) : S("")};
    const XmlTree *t = redline_tree(a, docx(a, base), files, second ? 2 : 1);
    return t ? xml_child(t->root, W_body) : NULL;
}

static Str collated(Arena *a, const char *base, const char *first, const char *second) {
    const XmlNode *body = merged(a, base, first, second);
    Buf out = buf_new(a);
    if (body) show(a, body, &out);
    return buf_str(&out);
}

static void before_a_table_in(Arena *a) {
    T_EQ_STR(collated(a, FIRST LINE("one") LINE("two") TBL LAST, FIRST TBL LAST, NULL),
             S("[The-][one-][two]T[The]"));
    T_EQ_STR(collated(a, FIRST TBL LAST, FIRST LINE("one") LINE("two") TBL LAST, NULL),
             S("[The+][one+][two]T[The]"));
    /* the one before looks different, or is changed itself, or is none */
    T_EQ_STR(collated(a, FIRST HEAD("one") TBL LAST, FIRST TBL LAST, NULL), S("[The][one-]T[The]"));
    T_EQ_STR(collated(a, LINE("one") TBL LAST, TBL LAST, NULL), S("[one-]T[The]"));
    T_EQ_STR(collated(a, TBL LINE("one") TBL LAST, TBL TBL LAST, NULL), S("T[one-]T[The]"));
    /* before a paragraph there is no need */
    T_EQ_STR(collated(a, FIRST LINE("one") LAST, FIRST LAST, NULL), S("[The][one-][The]"));
}
static void before_a_table(void) { t_with_arena(before_a_table_in); }

static void behind_a_changed_one_in(Arena *a) {
    T_EQ_STR(collated(a, FIRST LINE("one") TBL LAST,
                      LINE("The first paragraph of the draft.") TBL LAST, NULL),
             S("[The-][one]T[The]"));
    /* what one office keeps another deletes: words that stay need their mark */
    T_EQ_STR(collated(a, FIRST LINE(LONG("")) TBL LAST, FIRST TBL LAST,
                      FIRST LINE(LONG("all ")) TBL LAST),
             S("[The][Eac-][Eac+]T[The]"));
}
static void behind_a_changed_one(void) { t_with_arena(behind_a_changed_one_in); }

/* Who changes the format of the one before: it is the other's, then. */
static void behind_another_format_in(Arena *a) {
#define HEADED HEAD("The first paragraph of the whole draft.")
    T_EQ_STR(collated(a, FIRST LINE("one") LINE("two") TBL LAST, HEADED TBL LAST, NULL),
             S("[The-][one-][two~]T[The]"));
    T_EQ_STR(collated(a, FIRST HEAD("one") TBL LAST, HEADED TBL LAST, NULL),
             S("[The-][one]T[The]"));
    T_EQ_STR(collated(a, FIRST TBL LAST, HEADED LINE("one") LINE("two") TBL LAST, NULL),
             S("[The+][one+][two]T[The]"));
    T_EQ_STR(collated(a, FIRST TBL LAST, HEADED HEAD("one") TBL LAST, NULL),
             S("[The+][one~]T[The]"));
    /* another office's format stays where it is */
    T_EQ_STR(collated(a, FIRST LINE("one") TBL LAST, HEADED LINE("one") TBL LAST, FIRST TBL LAST),
             S("[The~][one-]T[The]"));
    T_EQ_STR(collated(a, FIRST LINE("one") TBL LAST, HEADED TBL LAST, HEADED LINE("one") TBL LAST),
             S("[The~][one-]T[The]"));
}
static void behind_another_format(void) { t_with_arena(behind_another_format_in); }

static void in_pieces_in(Arena *a) {
    T_EQ_STR(collated(a, FIRST LINE(LONG("all ")) HEAD("Head") LAST, FIRST HEAD("Head") LAST,
                      FIRST LINE(LONG("")) HEAD("Head") LAST),
             S("[The-][Eac][Hea][The]"));
    T_EQ_STR(collated(a, FIRST LINE(LONG("all ")) LAST, FIRST LAST, FIRST LINE(LONG("")) LAST),
             S("[The][Eac-][The]")); /* all look alike */
    T_EQ_STR(collated(a, FIRST LINE(LONG("all ")) HEAD("Head") LAST, FIRST HEAD("Head") LAST, NULL),
             S("[The][Eac-][Hea][The]")); /* in one piece */
}
static void in_pieces(void) { t_with_arena(in_pieces_in); }

static void moved_in(Arena *a) {
    T_EQ_STR(collated(a, FIRST LINE(LONG("all ")) HEAD("Head") BETWEEN LAST,
                      FIRST HEAD("Head") BETWEEN LINE(LONG("all ")) LAST,
                      FIRST LINE(LONG("")) HEAD("Head") BETWEEN LAST),
             S("[The-][Eac|][Hea][Bet][Bot][Eac>][The]"));
}
static void moved(void) { t_with_arena(moved_in); }

#define HOLDS(object) "<w:p><w:r>" object "</w:r></w:p>"
#define EMPTY "<w:p/>"
#define BREAK "<w:br w:type=\"page\"/>"
#define SHAPE(kind, name)                                                                          \
    "<w:drawing><wp:" kind "><wp:docPr id=\"1\" name=\"" name "\"/><a:graphic/></wp:" kind         \
    "></w:drawing>"
#define BOXED(text)                                                                                \
    "<w:pict><v:shape><v:textbox><w:txbxContent>" LINE(                                            \
        text) "</w:txbxContent></v:textbox></v:shape></w:pict>"

/* Paragraphs of objects alone: LibreOffice would have the mark go with the last object. */
static void of_objects_in(Arena *a) {
    T_EQ_STR(collated(a, FIRST EMPTY LAST, FIRST HOLDS(BREAK) LAST, NULL), S("[The][-][+][The]"));
    T_EQ_STR(collated(a, FIRST HOLDS(BREAK) LAST, FIRST EMPTY LAST, NULL), S("[The][-][+][The]"));
    T_EQ_STR(collated(a, FIRST HOLDS(SHAPE("inline", "one")) LAST,
                      FIRST HOLDS(SHAPE("inline", "two")) LAST, NULL),
             S("[The][-][+][The]"));
    T_EQ_STR(collated(a, FIRST HOLDS(SHAPE("anchor", "one")) LAST,
                      FIRST HOLDS(SHAPE("anchor", "two")) LAST, NULL),
             S("[The][-][+][The]"));
    /* it does not: text, one floating object, a text box, no change, the last of all */
    T_EQ_STR(collated(a, FIRST EMPTY LAST, FIRST HOLDS(SHAPE("anchor", "one")) LAST, NULL),
             S("[The][][The]"));
    T_EQ_STR(collated(a, FIRST LINE("one") LAST, FIRST HOLDS(BREAK) LAST, NULL),
             S("[The][one][The]"));
    T_EQ_STR(collated(a, FIRST HOLDS(BOXED("One of the two.")) LAST,
                      FIRST HOLDS(BOXED("One of the three.")) LAST, NULL),
             S("[The][One][The]"));
    T_EQ_STR(collated(a, FIRST HOLDS(BREAK) LAST,
                      FIRST "<w:p><w:pPr><w:keepNext/></w:pPr><w:r>" BREAK "</w:r></w:p>" LAST,
                      NULL),
             S("[The][~][The]"));
    T_EQ_STR(collated(a, FIRST EMPTY, FIRST HOLDS(BREAK), NULL), S("[The][]"));
}
static void of_objects(void) { t_with_arena(of_objects_in); }

/* A paragraph of floating objects alone would lose them to the mark that goes before it. */
static void before_floating_in(Arena *a) {
#define FLOATS HOLDS(SHAPE("anchor", "one"))
#define SECTION                                                                                    \
    "<w:p><w:pPr><w:sectPr><w:pgSz w:w=\"12240\" w:h=\"15840\"/></w:sectPr></w:pPr></w:p>"
    T_EQ_STR(collated(a, FIRST LINE("one") FLOATS LAST, FIRST FLOATS LAST, NULL),
             S("[The-][one][][The]"));
    T_EQ_STR(collated(a, FIRST FLOATS LAST, FIRST HEAD("one") LINE("two") FLOATS LAST, NULL),
             S("[The+][one+][two][][The]"));
    T_EQ_STR(collated(a, FIRST FLOATS LAST, FIRST LINE("one") HEAD("two") FLOATS LAST, NULL),
             S("[The+][one+][two~][][The]"));
    T_EQ_STR(collated(a, FIRST SECTION FLOATS LAST, FIRST LINE("one") SECTION FLOATS LAST, NULL),
             S("[The+][one][][][The]"));
    T_EQ_STR(collated(a, FIRST HOLDS(SHAPE("inline", "one")) LAST,
                      FIRST LINE("one") HOLDS(SHAPE("inline", "one")) LAST, NULL),
             S("[The][one+][][The]"));
}
static void before_floating(void) { t_with_arena(before_floating_in); }

/* The changes of words and objects in order. */
static Str order(Arena *a, const char *base, const char *first, const char *second) {
    Buf out = buf_new(a);
    const XmlNode *body = merged(a, base, first, second);
    for (const XmlNode *n = body; n; n = xml_next(n, body)) {
        if (n->name == W_ins) buf_byte(&out, '+');
        if (n->name == W_del) buf_byte(&out, '-');
    }
    return buf_str(&out);
}

#define MAP(object, words)                                                                         \
    FIRST "<w:p>" RUN("The map of the ")                                                           \
        object words RUN(" area is annexed to this text.") "</w:p>" LAST
#define FLOAT(name) "<w:r>" SHAPE("anchor", name) "</w:r>"

/* A floating object that goes stands behind the words in its place. */
static void floating_in(Arena *a) {
    const char *wanted = MAP("", RUN("border"));
    T_EQ_STR(order(a, MAP(FLOAT("one"), ""), wanted, NULL), S("+-"));
    T_EQ_STR(order(a, MAP(FLOAT("one") FLOAT("two"), ""), wanted, NULL), S("+-"));
    T_EQ_STR(order(a, MAP(FLOAT("one"), RUN("river")), wanted, NULL), S("-+"));
    T_EQ_STR(order(a, MAP(RUN("river"), FLOAT("one")), wanted, NULL), S("-+-"));
    T_EQ_STR(order(a, MAP("<w:r>" SHAPE("inline", "one") "</w:r>", ""), wanted, NULL), S("-+"));
    T_EQ_STR(order(a, MAP(FLOAT("one"), ""), MAP(FLOAT("two"), ""), NULL), S("-+"));
    /* another one keeps it, and puts something behind it: each with a space of its own */
    T_EQ_STR(order(a, MAP(FLOAT("one"), ""), wanted, MAP(FLOAT("one"), RUN("valley"))), S("--++"));
}
static void floating(void) { t_with_arena(floating_in); }

#define COMMENTED                                                                                  \
    "<w:p><w:commentRangeStart w:id=\"0\"/>" RUN(                                                  \
        "cell") "<w:commentRangeEnd w:id=\"0\"/>"                                                  \
                "<w:r><w:commentReference w:id=\"0\"/></w:r></w:p>"
#define CELL(content)                                                                              \
    "<w:tbl><w:tblPr/><w:tblGrid><w:gridCol "                                                      \
    "w:w=\"900\"/></w:tblGrid><w:tr><w:tc><w:tcPr/>" content "</w:tc></w:tr></w:tbl>"

/* The children of the first paragraph with a comment: s, e for its range, c for a bare reference.
 */
static Str around_comment(Arena *a, const XmlNode *body) {
    Buf out = buf_new(a);
    const XmlNode *n = body;
    while (n && n->name != W_commentRangeStart) n = xml_next(n, body);
    for (; n; n = n->next) {
        if (n->name == W_commentRangeStart) buf_byte(&out, 's');
        if (n->name == W_commentRangeEnd) buf_byte(&out, 'e');
        if (n->name == W_ins) buf_byte(&out, '+');
        if (n->name == W_del) buf_byte(&out, '-');
        if (n->name == W_r && xml_child(n, W_commentReference)) buf_byte(&out, 'c');
    }
    return buf_str(&out);
}

/* A comment goes with its row; with a paragraph it does not. */
static void commented_in(Arena *a) {
    T_EQ_STR(around_comment(a, merged(a, FIRST CELL(COMMENTED) LAST, FIRST LAST, NULL)), S("s-e"));
    T_EQ_STR(around_comment(a, merged(a, FIRST LAST, FIRST CELL(COMMENTED) LAST, NULL)), S("s+e"));
    T_EQ_STR(around_comment(a, merged(a, FIRST COMMENTED LAST, FIRST LAST, NULL)), S("s-ec"));
}
static void commented(void) { t_with_arena(commented_in); }

int main(void) {
    T_RUN(before_a_table);
    T_RUN(behind_a_changed_one);
    T_RUN(behind_another_format);
    T_RUN(in_pieces);
    T_RUN(moved);
    T_RUN(of_objects);
    T_RUN(before_floating);
    T_RUN(floating);
    T_RUN(commented);
    return t_end();
}
