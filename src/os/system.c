/* system: the clock, random bytes, the environment, the test switch, and how an errno is said. */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "os/int.h"

/* ---- the test switch ---- */

static atomic_int_fast64_t calls_left = -1;
static atomic_bool is_deadly;

void os_fail_after(int64_t n) { atomic_store(&calls_left, n); }

void os_die_after(int64_t n) {
    atomic_store(&is_deadly, true);
    os_fail_after(n);
}

bool os_fails(void) {
    int_fast64_t left = atomic_load(&calls_left);
    while (left > 0) {
        if (atomic_compare_exchange_weak(&calls_left, &left, left - 1)) return false;
    }
    if (left < 0) return false;
    if (atomic_load(&is_deadly)) raise(SIGKILL);
    errno = ENOSPC;
    return true;
}

/* ---- errors and paths ---- */

bool fail_errno(PxErr *err, Str path, const char *what) {
    const int code = errno;
    const PxErrKind kind = code == ENOENT || code == ENOTDIR ? PX_ERR_NOT_FOUND
                           : code == EEXIST                  ? PX_ERR_CONFLICT
                                                             : PX_ERR_SYSTEM;
    return fail(err, kind, path, -1, "%s: %s", what, strerror(code));
}

bool path_z(Str path, PathZ *out) {
    if (path.len >= PATH_MAX) {
        errno = ENAMETOOLONG;
        return false;
    }
    if (path.len == 0 || memchr(path.ptr, '\0', (size_t)path.len)) {
        errno = path.len == 0 ? ENOENT : EINVAL;
        return false;
    }
    memcpy(out->z, path.ptr, (size_t)path.len);
    out->z[path.len] = '\0';
    return true;
}

Str os_path(Arena *a, Str folder, Str name) {
    while (folder.len > 1 && folder.ptr[folder.len - 1] == '/') folder.len--;
    const bool is_root = folder.len == 1 && folder.ptr[0] == '/';
    return arena_format(a, "%.*s%s%.*s", (int)folder.len, folder.ptr, is_root ? "" : "/",
                        (int)name.len, name.ptr);
}

/* ---- clock ---- */

static int64_t microseconds(clockid_t clock) {
    struct timespec now;
    check(clock_gettime(clock, &now) == 0);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t os_now(void) {
    const char *fixed = getenv("PARAPH_NOW");
    int64_t now;
    return fixed && str_to_int(str_from_z(fixed), &now) ? now : microseconds(CLOCK_REALTIME);
}

int64_t os_ticks(void) { return microseconds(CLOCK_MONOTONIC); }

/* ---- random, environment, program ---- */

void os_random(void *ptr, ptrdiff_t len) {
    char *at = ptr;
    while (len > 0) {
        const ssize_t n = getrandom(at, (size_t)len, 0);
        check(n >= 0 || errno == EINTR);
        if (n < 0) continue;
        at += n;
        len -= n;
    }
}

Str os_environment(Arena *a, const char *name_z) {
    const char *value = getenv(name_z);
    return value ? arena_str(a, str_from_z(value)) : (Str){NULL, 0};
}

Str os_program(Arena *a) {
    char path[PATH_MAX];
    const ssize_t len = readlink("/proc/self/exe", path, sizeof path);
    return len > 0 ? arena_str(a, (Str){path, len}) : S("paraph");
}
