/* run: a sequence of acts, done by the service and judged by the oracle, one beside the other. */
#ifndef PARAPH_RUN_H
#define PARAPH_RUN_H

#include "process/generate.h"

typedef struct Run {
    World w;
    Model *m;
    Str ids[DOSSIERS + 1], titles[DOSSIERS];
    Arena *step; /* of one act */
    bool failed;
    Str why;
} Run;

static inline void run_fails(Run *r, Str why) {
    if (!r->failed) r->why = arena_str(r->w.arena, why);
    r->failed = true;
}

static inline Str run_id(const Run *r, int dossier) {
    return r->ids[dossier < r->m->dossier_count ? dossier : NOWHERE];
}

/* ---- showing ---- */

static inline Str op_text(Arena *a, const Op *op) {
    return arena_format(a, "day %d: %s by %s on %d; a %d, b %d, c %d, d %d, mask %x%s", op->day,
                        act_name(op->act), persons[op->actor].id, op->dossier, op->a, op->b, op->c,
                        op->d, op->mask, op->bad ? ", malformed" : "");
}

static inline Str judgement_text(Arena *a, const Judgement *j) {
    switch (j->fate) {
    case DONE: return arena_format(a, "done with %d warnings", j->warnings);
    case REFUSED: return arena_format(a, "refused by %s", j->rule);
    case ERROR: return arena_format(a, "an error: %s", px_err_kind_name(j->error));
    case UNKNOWN: return S("unknown");
    }
    return S("");
}

/* ---- doing ---- */

/* The copy that a body was sent last, as it was sent. */
static inline Str copy_bytes(Run *r, int dossier, int body) {
    Rows rows, paper;
    PxErr err = {0};
    Store *s = service_store(r->w.service);
    Digest digest;
    Str bytes = {NULL, 0};
    int64_t number = 0;
    if (!STORE_ROWS(s, r->step, &rows, &err, addressee_all, value_text(run_id(r, dossier)))) {
        return bytes;
    }
    for (ptrdiff_t i = 0; i < rows.rows; i++) {
        if (str_equal(row_at(&rows, i)[1].text, body_id(body))) number = row_at(&rows, i)[5].number;
    }
    if (number &&
        STORE_ROWS(s, r->step, &paper, &err, paper_find, value_text(run_id(r, dossier)),
                   value_int(number)) &&
        paper.rows && digest_read(row_at(&paper, 0)[3].text, &digest)) {
        T_OK(store_fetch(s, r->step, digest, &bytes, &err), &err);
    }
    return bytes;
}

/* The request; its strings live in r->step. */
static inline Request run_request(Run *r, const Op *op, Making *making) {
    const MDossier *d = op->dossier < r->m->dossier_count ? &r->m->dossiers[op->dossier] : NULL;
    world_clock(first_day + op->day);
    *making = (Making){.a = r->step, .op = op, .o = json_object(r->step)};
    if (op->act >= ACT_RECEIVE && op->act <= ACT_ISSUE_VIEW && d) {
        making->sent = *sent_last(d, op->a);
        if (op->c == FILE_COPY) making->copy = copy_bytes(r, op->dossier, op->a);
    }
    make_members(making);
    spoil(making);
    const bool is_dossier = act_scope(op->act) == SCOPE_DOSSIER;
    return (Request){.act = op->act,
                     .actor = person_id(op->actor),
                     .channel = S("test"),
                     .dossier = is_dossier ? run_id(r, op->dossier) : S(""),
                     .on = day_text(r->step, op_day(op)),
                     .given = making->o,
                     .files = making->files,
                     .file_count = making->file_count};
}

static inline Judgement as_judgement(bool is_done, const Outcome *out, const PxErr *err, Arena *a) {
    if (!is_done) return error(err->kind);
    if (!out->is_refused) {
        return (Judgement){.fate = DONE, .warnings = (int)out->warning_count};
    }
    const Str rule = arena_str(a, out->rule);
    return refused(rule.ptr);
}

static inline bool same_judgement(const Judgement *a, const Judgement *b) {
    if (a->fate != b->fate) return false;
    switch (a->fate) {
    case DONE: return a->warnings == b->warnings;
    case REFUSED: return strcmp(a->rule, b->rule) == 0;
    case ERROR: return a->error == b->error;
    case UNKNOWN: return true;
    }
    return false;
}

static inline void run_opened(Run *r, const Outcome *out, const Op *op) {
    const int at = r->m->dossier_count - 1;
    r->ids[at] = arena_str(r->w.arena, out->dossier);
    r->titles[at] = arena_format(r->w.arena, "Treaty number %d", op->dossier);
}

/* What came of an act, beside what should. */
static inline void run_compare(Run *r, const Op *op, const Judgement *want, bool is_done,
                               const Outcome *out, const PxErr *err) {
    const Judgement is = as_judgement(is_done, out, err, r->step);
    if (!same_judgement(&is, want)) {
        const Str told = judgement_text(r->step, &is), wanted = judgement_text(r->step, want);
        run_fails(r, arena_format(r->step, "%s: %.*s (%.*s%s), not %.*s", act_name(op->act),
                                  (int)told.len, told.ptr, (int)out->why.len,
                                  out->why.ptr ? out->why.ptr : "", is_done ? "" : err->message,
                                  (int)wanted.len, wanted.ptr));
        return;
    }
    if (want->fate != ERROR) r->m->leaves++;
    if (want->fate == DONE) model_apply(r->m, op);
    if (want->fate == DONE && op->act == ACT_OPEN) run_opened(r, out, op);
}

static inline void run_op(Run *r, const Op *op) {
    const Judgement want = judge(r->m, op);
    if (want.fate == UNKNOWN) return;
    Making making;
    Outcome out = {.is_refused = false};
    PxErr err = {0};
    arena_close(r->step);
    r->step = arena_child(r->w.arena);
    const Request q = run_request(r, op, &making);
    const bool is_done = dossier_perform(r->w.service, r->step, &q, &out, &err);
    run_compare(r, op, &want, is_done, &out, &err);
    if (r->failed) return;
    const int64_t leaves = record_size(service_record(r->w.service), &err);
    if (leaves != r->m->leaves) {
        run_fails(r, arena_format(r->step, "the record has %lld leaves, not %lld",
                                  (long long)leaves, (long long)r->m->leaves));
    }
}

/* ---- many in one transaction ---- */

enum { GROUP_MAX = 8 };

/* Of the acts that are judged in the transaction alone, and whose words can be right. */
static inline bool is_plain(const Op *op) {
    if (op->bad || act_scope(op->act) != SCOPE_DOSSIER) return false;
    if ((op->act == ACT_DISPOSE || op->act == ACT_CONFIRM) &&
        (op->c > 4 || (op->c < 2 && op->a < 1))) {
        return false;
    }
    return op->act != ACT_DRAFT && op->act != ACT_CIRCULATE && op->act != ACT_RECEIVE &&
           op->act != ACT_DRAFT_VIEW && op->act != ACT_ISSUE_VIEW && op->act != ACT_NIL_RETURN &&
           op->act != ACT_CONSOLIDATE && op->act != ACT_INCORPORATE &&
           op->act != ACT_COMPOSE_SUMMARY;
}

/* Refused for the person's sake, before the transaction. */
static inline bool is_early(const Judgement *j) {
    return j->fate == REFUSED && strncmp(j->rule, "need:", 5) != 0;
}

/* Prepared one after the other, then done in one transaction, each on what those before it made. */
static inline void run_group(Run *r, const Op *ops, int count) {
    Commit commits[GROUP_MAX];
    bool early[GROUP_MAX];
    PxErr err = {0};
    arena_close(r->step);
    r->step = arena_child(r->w.arena);
    for (int i = 0; i < count; i++) {
        const Judgement now = judge(r->m, &ops[i]);
        Making *making = NEW(r->step, Making);
        const Request q = run_request(r, &ops[i], making);
        early[i] = is_early(&now);
        commits[i] = (Commit){.prepared = NULL};
        if (!dossier_prepare(r->w.service, r->step, &q, &commits[i].prepared, &err)) {
            run_fails(r, arena_format(r->step, "not prepared: %s", err.message));
            return;
        }
    }
    if (!dossier_commit(r->w.service, r->step, commits, count, &err)) {
        run_fails(r, arena_format(r->step, "not committed: %s", err.message));
    }
    for (int i = 0; i < count && !r->failed; i++) {
        Judgement want = judge(r->m, &ops[i]);
        if (early[i] && !is_early(&want)) want = error(PX_ERR_BUSY);
        run_compare(r, &ops[i], &want, commits[i].is_done, &commits[i].outcome, &commits[i].err);
    }
}

/* The acts from at on that go together; how many they were. */
static inline int run_some(Run *r, const Op *ops, int at, int end) {
    int count = 0;
    while (at + count < end && count < GROUP_MAX && is_plain(&ops[at + count])) {
        if (!ops[at + count++].with_next) break;
    }
    if (count > 1) run_group(r, ops + at, count);
    else run_op(r, &ops[at]);
    return count > 1 ? count : 1;
}

static inline void run_begin(Run *r) {
    PxErr err = {0};
    r->m = NEW(r->w.arena, Model);
    model_begin(r->m);
    r->m->leaves = record_size(service_record(r->w.service), &err);
    r->ids[NOWHERE] = S("d-0123456789");
    r->step = arena_child(r->w.arena);
}

#endif
