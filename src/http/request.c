/* A request as the library gives it: its head, read and judged; its body, gathered. */
#include "http/int.h"

/* ---- what the parser left out ----
 *
 * libmicrohttpd 0.9 parses the head where it lies, and ends each piece it hands out with a NUL. So
 * in a head of well-formed lines each name begins exactly two bytes, the former CR and LF, behind
 * the value before it. A bare line feed, a folded line, a NUL in a value, a line without a name
 * make it otherwise, and nothing else tells of them. Later libraries refuse all these by
 * themselves. */

typedef struct Head {
    Slot *slot;
    HttpPair *pairs;
    ptrdiff_t count, cap;
    const char *next; /* where the next name must begin */
    bool is_seamless;
} Head;

static enum MHD_Result take_header(void *ctx, enum MHD_ValueKind kind, const char *name,
                                   size_t name_len, const char *value, size_t value_len) {
    (void)kind;
    Head *h = ctx;
    if (h->count == h->cap) return MHD_NO;
    if (!value) {
        h->is_seamless = false;
        return MHD_NO;
    }
    if (name != h->next || value[value_len + 0] != '\0' || value[value_len + 1] != '\0') {
        h->is_seamless = false;
    }
    h->next = value + value_len + 2;
    h->pairs[h->count++] = (HttpPair){{name, (ptrdiff_t)name_len}, {value, (ptrdiff_t)value_len}};
    return MHD_YES;
}

/* The blank line behind the last header. */
static bool ends_with_blank_line(const Head *h) { return h->next[0] == '\0' && h->next[1] == '\0'; }

static bool reads_seams(void) { return MHD_VERSION < 0x01000000; }

/* White space around a value is none of it. */
static void trim_values(Head *h) {
    for (ptrdiff_t i = 0; i < h->count; i++) h->pairs[i].value = str_trim(h->pairs[i].value);
}

/* ---- the head ---- */

static bool refuse(int *status, Str *why, int number, Str words) {
    *status = number;
    *why = words;
    return false;
}

static bool judge(Slot *slot, const Head *h, Str method, Str version, int *status, Str *why) {
    if (!str_equal(version, S("HTTP/1.1")) && !str_equal(version, S("HTTP/1.0"))) {
        return refuse(status, why, 505, S("a version other than HTTP/1.0 and HTTP/1.1"));
    }
    if (reads_seams() && (!h->is_seamless || !ends_with_blank_line(h))) {
        return refuse(
            status, why, 400,
            S("a head with a bare line feed, a folded line, a NUL or spaces where none belong"));
    }
    const Str found = http_guard(method, slot->target, h->pairs, h->count);
    if (found.len) return refuse(status, why, is_known_method(method) ? 400 : 405, found);
    const bool is_old = version.ptr[7] == '0';
    const bool is_chunked = http_header(&slot->request, S("transfer-encoding")).len > 0;
    if (!is_old && !http_header(&slot->request, S("host")).len) {
        return refuse(status, why, 400, S("no Host"));
    }
    if (is_old && is_chunked) {
        return refuse(status, why, 400, S("a Transfer-Encoding in HTTP/1.0"));
    }
    slot->closes = is_chunked;
    return true;
}

/* Room for the body, announced or not, among those the server may hold at once. */
static bool reserve(Slot *slot, int *status, Str *why) {
    HttpServer *s = slot->server;
    const bool is_chunked = http_header(&slot->request, S("transfer-encoding")).len > 0;
    const Str length = http_header(&slot->request, S("content-length"));
    int64_t announced = is_chunked ? s->options.body_bytes : 0;
    if (length.len && !str_to_int(length, &announced)) {
        return refuse(status, why, 400, S("a Content-Length that is no number"));
    }
    if (announced > s->options.body_bytes) {
        return refuse(status, why, 413, S("a body larger than the server takes"));
    }
    if (announced > s->body_room) {
        return refuse(status, why, 503, S("no room for another large body now"));
    }
    s->body_room -= (ptrdiff_t)announced;
    slot->reserved = (ptrdiff_t)announced;
    slot->body = buf_new(slot->arena);
    if (length.len && announced) buf_reserve(&slot->body, (ptrdiff_t)announced);
    return true;
}

typedef struct Reading { /* of a head, under the guard of its arena */
    Slot *slot;
    Str method, version;
    int *status;
    Str *why;
    bool is_good;
} Reading;

static bool read_guarded(void *ctx, PxErr *err) {
    (void)err;
    Reading *r = ctx;
    Slot *slot = r->slot;
    struct MHD_Connection *c = slot->connection;
    const int count = MHD_get_connection_values_n(c, MHD_HEADER_KIND, NULL, NULL);
    const Str raw = slot->raw_target;
    Head h = {.slot = slot,
              .pairs = NEW_ARRAY(slot->arena, HttpPair, count),
              .cap = count,
              .next = r->version.ptr + r->version.len + 2,
              .is_seamless = raw.ptr == r->method.ptr + r->method.len + 1 &&
                             r->version.ptr == raw.ptr + raw.len + 1 &&
                             r->version.ptr[r->version.len + 1] == '\0'};
    MHD_get_connection_values_n(c, MHD_HEADER_KIND, take_header, &h);
    trim_values(&h);
    slot->request = (HttpRequest){.method = arena_str(slot->arena, r->method),
                                  .headers = h.pairs,
                                  .header_count = h.count,
                                  .peer = peer_name(slot->arena, c)};
    r->is_good = judge(slot, &h, r->method, r->version, r->status, r->why);
    if (!r->is_good) return true;
    HttpPair *query;
    http_target(slot->arena, slot->target, &slot->request.path, &query, &slot->request.query_count);
    slot->request.query = query;
    r->is_good = reserve(slot, r->status, r->why);
    return true;
}

bool head_read(Slot *slot, Str method, Str version, int *status, Str *why) {
    PxErr err = {0};
    Reading r = {slot, method, version, status, why, false};
    if (!arena_guard(slot->arena, read_guarded, &r, &err)) {
        return refuse(status, why, 503, S("no memory for it now"));
    }
    return r.is_good;
}

Str http_header(const HttpRequest *r, Str name) {
    for (ptrdiff_t i = 0; i < r->header_count; i++) {
        if (str_equal_fold(r->headers[i].name, name)) return r->headers[i].value;
    }
    return (Str){NULL, 0};
}

Str http_query(const HttpRequest *r, Str name) {
    for (ptrdiff_t i = 0; i < r->query_count; i++) {
        if (str_equal(r->query[i].name, name)) return r->query[i].value;
    }
    return (Str){NULL, 0};
}

/* ---- the body ---- */

typedef struct Piece {
    Slot *slot;
    Str bytes;
} Piece;

static bool add_guarded(void *ctx, PxErr *err) {
    (void)err;
    const Piece *p = ctx;
    buf_add(&p->slot->body, p->bytes);
    return true;
}

bool body_add(Slot *slot, Str bytes) {
    PxErr err = {0};
    Piece p = {slot, bytes};
    if (bytes.len > slot->reserved - slot->body.len) return false;
    return arena_guard(slot->arena, add_guarded, &p, &err);
}
