/* Reading the texts: the base once, each return as a stream whose changed blocks alone are kept
 * (docs/collation.md, 2). A return's main story is parsed in an arena of its own that is closed
 * when its changed blocks have been copied: memory grows with what the offices changed, not with
 * how many there are. */
#include "collate/int.h"

static bool accept_story(DocxPackage *p, const DocxStory *story, RevisePeople *people, bool *had,
                         PxErr *err) {
    XmlTree *tree;
    if (!docx_part_tree(p, story->part, &tree, err)) return false;
    if (!tree->has_revisions) return true;
    *had = true;
    if (people) revise_note_people(p->arena, tree, people);
    revise_resolve(tree, tree->root, revise_accept_all, NULL);
    return true;
}

/* Word opens a file of macros, or a template, by its own ending alone; the redline is what its base
 * is. */
static void warn_of_kind(Job *job) {
    const Str type = job->base->main->content_type;
    const bool macros = str_find(type, S("macroEnabled")) >= 0,
               template = str_find(type, S("emplate")) >= 0;
    if (!macros && !template) return;
    notice(job, S(""),
           arena_format(job->arena,
                        "The base is a Word %s%s, and so is the redline: name it %s, or Word will "
                        "not open it.",
                        template ? "template" : "document", macros ? " with macros" : "",
                        template ? macros ? ".dotm" : ".dotx" : ".docm"));
}

bool read_base(Job *job, Str bytes, Str file_name, PxErr *err) {
    Arena *a = job->arena;
    if (!docx_open(a, job->names, job->options.key, bytes, file_name, &job->options.zip, &job->base,
                   err))
        return false;
    warn_of_kind(job);
    DocxStory *stories;
    ptrdiff_t count = docx_stories(a, job->base, &stories);
    bool had = false;
    for (ptrdiff_t i = 0; i < count; i++)
        if (!accept_story(job->base, &stories[i], NULL, &had, err)) return false;
    if (had)
        notice(job, S(""),
               S("The base held tracked changes; it was read with all of them accepted."));
    if (!doc_context_open(a, job->base, job->base->main, &job->base_main, err)) return false;
    if (!doc_context_notes(&job->base_main, err)) return false;
    const XmlNode *body = doc_body(job->base->main->tree);
    job->base_block_count = doc_blocks(a, &job->base_main, body, &job->base_blocks);
    job->base_words = NEW_ARRAY(a, BlockWords, job->base_block_count);
    job->base_stream = stream_of(a, &job->base_main, job->base_blocks, job->base_block_count, body);
    return read_sections(a, job->base, NULL, job->base->main->tree, &job->base_sections, err);
}

/* ---- aligning ---- */

typedef struct WordSource {
    Arena *arenas[2];
    DocContext *contexts[2];
    const DocBlock *blocks[2];
    BlockWords *cache[2];
} WordSource;

static const uint64_t *block_words(void *ctx, int side, ptrdiff_t index, ptrdiff_t *count) {
    WordSource *s = ctx;
    BlockWords *w = &s->cache[side][index];
    if (!w->known) {
        uint64_t *keys;
        ptrdiff_t n =
            doc_words(s->arenas[side], s->contexts[side], s->blocks[side][index].node, &keys);
        *w = (BlockWords){keys, n, true};
    }
    *count = w->count;
    return w->keys;
}

/* What may be paired with what: 0 paragraphs, 1 tables and rows, then controls by their signature;
 * opaque blocks never. */
static uint16_t pairing_kind(DocContext *context, const DocBlock *b) {
    switch (b->kind) {
    case BLOCK_PARAGRAPH: return 0;
    case BLOCK_TABLE: return 1;
    case BLOCK_CONTAINER: return (uint16_t)(2 + doc_container_signature(context, b->node) % 60000);
    case BLOCK_OTHER:
    case BLOCK_KINDS: break;
    }
    return UINT16_MAX;
}

static DiffBlock *diff_blocks_of(Arena *a, DocContext *context, const DocBlock *blocks,
                                 ptrdiff_t count) {
    DiffBlock *d = NEW_ARRAY(a, DiffBlock, count);
    for (ptrdiff_t i = 0; i < count; i++)
        d[i] = (DiffBlock){blocks[i].hash.a, pairing_kind(context, &blocks[i])};
    return d;
}

/* Opaque blocks cannot be edited, only replaced; and what is deleted stands before what is inserted
 * in its place. */
static void settle_segments(Arena *a, const DocBlock *base, DiffAlignment *al) {
    DiffSegment *out = NEW_ARRAY(a, DiffSegment, 2 * al->count);
    ptrdiff_t k = 0;
    for (ptrdiff_t i = 0; i < al->count; i++) {
        DiffSegment s = al->segments[i];
        if (s.kind == DIFF_EDIT && base[s.a].kind == BLOCK_OTHER) {
            out[k++] = (DiffSegment){DIFF_DELETE, s.a, s.a_count, s.b, 0};
            out[k++] = (DiffSegment){DIFF_INSERT, s.a + s.a_count, 0, s.b, s.b_count};
        } else if (s.kind == DIFF_DELETE && k > 0 && out[k - 1].kind == DIFF_INSERT) {
            DiffSegment insert = out[k - 1];
            out[k - 1] = (DiffSegment){DIFF_DELETE, s.a, s.a_count, insert.b, 0};
            out[k++] = (DiffSegment){DIFF_INSERT, s.a + s.a_count, 0, insert.b, insert.b_count};
        } else {
            out[k++] = s;
        }
    }
    al->segments = out;
    al->count = k;
}

ptrdiff_t first_segment(const DiffAlignment *al, ptrdiff_t block) {
    ptrdiff_t low = 0, high = al->count;
    while (low < high) {
        ptrdiff_t middle = low + (high - low) / 2;
        DiffSegment s = al->segments[middle];
        if (s.a + s.a_count < block) low = middle + 1;
        else high = middle;
    }
    return low;
}

void align_version(Arena *a, Arena *scratch, const DocBlock *base, ptrdiff_t base_count,
                   DocContext *base_context, BlockWords *base_words, DocContext *context,
                   bool tail_fixed, Version *version) {
    WordSource source = {{a, scratch},
                         {base_context, context},
                         {base, version->blocks},
                         {base_words ? base_words : NEW_ARRAY(a, BlockWords, base_count),
                          NEW_ARRAY(scratch, BlockWords, version->count)}};
    DiffBlocks in = {diff_blocks_of(scratch, base_context, base, base_count),
                     diff_blocks_of(scratch, context, version->blocks, version->count),
                     base_count,
                     version->count,
                     block_words,
                     &source,
                     tail_fixed};
    DiffAlignment *al = &version->alignment;
    diff_blocks(scratch, &in, al);
    settle_segments(a, base, al);
    DiffMove *moves = NEW_ARRAY(a, DiffMove, al->move_count);
    if (al->move_count) memcpy(moves, al->moves, (size_t)al->move_count * sizeof *moves);
    al->moves = moves;
}

DocStream stream_of(Arena *a, DocContext *context, const DocBlock *blocks, ptrdiff_t count,
                    const XmlNode *container) {
    DocStream s = {NEW_ARRAY(a, Hash, count + 1), 0, count + 1};
    for (ptrdiff_t i = 0; i < count; i++) s.items[s.count++] = blocks[i].hash;
    const XmlNode *section = xml_child(container, W_sectPr);
    uint64_t properties = section ? doc_properties(context, section) : 0;
    if (properties) s.items[s.count++] = (Hash){properties, 1};
    return s;
}

/* ---- a return ---- */

static Str saved_date(Arena *a, DocxPackage *p, PxErr *err) {
    for (ptrdiff_t i = 0; i < p->root_rel_count; i++) {
        DocxPart *part = p->root_rels[i].part;
        XmlTree *tree;
        if (!part || !str_ends(p->root_rels[i].type, S("/core-properties"))) continue;
        if (!docx_part_tree(p, part, &tree, err)) return S("");
        const XmlNode *modified = xml_child(tree->root, DCTERMS_modified);
        if (!modified) modified = xml_child(tree->root, DCTERMS_created);
        Str date = modified ? str_trim(xml_text(a, modified)) : S("");
        if (date.len >= 19 && date.ptr[10] == 'T') return arena_format(a, "%.19sZ", date.ptr);
    }
    return S("");
}

static bool is_anchor(const XmlNode *n) {
    return n->name == W_commentReference || n->name == W_commentRangeStart ||
           n->name == W_commentRangeEnd;
}

static uint64_t note_key(const XmlNode *note_or_reference) {
    const bool end =
        note_or_reference->name == W_endnote || note_or_reference->name == W_endnoteReference;
    return hash_fast(xml_attr(note_or_reference, W_id)) * 2 + end + 1;
}

static const XmlNode *commented_note(const Return *r, const XmlNode *n) {
    uint64_t note;
    if (n->name != W_footnoteReference && n->name != W_endnoteReference) return NULL;
    return map_find(&r->noted, note_key(n), &note) ? (const XmlNode *)(uintptr_t)note : NULL;
}

static bool is_new_comment(Job *job, Return *r, const XmlNode *anchor) {
    Str id;
    bool already;
    if (job->failed) return false;
    if (!docx_import_comment(r->import, xml_attr(anchor, W_id), &id, &already, job->err)) {
        job->failed = true;
        return false;
    }
    return id.len && !already;
}

bool may_have_new_comment(const Return *r, const DocBlock *b) {
    return b->has_comments || r->noted.count > 0;
}

/* Asked once of each note, however often the text refers to it. */
static bool is_note_new(Job *job, Return *r, const XmlNode *note) {
    uint64_t known = 0;
    const uint64_t key = (uint64_t)(uintptr_t)note;
    if (map_find(&r->note_news, key, &known)) return known == 1;
    bool any = false;
    for (const XmlNode *n = note; n && !any; n = xml_next(n, note))
        any = is_anchor(n) && is_new_comment(job, r, n);
    map_put(&r->note_news, key, any ? 1 : 2);
    return any;
}

bool has_new_comment(Job *job, Return *r, const XmlNode *root) {
    for (const XmlNode *n = root; n; n = xml_next(n, root)) {
        if (is_anchor(n) && is_new_comment(job, r, n)) return true;
        const XmlNode *note = r->noted.count ? commented_note(r, n) : NULL;
        if (note && is_note_new(job, r, note)) return true;
    }
    return false;
}

/* The notes that hold anchors, once their revisions are accepted. */
static void find_commented_notes(Return *r, Arena *a) {
    static const char *const suffixes[] = {"footnotes", "endnotes"};
    r->noted = map_new(a);
    r->note_news = map_new(a);
    for (int i = 0; i < 2; i++) {
        const DocxPart *part = docx_related(r->package->main, str_from_z(suffixes[i]));
        if (!part || !part->tree || !part->tree->has_comments) continue;
        for (const XmlNode *note = part->tree->root->first; note; note = note->next) {
            const XmlNode *n = note;
            while (n && !is_anchor(n)) n = xml_next(n, note);
            if (n) map_put(&r->noted, note_key(note), (uint64_t)(uintptr_t)note);
        }
    }
}

/* seen: what need not be listed again. */
static void list_comments(Return *r, Map *seen, const XmlNode *root) {
    if (map_find(seen, (uint64_t)(uintptr_t)root, NULL)) return;
    map_put(seen, (uint64_t)(uintptr_t)root, 1);
    for (const XmlNode *n = root; n; n = xml_next(n, root)) {
        const XmlNode *note = r->noted.count ? commented_note(r, n) : NULL;
        if (note) list_comments(r, seen, note);
        if (n->name != W_commentReference) continue;
        const Str id = arena_str(r->comment_ids.arena, xml_attr(n, W_id));
        buf_add(&r->comment_ids, (Str){(const char *)&id, (ptrdiff_t)sizeof id});
    }
}

/* Of all that the return shows. */
static void list_shown_comments(Return *r, const XmlTree *body) {
    Map seen = map_new(r->comment_ids.arena);
    if (body->has_comments || r->noted.count) list_comments(r, &seen, body->root);
    for (ptrdiff_t i = 0; i < r->sections.count; i++)
        for (int slot = 0; slot < SLOTS; slot++) {
            const DocxPart *part = r->sections.items[i].shown[slot].part;
            if (part && part->tree->has_comments) list_comments(r, &seen, part->tree->root);
        }
}

/* Copies what the merging will need out of the return's own arena. */
static void keep_changed(Job *job, Return *r) {
    Version *v = &r->body;
    DocBlock *kept = NEW_ARRAY(job->arena, DocBlock, v->count);
    if (v->count) memcpy(kept, v->blocks, (size_t)v->count * sizeof *kept);
    for (ptrdiff_t i = 0; i < v->alignment.count; i++) {
        DiffSegment s = v->alignment.segments[i];
        for (ptrdiff_t j = s.b; j < s.b + s.b_count; j++) {
            bool wanted = s.kind != DIFF_EQUAL || (may_have_new_comment(r, &kept[j]) &&
                                                   has_new_comment(job, r, kept[j].node));
            kept[j].node = wanted ? xml_copy(r->kept, kept[j].node) : NULL;
        }
    }
    v->blocks = kept;
}

static bool open_return(Job *job, Return *r, ptrdiff_t office, Str bytes, PxErr *err) {
    Arena *a = job->arena;
    if (!docx_open(a, job->names, job->options.key, bytes, r->file_name, &job->options.zip,
                   &r->package, err))
        return false;
    r->import = docx_import_open(job->base, r->package);
    r->date = saved_date(a, r->package, err);
    r->body.office = office;
    bool had = false;
    DocxStory *stories;
    ptrdiff_t count = docx_stories(a, r->package, &stories);
    for (ptrdiff_t i = 0; i < count; i++)
        if (stories[i].kind != STORY_BODY &&
            !accept_story(r->package, &stories[i], &r->people, &had, err))
            return false;
    if (!doc_context_open(a, r->package, r->package->main, &r->main, err)) return false;
    r->main.import = r->import;
    return doc_context_notes(&r->main, err);
}

static void warn_differences(Job *job, Return *r, PxErr *err) {
    DocxDifference *d;
    ptrdiff_t count;
    if (!docx_import_differences(r->import, job->arena, &d, &count, err)) return;
    for (ptrdiff_t i = 0; i < count; i++)
        notice(job, r->office,
               arena_format(job->arena,
                            "The %.*s \"%.*s\" is defined differently in this return; the base's "
                            "definition stands.",
                            (int)d[i].kind.len, d[i].kind.ptr, (int)d[i].id.len, d[i].id.ptr));
}

/* The tree that copies of the return's blocks live in. */
static XmlTree *kept_tree(Arena *a, XmlNames *names, const DocxPart *part, const XmlTree *tree) {
    XmlTree *kept = NEW(a, XmlTree);
    *kept = (XmlTree){.arena = a, .names = names, .part = part->name, .is_strict = tree->is_strict};
    kept->prefixes = NEW_ARRAY(a, XmlPrefix, tree->prefix_count);
    for (ptrdiff_t i = 0; i < tree->prefix_count; i++)
        kept->prefixes[i] =
            (XmlPrefix){arena_str(a, tree->prefixes[i].prefix), tree->prefixes[i].ns};
    kept->prefix_count = tree->prefix_count;
    return kept;
}

static bool read_body(Job *job, ptrdiff_t office, Arena *own, XmlTree *tree, bool streams_only,
                      PxErr *err) {
    Return *r = &job->returns[office];
    Arena *a = job->arena;
    if (tree->has_revisions) {
        revise_note_people(a, tree, &r->people);
        revise_resolve(tree, tree->root, revise_accept_all, NULL);
    }
    r->comment_ids = buf_new(a);
    find_commented_notes(r, a);
    const XmlNode *body = doc_body(tree);
    r->body.count = doc_blocks(own, &r->main, body, &r->body.blocks);
    r->kept = kept_tree(a, job->names, r->package->main, tree);
    r->stream = stream_of(a, &r->main, r->body.blocks, r->body.count, body);
    if (!read_sections(a, r->package, r->import, tree, &r->sections, err)) return false;
    list_shown_comments(r, tree);
    if (streams_only) return true;
    align_version(a, own, job->base_blocks, job->base_block_count, &job->base_main, job->base_words,
                  &r->main, true, &r->body);
    r->section = xml_element(r->kept, W_body);
    const XmlNode *section = xml_child(body, W_sectPr);
    if (section) xml_insert(r->section, xml_copy(r->kept, section), NULL);
    keep_changed(job, r);
    return true;
}

bool read_return(Job *job, ptrdiff_t office, Str bytes, bool streams_only, PxErr *err) {
    Return *r = &job->returns[office];
    if (!open_return(job, r, office, bytes, err)) return false;
    Arena *own = arena_child(job->arena);
    XmlTree *tree;
    bool ok = docx_part_tree_in(own, r->package, r->package->main, &tree, err);
    ok = ok && read_body(job, office, own, tree, streams_only, err);
    arena_close(own);
    if (ok && !streams_only) warn_differences(job, r, err);
    return ok && !job->failed && err->kind == PX_ERR_NONE;
}
