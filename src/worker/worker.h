/* worker: documents are read by another process.
 *
 * Every file that came from outside is parsed in a child (`paraph worker`): one job in on its
 * standard input, one answer out, no other descriptor, no network, no file system, no new process
 * (seccomp), memory and time bounded (rlimits). Its death is an error message, never an outage. The
 * child reaches the engine through paraph.h.
 *
 * Operations, with their arguments (JSON), files in, result (JSON) and files out, are listed in
 * worker/README.md and ops.c; a name that is not there is PX_ERR_NOT_FOUND.
 *
 * Errors: the engine's own (kind, part, offset, message kept); PX_ERR_LIMIT when the child ran out
 * of time or memory; PX_ERR_SYSTEM when it could not be run; PX_ERR_INPUT ("the file stopped the
 * reader") when it died of the file; PX_ERR_BUSY when no turn came within a minute. */
#ifndef PARAPH_WORKER_H
#define PARAPH_WORKER_H

#include "base/base.h"
#include "os/os.h"
#include "json/json.h"

typedef struct Worker Worker;

typedef struct WorkerFile {
    Str name, bytes;
} WorkerFile;

typedef struct WorkerLimits { /* 0: the default */
    int64_t memory;           /* bytes; 2 GiB */
    int64_t seconds;          /* of processor time; 120 */
    int at_once;              /* jobs that run at a time, the others wait; 4 */
} WorkerLimits;

/* program: the path of the paraph command; empty: the jobs run in this process, for tests and
 * trusted files alone. Usable from many threads at once. */
bool worker_open(Arena *a, Str program, const WorkerLimits *limits, Worker **out, PxErr *err)
    __attribute__((warn_unused_result));

/* Runs one job; results live in a. */
bool worker_call(Worker *w, Arena *a, Str operation, const Json *arguments, const WorkerFile *files,
                 ptrdiff_t file_count, Json **result, const WorkerFile **out, ptrdiff_t *out_count,
                 PxErr *err) __attribute__((warn_unused_result));

/* Pages a .docx of ours takes when rendered (LibreOffice, headless, in a sandbox without network
 * where bubblewrap is there), and the PDF. PX_ERR_NOT_FOUND when no renderer is installed.
 *
 * The environment's PARAPH_RENDERER names another renderer: a program that is run, with the same
 * limits and no sandbox of ours, as PROGRAM paper.docx paper.pdf (two paths) and writes the second.
 */
bool worker_pages(Worker *w, Arena *a, Str docx, int *pages, Str *pdf, PxErr *err)
    __attribute__((warn_unused_result));

/* The child: reads a job, shuts itself in, answers. Ends the process, so that nothing of what a
 * document may have left behind runs afterwards; the exit status is for the compiler. */
int worker_main(void);

/* ---- for tests and the fuzz target ---- */

/* An operation more, that tries what a child may not: false when the name is not its own. */
typedef bool WorkerExtra(Arena *a, Str operation, const Json *arguments, Json *result);
int worker_main_with(WorkerExtra *extra);

/* What travels: a job, what is answered to it, and what the answer says. Errors of the last: those
 * of the job, and PX_ERR_INPUT for what is no answer. Strings point into what is read. */
Str worker_job(Arena *a, const WorkerLimits *limits, Str operation, const Json *arguments,
               const WorkerFile *files, ptrdiff_t file_count);
Str worker_answer(Arena *a, Str job, WorkerExtra *extra);
bool worker_read(Arena *a, Str answer, Json **result, const WorkerFile **out, ptrdiff_t *out_count,
                 PxErr *err) __attribute__((warn_unused_result));
/* Pages of a PDF as LibreOffice writes it, objects outside streams; 0 when there are none. */
int worker_count_pages(Str pdf);

#endif
