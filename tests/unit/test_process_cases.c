/* Single cases of the process that chance seldom meets: what happens between the reading of a
 * document and the act, what the Summary says of bodies in words, certificates that go round in
 * circles, and what goes along with a backup. */
/* needs: engine os json store record rules worker dossier */
#include "t.h"

#include "dossier/int.h"
#include "process/check.h"

typedef struct Scene {
    Run r;
    int day;
} Scene;

static bool case_begin(Arena *a, const Fixture *f, Scene *t) {
    *t = (Scene){.day = 0};
    t->r.w = (World){.arena = a, .place = f->place};
    if (!world_make(&t->r.w)) return false;
    run_begin(&t->r);
    return true;
}

/* The act must be done, and the oracle must say so. */
static void go(Scene *t, Op op) {
    op.day = t->day;
    const Judgement j = judge(t->r.m, &op);
    run_op(&t->r, &op);
    if (T_CHECK(j.fate == DONE && !t->r.failed)) return;
    const Str text = op_text(t->r.step, &op);
    printf("#   %.*s: %.*s %s\n", (int)text.len, text.ptr, (int)t->r.why.len,
           t->r.why.ptr ? t->r.why.ptr : "", j.rule ? j.rule : "");
}
#define GO(kind, person, ...) go(t, (Op){.act = ACT_##kind, .actor = (person), __VA_ARGS__})

static void case_end(Scene *t) {
    if (!t->r.failed) check_run(&t->r);
    T_CHECK(!t->r.failed);
    if (t->r.failed) printf("# %.*s\n", (int)t->r.why.len, t->r.why.ptr);
    world_close(&t->r.w);
}

static const Text base = {{0}, {0}};
enum { ASKED = 1 << FOREIGN | 1 << INTERIOR | 1 << BORDER, ALL = PROVISION_NAMES };

static void opened(Scene *t) {
    GO(OPEN, DESK, .a = SECRETARY, .c = GRADING_OPEN, .mask = 3);
    GO(APPROVE_OPENING, SECRETARY);
    for (int p = 0; p < PERSONS; p++) {
        const MDossier *d = &t->r.m->dossiers[0];
        if (persons[p].role == ROLE_COUNT || p == UNCLEARED || p == DISABLED) continue;
        if (!d->listed[p]) GO(LIST_ADD, SECURITY, .a = p);
        if (!d->roles[p]) GO(ROLE_GIVE, SECRETARY, .a = p, .b = (int)persons[p].role);
    }
    GO(DRAFT, DESK, .text = base);
    GO(NOT_CONSULTED, SECRETARY, .a = FINANCE);
    GO(CIRCULATE, SECRETARY, .mask = ASKED, .c = 2, .d = ALL);
}

/* ---- between reading and doing ---- */

static bool prepared(Scene *t, Arena *a, Op op, Commit *out) {
    PxErr err = {0};
    Making *making = NEW(a, Making);
    op.day = t->day;
    t->r.step = arena_child(a);
    const Request q = run_request(&t->r, &op, making);
    *out = (Commit){.prepared = NULL};
    return T_OK(dossier_prepare(t->r.w.service, a, &q, &out->prepared, &err), &err);
}
#define PREPARE(commit, kind, person, ...)                                                         \
    prepared(t, t->r.w.arena, (Op){.act = ACT_##kind, .actor = (person), __VA_ARGS__}, (commit))

static void committed(Scene *t, Commit *c, const char *rule) {
    PxErr err = {0};
    T_OK(dossier_commit(t->r.w.service, t->r.w.arena, c, 1, &err), &err);
    t->r.m->leaves += c->is_done;
    if (!rule) {
        T_CHECK(!c->is_done && c->err.kind == PX_ERR_BUSY);
        return;
    }
    if (T_CHECK(c->is_done && c->outcome.is_refused)) {
        T_EQ_STR(c->outcome.rule, str_from_z(rule));
    }
}

/* What was read before another came first is not done on what it did not read. */
static void overtaken(Arena *a, const Fixture *f) {
    Scene *t = NEW(a, Scene);
    Commit draft, circulation, merge, made, summary, role;
    if (!case_begin(a, f, t)) return;
    opened(t);
    const Text other = {{1}, {0}};
    if (!PREPARE(&draft, DRAFT, DESK, .text = other) ||
        !PREPARE(&circulation, CIRCULATE, SECRETARY, .mask = ASKED, .d = ALL) ||
        !PREPARE(&summary, COMPOSE_SUMMARY, DESK)) {
        return;
    }
    GO(CIRCULATE, SECRETARY, .mask = ASKED, .c = 2, .d = ALL);
    committed(t, &circulation, "need:draft-latest");
    GO(DRAFT, DESK, .text = base);
    committed(t, &draft, "need:draft-latest");
    committed(t, &summary, "need:summary-current");

    GO(CIRCULATE, SECRETARY, .mask = ASKED, .c = 2, .d = ALL);
    GO(RECEIVE, REGISTRY, .a = INTERIOR, .b = OFFICER_INTERIOR, .mask = 1, .d = NO_PROVISION);
    if (!PREPARE(&merge, CONSOLIDATE, DESK)) return;
    GO(RECEIVE, REGISTRY, .a = BORDER, .b = OFFICER_BORDER, .mask = 1, .d = NO_PROVISION);
    committed(t, &merge, "need:draft-latest");

    GO(CONSOLIDATE, DESK);
    GO(DISPOSE, DESK, .c = 4, .b = ACCEPTED);
    GO(CONFIRM, DEPUTY, .c = 4);
    if (!PREPARE(&made, INCORPORATE, DESK)) return;
    GO(DISPOSE, DESK, .c = 0, .a = 1, .b = REJECTED, .d = 1);
    GO(CONFIRM, DEPUTY, .c = 4);
    committed(t, &made, "need:draft-latest");

    /* refused for its role while it was read, and let in meanwhile: to be tried again */
    GO(ROLE_TAKE, SECRETARY, .a = DEPUTY, .b = ROLE_CONFIRMER);
    if (!PREPARE(&role, CONFIRM, DEPUTY, .c = 0, .a = 1)) return;
    GO(ROLE_GIVE, SECRETARY, .a = DEPUTY, .b = ROLE_CONFIRMER);
    committed(t, &role, NULL);

    /* allowed while it was read, and hidden meanwhile: no fault is found with what it is done with
     */
    if (!PREPARE(&role, ROLE_GIVE, SECRETARY, .a = DEPUTY, .b = ROLE_DESK_OFFICER)) return;
    GO(LIST_REMOVE, SECURITY, .a = SECRETARY);
    committed(t, &role, "hidden");
    case_end(t);
}

/* ---- the Summary in words ---- */

static Str summary_text(Scene *t) {
    PxErr err = {0};
    Rows papers;
    Arena *a = t->r.w.arena;
    Service *s = t->r.w.service;
    int64_t number = 0;
    Str name, bytes;
    const WorkerFile *out;
    ptrdiff_t count;
    Json *result;
    GO(COMPOSE_SUMMARY, DESK);
    if (!STORE_ROWS(service_store(s), a, &papers, &err, paper_all, T(t->r.ids[0]))) return S("");
    for (ptrdiff_t i = 0; i < papers.rows; i++) {
        if (str_equal(cell(&papers, i, 1), S("summary"))) number = cell_int(&papers, i, 0);
    }
    if (!T_OK(dossier_paper(s, a, person_id(DESK), t->r.ids[0], number, &name, &bytes, &err),
              &err)) {
        return S("");
    }
    const WorkerFile in = {name, bytes};
    if (!T_OK(worker_call(service_worker(s), a, S("text"), json_object(a), &in, 1, &result, &out,
                          &count, &err),
              &err)) {
        return S("");
    }
    return T_CHECK(count == 1) ? out[0].bytes : S("");
}

/* What the Summary says behind a body's name, to the end of the line. */
static Str said_of(Str text, const char *name) {
    const ptrdiff_t at = str_find(text, str_from_z(name));
    if (!T_CHECK(at >= 0)) return S("");
    const Str rest = str_slice(text, at, text.len);
    const ptrdiff_t end = str_find(rest, S("\n"));
    return str_slice(rest, 0, end < 0 ? rest.len : end);
}

static bool says(Str text, const char *name, const char *words, bool want) {
    const Str line = said_of(text, name);
    if (T_CHECK((str_find(line, str_from_z(words)) >= 0) == want)) return true;
    printf("#   [%s] %s in [%.*s]\n", words, want ? "is not" : "is", (int)line.len, line.ptr);
    return false;
}

static void views_in_words(Arena *a, const Fixture *f) {
    Scene *t = NEW(a, Scene);
    if (!case_begin(a, f, t)) return;
    opened(t);
    GO(RECEIVE, REGISTRY, .a = BORDER, .b = OFFICER_BORDER, .mask = 1, .d = NO_PROVISION);
    GO(CONSOLIDATE, DESK);
    GO(DISPOSE, DESK, .c = 4, .b = REJECTED, .d = 1);
    GO(CLEAR, OFFICER_INTERIOR, .a = INTERIOR, .b = PERSONS, .d = EVERY_PROVISION);
    GO(OBJECT, OFFICER_FOREIGN, .a = FOREIGN, .b = PERSONS, .d = 0);
    Str text = summary_text(t);
    /* a body that sent no reply, but cleared or objected, is not one of which nothing came */
    says(text, "Ministry of Interior (", "supports the text.", true);
    says(text, "Ministry of Interior (", "Not accepted", false);
    says(text, "Ministry of Interior Borders", "Not accepted", true);
    says(text, "Ministry of Interior Borders", "supports", false);
    says(text, "Ministry of Foreign Affairs", "does not support", true);
    says(text, "Ministry of Foreign Affairs", "It objects: for reasons of policy", true);

    GO(WITHDRAW_CLEARANCE, OFFICER_INTERIOR, .a = INTERIOR, .b = PERSONS, .d = 0);
    GO(CLEAR, OFFICER_FOREIGN, .a = FOREIGN, .b = PERSONS, .d = EVERY_PROVISION);
    text = summary_text(t);
    says(text, "Ministry of Interior (", "supports the text in part", true);
    says(text, "Ministry of Foreign Affairs", "supports the text.", true);
    says(text, "Ministry of Foreign Affairs", "objects", false);

    const Text other = {{1, 0, 1, 1, 1}, {0}};
    GO(DRAFT, DESK, .text = other);
    text = summary_text(t);
    says(text, "Ministry of Foreign Affairs", "supports the text in part", true);
    case_end(t);
}

/* ---- silence and certificates ---- */

static void silence_is_of_its_time(Arena *a, const Fixture *f) {
    Scene *t = NEW(a, Scene);
    if (!case_begin(a, f, t)) return;
    opened(t);
    t->day = 9;
    for (int k = 0; k < 3; k++) GO(NO_REPLY, REGISTRY, .a = (int)consultees[k]);
    T_CHECK(are_clearances_current(&t->r.m->dossiers[0]));
    check_run(&t->r);
    GO(DRAFT, DESK, .text = base);
    GO(CIRCULATE, SECRETARY, .mask = ASKED, .c = 9, .d = ALL);
    T_CHECK(!are_clearances_current(&t->r.m->dossiers[0]));
    case_end(t);
}

/* The time from delivery does not run before anything was sent. */
static void delivered_after_it_is_sent(Arena *a, const Fixture *f) {
    Scene *t = NEW(a, Scene);
    if (!case_begin(a, f, t)) return;
    opened(t);
    t->day = 5;
    GO(CIRCULATE, SECRETARY, .mask = ASKED, .c = 9, .d = ALL);
    for (int day = 4; day <= 5; day++) {
        const Op op = {.act = ACT_DELIVERED, .actor = REGISTRY, .day = day, .a = INTERIOR};
        T_EQ_INT(judge(t->r.m, &op).fate, day < 5 ? ERROR : DONE);
        run_op(&t->r, &op);
    }
    case_end(t);
}

/* Certified there, back, and there by another way: a clearance of the first text holds. */
static void certificates_lead_on(Arena *a, const Fixture *f) {
    Scene *t = NEW(a, Scene);
    if (!case_begin(a, f, t)) return;
    opened(t);
    GO(CLEAR, OFFICER_INTERIOR, .a = INTERIOR, .b = PERSONS, .d = EVERY_PROVISION);
    static const unsigned char ways[] = {1, 0, 2, 0, 1, 2};
    for (size_t i = 0; i < sizeof ways; i++) {
        const Text next = {{ways[i]}, {0}};
        GO(DRAFT, DESK, .text = next);
        check_run(&t->r);
        GO(CERTIFY_EDITORIAL, DEPUTY, .a = 0);
        T_EQ_INT(stands(&t->r.m->dossiers[0], INTERIOR, 0, t->r.m->dossiers[0].version),
                 ways[i] ? EDITORIAL : CLEARED);
        check_run(&t->r);
    }
    case_end(t);
}

/* ---- names of bodies ---- */

static void names_are_one_bodys(Arena *a, const Fixture *f) {
    static const struct {
        const char *name;
        PxErrKind kind;
    } tries[] = {{"Ministry of Interior", PX_ERR_CONFLICT},
                 {" ministry of interior ", PX_ERR_CONFLICT},
                 {"Finance Division; Ministry of Interior", PX_ERR_INPUT},
                 {"Ministry of the Interior", PX_ERR_NONE}};
    Scene *t = NEW(a, Scene);
    if (!case_begin(a, f, t)) return;
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
        Outcome out;
        PxErr err = {0};
        const Request q = {.act = ACT_BODY_ADD,
                           .actor = person_id(ADMIN),
                           .channel = S("test"),
                           .given = pair_json(a, "id", arena_format(a, "body-%zu", i), "name",
                                              str_from_z(tries[i].name))};
        const bool done = dossier_perform(t->r.w.service, a, &q, &out, &err);
        T_CHECK(done == (tries[i].kind == PX_ERR_NONE));
        T_EQ_INT(err.kind, tries[i].kind);
    }
    world_close(&t->r.w);
}

/* ---- what goes along ---- */

static void backups_open(Arena *a, const Fixture *f) {
    Scene *t = NEW(a, Scene);
    World copy;
    PxErr err = {0};
    int64_t acts;
    if (!case_begin(a, f, t)) return;
    opened(t);
    const Fixture other = fixture_new(a, f->server_url.len > 0);
    const Str folder = os_path(a, f->folder, S("export"));
    if (!T_CHECK(world_export(&t->r.w, a, folder)) ||
        !T_CHECK(world_import(a, folder, other.place, &copy))) {
        return;
    }
    T_OK(record_replay(service_record(copy.service), dossier_apply, copy.service, &acts, &err),
         &err);
    world_close(&copy);
    fixture_end(&other);
    case_end(t);
}

/* ---- the renderer ---- */

static void renderers(Arena *a) {
    static const char docx[] = "PK";
    Worker *w;
    PxErr err = {0};
    int pages;
    Str pdf;
    if (!T_OK(worker_open(a, S(""), NULL, &w, &err), &err)) return;
    T_OK(worker_pages(w, a, str_from_z(docx), &pages, &pdf, &err), &err);
    T_EQ_INT(pages, 2);
    setenv("PARAPH_RENDERER", "tests/process/no-such-renderer", 1);
    T_CHECK(!worker_pages(w, a, str_from_z(docx), &pages, &pdf, &err));
    T_EQ_INT(err.kind, PX_ERR_NOT_FOUND);
    setenv("PARAPH_RENDERER", "true", 1); /* writes nothing */
    T_CHECK(!worker_pages(w, a, str_from_z(docx), &pages, &pdf, &err));
    T_EQ_INT(err.kind, PX_ERR_INPUT);
    setenv("PARAPH_RENDERER", "tests/process/renderer", 1);
}

static void test_renderers(void) { t_with_arena(renderers); }

int main(void) {
    world_fix("1717243200000000");
    ON_EACH_DRIVER(overtaken);
    ON_EACH_DRIVER(views_in_words);
    ON_EACH_DRIVER(silence_is_of_its_time);
    ON_EACH_DRIVER(delivered_after_it_is_sent);
    ON_EACH_DRIVER(certificates_lead_on);
    ON_EACH_DRIVER(names_are_one_bodys);
    ON_EACH_DRIVER(backups_open);
    T_RUN(test_renderers);
    return t_end();
}
