/* matrix: the comment matrix and the conflicts, to read or to write as a file. */
#include "matrix/matrix.h"
#include "api/int.h"

struct PxMatrix {
    Arena *root;
    Str title;
    Matrix matrix; /* as the module has it, for writing */
    PxRow *rows;
    PxConflict *conflicts;
    ptrdiff_t conflict_count;
};

static int64_t *numbers(Arena *a, const ptrdiff_t *from, ptrdiff_t count) {
    int64_t *to = NEW_ARRAY(a, int64_t, count);
    for (ptrdiff_t i = 0; i < count; i++) to[i] = from[i];
    return to;
}

static ptrdiff_t *copy_numbers(Arena *a, const ptrdiff_t *from, ptrdiff_t count) {
    ptrdiff_t *to = NEW_ARRAY(a, ptrdiff_t, count);
    for (ptrdiff_t i = 0; i < count; i++) to[i] = from[i];
    return to;
}

/* A copy of the rows that does not need the documents' trees. */
static void keep_rows(PxMatrix *m, const Matrix *from) {
    Arena *a = m->root;
    m->matrix = (Matrix){NEW_ARRAY(a, MatrixRow, from->count), from->count, from->count};
    m->rows = NEW_ARRAY(a, PxRow, from->count);
    for (ptrdiff_t i = 0; i < from->count; i++) {
        const MatrixRow *r = &from->rows[i];
        MatrixRow *kept = &m->matrix.rows[i];
        *kept = *r;
        kept->provision = arena_str(a, r->provision);
        kept->office = arena_str(a, r->office);
        kept->person = arena_str(a, r->person);
        kept->date = arena_str(a, r->date);
        kept->kind = arena_str(a, r->kind);
        kept->existing = arena_str(a, r->existing);
        kept->proposed = arena_str(a, r->proposed);
        kept->comment = arena_str(a, r->comment);
        kept->base_text = arena_str(a, r->base_text);
        kept->conflicts = copy_numbers(a, r->conflicts, r->conflict_count);
        kept->conflict_cap = r->conflict_count;
        m->rows[i] = (PxRow){.number = r->number,
                             .also = r->also,
                             .is_comment = r->is_comment,
                             .provision = kept->provision,
                             .office = kept->office,
                             .person = kept->person,
                             .date = kept->date,
                             .kind = kept->kind,
                             .existing = kept->existing,
                             .proposed = kept->proposed,
                             .comment = kept->comment,
                             .conflicts = numbers(a, r->conflicts, r->conflict_count),
                             .conflict_count = r->conflict_count};
    }
}

static void keep_conflicts(PxMatrix *m, const MatrixConflict *from, ptrdiff_t count) {
    Arena *a = m->root;
    m->conflicts = NEW_ARRAY(a, PxConflict, count);
    m->conflict_count = count;
    for (ptrdiff_t i = 0; i < count; i++) {
        m->conflicts[i] = (PxConflict){.provision = arena_str(a, from[i].provision),
                                       .rows = numbers(a, from[i].rows, from[i].count),
                                       .row_count = from[i].count,
                                       .base_text = arena_str(a, from[i].base_text)};
    }
}

static bool open_matrix(Call *call, PxErr *err) {
    const PxFile *file = call->arguments;
    Arena *a = call->work_arena;
    DocxPackage *p;
    call_step(call, "reading the changes");
    if (!open_package(call, xml_names_open(a), file, &p, err)) return false;
    Matrix rows = {0};
    if (!matrix_read(a, p, &rows, err)) return err_in_file(err, file->name);
    MatrixConflict *conflicts;
    const ptrdiff_t count = matrix_conflicts(a, &rows, &conflicts);
    PxMatrix *m = NEW(call->root, PxMatrix);
    m->root = call->root;
    m->title = arena_str(call->root, file_base(file->name));
    keep_rows(m, &rows);
    keep_conflicts(m, conflicts, count);
    call->made = m;
    return true;
}

bool px_matrix_open(const PxFile *file, const PxMatrixOptions *options, PxMatrix **out,
                    PxErr *err) {
    void *made;
    const bool done = call_run(options ? &options->settings : NULL, open_matrix, file, &made, err);
    *out = made;
    return done;
}

void px_matrix_close(PxMatrix *m) {
    if (m) arena_close(m->root);
}

const PxRow *px_matrix_rows(const PxMatrix *m, ptrdiff_t *count) {
    *count = m->matrix.count;
    return m->rows;
}

const PxConflict *px_matrix_conflicts(const PxMatrix *m, ptrdiff_t *count) {
    *count = m->conflict_count;
    return m->conflicts;
}

/* ---- writing ---- */

typedef struct Writing {
    const PxMatrix *matrix;
    PxMatrixFormat format;
    Str title;
} Writing;

static bool write_matrix(Call *call, PxErr *err) {
    const Writing *w = call->arguments;
    const Matrix *m = &w->matrix->matrix;
    Buf out = buf_new(call->work_arena);
    const Str title = w->title.len ? w->title : w->matrix->title;
    MatrixFormat format = MATRIX_FORMATS;
    switch (w->format) {
    case PX_MATRIX_XLSX: format = MATRIX_XLSX; break;
    case PX_MATRIX_CSV: format = MATRIX_CSV; break;
    case PX_MATRIX_HTML: format = MATRIX_HTML; break;
    case PX_MATRIX_DOCX: format = MATRIX_DOCX; break;
    case PX_MATRIX_CONFLICTS_JSON: break;
    case PX_MATRIX_FORMATS:
        return fail(err, PX_ERR_CONFLICT, S(""), -1, "there is no such format of a matrix");
    }
    call_step(call, "writing the matrix");
    if (format == MATRIX_FORMATS) {
        matrix_write_conflicts_json(call->work_arena, m, &out);
    } else if (!matrix_write(call->work_arena, m, format, title, &out, err)) {
        return false;
    }
    result_take(result_new(call), buf_str(&out));
    return true;
}

bool px_matrix_write(const PxMatrix *matrix, PxMatrixFormat format,
                     const PxMatrixWriteOptions *options, PxResult **out, PxErr *err) {
    Writing w = {.matrix = matrix, .format = format};
    if (options) w.title = options->title;
    void *made;
    const bool done = call_run(options ? &options->settings : NULL, write_matrix, &w, &made, err);
    *out = made;
    return done;
}
