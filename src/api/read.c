/* read: what only looks at one file: the HTML page, the text dump, the inspection. */
#include "api/int.h"
#include "doc/doc.h"
#include "html/html.h"
#include "inspect/inspect.h"

typedef struct Reading {
    const PxFile *file;
    Str title;
    const PxFile *sent;
} Reading;

/* ---- render and text ---- */

static bool render(Call *call, PxErr *err) {
    const Reading *r = call->arguments;
    DocxPackage *p;
    call_step(call, "rendering");
    if (!open_package(call, xml_names_open(call->work_arena), r->file, &p, err)) return false;
    Buf page = buf_new(call->work_arena);
    const Str title = r->title.len ? r->title : file_base(r->file->name);
    if (!html_write(call->work_arena, p, title, &page, err)) return err_in_file(err, r->file->name);
    result_take(result_new(call), buf_str(&page));
    return true;
}

static bool dump(Call *call, PxErr *err) {
    const Reading *r = call->arguments;
    DocxPackage *p;
    call_step(call, "reading");
    if (!open_package(call, xml_names_open(call->work_arena), r->file, &p, err)) return false;
    Buf text = buf_new(call->work_arena);
    if (!doc_dump(call->work_arena, p, &text, err)) return err_in_file(err, r->file->name);
    result_take(result_new(call), buf_str(&text));
    return true;
}

bool px_render(const PxFile *file, const PxRenderOptions *options, PxResult **out, PxErr *err) {
    Reading r = {.file = file};
    if (options) r.title = options->title;
    void *made;
    const bool done = call_run(options ? &options->settings : NULL, render, &r, &made, err);
    *out = made;
    return done;
}

bool px_text(const PxFile *file, const PxTextOptions *options, PxResult **out, PxErr *err) {
    const Reading r = {.file = file};
    void *made;
    const bool done = call_run(options ? &options->settings : NULL, dump, &r, &made, err);
    *out = made;
    return done;
}

/* ---- inspect ---- */

struct PxInspection {
    Arena *root;
    PxFinding *findings;
    ptrdiff_t finding_count;
    PxPerson *people;
    ptrdiff_t person_count;
    int64_t revisions, comments;
    bool tracking;
};

static void keep_report(PxInspection *in, const InspectReport *report) {
    Arena *a = in->root;
    in->finding_count = report->count;
    in->findings = NEW_ARRAY(a, PxFinding, report->count);
    for (ptrdiff_t i = 0; i < report->count; i++) {
        const InspectFinding *f = &report->findings[i];
        in->findings[i] = (PxFinding){.kind = inspect_kind_name(f->kind),
                                      .words = inspect_kind_words(f->kind),
                                      .is_silent = inspect_kind_is_silent(f->kind),
                                      .part = arena_str(a, f->part),
                                      .place = arena_str(a, f->place),
                                      .before = arena_str(a, f->before),
                                      .after = arena_str(a, f->after),
                                      .detail = arena_str(a, f->detail)};
    }
    in->person_count = report->person_count;
    in->people = NEW_ARRAY(a, PxPerson, report->person_count);
    for (ptrdiff_t i = 0; i < report->person_count; i++) {
        const InspectPerson *p = &report->people[i];
        in->people[i] = (PxPerson){.author = arena_str(a, p->author),
                                   .insertions = p->insertions,
                                   .deletions = p->deletions,
                                   .moves = p->moves,
                                   .formats = p->formats,
                                   .others = p->others,
                                   .comments = p->comments,
                                   .first_date = arena_str(a, p->first_date),
                                   .last_date = arena_str(a, p->last_date)};
    }
    in->revisions = report->revisions;
    in->comments = report->comments;
    in->tracking = report->tracking;
}

static bool inspect(Call *call, PxErr *err) {
    const Reading *r = call->arguments;
    XmlNames *names = xml_names_open(call->work_arena);
    DocxPackage *file, *sent = NULL;
    call_step(call, r->sent ? "comparing with the copy that was sent" : "inspecting");
    if (!open_package(call, names, r->file, &file, err)) return false;
    if (r->sent && !open_package(call, names, r->sent, &sent, err)) return false;
    InspectReport report = {0};
    if (!inspect_file(call->work_arena, file, sent, &report, err)) {
        const PxFile *const files[] = {r->file, r->sent};
        return err_in_one_of(call, files, r->sent ? 2 : 1, err);
    }
    PxInspection *in = NEW(call->root, PxInspection);
    in->root = call->root;
    keep_report(in, &report);
    call->made = in;
    return true;
}

bool px_inspect(const PxFile *file, const PxInspectOptions *options, PxInspection **out,
                PxErr *err) {
    Reading r = {.file = file};
    if (options) r.sent = options->sent;
    void *made;
    const bool done = call_run(options ? &options->settings : NULL, inspect, &r, &made, err);
    *out = made;
    return done;
}

void px_inspection_close(PxInspection *in) {
    if (in) arena_close(in->root);
}

const PxFinding *px_inspection_findings(const PxInspection *in, ptrdiff_t *count) {
    *count = in->finding_count;
    return in->findings;
}

const PxPerson *px_inspection_people(const PxInspection *in, ptrdiff_t *count) {
    *count = in->person_count;
    return in->people;
}

int64_t px_inspection_revisions(const PxInspection *in) { return in->revisions; }
int64_t px_inspection_comments(const PxInspection *in) { return in->comments; }
bool px_inspection_is_tracking(const PxInspection *in) { return in->tracking; }
