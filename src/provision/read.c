/* read: the blocks of a text gathered by the provision they stand in. */
#include "provision/int.h"
#include "revise/revise.h"

typedef struct Open {  /* a provision being gathered: what belongs to it may come in pieces */
    Str number, label; /* label: the number as its first block bears it; "" for none */
    Buf text, form;
} Open;

typedef struct Reader {
    Arena *a;
    DocxPackage *package;
    DocProvisions *places;
    DocStyles *styles;
    Form form;
    Open *items;
    ptrdiff_t count, cap;
    Map at; /* hash of a number -> index of the last provision that has it */
} Reader;

enum { HEADING_MAX = 160 };

/* ---- one provision ---- */

static Str head_of(Arena *a, Str text) {
    ptrdiff_t end = 0, cut = 0;
    while (end < text.len && text.ptr[end] != '\n' && end < HEADING_MAX) utf8_next(text, &end);
    if (end < text.len && text.ptr[end] != '\n') {
        for (cut = end; cut > HEADING_MAX / 2 && text.ptr[cut - 1] != ' ';) cut--;
        return arena_format(a, "%.*s...", (int)(cut > HEADING_MAX / 2 ? cut - 1 : end), text.ptr);
    }
    return str_trim(str_slice(text, 0, end));
}

static Open *open_new(Reader *r, Str number, Str label) {
    r->items =
        arena_grow(r->a, r->items, r->count, &r->cap, r->count + 1, (ptrdiff_t)sizeof *r->items);
    r->items[r->count] =
        (Open){arena_str(r->a, number), arena_str(r->a, label), buf_new(r->a), buf_new(r->a)};
    map_put(&r->at, hash_fast(number), (uint64_t)r->count);
    return &r->items[r->count++];
}

/* The provision a block of this number belongs to. One that bears the same number anew is another:
 * the draft has it twice. What follows a table goes on with what stands before it. */
static Open *open_at(Reader *r, Str number, Str label) {
    uint64_t at;
    if (!map_find(&r->at, hash_fast(number), &at)) return open_new(r, number, label);
    Open *last = &r->items[at];
    const bool is_again = label.len && str_equal(last->label, label);
    return is_again || !str_equal(last->number, number) ? open_new(r, number, label) : last;
}

static void add_line(Open *o, Str text) {
    if (o->text.len) buf_byte(&o->text, '\n');
    buf_add(&o->text, text);
}

/* ---- blocks ---- */

static void read_paragraph(Reader *r, const XmlNode *p, Open *note) {
    const ArenaMark mark = arena_mark(r->form.scratch);
    const Str text = doc_plain(r->form.scratch, p, true);
    const XmlNode *properties = xml_child(p, W_pPr);
    const bool is_heading = doc_outline_level(r->styles, properties) >= 0;
    const ptrdiff_t typed = doc_typed_label(r->form.scratch, text, is_heading);
    const Str label = typed ? str_slice(text, 0, typed) : doc_number_label(r->places, p);
    Open *o = note ? note : open_at(r, doc_provision(r->places, p), str_trim(label));
    add_line(o, str_trim(text));
    arena_rewind(r->form.scratch, mark);
    form_paragraph(&r->form, p, note ? 0 : typed, &o->form);
}

static void read_row(Reader *r, XmlNode *row, Open *note) {
    const ArenaMark mark = arena_mark(r->form.scratch);
    Open *o = note ? note : open_at(r, doc_provision(r->places, row), S(""));
    XmlNode **cells;
    const ptrdiff_t count = doc_cells(r->form.scratch, row, &cells);
    Buf line = buf_new(r->form.scratch);
    for (ptrdiff_t k = 0; k < count; k++) {
        if (k) buf_add(&line, S(" | "));
        buf_add(&line, str_trim(doc_plain(r->form.scratch, cells[k], true)));
    }
    add_line(o, buf_str(&line));
    arena_rewind(r->form.scratch, mark);
    form_row(&r->form, row, &o->form);
}

static void read_table(Reader *r, const XmlNode *table, Open *note) {
    XmlNode **rows;
    const ptrdiff_t count = doc_rows(r->a, table, &rows);
    for (ptrdiff_t i = 0; i < count; i++) read_row(r, rows[i], note);
}

/* Anything else goes with what stands before it. */
static void read_other(Reader *r, const XmlNode *n, Open *note) {
    Buf form = buf_new(r->a);
    form_node(&r->form, n, &form);
    if (!form.len) return;
    Open *o = note ? note : r->count ? &r->items[r->count - 1] : open_new(r, S("Preamble"), S(""));
    const Str text = str_trim(doc_plain(r->a, n, true));
    if (text.len) add_line(o, text);
    buf_add(&o->form, buf_str(&form));
}

/* Containers nest no deeper than the parser lets elements nest. note: where all of it belongs;
 * NULL: each block where its number says. */
static void read_blocks(Reader *r, const XmlNode *container, Open *note) {
    for (const XmlNode *n = container ? container->first : NULL; n; n = n->next) {
        if (!xml_is_element(n) || n->name == W_sectPr || doc_element(n) == DOC_ELEMENT_SET)
            continue;
        if (n->name == W_p) read_paragraph(r, n, note);
        else if (n->name == W_tbl) read_table(r, n, note);
        else if (n->name == W_sdt || n->name == W_customXml) read_blocks(r, doc_container(n), note);
        else if (n->name != W_customXmlPr) read_other(r, n, note);
    }
}

/* Each note is a provision, whatever it is called. */
static bool read_notes(Reader *r, int kind, PxErr *err) {
    DocxPart *part = r->form.parts[kind].part;
    XmlTree *tree;
    const XmlNode **notes;
    if (!part) return true;
    if (!docx_part_tree(r->package, part, &tree, err)) return false;
    form_enter(&r->form, kind);
    const ptrdiff_t count = doc_notes_in_order(r->a, r->places, tree->root, &notes);
    for (ptrdiff_t i = 0; i < count; i++) {
        const Str label = doc_note_label(r->places, notes[i]);
        const char *word = kind == 1 ? "Footnote" : "Endnote";
        const Str number = arena_format(r->a, "%s%s%.*s", word, label.len ? " " : "",
                                        (int)label.len, label.ptr ? label.ptr : "");
        read_blocks(r, notes[i], open_new(r, number, S("")));
    }
    return true;
}

/* ---- parents ---- */

/* "Article 5(2)" lies under the nearest provision above it whose number its own begins with. */
static void find_parents(Arena *a, Provisions *all) {
    ptrdiff_t *open = NEW_ARRAY(a, ptrdiff_t, all->count);
    ptrdiff_t depth = 0;
    for (ptrdiff_t i = 0; i < all->count; i++) {
        const Str number = all->items[i].number;
        while (depth) {
            const Str above = all->items[open[depth - 1]].number;
            const Str rest = str_starts(number, above) && number.len > above.len
                                 ? str_slice(number, above.len, number.len)
                                 : S("");
            if (above.len && rest.len &&
                (rest.ptr[0] == '(' || rest.ptr[0] == ',' || rest.ptr[0] == '.' ||
                 str_starts(rest, S(" (")) || str_starts(rest, S("（")))) {
                break;
            }
            depth--;
        }
        if (depth) all->items[i].parent = open[depth - 1];
        open[depth++] = i;
    }
}

/* ---- all ---- */

static bool accept_all(Reader *r, PxErr *err) {
    DocxStory *stories;
    const ptrdiff_t count = docx_stories(r->a, r->package, &stories);
    for (ptrdiff_t i = 0; i < count; i++) {
        XmlTree *tree;
        if (!docx_part_tree(r->package, stories[i].part, &tree, err)) return false;
        if (tree->has_revisions) revise_resolve(tree, tree->root, revise_accept_all, NULL);
    }
    return true;
}

static void finish(Reader *r, Provisions *out) {
    out->count = out->cap = r->count;
    out->items = NEW_ARRAY(r->a, Provision, r->count);
    for (ptrdiff_t i = 0; i < r->count; i++) {
        const Open *o = &r->items[i];
        const Str text = o->text.len ? buf_str(&o->text) : S("");
        out->items[i] = (Provision){.number = o->number,
                                    .heading = head_of(r->a, text),
                                    .text = text,
                                    .form = buf_str(&o->form),
                                    .parent = -1,
                                    .previous = -1};
    }
    find_parents(r->a, out);
}

static bool read_references(Reader *r, const XmlTree *body, Provisions *out, PxErr *err) {
    const XmlNode *roots[3] = {body->root};
    int count = 1;
    for (int kind = 1; kind < 3; kind++) {
        XmlTree *tree;
        if (!r->form.parts[kind].part) continue;
        if (!docx_part_tree(r->package, r->form.parts[kind].part, &tree, err)) return false;
        roots[count++] = tree->root;
    }
    find_references(r->a, roots, count, r->places, out);
    return true;
}

bool provisions_read(Arena *a, DocxPackage *p, Provisions *out, PxErr *err) {
    Reader r = {.a = a, .package = p, .at = map_new(a)};
    XmlTree *tree;
    *out = (Provisions){.items = NULL};
    if (!accept_all(&r, err) || !docx_part_tree(p, p->main, &tree, err)) return false;
    if (!doc_provisions_open(a, p, false, true, &r.places, err) ||
        !doc_styles_open(a, p, &r.styles, err) ||
        !form_open(a, p, r.places, r.styles, &r.form, err)) {
        return false;
    }
    read_blocks(&r, doc_body(tree), NULL);
    if (!read_notes(&r, 1, err) || !read_notes(&r, 2, err)) return false;
    finish(&r, out);
    return read_references(&r, tree, out, err);
}
