/* The record of a store: acts and their text, appending, opening, and every way to tamper with it.
 */
/* needs: base os json store record */
#include <sys/stat.h>

#include "record_fixture.h"

/* ---- acts ---- */

static void act_texts(Arena *a) {
    Act act = log_act(a, 3), back;
    PxErr err = {0};
    act.seq = 3;
    const Str text = act_text(a, &act);
    T_EQ_STR(text,
             S("{\"actor\":\"desk-officer-1\",\"at\":1468540803000000,\"body\":\"defence\","
               "\"channel\":\"cli\",\"dossier\":\"d3\",\"kind\":\"draft\",\"objects\":{\"n\":3,"
               "\"title\":\"Framework agreement \xd9\x85\xd8\xb9\"},\"on\":\"2016-07-15\","
               "\"refused\":true,\"rule\":\"need:draft\",\"rulebook\":\"pk-1973@2000\","
               "\"seq\":3,\"why\":\"There is no draft.\"}"));
    T_OK(act_read(a, text, &back, &err), &err);
    T_EQ_INT(back.at, act.at);
    T_EQ_INT(back.seq, 3);
    T_CHECK(back.is_refused && json_equal(back.objects, act.objects));
    T_EQ_STR(back.why, act.why);
    T_EQ_STR(back.rulebook, act.rulebook);
    T_EQ_STR(act_text(a, &back), text);
    const Act least = {.on = S("2016-07-15"), .kind = S("init")};
    T_EQ_STR(act_text(a, &least),
             S("{\"at\":0,\"kind\":\"init\",\"objects\":{},\"on\":\"2016-07-15\",\"seq\":0}"));
    T_OK(act_read(a, act_text(a, &least), &back, &err), &err);
}

static void test_act_texts(void) { t_with_arena(act_texts); }

static void act_texts_refused(Arena *a) {
    static const char *const bad[] = {
        "",
        "[]",
        "{}",
        "{\"at\":0,\"kind\":\"\",\"objects\":{},\"on\":\"2016-07-15\",\"seq\":0}",
        "{\"at\":0,\"kind\":\"init\",\"objects\":{},\"on\":\"2016-7-15\",\"seq\":0}",
        "{\"at\":0,\"kind\":\"init\",\"objects\":{},\"on\":\"2016-07-15\",\"seq\":-1}",
        "{\"at\":0,\"kind\":\"init\",\"objects\":{},\"on\":\"2016-07-15\"}",
        "{\"kind\":\"init\",\"objects\":{},\"on\":\"2016-07-15\",\"seq\":0}",
        "{\"at\":\"0\",\"kind\":\"init\",\"objects\":{},\"on\":\"2016-07-15\",\"seq\":0}",
        "{\"at\":0,\"kind\":\"init\",\"on\":\"2016-07-15\",\"seq\":0}",
        "{\"at\":0,\"kind\":\"init\",\"objects\":[],\"on\":\"2016-07-15\",\"seq\":0}",
        "{\"at\":0,\"kind\":\"init\",\"objects\":{},\"on\":\"2016-07-15\",\"seq\":0} ",
        "{\"kind\":\"init\",\"at\":0,\"objects\":{},\"on\":\"2016-07-15\",\"seq\":0}",
        "{\"at\":0,\"kind\":\"init\",\"more\":1,\"objects\":{},\"on\":\"2016-07-15\",\"seq\":0}",
        "{\"at\":0,\"kind\":\"init\",\"objects\":{},\"on\":\"2016-07-15\",\"refused\":false,"
        "\"seq\":0}",
        "{\"actor\":\"\",\"at\":0,\"kind\":\"init\",\"objects\":{},\"on\":\"2016-07-15\",\"seq\":"
        "0}",
        "{\"at\":0,\"kind\":\"in\\u0069t\",\"objects\":{},\"on\":\"2016-07-15\",\"seq\":0}",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        Act act;
        PxErr err = {0};
        if (!T_CHECK(!act_read(a, str_from_z(bad[i]), &act, &err))) printf("# %s\n", bad[i]);
        T_EQ_INT(err.kind, PX_ERR_INPUT);
    }
}

static void test_act_texts_refused(void) { t_with_arena(act_texts_refused); }

/* ---- making ---- */

static void expect_mode(Arena *a, Str folder, Str name, mode_t want) {
    struct stat info;
    if (T_CHECK(stat(os_path(a, folder, name).ptr, &info) == 0)) {
        T_EQ_INT(info.st_mode & 0777 & ~want, 0);
    }
}

static void making(Arena *a) {
    Log f;
    PxErr err = {0};
    RecordReport report;
    if (!log_make(a, &f)) return;
    expect_mode(a, f.folder, S("keys/record.key"), 0600);
    T_CHECK(os_is_file(os_path(a, f.folder, S("keys/record.pub"))));
    T_CHECK(str_starts(record_key(f.record), S("example.org/treaties+")));
    T_EQ_INT(record_size(f.record, &err), 0);
    T_OK(log_verify(&f, &report, &err), &err);
    T_EQ_INT(report.size, 0);
    T_CHECK(report.is_own_key && !report.is_export);
    T_EQ_STR(report.key, record_key(f.record));
    T_EQ_STR(report.origin, S("example.org/treaties"));
    T_CHECK(digest_equal(report.root, tree_root(NULL, 0)));
    /* a second one would be signed with a key that nobody knows */
    T_CHECK(!record_create(a, f.store, S("example.org/treaties"), &err));
    T_EQ_INT(err.kind, PX_ERR_CONFLICT);
    T_OK(log_verify(&f, &report, &err), &err);
}

static void test_making(void) { t_with_arena(making); }

static void bad_names(Arena *a) {
    static const char *const bad[] = {"", "a b", "a+b", "a\nb", "caf\xc3\xa9", "a\x7f"};
    Log f;
    if (!log_make(a, &f)) return;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        PxErr err = {0};
        T_CHECK(!record_create(a, f.store, str_from_z(bad[i]), &err));
        T_EQ_INT(err.kind, PX_ERR_INPUT);
    }
}

static void test_bad_names(void) { t_with_arena(bad_names); }

/* ---- appending ---- */

static bool count_acts(void *ctx, const Act *act, PxErr *err) {
    int64_t *count = ctx;
    if (act->seq != *count) return fail(err, PX_ERR_PROOF, S("act"), -1, "not in sequence");
    ++*count;
    return true;
}

static void growing(Arena *a) {
    enum { STEPS = 40 };
    Log f;
    Str older[STEPS];
    PxErr err = {0};
    RecordReport report;
    int64_t size = 0;
    if (!log_make(a, &f)) return;
    for (int i = 0; i < STEPS; i++) {
        T_OK(record_checkpoint(f.record, a, &older[i], &err), &err);
        const int64_t count = 1 + t_random_below(5);
        if (!T_OK(log_append(&f, size, count, &err), &err)) return;
        size += count;
        T_EQ_INT(record_size(f.record, &err), size);
        T_OK(log_verify(&f, &report, &err), &err);
        T_EQ_INT(report.size, size);
        Record *again;
        T_OK(record_open(a, f.store, RECORD_TRUST, &again, &err), &err);
    }
    T_EQ_INT(report.refusals, (size + 3) / 7);
    T_EQ_INT(report.first_at, INT64_C(1468540800000000));
    T_EQ_INT(report.last_at, INT64_C(1468540800000000) + (size - 1) * 1000000);
    for (int i = 0; i < STEPS; i++) T_OK(record_extends(f.record, a, older[i], &err), &err);
    int64_t seen = 0;
    T_OK(record_each(f.record, 0, count_acts, &seen, &err), &err);
    T_EQ_INT(seen, size);
    seen = size - 2;
    T_OK(record_each(f.record, size - 2, count_acts, &seen, &err), &err);
    T_EQ_INT(seen, size);
    seen = 1; /* what each says ends it */
    T_CHECK(!record_each(f.record, 0, count_acts, &seen, &err));
    T_EQ_STR(str_from_z(err.message), S("not in sequence"));
}

static void test_growing(void) { t_with_arena(growing); }

static bool append_one(Log *f, Act act, PxErr *err) {
    Appending p = {f->record, 0, 1, &act, false};
    return store_write(f->store, log_append_work, &p, err);
}

static void a_clock_set_back(Arena *a) {
    Log f;
    PxErr err = {0};
    RecordReport report;
    if (!log_make(a, &f)) return;
    T_OK(append_one(&f, log_act(a, 100), &err), &err);
    T_OK(append_one(&f, log_act(a, 50), &err), &err);
    T_OK(append_one(&f, log_act(a, 101), &err), &err);
    T_OK(log_verify(&f, &report, &err), &err);
    T_EQ_INT(report.first_at, log_act(a, 100).at);
    T_EQ_INT(report.last_at, log_act(a, 101).at);
}

static void test_a_clock_set_back(void) { t_with_arena(a_clock_set_back); }

static Json *deep_objects(Arena *a, int depth) {
    Json *top = json_object(a), *j = top;
    for (int i = 1; i < depth; i++) j = json_set(a, j, S("x"), json_object(a));
    return top;
}

static void bad_acts(Arena *a) {
    Log f;
    RecordReport report;
    PxErr err = {0};
    if (!log_make(a, &f)) return;
    T_OK(log_append(&f, 0, 3, &err), &err);
    Act bad[7];
    for (int i = 0; i < 7; i++) bad[i] = log_act(a, i);
    bad[0].kind = S("");
    bad[1].on = S("15 July");
    bad[2].actor = S("caf\xe9");
    bad[3].why = S("a\0b");
    bad[4].objects = json_array(a);
    bad[5].objects = deep_objects(a, 61);
    char *large = arena_alloc(a, 5 << 20, 1);
    memset(large, 'x', 5 << 20);
    json_set(a, bad[6].objects, S("text"), json_str(a, (Str){large, 5 << 20}));
    for (int i = 0; i < 7; i++) {
        T_CHECK(!append_one(&f, bad[i], &err));
        T_EQ_INT(err.kind, i < 5 ? PX_ERR_INPUT : PX_ERR_LIMIT);
        T_EQ_INT(record_size(f.record, &err), 3);
    }
    Act deepest = log_act(a, 4);
    deepest.objects = deep_objects(a, 60);
    T_OK(append_one(&f, deepest, &err), &err);
    T_OK(log_verify(&f, &report, &err), &err);
    T_EQ_INT(report.size, 4);
}

static void test_bad_acts(void) { t_with_arena(bad_acts); }

/* ---- transactions ---- */

static bool append_and_fail(void *ctx, PxErr *err) {
    Appending p = {ctx, 7, 2, NULL, true};
    return log_append_work(&p, err) && fail(err, PX_ERR_DENIED, S("test"), -1, "on purpose");
}

typedef struct Nesting {
    Log *log;
    int runs;
} Nesting;

static bool append_around_undone(void *ctx, PxErr *err) {
    Nesting *n = ctx;
    bool undone;
    Appending before = {n->log->record, 0, 2, NULL, true},
              after = {n->log->record, 5, 1, NULL, false};
    n->runs++;
    return log_append_work(&before, err) &&
           store_nested(n->log->store, append_and_fail, n->log->record, &undone, err) && undone &&
           log_append_work(&after, err);
}

static void undone_acts(Arena *a) {
    Log f;
    PxErr err = {0};
    RecordReport report;
    if (!log_make(a, &f)) return;
    Nesting n = {&f, 0};
    T_OK(store_write(f.store, append_around_undone, &n, &err), &err);
    T_CHECK(n.runs >= 1);
    T_OK(log_verify(&f, &report, &err), &err);
    T_EQ_INT(report.size, 3);
    T_CHECK(!store_write(f.store, append_and_fail, f.record, &err));
    T_EQ_INT(err.kind, PX_ERR_DENIED);
    T_OK(log_append(&f, 3, 1, &err), &err);
    T_OK(log_verify(&f, &report, &err), &err);
    T_EQ_INT(report.size, 4);
}

static void test_undone_acts(void) { t_with_arena(undone_acts); }

static void two_writers(Arena *a) {
    Log f, g;
    PxErr err = {0};
    RecordReport report;
    if (!log_make(a, &f)) return;
    g = f;
    T_OK(log_open(&g, RECORD_VERIFY, &err), &err);
    for (int i = 0; i < 20; i++) {
        T_OK(log_append(i % 3 ? &f : &g, i, 1, &err), &err);
    }
    T_OK(log_verify(&f, &report, &err), &err);
    T_EQ_INT(report.size, 20);
    log_close(&g);
}

static void test_two_writers(void) { t_with_arena(two_writers); }

static void failing_statements(Arena *a) {
    Log f;
    PxErr err = {0};
    RecordReport report;
    int64_t size = 3;
    int failures = 0;
    if (!log_make(a, &f)) return;
    T_OK(log_append(&f, 0, 3, &err), &err);
    for (int64_t n = 0; n < 40; n++) {
        store_fail_after(f.store, n);
        const bool done = log_append(&f, size, 2, &err);
        store_fail_after(f.store, -1);
        if (done) {
            size += 2;
        } else {
            failures++;
            T_EQ_INT(err.kind, PX_ERR_SYSTEM);
        }
        T_EQ_INT(record_size(f.record, &err), size);
        T_OK(log_verify(&f, &report, &err), &err);
        T_EQ_INT(report.size, size);
        if (done && n > 20) break;
    }
    T_CHECK(failures >= 5 && size > 3);
}

static void test_failing_statements(void) { t_with_arena(failing_statements); }

/* ---- tampering ---- */

enum { ACTS = 84 }; /* 64 + 16 + 4: a command makes the last 20 anew */

/* What SQL does to a record of 84 acts, and a word of the sentence that tells of it. */
typedef struct Tampering {
    const char *sql, *word;
    bool is_trusted; /* a command that opens it does not see it; a service does */
} Tampering;

#define SET_BODY(seq, from, to)                                                                    \
    "UPDATE act SET body = replace(body, '" from "', '" to "') WHERE seq = " #seq ";"

static const Tampering tamperings[] = {
    {SET_BODY(5, "desk-officer-1", "desk-officer-2"), "leaf", true},
    {SET_BODY(5, "desk-officer-1",
              "desk-officer-2") "UPDATE act SET actor = 'desk-officer-2' WHERE "
                                "seq = 5;",
     "leaf", true},
    {SET_BODY(5, "\"n\":5", "\"n\":6"), "leaf", true},
    {SET_BODY(5, "{", "{ "), "canonical", true},
    {SET_BODY(5, "}", ""), "text was changed", true},
    {SET_BODY(83, "\"n\":83", "\"n\":84"), "leaf", false},
    {"UPDATE act SET salt = zeroblob(32) WHERE seq = 0;", "leaf", true},
    {"UPDATE act SET salt = zeroblob(31) WHERE seq = 0;", "salt", true},
    {"UPDATE act SET leaf = zeroblob(32) WHERE seq = 8;", "leaf", true},
    {"UPDATE act SET leaf = zeroblob(32) WHERE seq = 64;", "leaf", false},
    {"UPDATE act SET dossier = 'd9' WHERE seq = 8;", "another dossier", true},
    {"UPDATE act SET kind = 'decide' WHERE seq = 8;", "another dossier, kind", true},
    {"UPDATE act SET actor = 'minister' WHERE seq = 8;", "another dossier, kind or actor", true},
    {"DELETE FROM act WHERE seq = 83;", "removed", false},
    {"DELETE FROM act WHERE seq >= 80;", "removed", false},
    {"DELETE FROM act WHERE seq = 10;", "missing", true},
    {"DELETE FROM act WHERE seq = 0;", "missing", true},
    {"DELETE FROM act WHERE seq = 70;", "missing", false},
    {"DELETE FROM act;", "removed", false},
    {"DELETE FROM act WHERE seq = 10; UPDATE act SET seq = seq - 1 WHERE seq > 10;", "stands in",
     false},
    {"UPDATE act SET seq = 100 WHERE seq = 3; UPDATE act SET seq = 3 WHERE seq = 4;"
     "UPDATE act SET seq = 4 WHERE seq = 100;",
     "stands in", true},
    {"INSERT INTO act SELECT 84, salt, body, leaf, dossier, kind, actor FROM act WHERE seq = 4;",
     "stands in", false},
    {"INSERT INTO act SELECT 84, salt, replace(body, '\"seq\":4', '\"seq\":84'), leaf, dossier, "
     "kind,"
     " actor FROM act WHERE seq = 4;",
     "before its predecessor", false},
    {"UPDATE record_head SET size = 85;", "do not fit", false},
    {"UPDATE record_head SET size = 88;", "removed", false},
    {"UPDATE record_head SET size = 82;", "added behind", false},
    {"UPDATE record_head SET frontier = zeroblob(96);", "hash the head has", false},
    {"UPDATE record_head SET frontier = zeroblob(95);", "do not fit", false},
    {"UPDATE record_head SET last_at = last_at + 1;", "newest act", false},
    {"UPDATE record_head SET checkpoint = replace(checkpoint, char(10) || '84' || char(10),"
     " char(10) || '85' || char(10));",
     "signature", false},
    {"UPDATE record_head SET checkpoint = '';", "signed note", false},
    {"DELETE FROM record_head;", "no head", false},
};

static void tamper_with(Arena *a, const Tampering *t) {
    Log f;
    PxErr err = {0};
    RecordReport report;
    if (!log_make(a, &f)) return;
    T_OK(log_append(&f, 0, ACTS, &err), &err);
    T_OK(log_verify(&f, &report, &err), &err);
    log_tamper(&f, t->sql);
    bool is_found = T_CHECK(!log_verify(&f, &report, &err));
    is_found = T_EQ_INT(err.kind, PX_ERR_PROOF) && is_found;
    is_found = T_CHECK(str_find(str_from_z(err.message), str_from_z(t->word)) >= 0) && is_found;
    if (!is_found) printf("# %s\n# %s: %s\n", t->sql, err.part, err.message);
    Record *r;
    T_CHECK(!record_open(a, f.store, RECORD_VERIFY, &r, &err) && r == NULL);
    T_EQ_INT(err.kind, PX_ERR_PROOF);
    if (!T_CHECK(record_open(a, f.store, RECORD_TRUST, &r, &err) == t->is_trusted)) {
        printf("# %s: trusted: %s\n", t->sql, err.message);
    }
}

static void all_tamperings(Arena *a) {
    const size_t step = fixture_state.is_postgres ? 6 : 1; /* a new store takes it a while */
    for (size_t i = 0; i < sizeof tamperings / sizeof *tamperings; i += step) {
        Arena *one = arena_child(a);
        tamper_with(one, &tamperings[i]);
        arena_close(one);
    }
}

static void test_tampering(void) { t_with_arena(all_tamperings); }

/* One who knows how leaves and heads are made, and has no key. */
static Digest forge_leaf(Log *f, Act *act, int64_t seq, Str *text) {
    Arena *a = f->arena;
    static const char salt[32];
    act->seq = seq;
    act->actor = S("minister");
    *text = act_text(a, act);
    Buf entry = buf_new(a);
    buf_add(&entry, (Str){salt, 32});
    buf_add(&entry, *text);
    const Digest inner = digest_of(buf_str(&entry));
    return tree_leaf((Str){(const char *)inner.bytes, 32});
}

static const char *sql_hex(Arena *a, Digest d) {
    const Str hex = digest_text(a, d);
    return arena_format(a, "x'%.*s'", (int)hex.len, hex.ptr).ptr;
}

/* Without the last quote. */
static const char *open_hex(Arena *a, Digest d) {
    const char *hex = sql_hex(a, d);
    return arena_str(a, (Str){hex, (ptrdiff_t)strlen(hex) - 1}).ptr;
}

static void expect_untrusted(Log *f, const char *word, bool is_found_at_once) {
    PxErr err = {0};
    RecordReport report;
    Record *r;
    T_CHECK(!log_verify(f, &report, &err));
    T_EQ_INT(err.kind, PX_ERR_PROOF);
    if (!T_CHECK(str_find(str_from_z(err.message), str_from_z(word)) >= 0)) {
        printf("# %s: %s\n", err.part, err.message);
    }
    T_CHECK(!record_open(f->arena, f->store, RECORD_VERIFY, &r, &err));
    T_CHECK(!record_open(f->arena, f->store, RECORD_TRUST, &r, &err));
    if (!is_found_at_once) return;
    /* a service that has it open does not build upon it, and does not sign it */
    T_CHECK(!log_append(f, 10, 1, &err));
    T_EQ_INT(err.kind, PX_ERR_PROOF);
}

static void load_four(Log *f, Digest leaves[4]) {
    PxErr err = {0};
    Rows rows;
    T_OK(STORE_ROWS(f->store, f->arena, &rows, &err, act_leaves, value_int(0), value_int(4)), &err);
    for (int i = 0; i < 4; i++) memcpy(leaves[i].bytes, row_at(&rows, i)[1].text.ptr, 32);
}

static void an_expert(Arena *a) {
    Log f;
    PxErr err = {0};
    Str text;
    if (!log_make(a, &f)) return;
    T_OK(log_append(&f, 0, 4, &err), &err);
    Digest leaves[4];
    load_four(&f, leaves);
    Act act = log_act(a, 3);
    leaves[3] = forge_leaf(&f, &act, 3, &text);
    log_tamper(&f, "CREATE TABLE kept AS SELECT * FROM record_head");
    log_tamper(&f, arena_format(a,
                                "UPDATE act SET salt = zeroblob(32), actor = 'minister', body = "
                                "'%s', leaf = %s WHERE seq = 3",
                                arena_str(a, text).ptr, sql_hex(a, leaves[3]))
                       .ptr);
    expect_untrusted(&f, "acts 0 to 3 do not give", false);
    /* the head's hashes too: only the signature is left to tell */
    log_tamper(&f, arena_format(a, "UPDATE record_head SET frontier = %s",
                                sql_hex(a, tree_root(leaves, 4)))
                       .ptr);
    expect_untrusted(&f, "root that was signed", true);
}

static void test_an_expert(void) { t_with_arena(an_expert); }

/* An act written behind the signed head, all else as it should be, for the service to sign with its
 * next one. */
static void an_act_to_be_signed(Arena *a) {
    Log f;
    PxErr err = {0};
    Str text;
    if (!log_make(a, &f)) return;
    T_OK(log_append(&f, 0, 4, &err), &err);
    Act act = log_act(a, 4);
    const Digest leaf = forge_leaf(&f, &act, 4, &text);
    const char *hex = sql_hex(a, leaf);
    log_tamper(&f, arena_format(a,
                                "INSERT INTO act VALUES (4, zeroblob(32), '%s', %s, '%.*s', "
                                "'%.*s', 'minister')",
                                arena_str(a, text).ptr, hex, (int)act.dossier.len, act.dossier.ptr,
                                (int)act.kind.len, act.kind.ptr)
                       .ptr);
    Digest leaves[4];
    load_four(&f, leaves);
    log_tamper(&f,
               arena_format(a, "UPDATE record_head SET size = 5, last_at = %lld, frontier = %s%s",
                            (long long)act.at, open_hex(a, tree_root(leaves, 4)), hex + 2)
                   .ptr);
    expect_untrusted(&f, "signed for 4 acts", true);
}

static void test_an_act_to_be_signed(void) { t_with_arena(an_act_to_be_signed); }

/* A transaction that forgot to seal. */
static void an_unsealed_act(Arena *a) {
    Log f;
    PxErr err = {0};
    RecordReport report;
    if (!log_make(a, &f)) return;
    T_OK(log_append(&f, 0, 4, &err), &err);
    Appending p = {f.record, 4, 1, NULL, true};
    T_OK(store_write(f.store, log_append_work, &p, &err), &err);
    T_CHECK(!log_verify(&f, &report, &err));
    T_CHECK(str_find(str_from_z(err.message), S("signed for 4 acts")) >= 0);
    Record *r;
    T_CHECK(!record_open(a, f.store, RECORD_TRUST, &r, &err));
}

static void test_an_unsealed_act(void) { t_with_arena(an_unsealed_act); }

/* The whole database is set back to an older state that was once good: only the checkpoint in the
 * folder, or one that was kept elsewhere, can tell. */
static void an_older_state(Arena *a) {
    Log f;
    PxErr err = {0};
    RecordReport report;
    Str kept;
    if (!log_make(a, &f)) return;
    T_OK(log_append(&f, 0, 9, &err), &err);
    log_tamper(&f, "CREATE TABLE old_head AS SELECT * FROM record_head;");
    T_OK(log_append(&f, 9, 4, &err), &err);
    T_OK(record_checkpoint(f.record, a, &kept, &err), &err);
    record_vouch(f.record);
    T_OK(record_witness(f.record, &err), &err); /* there is nothing newer */
    T_OK(log_append(&f, 13, 1, &err), &err);    /* newer than the witness: as it should be */
    T_OK(log_verify(&f, &report, &err), &err);
    log_tamper(&f, "DELETE FROM act WHERE seq >= 9; DELETE FROM record_head;"
                   "INSERT INTO record_head SELECT * FROM old_head;");
    T_CHECK(!log_verify(&f, &report, &err));
    T_EQ_INT(err.kind, PX_ERR_PROOF);
    T_CHECK(str_find(str_from_z(err.message), S("vouches for 13 acts and there are 9")) >= 0);
    Record *r;
    T_CHECK(!record_open(a, f.store, RECORD_TRUST, &r, &err));
    T_CHECK(!record_open(a, f.store, RECORD_VERIFY, &r, &err));
    T_CHECK(!record_extends(f.record, a, kept, &err));
    T_EQ_INT(err.kind, PX_ERR_PROOF);
    /* and acts of another history in place of those */
    T_OK(log_append(&f, 100, 10, &err), &err);
    T_CHECK(!log_verify(&f, &report, &err));
    T_CHECK(str_find(str_from_z(err.message), S("rewritten")) >= 0);
    T_CHECK(!record_extends(f.record, a, kept, &err));
    T_CHECK(str_find(str_from_z(err.message), S("rewritten")) >= 0);
    /* on purpose: the file is taken away */
    T_OK(os_remove_file(os_path(a, f.folder, S("checkpoint")), &err), &err);
    T_OK(log_verify(&f, &report, &err), &err);
}

static void test_an_older_state(void) { t_with_arena(an_older_state); }

static void overwrite(Arena *a, Str folder, Str name, Str bytes) {
    PxErr err = {0};
    T_OK(os_write_file(os_path(a, folder, name), bytes, OS_REPLACE, false, &err), &err);
}

static void expect_no_open(Arena *a, Log *f, PxErrKind kind) {
    PxErr err = {0};
    Record *r;
    T_CHECK(!record_open(a, f->store, RECORD_TRUST, &r, &err));
    T_EQ_INT(err.kind, kind);
}

static void other_keys(Arena *a) {
    Log f, other;
    PxErr err = {0};
    RecordReport report;
    Str secret, open, checkpoint;
    if (!log_make(a, &f) || !log_make(a, &other)) return;
    T_OK(log_append(&f, 0, 5, &err), &err);
    T_OK(os_read_file(a, os_path(a, f.folder, S("keys/record.key")), 4096, &secret, &err), &err);
    T_OK(os_read_file(a, os_path(a, f.folder, S("keys/record.pub")), 4096, &open, &err), &err);
    T_OK(record_verify(a, f.folder, open, &report, &err), &err);
    T_CHECK(!report.is_own_key);
    T_CHECK(!record_verify(a, f.folder, record_key(other.record), &report, &err));
    T_EQ_INT(err.kind, PX_ERR_PROOF);
    T_CHECK(!record_verify(a, f.folder, S("nonsense"), &report, &err));
    T_EQ_INT(err.kind, PX_ERR_INPUT);
    T_OK(record_checkpoint(other.record, a, &checkpoint, &err), &err);
    T_CHECK(!record_extends(f.record, a, checkpoint, &err));
    T_EQ_INT(err.kind, PX_ERR_PROOF);
    /* the halves do not fit, or one is missing */
    overwrite(a, other.folder, S("keys/record.key"), secret);
    expect_no_open(a, &other, PX_ERR_PROOF);
    overwrite(a, other.folder, S("keys/record.pub"), open);
    expect_no_open(a, &other, PX_ERR_PROOF); /* a checkpoint of another key */
    overwrite(a, f.folder, S("keys/record.key"), S("PRIVATE+KEY+x"));
    expect_no_open(a, &f, PX_ERR_INPUT);
    T_OK(os_remove_file(os_path(a, f.folder, S("keys/record.key")), &err), &err);
    T_OK(record_open(a, f.store, RECORD_VERIFY, &f.record, &err), &err);
    T_CHECK(!log_append(&f, 5, 1, &err)); /* it can be read, and not be signed */
    T_EQ_INT(err.kind, PX_ERR_NOT_FOUND);
    T_EQ_INT(record_size(f.record, &err), 5);
    T_OK(os_remove_file(os_path(a, f.folder, S("keys/record.pub")), &err), &err);
    expect_no_open(a, &f, PX_ERR_NOT_FOUND);
    T_CHECK(!record_verify(a, os_path(a, f.folder, S("keys")), S(""), &report, &err));
    T_EQ_INT(err.kind, PX_ERR_NOT_FOUND);
}

static void test_other_keys(void) { t_with_arena(other_keys); }

/* The file that vouches: renewed once a minute, and never the reason that an act fails. */
static void vouching(Arena *a) {
    Log f;
    PxErr err = {0};
    Str first, second;
    if (!log_make(a, &f)) return;
    const Str path = os_path(a, f.folder, S("checkpoint"));
    T_OK(log_append(&f, 0, 2, &err), &err);
    os_fail_after(0);
    record_vouch(f.record); /* cannot, and does not say so */
    os_fail_after(-1);
    T_OK(os_read_file(a, path, 4096, &first, &err), &err);
    T_CHECK(str_find(first, S("\n0\n")) > 0); /* of the opening */
    record_vouch(f.record);
    T_OK(os_read_file(a, path, 4096, &first, &err), &err);
    T_CHECK(str_find(first, S("\n2\n")) > 0);
    T_OK(log_append(&f, 2, 1, &err), &err);
    record_vouch(f.record); /* too soon */
    T_OK(os_read_file(a, path, 4096, &second, &err), &err);
    T_EQ_STR(second, first);
    T_OK(record_witness(f.record, &err), &err);
    T_OK(os_read_file(a, path, 4096, &second, &err), &err);
    T_CHECK(str_find(second, S("\n3\n")) > 0);
    os_fail_after(0);
    T_CHECK(!record_witness(f.record, &err)); /* this one says so */
    T_EQ_INT(err.kind, PX_ERR_SYSTEM);
    os_fail_after(-1);
}

static void test_vouching(void) { t_with_arena(vouching); }

/* A full disk while keys are made leaves none behind. */
static void failing_disk(Arena *a) {
    PxErr err = {0};
    Str parent;
    if (!T_OK(os_temporary_folder(a, &parent, &err), &err)) return;
    int failures = 0;
    for (int n = 0; n < 60; n++) {
        Store *s;
        StorePlace place;
        const Str folder = arena_format(a, "%s/%d", arena_str(a, parent).ptr, n);
        T_OK(store_place(a, folder, S(""), &place, &err), &err);
        T_OK(store_create(a, &place, &err), &err);
        T_OK(store_open(a, &place, &s, &err), &err);
        os_fail_after(n);
        const bool done = record_create(a, s, S("example.org/x"), &err);
        os_fail_after(-1);
        Record *r;
        if (done) {
            T_OK(record_open(a, s, RECORD_VERIFY, &r, &err), &err);
            store_close(s);
            break;
        }
        failures++;
        T_EQ_INT(err.kind, PX_ERR_SYSTEM);
        T_CHECK(!record_open(a, s, RECORD_TRUST, &r, &err));
        store_close(s);
    }
    T_CHECK(failures >= 4);
}

static void test_failing_disk(void) { t_with_arena(failing_disk); }

int main(void) {
    T_RUN(test_act_texts);
    T_RUN(test_act_texts_refused);
    ON_BOTH(test_making);
    T_RUN(test_bad_names);
    ON_BOTH(test_growing);
    ON_BOTH(test_a_clock_set_back);
    ON_BOTH(test_bad_acts);
    ON_BOTH(test_undone_acts);
    ON_BOTH(test_two_writers);
    ON_BOTH(test_failing_statements);
    ON_BOTH(test_tampering);
    ON_BOTH(test_an_expert);
    ON_BOTH(test_an_act_to_be_signed);
    ON_BOTH(test_an_unsealed_act);
    ON_BOTH(test_an_older_state);
    ON_BOTH(test_other_keys);
    ON_BOTH(test_vouching);
    T_RUN(test_failing_disk);
    return t_end();
}
