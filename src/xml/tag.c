/* tag: the attributes of a start tag as the source has them. The tag was found well-formed before,
 * so little can go wrong here; nothing is read past its end all the same. */
#include "xml/int.h"

static bool ends_name(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '/' || c == '>' || c == '=';
}

const char *tag_name_end(const char *tag) {
    tag++;
    while (!ends_name(*tag)) tag++;
    return tag;
}

bool tag_next_attr(const char **at, const char *end, Str *name, Str *value) {
    const char *p = *at;
    while (p < end && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r')) p++;
    if (p >= end || *p == '/' || *p == '>') return false;
    const char *start = p;
    while (p < end && !ends_name(*p)) p++;
    *name = (Str){start, p - start};
    while (p < end && *p != '"' && *p != '\'') p++;
    if (p >= end) return false;
    const char *close = memchr(p + 1, *p, (size_t)(end - p - 1));
    if (!close) return false;
    *value = (Str){p + 1, close - p - 1};
    *at = close + 1;
    return true;
}
