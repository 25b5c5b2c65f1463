/* zip: a strict reader and a deterministic writer of zip archives, over libdeflate. The refusals
 * are those of the engineering notes' section 2; the format follows PKWARE APPNOTE 6.3 without
 * zip64, and ECMA-376 part 2 (OPC) for what a part name may be. */
#ifndef PARAPH_ZIP_H
#define PARAPH_ZIP_H

#include "base/base.h"

typedef struct ZipLimits {
    ptrdiff_t entries;     /* 0: 4,096 */
    ptrdiff_t part_bytes;  /* inflated size of one entry; 0: 128 MB */
    ptrdiff_t total_bytes; /* of all entries; 0: 512 MB */
} ZipLimits;

typedef struct ZipEntry {
    Str name;       /* as stored, no leading slash; valid UTF-8 (or ASCII) */
    Str stored;     /* the compressed bytes, within the archive */
    ptrdiff_t size; /* inflated */
    uint32_t crc;
    uint16_t method; /* 0 stored, 8 deflated */
    bool is_folder;  /* a zero-length entry that ends in '/': kept out of the part list by docx */
} ZipEntry;

typedef struct Zip {
    ZipEntry *entries; /* in central-directory order */
    ptrdiff_t count;
} Zip;

/* Reads the directory of `archive` and checks all of it (no data is inflated). Result lives in a;
 * entries borrow archive. file_name is for messages. Errors: INPUT, LIMIT, UNSUPPORTED (encryption,
 * methods, split disks; an OLE2 file, i.e. an encrypted or old .doc file, is named as such). Cost:
 * linear in the directory, plus a sort. */
bool zip_open(Arena *a, Str archive, Str file_name, const ZipLimits *limits, Zip **out, PxErr *err)
    __attribute__((warn_unused_result));

/* Inflates an entry into exactly entry->size bytes in a and checks its CRC. */
bool zip_inflate(Arena *a, const ZipEntry *entry, Str *out, PxErr *err)
    __attribute__((warn_unused_result));

const ZipEntry *zip_find(const Zip *zip, Str name); /* exact name, or NULL; linear */

/* ---- writer ---- */
typedef struct ZipWriter ZipWriter;
ZipWriter *zip_writer_open(Arena *a, Buf *out);
/* Deflates at `level` (1..12; 6 is usual), or stores when that is not smaller. */
void zip_add(ZipWriter *w, Str name, Str bytes, int level);
/* Copies an entry of another archive without inflating it. */
void zip_add_stored(ZipWriter *w, const ZipEntry *entry);
void zip_writer_close(
    ZipWriter *w); /* writes the directory; fixed date, no data descriptors, UTF-8 names flagged */

#endif
