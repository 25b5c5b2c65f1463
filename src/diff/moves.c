/* moves: what is deleted here and stands there (docs/alignment.md, 2.6). Equal blocks first, then
 * those alike; a run of neighbours that arrives as a run of neighbours is one move. */
#include "diff/int.h"

#define MOVED_ALIKE 0.8
#define HEADING_ALIKE 0.5
enum { HEADING_WORDS = 10 };

typedef struct Moves {
    Aligner *al;
    bool *free[2];   /* by block: left over, and no control */
    int32_t *target; /* of a block of a: the one of b, or -1 */
} Moves;

static void free_range(Moves *v, int side, ptrdiff_t from, ptrdiff_t to) {
    const DiffBlock *blocks = side ? v->al->in->b : v->al->in->a;
    for (ptrdiff_t i = from; i < to; i++) v->free[side][i] = blocks[i].kind <= 1;
}

/* Blocks of no group, and of weak ones. Returns whether there are any on both sides. */
static bool find_free(Moves *v) {
    const DiffBlocks *in = v->al->in;
    const Groups *groups = &v->al->groups;
    ptrdiff_t a = 0, b = 0;
    bool any[2] = {false, false};
    for (ptrdiff_t k = 0; k <= groups->count; k++) {
        const Group g =
            k < groups->count ? groups->items[k] : (Group){in->n, 0, in->m, 0, false, false};
        any[0] = any[0] || a < g.a;
        any[1] = any[1] || b < g.b;
        a = g.a + g.a_count;
        b = g.b + g.b_count;
    }
    if (!any[0] || !any[1]) return false;
    v->free[0] = NEW_ARRAY(v->al->arena, bool, in->n);
    v->free[1] = NEW_ARRAY(v->al->arena, bool, in->m);
    v->target = arena_alloc_raw(v->al->arena, in->n * (ptrdiff_t)sizeof *v->target);
    for (ptrdiff_t i = 0; i < in->n; i++) v->target[i] = -1;
    a = b = 0;
    for (ptrdiff_t k = 0; k <= groups->count; k++) {
        const Group g =
            k < groups->count ? groups->items[k] : (Group){in->n, 0, in->m, 0, false, false};
        free_range(v, 0, a, g.weak ? g.a + g.a_count : g.a);
        free_range(v, 1, b, g.weak ? g.b + g.b_count : g.b);
        a = g.a + g.a_count;
        b = g.b + g.b_count;
    }
    return true;
}

static void set_target(Moves *v, ptrdiff_t i, ptrdiff_t j) {
    v->target[i] = (int32_t)j;
    v->free[0][i] = v->free[1][j] = false;
}

static bool may_follow(const Moves *v, ptrdiff_t i, ptrdiff_t j) {
    return i >= 0 && i < v->al->in->n && j >= 0 && j < v->al->in->m && v->free[0][i] &&
           v->free[1][j] && is_same_block(v->al->in, i, j);
}

static void move_equal(Moves *v) {
    const DiffBlocks *in = v->al->in;
    Map first = map_new(v->al->arena); /* hash -> the first free block of b that has it, + 1 */
    int32_t *next = NEW_ARRAY(v->al->arena, int32_t, in->m);
    for (ptrdiff_t j = in->m; j-- > 0;) {
        uint64_t after = 0;
        if (!v->free[1][j] || in->b[j].hash == 0) continue;
        map_find(&first, in->b[j].hash, &after);
        next[j] = (int32_t)after;
        map_put(&first, in->b[j].hash, (uint64_t)j + 1);
    }
    for (ptrdiff_t i = 0; i < in->n; i++) {
        uint64_t at;
        if (!v->free[0][i]) continue;
        if (i > 0 && v->target[i - 1] >= 0 && may_follow(v, i, v->target[i - 1] + 1)) {
            set_target(v, i, v->target[i - 1] + 1);
            continue;
        }
        if (!map_find(&first, in->a[i].hash, &at) || block_text(v->al, 0, i)->count < MOVED_WORDS)
            continue;
        while (at && !may_follow(v, i, (ptrdiff_t)at - 1)) at = (uint64_t)next[at - 1];
        map_put(&first, in->a[i].hash, at);
        if (at) set_target(v, i, (ptrdiff_t)at - 1);
    }
}

static ptrdiff_t list_free(Moves *v, int side, ptrdiff_t **out) {
    const ptrdiff_t all = side ? v->al->in->m : v->al->in->n;
    ptrdiff_t count = 0;
    for (ptrdiff_t i = 0; i < all; i++) count += v->free[side][i];
    *out = NEW_ARRAY(v->al->arena, ptrdiff_t, count);
    count = 0;
    for (ptrdiff_t i = 0; i < all; i++)
        if (v->free[side][i] && block_text(v->al, side, i)->count >= MOVED_WORDS)
            (*out)[count++] = i;
    return count;
}

static void move_alike(Moves *v) {
    ptrdiff_t *lists[2], counts[2];
    for (int side = 0; side < 2; side++) counts[side] = list_free(v, side, &lists[side]);
    Likely *likely;
    const ptrdiff_t count =
        find_likely(v->al, lists[0], counts[0], lists[1], counts[1], MOVED_ALIKE, &likely);
    for (ptrdiff_t k = 0, end; k < count; k = end) { /* of each block the one most like it */
        ptrdiff_t best = -1;
        for (end = k; end < count && likely[end].a == likely[k].a; end++)
            if (v->free[1][likely[end].b] && (best < 0 || likely[end].alike > likely[best].alike))
                best = end;
        if (best >= 0) set_target(v, likely[best].a, likely[best].b);
    }
}

/* Whether block i of a, beside one that has moved, is block j of b: the same, or a heading whose
 * number has changed. */
static bool goes_along(const Moves *v, ptrdiff_t i, ptrdiff_t j) {
    Aligner *al = v->al;
    if (may_follow(v, i, j)) return true;
    if (i < 0 || i >= al->in->n || j < 0 || j >= al->in->m || !v->free[0][i] || !v->free[1][j] ||
        al->in->a[i].kind != 0 || al->in->b[j].kind != 0)
        return false;
    const BlockText *x = block_text(al, 0, i), *y = block_text(al, 1, j);
    if (x->count == 0 || y->count == 0 || x->count > HEADING_WORDS || y->count > HEADING_WORDS)
        return false;
    return diff_similarity(al->arena, x->words, x->count, y->words, y->count) >= HEADING_ALIKE;
}

/* Headings and empty paragraphs go with the text they stand beside. */
static void move_neighbours(Moves *v) {
    for (ptrdiff_t i = 0; i + 1 < v->al->in->n; i++)
        if (v->target[i] >= 0 && goes_along(v, i + 1, v->target[i] + 1))
            set_target(v, i + 1, v->target[i] + 1);
    for (ptrdiff_t i = v->al->in->n; i-- > 1;)
        if (v->target[i] > 0 && goes_along(v, i - 1, v->target[i] - 1))
            set_target(v, i - 1, v->target[i] - 1);
}

/* A weak group gives way when one of its blocks turns out to have moved. */
static void drop_groups(Moves *v) {
    Groups *groups = &v->al->groups;
    ptrdiff_t kept = 0;
    for (ptrdiff_t k = 0; k < groups->count; k++) {
        const Group g = groups->items[k];
        bool moved = false;
        for (ptrdiff_t i = g.a; g.weak && i < g.a + g.a_count; i++)
            moved = moved || v->target[i] >= 0;
        for (ptrdiff_t j = g.b; g.weak && j < g.b + g.b_count; j++)
            moved = moved || (!v->free[1][j] && v->al->in->b[j].kind <= 1);
        if (!moved) groups->items[kept++] = g;
    }
    groups->count = kept;
}

void find_moves(Aligner *al, DiffAlignment *out) {
    Moves v = {al, {NULL, NULL}, NULL};
    out->moves = NULL;
    out->move_count = 0;
    if (!find_free(&v)) return;
    move_equal(&v);
    move_alike(&v);
    move_neighbours(&v);
    drop_groups(&v);
    ptrdiff_t cap = 0;
    for (ptrdiff_t i = 0, end; i < al->in->n; i = end) {
        end = i + 1;
        if (v.target[i] < 0) continue;
        while (end < al->in->n && v.target[end] == v.target[end - 1] + 1) end++;
        out->moves = arena_grow(al->arena, out->moves, out->move_count, &cap, out->move_count + 1,
                                (ptrdiff_t)sizeof *out->moves);
        out->moves[out->move_count++] = (DiffMove){i, v.target[i], end - i};
    }
}
