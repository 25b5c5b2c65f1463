/* The operations that read a draft: its provisions, what is wrong with it. README.md describes
 * each.
 */
#include <openssl/sha.h>

#include "worker/int.h"

static Str digest_of_form(Arena *a, Str form) {
    static const char digits[] = "0123456789abcdef";
    unsigned char digest[SHA256_DIGEST_LENGTH];
    Buf b = buf_new(a);
    SHA256((const unsigned char *)form.ptr, (size_t)form.len, digest);
    for (size_t i = 0; i < sizeof digest; i++) {
        buf_byte(&b, digits[digest[i] >> 4]);
        buf_byte(&b, digits[digest[i] & 15]);
    }
    return buf_str(&b);
}

static void close_provisions(void *ctx) { px_provisions_close(ctx); }

bool op_provisions(const Job *job, Answer *answer, PxErr *err) {
    const PxFile file = job_file(job, 0);
    PxFile previous;
    PxProvisionsOptions options = {.settings = job_settings(job)};
    if (job->file_count > 1) {
        previous = job_file(job, 1);
        options.previous = &previous;
    }
    PxProvisions *provisions;
    if (!px_provisions_open(&file, &options, &provisions, err)) return false;
    Arena *a = answer->arena;
    arena_defer(a, close_provisions, provisions);
    ptrdiff_t count;
    const PxProvision *rows = px_provisions_rows(provisions, &count);
    int64_t *levels = NEW_ARRAY(a, int64_t, count);
    Json *list = json_set(a, answer->result, S("provisions"), json_array(a));
    for (ptrdiff_t i = 0; i < count; i++) {
        Json *j = json_push(a, list, json_object(a));
        json_set_str(a, j, S("number"), rows[i].number);
        json_set_str(a, j, S("heading"), rows[i].heading);
        json_set_str(a, j, S("text"), rows[i].text);
        json_set_str(a, j, S("digest"), digest_of_form(a, rows[i].form));
        json_set_int(a, j, S("parent"), rows[i].parent);
        json_set_int(a, j, S("previous"), rows[i].previous);
        check(rows[i].parent < i);
        levels[i] = rows[i].parent < 0 ? 0 : levels[rows[i].parent] + 1;
        json_set_int(a, j, S("level"), levels[i]);
    }
    return true;
}

static void close_draft(void *ctx) { px_draft_close(ctx); }

bool op_check(const Job *job, Answer *answer, PxErr *err) {
    const PxFile file = job_file(job, 0);
    Json **terms;
    const ptrdiff_t term_count = json_find_array(job->arguments, S("terms"), &terms);
    Str *known;
    if (!job_strings(job, S("terms"), term_count, &known, err)) return false;
    const PxDraftOptions options = {job_settings(job), known, term_count};
    PxDraft *draft;
    if (!px_draft_check(&file, &options, &draft, err)) return false;
    Arena *a = answer->arena;
    arena_defer(a, close_draft, draft);
    ptrdiff_t count;
    const PxDraftFinding *findings = px_draft_findings(draft, &count);
    Json *list = json_set(a, answer->result, S("findings"), json_array(a));
    for (ptrdiff_t i = 0; i < count; i++) {
        Json *j = json_push(a, list, json_object(a));
        json_set_str(a, j, S("kind"), findings[i].kind);
        json_set_str(a, j, S("place"), findings[i].place);
        json_set_str(a, j, S("sentence"), findings[i].sentence);
    }
    return true;
}
