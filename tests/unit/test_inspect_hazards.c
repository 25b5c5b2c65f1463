/* needs: base zip xml docx doc diff revise inspect */
/* Every kind of hazard is found where it is, and nothing is found where nothing is. */
#include "unit/inspect_fixture.h"

/* ---- in the text ---- */

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
    {"nearly white", INSPECT_TINY_TEXT, RPR("<w:color w:val=\"FDFEFE\"/>", "pale")},
    {"light grey", INSPECT_KINDS, RPR("<w:color w:val=\"D0D0D0\"/>", "seen")},
    {"one hundredth of its width", INSPECT_TINY_TEXT, RPR("<w:w w:val=\"1\"/>", "thin")},
    {"a little narrower", INSPECT_KINDS, RPR("<w:w w:val=\"90\"/>", "fine")},
    {"a hidden row", INSPECT_HIDDEN_TEXT,
     ARTICLE TBL("<w:tr><w:trPr><w:hidden/></w:trPr>" TC("a") TC("b") "</w:tr>")},
    {"a row of no height", INSPECT_TINY_TEXT,
     ARTICLE TBL("<w:tr><w:trPr><w:trHeight w:val=\"10\" w:hRule=\"exact\"/></w:trPr>" TC("a")
                     TC("b") "</w:tr>")},
    {"a row of some height", INSPECT_KINDS,
     ARTICLE TBL("<w:tr><w:trPr><w:trHeight w:val=\"10\" w:hRule=\"atLeast\"/></w:trPr>" TC("a")
                     TC("b") "</w:tr>")},
    {"off the page", INSPECT_TINY_TEXT,
     ARTICLE "<w:p><w:pPr><w:framePr w:x=\"-9000\"/></w:pPr>" T("away") "</w:p>"},
    {"indented off the page", INSPECT_TINY_TEXT,
     ARTICLE "<w:p><w:pPr><w:ind w:left=\"-9000\"/></w:pPr>" T("away") "</w:p>"},
    {"a zero-width space", INSPECT_INVISIBLE_CHARACTER, ARTICLE P("shall\xe2\x80\x8bnot")},
    {"a filler", INSPECT_INVISIBLE_CHARACTER, ARTICLE P("shall\xe3\x85\xa4not")},
    {"a joiner nobody sees", INSPECT_INVISIBLE_CHARACTER, ARTICLE P("shall\xcd\x8fnot")},
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
    {"a variable", INSPECT_CHANGING_FIELD,
     ARTICLE "<w:p>" FIELD("DOCVARIABLE Price", "30") "</w:p>"},
    {"the title", INSPECT_CHANGING_FIELD, ARTICLE "<w:p>" FIELD("TITLE", "A draft") "</w:p>"},
    {"a page number", INSPECT_KINDS, ARTICLE "<w:p>" FIELD("PAGE", "1") "</w:p>"},
    {"a link to a file, as a field", INSPECT_UNSAFE_LINK,
     ARTICLE "<w:p>" FIELD(" HYPERLINK \"file:///c:/run.exe\" \\o \"x\"", "x") "</w:p>"},
    {"a link to a server's share, as a field", INSPECT_UNSAFE_LINK,
     ARTICLE "<w:p>" FIELD("hyperlink \\\\\\\\host\\\\share", "x") "</w:p>"},
    {"a link to a page, as a field", INSPECT_KINDS,
     ARTICLE "<w:p>" FIELD("HYPERLINK \"https://example.org/\" \\t \"_blank\"", "x") "</w:p>"},
    {"a link within the text, as a field", INSPECT_KINDS,
     ARTICLE "<w:p>" FIELD("HYPERLINK \\l \"_Toc1\"", "x") "</w:p>"},
    {"a drawing from elsewhere", INSPECT_EXTERNAL_TARGET,
     ARTICLE "<w:p><w:r><w:pict><v:shape><v:imagedata src=\"http://example.org/seen.png\"/>"
             "</v:shape></w:pict></w:r></w:p>"},
    {"a drawing that is a link", INSPECT_UNSAFE_LINK,
     ARTICLE "<w:p><w:r><w:pict><v:shape href=\"file:///c:/run.exe\"/></w:pict></w:r></w:p>"},
    {"a drawing that is a link to a page", INSPECT_KINDS,
     ARTICLE "<w:p><w:r><w:pict><v:shape href=\"https://example.org/\"/></w:pict></w:r></w:p>"},
    {"a field to be updated", INSPECT_UPDATE_ON_OPEN,
     ARTICLE "<w:p><w:r><w:fldChar w:fldCharType=\"begin\" "
             "w:dirty=\"true\"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r><w:r>"
             "<w:fldChar w:fldCharType=\"end\"/></w:r></w:p>"},
    {"another format", INSPECT_ALT_CHUNK, ARTICLE "<w:altChunk r:id=\"rId9\"/>"},
    {"bound to data", INSPECT_DATA_BOUND,
     ARTICLE SDT("<w:dataBinding w:xpath=\"/a/b\" w:storeItemID=\"{1}\"/>", P("thirty"))},
    {"bound to data in Word's newer way", INSPECT_DATA_BOUND,
     ARTICLE SDT("<w15:dataBinding w:xpath=\"/a/b\" w:storeItemID=\"{1}\"/>", P("thirty"))},
    {"a text box of two texts", INSPECT_DIFFERING_BRANCHES,
     ARTICLE "<w:p><w:r><mc:AlternateContent "
             "xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\"><mc:Choice "
             "Requires=\"w14\"><w:drawing><w:txbxContent>" P(
                 "thirty") "</w:txbxContent></w:drawing></mc:Choice><mc:Fallback><w:pict>"
                           "<w:txbxContent>" P("ninety") "</w:txbxContent></w:pict></mc:Fallback>"
                                                         "</mc:AlternateContent></w:r></w:p>"},
    {"a text box of one text", INSPECT_KINDS,
     ARTICLE "<w:p><w:r><mc:AlternateContent "
             "xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\"><mc:Choice "
             "Requires=\"w14\"><w:drawing><w:txbxContent>" P(
                 "thirty") "</w:txbxContent></w:drawing></mc:Choice><mc:Fallback><w:pict>"
                           "<w:txbxContent>" P("thirty") "</w:txbxContent></w:pict></mc:Fallback>"
                                                         "</mc:AlternateContent></w:r></w:p>"},
    {"text for some programs alone", INSPECT_DIFFERING_BRANCHES,
     ARTICLE "<w:p><w:r><mc:AlternateContent "
             "xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\"><mc:Choice "
             "Requires=\"w14\"><w:t>thirty</w:t></mc:Choice></mc:AlternateContent></w:r></w:p>"},
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
        T_CHECK(str_starts(f->place, S("Article 5")));
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

/* ---- in the package ---- */

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
    p = pack_new(a);
    pack_typed(&p, "word/activeX/activeX1.xml", "control", "application/xml", S("<x/>"));
    r = look(a, pack_docx(&p, ARTICLE), (Str){NULL, 0});
    expect_one(&r, INSPECT_EMBEDDED_OBJECT, "a control of no honest type");
    r = look(a, with_part(a, "settings", ROOT("settings", "<w:mailMerge/>")), (Str){NULL, 0});
    expect_one(&r, INSPECT_UPDATE_ON_OPEN, "a mail merge");
    r = look(a, with_part(a, "settings", ROOT("settings", "<w:updateFields w:val=\"true\"/>")),
             (Str){NULL, 0});
    expect_one(&r, INSPECT_UPDATE_ON_OPEN, "fields updated on opening");
    r = look(a, with_part(a, "settings", ROOT("settings", "<w:updateFields w:val=\"false\"/>")),
             (Str){NULL, 0});
    expect_nothing(&r, "fields not updated");
}
static void parts_are_looked_at(void) { t_with_arena(parts_are_looked_at_in); }

int main(void) {
    t_start();
    T_RUN(hazards_in_the_text);
    T_RUN(hidden_by_style);
    T_RUN(relationships_are_looked_at);
    T_RUN(parts_are_looked_at);
    return t_end();
}
