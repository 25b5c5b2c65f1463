/* compose: marks on copies, comment tables, papers made of plain blocks. */
#include "compose/compose.h"
#include "api/int.h"

/* ---- marks ---- */

typedef struct Marking {
    const PxFile *file;
    const PxMarkOptions *options; /* NULL: take marks out */
} Marking;

static bool mark(Call *call, PxErr *err) {
    const Marking *q = call->arguments;
    Arena *a = call->work_arena;
    DocxPackage *p;
    bool found;
    Buf out = buf_new(a);
    call_step(call, q->options ? "marking the copy" : "taking the marks out");
    if (!open_package(call, xml_names_open(a), q->file, &p, err)) return false;
    Marks marks = {{NULL, 0}, {NULL, 0}, {NULL, 0}};
    if (q->options) marks = (Marks){q->options->header, q->options->footer, q->options->copy_id};
    if (q->options && q->options->like) {
        DocxPackage *like;
        if (!open_package(call, xml_names_open(a), q->options->like, &like, err)) return false;
        if (!marks_read(a, like, &marks, err)) return err_in_file(err, q->options->like->name);
    }
    const bool done = q->options ? marks_put(a, p, &marks, err) : marks_remove(a, p, &found, err);
    if (!done || !docx_write(p, 6, &out, err)) return err_in_file(err, q->file->name);
    result_take(result_new(call), buf_str(&out));
    return true;
}

bool px_mark(const PxFile *file, const PxMarkOptions *options, PxResult **out, PxErr *err) {
    static const PxMarkOptions none;
    const Marking q = {file, options ? options : &none};
    void *made;
    const bool done = call_run(&q.options->settings, mark, &q, &made, err);
    *out = made;
    return done;
}

bool px_unmark(const PxFile *file, const PxSettings *settings, PxResult **out, PxErr *err) {
    const Marking q = {file, NULL};
    void *made;
    const bool done = call_run(settings, mark, &q, &made, err);
    *out = made;
    return done;
}

static bool read_copy_id(Call *call, PxErr *err) {
    const PxFile *file = call->arguments;
    DocxPackage *p;
    Marks marks;
    if (!open_package(call, xml_names_open(call->work_arena), file, &p, err)) return false;
    if (!marks_read(call->work_arena, p, &marks, err)) return err_in_file(err, file->name);
    result_take(result_new(call), marks.copy_id);
    return true;
}

bool px_copy_id(const PxFile *file, const PxSettings *settings, PxResult **out, PxErr *err) {
    void *made;
    const bool done = call_run(settings, read_copy_id, file, &made, err);
    *out = made;
    return done;
}

/* ---- comment tables ---- */

struct PxCommentTable {
    Arena *root;
    PxCommentRow *rows;
    ptrdiff_t count;
};

static bool read_table(Call *call, PxErr *err) {
    const PxFile *file = call->arguments;
    DocxPackage *p;
    CommentRow *rows;
    ptrdiff_t count;
    call_step(call, "reading the comment table");
    if (!open_package(call, xml_names_open(call->work_arena), file, &p, err)) return false;
    if (!comment_table_read(call->work_arena, p, &rows, &count, err)) {
        return err_in_file(err, file->name);
    }
    PxCommentTable *t = NEW(call->root, PxCommentTable);
    t->root = call->root;
    t->count = count;
    t->rows = NEW_ARRAY(call->root, PxCommentRow, count);
    for (ptrdiff_t i = 0; i < count; i++) {
        Str kept[COMMENT_COLUMNS];
        for (int k = 0; k < COMMENT_COLUMNS; k++) kept[k] = arena_str(call->root, rows[i].cell[k]);
        t->rows[i] =
            (PxCommentRow){kept[0], kept[1], kept[2], kept[3], kept[4], kept[5], kept[6], kept[7]};
    }
    call->made = t;
    return true;
}

bool px_comment_table_open(const PxFile *file, const PxSettings *settings, PxCommentTable **out,
                           PxErr *err) {
    void *made;
    const bool done = call_run(settings, read_table, file, &made, err);
    *out = made;
    return done;
}

void px_comment_table_close(PxCommentTable *t) {
    if (t) arena_close(t->root);
}

const PxCommentRow *px_comment_table_rows(const PxCommentTable *t, ptrdiff_t *count) {
    *count = t->count;
    return t->rows;
}

typedef struct Table {
    PxStr title;
    const PxCommentRow *rows;
    ptrdiff_t count;
} Table;

static bool write_table(Call *call, PxErr *err) {
    const Table *q = call->arguments;
    Arena *a = call->work_arena;
    CommentRow *rows = NEW_ARRAY(a, CommentRow, q->count);
    Buf out = buf_new(a);
    (void)err;
    for (ptrdiff_t i = 0; i < q->count; i++) {
        const PxCommentRow *r = &q->rows[i];
        rows[i] = (CommentRow){{r->body, r->line, r->clause, r->element, r->type, r->comment,
                                r->proposed, r->observations}};
    }
    comment_table_write(a, q->title, rows, q->count, &out);
    result_take(result_new(call), buf_str(&out));
    return true;
}

bool px_comment_table_write(PxStr title, const PxCommentRow *rows, ptrdiff_t count,
                            const PxSettings *settings, PxResult **out, PxErr *err) {
    const Table q = {title, rows, count};
    void *made;
    const bool done = call_run(settings, write_table, &q, &made, err);
    *out = made;
    return done;
}

/* ---- papers ---- */

typedef struct Paper {
    const PxBlock *blocks;
    ptrdiff_t count;
    const PxComposeOptions *options;
} Paper;

static bool compose(Call *call, PxErr *err) {
    static const char *const styles[BLOCK_STYLES] = {
        "title",  "subtitle", "heading",  "paragraph", "numbered",
        "bullet", "right",    "head-row", "row",       "page-break"};
    const Paper *q = call->arguments;
    Arena *a = call->work_arena;
    PaperBlock *blocks = NEW_ARRAY(a, PaperBlock, q->count);
    Buf out = buf_new(a);
    for (ptrdiff_t i = 0; i < q->count; i++) {
        int style = 0;
        while (style < BLOCK_STYLES && !str_equal(q->blocks[i].style, str_from_z(styles[style])))
            style++;
        if (style == BLOCK_STYLES) {
            return fail(err, PX_ERR_CONFLICT, S(""), -1, "block %td has an unknown style", i + 1);
        }
        blocks[i] = (PaperBlock){(BlockStyle)style, q->blocks[i].text};
    }
    paper_write(a, q->options->title, q->options->header, q->options->footer, blocks, q->count,
                &out);
    result_take(result_new(call), buf_str(&out));
    return true;
}

bool px_compose(const PxBlock *blocks, ptrdiff_t count, const PxComposeOptions *options,
                PxResult **out, PxErr *err) {
    static const PxComposeOptions none;
    const Paper q = {blocks, count, options ? options : &none};
    void *made;
    const bool done = call_run(&q.options->settings, compose, &q, &made, err);
    *out = made;
    return done;
}
