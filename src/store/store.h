/* store: where an installation's tables and files are.
 *
 * Two drivers behind one door: SQLite (a folder) and PostgreSQL ("postgres://..." by libpq, with a
 * folder beside it for files and keys that all servers share). One set of named queries
 * (queries.def) in the dialect both understand, bound by name; no other SQL is run on behalf of a
 * caller, and none is put together from a caller's strings. Tables are made by numbered migrations
 * (migrations.def) and listed, with their columns, in tables.def.
 *
 * Files ("blobs") lie in the folder, named by their SHA-256, synchronised before the row that names
 * them commits, never changed, and shared by all that name them.
 *
 * Times are microseconds since 1970 UTC; days are "2016-07-15".
 *
 * Errors: PX_ERR_SYSTEM for what the database or the disk says (disk full: nothing was changed);
 * PX_ERR_BUSY when the database cannot be reached, or the connection to it was lost, or it stayed
 * locked, or kept colliding, past the time allowed: nothing was changed; PX_ERR_CONFLICT for a row
 * that is there already; PX_ERR_INPUT for a store of another program or a later version. A Store is
 * used by one thread at a time; several Stores may be open on one place, in one process or many. */
#ifndef PARAPH_STORE_H
#define PARAPH_STORE_H

#include "base/base.h"

typedef struct Store Store;

typedef struct StorePlace {
    Str folder;   /* of files and keys, and of SQLite's database (paraph.db) */
    Str database; /* empty: SQLite in folder; else "postgres://..." or "postgresql://..." */
} StorePlace;

/* "DIR" -> SQLite; a folder in which the file `database` holds a URL -> PostgreSQL;
 * "postgres://..." with files in `files` (needed then). */
bool store_place(Arena *a, Str where, Str files, StorePlace *out, PxErr *err)
    __attribute__((warn_unused_result));

/* Makes folder and tables, and opens them for the maker alone, to be filled; PX_ERR_CONFLICT when a
 * store is there already, PX_ERR_BUSY when another process is making one. For PostgreSQL it writes
 * the file `database` into the folder. Until store_finish a file `unfinished` says what was in the
 * folder before: what a making that was broken off has left besides is removed, and *is_resumed is
 * set. */
bool store_begin(Arena *a, const StorePlace *place, Store **out, bool *is_resumed, PxErr *err)
    __attribute__((warn_unused_result));
/* Closes it; from now on store_open opens it. (On PostgreSQL it was there when its first
 * transaction with a row committed.) */
bool store_finish(Store *s, PxErr *err) __attribute__((warn_unused_result));
/* An empty store: the two in one. */
bool store_create(Arena *a, const StorePlace *place, PxErr *err)
    __attribute__((warn_unused_result));
/* The store was opened and is whole: `unfinished`, should it still be there, goes. */
void store_settle(const Store *s);
/* Opens what store_create made, and runs the migrations that are missing. Closed by the arena's end
 * or store_close. */
bool store_open(Arena *a, const StorePlace *place, Store **out, PxErr *err)
    __attribute__((warn_unused_result));
void store_close(Store *s); /* NULL is allowed */
/* A fresh SQLite store without files, in memory, gone when closed: for replay. */
bool store_open_memory(Arena *a, Store **out, PxErr *err) __attribute__((warn_unused_result));
/* After arena_guard() has caught: whatever was left open is rolled back, and the Store can be used
 * again. Nothing happens when nothing is open. */
void store_reset(Store *s);
Str store_folder(const Store *s); /* empty for one in memory */
bool store_is_postgres(const Store *s);

/* ---- queries ---- */

typedef enum QueryId {
#define QUERY(name, parameters, sql) QUERY_##name,
#include "store/queries.def"
#undef QUERY
    QUERY_COUNT
} QueryId;

typedef enum ValueKind { VALUE_NULL, VALUE_INT, VALUE_TEXT, VALUE_BLOB, VALUE_KINDS } ValueKind;

typedef struct Value {
    ValueKind kind;
    int64_t number;
    Str text; /* of VALUE_TEXT (UTF-8) and VALUE_BLOB */
} Value;

static inline Value value_int(int64_t n) { return (Value){VALUE_INT, n, {NULL, 0}}; }
static inline Value value_bool(bool b) { return (Value){VALUE_INT, b, {NULL, 0}}; }
static inline Value value_text(Str s) { return (Value){VALUE_TEXT, 0, s}; }
static inline Value value_blob(Str s) { return (Value){VALUE_BLOB, 0, s}; }
static inline Value value_null(void) { return (Value){VALUE_NULL, 0, {NULL, 0}}; }

typedef struct Rows {
    Value *values; /* row by row */
    ptrdiff_t rows, columns;
} Rows;
static inline const Value *row_at(const Rows *r, ptrdiff_t i) { return r->values + i * r->columns; }

/* args: one for each parameter of the query, in the order queries.def lists them. Text must be
 * UTF-8 without NUL (PX_ERR_INPUT). Outside store_write it is a transaction of its own. */
bool store_run(Store *s, QueryId query, const Value *args, ptrdiff_t count, PxErr *err)
    __attribute__((warn_unused_result));
/* All rows of the answer, copied into a. */
bool store_rows(Store *s, Arena *a, QueryId query, const Value *args, ptrdiff_t count, Rows *out,
                PxErr *err) __attribute__((warn_unused_result));
/* Row by row, for answers too long to hold; values are borrowed for the length of the call. each
 * returns false (with *err) to stop; it may ask more, but outside store_write it cannot write. */
bool store_each(Store *s, QueryId query, const Value *args, ptrdiff_t count,
                bool (*each)(void *ctx, const Value *row, ptrdiff_t columns, PxErr *err), void *ctx,
                PxErr *err) __attribute__((warn_unused_result));
/* STORE_RUN(s, err, person_add, value_text(id), ...) */
#define STORE_RUN(s, err, query, ...)                                                              \
    store_run((s), QUERY_##query, (const Value[]){__VA_ARGS__},                                    \
              (ptrdiff_t)(sizeof((const Value[]){__VA_ARGS__}) / sizeof(Value)), (err))
#define STORE_ROWS(s, arena, rows, err, query, ...)                                                \
    store_rows((s), (arena), QUERY_##query, (const Value[]){__VA_ARGS__},                          \
               (ptrdiff_t)(sizeof((const Value[]){__VA_ARGS__}) / sizeof(Value)), (rows), (err))

/* ---- transactions ---- */

/* Runs work in one write transaction: all of it happens, durably, or none of it. One writer at a
 * time over all servers, since every act appends to the one record (SQLite: BEGIN IMMEDIATE,
 * waiting; PostgreSQL: a session's pg_advisory_lock taken before BEGIN, then SERIALIZABLE, retried
 * a bounded number of times). work may be run again when it collided all the same, so it must begin
 * from what it reads. False from work: rolled back, with its *err. A connection lost at COMMIT:
 * what became of the transaction is found out on a new connection before anything is said (an
 * acknowledged transaction is there; an error means that it is not, but for store_is_in_doubt). */
bool store_write(Store *s, bool (*work)(void *ctx, PxErr *err), void *ctx, PxErr *err)
    __attribute__((warn_unused_result));
/* Whether the last store_write ended in an error (PX_ERR_SYSTEM) without anybody knowing if it was
 * done. */
bool store_is_in_doubt(const Store *s);
/* Runs work on one unchanging view of the tables. */
bool store_read(Store *s, bool (*work)(void *ctx, PxErr *err), void *ctx, PxErr *err)
    __attribute__((warn_unused_result));
/* A statement that fails inside store_write breaks the transaction, or the savepoint it is in: what
 * follows fails too, and it can only be undone (PostgreSQL is so, and SQLite is made to be). To go
 * on after a conflict, ask in a savepoint, or say ON CONFLICT.
 *
 * Inside store_write: runs work in a savepoint; false from work undoes what it did alone, and
 * *undone is set; the transaction goes on. False from store_nested: the transaction is lost. */
bool store_nested(Store *s, bool (*work)(void *ctx, PxErr *err), void *ctx, bool *undone,
                  PxErr *err) __attribute__((warn_unused_result));

/* ---- files ---- */

typedef struct Digest {
    unsigned char bytes[32]; /* SHA-256 */
} Digest;
Digest digest_of(Str bytes);
Str digest_text(Arena *a, Digest d); /* 64 hexadecimal digits, lower case */
bool digest_read(Str text, Digest *out);
static inline bool digest_equal(Digest a, Digest b) { return memcmp(a.bytes, b.bytes, 32) == 0; }

/* Keeps bytes; no error when they are there. Returns their name in *out. */
bool store_keep(Store *s, Str bytes, Digest *out, PxErr *err) __attribute__((warn_unused_result));
/* Reads them back and checks their digest: PX_ERR_NOT_FOUND, or PX_ERR_INPUT when they changed. */
bool store_fetch(Store *s, Arena *a, Digest name, Str *out, PxErr *err)
    __attribute__((warn_unused_result));
bool store_has(Store *s, Digest name);
/* Removes from the folder what writers that were killed have left half written, an hour ago or
 * more. */
void store_sweep(const Store *s);

/* ---- whole stores ---- */

/* A neutral form in a new folder: `store.json` (steps of its tables; columns, rows and SHA-256 of
 * each table), `tables/NAME.jsonl` (one row a line: JSON arrays; bytes as {"x":"00ff"}), `files/`,
 * `checkpoint` when one was published, `keys/`, and a README that explains it. Secret keys and the
 * tables of kind SECRET go along only with_keys. Taken on one unchanging view. */
bool store_export(Store *s, Str folder, bool with_keys, PxErr *err)
    __attribute__((warn_unused_result));
/* Fills a store just created, of either driver, from an export; the rows in one transaction.
 * PX_ERR_CONFLICT when it holds rows already; PX_ERR_INPUT when the export was altered. */
bool store_import(Store *s, Str folder, PxErr *err) __attribute__((warn_unused_result));
/* A copy of the whole installation that store_open opens: SQLite's online backup, or for PostgreSQL
 * an export; files by hard link or copy. */
bool store_backup(Store *s, Str folder, PxErr *err) __attribute__((warn_unused_result));

/* The tables a replay rebuilds (all of migrations.def marked as projections), in order. */
ptrdiff_t store_projections(const char *const **names);
/* SHA-256 over all rows of one table in the order of its key, and their number: that of its file in
 * an export. Equal for equal tables on any driver. */
bool store_table_digest(Store *s, const char *table_z, Digest *out, int64_t *rows, PxErr *err)
    __attribute__((warn_unused_result));
/* The first row (as JSON text) that stands in one store's table and not in the other's; empty when
 * they are equal. */
bool store_table_differs(Store *a_store, Store *b_store, Arena *a, const char *table_z, Str *row,
                         PxErr *err) __attribute__((warn_unused_result));

/* ---- tests ---- */

/* The tables are as tables.def has them, and every query prepares on this engine, with the
 * parameters it lists and answers that can be read. PX_ERR_INPUT for the first that is not so. */
bool store_check(Store *s, PxErr *err) __attribute__((warn_unused_result));

/* The n-th statement from now on, and every later one, fails as a lost connection or a full disk
 * does; n < 0: off. */
void store_fail_after(Store *s, int64_t n);
/* Waits for a lost connection no longer than this. */
void store_wait_most(Store *s, int ms);

#endif
