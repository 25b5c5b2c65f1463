/* The records of a zip archive, for reader and writer (PKWARE APPNOTE 6.3, sections 4.3.7
 * to 4.3.16). */
#ifndef PARAPH_ZIP_INT_H
#define PARAPH_ZIP_INT_H

#include "zip/zip.h"

#define SIG_LOCAL UINT32_C(0x04034b50)
#define SIG_DESCRIPTOR UINT32_C(0x08074b50)
#define SIG_DIRECTORY UINT32_C(0x02014b50)
#define SIG_END UINT32_C(0x06054b50)

enum { LOCAL_LEN = 30, DIRECTORY_LEN = 46, END_LEN = 22 };

/* General purpose flags. */
enum { FLAG_DESCRIPTOR = 1 << 3, FLAG_UTF8 = 1 << 11 };

enum { METHOD_STORED = 0, METHOD_DEFLATED = 8 };

static inline uint16_t load16(const char *p) {
    const unsigned char *u = (const unsigned char *)p;
    return (uint16_t)(u[0] | u[1] << 8);
}

static inline uint32_t load32(const char *p) { return load16(p) | (uint32_t)load16(p + 2) << 16; }

/* Why `name` is no name of an entry in a package, as the end of a sentence that begins with it; or
 * NULL when it is one. */
const char *zip_name_fault(Str name);

#endif
