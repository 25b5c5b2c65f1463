/* What the files of os share. */
#ifndef PARAPH_OS_INT_H
#define PARAPH_OS_INT_H

#include <limits.h>

#include "os/os.h"

typedef struct PathZ {
    char z[PATH_MAX];
} PathZ;

/* The path as the system wants it: false with errno set when it is too long or holds a NUL. */
bool path_z(Str path, PathZ *out);
/* The switch of the tests: true with errno = ENOSPC when this call is to fail. Asked before each
 * call of the system that writes, renames, synchronises, opens or runs. */
bool os_fails(void);
/* fail() with the reason errno gives. what: "it cannot be ...". */
bool fail_errno(PxErr *err, Str path, const char *what);

/* Interrupted calls are made again. False with errno set. */
bool write_whole(int fd, Str bytes);

#endif
