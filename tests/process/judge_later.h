/* judge_later: the oracle from the replies on, and the whole judgement. */
#ifndef PARAPH_JUDGE_LATER_H
#define PARAPH_JUDGE_LATER_H

#include "process/judge.h"

/* ---- stage 3: replies ---- */

static inline bool is_officer_of(const Model *m, const MDossier *d, int p, int body) {
    return is_person(p) && m->persons[p].is_enabled && (d->roles[p] & R(AUTHORISED_OFFICER)) &&
           m->persons[p].body == body;
}

/* Whom else was asked is not told to an officer of another body. */
static inline bool is_told_of(const Model *m, const MDossier *d, const Op *op) {
    return m->persons[op->actor].body == op->a ||
           (d->roles[op->actor] & (R(DRAFTER) | R(REGISTRY))) != 0;
}

static inline bool is_nil(const Op *op) {
    return op->act == ACT_NIL_RETURN || (op->act == ACT_RECEIVE && op->c >= FILE_KINDS);
}

/* What a reply is to be taken for. */
typedef struct Taken {
    MReply reply;
    bool is_copy_known, has_error, is_unknown;
} Taken;

static inline Taken reply_taken(const MDossier *d, const Op *op) {
    const int asked = asked_last(d, op->a);
    Taken t = {.reply = {.body = op->a,
                         .day = op->day,
                         .circulation = asked,
                         .version = asked ? d->circulations[asked].version : 0,
                         .kind = is_nil(op) ? REPLY_NIL : REPLY_TEXT,
                         .condition = NO_PROVISION,
                         .text = *sent_last(d, op->a)}};
    if (op->act == ACT_NIL_RETURN) return t;
    if (op->d != NO_PROVISION) {
        t.reply.condition = op->d;
        t.reply.conditions = op->d == EVERY_PROVISION ? ALL_PROVISIONS : provisions_of(op->d);
    }
    if (is_nil(op)) return t;
    const bool drafted =
        op->act == ACT_ISSUE_VIEW && op->c == FILE_NONE && d->views[op->a].is_there;
    t.has_error = op->c == FILE_NONE && !drafted;
    t.reply.is_quarantined = op->c == FILE_GARBAGE || (drafted && d->views[op->a].is_garbage);
    t.is_copy_known = op->c == FILE_COPY && asked;
    if (op->c == FILE_EDITED) t.reply.text = text_edited(&t.reply.text, op->a, op->mask);
    if (!drafted || t.reply.is_quarantined) return t;
    const int copy_of = d->views[op->a].copy_of;
    t.reply.text = d->views[op->a].text;
    t.is_copy_known = copy_of > 0;
    if (copy_of) {
        t.reply.circulation = copy_of;
        t.reply.version = d->circulations[copy_of].version;
    }
    t.is_unknown = !copy_of && d->views[op->a].version != t.reply.version;
    return t;
}

static inline Judgement judge_reply(const Model *m, const MDossier *d, const Op *op) {
    Needs n = {NULL};
    const int asked = asked_last(d, op->a);
    if (op->act == ACT_DELIVERED && asked && op->day < d->circulations[asked].day) {
        return error(PX_ERR_INPUT); /* nothing is delivered before it is sent */
    }
    Taken t = {.has_error = false};
    if (op->act == ACT_RECEIVE || op->act == ACT_ISSUE_VIEW || op->act == ACT_NIL_RETURN) {
        t = reply_taken(d, op);
    }
    const bool is_read = op->act != ACT_ISSUE_VIEW || m->persons[op->actor].body == op->a;
    if (t.has_error && is_read) return error(PX_ERR_INPUT);
    if (t.is_unknown || d->reply_count + 1 >= REPLIES_MAX) return (Judgement){.fate = UNKNOWN};
    need(&n, !d->is_withdrawn, "need:dossier-live");
    if (is_told_of(m, d, op)) {
        need(&n, d->circulation_count > 0, "need:circulated");
        need(&n, asked > 0, "need:addressed");
    }
    bool officer = true;
    if (op->act == ACT_RECEIVE) {
        officer = is_officer_of(m, d, op->b, op->a) && (!is_nil(op) || op->c > FILE_KINDS);
    }
    if (op->act == ACT_ISSUE_VIEW) officer = is_officer_of(m, d, op->actor, op->a);
    if (op->act == ACT_DRAFT_VIEW) officer = m->persons[op->actor].body == op->a;
    if (op->act == ACT_NIL_RETURN) {
        const bool by_letter = (d->roles[op->actor] & R(REGISTRY)) && op->b < PERSONS;
        officer =
            is_officer_of(m, d, by_letter ? op->b : op->actor, op->a) && (!by_letter || op->c);
    }
    need(&n, officer, "need:officer-authorised");
    if (op->act == ACT_NO_REPLY && asked) {
        const int due = d->circulations[asked].due;
        bool replied = false;
        for (int i = 0; i < d->reply_count; i++) {
            const MReply *r = &d->replies[i];
            replied = replied || (r->body == op->a && r->circulation == asked);
        }
        need(&n, due != NEVER && op->day > due, "need:due-passed");
        need(&n, !replied, "need:not-replied");
    }
    Judgement j = judged(&n);
    if (op->act == ACT_RECEIVE || op->act == ACT_ISSUE_VIEW || op->act == ACT_NIL_RETURN) {
        j.warnings = (t.reply.version < d->version) + t.reply.is_quarantined +
                     (t.reply.kind == REPLY_TEXT && !t.is_copy_known);
    }
    return j;
}

/* ---- stage 4: incorporation ---- */

/* Texts that came in and that no consolidation of an earlier draft has dealt with: a body's latest
 * stands for those before it. */
static inline bool is_to_merge(const MDossier *d, int i) {
    const MReply *r = &d->replies[i];
    if (r->kind != REPLY_TEXT) return false;
    for (int k = i + 1; k < d->reply_count; k++) {
        if (d->replies[k].kind == REPLY_TEXT && d->replies[k].body == r->body) return false;
    }
    for (int v = 1; v < d->version; v++) {
        if (r->consolidated >> v & 1 && d->makers[v + 1].act == ACT_INCORPORATE) return false;
    }
    return true;
}

/* All that came in went into a draft, or is in the consolidation of this one. */
static inline bool are_returns_in(const MDossier *d) {
    for (int i = 0; i < d->reply_count; i++) {
        if (is_to_merge(d, i) && !(d->replies[i].is_in_latest && d->consolidated == d->version)) {
            return false;
        }
    }
    return true;
}
static inline bool no_item(const MDossier *d, bool (*is)(const MItem *)) {
    return d->consolidated != d->version || !any_item(d, is);
}

/* Bodies that were sent the newest draft and have not answered. */
static inline bool are_replies_open(const MDossier *d) {
    for (int i = 1; i <= d->circulation_count; i++) {
        if (d->circulations[i].version != d->version) continue;
        for (int b = 0; b < BODIES; b++) {
            if (!(d->circulations[i].bodies >> b & 1)) continue;
            bool answered = false;
            for (int k = 0; k < d->reply_count; k++) {
                const MReply *r = &d->replies[k];
                answered = answered || (r->body == b && r->circulation >= i);
            }
            if (!answered) return true;
        }
    }
    return false;
}

static inline Judgement judge_consolidation(const MDossier *d) {
    Needs n = {NULL};
    bool came = false;
    for (int i = 0; i < d->reply_count; i++) came = came || d->replies[i].kind != REPLY_SILENCE;
    if (d->item_count + 40 > ITEMS_MAX) return (Judgement){.fate = UNKNOWN};
    need(&n, !d->is_withdrawn, "need:dossier-live");
    need(&n, d->circulation_count > 0, "need:circulated");
    need(&n, came, "need:returns");
    Judgement j = judged(&n);
    j.warnings = are_replies_open(d);
    return j;
}

static inline Judgement judge_items(const MDossier *d, const Op *op) {
    Needs n = {NULL};
    const Chosen chosen = items_chosen(d, op);
    bool bare = false, fits = false;
    for (int i = 1; i <= d->item_count; i++) {
        if (!chosen.items[i]) continue;
        bare = bare || d->items[i].disposition == UNDISPOSED;
        fits = fits || item_unmet(&d->items[i]);
    }
    if (op->act == ACT_SET_FORCE && op->b > OBSERVATION) return error(PX_ERR_INPUT);
    if (op->act == ACT_DISPOSE && op->b > NOTED) return error(PX_ERR_INPUT);
    need(&n, !d->is_withdrawn, "need:dossier-live");
    need(&n, d->consolidated && d->consolidated == d->version, "need:consolidated");
    need(&n, op->act == ACT_ESCALATE ? fits : !chosen.is_nothing, "need:item");
    if (op->act == ACT_CONFIRM) need(&n, !bare, "need:all-disposed");
    if (op->act == ACT_SET_FORCE && !chosen.is_nothing) {
        const bool is_lowered = d->items[op->a].force == CONDITION && op->b != CONDITION;
        need(&n, !is_lowered || op->c, "need:reason-given");
    }
    if (op->act == ACT_DISPOSE) {
        need(&n, op->d || op->b == ACCEPTED || op->b == NOTED, "need:reason-given");
    }
    return judged(&n);
}

static inline Judgement judge_incorporation(const MDossier *d, const Op *op) {
    Needs n = {NULL};
    const bool fresh = d->consolidated && d->consolidated == d->version;
    if (fresh && !op->c && any_item(d, item_partly)) return error(PX_ERR_INPUT);
    if (d->version + 1 >= VERSIONS_MAX) return (Judgement){.fate = UNKNOWN};
    need(&n, !d->is_withdrawn, "need:dossier-live");
    need(&n, fresh, "need:consolidated");
    need(&n, !any_item(d, item_undisposed), "need:all-disposed");
    need(&n, !any_item(d, item_unescalated), "need:conditions-escalated");
    need(&n, !any_item(d, item_unconfirmed), "need:all-confirmed");
    return judged(&n);
}

static inline unsigned editorial_changes(const MDossier *d, const Op *op) {
    unsigned out = 0;
    if (op->a >= NO_PROVISION || d->version < 2) return 0;
    for (int i = 0; i < PROVISIONS; i++) {
        if (!(provisions_of(op->a) >> i & 1)) continue;
        if (!text_same(&d->texts[d->version - 1], &d->texts[d->version], i)) out |= 1U << i;
    }
    return out;
}

static inline Judgement judge_certificate(const MDossier *d, const Op *op) {
    Needs n = {NULL};
    if (d->editorial_count + PROVISIONS > EDITORIALS_MAX) return (Judgement){.fate = UNKNOWN};
    need(&n, !d->is_withdrawn, "need:dossier-live");
    need(&n, editorial_changes(d, op) != 0, "need:change-exists");
    return judged(&n);
}

/* ---- stages 5 and 6 ---- */

static inline unsigned stance_covers(const MDossier *d, const Op *op) {
    if (!d->version) return 0;
    if (op->act == ACT_CLEAR && op->d == EVERY_PROVISION)
        return concerns_of(d, op->a, version_sent(d, op->a));
    return op->d < NO_PROVISION ? provisions_of(op->d) : 0;
}

static inline Judgement judge_stance(const Model *m, const MDossier *d, const Op *op) {
    Needs n = {NULL};
    const bool by_letter = (d->roles[op->actor] & R(REGISTRY)) && op->b < PERSONS;
    const unsigned covers = stance_covers(d, op);
    bool held = false;
    for (int i = 0; i < PROVISIONS; i++) {
        held = held || ((covers >> i & 1) && d->stances[op->a][i].is_held);
    }
    need(&n, !d->is_withdrawn, "need:dossier-live");
    if (op->act != ACT_WITHDRAW_CLEARANCE) {
        need(&n, d->version > 0, "need:draft");
        if (is_told_of(m, d, op)) {
            need(&n, d->circulation_count > 0, "need:circulated");
            need(&n, asked_last(d, op->a) > 0, "need:addressed");
        }
    }
    need(&n, is_officer_of(m, d, by_letter ? op->b : op->actor, op->a) && (!by_letter || op->c),
         "need:officer-authorised");
    need(&n, covers != 0, "need:provisions");
    if (op->act == ACT_WITHDRAW_CLEARANCE) need(&n, held, "need:clearance-exists");
    return judged(&n);
}

static inline Judgement judge_vetting(const MDossier *d, const Op *op) {
    Needs n = {NULL};
    if (d->presented_count + 1 >= PAPERS_MAX) return (Judgement){.fate = UNKNOWN};
    if (op->act == ACT_PRESENT) need(&n, d->is_approved, "need:opening-approved");
    need(&n, !d->is_withdrawn, "need:dossier-live");
    need(&n, d->version > 0, "need:draft");
    if (op->act != ACT_PRESENT) need(&n, is_presented(d), "need:presented");
    if (op->act == ACT_VET) need(&n, op->c, "need:memo");
    Judgement j = judged(&n);
    if (op->act == ACT_PRESENT) j.warnings = !are_clearances_current(d);
    return j;
}

/* ---- stages 7 to 9 ---- */

/* Something there is to say under "Views": who was asked or left out, the vetting, a waiver. */
static inline bool has_views(const MDossier *d) {
    return bodies_asked(d) || d->not_consulted || d->vetting.number || d->waived ||
           d->editorial_count;
}

static inline Judgement judge_summary(const MDossier *d, const Op *op) {
    Needs n = {NULL};
    const MSummary *s = &d->summary;
    if (op->act == ACT_WAIVE && op->b > 3) return error(PX_ERR_INPUT);
    if (op->act == ACT_PRIOR_APPROVAL) need(&n, d->is_approved, "need:opening-approved");
    need(&n, !d->is_withdrawn, "need:dossier-live");
    switch ((int)op->act) {
    case ACT_COMPOSE_SUMMARY:
        need(&n, d->version > 0, "need:draft");
        need(&n, op->c != 1 && has_views(d), "need:summary-parts");
        need(&n, op->c != 2, "need:summary-fits");
        break;
    case ACT_SIGN_SUMMARY:
    case ACT_APPROVE_SUMMARY:
    case ACT_DISSENT_NOTE:
        need(&n, s->number, "need:summary");
        if (op->act != ACT_DISSENT_NOTE) need(&n, is_summary_current(d), "need:summary-current");
        if (op->act == ACT_APPROVE_SUMMARY) need(&n, s->is_signed, "need:summary-signed");
        break;
    default: break;
    }
    Judgement j = judged(&n);
    if (op->act == ACT_COMPOSE_SUMMARY) j.warnings = !are_clearances_current(d) + !is_vetted(d);
    return j;
}

static inline bool are_views_in(const MDossier *d) {
    return d->summary.number && !(bodies_asked(d) & ~d->summary.bodies);
}

static inline bool clearances_hold(const MDossier *d) {
    return are_clearances_current(d) || is_waived(d, "clearances-current");
}

static inline bool is_with_the_cabinet(const MDossier *d) {
    return d->summary.is_lodged && d->summary.completeness >= 0;
}

static inline Judgement judge_lodging(const MDossier *d, const Op *op) {
    Needs n = {NULL};
    const MSummary *s = &d->summary;
    need(&n, !d->is_withdrawn, "need:dossier-live");
    need(&n, are_returns_in(d) && no_item(d, item_undisposed), "need:all-disposed");
    need(&n, no_item(d, item_unescalated), "need:conditions-escalated");
    need(&n, no_item(d, item_unconfirmed), "need:all-confirmed");
    need(&n, clearances_hold(d), "need:clearances-current");
    need(&n, is_vetted(d), "need:vetting-current");
    need(&n, s->number, "need:summary");
    need(&n, is_summary_current(d), "need:summary-current");
    need(&n, are_views_in(d), "need:views-reflected");
    need(&n, s->is_signed, "need:summary-signed");
    need(&n, s->is_approved, "need:summary-approved");
    if (op_day(op) >= NEW_BOOK) need(&n, d->approvals, "need:prior-approval");
    need(&n, op->c >= 8 || is_waived(d, "lead-time"), "need:lead-time"); /* 7 clear days */
    need(&n, !d->is_decided, "need:undecided");
    return judged(&n);
}

static inline Judgement judge_completeness(const MDossier *d, const Op *op) {
    Needs n = {NULL};
    const bool to_cabinet = op->act == ACT_CIRCULATE_TO_CABINET;
    if (to_cabinet && (op->b > 1 || (op->b == 1 && op->c <= 0))) return error(PX_ERR_INPUT);
    need(&n, !d->is_withdrawn, "need:dossier-live");
    if (op->act != ACT_RETURN_INCOMPLETE) {
        /* a waiver counts when the Summary shows it */
        need(&n, are_clearances_current(d) || (clearances_hold(d) && is_summary_current(d)),
             "need:clearances-current");
        need(&n, is_vetted(d), "need:vetting-current");
    }
    if (op->act == ACT_ACCEPT_COMPLETE) need(&n, are_views_in(d), "need:views-reflected");
    need(&n, is_with_the_cabinet(d), "need:lodged");
    if (to_cabinet) need(&n, d->summary.completeness > 0, "need:complete");
    if (op->act != ACT_ACCEPT_COMPLETE) need(&n, !d->is_decided, "need:undecided");
    Judgement j = judged(&n);
    if (op->act != ACT_RETURN_INCOMPLETE) j.warnings = !is_summary_current(d);
    return j;
}

static inline Judgement judge_decision(const MDossier *d, const Op *op) {
    Needs n = {NULL};
    const MSummary *s = &d->summary;
    const bool approves = op->b < 2;
    if (op->act == ACT_OPINION && op->b > 2) return error(PX_ERR_INPUT);
    need(&n, !d->is_withdrawn, "need:dossier-live");
    if (op->act == ACT_DECIDE) {
        const bool waived = is_waived(d, "lead-time") && is_summary_current(d);
        need(&n, s->mode == 1 || op->day >= s->meeting || waived, "need:lead-time");
        need(&n, s->completeness > 0, "need:complete");
    }
    need(&n, s->is_circulated, "need:cabinet-circulated");
    if (op->act == ACT_OPINION) {
        need(&n, s->respond_by == NEVER || op->day <= s->respond_by, "need:opinion-time");
    } else {
        need(&n, s->mode != 1 || op->day > s->respond_by, "need:opinion-time");
        need(&n, op->c == 1 || (op->c == 0 && !approves), "need:scope");
        need(&n, op->b < 4, "need:outcome");
    }
    need(&n, !d->is_decided, "need:undecided");
    Judgement j = judged(&n);
    if (op->act == ACT_DECIDE) j.warnings = !is_vetted(d);
    return j;
}

/* ---- the whole ---- */

static inline Judgement judge_plain(const MDossier *d, const Op *op) {
    Needs n = {NULL};
    if (op->act == ACT_PAPER_ADD && op->b > 3) return error(PX_ERR_INPUT);
    if (op->act != ACT_READ) need(&n, !d->is_withdrawn, "need:dossier-live");
    return judged(&n);
}

static inline Judgement judge_objects(const Model *m, const MDossier *d, const Op *op) {
    const ActKind act = op->act;
    if (act >= ACT_LIST_ADD && act <= ACT_ROLE_TAKE) return judge_members(m, d, op);
    if (act == ACT_DRAFT) return judge_draft(d, op);
    if (act == ACT_CIRCULATE) return judge_circulation(m, d, op);
    if (act >= ACT_DELIVERED && act <= ACT_NO_REPLY) return judge_reply(m, d, op);
    if (act == ACT_CONSOLIDATE) return judge_consolidation(d);
    if (act >= ACT_SET_FORCE && act <= ACT_CONFIRM) return judge_items(d, op);
    if (act == ACT_INCORPORATE) return judge_incorporation(d, op);
    if (act == ACT_CERTIFY_EDITORIAL) return judge_certificate(d, op);
    if (act >= ACT_CLEAR && act <= ACT_WITHDRAW_CLEARANCE) return judge_stance(m, d, op);
    if (act >= ACT_PRESENT && act <= ACT_REFUSE_VETTING) return judge_vetting(d, op);
    if (act >= ACT_WAIVE && act <= ACT_DISSENT_NOTE) return judge_summary(d, op);
    if (act == ACT_LODGE) return judge_lodging(d, op);
    if (act >= ACT_ACCEPT_COMPLETE && act <= ACT_CIRCULATE_TO_CABINET) {
        return judge_completeness(d, op);
    }
    if (act == ACT_OPINION || act == ACT_DECIDE) return judge_decision(d, op);
    return judge_plain(d, op);
}

/* Days do not run backwards from stage to stage. */
static inline bool is_before_its_time(const MDossier *d, const Op *op) {
    const int stage = act_stage(op->act);
    for (int s = 0; stage > 0 && s < (stage >= 7 ? stage + 1 : stage); s++) {
        if (op->day < d->stage_day[s]) return true;
    }
    return false;
}

static inline Judgement judge_dossier(const Model *m, const Op *op) {
    const unsigned standing = is_person(op->actor) ? m->persons[op->actor].standing : 0;
    const bool keeps_list = (op->act == ACT_LIST_ADD || op->act == ACT_LIST_REMOVE) &&
                            (standing & R(SECURITY_OFFICER)) != 0 &&
                            m->persons[op->actor].is_enabled && op->dossier < m->dossier_count;
    if (!keeps_list && !model_sees(m, op->actor, op->dossier)) return refused("hidden");
    const MDossier *d = &m->dossiers[op->dossier];
    if ((op->act == ACT_DISPOSE || op->act == ACT_CONFIRM) && items_chosen(d, op).is_bad) {
        return error(PX_ERR_INPUT);
    }
    if (op->bad == BEFORE_THE_BOOK) return error(PX_ERR_CONFLICT);
    if (!((standing | d->roles[op->actor]) & roles_for(op->act))) return refused("role");
    const char *separation = separated(d, op);
    if (separation) return refused(separation);
    const Judgement j = judge_objects(m, d, op);
    return j.fate == DONE && is_before_its_time(d, op) ? error(PX_ERR_INPUT) : j;
}

static inline Judgement judge(const Model *m, const Op *op) {
    if (op->bad > WELL_FORMED && op->bad <= STILL_TO_COME) return error(PX_ERR_INPUT);
    if (op->act == ACT_DRAFT_VIEW && op->c >= FILE_NONE) return error(PX_ERR_INPUT);
    if (act_scope(op->act) == SCOPE_DOSSIER) return judge_dossier(m, op);
    if (op->bad == BEFORE_THE_BOOK) return error(PX_ERR_CONFLICT);
    if (!is_person(op->actor) || !m->persons[op->actor].is_enabled) return refused("hidden");
    if (op->act == ACT_INIT) return refused("act");
    unsigned roles = m->persons[op->actor].standing;
    if (op->a == op->actor && op->act == ACT_CREDENTIAL_SET) roles |= R(SELF);
    if (!(roles & roles_for(op->act))) return refused("role");
    if (op->act != ACT_OPEN) return judge_system(m, op);
    if (roles & (R(ADMINISTRATOR) | R(SECURITY_OFFICER))) return refused("role");
    if (m->dossier_count == DOSSIERS) return (Judgement){.fate = UNKNOWN};
    return judge_open(m, op);
}

#endif
