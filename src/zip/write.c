/* write: a zip writer whose output depends on nothing but its input: entries in the order given,
 * all dated 1980-01-01 00:00 (the first moment the format knows, and what Word writes), sizes known
 * before the header is written, no extra fields. */
#include "zip/int.h"

#include <libdeflate.h>

typedef struct Written {
    Str name;
    uint32_t crc, stored, size, at;
    uint16_t method;
} Written;

struct ZipWriter {
    Arena *arena;
    Buf *out;
    ptrdiff_t origin; /* where the archive begins in out */
    Written *written;
    ptrdiff_t count, cap;
    struct libdeflate_compressor *compressor; /* NULL before the first use and after the close */
    int level;
};

enum { VERSION = 20, DATE = 1 << 5 | 1 };

static void put16(Buf *b, uint32_t n) {
    buf_byte(b, (char)n);
    buf_byte(b, (char)(n >> 8));
}

static void put32(Buf *b, uint32_t n) {
    put16(b, n & 0xFFFF);
    put16(b, n >> 16);
}

static void release_compressor(void *ctx) {
    ZipWriter *w = ctx;
    libdeflate_free_compressor(w->compressor);
    w->compressor = NULL;
}

ZipWriter *zip_writer_open(Arena *a, Buf *out) {
    ZipWriter *w = NEW(a, ZipWriter);
    w->arena = a;
    w->out = out;
    w->origin = out->len;
    arena_defer(a, release_compressor, w);
    return w;
}

/* The fields that local header and directory share, from "version needed" to the name's length. */
static void put_common(Buf *b, const Written *e) {
    bool ascii = true;
    for (ptrdiff_t i = 0; i < e->name.len; i++)
        ascii = ascii && (unsigned char)e->name.ptr[i] < 0x80;
    put16(b, VERSION);
    put16(b, ascii ? 0 : FLAG_UTF8);
    put16(b, e->method);
    put16(b, 0); /* time */
    put16(b, DATE);
    put32(b, e->crc);
    put32(b, e->stored);
    put32(b, e->size);
    put16(b, (uint32_t)e->name.len);
}

static uint32_t as_u32(ptrdiff_t n) {
    check(n >= 0 && n < UINT32_MAX);
    return (uint32_t)n;
}

/* Puts the local header of *e in front of `stored` bytes that are to follow. */
static void begin_entry(ZipWriter *w, Written e) {
    check(e.name.len > 0 && e.name.len <= UINT16_MAX && w->count < UINT16_MAX - 1);
    e.name = arena_str(w->arena, e.name);
    e.at = as_u32(w->out->len - w->origin);
    put32(w->out, SIG_LOCAL);
    put_common(w->out, &e);
    put16(w->out, 0); /* no extra field */
    buf_add(w->out, e.name);
    w->written = arena_grow(w->arena, w->written, w->count, &w->cap, w->count + 1,
                            (ptrdiff_t)sizeof *w->written);
    w->written[w->count++] = e;
}

static struct libdeflate_compressor *compressor_at(ZipWriter *w, int level) {
    if (w->compressor && w->level != level) release_compressor(w);
    if (!w->compressor) w->compressor = libdeflate_alloc_compressor(level);
    if (!w->compressor) arena_no_memory(w->arena);
    w->level = level;
    return w->compressor;
}

void zip_add(ZipWriter *w, Str name, Str bytes, int level) {
    check(level >= 1 && level <= 12);
    struct libdeflate_compressor *c = compressor_at(w, level);
    Written e = {.name = name,
                 .crc = libdeflate_crc32(0, bytes.ptr ? bytes.ptr : "", (size_t)bytes.len),
                 .size = as_u32(bytes.len)};
    /* Deflates straight into the output, behind the room the header will take; a result that is not
     * smaller than the bytes does not fit in their length. */
    const ptrdiff_t head = LOCAL_LEN + name.len, before = w->out->len;
    buf_reserve(w->out, head + bytes.len + END_LEN);
    const size_t packed =
        bytes.len < 2
            ? 0
            : libdeflate_deflate_compress(c, bytes.ptr, (size_t)bytes.len,
                                          w->out->ptr + before + head, (size_t)bytes.len - 1);
    e.method = packed ? METHOD_DEFLATED : METHOD_STORED;
    e.stored = packed ? (uint32_t)packed : e.size;
    begin_entry(w, e);
    check(w->out->len == before + head);
    if (packed) w->out->len += (ptrdiff_t)packed;
    else buf_add(w->out, bytes);
}

void zip_add_stored(ZipWriter *w, const ZipEntry *entry) {
    begin_entry(w, (Written){.name = entry->name,
                             .crc = entry->crc,
                             .stored = as_u32(entry->stored.len),
                             .size = as_u32(entry->size),
                             .method = entry->method});
    buf_add(w->out, entry->stored);
}

void zip_writer_close(ZipWriter *w) {
    Buf *b = w->out;
    const uint32_t at = as_u32(b->len - w->origin);
    for (ptrdiff_t i = 0; i < w->count; i++) {
        const Written *e = &w->written[i];
        put32(b, SIG_DIRECTORY);
        put16(b, VERSION); /* made by */
        put_common(b, e);
        put16(b, 0);              /* no extra field */
        put16(b, 0);              /* no comment */
        put16(b, 0);              /* disk */
        put16(b, 0), put32(b, 0); /* attributes, internal and external */
        put32(b, e->at);
        buf_add(b, e->name);
    }
    const uint32_t size = as_u32(b->len - w->origin) - at;
    put32(b, SIG_END);
    put32(b, 0); /* this disk, and the directory's */
    put16(b, (uint32_t)w->count);
    put16(b, (uint32_t)w->count);
    put32(b, size);
    put32(b, at);
    put16(b, 0); /* no comment */
    release_compressor(w);
}
