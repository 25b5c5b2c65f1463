/* check: what stands in the tables after a sequence: it verifies and replays, the views say what
 * the oracle says, and who may not see a dossier is told the same as of one that never was. */
#ifndef PARAPH_CHECK_H
#define PARAPH_CHECK_H

#include "process/run.h"

/* ---- the record ---- */

static inline void check_record(Run *r) {
    PxErr err = {0};
    RecordReport report;
    int64_t acts;
    Service *s = r->w.service;
    if (!record_verify(r->step, r->w.place.folder, S(""), &report, &err) ||
        !record_replay(service_record(s), dossier_apply, s, &acts, &err)) {
        run_fails(r, arena_format(r->step, "%s: %s", err.part, err.message));
        return;
    }
    if (report.size != r->m->leaves) run_fails(r, S("the verified record has other leaves"));
}

/* ---- views against the oracle ---- */

static inline bool view_of(Run *r, int p, int dossier, DossierView view, Json **out) {
    PxErr err = {0};
    if (dossier_view(r->w.service, r->step, person_id(p), run_id(r, dossier), view, out, &err)) {
        return true;
    }
    run_fails(r, arena_format(r->step, "%s sees no %s: %s", persons[p].id, dossier_view_name(view),
                              err.message));
    return false;
}

static inline void expect(Run *r, bool holds, const char *what, int dossier, Str view) {
    if (holds) return;
    run_fails(r, arena_format(r->step, "dossier %d: %s is not what the oracle says: %.*s", dossier,
                              what, (int)(view.len < 3000 ? view.len : 3000), view.ptr));
}

static inline bool lists_need(const Json *status, const char *need) {
    Json **rows;
    const ptrdiff_t count = json_find_array(status, S("in_the_way"), &rows);
    for (ptrdiff_t i = 0; i < count; i++) {
        if (str_equal(json_find_str(rows[i], S("need")), str_from_z(need))) return true;
    }
    return false;
}

static inline void check_status(Run *r, int p, int dossier) {
    const MDossier *d = &r->m->dossiers[dossier];
    const MSummary *s = &d->summary;
    Json *status;
    if (!view_of(r, p, dossier, VIEW_STATUS, &status)) return;
    const struct {
        const char *need;
        bool is_met;
    } all[] = {{"clearances-current", are_clearances_current(d)},
               {"vetting-current", is_vetted(d)},
               {"summary", s->number > 0},
               {"summary-current", is_summary_current(d)},
               {"summary-signed", s->is_signed},
               {"summary-approved", s->is_approved},
               {"views-reflected", are_views_in(d)},
               {"lodged", is_with_the_cabinet(d)},
               {"complete", s->completeness > 0},
               {"cabinet-circulated", s->is_circulated}};
    const Str text = json_text(r->step, status);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        expect(r, lists_need(status, all[i].need) != all[i].is_met, all[i].need, dossier, text);
    }
    const Json *sheet = json_find(status, S("dossier"));
    expect(r, json_find_int(sheet, S("draft"), -1) == d->version, "the newest draft", dossier,
           text);
    expect(
        r,
        str_equal(json_find_str(sheet, S("state")), d->is_withdrawn ? S("withdrawn") : S("live")),
        "the state", dossier, text);
}

static inline const char *stands_word(Stands s) {
    switch (s) {
    case CLEARED: return "cleared";
    case EDITORIAL: return "cleared, editorial change since";
    case OBJECTS: return "objection";
    case STALE: return "stale";
    case MISSING: return "missing";
    case SILENT: return "silent";
    case NO_CONCERN: break;
    }
    return "";
}

static inline void check_clearances(Run *r, int p, int dossier) {
    const MDossier *d = &r->m->dossiers[dossier];
    Json *view, **rows;
    int expected = 0;
    if (!view_of(r, p, dossier, VIEW_CLEARANCES, &view)) return;
    const Str text = json_text(r->step, view);
    const ptrdiff_t count = json_find_array(view, S("clearances"), &rows);
    for (int b = 0; b < BODIES; b++) {
        for (int i = 0; i < PROVISIONS; i++) {
            const Stands s = stands(d, b, i, d->version);
            if (s == NO_CONCERN) continue;
            expected++;
            bool found = false;
            for (ptrdiff_t k = 0; k < count && !found; k++) {
                found =
                    str_equal(json_find_str(rows[k], S("body")), body_id(b)) &&
                    json_find_int(rows[k], S("provision"), 0) == i + 1 &&
                    str_equal(json_find_str(rows[k], S("standing")), str_from_z(stands_word(s)));
            }
            expect(r, found,
                   arena_format(r->step, "%s on %s (%s)", bodies[b].id, provision_numbers[i],
                                stands_word(s))
                       .ptr,
                   dossier, text);
        }
    }
    expect(r, expected == (int)count, "how many clearances there are", dossier, text);
}

static inline bool is_the_item(const Json *row, const MItem *item) {
    const Str place =
        item->provision == NO_PROVISION ? S("") : str_from_z(provision_numbers[item->provision]);
    const Str disposition =
        item->disposition == UNDISPOSED ? S("") : str_from_z(dispositions[item->disposition]);
    return str_equal(json_find_str(row, S("offices")), str_from_z(bodies[item->body].name)) &&
           str_equal(json_find_str(row, S("place")), place) &&
           str_equal(json_find_str(row, S("force")), str_from_z(forces[item->force])) &&
           str_equal(json_find_str(row, S("disposition")), disposition) &&
           (json_find_str(row, S("confirmed_by")).len > 0) == item->is_confirmed &&
           (json_find_str(row, S("escalated_to")).len > 0) == item->is_escalated;
}

static inline void check_items(Run *r, int p, int dossier) {
    const MDossier *d = &r->m->dossiers[dossier];
    Json *view, **rows;
    if (!view_of(r, p, dossier, VIEW_ITEMS, &view)) return;
    const Str text = json_text(r->step, view);
    const ptrdiff_t count = json_find_array(view, S("items"), &rows);
    expect(r, count == d->item_count, "how many items there are", dossier, text);
    for (ptrdiff_t i = 0; i < count && !r->failed; i++) {
        expect(r, is_the_item(rows[i], &d->items[i + 1]),
               arena_format(r->step, "item %td", i + 1).ptr, dossier, text);
    }
}

/* ---- whose it is ---- */

/* In a body's own officer's view every row is of his body. */
static inline void check_own(Run *r, int p, int dossier, DossierView view, const char *rows_z,
                             const char *key_z, bool by_name) {
    Json *out, **rows;
    const BodyRow *own = &bodies[persons[p].body];
    if (!view_of(r, p, dossier, view, &out)) return;
    const ptrdiff_t count = json_find_array(out, str_from_z(rows_z), &rows);
    for (ptrdiff_t i = 0; i < count; i++) {
        const Str is = json_find_str(rows[i], str_from_z(key_z));
        expect(r, str_equal(is, str_from_z(by_name ? own->name : own->id)), persons[p].id, dossier,
               json_text(r->step, rows[i]));
    }
}

static inline void check_officer(Run *r, int p, int dossier) {
    const unsigned own = R(AUTHORISED_OFFICER) | R(NODAL_OFFICER);
    const unsigned roles = r->m->dossiers[dossier].roles[p] | r->m->persons[p].standing;
    if (roles & ~own) return;
    check_own(r, p, dossier, VIEW_ITEMS, "items", "offices", true);
    check_own(r, p, dossier, VIEW_CLEARANCES, "clearances", "body", false);
    check_own(r, p, dossier, VIEW_CONSULTATION, "asked", "body", false);
    check_own(r, p, dossier, VIEW_FINDINGS, "findings", "body", false);
}

/* A paper that is listed can be had; one that is not is told like one that never was. An auditor
 * has none. */
static inline void check_papers(Run *r, int p, int dossier) {
    Json *view, **rows;
    int64_t most = 0;
    Rows all;
    PxErr err = {0};
    Service *s = r->w.service;
    const Str id = run_id(r, dossier);
    if (!STORE_ROWS(service_store(s), r->step, &all, &err, paper_all, value_text(id)) ||
        !view_of(r, p, dossier, VIEW_PAPERS, &view)) {
        return;
    }
    most = all.rows;
    const bool is_auditor = r->m->dossiers[dossier].roles[p] == R(AUDITOR);
    const ptrdiff_t count = json_find_array(view, S("papers"), &rows);
    for (int64_t n = 1; n <= most + 1; n++) {
        PxErr why = {0};
        Str name, bytes;
        bool listed = false;
        for (ptrdiff_t i = 0; i < count; i++) {
            listed = listed || json_find_int(rows[i], S("number"), 0) == n;
        }
        const bool had = dossier_paper(s, r->step, person_id(p), id, n, &name, &bytes, &why);
        const bool told = had || (why.kind == PX_ERR_NOT_FOUND &&
                                  strcmp(why.message, "there is no such paper") == 0);
        expect(r, told && had == (listed && !is_auditor), persons[p].id, dossier,
               arena_format(r->step, "paper %lld: %s%s", (long long)n, had ? "had" : "not had",
                            listed ? ", listed" : ""));
    }
}

/* ---- what is hidden ---- */

static inline bool same_error(const PxErr *a, const PxErr *b) {
    return a->kind == b->kind && a->at == b->at && strcmp(a->part, b->part) == 0 &&
           strcmp(a->message, b->message) == 0;
}

static inline void check_hidden_views(Run *r, int p, int dossier) {
    Json *out;
    Str name, bytes;
    Service *s = r->w.service;
    const Str who = person_id(p), id = run_id(r, dossier), none = r->ids[NOWHERE];
    for (int v = 0; v < DOSSIER_VIEWS; v++) {
        PxErr err = {0}, other = {0};
        const bool shown = dossier_view(s, r->step, who, id, (DossierView)v, &out, &err);
        const bool made_up = dossier_view(s, r->step, who, none, (DossierView)v, &out, &other);
        if (!shown && !made_up && same_error(&err, &other)) continue;
        run_fails(r, arena_format(r->step, "%s is shown dossier %d (%s)", persons[p].id, dossier,
                                  dossier_view_name((DossierView)v)));
    }
    PxErr err[4] = {{0}};
    if (dossier_paper(s, r->step, who, id, 1, &name, &bytes, &err[0]) ||
        dossier_paper(s, r->step, who, none, 1, &name, &bytes, &err[1]) ||
        dossier_comment_table(s, r->step, who, id, &bytes, &err[2]) ||
        dossier_comment_table(s, r->step, who, none, &bytes, &err[3]) ||
        !same_error(&err[0], &err[1]) || !same_error(&err[2], &err[3])) {
        run_fails(
            r, arena_format(r->step, "%s is shown a paper of dossier %d", persons[p].id, dossier));
    }
}

/* One act on a dossier that is hidden, and the same on none: told in the same words. */
static inline void check_hidden_act(Run *r, int p, int dossier) {
    Outcome out[2];
    PxErr err[2] = {{0}};
    bool done[2];
    Op op = op_random(r->m, 0);
    while (act_scope(op.act) != SCOPE_DOSSIER) op = op_random(r->m, 0);
    op.actor = p;
    op.dossier = dossier;
    const Judgement j = judge(r->m, &op);
    const bool keeps_list = is_person(p) && (r->m->persons[p].standing & R(SECURITY_OFFICER)) != 0;
    if (j.fate == UNKNOWN ||
        (keeps_list && (op.act == ACT_LIST_ADD || op.act == ACT_LIST_REMOVE))) {
        return;
    }
    for (int i = 0; i < 2; i++) {
        Making making;
        Request q = run_request(r, &op, &making);
        if (i == 1) q.dossier = r->ids[NOWHERE];
        out[i] = (Outcome){.is_refused = false};
        done[i] = dossier_perform(r->w.service, r->step, &q, &out[i], &err[i]);
        r->m->leaves += done[i];
    }
    const bool same =
        done[0] == done[1] && same_error(&err[0], &err[1]) &&
        out[0].is_refused == out[1].is_refused && out[0].is_hidden == out[1].is_hidden &&
        str_equal(out[0].why, out[1].why) && str_equal(out[0].rule, out[1].rule) &&
        str_equal(out[0].source, out[1].source) && out[0].warning_count == out[1].warning_count;
    if (same && (!done[0] || out[0].is_hidden)) return;
    const Str text = op_text(r->step, &op);
    run_fails(r, arena_format(r->step, "%.*s tells that the dossier is there: %.*s%s / %.*s%s",
                              (int)text.len, text.ptr, (int)out[0].why.len, out[0].why.ptr,
                              err[0].message, (int)out[1].why.len, out[1].why.ptr, err[1].message));
}

/* Lists, and the search in them, hold what a person may read and nothing else. */
static inline void check_list(Run *r, int p) {
    PxErr err = {0};
    Json *all, **rows;
    if (!dossier_list(r->w.service, r->step, person_id(p), S(""), &all, &err)) {
        run_fails(r, arena_format(r->step, "%s has no list: %s", persons[p].id, err.message));
        return;
    }
    const ptrdiff_t count = json_find_array(all, S("dossiers"), &rows);
    ptrdiff_t expected = 0;
    for (int i = 0; i < r->m->dossier_count; i++) {
        const bool reads = model_reads(r->m, p, i);
        bool listed = false, found = false;
        expected += reads;
        for (ptrdiff_t k = 0; k < count; k++) {
            listed = listed || str_equal(json_find_str(rows[k], S("id")), r->ids[i]);
        }
        Json *search, **hits;
        if (!dossier_list(r->w.service, r->step, person_id(p), r->titles[i], &search, &err)) return;
        const ptrdiff_t hit_count = json_find_array(search, S("dossiers"), &hits);
        for (ptrdiff_t k = 0; k < hit_count; k++) {
            found = found || str_equal(json_find_str(hits[k], S("id")), r->ids[i]);
        }
        if (listed == reads && found == reads) continue;
        run_fails(r, arena_format(r->step, "the list of %s: dossier %d is %s", persons[p].id, i,
                                  listed || found ? "there" : "missing"));
    }
    if (count != expected) run_fails(r, S("a list holds more than it should"));
}

/* ---- out and in again ---- */

/* What is exported and imported, into either kind of store, verifies and replays as it did, and its
 * tables are the same. */
static inline void check_round_trip(Run *r, const Fixture *f) {
    PxErr err = {0};
    RecordReport report;
    World other;
    int64_t acts, rows[2];
    Digest digests[2];
    const char *const *names;
    const Str folder = os_path(r->step, f->folder, S("export"));
    if (!world_export(&r->w, r->step, folder) || !world_import(r->step, folder, f->place, &other)) {
        run_fails(r, S("it does not go out and in again"));
        return;
    }
    Service *s = other.service;
    if (!record_verify(r->step, f->place.folder, S(""), &report, &err) ||
        !record_replay(service_record(s), dossier_apply, s, &acts, &err)) {
        run_fails(r, arena_format(r->step, "imported: %s: %s", err.part, err.message));
    }
    const ptrdiff_t count = store_projections(&names);
    for (ptrdiff_t i = 0; i < count; i++) {
        if (!store_table_digest(service_store(s), names[i], &digests[0], &rows[0], &err) ||
            !store_table_digest(service_store(r->w.service), names[i], &digests[1], &rows[1],
                                &err) ||
            !digest_equal(digests[0], digests[1])) {
            run_fails(r, arena_format(r->step, "imported: the table %s is another", names[i]));
        }
    }
    world_close(&other);
}

/* ---- all ---- */

static inline void check_dossier(Run *r, int dossier) {
    bool is_read = false;
    for (int p = 0; p <= PERSONS && !r->failed; p++) {
        const unsigned whole = R(SPONSOR_SECRETARY) | R(DRAFTER) | R(VETTER);
        const bool reads = model_reads(r->m, p, dossier);
        if (!reads) check_hidden_views(r, p, dossier);
        if (!model_sees(r->m, p, dossier)) check_hidden_act(r, p, dossier);
        if (reads) check_officer(r, p, dossier);
        if (reads && chance(20)) check_papers(r, p, dossier);
        if (!reads || is_read || !(r->m->dossiers[dossier].roles[p] & whole)) continue;
        is_read = true;
        check_status(r, p, dossier);
        check_clearances(r, p, dossier);
        check_items(r, p, dossier);
    }
}

static inline void check_run(Run *r) {
    arena_close(r->step);
    r->step = arena_child(r->w.arena);
    const uint64_t random = t_state.random; /* the same each time a sequence is run */
    t_state.random = (uint64_t)r->m->leaves * UINT64_C(0x9e3779b97f4a7c15) + 1;
    for (int i = 0; i < r->m->dossier_count && !r->failed; i++) check_dossier(r, i);
    t_state.random = random;
    for (int p = 0; p <= PERSONS && !r->failed; p++) check_list(r, p);
    if (!r->failed) check_record(r);
}

#endif
