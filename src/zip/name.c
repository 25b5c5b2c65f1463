/* name: which names an entry may have. Those of parts (ECMA-376 part 2, 6.2.2, with the IRI
 * characters of its later editions), [Content_Types].xml, and the [trash] that packagers are
 * allowed to leave. Everything a file system could take for a way out (absolute, .., backslash,
 * NUL) is excluded by the same rules. */
#include "zip/int.h"

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

static bool is_unreserved(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

static const char *segment_fault(Str segment) {
    if (segment.len == 0) return "has an empty segment";
    if (segment.ptr[segment.len - 1] == '.') return "has a segment that ends in a dot";
    for (ptrdiff_t i = 0; i < segment.len; i++) {
        const char c = segment.ptr[i];
        if (c == '%') {
            const int high = i + 2 < segment.len ? hex_digit(segment.ptr[i + 1]) : -1;
            const int low = high >= 0 ? hex_digit(segment.ptr[i + 2]) : -1;
            if (low < 0) return "has a % that begins no escape";
            const int decoded = high * 16 + low;
            if (decoded < 0x20 || decoded == '/' || decoded == '\\' || is_unreserved(decoded)) {
                return "has an escape for a character that may not be escaped";
            }
            i += 2;
        } else if (c == '\0') {
            return "holds a NUL";
        } else if (c == '\\') {
            return "holds a backslash";
        } else if ((unsigned char)c < 0x80 && !is_unreserved(c) && !strchr("!$&'()*+,;=:@", c)) {
            return "holds a character that no part name has";
        }
    }
    return NULL;
}

const char *zip_name_fault(Str name) {
    if (name.len == 0) return "is empty";
    if (name.ptr[0] == '/') return "is absolute";
    if (!utf8_valid(name, NULL)) return "is not UTF-8";
    if (str_equal_fold(name, S("[Content_Types].xml"))) return NULL;
    if (str_starts(name, S("[trash]/"))) name = str_slice(name, 8, name.len);
    if (str_ends(name, S("/"))) name.len--; /* a folder */
    ptrdiff_t start = 0;
    for (ptrdiff_t i = 0; i <= name.len; i++) {
        if (i < name.len && name.ptr[i] != '/') continue;
        const char *fault = segment_fault(str_slice(name, start, i));
        if (fault) return fault;
        start = i + 1;
    }
    return NULL;
}
