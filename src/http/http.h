/* http: requests in, answers out, over libmicrohttpd, on loopback or a unix socket; a reverse proxy
 * does TLS and the outside.
 *
 * The guard refuses, before a handler sees anything: more than one Host or Content-Length, both
 * Content-Length and Transfer-Encoding, a Transfer-Encoding other than chunked, control bytes in
 * header values, names that are no tokens, a target with "..", NUL, control bytes or bad escapes,
 * methods other than GET, HEAD, POST; what the parser tolerated (a space before the colon, folded
 * lines, bare line feeds) included. A refused request ends its connection, and so does one whose
 * body came in chunks, so that nothing behind it is ever taken for a request.
 *
 * One thread does all reading and writing; the handlers run in threads of their own, and a slow one
 * holds up no connection. A request must have come, and its answer gone, in a time that grows with
 * its size alone, however lively its sender is.
 *
 * Every answer of ours carries nosniff, a content security policy, no-store, no referrer, no
 * frames; an extra header of the same name stands instead. (What the library refuses by itself,
 * like a request line that is none, it answers in its own words and without them.)
 *
 * Knows no documents and no acts. */
#ifndef PARAPH_HTTP_H
#define PARAPH_HTTP_H

#include "base/base.h"

typedef struct HttpPair {
    Str name, value;
} HttpPair;

typedef struct HttpRequest {
    Str method;            /* "GET", "HEAD", "POST" */
    Str path;              /* decoded, valid UTF-8, begins with "/" */
    const HttpPair *query; /* decoded */
    ptrdiff_t query_count;
    const HttpPair *headers;
    ptrdiff_t header_count;
    Str body; /* whole; at most the limit */
    Str peer; /* address, or "unix" */
} HttpRequest;
Str http_header(const HttpRequest *r, Str name); /* ASCII case-insensitively; empty: none */
Str http_query(const HttpRequest *r, Str name);

typedef struct HttpAnswer {
    int status;
    Str type; /* "application/json" */
    Str body;
    Str file_name; /* not empty: sent as an attachment of this name (RFC 6266), sandboxed */
    Str location;  /* of a redirection */
    HttpPair extra[4];
    int extra_count;
} HttpAnswer;

/* Called in one of the server's threads; a ends with the request. What it leaves unset is 500. */
typedef void HttpHandler(void *ctx, int thread, Arena *a, const HttpRequest *request,
                         HttpAnswer *answer);

/* Called in the thread whose handler left by its arena's guard, before that thread takes another
 * request, to end what the handler had begun. */
typedef void HttpAbandon(void *ctx, int thread);

typedef struct HttpOptions { /* 0: the default in brackets */
    Str address;             /* "127.0.0.1" [that], "::1"; others only with is_public */
    int port;                /* 0: any free one; ignored with socket */
    Str socket;              /* path of a unix socket */
    bool is_public;
    int threads;                 /* [4] */
    int connections;             /* [256] */
    int connections_per_address; /* [64] */
    int timeout_seconds;         /* [30] */
    ptrdiff_t header_bytes;      /* [64 kB] */
    ptrdiff_t body_bytes;        /* [80 MB] */
    ptrdiff_t memory;            /* a request's arena may hold [512 MB] */
    HttpAbandon *abandon;        /* [nothing] */
} HttpOptions;

typedef struct HttpServer HttpServer;
bool http_start(Arena *a, const HttpOptions *options, HttpHandler *handler, void *ctx,
                HttpServer **out, PxErr *err) __attribute__((warn_unused_result));
int http_port(const HttpServer *s);
/* Takes no more connections, lets those that are being answered finish. */
void http_stop(HttpServer *s);

/* The guard alone, for its fuzz target: why the request is refused, or an empty Str. */
Str http_guard(Str method, Str target, const HttpPair *headers, ptrdiff_t count);
/* A target the guard has let pass, decoded. */
void http_target(Arena *a, Str target, Str *path, HttpPair **query, ptrdiff_t *count);
/* What stands behind "Content-Disposition: " for a file to be saved under this name (RFC 6266). */
Str http_disposition(Arena *a, Str file_name);

/* multipart/form-data (RFC 7578): parts point into body. PX_ERR_INPUT says what and where;
 * PX_ERR_LIMIT for more than 64 parts or a head over 4 kB. */
typedef struct HttpPart {
    Str name, file_name, type, bytes;
} HttpPart;
bool http_multipart(Arena *a, Str content_type, Str body, HttpPart **out, ptrdiff_t *count,
                    PxErr *err) __attribute__((warn_unused_result));
Str http_status_words(int status); /* "404 Not Found" */

#endif
