/* dossier: the acts of clearance, from the opening of a dossier to the Cabinet's decision (stages 0
 * to 9 of the rulebooks), and what the tables say about it.
 *
 * dossier_perform() is the one way to change anything: it checks what an act is done with
 * (fields.def), has documents read by the worker, asks may(), and in one transaction writes the act
 * or its refusal into the record and changes the tables. The tables are projections:
 * dossier_apply() rebuilds them from acts alone.
 *
 * A person who may not see a dossier is told PX_ERR_NOT_FOUND, "there is no such dossier", whatever
 * the reason and whatever was asked.
 *
 * A Service is used by one thread at a time; a process may have many on one store. */
#ifndef PARAPH_DOSSIER_H
#define PARAPH_DOSSIER_H

#include "base/base.h"
#include "record/record.h"
#include "rules/rules.h"
#include "store/store.h"
#include "worker/worker.h"
#include "json/json.h"

/* ---- what acts are done with ---- */

typedef enum FieldKind {
    FIELD_TEXT,
    FIELD_DAY,
    FIELD_INT,
    FIELD_FLAG,
    FIELD_FILE,
    FIELD_TEXTS,
    FIELD_PAIRS, /* an array of {"key", "value"} */
    FIELD_GRADING,
    FIELD_KINDS
} FieldKind;

typedef struct Field {
    ActKind act;
    const char *name;
    FieldKind kind;
    bool is_needed;
    const char *words;
} Field;
/* All rows of fields.def, those of one act together. */
const Field *dossier_fields(ptrdiff_t *count);

/* ---- the service ---- */

typedef struct Service Service;

typedef struct ServiceOptions {
    StorePlace place;
    Str worker;        /* program that reads documents; empty: this process */
    RecordCheck check; /* RECORD_VERIFY for a server */
    WorkerLimits limits;
    int idle_minutes;  /* a login ends when it was not used so long; 0: 30 */
    int session_hours; /* and after so long in any case; 0: 12 */
} ServiceOptions;

/* Makes a store: its tables, keys, rulebooks (copied from `rulebooks`, a folder), the first
 * administrator and the first security officer (two persons), and one act, "init". It is there
 * whole or not at all; what was broken off is begun anew by the next one in the same folder. */
typedef struct FirstTokens { /* good for a year; told once */
    Str administrator, security_officer;
} FirstTokens;
typedef struct Installation {
    Str origin;                             /* names the record: "paraph.example/treaties" */
    Str rulebooks;                          /* folder of *.yaml and calendars/ */
    Str rulebook;                           /* the name acts without a dossier go by: "pk-1973" */
    int offset_minutes;                     /* of the clock of the day, east of UTC */
    Str administrator, administrator_title; /* id and title of post */
    Str security_officer, security_officer_title;
    Str body, body_name; /* the body both belong to */
    /* Tells the tokens, which nobody can ask for again: before the installation is there, and it is
     * not made when this is false. May be NULL. */
    bool (*tell)(void *ctx, const FirstTokens *tokens, PxErr *err);
    void *tell_ctx;
} Installation;
bool service_create(Arena *a, const ServiceOptions *options, const Installation *first,
                    FirstTokens *tokens, PxErr *err) __attribute__((warn_unused_result));
bool service_open(Arena *a, const ServiceOptions *options, Service **out, PxErr *err)
    __attribute__((warn_unused_result));
/* The rulebooks go along with an export, an import or a backup of the store: from one folder to the
 * other. */
bool service_copy_rulebooks(Arena *a, Str from, Str to, PxErr *err)
    __attribute__((warn_unused_result));
Store *service_store(Service *s);
Record *service_record(Service *s);
Worker *service_worker(Service *s);
Day service_today(const Service *s);

/* ---- performing acts ---- */

typedef struct RequestFile {
    Str field; /* "file", "memo" ... */
    Str name;  /* as it came */
    Str bytes;
} RequestFile;

typedef struct Request {
    ActKind act;
    Str actor;         /* person id, by the channel: a token, a password */
    Str channel;       /* "cli", "api" */
    Str dossier;       /* id; empty for acts of the installation, and to open one */
    Str on;            /* day; empty: today */
    const Json *given; /* an object of fields.def's members, without files; NULL: none */
    const RequestFile *files;
    ptrdiff_t file_count;
} Request;

typedef struct Outcome {
    bool is_refused;       /* and recorded as such */
    bool is_hidden;        /* a refusal to be told as "no such dossier" */
    int64_t seq;           /* of its leaf */
    Str dossier;           /* of OPEN: the new id */
    Str rule, source, why; /* of a refusal */
    Str *warnings;         /* sentences */
    ptrdiff_t warning_count;
    Json *result; /* what came of it: numbers given, papers made, findings */
} Outcome;

/* Performs one act. A refusal is an Outcome, not an error. Errors: PX_ERR_INPUT for what cannot be
 * an act at all (a member missing or of the wrong kind, a day in the future): nothing is recorded;
 * the worker's; the store's. */
bool dossier_perform(Service *s, Arena *a, const Request *request, Outcome *out, PxErr *err)
    __attribute__((warn_unused_result));

/* The same in two steps, so that many acts may share one transaction and one synchronising of the
 * disk: prepare reads documents and writes nothing into tables; commit performs what was prepared
 * by the same service, each act whole or not at all, and seals the record once. Each has its own
 * error.
 */
typedef struct Prepared Prepared;
bool dossier_prepare(Service *s, Arena *a, const Request *request, Prepared **out, PxErr *err)
    __attribute__((warn_unused_result));
typedef struct Commit {
    Prepared *prepared;
    Outcome outcome;
    bool is_done; /* else err says why */
    PxErr err;
} Commit;
bool dossier_commit(Service *s, Arena *a, Commit *commits, ptrdiff_t count, PxErr *err)
    __attribute__((warn_unused_result));

/* Changes the tables of `fresh` as the act did: for record_replay. ctx: a Service. */
bool dossier_apply(void *ctx, Store *fresh, const Act *act, PxErr *err);

/* ---- reading, as a person may ---- */

/* Each passes may(ACT_READ) and gives JSON. PX_ERR_NOT_FOUND for what the person may not see. */
bool dossier_list(Service *s, Arena *a, Str person, Str search, Json **out, PxErr *err)
    __attribute__((warn_unused_result));
typedef enum DossierView {
    VIEW_STATUS,     /* sheet, stage, what comes next and what stands in its way */
    VIEW_ITEMS,      /* changes and comments with force and disposition */
    VIEW_CLEARANCES, /* by body and provision: current, stale, missing; who must be asked about what
                      */
    VIEW_PROVISIONS, /* ids and digests of a draft */
    VIEW_CONSULTATION, /* matrix of bodies: why, sought, received, copies */
    VIEW_FINDINGS,     /* silent changes and hazards of returns */
    VIEW_PAPERS,
    VIEW_ACTS, /* the dossier's acts and refusals, numbered within it */
    DOSSIER_VIEWS
} DossierView;
const char *dossier_view_name(DossierView v);
bool dossier_view_read(Str name, DossierView *out);
bool dossier_view(Service *s, Arena *a, Str person, Str dossier, DossierView view, Json **out,
                  PxErr *err) __attribute__((warn_unused_result));
/* A paper's bytes. */
bool dossier_paper(Service *s, Arena *a, Str person, Str dossier, int64_t number, Str *name,
                   Str *bytes, PxErr *err) __attribute__((warn_unused_result));
/* People and bodies, for an administrator or security officer; no content. */
bool dossier_people(Service *s, Arena *a, Str person, Json **out, PxErr *err)
    __attribute__((warn_unused_result));
/* The items of a dossier as an ISO/CEN comment table (.docx). */
bool dossier_comment_table(Service *s, Arena *a, Str person, Str dossier, Str *bytes, PxErr *err)
    __attribute__((warn_unused_result));

/* ---- credentials: no part of the record, but for the fact that one was set ---- */

/* Argon2id; 12 to 1,024 bytes; what is easily guessed is refused (PX_ERR_INPUT). The act is
 * performed by `actor`, and refused unless that is the person. Ends what was logged in by the
 * password before. */
bool account_set_password(Service *s, Arena *a, Str actor, Str channel, Str person, Str password,
                          Outcome *out, PxErr *err) __attribute__((warn_unused_result));
/* Half of a token, told once; only its digest is kept. The whole is this half and one that another
 * officer makes for the same person, one behind the other. days: until it ends. */
bool account_make_token(Service *s, Arena *a, Str actor, Str channel, Str person, int days,
                        Str *token, Outcome *out, PxErr *err) __attribute__((warn_unused_result));
bool account_revoke(Service *s, Arena *a, Str actor, Str channel, Str person, Outcome *out,
                    PxErr *err) __attribute__((warn_unused_result));
/* Who it is: PX_ERR_DENIED says no more than that it is wrong, and takes as long either way. */
bool account_by_password(Service *s, Arena *a, Str person, Str password, Str *id, PxErr *err)
    __attribute__((warn_unused_result));
/* The same, and a token for a session: until it was not used for a while, and for some hours at
 * most, as ServiceOptions says. */
bool account_login(Service *s, Arena *a, Str person, Str password, Str *id, Str *token, PxErr *err)
    __attribute__((warn_unused_result));
bool account_by_token(Service *s, Arena *a, Str token, Str *id, PxErr *err)
    __attribute__((warn_unused_result));

#endif
