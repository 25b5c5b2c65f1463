/* dossier, inside: a case is one act on its way. */
#ifndef PARAPH_DOSSIER_INT_H
#define PARAPH_DOSSIER_INT_H

#include "dossier/dossier.h"

enum { BOOKS_MAX = 64 };

struct Service {
    Arena *arena;
    Store *store;
    Record *record;
    Worker *worker;
    const Rulebook *books[BOOKS_MAX];
    ptrdiff_t book_count;
    Str rulebook; /* that of acts without a dossier */
    int offset_minutes;
    int64_t idle, session; /* microseconds a login lasts: unused, and in all */
};

typedef struct Person {
    bool is_known, is_enabled;
    Str id, title, body;
    Grading clearance;
    Set standing;
} Person;

typedef struct Dossier {
    bool is_known;
    Str id, title, form, sponsor, secretary, opened_by, opened_on, rulebook, approved_on, state;
    Grading grading;
    int64_t version; /* of the newest draft; 0: none */
} Dossier;

typedef struct Case {
    Service *service;
    Store *store;
    Arena *arena;
    ActKind kind;
    Str actor, channel, dossier_id, on_text;
    Day on, entered; /* the day it was done, and today */
    Json *given;     /* checked; a file as {"name", "digest", "bytes"} */
    Json *objects;   /* what the act will record: given, and what was found and settled */
    const RequestFile *files;
    ptrdiff_t file_count;
    const Rulebook *book;
    Person person;
    Dossier dossier;
    Facts facts;
    bool is_refused_early; /* by role or hiding, before any document was read */
    Json *result;
    /* More to be written in the transaction of the act, that is no part of the record; may be NULL.
     */
    bool (*also)(void *ctx, PxErr *err);
    void *also_ctx;
} Case;

struct Prepared {
    Case c;
};

/* An act being applied to tables: from its objects alone. */
typedef struct Apply {
    Store *store;
    Arena *arena;
    const Act *act;
    const Json *o; /* act->objects */
    Str dossier;
} Apply;

/* What is special to an act. Each may be NULL. */
typedef struct Handler {
    /* Outside the transaction: reads documents, keeps files; adds to c->objects. */
    bool (*prepare)(Case *c, PxErr *err);
    /* Inside: says which needs are met, settles numbers; may run more than once. */
    bool (*facts)(Case *c, PxErr *err);
    bool (*apply)(Apply *p, PxErr *err);
    /* Objects ("item:5") whose history separates; NULL: the dossier's whole history. */
    bool (*touches)(Case *c, Json *objects, PxErr *err);
} Handler;
const Handler *handler_of(ActKind kind);

/* ---- facts ---- */

void meet(Case *c, Need need, bool is_met, Str detail);
#define MEET(c, need, is_met, ...)                                                                 \
    meet((c), NEED_##need, (is_met), arena_format((c)->arena, __VA_ARGS__))

/* An id people type: lower-case letters, digits and hyphens. */
bool id_check(Str id, PxErr *err);
bool person_load(Store *s, Arena *a, Str id, Person *out, PxErr *err);
bool dossier_load(Store *s, Arena *a, Str id, Dossier *out, PxErr *err);
/* Facts about the person and the dossier that every act needs. */
bool facts_common(Case *c, PxErr *err);
/* Circulated is what went out to anybody; addressed, what went to this body. To an officer of
 * another body both count as met: that he may not act for it is all he is told. */
bool meet_asked(Case *c, Str body, bool is_addressed, PxErr *err);
/* Of an act that is allowed: false when its day is before that of acts it follows. */
bool day_follows(Case *c, PxErr *err);
bool body_name(Store *s, Arena *a, Str id, Str *name, Grading *cleared, bool *is_known, PxErr *err);
/* The person holds the role in the dossier. */
bool has_role(Store *s, Arena *a, Str dossier, Str person, Role role, bool *has, PxErr *err);
const Rulebook *book_for(const Service *s, Str name, Day on);

/* ---- credentials ---- */

/* A whole token for a first person, good for a year. Inside store_write. */
bool token_first(Service *s, Arena *a, Str person, Str *token, PxErr *err);

/* ---- the clock of the Cabinet ---- */

bool earliest_meeting(const Case *c, Day day, Day *out, PxErr *err);

/* ---- shapes of requests ---- */

bool given_check(Case *c, PxErr *err);
Str given_str(const Case *c, const char *name);
const RequestFile *given_file(const Case *c, const char *name);

/* ---- queries ---- */

static inline Str cell(const Rows *r, ptrdiff_t row, ptrdiff_t column) {
    return r->values[row * r->columns + column].text;
}
static inline int64_t cell_int(const Rows *r, ptrdiff_t row, ptrdiff_t column) {
    return r->values[row * r->columns + column].number;
}
#define T(s) value_text(s)
#define I(n) value_int(n)
/* The number in the first row and column; 0 when there is none. */
bool ask_int(Store *s, Arena *a, QueryId query, const Value *args, ptrdiff_t count, int64_t *out,
             PxErr *err);
#define ASK_INT(s, a, out, err, query, ...)                                                        \
    ask_int((s), (a), QUERY_##query, (const Value[]){__VA_ARGS__},                                 \
            (ptrdiff_t)(sizeof((const Value[]){__VA_ARGS__}) / sizeof(Value)), (out), (err))
/* Members of the act being applied. */
static inline Str of(const Apply *p, Str key) { return json_find_str(p->o, key); }
static inline int64_t of_int(const Apply *p, Str key) { return json_find_int(p->o, key, 0); }

/* ---- papers ---- */

/* Keeps bytes as a paper-to-be and puts {"name", "digest", "bytes"} under key into objects. */
bool paper_keep(Case *c, Str key, Str name, Str bytes, PxErr *err);
/* Settles the number of a paper under key (facts), in order of the calls. */
bool paper_number(Case *c, Str key, int64_t ahead, PxErr *err);
/* Enters the paper under key of the act's objects; nothing when it has none. */
bool paper_apply(Apply *p, Str key, Str kind, Str title, int64_t version, int64_t *number,
                 PxErr *err);
bool paper_bytes(Case *c, int64_t number, Str *name, Str *bytes, PxErr *err);

/* ---- provisions and clearances ---- */

typedef struct Provision {
    int64_t id;
    Str number, heading, digest;
} Provision;
/* Of one draft, in order. */
bool provisions_load(Store *s, Arena *a, Str dossier, int64_t version, Provision **out,
                     ptrdiff_t *count, PxErr *err);
/* "Article 5" names "Article 5" and what lies under it: "Article 5(2)", "Article 5(2)(a)". */
bool number_is_under(Str number, Str name);
/* The ids of provisions whose number is `number` or lies under it. Appends to ids; returns how
 * many.
 */
ptrdiff_t provisions_named(const Provision *all, ptrdiff_t count, Str number, Arena *a, Json *ids);

typedef enum Standing {
    STANDING_CURRENT, /* a clearance or an objection holds */
    STANDING_STALE,   /* it was given on another text */
    STANDING_MISSING,
    STANDING_SILENT, /* recorded as not having replied */
    STANDINGS
} Standing;
typedef struct Stand {
    Str body;
    Provision provision;
    Standing standing;
    bool is_objection, is_editorial; /* carried over an editorial change */
    Str on, digest;                  /* of what was given */
} Stand;
/* For each body asked and each provision of the newest draft that concerns it; then, stale, for
 * each provision it had a say on that the draft leaves out (its digest is empty, and "(left out)"
 * ends its number). Linear in their product. */
bool stands_load(Store *s, Arena *a, const Dossier *d, Stand **out, ptrdiff_t *count, PxErr *err);

/* What every new draft takes, however it came: its provisions read and numbered, its findings. */
bool draft_read(Case *c, Str name, Str bytes, PxErr *err);
bool draft_facts(Case *c, PxErr *err);
bool draft_apply(Apply *p, int64_t paper, Str how, PxErr *err);

/* Needs of later stages: clearances-current and vetting-current. */
bool facts_clearances(Case *c, PxErr *err);
bool facts_vetted(Case *c, PxErr *err);
/* all-disposed, all-confirmed and conditions-escalated, of all returns that came in. */
bool facts_returns(Case *c, PxErr *err);
/* All needs that speak of the latest Summary; settles objects.summary, its number. */
bool facts_summary(Case *c, PxErr *err);

/* That of the dossier, and no less than what Cabinet papers have by the rulebook. */
Grading grading_of_cabinet_papers(const Case *c);

/* "Ministry of Interior" is one of "Finance Division; Ministry of Interior", and no other's
 * beginning. */
bool offices_hold(Str offices, Str name);
/* "a, b and c", at most `most` of them. */
Str words_list(Arena *a, const Str *words, ptrdiff_t count, ptrdiff_t most);

/* ---- the acts, by stage (acts_*.c) ---- */

#define HANDLES(name)                                                                              \
    bool facts_##name(Case *c, PxErr *err);                                                        \
    bool apply_##name(Apply *p, PxErr *err);
HANDLES(body_add)
HANDLES(person_add)
HANDLES(person_disable)
HANDLES(standing)
HANDLES(credential_set)
HANDLES(clearance_level)
HANDLES(list)
HANDLES(role)
HANDLES(paper_add)
HANDLES(open)
HANDLES(approve_opening)
HANDLES(draft)
HANDLES(not_consulted)
HANDLES(circulate)
HANDLES(delivered)
HANDLES(reply)
HANDLES(draft_view)
HANDLES(no_reply)
HANDLES(set_force)
HANDLES(consolidate)
HANDLES(dispose)
HANDLES(escalate)
HANDLES(confirm)
HANDLES(incorporate)
HANDLES(certify_editorial)
HANDLES(stance)
HANDLES(withdraw_clearance)
HANDLES(present)
HANDLES(vetting)
HANDLES(waive)
HANDLES(prior_approval)
HANDLES(compose_summary)
HANDLES(sign_summary)
HANDLES(approve_summary)
HANDLES(dissent_note)
HANDLES(lodge)
HANDLES(completeness)
HANDLES(circulate_to_cabinet)
HANDLES(opinion)
HANDLES(decide)
HANDLES(withdraw_dossier)
#undef HANDLES
bool apply_init(Apply *p, PxErr *err);
bool prepare_open(Case *c, PxErr *err);
bool prepare_draft(Case *c, PxErr *err);
bool prepare_circulate(Case *c, PxErr *err);
bool prepare_reply(Case *c, PxErr *err);
bool prepare_consolidate(Case *c, PxErr *err);
bool prepare_incorporate(Case *c, PxErr *err);
bool prepare_compose_summary(Case *c, PxErr *err);
bool touches_items(Case *c, Json *objects, PxErr *err);
bool touches_version(Case *c, Json *objects, PxErr *err);

#endif
