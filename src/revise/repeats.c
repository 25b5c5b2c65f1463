/* repeats: what one proposes within a text that another moves stands at both ends of the move, and
 * is one change all the same: listed where the text stood. */
#include "revise/int.h"

typedef struct Repeats {
    XmlTree *tree;
    ReviseChange *items; /* of this tree */
    ptrdiff_t count;
    Map *numbers;
    Map from_of; /* number of a change that moves something here -> number of its other end */
} Repeats;

static ptrdiff_t number_of(const Repeats *r, const XmlNode *revision) {
    uint64_t number = 0;
    if (revision) map_find(r->numbers, (uint64_t)(uintptr_t)revision, &number);
    return (ptrdiff_t)number;
}

static void pair_ends(Repeats *r, Arena *a) {
    Map from = map_new(a), to = map_new(a);
    for (const XmlNode *n = next_in(r->tree->root, r->tree->root); n;
         n = next_in(n, r->tree->root)) {
        if (n->name != W_moveFromRangeStart && n->name != W_moveToRangeStart) continue;
        const bool is_from = n->name == W_moveFromRangeStart;
        const uint64_t name = hash_fast(xml_attr(n, W_name));
        uint64_t other;
        const ptrdiff_t number = number_of(r, n);
        if (!number) continue;
        map_put(is_from ? &from : &to, name, (uint64_t)number);
        if (map_find(is_from ? &to : &from, name, &other)) {
            const uint64_t here = is_from ? other : (uint64_t)number;
            map_put(&r->from_of, here, is_from ? (uint64_t)number : other);
        }
    }
}

/* Where the change lies within a move: the number of the move's change at that end, and whether it
 * is where the text goes to; 0: it does not. */
static ptrdiff_t move_around(const Repeats *r, const ReviseChange *c, bool *is_to) {
    if (c->kind != CHANGE_INSERTION && c->kind != CHANGE_DELETION &&
        c->kind != CHANGE_PARAGRAPH_INSERTED)
        return 0;
    const XmlNode *n = c->node, *holder = n->parent;
    const bool is_mark = holder && holds_marks(holder->name);
    const XmlNode *to = is_mark ? xml_child(holder, W_moveTo) : holder;
    *is_to = to && to->name == W_moveTo;
    if (*is_to) return number_of(r, to);
    return number_of(r, xml_child(is_mark ? holder : n, W_moveFrom));
}

static uint64_t key_of(const ReviseChange *c, ptrdiff_t from) {
    uint64_t key = (uint64_t)from;
    key = key * UINT64_C(0x9e3779b97f4a7c15) ^ hash_fast(c->author);
    key = key * UINT64_C(0x9e3779b97f4a7c15) ^ hash_fast(c->text);
    key = key * UINT64_C(0x9e3779b97f4a7c15) ^ (uint64_t)c->kind;
    return key ? key : 1;
}

/* first[i]: the change that item i repeats, or i itself. The n-th of several alike is the n-th. */
static bool find_repeats(const Repeats *r, Arena *a, ptrdiff_t *first) {
    Map by_key = map_new(a); /* -> index of the first one left + 1 */
    ptrdiff_t *next = NEW_ARRAY(a, ptrdiff_t, r->count);
    bool any = false, is_to;
    for (ptrdiff_t i = r->count; i-- > 0;) {
        const ptrdiff_t move = move_around(r, &r->items[i], &is_to);
        uint64_t after = 0;
        first[i] = i;
        if (!move || is_to) continue;
        const uint64_t key = key_of(&r->items[i], move);
        map_find(&by_key, key, &after);
        next[i] = (ptrdiff_t)after;
        map_put(&by_key, key, (uint64_t)i + 1);
    }
    for (ptrdiff_t i = 0; i < r->count; i++) {
        const ptrdiff_t move = move_around(r, &r->items[i], &is_to);
        uint64_t from, at;
        if (!move || !is_to || !map_find(&r->from_of, (uint64_t)move, &from)) continue;
        const uint64_t key = key_of(&r->items[i], (ptrdiff_t)from);
        if (!map_find(&by_key, key, &at) || !at) continue;
        first[i] = (ptrdiff_t)at - 1;
        r->items[first[i]].is_repeated = any = true;
        map_put(&by_key, key, (uint64_t)next[first[i]]);
    }
    return any;
}

/* Leaves out the repeats, and numbers what is left and its revisions anew. */
static ptrdiff_t leave_out(const Repeats *r, Arena *a, const ptrdiff_t *first) {
    const ptrdiff_t start = r->items[0].number;
    ptrdiff_t *number = NEW_ARRAY(a, ptrdiff_t, r->count), kept = 0;
    for (ptrdiff_t i = 0; i < r->count; i++) {
        if (first[i] != i) continue;
        number[i] = start + kept;
        r->items[kept] = r->items[i];
        r->items[kept++].number = number[i];
    }
    for (ptrdiff_t i = 0; i < r->count; i++) number[i] = number[first[i]];
    for (const XmlNode *n = next_in(r->tree->root, r->tree->root); n;
         n = next_in(n, r->tree->root)) {
        const ptrdiff_t old = revise_class(n) ? number_of(r, n) : 0;
        if (old) map_put(r->numbers, (uint64_t)(uintptr_t)n, (uint64_t)number[old - start]);
    }
    return kept;
}

ptrdiff_t join_repeats(Arena *scratch, XmlTree *t, ReviseChange *items, ptrdiff_t count,
                       Map *numbers) {
    Repeats r = {t, items, count, numbers, map_new(scratch)};
    ptrdiff_t *first = NEW_ARRAY(scratch, ptrdiff_t, count);
    if (count == 0) return 0;
    pair_ends(&r, scratch);
    return r.from_of.count && find_repeats(&r, scratch, first) ? leave_out(&r, scratch, first)
                                                               : count;
}
