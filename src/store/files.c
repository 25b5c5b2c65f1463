/* files: contents named by their SHA-256, in "files/ab/ab....", never changed once there. */
#include "store/int.h"

#define FILE_MAX ((ptrdiff_t)1 << 31)
#define SWEEP_SECONDS 3600

static bool needs_folder(const Store *s, PxErr *err) {
    return s->folder.len > 0 ||
           fail(err, PX_ERR_UNSUPPORTED, S("store"), -1, "a store in memory keeps no files");
}

static Str folder_of(const Store *s, Arena *a, Digest name) {
    const Str text = digest_text(a, name);
    return os_path(a, os_path(a, s->folder, S("files")), str_slice(text, 0, 2));
}

static Str path_of(const Store *s, Arena *a, Digest name) {
    return os_path(a, folder_of(s, a, name), digest_text(a, name));
}

/* One that is there is looked at: another process may be writing it this moment, and a disk may
 * have spoilt it, in which case the good bytes take its place. */
static bool is_kept(Arena *a, Str folder, Str path, Str bytes, bool *is_there, PxErr *err) {
    Str there;
    PxErr why;
    *is_there = os_is_file(path) && os_read_file(a, path, bytes.len, &there, &why) &&
                str_equal(there, bytes);
    return !*is_there || os_sync_folder(folder, err);
}

static bool keep(Store *s, Arena *a, Str bytes, Digest name, PxErr *err) {
    const Str folder = folder_of(s, a, name), path = path_of(s, a, name);
    bool is_there;
    if (!is_kept(a, folder, path, bytes, &is_there, err)) return false;
    return is_there ||
           (os_make_folder(folder, err) && os_write_file(path, bytes, OS_REPLACE, false, err));
}

bool store_keep(Store *s, Str bytes, Digest *out, PxErr *err) {
    *out = digest_of(bytes);
    if (!needs_folder(s, err)) return false;
    if (bytes.len > FILE_MAX) {
        return fail(err, PX_ERR_LIMIT, S("store"), -1, "a file of more than 2 GB is not kept");
    }
    Arena *own = arena_child(s->arena);
    const bool done = keep(s, own, bytes, *out, err);
    arena_close(own);
    return done;
}

bool store_fetch(Store *s, Arena *a, Digest name, Str *out, PxErr *err) {
    if (!needs_folder(s, err)) return false;
    Arena *own = arena_child(a);
    const Str path = path_of(s, own, name);
    bool done = os_read_file(a, path, FILE_MAX, out, err);
    if (done && !digest_equal(digest_of(*out), name)) {
        done = fail(err, PX_ERR_INPUT, path, -1,
                    "its bytes are not those that were kept (restore it from a backup)");
    }
    arena_close(own);
    return done;
}

bool store_has(Store *s, Digest name) {
    if (s->folder.len == 0) return false;
    Arena *own = arena_child(s->arena);
    const bool is_there = os_is_file(path_of(s, own, name));
    arena_close(own);
    return is_there;
}

void store_sweep(const Store *s) {
    static const char *const beside[] = {"keys", "rulebooks", "rulebooks/calendars"};
    if (s->folder.len == 0) return;
    Arena *own = arena_child(s->arena);
    const Str files = os_path(own, s->folder, S("files"));
    Str *names;
    ptrdiff_t count = 0;
    PxErr untold;
    os_sweep_folder(own, s->folder, SWEEP_SECONDS);
    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
        os_sweep_folder(own, os_path(own, s->folder, str_from_z(beside[i])), SWEEP_SECONDS);
    }
    if (!os_list_folder(own, files, &names, &count, &untold)) count = 0;
    for (ptrdiff_t i = 0; i < count; i++) {
        if (names[i].len == 2) os_sweep_folder(own, os_path(own, files, names[i]), SWEEP_SECONDS);
    }
    arena_close(own);
}
