/* needs: base os json store */
/* store: the contract of the door, the same on each driver. What fails in the system, and whole
 * stores, have programs of their own (test_store_faults, test_store_whole). */
#include "store_fixture.h"

#include <signal.h>
#include <sys/wait.h>

static bool add_body(Store *s, Str id, Str name, PxErr *err) {
    return STORE_RUN(s, err, body_insert, value_text(id), value_text(name));
}

static int64_t count_bodies(Store *s) {
    Arena *own = arena_open(1 << 24);
    PxErr err = {0};
    Rows rows;
    T_OK(store_rows(s, own, QUERY_body_all, NULL, 0, &rows, &err), &err);
    const int64_t count = rows.rows;
    arena_close(own);
    return count;
}

static bool add_act(Store *s, int64_t seq, Str salt, Str body, PxErr *err) {
    return STORE_RUN(s, err, act_insert, value_int(seq), value_blob(salt), value_text(body),
                     value_blob(S("")), value_text(S("d")), value_text(S("k")), value_text(S("a")));
}

/* ---- values ---- */

static void values(Arena *a, const Fixture *f) {
    PxErr err = {0};
    Store *s = fixture_open(f);
    T_EQ_INT(store_is_postgres(s), f->server_url.len > 0);
    T_EQ_STR(store_folder(s), f->place.folder);
    char *big = arena_alloc_raw(a, 10 << 20);
    for (ptrdiff_t i = 0; i < 10 << 20; i++) big[i] = (char)(' ' + i % 90);
    const Str texts[] = {S(""),
                         S("外交部 — 條約"),
                         S("وزارتِ خارجہ، پاکستان"),
                         S("'; DROP TABLE act; --"),
                         S("a\nb\t\"c\"\\ $1 :name ::text"),
                         {big, 10 << 20}};
    const int64_t numbers[] = {0, -1, 1, INT64_MAX, INT64_MIN, 255};
    for (int i = 0; i < 6; i++) {
        const Str bytes = i == 5 ? (Str){big, 10 << 20} : i ? S("\0\xff\x80'\0") : S("");
        T_OK(add_act(s, numbers[i], bytes, texts[i], &err), &err);
        Rows rows;
        T_OK(STORE_ROWS(s, a, &rows, &err, act_one, value_int(numbers[i])), &err);
        if (!T_EQ_INT(rows.rows, 1)) return;
        T_EQ_INT(rows.columns, 7);
        T_CHECK(rows.values[0].kind == VALUE_INT && rows.values[1].kind == VALUE_BLOB &&
                rows.values[2].kind == VALUE_TEXT);
        T_EQ_INT(rows.values[0].number, numbers[i]);
        T_EQ_STR(rows.values[1].text, bytes);
        T_EQ_STR(rows.values[2].text, texts[i]);
    }
    const Str bad[] = {S("a\0b"), S("\xff"), S("\xed\xa0\x80"), S("cut \xe5\xa4")};
    for (int i = 0; i < 4; i++) {
        T_CHECK(!add_act(s, 1000 + i, S(""), bad[i], &err));
        T_EQ_INT(err.kind, PX_ERR_INPUT);
        T_CHECK(strstr(err.message, "body") != NULL);
    }
    T_CHECK(!STORE_RUN(s, &err, body_insert, value_text(S("n")), value_null()));
    T_EQ_INT(err.kind, PX_ERR_INPUT);
    T_CHECK(!STORE_RUN(s, &err, body_insert, value_null(), value_text(S("n"))));
    T_EQ_INT(err.kind, PX_ERR_INPUT);
    T_EQ_INT(count_bodies(s), 0);
}

/* Bytewise, whatever the server's locale. */
static void order(Arena *a, const Fixture *f) {
    PxErr err = {0};
    Store *s = fixture_open(f);
    const Str ids[] = {S("é"),   S("b"),  S("Z"), S("a-b"), S("ab"),
                       S("a b"), S("外"), S("A"), S("_")};
    const Str sorted[] = {S("A"),  S("Z"), S("_"), S("a b"), S("a-b"),
                          S("ab"), S("b"), S("é"), S("外")};
    for (int i = 0; i < 9; i++) T_OK(add_body(s, ids[i], S("x"), &err), &err);
    Rows rows;
    T_OK(store_rows(s, a, QUERY_body_all, NULL, 0, &rows, &err), &err);
    if (!T_EQ_INT(rows.rows, 9)) return;
    for (int i = 0; i < 9; i++) T_EQ_STR(row_at(&rows, i)[0].text, sorted[i]);
}

static void queries(Arena *a, const Fixture *f) {
    PxErr err = {0};
    Store *s = fixture_open(f);
    T_OK(store_check(s, &err), &err);
    Rows rows;
    T_OK(STORE_ROWS(s, a, &rows, &err, body_find, value_text(S("none"))), &err);
    T_EQ_INT(rows.rows, 0);
    T_OK(store_rows(s, a, QUERY_act_newest, NULL, 0, &rows, &err), &err);
    T_EQ_INT(rows.values[0].number, -1);
    T_OK(STORE_RUN(s, &err, standing_insert, value_text(S("p")), value_text(S("r"))), &err);
    T_OK(STORE_RUN(s, &err, standing_insert, value_text(S("p")), value_text(S("r"))), &err);
    T_OK(STORE_RUN(s, &err, person_disable, value_text(S("nobody"))), &err);
}

/* A check that cannot fail is none: tables and queries that are not as listed are found. */
static void check_finds(Arena *a, const Fixture *f) {
    (void)a;
    PxErr err = {0};
    Store *s = fixture_open(f);
    if (!store_is_postgres(s))
        return; /* the other driver's tables are changed in test_store_whole */
    T_CHECK(fixture_sql(f, "ALTER TABLE body ALTER COLUMN name DROP NOT NULL", NULL));
    T_CHECK(!store_check(s, &err));
    T_EQ_STR(str_from_z(err.part), S("body"));
    T_CHECK(fixture_sql(f, "ALTER TABLE body ALTER COLUMN name SET NOT NULL", NULL));
    T_OK(store_check(s, &err), &err);
    T_CHECK(fixture_sql(f, "CREATE TABLE stranger (id bigint)", NULL));
    T_CHECK(!store_check(s, &err));
    T_EQ_STR(str_from_z(err.part), S("stranger"));
    T_CHECK(fixture_sql(f, "DROP TABLE stranger; ALTER TABLE body RENAME cleared TO c", NULL));
    T_CHECK(!store_check(s, &err));
}

/* ---- transactions ---- */

typedef struct Work {
    Store *store;
    const Fixture *fixture;
    int runs, kind;
    bool undone;
    PxErr inner;
} Work;

static bool add_two_and_fail(void *ctx, PxErr *err) {
    const Work *w = ctx;
    return add_body(w->store, S("a"), S("x"), err) && add_body(w->store, S("b"), S("x"), err) &&
           fail(err, PX_ERR_DENIED, S("rule"), 7, "no");
}

static bool swallow(void *ctx, PxErr *err) {
    const Work *w = ctx;
    PxErr ignored;
    if (!add_body(w->store, S("a"), S("x"), err)) return false;
    T_CHECK(!add_body(w->store, S("a"), S("y"), &ignored));
    T_EQ_INT(ignored.kind, PX_ERR_CONFLICT);
    T_CHECK(!add_body(w->store, S("c"), S("y"), &ignored)); /* what follows fails too */
    T_EQ_INT(ignored.kind, PX_ERR_CONFLICT);
    return true;
}

static void rollback(Arena *a, const Fixture *f) {
    (void)a;
    PxErr err = {0};
    Work w = {.store = fixture_open(f)};
    T_CHECK(!store_write(w.store, add_two_and_fail, &w, &err));
    T_CHECK(err.kind == PX_ERR_DENIED && err.at == 7 && strcmp(err.message, "no") == 0);
    T_EQ_INT(count_bodies(w.store), 0);
    T_CHECK(!store_write(w.store, swallow, &w, &err));
    T_EQ_INT(err.kind, PX_ERR_CONFLICT);
    T_EQ_INT(count_bodies(w.store), 0);
    T_OK(add_body(w.store, S("a"), S("x"), &err), &err);
    T_CHECK(!add_body(w.store, S("a"), S("x"), &err));
    T_EQ_INT(err.kind, PX_ERR_CONFLICT);
    T_EQ_INT(count_bodies(w.store), 1);
}

static bool innermost(void *ctx, PxErr *err) {
    const Work *w = ctx;
    return add_body(w->store, S("3"), S("x"), err) &&
           (w->kind != 3 || fail(err, PX_ERR_DENIED, S(""), -1, "innermost")) &&
           (w->kind != 4 || add_body(w->store, S("1"), S("again"), err));
}

static bool inner(void *ctx, PxErr *err) {
    Work *w = ctx;
    return add_body(w->store, S("2"), S("x"), err) &&
           store_nested(w->store, innermost, w, &w->undone, &w->inner) &&
           add_body(w->store, S("4"), S("x"), err) &&
           (w->kind != 2 || fail(err, PX_ERR_DENIED, S(""), -1, "inner"));
}

static bool outer(void *ctx, PxErr *err) {
    Work *w = ctx;
    bool undone;
    PxErr why = {0};
    w->runs++;
    if (!add_body(w->store, S("1"), S("x"), err)) return false;
    if (!store_nested(w->store, inner, w, &undone, &why))
        return fail(err, why.kind, S(""), -1, "!");
    T_EQ_INT(undone, w->kind == 2);
    if (undone) T_EQ_INT(why.kind, PX_ERR_DENIED);
    return add_body(w->store, S("5"), S("x"), err) &&
           (w->kind != 1 || fail(err, PX_ERR_DENIED, S(""), -1, "outer"));
}

static void nested(Arena *a, const Fixture *f) {
    (void)a;
    const int left[] = {5, 0, 2, 4, 4}; /* bodies there are, by what fails */
    for (int kind = 0; kind < 5; kind++) {
        const Fixture own = fixture_new(a, f->server_url.len > 0);
        PxErr err = {0};
        Work w = {.store = fixture_open(&own), .kind = kind};
        const bool done = store_write(w.store, outer, &w, &err);
        T_EQ_INT(done, kind != 1);
        T_EQ_INT(w.undone, kind >= 3);
        T_EQ_INT(count_bodies(w.store), left[kind]);
        if (kind == 4) T_EQ_INT(w.inner.kind, PX_ERR_CONFLICT);
        T_EQ_INT(w.runs, 1);
        store_close(w.store);
        fixture_end(&own);
    }
}

/* ---- reading ---- */

typedef struct Look {
    Store *store, *other;
    int rows, stop_at;
} Look;

static bool look_at(void *ctx, const Value *row, ptrdiff_t columns, PxErr *err) {
    Look *l = ctx;
    Arena *own = arena_open(1 << 20);
    Rows rows;
    T_EQ_INT(columns, 7);
    T_EQ_INT(row[0].number, l->rows);
    /* another question, and the same one, while this answer is being read */
    T_OK(STORE_ROWS(l->store, own, &rows, err, act_one, value_int(row[0].number)), err);
    T_EQ_INT(rows.rows, 1);
    if (l->rows == 2) {
        T_OK(STORE_ROWS(l->store, own, &rows, err, act_all, value_int(990)), err);
        T_EQ_INT(rows.rows, 10);
    }
    arena_close(own);
    return ++l->rows != l->stop_at || fail(err, PX_ERR_LIMIT, S(""), -1, "stopped");
}

static bool fill_acts(void *ctx, PxErr *err) {
    for (int i = 0; i < 1000; i++) {
        if (!add_act(ctx, i, S("salt"), S("{}"), err)) return false;
    }
    return true;
}

static void each(Arena *a, const Fixture *f) {
    (void)a;
    PxErr err = {0};
    Store *s = fixture_open(f);
    T_OK(store_write(s, fill_acts, s, &err), &err);
    Look all = {s, NULL, 0, 0}, some = {s, NULL, 0, 300}, none = {s, NULL, 0, 0};
    const Value first[] = {value_int(0)}, past[] = {value_int(5000)};
    T_OK(store_each(s, QUERY_act_all, first, 1, look_at, &all, &err), &err);
    T_EQ_INT(all.rows, 1000);
    T_CHECK(!store_each(s, QUERY_act_all, first, 1, look_at, &some, &err));
    T_EQ_INT(err.kind, PX_ERR_LIMIT);
    T_EQ_INT(some.rows, 300);
    T_OK(store_each(s, QUERY_act_all, past, 1, look_at, &none, &err), &err);
    T_EQ_INT(none.rows, 0);
    T_OK(add_body(s, S("after"), S("x"), &err), &err);
}

static bool view_once(void *ctx, PxErr *err) {
    (void)err;
    const Look *l = ctx;
    PxErr inner_err = {0};
    T_EQ_INT(count_bodies(l->store), 1);
    T_OK(add_body(l->other, S("b"), S("x"), &inner_err), &inner_err);
    T_EQ_INT(count_bodies(l->other), 2);
    T_EQ_INT(count_bodies(l->store), 1); /* still */
    return true;
}

static void one_view(Arena *a, const Fixture *f) {
    (void)a;
    PxErr err = {0};
    Look l = {fixture_open(f), fixture_open(f), 0, 0};
    T_OK(add_body(l.store, S("a"), S("x"), &err), &err);
    T_OK(store_read(l.store, view_once, &l, &err), &err);
    T_EQ_INT(count_bodies(l.store), 2);
}

/* ---- many writers ---- */

static bool grow_head(void *ctx, PxErr *err) {
    Work *w = ctx;
    Store *s = w->store;
    w->runs++;
    Arena *own = arena_open(1 << 20);
    Rows rows;
    bool done = store_rows(s, own, QUERY_head_read, NULL, 0, &rows, err);
    if (w->kind && w->runs == 1) {
        T_CHECK(fixture_sql(w->fixture, "UPDATE record_head SET size = size + 100", NULL));
    }
    done = done && STORE_RUN(s, err, head_grow, value_int(rows.values[0].number + 1),
                             value_blob(S("")), value_int(0));
    arena_close(own);
    return done;
}

enum { WRITERS = 4, TURNS = 40 };

static _Noreturn void write_in_child(const Fixture *f) {
    Arena *own = arena_open(1 << 24);
    PxErr err = {0};
    Work w = {.runs = 0};
    bool done = store_open(own, &f->place, &w.store, &err);
    for (int i = 0; i < TURNS && done; i++) done = store_write(w.store, grow_head, &w, &err);
    if (!done) printf("# a writer: %s\n", err.message);
    done = done && w.runs == TURNS; /* they take turns: none was in vain */
    fflush(stdout);
    arena_close(own);
    _exit(done ? 0 : 1);
}

static void contention(Arena *a, const Fixture *f) {
    PxErr err = {0};
    Store *s = fixture_open(f);
    T_OK(STORE_RUN(s, &err, head_insert, value_int(0), value_blob(S("")), value_text(S("")),
                   value_int(0)),
         &err);
    pid_t children[WRITERS];
    fflush(stdout);
    for (int i = 0; i < WRITERS; i++) {
        children[i] = fork();
        if (children[i] == 0) write_in_child(f);
    }
    for (int i = 0; i < WRITERS; i++) {
        int status = 1;
        T_CHECK(waitpid(children[i], &status, 0) == children[i] && status == 0);
    }
    Rows rows;
    T_OK(store_rows(s, a, QUERY_head_read, NULL, 0, &rows, &err), &err);
    T_EQ_INT(rows.values[0].number, WRITERS * TURNS);
}

/* One that writes without taking turns, as an administrator by hand might: no update is lost. */
static void stranger(Arena *a, const Fixture *f) {
    PxErr err = {0};
    Work w = {.store = fixture_open(f), .fixture = f, .kind = 1};
    T_OK(STORE_RUN(w.store, &err, head_insert, value_int(0), value_blob(S("")), value_text(S("")),
                   value_int(0)),
         &err);
    T_OK(store_write(w.store, grow_head, &w, &err), &err);
    T_EQ_INT(w.runs, 2);
    Rows rows;
    T_OK(store_rows(w.store, a, QUERY_head_read, NULL, 0, &rows, &err), &err);
    T_EQ_INT(rows.values[0].number, 101);
}

/* ---- files ---- */

static void blobs(Arena *a, const Fixture *f) {
    PxErr err = {0};
    Store *s = fixture_open(f);
    Digest name, again, read_back;
    Str back;
    char *big = arena_alloc_raw(a, 10 << 20);
    for (ptrdiff_t i = 0; i < 10 << 20; i++) big[i] = (char)(i * 31 + i / 1000);
    const Str all[] = {S(""), S("x"), {big, 10 << 20}};
    for (int i = 0; i < 3; i++) {
        T_OK(store_keep(s, all[i], &name, &err), &err);
        T_OK(store_keep(s, all[i], &again, &err), &err);
        T_CHECK(digest_equal(name, again) && digest_equal(name, digest_of(all[i])));
        T_CHECK(store_has(s, name));
        T_OK(store_fetch(s, a, name, &back, &err), &err);
        T_EQ_STR(back, all[i]);
    }
    T_EQ_STR(digest_text(a, digest_of(S(""))),
             S("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
    T_CHECK(digest_read(digest_text(a, name), &read_back) && digest_equal(name, read_back));
    T_CHECK(!digest_read(S("e3b0"), &read_back));
    T_CHECK(!digest_read(S("E3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
                         &read_back));
    const Digest none = digest_of(S("not kept"));
    T_CHECK(!store_has(s, none));
    T_CHECK(!store_fetch(s, a, none, &back, &err));
    T_EQ_INT(err.kind, PX_ERR_NOT_FOUND);
    /* a disk that changes bytes is noticed, and keeping them again mends it */
    const Str text = digest_text(a, digest_of(S("x")));
    const Str path = arena_format(a, "%s/files/%.2s/%s", f->place.folder.ptr, text.ptr, text.ptr);
    T_OK(os_write_file(path, S("y"), OS_REPLACE, false, &err), &err);
    T_CHECK(!store_fetch(s, a, digest_of(S("x")), &back, &err));
    T_EQ_INT(err.kind, PX_ERR_INPUT);
    T_OK(store_keep(s, S("x"), &name, &err), &err);
    T_OK(store_fetch(s, a, name, &back, &err), &err);
    T_EQ_STR(back, S("x"));
}

/* ---- memory ---- */

typedef struct Short {
    Store *store;
    Arena *arena;
    int kind;
} Short;

static bool use_much(void *ctx, PxErr *err) {
    const Short *m = ctx;
    if (m->kind < 2 && !add_body(m->store, S("m"), S("x"), err)) return false;
    return *(char *)arena_alloc_raw(m->arena, (ptrdiff_t)1 << 40) == 0;
}

static bool use_much_nested(void *ctx, PxErr *err) {
    const Short *m = ctx;
    bool undone;
    return store_nested(m->store, use_much, ctx, &undone, err);
}

static bool use_much_each(void *ctx, const Value *row, ptrdiff_t columns, PxErr *err) {
    (void)row, (void)columns;
    return use_much(ctx, err);
}

static bool use_much_guarded(void *ctx, PxErr *err) {
    const Short *m = ctx;
    const Value first[] = {value_int(0)};
    if (m->kind < 2) return store_write(m->store, m->kind ? use_much_nested : use_much, ctx, err);
    if (m->kind == 2) return store_read(m->store, use_much, ctx, err);
    return store_each(m->store, QUERY_act_all, first, 1, use_much_each, ctx, err);
}

/* The guard catches in the middle of everything; store_reset makes the Store whole. */
static void reset(Arena *a, const Fixture *f) {
    (void)a;
    PxErr err = {0};
    Store *s = fixture_open(f), *other = fixture_open(f);
    T_OK(store_write(s, fill_acts, s, &err), &err);
    for (int kind = 0; kind < 40; kind++) {
        Arena *own = arena_open(1 << 20);
        Short m = {s, own, kind % 4};
        T_CHECK(!arena_guard(own, use_much_guarded, &m, &err));
        T_EQ_INT(err.kind, PX_ERR_LIMIT);
        arena_close(own);
        store_reset(s);
        T_EQ_INT(count_bodies(s), kind);
        const Str id = arena_format(a, "%d", kind);
        T_OK(add_body(kind % 2 ? s : other, id, S("x"), &err), &err); /* no lock was left */
    }
    store_reset(s);
    store_close(s);
    store_close(s);
    store_close(NULL);
}

int main(void) {
    ON_EACH_DRIVER(values);
    ON_EACH_DRIVER(order);
    ON_EACH_DRIVER(queries);
    ON_POSTGRES(check_finds);
    ON_EACH_DRIVER(rollback);
    ON_EACH_DRIVER(nested);
    ON_EACH_DRIVER(each);
    ON_EACH_DRIVER(one_view);
    ON_EACH_DRIVER(contention);
    ON_POSTGRES(stranger);
    ON_EACH_DRIVER(blobs);
    ON_EACH_DRIVER(reset);
    return t_end();
}
