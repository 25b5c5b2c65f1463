/* needs: base zip xml docx doc diff revise collate */
/* Redlines that were given, by whatever program, and what is wrong with them: what the texts rest
 * on was changed, or somebody else was at work in them. */
#include "collate/collate.h"
#include "pack.h"
#include "t.h"

#define RUN(text) "<w:r><w:t xml:space=\"preserve\">" text "</w:t></w:r>"
#define P(inside) "<w:p><w:pPr><w:pStyle w:val=\"Clause\"/></w:pPr>" inside "</w:p>"
#define BY(who) " w:id=\"7\" w:author=\"" who "\" w:date=\"2016-06-01T10:00:00Z\""
#define INS(who, text) "<w:ins" BY(who) ">" RUN(text) "</w:ins>"
#define STYLE(more)                                                                                \
    "<w:style w:type=\"paragraph\" w:styleId=\"Clause\"><w:name w:val=\"Clause\"/>" more           \
    "</w:style>"
#define DEFAULTS(size)                                                                             \
    "<w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val=\"" size                                      \
    "\"/></w:rPr></w:rPrDefault></w:docDefaults>"
#define LIST(format)                                                                               \
    "<w:abstractNum w:abstractNumId=\"1\"><w:lvl w:ilvl=\"0\"><w:start w:val=\"1\"/><w:numFmt "    \
    "w:val=\"" format "\"/><w:lvlText w:val=\"%1.\"/></w:lvl></w:abstractNum><w:num "              \
    "w:numId=\"3\"><w:abstractNumId w:val=\"1\"/></w:num>"
#define STYLES DEFAULTS("24") STYLE("<w:rPr><w:b/></w:rPr>")

typedef struct File {
    const char *body, *styles, *lists, *comments;
} File;

static Str docx(Arena *a, const File *f) {
    Pack p = pack_new(a);
    const Str styles = arena_format(a, ROOT("styles", "%s"), f->styles ? f->styles : STYLES),
              lists =
                  arena_format(a, ROOT("numbering", "%s"), f->lists ? f->lists : LIST("decimal")),
              comments = arena_format(a, ROOT("comments", "%s"), f->comments ? f->comments : "");
    pack_typed(&p, "word/styles.xml", "styles", NULL, styles);
    pack_typed(&p, "word/numbering.xml", "numbering", NULL, lists);
    pack_typed(&p, "word/comments.xml", "comments", NULL, comments);
    return pack_docx(&p, f->body);
}

#define SAID                                                                                       \
    "<w:comment w:id=\"5\" w:author=\"Ms A\" w:date=\"2016-06-01T10:00:00Z\"><w:p>" RUN(           \
        "Indeed.") "</w:p></w:comment>"
#define REDLINE P(RUN("The Parties") INS("Interior", " shall") RUN(" meet."))

typedef struct Case {
    const char *what;
    File file;
    const char *fails;  /* what its first verdict says; NULL: all hold */
    const char *notice; /* what its first notice says; NULL: there is none */
} Case;

static const Case cases[] = {
    {"as it was made", {REDLINE, NULL, NULL, NULL}, NULL, NULL},
    {"a style more",
     {REDLINE,
      STYLES "<w:style w:type=\"paragraph\" w:styleId=\"X\"><w:name w:val=\"X\"/></w:style>", NULL,
      NULL},
     NULL,
     NULL},
    {"a style that hides",
     {REDLINE, DEFAULTS("24") STYLE("<w:rPr><w:b/><w:vanish/></w:rPr>"), NULL, NULL},
     "the style \"Clause\" is defined differently",
     NULL},
    {"a style that is gone",
     {REDLINE, DEFAULTS("24"), NULL, NULL},
     "the style \"Clause\" is gone",
     NULL},
    {"other defaults",
     {REDLINE, DEFAULTS("2") STYLE("<w:rPr><w:b/></w:rPr>"), NULL, NULL},
     "what text looks like without a style is defined differently",
     NULL},
    {"another numbering",
     {REDLINE, NULL, LIST("upperRoman"), NULL},
     "the list 3 is numbered differently",
     NULL},
    {"no numbering", {REDLINE, NULL, " ", NULL}, "the list 3 is gone", NULL},
    {"a stranger's word",
     {P(RUN("The Parties") INS("Interior", " shall") INS("Somebody", " not") RUN(" meet.")), NULL,
      NULL, NULL},
     NULL,
     "It holds changes of \"Somebody\""},
    {"a word of an office and a stranger",
     {P(RUN("The Parties") INS("Interior; Somebody", " shall") RUN(" meet.")), NULL, NULL, NULL},
     NULL,
     "It holds changes of \"Interior; Somebody\""},
    {"a comment nobody made",
     {P(RUN("The Parties") INS("Interior", " shall")
            RUN(" meet.") "<w:r><w:commentReference w:id=\"5\"/></w:r>"),
      NULL, NULL, SAID},
     NULL,
     "It holds a comment of \"Ms A\""},
};

static void given_redlines(Arena *a) {
    const File base = {P(RUN("The Parties meet.")), NULL, NULL, NULL},
               returned = {P(RUN("The Parties shall meet.")), NULL, NULL, NULL};
    const CollateReturn r = {S("Interior"), S("interior.docx"), docx(a, &returned)};
    const CollateOptions options = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const Case *c = &cases[i];
        CollateResult result;
        PxErr err = {0};
        printf("# %s\n", c->what);
        if (!T_OK(collate_verify(a, docx(a, &base), S("base.docx"), &r, 1, docx(a, &c->file),
                                 S("c.docx"), &options, &result, &err),
                  &err))
            continue;
        T_CHECK(result.proven == !c->fails);
        if (c->fails) T_EQ_STR(result.verdicts[0].detail, str_from_z(c->fails));
        T_EQ_INT(result.notice_count, c->notice != NULL);
        if (c->notice && result.notice_count)
            T_CHECK(str_starts(result.notices[0].text, str_from_z(c->notice)));
    }
}
/* The same text, Transitional and Strict. */
#define PICTURE(a, pic)                                                                            \
    "<w:p><w:r><w:drawing><a:graphic xmlns:a=\"" a "\"><a:graphicData uri=\"" pic                  \
    "\"><pic:pic xmlns:pic=\"" pic "\"/></a:graphicData></a:graphic></w:drawing></w:r></w:p>"
#define SIDED(side, other, width)                                                                  \
    "<w:p><w:pPr><w:ind w:" side "=\"720\"/><w:jc w:val=\"" other                                  \
    "\"/></w:pPr>" RUN("Aside.") "</w:p><w:tbl><w:tblPr><w:tblW w:w=\"" width                      \
                                 "\" w:type=\"pct\"/></w:tblPr><w:tr><w:tc><w:p/>"                 \
                                 "</w:tc></w:tr></w:tbl><w:p/>"
#define OOXML "http://schemas.openxmlformats.org/drawingml/2006/"
#define STRICT "http://purl.oclc.org/ooxml/drawingml/"

static void strict_redlines(Arena *a) {
    Pack p = pack_new(a), q = pack_new(a);
    q.is_strict = true;
    const Str base = pack_docx(&p, SIDED("left", "right", "1665")
                                       PICTURE(OOXML "main", OOXML "picture")),
              strict = pack_docx(&q, SIDED("start", "end", "33.3%")
                                         PICTURE(STRICT "main", STRICT "picture"));
    const CollateOptions options = {0};
    CollateResult result;
    PxErr err = {0};
    const CollateReturn r = {S("Interior"), S("interior.docx"), base},
                        s = {S("Interior"), S("interior.docx"), strict};
    if (T_OK(collate_verify(a, base, S("base.docx"), &r, 1, strict, S("c.docx"), &options, &result,
                            &err),
             &err))
        T_CHECK(result.proven);
    if (T_OK(collate_verify(a, base, S("base.docx"), &s, 1, base, S("c.docx"), &options, &result,
                            &err),
             &err))
        T_CHECK(result.proven);
}

/* A redline of a file with macros is one, and Word opens it by no other name. */
static void kinds_of_files(Arena *a) {
    static const struct {
        const char *type, *ending; /* NULL: nothing to say */
    } kinds[] = {
        {WORD_TYPE "document.main+xml", NULL},
        {WORD_TYPE "template.main+xml", "name it .dotx,"},
        {"application/vnd.ms-word.document.macroEnabled.main+xml", "name it .docm,"},
        {"application/vnd.ms-word.template.macroEnabledTemplate.main+xml", "name it .dotm,"},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        Pack p = pack_new(a), q = pack_new(a);
        p.main_type = kinds[i].type;
        const CollateReturn r = {S("Interior"), S("interior.docx"),
                                 pack_docx(&q, "<w:p>" RUN("Two") "</w:p>")};
        const CollateOptions options = {0};
        CollateResult result;
        PxErr err = {0};
        if (!T_OK(collate_run(a, pack_docx(&p, "<w:p>" RUN("One") "</w:p>"), S("base.docm"), &r, 1,
                              &options, &result, &err),
                  &err))
            continue;
        T_EQ_INT(result.notice_count, kinds[i].ending != NULL);
        if (kinds[i].ending && result.notice_count)
            T_CHECK(str_find(result.notices[0].text, str_from_z(kinds[i].ending)) >= 0);
    }
}

static void test_kinds(void) { t_with_arena(kinds_of_files); }
static void test_strict(void) { t_with_arena(strict_redlines); }
static void test_given(void) { t_with_arena(given_redlines); }

int main(void) {
    t_start();
    T_RUN(test_given);
    T_RUN(test_strict);
    T_RUN(test_kinds);
    return t_end();
}
