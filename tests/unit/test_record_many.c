/* Many processes on one record: they append at the same time and there is one sequence of acts; one
 * is killed at random moments, again and again, and no acknowledged act is lost, no transaction is
 * half there, every file an act names is there, and the record verifies. T_KILLS says how often
 * (12). */
/* needs: base os json store record */
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "record_fixture.h"

enum { BATCH_MOST = 6, MEMORY = 1 << 28 };

typedef struct Load {
    Log *log;
    Arena *arena;
    uint64_t random;
    int64_t first, count; /* of the batch */
} Load;

static int64_t below(Load *l, int64_t n) {
    l->random = l->random * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (int64_t)(l->random >> 33) % n;
}

/* One transaction: a file, and some acts that name it and say how many they are. */
static bool record_batch(void *ctx, PxErr *err) {
    Load *l = ctx;
    Digest name;
    const Str bytes = arena_format(l->arena, "the file of act %lld", (long long)l->first);
    if (!store_keep(l->log->store, bytes, &name, err)) return false;
    for (int64_t i = 0; i < l->count; i++) {
        Act act = log_act(l->arena, l->first + i);
        json_set_int(l->arena, act.objects, S("batch"), l->count);
        json_set_int(l->arena, act.objects, S("place"), i);
        json_set_str(l->arena, act.objects, S("file"), digest_text(l->arena, name));
        if (!record_append(l->log->record, l->arena, &act, err)) return false;
    }
    return record_seal(l->log->record, l->arena, err);
}

/* The process to be killed: says each size on out once it is acknowledged. */
static bool work_until_killed(void *ctx, PxErr *err) {
    Load *l = ctx;
    const int out = (int)l->first;
    if (!log_open(l->log, RECORD_TRUST, err)) return false;
    for (;;) {
        const int64_t size = record_size(l->log->record, err);
        if (size < 0) return false;
        l->first = size;
        l->count = 1 + below(l, BATCH_MOST);
        l->arena = arena_child(l->log->arena);
        if (!store_write(l->log->store, record_batch, l, err)) return false;
        arena_close(l->arena);
        const int64_t done = size + l->count;
        if (write(out, &done, sizeof done) != (ssize_t)sizeof done) return true;
        record_vouch(l->log->record);
    }
}

static _Noreturn void be_killed(const Log *f, int out, uint64_t seed) {
    Arena *a = arena_open(MEMORY);
    Log own = *f;
    own.arena = a;
    own.store = NULL;
    Load l = {&own, a, seed, out, 0};
    PxErr err = {0};
    if (a && !arena_guard(a, work_until_killed, &l, &err)) {
        printf("# the process that is killed: %s: %s\n", err.part, err.message);
    }
    _exit(3);
}

/* Starts one, kills it after a while, and returns the last size it acknowledged. */
static int64_t kill_one(const Log *f, int64_t otherwise, bool *was_killed) {
    int ends[2];
    if (!T_CHECK(pipe(ends) == 0)) return otherwise;
    const uint64_t seed = t_random();
    (void)fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        be_killed(f, ends[1], seed);
    }
    close(ends[1]);
    const struct timespec pause = {0, 1000000 * (5 + t_random_below(80))};
    nanosleep(&pause, NULL);
    int status = 0;
    T_CHECK(kill(child, SIGKILL) == 0 && waitpid(child, &status, 0) == child);
    *was_killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
    int64_t size = otherwise, said;
    while (read(ends[0], &said, sizeof said) == (ssize_t)sizeof said) size = said;
    close(ends[0]);
    return size;
}

typedef struct Whole {
    Log *log;
    int64_t left, place;
} Whole;

static bool check_whole(void *ctx, const Act *act, PxErr *err) {
    Whole *w = ctx;
    Digest file;
    if (w->left == 0) {
        w->left = json_find_int(act->objects, S("batch"), 0);
        w->place = 0;
    }
    if (json_find_int(act->objects, S("place"), -1) != w->place) {
        return fail(err, PX_ERR_PROOF, S("act"), -1, "%lld is no whole part of its transaction",
                    (long long)act->seq);
    }
    w->place++;
    w->left--;
    return (digest_read(json_find_str(act->objects, S("file")), &file) &&
            store_has(w->log->store, file)) ||
           fail(err, PX_ERR_PROOF, S("act"), -1, "%lld names a file that is not there",
                (long long)act->seq);
}

static void check_all(Log *f, int64_t acknowledged, int64_t *size) {
    PxErr err = {0};
    Arena *a = arena_child(f->arena);
    Log again = *f;
    again.arena = a;
    RecordReport report = {.size = -1};
    T_OK(log_verify(&again, &report, &err), &err);
    T_CHECK(report.size >= acknowledged && report.size <= acknowledged + BATCH_MOST);
    if (T_OK(log_open(&again, RECORD_TRUST, &err), &err)) {
        Whole w = {&again, 0, 0};
        T_OK(record_each(again.record, 0, check_whole, &w, &err), &err);
        T_EQ_INT(w.left, 0);
        log_close(&again);
    }
    *size = report.size;
    arena_close(a);
}

static void killings(Arena *a) {
    const char *wanted = getenv("T_KILLS");
    const int kills = wanted ? atoi(wanted) : 12;
    Log f;
    int64_t size = 0;
    int killed = 0;
    if (!log_make(a, &f)) return;
    log_close(&f);
    for (int i = 0; i < kills && !t_state.test_failed; i++) {
        bool was_killed = false;
        const int64_t acknowledged = kill_one(&f, size, &was_killed);
        T_CHECK(acknowledged >= size);
        killed += was_killed;
        check_all(&f, acknowledged, &size);
    }
    T_EQ_INT(killed, kills);
    T_CHECK(size > 0);
    printf("# %d killed, %lld acts recorded\n", killed, (long long)size);
}

static void test_killings(void) { t_with_arena(killings); }

/* ---- many at once ---- */

enum { WRITERS = 6, EACH = 8 };

static bool append_each(void *ctx, PxErr *err) {
    Load *l = ctx;
    const int out = (int)l->first;
    if (!log_open(l->log, RECORD_TRUST, err)) return false;
    for (int i = 0; i < EACH; i++) {
        Act act = log_act(l->log->arena, 0); /* all the same, but for what the record adds */
        Appending one = {l->log->record, 0, 1, &act, false};
        if (!store_write(l->log->store, log_append_work, &one, err)) return false;
        if (write(out, &act.seq, sizeof act.seq) != (ssize_t)sizeof act.seq) return false;
    }
    return true;
}

static _Noreturn void be_writer(const Log *f, int out) {
    Arena *a = arena_open(MEMORY);
    Log own = *f;
    own.arena = a;
    Load l = {&own, a, 0, out, 0};
    PxErr err = {0};
    const bool done = a && arena_guard(a, append_each, &l, &err);
    if (!done) printf("# a writer: %s: %s\n", err.part, err.message);
    (void)fflush(stdout);
    if (a) arena_close(a);
    _exit(done ? 0 : 3);
}

static void many_writers(Arena *a) {
    Log f;
    PxErr err = {0};
    RecordReport report = {.size = -1};
    int ends[2], status;
    bool seen[WRITERS * EACH] = {false};
    if (!log_make(a, &f) || !T_CHECK(pipe(ends) == 0)) return;
    log_close(&f);
    (void)fflush(stdout);
    for (int i = 0; i < WRITERS; i++) {
        const pid_t child = fork();
        if (child == 0) {
            close(ends[0]);
            be_writer(&f, ends[1]);
        }
        T_CHECK(child > 0);
    }
    close(ends[1]);
    int64_t seq;
    while (read(ends[0], &seq, sizeof seq) == (ssize_t)sizeof seq) {
        if (!T_CHECK(seq >= 0 && seq < WRITERS * EACH && !seen[seq])) continue;
        seen[seq] = true;
    }
    close(ends[0]);
    for (int i = 0; i < WRITERS; i++) {
        T_CHECK(wait(&status) > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    T_OK(log_verify(&f, &report, &err), &err);
    T_EQ_INT(report.size, WRITERS * EACH);
}

static void test_many_writers(void) { t_with_arena(many_writers); }

int main(void) {
    ON_BOTH(test_many_writers);
    ON_BOTH(test_killings);
    return t_end();
}
