/* The server: what libmicrohttpd calls, a connection's slot through its stages, begin and end.
 *
 * One polling thread reads and writes. When a request is whole, its connection is suspended and the
 * slot goes to the pool; the handler's thread resumes it, and the polling thread sends the answer.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <time.h>

#include "http/int.h"

enum { SLOW_BYTES = 64 * 1024, SPARE_SLOTS = 16, BODIES = 8 };

/* ---- slots ---- */

static Slot *slot_of(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

static void set_busy(HttpServer *s, int more) {
    pthread_mutex_lock(&s->lock);
    s->busy += more;
    pthread_mutex_unlock(&s->lock);
}

/* The end of a request. */
static void slot_clear(Slot *slot) {
    if (slot->stage >= STAGE_BODY) set_busy(slot->server, -1);
    slot->server->body_room += slot->reserved;
    arena_close(slot->arena);
    slot->arena = NULL;
    slot->reserved = 0;
    slot->closes = false;
    slot->stage = STAGE_IDLE;
    slot->target = (Str){NULL, 0};
    slot->body = (Buf){0};
}

static void on_connection(void *ctx, struct MHD_Connection *connection, void **socket_context,
                          enum MHD_ConnectionNotificationCode what) {
    HttpServer *s = ctx;
    Slot *slot = *socket_context;
    if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
        if (!slot) return;
        slot_clear(slot);
        pthread_mutex_lock(&s->lock);
        slot->is_used = false;
        slot->deadline = 0;
        pthread_mutex_unlock(&s->lock);
        return;
    }
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    pthread_mutex_lock(&s->lock);
    for (int i = 0; i < s->slot_count && !slot; i++) {
        if (!s->slots[i].is_used) slot = &s->slots[i];
    }
    if (slot) {
        *slot = (Slot){.server = s,
                       .connection = connection,
                       .fd = info->connect_fd,
                       .is_used = true,
                       .deadline = os_ticks() + (int64_t)s->options.timeout_seconds * 1000000};
    }
    pthread_mutex_unlock(&s->lock);
    *socket_context = slot;
}

static bool copy_target(void *ctx, PxErr *err) {
    (void)err;
    Slot *slot = ctx;
    slot->target = arena_str(slot->arena, slot->target);
    return true;
}

/* The request line has come; what the library makes of the target afterwards is not looked at. */
static void *on_target(void *ctx, const char *target, struct MHD_Connection *connection) {
    HttpServer *s = ctx;
    Slot *slot = slot_of(connection);
    PxErr err;
    if (!slot) return NULL;
    slot_clear(slot);
    slot->arena = arena_open(s->options.memory);
    slot->target = slot->raw_target = str_from_z(target);
    if (!slot->arena || !arena_guard(slot->arena, copy_target, slot, &err)) return NULL;
    slot->stage = STAGE_BEGUN;
    return slot;
}

static void on_completed(void *ctx, struct MHD_Connection *connection, void **con_cls,
                         enum MHD_RequestTerminationCode why) {
    (void)ctx;
    (void)why;
    *con_cls = NULL;
    Slot *slot = slot_of(connection);
    if (!slot) return;
    slot_clear(slot);
    slot_allow(slot, (int64_t)slot->server->options.timeout_seconds * 2);
}

/* ---- a request through its stages ---- */

static enum MHD_Result send_answer(Slot *slot, const HttpAnswer *answer) {
    const int64_t timeout = slot->server->options.timeout_seconds;
    slot_allow(slot, timeout + answer->body.len / SLOW_BYTES);
    return answer_queue(slot, answer);
}

static enum MHD_Result refuse(Slot *slot, int status, Str why) {
    HttpAnswer answer;
    slot->closes = true;
    const int len =
        snprintf(slot->refusal, sizeof slot->refusal, "Refused: %.*s.\n", (int)why.len, why.ptr);
    answer_plain(&answer, status, (Str){slot->refusal, len});
    return send_answer(slot, &answer);
}

static enum MHD_Result begin(Slot *slot, const char *method, const char *version) {
    int status = 400;
    Str why;
    if (!head_read(slot, str_from_z(method), str_from_z(version), &status, &why)) {
        return refuse(slot, status, why);
    }
    slot->stage = STAGE_BODY;
    set_busy(slot->server, 1);
    slot_allow(slot, slot->server->options.timeout_seconds + slot->reserved / SLOW_BYTES);
    return MHD_YES;
}

static enum MHD_Result hand_over(Slot *slot) {
    struct MHD_Connection *c = slot->connection;
    if (MHD_get_connection_values_n(c, MHD_FOOTER_KIND, NULL, NULL) > 0) {
        return refuse(slot, 400, S("headers behind the body"));
    }
    slot->request.body = buf_str(&slot->body);
    slot->answer = (HttpAnswer){0};
    slot->stage = STAGE_WORK;
    slot_allow(slot, 0);
    MHD_suspend_connection(c);
    pool_push(slot);
    return MHD_YES;
}

static enum MHD_Result on_request(void *ctx, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_len, void **con_cls) {
    (void)ctx;
    (void)url;
    (void)connection;
    Slot *slot = *con_cls;
    if (!slot) return MHD_NO;
    switch (slot->stage) {
    case STAGE_BEGUN: return begin(slot, method, version);
    case STAGE_BODY:
        if (*upload_len == 0) return hand_over(slot);
        if (!body_add(slot, (Str){upload, (ptrdiff_t)*upload_len})) return MHD_NO;
        *upload_len = 0;
        return MHD_YES;
    case STAGE_ANSWERED: slot->stage = STAGE_SENDING; return send_answer(slot, &slot->answer);
    case STAGE_WORK:
    case STAGE_SENDING: return MHD_YES;
    case STAGE_IDLE:
    case STAGES: break;
    }
    return MHD_NO;
}

/* ---- begin and end ---- */

static void set_defaults(HttpOptions *o) {
    if (!o->address.len) o->address = S("127.0.0.1");
    if (!o->threads) o->threads = 4;
    if (!o->connections) o->connections = 256;
    if (!o->connections_per_address) o->connections_per_address = 64;
    if (!o->timeout_seconds) o->timeout_seconds = 30;
    if (!o->header_bytes) o->header_bytes = 64 * 1024;
    if (!o->body_bytes) o->body_bytes = (ptrdiff_t)80 << 20;
    if (!o->memory) o->memory = (ptrdiff_t)512 << 20;
}

/* Escapes are ours to decode. */
static size_t leave_escapes(void *ctx, struct MHD_Connection *connection, char *text) {
    (void)ctx;
    (void)connection;
    return strlen(text);
}

static bool start_daemon(HttpServer *s, PxErr *err) {
    const HttpOptions *o = &s->options;
    const unsigned flags =
        MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME;
    s->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, on_request, s, MHD_OPTION_LISTEN_SOCKET, s->listener,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_CONNECTION_LIMIT, (unsigned)o->connections,
        MHD_OPTION_PER_IP_CONNECTION_LIMIT,
        s->options.socket.len ? 0U : (unsigned)o->connections_per_address,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)o->timeout_seconds,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)o->header_bytes, MHD_OPTION_URI_LOG_CALLBACK,
        on_target, s, MHD_OPTION_NOTIFY_COMPLETED, on_completed, s, MHD_OPTION_NOTIFY_CONNECTION,
        on_connection, s, MHD_OPTION_UNESCAPE_CALLBACK, leave_escapes, s, MHD_OPTION_END);
    return s->daemon || fail(err, PX_ERR_SYSTEM, S("http"), -1, "the server cannot be started");
}

static void stop(void *ctx) { http_stop(ctx); }

bool http_start(Arena *a, const HttpOptions *options, HttpHandler *handler, void *ctx,
                HttpServer **out, PxErr *err) {
    HttpServer *s = NEW(a, HttpServer);
    *out = NULL;
    if (options) s->options = *options;
    set_defaults(&s->options);
    s->options.socket = arena_str(a, s->options.socket);
    s->handler = handler;
    s->ctx = ctx;
    s->listener = -1;
    s->slot_count = s->options.connections + SPARE_SLOTS;
    s->slots = NEW_ARRAY(a, Slot, s->slot_count);
    s->body_room = s->options.body_bytes * BODIES;
    if (!pool_init(s, err)) return false;
    arena_defer(a, stop, s);
    if (!server_listen(s, err) || !pool_start(s, a, err) || !start_daemon(s, err)) {
        http_stop(s);
        return false;
    }
    *out = s;
    return true;
}

int http_port(const HttpServer *s) { return s->port; }

static bool is_busy(HttpServer *s) {
    pthread_mutex_lock(&s->lock);
    const bool busy = s->busy > 0;
    pthread_mutex_unlock(&s->lock);
    return busy;
}

/* Until the requests that are being answered are done, for as long as one may take. */
static void drain(HttpServer *s) {
    const int64_t until = os_ticks() + (int64_t)s->options.timeout_seconds * 1000000;
    const struct timespec pause = {0, 5000000};
    while (is_busy(s) && os_ticks() < until) nanosleep(&pause, NULL);
}

void http_stop(HttpServer *s) {
    if (s->is_stopped) return;
    if (s->daemon) {
        MHD_quiesce_daemon(s->daemon);
        drain(s);
    }
    if (s->threads) pool_stop(s);
    if (s->daemon) MHD_stop_daemon(s->daemon);
    s->daemon = NULL;
    pthread_mutex_lock(&s->lock);
    s->is_stopped = true;
    pthread_cond_broadcast(&s->tick);
    pthread_mutex_unlock(&s->lock);
    if (s->is_watched) pthread_join(s->watch, NULL);
    server_unlisten(s);
}
