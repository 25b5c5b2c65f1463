/* fuzz_worker: what travels between parent and child. The first byte says what the rest is: a job
 * as the child gets it, an answer as the parent does, or an operation, its arguments and files,
 * which are framed here. */
/* needs: engine json os worker */
#include "worker/worker.h"

#include "target.h"

enum { MEMORY_AT = 16, MEMORY_END = 24 };

static const char *const operations[] = {
#define OPERATION(name, id, least, most) name,
#include "worker/ops.def"
#undef OPERATION
};

static void read_answer(Arena *a, Str answer, bool must_be_one) {
    Json *result;
    const WorkerFile *files;
    ptrdiff_t count;
    PxErr err = {.at = -1};
    if (!worker_read(a, answer, &result, &files, &count, &err)) {
        check(err.kind != PX_ERR_NONE && err.message[0] != '\0');
        check(!must_be_one || strncmp(err.message, "the file stopped", 16) != 0);
        return;
    }
    check(result != NULL);
    for (ptrdiff_t i = 0; i < count; i++) {
        check(files[i].bytes.len == 0 ||
              (files[i].bytes.ptr >= answer.ptr &&
               files[i].bytes.ptr + files[i].bytes.len <= answer.ptr + answer.len));
    }
}

/* The child would have as much memory as the job says. */
static void answer_job(Arena *a, Str job) {
    static const char memory[MEMORY_END - MEMORY_AT] = {0, 0, 0, 4}; /* 64 MB */
    const Str copy = arena_str(a, job);
    if (copy.len >= MEMORY_END) memcpy((char *)copy.ptr + MEMORY_AT, memory, sizeof memory);
    read_answer(a, worker_answer(a, copy, NULL), true);
}

static Str cut(Str *s) {
    ptrdiff_t end = str_find(*s, S("\n\n"));
    if (end < 0) end = s->len;
    const Str out = str_slice(*s, 0, end);
    *s = str_slice(*s, end + 2 < s->len ? end + 2 : s->len, s->len);
    return out;
}

static void answer_operation(Arena *a, Str s) {
    WorkerFile files[4];
    ptrdiff_t count = 0;
    Json *arguments;
    PxErr err = {.at = -1};
    const size_t known = sizeof operations / sizeof *operations;
    if (!s.len) return;
    const Str operation = str_from_z(operations[(unsigned char)s.ptr[0] % known]);
    s = str_slice(s, 1, s.len);
    if (!json_read(a, S("arguments"), cut(&s), &arguments, &err)) return;
    while (s.len && count < 4) files[count++] = (WorkerFile){S("file.docx"), cut(&s)};
    answer_job(a, worker_job(a, NULL, operation, arguments, files, count));
}

static bool run(void *ctx, PxErr *err) {
    const Case *c = ctx;
    (void)err;
    if (!c->bytes.len) return true;
    const Str rest = str_slice(c->bytes, 1, c->bytes.len);
    switch (c->bytes.ptr[0] % 3) {
    case 0: answer_job(c->arena, rest); break;
    case 1: read_answer(c->arena, rest, false); break;
    default: answer_operation(c->arena, rest); break;
    }
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len) {
    return fuzz_one(run, 256, bytes, len);
}
