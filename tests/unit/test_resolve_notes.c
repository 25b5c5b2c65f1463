/* needs: engine */
/* A note goes with its last reference when changes are resolved; others stay. */
#include "pack.h"
#include "t.h"

#define BY "w:id=\"9\" w:author=\"Interior\""
#define NOTE(id, text)                                                                             \
    "<w:footnote w:id=\"" id "\"><w:p><w:r><w:t>" text "</w:t></w:r></w:p></w:footnote>"
#define REF(id) "<w:r><w:footnoteReference w:id=\"" id "\"/></w:r>"
#define SEPARATOR "<w:footnote w:type=\"separator\" w:id=\"0\"><w:p/></w:footnote>"
#define FIVE                                                                                       \
    SEPARATOR NOTE("1", "stays") NOTE("2", "comes") NOTE("3", "goes") NOTE("4", "nobody's")        \
        NOTE("5", "twice")

static const char body[] =
    "<w:p>" REF("1") "<w:ins " BY ">" REF("2") "</w:ins><w:del " BY ">" REF("3")
        REF("5") "</w:del>" REF("5") "</w:p>";

/* The ids of the notes that are left. */
static Str left(Arena *a, Str file, bool accept) {
    const PxFile in = {S("in.docx"), file};
    const PxStep step = {accept, S("all")};
    PxResult *result = NULL;
    PxErr err = {0};
    DocxPackage *p;
    XmlTree *t;
    Buf b = buf_new(a);
    if (!T_OK(px_resolve(&in, &step, 1, NULL, &result, &err), &err)) return S("");
    const Str bytes = arena_str(a, px_result_bytes(result));
    px_result_close(result);
    if (!T_OK(docx_open(a, xml_names_open(a), (HashKey){{1, 2}}, bytes, S("out.docx"), NULL, &p,
                        &err),
              &err))
        return S("");
    if (!T_OK(docx_part_tree(p, docx_find_part(p, S("word/footnotes.xml")), &t, &err), &err))
        return S("");
    for (const XmlNode *n = t->root->first; n; n = n->next) {
        buf_add(&b, xml_attr(n, W_id));
        buf_byte(&b, ' ');
    }
    return buf_str(&b);
}

static void notes_go(Arena *a) {
    Pack p = pack_new(a);
    pack_part(&p, "word/footnotes.xml", "footnotes", ROOT("footnotes", FIVE));
    const Str file = pack_docx(&p, body);
    T_EQ_STR(left(a, file, true), S("0 1 2 4 5 "));
    T_EQ_STR(left(a, file, false), S("0 1 3 4 5 "));
}

static void test_notes_go(void) { t_with_arena(notes_go); }

int main(void) {
    t_start();
    T_RUN(test_notes_go);
    return t_end();
}
