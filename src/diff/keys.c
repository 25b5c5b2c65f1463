/* keys: matching two arrays of keys (docs/alignment.md, 1).
 *
 * What both begin and end with is matched at once. What only one side has cannot match and is left
 * out of the comparison, which changes no common subsequence and makes unrelated texts cheap. If
 * few differences remain, Myers' search for the middle of a shortest edit script finds a longest
 * common subsequence [Myers 1986, 4b]; otherwise keys that occur once on each side anchor the
 * comparison, and what lies between two anchors is compared in the same way. A search that grows
 * too dear is cut where it got furthest. */
#include "diff/int.h"

typedef struct Range {
    ptrdiff_t x0, x1, y0, y1;
} Range;

typedef struct Point {
    ptrdiff_t x, y;
} Point;

typedef struct Work {
    Arena *arena;
    const uint64_t *x, *y;
    int32_t *map;
    ptrdiff_t budget;
    Weigh weigh;
    void *ctx;
} Work;

/* The keys to compare, and where they stand in the whole: NULL when they are the whole. */
typedef struct View {
    const uint64_t *x, *y;
    const int32_t *x_at, *y_at;
    int32_t *forward, *backward; /* room for two fronts */
} View;

enum {
    SMALL = 48,       /* up to this many keys are compared without looking for anchors */
    DEPTH = 6,        /* levels of anchors within anchors */
    TRIAL = 112,      /* differences a first search follows at least */
    COST = 256,       /* differences a search follows at least before it is cut */
    BUDGET = 1 << 21, /* steps, and 64 a key */
    COST_SPENT = 12,  /* the same once the budget is spent */
    UNKNOWN = 0,
    UNREACHED = INT32_MIN / 2,
    UNREACHED_BACK = INT32_MAX / 2
};

static void set_match(Work *w, const View *v, ptrdiff_t x, ptrdiff_t y) {
    w->map[v->x_at ? v->x_at[x] : x] = (int32_t)(v->y_at ? v->y_at[y] : y);
}

static void trim(Work *w, const View *v, Range *r) {
    while (r->x0 < r->x1 && r->y0 < r->y1 && v->x[r->x0] == v->y[r->y0])
        set_match(w, v, r->x0++, r->y0++);
    while (r->x0 < r->x1 && r->y0 < r->y1 && v->x[r->x1 - 1] == v->y[r->y1 - 1])
        set_match(w, v, --r->x1, --r->y1);
}

/* ---- the middle of a shortest edit script ---- */

/* How far a search has come on each diagonal x - y; every second one between low and high is of
 * this step, the others of the step before. */
typedef struct Front {
    int32_t *at;
    ptrdiff_t low, high;
} Front;

static void widen(Front *f, ptrdiff_t lowest, ptrdiff_t highest, int32_t unreached) {
    if (f->low > lowest) f->at[--f->low - 1] = unreached;
    else f->low++;
    if (f->high < highest) f->at[++f->high + 1] = unreached;
    else f->high--;
}

/* One more difference from the start on. True when the other front is met; *mid is where. */
static bool step_forward(Work *w, const View *v, Range r, Front *f, const Front *other,
                         Point *mid) {
    const ptrdiff_t width = r.x1 - r.x0, height = r.y1 - r.y0;
    const uint64_t *const xs = v->x + r.x0, *const ys = v->y + r.y0;
    widen(f, -height, width, UNREACHED);
    for (ptrdiff_t k = f->high; k >= f->low; k -= 2) {
        ptrdiff_t right = f->at[k - 1] + 1, down = f->at[k + 1];
        if (right > width) right = UNREACHED;
        if (down - k > height) down = UNREACHED;
        ptrdiff_t x = right > down ? right : down;
        if (x < 0) {
            f->at[k] = UNREACHED;
            continue;
        }
        const ptrdiff_t from = x;
        while (x < width && x - k < height && xs[x] == ys[x - k]) x++;
        f->at[k] = (int32_t)x;
        w->budget -= x - from + 1;
        if (other && other->low <= k && k <= other->high && other->at[k] <= x) {
            *mid = (Point){r.x0 + x, r.y0 + x - k};
            return true;
        }
    }
    return false;
}

static bool step_backward(Work *w, const View *v, Range r, Front *b, const Front *other,
                          Point *mid) {
    const ptrdiff_t width = r.x1 - r.x0, height = r.y1 - r.y0;
    const uint64_t *const xs = v->x + r.x0, *const ys = v->y + r.y0;
    widen(b, -height, width, UNREACHED_BACK);
    for (ptrdiff_t k = b->high; k >= b->low; k -= 2) {
        ptrdiff_t left = b->at[k + 1] - 1, up = b->at[k - 1];
        if (left < 0) left = UNREACHED_BACK;
        if (up - k < 0) up = UNREACHED_BACK;
        ptrdiff_t x = left < up ? left : up;
        if (x > width) {
            b->at[k] = UNREACHED_BACK;
            continue;
        }
        const ptrdiff_t from = x;
        while (x > 0 && x - k > 0 && xs[x - 1] == ys[x - k - 1]) x--;
        b->at[k] = (int32_t)x;
        w->budget -= from - x + 1;
        if (other && other->low <= k && k <= other->high && other->at[k] >= x) {
            *mid = (Point){r.x0 + x, r.y0 + x - k};
            return true;
        }
    }
    return false;
}

/* Where a range is cut in two, and how many differences a search from either end of each part needs
 * at most; UNKNOWN for a part that was not reached. */
typedef struct Cut {
    Point at;
    ptrdiff_t left, right;
} Cut;

/* Where one of the two searches has got furthest. */
static Cut furthest(Range r, const Front *f, const Front *b, ptrdiff_t cost) {
    const ptrdiff_t width = r.x1 - r.x0, height = r.y1 - r.y0;
    ptrdiff_t best = 0;
    Cut cut = {{r.x0, r.y0}, UNKNOWN, UNKNOWN};
    for (ptrdiff_t k = f->low; k <= f->high; k += 2) {
        const ptrdiff_t x = f->at[k];
        if (x < 0 || 2 * x - k <= best) continue;
        best = 2 * x - k;
        cut = (Cut){{r.x0 + x, r.y0 + x - k}, cost, UNKNOWN};
    }
    for (ptrdiff_t k = b->low; k <= b->high; k += 2) {
        const ptrdiff_t x = b->at[k];
        if (x > width || width + height - (2 * x - k) <= best) continue;
        best = width + height - (2 * x - k);
        cut = (Cut){{r.x0 + x, r.y0 + x - k}, UNKNOWN, cost};
    }
    return cut;
}

/* Cuts r, whose ends differ. True: a longest common subsequence goes through the cut. False: a
 * search of `cost` differences from both ends has not met. */
static bool find_middle(Work *w, const View *v, Range r, ptrdiff_t cost, Cut *cut) {
    const ptrdiff_t width = r.x1 - r.x0, height = r.y1 - r.y0, delta = width - height;
    const bool odd = delta % 2 != 0;
    Front f = {v->forward + height + 1, 0, 0}, b = {v->backward + height + 1, delta, delta};
    f.at[0] = 0;
    b.at[delta] = (int32_t)width;
    for (ptrdiff_t d = 1; d <= cost; d++) {
        cut->left = cut->right = d / 2 + 1;
        if (step_forward(w, v, r, &f, odd ? &b : NULL, &cut->at)) return true;
        if (step_backward(w, v, r, &b, odd ? NULL : &f, &cut->at)) return true;
    }
    *cut = furthest(r, &f, &b, cost / 2 + 1);
    return false;
}

static ptrdiff_t root_of(ptrdiff_t n) {
    ptrdiff_t root = 1;
    while (root * root < n) root *= 2;
    return root;
}

/* Whether even a search in which everything differs stays within half of the budget. */
static bool is_affordable(const Work *w, Range r) {
    const ptrdiff_t size = r.x1 - r.x0 + r.y1 - r.y0;
    return size < 1 << 16 && size * size / 2 <= w->budget;
}

/* Its square is about what the search costs; half of what is left may go into one. */
static ptrdiff_t cost_of(const Work *w, Range r) {
    if (w->budget <= 0) return COST_SPENT;
    if (is_affordable(w, r)) return r.x1 - r.x0 + r.y1 - r.y0;
    const ptrdiff_t root = 2 * root_of(r.x1 - r.x0 + r.y1 - r.y0),
                    affordable = root_of(w->budget) / 2;
    const ptrdiff_t cost = root > affordable ? root : affordable;
    return cost < COST ? COST : cost;
}

/* cost: what is known of r, or UNKNOWN. A search that met pays for all that follows: each half
 * needs half as many differences, a quarter of the steps. Recursion takes the smaller half, so it
 * is no deeper than the logarithm of the size. */
static void compare(Work *w, const View *v, Range r, ptrdiff_t cost) {
    for (;;) {
        trim(w, v, &r);
        if (r.x0 == r.x1 || r.y0 == r.y1) return;
        Cut cut;
        find_middle(w, v, r, cost == UNKNOWN ? cost_of(w, r) : cost, &cut);
        const Point mid = cut.at;
        const Range left = {r.x0, mid.x, r.y0, mid.y}, right = {mid.x, r.x1, mid.y, r.y1};
        check(mid.x + mid.y > r.x0 + r.y0 && mid.x + mid.y < r.x1 + r.y1);
        if (mid.x - r.x0 + mid.y - r.y0 < r.x1 - mid.x + r.y1 - mid.y) {
            compare(w, v, left, cut.left);
            r = right;
            cost = cut.right;
        } else {
            compare(w, v, right, cut.right);
            r = left;
            cost = cut.left;
        }
    }
}

static void open_fronts(Arena *a, View *v, ptrdiff_t width, ptrdiff_t height) {
    const ptrdiff_t size = (width + height + 3) * (ptrdiff_t)sizeof(int32_t);
    v->forward = arena_alloc_raw(a, size);
    v->backward = arena_alloc_raw(a, size);
}

/* ---- rising subsequences ---- */

typedef struct Chain { /* by end: the heaviest found so far */
    int64_t weight;
    int32_t before; /* index of the member before, or -1 */
} Chain;

/* The heaviest chain that ends at or below y, or -1; a Fenwick tree of maxima. */
static int32_t heaviest_below(const int32_t *tree, const Chain *chains, ptrdiff_t y) {
    int32_t best = -1;
    for (; y > 0; y -= y & -y) {
        const int32_t i = tree[y] - 1;
        if (i >= 0 && (best < 0 || chains[i].weight > chains[best].weight)) best = i;
    }
    return best;
}

static void note_chain(int32_t *tree, ptrdiff_t size, const Chain *chains, ptrdiff_t y, int32_t i) {
    for (; y <= size; y += y & -y)
        if (tree[y] == 0 || chains[tree[y] - 1].weight < chains[i].weight) tree[y] = i + 1;
}

static void keep_heaviest(Arena *a, const int32_t *y, ptrdiff_t from, ptrdiff_t to, Weigh weigh,
                          void *ctx, bool *keep) {
    const ArenaMark mark = arena_mark(a);
    int32_t low = y[from], high = y[from];
    for (ptrdiff_t i = from; i < to; i++) {
        if (y[i] < low) low = y[i];
        if (y[i] > high) high = y[i];
    }
    const ptrdiff_t size = (ptrdiff_t)high - low + 1;
    int32_t *const tree = NEW_ARRAY(a, int32_t, size + 1);
    Chain *const chains = NEW_ARRAY(a, Chain, to - from);
    int32_t best = 0;
    for (ptrdiff_t i = from; i < to; i++) {
        const int32_t here = (int32_t)(i - from);
        const int32_t before = heaviest_below(tree, chains, y[i] - low);
        chains[here] =
            (Chain){(weigh ? weigh(ctx, i) : 1) + (before < 0 ? 0 : chains[before].weight), before};
        note_chain(tree, size, chains, y[i] - low + 1, here);
        if (chains[here].weight > chains[best].weight) best = here;
    }
    for (int32_t i = best; i >= 0; i = chains[i].before) keep[from + i] = true;
    if (!weigh) arena_rewind(a, mark);
}

void keep_rising(Arena *a, const int32_t *y, ptrdiff_t count, Weigh weigh, void *ctx, bool *keep) {
    const ArenaMark mark = arena_mark(a);
    int32_t *const least =
        arena_alloc_raw(a, (count + 1) * (ptrdiff_t)sizeof *least); /* of y[i..] */
    least[count] = INT32_MAX;
    for (ptrdiff_t i = count; i-- > 0;) least[i] = y[i] < least[i + 1] ? y[i] : least[i + 1];
    for (ptrdiff_t from = 0, to; from < count;
         from = to) { /* what crosses nothing outside itself */
        int32_t most = y[from];
        for (to = from + 1; most >= least[to] && to < count; to++)
            if (y[to] > most) most = y[to];
        if (to == from + 1) keep[from] = true;
        else keep_heaviest(a, y, from, to, weigh, ctx, keep);
    }
    if (!weigh) arena_rewind(a, mark); /* what weigh puts into the arena must stay */
}

/* ---- counting keys ---- */

typedef struct Slot {
    uint64_t key;
    int32_t x_count, y_count; /* up to 2 */
    int32_t y_at;             /* the last one */
    int32_t used;
} Slot;

typedef struct Table {
    Slot *slots;
    uint64_t mask;
    int shift;
} Table;

static Slot *find_slot(const Table *t, uint64_t key) {
    uint64_t at = (key * UINT64_C(0x9e3779b97f4a7c15)) >> t->shift;
    while (t->slots[at].used && t->slots[at].key != key) at = (at + 1) & t->mask;
    return &t->slots[at];
}

static Table count_keys(const Work *w, Range r) {
    int bits = 4;
    while ((ptrdiff_t)1 << bits < 2 * (r.x1 - r.x0 + r.y1 - r.y0)) bits++;
    Table t = {NEW_ARRAY(w->arena, Slot, (ptrdiff_t)1 << bits), ((uint64_t)1 << bits) - 1,
               64 - bits};
    for (ptrdiff_t i = r.x0; i < r.x1; i++) {
        Slot *s = find_slot(&t, w->x[i]);
        s->key = w->x[i];
        s->used = 1;
        if (s->x_count < 2) s->x_count++;
    }
    for (ptrdiff_t i = r.y0; i < r.y1; i++) {
        Slot *s = find_slot(&t, w->y[i]);
        if (!s->used) continue; /* only y has it */
        if (s->y_count < 2) s->y_count++;
        s->y_at = (int32_t)i;
    }
    return t;
}

typedef struct Kept {
    uint64_t *keys;
    int32_t *at;
    ptrdiff_t count;
} Kept;

/* Those of keys[from..to) that both sides have. */
static Kept keep_shared(Arena *a, const Table *t, const uint64_t *keys, ptrdiff_t from,
                        ptrdiff_t to) {
    Kept k = {arena_alloc_raw(a, (to - from) * (ptrdiff_t)sizeof(uint64_t)),
              arena_alloc_raw(a, (to - from) * (ptrdiff_t)sizeof(int32_t)), 0};
    for (ptrdiff_t i = from; i < to; i++) {
        const Slot *s = find_slot(t, keys[i]);
        if (!s->used || s->y_count == 0) continue;
        k.keys[k.count] = keys[i];
        k.at[k.count++] = (int32_t)i;
    }
    return k;
}

/* ---- anchors ---- */

typedef struct Anchors {
    int32_t *x, *y;
    ptrdiff_t count;
    const Work *work;
} Anchors;

static int32_t weigh_anchor(void *ctx, ptrdiff_t i) {
    const Anchors *n = ctx;
    return n->work->weigh(n->work->ctx, n->x[i]);
}

/* Whether one of the neighbours is the same on both sides. */
static bool is_supported(const Work *w, Range r, ptrdiff_t i, ptrdiff_t j) {
    return (i > r.x0 && j > r.y0 && w->x[i - 1] == w->y[j - 1]) ||
           (i + 1 < r.x1 && j + 1 < r.y1 && w->x[i + 1] == w->y[j + 1]);
}

/* Pairs of keys that are unique on both sides, of these a chain that rises on both. A lone word may
 * be unique on both sides by chance; so unless anchors are weighed, or almost everything is unique,
 * those must have a neighbour in common. */
static Anchors find_anchors(const Work *w, const Table *t, const Kept *x, Range r) {
    Arena *a = w->arena;
    Anchors n = {NEW_ARRAY(a, int32_t, x->count), NEW_ARRAY(a, int32_t, x->count), 0, w};
    ptrdiff_t unique = 0;
    for (ptrdiff_t i = 0; i < x->count; i++) {
        const Slot *s = find_slot(t, x->keys[i]);
        unique += s->x_count == 1 && s->y_count == 1;
    }
    const bool all = w->weigh || unique * 4 >= x->count * 3;
    for (ptrdiff_t i = 0; i < x->count; i++) {
        const Slot *s = find_slot(t, x->keys[i]);
        if (s->x_count != 1 || s->y_count != 1 || (!all && !is_supported(w, r, x->at[i], s->y_at)))
            continue;
        n.x[n.count] = x->at[i];
        n.y[n.count++] = s->y_at;
    }
    bool *keep = NEW_ARRAY(a, bool, n.count);
    keep_rising(a, n.y, n.count, w->weigh ? weigh_anchor : NULL, &n, keep);
    ptrdiff_t kept = 0;
    for (ptrdiff_t i = 0; i < n.count; i++) {
        if (!keep[i]) continue;
        n.x[kept] = n.x[i];
        n.y[kept++] = n.y[i];
    }
    n.count = kept;
    return n;
}

/* Differences that a first, exact search may follow: its square is in proportion to the size. */
static ptrdiff_t cost_of_trial(Range r) { return root_of(r.x1 - r.x0 + r.y1 - r.y0) + TRIAL; }

static void solve(Work *w, Range r, int depth) {
    const View whole = {w->x, w->y, NULL, NULL, NULL, NULL};
    trim(w, &whole, &r);
    if (r.x0 == r.x1 || r.y0 == r.y1) return;
    Arena *a = w->arena;
    if (r.x1 - r.x0 + r.y1 - r.y0 <= SMALL && !(w->weigh && depth == 0)) {
        const ArenaMark mark = arena_mark(a);
        View v = whole;
        open_fronts(a, &v, r.x1 - r.x0, r.y1 - r.y0);
        compare(w, &v, r, UNKNOWN);
        arena_rewind(a, mark);
        return;
    }
    const Table t = count_keys(w, r);
    const Kept x = keep_shared(a, &t, w->x, r.x0, r.x1), y = keep_shared(a, &t, w->y, r.y0, r.y1);
    if (x.count == 0 || y.count == 0) return;
    View v = {x.keys, y.keys, x.at, y.at, NULL, NULL};
    open_fronts(a, &v, x.count, y.count);
    Range inner = {0, x.count, 0, y.count};
    Cut cut;
    if (!w->weigh || depth > 0) trim(w, &v, &inner);
    if (inner.x0 == inner.x1 || inner.y0 == inner.y1) return;
    if ((!w->weigh || depth > 0) &&
        (is_affordable(w, inner) || find_middle(w, &v, inner, cost_of_trial(inner), &cut))) {
        compare(w, &v, inner, UNKNOWN);
        return;
    }
    Anchors anchors = {0};
    if (depth < DEPTH) anchors = find_anchors(w, &t, &x, r);
    if (anchors.count == 0) {
        compare(w, &v, inner, UNKNOWN);
        return;
    }
    Range between = {r.x0, 0, r.y0, 0};
    for (ptrdiff_t i = 0; i < anchors.count; i++) {
        between.x1 = anchors.x[i];
        between.y1 = anchors.y[i];
        w->map[between.x1] = (int32_t)between.y1;
        if (between.x0 < between.x1 && between.y0 < between.y1) solve(w, between, depth + 1);
        between.x0 = between.x1 + 1;
        between.y0 = between.y1 + 1;
    }
    solve(w, (Range){between.x0, r.x1, between.y0, r.y1}, depth + 1);
}

void match_keys(Arena *a, const uint64_t *x, ptrdiff_t n, const uint64_t *y, ptrdiff_t m,
                ptrdiff_t budget, Weigh weigh, void *ctx, int32_t *map) {
    check(n + m < INT32_MAX / 4);
    for (ptrdiff_t i = 0; i < n; i++) map[i] = -1;
    Work w = {a, x, y, map, budget > 0 ? budget : 64 * (n + m) + BUDGET, weigh, ctx};
    const ArenaMark mark = arena_mark(a);
    solve(&w, (Range){0, n, 0, m}, 0);
    if (!weigh) arena_rewind(a, mark);
}

ptrdiff_t diff_keys(Arena *a, const uint64_t *x, ptrdiff_t n, const uint64_t *y, ptrdiff_t m,
                    ptrdiff_t budget, DiffMatch **out) {
    int32_t *map = arena_alloc_raw(a, n * (ptrdiff_t)sizeof *map);
    match_keys(a, x, n, y, m, budget, NULL, NULL, map);
    ptrdiff_t count = 0;
    for (ptrdiff_t i = 0; i < n; i++)
        count += map[i] >= 0 && (i == 0 || map[i - 1] < 0 || map[i - 1] + 1 != map[i]);
    *out = NEW_ARRAY(a, DiffMatch, count);
    DiffMatch *next = *out;
    for (ptrdiff_t i = 0; i < n; i++) {
        if (map[i] < 0) continue;
        if (i > 0 && map[i - 1] >= 0 && map[i - 1] + 1 == map[i]) next[-1].len++;
        else *next++ = (DiffMatch){i, map[i], 1};
    }
    return count;
}
