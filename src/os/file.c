/* file: reading and writing whole files, folders, locks.
 *
 * No memory is taken from an arena while a descriptor is open that only this code knows: leaving
 * for the guard would lose it. So buffers are taken first, or the descriptor is deferred. */
#define _GNU_SOURCE /* renameat2 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "os/int.h"

static void close_keeping_errno(int fd) {
    const int code = errno;
    close(fd);
    errno = code;
}

int open_file(const char *path, int flags, mode_t mode) {
    if (os_fails()) return -1;
    int fd;
    do {
        fd = open(path, flags | O_CLOEXEC, mode);
    } while (fd < 0 && errno == EINTR);
    return fd;
}

bool sync_fd(int fd) { return !os_fails() && fsync(fd) == 0; }

/* The length of the folder part of path; 0 when it has none. */
static ptrdiff_t folder_len(Str path) {
    const ptrdiff_t slash = str_find_last(path, '/');
    return slash == 0 ? 1 : slash < 0 ? 0 : slash;
}

static bool sync_folder(Str path) {
    PathZ folder;
    if (!path_z(path, &folder)) return false;
    const int fd = open_file(folder.z, O_RDONLY | O_DIRECTORY, 0);
    if (fd < 0) return false;
    bool done = sync_fd(fd);
    if (!done && (errno == EINVAL || errno == ENOTSUP)) done = true; /* it has no such thing */
    close_keeping_errno(fd);
    return done;
}

/* Makes durable what was renamed or made in the folder of path. */
bool sync_folder_of(Str path) {
    const ptrdiff_t len = folder_len(path);
    return sync_folder(len ? (Str){path.ptr, len} : S("."));
}

bool os_sync_folder(Str path, PxErr *err) {
    return sync_folder(path) || fail_errno(err, path, "it cannot be synchronised");
}

/* ---- reading ---- */

/* At most cap bytes; -1 with errno set. */
static ptrdiff_t read_up_to(int fd, char *ptr, ptrdiff_t cap) {
    ptrdiff_t got = 0;
    while (got < cap) {
        const ssize_t n = read(fd, ptr + got, (size_t)(cap - got));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return -1;
        if (n == 0) break;
        got += n;
    }
    return got;
}

bool os_read_file(Arena *a, Str path, ptrdiff_t limit, Str *out, PxErr *err) {
    check(limit >= 0 && limit < PTRDIFF_MAX / 4);
    PathZ name;
    struct stat info;
    if (!path_z(path, &name) || stat(name.z, &info) != 0) {
        return fail_errno(err, path, "it cannot be read");
    }
    if (!S_ISREG(info.st_mode)) {
        return fail(err, PX_ERR_INPUT, path, -1, "it is no regular file (name a file)");
    }
    ptrdiff_t cap = info.st_size < limit ? (ptrdiff_t)info.st_size + 1 : limit + 1;
    for (;;) {
        char *bytes = arena_alloc_raw(a, cap + 1);
        const int fd = open_file(name.z, O_RDONLY | O_NONBLOCK, 0);
        if (fd < 0) return fail_errno(err, path, "it cannot be read");
        const ptrdiff_t got = read_up_to(fd, bytes, cap);
        close_keeping_errno(fd);
        if (got < 0) return fail_errno(err, path, "it cannot be read");
        if (got > limit) {
            return fail(err, PX_ERR_LIMIT, path, -1, "it is larger than %td bytes", limit);
        }
        if (got < cap) {
            bytes[got] = '\0';
            *out = (Str){bytes, got};
            return true;
        }
        cap = cap < limit / 2 ? cap * 2 + 4096 : limit + 1; /* it has grown, or says no size */
    }
}

/* ---- writing ---- */

bool write_whole(int fd, Str bytes) {
    for (ptrdiff_t at = 0; at < bytes.len;) {
        if (os_fails()) return false;
        const ssize_t n = write(fd, bytes.ptr + at, (size_t)(bytes.len - at));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return false;
        at += n;
    }
    return true;
}

/* A name beside path that nobody else has: "FOLDER/.paraph-0123456789abcdef". */
bool name_beside(Str path, PathZ *out) {
    static const char digits[] = "0123456789abcdef";
    static const char head[] = ".paraph-";
    unsigned char random[8];
    os_random(random, sizeof random);
    const ptrdiff_t slash = str_find_last(path, '/') + 1;
    if (slash + (ptrdiff_t)sizeof head + 16 > PATH_MAX) {
        errno = ENAMETOOLONG;
        return false;
    }
    memcpy(out->z, path.ptr, (size_t)slash);
    memcpy(out->z + slash, head, sizeof head - 1);
    char *at = out->z + slash + sizeof head - 1;
    for (int i = 0; i < 8; i++) {
        *at++ = digits[random[i] >> 4];
        *at++ = digits[random[i] & 15];
    }
    *at = '\0';
    return true;
}

/* The temporary file becomes path, in one step. Where the file system has no renaming that never
 * replaces, a new file is linked, and its second name goes then. */
bool put_in_place(const char *temporary, const char *path, OsWrite how) {
    if (os_fails()) return false;
    if (how == OS_REPLACE) return rename(temporary, path) == 0;
    if (renameat2(AT_FDCWD, temporary, AT_FDCWD, path, RENAME_NOREPLACE) == 0) return true;
    if (errno != EINVAL && errno != ENOSYS) return false;
    return link(temporary, path) == 0 && unlink(temporary) == 0;
}

bool path_is_there(Str path) {
    PathZ name;
    struct stat info;
    return path_z(path, &name) && lstat(name.z, &info) == 0;
}

bool os_write_file(Str path, Str bytes, OsWrite how, bool is_secret, PxErr *err) {
    PathZ name, temporary;
    if (!path_z(path, &name) || !name_beside(path, &temporary)) {
        return fail_errno(err, path, "it cannot be written");
    }
    if (how == OS_NEW && path_is_there(path)) {
        errno = EEXIST;
        return fail_errno(err, path, "it cannot be made");
    }
    const int fd = open_file(temporary.z, O_WRONLY | O_CREAT | O_EXCL, is_secret ? 0600 : 0640);
    if (fd < 0) return fail_errno(err, path, "it cannot be written");
    bool done = write_whole(fd, bytes) && sync_fd(fd);
    if (close(fd) != 0) done = false;
    if (!done || !put_in_place(temporary.z, name.z, how)) {
        (void)fail_errno(err, path, "it cannot be written");
        unlink(temporary.z);
        return false;
    }
    return sync_folder_of(path) || fail_errno(err, path, "its folder cannot be synchronised");
}

bool os_link_file(Arena *a, Str from, Str to, PxErr *err) {
    PathZ old, new;
    if (!path_z(from, &old) || !path_z(to, &new)) return fail_errno(err, to, "it cannot be made");
    if (!os_fails() && link(old.z, new.z) == 0) {
        return sync_folder_of(to) || fail_errno(err, to, "its folder cannot be synchronised");
    }
    if (errno == ENOENT || errno == EEXIST || errno == ENOSPC) {
        return fail_errno(err, to, "it cannot be made");
    }
    Arena *own = arena_child(a); /* another file system, or one without links */
    Str bytes;
    const bool done = os_read_file(own, from, (ptrdiff_t)1 << 40, &bytes, err) &&
                      os_write_file(to, bytes, OS_NEW, false, err);
    arena_close(own);
    return done;
}

bool os_move_file(Str from, Str to, PxErr *err) {
    PathZ old, new;
    if (!path_z(from, &old) || !path_z(to, &new)) return fail_errno(err, to, "it cannot be made");
    if (!put_in_place(old.z, new.z, OS_NEW)) return fail_errno(err, to, "it cannot be made");
    return sync_folder_of(to) || fail_errno(err, to, "its folder cannot be synchronised");
}

bool os_remove_file(Str path, PxErr *err) {
    PathZ name;
    if (path_z(path, &name) && unlink(name.z) == 0) return true;
    return fail_errno(err, path, "it cannot be removed");
}

static bool has_mode(Str path, mode_t mode) {
    PathZ name;
    struct stat info;
    return path_z(path, &name) && stat(name.z, &info) == 0 && (info.st_mode & S_IFMT) == mode;
}

bool os_is_file(Str path) { return has_mode(path, S_IFREG); }
bool os_is_folder(Str path) { return has_mode(path, S_IFDIR); }

/* ---- folders ---- */

bool os_make_folder(Str path, PxErr *err) {
    PathZ name;
    if (!path_z(path, &name)) return fail_errno(err, path, "it cannot be made");
    for (ptrdiff_t at = 1; at <= path.len; at++) {
        if (at < path.len && path.ptr[at] != '/') continue;
        const Str part = {path.ptr, at};
        if (os_is_folder(part)) continue;
        name.z[at] = '\0';
        const bool is_made = !os_fails() && mkdir(name.z, 0750) == 0;
        if (!is_made && !(errno == EEXIST && os_is_folder(part))) {
            return fail_errno(err, path, "it cannot be made");
        }
        if (is_made && !sync_folder_of(part)) {
            return fail_errno(err, path, "its folder cannot be synchronised");
        }
        if (at < path.len) name.z[at] = '/';
    }
    return true;
}

static void close_folder(void *ctx) { closedir(ctx); }

static int compare_names(const void *ctx, ptrdiff_t i, ptrdiff_t k) {
    const Str *names = ctx;
    return str_compare(names[i], names[k]);
}

bool os_list_folder(Arena *a, Str path, Str **names, ptrdiff_t *count, PxErr *err) {
    PathZ name;
    Arena *own = arena_child(a);
    DIR *folder = path_z(path, &name) && !os_fails() ? opendir(name.z) : NULL;
    if (!folder) {
        (void)fail_errno(err, path, "it cannot be listed");
        arena_close(own);
        return false;
    }
    arena_defer(own, close_folder, folder);
    Str *found = NULL;
    ptrdiff_t found_count = 0, cap = 0;
    const struct dirent *entry;
    for (errno = 0; (entry = readdir(folder)); errno = 0) {
        const Str each = str_from_z(entry->d_name);
        if (str_equal(each, S(".")) || str_equal(each, S(".."))) continue;
        found = arena_grow(own, found, found_count, &cap, found_count + 1, sizeof *found);
        found[found_count++] = arena_str(a, each);
    }
    if (errno != 0) {
        (void)fail_errno(err, path, "it cannot be listed");
        arena_close(own);
        return false;
    }
    ptrdiff_t *order = NEW_ARRAY(own, ptrdiff_t, found_count);
    for (ptrdiff_t i = 0; i < found_count; i++) order[i] = i;
    sort_indexes(own, order, found_count, compare_names, found);
    *names = NEW_ARRAY(a, Str, found_count);
    for (ptrdiff_t i = 0; i < found_count; i++) (*names)[i] = found[order[i]];
    *count = found_count;
    arena_close(own);
    return true;
}

static bool is_temporary(Str name) {
    static const char head[] = ".paraph-";
    const ptrdiff_t len = sizeof head - 1;
    if (name.len != len + 16 || !str_starts(name, str_from_z(head))) return false;
    for (ptrdiff_t i = len; i < name.len; i++) {
        const char c = name.ptr[i];
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return false;
    }
    return true;
}

void os_sweep_folder(Arena *a, Str path, int64_t seconds) {
    Arena *own = arena_child(a);
    const int64_t now = time(NULL); /* the clock the file system goes by */
    Str *names;
    ptrdiff_t count = 0;
    PxErr untold;
    if (!os_list_folder(own, path, &names, &count, &untold)) count = 0;
    for (ptrdiff_t i = 0; i < count; i++) {
        PathZ name;
        struct stat info;
        if (!is_temporary(names[i]) || !path_z(os_path(own, path, names[i]), &name)) continue;
        if (lstat(name.z, &info) != 0 || !S_ISREG(info.st_mode)) continue;
        if (now - info.st_mtime > seconds) unlink(name.z);
    }
    arena_close(own);
}

static int remove_entry(const char *path, const struct stat *info, int kind, struct FTW *walk) {
    (void)info, (void)kind, (void)walk;
    (void)remove(path); /* what cannot be removed stays */
    return 0;
}

bool os_remove_all(Str path, PxErr *err) {
    PathZ name;
    if (!path_is_there(path)) return true;
    if (path_z(path, &name)) nftw(name.z, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    return !path_is_there(path) || fail_errno(err, path, "it cannot be removed");
}

static void remove_folder(void *ctx) { nftw(ctx, remove_entry, 16, FTW_DEPTH | FTW_PHYS); }

bool os_temporary_folder(Arena *a, Str *out, PxErr *err) {
    Str parent = os_environment(a, "TMPDIR");
    if (parent.len == 0) parent = S("/tmp");
    const Str path = os_path(a, parent, S("paraph-XXXXXX"));
    char *path_at = arena_alloc_raw(a, path.len + 1);
    memcpy(path_at, path.ptr, (size_t)path.len + 1);
    if (os_fails() || !mkdtemp(path_at))
        return fail_errno(err, parent, "no folder can be made in it");
    arena_defer(a, remove_folder, path_at);
    *out = (Str){path_at, path.len};
    return true;
}

/* ---- locks ---- */

typedef struct Lock {
    int fd;
} Lock;

static void close_lock(void *ctx) { close(((const Lock *)ctx)->fd); }

bool os_lock_file(Arena *a, Str path, int wait_ms, PxErr *err) {
    PathZ name;
    Lock *lock = NEW(a, Lock);
    lock->fd = path_z(path, &name) ? open_file(name.z, O_RDWR | O_CREAT, 0640) : -1;
    if (lock->fd < 0) return fail_errno(err, path, "it cannot be locked");
    arena_defer(a, close_lock, lock);
    const int64_t until = os_ticks() + (int64_t)wait_ms * 1000;
    while (flock(lock->fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EINTR) continue;
        if (errno != EWOULDBLOCK) return fail_errno(err, path, "it cannot be locked");
        if (os_ticks() >= until) {
            return fail(err, PX_ERR_BUSY, path, -1,
                        "another process holds its lock (try again when that has ended)");
        }
        const struct timespec pause = {0, 2000000};
        nanosleep(&pause, NULL);
    }
    return true;
}
