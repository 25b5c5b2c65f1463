/* What the files of store share.
 *
 * store.c is the door: transactions, savepoints, what a failed statement means, the test switch. It
 * speaks to a database through a Driver, of which there are two. A Query is a named statement with
 * :parameters; each has a number, by which a driver keeps its prepared form.
 *
 * A longjmp to the guard may leave any call here half done: what is open then hangs in the Store,
 * and store_reset() or store_close() ends it. */
#ifndef PARAPH_STORE_INT_H
#define PARAPH_STORE_INT_H

#include "store/store.h"

#include "os/os.h"
#include "json/json.h"

enum {
    PARAMETERS_MAX = 64,
    COLUMNS_MAX = 64,
    TRIES_MAX = 8,      /* of a write transaction that collides or loses its connection */
    WAIT_MS = 30000,    /* for the one writer's turn, and to learn what became of a COMMIT */
    FETCH_ROWS = 256,   /* a helping of a long answer */
    SAVEPOINTS_MAX = 64 /* nested in one another */
};

/* ---- tables.def, read ---- */

typedef enum TableKind { TABLE_RECORD, TABLE_PROJECTION, TABLE_SECRET, TABLE_KINDS } TableKind;

typedef struct Column {
    Str name;
    ValueKind kind;
    bool may_be_null;
} Column;

typedef struct Table {
    Str name;
    TableKind kind;
    Str key; /* "dossier, number" */
    Column columns[COLUMNS_MAX];
    ptrdiff_t column_count;
} Table;

enum {
    TABLE_NONE = -1,
#define TABLE(name, kind, key, columns) TABLE_NUMBER_##name,
#include "store/tables.def"
#undef TABLE
    TABLE_COUNT
};

ptrdiff_t table_number(Str name); /* or TABLE_NONE */
void table_read(ptrdiff_t number, Table *out);
Str table_name(ptrdiff_t number);

/* ---- queries ---- */

typedef struct Query {
    const char *name; /* for messages and as the prepared form's */
    Str parameters;   /* "id, name" */
    Str sql;
    ptrdiff_t number; /* 0 .. QUERIES - 1 */
    ptrdiff_t parameter_count;
} Query;

typedef enum TableQuery {
    TABLE_LIST, /* all rows in the order of the key */
    TABLE_ADD,  /* one row */
    TABLE_ROWS, /* how many */
    TABLE_QUERIES
} TableQuery;

/* Questions of our own. */
typedef enum OwnQuery {
    OWN_TABLES,         /* one int: tables of any kind in the database */
    OWN_HAS_MIGRATIONS, /* one int: whether paraph_migration is there */
    OWN_COLUMNS,        /* table, column, type, is_nullable, place in the key or 0 */
    OWN_MIGRATIONS,     /* number, digest */
    OWN_MIGRATION_ADD,
    OWN_QUERIES
} OwnQuery;

/* The queries of queries.def, those of each table, our own. */
enum { QUERIES = QUERY_COUNT + TABLE_QUERIES * TABLE_COUNT + OWN_QUERIES };

const Query *query_of(Store *s, QueryId id);
const Query *table_query(Store *s, ptrdiff_t table, TableQuery which);
const Query *own_query(Store *s, OwnQuery which);
/* The i-th name of "id, name"; the number of them. */
Str list_at(Str list, ptrdiff_t i);
ptrdiff_t list_count(Str list);

/* ---- migrations ---- */

ptrdiff_t migration_count(void);
/* Makes paraph_migration when the database is empty, and all that is missing. is_new: there must be
 * nothing yet (PX_ERR_CONFLICT). Within a transaction each, or one for all when is_new. */
bool migrate(Store *s, bool is_new, PxErr *err) __attribute__((warn_unused_result));

/* ---- drivers ---- */

typedef enum Commit {
    COMMIT_DONE,
    COMMIT_FAILED, /* *err says why; nothing was changed, or err says that this is not known */
    COMMIT_AGAIN   /* nothing was changed, and another try may succeed */
} Commit;

typedef enum Savepoint { SAVEPOINT_SET, SAVEPOINT_KEEP, SAVEPOINT_UNDO } Savepoint;

/* Rows that are being read. Lives on the stack of one call; what it holds of a library hangs in the
 * Store. */
typedef struct Cursor {
    const Query *query;
    ptrdiff_t columns;
    Value row[COLUMNS_MAX]; /* borrowed until the next row */
    /* the driver's */
    void *handle;
    ptrdiff_t at, count, slot;
    bool is_long;
} Cursor;

typedef struct Driver {
    const char *name;
    /* Text of the types, for migrations. */
    const char *type_int, *type_text, *type_blob;
    const char *own_tables; /* made with a store; NULL: none */
    bool (*begin)(Store *s, bool is_write, PxErr *err);
    Commit (*commit)(Store *s, PxErr *err);
    void (*rollback)(Store *s);
    bool (*savepoint)(Store *s, Savepoint what, PxErr *err);
    /* SQL of our own without parameters: DDL. */
    bool (*script)(Store *s, const char *sql_z, PxErr *err);
    /* is_long: the answer may not fit in memory, and is fetched in helpings. */
    bool (*open)(Store *s, const Query *query, const Value *args, bool is_long, Cursor *out,
                 PxErr *err);
    bool (*next)(Store *s, Cursor *cursor, bool *more, PxErr *err);
    void (*end)(Store *s, Cursor *cursor);
    /* The statement prepares, has the parameters its row says, and gives types we can read. */
    bool (*prepares)(Store *s, const Query *query, PxErr *err);
    /* SQL of OWN_TABLES, OWN_HAS_MIGRATIONS, OWN_COLUMNS. */
    const char *tables, *has_migrations, *columns;
    void (*reset)(Store *s);
    void (*close)(Store *s);
} Driver;

extern const Driver sqlite_driver, postgres_driver;

typedef enum StoreMode { MODE_IDLE, MODE_READ, MODE_WRITE } StoreMode;

struct Store {
    Arena *arena; /* a child of the opener's, closed by its end */
    const Driver *driver;
    void *state; /* the driver's */
    Str folder;  /* empty: in memory */
    bool is_open;
    StoreMode mode;
    int depth;      /* of savepoints */
    bool is_broken; /* a statement failed in this savepoint: it can only be undone */
    bool is_lost;   /* the transaction is gone, and no savepoint brings it back */
    bool may_retry; /* what failed was a collision, or a connection */
    bool is_in_doubt;
    PxErr why; /* of is_broken */
    int64_t fail_in;
    int wait_ms; /* for a connection, at most */
    Query *queries[QUERIES];
};

/* A Store that is not open yet; closed by a's end. */
Store *store_new(Arena *a, const Driver *driver, Str folder);
/* Opens the database, without looking at what is in it. */
bool sqlite_connect(Store *s, Str path, bool may_create, PxErr *err); /* empty: in memory */
bool sqlite_copy(Store *s, Str path, PxErr *err);
bool postgres_connect(Store *s, Str url, PxErr *err);

/* Any query; the door's functions are made of these. After a false the cursor is ended. */
bool cursor_open(Store *s, const Query *query, const Value *args, bool is_long, Cursor *out,
                 PxErr *err);
bool cursor_next(Store *s, Cursor *cursor, bool *more, PxErr *err);
void cursor_end(Store *s, Cursor *cursor);
bool run_query(Store *s, const Query *query, const Value *args, PxErr *err);
bool all_rows(Store *s, Arena *a, const Query *query, const Value *args, Rows *out, PxErr *err);
/* SQL of ours without parameters, within a transaction. */
bool run_script(Store *s, const char *sql_z, PxErr *err);

/* ---- lines and digests of tables ---- */

void line_add(Buf *b, const Value *row, ptrdiff_t columns);
/* row: of the table's columns. */
bool line_read(Arena *a, Str line, const Table *table, Value *row, PxErr *err);

typedef struct Sum Sum; /* SHA-256, bit by bit */
Sum *sum_new(Arena *a);
void sum_add(Sum *sum, Str bytes);
Digest sum_end(Sum *sum);

/* Lists a table as lines, on one view; each may be NULL. */
bool table_lines(Store *s, ptrdiff_t table, bool (*each)(void *ctx, Str line, PxErr *err),
                 void *ctx, Digest *digest, int64_t *rows, PxErr *err);

/* ---- what lies beside the tables ---- */

/* Copies FROM/keys to TO/keys: *.pub, and with_secrets the rest. */
bool keys_copy(Arena *a, Str from, Str to, bool with_secrets, PxErr *err);
/* Each file in FOLDER/files that has the name of a digest. */
bool files_each(Arena *a, Str folder, bool (*each)(void *ctx, Digest name, Str path, PxErr *err),
                void *ctx, PxErr *err);

#endif
