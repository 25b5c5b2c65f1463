/* Replay: the acts alone rebuild every projection. */
#include "record/int.h"

typedef struct Replay {
    Record *record;
    Store *fresh;
    Arena *arena;
    bool (*apply)(void *ctx, Store *fresh, const Act *act, PxErr *err);
    void *ctx;
    int64_t acts;
} Replay;

static bool apply_act(void *ctx, const Act *act, PxErr *err) {
    Replay *p = ctx;
    if (act->is_refused) return true;
    p->acts++;
    PxErr why;
    return p->apply(p->ctx, p->fresh, act, &why) ||
           fail(err, why.kind == PX_ERR_NONE ? PX_ERR_PROOF : why.kind,
                act_part(p->arena, act->seq), -1, "%s cannot be replayed: %s",
                arena_str(p->arena, act->kind).ptr, why.message);
}

static bool apply_all(void *ctx, PxErr *err) {
    Replay *p = ctx;
    p->acts = 0;
    return record_each(p->record, 0, apply_act, p, err);
}

static bool compare_tables(Replay *p, PxErr *err) {
    const char *const *names;
    const ptrdiff_t count = store_projections(&names);
    for (ptrdiff_t i = 0; i < count; i++) {
        Digest stored, rebuilt;
        int64_t stored_rows, rebuilt_rows;
        if (!store_table_digest(p->record->store, names[i], &stored, &stored_rows, err) ||
            !store_table_digest(p->fresh, names[i], &rebuilt, &rebuilt_rows, err)) {
            return false;
        }
        if (stored_rows == rebuilt_rows && digest_equal(stored, rebuilt)) continue;
        Str row;
        if (!store_table_differs(p->record->store, p->fresh, p->arena, names[i], &row, err)) {
            return false;
        }
        return fail(err, PX_ERR_PROOF, str_from_z(names[i]), -1,
                    "the stored table is not what the acts make it (%lld rows stored, %lld "
                    "replayed), first at %.*s",
                    (long long)stored_rows, (long long)rebuilt_rows, (int)row.len,
                    row.len > 0 ? row.ptr : "");
    }
    return true;
}

/* Within one view of the stored tables. */
static bool replay_view(void *ctx, PxErr *err) {
    Replay *p = ctx;
    return store_write(p->fresh, apply_all, p, err) && compare_tables(p, err);
}

bool record_replay(Record *r, bool (*apply)(void *ctx, Store *fresh, const Act *act, PxErr *err),
                   void *ctx, int64_t *acts, PxErr *err) {
    Replay p = {.record = r, .arena = arena_child(r->arena), .apply = apply, .ctx = ctx};
    bool done = store_open_memory(p.arena, &p.fresh, err);
    if (done) {
        done = store_read(r->store, replay_view, &p, err);
        store_close(p.fresh);
    }
    *acts = p.acts;
    arena_close(p.arena);
    return done;
}
