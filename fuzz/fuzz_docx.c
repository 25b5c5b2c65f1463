/* fuzz_docx: two packages, text of the second brought into the first, the result written and read
 * again. So that bytes reach docx and not only zip, the input is the packages' parts as text:
 *
 *     =word/document.xml      a part of the first package, up to the next line that begins with '='
 *     ==                      here the second package begins
 *
 * What a package needs to be one is added when it is not given. An input that begins with "PK" is
 * opened as it is. */
/* needs: base zip xml docx */
#include "docx/docx.h"

#include "target.h"

static const HashKey key = {{3, 5}};
static const ZipLimits limits = {.part_bytes = 1 << 22, .total_bytes = 1 << 24};

/* ---- packages out of text ---- */

static const Str types = S(
    "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default "
    "Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/word/document.xml\" "
    "ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+"
    "xml\"/></Types>");
static const Str rels =
    S("<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
      "<Relationship Id=\"r\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/"
      "relationships/officeDocument\" Target=\"word/document.xml\"/></Relationships>");

static Str take_line(Str *rest) {
    const ptrdiff_t end = str_find(*rest, S("\n"));
    const Str line = str_slice(*rest, 0, end < 0 ? rest->len : end);
    *rest = str_slice(*rest, end < 0 ? rest->len : end + 1, rest->len);
    return line;
}

/* Up to the next line that begins with '='. */
static Str take_part(Str *rest) {
    ptrdiff_t end = 0;
    if (!str_starts(*rest, S("="))) {
        end = str_find(*rest, S("\n="));
        end = end < 0 ? rest->len : end + 1;
    }
    const Str part = str_slice(*rest, 0, end);
    *rest = str_slice(*rest, end, rest->len);
    return part;
}

static Str take_package(Arena *a, Str *rest) {
    Buf out = buf_new(a);
    ZipWriter *w = zip_writer_open(a, &out);
    bool has_types = false, has_rels = false;
    int count = 0;
    while (rest->len && count++ < 64) {
        const Str line = take_line(rest);
        if (str_equal(line, S("=="))) break;
        const Str part = take_part(rest);
        if (line.len < 2 || line.len > 300 || line.ptr[0] != '=') continue;
        const Str name = str_slice(line, 1, line.len);
        has_types = has_types || str_equal(name, S("[Content_Types].xml"));
        has_rels = has_rels || str_equal(name, S("_rels/.rels"));
        zip_add(w, name, part, 1);
    }
    if (!has_types) zip_add(w, S("[Content_Types].xml"), types, 1);
    if (!has_rels) zip_add(w, S("_rels/.rels"), rels, 1);
    zip_writer_close(w);
    return buf_str(&out);
}

/* ---- what is done with them ---- */

static bool refused(const PxErr *err) {
    check(err->kind != PX_ERR_NONE && err->message[0] != '\0');
    return true;
}

static DocxPackage *rewrite(Arena *a, DocxPackage *p) {
    PxErr err = {0};
    Buf out = buf_new(a);
    DocxPackage *q;
    if (!docx_write(p, 1, &out, &err)) { /* a part that cannot be inflated is found here */
        check(err.kind == PX_ERR_INPUT);
        return NULL;
    }
    if (!docx_open(a, p->names, key, buf_str(&out), S("again"), NULL, &q, &err)) {
        check_failed(err.message, __FILE__, __LINE__);
    }
    return q;
}

static void compare_parts(const DocxPackage *p, DocxPackage *q) {
    for (ptrdiff_t i = 0; i < p->part_count; i++) {
        const DocxPart *old = p->parts[i], *now = docx_find_part(q, old->name);
        check(now != NULL);
        check(str_equal(old->content_type, now->content_type));
        check(old->rel_count == now->rel_count);
        for (ptrdiff_t j = 0; j < old->rel_count; j++) {
            const DocxRel *rel = docx_find_rel(now, old->rels[j].id);
            check(rel && str_equal(rel->type, old->rels[j].type));
            check(!rel->part == !old->rels[j].part);
            check(!rel->part || str_equal(rel->part->name, old->rels[j].part->name));
        }
    }
}

static bool bring(Arena *a, DocxPackage *base, DocxPackage *from, PxErr *err) {
    DocxImport *im = docx_import_open(base, from);
    XmlTree *to, *tree;
    DocxDifference *differences;
    ptrdiff_t count;
    if (!docx_import_differences(im, a, &differences, &count, err)) return false;
    if (!docx_part_tree(base, base->main, &to, err)) return false;
    if (!docx_part_tree(from, from->main, &tree, err)) return false;
    XmlNode *body = xml_child(to->root, W_body), *theirs = xml_child(tree->root, W_body);
    for (const XmlNode *n = body && theirs ? theirs->first : NULL; n; n = n->next) {
        XmlNode *copy = xml_copy(to, n);
        xml_insert(body, copy, NULL);
        if (!docx_import_node(im, from->main, base->main, copy, err)) return false;
    }
    const int64_t id = docx_fresh_id(base);
    check(docx_fresh_id(base) > id);
    return true;
}

static bool run(void *ctx, PxErr *err) {
    const Case *c = ctx;
    Arena *a = c->arena;
    XmlNames *names = xml_names_open(a);
    DocxPackage *base, *from, *out;
    Str rest = c->bytes;
    if (str_starts(rest, S("PK"))) {
        if (!docx_open(a, names, key, rest, S("file"), &limits, &base, err)) return refused(err);
        out = rewrite(a, base);
        if (out) compare_parts(base, out);
        return true;
    }
    const Str first = take_package(a, &rest), second = take_package(a, &rest);
    if (!docx_open(a, names, key, first, S("base"), &limits, &base, err)) return refused(err);
    out = rewrite(a, base);
    if (out) compare_parts(base, out);
    if (!docx_open(a, names, key, second, S("from"), &limits, &from, err)) return refused(err);
    if (!bring(a, base, from, err)) return refused(err);
    out = rewrite(a, base);
    if (out) compare_parts(base, out);
    if (out) check(docx_part_tree(out, out->main, &out->main->tree, err));
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len) {
    return fuzz_one(run, 512, bytes, len);
}
