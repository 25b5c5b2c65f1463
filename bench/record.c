/* record: how fast acts are recorded and verified, beside what must be done at least: their hashes,
 * their signatures, and one synchronised write a transaction.
 *
 *   build/release/bench_record FOLDER [ACTS [postgres://...]]
 *
 * FOLDER is made anew (it must not be there) on the disk to be measured. ACTS (100,000) are
 * appended 256 a transaction, after some thousands one, 8 and 32 a transaction; the growth is the
 * time of the last three tenths beside that of the first three. Asked for: 1,000 acts a second in
 * transactions of 32 and of 256, 2 s to verify 100,000, growth at most 1.5; a target that is missed
 * is said, and is no failure of the run. */
/* needs: base os json store record */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <fcntl.h>
#include <openssl/sha.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "os/os.h"
#include "record/record.h"

typedef struct Bench {
    Arena *arena;
    Str folder, database;
    Store *store;
    Record *record;
    int64_t acts; /* wanted in all */
    int64_t done;
} Bench;

static double now(void) { return (double)os_ticks() * 1e-6; }

static Act sample(Arena *a, int64_t n) {
    Act act = {
        .at = INT64_C(1468540800000000) + n,
        .on = S("2016-07-15"),
        .kind = S("dispose"),
        .actor = S("desk-officer-1"),
        .body = S("defence"),
        .dossier = arena_format(a, "d%lld", (long long)(n % 20)),
        .channel = S("api"),
        .rulebook = S("pk-1973@2000"),
        .objects = json_object(a),
    };
    json_set_int(a, act.objects, S("item"), n);
    json_set_str(a, act.objects, S("disposition"), S("accept-with-changes"));
    json_set_str(a, act.objects, S("reason"),
                 S("The words of Article 5(2) as the Ministry proposes them, less the last clause, "
                   "which repeats Article 3."));
    json_set_str(a, act.objects, S("text"),
                 S("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"));
    return act;
}

typedef struct Batch {
    Bench *bench;
    int64_t count;
} Batch;

static bool append(void *ctx, PxErr *err) {
    const Batch *b = ctx;
    Arena *a = arena_child(b->bench->arena);
    bool done = true;
    for (int64_t i = 0; i < b->count && done; i++) {
        Act act = sample(a, b->bench->done + i);
        done = record_append(b->bench->record, a, &act, err);
    }
    done = done && record_seal(b->bench->record, a, err);
    arena_close(a);
    return done;
}

/* Appends count acts; their seconds in *took. */
static bool fill(Bench *b, int64_t count, int64_t batch, double *took, PxErr *err) {
    const double start = now();
    while (count > 0) {
        Batch one = {b, count < batch ? count : batch};
        if (!store_write(b->store, append, &one, err)) return false;
        b->done += one.count;
        count -= one.count;
    }
    *took = now() - start;
    return true;
}

/* ---- the floor ---- */

/* Entry, leaf, and on average one node an act; a signature and a synchronised write a transaction.
 */
static bool floor_of(const Bench *b, int64_t count, int64_t batch, double *took) {
    const Act act = sample(b->arena, 0);
    const Str text = act_text(b->arena, &act);
    unsigned char hash[65] = {0}, open[32], secret[64], signature[64];
    SHA256_CTX sha;
    const Str path = os_path(b->arena, b->folder, S("floor"));
    const int fd = openat(AT_FDCWD, path.ptr, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0 || sodium_init() < 0) return false;
    crypto_sign_keypair(open, secret);
    bool done = true;
    const double start = now();
    for (int64_t i = 0; i < count && done; i++) {
        static const int sizes[] = {0, 33, 65};
        for (int k = 0; k < 3; k++) {
            SHA256_Init(&sha);
            if (k == 0) {
                SHA256_Update(&sha, hash, 32);
                SHA256_Update(&sha, text.ptr, (size_t)text.len);
            } else {
                SHA256_Update(&sha, hash, (size_t)sizes[k]);
            }
            SHA256_Final(hash, &sha);
        }
        done = write(fd, text.ptr, (size_t)text.len) == text.len;
        if ((i + 1) % batch == 0 || i + 1 == count) {
            crypto_sign_detached(signature, NULL, hash, 32, secret);
            done = done && fdatasync(fd) == 0;
        }
    }
    *took = now() - start;
    return close(fd) == 0 && done;
}

/* ---- what is measured ---- */

static bool measure_batch(Bench *b, int64_t count, int64_t batch, PxErr *err) {
    double took, least;
    if (!fill(b, count, batch, &took, err)) return false;
    if (!floor_of(b, count, batch, &least)) {
        return fail(err, PX_ERR_SYSTEM, S("floor"), -1, "the file cannot be written");
    }
    const double rate = (double)count / took;
    const bool is_slow = batch >= 32 && rate < 1000;
    printf("append, %4lld a transaction %12.0f acts/s   floor %10.0f   %5.1f x%s\n",
           (long long)batch, rate, (double)count / least, took / least,
           is_slow ? "   MISSED: 1,000 acts/s" : "");
    return true;
}

static bool measure_verify(Bench *b, PxErr *err) {
    RecordReport report;
    Arena *a = arena_child(b->arena);
    const double start = now();
    if (!record_verify(a, b->folder, S(""), &report, err)) return false;
    const double took = now() - start;
    arena_close(a);
    const bool is_slow = took > 2 * (double)report.size / 100000 && took > 2;
    printf("verify, %7lld acts      %12.2f s%s\n", (long long)report.size, took,
           is_slow ? "   MISSED: 2 s" : "");
    return true;
}

/* Three tenths each, since one alone is at the mercy of whatever else the machine does. */
static bool measure_growth(Bench *b, PxErr *err) {
    double first = 0, last = 0, sum = 0;
    const int64_t slice = (b->acts - b->done) / 10;
    for (int i = 0; i < 10; i++) {
        double took;
        if (!fill(b, slice, 256, &took, err)) return false;
        if (i == 0 && !measure_verify(b, err)) return false;
        if (i < 3) first += took;
        if (i > 6) last += took;
        sum += took;
    }
    const bool is_slow = last > 1.5 * first;
    printf("append, %lld in all      %12.2f s        last 3 tenths %.2f x the first%s\n",
           (long long)b->done, sum, last / first, is_slow ? "   MISSED: 1.5 x" : "");
    return true;
}

static bool measure_reading(Bench *b, PxErr *err) {
    Str proof;
    Act act;
    double start = now();
    if (!record_prove(b->record, b->arena, b->done / 3, &proof, err)) return false;
    printf("prove one act             %10.1f ms\n", (now() - start) * 1e3);
    start = now();
    if (!record_check_proof(b->arena, proof, record_key(b->record), &act, err)) return false;
    printf("check its proof           %10.2f ms\n", (now() - start) * 1e3);
    start = now();
    Record *r;
    if (!record_open(b->arena, b->store, RECORD_TRUST, &r, err)) return false;
    printf("open, trusting            %10.2f ms\n", (now() - start) * 1e3);
    start = now();
    if (!record_export(b->record, os_path(b->arena, b->folder, S("export")), err)) return false;
    printf("export                    %10.2f s\n", now() - start);
    return true;
}

static bool run(void *ctx, PxErr *err) {
    Bench *b = ctx;
    const StorePlace place = {b->folder, b->database};
    if (!store_create(b->arena, &place, err) || !store_open(b->arena, &place, &b->store, err) ||
        !record_create(b->arena, b->store, S("bench.example/record"), err) ||
        !record_open(b->arena, b->store, RECORD_VERIFY, &b->record, err)) {
        return false;
    }
    return measure_batch(b, 300, 1, err) && measure_batch(b, 1600, 8, err) &&
           measure_batch(b, 4096, 32, err) && measure_batch(b, 4096, 256, err) &&
           measure_growth(b, err) && measure_verify(b, err) && measure_reading(b, err);
}

int main(int argc, char **argv) {
    Arena *a = arena_open((ptrdiff_t)1 << 32);
    Bench b = {.arena = a, .acts = 100000};
    PxErr err = {0};
    if (!a || argc < 2 || argc > 4 || (argc >= 3 && !str_to_int(str_from_z(argv[2]), &b.acts)) ||
        b.acts < 20000) {
        (void)fprintf(stderr, "usage: record NEW-FOLDER [ACTS, at least 20000 [URL]]\n");
        return 2;
    }
    b.folder = str_from_z(argv[1]);
    if (argc == 4) b.database = str_from_z(argv[3]);
    const bool done = arena_guard(a, run, &b, &err);
    if (!done) (void)fprintf(stderr, "record: %s: %s\n", err.part, err.message);
    arena_close(a);
    return done ? 0 : 3;
}
