/* worker: jobs answered here and by a child, the same; what a child may not do, and how its end is
 * told; frames that are none. The program is its own child: run with the word "worker" it answers
 * jobs, with operations more that try what a document that has taken the reader over would. */
/* needs: engine json os worker */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "t.h"

#include "worker/worker.h"

#if defined(__SANITIZE_ADDRESS__)
#define IS_SHADOWED true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define IS_SHADOWED true
#endif
#endif
#ifndef IS_SHADOWED
#define IS_SHADOWED false
#endif

/* ---- the child's side: what an intruder would do ---- */

static long attempt(Str what) {
    char *const argv[] = {(char *)"true", NULL};
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(9)};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    char path[] = "/tmp/paraph-worker-was-here";
    if (str_equal(what, S("open"))) return open("/etc/passwd", O_RDONLY);
    if (str_equal(what, S("create"))) return open(path, O_CREAT | O_WRONLY, 0600);
    if (str_equal(what, S("socket"))) return socket(AF_INET, SOCK_STREAM, 0);
    if (str_equal(what, S("connect"))) return connect(0, (struct sockaddr *)&at, sizeof at);
    if (str_equal(what, S("exec"))) return execve("/bin/true", argv, argv + 1);
    if (str_equal(what, S("fork"))) return syscall(SYS_fork);
    if (str_equal(what, S("clone"))) return syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
    if (str_equal(what, S("ptrace"))) return syscall(SYS_ptrace, 16, getppid(), 0, 0);
    if (str_equal(what, S("kill"))) return kill(getppid(), SIGTERM);
    if (str_equal(what, S("tgkill"))) return syscall(SYS_tgkill, getppid(), getppid(), SIGTERM);
    if (str_equal(what, S("unlink"))) return unlink("/etc/passwd");
    if (str_equal(what, S("rename"))) return rename("/etc/passwd", path);
    if (str_equal(what, S("memfd"))) return memfd_create("x", 0);
    if (str_equal(what, S("dup"))) return dup(1);
    if (str_equal(what, S("read"))) return read(0, path, 1);
    if (str_equal(what, S("write-3"))) return write(3, "x", 1);
    if (str_equal(what, S("pipe"))) {
        int fds[2];
        return pipe(fds);
    }
    if (str_equal(what, S("code"))) {
        void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS,
                       -1, 0);
        return p == MAP_FAILED ? -1 : 0;
    }
    if (str_equal(what, S("make-code"))) {
        void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        return p == MAP_FAILED ? 0 : mprotect(p, 4096, PROT_READ | PROT_EXEC);
    }
    if (str_equal(what, S("prctl"))) return syscall(SYS_prctl, 4, 1, 0, 0, 0);
    if (str_equal(what, S("rlimit"))) return syscall(SYS_prlimit64, 0, 0, NULL, NULL);
    if (str_equal(what, S("sleep"))) return usleep(1000);
    return 77;
}

/* Takes memory from the system until there is none; how much it got. */
static int64_t take_memory(void) {
    int64_t taken = 0;
    const size_t step = (size_t)16 << 20;
    for (; taken < (int64_t)64 << 30; taken += (int64_t)step) {
        void *p = mmap(NULL, step, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (p == MAP_FAILED) break;
    }
    return taken;
}

static bool intruder(Arena *a, Str operation, const Json *arguments, Json *result) {
    if (str_equal(operation, S("try"))) {
        const long got = attempt(json_find_str(arguments, S("what")));
        json_set_int(a, result, S("got"), got);
        json_set_int(a, result, S("errno"), got < 0 ? errno : 0);
        return true;
    }
    if (str_equal(operation, S("loop"))) {
        for (volatile unsigned i = 0;; i = i + 1) continue;
    }
    if (str_equal(operation, S("arena"))) {
        for (char *p;;) *(p = arena_alloc_raw(a, 1 << 20)) = 1;
    }
    if (str_equal(operation, S("take"))) {
        json_set_int(a, result, S("taken"), take_memory());
        return true;
    }
    if (str_equal(operation, S("crash"))) abort();
    if (str_equal(operation, S("end"))) _exit(3);
    if (str_equal(operation, S("mute"))) _exit(0);
    if (str_equal(operation, S("babble"))) {
        if (write(1, "paraph1\nand so on", 17) != 17) _exit(4);
        _exit(0);
    }
    if (str_equal(operation, S("lie"))) { /* a whole frame of an answer that is none */
        const Str job = worker_job(a, NULL, S("neither"), arguments, NULL, 0);
        if (write(1, job.ptr, (size_t)job.len) != job.len) _exit(4);
        _exit(0);
    }
    if (str_equal(operation, S("flood"))) {
        static char much[1 << 16];
        while (write(1, much, sizeof much) > 0) continue;
        _exit(5);
    }
    return false;
}

/* ---- the parent's side ---- */

static const WorkerLimits narrow = {(int64_t)1 << 30, 30, 4};

static Worker *child(Arena *a, const WorkerLimits *limits) {
    PxErr err = {0};
    Worker *w = NULL;
    T_OK(worker_open(a, os_program(a), limits, &w, &err), &err);
    return w;
}

static Worker *here(Arena *a) {
    PxErr err = {0};
    Worker *w = NULL;
    T_OK(worker_open(a, (Str){NULL, 0}, NULL, &w, &err), &err);
    return w;
}

static WorkerFile demo(Arena *a, const char *name) {
    char path[128];
    snprintf(path, sizeof path, "demo/%s", name);
    const Str bytes = t_read_file(a, path);
    T_CHECK(bytes.len > 0);
    return (WorkerFile){arena_str(a, str_from_z(name)), bytes};
}

typedef struct Said { /* what a call gave */
    bool done;
    Json *result;
    const WorkerFile *files;
    ptrdiff_t count;
    PxErr err;
} Said;

static Said call(Worker *w, Arena *a, const char *operation, const char *arguments,
                 const WorkerFile *files, ptrdiff_t count) {
    Said s = {.err = {.at = -1}};
    Json *j = NULL;
    if (!T_OK(json_read(a, S("arguments"), str_from_z(arguments), &j, &s.err), &s.err)) return s;
    s.done = worker_call(w, a, str_from_z(operation), j, files, count, &s.result, &s.files,
                         &s.count, &s.err);
    return s;
}

static bool says(const Said *s, PxErrKind kind, const char *words) {
    if (!s->done && s->err.kind == kind && strstr(s->err.message, words)) return true;
    printf("#   done %d, kind %s: %s\n", s->done, px_err_kind_name(s->err.kind), s->err.message);
    return false;
}

/* ---- operations ---- */

static void same_here_and_there(Arena *a) {
    const WorkerFile files[] = {demo(a, "draft.docx"), demo(a, "returns/foreign-affairs.docx"),
                                demo(a, "returns/interior.docx")};
    const struct {
        const char *operation, *arguments;
        ptrdiff_t from, count;
    } jobs[] = {
        {"consolidate", "{\"offices\":[\"Foreign Affairs\",\"Interior\"]}", 0, 3},
        {"consolidate", "{}", 0, 2},
        {"compare", "{\"author\":\"Interior\"}", 1, 2},
        {"inspect", "{}", 1, 1},
        {"matrix", "{}", 1, 1},
        {"matrix-write", "{\"format\":\"xlsx\",\"title\":\"All views\"}", 1, 1},
        {"matrix-write", "{\"format\":\"conflicts\"}", 1, 1},
        {"render", "{\"title\":\"A view\"}", 1, 1},
        {"text", "{}", 1, 1},
        {"resolve", "{\"steps\":[{\"accept\":true,\"selector\":\"all\"}]}", 1, 1},
        {"resolve", "{\"no_comments\":true}", 1, 1},
        {"provisions", "{}", 0, 1},
        {"provisions", "{}", 1, 2},
        {"check", "{\"terms\":[\"Party\"]}", 0, 1},
    };
    Worker *in_child = child(a, &narrow), *in_process = here(a);
    for (size_t i = 0; i < sizeof jobs / sizeof *jobs; i++) {
        Said x = call(in_child, a, jobs[i].operation, jobs[i].arguments, files + jobs[i].from,
                      jobs[i].count);
        Said y = call(in_process, a, jobs[i].operation, jobs[i].arguments, files + jobs[i].from,
                      jobs[i].count);
        if (!T_OK(x.done, &x.err) || !T_OK(y.done, &y.err)) continue;
        T_EQ_STR(json_text(a, x.result), json_text(a, y.result));
        if (!T_EQ_INT(x.count, y.count)) continue;
        for (ptrdiff_t k = 0; k < x.count; k++) {
            T_EQ_STR(x.files[k].name, y.files[k].name);
            T_CHECK(x.files[k].bytes.len > 0);
            T_CHECK(str_equal(x.files[k].bytes, y.files[k].bytes));
        }
    }
}

static void what_they_give(Arena *a) {
    const WorkerFile files[] = {demo(a, "draft.docx"), demo(a, "returns/foreign-affairs.docx"),
                                demo(a, "returns/interior.docx")};
    Worker *w = here(a);
    Json **items;
    Said s =
        call(w, a, "consolidate", "{\"offices\":[\"Foreign Affairs\",\"Interior\"]}", files, 3);
    if (!T_OK(s.done, &s.err) || !T_EQ_INT(s.count, 1)) return;
    T_EQ_STR(s.files[0].name, S("consolidated"));
    T_CHECK(json_find_bool(s.result, S("proven")));
    T_CHECK(json_find_array(s.result, S("verdicts"), &items) > 0);
    T_CHECK(json_find_bool(items[0], S("holds")) && json_find_str(items[0], S("promise")).len > 0);
    const ptrdiff_t rows = json_find_array(s.result, S("rows"), &items);
    if (!T_CHECK(rows > 2)) return;
    T_EQ_INT(json_find_int(items[0], S("number"), 0), 1);
    T_CHECK(json_find_str(items[0], S("office")).len > 0);
    T_CHECK(json_find_str(items[0], S("kind")).len > 0);
    T_CHECK(json_find(items[0], S("conflicts")) != NULL);
    T_CHECK(json_find(s.result, S("conflicts")) != NULL);
    const WorkerFile all[] = {files[0], files[1], files[2], s.files[0]};
    Said proof = call(w, a, "verify", "{\"offices\":[\"Foreign Affairs\",\"Interior\"]}", all, 4);
    T_CHECK(proof.done && json_find_bool(proof.result, S("proven")) && proof.count == 0);
    Said only = call(w, a, "resolve", "{\"only\":\"Interior\"}", &s.files[0], 1);
    T_CHECK(only.done && json_find_int(only.result, S("accepted"), 0) > 0 &&
            json_find_int(only.result, S("rejected"), 0) > 0);
    const WorkerFile pair[] = {files[1], files[0]};
    Said seen = call(w, a, "inspect", "{}", pair, 2);
    T_CHECK(seen.done && json_find_int(seen.result, S("revisions"), -1) > 0 &&
            json_find_array(seen.result, S("people"), &items) > 0 &&
            json_find(seen.result, S("findings")) != NULL);
}

static void what_drafts_give(Arena *a) {
    const WorkerFile files[] = {demo(a, "returns/foreign-affairs.docx"), demo(a, "draft.docx")};
    Worker *w = here(a);
    Json **items, **before;
    Said s = call(w, a, "provisions", "{}", files, 2);
    Said d = call(w, a, "provisions", "{}", files + 1, 1);
    if (!T_OK(s.done, &s.err) || !T_OK(d.done, &d.err)) return;
    const ptrdiff_t count = json_find_array(s.result, S("provisions"), &items);
    const ptrdiff_t old = json_find_array(d.result, S("provisions"), &before);
    ptrdiff_t same = 0, changed = 0, under = 0;
    for (ptrdiff_t i = 0; i < count; i++) {
        const int64_t at = json_find_int(items[i], S("previous"), -2);
        const int64_t parent = json_find_int(items[i], S("parent"), -2);
        const Str digest = json_find_str(items[i], S("digest"));
        T_CHECK(digest.len == 64 && at >= -1 && at < old && parent >= -1 && parent < i);
        T_EQ_INT(json_find_int(items[i], S("level"), -1),
                 parent < 0 ? 0 : json_find_int(items[parent], S("level"), -1) + 1);
        under += parent >= 0;
        if (at < 0) continue;
        if (str_equal(digest, json_find_str(before[at], S("digest")))) same++;
        else changed++;
    }
    printf("# %td provisions, %td as before, %td changed, %td under others\n", count, same, changed,
           under);
    T_CHECK(count > 10 && same > 5 && changed > 0 && same > changed && under > 0);
    d = call(w, a, "check", "{}", files + 1, 1);
    T_CHECK(d.done && json_find(d.result, S("findings")) != NULL);
    d = call(w, a, "check", "{\"terms\":[1]}", files + 1, 1);
    T_CHECK(says(&d, PX_ERR_CONFLICT, "is no text"));
}

#define ROWS                                                                                       \
    "[{\"body\":\"Interior\",\"clause\":\"Article 5\",\"comment\":\"Too wide.\",\"line\":\"3\","   \
    "\"proposed\":\"Narrow it.\",\"type\":\"te\"},{\"body\":\"Law\",\"comment\":\"None.\"}]"

/* Marks, comment tables and papers, from the child, and read back by it. */
static void what_is_made(Arena *a) {
    Worker *w = child(a, &narrow);
    const WorkerFile draft = demo(a, "draft.docx");
    Said s = call(w, a, "mark",
                  "{\"header\":\"SECRET\",\"footer\":\"SECRET - Copy 3\",\"copy_id\":\"c3-77\"}",
                  &draft, 1);
    if (!T_OK(s.done, &s.err) || !T_EQ_INT(s.count, 1)) return;
    Said t = call(w, a, "copy-id", "{}", s.files, 1);
    T_OK(t.done, &t.err);
    T_EQ_STR(json_find_str(t.result, S("copy_id")), S("c3-77"));
    t = call(w, a, "copy-id", "{}", &draft, 1);
    T_CHECK(t.done && json_find_str(t.result, S("copy_id")).len == 0);
    t = call(w, a, "unmark", "{}", s.files, 1);
    T_CHECK(t.done && t.count == 1 && t.files[0].bytes.len > 0);
    s = call(w, a, "comment-table-write", "{\"title\":\"All comments\",\"rows\":" ROWS "}", NULL,
             0);
    if (!T_OK(s.done, &s.err) || !T_EQ_INT(s.count, 1)) return;
    t = call(w, a, "comment-table-read", "{}", s.files, 1);
    T_OK(t.done, &t.err);
    T_EQ_STR(json_text(a, json_find(t.result, S("rows"))), S(ROWS));
    t = call(w, a, "comment-table-read", "{}", &draft, 1);
    T_CHECK(!t.done && t.err.kind == PX_ERR_NOT_FOUND);
    s = call(w, a, "compose",
             "{\"blocks\":[{\"style\":\"title\",\"text\":\"Summary\"},{\"style\":\"paragraph\","
             "\"text\":\"The Cabinet is asked.\"}],\"header\":\"SECRET\"}",
             NULL, 0);
    if (!T_OK(s.done, &s.err) || !T_EQ_INT(s.count, 1)) return;
    t = call(w, a, "text", "{}", s.files, 1);
    T_CHECK(t.done && str_find(t.files[0].bytes, S("The Cabinet is asked.")) > 0);
    s = call(w, a, "compose", "{\"blocks\":[{\"style\":\"odd\",\"text\":\"x\"}]}", NULL, 0);
    T_CHECK(!s.done && s.err.kind == PX_ERR_CONFLICT);
}

static void refusals(Arena *a) {
    const WorkerFile files[] = {demo(a, "draft.docx"), {S("no.docx"), S("this is no Word file")}};
    Worker *workers[] = {child(a, &narrow), here(a)};
    for (int i = 0; i < 2; i++) {
        Worker *w = workers[i];
        Said s = call(w, a, "nonsense", "{}", files, 1);
        T_CHECK(says(&s, PX_ERR_NOT_FOUND, "no operation \"nonsense\""));
        s = call(w, a, "text", "{}", files, 2);
        T_CHECK(says(&s, PX_ERR_CONFLICT, "takes 1 to 1 files"));
        s = call(w, a, "text", "{}", NULL, 0);
        T_CHECK(says(&s, PX_ERR_CONFLICT, "not 0"));
        s = call(w, a, "text", "{}", files + 1, 1);
        T_CHECK(!s.done && s.err.kind != PX_ERR_NONE);
        T_EQ_STR(str_from_z(s.err.file), S("no.docx"));
        s = call(w, a, "consolidate", "{\"offices\":[\"A\",\"B\"]}", files, 2);
        T_CHECK(says(&s, PX_ERR_CONFLICT, "needs 1 items"));
        s = call(w, a, "consolidate", "{\"offices\":[1]}", files, 2);
        T_CHECK(says(&s, PX_ERR_CONFLICT, "is no text"));
        s = call(w, a, "matrix-write", "{\"format\":\"pdf\"}", files, 1);
        T_CHECK(says(&s, PX_ERR_CONFLICT, "xlsx, csv"));
        s = call(w, a, "resolve", "{\"steps\":[{\"selector\":\"all\"}]}", files, 1);
        T_CHECK(says(&s, PX_ERR_CONFLICT, "step 1 needs"));
        s = call(w, a, "resolve", "{\"steps\":[{\"accept\":true,\"selector\":\"office:X\"}]}",
                 files, 1);
        T_CHECK(!s.done && s.err.kind == PX_ERR_NOT_FOUND);
    }
    Said s = call(workers[1], a, "try", "{\"what\":\"open\"}", NULL, 0);
    T_CHECK(says(&s, PX_ERR_NOT_FOUND, "no operation")); /* the product has no such thing */
}

/* ---- what a child may not ---- */

typedef enum Refusal {
    NOT_REFUSED,
    FORBIDDEN, /* the call fails, and the child goes on */
    DEADLY     /* the child is killed */
} Refusal;

static Refusal refusal(Worker *w, Arena *a, const char *what) {
    char arguments[64];
    snprintf(arguments, sizeof arguments, "{\"what\":\"%s\"}", what);
    Said s = call(w, a, "try", arguments, NULL, 0);
    if (s.done) {
        return json_find_int(s.result, S("got"), 0) == -1 &&
                       json_find_int(s.result, S("errno"), 0) != 0
                   ? FORBIDDEN
                   : NOT_REFUSED;
    }
    return s.err.kind == PX_ERR_INPUT && strstr(s.err.message, "what it may not") ? DEADLY
                                                                                  : NOT_REFUSED;
}

static void shut_in(Arena *a) {
    static const char *const deadly[] = {"open",  "create", "socket", "connect", "exec",   "fork",
                                         "clone", "ptrace", "kill",   "unlink",  "rename", "memfd"};
    static const char *const forbidden[] = {"tgkill", "dup",       "read",  "write-3", "pipe",
                                            "code",   "make-code", "prctl", "rlimit",  "sleep"};
    Worker *w = child(a, &narrow);
    for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++) {
        if (!T_EQ_INT(refusal(w, a, deadly[i]), DEADLY)) printf("#   %s\n", deadly[i]);
    }
    for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++) {
        if (!T_EQ_INT(refusal(w, a, forbidden[i]), FORBIDDEN)) printf("#   %s\n", forbidden[i]);
    }
    /* the check itself can fail: what is harmless is done */
    T_EQ_INT(refusal(w, a, "nothing"), NOT_REFUSED);
    T_CHECK(access("/tmp/paraph-worker-was-here", F_OK) != 0);
    T_CHECK(access("/etc/passwd", F_OK) == 0);
}

static void ends(Arena *a) {
    const WorkerLimits brief = {(int64_t)1 << 30, 1, 4};
    Worker *w = child(a, &brief);
    Said s = call(w, a, "crash", "{}", NULL, 0);
    T_CHECK(says(&s, PX_ERR_INPUT, "signal 6"));
    s = call(w, a, "loop", "{}", NULL, 0);
    T_CHECK(says(&s, PX_ERR_LIMIT, "longer than the 1 s"));
    s = call(w, a, "end", "{}", NULL, 0);
    T_CHECK(says(&s, PX_ERR_SYSTEM, "status 3"));
    s = call(w, a, "mute", "{}", NULL, 0);
    T_CHECK(says(&s, PX_ERR_INPUT, "cannot be read"));
    s = call(w, a, "babble", "{}", NULL, 0);
    T_CHECK(says(&s, PX_ERR_INPUT, "cannot be read"));
    s = call(w, a, "lie", "{}", NULL, 0);
    T_CHECK(says(&s, PX_ERR_INPUT, "neither a result nor an error"));
    /* and the parent goes on */
    const WorkerFile file = demo(a, "draft.docx");
    s = call(w, a, "text", "{}", &file, 1);
    T_OK(s.done, &s.err);
}

static void memory(Arena *a) {
    const WorkerLimits small = {(int64_t)256 << 20, 30, 4};
    Worker *w = child(a, &small);
    Said s = call(w, a, "arena", "{}", NULL, 0);
    T_CHECK(says(&s, PX_ERR_LIMIT, "MB"));
    if (!IS_SHADOWED) { /* the sanitizer's shadow leaves no bound to set */
        s = call(w, a, "take", "{}", NULL, 0);
        T_OK(s.done, &s.err);
        T_CHECK(json_find_int(s.result, S("taken"), 0) < (int64_t)256 << 20);
    }
    const WorkerLimits tiny = {(int64_t)64 << 20, 30, 4};
    const WorkerFile file = demo(a, "draft.docx");
    Buf big = buf_new(a);
    while (big.len < (ptrdiff_t)80 << 20) buf_add(&big, file.bytes);
    const WorkerFile bomb = {S("big.docx"), buf_str(&big)};
    s = call(child(a, &tiny), a, "text", "{}", &bomb, 1);
    T_CHECK(says(&s, PX_ERR_LIMIT, "64 MB"));
}

static void no_program(Arena *a) {
    PxErr err = {.at = -1};
    Worker *w = NULL;
    T_OK(worker_open(a, S("/nonexistent/paraph"), NULL, &w, &err), &err);
    Said s = call(w, a, "text", "{}", NULL, 0);
    T_CHECK(!s.done && (s.err.kind == PX_ERR_SYSTEM || s.err.kind == PX_ERR_NOT_FOUND));
    T_OK(worker_open(a, S("/bin/false"), NULL, &w, &err), &err);
    s = call(w, a, "text", "{}", NULL, 0);
    T_CHECK(says(&s, PX_ERR_SYSTEM, "status 1"));
}

/* The command itself as the child: it answers as this program does, and knows no more. */
static void the_command(Arena *a) {
    const Str program = os_environment(a, "PARAPH");
    PxErr err = {.at = -1};
    Worker *w = NULL;
    if (!program.len || !os_is_file(program)) {
        t_skip("no PARAPH in the environment");
        return;
    }
    T_OK(worker_open(a, program, &narrow, &w, &err), &err);
    const WorkerFile file = demo(a, "draft.docx");
    Said x = call(w, a, "text", "{}", &file, 1), y = call(here(a), a, "text", "{}", &file, 1);
    if (T_OK(x.done, &x.err) && T_OK(y.done, &y.err)) {
        T_CHECK(str_equal(x.files[0].bytes, y.files[0].bytes));
    }
    x = call(w, a, "try", "{\"what\":\"nothing\"}", NULL, 0);
    T_CHECK(says(&x, PX_ERR_NOT_FOUND, "no operation"));
}

/* ---- many at once ---- */

typedef struct Caller {
    Worker *worker;
    WorkerFile file;
    int done, failed;
} Caller;

static void *run_caller(void *ctx) {
    Caller *c = ctx;
    for (int i = 0; i < 2; i++) {
        Arena *a = arena_open((ptrdiff_t)1 << 30);
        Said s = call(c->worker, a, "text", "{}", &c->file, 1);
        c->done += s.done && s.count == 1 && s.files[0].bytes.len > 1000;
        s = call(c->worker, a, "crash", "{}", NULL, 0);
        c->failed += !s.done && s.err.kind == PX_ERR_INPUT;
        arena_close(a);
    }
    return NULL;
}

static void many_at_once(Arena *a) {
    enum { CALLERS = 6 };
    Caller callers[CALLERS];
    pthread_t threads[CALLERS];
    Worker *w = child(a, &narrow);
    for (int i = 0; i < CALLERS; i++) {
        callers[i] = (Caller){w, demo(a, "draft.docx"), 0, 0};
        T_EQ_INT(pthread_create(&threads[i], NULL, run_caller, &callers[i]), 0);
    }
    for (int i = 0; i < CALLERS; i++) {
        pthread_join(threads[i], NULL);
        T_EQ_INT(callers[i].done, 2);
        T_EQ_INT(callers[i].failed, 2);
    }
}

/* ---- frames ---- */

/* Every frame with one byte changed, and every one cut short, is answered, and read, without harm.
 */
static void broken_frames(Arena *a) {
    const WorkerFile files[] = {{S("a.docx"), S("PK")}, {S("b.docx"), S("")}};
    PxErr err = {.at = -1};
    Json *arguments = NULL, *result;
    const WorkerFile *out;
    ptrdiff_t count;
    T_OK(json_read(a, S(""), S("{\"format\":\"csv\"}"), &arguments, &err), &err);
    const Str job = worker_job(a, &narrow, S("matrix-write"), arguments, files, 2);
    const Str answer = worker_answer(a, job, NULL);
    T_CHECK(!worker_read(a, answer, &result, &out, &count, &err) && err.kind == PX_ERR_CONFLICT);
    for (ptrdiff_t i = 0; i <= job.len; i++) {
        Arena *own = arena_child(a);
        const Str cut = arena_str(own, str_slice(job, 0, i));
        const Str said = worker_answer(own, cut, NULL);
        T_CHECK(!worker_read(own, said, &result, &out, &count, &err));
        if (i < job.len) T_EQ_INT(err.kind, PX_ERR_INPUT);
        arena_close(own);
    }
    for (ptrdiff_t i = 0; i < job.len * 2; i++) {
        Arena *own = arena_child(a);
        Str bent = arena_str(own, job);
        ((char *)bent.ptr)[i / 2] ^= (char)(i % 2 ? 0x80 : 1 + t_random_below(127));
        T_CHECK(!worker_read(own, worker_answer(own, bent, NULL), &result, &out, &count, &err));
        (void)!worker_read(own, bent, &result, &out, &count, &err);
        arena_close(own);
    }
    T_CHECK(!worker_read(a, (Str){NULL, 0}, &result, &out, &count, &err));
    T_CHECK(strstr(err.message, "the file stopped the reader") != NULL);
}

static void errors_keep_all(Arena *a) {
    const WorkerFile file = {S("\xd9\xbe.docx"), S("PK\x03\x04 no more")};
    Said x = call(child(a, &narrow), a, "text", "{}", &file, 1);
    Said y = call(here(a), a, "text", "{}", &file, 1);
    T_CHECK(!x.done && !y.done);
    T_EQ_INT(x.err.kind, y.err.kind);
    T_EQ_INT(x.err.at, y.err.at);
    T_EQ_STR(str_from_z(x.err.part), str_from_z(y.err.part));
    T_EQ_STR(str_from_z(x.err.message), str_from_z(y.err.message));
    T_EQ_STR(str_from_z(x.err.file), str_from_z(y.err.file));
}

/* ---- pages ---- */

static void counted_pages(Arena *a) {
    (void)a;
    T_EQ_INT(worker_count_pages(S("1 0 obj<</Type/Page/Parent 2 0 R>>")), 1);
    T_EQ_INT(worker_count_pages(S("<</Type /Page>> <</Type\n/Page\n>> <</Type/Pages/Count 2>>")),
             2);
    T_EQ_INT(worker_count_pages(S("stream\n/Type/Page endstream /Type/Page")), 1);
    T_EQ_INT(worker_count_pages(S("stream\r\n/Type/Page ")), 0);
    T_EQ_INT(worker_count_pages(S("/Type/Pag")), 0);
    T_EQ_INT(worker_count_pages(S("/Type/PageLabel /Type/Page")), 1);
    T_EQ_INT(worker_count_pages((Str){NULL, 0}), 0);
}

static void *run_pages(void *ctx) {
    Caller *c = ctx;
    PxErr err = {.at = -1};
    Arena *a = arena_open((ptrdiff_t)1 << 30);
    int pages = 0;
    Str pdf;
    if (worker_pages(c->worker, a, c->file.bytes, &pages, &pdf, &err)) {
        c->done = pages;
        c->failed = !str_starts(pdf, S("%PDF-"));
    } else {
        c->done = err.kind == PX_ERR_NOT_FOUND ? -1 : 0;
        printf("# %s\n", err.message);
    }
    arena_close(a);
    return NULL;
}

static void rendered_pages(Arena *a) {
    Caller callers[2];
    pthread_t threads[2];
    Worker *w = child(a, NULL);
    for (int i = 0; i < 2; i++) {
        callers[i] = (Caller){w, demo(a, "draft.docx"), 0, 0};
        T_EQ_INT(pthread_create(&threads[i], NULL, run_pages, &callers[i]), 0);
    }
    for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
    if (callers[0].done == -1) {
        t_skip("no LibreOffice here");
        return;
    }
    printf("# %d pages\n", callers[0].done);
    T_CHECK(callers[0].done > 0 && !callers[0].failed);
    T_EQ_INT(callers[0].done, callers[1].done);
    PxErr err = {.at = -1};
    int pages;
    Str pdf;
    T_CHECK(!worker_pages(w, a, S("this is no document\0\1\2"), &pages, &pdf, &err) || pages > 0);
}

#define IN_ARENA(name)                                                                             \
    static void test_##name(void) { t_with_arena(name); }
IN_ARENA(same_here_and_there)
IN_ARENA(what_they_give)
IN_ARENA(what_drafts_give)
IN_ARENA(what_is_made)
IN_ARENA(refusals)
IN_ARENA(shut_in)
IN_ARENA(ends)
IN_ARENA(memory)
IN_ARENA(no_program)
IN_ARENA(the_command)
IN_ARENA(many_at_once)
IN_ARENA(broken_frames)
IN_ARENA(errors_keep_all)
IN_ARENA(counted_pages)
IN_ARENA(rendered_pages)

int main(int argc, char **argv) {
    if (argc == 2 && strcmp(argv[1], "worker") == 0) return worker_main_with(intruder);
    T_RUN(test_same_here_and_there);
    T_RUN(test_what_they_give);
    T_RUN(test_what_drafts_give);
    T_RUN(test_what_is_made);
    T_RUN(test_refusals);
    T_RUN(test_shut_in);
    T_RUN(test_ends);
    T_RUN(test_memory);
    T_RUN(test_no_program);
    T_RUN(test_the_command);
    T_RUN(test_many_at_once);
    T_RUN(test_broken_frames);
    T_RUN(test_errors_keep_all);
    T_RUN(test_counted_pages);
    T_RUN(test_rendered_pages);
    return t_end();
}
