/* Blocks, rows and cells, and their hashes. */
#include "doc/int.h"

static inline DocBlockKind kind_of(const XmlNode *n) {
    if (n->name == W_p) return BLOCK_PARAGRAPH;
    if (n->name == W_tbl) return BLOCK_TABLE;
    if (n->name == W_sdt || n->name == W_customXml) return BLOCK_CONTAINER;
    return BLOCK_OTHER;
}

XmlNode *doc_container(const XmlNode *block) {
    return block->name == W_sdt ? xml_child(block, W_sdtContent) : (XmlNode *)block;
}

static bool has_rows(const XmlNode *table) {
    for (const XmlNode *n = table ? table->first : NULL; n; n = n->next) {
        if (n->name == W_tr) return true;
        if ((n->name == W_sdt || n->name == W_customXml) && has_rows(doc_container(n))) return true;
    }
    return false;
}

/* Whether a child of a container is a block; counts the comments it passes over. */
static inline bool is_block(DocCaches *c, const XmlNode *n) {
    if (n->name == W_p) return true;
    if (n->name == W_tbl) return has_rows(n); /* without, it shows nothing, and no mark could go */
    if (!xml_is_element(n) || n->name == W_sectPr) return false;
    const unsigned flags = element_flags(n);
    if (flags & ELEMENT_COMMENT) c->comments_seen++;
    c->bookmarks_seen += is_bookmark(n);
    if (flags & (ELEMENT_NOISE | ELEMENT_SET)) return false;
    return n->name != W_customXmlPr && n->name != W_tblGrid;
}

uint64_t doc_container_signature(DocContext *ctx, const XmlNode *block) {
    return doc_signature(ctx, doc_caches(ctx), block, 0);
}

XmlNode *doc_body(const XmlTree *t) {
    XmlNode *body = t->root->name == W_document ? xml_child(t->root, W_body) : NULL;
    return body ? body : t->root;
}

/* ---- tables ---- */

static Hash block_hash(DocContext *ctx, DocCaches *c, const XmlNode *block);

static void feed_set_of(DocContext *ctx, Hasher *h, const XmlNode *n, uint16_t name) {
    hash_u64(h, doc_properties(ctx, xml_child(n, name)));
}

void doc_feed_blocks(DocContext *ctx, DocCaches *c, Hasher *h, const XmlNode *container) {
    for (const XmlNode *n = container ? container->first : NULL; n; n = n->next)
        if (is_block(c, n)) feed_hash(h, TAG_BLOCK, block_hash(ctx, c, n));
}

static Hash cell_hash(DocContext *ctx, DocCaches *c, const XmlNode *cell) {
    Hasher h;
    hash_start(&h, c->key);
    feed_tag(&h, TAG_CELL, 0);
    feed_set_of(ctx, &h, cell, W_tcPr);
    doc_feed_blocks(ctx, c, &h, cell);
    return hash_end(&h);
}

static Hash row_hash(DocContext *ctx, DocCaches *c, const XmlNode *row);

/* The rows of a table (part W_tr) or the cells of a row (part W_tc), through the controls around
 * them, and whatever else stands there. */
static void feed_parts(DocContext *ctx, DocCaches *c, Hasher *h, const XmlNode *n, uint16_t part) {
    for (const XmlNode *k = n ? n->first : NULL; k; k = k->next) {
        if (k->name == part) {
            feed_hash(h, TAG_BLOCK, part == W_tr ? row_hash(ctx, c, k) : cell_hash(ctx, c, k));
        } else if (k->name == W_sdt || k->name == W_customXml) {
            feed_tag(h, TAG_CONTAINER, 0);
            hash_u64(h, doc_signature(ctx, c, k, 0));
            feed_parts(ctx, c, h, doc_container(k), part);
            feed_tag(h, TAG_CLOSE, 0);
        } else if (is_block(c, k)) {
            doc_feed(ctx, c, h, k, true);
        }
    }
}

static Hash row_hash(DocContext *ctx, DocCaches *c, const XmlNode *row) {
    Hasher h;
    hash_start(&h, c->key);
    feed_tag(&h, TAG_ROW, 0);
    feed_set_of(ctx, &h, row, W_trPr);
    feed_set_of(ctx, &h, row, W_tblPrEx);
    feed_parts(ctx, c, &h, row, W_tc);
    return hash_end(&h);
}

static Hash table_hash(DocContext *ctx, DocCaches *c, const XmlNode *table) {
    Hasher h;
    hash_start(&h, c->key);
    feed_tag(&h, TAG_TABLE, 0);
    feed_set_of(ctx, &h, table, W_tblPr);
    feed_parts(ctx, c, &h, table, W_tr);
    return hash_end(&h);
}

Hash doc_row_hash(DocContext *ctx, const XmlNode *row) {
    return row_hash(ctx, doc_caches(ctx), row);
}

Hash doc_cell_hash(DocContext *ctx, const XmlNode *cell) {
    return cell_hash(ctx, doc_caches(ctx), cell);
}

typedef struct Nodes {
    Arena *arena;
    XmlNode **items;
    ptrdiff_t count, cap;
} Nodes;

static void collect(Nodes *out, const XmlNode *n, uint16_t part) {
    for (XmlNode *k = n ? n->first : NULL; k; k = k->next) {
        if (k->name == part) {
            out->items = arena_grow(out->arena, out->items, out->count, &out->cap, out->count + 1,
                                    (ptrdiff_t)sizeof(XmlNode *));
            out->items[out->count++] = k;
        } else if (k->name == W_sdt || k->name == W_customXml) {
            collect(out, doc_container(k), part);
        }
    }
}

static ptrdiff_t collected(Arena *a, const XmlNode *n, uint16_t part, XmlNode ***out) {
    Nodes nodes = {a, NULL, 0, 0};
    collect(&nodes, n, part);
    *out = nodes.items;
    return nodes.count;
}

ptrdiff_t doc_rows(Arena *a, const XmlNode *table, XmlNode ***out) {
    return collected(a, table, W_tr, out);
}

ptrdiff_t doc_cells(Arena *a, const XmlNode *row, XmlNode ***out) {
    return collected(a, row, W_tc, out);
}

/* ---- blocks ---- */

static Hash block_hash(DocContext *ctx, DocCaches *c, const XmlNode *block) {
    Hasher h;
    switch (kind_of(block)) {
    case BLOCK_PARAGRAPH: return doc_paragraph_hash(ctx, c, block);
    case BLOCK_TABLE: return table_hash(ctx, c, block);
    case BLOCK_CONTAINER:
        hash_start(&h, c->key);
        feed_tag(&h, TAG_CONTAINER, 0);
        hash_u64(&h, doc_signature(ctx, c, block, 0));
        doc_feed_blocks(ctx, c, &h, doc_container(block));
        return hash_end(&h);
    case BLOCK_OTHER:
    case BLOCK_KINDS: break;
    }
    hash_start(&h, c->key);
    feed_tag(&h, TAG_OTHER, 0);
    doc_feed(ctx, c, &h, block, true);
    return hash_end(&h);
}

Hash doc_block_hash(DocContext *ctx, const XmlNode *block) {
    return block_hash(ctx, doc_caches(ctx), block);
}

ptrdiff_t doc_blocks(Arena *a, DocContext *ctx, const XmlNode *container, DocBlock **out) {
    DocCaches *c = doc_caches(ctx);
    DocBlock *blocks = NULL;
    ptrdiff_t count = 0, cap = 0;
    for (XmlNode *n = container ? container->first : NULL; n; n = n->next) {
        if (!is_block(c, n)) continue;
        if (count == cap)
            blocks = arena_grow(a, blocks, count, &cap, count + 1, (ptrdiff_t)sizeof *blocks);
        DocBlock *b = &blocks[count++];
        const ptrdiff_t comments = c->comments_seen, sections = c->sections_seen;
        const ptrdiff_t bookmarks = c->bookmarks_seen;
        b->node = n;
        b->kind = kind_of(n);
        b->mark = n->mark;
        b->hash = block_hash(ctx, c, n);
        b->has_comments = c->comments_seen > comments;
        b->has_bookmarks = c->bookmarks_seen > bookmarks;
        b->has_section = c->sections_seen > sections;
    }
    *out = blocks;
    return count;
}

void doc_stream(Arena *a, DocContext *ctx, const XmlNode *container, DocStream *out) {
    DocCaches *c = doc_caches(ctx);
    const XmlNode *section = NULL;
    for (const XmlNode *n = container ? container->first : NULL; n; n = n->next) {
        if (n->name == W_sectPr) section = n;
        if (n->name != W_sectPr && !is_block(c, n)) continue;
        if (out->count == out->cap)
            out->items = arena_grow(a, out->items, out->count, &out->cap, out->count + 1,
                                    (ptrdiff_t)sizeof *out->items);
        if (n->name != W_sectPr) out->items[out->count++] = block_hash(ctx, c, n);
    }
    if (!section) return;
    if (out->count == out->cap)
        out->items = arena_grow(a, out->items, out->count, &out->cap, out->count + 1,
                                (ptrdiff_t)sizeof *out->items);
    out->items[out->count++] = (Hash){doc_properties(ctx, section), 1};
}
