/* Values: making them, finding their members, comparing them, and the canonical writing of RFC 8785
 * for what json.h admits. */
#include "json/json.h"

#define DEPTH_MAX 64

/* ---- making ---- */

static Json *make(Arena *a, JsonKind kind) {
    Json *j = NEW(a, Json);
    j->kind = kind;
    return j;
}

Json *json_null(Arena *a) { return make(a, JSON_NULL); }

Json *json_bool(Arena *a, bool truth) {
    Json *j = make(a, JSON_BOOL);
    j->truth = truth;
    return j;
}

Json *json_int(Arena *a, int64_t number) {
    Json *j = make(a, JSON_INT);
    j->number = number;
    return j;
}

static bool is_text(Str s) {
    ptrdiff_t bad_at;
    if (s.len == 0) return true;
    return memchr(s.ptr, 0, (size_t)s.len) == NULL && utf8_valid(s, &bad_at);
}

/* U+FFFD in place of each byte that is none of UTF-8's, and of NUL. */
static Str mended(Arena *a, Str s) {
    Buf b = buf_new(a);
    while (s.len > 0) {
        ptrdiff_t good = s.len;
        if (utf8_valid(s, &good)) good = s.len;
        const char *nul = memchr(s.ptr, 0, (size_t)good);
        if (nul) good = nul - s.ptr;
        buf_add(&b, str_slice(s, 0, good));
        if (good == s.len) break;
        utf8_put(&b, 0xFFFD);
        s = str_slice(s, good + 1, s.len);
    }
    return buf_str(&b);
}

Json *json_str(Arena *a, Str text) {
    Json *j = make(a, JSON_STR);
    j->text = is_text(text) ? text : mended(a, text);
    return j;
}

Json *json_array(Arena *a) { return make(a, JSON_ARRAY); }
Json *json_object(Arena *a) { return make(a, JSON_OBJECT); }

Json *json_push(Arena *a, Json *array, Json *item) {
    check(array->kind == JSON_ARRAY && item);
    array->items = arena_grow(a, array->items, array->count, &array->cap, array->count + 1,
                              (ptrdiff_t)sizeof *array->items);
    array->items[array->count++] = item;
    return item;
}

static ptrdiff_t index_of(const Json *object, Str key) {
    for (ptrdiff_t i = 0; i < object->count; i++) {
        if (str_equal(object->keys[i], key)) return i;
    }
    return -1;
}

Json *json_set(Arena *a, Json *object, Str key, Json *value) {
    check(object->kind == JSON_OBJECT && value);
    if (!is_text(key)) key = mended(a, key);
    const ptrdiff_t at = index_of(object, key);
    if (at >= 0) {
        object->items[at] = value;
        return value;
    }
    const ptrdiff_t count = object->count;
    object->items = arena_grow(a, object->items, count, &object->cap, count + 1,
                               (ptrdiff_t)sizeof *object->items);
    object->keys = arena_grow(a, object->keys, count, &object->key_cap, count + 1,
                              (ptrdiff_t)sizeof *object->keys);
    object->items[count] = value;
    object->keys[count] = key;
    object->count++;
    return value;
}

void json_set_str(Arena *a, Json *object, Str key, Str text) {
    if (text.len > 0) json_set(a, object, key, json_str(a, text));
}

void json_set_int(Arena *a, Json *object, Str key, int64_t number) {
    json_set(a, object, key, json_int(a, number));
}

void json_set_bool(Arena *a, Json *object, Str key, bool truth) {
    json_set(a, object, key, json_bool(a, truth));
}

/* ---- reading ---- */

Json *json_find(const Json *object, Str key) {
    if (!object || object->kind != JSON_OBJECT) return NULL;
    const ptrdiff_t at = index_of(object, key);
    return at < 0 ? NULL : object->items[at];
}

static Json *find_kind(const Json *object, Str key, JsonKind kind) {
    Json *j = json_find(object, key);
    return j && j->kind == kind ? j : NULL;
}

Str json_find_str(const Json *object, Str key) {
    const Json *j = find_kind(object, key, JSON_STR);
    return j ? j->text : (Str){NULL, 0};
}

int64_t json_find_int(const Json *object, Str key, int64_t otherwise) {
    const Json *j = find_kind(object, key, JSON_INT);
    return j ? j->number : otherwise;
}

bool json_find_bool(const Json *object, Str key) {
    const Json *j = find_kind(object, key, JSON_BOOL);
    return j && j->truth;
}

ptrdiff_t json_find_array(const Json *object, Str key, Json ***items) {
    Json *j = find_kind(object, key, JSON_ARRAY);
    *items = j ? j->items : NULL;
    return j ? j->count : 0;
}

/* ---- comparing ---- */

static bool equal(const Json *a, const Json *b, int depth);

/* Members mostly stand in the same order in both, so that place is tried first. */
static bool equal_members(const Json *a, const Json *b, int depth) {
    for (ptrdiff_t i = 0; i < a->count; i++) {
        ptrdiff_t at = str_equal(a->keys[i], b->keys[i]) ? i : index_of(b, a->keys[i]);
        if (at < 0 || !equal(a->items[i], b->items[at], depth)) return false;
    }
    return true;
}

static bool equal(const Json *a, const Json *b, int depth) {
    check(depth <= DEPTH_MAX);
    if (a->kind != b->kind) return false;
    switch (a->kind) {
    case JSON_NULL: return true;
    case JSON_BOOL: return a->truth == b->truth;
    case JSON_INT: return a->number == b->number;
    case JSON_STR: return str_equal(a->text, b->text);
    case JSON_ARRAY:
        if (a->count != b->count) return false;
        for (ptrdiff_t i = 0; i < a->count; i++) {
            if (!equal(a->items[i], b->items[i], depth + 1)) return false;
        }
        return true;
    case JSON_OBJECT: return a->count == b->count && equal_members(a, b, depth + 1);
    case JSON_KINDS: break;
    }
    check(false);
    return false;
}

bool json_equal(const Json *a, const Json *b) { return equal(a, b, 0); }

/* ---- writing ---- */

static void write_text(Buf *b, Str s) {
    static const char short_names[] = "btn\0fr"; /* of U+0008 to U+000D */
    buf_byte(b, '"');
    ptrdiff_t from = 0;
    for (ptrdiff_t i = 0; i < s.len; i++) {
        const unsigned char c = (unsigned char)s.ptr[i];
        if (c >= 0x20 && c != '"' && c != '\\') continue;
        buf_add(b, str_slice(s, from, i));
        from = i + 1;
        if (c >= 0x20) {
            buf_byte(b, '\\');
            buf_byte(b, (char)c);
        } else if (c >= 8 && c <= 13 && short_names[c - 8]) {
            buf_byte(b, '\\');
            buf_byte(b, short_names[c - 8]);
        } else {
            buf_add(b, S("\\u00"));
            buf_byte(b, (char)('0' + (c >> 4)));
            buf_byte(b, "0123456789abcdef"[c & 15]);
        }
    }
    buf_add(b, str_slice(s, from, s.len));
    buf_byte(b, '"');
}

static int compare_keys(const void *ctx, ptrdiff_t a, ptrdiff_t b) {
    const Str *keys = ctx;
    return str_compare(keys[a], keys[b]);
}

static void write_value(Buf *b, const Json *j, int depth);

static void write_object(Buf *b, const Json *j, int depth) {
    bool is_sorted = true;
    for (ptrdiff_t i = 1; i < j->count && is_sorted; i++) {
        is_sorted = str_compare(j->keys[i - 1], j->keys[i]) < 0;
    }
    ptrdiff_t *order = NULL;
    if (!is_sorted) {
        order = NEW_ARRAY(b->arena, ptrdiff_t, j->count);
        for (ptrdiff_t i = 0; i < j->count; i++) order[i] = i;
        sort_indexes(b->arena, order, j->count, compare_keys, j->keys);
    }
    buf_byte(b, '{');
    for (ptrdiff_t i = 0; i < j->count; i++) {
        const ptrdiff_t at = order ? order[i] : i;
        if (i > 0) buf_byte(b, ',');
        write_text(b, j->keys[at]);
        buf_byte(b, ':');
        write_value(b, j->items[at], depth);
    }
    buf_byte(b, '}');
}

static void write_value(Buf *b, const Json *j, int depth) {
    check(depth <= DEPTH_MAX);
    switch (j->kind) {
    case JSON_NULL: buf_add(b, S("null")); return;
    case JSON_BOOL: buf_add(b, j->truth ? S("true") : S("false")); return;
    case JSON_INT: buf_int(b, j->number); return;
    case JSON_STR: write_text(b, j->text); return;
    case JSON_ARRAY:
        buf_byte(b, '[');
        for (ptrdiff_t i = 0; i < j->count; i++) {
            if (i > 0) buf_byte(b, ',');
            write_value(b, j->items[i], depth + 1);
        }
        buf_byte(b, ']');
        return;
    case JSON_OBJECT: write_object(b, j, depth + 1); return;
    case JSON_KINDS: break;
    }
    check(false);
}

void json_write(Buf *b, const Json *value) { write_value(b, value, 0); }

Str json_text(Arena *a, const Json *value) {
    Buf b = buf_new(a);
    buf_reserve(&b, 1);
    json_write(&b, value);
    return buf_str(&b);
}
