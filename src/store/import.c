/* import: a store filled from an export. What comes in is not trusted: every row is read by the
 * columns of its table, every table must have the digest and the number of rows that are said of
 * it, every file the name of its bytes. Files come first, since the rows name them; the rows are
 * one transaction. */
#include "store/int.h"

enum { LINE_MAX_BYTES = 256 * 1024 * 1024, ABOUT_MAX = 1024 * 1024 };

typedef struct Import {
    Store *store;
    Arena *arena;
    Str folder;
    Json *about;
    /* the table that is read */
    Table table;
    ptrdiff_t number;
    Sum *sum;
    int64_t rows;
} Import;

static bool read_about(Import *m, PxErr *err) {
    const Str path = os_path(m->arena, m->folder, S("store.json"));
    Str text;
    if (!os_is_file(path)) {
        return fail(
            err, PX_ERR_NOT_FOUND, m->folder, -1,
            "there is no export in it, or one that was not finished (store.json is missing)");
    }
    if (!os_read_file(m->arena, path, ABOUT_MAX, &text, err) ||
        !json_read(m->arena, S("store.json"), text, &m->about, err)) {
        return false;
    }
    if (!str_equal(json_find_str(m->about, S("form")), S("paraph-store-1"))) {
        return fail(err, PX_ERR_INPUT, path, -1, "it is no export of a store of Paraph's");
    }
    const int64_t steps = json_find_int(m->about, S("steps"), -1);
    return steps == migration_count() ||
           fail(err, PX_ERR_INPUT, path, -1,
                "its tables were made by %d steps, this program's by %d (import it with the Paraph "
                "that exported it, and open that store with this one)",
                (int)steps, (int)migration_count());
}

/* ---- files ---- */

static bool import_file(void *ctx, Digest name, Str path, PxErr *err) {
    Import *m = ctx;
    Arena *own = arena_child(m->arena);
    Str bytes;
    Digest is;
    bool done = os_read_file(own, path, (ptrdiff_t)1 << 31, &bytes, err);
    if (done && !digest_equal(digest_of(bytes), name)) {
        done = fail(err, PX_ERR_INPUT, path, -1,
                    "its bytes are not those of its name (export it again)");
    }
    done = done && store_keep(m->store, bytes, &is, err);
    arena_close(own);
    m->rows++;
    return done;
}

static bool import_files(Import *m, PxErr *err) {
    m->rows = 0;
    if (!files_each(m->arena, m->folder, import_file, m, err)) return false;
    return m->rows == json_find_int(m->about, S("files"), -1) ||
           fail(err, PX_ERR_INPUT, m->folder, -1, "it holds %lld files, and store.json says %lld",
                (long long)m->rows, (long long)json_find_int(m->about, S("files"), -1));
}

/* ---- tables ---- */

static bool import_line(void *ctx, Str line, PxErr *err) {
    Import *m = ctx;
    Arena *own = arena_child(m->arena);
    Value *row = NEW_ARRAY(own, Value, m->table.column_count);
    const bool done = line_read(own, line, &m->table, row, err) &&
                      run_query(m->store, table_query(m->store, m->number, TABLE_ADD), row, err);
    arena_close(own);
    sum_add(m->sum, line);
    sum_add(m->sum, S("\n"));
    m->rows++;
    return done;
}

static bool is_empty(Import *m, PxErr *err) {
    Rows rows;
    if (!all_rows(m->store, m->arena, table_query(m->store, m->number, TABLE_ROWS), NULL, &rows,
                  err)) {
        return false;
    }
    return rows.values[0].number == 0 ||
           fail(err, PX_ERR_CONFLICT, m->table.name, -1,
                "the store is in use already (import into one that was just made)");
}

/* The columns are those of this program, in its order. */
static bool has_columns(Import *m, const Json *about) {
    Json **columns;
    const ptrdiff_t count = json_find_array(about, S("columns"), &columns);
    if (count != m->table.column_count) return false;
    for (ptrdiff_t i = 0; i < count; i++) {
        if (columns[i]->kind != JSON_STR) return false;
        if (!str_equal(columns[i]->text, m->table.columns[i].name)) return false;
    }
    return true;
}

static bool import_table(Import *m, const Json *about, PxErr *err) {
    if (!has_columns(m, about)) {
        return fail(err, PX_ERR_INPUT, m->table.name, -1, "its columns are not this program's");
    }
    const Str path = arena_format(m->arena, "%.*s/tables/%.*s.jsonl", (int)m->folder.len,
                                  m->folder.ptr, (int)m->table.name.len, m->table.name.ptr);
    m->rows = 0;
    m->sum = sum_new(m->arena);
    if (!os_each_line(m->arena, path, LINE_MAX_BYTES, import_line, m, err)) return false;
    const Str is = digest_text(m->arena, sum_end(m->sum));
    if (m->rows != json_find_int(about, S("rows"), -1) ||
        !str_equal(is, json_find_str(about, S("sha256")))) {
        return fail(err, PX_ERR_INPUT, path, -1,
                    "its rows are not those that were exported (store.json has another digest)");
    }
    return true;
}

/* What the export has of the table m->number; NULL: it was left out. */
static const Json *find_about(const Import *m) {
    Json **tables;
    const ptrdiff_t count = json_find_array(m->about, S("tables"), &tables);
    for (ptrdiff_t i = 0; i < count; i++) {
        if (str_equal(json_find_str(tables[i], S("name")), m->table.name)) return tables[i];
    }
    return NULL;
}

static bool import_tables(void *ctx, PxErr *err) {
    Import *m = ctx;
    for (m->number = 0; m->number < TABLE_COUNT; m->number++) {
        table_read(m->number, &m->table);
        const Json *about = find_about(m);
        if (!is_empty(m, err)) return false;
        if (about && !import_table(m, about, err)) return false;
        if (!about && m->table.kind != TABLE_SECRET) {
            return fail(err, PX_ERR_INPUT, m->table.name, -1, "the export lacks this table");
        }
    }
    return true;
}

/* ---- all ---- */

/* Before the tables: with these the store is there. */
static bool import_beside(Import *m, PxErr *err) {
    const Str to = m->store->folder;
    const Str from = os_path(m->arena, m->folder, S("checkpoint"));
    Str checkpoint;
    if (!os_is_folder(os_path(m->arena, to, S("keys"))) &&
        !keys_copy(m->arena, m->folder, to, true, err)) {
        return false;
    }
    if (!os_is_file(from)) return true;
    return os_read_file(m->arena, from, ABOUT_MAX, &checkpoint, err) &&
           os_write_file(os_path(m->arena, to, S("checkpoint")), checkpoint, OS_REPLACE, false,
                         err);
}

bool store_import(Store *s, Str folder, PxErr *err) {
    check(s->mode == MODE_IDLE);
    if (s->folder.len == 0) {
        return fail(err, PX_ERR_UNSUPPORTED, S("store"), -1, "a store in memory takes no import");
    }
    Import *m = NEW(s->arena, Import);
    *m = (Import){.store = s, .arena = arena_child(s->arena)};
    m->folder = arena_str(m->arena, folder);
    const bool done = read_about(m, err) && import_files(m, err) && import_beside(m, err) &&
                      store_write(s, import_tables, m, err);
    arena_close(m->arena);
    return done;
}
