/* fuzz_http: the guard. The input is lines: a method, a target, then "name:value" headers. What
 * passes is decoded, and is what handlers rely on. */
/* needs: base os http */
#include "http/http.h"

#include "target.h"

static Str line(Str *s) {
    ptrdiff_t end = str_find(*s, S("\n"));
    if (end < 0) end = s->len;
    const Str out = str_slice(*s, 0, end);
    *s = str_slice(*s, end < s->len ? end + 1 : end, s->len);
    return out;
}

static bool is_text(Str s) {
    ptrdiff_t bad_at;
    return s.len == 0 || (utf8_valid(s, &bad_at) && !memchr(s.ptr, 0, (size_t)s.len));
}

static void is_plain(Arena *a, Str target) {
    Str path;
    HttpPair *query;
    ptrdiff_t count;
    http_target(a, target, &path, &query, &count);
    check(path.len > 0 && path.ptr[0] == '/' && is_text(path));
    check(str_find(path, S("/../")) < 0 && str_find(path, S("\\")) < 0);
    check(!str_ends(path, S("/..")) && !str_ends(path, S("/.")));
    for (ptrdiff_t i = 0; i < count; i++) check(is_text(query[i].name) && is_text(query[i].value));
}

static bool run(void *ctx, PxErr *err) {
    (void)err;
    Case *c = ctx;
    HttpPair pairs[128];
    ptrdiff_t count = 0;
    int hosts = 0, lengths = 0, encodings = 0;
    const Str method = line(&c->bytes), target = line(&c->bytes);
    while (c->bytes.len && count < 128) {
        const Str h = line(&c->bytes);
        ptrdiff_t colon = str_find(h, S(":"));
        if (colon < 0) colon = h.len;
        pairs[count++] = (HttpPair){str_slice(h, 0, colon),
                                    str_slice(h, colon < h.len ? colon + 1 : colon, h.len)};
    }
    if (http_guard(method, target, pairs, count).len) return true;
    for (ptrdiff_t i = 0; i < count; i++) {
        check(is_text(pairs[i].value) && pairs[i].name.len > 0);
        hosts += str_equal_fold(pairs[i].name, S("host"));
        lengths += str_equal_fold(pairs[i].name, S("content-length"));
        encodings += str_equal_fold(pairs[i].name, S("transfer-encoding"));
    }
    check(hosts <= 1 && lengths + encodings <= 1);
    is_plain(c->arena, target);
    const Str saved = http_disposition(c->arena, target);
    check(is_text(saved) && str_find(saved, S("\r")) < 0 && str_find(saved, S("\n")) < 0);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len) {
    return fuzz_one(run, 64, bytes, len);
}
