/* pair: which blocks of a gap are the same ones, edited, split or joined (docs/alignment.md, 2.3).
 *
 * A small gap is solved exactly: the monotone pairing under which most words stay, over pairs,
 * splits and joins. In a large one the index proposes pairs, a heaviest rising chain of them cuts
 * the gap into small ones. */
#include "diff/int.h"

enum {
    CELLS = 1600,   /* pairs in a gap that is solved exactly */
    LEVELS = 3,     /* gaps within gaps */
    PIECES = 8,     /* paragraphs one is split into, at most, */
    STRANGERS = 2,  /* and others between them */
    SHORT_TEXT = 6, /* words: left over alone on each side, they are one edited */
    SHORT_ITEM = 3  /* words: left over several on each side, likewise */
};

#define STRONGLY_ALIKE 0.8
#define SPLIT_ALIKE 0.4
#define PIECE_CONTAINED 0.5

const BlockText *block_text(Aligner *al, int side, ptrdiff_t index) {
    BlockText *t = &al->texts[side][index];
    if (!t->known) {
        t->words = al->in->words(al->in->ctx, side, index, &t->count);
        t->known = true;
    }
    return t;
}

void groups_add(Aligner *al, Group g) {
    Groups *s = &al->groups;
    s->items =
        arena_grow(al->arena, s->items, s->count, &s->cap, s->count + 1, (ptrdiff_t)sizeof(Group));
    s->items[s->count++] = g;
}

static uint16_t kind_a(const Aligner *al, ptrdiff_t i) { return al->in->a[i].kind; }
static uint16_t kind_b(const Aligner *al, ptrdiff_t j) { return al->in->b[j].kind; }

/* Whether the two may be compared at all. */
static bool may_pair(Aligner *al, ptrdiff_t i, ptrdiff_t j) {
    if (kind_a(al, i) != kind_b(al, j) || al->texts[0][i].taken || al->texts[1][j].taken)
        return false;
    return kind_a(al, i) != UINT16_MAX || is_same_block(al->in, i, j);
}

static void add_group(Aligner *al, ptrdiff_t a, ptrdiff_t a_count, ptrdiff_t b, ptrdiff_t b_count,
                      double alike) {
    const bool equal = a_count == 1 && b_count == 1 && is_same_block(al->in, a, b);
    groups_add(al, (Group){a, a_count, b, b_count, equal, !equal && alike < 0.5});
}

/* ---- leftovers ---- */

/* Blocks that share no words can still be one edited: alone between two pairs, and short ("12" that
 * becomes "15"), or empty, or a control of the same kind; or several short ones in a row on each
 * side. */
static bool is_edit_by_place(Aligner *al, ptrdiff_t i, ptrdiff_t j, bool alone) {
    if (!may_pair(al, i, j)) return false;
    const ptrdiff_t x = block_text(al, 0, i)->count, y = block_text(al, 1, j)->count;
    if (alone && (kind_a(al, i) > 1 || x == 0 || y == 0)) return true;
    const ptrdiff_t most = alone ? SHORT_TEXT : SHORT_ITEM;
    return x <= most && y <= most;
}

static void pair_leftovers(Aligner *al, Gap g) {
    const ptrdiff_t count = g.a1 - g.a0;
    if (count == 0 || count != g.b1 - g.b0 || count > PIECES) return;
    for (ptrdiff_t k = 0; k < count; k++)
        if (!is_edit_by_place(al, g.a0 + k, g.b0 + k, count == 1)) return;
    for (ptrdiff_t k = 0; k < count; k++) add_group(al, g.a0 + k, 1, g.b0 + k, 1, 1.0);
}

/* ---- exactly ---- */

typedef struct Choice { /* from cell (i, j) on to (i + a_count, j + b_count) */
    int32_t next;       /* another one from the same cell, or -1 */
    int16_t a_count, b_count;
    double worth, alike;
} Choice;

typedef struct Step {
    double best;    /* worth of what is behind */
    int32_t choice; /* that led here, or */
    int8_t skipped; /* 0: a block of a, 1: a block of b was left alone */
} Step;

typedef struct Table {
    Aligner *al;
    Gap g;
    ptrdiff_t columns; /* blocks of b, and the end */
    int32_t *first;    /* choice by cell, or -1 */
    Choice *choices;
    ptrdiff_t count, cap;
} Table;

static void add_choice(Table *t, ptrdiff_t i, ptrdiff_t j, ptrdiff_t a_count, ptrdiff_t b_count,
                       ptrdiff_t shared, double alike) {
    const ptrdiff_t cell = (i - t->g.a0) * t->columns + j - t->g.b0;
    t->choices = arena_grow(t->al->arena, t->choices, t->count, &t->cap, t->count + 1,
                            (ptrdiff_t)sizeof(Choice));
    t->choices[t->count] = (Choice){t->first[cell], (int16_t)a_count, (int16_t)b_count,
                                    (double)shared * (0.5 + alike), alike};
    t->first[cell] = (int32_t)t->count++;
}

static ptrdiff_t features_of(Aligner *al, int side, ptrdiff_t index) {
    return bag_features(block_text(al, side, index)->count);
}

static ptrdiff_t probe(Aligner *al, int side, ptrdiff_t index, bool fresh) {
    const BlockText *t = block_text(al, side, index);
    al->budget -= bag_features(t->count);
    return bag_probe(&al->bag, t->words, t->count, fresh);
}

static void fill(Aligner *al, int side, ptrdiff_t index) {
    const BlockText *t = block_text(al, side, index);
    al->budget -= bag_features(t->count);
    bag_fill(&al->bag, t->words, t->count);
}

/* The bag holds block `whole` of the other side; block `first` of `side` shares `shared` features
 * with it. Adds the splits (side 1) or joins (side 0) of it that begin with first: each further
 * piece lies for the most part in it, beside the pieces before. Empty paragraphs in between are let
 * through, and a few that are new, or gone. */
static void add_pieces(Table *t, int side, ptrdiff_t whole, ptrdiff_t first, ptrdiff_t shared) {
    Aligner *al = t->al;
    const ptrdiff_t end = side ? t->g.b1 : t->g.a1, features = features_of(al, !side, whole);
    ptrdiff_t size = features_of(al, side, first);
    if ((double)shared < PIECE_CONTAINED * (double)size || (double)size > 0.95 * (double)features)
        return;
    if (block_text(al, side, first)->count == 0) return;
    int strangers = 0;
    for (ptrdiff_t k = first + 1; k < end && k - first < PIECES; k++) {
        const bool fits = side ? kind_b(al, k) == 0 && !al->texts[1][k].taken
                               : kind_a(al, k) == 0 && !al->texts[0][k].taken;
        if (!fits) return;
        const ptrdiff_t piece = features_of(al, side, k), more = probe(al, side, k, false);
        const bool empty = block_text(al, side, k)->count == 0;
        if (!empty && (double)more < PIECE_CONTAINED * (double)piece) {
            if (++strangers > STRANGERS) return;
            continue;
        }
        size += piece;
        shared += more;
        if (empty) continue;
        const double alike = bag_alike(shared, features, size);
        if (alike < SPLIT_ALIKE) continue;
        if (side) add_choice(t, whole, first, 1, k - first + 1, shared, alike);
        else add_choice(t, first, whole, k - first + 1, 1, shared, alike);
    }
}

static void add_pairs(Table *t) {
    Aligner *al = t->al;
    bool *joins =
        NEW_ARRAY(al->arena, bool, t->columns); /* blocks of b that could have been several */
    for (ptrdiff_t i = t->g.a0; i < t->g.a1; i++) {
        if (al->texts[0][i].taken) continue;
        const ptrdiff_t x = features_of(al, 0, i);
        fill(al, 0, i);
        for (ptrdiff_t j = t->g.b0; j < t->g.b1; j++) {
            if (!may_pair(al, i, j)) continue;
            const ptrdiff_t y = features_of(al, 1, j), shared = probe(al, 1, j, true);
            const double alike = bag_alike(shared, x, y);
            if (is_same_block(al->in, i, j)) add_choice(t, i, j, 1, 1, x, 2.0);
            else if (may_be_same(shared, x, y)) add_choice(t, i, j, 1, 1, shared, alike);
            if (kind_a(al, i) != 0) continue;
            if ((double)shared >= PIECE_CONTAINED * (double)x && x < y) joins[j - t->g.b0] = true;
            add_pieces(t, 1, i, j, shared);
        }
    }
    for (ptrdiff_t j = t->g.b0; j < t->g.b1; j++) {
        if (!joins[j - t->g.b0]) continue;
        fill(al, 1, j);
        for (ptrdiff_t i = t->g.a0; i + 1 < t->g.a1; i++)
            if (may_pair(al, i, j)) add_pieces(t, 0, j, i, probe(al, 0, i, true));
    }
}

static void reach(Step *s, double best, int32_t choice, int8_t skipped) {
    if (best > s->best) *s = (Step){best, choice, skipped};
}

static Step *best_steps(const Table *t) {
    const ptrdiff_t rows = t->g.a1 - t->g.a0 + 1;
    Step *steps = NEW_ARRAY(t->al->arena, Step, rows * t->columns);
    for (ptrdiff_t i = 0; i < rows * t->columns; i++) steps[i].best = -1;
    steps[0].best = 0;
    for (ptrdiff_t i = 0; i < rows; i++)
        for (ptrdiff_t j = 0; j < t->columns; j++) {
            const ptrdiff_t cell = i * t->columns + j;
            const double best = steps[cell].best;
            for (int32_t c = t->first[cell]; c >= 0; c = t->choices[c].next)
                reach(&steps[cell + t->choices[c].a_count * t->columns + t->choices[c].b_count],
                      best + t->choices[c].worth, c, 0);
            if (i + 1 < rows) reach(&steps[cell + t->columns], best, -1, 0);
            if (j + 1 < t->columns) reach(&steps[cell + 1], best, -1, 1);
        }
    return steps;
}

typedef struct Visit {
    int32_t choice;
    ptrdiff_t cell; /* where it begins */
} Visit;

static void solve_exactly(Aligner *al, Gap g) {
    Table t = {al, g, g.b1 - g.b0 + 1, NULL, NULL, 0, 0};
    const ptrdiff_t cells = (g.a1 - g.a0 + 1) * t.columns;
    t.first = arena_alloc_raw(al->arena, cells * (ptrdiff_t)sizeof *t.first);
    for (ptrdiff_t i = 0; i < cells; i++) t.first[i] = -1;
    add_pairs(&t);
    const Step *steps = best_steps(&t);
    Visit *path = NEW_ARRAY(al->arena, Visit, g.a1 - g.a0 + g.b1 - g.b0);
    ptrdiff_t k = 0;
    for (ptrdiff_t cell = cells - 1; cell > 0;) {
        const Step s = steps[cell];
        if (s.choice < 0) {
            cell -= s.skipped ? 1 : t.columns;
            continue;
        }
        cell -= t.choices[s.choice].a_count * t.columns + t.choices[s.choice].b_count;
        path[k++] = (Visit){s.choice, cell};
    }
    ptrdiff_t a = g.a0, b = g.b0;
    while (k-- > 0) {
        const Choice c = t.choices[path[k].choice];
        const ptrdiff_t i = g.a0 + path[k].cell / t.columns, j = g.b0 + path[k].cell % t.columns;
        pair_leftovers(al, (Gap){a, i, b, j});
        add_group(al, i, c.a_count, j, c.b_count, c.alike);
        a = i + c.a_count;
        b = j + c.b_count;
    }
    pair_leftovers(al, (Gap){a, g.a1, b, g.b1});
}

/* ---- by proposals ---- */

static void solve_gap(Aligner *al, Gap g, int level);

static int32_t weigh_likely(void *ctx, ptrdiff_t i) {
    const Likely *l = (const Likely *)ctx + i;
    return (int32_t)((double)l->shared * (0.5 + l->alike));
}

/* Cuts the gap at the pairs of a heaviest chain: at first at those beyond doubt, so that what lies
 * between may still turn out to be split or joined. */
static void solve_by_proposals(Aligner *al, Gap g, int level) {
    Arena *a = al->arena;
    ptrdiff_t *lists[2] = {NEW_ARRAY(a, ptrdiff_t, g.a1 - g.a0),
                           NEW_ARRAY(a, ptrdiff_t, g.b1 - g.b0)};
    ptrdiff_t counts[2] = {0, 0};
    for (ptrdiff_t i = g.a0; i < g.a1; i++)
        if (!al->texts[0][i].taken && kind_a(al, i) != UINT16_MAX) lists[0][counts[0]++] = i;
    for (ptrdiff_t j = g.b0; j < g.b1; j++)
        if (!al->texts[1][j].taken && kind_b(al, j) != UINT16_MAX) lists[1][counts[1]++] = j;
    Likely *likely;
    const ptrdiff_t count = find_likely(al, lists[0], counts[0], lists[1], counts[1], 0, &likely);
    int32_t *where = NEW_ARRAY(a, int32_t, count);
    bool *keep = NEW_ARRAY(a, bool, count);
    for (ptrdiff_t i = 0; i < count; i++) where[i] = (int32_t)likely[i].b;
    keep_rising(a, where, count, weigh_likely, likely, keep);
    bool strong = false;
    for (ptrdiff_t i = 0; i < count; i++)
        strong = strong || (keep[i] && likely[i].alike >= STRONGLY_ALIKE);
    Gap between = g;
    for (ptrdiff_t i = 0; i < count; i++) {
        if (!keep[i] || (level == 0 && strong && likely[i].alike < STRONGLY_ALIKE)) continue;
        between.a1 = likely[i].a;
        between.b1 = likely[i].b;
        solve_gap(al, between, level + 1);
        add_group(al, likely[i].a, 1, likely[i].b, 1, likely[i].alike);
        between.a0 = likely[i].a + 1;
        between.b0 = likely[i].b + 1;
    }
    between.a1 = g.a1;
    between.b1 = g.b1;
    if (between.a0 != g.a0 || between.b0 != g.b0) solve_gap(al, between, level + 1);
}

/* Whether comparing each block of the gap with each is within the budget. */
static bool is_affordable(Aligner *al, Gap g) {
    const ptrdiff_t p = g.a1 - g.a0, q = g.b1 - g.b0;
    if (p * q > CELLS) return false;
    ptrdiff_t a = 0, b = 0;
    for (ptrdiff_t i = g.a0; i < g.a1; i++) a += features_of(al, 0, i);
    for (ptrdiff_t j = g.b0; j < g.b1; j++) b += features_of(al, 1, j);
    return p * b + q * a <= al->budget;
}

static void solve_gap(Aligner *al, Gap g, int level) {
    const ptrdiff_t p = g.a1 - g.a0, q = g.b1 - g.b0;
    if (p == 0 || q == 0) return;
    if ((p == 1 && q == 1) || is_affordable(al, g)) solve_exactly(al, g);
    else if (level < LEVELS) solve_by_proposals(al, g, level);
}

void pair_gap(Aligner *al, Gap gap) { solve_gap(al, gap, 0); }
