/* One container (body, cell, note, header, text box, control) of the base, merged with the versions the offices have of it
 * (docs/collation.md, 3). First the items of every changed place are built, so that moves know both their ends; then the places
 * are written and take the place of the base's blocks. Blocks no office touched stay as they are. */
#include "collate/int.h"

typedef struct Slot {            /* one base block */
    TextSet deleted, edited;
    bool joined;                 /* with the next block, by some office's split or join */
    bool touched;                /* only a comment is new */
    bool gap;                    /* something is inserted before it */
    Items before;                /* what is inserted before it */
    Items items;                 /* of the cluster that begins here */
    ptrdiff_t cluster_end;       /* 0: none begins here */
    XmlNode *coarse;             /* first of the whole blocks inserted behind it */
} Slot;

static void note_segment(Slot *slots, const Version *v, const DiffSegment *s) {
    if (s->kind == DIFF_INSERT) slots[s->a].gap = true;
    for (ptrdiff_t k = 0; k < s->a_count; k++) {
        Slot *slot = &slots[s->a + k];
        if (s->kind == DIFF_DELETE) set_add(&slot->deleted, v->office);
        if (s->kind == DIFF_EDIT) {
            set_add(&slot->edited, v->office);
            if (k + 1 < s->a_count) slot->joined = true;
        }
        if (s->kind == DIFF_EQUAL && v->blocks[s->b + k].node) slot->touched = true;
    }
}

/* ---- moves ---- */

static Move *shared_move(const Moves *moves, ptrdiff_t v, ptrdiff_t block, uint64_t target) {
    for (ptrdiff_t u = 0; u < v; u++)
        if (moves->base[u] && moves->base[u][block] && moves->base[u][block]->target == target) return moves->base[u][block];
    return NULL;
}

static void find_moves(Arena *a, const DocBlock *blocks, ptrdiff_t count, const Version *versions, ptrdiff_t n, Moves *moves) {
    moves->base = NEW_ARRAY(a, Move **, n);
    moves->version = NEW_ARRAY(a, Move **, n);
    for (ptrdiff_t v = 0; v < n; v++) {
        const DiffAlignment *al = &versions[v].alignment;
        if (al->move_count == 0) continue;
        moves->base[v] = NEW_ARRAY(a, Move *, count);
        moves->version[v] = NEW_ARRAY(a, Move *, versions[v].count);
        for (ptrdiff_t i = 0; i < al->move_count; i++) {
            DiffMove m = al->moves[i];
            bool paragraphs = true;
            for (ptrdiff_t k = 0; k < m.count; k++) paragraphs = paragraphs && blocks[m.a + k].kind == BLOCK_PARAGRAPH;
            if (!paragraphs) continue;
            uint64_t target = versions[v].blocks[m.b].hash.a ^ (uint64_t)m.count;
            Move *move = shared_move(moves, v, m.a, target);
            if (!move) move = NEW(a, Move), move->target = target;
            for (ptrdiff_t k = 0; k < m.count; k++) moves->base[v][m.a + k] = moves->version[v][m.b + k] = move;
        }
    }
}

static void count_move_marks(const Items *items) {
    for (ptrdiff_t i = 0; i < items->count; i++) {
        const Item *it = &items->items[i];
        if (!it->move || !it->token || it->token->kind != TOKEN_MARK) continue;
        if (!it->move->known) it->move->set = it->set, it->move->known = true;
        if (!set_equal(it->move->set, it->set)) it->move->bad = true;
        if (it->base) it->move->from_marks++;
        else it->move->to_marks++;
    }
}

/* ---- one cluster ---- */

static const XmlNode *version_node(const Version *v, ptrdiff_t block) {
    for (ptrdiff_t i = 0; i < v->alignment.count; i++) {
        DiffSegment s = v->alignment.segments[i];
        if (s.a <= block && block < s.a + s.a_count && s.kind == DIFF_EDIT) return v->blocks[s.b + block - s.a].node;
    }
    return NULL;
}

/* A table or control that offices edited; where it cannot hold all of them, the rest replace it whole. */
static void merge_structure(Place *place, const DocBlock *block, ptrdiff_t index, const Version *versions, ptrdiff_t n, Slot *slot) {
    Arena *a = place->job->arena;
    ptrdiff_t *offices = NEW_ARRAY(a, ptrdiff_t, n);
    XmlNode **nodes = NEW_ARRAY(a, XmlNode *, n);
    ptrdiff_t count = 0;
    for (ptrdiff_t v = 0; v < n; v++) {
        const XmlNode *node = set_has(slot->edited, versions[v].office) ? version_node(&versions[v], index) : NULL;
        if (node) offices[count] = versions[v].office, nodes[count++] = (XmlNode *)node;
    }
    bool whole = !set_empty(slot->deleted); /* deletion against edit: nobody's words may go */
    if (!whole && block->kind == BLOCK_TABLE) whole = !merge_table(place, block->node, offices, nodes, count);
    else if (!whole) {
        for (ptrdiff_t i = 0; i < count; i++) nodes[i] = doc_container(nodes[i]);
        merge_nodes(place, doc_container(block->node), offices, nodes, count, false);
    }
    if (!whole) return;
    XmlNode **link = &slot->coarse;
    for (ptrdiff_t i = 0; i < count; i++) {
        *link = insert_block(place, offices[i], nodes[i], set_of(offices[i]));
        link = &(*link)->next;
    }
    delete_block(place, block->node, set_join(slot->deleted, slot->edited));
}

static void build_items(Place *place, const DocBlock *blocks, ptrdiff_t count, const Version *versions, ptrdiff_t n, Slot *slots,
                        const Moves *moves) {
    for (ptrdiff_t i = 0; i <= count; i++) {
        Slot *slot = &slots[i];
        bool inside = i > 0 && slots[i - 1].joined;
        if (slot->gap && !inside) items_for_gap(place, i, blocks, versions, n, moves, &slot->before);
        if (i == count || inside) continue;
        ptrdiff_t end = i + 1;
        while (slots[end - 1].joined) end++;
        bool changed = end > i + 1 || slot->touched || !set_empty(slot->edited) || !set_empty(slot->deleted);
        if (!changed) continue;
        if (blocks[i].kind == BLOCK_PARAGRAPH) {
            slot->cluster_end = end;
            items_for_cluster(place, blocks, i, end, versions, n, moves, &slot->items);
        } else if (!set_empty(slot->edited)) {
            merge_structure(place, &blocks[i], i, versions, n, slot);
        } else if (!set_empty(slot->deleted)) {
            delete_block(place, blocks[i].node, slot->deleted);
        }
    }
}

/* ---- writing ---- */

static XmlNode *written(Place *place, const Items *items) {
    Buf out = buf_new(place->job->arena);
    write_items(place, items, &out);
    return xml_raw(place->tree, buf_str(&out));
}

typedef struct Cursor { XmlNode *container, *last; } Cursor;

static void append(Cursor *c, XmlNode *node) {
    node->parent = c->container;
    node->next = NULL;
    if (c->last) c->last->next = node;
    else c->container->first = node;
    c->last = node;
}

static void append_coarse(Cursor *c, XmlNode *node) {
    while (node) {
        XmlNode *next = node->next;
        append(c, node);
        node = next;
    }
}

/* The container's children once more, with the written places in place of what they replace. One pass. */
static void splice(Place *place, XmlNode *container, const DocBlock *blocks, ptrdiff_t count, Slot *slots) {
    Cursor c = {container, NULL};
    ptrdiff_t i = 0, dropped_until = 0;
    XmlNode *node = container->first;
    container->first = NULL;
    bool ended = false;
    while (node || !ended) {
        XmlNode *next = node ? node->next : NULL;
        bool at_end = i == count && (!node || node->name == W_sectPr);
        bool is_block = i < count && node == blocks[i].node;
        if ((is_block || at_end) && slots[i].before.count && !(ended && i == count)) append(&c, written(place, &slots[i].before));
        if (at_end) ended = true;
        if (!node) break;
        if (!is_block) {
            append(&c, node);
        } else {
            if (slots[i].cluster_end) {
                append(&c, written(place, &slots[i].items));
                dropped_until = slots[i].cluster_end;
            }
            if (i >= dropped_until) append(&c, node);
            append_coarse(&c, slots[i].coarse);
            i++;
        }
        node = next;
    }
    container->last = c.last;
    xml_touch(container);
}

void merge_container(Place *place, XmlNode *container, const DocBlock *blocks, ptrdiff_t count, const Version *versions,
                     ptrdiff_t version_count) {
    Arena *a = place->job->arena;
    Slot *slots = NEW_ARRAY(a, Slot, count + 1);
    for (ptrdiff_t v = 0; v < version_count; v++)
        for (ptrdiff_t i = 0; i < versions[v].alignment.count; i++) note_segment(slots, &versions[v], &versions[v].alignment.segments[i]);
    Moves moves;
    find_moves(a, blocks, count, versions, version_count, &moves);
    build_items(place, blocks, count, versions, version_count, slots, &moves);
    bool any = false;
    for (ptrdiff_t i = 0; i <= count; i++) {
        count_move_marks(&slots[i].before);
        count_move_marks(&slots[i].items);
        any = any || slots[i].before.count || slots[i].cluster_end || slots[i].coarse;
    }
    if (any) splice(place, container, blocks, count, slots);
}

void merge_nodes(Place *place, XmlNode *base, const ptrdiff_t *offices, XmlNode *const *nodes, ptrdiff_t count,
                 bool tail_fixed) {
    Arena *a = place->job->arena;
    DocBlock *blocks;
    ptrdiff_t block_count = doc_blocks(a, place->context, base, &blocks);
    BlockWords *words = NEW_ARRAY(a, BlockWords, block_count);
    Version *versions = NEW_ARRAY(a, Version, count);
    for (ptrdiff_t i = 0; i < count; i++) {
        Version *v = &versions[i];
        v->office = offices[i];
        v->count = doc_blocks(a, &place->contexts[v->office], nodes[i], &v->blocks);
        align_version(a, a, blocks, block_count, place->context, words, &place->contexts[v->office], tail_fixed, v);
        for (ptrdiff_t k = 0; k < v->alignment.count; k++) { /* equal blocks are looked at again only for their comments */
            DiffSegment s = v->alignment.segments[k];
            for (ptrdiff_t j = s.b; s.kind == DIFF_EQUAL && j < s.b + s.b_count; j++)
                if (!v->blocks[j].has_comments) v->blocks[j].node = NULL;
        }
    }
    merge_container(place, base, blocks, block_count, versions, count);
}
