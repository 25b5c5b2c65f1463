/* The job from the first byte to the last (docs/collation.md, 1): read, align, merge, write, prove.
 */
#include "collate/collate.h"

#include "collate/int.h"

void notice(Job *job, Str office, Str text) {
    job->notices = arena_grow(job->arena, job->notices, job->notice_count, &job->notice_cap,
                              job->notice_count + 1, (ptrdiff_t)sizeof(CollateNotice));
    job->notices[job->notice_count++] = (CollateNotice){office, text};
}

TextSet offices_named(const Job *job, Str author) {
    TextSet s = {{0, 0}};
    for (ptrdiff_t i = 0; i < job->count; i++)
        if (revise_names_office(author, job->returns[i].office)) set_add(&s, i);
    return s;
}

static void progress(const Job *job, ptrdiff_t step, ptrdiff_t steps) {
    if (job->options.progress)
        job->options.progress(job->options.progress_ctx, (int)(1000 * step / steps));
}

/* ---- the returns, in an order that is not the caller's ---- */

static int by_office(const void *ctx, ptrdiff_t x, ptrdiff_t y) {
    const CollateReturn *r = ctx;
    return str_compare(r[x].office, r[y].office);
}

static bool check_offices(const CollateReturn *returns, const ptrdiff_t *order, ptrdiff_t count,
                          PxErr *err) {
    if (count < 1 || count > COLLATE_RETURNS_MAX)
        return fail(err, PX_ERR_LIMIT, S(""), -1, "%td returns: there may be 1 to %d", count,
                    COLLATE_RETURNS_MAX);
    for (ptrdiff_t i = 0; i < count; i++) {
        Str office = returns[order[i]].office, file = returns[order[i]].file_name;
        if (office.len == 0)
            return fail(err, PX_ERR_CONFLICT, file, -1, "the return has no office");
        if (str_find(office, S(";")) >= 0)
            return fail(err, PX_ERR_CONFLICT, file, -1,
                        "the office \"%.*s\" has a semicolon in its name, which separates offices",
                        (int)office.len, office.ptr);
        if (i > 0 && str_equal(office, returns[order[i - 1]].office))
            return fail(err, PX_ERR_CONFLICT, file, -1, "two returns are of one office, \"%.*s\"",
                        (int)office.len, office.ptr);
    }
    return true;
}

static bool open_job(Arena *a, const CollateReturn *returns, ptrdiff_t count,
                     const CollateOptions *options, Job *job, const CollateReturn **sorted,
                     PxErr *err) {
    ptrdiff_t *order = NEW_ARRAY(a, ptrdiff_t, count > 0 ? count : 1);
    for (ptrdiff_t i = 0; i < count; i++) order[i] = i;
    if (count > 0) sort_indexes(a, order, count, by_office, returns);
    if (!check_offices(returns, order, count, err)) return false;
    *job = (Job){.arena = a,
                 .scratch = arena_child(a),
                 .names = xml_names_open(a),
                 .options = *options,
                 .count = count};
    job->returns = NEW_ARRAY(a, Return, count);
    CollateReturn *r = NEW_ARRAY(a, CollateReturn, count);
    for (ptrdiff_t i = 0; i < count; i++) {
        r[i] = returns[order[i]];
        job->returns[i].office = r[i].office;
        job->returns[i].file_name = r[i].file_name;
    }
    *sorted = r;
    job->notes_end = &job->notes;
    job->notes_by_base = map_new(a);
    job->bookmarks = map_new(a);
    job->comments = map_new(a);
    job->people = buf_new(a);
    job->sections = buf_new(a);
    job->open_bookmarks = buf_new(a);
    job->err = err;
    return true;
}

/* ---- writing ---- */

static void add_record(Job *job) {
    Buf b = buf_new(job->arena);
    buf_add(&b, S("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<collation "
                  "xmlns=\"urn:paraph:collation:1\">"));
    for (ptrdiff_t i = 0; i < job->count; i++) {
        buf_add(&b, S("<office name=\""));
        xml_write_attr_value(job->returns[i].office, &b);
        buf_add(&b, S("\" file=\""));
        xml_write_attr_value(job->returns[i].file_name, &b);
        buf_add(&b, S("\" date=\""));
        xml_write_attr_value(job->returns[i].date, &b);
        buf_add(&b, S("\"/>"));
    }
    buf_add(&b, buf_str(&job->people));
    buf_add(&b, buf_str(&job->sections));
    buf_add(&b, S("</collation>\n"));
    Str name = S("customXml/paraph.xml");
    DocxPart *part = docx_find_part(job->base, name);
    if (part) {
        docx_set_bytes(job->base, part, buf_str(&b));
        return;
    }
    part = docx_add_part(job->base, name, S("application/xml"), buf_str(&b));
    docx_add_rel(job->base, job->base->main,
                 S("http://schemas.openxmlformats.org/officeDocument/2006/relationships/customXml"),
                 part, S(""));
}

static bool merge_all(Job *job, PxErr *err) {
    Arena *a = job->arena;
    DocContext *contexts = NEW_ARRAY(a, DocContext, job->count);
    Version *versions = NEW_ARRAY(a, Version, job->count);
    for (ptrdiff_t i = 0; i < job->count; i++) {
        contexts[i] = job->returns[i].main;
        versions[i] = job->returns[i].body;
    }
    Place body = place_of(job, job->base->main, &job->base_main, contexts);
    XmlNode *container = doc_body(body.tree);
    merge_container(&body, container, job->base_blocks, job->base_block_count, versions,
                    job->count);
    close_bookmarks(&body, container);
    merge_final_section(&body);
    if (!job->failed && !merge_headers(job, err)) return false;
    merge_notes(job);
    if (job->failed) return false;
    renumber_notes(job);
    return true;
}

/* ---- what cannot be said ---- */

static bool ends_in_paragraph(const DocBlock *blocks, ptrdiff_t count) {
    return count > 0 && blocks[count - 1].kind == BLOCK_PARAGRAPH;
}

/* Every text in Word ends in a paragraph, whose mark stays. Where one file has none behind its last
 * table and another has, no tracked change takes it away; nor, where tables come and go there, one
 * with a section of its own (docs/collation.md, 9). Then it is this that the proof fails for, and
 * the file is refused. */
static bool refuse_ends(const Job *job, PxErr *err) {
    const bool base = ends_in_paragraph(job->base_blocks, job->base_block_count);
    for (ptrdiff_t i = 0; i < job->count; i++) {
        const Return *r = &job->returns[i];
        if (ends_in_paragraph(r->body.blocks, r->body.count) == base) continue;
        const Str name = base ? r->file_name : job->base->file_name;
        return fail(err, PX_ERR_UNSUPPORTED, job->base->main->name, -1,
                    "the text of %.*s does not end in a paragraph, as every text in Word does, and "
                    "no tracked change can say so",
                    (int)name.len, name.ptr);
    }
    const DocBlock *blocks = job->base_blocks;
    ptrdiff_t count = job->base_block_count;
    Str name = job->base->file_name;
    for (ptrdiff_t i = 0; i < job->count && !(count && blocks[count - 1].has_section); i++) {
        blocks = job->returns[i].body.blocks, count = job->returns[i].body.count;
        name = job->returns[i].file_name;
    }
    if (count && blocks[count - 1].has_section)
        return fail(err, PX_ERR_UNSUPPORTED, job->base->main->name, -1,
                    "the text of %.*s ends in a section break, without the paragraph that Word "
                    "always has behind it, and no tracked change can say what the files make of it",
                    (int)name.len, name.ptr);
    return true;
}

bool collate_run(Arena *a, Str base, Str base_name, const CollateReturn *returns, ptrdiff_t count,
                 const CollateOptions *options, CollateResult *result, PxErr *err) {
    Job job;
    const CollateReturn *sorted;
    if (!open_job(a, returns, count, options, &job, &sorted, err)) return false;
    ptrdiff_t steps = count + 3;
    if (!read_base(&job, base, base_name, err)) return false;
    progress(&job, 1, steps);
    for (ptrdiff_t i = 0; i < count; i++) {
        if (!read_return(&job, i, sorted[i].bytes, false, err)) return false;
        progress(&job, i + 2, steps);
    }
    if (!merge_all(&job, err)) return false;
    if (job.changes || job.sections.len) add_record(&job);
    Buf out = buf_new(a);
    if (!docx_write(job.base, options->deflate_level ? options->deflate_level : 6, &out, err))
        return false;
    progress(&job, count + 2, steps);
    *result = (CollateResult){.bytes = buf_str(&out)};
    bool ok = options->no_proof || prove(&job, a, result->bytes, base_name, result, err);
    result->notices = job.notices;
    result->notice_count = job.notice_count;
    progress(&job, steps, steps);
    if (ok && !options->no_proof && !result->proven) return refuse_ends(&job, err);
    return ok;
}

bool collate_verify(Arena *a, Str base, Str base_name, const CollateReturn *returns,
                    ptrdiff_t count, Str consolidated, Str consolidated_name,
                    const CollateOptions *options, CollateResult *result, PxErr *err) {
    Job job;
    const CollateReturn *sorted;
    if (!open_job(a, returns, count, options, &job, &sorted, err)) return false;
    if (!read_base(&job, base, base_name, err)) return false;
    for (ptrdiff_t i = 0; i < count; i++) {
        if (!read_return(&job, i, sorted[i].bytes, true, err)) return false;
        progress(&job, i + 1, count + 1);
    }
    job.verifies = true;
    *result = (CollateResult){.bytes = consolidated};
    bool ok = prove(&job, a, consolidated, consolidated_name, result, err);
    result->notices = job.notices;
    result->notice_count = job.notice_count;
    return ok;
}
