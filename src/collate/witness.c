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

/* The last of al's segments that has blocks of the base (of the version). */
static DiffSegment *last_segment(const DiffAlignment *al, bool of_version) {
    for (ptrdiff_t i = al->count; i-- > 0;)
        if (of_version ? al->segments[i].b_count : al->segments[i].a_count) return &al->segments[i];
    return NULL;
}

/* Where one side ends in a control and the other, behind all of it, in a paragraph, there is
 * nothing that the paragraph could join when it goes. So the side's last block is replaced: the
 * paragraph stands before the base's control, or before the version's (docs/collation.md, 3). A
 * table that goes stands behind the paragraph, too. Room for one more segment is at the end. */
static void settle_end(const DocBlock *base, ptrdiff_t n, const Version *v, DiffAlignment *al) {
    const ptrdiff_t m = v->count;
    if (n == 0 || m == 0) return;
    const DocBlockKind old = base[n - 1].kind, new = v->blocks[m - 1].kind;
    const bool base_open = new == BLOCK_PARAGRAPH && (old == BLOCK_CONTAINER || old == BLOCK_TABLE);
    if (!base_open && !(old == BLOCK_PARAGRAPH && new == BLOCK_CONTAINER)) return;
    DiffSegment *s = last_segment(al, !base_open);
    const bool stays = s->kind != DIFF_DELETE && s->kind != DIFF_INSERT;
    if (!stays && (!base_open || s == &al->segments[al->count - 1])) return;
    if (stays && old == BLOCK_TABLE) return;
    const ptrdiff_t a = base_open ? n - 1 : s->a + s->a_count - 1;
    const ptrdiff_t b = stays ? s->b + s->b_count - 1 : s->b;
    s->a_count--;
    if (stays) s->b_count--;
    al->count = s - al->segments + (s->a_count > 0);
    const DiffSegment insert = {DIFF_INSERT, base_open ? a : n, 0, b, m - b};
    const DiffSegment delete = {DIFF_DELETE, a, n - a, base_open ? m : b, 0};
    al->segments[al->count++] = base_open ? insert : delete;
    al->segments[al->count++] = base_open ? delete : insert;
}

/* Adds s; what is deleted stands before what is inserted in its place. */
static void add_segment(DiffSegment *out, ptrdiff_t *count, DiffSegment s) {
    DiffSegment *before = *count ? &out[*count - 1] : NULL;
    if (s.kind == DIFF_DELETE && before && before->kind == DIFF_INSERT) {
        const DiffSegment insert = *before;
        *before = (DiffSegment){DIFF_DELETE, s.a, s.a_count, insert.b, 0};
        s = (DiffSegment){DIFF_INSERT, s.a + s.a_count, 0, insert.b, insert.b_count};
    }
    out[(*count)++] = s;
}

/* Opaque blocks cannot be edited, only replaced; some paragraphs had better be. */
static bool is_replaced(Arena *scratch, const DiffBlocks *in, const DiffSegment *s) {
    const WordSource *source = in->ctx;
    const DocBlock *base = &source->blocks[0][s->a], *block = &source->blocks[1][s->b];
    if (s->kind != DIFF_EDIT || base->kind == BLOCK_OTHER) return s->kind == DIFF_EDIT;
    if (s->a_count != 1 || s->b_count != 1 || (in->tail_fixed && s->a + 1 == in->n)) return false;
    return is_better_replaced(scratch, source->contexts[0], base, source->contexts[1], block);
}

static void settle_segments(Arena *a, Arena *scratch, const DiffBlocks *in, DiffAlignment *al) {
    DiffSegment *out = NEW_ARRAY(a, DiffSegment, 2 * al->count + 2);
    ptrdiff_t k = 0;
    for (ptrdiff_t i = 0; i < al->count; i++) {
        const DiffSegment s = al->segments[i];
        if (!is_replaced(scratch, in, &s)) {
            add_segment(out, &k, s);
            continue;
        }
        add_segment(out, &k, (DiffSegment){DIFF_DELETE, s.a, s.a_count, s.b, 0});
        add_segment(out, &k, (DiffSegment){DIFF_INSERT, s.a + s.a_count, 0, s.b, s.b_count});
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
    settle_segments(a, scratch, &in, al);
    if (tail_fixed) settle_end(base, base_count, version, al);
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

/* Asked once of each note, however often the text refers to it. */
static bool is_note_new(Job *job, Return *r, const DocNote *note) {
    uint64_t known = 0;
    const uint64_t key = (uint64_t)(uintptr_t)note;
    if (!r->note_news.arena) r->note_news = map_new(job->arena);
    if (map_find(&r->note_news, key, &known)) return known == 1;
    const bool any = has_new_anchor(job, r, note->node);
    map_put(&r->note_news, key, any ? 1 : 2);
    return any;
}

bool has_new_anchor(Job *job, Return *r, const XmlNode *root) {
    for (const XmlNode *n = root; n; n = xml_next(n, root)) {
        const DocNote *note = doc_note(&r->main, n);
        if (note && note->has_comments && is_note_new(job, r, note)) return true;
        if ((n->name == W_bookmarkStart || n->name == W_bookmarkEnd) && r->new_bookmarks.count &&
            map_find(&r->new_bookmarks, hash_fast(xml_attr(n, W_id)), NULL))
            return true;
        if (is_anchor(n) && is_new_comment(job, r, n)) return true;
    }
    return false;
}

/* seen: what need not be listed again. */
static void list_comments(Return *r, Map *seen, const XmlNode *root) {
    if (map_find(seen, (uint64_t)(uintptr_t)root, NULL)) return;
    map_put(seen, (uint64_t)(uintptr_t)root, 1);
    for (const XmlNode *n = root; n; n = xml_next(n, root)) {
        const DocNote *note = doc_note(&r->main, n);
        if (note && note->has_comments) list_comments(r, seen, note->node);
        if (n->name != W_commentReference) continue;
        const Str id = arena_str(r->comment_ids.arena, xml_attr(n, W_id));
        buf_add(&r->comment_ids, (Str){(const char *)&id, (ptrdiff_t)sizeof id});
    }
}

static bool notes_have_comments(const DocxPackage *p) {
    const DocxPart *notes[2] = {docx_related(p->main, S("footnotes")),
                                docx_related(p->main, S("endnotes"))};
    for (int k = 0; k < 2; k++)
        if (notes[k] && notes[k]->tree && notes[k]->tree->has_comments) return true;
    return false;
}

/* Of all that the return shows. */
static void list_shown_comments(Return *r, const XmlTree *body) {
    Map seen = map_new(r->comment_ids.arena);
    if (body->has_comments || notes_have_comments(r->package)) list_comments(r, &seen, body->root);
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
            bool wanted = s.kind != DIFF_EQUAL ||
                          (has_anchors(&kept[j]) && has_new_anchor(job, r, kept[j].node));
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

/* Bookmarks that stand between paragraphs come to stand in them, where the merging sees them. */
static void take_bookmarks_in(XmlNode *container) {
    XmlNode *left = NULL;
    for (XmlNode *n = container->first, *next; n; n = next) {
        XmlNode *into = NULL, *before = NULL;
        next = n->next;
        if (n->name == W_bookmarkEnd && left && left->name == W_p) into = left;
        if (n->name == W_bookmarkStart && next && next->name == W_p && left) {
            into = next, before = next->first;
            if (before && before->name == W_pPr) before = before->next;
        }
        if (!into) {
            left = n;
            continue;
        }
        left->next = next;
        if (!next) container->last = left;
        n->parent = n->next = NULL;
        xml_insert(into, n, before);
    }
}

/* The bookmarks of the body whose name the base has not. */
static void find_new_bookmarks(Job *job, Return *r) {
    r->new_bookmarks = map_new(job->arena);
    for (ptrdiff_t j = 0; j < r->body.count; j++) {
        const XmlNode *root = r->body.blocks[j].node;
        for (const XmlNode *n = r->body.blocks[j].has_bookmarks ? root : NULL; n;
             n = xml_next(n, root))
            if (n->name == W_bookmarkStart && !knows_bookmark(job, xml_attr(n, W_name)))
                map_put(&r->new_bookmarks, hash_fast(xml_attr(n, W_id)), 1);
    }
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
    XmlNode *body = doc_body(tree);
    if (!streams_only) take_bookmarks_in(body);
    r->body.count = doc_blocks(own, &r->main, body, &r->body.blocks);
    r->kept = kept_tree(a, job->names, r->package->main, tree);
    r->stream = stream_of(a, &r->main, r->body.blocks, r->body.count, body);
    if (!read_sections(a, r->package, r->import, tree, &r->sections, err)) return false;
    list_shown_comments(r, tree);
    if (streams_only) return true;
    find_new_bookmarks(job, r);
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
