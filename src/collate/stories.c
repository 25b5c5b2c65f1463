/* Places in stories, and notes (docs/collation.md, 7). */
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
