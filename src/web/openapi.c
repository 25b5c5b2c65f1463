/* openapi: the description of the API, made of the tables the API itself is made of: routes.def,
 * acts.def, fields.def. */
#include "web/int.h"

static Json *put(Arena *a, Json *o, const char *key, Json *v) {
    return json_set(a, o, str_from_z(key), v);
}
static void put_str(Arena *a, Json *o, const char *key, const char *v) {
    put(a, o, key, json_str(a, str_from_z(v)));
}

static Json *type(Arena *a, const char *name) {
    Json *o = json_object(a);
    put_str(a, o, "type", name);
    return o;
}

static Json *reference(Arena *a, const char *schema) {
    Json *o = json_object(a);
    put(a, o, "$ref", json_str(a, arena_format(a, "#/components/schemas/%s", schema)));
    return o;
}

/* ---- members ---- */

static Json *field_schema(Arena *a, const Field *f) {
    Json *o;
    switch (f->kind) {
    case FIELD_INT: o = type(a, "integer"); break;
    case FIELD_FLAG: o = type(a, "boolean"); break;
    case FIELD_TEXTS:
        o = type(a, "array");
        put(a, o, "items", type(a, "string"));
        break;
    case FIELD_PAIRS:
        o = type(a, "array");
        put(a, o, "items", reference(a, "Pair"));
        break;
    case FIELD_FILE:
        o = type(a, "string");
        put_str(a, o, "format", "binary");
        break;
    case FIELD_DAY:
        o = type(a, "string");
        put_str(a, o, "format", "date");
        break;
    case FIELD_GRADING: return reference(a, "Grading");
    case FIELD_TEXT:
    case FIELD_KINDS:
    default: o = type(a, "string"); break;
    }
    put_str(a, o, "description", f->words);
    return o;
}

/* The members of one act: those that are JSON, or those that are files. */
static Json *act_schema(Arena *a, ActKind act, bool files) {
    ptrdiff_t count;
    const Field *fields = dossier_fields(&count);
    Json *o = type(a, "object"), *properties = json_object(a), *required = json_array(a);
    if (!files) {
        Json *on = type(a, "string");
        put_str(a, on, "format", "date");
        put_str(a, on, "description", "the day it was done; today when it is left out");
        put(a, properties, "on", on);
    }
    for (ptrdiff_t i = 0; i < count; i++) {
        if (fields[i].act != act || (fields[i].kind == FIELD_FILE) != files) continue;
        put(a, properties, fields[i].name, field_schema(a, &fields[i]));
        if (fields[i].is_needed) json_push(a, required, json_str(a, str_from_z(fields[i].name)));
    }
    put(a, o, "additionalProperties", json_bool(a, false));
    put(a, o, "properties", properties);
    if (required->count) put(a, o, "required", required);
    return o;
}

static bool takes_files(ActKind act) {
    ptrdiff_t count;
    const Field *fields = dossier_fields(&count);
    for (ptrdiff_t i = 0; i < count; i++) {
        if (fields[i].act == act && fields[i].kind == FIELD_FILE) return true;
    }
    return false;
}

/* ---- operations ---- */

static Json *respond(Arena *a, Json *responses, const char *status, const char *words,
                     const char *schema) {
    Json *o = put(a, responses, status, json_object(a));
    put_str(a, o, "description", words);
    if (!schema) return o;
    Json *media = put(a, put(a, o, "content", json_object(a)), "application/json", json_object(a));
    put(a, media, "schema", reference(a, schema));
    return o;
}

static void parameters(Arena *a, Json *operation, const char *path) {
    Json *list = json_array(a);
    for (const char *at = path; *at; at++) {
        if (*at != '{') continue;
        const char *end = at;
        while (*end != '}') end++;
        Json *o = json_push(a, list, json_object(a));
        put(a, o, "name", json_str(a, (Str){at + 1, end - at - 1}));
        put_str(a, o, "in", "path");
        put(a, o, "required", json_bool(a, true));
        const Str name = {at + 1, end - at - 1};
        Json *schema = type(a, str_equal(name, S("number")) ? "integer" : "string");
        put(a, o, "schema", schema);
        Json *views = str_equal(name, S("view")) ? put(a, schema, "enum", json_array(a)) : NULL;
        for (int i = 0; views && i < DOSSIER_VIEWS; i++) {
            json_push(a, views, json_str(a, str_from_z(dossier_view_name((DossierView)i))));
        }
        at = end;
    }
    if (list->count) put(a, operation, "parameters", list);
}

static Json *operation_new(Arena *a, Json *paths, const char *method, Str path, const char *words) {
    Json *at = json_find(paths, path);
    if (!at) at = json_set(a, paths, path, json_object(a));
    Json *o = put(a, at, method, json_object(a));
    put_str(a, o, "summary", words);
    parameters(a, o, arena_str(a, path).ptr);
    return o;
}

static Json *responses_new(Arena *a, Json *operation, bool is_open) {
    Json *r = put(a, operation, "responses", json_object(a));
    respond(a, r, "400", "The request is not one", "Error");
    if (!is_open) respond(a, r, "401", "Who calls is not known", "Error");
    respond(a, r, "404", "There is no such thing, or it is not yours to see", "Error");
    put_str(a, put(a, r, "500", json_object(a)), "$ref", "#/components/responses/Fault");
    put_str(a, put(a, r, "503", json_object(a)), "$ref", "#/components/responses/Later");
    if (is_open) put(a, operation, "security", json_array(a));
    return r;
}

static void act_operation(Arena *a, Json *paths, ActKind act) {
    const bool is_dossier = act_scope(act) == SCOPE_DOSSIER;
    const Str path = arena_format(
        a, is_dossier ? "/api/dossiers/{dossier}/acts/%s" : "/api/acts/%s", act_name(act));
    Json *o = operation_new(a, paths, "post", path, act_words(act));
    put_str(a, o, "operationId", act_name(act));
    Json *content = put(a, put(a, o, "requestBody", json_object(a)), "content", json_object(a));
    Json *media = put(a, content, "application/json", json_object(a));
    put(a, media, "schema", act_schema(a, act, false));
    if (takes_files(act)) {
        Json *form = act_schema(a, act, true);
        put(a, json_find(form, S("properties")), "request", act_schema(a, act, false));
        put(a, put(a, content, "multipart/form-data", json_object(a)), "schema", form);
    }
    Json *r = responses_new(a, o, false);
    respond(a, r, "200", "Done, and recorded", "Outcome");
    respond(a, r, "403", "Refused, and recorded as refused", "Outcome");
}

static void route_body(Arena *a, Json *operation, RouteId id) {
    ptrdiff_t count;
    const Member *members = route_members(&count);
    Json *schema = type(a, "object"), *properties = json_object(a), *required = json_array(a);
    for (ptrdiff_t i = 0; i < count; i++) {
        if (members[i].route != id) continue;
        Json *o = type(a, members[i].kind == JSON_INT ? "integer" : "string");
        put_str(a, o, "description", members[i].words);
        put(a, properties, members[i].name, o);
        if (members[i].is_needed) json_push(a, required, json_str(a, str_from_z(members[i].name)));
    }
    if (!properties->count) return;
    put(a, schema, "additionalProperties", json_bool(a, false));
    put(a, schema, "properties", properties);
    if (required->count) put(a, schema, "required", required);
    Json *content =
        put(a, put(a, operation, "requestBody", json_object(a)), "content", json_object(a));
    put(a, put(a, content, "application/json", json_object(a)), "schema", schema);
}

static const char *method_of(const Route *r) { return r->method[0] == 'G' ? "get" : "post"; }

static void route_operation(Arena *a, Json *paths, RouteId id) {
    const Route *r = route_of(id);
    const bool is_open = id == ROUTE_INDEX || id == ROUTE_OPENAPI || id == ROUTE_LOGIN;
    Json *o = operation_new(a, paths, method_of(r), str_from_z(r->path), r->words);
    Json *responses = responses_new(a, o, is_open);
    const bool is_file = id == ROUTE_PAPER || id == ROUTE_COMMENTS || id == ROUTE_INDEX;
    respond(a, responses, "200", is_file ? "The file" : "As asked", is_file ? NULL : "Answer");
    if (id == ROUTE_LOGIN)
        respond(a, responses, "401", "The name or the password is wrong", "Error");
    if (id == ROUTE_LOGIN) respond(a, responses, "429", "Too many attempts", "Error");
    if (id == ROUTE_TOKEN || id == ROUTE_PASSWORD || id == ROUTE_REVOKE) {
        respond(a, responses, "403", "Refused, and recorded as refused", "Answer");
    }
    route_body(a, o, id);
    if (id == ROUTE_PEOPLE) respond(a, responses, "403", "It is not yours to see", "Error");
    if (id == ROUTE_LIST) {
        Json *list = put(a, o, "parameters", json_array(a));
        Json *search = json_push(a, list, json_object(a));
        put_str(a, search, "name", "search");
        put_str(a, search, "in", "query");
        put(a, search, "schema", type(a, "string"));
    }
}

/* ---- schemas ---- */

static void schema_outcome(Arena *a, Json *schemas) {
    static const char *const texts[] = {"dossier", "rule", "source", "why"};
    Json *o = put(a, schemas, "Outcome", type(a, "object"));
    Json *p = put(a, o, "properties", json_object(a));
    put(a, p, "refused", type(a, "boolean"));
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        put(a, p, texts[i], type(a, "string"));
    Json *warnings = put(a, p, "warnings", type(a, "array"));
    put(a, warnings, "items", type(a, "string"));
    put(a, p, "result", type(a, "object"));
    json_push(a, put(a, o, "required", json_array(a)), json_str(a, S("refused")));
}

static Json *schemas(Arena *a) {
    Json *out = json_object(a);
    schema_outcome(a, out);
    put(a, out, "Answer", type(a, "object"));
    Json *error = put(a, out, "Error", type(a, "object"));
    Json *p = put(a, error, "properties", json_object(a));
    put(a, p, "error", type(a, "string"));
    put(a, p, "kind", type(a, "string"));
    Json *pair = put(a, out, "Pair", type(a, "object"));
    p = put(a, pair, "properties", json_object(a));
    put(a, p, "key", type(a, "string"));
    put(a, p, "value", type(a, "string"));
    Json *grading = put(a, out, "Grading", type(a, "string"));
    Json *names = put(a, grading, "enum", json_array(a));
    for (int i = 0; i < GRADING_COUNT; i++) {
        json_push(a, names, json_str(a, str_from_z(grading_name((Grading)i))));
    }
    return out;
}

/* What any path may answer. */
static Json *responses_of_all(Arena *a) {
    Json *out = json_object(a);
    respond(a, out, "Fault", "A fault of the service, whose operator finds the reason in its log",
            "Error");
    Json *later = respond(a, out, "Later",
                          "Not now: the database cannot be reached, or too much is going on. "
                          "Nothing was changed; try again later",
                          "Error");
    Json *header = put(a, put(a, later, "headers", json_object(a)), "Retry-After", json_object(a));
    put_str(a, header, "description", "Seconds to wait");
    put(a, header, "schema", type(a, "integer"));
    return out;
}

Json *web_openapi(Arena *a) {
    Json *o = json_object(a), *paths = json_object(a);
    put_str(a, o, "openapi", "3.0.3");
    Json *info = put(a, o, "info", json_object(a));
    put_str(a, info, "title", "Paraph");
    put_str(a, info, "version", px_version());
    put_str(
        a, info, "description",
        "The clearance of an international agreement, act by act. Every act and every refusal is "
        "recorded.");
    for (int i = 0; i < ROUTE_COUNT; i++) {
        if (i == ROUTE_ACT || i == ROUTE_DOSSIER_ACT) continue;
        route_operation(a, paths, (RouteId)i);
    }
    for (int i = 0; i < ACT_COUNT; i++) {
        if (i == ACT_INIT || i == ACT_READ || i == ACT_CREDENTIAL_SET) continue;
        act_operation(a, paths, (ActKind)i);
    }
    put(a, o, "paths", paths);
    Json *components = put(a, o, "components", json_object(a));
    put(a, components, "schemas", schemas(a));
    put(a, components, "responses", responses_of_all(a));
    Json *bearer =
        put(a, put(a, components, "securitySchemes", json_object(a)), "token", json_object(a));
    put_str(a, bearer, "type", "http");
    put_str(a, bearer, "scheme", "bearer");
    Json *security = put(a, o, "security", json_array(a));
    put(a, json_push(a, security, json_object(a)), "token", json_array(a));
    return o;
}
