/* Sections, and the headers and footers in force in each (docs/collation.md, 7; ISO 29500-1
 * 17.10.5). A section ends in a paragraph that holds a w:sectPr; the last one is the body's own. */
#include "collate/int.h"

bool is_section(const XmlNode *n) {
    if (n->name != W_sectPr || !n->parent) return false;
    const XmlNode *up = n->parent;
    return up->name == W_body || (up->name == W_pPr && up->parent && up->parent->name == W_p);
}

int slot_of(const XmlNode *n) {
    if (n->name != W_headerReference && n->name != W_footerReference) return -1;
    Str type = xml_attr(n, W_type);
    int kind = str_equal(type, S("first")) ? 1 : str_equal(type, S("even")) ? 2 : 0;
    return (n->name == W_footerReference ? 3 : 0) + kind;
}

bool headers_equal(const Header *x, const Header *y) {
    return x->part && y->part ? hash_equal(x->hash, y->hash) : x->part == y->part;
}

bool headers_agree(const Header *x, const Header *y) {
    if (x->part && y->part)
        return hash_equal(x->hash, y->hash) || (x->open && hash_equal(x->hash, y->stem)) ||
               (y->open && hash_equal(y->hash, x->stem));
    return (!x->part || x->blank) && (!y->part || y->blank);
}

static Hash hash_of_blocks(const DocContext *context, const DocBlock *blocks, ptrdiff_t count) {
    Hasher hasher;
    hash_start(&hasher, context->package->key);
    for (ptrdiff_t i = 0; i < count; i++) {
        hash_u64(&hasher, blocks[i].hash.a);
        hash_u64(&hasher, blocks[i].hash.b);
    }
    return hash_end(&hasher);
}

/* A control ends as what it holds does. */
static bool ends_in_paragraph(const XmlNode *container) {
    const XmlNode *last = NULL;
    for (const XmlNode *n = container ? container->first : NULL; n; n = n->next)
        if (xml_is_element(n) && doc_element(n) != DOC_ELEMENT_NOISE) last = n;
    if (!last || last->name == W_p) return last != NULL;
    return (last->name == W_sdt || last->name == W_customXml) &&
           ends_in_paragraph(doc_container(last));
}

Header header_of(Arena *a, DocContext *context, DocxPart *part, const XmlNode *root) {
    DocBlock *blocks;
    ptrdiff_t count = doc_blocks(a, context, root, &blocks);
    Header h = {.part = part, .open = !ends_in_paragraph(root)};
    ptrdiff_t stem = count;
    if (count && blocks[count - 1].kind == BLOCK_PARAGRAPH) {
        DocTokens tokens = {0};
        doc_tokens(a, context, blocks[count - 1].node, true, &tokens);
        if (tokens.count == 1) stem--; /* its mark */
    }
    h.hash = hash_of_blocks(context, blocks, count);
    h.stem = hash_of_blocks(context, blocks, stem);
    h.blank = stem == 0 && count <= 1;
    return h;
}

typedef struct Reading {
    Arena *arena;
    DocxPackage *package;
    DocxImport *import;
    Map known; /* number of a part + 1 -> Header */
    PxErr *err;
} Reading;

static bool read_header(Reading *r, DocxPart *part, Header *out) {
    uint64_t found;
    DocContext context;
    XmlTree *tree;
    if (map_find(&r->known, (uint64_t)part->number + 1, &found)) {
        *out = *(const Header *)(uintptr_t)found;
        return true;
    }
    if (!docx_part_tree(r->package, part, &tree, r->err) ||
        !doc_context_open(r->arena, r->package, part, &context, r->err))
        return false;
    context.import = r->import;
    Header *h = NEW(r->arena, Header);
    *h = header_of(r->arena, &context, part, doc_body(tree));
    map_put(&r->known, (uint64_t)part->number + 1, (uint64_t)(uintptr_t)h);
    *out = *h;
    return true;
}

/* What section (NULL: one that says nothing) shows, after those in out. */
static bool add_section(Reading *r, const XmlNode *section, Sections *out) {
    out->items = arena_grow(r->arena, out->items, out->count, &out->cap, out->count + 1,
                            (ptrdiff_t)sizeof(Section));
    Section *s = &out->items[out->count++];
    *s = (Section){0};
    if (out->count > 1) memcpy(s->shown, s[-1].shown, sizeof s->shown);
    int8_t order = 0;
    for (const XmlNode *n = section ? section->first : NULL; n; n = n->next) {
        int slot = slot_of(n);
        const DocxRel *rel = slot < 0 ? NULL : docx_find_rel(r->package->main, xml_attr(n, R_id));
        if (!rel || !rel->part || s->named[slot]) continue;
        s->named[slot] = ++order;
        if (!read_header(r, rel->part, &s->shown[slot])) return false;
        out->any = true;
    }
    return true;
}

bool read_sections(Arena *a, DocxPackage *p, DocxImport *import, const XmlTree *tree, Sections *out,
                   PxErr *err) {
    Reading r = {.arena = a, .package = p, .import = import, .known = map_new(a), .err = err};
    for (const XmlNode *n = tree->root; n; n = xml_next(n, tree->root))
        if (is_section(n) && !add_section(&r, n, out)) return false;
    return xml_child(doc_body(tree), W_sectPr) || add_section(&r, NULL, out);
}
