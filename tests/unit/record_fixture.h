/* record_fixture: a store of its own with a record in it, acts to fill it with, and SQL behind its
 * back, as one who tampers with it would. With PARAPH_TEST_POSTGRES=postgres://.../NAME?... in the
 * environment the stores are databases made beside that one. */
#ifndef PARAPH_RECORD_FIXTURE_H
#define PARAPH_RECORD_FIXTURE_H

#include <libpq-fe.h>
#include <sqlite3.h>
#include <unistd.h>

#include "os/os.h"
#include "record/record.h"
#include "store/store.h"

#include "t.h"

typedef struct Fixture {
    Arena *arena;
    Str folder;
    StorePlace place;
    Store *store;
    Record *record;
} Fixture;

static inline bool fixture_open(Fixture *f, RecordCheck how, PxErr *err) {
    return store_open(f->arena, &f->place, &f->store, err) &&
           record_open(f->arena, f->store, how, &f->record, err);
}

/* Statements run on a PostgreSQL database. */
static inline void fixture_psql(const char *url, const char *sql) {
    PGconn *c = PQconnectdb(url);
    PGresult *r = PQexec(c, sql);
    const ExecStatusType status = PQresultStatus(r);
    if (!T_CHECK(status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)) {
        printf("# %s: %s\n", sql, PQerrorMessage(c));
    }
    PQclear(r);
    PQfinish(c);
}

/* The URL of a new database, or an empty one when the tests are to run on SQLite. */
static inline Str fixture_database(Arena *a) {
    static int count;
    const Str url = os_environment(a, "PARAPH_TEST_POSTGRES");
    if (url.len == 0) return url;
    const ptrdiff_t question = str_find(url, S("?"));
    const Str whole = question < 0 ? url : str_slice(url, 0, question);
    const ptrdiff_t slash = str_find_last(whole, '/');
    const char *name = arena_format(a, "record_%d_%d", (int)getpid(), count++).ptr;
    fixture_psql(arena_str(a, url).ptr, arena_format(a, "CREATE DATABASE %s", name).ptr);
    return arena_format(a, "%.*s/%s%s", (int)slash, url.ptr, name,
                        question < 0 ? "" : arena_str(a, str_slice(url, question, url.len)).ptr);
}

static inline bool fixture_make(Arena *a, Fixture *f) {
    PxErr err = {0};
    Str parent;
    *f = (Fixture){.arena = a};
    if (!T_OK(os_temporary_folder(a, &parent, &err), &err)) return false;
    f->folder = os_path(a, parent, S("store"));
    f->place = (StorePlace){f->folder, fixture_database(a)};
    return T_OK(store_create(a, &f->place, &err), &err) &&
           T_OK(store_open(a, &f->place, &f->store, &err), &err) &&
           T_OK(record_create(a, f->store, S("example.org/treaties"), &err), &err) &&
           T_OK(record_open(a, f->store, RECORD_VERIFY, &f->record, &err), &err);
}

static inline void fixture_close(Fixture *f) {
    store_close(f->store);
    f->store = NULL;
}

/* A plain act; every seventh is a refusal. */
static inline Act fixture_act(Arena *a, int64_t n) {
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
    int64_t first, count; /* of fixture_act */
    Act *given;           /* this act in their place; NULL: none */
    bool is_unsealed;
} Appending;

static inline bool fixture_append_work(void *ctx, PxErr *err) {
    Appending *p = ctx;
    Arena *a = arena_open((ptrdiff_t)1 << 28);
    bool done = true;
    for (int64_t i = 0; i < p->count && done; i++) {
        Act act = fixture_act(a, p->first + i);
        done = record_append(p->record, a, p->given ? p->given : &act, err);
    }
    done = done && (p->is_unsealed || record_seal(p->record, a, err));
    arena_close(a);
    return done;
}

/* In one transaction. */
static inline bool fixture_append(Fixture *f, int64_t first, int64_t count, PxErr *err) {
    Appending p = {f->record, first, count, NULL, false};
    return store_write(f->store, fixture_append_work, &p, err);
}

/* SQLite's words in PostgreSQL's: zeroblob(N), char(N). */
static inline Str fixture_translate(Arena *a, Str sql) {
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
static inline void fixture_tamper(const Fixture *f, const char *sql) {
    if (f->place.database.len > 0) {
        fixture_psql(arena_str(f->arena, f->place.database).ptr,
                     fixture_translate(f->arena, str_from_z(sql)).ptr);
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

static inline bool fixture_verify(Fixture *f, RecordReport *report, PxErr *err) {
    return record_verify(f->arena, f->folder, S(""), report, err);
}

#endif
