/* names: how parts are named and referred to (ECMA-376 part 2, 6.2 and 6.5; RFC 3986, 5.2), and the
 * two spellings of a relationship's type (ISO 29500-1 and -4). */
#include "docx/int.h"

Str name_folder(Str part) { return (Str){part.ptr, str_find_last(part, '/') + 1}; }

static Str name_file(Str part) { return str_slice(part, str_find_last(part, '/') + 1, part.len); }

Str name_extension(Str part) {
    const Str file = name_file(part);
    const ptrdiff_t dot = str_find_last(file, '.');
    return dot < 0 ? S("") : str_slice(file, dot + 1, file.len);
}

/* Appends the segments of path to the folder in b, which is empty or ends in '/'. */
static void add_segments(Buf *b, Str path) {
    ptrdiff_t start = 0;
    for (ptrdiff_t i = 0; i <= path.len; i++) {
        if (i < path.len && path.ptr[i] != '/') continue;
        const Str segment = str_slice(path, start, i);
        start = i + 1;
        if (segment.len == 0 || str_equal(segment, S("."))) continue;
        if (str_equal(segment, S(".."))) {
            if (b->len) b->len = str_find_last((Str){b->ptr, b->len - 1}, '/') + 1;
            continue;
        }
        buf_add(b, segment);
        if (i < path.len) buf_byte(b, '/');
    }
}

Str name_resolve(Arena *a, Str source, Str target) {
    for (ptrdiff_t i = 0; i < target.len; i++) {
        const char c = target.ptr[i];
        if (c == '#' || c == '?') target.len = i;
        if (c == ':' && str_find_last((Str){target.ptr, i}, '/') < 0) return (Str){NULL, 0};
    }
    Buf b = buf_new(a);
    buf_reserve(&b, source.len + target.len + 1);
    if (!str_starts(target, S("/"))) buf_add(&b, name_folder(source));
    add_segments(&b, target);
    if (target.len == 0 || b.len == 0 || b.ptr[b.len - 1] == '/') return (Str){NULL, 0};
    return buf_str(&b);
}

Str name_relative(Arena *a, Str source, Str target) {
    const Str from = name_folder(source), to = name_folder(target);
    ptrdiff_t common = 0;
    for (ptrdiff_t i = 0; i < from.len && i < to.len && from.ptr[i] == to.ptr[i]; i++) {
        if (from.ptr[i] == '/') common = i + 1;
    }
    Buf b = buf_new(a);
    const Str rest = str_slice(target, common, target.len);
    const ptrdiff_t colon = str_find(rest, S(":")), slash = str_find(rest, S("/"));
    if (colon >= 0 && (slash < 0 || colon < slash)) { /* it would read as a scheme */
        buf_byte(&b, '/');
        buf_add(&b, target);
        return buf_str(&b);
    }
    for (ptrdiff_t i = common; i < from.len; i++) {
        if (from.ptr[i] == '/') buf_add(&b, S("../"));
    }
    buf_add(&b, rest);
    return buf_str(&b);
}

bool name_is_rels(Str name) {
    const Str folder = name_folder(name);
    if (name.len < 5 || !str_equal_fold(str_slice(name, name.len - 5, name.len), S(".rels"))) {
        return false;
    }
    return folder.len >= 6 &&
           str_equal_fold(str_slice(folder, folder.len - 6, folder.len), S("_rels/")) &&
           (folder.len == 6 || folder.ptr[folder.len - 7] == '/');
}

Str name_of_rels(Arena *a, Str part) {
    const Str folder = name_folder(part), file = name_file(part);
    return arena_format(a, "%.*s_rels/%.*s.rels", (int)folder.len, folder.ptr ? folder.ptr : "",
                        (int)file.len, file.ptr ? file.ptr : "");
}

Str name_of_source(Arena *a, Str rels_name) {
    const Str folder = name_folder(rels_name), file = name_file(rels_name);
    Buf b = buf_new(a);
    buf_add(&b, str_slice(folder, 0, folder.len - 6));
    const ptrdiff_t above = b.len;
    buf_add(&b, str_slice(file, 0, file.len - 5));
    return file.len == 5 && above == 0 ? S("") : buf_str(&b);
}

/* ---- types of relationships ---- */

#define TRANSITIONAL "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
#define STRICT "http://purl.oclc.org/ooxml/officeDocument/relationships/"

/* Those whose last segments differ: Transitional, Strict. */
static const Str renamed[][2] = {
    {S("extended-properties"), S("extendedProperties")},
    {S("custom-properties"), S("customProperties")},
};

static Str convert(Arena *a, Str type, Str from, Str to, int column) {
    if (!str_starts(type, from)) return type;
    Str tail = str_slice(type, from.len, type.len);
    for (size_t i = 0; i < sizeof renamed / sizeof *renamed; i++) {
        if (str_equal(tail, renamed[i][column])) tail = renamed[i][1 - column];
    }
    Buf b = buf_new(a);
    buf_reserve(&b, to.len + tail.len);
    buf_add(&b, to);
    buf_add(&b, tail);
    return buf_str(&b);
}

Str type_transitional(Arena *a, Str type) {
    return convert(a, type, S(STRICT), S(TRANSITIONAL), 1);
}

Str type_strict(Arena *a, Str type) { return convert(a, type, S(TRANSITIONAL), S(STRICT), 0); }

bool type_ends(Str type, Str suffix) {
    return type.len > suffix.len && str_ends(type, suffix) &&
           type.ptr[type.len - suffix.len - 1] == '/';
}

const SingleRow single_rows[SINGLES] = {
#define SINGLE(NAME, file, suffix, content_type, type, root)                                       \
    {S(file), S(suffix), S(content_type), S(type), S(root)},
#include "docx/singles.def"
#undef SINGLE
};
