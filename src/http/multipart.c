/* multipart/form-data (RFC 7578; RFC 2046, 5.1), strictly: the body begins with the boundary, lines
 * end with CRLF, each part says its name, nothing follows the last boundary. What browsers and curl
 * send is accepted; what two readers may understand in two ways is not. */
#include "http/int.h"

enum { PARTS_MAX = 64, HEAD_MAX = 4096, BOUNDARY_MAX = 70 };

typedef struct Reader {
    Arena *arena;
    Str body;
    ptrdiff_t at;
    Str delimiter; /* "\r\n--boundary" */
} Reader;

static bool refuse(const Reader *r, const char *why, PxErr *err) {
    return fail(err, PX_ERR_INPUT, S("form"), r->at, "the form is malformed: %s", why);
}

/* ---- parameters: ; name=value or ; name="value" ---- */

static bool is_space(char c) { return c == ' ' || c == '\t'; }

static void skip_space(Str *s) {
    while (s->len && is_space(*s->ptr)) *s = str_slice(*s, 1, s->len);
}

/* A backslash escapes a quote or itself (curl); others stand for themselves (old paths). */
static bool quoted(Arena *a, Str *s, Str *out) {
    Buf b = buf_new(a);
    for (ptrdiff_t i = 1; i < s->len; i++) {
        const char c = s->ptr[i];
        if (c == '"') {
            *s = str_slice(*s, i + 1, s->len);
            *out = buf_str(&b);
            return true;
        }
        const bool escapes =
            c == '\\' && i + 1 < s->len && (s->ptr[i + 1] == '"' || s->ptr[i + 1] == '\\');
        if (escapes) i++;
        buf_byte(&b, s->ptr[i]);
    }
    return false;
}

/* Cuts the next parameter off *s; false when it is none. */
static bool parameter(Arena *a, Str *s, Str *name, Str *value) {
    if (!s->len || *s->ptr != ';') return false;
    *s = str_slice(*s, 1, s->len);
    skip_space(s);
    ptrdiff_t i = 0;
    while (i < s->len && is_token(str_slice(*s, i, i + 1))) i++;
    *name = str_slice(*s, 0, i);
    if (i == 0 || i == s->len || s->ptr[i] != '=') return false;
    *s = str_slice(*s, i + 1, s->len);
    if (s->len && *s->ptr == '"') {
        if (!quoted(a, s, value)) return false;
    } else {
        for (i = 0; i < s->len && is_token(str_slice(*s, i, i + 1));) i++;
        if (i == 0) return false;
        *value = str_slice(*s, 0, i);
        *s = str_slice(*s, i, s->len);
    }
    skip_space(s);
    return true;
}

/* The word before the parameters. */
static Str first_word(Str *s) {
    ptrdiff_t i = 0;
    while (i < s->len && s->ptr[i] != ';') i++;
    const Str word = str_trim(str_slice(*s, 0, i));
    *s = str_slice(*s, i, s->len);
    return word;
}

/* RFC 2046: 1 to 70 of these, no space at the end. */
static bool is_boundary(Str s) {
    for (ptrdiff_t i = 0; i < s.len; i++) {
        const char c = s.ptr[i];
        const bool is_plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                              (c >= 'A' && c <= 'Z') || (c && strchr("'()+_,-./:=? ", c));
        if (!is_plain) return false;
    }
    return s.len > 0 && s.len <= BOUNDARY_MAX && s.ptr[s.len - 1] != ' ';
}

static bool read_boundary(Reader *r, Str type, PxErr *err) {
    Str name, value, boundary = {NULL, 0};
    if (!str_equal_fold(first_word(&type), S("multipart/form-data"))) {
        return refuse(r, "its Content-Type is not multipart/form-data", err);
    }
    while (type.len) {
        if (!parameter(r->arena, &type, &name, &value)) {
            return refuse(r, "its Content-Type cannot be read", err);
        }
        if (!str_equal_fold(name, S("boundary"))) continue;
        if (boundary.len) return refuse(r, "it has two boundaries", err);
        boundary = value;
    }
    if (!is_boundary(boundary)) return refuse(r, "its boundary is none", err);
    r->delimiter = arena_format(r->arena, "\r\n--%.*s", (int)boundary.len, boundary.ptr);
    return true;
}

/* ---- the head of a part ---- */

/* A form's text: UTF-8 without control bytes; browsers write quotes and line ends as escapes. */
static bool plain_text(const Reader *r, Str s, PxErr *err) {
    ptrdiff_t bad_at;
    if (s.len && !utf8_valid(s, &bad_at)) return refuse(r, "a name in it is no UTF-8", err);
    return !has_control(s) || refuse(r, "a name in it holds a control byte", err);
}

/* The last part of a path, which some clients send whole. */
static Str base_name(Str s) {
    for (ptrdiff_t i = s.len; i > 0; i--) {
        if (s.ptr[i - 1] == '/' || s.ptr[i - 1] == '\\') return str_slice(s, i, s.len);
    }
    return s;
}

typedef struct Seen {
    bool disposition, type, encoding, name, file;
} Seen;

static bool read_disposition(Reader *r, Str value, HttpPart *part, Seen *seen, PxErr *err) {
    Str name, text;
    if (seen->disposition) return refuse(r, "a part has two dispositions", err);
    seen->disposition = true;
    if (!str_equal_fold(first_word(&value), S("form-data"))) {
        return refuse(r, "a part is no form-data", err);
    }
    while (value.len) {
        if (!parameter(r->arena, &value, &name, &text)) {
            return refuse(r, "a part's disposition cannot be read", err);
        }
        if (!plain_text(r, text, err)) return false;
        bool *had = str_equal_fold(name, S("name"))       ? &seen->name
                    : str_equal_fold(name, S("filename")) ? &seen->file
                                                          : NULL;
        if (!had) return refuse(r, "a part's disposition says more than a name and a file", err);
        if (*had) return refuse(r, "a part has two names", err);
        *had = true;
        if (had == &seen->name) part->name = text;
        else part->file_name = base_name(text);
    }
    return true;
}

static bool read_line(Reader *r, Str line, HttpPart *part, Seen *seen, PxErr *err) {
    const char *colon = memchr(line.ptr, ':', (size_t)line.len);
    if (!colon || !is_token(str_slice(line, 0, colon - line.ptr))) {
        return refuse(r, "a part's head holds a line that is no header", err);
    }
    const Str name = str_slice(line, 0, colon - line.ptr);
    const Str value = str_trim(str_slice(line, name.len + 1, line.len));
    if (has_control(value)) return refuse(r, "a part's head holds a control byte", err);
    if (str_equal_fold(name, S("content-disposition"))) {
        return read_disposition(r, value, part, seen, err);
    }
    if (str_equal_fold(name, S("content-type"))) {
        if (seen->type) return refuse(r, "a part has two types", err);
        seen->type = true;
        part->type = value;
        return plain_text(r, value, err);
    }
    if (str_equal_fold(name, S("content-transfer-encoding"))) {
        if (seen->encoding) return refuse(r, "a part has two encodings", err);
        seen->encoding = true;
        return str_equal_fold(value, S("binary")) || str_equal_fold(value, S("8bit")) ||
               str_equal_fold(value, S("7bit")) || refuse(r, "a part is encoded", err);
    }
    return true;
}

static bool read_head(Reader *r, HttpPart *part, PxErr *err) {
    const ptrdiff_t start = r->at;
    Seen seen = {0};
    for (;;) {
        const Str rest = str_slice(r->body, r->at, r->body.len);
        const ptrdiff_t room = HEAD_MAX - (r->at - start);
        const ptrdiff_t end =
            str_find(rest.len > room ? str_slice(rest, 0, room) : rest, S("\r\n"));
        if (end < 0 && rest.len > room) {
            return fail(err, PX_ERR_LIMIT, S("form"), start,
                        "the head of a part of the form is longer than %d bytes", HEAD_MAX);
        }
        if (end < 0) return refuse(r, "it ends inside the head of a part", err);
        r->at += end + 2;
        if (end == 0) break;
        if (!read_line(r, str_slice(rest, 0, end), part, &seen, err)) return false;
    }
    return (seen.name && part->name.len) || refuse(r, "a part has no name", err);
}

/* ---- parts ---- */

/* Behind a delimiter: true in *is_last when it was the closing one. */
static bool after_delimiter(Reader *r, bool *is_last, PxErr *err) {
    Str rest = str_slice(r->body, r->at, r->body.len);
    *is_last = str_starts(rest, S("--"));
    if (*is_last) {
        rest = str_slice(rest, 2, rest.len);
        if (rest.len == 0 || str_equal(rest, S("\r\n"))) return true;
        return refuse(r, "something follows its end", err);
    }
    if (!str_starts(rest, S("\r\n"))) return refuse(r, "a boundary is not a line of its own", err);
    r->at += 2;
    return true;
}

/* The body of a part, to the next delimiter. */
static bool read_bytes(Reader *r, HttpPart *part, PxErr *err) {
    /* the line end of an empty part's head is that of the delimiter */
    const ptrdiff_t from = r->at - 2;
    const ptrdiff_t end = str_find(str_slice(r->body, from, r->body.len), r->delimiter);
    if (end < 0) return refuse(r, "its last boundary is missing", err);
    part->bytes = end < 2 ? (Str){r->body.ptr + r->at, 0} : str_slice(r->body, r->at, from + end);
    r->at = from + end + r->delimiter.len;
    return true;
}

bool http_multipart(Arena *a, Str content_type, Str body, HttpPart **out, ptrdiff_t *count,
                    PxErr *err) {
    Reader r = {.arena = a, .body = body};
    HttpPart *parts = NULL;
    ptrdiff_t made = 0, cap = 0;
    bool is_last;
    *out = NULL;
    *count = 0;
    if (!read_boundary(&r, content_type, err)) return false;
    const Str first = str_slice(r.delimiter, 2, r.delimiter.len);
    if (!str_starts(body, first)) return refuse(&r, "it does not begin with its boundary", err);
    r.at = first.len;
    for (;;) {
        if (!after_delimiter(&r, &is_last, err)) return false;
        if (is_last) break;
        if (made == PARTS_MAX) {
            return fail(err, PX_ERR_LIMIT, S("form"), r.at, "the form has more than %d parts",
                        PARTS_MAX);
        }
        parts = arena_grow(a, parts, made, &cap, made + 1, (ptrdiff_t)sizeof *parts);
        parts[made] = (HttpPart){0};
        if (!read_head(&r, &parts[made], err) || !read_bytes(&r, &parts[made], err)) return false;
        made++;
    }
    *out = parts;
    *count = made;
    return true;
}
