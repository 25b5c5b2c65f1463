/* needs: base os json store */
/* store: what fails in the system: statements, the disk, memory, the process itself, and the
 * connection to PostgreSQL, at BEGIN, in the midst, and at COMMIT before and after it was done. */
#include "store_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>

static int64_t count_bodies(Store *s) {
    Arena *own = arena_open(1 << 24);
    PxErr err = {0};
    Rows rows;
    T_OK(store_rows(s, own, QUERY_body_all, NULL, 0, &rows, &err), &err);
    const int64_t count = rows.rows;
    arena_close(own);
    return count;
}

static bool add_body(Store *s, const char *id, PxErr *err) {
    return STORE_RUN(s, err, body_insert, value_text(str_from_z(id)), value_text(S("x")));
}

/* ---- the n-th statement ---- */

typedef struct Work {
    Store *store;
    const Fixture *fixture;
    int runs;
    const char *id;
} Work;

static bool add_inner(void *ctx, PxErr *err) {
    const Work *w = ctx;
    return add_body(w->store, "inner", err) && add_body(w->store, "inner 2", err);
}

static bool add_three(void *ctx, PxErr *err) {
    Work *w = ctx;
    bool undone;
    PxErr why = {0};
    w->runs++;
    if (!add_body(w->store, "outer", err)) return false;
    if (!store_nested(w->store, add_inner, w, &undone, err)) return false;
    return !undone || fail(err, why.kind, S(""), -1, "undone");
}

static void statements(Arena *a, const Fixture *f) {
    (void)a;
    PxErr err = {0};
    Work w = {.store = fixture_open(f)};
    for (int64_t n = 0;; n++) {
        store_fail_after(w.store, n);
        const bool done = store_write(w.store, add_three, &w, &err);
        store_fail_after(w.store, -1);
        T_EQ_INT(count_bodies(w.store), done ? 3 : 0);
        if (done) {
            T_EQ_INT(n, 7); /* begin, insert, savepoint, two inserts, release, commit */
            break;
        }
        if (!T_CHECK(n < 20)) break;
    }
    store_fail_after(w.store, 0);
    T_CHECK(!add_body(w.store, "alone", &err));
    T_EQ_INT(err.kind, PX_ERR_SYSTEM);
    store_fail_after(w.store, -1);
    T_EQ_INT(count_bodies(w.store), 3);
}

/* ---- a disk that is full ---- */

static bool whole_life(const Fixture *f, Arena *a, bool *is_exported, PxErr *err) {
    Store *s;
    Digest name;
    Str back;
    *is_exported = false;
    if (!store_create(a, &f->place, err) && err->kind != PX_ERR_CONFLICT) return false;
    if (!store_open(a, &f->place, &s, err) || !store_keep(s, S("paper"), &name, err) ||
        !store_fetch(s, a, name, &back, err) ||
        !store_export(s, os_path(a, f->folder, S("export")), true, err)) {
        return false;
    }
    *is_exported = true;
    return store_backup(s, os_path(a, f->folder, S("backup")), err);
}

static void full_disk(Arena *a, const Fixture *f) {
    const bool is_postgres = f->server_url.len > 0;
    int64_t n = 0;
    for (bool passed = false; !passed; n += is_postgres ? n / 2 + 1 : n < 10 ? 1 : n / 6) {
        Arena *own = arena_child(a);
        const Fixture g = fixture_new(own, is_postgres);
        PxErr err = {0};
        os_fail_after(n);
        bool is_exported;
        passed = whole_life(&g, own, &is_exported, &err);
        os_fail_after(-1);
        if (!passed) {
            T_EQ_INT(err.kind, PX_ERR_SYSTEM);
            const bool is_late = strstr(err.message, "synchronised") != NULL; /* but it is there */
            T_CHECK(is_exported || is_late ||
                    !os_is_file(os_path(own, g.folder, S("export/store.json"))));
            T_CHECK(is_late || !os_is_file(os_path(own, g.folder, S("backup/paraph.db"))));
            /* with room again, the same place can be used */
            Store *s;
            StorePlace place;
            const bool made = store_create(own, &g.place, &err) || err.kind == PX_ERR_CONFLICT;
            T_OK(made, &err);
            T_OK(store_place(own, is_postgres ? g.place.database : g.place.folder, g.place.folder,
                             &place, &err),
                 &err);
            T_OK(store_open(own, &place, &s, &err) && store_check(s, &err), &err);
            store_close(s);
        }
        fixture_end(&g);
        arena_close(own);
        if (!T_CHECK(n < 100000)) return;
    }
    T_CHECK(n > 30);
}

static bool fill(void *ctx, PxErr *err) {
    const Work *w = ctx;
    char *bytes = arena_alloc_raw(w->fixture->arena, 100000);
    memset(bytes, 'x', 100000);
    return STORE_RUN(w->store, err, body_insert, value_text(str_from_z(w->id)),
                     value_text((Str){bytes, 100000}));
}

/* The file system takes no more: rows that were acknowledged stay, the one that was not is not
 * there, and with room again all goes on. (PostgreSQL writes its files itself; what it says then is
 * in `refused`.) */
static void no_more_room(Arena *a, const Fixture *f) {
    PxErr err = {0};
    Store *s = fixture_open(f);
    struct rlimit old;
    if (!T_CHECK(getrlimit(RLIMIT_FSIZE, &old) == 0)) return;
    const struct rlimit small = {1500000, old.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    T_CHECK(setrlimit(RLIMIT_FSIZE, &small) == 0);
    int done = 0;
    Work w = {.store = s, .fixture = f};
    for (; done < 100; done++) {
        w.id = arena_format(a, "%03d", done).ptr;
        if (!store_write(s, fill, &w, &err)) break;
    }
    T_CHECK(done > 2 && done < 100);
    T_EQ_INT(err.kind, PX_ERR_SYSTEM);
    T_CHECK(strstr(err.message, "nothing was changed") != NULL);
    T_EQ_INT(count_bodies(s), done);
    T_CHECK(!store_write(s, fill, &w, &err));
    T_CHECK(setrlimit(RLIMIT_FSIZE, &old) == 0);
    signal(SIGXFSZ, SIG_DFL);
    T_OK(store_write(s, fill, &w, &err), &err);
    T_EQ_INT(count_bodies(s), done + 1);
    store_close(s);
    T_EQ_INT(count_bodies(fixture_open(f)), done + 1);
}

static bool fill_many(void *ctx, PxErr *err) {
    Work *w = ctx;
    for (int i = 0; i < 400; i++) {
        w->id = arena_format(w->fixture->arena, "many %d", i).ptr;
        if (!fill(w, err)) return false;
    }
    return true;
}

static bool fill_many_nested(void *ctx, PxErr *err) {
    Work *w = ctx;
    bool undone;
    if (!add_body(w->store, "outer", err)) return false;
    if (w->runs == 0 && !fill_many(w, err)) return false;
    return !w->runs ||
           (store_nested(w->store, fill_many, w, &undone, err) && add_body(w->store, "after", err));
}

/* It is full in the midst of a transaction that is larger than the cache. SQLite may end it then by
 * itself; nothing after that happens outside of one. */
static void no_room_midway(Arena *a, const Fixture *f) {
    PxErr err = {0};
    struct rlimit old;
    (void)a;
    Work w = {.store = fixture_open(f), .fixture = f};
    if (!T_CHECK(getrlimit(RLIMIT_FSIZE, &old) == 0)) return;
    const struct rlimit small = {1500000, old.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    for (w.runs = 0; w.runs < 2; w.runs++) {
        T_CHECK(setrlimit(RLIMIT_FSIZE, &small) == 0);
        const bool done = store_write(w.store, fill_many_nested, &w, &err);
        T_CHECK(setrlimit(RLIMIT_FSIZE, &old) == 0);
        if (done) {
            T_EQ_INT(count_bodies(w.store), 2); /* the savepoint alone was undone */
            continue;
        }
        T_EQ_INT(err.kind, PX_ERR_SYSTEM);
        T_EQ_INT(count_bodies(w.store), 0);
    }
    signal(SIGXFSZ, SIG_DFL);
    T_OK(add_body(w.store, "room again", &err), &err);
    T_OK(store_check(w.store, &err), &err);
}

/* ---- the n-th write of SQLite's own ---- */

static int writes_left = -1;
static ssize_t (*real_pwrite)(int fd, const void *bytes, size_t len, off_t at);

static ssize_t failing_pwrite(int fd, const void *bytes, size_t len, off_t at) {
    if (writes_left > 0) writes_left--;
    if (writes_left != 0) return real_pwrite(fd, bytes, len, at);
    errno = ENOSPC;
    return -1;
}

static void catch_writes(bool is_on) {
    static const char *const names[] = {"pwrite", "pwrite64"};
    sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
    for (int i = 0; i < 2; i++) {
        const sqlite3_syscall_ptr old = vfs->xGetSystemCall(vfs, names[i]);
        if (!old) continue;
        if (!real_pwrite) memcpy(&real_pwrite, &old, sizeof old);
        T_EQ_INT(
            vfs->xSetSystemCall(vfs, names[i], is_on ? (sqlite3_syscall_ptr)failing_pwrite : NULL),
            SQLITE_OK);
    }
}

/* Two bodies in one transaction, then one alone: how many were acknowledged. */
static int add_some(const Fixture *f, Arena *a, PxErr *err) {
    Work w = {.id = "1"};
    if (!store_open(a, &f->place, &w.store, err)) return 0;
    if (!store_write(w.store, add_inner, &w, err)) return 0;
    return add_body(w.store, "alone", err) ? 3 : 2;
}

static void no_write(Arena *a, const Fixture *f) {
    (void)f;
    int acknowledged = 0, n = 0;
    for (; acknowledged < 3; n++) {
        Arena *own = arena_child(a);
        const Fixture g = fixture_new(own, false);
        PxErr err = {0};
        T_OK(store_create(own, &g.place, &err), &err);
        Arena *first = arena_child(own);
        catch_writes(true);
        writes_left = n;
        acknowledged = add_some(&g, first, &err);
        writes_left = -1;
        arena_close(first);
        catch_writes(false);
        if (acknowledged < 3) {
            T_EQ_INT(err.kind, PX_ERR_SYSTEM);
            T_CHECK(strstr(err.message, "nothing was changed") != NULL);
        }
        Store *s = fixture_open_in(own, &g);
        T_EQ_INT(count_bodies(s), acknowledged);
        T_OK(store_check(s, &err), &err);
        arena_close(own);
        if (!T_CHECK(n < 200)) return;
    }
    T_CHECK(n > 4);
}

/* ---- memory that runs out ---- */

static bool add_and_refuse(void *ctx, PxErr *err) {
    return add_three(ctx, err) && fail(err, PX_ERR_DENIED, S(""), -1, "no");
}

static bool with_little_memory(void *ctx, Arena *a, PxErr *err) {
    const Fixture *f = ctx;
    Store *s;
    Rows rows;
    Digest digest;
    int64_t count;
    Work w = {.runs = 0};
    if (!store_open(a, &f->place, &s, err)) return false;
    w.store = s;
    return store_keep(s, S("paper"), &digest, err) &&
           store_rows(s, a, QUERY_body_all, NULL, 0, &rows, err) &&
           !store_write(s, add_and_refuse, &w, err) && err->kind == PX_ERR_DENIED &&
           store_table_digest(s, "body", &digest, &count, err);
}

typedef struct Export {
    const Fixture *fixture;
    Arena *arena;
} Export;

static bool export_guarded(void *ctx, PxErr *err) {
    const Export *e = ctx;
    Store *s;
    const Str to = arena_format(e->arena, "%s/%lld", e->fixture->folder.ptr, (long long)os_ticks());
    return store_open(e->arena, &e->fixture->place, &s, err) && store_export(s, to, true, err);
}

static void little_memory(Arena *a, const Fixture *f) {
    PxErr err = {0};
    Store *s;
    T_OK(store_create(a, &f->place, &err), &err);
    T_CHECK(t_fault_loop(with_little_memory, (void *)f));
    bool done = false;
    for (ptrdiff_t n = 0; !done; n += n / 4 + 5) {
        Arena *own = arena_open(1 << 28);
        Export e = {f, own};
        arena_fail_after(own, n, true);
        done = arena_guard(own, export_guarded, &e, &err);
        arena_close(own);
        if (!done) T_EQ_INT(err.kind, PX_ERR_SYSTEM);
        if (!T_CHECK(n < 1000000)) return;
    }
    T_OK(store_open(a, &f->place, &s, &err), &err);
    T_EQ_INT(count_bodies(s), 0);
}

/* ---- the process is killed ---- */

static _Noreturn void write_until_killed(const Fixture *f, int64_t from, int out) {
    Arena *own = arena_open(1 << 24);
    PxErr err = {0};
    Store *s;
    if (!store_open(own, &f->place, &s, &err)) _exit(1);
    for (int64_t i = from;; i++) {
        Digest name;
        const Str bytes = arena_format(own, "paper %lld", (long long)i);
        if (!store_keep(s, bytes, &name, &err) ||
            !STORE_RUN(s, &err, act_insert, value_int(i), value_blob((Str){(char *)name.bytes, 32}),
                       value_text(bytes), value_blob(S("")), value_text(S("")), value_text(S("")),
                       value_text(S(""))) ||
            write(out, &i, sizeof i) != (ssize_t)sizeof i) {
            _exit(1);
        }
    }
}

static bool check_act(void *ctx, const Value *row, ptrdiff_t columns, PxErr *err) {
    Work *w = ctx;
    Arena *own = arena_open(1 << 20);
    Digest name;
    Str bytes;
    (void)columns;
    T_EQ_INT(row[0].number, w->runs);
    T_EQ_INT(row[1].text.len, 32);
    memcpy(name.bytes, row[1].text.ptr, 32);
    if (T_OK(store_fetch(w->store, own, name, &bytes, err), err)) T_EQ_STR(bytes, row[2].text);
    arena_close(own);
    w->runs++;
    return true;
}

/* What was acknowledged is there, with its file, and at most one row more. */
static void killed(Arena *a, const Fixture *f) {
    PxErr err = {0};
    T_OK(store_create(a, &f->place, &err), &err);
    int64_t rows = 0;
    for (int round = 0; round < 12; round++) {
        int out[2];
        int64_t acknowledged = rows - 1, each;
        if (!T_CHECK(pipe(out) == 0)) return;
        fflush(stdout);
        const pid_t child = fork();
        if (child == 0) write_until_killed(f, rows, out[1]);
        close(out[1]);
        /* not before it has begun */
        if (read(out[0], &each, sizeof each) == (ssize_t)sizeof each) acknowledged = each;
        nanosleep(&(struct timespec){0, (long)t_random_below(25) * 1000000}, NULL);
        kill(child, SIGKILL);
        T_CHECK(waitpid(child, NULL, 0) == child);
        while (read(out[0], &each, sizeof each) == (ssize_t)sizeof each) acknowledged = each;
        close(out[0]);
        Arena *own = arena_child(a);
        Work w = {.store = fixture_open_in(own, f)};
        const Value first[] = {value_int(0)};
        T_OK(store_each(w.store, QUERY_act_all, first, 1, check_act, &w, &err), &err);
        T_CHECK(w.runs == acknowledged + 1 || w.runs == acknowledged + 2);
        rows = w.runs;
        arena_close(own);
    }
    T_CHECK(rows > 12);
}

/* ---- PostgreSQL goes away ---- */

static bool add_once(void *ctx, PxErr *err) {
    Work *w = ctx;
    w->runs++;
    return add_body(w->store, w->id, err);
}

static Str terminate(const Fixture *f) {
    return arena_format(f->arena,
                        "SELECT COUNT(*) FROM (SELECT pg_terminate_backend(pid, 5000)"
                        " FROM pg_stat_activity WHERE application_name = '%s') t",
                        f->name.ptr);
}

static bool add_while_killed(void *ctx, PxErr *err) {
    Work *w = ctx;
    int64_t count;
    if (!add_body(w->store, "first", err)) return false;
    if (w->runs++ == 0) {
        T_CHECK(fixture_sql(w->fixture, terminate(w->fixture).ptr, &count));
        T_CHECK(count >= 1);
    }
    return add_body(w->store, "second", err);
}

/* Idle, in the midst of a transaction, and for good. */
static void terminated(Arena *a, const Fixture *f) {
    PxErr err = {0};
    Work w = {.store = fixture_open(f), .fixture = f};
    T_CHECK(fixture_sql(f, terminate(f).ptr, NULL));
    T_EQ_INT(count_bodies(w.store), 0);
    T_CHECK(fixture_sql(f, terminate(f).ptr, NULL));
    T_OK(store_write(w.store, add_while_killed, &w, &err), &err);
    T_EQ_INT(w.runs, 2);
    T_EQ_INT(count_bodies(w.store), 2);
    /* at COMMIT, each time: it is given up, and nothing has been changed */
    T_CHECK(fixture_sql(f,
                        "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS"
                        " 'BEGIN PERFORM pg_terminate_backend(pg_backend_pid());"
                        " PERFORM pg_sleep(1); RETURN NEW; END';"
                        "CREATE CONSTRAINT TRIGGER dies AFTER INSERT ON body DEFERRABLE INITIALLY"
                        " DEFERRED FOR EACH ROW EXECUTE FUNCTION die()",
                        NULL));
    T_CHECK(!add_body(w.store, "third", &err));
    T_EQ_INT(err.kind, PX_ERR_BUSY);
    T_CHECK(!store_is_in_doubt(w.store));
    T_CHECK(strstr(err.message, "nothing was changed") != NULL);
    T_CHECK(fixture_sql(f, "DROP TRIGGER dies ON body", NULL));
    T_EQ_INT(count_bodies(w.store), 2);
    T_OK(add_body(w.store, "third", &err), &err);
    (void)a;
}

/* What PostgreSQL says when its disk is full, and when transactions collide. */
static void refused(Arena *a, const Fixture *f) {
    PxErr err = {0};
    (void)a;
    Work w = {.store = fixture_open(f), .id = "a"};
    T_CHECK(
        fixture_sql(f,
                    "CREATE SEQUENCE tries; CREATE FUNCTION refuse() RETURNS trigger LANGUAGE"
                    " plpgsql AS 'BEGIN IF NEW.id = ''full'' THEN RAISE EXCEPTION ''No space left"
                    " on device'' USING ERRCODE = ''53100''; END IF; IF NEW.id = ''never'' OR"
                    " nextval(''tries'') < 4 THEN RAISE EXCEPTION ''collided'' USING ERRCODE ="
                    " ''40001''; END IF; RETURN NEW; END';"
                    "CREATE TRIGGER refuses BEFORE INSERT ON body FOR EACH ROW EXECUTE FUNCTION"
                    " refuse()",
                    NULL));
    T_CHECK(!add_body(w.store, "full", &err));
    T_EQ_INT(err.kind, PX_ERR_SYSTEM);
    T_CHECK(strstr(err.message, "nothing was changed; make room") != NULL);
    T_OK(store_write(w.store, add_once, &w, &err), &err);
    T_EQ_INT(w.runs, 4);
    w.id = "never";
    w.runs = 0;
    T_CHECK(!store_write(w.store, add_once, &w, &err));
    T_EQ_INT(err.kind, PX_ERR_BUSY);
    T_CHECK(w.runs > 3 && w.runs < 20);
    T_EQ_INT(count_bodies(w.store), 1);
    /* nothing was left locked */
    Store *other = fixture_open(f);
    w = (Work){.store = other, .id = "b"};
    T_OK(store_write(w.store, add_once, &w, &err), &err);
}

/* A backend killed by the kernel: PostgreSQL throws all connections out and recovers. */
static bool add_while_crashing(void *ctx, PxErr *err) {
    Work *w = ctx;
    int64_t pid;
    if (!add_body(w->store, "crash", err)) return false;
    if (w->runs++ == 0) {
        const Str sql =
            arena_format(w->fixture->arena,
                         "SELECT pid FROM pg_stat_activity WHERE application_name = '%s'"
                         " AND state = 'idle in transaction'",
                         w->fixture->name.ptr);
        T_CHECK(fixture_sql(w->fixture, sql.ptr, &pid) && pid > 1);
        if (pid > 1) T_CHECK(kill((pid_t)pid, SIGKILL) == 0);
        nanosleep(&(struct timespec){0, 50000000}, NULL);
    }
    return add_body(w->store, "crash 2", err);
}

static void crashed(Arena *a, const Fixture *f) {
    PxErr err = {0};
    Work w = {.store = fixture_open(f), .fixture = f};
    T_OK(add_body(w.store, "before", &err), &err);
    T_OK(store_write(w.store, add_while_crashing, &w, &err), &err);
    T_EQ_INT(w.runs, 2);
    T_EQ_INT(count_bodies(w.store), 3);
    (void)a;
}

/* ---- a connection that is cut at COMMIT ---- */

enum { CUT_BEFORE, CUT_AFTER, CUTS, CUT_FOR_GOOD = CUTS };

typedef struct Proxy {
    Str folder, server; /* folders of the sockets */
    int how;
    int *cuts; /* left; shared by its processes */
} Proxy;

static int unix_socket(Str folder, bool is_listening) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s/.s.PGSQL.5432", folder.ptr);
    const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    const struct sockaddr *to = (const struct sockaddr *)&address;
    const bool done = is_listening ? bind(fd, to, sizeof address) == 0 && listen(fd, 16) == 0
                                   : connect(fd, to, sizeof address) == 0;
    check(done);
    return fd;
}

static bool pass_all(int fd, const char *ptr, ssize_t len) {
    for (ssize_t at = 0; at < len;) {
        const ssize_t n = send(fd, ptr + at, (size_t)(len - at), MSG_NOSIGNAL);
        if (n <= 0) return false;
        at += n;
    }
    return true;
}

/* One connection, until either side ends it, or a COMMIT of ours passes and there are cuts left. */
static _Noreturn void relay(const Proxy *p, int client) {
    static char bytes[65536];
    const int server = unix_socket(p->server, false);
    struct pollfd ends[] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
    while (poll(ends, 2, -1) > 0) {
        for (int i = 0; i < 2; i++) {
            if (!ends[i].revents) continue;
            const ssize_t n = recv(ends[i].fd, bytes, sizeof bytes, 0);
            if (n <= 0) _exit(0);
            const bool is_commit = i == 0 && str_find((Str){bytes, n}, S("COMMIT")) >= 0 &&
                                   str_find((Str){bytes, n}, S("paraph_commit")) >= 0;
            const bool is_cut = is_commit && *p->cuts > 0;
            if (is_cut) --*p->cuts;
            if (is_cut && p->how == CUT_BEFORE) _exit(0);
            if (!pass_all(ends[1 - i].fd, bytes, n)) _exit(0);
            if (is_cut) { /* the server answers, and nobody hears it */
                (void)!recv(server, bytes, sizeof bytes, 0);
                if (p->how == CUT_FOR_GOOD) kill(getppid(), SIGKILL);
                _exit(0);
            }
        }
    }
    _exit(0);
}

static _Noreturn void run_proxy(const Proxy *p, int listening) {
    signal(SIGCHLD, SIG_IGN);
    for (;;) {
        const int client = accept(listening, NULL, NULL);
        if (client < 0) _exit(1);
        if (fork() == 0) relay(p, client);
        close(client);
    }
}

/* A number the processes of a proxy share with us. */
static int *shared_int(Arena *a, Str folder) {
    const int fd = open(os_path(a, folder, S("shared")).ptr, O_RDWR | O_CREAT, 0600);
    check(fd >= 0 && ftruncate(fd, sizeof(int)) == 0);
    int *shared = mmap(NULL, sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    check(shared != MAP_FAILED);
    close(fd);
    return shared;
}

typedef struct Cut { /* a store behind a proxy */
    Proxy proxy;
    pid_t process;
    StorePlace place;
} Cut;

static Cut cut_new(Arena *a, const Fixture *f, int how) {
    const ptrdiff_t at = str_find(f->place.database, S("host="));
    check(at > 0);
    const Str rest = str_slice(f->place.database, at + 5, f->place.database.len);
    const ptrdiff_t len = str_find(rest, S("&"));
    const Fixture own = fixture_new(a, false); /* for its folder */
    Cut c = {.proxy = {own.folder, arena_str(a, str_slice(rest, 0, len)), how,
                       shared_int(a, own.folder)}};
    const int listening = unix_socket(own.folder, true);
    fflush(stdout);
    c.process = fork();
    if (c.process == 0) run_proxy(&c.proxy, listening);
    close(listening);
    c.place = (StorePlace){f->place.folder,
                           arena_format(a, "%.*shost=%s%.*s", (int)at, f->place.database.ptr,
                                        own.folder.ptr, (int)(rest.len - len), rest.ptr + len)};
    return c;
}

static void cut_end(const Cut *c) {
    kill(c->process, SIGKILL);
    T_CHECK(waitpid(c->process, NULL, 0) == c->process);
    munmap(c->proxy.cuts, sizeof *c->proxy.cuts);
}

static void cut(Arena *a, const Fixture *f) {
    PxErr err = {0};
    T_OK(store_create(a, &f->place, &err), &err);
    for (int how = 0; how < CUTS; how++) {
        const Cut c = cut_new(a, f, how);
        Arena *inner = arena_child(a);
        Work w = {.id = how ? "after" : "before"};
        T_OK(store_open(inner, &c.place, &w.store, &err), &err);
        *c.proxy.cuts = 1;
        T_OK(store_write(w.store, add_once, &w, &err), &err);
        T_CHECK(!store_is_in_doubt(w.store));
        T_EQ_INT(*c.proxy.cuts, 0);
        T_EQ_INT(w.runs, how == CUT_BEFORE ? 2 : 1);
        T_EQ_INT(count_bodies(w.store), how + 1);
        arena_close(inner);
        cut_end(&c);
    }
}

/* Nobody can be asked what became of it: that is said, and no more. */
static void in_doubt(Arena *a, const Fixture *f) {
    PxErr err = {0};
    T_OK(store_create(a, &f->place, &err), &err);
    const Cut c = cut_new(a, f, CUT_FOR_GOOD);
    Arena *inner = arena_child(a);
    Work w = {.id = "for good"};
    T_OK(store_open(inner, &c.place, &w.store, &err), &err);
    store_wait_most(w.store, 200);
    *c.proxy.cuts = 1;
    T_CHECK(!store_write(w.store, add_once, &w, &err));
    T_EQ_INT(err.kind, PX_ERR_SYSTEM);
    T_CHECK(store_is_in_doubt(w.store));
    T_CHECK(strstr(err.message, "nothing was changed") == NULL);
    /* the next one is not begun: of that it is known */
    T_CHECK(!store_write(w.store, add_once, &w, &err));
    T_EQ_INT(err.kind, PX_ERR_BUSY);
    T_CHECK(!store_is_in_doubt(w.store));
    T_EQ_INT(w.runs, 1);
    arena_close(inner);
    cut_end(&c);
    T_OK(store_open(a, &f->place, &w.store, &err), &err);
    T_EQ_INT(count_bodies(w.store), 1);
}

int main(void) {
    ON_EACH_DRIVER(statements);
    ON_EACH_DRIVER(full_disk);
    ON_SQLITE(no_more_room);
    ON_SQLITE(no_room_midway);
    ON_SQLITE(no_write);
    ON_SQLITE(little_memory);
    ON_EACH_DRIVER(killed);
    ON_POSTGRES(terminated);
    ON_POSTGRES(refused);
    ON_POSTGRES(crashed);
    ON_POSTGRES(cut);
    ON_POSTGRES(in_doubt);
    return t_end();
}
