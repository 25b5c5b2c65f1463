/* encoding: parts are UTF-8 or UTF-16 (ECMA-376 part 2, 6.1.4); behind this border all is UTF-8. */
#include "xml/int.h"

typedef struct Decoder {
    const unsigned char *ptr;
    ptrdiff_t len; /* in units of 16 bits */
    bool big;
} Decoder;

static inline uint32_t unit(const Decoder *d, ptrdiff_t i) {
    const unsigned char *p = d->ptr + 2 * i;
    return d->big ? (uint32_t)(p[0] << 8 | p[1]) : (uint32_t)(p[1] << 8 | p[0]);
}

static bool decode(Decoder *d, Str part, ptrdiff_t skipped, Buf *out, PxErr *err) {
    for (ptrdiff_t i = 0; i < d->len; i++) {
        uint32_t c = unit(d, i);
        if (c >= 0xD800 && c < 0xE000) {
            const uint32_t low = c < 0xDC00 && i + 1 < d->len ? unit(d, i + 1) : 0;
            if (low < 0xDC00 || low > 0xDFFF) {
                return fail(err, PX_ERR_INPUT, part, skipped + 2 * i,
                            "the part's UTF-16 has half a surrogate pair");
            }
            c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
            i++;
        }
        utf8_put(out, c);
    }
    return true;
}

/* The declaration says what the bytes are now. */
static Str redeclare(Arena *a, Str text) {
    if (!str_starts(text, S("<?xml"))) return text;
    const ptrdiff_t end = str_find(text, S("?>"));
    if (end < 0) return text;
    const ptrdiff_t at = str_find(str_slice(text, 0, end), S("encoding"));
    if (at < 0) return text;
    ptrdiff_t open = at;
    while (open < end && text.ptr[open] != '"' && text.ptr[open] != '\'') open++;
    const char *close =
        open < end ? memchr(text.ptr + open + 1, text.ptr[open], (size_t)(end - open - 1)) : NULL;
    if (!close) return text;
    const Str value = {text.ptr + open + 1, close - text.ptr - open - 1};
    if (!str_equal_fold(value, S("UTF-16"))) return text; /* refused later */
    Buf b = buf_new(a);
    buf_reserve(&b, text.len);
    buf_add(&b, str_slice(text, 0, open + 1));
    buf_add(&b, S("UTF-8"));
    buf_add(&b, str_slice(text, close - text.ptr, text.len));
    return buf_str(&b);
}

/* expat takes text that begins with a NUL, or has one second, for UTF-16. */
static bool accept(Str part, Str text, Str *out, PxErr *err) {
    const char *nul = text.len ? memchr(text.ptr, '\0', (size_t)text.len) : NULL;
    if (nul) return fail(err, PX_ERR_INPUT, part, nul - text.ptr, "the part holds a NUL");
    *out = text;
    return true;
}

bool encoding_settle(Arena *a, Str part, Str bytes, Str *out, PxErr *err) {
    const bool little = str_starts(bytes, (Str){"\xFF\xFE", 2});
    const bool big = str_starts(bytes, (Str){"\xFE\xFF", 2});
    const bool bare_little = str_starts(bytes, (Str){"<\0", 2});
    const bool bare_big = str_starts(bytes, (Str){"\0<", 2});
    if (!little && !big && !bare_little && !bare_big) {
        return accept(part, bytes, out, err);
    }
    if (bytes.len % 2 != 0) {
        return fail(err, PX_ERR_INPUT, part, bytes.len - 1, "the part's UTF-16 ends within a unit");
    }
    const ptrdiff_t skipped = little || big ? 2 : 0;
    Decoder d = {(const unsigned char *)bytes.ptr + skipped, (bytes.len - skipped) / 2,
                 big || bare_big};
    Buf text = buf_new(a);
    buf_reserve(&text, d.len + d.len / 2);
    if (!decode(&d, part, skipped, &text, err)) return false;
    return accept(part, redeclare(a, buf_str(&text)), out, err);
}
