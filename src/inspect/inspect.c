/* The report: revisions and people as the file claims them, then hazards in the file as it came,
 * then what differs from the copy that was sent once every tracked change is rejected. */
#include "inspect/int.h"

static const char *const names[] = {
#define INSPECT(kind, name, words) name,
#include "inspect/kinds.def"
#undef INSPECT
};
static const char *const words[] = {
#define INSPECT(kind, name, words) words,
#include "inspect/kinds.def"
#undef INSPECT
};

Str inspect_kind_name(InspectKind k) { return k < INSPECT_KINDS ? str_from_z(names[k]) : S(""); }
Str inspect_kind_words(InspectKind k) { return k < INSPECT_KINDS ? str_from_z(words[k]) : S(""); }
bool inspect_kind_is_silent(InspectKind k) {
    return str_starts(inspect_kind_name(k), S("silent-"));
}

enum { TEXT_MOST = 400 };

static Str shorten(Arena *a, Str s) {
    s = str_trim(s);
    if (s.len <= TEXT_MOST) return arena_str(a, s);
    s.len = TEXT_MOST;
    while (s.len > 0 && !utf8_valid(s, NULL)) s.len--;
    return arena_format(a, "%.*s \xe2\x80\xa6", (int)s.len, s.ptr);
}

void found(Inspection *in, InspectKind kind, Str part, Str place, Str before, Str after,
           Str detail) {
    InspectReport *r = in->out;
    r->findings = arena_grow(in->arena, r->findings, r->count, &r->cap, r->count + 1,
                             (ptrdiff_t)sizeof(InspectFinding));
    r->findings[r->count++] = (InspectFinding){kind,
                                               part,
                                               arena_str(in->arena, place),
                                               shorten(in->arena, before),
                                               shorten(in->arena, after),
                                               shorten(in->arena, detail)};
}

Str place_near(const DocProvisions *places, const XmlNode *n) {
    const Str place = doc_provision(places, n);
    if (place.len) return place;
    while (n->parent &&
           (n->name == W_dataBinding || n->name == W15_dataBinding || n->name == W_sdtPr))
        n = n->parent;
    for (const XmlNode *c = xml_next(n, n); c; c = xml_next(c, n))
        if (c->name == W_p) return doc_provision(places, c);
    return place;
}

/* ---- people ---- */

static InspectPerson *person(Inspection *in, Str author, Str date) {
    InspectReport *r = in->out;
    uint64_t index = 0;
    if (!map_find(&in->people, hash_fast(author), &index)) {
        r->people = arena_grow(in->arena, r->people, r->person_count, &r->person_cap,
                               r->person_count + 1, (ptrdiff_t)sizeof(InspectPerson));
        r->people[r->person_count++] =
            (InspectPerson){.author = author, .first_date = S(""), .last_date = S("")};
        index = (uint64_t)r->person_count;
        map_put(&in->people, hash_fast(author), index);
    }
    InspectPerson *p = &r->people[index - 1];
    if (date.len && (!p->first_date.len || str_compare(date, p->first_date) < 0))
        p->first_date = date;
    if (date.len && str_compare(date, p->last_date) > 0) p->last_date = date;
    return p;
}

static void count_change(InspectPerson *p, ReviseKind kind) {
    switch (kind) {
    case CHANGE_INSERTION:
    case CHANGE_PARAGRAPH_INSERTED:
    case CHANGE_ROW_INSERTED:
    case CHANGE_CELL_INSERTED: p->insertions++; break;
    case CHANGE_DELETION:
    case CHANGE_PARAGRAPH_DELETED:
    case CHANGE_ROW_DELETED:
    case CHANGE_CELL_DELETED: p->deletions++; break;
    case CHANGE_MOVE_FROM:
    case CHANGE_MOVE_TO: p->moves++; break;
    case CHANGE_FORMAT:
    case CHANGE_PARAGRAPH_FORMAT: p->formats++; break;
    case CHANGE_SECTION:
    case CHANGE_TABLE_PROPERTIES:
    case CHANGE_CELL_MERGED:
    case CHANGE_NUMBERING:
    case CHANGE_CONTROL:
    case CHANGE_KINDS: p->others++; break;
    }
}

static bool list_people(Inspection *in, PxErr *err) {
    DocxStory *stories;
    XmlTree *tree;
    ReviseChange *changes = NULL;
    ptrdiff_t change_count = 0, cap = 0, count = docx_stories(in->arena, in->file, &stories);
    for (ptrdiff_t i = 0; i < count; i++) {
        if (!docx_part_tree(in->file, stories[i].part, &tree, err)) return false;
        revise_list(in->arena, tree, &changes, &change_count, &cap);
        for (const XmlNode *n = stories[i].kind == STORY_COMMENTS ? tree->root->first : NULL; n;
             n = n->next) {
            if (n->name != W_comment) continue;
            person(in, xml_attr(n, W_author), xml_attr(n, W_date))->comments++;
            in->out->comments++;
        }
    }
    for (ptrdiff_t i = 0; i < change_count; i++)
        count_change(person(in, changes[i].author, changes[i].date), changes[i].kind);
    in->out->revisions = change_count;
    DocxPart *settings = docx_related(in->file->main, S("settings"));
    if (!settings) return true;
    if (!docx_part_tree(in->file, settings, &tree, err)) return false;
    in->out->tracking = is_on(xml_child(tree->root, W_trackRevisions), W_val);
    return true;
}

static bool resolve_stories(Arena *a, DocxPackage *p, ReviseDecide decide, PxErr *err) {
    DocxStory *stories;
    ptrdiff_t count = docx_stories(a, p, &stories);
    for (ptrdiff_t i = 0; i < count; i++) {
        XmlTree *tree;
        if (!docx_part_tree(p, stories[i].part, &tree, err)) return false;
        if (tree->has_revisions) revise_resolve(tree, tree->root, decide, NULL);
    }
    return true;
}

/* What says something else stands before what looks different: a program that formats everything
 * anew as it saves must not hide a changed number. */
static void words_first(Arena *a, InspectReport *r) {
    InspectFinding *sorted = NEW_ARRAY(a, InspectFinding, r->count);
    ptrdiff_t n = 0;
    for (int looks = 0; looks < 2; looks++)
        for (ptrdiff_t i = 0; i < r->count; i++) {
            const InspectKind k = r->findings[i].kind;
            const bool is_look = k == INSPECT_SILENT_FORMAT || k == INSPECT_SILENT_STYLE;
            if (is_look == looks) sorted[n++] = r->findings[i];
        }
    r->findings = sorted;
    r->cap = n;
}

bool inspect_file(Arena *a, DocxPackage *file, DocxPackage *sent, InspectReport *out, PxErr *err) {
    *out = (InspectReport){0};
    Inspection in = {.arena = a, .file = file, .sent = sent, .out = out, .people = map_new(a)};
    if (!list_people(&in, err) || !doc_provisions_open(a, file, false, false, &in.places, err) ||
        !doc_styles_open(a, file, &in.styles, err) || !find_hazards(&in, err))
        return false;
    if (!sent) return true;
    if (!resolve_stories(a, file, revise_reject_all, err) ||
        !resolve_stories(a, sent, revise_accept_all, err))
        return false;
    if (!doc_provisions_open(a, file, false, false, &in.places, err) ||
        !doc_provisions_open(a, sent, false, false, &in.sent_places, err))
        return false;
    if (!find_silent_changes(&in, err)) return false;
    find_changed_anchors(&in);
    if (!find_changed_definitions(&in, err)) return false;
    words_first(a, out);
    return true;
}
