/* web, inside. */
#ifndef PARAPH_WEB_INT_H
#define PARAPH_WEB_INT_H

#include <pthread.h>

#include "web/web.h"

enum { THREADS_MAX = 64, WATCHED_MAX = 1024 };

typedef struct Watched { /* failed logins of one address or name */
    uint64_t who;
    int64_t since;
    int failures;
} Watched;

struct Web {
    Service *services[THREADS_MAX];
    int threads;
    pthread_mutex_t lock; /* of watched */
    HashKey key;          /* names are an enemy's to choose */
    Watched watched[WATCHED_MAX];
};

typedef struct Call {
    Web *web;
    Service *service;
    Arena *arena;
    const HttpRequest *request;
    HttpAnswer *answer;
    Str person;
    Str parts[8]; /* the path's, between the slashes */
    int part_count;
} Call;

typedef enum RouteId {
#define ROUTE(id, method, path, words) ROUTE_##id,
#include "web/routes.def"
#undef ROUTE
    ROUTE_COUNT
} RouteId;

typedef struct Route {
    const char *method, *path, *words;
} Route;
const Route *route_of(RouteId id);

/* What the paths take that are no acts. */
typedef struct Member {
    RouteId route;
    const char *name;
    JsonKind kind;
    bool is_needed;
    const char *words;
} Member;
const Member *route_members(ptrdiff_t *count);

/* Answers. */
void reply_json(Call *c, int status, const Json *value);
void reply_error(Call *c, const PxErr *err);
void reply_plain_error(Call *c, int status, const char *kind, Str sentence);

/* Failed logins: true when this one may be tried; then tell how it went. */
bool login_may_try(Web *w, Str peer, Str name);
void login_failed(Web *w, Str peer, Str name);

/* acts.c: performs the act the path names. */
void call_act(Call *c, Str act, Str dossier);

#endif
