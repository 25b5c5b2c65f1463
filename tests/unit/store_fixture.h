/* A place for a store on each driver, for the tests of what is built on stores.
 *
 *   static void writes(Arena *a, const Fixture *f) { ... fixture_open(f) ... }
 *   ON_EACH_DRIVER(writes);
 *
 * is two tests, "writes (SQLite)" and "writes (PostgreSQL)". The second is skipped when the
 * environment names no server: `script/with-postgres build/asan/test_store` runs it. On the server
 * each test has a schema of its own, which goes with its end. */
#ifndef PARAPH_STORE_FIXTURE_H
#define PARAPH_STORE_FIXTURE_H

#include <libpq-fe.h>
#include <unistd.h>

#include "os/os.h"
#include "store/store.h"
#include "t.h"

typedef struct Fixture {
    Arena *arena;
    StorePlace place;
    Str folder;     /* the test's own; the store's is in it */
    Str server_url; /* without the schema; empty: SQLite */
    Str name;       /* the schema's, and the connections' application_name */
} Fixture;

/* Runs SQL on the server, besides the store; false when it fails. The first value of the last
 * answer goes to *out, if that is not NULL. */
static inline bool fixture_sql(const Fixture *f, const char *sql_z, int64_t *out) {
    PGconn *conn = PQconnectdb(f->server_url.ptr);
    if (PQstatus(conn) == CONNECTION_OK) PQclear(PQexec(conn, "SET client_min_messages=error"));
    const Str path = arena_format(f->arena, "SET search_path=%.*s", (int)f->name.len, f->name.ptr);
    PQclear(PQexec(conn, path.ptr));
    PGresult *result = PQexec(conn, sql_z);
    const ExecStatusType status = PQresultStatus(result);
    const bool done = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
    if (!done) printf("# %s: %s\n", sql_z, PQerrorMessage(conn));
    if (out) {
        *out = -1;
        if (PQntuples(result) == 1) (void)str_to_int(str_from_z(PQgetvalue(result, 0, 0)), out);
    }
    PQclear(result);
    PQfinish(conn);
    return done;
}

/* Another place on the same driver. */
static inline Fixture fixture_new(Arena *a, bool is_postgres) {
    PxErr err = {0};
    unsigned char random[6];
    Fixture f = {.arena = a};
    os_random(random, sizeof random);
    f.name = arena_format(a, "t_%02x%02x%02x%02x%02x%02x", random[0], random[1], random[2],
                          random[3], random[4], random[5]);
    check(os_temporary_folder(a, &f.folder, &err));
    f.place.folder = os_path(a, f.folder, S("store"));
    if (!is_postgres) return f;
    f.server_url = os_environment(a, "PARAPH_TEST_POSTGRES");
    f.place.database = arena_format(a, "%.*s&application_name=%.*s&options=-csearch_path%%3D%.*s",
                                    (int)f.server_url.len, f.server_url.ptr, (int)f.name.len,
                                    f.name.ptr, (int)f.name.len, f.name.ptr);
    const Str make = arena_format(a, "CREATE SCHEMA %.*s", (int)f.name.len, f.name.ptr);
    check(fixture_sql(&f, make.ptr, NULL));
    return f;
}

static inline void fixture_end(const Fixture *f) {
    if (f->server_url.len == 0) return;
    const Str drop =
        arena_format(f->arena, "DROP SCHEMA %.*s CASCADE", (int)f->name.len, f->name.ptr);
    T_CHECK(fixture_sql(f, drop.ptr, NULL));
}

/* Opens the store, which is made when it is not there. Ends the program when that cannot be. */
static inline Store *fixture_open_in(Arena *a, const Fixture *f) {
    PxErr err = {0};
    Store *s;
    if (!os_is_folder(f->place.folder) && !T_OK(store_create(a, &f->place, &err), &err)) exit(1);
    if (!T_OK(store_open(a, &f->place, &s, &err), &err)) exit(1);
    return s;
}
static inline Store *fixture_open(const Fixture *f) { return fixture_open_in(f->arena, f); }

static struct {
    void (*test)(Arena *a, const Fixture *f);
    bool is_postgres;
} fixture_state;

static inline void fixture_inner(Arena *a) {
    const Fixture f = fixture_new(a, fixture_state.is_postgres);
    fixture_state.test(a, &f);
    fixture_end(&f);
}

static inline void fixture_run(void) {
    if (fixture_state.is_postgres && !getenv("PARAPH_TEST_POSTGRES")) {
        t_skip("PARAPH_TEST_POSTGRES names no server; run it by script/with-postgres");
        return;
    }
    t_with_arena(fixture_inner);
}

static inline void on_driver(void (*test)(Arena *a, const Fixture *f), const char *name,
                             bool is_postgres) {
    char named[128];
    fixture_state.test = test;
    fixture_state.is_postgres = is_postgres;
    snprintf(named, sizeof named, "%s (%s)", name, is_postgres ? "PostgreSQL" : "SQLite");
    t_run(fixture_run, named);
}

#define ON_SQLITE(test) on_driver((test), #test, false)
#define ON_POSTGRES(test) on_driver((test), #test, true)
#define ON_EACH_DRIVER(test) (ON_SQLITE(test), ON_POSTGRES(test))

#endif
