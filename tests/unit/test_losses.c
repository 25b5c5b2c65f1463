/* losses: what other programs lose when they merge the returns of several reviewers, silently. Each
 * is a case of two offices: what the redline must say, and what is proven of it. */
#include "paraph.h"
#include "t.h"

#include "unit/pack.h"

#define RUN(text) "<w:r><w:t xml:space=\"preserve\">" text "</w:t></w:r>"
#define BOLD(text) "<w:r><w:rPr><w:b/></w:rPr><w:t xml:space=\"preserve\">" text "</w:t></w:r>"
#define P(runs) "<w:p>" runs "</w:p>"
#define CENTRED(runs) "<w:p><w:pPr><w:jc w:val=\"center\"/></w:pPr>" runs "</w:p>"
#define BY(who, date) " w:id=\"7\" w:author=\"" who "\" w:date=\"" date "T10:00:00Z\""
#define REFERENCE "<w:sectPr><w:headerReference w:type=\"default\" r:id=\"rIdk1\"/></w:sectPr>"

#define FIRST "The Parties shall consult within thirty days."
#define SECOND "Costs are shared by the Parties in equal parts."
#define THIRD "Disputes are settled by negotiation."

typedef struct File { /* header and comments: NULL: as in the base */
    const char *body, *header, *comments;
} File;

typedef struct Case {
    const char *what;
    File army, navy;
    const char *says[4]; /* lines of the redline, as `paraph text` writes them */
} Case;

static const char base[] = P(RUN(FIRST)) P(RUN(SECOND)) P(RUN(THIRD));

static const Case cases[] = {
    {"an edit in a header",
     {base, P(RUN("SECRET, second draft")), NULL},
     {base, P(RUN("SECRET, first draft of June")), NULL},
     {"SECRET, {-Army|first}{+Army|second} draft{+Navy| of June}"}},
    {"a comment in a paragraph nobody edits",
     {P(RUN(FIRST)) P(RUN(SECOND)) P(RUN(THIRD) "<w:r><w:commentReference w:id=\"1\"/></w:r>"),
      NULL, "<w:comment w:id=\"1\" w:author=\"Col. X\"><w:p>" RUN("By whom?") "</w:p></w:comment>"},
     {base, NULL, NULL},
     {"By whom?"}},
    {"a deletion both propose",
     {P(RUN("The Parties shall consult.")) P(RUN(SECOND)) P(RUN(THIRD)), NULL, NULL},
     {P(RUN("The Parties shall consult.")) P(RUN(SECOND)) P(RUN(THIRD)), NULL, NULL},
     {"{-Army; Navy| within thirty days}"}},
    {"an insertion both propose",
     {P(RUN(FIRST)) P(RUN(SECOND)) P(RUN("Disputes are settled by peaceful negotiation.")), NULL,
      NULL},
     {P(RUN(FIRST)) P(RUN(SECOND)) P(RUN("Disputes are settled by peaceful negotiation.")), NULL,
      NULL},
     {"{+Army; Navy|peaceful }"}},
    {"a format by one and a word by another",
     {P(BOLD("The Parties") RUN(" shall consult within thirty days.")) P(RUN(SECOND)) P(RUN(THIRD)),
      NULL, NULL},
     {P(RUN("The Parties shall consult within ninety days.")) P(RUN(SECOND)) P(RUN(THIRD)), NULL,
      NULL},
     {"{=bold|{~Army|bold|The Parties}}", "within {-Navy|thirty}{+Navy|ninety} days."}},
    {"a deletion against an edit",
     {P(RUN(FIRST)) P(RUN(THIRD)), NULL, NULL},
     {P(RUN(FIRST)) P(RUN("Costs are shared by the Parties in fair parts.")) P(RUN(THIRD)), NULL,
      NULL},
     {"{-Army|Costs are shared by the Parties in }{-Army; Navy|equal}{+Navy|fair}"}},
    {"a split against an edit",
     {P(RUN(FIRST)) P(RUN("Costs are shared ")) P(RUN("by the Parties in equal parts."))
          P(RUN(THIRD)),
      NULL, NULL},
     {P(RUN(FIRST)) P(RUN("Costs are shared by the Parties in fair parts.")) P(RUN(THIRD)), NULL,
      NULL},
     {"Costs are shared {+Army|", "by the Parties in {-Navy|equal}{+Navy|fair} parts."}},
    {"a move against an edit",
     {P(RUN(SECOND)) P(RUN(FIRST)) P(RUN(THIRD)), NULL, NULL},
     {P(RUN(FIRST)) P(RUN("Costs are shared by the Parties in fair parts.")) P(RUN(THIRD)), NULL,
      NULL},
     {"Navy|equal", "Navy|fair", "{<Army", "{>Army"}},
    {"text and look of a paragraph together",
     {CENTRED(RUN("The Parties shall consult within ninety days.")) P(RUN(SECOND)) P(RUN(THIRD)),
      NULL, NULL},
     {base, NULL, NULL},
     {"{~Army|", "{-Army|thirty}{+Army|ninety}"}},
};

static PxFile docx(Arena *a, const char *name, const File *f) {
    Pack p = pack_new(a);
    const Str header =
        arena_format(a, ROOT("hdr", "%s"), f->header ? f->header : P(RUN("SECRET, first draft")));
    pack_typed(&p, "word/header1.xml", "header", NULL, header);
    if (f->comments)
        pack_typed(&p, "word/comments.xml", "comments", NULL,
                   arena_format(a, ROOT("comments", "%s"), f->comments));
    return (PxFile){px_str(name),
                    pack_docx(&p, arena_format(a, "%s" REFERENCE "%c", f->body, 0).ptr)};
}

/* The dump of the redline, or of what one office proposes in it. */
static Str dump(Arena *a, PxFile file) {
    PxResult *result;
    PxErr err;
    if (!T_OK(px_text(&file, NULL, &result, &err), &err)) return S("");
    const Str text = arena_str(a, px_result_bytes(result));
    px_result_close(result);
    return text;
}

static PxFile only(Arena *a, PxFile file, const char *office) {
    const PxResolveOptions options = {.only = px_str(office), .no_comments = true};
    PxResult *result;
    PxErr err;
    if (!T_OK(px_resolve(&file, NULL, 0, &options, &result, &err), &err)) return file;
    const PxFile out = {file.name, arena_str(a, px_result_bytes(result))};
    px_result_close(result);
    return out;
}

static void nothing_is_lost(Arena *a) {
    const File none = {base, NULL, NULL};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const Case *c = &cases[i];
        const PxFile draft = docx(a, "base.docx", &none);
        const PxReturn returns[] = {{px_str("Army"), docx(a, "army.docx", &c->army)},
                                    {px_str("Navy"), docx(a, "navy.docx", &c->navy)}};
        PxResult *result;
        PxErr err;
        printf("# %s\n", c->what);
        if (!T_OK(px_consolidate(&draft, returns, 2, NULL, &result, &err), &err)) continue;
        T_CHECK(px_result_is_proven(result));
        const PxFile redline = {px_str("c.docx"), arena_str(a, px_result_bytes(result))};
        px_result_close(result);
        const Str text = dump(a, redline);
        for (int k = 0; k < 4 && c->says[k]; k++)
            if (!T_CHECK(str_find(text, str_from_z(c->says[k])) >= 0))
                printf("# no [%s] in\n%.*s\n", c->says[k], (int)text.len, text.ptr);
        /* each office has its own text back, word for word */
        const File wanted[] = {{c->army.body, c->army.header, NULL},
                               {c->navy.body, c->navy.header, NULL}};
        T_EQ_STR(dump(a, only(a, redline, "Army")), dump(a, docx(a, "c.docx", &wanted[0])));
        T_EQ_STR(dump(a, only(a, redline, "Navy")), dump(a, docx(a, "c.docx", &wanted[1])));
    }
}
static void test_nothing_is_lost(void) { t_with_arena(nothing_is_lost); }

#define GONE(who, date, text)                                                                      \
    "<w:del" BY(who, date) "><w:r><w:delText>" text "</w:delText></w:r></w:del>"
#define COME(who, date, text) "<w:ins" BY(who, date) ">" RUN(text) "</w:ins>"
#define DAYS GONE("Col. X", "2016-06-02", "thirty") COME("Capt. Y", "2016-06-03", "ninety")
#define TRACKED P(RUN("The Parties shall consult within ") DAYS RUN(" days."))

/* Who wrote what, and when, as a return's own tracked changes say. */
static void people_and_dates(Arena *a) {
    const File none = {base, NULL, NULL}, army = {TRACKED P(RUN(SECOND)) P(RUN(THIRD)), NULL, NULL};
    const PxFile draft = docx(a, "base.docx", &none);
    const PxReturn r = {px_str("Army"), docx(a, "army.docx", &army)};
    PxResult *result;
    PxMatrix *matrix;
    PxErr err;
    if (!T_OK(px_consolidate(&draft, &r, 1, NULL, &result, &err), &err)) return;
    const PxFile redline = {px_str("c.docx"), arena_str(a, px_result_bytes(result))};
    px_result_close(result);
    if (!T_OK(px_matrix_open(&redline, NULL, &matrix, &err), &err)) return;
    ptrdiff_t count;
    const PxRow *rows = px_matrix_rows(matrix, &count);
    for (ptrdiff_t i = 0; i < count; i++)
        printf("# %.*s, %.*s, %.*s\n", (int)rows[i].office.len, rows[i].office.ptr,
               (int)rows[i].person.len, rows[i].person.ptr, (int)rows[i].date.len,
               rows[i].date.ptr);
    if (T_EQ_INT(count, 1)) {
        T_EQ_STR(rows[0].office, S("Army"));
        T_EQ_STR(rows[0].person, S("Col. X; Capt. Y"));
        T_CHECK(str_starts(rows[0].date, S("2016-06-0")));
    }
    px_matrix_close(matrix);
}
static void test_people(void) { t_with_arena(people_and_dates); }

int main(void) {
    t_start();
    T_RUN(test_nothing_is_lost);
    T_RUN(test_people);
    return t_end();
}
