/* needs: base diff */
/* Matching of keys against slow and simple versions, the laws of word alignment on random texts,
 * and growth with size. How redlines read is for test_redline.c. */
#include "diff/diff.h"
#include "growth.h"
#include "t.h"

/* ---- keys ---- */

static ptrdiff_t longest_common(Arena *a, const uint64_t *x, ptrdiff_t n, const uint64_t *y,
                                ptrdiff_t m) {
    ptrdiff_t *row = NEW_ARRAY(a, ptrdiff_t, m + 1);
    for (ptrdiff_t i = 1; i <= n; i++) {
        ptrdiff_t diagonal = 0;
        for (ptrdiff_t j = 1; j <= m; j++) {
            const ptrdiff_t above = row[j];
            if (x[i - 1] == y[j - 1]) row[j] = diagonal + 1;
            else if (row[j - 1] > row[j]) row[j] = row[j - 1];
            diagonal = above;
        }
    }
    return row[m];
}

static uint64_t *random_keys(Arena *a, ptrdiff_t n, ptrdiff_t kinds) {
    uint64_t *keys = NEW_ARRAY(a, uint64_t, n);
    for (ptrdiff_t i = 0; i < n; i++) keys[i] = (uint64_t)t_random_below(kinds);
    return keys;
}

/* Some of keys left out, some put in. */
static uint64_t *edited_keys(Arena *a, const uint64_t *keys, ptrdiff_t n, ptrdiff_t kinds,
                             ptrdiff_t one_in, ptrdiff_t *count) {
    uint64_t *out = NEW_ARRAY(a, uint64_t, 2 * n + 1);
    *count = 0;
    for (ptrdiff_t i = 0; i < n; i++) {
        const ptrdiff_t what = t_random_below(3 * one_in);
        if (what != 0) out[(*count)++] = keys[i];
        if (what == 1) out[(*count)++] = (uint64_t)t_random_below(kinds);
        if (what == 2) out[*count - 1] = (uint64_t)t_random_below(kinds);
    }
    return out;
}

/* The sum of the lengths; checks that matches rise, are equal and maximal. */
static ptrdiff_t check_matches(const uint64_t *x, ptrdiff_t n, const uint64_t *y, ptrdiff_t m,
                               const DiffMatch *matches, ptrdiff_t count) {
    ptrdiff_t sum = 0, x_at = 0, y_at = 0;
    bool holds = true;
    for (ptrdiff_t k = 0; k < count; k++) {
        const DiffMatch d = matches[k];
        holds = holds && d.len > 0 && d.a >= x_at && d.b >= y_at && d.a + d.len <= n &&
                d.b + d.len <= m;
        holds = holds && (k == 0 || d.a > x_at || d.b > y_at);
        for (ptrdiff_t i = 0; holds && i < d.len; i++) holds = x[d.a + i] == y[d.b + i];
        x_at = d.a + d.len;
        y_at = d.b + d.len;
        sum += d.len;
    }
    T_CHECK(holds);
    return sum;
}

static void keys_are_longest(Arena *a) {
    for (int round = 0; round < 600; round++) {
        const ArenaMark mark = arena_mark(a);
        const ptrdiff_t n = t_random_below(120), kinds = 1 + t_random_below(40);
        ptrdiff_t m = t_random_below(120);
        const uint64_t *x = random_keys(a, n, kinds);
        const uint64_t *y =
            round % 2 ? random_keys(a, m, kinds) : edited_keys(a, x, n, kinds, 6, &m);
        DiffMatch *matches;
        const ptrdiff_t count = diff_keys(a, x, n, y, m, 0, &matches);
        const ptrdiff_t sum = check_matches(x, n, y, m, matches, count);
        const ptrdiff_t longest = longest_common(a, x, n, y, m);
        T_CHECK(sum <= longest);
        T_EQ_INT(sum, longest);
        arena_rewind(a, mark);
    }
}

/* Past the trial search anchors decide, and the answer need not be the longest. */
static void long_keys_are_near_longest(Arena *a) {
    for (int round = 0; round < 12; round++) {
        const ArenaMark mark = arena_mark(a);
        const ptrdiff_t n = 3000, kinds = 200 << round % 5;
        ptrdiff_t m;
        const uint64_t *x = random_keys(a, n, kinds);
        const uint64_t *y = edited_keys(a, x, n, kinds, 2 + round / 4, &m);
        DiffMatch *matches;
        const ptrdiff_t count = diff_keys(a, x, n, y, m, 0, &matches);
        const ptrdiff_t sum = check_matches(x, n, y, m, matches, count);
        const ptrdiff_t longest = longest_common(a, x, n, y, m);
        if (!T_CHECK(sum * 100 >= longest * 95))
            printf("# %td of %td, %td kinds\n", sum, longest, kinds);
        arena_rewind(a, mark);
    }
}

static void test_long_keys_are_near_longest(void) { t_with_arena(long_keys_are_near_longest); }

static void test_keys_are_longest(void) { t_with_arena(keys_are_longest); }

static void keys_equal_many_times(Arena *a) {
    const ptrdiff_t n = 10000, removed = 50;
    uint64_t *x = NEW_ARRAY(a, uint64_t, n);
    for (ptrdiff_t i = 0; i < n; i++) x[i] = 7;
    DiffMatch *matches;
    T_EQ_INT(diff_keys(a, x, n, x, n - removed, 0, &matches), 1);
    T_EQ_INT(matches[0].len, n - removed);
    uint64_t *y = NEW_ARRAY(a, uint64_t, n); /* and with others strewn in */
    memcpy(y, x, (size_t)n * sizeof *y);
    for (ptrdiff_t i = 0; i < n; i += 300) x[i] = 1000 + (uint64_t)i, y[i] = 9000 + (uint64_t)i;
    const ptrdiff_t count = diff_keys(a, x, n, y, n - removed, 0, &matches);
    T_EQ_INT(check_matches(x, n, y, n - removed, matches, count), n - 34 - removed);
    for (ptrdiff_t i = 0; i < n; i++) x[i] = (uint64_t)i % 2, y[i] = (uint64_t)i % 3 / 2;
    const ptrdiff_t hard = diff_keys(a, x, n, y, n, 0, &matches);
    T_CHECK(check_matches(x, n, y, n, matches, hard) > n / 2);
}

static void test_keys_equal_many_times(void) { t_with_arena(keys_equal_many_times); }

static void keys_keep_to_a_budget(Arena *a) {
    const ptrdiff_t n = 3000;
    const uint64_t *x = random_keys(a, n, 50), *y = random_keys(a, n, 50);
    DiffMatch *rich, *poor;
    const ptrdiff_t r = diff_keys(a, x, n, y, n, INT64_C(1) << 40, &rich);
    const ptrdiff_t p = diff_keys(a, x, n, y, n, 1, &poor);
    const ptrdiff_t most = check_matches(x, n, y, n, rich, r),
                    some = check_matches(x, n, y, n, poor, p);
    T_CHECK(most >= some);
    T_CHECK(some * 3 > most);
}

static void test_keys_keep_to_a_budget(void) { t_with_arena(keys_keep_to_a_budget); }

/* ---- words ---- */

/* Sequences of words with spaces, punctuation, atoms and marks. */
static DiffWord *random_text(Arena *a, ptrdiff_t words, ptrdiff_t vocabulary, ptrdiff_t *count) {
    DiffWord *t = NEW_ARRAY(a, DiffWord, 2 * words + 2);
    ptrdiff_t n = 0;
    for (ptrdiff_t i = 0; i < words; i++) {
        const uint64_t key = 100 + (uint64_t)t_random_below(vocabulary);
        const ptrdiff_t what = t_random_below(40);
        t[n++] = (DiffWord){key, 1 + (int32_t)(key * 7 % 11), DIFF_WORD, 0};
        if (what == 0) t[n++] = (DiffWord){3, 1, DIFF_MARK, 0};
        else if (what < 5) t[n++] = (DiffWord){4 + (uint64_t)what % 2, 1, DIFF_PUNCTUATION, 0};
        else if (what == 5) t[n++] = (DiffWord){6, 1, DIFF_ATOM, 0};
        else t[n++] = (DiffWord){2, 1, DIFF_SPACE, 0};
    }
    t[n++] = (DiffWord){3, 1, DIFF_MARK, 0};
    *count = n;
    return t;
}

static DiffWord *edited_text(Arena *a, const DiffWord *x, ptrdiff_t n, ptrdiff_t vocabulary,
                             ptrdiff_t one_in, ptrdiff_t *count) {
    DiffWord *y = NEW_ARRAY(a, DiffWord, 3 * n + 1);
    *count = 0;
    for (ptrdiff_t i = 0; i < n; i++) {
        const ptrdiff_t what = i + 1 < n ? t_random_below(3 * one_in) : 3;
        const DiffWord fresh = {100 + (uint64_t)t_random_below(2 * vocabulary), 5, DIFF_WORD, 0};
        if (what == 0) continue;
        if (what == 1) {
            y[(*count)++] = fresh;
            y[(*count)++] = (DiffWord){2, 1, DIFF_SPACE, 0};
        }
        y[(*count)++] = what == 2 ? fresh : x[i];
    }
    return y;
}

static void check_map(const DiffWord *x, ptrdiff_t n, const DiffWord *y, ptrdiff_t m, bool fixed,
                      const int32_t *map) {
    ptrdiff_t at = -1;
    bool holds = true;
    for (ptrdiff_t i = 0; i < n; i++) {
        if (map[i] < 0) continue;
        holds = holds && map[i] > at && map[i] < m && x[i].key == y[map[i]].key &&
                x[i].kind == y[map[i]].kind;
        at = map[i];
    }
    T_CHECK(holds);
    if (fixed) T_EQ_INT(map[n - 1], m - 1);
}

static void maps_are_sound(Arena *a) {
    for (int round = 0; round < 1500; round++) {
        const ArenaMark mark = arena_mark(a);
        const ptrdiff_t vocabulary = 2 + t_random_below(60);
        ptrdiff_t n, m;
        const DiffWord *x = random_text(a, t_random_below(round % 7 ? 60 : 300), vocabulary, &n);
        const DiffWord *y = round % 3 ? edited_text(a, x, n, vocabulary, 1 + t_random_below(12), &m)
                                      : random_text(a, t_random_below(60), vocabulary, &m);
        int32_t *map = NEW_ARRAY(a, int32_t, n), *again = NEW_ARRAY(a, int32_t, n);
        const bool fixed = round % 2;
        diff_words(a, x, n, y, m, fixed, map);
        check_map(x, n, y, m, fixed, map);
        diff_words(a, x, n, y, m, fixed, again);
        T_CHECK(memcmp(map, again, (size_t)n * sizeof *map) == 0);
        diff_words(a, x, n, x, n, fixed, map);
        bool same = true;
        for (ptrdiff_t i = 0; i < n; i++) same = same && map[i] == i;
        T_CHECK(same);
        arena_rewind(a, mark);
    }
}

static void test_maps_are_sound(void) { t_with_arena(maps_are_sound); }

static void small_changes_stay_small(Arena *a) {
    for (int round = 0; round < 300; round++) {
        const ArenaMark mark = arena_mark(a);
        ptrdiff_t n;
        const DiffWord *x = random_text(a, 30 + t_random_below(60), 70, &n);
        DiffWord *y = NEW_ARRAY(a, DiffWord, n);
        memcpy(y, x, (size_t)n * sizeof *y);
        ptrdiff_t changed = 0;
        for (ptrdiff_t i = 0; i < n; i += 12 + t_random_below(30))
            if (y[i].kind == DIFF_WORD) y[i].key += 1000, changed++;
        int32_t *map = NEW_ARRAY(a, int32_t, n);
        diff_words(a, x, n, y, n, true, map);
        ptrdiff_t lost = 0;
        for (ptrdiff_t i = 0; i < n; i++) lost += map[i] < 0;
        T_EQ_INT(lost, changed);
        arena_rewind(a, mark);
    }
}

static void test_small_changes_stay_small(void) { t_with_arena(small_changes_stay_small); }

static void marks_match(Arena *a) {
    const DiffWord mark = {3, 1, DIFF_MARK, 0}, section = {4, 1, DIFF_MARK, 0},
                   one = {10, 5, DIFF_WORD, 0}, two = {11, 5, DIFF_WORD, 0};
    int32_t map[3];
    diff_words(a, (DiffWord[]){one, mark}, 2, (DiffWord[]){two, mark}, 2, false, map);
    T_EQ_INT(map[0], -1);
    T_EQ_INT(map[1], 1);
    diff_words(a, (DiffWord[]){one, mark}, 2, (DiffWord[]){two, section}, 2, false, map);
    T_EQ_INT(map[1], -1); /* keys differ */
    diff_words(a, (DiffWord[]){one, mark}, 2, (DiffWord[]){mark, two}, 2, false, map);
    T_EQ_INT(map[1], 0);
    diff_words(a, (DiffWord[]){one, mark}, 2, (DiffWord[]){one, mark, mark}, 3, true, map);
    T_EQ_INT(map[1], 2);
    diff_words(a, (DiffWord[]){one}, 1, NULL, 0, false, map);
    T_EQ_INT(map[0], -1);
    diff_words(a, NULL, 0, (DiffWord[]){one}, 1, false, map);
}

static void test_marks_match(void) { t_with_arena(marks_match); }

/* ---- growth ---- */

typedef struct Pair {
    DiffWord *x, *y;
    ptrdiff_t n, m;
} Pair;

static void run_words(Arena *a, void *made) {
    const Pair *p = made;
    int32_t *map = NEW_ARRAY(a, int32_t, p->n);
    diff_words(a, p->x, p->n, p->y, p->m, true, map);
}

static void *make_long_edited(Arena *a, ptrdiff_t n) {
    Pair *p = NEW(a, Pair);
    p->x = random_text(a, n, 2000, &p->n);
    p->y = edited_text(a, p->x, p->n, 2000, 200, &p->m);
    return p;
}

static void *make_long_rewritten(Arena *a, ptrdiff_t n) {
    Pair *p = NEW(a, Pair);
    p->x = random_text(a, n, 2000, &p->n);
    p->y = random_text(a, n, 2000, &p->m);
    return p;
}

static void *make_long_halved(Arena *a, ptrdiff_t n) {
    Pair *p = NEW(a, Pair);
    p->x = random_text(a, n, 200, &p->n);
    p->y = edited_text(a, p->x, p->n, 200, 2, &p->m);
    return p;
}

static void *make_long_equal(Arena *a, ptrdiff_t n) { /* two words again and again */
    Pair *p = NEW(a, Pair);
    p->x = random_text(a, n, 2, &p->n);
    p->y = random_text(a, n, 2, &p->m);
    return p;
}

static void grows_with_size(Arena *a) {
    growth_check(a, "1 in 100 edited", make_long_edited, run_words, 2500);
    growth_check(a, "unrelated", make_long_rewritten, run_words, 2500);
    growth_check(a, "half edited", make_long_halved, run_words, 2500);
    growth_check(a, "two words only", make_long_equal, run_words, 2500);
}

static void test_grows_with_size(void) { t_with_arena(grows_with_size); }

int main(void) {
    T_RUN(test_keys_are_longest);
    T_RUN(test_long_keys_are_near_longest);
    T_RUN(test_keys_equal_many_times);
    T_RUN(test_keys_keep_to_a_budget);
    T_RUN(test_maps_are_sound);
    T_RUN(test_small_changes_stay_small);
    T_RUN(test_marks_match);
    T_RUN(test_grows_with_size);
    return t_end();
}
