/* needs: base */
/* Tests of base through its door. */
#include "t.h"

/* ---- arena ---- */

static void test_alloc_zeroed_and_aligned(Arena *a) {
    for (int i = 0; i < 3000; i++) {
        const ptrdiff_t size = 1 + t_random_below(i % 100 == 0 ? 200000 : 300);
        unsigned char *p = arena_alloc(a, 1, size);
        T_EQ_INT((uintptr_t)p % 16, 0);
        bool zero = true;
        for (ptrdiff_t k = 0; k < size; k++) zero = zero && p[k] == 0;
        T_CHECK(zero);
        memset(p, 0xAB, (size_t)size);
        (void)arena_str(a, S("odd"));
    }
}

static void test_alloc(void) { t_with_arena(test_alloc_zeroed_and_aligned); }

typedef struct Eater {
    Arena *arena;
    ptrdiff_t count, size, given;
} Eater;

static bool eat(void *ctx, PxErr *err) {
    (void)err;
    Eater *e = ctx;
    for (ptrdiff_t i = 0; i < e->count; i++) {
        memset(arena_alloc_raw(e->arena, e->size), 1, (size_t)e->size);
        e->given++;
    }
    return true;
}

static void test_budget(void) {
    const ptrdiff_t sizes[] = {1, 100, 5000, 70000, 300000};
    for (int i = 0; i < 5; i++) {
        Arena *a = arena_open(1 << 20);
        PxErr err = {0};
        Eater e = {a, (1 << 20) / sizes[i] + 1, sizes[i], 0};
        T_CHECK(!arena_guard(a, eat, &e, &err));
        T_EQ_INT(err.kind, PX_ERR_LIMIT);
        T_EQ_STR(str_from_z(err.message), S("the work needs more than its budget of 1 MB"));
        T_CHECK(arena_peak(a) <= 1 << 20);
        T_CHECK(e.given > 0);
        arena_close(a);
    }
}

static bool ask_too_much(void *ctx, PxErr *err) {
    (void)err;
    memset(arena_alloc(ctx, PTRDIFF_MAX / 2, 3), 1, 1);
    return true;
}

static bool ask_everything(void *ctx, PxErr *err) {
    (void)err;
    memset(arena_alloc(ctx, 1, PTRDIFF_MAX), 1, 1);
    return true;
}

static void test_overflow_is_limit(void) {
    Arena *a = arena_open(PTRDIFF_MAX);
    PxErr err = {0};
    T_CHECK(!arena_guard(a, ask_too_much, a, &err));
    T_EQ_INT(err.kind, PX_ERR_LIMIT);
    T_CHECK(!arena_guard(a, ask_everything, a, &err));
    T_EQ_INT(err.kind, PX_ERR_LIMIT);
    arena_close(a);
}

static bool use_child(void *ctx, PxErr *err) {
    (void)err;
    Arena *root = ctx;
    for (int i = 0; i < 50; i++) { /* 50 x 100 kB in a budget of 1 MB: each must come back */
        Arena *child = arena_child(root);
        Arena *grandchild = arena_child(child);
        memset(arena_alloc_raw(child, 100000), 1, 100000);
        memset(arena_alloc_raw(grandchild, 100000), 1, 100000);
        if (i % 2) arena_close(grandchild); /* else it goes with its parent */
        arena_close(child);
    }
    return true;
}

static void test_child_gives_back(void) {
    Arena *a = arena_open(1 << 20);
    PxErr err = {0};
    T_OK(arena_guard(a, use_child, a, &err), &err);
    T_CHECK(arena_peak(a) >= 200000);
    arena_close(a);
}

static bool rewind_often(void *ctx, PxErr *err) {
    (void)err;
    Arena *a = ctx;
    char *kept = arena_alloc_raw(a, 10);
    memcpy(kept, "0123456789", 10);
    for (int i = 0; i < 200; i++) {
        const ArenaMark mark = arena_mark(a);
        for (int k = 0; k < 20; k++) {
            const ptrdiff_t size = 1 + t_random_below(k % 7 == 0 ? 40000 : 500);
            memset(arena_alloc_raw(a, size), 0xEE, (size_t)size);
        }
        arena_rewind(a, mark);
    }
    const char *next = arena_alloc(a, 1, 64);
    for (int k = 0; k < 64; k++) T_EQ_INT(next[k], 0);
    T_EQ_STR(((Str){kept, 10}), S("0123456789"));
    return true;
}

static void test_rewind(void) {
    Arena *a = arena_open(1 << 20);
    PxErr err = {0};
    T_OK(arena_guard(a, rewind_often, a, &err), &err);
    arena_close(a);
}

/* ---- deferred closers ---- */

static char order[16];

static void note(void *ctx) {
    const size_t len = strlen(order);
    order[len] = *(const char *)ctx;
    order[len + 1] = '\0';
}

static bool defer_some(void *ctx, PxErr *err) {
    Arena *a = ctx;
    arena_defer(a, note, "a");
    Arena *child = arena_child(a);
    arena_defer(child, note, "b");
    arena_defer(a, note, "c");
    arena_defer(child, note, "d");
    return fail(err, PX_ERR_INPUT, S("part"), 7, "wrong");
}

static void test_defer_reverse(void) {
    order[0] = '\0';
    Arena *a = arena_open(1 << 20);
    PxErr err = {0};
    T_CHECK(!arena_guard(a, defer_some, a, &err));
    T_EQ_STR(str_from_z(order), S(""));
    arena_close(a);
    T_EQ_STR(str_from_z(order), S("cdba"));
    T_EQ_INT(err.at, 7);
    T_EQ_STR(str_from_z(err.part), S("part"));
}

static bool defer_in_vain(void *ctx, PxErr *err) {
    (void)err;
    Arena *a = ctx;
    arena_defer(a, note, "1");
    arena_fail_after(a, 0, true);
    arena_defer(a, note, "2"); /* cannot be recorded: runs at once, then control leaves */
    arena_defer(a, note, "3");
    return true;
}

static void test_defer_without_memory(void) {
    order[0] = '\0';
    Arena *a = arena_open(1 << 20);
    PxErr err = {0};
    T_CHECK(!arena_guard(a, defer_in_vain, a, &err));
    T_EQ_INT(err.kind, PX_ERR_SYSTEM);
    T_EQ_STR(str_from_z(order), S("2"));
    arena_close(a);
    T_EQ_STR(str_from_z(order), S("21"));
}

static bool build_things(void *ctx, Arena *a, PxErr *err) {
    (void)err;
    order[0] = '\0';
    Arena *child = arena_child(a);
    arena_defer(a, note, "x");
    Buf b = buf_new(child);
    for (int i = 0; i < 100; i++) buf_format(&b, "%d,", i);
    Map m = map_new(a);
    for (uint64_t i = 1; i < 100; i++) map_put(&m, i, i);
    *(ptrdiff_t *)ctx = b.len + m.count;
    return true;
}

static void test_fault_loop(void) {
    ptrdiff_t result = 0;
    T_CHECK(t_fault_loop(build_things, &result));
    T_EQ_INT(result, 290 + 99);
    T_EQ_STR(str_from_z(order), S("x"));
}

/* A switch without forever fails once; the next guard gets through. */
static void test_fail_once(void) {
    Arena *a = arena_open(1 << 20);
    PxErr err = {0};
    Eater e = {a, 10, 10, 0};
    arena_fail_after(a, 4, false);
    T_CHECK(!arena_guard(a, eat, &e, &err));
    T_EQ_INT(e.given, 4);
    T_EQ_STR(str_from_z(err.message), S("the system has no more memory"));
    T_OK(arena_guard(a, eat, &e, &err), &err);
    T_EQ_INT(e.given, 14);
    arena_close(a);
}

static void test_grow_keeps_old(Arena *a) {
    ptrdiff_t cap = 0;
    int *items = NULL;
    const int *first = NULL;
    const void *last = NULL;
    for (int i = 0; i < 100000; i++) {
        items = arena_grow(a, items, i, &cap, i + 1, (ptrdiff_t)sizeof *items);
        T_CHECK(cap > i);
        for (ptrdiff_t k = i; i % 1000 == 0 && k < cap; k++) T_CHECK(items[k] == 0);
        items[i] = i;
        if (i == 3) first = items;
        if (i % 777 == 0) last = arena_alloc_raw(a, 1 + i % 5); /* so that not all grow in place */
    }
    for (int i = 0; i < 100000; i++) {
        if (!T_EQ_INT(items[i], i)) break;
    }
    T_EQ_INT(first[3], 3);
    T_CHECK(last != NULL);
}

static void test_grow(void) { t_with_arena(test_grow_keeps_old); }

/* ---- strings and buffers ---- */

static void test_str(void) {
    T_CHECK(str_compare(S("a"), S("b")) < 0);
    T_CHECK(str_compare(S("ab"), S("a")) > 0);
    T_CHECK(str_compare(S("a\xff"), S("a\x01")) > 0);
    T_EQ_INT(str_compare(S(""), (Str){NULL, 0}), 0);
    T_CHECK(str_equal_fold(S("[Content_Types].XML"), S("[content_types].xml")));
    T_CHECK(!str_equal_fold(S("["), S("{")));
    T_CHECK(str_starts(S("word/x"), S("word/")) && !str_starts(S("wor"), S("word")));
    T_CHECK(str_ends(S("a.rels"), S(".rels")) && !str_ends(S("s"), S(".rels")));
    T_EQ_INT(str_find(S("aabaab"), S("ab")), 1);
    T_EQ_INT(str_find(S("aaaab"), S("aab")), 2);
    T_EQ_INT(str_find(S("abc"), S("abcd")), -1);
    T_EQ_INT(str_find(S("abc"), S("x")), -1);
    T_EQ_INT(str_find(S("abc"), S("")), 0);
    T_EQ_INT(str_find_last(S("a/b/c"), '/'), 3);
    T_EQ_INT(str_find_last(S("abc"), '/'), -1);
    T_EQ_STR(str_trim(S(" \t\r\n x y \v\f")), S("x y"));
    T_EQ_STR(str_trim(S("  ")), S(""));
    T_EQ_STR(str_slice(S("abcdef"), 2, 4), S("cd"));
    T_EQ_INT(str_from_z(NULL).len, 0);
}

static void test_str_to_int(void) {
    int64_t n = 0;
    T_CHECK(str_to_int(S("-9223372036854775808"), &n) && n == INT64_MIN);
    T_CHECK(str_to_int(S("9223372036854775807"), &n) && n == INT64_MAX);
    T_CHECK(str_to_int(S("+007"), &n) && n == 7);
    const char *const bad[] = {"",
                               "+",
                               "-",
                               "1 ",
                               " 1",
                               "0x1",
                               "9223372036854775808",
                               "-9223372036854775809",
                               "99999999999999999999999"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        T_CHECK(!str_to_int(str_from_z(bad[i]), &n));
    }
    T_EQ_INT(n, 7);
}

static void test_buf_in(Arena *a) {
    Buf b = buf_new(a);
    buf_int(&b, INT64_MIN);
    buf_byte(&b, ' ');
    buf_int(&b, 0);
    buf_add(&b, S(" "));
    buf_add(&b, (Str){NULL, 0});
    buf_format(&b, "%d-%s", 12, "x");
    T_EQ_STR(buf_str(&b), S("-9223372036854775808 0 12-x"));
    T_EQ_STR(arena_format(a, "%05d", 42), S("00042"));
    const Str copy = arena_str(a, S("copy"));
    T_EQ_INT(copy.ptr[copy.len], 0);
    Buf big = buf_new(a);
    for (int i = 0; i < 300000; i++) buf_byte(&big, (char)('a' + i % 26));
    bool right = big.len == 300000;
    for (int i = 0; right && i < 300000; i++) right = big.ptr[i] == 'a' + i % 26;
    T_CHECK(right);
}

static void test_buf(void) { t_with_arena(test_buf_in); }

/* ---- errors ---- */

static void test_fail_cuts_whole(void) {
    PxErr err = {0};
    char part[300];
    for (int i = 0; i < 300; i += 3) memcpy(part + i, "\xe2\x82\xac", 3); /* the euro sign */
    T_CHECK(!fail(&err, PX_ERR_INPUT, (Str){part, 300}, 5, "%.*s", 300, part));
    T_EQ_INT(strlen(err.part), 126);
    T_EQ_INT(strlen(err.message), 255);
    T_CHECK(utf8_valid(str_from_z(err.part), NULL));
    fail(&err, PX_ERR_INPUT, (Str){part, 126}, 5, "x%.*s", 299, part);
    T_EQ_INT(strlen(err.part), 126);
    T_EQ_INT(strlen(err.message), 253);
    T_CHECK(utf8_valid(str_from_z(err.message), NULL));
    T_CHECK(!fail(NULL, PX_ERR_INPUT, S(""), 0, "nobody listens"));
}

/* ---- hashing ---- */

/* The authors' vectors for the key 00..0f and inputs of 0, 1 and 15 bytes 00 01 02 ... */
static void test_siphash_vectors(void) {
    HashKey key;
    unsigned char bytes[16];
    for (int i = 0; i < 16; i++) bytes[i] = (unsigned char)i;
    memcpy(key.k, bytes, sizeof key.k);
    const struct {
        ptrdiff_t len;
        unsigned char want[17];
    } vectors[] = {
        {0, "\xa3\x81\x7f\x04\xba\x25\xa8\xe6\x6d\xf6\x72\x14\xc7\x55\x02\x93"},
        {1, "\xda\x87\xc1\xd8\x6b\x99\xaf\x44\x34\x76\x59\x11\x9b\x22\xfc\x45"},
        {15, "\x54\x93\xe9\x99\x33\xb0\xa8\x11\x7e\x08\xec\x0f\x97\xcf\xc3\xd9"},
    };
    for (int i = 0; i < 3; i++) {
        const Hash h = hash_of(key, (Str){(const char *)bytes, vectors[i].len});
        T_CHECK(memcmp(&h, vectors[i].want, 16) == 0);
    }
}

static void test_hash_in_pieces(void) {
    const HashKey key = {{1, 2}};
    char text[200];
    for (int i = 0; i < 200; i++) text[i] = (char)t_random();
    for (int round = 0; round < 500; round++) {
        const ptrdiff_t len = t_random_below(201);
        Hasher h;
        hash_start(&h, key);
        for (ptrdiff_t at = 0; at < len;) {
            if (len - at >= 8 && t_random_below(3) == 0) {
                uint64_t word = 0;
                for (int k = 7; k >= 0; k--) word = word << 8 | (unsigned char)text[at + k];
                hash_u64(&h, word);
                at += 8;
            } else {
                const ptrdiff_t step = 1 + t_random_below(len - at);
                hash_bytes(&h, text + at, step);
                at += step;
            }
        }
        T_CHECK(hash_equal(hash_end(&h), hash_of(key, (Str){text, len})));
    }
    T_CHECK(!hash_equal(hash_of((HashKey){{1, 3}}, S("a")), hash_of(key, S("a"))));
}

static void test_hash_str_delimits(void) {
    Hasher h, g;
    hash_start(&h, (HashKey){{0, 0}});
    hash_start(&g, (HashKey){{0, 0}});
    hash_str(&h, S("ab")), hash_str(&h, S("c"));
    hash_str(&g, S("a")), hash_str(&g, S("bc"));
    T_CHECK(!hash_equal(hash_end(&h), hash_end(&g)));
    T_CHECK(hash_fast(S("")) != 0);
    T_CHECK(hash_fast(S("")) != hash_fast(S("\0")));
    T_CHECK(hash_fast(S("12345678")) != hash_fast(S("12345678\0")));
}

static void test_map_in(Arena *a) {
    Map m = map_new(a);
    uint64_t value = 0;
    T_CHECK(!map_find(&m, 5, &value));
    for (uint64_t i = 1; i <= 20000; i++) map_put(&m, i * UINT64_C(0x100000000), i);
    for (uint64_t i = 1; i <= 20000; i += 2) map_put(&m, i * UINT64_C(0x100000000), i + 1);
    T_EQ_INT(m.count, 20000);
    bool right = true;
    for (uint64_t i = 1; i <= 20000; i++) {
        right = right && map_find(&m, i * UINT64_C(0x100000000), &value) && value == i + i % 2;
    }
    T_CHECK(right);
    T_CHECK(map_find(&m, UINT64_C(0x100000000), NULL));
    T_CHECK(!map_find(&m, 77, NULL));
    T_CHECK(!map_find(&m, 0, NULL));
}

static void test_map(void) { t_with_arena(test_map_in); }

/* ---- UTF-8 ---- */

static void test_utf8_refuses(void) {
    const struct {
        Str text;
        ptrdiff_t at;
    } bad[] = {
        {S("abc\x80"), 3},
        {S("\xc0\xaf"), 0},
        {S("\xc1\xbf"), 0},
        {S("\xe0\x9f\xbf"), 0},
        {S("x\xed\xa0\x80"), 1},
        {S("\xf0\x8f\xbf\xbf"), 0},
        {S("\xf4\x90\x80\x80"), 0},
        {S("\xf5\x80\x80\x80"), 0},
        {S("\xff"), 0},
        {S("12345678\xe2\x82"), 8},
        {S("\xe2\x28\xa1"), 0},
        {S("\xf0\x9f\x98"), 0},
        {S("\xc3\xa9\xc3\xa9z\xc3"), 5},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ptrdiff_t at = -1;
        T_CHECK(!utf8_valid(bad[i].text, &at));
        T_EQ_INT(at, bad[i].at);
    }
}

static void test_utf8_all(Arena *a) {
    Buf b = buf_new(a);
    ptrdiff_t count = 0;
    for (uint32_t c = 0; c <= 0x10FFFF; c++) {
        if (c >= 0xD800 && c <= 0xDFFF) continue;
        utf8_put(&b, c);
        count++;
    }
    const Str all = buf_str(&b);
    T_CHECK(utf8_valid(all, NULL));
    T_EQ_INT(utf8_count(all), count);
    ptrdiff_t at = 0;
    for (uint32_t c = 0; c <= 0x10FFFF; c++) {
        if (c >= 0xD800 && c <= 0xDFFF) continue;
        if (utf8_next(all, &at) != c) {
            T_EQ_INT(c, -1);
            break;
        }
    }
    T_EQ_INT(at, all.len);
}

static void test_utf8_round(void) { t_with_arena(test_utf8_all); }

int main(void) {
    T_RUN(test_alloc);
    T_RUN(test_budget);
    T_RUN(test_overflow_is_limit);
    T_RUN(test_child_gives_back);
    T_RUN(test_rewind);
    T_RUN(test_defer_reverse);
    T_RUN(test_defer_without_memory);
    T_RUN(test_fault_loop);
    T_RUN(test_fail_once);
    T_RUN(test_grow);
    T_RUN(test_str);
    T_RUN(test_str_to_int);
    T_RUN(test_buf);
    T_RUN(test_fail_cuts_whole);
    T_RUN(test_siphash_vectors);
    T_RUN(test_hash_in_pieces);
    T_RUN(test_hash_str_delimits);
    T_RUN(test_map);
    T_RUN(test_utf8_refuses);
    T_RUN(test_utf8_round);
    return t_end();
}
