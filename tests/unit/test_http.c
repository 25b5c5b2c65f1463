/* http: the guard, forms, attachments, and the server itself by raw sockets: the hostile requests
 * of tests/http/hostile.txt, limits, slow and many callers, stopping.
 *
 * "test_http serve PORT" and "test_http serve PATH" run the same server for tests/http/run, which
 * puts nginx in front of it: it prints its port, then the path of each request that reached the
 * handler, and ends when its standard input does. */
/* needs: base os http */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "t.h"

#include "http/http.h"
#include "os/os.h"

/* ---- the handler ---- */

typedef struct Seen {
    atomic_int calls, smuggled, at_once, most_at_once;
    bool prints;
    atomic_int abandoned;
} Seen;

static void pause_ms(int ms) {
    const struct timespec t = {ms / 1000, (long)(ms % 1000) * 1000000};
    nanosleep(&t, NULL);
}

static void put_pairs(Buf *b, const char *what, const HttpPair *pairs, ptrdiff_t count) {
    for (ptrdiff_t i = 0; i < count; i++) {
        buf_format(b, "%s [%.*s]=[%.*s]\n", what, (int)pairs[i].name.len, pairs[i].name.ptr,
                   (int)pairs[i].value.len, pairs[i].value.ptr);
    }
}

static Str echo(Arena *a, const HttpRequest *r) {
    Buf b = buf_new(a);
    buf_format(&b, "%.*s %.*s from %.*s\n", (int)r->method.len, r->method.ptr, (int)r->path.len,
               r->path.ptr, (int)r->peer.len, r->peer.ptr);
    put_pairs(&b, "query", r->query, r->query_count);
    put_pairs(&b, "header", r->headers, r->header_count);
    buf_format(&b, "body %td [", r->body.len);
    buf_add(&b, r->body.len < 100 ? r->body : str_slice(r->body, 0, 100));
    buf_add(&b, S("]\n"));
    return buf_str(&b);
}

static void abandon(void *ctx, int thread) {
    Seen *seen = ctx;
    atomic_fetch_add(&seen->abandoned, 1 + (thread < 0));
}

static void handle(void *ctx, int thread, Arena *a, const HttpRequest *r, HttpAnswer *answer) {
    Seen *seen = ctx;
    (void)thread;
    const int now = atomic_fetch_add(&seen->at_once, 1) + 1;
    if (now > atomic_load(&seen->most_at_once)) atomic_store(&seen->most_at_once, now);
    atomic_fetch_add(&seen->calls, 1);
    if (seen->prints) {
        printf("%.*s %.*s\n", (int)r->method.len, r->method.ptr, (int)r->path.len, r->path.ptr);
    }
    answer->status = 200;
    answer->type = S("text/plain; charset=utf-8");
    answer->body = echo(a, r);
    if (str_equal(r->path, S("/smuggled")) || str_equal(r->path, S("/secret"))) {
        atomic_fetch_add(&seen->smuggled, 1);
    } else if (str_equal(r->path, S("/slow"))) {
        pause_ms(300);
    } else if (str_equal(r->path, S("/file"))) {
        answer->file_name = S("\xd9\x85\xd8\xb3\xd9\x88\xd8\xaf\xdb\x81 \"1\".docx");
    } else if (str_equal(r->path, S("/page"))) {
        answer->type = S("text/html; charset=utf-8");
    } else if (str_equal(r->path, S("/go"))) {
        answer->status = 303;
        answer->location = S("/elsewhere");
    } else if (str_equal(r->path, S("/unset"))) {
        *answer = (HttpAnswer){0};
    } else if (str_equal(r->path, S("/odd"))) {
        answer->extra[answer->extra_count++] = (HttpPair){S("X"), S("1\r\nSet-Cookie: a=b")};
    } else if (str_equal(r->path, S("/own"))) {
        answer->extra[answer->extra_count++] = (HttpPair){S("cache-control"), S("max-age=9")};
    } else if (str_equal(r->path, S("/hungry"))) {
        for (char *p;;) *(p = arena_alloc_raw(a, 1 << 20)) = 1;
    }
    atomic_fetch_sub(&seen->at_once, 1);
}

/* ---- a caller ---- */

static int dial(int port) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (const struct sockaddr *)&at, sizeof at) != 0) {
        printf("# connect: errno %d\n", errno);
        if (fd >= 0) close(fd);
        return -1;
    }
    return fd;
}

static int dial_unix(Str path) {
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    memcpy(at.sun_path, path.ptr, (size_t)path.len);
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (const struct sockaddr *)&at, sizeof at) == 0) return fd;
    if (fd >= 0) close(fd);
    return -1;
}

static void say(int fd, Str s) {
    for (ptrdiff_t at = 0; at < s.len;) {
        const ssize_t n = send(fd, s.ptr + at, (size_t)(s.len - at), MSG_NOSIGNAL);
        if (n <= 0) return; /* the server has heard enough */
        at += n;
    }
}

typedef struct Heard {
    Str text;
    bool ended; /* the server closed the connection */
} Heard;

/* All that comes until the server closes, or is silent for so long. */
static Heard hear(Arena *a, int fd, int silence_ms) {
    Buf b = buf_new(a);
    Heard h = {.ended = false};
    struct pollfd p = {fd, POLLIN, 0};
    char some[4096];
    while (poll(&p, 1, silence_ms) > 0) {
        const ssize_t n = recv(fd, some, sizeof some, 0);
        if (n <= 0) {
            h.ended = true;
            break;
        }
        buf_add(&b, (Str){some, n});
    }
    h.text = buf_str(&b);
    return h;
}

static int status_of(Str s) {
    int64_t n;
    if (!str_starts(s, S("HTTP/1.1 ")) || s.len < 12) return 0;
    return str_to_int(str_slice(s, 9, 12), &n) ? (int)n : 0;
}

/* Status lines: a page may speak of "HTTP/1.1" too. */
static int count_answers(Str s) {
    int count = 0;
    for (ptrdiff_t at; (at = str_find(s, S("HTTP/1.1 "))) >= 0;) {
        s = str_slice(s, at + 9, s.len);
        count += s.len > 0 && s.ptr[0] >= '1' && s.ptr[0] <= '5';
    }
    return count;
}

/* Two answers of the same status that is a refusal, and no more. */
static bool is_repeated(Str s) {
    const ptrdiff_t second = str_find(str_slice(s, 1, s.len), S("HTTP/1.1 "));
    return count_answers(s) == 2 && status_of(s) >= 400 &&
           status_of(str_slice(s, second + 1, s.len)) == status_of(s);
}

static bool has(Str s, const char *words) {
    if (str_find(s, str_from_z(words)) >= 0) return true;
    printf("#   no [%s] in\n#   [%.*s]\n", words, (int)s.len, s.ptr ? s.ptr : "");
    return false;
}

/* ---- a server ---- */

typedef struct House {
    Arena *arena; /* the server's, ends before the test's */
    HttpServer *server;
    Seen seen;
    int port;
} House;

static bool build(House *h, const HttpOptions *options) {
    PxErr err = {.at = -1};
    *h = (House){.arena = arena_open((ptrdiff_t)1 << 30)};
    if (!T_OK(http_start(h->arena, options, handle, &h->seen, &h->server, &err), &err))
        return false;
    h->port = http_port(h->server);
    return true;
}

static void leave(House *h) { arena_close(h->arena); }

/* One request on a connection of its own; "Connection: close" is up to it. */
static Heard ask(Arena *a, const House *h, Str request) {
    const int fd = dial(h->port);
    if (!T_CHECK(fd >= 0)) return (Heard){0};
    say(fd, request);
    const Heard heard = hear(a, fd, 2000);
    close(fd);
    return heard;
}

#define CLOSE "Connection: close\r\n\r\n"
#define GET(path) S("GET " path " HTTP/1.1\r\nHost: a.example\r\n" CLOSE)

/* ---- the hostile requests ---- */

static Str unescape(Arena *a, Str s);

/* What "{...}" stands for. */
static Str expand(Arena *a, Str s) {
    Buf b = buf_new(a);
    int64_t times;
    const ptrdiff_t star = str_find_last(s, '*');
    if (str_equal(s, S("HOST"))) return S("Host: a.example\r\n");
    if (str_equal(s, S("SMUGGLED"))) return S("GET /smuggled HTTP/1.1\r\nHost: a.example\r\n\r\n");
    if (star < 0 || !str_to_int(str_slice(s, star + 1, s.len), &times)) return s;
    const Str once = unescape(a, str_slice(s, 0, star));
    while (times-- > 0) buf_add(&b, once);
    return buf_str(&b);
}

static char escaped(Str s, ptrdiff_t *at) {
    const char c = s.ptr[(*at)++];
    const char *from = strchr("rnt0\\", c), to[] = "\r\n\t\0\\";
    if (c && from) return to[from - "rnt0\\"];
    int value = 0;
    for (int i = 0; i < 2; i++) {
        const char *digits = "0123456789abcdef", *digit = strchr(digits, s.ptr[(*at)++]);
        value = value * 16 + (digit ? (int)(digit - digits) : 0);
    }
    return (char)value;
}

static Str unescape(Arena *a, Str s) {
    Buf b = buf_new(a);
    for (ptrdiff_t at = 0; at < s.len;) {
        const ptrdiff_t end = s.ptr[at] == '{' ? str_find(str_slice(s, at, s.len), S("}")) : -1;
        if (end > 0) {
            buf_add(&b, expand(a, str_slice(s, at + 1, at + end)));
            at += end + 1;
        } else if (s.ptr[at] == '\\') {
            at++;
            buf_byte(&b, escaped(s, &at));
        } else {
            buf_byte(&b, s.ptr[at++]);
        }
    }
    return buf_str(&b);
}

/* Cuts what stands before the next separator off *s. */
static Str next_field(Str *s, const char *separator) {
    const Str mark = str_from_z(separator);
    ptrdiff_t at = str_find(*s, mark);
    if (at < 0) at = s->len;
    const Str field = str_slice(*s, 0, at);
    *s = str_slice(*s, at + mark.len < s->len ? at + mark.len : s->len, s->len);
    return field;
}

static bool lists(Str statuses, int status) {
    while (statuses.len) {
        int64_t n;
        if (str_to_int(str_trim(next_field(&statuses, ",")), &n) && n == status) return true;
    }
    return false;
}

static void try_hostile(Arena *a, House *h, Str line) {
    const Str name = next_field(&line, " | "), allowed = next_field(&line, " | ");
    (void)next_field(&line, " | ");
    const Heard heard = ask(a, h, unescape(a, line));
    const int status = status_of(heard.text);
    /* (libmicrohttpd 0.9.75 sends the head of its own refusals twice) */
    const bool is_one = count_answers(heard.text) <= 1 || is_repeated(heard.text);
    if (lists(allowed, status) && heard.ended && is_one && atomic_load(&h->seen.smuggled) == 0) {
        return;
    }
    T_CHECK(false && "a hostile request was not refused as it should be");
    printf("#   %.*s: status %d, ended %d, smuggled %d: %.*s\n", (int)name.len, name.ptr, status,
           heard.ended, atomic_load(&h->seen.smuggled),
           (int)(heard.text.len < 600 ? heard.text.len : 600),
           heard.text.len ? heard.text.ptr : "");
    atomic_store(&h->seen.smuggled, 0);
}

static void hostile_requests(Arena *a) {
    const HttpOptions options = {.timeout_seconds = 1};
    House h;
    if (!build(&h, &options)) return;
    Str text = t_read_file(a, "tests/http/hostile.txt");
    int tried = 0;
    while (text.len) {
        const Str line = next_field(&text, "\n");
        if (!line.len || line.ptr[0] == '#') continue;
        try_hostile(a, &h, line);
        tried++;
    }
    printf("# %d hostile requests\n", tried);
    T_CHECK(tried > 80);
    /* it would have been seen: the handler counts what reaches it */
    T_EQ_INT(status_of(ask(a, &h, GET("/smuggled")).text), 200);
    T_EQ_INT(atomic_load(&h.seen.smuggled), 1);
    leave(&h);
}

/* ---- good requests ---- */

static void good_requests(Arena *a) {
    House h;
    if (!build(&h, NULL)) return;
    Str s = ask(a, &h, GET("/a%20b/%C3%A9+?x=1&y=a+b%26c&z&=q")).text;
    T_EQ_INT(status_of(s), 200);
    T_CHECK(has(s, "GET /a b/\xc3\xa9+ from 127.0.0.1\n"));
    T_CHECK(has(s, "query [x]=[1]\nquery [y]=[a b&c]\nquery [z]=[]\nquery []=[q]\n"));
    T_CHECK(has(s, "header [Host]=[a.example]\n") && has(s, "body 0 []"));
    s = ask(a, &h,
            S("POST /echo HTTP/1.1\r\nHost: [::1]:80\r\nX-Long:   two  words \t\r\n"
              "Content-Length: 5\r\n" CLOSE "hello"))
            .text;
    T_CHECK(status_of(s) == 200 && has(s, "body 5 [hello]") && has(s, "[X-Long]=[two  words]"));
    s = ask(a, &h,
            S("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n"
              "3\r\nhel\r\nA\r\nlo, world!\r\n0\r\n\r\n"))
            .text;
    T_CHECK(status_of(s) == 200 && has(s, "body 13 [hello, world!]") &&
            has(s, "Connection: close"));
    s = ask(a, &h, S("HEAD /echo HTTP/1.1\r\nHost: a\r\n" CLOSE)).text;
    T_CHECK(status_of(s) == 200 && has(s, "Content-Length: ") && str_ends(s, S("\r\n\r\n")));
    s = ask(a, &h, S("GET /echo HTTP/1.0\r\n\r\n")).text;
    T_CHECK(status_of(s) == 200);
    s = ask(a, &h,
            S("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
              "Content-Length: 2\r\n" CLOSE "hi"))
            .text;
    T_CHECK(has(s, "body 2 [hi]")); /* (libmicrohttpd 1.0 says Continue only while it waits) */
    T_EQ_INT(status_of(ask(a, &h, GET("/unset")).text), 500);
    leave(&h);
}

static void kept_connection(Arena *a) {
    House h;
    if (!build(&h, NULL)) return;
    const int fd = dial(h.port);
    say(fd, S("GET /one HTTP/1.1\r\nHost: a\r\n\r\nPOST /two HTTP/1.1\r\nHost: a\r\n"
              "Content-Length: 2\r\n\r\nhiGET /three HTTP/1.1\r\nHost: a\r\n\r\n"));
    Heard heard = hear(a, fd, 500);
    T_EQ_INT(count_answers(heard.text), 3);
    T_CHECK(!heard.ended && has(heard.text, "POST /two") && has(heard.text, "GET /three"));
    /* a refusal ends it, and what was sent behind it is not read */
    say(fd, S("GET /x HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: "
              "a\r\n\r\n"));
    heard = hear(a, fd, 2000);
    T_CHECK(status_of(heard.text) == 400 && heard.ended && count_answers(heard.text) == 1);
    T_EQ_INT(atomic_load(&h.seen.smuggled), 0);
    close(fd);
    leave(&h);
}

/* ---- answers ---- */

static void guarded_answers(Arena *a) {
    static const char *const guards[] = {"X-Content-Type-Options: nosniff\r\n",
                                         "X-Frame-Options: DENY\r\n",
                                         "Referrer-Policy: no-referrer\r\n",
                                         "Cache-Control: no-store\r\n",
                                         "default-src 'none'",
                                         "frame-ancestors 'none'",
                                         "Cross-Origin-Resource-Policy: same-origin\r\n"};
    static const char *const requests[] = {
        "GET /echo HTTP/1.1\r\nHost: a\r\n" CLOSE,
        "GET /page HTTP/1.1\r\nHost: a\r\n" CLOSE,
        "GET /file HTTP/1.1\r\nHost: a\r\n" CLOSE,
        "GET /go HTTP/1.1\r\nHost: a\r\n" CLOSE,
        "GET /unset HTTP/1.1\r\nHost: a\r\n" CLOSE,
        "GET /odd HTTP/1.1\r\nHost: a\r\n" CLOSE,
        "PUT /echo HTTP/1.1\r\nHost: a\r\n" CLOSE,
        "GET /.. HTTP/1.1\r\nHost: a\r\n" CLOSE,
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n" CLOSE,
        "HEAD /echo HTTP/1.1\r\nHost: a\r\n" CLOSE};
    static const int statuses[] = {200, 200, 200, 303, 500, 500, 405, 400, 413, 200};
    House h;
    if (!build(&h, NULL)) return;
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        const Str s = ask(a, &h, str_from_z(requests[i])).text;
        T_EQ_INT(status_of(s), statuses[i]);
        for (size_t k = 0; k < sizeof guards / sizeof *guards; k++) T_CHECK(has(s, guards[k]));
        T_CHECK(str_find(s, S("Set-Cookie")) < 0); /* /odd */
    }
    T_CHECK(has(ask(a, &h, GET("/file")).text, "; sandbox;"));
    T_CHECK(has(ask(a, &h, GET("/page")).text, "script-src 'self'"));
    T_CHECK(has(ask(a, &h, GET("/go")).text, "Location: /elsewhere\r\n"));
    const Str own = ask(a, &h, GET("/own")).text;
    T_CHECK(has(own, "cache-control: max-age=9\r\n") && str_find(own, S("no-store")) < 0);
    leave(&h);
}

static void attachments(Arena *a) {
    T_EQ_STR(http_disposition(a, S("draft.docx")),
             S("attachment; filename=\"draft.docx\"; filename*=UTF-8''draft.docx"));
    T_EQ_STR(http_disposition(a, S("a\"b\\c/d;e%.docx")),
             S("attachment; filename=\"a_b_c_d_e_.docx\"; "
               "filename*=UTF-8''a%22b%5Cc%2Fd%3Be%25.docx"));
    T_EQ_STR(http_disposition(a, S("\xe2\x82\xac 5\r\nX: y")),
             S("attachment; filename=\"_ 5__X: y\"; "
               "filename*=UTF-8''%E2%82%AC%205%0D%0AX%3A%20y"));
    T_EQ_STR(http_disposition(a, S("\xff")),
             S("attachment; filename=\"file\"; filename*=UTF-8''file"));
    T_EQ_STR(http_status_words(404), S("404 Not Found"));
    T_EQ_STR(http_status_words(299), S("500 Internal Server Error"));
}

/* ---- limits ---- */

static void sizes(Arena *a) {
    const HttpOptions options = {
        .body_bytes = 1000, .memory = (ptrdiff_t)8 << 20, .timeout_seconds = 2, .abandon = abandon};
    House h;
    if (!build(&h, &options)) return;
    Buf most = buf_new(a), more = buf_new(a), chunks = buf_new(a);
    buf_add(&most, S("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n" CLOSE));
    for (int i = 0; i < 1000; i++) buf_byte(&most, 'x');
    T_CHECK(has(ask(a, &h, buf_str(&most)).text, "body 1000 ["));
    buf_add(&more, S("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n" CLOSE));
    T_EQ_INT(status_of(ask(a, &h, buf_str(&more)).text), 413);
    /* in chunks: more than it takes ends the connection */
    buf_add(&chunks, S("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"));
    for (int i = 0; i < 101; i++) buf_add(&chunks, S("a\r\n0123456789\r\n"));
    buf_add(&chunks, S("0\r\n\r\n"));
    const int before = atomic_load(&h.seen.calls);
    const Heard heard = ask(a, &h, buf_str(&chunks));
    T_CHECK(status_of(heard.text) == 0 && heard.ended && atomic_load(&h.seen.calls) == before);
    /* a handler that asks for too much is stopped, and the server goes on */
    T_EQ_INT(status_of(ask(a, &h, GET("/hungry")).text), 413);
    T_EQ_INT(status_of(ask(a, &h, GET("/echo")).text), 200);
    T_EQ_INT(atomic_load(&h.seen.abandoned), 1);
    leave(&h);
}

typedef struct Caller {
    const House *house;
    int done;
} Caller;

static void *call_slowly(void *ctx) {
    Caller *c = ctx;
    Arena *a = arena_open(1 << 24);
    c->done = status_of(ask(a, c->house, GET("/slow")).text) == 200;
    arena_close(a);
    return NULL;
}

/* Two hundred connections at once, all open before the first speaks, all answered. */
static void two_hundred(Arena *a) {
    enum { MANY = 200 };
    const HttpOptions options = {.connections_per_address = 250};
    House h;
    int fds[MANY], answered = 0;
    if (!build(&h, &options)) return;
    for (int i = 0; i < MANY; i++) fds[i] = dial(h.port);
    for (int i = 0; i < MANY; i++) say(fds[i], GET("/echo"));
    for (int i = 0; i < MANY; i++) {
        answered += status_of(hear(a, fds[i], 5000).text) == 200;
        close(fds[i]);
    }
    T_EQ_INT(answered, MANY);
    T_EQ_INT(atomic_load(&h.seen.calls), MANY);
    leave(&h);
}

static void too_many(Arena *a) {
    enum { MANY = 12 };
    const HttpOptions options = {.connections_per_address = 4, .timeout_seconds = 2};
    House h;
    int fds[MANY], answered = 0;
    if (!build(&h, &options)) return;
    for (int i = 0; i < MANY; i++) fds[i] = dial(h.port);
    pause_ms(100);
    for (int i = 0; i < MANY; i++) say(fds[i], S("GET /echo HTTP/1.1\r\nHost: a\r\n\r\n"));
    for (int i = 0; i < MANY; i++) answered += status_of(hear(a, fds[i], 200).text) == 200;
    T_EQ_INT(answered, 4);
    for (int i = 0; i < MANY; i++) close(fds[i]);
    pause_ms(100);
    T_EQ_INT(status_of(ask(a, &h, GET("/echo")).text), 200);
    leave(&h);
}

/* Handlers that take their time run beside one another, and hold nobody up. */
static void slow_handlers(Arena *a) {
    House h;
    Caller callers[4];
    pthread_t threads[4];
    if (!build(&h, NULL)) return;
    const int64_t start = os_ticks();
    for (int i = 0; i < 4; i++) {
        callers[i] = (Caller){&h, 0};
        T_EQ_INT(pthread_create(&threads[i], NULL, call_slowly, &callers[i]), 0);
    }
    for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
    for (int i = 0; i < 4; i++) T_CHECK(callers[i].done);
    T_CHECK(atomic_load(&h.seen.most_at_once) > 1);
    T_CHECK(os_ticks() - start < 4 * 300000);
    T_EQ_INT(status_of(ask(a, &h, GET("/echo")).text), 200);
    leave(&h);
}

/* Lively, but slow: a byte each 100 ms would hold a connection for ever if only silence counted. */
static bool is_ended_while_dripping(int fd, Str text, int ms) {
    struct pollfd p = {fd, POLLIN, 0};
    char c;
    say(fd, text);
    for (int i = 0; i * 100 < ms; i++) {
        say(fd, S("a"));
        if (poll(&p, 1, 100) > 0 && recv(fd, &c, 1, 0) <= 0) return true;
    }
    return false;
}

static void slow_loris(Arena *a) {
    const HttpOptions options = {.timeout_seconds = 1, .connections_per_address = 8};
    House h;
    if (!build(&h, &options)) return;
    int idle[6];
    for (int i = 0; i < 6; i++) {
        idle[i] = dial(h.port);
        say(idle[i], S("GET /echo HTTP/1.1\r\nHost: a\r\nX: "));
    }
    T_EQ_INT(status_of(ask(a, &h, GET("/echo")).text), 200); /* others are served meanwhile */
    const int head = dial(h.port);
    T_CHECK(is_ended_while_dripping(head, S("GET /echo HTTP/1.1\r\nHost: a\r\nX: "), 4000));
    close(head);
    const int body = dial(h.port);
    T_CHECK(is_ended_while_dripping(
        body, S("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n"), 4000));
    close(body);
    for (int i = 0; i < 6; i++) {
        T_CHECK(hear(a, idle[i], 3000).ended);
        close(idle[i]);
    }
    /* one that says nothing at all, and one that stays idle between requests */
    const int silent = dial(h.port);
    T_CHECK(hear(a, silent, 4000).ended);
    close(silent);
    T_EQ_INT(atomic_load(&h.seen.calls), 1);
    T_EQ_INT(status_of(ask(a, &h, GET("/echo")).text), 200);
    leave(&h);
}

/* ---- where it listens ---- */

static void unix_socket(Arena *a) {
    PxErr err = {.at = -1};
    Str folder;
    if (!T_OK(os_temporary_folder(a, &folder, &err), &err)) return;
    const HttpOptions options = {.socket = os_path(a, folder, S("http.sock"))};
    House h, second;
    for (int i = 0; i < 2; i++) { /* the second time the file of the first is there */
        if (!build(&h, &options)) return;
        const int fd = dial_unix(options.socket);
        if (!T_CHECK(fd >= 0)) return;
        say(fd, GET("/echo"));
        const Str s = hear(a, fd, 2000).text;
        T_CHECK(status_of(s) == 200 && has(s, " from unix\n"));
        close(fd);
        second = (House){.arena = arena_open(1 << 28)};
        T_CHECK(!http_start(second.arena, &options, handle, &second.seen, &second.server, &err));
        T_EQ_INT(err.kind, PX_ERR_BUSY);
        arena_close(second.arena);
        T_CHECK(dial_unix(options.socket) >= 0); /* and took nothing away from the first */
        leave(&h);
        T_CHECK(!os_is_file(options.socket) && dial_unix(options.socket) < 0);
        if (i == 0) { /* a server that was killed leaves its socket */
            struct sockaddr_un at = {.sun_family = AF_UNIX};
            memcpy(at.sun_path, options.socket.ptr, (size_t)options.socket.len);
            const int left = socket(AF_UNIX, SOCK_STREAM, 0);
            T_EQ_INT(bind(left, (const struct sockaddr *)&at, sizeof at), 0);
            close(left);
        }
    }
    T_OK(os_write_file(options.socket, S("a file"), OS_NEW, false, &err), &err);
    second = (House){.arena = arena_open(1 << 28)};
    T_CHECK(!http_start(second.arena, &options, handle, &second.seen, &second.server, &err));
    T_EQ_INT(err.kind, PX_ERR_CONFLICT);
    T_CHECK(os_is_file(options.socket));
    arena_close(second.arena);
}

static void refuse_to_start(Arena *a, HttpOptions options, PxErrKind kind) {
    PxErr err = {.at = -1};
    HttpServer *s;
    Seen seen = {0};
    T_CHECK(!http_start(a, &options, handle, &seen, &s, &err));
    T_EQ_INT(err.kind, kind);
}

static void addresses(Arena *a) {
    House h;
    refuse_to_start(a, (HttpOptions){.address = S("0.0.0.0")}, PX_ERR_DENIED);
    refuse_to_start(a, (HttpOptions){.address = S("::")}, PX_ERR_DENIED);
    refuse_to_start(a, (HttpOptions){.address = S("192.0.2.1")}, PX_ERR_DENIED);
    refuse_to_start(a, (HttpOptions){.address = S("somewhere")}, PX_ERR_CONFLICT);
    refuse_to_start(a, (HttpOptions){.port = 70000}, PX_ERR_CONFLICT);
    refuse_to_start(a, (HttpOptions){.socket = S("/nonexistent/http.sock")}, PX_ERR_SYSTEM);
    if (!build(&h, NULL)) return;
    refuse_to_start(a, (HttpOptions){.port = h.port}, PX_ERR_BUSY);
    T_EQ_INT(status_of(ask(a, &h, GET("/echo")).text), 200);
    leave(&h);
}

/* ---- stopping ---- */

static void stopping(Arena *a) {
    House h;
    pthread_t thread;
    if (!build(&h, NULL)) return;
    const int idle = dial(h.port), half = dial(h.port);
    say(half, S("GET /echo HTTP/1.1\r\nHost: a\r\n"));
    Caller caller = {&h, 0};
    T_EQ_INT(pthread_create(&thread, NULL, call_slowly, &caller), 0);
    for (int i = 0; i < 100 && atomic_load(&h.seen.calls) == 0; i++) pause_ms(10);
    const int64_t start = os_ticks();
    http_stop(h.server);
    T_CHECK(os_ticks() - start < 3000000); /* the idle ones are not waited for */
    pthread_join(thread, NULL);
    T_CHECK(caller.done); /* and the one being answered was */
    T_CHECK(hear(a, idle, 1000).ended);
    close(idle);
    close(half);
    http_stop(h.server);
    leave(&h);
}

#define IN_ARENA(name)                                                                             \
    static void test_##name(void) { t_with_arena(name); }
IN_ARENA(hostile_requests)
IN_ARENA(good_requests)
IN_ARENA(kept_connection)
IN_ARENA(guarded_answers)
IN_ARENA(attachments)
IN_ARENA(sizes)
IN_ARENA(two_hundred)
IN_ARENA(too_many)
IN_ARENA(slow_handlers)
IN_ARENA(slow_loris)
IN_ARENA(unix_socket)
IN_ARENA(addresses)
IN_ARENA(stopping)

/* ---- for tests/http/run ---- */

static int serve(const char *where) {
    int64_t port = 0;
    char c;
    House h;
    HttpOptions options = {.timeout_seconds = 5, .connections_per_address = 250};
    if (str_to_int(str_from_z(where), &port)) options.port = (int)port;
    else options.socket = str_from_z(where);
    if (!build(&h, &options)) return 4;
    h.seen.prints = true;
    setvbuf(stdout, NULL, _IOLBF, 0);
    printf("port %d\n", h.port);
    while (read(STDIN_FILENO, &c, 1) > 0) continue;
    leave(&h);
    return 0;
}

int main(int argc, char **argv) {
    if (argc == 3 && strcmp(argv[1], "serve") == 0) return serve(argv[2]);
    T_RUN(test_hostile_requests);
    T_RUN(test_good_requests);
    T_RUN(test_kept_connection);
    T_RUN(test_guarded_answers);
    T_RUN(test_attachments);
    T_RUN(test_sizes);
    T_RUN(test_two_hundred);
    T_RUN(test_too_many);
    T_RUN(test_slow_handlers);
    T_RUN(test_slow_loris);
    T_RUN(test_unix_socket);
    T_RUN(test_addresses);
    T_RUN(test_stopping);
    return t_end();
}
