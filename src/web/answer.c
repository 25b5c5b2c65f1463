/* answer: errors and outcomes as status codes. */
#include "web/int.h"

void reply_json(Call *c, int status, const Json *value) {
    c->answer->status = status;
    c->answer->type = S("application/json");
    c->answer->body = json_text(c->arena, value);
}

void reply_plain_error(Call *c, int status, const char *kind, Str sentence) {
    Json *o = json_object(c->arena);
    json_set_str(c->arena, o, S("error"), sentence);
    json_set_str(c->arena, o, S("kind"), str_from_z(kind));
    reply_json(c, status, o);
}

/* What the system said (paths, the database) is for its operator, not for whoever asks: a sentence
 * of ours stands instead. Empty: what was said may be told. */
static Str ours_for(const Call *c, int status, const PxErr *err) {
    const bool is_database =
        strcmp(err->part, "database") == 0 || strcmp(err->part, "paraph.db") == 0;
    if (status == 500 && c->service && store_is_in_doubt(service_store(c->service))) {
        return S("The connection to the database was lost while this was being written, and it is "
                 "not known whether it was done. Look at what the dossier shows before you do it "
                 "again.");
    }
    if (status == 500) {
        return S("the service could not do this; its operator finds the reason in the log");
    }
    if (status == 503 && is_database) {
        return S("The service cannot use its database at this moment. Nothing was changed. Try "
                 "again in a minute; if it is still so, tell the service's operator, who finds the "
                 "reason in the log.");
    }
    return S("");
}

void reply_error(Call *c, const PxErr *err) {
    static const int statuses[PX_ERR_KINDS] = {
        [PX_ERR_NONE] = 500,        [PX_ERR_INPUT] = 400,    [PX_ERR_LIMIT] = 413,
        [PX_ERR_UNSUPPORTED] = 415, [PX_ERR_CONFLICT] = 409, [PX_ERR_NOT_FOUND] = 404,
        [PX_ERR_DENIED] = 401,      [PX_ERR_BUSY] = 503,     [PX_ERR_SYSTEM] = 500,
        [PX_ERR_PROOF] = 500};
    const PxErrKind kind = err->kind < PX_ERR_KINDS ? err->kind : PX_ERR_SYSTEM;
    const int status = statuses[kind];
    Json *o = json_object(c->arena);
    const Str theirs =
        arena_format(c->arena, "%s%s%s", err->part, err->part[0] ? ": " : "", err->message);
    const Str ours = ours_for(c, status, err);
    json_set_str(c->arena, o, S("error"), ours.len ? ours : theirs);
    json_set_str(c->arena, o, S("kind"), str_from_z(px_err_kind_name(kind)));
    if (ours.len) os_log(theirs);
    reply_json(c, status, o);
    if (kind != PX_ERR_DENIED) return;
    c->answer->extra[c->answer->extra_count++] = (HttpPair){S("WWW-Authenticate"), S("Bearer")};
}

/* ---- failed logins ---- */

enum { TRIES = 10 };
#define WINDOW (INT64_C(600) * 1000000)

static int weight(const Watched *x, int64_t now) {
    return x->who && now - x->since <= WINDOW ? x->failures + 1 : 0;
}

/* A small set for each key. Room is made by the one that failed least: who tries many other names
 * does not make one forgotten that was tried often. */
static Watched *watched_find(Web *w, Str who, const char *kind, int64_t now) {
    uint64_t key = hash_of(w->key, who).a ^ (uint64_t)(unsigned char)kind[0] << 56;
    if (!key) key = 1;
    Watched *least = NULL;
    for (int i = 0; i < 8; i++) {
        Watched *x = &w->watched[(key + (uint64_t)i) % WATCHED_MAX];
        if (x->who == key) {
            if (now - x->since > WINDOW) *x = (Watched){key, now, 0};
            return x;
        }
        if (!least || weight(x, now) < weight(least, now)) least = x;
    }
    *least = (Watched){key, now, 0};
    return least;
}

bool login_may_try(Web *w, Str peer, Str name) {
    const int64_t now = os_ticks();
    pthread_mutex_lock(&w->lock);
    const bool may = watched_find(w, peer, "peer", now)->failures < TRIES * 5 &&
                     watched_find(w, name, "name", now)->failures < TRIES;
    pthread_mutex_unlock(&w->lock);
    return may;
}

void login_failed(Web *w, Str peer, Str name) {
    const int64_t now = os_ticks();
    pthread_mutex_lock(&w->lock);
    watched_find(w, peer, "peer", now)->failures++;
    watched_find(w, name, "name", now)->failures++;
    pthread_mutex_unlock(&w->lock);
}
