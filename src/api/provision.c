/* provision: a text as provisions; what is wrong with a draft. */
#include "provision/provision.h"
#include "api/int.h"

typedef struct Asked {
    const PxFile *file, *previous;
    const PxStr *terms;
    ptrdiff_t term_count;
} Asked;

struct PxProvisions {
    Arena *root;
    PxProvision *rows;
    ptrdiff_t count;
};

struct PxDraft {
    Arena *root;
    PxDraftFinding *findings;
    ptrdiff_t count;
};

static bool read_one(Call *call, XmlNames *names, const PxFile *file, Provisions *out, PxErr *err) {
    DocxPackage *p;
    if (!open_package(call, names, file, &p, err)) return false;
    return provisions_read(call->work_arena, p, out, err) || err_in_file(err, file->name);
}

static bool open_provisions(Call *call, PxErr *err) {
    const Asked *q = call->arguments;
    XmlNames *names = xml_names_open(call->work_arena);
    Provisions now, before;
    call_step(call, "reading the provisions");
    if (!read_one(call, names, q->file, &now, err)) return false;
    if (q->previous) {
        if (!read_one(call, names, q->previous, &before, err)) return false;
        provisions_match(call->work_arena, &before, &now);
    }
    PxProvisions *p = NEW(call->root, PxProvisions);
    p->root = call->root;
    p->count = now.count;
    p->rows = NEW_ARRAY(call->root, PxProvision, now.count);
    for (ptrdiff_t i = 0; i < now.count; i++) {
        const Provision *from = &now.items[i];
        p->rows[i] = (PxProvision){.number = arena_str(call->root, from->number),
                                   .heading = arena_str(call->root, from->heading),
                                   .text = arena_str(call->root, from->text),
                                   .form = arena_str(call->root, from->form),
                                   .parent = from->parent,
                                   .previous = from->previous};
    }
    call->made = p;
    return true;
}

bool px_provisions_open(const PxFile *file, const PxProvisionsOptions *options, PxProvisions **out,
                        PxErr *err) {
    Asked q = {.file = file};
    if (options) q.previous = options->previous;
    void *made;
    const bool done =
        call_run(options ? &options->settings : NULL, open_provisions, &q, &made, err);
    *out = made;
    return done;
}

void px_provisions_close(PxProvisions *p) {
    if (p) arena_close(p->root);
}

const PxProvision *px_provisions_rows(const PxProvisions *p, ptrdiff_t *count) {
    *count = p->count;
    return p->rows;
}

static bool open_draft(Call *call, PxErr *err) {
    static const char *const kinds[DRAFT_FINDINGS] = {"numbering", "term", "reference"};
    const Asked *q = call->arguments;
    Provisions draft;
    DraftFinding *found;
    call_step(call, "checking the draft");
    if (!read_one(call, xml_names_open(call->work_arena), q->file, &draft, err)) return false;
    PxDraft *d = NEW(call->root, PxDraft);
    d->root = call->root;
    d->count = draft_check(call->work_arena, &draft, q->terms, q->term_count, &found);
    d->findings = NEW_ARRAY(call->root, PxDraftFinding, d->count);
    for (ptrdiff_t i = 0; i < d->count; i++) {
        d->findings[i] = (PxDraftFinding){str_from_z(kinds[found[i].kind]),
                                          arena_str(call->root, found[i].place),
                                          arena_str(call->root, found[i].sentence)};
    }
    call->made = d;
    return true;
}

bool px_draft_check(const PxFile *file, const PxDraftOptions *options, PxDraft **out, PxErr *err) {
    Asked q = {.file = file};
    if (options) q.terms = options->terms;
    if (options) q.term_count = options->term_count;
    void *made;
    const bool done = call_run(options ? &options->settings : NULL, open_draft, &q, &made, err);
    *out = made;
    return done;
}

void px_draft_close(PxDraft *d) {
    if (d) arena_close(d->root);
}

const PxDraftFinding *px_draft_findings(const PxDraft *d, ptrdiff_t *count) {
    *count = d->count;
    return d->findings;
}
