/* needs: base zip xml docx doc revise html matrix */
/* What becomes a row, which rows conflict, who stands behind them, and that the files written from
 * the rows can be read by what reads such files. */
#include "doc/doc.h"
#include "matrix/matrix.h"
#include "t.h"

#include "unit/pack.h"

#define T(text) "<w:r><w:t xml:space=\"preserve\">" text "</w:t></w:r>"
#define P(runs) "<w:p>" runs "</w:p>"
#define BY(id, who) " w:id=\"" id "\" w:author=\"" who "\" w:date=\"2016-06-01T10:00:00Z\""
#define INS(id, who, runs) "<w:ins" BY(id, who) ">" runs "</w:ins>"
#define GONE(text) "<w:r><w:delText xml:space=\"preserve\">" text "</w:delText></w:r>"
#define DEL(id, who, text) "<w:del" BY(id, who) ">" GONE(text) "</w:del>"
#define MARK(revision) "<w:pPr><w:rPr>" revision "</w:rPr></w:pPr>"
#define TC(blocks) "<w:tc><w:tcPr/>" blocks "</w:tc>"
#define TR(pr, cells) "<w:tr><w:trPr>" pr "</w:trPr>" cells "</w:tr>"
#define TBL(rows) "<w:tbl><w:tblPr/><w:tblGrid/>" rows "</w:tbl>"
#define ARTICLE(n) P(T("Article " n))
#define A "Interior"
#define B "Foreign Affairs"
#define C "Finance"

/* ---- harness ---- */

static DocxPackage *open_bytes(Arena *a, Str bytes) {
    DocxPackage *p = NULL;
    PxErr err = {0};
    T_OK(docx_open(a, xml_names_open(a), (HashKey){{3, 5}}, bytes, S("c.docx"), NULL, &p, &err),
         &err);
    return p;
}

static Matrix read_bytes(Arena *a, Str bytes) {
    Matrix m = {0};
    PxErr err = {0};
    DocxPackage *p = open_bytes(a, bytes);
    if (p) T_OK(matrix_read(a, p, &m, &err), &err);
    return m;
}

static Matrix read_body(Arena *a, const char *body) {
    Pack p = pack_new(a);
    return read_bytes(a, pack_docx(&p, body));
}

static void show(const Matrix *m) {
    for (ptrdiff_t i = 0; i < m->count; i++) {
        const MatrixRow *r = &m->rows[i];
        printf("#   %td, %td: %.*s, %.*s, %.*s [%.*s] [%.*s] %td conflicts\n", r->number, r->also,
               (int)r->kind.len, r->kind.ptr, (int)r->office.len, r->office.ptr,
               (int)r->provision.len, r->provision.ptr, (int)r->existing.len, r->existing.ptr,
               (int)r->proposed.len, r->proposed.ptr, r->conflict_count);
    }
}

static bool expect_rows(const Matrix *m, ptrdiff_t count) {
    if (T_EQ_INT(m->count, count)) return true;
    show(m);
    return false;
}

static void expect_row(const MatrixRow *r, const char *kind, const char *existing,
                       const char *proposed) {
    T_EQ_STR(r->kind, str_from_z(kind));
    T_EQ_STR(r->existing, str_from_z(existing));
    T_EQ_STR(r->proposed, str_from_z(proposed));
}

/* ---- rows ---- */

static void replacements_in(Arena *a) {
    Matrix m = read_body(a, P(T("in ") DEL("1", A, "thirty") INS("2", A, T("ninety")) T(" days ")
                                  INS("3", A, T("net"))));
    if (expect_rows(&m, 2)) {
        expect_row(&m.rows[0], "replacement", "thirty", "ninety");
        T_EQ_INT(m.rows[0].number, 1);
        T_EQ_INT(m.rows[0].also, 2);
        expect_row(&m.rows[1], "insertion", "", "net");
        T_EQ_INT(m.rows[1].number, 3);
    }
    m = read_body(a, P(DEL("1", A, "thirty") INS("2", B, T("ninety"))));
    if (expect_rows(&m, 2)) T_CHECK(m.rows[0].also == 0 && m.rows[1].also == 0);
    m = read_body(a, P(DEL("1", A, "thirty") T(" or ") INS("2", A, T("ninety"))));
    if (expect_rows(&m, 2)) T_EQ_INT(m.rows[0].also, 0);
    m = read_body(a, P(INS("2", A, T("ninety")) DEL("1", A, "thirty")));
    if (expect_rows(&m, 2)) expect_row(&m.rows[1], "deletion", "thirty", "");
}
static void replacements(void) { t_with_arena(replacements_in); }

/* A cell of a workbook holds 32,767 characters, and one that holds more is damage to Excel. */
static void long_texts_in(Arena *a) {
    Buf body = buf_new(a);
    buf_add(&body, S("<w:p><w:ins" BY("1", A) "><w:r><w:t>"));
    for (int i = 0; i < 8000; i++) buf_add(&body, S("words "));
    buf_add(&body, S("</w:t></w:r></w:ins></w:p>"));
    buf_byte(&body, '\0');
    const Matrix m = read_body(a, buf_str(&body).ptr);
    Str bytes, sheet = {0};
    Buf out = buf_new(a);
    Zip *zip;
    PxErr err = {0};
    if (!T_OK(matrix_write(a, &m, MATRIX_XLSX, S("Long"), &out, &err), &err)) return;
    bytes = buf_str(&out);
    if (!T_OK(zip_open(a, bytes, S("m.xlsx"), NULL, &zip, &err), &err)) return;
    const ZipEntry *e = zip_find(zip, S("xl/worksheets/sheet1.xml"));
    if (!T_CHECK(e != NULL) || !T_OK(zip_inflate(a, e, &sheet, &err), &err)) return;
    const ptrdiff_t from = str_find(sheet, S("<t>words"));
    const ptrdiff_t end = str_find(str_slice(sheet, from, sheet.len), S("</t>")) - 3;
    T_CHECK(end > 30000 && end <= 32767);
    T_CHECK(str_ends(str_slice(sheet, from + 3, from + 3 + end), S("redline]")));
}
static void long_texts(void) { t_with_arena(long_texts_in); }

/* A change of a table as a whole stands where the table does. */
static void tables_have_places_in(Arena *a) {
    const Matrix m = read_body(
        a, ARTICLE("5")
               P(T("Supplies.")) "<w:tbl><w:tblPr><w:jc "
                                 "w:val=\"center\"/><w:tblPrChange" BY(
                                     "1", A) "><w:tblPr/></w:tblPrChange></w:tblPr><w:tblGrid/"
                                             ">" TR("", TC(P(T("One")))) "</w:tbl>" P(T("End.")));
    if (expect_rows(&m, 1)) T_EQ_STR(m.rows[0].provision, S("Article 5"));
}
static void tables_have_places(void) { t_with_arena(tables_have_places_in); }

#define REF(id) "<w:r><w:footnoteReference w:id=\"" id "\"/></w:r>"

static Str with_notes(Arena *a, const char *notes, const char *body) {
    Pack p = pack_new(a);
    pack_part(&p, "word/footnotes.xml", "footnotes", notes);
    return pack_docx(&p, body);
}

static void what_is_no_text_in(Arena *a) {
    const char *notes = ROOT(
        "footnotes",
        "<w:footnote w:id=\"4\">" P(T("See Article 9.")) "</w:footnote><w:footnote w:id=\"5\">" P(
            T("Old ") INS("9", A, T("new "))) "</w:footnote>");
    Matrix m =
        read_bytes(a, with_notes(a, notes,
                                 P(T("a") INS("1", A, T("two words") REF("4") T(", more")) T("b"))
                                     P(T("x") REF("5")) P(T("a") DEL("2", A, "gone ") "<w:del" BY(
                                         "3", A) ">" REF("5") "</w:del>" T("b"))));
    if (expect_rows(&m, 3)) {
        expect_row(&m.rows[0], "insertion", "", "two words [\xe2\x80\xa0 See Article 9.] , more");
        expect_row(&m.rows[1], "deletion", "gone [\xe2\x80\xa0 Old new]", "");
        expect_row(&m.rows[2], "insertion", "", "new ");
        T_EQ_STR(m.rows[2].provision, S("Footnote 1")); /* the base does not have the one before */
    }
    m = read_body(a, P(INS("1", A, "<w:r><w:drawing><wp:inline/></w:drawing></w:r>") T("b"))
                         P(T("c") INS("2", A, "<w:r><w:tab/></w:r>") T("d")));
    if (expect_rows(&m, 2)) {
        expect_row(&m.rows[0], "insertion", "", "[picture]");
        expect_row(&m.rows[1], "insertion", "", "[tab]");
    }
    m = read_body(a, TBL(TR("", TC(P(T("a"))) TC(P(T("b"))))
                             TR("<w:ins" BY("1", A) "/>", TC(P("")) TC(P(INS("2", A, T("Fuel"))))
                                                              TC(P(INS("3", A, T("yes")))))
                                 TR("<w:ins" BY("4", A) "/>",
                                    TC(P(INS("5", A, T("1")))) TC(P(INS("6", A, T("Food"))))
                                        TC(P(INS("7", A, T("no")))))) P(""));
    if (expect_rows(&m, 1)) expect_row(&m.rows[0], "row inserted", "", "Fuel | yes\n1 | Food | no");
}
static void what_is_no_text(void) { t_with_arena(what_is_no_text_in); }

#define NEW_P(id, mark, runs) "<w:p>" MARK("<w:ins" BY(mark, A) "/>") INS(id, A, runs) "</w:p>"

static void provisions_in(Arena *a) {
    const char *body = ARTICLE("1") P(T("Text.")) NEW_P("2", "1", T("Article 2"))
        NEW_P("4", "3", T("1. New.")) P(DEL("5", B, "Article 2") INS("6", B, T("Article 3")))
            P(T("1. First ") INS("7", C, T("one"))) NEW_P("9", "8", T("2. Second, new."))
                P(DEL("10", B, "2") INS("11", B, T("3")) T(". Second."))
                    P(DEL("12", B, "Article 3") INS("13", B, T("Article 4")))
                        P(T("Last ") INS("14", C, T("word.")));
    static const char *const places[] = {"Article 2 (new)",    "Article 2",    "Article 2(1)",
                                         "Article 2(2) (new)", "Article 2(2)", "Article 3",
                                         "Article 3"};
    const Matrix m = read_body(a, body);
    if (!expect_rows(&m, 7)) return;
    for (int i = 0; i < 7; i++) T_EQ_STR(m.rows[i].provision, str_from_z(places[i]));
}
static void provisions(void) { t_with_arena(provisions_in); }

/* ---- conflicts ---- */

typedef struct Conflicting {
    const char *what, *body;
    ptrdiff_t conflicts, rows; /* rows: of the first conflict */
    const char *base;          /* its text */
} Conflicting;

static const Conflicting cases[] = {
    {"two insertions at one place", P(T("a ") INS("1", A, T("x ")) INS("2", B, T("y ")) T("b")), 1,
     2, ""},
    {"two wordings",
     P(T("a ") DEL("1", A "; " B, "old") INS("2", A, T("x")) INS("3", B, T("y")) T(" b")), 1, 2,
     "old"},
    {"a joint change, and more by one of the two",
     P(T("a ") DEL("1", A "; " B, "old") INS("2", A, T("x")) T(" b")), 0, 0, ""},
    {"two joint changes with an office in common",
     P(T("a ") INS("1", A "; " B, T("x ")) INS("2", B "; " C, T("y ")) T("b")), 1, 2, ""},
    {"an office alone", P(T("a ") DEL("1", A, "old") INS("2", A, T("x")) T(" b")), 0, 0, ""},
    {"names that begin alike",
     P(T("a ") INS("1", A, T("x ")) INS("2", A " and Kashmir", T("y ")) T("b")), 1, 2, ""},
    {"an insertion in what another deletes",
     P(T("a ") DEL("1", A, "old ") INS("2", B, T("x ")) DEL("3", A, "wording") T(" b")), 1, 3,
     "old wording"},
    {"a deletion of what another inserts",
     P(T("a ") INS("1", A, T("x ") "<w:del" BY("2", B) ">" GONE("y") "</w:del>") T(" b")), 1, 2,
     NULL},
    {"a word between", P(T("a ") DEL("1", A, "old") T(" word ") INS("2", B, T("x")) T(" b")), 0, 0,
     ""},
    {"only a space between", P(T("a ") DEL("1", A, "old") T(" ") INS("2", B, T("x")) T(" b")), 1, 2,
     "old"},
    {"a note between", P(T("a ") DEL("1", A, "old") REF("1") INS("2", B, T("x")) T(" b")), 0, 0,
     ""},
    {"a standing paragraph mark between",
     P(T("a ") DEL("1", A, "old")) P(INS("2", B, T("x ")) T("b")), 0, 0, ""},
    {"a deleted paragraph mark between",
     "<w:p>" MARK("<w:del" BY("1", A) "/>") T("a ")
         DEL("2", A, "old") "</w:p>" P(INS("3", B, T("x ")) T("b")),
     1, 2, "old"},
    {"a format of what another deletes",
     P(T("a ") "<w:del" BY("1", A) "><w:r><w:rPr><w:b/><w:rPrChange" BY(
         "2", B) "><w:rPr/></w:rPrChange></w:rPr><w:delText>old</w:delText></w:r></w:del>" T(" b")),
     1, 2, "old"},
    {"a format beside a change of another",
     P(T("a ") "<w:r><w:rPr><w:b/><w:rPrChange" BY(
         "1", B) "><w:rPr/></w:rPrChange></w:rPr><w:t>bold</w:t></w:r>" INS("2", A, T(" x"))
           T(" b")),
     0, 0, ""},
    {"an edit in what another moves away",
     P(T("Stays.")) "<w:p>" MARK("<w:moveFrom" BY("1", A) "/>") "<w:moveFrom" BY("2", A) ">" T(
         "moved ") "</w:moveFrom>" INS("3", B,
                                       T("x ")) "<w:moveFrom" BY("4",
                                                                 A) ">" T("text") "</w:moveFrom></"
                                                                                  "w:p>" P(T("End"
                                                                                             ".")),
     1, 3, "moved text"},
    {"an edit in a row another deletes",
     TBL(TR("", TC(P(T("a"))))
             TR("<w:del" BY("1", A) "/>",
                TC(P(DEL("2", A, "one ") INS("3", B, T("x ")) DEL("4", A, "two"))))) P(""),
     1, 2, NULL},
    {"an edit in the row beside",
     TBL(TR("<w:del" BY("1", A) "/>", TC(P(DEL("2", A, "one"))))
             TR("", TC(P(T("a ") INS("3", B, T("x")))))) P(""),
     0, 0, ""},
    {"an edit in a cell another deletes",
     TBL("<w:tr><w:tc><w:tcPr><w:cellDel" BY("1", A) "/></w:tcPr>" P(
         T("a ") INS("2", B, T("x"))) "</w:tc>" TC(P(T("b"))) "</w:tr>") P(""),
     1, 2, NULL},
    {"three in one place",
     P(T("a ") INS("1", A, T("x ")) INS("2", B, T("y ")) INS("3", C, T("z ")) T("b")), 1, 3, ""},
    {"two conflicts",
     P(T("a ") INS("1", A, T("x ")) INS("2", B, T("y ")) T("b ") INS("3", A, T("x "))
           INS("4", B, T("y ")) T("c")),
     2, 2, ""}};

static void conflicts_in(Arena *a) {
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const Conflicting *c = &cases[i];
        const char *notes =
            ROOT("footnotes", "<w:footnote w:id=\"1\">" P(T("Note.")) "</w:footnote>");
        const Matrix m = read_bytes(
            a, with_notes(a, notes, arena_str(a, arena_format(a, ARTICLE("5") "%s", c->body)).ptr));
        MatrixConflict *list;
        const ptrdiff_t count = matrix_conflicts(a, &m, &list);
        bool good = count == c->conflicts && (count == 0 || list[0].count == c->rows);
        if (good && count && c->base) good = str_equal(list[0].base_text, str_from_z(c->base));
        for (ptrdiff_t k = 0; good && k < count; k++)
            good = str_starts(list[k].provision, S("Article 5"));
        if (good) continue;
        printf("# %s: %td conflicts, of %td rows, on [%.*s]\n", c->what, count,
               count ? list[0].count : 0, count ? (int)list[0].base_text.len : 0,
               count ? list[0].base_text.ptr : "");
        show(&m);
        T_CHECK(good);
    }
}
static void conflicts(void) { t_with_arena(conflicts_in); }

static void conflicts_name_each_other_in(Arena *a) {
    const Matrix m = read_body(a, P(T("a ") DEL("1", A, "old") INS("2", A, T("x"))
                                        INS("3", B, T("y")) T(" b ") INS("4", C, T("z"))));
    if (!expect_rows(&m, 3)) return;
    T_EQ_INT(m.rows[0].conflict_count, 1);
    T_EQ_INT(m.rows[0].conflicts[0], 3);
    T_EQ_INT(m.rows[1].conflict_count, 1);
    T_EQ_INT(m.rows[1].conflicts[0],
             1); /* the row of the replacement, not the number of its second half */
    T_EQ_INT(m.rows[2].conflict_count, 0);
}
static void conflicts_name_each_other(void) { t_with_arena(conflicts_name_each_other_in); }

/* ---- people and comments ---- */

#define RECORD(children) "<collation xmlns=\"urn:paraph:collation:1\">" children "</collation>"
#define WHO(id, people) "<change id=\"" id "\">" people "</change>"
#define PERSON(name) "<by office=\"x\" person=\"" name "\"/>"

static void people_in(Arena *a) {
    Pack p = pack_new(a);
    pack_typed(
        &p, "customXml/paraph.xml", "customXml", "application/xml",
        S(RECORD(WHO("1", PERSON("Director")) WHO("2", PERSON("Director") PERSON("Deputy Director"))
                     WHO("3", PERSON("Dir")) "<comment id=\"1\" office=\"" A "\"/>")));
    pack_part(&p, "word/comments.xml", "comments",
              ROOT("comments",
                   "<w:comment w:id=\"1\" w:author=\"Director\" w:date=\"2016-06-03T10:00:00Z\">" P(
                       T("Why?")) "</w:comment>"));
    const Matrix m = read_bytes(
        a, pack_docx(&p,
                     ARTICLE("5") P(T("a ") INS("1", A, T("one")) T(" b ") INS("2", A, T("two"))
                                        INS("3", A, T("three")) T(" c ") INS("4", A, T("four")))
                         P("<w:commentRangeStart w:id=\"1\"/>" T(
                             "The words") "<w:commentRangeEnd w:id=\"1\"/><w:r><w:commentReference "
                                          "w:id=\"1\"/></w:r>" T(" d "))
                             P(T("e ") INS("1", A, T("part ")) INS("5", A, T("of it")))));
    if (!expect_rows(&m, 5)) return;
    T_EQ_STR(m.rows[0].person, S("Director"));
    T_EQ_STR(m.rows[1].person, S("Director; Deputy Director; Dir"));
    T_EQ_STR(m.rows[2].person, S("")); /* nobody tracked it */
    T_EQ_STR(m.rows[2].comment, S(""));
    T_EQ_STR(m.rows[3].person, S("Director"));
    T_EQ_STR(m.rows[3].comment, S("[Part of it was not tracked.]"));
    const MatrixRow *c = &m.rows[4];
    T_CHECK(c->is_comment && c->number == 5);
    T_EQ_STR(c->office, S(A));
    T_EQ_STR(c->person, S("Director"));
    T_EQ_STR(c->comment, S("Why?"));
    T_EQ_STR(c->existing, S("The words"));
    T_EQ_STR(c->provision, S("Article 5"));
}
static void people(void) { t_with_arena(people_in); }

/* ---- files ---- */

#define AWKWARD "=SUM(1), \"quoted\" &lt;b&gt; \\ \xd8\xa7\xd9\x84 &amp;"

static Matrix awkward(Arena *a) {
    return read_body(a, ARTICLE("5") P(T("a ") INS("1", A " &quot;x&quot;, &lt;y&gt;", T(AWKWARD))
                                           INS("2", B, T("-1")) T("b ")
                                               INS("3", A, T("one") "<w:r><w:br/></w:r>" T("two")))
                            P(T("b") INS("4", A, T("@x"))) P(T("b") INS("5", A, T("plain - 1"))));
}

static Str written(Arena *a, MatrixFormat format) {
    const Matrix m = awkward(a);
    PxErr err = {0};
    Buf out = buf_new(a);
    T_OK(matrix_write(a, &m, format, S("A <b> & \"c\".docx"), &out, &err), &err);
    return buf_str(&out);
}

/* A reader of RFC 4180: cells in order; false when the quoting is broken. */
static bool read_csv(Arena *a, Str s, Str *cells, ptrdiff_t most, ptrdiff_t *count,
                     ptrdiff_t *lines) {
    *count = *lines = 0;
    for (ptrdiff_t i = 0; i < s.len;) {
        Buf b = buf_new(a);
        if (*count == most || s.ptr[i++] != '"') return false;
        for (; i < s.len; i++) {
            if (s.ptr[i] == '"' && (i + 1 == s.len || s.ptr[i + 1] != '"')) break;
            if (s.ptr[i] == '"') i++;
            buf_byte(&b, s.ptr[i]);
        }
        cells[(*count)++] = buf_str(&b);
        if (i + 1 >= s.len) return false;
        i++;
        if (s.ptr[i] == ',') {
            i++;
        } else {
            if (i + 2 > s.len || s.ptr[i] != '\r' || s.ptr[i + 1] != '\n') return false;
            i += 2;
            ++*lines;
        }
    }
    return true;
}

static void csv_in(Arena *a) {
    Str s = written(a, MATRIX_CSV), cells[200];
    ptrdiff_t count, lines;
    if (!T_CHECK(str_starts(s, S("\xef\xbb\xbf")))) return;
    if (!T_CHECK(read_csv(a, str_slice(s, 3, s.len), cells, 200, &count, &lines))) return;
    T_EQ_INT(lines, 6);
    if (!T_EQ_INT(count, 12 * 6)) return;
    T_EQ_STR(cells[0], S("Number"));
    T_EQ_STR(cells[11], S("Reason"));
    T_EQ_STR(cells[12 + 7], S("'=SUM(1), \"quoted\" <b> \\ \xd8\xa7\xd9\x84 &"));
    T_EQ_STR(cells[12 + 2], S(A " \"x\", <y>"));
    T_EQ_STR(cells[12 + 9], S("2"));
    T_EQ_STR(cells[24 + 7], S("'-1"));
    T_EQ_STR(cells[36 + 7], S("one\ntwo"));
    T_EQ_STR(cells[48 + 7], S("'@x"));
    T_EQ_STR(cells[60 + 7], S("plain - 1"));
}
static void csv(void) { t_with_arena(csv_in); }

/* A JSON value at *at, with what is behind it skipped; depth-limited. */
static bool read_json(Str s, ptrdiff_t *at, int depth);

static void skip_space(Str s, ptrdiff_t *at) {
    while (*at < s.len && strchr(" \n\t\r", s.ptr[*at])) ++*at;
}

static bool read_json_text(Str s, ptrdiff_t *at) {
    for (++*at; *at < s.len && s.ptr[*at] != '"'; ++*at) {
        if ((unsigned char)s.ptr[*at] < 0x20) return false;
        if (s.ptr[*at] == '\\' && !(++*at < s.len && strchr("\"\\/bfnrtu", s.ptr[*at])))
            return false;
    }
    return ++*at <= s.len;
}

static bool read_json_group(Str s, ptrdiff_t *at, char end, int depth) {
    ++*at;
    for (bool first = true;; first = false) {
        skip_space(s, at);
        if (*at >= s.len) return false;
        if (first && s.ptr[*at] == end) break;
        if (end == '}' && (s.ptr[*at] != '"' || !read_json_text(s, at))) return false;
        if (end == '}') {
            skip_space(s, at);
            if (*at >= s.len || s.ptr[(*at)++] != ':') return false;
        }
        if (!read_json(s, at, depth + 1)) return false;
        skip_space(s, at);
        if (*at >= s.len) return false;
        if (s.ptr[*at] == end) break;
        if (s.ptr[(*at)++] != ',') return false;
    }
    ++*at;
    return true;
}

static bool read_json(Str s, ptrdiff_t *at, int depth) {
    skip_space(s, at);
    if (*at >= s.len || depth > 20) return false;
    const char c = s.ptr[*at];
    if (c == '"') return read_json_text(s, at);
    if (c == '{' || c == '[') return read_json_group(s, at, c == '{' ? '}' : ']', depth);
    const ptrdiff_t from = *at;
    while (*at < s.len && s.ptr[*at] >= '0' && s.ptr[*at] <= '9') ++*at;
    return *at > from;
}

static void json_in(Arena *a) {
    const Matrix m = awkward(a), none = {0};
    Buf out = buf_new(a), empty = buf_new(a);
    matrix_write_conflicts_json(a, &m, &out);
    matrix_write_conflicts_json(a, &none, &empty);
    ptrdiff_t at = 0;
    T_CHECK(read_json(buf_str(&out), &at, 0) &&
            str_trim(str_slice(buf_str(&out), at, out.len)).len == 0);
    at = 0;
    T_CHECK(read_json(buf_str(&empty), &at, 0));
    T_CHECK(str_find(buf_str(&out),
                     S("\"proposed\": \"=SUM(1), \\\"quoted\\\" <b> \\\\ \xd8\xa7\xd9\x84 &\"")) >
            0);
}
static void json(void) { t_with_arena(json_in); }

/* Every part of the package is well-formed. */
static ptrdiff_t parse_parts(Arena *a, Str bytes) {
    Zip *zip;
    PxErr err = {0};
    if (!T_OK(zip_open(a, bytes, S("matrix"), NULL, &zip, &err), &err)) return 0;
    for (ptrdiff_t i = 0; i < zip->count; i++) {
        Str part;
        XmlTree *t;
        if (!T_OK(zip_inflate(a, &zip->entries[i], &part, &err), &err)) return 0;
        if (!T_OK(xml_parse(a, xml_names_open(a), zip->entries[i].name, part, NULL, &t, &err),
                  &err))
            return 0;
    }
    return zip->count;
}

static Str sheet_of(Arena *a, const char *body) {
    Matrix m = read_body(a, body);
    Buf out = buf_new(a);
    Zip *zip;
    PxErr err = {0};
    T_OK(matrix_write(a, &m, MATRIX_XLSX, S("t"), &out, &err), &err);
    if (!T_OK(zip_open(a, buf_str(&out), S("matrix"), NULL, &zip, &err), &err)) return S("");
    for (ptrdiff_t i = 0; i < zip->count; i++) {
        Str part;
        if (!str_equal(zip->entries[i].name, S("xl/worksheets/sheet1.xml"))) continue;
        if (T_OK(zip_inflate(a, &zip->entries[i], &part, &err), &err)) return part;
    }
    return S("");
}

/* White space at a cell's ends has no legal way to be written; rows are as high as their text. */
static void sheets_in(Arena *a) {
    Str sheet = sheet_of(a, P(T("in") INS("1", A, T(" time ")) T("days") INS("2", A, T(" "))));
    T_CHECK(str_find(sheet, S("xml:space")) < 0);
    T_CHECK(str_find(sheet, S("<t>time</t>")) > 0 && str_find(sheet, S("<t>[space]</t>")) > 0);
    T_CHECK(str_find(sheet, S("<row r=\"2\" ht=\"16\">")) > 0);
#define TEN "a word or two "
    sheet = sheet_of(a, P(INS("1", A, T(TEN TEN TEN TEN TEN "and"))) P(T("x") INS("2", A, T("\
\xe6\x9d\xa1\xe6\x9d\xa1\xe6\x9d\xa1\xe6\x9d\xa1\xe6\x9d\xa1\xe6\x9d\xa1\xe6\x9d\xa1\
\xe6\x9d\xa1\xe6\x9d\xa1\xe6\x9d\xa1\xe6\x9d\xa1\xe6\x9d\xa1\xe6\x9d\xa1\xe6\x9d\xa1\
\xe6\x9d\xa1\xe6\x9d\xa1\xe6\x9d\xa1\xe6\x9d\xa1\xe6\x9d\xa1\xe6\x9d\xa1\xe6\x9d\xa1"))));
#undef TEN
    T_CHECK(str_find(sheet, S("<row r=\"2\" ht=\"29\">")) > 0); /* 73 letters in 40 */
    T_CHECK(str_find(sheet, S("<row r=\"3\" ht=\"29\">")) > 0); /* 21 signs of double width */
}
static void sheets(void) { t_with_arena(sheets_in); }

static void packages_in(Arena *a) {
    const Str sheet = written(a, MATRIX_XLSX), word = written(a, MATRIX_DOCX);
    T_EQ_INT(parse_parts(a, sheet), 6);
    T_EQ_INT(parse_parts(a, word), 5);
    DocxPackage *p = open_bytes(a, word);
    XmlTree *t;
    PxErr err = {0};
    if (!p || !T_OK(docx_part_tree(p, p->main, &t, &err), &err)) return;
    const Str text = doc_plain(a, t->root, false);
    T_CHECK(str_find(text, S("A <b> & \"c\".docx")) >= 0);
    T_CHECK(str_find(text, S("=SUM(1), \"quoted\" <b> \\ \xd8\xa7\xd9\x84 &")) >= 0);
    T_CHECK(str_equal(sheet, written(a, MATRIX_XLSX))); /* the same bytes every time */
}
static void packages(void) { t_with_arena(packages_in); }

static void html_in(Arena *a) {
    const Str page = written(a, MATRIX_HTML);
    T_CHECK(str_find(page, S("<b>")) < 0);
    T_CHECK(str_find(page, S("A &lt;b&gt; &amp; ")) >= 0);
    T_CHECK(str_find(page, S("<tr id=\"row-1\">")) >= 0 &&
            str_find(page, S("<a href=\"#row-1\">1</a>")) >= 0);
    T_CHECK(str_find(page, S("http://")) < 0 && str_find(page, S("https://")) < 0);
}
static void html(void) { t_with_arena(html_in); }

static void control_characters_in(Arena *a) {
    MatrixRow row = {.number = 1,
                     .kind = S("insertion"),
                     .proposed = S("a\x01"
                                   "b\tc")};
    const Matrix m = {&row, 1, 1};
    PxErr err = {0};
    Buf out = buf_new(a), json_out = buf_new(a);
    T_OK(matrix_write(a, &m, MATRIX_XLSX, S("x"), &out, &err), &err);
    T_EQ_INT(parse_parts(a, buf_str(&out)), 6);
    T_CHECK(!matrix_write(a, &m, MATRIX_FORMATS, S("x"), &json_out, &err));
}
static void control_characters(void) { t_with_arena(control_characters_in); }

/* Where a paragraph is cut or joined, the words beside the mark are shown. */
static void marks_alone_in(Arena *a) {
    Matrix m = read_body(a, P(MARK("<w:ins" BY("1", A) "/>") T("They shall meet once a year."))
                                P(T("They may set up working groups."))
                                    P(MARK("<w:del" BY("2", B) "/>") T("Costs")) P(T("are shared"))
                                        P(MARK("<w:ins" BY("3", A) "/>")) P(T("End")));
    if (!expect_rows(&m, 3)) return;
    expect_row(&m.rows[0], "paragraph inserted", "once a year. They may set",
               "once a year. \xc2\xb6 They may set");
    expect_row(&m.rows[1], "paragraph deleted", "Costs \xc2\xb6 are shared", "Costs are shared");
    expect_row(&m.rows[2], "paragraph inserted", "", "[empty paragraph]");
}
static void marks_alone(void) { t_with_arena(marks_alone_in); }

/* A cell shows no space at its ends, and says so where there is nothing else; text from the right
 * is set from the right. */
static void cells_in(Arena *a) {
    MatrixRow rows[2] = {{.number = 1, .kind = S("insertion"), .proposed = S(" and two ")},
                         {.number = 2,
                          .kind = S("replacement"),
                          .existing = S(" "),
                          .proposed = S("\xdb\xb3\xdb\xb0 \xd8\xaf\xd9\x86")}};
    const Matrix m = {rows, 2, 2};
    PxErr err = {0};
    Buf csv = buf_new(a), word = buf_new(a);
    T_OK(matrix_write(a, &m, MATRIX_CSV, S("x"), &csv, &err), &err);
    T_CHECK(str_find(buf_str(&csv), S("\"and two\"")) > 0);
    T_CHECK(str_find(buf_str(&csv), S("\"[space]\"")) > 0);
    T_OK(matrix_write(a, &m, MATRIX_DOCX, S("x"), &word, &err), &err);
    DocxPackage *p = open_bytes(a, buf_str(&word));
    XmlTree *t;
    if (!p || !T_OK(docx_part_tree(p, p->main, &t, &err), &err)) return;
    int right = 0;
    for (const XmlNode *n = t->root; n; n = xml_next(n, t->root))
        right += n->name == W_bidi || n->name == W_rtl;
    T_EQ_INT(right, 2);
}
static void cells(void) { t_with_arena(cells_in); }

/* ---- size and memory ---- */

/* One paragraph of very many changes by two offices in turn, without a word between. */
static void a_long_stretch_in(Arena *a) {
    Buf b = buf_new(a);
    buf_add(&b, S("<w:p>"));
    for (int i = 0; i < 20000; i++)
        buf_format(&b, "<w:ins w:id=\"%d\" w:author=\"%s\"><w:r><w:t>x </w:t></w:r></w:ins>", i,
                   i % 2 ? A : B);
    buf_add(&b, S("</w:p>\0"));
    const Matrix m = read_body(a, b.ptr);
    T_EQ_INT(m.count, 20000);
    MatrixConflict *list;
    T_EQ_INT(matrix_conflicts(a, &m, &list), 1);
    T_EQ_INT(list[0].count, 20000);
}
static void a_long_stretch(void) { t_with_arena(a_long_stretch_in); }

static bool read_once(void *ctx, Arena *a, PxErr *err) {
    const Str *bytes = ctx;
    DocxPackage *p;
    Matrix m;
    Buf out = buf_new(a);
    return docx_open(a, xml_names_open(a), (HashKey){{3, 5}}, *bytes, S("c"), NULL, &p, err) &&
           matrix_read(a, p, &m, err) && matrix_write(a, &m, MATRIX_XLSX, S("c"), &out, err);
}

static void memory_may_fail_in(Arena *a) {
    Str bytes =
        with_notes(a, ROOT("footnotes", "<w:footnote w:id=\"4\">" P(T("See.")) "</w:footnote>"),
                   P(DEL("1", A, "x") INS("2", A, T("y") REF("4")) INS("3", B, T("z"))));
    T_CHECK(t_fault_loop(read_once, &bytes));
}
static void memory_may_fail(void) { t_with_arena(memory_may_fail_in); }

int main(void) {
    T_RUN(replacements);
    T_RUN(tables_have_places);
    T_RUN(long_texts);
    T_RUN(what_is_no_text);
    T_RUN(provisions);
    T_RUN(conflicts);
    T_RUN(conflicts_name_each_other);
    T_RUN(people);
    T_RUN(csv);
    T_RUN(json);
    T_RUN(sheets);
    T_RUN(packages);
    T_RUN(html);
    T_RUN(control_characters);
    T_RUN(marks_alone);
    T_RUN(cells);
    T_RUN(a_long_stretch);
    T_RUN(memory_may_fail);
    return t_end();
}
