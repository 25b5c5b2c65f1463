/* What the files of os share. */
#ifndef PARAPH_OS_INT_H
#define PARAPH_OS_INT_H

#include <limits.h>
#include <sys/types.h>

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

/* What follows makes interrupted calls again, asks os_fails(), and is false (or -1) with errno set.
 */

int open_file(const char *path, int flags, mode_t mode); /* with O_CLOEXEC */
bool write_whole(int fd, Str bytes);
bool sync_fd(int fd);
bool sync_folder_of(Str path); /* the folder path is in */
/* "FOLDER/.paraph-0123456789abcdef": a name beside path that nobody else has. */
bool name_beside(Str path, PathZ *out);
/* The temporary file becomes path; OS_NEW never replaces one. */
bool put_in_place(const char *temporary, const char *path, OsWrite how);
bool path_is_there(Str path); /* whatever it is, a dangling link too */

#endif
