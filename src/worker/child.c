/* The child: what it gives up before it reads a document, and the document's reading.
 *
 * Bounds come first, then the job is read whole, then the filter of system calls shuts: what is
 * left is memory without execution, and writing to the two descriptors that are open. A call that
 * only an intruder makes (files, network, programs, processes) kills; what a newer C library may
 * try on its own gets EPERM. */
#define _GNU_SOURCE
#include <errno.h>
#include <openssl/evp.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "worker/int.h"

#if defined(__SANITIZE_ADDRESS__)
#define HAS_SHADOW true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_SHADOW true
#endif
#endif
#ifndef HAS_SHADOW
#define HAS_SHADOW false
#endif

bool child_memory_is_bounded(void) { return !HAS_SHADOW; }

static bool bound(int resource, int64_t soft, int64_t hard, const char *what, PxErr *err) {
    const struct rlimit limit = {(rlim_t)soft, (rlim_t)hard};
    if (setrlimit((__rlimit_resource_t)resource, &limit) == 0) return true;
    return fail(err, PX_ERR_SYSTEM, S("worker"), -1, "the reader's %s cannot be bounded (errno %d)",
                what, errno);
}

bool child_bound(PxErr *err) {
    if (close_range(3, ~0U, 0) != 0) {
        return fail(err, PX_ERR_SYSTEM, S("worker"), -1,
                    "the reader's open files cannot be closed (errno %d)", errno);
    }
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || prctl(PR_SET_DUMPABLE, 0) != 0 ||
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        return fail(err, PX_ERR_SYSTEM, S("worker"), -1,
                    "the reader cannot give up its rights (errno %d)", errno);
    }
    return bound(RLIMIT_CORE, 0, 0, "core", err) && bound(RLIMIT_FSIZE, 0, 0, "files", err) &&
           bound(RLIMIT_NPROC, 0, 0, "processes", err) &&
           bound(RLIMIT_NOFILE, 3, 3, "descriptors", err);
}

bool child_limits(int64_t memory, int64_t seconds, PxErr *err) {
    if (seconds && !bound(RLIMIT_CPU, seconds, seconds + 1, "time", err)) return false;
    if (HAS_SHADOW || !memory) return true;
    return bound(RLIMIT_AS, memory, memory, "memory", err);
}

/* ---- the filter ---- */

static const char *const allowed[] = {
    "brk",         "munmap",      "mremap",          "madvise",       "futex",
    "exit",        "exit_group",  "rt_sigreturn",    "rt_sigaction",  "rt_sigprocmask",
    "sigaltstack", "getpid",      "gettid",          "clock_gettime", "gettimeofday",
    "getrandom",   "sched_yield", "restart_syscall", "fstat",
};

static const char *const deadly[] = {
    "open",
    "openat",
    "openat2",
    "creat",
    "socket",
    "socketpair",
    "connect",
    "bind",
    "listen",
    "accept",
    "accept4",
    "sendto",
    "sendmsg",
    "sendmmsg",
    "execve",
    "execveat",
    "fork",
    "vfork",
    "clone",
    "clone3",
    "ptrace",
    "kill",
    "tkill",
    "process_vm_readv",
    "process_vm_writev",
    "unlink",
    "unlinkat",
    "rename",
    "renameat",
    "renameat2",
    "link",
    "linkat",
    "symlink",
    "symlinkat",
    "mkdir",
    "mkdirat",
    "chmod",
    "fchmodat",
    "chown",
    "fchownat",
    "mount",
    "umount2",
    "chroot",
    "pivot_root",
    "setns",
    "unshare",
    "bpf",
    "io_uring_setup",
    "keyctl",
    "userfaultfd",
    "perf_event_open",
    "memfd_create",
    "init_module",
    "finit_module",
    "kexec_load",
    "pidfd_open",
    "pidfd_getfd",
    "name_to_handle_at",
    "open_by_handle_at",
};

static bool add_named(scmp_filter_ctx filter, uint32_t action, const char *const *names,
                      size_t count) {
    for (size_t i = 0; i < count; i++) {
        const int number = seccomp_syscall_resolve_name(names[i]);
        if (number < 0) continue; /* this machine has no such call */
        if (seccomp_rule_add(filter, action, number, 0) != 0) return false;
    }
    return true;
}

#define MEMORY_IS_NO_CODE SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)

static bool add_rules(scmp_filter_ctx f) {
    const uint32_t allow = SCMP_ACT_ALLOW;
    return add_named(f, allow, allowed, sizeof allowed / sizeof *allowed) &&
           add_named(f, SCMP_ACT_KILL_PROCESS, deadly, sizeof deadly / sizeof *deadly) &&
           seccomp_rule_add(f, allow, SCMP_SYS(mmap), 2, MEMORY_IS_NO_CODE,
                            SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS)) == 0 &&
           seccomp_rule_add(f, allow, SCMP_SYS(mprotect), 1, MEMORY_IS_NO_CODE) == 0 &&
           seccomp_rule_add(f, allow, SCMP_SYS(write), 1, SCMP_A0(SCMP_CMP_EQ, 1, 0)) == 0 &&
           seccomp_rule_add(f, allow, SCMP_SYS(write), 1, SCMP_A0(SCMP_CMP_EQ, 2, 0)) == 0 &&
           seccomp_rule_add(f, allow, SCMP_SYS(writev), 1, SCMP_A0(SCMP_CMP_EQ, 2, 0)) == 0 &&
           /* abort() signals the process itself */
           seccomp_rule_add(f, allow, SCMP_SYS(tgkill), 1,
                            SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0)) == 0;
}

bool child_shut(PxErr *err) {
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    const bool is_shut =
        filter && seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) == 0 &&
        add_rules(filter) && seccomp_load(filter) == 0;
    if (filter) seccomp_release(filter);
    return is_shut || fail(err, PX_ERR_SYSTEM, S("worker"), -1,
                           "the reader cannot shut itself in (the kernel needs seccomp)");
}

/* ---- a job ---- */

static bool read_whole(char *to, int64_t len, PxErr *err) {
    for (int64_t got = 0; got < len;) {
        const ssize_t n = read(STDIN_FILENO, to + got, (size_t)(len - got));
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return fail(err, PX_ERR_INPUT, S("frame"), -1, "the job ends too early");
        got += n;
    }
    return true;
}

static void write_whole(Str s) {
    for (ptrdiff_t at = 0; at < s.len;) {
        const ssize_t n = write(STDOUT_FILENO, s.ptr + at, (size_t)(s.len - at));
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) _exit(1);
        at += n;
    }
}

typedef struct Child {
    Arena *arena;
    WorkerExtra *extra;
    int64_t rest, memory;
    char head[FRAME_HEAD];
} Child;

/* On first use digests are looked up and configured, and the reader of JSON picks a seed. */
static bool warm_up(Arena *a, PxErr *err) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned len;
    Json *none;
    if (!json_read(a, S("worker"), S("{}"), &none, err)) return false;
    if (OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) == 1 &&
        EVP_Digest("", 0, digest, &len, EVP_sha256(), NULL) == 1) {
        return true;
    }
    return fail(err, PX_ERR_SYSTEM, S("worker"), -1, "there is no SHA-256 here");
}

static bool serve(void *ctx, PxErr *err) {
    Child *c = ctx;
    char *bytes = arena_alloc_raw(c->arena, FRAME_HEAD + (ptrdiff_t)c->rest);
    memcpy(bytes, c->head, FRAME_HEAD);
    if (!read_whole(bytes + FRAME_HEAD, c->rest, err) || !warm_up(c->arena, err) ||
        !child_shut(err)) {
        return false;
    }
    write_whole(worker_answer(c->arena, (Str){bytes, FRAME_HEAD + (ptrdiff_t)c->rest}, c->extra));
    return true;
}

static bool begin(Child *c, PxErr *err) {
    int64_t seconds;
    return child_bound(err) && read_whole(c->head, FRAME_HEAD, err) &&
           frame_head(c->head, &c->rest, &c->memory, &seconds, err) &&
           child_limits(c->memory, seconds, err);
}

int worker_main_with(WorkerExtra *extra) {
    Child c = {.extra = extra};
    PxErr err = {.at = -1};
    Arena *spare = arena_open(1 << 20);
    if (!spare) _exit(1);
    if (begin(&c, &err)) {
        c.arena = arena_open(c.memory ? (ptrdiff_t)c.memory : (ptrdiff_t)4 << 30);
        if (!c.arena) _exit(1);
        if (arena_guard(c.arena, serve, &c, &err)) _exit(0);
        memory_is_limit(&err, c.memory);
    }
    write_whole(answer_error(spare, &err));
    _exit(0);
}

int worker_main(void) { return worker_main_with(NULL); }
