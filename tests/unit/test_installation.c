/* needs: engine os json store record rules worker dossier */
/* An installation is made whole or not at all: its making is killed at every call of the system
 * that writes, and at every write of SQLite's; then it can be used, by the tokens that were told,
 * or be made again in the same place. */
#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>

#include "dossier/dossier.h"
#include "store_fixture.h"

typedef struct Told {
    char administrator[80], security_officer[80];
} Told;

static void copy_token(char *to, Str token) {
    check(token.len < 80);
    memcpy(to, token.ptr, (size_t)token.len);
}

static bool tell_pipe(void *ctx, const FirstTokens *tokens, PxErr *err) {
    const int *fd = ctx;
    Told told = {{0}, {0}};
    (void)err;
    copy_token(told.administrator, tokens->administrator);
    copy_token(told.security_officer, tokens->security_officer);
    return write(*fd, &told, sizeof told) == (ssize_t)sizeof told;
}

static bool make_in(Arena *parent, const StorePlace *place, int *fd, PxErr *err) {
    Arena *a = arena_child(parent);
    FirstTokens tokens;
    const ServiceOptions options = {.place = *place};
    const Installation first = {.origin = S("paraph.example/treaties"),
                                .rulebooks = S("rulebooks"),
                                .rulebook = S("pk-1973"),
                                .administrator = S("admin"),
                                .administrator_title = S("System administrator"),
                                .security_officer = S("security"),
                                .security_officer_title = S("Security officer"),
                                .body = S("cabinet"),
                                .body_name = S("Cabinet Division"),
                                .tell = tell_pipe,
                                .tell_ctx = fd};
    const bool done = service_create(a, &options, &first, &tokens, err);
    arena_close(a);
    return done;
}

/* ---- a process that makes one, and dies of it ---- */

static int64_t writes_left = -1;
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);

static ssize_t deadly_pwrite(int fd, const void *bytes, size_t len, off_t at) {
    if (writes_left == 0) raise(SIGKILL);
    if (writes_left > 0) writes_left--;
    return real_pwrite(fd, bytes, len, at);
}

static void catch_writes(void) {
    sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
    const sqlite3_syscall_ptr old = vfs->xGetSystemCall(vfs, "pwrite64")
                                        ? vfs->xGetSystemCall(vfs, "pwrite64")
                                        : vfs->xGetSystemCall(vfs, "pwrite");
    memcpy(&real_pwrite, &old, sizeof old);
    for (int i = 0; i < 2; i++) {
        (void)vfs->xSetSystemCall(vfs, i ? "pwrite" : "pwrite64",
                                  (sqlite3_syscall_ptr)deadly_pwrite);
    }
}

static _Noreturn void make_and_die(const StorePlace *place, int64_t calls, int64_t writes, int fd) {
    PxErr err = {0};
    Arena *own = arena_open(1 << 28);
    if (writes >= 0) catch_writes();
    writes_left = writes;
    if (calls >= 0) os_die_after(calls);
    if (!make_in(own, place, &fd, &err)) {
        printf("# %s: %s\n", err.part, err.message);
        fflush(stdout);
        _exit(1);
    }
    _exit(0);
}

/* True when it was killed; *told is what was read of it. */
static bool die_at(const StorePlace *place, int64_t calls, int64_t writes, Told *told) {
    int ends[2], status = 0;
    *told = (Told){{0}, {0}};
    check(pipe(ends) == 0);
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0) make_and_die(place, calls, writes, ends[1]);
    close(ends[1]);
    T_CHECK(waitpid(child, &status, 0) == child);
    const ssize_t got = read(ends[0], told, sizeof *told);
    T_CHECK(got == 0 || got == (ssize_t)sizeof *told);
    close(ends[0]);
    T_CHECK((WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) ||
            (WIFEXITED(status) && WEXITSTATUS(status) == 0));
    return WIFSIGNALED(status);
}

/* ---- what is there then ---- */

/* Opened, and the two who were told are known. */
static bool is_usable(const Fixture *f, const Told *told, PxErr *err) {
    Arena *own = arena_child(f->arena);
    StorePlace place;
    Service *s;
    Str id;
    const bool is_open =
        store_place(own, f->place.folder, S(""), &place, err) &&
        service_open(own, &(ServiceOptions){.place = place, .check = RECORD_VERIFY}, &s, err);
    if (is_open) {
        T_OK(account_by_token(s, own, str_from_z(told->administrator), &id, err), err);
        T_EQ_STR(id, S("admin"));
        T_OK(account_by_token(s, own, str_from_z(told->security_officer), &id, err), err);
        T_EQ_STR(id, S("security"));
        T_OK(store_check(service_store(s), err), err);
    }
    arena_close(own);
    return is_open;
}

/* Killed once, and once more in its second making; then made, if it is not there. */
static bool usable_in_the_end(const Fixture *f, int64_t calls, int64_t writes) {
    PxErr err = {0};
    Told told;
    bool was_killed = die_at(&f->place, calls, writes, &told);
    if (!is_usable(f, &told, &err)) {
        T_CHECK(was_killed);
        (void)die_at(&f->place, calls < 0 ? -1 : calls / 2 + 1, writes < 0 ? -1 : writes / 2 + 1,
                     &told);
        if (!is_usable(f, &told, &err)) {
            T_CHECK(!die_at(&f->place, -1, -1, &told));
            T_OK(is_usable(f, &told, &err), &err);
        }
    }
    T_CHECK(!os_is_file(os_path(f->arena, f->place.folder, S("unfinished"))));
    T_CHECK(!os_is_file(os_path(f->arena, f->place.folder, S("paraph.db.new"))));
    /* and not a second time */
    int nobody = -1;
    T_CHECK(!make_in(f->arena, &f->place, &nobody, &err));
    T_EQ_INT(err.kind, PX_ERR_CONFLICT);
    return was_killed;
}

static void killed_everywhere(Arena *a, const Fixture *f, bool is_writes) {
    int64_t n = 0;
    for (bool was_killed = true; was_killed; n += 1 + n / 4) {
        Arena *own = arena_child(a);
        const Fixture g = fixture_new(own, f->server_url.len > 0);
        was_killed = usable_in_the_end(&g, is_writes ? -1 : n, is_writes ? n : -1);
        fixture_end(&g);
        arena_close(own);
        if (!T_CHECK(n < 10000)) return;
    }
    T_CHECK(n > 15);
}

static void killed_at_calls(Arena *a, const Fixture *f) { killed_everywhere(a, f, false); }
static void killed_at_writes(Arena *a, const Fixture *f) { killed_everywhere(a, f, true); }

/* ---- what is not its own ---- */

static void leaves_others(Arena *a, const Fixture *f) {
    PxErr err = {0};
    Str text;
    Told told;
    const Str key = os_path(a, f->place.folder, S("keys/record.key"));
    const Str note = os_path(a, f->place.folder, S("note"));
    T_OK(os_make_folder(os_path(a, f->place.folder, S("keys")), &err), &err);
    T_OK(os_write_file(key, S("of a record that was lost"), OS_NEW, true, &err), &err);
    T_OK(os_write_file(note, S("somebody's"), OS_NEW, false, &err), &err);
    int nobody = -1;
    for (int i = 0; i < 3; i++) { /* keys that were there are nobody's to remove */
        T_CHECK(!make_in(a, &f->place, &nobody, &err));
        T_EQ_INT(err.kind, PX_ERR_CONFLICT);
        if (T_OK(os_read_file(a, key, 100, &text, &err), &err))
            T_EQ_STR(text, S("of a record that was lost"));
    }
    T_OK(os_remove_file(key, &err), &err);
    T_CHECK(!die_at(&f->place, -1, -1, &told));
    T_OK(is_usable(f, &told, &err), &err);
    if (T_OK(os_read_file(a, note, 100, &text, &err), &err)) T_EQ_STR(text, S("somebody's"));
}

static bool tell_nobody(void *ctx, const FirstTokens *tokens, PxErr *err) {
    (void)ctx, (void)tokens;
    return fail(err, PX_ERR_SYSTEM, S("tell"), -1, "nobody listens");
}

static void untold(Arena *a, const Fixture *f) {
    PxErr err = {0};
    FirstTokens tokens;
    Told told;
    const ServiceOptions options = {.place = f->place};
    const Installation first = {.origin = S("paraph.example/treaties"),
                                .rulebooks = S("rulebooks"),
                                .rulebook = S("pk-1973"),
                                .administrator = S("admin"),
                                .security_officer = S("security"),
                                .body = S("cabinet"),
                                .tell = tell_nobody};
    Arena *own = arena_child(a);
    T_CHECK(!service_create(own, &options, &first, &tokens, &err));
    arena_close(own);
    T_EQ_STR(str_from_z(err.message), S("nobody listens"));
    T_CHECK(!is_usable(f, &(Told){{0}, {0}}, &err));
    T_CHECK(!die_at(&f->place, -1, -1, &told));
    T_OK(is_usable(f, &told, &err), &err);
}

static void two_at_once(Arena *a, const Fixture *f) {
    PxErr err = {0};
    Store *s;
    bool is_resumed;
    Told told;
    Arena *own = arena_child(a);
    int nobody = -1;
    T_OK(store_begin(own, &f->place, &s, &is_resumed, &err) && !is_resumed, &err);
    T_CHECK(!make_in(a, &f->place, &nobody, &err));
    T_EQ_INT(err.kind, PX_ERR_BUSY);
    arena_close(own);
    T_CHECK(!die_at(&f->place, -1, -1, &told));
    T_OK(is_usable(f, &told, &err), &err);
}

int main(void) {
    /* synchronising is not what is tested, and takes most of the time on a disk */
    if (access("/dev/shm", W_OK) == 0) setenv("TMPDIR", "/dev/shm", 0);
    ON_EACH_DRIVER(killed_at_calls);
    ON_SQLITE(killed_at_writes);
    ON_EACH_DRIVER(leaves_others);
    ON_EACH_DRIVER(untold);
    ON_EACH_DRIVER(two_at_once);
    return t_end();
}
