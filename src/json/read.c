/* Reading (RFC 8259) with jansson, whose values are turned into ours.
 *
 * One pass before it finds what jansson would take and we do not: depth, and numbers that are no
 * integers. jansson and json.h name some things alike; jansson's are renamed below, and none of the
 * renamed functions is called. */
#include "json/json.h"

#define JSON_NULL JANSSON_NULL
#define JSON_ARRAY JANSSON_ARRAY
#define JSON_OBJECT JANSSON_OBJECT
#define json_null jansson_null
#define json_array jansson_array
#define json_object jansson_object
#define json_equal jansson_equal
#include <jansson.h>
#undef JSON_NULL
#undef JSON_ARRAY
#undef JSON_OBJECT
#undef json_null
#undef json_array
#undef json_object
#undef json_equal

#define DEPTH_MAX 64

/* Depth, and digits followed by a fraction or an exponent, outside of strings. */
static bool scan(Str name, Str text, PxErr *err) {
    bool in_string = false;
    int depth = 0;
    for (ptrdiff_t i = 0; i < text.len; i++) {
        const char c = text.ptr[i];
        if (in_string) {
            if (c == '\\') {
                i++;
            } else if (c == '"') {
                in_string = false;
            }
        } else if (c == '"') {
            in_string = true;
        } else if (c == '\0') { /* jansson takes it for the end */
            return fail(err, PX_ERR_INPUT, name, i, "it is no JSON we take: a NUL stands in it");
        } else if (c == '{' || c == '[') {
            if (++depth > DEPTH_MAX) {
                return fail(err, PX_ERR_LIMIT, name, i, "values are nested more than %d deep",
                            DEPTH_MAX);
            }
        } else if (c == '}' || c == ']') {
            depth--;
        } else if (c >= '0' && c <= '9' && i + 1 < text.len) {
            const char next = text.ptr[i + 1];
            if (next == '.' || next == 'e' || next == 'E') {
                return fail(err, PX_ERR_INPUT, name, i, "the number is no integer of 64 bits");
            }
        }
    }
    return true;
}

static Json *convert(Arena *a, json_t *from);

static Json *convert_array(Arena *a, json_t *from) {
    Json *out = json_array(a);
    out->cap = out->count = (ptrdiff_t)json_array_size(from);
    out->items = NEW_ARRAY(a, Json *, out->count);
    for (ptrdiff_t i = 0; i < out->count; i++) {
        out->items[i] = convert(a, json_array_get(from, (size_t)i));
    }
    return out;
}

static Json *convert_object(Arena *a, json_t *from) {
    Json *out = json_object(a);
    const ptrdiff_t count = (ptrdiff_t)json_object_size(from);
    out->cap = out->key_cap = count;
    out->items = NEW_ARRAY(a, Json *, count);
    out->keys = NEW_ARRAY(a, Str, count);
    for (void *at = json_object_iter(from); at; at = json_object_iter_next(from, at)) {
        check(out->count < count);
        out->keys[out->count] = arena_str(a, str_from_z(json_object_iter_key(at)));
        out->items[out->count++] = convert(a, json_object_iter_value(at));
    }
    return out;
}

/* No deeper than scan() allowed. */
static Json *convert(Arena *a, json_t *from) {
    switch (json_typeof(from)) {
    case JANSSON_OBJECT: return convert_object(a, from);
    case JANSSON_ARRAY: return convert_array(a, from);
    case JSON_STRING: {
        Json *out = NEW(a, Json);
        out->kind = JSON_STR;
        const Str text = {json_string_value(from), (ptrdiff_t)json_string_length(from)};
        out->text = arena_str(a, text);
        return out;
    }
    case JSON_INTEGER: return json_int(a, json_integer_value(from));
    case JSON_TRUE: return json_bool(a, true);
    case JSON_FALSE: return json_bool(a, false);
    case JANSSON_NULL: return json_null(a);
    case JSON_REAL: break;
    }
    check(false);
    return NULL;
}

static void close_root(void *ctx) { json_decref(*(json_t **)ctx); }

bool json_read(Arena *a, Str name, Str text, Json **out, PxErr *err) {
    *out = NULL;
    if (!scan(name, text, err)) return false;
    Arena *held = arena_child(a);
    json_t **root = NEW(held, json_t *);
    arena_defer(held, close_root, root);
    json_error_t error;
    *root = json_loadb(text.len > 0 ? text.ptr : "", (size_t)text.len,
                       JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    if (!*root) {
        arena_close(held);
        if (json_error_code(&error) == json_error_out_of_memory) arena_no_memory(a);
        return fail(err, PX_ERR_INPUT, name, error.position, "it is no JSON we take: %s",
                    error.text);
    }
    *out = convert(a, *root);
    arena_close(held);
    return true;
}
