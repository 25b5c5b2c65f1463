/* resolve: accepting and rejecting by selection. The changes are listed as the matrix lists them,
 * each is decided by the first step that selects it, and one pass over each story carries it out:
 * so change:N keeps meaning the row one read, whatever the steps before it did. */
#include "api/int.h"
#include "collate/collate.h"
#include "doc/doc.h"
#include "matrix/matrix.h"
#include "revise/revise.h"

typedef enum SelectorKind {
    SELECT_ALL,
    SELECT_OFFICE,
    SELECT_PERSON,
    SELECT_PROVISION,
    SELECT_CHANGE,
    SELECT_KINDS
} SelectorKind;

typedef struct Selector {
    SelectorKind kind;
    bool accept;
    bool matched;
    bool may_miss; /* selecting nothing is no error */
    Str name;
    int64_t number;
} Selector;

typedef struct Request {
    const PxFile *file;
    const PxStep *steps;
    ptrdiff_t count;
    Str only;
    int deflate_level;
    bool no_comments;
} Request;

typedef struct Work {
    Arena *arena;
    DocxPackage *package;
    Selector *selectors;
    ptrdiff_t selector_count;
    ReviseChange *changes;
    ptrdiff_t change_count, change_cap;
    const MatrixRow **row_of; /* by index of a change: the row that shows it, or NULL; or NULL */
    ReviseVerdict *verdicts;  /* by index of a change */
    ptrdiff_t *steps;         /* the selector that decided, by index of a change */
    Map by_node;              /* a revision element -> the number of its change */
    CollateSetup *setups;     /* of the last section, beside what it shows */
    ptrdiff_t setup_count;
} Work;

/* ---- selectors ---- */

static bool take_prefix(Str s, Str prefix, Str *rest) {
    if (!str_starts(s, prefix)) return false;
    *rest = str_trim(str_slice(s, prefix.len, s.len));
    return true;
}

static bool read_selector(const PxStep *step, Selector *out, PxErr *err) {
    const Str s = step->selector;
    *out = (Selector){.accept = step->accept};
    if (str_equal(s, S("all"))) {
        out->kind = SELECT_ALL;
        out->may_miss = true;
        return true;
    }
    if (take_prefix(s, S("office:"), &out->name)) {
        out->kind = SELECT_OFFICE;
        if (out->name.len) return true;
    } else if (take_prefix(s, S("person:"), &out->name)) {
        out->kind = SELECT_PERSON;
        return true; /* a change may name nobody: w:author="" */
    } else if (take_prefix(s, S("provision:"), &out->name)) {
        out->kind = SELECT_PROVISION;
        if (out->name.len) return true;
    } else if (take_prefix(s, S("change:"), &out->name)) {
        out->kind = SELECT_CHANGE;
        if (str_to_int(out->name, &out->number) && out->number > 0) return true;
    }
    return fail(err, PX_ERR_CONFLICT, S(""), -1,
                "\"%.*s\" selects nothing: write all, office:NAME, person:NAME, provision:ID or "
                "change:N",
                (int)(s.len < 100 ? s.len : 100), s.len ? s.ptr : "");
}

static bool read_selectors(const Request *r, Work *w, PxErr *err) {
    if (r->only.len) {
        if (r->count) {
            return fail(err, PX_ERR_CONFLICT, S(""), -1,
                        "\"only\" decides about every change, so no other selection goes with it");
        }
        w->selectors = NEW_ARRAY(w->arena, Selector, 2);
        w->selectors[0] =
            (Selector){.kind = SELECT_OFFICE, .accept = true, .may_miss = true, .name = r->only};
        w->selectors[1] = (Selector){.kind = SELECT_ALL, .may_miss = true};
        w->selector_count = 2;
        return true;
    }
    w->selectors = NEW_ARRAY(w->arena, Selector, r->count);
    w->selector_count = r->count;
    for (ptrdiff_t i = 0; i < r->count; i++) {
        if (!read_selector(&r->steps[i], &w->selectors[i], err)) return false;
    }
    return true;
}

/* ---- what a selector selects ---- */

/* "Article 5" holds "Article 5(2)" and "Article 5, row 3", but not "Article 50". */
static bool provision_holds(Str outer, Str inner) {
    if (!str_starts(inner, outer)) return false;
    if (inner.len == outer.len) return true;
    const unsigned char next = (unsigned char)inner.ptr[outer.len];
    const bool is_word = (next >= '0' && next <= '9') || (next >= 'A' && next <= 'Z') ||
                         (next >= 'a' && next <= 'z') || next >= 0x80;
    return !is_word;
}

static bool selects_author(const Selector *s, Str author) {
    if (s->kind == SELECT_ALL) return true;
    if (s->kind == SELECT_OFFICE) return revise_names_office(author, s->name);
    return s->kind == SELECT_PERSON && str_equal(author, s->name);
}

static bool selects(const Selector *s, const ReviseChange *change, const MatrixRow *row) {
    switch (s->kind) {
    case SELECT_ALL:
    case SELECT_OFFICE: return selects_author(s, change->author);
    case SELECT_PERSON:
        return selects_author(s, change->author) ||
               (row && s->name.len && revise_names_office(row->person, s->name));
    case SELECT_PROVISION: return row && provision_holds(s->name, row->provision);
    case SELECT_CHANGE:
        return change->number == s->number ||
               (row && (row->number == s->number || row->also == s->number));
    case SELECT_KINDS: break;
    }
    return false;
}

static void decide_changes(Work *w) {
    w->verdicts = NEW_ARRAY(w->arena, ReviseVerdict, w->change_count);
    w->steps = NEW_ARRAY(w->arena, ptrdiff_t, w->change_count);
    for (ptrdiff_t i = 0; i < w->change_count; i++) {
        const MatrixRow *row = w->row_of ? w->row_of[i] : NULL;
        for (ptrdiff_t j = 0; j < w->selector_count; j++) {
            Selector *s = &w->selectors[j];
            if (!selects(s, &w->changes[i], row)) continue;
            if (w->verdicts[i] == REVISE_KEEP) {
                w->verdicts[i] = s->accept ? REVISE_ACCEPT : REVISE_REJECT;
                w->steps[i] = j;
            }
            s->matched = true;
        }
    }
}

/* The first of the selectors that selects what that author did; their number if none does. */
static ptrdiff_t first_selector(const Work *w, Str author) {
    ptrdiff_t j = 0;
    while (j < w->selector_count && !selects_author(&w->selectors[j], author)) j++;
    return j;
}

/* Page setups that only the record holds are decided like changes. Where two of one section are
 * accepted, the one that was selected first stands, and of those selected together the one that is
 * shown. */
static void decide_setups(Work *w, const XmlTree *main) {
    w->setup_count = collate_setups(w->arena, w->package, main, &w->setups);
    const XmlNode *shown = xml_child(xml_child(doc_body(main), W_sectPr), W_sectPrChange);
    uint64_t number = 0;
    if (w->setup_count == 0 || !map_find(&w->by_node, (uint64_t)(uintptr_t)shown, &number)) return;
    ReviseVerdict *verdict = &w->verdicts[number - 1];
    ptrdiff_t first = *verdict == REVISE_ACCEPT ? w->steps[number - 1] : w->selector_count;
    CollateSetup *standing = NULL;
    for (ptrdiff_t i = 0; i < w->setup_count; i++) {
        const ptrdiff_t j = first_selector(w, w->setups[i].author);
        if (j == w->selector_count) continue;
        w->selectors[j].matched = true;
        const bool stands = w->selectors[j].accept && j < first;
        w->setups[i].verdict = stands ? REVISE_ACCEPT : REVISE_REJECT;
        if (!stands) continue;
        if (standing) standing->verdict = REVISE_REJECT;
        if (*verdict == REVISE_ACCEPT) *verdict = REVISE_REJECT;
        standing = &w->setups[i];
        first = j;
    }
}

/* Where one text is asked for, of the base or of one office, references that it has not go. */
static void drop_references(const Work *w, const Request *r, XmlTree *main) {
    CollateReference *references;
    const Selector *s = w->selectors;
    Str office = r->only;
    bool all = w->selector_count == 1 && s->kind == SELECT_ALL;
    if (all && s->accept) office = collate_sole_office(w->package);
    bool is_text = office.len || (all && !s->accept);
    ptrdiff_t count = is_text ? collate_references(w->arena, w->package, main, &references) : 0;
    bool known = count > 0 && office.len && collate_knows_office(w->package, office);
    for (ptrdiff_t i = 0; i < count; i++) {
        const CollateReference *c = &references[i];
        if (!(known ? revise_names_office(c->offices, office) : c->in_base)) xml_remove(c->node);
    }
    collate_forget_references(w->package);
}

static bool all_matched(const Work *w, PxErr *err) {
    for (ptrdiff_t i = 0; i < w->selector_count; i++) {
        const Selector *s = &w->selectors[i];
        if (s->matched || s->may_miss) continue;
        const char *what = s->kind == SELECT_OFFICE   ? "no change is proposed by the office"
                           : s->kind == SELECT_PERSON ? "no change was made by the person"
                           : s->kind == SELECT_CHANGE ? "there is no change with the number"
                                                      : "no change stands in the provision";
        return fail(err, PX_ERR_NOT_FOUND, S(""), -1, "%s \"%.*s\"", what,
                    (int)(s->name.len < 100 ? s->name.len : 100), s->name.len ? s->name.ptr : "");
    }
    return true;
}

/* A slip in the name must not give the base for that office's return. Who is in the record may
 * propose nothing, and so may anyone where nothing is proposed. */
static bool knows_only(const Work *w, const Request *r, PxErr *err) {
    const Str only = r->only;
    if (only.len == 0 || w->change_count + w->setup_count == 0 || w->selectors[0].matched ||
        collate_knows_office(w->package, only))
        return true;
    return fail(err, PX_ERR_NOT_FOUND, S(""), -1,
                "no change is proposed by the office \"%.*s\", and it sent no return",
                (int)(only.len < 100 ? only.len : 100), only.ptr);
}

/* ---- moves ---- */

/* The numbers of the changes at the two ends of each move go together: half a move would leave the
 * text twice, or nowhere. */
typedef struct MoveEnds {
    ptrdiff_t from, to; /* numbers of changes; 0: not met */
} MoveEnds;

static void note_move(Work *w, Map *by_name, MoveEnds **ends, ptrdiff_t *count, ptrdiff_t *cap,
                      const XmlNode *start) {
    uint64_t number, index;
    if (!map_find(&w->by_node, (uint64_t)(uintptr_t)start, &number)) return;
    const uint64_t name = hash_fast(xml_attr(start, W_name));
    if (!map_find(by_name, name, &index)) {
        *ends = arena_grow(w->arena, *ends, *count, cap, *count + 1, (ptrdiff_t)sizeof **ends);
        index = (uint64_t)(*count)++;
        map_put(by_name, name, index);
    }
    if (start->name == W_moveFromRangeStart) (*ends)[index].from = (ptrdiff_t)number;
    else (*ends)[index].to = (ptrdiff_t)number;
}

static void decide_moves(Work *w, const DocxStory *stories, ptrdiff_t story_count) {
    Map by_name = map_new(w->arena);
    MoveEnds *ends = NULL;
    ptrdiff_t count = 0, cap = 0;
    for (ptrdiff_t i = 0; i < story_count; i++) {
        const XmlNode *root = stories[i].part->tree->root;
        if (!stories[i].part->tree->has_revisions) continue;
        for (const XmlNode *n = root; n; n = xml_next(n, root)) {
            if (n->name == W_moveFromRangeStart || n->name == W_moveToRangeStart) {
                note_move(w, &by_name, &ends, &count, &cap, n);
            }
        }
    }
    for (ptrdiff_t i = 0; i < count; i++) {
        if (!ends[i].from || !ends[i].to) continue;
        ReviseVerdict *from = &w->verdicts[ends[i].from - 1], *to = &w->verdicts[ends[i].to - 1];
        if (*from == REVISE_KEEP) *from = *to;
        else *to = *from;
    }
}

/* The row of the matrix that shows each change: a replacement is one row for two changes. */
static bool find_rows(Work *w, PxErr *err) {
    bool wanted = false;
    for (ptrdiff_t i = 0; i < w->selector_count; i++) {
        const SelectorKind kind = w->selectors[i].kind;
        wanted |= kind == SELECT_PROVISION || kind == SELECT_CHANGE ||
                  (kind == SELECT_PERSON && docx_find_part(w->package, S("customXml/paraph.xml")));
    }
    if (!wanted) return true;
    Matrix matrix = {0};
    if (!matrix_read(w->arena, w->package, &matrix, err)) return false;
    const MatrixRow **row_of = (const MatrixRow **)arena_alloc(
        w->arena, w->change_count, (ptrdiff_t)sizeof(const MatrixRow *));
    for (ptrdiff_t i = 0; i < matrix.count; i++) {
        const MatrixRow *row = &matrix.rows[i];
        if (row->is_comment) continue;
        if (row->number >= 1 && row->number <= w->change_count) row_of[row->number - 1] = row;
        if (row->also >= 1 && row->also <= w->change_count) row_of[row->also - 1] = row;
    }
    w->row_of = row_of;
    return true;
}

/* ---- carrying it out ---- */

static ReviseVerdict decide(void *ctx, const XmlNode *revision) {
    const Work *w = ctx;
    uint64_t number;
    if (map_find(&w->by_node, (uint64_t)(uintptr_t)revision, &number) && number >= 1 &&
        number <= (uint64_t)w->change_count) {
        return w->verdicts[number - 1];
    }
    /* an element no change lists (the end of a range ...): by who made it */
    const Str author = xml_attr(revision, W_author);
    for (ptrdiff_t i = 0; i < w->selector_count; i++) {
        const Selector *s = &w->selectors[i];
        if (selects_author(s, author)) return s->accept ? REVISE_ACCEPT : REVISE_REJECT;
    }
    return REVISE_KEEP;
}

static bool list_changes(Work *w, const DocxStory *stories, ptrdiff_t count, PxErr *err) {
    w->by_node = map_new(w->arena);
    for (ptrdiff_t i = 0; i < count; i++) {
        XmlTree *tree;
        if (!docx_part_tree(w->package, stories[i].part, &tree, err)) return false;
        revise_list_numbered(w->arena, tree, &w->changes, &w->change_count, &w->change_cap,
                             &w->by_node);
    }
    return true;
}

static bool resolve(Call *call, PxErr *err) {
    const Request *r = call->arguments;
    Work w = {.arena = call->work_arena};
    if (!read_selectors(r, &w, err)) return false;
    XmlNames *names = xml_names_open(w.arena);
    call_step(call, "reading the changes");
    if (!open_package(call, names, r->file, &w.package, err)) return false;
    DocxStory *stories;
    const ptrdiff_t count = docx_stories(w.arena, w.package, &stories);
    if (!list_changes(&w, stories, count, err) || !find_rows(&w, err)) {
        return err_in_file(err, r->file->name);
    }
    decide_changes(&w);
    decide_setups(&w, w.package->main->tree);
    if (!all_matched(&w, err) || !knows_only(&w, r, err)) return err_in_file(err, r->file->name);
    if (w.row_of) decide_moves(&w, stories, count);
    call_step(call, "resolving the changes");
    NoteIds before, after;
    notes_referred_to(w.arena, stories, count, &before);
    drop_references(&w, r, w.package->main->tree);
    for (ptrdiff_t i = 0; i < count; i++) {
        XmlTree *tree = stories[i].part->tree;
        revise_resolve(tree, tree->root, decide, &w);
    }
    collate_settle_setups(w.package, w.package->main->tree, w.setups, w.setup_count);
    notes_referred_to(w.arena, stories, count, &after);
    drop_notes(stories, count, &before, &after);
    if (r->no_comments && !drop_comments(w.package, stories, count, err)) {
        return err_in_file(err, r->file->name);
    }
    Buf out = buf_new(w.arena);
    if (!docx_write(w.package, r->deflate_level ? r->deflate_level : 6, &out, err)) {
        return err_in_file(err, r->file->name);
    }
    PxResult *result = result_new(call);
    for (ptrdiff_t i = 0; i < w.change_count; i++) {
        result->accepted += w.verdicts[i] == REVISE_ACCEPT;
        result->rejected += w.verdicts[i] == REVISE_REJECT;
    }
    for (ptrdiff_t i = 0; i < w.setup_count; i++) {
        result->accepted += w.setups[i].verdict == REVISE_ACCEPT;
        result->rejected += w.setups[i].verdict == REVISE_REJECT;
    }
    result_take(result, buf_str(&out));
    return true;
}

bool px_resolve(const PxFile *file, const PxStep *steps, ptrdiff_t count,
                const PxResolveOptions *options, PxResult **out, PxErr *err) {
    Request r = {.file = file, .steps = steps, .count = count};
    if (options) r.only = options->only;
    if (options) r.deflate_level = options->deflate_level;
    if (options) r.no_comments = options->no_comments;
    void *made;
    const bool done = call_run(options ? &options->settings : NULL, resolve, &r, &made, err);
    *out = made;
    return done;
}
