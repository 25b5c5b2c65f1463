/* stream: files too long to hold: written bit by bit, read line by line. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/int.h"

enum { HELPING = 64 * 1024 };

/* ---- writing ---- */

struct OsWriter {
    int fd;
    Str path, temporary;
    Buf held; /* not yet written */
};

static void drop_writer(void *ctx) {
    OsWriter *w = ctx;
    if (w->fd < 0) return;
    close(w->fd);
    w->fd = -1;
    unlink(w->temporary.ptr);
}

bool os_writer_open(Arena *a, Str path, bool is_secret, OsWriter **out, PxErr *err) {
    OsWriter *w = NEW(a, OsWriter);
    PathZ temporary;
    w->fd = -1;
    w->path = arena_str(a, path);
    if (!name_beside(path, &temporary)) return fail_errno(err, path, "it cannot be written");
    w->temporary = arena_str(a, str_from_z(temporary.z));
    w->held = buf_new(a);
    buf_reserve(&w->held, HELPING);
    arena_defer(a, drop_writer, w);
    if (path_is_there(path)) {
        errno = EEXIST;
        return fail_errno(err, path, "it cannot be made");
    }
    w->fd = open_file(temporary.z, O_WRONLY | O_CREAT | O_EXCL, is_secret ? 0600 : 0640);
    if (w->fd < 0) return fail_errno(err, path, "it cannot be written");
    *out = w;
    return true;
}

static bool write_held(OsWriter *w, PxErr *err) {
    const Str held = buf_str(&w->held);
    w->held.len = 0;
    return write_whole(w->fd, held) || fail_errno(err, w->path, "it cannot be written");
}

bool os_writer_add(OsWriter *w, Str bytes, PxErr *err) {
    check(w->fd >= 0);
    while (bytes.len > 0) {
        const ptrdiff_t room = HELPING - w->held.len;
        const ptrdiff_t len = bytes.len < room ? bytes.len : room;
        buf_add(&w->held, str_slice(bytes, 0, len));
        bytes = str_slice(bytes, len, bytes.len);
        if (w->held.len == HELPING && !write_held(w, err)) return false;
    }
    return true;
}

bool os_writer_end(OsWriter *w, PxErr *err) {
    check(w->fd >= 0);
    if (!write_held(w, err)) return false;
    const bool is_synced = sync_fd(w->fd);
    const bool is_closed = close(w->fd) == 0;
    w->fd = -1;
    if (!is_synced || !is_closed || !put_in_place(w->temporary.ptr, w->path.ptr, OS_NEW)) {
        (void)fail_errno(err, w->path, "it cannot be written");
        unlink(w->temporary.ptr);
        return false;
    }
    return sync_folder_of(w->path) || fail_errno(err, w->path, "its folder cannot be synchronised");
}

/* ---- reading ---- */

typedef struct Reader {
    int fd;
} Reader;

static void close_reader(void *ctx) { close(((const Reader *)ctx)->fd); }

/* Gives the whole lines of held to each and moves what is left to its beginning. */
static bool give_lines(Buf *held, ptrdiff_t from, bool (*each)(void *ctx, Str line, PxErr *err),
                       void *ctx, PxErr *err) {
    ptrdiff_t start = 0;
    for (;;) {
        const char *end =
            from < held->len ? memchr(held->ptr + from, '\n', (size_t)(held->len - from)) : NULL;
        if (!end) break;
        if (!each(ctx, (Str){held->ptr + start, end - held->ptr - start}, err)) return false;
        start = from = end - held->ptr + 1;
    }
    memmove(held->ptr, held->ptr + start, (size_t)(held->len - start));
    held->len -= start;
    return true;
}

static bool each_line(Arena *own, int fd, Str path, ptrdiff_t longest,
                      bool (*each)(void *ctx, Str line, PxErr *err), void *ctx, PxErr *err) {
    Buf held = buf_new(own);
    for (;;) {
        buf_reserve(&held, HELPING);
        const ssize_t n = read(fd, held.ptr + held.len, HELPING);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return fail_errno(err, path, "it cannot be read");
        if (n == 0) break;
        const ptrdiff_t from = held.len;
        held.len += n;
        if (!give_lines(&held, from, each, ctx, err)) return false;
        if (held.len > longest) {
            return fail(err, PX_ERR_LIMIT, path, -1, "a line of it is longer than %td bytes",
                        longest);
        }
    }
    return held.len == 0 ||
           fail(err, PX_ERR_INPUT, path, -1, "its last line is cut off (no line feed ends it)");
}

bool os_each_line(Arena *a, Str path, ptrdiff_t longest,
                  bool (*each)(void *ctx, Str line, PxErr *err), void *ctx, PxErr *err) {
    PathZ name;
    Arena *own = arena_child(a);
    Reader *reader = NEW(own, Reader);
    reader->fd = path_z(path, &name) && os_is_file(path) ? open_file(name.z, O_RDONLY, 0) : -1;
    bool done = false;
    if (reader->fd >= 0) {
        arena_defer(own, close_reader, reader);
        done = each_line(own, reader->fd, path, longest, each, ctx, err);
    } else if (path_is_there(path) && !os_is_file(path)) {
        (void)fail(err, PX_ERR_INPUT, path, -1, "it is no regular file (name a file)");
    } else {
        (void)fail_errno(err, path, "it cannot be read");
    }
    arena_close(own);
    return done;
}
