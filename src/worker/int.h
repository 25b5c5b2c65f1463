/* Inside the worker: the frame jobs and answers travel in, and the table of operations. */
#ifndef PARAPH_WORKER_INT_H
#define PARAPH_WORKER_INT_H

#include "worker/worker.h"

/* ---- frames (frame.c) ----
 *
 * A head of 48 bytes, numbers little-endian:
 *   0  8  "paraph1\n"
 *   8  8  bytes that follow the head
 *   16 8  memory the child may take; 0 in an answer
 *   24 8  seconds of processor time it may take; 0 in an answer
 *   32 4  bytes of the word: the operation; "done" or "error" in an answer
 *   36 4  bytes of the JSON text: arguments; the result, or the error
 *   40 4  files
 *   44 4  zero
 * then for each file 4 bytes length of its name, 4 zero, 8 length of its bytes; then the word, the
 * JSON text, and each file's name and bytes, one behind the other and nothing else. */

enum { FRAME_HEAD = 48, FRAME_FILE = 16, FRAME_FILES_MAX = 256, FRAME_WORD_MAX = 64 };
#define FRAME_MAX ((int64_t)3 << 30)
#define FRAME_JSON_MAX ((int64_t)256 << 20)

typedef struct Frame {
    int64_t memory, seconds;
    Str word, json;
    WorkerFile *files;
    ptrdiff_t file_count;
} Frame;

Str frame_write(Arena *a, const Frame *frame);
/* The bytes that follow a head of FRAME_HEAD bytes. PX_ERR_INPUT when it is none; PX_ERR_LIMIT over
 * FRAME_MAX. */
bool frame_head(const char *head, int64_t *rest, int64_t *memory, int64_t *seconds, PxErr *err)
    __attribute__((warn_unused_result));
/* Strings point into bytes. */
bool frame_read(Arena *a, Str bytes, Frame *out, PxErr *err) __attribute__((warn_unused_result));

/* ---- operations (ops*.c) ---- */

typedef struct Job {
    Arena *arena;
    int64_t memory; /* the engine's budget; 0: its default */
    const Json *arguments;
    const WorkerFile *files;
    ptrdiff_t file_count;
} Job;

typedef struct Answer {
    Arena *arena;
    Json *result; /* an object */
    WorkerFile *files;
    ptrdiff_t count, cap;
} Answer;

/* Appends a file; bytes are borrowed. */
void answer_file(Answer *answer, Str name, Str bytes);
/* Appends what the result of the engine made, which lives until the arena ends. */
void answer_result(Answer *answer, Str name, PxResult *result);

/* Answers a job: the operation's own errors, PX_ERR_NOT_FOUND for one that is not there,
 * PX_ERR_CONFLICT for arguments or files that do not fit it. */
bool job_run(const Job *job, Str operation, WorkerExtra *extra, Answer *answer, PxErr *err)
    __attribute__((warn_unused_result));

static inline PxFile job_file(const Job *job, ptrdiff_t i) {
    return (PxFile){job->files[i].name, job->files[i].bytes};
}
PxSettings job_settings(const Job *job);
/* An array of strings among the arguments, of exactly count items; NULL and true when it is not
 * there. */
bool job_strings(const Job *job, Str key, ptrdiff_t count, Str **out, PxErr *err)
    __attribute__((warn_unused_result));

/* rows and conflicts of a document with tracked changes, into the result. */
bool put_matrix(const Job *job, Answer *answer, Str document, PxErr *err)
    __attribute__((warn_unused_result));

#define OPERATION(name, id, least, most) bool op_##id(const Job *job, Answer *answer, PxErr *err);
#include "worker/ops.def"
#undef OPERATION

/* An error of the system, in a child that can only ask it for memory, is one of memory. */
void memory_is_limit(PxErr *err, int64_t memory);
/* The bytes of an answer that is an error. */
Str answer_error(Arena *a, const PxErr *err);

/* ---- the child (child.c) ---- */

/* Closes what it may not have and bounds what it may take; before a job is read. */
bool child_bound(PxErr *err) __attribute__((warn_unused_result));
bool child_limits(int64_t memory, int64_t seconds, PxErr *err) __attribute__((warn_unused_result));
/* From here on: compute, and write to what is open. */
bool child_shut(PxErr *err) __attribute__((warn_unused_result));
/* Whether RLIMIT_AS can be used: not where the address sanitizer maps its shadow. */
bool child_memory_is_bounded(void);

#endif
