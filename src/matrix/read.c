/* The rows: the changes of a consolidated file as revise lists them, who stands behind each, what
 * touches what. One walk over each story gathers the changed stretches: what follows one another
 * without unrevised words or a standing paragraph mark between. */
#include "doc/doc.h"
#include "matrix/int.h"
#include "revise/revise.h"

/* Rows further apart than NEAR in one stretch are not compared. */
enum { NEAR = 16, HELD_MOST = 64, OPEN_MOST = 16 };

typedef struct Anchor { /* a comment, and the words it is on */
    Str id;
    Buf words;
    const XmlNode *at;
    bool open;
} Anchor;

typedef struct Anchors {
    Anchor *items;
    ptrdiff_t count, cap;
    Map by_id; /* hash of an id -> place + 1 */
} Anchors;

/* What a change holds that is no text: a note, a picture. letters: bytes of the change's text
 * before it, not counting white space. */
typedef struct Extra {
    ptrdiff_t number, letters;
    Str words;
    bool is_blank; /* told only of a change that holds nothing else */
} Extra;

typedef struct Reading {
    Arena *arena;
    DocxPackage *package;
    Matrix *out;
    ReviseChange *changes;
    ptrdiff_t change_count, change_cap;
    Map numbers; /* revision element -> number of its change */
    DocProvisions *provisions;
    DocStyles *styles;
    const XmlNode *record; /* root of customXml/paraph.xml, or NULL */
    Map record_of[2];      /* hash of w:id -> its child for that change, comment */
    bool *nameless;        /* by number: a part of the change has no person in the record */
    ptrdiff_t open[OPEN_MOST], *letters; /* changes one is in; letters: by number, met so far */
    int open_count;
    Extra *extras;
    ptrdiff_t extra_count, extra_cap;
    Map notes[2];       /* hash of id -> w:footnote, w:endnote */
    ptrdiff_t *stretch; /* numbers met in the changed stretch at hand */
    ptrdiff_t stretch_count, stretch_cap;
    ptrdiff_t held[HELD_MOST]; /* rows and cells one is in */
    int held_count;
    Buf base_text; /* of the stretch */
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

/* One may come more than once until settle(). */
static void add_conflict(Arena *a, MatrixRow *row, ptrdiff_t with) {
    if (row->conflict_count && row->conflicts[row->conflict_count - 1] == with) return;
    row->conflicts = arena_grow(a, row->conflicts, row->conflict_count, &row->conflict_cap,
                                row->conflict_count + 1, (ptrdiff_t)sizeof(ptrdiff_t));
    row->conflicts[row->conflict_count++] = with;
}

static Str attr_named(const Reading *r, const XmlNode *n, Str name) {
    for (int i = 0; i < n->attr_count; i++)
        if (str_equal(xml_local(r->package->names, n->attrs[i].name), name))
            return n->attrs[i].value;
    return S("");
}

static const XmlNode *record_of(const Reading *r, int kind, Str id) {
    uint64_t record = 0;
    if (id.len) map_find(&r->record_of[kind], hash_fast(id), &record);
    return (const XmlNode *)(uintptr_t)record;
}

static bool is_named_in(Str list, Str one) {
    for (Str rest = list; rest.len;) {
        ptrdiff_t cut = str_find(rest, S("; "));
        if (str_equal(cut < 0 ? rest : str_slice(rest, 0, cut), one)) return true;
        if (cut < 0) break;
        rest = str_slice(rest, cut + 2, rest.len);
    }
    return false;
}

static void add_person(Arena *a, MatrixRow *row, Str person) {
    if (person.len == 0 || is_named_in(row->person, person)) return;
    row->person = row->person.len ? arena_format(a, "%.*s; %.*s", (int)row->person.len,
                                                 row->person.ptr, (int)person.len, person.ptr)
                                  : person;
}

/* Whoever the record names behind this revision. Only tracked changes of a return are recorded. */
static void add_people(Reading *r, ptrdiff_t number, const XmlNode *revision) {
    const XmlNode *record = record_of(r, 0, xml_attr(revision, W_id));
    for (const XmlNode *by = record ? record->first : NULL; by; by = by->next)
        if (xml_is_element(by))
            add_person(r->arena, row_of(r, number), attr_named(r, by, S("person")));
    const bool is_other = revision->name != W_ins && revision->name != W_del;
    const bool says_something =
        revision->first || (revision->parent && revision->parent->name == W_trPr);
    if (!record && says_something && !is_other) r->nameless[number] = true;
}

static ptrdiff_t number_of(const Reading *r, const XmlNode *revision) {
    uint64_t number = 0;
    map_find(&r->numbers, (uint64_t)(uintptr_t)revision, &number);
    return (ptrdiff_t)number;
}

/* Where another's move brings it to: it is told where it was made. */
static bool is_repeat(const Reading *r, ptrdiff_t number, const XmlNode *revision) {
    const XmlNode *holder = revision->parent;
    if (!r->changes[number - 1].is_repeated || !holder) return false;
    return holder->name == W_moveTo || (holder->name == W_rPr && xml_child(holder, W_moveTo));
}

static void touch(Reading *r, const XmlNode *revision) {
    const ptrdiff_t number = number_of(r, revision);
    if (!number || is_repeat(r, number, revision)) return;
    add_people(r, number, revision);
    /* A move within an insertion or deletion comes between no two of them: it is met by itself. */
    const uint16_t holder = revision->parent ? revision->parent->name : 0;
    if (revision->name == W_moveFrom && (holder == W_ins || holder == W_del)) return;
    if (r->stretch_count && r->stretch[r->stretch_count - 1] == number) return;
    r->stretch = arena_grow(r->arena, r->stretch, r->stretch_count, &r->stretch_cap,
                            r->stretch_count + 1, (ptrdiff_t)sizeof(ptrdiff_t));
    r->stretch[r->stretch_count++] = number;
}

/* A deletion and what the same offices put in its place are one row. */
static void pair_replacement(const Reading *r, ptrdiff_t first, ptrdiff_t second) {
    MatrixRow *x = row_of(r, first), *y = row_of(r, second);
    if (r->changes[first - 1].kind != CHANGE_DELETION ||
        r->changes[second - 1].kind != CHANGE_INSERTION)
        return;
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
        for (ptrdiff_t k = i + 1; k < r->stretch_count && k <= i + NEAR; k++)
            contest(r, r->stretch[i], r->stretch[k]);
        for (int k = 0; k < r->held_count; k++) contest(r, r->held[k], r->stretch[i]);
        if (i + 1 < r->stretch_count) pair_replacement(r, r->stretch[i], r->stretch[i + 1]);
    }
    Str text = r->base_text.len ? arena_str(r->arena, str_trim(buf_str(&r->base_text))) : S("");
    for (ptrdiff_t i = 0; i < r->stretch_count; i++) row_of(r, r->stretch[i])->base_text = text;
    r->stretch_count = 0;
    r->base_text.len = 0;
}

/* ---- the walk ---- */

static Anchor *find_anchor(const Anchors *list, Str id) {
    uint64_t index = 0;
    return map_find(&list->by_id, hash_fast(id), &index) ? &list->items[index - 1] : NULL;
}

static void meet_anchor(Reading *r, const XmlNode *n) {
    Str id = xml_attr(n, W_id);
    Anchor *at = find_anchor(&r->anchors, id);
    if (!at && n->name != W_commentRangeEnd) {
        r->anchors.items = arena_grow(r->arena, r->anchors.items, r->anchors.count, &r->anchors.cap,
                                      r->anchors.count + 1, (ptrdiff_t)sizeof(Anchor));
        at = &r->anchors.items[r->anchors.count++];
        *at = (Anchor){id, buf_new(r->arena), n, false};
        map_put(&r->anchors.by_id, hash_fast(id), (uint64_t)r->anchors.count);
    }
    if (at && n->name != W_commentReference) at->open = n->name == W_commentRangeStart;
}

static ptrdiff_t count_letters(Str text) {
    ptrdiff_t letters = 0;
    for (ptrdiff_t i = 0; i < text.len; i++) letters += (unsigned char)text.ptr[i] > ' ';
    return letters;
}

static bool is_open_before(const Reading *r, int place) {
    for (int i = 0; i < place; i++)
        if (r->open[i] == r->open[place]) return true;
    return false;
}

static void meet_extra(Reading *r, Str words, bool is_blank) {
    for (int i = 0; i < r->open_count; i++) {
        if (is_open_before(r, i)) continue;
        r->extras = arena_grow(r->arena, r->extras, r->extra_count, &r->extra_cap,
                               r->extra_count + 1, (ptrdiff_t)sizeof(Extra));
        r->extras[r->extra_count++] = (Extra){r->open[i], r->letters[r->open[i]], words, is_blank};
    }
}

/* Whether all of it is an insertion, which has a row of its own. */
static bool is_inserted(const XmlNode *note) {
    bool any = false;
    for (const XmlNode *n = note; n; n = xml_next(n, note)) {
        if (n->name == W_r && n->parent->name != W_ins) return false;
        any = any || n->name == W_r;
    }
    return any;
}

static void meet_note(Reading *r, const XmlNode *reference) {
    uint64_t note = 0;
    const int kind = reference->name == W_endnoteReference;
    if (r->open_count == 0) return;
    if (!map_find(&r->notes[kind], hash_fast(xml_attr(reference, W_id)), &note)) return;
    if (is_inserted((const XmlNode *)(uintptr_t)note)) {
        meet_extra(r, S("[\xe2\x80\xa0]"), false);
        return;
    }
    const Str text = str_trim(doc_plain(r->arena, (const XmlNode *)(uintptr_t)note, true));
    meet_extra(r, arena_format(r->arena, "[\xe2\x80\xa0 %.*s]", (int)text.len, text.ptr), false);
}

/* Of comments that overlap, only the newest get their words. */
static ptrdiff_t first_anchor(const Reading *r) {
    return r->anchors.count > 64 ? r->anchors.count - 64 : 0;
}

static void meet_text(Reading *r, Str text, bool changed, bool deleted) {
    const ptrdiff_t letters = r->open_count ? count_letters(text) : 0;
    for (int i = 0; i < r->open_count; i++)
        if (!is_open_before(r, i)) r->letters[r->open[i]] += letters;
    if (deleted && r->base_text.len < 2000) buf_add(&r->base_text, text);
    for (ptrdiff_t i = first_anchor(r); i < r->anchors.count; i++)
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
    bool goes = xml_child(mark, W_ins) || xml_child(mark, W_del) || xml_child(mark, W_moveFrom) ||
                xml_child(mark, W_moveTo);
    if (!goes) close_stretch(r);
    touches_any(r, mark);
    touches_any(r, properties);
    touches_any(r, xml_child(properties, W_sectPr));
    touches_any(r, xml_child(properties, W_numPr));
    if (!goes) close_stretch(r);
    for (ptrdiff_t i = first_anchor(r); i < r->anchors.count; i++)
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
        if (k == CHANGE_ROW_DELETED || k == CHANGE_CELL_DELETED)
            r->held[r->held_count++] = r->stretch[i];
    }
    close_stretch(r);
    visit_children(r, n, properties ? properties->name : 0, changed, deleted);
    close_stretch(r);
    r->held_count = held;
}

static void visit_content(Reading *r, const XmlNode *n, bool deleted) {
    const ptrdiff_t number = number_of(r, n);
    const int before = r->open_count;
    touch(r, n);
    if (number && before < OPEN_MOST && !is_repeat(r, number, n)) r->open[r->open_count++] = number;
    visit_children(r, n, 0, true, deleted);
    r->open_count = before;
}

static void visit_object(Reading *r, const XmlNode *n, bool changed) {
    if (n->name == W_footnoteReference || n->name == W_endnoteReference) meet_note(r, n);
    if (n->name == W_drawing || n->name == W_pict) meet_extra(r, S("[picture]"), false);
    if (n->name == W_object) meet_extra(r, S("[object]"), false);
    if (n->name == W_tab && n->parent->name == W_r) meet_extra(r, S("[tab]"), true);
    if (n->name == W_br) meet_extra(r, S("[break]"), true);
    if (n->parent->name == W_r && !changed) close_stretch(r);
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
    case W_moveTo: visit_content(r, n, deleted); return;
    case W_del:
    case W_moveFrom: visit_content(r, n, true); return;
    case W_r:
        if (xml_child(xml_child(n, W_rPr), W_rPrChange) && !changed) close_stretch(r);
        break;
    case W_tab:
    case W_br:
    case W_drawing:
    case W_pict:
    case W_object:
    case W_footnoteReference:
    case W_endnoteReference: visit_object(r, n, changed); break;
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

/* Tabs and breaks at the ends are where cells and paragraphs meet. */
static Str trim_separators(Str s) {
    while (s.len && (s.ptr[0] == '\t' || s.ptr[0] == '\n')) s = str_slice(s, 1, s.len);
    while (s.len && (s.ptr[s.len - 1] == '\t' || s.ptr[s.len - 1] == '\n')) s.len--;
    return s;
}

/* A row's text has a break behind every paragraph and a tab behind every cell: here a line a row,
 * its cells parted by bars. */
static Str cells_text(Arena *a, Str s) {
    Buf b = buf_new(a);
    bool fresh = true;
    for (ptrdiff_t i = 0; i < s.len; i++) {
        const char c = s.ptr[i], next = i + 1 < s.len ? s.ptr[i + 1] : '\n';
        if (c == '\n' && next == '\t') continue;
        if (c == '\t') {
            if (!fresh && next != '\n') buf_add(&b, S(" | "));
        } else if (c != '\n' || !fresh) {
            buf_byte(&b, c);
            fresh = c == '\n';
        }
    }
    return buf_str(&b);
}

static Str change_text(Arena *a, const ReviseChange *c) {
    const bool in_cells = c->kind == CHANGE_ROW_INSERTED || c->kind == CHANGE_ROW_DELETED ||
                          c->kind == CHANGE_CELL_INSERTED || c->kind == CHANGE_CELL_DELETED;
    return trim_separators(in_cells ? cells_text(a, c->text) : c->text);
}

static bool is_taken_away(ReviseKind k) {
    return k == CHANGE_DELETION || k == CHANGE_MOVE_FROM || k == CHANGE_PARAGRAPH_DELETED ||
           k == CHANGE_ROW_DELETED || k == CHANGE_CELL_DELETED;
}

static bool is_about_format(ReviseKind k) {
    return k == CHANGE_FORMAT || k == CHANGE_PARAGRAPH_FORMAT || k == CHANGE_SECTION ||
           k == CHANGE_TABLE_PROPERTIES;
}

/* The first words of a line, or its last ones. */
static Str some_words(Str s, bool last) {
    enum { SOME = 3 };
    s = str_trim(s);
    ptrdiff_t at = last ? s.len : 0;
    for (int words = 0; last ? at > 0 : at < s.len; at += last ? -1 : 1)
        if (s.ptr[last ? at - 1 : at] == ' ' && ++words == SOME) break;
    return last ? str_slice(s, at, s.len) : str_slice(s, 0, at);
}

/* A paragraph's mark alone says nothing: it is shown between the words beside it. */
static void fill_mark(Reading *r, const ReviseChange *c, MatrixRow *row) {
    const XmlNode *p = c->node;
    while (p && p->name != W_p) p = p->parent;
    if (!p) return;
    const XmlNode *next = p->next;
    while (next && next->name != W_p) next = next->next;
    const Str before = some_words(doc_plain(r->arena, p, true), true);
    const Str after = next ? some_words(doc_plain(r->arena, next, true), false) : S("");
    Str with = S("[empty paragraph]"), without = S("");
    if (before.len && after.len) {
        with = arena_format(r->arena, "%.*s \xc2\xb6 %.*s", (int)before.len, before.ptr,
                            (int)after.len, after.ptr);
        without = arena_format(r->arena, "%.*s %.*s", (int)before.len, before.ptr, (int)after.len,
                               after.ptr);
    }
    row->existing = c->kind == CHANGE_PARAGRAPH_DELETED ? with : without;
    row->proposed = c->kind == CHANGE_PARAGRAPH_DELETED ? without : with;
}

static void fill_texts(Reading *r, const ReviseChange *c, MatrixRow *row) {
    if (c->kind == CHANGE_PARAGRAPH_INSERTED || c->kind == CHANGE_PARAGRAPH_DELETED) {
        fill_mark(r, c, row);
        return;
    }
    const Str text = change_text(r->arena, c);
    if (is_taken_away(c->kind) || is_about_format(c->kind)) row->existing = text;
    else row->proposed = text;
    if (is_about_format(c->kind)) row->proposed = format_words(r, c->node);
}

/* text with the extras of one change in it, each behind the letters that were before it. */
static Str with_extras(Arena *a, Str text, const Extra *extras, ptrdiff_t count) {
    Buf b = buf_new(a);
    ptrdiff_t letters = 0;
    for (ptrdiff_t i = 0, k = 0; i <= text.len; i++) {
        const bool letter = i < text.len && (unsigned char)text.ptr[i] > ' ' && text.ptr[i] != '|';
        for (; k < count && (i == text.len || (letter && extras[k].letters <= letters)); k++) {
            if (b.len && (unsigned char)b.ptr[b.len - 1] > ' ') buf_byte(&b, ' ');
            buf_add(&b, extras[k].words);
            if (i < text.len) buf_byte(&b, ' ');
        }
        if (i < text.len) buf_byte(&b, text.ptr[i]);
        letters += letter;
    }
    return buf_str(&b);
}

/* Blanks are left out, but for the first of a change that is nothing else. */
static ptrdiff_t without_blanks(Extra *extras, ptrdiff_t count, bool has_text) {
    ptrdiff_t kept = 0;
    for (ptrdiff_t i = 0; i < count; i++)
        if (!extras[i].is_blank) extras[kept++] = extras[i];
    return kept == 0 && !has_text ? 1 : kept;
}

static int by_change(const void *ctx, ptrdiff_t x, ptrdiff_t y) {
    const Extra *e = ctx;
    return e[x].number < e[y].number ? -1 : e[x].number > e[y].number;
}

static void add_extras(Reading *r) {
    ptrdiff_t *order = NEW_ARRAY(r->arena, ptrdiff_t, r->extra_count);
    Extra *sorted = NEW_ARRAY(r->arena, Extra, r->extra_count);
    for (ptrdiff_t i = 0; i < r->extra_count; i++) order[i] = i;
    sort_indexes(r->arena, order, r->extra_count, by_change, r->extras);
    for (ptrdiff_t i = 0; i < r->extra_count; i++) sorted[i] = r->extras[order[i]];
    for (ptrdiff_t from = 0, to; from < r->extra_count; from = to) {
        const ptrdiff_t number = sorted[from].number;
        for (to = from; to < r->extra_count && sorted[to].number == number;) to++;
        MatrixRow *row = row_of(r, number);
        const bool away = is_taken_away(r->changes[number - 1].kind);
        Str *text = away ? &row->existing : &row->proposed;
        const ptrdiff_t count = without_blanks(sorted + from, to - from, text->len > 0);
        *text = with_extras(r->arena, *text, sorted + from, count);
        if (away) continue;
        if (row->also < 0) row_of(r, -row->also)->proposed = row->proposed;
    }
}

static MatrixRow *add_row(Reading *r) {
    Matrix *m = r->out;
    m->rows = arena_grow(r->arena, m->rows, m->count, &m->cap, m->count + 1,
                         (ptrdiff_t)sizeof(MatrixRow));
    MatrixRow *row = &m->rows[m->count++];
    *row = (MatrixRow){.number = m->count};
    return row;
}

/* A table as a whole, and a control, are in no paragraph: they stand where their first one does. */
static Str place_of(const Reading *r, const XmlNode *n) {
    const Str place = doc_provision(r->provisions, n);
    if (place.len) return place;
    while (n && n->name != W_tbl && n->name != W_sdt) n = n->parent;
    for (const XmlNode *k = n; k; k = xml_next(k, n)) {
        if (k->name != W_p) continue;
        const Str first = doc_provision(r->provisions, k);
        const ptrdiff_t row = n->name == W_tbl ? str_find(first, S(", row ")) : -1;
        return row < 0 ? first : str_slice(first, 0, row);
    }
    return place;
}

static void add_changes(Reading *r) {
    for (ptrdiff_t i = 0; i < r->change_count; i++) {
        const ReviseChange *c = &r->changes[i];
        MatrixRow *row = add_row(r);
        row->provision = place_of(r, c->node);
        row->office = c->author;
        row->date = c->date;
        row->kind = revise_kind_name(c->kind);
        fill_texts(r, c, row);
    }
}

/* ---- the record of who ---- */

static bool read_record(Reading *r, PxErr *err) {
    XmlTree *tree;
    DocxPart *record = docx_find_part(r->package, S("customXml/paraph.xml"));
    for (int kind = 0; kind < 2; kind++) r->record_of[kind] = map_new(r->arena);
    if (!record) return true;
    if (!docx_part_tree(r->package, record, &tree, err)) return false;
    r->record = tree->root;
    for (const XmlNode *n = r->record->first; n; n = n->next) {
        if (!xml_is_element(n)) continue;
        const Str name = xml_local(r->package->names, n->name), id = attr_named(r, n, S("id"));
        const int kind = str_equal(name, S("comment"));
        if (id.len && (kind || str_equal(name, S("change"))))
            map_put(&r->record_of[kind], hash_fast(id), (uint64_t)(uintptr_t)n);
    }
    return true;
}

/* What of a change nobody tracked need not be the work of the person named for the rest. */
static void note_untracked(Reading *r) {
    for (ptrdiff_t i = 1; i <= r->change_count; i++) {
        if (r->nameless[i] && row_of(r, i)->person.len) {
            row_of(r, i)->comment = S("[Part of it was not tracked.]");
        }
    }
}

static void read_notes(Reading *r, const DocxStory *story) {
    const int kind = story->kind == STORY_ENDNOTES;
    if (story->kind != STORY_FOOTNOTES && story->kind != STORY_ENDNOTES) return;
    for (const XmlNode *n = story->part->tree->root->first; n; n = n->next)
        if (n->name == W_footnote || n->name == W_endnote)
            map_put(&r->notes[kind], hash_fast(xml_attr(n, W_id)), (uint64_t)(uintptr_t)n);
}

static bool add_comments(Reading *r, PxErr *err) {
    DocxPart *part = docx_related(r->package->main, S("comments"));
    XmlTree *tree;
    if (!part) return true;
    if (!docx_part_tree(r->package, part, &tree, err)) return false;
    for (const XmlNode *n = tree->root->first; n; n = n->next) {
        if (n->name != W_comment) continue;
        Str id = xml_attr(n, W_id);
        const XmlNode *record = record_of(r, 1, id);
        const Anchor *at = find_anchor(&r->anchors, id);
        MatrixRow *row = add_row(r);
        row->is_comment = true;
        row->kind = S("comment");
        row->person = xml_attr(n, W_author);
        row->date = xml_attr(n, W_date);
        row->comment = str_trim(doc_plain(r->arena, n, true));
        if (record) row->office = attr_named(r, record, S("office"));
        if (!at) continue;
        row->provision = doc_provision(r->provisions, at->at);
        row->existing = str_trim(buf_str(&at->words));
    }
    return true;
}

static int by_number(const void *ctx, ptrdiff_t x, ptrdiff_t y) {
    (void)ctx;
    return x < y ? -1 : x > y;
}

/* Rows that became the second half of a replacement go; who names them names the first half. */
static void settle_conflicts(Arena *a, const Matrix *m, MatrixRow *row) {
    for (ptrdiff_t k = 0; k < row->conflict_count; k++) {
        const ptrdiff_t also = m->rows[row->conflicts[k] - 1].also;
        if (also < 0) row->conflicts[k] = -also;
    }
    sort_indexes(a, row->conflicts, row->conflict_count, by_number, NULL);
    ptrdiff_t kept = 0;
    for (ptrdiff_t k = 0; k < row->conflict_count; k++) {
        const ptrdiff_t with = row->conflicts[k];
        if (with == row->number || (kept && row->conflicts[kept - 1] == with)) continue;
        row->conflicts[kept++] = with;
    }
    row->conflict_count = kept;
}

/* Who deleted and who put in need not be one person. */
static void join_people(Arena *a, MatrixRow *first, const MatrixRow *second) {
    Str rest = second->person;
    if (!first->person.len != !rest.len) first->comment = S("[Part of it was not tracked.]");
    if (second->comment.len) first->comment = second->comment;
    while (rest.len) {
        const ptrdiff_t end = str_find(rest, S("; "));
        add_person(a, first, end < 0 ? rest : str_slice(rest, 0, end));
        rest = end < 0 ? S("") : str_slice(rest, end + 2, rest.len);
    }
    if (first->date.len == 0) first->date = second->date;
}

static void settle(Arena *a, Matrix *m) {
    for (ptrdiff_t i = 0; i < m->count; i++) {
        const MatrixRow *second = &m->rows[i];
        if (second->also >= 0) continue;
        MatrixRow *first = &m->rows[-second->also - 1];
        join_people(a, first, second);
        for (ptrdiff_t k = 0; k < second->conflict_count; k++)
            add_conflict(a, first, second->conflicts[k]);
    }
    for (ptrdiff_t i = 0; i < m->count; i++) settle_conflicts(a, m, &m->rows[i]);
    ptrdiff_t kept = 0;
    for (ptrdiff_t i = 0; i < m->count; i++)
        if (m->rows[i].also >= 0) m->rows[kept++] = m->rows[i];
    m->count = kept;
}

bool matrix_read(Arena *a, DocxPackage *p, Matrix *out, PxErr *err) {
    *out = (Matrix){0};
    Reading r = {.arena = a,
                 .package = p,
                 .out = out,
                 .numbers = map_new(a),
                 .notes = {map_new(a), map_new(a)}};
    r.base_text = buf_new(a);
    r.anchors.by_id = map_new(a);
    DocxStory *stories;
    XmlTree *tree;
    ptrdiff_t count = docx_stories(a, p, &stories);
    for (ptrdiff_t i = 0; i < count; i++) {
        if (!docx_part_tree(p, stories[i].part, &tree, err)) return false;
        revise_list_numbered(a, tree, &r.changes, &r.change_count, &r.change_cap, &r.numbers);
        read_notes(&r, &stories[i]);
    }
    if (!doc_provisions_open(a, p, false, false, &r.provisions, err) ||
        !doc_styles_open(a, p, &r.styles, err) || !read_record(&r, err))
        return false;
    r.nameless = NEW_ARRAY(a, bool, r.change_count + 1);
    r.letters = NEW_ARRAY(a, ptrdiff_t, r.change_count + 1);
    add_changes(&r);
    for (ptrdiff_t i = 0; i < count; i++) {
        if (stories[i].kind == STORY_COMMENTS) continue;
        visit(&r, stories[i].part->tree->root, false, false);
        close_stretch(&r);
    }
    add_extras(&r);
    note_untracked(&r);
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
    ptrdiff_t *parents = NEW_ARRAY(a, ptrdiff_t, top + 1),
              *group = NEW_ARRAY(a, ptrdiff_t, top + 1);
    ptrdiff_t *caps = NEW_ARRAY(a, ptrdiff_t, top + 1);
    for (ptrdiff_t i = 0; i <= top; i++) parents[i] = i;
    for (ptrdiff_t i = 0; i < m->count; i++)
        for (ptrdiff_t k = 0; k < m->rows[i].conflict_count; k++)
            parents[group_of(parents, m->rows[i].conflicts[k])] =
                group_of(parents, m->rows[i].number);
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
        c->rows = arena_grow(a, c->rows, c->count, &caps[group[root] - 1], c->count + 1,
                             (ptrdiff_t)sizeof(ptrdiff_t));
        c->rows[c->count++] = row->number;
    }
    return groups;
}
