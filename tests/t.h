/* t: the test harness. A test is a function run by T_RUN and is one line of TAP; each T_CHECK
 * inside that does not hold is shown with its place, fails the test, and lets it go on. main ends
 * with `return t_end();`.
 *
 * Programs run from the project's root. Randomness comes from t_random(), seeded by the
 * environment's T_SEED (1 if there is none), which is printed, so each failure can be had again. */
#ifndef PARAPH_T_H
#define PARAPH_T_H

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/base.h"

static struct {
    int count, failed;
    bool test_failed;
    const char *skipped; /* why, or NULL */
    uint64_t random;
} t_state;

static inline void t_start(void) {
    if (t_state.random) return;
    setvbuf(stdout, NULL, _IOLBF, 0);
    const char *seed = getenv("T_SEED");
    t_state.random = seed ? strtoull(seed, NULL, 10) : 1;
    printf("# seed %" PRIu64 "\n", t_state.random);
    t_state.random = t_state.random * UINT64_C(0x9e3779b97f4a7c15) + 1;
}

static inline void t_run(void (*test)(void), const char *name) {
    t_start();
    t_state.test_failed = false;
    t_state.skipped = NULL;
    test();
    t_state.count++;
    t_state.failed += t_state.test_failed;
    printf("%sok %d - %s", t_state.test_failed ? "not " : "", t_state.count, name);
    if (t_state.skipped && !t_state.test_failed) printf(" # SKIP %s", t_state.skipped);
    printf("\n");
}

#define T_RUN(test) t_run((test), #test)

static inline int t_end(void) {
    printf("1..%d\n", t_state.count);
    return t_state.failed > 0;
}

/* The test that calls this returns next and counts as skipped. */
static inline void t_skip(const char *why) { t_state.skipped = why; }

static inline bool t_check(bool holds, const char *what, const char *file, int line) {
    if (holds) return true;
    printf("# %s:%d: %s\n", file, line, what);
    t_state.test_failed = true;
    return false;
}

static inline bool t_equal_int(int64_t is, int64_t want, const char *what, const char *file,
                               int line) {
    if (is == want) return true;
    printf("# %s:%d: %s is %" PRId64 ", not %" PRId64 "\n", file, line, what, is, want);
    t_state.test_failed = true;
    return false;
}

static inline bool t_equal_str(Str is, Str want, const char *what, const char *file, int line) {
    if (str_equal(is, want)) return true;
    printf("# %s:%d: %s is\n#   [%.*s]\n# not\n#   [%.*s]\n", file, line, what, (int)is.len,
           is.ptr ? is.ptr : "", (int)want.len, want.ptr ? want.ptr : "");
    t_state.test_failed = true;
    return false;
}

/* Each is an expression: true when it holds, so that a test can `if (!T_CHECK(...)) return;`. */
#define T_CHECK(cond) t_check((cond), #cond, __FILE__, __LINE__)
#define T_EQ_INT(is, want) t_equal_int((int64_t)(is), (int64_t)(want), #is, __FILE__, __LINE__)
#define T_EQ_STR(is, want) t_equal_str((is), (want), #is, __FILE__, __LINE__)
/* A call that ends in `bool`, with the error it fills: shows the message when it is false. */
#define T_OK(call, err)                                                                            \
    (t_check((call), #call, __FILE__, __LINE__) ||                                                 \
     (printf("#   %s: %s\n", (err)->part, (err)->message), false))

/* ---- randomness ---- */

static inline uint64_t t_random(void) { /* xorshift64* */
    t_start();
    uint64_t x = t_state.random;
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    t_state.random = x;
    return x * UINT64_C(0x2545f4914f6cdd1d);
}

/* 0 .. below - 1 */
static inline ptrdiff_t t_random_below(ptrdiff_t below) {
    return (ptrdiff_t)(t_random() % (uint64_t)below);
}

/* ---- files ---- */

/* The folder of shared test material beside the project, or NULL, in which case the test should
 * t_skip("no ../shared here"). */
static inline const char *t_shared(void) {
    struct stat info;
    return stat("../shared/corpus", &info) == 0 ? "../shared" : NULL;
}

/* The whole file in the arena; ptr is NULL when it cannot be read. */
static inline Str t_read_file(Arena *a, const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file) return (Str){NULL, 0};
    Buf b = buf_new(a);
    buf_reserve(&b, 1);
    size_t got;
    do {
        buf_reserve(&b, 64 * 1024);
        got = fread(b.ptr + b.len, 1, 64 * 1024, file);
        b.len += (ptrdiff_t)got;
    } while (got > 0);
    fclose(file);
    return buf_str(&b);
}

/* ---- memory ---- */

typedef struct TGuarded {
    void (*test)(Arena *a);
    Arena *arena;
} TGuarded;

static inline bool t_guarded(void *ctx, PxErr *err) {
    (void)err;
    const TGuarded *g = ctx;
    g->test(g->arena);
    return true;
}

/* Runs test with an arena of 1 GB, under a guard. */
static inline void t_with_arena(void (*test)(Arena *a)) {
    Arena *a = arena_open((ptrdiff_t)1 << 30);
    PxErr err = {0};
    TGuarded g = {test, a};
    T_OK(arena_guard(a, t_guarded, &g, &err), &err);
    arena_close(a);
}

/* Runs work again and again, with the first, second, third ... allocation failing, until it gets
 * through. Each failed run must end in PX_ERR_SYSTEM; the sanitizer watches for leaks. Past the
 * 200th the steps widen. Returns what the run that got through returned. */
typedef struct TFault {
    bool (*work)(void *ctx, Arena *a, PxErr *err);
    void *ctx;
    Arena *arena;
} TFault;

static inline bool t_fault_once(void *ctx, PxErr *err) {
    const TFault *f = ctx;
    return f->work(f->ctx, f->arena, err);
}

static inline bool t_fault_loop(bool (*work)(void *ctx, Arena *a, PxErr *err), void *ctx) {
    for (ptrdiff_t n = 0;; n += n < 200 ? 1 : n / 8) {
        Arena *a = arena_open((ptrdiff_t)1 << 30);
        PxErr err = {0};
        TFault f = {work, ctx, a};
        arena_fail_after(a, n, true);
        const bool done = arena_guard(a, t_fault_once, &f, &err);
        arena_close(a);
        if (done || err.kind != PX_ERR_SYSTEM) {
            t_check(n > 0, "the first allocation was seen to fail", __FILE__, __LINE__);
            if (!done) printf("# fault loop, %td: %s: %s\n", n, err.part, err.message);
            return done;
        }
    }
}

#endif
