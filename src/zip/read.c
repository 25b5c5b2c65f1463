/* read: a zip reader for hostile archives. Two readers that disagree about what an archive holds
 * are how a document shows one text to a checker and another to a reader, so this one accepts only
 * archives that leave no room for two opinions: one end record, at the end; a directory that fills
 * the bytes before it; local headers that agree with the directory; no two entries on one byte or
 * under one name; and no record hidden between entries. Nothing is inflated before all of that
 * holds. */
#include "zip/int.h"

#include <libdeflate.h>

enum { DEFAULT_ENTRIES = 4096 };
enum { DEFAULT_PART = 128 * 1024 * 1024, DEFAULT_TOTAL = 512 * 1024 * 1024 };
enum { MOST_INFLATION = 1032 }; /* deflate's best: 258 bytes in two bits */

typedef struct Span {
    ptrdiff_t start, end; /* from the local header to behind the data or its descriptor */
} Span;

typedef struct Reader {
    Str archive, file_name;
    ZipLimits limits;
    ptrdiff_t end_at;       /* of the end record */
    ptrdiff_t directory_at; /* the directory ends at end_at */
    ZipEntry *entries;
    Span *spans; /* a span for each entry */
    ptrdiff_t count;
    PxErr *err;
} Reader;

static bool refuse(const Reader *r, PxErrKind kind, ptrdiff_t at, const char *why) {
    return fail(r->err, kind, r->file_name, at, "%s", why);
}

static bool refuse_entry(const Reader *r, PxErrKind kind, Str name, ptrdiff_t at, const char *why) {
    return fail(r->err, kind, name, at, "in %.*s, the entry %s", (int)r->file_name.len,
                r->file_name.ptr, why);
}

/* ---- the end record ---- */

static bool is_end_at(Str archive, ptrdiff_t at) {
    return archive.len - at >= 4 && load32(archive.ptr + at) == SIG_END;
}

static ptrdiff_t find_end(Str archive, ptrdiff_t from, ptrdiff_t to) {
    for (ptrdiff_t at = to - 4; at >= from; at--) {
        if (is_end_at(archive, at)) return at;
    }
    return -1;
}

static bool read_end(Reader *r) {
    const Str z = r->archive;
    if (z.len == 0) return refuse(r, PX_ERR_INPUT, -1, "the file is empty");
    if (str_starts(z, S("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))) {
        return refuse(r, PX_ERR_UNSUPPORTED, 0,
                      "the file is encrypted or an old .doc file, not a .docx file");
    }
    if (!str_starts(z, S("PK"))) return refuse(r, PX_ERR_INPUT, 0, "the file is no zip archive");
    const ptrdiff_t window = z.len - END_LEN - 0xFFFF;
    const ptrdiff_t at = find_end(z, window > 0 ? window : 0, z.len);
    if (at < 0 || z.len - at < END_LEN) {
        return refuse(r, PX_ERR_INPUT, z.len, "the archive has no end record: it may be cut short");
    }
    const char *p = z.ptr + at;
    if (at + END_LEN + load16(p + 20) != z.len) {
        return refuse(r, PX_ERR_INPUT, at, "the archive goes on behind its end record");
    }
    if (load16(p + 4) != 0 || load16(p + 6) != 0 || load16(p + 8) != load16(p + 10)) {
        return refuse(r, PX_ERR_UNSUPPORTED, at, "the archive is split over several files");
    }
    const ptrdiff_t size = load32(p + 12), offset = load32(p + 16);
    r->count = load16(p + 10);
    if (r->count == 0xFFFF || size == UINT32_MAX || offset == UINT32_MAX) {
        return refuse(r, PX_ERR_UNSUPPORTED, at, "the archive is in zip64 form");
    }
    if (r->count > r->limits.entries) {
        return fail(r->err, PX_ERR_LIMIT, r->file_name, at,
                    "the archive has %td entries, more than the limit of %td", r->count,
                    r->limits.entries);
    }
    if (offset + size != at) {
        return refuse(r, PX_ERR_INPUT, at,
                      "the directory does not end where the end record begins");
    }
    r->end_at = at;
    r->directory_at = offset;
    return true;
}

/* ---- directory and local headers ---- */

static bool check_directory_record(Reader *r, const char *p, Str name, ptrdiff_t at) {
    const uint16_t flags = load16(p + 8), method = load16(p + 10);
    const char *fault = zip_name_fault(name);
    if (fault) {
        return fail(r->err, PX_ERR_INPUT, utf8_valid(name, NULL) ? name : r->file_name, at,
                    "in %.*s, the name of an entry %s", (int)r->file_name.len, r->file_name.ptr,
                    fault);
    }
    if (flags & (1 << 0 | 1 << 6 | 1 << 13)) {
        return refuse_entry(r, PX_ERR_UNSUPPORTED, name, at, "is encrypted");
    }
    if (flags & 1 << 5) {
        return refuse_entry(r, PX_ERR_UNSUPPORTED, name, at, "is a patch of another file");
    }
    if (method != METHOD_STORED && method != METHOD_DEFLATED) {
        return refuse_entry(r, PX_ERR_UNSUPPORTED, name, at, "is neither stored nor deflated");
    }
    if (load32(p + 20) == UINT32_MAX || load32(p + 24) == UINT32_MAX ||
        load32(p + 42) == UINT32_MAX) {
        return refuse_entry(r, PX_ERR_UNSUPPORTED, name, at, "is in zip64 form");
    }
    if (load16(p + 34) != 0) {
        return refuse_entry(r, PX_ERR_UNSUPPORTED, name, at, "lies in another file");
    }
    return true;
}

static bool check_sizes(const Reader *r, const ZipEntry *e, ptrdiff_t at) {
    if (e->size > r->limits.part_bytes) {
        return refuse_entry(r, PX_ERR_LIMIT, e->name, at, "is larger than the limit for one part");
    }
    if (e->method == METHOD_STORED && e->size != e->stored.len) {
        return refuse_entry(r, PX_ERR_INPUT, e->name, at, "is stored under two sizes");
    }
    if (e->size / MOST_INFLATION > e->stored.len) {
        return refuse_entry(r, PX_ERR_INPUT, e->name, at,
                            "declares more bytes than its data can inflate to");
    }
    if (str_ends(e->name, S("/")) && e->size != 0) {
        return refuse_entry(r, PX_ERR_INPUT, e->name, at, "is a folder, and has bytes");
    }
    return true;
}

/* The length of the data descriptor at `at` if it is one of e, with or without its signature, with
 * sizes of four or eight bytes; or -1. */
static ptrdiff_t descriptor_len(const Reader *r, const ZipEntry *e, ptrdiff_t at) {
    char want[24] = {0};
    const uint32_t words[] = {e->crc, (uint32_t)e->stored.len, (uint32_t)e->size};
    for (int form = 0; form < 4; form++) {
        const ptrdiff_t wide = form & 1 ? 8 : 4, head = form & 2 ? 0 : 4;
        const ptrdiff_t len = head + 4 + 2 * wide;
        memset(want, 0, sizeof want);
        if (head) memcpy(want, "PK\x07\x08", 4);
        for (int word = 0; word < 3; word++) {
            char *to = want + head + (word ? 4 + (word - 1) * wide : 0);
            for (int i = 0; i < 4; i++) to[i] = (char)(words[word] >> 8 * i);
        }
        if (r->directory_at - at >= len && memcmp(r->archive.ptr + at, want, (size_t)len) == 0) {
            return len;
        }
    }
    return -1;
}

/* Reads the local header at span->start, which must repeat what the directory's record p says. */
static bool read_local(Reader *r, const char *p, ZipEntry *e, Span *span) {
    const ptrdiff_t at = span->start, room = r->directory_at - at;
    const char *local = r->archive.ptr + at;
    if (room < LOCAL_LEN || load32(local) != SIG_LOCAL) {
        return refuse_entry(r, PX_ERR_INPUT, e->name, at, "has no local header");
    }
    const Str name = {local + LOCAL_LEN, load16(local + 26)};
    const ptrdiff_t head = LOCAL_LEN + name.len + load16(local + 28);
    if (head > room || load32(p + 20) > room - head) {
        return refuse_entry(r, PX_ERR_INPUT, e->name, at, "reaches into the directory");
    }
    if (!str_equal(name, e->name)) {
        return refuse_entry(r, PX_ERR_INPUT, e->name, at, "has another name in its local header");
    }
    e->stored = (Str){local + head, load32(p + 20)};
    span->end = at + head + e->stored.len;
    const uint16_t flags = load16(local + 6), differ = flags ^ load16(p + 8);
    if (load16(local + 8) != e->method || differ & (1 << 0 | FLAG_DESCRIPTOR | 1 << 6 | 1 << 13)) {
        return refuse_entry(r, PX_ERR_INPUT, e->name, at, "is of another kind in its local header");
    }
    const bool same = memcmp(local + 14, p + 16, 12) == 0; /* CRC and both sizes */
    if (!(flags & FLAG_DESCRIPTOR)) {
        return same || refuse_entry(r, PX_ERR_INPUT, e->name, at,
                                    "has another size or CRC in its local header");
    }
    const bool blank = memcmp(local + 14, "\0\0\0\0\0\0\0\0\0\0\0\0", 12) == 0;
    const ptrdiff_t len = descriptor_len(r, e, span->end);
    if ((!same && !blank) || len < 0) {
        return refuse_entry(r, PX_ERR_INPUT, e->name, at,
                            "has another size or CRC in its data descriptor");
    }
    span->end += len;
    return true;
}

static bool read_directory(Reader *r) {
    ptrdiff_t at = r->directory_at, total = 0;
    for (ptrdiff_t i = 0; i < r->count; i++) {
        const char *p = r->archive.ptr + at;
        const ptrdiff_t room = r->end_at - at;
        if (room < DIRECTORY_LEN || load32(p) != SIG_DIRECTORY) {
            return refuse(r, PX_ERR_INPUT, at, "the directory holds fewer entries than it counts");
        }
        const Str name = {p + DIRECTORY_LEN, load16(p + 28)};
        const ptrdiff_t len = DIRECTORY_LEN + name.len + load16(p + 30) + load16(p + 32);
        if (len > room) return refuse(r, PX_ERR_INPUT, at, "the directory is cut short");
        if (!check_directory_record(r, p, name, at)) return false;
        ZipEntry *e = &r->entries[i];
        e->name = name;
        e->crc = load32(p + 16);
        e->size = load32(p + 24);
        e->method = load16(p + 10);
        e->is_folder = str_ends(name, S("/"));
        r->spans[i].start = load32(p + 42);
        if (!read_local(r, p, e, &r->spans[i]) || !check_sizes(r, e, at)) return false;
        total += e->size;
        if (total > r->limits.total_bytes) {
            return refuse(r, PX_ERR_LIMIT, at, "the parts are together larger than the limit");
        }
        at += len;
    }
    if (at != r->end_at) {
        return refuse(r, PX_ERR_INPUT, at, "the directory holds more entries than it counts");
    }
    return true;
}

/* ---- what only all entries together show ---- */

static int compare_starts(const void *ctx, ptrdiff_t a, ptrdiff_t b) {
    const Reader *r = ctx;
    const ptrdiff_t x = r->spans[a].start, y = r->spans[b].start;
    return (x > y) - (x < y);
}

static int fold_byte(char c) { return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : (unsigned char)c; }

static int compare_names(const void *ctx, ptrdiff_t a, ptrdiff_t b) {
    const Reader *r = ctx;
    const Str x = r->entries[a].name, y = r->entries[b].name;
    for (ptrdiff_t i = 0; i < x.len && i < y.len; i++) {
        const int order = fold_byte(x.ptr[i]) - fold_byte(y.ptr[i]);
        if (order) return order;
    }
    return (x.len > y.len) - (x.len < y.len);
}

/* Bytes that belong to no entry: packers pad with them, but a record among them is a second
 * opinion. */
static bool check_gap(const Reader *r, ptrdiff_t from, ptrdiff_t to) {
    for (ptrdiff_t at = from; to - at >= 4; at++) {
        const uint32_t sig = load32(r->archive.ptr + at);
        if (sig == SIG_LOCAL || sig == SIG_END || sig == SIG_DIRECTORY) {
            return refuse(r, PX_ERR_INPUT, at, "the archive hides a record between its entries");
        }
    }
    return true;
}

static bool check_together(Arena *a, const Reader *r) {
    const ArenaMark mark = arena_mark(a);
    ptrdiff_t *by = NEW_ARRAY(a, ptrdiff_t, r->count);
    for (ptrdiff_t i = 0; i < r->count; i++) by[i] = i;
    sort_indexes(a, by, r->count, compare_names, r);
    for (ptrdiff_t i = 1; i < r->count; i++) {
        if (compare_names(r, by[i - 1], by[i]) == 0) {
            return refuse_entry(r, PX_ERR_INPUT, r->entries[by[i]].name, r->spans[by[i]].start,
                                "has the name of another entry");
        }
    }
    sort_indexes(a, by, r->count, compare_starts, r);
    ptrdiff_t end = 0;
    for (ptrdiff_t i = 0; i < r->count; i++) {
        const Span *span = &r->spans[by[i]];
        if (span->start < end) {
            return refuse_entry(r, PX_ERR_INPUT, r->entries[by[i]].name, span->start,
                                "overlaps another");
        }
        if (!check_gap(r, end, span->start)) return false;
        end = span->end;
    }
    arena_rewind(a, mark);
    return check_gap(r, end, r->directory_at);
}

/* ---- door ---- */

bool zip_open(Arena *a, Str archive, Str file_name, const ZipLimits *limits, Zip **out,
              PxErr *err) {
    Reader r = {.archive = archive, .file_name = file_name, .err = err};
    if (limits) r.limits = *limits;
    if (!r.limits.entries) r.limits.entries = DEFAULT_ENTRIES;
    if (!r.limits.part_bytes) r.limits.part_bytes = DEFAULT_PART;
    if (!r.limits.total_bytes) r.limits.total_bytes = DEFAULT_TOTAL;
    if (!read_end(&r)) return false;
    Zip *zip = NEW(a, Zip);
    r.entries = NEW_ARRAY(a, ZipEntry, r.count);
    r.spans = NEW_ARRAY(a, Span, r.count);
    if (!read_directory(&r) || !check_together(a, &r)) return false;
    *zip = (Zip){r.entries, r.count};
    *out = zip;
    return true;
}

bool zip_inflate(Arena *a, const ZipEntry *entry, Str *out, PxErr *err) {
    char *bytes = arena_alloc_raw(a, entry->size);
    if (entry->method == METHOD_STORED) {
        if (entry->size) memcpy(bytes, entry->stored.ptr, (size_t)entry->size);
    } else {
        /* Nothing below allocates from the arena, so no jump can pass the free. */
        struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
        if (!d) arena_no_memory(a);
        size_t used = 0;
        const enum libdeflate_result result =
            libdeflate_deflate_decompress_ex(d, entry->stored.ptr, (size_t)entry->stored.len, bytes,
                                             (size_t)entry->size, &used, NULL);
        libdeflate_free_decompressor(d);
        if (result == LIBDEFLATE_INSUFFICIENT_SPACE || result == LIBDEFLATE_SHORT_OUTPUT) {
            return fail(err, PX_ERR_INPUT, entry->name, -1,
                        "the part inflates to another size than the %td bytes it declares",
                        entry->size);
        }
        if (result != LIBDEFLATE_SUCCESS || used != (size_t)entry->stored.len) {
            return fail(err, PX_ERR_INPUT, entry->name, -1,
                        "the part's compressed bytes are broken");
        }
    }
    if (libdeflate_crc32(0, bytes, (size_t)entry->size) != entry->crc) {
        return fail(err, PX_ERR_INPUT, entry->name, -1, "the part's bytes do not have its CRC");
    }
    *out = (Str){bytes, entry->size};
    return true;
}

const ZipEntry *zip_find(const Zip *zip, Str name) {
    for (ptrdiff_t i = 0; i < zip->count; i++) {
        if (str_equal(zip->entries[i].name, name)) return &zip->entries[i];
    }
    return NULL;
}
