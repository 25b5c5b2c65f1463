/* err: filling a PxErr, and the end of the process for a bug. vsnprintf is given no floating point,
 * so the locale has no say in a message. */
#include "base/base.h"

#include <stdio.h>
#include <stdlib.h>

/* The longest length <= len at which s does not end inside a code point. */
static ptrdiff_t cut_whole(const char *s, ptrdiff_t len) {
    ptrdiff_t at = len;
    while (at > 0 && len - at < 4 && ((unsigned char)s[at - 1] & 0xC0) == 0x80) at--;
    if (at == 0) return len;
    const unsigned char lead = (unsigned char)s[at - 1];
    const ptrdiff_t wanted = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    return len - (at - 1) < wanted ? at - 1 : len;
}

static void copy_cut(char *to, ptrdiff_t cap, Str s) {
    ptrdiff_t len = s.len;
    if (len > cap - 1) len = cut_whole(s.ptr, cap - 1);
    if (len) memcpy(to, s.ptr, (size_t)len);
    to[len] = '\0';
}

bool fail(PxErr *err, PxErrKind kind, PxStr part, ptrdiff_t at, const char *format, ...) {
    if (!err) return false;
    err->kind = kind;
    err->at = at;
    copy_cut(err->part, (ptrdiff_t)sizeof err->part, part);
    va_list args;
    va_start(args, format);
    const int len = vsnprintf(err->message, sizeof err->message, format, args);
    va_end(args);
    if (len >= (int)sizeof err->message) {
        err->message[cut_whole(err->message, (ptrdiff_t)sizeof err->message - 1)] = '\0';
    }
    return false;
}

_Noreturn void check_failed(const char *cond, const char *file, int line) {
    fprintf(stderr, "paraph: a bug at %s:%d: %s\n", file, line, cond);
    abort();
}
