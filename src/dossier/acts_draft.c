/* acts_draft: stages 0 and 1: the dossier opened, the draft with its provisions.
 *
 * A provision keeps its id through every draft: the engine says which provision of the previous
 * draft a provision is; one that is none gets the next number. */
#include "dossier/int.h"

/* ---- opening ---- */

bool prepare_open(Case *c, PxErr *err) {
    (void)err;
    /* at random, so that no id tells how many dossiers there are */
    static const char letters[] = "0123456789abcdefghjkmnpqrstvwxyz";
    unsigned char random[10];
    os_random(random, sizeof random);
    Buf id = buf_new(c->arena);
    buf_add(&id, S("d-"));
    for (size_t i = 0; i < sizeof random; i++) buf_byte(&id, letters[random[i] & 31]);
    json_set_str(c->arena, c->objects, S("id"), buf_str(&id));
    return true;
}

static bool facts_secretary(Case *c, Str sponsor, Grading grading, PxErr *err) {
    Person secretary;
    const Str id = given_str(c, "secretary");
    if (!person_load(c->store, c->arena, id, &secretary, err)) return false;
    const bool fits = secretary.is_enabled && set_has(secretary.standing, ROLE_SECRETARY) &&
                      str_equal(secretary.body, sponsor) && str_equal(c->person.body, sponsor);
    MEET(c, BODY_FITS, fits, " (%.*s is not the Secretary of the sponsor, or you are not of it)",
         (int)id.len, id.ptr);
    MEET(c, PERSON_CLEARED, secretary.clearance >= grading, " (%.*s)", (int)id.len, id.ptr);
    MEET(c, NOT_OWN, !str_equal(id, c->actor), " (%.*s)", (int)id.len, id.ptr);
    return true;
}

bool facts_open(Case *c, PxErr *err) {
    const Str sponsor = given_str(c, "sponsor"), form = given_str(c, "form");
    Grading grading = GRADING_OPEN;
    Json **parties;
    Str name;
    bool is_body = false;
    if (sponsor.len && !body_name(c->store, c->arena, sponsor, &name, NULL, &is_body, err))
        return false;
    MEET(c, SPONSOR, is_body, "%s", "");
    MEET(c, GRADING, grading_read(given_str(c, "grading"), &grading), "%s", "");
    MEET(c, FORM,
         str_equal(form, S("treaty")) || str_equal(form, S("mou")) ||
             str_equal(form, S("exchange-of-notes")),
         "%s", "");
    MEET(c, PARTIES, json_find_array(c->given, S("party"), &parties) > 0, "%s", "");
    MEET(c, DOSSIER_LIVE, true, "%s", "");
    c->facts.grading = grading;
    json_set_str(c->arena, c->objects, S("rulebook"), c->book->name);
    json_set_str(c->arena, c->result, S("dossier"), json_find_str(c->objects, S("id")));
    return facts_secretary(c, sponsor, grading, err);
}

static bool enter(Apply *p, Str person, Role role, PxErr *err) {
    return STORE_RUN(p->store, err, list_insert, T(p->dossier), T(person)) &&
           STORE_RUN(p->store, err, dossier_role_insert, T(p->dossier), T(person),
                     T(str_from_z(role_name(role))));
}

bool apply_open(Apply *p, PxErr *err) {
    Grading g = GRADING_OPEN;
    if (!grading_read(of(p, S("grading")), &g))
        return fail(err, PX_ERR_INPUT, S("record"), -1, "no grading");
    if (!STORE_RUN(p->store, err, dossier_insert, T(p->dossier), T(of(p, S("title"))),
                   T(of(p, S("form"))), I(g), T(of(p, S("sponsor"))), T(of(p, S("secretary"))),
                   T(p->act->actor), T(p->act->on), T(of(p, S("rulebook"))))) {
        return false;
    }
    Json **parties;
    const ptrdiff_t count = json_find_array(p->o, S("party"), &parties);
    for (ptrdiff_t i = 0; i < count; i++) {
        if (!STORE_RUN(p->store, err, party_insert, T(p->dossier), I(i + 1), T(parties[i]->text))) {
            return false;
        }
    }
    return enter(p, p->act->actor, ROLE_DRAFTER, err) &&
           enter(p, of(p, S("secretary")), ROLE_SPONSOR_SECRETARY, err);
}

bool facts_approve_opening(Case *c, PxErr *err) {
    (void)c, (void)err;
    return true;
}

bool apply_approve_opening(Apply *p, PxErr *err) {
    return STORE_RUN(p->store, err, dossier_approve, T(p->act->on), T(p->dossier));
}

/* ---- provisions ---- */

bool provisions_load(Store *s, Arena *a, Str dossier, int64_t version, Provision **out,
                     ptrdiff_t *count, PxErr *err) {
    Rows r;
    if (!STORE_ROWS(s, a, &r, err, provision_all, T(dossier), I(version))) return false;
    *count = r.rows;
    *out = NEW_ARRAY(a, Provision, r.rows);
    for (ptrdiff_t i = 0; i < r.rows; i++) {
        (*out)[i] = (Provision){cell_int(&r, i, 0), cell(&r, i, 1), cell(&r, i, 2), cell(&r, i, 3)};
    }
    return true;
}

bool number_is_under(Str number, Str name) {
    if (!str_starts(number, name)) return false;
    return number.len == name.len || number.ptr[name.len] == '(' || number.ptr[name.len] == ',' ||
           number.ptr[name.len] == '.';
}

ptrdiff_t provisions_named(const Provision *all, ptrdiff_t count, Str number, Arena *a, Json *ids) {
    ptrdiff_t found = 0;
    for (ptrdiff_t i = 0; i < count; i++) {
        if (!number_is_under(all[i].number, number)) continue;
        bool is_in = false;
        for (ptrdiff_t k = 0; k < ids->count && !is_in; k++) {
            is_in = ids->items[k]->number == all[i].id;
        }
        if (!is_in) json_push(a, ids, json_int(a, all[i].id));
        found++;
    }
    return found;
}

/* Gives the engine's rows their ids: those of the previous draft, or the next free ones. */
static bool number_provisions(Case *c, const Json *read, PxErr *err) {
    Provision *before;
    ptrdiff_t count;
    int64_t last;
    Json **rows;
    const Str d = c->dossier_id;
    if (!provisions_load(c->store, c->arena, d, c->dossier.version, &before, &count, err))
        return false;
    if (!ASK_INT(c->store, c->arena, &last, err, provision_last, T(d))) return false;
    const ptrdiff_t rows_count = json_find_array(read, S("provisions"), &rows);
    Json *out = json_array(c->arena);
    Buf whole = buf_new(c->arena);
    for (ptrdiff_t i = 0; i < rows_count; i++) {
        const int64_t previous = json_find_int(rows[i], S("previous"), -1);
        Json *row = json_push(c->arena, out, json_object(c->arena));
        json_set_int(c->arena, row, S("id"),
                     previous >= 0 && previous < count ? before[previous].id : ++last);
        json_set(c->arena, row, S("number"),
                 json_str(c->arena, json_find_str(rows[i], S("number"))));
        json_set(c->arena, row, S("heading"),
                 json_str(c->arena, json_find_str(rows[i], S("heading"))));
        json_set_str(c->arena, row, S("digest"), json_find_str(rows[i], S("digest")));
        buf_add(&whole, json_find_str(rows[i], S("number")));
        buf_byte(&whole, '\n');
        buf_add(&whole, json_find_str(rows[i], S("digest")));
        buf_byte(&whole, '\n');
    }
    json_set(c->arena, c->objects, S("provisions"), out);
    json_set_str(c->arena, c->objects, S("text_digest"),
                 digest_text(c->arena, digest_of(buf_str(&whole))));
    return true;
}

static bool check_draft(Case *c, const WorkerFile *file, PxErr *err) {
    Json *arguments = json_object(c->arena), *result;
    Json *terms = json_find(c->given, S("term"));
    const WorkerFile *none;
    ptrdiff_t none_count;
    if (terms) json_set(c->arena, arguments, S("terms"), terms);
    if (!worker_call(c->service->worker, c->arena, S("check"), arguments, file, 1, &result, &none,
                     &none_count, err)) {
        return false;
    }
    Json *findings = json_find(result, S("findings"));
    json_set(c->arena, c->objects, S("findings"), findings ? findings : json_array(c->arena));
    return true;
}

bool draft_read(Case *c, Str name, Str bytes, PxErr *err) {
    WorkerFile files[2] = {{name, bytes}};
    ptrdiff_t count = 1, none_count;
    const WorkerFile *none;
    Json *result;
    if (!dossier_load(c->store, c->arena, c->dossier_id, &c->dossier, err)) return false;
    if (c->dossier.version) {
        int64_t paper;
        if (!ASK_INT(c->store, c->arena, &paper, err, draft_paper, T(c->dossier_id),
                     I(c->dossier.version)) ||
            !paper_bytes(c, paper, &files[1].name, &files[1].bytes, err)) {
            return false;
        }
        count = 2;
    }
    if (!worker_call(c->service->worker, c->arena, S("provisions"), json_object(c->arena), files,
                     count, &result, &none, &none_count, err)) {
        return false;
    }
    json_set_int(c->arena, c->objects, S("version"), c->dossier.version + 1);
    return number_provisions(c, result, err) && check_draft(c, files, err);
}

bool prepare_draft(Case *c, PxErr *err) {
    const RequestFile *file = given_file(c, "file");
    return draft_read(c, file->name, file->bytes, err);
}

static void meet_findings(Case *c, Need need, Str kind) {
    Json **all;
    Str words[8];
    ptrdiff_t count = 0;
    const ptrdiff_t all_count = json_find_array(c->objects, S("findings"), &all);
    for (ptrdiff_t i = 0; i < all_count && count < 8; i++) {
        if (!str_equal(json_find_str(all[i], S("kind")), kind)) continue;
        words[count++] = json_find_str(all[i], S("sentence"));
    }
    meet(c, need, count == 0, words_list(c->arena, words, count, 3));
}

bool draft_facts(Case *c, PxErr *err) {
    (void)err;
    const int64_t version = json_find_int(c->objects, S("version"), 0);
    MEET(c, DRAFT_LATEST, version == c->dossier.version + 1,
         "a new draft came in while this one was read");
    meet_findings(c, NEED_NUMBERING, S("numbering"));
    meet_findings(c, NEED_TERMS, S("term"));
    meet_findings(c, NEED_REFERENCES, S("reference"));
    json_set_int(c->arena, c->result, S("version"), version);
    return true;
}

bool facts_draft(Case *c, PxErr *err) {
    MEET(c, READABLE, true, "%s", "");
    return draft_facts(c, err) && paper_number(c, S("file"), 0, err);
}

bool draft_apply(Apply *p, int64_t paper, Str how, PxErr *err) {
    const int64_t version = of_int(p, S("version"));
    if (!STORE_RUN(p->store, err, draft_insert, T(p->dossier), I(version), I(paper),
                   T(of(p, S("text_digest"))), T(how), T(of(p, S("note"))), T(p->act->actor),
                   T(p->act->on)) ||
        !STORE_RUN(p->store, err, dossier_version, I(version), T(p->dossier))) {
        return false;
    }
    Json **rows;
    const ptrdiff_t count = json_find_array(p->o, S("provisions"), &rows);
    for (ptrdiff_t i = 0; i < count; i++) {
        if (!STORE_RUN(
                p->store, err, provision_insert, T(p->dossier), I(version), I(i + 1),
                I(json_find_int(rows[i], S("id"), 0)), T(json_find_str(rows[i], S("number"))),
                T(json_find_str(rows[i], S("heading"))), T(json_find_str(rows[i], S("digest"))))) {
            return false;
        }
    }
    return true;
}

bool apply_draft(Apply *p, PxErr *err) {
    int64_t paper;
    const int64_t version = of_int(p, S("version"));
    return paper_apply(p, S("file"), S("draft"),
                       arena_format(p->arena, "Draft %lld", (long long)version), version, &paper,
                       err) &&
           draft_apply(p, paper, S("draft"), err);
}
