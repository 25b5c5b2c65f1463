/* What is not the body: the final section, notes, headers and footers (docs/collation.md, 7). */
#include "collate/int.h"

/* A prefix of NS_W that serves attributes too: not that of a default namespace. */
static Str word_prefix(XmlTree *t) {
    Str name = S("w");
    for (ptrdiff_t i = 0; i < t->prefix_count; i++) {
        if (t->prefixes[i].ns == NS_W && t->prefixes[i].prefix.len) return t->prefixes[i].prefix;
        if (str_equal(t->prefixes[i].prefix, name)) name = S("wml");
    }
    XmlPrefix *more = NEW_ARRAY(t->arena, XmlPrefix, t->prefix_count + 1);
    if (t->prefix_count) memcpy(more, t->prefixes, (size_t)t->prefix_count * sizeof *more);
    more[t->prefix_count++] = (XmlPrefix){name, NS_W};
    t->prefixes = more;
    t->root->flags |= XML_TAG_DIRTY;
    xml_touch(t->root);
    return name;
}

Place place_of(Job *job, DocxPart *part, DocContext *context, DocContext *contexts) {
    Place p = {
        .job = job, .part = part, .tree = part->tree, .context = context, .contexts = contexts};
    Str prefix = word_prefix(part->tree);
    p.w = arena_format(job->arena, "%.*s:", (int)prefix.len, prefix.ptr);
    return p;
}

/* ---- notes ---- */

XmlNode *find_note(const DocContext *context, const XmlNode *reference) {
    bool end = reference->name == W_endnoteReference;
    const DocxPart *part =
        docx_related(context->package->main, end ? S("endnotes") : S("footnotes"));
    Str id = xml_attr(reference, W_id);
    for (XmlNode *n = part && part->tree ? part->tree->root->first : NULL; n; n = n->next)
        if ((n->name == W_footnote || n->name == W_endnote) && str_equal(xml_attr(n, W_id), id))
            return n;
    return NULL;
}

static bool merge_notes_of(Job *job, bool end, PxErr *err) {
    Arena *a = job->arena;
    Str suffix = end ? S("endnotes") : S("footnotes");
    DocxPart *part = docx_related(job->base->main, suffix);
    DocContext context, *contexts = NEW_ARRAY(a, DocContext, job->count);
    if (!part || !part->tree) return true;
    if (!doc_context_open(a, job->base, part, &context, err)) return false;
    for (ptrdiff_t i = 0; i < job->count; i++) {
        DocxPart *theirs = docx_related(job->returns[i].package->main, suffix);
        if (theirs && !doc_context_open(a, job->returns[i].package, theirs, &contexts[i], err))
            return false;
        contexts[i].import = job->returns[i].import;
    }
    Place place = place_of(job, part, &context, contexts);
    for (const NoteMerge *m = job->notes; m; m = m->next) {
        if (m->endnote != end) continue;
        ptrdiff_t *offices = NEW_ARRAY(a, ptrdiff_t, job->count), n = 0;
        XmlNode **nodes = NEW_ARRAY(a, XmlNode *, job->count);
        for (const NoteVersion *v = m->versions; v; v = v->next)
            offices[n] = v->office, nodes[n++] = v->note;
        merge_nodes(&place, m->base, offices, nodes, n, true);
    }
    close_bookmarks(&place, part->tree->root);
    return true;
}

void merge_notes(Job *job) {
    if (!job->notes || job->failed) return;
    job->failed = !merge_notes_of(job, false, job->err) || !merge_notes_of(job, true, job->err);
}

/* ---- the final section ---- */

void merge_final_section(Place *place) {
    Job *job = place->job;
    XmlNode *body = doc_body(place->tree);
    uint64_t old = doc_properties(place->context, xml_child(body, W_sectPr)), wanted = old;
    ptrdiff_t first = -1;
    TextSet set = {{0, 0}};
    for (ptrdiff_t i = 0; i < job->count; i++) {
        uint64_t mine =
            doc_properties(&place->contexts[i], xml_child(job->returns[i].section, W_sectPr));
        if (mine == old) continue;
        if (first < 0) first = i, wanted = mine;
        if (mine == wanted) set_add(&set, i);
        else
            notice(job, job->returns[i].office,
                   S("Its page setup of the last section differs from another return's; a Word "
                     "file can show only one."));
    }
    if (first >= 0)
        change_properties(place, body, W_sectPr, W_sectPrChange, first, job->returns[first].section,
                          set);
}

/* ---- headers and footers ---- */

void find_refs(Arena *a, const DocxPart *part, const XmlTree *tree, XmlTree *keep, Refs *out) {
    for (XmlNode *n = tree->root; n; n = xml_next(n, tree->root)) {
        if (n->name != W_sectPr || (n->parent && n->parent->name == W_sectPrChange)) continue;
        for (XmlNode *c = n->first; c; c = c->next) {
            if (c->name != W_headerReference && c->name != W_footerReference) continue;
            const DocxRel *rel = docx_find_rel(part, xml_attr(c, R_id));
            if (!rel || !rel->part) continue;
            Str type = xml_attr(c, W_type);
            out->items = arena_grow(a, out->items, out->count, &out->cap, out->count + 1,
                                    (ptrdiff_t)sizeof(Ref));
            out->items[out->count++] = (Ref){out->sections, c->name == W_footerReference,
                                             arena_str(a, type.len ? type : S("default")),
                                             rel->part, keep ? xml_copy(keep, c) : c};
        }
        out->sections++;
    }
}

static const Ref *find_ref(const Refs *refs, const Ref *like, ptrdiff_t section) {
    for (ptrdiff_t i = 0; i < refs->count; i++) {
        const Ref *r = &refs->items[i];
        if (r->section == section && r->footer == like->footer && str_equal(r->type, like->type))
            return r;
    }
    return NULL;
}

/* A section that names none has that of the section before it (17.10.5). */
static const Ref *ref_in_force(const Refs *refs, const Ref *like, ptrdiff_t section) {
    const Ref *r = NULL;
    for (; section >= 0 && !r; section--) r = find_ref(refs, like, section);
    return r;
}

/* The first section of the base that shows ref and has a counterpart in the return, or -1. */
static ptrdiff_t section_shown(const Job *job, const Return *r, const Ref *ref) {
    for (ptrdiff_t s = ref->section; s < job->base_refs.sections; s++) {
        if (s > ref->section && find_ref(&job->base_refs, ref, s)) break;
        if (r->sections[s] >= 0) return s;
    }
    return -1;
}

static bool seen_before(const Refs *refs, ptrdiff_t i) {
    for (ptrdiff_t k = 0; k < i; k++)
        if (refs->items[k].part == refs->items[i].part) return true;
    return false;
}

static bool stream_equal(const DocStream *x, const DocStream *y) {
    if (x->count != y->count) return false;
    for (ptrdiff_t i = 0; i < x->count; i++)
        if (!hash_equal(x->items[i], y->items[i])) return false;
    return true;
}

static bool open_part(Arena *a, DocxPackage *p, DocxPart *part, DocContext *context, XmlTree **tree,
                      PxErr *err) {
    return docx_part_tree(p, part, tree, err) && doc_context_open(a, p, part, context, err);
}

static XmlNode *empty_story(const Return *r, const XmlTree *like) {
    XmlNode *root = xml_element(r->kept, like->root->name);
    xml_insert(root, xml_element(r->kept, W_p), NULL);
    return root;
}

static DocStream container_stream(Arena *a, DocContext *context, const XmlNode *root) {
    DocBlock *blocks;
    ptrdiff_t count = doc_blocks(a, context, root, &blocks);
    return stream_of(a, context, blocks, count, root);
}

/* What the return has where ref is shown: NULL when it has no such place. */
static bool open_counterpart(Job *job, Return *r, const Ref *ref, const XmlTree *tree,
                             DocContext *context, XmlNode **root, PxErr *err) {
    ptrdiff_t section = section_shown(job, r, ref);
    const Ref *match = section >= 0 ? ref_in_force(&r->refs, ref, r->sections[section]) : NULL;
    XmlTree *theirs;
    *root = NULL;
    if (section < 0) return true;
    if (!match) {
        *context = r->main;
        *root = empty_story(r, tree);
        return true;
    }
    if (!open_part(job->arena, r->package, match->part, context, &theirs, err)) return false;
    context->import = r->import;
    *root = doc_body(theirs);
    return true;
}

static bool merge_header(Job *job, const Ref *ref, bool streams_only, PxErr *err) {
    Arena *a = job->arena;
    DocContext context, *contexts = NEW_ARRAY(a, DocContext, job->count);
    XmlTree *tree;
    if (!open_part(a, job->base, ref->part, &context, &tree, err)) return false;
    DocStream own = container_stream(a, &context, doc_body(tree));
    streams_add(a, &job->base_streams, ref->part->name, own);
    ptrdiff_t *offices = NEW_ARRAY(a, ptrdiff_t, job->count), n = 0;
    XmlNode **nodes = NEW_ARRAY(a, XmlNode *, job->count), *root;
    for (ptrdiff_t i = 0; i < job->count; i++) {
        if (!open_counterpart(job, &job->returns[i], ref, tree, &contexts[i], &root, err))
            return false;
        DocStream stream = root ? container_stream(a, &contexts[i], root) : own;
        if (!stream_equal(&own, &stream)) offices[n] = i, nodes[n++] = root;
        streams_add(a, &job->returns[i].streams, ref->part->name, stream);
    }
    if (streams_only || n == 0) return true;
    Place place = place_of(job, ref->part, &context, contexts);
    merge_nodes(&place, doc_body(tree), offices, nodes, n, true);
    close_bookmarks(&place, doc_body(tree));
    return true;
}

static XmlNode *section_of(const XmlTree *tree, ptrdiff_t index) {
    for (XmlNode *n = tree->root; n; n = xml_next(n, tree->root))
        if (n->name == W_sectPr && n->parent->name != W_sectPrChange && index-- == 0) return n;
    return NULL;
}

/* Where in the base's section a new reference goes: behind those it has. */
static XmlNode *behind_references(const XmlNode *section) {
    XmlNode *n = section->first;
    while (n && (n->name == W_headerReference || n->name == W_footerReference)) n = n->next;
    return n;
}

static void note_ref(Job *job, Ref ref) {
    Refs *b = &job->base_refs;
    b->items =
        arena_grow(job->arena, b->items, b->count, &b->cap, b->count + 1, (ptrdiff_t)sizeof(Ref));
    b->items[b->count++] = ref;
}

/* A section that shows a header by inheritance names it itself where the section that names it may
 * go with its mark. */
static void keep_shown(Job *job, Place *main) {
    ptrdiff_t count = job->base_refs.count;
    for (ptrdiff_t i = 0; i < count; i++) {
        Ref ref = job->base_refs.items[i];
        for (ptrdiff_t k = 0; k < job->count; k++) {
            ptrdiff_t shown = section_shown(job, &job->returns[k], &ref);
            XmlNode *section = shown > ref.section ? section_of(main->tree, shown) : NULL;
            if (!section || find_ref(&job->base_refs, &ref, shown)) continue;
            XmlNode *copy = xml_copy(main->tree, ref.node);
            xml_insert(section, copy, behind_references(section));
            note_ref(job, (Ref){shown, ref.footer, ref.type, ref.part, copy});
        }
    }
}

/* Before the next reference of the return's section that the base's section has too. */
static XmlNode *next_reference(const Job *job, const Refs *refs, const Ref *ref, ptrdiff_t to,
                               const XmlNode *section) {
    for (const Ref *r = ref + 1; r < refs->items + refs->count && r->section == ref->section; r++) {
        const Ref *there = find_ref(&job->base_refs, r, to);
        if (there && there->node->parent == section) return there->node;
    }
    return behind_references(section);
}

/* A header only a return has comes in as an insertion of its whole text. */
static bool add_header(Job *job, Place *main, const Ref *ref, ptrdiff_t to, ptrdiff_t office,
                       PxErr *err) {
    XmlNode *section = section_of(main->tree, to);
    if (!section) return true;
    XmlNode *before = next_reference(job, &job->returns[office].refs, ref, to, section);
    XmlNode *copy = copy_foreign(main, office, ref->node);
    const DocxRel *rel = docx_find_rel(main->part, xml_attr(copy, R_id));
    XmlTree *tree;
    if (job->failed || !rel || !rel->part) return !job->failed;
    if (!docx_part_tree(job->base, rel->part, &tree, err)) return false;
    Place place = place_of(job, rel->part, main->context, main->contexts);
    if (!revise_has(tree->root)) /* else another section has it too */
        mark_inside(&place, tree->root, W_ins, set_of(office));
    xml_insert(section, copy, before);
    note_ref(job, (Ref){to, ref->footer, ref->type, rel->part, copy});
    return true;
}

static bool add_headers(Job *job, Place *main, PxErr *err) {
    for (ptrdiff_t i = 0; i < job->count; i++) {
        const Return *r = &job->returns[i];
        for (ptrdiff_t s = 0; s < job->base_refs.sections; s++) {
            for (ptrdiff_t k = 0; r->sections[s] >= 0 && k < r->refs.count; k++) {
                const Ref *ref = ref_in_force(&r->refs, &r->refs.items[k], r->sections[s]);
                if (!ref || ref_in_force(&job->base_refs, ref, s)) continue;
                if (!add_header(job, main, ref, s, i, err)) return false;
            }
        }
    }
    return true;
}

bool merge_stories(Job *job, bool streams_only, PxErr *err) {
    ptrdiff_t count = job->base_refs.count;
    for (ptrdiff_t i = 0; i < count; i++)
        if (!seen_before(&job->base_refs, i) &&
            !merge_header(job, &job->base_refs.items[i], streams_only, err))
            return false;
    if (streams_only) return true;
    DocContext *contexts = NEW_ARRAY(job->arena, DocContext, job->count);
    for (ptrdiff_t i = 0; i < job->count; i++) contexts[i] = job->returns[i].main;
    Place main = place_of(job, job->base->main, &job->base_main, contexts);
    keep_shown(job, &main);
    return add_headers(job, &main, err);
}
