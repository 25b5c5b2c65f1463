/* Inside http: a connection's slot and the exchange that is going on in it; the pieces of the
 * server. */
#ifndef PARAPH_HTTP_INT_H
#define PARAPH_HTTP_INT_H

#include <microhttpd.h>
#include <pthread.h>

#include "http/http.h"
#include "os/os.h"

enum { TARGET_MAX = 8192 };

/* ---- guard.c ---- */

bool is_token(Str s);
bool has_control(Str s); /* but for the tab */
bool is_known_method(Str method);
int hex_digit(char c); /* or -1 */

/* ---- server ---- */

typedef enum Stage {
    STAGE_IDLE,     /* between requests */
    STAGE_BEGUN,    /* the request line has come */
    STAGE_BODY,     /* the head has passed the guard */
    STAGE_WORK,     /* a handler has it, or will; the connection is suspended */
    STAGE_ANSWERED, /* the handler is done */
    STAGE_SENDING,
    STAGES
} Stage;

/* A connection, and the request it is at. Belongs to the polling thread, but for STAGE_WORK, when
 * it belongs to a handler's thread; fd, deadline and is_used are under the server's lock. */
typedef struct Slot {
    HttpServer *server;
    struct MHD_Connection *connection;
    int fd;
    bool is_used;
    int64_t deadline; /* ticks; 0: none */
    Stage stage;
    Arena *arena;   /* of the request; NULL between requests */
    Str target;     /* as it came */
    Str raw_target; /* where it lay; not to be read */
    Str peer;
    HttpRequest request;
    HttpAnswer answer;
    Str disposition; /* of the answer, when it is an attachment */
    Buf body;
    ptrdiff_t reserved; /* of the server's room for bodies */
    bool closes;        /* the connection, with this answer */
    char refusal[128];
    struct Slot *next; /* in the queue */
} Slot;

struct HttpServer {
    HttpOptions options;
    HttpHandler *handler;
    void *ctx;
    struct MHD_Daemon *daemon;
    int listener, port;
    Str socket; /* its path, to be removed */
    Slot *slots;
    int slot_count;
    ptrdiff_t body_room; /* that all bodies being held may still take; the polling thread's */
    pthread_mutex_t lock;
    pthread_cond_t wake; /* the queue, or is_stopping, has changed */
    pthread_cond_t tick; /* is_stopping has changed, for the watch */
    Slot *first, *last;  /* the queue */
    int busy;            /* slots between STAGE_BODY and their end */
    bool is_stopping, is_stopped;
    pthread_t *threads;
    int thread_count; /* that run, without the watch */
    pthread_t watch;
    bool is_watched;
};

/* ---- listen.c ---- */

bool server_listen(HttpServer *s, PxErr *err) __attribute__((warn_unused_result));
void server_unlisten(HttpServer *s);
Str peer_name(Arena *a, struct MHD_Connection *connection);

/* ---- request.c: in the polling thread ---- */

/* Reads and judges the head; false with a status and why. */
bool head_read(Slot *slot, Str method, Str version, int *status, Str *why);
/* Bytes of the body; false when they are too many. */
bool body_add(Slot *slot, Str bytes);

/* ---- answer.c ---- */

/* A plain answer in our own words. */
void answer_plain(HttpAnswer *answer, int status, Str words);
/* Queues the answer of the slot. */
enum MHD_Result answer_queue(Slot *slot, const HttpAnswer *answer);

/* ---- pool.c: the handlers' threads, and the watch over slow connections ---- */

bool pool_init(HttpServer *s, PxErr *err) __attribute__((warn_unused_result));
bool pool_start(HttpServer *s, Arena *a, PxErr *err) __attribute__((warn_unused_result));
void pool_push(Slot *slot);
/* Ends the threads; what is queued is answered 503. */
void pool_stop(HttpServer *s);
/* Sets how long the connection may take for what it is at now; 0: as long as it takes. */
void slot_allow(Slot *slot, int64_t seconds);

#endif
