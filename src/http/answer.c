/* Answers: status, headers, body. The headers that keep a browser from doing more with an answer
 * than it should are on every one. */
#include "http/int.h"

typedef struct Status {
    int number;
    const char *words;
} Status;

static const Status statuses[] = {
    {200, "200 OK"},
    {201, "201 Created"},
    {204, "204 No Content"},
    {302, "302 Found"},
    {303, "303 See Other"},
    {304, "304 Not Modified"},
    {400, "400 Bad Request"},
    {401, "401 Unauthorized"},
    {403, "403 Forbidden"},
    {404, "404 Not Found"},
    {405, "405 Method Not Allowed"},
    {409, "409 Conflict"},
    {413, "413 Content Too Large"},
    {415, "415 Unsupported Media Type"},
    {422, "422 Unprocessable Content"},
    {429, "429 Too Many Requests"},
    {500, "500 Internal Server Error"},
    {501, "501 Not Implemented"},
    {503, "503 Service Unavailable"},
    {505, "505 HTTP Version Not Supported"},
};

static const Status *status_find(int number) {
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        if (statuses[i].number == number) return &statuses[i];
    }
    return NULL;
}

Str http_status_words(int number) {
    const Status *s = status_find(number);
    return s ? str_from_z(s->words) : S("500 Internal Server Error");
}

/* ---- attachments (RFC 6266, RFC 8187) ---- */

static bool is_attr_char(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c && strchr("!#$&+-.^_`|~", c) != NULL);
}

/* For readers that know no UTF-8: what might be understood in two ways becomes "_". */
static void put_fallback(Buf *b, Str name) {
    for (ptrdiff_t at = 0; at < name.len;) {
        const uint32_t c = utf8_next(name, &at);
        const bool is_plain = c >= 0x20 && c < 0x7f && strchr("\"\\/%;", (char)c) == NULL;
        buf_byte(b, is_plain ? (char)c : '_');
    }
}

Str http_disposition(Arena *a, Str name) {
    ptrdiff_t bad_at;
    if (name.len == 0 || !utf8_valid(name, &bad_at)) name = S("file");
    Buf b = buf_new(a);
    buf_add(&b, S("attachment; filename=\""));
    put_fallback(&b, name);
    buf_add(&b, S("\"; filename*=UTF-8''"));
    for (ptrdiff_t i = 0; i < name.len; i++) {
        const char c = name.ptr[i];
        if (is_attr_char(c)) buf_byte(&b, c);
        else buf_format(&b, "%%%02X", (unsigned)(unsigned char)c);
    }
    buf_byte(&b, '\0');
    return (Str){b.ptr, b.len - 1};
}

/* ---- headers ---- */

#define POLICY_REST "frame-ancestors 'none'; base-uri 'none'"

/* What each kind of answer may load and do. */
static const char *policy(const HttpAnswer *answer) {
    if (answer->file_name.len) return "default-src 'none'; sandbox; " POLICY_REST;
    if (str_starts(answer->type, S("text/html"))) {
        return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
               "form-action 'self'; " POLICY_REST;
    }
    return "default-src 'none'; form-action 'none'; " POLICY_REST;
}

typedef struct Headers {
    struct MHD_Response *response;
    const HttpAnswer *answer;
    bool is_sound; /* all could be set */
} Headers;

static void set(Headers *h, const char *name, const char *value) {
    if (MHD_add_response_header(h->response, name, value) != MHD_YES) h->is_sound = false;
}

static bool is_given(const HttpAnswer *answer, const char *name) {
    for (int i = 0; i < answer->extra_count; i++) {
        if (str_equal_fold(answer->extra[i].name, str_from_z(name))) return true;
    }
    return false;
}

/* Values of handlers: NUL-terminated in a buffer of bounded size. */
static void set_str(Headers *h, Str name, Str value) {
    char name_z[64], value_z[2048];
    ptrdiff_t bad_at;
    if (!is_token(name) || name.len >= (ptrdiff_t)sizeof name_z || has_control(value) ||
        value.len >= (ptrdiff_t)sizeof value_z || (value.len && !utf8_valid(value, &bad_at))) {
        h->is_sound = false;
        return;
    }
    memcpy(name_z, name.ptr, (size_t)name.len);
    name_z[name.len] = '\0';
    if (value.len) memcpy(value_z, value.ptr, (size_t)value.len);
    value_z[value.len] = '\0';
    set(h, name_z, value_z);
}

static void set_guards(Headers *h) {
    const struct {
        const char *name, *value;
    } guards[] = {
        {"Content-Security-Policy", policy(h->answer)},
        {"X-Content-Type-Options", "nosniff"},
        {"X-Frame-Options", "DENY"},
        {"Referrer-Policy", "no-referrer"},
        {"Cache-Control", "no-store"},
        {"Cross-Origin-Opener-Policy", "same-origin"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
    };
    for (size_t i = 0; i < sizeof guards / sizeof *guards; i++) {
        if (!is_given(h->answer, guards[i].name)) set(h, guards[i].name, guards[i].value);
    }
}

static void set_own(Headers *h, const Slot *slot) {
    const HttpAnswer *answer = h->answer;
    if (answer->type.len) set_str(h, S("Content-Type"), answer->type);
    if (answer->location.len) set_str(h, S("Location"), answer->location);
    if (answer->file_name.len) set_str(h, S("Content-Disposition"), slot->disposition);
    for (int i = 0; i < answer->extra_count; i++) {
        set_str(h, answer->extra[i].name, answer->extra[i].value);
    }
    if (answer->status == 405 && !is_given(answer, "Allow")) set(h, "Allow", "GET, HEAD, POST");
    if (answer->status == 503) set(h, "Retry-After", "5");
    if (slot->closes) set(h, "Connection", "close");
}

/* ---- sending ---- */

void answer_plain(HttpAnswer *answer, int status, Str words) {
    *answer = (HttpAnswer){.status = status, .type = S("text/plain; charset=utf-8"), .body = words};
}

static struct MHD_Response *make(const Slot *slot, const HttpAnswer *answer, bool *is_sound) {
    /* the arena of the request outlives the response: it ends when the request is completed */
    struct MHD_Response *response = MHD_create_response_from_buffer(
        (size_t)answer->body.len, answer->body.len ? (void *)answer->body.ptr : (void *)"",
        MHD_RESPMEM_PERSISTENT);
    if (!response) return NULL;
    Headers h = {response, answer, true};
    set_guards(&h);
    set_own(&h, slot);
    *is_sound = h.is_sound;
    return response;
}

enum MHD_Result answer_queue(Slot *slot, const HttpAnswer *answer) {
    bool is_sound = false;
    HttpAnswer broken;
    struct MHD_Response *response =
        status_find(answer->status) ? make(slot, answer, &is_sound) : NULL;
    if (!is_sound) {
        if (response) MHD_destroy_response(response);
        answer_plain(&broken, 500,
                     S("The answer could not be made; this is a defect of paraph.\n"));
        answer = &broken;
        response = make(slot, answer, &is_sound);
        if (!response) return MHD_NO;
    }
    const enum MHD_Result done =
        MHD_queue_response(slot->connection, (unsigned)answer->status, response);
    MHD_destroy_response(response);
    return done;
}
