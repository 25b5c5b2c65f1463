/* index: who of many blocks could be like whom, without comparing each with each
 * (docs/alignment.md, 2.4).
 *
 * Of each block the features with the least hashes are its sketch [Broder 1997]: blocks that are
 * much alike share some of it. An index from feature to blocks finds for each block those that
 * share most, and these few are then compared in full. Features that many blocks have tell nothing
 * and are passed over.
 *
 * Keys are other ones in another run, and the same files must give the same answer: so what is
 * hashed here is the number of a word, which is the place where it is first met. Who chooses words
 * can choose these hashes; he gets a worse answer for it, but no slower one, since where a slot
 * lies depends on a key. */
#include "diff/int.h"

enum {
    SKETCH = 24, /* features a sketch holds */
    COMMON = 24, /* blocks that have it: a feature is passed over */
    COMPARED = 3 /* blocks compared in full with each one */
};

/* The words met so far, by key: each has its number. */
typedef struct Numbers {
    Map of;
    uint64_t count;
} Numbers;

static uint64_t number_of(Numbers *n, uint64_t key) {
    uint64_t number;
    if (map_find(&n->of, key, &number)) return number;
    map_put(&n->of, key, n->count);
    return n->count++;
}

typedef struct Sketch {
    uint32_t least[SKETCH]; /* a heap, the greatest first, until it is complete */
    int count;
} Sketch;

static void sketch_sink(Sketch *s) {
    for (int i = 0;;) {
        int child = 2 * i + 1;
        if (child >= s->count) return;
        if (child + 1 < s->count && s->least[child + 1] > s->least[child]) child++;
        if (s->least[i] >= s->least[child]) return;
        const uint32_t swap = s->least[i];
        s->least[i] = s->least[child];
        s->least[child] = swap;
        i = child;
    }
}

static void sketch_put(Sketch *s, uint64_t feature) {
    const uint32_t h = (uint32_t)((feature * UINT64_C(0x9e3779b97f4a7c15)) >> 32);
    if (s->count == SKETCH) {
        if (h >= s->least[0]) return;
        for (int i = 0; i < SKETCH; i++)
            if (s->least[i] == h) return;
        s->least[0] = h;
        sketch_sink(s);
        return;
    }
    for (int i = 0; i < s->count; i++)
        if (s->least[i] == h) return;
    int i = s->count++;
    for (; i > 0 && s->least[(i - 1) / 2] < h; i = (i - 1) / 2) s->least[i] = s->least[(i - 1) / 2];
    s->least[i] = h;
}

/* Pairs of neighbours, and of a short block the words as well. */
static Sketch sketch_of(Numbers *numbers, const BlockText *text) {
    Sketch s = {{0}, 0};
    uint64_t before = BAG_EDGE;
    for (ptrdiff_t i = 0; i < text->count; i++) {
        const uint64_t number = number_of(numbers, text->words[i]);
        sketch_put(&s, bag_pair(before, number));
        if (text->count < SKETCH / 2) sketch_put(&s, number);
        before = number;
    }
    if (text->count > 0) sketch_put(&s, bag_pair(before, BAG_EDGE));
    return s;
}

typedef struct Posting {
    int32_t block; /* position in list b */
    int32_t next;  /* posting of the same feature, or -1 */
} Posting;

typedef struct IndexSlot {
    uint32_t feature;
    int32_t count;
    int32_t first;
} IndexSlot;

typedef struct Index {
    IndexSlot *slots;
    uint32_t mask;
    uint64_t salt; /* a key */
    Posting *postings;
} Index;

static IndexSlot *index_slot(const Index *x, uint32_t feature) {
    uint32_t at = (uint32_t)(bag_pair(x->salt, feature) >> 32) & x->mask;
    while (x->slots[at].count && x->slots[at].feature != feature) at = (at + 1) & x->mask;
    return &x->slots[at];
}

static Index index_of(Aligner *al, Numbers *numbers, const ptrdiff_t *b, ptrdiff_t count) {
    Index x = {NULL, 63, al->in->b[b[0]].hash, NULL};
    while ((ptrdiff_t)x.mask < 2 * count * SKETCH) x.mask = x.mask * 2 + 1;
    x.slots = NEW_ARRAY(al->arena, IndexSlot, (ptrdiff_t)x.mask + 1);
    x.postings = arena_alloc_raw(al->arena, count * SKETCH * (ptrdiff_t)sizeof(Posting));
    int32_t used = 0;
    for (ptrdiff_t j = 0; j < count; j++) {
        const Sketch s = sketch_of(numbers, block_text(al, 1, b[j]));
        for (int k = 0; k < s.count; k++) {
            IndexSlot *slot = index_slot(&x, s.least[k]);
            slot->feature = s.least[k];
            if (slot->count++ >= COMMON) continue;
            x.postings[used] = (Posting){(int32_t)j, slot->count > 1 ? slot->first : -1};
            slot->first = used++;
        }
    }
    return x;
}

typedef struct Votes {
    int32_t *count; /* by position in list b */
    int32_t *voted; /* positions with a vote */
    ptrdiff_t voted_count;
} Votes;

static void vote(const Index *x, const Sketch *s, Votes *v) {
    v->voted_count = 0;
    for (int k = 0; k < s->count; k++) {
        const IndexSlot *slot = index_slot(x, s->least[k]);
        if (slot->count == 0 || slot->count > COMMON) continue;
        for (int32_t p = slot->first; p >= 0; p = x->postings[p].next)
            if (v->count[x->postings[p].block]++ == 0)
                v->voted[v->voted_count++] = x->postings[p].block;
    }
}

/* The positions with most votes, at most COMPARED; all votes are taken back. */
static int elect(Votes *v, int32_t *best) {
    int count = 0;
    for (ptrdiff_t i = 0; i < v->voted_count; i++) {
        const int32_t block = v->voted[i];
        int at = count < COMPARED ? count++ : COMPARED;
        for (; at > 0 && v->count[best[at - 1]] < v->count[block]; at--)
            if (at < COMPARED) best[at] = best[at - 1];
        if (at < COMPARED) best[at] = block;
    }
    for (ptrdiff_t i = 0; i < v->voted_count; i++) v->count[v->voted[i]] = 0;
    return count;
}

static void sort_falling(int32_t *items, int count) {
    for (int i = 1; i < count; i++)
        for (int k = i; k > 0 && items[k - 1] < items[k]; k--) {
            const int32_t swap = items[k];
            items[k] = items[k - 1];
            items[k - 1] = swap;
        }
}

ptrdiff_t find_likely(Aligner *al, const ptrdiff_t *a, ptrdiff_t a_count, const ptrdiff_t *b,
                      ptrdiff_t b_count, double least, Likely **out) {
    ptrdiff_t found = 0, cap = 0;
    *out = NULL;
    if (a_count == 0 || b_count == 0) return 0;
    Numbers numbers = {map_new(al->arena), 0};
    const Index index = index_of(al, &numbers, b, b_count);
    Votes votes = {NEW_ARRAY(al->arena, int32_t, b_count), NEW_ARRAY(al->arena, int32_t, b_count),
                   0};
    for (ptrdiff_t i = 0; i < a_count; i++) {
        const BlockText *x = block_text(al, 0, a[i]);
        const Sketch s = sketch_of(&numbers, x);
        int32_t best[COMPARED + 1];
        vote(&index, &s, &votes);
        const int count = elect(&votes, best);
        if (count == 0) continue;
        sort_falling(best, count);
        bag_fill(&al->bag, x->words, x->count);
        for (int k = 0; k < count; k++) {
            const ptrdiff_t j = b[best[k]];
            if (al->in->a[a[i]].kind != al->in->b[j].kind) continue;
            const BlockText *y = block_text(al, 1, j);
            const ptrdiff_t shared = bag_probe(&al->bag, y->words, y->count, true);
            const double alike = bag_alike(shared, bag_features(x->count), bag_features(y->count));
            const bool enough =
                least > 0 ? alike >= least
                          : may_be_same(shared, bag_features(x->count), bag_features(y->count));
            if (!enough) continue;
            *out = arena_grow(al->arena, *out, found, &cap, found + 1, (ptrdiff_t)sizeof **out);
            (*out)[found++] = (Likely){a[i], j, alike, shared};
        }
    }
    return found;
}
