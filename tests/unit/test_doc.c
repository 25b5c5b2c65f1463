/* needs: base zip xml docx doc */
/* doc: what is noise and what counts; word breaks; tokens, blocks and tables. */
#include "doc_fixture.h"

static void check_pairs(Arena *a, const Pair *pairs, ptrdiff_t count, bool equal) {
    Fixture f;
    fixture_open(&f, a);
    for (ptrdiff_t i = 0; i < count; i++) {
        const XmlNode *p = paragraph(&f, str_from_z(pairs[i].x)),
                      *q = paragraph(&f, str_from_z(pairs[i].y));
        if (!T_CHECK(agree(&f, p, q, equal))) printf("#   %s\n#   %s\n", pairs[i].x, pairs[i].y);
    }
}

static void noise(Arena *a) {
    static const Pair pairs[] = {
        {R(T("abc")), R(T("ab")) R(T("c"))},
        {R(T("abc")), R(T("ab") T("c"))},
        {R(T("a b")), "<w:r w:rsidR=\"0012\"><w:t xml:space=\"preserve\">a b</w:t></w:r>"},
        {R(T("ab")), R("<w:rPr/>" T("a")) "<w:proofErr w:type=\"spellStart\"/>" R(T("b"))},
        {R(T("ab")), R(T("a") "<w:lastRenderedPageBreak/>" T("b"))},
        {R(T("ab")), R(T("a")) "<w:bookmarkStart w:id=\"1\" w:name=\"x\"/>" R(
                         T("b")) "<w:bookmarkEnd w:id=\"1\"/>"},
        {R(T("ab")),
         "<w:commentRangeStart w:id=\"1\"/>" R(
             T("ab")) "<w:commentRangeEnd w:id=\"1\"/>"
                      "<w:r><w:rPr><w:rStyle "
                      "w:val=\"CommentReference\"/></w:rPr><w:commentReference w:id=\"1\"/></w:r>"},
        {R(T("ab")), "<w:permStart w:id=\"1\"/>" R(T("ab")) "<w:permEnd w:id=\"1\"/>"},
        {R(T("a")) R(""), R(T("a"))},
        {"<w:pPr/>" R(T("a")), R(T("a"))},
        {"<w:pPr><w:rPr/></w:pPr>" R(T("a")), R(T("a"))},
        {"<w:pPr><w:rPr>\n  </w:rPr></w:pPr>" R(T("a")), R(T("a"))},
        {R("<w:rPr> </w:rPr>" T("a")), R(T("a"))},
        {"<w:pPr><w:jc w:val=\"both\"/><w:keepNext/></w:pPr>",
         "<w:pPr><w:keepNext/><w:jc w:val=\"both\"/></w:pPr>"},
        {"<w:r><w:rPr><w:b/><w:i/></w:rPr><w:t>a</w:t></w:r>",
         "<w:r><w:rPr><w:i/><w:b/></w:rPr><w:t>a</w:t></w:r>"},
        {"<w:r><w:rPr><w:u w:val=\"single\" w:color=\"FF0000\"/></w:rPr><w:t>a</w:t></w:r>",
         "<w:r><w:rPr><w:u w:color=\"FF0000\" w:val=\"single\"/></w:rPr><w:t>a</w:t></w:r>"},
        {"<w:r><w:rPr><w:b/><w:rPrChange "
         "w:id=\"1\"><w:rPr/></w:rPrChange></w:rPr><w:t>a</w:t></w:r>",
         B(T("a"))},
        {R("<w:br/>"), R("<w:br w:type=\"textWrapping\"/>")},
        {R("<w:footnoteReference w:id=\"1\"/>"),
         R("<w:footnoteReference w:customMarkFollows=\"0\" w:id=\"1\"/>")},
        {R(FIELD("begin")) R("<w:instrText>PAGE</w:instrText>") R("<w:instrText> x</w:instrText>")
             R(FIELD("end")),
         R(FIELD("begin") "<w:instrText xml:space=\"preserve\">PAGE x</w:instrText>")
             R(FIELD("end"))},
        {"<w:hyperlink w:anchor=\"a\">" R(T("ab")) "</w:hyperlink>",
         "<w:hyperlink w:anchor=\"a\">" R(T("a")) "</w:hyperlink><w:hyperlink w:anchor=\"a\">" R(
             T("b")) "</w:hyperlink>"},
        {"<w:hyperlink r:id=\"rId1\">" R(T("a")) "</w:hyperlink>",
         "<w:hyperlink r:id=\"rId3\">" R(T("a")) "</w:hyperlink>"},
        {"<w:sdt><w:sdtPr><w:alias w:val=\"x\"/><w:id w:val=\"1\"/></w:sdtPr><w:sdtContent>" R(
             T("a")) "</w:sdtContent></w:sdt>",
         "<w:sdt><w:sdtPr><w:id w:val=\"2\"/><w:alias "
         "w:val=\"x\"/></w:sdtPr><w:sdtEndPr><w:rPr/></w:sdtEndPr><w:sdtContent>" R(
             T("a")) "</w:sdtContent></w:sdt>"},
        {R("<w:drawing><wp:inline><wp:docPr id=\"1\" name=\"n\"/></wp:inline></w:drawing>"),
         R("<w:drawing><wp:inline wp:anchorId=\"00\"><wp:docPr name=\"n\" "
           "id=\"2\"/></wp:inline></w:drawing>")},
        {R("<w:pict><v:shape id=\"a\" o:spid=\"1\" style=\"s\"/></w:pict>"),
         R("<w:pict><v:shape id=\"b\" style=\"s\"/></w:pict>")},
        {R(BOX("<w:p><w:r><w:t>ab</w:t></w:r></w:p>")),
         R(BOX(
             "<w:p w14:paraId=\"12345678\"><w:r><w:t>a</w:t></w:r><w:r><w:t>b</w:t></w:r></w:p>"))},
    };
    check_pairs(a, pairs, sizeof pairs / sizeof *pairs, true);
}

static void what_counts(Arena *a) {
    static const Pair pairs[] = {
        {R(T("ab")), R(T("abc"))},
        {R(T("ab")), B(T("ab"))},
        {R(T("ab")), R(T("a")) B(T("b"))},
        {R(T("a b")), R(T("a  b"))},
        {R(T("a\tb")), R(T("a") "<w:tab/>" T("b"))},
        {R(T("a")), R(T("a") "<w:tab/>")},
        {R("<w:tab/>"), R("<w:br/>")},
        {R("<w:br/>"), R("<w:br w:type=\"page\"/>")},
        {R("<w:br/>"), R("<w:cr/>")},
        {R("<w:noBreakHyphen/>"), R("<w:softHyphen/>")},
        {R("<w:sym w:font=\"Symbol\" w:char=\"F0A7\"/>"),
         R("<w:sym w:font=\"Symbol\" w:char=\"F0A8\"/>")},
        {"<w:pPr><w:jc w:val=\"both\"/></w:pPr>", "<w:pPr><w:jc w:val=\"left\"/></w:pPr>"},
        {"<w:pPr><w:rPr><w:b/></w:rPr></w:pPr>", ""},
        {"<w:pPr><w:sectPr><w:pgSz w:w=\"1\"/></w:sectPr></w:pPr>", ""},
        {"<w:pPr><w:sectPr/></w:pPr>", ""},
        {"<w:pPr><w:sectPr><w:pgSz w:w=\"1\"/></w:sectPr></w:pPr>",
         "<w:pPr><w:sectPr><w:pgSz w:w=\"2\"/></w:sectPr></w:pPr>"},
        {"<w:hyperlink w:anchor=\"a\">" R(T("a")) "</w:hyperlink>", R(T("a"))},
        {"<w:hyperlink w:anchor=\"a\">" R(T("a")) "</w:hyperlink>",
         "<w:hyperlink w:anchor=\"b\">" R(T("a")) "</w:hyperlink>"},
        {"<w:hyperlink r:id=\"rId1\">" R(T("a")) "</w:hyperlink>",
         "<w:hyperlink r:id=\"rId2\">" R(T("a")) "</w:hyperlink>"},
        {R(FIELD("begin") "<w:instrText>PAGE</w:instrText>" FIELD("end")),
         R(FIELD("begin") "<w:instrText>DATE</w:instrText>" FIELD("end"))},
        {R("<w:instrText>x</w:instrText>"), R(T("x"))},
        {"<w:fldSimple w:instr=\"PAGE\"/>", ""},
        {"<w:fldSimple w:instr=\"PAGE\">" R(T("1")) "</w:fldSimple>",
         "<w:fldSimple w:instr=\"DATE\">" R(T("1")) "</w:fldSimple>"},
        {"<w:sdt><w:sdtPr><w:alias w:val=\"x\"/></w:sdtPr><w:sdtContent>" R(
             T("a")) "</w:sdtContent></w:sdt>",
         "<w:sdt><w:sdtPr><w:alias w:val=\"y\"/></w:sdtPr><w:sdtContent>" R(
             T("a")) "</w:sdtContent></w:sdt>"},
        {R("<w:footnoteReference w:id=\"1\"/>"), R("<w:endnoteReference w:id=\"1\"/>")},
        {R("<w:footnoteReference w:id=\"1\"/>"),
         R("<w:footnoteReference w:customMarkFollows=\"1\" w:id=\"1\"/>")},
        {R(BOX("<w:p><w:r><w:t>ab</w:t></w:r></w:p>")),
         R(BOX("<w:p><w:r><w:t>ac</w:t></w:r></w:p>"))},
        {R("<w:drawing><wp:inline cx=\"1\"/></w:drawing>"),
         R("<w:drawing><wp:inline cx=\"2\"/></w:drawing>")},
        {"<m:oMath><m:r><m:t>x</m:t></m:r></m:oMath>",
         "<m:oMath><m:r><m:t>y</m:t></m:r></m:oMath>"},
        {R("<x:unknown x:a=\"1\"/>"), R("<x:unknown x:a=\"2\"/>")},
        {R("<x:unknown/>"), R("<x:other/>")},
        {"<x:unknown/>", ""},
        {"<w:hyperlink w:anchor=\"a\"/>" R(T("a")), R(T("a"))},
        {R("<w:drawing><wp:inline/></w:drawing>"), R("<w:drawing/>")},
    };
    check_pairs(a, pairs, sizeof pairs / sizeof *pairs, false);
}

static void test_noise(void) { t_with_arena(noise); }
static void test_what_counts(void) { t_with_arena(what_counts); }

/* ---- tokens ---- */

/* "word| |word|<tab>|...|¶" */
static Str shown(Fixture *f, const DocTokens *t) {
    Buf b = buf_new(f->a);
    for (ptrdiff_t i = 0; i < t->count; i++) {
        const DocToken *k = &t->items[i];
        if (i) buf_byte(&b, '|');
        if (k->kind == TOKEN_MARK) buf_add(&b, S("P"));
        else if (k->code.len) buf_format(&b, "{%.*s}", (int)k->code.len, k->code.ptr);
        else if (k->kind == TOKEN_ATOM) {
            const Str name = xml_local(f->package.names, k->node->name);
            buf_format(&b, "<%.*s>", (int)name.len, name.ptr);
        } else buf_add(&b, k->text);
    }
    return buf_str(&b);
}

static void tokens(Arena *a) {
    Fixture f;
    fixture_open(&f, a);
    static const Pair cases[] = {
        {R(T("The Par")) "<w:r w:rsidR=\"01\"><w:t>ties shall,</w:t></w:r>",
         "The| |Parties| |shall|,|P"},
        {R(T("a")) B(T("b")), "ab|P"},
        {R(T("m")) "<w:r><w:rPr><w:vertAlign w:val=\"superscript\"/></w:rPr><w:t>2</w:t></w:r>",
         "m|2|P"},
        {R(T("a ")) B(T(" b")), "a| | |b|P"},
        {R(T("a") "<w:tab/>" T("b")), "a|<tab>|b|P"},
        {"<w:hyperlink w:anchor=\"x\">" R(T("a")) "</w:hyperlink>" R(T("b")), "a|b|P"},
        {R(FIELD("begin")) R("<w:instrText>RE</w:instrText>") R("<w:instrText>F x</w:instrText>")
             R(FIELD("separate") T("5") FIELD("end")),
         "<fldChar>|{REF x}|<fldChar>|5|<fldChar>|P"},
        {"<w:fldSimple w:instr=\"PAGE\"/>", "<fldSimple>|P"},
        {"<w:hyperlink w:anchor=\"a\"><w:bookmarkStart w:id=\"1\"/></w:hyperlink>",
         "<hyperlink>|P"},
        {"<w:sdt><w:sdtContent><w:smartTag/></w:sdtContent></w:sdt>", "<smartTag>|P"},
        {"", "P"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const DocTokens t = tokens_of(&f, paragraph(&f, str_from_z(cases[i].x)));
        T_EQ_STR(shown(&f, &t), str_from_z(cases[i].y));
    }
    const XmlNode *p = paragraph(&f, S(R(T("ab")) R(T("c d")) B("<w:tab/>")));
    const DocTokens t = tokens_of(&f, p);
    T_CHECK(t.items[0].run == p->first && t.items[2].run == p->first->next);
    T_CHECK(t.items[0].format == 0 && t.items[3].format != 0 && t.items[3].node->name == W_tab);
    T_CHECK(t.items[0].kind == TOKEN_WORD && t.items[1].kind == TOKEN_SPACE && t.items[4].run == p);
}

static void test_tokens(void) { t_with_arena(tokens); }

/* A word keeps its formats, and where they begin. */
static void parts(Arena *a) {
    Fixture f;
    fixture_open(&f, a);
    const XmlNode *p = paragraph(&f, S(R(T("so agree")) B(T("me")) B(T("nt")) R(T("s now"))));
    p->first->next->mark = 7; /* somebody made "me" bold: the word is his work */
    const DocTokens t = tokens_of(&f, p);
    T_EQ_STR(shown(&f, &t), S("so| |agreements| |now|P"));
    const DocToken *word = &t.items[2];
    T_EQ_INT(word->part_count, 3);
    T_CHECK(word->mark == 7 && t.items[0].mark == 0 && t.items[4].mark == 0);
    T_CHECK(word->parts[0].at == 0 && word->parts[1].at == 5 && word->parts[2].at == 9);
    T_CHECK(word->parts[1].run == p->first->next && word->parts[2].run == p->last);
    T_CHECK(word->parts[0].format == 0 && word->parts[1].format != 0);
    T_CHECK(!t.items[0].parts && !t.items[4].parts && t.items[4].format == 0);
    const DocTokens u = tokens_of(&f, paragraph(&f, S(R(T("agreem")) B(T("en")) R(T("ts")))));
    T_CHECK(u.items[0].key == word->key && u.items[0].format != word->format);
}

static void test_parts(void) { t_with_arena(parts); }

static void fields_mix_into_wrap(Arena *a) {
    Fixture f;
    fixture_open(&f, a);
    const DocTokens t = tokens_of(
        &f,
        paragraph(&f, S(R(T("x")) R(FIELD("begin") "<w:instrText>IF </w:instrText>") R(
                          FIELD("begin") "<w:instrText>PAGE</w:instrText>" FIELD("separate") T("1")
                              FIELD("end")) R("<w:instrText> = 1</w:instrText>" FIELD("separate")
                                                  T("yes") FIELD("end")) R(T("z")))));
    T_EQ_STR(shown(&f, &t), S("x|<fldChar>|{IF }|<fldChar>|{PAGE}|<fldChar>|1|<fldChar>|{ = "
                              "1}|<fldChar>|yes|<fldChar>|z|P"));
    T_CHECK(t.items[0].wrap == 0 && t.items[12].wrap == 0);
    const uint64_t outer = t.items[1].wrap, inner = t.items[3].wrap;
    T_CHECK(outer != 0 && inner != 0 && outer != inner);
    for (ptrdiff_t i = 1; i <= 11; i++)
        T_CHECK(t.items[i].wrap == (i >= 3 && i <= 7 ? inner : outer));
    /* ends and separators without a beginning, beginnings without an end */
    const DocTokens odd = tokens_of(
        &f, paragraph(&f, S(R(FIELD("end") FIELD("separate") T("a") FIELD("begin") T("b")))));
    T_EQ_STR(shown(&f, &odd), S("<fldChar>|<fldChar>|a|<fldChar>|b|P"));
    T_CHECK(odd.items[2].wrap == 0 && odd.items[4].wrap != 0 && odd.items[5].wrap == 0);
}

static void test_fields_mix_into_wrap(void) { t_with_arena(fields_mix_into_wrap); }

static void markers(Arena *a) {
    static const char content[] =
        "<w:bookmarkStart w:id=\"1\"/><w:r><w:t>agree</w:t></w:r><w:commentRangeEnd w:id=\"2\"/>"
        "<w:bookmarkStart w:id=\"3\"/><w:r><w:t>ment is</w:t></w:r><w:bookmarkEnd w:id=\"1\"/>"
        "<w:r><w:t> made</w:t></w:r><w:commentRangeEnd w:id=\"4\"/>"
        "<w:r><w:commentReference w:id=\"4\"/></w:r>"
        "<w:r><w:tab/><w:commentReference w:id=\"5\"/></w:r><w:bookmarkEnd w:id=\"3\"/>";
    Fixture f;
    fixture_open(&f, a);
    const DocTokens t = tokens_of(&f, paragraph(&f, str_from_z(content)));
    T_EQ_STR(shown(&f, &t), S("agreement| |is| |made|<tab>|P"));
    static const struct {
        uint16_t name;
        ptrdiff_t before;
    } want[] = {{W_bookmarkStart, 0},    {W_bookmarkStart, 0},   {W_commentRangeEnd, 1},
                {W_bookmarkEnd, 3},      {W_commentRangeEnd, 5}, {W_r, 5},
                {W_commentReference, 6}, {W_bookmarkEnd, 6}};
    T_EQ_INT(t.marker_count, 8);
    for (ptrdiff_t i = 0; i < t.marker_count && i < 8; i++) {
        T_EQ_INT(t.markers[i].node->name, want[i].name);
        T_EQ_INT(t.markers[i].before, want[i].before);
    }
}

static void test_markers(void) { t_with_arena(markers); }

static void whole_runs(Arena *a) {
    Fixture f;
    fixture_open(&f, a);
    DocTokens t = {0};
    const XmlNode *p = paragraph(
        &f, S(R(T("a b")) B(T("a b")) R(T("a") T(" b")) R("<w:rPr/>") R(T("a") "<w:tab/>")));
    doc_tokens(a, &f.ctx, p, true, &t);
    T_EQ_STR(shown(&f, &t), S("<r>|<r>|<r>|<r>|P"));
    T_CHECK(t.items[0].key == t.items[1].key && t.items[0].format != t.items[1].format);
    T_CHECK(t.items[0].key == t.items[2].key && t.items[0].key != t.items[3].key);
    T_CHECK(t.items[0].run == p->first && t.items[0].node == p->first);
}

static void proof_marks(Arena *a) {
    Fixture f;
    fixture_open(&f, a);
    DocTokens t = {0};
    const XmlNode *p = paragraph(
        &f, S("<w:proofErr w:type=\"spellStart\"/>" R(T("a")) "<w:proofErr w:type=\"spellEnd\"/>"
                                                              "<w:proofErr w:type=\"spellEnd\"/>"));
    doc_tokens(a, &f.ctx, p, true, &t);
    T_EQ_STR(shown(&f, &t), S("<proofErr>|<r>|<proofErr>|<proofErr>|P"));
    T_CHECK(t.items[0].key != t.items[2].key && t.items[2].key == t.items[3].key);
    T_CHECK(!t.items[0].run && t.items[0].node == p->first);
    const DocTokens words = tokens_of(&f, p);
    T_EQ_STR(shown(&f, &words), S("a|P"));
}

static void test_proof_marks(void) { t_with_arena(proof_marks); }

static void test_whole_runs(void) { t_with_arena(whole_runs); }

static void soft_atoms(Arena *a) {
    Fixture f;
    fixture_open(&f, a);
    Map notes = map_new(a);
    const DocNote one = {.key = 11}, other = {.key = 22};
    map_put(&notes, doc_id_key(&f.ctx, S("1")), (uint64_t)(uintptr_t)&one);
    map_put(&notes, doc_id_key(&f.ctx, S("2")), (uint64_t)(uintptr_t)&other);
    map_put(&notes, doc_id_key(&f.ctx, S("3")), (uint64_t)(uintptr_t)&one);
    const XmlNode *p = paragraph(
        &f, S(R("<w:footnoteReference w:id=\"1\"/><w:footnoteReference w:id=\"2\"/>"
                "<w:footnoteReference w:id=\"3\"/>")
                  R(BOX("<w:p/>") BOX("<w:p><w:r><w:t>x</w:t></w:r></w:p>") "<w:drawing/>")));
    const DocTokens without = tokens_of(&f, p);
    T_CHECK(without.items[0].key == without.items[1].key);
    f.ctx.footnotes = &notes;
    const DocTokens t = tokens_of(&f, p);
    T_CHECK(t.items[0].key != t.items[1].key && t.items[0].key == t.items[2].key);
    T_CHECK(t.items[0].soft != 0 && t.items[0].soft == t.items[1].soft);
    T_CHECK(t.items[3].soft != 0 && t.items[3].soft == t.items[4].soft &&
            t.items[3].key != t.items[4].key);
    T_CHECK(t.items[5].soft == 0 && t.items[6].soft == 0);
}

static void test_soft_atoms(void) { t_with_arena(soft_atoms); }

/* ---- blocks ---- */

static Hash hash_of_body(Fixture *f, const char *content) {
    DocBlock *blocks;
    const ptrdiff_t count = doc_blocks(f->a, &f->ctx, parse_body(f, str_from_z(content)), &blocks);
    T_EQ_INT(count, 1);
    return count == 1 ? blocks[0].hash : (Hash){0, 0};
}

static void tables(Arena *a) {
    Fixture f;
    fixture_open(&f, a);
    static const Pair equal[] = {
        {TABLE("<w:tr>" CELL("", "a") "</w:tr>"),
         TABLE("<w:bookmarkStart w:id=\"1\"/><w:tr w:rsidR=\"0\">" CELL("", "a") "</w:tr>")},
        {TABLE("<w:tr>" CELL("", "a") "</w:tr>"),
         "<w:tbl><w:tr><w:trPr/>" CELL("", "a") "</w:tr></w:tbl>"},
        {"<w:p/>", TABLE("") "<w:p/>" TABLE("<w:bookmarkStart w:id=\"1\"/>")},
    };
    static const Pair different[] = {
        {TABLE("<w:tr>" CELL("", "a") "</w:tr>"), TABLE("<w:tr>" CELL("", "b") "</w:tr>")},
        {TABLE("<w:tr>" CELL("", "a") "</w:tr>"),
         TABLE("<w:tr>" CELL("<w:gridSpan w:val=\"2\"/>", "a") "</w:tr>")},
        {TABLE("<w:tr>" CELL("", "a") "</w:tr>"),
         TABLE("<w:tr><w:trPr><w:cantSplit/></w:trPr>" CELL("", "a") "</w:tr>")},
        {TABLE("<w:tr>" CELL("", "a") CELL("", "b") "</w:tr>"),
         TABLE("<w:tr>" CELL("", "a") "</w:tr><w:tr>" CELL("", "b") "</w:tr>")},
        {TABLE("<w:tr>" CELL("", "a") "</w:tr>"),
         TABLE("<w:sdt><w:sdtPr><w:alias w:val=\"x\"/></w:sdtPr><w:sdtContent><w:tr>" CELL(
             "", "a") "</w:tr></w:sdtContent></w:sdt>")},
        {"<w:p/>", TABLE("<w:tr/>")},
        {"<w:sdt><w:sdtContent><w:p/></w:sdtContent></w:sdt>", "<w:p/>"},
        {"<w:sdt><w:sdtContent><w:p/></w:sdtContent></w:sdt>",
         "<w:sdt><w:sdtPr><w:alias "
         "w:val=\"x\"/></w:sdtPr><w:sdtContent><w:p/></w:sdtContent></w:sdt>"},
        {"<w:altChunk r:id=\"rId1\"/>", "<w:altChunk r:id=\"rId2\"/>"},
        {"<w:customXml w:element=\"a\"><w:p/></w:customXml>",
         "<w:customXml w:element=\"b\"><w:p/></w:customXml>"},
    };
    for (size_t i = 0; i < sizeof equal / sizeof *equal; i++)
        T_CHECK(hash_equal(hash_of_body(&f, equal[i].x), hash_of_body(&f, equal[i].y)));
    for (size_t i = 0; i < sizeof different / sizeof *different; i++)
        T_CHECK(!hash_equal(hash_of_body(&f, different[i].x), hash_of_body(&f, different[i].y)));
    XmlNode *body = parse_body(
        &f, S(TABLE("<w:tr>" CELL("", "a") "</w:tr><w:customXml><w:tr>" CELL(
                "", "b") "<w:sdt><w:sdtContent>" CELL("", "c") "</w:sdtContent></w:sdt></w:tr></"
                                                               "w:customXml>")));
    XmlNode **rows, **cells;
    T_EQ_INT(doc_rows(a, body->first, &rows), 2);
    T_EQ_INT(doc_cells(a, rows[1], &cells), 2);
    T_CHECK(!hash_equal(doc_cell_hash(&f.ctx, cells[0]), doc_cell_hash(&f.ctx, cells[1])));
    T_CHECK(!hash_equal(doc_row_hash(&f.ctx, rows[0]), doc_row_hash(&f.ctx, rows[1])));
}

static void test_tables(void) { t_with_arena(tables); }

static void blocks(Arena *a) {
    Fixture f;
    fixture_open(&f, a);
    XmlNode *body = parse_body(
        &f,
        S("<w:bookmarkStart w:id=\"1\"/><w:p/><w:commentRangeStart w:id=\"1\"/>"
          "<w:p><w:pPr><w:sectPr/></w:pPr></w:p><w:proofErr/>" TABLE("<w:tr><w:tc><w:p>" R(
              "<w:commentReference w:id=\"1\"/>") "</w:p></w:tc></w:tr>") "<w:sdt><w:sdtContent><"
                                                                          "w:p/></w:sdtContent></"
                                                                          "w:sdt><m:oMathPara/>"
                                                                          "<w:p>" R(BOX(
                                                                              "<w:p><w:"
                                                                              "commentRangeStart "
                                                                              "w:id=\"2\"/></"
                                                                              "w:p>")) "</w:p>"
                                                                                       "<w:"
                                                                                       "sectPr><"
                                                                                       "w:pgSz "
                                                                                       "w:w="
                                                                                       "\"5\"/></"
                                                                                       "w:"
                                                                                       "sectPr"
                                                                                       ">"));
    DocBlock *b;
    const ptrdiff_t count = doc_blocks(a, &f.ctx, body, &b);
    static const DocBlockKind kinds[] = {BLOCK_PARAGRAPH, BLOCK_PARAGRAPH, BLOCK_TABLE,
                                         BLOCK_CONTAINER, BLOCK_OTHER,     BLOCK_PARAGRAPH};
    static const bool comments[] = {false, false, true, false, false, true};
    T_EQ_INT(count, 6);
    for (ptrdiff_t i = 0; i < count && i < 6; i++) {
        T_EQ_INT(b[i].kind, kinds[i]);
        T_EQ_INT(b[i].has_comments, comments[i]);
        T_EQ_INT(b[i].has_section, i == 1);
        T_CHECK(hash_equal(b[i].hash, doc_block_hash(&f.ctx, b[i].node)));
    }
    DocStream s = {0};
    doc_stream(a, &f.ctx, body, &s);
    T_EQ_INT(s.count, 7);
    for (ptrdiff_t i = 0; i < count; i++) T_CHECK(hash_equal(s.items[i], b[i].hash));
    T_CHECK(s.items[6].a == doc_properties(&f.ctx, xml_child(body, W_sectPr)));
    T_EQ_INT(doc_blocks(a, &f.ctx, NULL, &b), 0);
    T_EQ_INT(doc_properties(&f.ctx, NULL), 0);
}

static void test_blocks(void) { t_with_arena(blocks); }

/* ---- word breaks ---- */

static Str broken(Arena *a, Str s) {
    char *breaks = arena_alloc_raw(a, s.len);
    doc_word_breaks(a, s, breaks);
    Buf b = buf_new(a);
    for (ptrdiff_t i = 0; i < s.len; i++) {
        if (i && breaks[i]) buf_byte(&b, '|');
        buf_byte(&b, s.ptr[i]);
    }
    return buf_str(&b);
}

static void word_breaks(Arena *a) {
    static const char *const cases[] = {
        "The| |Parties|,| |hereinafter| |\"|the| |Parties|\"|;",
        "1,250.75| |USD",
        "see| |12.3(a)(ii)|,| |not| |f|(|x|)",
        "Article| |5(2)(a)|.",
        "pk-1973| |and| |2016-07-15| |or| |15/7/2016",
        "long|-|term|,| |and|/|or",
        "don't| |e.g|.| |Party's",
        "S/1325|(|a",
        "12(1234567|)", /* no point: too long; see below */
        "\u4e2d|\u56fd|\u653f|\u5e9c",
        "\u7b2c|\u4e94|\u6761",
        "\u06f1\u06f2\u06f3\u066b\u06f4\u06f5| |\u0661\u066c\u0662\u0663\u0664",
        "\u06f1\u06f5/\u06f0\u06f7/\u06f2\u06f0\u06f1\u06f6",
        "\u0645\u0627\u062f\u06c1| |\u06f5(\u0627\u0644\u0641)",
        "caf\u00e9| |cafe\u0301",
        "a|\u00a0|b",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Buf plain = buf_new(a);
        for (const char *c = cases[i]; *c; c++)
            if (*c != '|') buf_byte(&plain, *c);
        if (i == 8) continue;
        T_EQ_STR(broken(a, buf_str(&plain)), str_from_z(cases[i]));
    }
    T_EQ_STR(broken(a, S("12(1234567)")), S("12|(|1234567|)"));
    T_EQ_STR(broken(a, S("")), S(""));
}

static void test_word_breaks(void) { t_with_arena(word_breaks); }

/* A line end breaks on both sides, so what follows it cannot change what stands before: one letter
 * beyond ASCII behind it sends the same text down the other path. */
static void ascii_and_unicode_agree(Arena *a) {
    static const char common[] = "aab1122..'-,;:_ /()\"\r\n\tz9 ";
    for (int round = 0; round < 20000; round++) {
        const ArenaMark mark = arena_mark(a);
        char text[64];
        const ptrdiff_t len = 1 + t_random_below(40);
        for (ptrdiff_t i = 0; i < len; i++)
            text[i] = t_random_below(8) ? common[t_random_below((ptrdiff_t)sizeof common - 1)]
                                        : (char)(1 + t_random_below(127));
        char fast[64], slow[64];
        doc_word_breaks(a, (Str){text, len}, fast);
        if (text[len - 1] == '\r') text[len - 1] = ' ', doc_word_breaks(a, (Str){text, len}, fast);
        memcpy(text + len, "\n\u00e9", 3);
        doc_word_breaks(a, (Str){text, len + 3}, slow);
        if (!T_CHECK(memcmp(fast, slow, (size_t)len) == 0)) {
            for (ptrdiff_t i = 0; i < len; i++)
                if (fast[i] != slow[i])
                    printf("#   at %td: fast %d, slow %d\n", i, fast[i], slow[i]);
            printf("#   [%.*s]\n", (int)len, text);
            return;
        }
        arena_rewind(a, mark);
    }
}

static void test_ascii_and_unicode_agree(void) { t_with_arena(ascii_and_unicode_agree); }

int main(void) {
    T_RUN(test_noise);
    T_RUN(test_what_counts);
    T_RUN(test_tokens);
    T_RUN(test_parts);
    T_RUN(test_fields_mix_into_wrap);
    T_RUN(test_markers);
    T_RUN(test_whole_runs);
    T_RUN(test_proof_marks);
    T_RUN(test_soft_atoms);
    T_RUN(test_blocks);
    T_RUN(test_tables);
    T_RUN(test_word_breaks);
    T_RUN(test_ascii_and_unicode_agree);
    return t_end();
}
