/* generate: acts at random. Most are what might come next in some dossier, done by whom it is for;
 * the others are by anybody, on anything. */
#ifndef PARAPH_GENERATE_H
#define PARAPH_GENERATE_H

#include "process/apply.h"

static inline bool chance(int percent) { return t_random_below(100) < percent; }
static inline int below(int n) { return (int)t_random_below(n); }

static inline Text text_random(const Text *near) {
    Text t = *near;
    for (int i = 0; i < PROVISIONS; i++) {
        if (i == ARTICLE_2 || chance(60)) continue;
        if (chance(50)) t.variant[i] = (unsigned char)below(VARIANTS);
        else t.words[i] = (unsigned char)below(1 << CONSULTEES);
    }
    return t;
}

/* Somebody who holds one of the roles the act is for. */
static inline int actor_for(const Model *m, ActKind act, int dossier) {
    int found = below(PERSONS + 1);
    if (chance(20)) return found;
    for (int i = 0; i < PERSONS; i++) {
        const int p = (found + i) % PERSONS;
        const unsigned roles = m->persons[p].standing |
                               (dossier < m->dossier_count ? m->dossiers[dossier].roles[p] : 0);
        if ((roles & roles_for(act)) && (m->persons[p].is_enabled || chance(20))) return p;
    }
    return found;
}

static inline int officer_of(const MDossier *d, int body) {
    for (int p = 0; p < PERSONS; p++) {
        if ((int)persons[p].body == body && (d->roles[p] & R(AUTHORISED_OFFICER))) return p;
    }
    return NO_PERSON;
}

/* People, what they are cleared for, and what they are in a dossier. */
static inline void people_random(const Model *m, Op *op, bool odd) {
    const ActKind act = op->act;
    op->a = below(odd ? PERSONS + 1 : PERSONS);
    op->b = act == ACT_CLEARANCE_LEVEL  ? below(GRADING_COUNT)
            : act == ACT_CREDENTIAL_SET ? below(4)
                                        : below(ROLE_COUNT + 1);
    op->c = below(odd ? 4 : 2);
    if (act == ACT_CLEARANCE_LEVEL && chance(60)) { /* of who sees a dossier, and may no longer */
        const MDossier *any = &m->dossiers[0];
        for (int p = op->a, i = 0; i < PERSONS && any->is_opened; i++, p = (p + 1) % PERSONS) {
            if (p >= PERSONS || !any->listed[p] || any->grading == 0) continue;
            op->a = p, op->b = any->grading - 1 + below(2), op->c = 0;
            break;
        }
    }
    if (act == ACT_BODY_ADD || act == ACT_PERSON_ADD)
        op->a = below(act == ACT_PERSON_ADD && odd ? 4 : 3);
    if (act == ACT_PERSON_DISABLE && !odd) op->a = OUTSIDER;
    if (act == ACT_STANDING_GIVE && !odd && op->b <= ROLE_SECURITY_OFFICER) op->a = OUTSIDER;
    if (act == ACT_ROLE_GIVE && chance(60)) { /* two roles in one hand, for the separation */
        op->a = DESK + below(OFFICER_FOREIGN - DESK);
        op->b = chance(70) ? ROLE_SPONSOR_SECRETARY + below(5) : ROLE_CABINET_MEMBER + below(2);
    }
}

/* What an act is done with, at random but seldom nonsense. */
static inline void objects_random(const Model *m, Op *op) {
    static const MDossier nothing;
    const MDossier *d = op->dossier < m->dossier_count ? &m->dossiers[op->dossier] : &nothing;
    const bool odd = chance(8);
    const ActKind act = op->act;
    op->a = below(BODIES), op->c = below(3), op->d = below(2), op->mask = (unsigned)below(128);
    op->text = text_random(&d->texts[d->version]);
    if (act_scope(act) == SCOPE_SYSTEM || (act >= ACT_LIST_ADD && act <= ACT_ROLE_TAKE)) {
        people_random(m, op, odd);
    } else if (act == ACT_OPEN) {
        op->dossier = m->dossier_count;
        op->a = odd ? below(PERSONS) : SECRETARY;
        op->b = below(odd ? 5 : 3);
        op->c = odd ? below(GRADING_COUNT + 1) : below(3);
        op->mask = odd ? (unsigned)below(8) : 3;
    } else if (act == ACT_DRAFT) op->b = odd ? below(PAPER_FAULTS) : PAPER_GOOD;
    else if (act == ACT_PAPER_ADD) op->b = below(odd ? 5 : 4);
    else if (act == ACT_CIRCULATE) {
        op->mask = (unsigned)below(128) & (odd ? 127U : 0x3cU);
        op->b = odd ? below(5) : 0;
        op->c = chance(70) ? below(10) : chance(50) ? 0 : -1;
        op->a = (int)consultees[below(CONSULTEES)];
        op->d = chance(75) ? NO_PROVISION + 1 : below(odd ? PROVISIONS + 1 : PROVISIONS);
        op->text.words[0] = chance(25);
    } else if (act >= ACT_DELIVERED && act <= ACT_NO_REPLY) {
        op->a = odd ? below(BODIES) : (int)consultees[below(CONSULTEES)];
        op->b = odd ? below(PERSONS + 1) : officer_of(d, op->a);
        op->c = chance(80) ? FILE_EDITED : below(act == ACT_RECEIVE ? FILE_KINDS + 2 : FILE_KINDS);
        op->d = chance(70) ? NO_PROVISION : below(PROVISION_NAMES);
        const int asked = asked_last(d, op->a);
        if (act == ACT_DELIVERED && asked && chance(30)) op->day = d->circulations[asked].day - 1;
    } else if (act == ACT_NOT_CONSULTED) op->a = odd ? NO_BODY : below(BODIES);
    else if (act >= ACT_SET_FORCE && act <= ACT_CONFIRM) {
        op->a = d->first_item + below(6);
        if (odd && op->a) op->a--;
        op->b = act == ACT_SET_FORCE ? below(odd ? 4 : 3) : below(odd ? 6 : 5);
        op->c = below(odd ? 6 : 5);
        if (op->c == 2 && chance(70)) op->a = (int)consultees[below(CONSULTEES)];
        op->d = chance(80);
    } else if (act == ACT_INCORPORATE) op->c = chance(20);
    else if (act == ACT_CERTIFY_EDITORIAL) op->a = below(odd ? PROVISION_NAMES : PROVISIONS);
    else if (act >= ACT_CLEAR && act <= ACT_WITHDRAW_CLEARANCE) {
        op->a = odd ? below(BODIES) : (int)consultees[below(CONSULTEES)];
        op->b = chance(50) ? PERSONS : odd ? below(PERSONS + 1) : officer_of(d, op->a);
        op->c = chance(80);
        op->d = chance(40) ? EVERY_PROVISION : below(odd ? PROVISION_NAMES : PROVISIONS);
    } else if (act == ACT_VET || act == ACT_REFUSE_VETTING) op->c = chance(80);
    else if (act == ACT_WAIVE) op->b = below(odd ? 6 : 4);
    else if (act == ACT_COMPOSE_SUMMARY) op->c = odd ? below(3) : 0;
    else if (act == ACT_LODGE) op->c = odd ? below(12) : 8 + below(5);
    else if (act == ACT_CIRCULATE_TO_CABINET) op->b = below(odd ? 3 : 2), op->c = below(4);
    else if (act == ACT_OPINION) op->b = below(odd ? 4 : 3);
    else if (act == ACT_DECIDE) {
        const int due = d->summary.mode == 1 ? d->summary.respond_by : d->summary.meeting;
        if (d->summary.is_circulated && due > 0 && chance(70)) op->day = due - 1 + below(3);
        op->b = odd ? below(5) : below(4), op->c = odd ? below(4) : 1;
    }
}

static inline ActKind act_random(void) {
    const int first = ACT_LIST_ADD;
    return (ActKind)(chance(6) ? below(first) : first + below(ACT_COUNT - first));
}

static inline Op op_of(const Model *m, int day, ActKind act) {
    Op op = {.act = act,
             .dossier = below(m->dossier_count + 1),
             .day = chance(96) ? day : below(day + 1)};
    if (op.dossier == m->dossier_count && chance(70)) op.dossier = below(DOSSIERS + 1);
    op.actor = actor_for(m, op.act, op.dossier);
    objects_random(m, &op);
    if (chance(3)) op.bad = (Malformed)below(MALFORMED);
    return op;
}

static inline Op op_random(const Model *m, int day) {
    ActKind act = act_random();
    if (act == ACT_WITHDRAW_DOSSIER && chance(90)) act = ACT_DISPOSE;
    return op_of(m, day, act);
}

/* One that will be done, and as likely of one kind as of another. */
static inline Op op_likely(const Model *m, int day) {
    Op op = {.act = ACT_READ};
    for (int acts = 0; acts < 6; acts++) {
        const ActKind act = act_random();
        if (act == ACT_WITHDRAW_DOSSIER && chance(80)) continue;
        for (int i = 0; i < 10; i++) {
            op = op_of(m, day, act);
            if (judge(m, &op).fate == DONE) return op;
        }
    }
    return op;
}

/* ---- what comes next ---- */

static inline Op step(ActKind act, int actor, int dossier, int day) {
    return (Op){.act = act, .actor = actor, .dossier = dossier, .day = day};
}

static inline int holder(const MDossier *d, Role role) {
    const bool any = chance(15);
    for (int p = 0; p < PERSONS; p++) {
        if ((d->roles[p] >> role & 1) && (any || persons[p].role == role)) return p;
    }
    return NO_PERSON;
}

/* Those of the cast who are not in the dossier yet. */
static inline bool next_member(const MDossier *d, Op *op) {
    for (int p = 0; p < PERSONS; p++) {
        if (persons[p].role == ROLE_COUNT || p == UNCLEARED || p == DISABLED) continue;
        if ((int)persons[p].clearance < d->grading) continue;
        *op = step(ACT_LIST_ADD, SECURITY, op->dossier, op->day);
        op->a = p;
        if (!d->listed[p]) return true;
        *op = step(ACT_ROLE_GIVE, d->secretary, op->dossier, op->day);
        op->a = p;
        op->b = (int)persons[p].role;
        if (!(d->roles[p] >> persons[p].role & 1)) return true;
    }
    return false;
}

static inline bool next_reply(const MDossier *d, Op *op) {
    for (int k = 0; k < CONSULTEES; k++) {
        const int body = (int)consultees[k], asked = asked_last(d, body);
        const MReply *last = reply_last(d, body);
        if (!asked || (last && last->circulation == asked)) continue;
        if (d->circulations[asked].due != NEVER && chance(6)) {
            *op = step(ACT_NO_REPLY, holder(d, ROLE_REGISTRY), op->dossier, op->day);
            if (op->day <= d->circulations[asked].due) op->day = d->circulations[asked].due + 1;
            op->a = body;
            return true;
        }
        *op = step(ACT_RECEIVE, holder(d, ROLE_REGISTRY), op->dossier, op->day);
        op->a = body;
        op->b = officer_of(d, body);
        op->c = chance(70) ? FILE_EDITED : chance(50) ? FILE_COPY : FILE_KINDS + chance(80);
        op->d = chance(70) ? NO_PROVISION : below(PROVISION_NAMES);
        op->mask = (unsigned)below(32);
        return true;
    }
    return false;
}

static inline bool next_item(const MDossier *d, Op *op) {
    const int drafter = holder(d, ROLE_DRAFTER);
    bool waits = false;
    for (int i = 0; i < d->reply_count; i++) {
        waits = waits || (is_to_merge(d, i) && !d->replies[i].is_in_latest);
    }
    *op = step(ACT_CONSOLIDATE, drafter, op->dossier, op->day);
    if (waits) return true;
    if (d->consolidated != d->version || d->item_count < d->first_item) return false;
    *op = step(ACT_DISPOSE, drafter, op->dossier, op->day);
    op->b = below(5), op->c = chance(50) ? 3 : 0, op->d = 1;
    for (int i = d->first_item; i <= d->item_count; i++) {
        op->a = i;
        if (d->items[i].disposition == UNDISPOSED) return true;
    }
    for (int i = d->first_item; i <= d->item_count; i++) {
        *op = step(ACT_ESCALATE, d->secretary, op->dossier, op->day);
        op->a = i;
        if (item_unescalated(&d->items[i])) return true;
    }
    *op = step(ACT_CONFIRM, holder(d, ROLE_CONFIRMER), op->dossier, op->day);
    op->c = 4;
    if (any_item(d, item_unconfirmed)) return true;
    *op = step(ACT_INCORPORATE, drafter, op->dossier, op->day);
    op->c = any_item(d, item_partly);
    op->text = text_random(&d->texts[d->version]);
    return true;
}

static inline bool next_clearance(const MDossier *d, Op *op) {
    for (int k = 0; k < CONSULTEES; k++) {
        const int body = (int)consultees[k];
        if (!to_ask(d, body)) continue;
        *op = step(ACT_CIRCULATE, d->secretary, op->dossier, op->day);
        op->mask = 1U << body, op->c = 1 + below(5), op->d = PROVISION_NAMES;
        op->text.words[0] = 1;
        if (version_sent(d, body) != d->version) return true;
        *op = step(chance(85) ? ACT_CLEAR : ACT_OBJECT, officer_of(d, body), op->dossier, op->day);
        op->a = body;
        op->b = PERSONS;
        op->d = op->act == ACT_CLEAR ? EVERY_PROVISION : below(PROVISIONS);
        return true;
    }
    *op = step(ACT_PRESENT, holder(d, ROLE_DRAFTER), op->dossier, op->day);
    if (!is_presented(d)) return true;
    *op = step(ACT_VET, holder(d, ROLE_VETTER), op->dossier, op->day);
    op->c = 1;
    return !is_vetted(d);
}

static inline bool next_paper(const MDossier *d, Op *op) {
    const int cabinet = holder(d, ROLE_CABINET_SECRETARY), dossier = op->dossier, day = op->day;
    const MSummary *s = &d->summary;
    *op = step(ACT_COMPOSE_SUMMARY, holder(d, ROLE_DRAFTER), dossier, day);
    if (!is_summary_current(d)) return true;
    *op = step(ACT_SIGN_SUMMARY, d->secretary, dossier, day);
    if (!s->is_signed) return true;
    *op = step(ACT_APPROVE_SUMMARY, holder(d, ROLE_MINISTER), dossier, day);
    if (!s->is_approved) return true;
    *op = step(ACT_PRIOR_APPROVAL, PREMIER, dossier, day);
    if (!d->approvals && op_day(op) >= NEW_BOOK && chance(80)) return true;
    *op = step(ACT_LODGE, d->secretary, dossier, day);
    op->c = 8;
    if (!is_with_the_cabinet(d)) return true;
    *op = step(chance(90) ? ACT_ACCEPT_COMPLETE : ACT_RETURN_INCOMPLETE, cabinet, dossier, day);
    if (!s->completeness) return true;
    *op = step(ACT_CIRCULATE_TO_CABINET, cabinet, dossier, day);
    op->b = below(2), op->c = 1 + below(3);
    if (!s->is_circulated) return true;
    *op = step(ACT_OPINION, chance(50) ? MEMBER : PREMIER, dossier, day);
    if (chance(50)) return true;
    *op = step(ACT_DECIDE, cabinet, dossier, day);
    op->b = below(4), op->c = 1;
    if (s->mode == 1 && op->day <= s->respond_by && chance(25)) {
        op->day = s->respond_by; /* a day too early */
    } else if (chance(80)) {     /* in its time */
        if (s->mode == 1 && op->day <= s->respond_by) op->day = s->respond_by + 1;
        if (s->mode == 0 && op->day < s->meeting) op->day = s->meeting;
    }
    return !d->is_decided;
}

static inline Op op_next(const Model *m, int day) {
    Op op = {.dossier = chance(80) ? 0 : below(m->dossier_count + 1), .day = day};
    if (op.dossier == DOSSIERS || (op.dossier && chance(50))) op.dossier = 0;
    if (op.dossier == m->dossier_count) {
        op = step(ACT_OPEN, DESK, op.dossier, day);
        objects_random(m, &op);
        return op;
    }
    const MDossier *d = &m->dossiers[op.dossier];
    Op approve = step(ACT_APPROVE_OPENING, d->secretary, op.dossier, day);
    if (!d->is_approved) return approve;
    if (chance(97) && next_member(d, &op)) return op;
    if (chance(3)) { /* a second role in one hand */
        op = step(ACT_ROLE_GIVE, d->secretary, op.dossier, day);
        objects_random(m, &op);
        return op;
    }
    if (!d->version || chance(2)) {
        op = step(ACT_DRAFT, holder(d, ROLE_DRAFTER), op.dossier, day);
        op.text = text_random(&d->texts[d->version]);
        return op;
    }
    const int asked = d->circulation_count ? d->circulations[d->circulation_count].version : 0;
    if (asked < d->version && (!asked || chance(40))) {
        op = step(ACT_CIRCULATE, d->secretary, op.dossier, day);
        objects_random(m, &op);
        op.mask |= 1U << FOREIGN | 1U << FINANCE;
        for (int b = 0; b < BODIES; b++) {
            if (m->body_cleared[b] < d->grading) op.mask &= ~(1U << b);
        }
        if (op.c < 0) op.c = 0;
        if (d->circulation_count == 0) op.text.words[0] = 0;
        return op;
    }
    if (chance(90) && next_reply(d, &op)) return op;
    if (chance(90) && next_item(d, &op)) return op;
    if (chance(90) && next_clearance(d, &op)) return op;
    if (next_paper(d, &op)) return op;
    return op_random(m, day);
}

#endif
