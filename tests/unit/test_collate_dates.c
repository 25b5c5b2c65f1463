/* needs: base zip xml docx doc diff revise collate */
/* Insertions on both sides of a mark that stays do not bear one date, unless the return says so:
 * LibreOffice would take them for one, and the mark with them. */
#include "collate_fixture.h"

#define TRACKED(text, date)                                                                        \
    "<w:ins w:id=\"1\" w:author=\"A. Khan\" w:date=\"" date "\">" RUN(text) "</w:ins>"
#define LONG "Each Party shall bear the costs that it incurs in giving effect to it"
#define MORE "Both delegations agreed to that much in the second round of the talks"

/* saved: NULL or when. */
static Str docx(Arena *a, const char *body, const char *saved) {
    Pack p = pack_new(a);
    if (saved) {
        const char *name = "docProps/core.xml";
        pack_rel_to(&p.root_rels, false, "rId9",
                    PACKAGE_URI "/relationships/metadata/core-properties", name, "");
        pack_override(&p, name, "application/vnd.openxmlformats-package.core-properties+xml");
        pack_entry(&p, name,
                   arena_format(a,
                                "<cp:coreProperties xmlns:cp=\"" PACKAGE_URI
                                "/metadata/core-properties\" "
                                "xmlns:dcterms=\"http://purl.org/dc/terms/\"><dcterms:modified>%s"
                                "</dcterms:modified></cp:coreProperties>",
                                saved));
    }
    return pack_docx(&p, body);
}

/* The insertions in order, as "[text|minute]", a mark's as "[¶|minute]". */
static Str minutes(Arena *a, const XmlNode *body) {
    Buf out = buf_new(a);
    for (const XmlNode *n = body; n; n = xml_next(n, body)) {
        if (n->name != W_ins) continue;
        const Str date = xml_attr(n, W_date);
        const Str text = n->parent->name == W_rPr ? S("¶") : str_trim(xml_text(a, n));
        const Str minute = date.len >= 16 ? str_slice(date, 14, 16) : S("-");
        buf_format(&out, "[%.*s|%.*s]", (int)text.len, text.ptr, (int)minute.len, minute.ptr);
    }
    return buf_str(&out);
}

static Str dated(Arena *a, const char *base, const char *saved, const char *first,
                 const char *second) {
    const Str files[] = {docx(a, first, saved), second ? docx(a, second, saved) : S("")};
    const XmlTree *t = redline_tree(a, docx(a, base, NULL), files, second ? 2 : 1);
    if (!t) return S("");
    return minutes(a, xml_child(t->root, W_body));
}

#define SAVED "2026-03-01T09:30:00Z"
#define BASE LINE(LONG) LINE(MORE) LINE("The end.")

static void at_a_mark_in(Arena *a) {
    T_EQ_STR(dated(a, BASE, SAVED, LINE(LONG ", each.") LINE("And, " MORE) LINE("The end."), NULL),
             S("[, each.|30][And,|28]"));
    /* one of them is not at the mark */
    T_EQ_STR(dated(a, LINE(LONG ".") LINE(MORE) LINE("The end."), SAVED,
                   LINE(LONG " now.") LINE("And, " MORE) LINE("The end."), NULL),
             S("[now|30][And,|30]"));
    T_EQ_STR(dated(a, BASE, SAVED, LINE(LONG ", each.") LINE(MORE) LINE("At the end."), NULL),
             S("[, each.|30][At the|30]"));
    /* by turns */
    T_EQ_STR(dated(a, BASE, SAVED,
                   LINE(LONG ", each.") LINE("And, " MORE " too") LINE("Now: The end."), NULL),
             S("[, each.|30][And,|28][too|28][Now:|30]"));
    T_EQ_STR(dated(a, BASE, "2026-03-01T09:01:00Z",
                   LINE(LONG ", each.") LINE("And, " MORE) LINE("The end."), NULL),
             S("[, each.|01][And,|03]"));
    T_EQ_STR(dated(a, BASE, NULL, LINE(LONG ", each.") LINE("And, " MORE) LINE("The end."), NULL),
             S("[, each.|-][And,|-]"));
}
static void at_a_mark(void) { t_with_arena(at_a_mark_in); }

static void paragraphs_in(Arena *a) {
    /* the mark and the text of an inserted paragraph are one insertion, and so are several */
    T_EQ_STR(dated(a, BASE, SAVED,
                   LINE(LONG ", each.") LINE("New one.") LINE("New two.") LINE(MORE)
                       LINE("The end."),
                   NULL),
             S("[, each.|30][¶|28][New one.|28][¶|28][New two.|28]"));
    T_EQ_STR(dated(a, BASE, SAVED, LINE(LONG) LINE("New one.") LINE("Now, " MORE) LINE("The end."),
                   NULL),
             S("[¶|30][New one.|30][Now,|30]"));
}
static void paragraphs(void) { t_with_arena(paragraphs_in); }

static void people_in(Arena *a) {
    /* a date that somebody's program gave is kept */
    T_EQ_STR(dated(a, BASE, SAVED,
                   "<w:p>" RUN(LONG) TRACKED(", each.", SAVED) "</w:p><w:p>" TRACKED("And, ", SAVED)
                       RUN(MORE) "</w:p>" LINE("The end."),
                   NULL),
             S("[, each.|30][And,|30]"));
    /* two offices are two authors */
    T_EQ_STR(dated(a, BASE, SAVED, LINE(LONG ", each.") LINE(MORE) LINE("The end."),
                   LINE(LONG) LINE("And, " MORE) LINE("The end.")),
             S("[, each.|30][And,|30]"));
}
static void people(void) { t_with_arena(people_in); }

int main(void) {
    T_RUN(at_a_mark);
    T_RUN(paragraphs);
    T_RUN(people);
    return t_end();
}
