/* A record as files that others' tools can verify (c2sp.org/tlog-tiles). */
#include "record/int.h"

#include "os/os.h"

typedef struct Exporting {
    Record *record;
    Arena *arena, *scratch;
    Str folder, last; /* last: the folder made last */
    Walk walk;
    Tiles *tiles;
} Exporting;

static bool write_file(void *ctx, Str path, Str bytes, PxErr *err) {
    Exporting *e = ctx;
    const Str whole = os_path(e->scratch, e->folder, path);
    const Str folder = str_slice(whole, 0, str_find_last(whole, '/'));
    if (!str_equal(folder, e->last)) {
        if (!os_make_folder(folder, err)) return false;
        e->last = arena_str(e->arena, folder);
    }
    return os_write_file(whole, bytes, OS_NEW, false, err);
}

/* What does not verify is not exported. */
static bool export_row(void *ctx, const Value *row, ptrdiff_t columns, PxErr *err) {
    check(columns == 7);
    Exporting *e = ctx;
    const ArenaMark mark = arena_mark(e->scratch);
    if (row[0].number != e->walk.frontier.size) {
        return fail(err, PX_ERR_PROOF, act_part(e->arena, e->walk.frontier.size), -1,
                    "it is missing");
    }
    if (!walk_act(&e->walk, row[1].text, row[2].text, err)) return false;
    if (!tiles_add(e->tiles, row[1].text, row[2].text, e->walk.entry, e->walk.leaf, err)) {
        return false;
    }
    arena_rewind(e->scratch, mark);
    return true;
}

static bool export_all(void *ctx, PxErr *err) {
    Exporting *e = ctx;
    Record *r = e->record;
    Head head;
    Checkpoint c;
    const Value first = value_int(0);
    if (!head_load(r->store, e->arena, &head, err) ||
        !checkpoint_read(e->arena, head.checkpoint, &r->key, &c, err) ||
        !store_each(r->store, QUERY_act_all, &first, 1, export_row, e, err) ||
        !tiles_end(e->tiles, err)) {
        return false;
    }
    if (c.size != e->walk.frontier.size ||
        !digest_equal(c.root, frontier_root(&e->walk.frontier))) {
        return fail(err, PX_ERR_PROOF, S("checkpoint"), -1,
                    "the acts are not those that were signed; paraph record verify says where");
    }
    const Str key = arena_format(e->arena, "%.*s\n", (int)r->key.text.len, r->key.text.ptr);
    return write_file(e, S("record.pub"), key, err) &&
           write_file(e, S("checkpoint"), head.checkpoint, err);
}

bool record_export(Record *r, Str dir, PxErr *err) {
    if (os_is_folder(dir) || os_is_file(dir)) {
        return fail(err, PX_ERR_CONFLICT, dir, -1, "it is there already (name a new folder)");
    }
    if (!os_make_folder(dir, err)) return false;
    Arena *a = arena_child(r->arena);
    Arena *scratch = arena_child(a);
    Exporting e = {r, a, scratch, dir, {NULL, 0}, {.arena = scratch}, NULL};
    e.tiles = tiles_new(a, write_file, &e);
    const bool done = store_read(r->store, export_all, &e, err);
    arena_close(a);
    return done;
}
