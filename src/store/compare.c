/* compare: the digest of a table, and where two differ. */
#include "store/int.h"

typedef struct Lines {
    Store *store;
    ptrdiff_t table;
    bool (*each)(void *ctx, Str line, PxErr *err);
    void *ctx;
    Arena *arena;
    Digest digest;
    int64_t rows;
} Lines;

static bool list_lines(void *ctx, PxErr *err) {
    Lines *l = ctx;
    Sum *sum = sum_new(l->arena);
    Buf line = buf_new(l->arena);
    Cursor cursor;
    bool more;
    if (!cursor_open(l->store, table_query(l->store, l->table, TABLE_LIST), NULL, true, &cursor,
                     err)) {
        return false;
    }
    for (l->rows = 0;; l->rows++) {
        if (!cursor_next(l->store, &cursor, &more, err)) return false;
        if (!more) break;
        line.len = 0;
        line_add(&line, cursor.row, cursor.columns);
        sum_add(sum, buf_str(&line));
        if (l->each && !l->each(l->ctx, buf_str(&line), err)) {
            cursor_end(l->store, &cursor);
            return false;
        }
    }
    cursor_end(l->store, &cursor);
    l->digest = sum_end(sum);
    return true;
}

bool table_lines(Store *s, ptrdiff_t table, bool (*each)(void *ctx, Str line, PxErr *err),
                 void *ctx, Digest *digest, int64_t *rows, PxErr *err) {
    Lines l = {
        .store = s, .table = table, .each = each, .ctx = ctx, .arena = arena_child(s->arena)};
    const bool done = store_read(s, list_lines, &l, err);
    arena_close(l.arena);
    *digest = l.digest;
    *rows = l.rows;
    return done;
}

static bool find_table(const char *table_z, ptrdiff_t *table, PxErr *err) {
    *table = table_number(str_from_z(table_z));
    return *table != TABLE_NONE ||
           fail(err, PX_ERR_NOT_FOUND, str_from_z(table_z), -1, "there is no such table");
}

bool store_table_digest(Store *s, const char *table_z, Digest *out, int64_t *rows, PxErr *err) {
    ptrdiff_t table;
    return find_table(table_z, &table, err) && table_lines(s, table, NULL, NULL, out, rows, err);
}

/* ---- the first difference ---- */

typedef struct Pair {
    Store *stores[2];
    ptrdiff_t table;
    Arena *arena, *own;
    Str row;
} Pair;

static int compare_values(const Value *a, const Value *b) {
    if (a->kind != b->kind) return a->kind < b->kind ? -1 : 1;
    if (a->kind == VALUE_INT) return a->number < b->number ? -1 : a->number > b->number;
    return a->kind == VALUE_NULL ? 0 : str_compare(a->text, b->text);
}

/* The first of two rows in the order of the key. */
static int first_of(const Table *table, const Value *a, const Value *b) {
    for (ptrdiff_t i = 0, count = list_count(table->key); i < count; i++) {
        const Str name = list_at(table->key, i);
        ptrdiff_t column = 0;
        while (!str_equal(table->columns[column].name, name)) column++;
        const int order = compare_values(&a[column], &b[column]);
        if (order) return order > 0;
    }
    return 0;
}

static bool walk(Pair *p, Cursor cursors[2], PxErr *err) {
    bool more[2];
    Table *table = NEW(p->own, Table);
    table_read(p->table, table);
    Buf lines[2] = {buf_new(p->own), buf_new(p->own)};
    for (;;) {
        for (int i = 0; i < 2; i++) {
            if (!cursor_next(p->stores[i], &cursors[i], &more[i], err)) return false;
            lines[i].len = 0;
            if (more[i]) line_add(&lines[i], cursors[i].row, cursors[i].columns);
        }
        if (!more[0] && !more[1]) return true;
        if (str_equal(buf_str(&lines[0]), buf_str(&lines[1]))) continue;
        const int which = !more[0]   ? 1
                          : !more[1] ? 0
                                     : first_of(table, cursors[0].row, cursors[1].row);
        p->row = arena_str(p->arena, str_trim(buf_str(&lines[which])));
        return true;
    }
}

static bool find_difference(void *ctx, PxErr *err) {
    Pair *p = ctx;
    Cursor *cursors = NEW_ARRAY(p->own, Cursor, 2);
    const Query *queries[2];
    for (int i = 0; i < 2; i++) queries[i] = table_query(p->stores[i], p->table, TABLE_LIST);
    if (!cursor_open(p->stores[0], queries[0], NULL, true, &cursors[0], err)) return false;
    bool done = cursor_open(p->stores[1], queries[1], NULL, true, &cursors[1], err);
    if (done) {
        done = walk(p, cursors, err);
        cursor_end(p->stores[1], &cursors[1]);
    }
    cursor_end(p->stores[0], &cursors[0]);
    return done;
}

static bool within_second(void *ctx, PxErr *err) {
    Pair *p = ctx;
    return store_read(p->stores[1], find_difference, p, err);
}

bool store_table_differs(Store *a_store, Store *b_store, Arena *a, const char *table_z, Str *row,
                         PxErr *err) {
    Pair p = {.stores = {a_store, b_store}, .arena = a};
    if (!find_table(table_z, &p.table, err)) return false;
    p.own = arena_child(a);
    const bool done = a_store == b_store || store_read(a_store, within_second, &p, err);
    arena_close(p.own);
    *row = p.row;
    return done;
}
