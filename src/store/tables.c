/* tables: tables.def read, and the queries made of it. The names come from the program, never from
 * a caller; they stand in double quotes, since "before" or "row" mean something to one engine or
 * the other. */
#include "store/int.h"

typedef struct TableText {
    const char *name, *key, *columns;
    TableKind kind;
} TableText;

static const TableText tables[] = {
#define TABLE(name, kind, key, columns) {#name, key, columns, TABLE_##kind},
#include "store/tables.def"
#undef TABLE
};

#define QUERY(name, parameters, sql)                                                               \
    {#name,                                                                                        \
     {"" parameters, (ptrdiff_t)sizeof(parameters) - 1},                                           \
     {"" sql, (ptrdiff_t)sizeof(sql) - 1},                                                         \
     QUERY_##name,                                                                                 \
     0},
static const Query texts[] = {
#include "store/queries.def"
};
#undef QUERY

/* ---- lists ---- */

ptrdiff_t list_count(Str list) {
    if (str_trim(list).len == 0) return 0;
    ptrdiff_t count = 1;
    for (ptrdiff_t i = 0; i < list.len; i++) count += list.ptr[i] == ',';
    return count;
}

Str list_at(Str list, ptrdiff_t i) {
    for (;;) {
        ptrdiff_t len = str_find(list, S(","));
        if (len < 0) len = list.len;
        if (i-- == 0) return str_trim(str_slice(list, 0, len));
        check(len < list.len);
        list = str_slice(list, len + 1, list.len);
    }
}

/* ---- tables ---- */

ptrdiff_t table_number(Str name) {
    for (ptrdiff_t i = 0; i < TABLE_COUNT; i++) {
        if (str_equal(str_from_z(tables[i].name), name)) return i;
    }
    return TABLE_NONE;
}

Str table_name(ptrdiff_t number) { return str_from_z(tables[number].name); }

void table_read(ptrdiff_t number, Table *out) {
    const TableText *t = &tables[number];
    *out = (Table){.name = str_from_z(t->name), .kind = t->kind, .key = str_from_z(t->key)};
    const Str list = str_from_z(t->columns);
    out->column_count = list_count(list);
    check(out->column_count > 0 && out->column_count <= COLUMNS_MAX);
    for (ptrdiff_t i = 0; i < out->column_count; i++) {
        const Str column = list_at(list, i);
        const ptrdiff_t space = str_find(column, S(" "));
        check(space > 0);
        Str type = str_trim(str_slice(column, space, column.len));
        const bool may_be_null = str_ends(type, S("?"));
        if (may_be_null) type = str_trim(str_slice(type, 0, type.len - 1));
        const ValueKind kind = str_equal(type, S("int"))    ? VALUE_INT
                               : str_equal(type, S("text")) ? VALUE_TEXT
                               : str_equal(type, S("blob")) ? VALUE_BLOB
                                                            : VALUE_NULL;
        check(kind != VALUE_NULL);
        out->columns[i] = (Column){str_slice(column, 0, space), kind, may_be_null};
    }
}

ptrdiff_t store_projections(const char *const **names) {
    static const char *const projections[] = {
#define RECORD(name)
#define SECRET(name)
#define PROJECTION(name) #name,
#define TABLE(name, kind, key, columns) kind(name)
#include "store/tables.def"
#undef TABLE
#undef RECORD
#undef SECRET
#undef PROJECTION
        NULL};
    *names = projections;
    return (ptrdiff_t)(sizeof projections / sizeof *projections) - 1;
}

/* ---- queries ---- */

static Query *query_keep(Store *s, ptrdiff_t number, const char *name, Str parameters, Str sql) {
    Query *q = NEW(s->arena, Query);
    *q = (Query){name, parameters, sql, number, list_count(parameters)};
    check(q->parameter_count <= PARAMETERS_MAX);
    s->queries[number] = q;
    return q;
}

const Query *query_of(Store *s, QueryId id) {
    const Query *q = s->queries[id];
    return q ? q : query_keep(s, id, texts[id].name, texts[id].parameters, texts[id].sql);
}

/* "a", "b" */
static void add_quoted(Buf *b, Str name) {
    buf_byte(b, '"');
    buf_add(b, name);
    buf_byte(b, '"');
}

static Str list_sql(Store *s, const Table *t) {
    Buf b = buf_new(s->arena);
    buf_add(&b, S("SELECT "));
    for (ptrdiff_t i = 0; i < t->column_count; i++) {
        if (i) buf_add(&b, S(", "));
        add_quoted(&b, t->columns[i].name);
    }
    buf_add(&b, S(" FROM "));
    add_quoted(&b, t->name);
    buf_add(&b, S(" ORDER BY "));
    for (ptrdiff_t i = 0, count = list_count(t->key); i < count; i++) {
        if (i) buf_add(&b, S(", "));
        add_quoted(&b, list_at(t->key, i));
    }
    return buf_str(&b);
}

static Str add_sql(Store *s, const Table *t, Str *parameters) {
    Buf b = buf_new(s->arena), names = buf_new(s->arena);
    buf_add(&b, S("INSERT INTO "));
    add_quoted(&b, t->name);
    buf_add(&b, S(" ("));
    for (ptrdiff_t i = 0; i < t->column_count; i++) {
        if (i) buf_add(&b, S(", "));
        add_quoted(&b, t->columns[i].name);
    }
    buf_add(&b, S(") VALUES ("));
    for (ptrdiff_t i = 0; i < t->column_count; i++) {
        if (i) buf_add(&b, S(", "));
        if (i) buf_add(&names, S(", "));
        buf_byte(&b, ':');
        buf_add(&b, t->columns[i].name);
        buf_add(&names, t->columns[i].name);
    }
    buf_byte(&b, ')');
    *parameters = buf_str(&names);
    return buf_str(&b);
}

const Query *table_query(Store *s, ptrdiff_t table, TableQuery which) {
    const ptrdiff_t number = QUERY_COUNT + table * TABLE_QUERIES + (ptrdiff_t)which;
    if (s->queries[number]) return s->queries[number];
    Table t;
    table_read(table, &t);
    Str sql = {NULL, 0}, parameters = S("");
    switch (which) {
    case TABLE_LIST: sql = list_sql(s, &t); break;
    case TABLE_ADD: sql = add_sql(s, &t, &parameters); break;
    case TABLE_ROWS: {
        Buf b = buf_new(s->arena);
        buf_add(&b, S("SELECT COUNT(*) FROM "));
        add_quoted(&b, t.name);
        sql = buf_str(&b);
        break;
    }
    case TABLE_QUERIES: check(false);
    }
    return query_keep(s, number, tables[table].name, parameters, sql);
}

const Query *own_query(Store *s, OwnQuery which) {
    const ptrdiff_t number = QUERIES - OWN_QUERIES + (ptrdiff_t)which;
    if (s->queries[number]) return s->queries[number];
    Str sql = {NULL, 0}, parameters = S("");
    switch (which) {
    case OWN_TABLES: sql = str_from_z(s->driver->tables); break;
    case OWN_HAS_MIGRATIONS: sql = str_from_z(s->driver->has_migrations); break;
    case OWN_COLUMNS: sql = str_from_z(s->driver->columns); break;
    case OWN_MIGRATIONS:
        sql = S("SELECT number, digest FROM paraph_migration ORDER BY number");
        break;
    case OWN_MIGRATION_ADD:
        parameters = S("number, digest, made_at");
        sql = S("INSERT INTO paraph_migration (number, digest, made_at)"
                " VALUES (:number, :digest, :made_at)");
        break;
    case OWN_QUERIES: check(false);
    }
    return query_keep(s, number, "paraph", parameters, sql);
}
