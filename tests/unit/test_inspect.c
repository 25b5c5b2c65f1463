/* needs: base zip xml docx doc diff revise inspect */
/* Every kind of silent change is found where it is, and nothing is found where nothing is. The
 * cases are the ways of changing a document unseen that the engineering notes list in section 8. */
#include "unit/inspect_fixture.h"

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

/* What only looks different must not hide what says something else. */
static void words_stand_first_in(Arena *a) {
    const InspectReport r =
        look(a,
             simple(a, ARTICLE
                    "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>Bold.</w:t></w:r></w:p>" P("ninety days")),
             simple(a, ARTICLE P("Bold.") P("thirty days")));
    if (!T_CHECK(r.count == 2 && r.findings[0].kind == INSPECT_SILENT_TEXT &&
                 r.findings[1].kind == INSPECT_SILENT_FORMAT))
        show(&r);
}
static void words_stand_first(void) { t_with_arena(words_stand_first_in); }

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

/* ---- which header a section shows ---- */

#define NAMES(type, id) "<w:headerReference w:type=\"" type "\" r:id=\"" id "\"/>"
#define SECTION(names) "<w:p><w:pPr><w:sectPr>" names "</w:sectPr></w:pPr>" T("Ends.") "</w:p>"
#define LAST(names) "<w:sectPr>" names "</w:sectPr>"

static Str with_two(Arena *a, const char *first, const char *second, const char *body) {
    Pack p = pack_new(a);
    pack_part(&p, first, "header", ROOT("hdr", P("SECRET")));
    pack_part(&p, second, "header", ROOT("hdr", P("OPEN")));
    return pack_docx(&p, body);
}

static void headers_in_force_in(Arena *a) {
    static const struct {
        const char *what, *body;
        bool silent;
    } files[] = {
        {"nothing", ARTICLE SECTION(NAMES("default", "rIdk1")) LAST(""), false},
        {"said again", ARTICLE SECTION(NAMES("default", "rIdk1")) LAST(NAMES("default", "rIdk1")),
         false},
        {"not shown", ARTICLE SECTION("") LAST(""), true},
        {"shown later", ARTICLE SECTION("") LAST(NAMES("default", "rIdk1")), true},
        {"another one", ARTICLE SECTION(NAMES("default", "rIdk2")) LAST(""), true},
        {"another one later",
         ARTICLE SECTION(NAMES("default", "rIdk1")) LAST(NAMES("default", "rIdk2")), true},
        {"on the first page alone", ARTICLE SECTION(NAMES("first", "rIdk1")) LAST(""), true},
    };
    const Str sent = with_two(a, "word/header1.xml", "word/header2.xml",
                              ARTICLE SECTION(NAMES("default", "rIdk1")) LAST(""));
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        InspectReport r =
            look(a, with_two(a, "word/header1.xml", "word/header2.xml", files[i].body), sent);
        if (!files[i].silent) {
            expect_nothing(&r, files[i].what);
            continue;
        }
        bool found = false;
        for (ptrdiff_t k = 0; k < r.count; k++)
            found = found || r.findings[k].kind == INSPECT_SILENT_STORY ||
                    r.findings[k].kind == INSPECT_SILENT_TEXT;
        if (!found) printf("# %s\n", files[i].what);
        if (!T_CHECK(found)) show(&r);
    }
    /* Word names parts anew when it saves */
    InspectReport r =
        look(a, with_two(a, "word/header2.xml", "word/header1.xml", files[0].body), sent);
    expect_nothing(&r, "parts named anew");
}
static void headers_in_force(void) { t_with_arena(headers_in_force_in); }

/* ---- comments, and what fields refer to ---- */

#define SAID(id, author, text)                                                                     \
    "<w:comment w:id=\"" id "\" w:author=\"" author                                                \
    "\" w:date=\"2016-06-01T10:00:00Z\">" P(text) "</w:comment>"
#define ANCHOR(id) "<w:r><w:commentReference w:id=\"" id "\"/></w:r>"

static Str with_comments(Arena *a, const char *comments, const char *body) {
    Pack p = pack_new(a);
    pack_part(&p, "word/comments.xml", "comments", comments);
    return pack_docx(&p, body);
}

static void comments_are_compared_in(Arena *a) {
    static const struct {
        const char *what, *comments, *body;
        const char *before, *after; /* NULL: no finding */
    } files[] = {
        {"nothing", ROOT("comments", SAID("1", "Law", "Is it?")),
         ARTICLE "<w:p>" T("Text.") ANCHOR("1") "</w:p>" P("More."), NULL, NULL},
        {"another id, and one more",
         ROOT("comments", SAID("5", "FA", "It is.") SAID("4", "Law", "Is it?")),
         ARTICLE "<w:p>" T("Text.") ANCHOR("4") ANCHOR("5") "</w:p>" P("More."), NULL, NULL},
        {"gone", ROOT("comments", ""), ARTICLE P("Text.") P("More."), "Law: Is it?", ""},
        {"not shown", ROOT("comments", SAID("1", "Law", "Is it?")), ARTICLE P("Text.") P("More."),
         "Law: Is it?", ""},
        {"edited", ROOT("comments", SAID("1", "Law", "It is.")),
         ARTICLE "<w:p>" T("Text.") ANCHOR("1") "</w:p>" P("More."), "Law: Is it?", "Law: It is."},
        {"another's", ROOT("comments", SAID("1", "Cabinet", "Is it?")),
         ARTICLE "<w:p>" T("Text.") ANCHOR("1") "</w:p>" P("More."), "Law: Is it?",
         "Cabinet: Is it?"},
        {"gone, with its tracked reference", ROOT("comments", SAID("1", "Law", "Is it?")),
         ARTICLE "<w:p>" T("Text.") "<w:del" BY ">" ANCHOR("1") "</w:del></w:p>" P("More."), NULL,
         NULL},
    };
    const Str sent = with_comments(a, ROOT("comments", SAID("1", "Law", "Is it?")),
                                   ARTICLE "<w:p>" T("Text.") ANCHOR("1") "</w:p>" P("More."));
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        InspectReport r = look(a, with_comments(a, files[i].comments, files[i].body), sent);
        if (!files[i].before) {
            expect_nothing(&r, files[i].what);
            continue;
        }
        const InspectFinding *f = expect_one(&r, INSPECT_SILENT_COMMENT, files[i].what);
        if (!f) continue;
        T_EQ_STR(f->before, str_from_z(files[i].before));
        T_EQ_STR(f->after, str_from_z(files[i].after));
        T_EQ_STR(f->place, S("Article 5"));
    }
}
static void comments_are_compared(void) { t_with_arena(comments_are_compared_in); }

#define MARKED(name, inside)                                                                       \
    "<w:bookmarkStart w:id=\"1\" w:name=\"" name "\"/>" inside "<w:bookmarkEnd w:id=\"1\"/>"

static void bookmarks_are_compared_in(Arena *a) {
    static const char *const sent[] = {
        ARTICLE "<w:p>" MARKED("Costs", T("costs"))
            T(" and gains") "</w:p><w:p>" FIELD("REF Costs", "costs") "</w:p>",
        ARTICLE "<w:p>" MARKED("Costs", T("costs"))
            T(" and gains") "</w:p><w:p><w:hyperlink w:anchor=\"Costs\">" T(
                "costs") "</w:hyperlink></w:p>",
        ARTICLE "<w:p>" MARKED("Costs", T("costs"))
            T(" and gains") "</w:p><w:p>" T("costs") "</w:p>"};
    static const char *const file[] = {
        ARTICLE "<w:p>" T("costs ") T("and ")
            MARKED("Costs", T("gains")) "</w:p><w:p>" FIELD("REF Costs", "costs") "</w:p>",
        ARTICLE "<w:p>" T("costs and gains") "</w:p><w:p><w:hyperlink w:anchor=\"Costs\">" T(
            "costs") "</w:hyperlink></w:p>",
        ARTICLE "<w:p>" T("costs and ")
            MARKED("Costs", T("gains")) "</w:p><w:p>" T("costs") "</w:p>"};
    for (int i = 0; i < 3; i++) {
        InspectReport r = look(a, simple(a, sent[i]), simple(a, sent[i]));
        expect_nothing(&r, "a bookmark");
        r = look(a, simple(a, file[i]), simple(a, sent[i]));
        if (i == 2) expect_nothing(&r, "a bookmark that nothing refers to");
        else expect_one(&r, INSPECT_SILENT_OBJECT, "a bookmark that stands elsewhere, or is gone");
    }
}
static void bookmarks_are_compared(void) { t_with_arena(bookmarks_are_compared_in); }

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

#define DEFAULTS(rpr)                                                                              \
    "<w:docDefaults><w:rPrDefault><w:rPr>" rpr "</w:rPr></w:rPrDefault></w:docDefaults>"
#define LEVEL(format)                                                                              \
    "<w:abstractNum w:abstractNumId=\"1\"><w:lvl w:ilvl=\"0\"><w:start w:val=\"1\"/><w:numFmt "    \
    "w:val=\"" format "\"/><w:lvlText w:val=\"%1.\"/></w:lvl></w:abstractNum><w:num "              \
    "w:numId=\"3\"><w:abstractNumId w:val=\"1\"/></w:num>"
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
    {"weaker protection", "settings", INSPECT_SILENT_SETTINGS,
     ROOT("settings", "<w:documentProtection w:edit=\"trackedChanges\" w:enforcement=\"1\"/>"),
     ROOT("settings", "<w:documentProtection w:edit=\"comments\" w:enforcement=\"1\"/>")},
    {"protection that is not enforced", "settings", INSPECT_SILENT_SETTINGS,
     ROOT("settings", "<w:documentProtection w:edit=\"trackedChanges\" w:enforcement=\"1\"/>"),
     ROOT("settings", "<w:documentProtection w:edit=\"trackedChanges\" w:enforcement=\"0\"/>")},
    {"numbering that is gone", "numbering", INSPECT_SILENT_NUMBERING,
     ROOT("numbering", LEVEL("decimal")), NULL},
    {"styles that are gone", "styles", INSPECT_SILENT_STYLE, ROOT("styles", STYLE("Clause", "")),
     NULL},
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
    T_RUN(words_stand_first);
    T_RUN(notes_are_compared);
    T_RUN(headers_are_compared);
    T_RUN(headers_in_force);
    T_RUN(comments_are_compared);
    T_RUN(bookmarks_are_compared);
    T_RUN(pictures_are_compared);
    T_RUN(definitions_are_compared);
    T_RUN(people_are_counted);
    T_RUN(kinds_have_names);
    T_RUN(memory_may_fail);
    return t_end();
}
