/* utf8: validity (Unicode 15, table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF)
 * and stepping. Text is checked once, at the border; everything behind it may rely on that. */
#include "base/base.h"

/* Length of the well-formed sequence at p, or 0. left: bytes there. */
static ptrdiff_t sequence_len(const unsigned char *p, ptrdiff_t left) {
    const unsigned char lead = p[0];
    if (lead < 0x80) return 1;
    if (lead < 0xC2 || lead > 0xF4) return 0;
    const ptrdiff_t len = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (left < len) return 0;
    unsigned char low = 0x80, high = 0xBF; /* of the second byte */
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
    if (p[1] < low || p[1] > high) return 0;
    for (ptrdiff_t i = 2; i < len; i++) {
        if ((p[i] & 0xC0) != 0x80) return 0;
    }
    return len;
}

bool utf8_valid(Str s, ptrdiff_t *bad_at) {
    const unsigned char *p = (const unsigned char *)s.ptr;
    ptrdiff_t at = 0;
    while (at < s.len) {
        uint64_t eight;
        while (s.len - at >= 8) { /* ASCII, a word at a time */
            memcpy(&eight, p + at, sizeof eight);
            if (eight & UINT64_C(0x8080808080808080)) break;
            at += 8;
        }
        if (at == s.len) break;
        const ptrdiff_t len = sequence_len(p + at, s.len - at);
        if (len == 0) {
            if (bad_at) *bad_at = at;
            return false;
        }
        at += len;
    }
    return true;
}

uint32_t utf8_next(Str s, ptrdiff_t *at) {
    check(*at >= 0 && *at < s.len);
    const unsigned char *p = (const unsigned char *)s.ptr + *at;
    const uint32_t lead = p[0];
    if (lead < 0x80) {
        *at += 1;
        return lead;
    }
    const ptrdiff_t len = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    check(len <= s.len - *at);
    *at += len;
    if (len == 2) return (lead & 0x1F) << 6 | (p[1] & 0x3Fu);
    if (len == 3) return (lead & 0x0F) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);
    return (lead & 0x07) << 18 | (p[1] & 0x3Fu) << 12 | (p[2] & 0x3Fu) << 6 | (p[3] & 0x3Fu);
}

void utf8_put(Buf *b, uint32_t code_point) {
    const uint32_t c = code_point;
    check(c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF));
    buf_reserve(b, 4);
    char *to = b->ptr + b->len;
    ptrdiff_t len = 0;
    if (c < 0x80) {
        to[len++] = (char)c;
    } else if (c < 0x800) {
        to[len++] = (char)(0xC0 | c >> 6);
    } else if (c < 0x10000) {
        to[len++] = (char)(0xE0 | c >> 12);
        to[len++] = (char)(0x80 | (c >> 6 & 0x3F));
    } else {
        to[len++] = (char)(0xF0 | c >> 18);
        to[len++] = (char)(0x80 | (c >> 12 & 0x3F));
        to[len++] = (char)(0x80 | (c >> 6 & 0x3F));
    }
    if (c >= 0x80) to[len++] = (char)(0x80 | (c & 0x3F));
    b->len += len;
}

ptrdiff_t utf8_count(Str s) {
    ptrdiff_t count = 0;
    for (ptrdiff_t i = 0; i < s.len; i++) count += ((unsigned char)s.ptr[i] & 0xC0) != 0x80;
    return count;
}
