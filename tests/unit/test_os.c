/* needs: base os */
/* os: files, folders, locks, streams, other programs; each failure of the system is met once. */
#include "t.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "os/os.h"

static Str folder_for(Arena *a) {
    PxErr err = {0};
    Str folder = {NULL, 0};
    T_OK(os_temporary_folder(a, &folder, &err), &err);
    return folder;
}

static ptrdiff_t entries(Arena *a, Str folder) {
    PxErr err = {0};
    Str *names;
    ptrdiff_t count = -1;
    T_OK(os_list_folder(a, folder, &names, &count, &err), &err);
    return count;
}

static mode_t mode_of(Str path_z) {
    struct stat info;
    return stat(path_z.ptr, &info) == 0 ? info.st_mode & 07777 : 0;
}

/* ---- clock, random, environment ---- */

static void clock_inner(Arena *a) {
    unsetenv("PARAPH_NOW");
    const int64_t now = os_now();
    T_CHECK(now > INT64_C(1600000000000000) && now < INT64_C(9000000000000000));
    T_CHECK(llabs((long long)(now / 1000000 - (int64_t)time(NULL))) <= 2);
    setenv("PARAPH_NOW", "1468540800000000", 1);
    T_EQ_INT(os_now(), INT64_C(1468540800000000));
    T_EQ_STR(os_environment(a, "PARAPH_NOW"), S("1468540800000000"));
    setenv("PARAPH_NOW", "yesterday", 1);
    T_CHECK(llabs((long long)(os_now() - now)) < 60000000);
    unsetenv("PARAPH_NOW");
    T_EQ_INT(os_environment(a, "PARAPH_NOW").len, 0);
    const int64_t before = os_ticks();
    T_CHECK(os_ticks() >= before);
}
static void clock_and_environment(void) { t_with_arena(clock_inner); }

/* A line is a line, and a terminal or a reader is not led astray by it. */
static void logging_inner(Arena *a) {
    static const struct {
        const char *text, *line;
    } rows[] = {
        {"plain \xc3\xa9\xe4\xb8\xad\xf0\x9f\x96\x8b",
         "plain \xc3\xa9\xe4\xb8\xad\xf0\x9f\x96\x8b"},
        {"a\nb\rc\td\x1b[31me\x7f", "a b c d [31me "},
        {"a\xc2\x9b"
         "31mb\xc2\x85"
         "c",
         "a 31mb c"}, /* controls of Latin-1 */
        {"a\xe2\x80\xae"
         "b\xe2\x81\xa6"
         "c\xd8\x9c"
         "d",
         "a b c d"}, /* right to left */
        {"a\xe2\x80\xa8"
         "b\xe2\x80\x8b"
         "c\xef\xbb\xbf"
         "d",
         "a b c d"}, /* lines, invisible */
        {"a\xff"
         "b\xc3",
         "a b "}, /* no UTF-8 */
    };
    PxErr err = {0};
    const Str path = os_path(a, folder_for(a), S("log"));
    T_OK(os_write_file(path, S(""), OS_NEW, false, &err), &err);
    fflush(stderr);
    const int old = dup(STDERR_FILENO), fd = open(path.ptr, O_WRONLY | O_APPEND);
    check(old >= 0 && fd >= 0 && dup2(fd, STDERR_FILENO) >= 0);
    const int count = (int)(sizeof rows / sizeof *rows);
    for (int i = 0; i < count; i++) os_log(str_from_z(rows[i].text));
    char *most = arena_alloc(a, 100000, 1);
    memset(most, 'x', 99999);
    os_log((Str){most, 99999});
    check(dup2(old, STDERR_FILENO) >= 0);
    close(old);
    close(fd);
    Str text;
    if (!T_OK(os_read_file(a, path, 1 << 20, &text, &err), &err)) return;
    for (int i = 0; i <= count; i++) {
        const ptrdiff_t end = str_find(text, S("\n")), space = str_find(text, S(" "));
        if (!T_CHECK(end > space && space > 10)) return;
        const Str line = str_slice(text, space + 1, end);
        if (i < count) T_EQ_STR(line, str_from_z(rows[i].line));
        text = str_slice(text, end + 1, text.len);
    }
    T_EQ_INT(text.len, 0);
}
static void logging(void) { t_with_arena(logging_inner); }

static void random_bytes(void) {
    unsigned char a[64], b[64];
    memset(a, 0, sizeof a);
    os_random(a, sizeof a);
    os_random(b, sizeof b);
    T_CHECK(memcmp(a, b, sizeof a) != 0);
    int zeros = 0;
    for (size_t i = 0; i < sizeof a; i++) zeros += a[i] == 0;
    T_CHECK(zeros < 8);
    os_random(a, 0);
}

/* ---- files ---- */

static void files_inner(Arena *a) {
    PxErr err = {0};
    const Str folder = folder_for(a);
    const Str path = os_path(a, folder, S("نام 名.txt"));
    Str back;
    T_OK(os_write_file(path, S("one"), OS_NEW, false, &err), &err);
    T_OK(os_read_file(a, path, 3, &back, &err), &err);
    T_EQ_STR(back, S("one"));
    T_CHECK(!os_write_file(path, S("two"), OS_NEW, false, &err));
    T_EQ_INT(err.kind, PX_ERR_CONFLICT);
    T_OK(os_write_file(path, S("two!"), OS_REPLACE, true, &err), &err);
    T_CHECK(!os_read_file(a, path, 3, &back, &err));
    T_EQ_INT(err.kind, PX_ERR_LIMIT);
    T_OK(os_read_file(a, path, 4, &back, &err), &err);
    T_EQ_STR(back, S("two!"));
    T_EQ_INT(mode_of(path), 0600);
    T_EQ_INT(entries(a, folder), 1); /* nothing is left beside it */
    T_CHECK(os_is_file(path) && !os_is_folder(path) && os_is_folder(folder));

    T_OK(os_write_file(os_path(a, folder, S("empty")), S(""), OS_NEW, false, &err), &err);
    T_OK(os_read_file(a, os_path(a, folder, S("empty")), 0, &back, &err), &err);
    T_EQ_INT(back.len, 0);
    T_CHECK((mode_of(os_path(a, folder, S("empty"))) & 07) == 0);

    char *big = arena_alloc_raw(a, 5000000);
    for (ptrdiff_t i = 0; i < 5000000; i++) big[i] = (char)(i * 7);
    T_OK(os_write_file(path, (Str){big, 5000000}, OS_REPLACE, false, &err), &err);
    T_OK(os_read_file(a, path, 1 << 30, &back, &err), &err);
    T_EQ_STR(back, ((Str){big, 5000000}));

    T_CHECK(!os_read_file(a, folder, 100, &back, &err));
    T_EQ_INT(err.kind, PX_ERR_INPUT);
    T_CHECK(!os_read_file(a, os_path(a, folder, S("none")), 100, &back, &err));
    T_EQ_INT(err.kind, PX_ERR_NOT_FOUND);
    T_CHECK(strstr(err.part, "none") != NULL);
    T_OK(os_read_file(a, S("/proc/self/status"), 1 << 20, &back, &err), &err); /* says size 0 */
    T_CHECK(back.len > 100);
    T_CHECK(!os_read_file(a, S("/proc/self/status"), 100, &back, &err));
    T_EQ_INT(err.kind, PX_ERR_LIMIT);

    T_OK(os_remove_file(path, &err), &err);
    T_CHECK(!os_remove_file(path, &err));
    T_EQ_INT(err.kind, PX_ERR_NOT_FOUND);
}
static void files(void) { t_with_arena(files_inner); }

static void bad_paths_inner(Arena *a) {
    PxErr err = {0};
    Str back;
    char *long_path = arena_alloc_raw(a, 9000);
    memset(long_path, 'x', 9000);
    long_path[0] = '/';
    const Str bad[] = {S(""), S("/tmp/a\0b"), {long_path, 9000}, {long_path, 300}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        T_CHECK(!os_read_file(a, bad[i], 10, &back, &err));
        T_CHECK(!os_write_file(bad[i], S("x"), OS_REPLACE, false, &err));
        T_CHECK(!os_make_folder(bad[i], &err));
        T_CHECK(!os_remove_file(bad[i], &err));
        T_CHECK(!os_is_file(bad[i]) && !os_is_folder(bad[i]));
        T_CHECK(!os_sync_folder(bad[i], &err));
    }
    T_CHECK(!os_write_file(S("/nonexistent/x"), S("x"), OS_NEW, false, &err));
    T_EQ_INT(err.kind, PX_ERR_NOT_FOUND);
    T_CHECK(!os_make_folder(S("/proc/nothing"), &err));
    T_CHECK(err.kind == PX_ERR_SYSTEM || err.kind == PX_ERR_NOT_FOUND);
}
static void bad_paths(void) { t_with_arena(bad_paths_inner); }

static void names_inner(Arena *a) {
    PxErr err = {0};
    const Str folder = folder_for(a);
    const Str one = os_path(a, folder, S("one")), two = os_path(a, folder, S("two"));
    Str back;
    T_OK(os_write_file(one, S("1"), OS_NEW, false, &err), &err);
    T_OK(os_link_file(a, one, two, &err), &err);
    T_CHECK(!os_link_file(a, one, two, &err));
    T_EQ_INT(err.kind, PX_ERR_CONFLICT);
    T_OK(os_remove_file(one, &err), &err);
    T_OK(os_read_file(a, two, 10, &back, &err), &err);
    T_EQ_STR(back, S("1"));
    T_CHECK(!os_link_file(a, one, os_path(a, folder, S("three")), &err));
    T_EQ_INT(err.kind, PX_ERR_NOT_FOUND);
    T_OK(os_move_file(two, one, &err), &err);
    T_CHECK(os_is_file(one) && !os_is_file(two));
    T_OK(os_write_file(two, S("2"), OS_NEW, false, &err), &err);
    T_CHECK(!os_move_file(two, one, &err));
    T_EQ_INT(err.kind, PX_ERR_CONFLICT);
    T_OK(os_read_file(a, one, 10, &back, &err), &err);
    T_EQ_STR(back, S("1"));
    if (symlink("nowhere", os_path(a, folder, S("dangling")).ptr) == 0) {
        T_CHECK(!os_write_file(os_path(a, folder, S("dangling")), S("x"), OS_NEW, false, &err));
        T_EQ_INT(err.kind, PX_ERR_CONFLICT);
    }
    /* another file system: a copy */
    if (os_is_folder(S("/dev/shm"))) {
        const Str far = arena_format(a, "/dev/shm/paraph-test-%d", (int)getpid());
        T_OK(os_link_file(a, one, far, &err), &err);
        T_OK(os_read_file(a, far, 10, &back, &err), &err);
        T_EQ_STR(back, S("1"));
        T_OK(os_remove_file(far, &err), &err);
    }
    T_EQ_STR(os_path(a, S("/"), S("x")), S("/x"));
    T_EQ_STR(os_path(a, S("a//"), S("x")), S("a/x"));
}
static void names(void) { t_with_arena(names_inner); }

static void folders_inner(Arena *a) {
    PxErr err = {0};
    Str *found, gone;
    ptrdiff_t count;
    Arena *own = arena_child(a);
    const Str folder = arena_str(a, folder_for(own));
    const Str deep = os_path(a, folder, S("a/b/c"));
    T_OK(os_make_folder(deep, &err), &err);
    T_OK(os_make_folder(deep, &err), &err);
    T_CHECK((mode_of(deep) & 07) == 0);
    T_OK(os_make_folder(os_path(a, folder, S("Z")), &err), &err);
    T_OK(os_write_file(os_path(a, folder, S("é")), S(""), OS_NEW, false, &err), &err);
    T_OK(os_write_file(os_path(a, deep, S("f")), S(""), OS_NEW, false, &err), &err);
    T_OK(os_list_folder(a, folder, &found, &count, &err), &err);
    T_EQ_INT(count, 3);
    T_EQ_STR(found[0], S("Z"));
    T_EQ_STR(found[1], S("a"));
    T_EQ_STR(found[2], S("é"));
    T_EQ_INT(entries(a, os_path(a, folder, S("Z"))), 0);
    T_CHECK(!os_make_folder(os_path(a, folder, S("é/x")), &err));
    T_CHECK(!os_make_folder(os_path(a, folder, S("é")), &err));
    T_CHECK(!os_list_folder(a, os_path(a, folder, S("é")), &found, &count, &err));
    T_CHECK(!os_list_folder(a, os_path(a, folder, S("q")), &found, &count, &err));
    T_EQ_INT(err.kind, PX_ERR_NOT_FOUND);
    T_EQ_INT(mode_of(folder), 0700);
    arena_close(own);
    T_CHECK(!os_is_folder(folder));
    setenv("TMPDIR", "/nonexistent", 1);
    T_CHECK(!os_temporary_folder(a, &gone, &err));
    unsetenv("TMPDIR");
}
static void folders(void) { t_with_arena(folders_inner); }

/* ---- what killed writers leave ---- */

static void put_aged(Arena *a, Str folder, const char *name, int64_t seconds) {
    PxErr err = {0};
    const Str path = os_path(a, folder, str_from_z(name));
    const struct timespec times[] = {{time(NULL) - seconds, 0}, {time(NULL) - seconds, 0}};
    T_OK(os_write_file(path, S("x"), OS_NEW, false, &err), &err);
    T_CHECK(utimensat(AT_FDCWD, path.ptr, times, 0) == 0);
}

static void sweeping_inner(Arena *a) {
    static const char *const others[] = {
        "paper",
        ".paraph",
        ".paraph-",
        ".paraph-0123456789abcde",   /* too short */
        ".paraph-0123456789abcdef0", /* too long */
        ".paraph-0123456789abcdeg",
        ".paraph-0123456789ABCDEF",
        "paraph-0123456789abcdef0",
        ".paraph-0123456789abcdef.docx",
    };
    const int count = (int)(sizeof others / sizeof *others);
    PxErr err = {0};
    const Str folder = folder_for(a);
    for (int i = 0; i < count; i++) put_aged(a, folder, others[i], 100000);
    put_aged(a, folder, ".paraph-00000000000000aa", 3000);
    put_aged(a, folder, ".paraph-00000000000000bb", -5000); /* by a clock that went back */
    T_OK(os_make_folder(os_path(a, folder, S(".paraph-00000000000000cc")), &err), &err);
    T_CHECK(symlink("paper", os_path(a, folder, S(".paraph-00000000000000dd")).ptr) == 0);
    put_aged(a, folder, ".paraph-00000000000000ee", 4000);
    put_aged(a, folder, ".paraph-0123456789abcdef", 400000);
    T_EQ_INT(entries(a, folder), count + 6);
    os_sweep_folder(a, folder, 3600);
    T_EQ_INT(entries(a, folder), count + 4);
    T_CHECK(!os_is_file(os_path(a, folder, S(".paraph-00000000000000ee"))));
    T_CHECK(!os_is_file(os_path(a, folder, S(".paraph-0123456789abcdef"))));
    os_sweep_folder(a, os_path(a, folder, S("nothing")), 3600);
}
static void sweeping(void) { t_with_arena(sweeping_inner); }

static void removing_inner(Arena *a) {
    PxErr err = {0};
    const Str folder = folder_for(a), inner = os_path(a, folder, S("a"));
    T_OK(os_make_folder(os_path(a, inner, S("b/c")), &err), &err);
    T_OK(os_write_file(os_path(a, inner, S("b/x")), S("x"), OS_NEW, false, &err), &err);
    T_OK(os_write_file(os_path(a, folder, S("kept")), S("x"), OS_NEW, false, &err), &err);
    T_CHECK(symlink("../kept", os_path(a, inner, S("link")).ptr) == 0);
    T_OK(os_remove_all(inner, &err), &err);
    T_OK(os_remove_all(inner, &err), &err);
    T_EQ_INT(entries(a, folder), 1);
    T_OK(os_remove_all(os_path(a, folder, S("kept")), &err), &err);
    T_EQ_INT(entries(a, folder), 0);
}
static void removing(void) { t_with_arena(removing_inner); }

/* ---- streams ---- */

typedef struct Lines {
    int count;
    ptrdiff_t bytes;
    int stop_at;
} Lines;

static bool count_line(void *ctx, Str line, PxErr *err) {
    Lines *l = ctx;
    l->bytes += line.len;
    if (line.len == 3) T_EQ_STR(line, S("abc"));
    return ++l->count != l->stop_at || fail(err, PX_ERR_INPUT, S("test"), -1, "enough");
}

static void streams_inner(Arena *a) {
    PxErr err = {0};
    const Str folder = folder_for(a);
    const Str path = os_path(a, folder, S("lines"));
    OsWriter *w;
    char *big = arena_alloc_raw(a, 300000);
    memset(big, 'x', 300000);
    T_OK(os_writer_open(a, path, false, &w, &err), &err);
    T_OK(os_writer_add(w, S("\nabc\n"), &err), &err);
    T_OK(os_writer_add(w, (Str){big, 300000}, &err), &err);
    T_CHECK(!os_is_file(path));
    T_OK(os_writer_add(w, S("\n"), &err), &err);
    for (int i = 0; i < 30000; i++) T_OK(os_writer_add(w, S("abc\n"), &err), &err);
    T_OK(os_writer_end(w, &err), &err);
    T_EQ_INT(entries(a, folder), 1);
    Lines all = {0, 0, 0}, some = {0, 0, 5};
    T_OK(os_each_line(a, path, 300000, count_line, &all, &err), &err);
    T_EQ_INT(all.count, 30003);
    T_EQ_INT(all.bytes, 300003 + 30000 * 3);
    T_CHECK(!os_each_line(a, path, 300000, count_line, &some, &err));
    T_EQ_INT(some.count, 5);
    T_CHECK(strcmp(err.message, "enough") == 0);
    T_CHECK(!os_each_line(a, path, 100000, count_line, &all, &err));
    T_EQ_INT(err.kind, PX_ERR_LIMIT);
    T_CHECK(!os_writer_open(a, path, false, &w, &err));
    T_EQ_INT(err.kind, PX_ERR_CONFLICT);
    T_OK(os_write_file(path, S("abc\ncut"), OS_REPLACE, false, &err), &err);
    T_CHECK(!os_each_line(a, path, 100, count_line, &all, &err));
    T_EQ_INT(err.kind, PX_ERR_INPUT);
    T_OK(os_write_file(path, S(""), OS_REPLACE, false, &err), &err);
    T_OK(os_each_line(a, path, 100, count_line, &all, &err), &err);
    T_CHECK(!os_each_line(a, folder, 100, count_line, &all, &err));
    T_EQ_INT(err.kind, PX_ERR_INPUT);
    T_CHECK(!os_each_line(a, os_path(a, folder, S("no")), 100, count_line, &all, &err));
    T_EQ_INT(err.kind, PX_ERR_NOT_FOUND);
    /* one that is not ended is not there */
    Arena *own = arena_child(a);
    T_OK(os_writer_open(own, os_path(a, folder, S("other")), true, &w, &err), &err);
    T_OK(os_writer_add(w, S("x"), &err), &err);
    T_EQ_INT(entries(a, folder), 2);
    arena_close(own);
    T_EQ_INT(entries(a, folder), 1);
}
static void streams(void) { t_with_arena(streams_inner); }

/* ---- locks ---- */

static void locks_inner(Arena *a) {
    PxErr err = {0};
    const Str path = os_path(a, folder_for(a), S("lock"));
    Arena *first = arena_child(a);
    T_OK(os_lock_file(first, path, 0, &err), &err);
    const int64_t before = os_ticks();
    T_CHECK(!os_lock_file(a, path, 30, &err));
    T_EQ_INT(err.kind, PX_ERR_BUSY);
    T_CHECK(os_ticks() - before >= 30000);
    arena_close(first);
    Arena *second = arena_child(a);
    T_OK(os_lock_file(second, path, 0, &err), &err);
    arena_close(second);
    /* a process that dies lets go */
    int ready[2];
    if (!T_CHECK(pipe(ready) == 0)) return;
    const pid_t child = fork();
    if (child == 0) {
        PxErr ignored;
        const bool has = os_lock_file(a, path, 0, &ignored);
        if (write(ready[1], has ? "y" : "n", 1) != 1) _exit(2);
        pause();
        _exit(0);
    }
    char c = 0;
    T_CHECK(read(ready[0], &c, 1) == 1 && c == 'y');
    T_CHECK(!os_lock_file(a, path, 0, &err));
    kill(child, SIGKILL);
    T_CHECK(waitpid(child, NULL, 0) == child);
    T_OK(os_lock_file(a, path, 1000, &err), &err);
    T_CHECK(!os_lock_file(a, S("/nonexistent/lock"), 0, &err));
    close(ready[0]);
    close(ready[1]);
}
static void locks(void) { t_with_arena(locks_inner); }

/* ---- programs ---- */

static bool run(Arena *a, const char *script, Str input, const OsLimits *limits, OsExit *out,
                PxErr *err) {
    const Str argv[] = {S("sh"), S("-c"), str_from_z(script), S("sh"), S("an \"argument\"; $HOME")};
    return os_run(a, argv, 5, input, limits, S(""), out, err);
}

static void programs_inner(Arena *a) {
    PxErr err = {0};
    OsExit end;
    char *big = arena_alloc_raw(a, 3000000);
    memset(big, 'y', 3000000);
    T_OK(run(a, "cat; echo oh >&2; exit 7", (Str){big, 3000000}, NULL, &end, &err), &err);
    T_EQ_STR(end.output, ((Str){big, 3000000}));
    T_EQ_STR(end.complaint, S("oh\n"));
    T_EQ_INT(end.status, 7);
    T_CHECK(!end.was_killed && !end.timed_out);
    T_OK(run(a, "printf %s \"$1\"; env | sort | grep -vE '^(PATH|PWD|_|SHLVL|OLDPWD)='", S(""),
             NULL, &end, &err),
         &err);
    T_EQ_STR(end.output, S("an \"argument\"; $HOMEHOME=/nonexistent\nLC_ALL=C.UTF-8\n"));
    T_OK(run(a, "read x || echo none", S(""), NULL, &end, &err), &err);
    T_EQ_STR(end.output, S("none\n"));
    T_OK(run(a, "kill -9 $$", S(""), NULL, &end, &err), &err);
    T_CHECK(end.was_killed && end.status == SIGKILL);
    T_OK(run(a, "i=0; while [ $i -lt 3000 ]; do echo complaint >&2; i=$((i+1)); done", S(""), NULL,
             &end, &err),
         &err);
    T_EQ_INT(end.complaint.len, 4096);
    const Str missing[] = {S("no-such-program-here")}, folder[] = {S("/tmp")};
    T_CHECK(!os_run(a, missing, 1, S(""), NULL, S(""), &end, &err));
    T_EQ_INT(err.kind, PX_ERR_NOT_FOUND);
    T_CHECK(!os_run(a, folder, 1, S(""), NULL, S(""), &end, &err));
    T_CHECK(os_is_file(os_program(a)));
    T_CHECK(str_ends(os_program(a), S("test_os")));
}
static void programs(void) { t_with_arena(programs_inner); }

/* No descriptor of ours reaches the child, not even one that is not closed on exec. */
static void descriptors_inner(Arena *a) {
    PxErr err = {0};
    OsExit end;
    const int fd = open("/dev/null", O_RDONLY);
    const int high = fcntl(fd, F_DUPFD, 200);
    T_OK(run(a, "ls /proc/self/fd | wc -l", S(""), NULL, &end, &err), &err);
    T_EQ_STR(str_trim(end.output), S("4")); /* three, and ls's own */
    close(fd);
    close(high);
    ptrdiff_t before = entries(a, S("/proc/self/fd"));
    for (int i = 0; i < 20; i++) T_OK(run(a, ":", S("x"), NULL, &end, &err), &err);
    T_EQ_INT(entries(a, S("/proc/self/fd")), before);
}
static void descriptors(void) { t_with_arena(descriptors_inner); }

static void limits_inner(Arena *a) {
    PxErr err = {0};
    OsExit end;
    int64_t before = os_ticks();
    T_OK(run(a, "echo begun; sleep 30", S(""), &(OsLimits){.wall_ms = 200}, &end, &err), &err);
    T_CHECK(end.was_killed && end.timed_out);
    T_EQ_STR(end.output, S("begun\n"));
    T_CHECK(os_ticks() - before < 5000000);
    before = os_ticks();
    T_OK(run(a, "yes", S(""), &(OsLimits){.output = 100000}, &end, &err), &err);
    T_CHECK(end.was_killed && !end.timed_out);
    T_EQ_INT(end.output.len, 100001);
    T_OK(run(a, "head -c 100000 /dev/zero", S(""), &(OsLimits){.output = 100000}, &end, &err),
         &err);
    T_CHECK(!end.was_killed && end.output.len == 100000);
    T_OK(run(a, "while :; do :; done", S(""), &(OsLimits){.seconds = 1, .wall_ms = 20000}, &end,
             &err),
         &err);
    T_CHECK(end.was_killed && !end.timed_out);
    T_OK(run(a, "d=$(mktemp -d); trap 'rm -r \"$d\"' EXIT; head -c 200000 /dev/zero >\"$d/f\"",
             S(""), &(OsLimits){.file_bytes = 100000}, &end, &err),
         &err);
    T_CHECK(end.status != 0);
    T_OK(run(a, "x=$(head -c 100000000 /dev/zero | tr '\\0' x); echo ${#x}", S(""),
             &(OsLimits){.memory = 64 << 20, .wall_ms = 20000}, &end, &err),
         &err);
    T_CHECK(end.was_killed || end.status != 0);
    /* what a child leaves behind does not keep us, and is ended */
    before = os_ticks();
    T_OK(run(a, "sleep 30 & echo $!", S(""), NULL, &end, &err), &err);
    T_CHECK(os_ticks() - before < 5000000);
    T_CHECK(!end.was_killed);
    int64_t left;
    T_CHECK(str_to_int(str_trim(end.output), &left) && left > 1);
    for (int i = 0; i < 100 && kill((pid_t)left, 0) == 0; i++) {
        const Str stat_path = arena_format(a, "/proc/%d/stat", (int)left);
        Str text;
        PxErr gone;
        if (!os_read_file(a, stat_path, 4096, &text, &gone) || str_find(text, S(") Z ")) > 0) break;
        nanosleep(&(struct timespec){0, 10000000}, NULL);
        T_CHECK(i < 99);
    }
}
static void limits(void) { t_with_arena(limits_inner); }

/* ---- a disk that is full ---- */

static bool work_on_disk(Arena *a, Str folder, PxErr *err) {
    OsWriter *w;
    OsExit end;
    const Str argv[] = {S("true")};
    return os_make_folder(os_path(a, folder, S("d/e")), err) &&
           os_write_file(os_path(a, folder, S("f")), S("new"), OS_REPLACE, false, err) &&
           os_write_file(os_path(a, folder, S("d/n")), S("n"), OS_NEW, false, err) &&
           os_writer_open(a, os_path(a, folder, S("d/w")), false, &w, err) &&
           os_writer_add(w, S("w\n"), err) && os_writer_end(w, err) &&
           os_link_file(a, os_path(a, folder, S("f")), os_path(a, folder, S("d/l")), err) &&
           os_move_file(os_path(a, folder, S("d/l")), os_path(a, folder, S("d/m")), err) &&
           os_lock_file(a, os_path(a, folder, S("d/lock")), 0, err) &&
           os_run(a, argv, 1, S("in"), NULL, S(""), &end, err);
}

static void full_disk_inner(Arena *a) {
    PxErr err = {0};
    for (int64_t n = 0;; n++) {
        Arena *own = arena_child(a);
        const Str folder = folder_for(own), file = os_path(own, folder, S("f"));
        Str is;
        T_OK(os_write_file(file, S("old"), OS_NEW, false, &err), &err);
        os_fail_after(n);
        const bool done = work_on_disk(own, folder, &err);
        os_fail_after(-1);
        T_OK(os_read_file(own, file, 100, &is, &err), &err);
        T_CHECK(str_equal(is, S("old")) || str_equal(is, S("new")));
        Arena *again = arena_child(own);
        if (done) {
            T_CHECK(n > 20);
            arena_close(own);
            return;
        }
        T_EQ_INT(err.kind, PX_ERR_SYSTEM);
        T_CHECK(strstr(err.message, "No space left") != NULL);
        Str *found;
        ptrdiff_t count;
        T_OK(os_list_folder(again, folder, &found, &count, &err), &err);
        for (ptrdiff_t i = 0; i < count; i++) T_CHECK(found[i].ptr[0] != '.');
        arena_close(own);
        if (!T_CHECK(n < 200)) return;
    }
}
static void full_disk(void) { t_with_arena(full_disk_inner); }

/* ---- memory that runs out ---- */

static bool with_little_memory(void *ctx, Arena *a, PxErr *err) {
    (void)ctx;
    Str folder, back, *found;
    ptrdiff_t count;
    return os_temporary_folder(a, &folder, err) && work_on_disk(a, folder, err) &&
           os_read_file(a, os_path(a, folder, S("f")), 100, &back, err) &&
           os_list_folder(a, folder, &found, &count, err) &&
           os_each_line(a, os_path(a, folder, S("d/w")), 10, count_line, &(Lines){0, 0, 0}, err);
}
static void little_memory(void) {
    Arena *a = arena_open(1 << 20);
    T_CHECK(t_fault_loop(with_little_memory, NULL));
    arena_close(a);
}

int main(void) {
    T_RUN(clock_and_environment);
    T_RUN(logging);
    T_RUN(random_bytes);
    T_RUN(files);
    T_RUN(bad_paths);
    T_RUN(names);
    T_RUN(folders);
    T_RUN(sweeping);
    T_RUN(removing);
    T_RUN(streams);
    T_RUN(locks);
    T_RUN(programs);
    T_RUN(descriptors);
    T_RUN(limits);
    T_RUN(full_disk);
    T_RUN(little_memory);
    return t_end();
}
