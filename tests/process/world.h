/* world: an installation with the cast in it, made once and copied for each test. */
#ifndef PARAPH_WORLD_H
#define PARAPH_WORLD_H

#include <stdlib.h>
#include <unistd.h>

#include "process/papers.h"
#include "unit/store_fixture.h"

typedef struct World {
    Arena *arena;
    StorePlace place;
    Service *service;
} World;

static inline Str person_id(int p) { return str_from_z(persons[p].id); }
static inline Str body_id(int b) { return str_from_z(bodies[b].id); }

/* An act of the installation that must be done. */
static inline bool world_do(World *w, ActKind act, PersonId actor, const Json *given) {
    Outcome out;
    PxErr err = {0};
    const Request q = {.act = act,
                       .actor = person_id(actor),
                       .channel = S("test"),
                       .on = S("2016-05-01"),
                       .given = given};
    if (!T_OK(dossier_perform(w->service, w->arena, &q, &out, &err), &err)) return false;
    if (out.is_refused) printf("# %s: %.*s\n", act_name(act), (int)out.why.len, out.why.ptr);
    return T_CHECK(!out.is_refused);
}

static inline Json *pair_json(Arena *a, const char *key, Str value, const char *key2, Str value2) {
    Json *o = json_object(a);
    json_set_str(a, o, str_from_z(key), value);
    json_set_str(a, o, str_from_z(key2), value2);
    return o;
}

static inline bool world_bodies(World *w) {
    Arena *a = w->arena;
    for (int b = 0; b < BODIES; b++) {
        if (b != CABINET &&
            !world_do(w, ACT_BODY_ADD, ADMIN,
                      pair_json(a, "id", body_id(b), "name", str_from_z(bodies[b].name)))) {
            return false;
        }
        if (!world_do(w, ACT_CLEARANCE_LEVEL, SECURITY,
                      pair_json(a, "body", body_id(b), "grading",
                                str_from_z(grading_name(bodies[b].cleared))))) {
            return false;
        }
    }
    return true;
}

static inline bool world_person(World *w, int p) {
    Arena *a = w->arena;
    const PersonRow *row = &persons[p];
    if (p > SECURITY) {
        Json *o = pair_json(a, "id", person_id(p), "title", arena_format(a, "Post %d", p));
        json_set_str(a, o, S("body"), body_id(row->body));
        if (!world_do(w, ACT_PERSON_ADD, ADMIN, o)) return false;
    }
    if (row->clearance && !world_do(w, ACT_CLEARANCE_LEVEL, SECURITY,
                                    pair_json(a, "person", person_id(p), "grading",
                                              str_from_z(grading_name(row->clearance))))) {
        return false;
    }
    if (p > SECURITY && row->standing != ROLE_COUNT &&
        !world_do(
            w, ACT_STANDING_GIVE, ADMIN,
            pair_json(a, "person", person_id(p), "role", str_from_z(role_name(row->standing))))) {
        return false;
    }
    Json *o = json_object(a);
    json_set_str(a, o, S("person"), person_id(p));
    return p != DISABLED || world_do(w, ACT_PERSON_DISABLE, ADMIN, o);
}

static inline bool world_open(World *w) {
    PxErr err = {0};
    const ServiceOptions options = {.place = w->place, .check = RECORD_TRUST};
    return T_OK(service_open(w->arena, &options, &w->service, &err), &err);
}

/* With the cast in it. The place is one where nothing is yet. */
static inline bool world_make(World *w) {
    PxErr err = {0};
    FirstTokens tokens;
    const ServiceOptions options = {.place = w->place};
    const Installation first = {.origin = S("paraph.example/test"),
                                .rulebooks = S("rulebooks"),
                                .rulebook = S("pk-1973"),
                                .offset_minutes = 300,
                                .administrator = person_id(ADMIN),
                                .administrator_title = S("Administrator"),
                                .security_officer = person_id(SECURITY),
                                .security_officer_title = S("Security officer"),
                                .body = body_id(CABINET),
                                .body_name = str_from_z(bodies[CABINET].name)};
    if (!T_OK(service_create(w->arena, &options, &first, &tokens, &err), &err)) return false;
    if (!world_open(w) || !world_bodies(w)) return false;
    for (int p = 0; p < PERSONS; p++) {
        if (!world_person(w, p)) return false;
    }
    return true;
}

/* A copy of an SQLite world, opened. */
static inline bool world_copy(World *from, Arena *a, Str folder, World *out) {
    PxErr err = {0};
    *out = (World){.arena = a, .place = {.folder = folder}};
    return T_OK(store_backup(service_store(from->service), folder, &err), &err) &&
           T_OK(service_copy_rulebooks(a, from->place.folder, folder, &err), &err) &&
           world_open(out);
}

/* A world from the export of another, on either driver. */
static inline bool world_import(Arena *a, Str export, StorePlace place, World *out) {
    PxErr err = {0};
    Store *s;
    *out = (World){.arena = a, .place = place};
    if (!T_OK(store_create(a, &place, &err), &err) ||
        !T_OK(store_open(a, &place, &s, &err), &err) ||
        !T_OK(store_import(s, export, &err), &err)) {
        return false;
    }
    store_close(s);
    return T_OK(service_copy_rulebooks(a, export, place.folder, &err), &err) && world_open(out);
}

static inline bool world_export(World *w, Arena *a, Str folder) {
    PxErr err = {0};
    return T_OK(store_export(service_store(w->service), folder, true, &err), &err) &&
           T_OK(service_copy_rulebooks(a, w->place.folder, folder, &err), &err);
}

static inline void world_close(World *w) { store_close(service_store(w->service)); }

/* An act is entered at noon of its day. */
static inline void world_clock(Day day) {
    char now[32];
    snprintf(now, sizeof now, "%lld", ((long long)day * 86400 + 43200) * 1000000);
    setenv("PARAPH_NOW", now, 1);
}

/* The clock stands still, files are in memory, and pages are counted without LibreOffice. */
static inline void world_fix(const char *now) {
    setenv("PARAPH_NOW", now, 1);
    setenv("PARAPH_RENDERER", "tests/process/renderer", 1);
    if (access("/dev/shm", W_OK) == 0)
        setenv("TMPDIR", "/dev/shm", 0); /* it is not the disk's test */
}

#endif
