/* read: the blocks of a text gathered by the provision they stand in. */
#include "doc/doc.h"
#include "provision/provision.h"
#include "revise/revise.h"

typedef struct Reader {
    Arena *a;
    DocxPackage *package;
    DocContext ctx;
    DocProvisions *places;
    DocStyles *styles;
    Provisions *out;
    Buf text, form; /* of the provision being gathered */
    Str number;
    bool is_open;
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

static void finish(Reader *r) {
    if (!r->is_open) return;
    Provisions *out = r->out;
    out->items = arena_grow(r->a, out->items, out->count, &out->cap, out->count + 1,
                            (ptrdiff_t)sizeof *out->items);
    const Str text = arena_str(r->a, buf_str(&r->text));
    out->items[out->count++] = (Provision){.number = r->number,
                                           .heading = head_of(r->a, text),
                                           .text = text,
                                           .form = arena_str(r->a, buf_str(&r->form)),
                                           .parent = -1,
                                           .previous = -1};
    r->text.len = r->form.len = 0;
    r->is_open = false;
}

static void begin(Reader *r, Str number) {
    if (r->is_open && str_equal(r->number, number)) return;
    finish(r);
    r->number = arena_str(r->a, number);
    r->is_open = true;
}

/* ---- the form of a paragraph ---- */

static void put_hash(Buf *b, char kind, uint64_t n) {
    static const char digits[] = "0123456789abcdef";
    buf_byte(b, kind);
    for (int shift = 60; shift >= 0; shift -= 4) buf_byte(b, digits[n >> shift & 15]);
}

/* A field that prints a number or place computed from elsewhere. */
static bool is_reference(Str code) {
    static const char *const words[] = {"REF ",     "PAGEREF ", "NOTEREF ", "PAGE",
                                        "NUMPAGES", "TOC",      "SEQ "};
    const Str s = str_trim(code);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const Str w = str_from_z(words[i]);
        if (s.len >= w.len && str_equal_fold(str_slice(s, 0, w.len), w)) return true;
    }
    return false;
}

typedef struct Field {    /* the innermost complex field we are in */
    int depth, skip_from; /* skip_from: the depth whose result is left out; 0: none */
    bool is_result;
    Str code;
} Field;

static void track_field(Field *f, const DocToken *t) {
    if (t->code.len) f->code = t->code;
    if (!t->node || t->node->name != W_fldChar) return;
    const Str kind = xml_attr(t->node, W_fldCharType);
    if (str_equal(kind, S("begin"))) {
        f->depth++;
        f->code = (Str){NULL, 0};
    } else if (str_equal(kind, S("separate")) && !f->skip_from && is_reference(f->code)) {
        f->skip_from = f->depth;
    } else if (str_equal(kind, S("end"))) {
        if (f->skip_from == f->depth) f->skip_from = 0;
        if (f->depth) f->depth--;
    }
}

/* In a w:fldSimple whose code is a reference. */
static bool in_simple_reference(const DocToken *t) {
    for (const DocWrap *w = t->wrapper; w; w = w->outer) {
        if (w->node->name == W_fldSimple && is_reference(xml_attr(w->node, W_instr))) return true;
    }
    return false;
}

/* tokens: without what a typed label takes of the text (`label` bytes). */
static void put_tokens(Reader *r, const DocTokens *tokens, ptrdiff_t label) {
    Field field = {0};
    uint64_t format = 0, wrap = 0;
    for (ptrdiff_t i = 0; i < tokens->count; i++) {
        const DocToken *t = &tokens->items[i];
        const bool is_text = t->kind != TOKEN_ATOM && t->kind != TOKEN_MARK;
        track_field(&field, t);
        if (is_text && label > 0) {
            label -= t->text.len;
            continue;
        }
        label = is_text ? 0 : label;
        if (is_text && (field.skip_from || in_simple_reference(t))) continue;
        if (t->format != format) put_hash(&r->form, '\1', t->format);
        if (t->wrap != wrap) put_hash(&r->form, '\2', t->wrap);
        format = t->format;
        wrap = t->wrap;
        if (is_text) buf_add(&r->form, t->text);
        else put_hash(&r->form, t->kind == TOKEN_MARK ? '\4' : '\3', t->key);
    }
    buf_byte(&r->form, '\n');
}

/* The bytes of a typed label at the head of a paragraph: those do not count. */
static ptrdiff_t typed_label(Reader *r, const XmlNode *paragraph, Str text) {
    const XmlNode *properties = xml_child(paragraph, W_pPr);
    return doc_typed_label(r->a, text, doc_outline_level(r->styles, properties) >= 0);
}

static void add_line(Reader *r, Str text) {
    if (r->text.len) buf_byte(&r->text, '\n');
    buf_add(&r->text, text);
}

static void read_paragraph(Reader *r, const XmlNode *p) {
    DocTokens tokens = {0};
    const Str text = doc_plain(r->a, p, true);
    begin(r, doc_provision(r->places, p));
    add_line(r, str_trim(text));
    doc_tokens(r->a, &r->ctx, p, false, &tokens);
    put_tokens(r, &tokens, typed_label(r, p, text));
}

/* ---- other blocks ---- */

static void read_table(Reader *r, const XmlNode *table) {
    XmlNode **rows, **cells;
    const ptrdiff_t row_count = doc_rows(r->a, table, &rows);
    for (ptrdiff_t i = 0; i < row_count; i++) {
        begin(r, doc_provision(r->places, rows[i]));
        const ptrdiff_t count = doc_cells(r->a, rows[i], &cells);
        Buf line = buf_new(r->a);
        for (ptrdiff_t k = 0; k < count; k++) {
            if (k) buf_add(&line, S(" | "));
            buf_add(&line, str_trim(doc_plain(r->a, cells[k], true)));
            buf_add(&r->form, doc_plain(r->a, cells[k], true));
            buf_byte(&r->form, '\5');
        }
        add_line(r, buf_str(&line));
        const Hash hash = doc_row_hash(&r->ctx, rows[i]);
        put_hash(&r->form, '\6', hash.a);
        put_hash(&r->form, '\6', hash.b);
        buf_byte(&r->form, '\n');
    }
}

static void read_blocks(Reader *r, const XmlNode *container);

static void read_block(Reader *r, const DocBlock *block) {
    switch (block->kind) {
    case BLOCK_PARAGRAPH: read_paragraph(r, block->node); return;
    case BLOCK_TABLE: read_table(r, block->node); return;
    case BLOCK_CONTAINER: read_blocks(r, doc_container(block->node)); return;
    case BLOCK_OTHER:
    case BLOCK_KINDS: break;
    }
    if (!r->is_open) begin(r, S(""));
    add_line(r, str_trim(doc_plain(r->a, block->node, true)));
    buf_add(&r->form, doc_plain(r->a, block->node, true));
    put_hash(&r->form, '\7', block->hash.a);
    put_hash(&r->form, '\7', block->hash.b);
    buf_byte(&r->form, '\n');
}

/* Containers nest no deeper than the parser lets elements nest. */
static void read_blocks(Reader *r, const XmlNode *container) {
    DocBlock *blocks;
    const ptrdiff_t count = doc_blocks(r->a, &r->ctx, container, &blocks);
    for (ptrdiff_t i = 0; i < count; i++) read_block(r, &blocks[i]);
}

static bool read_notes(Reader *r, const char *kind, PxErr *err) {
    DocxPart *part = docx_related(r->package->main, str_from_z(kind));
    XmlTree *tree;
    const XmlNode **notes;
    if (!part) return true;
    if (!docx_part_tree(r->package, part, &tree, err)) return false;
    DocContext main = r->ctx;
    if (!doc_context_open(r->a, r->package, part, &r->ctx, err)) return false;
    const ptrdiff_t count = doc_notes_in_order(r->a, r->places, tree->root, &notes);
    for (ptrdiff_t i = 0; i < count; i++) read_blocks(r, notes[i]);
    finish(r);
    r->ctx = main;
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
            if (above.len && number.len > above.len && str_starts(number, above) &&
                (number.ptr[above.len] == '(' || number.ptr[above.len] == ',')) {
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

bool provisions_read(Arena *a, DocxPackage *p, Provisions *out, PxErr *err) {
    Reader r = {.a = a, .package = p, .out = out, .text = buf_new(a), .form = buf_new(a)};
    XmlTree *tree;
    *out = (Provisions){NULL, 0, 0};
    if (!accept_all(&r, err) || !docx_part_tree(p, p->main, &tree, err)) return false;
    if (!doc_provisions_open(a, p, false, true, &r.places, err) ||
        !doc_styles_open(a, p, &r.styles, err) || !doc_context_open(a, p, p->main, &r.ctx, err) ||
        !doc_context_notes(&r.ctx, err)) {
        return false;
    }
    read_blocks(&r, doc_body(tree));
    finish(&r);
    if (!read_notes(&r, "footnotes", err) || !read_notes(&r, "endnotes", err)) return false;
    find_parents(a, out);
    return true;
}
