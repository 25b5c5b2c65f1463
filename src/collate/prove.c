/* The proof (docs/collation.md, 8). The output is read like any file. A block without a revision
 * stands in every text; where there are some, the island of blocks that hang together by their
 * paragraph marks is resolved for the base and for each office it names, and every other office
 * must have what the base has. Each text's normal form, read when it came in, must be met hash by
 * hash. Cost: one reading, and for each island as many resolutions as it names offices. */
#include "collate/int.h"

typedef struct Cursor {
    const DocStream *want;
    ptrdiff_t at;
    const Sections *sections;      /* and what its sections are to show */
    ptrdiff_t section;             /* met so far */
    struct Story *in_force[SLOTS]; /* in the last one met; NULL: none */
    struct Story *of_text[SLOTS];  /* the same without the references that the text has not */
    Str detail;                    /* where it first failed; empty while it holds */
} Cursor;

typedef struct Story { /* a header or footer of the output */
    XmlTree *tree;
    DocContext context;
    DocxPart *part;
    TextSet who;    /* has changes in it */
    Header base;    /* what it is with all of them rejected */
    Header *office; /* of those in who */
} Story;

typedef struct Proof {
    Job *job;
    Arena *arena;   /* for the output's trees */
    Arena *scratch; /* one island */
    DocxPackage *out;
    CollateResult *result;
    Cursor base, *office;
    Map stories;                  /* number of a part + 1 -> Story */
    CollateReference *references; /* the record's; a node's mark is its place here + 1 */
    DocContext *base_context,
        **contexts;   /* of the part at hand; an office has its own where notes differ */
    TextSet in_notes; /* offices with changes inside notes */
    Str part;
    ptrdiff_t inserted, kept; /* inserted texts, and how many of them accepting everything keeps */
    ptrdiff_t (*bytes_away)[256]; /* by office: see weigh_text() */
    Str lost;
} Proof;

/* ---- who is named ---- */

static bool is_note_reference(const XmlNode *n) {
    return n->name == W_footnoteReference || n->name == W_endnoteReference;
}

static bool is_revision(uint16_t name) {
    switch (name) {
#define NAME(ns, local)
#define REVISION(ns, local) case ns##_##local:
#include "xml/names.def"
#undef NAME
#undef REVISION
        return true;
    default: return false;
    }
}

/* Whether n holds revisions (or notes that do), and whose. */
static bool named_in(const Proof *p, const XmlNode *root, TextSet *who) {
    bool any = false;
    Str last = {NULL, -1};
    for (const XmlNode *n = root; n; n = xml_next(n, root)) {
        if (is_note_reference(n) && !set_empty(p->in_notes)) {
            *who = set_join(*who, p->in_notes);
            any = true;
        }
        if (!xml_is_element(n) || !is_revision(n->name)) continue;
        any = true;
        Str author = xml_attr(n, W_author);
        if (last.len >= 0 && str_equal(author, last)) continue;
        *who = set_join(*who, offices_named(p->job, author));
        last = author;
    }
    return any;
}

static bool mark_may_go(const XmlNode *block) {
    const XmlNode *run = block->name == W_p ? xml_child(xml_child(block, W_pPr), W_rPr) : NULL;
    return run && (xml_child(run, W_ins) || xml_child(run, W_del) || xml_child(run, W_moveFrom) ||
                   xml_child(run, W_moveTo));
}

/* ---- cursors ---- */

static void expect(Proof *p, Cursor *c, Hash found, const XmlNode *node) {
    if (c->detail.len) return;
    if (c->at < c->want->count && hash_equal(c->want->items[c->at], found)) {
        c->at++;
        return;
    }
    Str text = node ? doc_plain(p->scratch, node, false) : S("(the last section)");
    if (text.len > 80) text.len = 80;
    while (text.len > 0 && !utf8_valid(text, NULL)) text.len--;
    c->detail = arena_format(p->arena, "%.*s, block %td of %td: found \"%.*s\"", (int)p->part.len,
                             p->part.ptr, c->at + 1, c->want->count, (int)text.len, text.ptr);
}

static void expect_end(Proof *p, Cursor *c) {
    if (c->detail.len) return;
    if (c->at != c->want->count)
        c->detail = arena_format(p->arena, "%.*s: %td blocks found, %td expected", (int)p->part.len,
                                 p->part.ptr, c->at, c->want->count);
    else if (c->section != c->sections->count)
        c->detail = arena_format(p->arena, "%td sections found, %td expected", c->section,
                                 c->sections->count);
}

static void expect_all(Proof *p, Hash found, const XmlNode *node) {
    expect(p, &p->base, found, node);
    for (ptrdiff_t i = 0; i < p->job->count; i++) expect(p, &p->office[i], found, node);
}

/* ---- sections, and what is in force in them ---- */

static const Header *header_in(const Story *story, ptrdiff_t office) {
    static const Header none;
    if (!story) return &none;
    return office >= 0 && set_has(story->who, office) ? &story->office[office] : &story->base;
}

/* Whether the record has no word against the text's naming this header. */
static bool is_of_text(const Proof *p, ptrdiff_t office, const XmlNode *reference) {
    if (!reference->mark) return true;
    const CollateReference *r = &p->references[reference->mark - 1];
    return office < 0 ? r->in_base
                      : revise_names_office(r->offices, p->job->returns[office].office);
}

/* The text (-1: the base) comes to the end of a section; NULL: of one that says nothing. */
static void meet_section(Proof *p, ptrdiff_t office, const XmlNode *section) {
    static const char *const names[SLOTS] = {"header", "first-page header", "even-page header",
                                             "footer", "first-page footer", "even-page footer"};
    Cursor *c = office < 0 ? &p->base : &p->office[office];
    bool own[SLOTS] = {false};
    for (const XmlNode *n = section ? section->first : NULL; n; n = n->next) {
        uint64_t story;
        int slot = slot_of(n);
        const DocxRel *rel = slot < 0 ? NULL : docx_find_rel(p->out->main, xml_attr(n, R_id));
        if (!rel || !rel->part || own[slot]) continue;
        own[slot] = true;
        if (!map_find(&p->stories, (uint64_t)rel->part->number + 1, &story)) continue;
        c->in_force[slot] = (Story *)(uintptr_t)story;
        if (is_of_text(p, office, n)) c->of_text[slot] = c->in_force[slot];
    }
    ptrdiff_t at = c->section++;
    if (c->detail.len || at >= c->sections->count) return;
    for (int slot = 0; slot < SLOTS; slot++) {
        const Story *story = c->in_force[slot];
        const Header *wanted = &c->sections->items[at].shown[slot];
        if (headers_agree(header_in(story, office), wanted) &&
            headers_agree(header_in(c->of_text[slot], office), wanted))
            continue;
        Str where = story ? story->part->name : S("none");
        c->detail = arena_format(p->arena, "section %td of %td shows another %s: %.*s", at + 1,
                                 c->sections->count, names[slot], (int)where.len, where.ptr);
        return;
    }
}

static void meet_sections(Proof *p, ptrdiff_t office, const XmlNode *root) {
    for (const XmlNode *n = root; n; n = xml_next(n, root))
        if (is_section(n)) meet_section(p, office, n);
}

static void meet_for_all(Proof *p, const DocBlock *block) {
    if (!block->has_section) return;
    for (ptrdiff_t i = -1; i < p->job->count; i++) meet_sections(p, i, block->node);
}

/* ---- islands ---- */

typedef struct Island {
    uint16_t container;
    const XmlNode *first, *end; /* siblings [first, end) */
    bool follows; /* a paragraph that stays is before it, and nothing behind it: what is emptied at
                     the end of a container may go (a last paragraph with a section of its own) */
} Island;

typedef struct Resolved {
    XmlTree tree;
    DocBlock *blocks;
    ptrdiff_t count;
} Resolved;

static void resolve(Proof *p, const Island *is, ReviseDecide decide, void *ctx, DocContext *context,
                    Resolved *r) {
    *r = (Resolved){.tree = {.arena = p->scratch, .names = p->job->names, .part = p->part}};
    XmlNode *container = xml_element(&r->tree, is->container);
    r->tree.root = container;
    if (is->follows) xml_insert(container, xml_element(&r->tree, W_p), NULL);
    for (const XmlNode *n = is->first; n != is->end; n = n->next)
        if (n->name != W_sectPr) xml_insert(container, xml_copy(&r->tree, n), NULL);
    revise_resolve(&r->tree, container, decide, ctx);
    r->count = doc_blocks(p->scratch, context, container, &r->blocks);
    if (is->follows) r->blocks++, r->count--;
}

static void expect_resolved(Proof *p, Cursor *c, const Resolved *r) {
    for (ptrdiff_t i = 0; i < r->count; i++) expect(p, c, r->blocks[i].hash, r->blocks[i].node);
}

/* What an office puts into a paragraph that another moves stands twice: where it was, taken away
 * again by the move, and at the new place. So much as is taken away must be there, byte for byte,
 * in whatever order. */
static void weigh_text(Proof *p, const XmlNode *text, const XmlNode *inserted, ptrdiff_t sign) {
    TextSet who = offices_named(p->job, xml_attr(inserted, W_author));
    Str s = xml_text(p->scratch, text);
    for (ptrdiff_t i = 0; i < p->job->count; i++)
        for (ptrdiff_t k = 0; set_has(who, i) && k < s.len; k++)
            p->bytes_away[i][(unsigned char)s.ptr[k]] += sign;
}

/* Whether accepting everything must keep it: it is under an insertion. Moved text that somebody
 * deletes is nobody's insertion. */
static bool must_stay(Proof *p, const XmlNode *text) {
    const XmlNode *inserted = NULL, *moved = NULL; /* the innermost; the move it is put into */
    bool row = false, away = false;
    for (const XmlNode *u = text; u; u = u->parent) {
        if (u->name == W_moveTo || (u->name == W_ins && inserted)) moved = u;
        if (u->name == W_ins && !inserted) inserted = u;
        if (u->name == W_del || u->name == W_moveFrom) away = true;
        if (u->name == W_tr) row = row || xml_child(xml_child(u, W_trPr), W_ins);
    }
    if (inserted && (away || moved)) weigh_text(p, text, inserted, away ? 1 : -1);
    if (away && (inserted || moved)) return false;
    return inserted || moved || row;
}

/* Marks the texts that must stay; counts those marked. */
static ptrdiff_t inserted_texts(Proof *p, XmlNode *root, bool mark) {
    ptrdiff_t count = 0;
    for (XmlNode *n = root; n; n = xml_next(n, root)) {
        if (n->name != W_t && n->name != W_delText) continue;
        if (mark && must_stay(p, n)) n->flags |= XML_USER3;
        if (n->flags & XML_USER3) count++;
    }
    return count;
}

/* Promise 3: no inserted text is inside something that accepting everything removes. */
static void accept_everything(Proof *p, const Island *is) {
    XmlTree tree = {.arena = p->scratch, .names = p->job->names, .part = p->part};
    XmlNode *container = xml_element(&tree, is->container);
    tree.root = container;
    for (const XmlNode *n = is->first; n != is->end; n = n->next)
        if (n->name != W_sectPr) xml_insert(container, xml_copy(&tree, n), NULL);
    ptrdiff_t before = inserted_texts(p, container, true);
    if (before == 0) return;
    revise_resolve(&tree, container, revise_accept_all, NULL);
    ptrdiff_t after = inserted_texts(p, container, false);
    p->inserted += before;
    p->kept += after;
    if (after == before || p->lost.len) return;
    Str text = doc_plain(p->scratch, is->first, false);
    if (text.len > 60) text.len = 60;
    while (text.len > 0 && !utf8_valid(text, NULL)) text.len--;
    p->lost = arena_format(p->arena, "%.*s, near \"%.*s\"", (int)p->part.len, p->part.ptr,
                           (int)text.len, text.ptr);
}

static void prove_island(Proof *p, const Island *is, TextSet who) {
    ArenaMark mark = arena_mark(p->scratch);
    Resolved rejected, only;
    resolve(p, is, revise_reject_all, NULL, p->base_context, &rejected);
    expect_resolved(p, &p->base, &rejected);
    meet_sections(p, -1, rejected.tree.root);
    for (ptrdiff_t i = 0; i < p->job->count; i++) {
        if (!set_has(who, i)) {
            expect_resolved(p, &p->office[i], &rejected);
            meet_sections(p, i, rejected.tree.root);
            continue;
        }
        ArenaMark inner = arena_mark(p->scratch);
        resolve(p, is, revise_only, &p->job->returns[i].office, p->contexts[i], &only);
        expect_resolved(p, &p->office[i], &only);
        meet_sections(p, i, only.tree.root);
        arena_rewind(p->scratch, inner);
    }
    accept_everything(p, is);
    arena_rewind(p->scratch, mark);
}

/* ---- the body ---- */

/* What the record has for office i, where the section shows another's. */
static const XmlNode *setup_of(const Proof *p, const CollateSetup *setups, ptrdiff_t count,
                               TextSet shown, ptrdiff_t i) {
    for (ptrdiff_t k = 0; i >= 0 && !set_has(shown, i) && k < count; k++)
        if (revise_names_office(setups[k].author, p->job->returns[i].office))
            return setups[k].section;
    return NULL;
}

static void prove_section(Proof *p, const XmlTree *main, XmlNode *section) {
    TextSet who = {{0, 0}};
    CollateSetup *setups;
    ptrdiff_t setup_count = collate_setups(p->arena, p->out, main, &setups);
    bool revised = section && named_in(p, section, &who);
    for (ptrdiff_t i = -1; i < p->job->count; i++) {
        ArenaMark mark = arena_mark(p->scratch);
        DocContext *context = i < 0 ? p->base_context : p->contexts[i];
        XmlTree tree = {.arena = p->scratch, .names = p->job->names, .part = p->part};
        XmlNode *holder = xml_element(&tree, W_body);
        tree.root = holder;
        if (section) xml_insert(holder, xml_copy(&tree, section), NULL);
        if (revised && i < 0) revise_resolve(&tree, holder, revise_reject_all, NULL);
        if (revised && i >= 0)
            revise_resolve(&tree, holder, revise_only, &p->job->returns[i].office);
        const XmlNode *setup = setup_of(p, setups, setup_count, who, i);
        if (setup) collate_set_up(p->out, &tree, holder->first, setup);
        uint64_t properties = doc_properties(context, xml_child(holder, W_sectPr));
        Cursor *c = i < 0 ? &p->base : &p->office[i];
        if (properties) expect(p, c, (Hash){properties, 1}, NULL);
        meet_section(p, i, xml_child(holder, W_sectPr));
        arena_rewind(p->scratch, mark);
    }
}

static const XmlNode *end_of_island(const DocBlock *blocks, ptrdiff_t count, ptrdiff_t end) {
    return end < count ? blocks[end].node : NULL;
}

static void prove_container(Proof *p, XmlTree *tree) {
    XmlNode *container = doc_body(tree);
    DocBlock *blocks;
    ptrdiff_t count = doc_blocks(p->arena, p->base_context, container, &blocks);
    bool revised = tree->has_revisions || !set_empty(p->in_notes);
    for (ptrdiff_t i = 0, end; i < count; i = end) {
        TextSet who = {{0, 0}};
        end = i + 1;
        if (!revised || !named_in(p, blocks[i].node, &who)) {
            expect_all(p, blocks[i].hash, blocks[i].node);
            meet_for_all(p, &blocks[i]);
            continue;
        }
        for (bool open = mark_may_go(blocks[i].node); end < count && open; end++) {
            bool may_vanish = named_in(p, blocks[end].node, &who) && blocks[end].node->name != W_p;
            open = may_vanish || mark_may_go(blocks[end].node);
        }
        const XmlNode *first = i > 0 ? blocks[i - 1].node->next : container->first;
        bool follows = end == count && i > 0 && blocks[i - 1].node->name == W_p;
        prove_island(
            p, &(Island){container->name, first, end_of_island(blocks, count, end), follows}, who);
    }
    prove_section(p, tree, xml_child(container, W_sectPr));
}

/* ---- notes: their content is part of what refers to them ---- */

static bool notes_for(Proof *p, DocxPart *part, ReviseDecide decide, void *ctx, DocContext *context,
                      PxErr *err) {
    DocxPart *notes[2] = {docx_related(part, S("footnotes")), docx_related(part, S("endnotes"))};
    XmlTree *kept[2] = {NULL, NULL};
    for (int k = 0; k < 2; k++) {
        if (!notes[k]) continue;
        kept[k] = notes[k]->tree;
        notes[k]->tree = NULL;
        if (!docx_part_tree_in(p->arena, p->out, notes[k], &notes[k]->tree, err)) return false;
        if (notes[k]->tree->has_revisions)
            revise_resolve(notes[k]->tree, notes[k]->tree->root, decide, ctx);
    }
    bool ok =
        doc_context_open(p->arena, p->out, part, context, err) && doc_context_notes(context, err);
    for (int k = 0; k < 2; k++)
        if (notes[k]) notes[k]->tree = kept[k];
    return ok;
}

static bool open_contexts(Proof *p, DocxPart *part, PxErr *err) {
    Job *job = p->job;
    p->in_notes = (TextSet){{0, 0}};
    for (int k = 0; k < 2; k++) {
        DocxPart *notes = docx_related(part, k ? S("endnotes") : S("footnotes"));
        XmlTree *tree;
        if (!notes) continue;
        if (!docx_part_tree_in(p->arena, p->out, notes, &tree, err)) return false;
        if (tree->has_revisions) named_in(p, tree->root, &p->in_notes);
        for (XmlNode *n = tree->has_revisions ? tree->root->first : NULL; n; n = n->next)
            accept_everything(p, &(Island){n->name, n->first, NULL, false});
    }
    DocContext *base = NEW(p->arena, DocContext);
    if (!notes_for(p, part, revise_reject_all, NULL, base, err)) return false;
    p->base_context = base;
    for (ptrdiff_t i = 0; i < job->count; i++) {
        p->contexts[i] = base;
        if (!set_has(p->in_notes, i)) continue;
        p->contexts[i] = NEW(p->arena, DocContext);
        if (!notes_for(p, part, revise_only, &job->returns[i].office, p->contexts[i], err))
            return false;
    }
    return true;
}

/* ---- comments ---- */

static uint64_t comment_key(Arena *a, const XmlNode *comment) {
    return hash_fast(xml_text(a, comment)) * 31 + hash_fast(xml_attr(comment, W_author)) + 1;
}

static bool comments_of(DocxPackage *p, XmlTree **out, PxErr *err) {
    DocxPart *part = docx_related(p->main, S("comments"));
    *out = NULL;
    return !part || docx_part_tree(p, part, out, err);
}

/* One more of key in counts; how many that makes. */
static uint64_t count_one(Map *counts, uint64_t key) {
    uint64_t n = 0;
    (void)map_find(counts, key, &n);
    map_put(counts, key, n + 1);
    return n + 1;
}

static void anchored_ids(const XmlTree *t, Map *ids) {
    for (const XmlNode *n = t->has_comments ? t->root : NULL; n; n = xml_next(n, t->root))
        if (n->name == W_commentReference) map_put(ids, hash_fast(xml_attr(n, W_id)), 1);
}

/* How often each comment of the redline stands somewhere in it. */
static bool anchored_comments(Proof *p, const XmlTree *main, const XmlTree *comments, Map *out,
                              PxErr *err) {
    Map ids = map_new(p->arena);
    DocxStory *stories;
    ptrdiff_t count = docx_stories(p->arena, p->out, &stories);
    *out = map_new(p->arena);
    for (ptrdiff_t i = 0; i < count; i++) {
        XmlTree *tree;
        if (stories[i].kind == STORY_BODY || stories[i].kind == STORY_COMMENTS) continue;
        if (!docx_part_tree(p->out, stories[i].part, &tree, err)) return false;
        anchored_ids(tree, &ids);
    }
    anchored_ids(main, &ids);
    for (const XmlNode *n = comments ? comments->root->first : NULL; n; n = n->next)
        if (n->name == W_comment && map_find(&ids, hash_fast(xml_attr(n, W_id)), NULL))
            (void)count_one(out, comment_key(p->arena, n));
    return true;
}

static Str lost_comment(Proof *p, const Return *r, const XmlTree *comments, const Map *there) {
    Map ids = map_new(p->arena), met = map_new(p->arena);
    const Str *list = (const Str *)(const void *)r->comment_ids.ptr;
    ptrdiff_t count = r->comment_ids.len / (ptrdiff_t)sizeof(Str);
    for (ptrdiff_t i = 0; i < count; i++) map_put(&ids, hash_fast(list[i]), 1);
    for (const XmlNode *n = comments ? comments->root->first : NULL; n; n = n->next) {
        const Str author = xml_attr(n, W_author);
        uint64_t has = 0, left = 0;
        const uint64_t id = hash_fast(xml_attr(n, W_id));
        if (n->name != W_comment || !map_find(&ids, id, &left) || left == 0) continue;
        map_put(&ids, id, 0); /* a second comment of that id is nobody's */
        const uint64_t key = comment_key(p->arena, n);
        (void)map_find(there, key, &has);
        if (count_one(&met, key) <= has) continue;
        return arena_format(p->arena, "a comment of %.*s is not there", (int)author.len,
                            author.ptr);
    }
    return S("");
}

/* A comment that neither the base nor a return has: somebody put it in. */
static bool tell_of_strange_comments(Proof *p, const XmlTree *comments, PxErr *err) {
    Map known = map_new(p->arena);
    XmlTree *theirs;
    for (ptrdiff_t i = -1; i < p->job->count; i++) {
        if (!comments_of(i < 0 ? p->job->base : p->job->returns[i].package, &theirs, err))
            return false;
        for (const XmlNode *n = theirs ? theirs->root->first : NULL; n; n = n->next)
            if (n->name == W_comment) map_put(&known, comment_key(p->arena, n), 1);
    }
    for (const XmlNode *n = comments ? comments->root->first : NULL; n; n = n->next) {
        const Str author = xml_attr(n, W_author);
        if (n->name != W_comment || map_find(&known, comment_key(p->arena, n), NULL)) continue;
        map_put(&known, comment_key(p->arena, n), 1);
        notice(p->job, S(""),
               arena_format(p->job->arena,
                            "It holds a comment of \"%.*s\" that is in no text that was given.",
                            (int)author.len, author.ptr));
    }
    return true;
}

/* ---- verdicts ---- */

static void verdict(Proof *p, Str promise, Str office, Str detail) {
    CollateResult *r = p->result;
    r->verdicts[r->verdict_count++] = (CollateVerdict){promise, office, detail.len == 0, detail};
    if (detail.len) r->proven = false;
}

static bool prove_comments(Proof *p, const XmlTree *main, PxErr *err) {
    XmlTree *comments;
    Map there;
    if (!comments_of(p->out, &comments, err)) return false;
    if (!anchored_comments(p, main, comments, &there, err)) return false;
    if (p->job->verifies && !tell_of_strange_comments(p, comments, err)) return false;
    for (ptrdiff_t i = 0; i < p->job->count; i++) {
        Return *r = &p->job->returns[i];
        if (r->comment_ids.len == 0) continue;
        if (!comments_of(r->package, &comments, err)) return false;
        verdict(p, S("every comment is there"), r->office, lost_comment(p, r, comments, &there));
    }
    return true;
}

/* ---- what the texts rest on, and who else was there ---- */

/* Styles and lists are no part of the texts that are compared, and decide how they look: the
 * base's are to be the redline's. */
static bool expect_definitions(Proof *p, PxErr *err) {
    Str lost;
    if (!docx_keeps_definitions(p->job->base, p->out, p->arena, &lost, err)) return false;
    if (p->base.detail.len == 0) p->base.detail = lost;
    return true;
}

/* All that "A; B" names are known. */
static bool is_known(const Job *job, Str author) {
    ptrdiff_t names = 1, known = 0;
    const TextSet set = offices_named(job, author);
    for (ptrdiff_t at = 0, next; (next = str_find(str_slice(author, at, author.len), S("; "))) >= 0;
         at += next + 2)
        names++;
    for (ptrdiff_t i = 0; i < job->count; i++) known += set_has(set, i);
    return known == names;
}

/* A change of somebody else is in nobody's text, and so nothing above is about it. */
static bool tell_of_strangers(Proof *p, const XmlTree *main, PxErr *err) {
    DocxStory *stories;
    const ptrdiff_t count = docx_stories(p->arena, p->out, &stories);
    Map told = map_new(p->arena);
    for (ptrdiff_t i = 0; i < count; i++) {
        XmlTree *part;
        const XmlTree *tree = main;
        if (stories[i].kind != STORY_BODY) {
            if (!docx_part_tree(p->out, stories[i].part, &part, err)) return false;
            tree = part;
        }
        for (const XmlNode *n = tree->has_revisions ? tree->root : NULL; n;
             n = xml_next(n, tree->root)) {
            const Str author = is_revision(n->name) ? xml_attr(n, W_author) : S("");
            if (author.len == 0 || map_find(&told, hash_fast(author), NULL)) continue;
            map_put(&told, hash_fast(author), 1);
            if (is_known(p->job, author)) continue;
            notice(p->job, S(""),
                   arena_format(p->job->arena,
                                "It holds changes of \"%.*s\", and not all their returns were "
                                "given: nothing is proven of those.",
                                (int)author.len, author.ptr));
        }
    }
    return true;
}

/* ---- headers and footers: what each is to whom ---- */

static Header resolved_header(Proof *p, Story *s, ReviseDecide decide, void *ctx) {
    Resolved r;
    ArenaMark mark = arena_mark(p->scratch);
    Island whole = {s->tree->root->name, s->tree->root->first, NULL, false};
    resolve(p, &whole, decide, ctx, &s->context, &r);
    Header h = header_of(p->scratch, &s->context, s->part, r.tree.root);
    arena_rewind(p->scratch, mark);
    return h;
}

static bool read_stories(Proof *p, PxErr *err) {
    DocxStory *stories;
    ptrdiff_t count = docx_stories(p->arena, p->out, &stories);
    p->stories = map_new(p->arena);
    for (ptrdiff_t i = 0; i < count; i++) {
        if (stories[i].kind != STORY_HEADER && stories[i].kind != STORY_FOOTER) continue;
        Story *s = NEW(p->arena, Story);
        s->part = stories[i].part;
        p->part = s->part->name;
        if (!docx_part_tree_in(p->arena, p->out, s->part, &s->tree, err) ||
            !doc_context_open(p->arena, p->out, s->part, &s->context, err))
            return false;
        map_put(&p->stories, (uint64_t)s->part->number + 1, (uint64_t)(uintptr_t)s);
        if (s->tree->has_revisions) (void)named_in(p, s->tree->root, &s->who);
        s->base = resolved_header(p, s, revise_reject_all, NULL);
        if (!s->tree->has_revisions) continue;
        s->office = NEW_ARRAY(p->arena, Header, p->job->count);
        for (ptrdiff_t k = 0; k < p->job->count; k++)
            if (set_has(s->who, k))
                s->office[k] = resolved_header(p, s, revise_only, &p->job->returns[k].office);
        accept_everything(p, &(Island){s->tree->root->name, s->tree->root->first, NULL, false});
    }
    return true;
}

static Cursor cursor_of(const DocStream *want, const Sections *sections) {
    return (Cursor){.want = want, .sections = sections};
}

/* See weigh_text(). */
static Str lost_with_moves(Proof *p) {
    for (ptrdiff_t i = 0; i < p->job->count; i++) {
        ptrdiff_t lost = 0;
        for (int k = 0; k < 256; k++)
            if (p->bytes_away[i][k] > 0) lost += p->bytes_away[i][k];
        Str name = p->job->returns[i].office;
        if (lost)
            return arena_format(p->arena, "%td bytes that %.*s puts into moved paragraphs", lost,
                                (int)name.len, name.ptr);
    }
    return S("");
}

bool prove(Job *job, Arena *a, Str bytes, Str name, CollateResult *result, PxErr *err) {
    Proof p = {.job = job, .arena = arena_child(a), .scratch = arena_child(a), .result = result};
    p.office = NEW_ARRAY(p.arena, Cursor, job->count);
    p.contexts = NEW_ARRAY(p.arena, DocContext *, job->count);
    p.base = cursor_of(&job->base_stream, &job->base_sections);
    for (ptrdiff_t i = 0; i < job->count; i++)
        p.office[i] = cursor_of(&job->returns[i].stream, &job->returns[i].sections);
    p.bytes_away = (ptrdiff_t(*)[256])NEW_ARRAY(p.arena, ptrdiff_t, job->count * 256);
    result->proven = true;
    result->verdicts = NEW_ARRAY(a, CollateVerdict, 2 * job->count + 2);
    XmlTree *main;
    if (!docx_open(p.arena, job->names, job->options.key, bytes, name, &job->options.zip, &p.out,
                   err))
        return false;
    if (!docx_part_tree_in(p.arena, p.out, p.out->main, &main, err)) return false;
    if (!read_stories(&p, err) || !open_contexts(&p, p.out->main, err)) return false;
    ptrdiff_t count = collate_references(p.arena, p.out, main, &p.references);
    for (ptrdiff_t i = 0; i < count; i++) p.references[i].node->mark = (uint32_t)i + 1;
    p.part = p.out->main->name;
    if (job->verifies && !tell_of_strangers(&p, main, err)) return false;
    prove_container(&p, main);
    expect_end(&p, &p.base);
    if (!expect_definitions(&p, err)) return false;
    verdict(&p, S("rejecting every change gives the base"), S(""), p.base.detail);
    for (ptrdiff_t i = 0; i < job->count; i++) {
        expect_end(&p, &p.office[i]);
        verdict(&p, S("accepting its changes alone gives its return"), job->returns[i].office,
                p.office[i].detail);
    }
    if (p.lost.len == 0) p.lost = lost_with_moves(&p);
    verdict(&p, S("accepting every change loses no inserted word"), S(""), p.lost);
    if (!prove_comments(&p, main, err)) return false;
    for (ptrdiff_t i = 0; i < result->verdict_count; i++)
        result->verdicts[i].detail = arena_str(a, result->verdicts[i].detail);
    arena_close(p.scratch);
    arena_close(p.arena);
    return true;
}
