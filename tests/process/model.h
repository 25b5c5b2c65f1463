/* model: what a dossier is to the oracle: plain values, and the laws that follow from them, written
 * from the stage table and the rules of separation in words of its own, without a query. */
#ifndef PARAPH_MODEL_H
#define PARAPH_MODEL_H

#include "process/op.h"

enum { VERSIONS_MAX = 40, CIRCULATIONS_MAX = 60, REPLIES_MAX = 120, ITEMS_MAX = 600 };
enum { PAPERS_MAX = 400, EDITORIALS_MAX = 60, NEVER = -100000 };

typedef struct MCirculation {
    int version, day, due; /* NEVER: no day */
    unsigned bodies;
    unsigned concerns[BODIES]; /* provisions; ALL_PROVISIONS: the whole */
} MCirculation;

typedef enum ReplyKind { REPLY_NIL, REPLY_TEXT, REPLY_SILENCE } ReplyKind;

typedef struct MReply {
    int body, circulation, version, day;
    ReplyKind kind;
    bool is_quarantined;
    uint64_t consolidated; /* versions it was consolidated with */
    bool is_in_latest;     /* in the latest consolidation */
    Text text;
    unsigned conditions; /* provisions */
    int condition;       /* how they were named; NO_PROVISION: none */
} MReply;

typedef enum Force { CONDITION, SHOULD, OBSERVATION } Force;
enum { UNDISPOSED = -1, ACCEPTED, PARTLY, REJECTED, DEFERRED, NOTED };

typedef struct MItem {
    int body, provision; /* NO_PROVISION: a return as a whole */
    Force force;
    int disposition, disposed_day;
    bool is_lone; /* a condition without a change */
    int reply;    /* of one that is no change: the return it is of */
    int version;  /* of the draft */
    bool has_reason, is_confirmed, is_escalated;
    unsigned disposed_by, forced_by; /* persons, ever */
} MItem;

typedef enum StanceKind { STANCE_NONE, STANCE_CLEAR, STANCE_OBJECT } StanceKind;
typedef struct MStance { /* the latest of a body on a provision */
    StanceKind kind;
    bool is_withdrawn;
    bool is_held; /* some clearance was given and not withdrawn */
    Text text;    /* as it stood then */
} MStance;

typedef struct MEditorial {
    int provision;
    Text from, to;
} MEditorial;

/* What a Summary says of the dossier. Compared bytewise: made from zeroes. */
typedef struct Said {
    int version, annexes, annex_paper;
    struct {
        int sought, received, kind, standing[PROVISIONS], objects[PROVISIONS];
    } bodies[BODIES];
    struct {
        int force, disposition, has_reason;
    } rejected[ITEMS_MAX];
    unsigned waived, not_consulted;
    int waived_day[6], waived_by[6];
    int editorials; /* how many, each once */
    int stances;    /* how many */
    int vetting[4]; /* the latest: outcome, day, by whom, of which draft */
} Said;

typedef struct MSummary {
    int number; /* 0: none */
    Said said;
    unsigned bodies;
    bool is_signed, is_approved, is_lodged, is_circulated;
    int completeness; /* 0, 1: accepted, -1: returned */
    int mode, respond_by, meeting;
} MSummary;

typedef struct MDossier {
    bool is_opened, is_approved, is_withdrawn, is_decided;
    int grading, sponsor, opener, secretary;
    bool listed[PERSONS];
    unsigned roles[PERSONS];
    bool did[PERSONS][ACT_COUNT];
    int stage_day[10];
    int version;
    Text texts[VERSIONS_MAX]; /* by version */
    struct {
        int by;
        ActKind act; /* draft or incorporate */
    } makers[VERSIONS_MAX];
    unsigned not_consulted;
    MCirculation circulations[CIRCULATIONS_MAX]; /* from 1 */
    int circulation_count;
    MReply replies[REPLIES_MAX];
    int reply_count;
    struct {
        bool is_there, is_garbage;
        int copy_of; /* circulation whose copy it is, or 0 */
        int version;
        Text text;
    } views[BODIES];                          /* drafted last */
    MItem items[ITEMS_MAX];                   /* from 1 */
    int item_count, first_item, consolidated; /* of the latest consolidation; its version, or 0 */
    MStance stances[BODIES][PROVISIONS];
    int stance_count;
    MEditorial editorials[EDITORIALS_MAX];
    int editorial_count;
    Text presented[PAPERS_MAX];
    int presented_count;
    struct {
        int number, day, by, version;
        bool is_certified;
        Text text;
    } vetting;
    unsigned waived; /* of waivables */
    int waived_day[6], waived_by[6];
    int annex_count, approvals;
    MSummary summary;
    int sought[BODIES], received[BODIES]; /* first days, NEVER: not yet */
} MDossier;

typedef struct MPerson {
    bool is_enabled;
    int body, clearance;
    unsigned standing;
} MPerson;

typedef struct Model {
    MPerson persons[PERSONS];
    int body_cleared[BODIES];
    bool has_extra_body, has_extra_post;
    MDossier dossiers[DOSSIERS];
    int dossier_count;
    int64_t leaves; /* acts and refusals since the beginning */
} Model;

static inline void model_begin(Model *m) {
    memset(m, 0, sizeof *m);
    for (int p = 0; p < PERSONS; p++) {
        const PersonRow *row = &persons[p];
        m->persons[p] = (MPerson){p != DISABLED, (int)row->body, (int)row->clearance,
                                  row->standing == ROLE_COUNT ? 0 : 1U << row->standing};
    }
    for (int b = 0; b < BODIES; b++) m->body_cleared[b] = (int)bodies[b].cleared;
}

/* ---- who sees what ---- */

static inline bool model_sees(const Model *m, int p, int dossier) {
    const unsigned blind = 1U << ROLE_ADMINISTRATOR | 1U << ROLE_SECURITY_OFFICER;
    if (p >= PERSONS || !m->persons[p].is_enabled || dossier >= m->dossier_count) return false;
    const MDossier *d = &m->dossiers[dossier];
    return d->listed[p] && m->persons[p].clearance >= d->grading &&
           !((m->persons[p].standing | d->roles[p]) & blind);
}

/* Rank alone gives nothing: to read takes a role in the dossier, too. */
static inline bool model_reads(const Model *m, int p, int dossier) {
    return model_sees(m, p, dossier) && m->dossiers[dossier].roles[p] != 0;
}

/* ---- consultation ---- */

/* The circulation that addressed the body last; 0: it was not asked. */
static inline int asked_last(const MDossier *d, int body) {
    for (int i = d->circulation_count; i > 0; i--) {
        if (d->circulations[i].bodies >> body & 1) return i;
    }
    return 0;
}

static inline const Text *sent_last(const MDossier *d, int body) {
    const int i = asked_last(d, body);
    return &d->texts[i ? d->circulations[i].version : d->version];
}

/* The draft a body speaks of. */
static inline int version_sent(const MDossier *d, int body) {
    const int i = asked_last(d, body);
    return i ? d->circulations[i].version : d->version;
}

static inline const MReply *reply_last(const MDossier *d, int body) {
    for (int i = d->reply_count - 1; i >= 0; i--) {
        if (d->replies[i].body == body) return &d->replies[i];
    }
    return NULL;
}

/* ---- clearances ---- */

static inline bool is_concerned(const MDossier *d, int body, int provision) {
    for (int i = 1; i <= d->circulation_count; i++) {
        const MCirculation *c = &d->circulations[i];
        if (!(c->bodies >> body & 1)) continue;
        if (c->concerns[body] >> provision & 1) return true;
        if ((provision == 2 || provision == 3) && (c->concerns[body] >> ARTICLE_2 & 1)) return true;
    }
    return false;
}

/* Certified changes lead from one text of the provision to the other. */
static inline bool is_editorial(const MDossier *d, int provision, const Text *from,
                                const Text *to) {
    bool reached[EDITORIALS_MAX] = {false};
    bool grew = true;
    while (grew) {
        grew = false;
        for (int i = 0; i < d->editorial_count; i++) {
            const MEditorial *e = &d->editorials[i];
            if (e->provision != provision || reached[i]) continue;
            bool begins = text_same(&e->from, from, provision);
            for (int k = 0; k < d->editorial_count && !begins; k++) {
                begins = reached[k] && text_same(&d->editorials[k].to, &e->from, provision);
            }
            if (!begins) continue;
            if (text_same(&e->to, to, provision)) return true;
            reached[i] = grew = true;
        }
    }
    return false;
}

typedef enum Stands { CLEARED, EDITORIAL, OBJECTS, STALE, MISSING, SILENT, NO_CONCERN } Stands;

/* Silence is about what a body was asked last. */
static inline bool is_silent(const MDossier *d, int body) {
    const MReply *last = reply_last(d, body);
    return last && last->kind == REPLY_SILENCE && last->circulation == asked_last(d, body);
}

static inline Stands stands(const MDossier *d, int body, int provision, int version) {
    const MStance *s = &d->stances[body][provision];
    const Text *now = &d->texts[version];
    if (!is_concerned(d, body, provision) || !version) return NO_CONCERN;
    if (s->kind == STANCE_NONE || s->is_withdrawn) return is_silent(d, body) ? SILENT : MISSING;
    if (text_same(&s->text, now, provision)) return s->kind == STANCE_CLEAR ? CLEARED : OBJECTS;
    if (!is_editorial(d, provision, &s->text, now)) return STALE;
    return s->kind == STANCE_CLEAR ? EDITORIAL : OBJECTS;
}

static inline unsigned concerns_of(const MDossier *d, int body, int version) {
    unsigned out = 0;
    for (int i = 0; i < PROVISIONS; i++) {
        if (stands(d, body, i, version) != NO_CONCERN) out |= 1U << i;
    }
    return out;
}

/* What a body must be asked again about. */
static inline unsigned to_ask(const MDossier *d, int body) {
    unsigned out = 0;
    for (int i = 0; i < PROVISIONS; i++) {
        const Stands s = stands(d, body, i, d->version);
        if (s == STALE || s == MISSING) out |= 1U << i;
    }
    return out;
}

static inline bool are_clearances_current(const MDossier *d) {
    bool asked = false;
    for (int b = 0; b < BODIES; b++) {
        if (to_ask(d, b)) return false;
        asked = asked || concerns_of(d, b, d->version);
    }
    return asked;
}

/* ---- later stages ---- */

static inline bool is_presented(const MDossier *d) {
    for (int i = 0; i < d->presented_count; i++) {
        if (text_equal(&d->presented[i], &d->texts[d->version])) return true;
    }
    return false;
}

static inline bool is_vetted(const MDossier *d) {
    return d->vetting.number && d->vetting.is_certified &&
           text_equal(&d->vetting.text, &d->texts[d->version]);
}

static inline unsigned bodies_asked(const MDossier *d) {
    unsigned out = 0;
    for (int i = 1; i <= d->circulation_count; i++) out |= d->circulations[i].bodies;
    return out;
}

/* All that the Summary would say of the dossier today. */
static inline void what_is_said(const MDossier *d, Said *s) {
    memset(s, 0, sizeof *s);
    s->version = d->version;
    s->annexes = d->annex_count;
    for (int i = 0; i < d->editorial_count; i++) {
        bool is_again = false;
        for (int k = 0; k < i && !is_again; k++) {
            const MEditorial *e = &d->editorials[i], *other = &d->editorials[k];
            is_again = e->provision == other->provision &&
                       text_same(&e->from, &other->from, e->provision) &&
                       text_same(&e->to, &other->to, e->provision);
        }
        s->editorials += !is_again;
    }
    for (int b = 0; b < BODIES; b++) {
        if (!(bodies_asked(d) >> b & 1)) continue;
        const MReply *last = reply_last(d, b);
        s->bodies[b].sought = d->sought[b];
        s->bodies[b].received = d->received[b];
        s->bodies[b].kind = last ? 1 + (int)last->kind : 0;
        for (int i = 0; i < PROVISIONS; i++) {
            s->bodies[b].standing[i] = (int)stands(d, b, i, d->version);
        }
    }
    for (int i = 1; i <= d->item_count; i++) {
        const MItem *item = &d->items[i];
        if (item->force == OBSERVATION) continue;
        const bool is_noted = item->disposition == NOTED && item->force == CONDITION;
        if (!is_noted && (item->disposition < PARTLY || item->disposition > DEFERRED)) continue;
        s->rejected[i].force = (int)item->force;
        s->rejected[i].disposition = item->disposition;
        s->rejected[i].has_reason = item->has_reason;
    }
    s->waived = d->waived;
    memcpy(s->waived_day, d->waived_day, sizeof s->waived_day);
    memcpy(s->waived_by, d->waived_by, sizeof s->waived_by);
    s->not_consulted = d->not_consulted;
    s->stances = d->stance_count;
    if (!d->vetting.number) return;
    s->vetting[0] = d->vetting.is_certified ? 2 : 1;
    s->vetting[1] = d->vetting.day;
    s->vetting[2] = d->vetting.by;
    s->vetting[3] = d->vetting.version;
}

static inline bool is_summary_current(const MDossier *d) {
    Said now;
    what_is_said(d, &now);
    return d->summary.number && memcmp(&now, &d->summary.said, sizeof now) == 0;
}

/* ---- separation: who did what, to what ---- */

static inline bool did_any(const MDossier *d, int p, const ActKind *acts, int count,
                           ActKind *which) {
    for (int i = 0; i < count; i++) {
        if (!d->did[p][acts[i]]) continue;
        *which = acts[i];
        return true;
    }
    return false;
}

/* ---- items ---- */

typedef struct Chosen {
    bool is_bad;     /* the words name nothing that could be */
    bool is_nothing; /* no item */
    bool items[ITEMS_MAX];
} Chosen;

static inline bool item_is_chosen(const MDossier *d, const Op *op, int i) {
    const MItem *item = &d->items[i];
    const bool open = item->disposition != UNDISPOSED && !item->is_confirmed;
    const bool confirms = op->act == ACT_CONFIRM;
    switch (op->c) {
    case 0: return i == op->a;
    case 1: return i >= op->a && i <= op->a + 2;
    case 2: return item->body == op->a % BODIES && (!confirms || open);
    case 3: return item->disposition == UNDISPOSED;
    case 4: return !confirms || open;
    default: return false;
    }
}

static inline Chosen items_chosen(const MDossier *d, const Op *op) {
    Chosen out = {.is_nothing = true};
    const bool one = op->act == ACT_SET_FORCE || op->act == ACT_ESCALATE;
    out.is_bad = !one && (op->c > 4 || (op->c < 2 && op->a < 1));
    for (int i = d->first_item; i <= d->item_count && d->consolidated && !out.is_bad; i++) {
        out.items[i] = one ? i == op->a : item_is_chosen(d, op, i);
        if (out.items[i]) out.is_nothing = false;
    }
    return out;
}

/* One of the items of the latest consolidation for which `is` holds. */
static inline bool any_item(const MDossier *d, bool (*is)(const MItem *)) {
    for (int i = d->first_item; i <= d->item_count && d->consolidated; i++) {
        if (is(&d->items[i])) return true;
    }
    return false;
}
static inline bool item_undisposed(const MItem *i) { return i->disposition == UNDISPOSED; }
static inline bool item_unconfirmed(const MItem *i) { return !i->is_confirmed; }
static inline bool item_unmet(const MItem *i) {
    return i->force == CONDITION &&
           (i->disposition == REJECTED || i->disposition == DEFERRED || i->disposition == NOTED);
}
static inline bool item_unescalated(const MItem *i) { return item_unmet(i) && !i->is_escalated; }
static inline bool item_partly(const MItem *i) { return i->disposition == PARTLY; }

#endif
