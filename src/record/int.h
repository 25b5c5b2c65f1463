/* Private to record. */
#ifndef PARAPH_RECORD_INT_H
#define PARAPH_RECORD_INT_H

#include "record/record.h"

/* ---- tree.c ---- */

/* The roots of a tree's full subtrees, largest first: enough to append and to know the root. */
typedef struct Frontier {
    int64_t size; /* leaves */
    int count;    /* of nodes: the bits set in size */
    Digest nodes[64];
} Frontier;
void frontier_push(Frontier *f, Digest leaf);
Digest frontier_root(const Frontier *f);
/* As bytes, 32 a node; the reverse is false when the length does not fit size. */
Str frontier_bytes(const Frontier *f);
bool frontier_read(int64_t size, Str bytes, Frontier *out);

Digest entry_of(Str salt, Str act); /* SHA-256(salt || act) */
static inline Str digest_bytes(const Digest *d) { return (Str){(const char *)d->bytes, 32}; }
static inline bool digest_from(Str bytes, Digest *out) {
    if (bytes.len != 32) return false;
    memcpy(out->bytes, bytes.ptr, 32);
    return true;
}

/* ---- note.c: signed notes and checkpoints ---- */

enum { KEY_ID_LEN = 4, PUBLIC_LEN = 32, SECRET_LEN = 64, SALT_LEN = 32 };

typedef struct NoteKey {
    Str name;
    Str text; /* the verifier key: name+hash+key */
    unsigned char id[KEY_ID_LEN];
    unsigned char open[PUBLIC_LEN];
    bool has_secret;
    unsigned char secret[SECRET_LEN];
} NoteKey;
/* A new pair; *secret_text is what key_read_secret reads. */
bool key_make(Arena *a, Str name, NoteKey *out, Str *secret_text, PxErr *err)
    __attribute__((warn_unused_result));
bool key_read(Arena *a, Str text, NoteKey *out, PxErr *err) __attribute__((warn_unused_result));
/* Adds the secret half; PX_ERR_PROOF when it belongs to another key. */
bool key_read_secret(Arena *a, Str text, NoteKey *key, PxErr *err)
    __attribute__((warn_unused_result));

typedef struct Checkpoint {
    int64_t size;
    Digest root;
} Checkpoint;
/* Signed by key, which has its secret. */
Str checkpoint_text(Arena *a, const NoteKey *key, const Checkpoint *c);
/* Takes only what the key signed. Its origin is the key's name. */
bool checkpoint_read(Arena *a, Str text, const NoteKey *key, Checkpoint *out, PxErr *err)
    __attribute__((warn_unused_result));

Str base64_text(Arena *a, Str bytes);
bool base64_read(Arena *a, Str text, Str *out); /* with padding, nothing lenient */
/* Digits without sign, white space or leading zeros. */
bool number_read(Str text, int64_t *out);
/* The line at *text, without its newline; *text goes on behind it. False when there is no whole
 * line left. */
bool line_next(Str *text, Str *line);

/* ---- record.c ---- */

struct Record {
    Store *store;
    Arena *arena;
    NoteKey key;
    int64_t vouched; /* os_ticks() of the last record_vouch; 0: none */
    /* The last checkpoint seen here whose signature is good, so that it is checked once. */
    Str seen_text;
    Checkpoint seen;
    char seen_bytes[1024];
    /* The transaction that appends: from this many acts under a checkpoint to at most that many. */
    int64_t from, to;
};

typedef struct Head {
    Frontier frontier;
    Str checkpoint;
    int64_t last_at;
} Head;
/* The one row, as it is. */
bool head_load(Store *s, Arena *a, Head *out, PxErr *err) __attribute__((warn_unused_result));
/* The size and root of its checkpoint are those of its frontier. */
bool head_check(Arena *a, const Head *head, const NoteKey *key, PxErr *err)
    __attribute__((warn_unused_result));
Str act_part(Arena *a, int64_t seq); /* "act 17", for errors */

/* ---- verify.c ---- */

/* Checkpoints to be met on the way: the folder's, and one that was given. */
typedef struct Older {
    Checkpoint items[2];
    int count;
} Older;

/* What the acts come to, one after the other. */
typedef struct Walk {
    Arena *arena; /* rewound by who calls */
    Frontier frontier;
    int64_t refusals, first_at, last_at;
    const Older *older; /* NULL: none */
    Digest entry, leaf; /* of the last act */
    Act act;            /* the last */
} Walk;
/* Adds the checkpoint in the folder, when there is one: the record must extend it. */
bool witness_read(Arena *a, Str folder, const NoteKey *key, Older *out, PxErr *err)
    __attribute__((warn_unused_result));
bool walk_act(Walk *w, Str salt, Str body, PxErr *err) __attribute__((warn_unused_result));
/* All acts of a store against its head, within one view of it. older may be NULL. */
bool verify_store(Store *s, Arena *a, const NoteKey *key, const Older *older, RecordReport *out,
                  PxErr *err) __attribute__((warn_unused_result));
/* The newest acts alone. */
bool verify_newest(Store *s, Arena *a, const NoteKey *key, const Older *older, PxErr *err)
    __attribute__((warn_unused_result));
/* Leaves [first, below) as stored; PX_ERR_PROOF when one is missing. */
bool load_leaves(Store *s, Arena *a, int64_t first, int64_t below, Digest **out, PxErr *err)
    __attribute__((warn_unused_result));

/* ---- tiles.c ---- */

typedef struct TileLevel {
    int64_t next; /* number of the tile being filled */
    int count;
    Digest hashes[256];
} TileLevel;

/* Makes the files of tlog-tiles and acts/ out of acts that come one by one, and hands each to emit.
 */
typedef struct Tiles {
    Arena *parent, *arena; /* arena: of what one bundle needs */
    bool (*emit)(void *ctx, Str path, Str bytes, PxErr *err);
    void *ctx;
    Buf bundle, lines; /* of the bundle being filled */
    TileLevel levels[8];
} Tiles;
Tiles *tiles_new(Arena *a, bool (*emit)(void *ctx, Str path, Str bytes, PxErr *err), void *ctx);
bool tiles_add(Tiles *t, Str salt, Str body, Digest entry, Digest leaf, PxErr *err)
    __attribute__((warn_unused_result));
bool tiles_end(Tiles *t, PxErr *err) __attribute__((warn_unused_result));
/* "entries/x001/234" (level -1), "0/x001/234.p/56"; width 256: no suffix. */
Str tile_path(Arena *a, int level, int64_t n, int width);
Str acts_path(Arena *a, int64_t n); /* "acts/x001/234.jsonl" */

#endif
