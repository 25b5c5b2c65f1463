/* Rules: the shipped rulebooks decide as tests/rules/expected.tsv, written by hand, has it: every
 * role, act and stage; every need taken away, every separation, every waiver; who is told that
 * there is no such dossier. */
/* needs: base rules */
#include "books.h"

enum { STAGES = 10 };

typedef struct Row {
    bool is_there;
    Set by, not_who_did, needs, warns;
    int stage; /* -1: none is needed */
} Row;

typedef struct Want {
    const Rulebook *books[BOOKS];
    Row rows[BOOKS][ACT_COUNT];
    Set waivable[BOOKS];
    Set given;         /* needs that an act itself brings */
    Set after[STAGES]; /* needs met at the end of each stage, with the given ones */
} Want;

static bool stage_read(Str text, int *out) {
    int64_t n = -1;
    if (!str_equal(text, S("-")) && !str_to_int(text, &n)) return false;
    *out = (int)n;
    return n < STAGES;
}

static void rows_load(Arena *a, Want *w) {
    Table t = {t_read_file(a, "tests/rules/expected.tsv"), 0};
    Str c[7];
    for (int n; (n = table_row(&t, c, 7)) > 0;) {
        ActKind act = ACT_INIT;
        int stage = -1;
        if (!T_EQ_INT(n, 7) || !T_CHECK(act_kind_read(c[1], &act))) return;
        T_CHECK(stage_read(c[6], &stage));
        const Row row = {
            true, cell_roles(c[2]), cell_acts(c[3]), cell_needs(c[4]), cell_needs(c[5]), stage};
        int fits = 0;
        for (int b = 0; b < BOOKS; b++) {
            if (!str_equal(c[0], S("*")) && !str_equal(c[0], w->books[b]->id)) continue;
            w->rows[b][act] = row;
            fits++;
        }
        T_CHECK(fits == (str_equal(c[0], S("*")) ? BOOKS : 1));
    }
}

static bool want_load(Arena *a, Want *w) {
    Str c[2];
    Table stages = {t_read_file(a, "tests/rules/stages.tsv"), 0};
    Table waivable = {t_read_file(a, "tests/rules/waivable.tsv"), 0};
    if (!books_load(a, w->books)) return false;
    rows_load(a, w);
    while (table_row(&stages, c, 2) == 2) {
        int stage = -1;
        T_CHECK(stage_read(c[0], &stage));
        if (stage < 0) w->given |= cell_needs(c[1]);
        for (int k = 0; k < STAGES; k++) {
            if (stage <= k) w->after[k] |= cell_needs(c[1]);
        }
    }
    while (table_row(&waivable, c, 2) == 2) {
        for (int b = 0; b < BOOKS; b++) {
            if (str_equal(c[0], w->books[b]->id)) w->waivable[b] = cell_needs(c[1]);
        }
    }
    return T_EQ_INT(w->after[STAGES - 1], set_of(NEED_COUNT) - 1);
}

/* Someone who may see the dossier, holds the roles, and finds all needs met. */
static Facts facts_of(ActKind act, Set roles) {
    return (Facts){.act = act,
                   .is_person = true,
                   .is_dossier = true,
                   .is_on_list = true,
                   .clearance = GRADING_SECRET,
                   .grading = GRADING_SECRET,
                   .roles = roles,
                   .met = ~(Set)0};
}

static Verdict decide(Arena *a, const Rulebook *b, const Facts *f) {
    Verdict v;
    memset(&v, 0xA5, sizeof v);
    may(a, b, f, &v);
    T_CHECK(v.is_allowed == (v.rule.len == 0));
    T_CHECK(!v.is_allowed || (!v.is_hidden && !v.why.len));
    return v;
}

static int lowest(Set set) {
    int i = 0;
    while (i < 64 && !set_has(set, i)) i++;
    return i;
}

static bool has_mark(Str source) {
    return source.len > 4 &&
           (str_ends(source, S("[S]")) || str_ends(source, S("[M]")) || str_ends(source, S("[D]")));
}

static bool is_hidden_verdict(const Verdict *v) {
    return !v->is_allowed && v->is_hidden && str_equal(v->rule, S("hidden")) && !v->source.len &&
           str_equal(v->why, S("There is no such dossier.")) && !v->warnings && !v->waived;
}

static const Set contentless = (Set)1 << ROLE_ADMINISTRATOR | (Set)1 << ROLE_SECURITY_OFFICER;

static bool keeps_list(int act) { return act == ACT_LIST_ADD || act == ACT_LIST_REMOVE; }

/* ---- every act has a row, and a book that agrees ---- */

static void rows_are_whole(Arena *a) {
    Want *w = NEW(a, Want);
    if (!want_load(a, w)) return;
    for (int b = 0; b < BOOKS; b++) {
        for (int act = 0; act < ACT_COUNT; act++) {
            const ActRule *rule = &w->books[b]->acts[act];
            const Row *row = &w->rows[b][act];
            T_CHECK(row->is_there == (act != ACT_INIT));
            T_CHECK(rule->is_known == (act != ACT_INIT));
            T_EQ_INT(rule->by, row->by);
            T_EQ_INT(rule->not_who_did, row->not_who_did);
            T_EQ_INT(rule->needs, row->needs);
            T_EQ_INT(rule->warns, row->warns);
            T_EQ_INT(rule->unlisted, keeps_list(act) ? set_of(ROLE_SECURITY_OFFICER) : 0);
            if (act == ACT_INIT) continue;
            if (!T_CHECK(row->by != 0 && has_mark(rule->source))) printf("#   %d\n", act);
        }
        T_EQ_INT(w->books[b]->waivable, w->waivable[b]);
        T_EQ_INT(w->books[b]->no_content, contentless);
    }
}

/* ---- the whole table ---- */

typedef struct Count {
    int allowed, role, need, hidden;
} Count;

static void check_cell(Arena *a, const Want *w, int b, int act, int role, int stage, Count *count) {
    const Row *row = &w->rows[b][act];
    Facts f = facts_of((ActKind)act, set_of(role));
    f.met = stage < 0 ? w->given : w->after[stage];
    f.is_dossier = stage >= 0;
    const Verdict v = decide(a, w->books[b], &f);
    const bool is_keeper = keeps_list(act) && role == ROLE_SECURITY_OFFICER;
    const bool is_shut = act_scope(f.act) == SCOPE_DOSSIER &&
                         (!f.is_dossier || ((contentless & f.roles) && !is_keeper));
    bool fits;
    if (is_shut) {
        count->hidden++;
        fits = is_hidden_verdict(&v);
    } else if (!set_has(row->by, role)) {
        count->role++;
        fits = !v.is_allowed && !v.is_hidden && str_equal(v.rule, S("role")) && v.why.len > 0 &&
               has_mark(v.source);
    } else if (stage >= row->stage) {
        count->allowed++;
        fits = v.is_allowed && v.warnings == (row->warns & ~f.met) && !v.waived;
    } else {
        count->need++;
        const int need = lowest(row->needs & ~f.met);
        fits = !v.is_allowed && !v.is_hidden && has_mark(v.source) && need < NEED_COUNT &&
               str_equal(v.rule, arena_format(a, "need:%s", need_name((Need)need)));
    }
    if (T_CHECK(fits)) return;
    printf("#   %s: %s by %s at stage %d: %s (%.*s) %.*s\n", w->books[b]->id.ptr, act_name(f.act),
           role_name((Role)role), stage, v.is_allowed ? "allowed" : "refused", (int)v.rule.len,
           v.rule.ptr, (int)v.why.len, v.why.ptr);
}

static void every_role_act_stage(Arena *a) {
    Want *w = NEW(a, Want);
    Count count = {0};
    if (!want_load(a, w)) return;
    for (int b = 0; b < BOOKS; b++) {
        for (int act = 1; act < ACT_COUNT; act++) {
            for (int role = 0; role < ROLE_COUNT; role++) {
                for (int stage = -1; stage < STAGES; stage++) {
                    check_cell(a, w, b, act, role, stage, &count);
                }
            }
        }
    }
    printf("# cells: %d allowed, %d not for the role, %d not at that stage, %d hidden\n",
           count.allowed, count.role, count.need, count.hidden);
    T_EQ_INT(count.allowed + count.role + count.need + count.hidden,
             BOOKS * (ACT_COUNT - 1) * ROLE_COUNT * (STAGES + 1));
    T_CHECK(count.allowed > 500 && count.need > 500);
}

/* ---- needs, one by one; waivers ---- */

static void check_need(Arena *a, const Want *w, int b, int act, int need) {
    const Row *row = &w->rows[b][act];
    const Rulebook *book = w->books[b];
    Facts f = facts_of((ActKind)act, set_of(lowest(row->by)));
    f.met &= ~set_of(need);
    f.detail[need] = S("the detail");
    const Verdict v = decide(a, book, &f);
    f.waived = set_of(need);
    const Verdict waived = decide(a, book, &f);
    f.waived = ~set_of(need);
    const Verdict other = decide(a, book, &f);
    if (set_has(row->needs, need)) {
        T_CHECK(!v.is_allowed && !v.is_hidden);
        T_EQ_STR(v.rule, arena_format(a, "need:%s", need_name((Need)need)));
        T_CHECK(has_mark(v.source) && str_equal(v.source, book->acts[act].need_source[need]));
        T_EQ_STR(v.why, need_sentence(a, (Need)need, S("the detail")));
        T_CHECK(str_find(v.why, S("the detail")) > 0);
        T_CHECK(waived.is_allowed == set_has(w->waivable[b], need));
        T_EQ_INT(waived.waived, waived.is_allowed ? set_of(need) : 0);
        T_CHECK(!other.is_allowed); /* another need's waiver is of no use */
        return;
    }
    T_CHECK(v.is_allowed && v.waived == 0);
    T_EQ_INT(v.warnings, set_has(row->warns, need) ? set_of(need) : 0);
    T_EQ_INT(waived.warnings, v.warnings); /* what only warns goes on warning */
    if (v.warnings) T_CHECK(has_mark(book->acts[act].need_source[need]));
}

static void every_need(Arena *a) {
    Want *w = NEW(a, Want);
    if (!want_load(a, w)) return;
    for (int b = 0; b < BOOKS; b++) {
        for (int act = 1; act < ACT_COUNT; act++) {
            for (int need = 0; need < NEED_COUNT; need++) check_need(a, w, b, act, need);
        }
    }
}

/* ---- separations ---- */

static void every_separation(Arena *a) {
    Want *w = NEW(a, Want);
    int refused = 0;
    if (!want_load(a, w)) return;
    for (int b = 0; b < BOOKS; b++) {
        for (int act = 1; act < ACT_COUNT; act++) {
            const Row *row = &w->rows[b][act];
            for (int did = 0; did < ACT_COUNT; did++) {
                Facts f = facts_of((ActKind)act, row->by & ~contentless);
                if (!f.roles) f.roles = row->by;
                f.did = set_of(did);
                f.waived = ~(Set)0; /* no waiver helps */
                const Verdict v = decide(a, w->books[b], &f);
                const bool is_apart = set_has(row->not_who_did, did);
                if (!T_CHECK(v.is_allowed == !is_apart)) {
                    printf("#   %s after %s\n", act_name(f.act), act_name((ActKind)did));
                }
                if (!is_apart) continue;
                refused++;
                T_EQ_STR(v.rule, arena_format(a, "separation:%s", act_name((ActKind)did)));
                T_CHECK(!v.is_hidden && has_mark(v.source) && v.why.len > 20);
                T_EQ_STR(v.source, w->books[b]->acts[act].separation_source[did]);
            }
        }
    }
    T_CHECK(refused > 200);
}

/* ---- hidden ---- */

static void hidden(Arena *a) {
    Want *w = NEW(a, Want);
    if (!want_load(a, w)) return;
    for (int b = 0; b < BOOKS; b++) {
        for (int act = 1; act < ACT_COUNT; act++) {
            const ActKind kind = (ActKind)act;
            const Set any = ~(Set)0 & ~contentless;
            Facts f = facts_of(kind, keeps_list(act) ? w->rows[b][act].by : any);
            const bool in_dossier = act_scope(kind) == SCOPE_DOSSIER;
            Verdict v;
            f.is_person = false;
            v = decide(a, w->books[b], &f);
            T_CHECK(is_hidden_verdict(&v));
            f.is_person = true;
            f.is_dossier = false;
            v = decide(a, w->books[b], &f);
            T_CHECK(is_hidden_verdict(&v) == in_dossier);
            f.is_dossier = true;
            f.is_on_list = false;
            v = decide(a, w->books[b], &f);
            T_CHECK(is_hidden_verdict(&v) == (in_dossier && !keeps_list(act)));
            f.is_on_list = true;
            for (int g = 0; g < GRADING_COUNT; g++) {
                for (int c = 0; c < GRADING_COUNT; c++) {
                    f.grading = (Grading)g;
                    f.clearance = (Grading)c;
                    v = decide(a, w->books[b], &f);
                    T_CHECK(is_hidden_verdict(&v) == (in_dossier && !keeps_list(act) && c < g));
                }
            }
            /* a list kept by others: a drafter off the list learns nothing by list-add */
            f = facts_of(kind, set_of(ROLE_DRAFTER));
            f.is_on_list = false;
            v = decide(a, w->books[b], &f);
            T_CHECK(is_hidden_verdict(&v) == in_dossier);
        }
    }
}

static void opening(Arena *a) {
    Want *w = NEW(a, Want);
    if (!want_load(a, w)) return;
    Facts f = facts_of(ACT_OPEN, set_of(ROLE_DESK_OFFICER));
    f.clearance = GRADING_CONFIDENTIAL;
    Verdict v = decide(a, w->books[0], &f);
    T_CHECK(!v.is_allowed && !v.is_hidden);
    T_EQ_STR(v.rule, S("clearance"));
    T_CHECK(str_find(v.why, S("SECRET")) > 0);
    f.clearance = GRADING_TOP_SECRET;
    T_CHECK(decide(a, w->books[0], &f).is_allowed);
    f.roles |= set_of(ROLE_ADMINISTRATOR); /* no exemption, and no way to content */
    v = decide(a, w->books[0], &f);
    T_EQ_STR(v.rule, S("role"));
    T_CHECK(has_mark(v.source));
}

/* ---- failing closed ---- */

static void fails_closed(Arena *a) {
    Want *w = NEW(a, Want);
    if (!want_load(a, w)) return;
    const Facts nothing = {.act = ACT_INIT};
    const Rulebook *empty = NEW(a, Rulebook);
    const Rulebook *all[] = {w->books[0], w->books[1], w->books[2], empty, NULL};
    for (size_t b = 0; b < sizeof all / sizeof *all; b++) {
        Verdict v = decide(a, all[b], &nothing);
        T_CHECK(is_hidden_verdict(&v));
        for (int act = 0; act < ACT_COUNT; act++) {
            const Facts bare = {.act = (ActKind)act};
            v = decide(a, all[b], &bare);
            T_CHECK(is_hidden_verdict(&v));
        }
        const Facts no_act = facts_of(ACT_COUNT, ~(Set)0), odd = facts_of((ActKind)-5, ~(Set)0);
        v = decide(a, all[b], &no_act);
        T_CHECK(is_hidden_verdict(&v));
        v = decide(a, all[b], &odd);
        T_CHECK(is_hidden_verdict(&v));
        const Facts init = facts_of(ACT_INIT, ~(Set)0); /* nobody installs a second time */
        v = decide(a, all[b], &init);
        T_CHECK(!v.is_allowed);
        T_EQ_STR(v.rule, S("act"));
    }
    for (int act = 0; act < ACT_COUNT; act++) { /* books that know no act, or are none */
        Facts f = facts_of((ActKind)act, ~contentless);
        f.waived = ~(Set)0;
        T_CHECK(!decide(a, empty, &f).is_allowed);
        T_CHECK(!decide(a, NULL, &f).is_allowed);
        Rulebook without = *w->books[0];
        without.acts[act].is_known = false;
        const Verdict v = decide(a, &without, &f);
        T_CHECK(!v.is_allowed && !v.is_hidden);
        T_EQ_STR(v.rule, S("act"));
        f.roles = 0;
        T_CHECK(!decide(a, w->books[0], &f).is_allowed);
    }
}

/* ---- an oracle, and facts at random ---- */

static bool oracle(const Want *w, int b, const Facts *f) {
    const Row *row = &w->rows[b][f->act];
    const Set lacking = row->needs & ~f->met;
    bool sees = true;
    if (!f->is_person || !row->is_there) return false;
    if (act_scope(f->act) == SCOPE_DOSSIER) {
        const bool keeper = keeps_list((int)f->act) && set_has(f->roles, ROLE_SECURITY_OFFICER);
        sees =
            f->is_dossier &&
            (keeper || (f->is_on_list && f->clearance >= f->grading && !(f->roles & contentless)));
    } else if (act_scope(f->act) == SCOPE_OPENING) {
        sees = f->clearance >= f->grading && !(f->roles & contentless);
    }
    return sees && (f->roles & row->by) && !(f->did & row->not_who_did) &&
           !(lacking & ~(f->waived & w->waivable[b]));
}

static Set few(ptrdiff_t most) {
    Set set = 0;
    for (ptrdiff_t n = t_random_below(most + 1); n > 0; n--) set |= set_of((int)t_random_below(64));
    return set;
}

static void random_facts(Arena *a) {
    Want *w = NEW(a, Want);
    int allowed = 0;
    if (!want_load(a, w)) return;
    const ArenaMark mark = arena_mark(a);
    for (int i = 0; i < 150000; i++) {
        const int b = (int)t_random_below(BOOKS);
        const ActKind act = (ActKind)t_random_below(ACT_COUNT);
        Facts f = facts_of(act, few(3) & (set_of(ROLE_COUNT) - 1));
        if (t_random_below(2)) f.roles |= w->rows[b][f.act].by & few(40);
        f.is_person = t_random_below(20) > 0;
        f.is_dossier = t_random_below(20) > 0;
        f.is_on_list = t_random_below(10) > 0;
        f.clearance = (Grading)t_random_below(GRADING_COUNT);
        const bool is_low = t_random_below(3) > 0;
        f.grading = (Grading)t_random_below(is_low ? f.clearance + 1 : GRADING_COUNT);
        f.did = t_random_below(2) ? few(2) : 0;
        f.met = t_random_below(2) ? ~few(4) : ~(Set)0;
        f.waived = t_random_below(2) ? few(10) | ~f.met : 0;
        const Verdict v = decide(a, w->books[b], &f);
        allowed += v.is_allowed;
        if (!T_CHECK(v.is_allowed == oracle(w, b, &f))) {
            printf("#   %s, case %d\n", act_name(f.act), i);
            return;
        }
        T_CHECK(v.is_allowed || v.why.len > 0);
        if (v.is_allowed) {
            const Set lacking = w->rows[b][f.act].needs & ~f.met;
            T_EQ_INT(v.waived, lacking & f.waived & w->waivable[b]);
            T_EQ_INT(v.warnings, w->rows[b][f.act].warns & ~f.met);
        }
        arena_rewind(a, mark);
    }
    printf("# %d of 150000 allowed\n", allowed);
    T_CHECK(allowed > 5000 && allowed < 145000);
}

/* ---- sentences ---- */

static void sentences(Arena *a) {
    T_EQ_STR(need_sentence(a, NEED_DOSSIER_LIVE, S(" (withdrawn)")),
             S("The dossier is closed (withdrawn)."));
    T_EQ_STR(need_sentence(a, NEED_DOSSIER_LIVE, S("")), S("The dossier is closed."));
    T_EQ_STR(need_sentence(a, NEED_DOSSIER_LIVE, S("withdrawn")),
             S("The dossier is closed: withdrawn."));
    T_EQ_STR(need_sentence(a, NEED_CONSULTEES, S("Finance Division")),
             S("A body that must be consulted is neither addressed nor explained: Finance "
               "Division."));
    T_EQ_STR(need_sentence(a, NEED_CONSULTEES, S("")),
             S("A body that must be consulted is neither addressed nor explained."));
    T_EQ_STR(need_sentence(a, NEED_ITEM, S("%s %n 100%")), S("There is no such item: %s %n 100%."));
    for (int n = 0; n < NEED_COUNT; n++) {
        const Str bare = need_sentence(a, (Need)n, S("")), full = need_sentence(a, (Need)n, S("x"));
        T_CHECK(str_ends(bare, S(".")) && str_find(bare, S("%")) < 0 && str_find(bare, S(":")) < 0);
        T_CHECK(str_ends(full, S(": x.")));
    }
}

static void t_rows_are_whole(void) { t_with_arena(rows_are_whole); }
static void t_every_role_act_stage(void) { t_with_arena(every_role_act_stage); }
static void t_every_need(void) { t_with_arena(every_need); }
static void t_every_separation(void) { t_with_arena(every_separation); }
static void t_hidden(void) { t_with_arena(hidden); }
static void t_opening(void) { t_with_arena(opening); }
static void t_fails_closed(void) { t_with_arena(fails_closed); }
static void t_random_facts(void) { t_with_arena(random_facts); }
static void t_sentences(void) { t_with_arena(sentences); }

int main(void) {
    T_RUN(t_rows_are_whole);
    T_RUN(t_every_role_act_stage);
    T_RUN(t_every_need);
    T_RUN(t_every_separation);
    T_RUN(t_hidden);
    T_RUN(t_opening);
    T_RUN(t_fails_closed);
    T_RUN(t_random_facts);
    T_RUN(t_sentences);
    return t_end();
}
