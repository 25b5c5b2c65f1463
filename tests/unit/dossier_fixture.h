/* dossier_fixture: one act in one line, for the tests of dossiers: DONE(ACT_DRAFT, DESK, "file",
 * "draft"), IS("need:draft", ACT_PRESENT, DESK). Fields are given by name and value, files by the
 * names under which they were kept. */
#ifndef PARAPH_DOSSIER_FIXTURE_H
#define PARAPH_DOSSIER_FIXTURE_H

#include <stdarg.h>

#include "dossier/int.h"
#include "process/world.h"

typedef struct Paper { /* a file by the name under which a test gives it */
    const char *name;
    Str bytes;
} Paper;

typedef struct Test {
    World w;
    Arena *arena;
    Str dossier;
    int day;  /* of the act, from 2016-05-01 */
    int late; /* days until it is entered */
    Text text;
    Paper papers[8];
    int paper_count;
    Json *result; /* of the last act done */
    Str why;      /* of the last refusal, or error */
    int warnings;
} Test;

static inline Str test_paper(const Test *t, const char *name) {
    for (int i = 0; i < t->paper_count; i++) {
        if (strcmp(t->papers[i].name, name) == 0) return t->papers[i].bytes;
    }
    return S("A letter.");
}

static inline void keep_paper(Test *t, const char *name, Str bytes) {
    int i = 0;
    while (i < t->paper_count && strcmp(t->papers[i].name, name) != 0) i++;
    t->papers[i] = (Paper){name, bytes};
    if (i == t->paper_count) t->paper_count++;
}

static inline FieldKind kind_of(ActKind act, const char *name) {
    ptrdiff_t count;
    const Field *fields = dossier_fields(&count);
    for (ptrdiff_t i = 0; i < count; i++) {
        if (fields[i].act == act && strcmp(fields[i].name, name) == 0) return fields[i].kind;
    }
    printf("# %s takes no %s\n", act_name(act), name);
    return FIELD_KINDS;
}

static inline void give(Test *t, ActKind act, Json *o, const char *name, const char *value,
                        RequestFile *files, ptrdiff_t *file_count) {
    Arena *a = t->arena;
    const Str key = str_from_z(name), text = str_from_z(value);
    const FieldKind kind = kind_of(act, name);
    if (kind == FIELD_FILE) {
        files[(*file_count)++] = (RequestFile){key, S("paper.docx"), test_paper(t, value)};
    } else if (kind == FIELD_INT) {
        json_set_int(a, o, key, atoi(value));
    } else if (kind == FIELD_FLAG) {
        json_set_bool(a, o, key, strcmp(value, "true") == 0);
    } else if (kind == FIELD_TEXTS || kind == FIELD_PAIRS) {
        Json *list = json_find(o, key);
        if (!list) list = json_set(a, o, key, json_array(a));
        if (kind == FIELD_TEXTS) {
            json_push(a, list, json_str(a, text));
            return;
        }
        const ptrdiff_t at = str_find(text, S("="));
        Json *pair = json_push(a, list, json_object(a));
        json_set_str(a, pair, S("key"), str_slice(text, 0, at));
        json_set_str(a, pair, S("value"), str_slice(text, at + 1, text.len));
    } else {
        json_set_str(a, o, key, text);
    }
}

/* Performs the act with the names and values that follow, up to NULL. "done", the rule that refused
 * it, or the kind of the error. */
static inline const char *act(Test *t, ActKind kind, PersonId who, ...) {
    Json *o = json_object(t->arena);
    RequestFile files[4];
    ptrdiff_t file_count = 0;
    Outcome out = {.is_refused = false};
    PxErr err = {0};
    va_list args;
    va_start(args, who);
    for (const char *name = va_arg(args, const char *); name; name = va_arg(args, const char *)) {
        give(t, kind, o, name, va_arg(args, const char *), files, &file_count);
    }
    va_end(args);
    const Request q = {.act = kind,
                       .actor = person_id(who),
                       .channel = S("test"),
                       .dossier = act_scope(kind) == SCOPE_DOSSIER ? t->dossier : S(""),
                       .on = day_text(t->arena, 16922 + t->day),
                       .given = o,
                       .files = files,
                       .file_count = file_count};
    world_clock(16922 + t->day + t->late);
    t->result = NULL;
    t->warnings = 0;
    if (!dossier_perform(t->w.service, t->arena, &q, &out, &err)) {
        t->why = arena_format(t->arena, "%s: %s", err.part, err.message);
        return px_err_kind_name(err.kind);
    }
    t->why = out.why;
    t->warnings = (int)out.warning_count;
    if (out.is_refused) return out.rule.ptr;
    t->result = out.result;
    if (kind == ACT_OPEN) t->dossier = out.dossier;
    return "done";
}

static inline bool is_told(Test *t, const char *is, const char *want, int line) {
    if (strcmp(is, want) == 0) return true;
    printf("# line %d: %s (%.*s), not %s\n", line, is, (int)t->why.len, t->why.ptr, want);
    t_state.test_failed = true;
    return false;
}
#define IS(want, ...) is_told(t, act(t, __VA_ARGS__, NULL), (want), __LINE__)
#define DONE(...) IS("done", __VA_ARGS__)

/* ---- each test in a copy of one world ---- */

static World *template_world;
static int copies;

static inline bool is_replayed(Test *t) {
    PxErr err = {0};
    int64_t acts;
    Service *s = t->w.service;
    return T_OK(record_replay(service_record(s), dossier_apply, s, &acts, &err), &err);
}

static inline void run(void (*body)(Test *t), const char *name) {
    t_start();
    Arena *a = arena_open((ptrdiff_t)1 << 30);
    Test *t = NEW(a, Test);
    t->arena = a;
    t_state.test_failed = false;
    const Str folder =
        os_path(a, template_world->place.folder, arena_format(a, "../copy-%d", copies++));
    if (world_copy(template_world, a, folder, &t->w)) {
        body(t);
        (void)is_replayed(t);
        world_close(&t->w);
    }
    arena_close(a);
    t_state.count++;
    t_state.failed += t_state.test_failed;
    printf("%sok %d - %s\n", t_state.test_failed ? "not " : "", t_state.count, name);
}
#define RUN(test) run(test, #test)

/* Makes the world, and runs what RUNs the tests. The program's exit status. */
static inline int in_copies(void (*all)(void)) {
    world_fix("1472688000000000"); /* 2016-09-01 */
    t_start();
    Arena *a = arena_open((ptrdiff_t)1 << 30);
    Fixture f = fixture_new(a, false);
    World w = {.arena = a, .place = f.place};
    if (!world_make(&w)) return 1;
    template_world = &w;
    all();
    world_close(&w);
    arena_close(a);
    return t_end();
}

#endif
