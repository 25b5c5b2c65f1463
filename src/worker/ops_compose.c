/* The operations that make documents of ours: marks, comment tables, papers. README.md describes
 * each. */
#include "worker/int.h"

static void close_result(void *ctx) { px_result_close(ctx); }

bool op_mark(const Job *job, Answer *answer, PxErr *err) {
    const PxFile file = job_file(job, 0);
    const PxMarkOptions options = {.settings = job_settings(job),
                                   .header = json_find_str(job->arguments, S("header")),
                                   .footer = json_find_str(job->arguments, S("footer")),
                                   .copy_id = json_find_str(job->arguments, S("copy_id"))};
    PxResult *result;
    if (!px_mark(&file, &options, &result, err)) return false;
    answer_result(answer, S("marked"), result);
    return true;
}

bool op_unmark(const Job *job, Answer *answer, PxErr *err) {
    const PxFile file = job_file(job, 0);
    const PxSettings settings = job_settings(job);
    PxResult *result;
    if (!px_unmark(&file, &settings, &result, err)) return false;
    answer_result(answer, S("unmarked"), result);
    return true;
}

bool op_copy_id(const Job *job, Answer *answer, PxErr *err) {
    const PxFile file = job_file(job, 0);
    const PxSettings settings = job_settings(job);
    PxResult *result;
    if (!px_copy_id(&file, &settings, &result, err)) return false;
    arena_defer(answer->arena, close_result, result);
    json_set_str(answer->arena, answer->result, S("copy_id"), px_result_bytes(result));
    return true;
}

/* ---- comment tables ---- */

static void close_table(void *ctx) { px_comment_table_close(ctx); }

bool op_comment_table_read(const Job *job, Answer *answer, PxErr *err) {
    const PxFile file = job_file(job, 0);
    const PxSettings settings = job_settings(job);
    PxCommentTable *table;
    if (!px_comment_table_open(&file, &settings, &table, err)) return false;
    Arena *a = answer->arena;
    arena_defer(a, close_table, table);
    ptrdiff_t count;
    const PxCommentRow *rows = px_comment_table_rows(table, &count);
    Json *list = json_set(a, answer->result, S("rows"), json_array(a));
    for (ptrdiff_t i = 0; i < count; i++) {
        Json *j = json_push(a, list, json_object(a));
        json_set_str(a, j, S("body"), rows[i].body);
        json_set_str(a, j, S("line"), rows[i].line);
        json_set_str(a, j, S("clause"), rows[i].clause);
        json_set_str(a, j, S("element"), rows[i].element);
        json_set_str(a, j, S("type"), rows[i].type);
        json_set_str(a, j, S("comment"), rows[i].comment);
        json_set_str(a, j, S("proposed"), rows[i].proposed);
        json_set_str(a, j, S("observations"), rows[i].observations);
    }
    return true;
}

bool op_comment_table_write(const Job *job, Answer *answer, PxErr *err) {
    Json **list;
    const PxSettings settings = job_settings(job);
    const ptrdiff_t count = json_find_array(job->arguments, S("rows"), &list);
    PxCommentRow *rows = NEW_ARRAY(job->arena, PxCommentRow, count);
    PxResult *result;
    for (ptrdiff_t i = 0; i < count; i++) {
        rows[i] = (PxCommentRow){
            json_find_str(list[i], S("body")),     json_find_str(list[i], S("line")),
            json_find_str(list[i], S("clause")),   json_find_str(list[i], S("element")),
            json_find_str(list[i], S("type")),     json_find_str(list[i], S("comment")),
            json_find_str(list[i], S("proposed")), json_find_str(list[i], S("observations"))};
    }
    if (!px_comment_table_write(json_find_str(job->arguments, S("title")), rows, count, &settings,
                                &result, err)) {
        return false;
    }
    answer_result(answer, S("table"), result);
    return true;
}

/* ---- papers ---- */

bool op_compose(const Job *job, Answer *answer, PxErr *err) {
    Json **list;
    const ptrdiff_t count = json_find_array(job->arguments, S("blocks"), &list);
    PxBlock *blocks = NEW_ARRAY(job->arena, PxBlock, count);
    const PxComposeOptions options = {job_settings(job), json_find_str(job->arguments, S("title")),
                                      json_find_str(job->arguments, S("header")),
                                      json_find_str(job->arguments, S("footer"))};
    PxResult *result;
    for (ptrdiff_t i = 0; i < count; i++) {
        blocks[i] =
            (PxBlock){json_find_str(list[i], S("style")), json_find_str(list[i], S("text"))};
    }
    if (!px_compose(blocks, count, &options, &result, err)) return false;
    answer_result(answer, S("paper"), result);
    return true;
}
