/* needs: base zip xml docx doc */
/* Where a block stands, as people cite it, and its automatic number as printed. */
/* It breaks literals between macros into crumbs. */
/* clang-format off */
#include "t.h"

#include "doc/doc.h"
#include "unit/pack.h"

static const HashKey key = {{3, 5}};

typedef struct Expected {
    const char *text, *id, *label;
} Expected;

static DocxPackage *open_pack(Arena *a, Pack *p, const char *body) {
    DocxPackage *package = NULL;
    PxErr err = {0};
    T_OK(docx_open(a, xml_names_open(a), key, pack_docx(p, body), S("test.docx"), NULL, &package,
                   &err),
         &err);
    return package;
}

static DocProvisions *open_view(Arena *a, DocxPackage *p, bool skip_inserted, bool skip_deleted) {
    DocProvisions *v = NULL;
    PxErr err = {0};
    T_OK(doc_provisions_open(a, p, skip_inserted, skip_deleted, &v, &err), &err);
    return v;
}

static XmlNode *root_of(DocxPackage *p, DocxPart *part) {
    XmlTree *t = NULL;
    PxErr err = {0};
    T_OK(docx_part_tree(p, part, &t, &err), &err);
    return t->root;
}

static XmlNode *next_paragraph(XmlNode *n, XmlNode *root) {
    do n = xml_next(n, root);
    while (n && n->name != W_p);
    return n;
}

/* Every paragraph of the part, in order, has this text, id and number (NULL: whatever). */
static void check_part(Arena *a, DocxPackage *p, DocxPart *part, const DocProvisions *v,
                       const Expected *want, ptrdiff_t count) {
    XmlNode *root = root_of(p, part), *n = root;
    for (ptrdiff_t i = 0; i < count; i++) {
        n = next_paragraph(n, root);
        if (!T_CHECK(n != NULL)) return;
        bool good = T_EQ_STR(doc_plain(a, n, false), str_from_z(want[i].text));
        good = T_EQ_STR(doc_provision(v, n), str_from_z(want[i].id)) && good;
        if (want[i].label) {
            good = T_EQ_STR(doc_number_label(v, n), str_from_z(want[i].label)) && good;
        }
        if (!good) printf("#   at paragraph %td, %s\n", i, want[i].text);
    }
    T_CHECK(!n || !next_paragraph(n, root));
}

#define CHECK_BODY(a, p, v, want)                                                                  \
    check_part((a), (p), (p)->main, (v), (want), (ptrdiff_t)(sizeof(want) / sizeof *(want)))

/* ---- typed labels ---- */

static void put_paragraph(Buf *b, const char *text) {
    buf_add(b, S("<w:p><w:r>"));
    for (const char *tab; (tab = strchr(text, '\t')) != NULL; text = tab + 1) {
        buf_format(b, "<w:t>%.*s</w:t><w:tab/>", (int)(tab - text), text);
    }
    buf_format(b, "<w:t xml:space=\"preserve\">%s</w:t></w:r></w:p>", text);
}

static void check_typed(Arena *a, const Expected *want, ptrdiff_t count) {
    Buf body = buf_new(a);
    for (ptrdiff_t i = 0; i < count; i++) put_paragraph(&body, want[i].text);
    buf_byte(&body, '\0');
    Pack pack = pack_new(a);
    DocxPackage *p = open_pack(a, &pack, body.ptr);
    check_part(a, p, p->main, open_view(a, p, false, false), want, count);
}

#define CHECK_TYPED(a, want) check_typed((a), (want), (ptrdiff_t)(sizeof(want) / sizeof *(want)))

static void english(Arena *a) {
    static const Expected want[] = {
        {"FRAMEWORK AGREEMENT", "Preamble", ""},
        {"The Parties,", "Preamble", ""},
        {"CHAPTER I", "Chapter I", ""},
        {"ARTICLE 1", "Article 1", ""},
        {"Definitions", "Article 1", ""},
        {"For the purposes of this Agreement:", "Article 1", ""},
        {"(a) \"Party\" means;", "Article 1(a)", ""},
        {"(b) \"Annex\" means.", "Article 1(b)", ""},
        {"Article 1 of the Charter applies as well.", "Article 1(b)", ""},
        {"CHAPTER II: COOPERATION", "Chapter II", ""},
        {"Article 2. Scope", "Article 2", ""},
        {"1. The Parties shall cooperate in:", "Article 2(1)", ""},
        {"(a) trade;", "Article 2(1)(a)", ""},
        {"(i) goods;", "Article 2(1)(a)(i)", ""},
        {"(ii) services.", "Article 2(1)(a)(ii)", ""},
        {"(b) culture.", "Article 2(1)(b)", ""},
        {"flush words", "Article 2(1)(b)", ""},
        {"2.\tThey may agree otherwise.", "Article 2(2)", ""},
        {"2016. That year is no paragraph.", "Article 2(2)", ""},
        {"Article 2 bis", "Article 2 bis", ""},
        {"2.1 A dotted number", "Article 2 bis(2.1)", ""},
        {"Article 3 (Costs)", "Article 3", ""},
        {"3.1 Each Party bears its own.", "Article 3.1", ""},
        {"Article 4 - Amendment", "Article 4", ""},
        {"(1) (a) Two labels at once", "Article 4(1)(a)", ""},
        {"(b) and on", "Article 4(1)(b)", ""},
        {"ANNEX A", "Annex A", ""},
        {"Article 1", "Annex A, Article 1", ""},
        {"1) one", "Annex A, Article 1(1)", ""},
        {"Appendix", "Appendix", ""},
        {"Schedule No. 2", "Schedule 2", ""},
    };
    CHECK_TYPED(a, want);
}

static void chapters_that_begin_anew(Arena *a) {
    static const Expected want[] = {
        {"Chapter I", "Chapter I", NULL},
        {"Article 1", "Article 1", NULL},
        {"Article 2", "Article 2", NULL},
        {"Chapter II", "Chapter II", NULL},
        {"Article 1", "Chapter II, Article 1", NULL},
        {"(a) point", "Chapter II, Article 1(a)", NULL},
        {"Article 3", "Article 3", NULL},
    };
    CHECK_TYPED(a, want);
}

static void contracts(Arena *a) {
    static const Expected want[] = {
        {"1. Definitions", "1", NULL},
        {"1.1 In this contract:", "1.1", NULL},
        {"(a) a word;", "1.1(a)", NULL},
        {"(h) another;", "1.1(h)", NULL},
        {"(i) the ninth;", "1.1(i)", NULL},
        {"(i) a numeral", "1.1(i)(i)", NULL},
        {"1.2 Further", "1.2", NULL},
        {"1.2.1 Deeper", "1.2.1", NULL},
        {"2. Term", "2", NULL},
        {"J. Smith signed it.", "2", NULL},
        {"A. Recital", "2(A)", NULL},
        {"B. Another", "2(B)", NULL},
    };
    CHECK_TYPED(a, want);
    static const Expected american[] = {
        {"ARTICLE IV", "Article IV", NULL},
        {"Section 4.01 Conditions", "Article IV, Section 4.01", NULL},
        {"(a) first", "Article IV, Section 4.01(a)", NULL},
        {"Section 4.02 Waiver", "Article IV, Section 4.02", NULL},
        {"ARTICLE V", "Article V", NULL},
    };
    CHECK_TYPED(a, american);
}

static void other_scripts(Arena *a) {
    static const Expected chinese[] = {
        {"中华人民共和国政府和巴基斯坦政府", "Preamble", NULL},
        {"第一章　总则", "第一章", NULL},
        {"第一条　定义", "第一条", NULL},
        {"（一）缔约方", "第一条（一）", NULL},
        {"（二）主管机关", "第一条（二）", NULL},
        {"第一条规定的事项", "第一条（二）", NULL},
        {"第十二条", "第十二条", NULL},
        {"一、合作领域", "第十二条（一）", NULL},
        {"附件一", "附件一", NULL},
        {"第２条の３　特則", "附件一第２条の３", NULL},
    };
    CHECK_TYPED(a, chinese);
    static const Expected arabic[] = {
        {"الديباجة", "Preamble", NULL},
        {"المادة 5", "المادة 5", NULL},
        {"1- يتعاون الطرفان", "المادة 5(1)", NULL},
        {"(أ) التدريب", "المادة 5(1)(أ)", NULL},
        {"المادة (٦): التعاريف", "المادة ٦", NULL},
        {"المادة الخامسة", "المادة الخامسة", NULL},
        {"171 - وتتابع اللجنة", "المادة الخامسة(171)", NULL},
    };
    CHECK_TYPED(a, arabic);
    static const Expected urdu[] = {
        {"تمہید", "Preamble", NULL},
        {"آرٹیکل ۵", "آرٹیکل ۵", NULL},
        {"(۱) ہر فریق", "آرٹیکل ۵(۱)", NULL},
        {"ضمیمہ الف", "ضمیمہ الف", NULL},
    };
    CHECK_TYPED(a, urdu);
}

/* ---- automatic numbers ---- */

#define LVL(n, fmt, text, more)                                                                    \
    "<w:lvl w:ilvl=\"" n "\"><w:start w:val=\"1\"/><w:numFmt w:val=\"" fmt                         \
    "\"/><w:lvlText w:val=\"" text "\"/>" more "</w:lvl>"
#define NUM(id, abstract, more)                                                                    \
    "<w:num w:numId=\"" id "\"><w:abstractNumId w:val=\"" abstract "\"/>" more "</w:num>"
#define IN_LIST(num, level, text)                                                                  \
    "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"" level "\"/><w:numId w:val=\"" num                      \
    "\"/></w:numPr></w:pPr><w:r><w:t>" text "</w:t></w:r></w:p>"
#define STYLED(style, text)                                                                        \
    "<w:p><w:pPr><w:pStyle w:val=\"" style "\"/></w:pPr><w:r><w:t>" text "</w:t></w:r></w:p>"

static const char numbering[] = ROOT(
    "numbering",
    "<w:abstractNum w:abstractNumId=\"1\">" LVL(
        "0", "decimal", "Article %1", "<w:pStyle w:val=\"Art\"/>") LVL("1", "decimal", "%2.",
                                                                       "<w:pStyle w:val=\"Par\"/>")
        LVL("2", "lowerLetter", "(%3)", "") LVL("3", "lowerRoman", "(%4)", "") LVL(
            "4", "bullet", "&#xF0B7;",
            "") "</w:abstractNum>"
                "<w:abstractNum w:abstractNumId=\"2\">" LVL("0", "upperRoman", "%1", "") LVL(
                    "1", "decimal", "%1.%2", "<w:isLgl/>") LVL("2", "decimal", "%1.%2.%3",
                                                               "<w:lvlRestart w:val=\"1\"/>")
                    LVL("3", "decimal", "[%4]",
                        "<w:lvlRestart w:val=\"0\"/>") "</w:abstractNum>"
                                                       "<w:abstractNum "
                                                       "w:abstractNumId=\"3\"><w:numStyleLink "
                                                       "w:val=\"NumStyle\"/></w:abstractNum>"
                                                       "<w:abstractNum "
                                                       "w:abstractNumId=\"4\"><w:styleLink "
                                                       "w:val=\"NumStyle\"/>" LVL(
                                                           "0", "decimalZero", "No. %1",
                                                           "") "</w:abstractNum>" NUM("1", "1", "")
                                                           NUM("2", "2", "") NUM("3", "3", "")
                                                               NUM("4", "4", "") NUM(
                                                                   "5", "1",
                                                                   "<w:lvlOverride "
                                                                   "w:ilvl=\"1\"><w:startOverride "
                                                                   "w:val=\"7\"/></w:lvlOverride>")
                                                                   NUM("6", "1",
                                                                       "<w:lvlOverride "
                                                                       "w:ilvl=\"0\">" LVL(
                                                                           "0", "upperLetter",
                                                                           "Part-%1",
                                                                           "") "</w:lvlOverride>"));

static const char styles[] = ROOT(
    "styles",
    "<w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"N\"><w:name w:val=\"Normal\"/>"
    "</w:style>"
    "<w:style w:type=\"paragraph\" w:styleId=\"Art\"><w:name w:val=\"heading 1\"/><w:pPr><w:numPr>"
    "<w:numId w:val=\"1\"/></w:numPr><w:outlineLvl w:val=\"0\"/></w:pPr></w:style>"
    "<w:style w:type=\"paragraph\" w:styleId=\"Art2\"><w:name w:val=\"x\"/><w:basedOn "
    "w:val=\"Art\"/></w:style>"
    "<w:style w:type=\"paragraph\" w:styleId=\"Par\"><w:name w:val=\"y\"/><w:basedOn "
    "w:val=\"Art\"/>"
    "<w:pPr><w:outlineLvl w:val=\"9\"/></w:pPr></w:style>"
    "<w:style w:type=\"paragraph\" w:styleId=\"Loop\"><w:name w:val=\"z\"/><w:basedOn "
    "w:val=\"Loop2\"/></w:style>"
    "<w:style w:type=\"paragraph\" w:styleId=\"Loop2\"><w:name w:val=\"z2\"/><w:basedOn "
    "w:val=\"Loop\"/></w:style>"
    "<w:style w:type=\"paragraph\" w:styleId=\"Toc\"><w:name w:val=\"toc 1\"/></w:style>"
    "<w:style w:type=\"numbering\" w:styleId=\"NumStyle\"><w:name w:val=\"ns\"/><w:pPr><w:numPr>"
    "<w:numId w:val=\"4\"/></w:numPr></w:pPr></w:style>");

static DocxPackage *open_numbered(Arena *a, const char *body) {
    Pack pack = pack_new(a);
    pack_part(&pack, "word/numbering.xml", "numbering", numbering);
    pack_part(&pack, "word/styles.xml", "styles", styles);
    return open_pack(a, &pack, body);
}

static void levels_and_restarts(Arena *a) {
    DocxPackage *p = open_numbered(
        a,
        STYLED("Toc", "Article 9") STYLED("Art", "Terms") STYLED("Par", "one") STYLED("Par", "two")
            IN_LIST("1", "2", "a") IN_LIST("1", "2", "b") IN_LIST("1", "3", "i")
                IN_LIST("1", "4", "bullet") IN_LIST("1", "2", "c") STYLED("Art2", "Scope")
                    STYLED("Par", "again") IN_LIST("5", "1", "seven") IN_LIST("5", "1", "eight")
                        IN_LIST("1", "1", "nine") IN_LIST("6", "0", "lettered")
                            IN_LIST("0", "0", "none") STYLED("Loop", "end"));
    static const Expected want[] = {
        {"Article 9", "Preamble", ""},
        {"Terms", "Article 1", "Article 1"},
        {"one", "Article 1(1)", "1."},
        {"two", "Article 1(2)", "2."},
        {"a", "Article 1(2)(a)", "(a)"},
        {"b", "Article 1(2)(b)", "(b)"},
        {"i", "Article 1(2)(b)(i)", "(i)"},
        {"bullet", "Article 1(2)(b)(i)", "\xE2\x80\xA2"},
        {"c", "Article 1(2)(c)", "(c)"},
        {"Scope", "Article 2", "Article 2"},
        {"again", "Article 2(1)", "1."},
        {"seven", "Article 2(7)", "7."},
        {"eight", "Article 2(8)", "8."},
        {"nine", "Article 2(9)", "9."},
        {"lettered", "Article 2(9)", "Part-C"},
        {"none", "Article 2(9)", ""},
        {"end", "Article 2(9)", ""},
    };
    CHECK_BODY(a, p, open_view(a, p, false, false), want);
}

static void legal_and_linked(Arena *a) {
    DocxPackage *p = open_numbered(
        a, IN_LIST("2", "0", "a") IN_LIST("2", "1", "b") IN_LIST("2", "2", "c")
               IN_LIST("2", "3", "d") IN_LIST("2", "1", "e") IN_LIST("2", "2", "f")
                   IN_LIST("2", "0", "g") IN_LIST("2", "2", "h") IN_LIST("2", "3", "i")
                       IN_LIST("3", "0", "j") IN_LIST("4", "0", "k") IN_LIST("2", "1", "l"));
    static const Expected want[] = {
        {"a", "I", "I"},
        {"b", "1.1", "1.1"},
        {"c", "I.1.1", "I.1.1"},
        {"d", "I.1.1", "[1]"},
        {"e", "1.2", "1.2"},
        {"f", "I.2.2", "I.2.2"},
        {"g", "II", "II"},
        {"h", "II.1.1", "II.1.1"},
        {"i", "II.1.1", "[2]"},
        {"j", "No. 01", "No. 01"},
        {"k", "No. 02", "No. 02"},
        {"l", "II.2", "2.2"}, /* the level left out before "h" counts as begun */
    };
    const DocProvisions *v = open_view(a, p, false, false);
    XmlNode *root = root_of(p, p->main), *n = root;
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        n = next_paragraph(n, root);
        T_EQ_STR(doc_number_label(v, n), str_from_z(want[i].label));
    }
}

static const struct {
    const char *format;
    int n;
    const char *printed;
} number_formats[] = {
    {"decimal", 12, "12"},
    {"upperRoman", 1994, "MCMXCIV"},
    {"lowerRoman", 4000, "4000"},
    {"upperLetter", 28, "BB"},
    {"lowerLetter", 26, "z"},
    {"ordinal", 1, "1st"},
    {"ordinal", 112, "112th"},
    {"ordinal", 23, "23rd"},
    {"cardinalText", 21, "Twenty-one"},
    {"ordinalText", 30, "Thirtieth"},
    {"cardinalText", 101, "One hundred one"},
    {"ordinalText", 1200, "One thousand two hundredth"},
    {"ordinalText", 21003, "Twenty-one thousand third"},
    {"decimalZero", 7, "07"},
    {"decimalZero", 10, "10"},
    {"none", 5, ""},
    {"chineseCounting", 10, "十"},
    {"chineseCounting", 21, "二十一"},
    {"chineseCountingThousand", 101, "一百〇一"},
    {"chineseCountingThousand", 110, "一百一十"},
    {"chineseLegalSimplified", 12, "壹拾贰"},
    {"taiwaneseCountingThousand", 20005, "二萬〇五"},
    {"japaneseCounting", 111, "百十一"},
    {"ideographDigital", 105, "一〇五"},
    {"koreanDigital", 12, "일이"},
    {"ideographTraditional", 3, "丙"},
    {"ideographZodiac", 12, "亥"},
    {"decimalFullWidth", 15, "１５"},
    {"decimalEnclosedCircle", 3, "③"},
    {"decimalEnclosedCircle", 21, "21"},
    {"arabicAlpha", 3, "ت"},
    {"arabicAbjad", 3, "ج"},
    {"hebrew1", 15, "טו"},
    {"hindiNumbers", 12, "१२"},
    {"russianLower", 3, "в"},
    {"aiueoFullWidth", 2, "イ"},
    {"numberInDash", 4, "- 4 -"},
    {"hex", 255, "FF"},
    {"nobodyKnows", 9, "9"},
    {"upperRoman", 0, "0"},
};

static void formats(Arena *a) {
    Buf parts = buf_new(a), body = buf_new(a);
    buf_add(&parts, S("<w:numbering " SPACES ">"));
    const int count = sizeof number_formats / sizeof *number_formats;
    for (int i = 0; i < count; i++) {
        buf_format(&parts,
                   "<w:abstractNum w:abstractNumId=\"%d\"><w:lvl w:ilvl=\"0\"><w:start "
                   "w:val=\"%d\"/><w:numFmt w:val=\"%s\"/><w:lvlText w:val=\"%%1\"/></w:lvl>"
                   "</w:abstractNum>",
                   i, number_formats[i].n, number_formats[i].format);
    }
    for (int i = 0; i < count; i++) {
        buf_format(&parts, "<w:num w:numId=\"%d\"><w:abstractNumId w:val=\"%d\"/></w:num>", i + 1,
                   i);
        buf_format(&body,
                   "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"%d\"/></w:numPr>"
                   "</w:pPr></w:p>",
                   i + 1);
    }
    buf_add(&parts, S("</w:numbering>"));
    buf_byte(&parts, '\0');
    buf_byte(&body, '\0');
    Pack pack = pack_new(a);
    pack_part(&pack, "word/numbering.xml", "numbering", parts.ptr);
    DocxPackage *p = open_pack(a, &pack, body.ptr);
    const DocProvisions *v = open_view(a, p, false, false);
    XmlNode *root = root_of(p, p->main), *n = root;
    for (int i = 0; i < count; i++) {
        n = next_paragraph(n, root);
        if (!T_EQ_STR(doc_number_label(v, n), str_from_z(number_formats[i].printed))) {
            printf("#   %s of %d\n", number_formats[i].format, number_formats[i].n);
        }
    }
}

/* ---- redlines ---- */

#define MARK(how) "<w:rPr><w:" how " w:id=\"1\" w:author=\"A\"/></w:rPr>"
#define RUN(text) "<w:r><w:t xml:space=\"preserve\">" text "</w:t></w:r>"
#define INS(inner) "<w:ins w:id=\"1\" w:author=\"A\">" inner "</w:ins>"
#define DEL(text)                                                                                  \
    "<w:del w:id=\"1\" w:author=\"A\"><w:r><w:delText xml:space=\"preserve\">" text                \
    "</w:delText></w:r></w:del>"

static void views_of_a_redline(Arena *a) {
    DocxPackage *p = open_numbered(
        a,
        STYLED("Art", "One") "<w:p><w:pPr><w:pStyle w:val=\"Art\"/>" MARK("ins") "</w:pPr>" INS(RUN(
            "New")) "</w:p>"
                    "<w:p><w:pPr><w:pStyle w:val=\"Par\"/>" MARK("ins") "</w:pPr>" INS(RUN(
                        "text")) "</w:p>"
                                 "<w:p><w:pPr><w:pStyle w:val=\"Art\"/>" MARK("del") "</w:pPr>" DEL(
                                     "Two") "</w:p>"
                                            "<w:p><w:pPr><w:pStyle w:val=\"Par\"/>" MARK(
                                                "del") "</w:pPr>" DEL("gone") "</w:p>" STYLED("Art",
                                                                                              "Thre"
                    "e") "<w:p><w:r><w:t>(</w:t></w:r>" DEL("b")
                                                INS(RUN("a")) RUN(") point") "</w:p>");
    static const Expected redline[] = {
        {"One", "Article 1", "Article 1"},  {"New", "Article 2", "Article 2"},
        {"text", "Article 2(1)", "1."},     {"Two", "Article 2", "Article 2"},
        {"gone", "Article 2(1)", "1."},     {"Three", "Article 3", "Article 3"},
        {"(ba) point", "Article 3(b)", ""},
    };
    CHECK_BODY(a, p, open_view(a, p, false, false), redline);
    static const Expected accepted[] = {
        {"One", "Article 1", "Article 1"},  {"New", "Article 2", "Article 2"},
        {"text", "Article 2(1)", "1."},     {"Two", "Article 2(1)", ""},
        {"gone", "Article 2(1)", ""},       {"Three", "Article 3", "Article 3"},
        {"(ba) point", "Article 3(a)", ""},
    };
    CHECK_BODY(a, p, open_view(a, p, false, true), accepted);
    static const Expected rejected[] = {
        {"One", "Article 1", "Article 1"},  {"New", "Article 1", ""},
        {"text", "Article 1", ""},          {"Two", "Article 2", "Article 2"},
        {"gone", "Article 2(1)", "1."},     {"Three", "Article 3", "Article 3"},
        {"(ba) point", "Article 3(b)", ""},
    };
    CHECK_BODY(a, p, open_view(a, p, true, false), rejected);
    XmlNode *root = root_of(p, p->main), *n = root;
    const DocProvisions *v = open_view(a, p, false, false);
    static const char *const before[] = {"Article 1", "", "", "Article 2", "1.", "Article 3", ""};
    for (int i = 0; i < 7; i++) {
        n = next_paragraph(n, root);
        T_EQ_STR(doc_number_label_before(v, n), str_from_z(before[i]));
    }
}

static void what_is_new_in_the_base_terms(Arena *a) {
    DocxPackage *p = open_numbered(
        a, STYLED("Art", "One") "<w:p><w:pPr><w:pStyle w:val=\"Art\"/>" MARK("ins") "</w:pPr>" INS(
               RUN("New")) "</w:p>"
                           "<w:p><w:pPr><w:pStyle w:val=\"Par\"/>" MARK("ins") "</w:pPr>" INS(
                               RUN("text")) "</w:p>" STYLED("Art", "Two")
                               STYLED("Par", "old") "<w:p><w:pPr><w:pStyle w:val=\"Par\"/>" MARK(
                                   "ins") "</w:pPr>" INS(RUN("more")) "</w:p>");
    static const Expected redline[] = {
        {"One", "Article 1", "Article 1"},    {"New", "Article 2 (new)", "Article 2"},
        {"text", "Article 2(1) (new)", "1."}, {"Two", "Article 2", "Article 3"},
        {"old", "Article 2(1)", "1."},        {"more", "Article 2(2)", "2."},
    };
    CHECK_BODY(a, p, open_view(a, p, false, false), redline);
}

static void split_paragraphs(Arena *a) {
    DocxPackage *p = open_numbered(
        a, "<w:p><w:pPr>" MARK("ins") "</w:pPr>" RUN(
               "Article ") "</w:p>"
                           "<w:p>" RUN(
                               "5") "</w:p>"
                                    "<w:p><w:pPr>" MARK("del") "</w:pPr>" RUN(
                                        "Article 6") "</w:p>"
                                                     "<w:p>" RUN(
                                                         "1") "</w:p>"
                                                              "<w:p><w:pPr><w:pStyle "
                                                              "w:val=\"Art\"/><w:pPrChange "
                                                              "w:id=\"1\" w:author=\"A\"><w:pPr/>"
                                                              "</w:pPrChange></w:pPr>" RUN(
                                                                  "styled") "</w:p>");
    static const Expected rejected[] = {
        {"Article ", "Article 5", ""}, {"5", "Article 5", ""},      {"Article 6", "Article 6", ""},
        {"1", "Article 6", ""},        {"styled", "Article 6", ""},
    };
    CHECK_BODY(a, p, open_view(a, p, true, false), rejected);
    static const Expected accepted[] = {
        {"Article ", "Preamble", ""},         {"5", "Preamble", ""},
        {"Article 6", "Article 61", ""},      {"1", "Article 61", ""},
        {"styled", "Article 1", "Article 1"},
    };
    CHECK_BODY(a, p, open_view(a, p, false, true), accepted);
}

/* ---- tables, notes, headers ---- */

#define CELL(text) "<w:tc><w:p>" RUN(text) "</w:p></w:tc>"

static void tables(Arena *a) {
    Pack pack = pack_new(a);
    DocxPackage *p = open_pack(
        a, &pack,
        "<w:p>" RUN("Annex A") "</w:p><w:tbl><w:tr>" CELL("a") CELL(
            "b") "</w:tr>"
                 "<w:tr><w:trPr><w:del w:id=\"1\" w:author=\"A\"/></w:trPr>" CELL(
                     "c") "</w:tr>"
                          "<w:tr><w:tc><w:tbl><w:tr>" CELL("inner") "</w:tr></w:tbl><w:p>" RUN(
                              "Art"
                              "icl"
                              "e "
                              "7") "</w:p></w:tc></w:tr></w:tbl><w:p>" RUN("between") "</w:p>"
                                                                                      "<w:tbl><w:"
                                                                                      "tr>" CELL(
                                                                                          "d") "</"
                                                                                               "w:"
                                                                                               "tr>"
                                                                                               "</"
                                                                                               "w:"
                                                                                               "tbl"
                                                                                               "><"
                                                                                               "w:"
                                                                                               "p"
                    ">" RUN(
                    "behind") "</w:p>");
    static const Expected accepted[] = {
        {"Annex A", "Annex A", ""},      {"a", "Annex A, row 1", ""},
        {"b", "Annex A, row 1", ""},     {"c", "Annex A, row 1", ""},
        {"inner", "Annex A, row 2", ""}, {"Article 7", "Annex A, row 2", ""},
        {"between", "Annex A", ""},      {"d", "Annex A, table 2, row 1", ""},
        {"behind", "Annex A", ""},
    };
    CHECK_BODY(a, p, open_view(a, p, false, true), accepted);
    const DocProvisions *v = open_view(a, p, false, false);
    XmlNode *root = root_of(p, p->main);
    int rows = 0;
    for (XmlNode *n = root; n; n = xml_next(n, root)) {
        static const char *const ids[] = {"Annex A, row 1", "Annex A, row 2", "Annex A, row 3",
                                          "Annex A, row 3", "Annex A, table 2, row 1"};
        if (n->name != W_tr) continue;
        T_EQ_STR(doc_provision(v, n), str_from_z(ids[rows]));
        rows++;
    }
    T_EQ_INT(rows, 5);
    T_EQ_STR(doc_provision(v, root), S(""));
}

#define NOTE(id, text) "<w:footnote w:id=\"" id "\"><w:p>" RUN(text) "</w:p></w:footnote>"
#define NOTE_REF(id) "<w:r><w:footnoteReference w:id=\"" id "\"/></w:r>"

static void notes_and_headers(Arena *a) {
    Pack pack = pack_new(a);
    pack_part(&pack, "word/footnotes.xml", "footnotes",
              ROOT("footnotes",
                   "<w:footnote w:type=\"separator\" w:id=\"0\"><w:p/></w:footnote>" NOTE(
                       "1", "late") NOTE("2", "early") NOTE("3", "lost") NOTE("4", "starred")));
    pack_part(&pack, "word/header1.xml", "header", ROOT("hdr", "<w:p>" RUN("Article 1") "</w:p>"));
    DocxPackage *p =
        open_pack(a, &pack,
                  "<w:p>" RUN("Article 5") NOTE_REF("2") DEL("x") INS(NOTE_REF("1"))
                      NOTE_REF("2") "<w:r><w:footnoteReference w:id=\"4\" "
                                    "w:customMarkFollows=\"1\"/><w:t>**</w:t></w:r></w:p>");
    const DocProvisions *v = open_view(a, p, false, false);
    static const Expected notes[] = {{"", "Footnote", NULL},
                                     {"late", "Footnote 2", NULL},
                                     {"early", "Footnote 1", NULL},
                                     {"lost", "Footnote", NULL},
                                     {"starred", "Footnote **", NULL}};
    DocxPart *part = docx_related(p->main, S("footnotes"));
    check_part(a, p, part, v, notes, 5);
    static const Expected header[] = {{"Article 1", "Header", ""}};
    check_part(a, p, docx_related(p->main, S("header")), v, header, 1);
    const XmlNode **order = NULL;
    T_EQ_INT(doc_notes_in_order(a, v, root_of(p, part), &order), 4);
    static const char *const texts[] = {"early", "late", "starred", "lost"};
    static const char *const labels[] = {"1", "2", "**", ""};
    for (int i = 0; i < 4; i++) {
        T_EQ_STR(doc_plain(a, order[i], false), str_from_z(texts[i]));
        T_EQ_STR(doc_note_label(v, order[i]), str_from_z(labels[i]));
    }
}

static void headings(Arena *a) {
    DocxPackage *p = open_numbered(
                    a, "<w:p><w:pPr><w:outlineLvl w:val=\"0\"/></w:pPr>" RUN("Scope")
                    "</w:p><w:p>" RUN("text")
                    "</w:p><w:p><w:pPr><w:outlineLvl w:val=\"1\"/></w:pPr>" RUN(
               "Limits") "</w:p>"
                         "<w:p>" RUN("1. one") "</w:p><w:p><w:pPr><w:outlineLvl "
                                               "w:val=\"0\"/></w:pPr>" RUN(
                                                   "A heading that is a great deal longer than "
                                                   "anybody would like to read in an id") "</w:p>");
    static const Expected want[] = {
        {"Scope", "Scope", NULL},
        {"text", "Scope", NULL},
        {"Limits", "Limits", NULL},
        {"1. one", "Limits (1)", NULL},
        {"A heading that is a great deal longer than anybody would like to read in an id",
         "A heading that is a great deal longer than anybody would lik…", NULL},
    };
    CHECK_BODY(a, p, open_view(a, p, false, false), want);
}

static void plain_text(Arena *a) {
    Pack pack = pack_new(a);
    DocxPackage *p = open_pack(
        a, &pack,
        "<w:p><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:noBreakHyphen/></w:r>" DEL(
            "c") "<w:r><w:fldChar w:fldCharType=\"begin\"/><w:instrText>PAGE</w:instrText></w:r>"
                 "<w:r><w:t>code</w:t></w:r><w:r><w:fldChar "
                 "w:fldCharType=\"separate\"/><w:t>7</w:t>"
                 "<w:fldChar w:fldCharType=\"end\"/></w:r></w:p>"
                 "<w:tbl><w:tr>" CELL("x")
                     CELL("y") "</w:tr><w:tr><w:trPr><w:del w:id=\"1\" "
                               "w:author=\"A\"/></w:trPr>" CELL("z") "</w:tr></w:tbl>");
    XmlNode *root = root_of(p, p->main), *n = next_paragraph(root, root);
    T_EQ_STR(doc_plain(a, n, false), S("a\tb\n\xE2\x80\x91"
                                       "c7"));
    T_EQ_STR(doc_plain(a, n, true), S("a\tb\n\xE2\x80\x91"
                                      "7"));
    T_EQ_STR(doc_plain(a, n->next, false), S("x\ty\nz"));
    T_EQ_STR(str_trim(doc_plain(a, n->next, true)), S("x\ty"));
    T_EQ_STR(doc_plain(a, NULL, true), S(""));
}

/* Whatever is drawn, each paragraph of the body has a provision, in each view, and a second reading
 * gives the same. */
static void random_documents(Arena *a) {
    static const char *const texts[] = {"Article 5", "ARTICLE V",
                                        "(a) x",     "(i)",
                                        "1. y",      "1.2.3",
                                        "2)",        "Annex B",
                                        "第五条",    "（一）",
                                        "一、",      "المادة 5",
                                        "-",         "",
                                        "§ 4",       "Chapter I",
                                        "Section 2", "Paragraph 1",
                                        "A.",        "iv.",
                                        "Part 1",    "\xE2\x80\x8F(b)",
                                        "Preamble",  "①"};
    for (int round = 0; round < 60; round++) {
        Arena *b = arena_child(a);
        Buf body = buf_new(b);
        const int count = 1 + (int)t_random_below(40);
        for (int i = 0; i < count; i++) {
            static const char *const marks[] = {"", MARK("ins"), MARK("del"), MARK("moveTo")};
            static const char *const around[] = {"ins", "del", "moveFrom", "hyperlink"};
            const char *wrap = around[t_random_below(4)];
            const bool table = t_random_below(8) == 0;
            if (table) buf_add(&body, S("<w:tbl><w:tr><w:tc>"));
            buf_format(
                &body,
                "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"%d\"/><w:numId w:val=\"%d\"/>"
                "</w:numPr>%s</w:pPr><w:%s w:id=\"1\" w:author=\"A\"><w:r><w:t>%s</w:t></w:r>"
                "</w:%s><w:r><w:t>%s</w:t></w:r></w:p>",
                (int)t_random_below(10), (int)t_random_below(8), marks[t_random_below(4)], wrap,
                texts[t_random_below(24)], wrap, texts[t_random_below(24)]);
            if (table) buf_add(&body, S("</w:tc></w:tr></w:tbl>"));
        }
        buf_byte(&body, '\0');
        DocxPackage *p = open_numbered(b, body.ptr);
        XmlNode *root = root_of(p, p->main);
        for (int view = 0; view < 4; view++) {
            const DocProvisions *v = open_view(b, p, view & 1, view & 2);
            const DocProvisions *again = open_view(b, p, view & 1, view & 2);
            for (XmlNode *n = next_paragraph(root, root); n; n = next_paragraph(n, root)) {
                T_CHECK(doc_provision(v, n).len > 0);
                T_EQ_STR(doc_provision(v, n), doc_provision(again, n));
                T_EQ_STR(doc_number_label(v, n), doc_number_label(again, n));
            }
        }
        arena_close(b);
    }
}

static bool open_all(void *ctx, Arena *a, PxErr *err) {
    DocxPackage *p = NULL;
    DocProvisions *v = NULL;
    const Str *bytes = ctx;
    return docx_open(a, xml_names_open(a), key, *bytes, S("f"), NULL, &p, err) &&
           doc_provisions_open(a, p, false, false, &v, err);
}

static void every_allocation_fails(Arena *a) {
    Pack pack = pack_new(a);
    pack_part(&pack, "word/numbering.xml", "numbering", numbering);
    pack_part(&pack, "word/styles.xml", "styles", styles);
    Str bytes = pack_docx(&pack, STYLED("Art", "x") IN_LIST("1", "2", "y"));
    T_CHECK(t_fault_loop(open_all, &bytes));
}

#define GUARDED(test)                                                                              \
    static void test_##test(void) { t_with_arena(test); }
GUARDED(english)
GUARDED(chapters_that_begin_anew)
GUARDED(contracts)
GUARDED(other_scripts)
GUARDED(levels_and_restarts)
GUARDED(legal_and_linked)
GUARDED(formats)
GUARDED(views_of_a_redline)
GUARDED(what_is_new_in_the_base_terms)
GUARDED(split_paragraphs)
GUARDED(tables)
GUARDED(notes_and_headers)
GUARDED(headings)
GUARDED(plain_text)
GUARDED(random_documents)
GUARDED(every_allocation_fails)

int main(void) {
    T_RUN(test_english);
    T_RUN(test_chapters_that_begin_anew);
    T_RUN(test_contracts);
    T_RUN(test_other_scripts);
    T_RUN(test_levels_and_restarts);
    T_RUN(test_legal_and_linked);
    T_RUN(test_formats);
    T_RUN(test_views_of_a_redline);
    T_RUN(test_what_is_new_in_the_base_terms);
    T_RUN(test_split_paragraphs);
    T_RUN(test_tables);
    T_RUN(test_notes_and_headers);
    T_RUN(test_headings);
    T_RUN(test_plain_text);
    T_RUN(test_random_documents);
    T_RUN(test_every_allocation_fails);
    return t_end();
}
