/* One container (body, cell, note, header, text box, control) of the base, merged with the versions
 * the offices have of it (docs/collation.md, 3). Place by place the items are built, written and
 * forgotten; what was written takes the place of the base's blocks. Blocks no office touched stay
 * as they are. */
#include "collate/int.h"

typedef struct Slot { /* one base block */
    TextSet deleted;
    TextSet edited;
    TextSet touched;                     /* only comments are new */
    bool joined;                         /* with the next block, by some office's split or join */
    bool gap;                            /* something is inserted before it: */
    bool paragraph_before, whole_before; /* paragraphs, tables or controls */
    ptrdiff_t end;    /* of the cluster of paragraphs that begins here; 0: none begins */
    XmlNode *before;  /* written: what is inserted before it */
    XmlNode *written; /* written: the cluster */
    Chain behind;     /* whole blocks inserted behind it */
} Slot;

static void note_insertion(Slot *slot, const Version *v, const DiffSegment *s) {
    slot->gap = true;
    for (ptrdiff_t j = s->b; j < s->b + s->b_count; j++) {
        if (v->blocks[j].kind == BLOCK_PARAGRAPH) slot->paragraph_before = true;
        else slot->whole_before = true;
    }
}

static void note_segment(Slot *slots, const Version *v, const DiffSegment *s) {
    if (s->kind == DIFF_INSERT) note_insertion(&slots[s->a], v, s);
    for (ptrdiff_t k = 0; k < s->a_count; k++) {
        Slot *slot = &slots[s->a + k];
        if (s->kind == DIFF_DELETE) set_add(&slot->deleted, v->office);
        if (s->kind == DIFF_EDIT) {
            set_add(&slot->edited, v->office);
            if (k + 1 < s->a_count) slot->joined = true;
        }
        if (s->kind == DIFF_EQUAL && v->blocks[s->b + k].node) set_add(&slot->touched, v->office);
    }
}

static bool *find_walls(Arena *a, const Merging *m, const Slot *slots) {
    const ptrdiff_t end = m->count;
    bool *leads = NEW_ARRAY(a, bool, end + 1);
    leads[end] = slots[end].whole_before || !slots[end].paragraph_before;
    for (ptrdiff_t i = end - 1; i >= 0; i--) {
        const Slot *slot = &slots[i];
        const bool may_go =
            !set_empty(slot->deleted) || slot->joined || (i > 0 && slots[i - 1].joined);
        if (slot->whole_before || m->blocks[i].kind != BLOCK_PARAGRAPH) leads[i] = true;
        else leads[i] = !slot->paragraph_before && may_go && leads[i + 1];
    }
    return leads;
}

/* ---- one place ---- */

static XmlNode *written(Place *place, const Items *items) {
    Buf out = buf_new(place->job->scratch);
    write_items(place, items, &out);
    return xml_raw(place->tree, arena_str(place->job->arena, buf_str(&out)));
}

/* The version that inserts before base block `gap`, or -1 where several do. */
static ptrdiff_t sole_inserter(const Merging *m, ptrdiff_t gap) {
    ptrdiff_t sole = -1;
    for (ptrdiff_t v = 0; v < m->version_count; v++) {
        const DiffAlignment *al = &m->versions[v].alignment;
        bool inserts = false;
        for (ptrdiff_t i = first_segment(al, gap); i < al->count && al->segments[i].a <= gap; i++)
            inserts = inserts || (al->segments[i].kind == DIFF_INSERT && al->segments[i].a == gap);
        if (inserts && sole >= 0) return -1;
        if (inserts) sole = v;
    }
    return sole;
}

/* Block by block: the items of a long insertion take far more memory than its markup. */
static void write_insertion(Place *place, const Merging *m, ptrdiff_t version, ptrdiff_t gap,
                            Buf *out) {
    Job *job = place->job;
    Arena *outer = job->scratch;
    const DiffAlignment *al = &m->versions[version].alignment;
    job->scratch = arena_child(outer);
    const ArenaMark mark = arena_mark(job->scratch);
    for (ptrdiff_t i = first_segment(al, gap); i < al->count && al->segments[i].a <= gap; i++) {
        const DiffSegment s = al->segments[i];
        for (ptrdiff_t j = s.b; s.kind == DIFF_INSERT && s.a == gap && j < s.b + s.b_count; j++) {
            Items items = {0};
            insert_block_at(place, m, version, j, &items);
            write_items(place, &items, out);
            arena_rewind(job->scratch, mark);
        }
    }
    arena_close(job->scratch);
    job->scratch = outer;
}

static XmlNode *written_gap(Place *place, const Merging *m, ptrdiff_t gap) {
    const ptrdiff_t sole = sole_inserter(m, gap);
    if (sole < 0) {
        Items items = {0};
        items_for_gap(place, m, gap, &items);
        return written(place, &items);
    }
    Buf out = buf_new(place->job->scratch);
    write_insertion(place, m, sole, gap, &out);
    return xml_raw(place->tree, arena_str(place->job->arena, buf_str(&out)));
}

static void chain_add(Chain *c, Chain more) {
    if (!more.first) return;
    if (c->last) c->last->next = more.first;
    else c->first = more.first;
    c->last = more.last;
}

static XmlNode *version_node(const Version *v, ptrdiff_t block) {
    const DiffAlignment *al = &v->alignment;
    for (ptrdiff_t i = first_segment(al, block); i < al->count; i++) {
        DiffSegment s = al->segments[i];
        if (s.a > block) break;
        if (block < s.a + s.a_count && s.kind != DIFF_DELETE)
            return v->blocks[s.b + block - s.a].node;
    }
    return NULL;
}

typedef struct Structure { /* the versions of one table or control */
    ptrdiff_t *offices;
    XmlNode **nodes;
    ptrdiff_t count;
} Structure;

static Structure versions_of(Arena *a, const Merging *m, ptrdiff_t index, TextSet who) {
    const ptrdiff_t n = m->version_count;
    Structure s = {NEW_ARRAY(a, ptrdiff_t, n), NEW_ARRAY(a, XmlNode *, n), 0};
    for (ptrdiff_t i = 0; i < n; i++) {
        const Version *v = &m->versions[i];
        XmlNode *node = set_has(who, v->office) ? version_node(v, index) : NULL;
        if (node) s.offices[s.count] = v->office, s.nodes[s.count++] = node;
    }
    return s;
}

static bool merge_inside(Place *place, const DocBlock *block, Structure *s) {
    if (s->count == 0) return true;
    if (block->kind == BLOCK_TABLE)
        return merge_table(place, block->node, s->offices, s->nodes, s->count);
    if (block->kind != BLOCK_CONTAINER) return false;
    for (ptrdiff_t i = 0; i < s->count; i++) s->nodes[i] = doc_container(s->nodes[i]);
    merge_nodes(place, doc_container(block->node), s->offices, s->nodes, s->count, false);
    return true;
}

/* A table or control. Where it cannot hold what all offices made of it, and where one deletes what
 * another edits, the edited versions replace it whole: nobody's words may go. */
static void merge_structure(Place *place, const Merging *m, ptrdiff_t index, Slot *slot) {
    Arena *a = place->job->scratch;
    const DocBlock *block = &m->blocks[index];
    bool contested = !set_empty(slot->deleted) && !set_empty(slot->edited);
    TextSet inside = contested ? slot->touched : set_join(slot->touched, slot->edited);
    Structure s = versions_of(a, m, index, inside);
    bool whole = !merge_inside(place, block, &s) || contested;
    TextSet gone = slot->deleted;
    if (whole) {
        Structure edited = versions_of(a, m, index, slot->edited);
        for (ptrdiff_t i = 0; i < edited.count; i++)
            chain_add(&slot->behind, insert_block(place, edited.offices[i], edited.nodes[i],
                                                  set_of(edited.offices[i])));
        gone = set_join(gone, slot->edited);
    }
    if (!set_empty(gone)) delete_block(place, block->node, gone);
}

/* Items are built in the scratch arena, written, and forgotten. */
static void merge_place(Place *place, const Merging *m, Slot *slots, ptrdiff_t i) {
    Slot *slot = &slots[i];
    bool inside = i > 0 && slots[i - 1].joined;
    if (slot->gap && !inside) slot->before = written_gap(place, m, i);
    if (i == m->count || inside) return;
    ptrdiff_t end = i + 1;
    while (slots[end - 1].joined) end++;
    bool changed = end > i + 1 || !set_empty(slot->touched) || !set_empty(slot->edited) ||
                   !set_empty(slot->deleted);
    if (!changed || m->blocks[i].kind != BLOCK_PARAGRAPH) seam_none(place);
    if (!changed) return;
    if (m->blocks[i].kind == BLOCK_PARAGRAPH) {
        Items items = {0};
        items_for_cluster(place, m, i, end, &items);
        slot->written = written(place, &items);
        slot->end = end;
    } else {
        merge_structure(place, m, i, slot);
    }
}

/* ---- the container anew ---- */

static void append(XmlNode *container, XmlNode *node) {
    node->parent = container;
    node->next = NULL;
    if (container->last) container->last->next = node;
    else container->first = node;
    container->last = node;
}

static void append_chain(XmlNode *container, XmlNode *node) {
    while (node) {
        XmlNode *next = node->next;
        append(container, node);
        node = next;
    }
}

/* The range that deletes a control holds nothing else. */
static bool starts_range_of(const XmlNode *node, const XmlNode *block) {
    return node && node->name == W_customXmlDelRangeStart && node->next == block;
}

/* The container's children once more, with the written places in place of what they replace. */
static void splice(XmlNode *container, const DocBlock *blocks, ptrdiff_t count, Slot *slots) {
    ptrdiff_t i = 0, dropped_until = 0;
    XmlNode *node = container->first;
    container->first = container->last = NULL;
    bool ended = false;
    while (node || !ended) {
        XmlNode *next = node ? node->next : NULL;
        bool is_block = i < count && node == blocks[i].node;
        bool at_end = !ended && i == count && (!node || node->name == W_sectPr);
        bool at_start = is_block || (i < count && starts_range_of(node, blocks[i].node));
        if ((at_start || at_end) && slots[i].before) append(container, slots[i].before);
        if (at_start) slots[i].before = NULL;
        ended = ended || at_end;
        if (!node) break;
        if (is_block) {
            if (slots[i].end) {
                append(container, slots[i].written);
                dropped_until = slots[i].end;
            }
            if (i >= dropped_until) append(container, node);
            if (next && next->name == W_customXmlDelRangeEnd) {
                XmlNode *end = next;
                next = next->next;
                append(container, end);
            }
            append_chain(container, slots[i].behind.first);
            i++;
        } else {
            append(container, node);
        }
        node = next;
    }
    xml_touch(container);
}

void merge_container(Place *place, XmlNode *container, const DocBlock *blocks, ptrdiff_t count,
                     const Version *versions, ptrdiff_t version_count) {
    Arena *scratch = place->job->scratch;
    Slot *slots = NEW_ARRAY(scratch, Slot, count + 1);
    for (ptrdiff_t v = 0; v < version_count; v++)
        for (ptrdiff_t i = 0; i < versions[v].alignment.count; i++)
            note_segment(slots, &versions[v], &versions[v].alignment.segments[i]);
    Merging m = {
        .blocks = blocks, .count = count, .versions = versions, .version_count = version_count};
    m.leads_to_wall = find_walls(scratch, &m, slots);
    Seam seam = {0}, *outer = place->seam;
    place->seam = &seam;
    collect_moves(scratch, blocks, count, versions, version_count, &m.moves);
    bool any = false;
    for (ptrdiff_t i = 0; i <= count; i++) {
        ArenaMark mark = arena_mark(scratch);
        merge_place(place, &m, slots, i);
        arena_rewind(scratch, mark);
        any = any || slots[i].before || slots[i].end || slots[i].behind.first;
    }
    place->seam = outer;
    if (!any) return;
    splice(container, blocks, count, slots);
    settle_marks(place, container);
}

void merge_nodes(Place *place, XmlNode *base, const ptrdiff_t *offices, XmlNode *const *nodes,
                 ptrdiff_t count, bool tail_fixed) {
    Job *job = place->job;
    Arena *a = job->scratch;
    DocBlock *blocks;
    ptrdiff_t block_count = doc_blocks(a, place->context, base, &blocks);
    BlockWords *words = NEW_ARRAY(a, BlockWords, block_count);
    Version *versions = NEW_ARRAY(a, Version, count);
    for (ptrdiff_t i = 0; i < count; i++) {
        Version *v = &versions[i];
        v->office = offices[i];
        v->count = doc_blocks(a, &place->contexts[v->office], nodes[i], &v->blocks);
        align_version(a, a, blocks, block_count, place->context, words, &place->contexts[v->office],
                      tail_fixed, v);
        for (ptrdiff_t k = 0; k < v->alignment.count; k++) {
            DiffSegment s = v->alignment.segments[k];
            for (ptrdiff_t j = s.b; s.kind == DIFF_EQUAL && j < s.b + s.b_count; j++)
                if (!has_anchors(&v->blocks[j]) ||
                    !has_new_anchor(job, &job->returns[v->office], v->blocks[j].node))
                    v->blocks[j].node = NULL; /* equal: looked at again only for its anchors */
        }
    }
    merge_container(place, base, blocks, block_count, versions, count);
}
