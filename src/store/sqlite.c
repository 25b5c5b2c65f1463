/* sqlite: the driver that keeps the tables in the folder.
 *
 * WAL with synchronous=FULL: a commit is one write and one fsync. Statements are prepared once for
 * a connection. SQLite ends a transaction by itself when the disk is full or fails; that is
 * noticed, so that nothing after it runs outside of one. */
#include <sqlite3.h>
#include <time.h>

#include "store/int.h"

enum { FIXED_MAX = 8 };

typedef struct Prepared {
    sqlite3_stmt *statement;
    int *places; /* of each parameter, SQLite's number */
    bool is_busy;
} Prepared;

typedef struct Sqlite {
    sqlite3 *db;
    Str path;
    Prepared cache[QUERIES];
    struct {
        const char *sql;
        sqlite3_stmt *statement;
    } fixed[FIXED_MAX]; /* BEGIN, COMMIT, savepoints */
    int64_t waiting_since;
} Sqlite;

/* ---- errors ---- */

static PxErrKind kind_of(int code) {
    switch (code & 0xFF) {
    case SQLITE_CONSTRAINT:
        return code == SQLITE_CONSTRAINT_PRIMARYKEY || code == SQLITE_CONSTRAINT_UNIQUE ||
                       code == SQLITE_CONSTRAINT_ROWID
                   ? PX_ERR_CONFLICT
                   : PX_ERR_INPUT;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return PX_ERR_BUSY;
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
    case SQLITE_MISMATCH: return PX_ERR_INPUT;
    case SQLITE_TOOBIG: return PX_ERR_LIMIT;
    default: return PX_ERR_SYSTEM;
    }
}

static const char *advice_for(int code) {
    switch (code & 0xFF) {
    case SQLITE_FULL: return " (nothing was changed; make room on the disk and try again)";
    case SQLITE_IOERR: return " (nothing was changed; look after the disk)";
    case SQLITE_BUSY: return " (another process holds it; try again)";
    case SQLITE_NOTADB: return " (it is no database of Paraph's)";
    case SQLITE_CORRUPT: return " (restore it from a backup)";
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN: return " (look at its owner and mode)";
    default: return "";
    }
}

static bool fail_sqlite(Store *s, const char *what, PxErr *err) {
    const Sqlite *q = s->state;
    const int code = q->db ? sqlite3_extended_errcode(q->db) : SQLITE_NOMEM;
    if (s->mode != MODE_IDLE && q->db && sqlite3_get_autocommit(q->db)) s->is_lost = true;
    return fail(err, kind_of(code), S("paraph.db"), -1, "%s: %s%s", what,
                q->db ? sqlite3_errmsg(q->db) : "no memory", advice_for(code));
}

/* ---- statements ---- */

static bool prepare(Store *s, const Query *query, Prepared *p, PxErr *err) {
    Sqlite *q = s->state;
    if (!p->places) p->places = NEW_ARRAY(s->arena, int, query->parameter_count);
    if (sqlite3_prepare_v3(q->db, query->sql.ptr, (int)query->sql.len, SQLITE_PREPARE_PERSISTENT,
                           &p->statement, NULL) != SQLITE_OK) {
        return fail_sqlite(s, query->name, err);
    }
    const int count = sqlite3_bind_parameter_count(p->statement);
    bool fits = count == query->parameter_count;
    for (ptrdiff_t i = 0; i < query->parameter_count; i++) {
        char name[64];
        const Str listed = list_at(query->parameters, i);
        check(listed.len < (ptrdiff_t)sizeof name - 1);
        name[0] = ':';
        memcpy(name + 1, listed.ptr, (size_t)listed.len);
        name[listed.len + 1] = '\0';
        p->places[i] = sqlite3_bind_parameter_index(p->statement, name);
        if (p->places[i] == 0) fits = false;
    }
    if (fits) return true;
    sqlite3_finalize(p->statement);
    p->statement = NULL;
    return fail(err, PX_ERR_INPUT, str_from_z(query->name), -1,
                "its parameters are not those listed");
}

static int bind_value(sqlite3_stmt *statement, int place, const Value *v) {
    const char *ptr = v->text.ptr ? v->text.ptr : "";
    const sqlite3_uint64 len = (sqlite3_uint64)v->text.len;
    switch (v->kind) {
    case VALUE_INT: return sqlite3_bind_int64(statement, place, v->number);
    case VALUE_TEXT:
        return sqlite3_bind_text64(statement, place, ptr, len, SQLITE_STATIC, SQLITE_UTF8);
    case VALUE_BLOB: return sqlite3_bind_blob64(statement, place, ptr, len, SQLITE_STATIC);
    case VALUE_NULL:
    case VALUE_KINDS: break;
    }
    return sqlite3_bind_null(statement, place);
}

static void sqlite_end(Store *s, Cursor *cursor) {
    Sqlite *q = s->state;
    if (!cursor->handle) return;
    sqlite3_reset(cursor->handle);
    if (cursor->slot < 0) sqlite3_finalize(cursor->handle);
    else q->cache[cursor->slot].is_busy = false;
    cursor->handle = NULL;
}

static bool sqlite_open(Store *s, const Query *query, const Value *args, bool is_long, Cursor *out,
                        PxErr *err) {
    (void)is_long;
    Sqlite *q = s->state;
    Prepared own = {NULL, NULL, false}; /* while the kept one is being read */
    Prepared *p = &q->cache[query->number];
    out->slot = query->number;
    if (p->is_busy) {
        own.places = p->places;
        out->slot = -1;
        p = &own;
    }
    if (!p->statement && !prepare(s, query, p, err)) return false;
    p->is_busy = true;
    out->handle = p->statement;
    out->columns = sqlite3_column_count(p->statement);
    check(out->columns <= COLUMNS_MAX);
    q->waiting_since = os_ticks();
    for (ptrdiff_t i = 0; i < query->parameter_count; i++) {
        if (bind_value(p->statement, p->places[i], &args[i]) == SQLITE_OK) continue;
        (void)fail_sqlite(s, query->name, err);
        sqlite_end(s, out);
        return false;
    }
    return true;
}

static bool take_value(sqlite3_stmt *statement, int column, Value *out) {
    switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER: *out = value_int(sqlite3_column_int64(statement, column)); return true;
    case SQLITE_TEXT: {
        const char *text = (const char *)sqlite3_column_text(statement, column);
        *out = value_text((Str){text, sqlite3_column_bytes(statement, column)});
        return text != NULL;
    }
    case SQLITE_BLOB: {
        const char *bytes = sqlite3_column_blob(statement, column);
        const int len = sqlite3_column_bytes(statement, column);
        *out = value_blob(len ? (Str){bytes, len} : S(""));
        return bytes || len == 0;
    }
    case SQLITE_NULL: *out = value_null(); return true;
    default: return false; /* a fraction */
    }
}

static bool sqlite_next(Store *s, Cursor *cursor, bool *more, PxErr *err) {
    *more = false;
    if (!cursor->handle) return true;
    const int code = sqlite3_step(cursor->handle);
    if (code == SQLITE_DONE) {
        sqlite_end(s, cursor);
        return true;
    }
    if (code != SQLITE_ROW) {
        (void)fail_sqlite(s, cursor->query->name, err);
        sqlite_end(s, cursor);
        return false;
    }
    for (int i = 0; i < cursor->columns; i++) {
        if (take_value(cursor->handle, i, &cursor->row[i])) continue;
        (void)fail(err, PX_ERR_INPUT, str_from_z(cursor->query->name), -1,
                   "column %d of its answer is neither integer, text nor bytes", i + 1);
        sqlite_end(s, cursor);
        return false;
    }
    *more = true;
    return true;
}

static bool sqlite_script(Store *s, const char *sql_z, PxErr *err) {
    Sqlite *q = s->state;
    if (sqlite3_exec(q->db, sql_z, NULL, NULL, NULL) == SQLITE_OK) return true;
    return fail_sqlite(s, "the database", err);
}

/* A short statement that comes again and again; sql is a literal. */
static bool run_fixed(Store *s, const char *sql, PxErr *err) {
    Sqlite *q = s->state;
    int i = 0;
    while (i < FIXED_MAX && q->fixed[i].sql && q->fixed[i].sql != sql) i++;
    if (i == FIXED_MAX) return sqlite_script(s, sql, err);
    q->waiting_since = os_ticks();
    if (!q->fixed[i].sql) {
        if (sqlite3_prepare_v3(q->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &q->fixed[i].statement,
                               NULL) != SQLITE_OK) {
            return fail_sqlite(s, "the database", err);
        }
        q->fixed[i].sql = sql;
    }
    const int code = sqlite3_step(q->fixed[i].statement);
    const bool done = code == SQLITE_DONE || fail_sqlite(s, "the database", err);
    sqlite3_reset(q->fixed[i].statement);
    return done;
}

static bool sqlite_savepoint(Store *s, Savepoint what, PxErr *err) {
    switch (what) {
    case SAVEPOINT_SET: return run_fixed(s, "SAVEPOINT nested", err);
    case SAVEPOINT_KEEP: return run_fixed(s, "RELEASE SAVEPOINT nested", err);
    case SAVEPOINT_UNDO:
        return run_fixed(s, "ROLLBACK TO SAVEPOINT nested", err) &&
               run_fixed(s, "RELEASE SAVEPOINT nested", err);
    }
    return false;
}

static bool sqlite_prepares(Store *s, const Query *query, PxErr *err) {
    Prepared p = {NULL, NULL, false};
    if (!prepare(s, query, &p, err)) return false;
    sqlite3_finalize(p.statement);
    return true;
}

/* ---- transactions ---- */

static bool sqlite_begin(Store *s, bool is_write, PxErr *err) {
    return run_fixed(s, is_write ? "BEGIN IMMEDIATE" : "BEGIN", err);
}

static void sqlite_rollback(Store *s) {
    const Sqlite *q = s->state;
    PxErr ignored;
    if (!sqlite3_get_autocommit(q->db)) (void)run_fixed(s, "ROLLBACK", &ignored);
}

static Commit sqlite_commit(Store *s, PxErr *err) {
    const Sqlite *q = s->state;
    if (sqlite3_get_autocommit(q->db)) {
        (void)fail(err, PX_ERR_SYSTEM, S("paraph.db"), -1,
                   "the transaction has ended before its time; nothing was changed");
        return COMMIT_FAILED;
    }
    PxErr why = {.at = -1};
    if (run_fixed(s, "COMMIT", &why)) return COMMIT_DONE;
    if (err) *err = why;
    sqlite_rollback(s);
    return COMMIT_FAILED;
}

/* ---- the connection ---- */

/* Asked while another holds the lock. Short sleeps of different lengths, so that no one starves. */
static int wait_turn(void *ctx, int calls) {
    const Sqlite *q = ctx;
    if (os_ticks() - q->waiting_since > (int64_t)WAIT_MS * 1000) return 0;
    unsigned char random;
    os_random(&random, 1);
    const long most = calls < 4 ? 500000 : 4000000; /* nanoseconds */
    const struct timespec pause = {0, most / 4 + most * random / 256};
    nanosleep(&pause, NULL);
    return 1;
}

static void sqlite_reset(Store *s) {
    Sqlite *q = s->state;
    for (sqlite3_stmt *at = NULL; (at = sqlite3_next_stmt(q->db, at));) sqlite3_reset(at);
    for (ptrdiff_t i = 0; i < QUERIES; i++) q->cache[i].is_busy = false;
}

static void sqlite_close(Store *s) {
    Sqlite *q = s->state;
    if (!q->db) return;
    for (sqlite3_stmt *at; (at = sqlite3_next_stmt(q->db, NULL));) sqlite3_finalize(at);
    sqlite3_close(q->db);
    q->db = NULL;
}

static bool configure(Store *s, bool is_memory, PxErr *err) {
    Sqlite *q = s->state;
    sqlite3_busy_handler(q->db, wait_turn, q);
    static const struct {
        int what, value;
    } settings[] = {{SQLITE_DBCONFIG_DEFENSIVE, 1},      {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
                    {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0}, {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
                    {SQLITE_DBCONFIG_ENABLE_FKEY, 1},    {SQLITE_DBCONFIG_DQS_DML, 0},
                    {SQLITE_DBCONFIG_DQS_DDL, 0}};
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        if (sqlite3_db_config(q->db, settings[i].what, settings[i].value, NULL) != SQLITE_OK) {
            return fail_sqlite(s, "it cannot be set up", err);
        }
    }
    if (!sqlite_script(s,
                       "PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON;"
                       " PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16000;",
                       err)) {
        return false;
    }
    if (is_memory) return true;
    return sqlite_script(s,
                         "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                         " PRAGMA journal_size_limit=67108864;",
                         err);
}

bool sqlite_connect(Store *s, Str path, bool may_create, PxErr *err) {
    const bool is_memory = path.len == 0;
    Sqlite *q = NEW(s->arena, Sqlite);
    q->path = is_memory ? S(":memory:") : arena_str(s->arena, path);
    q->waiting_since = os_ticks();
    s->state = q;
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                      (may_create ? SQLITE_OPEN_CREATE : 0);
    if (sqlite3_open_v2(q->path.ptr, &q->db, flags, NULL) != SQLITE_OK) {
        return fail_sqlite(s, "it cannot be opened", err);
    }
    return configure(s, is_memory, err);
}

/* Copies all of it, as it stands at one moment, into a database at path. */
bool sqlite_copy(Store *s, Str path, PxErr *err) {
    Sqlite *q = s->state;
    sqlite3 *to = NULL;
    const Str path_z = arena_str(s->arena, path);
    int code = sqlite3_open_v2(
        path_z.ptr, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
    if (code == SQLITE_OK) {
        sqlite3_backup *copy = sqlite3_backup_init(to, "main", q->db, "main");
        if (copy) (void)sqlite3_backup_step(copy, -1);
        code = copy ? sqlite3_backup_finish(copy) : sqlite3_errcode(to);
    }
    const bool done =
        code == SQLITE_OK || fail(err, kind_of(code), path, -1, "the copy cannot be written: %s%s",
                                  sqlite3_errstr(code), advice_for(code));
    sqlite3_close(to);
    return done;
}

const Driver sqlite_driver = {
    .name = "SQLite",
    .type_int = "INTEGER",
    .type_text = "TEXT",
    .type_blob = "BLOB",
    .tables = "SELECT COUNT(*) FROM sqlite_schema",
    .has_migrations = "SELECT COUNT(*) FROM sqlite_schema WHERE name = 'paraph_migration'",
    .columns =
        "SELECT t.name, c.name, CASE c.type WHEN 'INTEGER' THEN 'int' WHEN 'TEXT' THEN 'text'"
        " WHEN 'BLOB' THEN 'blob' ELSE c.type END, c.\"notnull\" = 0 AND c.pk = 0, c.pk"
        " FROM sqlite_schema t JOIN pragma_table_info(t.name) c"
        " WHERE t.type = 'table' AND t.name <> 'paraph_migration'"
        " AND t.name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY t.name, c.cid",
    .begin = sqlite_begin,
    .commit = sqlite_commit,
    .rollback = sqlite_rollback,
    .savepoint = sqlite_savepoint,
    .script = sqlite_script,
    .open = sqlite_open,
    .next = sqlite_next,
    .end = sqlite_end,
    .prepares = sqlite_prepares,
    .reset = sqlite_reset,
    .close = sqlite_close,
};
