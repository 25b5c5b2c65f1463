/* Checkpoints and proofs as one could write them who has the key: what is signed is still held to
 * the form the specifications give it. */
/* needs: base os json store record */
#include <sodium.h>

#include "record_fixture.h"

static Str base64(Arena *a, Str bytes) {
    const size_t room = sodium_base64_encoded_len((size_t)bytes.len, 1);
    char *text = arena_alloc(a, (ptrdiff_t)room, 1);
    sodium_bin2base64(text, room, (const unsigned char *)bytes.ptr, (size_t)bytes.len, 1);
    return str_from_z(text);
}

typedef struct Key {
    Arena *arena;
    Str name;
    unsigned char id[4], secret[64];
} Key;

/* From the file the record made: PRIVATE+KEY+name+id+base64(1 || seed). */
static void key_load(Log *f, Key *out) {
    PxErr err = {0};
    Str text, raw;
    unsigned char bytes[33], open[32];
    size_t len;
    out->arena = f->arena;
    out->name = S("example.org/treaties");
    T_OK(os_read_file(f->arena, os_path(f->arena, f->folder, S("keys/record.key")), 4096, &text,
                      &err),
         &err);
    text = str_trim(text);
    raw = str_slice(text, text.len - 44, text.len); /* which may hold a "+" itself */
    T_CHECK(sodium_base642bin(bytes, sizeof bytes, raw.ptr, (size_t)raw.len, NULL, &len, NULL, 1) ==
                0 &&
            len == 33);
    crypto_sign_seed_keypair(open, out->secret, bytes + 1);
    Buf b = buf_new(f->arena);
    buf_add(&b, out->name);
    buf_byte(&b, '\n');
    buf_byte(&b, 1);
    buf_add(&b, (Str){(const char *)open, 32});
    const Digest d = digest_of(buf_str(&b));
    memcpy(out->id, d.bytes, 4);
}

static Str signature_line(const Key *k, Str text, Str name) {
    unsigned char bytes[68];
    memcpy(bytes, k->id, 4);
    crypto_sign_detached(bytes + 4, NULL, (const unsigned char *)text.ptr,
                         (unsigned long long)text.len, k->secret);
    const Str line = base64(k->arena, (Str){(const char *)bytes, 68});
    return arena_format(k->arena, "\xe2\x80\x94 %.*s %.*s\n", (int)name.len, name.ptr,
                        (int)line.len, line.ptr);
}

static Str sign(const Key *k, Str text) {
    const Str line = signature_line(k, text, k->name);
    return arena_format(k->arena, "%.*s\n%.*s", (int)text.len, text.ptr, (int)line.len, line.ptr);
}

static Str join(Arena *a, Str x, Str y) {
    Buf b = buf_new(a);
    buf_add(&b, x);
    buf_add(&b, y);
    return buf_str(&b);
}

static Str root_line(Arena *a) {
    const Digest empty = tree_root(NULL, 0);
    return base64(a, (Str){(const char *)empty.bytes, 32});
}

static void expect_note(Log *f, Str note, const char *word) {
    PxErr err = {0};
    const bool done = record_extends(f->record, f->arena, note, &err);
    if (!word) {
        T_OK(done, &err);
        return;
    }
    T_EQ_INT(err.kind, PX_ERR_PROOF);
    if (!T_CHECK(!done && str_find(str_from_z(err.message), str_from_z(word)) >= 0)) {
        printf("# %.*s# %s\n", (int)note.len, note.ptr, err.message);
    }
}

/* Each is the text of a note over an empty tree; %s: its root. */
static void forms(Arena *a) {
    static const struct {
        const char *head, *tail, *word;
    } texts[] = {
        {"example.org/treaties\n0\n", "\n", NULL},
        {"example.org/treaties\n0\n", "\nan extension\n", NULL},
        {"example.org/treaties\n0\n", "\n\nan extension\n", "extension line is empty"},
        {"example.org/other\n0\n", "\n", "another record"},
        {"example.org/treaties\n00\n", "\n", "no number"},
        {"example.org/treaties\n-0\n", "\n", "no number"},
        {"example.org/treaties\n+0\n", "\n", "no number"},
        {"example.org/treaties\n 0\n", "\n", "no number"},
        {"example.org/treaties\n\n", "\n", "no number"},
        {"example.org/treaties\n99999999999999999999\n", "\n", "no number"},
        {"example.org/treaties\n1\n", "\n", "vouches for 1 acts"},
        {"example.org/treaties\n0\n", "AAAA\n", "no SHA-256"},
        {"example.org/treaties\n0\nAAAA", "\n", "no SHA-256"},
        {"example.org/treaties\n", "\n", "fewer than three"},
        {"example.org/treaties\r\n0\n", "\n", "control character"},
        {"example.org/treaties\xff\n0\n", "\n", "no UTF-8"},
    };
    Log f;
    Key k;
    if (!log_make(a, &f)) return;
    key_load(&f, &k);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const Str text =
            join(a, join(a, str_from_z(texts[i].head), root_line(a)), str_from_z(texts[i].tail));
        expect_note(&f, sign(&k, text), texts[i].word);
    }
}

static void test_forms(void) { t_with_arena(forms); }

static void signatures(Arena *a) {
    Log f;
    Key k;
    if (!log_make(a, &f)) return;
    key_load(&f, &k);
    const Str text =
        arena_format(a, "example.org/treaties\n0\n%.*s\n", (int)root_line(a).len, root_line(a).ptr);
    const Str good = sign(&k, text), line = signature_line(&k, text, k.name);
    const Str other_text = signature_line(&k, S("another text\n"), k.name);
    const Str other_name = signature_line(&k, text, S("witness.example"));
    const Str unknown = S("\xe2\x80\x94 witness.example TnKKVAAAAAAAAAAAAAAA\n");
    const Str bare = join(a, text, S("\n"));
    expect_note(&f, join(a, good, unknown), NULL);
    expect_note(&f, join(a, join(a, bare, unknown), line), NULL);
    expect_note(&f, join(a, good, line), NULL);
    expect_note(&f, join(a, good, other_text), "not that of the record's key");
    expect_note(&f, join(a, join(a, bare, other_text), line), "not that of the record's key");
    expect_note(&f, join(a, bare, other_name), "not signed by");
    expect_note(&f, join(a, bare, unknown), "not signed by");
    expect_note(&f, bare, "not signed by");
    expect_note(&f, text, "no signed note");
    expect_note(&f, S(""), "no signed note");
    expect_note(&f, join(a, good, S("no signature\n")), "is none");
    expect_note(&f, join(a, good, S("\xe2\x80\x94 x AAAA\n")), "is none");
    expect_note(&f, join(a, good, S("\xe2\x80\x94 x\n")), "is none");
    expect_note(&f, join(a, good, S("- witness.example TnKKVAAAAAAAAAAAAAAA\n")), "is none");
    expect_note(&f, join(a, good, S("\xe2\x80\x94 x T")), "has no end");
    Str many = good;
    for (int i = 1; i < 100; i++) many = join(a, many, unknown);
    expect_note(&f, many, NULL);
    expect_note(&f, join(a, many, unknown), "more than 100");
}

static void test_signatures(void) { t_with_arena(signatures); }

/* A log of one leaf whose act is another one's. */
static void a_wrong_place(Arena *a) {
    Log f;
    Key k;
    PxErr err = {0};
    Act act;
    static const char salt[32];
    if (!log_make(a, &f)) return;
    key_load(&f, &k);
    for (int seq = 0; seq < 2; seq++) {
        Act forged = log_act(a, 0);
        forged.seq = seq;
        const Str extra = join(a, (Str){salt, 32}, act_text(a, &forged));
        const Digest entry = digest_of(extra),
                     leaf = tree_leaf((Str){(const char *)entry.bytes, 32});
        const Str root = base64(a, (Str){(const char *)leaf.bytes, 32});
        const Str note =
            sign(&k, arena_format(a, "example.org/treaties\n1\n%.*s\n", (int)root.len, root.ptr));
        const Str encoded = base64(a, extra);
        const Str proof = arena_format(a, "c2sp.org/tlog-proof@v1\nextra %.*s\nindex 0\n\n%.*s",
                                       (int)encoded.len, encoded.ptr, (int)note.len, note.ptr);
        const bool done = record_check_proof(a, proof, record_key(f.record), &act, &err);
        if (seq == 0) T_OK(done, &err);
        else T_CHECK(!done && str_find(str_from_z(err.message), S("is not its index")) >= 0);
    }
}

static void test_a_wrong_place(void) { t_with_arena(a_wrong_place); }

int main(void) {
    T_RUN(test_forms);
    T_RUN(test_signatures);
    T_RUN(test_a_wrong_place);
    return t_end();
}
