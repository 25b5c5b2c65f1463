/* blocks: the alignment of two stories (docs/alignment.md, 2). Blocks that stand unchanged on
 * both sides are matched by their hashes; what lies between is paired by likeness; what is left
 * over may have moved. */
#include "diff/int.h"

enum {
    WEAK_WORDS = 3, /* an unchanged block with fewer is no reason to keep others apart */
    WEAK_RUN = 2,
    MERGED_CELLS = 400, /* pairs in the gap that giving it up may make */
    BUDGET = 1 << 23    /* features compared one by one, at least */
};

static int32_t weigh_block(void *ctx, ptrdiff_t i) {
    const ptrdiff_t count = block_text(ctx, 0, i)->count;
    return (int32_t)(count < 100000 ? count + 1 : 100000);
}

static int32_t *match_hashes(Aligner *al) {
    const DiffBlocks *in = al->in;
    int32_t *map = arena_alloc_raw(al->arena, in->n * (ptrdiff_t)sizeof *map);
    uint64_t *x = arena_alloc_raw(al->arena, in->n * (ptrdiff_t)sizeof *x);
    uint64_t *y = arena_alloc_raw(al->arena, in->m * (ptrdiff_t)sizeof *y);
    for (ptrdiff_t i = 0; i < in->n; i++) x[i] = in->a[i].hash;
    for (ptrdiff_t j = 0; j < in->m; j++) y[j] = in->b[j].hash;
    match_keys(al->arena, x, in->n, y, in->m, 0, weigh_block, al, map);
    return map;
}

/* ---- islands of almost nothing ---- */

static bool is_weak_run(Aligner *al, ptrdiff_t from, ptrdiff_t to) {
    if (to - from > WEAK_RUN) return false;
    for (ptrdiff_t i = from; i < to; i++)
        if (al->in->a[i].kind != 0 || block_text(al, 0, i)->count >= WEAK_WORDS) return false;
    return true;
}

/* An empty paragraph that was matched can keep apart a paragraph before it and the same one,
 * edited, behind it: where the gaps around it do not fit each other, it becomes part of them. */
static void dissolve_weak_runs(Aligner *al, int32_t *map) {
    const ptrdiff_t n = al->in->n, m = al->in->m;
    ptrdiff_t a0 = 0, b0 = 0; /* where the gap before the run begins */
    for (ptrdiff_t i = 0; i < n;) {
        if (map[i] < 0) {
            i++;
            continue;
        }
        const ptrdiff_t j = map[i];
        ptrdiff_t end = i + 1;
        while (end < n && map[end] == map[end - 1] + 1) end++;
        ptrdiff_t a1 = end;
        while (a1 < n && map[a1] < 0) a1++;
        const ptrdiff_t b1 = a1 < n ? map[a1] : m, b_end = j + end - i;
        const ptrdiff_t p = i - a0, q = j - b0, p_after = a1 - end, q_after = b1 - b_end;
        const bool crossing = (p > 0 && q_after > 0) || (q > 0 && p_after > 0);
        const bool fits = p == q && p_after == q_after;
        if (crossing && !fits && (a1 - a0) * (b1 - b0) <= MERGED_CELLS && is_weak_run(al, i, end)) {
            for (ptrdiff_t k = i; k < end; k++) map[k] = -1;
        } else {
            a0 = end;
            b0 = b_end;
        }
        i = end;
    }
}

/* ---- what stands elsewhere ---- */

enum { SEVERAL = -1 };

static void note_hash(Map *map, uint64_t hash, ptrdiff_t at) {
    if (hash == 0) return;
    const bool known = map_find(map, hash, NULL);
    map_put(map, hash, (uint64_t)(known ? SEVERAL : at));
}

/* A block that stands unchanged somewhere else has moved, and is not to be mistaken for a
 * neighbour, edited. */
static void take_moved(Aligner *al, const int32_t *map) {
    const DiffBlocks *in = al->in;
    Map hashes[2] = {map_new(al->arena), map_new(al->arena)};
    ptrdiff_t j = 0;
    for (ptrdiff_t i = 0; i < in->n; i++) {
        if (map[i] < 0) {
            note_hash(&hashes[0], in->a[i].hash, i);
            continue;
        }
        for (; j < map[i]; j++) note_hash(&hashes[1], in->b[j].hash, j);
        j++;
    }
    for (; j < in->m; j++) note_hash(&hashes[1], in->b[j].hash, j);
    if (hashes[0].count == 0 || hashes[1].count == 0) return;
    for (ptrdiff_t i = 0; i < in->n; i++) {
        uint64_t here, there;
        if (map[i] >= 0 || in->a[i].kind > 1 || !map_find(&hashes[0], in->a[i].hash, &here) ||
            !map_find(&hashes[1], in->a[i].hash, &there) || here == (uint64_t)SEVERAL ||
            there == (uint64_t)SEVERAL)
            continue;
        if (block_text(al, 0, i)->count < MOVED_WORDS) continue;
        al->texts[0][i].taken = al->texts[1][there].taken = true;
    }
}

/* ---- groups and segments ---- */

static void pair_all(Aligner *al, const int32_t *map) {
    const ptrdiff_t n = al->in->n;
    Gap g = {0, 0, 0, 0};
    for (ptrdiff_t i = 0; i <= n;) {
        if (i < n && map[i] < 0) {
            i++;
            continue;
        }
        g.a1 = i;
        g.b1 = i < n ? map[i] : al->in->m;
        pair_gap(al, g);
        if (i == n) break;
        const ptrdiff_t from = i;
        while (i < n && map[i] == map[from] + (i - from)) i++;
        groups_add(al, (Group){from, i - from, map[from], i - from, true, false});
        g.a0 = i;
        g.b0 = map[from] + i - from;
    }
}

static bool all_paragraphs(const DiffBlock *blocks, ptrdiff_t from, ptrdiff_t to) {
    for (ptrdiff_t i = from; i < to; i++)
        if (blocks[i].kind != 0) return false;
    return true;
}

/* Makes the last blocks of both sides one group: by themselves where both are left over, else as
 * part of the group that one of them is in, as far as paragraphs only lie between. */
static void join_tails(Aligner *al) {
    const DiffBlocks *in = al->in;
    if (in->n == 0 || in->m == 0 || in->a[in->n - 1].kind != 0 || in->b[in->m - 1].kind != 0)
        return;
    Groups *groups = &al->groups;
    const Group lasts = {in->n - 1, 1, in->m - 1, 1, is_same_block(in, in->n - 1, in->m - 1),
                         false};
    if (groups->count == 0) {
        groups_add(al, lasts);
        return;
    }
    Group *g = &groups->items[groups->count - 1];
    const ptrdiff_t a_end = g->a + g->a_count, b_end = g->b + g->b_count;
    g->weak = false;
    if (a_end == in->n && b_end == in->m) return;
    if (a_end < in->n && b_end < in->m) {
        groups_add(al, lasts);
        return;
    }
    Group last = *g;
    if (g->equal) last = (Group){a_end - 1, 1, b_end - 1, 1, false, false};
    g->a_count -= last.a_count;
    g->b_count -= last.b_count;
    if (g->a_count == 0) groups->count--;
    last.a_count = in->n - last.a;
    last.b_count = in->m - last.b;
    if (!all_paragraphs(in->a, last.a, in->n) || !all_paragraphs(in->b, last.b, in->m))
        last = lasts;
    groups_add(al, last);
}

static void add_segment(DiffAlignment *out, DiffSegment s) {
    if (s.a_count == 0 && s.b_count == 0) return;
    DiffSegment *before = out->count ? &out->segments[out->count - 1] : NULL;
    if (before && s.kind == DIFF_EQUAL && before->kind == DIFF_EQUAL) {
        before->a_count += s.a_count;
        before->b_count += s.b_count;
    } else {
        out->segments[out->count++] = s;
    }
}

static void write_segments(const Aligner *al, DiffAlignment *out) {
    const Groups *groups = &al->groups;
    out->segments = NEW_ARRAY(al->arena, DiffSegment, 3 * groups->count + 2);
    out->count = 0;
    ptrdiff_t a = 0, b = 0;
    for (ptrdiff_t k = 0; k <= groups->count; k++) {
        const Group g = k < groups->count ? groups->items[k]
                                          : (Group){al->in->n, 0, al->in->m, 0, false, false};
        add_segment(out, (DiffSegment){DIFF_DELETE, a, g.a - a, b, 0});
        add_segment(out, (DiffSegment){DIFF_INSERT, g.a, 0, b, g.b - b});
        add_segment(
            out, (DiffSegment){g.equal ? DIFF_EQUAL : DIFF_EDIT, g.a, g.a_count, g.b, g.b_count});
        a = g.a + g.a_count;
        b = g.b + g.b_count;
    }
}

void diff_blocks(Arena *a, const DiffBlocks *in, DiffAlignment *out) {
    check(in->n + in->m < INT32_MAX / 4);
    Aligner al = {
        .arena = a, .in = in, .bag = {.arena = a}, .budget = BUDGET + 256 * (in->n + in->m)};
    al.texts[0] = NEW_ARRAY(a, BlockText, in->n);
    al.texts[1] = NEW_ARRAY(a, BlockText, in->m);
    int32_t *map = match_hashes(&al);
    dissolve_weak_runs(&al, map);
    take_moved(&al, map);
    pair_all(&al, map);
    if (in->tail_fixed) join_tails(&al);
    find_moves(&al, out);
    write_segments(&al, out);
}
