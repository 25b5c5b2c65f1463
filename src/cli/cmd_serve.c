/* serve: the acts as a service. */
#include <string.h>

#include "cli/session.h"
#include "web/web.h"

static int64_t number_of(const Options *o, OptionId id, const char *name, int64_t otherwise,
                         int64_t most) {
    int64_t n = otherwise;
    if (!o->value[id]) return otherwise;
    if (!str_to_int(str_from_z(o->value[id]), &n) || n < 0 || n > most) {
        usage_error(o->command, "--%s is a number up to %lld, not \"%s\"", name, (long long)most,
                    o->value[id]);
    }
    return n;
}

static bool serve(void *session, PxErr *err) {
    Session *s = session;
    const Options *o = s->options;
    ServiceOptions options = {.worker = os_program(s->arena)};
    const int threads = (int)number_of(o, OPT_threads, "threads", 4, 64);
    HttpOptions http = {.port = (int)number_of(o, OPT_port, "port", 8080, 65535),
                        .threads = threads ? threads : 1,
                        .abandon = web_abandon};
    options.idle_minutes = (int)number_of(o, OPT_idle_minutes, "idle-minutes", 0, 1440);
    options.session_hours = (int)number_of(o, OPT_session_hours, "session-hours", 0, 168);
    Web *web;
    HttpServer *server;
    if (o->value[OPT_socket]) http.socket = str_from_z(o->value[OPT_socket]);
    os_hold_signals();
    if (!session_place(s, &options.place, err) ||
        !web_open(s->arena, &options, http.threads, &web, err) ||
        !http_start(s->arena, &http, web_handle, web, &server, err)) {
        return false;
    }
    progress_end();
    if (http.socket.len) printf("Serving at %s\n", o->value[OPT_socket]);
    else printf("Serving at http://127.0.0.1:%d/\n", http_port(server));
    fflush(stdout);
    os_wait_for_end();
    http_stop(server);
    return true;
}

ExitCode cmd_serve(const Options *o) {
    if (o->operand_count) usage_error(o->command, "there are no operands");
    Session s = {.options = o, .store = o->value[OPT_store]};
    return session_run(&s, serve);
}
