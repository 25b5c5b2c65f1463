/* paraph.h - merge N reviewers' Word files into one attributed, proven redline.
 * (Work in progress: the lead completes this header.) */
#ifndef PARAPH_H
#define PARAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A run of bytes, not NUL-terminated. */
typedef struct PxStr { const char *ptr; ptrdiff_t len; } PxStr;

typedef enum PxErrKind {
    PX_ERR_NONE,
    PX_ERR_INPUT,        /* the file is malformed */
    PX_ERR_LIMIT,        /* a budget was exceeded */
    PX_ERR_UNSUPPORTED,  /* well-formed, but a kind of file or feature that is refused */
    PX_ERR_CONFLICT,     /* the arguments contradict one another */
    PX_ERR_NOT_FOUND,
    PX_ERR_DENIED,
    PX_ERR_BUSY,
    PX_ERR_SYSTEM,       /* memory or the operating system */
    PX_ERR_PROOF,        /* the result does not keep a promise: a defect of this library, nothing was written */
    PX_ERR_KINDS
} PxErrKind;

typedef struct PxErr {
    PxErrKind kind;
    int64_t at;          /* byte offset in part, or -1 */
    char part[128];      /* package part or file the error is in; may be empty */
    char message[256];   /* one sentence, UTF-8 */
} PxErr;

#ifdef __cplusplus
}
#endif
#endif
