/* acts_clearance: stages 5 and 6: clearances bound to provisions, editorial certificates, vetting
 * bound to the text. */
#include "dossier/int.h"

/* ---- clearing and objecting ---- */

/* Who signs: the actor himself, or (entered by the registry, with the letter) the officer named. */
static bool facts_signatory(Case *c, PxErr *err) {
    const Str body = given_str(c, "body"), named = given_str(c, "officer");
    const bool is_registry = set_has(c->facts.roles, ROLE_REGISTRY) && named.len;
    const Str officer = is_registry ? named : c->actor;
    Person person;
    bool has;
    if (!person_load(c->store, c->arena, officer, &person, err) ||
        !has_role(c->store, c->arena, c->dossier_id, officer, ROLE_AUTHORISED_OFFICER, &has, err)) {
        return false;
    }
    const bool fits = person.is_enabled && has && str_equal(person.body, body) &&
                      (!is_registry || given_file(c, "letter"));
    MEET(c, OFFICER_AUTHORISED, fits, "%.*s is no authorised officer of %.*s%s", (int)officer.len,
         officer.ptr, (int)body.len, body.ptr,
         is_registry && !given_file(c, "letter") ? ", or the letter is missing" : "");
    json_set_str(c->arena, c->objects, S("officer"), officer);
    return true;
}

/* The draft a body speaks of: the one it was sent last. What became of the text since, it has not
 * seen; a letter least of all can speak of it. */
static bool draft_sent(Case *c, Dossier *then, PxErr *err) {
    Rows r;
    *then = c->dossier;
    if (!STORE_ROWS(c->store, c->arena, &r, err, addressee_latest, T(c->dossier_id),
                    T(given_str(c, "body")))) {
        return false;
    }
    if (r.rows) then->version = cell_int(&r, 0, 3);
    return true;
}

static void stance_row(Case *c, Json *out, int64_t id, Str digest) {
    Json *row = json_push(c->arena, out, json_object(c->arena));
    json_set_int(c->arena, row, S("id"), id);
    json_set_str(c->arena, row, S("digest"), digest);
}

/* Those that were left out of the text, by name or, when there are none, all. */
static void stance_gone(Case *c, const Stand *stands, ptrdiff_t count, Json **names,
                        ptrdiff_t name_count, bool *known, Json *out) {
    for (ptrdiff_t i = 0; i < count; i++) {
        const Provision *p = &stands[i].provision;
        if (p->digest.len || !str_equal(stands[i].body, given_str(c, "body"))) continue;
        bool is_named = name_count == 0;
        for (ptrdiff_t k = 0; k < name_count; k++) {
            if (!str_equal(names[k]->text, p->number)) continue;
            is_named = known[k] = true;
        }
        if (is_named) stance_row(c, out, p->id, S(""));
    }
}

/* The provisions the act names, with their digests; without a name, all the body was asked about.
 */
static bool stance_provisions(Case *c, Json **out, Str *unknown, PxErr *err) {
    Dossier then;
    Stand *stands;
    Provision *all;
    ptrdiff_t stand_count, count;
    Json **names, *ids = json_array(c->arena);
    const Str body = given_str(c, "body");
    *out = json_array(c->arena);
    *unknown = S("");
    if (!draft_sent(c, &then, err) ||
        !stands_load(c->store, c->arena, &then, &stands, &stand_count, err) ||
        !provisions_load(c->store, c->arena, c->dossier_id, then.version, &all, &count, err)) {
        return false;
    }
    json_set_int(c->arena, c->objects, S("version"), then.version);
    const ptrdiff_t name_count = json_find_array(c->given, S("provision"), &names);
    bool *known = NEW_ARRAY(c->arena, bool, name_count);
    for (ptrdiff_t i = 0; i < name_count; i++) {
        known[i] = provisions_named(all, count, names[i]->text, c->arena, ids) > 0;
    }
    stance_gone(c, stands, stand_count, names, name_count, known, *out);
    for (ptrdiff_t i = 0; i < name_count; i++) {
        if (!known[i]) *unknown = names[i]->text;
    }
    for (ptrdiff_t i = 0; i < stand_count && !name_count; i++) {
        if (!str_equal(stands[i].body, body)) continue;
        json_push(c->arena, ids, json_int(c->arena, stands[i].provision.id));
    }
    Map wanted = map_new(c->arena);
    for (ptrdiff_t i = 0; i < ids->count; i++) map_put(&wanted, (uint64_t)ids->items[i]->number, 1);
    for (ptrdiff_t i = 0; i < count; i++) {
        if (!map_find(&wanted, (uint64_t)all[i].id, NULL)) continue;
        stance_row(c, *out, all[i].id, all[i].digest);
    }
    return true;
}

static bool facts_asked(Case *c, PxErr *err) {
    Rows r;
    const Str body = given_str(c, "body");
    if (!STORE_ROWS(c->store, c->arena, &r, err, addressee_latest, T(c->dossier_id), T(body)))
        return false;
    return meet_asked(c, body, r.rows > 0, err);
}

bool facts_stance(Case *c, PxErr *err) {
    Json *provisions;
    Str unknown;
    int64_t last;
    if (!facts_asked(c, err) || !facts_signatory(c, err) ||
        !stance_provisions(c, &provisions, &unknown, err) ||
        !ASK_INT(c->store, c->arena, &last, err, stance_last, T(c->dossier_id))) {
        return false;
    }
    meet(c, NEED_PROVISIONS, provisions->count > 0 && !unknown.len, unknown);
    MEET(c, REASON_GIVEN, c->kind == ACT_CLEAR || given_str(c, "reason").len > 0, "%s", "");
    MEET(c, TEXT_CURRENT, true, "%s", "");
    json_set(c->arena, c->objects, S("provisions"), provisions);
    json_set_int(c->arena, c->objects, S("number"), last + 1);
    json_set_int(c->arena, c->result, S("provisions"), provisions->count);
    return paper_number(c, S("letter"), 0, err);
}

bool apply_stance(Apply *p, PxErr *err) {
    const int64_t number = of_int(p, S("number"));
    const Str body = of(p, S("body"));
    const bool is_objection = str_equal(p->act->kind, S("object"));
    int64_t paper;
    if (!paper_apply(p, S("letter"), S("letter"),
                     arena_format(p->arena, "Letter of %.*s", (int)body.len, body.ptr),
                     of_int(p, S("version")), &paper, err) ||
        !STORE_RUN(p->store, err, stance_insert, T(p->dossier), I(number), T(body),
                   T(is_objection ? S("object") : S("clear")), I(of_int(p, S("version"))),
                   T(of(p, S("officer"))), T(of(p, S("condition"))), T(of(p, S("reason"))),
                   I(paper), T(p->act->actor), T(p->act->on))) {
        return false;
    }
    Json **all;
    const ptrdiff_t count = json_find_array(p->o, S("provisions"), &all);
    for (ptrdiff_t i = 0; i < count; i++) {
        if (!STORE_RUN(p->store, err, stance_provision_insert, T(p->dossier), I(number),
                       I(json_find_int(all[i], S("id"), 0)),
                       T(json_find_str(all[i], S("digest"))))) {
            return false;
        }
    }
    return true;
}

/* ---- withdrawing ---- */

bool facts_withdraw_clearance(Case *c, PxErr *err) {
    Json *provisions;
    Str unknown;
    int64_t held = 0;
    const Str body = given_str(c, "body");
    if (!facts_asked(c, err) || !facts_signatory(c, err) ||
        !stance_provisions(c, &provisions, &unknown, err)) {
        return false;
    }
    for (ptrdiff_t i = 0; i < provisions->count; i++) {
        int64_t count;
        if (!ASK_INT(c->store, c->arena, &count, err, stance_held, T(c->dossier_id), T(body),
                     I(json_find_int(provisions->items[i], S("id"), 0)))) {
            return false;
        }
        held += count > 0;
    }
    meet(c, NEED_PROVISIONS, provisions->count > 0 && !unknown.len, unknown);
    MEET(c, CLEARANCE_EXISTS, held > 0, "%.*s has cleared none of it", (int)body.len, body.ptr);
    MEET(c, REASON_GIVEN, true, "%s", "");
    json_set(c->arena, c->objects, S("provisions"), provisions);
    json_set_int(c->arena, c->result, S("provisions"), held);
    return paper_number(c, S("letter"), 0, err);
}

bool apply_withdraw_clearance(Apply *p, PxErr *err) {
    const Str body = of(p, S("body"));
    Json **all;
    const ptrdiff_t count = json_find_array(p->o, S("provisions"), &all);
    if (!paper_apply(p, S("letter"), S("letter"),
                     arena_format(p->arena, "Letter of %.*s", (int)body.len, body.ptr), 0, NULL,
                     err)) {
        return false;
    }
    for (ptrdiff_t i = 0; i < count; i++) {
        if (!STORE_RUN(p->store, err, stance_withdraw, T(p->act->on), T(p->dossier), T(body),
                       I(json_find_int(all[i], S("id"), 0)))) {
            return false;
        }
    }
    return true;
}

/* ---- editorial changes ---- */

bool touches_version(Case *c, Json *objects, PxErr *err) {
    (void)err;
    const int64_t version = json_find_int(c->objects, S("version"), c->dossier.version);
    json_push(c->arena, objects,
              json_str(c->arena, arena_format(c->arena, "version:%lld", (long long)version)));
    return true;
}

static const Provision *by_id(const Provision *all, ptrdiff_t count, int64_t id) {
    for (ptrdiff_t i = 0; i < count; i++) {
        if (all[i].id == id) return &all[i];
    }
    return NULL;
}

bool facts_certify_editorial(Case *c, PxErr *err) {
    Provision *now, *before;
    ptrdiff_t now_count, before_count;
    Json **names, *ids = json_array(c->arena), *changes = json_array(c->arena);
    const int64_t version = c->dossier.version;
    Str unchanged = S("");
    if (!provisions_load(c->store, c->arena, c->dossier_id, version, &now, &now_count, err) ||
        !provisions_load(c->store, c->arena, c->dossier_id, version - 1, &before, &before_count,
                         err)) {
        return false;
    }
    const ptrdiff_t count = json_find_array(c->given, S("provision"), &names);
    for (ptrdiff_t i = 0; i < count; i++) {
        if (!provisions_named(now, now_count, names[i]->text, c->arena, ids))
            unchanged = names[i]->text;
    }
    for (ptrdiff_t i = 0; i < ids->count; i++) {
        const Provision *to = by_id(now, now_count, ids->items[i]->number);
        const Provision *from = by_id(before, before_count, ids->items[i]->number);
        if (!to || !from || str_equal(to->digest, from->digest)) continue;
        Json *row = json_push(c->arena, changes, json_object(c->arena));
        json_set_int(c->arena, row, S("id"), to->id);
        json_set_str(c->arena, row, S("before"), from->digest);
        json_set_str(c->arena, row, S("after"), to->digest);
    }
    if (!changes->count && !unchanged.len && count) unchanged = names[0]->text;
    meet(c, NEED_CHANGE_EXISTS, changes->count > 0 && !unchanged.len, unchanged);
    MEET(c, REASON_GIVEN, true, "%s", "");
    json_set(c->arena, c->objects, S("changes"), changes);
    json_set_int(c->arena, c->objects, S("version"), version);
    json_set_int(c->arena, c->result, S("provisions"), changes->count);
    return true;
}

bool apply_certify_editorial(Apply *p, PxErr *err) {
    Json **all;
    const ptrdiff_t count = json_find_array(p->o, S("changes"), &all);
    for (ptrdiff_t i = 0; i < count; i++) {
        const int64_t id = json_find_int(all[i], S("id"), 0);
        const Str before = json_find_str(all[i], S("before")),
                  after = json_find_str(all[i], S("after"));
        if (!STORE_RUN(p->store, err, editorial_delete, T(p->dossier), I(id), T(before),
                       T(after)) ||
            !STORE_RUN(p->store, err, editorial_insert, T(p->dossier), I(id), T(before), T(after),
                       T(of(p, S("reason"))), T(p->act->actor), T(p->act->on))) {
            return false;
        }
    }
    return true;
}

/* ---- vetting ---- */

static bool text_digest(Case *c, Str *out, PxErr *err) {
    Rows r;
    if (!STORE_ROWS(c->store, c->arena, &r, err, draft_digest, T(c->dossier_id),
                    I(c->dossier.version))) {
        return false;
    }
    *out = r.rows ? cell(&r, 0, 0) : S("");
    return true;
}

bool facts_present(Case *c, PxErr *err) {
    int64_t last;
    Str digest;
    if (!ASK_INT(c->store, c->arena, &last, err, presentation_last, T(c->dossier_id)) ||
        !text_digest(c, &digest, err) || !facts_clearances(c, err)) {
        return false;
    }
    json_set_int(c->arena, c->objects, S("number"), last + 1);
    json_set_int(c->arena, c->objects, S("version"), c->dossier.version);
    json_set_str(c->arena, c->objects, S("text_digest"), digest);
    json_set_str(c->arena, c->result, S("text_digest"), digest);
    return true;
}

bool apply_present(Apply *p, PxErr *err) {
    return STORE_RUN(p->store, err, presentation_insert, T(p->dossier), I(of_int(p, S("number"))),
                     I(of_int(p, S("version"))), T(of(p, S("text_digest"))), T(p->act->actor),
                     T(p->act->on));
}

bool facts_vetting(Case *c, PxErr *err) {
    Str digest;
    int64_t last, presented;
    if (!text_digest(c, &digest, err) ||
        !ASK_INT(c->store, c->arena, &last, err, vetting_last, T(c->dossier_id)) ||
        !ASK_INT(c->store, c->arena, &presented, err, presented_count, T(c->dossier_id),
                 T(digest))) {
        return false;
    }
    MEET(c, PRESENTED, presented > 0, "draft %lld was not", (long long)c->dossier.version);
    MEET(c, MEMO, given_file(c, "memo") != NULL, "%s", "");
    MEET(c, REASON_GIVEN, c->kind == ACT_VET || given_str(c, "reason").len > 0, "%s", "");
    json_set_int(c->arena, c->objects, S("number"), last + 1);
    json_set_int(c->arena, c->objects, S("version"), c->dossier.version);
    json_set_str(c->arena, c->objects, S("text_digest"), digest);
    return paper_number(c, S("memo"), 0, err);
}

bool apply_vetting(Apply *p, PxErr *err) {
    const bool is_certified = str_equal(p->act->kind, S("vet"));
    const Str note = of(p, S("note")), reason = of(p, S("reason"));
    int64_t paper;
    return paper_apply(p, S("memo"), S("memorandum"), S("Legal memorandum"),
                       of_int(p, S("version")), &paper, err) &&
           STORE_RUN(p->store, err, vetting_insert, T(p->dossier), I(of_int(p, S("number"))),
                     I(of_int(p, S("version"))), T(of(p, S("text_digest"))),
                     T(is_certified ? S("certified") : S("refused")), I(paper),
                     T(note.len ? note : reason), T(p->act->actor), T(p->act->on));
}

/* ---- what stands in the way, for later stages ---- */

/* "Ministry of Interior: Article 5(2), Article 7" for each body with stale or missing clearances.
 */
bool facts_clearances(Case *c, PxErr *err) {
    Stand *stands;
    ptrdiff_t count;
    if (!stands_load(c->store, c->arena, &c->dossier, &stands, &count, err)) return false;
    Buf out = buf_new(c->arena);
    ptrdiff_t open = 0, of_body = 0;
    Str body = S("");
    for (ptrdiff_t i = 0; i < count; i++) {
        const bool is_open =
            stands[i].standing == STANDING_STALE || stands[i].standing == STANDING_MISSING;
        if (!is_open) continue;
        open++;
        if (!str_equal(body, stands[i].body)) {
            buf_format(&out, "%s%.*s:", body.len ? "; " : "", (int)stands[i].body.len,
                       stands[i].body.ptr);
            body = stands[i].body;
            of_body = 0;
        }
        if (of_body == 4) buf_add(&out, S(" ..."));
        if (of_body++ >= 4) continue;
        const Str number = stands[i].provision.number;
        buf_format(&out, "%s %.*s", of_body > 1 ? "," : "", (int)number.len, number.ptr);
    }
    meet(c, NEED_CLEARANCES_CURRENT, open == 0 && count > 0,
         count ? buf_str(&out) : S("no body was asked"));
    return true;
}

bool facts_vetted(Case *c, PxErr *err) {
    Rows r;
    Str digest;
    if (!text_digest(c, &digest, err) ||
        !STORE_ROWS(c->store, c->arena, &r, err, vetting_latest, T(c->dossier_id))) {
        return false;
    }
    const bool is_vetted =
        r.rows && str_equal(cell(&r, 0, 1), S("certified")) && str_equal(cell(&r, 0, 0), digest);
    const char *why = !r.rows                                      ? "no certificate was given"
                      : !str_equal(cell(&r, 0, 1), S("certified")) ? "the vetters refused it"
                                                                   : "the text changed after";
    MEET(c, VETTING_CURRENT, is_vetted, "%s", why);
    return true;
}
