/* needs: base zip xml docx doc diff revise collate */
/* Comments of returns inside what is one token of its paragraph: a note, a text box. They come over
 * though nothing else there is new; and a proof notices when they do not. */
#include "collate_fixture.h"

#define REF "<w:r><w:footnoteReference w:id=\"1\"/></w:r>"
#define NOTES(inside) ROOT("footnotes", "<w:footnote w:id=\"1\">" P(inside) "</w:footnote>")
#define ON(id, inside)                                                                             \
    "<w:commentRangeStart w:id=\"" id "\"/>" inside "<w:commentRangeEnd w:id=\"" id "\"/>"         \
    "<w:r><w:commentReference w:id=\"" id "\"/></w:r>"
#define REMARK(id, text) "<w:comment w:id=\"" id "\" w:author=\"Khan\">" P(RUN(text)) "</w:comment>"
#define BOX(inside)                                                                                \
    "<w:r><w:pict><v:shape><v:textbox><w:txbxContent>" inside "</w:txbxContent></v:textbox>"       \
    "</v:shape></w:pict></w:r>"

static Str docx(Arena *a, const char *body, const char *notes, const char *comments) {
    Pack p = pack_new(a);
    if (notes) pack_part(&p, "word/footnotes.xml", "footnotes", notes);
    if (comments) pack_part(&p, "word/comments.xml", "comments", comments);
    return pack_docx(&p, body);
}

static CollateResult collated(Arena *a, Str base, const Str *revised, int count) {
    CollateResult result;
    (void)run_proven(a, base, revised, count, &result);
    return result;
}

/* What the comments of a part are on: "words;" for each. */
static Str commented(Arena *a, Str file, const char *part) {
    const XmlTree *t = part_tree(open_file(a, file), part);
    Buf b = buf_new(a);
    if (!t) return S("");
    bool on = false;
    for (const XmlNode *n = t->root; n; n = xml_next(n, t->root)) {
        if (n->name == W_commentRangeStart) on = true;
        if (n->name == W_t && on) buf_add(&b, xml_text(a, n));
        if (n->name == W_commentRangeEnd) on = false;
        if (n->name == W_commentReference) buf_byte(&b, ';');
    }
    return buf_str(&b);
}

#define BODY P(RUN("One day in June.") REF)

static void in_a_note(Arena *a) {
    const Str base = docx(a, BODY, NOTES(RUN("A note.")), NULL);
    const char *comments = ROOT("comments", REMARK("4", "why"));
    Str v = docx(a, BODY, NOTES(RUN("A ") ON("4", RUN("note."))), comments);
    T_EQ_STR(commented(a, collated(a, base, &v, 1).bytes, "word/footnotes.xml"), S("note.;"));
    v = docx(a, P(RUN("One fine day in June.") REF), NOTES(ON("4", RUN("A note."))), comments);
    T_EQ_STR(commented(a, collated(a, base, &v, 1).bytes, "word/footnotes.xml"), S("A note.;"));
}

/* One office comments on the note, another takes it out, the third rewrites it. */
static void in_a_note_that_goes(Arena *a) {
    const Str base = docx(a, BODY, NOTES(RUN("A note.")), NULL);
    const Str v[] = {
        docx(a, BODY, NOTES(ON("4", RUN("A note."))), ROOT("comments", REMARK("4", "why"))),
        docx(a, P(RUN("One day in June.")), NOTES(RUN("A note.")), NULL),
        docx(a, BODY, NOTES(RUN("Another ") ON("9", RUN("note."))),
             ROOT("comments", REMARK("9", "so")))};
    const Str two = commented(a, collated(a, base, v, 2).bytes, "word/footnotes.xml");
    T_EQ_STR(two, S("A note.;"));
    const Str all = commented(a, collated(a, base, v, 3).bytes, "word/footnotes.xml");
    T_CHECK(str_find(all, S("A note.;")) >= 0 && str_find(all, S("note.;")) >= 0);
    T_EQ_INT(all.len, 14);
}

static void in_a_text_box(Arena *a) {
    const char *comments = ROOT("comments", REMARK("4", "why"));
    const Str base = docx(a, P(RUN("See ") BOX(P(RUN("in ") RUN("the box")))), NULL, NULL);
    Str v = docx(a, P(RUN("See ") BOX(P(RUN("in ") ON("4", RUN("the box"))))), NULL, comments);
    T_EQ_STR(commented(a, collated(a, base, &v, 1).bytes, "word/document.xml"), S("the box;"));
    /* where a run is a token, the whole of it */
    v = docx(a, P(RUN("See ") BOX(P(RUN("in the ") ON("4", RUN("box"))))), NULL, comments);
    T_EQ_STR(commented(a, collated(a, base, &v, 1).bytes, "word/document.xml"), S("the box;"));
    v = docx(a, P(RUN("See ") BOX(P(ON("4", RUN("i")) RUN("n the box")))), NULL, comments);
    T_EQ_STR(commented(a, collated(a, base, &v, 1).bytes, "word/document.xml"), S("in ;"));
}

/* The base itself, offered as the consolidated file, has not the comment. */
static void one_that_is_missing(Arena *a) {
    const Str base = docx(a, BODY, NOTES(RUN("A note.")), NULL);
    const CollateReturn r = return_of(S("Interior"), docx(a, BODY, NOTES(ON("4", RUN("A note."))),
                                                          ROOT("comments", REMARK("4", "why"))));
    CollateResult result;
    if (!run_verify(a, base, &r, 1, base, &result)) return;
    T_CHECK(!result.proven);
}

/* No program writes two references to one note; a file that has them is merged once there. */
static void one_note_for_many(Arena *a) {
    static const char body[] =
        P(RUN("One day") REF REF REF REF REF REF REF REF REF REF REF REF REF REF REF REF);
    const Str base = docx(a, body, NOTES(RUN("A note.")), NULL);
    const Str v[] = {docx(a, body, NOTES(RUN("Another note.")), NULL),
                     docx(a, body, NOTES(RUN("A short note.")), NULL)};
    (void)collated(a, base, v, 2);
}

static void test_note(void) { t_with_arena(in_a_note); }
static void test_note_goes(void) { t_with_arena(in_a_note_that_goes); }
static void test_box(void) { t_with_arena(in_a_text_box); }
static void test_missing(void) { t_with_arena(one_that_is_missing); }
static void test_many(void) { t_with_arena(one_note_for_many); }

int main(void) {
    t_start();
    T_RUN(test_note);
    T_RUN(test_note_goes);
    T_RUN(test_box);
    T_RUN(test_missing);
    T_RUN(test_many);
    return t_end();
}
