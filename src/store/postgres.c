/* postgres: the driver that keeps the tables in PostgreSQL.
 *
 * Writers take turns by an advisory lock of the session, taken before BEGIN so that the transaction
 * sees what the writer before it did; SERIALIZABLE stands behind that, should anything else write.
 * Statements are prepared once for a connection and the kinds of their values; values go and come
 * in binary. A transaction is two round trips more than its statements.
 *
 * A connection that is lost is opened again, and the transaction is tried again. If it was lost at
 * COMMIT, the marker tells what became of it: each Store has a row in paraph_commit, and its last
 * transaction's number in it commits or not with the transaction. (The status of a transaction id
 * would not do: after a crash an id that was never made durable is given out again.) */
#include <libpq-fe.h>
#include <stdio.h>
#include <time.h>

#include "store/int.h"

enum {
    SLOTS_MAX = 32,
    AWAY_MS = 10000,
    TYPE_BOOL = 16,
    TYPE_BYTEA = 17,
    TYPE_INT8 = 20,
    TYPE_INT2 = 21,
    TYPE_INT4 = 23,
    TYPE_TEXT = 25
};
/* The bytes of "paraph" and 1, as the key of the advisory lock: the same for all that write. */
#define LOCK_KEY "31632341280516097"

/* A prepared form of a query: one for each list of kinds its values had. */
typedef struct Form {
    struct Form *next;
    unsigned char kinds[PARAMETERS_MAX];
    int number;
    int64_t connection; /* it was prepared on */
} Form;

typedef struct Postgres {
    PGconn *conn;
    Str url;
    int64_t connection; /* counts them */
    bool is_dead;       /* it says so, or should have */
    bool is_away;       /* it was waited for in vain */
    char marker[33];    /* this Store's row */
    int64_t commits;    /* the number in it */
    Str sql[QUERIES];   /* with $1 for :name */
    Form *forms[QUERIES];
    PGresult *results[SLOTS_MAX];
} Postgres;

/* Values as libpq wants them. */
typedef struct Bound {
    const char *values[PARAMETERS_MAX];
    int lengths[PARAMETERS_MAX], formats[PARAMETERS_MAX];
    Oid types[PARAMETERS_MAX];
    unsigned char numbers[PARAMETERS_MAX][8];
} Bound;

/* ---- errors ---- */

/* The first line of a message, without the white space at its end. */
static Str first_line(const char *message) {
    Str s = str_trim(str_from_z(message ? message : ""));
    const ptrdiff_t end = str_find(s, S("\n"));
    return str_trim(str_slice(s, 0, end < 0 ? s.len : end));
}

static bool fail_lost(Store *s, Str why, PxErr *err) {
    Postgres *p = s->state;
    p->is_dead = true;
    s->is_lost = s->may_retry = true;
    return fail(err, PX_ERR_BUSY, S("database"), -1,
                "the connection was lost, and nothing was changed: %.*s (try again when PostgreSQL "
                "runs)",
                (int)(why.len < 120 ? why.len : 120), why.ptr);
}

static bool state_is(const char *state, const char *prefix) {
    return strncmp(state, prefix, strlen(prefix)) == 0;
}

/* What a result that is no success means. result is NULL when libpq had no memory for it. */
static bool fail_result(Store *s, const PGresult *result, const char *what, PxErr *err) {
    const Postgres *p = s->state;
    const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    const char *text = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    const Str why = first_line(text ? text : PQerrorMessage(p->conn));
    if (PQstatus(p->conn) != CONNECTION_OK || !state || state_is(state, "57P") ||
        state_is(state, "08") || state_is(state, "25P03")) {
        return fail_lost(s, why, err);
    }
    PxErrKind kind = PX_ERR_SYSTEM;
    const char *advice = "";
    if (state_is(state, "23505")) kind = PX_ERR_CONFLICT;
    else if (state_is(state, "23") || state_is(state, "22")) kind = PX_ERR_INPUT;
    else if (state_is(state, "40")) {
        kind = PX_ERR_BUSY;
        s->may_retry = true;
        advice = " (nothing was changed; try again)";
    } else if (state_is(state, "55P03") || state_is(state, "57014")) {
        kind = PX_ERR_BUSY;
        advice = " (others are writing; try again)";
    } else if (state_is(state, "53")) {
        advice = " (nothing was changed; make room for PostgreSQL and try again)";
    }
    return fail(err, kind, S("database"), -1, "%s: %.*s%s", what,
                (int)(why.len < 140 ? why.len : 140), why.ptr, advice);
}

/* ---- the connection ---- */

static void pause_ms(long ms) {
    const struct timespec pause = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&pause, NULL);
}

static void say_nothing(void *ctx, const char *message) { (void)ctx, (void)message; }

static bool check_server(const Postgres *p, PxErr *err) {
    const char *encoding = PQparameterStatus(p->conn, "server_encoding");
    if (PQserverVersion(p->conn) < 130000) {
        return fail(err, PX_ERR_UNSUPPORTED, S("database"), -1,
                    "PostgreSQL %d is too old (Paraph needs 13 or later)",
                    PQserverVersion(p->conn) / 10000);
    }
    return (encoding && strcmp(encoding, "UTF8") == 0) ||
           fail(err, PX_ERR_UNSUPPORTED, S("database"), -1,
                "the database is encoded in %s (make one with ENCODING 'UTF8')",
                encoding ? encoding : "?");
}

static void drop_results(Postgres *p) {
    for (int i = 0; i < SLOTS_MAX; i++) {
        PQclear(p->results[i]);
        p->results[i] = NULL;
    }
}

static bool connect_once(Store *s, PxErr *err) {
    static const char settings[] =
        "SET client_min_messages=error; SET standard_conforming_strings=on;"
        " SET lock_timeout='30s'; SET idle_in_transaction_session_timeout='10min'; SET jit=off;"
        " SET default_transaction_read_only=off;"
        " SELECT set_config('synchronous_commit', 'on', false)"
        " WHERE current_setting('synchronous_commit') = 'off'";
    Postgres *p = s->state;
    drop_results(p);
    PQfinish(p->conn);
    const char *const names[] = {"fallback_application_name", "client_encoding", "connect_timeout",
                                 "dbname", NULL};
    const char *const values[] = {"paraph", "UTF8", "10", p->url.ptr, NULL};
    p->conn = PQconnectdbParams(names, values, 1);
    p->is_dead = PQstatus(p->conn) != CONNECTION_OK;
    if (p->is_dead) {
        const Str why = first_line(PQerrorMessage(p->conn));
        return fail(err, PX_ERR_BUSY, S("database"), -1, "%.*s",
                    (int)(why.len < 240 ? why.len : 240), why.ptr);
    }
    p->connection++;
    PQsetNoticeProcessor(p->conn, say_nothing, NULL);
    PGresult *result = PQexec(p->conn, settings);
    const bool done = PQresultStatus(result) == PGRES_TUPLES_OK ||
                      fail_result(s, result, "it cannot be set up", err);
    PQclear(result);
    return done && check_server(p, err);
}

/* Tries until wait_ms have passed: a server that starts again takes a while. */
static bool reconnect(Store *s, int wait_ms, PxErr *err) {
    const int64_t until = os_ticks() + (int64_t)wait_ms * 1000;
    while (!connect_once(s, err)) {
        if (os_ticks() >= until || !((const Postgres *)s->state)->is_dead) return false;
        pause_ms(100);
    }
    return true;
}

/* The first who finds it gone waits a while for it; those after him only look whether it is back.
 */
static bool connected(Store *s, PxErr *err) {
    Postgres *p = s->state;
    if (!p->is_dead && PQstatus(p->conn) == CONNECTION_OK) return true;
    const int wait_ms = p->is_away ? 0 : s->wait_ms < AWAY_MS ? s->wait_ms : AWAY_MS;
    const bool done = reconnect(s, wait_ms, err);
    p->is_away = !done;
    return done;
}

/* ---- statements ---- */

static bool is_name_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

/* The place of name in the list, from 1; 0 when it is not in it. */
static int place_of(Str list, Str name) {
    for (ptrdiff_t i = 0, count = list_count(list); i < count; i++) {
        if (str_equal(list_at(list, i), name)) return (int)i + 1;
    }
    return 0;
}

/* :name becomes $n, but for what stands in quotes, and "::". False: a name that is not listed, or
 * one listed that is not used. */
static bool translate(Arena *a, const Query *query, Str *out) {
    Buf b = buf_new(a);
    bool used[PARAMETERS_MAX] = {false}, all_known = true;
    const Str sql = query->sql;
    char quote = 0;
    for (ptrdiff_t i = 0; i < sql.len;) {
        const char c = sql.ptr[i];
        if (quote) quote = c == quote ? 0 : quote;
        else if (c == '\'' || c == '"') quote = c;
        ptrdiff_t end = i + 1;
        if (!quote && c == ':' && (i == 0 || sql.ptr[i - 1] != ':')) {
            while (end < sql.len && is_name_byte(sql.ptr[end])) end++;
        }
        if (end == i + 1) {
            buf_byte(&b, c);
        } else {
            const int place = place_of(query->parameters, str_slice(sql, i + 1, end));
            if (place) used[place - 1] = true;
            else all_known = false;
            buf_format(&b, "$%d", place);
        }
        i = end;
    }
    for (ptrdiff_t i = 0; i < query->parameter_count; i++) all_known = all_known && used[i];
    *out = arena_str(a, buf_str(&b));
    return all_known;
}

static bool sql_of(Store *s, const Query *query, Str *out, PxErr *err) {
    Postgres *p = s->state;
    if (!p->sql[query->number].ptr && !translate(s->arena, query, &p->sql[query->number])) {
        p->sql[query->number] = (Str){NULL, 0};
        return fail(err, PX_ERR_INPUT, str_from_z(query->name), -1,
                    "its parameters are not those listed");
    }
    *out = p->sql[query->number];
    return true;
}

static void bind_values(const Query *query, const Value *args, Bound *b) {
    for (ptrdiff_t i = 0; i < query->parameter_count; i++) {
        const Value *v = &args[i];
        b->formats[i] = 1;
        b->values[i] = v->text.ptr ? v->text.ptr : "";
        b->lengths[i] = (int)v->text.len;
        switch (v->kind) {
        case VALUE_INT: {
            const uint64_t n = (uint64_t)v->number;
            for (int k = 0; k < 8; k++) b->numbers[i][k] = (unsigned char)(n >> (56 - 8 * k));
            b->values[i] = (const char *)b->numbers[i];
            b->lengths[i] = 8;
            b->types[i] = TYPE_INT8;
            break;
        }
        case VALUE_TEXT: b->types[i] = TYPE_TEXT; break;
        case VALUE_BLOB: b->types[i] = TYPE_BYTEA; break;
        case VALUE_NULL:
        case VALUE_KINDS:
            b->values[i] = NULL;
            b->lengths[i] = 0;
            b->types[i] = 0;
            break;
        }
    }
}

static void form_name(const Query *query, const Form *form, char *out, size_t cap) {
    snprintf(out, cap, "q%td_%d", query->number, form->number);
}

/* The form of the query for these kinds, prepared on this connection. */
static Form *prepared(Store *s, const Query *query, Str sql, const Value *args, const Bound *b,
                      PxErr *err) {
    Postgres *p = s->state;
    unsigned char kinds[PARAMETERS_MAX];
    const size_t count = (size_t)query->parameter_count;
    for (size_t i = 0; i < count; i++) kinds[i] = (unsigned char)args[i].kind;
    Form *form = p->forms[query->number];
    while (form && memcmp(form->kinds, kinds, count) != 0) form = form->next;
    if (!form) {
        form = NEW(s->arena, Form);
        form->next = p->forms[query->number];
        form->number = form->next ? form->next->number + 1 : 0;
        memcpy(form->kinds, kinds, count);
        p->forms[query->number] = form;
    }
    if (form->connection == p->connection) return form;
    char name[48];
    form_name(query, form, name, sizeof name);
    PGresult *result = PQprepare(p->conn, name, sql.ptr, (int)count, b->types);
    const bool done =
        PQresultStatus(result) == PGRES_COMMAND_OK || fail_result(s, result, query->name, err);
    PQclear(result);
    if (!done) return NULL;
    form->connection = p->connection;
    return form;
}

static ptrdiff_t free_slot(const Postgres *p) {
    ptrdiff_t slot = 0;
    while (slot < SLOTS_MAX && p->results[slot]) slot++;
    check(slot < SLOTS_MAX); /* so many answers are not read at once */
    return slot;
}

static bool is_readable(Oid type) {
    return type == TYPE_INT8 || type == TYPE_INT4 || type == TYPE_INT2 || type == TYPE_BOOL ||
           type == TYPE_TEXT || type == TYPE_BYTEA;
}

/* Takes the answer into the cursor, whose slot owns it from now on. */
static bool take_result(Store *s, Cursor *cursor, PGresult *result, PxErr *err) {
    Postgres *p = s->state;
    p->results[cursor->slot] = result;
    const ExecStatusType status = PQresultStatus(result);
    bool done = status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK ||
                fail_result(s, result, cursor->query->name, err);
    cursor->columns = done ? PQnfields(result) : 0;
    check(cursor->columns <= COLUMNS_MAX);
    for (int i = 0; i < cursor->columns && done; i++) {
        if (is_readable(PQftype(result, i))) continue;
        done = fail(err, PX_ERR_INPUT, str_from_z(cursor->query->name), -1,
                    "column %d of its answer is neither integer, text nor bytes (cast it)", i + 1);
    }
    cursor->at = 0;
    cursor->count = PQntuples(result);
    if (done) return true;
    PQclear(result);
    p->results[cursor->slot] = NULL;
    return false;
}

static void postgres_end(Store *s, Cursor *cursor) {
    Postgres *p = s->state;
    if (cursor->slot < 0) return;
    PQclear(p->results[cursor->slot]);
    p->results[cursor->slot] = NULL;
    if (cursor->is_long && !s->is_broken) {
        char close[64];
        snprintf(close, sizeof close, "CLOSE long_%td", cursor->slot);
        PQclear(PQexec(p->conn, close));
    }
    cursor->slot = -1;
}

static bool open_short(Store *s, const Query *query, Str sql, const Value *args, Cursor *out,
                       PxErr *err) {
    Postgres *p = s->state;
    Bound b;
    char name[48];
    bind_values(query, args, &b);
    const Form *form = prepared(s, query, sql, args, &b, err);
    if (!form) return false;
    form_name(query, form, name, sizeof name);
    return take_result(s, out,
                       PQexecPrepared(p->conn, name, (int)query->parameter_count, b.values,
                                      b.lengths, b.formats, 1),
                       err);
}

static bool fetch(Store *s, Cursor *cursor, PxErr *err) {
    Postgres *p = s->state;
    char sql[64];
    snprintf(sql, sizeof sql, "FETCH %d FROM long_%td", FETCH_ROWS, cursor->slot);
    PQclear(p->results[cursor->slot]);
    p->results[cursor->slot] = NULL;
    return take_result(s, cursor, PQexecParams(p->conn, sql, 0, NULL, NULL, NULL, NULL, 1), err);
}

static bool open_long(Store *s, const Query *query, Str sql, const Value *args, Cursor *out,
                      PxErr *err) {
    Postgres *p = s->state;
    Bound b;
    bind_values(query, args, &b);
    const Str declare = arena_format(s->arena, "DECLARE long_%td NO SCROLL CURSOR FOR %.*s",
                                     out->slot, (int)sql.len, sql.ptr);
    PGresult *result = PQexecParams(p->conn, declare.ptr, (int)query->parameter_count, b.types,
                                    b.values, b.lengths, b.formats, 1);
    const bool done =
        PQresultStatus(result) == PGRES_COMMAND_OK || fail_result(s, result, query->name, err);
    PQclear(result);
    out->is_long = done;
    return done && fetch(s, out, err);
}

static bool postgres_open(Store *s, const Query *query, const Value *args, bool is_long,
                          Cursor *out, PxErr *err) {
    Postgres *p = s->state;
    Str sql;
    if (!sql_of(s, query, &sql, err)) return false;
    out->slot = free_slot(p);
    if (s->mode != MODE_IDLE) {
        return is_long ? open_long(s, query, sql, args, out, err)
                       : open_short(s, query, sql, args, out, err);
    }
    for (int attempt = 1;; attempt++) { /* one question: it can be asked again */
        if (!connected(s, err)) return false;
        if (open_short(s, query, sql, args, out, err)) return true;
        if (!p->is_dead || attempt == 2) return false;
    }
}

static bool take_value(const PGresult *result, int row, int column, Value *out) {
    const unsigned char *bytes = (const unsigned char *)PQgetvalue(result, row, column);
    const int len = PQgetlength(result, row, column);
    const Oid type = PQftype(result, column);
    if (PQgetisnull(result, row, column)) {
        *out = value_null();
    } else if (type == TYPE_TEXT) {
        *out = value_text((Str){(const char *)bytes, len});
    } else if (type == TYPE_BYTEA) {
        *out = value_blob((Str){(const char *)bytes, len});
    } else {
        if (len < 1 || len > 8) return false;
        uint64_t n = bytes[0] & 0x80 && type != TYPE_BOOL ? UINT64_MAX : 0;
        for (int i = 0; i < len; i++) n = n << 8 | bytes[i];
        *out = value_int((int64_t)n);
    }
    return true;
}

static bool postgres_next(Store *s, Cursor *cursor, bool *more, PxErr *err) {
    const Postgres *p = s->state;
    *more = false;
    if (cursor->slot < 0) return true;
    if (cursor->at == cursor->count && cursor->is_long && cursor->count == FETCH_ROWS &&
        !fetch(s, cursor, err)) {
        cursor->slot = -1;
        return false;
    }
    if (cursor->at == cursor->count) {
        postgres_end(s, cursor);
        return true;
    }
    const PGresult *result = p->results[cursor->slot];
    for (int i = 0; i < cursor->columns; i++) {
        check(take_value(result, (int)cursor->at, i, &cursor->row[i]));
    }
    cursor->at++;
    *more = true;
    return true;
}

/* Runs statements of ours in one round trip; the last one's success counts. */
static bool run_simple(Store *s, const char *sql_z, PxErr *err) {
    const Postgres *p = s->state;
    PGresult *result = PQexec(p->conn, sql_z);
    const ExecStatusType status = PQresultStatus(result);
    const bool done = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ||
                      fail_result(s, result, "the database", err);
    PQclear(result);
    return done;
}

static bool postgres_savepoint(Store *s, Savepoint what, PxErr *err) {
    switch (what) {
    case SAVEPOINT_SET: return run_simple(s, "SAVEPOINT nested", err);
    case SAVEPOINT_KEEP: return run_simple(s, "RELEASE SAVEPOINT nested", err);
    case SAVEPOINT_UNDO:
        return run_simple(s, "ROLLBACK TO SAVEPOINT nested; RELEASE SAVEPOINT nested", err);
    }
    return false;
}

static bool describe(Store *s, const Query *query, PxErr *err) {
    const Postgres *p = s->state;
    PGresult *result = PQdescribePrepared(p->conn, "described");
    bool done =
        PQresultStatus(result) == PGRES_COMMAND_OK || fail_result(s, result, query->name, err);
    if (done && PQnparams(result) != query->parameter_count) {
        done = fail(err, PX_ERR_INPUT, str_from_z(query->name), -1, "it has %d parameters, not %td",
                    PQnparams(result), query->parameter_count);
    }
    for (int i = 0; done && i < PQnfields(result); i++) {
        if (is_readable(PQftype(result, i))) continue;
        done = fail(err, PX_ERR_INPUT, str_from_z(query->name), -1,
                    "column %d of its answer is neither integer, text nor bytes (cast it)", i + 1);
    }
    PQclear(result);
    return done;
}

static bool postgres_prepares(Store *s, const Query *query, PxErr *err) {
    const Postgres *p = s->state;
    Str sql;
    if (!connected(s, err) || !sql_of(s, query, &sql, err)) return false;
    PGresult *result = PQprepare(p->conn, "described", sql.ptr, 0, NULL);
    bool done =
        PQresultStatus(result) == PGRES_COMMAND_OK || fail_result(s, result, query->name, err);
    PQclear(result);
    if (done) done = describe(s, query, err);
    PQclear(PQexec(p->conn, "DEALLOCATE described"));
    return done;
}

/* ---- transactions ---- */

/* A first statement may find that the connection went while nothing was done; then there is no harm
 * in another. The COMMIT ends the transaction in which the lock was waited for, so that the one
 * that follows begins with what is there now. */
static bool postgres_begin(Store *s, bool is_write, PxErr *err) {
    Postgres *p = s->state;
    for (int attempt = 1;; attempt++) {
        s->may_retry = s->is_lost = false;
        if (!connected(s, err)) return false;
        if (run_simple(s,
                       is_write ? "SELECT pg_advisory_lock(" LOCK_KEY "); COMMIT;"
                                  " BEGIN ISOLATION LEVEL SERIALIZABLE"
                                : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
                       err)) {
            return true;
        }
        if (p->is_dead && attempt < 2) continue;
        /* cancelled behind the lock, the session would keep it for ever */
        if (is_write) p->is_dead = true;
        return false;
    }
}

static void postgres_rollback(Store *s) {
    Postgres *p = s->state;
    drop_results(p);
    if (p->is_dead) return;
    PGresult *result =
        PQexec(p->conn, s->mode == MODE_WRITE ? "ROLLBACK; SELECT pg_advisory_unlock(" LOCK_KEY ")"
                                              : "ROLLBACK");
    const ExecStatusType status = PQresultStatus(result);
    PQclear(result);
    /* a connection that cannot even roll back is given up, and its lock with it */
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) p->is_dead = true;
}

/* The connection went at COMMIT. The old session's lock is waited for, so that what is read is the
 * end of it. */
static Commit find_outcome(Store *s, PxErr *err) {
    const Postgres *p = s->state;
    const char *const values[] = {p->marker};
    PxErr why = {.at = -1};
    const int64_t until = os_ticks() + (int64_t)s->wait_ms * 1000;
    while (os_ticks() < until) {
        if (!reconnect(s, s->wait_ms, &why)) break;
        if (!run_simple(s, "SELECT pg_advisory_lock(" LOCK_KEY ")", &why)) continue;
        PGresult *result =
            PQexecParams(p->conn, "SELECT number::text FROM paraph_commit WHERE server = $1", 1,
                         NULL, values, NULL, NULL, 0);
        const bool is_answer = PQresultStatus(result) == PGRES_TUPLES_OK;
        int64_t number = -1;
        if (is_answer && PQntuples(result) == 1) {
            check(str_to_int(str_from_z(PQgetvalue(result, 0, 0)), &number));
        }
        PQclear(result);
        PQclear(PQexec(p->conn, "SELECT pg_advisory_unlock(" LOCK_KEY ")"));
        s->is_lost = s->may_retry = false;
        if (is_answer) return number == p->commits ? COMMIT_DONE : COMMIT_AGAIN;
    }
    s->is_in_doubt = true;
    (void)fail(err, PX_ERR_SYSTEM, S("database"), -1,
               "the connection was lost at the end of a transaction, and it cannot be told whether "
               "it was done (look when PostgreSQL runs again)");
    return COMMIT_FAILED;
}

/* The marker, COMMIT and the unlocking, in one round trip. */
static bool send_commit(const Postgres *p) {
    char number[24];
    snprintf(number, sizeof number, "%lld", (long long)p->commits);
    const char *const values[] = {p->marker, number};
    return PQenterPipelineMode(p->conn) &&
           PQsendQueryParams(p->conn,
                             "INSERT INTO paraph_commit (server, number) VALUES ($1, $2)"
                             " ON CONFLICT (server) DO UPDATE SET number = excluded.number",
                             2, NULL, values, NULL, NULL, 0) &&
           PQsendQueryParams(p->conn, "COMMIT", 0, NULL, NULL, NULL, NULL, 0) &&
           PQsendQueryParams(p->conn, "SELECT pg_advisory_unlock(" LOCK_KEY ")", 0, NULL, NULL,
                             NULL, NULL, 0) &&
           PQpipelineSync(p->conn);
}

/* What they answered: whether COMMIT was done, and the first error. */
static bool read_answers(Store *s, bool *is_done, PxErr *err) {
    const Postgres *p = s->state;
    bool had_error = false, is_last = false;
    while (!is_last) {
        PGresult *result = PQgetResult(p->conn);
        if (!result) { /* the end of one statement, or of all */
            if (PQstatus(p->conn) != CONNECTION_OK) break;
            continue;
        }
        const ExecStatusType status = PQresultStatus(result);
        is_last = status == PGRES_PIPELINE_SYNC;
        if (strcmp(PQcmdStatus(result), "COMMIT") == 0) *is_done = true;
        const bool is_error = !is_last && status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK &&
                              status != PGRES_PIPELINE_ABORTED;
        if (is_error && !had_error) (void)fail_result(s, result, "the database", err);
        had_error = had_error || is_error;
        PQclear(result);
    }
    return !had_error && is_last;
}

static Commit postgres_commit(Store *s, PxErr *err) {
    Postgres *p = s->state;
    PxErr why = {.at = -1};
    bool is_done = false;
    if (s->mode == MODE_READ) {
        if (run_simple(s, "COMMIT", err)) return COMMIT_DONE;
        postgres_rollback(s);
        return COMMIT_FAILED;
    }
    p->commits++;
    const bool is_sent = send_commit(p);
    const bool answered = is_sent && read_answers(s, &is_done, &why);
    if (!is_sent || !PQexitPipelineMode(p->conn)) p->is_dead = true; /* its state is not known */
    if (is_done) {
        if (!answered) p->is_dead = true; /* the lock was not given back */
        return COMMIT_DONE;
    }
    if (p->is_dead || PQstatus(p->conn) != CONNECTION_OK) {
        if (!why.message[0]) (void)fail_lost(s, first_line(PQerrorMessage(p->conn)), &why);
        const Commit end = find_outcome(s, err);
        if (end == COMMIT_AGAIN && err) *err = why;
        return end;
    }
    if (answered) {
        (void)fail(&why, PX_ERR_SYSTEM, S("database"), -1,
                   "the transaction had ended before its time; nothing was changed");
    }
    if (err) *err = why;
    postgres_rollback(s);
    return s->may_retry ? COMMIT_AGAIN : COMMIT_FAILED;
}

static void postgres_reset(Store *s) { drop_results(s->state); }

static void postgres_close(Store *s) {
    Postgres *p = s->state;
    drop_results(p);
    if (p->commits && !p->is_dead && PQstatus(p->conn) == CONNECTION_OK) {
        const char *const values[] = {p->marker};
        if (s->mode != MODE_IDLE) PQclear(PQexec(p->conn, "ROLLBACK"));
        PQclear(PQexecParams(p->conn, "DELETE FROM paraph_commit WHERE server = $1", 1, NULL,
                             values, NULL, NULL, 0));
    }
    PQfinish(p->conn);
    p->conn = NULL;
}

bool postgres_connect(Store *s, Str url, PxErr *err) {
    Postgres *p = NEW(s->arena, Postgres);
    p->url = arena_str(s->arena, url);
    p->is_dead = true;
    unsigned char random[16];
    os_random(random, sizeof random);
    for (int i = 0; i < 16; i++) snprintf(p->marker + 2 * i, 3, "%02x", random[i]);
    s->state = p;
    return connect_once(s, err);
}

const Driver postgres_driver = {
    .name = "PostgreSQL",
    .type_int = "bigint",
    .type_text = "text COLLATE \"C\"",
    .type_blob = "bytea",
    .own_tables = "CREATE TABLE paraph_commit (server {text} PRIMARY KEY, number {int} NOT NULL)",
    .tables = "SELECT COUNT(*) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n"
              " ON n.oid = c.relnamespace WHERE n.nspname = current_schema()"
              " AND c.relkind IN ('r', 'p', 'v', 'm', 'f')",
    .has_migrations = "SELECT CASE WHEN to_regclass('paraph_migration') IS NULL THEN 0 ELSE 1 END",
    .columns =
        "SELECT c.relname::text, a.attname::text, CASE format_type(a.atttypid, a.atttypmod)"
        " WHEN 'bigint' THEN 'int' WHEN 'bytea' THEN 'blob'"
        " ELSE format_type(a.atttypid, a.atttypmod) END,"
        " CASE WHEN a.attnotnull THEN 0 ELSE 1 END,"
        " COALESCE(array_position(i.indkey::int2[], a.attnum) + 1, 0)"
        " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
        " JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0"
        " AND NOT a.attisdropped LEFT JOIN pg_catalog.pg_index i ON i.indrelid = c.oid"
        " AND i.indisprimary WHERE n.nspname = current_schema() AND c.relkind = 'r'"
        " AND c.relname NOT IN ('paraph_migration', 'paraph_commit')"
        " ORDER BY c.relname COLLATE \"C\", a.attnum",
    .begin = postgres_begin,
    .commit = postgres_commit,
    .rollback = postgres_rollback,
    .savepoint = postgres_savepoint,
    .script = run_simple,
    .open = postgres_open,
    .next = postgres_next,
    .end = postgres_end,
    .prepares = postgres_prepares,
    .reset = postgres_reset,
    .close = postgres_close,
};
