/* facts: what may() is told of a person and a dossier, whatever the act. */
#include "dossier/int.h"

void meet(Case *c, Need need, bool is_met, Str detail) {
    if (is_met) c->facts.met |= set_of(need);
    else c->facts.met &= ~set_of(need);
    c->facts.detail[need] = is_met ? S("") : detail;
}

bool ask_int(Store *s, Arena *a, QueryId query, const Value *args, ptrdiff_t count, int64_t *out,
             PxErr *err) {
    Rows rows;
    if (!store_rows(s, a, query, args, count, &rows, err)) return false;
    *out = rows.rows ? rows.values[0].number : 0;
    return true;
}

static bool roles_of(Store *s, Arena *a, QueryId query, const Value *args, ptrdiff_t count,
                     Set *out, PxErr *err) {
    Rows rows;
    if (!store_rows(s, a, query, args, count, &rows, err)) return false;
    for (ptrdiff_t i = 0; i < rows.rows; i++) {
        Role role;
        if (role_read(cell(&rows, i, 0), &role)) *out |= set_of(role);
    }
    return true;
}

bool person_load(Store *s, Arena *a, Str id, Person *out, PxErr *err) {
    Rows rows;
    *out = (Person){.id = id};
    if (!STORE_ROWS(s, a, &rows, err, person_find, T(id))) return false;
    if (!rows.rows) return true;
    *out = (Person){.is_known = true,
                    .id = cell(&rows, 0, 0),
                    .title = cell(&rows, 0, 1),
                    .body = cell(&rows, 0, 2),
                    .clearance = (Grading)cell_int(&rows, 0, 3),
                    .is_enabled = cell_int(&rows, 0, 4) != 0};
    return roles_of(s, a, QUERY_standing_of, &(Value){VALUE_TEXT, 0, id}, 1, &out->standing, err);
}

bool dossier_load(Store *s, Arena *a, Str id, Dossier *out, PxErr *err) {
    Rows r;
    *out = (Dossier){.id = id};
    if (!id.len) return true;
    if (!STORE_ROWS(s, a, &r, err, dossier_find, T(id))) return false;
    if (!r.rows) return true;
    *out = (Dossier){.is_known = true,
                     .id = id,
                     .title = cell(&r, 0, 0),
                     .form = cell(&r, 0, 1),
                     .grading = (Grading)cell_int(&r, 0, 2),
                     .sponsor = cell(&r, 0, 3),
                     .secretary = cell(&r, 0, 4),
                     .opened_by = cell(&r, 0, 5),
                     .opened_on = cell(&r, 0, 6),
                     .rulebook = cell(&r, 0, 7),
                     .approved_on = cell(&r, 0, 8),
                     .state = cell(&r, 0, 9),
                     .version = cell_int(&r, 0, 10)};
    return true;
}

bool body_name(Store *s, Arena *a, Str id, Str *name, Grading *cleared, bool *is_known,
               PxErr *err) {
    Rows r;
    if (!STORE_ROWS(s, a, &r, err, body_find, T(id))) return false;
    *is_known = r.rows > 0;
    *name = r.rows ? cell(&r, 0, 1) : id;
    if (cleared) *cleared = r.rows ? (Grading)cell_int(&r, 0, 2) : GRADING_OPEN;
    return true;
}

bool has_role(Store *s, Arena *a, Str dossier, Str person, Role role, bool *has, PxErr *err) {
    Set roles = 0;
    const Value args[] = {T(dossier), T(person)};
    if (!roles_of(s, a, QUERY_dossier_role_of, args, 2, &roles, err)) return false;
    *has = set_has(roles, role);
    return true;
}

/* What the person did to one object; to the empty one: to the dossier, all acts. */
static bool did_load_on(Case *c, Str object, PxErr *err) {
    Rows r;
    if (!STORE_ROWS(c->store, c->arena, &r, err, did_on, T(c->dossier_id), T(c->actor), T(object)))
        return false;
    for (ptrdiff_t i = 0; i < r.rows; i++) {
        ActKind kind;
        if (act_kind_read(cell(&r, i, 0), &kind)) c->facts.did |= set_of(kind);
    }
    return true;
}

/* To any of many objects: the whole history is read once. (Were two to share a hash, an act would
 * be refused that need not be.) */
static bool did_load_many(Case *c, const Json *objects, PxErr *err) {
    Rows r;
    Map at = map_new(c->arena);
    for (ptrdiff_t k = 0; k < objects->count; k++) {
        map_put(&at, hash_fast(objects->items[k]->text), (uint64_t)k);
    }
    if (!STORE_ROWS(c->store, c->arena, &r, err, did_of, T(c->dossier_id), T(c->actor)))
        return false;
    for (ptrdiff_t i = 0; i < r.rows; i++) {
        ActKind kind;
        uint64_t k;
        if (!act_kind_read(cell(&r, i, 0), &kind)) continue;
        if (map_find(&at, hash_fast(cell(&r, i, 1)), &k)) c->facts.did |= set_of(kind);
    }
    return true;
}

static bool did_load(Case *c, PxErr *err) {
    enum { FEW = 16 };
    const Handler *h = handler_of(c->kind);
    if (!h->touches) return did_load_on(c, S(""), err);
    Json *objects = json_array(c->arena);
    if (!h->touches(c, objects, err)) return false;
    if (objects->count > FEW) return did_load_many(c, objects, err);
    for (ptrdiff_t k = 0; k < objects->count; k++) {
        if (!did_load_on(c, objects->items[k]->text, err)) return false;
    }
    return true;
}

static bool waivers_load(Case *c, PxErr *err) {
    Rows r;
    if (!STORE_ROWS(c->store, c->arena, &r, err, waiver_all, T(c->dossier_id))) return false;
    for (ptrdiff_t i = 0; i < r.rows; i++) {
        Need need;
        if (need_read(cell(&r, i, 0), &need)) c->facts.waived |= set_of(need);
    }
    return true;
}

const Rulebook *book_for(const Service *s, Str name, Day on) {
    return rulebook_in_force(s->books, s->book_count, name, on);
}

/* An act is not done before those it follows: what earlier stages brought, and, from the Summary
 * on, what came before in its own stage. (Replies may be entered in any order.) */
bool day_follows(Case *c, PxErr *err) {
    const int stage = act_stage(c->kind);
    Rows r;
    if (stage < 1) return true;
    if (!STORE_ROWS(c->store, c->arena, &r, err, stage_day_latest, T(c->dossier.id),
                    I(stage >= 7 ? stage + 1 : stage))) {
        return false;
    }
    const Str latest = r.rows ? cell(&r, 0, 0) : S("");
    if (str_compare(c->on_text, latest) >= 0) return true;
    return fail(err, PX_ERR_INPUT, S("on"), -1,
                "%.*s is before %.*s, the day of an act that this one follows", (int)c->on_text.len,
                c->on_text.ptr, (int)latest.len, latest.ptr);
}

bool meet_asked(Case *c, Str body, bool is_addressed, PxErr *err) {
    const Set sponsors = set_of(ROLE_REGISTRY) | set_of(ROLE_DRAFTER);
    const bool is_told = str_equal(body, c->person.body) || (c->facts.roles & sponsors);
    int64_t last;
    if (!ASK_INT(c->store, c->arena, &last, err, circulation_last, T(c->dossier_id))) return false;
    MEET(c, CIRCULATED, last > 0 || !is_told, "%s", "");
    MEET(c, ADDRESSED, is_addressed || !is_told, "%.*s", (int)body.len, body.ptr);
    return true;
}

static bool is_hidden(Case *c) {
    Verdict v;
    may(c->arena, c->book, &c->facts, &v);
    return v.is_hidden;
}

static bool facts_dossier(Case *c, PxErr *err) {
    const Dossier *d = &c->dossier;
    Facts *f = &c->facts;
    f->is_dossier = true;
    f->grading = d->grading;
    int64_t listed;
    if (!ASK_INT(c->store, c->arena, &listed, err, list_has, T(d->id), T(c->actor))) return false;
    f->is_on_list = listed > 0;
    const Value args[] = {T(d->id), T(c->actor)};
    if (!roles_of(c->store, c->arena, QUERY_dossier_role_of, args, 2, &f->roles, err)) return false;
    if (is_hidden(c)) return true; /* what else there is to find fault with would tell of it */
    MEET(c, DOSSIER_LIVE, str_equal(d->state, S("live")), " (%.*s)", (int)d->state.len,
         d->state.ptr);
    MEET(c, OPENING_APPROVED, d->approved_on.len > 0, "%s", "");
    MEET(c, DRAFT, d->version > 0, "%s", "");
    int64_t decided;
    if (!ASK_INT(c->store, c->arena, &decided, err, decision_final, T(d->id))) return false;
    MEET(c, UNDECIDED, decided == 0, "see decision %lld", (long long)decided);
    return did_load(c, err) && waivers_load(c, err);
}

bool facts_common(Case *c, PxErr *err) {
    c->facts = (Facts){.act = c->kind};
    Facts *f = &c->facts;
    if (!person_load(c->store, c->arena, c->actor, &c->person, err)) return false;
    if (!dossier_load(c->store, c->arena, c->dossier_id, &c->dossier, err)) return false;
    f->is_person = c->person.is_known && c->person.is_enabled;
    f->clearance = c->person.clearance;
    f->roles = c->person.standing;
    /* of acts of the installation, which a person does for himself */
    if (act_scope(c->kind) == SCOPE_SYSTEM && str_equal(given_str(c, "person"), c->actor)) {
        f->roles |= set_of(ROLE_SELF);
    }
    const Str name = c->dossier.is_known            ? c->dossier.rulebook
                     : given_str(c, "rulebook").len ? given_str(c, "rulebook")
                                                    : c->service->rulebook;
    c->book = book_for(c->service, name, c->on);
    /* A dossier that is not to be seen has no rulebook either, and is refused by today's. */
    const bool has_book = c->book != NULL, is_dossier = act_scope(c->kind) == SCOPE_DOSSIER;
    if (!has_book) c->book = book_for(c->service, c->service->rulebook, service_today(c->service));
    if (!c->book) c->book = c->service->books[0];
    if (is_dossier && c->dossier.is_known && !facts_dossier(c, err)) return false;
    return has_book || (is_dossier && is_hidden(c)) ||
           fail(err, PX_ERR_CONFLICT, S("on"), -1, "no rulebook \"%.*s\" is in force on %.*s",
                (int)name.len, name.ptr, (int)c->on_text.len, c->on_text.ptr);
}
