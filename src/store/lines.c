/* lines: a row as a line of JSON, as an export has it; the digest of a table is that of its lines.
 *
 * [1,"text",null,{"x":"00ff"}] and a line feed: integers, text, NULL, bytes in hexadecimal. */
#include <openssl/evp.h>

#include "store/int.h"

static void add_hex(Buf *b, Str bytes) {
    static const char digits[] = "0123456789abcdef";
    buf_reserve(b, 2 * bytes.len);
    for (ptrdiff_t i = 0; i < bytes.len; i++) {
        buf_byte(b, digits[(unsigned char)bytes.ptr[i] >> 4]);
        buf_byte(b, digits[(unsigned char)bytes.ptr[i] & 15]);
    }
}

static void add_value(Buf *b, const Value *v) {
    switch (v->kind) {
    case VALUE_INT: buf_int(b, v->number); return;
    case VALUE_TEXT: {
        const Json text = {.kind = JSON_STR, .text = v->text};
        json_write(b, &text);
        return;
    }
    case VALUE_BLOB:
        buf_add(b, S("{\"x\":\""));
        add_hex(b, v->text);
        buf_add(b, S("\"}"));
        return;
    case VALUE_NULL:
    case VALUE_KINDS: break;
    }
    buf_add(b, S("null"));
}

void line_add(Buf *b, const Value *row, ptrdiff_t columns) {
    buf_byte(b, '[');
    for (ptrdiff_t i = 0; i < columns; i++) {
        if (i) buf_byte(b, ',');
        add_value(b, &row[i]);
    }
    buf_add(b, S("]\n"));
}

/* ---- the way back ---- */

static int digit_of(char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool read_hex(Arena *a, Str text, Str *out) {
    if (text.len % 2) return false;
    char *bytes = arena_alloc_raw(a, text.len / 2);
    for (ptrdiff_t i = 0; i < text.len; i += 2) {
        const int high = digit_of(text.ptr[i]), low = digit_of(text.ptr[i + 1]);
        if (high < 0 || low < 0) return false;
        bytes[i / 2] = (char)(high << 4 | low);
    }
    *out = (Str){bytes, text.len / 2};
    return true;
}

static bool read_value(Arena *a, const Json *json, const Column *column, Value *out) {
    if (json->kind == JSON_NULL) {
        *out = value_null();
        return column->may_be_null;
    }
    if (column->kind == VALUE_INT) {
        *out = value_int(json->number);
        return json->kind == JSON_INT;
    }
    if (column->kind == VALUE_TEXT) {
        *out = value_text(json->text);
        return json->kind == JSON_STR;
    }
    *out = value_blob(S(""));
    const Json *hex = json_find(json, S("x"));
    return hex && json->count == 1 && hex->kind == JSON_STR && read_hex(a, hex->text, &out->text);
}

bool line_read(Arena *a, Str line, const Table *table, Value *row, PxErr *err) {
    Json *json;
    if (!json_read(a, table->name, line, &json, err)) return false;
    if (json->kind != JSON_ARRAY || json->count != table->column_count) {
        return fail(err, PX_ERR_INPUT, table->name, -1, "a line of it is no row of %td columns",
                    table->column_count);
    }
    for (ptrdiff_t i = 0; i < json->count; i++) {
        if (read_value(a, json->items[i], &table->columns[i], &row[i])) continue;
        const Str name = table->columns[i].name;
        return fail(err, PX_ERR_INPUT, table->name, -1,
                    "the column %.*s of a row is of a wrong kind", (int)name.len, name.ptr);
    }
    return true;
}

/* ---- digests ---- */

struct Sum {
    EVP_MD_CTX *context;
};

static void end_sum(void *ctx) { EVP_MD_CTX_free(((Sum *)ctx)->context); }

Sum *sum_new(Arena *a) {
    Sum *sum = NEW(a, Sum);
    sum->context = EVP_MD_CTX_new();
    if (!sum->context) arena_no_memory(a);
    arena_defer(a, end_sum, sum);
    if (EVP_DigestInit_ex(sum->context, EVP_sha256(), NULL) != 1) arena_no_memory(a);
    return sum;
}

void sum_add(Sum *sum, Str bytes) {
    check(EVP_DigestUpdate(sum->context, bytes.ptr, (size_t)bytes.len) == 1);
}

Digest sum_end(Sum *sum) {
    Digest d;
    check(EVP_DigestFinal_ex(sum->context, d.bytes, NULL) == 1);
    return d;
}
