/* Headers and footers (docs/collation.md, 7). When the body is written, every section of the output
 * is asked in which texts it stands and what each of them shows there: one part of the output is
 * found or made for each such combination, and what the offices have in it is merged there. A
 * section inherits a header where that is right for every text, else it names one. */
#include "collate/int.h"

typedef struct Standing { /* a section of the output */
    XmlNode *node;        /* NULL: the body's last one, which says nothing yet */
    bool in_base;
    TextSet set;             /* the offices it stands in */
    const Section *base;     /* what it is there; NULL where it does not stand */
    const Section **offices; /* the same, by office */
} Standing;

typedef struct Merged { /* a part of the output, and what it is in each text */
    DocxPart *part;
    bool footer, made; /* made: the base has none here; it was made empty */
    Header base;
    TextSet set; /* the offices that have settled what it is to them */
    Header *offices;
} Merged;

typedef struct Plan {
    Job *job;
    XmlTree *tree;
    Standing *sections;
    ptrdiff_t count, cap;
    Merged *merged;
    ptrdiff_t merged_count, merged_cap;
} Plan;

static const Header no_header;

/* ---- the sections of the output ---- */

/* What was written as markup, with sections in it, as nodes. */
static bool open_markup(XmlTree *t, XmlNode *raw, PxErr *err) {
    Buf b = buf_new(t->arena);
    XmlTree *read;
    xml_write_start(t, t->root, false, &b);
    buf_add(&b, raw->text);
    xml_write_end(t, t->root, &b);
    if (!xml_parse(t->arena, t->names, t->part, buf_str(&b), NULL, &read, err)) return false;
    XmlNode *last = raw, *next = raw->next;
    for (const XmlNode *n = read->root->first; n; n = n->next) {
        XmlNode *copy = xml_copy(t, n), *place = copy;
        if (n == read->root->first) {
            copy->parent = raw->parent;
            *raw = *copy;
            for (XmlNode *c = xml_is_element(raw) ? raw->first : NULL; c; c = c->next)
                c->parent = raw;
            place = raw;
        } else {
            last->next = copy;
            copy->parent = raw->parent;
        }
        last = place;
    }
    last->next = next;
    if (!next) raw->parent->last = last;
    xml_touch(raw);
    return true;
}

/* The first revision of these kinds in a mark's or row's properties names who is behind it. */
static bool named_by(const Job *job, const XmlNode *properties, uint16_t plain, uint16_t moved,
                     TextSet *set) {
    const XmlNode *n = xml_child(properties, plain);
    if (!n) n = xml_child(properties, moved);
    if (n) *set = offices_named(job, xml_attr(n, W_author));
    return n != NULL;
}

static void find_standing(const Job *job, Standing *s) {
    TextSet named;
    s->in_base = true;
    for (ptrdiff_t i = 0; i < job->count; i++) set_add(&s->set, i);
    for (const XmlNode *n = s->node; n; n = n->parent) {
        const XmlNode *properties = n->name == W_pPr  ? xml_child(n, W_rPr)
                                    : n->name == W_tr ? xml_child(n, W_trPr)
                                                      : NULL;
        if (!properties) continue;
        if (named_by(job, properties, W_del, W_moveFrom, &named)) s->set = set_minus(s->set, named);
        if (!named_by(job, properties, W_ins, W_moveTo, &named)) continue;
        s->set = set_minus(s->set, set_minus(s->set, named));
        s->in_base = false;
    }
}

static const Section *take(const Sections *all, ptrdiff_t *at) {
    return *at < all->count ? &all->items[(*at)++] : NULL;
}

static bool find_sections(Plan *p, PxErr *err) {
    Job *job = p->job;
    ptrdiff_t base_at = 0, *at = NEW_ARRAY(job->arena, ptrdiff_t, job->count);
    bool last = false;
    for (XmlNode *n = p->tree->root; n || !last; n = xml_next(n, p->tree->root)) {
        if (n && n->name == XML_RAW && str_find(n->text, S("sectPr")) >= 0 &&
            !open_markup(p->tree, n, err))
            return false;
        if (n && !is_section(n)) continue;
        last = !n || n->parent->name == W_body;
        p->sections = arena_grow(job->arena, p->sections, p->count, &p->cap, p->count + 1,
                                 (ptrdiff_t)sizeof(Standing));
        Standing *s = &p->sections[p->count++];
        *s = (Standing){.node = n};
        find_standing(job, s);
        s->offices = (const Section **)arena_alloc(job->arena, job->count, sizeof(Section *));
        if (s->in_base) s->base = take(&job->base_sections, &base_at);
        for (ptrdiff_t i = 0; i < job->count; i++)
            if (set_has(s->set, i)) s->offices[i] = take(&job->returns[i].sections, &at[i]);
        if (!n) break;
    }
    return true;
}

/* ---- which part a section shows ---- */

/* The section shows what the one before it does, in this text. */
static bool continues(const Sections *all, const Section *s, int slot) {
    const Header *before = s > all->items ? &s[-1].shown[slot] : &no_header;
    return headers_equal(&s->shown[slot], before);
}

static bool is_named(const Plan *p, const Standing *s, int slot) {
    const Job *job = p->job;
    bool first = !s->base; /* whom an inserted section names one for */
    if (s->base && (s->base->named[slot] || !continues(&job->base_sections, s->base, slot)))
        return true;
    for (ptrdiff_t i = 0; i < job->count; i++) {
        if (!s->offices[i]) continue;
        if (first && s->offices[i]->named[slot]) return true;
        if (!continues(&job->returns[i].sections, s->offices[i], slot)) return true;
        first = false;
    }
    return false;
}

static Merged *find_merged(const Plan *p, const Standing *s, int slot) {
    for (ptrdiff_t k = 0; k < p->merged_count; k++) {
        Merged *m = &p->merged[k];
        bool fits = m->footer == (slot >= 3);
        if (s->base && m->base.part != s->base->shown[slot].part) fits = false;
        for (ptrdiff_t i = 0; i < p->job->count && fits; i++) {
            if (!s->offices[i]) continue;
            const Header *wanted = &s->offices[i]->shown[slot];
            if (set_has(m->set, i)) fits = headers_equal(&m->offices[i], wanted);
            else if (!s->base) fits = headers_equal(&m->base, wanted);
        }
        if (fits) return m;
    }
    return NULL;
}

static bool in_use(const Plan *p, const DocxPart *part) {
    for (ptrdiff_t i = 0; i < p->merged_count; i++)
        if (p->merged[i].part == part) return true;
    return false;
}

/* What all offices of an inserted section show: none where they differ. */
static const Header *shown_by_all(const Plan *p, const Standing *s, int slot, ptrdiff_t *office) {
    const Header *all = NULL;
    for (ptrdiff_t i = 0; i < p->job->count; i++) {
        if (!s->offices[i]) continue;
        const Header *h = &s->offices[i]->shown[slot];
        if (!h->part || (all && !headers_equal(all, h))) return NULL;
        if (all) continue;
        *office = i;
        all = h;
    }
    return all;
}

/* A return's part, brought over. */
static bool import_header(Plan *p, ptrdiff_t office, const DocxPart *theirs, bool footer,
                          DocxPart **out, PxErr *err) {
    Job *job = p->job;
    const Return *r = &job->returns[office];
    XmlNode *reference = xml_element(p->tree, footer ? W_footerReference : W_headerReference);
    const DocxPart *main = r->package->main;
    for (ptrdiff_t i = 0; i < main->rel_count; i++)
        if (main->rels[i].part == theirs) xml_set_attr(p->tree, reference, R_id, main->rels[i].id);
    if (!docx_import_node(r->import, r->package->main, job->base->main, reference, err))
        return false;
    const DocxRel *rel = docx_find_rel(job->base->main, xml_attr(reference, R_id));
    check(rel && rel->part);
    *out = rel->part;
    return true;
}

/* Bookmarks of a part that is there twice stay in the first. */
static void forget_bookmarks(XmlTree *tree) {
    for (XmlNode *n = tree->root, *next; n; n = next) {
        next = xml_next(n, tree->root);
        if (n->name == W_bookmarkStart || n->name == W_bookmarkEnd) xml_remove(n);
        else if (n->attr_count) xml_remove_attr(n, W14_paraId);
    }
}

static bool add_merged(Plan *p, const Standing *s, int slot, Merged **out, PxErr *err) {
    Job *job = p->job;
    ptrdiff_t office = -1;
    Merged m = {.footer = slot >= 3, .offices = NEW_ARRAY(job->arena, Header, job->count)};
    const Header *all = s->base ? NULL : shown_by_all(p, s, slot, &office);
    if (s->base) m.base = s->base->shown[slot];
    if (all) m.base = *all;
    m.part = m.base.part;
    if (all && !import_header(p, office, all->part, m.footer, &m.part, err)) return false;
    m.made = !m.part;
    if (m.made) m.part = docx_add_header(job->base, m.footer);
    if (in_use(p, m.part)) {
        XmlTree *tree;
        if (!docx_copy_part(job->base, m.part, &m.part, err) ||
            !docx_part_tree(job->base, m.part, &tree, err))
            return false;
        forget_bookmarks(tree);
    }
    p->merged = arena_grow(job->arena, p->merged, p->merged_count, &p->merged_cap,
                           p->merged_count + 1, (ptrdiff_t)sizeof(Merged));
    *out = &p->merged[p->merged_count++];
    **out = m;
    return true;
}

/* Where in the section a reference goes that the base's has not: in the order of the first text
 * that names it. */
static XmlNode *place_of_reference(const Plan *p, const Standing *s, int slot) {
    const Section *like = NULL;
    for (ptrdiff_t i = 0; i < p->job->count && !like; i++)
        if (s->offices[i] && s->offices[i]->named[slot]) like = s->offices[i];
    XmlNode *n = s->node->first;
    for (; n && slot_of(n) >= 0; n = n->next)
        if (like && like->named[slot_of(n)] > like->named[slot]) break;
    return n;
}

static void refer(Plan *p, Standing *s, int slot, DocxPart *part) {
    static const char *const types[] = {"default", "first", "even"};
    Job *job = p->job;
    if (!s->node) {
        s->node = xml_element(p->tree, W_sectPr);
        xml_insert(doc_body(p->tree), s->node, NULL);
    }
    XmlNode *n = s->node->first;
    while (n && slot_of(n) != slot) n = n->next;
    const DocxRel *rel = n ? docx_find_rel(job->base->main, xml_attr(n, R_id)) : NULL;
    if (rel && rel->part == part) return;
    if (!n) {
        n = xml_element(p->tree, slot < 3 ? W_headerReference : W_footerReference);
        xml_set_attr(p->tree, n, W_type, str_from_z(types[slot % 3]));
        xml_insert(s->node, n, place_of_reference(p, s, slot));
    }
    Str type = slot < 3
                   ? S("http://schemas.openxmlformats.org/officeDocument/2006/relationships/header")
                   : S("http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
                       "footer");
    xml_set_attr(p->tree, n, R_id, docx_add_rel(job->base, job->base->main, type, part, S("")));
}

/* The section names it, and not in every text in which it stands: the record says in which. */
static void record_reference(const Plan *p, const Standing *s, int slot) {
    Job *job = p->job;
    Buf *b = &job->sections;
    TextSet set = {{0, 0}};
    for (ptrdiff_t i = 0; i < job->count; i++)
        if (s->offices[i] && s->offices[i]->named[slot]) set_add(&set, i);
    bool by_base = s->base && s->base->named[slot];
    if ((by_base || !s->base) && set_equal(set, s->set)) return;
    const XmlNode *n = s->node->first;
    while (slot_of(n) != slot) n = n->next;
    buf_format(b, "<reference section=\"%td\" slot=\"%d\" id=\"", s - p->sections + 1, slot);
    xml_write_attr_value(xml_attr(n, R_id), b);
    buf_format(b, "\" base=\"%s\" office=\"", by_base ? "true" : "false");
    xml_write_attr_value(office_names(job, set), b);
    buf_add(b, S("\"/>"));
}

static bool settle_section(Plan *p, Standing *s, PxErr *err) {
    for (int slot = 0; slot < SLOTS; slot++) {
        if (!is_named(p, s, slot)) continue;
        Merged *m = find_merged(p, s, slot);
        if (!m && !add_merged(p, s, slot, &m, err)) return false;
        for (ptrdiff_t i = 0; i < p->job->count; i++) {
            if (!s->offices[i]) continue;
            m->offices[i] = s->offices[i]->shown[slot];
            set_add(&m->set, i);
        }
        refer(p, s, slot, m->part);
        record_reference(p, s, slot);
    }
    return true;
}

/* ---- merging them ---- */

static bool open_part(Arena *a, DocxPackage *p, DocxPart *part, DocContext *context, XmlTree **tree,
                      PxErr *err) {
    return docx_part_tree(p, part, tree, err) && doc_context_open(a, p, part, context, err);
}

static XmlNode *empty_header(const Return *r, const XmlTree *like) {
    XmlNode *root = xml_element(r->kept, like->root->name);
    xml_insert(root, xml_element(r->kept, W_p), NULL);
    return root;
}

/* What the office has there. */
static bool open_theirs(Job *job, ptrdiff_t office, const Header *wanted, const XmlTree *like,
                        DocContext *context, XmlNode **root, PxErr *err) {
    Return *r = &job->returns[office];
    XmlTree *tree;
    *context = r->main;
    if (!wanted->part) {
        *root = empty_header(r, like);
        return true;
    }
    if (!open_part(job->arena, r->package, wanted->part, context, &tree, err)) return false;
    context->import = r->import;
    *root = doc_body(tree);
    return true;
}

/* The paragraph of a header that was made is formatted like the last one of what goes there. */
static bool format_made(Place *place, Merged *m, PxErr *err) {
    for (ptrdiff_t i = 0; i < place->job->count; i++) {
        XmlNode *root;
        if (!set_has(m->set, i) || !m->offices[i].part) continue;
        if (!open_theirs(place->job, i, &m->offices[i], place->tree, &place->contexts[i], &root,
                         err))
            return false;
        const XmlNode *last = root->last;
        const XmlNode *properties = last && last->name == W_p ? xml_child(last, W_pPr) : NULL;
        if (properties)
            xml_insert(place->tree->root->first, copy_foreign(place, i, properties), NULL);
        break;
    }
    m->base = header_of(place->job->arena, place->context, m->part, place->tree->root);
    return true;
}

static bool is_commented(Job *job, ptrdiff_t office, const Header *h) {
    const XmlTree *tree = h->part ? h->part->tree : NULL;
    return tree && tree->has_comments && has_new_anchor(job, &job->returns[office], tree->root);
}

static bool merge_into(Plan *p, Merged *m, PxErr *err) {
    Job *job = p->job;
    Arena *a = job->arena;
    DocContext context, *contexts = NEW_ARRAY(a, DocContext, job->count);
    ptrdiff_t *offices = NEW_ARRAY(a, ptrdiff_t, job->count), n = 0;
    XmlNode **nodes = NEW_ARRAY(a, XmlNode *, job->count);
    XmlTree *tree;
    if (!open_part(a, job->base, m->part, &context, &tree, err)) return false;
    Place place = place_of(job, m->part, &context, contexts);
    if (m->made && !format_made(&place, m, err)) return false;
    for (ptrdiff_t i = 0; i < job->count; i++) {
        if (!set_has(m->set, i)) continue;
        if (headers_agree(&m->offices[i], &m->base) && !is_commented(job, i, &m->offices[i]))
            continue;
        if (!open_theirs(job, i, &m->offices[i], tree, &contexts[i], &nodes[n], err)) return false;
        offices[n++] = i;
    }
    if (n == 0 || job->failed) return !job->failed;
    merge_nodes(&place, doc_body(tree), offices, nodes, n, true);
    close_bookmarks(&place, doc_body(tree));
    return !job->failed;
}

bool merge_headers(Job *job, PxErr *err) {
    Plan p = {.job = job, .tree = job->base->main->tree};
    bool any = job->base_sections.any;
    for (ptrdiff_t i = 0; i < job->count; i++) any = any || job->returns[i].sections.any;
    if (!any) return true;
    if (!find_sections(&p, err)) return false;
    for (ptrdiff_t i = 0; i < p.count; i++) /* those of the base first: its parts are theirs */
        if (p.sections[i].in_base && !settle_section(&p, &p.sections[i], err)) return false;
    for (ptrdiff_t i = 0; i < p.count; i++)
        if (!p.sections[i].in_base && !settle_section(&p, &p.sections[i], err)) return false;
    for (ptrdiff_t i = 0; i < p.merged_count; i++)
        if (!merge_into(&p, &p.merged[i], err)) return false;
    return true;
}
