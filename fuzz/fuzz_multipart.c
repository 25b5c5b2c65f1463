/* fuzz_multipart: forms. The input is a line, the Content-Type, and the body behind it. */
/* needs: base os http */
#include "http/http.h"

#include "target.h"

static void is_text(Str s) {
    ptrdiff_t bad_at;
    check(s.len == 0 || (utf8_valid(s, &bad_at) && !memchr(s.ptr, 0, (size_t)s.len)));
    check(s.len == 0 ||
          (!memchr(s.ptr, '\r', (size_t)s.len) && !memchr(s.ptr, '\n', (size_t)s.len)));
}

static bool run(void *ctx, PxErr *err) {
    const Case *c = ctx;
    ptrdiff_t end = str_find(c->bytes, S("\n")), count;
    HttpPart *parts;
    if (end < 0) end = c->bytes.len;
    const Str body = str_slice(c->bytes, end < c->bytes.len ? end + 1 : end, c->bytes.len);
    if (!http_multipart(c->arena, str_slice(c->bytes, 0, end), body, &parts, &count, err)) {
        check(err->kind == PX_ERR_INPUT || err->kind == PX_ERR_LIMIT);
        check(err->message[0] != '\0' && count == 0);
        return true;
    }
    const char *at = body.ptr;
    for (ptrdiff_t i = 0; i < count; i++) {
        const HttpPart *p = &parts[i];
        check(p->name.len > 0);
        is_text(p->name);
        is_text(p->file_name);
        is_text(p->type);
        check(str_find(p->file_name, S("/")) < 0 && str_find(p->file_name, S("\\")) < 0);
        check(p->bytes.ptr >= at && p->bytes.ptr + p->bytes.len <= body.ptr + body.len);
        at = p->bytes.ptr + p->bytes.len; /* in order, and not overlapping */
    }
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len) {
    return fuzz_one(run, 64, bytes, len);
}
