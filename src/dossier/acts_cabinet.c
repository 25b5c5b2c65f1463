/* acts_cabinet: stages 8 and 9: completeness, circulation to the Cabinet, opinions, the decision.
 */
#include "dossier/int.h"

/* ---- completeness ---- */

typedef struct Tabled { /* how the Summary is before the Cabinet */
    Str mode, respond_by, meeting;
} Tabled;

static bool tabled_load(Case *c, Tabled *out, PxErr *err) {
    Rows r;
    *out = (Tabled){{NULL, 0}, {NULL, 0}, {NULL, 0}};
    if (!STORE_ROWS(c->store, c->arena, &r, err, summary_mode, T(c->dossier_id))) return false;
    if (r.rows) *out = (Tabled){cell(&r, 0, 0), cell(&r, 0, 1), cell(&r, 0, 2)};
    return true;
}

/* The act by which it was lodged last. */
static bool lodging_load(Case *c, Act *out, PxErr *err) {
    Rows r;
    *out = (Act){.objects = NULL};
    if (!STORE_ROWS(c->store, c->arena, &r, err, act_of_kind, T(c->dossier_id), T(S("lodge")))) {
        return false;
    }
    for (ptrdiff_t i = 0; i < r.rows; i++) {
        if (!act_read(c->arena, cell(&r, i, 0), out, err)) return false;
        if (!out->is_refused) return true;
    }
    *out = (Act){.objects = NULL};
    return true;
}

/* What was entered too late for its meeting was lodged in time if the Cabinet Division had it in
 * time, and says so: the sponsor's word alone makes nothing timely. */
static bool meet_receipt(Case *c, PxErr *err) {
    const Str text = given_str(c, "received");
    Act lodging;
    Tabled on;
    Day received = DAY_NONE, lodged, meeting, earliest;
    if (!lodging_load(c, &lodging, err) || !tabled_load(c, &on, err)) return false;
    if (!lodging.objects || !day_read(lodging.on, &lodged)) return true;
    if (text.len && (!day_read(text, &received) || received < lodged || received > c->on)) {
        return fail(err, PX_ERR_INPUT, S("received"), -1,
                    "it was lodged on %.*s, and is received on that day or later, not after today",
                    (int)lodging.on.len, lodging.on.ptr);
    }
    const Str entered = json_find_str(lodging.objects, S("late_entry"));
    if (!entered.len || set_has(c->facts.waived, NEED_LEAD_TIME) ||
        !day_read(on.meeting, &meeting)) {
        return true;
    }
    if (received == DAY_NONE) {
        MEET(c, LODGED, false,
             "it was entered on %.*s, too late for the meeting on %.*s; who accepts it says on "
             "which day it was received",
             (int)entered.len, entered.ptr, (int)on.meeting.len, on.meeting.ptr);
        return true;
    }
    if (!earliest_meeting(c, received, &earliest, err)) return false;
    if (earliest > meeting) {
        MEET(c, LODGED, false, "it was received on %.*s, too late for the meeting on %.*s",
             (int)text.len, text.ptr, (int)on.meeting.len, on.meeting.ptr);
    }
    return true;
}

bool facts_completeness(Case *c, PxErr *err) {
    Json **reasons;
    if (!facts_summary(c, err)) return false;
    if (c->kind == ACT_ACCEPT_COMPLETE && !meet_receipt(c, err)) return false;
    MEET(c, REASON_GIVEN,
         c->kind == ACT_ACCEPT_COMPLETE || json_find_array(c->given, S("reason"), &reasons) > 0,
         "%s", "what is missing?");
    return true;
}

bool apply_completeness(Apply *p, PxErr *err) {
    const bool is_returned = str_equal(p->act->kind, S("return-incomplete"));
    const Json *reasons = json_find(p->o, S("reason"));
    return STORE_RUN(p->store, err, summary_completeness,
                     T(is_returned ? S("returned") : S("accepted")),
                     T(reasons ? json_text(p->arena, reasons) : S("")), T(p->dossier),
                     I(of_int(p, S("summary"))));
}

/* ---- to the Cabinet ---- */

bool facts_circulate_to_cabinet(Case *c, PxErr *err) {
    const Str mode = given_str(c, "mode"), by = given_str(c, "respond_by");
    const bool is_circulation = str_equal(mode, S("circulation"));
    Day day;
    if (!facts_summary(c, err)) return false;
    if (!is_circulation && !str_equal(mode, S("meeting"))) {
        return fail(err, PX_ERR_INPUT, S("mode"), -1, "the mode is meeting or circulation");
    }
    if (is_circulation && (!day_read(by, &day) || day < c->entered)) {
        return fail(err, PX_ERR_INPUT, S("respond_by"), -1,
                    "a circulation fixes a day for opinions, today or later");
    }
    return true;
}

bool apply_circulate_to_cabinet(Apply *p, PxErr *err) {
    return STORE_RUN(p->store, err, summary_circulate, T(of(p, S("mode"))), T(p->act->on),
                     T(of(p, S("respond_by"))), T(p->dossier), I(of_int(p, S("summary"))));
}

bool facts_opinion(Case *c, PxErr *err) {
    const Str opinion = given_str(c, "opinion");
    Tabled on;
    Day day;
    if (!facts_summary(c, err) || !tabled_load(c, &on, err)) return false;
    if (!str_equal(opinion, S("assent")) && !str_equal(opinion, S("dissent")) &&
        !str_equal(opinion, S("comment"))) {
        return fail(err, PX_ERR_INPUT, S("opinion"), -1,
                    "an opinion is assent, dissent or comment");
    }
    MEET(c, OPINION_TIME, !day_read(on.respond_by, &day) || c->entered <= day, "it was %.*s",
         (int)on.respond_by.len, on.respond_by.ptr);
    return true;
}

bool apply_opinion(Apply *p, PxErr *err) {
    const int64_t summary = of_int(p, S("summary"));
    return STORE_RUN(p->store, err, opinion_delete, T(p->dossier), I(summary), T(p->act->actor)) &&
           STORE_RUN(p->store, err, opinion_insert, T(p->dossier), I(summary), T(p->act->actor),
                     T(of(p, S("opinion"))), T(of(p, S("text"))), T(p->act->on));
}

/* ---- the decision ---- */

static bool is_one_of(Str text, const char *const *known, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (str_equal(text, str_from_z(known[i]))) return true;
    }
    return false;
}

/* A decision that approves names what it allows; this stage allows what the rulebook says. */
static void meet_scope(Case *c, Str outcome, Str scope) {
    static const char *const scopes[] = {"negotiate", "conclude", "ratify"};
    bool fits = !scope.len;
    for (int i = 0; i < 3; i++) {
        if (str_equal(scope, str_from_z(scopes[i]))) fits = set_has(c->book->scopes, i);
    }
    if (str_starts(outcome, S("approve")) && !scope.len) fits = false;
    MEET(c, SCOPE, fits, "%.*s", scope.len ? (int)scope.len : 4, scope.len ? scope.ptr : "none");
}

bool facts_decide(Case *c, PxErr *err) {
    static const char *const outcomes[] = {"approve", "approve-with-changes", "defer", "reject"};
    const Str outcome = given_str(c, "outcome");
    int64_t last;
    Tabled on;
    Day day;
    if (!facts_summary(c, err) || !tabled_load(c, &on, err) ||
        !ASK_INT(c->store, c->arena, &last, err, decision_last, T(c->dossier_id))) {
        return false;
    }
    MEET(c, OUTCOME, is_one_of(outcome, outcomes, 4), "%s", "");
    meet_scope(c, outcome, given_str(c, "scope"));
    const bool is_meeting = !str_equal(on.mode, S("circulation"));
    MEET(c, OPINION_TIME, is_meeting || !day_read(on.respond_by, &day) || c->on > day,
         "opinions may come until %.*s", (int)on.respond_by.len, on.respond_by.ptr);
    MEET(c, LEAD_TIME, !is_meeting || !day_read(on.meeting, &day) || c->on >= day,
         "it was lodged for that of %.*s", (int)on.meeting.len, on.meeting.ptr);
    json_set_int(c->arena, c->objects, S("number"), last + 1);
    json_set_str(c->arena, c->objects, S("mode"), on.mode);
    json_set_int(c->arena, c->result, S("decision"), last + 1);
    return paper_number(c, S("minutes"), 0, err);
}

bool apply_decide(Apply *p, PxErr *err) {
    int64_t paper;
    const Str outcome = of(p, S("outcome"));
    return paper_apply(p, S("minutes"), S("minutes"), S("Minutes of the Cabinet"), 0, &paper,
                       err) &&
           STORE_RUN(p->store, err, decision_insert, T(p->dossier), I(of_int(p, S("number"))),
                     I(of_int(p, S("summary"))), T(outcome), T(of(p, S("scope"))),
                     T(of(p, S("mode"))), T(of(p, S("text"))), I(paper), T(p->act->actor),
                     T(p->act->on));
}

bool facts_withdraw_dossier(Case *c, PxErr *err) {
    (void)err;
    MEET(c, REASON_GIVEN, true, "%s", "");
    return true;
}

bool apply_withdraw_dossier(Apply *p, PxErr *err) {
    return STORE_RUN(p->store, err, dossier_state, T(S("withdrawn")), T(p->dossier));
}
