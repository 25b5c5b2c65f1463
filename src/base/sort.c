/* sort: a merge sort of indexes. Own, because qsort may ask the system for memory and its order of
 * equal items differs between libraries; the same bytes in must give the same bytes out. */
#include "base/base.h"

enum { RUN = 8 }; /* runs this short are sorted by insertion */

void sort_indexes(Arena *a, ptrdiff_t *indexes, ptrdiff_t count,
                  int (*compare)(const void *ctx, ptrdiff_t a, ptrdiff_t b), const void *ctx) {
    for (ptrdiff_t i = 0; i < count; i++) {
        const ptrdiff_t item = indexes[i];
        ptrdiff_t k = i;
        for (; k % RUN != 0 && compare(ctx, indexes[k - 1], item) > 0; k--) {
            indexes[k] = indexes[k - 1];
        }
        indexes[k] = item;
    }
    if (count <= RUN) return;
    const ArenaMark mark = arena_mark(a);
    ptrdiff_t *from = indexes;
    ptrdiff_t *to = arena_alloc_raw(a, count * (ptrdiff_t)sizeof *to);
    for (ptrdiff_t width = RUN; width < count; width *= 2) {
        for (ptrdiff_t start = 0; start < count; start += 2 * width) {
            const ptrdiff_t middle = start + width < count ? start + width : count;
            const ptrdiff_t end = middle + width < count ? middle + width : count;
            ptrdiff_t left = start, right = middle;
            for (ptrdiff_t at = start; at < end; at++) {
                const bool take_left =
                    left < middle && (right == end || compare(ctx, from[left], from[right]) <= 0);
                to[at] = take_left ? from[left++] : from[right++];
            }
        }
        ptrdiff_t *const done = to;
        to = from;
        from = done;
    }
    if (from != indexes) memcpy(indexes, from, (size_t)count * sizeof *from);
    arena_rewind(a, mark);
}
