/* realign: a longest common subsequence takes three scattered "of" for better than one "territory".
 * Where matches lie scattered this matches anew: words weigh by their length, and each change that
 * is opened costs something, so that a match stays only where it is worth an interruption
 * (docs/alignment.md, 3.2; an alignment with affine gaps [Gotoh 1982] that knows one kind of gap).
 */
#include "diff/int.h"

enum {
    IDEOGRAPH_SIZE = 2, /* letters that one ideograph is worth */
    ATOM_SIZE = 4,
    STRONG_LETTERS = 24, /* a run of this size is taken as settled */
    STRONG_WORDS = 4,
    REGION_CELLS = 1 << 17, /* the largest table filled at once, */
    ALL_CELLS = 1 << 22     /* and all of them in one call */
};

static uint64_t mix(uint64_t x, uint64_t y) {
    return (x ^ (y + UINT64_C(0x9e3779b97f4a7c15))) * UINT64_C(0xff51afd7ed558ccd);
}

/* A single character that stands directly beside another one is taken for an ideograph. */
static bool is_ideograph(const DiffWord *t, ptrdiff_t n, ptrdiff_t i) {
    if (t[i].kind != DIFF_WORD || t[i].weight != 1) return false;
    return (i > 0 && t[i - 1].kind == DIFF_WORD && t[i - 1].weight == 1) ||
           (i + 1 < n && t[i + 1].kind == DIFF_WORD && t[i + 1].weight == 1);
}

Words words_of(Arena *a, const DiffWord *t, ptrdiff_t n, ptrdiff_t from, ptrdiff_t to) {
    const ptrdiff_t most = to - from;
    Words w = {0,
               arena_alloc_raw(a, most * (ptrdiff_t)sizeof(int32_t)),
               arena_alloc_raw(a, most * (ptrdiff_t)sizeof(uint64_t)),
               arena_alloc_raw(a, most * (ptrdiff_t)sizeof(uint64_t)),
               arena_alloc_raw(a, most * (ptrdiff_t)sizeof(int32_t)),
               arena_alloc_raw(a, most * (ptrdiff_t)sizeof(bool)),
               arena_alloc_raw(a, most * (ptrdiff_t)sizeof(bool)),
               arena_alloc_raw(a, most * (ptrdiff_t)sizeof(bool))};
    uint64_t before = 0;
    bool clause = false;
    for (ptrdiff_t i = from; i < to; i++) {
        if (t[i].kind != DIFF_WORD && t[i].kind != DIFF_ATOM) {
            before = mix(before, t[i].key);
            clause = clause || t[i].kind == DIFF_PUNCTUATION;
            continue;
        }
        const ptrdiff_t k = w.count++;
        w.at[k] = (int32_t)i;
        w.keys[k] = t[i].key;
        w.before[k] = before;
        w.atom[k] = t[i].kind == DIFF_ATOM;
        w.ideograph[k] = is_ideograph(t, n, i);
        w.size[k] = w.atom[k] ? ATOM_SIZE : w.ideograph[k] ? IDEOGRAPH_SIZE : t[i].weight;
        w.clause[k] = clause;
        before = 0;
        clause = false;
    }
    return w;
}

/* In half letters: what opening a change costs, what differing separators between two matched words
 * cost, and what an ideograph gains that follows a matched one. */
enum { OPENING = 3, SEPARATOR = 1, TOGETHER = 2, UNREACHABLE = INT32_MIN / 2 };

static int32_t worth_of(const Words *w, ptrdiff_t i) {
    const int32_t size = w->size[i] < 12 ? w->size[i] : 12;
    return !w->ideograph[i] && size > SHORT_WORD ? 4 * size : 2 * size;
}

enum { AFTER_MATCH = 1, DROPPED_X = 2, DROPPED_Y = 4 }; /* how the best of a cell came about */

typedef struct Grid {
    const Words *x, *y;
    ptrdiff_t x0, y0;
    ptrdiff_t rows, columns; /* one a word, and the start */
    uint8_t *how;
    int32_t *match,
        *change; /* two rows each: the best with the last words matched, and inside a change */
} Grid;

static void fill_row(const Grid *g, ptrdiff_t i) {
    const ptrdiff_t here = i % 2 * g->columns, above = (1 - i % 2) * g->columns;
    const int32_t *const old_match = g->match + above, *const old_change = g->change + above;
    int32_t *const match = g->match + here, *const change = g->change + here;
    uint8_t *const how = g->how + i * g->columns;
    const ptrdiff_t p = g->x0 + i - 1;
    match[0] = UNREACHABLE;
    change[0] = -OPENING;
    how[0] = DROPPED_X;
    for (ptrdiff_t j = 1; j < g->columns; j++) {
        const ptrdiff_t q = g->y0 + j - 1;
        uint8_t way = 0;
        match[j] = UNREACHABLE;
        if (g->x->keys[p] == g->y->keys[q]) {
            int32_t after = old_match[j - 1];
            if (g->x->before[p] != g->y->before[q]) after -= SEPARATOR;
            else if (g->x->ideograph[p]) after += TOGETHER;
            const bool joined = after >= old_change[j - 1];
            match[j] = worth_of(g->x, p) + (joined ? after : old_change[j - 1]);
            if (joined) way |= AFTER_MATCH;
        }
        int32_t best = match[j] - OPENING; /* the change begins here */
        if (change[j - 1] > best) {
            best = change[j - 1];
            way = (uint8_t)((way & AFTER_MATCH) | DROPPED_Y);
        }
        if (old_change[j] > best) {
            best = old_change[j];
            way = (uint8_t)((way & AFTER_MATCH) | DROPPED_X);
        }
        change[j] = best;
        how[j] = way;
    }
}

static void read_back(const Grid *g, int32_t *map) {
    ptrdiff_t i = g->rows - 1, j = g->columns - 1;
    const ptrdiff_t last = i % 2 * g->columns + j;
    bool matched = g->match[last] >= g->change[last];
    while (i > 0 || j > 0) {
        const uint8_t how = g->how[i * g->columns + j];
        if (matched) {
            map[g->x0 + i - 1] = (int32_t)(g->y0 + j - 1);
            matched = how & AFTER_MATCH;
            i--, j--;
        } else if (how & DROPPED_X) {
            i--;
        } else if (how & DROPPED_Y) {
            j--;
        } else {
            matched = true;
        }
    }
}

/* Words x0..x1 against y0..y1, between two words that stay matched. */
static void align_region(Arena *a, const Words *x, const Words *y, ptrdiff_t x0, ptrdiff_t x1,
                         ptrdiff_t y0, ptrdiff_t y1, int32_t *map) {
    const ArenaMark mark = arena_mark(a);
    Grid g = {x, y, x0, y0, x1 - x0 + 1, y1 - y0 + 1, NULL, NULL, NULL};
    g.how = arena_alloc_raw(a, g.rows * g.columns);
    g.match = arena_alloc_raw(a, 2 * g.columns * (ptrdiff_t)sizeof *g.match);
    g.change = arena_alloc_raw(a, 2 * g.columns * (ptrdiff_t)sizeof *g.change);
    for (ptrdiff_t j = 0; j < g.columns; j++) {
        g.match[j] = j == 0 ? 0 : UNREACHABLE;
        g.change[j] = -OPENING;
        g.how[j] = j == 0 ? 0 : DROPPED_Y;
    }
    for (ptrdiff_t i = 1; i < g.rows; i++) fill_row(&g, i);
    for (ptrdiff_t i = x0; i < x1; i++) map[i] = -1;
    read_back(&g, map);
    arena_rewind(a, mark);
}

/* The end of the run of neighbours that begins at i; *strong: it needs no second look. */
static ptrdiff_t run_end(const Words *x, const int32_t *map, ptrdiff_t i, bool *strong) {
    ptrdiff_t end = i, letters = 0;
    do letters += x->size[end++];
    while (end < x->count && map[end] == map[end - 1] + 1);
    *strong = letters >= STRONG_LETTERS && end - i >= STRONG_WORDS;
    return end;
}

void realign(Arena *a, const Words *x, const Words *y, int32_t *map) {
    ptrdiff_t cells = ALL_CELLS, x0 = 0, y0 = 0;
    bool any = false; /* a match since x0 */
    for (ptrdiff_t i = 0; i <= x->count;) {
        ptrdiff_t end = i + 1, y1 = y->count;
        bool strong = i == x->count;
        if (i < x->count) {
            if (map[i] < 0) {
                i++;
                continue;
            }
            y1 = map[i];
            end = run_end(x, map, i, &strong);
            if (!strong) any = true;
        }
        if (strong) {
            const ptrdiff_t size = (i - x0) * (y1 - y0);
            if (any && size > 0 && size <= REGION_CELLS && size <= cells) {
                align_region(a, x, y, x0, i, y0, y1, map);
                cells -= size;
            }
            any = false;
            x0 = end;
            y0 = end <= x->count ? map[end - 1] + 1 : 0;
        }
        i = end;
    }
}
