/* A table of the base merged with the offices' versions of it (docs/collation.md, 6): rows are
 * aligned like blocks, then cells, and each cell is a container of its own. What the format cannot
 * hold for all offices at once (two different properties of one row, cells deleted by one and
 * edited by another) makes the row, or the table, one that is replaced whole. */
#include "collate/int.h"

typedef struct Parts { /* the rows of a table, or the cells of a row */
    XmlNode **nodes;
    Hash *hashes;
    ptrdiff_t count;
    Hash frame; /* the controls around them */
    BlockWords *words;
} Parts;

typedef struct Side { /* one office's version, aligned */
    ptrdiff_t office;
    const XmlNode *owner;
    Parts parts;
    DiffAlignment alignment;
} Side;

typedef struct PartWords {
    Arena *arena;
    Parts *parts[2];
    DocContext *contexts[2];
} PartWords;

static const uint64_t *part_words(void *ctx, int side, ptrdiff_t index, ptrdiff_t *count) {
    PartWords *s = ctx;
    BlockWords *w = &s->parts[side]->words[index];
    if (!w->known) {
        uint64_t *keys;
        ptrdiff_t n = doc_words(s->arena, s->contexts[side], s->parts[side]->nodes[index], &keys);
        *w = (BlockWords){keys, n, true};
    }
    *count = w->count;
    return w->keys;
}

/* Rows and cells are merged one by one, and none brings the control that it stands in. */
static void feed_frame(DocContext *context, Hasher *h, const XmlNode *n, uint16_t part,
                       bool inside) {
    for (const XmlNode *k = n ? n->first : NULL; k; k = k->next) {
        if (k->name == part && inside) hash_u64(h, part);
        if (k->name != W_sdt && k->name != W_customXml) continue;
        hash_u64(h, doc_container_signature(context, k));
        feed_frame(context, h, doc_container(k), part, true);
        hash_u64(h, 0);
    }
}

static Hash frame_of(DocContext *context, const XmlNode *owner) {
    Hasher h;
    hash_start(&h, context->package->key);
    feed_frame(context, &h, owner, owner->name == W_tbl ? W_tr : W_tc, false);
    return hash_end(&h);
}

static Parts parts_of(Arena *a, DocContext *context, const XmlNode *owner) {
    Parts p = {0};
    bool rows = owner->name == W_tbl;
    p.count = rows ? doc_rows(a, owner, &p.nodes) : doc_cells(a, owner, &p.nodes);
    p.hashes = NEW_ARRAY(a, Hash, p.count);
    p.words = NEW_ARRAY(a, BlockWords, p.count);
    p.frame = frame_of(context, owner);
    for (ptrdiff_t i = 0; i < p.count; i++)
        p.hashes[i] = rows ? doc_row_hash(context, p.nodes[i]) : doc_cell_hash(context, p.nodes[i]);
    return p;
}

static DiffBlock *keys_of(Arena *a, const Parts *p) {
    DiffBlock *d = NEW_ARRAY(a, DiffBlock, p->count);
    for (ptrdiff_t i = 0; i < p->count; i++) d[i] = (DiffBlock){p->hashes[i].a, 1};
    return d;
}

/* Equal counts of cells are paired one to one; everything else by likeness. */
static void align(Arena *a, Place *place, Parts *base, Side *side) {
    Parts *theirs = &side->parts;
    if (side->owner->name == W_tr && base->count == theirs->count) {
        DiffSegment *s = NEW_ARRAY(a, DiffSegment, base->count);
        for (ptrdiff_t i = 0; i < base->count; i++)
            s[i] = (DiffSegment){hash_equal(base->hashes[i], theirs->hashes[i]) ? DIFF_EQUAL
                                                                                : DIFF_EDIT,
                                 i, 1, i, 1};
        side->alignment = (DiffAlignment){s, base->count, NULL, 0};
        return;
    }
    PartWords words = {a, {base, theirs}, {place->context, &place->contexts[side->office]}};
    DiffBlocks in = {keys_of(a, base),
                     keys_of(a, theirs),
                     base->count,
                     theirs->count,
                     part_words,
                     &words,
                     false};
    diff_blocks(a, &in, &side->alignment);
}

static bool have_frame(const Side *sides, ptrdiff_t n, Hash frame) {
    for (ptrdiff_t v = 0; v < n; v++)
        if (!hash_equal(sides[v].parts.frame, frame)) return false;
    return true;
}

/* What the offices do with one row or cell, and before it. */
typedef struct Fate {
    TextSet deleted, edited;
    ptrdiff_t *mine; /* by side: index of its counterpart, or -1 */
    bool gap;
} Fate;

static bool part_has_anchor(Place *place, const Side *side, ptrdiff_t i) {
    return has_new_anchor(place->job, &place->job->returns[side->office], side->parts.nodes[i]);
}

static Fate *fates_of(Arena *a, Place *place, const Parts *base, const Side *sides, ptrdiff_t n) {
    Fate *fates = NEW_ARRAY(a, Fate, base->count + 1);
    for (ptrdiff_t i = 0; i < base->count; i++) {
        fates[i].mine = NEW_ARRAY(a, ptrdiff_t, n);
        for (ptrdiff_t v = 0; v < n; v++) fates[i].mine[v] = -1;
    }
    for (ptrdiff_t v = 0; v < n; v++)
        for (ptrdiff_t k = 0; k < sides[v].alignment.count; k++) {
            DiffSegment s = sides[v].alignment.segments[k];
            if (s.kind == DIFF_INSERT) fates[s.a].gap = true;
            for (ptrdiff_t i = s.a; i < s.a + s.a_count; i++) {
                ptrdiff_t mine = s.kind == DIFF_DELETE ? -1 : s.b + i - s.a;
                if (s.kind == DIFF_DELETE) set_add(&fates[i].deleted, sides[v].office);
                if (s.kind == DIFF_EDIT) set_add(&fates[i].edited, sides[v].office);
                if (s.kind == DIFF_EDIT ||
                    (s.kind == DIFF_EQUAL && part_has_anchor(place, &sides[v], mine)))
                    fates[i].mine[v] = mine;
            }
        }
    return fates;
}

/* ---- properties: one proposal the format can show, two it cannot ---- */

typedef struct Proposal {
    ptrdiff_t office;
    const XmlNode *owner;
    TextSet set;
} Proposal;

static uint64_t properties_of(DocContext *c, const XmlNode *owner, uint16_t name) {
    return doc_properties(c, xml_child(owner, name));
}

/* False when offices propose different things. p->set is empty when nobody proposes any. */
static bool one_proposal(Place *place, const XmlNode *base, uint16_t name, const Side *sides,
                         ptrdiff_t n, const Fate *fate, Proposal *p) {
    *p = (Proposal){-1, NULL, {{0, 0}}};
    uint64_t old = properties_of(place->context, base, name), wanted = old;
    for (ptrdiff_t v = 0; v < n; v++) {
        const XmlNode *owner = sides[v].owner;
        if (fate) {
            if (fate->mine[v] < 0) continue;
            owner = sides[v].parts.nodes[fate->mine[v]];
        }
        uint64_t mine = properties_of(&place->contexts[sides[v].office], owner, name);
        if (mine == old) continue;
        if (!set_empty(p->set) && mine != wanted) return false;
        if (set_empty(p->set)) p->office = sides[v].office, p->owner = owner, wanted = mine;
        set_add(&p->set, sides[v].office);
    }
    return true;
}

static void apply(Place *place, XmlNode *owner, uint16_t name, uint16_t change, const Proposal *p) {
    if (!set_empty(p->set))
        change_properties(place, owner, name, change, p->office, p->owner, p->set);
}

/* ---- cells ---- */

static void mark_cell(Place *place, XmlNode *cell, uint16_t change, TextSet set) {
    XmlNode *properties = ensure_properties(place, cell, W_tcPr);
    xml_insert(properties, make_change(place, change, set, NULL),
               xml_child(properties, W_tcPrChange));
}

static void insert_cells(Place *place, XmlNode *row, XmlNode *before, ptrdiff_t at,
                         const Side *sides, ptrdiff_t n) {
    XmlNode *parent = before ? before->parent : row;
    for (ptrdiff_t v = 0; v < n; v++) {
        const DiffAlignment *al = &sides[v].alignment;
        for (ptrdiff_t k = first_segment(al, at); k < al->count && al->segments[k].a <= at; k++) {
            DiffSegment s = al->segments[k];
            if (s.kind != DIFF_INSERT || s.a != at) continue;
            for (ptrdiff_t j = s.b; j < s.b + s.b_count; j++) {
                XmlNode *cell = copy_foreign(place, sides[v].office, sides[v].parts.nodes[j]);
                mark_inside(place, cell, W_ins, set_of(sides[v].office));
                mark_cell(place, cell, W_cellIns, set_of(sides[v].office));
                xml_insert(parent, cell, before);
            }
        }
    }
}

/* Those of the sides that have a counterpart of the row or cell to be merged. */
static ptrdiff_t counterparts(Arena *a, const Fate *fate, const Side *sides, ptrdiff_t n,
                              ptrdiff_t **offices, XmlNode ***nodes) {
    ptrdiff_t count = 0;
    *offices = NEW_ARRAY(a, ptrdiff_t, n);
    *nodes = NEW_ARRAY(a, XmlNode *, n);
    for (ptrdiff_t v = 0; v < n; v++) {
        if (fate->mine[v] < 0) continue;
        (*offices)[count] = sides[v].office;
        (*nodes)[count++] = sides[v].parts.nodes[fate->mine[v]];
    }
    return count;
}

static void merge_cell(Place *place, XmlNode *cell, const Fate *fate, const Side *sides,
                       ptrdiff_t n) {
    Arena *a = place->job->scratch;
    ptrdiff_t *offices;
    XmlNode **nodes;
    ptrdiff_t count = counterparts(a, fate, sides, n, &offices, &nodes);
    if (count) merge_nodes(place, cell, offices, nodes, count, true);
}

static bool row_can_be_merged(Place *place, const XmlNode *row, const Parts *base,
                              const Fate *fates, const Side *sides, ptrdiff_t n) {
    Proposal p;
    if (!one_proposal(place, row, W_trPr, sides, n, NULL, &p)) return false;
    if (!one_proposal(place, row, W_tblPrEx, sides, n, NULL, &p)) return false;
    for (ptrdiff_t i = 0; i < base->count; i++) {
        if (!set_empty(fates[i].deleted) && !set_empty(fates[i].edited)) return false;
        if (!one_proposal(place, base->nodes[i], W_tcPr, sides, n, &fates[i], &p)) return false;
    }
    return true;
}

/* rows: by side, its counterpart of this row, or NULL. False (and nothing done) when the row must
 * be replaced. */
static bool merge_row(Place *place, XmlNode *row, const ptrdiff_t *offices, XmlNode *const *rows,
                      ptrdiff_t n) {
    Arena *a = place->job->scratch;
    Parts base = parts_of(a, place->context, row);
    Side *sides = NEW_ARRAY(a, Side, n);
    for (ptrdiff_t v = 0; v < n; v++) {
        sides[v].office = offices[v];
        sides[v].owner = rows[v];
        sides[v].parts = parts_of(a, &place->contexts[offices[v]], rows[v]);
        align(a, place, &base, &sides[v]);
    }
    if (!have_frame(sides, n, base.frame)) return false;
    Fate *fates = fates_of(a, place, &base, sides, n);
    if (!row_can_be_merged(place, row, &base, fates, sides, n)) return false;
    Proposal p;
    if (one_proposal(place, row, W_tblPrEx, sides, n, NULL, &p))
        apply(place, row, W_tblPrEx, W_tblPrExChange, &p);
    if (one_proposal(place, row, W_trPr, sides, n, NULL, &p))
        apply(place, row, W_trPr, W_trPrChange, &p);
    for (ptrdiff_t i = 0; i <= base.count; i++) {
        if (fates[i].gap)
            insert_cells(place, row, i < base.count ? base.nodes[i] : NULL, i, sides, n);
        if (i == base.count) break;
        XmlNode *cell = base.nodes[i];
        merge_cell(place, cell, &fates[i], sides, n);
        if (one_proposal(place, cell, W_tcPr, sides, n, &fates[i], &p))
            apply(place, cell, W_tcPr, W_tcPrChange, &p);
        if (!set_empty(fates[i].deleted)) {
            mark_inside(place, cell, W_del, fates[i].deleted);
            mark_cell(place, cell, W_cellDel, fates[i].deleted);
        }
    }
    return true;
}

/* ---- rows ---- */

typedef struct NewRow {
    const XmlNode *node;
    Hash hash;
    ptrdiff_t office;
    TextSet set;
    struct NewRow *next;
} NewRow;

/* The rows several offices insert at one place, what they share standing once. */
static NewRow *new_rows(Arena *a, ptrdiff_t at, const Side *sides, ptrdiff_t n) {
    NewRow *list = NULL;
    for (ptrdiff_t v = 0; v < n; v++) {
        NewRow **cursor = &list;
        const DiffAlignment *al = &sides[v].alignment;
        for (ptrdiff_t k = first_segment(al, at); k < al->count && al->segments[k].a <= at; k++) {
            DiffSegment s = al->segments[k];
            if (s.kind != DIFF_INSERT || s.a != at) continue;
            for (ptrdiff_t j = s.b; j < s.b + s.b_count; j++) {
                NewRow **same = cursor;
                while (*same && (!hash_equal((*same)->hash, sides[v].parts.hashes[j]) ||
                                 set_has((*same)->set, sides[v].office)))
                    same = &(*same)->next;
                if (*same) {
                    set_add(&(*same)->set, sides[v].office);
                    cursor = &(*same)->next;
                    continue;
                }
                NewRow *row = NEW(a, NewRow);
                *row = (NewRow){sides[v].parts.nodes[j], sides[v].parts.hashes[j], sides[v].office,
                                set_of(sides[v].office), *cursor};
                *cursor = row;
                cursor = &row->next;
            }
        }
    }
    return list;
}

static void insert_row(Place *place, XmlNode *parent, XmlNode *before, ptrdiff_t office,
                       const XmlNode *node, TextSet set) {
    XmlNode *row = copy_foreign(place, office, node);
    mark_row(place, row, W_ins, set);
    xml_insert(parent, row, before);
}

static void merge_one_row(Place *place, XmlNode *row, const Fate *fate, const Side *sides,
                          ptrdiff_t n) {
    Arena *a = place->job->scratch;
    ptrdiff_t *offices;
    XmlNode **rows;
    bool contested = !set_empty(fate->deleted) && !set_empty(fate->edited);
    ptrdiff_t count = counterparts(a, fate, sides, n, &offices, &rows);
    TextSet gone = fate->deleted;
    if (contested || (count && !merge_row(place, row, offices, rows, count))) {
        for (ptrdiff_t i = 0; i < count; i++)
            if (set_has(fate->edited, offices[i]))
                insert_row(place, row->parent, row->next, offices[i], rows[i], set_of(offices[i]));
        gone = set_join(gone, fate->edited);
    }
    if (!set_empty(gone)) mark_row(place, row, W_del, gone);
}

/* The grid is no text, but its change is shown where one is proposed (17.13.5.34). */
static void merge_grid(Place *place, XmlNode *table, const Side *sides, ptrdiff_t n) {
    XmlNode *old = xml_child(table, W_tblGrid);
    const XmlNode *wanted = NULL;
    for (ptrdiff_t v = 0; v < n; v++) {
        const XmlNode *grid = xml_child(sides[v].owner, W_tblGrid);
        if (!old || !grid ||
            doc_opaque(&place->contexts[sides[v].office], grid) == doc_opaque(place->context, old))
            continue;
        if (wanted) return;
        wanted = grid;
    }
    if (!wanted) return;
    XmlNode *fresh = xml_copy(place->tree, wanted), *was = xml_copy(place->tree, old);
    for (XmlNode *c = fresh->first, *next; c; c = next) {
        next = c->next;
        if (c->name == W_tblGridChange) xml_remove(c);
    }
    XmlNode *change = xml_element(place->tree, W_tblGridChange);
    xml_set_attr(
        place->tree, change, W_id,
        arena_format(place->tree->arena, "%lld", (long long)docx_fresh_id(place->job->base)));
    xml_insert(change, was, NULL);
    xml_insert(fresh, change, NULL);
    xml_replace(old, fresh);
}

bool merge_table(Place *place, XmlNode *table, const ptrdiff_t *offices, XmlNode *const *tables,
                 ptrdiff_t count) {
    Arena *a = place->job->scratch;
    Parts base = parts_of(a, place->context, table);
    Side *sides = NEW_ARRAY(a, Side, count);
    for (ptrdiff_t v = 0; v < count; v++) {
        sides[v].office = offices[v];
        sides[v].owner = tables[v];
        sides[v].parts = parts_of(a, &place->contexts[offices[v]], tables[v]);
        align(a, place, &base, &sides[v]);
    }
    Proposal p;
    if (!have_frame(sides, count, base.frame)) return false;
    if (!one_proposal(place, table, W_tblPr, sides, count, NULL, &p)) return false;
    Fate *fates = fates_of(a, place, &base, sides, count);
    apply(place, table, W_tblPr, W_tblPrChange, &p);
    merge_grid(place, table, sides, count);
    for (ptrdiff_t i = 0; i <= base.count; i++) {
        XmlNode *row = i < base.count ? base.nodes[i] : NULL;
        XmlNode *parent = row ? row->parent : table;
        for (NewRow *r = fates[i].gap ? new_rows(a, i, sides, count) : NULL; r; r = r->next)
            insert_row(place, parent, row, r->office, r->node, r->set);
        if (!row) break;
        ArenaMark mark = arena_mark(a);
        merge_one_row(place, row, &fates[i], sides, count);
        arena_rewind(a, mark);
    }
    return true;
}
