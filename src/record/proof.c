/* Proofs that leave the house: that an act is in the log (c2sp.org/tlog-proof), and that the record
 * still begins with what an older checkpoint was signed for. */
#include "record/int.h"

static const Str PROOF_HEAD = {"c2sp.org/tlog-proof@v1", 22};

typedef struct Proving {
    Record *record;
    Arena *arena;
    int64_t seq;
    Str out;
} Proving;

static bool prove_view(void *ctx, PxErr *err) {
    Proving *p = ctx;
    Store *s = p->record->store;
    Arena *a = p->arena;
    Head head;
    Rows row;
    Digest *leaves, path[64];
    if (!head_load(s, a, &head, err) || !head_check(a, &head, &p->record->key, err)) return false;
    const int64_t size = head.frontier.size;
    if (p->seq < 0 || p->seq >= size) {
        return fail(err, PX_ERR_NOT_FOUND, act_part(a, p->seq), -1,
                    "there is no such act; the record holds %lld, counted from 0", (long long)size);
    }
    if (!STORE_ROWS(s, a, &row, err, act_one, value_int(p->seq)) ||
        !load_leaves(s, a, 0, size, &leaves, err)) {
        return false;
    }
    if (row.rows != 1) return fail(err, PX_ERR_PROOF, act_part(a, p->seq), -1, "it is missing");
    const Str salt = row_at(&row, 0)[1].text, body = row_at(&row, 0)[2].text;
    const Digest entry = entry_of(salt, body);
    const ptrdiff_t len = tree_inclusion(leaves, (ptrdiff_t)size, (ptrdiff_t)p->seq, path);
    if (!tree_check_inclusion(tree_leaf(digest_bytes(&entry)), p->seq, size, path, len,
                              frontier_root(&head.frontier))) {
        return fail(err, PX_ERR_PROOF, act_part(a, p->seq), -1,
                    "it cannot be proven: it, or an act around it, was changed");
    }
    Buf b = buf_new(a), extra = buf_new(a);
    buf_add(&extra, salt);
    buf_add(&extra, body);
    buf_add(&b, PROOF_HEAD);
    buf_add(&b, S("\nextra "));
    buf_add(&b, base64_text(a, buf_str(&extra)));
    buf_add(&b, S("\nindex "));
    buf_int(&b, p->seq);
    buf_byte(&b, '\n');
    for (ptrdiff_t i = 0; i < len; i++) {
        buf_add(&b, base64_text(a, digest_bytes(&path[i])));
        buf_byte(&b, '\n');
    }
    buf_byte(&b, '\n');
    buf_add(&b, head.checkpoint);
    p->out = buf_str(&b);
    return true;
}

bool record_prove(Record *r, Arena *a, int64_t seq, Str *out, PxErr *err) {
    Proving p = {r, a, seq, {NULL, 0}};
    if (!store_read(r->store, prove_view, &p, err)) return false;
    *out = p.out;
    return true;
}

/* ---- checking ---- */

static bool refuse(PxErr *err, const char *why) {
    return fail(err, PX_ERR_PROOF, S("proof"), -1, "%s", why);
}

/* What follows "name " on a line. */
static bool value_of(Str line, Str name, Str *out) {
    if (!str_starts(line, name) || line.len <= name.len || line.ptr[name.len] != ' ') return false;
    *out = str_slice(line, name.len + 1, line.len);
    return true;
}

bool record_check_proof(Arena *a, Str proof, Str known_key, Act *act, PxErr *err) {
    NoteKey key;
    Str line, value, extra;
    Digest path[64];
    Checkpoint c;
    int64_t index;
    ptrdiff_t len = 0;
    if (!key_read(a, known_key, &key, err)) return false;
    if (!line_next(&proof, &line) || !str_equal(line, PROOF_HEAD)) {
        return refuse(err, "it does not begin with the line c2sp.org/tlog-proof@v1");
    }
    if (!line_next(&proof, &line) || !value_of(line, S("extra"), &value) ||
        !base64_read(a, value, &extra) || extra.len <= SALT_LEN) {
        return refuse(err, "its second line does not hold the salt and the act");
    }
    if (!line_next(&proof, &line) || !value_of(line, S("index"), &value) ||
        !number_read(value, &index)) {
        return refuse(err, "its third line does not hold the act's index");
    }
    for (;;) {
        if (!line_next(&proof, &line)) return refuse(err, "it ends before its checkpoint");
        if (line.len == 0) break;
        Str hash;
        if (len == 64 || !base64_read(a, line, &hash) || !digest_from(hash, &path[len++])) {
            return refuse(err, "a line of the path is no SHA-256 in base64");
        }
    }
    if (!checkpoint_read(a, proof, &key, &c, err)) return false;
    const Str salt = str_slice(extra, 0, SALT_LEN), body = str_slice(extra, SALT_LEN, extra.len);
    const Digest entry = entry_of(salt, body);
    if (!tree_check_inclusion(tree_leaf(digest_bytes(&entry)), index, c.size, path, len, c.root)) {
        return refuse(err,
                      "the act is not in the log that was signed: it or the proof was changed");
    }
    PxErr why;
    if (!act_read(a, body, act, &why)) return refuse(err, "what it proves is no act");
    return act->seq == index || refuse(err, "the act's number is not its index in the log");
}

/* ---- older checkpoints ---- */

typedef struct Extending {
    Record *record;
    Arena *arena;
    Checkpoint older;
} Extending;

static bool extend_view(void *ctx, PxErr *err) {
    const Extending *x = ctx;
    Store *s = x->record->store;
    Head head;
    Digest *leaves;
    if (!head_load(s, x->arena, &head, err) || !head_check(x->arena, &head, &x->record->key, err)) {
        return false;
    }
    const int64_t size = head.frontier.size, older = x->older.size;
    if (older > size) {
        return fail(err, PX_ERR_PROOF, S("checkpoint"), -1,
                    "it vouches for %lld acts and the record holds %lld: acts were lost, or an "
                    "older state was put back",
                    (long long)older, (long long)size);
    }
    if (!load_leaves(s, x->arena, 0, size, &leaves, err)) return false;
    /* the leaves first under the signed root, then the older ones under the older root */
    if (!digest_equal(tree_root(leaves, (ptrdiff_t)size), frontier_root(&head.frontier))) {
        return fail(err, PX_ERR_PROOF, S("record_head"), -1,
                    "the leaves do not give the root that was signed; one was changed");
    }
    return digest_equal(tree_root(leaves, (ptrdiff_t)older), x->older.root) ||
           fail(err, PX_ERR_PROOF, S("checkpoint"), -1,
                "the first %lld acts are not those it was signed for: the record was rewritten",
                (long long)older);
}

bool record_extends(Record *r, Arena *a, Str checkpoint, PxErr *err) {
    Extending x = {.record = r, .arena = a};
    return checkpoint_read(a, checkpoint, &r->key, &x.older, err) &&
           store_read(r->store, extend_view, &x, err);
}
