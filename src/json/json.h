/* json: JSON values and their canonical form (RFC 8259; the writing of RFC 8785).
 *
 * Numbers are integers of 64 bits: a fraction or an exponent is refused. Keys of an object are
 * unique, and are written in the order of their bytes, without white space, so that equal values
 * have equal bytes. Everything lives in the arena it was made in; strings are borrowed by the
 * builders, not copied (but bytes that are no UTF-8, and NUL, become U+FFFD in a copy). Depth at
 * most 64. */
#ifndef PARAPH_JSON_H
#define PARAPH_JSON_H

#include "base/base.h"

typedef enum JsonKind {
    JSON_NULL,
    JSON_BOOL,
    JSON_INT,
    JSON_STR,
    JSON_ARRAY,
    JSON_OBJECT,
    JSON_KINDS
} JsonKind;

typedef struct Json Json;
struct Json {
    JsonKind kind;
    bool truth;      /* of JSON_BOOL */
    int64_t number;  /* of JSON_INT */
    Str text;        /* of JSON_STR: UTF-8 without NUL */
    Json **items;    /* of JSON_ARRAY and JSON_OBJECT */
    Str *keys;       /* of JSON_OBJECT: beside items, in order of insertion */
    ptrdiff_t count; /* of items */
    ptrdiff_t cap, key_cap;
};

/* Reads a whole text. Errors: PX_ERR_INPUT (with the byte offset, name as part) for what is no
 * JSON, a key twice, a number that is no integer, invalid UTF-8 or U+0000; PX_ERR_LIMIT for depth.
 */
bool json_read(Arena *a, Str name, Str text, Json **out, PxErr *err)
    __attribute__((warn_unused_result));
/* Appends the canonical form. */
void json_write(Buf *b, const Json *value);
Str json_text(Arena *a, const Json *value); /* the canonical form */
bool json_equal(const Json *a, const Json *b);

/* ---- making ---- */

Json *json_null(Arena *a);
Json *json_bool(Arena *a, bool truth);
Json *json_int(Arena *a, int64_t number);
Json *json_str(Arena *a, Str text);
Json *json_array(Arena *a);
Json *json_object(Arena *a);
/* Appends to an array; returns item. */
Json *json_push(Arena *a, Json *array, Json *item);
/* Sets a member, replacing one of that key; returns value. */
Json *json_set(Arena *a, Json *object, Str key, Json *value);
/* The common members in one call. json_set_str leaves an empty text out. */
void json_set_str(Arena *a, Json *object, Str key, Str text);
void json_set_int(Arena *a, Json *object, Str key, int64_t number);
void json_set_bool(Arena *a, Json *object, Str key, bool truth);

/* ---- reading ---- */

/* The member, or NULL; object may be NULL or no object: then NULL. */
Json *json_find(const Json *object, Str key);
Str json_find_str(const Json *object, Str key); /* empty when it is not there or no string */
int64_t json_find_int(const Json *object, Str key, int64_t otherwise);
bool json_find_bool(const Json *object, Str key); /* false when it is not there or no bool */
/* Items of the member when it is an array, else 0. */
ptrdiff_t json_find_array(const Json *object, Str key, Json ***items);

#endif
