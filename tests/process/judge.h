/* judge: the oracle. What becomes of an act: done, refused by which rule, or no act at all. */
#ifndef PARAPH_JUDGE_H
#define PARAPH_JUDGE_H

#include "process/model.h"

typedef enum Fate {
    DONE,
    REFUSED,
    ERROR,
    UNKNOWN /* the oracle does not say: the act is left out */
} Fate;

typedef struct Judgement {
    Fate fate;
    const char *rule; /* of REFUSED: "role", "need:draft" */
    PxErrKind error;
    int warnings;
} Judgement;

static inline Judgement done(void) { return (Judgement){.fate = DONE}; }
static inline Judgement refused(const char *rule) {
    return (Judgement){.fate = REFUSED, .rule = rule};
}
static inline Judgement error(PxErrKind kind) { return (Judgement){.fate = ERROR, .error = kind}; }

/* What must be so, in the order in which it is asked. */
typedef struct Needs {
    const char *first; /* that is not met, or NULL */
} Needs;
static inline void need(Needs *n, bool is_met, const char *name) {
    if (!is_met && !n->first) n->first = name;
}
static inline Judgement judged(const Needs *n) { return n->first ? refused(n->first) : done(); }

/* ---- whose act it is ---- */

#define R(role) (1U << ROLE_##role)
enum { SPONSORS_FILE = 1 << ROLE_SPONSOR_SECRETARY | 1 << ROLE_DRAFTER | 1 << ROLE_REGISTRY };

static inline unsigned roles_for(ActKind act) {
    switch ((int)act) {
    case ACT_BODY_ADD:
    case ACT_PERSON_ADD:
    case ACT_STANDING_GIVE:
    case ACT_STANDING_TAKE: return R(ADMINISTRATOR);
    case ACT_PERSON_DISABLE: return R(ADMINISTRATOR) | R(SECURITY_OFFICER);
    case ACT_CREDENTIAL_SET: return R(ADMINISTRATOR) | R(SECURITY_OFFICER) | R(SELF);
    case ACT_CLEARANCE_LEVEL:
    case ACT_LIST_ADD:
    case ACT_LIST_REMOVE: return R(SECURITY_OFFICER);
    case ACT_READ:
        return SPONSORS_FILE | R(AUDITOR) | R(CONFIRMER) | R(MINISTER) | R(NODAL_OFFICER) |
               R(AUTHORISED_OFFICER) | R(VETTER) | R(CABINET_SECRETARY) | R(CABINET_MEMBER) |
               R(PRIME_MINISTER);
    case ACT_PAPER_ADD: return SPONSORS_FILE;
    case ACT_OPEN: return R(DESK_OFFICER);
    case ACT_DRAFT:
    case ACT_CONSOLIDATE:
    case ACT_DISPOSE:
    case ACT_INCORPORATE:
    case ACT_COMPOSE_SUMMARY: return R(DRAFTER);
    case ACT_ROLE_GIVE:
    case ACT_ROLE_TAKE:
    case ACT_APPROVE_OPENING:
    case ACT_NOT_CONSULTED:
    case ACT_CIRCULATE:
    case ACT_SIGN_SUMMARY:
    case ACT_DISSENT_NOTE:
    case ACT_LODGE:
    case ACT_WITHDRAW_DOSSIER: return R(SPONSOR_SECRETARY);
    case ACT_DELIVERED:
    case ACT_RECEIVE:
    case ACT_NO_REPLY: return R(DRAFTER) | R(REGISTRY);
    case ACT_DRAFT_VIEW: return R(NODAL_OFFICER);
    case ACT_ISSUE_VIEW: return R(AUTHORISED_OFFICER);
    case ACT_NIL_RETURN:
    case ACT_CLEAR:
    case ACT_OBJECT:
    case ACT_WITHDRAW_CLEARANCE: return R(AUTHORISED_OFFICER) | R(REGISTRY);
    case ACT_SET_FORCE: return R(REGISTRY);
    case ACT_ESCALATE:
    case ACT_PRESENT: return R(SPONSOR_SECRETARY) | R(DRAFTER);
    case ACT_CONFIRM:
    case ACT_CERTIFY_EDITORIAL: return R(SPONSOR_SECRETARY) | R(CONFIRMER);
    case ACT_VET:
    case ACT_REFUSE_VETTING: return R(VETTER);
    case ACT_WAIVE:
    case ACT_PRIOR_APPROVAL: return R(PRIME_MINISTER);
    case ACT_APPROVE_SUMMARY: return R(MINISTER);
    case ACT_ACCEPT_COMPLETE:
    case ACT_RETURN_INCOMPLETE:
    case ACT_CIRCULATE_TO_CABINET:
    case ACT_DECIDE: return R(CABINET_SECRETARY);
    case ACT_OPINION: return R(MINISTER) | R(CABINET_MEMBER) | R(PRIME_MINISTER);
    default: return 0; /* init */
    }
}

/* ---- separation, computed from what was done ---- */

static const ActKind of_the_sponsor[] = {ACT_DRAFT, ACT_CIRCULATE, ACT_DISPOSE, ACT_CONFIRM,
                                         ACT_INCORPORATE};
static const ActKind of_the_text[] = {ACT_DRAFT, ACT_INCORPORATE};
static const ActKind of_text_and_summary[] = {
    ACT_DRAFT,       ACT_CIRCULATE,         ACT_DISPOSE,         ACT_CONFIRM,
    ACT_INCORPORATE, ACT_CERTIFY_EDITORIAL, ACT_COMPOSE_SUMMARY, ACT_SIGN_SUMMARY};
static const ActKind in_need_of_waivers[] = {ACT_DRAFT, ACT_CIRCULATE, ACT_SIGN_SUMMARY};
static const ActKind of_sponsor_and_vetter[] = {
    ACT_OPEN,         ACT_APPROVE_OPENING,   ACT_DRAFT,
    ACT_CIRCULATE,    ACT_DISPOSE,           ACT_CONFIRM,
    ACT_INCORPORATE,  ACT_CERTIFY_EDITORIAL, ACT_PRESENT,
    ACT_VET,          ACT_REFUSE_VETTING,    ACT_COMPOSE_SUMMARY,
    ACT_SIGN_SUMMARY, ACT_APPROVE_SUMMARY,   ACT_LODGE};
static const ActKind the_opening[] = {ACT_OPEN};
static const ActKind the_drafting[] = {ACT_DRAFT,   ACT_CIRCULATE, ACT_DRAFT_VIEW,
                                       ACT_DISPOSE, ACT_CONFIRM,   ACT_INCORPORATE};
static const ActKind the_summary[] = {ACT_COMPOSE_SUMMARY, ACT_SIGN_SUMMARY};
static const ActKind of_an_editor[] = {ACT_DRAFT, ACT_INCORPORATE, ACT_COMPOSE_SUMMARY};

typedef struct Others {
    const ActKind *acts;
    int count;
} Others;
#define OTHERS(list) ((Others){list, (int)(sizeof list / sizeof *list)})

static inline Others not_who_did(ActKind act) {
    switch ((int)act) {
    case ACT_APPROVE_OPENING: return OTHERS(the_opening);
    case ACT_CIRCULATE: return OTHERS(of_the_text);
    case ACT_ISSUE_VIEW: return OTHERS(the_drafting);
    case ACT_NIL_RETURN:
    case ACT_CLEAR:
    case ACT_OBJECT:
    case ACT_WITHDRAW_CLEARANCE: return OTHERS(of_the_sponsor);
    case ACT_VET:
    case ACT_REFUSE_VETTING: return OTHERS(of_text_and_summary);
    case ACT_WAIVE:
    case ACT_PRIOR_APPROVAL: return OTHERS(in_need_of_waivers);
    case ACT_SIGN_SUMMARY:
    case ACT_LODGE: return (Others){the_summary, 1};
    case ACT_APPROVE_SUMMARY: return OTHERS(the_summary);
    case ACT_ACCEPT_COMPLETE:
    case ACT_RETURN_INCOMPLETE:
    case ACT_CIRCULATE_TO_CABINET:
    case ACT_DECIDE: return OTHERS(of_sponsor_and_vetter);
    case ACT_OPINION: return OTHERS(of_an_editor);
    default: return (Others){NULL, 0};
    }
}

static inline const char *separation_name(ActKind act) {
    static const char *names[ACT_COUNT];
    static char texts[ACT_COUNT][40];
    if (!names[act]) {
        snprintf(texts[act], sizeof texts[act], "separation:%s", act_name(act));
        names[act] = texts[act];
    }
    return names[act];
}

/* The act that keeps the person from this one; NULL: none. */
static inline const char *separated(const MDossier *d, const Op *op) {
    ActKind which;
    const Others others = not_who_did(op->act);
    if (did_any(d, op->actor, others.acts, others.count, &which)) return separation_name(which);
    if (op->act == ACT_CERTIFY_EDITORIAL && d->version && d->makers[d->version].by == op->actor) {
        return separation_name(d->makers[d->version].act);
    }
    if (op->act != ACT_DISPOSE && op->act != ACT_CONFIRM) return NULL;
    const Chosen chosen = items_chosen(d, op);
    for (int i = 1; i <= d->item_count; i++) {
        const unsigned who =
            op->act == ACT_CONFIRM ? d->items[i].disposed_by : d->items[i].forced_by;
        if (!chosen.items[i] || !(who >> op->actor & 1)) continue;
        return separation_name(op->act == ACT_CONFIRM ? ACT_DISPOSE : ACT_SET_FORCE);
    }
    return NULL;
}

/* ---- the installation ---- */

static inline bool is_person(int p) { return p >= 0 && p < PERSONS; }

static inline Judgement judge_system(const Model *m, const Op *op) {
    Needs n = {NULL};
    const bool own = op->a == op->actor;
    switch ((int)op->act) {
    case ACT_BODY_ADD:
        if (op->a == 2) return error(PX_ERR_INPUT);
        return op->a == 1 || m->has_extra_body ? error(PX_ERR_CONFLICT) : done();
    case ACT_PERSON_ADD:
        if (op->a == 2) return error(PX_ERR_INPUT);
        if (op->a == 3) return error(PX_ERR_NOT_FOUND);
        return op->a == 1 || m->has_extra_post ? error(PX_ERR_CONFLICT) : done();
    case ACT_STANDING_GIVE:
    case ACT_STANDING_TAKE:
        if (op->b >= ROLE_SELF || !(0x1b >> op->b & 1)) return error(PX_ERR_INPUT);
        break;
    case ACT_CREDENTIAL_SET:
        if (op->b == 3) return error(PX_ERR_INPUT);
        break;
    case ACT_CLEARANCE_LEVEL:
        if (op->c > 1) return error(PX_ERR_INPUT);
        if (op->c == 1) return op->a % (BODIES + 1) < BODIES ? done() : error(PX_ERR_NOT_FOUND);
        break;
    default: break;
    }
    if (!is_person(op->a)) return error(PX_ERR_NOT_FOUND);
    if (op->act != ACT_CREDENTIAL_SET) need(&n, !own, "need:not-own");
    else if (op->b == 0) need(&n, own, "need:own-password");
    else if (op->b == 1) {
        const unsigned officers = R(ADMINISTRATOR) | R(SECURITY_OFFICER);
        need(&n, (m->persons[op->actor].standing & officers) != 0, "need:own-password");
    }
    return judged(&n);
}

static inline Judgement judge_open(const Model *m, const Op *op) {
    Needs n = {NULL};
    const MPerson *actor = &m->persons[op->actor];
    const MPerson *secretary = is_person(op->a) ? &m->persons[op->a] : NULL;
    const int sponsor = op->mask & 4 ? INTERIOR : DEFENCE;
    const int grading = op->c < GRADING_COUNT ? op->c : GRADING_OPEN;
    if (actor->clearance < grading) return refused("clearance");
    need(&n, (op->mask & 2) != 0, "need:sponsor");
    need(&n, op->c < GRADING_COUNT, "need:grading");
    need(&n, op->b < 3, "need:form");
    need(&n, (op->mask & 1) != 0, "need:parties");
    need(&n, op->a != op->actor, "need:not-own");
    need(&n,
         secretary && secretary->is_enabled && (secretary->standing & R(SECRETARY)) &&
             secretary->body == sponsor && actor->body == sponsor,
         "need:body-fits");
    need(&n, secretary && secretary->clearance >= grading, "need:person-cleared");
    return judged(&n);
}

/* ---- stages 0 to 2 ---- */

static inline bool body_fits(const MDossier *d, int body, int role) {
    switch (role) {
    case ROLE_SPONSOR_SECRETARY:
    case ROLE_DRAFTER:
    case ROLE_CONFIRMER:
    case ROLE_REGISTRY:
    case ROLE_MINISTER: return body == d->sponsor;
    case ROLE_VETTER: return body == LAW;
    case ROLE_CABINET_SECRETARY: return body == CABINET;
    case ROLE_NODAL_OFFICER:
    case ROLE_AUTHORISED_OFFICER:
    case ROLE_PRIME_MINISTER: return body != d->sponsor;
    default: return true;
    }
}

static inline Judgement judge_members(const Model *m, const MDossier *d, const Op *op) {
    Needs n = {NULL};
    const bool is_role = op->act == ACT_ROLE_GIVE || op->act == ACT_ROLE_TAKE;
    if (is_role && (op->b >= ROLE_SELF || (0x1b >> op->b & 1))) return error(PX_ERR_INPUT);
    if (!is_person(op->a)) return error(PX_ERR_NOT_FOUND);
    const MPerson *who = &m->persons[op->a];
    need(&n, op->a != op->actor, "need:not-own");
    if (op->act == ACT_ROLE_GIVE) need(&n, body_fits(d, who->body, op->b), "need:body-fits");
    if (op->act == ACT_ROLE_GIVE || op->act == ACT_LIST_ADD) {
        need(&n, who->clearance >= d->grading, "need:person-cleared");
    }
    if (op->act == ACT_ROLE_GIVE) need(&n, !d->is_withdrawn, "need:dossier-live");
    return judged(&n);
}

static inline Judgement judge_draft(const MDossier *d, const Op *op) {
    Needs n = {NULL};
    if (op->b == PAPER_GARBAGE) return error(PX_ERR_INPUT);
    if (d->version + 1 >= VERSIONS_MAX) return (Judgement){.fate = UNKNOWN};
    need(&n, d->is_approved, "need:opening-approved");
    need(&n, !d->is_withdrawn, "need:dossier-live");
    need(&n, op->b != PAPER_NUMBERING, "need:numbering");
    need(&n, op->b != PAPER_TERMS, "need:terms");
    return judged(&n);
}

static inline int waivable(const char *name) {
    int i = 0;
    while (strcmp(waivables[i], name) != 0) i++;
    return i;
}
static inline bool is_waived(const MDossier *d, const char *name) {
    return (d->waived >> waivable(name) & 1) != 0;
}

/* What the letter asks of whom; before anything is judged. */
static inline bool circulation_is_sound(const MDossier *d, const Op *op, PxErrKind *why) {
    *why = PX_ERR_INPUT;
    const unsigned to = op->b == 4 ? 0 : op->mask & ((1U << BODIES) - 1);
    const bool stale = op->text.words[0] != 0;
    bool is_first = true;
    for (int b = 0; b < BODIES; b++) {
        if (!(to >> b & 1)) continue;
        if (stale && !to_ask(d, b)) return false;
        if (!stale && op->d == NO_PROVISION && op->a == b) return false;
        if (is_first && op->b == 2) return false;
        is_first = false;
    }
    *why = PX_ERR_NOT_FOUND;
    return op->b != 3;
}

static inline Judgement judge_circulation(const Model *m, const MDossier *d, const Op *op) {
    Needs n = {NULL};
    PxErrKind why;
    const unsigned to = op->b == 4 ? 0 : op->mask & ((1U << BODIES) - 1);
    if (d->version && !circulation_is_sound(d, op, &why)) return error(why);
    if (d->circulation_count + 1 >= CIRCULATIONS_MAX) return (Judgement){.fate = UNKNOWN};
    need(&n, d->is_approved, "need:opening-approved");
    need(&n, !d->is_withdrawn, "need:dossier-live");
    need(&n, d->version > 0, "need:draft");
    const unsigned dealt_with = to | bodies_asked(d) | d->not_consulted | 1U << d->sponsor;
    const unsigned mandatory = 1U << FINANCE | 1U << FOREIGN;
    need(&n, (mandatory & ~dealt_with) == 0 || is_waived(d, "consultees"), "need:consultees");
    need(&n, to != 0 || op->b == 3, "need:addressees");
    need(&n, op->b != 1 || !to, "need:reasons");
    bool cleared = op->b != 3 || d->grading == GRADING_OPEN;
    for (int b = 0; b < BODIES; b++) {
        if ((to >> b & 1) && m->body_cleared[b] < d->grading) cleared = false;
    }
    need(&n, cleared, "need:addressees-cleared");
    need(&n, op->c >= 0 || is_waived(d, "reply-time"), "need:reply-time");
    return judged(&n);
}

#endif
