/* The operations that read: inspect, matrix, render, text. README.md describes each. */
#include "worker/int.h"

/* ---- inspect ---- */

static void put_people(Answer *answer, const PxInspection *in) {
    Arena *a = answer->arena;
    ptrdiff_t count;
    const PxPerson *people = px_inspection_people(in, &count);
    Json *list = json_set(a, answer->result, S("people"), json_array(a));
    for (ptrdiff_t i = 0; i < count; i++) {
        const PxPerson *p = &people[i];
        Json *j = json_push(a, list, json_object(a));
        json_set_str(a, j, S("author"), p->author);
        json_set_int(a, j, S("insertions"), p->insertions);
        json_set_int(a, j, S("deletions"), p->deletions);
        json_set_int(a, j, S("moves"), p->moves);
        json_set_int(a, j, S("formats"), p->formats);
        json_set_int(a, j, S("others"), p->others);
        json_set_int(a, j, S("comments"), p->comments);
        json_set_str(a, j, S("first_date"), p->first_date);
        json_set_str(a, j, S("last_date"), p->last_date);
    }
}

static void put_findings(Answer *answer, const PxInspection *in) {
    Arena *a = answer->arena;
    ptrdiff_t count;
    const PxFinding *findings = px_inspection_findings(in, &count);
    Json *list = json_set(a, answer->result, S("findings"), json_array(a));
    for (ptrdiff_t i = 0; i < count; i++) {
        const PxFinding *f = &findings[i];
        Json *j = json_push(a, list, json_object(a));
        json_set_str(a, j, S("kind"), f->kind);
        json_set_str(a, j, S("words"), f->words);
        json_set_bool(a, j, S("silent"), f->is_silent);
        json_set_str(a, j, S("part"), f->part);
        json_set_str(a, j, S("place"), f->place);
        json_set_str(a, j, S("before"), f->before);
        json_set_str(a, j, S("after"), f->after);
        json_set_str(a, j, S("detail"), f->detail);
    }
}

static void close_inspection(void *ctx) { px_inspection_close(ctx); }

bool op_inspect(const Job *job, Answer *answer, PxErr *err) {
    const PxFile file = job_file(job, 0);
    PxFile sent;
    PxInspectOptions options = {.settings = job_settings(job)};
    if (job->file_count > 1) {
        sent = job_file(job, 1);
        options.sent = &sent;
    }
    PxInspection *in;
    if (!px_inspect(&file, &options, &in, err)) return false;
    arena_defer(answer->arena, close_inspection, in);
    Arena *a = answer->arena;
    json_set_int(a, answer->result, S("revisions"), px_inspection_revisions(in));
    json_set_int(a, answer->result, S("comments"), px_inspection_comments(in));
    json_set_bool(a, answer->result, S("tracking"), px_inspection_is_tracking(in));
    put_people(answer, in);
    put_findings(answer, in);
    return true;
}

/* ---- the matrix ---- */

static Json *numbers(Arena *a, const int64_t *items, ptrdiff_t count) {
    Json *list = json_array(a);
    for (ptrdiff_t i = 0; i < count; i++) json_push(a, list, json_int(a, items[i]));
    return list;
}

static void put_rows(Answer *answer, const PxMatrix *m) {
    Arena *a = answer->arena;
    ptrdiff_t count;
    const PxRow *rows = px_matrix_rows(m, &count);
    Json *list = json_set(a, answer->result, S("rows"), json_array(a));
    for (ptrdiff_t i = 0; i < count; i++) {
        const PxRow *r = &rows[i];
        Json *j = json_push(a, list, json_object(a));
        json_set_int(a, j, S("number"), r->number);
        if (r->also) json_set_int(a, j, S("also"), r->also);
        json_set_bool(a, j, S("is_comment"), r->is_comment);
        json_set_str(a, j, S("provision"), r->provision);
        json_set_str(a, j, S("office"), r->office);
        json_set_str(a, j, S("person"), r->person);
        json_set_str(a, j, S("date"), r->date);
        json_set_str(a, j, S("kind"), r->kind);
        json_set_str(a, j, S("existing"), r->existing);
        json_set_str(a, j, S("proposed"), r->proposed);
        json_set_str(a, j, S("comment"), r->comment);
        json_set(a, j, S("conflicts"), numbers(a, r->conflicts, r->conflict_count));
    }
}

static void put_conflicts(Answer *answer, const PxMatrix *m) {
    Arena *a = answer->arena;
    ptrdiff_t count;
    const PxConflict *conflicts = px_matrix_conflicts(m, &count);
    Json *list = json_set(a, answer->result, S("conflicts"), json_array(a));
    for (ptrdiff_t i = 0; i < count; i++) {
        const PxConflict *c = &conflicts[i];
        Json *j = json_push(a, list, json_object(a));
        json_set_str(a, j, S("provision"), c->provision);
        json_set(a, j, S("rows"), numbers(a, c->rows, c->row_count));
        json_set_str(a, j, S("base_text"), c->base_text);
    }
}

static void close_matrix(void *ctx) { px_matrix_close(ctx); }

/* The matrix lives until the arena ends. */
static bool matrix_read(const Job *job, const PxFile *file, PxMatrix **out, PxErr *err) {
    const PxMatrixOptions options = {.settings = job_settings(job)};
    if (!px_matrix_open(file, &options, out, err)) return false;
    arena_defer(job->arena, close_matrix, *out);
    return true;
}

bool put_matrix(const Job *job, Answer *answer, Str document, PxErr *err) {
    const PxFile file = {S("consolidated.docx"), document};
    PxMatrix *m;
    if (!matrix_read(job, &file, &m, err)) return false;
    put_rows(answer, m);
    put_conflicts(answer, m);
    return true;
}

bool op_matrix(const Job *job, Answer *answer, PxErr *err) {
    const PxFile file = job_file(job, 0);
    PxMatrix *m;
    if (!matrix_read(job, &file, &m, err)) return false;
    put_rows(answer, m);
    put_conflicts(answer, m);
    return true;
}

static const char *const format_names[PX_MATRIX_FORMATS] = {
    [PX_MATRIX_XLSX] = "xlsx",
    [PX_MATRIX_CSV] = "csv",
    [PX_MATRIX_HTML] = "html",
    [PX_MATRIX_DOCX] = "docx",
    [PX_MATRIX_CONFLICTS_JSON] = "conflicts",
};

bool op_matrix_write(const Job *job, Answer *answer, PxErr *err) {
    const Str name = json_find_str(job->arguments, S("format"));
    int format = 0;
    while (format < PX_MATRIX_FORMATS && !str_equal(str_from_z(format_names[format]), name)) {
        format++;
    }
    if (format == PX_MATRIX_FORMATS) {
        return fail(err, PX_ERR_CONFLICT, S("format"), -1,
                    "the format of a matrix is xlsx, csv, html, docx or conflicts");
    }
    const PxFile file = job_file(job, 0);
    PxMatrix *m;
    PxResult *result;
    if (!matrix_read(job, &file, &m, err)) return false;
    const PxMatrixWriteOptions options = {.settings = job_settings(job),
                                          .title = json_find_str(job->arguments, S("title"))};
    if (!px_matrix_write(m, (PxMatrixFormat)format, &options, &result, err)) return false;
    answer_result(answer, S("matrix"), result);
    return true;
}

/* ---- views ---- */

bool op_render(const Job *job, Answer *answer, PxErr *err) {
    const PxFile file = job_file(job, 0);
    const PxRenderOptions options = {.settings = job_settings(job),
                                     .title = json_find_str(job->arguments, S("title"))};
    PxResult *result;
    if (!px_render(&file, &options, &result, err)) return false;
    answer_result(answer, S("page"), result);
    return true;
}

bool op_text(const Job *job, Answer *answer, PxErr *err) {
    const PxFile file = job_file(job, 0);
    const PxTextOptions options = {.settings = job_settings(job)};
    PxResult *result;
    if (!px_text(&file, &options, &result, err)) return false;
    answer_result(answer, S("text"), result);
    return true;
}
