/* needs: engine */
/* provision: a text as its provisions: what changes a form and what does not, that a provision is
 * the same one through every draft. Through the public header. */
/* It breaks literals between macros into crumbs. */
/* clang-format off */
#include "unit/provision_fixture.h"

/* ---- reading ---- */

typedef struct Rows {
    PxProvisions *all;
    const PxProvision *items;
    ptrdiff_t count;
} Rows;

static Rows rows_of(const PxFile *file, const PxFile *previous) {
    Rows r = {NULL, NULL, 0};
    PxErr err;
    const PxProvisionsOptions options = {.previous = previous};
    if (T_OK(px_provisions_open(file, &options, &r.all, &err), &err)) {
        r.items = px_provisions_rows(r.all, &r.count);
    }
    return r;
}

static ptrdiff_t at_number(const Rows *r, const char *number) {
    for (ptrdiff_t i = 0; i < r->count; i++) {
        if (str_equal(r->items[i].number, str_from_z(number))) return i;
    }
    return -1;
}

/* "changed Article 1 <- Article 1" for each form that differs, "new ...", "gone ...". */
static Str differences(const PxFile *before, const PxFile *now) {
    Rows old = rows_of(before, NULL), new = rows_of(now, before);
    Buf b = buf_new(files);
    bool *is_kept = NEW_ARRAY(files, bool, old.count);
    for (ptrdiff_t i = 0; i < new.count; i++) {
        const PxProvision *p = &new.items[i];
        if (p->previous < 0) {
            buf_format(&b, "new %.*s\n", (int)p->number.len, p->number.ptr);
            continue;
        }
        const PxProvision *was = &old.items[p->previous];
        T_CHECK(!is_kept[p->previous]);
        is_kept[p->previous] = true;
        if (str_equal(p->form, was->form)) continue;
        buf_format(&b, "changed %.*s <- %.*s\n", (int)p->number.len, p->number.ptr,
                   (int)was->number.len, was->number.ptr);
    }
    for (ptrdiff_t i = 0; i < old.count; i++) {
        if (is_kept[i]) continue;
        buf_format(&b, "gone %.*s\n", (int)old.items[i].number.len, old.items[i].number.ptr);
    }
    px_provisions_close(old.all);
    px_provisions_close(new.all);
    return b.len ? buf_str(&b) : S("");
}

static void check_differences(const char *before, const char *now, const char *want) {
    const PxFile x = text_of(before), y = text_of(now);
    T_EQ_STR(differences(&x, &y), str_from_z(want));
}

/* ---- the reference case ---- */

static void draft_is_itself(void) {
    const PxFile draft = demo("draft.docx");
    T_EQ_STR(differences(&draft, &draft), S(""));
    Rows r = rows_of(&draft, &draft);
    T_EQ_INT(r.count, 141);
    for (ptrdiff_t i = 0; i < r.count; i++) {
        T_EQ_INT(r.items[i].previous, i);
        T_CHECK(r.items[i].number.len > 0);
        T_CHECK(r.items[i].parent < i);
    }
    const ptrdiff_t point = at_number(&r, "Article 4(1)(f)");
    if (T_CHECK(point > 0)) {
        const PxProvision *p = &r.items[point];
        T_EQ_STR(p->heading, S("counter-terrorism and the security of transport corridors;"));
        T_EQ_STR(r.items[p->parent].number, S("Article 4(1)"));
        T_EQ_STR(r.items[r.items[p->parent].parent].number, S("Article 4"));
    }
    T_CHECK(at_number(&r, "Annex A, row 16") > 0);
    T_EQ_STR(r.items[r.count - 1].number, S("Footnote 3"));
    px_provisions_close(r.all);
}

/* Every word of the dump's text stands in some provision. */
static void nothing_is_left_out(void) {
    const PxFile draft = demo("draft.docx");
    Rows r = rows_of(&draft, NULL);
    ptrdiff_t in_text = 0, in_form = 0;
    for (ptrdiff_t i = 0; i < r.count; i++) in_text += r.items[i].text.len;
    for (ptrdiff_t i = 0; i < r.count; i++) in_form += r.items[i].form.len;
    T_CHECK(in_text > 15000);
    T_CHECK(in_form > in_text);
    const char *const words[] = {"FRAMEWORK AGREEMENT", "绝密",
                                 "Storage and warehousing", "Joint statement issued",
                                 "have signed this Agreement"};
    for (size_t w = 0; w < sizeof words / sizeof *words; w++) {
        int found = 0;
        for (ptrdiff_t i = 0; i < r.count; i++) {
            found += str_find(r.items[i].form, str_from_z(words[w])) >= 0;
        }
        T_EQ_INT(found, 1);
    }
    px_provisions_close(r.all);
}

/* Written by hand from demo/edits. */
static void returns_change_what_they_changed(void) {
    static const char *const cases[][2] = {
        {"returns/interior.docx", "changed Article 4(1)(f) <- Article 4(1)(f)\n"
                                  "changed Article 12(2) <- Article 12(2)\n"
                                  "changed Article 13(2) <- Article 13(2)\n"
                                  "changed Article 15(2) <- Article 15(2)\n"
                                  "new Article 15(5)\n"},
        {"returns/foreign-affairs.docx", "changed Preamble <- Preamble\n"
                                         "changed Article 3(3) <- Article 3(3)\n"
                                         "changed Article 4(1)(f) <- Article 4(1)(f)\n"
                                         "changed Article 8(3) <- Article 8(3)\n"
                                         "changed Article 10(3) <- Article 10(3)\n"
                                         "changed Article 11(3) <- Article 11(3)\n"
                                         "changed Article 17(2) <- Article 17(2)\n"
                                         "changed Article 18(1) <- Article 18(1)\n"
                                         "changed Article 19(2) <- Article 19(2)\n"
                                         "new Article 19(3)\n"
                                         "changed Article 20(1) <- Article 20(1)\n"
                                         "changed Footnote 1 <- Footnote 1\n"},
        {"returns/defence-production.docx", "changed Article 1(c) <- Article 1(c)\n"
                                            "changed Article 6(3) <- Article 6(3)\n"
                                            "changed Article 7(2) <- Article 7(2)\n"
                                            "changed Article 7(3) <- Article 7(3)\n"
                                            "changed Article 8(2)(d) <- Article 8(2)(d)\n"
                                            "changed Article 8(3) <- Article 8(3)\n"
                                            "new Article 10\n"
                                            "new Article 10(1)\n"
                                            "new Article 10(2)\n"
                                            "new Annex A, row 8\n"
                                            "new Annex A, row 9\n"
                                            "changed Annex A, row 17 <- Annex A, row 15\n"},
        {"returns/joint-staff-headquarters.docx", "changed Article 3(3) <- Article 3(3)\n"
                                                  "changed Article 6(3) <- Article 6(3)\n"
                                                  "new Article 6(4)\n"
                                                  "changed Article 10(3) <- Article 10(3)\n"
                                                  "changed Article 11(1)(a) <- Article 11(1)(a)\n"
                                                  "changed Article 11(3) <- Article 11(3)\n"
                                                  "changed Article 14(4) <- Article 13(4)\n"
                                                  "changed Article 15(1) <- Article 14(1)\n"
                                                  "changed Annex A <- Annex A\n"
                                                  "new Footnote 3\n"}};
    const PxFile draft = demo("draft.docx");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const PxFile now = demo(cases[i][0]);
        T_EQ_STR(differences(&draft, &now), str_from_z(cases[i][1]));
        T_EQ_STR(differences(&now, &now), S(""));
    }
}

/* ---- what counts ---- */

static const char base_body[] =
    P("Preamble words") P("Article 1") P("1. The price is 500 rupees, see Article 2.")
    P("2. Costs.") P("Article 2") P("1. Each Party shall pay.");

static void check_same(const char *before, const char *now) {
    check_differences(before, now, "");
}

static void saving_changes_nothing(void) {
    check_same(P("Article 1") P("1. one two"),
               "<w:p w:rsidR=\"00AB12CD\"><w:bookmarkStart w:id=\"3\" w:name=\"_GoBack\"/>"
               "<w:bookmarkEnd w:id=\"3\"/>" RUN("Arti") RUN("cle 1") "</w:p>"
               "<w:p><w:pPr><w:keepNext/><w:rPr><w:b/><w:lang w:val=\"en-US\"/></w:rPr></w:pPr>"
               "<w:proofErr w:type=\"spellStart\"/><w:r w:rsidRPr=\"00AB12CE\"><w:rPr><w:lang "
               "w:val=\"en-GB\"/></w:rPr><w:lastRenderedPageBreak/><w:t>1. o</w:t></w:r>"
               "<w:proofErr w:type=\"spellEnd\"/><w:r><w:rPr><w:noProof/></w:rPr><w:t "
               "xml:space=\"preserve\">ne </w:t></w:r>" RUN("two") "</w:p>");
    check_same("<w:p><w:r><w:rPr><w:b/><w:i/></w:rPr><w:t>x</w:t></w:r></w:p>",
               "<w:p><w:r><w:rPr><w:i w:val=\"1\"/><w:b w:val=\"true\"/></w:rPr><w:t>x</w:t>"
               "</w:r></w:p>");
    check_same("<w:p><w:hyperlink w:anchor=\"a\">" RUN("one two") "</w:hyperlink></w:p>",
               "<w:p><w:hyperlink w:anchor=\"a\" w:history=\"1\">" RUN("one ")
               "</w:hyperlink><w:hyperlink w:anchor=\"a\">" RUN("two") "</w:hyperlink></w:p>");
    check_same("<w:tbl><w:tr>" CELL("a") CELL("b") "</w:tr></w:tbl>" P(""),
               "<w:tbl><w:tblPr><w:tblW w:w=\"5000\" w:type=\"pct\"/></w:tblPr><w:tblGrid>"
               "<w:gridCol "
               "w:w=\"9\"/></w:tblGrid><w:tr w:rsidTr=\"00000001\"><w:trPr><w:cantSplit/></w:trPr>"
               "<w:tc><w:tcPr><w:tcW w:w=\"77\" w:type=\"dxa\"/></w:tcPr>" P("a") "</w:tc>"
                   CELL("b")
               "</w:tr></w:tbl>" P(""));
    check_same(P("x"),
        "<w:p><w:pPr><w:spacing w:before=\"120\"/><w:jc w:val=\"both\"/></w:pPr><w:r>"
               "<w:rPr><w:rFonts w:hint=\"eastAsia\"/></w:rPr><w:t>x</w:t></w:r></w:p>");
    check_same(P("a b"), "<w:p><w:sdt><w:sdtPr><w:id w:val=\"7\"/></w:sdtPr><w:sdtContent>"
               RUN("a ") "</w:sdtContent></w:sdt>" RUN("b") "</w:p>");
}

/* Tracked changes are read as accepted. */
static void redlines_count_as_accepted(void) {
    check_same(P("Article 1") P("1. new words"),
               P("Article 1") "<w:p>" RUN("1. ") "<w:del w:id=\"1\" w:author=\"A\"><w:r><w:delText>"
               "old</w:delText></w:r></w:del><w:ins w:id=\"2\" w:author=\"B\">" RUN("new")
               "</w:ins>" RUN(" words") "</w:p>");
}

static void numbers_printed_from_elsewhere_do_not_count(void) {
    check_same("<w:p>" RUN("see ") FIELD(" REF _Ref1 \\r \\h ", "Article 7(2)(a)") "</w:p>",
               "<w:p>" RUN("see ") FIELD(" REF _Ref1 \\r \\h ", "Article 18(3)(b)") "</w:p>");
    check_same("<w:p>" RUN("see ") FIELD(" REF _Ref1 \\r \\h ", "7") "</w:p>",
               "<w:p>" RUN("see ") "<w:fldSimple w:instr=\" REF _Ref1 \\r \\h \">" RUN("8")
               "</w:fldSimple></w:p>");
    check_same("<w:p>" FIELD(" REF x \\w", "第七条") "</w:p>", "<w:p>" FIELD("REF x \\w ",
        "第八条") "</w:p>");
    check_same("<w:p>" FIELD(" PAGEREF x ", "7") "</w:p>", "<w:p>" FIELD(" PAGEREF x ", "8")
        "</w:p>");
    static const char *const changes[][2] = {
        {FIELD(" REF _Ref1 \\r ", "Article 7"), FIELD(" REF _Ref2 \\r ", "Article 7")},
        {FIELD(" REF _Ref1 \\r ", "Article 7"), FIELD(" REF _Ref1 \\r ", "not Article 7")},
        {FIELD(" REF price ", "500"), FIELD(" REF price ", "600")},
        {FIELD(" REF x \\r ", "The Parties shall pay five thousand rupees: 500"),
         FIELD(" REF x \\r ", "The Parties shall pay five thousand rupees: 600")},
        {FIELD(" QUOTE 500 ", "500"), FIELD(" QUOTE 500 ", "600")}};
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        char before[2048], now[2048];
        snprintf(before, sizeof before, "<w:p>" RUN("see ") "%s</w:p>", changes[i][0]);
        snprintf(now, sizeof now, "<w:p>" RUN("see ") "%s</w:p>", changes[i][1]);
        check_differences(before, now, "changed Preamble <- Preamble\n");
    }
    /* A field that nobody ended hides nothing in the paragraphs behind it. */
#define BEGUN                                                                                      \
    "<w:p><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText>REF x "                 \
    "\\r</w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r></w:p>"
    check_differences(BEGUN P("500"), BEGUN P("600"), "changed Preamble <- Preamble\n");
}

/* Each of these is a change of what was cleared. */
static void what_counts_is_seen(void) {
    static const char *const changes[][2] = {
        {RUN("500 rupees"), RUN("600 rupees")},
        {RUN("shall pay"), "<w:r><w:rPr><w:strike/></w:rPr><w:t>shall pay</w:t></w:r>"},
        {RUN("shall pay"), "<w:r><w:rPr><w:vanish/></w:rPr><w:t>shall pay</w:t></w:r>"},
        {RUN("10") RUN("2"),
         RUN("10") "<w:r><w:rPr><w:vertAlign w:val=\"superscript\"/></w:rPr><w:t>2</w:t></w:r>"},
        {RUN("a"), "<w:r><w:rPr><w:rFonts w:ascii=\"Symbol\"/></w:rPr><w:t>a</w:t></w:r>"},
        {RUN("ab"), RUN("a") "<w:r><w:tab/></w:r>" RUN("b")},
        {RUN("ab"), RUN("a") "<w:r><w:br/></w:r>" RUN("b")},
        {"<w:hyperlink w:anchor=\"a\">" RUN("x") "</w:hyperlink>",
         "<w:hyperlink w:anchor=\"b\">" RUN("x") "</w:hyperlink>"},
        {RUN("x"), "<w:hyperlink w:anchor=\"b\">" RUN("x") "</w:hyperlink>"},
        {"<w:bdo w:val=\"ltr\">" RUN("x") "</w:bdo>", "<w:bdo w:val=\"rtl\">" RUN("x") "</w:bdo>"},
        {"<w:r><w:pict><v:rect><v:textbox><w:txbxContent>" P("box 1")
         "</w:txbxContent></v:textbox></v:rect></w:pict></w:r>",
         "<w:r><w:pict><v:rect><v:textbox><w:txbxContent>" P("box 2")
         "</w:txbxContent></v:textbox></v:rect></w:pict></w:r>"},
        {"<w:r><w:sym w:font=\"Symbol\" w:char=\"F061\"/></w:r>",
         "<w:r><w:sym w:font=\"Symbol\" w:char=\"F062\"/></w:r>"},
        {RUN("x"), RUN("\xE2\x80\x8Bx")}, /* a zero-width space */
        {RUN("x"), RUN("\xD1\x85")},      /* Cyrillic */
    };
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        char before[2048], now[2048];
        snprintf(before, sizeof before, P("Article 1") "<w:p>%s</w:p>" P("Article 2"),
            changes[i][0]);
        snprintf(now, sizeof now, P("Article 1") "<w:p>%s</w:p>" P("Article 2"), changes[i][1]);
        check_differences(before, now, "changed Article 1 <- Article 1\n");
    }
    check_differences(P("x y"), P("x") P("y"), "changed Preamble <- Preamble\n");
    check_differences(P("x"), STYLED("Quiet", "x"), "changed Preamble <- Preamble\n");
    check_differences(P("x"), "<w:p><w:pPr><w:spacing w:line=\"1\" w:lineRule=\"exact\"/></w:pPr>"
                      RUN("x") "</w:p>", "changed Preamble <- Preamble\n");
    check_differences("<w:tbl><w:tr>" CELL("a") CELL("b") "</w:tr></w:tbl>" P("x"),
                      "<w:tbl><w:tr>" CELL("a | b") "</w:tr></w:tbl>" P("x"),
                      "changed Preamble, row 1 <- Preamble, row 1\n");
    check_differences("<w:tbl><w:tr><w:tc>" P("a") "<w:tbl><w:tr>" CELL("1") "</w:tr></w:tbl>" P("")
                      "</w:tc></w:tr></w:tbl>" P("x"),
                      "<w:tbl><w:tr><w:tc>" P("a") "<w:tbl><w:tr>" CELL("2") "</w:tr></w:tbl>" P("")
                      "</w:tc></w:tr></w:tbl>" P("x"),
                      "changed Preamble, row 1 <- Preamble, row 1\n");
}

#define NOTES(text)                                                                                \
    ROOT("footnotes",                                                                              \
         "<w:footnote w:type=\"separator\" w:id=\"0\"><w:p/></w:footnote><w:footnote "             \
                      "w:id=\"5\"><w:p>" RUN(text) "</w:p></w:footnote>")
#define NOTE_REF "<w:r><w:footnoteReference w:id=\"5\"/></w:r>"

static void notes_count_where_they_are_referred_to(void) {
    const Extra one = {.footnotes = NOTES("Within 30 days.")}, two = {.footnotes =
        NOTES("Within 60 days.")};
    const char *body = P("Article 1") "<w:p>" RUN("1. x") NOTE_REF "</w:p>" P("2. y");
    const PxFile x = text_with(body, &one), y = text_with(body, &two);
    T_EQ_STR(differences(&x, &y), S("changed Article 1(1) <- Article 1(1)\n"
                                    "changed Footnote 1 <- Footnote 1\n"));
    T_EQ_STR(differences(&x, &x), S(""));
}

#define PICTURE                                                                                    \
    "<w:p><w:r><w:drawing><wp:inline><wp:docPr id=\"1\" name=\"x\"/><a:graphic><a:graphicData>"    \
    "<a:blip r:embed=\"rIdk3\"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"

/* By SHA-256: the vectors of FIPS 180-4. */
static void pictures_count_by_digest(void) {
    static const struct {
        const char *text;
        ptrdiff_t times;
        unsigned char head[8];
    } cases[] = {
        {"abc", 1, {0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea}},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
         {0x24, 0x8d, 0x6a, 0x61, 0xd2, 0x06, 0x38, 0xb8}},
        {"a", 1000000, {0xcd, 0xc7, 0x6e, 0x5c, 0x99, 0x14, 0xfb, 0x92}},
    };
    PxFile last = {{NULL, 0}, {NULL, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Buf b = buf_new(files);
        for (ptrdiff_t k = 0; k < cases[i].times; k++) buf_add(&b, str_from_z(cases[i].text));
        const Extra extra = {.picture = b.ptr, .picture_len = b.len};
        const PxFile file = text_with(PICTURE, &extra);
        Rows r = rows_of(&file, NULL);
        const Str head = {(const char *)cases[i].head, 8};
        if (T_EQ_INT(r.count, 1)) T_CHECK(str_find(r.items[0].form, head) > 0);
        px_provisions_close(r.all);
        if (i) T_EQ_STR(differences(&last, &file), S("changed Preamble <- Preamble\n"));
        last = file;
    }
}

static void settings_do_not_enter(void) {
    const PxFile draft = demo("draft.docx");
    const PxProvisionsOptions keyed = {.settings = {.hash_key = {7, 9}}};
    PxProvisions *x, *y;
    PxErr err;
    ptrdiff_t count, again;
    if (!T_OK(px_provisions_open(&draft, NULL, &x, &err), &err)) return;
    if (!T_OK(px_provisions_open(&draft, &keyed, &y, &err), &err)) return;
    const PxProvision *a = px_provisions_rows(x, &count), *b = px_provisions_rows(y, &again);
    T_EQ_INT(again, count);
    for (ptrdiff_t i = 0; i < count; i++) T_EQ_STR(b[i].form, a[i].form);
    px_provisions_close(x);
    px_provisions_close(y);
}

/* ---- the same one through every draft ---- */

static void provisions_keep_their_identity(void) {
    check_same(base_body, base_body);
    /* An article put in: none but its own provisions are new. */
    check_differences(base_body,
                      P("Preamble words") P("Article 1") P("1. New.") P("2. Also new.")
                        P("Article 2")
                      P("1. The price is 500 rupees, see Article 2.") P("2. Costs.") P("Article 3")
                      P("1. Each Party shall pay."),
                      "new Article 1\nnew Article 1(1)\nnew Article 1(2)\n");
    check_differences(base_body,
                      P("Preamble words") P("Article 1")
                        P("1. The price is 500 rupees, see Article 2.")
                      P("2. Costs.") P("Article 2") P("1. New.") P("Article 3")
                      P("1. Each Party shall pay."),
                      "new Article 2\nnew Article 2(1)\n");
    /* Moved: nothing changed. */
    check_differences(base_body,
                      P("Preamble words") P("Article 1") P("1. Each Party shall pay.")
                        P("Article 2")
                      P("1. The price is 500 rupees, see Article 2.") P("2. Costs."), "");
    /* Taken out. */
    check_differences(base_body, P("Preamble words") P("Article 1") P("1. Each Party shall pay."),
                      "gone Article 1\ngone Article 1(1)\ngone Article 1(2)\n");
    /* Put in the place of the other. */
    check_differences(P("Article 1") P("1. alpha") P("2. beta") P("3. gamma"),
                      P("Article 1") P("1. alpha") P("2. quite other words") P("3. gamma"),
                      "changed Article 1(2) <- Article 1(2)\n");
    /* Reworded and renumbered at once. */
    check_differences(P("Article 1") P("1. The first one stands here.")
        P("2. The Parties shall pay "
                      "their own costs in full.") P("Article 2") P("1. last"),
                      P("Article 1") P("1. Something that was not here before at all.")
                      P("2. The first one stands here.")
                        P("3. The Parties shall pay their costs in "
                      "full.") P("Article 2") P("1. last"),
                      "new Article 1(1)\nchanged Article 1(3) <- Article 1(2)\n");
    /* Chinese has no spaces. */
    check_differences(P("第一条 缔约双方应当在三十日内付款。")
        P("第二条 费用由各方自行承担。"),
                      P("第一条 新的条款内容在此。")
                        P("第二条 缔约双方应当在六十日内付款。")
                      P("第三条 费用由各方自行承担。"),
                      "new 第一条\nchanged 第二条 <- 第一条\n");
}

static void closing_words_belong_to_what_they_close(void) {
    const PxFile file = text_of(P("ANNEX A") P("before") "<w:tbl><w:tr>" CELL("a") "</w:tr><w:tr>"
                                CELL("b") "</w:tr></w:tbl>" P("behind") P("ANNEX A") P("again"));
    Rows r = rows_of(&file, NULL);
    static const char *const numbers[] = {"Annex A", "Annex A, row 1", "Annex A, row 2", "Annex A"};
    static const char *const texts[] = {"ANNEX A\nbefore\nbehind", "a", "b", "ANNEX A\nagain"};
    static const int parents[] = {-1, 0, 0, -1};
    if (T_EQ_INT(r.count, 4)) {
        for (int i = 0; i < 4; i++) {
            T_EQ_STR(r.items[i].number, str_from_z(numbers[i]));
            T_EQ_STR(r.items[i].text, str_from_z(texts[i]));
            T_EQ_INT(r.items[i].parent, parents[i]);
        }
    }
    px_provisions_close(r.all);
}

/* ---- generated drafts ---- */

enum { ARTICLES_MAX = 12, PARAGRAPHS_MAX = 5, PLACES_MAX = ARTICLES_MAX * (PARAGRAPHS_MAX + 1) };

typedef struct Draft {
    struct {
        int id, paragraphs, paragraph[PARAGRAPHS_MAX]; /* ids; what is written says which */
        int edited[PARAGRAPHS_MAX];
        bool is_bare; /* the heading has no words of its own */
    } articles[ARTICLES_MAX];
    int count, next;
} Draft;

static Draft draft_new(void) {
    Draft d = {.count = 2 + (int)t_random_below(ARTICLES_MAX - 3), .next = 1};
    for (int i = 0; i < d.count; i++) {
        d.articles[i].id = d.next++;
        d.articles[i].is_bare = t_random_below(2) == 0;
        d.articles[i].paragraphs = 1 + (int)t_random_below(PARAGRAPHS_MAX - 1);
        for (int k = 0; k < d.articles[i].paragraphs; k++) d.articles[i].paragraph[k] = d.next++;
    }
    return d;
}

/* Words that no other id has, and some that all have. */
static void put_words(Buf *b, int id, int edited) {
    static const char *const syllables[] = {"ba", "de", "fi", "go", "ku", "la", "me", "no"};
    uint64_t x = (uint64_t)id * UINT64_C(0x9e3779b97f4a7c15);
    buf_add(b, S("The Parties shall "));
    for (int i = 0; i < 8; i++) {
        for (int k = 0; k < 4; k++, x = x >> 3 | x << 61) buf_add(b, str_from_z(syllables[x & 7]));
        buf_byte(b, ' ');
    }
    if (edited) buf_format(b, "within %d days", edited);
}

static PxFile draft_file(const Draft *d, bool is_automatic) {
    Buf b = buf_new(files);
    for (int i = 0; i < d->count; i++) {
        buf_add(&b, is_automatic ? S("<w:p><w:pPr><w:pStyle w:val=\"Art\"/></w:pPr><w:r><w:t>")
                                 : S("<w:p><w:r><w:t>"));
        if (!is_automatic) buf_format(&b, "Article %d", i + 1);
        if (!is_automatic && !d->articles[i].is_bare) buf_add(&b, S(". "));
        if (!d->articles[i].is_bare) put_words(&b, d->articles[i].id, 0);
        buf_add(&b, S("</w:t></w:r></w:p>"));
        for (int k = 0; k < d->articles[i].paragraphs; k++) {
            buf_add(&b, is_automatic ? S("<w:p><w:pPr><w:pStyle w:val=\"Par\"/></w:pPr><w:r><w:t>")
                                     : S("<w:p><w:r><w:t>"));
            if (!is_automatic) buf_format(&b, "%d. ", k + 1);
            put_words(&b, d->articles[i].paragraph[k], d->articles[i].edited[k]);
            buf_add(&b, S("</w:t></w:r></w:p>"));
        }
    }
    buf_byte(&b, '\0');
    return text_of(b.ptr);
}

/* The ids in the order in which the provisions stand. */
static int draft_ids(const Draft *d, int *ids, int *edited) {
    int count = 0;
    for (int i = 0; i < d->count; i++) {
        edited[count] = 0;
        ids[count++] = d->articles[i].id;
        for (int k = 0; k < d->articles[i].paragraphs; k++) {
            edited[count] = d->articles[i].edited[k];
            ids[count++] = d->articles[i].paragraph[k];
        }
    }
    return count;
}

static void change_draft(Draft *d) {
    const int i = (int)t_random_below(d->count), k = (int)t_random_below(d->articles[i].paragraphs);
    switch (t_random_below(4)) {
    case 0: d->articles[i].edited[k] = 1 + (int)t_random_below(90); return;
    case 1: /* an article put in */
        if (d->count == ARTICLES_MAX) return;
        memmove(&d->articles[i + 1], &d->articles[i],
                (size_t)(d->count - i) * sizeof d->articles[0]);
        d->count++;
        d->articles[i].id = d->next++;
        d->articles[i].is_bare = t_random_below(2) == 0;
        d->articles[i].paragraphs = 2;
        for (int n = 0; n < 2; n++) {
            d->articles[i].paragraph[n] = d->next++;
            d->articles[i].edited[n] = 0;
        }
        return;
    case 2: /* one moved to the end */
        if (d->count == ARTICLES_MAX) return;
        d->articles[d->count] = d->articles[i];
        memmove(&d->articles[i], &d->articles[i + 1],
                (size_t)(d->count - i) * sizeof d->articles[0]);
        return;
    default: /* one taken out */
        if (d->count < 3) return;
        memmove(&d->articles[i], &d->articles[i + 1],
                (size_t)(d->count - i - 1) * sizeof d->articles[0]);
        d->count--;
    }
}

static void generated_drafts_keep_every_identity(void) {
    for (int round = 0; round < 60; round++) {
        const bool is_automatic = round & 1;
        const Draft before = draft_new();
        Draft now = before;
        for (int n = 1 + (int)t_random_below(4); n > 0; n--) change_draft(&now);
        const PxFile x = draft_file(&before, is_automatic), y = draft_file(&now, is_automatic);
        Rows old = rows_of(&x, &x), new = rows_of(&y, &x);
        int was[PLACES_MAX], was_edited[PLACES_MAX], is[PLACES_MAX], is_edited[PLACES_MAX];
        T_EQ_INT(old.count, draft_ids(&before, was, was_edited));
        T_EQ_INT(new.count, draft_ids(&now, is, is_edited));
        for (ptrdiff_t i = 0; i < old.count; i++) T_EQ_INT(old.items[i].previous, i);
        for (ptrdiff_t i = 0; i < new.count; i++) {
            const ptrdiff_t at = new.items[i].previous;
            int k = 0;
            while (k < old.count && was[k] != is[i]) k++;
            if (k < old.count) T_EQ_INT(at, k);
            if (at >= 0 && k == old.count) { /* stands in the place of one that is gone */
                for (ptrdiff_t n = 0; n < new.count; n++) T_CHECK(is[n] != was[at]);
            }
            if (at < 0 || at != k) continue;
            T_EQ_INT(str_equal(new.items[i].form, old.items[at].form), is_edited[i] ==
                was_edited[k]);
        }
        for (ptrdiff_t i = 0; t_state.test_failed && i < new.count; i++) {
            printf("#   %d (%d), %.*s, was taken for %td\n", is[i], is_edited[i],
                   (int)new.items[i].number.len, new.items[i].number.ptr, new.items[i].previous);
        }
        for (ptrdiff_t i = 0; t_state.test_failed && i < old.count; i++) {
            printf("#   %td: %d, %.*s\n", i, was[i], (int)old.items[i].number.len,
                   old.items[i].number.ptr);
        }
        px_provisions_close(old.all);
        px_provisions_close(new.all);
        if (t_state.test_failed) return;
    }
}

/* ---- errors ---- */

static void errors_name_the_file(void) {
    const PxFile good = text_of(base_body), bad = {S("bad.docx"), S("not a zip at all")};
    const PxProvisionsOptions options = {.previous = &bad};
    PxProvisions *p;
    PxDraft *d;
    PxErr err;
    T_CHECK(!px_provisions_open(&bad, NULL, &p, &err) && !p);
    T_EQ_STR(str_from_z(err.file), S("bad.docx"));
    T_CHECK(!px_provisions_open(&good, &options, &p, &err) && !p);
    T_EQ_STR(str_from_z(err.file), S("bad.docx"));
    T_EQ_INT(err.kind, PX_ERR_INPUT);
    T_CHECK(!px_draft_check(&bad, NULL, &d, &err) && !d);
    T_EQ_STR(str_from_z(err.file), S("bad.docx"));
    px_provisions_close(NULL);
    px_draft_close(NULL);
}

static void every_allocation_may_fail(void) {
    const Extra extra = {.footnotes = NOTES("note")};
    const PxFile before = text_with(P("Article 1") P("1. one") P("2. two"), &extra);
    const PxFile now = text_with(P("Article 1") P("1. one x") "<w:p>" RUN("2. two") NOTE_REF
                                 FIELD(" REF a \\r ", "1") "</w:p><w:tbl><w:tr>" CELL("x")
                                 "</w:tr></w:tbl>" P("3. the Host Facility"), &extra);
    for (int call = 0; call < 2; call++) {
        ptrdiff_t runs = 0;
        for (int64_t n = 1;; n += n < 100 ? 1 : n / 16, runs++) {
            const PxProvisionsOptions options = {.settings = {.fail_at_allocation = n},
                                                 .previous = &before};
            const PxDraftOptions check_options = {.settings = {.fail_at_allocation = n}};
            PxProvisions *p = NULL;
            PxDraft *d = NULL;
            PxErr err;
            const bool done = call ? px_draft_check(&now, &check_options, &d, &err)
                                   : px_provisions_open(&now, &options, &p, &err);
            T_EQ_INT(done, p != NULL || d != NULL);
            px_provisions_close(p);
            px_draft_close(d);
            if (done) break;
            if (!T_EQ_INT(err.kind, PX_ERR_SYSTEM)) return;
        }
        T_CHECK(runs > 20);
    }
}

int main(void) {
    files = arena_open((ptrdiff_t)1 << 30);
    T_RUN(draft_is_itself);
    T_RUN(nothing_is_left_out);
    T_RUN(returns_change_what_they_changed);
    T_RUN(saving_changes_nothing);
    T_RUN(redlines_count_as_accepted);
    T_RUN(numbers_printed_from_elsewhere_do_not_count);
    T_RUN(what_counts_is_seen);
    T_RUN(notes_count_where_they_are_referred_to);
    T_RUN(pictures_count_by_digest);
    T_RUN(settings_do_not_enter);
    T_RUN(provisions_keep_their_identity);
    T_RUN(closing_words_belong_to_what_they_close);
    T_RUN(generated_drafts_keep_every_identity);
    T_RUN(errors_name_the_file);
    T_RUN(every_allocation_may_fail);
    arena_close(files);
    return t_end();
}
