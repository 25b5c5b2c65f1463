/* The rows: the changes of a consolidated file as revise lists them, who stands behind each, what
 * touches what. One walk over each story gathers the changed stretches: what follows one another
 * without unrevised words or a standing paragraph mark between. */
#include "doc/doc.h"
#include "matrix/int.h"
#include "revise/revise.h"

enum { NEAR = 16, HELD_MOST = 64 }; /* rows further apart than NEAR in one stretch are not compared */

typedef struct Anchor { /* a comment, and the words it is on */
    Str id;
    Buf words;
    const XmlNode *at;
    bool open;
} Anchor;

typedef struct Anchors {
    Anchor *items;
    ptrdiff_t count, cap;
} Anchors;

typedef struct Reading {
    Arena *arena;
    DocxPackage *package;
    Matrix *out;
    ReviseChange *changes;
    ptrdiff_t change_count, change_cap;
    Map numbers;            /* revision element -> number of its change */
    Map ids;                /* hash of w:id -> number of the change that bears it */
    DocProvisions *provisions;
    DocStyles *styles;
    const XmlNode *record;  /* root of customXml/paraph.xml, or NULL */
    ptrdiff_t *stretch;     /* numbers met in the changed stretch at hand */
    ptrdiff_t stretch_count, stretch_cap;
    ptrdiff_t held[HELD_MOST]; /* rows and cells one is in */
    int held_count;
    Buf base_text;          /* of the stretch */
    Anchors anchors;
} Reading;

static MatrixRow *row_of(const Reading *r, ptrdiff_t number) { return &r->out->rows[number - 1]; }

/* ---- conflicts ---- */

static bool names_all(Str authors, Str of) {
    for (ptrdiff_t from = 0; from <= of.len;) {
        Str rest = str_slice(of, from, of.len);
        ptrdiff_t cut = str_find(rest, S("; "));
        Str one = cut < 0 ? rest : str_slice(rest, 0, cut);
        if (!revise_names_office(authors, one)) return false;
        if (cut < 0) break;
        from += cut + 2;
    }
    return true;
}

static void add_conflict(Arena *a, MatrixRow *row, ptrdiff_t with) {
    for (ptrdiff_t i = 0; i < row->conflict_count; i++)
        if (row->conflicts[i] == with) return;
    row->conflicts = arena_grow(a, row->conflicts, row->conflict_count, &row->conflict_cap, row->conflict_count + 1,
                                (ptrdiff_t)sizeof(ptrdiff_t));
    row->conflicts[row->conflict_count++] = with;
}

static void touch(Reading *r, const XmlNode *revision) {
    uint64_t number;
    if (!map_find(&r->numbers, (uint64_t)(uintptr_t)revision, &number)) return;
    Str id = xml_attr(revision, W_id);
    if (id.len) map_put(&r->ids, hash_fast(id), number);
    if (r->stretch_count && r->stretch[r->stretch_count - 1] == (ptrdiff_t)number) return;
    r->stretch = arena_grow(r->arena, r->stretch, r->stretch_count, &r->stretch_cap, r->stretch_count + 1,
                            (ptrdiff_t)sizeof(ptrdiff_t));
    r->stretch[r->stretch_count++] = (ptrdiff_t)number;
}

/* A deletion and what the same offices put in its place are one row. */
static void pair_replacement(const Reading *r, ptrdiff_t first, ptrdiff_t second) {
    MatrixRow *x = row_of(r, first), *y = row_of(r, second);
    if (r->changes[first - 1].kind != CHANGE_DELETION || r->changes[second - 1].kind != CHANGE_INSERTION) return;
    if (x->also || y->also || !str_equal(x->office, y->office)) return;
    x->also = y->number;
    x->kind = S("replacement");
    x->proposed = y->proposed;
    y->also = -x->number; /* its row goes */
}

static void contest(const Reading *r, ptrdiff_t first, ptrdiff_t second) {
    MatrixRow *x = row_of(r, first), *y = row_of(r, second);
    if (x == y || names_all(x->office, y->office) || names_all(y->office, x->office)) return;
    add_conflict(r->arena, x, second);
    add_conflict(r->arena, y, first);
}

static void close_stretch(Reading *r) {
    for (ptrdiff_t i = 0; i < r->stretch_count; i++) {
        for (ptrdiff_t k = i + 1; k < r->stretch_count && k <= i + NEAR; k++) contest(r, r->stretch[i], r->stretch[k]);
        for (int k = 0; k < r->held_count; k++) contest(r, r->held[k], r->stretch[i]);
        if (i + 1 < r->stretch_count) pair_replacement(r, r->stretch[i], r->stretch[i + 1]);
    }
    Str text = r->base_text.len ? arena_str(r->arena, str_trim(buf_str(&r->base_text))) : S("");
    for (ptrdiff_t i = 0; i < r->stretch_count; i++) row_of(r, r->stretch[i])->base_text = text;
    r->stretch_count = 0;
    r->base_text.len = 0;
}

/* ---- the walk ---- */

static Anchor *find_anchor(Anchors *list, Str id) {
    for (ptrdiff_t i = list->count - 1; i >= 0; i--)
        if (str_equal(list->items[i].id, id)) return &list->items[i];
    return NULL;
}

static void meet_anchor(Reading *r, const XmlNode *n) {
    Str id = xml_attr(n, W_id);
    Anchor *at = find_anchor(&r->anchors, id);
    if (!at && n->name != W_commentRangeEnd) {
        r->anchors.items = arena_grow(r->arena, r->anchors.items, r->anchors.count, &r->anchors.cap,
                                      r->anchors.count + 1, (ptrdiff_t)sizeof(Anchor));
        at = &r->anchors.items[r->anchors.count++];
        *at = (Anchor){id, buf_new(r->arena), n, false};
    }
    if (at && n->name != W_commentReference) at->open = n->name == W_commentRangeStart;
}

static void meet_text(Reading *r, Str text, bool changed, bool deleted) {
    if (deleted && r->base_text.len < 2000) buf_add(&r->base_text, text);
    ptrdiff_t from = r->anchors.count > 64 ? r->anchors.count - 64 : 0;
    for (ptrdiff_t i = from; i < r->anchors.count; i++)
        if (r->anchors.items[i].open && !deleted) buf_add(&r->anchors.items[i].words, text);
    if (!changed && str_trim(text).len) close_stretch(r);
}

static void visit(Reading *r, const XmlNode *n, bool changed, bool deleted);

static void visit_children(Reading *r, const XmlNode *n, uint16_t but, bool changed, bool deleted) {
    for (const XmlNode *c = n->first; c; c = c->next)
        if (xml_is_element(c) && c->name != but) visit(r, c, changed, deleted);
}

static bool touches_any(Reading *r, const XmlNode *properties) {
    bool any = false;
    for (const XmlNode *c = properties ? properties->first : NULL; c; c = c->next) {
        if (!xml_is_element(c) || !revise_is(c)) continue;
        touch(r, c);
        any = true;
    }
    return any;
}

static void visit_paragraph(Reading *r, const XmlNode *p, bool changed, bool deleted) {
    const XmlNode *properties = xml_child(p, W_pPr), *mark = xml_child(properties, W_rPr);
    visit_children(r, p, W_pPr, changed, deleted);
    bool goes = xml_child(mark, W_ins) || xml_child(mark, W_del) || xml_child(mark, W_moveFrom) || xml_child(mark, W_moveTo);
    if (!goes) close_stretch(r);
    touches_any(r, mark);
    touches_any(r, properties);
    touches_any(r, xml_child(properties, W_sectPr));
    touches_any(r, xml_child(properties, W_numPr));
    if (!goes) close_stretch(r);
    for (ptrdiff_t i = 0; i < r->anchors.count; i++)
        if (r->anchors.items[i].open) buf_byte(&r->anchors.items[i].words, '\n');
}

/* A row or cell: what is in it lies inside what is proposed for it. */
static void visit_part(Reading *r, const XmlNode *n, bool changed, bool deleted) {
    const XmlNode *properties = xml_child(n, n->name == W_tr ? W_trPr : W_tcPr);
    close_stretch(r);
    touches_any(r, properties);
    int held = r->held_count;
    for (ptrdiff_t i = 0; i < r->stretch_count && r->held_count < HELD_MOST; i++) {
        ReviseKind k = r->changes[r->stretch[i] - 1].kind;
        if (k == CHANGE_ROW_DELETED || k == CHANGE_CELL_DELETED) r->held[r->held_count++] = r->stretch[i];
    }
    close_stretch(r);
    visit_children(r, n, properties ? properties->name : 0, changed, deleted);
    close_stretch(r);
    r->held_count = held;
}

static void visit(Reading *r, const XmlNode *n, bool changed, bool deleted) {
    switch (n->name) {
    case W_p: visit_paragraph(r, n, changed, deleted); return;
    case W_tr:
    case W_tc: visit_part(r, n, changed, deleted); return;
    case W_t:
    case W_delText: meet_text(r, xml_text(r->arena, n), changed, deleted); return;
    case W_commentRangeStart:
    case W_commentRangeEnd:
    case W_commentReference: meet_anchor(r, n); return;
    case W_ins:
    case W_moveTo:
        touch(r, n);
        visit_children(r, n, 0, true, deleted);
        return;
    case W_del:
    case W_moveFrom:
        touch(r, n);
        visit_children(r, n, 0, true, true);
        return;
    case W_r:
        if (xml_child(xml_child(n, W_rPr), W_rPrChange) && !changed) close_stretch(r);
        break;
    case W_tab:
    case W_drawing:
    case W_pict:
    case W_footnoteReference:
    case W_endnoteReference:
        if (n->parent->name == W_r && !changed) close_stretch(r);
        break;
    default: break;
    }
    if (revise_is(n)) {
        touch(r, n);
        return; /* what it holds is the old state */
    }
    visit_children(r, n, 0, changed, deleted);
}

/* ---- rows ---- */

static Str format_words(Reading *r, const XmlNode *change) {
    Buf b = buf_new(r->arena);
    if (change->parent) doc_format_change(r->arena, r->styles, change->parent, change, &b);
    return buf_str(&b);
}

static void fill_texts(Reading *r, const ReviseChange *c, MatrixRow *row) {
    switch (c->kind) {
    case CHANGE_DELETION:
    case CHANGE_MOVE_FROM:
    case CHANGE_PARAGRAPH_DELETED:
    case CHANGE_ROW_DELETED:
    case CHANGE_CELL_DELETED: row->existing = c->text; break;
    case CHANGE_FORMAT:
    case CHANGE_PARAGRAPH_FORMAT:
    case CHANGE_SECTION:
    case CHANGE_TABLE_PROPERTIES:
        row->existing = c->text;
        row->proposed = format_words(r, c->node);
        break;
    case CHANGE_INSERTION:
    case CHANGE_MOVE_TO:
    case CHANGE_PARAGRAPH_INSERTED:
    case CHANGE_ROW_INSERTED:
    case CHANGE_CELL_INSERTED:
    case CHANGE_CELL_MERGED:
    case CHANGE_NUMBERING:
    case CHANGE_CONTROL:
    case CHANGE_KINDS: row->proposed = c->text; break;
    }
}

static MatrixRow *add_row(Reading *r) {
    Matrix *m = r->out;
    m->rows = arena_grow(r->arena, m->rows, m->count, &m->cap, m->count + 1, (ptrdiff_t)sizeof(MatrixRow));
    MatrixRow *row = &m->rows[m->count++];
    *row = (MatrixRow){.number = m->count};
    return row;
}

static void add_changes(Reading *r) {
    for (ptrdiff_t i = 0; i < r->change_count; i++) {
        const ReviseChange *c = &r->changes[i];
        MatrixRow *row = add_row(r);
        row->provision = doc_provision(r->provisions, c->node);
        row->office = c->author;
        row->date = c->date;
        row->kind = revise_kind_name(c->kind);
        fill_texts(r, c, row);
    }
}

/* ---- the record of who ---- */

static Str attr_named(const Reading *r, const XmlNode *n, Str name) {
    for (int i = 0; i < n->attr_count; i++)
        if (str_equal(xml_local(r->package->names, n->attrs[i].name), name)) return n->attrs[i].value;
    return S("");
}

static void add_person(Reading *r, MatrixRow *row, const XmlNode *by) {
    Str person = attr_named(r, by, S("person"));
    if (person.len == 0 || str_find(row->person, person) >= 0) return;
    row->person = row->person.len ? arena_format(r->arena, "%.*s; %.*s", (int)row->person.len, row->person.ptr,
                                                 (int)person.len, person.ptr)
                                  : person;
}

static void add_people(Reading *r) {
    for (const XmlNode *n = r->record ? r->record->first : NULL; n; n = n->next) {
        uint64_t number;
        if (!xml_is_element(n) || !str_equal(xml_local(r->package->names, n->name), S("change"))) continue;
        if (!map_find(&r->ids, hash_fast(attr_named(r, n, S("id"))), &number)) continue;
        for (const XmlNode *by = n->first; by; by = by->next)
            if (xml_is_element(by)) add_person(r, row_of(r, (ptrdiff_t)number), by);
    }
}

static Map comment_offices(Reading *r) {
    Map m = map_new(r->arena);
    for (const XmlNode *n = r->record ? r->record->first : NULL; n; n = n->next)
        if (xml_is_element(n) && str_equal(xml_local(r->package->names, n->name), S("comment")))
            map_put(&m, hash_fast(attr_named(r, n, S("id"))), (uint64_t)(uintptr_t)n);
    return m;
}

static bool add_comments(Reading *r, PxErr *err) {
    DocxPart *part = docx_related(r->package->main, S("comments"));
    XmlTree *tree;
    if (!part) return true;
    if (!docx_part_tree(r->package, part, &tree, err)) return false;
    Map offices = comment_offices(r);
    for (const XmlNode *n = tree->root->first; n; n = n->next) {
        if (n->name != W_comment) continue;
        uint64_t record;
        Str id = xml_attr(n, W_id);
        const Anchor *at = find_anchor(&r->anchors, id);
        MatrixRow *row = add_row(r);
        row->is_comment = true;
        row->kind = S("comment");
        row->person = xml_attr(n, W_author);
        row->date = xml_attr(n, W_date);
        row->comment = str_trim(doc_plain(r->arena, n, true));
        if (map_find(&offices, hash_fast(id), &record)) row->office = attr_named(r, (const XmlNode *)(uintptr_t)record, S("office"));
        if (!at) continue;
        row->provision = doc_provision(r->provisions, at->at);
        row->existing = str_trim(buf_str(&at->words));
    }
    return true;
}

/* Rows that became the second half of a replacement go; who names them names the first half. */
static void drop_seconds(Matrix *m) {
    for (ptrdiff_t i = 0; i < m->count; i++) {
        MatrixRow *row = &m->rows[i];
        ptrdiff_t kept = 0;
        for (ptrdiff_t k = 0; k < row->conflict_count; k++) {
            ptrdiff_t with = row->conflicts[k], also = m->rows[with - 1].also;
            if (also < 0) with = -also;
            bool there = with == row->number;
            for (ptrdiff_t j = 0; j < kept; j++) there = there || row->conflicts[j] == with;
            if (!there) row->conflicts[kept++] = with;
        }
        row->conflict_count = kept;
    }
}

static int by_number(const void *ctx, ptrdiff_t x, ptrdiff_t y) {
    (void)ctx;
    return x < y ? -1 : x > y;
}

static void settle(Arena *a, Matrix *m) {
    for (ptrdiff_t i = 0; i < m->count; i++) {
        MatrixRow *second = &m->rows[i];
        if (second->also >= 0) continue;
        MatrixRow *first = &m->rows[-second->also - 1];
        for (ptrdiff_t k = 0; k < second->conflict_count; k++) add_conflict(a, first, second->conflicts[k]);
    }
    drop_seconds(m);
    ptrdiff_t kept = 0;
    for (ptrdiff_t i = 0; i < m->count; i++) {
        if (m->rows[i].also < 0) continue;
        sort_indexes(a, m->rows[i].conflicts, m->rows[i].conflict_count, by_number, NULL);
        m->rows[kept++] = m->rows[i];
    }
    m->count = kept;
}

bool matrix_read(Arena *a, DocxPackage *p, Matrix *out, PxErr *err) {
    *out = (Matrix){0};
    Reading r = {.arena = a, .package = p, .out = out, .numbers = map_new(a), .ids = map_new(a)};
    r.base_text = buf_new(a);
    DocxStory *stories;
    XmlTree *tree;
    ptrdiff_t count = docx_stories(a, p, &stories);
    for (ptrdiff_t i = 0; i < count; i++) {
        if (!docx_part_tree(p, stories[i].part, &tree, err)) return false;
        revise_list_numbered(a, tree, &r.changes, &r.change_count, &r.change_cap, &r.numbers);
    }
    if (!doc_provisions_open(a, p, false, false, &r.provisions, err) || !doc_styles_open(a, p, &r.styles, err)) return false;
    DocxPart *record = docx_find_part(p, S("customXml/paraph.xml"));
    if (record && !docx_part_tree(p, record, &tree, err)) return false;
    if (record) r.record = record->tree->root;
    add_changes(&r);
    for (ptrdiff_t i = 0; i < count; i++) {
        if (stories[i].kind == STORY_COMMENTS) continue;
        visit(&r, stories[i].part->tree->root, false, false);
        close_stretch(&r);
    }
    add_people(&r);
    if (!add_comments(&r, err)) return false;
    settle(a, out);
    return true;
}

/* ---- conflicts as groups ---- */

static ptrdiff_t group_of(ptrdiff_t *parents, ptrdiff_t i) {
    while (parents[i] != i) i = parents[i] = parents[parents[i]];
    return i;
}

ptrdiff_t matrix_conflicts(Arena *a, const Matrix *m, MatrixConflict **out) {
    ptrdiff_t top = 0, groups = 0;
    for (ptrdiff_t i = 0; i < m->count; i++)
        if (m->rows[i].number > top) top = m->rows[i].number;
    ptrdiff_t *parents = NEW_ARRAY(a, ptrdiff_t, top + 1), *group = NEW_ARRAY(a, ptrdiff_t, top + 1);
    ptrdiff_t *caps = NEW_ARRAY(a, ptrdiff_t, top + 1);
    for (ptrdiff_t i = 0; i <= top; i++) parents[i] = i;
    for (ptrdiff_t i = 0; i < m->count; i++)
        for (ptrdiff_t k = 0; k < m->rows[i].conflict_count; k++)
            parents[group_of(parents, m->rows[i].conflicts[k])] = group_of(parents, m->rows[i].number);
    *out = NEW_ARRAY(a, MatrixConflict, m->count + 1);
    for (ptrdiff_t i = 0; i < m->count; i++) {
        const MatrixRow *row = &m->rows[i];
        if (row->conflict_count == 0) continue;
        ptrdiff_t root = group_of(parents, row->number);
        if (!group[root]) {
            group[root] = ++groups;
            (*out)[groups - 1] = (MatrixConflict){row->provision, NULL, 0, row->base_text};
        }
        MatrixConflict *c = &(*out)[group[root] - 1];
        c->rows = arena_grow(a, c->rows, c->count, &caps[group[root] - 1], c->count + 1, (ptrdiff_t)sizeof(ptrdiff_t));
        c->rows[c->count++] = row->number;
    }
    return groups;
}
