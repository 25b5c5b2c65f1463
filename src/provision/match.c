/* match: which provision of the previous text a provision is.
 *
 * Equal forms are matched first, wherever they stand, so that what moved keeps its identity. What
 * is left lies in gaps between matched neighbours: within a gap provisions are paired in order by
 * the likeness of their words; then what is still open is paired by number, or by likeness
 * anywhere. */
#include "provision/provision.h"

enum { GAP_CELLS_MAX = 250000, LIKE_IN_GAP = 350, LIKE_NUMBER = 300, LIKE_ANYWHERE = 600 };

typedef struct Words {
    uint64_t *items; /* hashes, rising */
    ptrdiff_t count;
} Words;

typedef struct Match {
    Arena *a;
    const Provisions *before;
    Provisions *now;
    ptrdiff_t *taken; /* by provision of before: who has it, or -1 */
    Words *before_words, *now_words;
} Match;

/* ---- words ---- */

static int compare_words(const void *ctx, ptrdiff_t i, ptrdiff_t k) {
    const uint64_t *w = ctx;
    return w[i] < w[k] ? -1 : w[i] > w[k];
}

static Words words_of(Arena *a, Str text) {
    Words w = {NULL, 0};
    ptrdiff_t cap = 0;
    for (ptrdiff_t at = 0; at < text.len;) {
        ptrdiff_t end = at;
        while (end < text.len && (unsigned char)text.ptr[end] > ' ') end++;
        if (end > at) {
            w.items =
                arena_grow(a, w.items, w.count, &cap, w.count + 1, (ptrdiff_t)sizeof *w.items);
            w.items[w.count++] = hash_fast(str_slice(text, at, end));
        }
        at = end + 1;
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

static uint64_t form_key(Str form) { return hash_fast(form); }

/* Those of one form in the order they stand; of several, one of the same number first. */
static void match_equal(Match *m) {
    Map first = map_new(m->a);
    ptrdiff_t *next = NEW_ARRAY(m->a, ptrdiff_t, m->before->count);
    for (ptrdiff_t i = m->before->count - 1; i >= 0; i--) {
        uint64_t head = 0;
        const uint64_t key = form_key(m->before->items[i].form);
        next[i] = map_find(&first, key, &head) ? (ptrdiff_t)head - 1 : -1;
        map_put(&first, key, (uint64_t)i + 1);
    }
    for (int pass = 0; pass < 2; pass++) {
        for (ptrdiff_t i = 0; i < m->now->count; i++) {
            uint64_t head;
            const Provision *now = &m->now->items[i];
            if (now->previous >= 0 || !map_find(&first, form_key(now->form), &head)) continue;
            ptrdiff_t at = (ptrdiff_t)head - 1;
            int steps = 0; /* of many equal ones (empty rows), the first that fits will do */
            while (at >= 0 && steps < 64) {
                const Provision *before = &m->before->items[at];
                if (m->taken[at] < 0 && str_equal(before->form, now->form) &&
                    (pass || str_equal(before->number, now->number))) {
                    break;
                }
                at = next[at];
                steps++;
            }
            if (at < 0 || steps == 64) continue;
            pair(m, at, i);
            if (at == (ptrdiff_t)head - 1)
                map_put(&first, form_key(now->form), next[at] >= 0 ? (uint64_t)next[at] + 1 : head);
        }
    }
}

/* ---- gaps ---- */

/* The pairing in order of greatest likeness (dynamic programming over the gap). */
static void match_gap(Match *m, ptrdiff_t b, ptrdiff_t b_end, ptrdiff_t n, ptrdiff_t n_end) {
    const ptrdiff_t rows = b_end - b + 1, columns = n_end - n + 1;
    if (rows < 2 || columns < 2 || rows * columns > GAP_CELLS_MAX) return;
    int *best = NEW_ARRAY(m->a, int, rows *columns);
    for (ptrdiff_t i = rows - 2; i >= 0; i--) {
        for (ptrdiff_t k = columns - 2; k >= 0; k--) {
            const int down = best[(i + 1) * columns + k], right = best[i * columns + k + 1];
            int most = down > right ? down : right;
            const int alike = m->taken[b + i] < 0 && m->now->items[n + k].previous < 0
                                  ? like(m, b + i, n + k)
                                  : 0;
            const int both = alike >= LIKE_IN_GAP ? alike + best[(i + 1) * columns + k + 1] : 0;
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
}

/* A gap: from one provision matched in order to the next. */
static void match_gaps(Match *m) {
    ptrdiff_t b = 0, n = 0;
    for (ptrdiff_t i = 0; i <= m->now->count; i++) {
        const ptrdiff_t previous = i < m->now->count ? m->now->items[i].previous : m->before->count;
        if (previous < b) continue; /* open, or moved here from above */
        match_gap(m, b, previous, n, i);
        b = previous + 1;
        n = i + 1;
    }
}

/* ---- what is left ---- */

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
        if (m->taken[k] < 0 && like(m, k, i) >= LIKE_NUMBER) pair(m, k, i);
    }
}

static void match_anywhere(Match *m) {
    ptrdiff_t cells = 0;
    for (ptrdiff_t i = 0; i < m->now->count && cells < GAP_CELLS_MAX; i++) {
        ptrdiff_t best = -1;
        int most = LIKE_ANYWHERE - 1;
        if (m->now->items[i].previous >= 0) continue;
        for (ptrdiff_t k = 0; k < m->before->count && cells < GAP_CELLS_MAX; k++) {
            if (m->taken[k] >= 0) continue;
            const int alike = like(m, k, i);
            cells++;
            if (alike <= most) continue;
            most = alike;
            best = k;
        }
        if (best >= 0) pair(m, best, i);
    }
}

void provisions_match(Arena *a, const Provisions *before, Provisions *now) {
    Match m = {.a = a,
               .before = before,
               .now = now,
               .taken = NEW_ARRAY(a, ptrdiff_t, before->count),
               .before_words = NEW_ARRAY(a, Words, before->count),
               .now_words = NEW_ARRAY(a, Words, now->count)};
    for (ptrdiff_t i = 0; i < before->count; i++) m.taken[i] = -1;
    for (ptrdiff_t i = 0; i < now->count; i++) now->items[i].previous = -1;
    match_equal(&m);
    match_gaps(&m);
    match_numbers(&m);
    match_anywhere(&m);
}
