/* The context of a part: what its ids stand for, and what was worked out once. */
#include "doc/int.h"

DocCaches *doc_caches(DocContext *ctx) {
    if (ctx->caches) return ctx->caches;
    DocCaches *c = NEW(ctx->arena, DocCaches);
    c->arena = ctx->arena;
    if (ctx->package) c->key = ctx->package->key;
    c->rels = map_new(ctx->arena);
    ctx->caches = c;
    return c;
}

uint64_t doc_id_key(const DocContext *ctx, Str id) {
    static const HashKey no_key;
    return never_zero(hash_of(ctx->package ? ctx->package->key : no_key, id).a);
}

/* ---- names ---- */

static DocName describe(const DocCaches *c, const XmlNames *names, uint16_t name) {
    DocName d = {name, ATTR_PLAIN, IDS_COUNT};
    const Str local = xml_local(names, name);
    const uint16_t ns = xml_ns(names, name);
    if (name >= NAMES_KNOWN) {
        Hasher h;
        hash_start(&h, c->key);
        hash_str(&h, xml_ns_uri(names, ns));
        hash_str(&h, local);
        d.key = never_zero(hash_end(&h).a);
    }
    /* what a Strict document calls a side (ISO 29500-4 14.3): the leading one, in both */
    if (name == W_start) d.key = W_left;
    if (name == W_end) d.key = W_right;
    if (ns == NS_R) d.attr = ATTR_RELATIONSHIP;
    if ((ns == NS_W && str_starts(local, S("rsid"))) || name == XML_space) d.attr = ATTR_NOISE;
    if (str_equal(local, S("paraId")) || str_equal(local, S("textId"))) d.attr = ATTR_NOISE;
    if (str_equal(local, S("anchorId")) || str_equal(local, S("editId"))) d.attr = ATTR_NOISE;
    if (name == MC_Ignorable) d.attr = ATTR_NOISE; /* says something of prefixes, nothing of text */
    if (str_equal(local, S("docPr")) || str_equal(local, S("cNvPr"))) d.ids = IDS_DRAWING;
    if (ns == NS_V) d.ids = IDS_VML;
    if (name == O_OLEObject) d.ids = IDS_OLE;
    return d;
}

const DocName *doc_name(DocContext *ctx, DocCaches *c, uint16_t name) {
    if (name >= c->name_count) {
        const ptrdiff_t count = name < NAMES_KNOWN ? NAMES_KNOWN : (name | 255) + 1;
        DocName *wider = NEW_ARRAY(c->arena, DocName, count);
        if (c->name_count) memcpy(wider, c->names, (size_t)c->name_count * sizeof *wider);
        c->names = wider;
        c->name_count = count;
    }
    DocName *d = &c->names[name];
    if (d->key == 0) *d = describe(c, ctx->package->names, name);
    return d;
}

/* ---- relationships ---- */

static void index_rels(DocContext *ctx, DocCaches *c) {
    const DocxPart *part = ctx->part;
    c->targets = arena_grow(c->arena, c->targets, c->rel_count, &c->target_cap, part->rel_count,
                            (ptrdiff_t)sizeof *c->targets);
    for (; c->rel_count < part->rel_count; c->rel_count++) {
        const uint64_t key = doc_id_key(ctx, part->rels[c->rel_count].id);
        if (!map_find(&c->rels, key, NULL)) map_put(&c->rels, key, (uint64_t)c->rel_count + 1);
    }
}

/* Of the bytes of the part it points to; of one that is missing or cannot be read, of its name. */
static uint64_t target_of(DocContext *ctx, DocCaches *c, const DocxRel *rel) {
    Hasher h;
    Hash digest;
    hash_start(&h, c->key);
    if (!rel->external && rel->part && docx_part_digest(ctx->package, rel->part, &digest, NULL)) {
        feed_hash(&h, TAG_BLOCK, digest);
    } else {
        feed_tag(&h, TAG_OTHER, rel->external);
        hash_str(&h, rel->target);
    }
    return never_zero(hash_end(&h).a);
}

uint64_t doc_target(DocContext *ctx, DocCaches *c, Str id) {
    const uint64_t key = doc_id_key(ctx, id);
    if (!ctx->part) return key;
    if (c->rel_count < ctx->part->rel_count) index_rels(ctx, c);
    uint64_t at;
    if (!map_find(&c->rels, key, &at)) return key;
    if (c->targets[at - 1] == 0) c->targets[at - 1] = target_of(ctx, c, &ctx->part->rels[at - 1]);
    return c->targets[at - 1];
}

/* ---- notes ---- */

const DocNote *doc_note(const DocContext *ctx, const XmlNode *n) {
    const Map *notes = n->name == W_footnoteReference  ? ctx->footnotes
                       : n->name == W_endnoteReference ? ctx->endnotes
                                                       : NULL;
    uint64_t note;
    if (!notes || !map_find(notes, doc_id_key(ctx, xml_attr(n, W_id)), &note)) return NULL;
    return (const DocNote *)(uintptr_t)note;
}

bool doc_context_open(Arena *a, DocxPackage *p, DocxPart *part, DocContext *out, PxErr *err) {
    (void)err;
    *out = (DocContext){.package = p, .part = part, .arena = a};
    return true;
}

static bool read_notes(DocContext *ctx, Str kind, const Map **out, PxErr *err) {
    Map *notes = NEW(ctx->arena, Map);
    *notes = map_new(ctx->arena);
    *out = notes;
    DocxPart *part = docx_related(ctx->part, kind);
    if (!part) return true;
    XmlTree *tree;
    if (!docx_part_tree(ctx->package, part, &tree, err)) return false;
    DocContext inside = {
        .package = ctx->package, .part = part, .arena = ctx->arena, .import = ctx->import};
    DocCaches *c = doc_caches(&inside);
    for (XmlNode *n = tree->root->first; n; n = n->next) {
        if (n->name != W_footnote && n->name != W_endnote) continue;
        const uint64_t id = doc_id_key(ctx, xml_attr(n, W_id));
        if (map_find(notes, id, NULL)) continue;
        const ptrdiff_t comments = c->comments_seen;
        Hasher h;
        hash_start(&h, c->key);
        doc_feed_blocks(&inside, c, &h, n);
        DocNote *note = NEW(ctx->arena, DocNote);
        *note = (DocNote){n, hash_end(&h).a, c->comments_seen > comments};
        map_put(notes, id, (uint64_t)(uintptr_t)note);
    }
    return true;
}

bool doc_context_notes(DocContext *ctx, PxErr *err) {
    return read_notes(ctx, S("footnotes"), &ctx->footnotes, err) &&
           read_notes(ctx, S("endnotes"), &ctx->endnotes, err);
}
