/* match: which provision of the previous text a provision is.
 *
 * Forms that stand once in each text are matched first, wherever they stand, so that what moved
 * keeps its identity; then what is much alike, in order in the gaps between what is matched in
 * order, then anywhere; then what is somewhat alike in the gaps. Headings wait, for all "Article N"
 * alone are alike: they follow what lies under them. What is left: equal forms beside what is
 * matched, the gaps again, the same number, likeness anywhere. */
#include "provision/provision.h"

enum {
    GAP_CELLS_MAX = 40000,
    LIKE_IN_GAP = 350,
    LIKE_HEADING = 300,
    LIKE_NUMBER = 300,
    LIKE_ANYWHERE = 600
};

typedef struct Words {
    uint64_t *items; /* hashes, rising */
    ptrdiff_t count;
} Words;

typedef struct Match {
    Arena *a, *scratch;
    const Provisions *before;
    Provisions *now;
    ptrdiff_t *taken; /* by provision of before: who has it, or -1 */
    Words *before_words, *now_words;
    bool *before_heads, *now_heads; /* something lies under it */
    bool leaves_only;               /* headings wait for what lies under them */
} Match;

/* ---- words ---- */

static int compare_words(const void *ctx, ptrdiff_t i, ptrdiff_t k) {
    const uint64_t *w = ctx;
    return w[i] < w[k] ? -1 : w[i] > w[k];
}

/* The end of the word at s[at]: up to white space; an ideograph is one. */
static ptrdiff_t word_end(Str s, ptrdiff_t at) {
    ptrdiff_t end = at;
    while (end < s.len && (unsigned char)s.ptr[end] > ' ') {
        ptrdiff_t next = end;
        if (utf8_next(s, &next) < 0x2e80) end = next;
        else return end > at ? end : next;
    }
    return end;
}

static Words words_of(Arena *a, Str text) {
    Words w = {NULL, 0};
    ptrdiff_t cap = 0;
    for (ptrdiff_t at = 0, end; at<text.len; at = end> at ? end : at + 1) {
        end = word_end(text, at);
        if (end == at) continue;
        w.items = arena_grow(a, w.items, w.count, &cap, w.count + 1, (ptrdiff_t)sizeof *w.items);
        w.items[w.count++] = hash_fast(str_slice(text, at, end));
    }
    ptrdiff_t *order = NEW_ARRAY(a, ptrdiff_t, w.count);
    uint64_t *sorted = NEW_ARRAY(a, uint64_t, w.count);
    for (ptrdiff_t i = 0; i < w.count; i++) order[i] = i;
    sort_indexes(a, order, w.count, compare_words, w.items);
    for (ptrdiff_t i = 0; i < w.count; i++) sorted[i] = w.items[order[i]];
    w.items = sorted;
    return w;
}

/* In thousandths: words in common, of the words of both. */
static int likeness(const Words *x, const Words *y) {
    ptrdiff_t common = 0, i = 0, k = 0;
    if (!x->count || !y->count) return x->count == y->count ? 1000 : 0;
    while (i < x->count && k < y->count) {
        if (x->items[i] < y->items[k]) i++;
        else if (x->items[i] > y->items[k]) k++;
        else common++, i++, k++;
    }
    return (int)(2000 * common / (x->count + y->count));
}

static int like(Match *m, ptrdiff_t before, ptrdiff_t now) {
    Words *x = &m->before_words[before], *y = &m->now_words[now];
    if (!x->items) *x = words_of(m->a, m->before->items[before].text);
    if (!y->items) *y = words_of(m->a, m->now->items[now].text);
    return likeness(x, y);
}

static void pair(Match *m, ptrdiff_t before, ptrdiff_t now) {
    m->taken[before] = now;
    m->now->items[now].previous = before;
}

/* ---- equal forms ---- */

typedef struct Count {
    ptrdiff_t before, now, at; /* at: the last of before */
} Count;

/* The place of a form among the counts: forms whose hashes meet are told apart when paired. */
static Count *count_of(Map *map, Count *counts, ptrdiff_t *used, Str form) {
    uint64_t at;
    const uint64_t key = hash_fast(form);
    if (!map_find(map, key, &at)) {
        at = (uint64_t)(*used)++;
        map_put(map, key, at);
    }
    return &counts[at];
}

static bool are_equal(const Match *m, ptrdiff_t before, ptrdiff_t now) {
    return str_equal(m->before->items[before].form, m->now->items[now].form);
}

static void match_unique(Match *m) {
    Map map = map_new(m->a);
    ptrdiff_t used = 0;
    Count *counts = NEW_ARRAY(m->a, Count, m->before->count + m->now->count);
    for (ptrdiff_t i = 0; i < m->before->count; i++) {
        Count *c = count_of(&map, counts, &used, m->before->items[i].form);
        c->before++;
        c->at = i;
    }
    for (ptrdiff_t i = 0; i < m->now->count; i++) {
        count_of(&map, counts, &used, m->now->items[i].form)->now++;
    }
    for (ptrdiff_t i = 0; i < m->now->count; i++) {
        const Count *c = count_of(&map, counts, &used, m->now->items[i].form);
        if (c->before == 1 && c->now == 1 && are_equal(m, c->at, i)) pair(m, c->at, i);
    }
}

static bool is_open(const Match *m, ptrdiff_t before, ptrdiff_t now) {
    return before >= 0 && before < m->before->count && now >= 0 && m->taken[before] < 0 &&
           m->now->items[now].previous < 0;
}

/* Both open, and both headings or neither. */
static bool may_pair(const Match *m, ptrdiff_t before, ptrdiff_t now) {
    return is_open(m, before, now) && m->before_heads[before] == m->now_heads[now] &&
           !(m->leaves_only && m->now_heads[now]);
}

/* Equal forms above and below what is matched, and from both ends of the texts. */
static void match_beside(Match *m) {
    const ptrdiff_t count = m->now->count;
    for (ptrdiff_t i = count - 1; i >= 0; i--) {
        const ptrdiff_t below = i + 1 < count ? m->now->items[i + 1].previous : m->before->count;
        if (below >= 0 && is_open(m, below - 1, i) && are_equal(m, below - 1, i))
            pair(m, below - 1, i);
    }
    for (ptrdiff_t i = 0; i < count; i++) {
        const ptrdiff_t above = i ? m->now->items[i - 1].previous : -1;
        if ((i == 0 || above >= 0) && is_open(m, above + 1, i) && are_equal(m, above + 1, i))
            pair(m, above + 1, i);
    }
}

/* ---- headings ---- */

typedef enum HeadingRule { HEADING_SAME, HEADING_EQUAL, HEADING_LIKE, HEADING_RULES } HeadingRule;

static bool heading_fits(Match *m, HeadingRule rule, ptrdiff_t before, ptrdiff_t now) {
    if (!is_open(m, before, now)) return false;
    switch (rule) {
    case HEADING_SAME:
        return are_equal(m, before, now) &&
               str_equal(m->before->items[before].number, m->now->items[now].number);
    case HEADING_EQUAL: return are_equal(m, before, now);
    case HEADING_LIKE: return like(m, before, now) >= LIKE_HEADING;
    case HEADING_RULES: break;
    }
    return false;
}

/* What lies under a provision says, by majority, which one it was; from the innermost outwards. */
static void match_headings(Match *m, HeadingRule rule) {
    ptrdiff_t *candidate = NEW_ARRAY(m->a, ptrdiff_t, m->now->count);
    ptrdiff_t *votes = NEW_ARRAY(m->a, ptrdiff_t, m->now->count);
    for (ptrdiff_t i = m->now->count - 1; i >= 0; i--) {
        const Provision *p = &m->now->items[i];
        if (votes[i] && heading_fits(m, rule, candidate[i], i)) pair(m, candidate[i], i);
        if (p->parent < 0 || p->previous < 0) continue;
        const ptrdiff_t above = m->before->items[p->previous].parent;
        if (above < 0) continue;
        if (!votes[p->parent]) candidate[p->parent] = above;
        votes[p->parent] += candidate[p->parent] == above ? 1 : -1;
    }
}

/* ---- gaps ---- */

/* The pairing in order of greatest likeness (dynamic programming over the gap). */
static void match_gap(Match *m, ptrdiff_t b, ptrdiff_t b_end, ptrdiff_t n, ptrdiff_t n_end,
                      int least) {
    const ptrdiff_t rows = b_end - b + 1, columns = n_end - n + 1;
    if (rows < 2 || columns < 2 || rows * columns > GAP_CELLS_MAX) return;
    const ArenaMark mark = arena_mark(m->scratch);
    int *best = NEW_ARRAY(m->scratch, int, rows *columns);
    for (ptrdiff_t i = rows - 2; i >= 0; i--) {
        for (ptrdiff_t k = columns - 2; k >= 0; k--) {
            const int down = best[(i + 1) * columns + k], right = best[i * columns + k + 1];
            int most = down > right ? down : right;
            const int alike = may_pair(m, b + i, n + k) ? like(m, b + i, n + k) : 0;
            const int both = alike >= least ? alike + best[(i + 1) * columns + k + 1] : 0;
            if (both > most) most = both;
            best[i * columns + k] = most;
        }
    }
    for (ptrdiff_t i = 0, k = 0; i < rows - 1 && k < columns - 1;) {
        const int here = best[i * columns + k];
        if (here == best[(i + 1) * columns + k]) i++;
        else if (here == best[i * columns + k + 1]) k++;
        else pair(m, b + i++, n + k++);
    }
    arena_rewind(m->scratch, mark);
}

/* Of what is matched, the longest part that stands in the same order in both texts; its length. */
static ptrdiff_t longest_in_order(const Match *m, ptrdiff_t *out) {
    const ptrdiff_t count = m->now->count;
    ptrdiff_t *ends = NEW_ARRAY(m->a, ptrdiff_t, count + 1); /* by length: the lowest last one */
    ptrdiff_t *before = NEW_ARRAY(m->a, ptrdiff_t, count + 1), length = 0;
    for (ptrdiff_t i = 0; i < count; i++) {
        const ptrdiff_t at = m->now->items[i].previous;
        ptrdiff_t low = 0, high = length;
        if (at < 0) continue;
        while (low < high) {
            const ptrdiff_t middle = (low + high) / 2;
            if (m->now->items[ends[middle]].previous < at) low = middle + 1;
            else high = middle;
        }
        before[i] = low ? ends[low - 1] : -1;
        ends[low] = i;
        if (low == length) length++;
    }
    ptrdiff_t i = length ? ends[length - 1] : -1;
    for (ptrdiff_t k = length - 1; k >= 0; k--) {
        out[k] = i;
        i = before[i];
    }
    return length;
}

/* least: the likeness that will do. */
static void match_gaps(Match *m, int least) {
    ptrdiff_t *fixed = NEW_ARRAY(m->a, ptrdiff_t, m->now->count), b = 0, n = 0;
    const ptrdiff_t count = longest_in_order(m, fixed);
    for (ptrdiff_t k = 0; k <= count; k++) {
        const ptrdiff_t n_end = k < count ? fixed[k] : m->now->count;
        const ptrdiff_t b_end = k < count ? m->now->items[fixed[k]].previous : m->before->count;
        match_gap(m, b, b_end, n, n_end, least);
        b = b_end + 1;
        n = n_end + 1;
    }
}

/* ---- what is left ---- */

/* Put in the place of the other: the same number, the same neighbours above and below. */
static bool is_in_place_of(const Match *m, ptrdiff_t before, ptrdiff_t now) {
    const Provision *items = m->now->items;
    const ptrdiff_t above = now ? items[now - 1].previous : -1;
    const ptrdiff_t below = now + 1 < m->now->count ? items[now + 1].previous : m->before->count;
    return above == before - 1 && below == before + 1;
}

static void match_numbers(Match *m) {
    Map by_number = map_new(m->a);
    for (ptrdiff_t i = m->before->count - 1; i >= 0; i--) {
        if (m->taken[i] >= 0 || !m->before->items[i].number.len) continue;
        map_put(&by_number, hash_fast(m->before->items[i].number), (uint64_t)i + 1);
    }
    for (ptrdiff_t i = 0; i < m->now->count; i++) {
        uint64_t at;
        const Provision *now = &m->now->items[i];
        if (now->previous >= 0 || !now->number.len) continue;
        if (!map_find(&by_number, hash_fast(now->number), &at)) continue;
        const ptrdiff_t k = (ptrdiff_t)at - 1;
        if (m->taken[k] >= 0) continue;
        if (is_in_place_of(m, k, i) || like(m, k, i) >= LIKE_NUMBER) pair(m, k, i);
    }
}

static void match_anywhere(Match *m) {
    ptrdiff_t *open = NEW_ARRAY(m->a, ptrdiff_t, m->before->count), count = 0, cells = 0;
    for (ptrdiff_t k = 0; k < m->before->count; k++) {
        if (m->taken[k] < 0) open[count++] = k;
    }
    for (ptrdiff_t i = 0; i < m->now->count && cells < GAP_CELLS_MAX; i++) {
        ptrdiff_t best = -1;
        int most = LIKE_ANYWHERE - 1;
        if (m->now->items[i].previous >= 0) continue;
        for (ptrdiff_t k = 0; k < count && cells < GAP_CELLS_MAX; k++, cells++) {
            const int alike = may_pair(m, open[k], i) ? like(m, open[k], i) : 0;
            if (alike <= most) continue;
            most = alike;
            best = open[k];
        }
        if (best >= 0) pair(m, best, i);
    }
}

static bool *heads_of(Arena *a, const Provisions *p) {
    bool *heads = NEW_ARRAY(a, bool, p->count);
    for (ptrdiff_t i = 0; i < p->count; i++) {
        if (p->items[i].parent >= 0) heads[p->items[i].parent] = true;
    }
    return heads;
}

void provisions_match(Arena *a, const Provisions *before, Provisions *now) {
    Match m = {.a = a,
               .scratch = arena_child(a),
               .before = before,
               .now = now,
               .taken = NEW_ARRAY(a, ptrdiff_t, before->count),
               .before_words = NEW_ARRAY(a, Words, before->count),
               .now_words = NEW_ARRAY(a, Words, now->count),
               .before_heads = heads_of(a, before),
               .now_heads = heads_of(a, now)};
    for (ptrdiff_t i = 0; i < before->count; i++) m.taken[i] = -1;
    for (ptrdiff_t i = 0; i < now->count; i++) now->items[i].previous = -1;
    match_unique(&m);
    m.leaves_only = true;
    match_gaps(&m, LIKE_ANYWHERE);
    match_anywhere(&m);
    match_gaps(&m, LIKE_IN_GAP);
    m.leaves_only = false;
    for (int rule = 0; rule < HEADING_RULES; rule++) match_headings(&m, (HeadingRule)rule);
    match_beside(&m);
    match_gaps(&m, LIKE_IN_GAP);
    match_numbers(&m);
    match_anywhere(&m);
}
