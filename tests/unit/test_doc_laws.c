/* needs: base zip xml docx doc */
/* doc: that hashes and tokens agree, on drawn, hostile and real paragraphs. */
#include "doc_fixture.h"

/* ---- the law ---- */

/* Snippets small enough that different drawings often mean the same paragraph. */
static const char *const run_parts[] = {T("a"),
                                        T("b"),
                                        T("ab"),
                                        T(" "),
                                        T("-"),
                                        T("5"),
                                        T("(a)"),
                                        T("\u00e9"),
                                        T("\u4e2d"),
                                        T(""),
                                        "<w:t xml:space=\"preserve\">a</w:t>",
                                        "<w:tab/>",
                                        "<w:br/>",
                                        "<w:br w:type=\"textWrapping\"/>",
                                        "<w:lastRenderedPageBreak/>",
                                        "<w:footnoteReference w:id=\"1\"/>",
                                        "<w:instrText>a</w:instrText>",
                                        "<w:instrText>aa</w:instrText>",
                                        FIELD("begin"),
                                        FIELD("separate"),
                                        FIELD("end"),
                                        "<w:commentReference w:id=\"1\"/>",
                                        "<w:proofErr/>"};
static const char *const formats[] = {"",
                                      "",
                                      "<w:rPr/>",
                                      "<w:rPr><w:b/></w:rPr>",
                                      "<w:rPr><w:b/><w:i/></w:rPr>",
                                      "<w:rPr><w:i/><w:b/></w:rPr>"};
static const char *const between[] = {
    "<w:proofErr/>", "<w:bookmarkStart w:id=\"1\"/>",     "<w:bookmarkEnd w:id=\"1\"/>",
    "<w:r/>",        "<w:commentRangeStart w:id=\"1\"/>", "<m:oMath/>"};
static const Pair wraps[] = {
    {"<w:hyperlink w:anchor=\"a\">", "</w:hyperlink>"},
    {"<w:hyperlink w:anchor=\"b\">", "</w:hyperlink>"},
    {"<w:fldSimple w:instr=\"PAGE\">", "</w:fldSimple>"},
    {"<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>"},
    {"<w:smartTag w:element=\"x\">", "</w:smartTag>"},
    {"<w:ins w:id=\"1\">", "</w:ins>"},
};
static const char *const paragraph_properties[] = {"",
                                                   "",
                                                   "",
                                                   "<w:pPr/>",
                                                   "<w:pPr><w:jc w:val=\"both\"/></w:pPr>",
                                                   "<w:pPr><w:rPr><w:b/></w:rPr></w:pPr>"};
#define PICK(list) (list[t_random_below((ptrdiff_t)(sizeof list / sizeof *list))])

static void random_content(Buf *b, int depth, ptrdiff_t most) {
    for (ptrdiff_t n = t_random_below(most + 1); n > 0; n--) {
        const ptrdiff_t what = t_random_below(8);
        if (what == 0) {
            buf_add(b, str_from_z(PICK(between)));
        } else if (what == 1 && depth < 3) {
            const Pair *wrap = &PICK(wraps);
            buf_add(b, str_from_z(wrap->x));
            random_content(b, depth + 1, 2);
            buf_add(b, str_from_z(wrap->y));
        } else {
            buf_add(b, S("<w:r>"));
            buf_add(b, str_from_z(PICK(formats)));
            for (ptrdiff_t k = 1 + t_random_below(2); k > 0; k--)
                buf_add(b, str_from_z(PICK(run_parts)));
            buf_add(b, S("</w:r>"));
        }
    }
}

enum { DRAWN = 400 };

static void law(Arena *a) {
    ptrdiff_t equal = 0, different = 0;
    for (int round = 0; round < 12; round++) {
        Fixture f;
        fixture_open(&f, a);
        Str text[DRAWN];
        Hash hash[DRAWN];
        DocTokens drawn[DRAWN];
        for (int i = 0; i < DRAWN; i++) {
            Buf b = buf_new(a);
            buf_add(&b, str_from_z(PICK(paragraph_properties)));
            random_content(&b, 0, 1 + round % 4);
            text[i] = buf_str(&b);
            const XmlNode *p = paragraph(&f, text[i]);
            if (!p) return;
            hash[i] = doc_block_hash(&f.ctx, p);
            drawn[i] = tokens_of(&f, p);
            for (int k = 0; k < i; k++) {
                const bool same = same_tokens(&drawn[i], &drawn[k]);
                if (same) equal += !str_equal(text[i], text[k]);
                else different++;
                if (same == hash_equal(hash[i], hash[k])) continue;
                T_CHECK(same == hash_equal(hash[i], hash[k]));
                printf("#   %.*s\n#   %.*s\n", (int)text[i].len, text[i].ptr, (int)text[k].len,
                       text[k].ptr);
                return;
            }
        }
    }
    T_CHECK(equal > 1000 && different > 1000);
    printf("# %td pairs equal though written otherwise, %td different\n", equal, different);
}

static void test_law(void) { t_with_arena(law); }

/* ---- the same paragraph, written with other noise ---- */

static const char *const noise_between[] = {"",
                                            "",
                                            "<w:proofErr w:type=\"spellStart\"/>",
                                            "<w:bookmarkStart w:id=\"1\" w:name=\"n\"/>",
                                            "<w:r w:rsidR=\"00AB\"/>",
                                            "<w:commentRangeEnd w:id=\"7\"/>",
                                            "<w:r><w:commentReference w:id=\"7\"/></w:r>",
                                            "<w:permStart w:id=\"3\"/>",
                                            "<w:moveFromRangeEnd w:id=\"3\"/>",
                                            "<w:r><w:lastRenderedPageBreak/></w:r>"};
static const char *const same_format[][3] = {
    {"", "<w:rPr/>", "<w:rPr><w:rPrChange w:id=\"1\"><w:rPr><w:b/></w:rPr></w:rPrChange></w:rPr>"},
    {"<w:rPr><w:b/><w:sz w:val=\"2\"/></w:rPr>", "<w:rPr><w:sz w:val=\"2\"/><w:b/></w:rPr>",
     "<w:rPr><w:sz w:val=\"2\"/><w:ins w:id=\"4\"/><w:b/></w:rPr>"},
    {"<w:rPr><w:u w:val=\"a\" w:color=\"b\"/></w:rPr>",
     "<w:rPr><w:u w:color=\"b\" w:val=\"a\"/></w:rPr>",
     "<w:rPr><w:u w:rsidR=\"1\" w:color=\"b\" w:val=\"a\"/></w:rPr>"},
};
static const Pair same_wraps[] = {
    {"", ""},
    {"<w:hyperlink r:id=\"rId1\" w:anchor=\"x\">", "<w:hyperlink w:anchor=\"x\" r:id=\"rId3\">"},
    {"<w:sdt><w:sdtPr><w:tag w:val=\"t\"/></w:sdtPr><w:sdtContent>",
     "<w:sdt><w:sdtPr><w:id w:val=\"9\"/><w:tag "
     "w:val=\"t\"/></w:sdtPr><w:sdtEndPr/><w:sdtContent>"},
};
static const char *const wrap_ends[] = {"", "</w:hyperlink>", "</w:sdtContent></w:sdt>"};

typedef struct Stretch {
    ptrdiff_t format, wrap, atom;
    char text[12];
} Stretch;

static void draw_stretch(Stretch *s) {
    static const char *const texts[] = {"a", "ab",        "a b",  " ",           "5(a)",
                                        "-", "The Party", "x, y", "\u4e2d\u6587"};
    *s = (Stretch){t_random_below(3), t_random_below(3), t_random_below(5), ""};
    const char *text = PICK(texts);
    memcpy(s->text, text, strlen(text) + 1);
}

static void write_text(Buf *b, const Stretch *s, ptrdiff_t from, ptrdiff_t to) {
    if (t_random_below(2)) buf_add(b, str_from_z(PICK(noise_between)));
    buf_add(b, t_random_below(2) ? S("<w:r>") : S("<w:r w:rsidRPr=\"00C1\">"));
    buf_add(b, str_from_z(same_format[s->format][t_random_below(3)]));
    buf_add(b, t_random_below(2) ? S("<w:t>") : S("<w:t xml:space=\"preserve\">"));
    buf_add(b, (Str){s->text + from, to - from});
    buf_add(b, S("</w:t></w:r>"));
}

static void write_stretch(Buf *b, const Stretch *s) {
    const ptrdiff_t len = (ptrdiff_t)strlen(s->text);
    const ptrdiff_t cut = (unsigned char)s->text[0] < 0x80 ? t_random_below(len + 1) : 0;
    const bool is_control = s->wrap == 2; /* cut in two, it is two */
    const bool two_wraps = t_random_below(3) == 0 && cut > 0 && cut < len && !is_control;
    buf_add(b, str_from_z(t_random_below(2) ? same_wraps[s->wrap].x : same_wraps[s->wrap].y));
    if (s->atom == 0) buf_add(b, S("<w:r><w:tab/></w:r>"));
    if (cut > 0) write_text(b, s, 0, cut);
    if (two_wraps) {
        buf_add(b, str_from_z(wrap_ends[s->wrap]));
        buf_add(b, str_from_z(PICK(noise_between)));
        buf_add(b, str_from_z(t_random_below(2) ? same_wraps[s->wrap].x : same_wraps[s->wrap].y));
    }
    if (cut < len) write_text(b, s, cut, len);
    buf_add(b, str_from_z(wrap_ends[s->wrap]));
}

static Str write_stretches(Arena *a, const Stretch *s, ptrdiff_t count) {
    Buf b = buf_new(a);
    for (ptrdiff_t i = 0; i < count; i++) write_stretch(&b, &s[i]);
    return buf_str(&b);
}

static void rewritten(Arena *a) {
    for (int round = 0; round < 1500; round++) {
        const ArenaMark mark = arena_mark(a);
        Fixture f;
        fixture_open(&f, a);
        Stretch s[5];
        const ptrdiff_t count = 1 + t_random_below(5);
        for (ptrdiff_t i = 0; i < count; i++) draw_stretch(&s[i]);
        const Str x = write_stretches(a, s, count), y = write_stretches(a, s, count);
        Stretch *one = &s[t_random_below(count)];
        if (t_random_below(2)) one->format = (one->format + 1) % 3;
        else memcpy(one->text, "q", 2);
        const Str z = write_stretches(a, s, count);
        const XmlNode *p = paragraph(&f, x), *q = paragraph(&f, y), *r = paragraph(&f, z);
        if (!T_CHECK(agree(&f, p, q, true) && agree(&f, p, r, false))) {
            printf("#   %.*s\n#   %.*s\n#   %.*s\n", (int)x.len, x.ptr, (int)y.len, y.ptr,
                   (int)z.len, z.ptr);
            return;
        }
        arena_rewind(a, mark);
    }
}

static void test_rewritten(void) { t_with_arena(rewritten); }

/* ---- hostile trees ---- */

/* Whatever stands wherever: no crash, and hash and words agree with the tokens. */
static void random_tree(Buf *b, int depth) {
    static const char *const names[] = {"w:p",
                                        "w:r",
                                        "w:t",
                                        "w:rPr",
                                        "w:pPr",
                                        "w:sectPr",
                                        "w:tbl",
                                        "w:tr",
                                        "w:tc",
                                        "w:sdt",
                                        "w:sdtContent",
                                        "w:sdtPr",
                                        "w:hyperlink",
                                        "w:ins",
                                        "w:del",
                                        "w:moveFrom",
                                        "w:moveTo",
                                        "w:delText",
                                        "w:instrText",
                                        "w:fldChar",
                                        "w:fldSimple",
                                        "w:commentReference",
                                        "w:bookmarkStart",
                                        "w:rPrChange",
                                        "w:cellIns",
                                        "w:txbxContent",
                                        "w:drawing",
                                        "mc:AlternateContent",
                                        "w:footnoteReference",
                                        "m:oMath",
                                        "x:y",
                                        "w:customXml",
                                        "w:smartTag",
                                        "w:br",
                                        "w:body",
                                        "w:numPr",
                                        "w:trPr"};
    for (ptrdiff_t n = t_random_below(4); n > 0 && depth < 9; n--) {
        const char *name = PICK(names);
        buf_format(b, "<%s w:fldCharType=\"%s\" w:id=\"%d\">", name,
                   t_random_below(2) ? "begin" : "end", (int)t_random_below(3));
        if (t_random_below(3) == 0) buf_add(b, S("text"));
        random_tree(b, depth + 1);
        buf_format(b, "</%s>", name);
    }
}

static void hostile_trees(Arena *a) {
    for (int round = 0; round < 3000; round++) {
        const ArenaMark mark = arena_mark(a);
        Fixture f;
        fixture_open(&f, a);
        Buf b = buf_new(a);
        for (int i = 0; i < 4; i++) random_tree(&b, 0);
        const XmlNode *body = parse_body(&f, buf_str(&b));
        if (!body) return;
        DocBlock *blocks_found;
        const ptrdiff_t count = doc_blocks(a, &f.ctx, body, &blocks_found);
        for (const XmlNode *n = body; n; n = xml_next(n, body)) {
            if (n->name != W_p) continue;
            DocTokens t = tokens_of(&f, n), whole = {0};
            doc_tokens(a, &f.ctx, n, true, &whole);
            uint64_t *words;
            ptrdiff_t word_count = doc_words(a, &f.ctx, n, &words), k = 0;
            for (ptrdiff_t i = 0; i < t.count; i++)
                if (t.items[i].kind == TOKEN_WORD || t.items[i].kind == TOKEN_ATOM)
                    T_CHECK(k < word_count && words[k++] == t.items[i].key);
            T_CHECK(k == word_count && t.items[t.count - 1].kind == TOKEN_MARK);
            for (ptrdiff_t i = 0; i < t.marker_count; i++)
                T_CHECK(t.markers[i].before < t.count &&
                        (i == 0 || t.markers[i].before >= t.markers[i - 1].before));
        }
        for (ptrdiff_t i = 0; i < count; i++)
            T_CHECK(hash_equal(blocks_found[i].hash, doc_block_hash(&f.ctx, blocks_found[i].node)));
        arena_rewind(a, mark);
    }
}

static void test_hostile_trees(void) { t_with_arena(hostile_trees); }

/* Each would take for ever if what is nested were read twice a level, or what is many were gone
 * through once for each. */
static void nested(Arena *a, Buf *b, const char *open, const char *close, int levels) {
    (void)a;
    for (int i = 0; i < levels; i++) buf_add(b, str_from_z(open));
    for (int i = 0; i < levels; i++) buf_add(b, str_from_z(close));
}

static void repeated(Buf *b, const char *what, int times) {
    for (int i = 0; i < times; i++) buf_add(b, str_from_z(what));
}

static void deep_and_many(Arena *a) {
    static const Pair deep[] = {
        {"<w:r><w:t><w:txbxContent><w:p><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r>",
         "</w:p></w:txbxContent></w:t></w:r>"},
        {"<w:r><w:fldChar w:fldCharType=\"begin\"><w:txbxContent><w:p>",
         "</w:p></w:txbxContent></w:fldChar></w:r>"},
        {"<w:r><w:rPr><w:rPr>", "</w:rPr></w:rPr></w:r>"},
        {"<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>"},
        {"<w:hyperlink>", "</w:hyperlink>"},
        {"<w:r><w:drawing><w:txbxContent><w:p><w:hyperlink/>",
         "</w:p></w:txbxContent></w:drawing></w:r>"},
    };
    static const char *const many[] = {
        "<w:r><w:fldChar w:fldCharType=\"begin\"/><w:instrText>x</w:instrText></w:r>",
        "<w:r><w:t>a</w:t></w:r><w:bookmarkEnd w:id=\"1\"/><w:bookmarkStart w:id=\"1\"/>",
        "<w:r><w:t>-a1(b)</w:t></w:r>",
        "<w:hyperlink w:anchor=\"a\"/>",
    };
    for (size_t i = 0; i < sizeof deep / sizeof *deep; i++) {
        Fixture f;
        fixture_open(&f, a);
        Buf b = buf_new(a);
        nested(a, &b, deep[i].x, deep[i].y, 45);
        const XmlNode *p = paragraph(&f, buf_str(&b));
        if (!p) return;
        const DocTokens t = tokens_of(&f, p);
        T_CHECK(t.count > 0 && agree(&f, p, p, true));
    }
    for (size_t i = 0; i < sizeof many / sizeof *many; i++) {
        Fixture f;
        fixture_open(&f, a);
        Buf b = buf_new(a);
        repeated(&b, many[i], 20000);
        const XmlNode *p = paragraph(&f, buf_str(&b));
        if (!p) return;
        const DocTokens t = tokens_of(&f, p);
        T_CHECK(t.count > 0 && agree(&f, p, p, true));
    }
    Fixture f;
    fixture_open(&f, a);
    Buf b = buf_new(a);
    buf_add(&b, S("<w:r>"));
    repeated(&b, "<w:proofErr/>", 20000);
    repeated(&b, "<w:commentReference w:id=\"1\"/>", 20000);
    buf_add(&b, S("</w:r>"));
    const XmlNode *p = paragraph(&f, buf_str(&b));
    T_EQ_INT(tokens_of(&f, p).marker_count, 20000);
}

static void test_deep_and_many(void) { t_with_arena(deep_and_many); }

static bool read_all(void *ctx, Arena *a, PxErr *err) {
    (void)ctx;
    Fixture f;
    fixture_open(&f, a);
    Buf b = buf_new(a);
    buf_add(&b, str_from_z(head));
    static const char content[] =
        "<w:p><w:pPr><w:jc w:val=\"left\"/></w:pPr><w:r><w:fldChar w:fldCharType=\"begin\"/>"
        "<w:instrText>A</w:instrText><w:fldChar w:fldCharType=\"end\"/></w:r>"
        "<w:hyperlink r:id=\"rId1\"><w:r><w:t>a \u4e2d</w:t><x:y x:a=\"1\"/></w:r>"
        "<w:bookmarkEnd w:id=\"1\"/><w:r><w:t>c</w:t></w:r></w:hyperlink></w:p>"
        "<w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl></w:body></w:document>";
    buf_add(&b, str_from_z(content));
    XmlTree *tree;
    if (!xml_parse(a, f.package.names, S("test"), buf_str(&b), NULL, &tree, err)) return false;
    DocBlock *found;
    DocTokens t = {0};
    uint64_t *words;
    XmlNode **rows;
    DocStream s = {0};
    doc_blocks(a, &f.ctx, doc_body(tree), &found);
    doc_stream(a, &f.ctx, doc_body(tree), &s);
    doc_tokens(a, &f.ctx, found[0].node, false, &t);
    doc_tokens(a, &f.ctx, found[0].node, true, &t);
    doc_words(a, &f.ctx, found[1].node, &words);
    return doc_rows(a, found[1].node, &rows) == 1;
}

static void test_faults(void) { T_CHECK(t_fault_loop(read_all, NULL)); }

/* ---- real files ---- */

typedef struct RealFile {
    Arena *arena;
    Str bytes;
    ptrdiff_t paragraphs;
} RealFile;

static bool read_real(void *ctx, PxErr *err) {
    RealFile *r = ctx;
    Arena *a = r->arena;
    Fixture f = {.a = a};
    DocxPackage *p;
    const ZipLimits limits = {0};
    if (!docx_open(a, xml_names_open(a), (HashKey){{1, 2}}, r->bytes, S("real"), &limits, &p, err))
        return false;
    XmlTree *tree;
    if (!docx_part_tree(p, p->main, &tree, err) || !doc_context_open(a, p, p->main, &f.ctx, err))
        return false;
    if (!doc_context_notes(&f.ctx, err)) return false;
    Map tokens_by_hash = map_new(a), hash_by_tokens = map_new(a);
    for (const XmlNode *n = tree->root; n; n = xml_next(n, tree->root)) {
        if (n->name != W_p) continue;
        const DocTokens t = tokens_of(&f, n);
        Hasher h;
        hash_start(&h, p->key);
        for (ptrdiff_t i = 0; i < t.count; i++) {
            hash_u64(&h, t.items[i].key);
            hash_u64(&h, t.items[i].format);
            hash_u64(&h, t.items[i].wrap);
        }
        const uint64_t of_tokens = hash_end(&h).a | 1, of_block = doc_block_hash(&f.ctx, n).a | 1;
        uint64_t before;
        if (map_find(&tokens_by_hash, of_block, &before)) T_CHECK(before == of_tokens);
        if (map_find(&hash_by_tokens, of_tokens, &before)) T_CHECK(before == of_block);
        map_put(&tokens_by_hash, of_block, of_tokens);
        map_put(&hash_by_tokens, of_tokens, of_block);
        r->paragraphs++;
    }
    return true;
}

/* Every 20th file of the corpus; what is refused is another test's matter. */
static void test_real_files(void) {
    if (!t_shared()) {
        t_skip("no ../shared here");
        return;
    }
    Arena *lists = arena_open((ptrdiff_t)1 << 26);
    Str index = t_read_file(lists, "../shared/corpus/index.tsv");
    ptrdiff_t number = 0, files = 0, paragraphs = 0;
    for (ptrdiff_t end; (end = str_find(index, S("\n"))) >= 0;
         index = str_slice(index, end + 1, index.len)) {
        const Str line = str_slice(index, 0, end);
        const ptrdiff_t tab = str_find(line, S("\t"));
        if (number++ % 20 != 1 || tab < 0) continue;
        const Str rest = str_slice(line, tab + 1, line.len);
        const ptrdiff_t path_end = str_find(rest, S("\t"));
        Arena *a = arena_open((ptrdiff_t)1 << 30);
        const Str path = arena_format(lists, "../shared/corpus/%.*s", (int)path_end, rest.ptr);
        RealFile r = {a, t_read_file(a, path.ptr), 0};
        PxErr err = {0};
        files += r.bytes.ptr && arena_guard(a, read_real, &r, &err);
        paragraphs += r.paragraphs;
        arena_close(a);
    }
    arena_close(lists);
    printf("# %td files, %td paragraphs\n", files, paragraphs);
    T_CHECK(files > 50 && paragraphs > 1000);
}

int main(void) {
    T_RUN(test_law);
    T_RUN(test_rewritten);
    T_RUN(test_hostile_trees);
    T_RUN(test_deep_and_many);
    T_RUN(test_faults);
    T_RUN(test_real_files);
    return t_end();
}
