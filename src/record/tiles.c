/* The files of c2sp.org/tlog-tiles, and the acts beside them, made in one pass over the acts. */
#include "record/int.h"

enum { WIDTH = 256, LEVELS = 8 };

/* "x001/x234/067" */
static void add_number(Buf *b, int64_t n) {
    check(n >= 0);
    int64_t unit = 1;
    while (n / unit >= 1000) unit *= 1000;
    for (; unit > 1; unit /= 1000) {
        buf_format(b, "x%03d/", (int)(n / unit % 1000));
    }
    buf_format(b, "%03d", (int)(n % 1000));
}

Str tile_path(Arena *a, int level, int64_t n, int width) {
    Buf b = buf_new(a);
    buf_add(&b, S("tile/"));
    if (level < 0) {
        buf_add(&b, S("entries"));
    } else {
        buf_int(&b, level);
    }
    buf_byte(&b, '/');
    add_number(&b, n);
    if (width < WIDTH) buf_format(&b, ".p/%d", width);
    return buf_str(&b);
}

Str acts_path(Arena *a, int64_t n) {
    Buf b = buf_new(a);
    buf_add(&b, S("acts/"));
    add_number(&b, n);
    buf_add(&b, S(".jsonl"));
    return buf_str(&b);
}

static void start_bundle(Tiles *t) {
    t->arena = arena_child(t->parent);
    t->bundle = buf_new(t->arena);
    t->lines = buf_new(t->arena);
}

Tiles *tiles_new(Arena *a, bool (*emit)(void *ctx, Str path, Str bytes, PxErr *err), void *ctx) {
    Tiles *t = NEW(a, Tiles);
    t->parent = a;
    t->emit = emit;
    t->ctx = ctx;
    start_bundle(t);
    return t;
}

/* Writes out a level's tile; a full one is a hash of the level above. */
static bool end_tile(Tiles *t, int level, PxErr *err) {
    TileLevel *l = &t->levels[level];
    const Str bytes = {(const char *)l->hashes, (ptrdiff_t)l->count * 32};
    if (!t->emit(t->ctx, tile_path(t->arena, level, l->next, l->count), bytes, err)) return false;
    if (l->count < WIDTH) return true;
    const Digest root = tree_root(l->hashes, WIDTH);
    l->next++;
    l->count = 0;
    check(level + 1 < LEVELS);
    TileLevel *up = &t->levels[level + 1];
    up->hashes[up->count++] = root;
    return up->count < WIDTH || end_tile(t, level + 1, err);
}

/* Writes out what belongs to the tile of leaves being filled, then that tile. */
static bool end_bundle(Tiles *t, PxErr *err) {
    const TileLevel *leaves = &t->levels[0];
    const Str path = tile_path(t->arena, -1, leaves->next, leaves->count);
    if (!t->emit(t->ctx, path, buf_str(&t->bundle), err) ||
        !t->emit(t->ctx, acts_path(t->arena, leaves->next), buf_str(&t->lines), err) ||
        !end_tile(t, 0, err)) {
        return false;
    }
    arena_close(t->arena);
    start_bundle(t);
    return true;
}

static void add_hex(Buf *b, Str bytes) {
    for (ptrdiff_t i = 0; i < bytes.len; i++) {
        const unsigned char c = (unsigned char)bytes.ptr[i];
        buf_byte(b, "0123456789abcdef"[c >> 4]);
        buf_byte(b, "0123456789abcdef"[c & 15]);
    }
}

bool tiles_add(Tiles *t, Str salt, Str body, Digest entry, Digest leaf, PxErr *err) {
    buf_byte(&t->bundle, 0);
    buf_byte(&t->bundle, 32);
    buf_add(&t->bundle, digest_bytes(&entry));
    buf_add(&t->lines, S("{\"act\":"));
    buf_add(&t->lines, body);
    buf_add(&t->lines, S(",\"salt\":\""));
    add_hex(&t->lines, salt);
    buf_add(&t->lines, S("\"}\n"));
    TileLevel *leaves = &t->levels[0];
    leaves->hashes[leaves->count++] = leaf;
    return leaves->count < WIDTH || end_bundle(t, err);
}

bool tiles_end(Tiles *t, PxErr *err) {
    if (t->levels[0].count > 0 && !end_bundle(t, err)) return false;
    for (int level = 1; level < LEVELS; level++) {
        if (t->levels[level].count > 0 && !end_tile(t, level, err)) return false;
    }
    return true;
}
