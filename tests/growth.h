/* growth: that time grows with size, not with its square. The processor's time is taken, the best
 * of five, at a size and at eight times the size. */
#ifndef PARAPH_GROWTH_H
#define PARAPH_GROWTH_H

#include <time.h>

#include "t.h"

/* Prepares a case of size n in the arena; what it returns is handed to Run. */
typedef void *(*GrowthMake)(Arena *a, ptrdiff_t n);
typedef void (*GrowthRun)(Arena *a, void *made);

static inline double growth_seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static inline double growth_time(Arena *a, GrowthMake make, GrowthRun run, ptrdiff_t n) {
    const ArenaMark mark = arena_mark(a);
    void *made = make(a, n);
    double best = 1e9;
    for (int i = 0; i < 5; i++) {
        const ArenaMark inner = arena_mark(a);
        const double start = growth_seconds();
        run(a, made);
        const double taken = growth_seconds() - start;
        if (taken < best) best = taken;
        arena_rewind(a, inner);
    }
    arena_rewind(a, mark);
    return best;
}

/* Eight times the size takes at most 28 times as long (64 were quadratic); times below a tenth of a
 * millisecond say nothing. */
static inline void growth_check(Arena *a, const char *what, GrowthMake make, GrowthRun run,
                                ptrdiff_t n) {
    const double one = growth_time(a, make, run, n), eight = growth_time(a, make, run, 8 * n);
    printf("# %s: %td in %.2f ms, %td in %.2f ms\n", what, n, one * 1e3, 8 * n, eight * 1e3);
    T_CHECK(eight <= 28 * (one > 1e-4 ? one : 1e-4));
}

#endif
