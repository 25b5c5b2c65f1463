/* The record of one store: made, opened, appended to, sealed. Nothing about its state is kept
 * between calls: the head is read in the transaction that changes it, so that a transaction that is
 * run again, or a savepoint that is undone, leaves nothing behind here. */
#include "record/int.h"

#include <sodium.h>

#include "os/os.h"

enum { WITNESS_WAIT_MS = 10000, VOUCH_EVERY = 60 * 1000000 };
enum { KEY_FILE_MAX = 4096, CHECKPOINT_FILE_MAX = 1 << 20, ACT_MAX = 4 << 20, OBJECTS_DEPTH = 60 };

/* ---- the head ---- */

bool head_load(Store *s, Arena *a, Head *out, PxErr *err) {
    Rows rows;
    if (!store_rows(s, a, QUERY_head_read, NULL, 0, &rows, err)) return false;
    if (rows.rows != 1) {
        return fail(err, PX_ERR_PROOF, S("record_head"), -1,
                    "the record has no head; was the installation set up whole?");
    }
    const Value *row = row_at(&rows, 0);
    out->checkpoint = row[2].text;
    out->last_at = row[3].number;
    return frontier_read(row[0].number, row[1].text, &out->frontier) ||
           fail(err, PX_ERR_PROOF, S("record_head"), -1,
                "the head's size and its hashes do not fit each other; it was changed");
}

bool head_check(Arena *a, const Head *head, const NoteKey *key, PxErr *err) {
    Checkpoint c;
    if (!checkpoint_read(a, head->checkpoint, key, &c, err)) return false;
    if (c.size != head->frontier.size) {
        return fail(err, PX_ERR_PROOF, S("checkpoint"), -1,
                    "it was signed for %lld acts, but the head counts %lld", (long long)c.size,
                    (long long)head->frontier.size);
    }
    return digest_equal(c.root, frontier_root(&head->frontier)) ||
           fail(err, PX_ERR_PROOF, S("record_head"), -1,
                "its hashes do not give the root that was signed; it was changed");
}

/* ---- the checkpoint in the folder ---- */

static Str witness_path(Arena *a, Str folder) { return os_path(a, folder, S("checkpoint")); }

bool witness_read(Arena *a, Str folder, const NoteKey *key, Older *out, PxErr *err) {
    const Str path = witness_path(a, folder);
    if (!os_is_file(path)) return true;
    Str text;
    return os_read_file(a, path, CHECKPOINT_FILE_MAX, &text, err) &&
           checkpoint_read(a, text, key, &out->items[out->count++], err);
}

static bool write_witness(Record *r, Arena *a, int wait_ms, PxErr *err) {
    const Str folder = store_folder(r->store);
    if (!os_lock_file(a, os_path(a, folder, S("checkpoint.lock")), wait_ms, err)) return false;
    Older older = {.count = 0};
    Head head;
    if (!witness_read(a, folder, &r->key, &older, err) || !head_load(r->store, a, &head, err) ||
        !head_check(a, &head, &r->key, err)) {
        return false;
    }
    if (older.count > 0 && older.items[0].size >= head.frontier.size) return true;
    return os_write_file(witness_path(a, folder), head.checkpoint, OS_REPLACE, false, err);
}

bool record_witness(Record *r, PxErr *err) {
    Arena *a = arena_child(r->arena);
    const bool done = write_witness(r, a, WITNESS_WAIT_MS, err);
    arena_close(a);
    return done;
}

void record_vouch(Record *r) {
    const int64_t now = os_ticks();
    if (r->vouched != 0 && now - r->vouched < VOUCH_EVERY) return;
    r->vouched = now;
    PxErr untold; /* the act is done, and the next one tries again */
    Arena *a = arena_child(r->arena);
    if (!write_witness(r, a, 0, &untold)) r->vouched = 0;
    arena_close(a);
}

/* ---- making ---- */

typedef struct Making {
    Store *store;
    Str checkpoint;
} Making;

static bool insert_head(void *ctx, PxErr *err) {
    const Making *m = ctx;
    return STORE_RUN(m->store, err, head_insert, value_int(0), value_blob(S("")),
                     value_text(m->checkpoint), value_int(0));
}

/* After trouble that is told instead of this one's. */
static void remove_quietly(Str path) {
    PxErr untold;
    if (!os_remove_file(path, &untold)) return;
}

bool record_create(Arena *a, Store *s, Str origin, PxErr *err) {
    NoteKey key;
    Str secret;
    if (!key_make(a, origin, &key, &secret, err)) return false;
    const Str folder = os_path(a, store_folder(s), S("keys"));
    const Str open_path = os_path(a, folder, S("record.pub"));
    const Str secret_path = os_path(a, folder, S("record.key"));
    const Str open = arena_format(a, "%.*s\n", (int)key.text.len, key.text.ptr);
    if (!os_make_folder(folder, err) || !os_write_file(secret_path, secret, OS_NEW, true, err)) {
        return false;
    }
    const Checkpoint empty = {0, tree_root(NULL, 0)};
    Making m = {s, checkpoint_text(a, &key, &empty)};
    bool has_open = os_write_file(open_path, open, OS_NEW, false, err);
    const bool done = has_open && store_write(s, insert_head, &m, err);
    sodium_memzero((char *)(uintptr_t)secret.ptr, (size_t)secret.len);
    sodium_memzero(key.secret, sizeof key.secret);
    if (done) return true;
    remove_quietly(secret_path);
    if (has_open) remove_quietly(open_path);
    return false;
}

/* ---- opening ---- */

static void forget_secret(void *ctx) {
    NoteKey *key = ctx;
    sodium_memzero(key->secret, sizeof key->secret);
}

static bool load_keys(Record *r, Arena *a, PxErr *err) {
    const Str folder = os_path(a, store_folder(r->store), S("keys"));
    Str text;
    if (!os_read_file(a, os_path(a, folder, S("record.pub")), KEY_FILE_MAX, &text, err) ||
        !key_read(a, text, &r->key, err)) {
        return false;
    }
    const Str path = os_path(a, folder, S("record.key"));
    if (!os_is_file(path)) return true; /* enough to read and verify */
    arena_defer(a, forget_secret, &r->key);
    if (!os_read_file(a, path, KEY_FILE_MAX, &text, err)) return false;
    const bool done = key_read_secret(a, text, &r->key, err);
    sodium_memzero((char *)(uintptr_t)text.ptr, (size_t)text.len);
    return done;
}

typedef struct Opening {
    Record *record;
    RecordCheck how;
    const Older *older;
} Opening;

static bool check_open(void *ctx, PxErr *err) {
    const Opening *o = ctx;
    Record *r = o->record;
    Arena *a = arena_child(r->arena);
    RecordReport report;
    const bool done = o->how == RECORD_VERIFY
                          ? verify_store(r->store, a, &r->key, o->older, &report, err)
                          : verify_newest(r->store, a, &r->key, o->older, err);
    arena_close(a);
    return done;
}

bool record_open(Arena *a, Store *s, RecordCheck how, Record **out, PxErr *err) {
    *out = NULL;
    Record *r = NEW(a, Record);
    r->store = s;
    r->arena = a;
    if (!load_keys(r, a, err)) return false;
    /* Read before the tables are: another server may append and renew the file in between. */
    Older older = {.count = 0};
    if (!witness_read(a, store_folder(s), &r->key, &older, err)) return false;
    Opening o = {r, how, &older};
    if (!store_read(s, check_open, &o, err)) return false;
    if (how == RECORD_VERIFY && !record_witness(r, err)) return false;
    *out = r;
    return true;
}

Str record_key(const Record *r) { return r->key.text; }

/* ---- appending ---- */

static bool is_within(const Json *j, int depth) {
    if (depth == 0) return false;
    if (j->kind != JSON_ARRAY && j->kind != JSON_OBJECT) return true;
    for (ptrdiff_t i = 0; i < j->count; i++) {
        if (!is_within(j->items[i], depth - 1)) return false;
    }
    return true;
}

/* What is read back is what was meant. */
static bool is_same(const Act *x, const Act *y) {
    return str_equal(x->on, y->on) && str_equal(x->kind, y->kind) &&
           str_equal(x->actor, y->actor) && str_equal(x->body, y->body) &&
           str_equal(x->dossier, y->dossier) && str_equal(x->channel, y->channel) &&
           str_equal(x->rulebook, y->rulebook) && str_equal(x->rule, y->rule) &&
           str_equal(x->why, y->why);
}

static bool write_down(Arena *a, Act *act, Str *text, PxErr *err) {
    if (!act->objects) act->objects = json_object(a);
    if (!is_within(act->objects, OBJECTS_DEPTH)) {
        return fail(err, PX_ERR_LIMIT, act->kind, -1,
                    "what the act is done with is nested more than %d deep", OBJECTS_DEPTH);
    }
    *text = act_text(a, act);
    if (text->len > ACT_MAX) {
        return fail(err, PX_ERR_LIMIT, act->kind, -1, "the act takes %lld bytes, and may take 4 MB",
                    (long long)text->len);
    }
    Act back;
    if (!act_read(a, *text, &back, err)) return false;
    return is_same(act, &back) ||
           fail(err, PX_ERR_INPUT, S("act"), -1, "a text of the act is no UTF-8, or holds NUL");
}

/* The head's checkpoint, its signature checked. */
static bool head_signed(Record *r, Arena *a, const Head *head, Checkpoint *out, PxErr *err) {
    if (r->seen_text.len > 0 && str_equal(head->checkpoint, r->seen_text)) {
        *out = r->seen;
        return true;
    }
    if (!checkpoint_read(a, head->checkpoint, &r->key, out, err)) return false;
    if (head->checkpoint.len > (ptrdiff_t)sizeof r->seen_bytes) return true;
    memcpy(r->seen_bytes, head->checkpoint.ptr, (size_t)head->checkpoint.len);
    r->seen_text = (Str){r->seen_bytes, head->checkpoint.len};
    r->seen = *out;
    return true;
}

/* What is built upon, and signed at the end, is what was signed before, and what was appended here
 * since. Else one who can write to the database, and has no key, would have us sign his acts. */
static bool check_ground(Record *r, Arena *a, const Head *head, PxErr *err) {
    Checkpoint c;
    const int64_t size = head->frontier.size;
    if (!head_signed(r, a, head, &c, err)) return false;
    if (c.size == size) {
        r->from = r->to = size;
        return digest_equal(c.root, frontier_root(&head->frontier)) ||
               fail(err, PX_ERR_PROOF, S("record_head"), -1,
                    "its hashes do not give the root that was signed; it was changed");
    }
    return (c.size == r->from && size >= c.size && size <= r->to) ||
           fail(err, PX_ERR_PROOF, S("record_head"), -1,
                "it counts %lld acts and its checkpoint %lld: acts were added behind it",
                (long long)size, (long long)c.size);
}

bool record_append(Record *r, Arena *a, Act *act, PxErr *err) {
    Head head;
    Str text;
    if (!head_load(r->store, a, &head, err) || !check_ground(r, a, &head, err)) return false;
    act->seq = head.frontier.size;
    if (act->at < head.last_at) act->at = head.last_at;
    if (!write_down(a, act, &text, err)) return false;
    unsigned char salt_bytes[SALT_LEN];
    randombytes_buf(salt_bytes, sizeof salt_bytes);
    const Str salt = {(const char *)salt_bytes, SALT_LEN};
    const Digest entry = entry_of(salt, text);
    const Digest leaf = tree_leaf(digest_bytes(&entry));
    frontier_push(&head.frontier, leaf);
    if (r->to < head.frontier.size) r->to = head.frontier.size;
    return STORE_RUN(r->store, err, act_insert, value_int(act->seq), value_blob(salt),
                     value_text(text), value_blob(digest_bytes(&leaf)), value_text(act->dossier),
                     value_text(act->kind), value_text(act->actor)) &&
           STORE_RUN(r->store, err, head_grow, value_int(head.frontier.size),
                     value_blob(frontier_bytes(&head.frontier)), value_int(act->at));
}

bool record_seal(Record *r, Arena *a, PxErr *err) {
    if (!r->key.has_secret) {
        return fail(err, PX_ERR_NOT_FOUND, S("keys/record.key"), -1,
                    "the record cannot be signed without its secret key; put the file back");
    }
    Head head;
    if (!head_load(r->store, a, &head, err) || !check_ground(r, a, &head, err)) return false;
    const Checkpoint c = {head.frontier.size, frontier_root(&head.frontier)};
    return STORE_RUN(r->store, err, head_sign, value_text(checkpoint_text(a, &r->key, &c)));
}

/* ---- reading ---- */

int64_t record_size(Record *r, PxErr *err) {
    Arena *a = arena_child(r->arena);
    Head head;
    const int64_t size = head_load(r->store, a, &head, err) ? head.frontier.size : -1;
    arena_close(a);
    return size;
}

bool record_checkpoint(Record *r, Arena *a, Str *out, PxErr *err) {
    Head head;
    if (!head_load(r->store, a, &head, err)) return false;
    *out = head.checkpoint;
    return true;
}

typedef struct Reading {
    Arena *arena;
    bool (*each)(void *ctx, const Act *act, PxErr *err);
    void *ctx;
} Reading;

static bool read_row(void *ctx, const Value *row, ptrdiff_t columns, PxErr *err) {
    check(columns == 7);
    const Reading *reading = ctx;
    const ArenaMark mark = arena_mark(reading->arena);
    Act act;
    if (!act_read(reading->arena, row[2].text, &act, err)) {
        const Str part = act_part(reading->arena, row[0].number);
        return fail(err, PX_ERR_PROOF, part, -1, "its text is no act any more; it was changed");
    }
    if (!reading->each(reading->ctx, &act, err)) return false;
    arena_rewind(reading->arena, mark);
    return true;
}

bool record_each(Record *r, int64_t from, bool (*each)(void *ctx, const Act *act, PxErr *err),
                 void *ctx, PxErr *err) {
    Reading reading = {arena_child(r->arena), each, ctx};
    const Value first = value_int(from);
    const bool done = store_each(r->store, QUERY_act_all, &first, 1, read_row, &reading, err);
    arena_close(reading.arena);
    return done;
}
