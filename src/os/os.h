/* os: the only dealings of the product with the system: files, folders, clock, random bytes,
 * processes. Paths are UTF-8 without NUL, made by us or given by the operator, never taken from a
 * document.
 *
 * Errors: PX_ERR_SYSTEM with the path as part and the system's reason in the message;
 * PX_ERR_NOT_FOUND where the file or folder is not there; PX_ERR_LIMIT for a file over its limit.
 * Nothing is left half-written: a file has its old content, or its new one whole, synchronised. */
#ifndef PARAPH_OS_H
#define PARAPH_OS_H

#include "base/base.h"

/* Microseconds since 1970-01-01T00:00:00Z, by the clock of the day. PARAPH_NOW (the same number),
 * when set in the environment of a test, stands for it. */
int64_t os_now(void);
/* Microseconds that never go back: for measuring and timeouts. */
int64_t os_ticks(void);
/* len bytes from the system's generator; ends the process when it has none. */
void os_random(void *ptr, ptrdiff_t len);
/* The value of an environment variable, or an empty Str. */
Str os_environment(Arena *a, const char *name_z);

/* One line on the standard error, for the operator: time, text; what controls a terminal, is
 * invisible or turns text round is a space. */
void os_log(Str text);
/* Keeps SIGINT, SIGTERM and SIGHUP for os_wait_for_end(), in this thread and those it will start.
 */
void os_hold_signals(void);
void os_wait_for_end(void);

/* ---- files and folders ---- */

/* A regular file, whole, of at most limit bytes. */
bool os_read_file(Arena *a, Str path, ptrdiff_t limit, Str *out, PxErr *err)
    __attribute__((warn_unused_result));
typedef enum OsWrite {
    OS_REPLACE, /* the file may be there already */
    OS_NEW,     /* PX_ERR_CONFLICT when it is */
    OS_WRITES
} OsWrite;
/* Writes to a temporary file beside path, synchronises, renames, synchronises the folder.
 * is_secret: readable by the owner alone (0600), else 0640. */
bool os_write_file(Str path, Str bytes, OsWrite how, bool is_secret, PxErr *err)
    __attribute__((warn_unused_result));
/* With its parents, 0750; no error when it is there. */
bool os_make_folder(Str path, PxErr *err) __attribute__((warn_unused_result));
/* The names in a folder, sorted bytewise, without "." and "..". */
bool os_list_folder(Arena *a, Str path, Str **names, ptrdiff_t *count, PxErr *err)
    __attribute__((warn_unused_result));
/* A second name for a file that never changes: a hard link, or a copy where that cannot be. to: as
 * OS_NEW. */
bool os_link_file(Arena *a, Str from, Str to, PxErr *err) __attribute__((warn_unused_result));
/* Gives a file another name in the same file system, durably. to: as OS_NEW. */
bool os_move_file(Str from, Str to, PxErr *err) __attribute__((warn_unused_result));
/* What was made or renamed in the folder is durable afterwards. */
bool os_sync_folder(Str path, PxErr *err) __attribute__((warn_unused_result));
bool os_is_file(Str path);
bool os_is_folder(Str path);
bool os_remove_file(Str path, PxErr *err) __attribute__((warn_unused_result));
/* A file, or a folder with all that is in it; no error when it is not there. */
bool os_remove_all(Str path, PxErr *err) __attribute__((warn_unused_result));
/* Removes from a folder the temporary files of writers that were killed (".paraph-" and 16 digits),
 * if nobody wrote to them for so long. What cannot be removed stays. */
void os_sweep_folder(Arena *a, Str path, int64_t seconds);
/* A new folder of its own under the system's temporary folder, removed with all it holds when the
 * arena ends. */
bool os_temporary_folder(Arena *a, Str *out, PxErr *err) __attribute__((warn_unused_result));
Str os_path(Arena *a, Str folder, Str name); /* "folder/name" */

/* ---- files too long to hold ---- */

/* A new file (as OS_NEW), written bit by bit; it is there, whole and synchronised, when
 * os_writer_end is true, and not at all otherwise. The arena's end drops one that was not ended. */
typedef struct OsWriter OsWriter;
bool os_writer_open(Arena *a, Str path, bool is_secret, OsWriter **out, PxErr *err)
    __attribute__((warn_unused_result));
bool os_writer_add(OsWriter *w, Str bytes, PxErr *err) __attribute__((warn_unused_result));
bool os_writer_end(OsWriter *w, PxErr *err) __attribute__((warn_unused_result));
/* The lines of a file, without their line feeds; each false (with *err) stops. PX_ERR_LIMIT for a
 * longer line, PX_ERR_INPUT when the last one has no line feed. */
bool os_each_line(Arena *a, Str path, ptrdiff_t longest,
                  bool (*each)(void *ctx, Str line, PxErr *err), void *ctx, PxErr *err)
    __attribute__((warn_unused_result));

/* ---- locks ---- */

/* An advisory lock on the file at path (made when it is not there), held until the arena ends or
 * the process does. PX_ERR_BUSY when another holds it and wait_ms have passed. */
bool os_lock_file(Arena *a, Str path, int wait_ms, PxErr *err) __attribute__((warn_unused_result));

/* ---- processes ---- */

typedef struct OsLimits { /* 0: none */
    int64_t memory;       /* bytes of address space */
    int64_t seconds;      /* of processor time */
    int64_t wall_ms;      /* after which it is killed */
    int64_t output;       /* bytes of standard output; more kills it */
    int64_t file_bytes;   /* it may write to one file */
} OsLimits;

typedef struct OsExit {
    bool was_killed; /* by a limit or a signal */
    bool timed_out;
    int status;    /* exit status, or the signal's number */
    Str output;    /* its standard output */
    Str complaint; /* the first 4,096 bytes of its standard error */
} OsExit;

/* Runs program (argv[0], a path or a name looked up in PATH) with argv and an environment of
 * PATH, HOME (a given folder or "/nonexistent"), LC_ALL=C.UTF-8 alone; no shell. Gives it input on
 * its standard input and reads what it says. No other descriptor is passed on. */
bool os_run(Arena *a, const Str *argv, ptrdiff_t argc, Str input, const OsLimits *limits, Str home,
            OsExit *out, PxErr *err) __attribute__((warn_unused_result));
/* The path of the running program. */
Str os_program(Arena *a);

/* ---- tests ---- */

/* The n-th call of the system that writes, renames, synchronises, opens or runs, counted from now,
 * and every later one, fails as a full disk would (ENOSPC); n < 0: off. */
void os_fail_after(int64_t n);
/* The same call ends the process at once (SIGKILL). */
void os_die_after(int64_t n);

#endif
