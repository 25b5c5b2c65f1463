/* needs: engine os json store record rules worker dossier */
/* acts: how fast whole acts are performed, verified and replayed, beside what must be done at
 * least: their hashes, their signatures, and one synchronised write a transaction and a file.
 *
 *   build/release/bench_acts FOLDER [ACTS [postgres://...]]
 *
 * FOLDER is made anew (it must not be there) on the disk to be measured. 32 desks work side by
 * side, each on one dossier after the other: the rows of with_text and without_text. A round takes
 * one act from each desk: they are prepared one by one and committed in one transaction. In every
 * tenth dossier a draft goes its way from the opening to the vetting, with acts that read Word
 * files and copies that are kept; in the others people are put on lists and given roles, and papers
 * are filed. Seven acts in a hundred are refused.
 *
 * Then all changes of a long text come back at once: a dossier of 2,000 items, each disposed of and
 * confirmed by an act of its own.
 *
 * Asked for: on SQLite 1,000 acts a second; for 100,000, 2 s to verify and 20 s to replay; from
 * 50,000 on, an act of the last tenth costs at most 1.5 times the processor time of one of the
 * first, and the one service that performs them holds at most 4 MB more at the end than in the
 * middle (by then SQLite's cache is full). A target that is missed is said, and is no failure of
 * the run; an act that fares otherwise than its row says is. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <fcntl.h>
#include <openssl/sha.h>
#include <sodium.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "dossier/dossier.h"
#include "unit/pack.h"

enum { DESKS = 32, SLICES = 10, LARGE = 2000, ENOUGH = 50000 };

/* ---- the life of a dossier ---- */

typedef enum Paper { PAPER_NONE, PAPER_DRAFT, PAPER_RETURN, PAPER_OTHER_RETURN, PAPER_MEMO } Paper;

typedef struct Step {
    ActKind act;
    const char *actor;
    const char *given; /* "member=value;..." */
    Paper paper;
    bool is_refused;
} Step;

#define ITEM(n)                                                                                    \
    { ACT_DISPOSE, "desk", "item=" n ";disposition=rejected;reason=kept for the negotiation", 0, 0 }
#define CONFIRM(n)                                                                                 \
    { ACT_CONFIRM, "deputy", "item=" n, 0, 0 }
#define LIST(who)                                                                                  \
    { ACT_LIST_ADD, "security", "person=" who, 0, 0 }
#define ROLE(who, role)                                                                            \
    { ACT_ROLE_GIVE, "secretary", "person=" who ";role=" role, 0, 0 }
#define CLEAR(body, who)                                                                           \
    { ACT_CLEAR, "registry", "body=" body ";officer=" who, PAPER_MEMO, 0 }
#define OPENING                                                                                    \
    {ACT_OPEN, "desk",                                                                             \
     "title=Framework agreement on cooperation;party=Another Republic;form=treaty;"                \
     "grading=restricted;sponsor=defence;secretary=secretary",                                     \
     0, 0},                                                                                        \
        {ACT_APPROVE_OPENING, "desk", "", 0, 1}, {ACT_APPROVE_OPENING, "secretary", "", 0, 0},     \
        LIST("deputy"), LIST("registry"), LIST("minister"), LIST("of-foreign"),                    \
        LIST("of-interior"), LIST("of-finance"), LIST("vetter"), LIST("cabinet-secretary"),        \
        ROLE("deputy", "confirmer"), ROLE("registry", "registry"), ROLE("minister", "minister"),   \
        ROLE("of-foreign", "authorised-officer"), ROLE("of-interior", "authorised-officer"),       \
        ROLE("of-finance", "authorised-officer"), ROLE("vetter", "vetter"),                        \
        ROLE("cabinet-secretary", "cabinet-secretary")

static const Step with_text[] = {
    OPENING,
    {ACT_DRAFT, "desk", "note=First draft", PAPER_DRAFT, 0},
    {ACT_CIRCULATE, "secretary",
     "asks=Views on the draft;to=foreign-affairs:treaty practice;to=interior:visiting personnel;"
     "to=finance:money",
     0, 0},
    {ACT_DELIVERED, "registry", "body=foreign-affairs", 0, 0},
    {ACT_DELIVERED, "registry", "body=interior", 0, 0},
    {ACT_DELIVERED, "registry", "body=finance", 0, 0},
    {ACT_RECEIVE, "registry", "body=foreign-affairs;by=courier;officer=of-foreign", PAPER_RETURN,
     0},
    {ACT_RECEIVE, "registry", "body=interior;by=email;officer=of-interior", PAPER_OTHER_RETURN, 0},
    {ACT_RECEIVE, "registry", "body=finance;by=courier;officer=of-finance;nil=1", PAPER_MEMO, 0},
    {ACT_CONSOLIDATE, "desk", "", 0, 0},
    {ACT_DISPOSE, "desk", "item=1;disposition=accepted", 0, 0},
    {ACT_DISPOSE, "desk", "item=2;disposition=accepted", 0, 0},
    ITEM("3"),
    ITEM("4"),
    ITEM("5"),
    ITEM("6"),
    {ACT_CONFIRM, "desk", "item=1", 0, 1},
    CONFIRM("1"),
    CONFIRM("2"),
    CONFIRM("3"),
    CONFIRM("4"),
    CONFIRM("5"),
    CONFIRM("6"),
    {ACT_INCORPORATE, "desk", "note=With what was accepted", 0, 0},
    {ACT_CIRCULATE, "secretary",
     "asks=Clearance of the text as it stands;to=foreign-affairs:treaty practice;"
     "to=interior:visiting personnel;to=finance:money",
     0, 0},
    CLEAR("foreign-affairs", "of-foreign"),
    CLEAR("interior", "of-interior"),
    CLEAR("finance", "of-finance"),
    {ACT_PRESENT, "desk", "", 0, 0},
    {ACT_VET, "desk", "note=In order", PAPER_MEMO, 1},
    {ACT_VET, "vetter", "note=In order", PAPER_MEMO, 0},
};

static const Step without_text[] = {
    OPENING,
    {ACT_NOT_CONSULTED, "secretary", "body=finance;because=it binds no money", 0, 0},
    {ACT_PAPER_ADD, "desk", "kind=minute;title=Minute of the first meeting", PAPER_MEMO, 0},
    {ACT_CIRCULATE, "desk", "asks=Views;to=interior:visiting personnel", 0, 1},
    {ACT_LIST_REMOVE, "security", "person=minister", 0, 0},
    LIST("minister"),
    {ACT_ROLE_TAKE, "secretary", "person=deputy;role=confirmer", 0, 0},
    ROLE("deputy", "confirmer"),
    {ACT_PAPER_ADD, "registry", "kind=letter;title=Letter of the other side", PAPER_MEMO, 0},
    {ACT_WITHDRAW_DOSSIER, "secretary", "reason=no longer needed", 0, 0},
};

/* ---- papers ---- */

static void line(Buf *b, const char *text) {
    buf_format(b, "<w:p><w:r><w:t xml:space=\"preserve\">%s</w:t></w:r></w:p>", text);
}

/* Some articles. A return adds a word to each, the other return another one elsewhere. */
static Str text_of(Arena *a, int64_t dossier, int articles, Paper paper) {
    const char *one = paper == PAPER_RETURN ? " promptly" : "",
               *other = paper == PAPER_OTHER_RETURN ? " and openly" : "";
    Buf b = buf_new(a);
    for (int i = 1; i <= articles; i++) {
        buf_format(&b, "<w:p><w:r><w:t>Article %d</w:t></w:r></w:p>", i);
        buf_format(&b,
                   "<w:p><w:r><w:t xml:space=\"preserve\">The parties will%s cooperate in matter "
                   "%lld of common interest, with due regard to their laws%s and customs."
                   "</w:t></w:r></w:p>",
                   one, (long long)dossier + i, other);
        line(&b, "They will protect what they learn of each other, and return it when asked.");
    }
    buf_byte(&b, '\0');
    Pack pack = pack_new(a);
    return pack_docx(&pack, b.ptr);
}

static Str bytes_of(Arena *a, int64_t dossier, int articles, Paper paper) {
    if (paper == PAPER_MEMO) return arena_format(a, "Of dossier %lld.\n", (long long)dossier);
    return text_of(a, dossier, articles, paper);
}

/* ---- requests ---- */

static Json *value_of(Arena *a, const Field *f, Str text) {
    Json *out;
    int64_t n = 0;
    ptrdiff_t colon;
    switch (f->kind) {
    case FIELD_INT: return str_to_int(text, &n) ? json_int(a, n) : NULL;
    case FIELD_FLAG: return json_bool(a, true);
    case FIELD_TEXTS:
        out = json_array(a);
        json_push(a, out, json_str(a, text));
        return out;
    case FIELD_PAIRS:
        colon = str_find(text, S(":"));
        out = json_object(a);
        json_set_str(a, out, S("key"), str_slice(text, 0, colon));
        json_set_str(a, out, S("value"), str_slice(text, colon + 1, text.len));
        return out;
    case FIELD_TEXT:
    case FIELD_DAY:
    case FIELD_FILE:
    case FIELD_GRADING:
    case FIELD_KINDS: break;
    }
    return json_str(a, text);
}

static const Field *field_of(ActKind act, Str name) {
    ptrdiff_t count;
    const Field *all = dossier_fields(&count);
    for (ptrdiff_t i = 0; i < count; i++) {
        if (all[i].act == act && str_equal(str_from_z(all[i].name), name)) return &all[i];
    }
    return NULL;
}

/* "member=value;..."; PAIRS may come again and again. */
static Json *given_of(Arena *a, ActKind act, const char *text_z) {
    Json *out = json_object(a);
    Str rest = str_from_z(text_z);
    while (rest.len > 0) {
        ptrdiff_t end = str_find(rest, S(";"));
        if (end < 0) end = rest.len;
        const Str pair = str_slice(rest, 0, end);
        rest = str_slice(rest, end < rest.len ? end + 1 : end, rest.len);
        const ptrdiff_t equals = str_find(pair, S("="));
        const Str name = str_slice(pair, 0, equals);
        const Field *f = field_of(act, name);
        check(f != NULL);
        Json *value = value_of(a, f, str_slice(pair, equals + 1, pair.len));
        Json *array = json_find(out, name);
        if (f->kind == FIELD_PAIRS) {
            if (!array) array = json_set(a, out, name, json_array(a));
            json_push(a, array, value);
        } else {
            json_set(a, out, name, value);
        }
    }
    return out;
}

/* ---- the installation ---- */

typedef struct Desk {
    const Step *life;
    ptrdiff_t steps, at;
    int64_t number;
    int articles;
    Str dossier;
    char id[32];
} Desk;

typedef struct Bench {
    Arena *arena;
    StorePlace place;
    Service *service;
    int64_t wanted, done, refused, rounds;
    int64_t opened;
    double preparing, committing; /* seconds */
    Desk desks[DESKS];
} Bench;

static double now(void) { return (double)os_ticks() * 1e-6; }

/* Bytes of memory this process holds; 0 where the system does not tell. */
static double held(void) {
    long pages = 0, resident = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (!f) return 0;
    if (fscanf(f, "%ld %ld", &pages, &resident) != 2) resident = 0;
    fclose(f);
    return (double)resident * (double)sysconf(_SC_PAGESIZE);
}

static bool do_first(Bench *b, ActKind act, const char *actor, Str given, PxErr *err) {
    Arena *a = arena_child(b->arena);
    Outcome out;
    const Request q = {.act = act,
                       .actor = str_from_z(actor),
                       .channel = S("cli"),
                       .given = given_of(a, act, arena_str(a, given).ptr)};
    bool done = dossier_perform(b->service, a, &q, &out, err);
    if (done && out.is_refused) {
        done = fail(err, PX_ERR_INPUT, str_from_z(act_name(act)), -1, "it was refused: %.*s",
                    (int)out.why.len, out.why.ptr);
    }
    arena_close(a);
    if (done) b->done++;
    return done;
}

static bool people(Bench *b, PxErr *err) {
    static const char *const bodies[] = {"defence", "foreign-affairs", "interior", "finance",
                                         "law-justice"};
    static const struct {
        const char *id, *body, *standing;
    } all[] = {{"desk", "defence", "desk-officer"}, {"deputy", "defence", NULL},
               {"registry", "defence", NULL},       {"secretary", "defence", "secretary"},
               {"minister", "defence", NULL},       {"of-foreign", "foreign-affairs", NULL},
               {"of-interior", "interior", NULL},   {"of-finance", "finance", NULL},
               {"vetter", "law-justice", NULL},     {"cabinet-secretary", "cabinet", NULL}};
    Arena *a = b->arena;
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        if (!do_first(b, ACT_BODY_ADD, "admin",
                      arena_format(a, "id=%s;name=Body of %s", bodies[i], bodies[i]), err) ||
            !do_first(b, ACT_CLEARANCE_LEVEL, "security",
                      arena_format(a, "body=%s;grading=secret", bodies[i]), err)) {
            return false;
        }
    }
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (!do_first(b, ACT_PERSON_ADD, "admin",
                      arena_format(a, "id=%s;title=Post of %s;body=%s", all[i].id, all[i].id,
                                   all[i].body),
                      err) ||
            !do_first(b, ACT_CLEARANCE_LEVEL, "security",
                      arena_format(a, "person=%s;grading=secret", all[i].id), err) ||
            (all[i].standing &&
             !do_first(b, ACT_STANDING_GIVE, "admin",
                       arena_format(a, "person=%s;role=%s", all[i].id, all[i].standing), err))) {
            return false;
        }
    }
    return true;
}

static bool install(Bench *b, PxErr *err) {
    FirstTokens tokens;
    const ServiceOptions options = {.place = b->place, .check = RECORD_VERIFY};
    const Installation first = {.origin = S("bench.example/acts"),
                                .rulebooks = S("rulebooks"),
                                .rulebook = S("pk-1973"),
                                .offset_minutes = 300,
                                .administrator = S("admin"),
                                .administrator_title = S("Administrator"),
                                .security_officer = S("security"),
                                .security_officer_title = S("Security officer"),
                                .body = S("cabinet"),
                                .body_name = S("Cabinet Division")};
    return service_create(b->arena, &options, &first, &tokens, err) &&
           service_open(b->arena, &options, &b->service, err) && people(b, err);
}

/* ---- desks at work ---- */

/* Every tenth dossier has a text. */
static void take_dossier(Bench *b, Desk *d) {
    const bool has_text = b->opened % 10 == 0;
    d->life = has_text ? with_text : without_text;
    d->steps = has_text ? (ptrdiff_t)(sizeof with_text / sizeof *with_text)
                        : (ptrdiff_t)(sizeof without_text / sizeof *without_text);
    d->at = 0;
    d->articles = 3;
    d->number = ++b->opened;
    d->dossier = S("");
}

static bool prepare(Bench *b, Arena *a, Desk *d, Prepared **out, PxErr *err) {
    if (d->at == d->steps) take_dossier(b, d);
    const Step *s = &d->life[d->at];
    RequestFile *file = NEW(a, RequestFile);
    const Request q = {.act = s->act,
                       .actor = str_from_z(s->actor),
                       .channel = S("api"),
                       .dossier = d->dossier,
                       .given = given_of(a, s->act, s->given),
                       .files = file,
                       .file_count = s->paper != PAPER_NONE};
    if (s->paper != PAPER_NONE) {
        *file = (RequestFile){S("file"), S("paper.docx"),
                              bytes_of(a, d->number, d->articles, s->paper)};
        if (s->act == ACT_CLEAR) file->field = S("letter");
        if (s->act == ACT_VET) file->field = S("memo");
    }
    return dossier_prepare(b->service, a, &q, out, err);
}

/* As its row says? */
static bool take_note(Bench *b, Desk *d, const Commit *c, PxErr *err) {
    const Step *s = &d->life[d->at];
    if (!c->is_done) {
        *err = c->err;
        return false;
    }
    if (c->outcome.is_refused != s->is_refused) {
        return fail(err, PX_ERR_INPUT, str_from_z(act_name(s->act)), -1, "step %td was %s: %.*s",
                    d->at, c->outcome.is_refused ? "refused" : "allowed", (int)c->outcome.why.len,
                    c->outcome.why.ptr);
    }
    if (s->act == ACT_OPEN) {
        memcpy(d->id, c->outcome.dossier.ptr, (size_t)c->outcome.dossier.len);
        d->dossier = (Str){d->id, c->outcome.dossier.len};
    }
    b->refused += s->is_refused;
    b->done++;
    d->at++;
    return true;
}

static bool round_of(Bench *b, Arena *a, PxErr *err) {
    Commit commits[DESKS] = {{.prepared = NULL}};
    /* one more from round to round, so that not all are at the same step */
    const int desks = b->rounds < DESKS ? (int)b->rounds + 1 : DESKS;
    const double start = now();
    for (int i = 0; i < desks; i++) {
        if (!prepare(b, a, &b->desks[i], &commits[i].prepared, err)) return false;
    }
    const double ready = now();
    if (!dossier_commit(b->service, a, commits, desks, err)) return false;
    b->preparing += ready - start;
    b->committing += now() - ready;
    b->rounds++;
    for (int i = 0; i < desks; i++) {
        if (!take_note(b, &b->desks[i], &commits[i], err)) return false;
    }
    return true;
}

/* Until so many acts are done in all. */
static bool work(Bench *b, int64_t until, PxErr *err) {
    while (b->done < until) {
        Arena *a = arena_child(b->arena);
        if (!round_of(b, a, err)) return false;
        arena_close(a);
    }
    return true;
}

/* ---- the floor ---- */

typedef struct Floor {
    Arena *arena;
    int64_t bytes, acts, rounds, files;
} Floor;

static bool count_act(void *ctx, const Act *act, PxErr *err) {
    Floor *f = ctx;
    (void)err;
    const ArenaMark mark = arena_mark(f->arena);
    f->bytes += act_text(f->arena, act).len;
    arena_rewind(f->arena, mark);
    f->acts++;
    return true;
}

static bool write_whole(Str folder, Arena *a, Str bytes) {
    const Str path = os_path(a, folder, S("floor.file"));
    const int fd = openat(AT_FDCWD, path.ptr, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const bool done =
        fd >= 0 && write(fd, bytes.ptr, (size_t)bytes.len) == bytes.len && fsync(fd) == 0;
    return fd >= 0 && close(fd) == 0 && done;
}

/* For each act entry, leaf and on average one node; a signature and a synchronised write a
 * transaction; a synchronised write a file. */
static bool floor_of(const Bench *b, const Floor *f, double *took) {
    Arena *a = arena_child(b->arena);
    const ptrdiff_t each = (ptrdiff_t)(f->bytes / f->acts);
    char *text = arena_alloc(a, each, 1), *file = arena_alloc(a, 4096, 1);
    unsigned char hash[65] = {0}, open[32], secret[64], signature[64];
    const Str path = os_path(a, b->place.folder, S("floor"));
    const int fd = openat(AT_FDCWD, path.ptr, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0 || sodium_init() < 0) return false;
    crypto_sign_keypair(open, secret);
    bool done = true;
    const double start = now();
    for (int64_t i = 0; i < f->acts && done; i++) {
        static const size_t sizes[] = {33, 65};
        SHA256_CTX sha;
        SHA256_Init(&sha);
        SHA256_Update(&sha, hash, 32);
        SHA256_Update(&sha, text, (size_t)each);
        SHA256_Final(hash, &sha);
        for (int k = 0; k < 2; k++) (void)SHA256(hash, sizes[k], hash);
        done = write(fd, text, (size_t)each) == each;
        if (i * f->rounds / f->acts != (i + 1) * f->rounds / f->acts) {
            crypto_sign_detached(signature, NULL, hash, 32, secret);
            done = done && fdatasync(fd) == 0;
        }
    }
    for (int64_t i = 0; i < f->files && done; i++) {
        done = write_whole(b->place.folder, a, (Str){file, 4096});
    }
    *took = now() - start;
    arena_close(a);
    return close(fd) == 0 && done;
}

/* ---- what is measured ---- */

typedef struct Sum {
    double took, floor; /* seconds */
    double first, last; /* processor seconds of an act in the first and last tenth */
    double held;        /* in the middle */
    Floor of;           /* what it took at least, in all */
} Sum;

static bool count_files(const Bench *b, int64_t *out, PxErr *err) {
    Arena *a = arena_child(b->arena);
    const Str files = os_path(a, b->place.folder, S("files"));
    Str *folders, *names;
    ptrdiff_t count, each;
    *out = 0;
    if (!os_list_folder(a, files, &folders, &count, err)) return false;
    for (ptrdiff_t i = 0; i < count; i++) {
        if (!os_list_folder(a, os_path(a, files, folders[i]), &names, &each, err)) return false;
        *out += each;
    }
    arena_close(a);
    return true;
}

/* A statement is a journey to the server there; nothing is asked of that. */
static bool is_slow(const Bench *b, double rate) { return rate < 1000 && !b->place.database.len; }

static bool measure_verify(Bench *b, PxErr *err) {
    RecordReport report;
    Arena *a = arena_child(b->arena);
    const double start = now();
    if (!record_verify(a, b->place.folder, S(""), &report, err)) return false;
    const double took = now() - start;
    arena_close(a);
    printf("verify, %7lld acts %16.2f s%s\n", (long long)report.size, took,
           took > 2 && took > 2 * (double)report.size / 1e5 ? "   MISSED: 2 s" : "");
    return true;
}

static bool measure_replay(Bench *b, PxErr *err) {
    int64_t acts;
    const double start = now();
    if (!record_replay(service_record(b->service), dossier_apply, b->service, &acts, err)) {
        return false;
    }
    const double took = now() - start;
    printf("replay, %7lld acts %16.2f s%s\n", (long long)b->done, took,
           took > 20 && took > 20 * (double)b->done / 1e5 ? "   MISSED: 20 s" : "");
    return true;
}

/* What was done since sum->of was last added to; the floor by turns with the work, so that both
 * meet the same disk. */
static bool measure_floor(Bench *b, Sum *sum, PxErr *err) {
    Floor f = {.arena = arena_child(b->arena)}, *of = &sum->of;
    double took;
    if (!record_each(service_record(b->service), of->acts, count_act, &f, err) ||
        !count_files(b, &f.files, err)) {
        return false;
    }
    f.rounds = b->rounds - of->rounds;
    f.files -= of->files;
    if (!floor_of(b, &f, &took)) {
        return fail(err, PX_ERR_SYSTEM, S("floor"), -1, "its files cannot be written");
    }
    arena_close(f.arena);
    sum->floor += took;
    of->acts += f.acts;
    of->bytes += f.bytes;
    of->rounds += f.rounds;
    of->files += f.files;
    return true;
}

static bool measure_work(Bench *b, Sum *sum, PxErr *err) {
    const int64_t before = b->done;
    for (int i = 0; i < SLICES; i++) {
        const int64_t from = b->done;
        const double start = now(), start_cpu = (double)clock();
        if (!work(b, before + (b->wanted - before) * (i + 1) / SLICES, err)) return false;
        const double each = ((double)clock() - start_cpu) / (double)(b->done - from);
        sum->took += now() - start;
        if (i == 0) sum->first = each;
        if (i == SLICES - 1) sum->last = each;
        if (i == SLICES / 2 - 1) sum->held = held();
        if (!measure_floor(b, sum, err)) return false;
        if (i == 0 && (!measure_verify(b, err) || !measure_replay(b, err))) return false;
    }
    return true;
}

/* ---- a large dossier ---- */

/* The steps of with_text up to the first disposition; then every item is disposed of and confirmed
 * alone, a transaction each DESKS acts, as when a long text has come back from all sides. */
static bool large_opened(Bench *b, Desk *d, PxErr *err) {
    d->life = with_text;
    d->steps = (ptrdiff_t)(sizeof with_text / sizeof *with_text);
    d->articles = LARGE / 2;
    d->number = ++b->opened;
    while (d->life[d->at].act != ACT_DISPOSE) {
        Arena *a = arena_child(b->arena);
        Commit c = {.prepared = NULL};
        if (!prepare(b, a, d, &c.prepared, err) || !dossier_commit(b->service, a, &c, 1, err) ||
            !take_note(b, d, &c, err)) {
            return false;
        }
        arena_close(a);
    }
    return true;
}

static bool large_worked(Bench *b, Desk *d, const Step *steps, PxErr *err) {
    d->life = steps;
    d->steps = LARGE;
    d->at = 0;
    while (d->at < LARGE) {
        Arena *a = arena_child(b->arena);
        Commit commits[DESKS] = {{.prepared = NULL}};
        const ptrdiff_t from = d->at;
        ptrdiff_t count = 0;
        for (; count < DESKS && d->at < LARGE; count++, d->at++) {
            if (!prepare(b, a, d, &commits[count].prepared, err)) return false;
        }
        if (!dossier_commit(b->service, a, commits, count, err)) return false;
        d->at = from;
        for (ptrdiff_t i = 0; i < count; i++) {
            if (!take_note(b, d, &commits[i], err)) return false;
        }
        arena_close(a);
    }
    return true;
}

static bool measure_large(Bench *b, PxErr *err) {
    Desk *d = NEW(b->arena, Desk);
    Step *dispose = NEW_ARRAY(b->arena, Step, LARGE), *confirm = NEW_ARRAY(b->arena, Step, LARGE);
    for (int i = 0; i < LARGE; i++) {
        const Str item = arena_format(b->arena, "item=%d", i + 1);
        const Str given = arena_format(b->arena, "item=%d;disposition=accepted", i + 1);
        dispose[i] = (Step){ACT_DISPOSE, "desk", given.ptr, PAPER_NONE, false};
        confirm[i] = (Step){ACT_CONFIRM, "deputy", item.ptr, PAPER_NONE, false};
    }
    if (!large_opened(b, d, err)) return false;
    const double start = now();
    if (!large_worked(b, d, dispose, err) || !large_worked(b, d, confirm, err)) return false;
    const double rate = 2 * LARGE / (now() - start);
    printf("one dossier of %d items %7.0f acts/s%s\n", LARGE, rate,
           is_slow(b, rate) ? "   MISSED: 1,000 acts/s" : "");
    return true;
}

static bool measure(Bench *b, PxErr *err) {
    Sum sum = {0};
    const Floor *f = &sum.of;
    const int64_t before = b->done;
    if (!measure_work(b, &sum, err)) return false;
    const double grown = (held() - sum.held) / 1048576;
    const double rate = (double)(b->done - before) / sum.took;
    printf("perform, %7lld acts %12.0f acts/s   floor %.0f   %.1f x%s\n", (long long)b->done, rate,
           (double)f->acts / sum.floor, sum.took / sum.floor,
           is_slow(b, rate) ? "   MISSED: 1,000 acts/s" : "");
    printf("  of it prepared %15.2f s        committed %.2f s in %lld transactions\n", b->preparing,
           b->committing, (long long)b->rounds);
    printf("  %lld bytes an act, %lld dossiers, %lld refusals, %lld files kept\n",
           (long long)(f->bytes / f->acts), (long long)b->opened, (long long)b->refused,
           (long long)f->files);
    printf("  an act of the last tenth %5.2f x one of the first, in processor time%s\n",
           sum.last / sum.first,
           b->wanted >= ENOUGH && sum.last > 1.5 * sum.first ? "   MISSED: 1.5 x" : "");
    printf("  memory grown by %14.1f MB in the second half%s\n", grown,
           b->wanted >= ENOUGH && grown > 4 ? "   MISSED: 4 MB" : "");
    return measure_verify(b, err) && measure_replay(b, err) && measure_large(b, err);
}

static bool run(void *ctx, PxErr *err) {
    Bench *b = ctx;
    return install(b, err) && measure(b, err);
}

int main(int argc, char **argv) {
    Arena *a = arena_open((ptrdiff_t)1 << 32);
    Bench *b = a ? NEW(a, Bench) : NULL;
    PxErr err = {0};
    if (!b || argc < 2 || argc > 4) {
        (void)fprintf(stderr, "usage: bench_acts NEW-FOLDER [ACTS, at least 2000 [URL]]\n");
        return 2;
    }
    b->arena = a;
    b->wanted = 100000;
    if (argc >= 3 && (!str_to_int(str_from_z(argv[2]), &b->wanted) || b->wanted < 2000)) return 2;
    b->place.folder = str_from_z(argv[1]);
    if (argc == 4) b->place.database = str_from_z(argv[3]);
    const bool done = arena_guard(a, run, b, &err);
    if (!done) (void)fprintf(stderr, "acts: %s: %s\n", err.part, err.message);
    arena_close(a);
    return done ? 0 : 3;
}
