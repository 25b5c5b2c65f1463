/* needs: base zip xml docx doc diff revise collate */
/* Notes of returns in a redline: marked as inserted, and numbered in the order of the references;
 * a part that no new note comes into stays byte for byte. */
#include "collate_fixture.h"

#define SEPARATORS                                                                                 \
    "<w:footnote w:type=\"separator\" w:id=\"-1\"><w:p><w:r><w:separator/></w:r></w:p>"            \
    "</w:footnote><w:footnote w:type=\"continuationSeparator\" w:id=\"0\"><w:p><w:r>"              \
    "<w:continuationSeparator/></w:r></w:p></w:footnote>"
#define NOTE(id, text)                                                                             \
    "<w:footnote w:id=\"" id "\"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t>" text                  \
    "</w:t></w:r></w:p></w:footnote>"
#define PART(notes) ROOT("footnotes", SEPARATORS notes)
#define REF(id) "<w:r><w:footnoteReference w:id=\"" id "\"/></w:r>"

static Str docx(Arena *a, const char *body, const char *notes) {
    Pack p = pack_new(a);
    pack_part(&p, "word/footnotes.xml", "footnotes", notes);
    return pack_docx(&p, body);
}

/* The redline of one return, or NULL. */
static DocxPackage *collated(Arena *a, Str base, Str revised) {
    CollateResult result;
    return run_proven(a, base, &revised, 1, &result) ? open_file(a, result.bytes) : NULL;
}

/* "1 2 3 " */
static Str ids_in(Arena *a, DocxPackage *p, const char *part, uint16_t name) {
    const XmlTree *t = part_tree(p, part);
    Buf b = buf_new(a);
    if (!t) return S("");
    for (const XmlNode *n = t->root; n; n = xml_next(n, t->root)) {
        if (n->name != name) continue;
        buf_add(&b, xml_attr(n, W_id));
        buf_byte(&b, ' ');
    }
    return buf_str(&b);
}

/* The texts of the notes in the order of the references; an inserted one in {+ +}. */
static Str notes_in_order(Arena *a, DocxPackage *p) {
    const XmlTree *main = part_tree(p, NULL), *notes = part_tree(p, "word/footnotes.xml");
    Buf b = buf_new(a);
    if (!main || !notes) return S("");
    for (const XmlNode *r = main->root; r; r = xml_next(r, main->root)) {
        if (r->name != W_footnoteReference) continue;
        for (const XmlNode *n = notes->root->first; n; n = n->next) {
            if (!str_equal(xml_attr(n, W_id), xml_attr(r, W_id))) continue;
            const bool inserted = xml_child(xml_child(n, W_p), W_ins) != NULL;
            if (inserted) buf_add(&b, S("{+"));
            buf_add(&b, xml_text(a, n));
            if (inserted) buf_add(&b, S("+}"));
        }
        buf_byte(&b, ' ');
    }
    return buf_str(&b);
}

static Str bytes_of(DocxPackage *p) {
    Str bytes = {0};
    PxErr err = {0};
    (void)T_OK(docx_part_bytes(p, docx_find_part(p, S("word/footnotes.xml")), &bytes, &err), &err);
    return bytes;
}

static const char old_body[] = P(RUN("One day") REF("1") RUN(" in June.")) P(RUN("Two") REF("2"));
static const char old_notes[] = PART(NOTE("1", "first") NOTE("2", "second"));

static void a_note_before_others(Arena *a) {
    DocxPackage *p = collated(
        a, docx(a, old_body, old_notes),
        docx(a, P(RUN("One") REF("1") RUN(" day") REF("2") RUN(" in June.")) P(RUN("Two") REF("3")),
             PART(NOTE("1", "new") NOTE("2", "first") NOTE("3", "second"))));
    if (!p) return;
    T_EQ_STR(ids_in(a, p, "word/document.xml", W_footnoteReference), S("1 2 3 "));
    T_EQ_STR(ids_in(a, p, "word/footnotes.xml", W_footnote), S("-1 0 1 2 3 "));
    T_EQ_STR(notes_in_order(a, p), S("{+new+} first second "));
}

static void a_note_behind_others(Arena *a) {
    DocxPackage *p = collated(a, docx(a, old_body, old_notes),
                              docx(a,
                                   P(RUN("One day") REF("1") RUN(" in June."))
                                       P(RUN("Two") REF("2")) P(RUN("Three") REF("3")),
                                   PART(NOTE("1", "first") NOTE("2", "second") NOTE("3", "new"))));
    if (!p) return;
    T_EQ_STR(notes_in_order(a, p), S("first second {+new+} "));
    const Str was = str_from_z(old_notes),
              kept = str_slice(was, 0, str_find(was, S("</w:footnotes")));
    T_CHECK(str_starts(bytes_of(p), kept));
}

/* In an inserted table, next to a deleted note; and ids of which one names no note. */
static void notes_in_a_table(Arena *a) {
    DocxPackage *p = collated(
        a,
        docx(a, P(RUN("Odd") REF("7")) P(RUN("One day") REF("1") RUN(" in June.")) P(RUN("Two")),
             old_notes),
        docx(a,
             P(RUN("Odd") REF("7")) "<w:tbl><w:tr><w:tc>" P(RUN("Cell") REF("2"))
                 P(RUN("More") REF("3")) "</w:tc></w:tr></w:tbl>" P(RUN("One day in June."))
                     P(RUN("Two")),
             PART(NOTE("2", "in a cell") NOTE("3", "in it too"))));
    if (!p) return;
    T_EQ_STR(ids_in(a, p, "word/document.xml", W_footnoteReference), S("7 8 9 10 "));
    T_EQ_STR(ids_in(a, p, "word/footnotes.xml", W_footnote), S("-1 0 8 9 10 11 "));
    T_EQ_STR(notes_in_order(a, p), S(" {+in a cell+} {+in it too+} first "));
}

static void no_new_note(Arena *a) {
    static const char body[] = P(RUN("One day") REF("2") RUN(" in June.")) P(RUN("Two") REF("1"));
    DocxPackage *p = collated(
        a, docx(a, body, old_notes),
        docx(a, P(RUN("One day") REF("2") RUN(" in May.")) P(RUN("Two") REF("1")), old_notes));
    if (!p) return;
    T_EQ_STR(ids_in(a, p, "word/document.xml", W_footnoteReference), S("2 1 "));
    T_EQ_STR(bytes_of(p), str_from_z(old_notes));
}

/* No program writes it, but a file may refer to one note many times. */
static void one_note_referred_to_often(Arena *a) {
    static const char body[] = P(RUN("One") REF("1") REF("1")) P(RUN("Two") REF("1"))
        P(RUN("Three") REF("1") REF("1") REF("1")) P(RUN("Four"));
    DocxPackage *p = collated(a, docx(a, body, PART(NOTE("1", "first"))),
                              docx(a, body, PART(NOTE("1", "second"))));
    if (!p) return;
    T_EQ_STR(ids_in(a, p, "word/footnotes.xml", W_footnote), S("-1 0 1 "));
}

static void test_often(void) { t_with_arena(one_note_referred_to_often); }
static void test_before(void) { t_with_arena(a_note_before_others); }
static void test_behind(void) { t_with_arena(a_note_behind_others); }
static void test_table(void) { t_with_arena(notes_in_a_table); }
static void test_none(void) { t_with_arena(no_new_note); }

int main(void) {
    t_start();
    T_RUN(test_before);
    T_RUN(test_behind);
    T_RUN(test_table);
    T_RUN(test_none);
    T_RUN(test_often);
    return t_end();
}
