/* record_fixture: a store of its own with a record in it, acts to fill it with, and SQL behind its
 * back, as one who tampers with it would. */
#ifndef PARAPH_RECORD_FIXTURE_H
#define PARAPH_RECORD_FIXTURE_H

#include <sqlite3.h>

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

static inline bool fixture_make(Arena *a, Fixture *f) {
    PxErr err = {0};
    Str parent;
    *f = (Fixture){.arena = a};
    if (!T_OK(os_temporary_folder(a, &parent, &err), &err)) return false;
    f->folder = os_path(a, parent, S("store"));
    return T_OK(store_place(a, f->folder, S(""), &f->place, &err), &err) &&
           T_OK(store_create(a, &f->place, &err), &err) &&
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

/* Statements run on the database itself. */
static inline void fixture_tamper(const Fixture *f, const char *sql) {
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
