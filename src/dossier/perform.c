/* perform: one act from the request to the record.
 *
 * Outside the transaction a request is checked, may() is asked what can be known at once (is the
 * person to see this at all, is it for his role), and documents are read. Inside, the facts are
 * read anew, may() decides, and the act or its refusal is appended and applied. */
#include "dossier/int.h"

enum { ACT_BYTES_MAX = 16 << 20, HIDDEN_BYTES_MAX = 64 << 10 };

Day service_today(const Service *s) { return day_of_time(os_now(), s->offset_minutes); }

/* ---- before ---- */

static bool day_check(Case *c, const Request *q, PxErr *err) {
    const Day today = service_today(c->service);
    c->entered = today;
    if (!q->on.len) {
        c->on = today;
        c->on_text = day_text(c->arena, today);
        return true;
    }
    if (!day_read(q->on, &c->on)) {
        return fail(err, PX_ERR_INPUT, S("on"), -1, "\"%.*s\" is no day; write it as 2016-07-15",
                    (int)q->on.len, q->on.ptr);
    }
    if (c->on > today) {
        return fail(err, PX_ERR_INPUT, S("on"), -1,
                    "%.*s is still to come; an act is entered on its "
                    "day or later",
                    (int)q->on.len, q->on.ptr);
    }
    c->on_text = arena_str(c->arena, q->on);
    return true;
}

/* Is it refused whatever the documents say, for who asks it? */
static bool is_refused_for_person(Case *c, Verdict *v) {
    Facts hopeful = c->facts;
    hopeful.met = ~(Set)0;
    may(c->arena, c->book, &hopeful, v);
    return !v->is_allowed;
}

static bool look_ahead(void *ctx, PxErr *err) {
    Case *c = ctx;
    Verdict verdict;
    if (!facts_common(c, err)) return false;
    c->is_refused_early = is_refused_for_person(c, &verdict);
    return true;
}

static bool keep_files(Case *c, PxErr *err) {
    for (ptrdiff_t i = 0; i < c->file_count; i++) {
        const RequestFile *f = &c->files[i];
        if (!paper_keep(c, f->field, f->name, f->bytes, err)) return false;
    }
    return true;
}

bool dossier_prepare(Service *s, Arena *a, const Request *q, Prepared **out, PxErr *err) {
    Prepared *p = NEW(a, Prepared);
    p->c =
        (Case){.service = s,
               .store = s->store,
               .arena = a,
               .kind = q->act,
               .actor = arena_str(a, q->actor),
               .channel = arena_str(a, q->channel),
               /* what is not done on a dossier is neither judged by one nor entered in it */
               .dossier_id = act_scope(q->act) == SCOPE_DOSSIER ? arena_str(a, q->dossier) : S(""),
               .given = json_object(a),
               .objects = json_object(a),
               .files = q->files,
               .file_count = q->file_count,
               .result = json_object(a)};
    Case *c = &p->c;
    if (q->given) {
        const Str text = json_text(a, q->given); /* a copy of our own, checked to be JSON */
        if (!json_read(a, S("request"), text, &c->given, err)) return false;
    }
    if (!given_check(c, err) || !day_check(c, q, err)) return false;
    for (ptrdiff_t i = 0; i < c->given->count; i++) {
        json_set(a, c->objects, c->given->keys[i], c->given->items[i]);
    }
    if (!store_read(s->store, look_ahead, c, err)) return false;
    const Handler *h = handler_of(c->kind);
    if (!c->is_refused_early) {
        if (!keep_files(c, err)) return false;
        if (h->prepare && !h->prepare(c, err)) return false;
    }
    *out = p;
    return true;
}

/* ---- inside ---- */

typedef struct One {
    Case *c;
    Outcome *outcome;
} One;

static Act act_of(const Case *c) {
    return (Act){.at = os_now(),
                 .on = c->on_text,
                 .kind = str_from_z(act_name(c->kind)),
                 .actor = c->actor,
                 .body = c->person.body,
                 .dossier = c->dossier_id,
                 .channel = c->channel,
                 .rulebook = c->book->id,
                 .objects = c->objects};
}

static bool append(Case *c, Act *act, PxErr *err) {
    if (act_text(c->arena, act).len > ACT_BYTES_MAX) {
        return fail(err, PX_ERR_LIMIT, str_from_z(act_name(c->kind)), -1,
                    "the act is larger than %d MB; act on fewer items at once",
                    ACT_BYTES_MAX >> 20);
    }
    return record_append(c->service->record, c->arena, act, err);
}

static bool refuse(const One *one, const Verdict *v, PxErr *err) {
    Case *c = one->c;
    Act act = act_of(c);
    act.is_refused = true;
    act.rule = v->rule;
    act.why = v->why;
    act.objects = c->given;
    /* That the record takes no more must not tell a dossier that is hidden from none. */
    if (v->is_hidden && json_text(c->arena, c->given).len > HIDDEN_BYTES_MAX) {
        act.objects = json_object(c->arena);
        json_set_bool(c->arena, act.objects, S("is_too_large"), true);
    }
    if (c->dossier_id.len && !c->dossier.is_known) {
        act.objects = json_object(c->arena);
        json_set_str(c->arena, act.objects, S("asked"), c->dossier_id);
        act.dossier = S("");
    }
    *one->outcome = (Outcome){.is_refused = true,
                              .is_hidden = v->is_hidden,
                              .rule = v->rule,
                              .source = v->source,
                              .why = v->is_hidden ? S("There is no such dossier.") : v->why};
    if (!append(c, &act, err)) return false;
    one->outcome->seq = act.seq;
    return true;
}

static bool did_insert(const Apply *p, Str object, PxErr *err) {
    return STORE_RUN(p->store, err, did_insert, T(p->dossier), T(p->act->actor), T(p->act->kind),
                     T(object));
}

/* What an act leaves behind in the tables, be it done or replayed. */
static bool apply_act(Store *s, Arena *a, const Act *act, ActKind kind, PxErr *err) {
    Apply p = {.store = s, .arena = a, .act = act, .o = act->objects, .dossier = act->dossier};
    const Handler *h = handler_of(kind);
    if (h->apply && !h->apply(&p, err)) return false;
    if (!act->dossier.len) return true;
    if (act_stage(kind) >= 0 &&
        !STORE_RUN(s, err, stage_day_note, T(act->dossier), I(act_stage(kind)), T(act->on))) {
        return false;
    }
    if (!did_insert(&p, S(""), err)) return false;
    Json **touched;
    const ptrdiff_t count = json_find_array(act->objects, S("touched"), &touched);
    for (ptrdiff_t i = 0; i < count; i++) {
        if (!did_insert(&p, touched[i]->text, err)) return false;
    }
    return true;
}

static void warn(One *one, Set warnings) {
    Case *c = one->c;
    Outcome *o = one->outcome;
    o->warnings = NEW_ARRAY(c->arena, Str, NEED_COUNT);
    Json *said = json_array(c->arena);
    for (int n = 0; n < NEED_COUNT; n++) {
        if (!set_has(warnings, n)) continue;
        o->warnings[o->warning_count] = need_sentence(c->arena, (Need)n, c->facts.detail[n]);
        json_push(c->arena, said, json_str(c->arena, o->warnings[o->warning_count++]));
    }
    /* the transaction may run again, and then warn of less */
    if (said->count || json_find(c->objects, S("warnings")))
        json_set(c->arena, c->objects, S("warnings"), said);
}

static bool settle(One *one, PxErr *err) {
    Case *c = one->c;
    const Handler *h = handler_of(c->kind);
    Verdict v;
    if (!facts_common(c, err)) return false;
    /* Before anything is found fault with: that, too, would tell of a dossier. */
    if (is_refused_for_person(c, &v)) return refuse(one, &v, err);
    if (c->is_refused_early) {
        return fail(err, PX_ERR_BUSY, S(""), -1,
                    "what you may do here changed meanwhile; try again");
    }
    if (h->facts && !h->facts(c, err)) return false;
    may(c->arena, c->book, &c->facts, &v);
    if (!v.is_allowed) return refuse(one, &v, err);
    if (c->dossier.is_known && !day_follows(c, err)) return false;
    *one->outcome = (Outcome){.dossier = c->dossier_id, .result = c->result};
    warn(one, v.warnings);
    if (h->touches) {
        Json *touched = json_array(c->arena);
        if (!h->touches(c, touched, err)) return false;
        json_set(c->arena, c->objects, S("touched"), touched);
    }
    if (act_scope(c->kind) == SCOPE_OPENING) {
        c->dossier_id = json_find_str(c->objects, S("id"));
        one->outcome->dossier = c->dossier_id;
    }
    Act act = act_of(c);
    if (!append(c, &act, err) || !apply_act(c->store, c->arena, &act, c->kind, err)) return false;
    if (c->also && !c->also(c->also_ctx, err)) return false;
    one->outcome->seq = act.seq;
    return true;
}

static bool settle_one(void *ctx, PxErr *err) { return settle(ctx, err); }

/* ---- commit ---- */

typedef struct Many {
    Service *service;
    Arena *arena;
    Commit *commits;
    ptrdiff_t count;
} Many;

static bool commit_many(void *ctx, PxErr *err) {
    const Many *m = ctx;
    ptrdiff_t done = 0;
    for (ptrdiff_t i = 0; i < m->count; i++) {
        Commit *commit = &m->commits[i];
        One one = {&commit->prepared->c, &commit->outcome};
        commit->err = (PxErr){.kind = PX_ERR_NONE};
        commit->is_done = false;
        bool undone = false;
        if (!store_nested(m->service->store, settle_one, &one, &undone, &commit->err)) {
            *err = commit->err;
            return false;
        }
        commit->is_done = !undone;
        done += commit->is_done;
    }
    return !done || record_seal(m->service->record, m->arena, err);
}

bool dossier_commit(Service *s, Arena *a, Commit *commits, ptrdiff_t count, PxErr *err) {
    Many many = {s, a, commits, count};
    if (!store_write(s->store, commit_many, &many, err)) return false;
    record_vouch(s->record);
    return true;
}

bool dossier_perform(Service *s, Arena *a, const Request *q, Outcome *out, PxErr *err) {
    Commit commit = {.prepared = NULL};
    if (!dossier_prepare(s, a, q, &commit.prepared, err)) return false;
    if (!dossier_commit(s, a, &commit, 1, err)) return false;
    *out = commit.outcome;
    if (!commit.is_done) *err = commit.err;
    return commit.is_done;
}

bool dossier_apply(void *ctx, Store *fresh, const Act *act, PxErr *err) {
    ActKind kind;
    if (!act_kind_read(act->kind, &kind)) {
        return fail(err, PX_ERR_INPUT, S("record"), -1, "act %lld is of an unknown kind \"%.*s\"",
                    (long long)act->seq, (int)act->kind.len, act->kind.ptr);
    }
    Service *s = ctx;
    Arena *a = arena_child(s->arena);
    const bool done = apply_act(fresh, a, act, kind, err);
    arena_close(a);
    return done;
}
