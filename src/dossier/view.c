/* view: what the tables say of a dossier, to a person who may read it. Every view passes may(). */
#include <string.h>

#include "dossier/int.h"

static const char *const view_names[DOSSIER_VIEWS] = {[VIEW_STATUS] = "status",
                                                      [VIEW_ITEMS] = "items",
                                                      [VIEW_CLEARANCES] = "clearances",
                                                      [VIEW_PROVISIONS] = "provisions",
                                                      [VIEW_CONSULTATION] = "consultation",
                                                      [VIEW_FINDINGS] = "findings",
                                                      [VIEW_PAPERS] = "papers",
                                                      [VIEW_ACTS] = "acts"};

const char *dossier_view_name(DossierView v) { return view_names[v]; }

bool dossier_view_read(Str name, DossierView *out) {
    for (int i = 0; i < DOSSIER_VIEWS; i++) {
        if (!str_equal(name, str_from_z(view_names[i]))) continue;
        *out = (DossierView)i;
        return true;
    }
    return false;
}

/* ---- may it be read ---- */

static bool no_such(PxErr *err) {
    return fail(err, PX_ERR_NOT_FOUND, S(""), -1, "there is no such dossier");
}

typedef struct Reading {
    Service *service;
    Arena *arena;
    Case c;
    DossierView view;
    Json *out;
} Reading;

static bool may_read(Case *c, PxErr *err) {
    Verdict v;
    if (!facts_common(c, err)) return false;
    may(c->arena, c->book, &c->facts, &v);
    return v.is_allowed || no_such(err);
}

/* A consultee sees the text it was sent, and of the consultation what is its own: not what other
 * bodies were sent or said, nor views that were not issued. Being an auditor besides opens nothing
 * more. */
static bool is_outsider(const Case *c) {
    const Set own = set_of(ROLE_NODAL_OFFICER) | set_of(ROLE_AUTHORISED_OFFICER);
    const Set inside = set_of(ROLE_SPONSOR_SECRETARY) | set_of(ROLE_DRAFTER) |
                       set_of(ROLE_CONFIRMER) | set_of(ROLE_REGISTRY) | set_of(ROLE_MINISTER) |
                       set_of(ROLE_VETTER) | set_of(ROLE_CABINET_SECRETARY) |
                       set_of(ROLE_CABINET_MEMBER) | set_of(ROLE_PRIME_MINISTER);
    return (c->facts.roles & own) && !(c->facts.roles & inside);
}

/* Summaries, minutes, opinions and decisions are Cabinet papers, and may be graded higher than the
 * dossier they are in. */
static bool is_cleared_for_cabinet(const Case *c) {
    return c->facts.clearance >= grading_of_cabinet_papers(c);
}

/* An auditor sees the acts and what papers there are, not what is in them. */
static bool is_auditor_alone(const Case *c) {
    Set others = c->facts.roles & ~set_of(ROLE_AUDITOR);
    for (int r = 0; r < ROLE_COUNT; r++) {
        if (role_is_standing((Role)r)) others &= ~set_of(r);
    }
    return set_has(c->facts.roles, ROLE_AUDITOR) && !others;
}

static Case reader(Service *s, Arena *a, Str person, Str dossier) {
    const Day today = service_today(s);
    return (Case){.service = s,
                  .store = s->store,
                  .arena = a,
                  .kind = ACT_READ,
                  .actor = person,
                  .dossier_id = dossier,
                  .on = today,
                  .on_text = day_text(a, today),
                  .given = json_object(a),
                  .objects = json_object(a),
                  .result = json_object(a)};
}

/* ---- rows as objects ---- */

/* names: one for each column, NULL to leave it out. */
static Json *objects_of(Arena *a, const Rows *r, const char *const *names) {
    Json *out = json_array(a);
    for (ptrdiff_t i = 0; i < r->rows; i++) {
        Json *row = json_push(a, out, json_object(a));
        for (ptrdiff_t k = 0; k < r->columns; k++) {
            const Value *v = row_at(r, i) + k;
            if (!names[k]) continue;
            if (v->kind == VALUE_INT) json_set_int(a, row, str_from_z(names[k]), v->number);
            else json_set(a, row, str_from_z(names[k]), json_str(a, v->text));
        }
    }
    return out;
}

/* The rows an outsider may see: those whose column `body` is his body's id or name. */
static bool own_rows(const Reading *r, Rows *rows, ptrdiff_t column, PxErr *err) {
    Str name;
    bool is_known;
    if (!body_name(r->c.store, r->arena, r->c.person.body, &name, NULL, &is_known, err))
        return false;
    ptrdiff_t kept = 0;
    for (ptrdiff_t i = 0; i < rows->rows; i++) {
        const Str body = cell(rows, i, column);
        if (!str_equal(body, r->c.person.body) && !offices_hold(body, name)) continue;
        memmove(rows->values + kept++ * rows->columns, row_at(rows, i),
                (size_t)rows->columns * sizeof(Value));
    }
    rows->rows = kept;
    return true;
}

/* own: the column that says whose a row is, for outsiders; -1: everybody's. */
static bool add_rows_of(Reading *r, const char *key, QueryId query, const char *const *names,
                        ptrdiff_t own, PxErr *err) {
    Rows rows;
    const Value dossier = T(r->c.dossier_id);
    if (!store_rows(r->c.store, r->arena, query, &dossier, 1, &rows, err)) return false;
    if (own >= 0 && is_outsider(&r->c) && !own_rows(r, &rows, own, err)) return false;
    json_set(r->arena, r->out, str_from_z(key), objects_of(r->arena, &rows, names));
    return true;
}

enum { ITEM_OFFICES = 4, ITEM_PERSON = 5, ITEM_CONFLICTS = 11 }; /* columns of item_all */

/* The items a person may see; to an outsider one that several bodies proposed is his body's, and
 * with whom it conflicts is not told. */
static bool items_seen(Reading *r, Rows *rows, PxErr *err) {
    Str name;
    bool is_known;
    if (!STORE_ROWS(r->c.store, r->arena, rows, err, item_all, T(r->c.dossier_id))) return false;
    if (!is_outsider(&r->c)) return true;
    if (!own_rows(r, rows, ITEM_OFFICES, err) ||
        !body_name(r->c.store, r->arena, r->c.person.body, &name, NULL, &is_known, err)) {
        return false;
    }
    for (ptrdiff_t i = 0; i < rows->rows; i++) {
        Value *row = rows->values + i * rows->columns;
        if (!str_equal(row[ITEM_OFFICES].text, name)) row[ITEM_PERSON] = T(S(""));
        row[ITEM_OFFICES] = T(name);
        row[ITEM_CONFLICTS] = T(S(""));
    }
    return true;
}

static bool add_rows(Reading *r, const char *key, QueryId query, const char *const *names,
                     PxErr *err) {
    return add_rows_of(r, key, query, names, -1, err);
}

/* ---- status ---- */

static void sheet(Reading *r) {
    const Dossier *d = &r->c.dossier;
    Json *o = json_set(r->arena, r->out, S("dossier"), json_object(r->arena));
    json_set_str(r->arena, o, S("id"), d->id);
    json_set_str(r->arena, o, S("title"), d->title);
    json_set_str(r->arena, o, S("form"), d->form);
    json_set_str(r->arena, o, S("grading"), str_from_z(grading_name(d->grading)));
    json_set_str(r->arena, o, S("sponsor"), d->sponsor);
    json_set_str(r->arena, o, S("secretary"), d->secretary);
    json_set_str(r->arena, o, S("opened_on"), d->opened_on);
    json_set_str(r->arena, o, S("approved_on"), d->approved_on);
    json_set_str(r->arena, o, S("rulebook"), r->c.book->id);
    json_set_str(r->arena, o, S("state"), d->state);
    json_set_int(r->arena, o, S("draft"), d->version);
}

/* What stands in the way of lodging: the needs of later stages that are not met. */
static bool in_the_way(Reading *r, PxErr *err) {
    static const Need asked[] = {
        NEED_ALL_DISPOSED,       NEED_ALL_CONFIRMED,   NEED_CONDITIONS_ESCALATED,
        NEED_CLEARANCES_CURRENT, NEED_VETTING_CURRENT, NEED_SUMMARY,
        NEED_SUMMARY_CURRENT,    NEED_SUMMARY_SIGNED,  NEED_SUMMARY_APPROVED,
        NEED_VIEWS_REFLECTED,    NEED_LODGED,          NEED_COMPLETE,
        NEED_CABINET_CIRCULATED};
    Case *c = &r->c;
    if (!facts_summary(c, err) || !facts_returns(c, err)) return false;
    Json *out = json_set(r->arena, r->out, S("in_the_way"), json_array(r->arena));
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        if (set_has(c->facts.met, asked[i])) continue;
        Json *o = json_push(r->arena, out, json_object(r->arena));
        json_set_str(r->arena, o, S("need"), str_from_z(need_name(asked[i])));
        json_set_str(r->arena, o, S("sentence"),
                     need_sentence(r->arena, asked[i], c->facts.detail[asked[i]]));
    }
    return true;
}

static bool view_status(Reading *r, PxErr *err) {
    static const char *const party[] = {"name"};
    static const char *const role[] = {"person", "role", "title", "body"};
    static const char *const waiver[] = {"need", "reason", "by", "on"};
    static const char *const decision[] = {"number", "summary", "outcome", "scope", "mode",
                                           "text",   "paper",   "by",      "on"};
    static const char *const opinion[] = {"summary", "person", "opinion", "text", "on"};
    sheet(r);
    if (!add_rows(r, "parties", QUERY_party_all, party, err) ||
        !add_rows_of(r, "roles", QUERY_dossier_role_all, role, 3, err) ||
        !add_rows(r, "waivers", QUERY_waiver_all, waiver, err)) {
        return false;
    }
    if (is_outsider(&r->c)) return true; /* the rest is what others said, and the Cabinet's */
    if (is_cleared_for_cabinet(&r->c) &&
        (!add_rows(r, "decisions", QUERY_decision_all, decision, err) ||
         !add_rows(r, "opinions", QUERY_opinion_all, opinion, err))) {
        return false;
    }
    return in_the_way(r, err);
}

/* ---- the other views ---- */

static const char *standing_word(const Stand *s) {
    switch (s->standing) {
    case STANDING_CURRENT:
        return s->is_objection   ? "objection"
               : s->is_editorial ? "cleared, editorial change since"
                                 : "cleared";
    case STANDING_STALE: return "stale";
    case STANDING_MISSING: return "missing";
    case STANDING_SILENT: return "silent";
    case STANDINGS: break;
    }
    return "";
}

/* Rows, and under `ask_again` who must be asked about what. */
static bool view_clearances(Reading *r, PxErr *err) {
    static const char *const editorial[] = {"provision", "before", "after", "reason", "by", "on"};
    Stand *stands;
    ptrdiff_t count;
    if (!stands_load(r->c.store, r->arena, &r->c.dossier, &stands, &count, err)) return false;
    Json *rows = json_set(r->arena, r->out, S("clearances"), json_array(r->arena));
    Json *again = json_set(r->arena, r->out, S("ask_again"), json_object(r->arena));
    for (ptrdiff_t i = 0; i < count; i++) {
        const Stand *s = &stands[i];
        if (is_outsider(&r->c) && !str_equal(s->body, r->c.person.body)) continue;
        Json *o = json_push(r->arena, rows, json_object(r->arena));
        json_set_str(r->arena, o, S("body"), s->body);
        json_set_int(r->arena, o, S("provision"), s->provision.id);
        json_set_str(r->arena, o, S("number"), s->provision.number);
        json_set_str(r->arena, o, S("standing"), str_from_z(standing_word(s)));
        json_set_str(r->arena, o, S("given_on"), s->on);
        json_set_str(r->arena, o, S("given_for"), s->digest);
        if (s->standing != STANDING_STALE && s->standing != STANDING_MISSING) continue;
        Json *list = json_find(again, s->body);
        if (!list) list = json_set(r->arena, again, s->body, json_array(r->arena));
        json_push(r->arena, list, json_str(r->arena, s->provision.number));
    }
    return add_rows(r, "editorial", QUERY_editorial_all, editorial, err);
}

/* Of the newest draft; to an outsider, of the one his body was sent. */
static bool view_provisions(Reading *r, PxErr *err) {
    Provision *all;
    ptrdiff_t count;
    int64_t version = r->c.dossier.version;
    if (is_outsider(&r->c)) {
        Rows sent;
        if (!STORE_ROWS(r->c.store, r->arena, &sent, err, addressee_latest, T(r->c.dossier_id),
                        T(r->c.person.body))) {
            return false;
        }
        version = sent.rows ? cell_int(&sent, 0, 3) : 0;
    }
    if (!provisions_load(r->c.store, r->arena, r->c.dossier_id, version, &all, &count, err))
        return false;
    Json *out = json_set(r->arena, r->out, S("provisions"), json_array(r->arena));
    for (ptrdiff_t i = 0; i < count; i++) {
        Json *o = json_push(r->arena, out, json_object(r->arena));
        json_set_int(r->arena, o, S("id"), all[i].id);
        json_set_str(r->arena, o, S("number"), all[i].number);
        json_set_str(r->arena, o, S("heading"), all[i].heading);
        json_set_str(r->arena, o, S("digest"), all[i].digest);
    }
    return true;
}

/* To an outsider: what was done by his body, or for it. */
static bool act_is_seen(const Case *c, const Act *act) {
    return !is_outsider(c) || str_equal(act->body, c->person.body) ||
           (act->objects && str_equal(json_find_str(act->objects, S("body")), c->person.body));
}

/* The dossier's acts that the person may see, counted, so that nothing is told of others. */
static bool view_acts(Reading *r, PxErr *err) {
    Rows rows;
    int64_t number = 0;
    if (!STORE_ROWS(r->c.store, r->arena, &rows, err, act_of_dossier, T(r->c.dossier_id)))
        return false;
    Json *out = json_set(r->arena, r->out, S("acts"), json_array(r->arena));
    for (ptrdiff_t i = 0; i < rows.rows; i++) {
        Act act;
        if (!act_read(r->arena, cell(&rows, i, 1), &act, err)) return false;
        if (!act_is_seen(&r->c, &act)) continue;
        Json *o = json_push(r->arena, out, json_object(r->arena));
        json_set_int(r->arena, o, S("number"), ++number);
        json_set_str(r->arena, o, S("on"), act.on);
        json_set_int(r->arena, o, S("at"), act.at);
        json_set_str(r->arena, o, S("act"), act.kind);
        json_set_str(r->arena, o, S("actor"), act.actor);
        json_set_str(r->arena, o, S("body"), act.body);
        json_set_bool(r->arena, o, S("refused"), act.is_refused);
        json_set_str(r->arena, o, S("rule"), act.rule);
        json_set_str(r->arena, o, S("why"), act.why);
    }
    return true;
}

typedef struct Shelved { /* a paper, as far as it says whose it is */
    int64_t number;
    Str kind, title, added_by;
} Shelved;

/* A copy is its addressee's; a return or letter, that of the body whose it is said to be. */
static bool is_own_paper(Case *c, const Shelved *p, bool *is_own, PxErr *err) {
    Rows r;
    const Str body = c->person.body;
    if (!STORE_ROWS(c->store, c->arena, &r, err, copy_addressee, T(c->dossier_id), I(p->number)))
        return false;
    const bool is_return = str_equal(p->kind, S("return")) || str_equal(p->kind, S("quarantined"));
    const Str title = arena_format(c->arena, "%s of %.*s", is_return ? "Return" : "Letter",
                                   (int)body.len, body.ptr);
    *is_own = r.rows ? str_equal(cell(&r, 0, 0), body)
                     : (is_return || str_equal(p->kind, S("letter"))) && str_equal(p->title, title);
    return true;
}

/* Whose a paper is: Cabinet papers are for all who are cleared for them; a copy is its addressee's,
 * who reads the text in it and not in a draft without a number; a return is its sender's; a view
 * that was only drafted is seen within its body. */
static bool paper_is_seen(Case *c, const Shelved *p, bool *is_seen, PxErr *err) {
    static const char *const of_cabinet[] = {"summary", "summary-print", "minutes"};
    Person adder;
    *is_seen = false;
    for (size_t i = 0; i < sizeof of_cabinet / sizeof *of_cabinet; i++) {
        if (!str_equal(p->kind, str_from_z(of_cabinet[i]))) continue;
        if (!is_cleared_for_cabinet(c)) return true;
    }
    if (!person_load(c->store, c->arena, p->added_by, &adder, err)) return false;
    *is_seen = str_equal(adder.body, c->person.body);
    if (*is_seen || str_equal(p->kind, S("view"))) return true;
    *is_seen = !is_outsider(c) || str_equal(p->kind, S("annex"));
    return *is_seen || is_own_paper(c, p, is_seen, err);
}

static bool view_papers(Reading *r, const char *const *names, PxErr *err) {
    Rows rows;
    if (!STORE_ROWS(r->c.store, r->arena, &rows, err, paper_all, T(r->c.dossier_id))) return false;
    ptrdiff_t kept = 0;
    for (ptrdiff_t i = 0; i < rows.rows; i++) {
        bool is_seen;
        const Shelved paper = {cell_int(&rows, i, 0), cell(&rows, i, 1), cell(&rows, i, 2),
                               cell(&rows, i, 7)};
        if (!paper_is_seen(&r->c, &paper, &is_seen, err)) return false;
        if (!is_seen) continue;
        memmove(rows.values + kept++ * rows.columns, row_at(&rows, i),
                (size_t)rows.columns * sizeof(Value));
    }
    rows.rows = kept;
    json_set(r->arena, r->out, S("papers"), objects_of(r->arena, &rows, names));
    return true;
}

static bool view_rows(Reading *r, PxErr *err) {
    static const char *const item[] = {
        "number",      "consolidation", "row",      "kind",         "offices",     "person",
        "place",       "existing",      "proposed", "comment",      "force",       "conflicts",
        "disposition", "reason",        "by",       "confirmed_by", "escalated_to"};
    static const char *const asked[] = {"body",  "name",      "reason",   "circulation",
                                        "draft", "sought",    "due",      "copy",
                                        "paper", "delivered", "received", "reply"};
    static const char *const left_out[] = {"name", "because", "body"};
    static const char *const finding[] = {"reply", "body",   "is_silent", "kind",
                                          "place", "before", "after",     "detail"};
    static const char *const paper[] = {"number", "kind",  "title", "name", "digest",
                                        "bytes",  "draft", "by",    "on"};
    Rows rows;
    if (is_auditor_alone(&r->c) && r->view != VIEW_ACTS && r->view != VIEW_PAPERS &&
        r->view != VIEW_CONSULTATION) {
        return fail(err, PX_ERR_NOT_FOUND, S(""), -1, "an auditor has no such view");
    }
    switch (r->view) {
    case VIEW_ITEMS:
        if (!items_seen(r, &rows, err)) return false;
        json_set(r->arena, r->out, S("items"), objects_of(r->arena, &rows, item));
        return true;
    case VIEW_CONSULTATION:
        return add_rows_of(r, "asked", QUERY_consultation, asked, 0, err) &&
               (is_outsider(&r->c) ||
                add_rows(r, "not_consulted", QUERY_not_consulted_all, left_out, err));
    case VIEW_FINDINGS: return add_rows_of(r, "findings", QUERY_finding_all, finding, 1, err);
    case VIEW_PAPERS: return view_papers(r, paper, err);
    case VIEW_STATUS: return view_status(r, err);
    case VIEW_CLEARANCES: return view_clearances(r, err);
    case VIEW_PROVISIONS: return view_provisions(r, err);
    case VIEW_ACTS: return view_acts(r, err);
    case DOSSIER_VIEWS: break;
    }
    return no_such(err);
}

static bool read_view(void *ctx, PxErr *err) {
    Reading *r = ctx;
    r->out = json_object(r->arena);
    return may_read(&r->c, err) && view_rows(r, err);
}

bool dossier_view(Service *s, Arena *a, Str person, Str dossier, DossierView view, Json **out,
                  PxErr *err) {
    Reading r = {.service = s, .arena = a, .c = reader(s, a, person, dossier), .view = view};
    if (!store_read(s->store, read_view, &r, err)) return false;
    *out = r.out;
    return true;
}

/* ---- lists ---- */

typedef struct Listing {
    Service *service;
    Arena *arena;
    Str person, search;
    Json *out;
} Listing;

static bool contains_fold(Str text, Str part) {
    for (ptrdiff_t i = 0; i + part.len <= text.len; i++) {
        if (str_equal_fold(str_slice(text, i, i + part.len), part)) return true;
    }
    return false;
}

static bool list_read(void *ctx, PxErr *err) {
    Listing *l = ctx;
    Rows rows;
    Arena *a = l->arena;
    l->out = json_object(a);
    Json *out = json_set(a, l->out, S("dossiers"), json_array(a));
    if (!STORE_ROWS(l->service->store, a, &rows, err, dossier_seen_by, T(l->person))) return false;
    for (ptrdiff_t i = 0; i < rows.rows; i++) {
        Case c = reader(l->service, a, l->person, cell(&rows, i, 0));
        Verdict v;
        if (!facts_common(&c, err)) return false;
        may(a, c.book, &c.facts, &v);
        if (!v.is_allowed || !contains_fold(cell(&rows, i, 1), l->search)) continue;
        Json *o = json_push(a, out, json_object(a));
        json_set_str(a, o, S("id"), cell(&rows, i, 0));
        json_set_str(a, o, S("title"), cell(&rows, i, 1));
        json_set_str(a, o, S("grading"), str_from_z(grading_name((Grading)cell_int(&rows, i, 2))));
        json_set_str(a, o, S("sponsor"), cell(&rows, i, 3));
        json_set_str(a, o, S("opened_on"), cell(&rows, i, 4));
        json_set_str(a, o, S("state"), cell(&rows, i, 5));
        json_set_int(a, o, S("draft"), cell_int(&rows, i, 6));
    }
    return true;
}

bool dossier_list(Service *s, Arena *a, Str person, Str search, Json **out, PxErr *err) {
    Listing l = {s, a, person, search, NULL};
    if (!store_read(s->store, list_read, &l, err)) return false;
    *out = l.out;
    return true;
}

static bool people_read(void *ctx, PxErr *err) {
    static const char *const person[] = {"id", "title", "body", "clearance", "is_enabled"};
    static const char *const body[] = {"id", "name", "cleared"};
    Listing *l = ctx;
    Person who;
    Rows rows;
    l->out = json_object(l->arena);
    if (!person_load(l->service->store, l->arena, l->person, &who, err)) return false;
    if (!who.is_enabled ||
        !(who.standing &
          (set_of(ROLE_ADMINISTRATOR) | set_of(ROLE_SECURITY_OFFICER) | set_of(ROLE_SECRETARY)))) {
        return fail(err, PX_ERR_DENIED, S(""), -1, "you may not see the list of people");
    }
    if (!store_rows(l->service->store, l->arena, QUERY_person_all, NULL, 0, &rows, err))
        return false;
    json_set(l->arena, l->out, S("people"), objects_of(l->arena, &rows, person));
    if (!store_rows(l->service->store, l->arena, QUERY_body_all, NULL, 0, &rows, err)) return false;
    json_set(l->arena, l->out, S("bodies"), objects_of(l->arena, &rows, body));
    return true;
}

bool dossier_people(Service *s, Arena *a, Str person, Json **out, PxErr *err) {
    Listing l = {s, a, person, S(""), NULL};
    if (!store_read(s->store, people_read, &l, err)) return false;
    *out = l.out;
    return true;
}

/* ---- papers ---- */

typedef struct Fetch {
    Case c;
    int64_t number;
    Str name, bytes;
} Fetch;

static bool paper_read(void *ctx, PxErr *err) {
    Fetch *f = ctx;
    Case *c = &f->c;
    Rows r;
    bool is_seen = false;
    if (!may_read(c, err)) return false;
    if (!STORE_ROWS(c->store, c->arena, &r, err, paper_find, T(c->dossier_id), I(f->number)))
        return false;
    if (r.rows && !is_auditor_alone(c)) {
        const Shelved paper = {f->number, cell(&r, 0, 0), cell(&r, 0, 1), cell(&r, 0, 4)};
        if (!paper_is_seen(c, &paper, &is_seen, err)) return false;
    }
    if (is_seen) return paper_bytes(c, f->number, &f->name, &f->bytes, err);
    return fail(err, PX_ERR_NOT_FOUND, S(""), -1, "there is no such paper");
}

bool dossier_paper(Service *s, Arena *a, Str person, Str dossier, int64_t number, Str *name,
                   Str *bytes, PxErr *err) {
    Fetch f = {.c = reader(s, a, person, dossier), .number = number};
    if (!store_read(s->store, paper_read, &f, err)) return false;
    *name = f.name;
    *bytes = f.bytes;
    return true;
}

static void put_quoted(Buf *b, Str text, const char *before) {
    if (text.len) buf_format(b, "%s\"%.*s\"", before, (int)text.len, text.ptr);
}

/* What an item proposes, in words: the table has no column for what is there now. A comment says
 * what it is on, and proposes nothing. */
static Str proposal(Arena *a, const Rows *items, ptrdiff_t i) {
    const Str kind = cell(items, i, 3), existing = cell(items, i, 7), proposed = cell(items, i, 8);
    Buf b = buf_new(a);
    if (str_equal(kind, S("comment"))) {
        put_quoted(&b, existing, "on ");
        return buf_str(&b);
    }
    buf_add(&b, kind);
    put_quoted(&b, existing, ": ");
    put_quoted(&b, proposed, existing.len ? " to " : ": ");
    return buf_str(&b);
}

static bool items_read(void *ctx, PxErr *err) {
    Reading *r = ctx;
    Rows rows;
    if (!may_read(&r->c, err)) return false;
    if (is_auditor_alone(&r->c)) return no_such(err);
    if (!items_seen(r, &rows, err)) return false;
    r->out = json_array(r->arena);
    for (ptrdiff_t i = 0; i < rows.rows; i++) {
        const Str force = cell(&rows, i, 10), disposition = cell(&rows, i, 12),
                  reason = cell(&rows, i, 13);
        Json *row = json_push(r->arena, r->out, json_object(r->arena));
        json_set_str(r->arena, row, S("body"), cell(&rows, i, 4));
        json_set_str(r->arena, row, S("clause"), cell(&rows, i, 6));
        json_set_str(r->arena, row, S("type"),
                     str_equal(force, S("observation")) ? S("ed") : S("ge"));
        json_set_str(r->arena, row, S("comment"), cell(&rows, i, 9));
        json_set_str(r->arena, row, S("proposed"), proposal(r->arena, &rows, i));
        json_set_str(r->arena, row, S("observations"),
                     arena_format(r->arena, "%.*s%s%.*s", (int)disposition.len, disposition.ptr,
                                  reason.len ? ": " : "", (int)reason.len, reason.ptr));
    }
    return true;
}

bool dossier_comment_table(Service *s, Arena *a, Str person, Str dossier, Str *bytes, PxErr *err) {
    Reading r = {.service = s, .arena = a, .c = reader(s, a, person, dossier)};
    const WorkerFile *out;
    ptrdiff_t out_count;
    Json *result, *arguments = json_object(a);
    if (!store_read(s->store, items_read, &r, err)) return false;
    json_set(a, arguments, S("rows"), r.out);
    json_set_str(a, arguments, S("title"), r.c.dossier.title);
    if (!worker_call(s->worker, a, S("comment-table-write"), arguments, NULL, 0, &result, &out,
                     &out_count, err)) {
        return false;
    }
    const WorkerFile table = {S("comments.docx"), out[0].bytes};
    const Str grading = str_from_z(grading_words(r.c.dossier.grading));
    Json *marks = json_object(a);
    json_set_str(a, marks, S("header"), grading);
    json_set_str(a, marks, S("footer"), grading);
    if (!worker_call(s->worker, a, S("mark"), marks, &table, 1, &result, &out, &out_count, err)) {
        return false;
    }
    *bytes = out[0].bytes;
    return true;
}
