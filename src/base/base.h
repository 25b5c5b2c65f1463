/* base: memory, strings, buffers, errors, hashing, UTF-8. No operating system.
 *
 * Memory: everything lives in an Arena and nothing is freed alone. An allocation never returns
 * NULL: when the budget or the system is exhausted, control jumps to the arena_guard() that
 * encloses the work, which returns PX_ERR_LIMIT or PX_ERR_SYSTEM. Arenas opened with arena_child()
 * share their root's guard and budget.
 */
#ifndef PARAPH_BASE_H
#define PARAPH_BASE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "paraph.h"

/* ---- errors ---- */

/* Fills *err (may be NULL) and returns false. part: name of the package part or file, empty when
 * none; at: byte offset in it, or -1. The message is one sentence: what and where; truncated to
 * fit. */
bool fail(PxErr *err, PxErrKind kind, PxStr part, ptrdiff_t at, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Ends the process with file and line when cond is false: for bugs, never for bad input. Stays on
 * in release. */
#define check(cond) ((cond) ? (void)0 : check_failed(#cond, __FILE__, __LINE__))
_Noreturn void check_failed(const char *cond, const char *file, int line);

/* ---- strings ---- */

typedef PxStr Str; /* {const char *ptr; ptrdiff_t len;}, not NUL-terminated */

#define S(literal) ((Str){"" literal, (ptrdiff_t)sizeof(literal) - 1})

static inline Str str_slice(Str s, ptrdiff_t from, ptrdiff_t to) {
    return (Str){from ? s.ptr + from : s.ptr, to - from}; /* an absent string may be sliced, too */
}
static inline bool str_equal(Str a, Str b) {
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, (size_t)a.len) == 0);
}
int str_compare(Str a, Str b);     /* bytewise; <0, 0, >0 */
bool str_equal_fold(Str a, Str b); /* ASCII case-insensitively */
bool str_starts(Str s, Str prefix);
bool str_ends(Str s, Str suffix);
ptrdiff_t str_find(Str s, Str needle);  /* byte index of the first occurrence, or -1 */
ptrdiff_t str_find_last(Str s, char c); /* byte index, or -1 */
Str str_trim(Str s);                    /* ASCII white space off both ends */
bool str_to_int(Str s, int64_t *out);   /* whole string, optional sign, no overflow */
Str str_from_z(const char *z);

/* ---- arena ---- */

typedef struct Arena Arena;
typedef struct ArenaMark {
    void *block;
    ptrdiff_t used;
    ptrdiff_t defers;
} ArenaMark;

/* A new root arena that may hold at most budget bytes; NULL when the system has no memory. Caller:
 * arena_close. */
Arena *arena_open(ptrdiff_t budget);
/* A new arena that shares root's budget and guard; its memory goes back to the budget at
 * arena_close, at the latest when parent closes. Never NULL. */
Arena *arena_child(Arena *parent);
void arena_close(Arena *a); /* runs deferred closers in reverse order; NULL is allowed */

/* count * size zeroed bytes, aligned for any type. Never NULL (see the head of this file). */
void *arena_alloc(Arena *a, ptrdiff_t count, ptrdiff_t size)
    __attribute__((returns_nonnull, warn_unused_result));
/* Same without the zeroing: for byte buffers that are filled at once. */
void *arena_alloc_raw(Arena *a, ptrdiff_t size)
    __attribute__((returns_nonnull, warn_unused_result));
#define NEW(arena, Type) ((Type *)arena_alloc((arena), 1, (ptrdiff_t)sizeof(Type)))
#define NEW_ARRAY(arena, Type, count)                                                              \
    ((Type *)arena_alloc((arena), (count), (ptrdiff_t)sizeof(Type)))
/* An array grown geometrically: *items holds *cap items of `size` bytes; afterwards at least need.
 * The old array stays in the arena (amortised cost at most twice the final size). Returns the new
 * array. */
void *arena_grow(Arena *a, void *items, ptrdiff_t count, ptrdiff_t *cap, ptrdiff_t need,
                 ptrdiff_t size) __attribute__((returns_nonnull, warn_unused_result));
Str arena_str(Arena *a, Str s); /* a copy, NUL-terminated behind its length */
Str arena_format(Arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

ArenaMark arena_mark(const Arena *a);
/* Everything allocated since mark is gone; not across arena_defer. */
void arena_rewind(Arena *a, ArenaMark mark);
void arena_defer(Arena *a, void (*close)(void *ctx), void *ctx);

/* Runs work(ctx, err); an exhausted budget inside ends in false with PX_ERR_LIMIT (or
 * PX_ERR_SYSTEM) in err. Guards of one root do not nest. */
bool arena_guard(Arena *root, bool (*work)(void *ctx, PxErr *err), void *ctx, PxErr *err);

/* Leaves for the guard with PX_ERR_SYSTEM: for memory that a library asked the system for in vain.
 */
_Noreturn void arena_no_memory(Arena *a);

ptrdiff_t arena_peak(const Arena *root); /* most bytes held at once by root and its children */
/* Test switch: after n more good allocations in this root, the next one (and every later one when
 * forever) fails as if the system had no memory; n < 0: off. */
void arena_fail_after(Arena *root, ptrdiff_t n, bool forever);

/* ---- buffer ---- */

typedef struct Buf {
    Arena *arena;
    char *ptr;
    ptrdiff_t len, cap;
} Buf;

static inline Buf buf_new(Arena *a) { return (Buf){a, NULL, 0, 0}; }
void buf_reserve(Buf *b, ptrdiff_t more); /* room for `more` bytes behind len */
void buf_add(Buf *b, Str s);
void buf_byte(Buf *b, char c);
void buf_int(Buf *b, int64_t n); /* decimal */
void buf_format(Buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
static inline Str buf_str(const Buf *b) { return (Str){b->ptr, b->len}; }

/* ---- hashing ---- */

/* 128 bits of SipHash-2-4 under a key the caller may choose. */
typedef struct Hash {
    uint64_t a, b;
} Hash;

typedef struct Hasher {
    uint64_t v[4];
    uint64_t tail;
    uint64_t total;
} Hasher;

typedef struct HashKey {
    uint64_t k[2];
} HashKey;

void hash_start(Hasher *h, HashKey key);
void hash_bytes(Hasher *h, const void *ptr, ptrdiff_t len);
void hash_str(Hasher *h, Str s); /* length, then bytes: ("ab","c") differs from ("a","bc") */
void hash_u64(Hasher *h, uint64_t n);
Hash hash_end(Hasher *h);
Hash hash_of(HashKey key, Str s);
static inline bool hash_equal(Hash a, Hash b) { return a.a == b.a && a.b == b.b; }
/* 64 bits, unkeyed, never 0: for tables whose keys no enemy chooses. */
uint64_t hash_fast(Str s);

/* Open-addressing map from uint64_t (not 0) to a value; grows in its arena. */
typedef struct Map {
    Arena *arena;
    uint64_t *keys;
    uint64_t *values;
    ptrdiff_t count, cap;
} Map;
Map map_new(Arena *a);
void map_put(Map *m, uint64_t key, uint64_t value);
bool map_find(const Map *m, uint64_t key, uint64_t *value); /* value may be NULL */

/* ---- sorting ---- */

/* Sorts indexes by compare(ctx, a, b), which is <0, 0 or >0; equal ones keep their order. Needs
 * room for as many again in a until it returns. (qsort allocates, and orders equals as it likes.)
 */
void sort_indexes(Arena *a, ptrdiff_t *indexes, ptrdiff_t count,
                  int (*compare)(const void *ctx, ptrdiff_t a, ptrdiff_t b), const void *ctx);

/* ---- UTF-8 ---- */

bool utf8_valid(Str s, ptrdiff_t *bad_at);
/* The code point at s[*at]; *at moves behind it. s is valid UTF-8. */
uint32_t utf8_next(Str s, ptrdiff_t *at);
void utf8_put(Buf *b, uint32_t code_point);
ptrdiff_t utf8_count(Str s); /* code points */

#endif
