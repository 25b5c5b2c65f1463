/* acts_reply: stage 3. A return is kept as it came, matched to the copy it was made on, freed of
 * that copy's marks, and compared with what was sent: what was changed without tracking is listed
 * at once. What cannot be read is quarantined: kept, listed, and to be dealt with by hand. */
#include "dossier/int.h"

/* ---- where it came from ---- */

typedef struct Sent { /* the copy a return was made on */
    int64_t circulation, copy, version;
    Str body;
    bool is_known; /* the return names its copy */
} Sent;            /* circulation: one of its body's own, 0 when it was not asked */

static void note(Case *c, Str sentence) {
    Json *notes = json_find(c->objects, S("notes"));
    if (!notes) notes = json_set(c->arena, c->objects, S("notes"), json_array(c->arena));
    json_push(c->arena, notes, json_str(c->arena, sentence));
}

static Sent sent_of(const Rows *r, bool is_known) {
    return (Sent){cell_int(r, 0, 0), cell_int(r, 0, 2), cell_int(r, 0, 3), cell(r, 0, 1), is_known};
}

/* By the id inside the file; without one, what the body was sent last. A return made on another
 * body's copy answers what its own body was asked last all the same. */
static bool copy_find(Case *c, Str body, Str copy_id, Sent *out, PxErr *err) {
    Rows own, r;
    *out = (Sent){.body = body};
    if (!STORE_ROWS(c->store, c->arena, &own, err, addressee_latest, T(c->dossier_id), T(body)))
        return false;
    if (copy_id.len) {
        if (!STORE_ROWS(c->store, c->arena, &r, err, copy_by_id, T(c->dossier_id), T(copy_id)))
            return false;
        if (r.rows) {
            *out = sent_of(&r, true);
            if (!str_equal(out->body, body)) out->circulation = own.rows ? cell_int(&own, 0, 0) : 0;
            return true;
        }
    }
    if (own.rows) *out = sent_of(&own, false);
    out->copy = 0;
    return true;
}

/* ---- reading it ---- */

static bool is_of_the_file(const PxErr *err) {
    return err->kind == PX_ERR_INPUT || err->kind == PX_ERR_LIMIT ||
           err->kind == PX_ERR_UNSUPPORTED;
}

static bool call(Case *c, const char *operation, const WorkerFile *files, ptrdiff_t count,
                 Json **result, const WorkerFile **out, ptrdiff_t *out_count, PxErr *err) {
    return worker_call(c->service->worker, c->arena, str_from_z(operation), json_object(c->arena),
                       files, count, result, out, out_count, err);
}

static void quarantine(Case *c, const PxErr *why) {
    json_set_bool(c->arena, c->objects, S("is_quarantined"), true);
    json_set_str(
        c->arena, c->objects, S("unreadable"),
        arena_format(c->arena, "%s%s%s", why->part, why->part[0] ? ": " : "", why->message));
}

static bool inspect(Case *c, WorkerFile clean, const Sent *sent, PxErr *err) {
    WorkerFile files[2] = {clean};
    ptrdiff_t count = 1, none_count;
    const WorkerFile *none;
    Json *result;
    int64_t paper = 0;
    if (sent->version && !ASK_INT(c->store, c->arena, &paper, err, draft_paper, T(c->dossier_id),
                                  I(sent->version))) {
        return false;
    }
    if (paper) {
        if (!paper_bytes(c, paper, &files[1].name, &files[1].bytes, err)) return false;
        count = 2;
    }
    if (!call(c, "inspect", files, count, &result, &none, &none_count, err)) return false;
    Json *findings = json_find(result, S("findings"));
    json_set(c->arena, c->objects, S("findings"), findings ? findings : json_array(c->arena));
    return true;
}

/* A Word file that holds an ISO/CEN comment table and nothing else of interest. */
static bool table_read(Case *c, WorkerFile file, bool *is_table, PxErr *err) {
    const WorkerFile *none;
    ptrdiff_t none_count;
    Json *result;
    *is_table = call(c, "comment-table-read", &file, 1, &result, &none, &none_count, err);
    if (!*is_table) return is_of_the_file(err) || err->kind == PX_ERR_NOT_FOUND;
    Json *rows = json_find(result, S("rows"));
    if (rows) json_set(c->arena, c->objects, S("rows"), rows);
    return true;
}

/* Everything a readable return is asked; false with an error of the file: it is quarantined. */
static bool return_read(Case *c, WorkerFile file, Str body, Sent *sent, PxErr *err) {
    const WorkerFile *out;
    ptrdiff_t out_count;
    Json *result;
    bool is_table;
    if (!table_read(c, file, &is_table, err)) return false;
    if (is_table) {
        json_set_str(c->arena, c->objects, S("kind"), S("table"));
        return copy_find(c, body, S(""), sent, err);
    }
    json_set_str(c->arena, c->objects, S("kind"), S("comments"));
    if (!call(c, "copy-id", &file, 1, &result, &out, &out_count, err)) return false;
    if (!copy_find(c, body, json_find_str(result, S("copy_id")), sent, err)) return false;
    if (!call(c, "unmark", &file, 1, &result, &out, &out_count, err)) return false;
    const WorkerFile clean = {file.name, out_count ? out[0].bytes : file.bytes};
    Digest digest;
    if (!store_keep(c->store, clean.bytes, &digest, err)) return false;
    json_set_str(c->arena, c->objects, S("clean"), digest_text(c->arena, digest));
    return inspect(c, clean, sent, err);
}

static void sent_record(Case *c, const Sent *sent, Str body) {
    json_set_int(c->arena, c->objects, S("circulation"), sent->circulation);
    json_set_int(c->arena, c->objects, S("copy"), sent->copy);
    json_set_int(c->arena, c->objects, S("version"), sent->version);
    const bool is_others = sent->is_known && !str_equal(sent->body, body);
    if (is_others) {
        note(c, arena_format(c->arena, "It was made on copy %lld, which was sent to %.*s.",
                             (long long)sent->copy, (int)sent->body.len, sent->body.ptr));
    }
    json_set_bool(c->arena, c->objects, S("copy_known"), sent->is_known && !is_others);
}

static Str reply_body(const Case *c) {
    const Str body = given_str(c, "body");
    return body.len ? body : c->person.body;
}

/* The file of this reply: given, or (issuing a view) the one drafted last for the body. */
static bool reply_file(Case *c, WorkerFile *out, PxErr *err) {
    const RequestFile *given = given_file(c, "file");
    *out = (WorkerFile){{NULL, 0}, {NULL, 0}};
    if (given) {
        *out = (WorkerFile){given->name, given->bytes};
        return true;
    }
    if (c->kind != ACT_ISSUE_VIEW) return true;
    int64_t paper;
    if (!ASK_INT(
            c->store, c->arena, &paper, err, view_drafted, T(c->dossier_id),
            T(arena_format(c->arena, "View of %.*s", (int)reply_body(c).len, reply_body(c).ptr)))) {
        return false;
    }
    if (!paper) {
        return fail(err, PX_ERR_INPUT, S("file"), -1,
                    "no view of %.*s has been drafted; give its file", (int)reply_body(c).len,
                    reply_body(c).ptr);
    }
    return paper_bytes(c, paper, &out->name, &out->bytes, err) &&
           paper_keep(c, S("file"), out->name, out->bytes, err);
}

bool prepare_reply(Case *c, PxErr *err) {
    const Str body = reply_body(c);
    WorkerFile file;
    Sent sent;
    const bool is_nil = c->kind == ACT_NIL_RETURN || json_find_bool(c->given, S("nil"));
    if (c->kind == ACT_ISSUE_VIEW && !str_equal(body, c->person.body)) return true; /* refused */
    if (is_nil) {
        json_set_str(c->arena, c->objects, S("kind"), S("nil"));
        if (!copy_find(c, body, S(""), &sent, err)) return false;
        sent_record(c, &sent, body);
        return true;
    }
    if (!reply_file(c, &file, err)) return false;
    if (!file.bytes.len) {
        return fail(err, PX_ERR_INPUT, S("file"), -1,
                    "give the return's file, or say that it is nil");
    }
    if (!return_read(c, file, body, &sent, err)) {
        if (!is_of_the_file(err)) return false;
        quarantine(c, err);
        if (!copy_find(c, body, S(""), &sent, err)) return false;
    }
    sent_record(c, &sent, body);
    return true;
}

/* ---- facts ---- */

static bool facts_officer(Case *c, Str body, PxErr *err) {
    const bool is_nil = str_equal(json_find_str(c->objects, S("kind")), S("nil"));
    const bool by_letter = c->kind == ACT_NIL_RETURN && given_str(c, "officer").len &&
                           set_has(c->facts.roles, ROLE_REGISTRY);
    const Str officer = c->kind == ACT_RECEIVE || by_letter ? given_str(c, "officer") : c->actor;
    /* nil clears, so what the sponsor enters as nil takes what a clearance it enters takes */
    const bool lacks_letter = (c->kind == ACT_RECEIVE && is_nil && !given_file(c, "file")) ||
                              (by_letter && !given_file(c, "letter"));
    Person person;
    bool has;
    if (!person_load(c->store, c->arena, officer, &person, err) ||
        !has_role(c->store, c->arena, c->dossier_id, officer, ROLE_AUTHORISED_OFFICER, &has, err)) {
        return false;
    }
    json_set_str(c->arena, c->objects, S("officer"), officer);
    MEET(c, OFFICER_AUTHORISED,
         person.is_enabled && has && str_equal(person.body, body) && !lacks_letter,
         "%.*s is no authorised officer of %.*s%s", (int)officer.len, officer.ptr, (int)body.len,
         body.ptr, lacks_letter ? ", or the letter is missing" : "");
    return true;
}

/* A nil return is content with the text as sent: a clearance of what the body was asked about. */
static bool nil_clears(Case *c, Str body, PxErr *err) {
    Stand *stands;
    ptrdiff_t count;
    int64_t last;
    const int64_t version = json_find_int(c->objects, S("version"), 0);
    Dossier then = c->dossier;
    then.version = version; /* the text it was sent, not the newest */
    if (!stands_load(c->store, c->arena, &then, &stands, &count, err) ||
        !ASK_INT(c->store, c->arena, &last, err, stance_last, T(c->dossier_id))) {
        return false;
    }
    Json *rows = json_array(c->arena);
    for (ptrdiff_t i = 0; i < count; i++) {
        if (!str_equal(stands[i].body, body)) continue;
        Json *row = json_push(c->arena, rows, json_object(c->arena));
        json_set_int(c->arena, row, S("id"), stands[i].provision.id);
        json_set_str(c->arena, row, S("digest"), stands[i].provision.digest);
    }
    json_set(c->arena, c->objects, S("clears"), rows);
    json_set_int(c->arena, c->objects, S("stance"), last + 1);
    return true;
}

static bool channel_check(const Case *c, PxErr *err) {
    const Str by = given_str(c, "by");
    return c->kind != ACT_RECEIVE || str_equal(by, S("email")) || str_equal(by, S("courier")) ||
           str_equal(by, S("hand")) ||
           fail(err, PX_ERR_INPUT, S("by"), -1, "a reply comes by email, courier or hand");
}

bool facts_reply(Case *c, PxErr *err) {
    const Str body = reply_body(c);
    const int64_t version = json_find_int(c->objects, S("version"), 0);
    int64_t last;
    if (!channel_check(c, err) ||
        !ASK_INT(c->store, c->arena, &last, err, reply_last, T(c->dossier_id))) {
        return false;
    }
    json_set_int(c->arena, c->objects, S("number"), last + 1);
    json_set_int(c->arena, c->result, S("reply"), last + 1);
    json_set_str(c->arena, c->objects, S("body"), body);
    const bool is_asked = json_find_int(c->objects, S("circulation"), 0) > 0;
    if (!meet_asked(c, body, is_asked, err)) return false;
    const bool is_superseded = version < c->dossier.version;
    json_set_bool(c->arena, c->objects, S("is_superseded"), is_superseded);
    MEET(c, TEXT_CURRENT, !is_superseded, "they are on draft %lld, and the newest is %lld",
         (long long)version, (long long)c->dossier.version);
    const Str kind = json_find_str(c->objects, S("kind"));
    MEET(c, COPY_KNOWN,
         str_equal(kind, S("nil")) || str_equal(kind, S("table")) ||
             json_find_bool(c->objects, S("copy_known")),
         "read against draft %lld", (long long)version);
    const Str unreadable = json_find_str(c->objects, S("unreadable"));
    meet(c, NEED_READABLE, !unreadable.len, unreadable);
    Json *findings = json_find(c->objects, S("findings"));
    if (findings) json_set(c->arena, c->result, S("findings"), findings);
    if (str_equal(kind, S("nil")) && !nil_clears(c, body, err)) return false;
    return facts_officer(c, body, err) && paper_number(c, S("file"), 0, err) &&
           paper_number(c, S("letter"), 0, err);
}

/* ---- apply ---- */

static bool findings_apply(Apply *p, int64_t reply, PxErr *err) {
    Json **all;
    const ptrdiff_t count = json_find_array(p->o, S("findings"), &all);
    for (ptrdiff_t i = 0; i < count; i++) {
        if (!STORE_RUN(p->store, err, finding_insert, T(p->dossier), I(reply), I(i + 1),
                       I(json_find_bool(all[i], S("silent"))), T(json_find_str(all[i], S("kind"))),
                       T(json_find_str(all[i], S("place"))), T(json_find_str(all[i], S("before"))),
                       T(json_find_str(all[i], S("after"))),
                       T(json_find_str(all[i], S("detail"))))) {
            return false;
        }
    }
    return true;
}

static bool rows_apply(Apply *p, int64_t reply, PxErr *err) {
    Json **all;
    const ptrdiff_t count = json_find_array(p->o, S("rows"), &all);
    for (ptrdiff_t i = 0; i < count; i++) {
        if (!STORE_RUN(p->store, err, comment_row_insert, T(p->dossier), I(reply), I(i + 1),
                       T(json_find_str(all[i], S("clause"))), T(json_find_str(all[i], S("type"))),
                       T(json_find_str(all[i], S("comment"))),
                       T(json_find_str(all[i], S("proposed"))))) {
            return false;
        }
    }
    return true;
}

static bool clears_apply(Apply *p, Str officer, PxErr *err) {
    Json **all;
    const ptrdiff_t count = json_find_array(p->o, S("clears"), &all);
    const int64_t stance = of_int(p, S("stance"));
    if (!stance) return true;
    if (!STORE_RUN(p->store, err, stance_insert, T(p->dossier), I(stance), T(of(p, S("body"))),
                   T(S("clear")), I(of_int(p, S("version"))), T(officer), T(S("")),
                   T(S("nil return")), I(0), T(p->act->actor), T(p->act->on))) {
        return false;
    }
    for (ptrdiff_t i = 0; i < count; i++) {
        if (!STORE_RUN(p->store, err, stance_provision_insert, T(p->dossier), I(stance),
                       I(json_find_int(all[i], S("id"), 0)),
                       T(json_find_str(all[i], S("digest"))))) {
            return false;
        }
    }
    return true;
}

static Str list_text(const Apply *p, Str key) {
    const Json *list = json_find(p->o, key);
    return list ? json_text(p->arena, list) : S("");
}

/* The return itself, or the letter that says there is none. */
static bool reply_paper(Apply *p, int64_t *number, PxErr *err) {
    const int64_t version = of_int(p, S("version"));
    const Str body = of(p, S("body"));
    const Str title = arena_format(p->arena, "Return of %.*s", (int)body.len, body.ptr),
              letter = arena_format(p->arena, "Letter of %.*s", (int)body.len, body.ptr);
    if (json_find(p->o, S("letter"))) {
        return paper_apply(p, S("letter"), S("letter"), letter, version, number, err);
    }
    return paper_apply(p, S("file"),
                       json_find_bool(p->o, S("is_quarantined")) ? S("quarantined") : S("return"),
                       title, version, number, err);
}

bool apply_reply(Apply *p, PxErr *err) {
    const int64_t number = of_int(p, S("number")), version = of_int(p, S("version"));
    const Str body = of(p, S("body")), by = of(p, S("by")), officer = of(p, S("officer"));
    const Str who = officer.len ? officer : p->act->actor;
    const bool is_quarantined = json_find_bool(p->o, S("is_quarantined"));
    int64_t paper;
    return reply_paper(p, &paper, err) &&
           STORE_RUN(p->store, err, reply_insert, T(p->dossier), I(number),
                     I(of_int(p, S("circulation"))), T(body), T(of(p, S("kind"))),
                     T(by.len ? by : p->act->channel), T(who), I(paper), I(of_int(p, S("copy"))),
                     I(version), I(json_find_bool(p->o, S("is_superseded"))), I(is_quarantined),
                     T(p->act->on), T(list_text(p, S("condition"))),
                     T(list_text(p, S("observation"))), T(list_text(p, S("notes"))),
                     T(of(p, S("clean")))) &&
           findings_apply(p, number, err) && rows_apply(p, number, err) &&
           clears_apply(p, who, err);
}

/* ---- a view drafted, to be issued ---- */

bool facts_draft_view(Case *c, PxErr *err) {
    Rows r;
    const Str body = given_str(c, "body");
    if (!STORE_ROWS(c->store, c->arena, &r, err, addressee_latest, T(c->dossier_id), T(body)))
        return false;
    if (!meet_asked(c, body, r.rows > 0, err)) return false;
    MEET(c, OFFICER_AUTHORISED, str_equal(body, c->person.body), "you are not of %.*s",
         (int)body.len, body.ptr);
    return paper_number(c, S("file"), 0, err);
}

bool apply_draft_view(Apply *p, PxErr *err) {
    const Str body = of(p, S("body"));
    return paper_apply(p, S("file"), S("view"),
                       arena_format(p->arena, "View of %.*s", (int)body.len, body.ptr), 0, NULL,
                       err);
}

/* ---- silence ---- */

/* The later of the day fixed and the rulebook's time from delivery; DAY_NONE while nothing was
 * delivered. *has: there is any. */
static bool reply_due(Case *c, Str fixed, Str delivered, bool *has, Day *out, PxErr *err) {
    const Clock *clock = &c->book->reply;
    Day from, counted;
    *has = day_read(fixed, out);
    if (!*has) *out = DAY_NONE;
    if (!clock->is_set || !str_equal(clock->from, S("delivery"))) return true;
    *has = true;
    if (!day_read(delivered, &from)) {
        *out = DAY_NONE;
        return true;
    }
    if (!day_after(clock->kind, clock->days, from, c->book->calendar, &counted, err)) return false;
    if (*out == DAY_NONE || counted > *out) *out = counted;
    return true;
}

bool facts_no_reply(Case *c, PxErr *err) {
    Rows r;
    int64_t replies, last;
    const Str body = given_str(c, "body");
    Day due = DAY_NONE;
    if (!STORE_ROWS(c->store, c->arena, &r, err, addressee_latest, T(c->dossier_id), T(body)) ||
        !ASK_INT(c->store, c->arena, &last, err, reply_last, T(c->dossier_id))) {
        return false;
    }
    if (!meet_asked(c, body, r.rows > 0, err)) return false;
    if (!r.rows) return true;
    if (!ASK_INT(c->store, c->arena, &replies, err, reply_count, T(c->dossier_id), T(body),
                 I(cell_int(&r, 0, 0)))) {
        return false;
    }
    bool has_due;
    if (!reply_due(c, cell(&r, 0, 4), cell(&r, 0, 5), &has_due, &due, err)) return false;
    const Str by = day_text(c->arena, due);
    MEET(c, NOT_REPLIED, replies == 0, "%.*s", (int)body.len, body.ptr);
    const Str when = !has_due ? S("no day, for none was fixed; circulate it with one")
                     : by.len ? by
                              : S("a day that is counted from delivery");
    MEET(c, DUE_PASSED, due != DAY_NONE && c->on > due, "replies are due on %.*s", (int)when.len,
         when.ptr);
    json_set_int(c->arena, c->objects, S("number"), last + 1);
    json_set_int(c->arena, c->objects, S("circulation"), cell_int(&r, 0, 0));
    json_set_int(c->arena, c->objects, S("version"), cell_int(&r, 0, 3));
    return true;
}

bool apply_no_reply(Apply *p, PxErr *err) {
    return STORE_RUN(p->store, err, reply_insert, T(p->dossier), I(of_int(p, S("number"))),
                     I(of_int(p, S("circulation"))), T(of(p, S("body"))), T(S("none")), T(S("")),
                     T(S("")), I(0), I(0), I(of_int(p, S("version"))), I(0), I(0), T(p->act->on),
                     T(S("")), T(S("")), T(S("")), T(S("")));
}
