/* The whole table: every act on a dossier, by the holder of every role and by those who are to see
 * nothing, in every state from the opening to the decision and after a withdrawal, through the
 * service; allowed and refused as tests/rules/expected.tsv, written by hand, has it. Each act that
 * is allowed is undone at the last moment, so that all meet the same state. */
/* needs: engine os json store record rules worker dossier */
#include "t.h"

#include "dossier/int.h"
#include "process/check.h"
#include "unit/books.h"

/* ---- what is expected ---- */

typedef struct Row {
    Set by, needs;
    int stage; /* the first one at whose end all is there that the act needs */
} Row;

static bool rows_read(Arena *a, Row *rows) {
    Table t = {t_read_file(a, "tests/rules/expected.tsv"), 0};
    Str cells[8];
    for (int n; (n = table_row(&t, cells, 8)) > 0;) {
        ActKind act;
        int64_t stage = 0;
        if (!str_equal(cells[0], S("*")) && !str_equal(cells[0], S("pk-1973@2000"))) continue;
        if (!T_CHECK(n >= 7 && act_kind_read(cells[1], &act))) return false;
        if (!str_equal(cells[6], S("-"))) T_CHECK(str_to_int(cells[6], &stage));
        rows[act] = (Row){cell_roles(cells[2]), cell_needs(cells[4]), (int)stage};
    }
    /* A Summary is composed anew at any time; there must be somebody whose view it tells. */
    rows[ACT_COMPOSE_SUMMARY].stage = 2;
    return T_CHECK(rows[ACT_DECIDE].by != 0);
}

/* ---- the states ---- */

enum { OPENED = 0, APPROVED, STAGE_1, STAGE_9 = STAGE_1 + 8, DECIDED, WITHDRAWN, STATES };

typedef struct Town {
    Run r;
    int day;
    Row rows[ACT_COUNT];
} Town;

static void go(Town *t, Op op) {
    op.day = ++t->day;
    const Judgement j = judge(t->r.m, &op);
    run_op(&t->r, &op);
    if (T_CHECK(j.fate == DONE && !t->r.failed)) return;
    const Str text = op_text(t->r.step, &op);
    printf("#   %.*s: %.*s %s\n", (int)text.len, text.ptr, (int)t->r.why.len,
           t->r.why.ptr ? t->r.why.ptr : "", j.rule ? j.rule : "");
}
#define GO(kind, person, ...) go(t, (Op){.act = ACT_##kind, .actor = (person), __VA_ARGS__})

static void members(Town *t) {
    for (int p = 0; p < PERSONS; p++) {
        const Role role = p == ADMIN ? ROLE_CABINET_SECRETARY : persons[p].role;
        if (role == ROLE_COUNT || p == UNCLEARED || p == DISABLED) continue;
        if (!t->r.m->dossiers[0].listed[p]) GO(LIST_ADD, SECURITY, .a = p);
        if (!t->r.m->dossiers[0].roles[p]) GO(ROLE_GIVE, SECRETARY, .a = p, .b = (int)role);
    }
}

static const Text texts[] = {{{0}, {0}}, {{0, 0, 1, 0, 2}, {0, 0, 3, 0, 0}}};
enum { ASKED = 1 << FOREIGN | 1 << INTERIOR | 1 << FINANCE };

/* Brings the dossier from the state before to this one. */
static void advance_consultation(Town *t, int state) {
    switch (state) {
    case OPENED:
        GO(CLEARANCE_LEVEL, SECURITY, .a = ADMIN, .b = GRADING_SECRET);
        GO(OPEN, DESK, .a = SECRETARY, .c = GRADING_CONFIDENTIAL, .mask = 3);
        members(t);
        return;
    case APPROVED: GO(APPROVE_OPENING, SECRETARY); return;
    case STAGE_1: GO(DRAFT, DESK, .text = texts[0]); return;
    case STAGE_1 + 1: GO(CIRCULATE, SECRETARY, .mask = ASKED, .c = 2, .d = PROVISION_NAMES); return;
    case STAGE_1 + 2:
        GO(DRAFT_VIEW, NODAL_FOREIGN, .a = FOREIGN, .mask = 1);
        GO(ISSUE_VIEW, OFFICER_FOREIGN, .a = FOREIGN, .c = FILE_NONE, .d = NO_PROVISION);
        return;
    case STAGE_1 + 3:
        GO(CONSOLIDATE, DESK);
        GO(DISPOSE, DESK, .c = 4, .b = ACCEPTED);
        GO(CONFIRM, DEPUTY, .c = 4);
        GO(INCORPORATE, DESK);
        GO(CIRCULATE, SECRETARY, .mask = ASKED, .c = 2, .d = PROVISION_NAMES);
        GO(RECEIVE, REGISTRY, .a = INTERIOR, .b = OFFICER_INTERIOR, .mask = 21, .d = 0);
        GO(CONSOLIDATE, DESK);
        GO(DISPOSE, DESK, .c = 4, .b = REJECTED, .d = 1);
        GO(ESCALATE, SECRETARY, .a = t->r.m->dossiers[0].first_item);
        GO(CONFIRM, DEPUTY, .c = 4);
        return;
    case STAGE_1 + 4:
        GO(CLEAR, OFFICER_FOREIGN, .a = FOREIGN, .b = PERSONS, .d = EVERY_PROVISION);
        GO(CLEAR, OFFICER_INTERIOR, .a = INTERIOR, .b = PERSONS, .d = EVERY_PROVISION);
        GO(CLEAR, REGISTRY, .a = FINANCE, .b = OFFICER_FINANCE, .c = 1, .d = EVERY_PROVISION);
        return;
    default: return;
    }
}

static void advance(Town *t, int state) {
    switch (state) {
    case STAGE_1 + 5:
        GO(PRESENT, DESK);
        GO(VET, VETTER, .c = 1);
        return;
    case STAGE_1 + 6:
        GO(COMPOSE_SUMMARY, DESK);
        GO(SIGN_SUMMARY, SECRETARY);
        GO(APPROVE_SUMMARY, MINISTER);
        GO(LODGE, SECRETARY, .c = 8);
        return;
    case STAGE_1 + 7: GO(ACCEPT_COMPLETE, CABINET_SECRETARY); return;
    case STAGE_9: GO(CIRCULATE_TO_CABINET, CABINET_SECRETARY, .b = 0); return;
    case DECIDED:
        t->day += 8;
        GO(DECIDE, CABINET_SECRETARY, .b = 0, .c = 1);
        return;
    case WITHDRAWN: GO(WITHDRAW_DOSSIER, SECRETARY); return;
    default: advance_consultation(t, state);
    }
}

/* ---- the acts ---- */

/* What the act is done with so that nothing but the state and the person can be amiss. */
static Op op_sound(const Town *t, ActKind act, int actor) {
    Op op = {.act = act, .actor = actor, .day = t->day + 3};
    const int first = t->r.m->dossiers[0].first_item;
    switch ((int)act) {
    case ACT_LIST_ADD:
    case ACT_LIST_REMOVE: op.a = MEMBER; break;
    case ACT_ROLE_GIVE:
    case ACT_ROLE_TAKE: op.a = MEMBER, op.b = ROLE_AUDITOR; break;
    case ACT_DRAFT: op.text = texts[1]; break;
    case ACT_NOT_CONSULTED: op.a = BORDER; break;
    case ACT_CIRCULATE: op.mask = ASKED, op.c = 9, op.d = PROVISION_NAMES; break;
    case ACT_DELIVERED:
    case ACT_NO_REPLY: op.a = FINANCE; break;
    case ACT_RECEIVE:
        op.a = FOREIGN, op.b = OFFICER_FOREIGN, op.mask = 1, op.d = NO_PROVISION;
        break;
    case ACT_DRAFT_VIEW:
    case ACT_ISSUE_VIEW: op.a = FOREIGN, op.mask = 1, op.d = NO_PROVISION; break;
    case ACT_NIL_RETURN: op.a = FOREIGN, op.b = OFFICER_FOREIGN, op.c = 1; break;
    case ACT_SET_FORCE: op.a = first; break;
    case ACT_ESCALATE: op.a = first; break;
    case ACT_DISPOSE:
    case ACT_CONFIRM: op.a = first ? first : 1, op.b = NOTED; break;
    case ACT_CERTIFY_EDITORIAL: op.a = 0; break;
    case ACT_CLEAR:
    case ACT_OBJECT:
    case ACT_WITHDRAW_CLEARANCE: op.a = FOREIGN, op.b = OFFICER_FOREIGN, op.c = 1; break;
    case ACT_VET:
    case ACT_REFUSE_VETTING: op.c = 1; break;
    case ACT_LODGE: op.c = 8; break;
    case ACT_DECIDE: op.c = 1, op.day += 8; break;
    default: break;
    }
    return op;
}

/* One person for each role of a dossier, and those to whom there is no such dossier. */
static bool is_blind(int p) {
    return p == ADMIN || p == SECURITY || p == OUTSIDER || p == UNCLEARED || p == DISABLED ||
           p == NO_PERSON;
}

typedef struct Expected {
    bool is_allowed;
    const char *rule; /* NULL: one of the row's needs */
} Expected;

static Expected expected(const Town *t, int state, ActKind act, int p) {
    const Row *row = &t->rows[act];
    const bool keeps_list = p == SECURITY && set_has(row->by, ROLE_SECURITY_OFFICER);
    if (is_blind(p) && !keeps_list) return (Expected){false, "hidden"};
    if (!keeps_list && !set_has(row->by, persons[p].role)) return (Expected){false, "role"};
    if (act == ACT_APPROVE_OPENING) return (Expected){state != WITHDRAWN, "need:dossier-live"};
    if (state == WITHDRAWN) {
        return (Expected){!set_has(row->needs, NEED_DOSSIER_LIVE), "need:dossier-live"};
    }
    if (state == DECIDED && set_has(row->needs, NEED_UNDECIDED)) {
        return (Expected){false, "need:undecided"};
    }
    if (state == OPENED) {
        const bool waits = set_has(row->needs, NEED_OPENING_APPROVED);
        return (Expected){row->stage == 0 && !waits, waits ? "need:opening-approved" : NULL};
    }
    /* what is asked is the view of Foreign Affairs, which no other body's officer gives */
    const bool is_others = persons[p].role == ROLE_AUTHORISED_OFFICER &&
                           persons[p].body != FOREIGN &&
                           set_has(row->needs, NEED_OFFICER_AUTHORISED);
    return (Expected){state - APPROVED >= row->stage && !is_others, NULL};
}

/* ---- trying ---- */

static bool undone(void *ctx, PxErr *err) {
    (void)ctx;
    return fail(err, PX_ERR_BUSY, S("test"), -1, "undone");
}

typedef struct Trial {
    Op op;
    Expected expected;
    bool is_prepared;
    PxErr err;
    Making making;
} Trial;

static void trial_check(const Town *t, int state, const Trial *trial, const Commit *c) {
    const bool was_undone = !c->is_done && c->err.kind == PX_ERR_BUSY;
    const Outcome *o = &c->outcome;
    bool right = trial->is_prepared && was_undone == trial->expected.is_allowed;
    if (right && !was_undone) {
        Need need = (Need)0;
        const char *rule = trial->expected.rule;
        right = o->is_refused && o->is_hidden == (rule && strcmp(rule, "hidden") == 0) &&
                (rule ? str_equal(o->rule, str_from_z(rule))
                      : str_starts(o->rule, S("need:")) &&
                            need_read(str_slice(o->rule, 5, o->rule.len), &need) &&
                            set_has(t->rows[trial->op.act].needs, (int)need));
    }
    if (T_CHECK(right)) return;
    printf("#   state %d: %s by %s: expected %s, was %s %.*s: %.*s%s\n", state,
           act_name(trial->op.act), persons[trial->op.actor].id,
           trial->expected.is_allowed ? "allowed"
           : trial->expected.rule     ? trial->expected.rule
                                      : "a need",
           was_undone ? "allowed" : "not", (int)o->rule.len, o->rule.ptr ? o->rule.ptr : "",
           (int)o->why.len, o->why.ptr ? o->why.ptr : "",
           trial->is_prepared ? c->err.message : trial->err.message);
}

/* Every person on one act, in one transaction. */
static void act_try(Town *t, int state, ActKind act) {
    Arena *a = arena_child(t->r.w.arena);
    Trial trials[PERSONS + 1];
    Commit commits[PERSONS + 1];
    int at[PERSONS + 1], count = 0;
    PxErr err = {0};
    for (int p = 0; p <= PERSONS; p++) {
        Trial *trial = &trials[p];
        *trial = (Trial){.op = op_sound(t, act, p), .expected = expected(t, state, act, p)};
        commits[count] = (Commit){.prepared = NULL};
        arena_close(t->r.step);
        t->r.step = arena_child(a);
        const Request q = run_request(&t->r, &trial->op, &trial->making);
        trial->is_prepared =
            dossier_prepare(t->r.w.service, a, &q, &commits[count].prepared, &trial->err);
        if (!trial->is_prepared) {
            trial_check(t, state, trial, &commits[count]);
            continue;
        }
        commits[count].prepared->c.also = undone;
        at[count++] = p;
    }
    T_OK(dossier_commit(t->r.w.service, a, commits, count, &err), &err);
    for (int i = 0; i < count; i++) {
        trial_check(t, state, &trials[at[i]], &commits[i]);
        t->r.m->leaves += commits[i].is_done;
    }
    t->r.step = arena_child(t->r.w.arena);
    arena_close(a);
}

static void whole_table(Arena *a, const Fixture *f) {
    Town *t = NEW(a, Town);
    t->r.w = (World){.arena = a, .place = f->place};
    if (!rows_read(a, t->rows) || !world_make(&t->r.w)) return;
    run_begin(&t->r);
    for (int state = 0; state < STATES && !t_state.test_failed; state++) {
        advance(t, state);
        for (int act = ACT_LIST_ADD; act < ACT_COUNT; act++) {
            if (act != ACT_OPEN) act_try(t, state, (ActKind)act);
        }
    }
    check_run(&t->r);
    T_CHECK(!t->r.failed);
    if (t->r.failed) printf("# %.*s\n", (int)t->r.why.len, t->r.why.ptr);
    world_close(&t->r.w);
}

int main(void) {
    world_fix("1717243200000000");
    ON_EACH_DRIVER(whole_table);
    return t_end();
}
