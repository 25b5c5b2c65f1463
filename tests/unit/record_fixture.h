/* record_fixture: a store of its own with a record in it, acts to fill it with, and SQL behind its
 * back, as one who tampers with it would.
 *
 *   ON_BOTH(test_growing);
 *
 * runs a test on SQLite and, where the environment names a server, on PostgreSQL. */
#ifndef PARAPH_RECORD_FIXTURE_H
#define PARAPH_RECORD_FIXTURE_H

#include <sqlite3.h>

#include "record/record.h"
#include "store_fixture.h"

typedef struct Log {
    Arena *arena;
    Str folder;
    StorePlace place;
    Fixture *place_of;
    Store *store;
    Record *record;
} Log;

static inline bool log_open(Log *f, RecordCheck how, PxErr *err) {
    return store_open(f->arena, &f->place, &f->store, err) &&
           record_open(f->arena, f->store, how, &f->record, err);
}

static inline void log_drop(void *ctx) { fixture_end(ctx); }

static inline bool log_make(Arena *a, Log *f) {
    PxErr err = {0};
    *f = (Log){.arena = a, .place_of = NEW(a, Fixture)};
    *f->place_of = fixture_new(a, fixture_state.is_postgres);
    arena_defer(a, log_drop, f->place_of);
    f->place = f->place_of->place;
    f->folder = f->place.folder;
    return T_OK(store_create(a, &f->place, &err), &err) &&
           T_OK(store_open(a, &f->place, &f->store, &err), &err) &&
           T_OK(record_create(a, f->store, S("example.org/treaties"), &err), &err) &&
           T_OK(record_open(a, f->store, RECORD_VERIFY, &f->record, &err), &err);
}

static inline void log_close(Log *f) {
    store_close(f->store);
    f->store = NULL;
}

/* A plain act; every seventh is a refusal. */
static inline Act log_act(Arena *a, int64_t n) {
    Act act = {
        .at = INT64_C(1468540800000000) + n * 1000000,
        .on = S("2016-07-15"),
        .kind = n % 2 ? S("draft") : S("circulate"),
        .actor = S("desk-officer-1"),
        .body = S("defence"),
        .dossier = arena_format(a, "d%lld", (long long)(n % 5)),
        .channel = S("cli"),
        .rulebook = S("pk-1973@2000"),
        .objects = json_object(a),
    };
    json_set_int(a, act.objects, S("n"), n);
    json_set_str(a, act.objects, S("title"), S("Framework agreement \xd9\x85\xd8\xb9"));
    if (n % 7 == 3) {
        act.is_refused = true;
        act.rule = S("need:draft");
        act.why = S("There is no draft.");
    }
    return act;
}

typedef struct Appending {
    Record *record;
    int64_t first, count; /* of log_act */
    Act *given;           /* this act in their place; NULL: none */
    bool is_unsealed;
} Appending;

static inline bool log_append_work(void *ctx, PxErr *err) {
    Appending *p = ctx;
    Arena *a = arena_open((ptrdiff_t)1 << 28);
    bool done = true;
    for (int64_t i = 0; i < p->count && done; i++) {
        Act act = log_act(a, p->first + i);
        done = record_append(p->record, a, p->given ? p->given : &act, err);
    }
    done = done && (p->is_unsealed || record_seal(p->record, a, err));
    arena_close(a);
    return done;
}

/* In one transaction. */
static inline bool log_append(Log *f, int64_t first, int64_t count, PxErr *err) {
    Appending p = {f->record, first, count, NULL, false};
    return store_write(f->store, log_append_work, &p, err);
}

/* SQLite's words in PostgreSQL's: zeroblob(N), char(N). */
static inline Str log_translate(Arena *a, Str sql) {
    Buf b = buf_new(a);
    static const Str blob = {"zeroblob(", 9}, letter = {"char(", 5};
    while (sql.len > 0) {
        if (str_starts(sql, blob)) {
            const ptrdiff_t end = str_find(sql, S(")"));
            buf_add(&b, S("decode(repeat('00', "));
            buf_add(&b, str_slice(sql, blob.len, end));
            buf_add(&b, S("), 'hex')"));
            sql = str_slice(sql, end + 1, sql.len);
        } else if (str_starts(sql, letter)) {
            buf_add(&b, S("chr("));
            sql = str_slice(sql, letter.len, sql.len);
        } else if (str_starts(sql, S("x'"))) {
            buf_add(&b, S("'\\x"));
            sql = str_slice(sql, 2, sql.len);
        } else {
            buf_byte(&b, sql.ptr[0]);
            sql = str_slice(sql, 1, sql.len);
        }
    }
    return arena_str(a, buf_str(&b));
}

/* Statements run on the database itself. */
static inline void log_tamper(const Log *f, const char *sql) {
    if (f->place.database.len > 0) {
        T_CHECK(fixture_sql(f->place_of, log_translate(f->arena, str_from_z(sql)).ptr, NULL));
        return;
    }
    sqlite3 *db = NULL;
    char *why = NULL;
    const Str path = os_path(f->arena, f->folder, S("paraph.db"));
    T_CHECK(sqlite3_open(path.ptr, &db) == SQLITE_OK);
    sqlite3_busy_timeout(db, 5000);
    if (!T_CHECK(sqlite3_exec(db, sql, NULL, NULL, &why) == SQLITE_OK)) {
        printf("# %s: %s\n", sql, why ? why : "");
    }
    sqlite3_free(why);
    sqlite3_close(db);
}

static inline void log_no_server(void) {
    t_skip("PARAPH_TEST_POSTGRES names no server; run it by script/with-postgres");
}

static inline void log_on_both(void (*test)(void), const char *name) {
    char named[128];
    fixture_state.is_postgres = false;
    t_run(test, name);
    snprintf(named, sizeof named, "%s (PostgreSQL)", name);
    fixture_state.is_postgres = getenv("PARAPH_TEST_POSTGRES") != NULL;
    t_run(fixture_state.is_postgres ? test : log_no_server, named);
    fixture_state.is_postgres = false;
}
#define ON_BOTH(test) log_on_both((test), #test)

static inline bool log_verify(Log *f, RecordReport *report, PxErr *err) {
    return record_verify(f->arena, f->folder, S(""), report, err);
}

#endif
