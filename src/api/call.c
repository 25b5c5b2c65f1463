/* call: the frame of every public function: settings with their defaults, the arenas, the guard,
 * and the way an error gets the name of its file. */
#include "api/int.h"

#include <stdio.h>

static const PxSettings no_settings;

static bool work_of(void *ctx, PxErr *err) {
    Call *call = ctx;
    call->work_arena = arena_child(call->root);
    const bool done = call->work(call, err);
    arena_close(call->work_arena);
    call->work_arena = NULL;
    return done;
}

bool call_run(const PxSettings *settings, CallWork work, const void *arguments, void **made,
              PxErr *err) {
    *err = (PxErr){.at = -1};
    *made = NULL;
    Call call = {.settings = settings ? settings : &no_settings, .arguments = arguments};
    call.work = work;
    int64_t budget = call.settings->memory;
    if (budget <= 0) budget = INT64_C(4) << 30;
    if (budget > PTRDIFF_MAX) budget = PTRDIFF_MAX;
    call.root = arena_open((ptrdiff_t)budget);
    if (!call.root) return fail(err, PX_ERR_SYSTEM, S(""), -1, "the system has no more memory");
    if (call.settings->fail_at_allocation > 0) {
        arena_fail_after(call.root, (ptrdiff_t)(call.settings->fail_at_allocation - 1), true);
    }
    const bool done = arena_guard(call.root, work_of, &call, err);
    if (done || (call.keep && call.made)) *made = call.made;
    else arena_close(call.root);
    return done;
}

void call_progress(void *ctx, int permille) {
    const Call *call = ctx;
    if (!call->settings->progress) return;
    const Str step = {call->step, call->step_len};
    call->settings->progress(call->settings->progress_ctx, step, permille);
}

void call_step(Call *call, const char *format, ...) {
    va_list args;
    va_start(args, format);
    const int len = vsnprintf(call->step, sizeof call->step, format, args);
    va_end(args);
    const ptrdiff_t room = (ptrdiff_t)sizeof call->step - 1;
    call->step_len = len < room ? len : room;
    call_progress(call, -1);
}

static ptrdiff_t limit(int64_t n) {
    return n > PTRDIFF_MAX ? PTRDIFF_MAX : n > 0 ? (ptrdiff_t)n : 0;
}

ZipLimits call_zip_limits(const Call *call) {
    const PxSettings *s = call->settings;
    return (ZipLimits){limit(s->entries), limit(s->part_bytes), limit(s->inflated_bytes)};
}

HashKey call_hash_key(const Call *call) {
    return (HashKey){{call->settings->hash_key[0], call->settings->hash_key[1]}};
}

Str file_base(Str name) {
    return name.len ? str_slice(name, str_find_last(name, '/') + 1, name.len) : S("");
}

Str file_stem(Str name) {
    name = file_base(name);
    const ptrdiff_t dot = str_find_last(name, '.');
    return dot > 0 ? str_slice(name, 0, dot) : name;
}

bool err_in_file(PxErr *err, Str name) {
    if (err->kind == PX_ERR_NONE || err->file[0] != '\0') return false;
    const PxErr was = *err;
    (void)fail(err, was.kind, name, was.at, "%s", was.message); /* cuts name at a whole character */
    memcpy(err->file, err->part, sizeof err->part);
    if (str_equal(str_from_z(was.part), file_base(name))) err->part[0] = '\0';
    else memcpy(err->part, was.part, sizeof was.part);
    return false;
}

bool open_package(const Call *call, XmlNames *names, const PxFile *file, DocxPackage **out,
                  PxErr *err) {
    const ZipLimits limits = call_zip_limits(call);
    if (docx_open(call->work_arena, names, call_hash_key(call), file->bytes, file_base(file->name),
                  &limits, out, err)) {
        return true;
    }
    return err_in_file(err, file->name);
}

/* Whether reading file fails with the error we have. */
static bool fails_like(Call *call, const PxFile *file, const PxErr *err) {
    PxErr again = {0};
    DocxPackage *p;
    XmlNames *names = xml_names_open(call->work_arena);
    bool read = open_package(call, names, file, &p, &again);
    if (read) {
        DocxStory *stories;
        const ptrdiff_t count = docx_stories(call->work_arena, p, &stories);
        for (ptrdiff_t i = 0; i < count && read; i++) {
            XmlTree *tree;
            read = docx_part_tree(p, stories[i].part, &tree, &again);
        }
        DocxPart *part = docx_find_part(p, str_from_z(err->part));
        XmlTree *tree;
        if (read && part) read = docx_part_tree(p, part, &tree, &again);
    }
    if (read) return false;
    return strcmp(again.message, err->message) == 0 &&
           (strcmp(again.part, err->part) == 0 ||
            str_equal(str_from_z(err->part), file_base(file->name)));
}

bool err_in_one_of(Call *call, const PxFile *const *files, ptrdiff_t count, PxErr *err) {
    if (err->file[0] || (err->kind != PX_ERR_INPUT && err->kind != PX_ERR_UNSUPPORTED &&
                         err->kind != PX_ERR_LIMIT)) {
        return false;
    }
    for (ptrdiff_t i = 0; i < count; i++) {
        arena_close(call->work_arena);
        call->work_arena = arena_child(call->root);
        if (fails_like(call, files[i], err)) return err_in_file(err, files[i]->name);
    }
    return false;
}

/* ---- small public functions ---- */

const char *px_version(void) { return PARAPH_VERSION; }

PxStr px_str(const char *text_z) { return str_from_z(text_z); }

const char *px_err_kind_name(PxErrKind kind) {
    switch (kind) {
    case PX_ERR_NONE: return "none";
    case PX_ERR_INPUT: return "input";
    case PX_ERR_LIMIT: return "limit";
    case PX_ERR_UNSUPPORTED: return "unsupported";
    case PX_ERR_CONFLICT: return "conflict";
    case PX_ERR_NOT_FOUND: return "not-found";
    case PX_ERR_DENIED: return "denied";
    case PX_ERR_BUSY: return "busy";
    case PX_ERR_SYSTEM: return "system";
    case PX_ERR_PROOF: return "proof";
    case PX_ERR_KINDS: break;
    }
    return "unknown";
}

/* ---- results ---- */

PxResult *result_new(Call *call) {
    PxResult *result = NEW(call->root, PxResult);
    result->root = call->root;
    call->made = result;
    return result;
}

void result_take(PxResult *result, Str bytes) { result->bytes = arena_str(result->root, bytes); }

void px_result_close(PxResult *result) {
    if (result) arena_close(result->root);
}

PxStr px_result_bytes(const PxResult *result) { return result->bytes; }

const PxVerdict *px_result_verdicts(const PxResult *result, ptrdiff_t *count) {
    *count = result->verdict_count;
    return result->verdicts;
}

const PxNotice *px_result_notices(const PxResult *result, ptrdiff_t *count) {
    *count = result->notice_count;
    return result->notices;
}

bool px_result_is_proven(const PxResult *result) { return result->proven; }
int64_t px_result_accepted(const PxResult *result) { return result->accepted; }
int64_t px_result_rejected(const PxResult *result) { return result->rejected; }
int64_t px_result_peak(const PxResult *result) { return arena_peak(result->root); }
