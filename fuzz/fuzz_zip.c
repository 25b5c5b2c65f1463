/* fuzz_zip: opens foreign bytes as an archive and inflates what is in it; what was read is written
 * and read again. */
/* needs: base zip */
#include "zip/zip.h"

#include "target.h"

static const ZipLimits limits = {.part_bytes = 1 << 24, .total_bytes = 1 << 25};

static bool run(void *ctx, PxErr *err) {
    const Case *c = ctx;
    Arena *a = c->arena;
    Zip *zip, *again;
    if (!zip_open(a, c->bytes, S("file"), &limits, &zip, err)) {
        check(err->kind != PX_ERR_NONE && err->message[0] != '\0');
        return true;
    }
    Buf out = buf_new(a);
    ZipWriter *w = zip_writer_open(a, &out);
    bool *whole = NEW_ARRAY(a, bool, zip->count);
    Str *parts = NEW_ARRAY(a, Str, zip->count);
    for (ptrdiff_t i = 0; i < zip->count; i++) {
        const ZipEntry *e = &zip->entries[i];
        check(e->stored.ptr >= c->bytes.ptr &&
              e->stored.ptr + e->stored.len <= c->bytes.ptr + c->bytes.len);
        whole[i] = zip_inflate(a, e, &parts[i], err);
        if (whole[i] && i % 2) zip_add(w, e->name, parts[i], 1 + (int)(i % 12));
        else zip_add_stored(w, e);
    }
    zip_writer_close(w);
    check(zip_open(a, buf_str(&out), S("again"), &limits, &again, err));
    check(again->count == zip->count);
    for (ptrdiff_t i = 0; i < zip->count; i++) {
        check(str_equal(zip->entries[i].name, again->entries[i].name));
        Str bytes;
        check(zip_inflate(a, &again->entries[i], &bytes, err) == whole[i]);
        check(!whole[i] || str_equal(bytes, parts[i]));
    }
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len) {
    return fuzz_one(run, 256, bytes, len);
}
