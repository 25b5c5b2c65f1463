/* What the fuzz targets share: the bytes, an arena of its own for each input, and what may come of
 * it: the work done, or no room for it. */
#ifndef PARAPH_FUZZ_TARGET_H
#define PARAPH_FUZZ_TARGET_H

#include "base/base.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

typedef struct Case {
    Arena *arena;
    Str bytes;
} Case;

/* run's ctx: a Case. */
static inline int fuzz_one(bool (*run)(void *ctx, PxErr *err), ptrdiff_t megabytes,
                           const uint8_t *bytes, size_t len) {
    Arena *a = arena_open(megabytes << 20);
    if (!a) return 0;
    PxErr err = {0};
    Case c = {a, {(const char *)bytes, (ptrdiff_t)len}};
    check(arena_guard(a, run, &c, &err) || err.kind == PX_ERR_LIMIT);
    arena_close(a);
    return 0;
}

#endif
