/* web: the acts as JSON over HTTP, for programs and for the pages to come.
 *
 * Who acts is known by a token ("Authorization: Bearer pt-..."), given by an administrator or had
 * for a password at /api/login. Everything an API call does goes through dossier.h, so through
 * may(). What a person may not see is 404, "there is no such dossier". The description is
 * web_openapi(), and a copy of it is docs/openapi.json. */
#ifndef PARAPH_WEB_H
#define PARAPH_WEB_H

#include "dossier/dossier.h"
#include "http/http.h"

typedef struct Web Web;

/* Opens one Service for each of the server's threads; the first verifies the whole record. */
bool web_open(Arena *a, const ServiceOptions *options, int threads, Web **out, PxErr *err)
    __attribute__((warn_unused_result));
/* The handler for http_start; ctx: a Web. */
void web_handle(void *ctx, int thread, Arena *a, const HttpRequest *request, HttpAnswer *answer);
/* For HttpOptions: rolls back what a request that ran out of memory had begun. */
void web_abandon(void *ctx, int thread);

/* The OpenAPI 3.0 description of every path. */
Json *web_openapi(Arena *a);

#endif
