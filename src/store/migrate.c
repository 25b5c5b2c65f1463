/* migrate: the numbered steps that make the tables.
 *
 * The table paraph_migration says which were made, with the digest of each one's text, so that a
 * store made by something else is known for what it is. A missing step is one transaction; when a
 * store is made, all are one. */
#include "store/int.h"

typedef struct Migration {
    int number;
    Str sql; /* with {int}, {text}, {blob} */
} Migration;

#define MIGRATION(number, sql) {number, {"" sql, (ptrdiff_t)sizeof(sql) - 1}},
static const Migration migrations[] = {
#include "store/migrations.def"
};
#undef MIGRATION

enum { MIGRATION_COUNT = sizeof migrations / sizeof *migrations };

ptrdiff_t migration_count(void) { return MIGRATION_COUNT; }

/* ---- the SQL of one engine ---- */

static void add_filled(Buf *b, const Driver *driver, Str sql) {
    const struct {
        Str place;
        const char *type;
    } types[] = {{S("{int}"), driver->type_int},
                 {S("{text}"), driver->type_text},
                 {S("{blob}"), driver->type_blob}};
    while (sql.len > 0) {
        ptrdiff_t at = str_find(sql, S("{"));
        if (at < 0) at = sql.len;
        buf_add(b, str_slice(sql, 0, at));
        sql = str_slice(sql, at, sql.len);
        if (sql.len == 0) break;
        size_t i = 0;
        while (i < 3 && !str_starts(sql, types[i].place)) i++;
        check(i < 3);
        buf_add(b, str_from_z(types[i].type));
        sql = str_slice(sql, types[i].place.len, sql.len);
    }
}

/* SQLite's tables are STRICT; one whose key is no integer is ordered by that key, which then cannot
 * be NULL, as on PostgreSQL. */
static void add_statement(Buf *b, Store *s, Str statement) {
    add_filled(b, s->driver, statement);
    if (!store_is_postgres(s) && str_starts(statement, S("CREATE TABLE "))) {
        buf_add(b, S(" STRICT"));
        if (str_find(statement, S("{int} PRIMARY KEY")) < 0) buf_add(b, S(", WITHOUT ROWID"));
    }
    buf_add(b, S(";\n"));
}

static Str sql_for(Store *s, Arena *a, Str sql) {
    Buf b = buf_new(a);
    while (sql.len > 0) {
        ptrdiff_t at = str_find(sql, S(";"));
        if (at < 0) at = sql.len;
        const Str statement = str_trim(str_slice(sql, 0, at));
        if (statement.len) add_statement(&b, s, statement);
        sql = str_slice(sql, at < sql.len ? at + 1 : at, sql.len);
    }
    return arena_str(a, buf_str(&b));
}

/* ---- what was made ---- */

static bool one_int(Store *s, Arena *a, OwnQuery which, int64_t *out, PxErr *err) {
    Rows rows;
    if (!all_rows(s, a, own_query(s, which), NULL, &rows, err)) return false;
    check(rows.rows == 1 && rows.columns == 1 && rows.values[0].kind == VALUE_INT);
    *out = rows.values[0].number;
    return true;
}

typedef struct Migrate {
    Store *store;
    Arena *arena;
    bool is_new;
    ptrdiff_t made; /* of the first ones */
} Migrate;

/* The rows must be the beginning of the list this program has. */
static bool count_made(Migrate *m, PxErr *err) {
    Rows rows;
    if (!all_rows(m->store, m->arena, own_query(m->store, OWN_MIGRATIONS), NULL, &rows, err)) {
        return false;
    }
    for (ptrdiff_t i = 0; i < rows.rows; i++) {
        const Value *row = row_at(&rows, i);
        if (i >= MIGRATION_COUNT) {
            return fail(
                err, PX_ERR_INPUT, S("store"), -1,
                "it was made by a later version of Paraph (step %d of its tables is unknown; "
                "use that version)",
                (int)row[0].number);
        }
        const Str is = digest_text(m->arena, digest_of(migrations[i].sql));
        if (row[0].number != migrations[i].number || !str_equal(row[1].text, is)) {
            return fail(err, PX_ERR_INPUT, S("store"), -1,
                        "step %d of its tables is not this program's (open it with the Paraph that "
                        "made it, export there, and import here)",
                        (int)row[0].number);
        }
    }
    m->made = rows.rows;
    return true;
}

static bool look(void *ctx, PxErr *err) {
    Migrate *m = ctx;
    int64_t tables, has_migrations;
    m->made = 0;
    if (!one_int(m->store, m->arena, OWN_HAS_MIGRATIONS, &has_migrations, err)) return false;
    if (has_migrations) {
        if (m->is_new) {
            return fail(err, PX_ERR_CONFLICT, S("store"), -1,
                        "a store of Paraph's is there already (open it, or choose another place)");
        }
        return count_made(m, err);
    }
    if (!one_int(m->store, m->arena, OWN_TABLES, &tables, err)) return false;
    if (tables > 0) {
        return fail(err, PX_ERR_INPUT, S("store"), -1,
                    "the database holds tables of another program (give Paraph one of its own)");
    }
    return m->is_new || fail(err, PX_ERR_NOT_FOUND, S("store"), -1,
                             "the database holds no store of Paraph's (make one first)");
}

/* ---- making ---- */

static bool make_step(Migrate *m, PxErr *err) {
    const Migration *step = &migrations[m->made];
    const Str digest = digest_text(m->arena, digest_of(step->sql));
    if (!run_script(m->store, sql_for(m->store, m->arena, step->sql).ptr, err)) return false;
    const Value row[] = {value_int(step->number), value_text(digest), value_int(os_now())};
    if (!run_query(m->store, own_query(m->store, OWN_MIGRATION_ADD), row, err)) return false;
    m->made++;
    return true;
}

static bool make_all(void *ctx, PxErr *err) {
    Migrate *m = ctx;
    if (!look(m, err)) return false;
    const Str sql = sql_for(m->store, m->arena,
                            S("CREATE TABLE paraph_migration (number {int} PRIMARY KEY,"
                              " digest {text} NOT NULL, made_at {int} NOT NULL)"));
    if (!run_script(m->store, sql.ptr, err)) return false;
    const char *own = m->store->driver->own_tables;
    if (own && !run_script(m->store, sql_for(m->store, m->arena, str_from_z(own)).ptr, err)) {
        return false;
    }
    while (m->made < MIGRATION_COUNT) {
        if (!make_step(m, err)) return false;
    }
    return true;
}

static bool make_next(void *ctx, PxErr *err) {
    Migrate *m = ctx;
    return look(m, err) && (m->made == MIGRATION_COUNT || make_step(m, err));
}

bool migrate(Store *s, bool is_new, PxErr *err) {
    Migrate m = {s, arena_child(s->arena), is_new, 0};
    bool done = is_new ? store_write(s, make_all, &m, err) : store_read(s, look, &m, err);
    while (done && m.made < MIGRATION_COUNT) done = store_write(s, make_next, &m, err);
    arena_close(m.arena);
    return done;
}
