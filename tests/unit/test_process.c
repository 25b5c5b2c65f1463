/* The process against an oracle: sequences of acts at random, by anybody, on anything, each judged
 * by plain rules beside the service; what stands in the tables afterwards is what the oracle says
 * and what the record replays to, and who may not see a dossier cannot tell it from none.
 *
 * T_CASES: how many sequences; T_SEED: from where on. A sequence that fails is cut short and shown.
 */
/* needs: engine os json store record rules worker dossier */
#include <unistd.h>

#include "t.h"

#include "process/check.h"

enum { CASES = 15, LENGTH = 70, BEGINNING = 40, OPS_MAX = 1000 };

typedef struct Sequence {
    Op ops[OPS_MAX];
    int count;
} Sequence;

/* How often each act was done and refused, and by which rule. */
typedef struct Tally {
    int fates[4];
    int acts[ACT_COUNT][4];
    const char *rules[128];
    int rule_counts[128];
} Tally;

static void tally(Tally *t, const Judgement *j, ActKind act) {
    t->fates[j->fate]++;
    t->acts[act][j->fate]++;
    if (j->fate != REFUSED) return;
    int i = 0;
    while (t->rules[i] && strcmp(t->rules[i], j->rule) != 0) i++;
    t->rules[i] = j->rule;
    t->rule_counts[i]++;
}

static void tally_show(const Tally *t) {
    printf("# %d done, %d refused, %d errors, %d left out\n", t->fates[DONE], t->fates[REFUSED],
           t->fates[ERROR], t->fates[UNKNOWN]);
    if (!getenv("T_TALLY")) return;
    for (int i = 0; i < ACT_COUNT; i++) {
        printf("# %-22s %6d done %6d refused %6d errors\n", act_name((ActKind)i), t->acts[i][DONE],
               t->acts[i][REFUSED], t->acts[i][ERROR]);
    }
    for (int i = 0; t->rules[i]; i++) printf("# %-30s %6d\n", t->rules[i], t->rule_counts[i]);
}

/* What the copies are made of. */
typedef struct Source {
    World world;
    Str export; /* of it, for PostgreSQL */
    const Fixture *f;
    int copies;
} Source;

static bool source_make(Arena *a, const Fixture *f, Source *s) {
    Fixture home = fixture_new(a, false);
    *s = (Source){.world = {.arena = a, .place = home.place}, .f = f};
    s->export = os_path(a, home.folder, S("export"));
    return world_make(&s->world) && world_export(&s->world, a, s->export);
}

/* A world like it in a place of its own; run_end ends both. */
typedef struct Place {
    Fixture f;
    bool is_postgres;
} Place;

static bool run_open(Arena *a, Source *s, Run *r, Place *place) {
    place->is_postgres = s->f->server_url.len > 0;
    place->f = fixture_new(a, place->is_postgres);
    *r = (Run){.failed = false};
    if (!(place->is_postgres ? world_import(a, s->export, place->f.place, &r->w)
                             : world_copy(&s->world, a, place->f.place.folder, &r->w))) {
        return false;
    }
    run_begin(r);
    return true;
}

static void run_end(Run *r, Place *place) {
    world_close(&r->w);
    if (place->is_postgres) fixture_end(&place->f);
}

static bool fails(const Sequence *q, Source *s, Arena *keep, Str *why) {
    Arena *a = arena_child(keep);
    Run r;
    Place place;
    bool failed = false;
    if (run_open(a, s, &r, &place)) {
        for (int i = 0; i < q->count && !r.failed;) i += run_some(&r, q->ops, i, q->count);
        if (!r.failed) check_run(&r);
        failed = r.failed;
        *why = arena_str(keep, r.why);
        run_end(&r, &place);
    }
    arena_close(a);
    return failed;
}

/* Leaves out what the failure does not need, and shows the rest. */
static void shorten(Sequence *q, Source *s, Arena *a) {
    Str why;
    for (int size = q->count / 2; size > 0; size /= 2) {
        for (int from = q->count - size; from >= 0; from -= size) {
            Sequence *less = NEW(a, Sequence);
            *less = *q;
            memmove(less->ops + from, less->ops + from + size,
                    (size_t)(q->count - from - size) * sizeof *q->ops);
            less->count -= size;
            if (fails(less, s, a, &why)) *q = *less;
        }
    }
    for (int i = 0; i < q->count; i++) {
        const Str text = op_text(a, &q->ops[i]);
        printf("#   %d. %.*s\n", i + 1, (int)text.len, text.ptr);
    }
    if (fails(q, s, a, &why)) printf("# %.*s\n", (int)why.len, why.ptr);
}

static void one(Arena *keep, Source *s, Tally *t) {
    Sequence *q = NEW(keep, Sequence);
    const uint64_t seed = t_state.random;
    Arena *a = arena_child(keep);
    Run r;
    Place place;
    first_day = chance(70) ? DAY_2016 : DAY_2023;
    if (!run_open(a, s, &r, &place)) return;
    int day = 0;
    const int beginning = chance(85) ? BEGINNING : 0;
    for (int i = 0; i < LENGTH + beginning && !r.failed; i++) {
        const int from = q->count;
        for (int more = chance(8) ? 2 + below(GROUP_MAX - 2) : 1; more > 0; more--) {
            Op op = i < beginning || chance(70) ? op_next(r.m, day)
                    : chance(50)                ? op_likely(r.m, day)
                                                : op_random(r.m, day);
            op.with_next = more > 1;
            const Judgement j = judge(r.m, &op);
            tally(t, &j, op.act);
            if (j.fate == DONE && op.day > day) day = op.day;
            q->ops[q->count++] = op;
        }
        for (int at = from; at < q->count && !r.failed;) at += run_some(&r, q->ops, at, q->count);
        if (chance(15)) day++;
        if (chance(1)) check_run(&r);
    }
    if (!r.failed) check_run(&r);
    if (!r.failed && chance(8)) {
        const bool other = getenv("PARAPH_TEST_POSTGRES") && chance(50);
        const Fixture f = fixture_new(a, other);
        check_round_trip(&r, &f);
        fixture_end(&f);
    }
    const Str why = arena_str(keep, r.why);
    run_end(&r, &place);
    arena_close(a);
    if (T_CHECK(!r.failed)) return;
    printf("# %.*s\n# state %" PRIu64 "; the sequence, cut short:\n", (int)why.len, why.ptr, seed);
    shorten(q, s, keep);
}

static void sequences(Arena *a, const Fixture *f) {
    const char *cases = getenv("T_CASES");
    int64_t count = CASES;
    Tally *t = NEW(a, Tally);
    Source s;
    if (cases) T_CHECK(str_to_int(str_from_z(cases), &count));
    if (!source_make(a, f, &s)) return;
    for (int64_t i = 0; i < count && !t_state.test_failed; i++) {
        Arena *each = arena_open((ptrdiff_t)1 << 30);
        one(each, &s, t);
        arena_close(each);
    }
    world_close(&s.world);
    tally_show(t);
    if (t_state.test_failed || count < CASES) return;
    int done = 0, refusals = 0; /* kinds of acts: most are met with */
    for (int i = 0; i < ACT_COUNT; i++) {
        done += t->acts[i][DONE] > 0;
        refusals += t->acts[i][REFUSED] > 0;
    }
    T_CHECK(done > ACT_COUNT * 3 / 4 && refusals > ACT_COUNT * 3 / 4);
    /* a whole story by chance takes many sequences */
    T_CHECK(t->acts[ACT_DECIDE][DONE] > 0 || count < 10 * CASES);
}

int main(void) {
    world_fix("1717243200000000");
    ON_EACH_DRIVER(sequences);
    return t_end();
}
