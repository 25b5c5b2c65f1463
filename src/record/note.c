/* Signed notes (c2sp.org/signed-note) with Ed25519 keys, and the checkpoints written as such
 * (c2sp.org/tlog-checkpoint). Keys are written as Go's checksum database writes them: the public
 * half "name+id+base64(1 || key)", the secret one "PRIVATE+KEY+name+id+base64(1 || seed)". */
#include "record/int.h"

#include <sodium.h>

enum { ED25519 = 1, NOTE_MAX = 1 << 20, SIGNATURES_MAX = 100, NAME_MAX_LEN = 200 };

static const char DASH[] = "\xe2\x80\x94 "; /* em dash, space */

/* ---- small writings ---- */

Str base64_text(Arena *a, Str bytes) {
    const size_t cap = sodium_base64_encoded_len((size_t)bytes.len, sodium_base64_VARIANT_ORIGINAL);
    char *text = arena_alloc_raw(a, (ptrdiff_t)cap);
    const unsigned char *from = (const unsigned char *)(bytes.len > 0 ? bytes.ptr : "");
    sodium_bin2base64(text, cap, from, (size_t)bytes.len, sodium_base64_VARIANT_ORIGINAL);
    return (Str){text, (ptrdiff_t)cap - 1};
}

bool base64_read(Arena *a, Str text, Str *out) {
    if (text.len == 0 || text.len % 4 != 0) return false;
    unsigned char *bytes = arena_alloc_raw(a, text.len);
    size_t len;
    if (sodium_base642bin(bytes, (size_t)text.len, text.ptr, (size_t)text.len, NULL, &len, NULL,
                          sodium_base64_VARIANT_ORIGINAL) != 0) {
        return false;
    }
    *out = (Str){(const char *)bytes, (ptrdiff_t)len};
    /* libsodium 1.0.18 takes some bytes above 0x7f for digits */
    return str_equal(base64_text(a, *out), text);
}

bool number_read(Str text, int64_t *out) {
    if (text.len == 0 || (text.len > 1 && text.ptr[0] == '0')) return false;
    for (ptrdiff_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9') return false;
    }
    return str_to_int(text, out);
}

bool line_next(Str *text, Str *line) {
    const char *end = text->len > 0 ? memchr(text->ptr, '\n', (size_t)text->len) : NULL;
    if (!end) return false;
    *line = (Str){text->ptr, end - text->ptr};
    *text = str_slice(*text, line->len + 1, text->len);
    return true;
}

/* ---- keys ---- */

bool record_name_check(Str name, PxErr *err) {
    bool is_good = name.len > 0 && name.len <= NAME_MAX_LEN;
    for (ptrdiff_t i = 0; i < name.len && is_good; i++) {
        is_good = name.ptr[i] > 0x20 && name.ptr[i] < 0x7f && name.ptr[i] != '+';
    }
    return is_good || fail(err, PX_ERR_INPUT, name, -1,
                           "a record's name is 1 to %d characters of ASCII without spaces and plus "
                           "signs, like example.org/treaties",
                           NAME_MAX_LEN);
}

/* SHA-256(name || 0x0A || 0x01 || public key)[:4] */
static void set_id(Arena *a, NoteKey *key) {
    Buf b = buf_new(a);
    buf_add(&b, key->name);
    buf_byte(&b, '\n');
    buf_byte(&b, ED25519);
    buf_add(&b, (Str){(const char *)key->open, PUBLIC_LEN});
    const Digest d = entry_of((Str){NULL, 0}, buf_str(&b));
    memcpy(key->id, d.bytes, KEY_ID_LEN);
}

static void add_key(Buf *b, const NoteKey *key, const unsigned char *half) {
    Buf typed = buf_new(b->arena);
    buf_byte(&typed, ED25519);
    buf_add(&typed, (Str){(const char *)half, PUBLIC_LEN});
    buf_add(b, key->name);
    buf_byte(b, '+');
    for (int i = 0; i < KEY_ID_LEN; i++) buf_format(b, "%02x", (unsigned)key->id[i]);
    buf_byte(b, '+');
    buf_add(b, base64_text(b->arena, buf_str(&typed)));
}

static bool start_sodium(PxErr *err) {
    return sodium_init() >= 0 ||
           fail(err, PX_ERR_SYSTEM, S("libsodium"), -1, "it did not start; is it installed whole?");
}

static const Str secret_head = {"PRIVATE+KEY+", 12};

bool key_make(Arena *a, Str name, NoteKey *out, Str *secret_text, PxErr *err) {
    if (!start_sodium(err) || !record_name_check(name, err)) return false;
    *out = (NoteKey){.name = name, .has_secret = true};
    crypto_sign_keypair(out->open, out->secret);
    set_id(a, out);
    Buf open = buf_new(a), secret = buf_new(a);
    add_key(&open, out, out->open);
    buf_add(&secret, secret_head);
    add_key(&secret, out, out->secret); /* the seed is its first half */
    buf_byte(&secret, '\n');
    out->text = buf_str(&open);
    *secret_text = buf_str(&secret);
    return true;
}

/* "name+id+base64(1 || 32 bytes)" */
static bool parse_key(Arena *a, Str text, Str *name, Str *id, unsigned char half[PUBLIC_LEN]) {
    const ptrdiff_t first = str_find(text, S("+"));
    if (first < 0 || text.len < first + 10 || text.ptr[first + 9] != '+') return false;
    Str bytes;
    if (!base64_read(a, str_slice(text, first + 10, text.len), &bytes)) return false;
    if (bytes.len != 1 + PUBLIC_LEN || bytes.ptr[0] != ED25519) return false;
    *name = str_slice(text, 0, first);
    *id = str_slice(text, first + 1, first + 9);
    memcpy(half, bytes.ptr + 1, PUBLIC_LEN);
    return true;
}

static bool has_id(Arena *a, const NoteKey *key, Str hex) {
    Buf b = buf_new(a);
    for (int i = 0; i < KEY_ID_LEN; i++) buf_format(&b, "%02x", (unsigned)key->id[i]);
    return str_equal(buf_str(&b), hex);
}

bool key_read(Arena *a, Str text, NoteKey *out, PxErr *err) {
    if (!start_sodium(err)) return false;
    text = str_trim(text);
    *out = (NoteKey){.text = text};
    Str id;
    if (!parse_key(a, text, &out->name, &id, out->open)) {
        return fail(err, PX_ERR_INPUT, S("record.pub"), -1,
                    "it is no Ed25519 verifier key of the form name+id+key");
    }
    if (!record_name_check(out->name, err)) return false;
    set_id(a, out);
    return has_id(a, out, id) || fail(err, PX_ERR_INPUT, S("record.pub"), -1,
                                      "the key and its id do not belong together; it was damaged");
}

bool key_read_secret(Arena *a, Str text, NoteKey *key, PxErr *err) {
    text = str_trim(text);
    Str name, id;
    unsigned char seed[PUBLIC_LEN], open[PUBLIC_LEN];
    if (!str_starts(text, secret_head) ||
        !parse_key(a, str_slice(text, secret_head.len, text.len), &name, &id, seed)) {
        return fail(err, PX_ERR_INPUT, S("record.key"), -1, "it is no secret key of a record");
    }
    crypto_sign_seed_keypair(open, key->secret, seed);
    sodium_memzero(seed, sizeof seed);
    if (!str_equal(name, key->name) || memcmp(open, key->open, PUBLIC_LEN) != 0) {
        sodium_memzero(key->secret, sizeof key->secret);
        return fail(err, PX_ERR_PROOF, S("record.key"), -1,
                    "it is not the secret half of record.pub beside it; put the right one back");
    }
    key->has_secret = true;
    return true;
}

/* ---- checkpoints ---- */

Str checkpoint_text(Arena *a, const NoteKey *key, const Checkpoint *c) {
    check(key->has_secret);
    Buf b = buf_new(a);
    buf_add(&b, key->name);
    buf_byte(&b, '\n');
    buf_int(&b, c->size);
    buf_byte(&b, '\n');
    buf_add(&b, base64_text(a, digest_bytes(&c->root)));
    buf_byte(&b, '\n');
    unsigned char signature[KEY_ID_LEN + crypto_sign_BYTES];
    memcpy(signature, key->id, KEY_ID_LEN);
    crypto_sign_detached(signature + KEY_ID_LEN, NULL, (const unsigned char *)b.ptr,
                         (unsigned long long)b.len, key->secret);
    buf_byte(&b, '\n');
    buf_add(&b, (Str){DASH, 4});
    buf_add(&b, key->name);
    buf_byte(&b, ' ');
    buf_add(&b, base64_text(a, (Str){(const char *)signature, sizeof signature}));
    buf_byte(&b, '\n');
    return buf_str(&b);
}

static bool refuse(PxErr *err, const char *why) {
    return fail(err, PX_ERR_PROOF, S("checkpoint"), -1, "%s", why);
}

/* Whether a signature line is by the key; *bytes is what follows the id. */
static bool is_by(Arena *a, Str line, const NoteKey *key, bool *is_malformed, Str *bytes) {
    *is_malformed = true;
    if (!str_starts(line, (Str){DASH, 4})) return false;
    line = str_slice(line, 4, line.len);
    const ptrdiff_t space = str_find(line, S(" "));
    if (space <= 0 || !base64_read(a, str_slice(line, space + 1, line.len), bytes)) return false;
    if (bytes->len <= KEY_ID_LEN) return false;
    *is_malformed = false;
    if (!str_equal(str_slice(line, 0, space), key->name)) return false;
    if (memcmp(bytes->ptr, key->id, KEY_ID_LEN) != 0) return false;
    *bytes = str_slice(*bytes, KEY_ID_LEN, bytes->len);
    return true;
}

/* Some line is the key's, and every one that is verifies; others are passed over. */
static bool check_signatures(Arena *a, Str text, Str lines, const NoteKey *key, PxErr *err) {
    bool is_signed = false;
    Str line, bytes;
    for (int count = 0; lines.len > 0; count++) {
        bool is_malformed;
        if (count == SIGNATURES_MAX) return refuse(err, "it has more than 100 signatures");
        if (!line_next(&lines, &line)) return refuse(err, "its last line has no end");
        if (!is_by(a, line, key, &is_malformed, &bytes)) {
            if (is_malformed) return refuse(err, "a line among its signatures is none");
            continue;
        }
        if (bytes.len != crypto_sign_BYTES ||
            crypto_sign_verify_detached((const unsigned char *)bytes.ptr,
                                        (const unsigned char *)text.ptr,
                                        (unsigned long long)text.len, key->open) != 0) {
            return refuse(err, "its signature is not that of the record's key: it was changed");
        }
        is_signed = true;
    }
    return is_signed || refuse(err, "it is not signed by the record's key");
}

/* The last empty line parts text and signatures. */
static ptrdiff_t find_gap(Str note) {
    for (ptrdiff_t i = note.len - 2; i >= 0; i--) {
        if (note.ptr[i] == '\n' && note.ptr[i + 1] == '\n') return i + 1;
    }
    return -1;
}

bool checkpoint_read(Arena *a, Str note, const NoteKey *key, Checkpoint *out, PxErr *err) {
    ptrdiff_t bad_at;
    if (note.len > NOTE_MAX) return refuse(err, "it is longer than 1 MB");
    if (!utf8_valid(note, &bad_at)) return refuse(err, "it is no UTF-8");
    for (ptrdiff_t i = 0; i < note.len; i++) {
        const unsigned char c = (unsigned char)note.ptr[i];
        if (c < 0x20 && c != '\n') return refuse(err, "a control character stands in it");
    }
    const ptrdiff_t gap = find_gap(note);
    if (gap < 0) return refuse(err, "it is no signed note");
    const Str text = str_slice(note, 0, gap);
    if (!check_signatures(a, text, str_slice(note, gap + 1, note.len), key, err)) return false;
    Str rest = text, origin, size, root, extension, bytes;
    if (!line_next(&rest, &origin) || !line_next(&rest, &size) || !line_next(&rest, &root)) {
        return refuse(err, "it has fewer than three lines");
    }
    while (line_next(&rest, &extension)) {
        if (extension.len == 0) return refuse(err, "an extension line is empty");
    }
    if (!str_equal(origin, key->name)) return refuse(err, "it is of another record");
    if (!number_read(size, &out->size)) return refuse(err, "its size is no number");
    if (!base64_read(a, root, &bytes) || !digest_from(bytes, &out->root)) {
        return refuse(err, "its root is no SHA-256 in base64");
    }
    return true;
}
