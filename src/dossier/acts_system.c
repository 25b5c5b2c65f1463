/* acts_system: people, bodies, clearance levels; who is in a dossier. */
#include "dossier/int.h"

/* ---- init ---- */

static bool first_person(Apply *p, Str id, Str title, Role role, PxErr *err) {
    return STORE_RUN(p->store, err, person_insert, T(id), T(title.len ? title : id),
                     T(of(p, S("body")))) &&
           STORE_RUN(p->store, err, standing_insert, T(id), T(str_from_z(role_name(role))));
}

bool apply_init(Apply *p, PxErr *err) {
    const Str name = of(p, S("body_name")), body = of(p, S("body"));
    return STORE_RUN(p->store, err, installation_insert, T(of(p, S("origin"))),
                     T(of(p, S("rulebook"))), I(of_int(p, S("offset_minutes"))), T(p->act->on)) &&
           STORE_RUN(p->store, err, body_insert, T(body), T(name.len ? name : body)) &&
           first_person(p, of(p, S("administrator")), of(p, S("administrator_title")),
                        ROLE_ADMINISTRATOR, err) &&
           first_person(p, of(p, S("security_officer")), of(p, S("security_officer_title")),
                        ROLE_SECURITY_OFFICER, err);
}

/* ---- bodies and people ---- */

bool id_check(Str id, PxErr *err) {
    bool fits = id.len > 0 && id.len <= 60;
    for (ptrdiff_t i = 0; fits && i < id.len; i++) {
        const char ch = id.ptr[i];
        fits = (ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9') || (ch == '-' && i > 0);
    }
    return fits || fail(err, PX_ERR_INPUT, S("id"), -1,
                        "\"%.*s\" is no id; use lower-case letters, digits and hyphens, at most 60",
                        (int)id.len, id.ptr);
}

static bool person_needed(Case *c, Str id, Person *out, PxErr *err) {
    if (!person_load(c->store, c->arena, id, out, err)) return false;
    return out->is_known || fail(err, PX_ERR_NOT_FOUND, S("person"), -1,
                                 "there is no person \"%.*s\"", (int)id.len, id.ptr);
}

static bool body_needed(Case *c, Str id, PxErr *err) {
    Str name;
    bool is_known;
    if (!body_name(c->store, c->arena, id, &name, NULL, &is_known, err)) return false;
    return is_known || fail(err, PX_ERR_NOT_FOUND, S("body"), -1, "there is no body \"%.*s\"",
                            (int)id.len, id.ptr);
}

/* Changes and items bear the names of bodies, several with "; " between: a name is one body's. */
static bool name_check(Case *c, Str name, PxErr *err) {
    Rows r;
    if (str_find(name, S(";")) >= 0) {
        return fail(err, PX_ERR_INPUT, S("name"), -1, "a body's name has no \";\" in it");
    }
    if (!store_rows(c->store, c->arena, QUERY_body_all, NULL, 0, &r, err)) return false;
    for (ptrdiff_t i = 0; i < r.rows; i++) {
        if (!str_equal_fold(str_trim(name), str_trim(cell(&r, i, 1)))) continue;
        return fail(err, PX_ERR_CONFLICT, S("name"), -1, "the body \"%.*s\" has that name",
                    (int)cell(&r, i, 0).len, cell(&r, i, 0).ptr);
    }
    return true;
}

/* By its printed name a body is known in redlines and items, where "; " stands between several. */
static bool body_name_check(Case *c, Str name, PxErr *err) {
    Rows r;
    if (!store_rows(c->store, c->arena, QUERY_body_all, NULL, 0, &r, err)) return false;
    for (ptrdiff_t i = 0; i < r.rows; i++) {
        if (!str_equal_fold(str_trim(cell(&r, i, 1)), str_trim(name))) continue;
        const Str id = cell(&r, i, 0);
        return fail(err, PX_ERR_CONFLICT, S("name"), -1, "the body %.*s has this name already",
                    (int)id.len, id.ptr);
    }
    for (ptrdiff_t i = 0; i < name.len; i++) {
        if (name.ptr[i] != ';' && (unsigned char)name.ptr[i] >= 0x20) continue;
        return fail(err, PX_ERR_INPUT, S("name"), -1,
                    "a body's name has no semicolon and no control character");
    }
    return true;
}

bool facts_body_add(Case *c, PxErr *err) {
    const Str id = given_str(c, "id");
    Str name;
    bool is_known;
    if (!id_check(id, err) || !name_check(c, given_str(c, "name"), err)) return false;
    if (!body_name(c->store, c->arena, id, &name, NULL, &is_known, err)) return false;
    if (is_known) {
        return fail(err, PX_ERR_CONFLICT, S("id"), -1, "the body \"%.*s\" is entered already",
                    (int)id.len, id.ptr);
    }
    return body_name_check(c, given_str(c, "name"), err);
}

bool apply_body_add(Apply *p, PxErr *err) {
    return STORE_RUN(p->store, err, body_insert, T(of(p, S("id"))), T(of(p, S("name"))));
}

bool facts_person_add(Case *c, PxErr *err) {
    const Str id = given_str(c, "id");
    Person person;
    if (!id_check(id, err) || !body_needed(c, given_str(c, "body"), err)) return false;
    if (!person_load(c->store, c->arena, id, &person, err)) return false;
    return !person.is_known || fail(err, PX_ERR_CONFLICT, S("id"), -1,
                                    "the person \"%.*s\" is entered already", (int)id.len, id.ptr);
}

bool apply_person_add(Apply *p, PxErr *err) {
    return STORE_RUN(p->store, err, person_insert, T(of(p, S("id"))), T(of(p, S("title"))),
                     T(of(p, S("body"))));
}

static void meet_not_own(Case *c, Str person) {
    MEET(c, NOT_OWN, !str_equal(person, c->actor), " (%.*s)", (int)c->actor.len, c->actor.ptr);
}

bool facts_person_disable(Case *c, PxErr *err) {
    Person person;
    meet_not_own(c, given_str(c, "person"));
    return person_needed(c, given_str(c, "person"), &person, err);
}

bool apply_person_disable(Apply *p, PxErr *err) {
    return STORE_RUN(p->store, err, person_disable, T(of(p, S("person"))));
}

bool facts_standing(Case *c, PxErr *err) {
    Person person;
    Role role;
    const Str name = given_str(c, "role");
    meet_not_own(c, given_str(c, "person"));
    if (!role_read(name, &role) || !role_is_standing(role) || role == ROLE_SELF) {
        return fail(err, PX_ERR_INPUT, S("role"), -1, "\"%.*s\" is no standing role", (int)name.len,
                    name.ptr);
    }
    return person_needed(c, given_str(c, "person"), &person, err);
}

bool apply_standing(Apply *p, PxErr *err) {
    const Value args[] = {T(of(p, S("person"))), T(of(p, S("role")))};
    const bool is_taken = str_equal(p->act->kind, S("standing-take"));
    return store_run(p->store, is_taken ? QUERY_standing_delete : QUERY_standing_insert, args, 2,
                     err);
}

bool facts_credential_set(Case *c, PxErr *err) {
    Person person;
    const Str kind = given_str(c, "kind");
    const bool is_own = str_equal(given_str(c, "person"), c->actor);
    const bool is_officer =
        (c->facts.roles & (set_of(ROLE_ADMINISTRATOR) | set_of(ROLE_SECURITY_OFFICER))) != 0;
    meet_not_own(c, given_str(c, "person"));
    MEET(c, OWN_PASSWORD,
         str_equal(kind, S("password")) ? is_own : is_officer || !str_equal(kind, S("token")), "%s",
         "");
    if (!str_equal(kind, S("password")) && !str_equal(kind, S("token")) &&
        !str_equal(kind, S("revoke"))) {
        return fail(err, PX_ERR_INPUT, S("kind"), -1, "kind is password, token or revoke");
    }
    return person_needed(c, given_str(c, "person"), &person, err);
}

bool apply_credential_set(Apply *p, PxErr *err) {
    (void)p, (void)err; /* credentials are no part of the record */
    return true;
}

bool facts_clearance_level(Case *c, PxErr *err) {
    Person person;
    const Str who = given_str(c, "person"), body = given_str(c, "body");
    if ((who.len > 0) == (body.len > 0)) {
        return fail(err, PX_ERR_INPUT, S("person"), -1, "name a person or a body, one of the two");
    }
    meet_not_own(c, who);
    return who.len ? person_needed(c, who, &person, err) : body_needed(c, body, err);
}

bool apply_clearance_level(Apply *p, PxErr *err) {
    Grading g = GRADING_OPEN;
    if (!grading_read(of(p, S("grading")), &g))
        return fail(err, PX_ERR_INPUT, S("record"), -1, "no grading");
    const Str who = of(p, S("person"));
    if (who.len) return STORE_RUN(p->store, err, person_clear, T(who), I(g));
    return STORE_RUN(p->store, err, body_clear, T(of(p, S("body"))), I(g));
}

/* ---- who is in a dossier ---- */

static bool facts_member(Case *c, Person *person, PxErr *err) {
    meet_not_own(c, given_str(c, "person"));
    if (!person_needed(c, given_str(c, "person"), person, err)) return false;
    MEET(c, PERSON_CLEARED, person->clearance >= c->dossier.grading, " (cleared for %s)",
         grading_words(person->clearance));
    return true;
}

bool facts_list(Case *c, PxErr *err) {
    Person person;
    return facts_member(c, &person, err);
}

bool apply_list(Apply *p, PxErr *err) {
    const Value args[] = {T(p->dossier), T(of(p, S("person")))};
    const bool is_off = str_equal(p->act->kind, S("list-remove"));
    return store_run(p->store, is_off ? QUERY_list_delete : QUERY_list_insert, args, 2, err);
}

/* Which body a role's holder comes from; empty: any, but for a consultee's, which is not the
 * sponsor. */
static bool body_fits(const Case *c, const Person *person, Role role, Str *expected) {
    *expected = S("");
    switch (role) {
    case ROLE_SPONSOR_SECRETARY:
    case ROLE_DRAFTER:
    case ROLE_CONFIRMER:
    case ROLE_REGISTRY:
    case ROLE_MINISTER: *expected = c->dossier.sponsor; break;
    case ROLE_VETTER: *expected = c->book->vetting_body; break;
    case ROLE_CABINET_SECRETARY: *expected = c->book->cabinet_body; break;
    case ROLE_NODAL_OFFICER:
    case ROLE_AUTHORISED_OFFICER:
        *expected = S("another body than the sponsor");
        return !str_equal(person->body, c->dossier.sponsor);
    case ROLE_ADMINISTRATOR:
    case ROLE_SECURITY_OFFICER:
    case ROLE_AUDITOR:
    case ROLE_DESK_OFFICER:
    case ROLE_SECRETARY:
    case ROLE_CABINET_MEMBER: return true;
    case ROLE_PRIME_MINISTER: /* who may waive what the sponsor is held to */
        *expected = S("another body than the sponsor");
        return !str_equal(person->body, c->dossier.sponsor);
    case ROLE_SELF:
    case ROLE_COUNT: return false;
    }
    return !expected->len || str_equal(person->body, *expected);
}

bool facts_role(Case *c, PxErr *err) {
    Person person;
    Role role;
    Str expected;
    const Str name = given_str(c, "role");
    if (!role_read(name, &role) || role_is_standing(role) || role == ROLE_SELF) {
        return fail(err, PX_ERR_INPUT, S("role"), -1, "\"%.*s\" is no role in a dossier",
                    (int)name.len, name.ptr);
    }
    if (!facts_member(c, &person, err)) return false;
    const bool fits = body_fits(c, &person, role, &expected);
    MEET(c, BODY_FITS, fits, " (%.*s, not %.*s)", (int)expected.len, expected.ptr,
         (int)person.body.len, person.body.ptr);
    return true;
}

bool apply_role(Apply *p, PxErr *err) {
    const Value args[] = {T(p->dossier), T(of(p, S("person"))), T(of(p, S("role")))};
    const bool is_taken = str_equal(p->act->kind, S("role-take"));
    return store_run(p->store, is_taken ? QUERY_dossier_role_delete : QUERY_dossier_role_insert,
                     args, 3, err);
}
