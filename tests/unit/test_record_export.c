/* What leaves the record: exports and proofs, as they are and falsified; and replay. */
/* needs: base os json store record */
#include "record_fixture.h"

/* ---- exports ---- */

static bool export_into(Log *f, Str name, Str *dir, PxErr *err) {
    *dir = os_path(f->arena, f->folder, name);
    return record_export(f->record, *dir, err);
}

static void expect_file(Arena *a, Str dir, const char *name, ptrdiff_t len) {
    Str bytes;
    PxErr err = {0};
    if (!T_OK(os_read_file(a, os_path(a, dir, str_from_z(name)), 1 << 24, &bytes, &err), &err))
        return;
    if (!T_CHECK(len < 0 || bytes.len == len)) printf("# %s: %lld\n", name, (long long)bytes.len);
}

static void export_sizes(Arena *a) {
    static const int64_t sizes[] = {0, 1, 2, 255, 256, 257, 512, 700};
    Log f;
    PxErr err = {0};
    RecordReport report, from_store;
    int64_t size = 0;
    if (!log_make(a, &f)) return;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        Str dir;
        if (sizes[i] > size) T_OK(log_append(&f, size, sizes[i] - size, &err), &err);
        size = sizes[i];
        T_OK(export_into(&f, arena_format(a, "e%lld", (long long)size), &dir, &err), &err);
        T_OK(record_verify(a, dir, record_key(f.record), &report, &err), &err);
        T_OK(log_verify(&f, &from_store, &err), &err);
        T_EQ_INT(report.size, size);
        T_EQ_INT(report.refusals, from_store.refusals);
        T_CHECK(report.is_export && !report.is_own_key && !from_store.is_export);
        T_CHECK(digest_equal(report.root, from_store.root));
        T_CHECK(!record_export(f.record, dir, &err));
        T_EQ_INT(err.kind, PX_ERR_CONFLICT);
    }
    const Str last = os_path(a, f.folder, S("e700"));
    expect_file(a, last, "tile/0/000", 8192);
    expect_file(a, last, "tile/0/001", 8192);
    expect_file(a, last, "tile/0/002.p/188", 188 * 32);
    expect_file(a, last, "tile/1/000.p/2", 64);
    expect_file(a, last, "tile/entries/000", 256 * 34);
    expect_file(a, last, "tile/entries/002.p/188", 188 * 34);
    expect_file(a, last, "acts/002.jsonl", -1);
    T_CHECK(!os_is_file(os_path(a, last, S("tile/2/000.p/1"))));
    const Str whole = os_path(a, f.folder, S("e256")); /* a full tile, and it alone above */
    expect_file(a, whole, "tile/0/000", 8192);
    expect_file(a, whole, "tile/1/000.p/1", 32);
    T_CHECK(!os_is_file(os_path(a, whole, S("tile/0/001"))));
}

static void test_export_sizes(void) { t_with_arena(export_sizes); }

static void falsify(Arena *a, Str dir, const char *name) {
    const Str path = os_path(a, dir, str_from_z(name));
    Str bytes;
    PxErr err = {0};
    RecordReport report;
    if (!T_OK(os_read_file(a, path, 1 << 24, &bytes, &err), &err)) return;
    const bool is_key = str_ends(path, S(".pub")); /* the end of its line does not matter */
    for (int i = 0; i < (is_key ? 9 : 12); i++) {
        const Str copy = arena_str(a, bytes);
        char *ptr = (char *)(uintptr_t)copy.ptr;
        ptr[t_random_below(copy.len)] ^= (char)(1 << t_random_below(7));
        Str changed = copy;
        if (i == 9) changed = str_slice(bytes, 0, bytes.len - 1);
        if (i == 10) changed = S("");
        if (i == 11) changed = arena_format(a, "%.*s\n", (int)bytes.len, bytes.ptr);
        T_OK(os_write_file(path, changed, OS_REPLACE, false, &err), &err);
        if (!T_CHECK(!record_verify(a, dir, S(""), &report, &err))) {
            printf("# %s, change %d\n", name, i);
        }
        T_CHECK(err.kind == PX_ERR_PROOF || err.kind == PX_ERR_INPUT || err.kind == PX_ERR_LIMIT);
    }
    T_OK(os_remove_file(path, &err), &err);
    T_CHECK(!record_verify(a, dir, S(""), &report, &err));
    T_CHECK(err.kind == PX_ERR_PROOF || err.kind == PX_ERR_NOT_FOUND);
    T_OK(os_write_file(path, bytes, OS_REPLACE, false, &err), &err);
    T_OK(record_verify(a, dir, S(""), &report, &err), &err);
}

static void false_exports(Arena *a) {
    static const char *const names[] = {"checkpoint",
                                        "record.pub",
                                        "tile/0/000",
                                        "tile/0/001.p/44",
                                        "tile/1/000.p/1",
                                        "tile/entries/000",
                                        "tile/entries/001.p/44",
                                        "acts/000.jsonl",
                                        "acts/001.jsonl"};
    Log f;
    PxErr err = {0};
    Str dir;
    if (!log_make(a, &f)) return;
    T_OK(log_append(&f, 0, 300, &err), &err);
    T_OK(export_into(&f, S("out"), &dir, &err), &err);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) falsify(a, dir, names[i]);
}

static void test_false_exports(void) { t_with_arena(false_exports); }

/* Two exports of one record hold files that fit no other size: one put into the other is found. */
static void mixed_exports(Arena *a) {
    Log f;
    PxErr err = {0};
    RecordReport report;
    Str older, newer, bytes;
    if (!log_make(a, &f)) return;
    T_OK(log_append(&f, 0, 10, &err), &err);
    T_OK(export_into(&f, S("older"), &older, &err), &err);
    T_OK(log_append(&f, 10, 1, &err), &err);
    T_OK(export_into(&f, S("newer"), &newer, &err), &err);
    T_OK(os_read_file(a, os_path(a, newer, S("checkpoint")), 4096, &bytes, &err), &err);
    T_OK(os_write_file(os_path(a, older, S("checkpoint")), bytes, OS_REPLACE, false, &err), &err);
    T_CHECK(!record_verify(a, older, S(""), &report, &err));
    T_EQ_INT(err.kind, PX_ERR_PROOF);
    T_OK(os_read_file(a, os_path(a, newer, S("acts/000.jsonl")), 1 << 20, &bytes, &err), &err);
    T_OK(os_write_file(os_path(a, older, S("acts/000.jsonl")), bytes, OS_REPLACE, false, &err),
         &err);
    T_CHECK(!record_verify(a, older, S(""), &report, &err));
    T_EQ_INT(err.kind, PX_ERR_PROOF);
}

static void test_mixed_exports(void) { t_with_arena(mixed_exports); }

/* All files made anew around other acts, but for the head that was signed. */
static void an_unsigned_export(Arena *a) {
    Log f, other;
    PxErr err = {0};
    RecordReport report;
    Str dir, false_dir, bytes;
    if (!log_make(a, &f) || !log_make(a, &other)) return;
    T_OK(log_append(&f, 0, 5, &err), &err);
    T_OK(log_append(&other, 100, 5, &err), &err);
    T_OK(export_into(&f, S("out"), &dir, &err), &err);
    T_OK(export_into(&other, S("out"), &false_dir, &err), &err);
    static const char *const kept[] = {"checkpoint", "record.pub"};
    for (int i = 0; i < 2; i++) {
        const Str name = str_from_z(kept[i]);
        T_OK(os_read_file(a, os_path(a, dir, name), 4096, &bytes, &err), &err);
        T_OK(os_write_file(os_path(a, false_dir, name), bytes, OS_REPLACE, false, &err), &err);
    }
    T_CHECK(!record_verify(a, false_dir, S(""), &report, &err));
    T_EQ_INT(err.kind, PX_ERR_PROOF);
    T_CHECK(str_find(str_from_z(err.message), S("root that was signed")) >= 0);
}

static void test_an_unsigned_export(void) { t_with_arena(an_unsigned_export); }

static void no_false_export(Arena *a) {
    Log f;
    PxErr err = {0};
    Str dir;
    if (!log_make(a, &f)) return;
    T_OK(log_append(&f, 0, 5, &err), &err);
    log_tamper(&f, "DELETE FROM act WHERE seq = 2;");
    T_CHECK(!export_into(&f, S("out"), &dir, &err));
    T_EQ_INT(err.kind, PX_ERR_PROOF);
    T_CHECK(!os_is_file(os_path(a, dir, S("checkpoint"))));
    /* each act for itself may be what it was, under another head */
    Log two;
    if (!log_make(a, &two)) return;
    T_OK(log_append(&two, 0, 5, &err), &err);
    log_tamper(&two, "CREATE TABLE kept AS SELECT * FROM record_head");
    T_OK(log_append(&two, 5, 1, &err), &err);
    log_tamper(&two, "UPDATE record_head SET checkpoint = (SELECT checkpoint FROM kept)");
    T_CHECK(!export_into(&two, S("out"), &dir, &err));
    T_EQ_INT(err.kind, PX_ERR_PROOF);
    T_CHECK(!os_is_file(os_path(a, dir, S("checkpoint"))));
}

static void test_no_false_export(void) { t_with_arena(no_false_export); }

static void a_full_disk(Arena *a) {
    Log f;
    PxErr err = {0};
    RecordReport report;
    if (!log_make(a, &f)) return;
    T_OK(log_append(&f, 0, 5, &err), &err);
    int failures = 0;
    for (int n = 0; n < 200; n++) {
        Str dir;
        os_fail_after(n);
        const bool done = export_into(&f, arena_format(a, "out%d", n), &dir, &err);
        os_fail_after(-1);
        if (done) {
            T_OK(record_verify(a, dir, S(""), &report, &err), &err);
            break;
        }
        failures++;
        T_EQ_INT(err.kind, PX_ERR_SYSTEM);
        /* whole, when nothing but the folder's own synchronising was left to do */
        const bool is_whole = os_is_file(os_path(a, dir, S("checkpoint")));
        T_CHECK(record_verify(a, dir, S(""), &report, &err) == is_whole);
    }
    T_CHECK(failures > 10 && failures < 200);
}

static void test_a_full_disk(void) { t_with_arena(a_full_disk); }

/* ---- proofs ---- */

static void proofs(Arena *a) {
    Log f;
    PxErr err = {0};
    Str proof;
    Act act;
    if (!log_make(a, &f)) return;
    T_CHECK(!record_prove(f.record, a, 0, &proof, &err));
    T_EQ_INT(err.kind, PX_ERR_NOT_FOUND);
    for (int64_t size = 1; size <= 20; size++) {
        T_OK(log_append(&f, size - 1, 1, &err), &err);
        for (int64_t i = 0; i < size; i++) {
            T_OK(record_prove(f.record, a, i, &proof, &err), &err);
            T_OK(record_check_proof(a, proof, record_key(f.record), &act, &err), &err);
            T_EQ_INT(act.seq, i);
            T_EQ_INT(json_find_int(act.objects, S("n"), -1), i);
        }
    }
    T_CHECK(str_starts(proof, S("c2sp.org/tlog-proof@v1\nextra ")));
    T_CHECK(str_find(proof, S("\nindex 19\n")) > 0);
    T_CHECK(!record_prove(f.record, a, 20, &proof, &err));
    T_EQ_INT(err.kind, PX_ERR_NOT_FOUND);
    T_CHECK(!record_prove(f.record, a, -1, &proof, &err));
    T_EQ_INT(err.kind, PX_ERR_NOT_FOUND);
}

static void test_proofs(void) { t_with_arena(proofs); }

/* Every byte counts. */
static void expect_false(Arena *a, Str proof, ptrdiff_t at, int change, Str key) {
    Arena *one = arena_child(a);
    PxErr err = {0};
    Act act;
    const Str copy = arena_str(one, proof);
    ((char *)(uintptr_t)copy.ptr)[at] ^= (char)change;
    if (!T_CHECK(!record_check_proof(one, copy, key, &act, &err))) {
        printf("# byte %td, change %d\n", at, change);
    }
    T_EQ_INT(err.kind, PX_ERR_PROOF);
    arena_close(one);
}

static void false_proofs(Arena *a) {
    Log f, other;
    PxErr err = {0};
    Str proof;
    Act act;
    if (!log_make(a, &f) || !log_make(a, &other)) return;
    T_OK(log_append(&f, 0, 11, &err), &err);
    T_OK(record_prove(f.record, a, 6, &proof, &err), &err);
    const Str key = record_key(f.record);
    for (ptrdiff_t i = 0; i < proof.len; i++) {
        expect_false(a, proof, i, 1 << t_random_below(7), key);
        expect_false(a, proof, i, 0x80, key);
        /* libsodium 1.0.18 takes any byte from 0x80 on for a "/" in base64 */
        if (proof.ptr[i] == '/') expect_false(a, proof, i, 0x90, key);
        T_CHECK(!record_check_proof(a, str_slice(proof, 0, i), key, &act, &err));
    }
    const Str longer = arena_format(a, "%.*s\n", (int)proof.len, proof.ptr);
    T_CHECK(!record_check_proof(a, longer, key, &act, &err));
    T_CHECK(!record_check_proof(a, proof, record_key(other.record), &act, &err));
    T_EQ_INT(err.kind, PX_ERR_PROOF);
    T_CHECK(!record_check_proof(a, proof, S(""), &act, &err));
    T_EQ_INT(err.kind, PX_ERR_INPUT);
    /* another's signature beside ours is passed over; the key of Go's checksum database is read */
    const Str signed_twice = arena_format(
        a, "%.*s\xe2\x80\x94 witness.example TnKKVAAAAAAAAAAAAAAA\n", (int)proof.len, proof.ptr);
    T_OK(record_check_proof(a, signed_twice, key, &act, &err), &err);
    T_CHECK(!record_check_proof(
        a, proof, S("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"), &act,
        &err));
    T_EQ_INT(err.kind, PX_ERR_PROOF);
    T_CHECK(!record_check_proof(
        a, proof, S("sum.golang.org+033de0af+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"), &act,
        &err));
    T_EQ_INT(err.kind, PX_ERR_INPUT);
}

static void test_false_proofs(void) { t_with_arena(false_proofs); }

typedef struct Checking {
    Str proof, key;
} Checking;

static bool check_once(void *ctx, Arena *a, PxErr *err) {
    const Checking *c = ctx;
    Act act;
    return record_check_proof(a, c->proof, c->key, &act, err);
}

static void memory_faults(Arena *a) {
    Log f;
    PxErr err = {0};
    Checking c;
    if (!log_make(a, &f)) return;
    T_OK(log_append(&f, 0, 11, &err), &err);
    T_OK(record_prove(f.record, a, 6, &c.proof, &err), &err);
    c.key = record_key(f.record);
    T_CHECK(t_fault_loop(check_once, &c));
}

static void test_memory_faults(void) { t_with_arena(memory_faults); }

/* ---- replay ---- */

/* A small projection: bodies, by acts of the kinds body-add and clearance-level. */
static bool apply(void *ctx, Store *s, const Act *act, PxErr *err) {
    int64_t *calls = ctx;
    ++*calls;
    const Str id = json_find_str(act->objects, S("id"));
    if (str_equal(act->kind, S("body-add"))) {
        return STORE_RUN(s, err, body_insert, value_text(id),
                         value_text(json_find_str(act->objects, S("name"))));
    }
    if (str_equal(act->kind, S("clearance-level"))) {
        return STORE_RUN(s, err, body_clear, value_text(id),
                         value_int(json_find_int(act->objects, S("cleared"), 0)));
    }
    return fail(err, PX_ERR_UNSUPPORTED, act->kind, -1, "no act this store knows");
}

typedef struct Doing {
    Log *log;
    Act act;
} Doing;

static bool do_act(void *ctx, PxErr *err) {
    Doing *d = ctx;
    int64_t calls = 0;
    Arena *a = d->log->arena;
    return (d->act.is_refused || apply(&calls, d->log->store, &d->act, err)) &&
           record_append(d->log->record, a, &d->act, err) && record_seal(d->log->record, a, err);
}

static bool do_kind(Log *f, Str kind, Str id, int64_t cleared, bool is_refused, PxErr *err) {
    Arena *a = f->arena;
    Doing d = {f, {.on = S("2016-07-15"), .kind = kind, .is_refused = is_refused}};
    d.act.objects = json_object(a);
    json_set_str(a, d.act.objects, S("id"), id);
    json_set_str(a, d.act.objects, S("name"), S("A Division"));
    json_set_int(a, d.act.objects, S("cleared"), cleared);
    return store_write(f->store, do_act, &d, err);
}

static void expect_difference(Log *f, const char *sql, const char *table) {
    PxErr err = {0};
    int64_t calls = 0, acts = 0;
    log_tamper(f, sql);
    T_CHECK(!record_replay(f->record, apply, &calls, &acts, &err));
    T_EQ_INT(err.kind, PX_ERR_PROOF);
    if (!T_EQ_STR(str_from_z(err.part), str_from_z(table))) printf("# %s\n", err.message);
}

static void replays(Arena *a) {
    Log f;
    PxErr err = {0};
    int64_t calls = 0, acts = 0;
    if (!log_make(a, &f)) return;
    T_OK(record_replay(f.record, apply, &calls, &acts, &err), &err);
    T_EQ_INT(acts, 0);
    for (int i = 0; i < 12; i++) {
        const Str id = arena_format(a, "body-%d", i / 2);
        const Str kind = i % 2 ? S("clearance-level") : S("body-add");
        T_OK(do_kind(&f, kind, id, i, false, &err), &err);
        T_OK(do_kind(&f, kind, id, i, true, &err), &err); /* refused: changes nothing */
    }
    T_OK(record_replay(f.record, apply, &calls, &acts, &err), &err);
    T_EQ_INT(acts, 12);
    T_EQ_INT(calls, 12);
    expect_difference(&f, "UPDATE body SET name = 'Another' WHERE id = 'body-3';", "body");
    expect_difference(
        &f, "UPDATE body SET name = 'A Division'; DELETE FROM body WHERE id = 'body-3';", "body");
    expect_difference(&f,
                      "INSERT INTO body VALUES ('body-3', 'A Division', 7);"
                      "INSERT INTO person VALUES ('p', 'Minister', 'body-3', 3, 1);",
                      "person");
    log_tamper(&f, "DELETE FROM person;");
    T_OK(record_replay(f.record, apply, &calls, &acts, &err), &err);
    /* an act that cannot be applied is named */
    T_OK(log_append(&f, 0, 1, &err), &err);
    T_CHECK(!record_replay(f.record, apply, &calls, &acts, &err));
    T_EQ_INT(err.kind, PX_ERR_UNSUPPORTED);
    T_EQ_STR(str_from_z(err.part), S("act 24"));
    T_CHECK(str_find(str_from_z(err.message), S("circulate cannot be replayed")) >= 0);
}

static void test_replays(void) { t_with_arena(replays); }

int main(void) {
    ON_BOTH(test_export_sizes);
    T_RUN(test_false_exports);
    ON_BOTH(test_mixed_exports);
    ON_BOTH(test_no_false_export);
    T_RUN(test_an_unsigned_export);
    T_RUN(test_a_full_disk);
    ON_BOTH(test_proofs);
    ON_BOTH(test_false_proofs);
    T_RUN(test_memory_faults);
    ON_BOTH(test_replays);
    return t_end();
}
