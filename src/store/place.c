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

/* ---- making ---- */

/* What making a store puts into its folder. */
static const char *const parts[] = {"files",
                                    "keys",
                                    "rulebooks",
                                    "checkpoint",
                                    "database",
                                    "paraph.db.new",
                                    "paraph.db.new-wal",
                                    "paraph.db.new-shm",
                                    "paraph.db.new-journal"};
enum { PARTS = (int)(sizeof parts / sizeof *parts), MARK_BYTES = 4096 };

static Str mark_path(Arena *a, Str folder) { return os_path(a, folder, S("unfinished")); }
static Str unfinished_path(Arena *a, Str folder) { return os_path(a, folder, S("paraph.db.new")); }

/* The parts that were there before: a line each, and a last one. */
static bool mark_write(Arena *a, Str folder, PxErr *err) {
    Buf b = buf_new(a);
    for (int i = 0; i < PARTS; i++) {
        const Str path = os_path(a, folder, str_from_z(parts[i]));
        if (os_is_file(path) || os_is_folder(path)) buf_format(&b, "%s\n", parts[i]);
    }
    buf_add(&b, S("end\n"));
    return os_write_file(mark_path(a, folder), buf_str(&b), OS_NEW, false, err);
}

static bool was_there(Str mark, const char *part) {
    for (ptrdiff_t at = 0; at < mark.len;) {
        const Str rest = str_slice(mark, at, mark.len);
        const ptrdiff_t end = str_find(rest, S("\n"));
        if (end < 0) return false;
        if (str_equal(str_slice(rest, 0, end), str_from_z(part))) return true;
        at += end + 1;
    }
    return false;
}

static void remove_quietly(Str path) {
    PxErr untold;
    if (os_is_file(path) && !os_remove_file(path, &untold)) return;
}

/* Removes what the making that was broken off has put there. */
static bool clear(Arena *a, Str folder, PxErr *err) {
    Str mark;
    if (!os_read_file(a, mark_path(a, folder), MARK_BYTES, &mark, err)) return false;
    for (int i = 0; i < PARTS; i++) {
        const Str path = os_path(a, folder, str_from_z(parts[i]));
        if (!was_there(mark, parts[i]) && !os_remove_all(path, err)) return false;
    }
    return true;
}

/* Made under another name, so that a store is there whole or not at all. */
static bool begin_sqlite(Store *s, Arena *a, bool is_resumed, PxErr *err) {
    const Str unfinished = unfinished_path(a, s->folder);
    return (!is_resumed || clear(a, s->folder, err)) &&
           os_write_file(unfinished, S(""), OS_REPLACE, true, err) &&
           sqlite_connect(s, unfinished, false, err) && migrate(s, true, err);
}

/* Tables that were made and never filled: but for the head of a record without acts. */
static bool take_over(void *ctx, PxErr *err) {
    Store *s = ctx;
    for (ptrdiff_t i = 0; i < TABLE_COUNT; i++) {
        Rows rows;
        if (i == TABLE_NUMBER_record_head) continue;
        if (!all_rows(s, s->arena, table_query(s, i, TABLE_ROWS), NULL, &rows, err)) return false;
        if (rows.values[0].number > 0) return refuse_there(s->folder, err);
    }
    return store_run(s, QUERY_head_delete, NULL, 0, err);
}

static bool begin_postgres(Store *s, Arena *a, Str url, bool is_resumed, PxErr *err) {
    const Str path = os_path(a, s->folder, S("database"));
    Str there;
    if (os_is_file(path)) {
        if (!os_read_file(a, path, 4096, &there, err)) return false;
        if (!str_equal(str_trim(there), url)) return refuse_there(s->folder, err);
    }
    if (!postgres_connect(s, url, err)) return false;
    PxErr why = {.at = -1};
    if (!migrate(s, true, &why)) {
        const bool is_there = is_resumed && why.kind == PX_ERR_CONFLICT;
        if (!is_there && err) *err = why;
        if (!is_there || !migrate(s, false, err) || !store_write(s, take_over, s, err))
            return false;
    }
    return (!is_resumed || clear(a, s->folder, err)) &&
           os_write_file(path, arena_format(a, "%.*s\n", (int)url.len, url.ptr), OS_REPLACE, true,
                         err);
}

static bool begin_in(Store *s, Arena *a, const StorePlace *place, bool *is_resumed, PxErr *err) {
    const Str mark = mark_path(a, s->folder);
    *is_resumed = os_is_file(mark);
    const bool is_postgres = place->database.len > 0;
    if (os_is_file(sqlite_path(a, s->folder)) ||
        (!is_postgres && os_is_file(os_path(a, s->folder, S("database"))))) {
        return refuse_there(s->folder, err);
    }
    if (!*is_resumed && !mark_write(a, s->folder, err)) return false;
    const bool done = (is_postgres ? begin_postgres(s, a, place->database, *is_resumed, err)
                                   : begin_sqlite(s, a, *is_resumed, err)) &&
                      os_make_folder(os_path(a, s->folder, S("files")), err);
    if (!done && !*is_resumed && err->kind == PX_ERR_CONFLICT) remove_quietly(mark);
    return done;
}

static Str lock_path(Arena *a, Str folder) { return os_path(a, folder, S("unfinished.lock")); }

bool store_begin(Arena *a, const StorePlace *place, Store **out, bool *is_resumed, PxErr *err) {
    if (!os_make_folder(place->folder, err)) return false;
    Store *s = store_new(a, place->database.len ? &postgres_driver : &sqlite_driver, place->folder);
    Arena *own = arena_child(a);
    const Str lock = lock_path(own, s->folder);
    const bool is_locked = os_lock_file(s->arena, lock, 0, err);
    const bool done = is_locked && begin_in(s, own, place, is_resumed, err);
    if (is_locked && !done) remove_quietly(lock);
    arena_close(own);
    if (done) *out = s;
    else store_close(s);
    return done;
}

void store_settle(const Store *s) {
    Arena *own = arena_child(s->arena);
    remove_quietly(mark_path(own, s->folder));
    arena_close(own);
}

bool store_finish(Store *s, PxErr *err) {
    store_close(s);
    if (!store_is_postgres(s) && !os_move_file(unfinished_path(s->arena, s->folder),
                                               sqlite_path(s->arena, s->folder), err)) {
        return false;
    }
    store_settle(s);
    remove_quietly(lock_path(s->arena, s->folder));
    return true;
}

bool store_create(Arena *a, const StorePlace *place, PxErr *err) {
    Arena *own = arena_child(a);
    Store *s;
    bool is_resumed;
    const bool done = store_begin(own, place, &s, &is_resumed, err) && store_finish(s, err);
    arena_close(own);
    return done;
}

/* ---- opening ---- */

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
