/* bag: how much two texts have in common whatever the order of their parts. Words alone would make
 * any two paragraphs of English look alike (two fifths of their words are the same thirty), and any
 * two of Chinese, where a word is one character; so pairs of neighbours count as much as words
 * (docs/alignment.md, 2.2). */
#include "diff/int.h"

static BagSlot *bag_slot(const Bag *bag, uint64_t key) {
    const uint64_t mask = (uint64_t)bag->cap - 1;
    uint64_t at = (key ^ (key >> 31)) * UINT64_C(0x9e3779b97f4a7c15);
    at = (at ^ (at >> 32)) & mask;
    while (bag->slots[at].fill == bag->fill && bag->slots[at].key != key) at = (at + 1) & mask;
    return &bag->slots[at];
}

static void bag_put(Bag *bag, uint64_t key) {
    BagSlot *s = bag_slot(bag, key);
    if (s->fill != bag->fill) *s = (BagSlot){key, bag->fill, 0, 0, 0};
    s->count++;
}

void bag_fill(Bag *bag, const uint64_t *words, ptrdiff_t count) {
    ptrdiff_t cap = bag->cap ? bag->cap : 256;
    while (cap < 2 * bag_features(count)) cap *= 2;
    if (cap != bag->cap) {
        bag->slots = NEW_ARRAY(bag->arena, BagSlot, cap);
        bag->cap = cap;
        bag->fill = 0;
    }
    bag->fill++;
    bag->probe = 0;
    uint64_t before = BAG_EDGE;
    for (ptrdiff_t i = 0; i < count; i++) {
        bag_put(bag, words[i]);
        bag_put(bag, bag_pair(before, words[i]));
        before = words[i];
    }
    bag_put(bag, bag_pair(before, BAG_EDGE));
}

static ptrdiff_t bag_take(Bag *bag, uint64_t key) {
    BagSlot *s = bag_slot(bag, key);
    if (s->fill != bag->fill) return 0;
    if (s->probe != bag->probe) {
        s->probe = bag->probe;
        s->used = 0;
    }
    return s->used < s->count ? (s->used++, 1) : 0;
}

ptrdiff_t bag_probe(Bag *bag, const uint64_t *words, ptrdiff_t count, bool fresh) {
    if (fresh) bag->probe++;
    uint64_t before = BAG_EDGE;
    ptrdiff_t shared = 0;
    for (ptrdiff_t i = 0; i < count; i++) {
        shared += bag_take(bag, words[i]);
        shared += bag_take(bag, bag_pair(before, words[i]));
        before = words[i];
    }
    return shared + bag_take(bag, bag_pair(before, BAG_EDGE));
}

double diff_similarity(Arena *a, const uint64_t *x, ptrdiff_t n, const uint64_t *y, ptrdiff_t m) {
    const ArenaMark mark = arena_mark(a);
    Bag bag = {.arena = a};
    bag_fill(&bag, x, n);
    const ptrdiff_t shared = bag_probe(&bag, y, m, true);
    arena_rewind(a, mark);
    return bag_alike(shared, bag_features(n), bag_features(m));
}
