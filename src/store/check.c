/* check: the tables and the queries, against what the program says of them. */
#include "store/int.h"

/* "name type" or "name type ?", and " #2" behind a column that is the second of the key. */
static Str describe(Arena *a, Str name, Str type, bool may_be_null, int64_t place) {
    Buf b = buf_new(a);
    buf_format(&b, "%.*s %.*s", (int)name.len, name.ptr, (int)type.len, type.ptr);
    if (may_be_null) buf_add(&b, S(" ?"));
    if (place) buf_format(&b, " #%d", (int)place);
    return arena_str(a, buf_str(&b));
}

static Str type_name(ValueKind kind) {
    return kind == VALUE_INT ? S("int") : kind == VALUE_TEXT ? S("text") : S("blob");
}

static int64_t place_in(Str key, Str name) {
    for (ptrdiff_t i = 0, count = list_count(key); i < count; i++) {
        if (str_equal(list_at(key, i), name)) return i + 1;
    }
    return 0;
}

/* The rows of one table, which stand one behind the other. */
static bool check_table(Arena *a, const Table *table, const Rows *rows, PxErr *err) {
    ptrdiff_t column = 0;
    for (ptrdiff_t i = 0; i < rows->rows; i++) {
        const Value *row = row_at(rows, i);
        if (!str_equal(row[0].text, table->name)) continue;
        if (column == table->column_count) {
            return fail(err, PX_ERR_INPUT, table->name, -1,
                        "the table has more columns than listed");
        }
        const Column *c = &table->columns[column++];
        const Str is = describe(a, row[1].text, row[2].text, row[3].number != 0, row[4].number);
        const Str listed =
            describe(a, c->name, type_name(c->kind), c->may_be_null, place_in(table->key, c->name));
        if (str_equal(is, listed)) continue;
        return fail(err, PX_ERR_INPUT, table->name, -1,
                    "the table has \"%.*s\", listed is \"%.*s\"", (int)is.len, is.ptr,
                    (int)listed.len, listed.ptr);
    }
    return column == table->column_count ||
           fail(err, PX_ERR_INPUT, table->name, -1, "the table has %td columns, listed are %td",
                column, table->column_count);
}

static bool check_tables(Store *s, Arena *a, PxErr *err) {
    Rows rows;
    Table *table = NEW(a, Table);
    if (!all_rows(s, a, own_query(s, OWN_COLUMNS), NULL, &rows, err)) return false;
    for (ptrdiff_t i = 0; i < TABLE_COUNT; i++) {
        table_read(i, table);
        if (!check_table(a, table, &rows, err)) return false;
    }
    for (ptrdiff_t i = 0; i < rows.rows; i++) {
        const Str name = row_at(&rows, i)[0].text;
        if (table_number(name) != TABLE_NONE) continue;
        return fail(err, PX_ERR_INPUT, name, -1, "the table is not listed");
    }
    return true;
}

bool store_check(Store *s, PxErr *err) {
    Arena *own = arena_child(s->arena);
    bool done = check_tables(s, own, err);
    for (int i = 0; done && i < QUERY_COUNT; i++) {
        done = s->driver->prepares(s, query_of(s, (QueryId)i), err);
    }
    for (ptrdiff_t i = 0; done && i < TABLE_COUNT; i++) {
        for (int which = 0; done && which < TABLE_QUERIES; which++) {
            done = s->driver->prepares(s, table_query(s, i, (TableQuery)which), err);
        }
    }
    arena_close(own);
    return done;
}
