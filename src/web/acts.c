/* acts: a request's members and files become an act. JSON alone, or multipart/form-data with a part
 * "request" (JSON) and a part for each file. */
#include "web/int.h"

enum { FILES_MAX = 4, JSON_MOST = 8 << 20 };

typedef struct Body {
    Json *given;
    Str on;
    RequestFile files[FILES_MAX];
    ptrdiff_t file_count;
} Body;

static bool body_json(Call *c, Str text, Body *out, PxErr *err) {
    if (text.len > JSON_MOST) { /* no act of this size goes into the record */
        return fail(err, PX_ERR_LIMIT, S("request"), -1, "its JSON takes more than %d MB",
                    JSON_MOST >> 20);
    }
    if (!json_read(c->arena, S("request"), text, &out->given, err)) return false;
    if (out->given->kind != JSON_OBJECT) {
        return fail(err, PX_ERR_INPUT, S("request"), -1, "the request is a JSON object");
    }
    const Json *on = json_find(out->given, S("on"));
    if (!on) return true;
    if (on->kind != JSON_STR || !on->text.len) {
        return fail(err, PX_ERR_INPUT, S("on"), -1, "it is a day, as \"2016-07-15\"");
    }
    out->on = on->text;
    Json *rest = json_object(c->arena);
    for (ptrdiff_t i = 0; i < out->given->count; i++) {
        if (str_equal(out->given->keys[i], S("on"))) continue;
        json_set(c->arena, rest, out->given->keys[i], out->given->items[i]);
    }
    out->given = rest;
    return true;
}

static bool body_parts(Call *c, Str type, Body *out, PxErr *err) {
    HttpPart *parts;
    ptrdiff_t count;
    bool has_request = false;
    if (!http_multipart(c->arena, type, c->request->body, &parts, &count, err)) return false;
    for (ptrdiff_t i = 0; i < count; i++) {
        if (str_equal(parts[i].name, S("request"))) {
            if (has_request) {
                return fail(err, PX_ERR_INPUT, S("request"), -1, "it is given twice");
            }
            has_request = true;
            if (!body_json(c, parts[i].bytes, out, err)) return false;
            continue;
        }
        if (out->file_count == FILES_MAX) {
            return fail(err, PX_ERR_LIMIT, S("request"), -1, "an act takes at most %d files",
                        FILES_MAX);
        }
        const Str name = parts[i].file_name.len ? parts[i].file_name : parts[i].name;
        out->files[out->file_count++] = (RequestFile){parts[i].name, name, parts[i].bytes};
    }
    return true;
}

static bool body_read(Call *c, Body *out, PxErr *err) {
    const Str type = http_header(c->request, S("Content-Type"));
    *out = (Body){.given = json_object(c->arena)};
    if (!c->request->body.len) return true;
    if (str_starts(type, S("multipart/form-data"))) return body_parts(c, type, out, err);
    if (str_starts(type, S("application/json"))) return body_json(c, c->request->body, out, err);
    return fail(err, PX_ERR_UNSUPPORTED, S("Content-Type"), -1,
                "send application/json, or multipart/form-data with a part \"request\"");
}

static void answer_outcome(Call *c, const Outcome *o) {
    Json *out = json_object(c->arena);
    if (o->is_hidden) {
        reply_plain_error(c, 404, "not-found", S("there is no such dossier"));
        return;
    }
    json_set_bool(c->arena, out, S("refused"), o->is_refused);
    json_set_str(c->arena, out, S("dossier"), o->dossier);
    json_set_str(c->arena, out, S("rule"), o->rule);
    json_set_str(c->arena, out, S("source"), o->source);
    json_set_str(c->arena, out, S("why"), o->why);
    if (o->warning_count) {
        Json *warnings = json_set(c->arena, out, S("warnings"), json_array(c->arena));
        for (ptrdiff_t i = 0; i < o->warning_count; i++) {
            json_push(c->arena, warnings, json_str(c->arena, o->warnings[i]));
        }
    }
    if (o->result) json_set(c->arena, out, S("result"), o->result);
    reply_json(c, o->is_refused ? 403 : 200, out);
}

void call_act(Call *c, Str name, Str dossier) {
    ActKind act;
    Body body;
    Outcome outcome;
    PxErr err;
    const bool is_known = act_kind_read(name, &act) && act != ACT_INIT && act != ACT_READ &&
                          act != ACT_CREDENTIAL_SET &&
                          (act_scope(act) == SCOPE_DOSSIER) == (dossier.len > 0);
    if (!is_known) {
        reply_plain_error(c, 404, "not-found", S("there is no such act here"));
        return;
    }
    if (!body_read(c, &body, &err)) {
        reply_error(c, &err);
        return;
    }
    const Request request = {.act = act,
                             .actor = c->person,
                             .channel = S("api"),
                             .dossier = dossier,
                             .on = body.on,
                             .given = body.given,
                             .files = body.files,
                             .file_count = body.file_count};
    if (dossier_perform(c->service, c->arena, &request, &outcome, &err))
        answer_outcome(c, &outcome);
    else reply_error(c, &err);
}
