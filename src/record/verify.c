/* Verifying: every act against its leaf, the leaves under the root, the root under the signature.
 */
#include "record/int.h"

#include "os/os.h"

/* ---- act by act ---- */

static bool check_older(const Walk *w, PxErr *err) {
    for (int i = 0; w->older && i < w->older->count; i++) {
        const Checkpoint *c = &w->older->items[i];
        if (c->size != w->frontier.size) continue;
        if (digest_equal(c->root, frontier_root(&w->frontier))) continue;
        return fail(err, PX_ERR_PROOF, S("checkpoint"), -1,
                    "the first %lld acts are not those an older checkpoint was signed for: the "
                    "record was rewritten",
                    (long long)c->size);
    }
    return true;
}

static bool refuse_act(const Walk *w, int64_t seq, PxErr *err, const char *why, const char *more) {
    return fail(err, PX_ERR_PROOF, act_part(w->arena, seq), -1, "%s%s", why, more);
}

/* The act alone, as that number seq. */
static bool read_act(Walk *w, int64_t seq, Str salt, Str body, PxErr *err) {
    PxErr why;
    if (!act_read(w->arena, body, &w->act, &why)) {
        return refuse_act(w, seq, err, "its text was changed: ", why.message);
    }
    if (w->act.seq != seq) {
        return fail(err, PX_ERR_PROOF, act_part(w->arena, seq), -1,
                    "act %lld stands in its place: acts were removed, added or moved",
                    (long long)w->act.seq);
    }
    if (salt.len != SALT_LEN) return refuse_act(w, seq, err, "its salt was changed", "");
    if (w->act.at < w->last_at) {
        return refuse_act(w, seq, err, "it was recorded before its predecessor", "");
    }
    w->last_at = w->act.at;
    w->entry = entry_of(salt, body);
    w->leaf = tree_leaf(digest_bytes(&w->entry));
    return true;
}

bool walk_act(Walk *w, Str salt, Str body, PxErr *err) {
    const int64_t seq = w->frontier.size;
    if (seq == 0 && !check_older(w, err)) return false;
    if (!read_act(w, seq, salt, body, err)) return false;
    frontier_push(&w->frontier, w->leaf);
    if (seq == 0) w->first_at = w->act.at;
    w->refusals += w->act.is_refused;
    return check_older(w, err);
}

/* When all have been seen. */
static bool walk_end(const Walk *w, PxErr *err) {
    if (w->frontier.size == 0 && !check_older(w, err)) return false;
    for (int i = 0; w->older && i < w->older->count; i++) {
        const Checkpoint *c = &w->older->items[i];
        if (c->size <= w->frontier.size) continue;
        return fail(err, PX_ERR_PROOF, S("checkpoint"), -1,
                    "an older checkpoint vouches for %lld acts and there are %lld: acts were lost, "
                    "or an older state was put back (if on purpose, take the file checkpoint away)",
                    (long long)c->size, (long long)w->frontier.size);
    }
    return true;
}

static void report_key(RecordReport *out, const NoteKey *key) {
    out->origin = out->key_name = key->name;
    out->key = key->text;
}

static void report_walk(RecordReport *out, const Walk *w) {
    out->size = w->frontier.size;
    out->refusals = w->refusals;
    out->root = frontier_root(&w->frontier);
    out->first_at = w->first_at;
    out->last_at = w->last_at;
}

/* ---- a store ---- */

/* What a row of act_all or act_one says beside the act itself, when that has been read. */
static bool check_row(const Walk *w, int64_t seq, const Value *row, PxErr *err) {
    if (!str_equal(row[3].text, digest_bytes(&w->leaf))) {
        return fail(err, PX_ERR_PROOF, act_part(w->arena, seq), -1,
                    "its text or salt is not what its leaf was made of; it was changed");
    }
    return (str_equal(row[4].text, w->act.dossier) && str_equal(row[5].text, w->act.kind) &&
            str_equal(row[6].text, w->act.actor)) ||
           fail(err, PX_ERR_PROOF, act_part(w->arena, seq), -1,
                "its row names another dossier, kind or actor than its text");
}

static bool check_place(const Walk *w, int64_t seq, const Value *row, PxErr *err) {
    return row[0].number == seq ||
           fail(err, PX_ERR_PROOF, act_part(w->arena, seq), -1,
                "it is missing; the next one there is act %lld", (long long)row[0].number);
}

static bool walk_row(void *ctx, const Value *row, ptrdiff_t columns, PxErr *err) {
    check(columns == 7);
    Walk *w = ctx;
    const ArenaMark mark = arena_mark(w->arena);
    const int64_t seq = w->frontier.size;
    if (!check_place(w, seq, row, err) || !walk_act(w, row[1].text, row[2].text, err) ||
        !check_row(w, seq, row, err)) {
        return false;
    }
    arena_rewind(w->arena, mark);
    return true;
}

/* The first leaves that the head does not know as they are; says where. */
static bool check_frontier(const Walk *w, const Head *head, PxErr *err) {
    int64_t first = 0, left = w->frontier.size;
    for (int i = 0; i < w->frontier.count; i++) {
        int64_t span = 1;
        while (span <= left / 2) span *= 2;
        if (!digest_equal(w->frontier.nodes[i], head->frontier.nodes[i])) {
            return fail(err, PX_ERR_PROOF, S("act"), -1,
                        "acts %lld to %lld do not give the hash the head has for them; one was "
                        "changed",
                        (long long)first, (long long)(first + span - 1));
        }
        first += span;
        left -= span;
    }
    return true;
}

static bool check_count(int64_t there, const Head *head, PxErr *err) {
    if (there == head->frontier.size) return true;
    if (there < head->frontier.size) {
        return fail(err, PX_ERR_PROOF, S("act"), -1,
                    "the head counts %lld acts and there are %lld: the last ones were removed",
                    (long long)head->frontier.size, (long long)there);
    }
    return fail(err, PX_ERR_PROOF, S("act"), -1,
                "the head counts %lld acts and there are %lld: acts were added behind it, or it "
                "was set back",
                (long long)head->frontier.size, (long long)there);
}

bool verify_store(Store *s, Arena *a, const NoteKey *key, const Older *older, RecordReport *out,
                  PxErr *err) {
    *out = (RecordReport){0};
    report_key(out, key);
    Head head;
    if (!head_load(s, a, &head, err)) return false;
    Walk w = {.arena = arena_child(a), .older = older};
    const Value first = value_int(0);
    if (!store_each(s, QUERY_act_all, &first, 1, walk_row, &w, err)) return false;
    if (!check_count(w.frontier.size, &head, err) || !check_frontier(&w, &head, err) ||
        !head_check(a, &head, key, err) || !walk_end(&w, err)) {
        return false;
    }
    if (head.last_at != w.last_at) {
        return fail(err, PX_ERR_PROOF, S("record_head"), -1,
                    "its time is not that of the newest act; it was changed");
    }
    report_walk(out, &w);
    return true;
}

typedef struct Leaves {
    Digest *items;
    int64_t first, next;
    Arena *arena;
} Leaves;

static bool add_leaf(void *ctx, const Value *row, ptrdiff_t columns, PxErr *err) {
    check(columns == 2);
    Leaves *l = ctx;
    const bool is_next = row[0].number == l->next;
    if (is_next && digest_from(row[1].text, &l->items[l->next - l->first])) {
        l->next++;
        return true;
    }
    return fail(err, PX_ERR_PROOF, act_part(l->arena, l->next), -1,
                "its leaf is missing or was changed");
}

bool load_leaves(Store *s, Arena *a, int64_t first, int64_t below, Digest **out, PxErr *err) {
    check(first >= 0 && first <= below);
    Leaves l = {NEW_ARRAY(a, Digest, (ptrdiff_t)(below - first)), first, first, a};
    const Value range[] = {value_int(first), value_int(below)};
    *out = l.items;
    if (!store_each(s, QUERY_act_leaves, range, 2, add_leaf, &l, err)) return false;
    return l.next == below ||
           fail(err, PX_ERR_PROOF, act_part(a, l.next), -1, "it is missing: acts were removed");
}

/* The frontier of the tree before its newest leaves: without the smallest subtrees that hold at
 * most `most` leaves together. */
static Frontier before_newest(const Frontier *f, int64_t most) {
    Frontier out = *f;
    while (out.count > 0) {
        const int64_t span = out.size & -out.size; /* leaves of the last subtree */
        if (f->size - (out.size - span) > most) break;
        out.size -= span;
        out.count--;
    }
    return out;
}

enum { NEWEST = 64 };

/* The acts behind w's frontier, under the head's root. */
static bool walk_newest(Store *s, Walk *w, const Head *head, PxErr *err) {
    Rows row;
    while (w->frontier.size < head->frontier.size) {
        const int64_t seq = w->frontier.size;
        if (!STORE_ROWS(s, w->arena, &row, err, act_one, value_int(seq))) return false;
        if (row.rows != 1) {
            return fail(err, PX_ERR_PROOF, act_part(w->arena, seq), -1, "it is missing");
        }
        const Value *v = row_at(&row, 0);
        if (!walk_act(w, v[1].text, v[2].text, err) || !check_row(w, seq, v, err)) return false;
    }
    return check_frontier(w, head, err);
}

/* The last act against its own leaf, where the tree's last subtree is too large to be made anew. */
static bool check_last(Store *s, Walk *w, int64_t seq, PxErr *err) {
    Rows row;
    if (!STORE_ROWS(s, w->arena, &row, err, act_one, value_int(seq))) return false;
    if (row.rows != 1) {
        return fail(err, PX_ERR_PROOF, act_part(w->arena, seq), -1, "it is missing");
    }
    const Value *v = row_at(&row, 0);
    return read_act(w, seq, v[1].text, v[2].text, err) && check_row(w, seq, v, err);
}

bool verify_newest(Store *s, Arena *a, const NoteKey *key, const Older *older, PxErr *err) {
    Head head;
    Rows newest;
    if (!head_load(s, a, &head, err) || !head_check(a, &head, key, err) ||
        !store_rows(s, a, QUERY_act_newest, NULL, 0, &newest, err)) {
        return false;
    }
    check(newest.rows == 1);
    if (!check_count(row_at(&newest, 0)[0].number + 1, &head, err)) return false;
    Walk end = {.arena = a, .frontier = head.frontier, .older = older};
    if (!check_older(&end, err) || !walk_end(&end, err)) return false;
    Walk w = {.arena = a, .frontier = before_newest(&head.frontier, NEWEST)};
    const int64_t size = head.frontier.size;
    if (size == 0) return true;
    if (w.frontier.size < size ? !walk_newest(s, &w, &head, err)
                               : !check_last(s, &w, size - 1, err)) {
        return false;
    }
    return head.last_at == w.last_at ||
           fail(err, PX_ERR_PROOF, S("record_head"), -1,
                "its time is not that of the newest act; it was changed");
}

/* ---- an export ---- */

typedef struct Export {
    Arena *arena, *scratch;
    Str folder;
    Walk walk;
    Tiles *tiles;
} Export;

enum { BUNDLE_FILE_MAX = 1 << 30 };

/* Each file that the acts come to must be there as it is. */
static bool compare_file(void *ctx, Str path, Str bytes, PxErr *err) {
    const Export *e = ctx;
    const ArenaMark mark = arena_mark(e->scratch);
    Str there;
    PxErr why;
    const Str whole = os_path(e->scratch, e->folder, path);
    if (!os_read_file(e->scratch, whole, bytes.len, &there, &why)) {
        if (why.kind == PX_ERR_SYSTEM) return fail(err, why.kind, path, -1, "%s", why.message);
        return fail(err, PX_ERR_PROOF, path, -1,
                    "the file is missing, or longer than the acts make it");
    }
    if (!str_equal(there, bytes)) {
        return fail(err, PX_ERR_PROOF, path, -1,
                    "the file is not what the acts come to; it was changed");
    }
    arena_rewind(e->scratch, mark);
    return true;
}

static int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* {"act":BODY,"salt":"HEX"} */
static bool split_line(Str line, Str *body, unsigned char salt[SALT_LEN]) {
    static const Str head = {"{\"act\":", 7}, middle = {",\"salt\":\"", 9}, tail = {"\"}", 2};
    const ptrdiff_t rest = middle.len + 2 * SALT_LEN + tail.len;
    if (line.len < head.len + rest || !str_starts(line, head) || !str_ends(line, tail)) {
        return false;
    }
    *body = str_slice(line, head.len, line.len - rest);
    const Str end = str_slice(line, line.len - rest, line.len);
    if (!str_starts(end, middle)) return false;
    for (int i = 0; i < SALT_LEN; i++) {
        const int high = hex_value(end.ptr[middle.len + 2 * i]);
        const int low = hex_value(end.ptr[middle.len + 2 * i + 1]);
        if (high < 0 || low < 0) return false;
        salt[i] = (unsigned char)(high << 4 | low);
    }
    return true;
}

static bool walk_line(Export *e, Str line, PxErr *err) {
    unsigned char salt_bytes[SALT_LEN];
    Str body;
    const ArenaMark mark = arena_mark(e->walk.arena);
    if (!split_line(line, &body, salt_bytes)) {
        return fail(err, PX_ERR_PROOF, act_part(e->arena, e->walk.frontier.size), -1,
                    "its line is no act with its salt");
    }
    const Str salt = {(const char *)salt_bytes, SALT_LEN};
    if (!walk_act(&e->walk, salt, body, err)) return false;
    arena_rewind(e->walk.arena, mark);
    return tiles_add(e->tiles, salt, body, e->walk.entry, e->walk.leaf, err);
}

static bool walk_file(Export *e, int64_t n, PxErr *err) {
    Arena *a = arena_child(e->arena);
    const Str path = acts_path(a, n);
    Str text, line;
    if (!os_read_file(a, os_path(a, e->folder, path), BUNDLE_FILE_MAX, &text, err)) {
        if (err && err->kind == PX_ERR_NOT_FOUND) {
            return fail(err, PX_ERR_PROOF, path, -1, "the file is missing: acts were removed");
        }
        return false;
    }
    while (text.len > 0) {
        if (!line_next(&text, &line)) {
            return fail(err, PX_ERR_PROOF, path, -1, "its last line has no end");
        }
        if (!walk_line(e, line, err)) return false;
    }
    arena_close(a);
    return true;
}

static bool verify_export(Arena *a, Str dir, const NoteKey *key, const Older *older,
                          RecordReport *out, PxErr *err) {
    Checkpoint c;
    Str text;
    if (!os_read_file(a, os_path(a, dir, S("checkpoint")), 1 << 20, &text, err) ||
        !checkpoint_read(a, text, key, &c, err)) {
        return false;
    }
    Export e = {a, arena_child(a), dir, {.arena = arena_child(a), .older = older}, NULL};
    e.tiles = tiles_new(a, compare_file, &e);
    for (int64_t n = 0; n * 256 < c.size; n++) {
        if (!walk_file(&e, n, err)) return false;
        const int64_t want = c.size < (n + 1) * 256 ? c.size : (n + 1) * 256;
        if (e.walk.frontier.size == want) continue;
        return fail(err, PX_ERR_PROOF, acts_path(a, n), -1,
                    "it ends with act %lld, and must end with act %lld",
                    (long long)e.walk.frontier.size - 1, (long long)want - 1);
    }
    if (!tiles_end(e.tiles, err) || !walk_end(&e.walk, err)) return false;
    report_walk(out, &e.walk);
    out->is_export = true;
    return digest_equal(out->root, c.root) ||
           fail(err, PX_ERR_PROOF, S("checkpoint"), -1,
                "the acts do not give the root that was signed; one was changed");
}

/* ---- a folder ---- */

typedef struct Verifying {
    Store *store;
    Arena *arena;
    const NoteKey *key;
    const Older *older;
    RecordReport *report;
} Verifying;

static bool verify_view(void *ctx, PxErr *err) {
    const Verifying *v = ctx;
    return verify_store(v->store, v->arena, v->key, v->older, v->report, err);
}

static bool verify_folder(Arena *a, Str dir, const NoteKey *key, Older *older, RecordReport *out,
                          PxErr *err) {
    StorePlace place;
    Verifying v = {.arena = a, .key = key, .older = older, .report = out};
    if (!witness_read(a, dir, key, older, err) ||
        !store_place(a, dir, (Str){NULL, 0}, &place, err) ||
        !store_open(a, &place, &v.store, err)) {
        return false;
    }
    const bool done = store_read(v.store, verify_view, &v, err);
    store_close(v.store);
    return done;
}

bool record_verify_since(Arena *a, Str dir, Str known_key, Str checkpoint, RecordReport *out,
                         PxErr *err) {
    *out = (RecordReport){0};
    const bool is_store =
        os_is_file(os_path(a, dir, S("paraph.db"))) || os_is_file(os_path(a, dir, S("database")));
    if (!is_store && !os_is_file(os_path(a, dir, S("checkpoint")))) {
        return fail(err, PX_ERR_NOT_FOUND, dir, -1,
                    "it is neither a store nor an exported record (name the folder of one)");
    }
    Str text = known_key;
    if (known_key.len == 0) {
        const Str path = os_path(a, dir, is_store ? S("keys/record.pub") : S("record.pub"));
        if (!os_read_file(a, path, 4096, &text, err)) return false;
    }
    NoteKey key;
    Older older = {.count = 0};
    if (!key_read(a, text, &key, err)) return false;
    if (checkpoint.len > 0 &&
        !checkpoint_read(a, checkpoint, &key, &older.items[older.count++], err)) {
        return false;
    }
    report_key(out, &key);
    const bool done = is_store ? verify_folder(a, dir, &key, &older, out, err)
                               : verify_export(a, dir, &key, &older, out, err);
    out->is_own_key = known_key.len == 0;
    return done;
}

bool record_verify(Arena *a, Str dir, Str known_key, RecordReport *out, PxErr *err) {
    return record_verify_since(a, dir, known_key, (Str){NULL, 0}, out, err);
}
