/* store: transactions, savepoints, rows, and what a failed statement means, the same on every
 * driver.
 *
 * PostgreSQL gives up a transaction, or its savepoint, when a statement in it fails; SQLite would
 * go on. Here it is given up on both, so that code which is tested on one is right on the other. */
#include <time.h>

#include "store/int.h"

/* ---- a Store ---- */

static void close_store(void *ctx) { store_close(ctx); }

Store *store_new(Arena *a, const Driver *driver, Str folder) {
    Arena *own = arena_child(a);
    Store *s = NEW(own, Store);
    s->arena = own;
    s->driver = driver;
    s->folder = arena_str(own, folder);
    s->fail_in = -1;
    s->wait_ms = WAIT_MS;
    s->is_open = true;
    arena_defer(own, close_store, s);
    return s;
}

void store_close(Store *s) {
    if (!s || !s->is_open) return;
    s->is_open = false;
    if (s->state) s->driver->close(s);
}

void store_reset(Store *s) {
    if (!s->is_open) return;
    s->driver->reset(s);
    if (s->mode != MODE_IDLE) s->driver->rollback(s);
    s->mode = MODE_IDLE;
    s->depth = 0;
    s->is_broken = s->is_lost = s->may_retry = false;
}

Str store_folder(const Store *s) { return s->folder; }
bool store_is_in_doubt(const Store *s) { return s->is_in_doubt; }
bool store_is_postgres(const Store *s) { return s->driver == &postgres_driver; }
void store_fail_after(Store *s, int64_t n) { s->fail_in = n; }
void store_wait_most(Store *s, int ms) { s->wait_ms = ms; }

/* ---- statements ---- */

/* A statement failed: what encloses it can only be undone. */
static bool broken(Store *s, const PxErr *why, PxErr *err) {
    if (s->mode != MODE_IDLE && !s->is_broken) {
        s->is_broken = true;
        s->why = *why;
    }
    if (err) *err = *why;
    return false;
}

/* Before every statement: whether there still is a transaction, and the switch of the tests. */
static bool may_go_on(Store *s, PxErr *err) {
    PxErr why = {.at = -1};
    if (s->is_broken) {
        if (err) *err = s->why;
        return false;
    }
    if (s->fail_in == 0) {
        (void)fail(&why, PX_ERR_SYSTEM, S("database"), -1, "the test switch fails this statement");
        return broken(s, &why, err);
    }
    if (s->fail_in > 0) s->fail_in--;
    return true;
}

static bool is_fit(Value v) {
    if (v.kind != VALUE_TEXT) return true;
    return utf8_valid(v.text, NULL) &&
           (v.text.len == 0 || !memchr(v.text.ptr, '\0', (size_t)v.text.len));
}

bool cursor_open(Store *s, const Query *query, const Value *args, bool is_long, Cursor *out,
                 PxErr *err) {
    check(s->is_open);
    if (!may_go_on(s, err)) return false;
    PxErr why = {.at = -1};
    for (ptrdiff_t i = 0; i < query->parameter_count; i++) {
        if (is_fit(args[i])) continue;
        const Str name = list_at(query->parameters, i);
        (void)fail(&why, PX_ERR_INPUT, str_from_z(query->name), -1,
                   "the value of %.*s is no UTF-8, or holds NUL", (int)name.len, name.ptr);
        return broken(s, &why, err);
    }
    *out = (Cursor){.query = query};
    return s->driver->open(s, query, args, is_long, out, &why) || broken(s, &why, err);
}

bool cursor_next(Store *s, Cursor *cursor, bool *more, PxErr *err) {
    PxErr why = {.at = -1};
    return s->driver->next(s, cursor, more, &why) || broken(s, &why, err);
}

void cursor_end(Store *s, Cursor *cursor) { s->driver->end(s, cursor); }

static Value value_copy(Arena *a, Value v) {
    if (v.kind == VALUE_TEXT || v.kind == VALUE_BLOB) v.text = arena_str(a, v.text);
    return v;
}

bool all_rows(Store *s, Arena *a, const Query *query, const Value *args, Rows *out, PxErr *err) {
    Cursor cursor;
    bool more;
    if (!cursor_open(s, query, args, false, &cursor, err)) return false;
    *out = (Rows){.columns = cursor.columns};
    ptrdiff_t cap = 0;
    for (;;) {
        if (!cursor_next(s, &cursor, &more, err)) return false;
        if (!more) break;
        const ptrdiff_t at = out->rows * out->columns;
        out->values = arena_grow(a, out->values, at, &cap, at + out->columns, sizeof(Value));
        for (ptrdiff_t i = 0; i < out->columns; i++) {
            out->values[at + i] = value_copy(a, cursor.row[i]);
        }
        out->rows++;
    }
    cursor_end(s, &cursor);
    return true;
}

static bool run_now(Store *s, const Query *query, const Value *args, PxErr *err) {
    Cursor cursor;
    bool more = true;
    if (!cursor_open(s, query, args, false, &cursor, err)) return false;
    while (more) {
        if (!cursor_next(s, &cursor, &more, err)) return false;
    }
    cursor_end(s, &cursor);
    return true;
}

typedef struct Single {
    Store *store;
    const Query *query;
    const Value *args;
} Single;

static bool run_single(void *ctx, PxErr *err) {
    const Single *single = ctx;
    return run_now(single->store, single->query, single->args, err);
}

bool run_query(Store *s, const Query *query, const Value *args, PxErr *err) {
    if (s->mode != MODE_IDLE) return run_now(s, query, args, err);
    Single single = {s, query, args};
    return store_write(s, run_single, &single, err);
}

bool run_script(Store *s, const char *sql_z, PxErr *err) {
    PxErr why = {.at = -1};
    check(s->mode != MODE_IDLE);
    return may_go_on(s, err) && (s->driver->script(s, sql_z, &why) || broken(s, &why, err));
}

bool store_run(Store *s, QueryId query, const Value *args, ptrdiff_t count, PxErr *err) {
    const Query *q = query_of(s, query);
    check(q->parameter_count == count);
    return run_query(s, q, args, err);
}

bool store_rows(Store *s, Arena *a, QueryId query, const Value *args, ptrdiff_t count, Rows *out,
                PxErr *err) {
    const Query *q = query_of(s, query);
    check(q->parameter_count == count);
    return all_rows(s, a, q, args, out, err);
}

/* ---- transactions ---- */

static void end_transaction(Store *s) {
    s->mode = MODE_IDLE;
    s->depth = 0;
    s->is_broken = s->is_lost = false;
}

static bool begin(Store *s, bool is_write, PxErr *err) {
    PxErr why = {.at = -1};
    if (!may_go_on(s, err)) return false;
    if (s->driver->begin(s, is_write, &why)) {
        s->mode = is_write ? MODE_WRITE : MODE_READ;
        return true;
    }
    if (err) *err = why;
    return false;
}

/* One try. */
static Commit try_once(Store *s, bool is_write, bool (*work)(void *ctx, PxErr *err), void *ctx,
                       PxErr *err) {
    s->may_retry = false;
    if (!begin(s, is_write, err)) return s->may_retry ? COMMIT_AGAIN : COMMIT_FAILED;
    /* not if it took no notice of a statement that failed */
    const bool worked = work(ctx, err) && may_go_on(s, err);
    Commit end = COMMIT_FAILED;
    if (worked) {
        end = s->driver->commit(s, err);
    } else {
        s->driver->rollback(s);
        if (s->may_retry) end = COMMIT_AGAIN;
    }
    end_transaction(s);
    return end;
}

/* Longer from try to try, and not the same for two that collide. */
static void pause_before(int attempt) {
    unsigned char random;
    os_random(&random, 1);
    const long ms = (1L << (attempt < 7 ? attempt : 7)) * (128 + random) / 256;
    const struct timespec pause = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&pause, NULL);
}

bool store_write(Store *s, bool (*work)(void *ctx, PxErr *err), void *ctx, PxErr *err) {
    check(s->is_open && s->mode == MODE_IDLE);
    s->is_in_doubt = false;
    for (int attempt = 1;; attempt++) {
        const Commit end = try_once(s, true, work, ctx, err);
        if (end == COMMIT_DONE) return true;
        if (end == COMMIT_FAILED || attempt == TRIES_MAX) return false;
        pause_before(attempt);
    }
}

bool store_read(Store *s, bool (*work)(void *ctx, PxErr *err), void *ctx, PxErr *err) {
    check(s->is_open);
    if (s->mode != MODE_IDLE) return work(ctx, err);
    return try_once(s, false, work, ctx, err) == COMMIT_DONE;
}

static bool savepoint(Store *s, Savepoint what, PxErr *err) {
    PxErr why = {.at = -1};
    return may_go_on(s, err) && (s->driver->savepoint(s, what, &why) || broken(s, &why, err));
}

bool store_nested(Store *s, bool (*work)(void *ctx, PxErr *err), void *ctx, bool *undone,
                  PxErr *err) {
    check(s->mode == MODE_WRITE && s->depth < SAVEPOINTS_MAX);
    *undone = false;
    if (!savepoint(s, SAVEPOINT_SET, err)) return false;
    s->depth++;
    bool worked = work(ctx, err);
    s->depth--;
    if (s->is_broken) {
        if (worked && err) *err = s->why;
        worked = false;
    }
    if (s->is_lost || s->may_retry) {
        if (err) *err = s->why;
        return false;
    }
    if (worked) return savepoint(s, SAVEPOINT_KEEP, err);
    s->is_broken = false;
    *undone = true;
    PxErr why = {.at = -1};
    return s->driver->savepoint(s, SAVEPOINT_UNDO, &why) || broken(s, &why, err);
}

/* ---- row by row ---- */

typedef struct Each {
    Store *store;
    const Query *query;
    const Value *args;
    bool (*each)(void *ctx, const Value *row, ptrdiff_t columns, PxErr *err);
    void *ctx;
} Each;

static bool each_row(void *ctx, PxErr *err) {
    const Each *e = ctx;
    Cursor cursor;
    bool more;
    if (!cursor_open(e->store, e->query, e->args, true, &cursor, err)) return false;
    for (;;) {
        if (!cursor_next(e->store, &cursor, &more, err)) return false;
        if (!more) break;
        if (e->each(e->ctx, cursor.row, cursor.columns, err)) continue;
        cursor_end(e->store, &cursor);
        return false;
    }
    cursor_end(e->store, &cursor);
    return true;
}

bool store_each(Store *s, QueryId query, const Value *args, ptrdiff_t count,
                bool (*each)(void *ctx, const Value *row, ptrdiff_t columns, PxErr *err), void *ctx,
                PxErr *err) {
    Each e = {s, query_of(s, query), args, each, ctx};
    check(e.query->parameter_count == count);
    return store_read(s, each_row, &e, err);
}
