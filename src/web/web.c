/* web: which path is what. */
#include "web/int.h"

#define SERVICE_BYTES ((ptrdiff_t)4 << 30)

static const Route routes[ROUTE_COUNT] = {
#define ROUTE(id, method, path, words) {method, path, words},
#include "web/routes.def"
#undef ROUTE
};

const Route *route_of(RouteId id) { return &routes[id]; }

static const Member members[] = {
    {ROUTE_LOGIN, "person", JSON_STR, true, "short name of the person's post"},
    {ROUTE_LOGIN, "password", JSON_STR, true, "the person's password"},
    {ROUTE_TOKEN, "days", JSON_INT, false, "days until it ends, 90 when it is left out"},
    {ROUTE_PASSWORD, "password", JSON_STR, true, "the new one, 12 to 1,024 bytes"},
};

const Member *route_members(ptrdiff_t *count) {
    *count = (ptrdiff_t)(sizeof members / sizeof *members);
    return members;
}

typedef struct Opening {
    Arena *arena;
    const ServiceOptions *options;
    Service **out;
} Opening;

static bool open_guarded(void *ctx, PxErr *err) {
    const Opening *o = ctx;
    return service_open(o->arena, o->options, o->out, err);
}

static void close_arena(void *ctx) { arena_close(ctx); }

/* Threads share no arena: each Service is in one of its own. */
static bool open_one(Arena *a, const ServiceOptions *options, Service **out, PxErr *err) {
    Opening o = {arena_open(SERVICE_BYTES), options, out};
    if (!o.arena) return fail(err, PX_ERR_SYSTEM, S("serve"), -1, "there is not enough memory");
    arena_defer(a, close_arena, o.arena);
    return arena_guard(o.arena, open_guarded, &o, err);
}

bool web_open(Arena *a, const ServiceOptions *options, int threads, Web **out, PxErr *err) {
    Web *w = NEW(a, Web);
    if (threads < 1 || threads > THREADS_MAX) {
        return fail(err, PX_ERR_INPUT, S("threads"), -1, "from 1 to %d threads", THREADS_MAX);
    }
    pthread_mutex_init(&w->lock, NULL);
    os_random(&w->key, sizeof w->key);
    for (int i = 0; i < threads; i++) {
        ServiceOptions o = *options;
        o.check = i ? RECORD_TRUST : RECORD_VERIFY;
        if (!open_one(a, &o, &w->services[i], err)) return false;
    }
    w->threads = threads;
    *out = w;
    return true;
}

/* ---- paths ---- */

static bool split_path(Str path, Str *parts, int room, int *count) {
    *count = 0;
    for (ptrdiff_t at = 1; at < path.len;) {
        ptrdiff_t end = at;
        while (end < path.len && path.ptr[end] != '/') end++;
        if (*count == room || end == at) return false;
        parts[(*count)++] = str_slice(path, at, end);
        at = end + 1;
        if (end == path.len - 1) return false; /* no path ends in a slash */
    }
    return true;
}

static bool route_fits(const Route *r, const Call *c) {
    Str parts[8];
    int count;
    if (!split_path(str_from_z(r->path), parts, 8, &count) || count != c->part_count) return false;
    for (int i = 0; i < count; i++) {
        if (parts[i].ptr[0] != '{' && !str_equal(parts[i], c->parts[i])) return false;
    }
    return true;
}

/* ROUTE_COUNT: no path; *is_other: the path is there, for another method. */
static RouteId route_find(const Call *c, bool *is_other) {
    Str method = c->request->method;
    if (str_equal(method, S("HEAD"))) method = S("GET");
    *is_other = false;
    for (int i = 0; i < ROUTE_COUNT; i++) {
        const bool is_view =
            i == ROUTE_VIEW && c->part_count == 4 && str_equal(c->parts[3], S("comments.docx"));
        if (is_view || !route_fits(&routes[i], c)) continue;
        if (str_equal(method, str_from_z(routes[i].method))) return (RouteId)i;
        *is_other = true;
    }
    return ROUTE_COUNT;
}

/* ---- calls ---- */

static void call_index(Call *c) {
    c->answer->status = 200;
    c->answer->type = S("text/html; charset=utf-8");
    c->answer->body =
        S("<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\">"
          "<meta name=\"viewport\" content=\"width=device-width\"><title>Paraph</title></head>\n"
          "<body>\n<main>\n<h1>Paraph</h1>\n"
          "<p>The clearance of international agreements. This address serves programs; "
          "<a href=\"/api/openapi.json\">its description</a> says how to call it.</p>\n"
          "</main>\n</body>\n</html>\n");
}

static const Member *member_find(RouteId id, Str name) {
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        if (members[i].route == id && str_equal(str_from_z(members[i].name), name))
            return &members[i];
    }
    return NULL;
}

static bool members_check(RouteId id, const Json *given, PxErr *err) {
    for (ptrdiff_t i = 0; i < given->count; i++) {
        const Member *m = member_find(id, given->keys[i]);
        const Json *v = given->items[i];
        if (!m) return fail(err, PX_ERR_INPUT, given->keys[i], -1, "it is nothing this takes");
        if (v->kind != m->kind || (v->kind == JSON_STR && !str_trim(v->text).len)) {
            return fail(err, PX_ERR_INPUT, given->keys[i], -1, "it is %s",
                        m->kind == JSON_INT ? "a whole number" : "a text");
        }
    }
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        const Str name = str_from_z(members[i].name);
        if (members[i].route == id && members[i].is_needed && !json_find(given, name))
            return fail(err, PX_ERR_INPUT, name, -1, "it is needed");
    }
    return true;
}

static bool body_object(Call *c, RouteId id, Json **out, PxErr *err) {
    *out = json_object(c->arena);
    if (c->request->body.len &&
        !str_starts(http_header(c->request, S("Content-Type")), S("application/json"))) {
        return fail(err, PX_ERR_UNSUPPORTED, S("Content-Type"), -1, "send application/json");
    }
    if (c->request->body.len && !json_read(c->arena, S("request"), c->request->body, out, err))
        return false;
    if ((*out)->kind == JSON_OBJECT) return members_check(id, *out, err);
    return fail(err, PX_ERR_INPUT, S("request"), -1, "the request is a JSON object");
}

/* Who calls, for the count of failed logins. On a socket, which the proxy alone reaches, the
 * address that the proxy says; anywhere else what a caller says of himself counts for nothing. */
static Str caller(const Call *c) {
    const Str said = http_header(c->request, S("X-Real-IP"));
    return str_equal(c->request->peer, S("unix")) && said.len ? said : c->request->peer;
}

static void call_login(Call *c) {
    Json *given, *out = json_object(c->arena);
    Str id, token;
    PxErr err;
    if (!body_object(c, ROUTE_LOGIN, &given, &err)) {
        reply_error(c, &err);
        return;
    }
    const Str person = json_find_str(given, S("person"));
    const Str peer = caller(c);
    if (!login_may_try(c->web, peer, person)) {
        reply_plain_error(c, 429, "busy", S("too many attempts; try again in ten minutes"));
        return;
    }
    if (!account_login(c->service, c->arena, person, json_find_str(given, S("password")), &id,
                       &token, &err)) {
        if (err.kind == PX_ERR_DENIED) login_failed(c->web, peer, person);
        reply_error(c, &err);
        return;
    }
    json_set_str(c->arena, out, S("person"), id);
    json_set_str(c->arena, out, S("token"), token);
    reply_json(c, 200, out);
}

static void answer_credential(Call *c, const Outcome *o, Str token) {
    Json *out = json_object(c->arena);
    json_set_bool(c->arena, out, S("refused"), o->is_refused);
    json_set_str(c->arena, out, S("why"), o->why);
    if (!o->is_refused) json_set_str(c->arena, out, S("token"), token);
    reply_json(c, o->is_refused ? 403 : 200, out);
}

static void call_credential(Call *c, RouteId id) {
    Json *given;
    Outcome outcome;
    Str token = S("");
    PxErr err;
    const Str person = c->parts[2];
    bool done = body_object(c, id, &given, &err);
    if (done && id == ROUTE_TOKEN) {
        const int64_t days = json_find_int(given, S("days"), 90);
        done = account_make_token(c->service, c->arena, c->person, S("api"), person,
                                  days == (int)days ? (int)days : 0, &token, &outcome, &err);
    } else if (done && id == ROUTE_PASSWORD) {
        done = account_set_password(c->service, c->arena, c->person, S("api"), person,
                                    json_find_str(given, S("password")), &outcome, &err);
    } else if (done) {
        done = account_revoke(c->service, c->arena, c->person, S("api"), person, &outcome, &err);
    }
    if (!done) reply_error(c, &err);
    else answer_credential(c, &outcome, token);
}

static void call_view(Call *c) {
    DossierView view;
    Json *out;
    PxErr err;
    if (!dossier_view_read(c->parts[3], &view)) {
        reply_plain_error(c, 404, "not-found", S("there is no such view"));
    } else if (dossier_view(c->service, c->arena, c->person, c->parts[2], view, &out, &err)) {
        reply_json(c, 200, out);
    } else {
        reply_error(c, &err);
    }
}

static void answer_file(Call *c, Str name, Str bytes) {
    c->answer->status = 200;
    c->answer->type =
        str_ends(name, S(".docx"))
            ? S("application/vnd.openxmlformats-officedocument.wordprocessingml.document")
            : S("application/octet-stream");
    c->answer->file_name = name;
    c->answer->body = bytes;
}

static void call_paper(Call *c) {
    int64_t number;
    Str name, bytes;
    PxErr err;
    if (!str_to_int(c->parts[4], &number)) {
        reply_plain_error(c, 404, "not-found", S("there is no such paper"));
    } else if (dossier_paper(c->service, c->arena, c->person, c->parts[2], number, &name, &bytes,
                             &err)) {
        answer_file(c, name, bytes);
    } else {
        reply_error(c, &err);
    }
}

static void call_comments(Call *c) {
    Str bytes;
    PxErr err;
    if (dossier_comment_table(c->service, c->arena, c->person, c->parts[2], &bytes, &err)) {
        answer_file(c, S("comments.docx"), bytes);
    } else {
        reply_error(c, &err);
    }
}

static void call_read(Call *c, RouteId id) {
    Json *out;
    PxErr err;
    const bool done = id == ROUTE_PEOPLE
                          ? dossier_people(c->service, c->arena, c->person, &out, &err)
                          : dossier_list(c->service, c->arena, c->person,
                                         http_query(c->request, S("search")), &out, &err);
    if (done) reply_json(c, 200, out);
    else if (err.kind == PX_ERR_DENIED) /* who it is is known */
        reply_plain_error(c, 403, "denied", str_from_z(err.message));
    else reply_error(c, &err);
}

static void call_route(Call *c, RouteId id) {
    switch (id) {
    case ROUTE_INDEX: call_index(c); return;
    case ROUTE_OPENAPI: reply_json(c, 200, web_openapi(c->arena)); return;
    case ROUTE_LOGIN: call_login(c); return;
    case ROUTE_PEOPLE:
    case ROUTE_LIST: call_read(c, id); return;
    case ROUTE_TOKEN:
    case ROUTE_PASSWORD:
    case ROUTE_REVOKE: call_credential(c, id); return;
    case ROUTE_ACT: call_act(c, c->parts[2], S("")); return;
    case ROUTE_DOSSIER_ACT: call_act(c, c->parts[4], c->parts[2]); return;
    case ROUTE_VIEW: call_view(c); return;
    case ROUTE_PAPER: call_paper(c); return;
    case ROUTE_COMMENTS: call_comments(c); return;
    case ROUTE_COUNT: break;
    }
}

static bool is_open(RouteId id) {
    return id == ROUTE_INDEX || id == ROUTE_OPENAPI || id == ROUTE_LOGIN;
}

static bool know_person(Call *c, PxErr *err) {
    const Str header = http_header(c->request, S("Authorization"));
    if (!str_starts(header, S("Bearer "))) {
        return fail(err, PX_ERR_DENIED, S(""), -1, "say who you are: Authorization: Bearer TOKEN");
    }
    return account_by_token(c->service, c->arena, str_trim(str_slice(header, 7, header.len)),
                            &c->person, err);
}

void web_handle(void *ctx, int thread, Arena *a, const HttpRequest *request, HttpAnswer *answer) {
    Web *w = ctx;
    Call c = {.web = w, .arena = a, .request = request, .answer = answer};
    bool is_other = false;
    PxErr err;
    if (thread < 0 || thread >= w->threads) return; /* 500 */
    c.service = w->services[thread];
    const RouteId id = split_path(request->path, c.parts, 8, &c.part_count)
                           ? route_find(&c, &is_other)
                           : ROUTE_COUNT;
    if (id == ROUTE_COUNT) {
        if (!is_other) {
            reply_plain_error(&c, 404, "not-found", S("there is nothing at this path"));
            return;
        }
        const bool is_post = str_equal(request->method, S("POST"));
        reply_plain_error(&c, 405, "input", S("the path takes another method"));
        answer->extra[answer->extra_count++] =
            (HttpPair){S("Allow"), is_post ? S("GET, HEAD") : S("POST")};
        return;
    }
    if (!is_open(id) && !know_person(&c, &err)) {
        reply_error(&c, &err);
        return;
    }
    call_route(&c, id);
}

void web_abandon(void *ctx, int thread) {
    const Web *w = ctx;
    store_reset(service_store(w->services[thread]));
}
