/* multipart and guard: forms as browsers and curl send them, forms two readers would understand in
 * two ways, and the laws of the guard and of decoding for random targets. */
/* needs: base os http */
#include "t.h"

#include "http/http.h"

#define TYPE "multipart/form-data; boundary=XyZ"

static bool read_form(Arena *a, const char *type, Str body, HttpPart **parts, ptrdiff_t *count,
                      PxErr *err) {
    *err = (PxErr){.at = -1};
    return http_multipart(a, str_from_z(type), body, parts, count, err);
}

static void forms(Arena *a) {
    HttpPart *p;
    ptrdiff_t n;
    PxErr err;
    const Str body = S("--XyZ\r\n"
                       "Content-Disposition: form-data; name=\"note\"\r\n\r\n"
                       "two\r\nlines --XyZ\r\n--Xy\r\n"
                       "--XyZ\r\n"
                       "content-disposition:form-data;name=file ; "
                       "filename=\"C:\\drafts\\a \\\"b\\\".docx\"\r\n"
                       "Content-Type: application/octet-stream\r\n"
                       "Content-Transfer-Encoding: binary\r\nX-Other: 1\r\n\r\n"
                       "\0\1\r\n\r\n\xff"
                       "\r\n--XyZ\r\n"
                       "Content-Disposition: form-data; name=\"empty\"\r\n\r\n"
                       "\r\n--XyZ--\r\n");
    if (!T_OK(read_form(a, TYPE, body, &p, &n, &err), &err) || !T_EQ_INT(n, 3)) return;
    T_EQ_STR(p[0].name, S("note"));
    T_EQ_STR(p[0].bytes, S("two\r\nlines --XyZ\r\n--Xy"));
    T_CHECK(p[0].file_name.len == 0 && p[0].type.len == 0);
    T_EQ_STR(p[1].name, S("file"));
    T_EQ_STR(p[1].file_name, S("a \"b\".docx"));
    T_EQ_STR(p[1].type, S("application/octet-stream"));
    T_EQ_STR(p[1].bytes, S("\0\1\r\n\r\n\xff"));
    T_EQ_STR(p[2].name, S("empty"));
    T_EQ_INT(p[2].bytes.len, 0);
    T_OK(read_form(a, "Multipart/Form-Data;charset=utf-8; BOUNDARY=\"a b\"", S("--a b--"), &p, &n,
                   &err),
         &err);
    T_EQ_INT(n, 0);
}

/* A part with this head, in a form that is good otherwise. */
static Str form_of(Arena *a, const char *head) {
    return arena_format(a, "--XyZ\r\n%s\r\n\r\nbody\r\n--XyZ--\r\n", head);
}

static void refused_heads(Arena *a) {
    static const char *const heads[] = {
        "Content-Type: text/plain",
        "Content-Disposition: attachment; name=\"a\"",
        "Content-Disposition: form-data",
        "Content-Disposition: form-data; name=\"\"",
        "Content-Disposition: form-data; name=\"a\"; name=\"b\"",
        "Content-Disposition: form-data; name=\"a\"; filename=\"x\"; filename=\"y\"",
        "Content-Disposition: form-data; name=\"a\"; filename*=UTF-8''x",
        "Content-Disposition: form-data; name=\"a",
        "Content-Disposition: form-data; name=\"a\" filename=\"b\"",
        "Content-Disposition: form-data; name=\"a\xff\"",
        "Content-Disposition: form-data; name=\"a\x01\"",
        "Content-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=b",
        "Content-Disposition : form-data; name=a",
        "Content-Disposition: form-data;\r\n name=a",
        "Content-Disposition: form-data; name=a\r\nContent-Type: a/b\r\nContent-Type: c/d",
        "Content-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: base64",
        "Content-Disposition: form-data; name=a\r\nNothing",
        "Content-Disposition: form-data; name=a\nX: y",
    };
    HttpPart *p;
    ptrdiff_t n;
    PxErr err;
    T_OK(read_form(a, TYPE, form_of(a, "Content-Disposition: form-data; name=a"), &p, &n, &err),
         &err);
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        if (!T_CHECK(!read_form(a, TYPE, form_of(a, heads[i]), &p, &n, &err) &&
                     err.kind == PX_ERR_INPUT && n == 0)) {
            printf("#   %s\n", heads[i]);
        }
    }
}

static void refused_forms(Arena *a) {
#define PART "Content-Disposition: form-data; name=a\r\n\r\nx"
    static const struct {
        const char *type, *body;
    } cases[] = {
        {"text/plain", "--XyZ--"},
        {"multipart/form-data", "----"},
        {"multipart/form-data; boundary=", "----"},
        {"multipart/form-data; boundary=\"a", "--a--"},
        {"multipart/form-data; boundary=\"a \"", "--a --"},
        {"multipart/form-data; boundary=a; boundary=b", "--a--"},
        {"multipart/form-data; boundary=\"a\"b", "--a--"},
        {"multipart/form-data; boundary="
         "01234567890123456789012345678901234567890123456789012345678901234567890",
         "--01234567890123456789012345678901234567890123456789012345678901234567890--"},
        {TYPE, ""},
        {TYPE, "\r\n--XyZ--"},
        {TYPE, "preamble\r\n--XyZ--"},
        {TYPE, "--XyZ"},
        {TYPE, "--XyZ-"},
        {TYPE, "--XyZ\n" PART "\r\n--XyZ--"},
        {TYPE, "--XyZ\r\n" PART},
        {TYPE, "--XyZ\r\n" PART "\r\n--XyZ"},
        {TYPE, "--XyZ\r\n" PART "\n--XyZ--"},
        {TYPE, "--XyZ\r\n" PART "\r\n--XyZabc\r\n--XyZ--"},
        {TYPE, "--XyZ \r\n" PART "\r\n--XyZ--"},
        {TYPE, "--XyZ\r\n" PART "\r\n--XyZ--\r\nepilogue"},
        {TYPE, "--XyZ\r\n" PART "\r\n--XyZ----"},
        {TYPE, "--XyZ\r\nContent-Disposition: form-data; name=a"},
    };
    HttpPart *p;
    ptrdiff_t n;
    PxErr err;
    T_OK(read_form(a, TYPE, S("--XyZ\r\n" PART "\r\n--XyZ--"), &p, &n, &err), &err);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (!T_CHECK(!read_form(a, cases[i].type, str_from_z(cases[i].body), &p, &n, &err) &&
                     err.kind == PX_ERR_INPUT)) {
            printf("#   %s: %s\n", cases[i].type, cases[i].body);
        }
    }
}

static void form_limits(Arena *a) {
    HttpPart *p;
    ptrdiff_t n;
    PxErr err;
    for (int parts = 64; parts <= 65; parts++) {
        Buf b = buf_new(a);
        for (int i = 0; i < parts; i++) buf_add(&b, S("--XyZ\r\n" PART "\r\n"));
        buf_add(&b, S("--XyZ--\r\n"));
        const bool done = read_form(a, TYPE, buf_str(&b), &p, &n, &err);
        T_CHECK(parts == 64 ? done && n == 64 : !done && err.kind == PX_ERR_LIMIT);
    }
    for (int more = 0; more < 2; more++) {
        Buf b = buf_new(a);
        buf_add(&b, S("Content-Disposition: form-data; name=a\r\nX: "));
        const ptrdiff_t fits = 4096 - 4 - b.len;
        for (ptrdiff_t i = 0; i < fits + more; i++) buf_byte(&b, 'x');
        buf_byte(&b, '\0');
        const bool done = read_form(a, TYPE, form_of(a, b.ptr), &p, &n, &err);
        T_CHECK(more ? !done && err.kind == PX_ERR_LIMIT : done);
    }
}

/* What was written is read again, whatever the bytes are; cut anywhere, it is refused. */
static void forms_of_anything(Arena *a) {
    for (int round = 0; round < 200; round++) {
        Arena *own = arena_child(a);
        Buf bytes = buf_new(own), form = buf_new(own);
        const char some[] = "\r\n--XyZ\0a";
        const ptrdiff_t len = t_random_below(60);
        while (bytes.len < len) buf_byte(&bytes, some[t_random_below(sizeof some - 1)]);
        const Str part = buf_str(&bytes);
        if (str_find(part, S("\r\n--XyZ")) < 0 && !str_starts(part, S("--XyZ"))) {
            HttpPart *p;
            ptrdiff_t n;
            PxErr err;
            buf_add(&form, S("--XyZ\r\nContent-Disposition: form-data; name=a\r\n\r\n"));
            buf_add(&form, part);
            buf_add(&form, S("\r\n--XyZ--"));
            if (T_OK(read_form(own, TYPE, buf_str(&form), &p, &n, &err), &err)) {
                T_CHECK(n == 1 && str_equal(p[0].bytes, part));
            }
            const Str cut = str_slice(buf_str(&form), 0, t_random_below(form.len));
            T_CHECK(!read_form(own, TYPE, cut, &p, &n, &err));
        }
        arena_close(own);
    }
}

/* ---- the guard ---- */

static Str judge(const char *target) {
    static const HttpPair host = {{"Host", 4}, {"a", 1}};
    return http_guard(S("GET"), str_from_z(target), &host, 1);
}

static void targets(Arena *a) {
    static const char *const good[] = {"/",     "/a/b",     "/...",          "/a..b/.c",
                                       "/%61",  "/?a=..",   "/a?b=%2F",      "/%D9%85?x=%E2%82%AC",
                                       "//a//", "/a;b=c,d", "/~x(1)*!$&'+@:"};
    static const char *const bad[] = {
        "",        "a",         "*",    "http://a/", "/..",        "/a/..",         "/../a",
        "/.",      "/a/./b",    "/%2e", "/%2E%2e",   "/%",         "/%4",           "/%4g",
        "/%00",    "/%0a",      "/%7f", "/a%2Fb",    "/a%5cb",     "/a\\b",         "/a b",
        "/a\x01",  "/\xc3\xa9", "/%c3", "/%c3%28",   "/%ed%a0%80", "/%f5%80%80%80", "/?%",
        "/?a=%00", "/?%ff",     "/a#b", "/<",        "/\"",        "/{a}",          "/?a=|"};
    (void)a;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        if (!T_CHECK(judge(good[i]).len == 0)) printf("#   %s\n", good[i]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (!T_CHECK(judge(bad[i]).len > 0)) printf("#   %s\n", bad[i]);
    }
}

/* Whatever passes decodes to valid UTF-8 without control bytes, dot segments or backslashes. */
static void random_targets(Arena *a) {
    static const char *const pieces[] = {"/", ".", "..", "%2e", "%2f", "%c3%a9", "%c3", "a",   "?",
                                         "&", "=", "+",  "%00", "%",   "\\",     "%5c", "%20", "~"};
    int passed = 0;
    for (int round = 0; round < 20000; round++) {
        ArenaMark mark = arena_mark(a);
        char target[64] = "/";
        size_t len = 1;
        for (ptrdiff_t n = t_random_below(6); n > 0; n--) {
            const char *piece = pieces[t_random_below(sizeof pieces / sizeof *pieces)];
            memcpy(target + len, piece, strlen(piece) + 1);
            len += strlen(piece);
        }
        if (judge(target).len == 0) {
            Str path;
            HttpPair *query;
            ptrdiff_t count, bad_at;
            passed++;
            http_target(a, str_from_z(target), &path, &query, &count);
            Buf closed = buf_new(a);
            buf_add(&closed, path);
            buf_byte(&closed, '/');
            const Str p = buf_str(&closed);
            T_CHECK(utf8_valid(p, &bad_at) && p.ptr[0] == '/' && !memchr(p.ptr, 0, (size_t)p.len));
            if (!T_CHECK(str_find(p, S("/../")) < 0 && str_find(p, S("/./")) < 0 &&
                         str_find(p, S("\\")) < 0)) {
                printf("#   %s\n", target);
            }
        }
        arena_rewind(a, mark);
    }
    T_CHECK(passed > 1000 && passed < 19000);
}

static void headers(Arena *a) {
#define REFUSED(...)                                                                               \
    T_CHECK(http_guard(S("POST"), S("/"), (const HttpPair[]){__VA_ARGS__},                         \
                       (ptrdiff_t)(sizeof((const HttpPair[]){__VA_ARGS__}) / sizeof(HttpPair)))    \
                .len > 0)
    (void)a;
    const HttpPair host = {S("host"), S("a:8080")};
    T_CHECK(http_guard(S("POST"), S("/"), &host, 1).len == 0);
    REFUSED({S("Host"), S("a")}, {S("HOST"), S("a")});
    REFUSED({S("Host"), S("a b")});
    REFUSED({S("Content-Length"), S("1")}, {S("content-length"), S("1")});
    REFUSED({S("Content-Length"), S("1")}, {S("Transfer-Encoding"), S("chunked")});
    REFUSED({S("Transfer-Encoding"), S("chunked")}, {S("Transfer-Encoding"), S("chunked")});
    REFUSED({S("Transfer-Encoding"), S("chunked ")});
    REFUSED({S("Content-Length"), S("")});
    REFUSED({S("Content-Length"), S("1234567890123456")});
    REFUSED({S("Content-Length"), S("-1")});
    REFUSED({S("X Y"), S("a")});
    REFUSED({S(""), S("a")});
    REFUSED({S("X"), S("a\nb")});
    REFUSED({S("X"), S("a\0b")});
    REFUSED({S("X"), S("\x7f")});
    REFUSED({S("X"), S("\xff")});
    HttpPair many[101];
    for (int i = 0; i < 101; i++) many[i] = (HttpPair){S("X"), S("y")};
    T_CHECK(http_guard(S("GET"), S("/"), many, 100).len == 0);
    T_CHECK(http_guard(S("GET"), S("/"), many, 101).len > 0);
    T_CHECK(http_guard(S("PUT"), S("/"), &host, 1).len > 0);
    T_CHECK(http_guard(S("get"), S("/"), &host, 1).len > 0);
    T_CHECK(http_guard(S("HEAD"), S("/"), &host, 1).len == 0);
}

#define IN_ARENA(name)                                                                             \
    static void test_##name(void) { t_with_arena(name); }
IN_ARENA(forms)
IN_ARENA(refused_heads)
IN_ARENA(refused_forms)
IN_ARENA(form_limits)
IN_ARENA(forms_of_anything)
IN_ARENA(targets)
IN_ARENA(random_targets)
IN_ARENA(headers)

int main(void) {
    T_RUN(test_forms);
    T_RUN(test_refused_heads);
    T_RUN(test_refused_forms);
    T_RUN(test_form_limits);
    T_RUN(test_forms_of_anything);
    T_RUN(test_targets);
    T_RUN(test_random_targets);
    T_RUN(test_headers);
    return t_end();
}
