/* The table of operations, and those that merge, compare, prove and resolve. README.md describes
 * each. */
#include "worker/int.h"

typedef struct Operation {
    const char *name;
    ptrdiff_t least, most; /* files */
    bool (*run)(const Job *job, Answer *answer, PxErr *err);
} Operation;

static const Operation operations[] = {
#define OPERATION(name, id, least, most) {name, least, most, op_##id},
#include "worker/ops.def"
#undef OPERATION
};

/* ---- arguments and answers ---- */

PxSettings job_settings(const Job *job) { return (PxSettings){.memory = job->memory}; }

bool job_strings(const Job *job, Str key, ptrdiff_t count, Str **out, PxErr *err) {
    *out = NULL;
    if (!json_find(job->arguments, key)) return true;
    Json **items;
    if (json_find_array(job->arguments, key, &items) != count) {
        return fail(err, PX_ERR_CONFLICT, key, -1, "the argument \"%.*s\" needs %td items",
                    (int)key.len, key.ptr, count);
    }
    *out = NEW_ARRAY(job->arena, Str, count);
    for (ptrdiff_t i = 0; i < count; i++) {
        if (items[i]->kind != JSON_STR) {
            return fail(err, PX_ERR_CONFLICT, key, -1,
                        "an item of the argument \"%.*s\" is no text", (int)key.len, key.ptr);
        }
        (*out)[i] = items[i]->text;
    }
    return true;
}

void answer_file(Answer *answer, Str name, Str bytes) {
    answer->files = arena_grow(answer->arena, answer->files, answer->count, &answer->cap,
                               answer->count + 1, (ptrdiff_t)sizeof *answer->files);
    answer->files[answer->count++] = (WorkerFile){name, bytes};
}

static void close_result(void *ctx) { px_result_close(ctx); }

void answer_result(Answer *answer, Str name, PxResult *result) {
    arena_defer(answer->arena, close_result, result);
    answer_file(answer, name, px_result_bytes(result));
}

/* ---- what is said of a result ---- */

static void put_verdicts(Answer *answer, const PxResult *result) {
    Arena *a = answer->arena;
    ptrdiff_t count;
    const PxVerdict *verdicts = px_result_verdicts(result, &count);
    json_set_bool(a, answer->result, S("proven"), px_result_is_proven(result));
    Json *list = json_set(a, answer->result, S("verdicts"), json_array(a));
    for (ptrdiff_t i = 0; i < count; i++) {
        Json *v = json_push(a, list, json_object(a));
        json_set_str(a, v, S("promise"), verdicts[i].promise);
        json_set_str(a, v, S("office"), verdicts[i].office);
        json_set_bool(a, v, S("holds"), verdicts[i].holds);
        json_set_str(a, v, S("detail"), verdicts[i].detail);
    }
}

static void put_notices(Answer *answer, const PxResult *result) {
    Arena *a = answer->arena;
    ptrdiff_t count;
    const PxNotice *notices = px_result_notices(result, &count);
    Json *list = json_set(a, answer->result, S("notices"), json_array(a));
    for (ptrdiff_t i = 0; i < count; i++) {
        Json *n = json_push(a, list, json_object(a));
        json_set_str(a, n, S("office"), notices[i].office);
        json_set_str(a, n, S("text"), notices[i].text);
    }
}

/* Takes the result over. */
static void put_result(Answer *answer, Str name, PxResult *result) {
    arena_defer(answer->arena, close_result, result);
    put_verdicts(answer, result);
    put_notices(answer, result);
    const Str bytes = px_result_bytes(result);
    if (bytes.len) answer_file(answer, name, bytes);
}

/* ---- merging ---- */

static bool returns_read(const Job *job, ptrdiff_t from, ptrdiff_t count, PxReturn **out,
                         PxErr *err) {
    Str *offices;
    if (!job_strings(job, S("offices"), count, &offices, err)) return false;
    *out = NEW_ARRAY(job->arena, PxReturn, count);
    for (ptrdiff_t i = 0; i < count; i++) {
        (*out)[i] = (PxReturn){offices ? offices[i] : (Str){NULL, 0}, job_file(job, from + i)};
    }
    return true;
}

bool op_consolidate(const Job *job, Answer *answer, PxErr *err) {
    const PxFile base = job_file(job, 0);
    const ptrdiff_t count = job->file_count - 1;
    PxReturn *returns;
    PxResult *result = NULL;
    if (!returns_read(job, 1, count, &returns, err)) return false;
    const PxConsolidateOptions options = {.settings = job_settings(job)};
    if (!px_consolidate(&base, returns, count, &options, &result, err)) {
        px_result_close(result);
        return false;
    }
    put_result(answer, S("consolidated"), result);
    return put_matrix(job, answer, px_result_bytes(result), err);
}

bool op_compare(const Job *job, Answer *answer, PxErr *err) {
    const PxFile base = job_file(job, 0), revised = job_file(job, 1);
    const PxCompareOptions options = {.settings = job_settings(job),
                                      .author = json_find_str(job->arguments, S("author"))};
    PxResult *result = NULL;
    if (!px_compare(&base, &revised, &options, &result, err)) {
        px_result_close(result);
        return false;
    }
    put_result(answer, S("redline"), result);
    return put_matrix(job, answer, px_result_bytes(result), err);
}

bool op_verify(const Job *job, Answer *answer, PxErr *err) {
    const PxFile base = job_file(job, 0), consolidated = job_file(job, job->file_count - 1);
    const ptrdiff_t count = job->file_count - 2;
    PxReturn *returns;
    PxResult *result = NULL;
    if (!returns_read(job, 1, count, &returns, err)) return false;
    const PxVerifyOptions options = {.settings = job_settings(job)};
    if (!px_verify(&base, returns, count, &consolidated, &options, &result, err)) {
        px_result_close(result);
        return false;
    }
    put_result(answer, S("none"), result);
    return true;
}

/* ---- resolving ---- */

static bool steps_read(const Job *job, PxStep **out, ptrdiff_t *count, PxErr *err) {
    Json **items;
    *count = json_find_array(job->arguments, S("steps"), &items);
    *out = NEW_ARRAY(job->arena, PxStep, *count);
    for (ptrdiff_t i = 0; i < *count; i++) {
        const Json *accept = json_find(items[i], S("accept"));
        (*out)[i].selector = json_find_str(items[i], S("selector"));
        if (!accept || accept->kind != JSON_BOOL || !(*out)[i].selector.len) {
            return fail(err, PX_ERR_CONFLICT, S("steps"), -1,
                        "step %td needs \"accept\" (true or false) and \"selector\"", i + 1);
        }
        (*out)[i].accept = accept->truth;
    }
    return true;
}

bool op_resolve(const Job *job, Answer *answer, PxErr *err) {
    const PxFile file = job_file(job, 0);
    PxStep *steps;
    ptrdiff_t count;
    PxResult *result;
    if (!steps_read(job, &steps, &count, err)) return false;
    const PxResolveOptions options = {.settings = job_settings(job),
                                      .only = json_find_str(job->arguments, S("only")),
                                      .no_comments =
                                          json_find_bool(job->arguments, S("no_comments"))};
    if (!px_resolve(&file, steps, count, &options, &result, err)) return false;
    answer_result(answer, S("resolved"), result);
    put_notices(answer, result);
    json_set_int(answer->arena, answer->result, S("accepted"), px_result_accepted(result));
    json_set_int(answer->arena, answer->result, S("rejected"), px_result_rejected(result));
    return true;
}

/* ---- the door ---- */

static const Operation *find(Str name) {
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++) {
        if (str_equal(str_from_z(operations[i].name), name)) return &operations[i];
    }
    return NULL;
}

bool job_run(const Job *job, Str name, WorkerExtra *extra, Answer *answer, PxErr *err) {
    *answer = (Answer){.arena = job->arena, .result = json_object(job->arena)};
    const Operation *op = find(name);
    if (!op && extra && extra(job->arena, name, job->arguments, answer->result)) return true;
    if (!op) {
        return fail(err, PX_ERR_NOT_FOUND, S("operation"), -1, "there is no operation \"%.*s\"",
                    (int)(name.len < 40 ? name.len : 40), name.ptr ? name.ptr : "");
    }
    if (job->file_count < op->least || job->file_count > op->most) {
        return fail(err, PX_ERR_CONFLICT, S("files"), -1,
                    "the operation \"%s\" takes %td to %td files, not %td", op->name, op->least,
                    op->most, job->file_count);
    }
    return op->run(job, answer, err);
}
