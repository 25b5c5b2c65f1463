/* place: where a store is, making one and opening one. */
#include "store/int.h"

static bool is_url(Str s) {
    return str_starts(s, S("postgres://")) || str_starts(s, S("postgresql://"));
}

bool store_place(Arena *a, Str where, Str files, StorePlace *out, PxErr *err) {
    if (is_url(where)) {
        if (files.len == 0) {
            return fail(err, PX_ERR_CONFLICT, S("store"), -1,
                        "a store on PostgreSQL needs a folder for its files (name one)");
        }
        *out = (StorePlace){arena_str(a, files), arena_str(a, where)};
        return true;
    }
    if (where.len == 0) {
        return fail(err, PX_ERR_CONFLICT, S("store"), -1, "no folder is named for the store");
    }
    *out = (StorePlace){arena_str(a, where), {NULL, 0}};
    const Str path = os_path(a, where, S("database"));
    Str text;
    if (!os_is_file(path)) return true;
    if (!os_read_file(a, path, 4096, &text, err)) return false;
    text = str_trim(text);
    if (!is_url(text)) {
        return fail(err, PX_ERR_INPUT, path, -1, "it does not hold one URL \"postgres://...\"");
    }
    out->database = text;
    return true;
}

static Str sqlite_path(Arena *a, Str folder) { return os_path(a, folder, S("paraph.db")); }

static bool refuse_there(Str folder, PxErr *err) {
    return fail(err, PX_ERR_CONFLICT, folder, -1,
                "a store is there already (open it, or choose another folder)");
}

/* Made under another name, so that a store is there whole or not at all. */
static bool create_sqlite(Arena *a, Str folder, PxErr *err) {
    const Str path = sqlite_path(a, folder), unfinished = os_path(a, folder, S("paraph.db.new"));
    if (os_is_file(path)) return refuse_there(folder, err);
    static const char *const endings[] = {"", "-wal", "-shm", "-journal"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        const Str old = arena_format(a, "%.*s%s", (int)unfinished.len, unfinished.ptr, endings[i]);
        if (os_is_file(old) && !os_remove_file(old, err)) return false;
    }
    if (!os_write_file(unfinished, S(""), OS_NEW, true, err)) return false;
    Store *s = store_new(a, &sqlite_driver, folder);
    const bool done = sqlite_connect(s, unfinished, false, err) && migrate(s, true, err);
    store_close(s);
    return done && os_move_file(unfinished, path, err);
}

static bool create_postgres(Arena *a, const StorePlace *place, PxErr *err) {
    const Str path = os_path(a, place->folder, S("database"));
    Str there = {NULL, 0};
    if (os_is_file(sqlite_path(a, place->folder))) return refuse_there(place->folder, err);
    if (os_is_file(path)) {
        if (!os_read_file(a, path, 4096, &there, err)) return false;
        if (!str_equal(str_trim(there), place->database)) return refuse_there(place->folder, err);
    }
    Store *s = store_new(a, &postgres_driver, place->folder);
    const bool done = postgres_connect(s, place->database, err) && migrate(s, true, err);
    store_close(s);
    if (!done) return false;
    const Str line = arena_format(a, "%.*s\n", (int)place->database.len, place->database.ptr);
    return os_write_file(path, line, OS_REPLACE, true, err);
}

bool store_create(Arena *a, const StorePlace *place, PxErr *err) {
    Arena *own = arena_child(a);
    const bool done = os_make_folder(place->folder, err) &&
                      os_make_folder(os_path(own, place->folder, S("files")), err) &&
                      (place->database.len ? create_postgres(own, place, err)
                                           : create_sqlite(own, place->folder, err));
    arena_close(own);
    return done;
}

bool store_open(Arena *a, const StorePlace *place, Store **out, PxErr *err) {
    const bool is_postgres = place->database.len > 0;
    if (!os_is_folder(place->folder)) {
        return fail(err, PX_ERR_NOT_FOUND, place->folder, -1,
                    "there is no such folder (make a store there first)");
    }
    const Str path = sqlite_path(a, place->folder);
    if (!is_postgres && !os_is_file(path)) {
        return fail(err, PX_ERR_NOT_FOUND, place->folder, -1,
                    "there is no store in it (make one first)");
    }
    Store *s = store_new(a, is_postgres ? &postgres_driver : &sqlite_driver, place->folder);
    const bool done = (is_postgres ? postgres_connect(s, place->database, err)
                                   : sqlite_connect(s, path, false, err)) &&
                      migrate(s, false, err);
    if (done) *out = s;
    else store_close(s);
    return done;
}

bool store_open_memory(Arena *a, Store **out, PxErr *err) {
    Store *s = store_new(a, &sqlite_driver, (Str){NULL, 0});
    if (sqlite_connect(s, (Str){NULL, 0}, true, err) && migrate(s, true, err)) {
        *out = s;
        return true;
    }
    store_close(s);
    return false;
}
