/* The threads handlers run in, and the watch that ends connections which take too long. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <time.h>

#include "http/int.h"

enum { WATCH_MS = 250 };

/* ---- handlers ---- */

typedef struct Work {
    Slot *slot;
    int thread;
} Work;

static bool handle(void *ctx, PxErr *err) {
    (void)err;
    const Work *w = ctx;
    Slot *slot = w->slot;
    HttpServer *s = slot->server;
    s->handler(s->ctx, w->thread, slot->arena, &slot->request, &slot->answer);
    if (slot->answer.file_name.len) {
        slot->disposition = http_disposition(slot->arena, slot->answer.file_name);
    }
    return true;
}

static void work(Slot *slot, int thread) {
    PxErr err = {0};
    Work w = {slot, thread};
    if (!arena_guard(slot->arena, handle, &w, &err)) {
        if (slot->server->options.abandon) slot->server->options.abandon(slot->server->ctx, thread);
        const bool is_limit = err.kind == PX_ERR_LIMIT;
        answer_plain(&slot->answer, is_limit ? 413 : 503,
                     is_limit ? S("The request needs more memory than one may take.\n")
                              : S("There is no memory for the request now.\n"));
    } else if (slot->answer.status == 0) {
        answer_plain(&slot->answer, 500, S("The request was left without an answer.\n"));
    }
    slot->stage = STAGE_ANSWERED;
    MHD_resume_connection(slot->connection);
}

static Slot *pop(HttpServer *s) {
    pthread_mutex_lock(&s->lock);
    while (!s->first && !s->is_stopping) pthread_cond_wait(&s->wake, &s->lock);
    Slot *slot = s->is_stopping ? NULL : s->first;
    if (slot) {
        s->first = slot->next;
        if (!s->first) s->last = NULL;
    }
    pthread_mutex_unlock(&s->lock);
    return slot;
}

typedef struct Start { /* what a thread is told; in the server's arena */
    HttpServer *server;
    int number;
} Start;

static void *run_handlers(void *ctx) {
    const Start *start = ctx;
    Slot *slot;
    while ((slot = pop(start->server)) != NULL) work(slot, start->number);
    return NULL;
}

void pool_push(Slot *slot) {
    HttpServer *s = slot->server;
    slot->next = NULL;
    pthread_mutex_lock(&s->lock);
    if (s->last) s->last->next = slot;
    else s->first = slot;
    s->last = slot;
    pthread_cond_signal(&s->wake);
    pthread_mutex_unlock(&s->lock);
}

/* ---- the watch ---- */

void slot_allow(Slot *slot, int64_t seconds) {
    HttpServer *s = slot->server;
    pthread_mutex_lock(&s->lock);
    slot->deadline = seconds ? os_ticks() + seconds * 1000000 : 0;
    pthread_mutex_unlock(&s->lock);
}

static struct timespec after_ms(int ms) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    t.tv_nsec += (long)ms * 1000000;
    t.tv_sec += t.tv_nsec / 1000000000;
    t.tv_nsec %= 1000000000;
    return t;
}

/* The library sees the end of the connection, and closes it itself. */
static void end_slow(HttpServer *s) {
    const int64_t now = os_ticks();
    for (int i = 0; i < s->slot_count; i++) {
        Slot *slot = &s->slots[i];
        if (!slot->is_used || !slot->deadline || now < slot->deadline) continue;
        slot->deadline = 0;
        shutdown(slot->fd, SHUT_RDWR);
    }
}

static void *run_watch(void *ctx) {
    HttpServer *s = ctx;
    pthread_mutex_lock(&s->lock);
    while (!s->is_stopped) {
        const struct timespec until = after_ms(WATCH_MS);
        pthread_cond_timedwait(&s->tick, &s->lock, &until);
        end_slow(s);
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

/* ---- begin and end ---- */

/* Signals are the main thread's. */
static int start_quiet(pthread_t *thread, void *(*run)(void *), void *ctx) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    const int failed = pthread_create(thread, NULL, run, ctx);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failed;
}

bool pool_init(HttpServer *s, PxErr *err) {
    pthread_condattr_t attr;
    if (pthread_mutex_init(&s->lock, NULL) == 0 && pthread_condattr_init(&attr) == 0 &&
        pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0 &&
        pthread_cond_init(&s->tick, &attr) == 0 && pthread_cond_init(&s->wake, NULL) == 0 &&
        pthread_condattr_destroy(&attr) == 0) {
        return true;
    }
    return fail(err, PX_ERR_SYSTEM, S("http"), -1, "the server's locks cannot be made");
}

bool pool_start(HttpServer *s, Arena *a, PxErr *err) {
    const int count = s->options.threads;
    s->threads = NEW_ARRAY(a, pthread_t, count);
    Start *starts = NEW_ARRAY(a, Start, count);
    bool is_running = true;
    for (int i = 0; is_running && i < count; i++) {
        starts[i] = (Start){s, i};
        is_running = start_quiet(&s->threads[i], run_handlers, &starts[i]) == 0;
        s->thread_count += is_running;
    }
    s->is_watched = is_running && start_quiet(&s->watch, run_watch, s) == 0;
    return s->is_watched || fail(err, PX_ERR_SYSTEM, S("http"), -1,
                                 "the server's threads cannot be started (errno %d)", errno);
}

void pool_stop(HttpServer *s) {
    pthread_mutex_lock(&s->lock);
    s->is_stopping = true;
    pthread_cond_broadcast(&s->wake);
    pthread_mutex_unlock(&s->lock);
    for (int i = 0; i < s->thread_count; i++) pthread_join(s->threads[i], NULL);
    s->thread_count = 0;
    for (Slot *slot = s->first; slot;) {
        Slot *next = slot->next;
        answer_plain(&slot->answer, 503, S("The server is stopping.\n"));
        slot->stage = STAGE_ANSWERED;
        MHD_resume_connection(slot->connection);
        slot = next;
    }
    s->first = s->last = NULL;
}
