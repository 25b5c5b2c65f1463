/* A job's bytes, the answer's, and what an answer says. */
#include "worker/int.h"

Str worker_job(Arena *a, const WorkerLimits *limits, Str operation, const Json *arguments,
               const WorkerFile *files, ptrdiff_t file_count) {
    Frame f = {.word = operation, .json = S("{}"), .file_count = file_count};
    if (limits) {
        f.memory = limits->memory;
        f.seconds = limits->seconds;
    }
    if (arguments) f.json = json_text(a, arguments);
    f.files = NEW_ARRAY(a, WorkerFile, file_count);
    if (file_count) memcpy(f.files, files, (size_t)file_count * sizeof *files);
    return frame_write(a, &f);
}

/* ---- answering ---- */

Str answer_error(Arena *a, const PxErr *e) {
    Json *j = json_object(a);
    json_set_str(a, j, S("kind"), str_from_z(px_err_kind_name(e->kind)));
    json_set_int(a, j, S("at"), e->at);
    json_set_str(a, j, S("part"), str_from_z(e->part));
    json_set_str(a, j, S("message"), str_from_z(e->message));
    json_set_str(a, j, S("file"), str_from_z(e->file));
    return frame_write(a, &(Frame){.word = S("error"), .json = json_text(a, j)});
}

void memory_is_limit(PxErr *err, int64_t memory) {
    if (err->kind != PX_ERR_SYSTEM || str_equal(str_from_z(err->part), S("worker"))) return;
    const Str file = str_from_z(err->file);
    char name[sizeof err->file];
    memcpy(name, file.ptr, (size_t)file.len + 1);
    (void)fail(err, PX_ERR_LIMIT, (Str){NULL, 0}, -1,
               "reading it takes more than the %lld MB of memory it may have (send a smaller file)",
               (long long)(memory >> 20));
    memcpy(err->file, name, sizeof name);
}

static bool run(Arena *a, Str bytes, WorkerExtra *extra, Answer *answer, PxErr *err) {
    Frame f;
    Json *arguments;
    if (!frame_read(a, bytes, &f, err) || !json_read(a, S("arguments"), f.json, &arguments, err)) {
        return false;
    }
    const Job job = {a, f.memory, arguments, f.files, f.file_count};
    if (job_run(&job, f.word, extra, answer, err)) return true;
    memory_is_limit(err, f.memory);
    return false;
}

Str worker_answer(Arena *a, Str bytes, WorkerExtra *extra) {
    Answer answer;
    PxErr err = {.at = -1};
    if (!run(a, bytes, extra, &answer, &err)) return answer_error(a, &err);
    return frame_write(a, &(Frame){.word = S("done"),
                                   .json = json_text(a, answer.result),
                                   .files = answer.files,
                                   .file_count = answer.count});
}

/* ---- reading an answer ---- */

static void copy_text(char *to, ptrdiff_t size, Str from) {
    ptrdiff_t len = from.len < size ? from.len : size - 1;
    while (len < from.len && len > 0 && ((unsigned char)from.ptr[len] & 0xc0) == 0x80) len--;
    if (len > 0) memcpy(to, from.ptr, (size_t)len);
    to[len] = '\0';
}

static PxErrKind kind_named(Str name) {
    for (int k = PX_ERR_NONE + 1; k < PX_ERR_KINDS; k++) {
        if (str_equal(str_from_z(px_err_kind_name((PxErrKind)k)), name)) return (PxErrKind)k;
    }
    return PX_ERR_INPUT;
}

static bool read_error(const Json *j, PxErr *err) {
    const Str message = json_find_str(j, S("message"));
    if (!message.len) {
        return fail(err, PX_ERR_INPUT, S("worker"), -1,
                    "the file stopped the reader: it gave an error without a word");
    }
    if (!err) return false;
    *err = (PxErr){.kind = kind_named(json_find_str(j, S("kind"))),
                   .at = json_find_int(j, S("at"), -1)};
    copy_text(err->part, sizeof err->part, json_find_str(j, S("part")));
    copy_text(err->message, sizeof err->message, message);
    copy_text(err->file, sizeof err->file, json_find_str(j, S("file")));
    return false;
}

bool worker_read(Arena *a, Str answer, Json **result, const WorkerFile **out, ptrdiff_t *out_count,
                 PxErr *err) {
    Frame f;
    Json *j;
    *result = NULL;
    *out = NULL;
    *out_count = 0;
    if (!frame_read(a, answer, &f, err) || !json_read(a, S("answer"), f.json, &j, err)) {
        return fail(err, PX_ERR_INPUT, S("worker"), -1,
                    "the file stopped the reader: what it answered cannot be read");
    }
    if (str_equal(f.word, S("error"))) return read_error(j, err);
    if (!str_equal(f.word, S("done")) || j->kind != JSON_OBJECT) {
        return fail(err, PX_ERR_INPUT, S("worker"), -1,
                    "the file stopped the reader: it answered neither a result nor an error");
    }
    *result = j;
    *out = f.files;
    *out_count = f.file_count;
    return true;
}
