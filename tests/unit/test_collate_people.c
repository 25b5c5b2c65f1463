/* needs: base zip xml docx doc diff revise collate */
/* The people behind an office's deletions: who tracked one is named, wherever it stands, and nobody
 * is for what nobody tracked. */
#include "collate_fixture.h"

#define DEL(who, text)                                                                             \
    "<w:del w:id=\"1\" w:author=\"" who "\" w:date=\"2016-06-01T10:00:00Z\"><w:r>"                 \
    "<w:delText xml:space=\"preserve\">" text "</w:delText></w:r></w:del>"
#define MARK(who)                                                                                  \
    "<w:pPr><w:rPr><w:del w:id=\"2\" w:author=\"" who "\" w:date=\"2016-06-01T10:00:00Z\"/>"       \
    "</w:rPr></w:pPr>"

/* Who is behind the change of that id. */
static Str person_of(Arena *a, Str record, Str id) {
    ptrdiff_t at = str_find(record, arena_format(a, "<change id=\"%.*s\">", (int)id.len, id.ptr));
    if (at < 0) return S("-");
    record = str_slice(record, at, record.len);
    record = str_slice(record, 0, str_find(record, S("</change>")));
    at = str_find(record, S(" person=\""));
    if (at < 0) return S("-");
    record = str_slice(record, at + 9, record.len);
    return str_slice(record, 0, str_find(record, S("\"")));
}

/* "words=person;" for each deletion, "mark=person;" for each deleted mark. */
static Str deletions(Arena *a, const char *base, const char *revised) {
    const Str file = body_file(a, revised);
    CollateResult result;
    if (!run_proven(a, body_file(a, base), &file, 1, &result)) return S("");
    DocxPackage *p = open_file(a, result.bytes);
    const XmlTree *t = part_tree(p, NULL);
    if (!t) return S("");
    Str record = S("");
    PxErr err = {0};
    Buf b = buf_new(a);
    DocxPart *part = docx_find_part(p, S("customXml/paraph.xml"));
    if (part) T_OK(docx_part_bytes(p, part, &record, &err), &err);
    for (const XmlNode *n = t->root; n; n = xml_next(n, t->root)) {
        if (n->name != W_del) continue;
        const Str words = n->first ? str_trim(xml_text(a, n)) : S("mark");
        const Str person = person_of(a, record, xml_attr(n, W_id));
        buf_format(&b, "%.*s=%.*s;", (int)words.len, words.ptr, (int)person.len, person.ptr);
    }
    return buf_str(&b);
}

static void silent_ones_are_nobodys(Arena *a) {
    T_EQ_STR(deletions(a,
                       P(RUN("One day the Parties met in the hall."))
                           P(RUN("They bear the cost of weather reports.")),
                       P(RUN("One day Parties met in the hall.")) P(
                           RUN("They bear the cost") DEL("Khan", " of weather reports") RUN("."))),
             S("the=-;of weather reports=Khan;"));
    T_EQ_STR(deletions(a, P(RUN("The cost of other reports, and the rest.")),
                       P(RUN("The cost of ") DEL("Khan", "other ") RUN("reports, and rest."))),
             S("other=Khan;the=-;"));
}

static void each_has_his_own(Arena *a) {
    T_EQ_STR(deletions(a, P(RUN("First the one.")) P(RUN("Second the one.")),
                       P(RUN("First ") DEL("Khan", "the ") RUN("one."))
                           P(RUN("Second ") DEL("Rana", "the ") RUN("one."))),
             S("the=Khan;the=Rana;"));
}

static void paragraphs_that_went(Arena *a) {
    T_EQ_STR(deletions(a, P(RUN("First one.")) P(RUN("Second thing.")) P(RUN("Third part.")),
                       P(RUN("First one.")) P(MARK("Khan") DEL("Khan", "Second thing."))
                           P(RUN("Third part."))),
             S("mark=Khan;Second thing.=Khan;"));
    T_EQ_STR(deletions(a, P(RUN("First one,")) P(RUN("and the second.")) P(RUN("Third part.")),
                       P(MARK("Rana") RUN("First one,")) P(RUN("and the second."))
                           P(RUN("Third part."))),
             S("mark=Rana;"));
}

#define TABLE(cell) "<w:tbl><w:tr><w:tc>" cell "</w:tc></w:tr></w:tbl>"

static void in_a_cell(Arena *a) {
    T_EQ_STR(deletions(a, P(RUN("Before")) TABLE(P(RUN("In the cell."))) P(RUN("Behind the cell.")),
                       P(RUN("Before")) TABLE(P(RUN("In ") DEL("Khan", "the ") RUN("cell.")))
                           P(RUN("Behind cell."))),
             S("the=Khan;the=-;"));
}

static void test_silent(void) { t_with_arena(silent_ones_are_nobodys); }
static void test_own(void) { t_with_arena(each_has_his_own); }
static void test_paragraphs(void) { t_with_arena(paragraphs_that_went); }
static void test_cell(void) { t_with_arena(in_a_cell); }

int main(void) {
    t_start();
    T_RUN(test_silent);
    T_RUN(test_own);
    T_RUN(test_paragraphs);
    T_RUN(test_cell);
    return t_end();
}
