/* apply: what an act that was done makes of the model. */
#ifndef PARAPH_APPLY_H
#define PARAPH_APPLY_H

#include "process/judge_later.h"

static inline void after_system(Model *m, const Op *op) {
    MPerson *who = is_person(op->a) ? &m->persons[op->a] : NULL;
    switch ((int)op->act) {
    case ACT_BODY_ADD: m->has_extra_body = true; return;
    case ACT_PERSON_ADD: m->has_extra_post = true; return;
    case ACT_PERSON_DISABLE: who->is_enabled = false; return;
    case ACT_STANDING_GIVE: who->standing |= 1U << op->b; return;
    case ACT_STANDING_TAKE: who->standing &= ~(1U << op->b); return;
    case ACT_CLEARANCE_LEVEL:
        if (op->c == 0) who->clearance = op->b;
        else m->body_cleared[op->a % (BODIES + 1)] = op->b;
        return;
    default: return;
    }
}

static inline void after_open(Model *m, const Op *op) {
    MDossier *d = &m->dossiers[m->dossier_count++];
    memset(d, 0, sizeof *d);
    d->is_opened = true;
    d->grading = op->c;
    d->sponsor = op->mask & 4 ? INTERIOR : DEFENCE;
    d->opener = op->actor;
    d->secretary = op->a;
    d->listed[op->actor] = d->listed[op->a] = true;
    d->roles[op->actor] |= R(DRAFTER);
    d->roles[op->a] |= R(SPONSOR_SECRETARY);
    for (int s = 0; s < 10; s++) d->stage_day[s] = NEVER;
    for (int b = 0; b < BODIES; b++) d->sought[b] = d->received[b] = NEVER;
    d->summary.respond_by = NEVER;
}

static inline void after_member(MDossier *d, const Op *op) {
    switch ((int)op->act) {
    case ACT_LIST_ADD: d->listed[op->a] = true; return;
    case ACT_LIST_REMOVE: d->listed[op->a] = false; return;
    case ACT_ROLE_GIVE: d->roles[op->a] |= 1U << op->b; return;
    case ACT_ROLE_TAKE: d->roles[op->a] &= ~(1U << op->b); return;
    case ACT_PAPER_ADD: d->annex_count += op->b == 0; return;
    case ACT_APPROVE_OPENING: d->is_approved = true; return;
    case ACT_NOT_CONSULTED: d->not_consulted |= 1U << op->a; return;
    case ACT_WITHDRAW_DOSSIER: d->is_withdrawn = true; return;
    default: return;
    }
}

static inline void after_version(MDossier *d, const Op *op, const Text *text) {
    d->texts[++d->version] = *text;
    d->makers[d->version].by = op->actor;
    d->makers[d->version].act = op->act;
}

static inline int earlier(int day, int other) { return day == NEVER || other < day ? other : day; }

static inline void after_circulation(MDossier *d, const Op *op) {
    MCirculation c = {.version = d->version,
                      .day = op->day,
                      .due = op->c ? op->day + op->c : NEVER,
                      .bodies = op->mask & ((1U << BODIES) - 1)};
    for (int b = 0; b < BODIES; b++) {
        if (!(c.bodies >> b & 1)) continue;
        const bool limited = op->d < NO_PROVISION && op->a == b;
        c.concerns[b] = op->text.words[0] ? to_ask(d, b)
                        : limited         ? provisions_of(op->d)
                                          : (unsigned)ALL_PROVISIONS;
        d->sought[b] = earlier(d->sought[b], op->day);
    }
    d->circulations[++d->circulation_count] = c;
}

static inline void take_stance(MDossier *d, int body, unsigned covers, StanceKind kind,
                               const Text *text) {
    for (int i = 0; i < PROVISIONS; i++) {
        MStance *s = &d->stances[body][i];
        if (!(covers >> i & 1)) continue;
        *s = (MStance){kind, false, kind == STANCE_CLEAR || s->is_held, *text};
    }
    d->stance_count++;
}

static inline void after_reply(MDossier *d, const Op *op) {
    const int asked = asked_last(d, op->a);
    if (op->act == ACT_DELIVERED) return;
    if (op->act == ACT_DRAFT_VIEW) {
        d->views[op->a].is_there = true;
        d->views[op->a].is_garbage = op->c == FILE_GARBAGE;
        d->views[op->a].copy_of = op->c == FILE_COPY ? asked : 0;
        d->views[op->a].version = d->circulations[asked].version;
        d->views[op->a].text = op->c == FILE_EDITED
                                   ? text_edited(sent_last(d, op->a), op->a, op->mask)
                                   : *sent_last(d, op->a);
        return;
    }
    MReply r = {.body = op->a, .day = op->day, .circulation = asked, .kind = REPLY_SILENCE};
    if (op->act == ACT_NO_REPLY) r.version = d->circulations[asked].version;
    else r = reply_taken(d, op).reply;
    /* Nil: content with the text as it was sent. */
    if (r.kind == REPLY_NIL) {
        take_stance(d, op->a, concerns_of(d, op->a, r.version), STANCE_CLEAR, &d->texts[r.version]);
    }
    if (r.kind != REPLY_SILENCE) d->received[op->a] = earlier(d->received[op->a], op->day);
    d->replies[d->reply_count++] = r;
}

static inline int strength(Force f) { return f == CONDITION ? 2 : f == SHOULD; }

/* Consolidated again, the same item has a force that was set before, or a stronger one. */
static inline void keep_force(MDossier *d) {
    MItem *item = &d->items[d->item_count];
    for (int i = d->first_item - 1; i > 0; i--) {
        const MItem *old = &d->items[i];
        if (old->version != item->version || old->body != item->body ||
            old->provision != item->provision || old->is_lone != item->is_lone ||
            old->reply != item->reply) {
            continue;
        }
        if (strength(old->force) > strength(item->force)) item->force = old->force;
        return;
    }
}

static inline void new_item(MDossier *d, const MReply *r, int provision) {
    const unsigned at = provision == NO_PROVISION ? (unsigned)ALL_PROVISIONS : 1U << provision;
    const bool is_condition = (r->conditions & at) != 0;
    d->items[++d->item_count] = (MItem){.body = r->body,
                                        .provision = provision,
                                        .force = is_condition ? CONDITION : SHOULD,
                                        .version = d->version,
                                        .disposition = UNDISPOSED};
}

static inline void add_item(MDossier *d, const MReply *r, int provision) {
    new_item(d, r, provision);
    if (provision == NO_PROVISION) d->items[d->item_count].reply = (int)(r - d->replies) + 1;
    keep_force(d);
}

/* A condition that meets no change of the body's file stands alone. */
static inline void add_lone_condition(MDossier *d, const MReply *r) {
    if (r->condition == NO_PROVISION) return;
    for (int i = d->first_item; i <= d->item_count; i++) {
        const MItem *item = &d->items[i];
        const bool in = item->provision != NO_PROVISION && (r->conditions >> item->provision & 1);
        if (item->body == r->body && in) return;
    }
    new_item(d, r, r->condition == EVERY_PROVISION ? NO_PROVISION : r->condition);
    d->items[d->item_count].force = CONDITION;
    d->items[d->item_count].is_lone = true;
    d->items[d->item_count].reply = (int)(r - d->replies) + 1;
    keep_force(d);
}

/* A body's word put in or struck out is an item, in the order of the text; then what cannot be
 * merged, as it came. */
static inline void after_consolidation(MDossier *d) {
    bool merged[REPLIES_MAX];
    const Text *base = &d->texts[d->version];
    for (int i = 0; i < d->reply_count; i++) merged[i] = is_to_merge(d, i);
    d->first_item = d->item_count + 1;
    d->consolidated = d->version;
    for (int p = 0; p < PROVISIONS; p++) {
        for (int k = 0; k < CONSULTEES; k++) {
            for (int i = 0; i < d->reply_count; i++) {
                const MReply *r = &d->replies[i];
                if (!merged[i] || r->is_quarantined || r->version != d->version) continue;
                if ((r->text.words[p] ^ base->words[p]) >> k & 1) add_item(d, r, p);
            }
        }
    }
    for (int i = 0; i < d->reply_count; i++) {
        MReply *r = &d->replies[i];
        r->is_in_latest = merged[i];
        if (!merged[i]) continue;
        if (r->is_quarantined || r->version != d->version) add_item(d, r, NO_PROVISION);
        else add_lone_condition(d, r);
        r->consolidated |= UINT64_C(1) << d->version;
    }
}

static inline void after_items(MDossier *d, const Op *op) {
    const Chosen chosen = items_chosen(d, op);
    for (int i = 1; i <= d->item_count; i++) {
        MItem *item = &d->items[i];
        if (!chosen.items[i]) continue;
        if (op->act == ACT_SET_FORCE) {
            item->force = (Force)op->b;
            item->forced_by |= 1U << op->actor;
        } else if (op->act == ACT_DISPOSE) {
            item->disposition = op->b;
            item->has_reason = op->d != 0;
            item->is_confirmed = false;
            item->disposed_by |= 1U << op->actor;
        } else if (op->act == ACT_ESCALATE) item->is_escalated = true;
        else item->is_confirmed = true;
    }
}

static inline void after_incorporation(MDossier *d, const Op *op) {
    Text t = op->c ? op->text : d->texts[d->version];
    for (int i = d->first_item; i <= d->item_count && !op->c; i++) {
        const MItem *item = &d->items[i];
        if (item->disposition != ACCEPTED || item->provision == NO_PROVISION) continue;
        if (item->is_lone) continue;
        t.words[item->provision] ^= (unsigned char)(1 << consultee_of(item->body));
    }
    after_version(d, op, &t);
}

static inline void after_stance(MDossier *d, const Op *op) {
    const unsigned covers = stance_covers(d, op);
    if (op->act != ACT_WITHDRAW_CLEARANCE) {
        take_stance(d, op->a, covers, op->act == ACT_CLEAR ? STANCE_CLEAR : STANCE_OBJECT,
                    &d->texts[version_sent(d, op->a)]);
        return;
    }
    for (int i = 0; i < PROVISIONS; i++) {
        MStance *s = &d->stances[op->a][i];
        if (!(covers >> i & 1) || !s->is_held) continue;
        s->is_held = false;
        if (s->kind == STANCE_CLEAR) s->is_withdrawn = true;
    }
}

static inline void after_vetting(MDossier *d, const Op *op) {
    if (op->act == ACT_PRESENT) {
        d->presented[d->presented_count++] = d->texts[d->version];
        return;
    }
    d->vetting.number++;
    d->vetting.day = op->day;
    d->vetting.by = op->actor;
    d->vetting.version = d->version;
    d->vetting.is_certified = op->act == ACT_VET;
    d->vetting.text = d->texts[d->version];
    d->annex_count += op->c != 0;
}

static inline void after_summary(MDossier *d, const Op *op) {
    MSummary *s = &d->summary;
    switch ((int)op->act) {
    case ACT_WAIVE:
        d->waived |= 1U << op->b;
        d->waived_day[op->b] = op->day;
        d->waived_by[op->b] = op->actor;
        return;
    case ACT_COMPOSE_SUMMARY:
        *s = (MSummary){.number = s->number + 1,
                        .bodies = bodies_asked(d),
                        .respond_by = NEVER,
                        .meeting = NEVER};
        what_is_said(d, &s->said);
        return;
    case ACT_PRIOR_APPROVAL: d->approvals++; return;
    case ACT_SIGN_SUMMARY: s->is_signed = true; return;
    case ACT_APPROVE_SUMMARY: s->is_approved = true; return;
    case ACT_LODGE:
        s->is_lodged = true;
        s->meeting = op->day + op->c;
        s->completeness = 0;
        s->is_circulated = false; /* for this meeting it is to be circulated anew */
        s->mode = 0;
        s->respond_by = NEVER;
        return;
    case ACT_ACCEPT_COMPLETE: s->completeness = 1; return;
    case ACT_RETURN_INCOMPLETE: s->completeness = -1; return;
    case ACT_CIRCULATE_TO_CABINET:
        s->is_circulated = true;
        s->mode = op->b;
        s->respond_by = op->c ? op->day + op->c : NEVER;
        return;
    case ACT_DECIDE: d->is_decided = d->is_decided || op->b != 2; return;
    default: return;
    }
}

static inline void after_objects(MDossier *d, const Op *op) {
    const ActKind act = op->act;
    if (act == ACT_DRAFT) after_version(d, op, &op->text);
    else if (act == ACT_CIRCULATE) after_circulation(d, op);
    else if (act >= ACT_DELIVERED && act <= ACT_NO_REPLY) after_reply(d, op);
    else if (act == ACT_CONSOLIDATE) after_consolidation(d);
    else if (act >= ACT_SET_FORCE && act <= ACT_CONFIRM) after_items(d, op);
    else if (act == ACT_INCORPORATE) after_incorporation(d, op);
    else if (act == ACT_CERTIFY_EDITORIAL) {
        for (int i = 0; i < PROVISIONS; i++) {
            if (!(editorial_changes(d, op) >> i & 1)) continue;
            d->editorials[d->editorial_count++] =
                (MEditorial){i, d->texts[d->version - 1], d->texts[d->version]};
        }
    } else if (act >= ACT_CLEAR && act <= ACT_WITHDRAW_CLEARANCE) after_stance(d, op);
    else if (act >= ACT_PRESENT && act <= ACT_REFUSE_VETTING) after_vetting(d, op);
    else if (act >= ACT_WAIVE && act <= ACT_DECIDE) after_summary(d, op);
}

static inline void model_apply(Model *m, const Op *op) {
    if (act_scope(op->act) == SCOPE_SYSTEM) {
        after_system(m, op);
        return;
    }
    if (op->act == ACT_OPEN) after_open(m, op);
    MDossier *d = &m->dossiers[op->act == ACT_OPEN ? m->dossier_count - 1 : op->dossier];
    after_member(d, op);
    if (op->act != ACT_OPEN) after_objects(d, op);
    d->did[op->actor][op->act] = true;
    const int stage = act_stage(op->act);
    if (stage >= 0 && op->day > d->stage_day[stage]) d->stage_day[stage] = op->day;
}

#endif
