/* record: the acts, append-only, under a Merkle tree whose head is signed.
 *
 * Every change of state is one act, and so is every refusal. An act is written down as canonical
 * JSON; its entry in the log is SHA-256(salt || canonical act) with 32 random bytes of salt, so
 * that salt and act can be erased and the tree stays valid; its leaf is SHA-256(0x00 || entry) (RFC
 * 6962 2.1). The head is a C2SP checkpoint (a signed note, Ed25519), renewed in every transaction
 * that appends. Export: tlog-tiles, with the acts beside it.
 *
 * The secret key is `keys/record.key` in the store's folder (0600), the public one
 * `keys/record.pub` as a signed note's verifier key ("name+hash+key").
 *
 * Errors: PX_ERR_PROOF when the record does not verify (which leaf, what was expected); others are
 * the store's. */
#ifndef PARAPH_RECORD_H
#define PARAPH_RECORD_H

#include "base/base.h"
#include "store/store.h"
#include "json/json.h"

typedef struct Act {
    int64_t seq;  /* its leaf's index, from 0; set by record_append */
    int64_t at;   /* when it was recorded, microseconds UTC; record_append raises it to its
                   * predecessor's when the clock was set back */
    Str on;       /* the day it was done, "2016-07-15": it is judged by the rules of that day */
    Str kind;     /* "circulate": a name of rules/acts.def */
    Str actor;    /* person id; empty: the installation itself ("init") */
    Str body;     /* the body the actor acts for */
    Str dossier;  /* id, or empty */
    Str channel;  /* "cli", "api", "import" */
    Str rulebook; /* "pk-1973@2000", or empty */
    bool is_refused;
    Str rule;      /* of a refusal: the rule's id */
    Str why;       /* of a refusal: one sentence */
    Json *objects; /* what it was done with: an object; all that replay needs */
} Act;

/* The canonical text: canonical JSON of the members above, empty ones left out, "refused" only when
 * true. act_read takes what act_text writes and nothing else (PX_ERR_INPUT). */
Str act_text(Arena *a, const Act *act);
bool act_read(Arena *a, Str text, Act *out, PxErr *err) __attribute__((warn_unused_result));

typedef struct Record Record;

/* PX_ERR_INPUT for what cannot name a log in its checkpoints: ASCII without spaces or "+". */
bool record_name_check(Str origin, PxErr *err) __attribute__((warn_unused_result));
/* Makes the keys and the empty head in a store just created. origin: "paraph.example/treaties". */
bool record_create(Arena *a, Store *s, Str origin, PxErr *err) __attribute__((warn_unused_result));

typedef enum RecordCheck {
    RECORD_TRUST,  /* the head's signature and the newest acts alone: for a command */
    RECORD_VERIFY, /* every act, as record_verify: for a service's start */
    RECORD_CHECKS
} RecordCheck;
bool record_open(Arena *a, Store *s, RecordCheck how, Record **out, PxErr *err)
    __attribute__((warn_unused_result));

/* Inside store_write: adds the act, setting act->seq. a holds what it needs until the transaction
 * ends. O(log n). The head is read anew each time, so that work may be run again, and appending in
 * store_nested be undone; PX_ERR_PROOF when it is not what was signed last. PX_ERR_INPUT for an act
 * that could not be read back (no kind, no day, bytes that are no UTF-8), PX_ERR_LIMIT for one over
 * 4 MB or nested too deep. */
bool record_append(Record *r, Arena *a, Act *act, PxErr *err) __attribute__((warn_unused_result));
/* Inside store_write, once, after the last record_append of the transaction: signs the new head. (A
 * transaction that appends and does not seal leaves a record that does not verify.)
 * PX_ERR_NOT_FOUND without the secret key. */
bool record_seal(Record *r, Arena *a, PxErr *err) __attribute__((warn_unused_result));

/* Outside of transactions: copies the newest checkpoint to the file `checkpoint` in the store's
 * folder. The record must extend it from then on, so that a database set back to an older state is
 * found out when it is opened or verified. */
bool record_witness(Record *r, PxErr *err) __attribute__((warn_unused_result));
/* The same after a commit, for who would not have an act fail by it: at most once a minute, and
 * without a word when it cannot be done now. */
void record_vouch(Record *r);

int64_t record_size(Record *r, PxErr *err); /* leaves, or -1 */
Str record_key(const Record *r);            /* the verifier key, "name+hash+key" */
/* The newest signed checkpoint. */
bool record_checkpoint(Record *r, Arena *a, Str *out, PxErr *err)
    __attribute__((warn_unused_result));
/* The acts in order, from seq on; each stops it with false. */
bool record_each(Record *r, int64_t from, bool (*each)(void *ctx, const Act *act, PxErr *err),
                 void *ctx, PxErr *err) __attribute__((warn_unused_result));

/* ---- verifying, with no server and no trust in one ---- */

typedef struct RecordReport {
    int64_t size; /* leaves under the checkpoint */
    int64_t refusals;
    Digest root;
    Str origin, key_name;
    Str key;         /* the verifier key that was used */
    bool is_own_key; /* it was found in dir, and nobody vouched for it */
    bool is_export;  /* dir is an export, no store */
    int64_t first_at, last_at;
} RecordReport;
/* dir: a store's folder, or an export (record_export). Every act against its leaf, every leaf under
 * the root, the root under the signature; sequence and times without a gap or a step back.
 * known_key: a verifier key to insist on, or empty: the one found in dir (and the report says so).
 */
bool record_verify(Arena *a, Str dir, Str known_key, RecordReport *out, PxErr *err)
    __attribute__((warn_unused_result));
/* The same, and what the older checkpoint (its text; empty: none) was signed for stands at its
 * beginning. */
bool record_verify_since(Arena *a, Str dir, Str known_key, Str checkpoint, RecordReport *out,
                         PxErr *err) __attribute__((warn_unused_result));
/* An older checkpoint (its text) is a prefix of this record. */
bool record_extends(Record *r, Arena *a, Str checkpoint, PxErr *err)
    __attribute__((warn_unused_result));

/* checkpoint, tile/<L>/<N>[.p/<W>], tile/entries/<N>[.p/<W>], record.pub, and acts/<N>.jsonl: for
 * each leaf a line {"act":<canonical act>,"salt":"<64 hex digits>"}. Into a new folder
 * (PX_ERR_CONFLICT when dir is there); the checkpoint is written last. */
bool record_export(Record *r, Str dir, PxErr *err) __attribute__((warn_unused_result));
/* A self-contained proof that act seq is in the log: one text file in the form of C2SP tlog-proof
 * (inclusion hashes, checkpoint); its extra data are the 32 bytes of salt and the canonical act.
 * PX_ERR_NOT_FOUND for an act that is not there. Checking needs the verifier key: a proof only
 * names it. */
bool record_prove(Record *r, Arena *a, int64_t seq, Str *out, PxErr *err)
    __attribute__((warn_unused_result));
bool record_check_proof(Arena *a, Str proof, Str known_key, Act *act, PxErr *err)
    __attribute__((warn_unused_result));

/* ---- replay ---- */

/* Applies every act that is no refusal to a fresh store in memory, by apply (the dossier's), inside
 * one store_write of it, and compares every projection with the stored tables: PX_ERR_PROOF names
 * the first table and row that differ. *acts: how many were applied. */
bool record_replay(Record *r, bool (*apply)(void *ctx, Store *fresh, const Act *act, PxErr *err),
                   void *ctx, int64_t *acts, PxErr *err) __attribute__((warn_unused_result));

/* ---- the tree, for tests and for proofs (RFC 6962 2.1) ---- */

Digest tree_leaf(Str entry);
Digest tree_node(Digest left, Digest right);
Digest tree_root(const Digest *leaves, ptrdiff_t count); /* the hash of nothing for 0 */
/* The hashes that prove leaf `index` in a tree of `count` leaves; out has room for 64. */
ptrdiff_t tree_inclusion(const Digest *leaves, ptrdiff_t count, ptrdiff_t index, Digest *out);
bool tree_check_inclusion(Digest leaf, int64_t index, int64_t count, const Digest *proof,
                          ptrdiff_t len, Digest root);
ptrdiff_t tree_consistency(const Digest *leaves, ptrdiff_t old_count, ptrdiff_t count, Digest *out);
bool tree_check_consistency(int64_t old_count, Digest old_root, int64_t count, Digest root,
                            const Digest *proof, ptrdiff_t len);

#endif
