/* needs: base zip xml docx doc diff revise inspect */
/* Every kind of finding is found where it is, and nothing is found where nothing is. The cases are
 * the ways of changing a document unseen that the engineering notes list in section 8. */
#include "t.h"
#include "inspect/inspect.h"

#include "unit/pack.h"

#define T(text) "<w:r><w:t xml:space=\"preserve\">" text "</w:t></w:r>"
#define P(text) "<w:p>" T(text) "</w:p>"
#define BY " w:id=\"7\" w:author=\"Legal Adviser\" w:date=\"2016-06-01T10:00:00Z\""
#define INS(runs) "<w:ins" BY ">" runs "</w:ins>"
#define DEL(text)                                                                                  \
    "<w:del" BY "><w:r><w:delText xml:space=\"preserve\">" text "</w:delText></w:r></w:del>"
#define TC(text) "<w:tc><w:tcPr><w:tcW w:w=\"900\" w:type=\"dxa\"/></w:tcPr>" P(text) "</w:tc>"
#define TR(x, y) "<w:tr>" TC(x) TC(y) "</w:tr>"
#define TBL(rows) "<w:tbl><w:tblPr/><w:tblGrid/>" rows "</w:tbl>"
#define SDT(pr, blocks)                                                                            \
    "<w:sdt><w:sdtPr>" pr "</w:sdtPr><w:sdtContent>" blocks "</w:sdtContent></w:sdt>"
#define SECT(width) "<w:sectPr><w:pgSz w:w=\"" width "\" w:h=\"16838\"/></w:sectPr>"
#define ARTICLE "<w:p>" T("Article 5") "</w:p>"
#define FIELD(code, shown)                                                                         \
    "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText "                            \
    "xml:space=\"preserve\">" code                                                                 \
    "</w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r>" T(                    \
        shown) "<w:r><w:fldChar w:fldCharType=\"end\"/></w:r>"

#define COSTS P("Costs are borne by each Party for what it does.")

/* ---- harness ---- */

static DocxPackage *open_bytes(Arena *a, XmlNames *names, Str bytes) {
    DocxPackage *p = NULL;
    PxErr err = {0};
    T_OK(docx_open(a, names, (HashKey){{3, 5}}, bytes, S("return.docx"), NULL, &p, &err), &err);
    return p;
}

/* sent.ptr NULL: no copy to compare with. */
static InspectReport look(Arena *a, Str file, Str sent) {
    XmlNames *names = xml_names_open(a);
    InspectReport r = {0};
    PxErr err = {0};
    DocxPackage *p = open_bytes(a, names, file), *q = sent.ptr ? open_bytes(a, names, sent) : NULL;
    if (p && (q || !sent.ptr)) T_OK(inspect_file(a, p, q, &r, &err), &err);
    return r;
}

static Str simple(Arena *a, const char *body) {
    Pack p = pack_new(a);
    return pack_docx(&p, body);
}

static void show(const InspectReport *r) {
    for (ptrdiff_t i = 0; i < r->count; i++) {
        const InspectFinding *f = &r->findings[i];
        const Str name = inspect_kind_name(f->kind);
        printf("#   %.*s at %.*s [%.*s] [%.*s] %.*s\n", (int)name.len, name.ptr, (int)f->place.len,
               f->place.ptr, (int)f->before.len, f->before.ptr, (int)f->after.len, f->after.ptr,
               (int)f->detail.len, f->detail.ptr);
    }
}

static void expect_nothing(const InspectReport *r, const char *what) {
    if (r->count == 0) return;
    printf("# %s: findings where there should be none\n", what);
    show(r);
    T_CHECK(r->count == 0);
}

/* Exactly one finding, of this kind. */
static const InspectFinding *expect_one(const InspectReport *r, InspectKind kind,
                                        const char *what) {
    if (r->count == 1 && r->findings[0].kind == kind) return &r->findings[0];
    const Str name = inspect_kind_name(kind);
    printf("# %s: not one finding of %.*s but\n", what, (int)name.len, name.ptr);
    show(r);
    T_CHECK(r->count == 1 && r->findings[0].kind == kind);
    return NULL;
}

/* ---- silent changes in the text ---- */

typedef struct Silent {
    const char *what;
    InspectKind kind;
    const char *sent, *file, *before, *after;
} Silent;

static const Silent silent[] = {
    {"a word", INSPECT_SILENT_TEXT, ARTICLE P("within thirty days of receipt"),
     ARTICLE P("within ninety days of receipt"), "thirty", "ninety"},
    {"a word more, as when a change was accepted before", INSPECT_SILENT_INSERTED,
     ARTICLE P("The Parties shall consult."), ARTICLE P("The Parties shall not consult."), "",
     "not"},
    {"a word less", INSPECT_SILENT_DELETED, ARTICLE P("The Parties shall not consult."),
     ARTICLE P("The Parties shall consult."), "not", ""},
    {"a paragraph more", INSPECT_SILENT_INSERTED, ARTICLE P("One stays."),
     ARTICLE P("One stays.") P("Another comes."), "", "Another comes."},
    {"a paragraph less", INSPECT_SILENT_DELETED, ARTICLE P("One stays.") P("Another goes away."),
     ARTICLE P("One stays."), "Another goes away.", ""},
    {"text beside a tracked change", INSPECT_SILENT_TEXT, ARTICLE P("Pay thirty in cash, please"),
     ARTICLE "<w:p>" T("Pay ninety in ") DEL("cash") INS(T("kind")) T(", please") "</w:p>",
     "thirty", "ninety"},
    {"text under a change that claims to be of format only", INSPECT_SILENT_TEXT,
     ARTICLE P("Pay within thirty days"),
     ARTICLE "<w:p>" T("Pay within ") "<w:r><w:rPr><w:b/><w:rPrChange" BY
                                      "><w:rPr/></w:rPrChange></w:rPr><w:t>ninety</w:t></w:r>" T(
                                          " days") "</w:p>",
     "thirty", "ninety"},
    {"text that is in a tracked move", INSPECT_SILENT_TEXT,
     ARTICLE P("The costs of it are shared by both.") P("Stays."),
     ARTICLE "<w:p><w:pPr><w:rPr><w:moveFrom" BY "/></w:rPr></w:pPr><w:moveFrom" BY
             ">" T("The gains of it are shared by both.") "</w:moveFrom></w:p>" P(
                 "Stays.") "<w:p><w:pPr><w:rPr><w:moveTo" BY "/></w:rPr></w:pPr><w:moveTo" BY
                           ">" T("The gains of it are shared by both.") "</w:moveTo></w:p>",
     "costs", "gains"},
    {"letters of another alphabet", INSPECT_SILENT_TEXT, ARTICLE P("The Party pays"),
     ARTICLE P("The P\xd0\xb0rty pays"), "Party", "P\xd0\xb0rty"},
    {"a decimal comma", INSPECT_SILENT_TEXT, ARTICLE P("USD 1.250 each"),
     ARTICLE P("USD 1,250 each"), "1.250", "1,250"},
    {"a cell", INSPECT_SILENT_TEXT, ARTICLE TBL(TR("Item", "thirty units")),
     ARTICLE TBL(TR("Item", "ninety units")), "thirty", "ninety"},
    {"a text box", INSPECT_SILENT_OBJECT,
     ARTICLE "<w:p><w:r><w:pict><v:shape><v:textbox><w:txbxContent>" P(
         "thirty") "</w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>",
     ARTICLE "<w:p><w:r><w:pict><v:shape><v:textbox><w:txbxContent>" P(
         "ninety") "</w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>",
     "thirty", "ninety"},
    {"what a field shows", INSPECT_SILENT_TEXT,
     ARTICLE "<w:p>" T("See ") FIELD("REF a", "Article 4") "</w:p>",
     ARTICLE "<w:p>" T("See ") FIELD("REF a", "Article 9") "</w:p>", "4", "9"},
    {"a field's code", INSPECT_SILENT_OBJECT,
     ARTICLE "<w:p>" T("See ") FIELD("REF a", "Article 4") "</w:p>",
     ARTICLE "<w:p>" T("See ") FIELD("REF b", "Article 4") "</w:p>", "[field REF a]Article 4",
     "[field REF b]Article 4"},
    {"text in a content control", INSPECT_SILENT_TEXT,
     ARTICLE SDT("<w:tag w:val=\"x\"/>", P("thirty days")),
     ARTICLE SDT("<w:tag w:val=\"x\"/>", P("ninety days")), "thirty", "ninety"},
    {"strikethrough", INSPECT_SILENT_FORMAT, ARTICLE P("The Parties shall not consult."),
     ARTICLE
     "<w:p>" T("The Parties shall ") "<w:r><w:rPr><w:strike/></w:rPr><w:t>not</w:t></w:r>" T(
         " consult.") "</w:p>",
     "not", "not"},
    {"superscript", INSPECT_SILENT_FORMAT,
     ARTICLE "<w:p>" T("about 10") "<w:r><w:rPr><w:vertAlign "
                                   "w:val=\"superscript\"/></w:rPr><w:t>2</w:t></w:r></w:p>",
     ARTICLE "<w:p>" T("about 10") T("2") "</w:p>", NULL, NULL},
    {"a moved paragraph", INSPECT_SILENT_MOVED,
     ARTICLE COSTS P("Second paragraph, which stays here.")
         P("Third paragraph, which stays as well.") P("Fourth paragraph, which stays too.")
             P("Last."),
     ARTICLE P("Second paragraph, which stays here.") P("Third paragraph, which stays as well.")
         P("Fourth paragraph, which stays too.") COSTS P("Last."),
     "Costs are borne by each Party for what it does.",
     "Costs are borne by each Party for what it does."},
    {"a cell that spans two", INSPECT_SILENT_TABLE,
     ARTICLE TBL("<w:tr>" TC("Item") "</w:tr>" TR("a", "b")),
     ARTICLE TBL("<w:tr><w:tc><w:tcPr><w:tcW w:w=\"900\" w:type=\"dxa\"/><w:gridSpan "
                 "w:val=\"2\"/></w:tcPr>" P("Item") "</w:tc></w:tr>" TR("a", "b")),
     "", ""},
    {"a row less", INSPECT_SILENT_DELETED, ARTICLE TBL(TR("Fuel", "yes") TR("Ammunition", "no")),
     ARTICLE TBL(TR("Fuel", "yes")), NULL, ""},
    {"a control's properties", INSPECT_SILENT_CONTROL,
     ARTICLE SDT("<w:tag w:val=\"x\"/>", P("thirty")),
     ARTICLE SDT("<w:tag w:val=\"x\"/><w:lock w:val=\"sdtContentLocked\"/>", P("thirty")), "", ""},
    {"the page", INSPECT_SILENT_SECTION, ARTICLE SECT("11906"), ARTICLE SECT("8000"), "", ""}};

static void every_silent_change_is_found(Arena *a) {
    for (size_t i = 0; i < sizeof silent / sizeof *silent; i++) {
        const Silent *s = &silent[i];
        InspectReport r = look(a, simple(a, s->sent), simple(a, s->sent));
        expect_nothing(&r, s->what);
        r = look(a, simple(a, s->file), simple(a, s->sent));
        ptrdiff_t count = 0; /* hazards (letters of two alphabets) are tested below */
        for (ptrdiff_t k = 0; k < r.count; k++)
            if (inspect_kind_is_silent(r.findings[k].kind)) r.findings[count++] = r.findings[k];
        r.count = count;
        const InspectFinding *f = expect_one(&r, s->kind, s->what);
        if (!f) continue;
        if (s->before) T_EQ_STR(f->before, str_from_z(s->before));
        if (s->after) T_EQ_STR(f->after, str_from_z(s->after));
        if (s->kind != INSPECT_SILENT_SECTION) T_CHECK(str_starts(f->place, S("Article 5")));
        T_EQ_STR(f->part, S("word/document.xml"));
    }
}
static void silent_text(void) { t_with_arena(every_silent_change_is_found); }

/* ---- tracked changes are no silent ones ---- */

static void tracked_is_nothing_in(Arena *a) {
    static const char *const sent =
        ARTICLE P("The Parties shall consult within thirty days.") P("Second.") TBL(TR("a", "b"));
    static const char *const files[] = {
        ARTICLE "<w:p>" T("The Parties shall consult within ") DEL("thirty") INS(T("ninety"))
            T(" days.") "</w:p>" P("Second.") TBL(TR("a", "b")),
        ARTICLE P(
            "The Parties shall consult within thirty days.") "<w:p><w:pPr><w:rPr><w:ins" BY
                                                             "/></w:rPr></w:pPr>" INS(T(
                                                                 "New one.")) "</w:p>" P("Second.")
                                                                 TBL(TR("a", "b")),
        ARTICLE P(
            "The Parties shall consult within thirty days.") "<w:p><w:pPr><w:rPr><w:del" BY
                                                             "/></w:rPr></w:pPr>" DEL(
                                                                 "Second.") "</w:p>" TBL(TR("a",
                                                                                            "b")),
        ARTICLE P("The Parties shall consult within thirty days.") P("Second.")
            TBL(TR("a", "b") "<w:tr><w:trPr><w:ins" BY "/></w:trPr>" TC("c") TC("d") "</w:tr>"),
        ARTICLE P("The Parties shall consult within thirty days.") "<w:p><w:r><w:rPr><w:b/"
                                                                   "><w:rPrChange" BY
                                                                   "><w:rPr/></w:rPrChange></"
                                                                   "w:rPr><w:t>Second.</w:t></"
                                                                   "w:r></w:p>" TBL(TR("a", "b")),
        /* noise of every save */
        "<w:p w:rsidR=\"00AA11BB\">" T(
            "Arti") "<w:proofErr "
                    "w:type=\"spellStart\"/><w:bookmarkStart w:id=\"1\" "
                    "w:name=\"x\"/>" T("cle 5") "<w:bookmarkEnd "
                                                "w:id=\"1\"/></w:p>" P("The Parties shall "
                                                                       "consult within "
                                                                       "thirty days.") P("Second.")
                                                    TBL(TR("a", "b"))};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        InspectReport r = look(a, simple(a, files[i]), simple(a, sent));
        expect_nothing(&r, "a tracked change");
    }
    /* and the copy that was sent counts with what was proposed in it */
    InspectReport r =
        look(a, simple(a, ARTICLE P("ninety days")),
             simple(a, ARTICLE "<w:p>" DEL("thirty") INS(T("ninety")) T(" days") "</w:p>"));
    expect_nothing(&r, "a sent copy with changes");
}
static void tracked_changes_are_no_findings(void) { t_with_arena(tracked_is_nothing_in); }

/* ---- notes, headers, pictures ---- */

#define NOTE(id, text) "<w:footnote w:id=\"" id "\">" P(text) "</w:footnote>"
#define REF(id) "<w:r><w:footnoteReference w:id=\"" id "\"/></w:r>"

static Str with_notes(Arena *a, const char *notes, const char *body) {
    Pack p = pack_new(a);
    pack_part(&p, "word/footnotes.xml", "footnotes", notes);
    return pack_docx(&p, body);
}

static void notes_are_compared_in(Arena *a) {
    const Str sent = with_notes(a, ROOT("footnotes", NOTE("1", "See Article 4.")),
                                ARTICLE "<w:p>" T("Text.") REF("1") "</w:p>");
    /* a tracked new note, whose text stays in the part when its reference is rejected */
    const Str tracked =
        with_notes(a, ROOT("footnotes", NOTE("1", "See Article 4.") NOTE("2", "A new note.")),
                   ARTICLE "<w:p>" T("Text.") REF("1") INS(REF("2")) "</w:p>");
    InspectReport r = look(a, tracked, sent);
    expect_nothing(&r, "a tracked note");
    const Str changed = with_notes(a, ROOT("footnotes", NOTE("1", "See Article 9.")),
                                   ARTICLE "<w:p>" T("Text.") REF("1") "</w:p>");
    r = look(a, changed, sent);
    const InspectFinding *f = expect_one(&r, INSPECT_SILENT_TEXT, "a note's text");
    if (f) T_EQ_STR(f->place, S("Footnote 1"));
    if (f) T_EQ_STR(f->part, S("word/footnotes.xml"));
    /* ids of notes are anything */
    const Str renumbered = with_notes(a, ROOT("footnotes", NOTE("7", "See Article 4.")),
                                      ARTICLE "<w:p>" T("Text.") REF("7") "</w:p>");
    r = look(a, renumbered, sent);
    expect_nothing(&r, "a note of another id");
    const Str added =
        with_notes(a, ROOT("footnotes", NOTE("1", "See Article 4.") NOTE("2", "A new note.")),
                   ARTICLE "<w:p>" T("Text.") REF("1") REF("2") "</w:p>");
    r = look(a, added, sent);
    bool text = false;
    for (ptrdiff_t i = 0; i < r.count; i++)
        text = text || (r.findings[i].kind == INSPECT_SILENT_INSERTED &&
                        str_equal(r.findings[i].after, S("A new note.")));
    if (!T_CHECK(text)) show(&r);
}
static void notes_are_compared(void) { t_with_arena(notes_are_compared_in); }

static Str with_header(Arena *a, const char *header) {
    Pack p = pack_new(a);
    if (header) pack_part(&p, "word/header1.xml", "header", header);
    return pack_docx(&p, ARTICLE
                     "<w:sectPr><w:headerReference w:type=\"default\" r:id=\"rIdk1\"/></w:sectPr>");
}

#define FIELD_CHAR(type) "<w:r><w:fldChar w:fldCharType=\"" type "\"/></w:r>"
#define PAGE_HEADER(code, result)                                                                  \
    ROOT("hdr",                                                                                    \
         "<w:p>" T("Page ")                                                                        \
             FIELD_CHAR("begin") "<w:r><w:instrText> " code                                        \
                                 " \\* MERGEFORMAT </w:instrText></w:r>" FIELD_CHAR("separate")    \
                                     T(result) FIELD_CHAR("end") "</w:p>")

static void headers_are_compared_in(Arena *a) {
    const Str sent = with_header(a, ROOT("hdr", P("RESTRICTED")));
    InspectReport r = look(a, sent, sent);
    expect_nothing(&r, "a header");
    r = look(a, with_header(a, ROOT("hdr", P("PUBLIC"))), sent);
    const InspectFinding *f = expect_one(&r, INSPECT_SILENT_TEXT, "a header's text");
    if (f) T_EQ_STR(f->place, S("Header"));
    r = look(a, with_header(a, PAGE_HEADER("PAGE", "9")), with_header(a, PAGE_HEADER("PAGE", "1")));
    expect_nothing(&r, "a page counted anew");
    r = look(a, with_header(a, PAGE_HEADER("PAGE", "not")),
             with_header(a, PAGE_HEADER("PAGE", "1")));
    expect_one(&r, INSPECT_SILENT_TEXT, "a word in its place");
    r = look(a, with_header(a, PAGE_HEADER("REF x", "9")),
             with_header(a, PAGE_HEADER("REF x", "1")));
    expect_one(&r, INSPECT_SILENT_TEXT, "a reference to another article");
    r = look(a, with_header(a, NULL), sent);
    f = expect_one(&r, INSPECT_SILENT_STORY, "a missing header");
    if (f) T_EQ_STR(f->before, S("RESTRICTED"));
    r = look(a, sent, with_header(a, NULL));
    f = expect_one(&r, INSPECT_SILENT_STORY, "a new header");
    if (f) T_EQ_STR(f->after, S("RESTRICTED"));
}
static void headers_are_compared(void) { t_with_arena(headers_are_compared_in); }

static Str with_picture(Arena *a, const char *bytes, const char *alternative) {
    Pack p = pack_new(a);
    pack_typed(&p, "word/media/image1.png", "image", "image/png", str_from_z(bytes));
    return pack_docx(
        &p,
        arena_str(a, arena_format(
                         a,
                         ARTICLE "<w:p><w:r><w:drawing><wp:inline><wp:docPr id=\"1\" name=\"Seal\" "
                                 "descr=\"%s\"/><a:graphic><a:blip r:embed=\"rIdk1\"/></a:graphic>"
                                 "</wp:inline></w:drawing></w:r></w:p>",
                         alternative))
            .ptr);
}

static void pictures_are_compared_in(Arena *a) {
    const Str sent = with_picture(a, "one", "The seal");
    InspectReport r = look(a, with_picture(a, "one", "The seal"), sent);
    expect_nothing(&r, "a picture");
    r = look(a, with_picture(a, "two", "The seal"), sent);
    expect_one(&r, INSPECT_SILENT_OBJECT, "another picture of the same name");
    r = look(a, with_picture(a, "one", "The seals"), sent);
    expect_one(&r, INSPECT_SILENT_OBJECT, "other words for it");
}
static void pictures_are_compared(void) { t_with_arena(pictures_are_compared_in); }

/* ---- styles, numbering, settings ---- */

#define STYLE(id, more)                                                                            \
    "<w:style w:type=\"paragraph\" w:styleId=\"" id "\"><w:name w:val=\"" id "\"/>" more           \
    "</w:style>"
#define DEFAULTS(rpr)                                                                              \
    "<w:docDefaults><w:rPrDefault><w:rPr>" rpr "</w:rPr></w:rPrDefault></w:docDefaults>"
#define LEVEL(format)                                                                              \
    "<w:abstractNum w:abstractNumId=\"1\"><w:lvl w:ilvl=\"0\"><w:start w:val=\"1\"/><w:numFmt "    \
    "w:val=\"" format "\"/><w:lvlText w:val=\"%1.\"/></w:lvl></w:abstractNum><w:num "              \
    "w:numId=\"3\"><w:abstractNumId w:val=\"1\"/></w:num>"
#define USES "<w:p><w:pPr><w:pStyle w:val=\"Clause\"/></w:pPr>" T("Text.") "</w:p>"

static Str with_part(Arena *a, const char *kind, const char *markup) {
    Pack p = pack_new(a);
    pack_part(&p, arena_str(a, arena_format(a, "word/%s.xml", kind)).ptr, kind, markup);
    return pack_docx(
        &p, ARTICLE USES
        "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"3\"/></w:numPr></w:pPr>" T(
            "Listed.") "</w:p>");
}

typedef struct Defined {
    const char *what, *kind;
    InspectKind finding; /* INSPECT_KINDS: none */
    const char *sent, *file;
} Defined;

static const Defined defined[] = {
    {"a style", "styles", INSPECT_SILENT_STYLE, ROOT("styles", STYLE("Clause", "")),
     ROOT("styles", STYLE("Clause", "<w:rPr><w:color w:val=\"FFFFFF\"/></w:rPr>"))},
    {"what a style rests on", "styles", INSPECT_SILENT_STYLE,
     ROOT("styles", STYLE("Ground", "") STYLE("Clause", "<w:basedOn w:val=\"Ground\"/>")),
     ROOT("styles", STYLE("Ground", "<w:rPr><w:caps/></w:rPr>")
                        STYLE("Clause", "<w:basedOn w:val=\"Ground\"/>"))},
    {"a style that is gone", "styles", INSPECT_SILENT_STYLE, ROOT("styles", STYLE("Clause", "")),
     ROOT("styles", STYLE("Other", ""))},
    {"a style nobody uses", "styles", INSPECT_KINDS,
     ROOT("styles", STYLE("Clause", "") STYLE("Idle", "")),
     ROOT("styles", STYLE("Clause", "") STYLE("Idle", "<w:rPr><w:b/></w:rPr>"))},
    {"defaults", "styles", INSPECT_SILENT_STYLE, ROOT("styles", DEFAULTS("<w:sz w:val=\"22\"/>")),
     ROOT("styles", DEFAULTS("<w:sz w:val=\"2\"/>"))},
    {"numbering", "numbering", INSPECT_SILENT_NUMBERING, ROOT("numbering", LEVEL("decimal")),
     ROOT("numbering", LEVEL("lowerLetter"))},
    {"tracking", "settings", INSPECT_SILENT_SETTINGS, ROOT("settings", "<w:trackRevisions/>"),
     ROOT("settings", "")},
    {"tracking that is said to be off", "settings", INSPECT_SILENT_SETTINGS,
     ROOT("settings", "<w:trackRevisions/>"), ROOT("settings", "<w:trackRevisions w:val=\"0\"/>")},
    {"protection", "settings", INSPECT_SILENT_SETTINGS,
     ROOT("settings", "<w:documentProtection w:edit=\"trackedChanges\" w:enforcement=\"1\"/>"),
     ROOT("settings", "")},
    {"headers of even pages", "settings", INSPECT_SILENT_SETTINGS, ROOT("settings", ""),
     ROOT("settings", "<w:evenAndOddHeaders/>")},
    {"settings nobody sees", "settings", INSPECT_KINDS,
     ROOT("settings", "<w:zoom w:percent=\"90\"/>"),
     ROOT("settings", "<w:zoom w:percent=\"80\"/>")}};

static void definitions_are_compared_in(Arena *a) {
    for (size_t i = 0; i < sizeof defined / sizeof *defined; i++) {
        const Defined *d = &defined[i];
        const Str sent = with_part(a, d->kind, d->sent);
        InspectReport r = look(a, sent, sent);
        expect_nothing(&r, d->what);
        r = look(a, with_part(a, d->kind, d->file), sent);
        if (d->finding == INSPECT_KINDS) expect_nothing(&r, d->what);
        else expect_one(&r, d->finding, d->what);
    }
}
static void definitions_are_compared(void) { t_with_arena(definitions_are_compared_in); }

/* ---- hazards ---- */

typedef struct Hazard {
    const char *what;
    InspectKind kind; /* INSPECT_KINDS: none */
    const char *body;
} Hazard;

#define RPR(pr, text) ARTICLE "<w:p><w:r><w:rPr>" pr "</w:rPr><w:t>" text "</w:t></w:r></w:p>"
#define LONG "Payment is due within thirty days of the invoice, in"

static const Hazard hazards[] = {
    {"nothing", INSPECT_KINDS,
     ARTICLE P("Plain text, caf\xc3\xa9, \xd8\xa7\xd9\x84\xd9\x85\xd8\xa7\xd8\xaf\xd8\xa9 "
               "\xe5\x8d\x8f\xe5\xae\x9a.")},
    {"hidden", INSPECT_HIDDEN_TEXT, RPR("<w:vanish/>", "secret")},
    {"not hidden", INSPECT_KINDS, RPR("<w:vanish w:val=\"0\"/>", "shown")},
    {"hidden in the browser", INSPECT_HIDDEN_TEXT, RPR("<w:webHidden/>", "secret")},
    {"a page number in the contents", INSPECT_KINDS, RPR("<w:webHidden/>", "12")},
    {"a roman one", INSPECT_KINDS, RPR("<w:webHidden/>", "iii")},
    {"one point", INSPECT_TINY_TEXT, RPR("<w:sz w:val=\"2\"/>", "small")},
    {"white", INSPECT_TINY_TEXT, RPR("<w:color w:val=\"ffffff\"/>", "pale")},
    {"white on black", INSPECT_KINDS,
     RPR("<w:color w:val=\"FFFFFF\"/><w:shd w:val=\"clear\" w:fill=\"000000\"/>", "fine")},
    {"white on a dark paragraph", INSPECT_KINDS,
     ARTICLE "<w:p><w:pPr><w:shd w:val=\"clear\" w:fill=\"1F3864\"/></w:pPr><w:r><w:rPr><w:color "
             "w:val=\"FFFFFF\"/></w:rPr><w:t>fine</w:t></w:r></w:p>"},
    {"white on white", INSPECT_TINY_TEXT,
     ARTICLE "<w:p><w:pPr><w:shd w:val=\"clear\" w:fill=\"ffffff\"/></w:pPr><w:r><w:rPr><w:color "
             "w:val=\"FFFFFF\"/></w:rPr><w:t>pale</w:t></w:r></w:p>"},
    {"white on a dark cell", INSPECT_KINDS,
     ARTICLE TBL("<w:tr><w:tc><w:tcPr><w:shd w:val=\"clear\" "
                 "w:fill=\"1F3864\"/></w:tcPr><w:p><w:r><w:rPr><w:color w:val=\"FFFFFF\"/></w:rPr>"
                 "<w:t>fine</w:t></w:r></w:p></w:tc></w:tr>")},
    {"a thin line", INSPECT_TINY_TEXT,
     ARTICLE
     "<w:p><w:pPr><w:spacing w:line=\"20\" w:lineRule=\"exact\"/></w:pPr>" T("flat") "</w:p>"},
    {"off the page", INSPECT_TINY_TEXT,
     ARTICLE "<w:p><w:pPr><w:framePr w:x=\"-9000\"/></w:pPr>" T("away") "</w:p>"},
    {"indented off the page", INSPECT_TINY_TEXT,
     ARTICLE "<w:p><w:pPr><w:ind w:left=\"-9000\"/></w:pPr>" T("away") "</w:p>"},
    {"a zero-width space", INSPECT_INVISIBLE_CHARACTER, ARTICLE P("shall\xe2\x80\x8bnot")},
    {"an override", INSPECT_BIDI_CONTROL,
     ARTICLE P("pay \xe2\x80\xae"
               "001")},
    {"Cyrillic among Latin", INSPECT_MIXED_LETTERS, ARTICLE P("The P\xd0\xb0rty")},
    {"Greek among Latin", INSPECT_MIXED_LETTERS,
     ARTICLE P("The \xce\x9f"
               "ffice")},
    {"Greek beside Latin", INSPECT_KINDS, ARTICLE P("The \xce\xb1 decay")},
    {"a picture fetched by a field", INSPECT_FETCHING_FIELD,
     ARTICLE "<w:p>" FIELD("INCLUDEPICTURE http://example.org/a.png", "x") "</w:p>"},
    {"a field fetched in pieces", INSPECT_FETCHING_FIELD,
     ARTICLE "<w:p><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText> "
             "DDE</w:instrText></w:r><w:r><w:instrText>AUTO c:\\\\x"
             "</w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r></w:p>"},
    {"a date", INSPECT_CHANGING_FIELD,
     ARTICLE "<w:p><w:fldSimple w:instr=\" DATE \\@ yyyy\">" T("2016") "</w:fldSimple></w:p>"},
    {"a condition", INSPECT_CHANGING_FIELD,
     ARTICLE "<w:p>" FIELD(" if 1 = 1 \"thirty\" \"ninety\"", "thirty") "</w:p>"},
    {"a document property", INSPECT_CHANGING_FIELD,
     ARTICLE "<w:p>" FIELD("DOCPROPERTY Price", "30") "</w:p>"},
    {"a page number", INSPECT_KINDS, ARTICLE "<w:p>" FIELD("PAGE", "1") "</w:p>"},
    {"a field to be updated", INSPECT_UPDATE_ON_OPEN,
     ARTICLE "<w:p><w:r><w:fldChar w:fldCharType=\"begin\" "
             "w:dirty=\"true\"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r><w:r>"
             "<w:fldChar w:fldCharType=\"end\"/></w:r></w:p>"},
    {"another format", INSPECT_ALT_CHUNK, ARTICLE "<w:altChunk r:id=\"rId9\"/>"},
    {"bound to data", INSPECT_DATA_BOUND,
     ARTICLE SDT("<w:dataBinding w:xpath=\"/a/b\" w:storeItemID=\"{1}\"/>", P("thirty"))},
    {"two branches", INSPECT_DIFFERING_BRANCHES,
     ARTICLE "<w:p><w:r><mc:AlternateContent "
             "xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\"><mc:Choice "
             "Requires=\"w14\">"
             "<w:t>thirty</w:t></mc:Choice><mc:Fallback><w:t>ninety</w:t></mc:Fallback></"
             "mc:AlternateContent></w:r></w:p>"},
    {"two branches alike", INSPECT_KINDS,
     ARTICLE "<w:p><w:r><mc:AlternateContent "
             "xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\"><mc:Choice "
             "Requires=\"w14\">"
             "<w:t>thirty</w:t></mc:Choice><mc:Fallback><w:t>thirty</w:t></mc:Fallback></"
             "mc:AlternateContent></w:r></w:p>"},
    {"typed again", INSPECT_RETYPED,
     ARTICLE "<w:p>" DEL(LONG " 30 parts") INS(T(LONG " 90 parts")) "</w:p>"},
    {"reworded", INSPECT_KINDS,
     ARTICLE "<w:p>" DEL(LONG " 30 parts") INS(T("In 30 days one pays.")) "</w:p>"}};

static void every_hazard_is_found(Arena *a) {
    for (size_t i = 0; i < sizeof hazards / sizeof *hazards; i++) {
        const Hazard *h = &hazards[i];
        InspectReport r = look(a, simple(a, h->body), (Str){NULL, 0});
        if (h->kind == INSPECT_KINDS) {
            expect_nothing(&r, h->what);
            continue;
        }
        const InspectFinding *f = expect_one(&r, h->kind, h->what);
        if (!f) continue;
        T_EQ_STR(f->place, S("Article 5"));
        T_CHECK(!inspect_kind_is_silent(f->kind) && f->detail.len > 0);
    }
}
static void hazards_in_the_text(void) { t_with_arena(every_hazard_is_found); }

static void hidden_by_style_in(Arena *a) {
    const char *styles = ROOT("styles", STYLE("Ground", "<w:rPr><w:vanish/></w:rPr>")
                                            STYLE("Clause", "<w:basedOn w:val=\"Ground\"/>"));
    InspectReport r = look(a, with_part(a, "styles", styles), (Str){NULL, 0});
    const InspectFinding *f = expect_one(&r, INSPECT_HIDDEN_TEXT, "a style that hides");
    if (f) T_EQ_STR(f->detail, S("Text."));
}
static void hidden_by_style(void) { t_with_arena(hidden_by_style_in); }

/* ---- hazards in the package ---- */

typedef struct Related {
    const char *what, *type, *target;
    InspectKind kind;
} Related;

static void relationships_are_looked_at_in(Arena *a) {
    static const Related related[] = {
        {"a page", "hyperlink", "https://example.org/", INSPECT_KINDS},
        {"mail", "hyperlink", "mailto:legal@example.org", INSPECT_KINDS},
        {"a file", "hyperlink", "file:///c:/run.exe", INSPECT_UNSAFE_LINK},
        {"a script", "hyperlink", "javascript:alert(1)", INSPECT_UNSAFE_LINK},
        {"a picture", "image", "http://example.org/seen.png", INSPECT_EXTERNAL_TARGET},
        {"a template", "attachedTemplate", "http://example.org/t.dotm", INSPECT_REMOTE_TEMPLATE}};
    for (size_t i = 0; i < sizeof related / sizeof *related; i++) {
        Pack p = pack_new(a);
        pack_rel(&p, "rId8", related[i].type, related[i].target, " TargetMode=\"External\"");
        InspectReport r = look(a, pack_docx(&p, ARTICLE), (Str){NULL, 0});
        if (related[i].kind == INSPECT_KINDS) {
            expect_nothing(&r, related[i].what);
            continue;
        }
        const InspectFinding *f = expect_one(&r, related[i].kind, related[i].what);
        if (f) T_CHECK(str_find(f->detail, str_from_z(related[i].target)) >= 0);
    }
}
static void relationships_are_looked_at(void) { t_with_arena(relationships_are_looked_at_in); }

static void parts_are_looked_at_in(Arena *a) {
    Pack p = pack_new(a);
    pack_typed(&p, "word/vbaProject.bin",
               "http://schemas.microsoft.com/office/2006/relationships/vbaProject",
               "application/vnd.ms-office.vbaProject", S("x"));
    InspectReport r = look(a, pack_docx(&p, ARTICLE), (Str){NULL, 0});
    expect_one(&r, INSPECT_MACROS, "macros");
    p = pack_new(a);
    pack_typed(&p, "word/embeddings/oleObject1.bin", "oleObject",
               "application/vnd.openxmlformats-officedocument.oleObject", S("x"));
    r = look(a, pack_docx(&p, ARTICLE), (Str){NULL, 0});
    expect_one(&r, INSPECT_EMBEDDED_OBJECT, "an object");
    r = look(a, with_part(a, "settings", ROOT("settings", "<w:updateFields w:val=\"true\"/>")),
             (Str){NULL, 0});
    expect_one(&r, INSPECT_UPDATE_ON_OPEN, "fields updated on opening");
    r = look(a, with_part(a, "settings", ROOT("settings", "<w:updateFields w:val=\"false\"/>")),
             (Str){NULL, 0});
    expect_nothing(&r, "fields not updated");
}
static void parts_are_looked_at(void) { t_with_arena(parts_are_looked_at_in); }

/* ---- people ---- */

static void people_are_counted_in(Arena *a) {
    Pack p = pack_new(a);
    pack_part(
        &p, "word/comments.xml", "comments",
        ROOT("comments",
             "<w:comment w:id=\"1\" w:author=\"Legal Adviser\" w:date=\"2016-06-03T10:00:00Z\">" P(
                 "Why?") "</w:comment>"));
    pack_part(&p, "word/settings.xml", "settings", ROOT("settings", "<w:trackRevisions/>"));
    const InspectReport r = look(
        a,
        pack_docx(
            &p,
            "<w:p>" DEL("a") INS(T("b"))
                T("c") "<w:ins w:id=\"9\" w:author=\"Director\" w:date=\"2016-06-02T10:00:00Z\">" T(
                    "d") "</w:ins></w:p>"),
        (Str){NULL, 0});
    T_EQ_INT(r.revisions, 3);
    T_EQ_INT(r.comments, 1);
    T_CHECK(r.tracking);
    if (!T_CHECK(r.person_count == 2)) return;
    for (int i = 0; i < 2; i++) {
        const InspectPerson *who = &r.people[i];
        const bool adviser = str_equal(who->author, S("Legal Adviser"));
        T_EQ_INT(who->insertions, 1);
        T_EQ_INT(who->deletions, adviser);
        T_EQ_INT(who->comments, adviser);
        T_EQ_STR(who->first_date, adviser ? S("2016-06-01T10:00:00Z") : S("2016-06-02T10:00:00Z"));
        T_EQ_STR(who->last_date, adviser ? S("2016-06-03T10:00:00Z") : S("2016-06-02T10:00:00Z"));
    }
}
static void people_are_counted(void) { t_with_arena(people_are_counted_in); }

/* ---- all kinds, and memory ---- */

static void kinds_have_names(void) {
    for (int k = 0; k < INSPECT_KINDS; k++) {
        T_CHECK(inspect_kind_name((InspectKind)k).len > 0 &&
                inspect_kind_words((InspectKind)k).len > 0);
        T_EQ_INT(inspect_kind_is_silent((InspectKind)k), k <= INSPECT_SILENT_SETTINGS);
    }
}

static bool inspect_once(void *ctx, Arena *a, PxErr *err) {
    const Str *bytes = ctx;
    XmlNames *names = xml_names_open(a);
    DocxPackage *p, *q;
    InspectReport r;
    return docx_open(a, names, (HashKey){{3, 5}}, bytes[0], S("a"), NULL, &p, err) &&
           docx_open(a, names, (HashKey){{3, 5}}, bytes[1], S("b"), NULL, &q, err) &&
           inspect_file(a, p, q, &r, err);
}

static void memory_may_fail_in(Arena *a) {
    Str bytes[2] = {with_notes(a, ROOT("footnotes", NOTE("1", "Note.")),
                               ARTICLE "<w:p>" T("Text.") REF("1")
                                   INS(T("more")) "</w:p>" TBL(TR("a", "c"))),
                    with_notes(a, ROOT("footnotes", NOTE("1", "Not.")),
                               ARTICLE "<w:p>" T("Texts.") REF("1") "</w:p>" TBL(TR("a", "b")))};
    T_CHECK(t_fault_loop(inspect_once, bytes));
}
static void memory_may_fail(void) { t_with_arena(memory_may_fail_in); }

int main(void) {
    T_RUN(silent_text);
    T_RUN(tracked_changes_are_no_findings);
    T_RUN(notes_are_compared);
    T_RUN(headers_are_compared);
    T_RUN(pictures_are_compared);
    T_RUN(definitions_are_compared);
    T_RUN(hazards_in_the_text);
    T_RUN(hidden_by_style);
    T_RUN(relationships_are_looked_at);
    T_RUN(parts_are_looked_at);
    T_RUN(people_are_counted);
    T_RUN(kinds_have_names);
    T_RUN(memory_may_fail);
    return t_end();
}
