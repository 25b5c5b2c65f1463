/* The guard: what a request must be before anyone looks at it (RFC 9110, RFC 9112; where they let a
 * server choose, the stricter). It sees what the library's parser made of the request; server.c
 * looks at what the parser left out. */
#include "http/int.h"

enum { HEADERS_MAX = 100 };

/* RFC 9110, 5.6.2 */
static bool is_token_char(unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

bool is_token(Str s) {
    for (ptrdiff_t i = 0; i < s.len; i++) {
        if (!is_token_char((unsigned char)s.ptr[i])) return false;
    }
    return s.len > 0;
}

bool has_control(Str s) {
    for (ptrdiff_t i = 0; i < s.len; i++) {
        const unsigned char c = (unsigned char)s.ptr[i];
        if ((c < 0x20 && c != '\t') || c == 0x7f) return true;
    }
    return false;
}

static bool is_valid(Str s) {
    ptrdiff_t bad_at;
    return s.len == 0 || utf8_valid(s, &bad_at);
}

static bool is_digits(Str s) {
    for (ptrdiff_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9') return false;
    }
    return s.len > 0 && s.len <= 15;
}

/* A name or an address, with a port where there is one. */
static bool is_host(Str s) {
    for (ptrdiff_t i = 0; i < s.len; i++) {
        const char c = s.ptr[i];
        const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!is_letter && (c < '0' || c > '9') && !(c && strchr(".-_:[]", c))) return false;
    }
    return s.len > 0 && s.len <= 255;
}

/* ---- the target ---- */

int hex_digit(char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* The byte at s[*at], decoded; *at moves behind it. -1 for an escape that is none. */
static int next_byte(Str s, ptrdiff_t *at) {
    const char c = s.ptr[(*at)++];
    if (c != '%') return (unsigned char)c;
    if (*at + 2 > s.len) return -1;
    const int high = hex_digit(s.ptr[*at]), low = hex_digit(s.ptr[*at + 1]);
    *at += 2;
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/* Escapes are whole, and stand for UTF-8 without control bytes. */
static Str judge_escapes(Str s) {
    char bytes[8];
    ptrdiff_t held = 0;
    for (ptrdiff_t at = 0; at < s.len;) {
        const int c = next_byte(s, &at);
        if (c < 0) return S("a bad escape in the target");
        if (c < 0x20 || c == 0x7f) return S("a control byte in the target");
        if (c < 0x80) {
            if (held) return S("the target is no UTF-8");
            continue;
        }
        bytes[held++] = (char)c;
        const unsigned char lead = (unsigned char)bytes[0];
        const ptrdiff_t need = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
        if (held < need) continue;
        if (!is_valid((Str){bytes, held})) return S("the target is no UTF-8");
        held = 0;
    }
    return held ? S("the target is no UTF-8") : (Str){NULL, 0};
}

/* A segment is no "." or "..", and holds no "/" or "\" once decoded. */
static Str judge_segment(Str s) {
    ptrdiff_t len = 0, dots = 0;
    for (ptrdiff_t at = 0; at < s.len; len++) {
        const int c = next_byte(s, &at);
        dots += c == '.';
        if (c == '/' || c == '\\') return S("an escaped slash or a backslash in the path");
    }
    if (dots == len && (len == 1 || len == 2)) return S("a dot segment in the path");
    return (Str){NULL, 0};
}

static Str judge_path(Str path) {
    ptrdiff_t from = 1;
    for (ptrdiff_t i = 1; i <= path.len; i++) {
        if (i < path.len && path.ptr[i] != '/') continue;
        const Str why = judge_segment(str_slice(path, from, i));
        if (why.len) return why;
        from = i + 1;
    }
    return (Str){NULL, 0};
}

static Str judge_target(Str target) {
    if (target.len == 0 || target.ptr[0] != '/') return S("the target does not begin with /");
    if (target.len > TARGET_MAX) return S("the target is too long");
    for (ptrdiff_t i = 0; i < target.len; i++) {
        const unsigned char c = (unsigned char)target.ptr[i];
        if (c <= 0x20 || c >= 0x7f)
            return S("a control byte, space or unescaped byte in the target");
        if (strchr("\"<>\\^`{|}#", c)) return S("a byte in the target that must be escaped");
    }
    const Str why = judge_escapes(target);
    if (why.len) return why;
    const ptrdiff_t mark = str_find(target, S("?"));
    return judge_path(mark < 0 ? target : str_slice(target, 0, mark));
}

/* ---- headers ---- */

typedef struct Counts {
    int hosts, lengths, encodings;
} Counts;

static Str judge_header(const HttpPair *h, Counts *counts) {
    if (!is_token(h->name)) return S("a header whose name is no token");
    if (has_control(h->value)) return S("a control byte in a header");
    if (!is_valid(h->value)) return S("a header that is no UTF-8");
    if (str_equal_fold(h->name, S("host"))) {
        counts->hosts++;
        if (!is_host(h->value)) return S("a Host that is no host");
    }
    if (str_equal_fold(h->name, S("content-length"))) {
        counts->lengths++;
        if (!is_digits(h->value)) return S("a Content-Length that is no number");
    }
    if (str_equal_fold(h->name, S("transfer-encoding"))) {
        counts->encodings++;
        if (!str_equal_fold(h->value, S("chunked"))) return S("a Transfer-Encoding but chunked");
    }
    return (Str){NULL, 0};
}

Str http_guard(Str method, Str target, const HttpPair *headers, ptrdiff_t count) {
    if (!is_known_method(method)) return S("a method other than GET, HEAD and POST");
    Str why = judge_target(target);
    if (why.len) return why;
    if (count > HEADERS_MAX) return S("more than 100 headers");
    Counts counts = {0};
    for (ptrdiff_t i = 0; i < count; i++) {
        why = judge_header(&headers[i], &counts);
        if (why.len) return why;
    }
    if (counts.hosts > 1) return S("more than one Host");
    if (counts.lengths > 1) return S("more than one Content-Length");
    if (counts.encodings > 1) return S("more than one Transfer-Encoding");
    if (counts.lengths && counts.encodings) {
        return S("both a Content-Length and a Transfer-Encoding");
    }
    return why;
}

bool is_known_method(Str method) {
    return str_equal(method, S("GET")) || str_equal(method, S("HEAD")) ||
           str_equal(method, S("POST"));
}

/* ---- decoding what has passed ---- */

static Str decode(Arena *a, Str s, bool plus_is_space) {
    Buf b = buf_new(a);
    buf_reserve(&b, s.len + 1);
    for (ptrdiff_t at = 0; at < s.len;) {
        if (plus_is_space && s.ptr[at] == '+') {
            buf_byte(&b, ' ');
            at++;
            continue;
        }
        buf_byte(&b, (char)next_byte(s, &at));
    }
    return buf_str(&b);
}

static HttpPair decode_pair(Arena *a, Str s) {
    const ptrdiff_t at = str_find(s, S("="));
    if (at < 0) return (HttpPair){decode(a, s, true), S("")};
    return (HttpPair){decode(a, str_slice(s, 0, at), true),
                      decode(a, str_slice(s, at + 1, s.len), true)};
}

void http_target(Arena *a, Str target, Str *path, HttpPair **query, ptrdiff_t *count) {
    const ptrdiff_t mark = str_find(target, S("?"));
    const ptrdiff_t end = mark < 0 ? target.len : mark;
    *path = decode(a, str_slice(target, 0, end), false);
    *query = NULL;
    *count = 0;
    ptrdiff_t cap = 0;
    for (ptrdiff_t from = end + 1, i = end + 1; i <= target.len; i++) {
        if (i < target.len && target.ptr[i] != '&') continue;
        if (i > from) {
            *query = arena_grow(a, *query, *count, &cap, *count + 1, (ptrdiff_t)sizeof **query);
            (*query)[(*count)++] = decode_pair(a, str_slice(target, from, i));
        }
        from = i + 1;
    }
}
