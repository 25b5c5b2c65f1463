/* test_docx: packages opened, changed and written. What importing does is in test_import.c. */
/* needs: base zip xml docx */
#include "t.h"

#include "unit/pack.h"

static const HashKey key = {{11, 13}};

static bool open_named(Arena *a, Str bytes, const char *name, DocxPackage **out, PxErr *err) {
    return docx_open(a, xml_names_open(a), key, bytes, str_from_z(name), NULL, out, err);
}

static DocxPackage *open_good(Arena *a, Str bytes) {
    DocxPackage *p = NULL;
    PxErr err = {0};
    T_OK(open_named(a, bytes, "good.docx", &p, &err), &err);
    return p;
}

static Str bytes_of(DocxPackage *p, const char *name) {
    DocxPart *part = docx_find_part(p, str_from_z(name));
    PxErr err = {0};
    Str bytes = {NULL, 0};
    if (!T_CHECK(part != NULL) || !T_OK(docx_part_bytes(p, part, &bytes, &err), &err)) {
        printf("#   %s\n", name);
    }
    return bytes;
}

static Str write_good(Arena *a, DocxPackage *p) {
    Buf out = buf_new(a);
    PxErr err = {0};
    T_OK(docx_write(p, 6, &out, &err), &err);
    return buf_str(&out);
}

static Zip *zip_good(Arena *a, Str bytes) {
    Zip *zip = NULL;
    PxErr err = {0};
    T_OK(zip_open(a, bytes, S("written"), NULL, &zip, &err), &err);
    return zip;
}

/* ---- opening ---- */

static Str sample(Arena *a) {
    Pack p = pack_new(a);
    p.main_name = "word/document2.xml";
    pack_part(&p, "word/footnotes.xml", "footnotes", ROOT("footnotes", ""));
    pack_part(&p, "word/comments.xml", "comments", ROOT("comments", ""));
    pack_part(&p, "word/footer9.xml", "footer", ROOT("ftr", "<w:p/>"));
    pack_part(&p, "word/header1.xml", "header", ROOT("hdr", "<w:p/>"));
    pack_part(&p, "word/endnotes.xml", "endnotes", ROOT("endnotes", ""));
    pack_typed(&p, "word/media/image%201.PNG", "image", "", S("picture"));
    buf_add(&p.types, S("<Default Extension=\"png\" ContentType=\"image/png\"/>"));
    pack_entry(&p, "word/", S(""));
    pack_entry(&p, "[trash]/0000.dat", S("rubbish"));
    pack_rel(&p, "rId50", "hyperlink", "https://example.org/?a=b&amp;c#d",
             " TargetMode=\"External\"");
    return pack_docx(&p, "<w:p><w:r><w:t>Hello</w:t></w:r></w:p>");
}

static void reads_parts_types_and_stories(Arena *a) {
    DocxPackage *p = open_good(a, sample(a));
    if (!p) return;
    T_EQ_STR(p->main->name, S("word/document2.xml"));
    T_EQ_INT(p->part_count, 7);
    T_CHECK(docx_find_part(p, S("WORD/Header1.XML")) == docx_find_part(p, S("word/header1.xml")));
    T_CHECK(docx_find_part(p, S("word/media/image 1.png")) != NULL);
    T_CHECK(docx_find_part(p, S("word/")) == NULL);
    T_CHECK(docx_find_part(p, S("_rels/.rels")) == NULL);
    T_EQ_STR(docx_content_type(p, S("word/media/image 1.png")), S("image/png"));
    T_EQ_STR(docx_content_type(p, S("WORD/HEADER1.xml")), S(WORD_TYPE "header+xml"));
    T_EQ_STR(docx_content_type(p, S("docProps/app.xml")), S("application/xml"));
    T_EQ_STR(docx_content_type(p, S("x.bin")), S(""));
    const DocxRel *link = docx_find_rel(p->main, S("rId50"));
    T_CHECK(link && link->external && !link->part);
    T_EQ_STR(link->target, S("https://example.org/?a=b&c#d"));
    T_CHECK(docx_find_rel(p->main, S("rId51")) == NULL);
    T_CHECK(docx_related(p->main, S("notes")) == NULL); /* a whole segment, not the end of one */
    T_CHECK(docx_related(p->main, S("endnotes")) == docx_find_part(p, S("word/endnotes.xml")));
    DocxStory *stories;
    const ptrdiff_t count = docx_stories(a, p, &stories);
    static const char *names[] = {"word/document2.xml", "word/footer9.xml",  "word/header1.xml",
                                  "word/footnotes.xml", "word/endnotes.xml", "word/comments.xml"};
    static const DocxStoryKind kinds[] = {STORY_BODY,      STORY_FOOTER,   STORY_HEADER,
                                          STORY_FOOTNOTES, STORY_ENDNOTES, STORY_COMMENTS};
    T_EQ_INT(count, 6);
    for (ptrdiff_t i = 0; i < count && i < 6; i++) {
        T_EQ_STR(stories[i].part->name, str_from_z(names[i]));
        T_EQ_INT(stories[i].kind, kinds[i]);
    }
}

static void resolves_targets(Arena *a) {
    static const struct {
        const char *target, *part;
    } cases[] = {
        {"media/a.png", "word/media/a.png"},
        {"/word/media/a.png", "word/media/a.png"},
        {"./media/../media/./a.png", "word/media/a.png"},
        {"../../../../word/media/a.png", "word/media/a.png"},
        {"MEDIA/A.PNG", "word/media/a.png"},
        {"media/a.png#part", "word/media/a.png"},
        {"media/%61.png", "word/media/a.png"},
        {"media/caf\xc3\xa9.png", "word/media/caf%C3%A9.png"},
        {"../customXml/item1.xml", "customXml/item1.xml"},
        {"media/b.png", NULL},
        {"media", NULL},
        {"media/", NULL},
        {"#bookmark", NULL},
        {"", NULL},
        {"NULL", NULL},
        {"file:///media/a.png", NULL},
        {"..\\word\\media\\a.png", NULL},
    };
    Pack p = pack_new(a);
    pack_typed(&p, "word/media/a.png", NULL, "image/png", S("a"));
    pack_typed(&p, "word/media/caf%C3%A9.png", NULL, "image/png", S("e"));
    pack_typed(&p, "customXml/item1.xml", NULL, NULL, S("<x/>"));
    const ptrdiff_t count = (ptrdiff_t)(sizeof cases / sizeof *cases);
    for (ptrdiff_t i = 0; i < count; i++) {
        const Str id = arena_str(a, arena_format(a, "r%td", i));
        pack_rel(&p, id.ptr, "image", cases[i].target, "");
    }
    DocxPackage *d = open_good(a, pack_docx(&p, "<w:p/>"));
    for (ptrdiff_t i = 0; d && i < count; i++) {
        const DocxRel *rel = docx_find_rel(d->main, arena_format(a, "r%td", i));
        const Str want = cases[i].part ? str_from_z(cases[i].part) : S("");
        if (!T_EQ_STR(rel->part ? rel->part->name : S(""), want)) {
            printf("#   target %s\n", cases[i].target);
        }
    }
}

/* ---- refusals ---- */

static void check_refusal(Arena *a, Str bytes, PxErrKind kind, const char *words) {
    DocxPackage *p;
    PxErr err = {0};
    T_CHECK(!open_named(a, bytes, "return.docx", &p, &err));
    T_EQ_INT(err.kind, kind);
    if (!T_CHECK(strstr(err.message, words) != NULL)) {
        printf("#   [%s] has no \"%s\"\n", err.message, words);
    }
}

static void names_what_a_file_is_instead(Arena *a) {
    static const struct {
        Str begins;
        const char *words;
    } cases[] = {
        {S("{\\rtf1\\ansi}"), "rich text"},
        {S("%PDF-1.7"), "PDF"},
        {S("<!DOCTYPE html><html></html>"), "web page"},
        {S("\xef\xbb\xbf<?xml version=\"1.0\"?><pkg:package xmlns:pkg="
           "\"http://schemas.microsoft.com/office/2006/xmlPackage\"/>"),
         "flat XML"},
        {S("<?xml version=\"1.0\"?><w:wordDocument xmlns:w="
           "\"http://schemas.microsoft.com/office/word/2003/wordml\"/>"),
         "Word 2003"},
        {S("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0"),
         "password"},
        {S("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t\0"), ".doc"},
        {S("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....W\0o\0r\0k\0b\0o\0o\0k\0"), ".xls"},
        {S("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "OLE2"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        check_refusal(a, cases[i].begins, PX_ERR_UNSUPPORTED, cases[i].words);
    }
    check_refusal(a, S("hello"), PX_ERR_INPUT, "no zip archive");
    const PackPart odt[] = {{S("mimetype"), S("application/vnd.oasis.opendocument.text")}};
    check_refusal(a, pack_zip(a, odt, 1), PX_ERR_UNSUPPORTED, "OpenDocument");
    const PackPart any[] = {{S("a.txt"), S("text")}};
    check_refusal(a, pack_zip(a, any, 1), PX_ERR_INPUT, "[Content_Types].xml");
}

/* In parts that nobody here reads, too. */
static void refuses_doctypes_anywhere(Arena *a) {
    static const struct {
        const char *type;
        Str bytes;
        bool refused;
    } cases[] = {
        {"application/xml", S("<a/>"), false},
        {"application/xml", S("<?xml version='1.0'?><!-- <!DOCTYPE a> --><a>&lt;!DOCTYPE</a>"),
         false},
        {"application/xml", S("<?xml version='1.0'?>\n<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>"),
         true},
        {WORD_TYPE "styles+xml", S("<!-- x --><?y z?><!DOCTYPE a><a/>"), true},
        {"text/xml", S("\xff\xfe<\0!\0D\0O\0C\0T\0Y\0P\0E\0 \0a\0>\0<\0a\0/\0>\0"), true},
        {"image/svg+xml", S("<!DOCTYPE svg><svg/>"), false},
        {"text/html", S("<!DOCTYPE html><html/>"), false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Pack p = pack_new(a);
        pack_typed(&p, "customXml/item1.xml", NULL, cases[i].type, cases[i].bytes);
        const Str bytes = pack_docx(&p, "<w:p/>");
        DocxPackage *d;
        PxErr err = {0};
        if (cases[i].refused) check_refusal(a, bytes, PX_ERR_UNSUPPORTED, "DOCTYPE");
        else T_OK(open_named(a, bytes, "return.docx", &d, &err), &err);
    }
}

static void names_other_office_files(Arena *a) {
    static const char *const types[][2] = {
        {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", "Excel"},
        {"application/vnd.ms-excel.sheet.macroEnabled.main+xml", "Excel"},
        {"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
         "PowerPoint"},
        {"application/xml", "application/xml"},
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        Pack p = pack_new(a);
        p.main_type = types[i][0];
        check_refusal(a, pack_docx(&p, "<w:p/>"), PX_ERR_UNSUPPORTED, types[i][1]);
    }
    Pack p = pack_new(a);
    pack_rel_to(&p.root_rels, false, "r1", "http://schemas.microsoft.com/xps/2005/06/fixed", "a",
                "");
    check_refusal(a, pack_docx(&p, ""), PX_ERR_UNSUPPORTED, "XPS");
    static const char *const accepted[] = {
        WORD_TYPE "template.main+xml", "application/vnd.ms-word.document.macroEnabled.main+xml",
        "application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
        "Application/vnd.openxmlformats-officedocument.wordprocessingml.document.MAIN+xml"};
    for (size_t i = 0; i < sizeof accepted / sizeof *accepted; i++) {
        Pack q = pack_new(a);
        q.main_type = accepted[i];
        T_CHECK(open_good(a, pack_docx(&q, "<w:p/>")) != NULL);
    }
}

static void refuses_packages_with_two_readings(Arena *a) {
    Pack p = pack_new(a);
    pack_part(&p, "word/other.xml", NULL, ROOT("document", ""));
    pack_override(&p, "word/other.xml", WORD_TYPE "document.main+xml");
    pack_rel_to(&p.root_rels, false, "rId7", "officeDocument", "word/other.xml", "");
    check_refusal(a, pack_docx(&p, "<w:p/>"), PX_ERR_INPUT, "two main documents");

    p = pack_new(a);
    pack_rel(&p, "rId1", "hyperlink", "https://a.example/", " TargetMode=\"External\"");
    pack_rel(&p, "rId1", "hyperlink", "https://b.example/", " TargetMode=\"External\"");
    check_refusal(a, pack_docx(&p, "<w:p/>"), PX_ERR_INPUT, "two relationships have the id");

    p = pack_new(a);
    pack_override(&p, "WORD/document.xml", WORD_TYPE "header+xml");
    check_refusal(a, pack_docx(&p, "<w:p/>"), PX_ERR_INPUT, "two content types");

    p = pack_new(a);
    pack_override(&p, "word/document.xml", WORD_TYPE "document.main+xml"); /* says the same twice */
    T_CHECK(open_good(a, pack_docx(&p, "<w:p/>")) != NULL);

    p = pack_new(a);
    pack_part(&p, "word/%41.xml", NULL, "<x/>");
    pack_part(&p, "word/a.xml", NULL, "<x/>");
    DocxPackage *d;
    PxErr err = {0};
    T_CHECK(!open_named(a, pack_docx(&p, "<w:p/>"), "x", &d, &err)); /* by zip or by docx */

    p = pack_new(a);
    pack_part(&p, "word/caf%C3%A9.xml", NULL, "<x/>");
    pack_part(&p, "word/caf\xc3\xa9.xml", NULL, "<x/>");
    check_refusal(a, pack_docx(&p, "<w:p/>"), PX_ERR_INPUT, "percent-encoding");
}

static void refuses_what_is_missing(Arena *a) {
    PackPart parts[] = {
        {S("[Content_Types].xml"), S("<Types xmlns=\"" PACKAGE_URI "/content-types\"/>")},
        {S("_rels/.rels"), pack_rels(a, S(""))},
    };
    check_refusal(a, pack_zip(a, parts, 1), PX_ERR_INPUT, "no relationship of the package");
    check_refusal(a, pack_zip(a, parts, 2), PX_ERR_INPUT, "no relationship of the package");
    parts[1].bytes = pack_rels(a, S("<Relationship Id=\"a\" Type=\"" R_URI "/officeDocument\" "
                                    "Target=\"word/document.xml\"/>"));
    check_refusal(a, pack_zip(a, parts, 2), PX_ERR_INPUT, "\"word/document.xml\" is missing");
    parts[1].bytes = pack_rels(a, S("<Relationship Id=\"a\" Target=\"word/document.xml\"/>"));
    check_refusal(a, pack_zip(a, parts, 2), PX_ERR_INPUT, "lacks its type");
    parts[1].bytes = S("<x/>");
    check_refusal(a, pack_zip(a, parts, 2), PX_ERR_INPUT, "not Relationships");
    parts[0].bytes = S("<x/>");
    check_refusal(a, pack_zip(a, parts, 2), PX_ERR_INPUT, "not Types");
    parts[0].bytes = S("<Types xmlns=\"" PACKAGE_URI "/content-types\"><Default/></Types>");
    check_refusal(a, pack_zip(a, parts, 2), PX_ERR_INPUT, "content type lacks");
}

/* ---- laziness ---- */

static void inflates_nothing_it_is_not_asked_for(Arena *a) {
    Str bytes = sample(a);
    Zip *zip = zip_good(a, bytes);
    char *copy = arena_alloc_raw(a, bytes.len);
    memcpy(copy, bytes.ptr, (size_t)bytes.len);
    const ZipEntry *e = zip_find(zip, S("word/document2.xml"));
    copy[e->stored.ptr - bytes.ptr + e->stored.len / 2] ^= 0x55;
    DocxPackage *p = open_good(a, (Str){copy, bytes.len});
    PxErr err = {0};
    XmlTree *tree;
    Hash digest;
    if (!p) return;
    T_CHECK(!docx_part_tree(p, p->main, &tree, &err));
    T_EQ_INT(err.kind, PX_ERR_INPUT);
    T_EQ_STR(str_from_z(err.part), S("word/document2.xml"));
    T_CHECK(!docx_part_digest(p, p->main, &digest, &err));
    T_CHECK(docx_find_part(p, S("word/header1.xml"))->bytes.ptr == NULL);
}

static void gives_bytes_trees_and_digests(Arena *a) {
    DocxPackage *p = open_good(a, sample(a)), *q = open_good(a, sample(a));
    PxErr err = {0};
    XmlTree *tree, *again, *own;
    Hash d = {0}, e = {0}, f = {0};
    if (!p || !q) return;
    T_OK(docx_part_tree(p, p->main, &tree, &err), &err);
    T_OK(docx_part_tree(p, p->main, &again, &err), &err);
    T_CHECK(tree == again);
    Arena *child = arena_child(a);
    T_OK(docx_part_tree_in(child, p, p->main, &own, &err), &err);
    T_CHECK(own != tree && p->main->tree == tree);
    T_EQ_STR(xml_text(a, own->root), S("Hello"));
    arena_close(child);
    T_OK(docx_part_digest(p, p->main, &d, &err), &err);
    T_OK(docx_part_digest(q, q->main, &e, &err), &err);
    T_CHECK(hash_equal(d, e));
    T_CHECK(q->main->bytes.ptr == NULL); /* hashed in passing */
    docx_set_bytes(q, q->main, S("<w:document xmlns:w=\"" W_URI "\"/>"));
    T_OK(docx_part_digest(q, q->main, &f, &err), &err);
    T_CHECK(!hash_equal(d, f));
    xml_insert(tree->root, xml_element(tree, W_background), tree->root->first);
    T_OK(docx_part_tree_in(a, p, p->main, &own, &err), &err);
    T_CHECK(xml_child(own->root, W_background) != NULL);
}

/* ---- writing ---- */

static void writes_what_was_not_changed_as_it_came(Arena *a) {
    const Str bytes = sample(a);
    DocxPackage *p = open_good(a, bytes);
    if (!p) return;
    const Str out = write_good(a, p);
    T_EQ_STR(write_good(a, p), out);
    const Zip *before = zip_good(a, bytes), *after = zip_good(a, out);
    T_EQ_INT(after->count, before->count - 1); /* the folder is no part */
    T_EQ_STR(after->entries[0].name, S("[Content_Types].xml"));
    ptrdiff_t at = 1;
    for (ptrdiff_t i = 0; i < before->count && at <= after->count; i++) {
        const ZipEntry *old = &before->entries[i];
        if (old->is_folder) continue;
        const bool types = str_equal(old->name, S("[Content_Types].xml"));
        const ZipEntry *now = &after->entries[types ? 0 : at++];
        T_EQ_STR(now->name, old->name);
        T_EQ_STR(now->stored, old->stored);
    }
}

static void writes_only_what_was_changed_anew(Arena *a) {
    DocxPackage *p = open_good(a, sample(a));
    PxErr err = {0};
    XmlTree *tree;
    if (!p || !T_OK(docx_part_tree(p, p->main, &tree, &err), &err)) return;
    XmlNode *body = xml_child(tree->root, W_body);
    xml_insert(body, xml_element(tree, W_sectPr), NULL);
    docx_set_bytes(p, docx_find_part(p, S("word/header1.xml")), S("<x/>"));
    const Str out = write_good(a, p);
    const Zip *after = zip_good(a, out);
    for (ptrdiff_t i = 0; i < after->count; i++) {
        const ZipEntry *now = &after->entries[i], *old = zip_find(p->zip, now->name);
        const bool same = old && str_equal(old->stored, now->stored);
        T_CHECK(same == !(str_equal(now->name, S("word/document2.xml")) ||
                          str_equal(now->name, S("word/header1.xml"))));
    }
    DocxPackage *q = open_good(a, out);
    T_EQ_STR(bytes_of(q, "word/header1.xml"), S("<x/>"));
    T_CHECK(str_ends(bytes_of(q, "word/document2.xml"),
                     S("Hello</w:t></w:r></w:p><w:sectPr/></w:body></w:document>")));
}

static void adds_parts_and_relationships(Arena *a) {
    Pack pack = pack_new(a);
    pack_part(&pack, "word/header1.xml", "header", ROOT("hdr", "<w:p/>"));
    DocxPackage *p = open_good(a, pack_docx(&pack, "<w:p/>"));
    if (!p) return;
    DocxPart *header = docx_find_part(p, S("word/header1.xml"));
    DocxPart *png =
        docx_add_part(p, docx_free_name(p, S("word/media/image1.png")), S("image/png"), S("PNG"));
    DocxPart *again =
        docx_add_part(p, docx_free_name(p, S("word/media/image1.png")), S("image/png"), S("PNG2"));
    DocxPart *data =
        docx_add_part(p, S("customXml/item1.xml"), S("application/x-paraph+xml"), S("<x/>"));
    T_EQ_STR(again->name, S("word/media/image2.png"));
    T_EQ_STR(docx_free_name(p, S("WORD/HEADER1.XML")), S("WORD/HEADER2.XML"));
    const Str type = S(R_URI "/image");
    const Str id = docx_add_rel(p, p->main, type, png, S(""));
    T_EQ_STR(docx_add_rel(p, p->main, type, png, S("")), id);
    T_CHECK(!str_equal(docx_add_rel(p, p->main, type, again, S("")), id));
    T_CHECK(!str_equal(docx_add_rel(p, p->main, S(R_URI "/other"), png, S("")), id));
    const Str link = docx_add_rel(p, header, S(R_URI "/hyperlink"), NULL, S("https://x.example/&"));
    T_EQ_STR(docx_add_rel(p, header, S(R_URI "/hyperlink"), NULL, S("https://x.example/&")), link);
    (void)docx_add_rel(p, p->main, S(R_URI "/customXml"), data, S(""));
    (void)docx_add_rel(p, NULL, S(R_URI "/custom-properties"), data, S(""));
    T_EQ_INT(p->root_rel_count, 2);

    DocxPackage *q = open_good(a, write_good(a, p));
    if (!q) return;
    T_EQ_STR(bytes_of(q, "word/media/image1.png"), S("PNG"));
    T_EQ_STR(docx_content_type(q, S("word/media/image2.png")), S("image/png"));
    T_EQ_STR(docx_content_type(q, S("customXml/item1.xml")), S("application/x-paraph+xml"));
    T_CHECK(str_find(bytes_of(q, "word/header1.xml"), S("<w:p/>")) >= 0);
    const DocxRel *rel = docx_find_rel(q->main, id);
    T_CHECK(rel && rel->part == docx_find_part(q, S("word/media/image1.png")));
    T_EQ_STR(rel->target, S("media/image1.png"));
    T_EQ_STR(docx_related(q->main, S("customXml"))->name, S("customXml/item1.xml"));
    const DocxRel *out = docx_find_rel(docx_find_part(q, S("word/header1.xml")), link);
    T_CHECK(out && out->external && str_equal(out->target, S("https://x.example/&")));
    T_EQ_INT(q->root_rel_count, 2);
    T_CHECK(q->root_rels[1].part && str_equal(q->root_rels[1].target, S("customXml/item1.xml")));
}

static void gives_names_that_nothing_clings_to(Arena *a) {
    Pack pack = pack_new(a);
    pack_override(&pack, "word/styles.xml", "stale/type"); /* there is no such part */
    pack_entry(&pack, "word/_rels/comments.xml.rels",
               pack_rels(a, S("<Relationship Id=\"x\" Type=\"t\" Target=\"document.xml\"/>")));
    pack_typed(&pack, "word/%25.xml", NULL, "a/b", S("<x/>"));
    pack_rel(&pack, "d", "numbering", "numbering.xml", ""); /* dangling, and to stay so */
    DocxPackage *p = open_good(a, pack_docx(&pack, "<w:p/>"));
    if (!p) return;
    T_EQ_STR(docx_free_name(p, S("word/styles.xml")), S("word/styles.xml"));
    T_EQ_STR(docx_free_name(p, S("word/comments.xml")), S("word/comments1.xml"));
    T_EQ_STR(docx_free_name(p, S("word/numbering.xml")), S("word/numbering1.xml"));
    T_EQ_STR(docx_free_name(p, S("word/%25.xml")), S("word/%251.xml"));
    T_EQ_STR(docx_free_name(p, S("word/x12.xml")), S("word/x12.xml"));
    (void)docx_add_part(p, S("word/styles.xml"), S(WORD_TYPE "styles+xml"), S("<x/>"));
    DocxPackage *q = open_good(a, write_good(a, p));
    if (q) T_EQ_STR(docx_content_type(q, S("word/styles.xml")), S(WORD_TYPE "styles+xml"));
}

static void removes_parts(Arena *a) {
    DocxPackage *p = open_good(a, sample(a));
    if (!p) return;
    DocxPart *comments = docx_related(p->main, S("comments"));
    DocxPart *image = docx_related(p->main, S("image"));
    const ptrdiff_t rels = p->main->rel_count;
    docx_remove_part(p, comments);
    docx_remove_part(p, image);
    T_CHECK(docx_related(p->main, S("comments")) == NULL);
    T_CHECK(docx_find_part(p, S("word/comments.xml")) == NULL);
    const Str out = write_good(a, p);
    T_CHECK(zip_find(zip_good(a, out), S("word/comments.xml")) == NULL);
    DocxPackage *q = open_good(a, out);
    T_EQ_INT(q->main->rel_count, rels - 2);
    T_EQ_STR(docx_content_type(q, S("word/comments.xml")), S("application/xml"));
    for (ptrdiff_t i = 0; i < q->main->rel_count; i++) {
        T_CHECK(q->main->rels[i].external || q->main->rels[i].part);
    }
}

static void keeps_the_flavour_of_a_strict_package(Arena *a) {
    Pack pack = pack_new(a);
    pack.is_strict = true;
    pack_part(&pack, "word/styles.xml", "styles", "<w:styles xmlns:w=\"" STRICT_W_URI "\"/>");
    pack_rel_to(&pack.root_rels, true, "r9", "extendedProperties", "docProps/app.xml", "");
    DocxPackage *p = open_good(a, pack_docx(&pack, "<w:p/>"));
    if (!p) return;
    T_EQ_STR(docx_related(p->main, S("styles"))->name, S("word/styles.xml"));
    T_EQ_STR(p->main->rels[0].type, S(R_URI "/styles"));
    T_EQ_STR(p->root_rels[0].type, S(R_URI "/extended-properties"));
    (void)docx_add_rel(p, p->main, S(R_URI "/custom-properties"), NULL, S("a"));
    (void)docx_add_rel(p, p->main, S("http://other.example/x"), NULL, S("a"));
    DocxPackage *q = open_good(a, write_good(a, p));
    Str rels;
    PxErr err = {0};
    T_OK(zip_inflate(a, zip_find(q->zip, S("word/_rels/document.xml.rels")), &rels, &err), &err);
    T_CHECK(str_find(rels, S("\"" STRICT_R_URI "/customProperties\"")) >= 0);
    T_CHECK(str_find(rels, S("\"http://other.example/x\"")) >= 0);
    T_CHECK(str_find(rels, S(R_URI)) < 0);
}

/* ---- fresh ids ---- */

static void gives_ids_above_all_in_use(Arena *a) {
    Pack pack = pack_new(a);
    pack_part(&pack, "word/footnotes.xml", "footnotes",
              ROOT("footnotes", "<w:footnote w:id=\"900\"><w:p><w:ins w:id=\"71\"/></w:p>"
                                "</w:footnote>"));
    pack_part(&pack, "word/comments.xml", "comments", ROOT("comments", "<w:comment w:id=\"75\"/>"));
    DocxPackage *p = open_good(
        a,
        pack_docx(&pack, "<w:p><w:bookmarkStart w:id=\"70\" w:name=\"x\"/>"
                         "<w:del w:id=\"-5\"/><w:ins w:id=\"2000000000\"/><w:r><w:drawing>"
                         "<wp:inline><wp:docPr id=\"78\"/></wp:inline></w:drawing></w:r></w:p>"));
    if (!p) return;
    T_EQ_INT(docx_fresh_id(p), 79); /* a note's number is another kind of number */
    T_EQ_INT(docx_fresh_id(p), 80);
}

static void digests_do_not_see_a_drawings_relationship(Arena *a) {
#define DIAGRAM(rel_id, version)                                                                   \
    "<d:m xmlns:d=\"d\"><x:dataModelExt xmlns:x=\"e\" relId=\"" rel_id "\" minVer=\"" version      \
    "\"/></d:m>"
    static const char *const data[] = {DIAGRAM("rId9", "1"), DIAGRAM("rId123", "1"),
                                       DIAGRAM("rId9", "2")};
    const char *type = "application/vnd.openxmlformats-officedocument.drawingml.diagramData+xml";
    Pack pack = pack_new(a);
    pack_typed(&pack, "a.xml", NULL, type, str_from_z(data[0]));
    pack_typed(&pack, "b.xml", NULL, type, str_from_z(data[1]));
    pack_typed(&pack, "c.xml", NULL, type, str_from_z(data[2]));
    DocxPackage *p = open_good(a, pack_docx(&pack, "<w:p/>"));
    Hash h[3] = {{0}};
    PxErr err = {0};
    for (int i = 0; p && i < 3; i++) {
        const char name[] = {(char)('a' + i), '.', 'x', 'm', 'l', 0};
        T_OK(docx_part_digest(p, docx_find_part(p, str_from_z(name)), &h[i], &err), &err);
    }
    T_CHECK(hash_equal(h[0], h[1]) && !hash_equal(h[0], h[2]));
}

/* ---- without memory, with many, and with real files ---- */

static bool open_change_write(void *ctx, Arena *a, PxErr *err) {
    const Str *bytes = ctx;
    DocxPackage *p;
    XmlTree *tree;
    Buf out = buf_new(a);
    if (!open_named(a, *bytes, "faulty.docx", &p, err)) return false;
    if (!docx_part_tree(p, p->main, &tree, err)) return false;
    xml_touch(tree->root);
    DocxPart *part = docx_add_part(p, docx_free_name(p, S("word/x1.bin")), S("a/b"), S("bytes"));
    (void)docx_add_rel(p, p->main, S("x/y"), part, S(""));
    (void)docx_fresh_id(p);
    return docx_write(p, 6, &out, err);
}

static void survives_each_failing_allocation(Arena *a) {
    Str bytes = sample(a);
    T_CHECK(t_fault_loop(open_change_write, &bytes));
}

static void stays_linear_in_relationships(Arena *a) {
    Pack pack = pack_new(a);
    enum { MANY = 20000 };
    for (int i = 0; i < MANY; i++) {
        const Str id = arena_str(a, arena_format(a, "rId%d", i + 1));
        pack_rel(&pack, id.ptr, "hyperlink", id.ptr, " TargetMode=\"External\"");
    }
    DocxPackage *p = open_good(a, pack_docx(&pack, "<w:p/>"));
    if (!p) return;
    for (int i = 0; i < MANY; i++) { /* quadratic, this would take minutes */
        const Str target = arena_format(a, "rId%d", i + 1);
        T_EQ_STR(docx_add_rel(p, p->main, S(R_URI "/hyperlink"), NULL, target), target);
        T_CHECK(docx_find_rel(p->main, target) == &p->main->rels[i]);
        (void)docx_add_rel(p, p->main, S("another"), NULL, target);
    }
    T_EQ_INT(p->main->rel_count, 2 * MANY);
}

typedef struct RealFile {
    Arena *arena;
    const char *path;
    Str bytes;
} RealFile;

/* Opens, writes, and opens again: each part must be what it was. */
static bool round_trip(void *ctx, PxErr *err) {
    const RealFile *f = ctx;
    Arena *a = f->arena;
    DocxPackage *p, *q;
    Buf out = buf_new(a);
    if (!open_named(a, f->bytes, f->path, &p, err)) return false;
    if (!T_OK(docx_write(p, 6, &out, err), err)) return true;
    if (!T_OK(open_named(a, buf_str(&out), f->path, &q, err), err)) return true;
    if (!T_EQ_INT(q->part_count, p->part_count)) return true;
    for (ptrdiff_t i = 0; i < p->part_count; i++) {
        Str before = {NULL, 0}, after = {NULL, 0};
        const DocxPart *old = p->parts[i];
        DocxPart *now = docx_find_part(q, old->name);
        PxErr ignored;
        if (!T_CHECK(now != NULL)) break;
        T_EQ_STR(now->content_type, old->content_type);
        const bool had = docx_part_bytes(p, p->parts[i], &before, &ignored);
        T_CHECK(docx_part_bytes(q, now, &after, &ignored) == had);
        T_CHECK(str_equal(before, after));
    }
    return true;
}

/* Every 12th file of the corpus, and all that are listed as odd (with T_ALL set: every file). */
static void round_trips_real_files(Arena *a) {
    const char *shared = t_shared();
    if (!shared) {
        t_skip("no ../shared here");
        return;
    }
    const Str index = t_read_file(a, "../shared/corpus/index.tsv");
    int line = 0, opened = 0, refused = 0;
    const int step = getenv("T_ALL") ? 1 : 12;
    for (ptrdiff_t at = 0; at < index.len; line++) {
        const Str rest = str_slice(index, at, index.len);
        const ptrdiff_t end = str_find(rest, S("\n"));
        const Str row = str_slice(rest, 0, end < 0 ? rest.len : end);
        at += row.len + 1;
        const ptrdiff_t tab = str_find(row, S("\t"));
        if (line == 0 || line % step || tab < 0) continue;
        const Str tail = str_slice(row, tab + 1, row.len);
        const Str path = str_slice(tail, 0, str_find(tail, S("\t")));
        const Str full =
            arena_str(a, arena_format(a, "%s/corpus/%.*s", shared, (int)path.len, path.ptr));
        Arena *own = arena_open((ptrdiff_t)1 << 30);
        RealFile f = {own, full.ptr, t_read_file(a, full.ptr)};
        PxErr err = {0};
        if (arena_guard(own, round_trip, &f, &err)) {
            opened++;
        } else {
            refused++;
            T_CHECK(err.kind == PX_ERR_INPUT || err.kind == PX_ERR_UNSUPPORTED);
            printf("# refused: %s: %s\n", full.ptr, err.message);
        }
        arena_close(own);
    }
    printf("# %d opened, %d refused\n", opened, refused);
    T_CHECK(opened > 50 && refused <= opened / 20);
}

#define GUARDED(test)                                                                              \
    static void test##_guarded(void) { t_with_arena(test); }
GUARDED(reads_parts_types_and_stories)
GUARDED(resolves_targets)
GUARDED(names_what_a_file_is_instead)
GUARDED(names_other_office_files)
GUARDED(refuses_doctypes_anywhere)
GUARDED(refuses_packages_with_two_readings)
GUARDED(refuses_what_is_missing)
GUARDED(inflates_nothing_it_is_not_asked_for)
GUARDED(gives_bytes_trees_and_digests)
GUARDED(writes_what_was_not_changed_as_it_came)
GUARDED(writes_only_what_was_changed_anew)
GUARDED(adds_parts_and_relationships)
GUARDED(gives_names_that_nothing_clings_to)
GUARDED(removes_parts)
GUARDED(keeps_the_flavour_of_a_strict_package)
GUARDED(gives_ids_above_all_in_use)
GUARDED(digests_do_not_see_a_drawings_relationship)
GUARDED(stays_linear_in_relationships)

/* These open arenas of their own, and guards do not nest. */
static void survives_each_failing_allocation_alone(void) {
    Arena *a = arena_open((ptrdiff_t)1 << 30);
    survives_each_failing_allocation(a);
    arena_close(a);
}

static void round_trips_real_files_alone(void) {
    Arena *a = arena_open((ptrdiff_t)1 << 30);
    round_trips_real_files(a);
    arena_close(a);
}

int main(void) {
    T_RUN(reads_parts_types_and_stories_guarded);
    T_RUN(resolves_targets_guarded);
    T_RUN(names_what_a_file_is_instead_guarded);
    T_RUN(names_other_office_files_guarded);
    T_RUN(refuses_doctypes_anywhere_guarded);
    T_RUN(refuses_packages_with_two_readings_guarded);
    T_RUN(refuses_what_is_missing_guarded);
    T_RUN(inflates_nothing_it_is_not_asked_for_guarded);
    T_RUN(gives_bytes_trees_and_digests_guarded);
    T_RUN(writes_what_was_not_changed_as_it_came_guarded);
    T_RUN(writes_only_what_was_changed_anew_guarded);
    T_RUN(adds_parts_and_relationships_guarded);
    T_RUN(gives_names_that_nothing_clings_to_guarded);
    T_RUN(removes_parts_guarded);
    T_RUN(keeps_the_flavour_of_a_strict_package_guarded);
    T_RUN(gives_ids_above_all_in_use_guarded);
    T_RUN(digests_do_not_see_a_drawings_relationship_guarded);
    T_RUN(stays_linear_in_relationships_guarded);
    T_RUN(survives_each_failing_allocation_alone);
    T_RUN(round_trips_real_files_alone);
    return t_end();
}
