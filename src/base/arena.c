/* arena: the one allocator. An arena is a list of blocks; small objects are cut from the newest
 * bump block (64 kB, doubling to 1 MB), large ones get a block of their own, and all blocks go at
 * once. In checked builds (-DPARAPH_CHECKED) each object is a malloc of exactly its size, with its
 * bookkeeping elsewhere, so that the address sanitizer sees both of its edges.
 *
 * Exhaustion is not an error path of every caller: it jumps to the guard that encloses the work.
 * The setjmp below is the only one in the code. */
#include "base/base.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

enum { ALIGN = 16, FIRST_BLOCK = 64 * 1024, LAST_BLOCK = 1024 * 1024 };

typedef struct Block {
    struct Block *prev; /* the next older one */
    struct Block *bump; /* where small objects came from when this block was made */
    char *memory;
    ptrdiff_t room;    /* bytes at memory */
    ptrdiff_t charged; /* bytes taken from the budget */
} Block;

/* What is to be done when an arena ends: a deferred closer, or the end of a child. One list holds
 * both, so that everything ends in the reverse order of its beginning. */
typedef struct End {
    struct End *older, *newer;
    void (*close)(void *ctx);
    void *ctx;
} End;

typedef struct Root {
    ptrdiff_t budget, held, peak;
    ptrdiff_t fail_in; /* good allocations before one fails; negative: the switch is off */
    bool fail_forever;
    PxErrKind why; /* of the last refusal */
    jmp_buf *guard;
} Root;

struct Arena {
    char *at, *end; /* free bytes of the bump block */
    Root *root;
    Block *newest, *bump;
    ptrdiff_t next_block;
    ptrdiff_t defer_count;
    End *last_end;
    Arena *parent; /* NULL for a root */
    End own;       /* a child's entry in its parent's list */
};

typedef struct RootArena {
    Arena arena; /* first: an Arena * of a root points here */
    Root root;
} RootArena;

/* ---- blocks ---- */

static bool charge(Root *root, ptrdiff_t bytes) {
    if (bytes > root->budget - root->held) {
        root->why = PX_ERR_LIMIT;
        return false;
    }
    root->held += bytes;
    if (root->held > root->peak) root->peak = root->held;
    return true;
}

/* A new block with room bytes, or NULL with root->why set. The memory is zeroed when zero is. */
static Block *block_new(Arena *a, ptrdiff_t room, bool zero) {
    Root *root = a->root;
    if (room > PTRDIFF_MAX - (ptrdiff_t)sizeof(Block)) {
        root->why = PX_ERR_LIMIT;
        return NULL;
    }
    const ptrdiff_t charged = room + (ptrdiff_t)sizeof(Block);
    if (!charge(root, charged)) return NULL;
    Block *b = malloc(sizeof(Block));
    char *memory = zero ? calloc((size_t)room, 1) : malloc((size_t)room);
    if (!b || !memory) {
        free(b);
        free(memory);
        root->held -= charged;
        root->why = PX_ERR_SYSTEM;
        return NULL;
    }
    *b = (Block){a->newest, a->bump, memory, room, charged};
    a->newest = b;
    return b;
}

static void block_drop_newest(Arena *a) {
    Block *b = a->newest;
    a->newest = b->prev;
    a->root->held -= b->charged;
    free(b->memory);
    free(b);
}

/* ---- taking ---- */

static bool fails_by_test_switch(Root *root) {
    if (root->fail_in > 0) {
        root->fail_in--;
        return false;
    }
    if (!root->fail_forever) root->fail_in = -1;
    root->why = PX_ERR_SYSTEM;
    return true;
}

#ifndef PARAPH_CHECKED
/* Makes a bump block with room for size more bytes, the usual size if the budget still allows it.
 */
static bool bump_new(Arena *a, ptrdiff_t size) {
    Root *root = a->root;
    ptrdiff_t room = a->next_block - (ptrdiff_t)sizeof(Block);
    if (room + (ptrdiff_t)sizeof(Block) > root->budget - root->held) room = size;
    Block *b = block_new(a, room, false);
    if (!b) return false;
    b->bump = b;
    a->bump = b;
    a->at = b->memory;
    a->end = b->memory + b->room;
    if (a->next_block < LAST_BLOCK) a->next_block *= 2;
    return true;
}
#endif

/* The way out of take() when the bump block is full, and the only way in checked builds. */
static void *take_block(Arena *a, ptrdiff_t size, bool zero) {
#ifndef PARAPH_CHECKED
    if (size <= a->next_block / 4) {
        if (!bump_new(a, size)) return NULL;
        char *p = a->at;
        a->at += size;
        return zero ? memset(p, 0, (size_t)size) : p;
    }
#endif
    Block *b = block_new(a, size, zero);
    return b ? b->memory : NULL;
}

/* size bytes, or NULL with root->why set. A malloc is aligned for all types, so a new block needs
 * no padding. */
static inline void *take(Arena *a, ptrdiff_t size, ptrdiff_t align, bool zero) {
    check(size >= 0);
    if (size == 0) size = 1;
    if (a->root->fail_in >= 0 && fails_by_test_switch(a->root)) return NULL;
#ifndef PARAPH_CHECKED
    const ptrdiff_t pad = (ptrdiff_t)(-(uintptr_t)a->at & (uintptr_t)(align - 1));
    if (a->end - a->at - pad >= size) {
        char *p = a->at + pad;
        a->at = p + size;
        return zero ? memset(p, 0, (size_t)size) : p;
    }
#else
    (void)align;
#endif
    return take_block(a, size, zero);
}

static _Noreturn void give_up(Root *root) {
    if (!root->guard) check_failed("memory exhausted outside arena_guard", __FILE__, __LINE__);
    longjmp(*root->guard, 1);
}

void arena_no_memory(Arena *a) {
    a->root->why = PX_ERR_SYSTEM;
    give_up(a->root);
}

void *arena_alloc(Arena *a, ptrdiff_t count, ptrdiff_t size) {
    check(count >= 0 && size >= 0);
    ptrdiff_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) {
        a->root->why = PX_ERR_LIMIT;
        give_up(a->root);
    }
    void *p = take(a, bytes, ALIGN, true);
    if (!p) give_up(a->root);
    return p;
}

void *arena_alloc_raw(Arena *a, ptrdiff_t size) {
    void *p = take(a, size, ALIGN, false);
    if (!p) give_up(a->root);
    return p;
}

/* An array at the end of the bump block grows where it stands, if the block has room. */
static bool extend_in_place(Arena *a, const char *items, ptrdiff_t old_bytes, ptrdiff_t bytes) {
#ifndef PARAPH_CHECKED
    if (!items || items + old_bytes != a->at || bytes - old_bytes > a->end - a->at) return false;
    if (a->root->fail_in >= 0) return false;
    a->at += bytes - old_bytes;
    return true;
#else
    (void)a, (void)items, (void)old_bytes, (void)bytes;
    return false;
#endif
}

static void *grow(Arena *a, void *items, ptrdiff_t count, ptrdiff_t *cap, ptrdiff_t need,
                  ptrdiff_t size) {
    check(count >= 0 && count <= *cap && size > 0);
    ptrdiff_t wanted, bytes;
    if (__builtin_mul_overflow(*cap, 2, &wanted)) wanted = need;
    if (wanted < need) wanted = need;
    if (size <= 64 && wanted < 64 / size) wanted = 64 / size;
    if (__builtin_mul_overflow(wanted, size, &bytes)) {
        a->root->why = PX_ERR_LIMIT;
        give_up(a->root);
    }
    if (!extend_in_place(a, items, *cap * size, bytes)) {
        void *fresh = arena_alloc_raw(a, bytes);
        if (count) memcpy(fresh, items, (size_t)(count * size));
        items = fresh;
    }
    *cap = wanted;
    return items;
}

void *arena_grow(Arena *a, void *items, ptrdiff_t count, ptrdiff_t *cap, ptrdiff_t need,
                 ptrdiff_t size) {
    if (need <= *cap && items) return items;
    char *fresh = grow(a, items, count, cap, need, size);
    memset(fresh + count * size, 0, (size_t)((*cap - count) * size));
    return fresh;
}

void buf_reserve(Buf *b, ptrdiff_t more) {
    check(more >= 0);
    if (more <= b->cap - b->len) return;
    ptrdiff_t need;
    if (__builtin_add_overflow(b->len, more, &need)) need = PTRDIFF_MAX;
    b->ptr = grow(b->arena, b->ptr, b->len, &b->cap, need, 1);
}

Str arena_str(Arena *a, Str s) {
    char *p = take(a, s.len + 1, 1, false);
    if (!p) give_up(a->root);
    if (s.len) memcpy(p, s.ptr, (size_t)s.len);
    p[s.len] = '\0';
    return (Str){p, s.len};
}

/* ---- beginning and end ---- */

Arena *arena_open(ptrdiff_t budget) {
    check(budget >= 0);
    RootArena *r = calloc(1, sizeof *r);
    if (!r) return NULL;
    r->root.budget = budget;
    r->root.fail_in = -1;
    r->arena.root = &r->root;
    r->arena.next_block = FIRST_BLOCK;
    return &r->arena;
}

static void end_link(Arena *a, End *end) {
    end->older = a->last_end;
    end->newer = NULL;
    if (a->last_end) a->last_end->newer = end;
    a->last_end = end;
}

static void end_unlink(Arena *a, End *end) {
    if (end->newer) end->newer->older = end->older;
    else a->last_end = end->older;
    if (end->older) end->older->newer = end->newer;
}

static void close_child(void *ctx) { arena_close(ctx); }

Arena *arena_child(Arena *parent) {
    Root *root = parent->root;
    if (root->fail_in >= 0 && fails_by_test_switch(root)) give_up(root);
    if (!charge(root, (ptrdiff_t)sizeof(Arena))) give_up(root);
    Arena *a = calloc(1, sizeof *a);
    if (!a) {
        root->held -= (ptrdiff_t)sizeof(Arena);
        root->why = PX_ERR_SYSTEM;
        give_up(root);
    }
    a->root = root;
    a->next_block = FIRST_BLOCK;
    a->parent = parent;
    a->own.close = close_child;
    a->own.ctx = a;
    end_link(parent, &a->own);
    return a;
}

void arena_close(Arena *a) {
    if (!a) return;
    while (a->last_end) {
        End *end = a->last_end;
        if (end->close != close_child) end_unlink(a, end); /* a child unlinks itself */
        end->close(end->ctx);
    }
    while (a->newest) block_drop_newest(a);
    if (a->parent) {
        end_unlink(a->parent, &a->own);
        a->root->held -= (ptrdiff_t)sizeof(Arena);
    }
    free(a); /* for a root, the RootArena that begins here */
}

void arena_defer(Arena *a, void (*close)(void *ctx), void *ctx) {
    End *end = take(a, (ptrdiff_t)sizeof *end, ALIGN, false);
    if (!end) { /* it cannot be remembered, so it is done now */
        close(ctx);
        give_up(a->root);
    }
    end->close = close;
    end->ctx = ctx;
    end_link(a, end);
    a->defer_count++;
}

ArenaMark arena_mark(const Arena *a) {
    return (ArenaMark){a->newest, a->bump ? a->at - a->bump->memory : 0, a->defer_count};
}

void arena_rewind(Arena *a, ArenaMark mark) {
    check(a->defer_count == mark.defers); /* nothing deferred since */
    while (a->newest != mark.block) {
        check(a->newest != NULL);
        block_drop_newest(a);
    }
    a->bump = a->newest ? a->newest->bump : NULL;
    a->at = a->bump ? a->bump->memory + mark.used : NULL;
    a->end = a->bump ? a->bump->memory + a->bump->room : NULL;
    if (!a->bump) a->next_block = FIRST_BLOCK;
}

bool arena_guard(Arena *a, bool (*work)(void *ctx, PxErr *err), void *ctx, PxErr *err) {
    Root *root = a->root;
    check(root->guard == NULL);
    jmp_buf here;
    root->guard = &here;
    volatile bool done = false;
    if (setjmp(here) == 0) {
        done = work(ctx, err);
    } else if (root->why == PX_ERR_LIMIT) {
        (void)fail(err, PX_ERR_LIMIT, S(""), -1, "the work needs more than its budget of %td MB",
                   root->budget / (1024 * 1024));
    } else {
        (void)fail(err, PX_ERR_SYSTEM, S(""), -1, "the system has no more memory");
    }
    root->guard = NULL;
    return done;
}

ptrdiff_t arena_peak(const Arena *a) { return a->root->peak; }

void arena_fail_after(Arena *a, ptrdiff_t n, bool forever) {
    a->root->fail_in = n;
    a->root->fail_forever = forever;
}
