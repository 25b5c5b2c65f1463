/* service: an installation made and opened: store, record, worker, rulebooks. */
#include "dossier/int.h"

enum { RULEBOOK_BYTES = 1 << 20, CALENDARS_MAX = 64 };

Store *service_store(Service *s) { return s->store; }
Record *service_record(Service *s) { return s->record; }
Worker *service_worker(Service *s) { return s->worker; }

/* ---- rulebooks ---- */

typedef struct Calendars {
    NamedText all[CALENDARS_MAX];
    ptrdiff_t count;
} Calendars;

static bool calendars_read(Arena *a, Str folder, Calendars *out, PxErr *err) {
    const Str where = os_path(a, folder, S("calendars"));
    if (!os_is_folder(where)) return true;
    Str *names;
    ptrdiff_t count;
    if (!os_list_folder(a, where, &names, &count, err)) return false;
    for (ptrdiff_t i = 0; i < count; i++) {
        if (!str_ends(names[i], S(".yaml"))) continue;
        if (out->count == CALENDARS_MAX) {
            return fail(err, PX_ERR_LIMIT, where, -1, "there are more than %d calendars",
                        CALENDARS_MAX);
        }
        NamedText *c = &out->all[out->count++];
        c->name = str_slice(names[i], 0, names[i].len - 5);
        if (!os_read_file(a, os_path(a, where, names[i]), RULEBOOK_BYTES, &c->text, err))
            return false;
    }
    return true;
}

static bool book_read(Arena *a, Str path, const Calendars *calendars, const Rulebook **out,
                      PxErr *err) {
    Str text;
    const RuleProblem *problems;
    ptrdiff_t count;
    if (!os_read_file(a, path, RULEBOOK_BYTES, &text, err)) return false;
    if (!rulebook_read(a, text, calendars->all, calendars->count, out, &problems, &count, err)) {
        return false;
    }
    if (*out) return true;
    return fail(err, PX_ERR_INPUT, path, problems[0].line,
                "line %d: %.*s (paraph rules check shows "
                "all)",
                problems[0].line, (int)problems[0].sentence.len, problems[0].sentence.ptr);
}

static bool books_read(Service *s, Str folder, PxErr *err) {
    Calendars *calendars = NEW(s->arena, Calendars);
    if (!calendars_read(s->arena, folder, calendars, err)) return false;
    Str *names;
    ptrdiff_t count;
    if (!os_list_folder(s->arena, folder, &names, &count, err)) return false;
    for (ptrdiff_t i = 0; i < count; i++) {
        if (!str_ends(names[i], S(".yaml"))) continue;
        if (s->book_count == BOOKS_MAX) {
            return fail(err, PX_ERR_LIMIT, folder, -1, "there are more than %d rulebooks",
                        BOOKS_MAX);
        }
        if (!book_read(s->arena, os_path(s->arena, folder, names[i]), calendars,
                       &s->books[s->book_count], err)) {
            return false;
        }
        s->book_count++;
    }
    const RuleProblem *problems;
    ptrdiff_t problem_count;
    rulebooks_check(s->arena, s->books, s->book_count, &problems, &problem_count);
    if (problem_count) {
        return fail(err, PX_ERR_INPUT, folder, -1, "%.*s", (int)problems[0].sentence.len,
                    problems[0].sentence.ptr);
    }
    if (s->book_count) return true;
    return fail(err, PX_ERR_NOT_FOUND, folder, -1, "the folder holds no rulebook (*.yaml)");
}

static bool copy_yaml(Arena *a, Str from, Str to, Json *digests, PxErr *err) {
    Str *names;
    ptrdiff_t count;
    if (!os_is_folder(from)) return true;
    if (!os_make_folder(to, err) || !os_list_folder(a, from, &names, &count, err)) return false;
    for (ptrdiff_t i = 0; i < count; i++) {
        Str text;
        if (!str_ends(names[i], S(".yaml"))) continue;
        if (!os_read_file(a, os_path(a, from, names[i]), RULEBOOK_BYTES, &text, err)) return false;
        if (!os_write_file(os_path(a, to, names[i]), text, OS_REPLACE, false, err)) return false;
        json_set_str(a, digests, names[i], digest_text(a, digest_of(text)));
    }
    return true;
}

static bool copy_books(Arena *a, Str from, Str to, Json *digests, PxErr *err) {
    const Str calendars = S("calendars");
    return copy_yaml(a, from, to, digests, err) &&
           copy_yaml(a, os_path(a, from, calendars), os_path(a, to, calendars), digests, err);
}

bool service_copy_rulebooks(Arena *a, Str from, Str to, PxErr *err) {
    const Str rulebooks = S("rulebooks");
    return copy_books(a, os_path(a, from, rulebooks), os_path(a, to, rulebooks), json_object(a),
                      err);
}

/* ---- opening ---- */

static bool installation_read(Service *s, PxErr *err) {
    Rows r;
    if (!store_rows(s->store, s->arena, QUERY_installation_read, NULL, 0, &r, err)) return false;
    if (!r.rows)
        return fail(err, PX_ERR_INPUT, store_folder(s->store), -1, "the store was not set up");
    s->rulebook = cell(&r, 0, 1);
    s->offset_minutes = (int)cell_int(&r, 0, 2);
    return true;
}

bool service_open(Arena *a, const ServiceOptions *o, Service **out, PxErr *err) {
    Service *s = NEW(a, Service);
    s->arena = a;
    if (!store_open(a, &o->place, &s->store, err)) return false;
    if (!record_open(a, s->store, o->check, &s->record, err)) return false;
    if (!worker_open(a, o->worker, &o->limits, &s->worker, err)) return false;
    if (!books_read(s, os_path(a, o->place.folder, S("rulebooks")), err)) return false;
    if (!installation_read(s, err)) return false;
    store_settle(s->store);
    if (o->check == RECORD_VERIFY) store_sweep(s->store); /* a server starts */
    s->idle = (o->idle_minutes ? o->idle_minutes : 30) * INT64_C(60000000);
    s->session = (o->session_hours ? o->session_hours : 12) * INT64_C(3600000000);
    *out = s;
    return true;
}

/* ---- making ---- */

typedef struct First {
    Service *service;
    Arena *arena;
    Act act;
    const Installation *first;
    FirstTokens *tokens;
    bool is_told;
} First;

/* Once, though the transaction may run again. */
static bool tell(First *f, PxErr *err) {
    if (f->is_told || !f->first->tell) return true;
    f->is_told = true;
    return f->first->tell(f->first->tell_ctx, f->tokens, err);
}

static bool init_write(void *ctx, PxErr *err) {
    First *f = ctx;
    return record_append(f->service->record, f->arena, &f->act, err) &&
           dossier_apply(f->service, f->service->store, &f->act, err) &&
           token_first(f->service, f->arena, f->first->administrator, &f->tokens->administrator,
                       err) &&
           token_first(f->service, f->arena, f->first->security_officer,
                       &f->tokens->security_officer, err) &&
           record_seal(f->service->record, f->arena, err) && tell(f, err);
}

static bool first_check(const Installation *i, PxErr *err) {
    if (!i->administrator.len || !i->security_officer.len || !i->origin.len || !i->body.len) {
        return fail(
            err, PX_ERR_INPUT, S("init"), -1,
            "an installation needs an origin, a body, an administrator and a security officer");
    }
    if (str_equal(i->administrator, i->security_officer)) {
        return fail(err, PX_ERR_INPUT, S("init"), -1,
                    "the administrator and the security officer are two persons");
    }
    return record_name_check(i->origin, err) && id_check(i->body, err) &&
           id_check(i->administrator, err) && id_check(i->security_officer, err);
}

static Json *init_objects(Arena *a, const Installation *i, Json *digests) {
    Json *o = json_object(a);
    json_set_str(a, o, S("origin"), i->origin);
    json_set_str(a, o, S("rulebook"), i->rulebook);
    json_set_int(a, o, S("offset_minutes"), i->offset_minutes);
    json_set_str(a, o, S("administrator"), i->administrator);
    json_set_str(a, o, S("administrator_title"), i->administrator_title);
    json_set_str(a, o, S("security_officer"), i->security_officer);
    json_set_str(a, o, S("security_officer_title"), i->security_officer_title);
    json_set_str(a, o, S("body"), i->body);
    json_set_str(a, o, S("body_name"), i->body_name);
    json_set(a, o, S("rulebooks"), digests);
    return o;
}

bool service_create(Arena *a, const ServiceOptions *o, const Installation *i, FirstTokens *tokens,
                    PxErr *err) {
    Service *s = NEW(a, Service);
    s->arena = a;
    *tokens = (FirstTokens){{NULL, 0}, {NULL, 0}};
    Json *digests = json_object(a);
    if (!first_check(i, err) || !books_read(s, i->rulebooks, err)) return false;
    if (!book_for(s, i->rulebook, day_of_time(os_now(), i->offset_minutes))) {
        return fail(err, PX_ERR_NOT_FOUND, i->rulebooks, -1,
                    "no rulebook \"%.*s\" is in force today", (int)i->rulebook.len,
                    i->rulebook.ptr);
    }
    bool is_resumed;
    if (!store_begin(a, &o->place, &s->store, &is_resumed, err)) return false;
    const Str to = os_path(a, o->place.folder, S("rulebooks"));
    if (!copy_books(a, i->rulebooks, to, digests, err)) return false;
    if (!record_create(a, s->store, i->origin, err)) return false;
    if (!record_open(a, s->store, RECORD_TRUST, &s->record, err)) return false;
    First f = {.service = s, .arena = a, .first = i, .tokens = tokens};
    f.act = (Act){.at = os_now(),
                  .on = day_text(a, day_of_time(os_now(), i->offset_minutes)),
                  .kind = S("init"),
                  .channel = S("cli"),
                  .objects = init_objects(a, i, digests)};
    return store_write(s->store, init_write, &f, err) && store_finish(s->store, err);
}
