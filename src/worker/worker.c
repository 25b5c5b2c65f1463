/* The parent: gives a job to a child, bounded in time and number, and says in a sentence how the
 * child ended. */
#define _GNU_SOURCE
#include <errno.h>
#include <semaphore.h>
#include <signal.h>
#include <time.h>

#include "worker/parent.h"

enum { AT_ONCE = 4, TURN_SECONDS = 60, SECONDS = 120 };
#define MEMORY ((int64_t)2 << 30)

static void destroy_turns(void *ctx) { sem_destroy(ctx); }

bool worker_open(Arena *a, Str program, const WorkerLimits *limits, Worker **out, PxErr *err) {
    Worker *w = NEW(a, Worker);
    *out = NULL;
    w->program = arena_str(a, program);
    if (limits) w->limits = *limits;
    if (!w->limits.memory) w->limits.memory = MEMORY;
    if (!w->limits.seconds) w->limits.seconds = SECONDS;
    if (!w->limits.at_once) w->limits.at_once = AT_ONCE;
    if (sem_init(&w->turns, 0, (unsigned)w->limits.at_once) != 0) {
        return fail(err, PX_ERR_SYSTEM, S("worker"), -1, "no turns can be counted (errno %d)",
                    errno);
    }
    arena_defer(a, destroy_turns, &w->turns);
    *out = w;
    return true;
}

/* ---- turns ---- */

static void give_back(void *ctx) { sem_post(ctx); }

bool turn_take(Worker *w, Arena *a, PxErr *err) {
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += TURN_SECONDS;
    while (sem_clockwait(&w->turns, CLOCK_MONOTONIC, &until) != 0) {
        if (errno == EINTR) continue;
        return fail(err, PX_ERR_BUSY, S("worker"), -1,
                    "other documents have been read for a minute (try again later)");
    }
    arena_defer(a, give_back, &w->turns);
    return true;
}

/* ---- how a child ended ---- */

static bool name_end(const Worker *w, const OsExit *end, PxErr *err) {
    const int64_t mb = w->limits.memory >> 20;
    if (end->timed_out || (end->was_killed && end->status == SIGXCPU)) {
        return fail(err, PX_ERR_LIMIT, S("worker"), -1,
                    "reading it takes longer than the %lld s it may take (send a smaller file)",
                    (long long)w->limits.seconds);
    }
    if (end->was_killed && end->status == SIGKILL) {
        return fail(err, PX_ERR_LIMIT, S("worker"), -1,
                    "reading it takes more time, memory (%lld MB) or room than it may have (send a "
                    "smaller file)",
                    (long long)mb);
    }
    if (end->was_killed && end->status == SIGSYS) {
        return fail(err, PX_ERR_INPUT, S("worker"), -1,
                    "the file stopped the reader: it made it try what it may not (do not open it)");
    }
    if (end->was_killed) {
        return fail(err, PX_ERR_INPUT, S("worker"), -1,
                    "the file stopped the reader with signal %d (ask for it to be saved anew)",
                    end->status);
    }
    const Str said = str_trim(end->complaint);
    return fail(err, PX_ERR_SYSTEM, S("worker"), -1,
                "the reader ended with status %d instead of an answer: %.*s", end->status,
                (int)(said.len < 120 ? said.len : 120), said.ptr ? said.ptr : "");
}

/* ---- calls ---- */

static bool call_child(Worker *w, Arena *a, Str job, Str *answer, PxErr *err) {
    const Str argv[] = {w->program, S("worker")};
    const OsLimits limits = {.wall_ms = (w->limits.seconds * 4 + 10) * 1000,
                             .output = (int64_t)1 << 30};
    OsExit end;
    Arena *turn = arena_child(a);
    if (!turn_take(w, turn, err)) return false;
    const bool was_run = os_run(a, argv, 2, job, &limits, (Str){NULL, 0}, &end, err);
    arena_close(turn);
    if (!was_run) return false;
    *answer = end.output;
    return (!end.was_killed && !end.timed_out && end.status == 0) || name_end(w, &end, err);
}

static bool call_here(const Worker *w, Arena *a, Str operation, const Json *arguments,
                      const WorkerFile *files, ptrdiff_t file_count, Answer *answer, PxErr *err) {
    const Job job = {a, w->limits.memory, arguments, files, file_count};
    return job_run(&job, operation, NULL, answer, err);
}

bool worker_call(Worker *w, Arena *a, Str operation, const Json *arguments, const WorkerFile *files,
                 ptrdiff_t file_count, Json **result, const WorkerFile **out, ptrdiff_t *out_count,
                 PxErr *err) {
    *result = NULL;
    *out = NULL;
    *out_count = 0;
    if (!w->program.len) {
        Answer answer;
        if (!call_here(w, a, operation, arguments, files, file_count, &answer, err)) return false;
        *result = answer.result;
        *out = answer.files;
        *out_count = answer.count;
        return true;
    }
    if (operation.len > FRAME_WORD_MAX || file_count > FRAME_FILES_MAX) {
        return fail(err, PX_ERR_CONFLICT, S("worker"), -1,
                    "a job takes at most %d files, and an operation that is there",
                    FRAME_FILES_MAX);
    }
    const Str job = worker_job(a, &w->limits, operation, arguments, files, file_count);
    Str answer;
    return call_child(w, a, job, &answer, err) &&
           worker_read(a, answer, result, out, out_count, err);
}
