/* str: strings with a length, and the buffer that builds them. ASCII rules only: what depends on
 * the script of a text belongs to diff, which asks libunistring. */
#include "base/base.h"

#include <limits.h>
#include <stdio.h>

int str_compare(Str a, Str b) {
    const ptrdiff_t len = a.len < b.len ? a.len : b.len;
    const int order = len ? memcmp(a.ptr, b.ptr, (size_t)len) : 0;
    return order ? order : (a.len > b.len) - (a.len < b.len);
}

static char fold(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c; }

bool str_equal_fold(Str a, Str b) {
    if (a.len != b.len) return false;
    for (ptrdiff_t i = 0; i < a.len; i++) {
        if (fold(a.ptr[i]) != fold(b.ptr[i])) return false;
    }
    return true;
}

bool str_starts(Str s, Str prefix) {
    return s.len >= prefix.len && str_equal((Str){s.ptr, prefix.len}, prefix);
}

bool str_ends(Str s, Str suffix) {
    return s.len >= suffix.len && str_equal(str_slice(s, s.len - suffix.len, s.len), suffix);
}

ptrdiff_t str_find(Str s, Str needle) {
    if (needle.len == 0) return 0;
    ptrdiff_t at = 0;
    while (s.len - at >= needle.len) {
        const size_t starts = (size_t)(s.len - at - needle.len + 1);
        const char *hit = memchr(s.ptr + at, needle.ptr[0], starts);
        if (!hit) return -1;
        at = hit - s.ptr;
        if (memcmp(hit, needle.ptr, (size_t)needle.len) == 0) return at;
        at++;
    }
    return -1;
}

ptrdiff_t str_find_last(Str s, char c) {
    for (ptrdiff_t i = s.len - 1; i >= 0; i--) {
        if (s.ptr[i] == c) return i;
    }
    return -1;
}

static bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

Str str_trim(Str s) {
    while (s.len > 0 && is_space(s.ptr[0])) s = (Str){s.ptr + 1, s.len - 1};
    while (s.len > 0 && is_space(s.ptr[s.len - 1])) s.len--;
    return s;
}

bool str_to_int(Str s, int64_t *out) {
    ptrdiff_t at = 0;
    const bool negative = s.len > 0 && s.ptr[0] == '-';
    if (s.len > 0 && (negative || s.ptr[0] == '+')) at = 1;
    if (at == s.len) return false;
    int64_t value = 0;
    for (; at < s.len; at++) {
        const char c = s.ptr[at];
        if (c < '0' || c > '9') return false;
        const int64_t digit = negative ? '0' - c : c - '0';
        if (__builtin_mul_overflow(value, 10, &value)) return false;
        if (__builtin_add_overflow(value, digit, &value)) return false;
    }
    *out = value;
    return true;
}

Str str_from_z(const char *z) { return (Str){z, z ? (ptrdiff_t)strlen(z) : 0}; }

/* ---- buffer ---- */

void buf_add(Buf *b, Str s) {
    if (s.len == 0) return;
    buf_reserve(b, s.len);
    memcpy(b->ptr + b->len, s.ptr, (size_t)s.len);
    b->len += s.len;
}

void buf_byte(Buf *b, char c) {
    buf_reserve(b, 1);
    b->ptr[b->len++] = c;
}

void buf_int(Buf *b, int64_t n) {
    char digits[20];
    ptrdiff_t at = (ptrdiff_t)sizeof digits;
    uint64_t left = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
    do {
        digits[--at] = (char)('0' + left % 10);
        left /= 10;
    } while (left);
    if (n < 0) digits[--at] = '-';
    buf_add(b, (Str){digits + at, (ptrdiff_t)sizeof digits - at});
}

static __attribute__((format(printf, 2, 0))) void buf_vformat(Buf *b, const char *format,
                                                              va_list args) {
    va_list again;
    va_copy(again, args);
    const int len = vsnprintf(NULL, 0, format, again);
    va_end(again);
    check(len >= 0 && len < INT_MAX);
    buf_reserve(b, (ptrdiff_t)len + 1); /* vsnprintf insists on its NUL */
    (void)vsnprintf(b->ptr + b->len, (size_t)len + 1, format, args);
    b->len += len;
}

void buf_format(Buf *b, const char *format, ...) {
    va_list args;
    va_start(args, format);
    buf_vformat(b, format, args);
    va_end(args);
}

Str arena_format(Arena *a, const char *format, ...) {
    Buf b = buf_new(a);
    va_list args;
    va_start(args, format);
    buf_vformat(&b, format, args);
    va_end(args);
    return buf_str(&b);
}
