/* words: the redline of two paragraphs (docs/alignment.md, 3).
 *
 * Ends in common are matched first, then the words between them; islands too light for the changes
 * around them are given up; at last the spaces and punctuation between words follow the words, and
 * changes slide to the boundaries a reader expects. */
#include "diff/int.h"

enum {
    LONG_ISLAND = 40, /* letters: an island of this size is never given up */
    ATOM_WORTH = 1000,
    CLAUSE_WORTH = 4,
    SLIDE = 256, /* tokens a change may slide */
    FEW_WORDS = 4,
    KEPT_PERCENT = 30 /* what must stay, or all is replaced */
};

typedef struct Text {
    Arena *arena;
    const DiffWord *x, *y;
    int32_t *map;
    uint64_t enders[8]; /* punctuation that ends sentences here */
    int ender_count;
    bool has_marks; /* but the one that is matched at once */
} Text;

typedef struct Range {
    ptrdiff_t x0, x1, y0, y1;
} Range;

static bool is_separator(DiffWord w) {
    return w.kind == DIFF_SPACE || w.kind == DIFF_PUNCTUATION || w.kind == DIFF_MARK;
}

/* ---- islands ---- */

/* What stands between two islands, and an island with the change before it. */
typedef struct Change {
    ptrdiff_t deleted, inserted; /* letters */
} Change;

typedef struct Island {
    ptrdiff_t from, to; /* words of x */
    ptrdiff_t letters, worth;
    Change before;
} Island;

static ptrdiff_t letters_of(const Words *w, ptrdiff_t from, ptrdiff_t to) {
    ptrdiff_t letters = 0;
    for (ptrdiff_t i = from; i < to; i++) letters += w->size[i];
    return letters;
}

/* What words from..to of x are worth as an island: a word counts its letters, one that is longer
 * than "the" twice; each word more than one adds the interruption it spares, and so does the end of
 * a clause beside it. Ideographs count for little alone. */
static ptrdiff_t island_worth(const Words *x, const Words *y, const int32_t *map, ptrdiff_t from,
                              ptrdiff_t to) {
    ptrdiff_t worth = 0;
    for (ptrdiff_t i = from; i < to; i++) {
        if (x->atom[i]) return ATOM_WORTH;
        if (x->ideograph[i]) worth += i > from ? 5 : 1;
        else worth += (x->size[i] > SHORT_WORD ? 2 * x->size[i] : x->size[i]) + (i > from ? 3 : 0);
    }
    const ptrdiff_t next = map[to - 1] + 1;
    if (x->clause[from] && x->before[from] == y->before[map[from]]) worth += CLAUSE_WORTH;
    if (to < x->count && next < y->count && x->clause[to] && x->before[to] == y->before[next])
        worth += CLAUSE_WORTH;
    return worth;
}

/* How much of a change is replacement: what is only added, or only deleted, can be read over. */
static ptrdiff_t upheaval(Change c) {
    const ptrdiff_t less = c.deleted < c.inserted ? c.deleted : c.inserted;
    const ptrdiff_t more = c.deleted < c.inserted ? c.inserted : c.deleted;
    return less + (more - less) / 8;
}

static bool too_light(const Island *i, Change after) {
    const ptrdiff_t before = upheaval(i->before), behind = upheaval(after);
    if (i->letters >= LONG_ISLAND) return false;
    if (i->before.deleted + after.deleted == 0 || i->before.inserted + after.inserted == 0)
        return false;
    if (i->before.deleted + i->before.inserted == 0 || after.deleted + after.inserted == 0)
        return false;
    return i->worth < 2 || i->worth < (before < behind ? before : behind);
}

/* Unmatches islands that would only interrupt. Giving one up makes the changes beside it one, so
 * its neighbours are looked at again. */
static void give_up_islands(Arena *a, const Words *x, const Words *y, int32_t *map) {
    Island *kept = arena_alloc_raw(a, (x->count + 1) * (ptrdiff_t)sizeof *kept);
    ptrdiff_t count = 0, x_at = 0, y_at = 0;
    Change change = {0, 0};
    for (ptrdiff_t i = 0;;) {
        while (i < x->count && map[i] < 0) i++;
        const ptrdiff_t j = i < x->count ? map[i] : y->count;
        change.deleted += letters_of(x, x_at, i);
        change.inserted += letters_of(y, y_at, j);
        while (count > 0 && too_light(&kept[count - 1], change)) {
            const Island *top = &kept[--count];
            for (ptrdiff_t k = top->from; k < top->to; k++) map[k] = -1;
            change.deleted += top->letters + top->before.deleted;
            change.inserted += top->letters + top->before.inserted;
        }
        if (i == x->count) return;
        ptrdiff_t end = i + 1;
        while (end < x->count && map[end] == map[end - 1] + 1) end++;
        kept[count++] =
            (Island){i, end, letters_of(x, i, end), island_worth(x, y, map, i, end), change};
        change = (Change){0, 0};
        x_at = end;
        y_at = j + end - i;
        i = end;
    }
}

static void match_words(Text *t, Range r) {
    const Words x = words_of(t->arena, t->x, r.x1, r.x0, r.x1),
                y = words_of(t->arena, t->y, r.y1, r.y0, r.y1);
    if (x.count == 0 || y.count == 0) return;
    int32_t *map = arena_alloc_raw(t->arena, x.count * (ptrdiff_t)sizeof *map);
    match_keys(t->arena, x.keys, x.count, y.keys, y.count, 0, NULL, NULL, map);
    realign(t->arena, &x, &y, map);
    give_up_islands(t->arena, &x, &y, map);
    for (ptrdiff_t i = 0; i < x.count; i++)
        if (map[i] >= 0) t->map[x.at[i]] = y.at[map[i]];
}

/* ---- what stands between words ---- */

static bool same_separator(const Text *t, ptrdiff_t i, ptrdiff_t j) {
    return is_separator(t->x[i]) && t->x[i].key == t->y[j].key && t->x[i].kind == t->y[j].kind;
}

/* Spaces and punctuation next to a word that stays, stay: first behind it, then before the next
 * one. */
static Range match_edges(Text *t, Range g) {
    while (g.x0 < g.x1 && g.y0 < g.y1 && same_separator(t, g.x0, g.y0))
        t->map[g.x0++] = (int32_t)g.y0++;
    while (g.x0 < g.x1 && g.y0 < g.y1 && same_separator(t, g.x1 - 1, g.y1 - 1))
        t->map[--g.x1] = (int32_t)--g.y1;
    return g;
}

/* The first bracket of z[from..to) whose other one is not there, or `to`. */
static ptrdiff_t half_bracket(const DiffWord *z, ptrdiff_t from, ptrdiff_t to) {
    ptrdiff_t depth = 0, opened = to; /* the outermost one that is open */
    for (ptrdiff_t i = from; i < to; i++) {
        if (z[i].bracket > 0 && depth++ == 0) opened = i;
        if (z[i].bracket < 0 && depth-- == 0) return i;
        if (depth == 0) opened = to;
    }
    return opened;
}

/* "30 (thirty)" that becomes "60 (sixty)": a bracket stays where the other one of the pair does. */
static void match_brackets(Text *t, Range g) {
    while (g.x0 < g.x1 && g.y0 < g.y1) {
        const ptrdiff_t i = half_bracket(t->x, g.x0, g.x1), j = half_bracket(t->y, g.y0, g.y1);
        if (i == g.x1 || j == g.y1 || !same_separator(t, i, j)) return;
        t->map[i] = (int32_t)j;
        match_edges(t, (Range){g.x0, i, g.y0, j});
        g = match_edges(t, (Range){i + 1, g.x1, j + 1, g.y1});
    }
}

/* Marks within a change: the first with the first and so on, and the edges beside each; then
 * brackets. */
static void match_gap(Text *t, Range g) {
    g = match_edges(t, g);
    for (;;) {
        ptrdiff_t i = g.x0, j = g.y0;
        while (i < g.x1 && t->x[i].kind != DIFF_MARK) i++;
        while (j < g.y1 && (t->y[j].kind != DIFF_MARK || (i < g.x1 && t->y[j].key != t->x[i].key)))
            j++;
        if (i == g.x1 || j == g.y1) break;
        t->map[i] = (int32_t)j;
        match_brackets(t, match_edges(t, (Range){g.x0, i, g.y0, j}));
        g = match_edges(t, (Range){i + 1, g.x1, j + 1, g.y1});
    }
    match_brackets(t, g);
}

static void match_gaps(Text *t, Range r) {
    ptrdiff_t x0 = r.x0, y0 = r.y0;
    for (ptrdiff_t i = r.x0; i <= r.x1; i++) {
        if (i < r.x1 && t->map[i] < 0) continue;
        const ptrdiff_t j = i < r.x1 ? t->map[i] : r.y1;
        if (x0 < i && y0 < j) match_gap(t, (Range){x0, i, y0, j});
        x0 = i + 1;
        y0 = j + 1;
    }
}

/* Where a mark is matched, with `tail` matched separators before it and a gap before these that
 * holds another mark: the first of the two marks is taken instead, so that what is new, or gone, is
 * whole paragraphs behind the one that stays. i and j may be the end of the range, where the mark
 * is out of reach: then the separators alone go. */
static void advance_mark(Text *t, Range gap, ptrdiff_t i, ptrdiff_t j, ptrdiff_t tail, bool reach) {
    ptrdiff_t p = gap.x0, q = gap.y0;
    while (p < gap.x1 && (t->x[p].kind != DIFF_MARK || (reach && t->x[p].key != t->x[i].key))) p++;
    while (q < gap.y1 && (t->y[q].kind != DIFF_MARK || (reach && t->y[q].key != t->y[j].key))) q++;
    if ((p < gap.x1) == (q < gap.y1)) return;
    const ptrdiff_t x = q < gap.y1 ? i : p, y = q < gap.y1 ? q : j;
    ptrdiff_t same = 0;
    while (same < tail && x - same > gap.x0 && y - same > gap.y0 &&
           t->x[x - same - 1].key == t->y[y - same - 1].key)
        same++;
    if (!reach && same < tail) return;
    for (ptrdiff_t k = 1; k <= tail; k++) t->map[i - k] = -1;
    if (reach) t->map[i] = -1, t->map[x] = (int32_t)y;
    for (ptrdiff_t k = 1; k <= same; k++) t->map[x - k] = (int32_t)(y - k);
}

static void advance_marks(Text *t, Range r) {
    Range gap = {r.x0, r.x0, r.y0, r.y0}; /* the last one met */
    ptrdiff_t tail = 0;                   /* separators matched since */
    for (ptrdiff_t i = r.x0, j = r.y0; i <= r.x1; i++) {
        if (i < r.x1 && t->map[i] < 0) continue;
        const ptrdiff_t to = i < r.x1 ? t->map[i] : r.y1;
        if (j < to || (i > r.x0 && t->map[i - 1] < 0)) {
            ptrdiff_t x0 = i;
            while (x0 > r.x0 && t->map[x0 - 1] < 0) x0--;
            gap = (Range){x0, i, j, to};
            tail = 0;
        }
        const bool reach = i < r.x1;
        if (!reach || t->x[i].kind == DIFF_MARK) {
            if (gap.x0 < gap.x1 || gap.y0 < gap.y1) advance_mark(t, gap, i, to, tail, reach);
            gap = (Range){0, 0, 0, 0};
        } else if (is_separator(t->x[i])) {
            tail++;
        } else {
            gap = (Range){0, 0, 0, 0};
        }
        j = to + 1;
    }
}

/* ---- sliding ---- */

/* Returns how many marks there are. */
static ptrdiff_t note_enders(Text *t, const DiffWord *z, ptrdiff_t n) {
    ptrdiff_t marks = 0;
    for (ptrdiff_t i = 1; i <= n && t->ender_count < 8; i++) {
        if ((i < n && z[i].kind != DIFF_MARK) || z[i - 1].kind != DIFF_PUNCTUATION) continue;
        bool known = false;
        for (int k = 0; k < t->ender_count; k++) known = known || t->enders[k] == z[i - 1].key;
        if (!known) t->enders[t->ender_count++] = z[i - 1].key;
    }
    for (ptrdiff_t i = 0; i < n; i++) marks += z[i].kind == DIFF_MARK;
    return marks;
}

static bool is_ender(const Text *t, const DiffWord *z, ptrdiff_t i) {
    if (z[i].kind != DIFF_PUNCTUATION) return false;
    for (int k = 0; k < t->ender_count; k++)
        if (t->enders[k] == z[i].key) return true;
    return false;
}

/* How well a change of z[from..to) reads, the whole being z[low..high). */
static int boundary_score(const Text *t, const DiffWord *z, ptrdiff_t low, ptrdiff_t high,
                          ptrdiff_t from, ptrdiff_t to) {
    const bool at_start = from == low || z[from - 1].kind == DIFF_MARK;
    const bool at_end = to == high || z[to].kind == DIFF_MARK;
    const bool space_before = !at_start && z[from - 1].kind == DIFF_SPACE;
    const bool ends_space = z[to - 1].kind == DIFF_SPACE, begins_space = z[from].kind == DIFF_SPACE;
    const bool after_sentence = at_start || is_ender(t, z, from - 1) ||
                                (space_before && from - 2 >= low && is_ender(t, z, from - 2));
    const bool whole_sentence =
        is_ender(t, z, to - 1) || (ends_space && to - 2 >= from && is_ender(t, z, to - 2));
    if (at_start && z[to - 1].kind == DIFF_MARK) return 20;
    int score = after_sentence && whole_sentence ? 10 : 0;
    if ((at_start || space_before) && !begins_space && ends_space) {
        score += 6;
        if (to - 2 >= from && z[to - 2].kind == DIFF_PUNCTUATION &&
            (at_start || (from - 2 >= low && z[from - 2].kind == DIFF_PUNCTUATION)))
            score += 1;
    } else if (begins_space && !ends_space && (at_end || z[to].kind == DIFF_PUNCTUATION)) {
        score += 6;
    } else if (begins_space && !ends_space && z[to].kind == DIFF_SPACE) {
        score += 4;
    } else if (!begins_space && !ends_space) {
        if (!at_start && z[from - 1].kind == DIFF_PUNCTUATION && z[to - 1].kind == DIFF_PUNCTUATION)
            score += 5;
        else if (z[from].kind == DIFF_PUNCTUATION && (at_end || z[to].kind == DIFF_PUNCTUATION))
            score += 4;
        else if (at_start || z[from - 1].kind != DIFF_WORD) score += 2;
    }
    return score;
}

/* z[from..to) is only on one side; from_other is the other side's index of what stands behind it.
 * Returns how far to slide: to the left when negative. */
static ptrdiff_t best_slide(const Text *t, const DiffWord *z, Range whole, bool inserted,
                            ptrdiff_t from, ptrdiff_t to, ptrdiff_t other) {
    const ptrdiff_t low = inserted ? whole.y0 : whole.x0, high = inserted ? whole.y1 : whole.x1;
    const ptrdiff_t other_low = inserted ? whole.x0 : whole.y0,
                    other_high = inserted ? whole.x1 : whole.y1;
    ptrdiff_t best = 0;
    int best_score = boundary_score(t, z, low, high, from, to);
    for (int direction = -1; direction <= 1; direction += 2) {
        for (ptrdiff_t k = 1; k <= SLIDE; k++) {
            const ptrdiff_t i =
                direction < 0 ? other - k : other + k - 1; /* slides across this one */
            const ptrdiff_t out = direction < 0 ? from - k : to + k - 1;
            const ptrdiff_t in = direction < 0 ? to - k : from + k - 1;
            if (i < other_low || i >= other_high || out < low || out >= high) break;
            const ptrdiff_t partner = inserted ? t->map[i] : out;
            if (inserted ? partner != out : t->map[out] != i) break;
            if (z[in].key != z[out].key || z[in].kind != z[out].kind) break;
            const int score =
                boundary_score(t, z, low, high, from + direction * k, to + direction * k);
            if (score <= best_score) continue;
            best_score = score;
            best = direction * k;
        }
    }
    return best;
}

/* An insertion of y[y0..y1) before x[i], or a deletion of x[x0..i) before y[y1] when x0 < i. */
static void slide_change(Text *t, Range r, ptrdiff_t x0, ptrdiff_t i, ptrdiff_t y0, ptrdiff_t y1) {
    if (x0 == i) {
        const ptrdiff_t by = best_slide(t, t->y, r, true, y0, y1, i);
        for (ptrdiff_t k = 1; k <= -by; k++) t->map[i - k] = (int32_t)(y1 - k);
        for (ptrdiff_t k = 0; k < by; k++) t->map[i + k] = (int32_t)(y0 + k);
    } else {
        const ptrdiff_t by = best_slide(t, t->x, r, false, x0, i, y1);
        for (ptrdiff_t k = 1; k <= -by; k++) t->map[i - k] = (int32_t)(y1 - k), t->map[x0 - k] = -1;
        for (ptrdiff_t k = 0; k < by; k++) t->map[x0 + k] = (int32_t)(y1 + k), t->map[i + k] = -1;
    }
}

static void slide_changes(Text *t, Range r) {
    ptrdiff_t x0 = r.x0, y0 = r.y0;
    for (ptrdiff_t i = r.x0; i <= r.x1; i++) {
        if (i < r.x1 && t->map[i] < 0) continue;
        const ptrdiff_t j = i < r.x1 ? t->map[i] : r.y1;
        if ((x0 < i) != (y0 < j)) slide_change(t, r, x0, i, y0, j);
        while (i < r.x1 && t->map[i] < 0) i++; /* a deletion may have slid over i */
        x0 = i + 1;
        y0 = (i < r.x1 ? t->map[i] : r.y1) + 1;
    }
}

/* ---- the whole ---- */

static ptrdiff_t text_weight(DiffWord w) {
    return w.kind == DIFF_WORD || w.kind == DIFF_ATOM ? w.weight : 0;
}

/* Whether so little stays that the reader is better served with the old text and the new one. Not
 * so in a line of a few words, where each can be read by itself. */
static bool is_rewritten(const Text *t, Range r) {
    ptrdiff_t kept = 0, x = 0, y = 0, x_words = 0, y_words = 0;
    for (ptrdiff_t i = r.x0; i < r.x1; i++) {
        x += text_weight(t->x[i]);
        x_words += t->x[i].kind == DIFF_WORD;
        if (t->map[i] >= 0) kept += text_weight(t->x[i]);
    }
    for (ptrdiff_t j = r.y0; j < r.y1; j++) {
        y += text_weight(t->y[j]);
        y_words += t->y[j].kind == DIFF_WORD;
    }
    const ptrdiff_t less = x < y ? x : y;
    if (x_words <= FEW_WORDS && y_words <= FEW_WORDS) return false;
    return less > 0 && kept * 100 < less * KEPT_PERCENT;
}

static void match_range(Text *t, Range r) {
    Range inner = r;
    while (inner.x0 < inner.x1 && inner.y0 < inner.y1 && t->x[inner.x0].key == t->y[inner.y0].key)
        t->map[inner.x0++] = (int32_t)inner.y0++;
    while (inner.x0 < inner.x1 && inner.y0 < inner.y1 &&
           t->x[inner.x1 - 1].key == t->y[inner.y1 - 1].key)
        t->map[--inner.x1] = (int32_t)--inner.y1;
    if (inner.x0 < inner.x1 && inner.y0 < inner.y1) {
        match_words(t, inner);
        match_gaps(t, inner);
    }
    if (t->has_marks) advance_marks(t, r);
    if (is_rewritten(t, r)) {
        for (ptrdiff_t i = r.x0; i < r.x1; i++)
            if (t->x[i].kind != DIFF_MARK) t->map[i] = -1;
        return;
    }
    slide_changes(t, r);
}

static ptrdiff_t only_mark(const DiffWord *z, ptrdiff_t n) {
    ptrdiff_t found = -1;
    for (ptrdiff_t i = 0; i < n; i++) {
        if (z[i].kind != DIFF_MARK) continue;
        if (found >= 0) return -1;
        found = i;
    }
    return found;
}

void diff_words(Arena *a, const DiffWord *x, ptrdiff_t n, const DiffWord *y, ptrdiff_t m,
                bool fixed_last, int32_t *map) {
    check(n + m < INT32_MAX / 4);
    for (ptrdiff_t i = 0; i < n; i++) map[i] = -1;
    const ArenaMark mark = arena_mark(a);
    Text t = {.arena = a, .x = x, .y = y, .map = map};
    const ptrdiff_t marks = note_enders(&t, x, n) + note_enders(&t, y, m);
    ptrdiff_t i = only_mark(x, n), j = only_mark(y, m);
    if (fixed_last && n > 0 && m > 0 && x[n - 1].key == y[m - 1].key) i = n - 1, j = m - 1;
    if (i >= 0 && j >= 0 && x[i].key == y[j].key) {
        map[i] = (int32_t)j;
        t.has_marks = marks > 2;
        match_range(&t, (Range){0, i, 0, j});
        match_range(&t, (Range){i + 1, n, j + 1, m});
    } else {
        t.has_marks = marks > 0;
        match_range(&t, (Range){0, n, 0, m});
    }
    arena_rewind(a, mark);
}
