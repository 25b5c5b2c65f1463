/* consolidate: N returns in one redline, a redline of two files, and the proof of a redline that
 * was made earlier (promises 1-3). The work is collate's; here are the names of the offices, what
 * the caller may keep, and what a failed proof means. */
#include "api/int.h"
#include "collate/collate.h"

typedef struct Job {
    const PxFile *base;
    const PxReturn *returns;
    ptrdiff_t count;
    const PxFile *consolidated; /* to verify; NULL: to make */
    bool no_proof;
    int deflate_level;
} Job;

/* ---- offices ---- */

/* Why name cannot stand for an office in w:author, or NULL. A joint author is written with "; "
 * between the names, so none may hold one. */
static const char *office_fault(Str name) {
    if (name.len == 0) return "is empty";
    if (name.len > 255) return "is longer than 255 bytes";
    if (!utf8_valid(name, NULL)) return "is not UTF-8";
    if (str_trim(name).len != name.len) return "begins or ends with white space";
    for (ptrdiff_t i = 0; i < name.len; i++) {
        const unsigned char c = (unsigned char)name.ptr[i];
        if (c < 0x20 || c == 0x7f) return "holds a control character";
        if (c == ';') return "holds a semicolon, which stands between the names of joint authors";
    }
    return NULL;
}

static bool read_offices(Call *call, const Job *job, CollateReturn **out, PxErr *err) {
    if (job->count < 1 || job->count > PX_RETURNS_MAX) {
        return fail(err, PX_ERR_CONFLICT, S(""), -1, "there must be 1 to %d returns, not %td",
                    (int)PX_RETURNS_MAX, job->count);
    }
    CollateReturn *returns = NEW_ARRAY(call->work_arena, CollateReturn, job->count);
    for (ptrdiff_t i = 0; i < job->count; i++) {
        const PxReturn *r = &job->returns[i];
        const Str office = r->office.len ? r->office : str_trim(file_stem(r->file.name));
        const char *fault = office_fault(office);
        if (fault) {
            (void)fail(err, PX_ERR_CONFLICT, S(""), -1, "the name of the office, \"%.*s\", %s",
                       (int)(office.len < 80 ? office.len : 80), office.len ? office.ptr : "",
                       fault);
            return err_in_file(err, r->file.name);
        }
        returns[i] = (CollateReturn){office, file_base(r->file.name), r->file.bytes};
    }
    *out = returns;
    return true;
}

/* An error of a package part does not say of which file. */
static bool blame(Call *call, const Job *job, PxErr *err) {
    const PxFile *files[PX_RETURNS_MAX + 2] = {job->base};
    for (ptrdiff_t i = 0; i < job->count; i++) files[i + 1] = &job->returns[i].file;
    ptrdiff_t count = job->count + 1;
    if (job->consolidated) files[count++] = job->consolidated;
    return err_in_one_of(call, files, count, err);
}

/* ---- the work ---- */

static void keep_findings(PxResult *result, const CollateResult *made) {
    Arena *a = result->root;
    result->proven = made->proven && made->verdict_count > 0;
    result->verdict_count = made->verdict_count;
    result->verdicts = NEW_ARRAY(a, PxVerdict, made->verdict_count);
    for (ptrdiff_t i = 0; i < made->verdict_count; i++) {
        const CollateVerdict *v = &made->verdicts[i];
        result->verdicts[i] = (PxVerdict){arena_str(a, v->promise), arena_str(a, v->office),
                                          v->holds, arena_str(a, v->detail)};
    }
    result->notice_count = made->notice_count;
    result->notices = NEW_ARRAY(a, PxNotice, made->notice_count);
    for (ptrdiff_t i = 0; i < made->notice_count; i++) {
        const CollateNotice *n = &made->notices[i];
        result->notices[i] = (PxNotice){arena_str(a, n->office), arena_str(a, n->text)};
    }
}

static bool proof_failed(const PxResult *result, PxErr *err) {
    for (ptrdiff_t i = 0; i < result->verdict_count; i++) {
        const PxVerdict *v = &result->verdicts[i];
        if (v->holds) continue;
        return fail(err, PX_ERR_PROOF, S(""), -1,
                    "the redline does not keep its promise that %.*s%s%.*s", (int)v->promise.len,
                    v->promise.ptr, v->office.len ? ": " : "", (int)v->office.len, v->office.ptr);
    }
    return fail(err, PX_ERR_PROOF, S(""), -1, "nothing could be proven of the redline");
}

static bool work(Call *call, PxErr *err) {
    const Job *job = call->arguments;
    CollateReturn *returns = NULL;
    if (!read_offices(call, job, &returns, err)) return false;
    const CollateOptions options = {.zip = call_zip_limits(call),
                                    .key = call_hash_key(call),
                                    .deflate_level = job->deflate_level,
                                    .no_proof = job->no_proof,
                                    .progress = call_progress,
                                    .progress_ctx = call};
    CollateResult made = {0};
    bool done;
    if (job->consolidated) {
        call_step(call, "proving what %td return%s and the consolidated file say", job->count,
                  job->count == 1 ? "" : "s");
        done = collate_verify(call->work_arena, job->base->bytes, file_base(job->base->name),
                              returns, job->count, job->consolidated->bytes,
                              file_base(job->consolidated->name), &options, &made, err);
    } else {
        call_step(call, "merging %td return%s%s", job->count, job->count == 1 ? "" : "s",
                  job->no_proof ? "" : " and proving the result");
        done = collate_run(call->work_arena, job->base->bytes, file_base(job->base->name), returns,
                           job->count, &options, &made, err);
    }
    if (!done) return blame(call, job, err);
    PxResult *result = result_new(call);
    keep_findings(result, &made);
    if (job->consolidated) return true;
    if (!job->no_proof && !result->proven) {
        call->keep = true;
        return proof_failed(result, err);
    }
    result_take(result, made.bytes);
    return true;
}

bool px_consolidate(const PxFile *base, const PxReturn *returns, ptrdiff_t count,
                    const PxConsolidateOptions *options, PxResult **out, PxErr *err) {
    Job job = {.base = base, .returns = returns, .count = count};
    if (options) job.no_proof = options->no_proof;
    if (options) job.deflate_level = options->deflate_level;
    void *made;
    const bool done = call_run(options ? &options->settings : NULL, work, &job, &made, err);
    *out = made;
    return done;
}

bool px_compare(const PxFile *base, const PxFile *revised, const PxCompareOptions *options,
                PxResult **out, PxErr *err) {
    PxReturn only = {.file = *revised};
    PxConsolidateOptions rest = {0};
    if (options) {
        only.office = options->author;
        rest = (PxConsolidateOptions){options->settings, options->no_proof, options->deflate_level};
    }
    return px_consolidate(base, &only, 1, &rest, out, err);
}

bool px_verify(const PxFile *base, const PxReturn *returns, ptrdiff_t count,
               const PxFile *consolidated, const PxVerifyOptions *options, PxResult **out,
               PxErr *err) {
    const Job job = {
        .base = base, .returns = returns, .count = count, .consolidated = consolidated};
    void *made;
    const bool done = call_run(options ? &options->settings : NULL, work, &job, &made, err);
    *out = made;
    return done;
}
