/* run: another program, with its input, its limits, and what it said.
 *
 * Everything the child needs is made ready before fork(), since the parent may have threads:
 * between fork() and exec the child calls nothing but what is safe in a signal handler. The input
 * is an anonymous file in memory, so that nothing has to be fed while the output is read. The child
 * leads a process group of its own, and what is left of that group is killed when the child has
 * ended. */
#define _GNU_SOURCE /* memfd_create, pipe2, close_range */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/int.h"

enum { COMPLAINT_MAX = 4096, LOOK_EVERY_MS = 50 };

typedef struct Run {
    pid_t pid;              /* 0: none, or waited for */
    int input;              /* what the child reads */
    int output[2], said[2]; /* pipes: standard output, standard error */
    int trouble[2];         /* an errno, when exec did not come about */
    int status;             /* of waitpid */
    bool over_output, timed_out;
    Buf out, complaint;
} Run;

static void close_end(int *fd) {
    if (*fd >= 0) close(*fd);
    *fd = -1;
}

static void end_run(void *ctx) {
    Run *r = ctx;
    if (r->pid > 0) {
        kill(-r->pid, SIGKILL);
        kill(r->pid, SIGKILL);
        while (waitpid(r->pid, NULL, 0) < 0 && errno == EINTR) continue;
    }
    close_end(&r->input);
    for (int i = 0; i < 2; i++) {
        close_end(&r->output[i]);
        close_end(&r->said[i]);
        close_end(&r->trouble[i]);
    }
}

/* ---- before the fork ---- */

/* The file argv[0] means, by PATH when it holds no slash. */
static bool find_program(Arena *a, Str name, Str *out, PxErr *err) {
    PathZ path;
    *out = arena_str(a, name);
    if (str_find(name, S("/")) >= 0) {
        if (path_z(name, &path) && access(path.z, X_OK) == 0) return true;
        return fail_errno(err, name, "it cannot be run");
    }
    Str folders = os_environment(a, "PATH");
    if (folders.len == 0) folders = S("/usr/bin:/bin");
    while (folders.len > 0) {
        ptrdiff_t len = str_find(folders, S(":"));
        if (len < 0) len = folders.len;
        if (len > 0) {
            *out = os_path(a, str_slice(folders, 0, len), name);
            if (os_is_file(*out) && path_z(*out, &path) && access(path.z, X_OK) == 0) return true;
        }
        folders = str_slice(folders, len < folders.len ? len + 1 : len, folders.len);
    }
    return fail(err, PX_ERR_NOT_FOUND, name, -1, "the program is not there (install it)");
}

static char **texts_z(Arena *a, const Str *texts, ptrdiff_t count) {
    char **z = NEW_ARRAY(a, char *, count + 1);
    for (ptrdiff_t i = 0; i < count; i++) {
        z[i] = arena_alloc_raw(a, texts[i].len + 1);
        if (texts[i].len) memcpy(z[i], texts[i].ptr, (size_t)texts[i].len);
        z[i][texts[i].len] = '\0';
    }
    return z;
}

static char **environment_for(Arena *a, Str home) {
    Str path = os_environment(a, "PATH");
    if (path.len == 0) path = S("/usr/bin:/bin");
    if (home.len == 0) home = S("/nonexistent");
    const Str all[] = {arena_format(a, "PATH=%.*s", (int)path.len, path.ptr),
                       arena_format(a, "HOME=%.*s", (int)home.len, home.ptr), S("LC_ALL=C.UTF-8")};
    return texts_z(a, all, 3);
}

static bool open_streams(Run *r, Str input) {
    if (os_fails()) return false;
    r->input = memfd_create("input", MFD_CLOEXEC);
    return r->input >= 0 && write_whole(r->input, input) && lseek(r->input, 0, SEEK_SET) == 0 &&
           pipe2(r->output, O_CLOEXEC) == 0 && pipe2(r->said, O_CLOEXEC) == 0 &&
           pipe2(r->trouble, O_CLOEXEC) == 0;
}

/* ---- in the child ---- */

static bool set_limit(__rlimit_resource_t what, int64_t most) {
    const struct rlimit limit = {(rlim_t)most, (rlim_t)most};
    return most == 0 || setrlimit(what, &limit) == 0;
}

static bool limit_child(const OsLimits *limits) {
    const struct rlimit none = {0, 0};
    return setrlimit(RLIMIT_CORE, &none) == 0 && set_limit(RLIMIT_AS, limits->memory) &&
           set_limit(RLIMIT_CPU, limits->seconds) && set_limit(RLIMIT_FSIZE, limits->file_bytes);
}

static void restore_signals(void) {
    for (int i = 1; i < NSIG; i++) {
        if (i != SIGKILL && i != SIGSTOP) signal(i, SIG_DFL);
    }
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* The three streams may be numbered 0 to 2 already; so they are first moved out of the way. */
static bool place_streams(const Run *r, int *trouble) {
    const int high = 10;
    const int from[] = {fcntl(r->input, F_DUPFD, high), fcntl(r->output[1], F_DUPFD, high),
                        fcntl(r->said[1], F_DUPFD, high)};
    *trouble = fcntl(r->trouble[1], F_DUPFD, high);
    for (int i = 0; i < 3; i++) {
        if (from[i] < 0 || dup2(from[i], i) < 0) return false;
    }
    if (*trouble < 0 || dup2(*trouble, 3) < 0) return false;
    *trouble = 3;
    return fcntl(3, F_SETFD, FD_CLOEXEC) == 0 && close_range(4, ~0U, 0) == 0;
}

static _Noreturn void become(const Run *r, const char *program, char **argv, char **environment,
                             const OsLimits *limits, pid_t parent) {
    int trouble = r->trouble[1];
    restore_signals();
    if (setpgid(0, 0) == 0 && prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent &&
        place_streams(r, &trouble) && limit_child(limits)) {
        execve(program, argv, environment);
    }
    const int code = errno;
    if (write(trouble, &code, sizeof code) < 0) _exit(126);
    _exit(127);
}

/* ---- beside the child ---- */

/* Reads what is there; false when the stream has ended. A NULL into throws it away. */
static bool read_some(int fd, Buf *into, ptrdiff_t room) {
    char bytes[32 * 1024];
    const ssize_t n = read(fd, bytes, sizeof bytes);
    if (n < 0) return errno == EINTR || errno == EAGAIN;
    if (n == 0) return false;
    buf_add(into, (Str){bytes, n < room ? n : room});
    return true;
}

static bool has_ended(Run *r) {
    if (r->pid == 0) return true;
    const pid_t pid = waitpid(r->pid, &r->status, WNOHANG);
    if (pid == 0 || (pid < 0 && errno == EINTR)) return false;
    kill(-r->pid, SIGKILL); /* what it left behind */
    r->pid = 0;
    return true;
}

/* Takes one helping from each stream that has something; true when anything happened. */
static bool take_streams(Run *r, int wait_ms, const OsLimits *limits) {
    struct pollfd streams[] = {{r->output[0], POLLIN, 0}, {r->said[0], POLLIN, 0}};
    if (poll(streams, 2, wait_ms) <= 0) return false;
    if (streams[0].revents) {
        const ptrdiff_t room =
            limits->output ? (ptrdiff_t)limits->output + 1 - r->out.len : PTRDIFF_MAX;
        if (!read_some(r->output[0], &r->out, room)) close_end(&r->output[0]);
        r->over_output = limits->output && r->out.len > limits->output;
    }
    if (streams[1].revents &&
        !read_some(r->said[0], &r->complaint, COMPLAINT_MAX - r->complaint.len)) {
        close_end(&r->said[0]);
    }
    return true;
}

/* Until the child has ended and its streams are empty, or a limit of ours is reached. Grandchildren
 * that keep the streams open do not keep us. */
static void watch(Run *r, const OsLimits *limits) {
    const int64_t until = limits->wall_ms ? os_ticks() + limits->wall_ms * 1000 : INT64_MAX;
    for (;;) {
        const bool ended = has_ended(r);
        const bool are_open = r->output[0] >= 0 || r->said[0] >= 0;
        int wait_ms = ended ? 0 : LOOK_EVERY_MS;
        const int64_t left_ms = (until - os_ticks()) / 1000;
        if (left_ms < wait_ms) wait_ms = left_ms > 0 ? (int)left_ms : 0;
        const bool took = take_streams(r, are_open ? wait_ms : ended ? 0 : 5, limits);
        if (r->over_output || (!ended && os_ticks() >= until)) break;
        if (ended && (!took || !are_open)) return;
    }
    r->timed_out = !r->over_output;
    if (r->pid > 0) {
        kill(-r->pid, SIGKILL);
        kill(r->pid, SIGKILL);
        while (waitpid(r->pid, &r->status, 0) < 0 && errno == EINTR) continue;
        r->pid = 0;
    }
}

/* Waits for exec: 0, or the errno it ended with. */
static int exec_trouble(Run *r) {
    int code = 0;
    ssize_t n;
    do {
        n = read(r->trouble[0], &code, sizeof code);
    } while (n < 0 && errno == EINTR);
    return n == (ssize_t)sizeof code ? code : 0;
}

bool os_run(Arena *a, const Str *argv, ptrdiff_t argc, Str input, const OsLimits *limits, Str home,
            OsExit *out, PxErr *err) {
    check(argc > 0);
    static const OsLimits no_limits = {0, 0, 0, 0, 0};
    if (!limits) limits = &no_limits;
    Arena *own = arena_child(a);
    Run *r = NEW(own, Run);
    *r = (Run){.input = -1, .output = {-1, -1}, .said = {-1, -1}, .trouble = {-1, -1}};
    r->out = buf_new(own);
    r->complaint = buf_new(own);
    arena_defer(own, end_run, r);
    Str program;
    bool done = find_program(own, argv[0], &program, err);
    char **argv_z = texts_z(own, argv, argc);
    char **environment = environment_for(own, home);
    if (done && !open_streams(r, input)) done = fail_errno(err, argv[0], "it cannot be run");
    if (done) {
        const pid_t parent = getpid();
        r->pid = os_fails() ? -1 : fork();
        if (r->pid == 0) become(r, program.ptr, argv_z, environment, limits, parent);
        if (r->pid < 0) done = fail_errno(err, argv[0], "it cannot be run");
    }
    if (done) {
        setpgid(r->pid, r->pid);
        close_end(&r->output[1]);
        close_end(&r->said[1]);
        close_end(&r->trouble[1]);
        const int code = exec_trouble(r);
        if (code) {
            errno = code;
            done = fail_errno(err, argv[0], "it cannot be run");
        } else {
            watch(r, limits);
            *out = (OsExit){.was_killed = WIFSIGNALED(r->status),
                            .timed_out = r->timed_out,
                            .status =
                                WIFEXITED(r->status) ? WEXITSTATUS(r->status) : WTERMSIG(r->status),
                            .output = arena_str(a, buf_str(&r->out)),
                            .complaint = arena_str(a, buf_str(&r->complaint))};
            if (r->timed_out || r->over_output) out->was_killed = true;
        }
    }
    arena_close(own);
    return done;
}
