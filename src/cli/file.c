/* file: all reading and writing of files.
 *
 * Inputs are regular files of bounded size, read once and whole. Outputs are written to a temporary
 * file in the folder they go to, synchronised, and renamed when everything has been written, so a
 * file is there complete or not at all. No output may be an input, by whatever name or link. What
 * exists and is no regular file (a pipe, a device) is written to as it is. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"

enum { INPUTS_MAX = PX_RETURNS_MAX + 2, OUTPUTS_MAX = 4 };
#define INPUT_MAX ((off_t)1 << 30)

typedef struct Input {
    const char *path;
    dev_t device;
    ino_t inode;
    char *bytes;
} Input;

typedef struct Output {
    const char *path;   /* as given */
    const char *target; /* where it goes: symbolic links followed */
    char *temporary;    /* NULL: none */
    PxStr direct;       /* for a pipe, a device or the standard output: written at the end */
    bool is_direct;
} Output;

static struct {
    Input inputs[INPUTS_MAX];
    int input_count;
    Output outputs[OUTPUTS_MAX];
    int output_count;
    void *kept; /* every block keeps the one before, so that none is lost */
} files;

/* Where the signal handler finds what to remove. */
static const char *volatile to_remove[OUTPUTS_MAX];

/* ---- memory ---- */

void *keep_alloc(size_t count, size_t size) {
    const size_t head = 16; /* keeps what follows aligned */
    size_t bytes;
    char *block = NULL;
    if (!__builtin_mul_overflow(count, size, &bytes) && bytes <= SIZE_MAX - head) {
        block = calloc(1, head + bytes);
    }
    if (!block) {
        complain("there is not enough memory (close other programs and try again)");
        exit(EXIT_SYSTEM);
    }
    memcpy(block, &files.kept, sizeof files.kept);
    files.kept = block;
    return block + head;
}

static char *keep_text(const char *a, const char *b, const char *c) {
    const size_t len = strlen(a) + strlen(b) + strlen(c) + 1;
    char *text = keep_alloc(len, 1);
    snprintf(text, len, "%s%s%s", a, b, c);
    return text;
}

/* ---- the standard streams ---- */

void open_standard_streams(void) {
    int fd;
    do { /* the lowest free number is taken: the first three, if they are free */
        fd = open("/dev/null", O_RDWR);
    } while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd > STDERR_FILENO) close(fd);
}

/* ---- inputs ---- */

static _Noreturn void refuse(ExitCode code, const char *path, const char *why) {
    complain("%s: %s", path, why);
    exit(code);
}

static const char *kind_of(mode_t mode) {
    return S_ISDIR(mode)    ? "it is a folder; name the file in it"
           : S_ISFIFO(mode) ? "it is a pipe; save what it gives to a file first"
                            : "it is no regular file; copy its content to one first";
}

static void read_whole(int fd, const char *path, char *bytes, size_t size) {
    size_t got = 0;
    while (got < size) {
        const ssize_t n = read(fd, bytes + got, size - got);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) refuse(EXIT_SYSTEM, path, strerror(errno));
        if (n == 0) break;
        got += (size_t)n;
    }
    char more;
    if (got < size || read(fd, &more, 1) != 0) {
        refuse(EXIT_SYSTEM, path, "it changed while it was read; close it elsewhere and try again");
    }
}

PxFile read_input(const char *path) {
    if (files.input_count == INPUTS_MAX) refuse(EXIT_USAGE, path, "there are too many files");
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        complain("%s: it cannot be opened: %s", path, strerror(errno));
        exit(errno == ENOENT || errno == ENOTDIR ? EXIT_USAGE : EXIT_SYSTEM);
    }
    struct stat info;
    if (fstat(fd, &info) != 0) refuse(EXIT_SYSTEM, path, strerror(errno));
    if (!S_ISREG(info.st_mode)) refuse(EXIT_REFUSED, path, kind_of(info.st_mode));
    if (info.st_size > INPUT_MAX) refuse(EXIT_REFUSED, path, "it is larger than 1 GB");
    if (info.st_size == 0) refuse(EXIT_REFUSED, path, "it is empty; ask for it to be sent again");
    char *bytes = keep_alloc((size_t)info.st_size, 1);
    read_whole(fd, path, bytes, (size_t)info.st_size);
    close(fd);
    files.inputs[files.input_count++] = (Input){path, info.st_dev, info.st_ino, bytes};
    return (PxFile){px_str(path), {bytes, (ptrdiff_t)info.st_size}};
}

void random_key(uint64_t key[2]) {
    const int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
    uint64_t random[2];
    if (fd < 0) return;
    if (read(fd, random, sizeof random) == (ssize_t)sizeof random) {
        key[0] = random[0];
        key[1] = random[1];
    }
    close(fd);
}

/* ---- outputs: where they may go ---- */

bool is_stdout(const char *path) { return strcmp(path, "-") == 0; }

static void refuse_input(const struct stat *info, const char *path) {
    for (int i = 0; i < files.input_count; i++) {
        const Input *in = &files.inputs[i];
        if (in->device != info->st_dev || in->inode != info->st_ino) continue;
        complain("%s: it is the input %s, and inputs are never overwritten (choose another name)",
                 path, in->path);
        exit(EXIT_USAGE);
    }
}

/* The folder path is in, by its real name, and the last part of path behind it. */
static const char *real_path(const char *path) {
    char *whole = realpath(path, NULL);
    if (whole) {
        char *kept = keep_text(whole, "", "");
        free(whole);
        return kept;
    }
    const char *slash = strrchr(path, '/');
    char *folder = slash ? keep_text(path, "/", "") : keep_text(".", "", "");
    if (slash) folder[slash - path + 1] = '\0';
    char *real = realpath(folder, NULL);
    if (!real) refuse(EXIT_SYSTEM, path, "its folder does not exist (make it first)");
    char *kept = keep_text(real, "/", slash ? slash + 1 : path);
    free(real);
    return kept;
}

void claim_output(const char *path, bool is_binary) {
    if (files.output_count == OUTPUTS_MAX) refuse(EXIT_USAGE, path, "there are too many outputs");
    Output *out = &files.outputs[files.output_count];
    *out = (Output){.path = path, .target = path};
    struct stat info;
    if (is_stdout(path)) {
        out->is_direct = true;
        if (is_binary && isatty(STDOUT_FILENO)) {
            refuse(EXIT_USAGE, "-o -", "a Word file is not for the terminal (send it to a file)");
        }
        if (fstat(STDOUT_FILENO, &info) == 0 && S_ISREG(info.st_mode)) {
            refuse_input(&info, "the standard output");
        }
    } else if (stat(path, &info) == 0) {
        refuse_input(&info, path);
        if (S_ISDIR(info.st_mode)) refuse(EXIT_USAGE, path, "it is a folder (name a file in it)");
        out->is_direct = !S_ISREG(info.st_mode);
        if (!out->is_direct) out->target = real_path(path);
    } else {
        const size_t len = strlen(path);
        if (path[len - 1] == '/') refuse(EXIT_USAGE, path, "it is a folder (name a file in it)");
        out->target = real_path(path);
    }
    for (int i = 0; i < files.output_count; i++) {
        if (strcmp(files.outputs[i].target, out->target) != 0 || out->is_direct) continue;
        refuse(EXIT_USAGE, path, "two outputs have this name (choose another for one of them)");
    }
    files.output_count++;
}

/* ---- outputs: temporary files ---- */

static void remove_and_end(int signal_number) {
    for (int i = 0; i < OUTPUTS_MAX; i++) {
        if (to_remove[i]) unlink(to_remove[i]);
    }
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

static void watch_signals(void) {
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = remove_and_end;
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        struct sigaction now;
        if (sigaction(signals[i], NULL, &now) == 0 && now.sa_handler == SIG_DFL) {
            sigaction(signals[i], &action, NULL);
        }
    }
}

static bool write_whole(int fd, PxStr bytes) {
    for (ptrdiff_t at = 0; at < bytes.len;) {
        const ssize_t n = write(fd, bytes.ptr + at, (size_t)(bytes.len - at));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return false;
        at += n;
    }
    return true;
}

static bool complain_file(const char *path, const char *what) {
    complain("%s: it cannot be %s: %s", path, what, strerror(errno));
    return false;
}

/* The mode a new file gets, or the one the file there has. */
static mode_t mode_for(const char *target) {
    struct stat info;
    if (stat(target, &info) == 0) return info.st_mode & 0777;
    const mode_t mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

static bool fill_temporary(int fd, const Output *out, PxStr bytes) {
    bool done = write_whole(fd, bytes) && fchmod(fd, mode_for(out->target)) == 0 && fsync(fd) == 0;
    if (close(fd) != 0) done = false;
    return done || complain_file(out->path, "written");
}

bool stage_output(const char *path, PxStr bytes) {
    int i = 0;
    while (i < files.output_count && strcmp(files.outputs[i].path, path) != 0) i++;
    if (i == files.output_count) return false;
    Output *out = &files.outputs[i];
    out->direct = bytes;
    if (out->is_direct) {
        char *kept = keep_alloc((size_t)bytes.len + 1, 1);
        if (bytes.len) memcpy(kept, bytes.ptr, (size_t)bytes.len);
        out->direct.ptr = kept;
        return true;
    }
    char *folder = keep_text(out->target, "", "");
    folder[strrchr(folder, '/') - folder] = '\0'; /* a target is a whole path */
    char *temporary = keep_text(folder, "/.paraph-XXXXXX", "");
    watch_signals();
    const int fd = mkstemp(temporary);
    if (fd < 0) return complain_file(path, "written");
    out->temporary = temporary;
    to_remove[i] = temporary;
    return fill_temporary(fd, out, bytes);
}

static void sync_folder(const char *target) {
    char *folder = keep_text(target, "", "");
    char *slash = strrchr(folder, '/');
    if (!slash) return;
    slash[slash == folder ? 1 : 0] = '\0';
    const int fd = open(folder, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return;
    (void)fsync(fd); /* some file systems cannot; the file itself is safe */
    close(fd);
}

static bool write_direct(const Output *out) {
    if (is_stdout(out->path)) {
        if (fflush(stdout) == 0 && write_whole(STDOUT_FILENO, out->direct)) return true;
        return complain_file("the standard output", "written");
    }
    const int fd = open(out->path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) return complain_file(out->path, "opened");
    const bool done = write_whole(fd, out->direct);
    if (close(fd) == 0 && done) return true;
    return complain_file(out->path, "written");
}

bool commit_outputs(void) {
    for (int i = 0; i < files.output_count; i++) {
        Output *out = &files.outputs[i];
        struct stat info;
        if (out->is_direct) {
            if (out->direct.ptr && !write_direct(out)) return false;
            continue;
        }
        if (!out->temporary) continue;
        if (stat(out->target, &info) == 0) refuse_input(&info, out->path);
        if (rename(out->temporary, out->target) != 0) return complain_file(out->path, "written");
        out->temporary = NULL;
        to_remove[i] = NULL;
        sync_folder(out->target);
    }
    return true;
}

void drop_outputs(void) {
    for (int i = 0; i < files.output_count; i++) {
        Output *out = &files.outputs[i];
        if (out->temporary) unlink(out->temporary);
        out->temporary = NULL;
        to_remove[i] = NULL;
    }
}
