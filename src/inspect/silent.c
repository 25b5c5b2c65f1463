/* What differs between two texts that ought to be the same: the copy that was sent, and what came
 * back with every tracked change rejected. Blocks, then rows and cells, then words. */
#include "inspect/int.h"

typedef struct Side {
    DocxPart *part;
    DocContext context;
    const DocProvisions *places;
} Side;

typedef struct Pair { /* corresponding stories: 0 as sent, 1 as it came back */
    Inspection *in;
    Side side[2];
} Pair;

typedef struct Blocks {
    DocBlock *items;
    ptrdiff_t count;
    uint64_t **words;
    ptrdiff_t *word_counts;
} Blocks;

static Str place_of(const Pair *p, int side, const XmlNode *n) {
    return place_near(p->side[side].places, n);
}

static void report(const Pair *p, InspectKind kind, Str place, Str before, Str after) {
    found(p->in, kind, p->side[1].part->name, place, before, after, S(""));
}

/* ---- words ---- */

/* Fields whose result is counted anew by whoever opens the file: a page has another number when the
 * file is opened on another machine. */
static bool counts_pages(Str code) {
    static const char *const names[] = {"PAGE", "NUMPAGES", "SECTIONPAGES", "PAGEREF"};
    code = str_trim(code);
    ptrdiff_t end = 0;
    while (end < code.len && code.ptr[end] != ' ' && code.ptr[end] != '\\') end++;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_equal_fold(str_slice(code, 0, end), str_from_z(names[i]))) return true;
    return false;
}

/* "12", "xii": what such a field may say. Anything else was written by somebody. */
static bool is_numeral(const DocToken *t) {
    bool digits = t->kind == TOKEN_WORD, roman = digits && t->text.len < 8;
    for (ptrdiff_t i = 0; i < t->text.len; i++) {
        digits = digits && t->text.ptr[i] >= '0' && t->text.ptr[i] <= '9';
        roman = roman && strchr("ivxlcdmIVXLCDM", t->text.ptr[i]);
    }
    return digits || roman;
}

/* Whether the tokens one is behind are those of such a field. */
typedef struct PageField {
    int depth, counting; /* fields one is in; the depth of the one that counts, or 0 */
} PageField;

static bool is_page_number(PageField *f, const DocToken *t) {
    for (const DocWrap *w = t->wrapper; w; w = w->outer)
        if (w->node->name == W_fldSimple && counts_pages(xml_attr(w->node, W_instr)))
            return is_numeral(t);
    if (t->kind != TOKEN_ATOM) return f->counting && is_numeral(t);
    if (t->code.len && !f->counting && counts_pages(t->code)) f->counting = f->depth;
    if (!t->node || t->node->name != W_fldChar) return false;
    const Str type = xml_attr(t->node, W_fldCharType);
    if (str_equal(type, S("begin"))) f->depth++;
    if (str_equal(type, S("end"))) {
        if (f->counting == f->depth) f->counting = 0;
        f->depth--;
    }
    return false;
}

static DiffWord *words_of(Arena *a, const DocTokens *t) {
    static const DiffWordKind kinds[TOKEN_KINDS] = {DIFF_WORD, DIFF_SPACE, DIFF_PUNCTUATION,
                                                    DIFF_ATOM, DIFF_MARK};
    DiffWord *w = NEW_ARRAY(a, DiffWord, t->count);
    PageField field = {0, 0};
    for (ptrdiff_t i = 0; i < t->count; i++) {
        const DocToken *k = &t->items[i];
        uint64_t key = k->soft ? k->soft : k->key ^ k->wrap * 31;
        if (is_page_number(&field, k)) key = k->wrap * 31;
        w[i] = (DiffWord){key, k->text.len ? (int32_t)utf8_count(k->text) : 1, kinds[k->kind], 0};
    }
    return w;
}

/* What an object says, in its text boxes if nowhere else. */
static Str object_text(Arena *a, const XmlNode *object) {
    const Str plain = doc_plain(a, object, true);
    if (plain.len) return plain;
    Buf b = buf_new(a);
    for (const XmlNode *n = xml_next(object, object); n; n = xml_next(n, object)) {
        if (n->name == W_t) buf_add(&b, xml_text(a, n));
        else if (n->name == W_p && b.len) buf_byte(&b, '\n');
    }
    return buf_str(&b);
}

/* An atom in words: what it is, and what it says. */
static void say_token(Arena *a, const DocToken *t, Buf *out, bool *object) {
    if (t->kind != TOKEN_ATOM && t->kind != TOKEN_MARK) buf_add(out, t->text);
    if (t->kind == TOKEN_MARK) buf_add(out, S("\xc2\xb6"));
    if (t->kind != TOKEN_ATOM) return;
    if (t->node->name == W_tab || t->node->name == W_br || t->node->name == W_cr) {
        buf_byte(out, ' ');
    } else if (t->node->name == W_instrText) {
        *object = true;
        buf_format(out, "[field %.*s]", (int)str_trim(t->code).len, str_trim(t->code).ptr);
    } else if (t->node->name == W_footnoteReference || t->node->name == W_endnoteReference) {
        buf_add(out, S("[note]"));
    } else if (t->node->name != W_fldChar) {
        *object = true;
        const Str text = object_text(a, t->node);
        buf_format(out, text.len ? "[object: %.*s]" : "[object]%.*s", (int)text.len,
                   text.len ? text.ptr : "");
    }
}

static Str say(Arena *a, const DocTokens *t, ptrdiff_t from, ptrdiff_t to, bool *object) {
    Buf b = buf_new(a);
    for (ptrdiff_t i = from; i < to; i++) say_token(a, &t->items[i], &b, object);
    return buf_str(&b);
}

/* Paragraph marks at the ends of a text are left out, those that are all of it are not. */
static Str without_marks(Str s) {
    const Str mark = S("\xc2\xb6"), all = s;
    while (str_starts(s, mark)) s = str_slice(s, mark.len, s.len);
    while (str_ends(s, mark)) s.len -= mark.len;
    return s.len ? s : all;
}

static void report_stretch(const Pair *p, Str place, Str before, Str after, bool object) {
    before = without_marks(before), after = without_marks(after);
    if (!object && before.len && str_equal(before, after)) { /* parted anew: 10 and a raised 2 */
        found(p->in, INSPECT_SILENT_FORMAT, p->side[1].part->name, place, before, after,
              S("It is formatted differently."));
        return;
    }
    InspectKind kind = object            ? INSPECT_SILENT_OBJECT
                       : before.len == 0 ? INSPECT_SILENT_INSERTED
                       : after.len == 0  ? INSPECT_SILENT_DELETED
                                         : INSPECT_SILENT_TEXT;
    report(p, kind, place, before, after);
}

static void compare_formats(const Pair *p, Str place, const DocTokens *x, const DocTokens *y,
                            const int32_t *map) {
    Arena *a = p->in->arena;
    bool object = false;
    for (ptrdiff_t i = 0; i < x->count; i++) {
        if (map[i] < 0 || x->items[i].format == y->items[map[i]].format) continue;
        ptrdiff_t end = i;
        while (end < x->count && map[end] >= 0 && x->items[end].format != y->items[map[end]].format)
            end++;
        Str text = say(a, x, i, end, &object);
        found(p->in, INSPECT_SILENT_FORMAT, p->side[1].part->name, place, text, text,
              S("It is formatted differently."));
        i = end;
    }
}

static void compare_objects(const Pair *p, Str place, const DocTokens *x, const DocTokens *y,
                            const int32_t *map) {
    Arena *a = p->in->arena;
    for (ptrdiff_t i = 0; i < x->count; i++) {
        const DocToken *t = &x->items[i];
        if (map[i] < 0 || t->key == y->items[map[i]].key || t->kind != TOKEN_ATOM) continue;
        if (t->node->name == W_footnoteReference || t->node->name == W_endnoteReference) continue;
        report(p, INSPECT_SILENT_OBJECT, place, object_text(a, t->node),
               object_text(a, y->items[map[i]].node));
    }
}

static void compare_words(const Pair *p, const DocBlock *x, ptrdiff_t n, const DocBlock *y,
                          ptrdiff_t m) {
    Arena *a = p->in->arena;
    DocTokens t[2] = {{0}, {0}};
    for (ptrdiff_t i = 0; i < n; i++)
        doc_tokens(a, (DocContext *)&p->side[0].context, x[i].node, false, &t[0]);
    for (ptrdiff_t i = 0; i < m; i++)
        doc_tokens(a, (DocContext *)&p->side[1].context, y[i].node, false, &t[1]);
    int32_t *map = NEW_ARRAY(a, int32_t, t[0].count);
    diff_words(a, words_of(a, &t[0]), t[0].count, words_of(a, &t[1]), t[1].count, true, map);
    Str place = place_of(p, 0, x[0].node);
    ptrdiff_t i = 0, j = 0;
    while (i < t[0].count || j < t[1].count) {
        if (i < t[0].count && map[i] == j) {
            i++, j++;
            continue;
        }
        ptrdiff_t from = i, start = j;
        while (i < t[0].count && map[i] < 0) i++;
        j = i < t[0].count ? map[i] : t[1].count;
        bool object = false;
        Str before = say(a, &t[0], from, i, &object), after = say(a, &t[1], start, j, &object);
        report_stretch(p, place, before, after, object);
    }
    compare_formats(p, place, &t[0], &t[1], map);
    compare_objects(p, place, &t[0], &t[1], map);
}

/* ---- blocks ---- */

static void compare_blocks(const Pair *p, Blocks *x, Blocks *y, bool tail_fixed);

typedef struct WordSource {
    const Pair *pair;
    Blocks *blocks[2];
} WordSource;

static const uint64_t *block_words(void *ctx, int side, ptrdiff_t index, ptrdiff_t *count) {
    const WordSource *s = ctx;
    Blocks *b = s->blocks[side];
    if (!b->words[index]) {
        Arena *a = s->pair->in->arena;
        DocTokens t = {0};
        const XmlNode *root = b->items[index].node;
        for (const XmlNode *n = root; n; n = xml_next(n, root))
            if (n->name == W_p)
                doc_tokens(a, (DocContext *)&s->pair->side[side].context, n, false, &t);
        b->words[index] = NEW_ARRAY(a, uint64_t, t.count);
        for (ptrdiff_t i = 0; i < t.count; i++)
            if (t.items[i].kind == TOKEN_WORD || t.items[i].kind == TOKEN_ATOM)
                b->words[index][b->word_counts[index]++] = t.items[i].key;
    }
    *count = b->word_counts[index];
    return b->words[index];
}

static Blocks blocks_from(Arena *a, DocBlock *items, ptrdiff_t count) {
    return (Blocks){items, count, NEW_ARRAY(a, uint64_t *, count), NEW_ARRAY(a, ptrdiff_t, count)};
}

static Blocks blocks_of(const Pair *p, int side, const XmlNode *container) {
    DocBlock *items;
    ptrdiff_t count =
        doc_blocks(p->in->arena, (DocContext *)&p->side[side].context, container, &items);
    return blocks_from(p->in->arena, items, count);
}

static DiffBlock *keys_of(Arena *a, const Blocks *b) {
    static const uint16_t kinds[BLOCK_KINDS] = {0, 1, 2, UINT16_MAX};
    DiffBlock *d = NEW_ARRAY(a, DiffBlock, b->count);
    for (ptrdiff_t i = 0; i < b->count; i++)
        d[i] = (DiffBlock){b->items[i].hash.a, kinds[b->items[i].kind]};
    return d;
}

static DiffAlignment align(const Pair *p, Blocks *x, Blocks *y, bool tail_fixed) {
    Arena *a = p->in->arena;
    WordSource source = {p, {x, y}};
    DiffBlocks in = {keys_of(a, x), keys_of(a, y), x->count,  y->count,
                     block_words,   &source,       tail_fixed};
    DiffAlignment al;
    diff_blocks(a, &in, &al);
    return al;
}

static Blocks parts_of(const Pair *p, int side, const XmlNode *owner) {
    Arena *a = p->in->arena;
    DocContext *c = (DocContext *)&p->side[side].context;
    bool rows = owner->name == W_tbl;
    XmlNode **nodes;
    ptrdiff_t count = rows ? doc_rows(a, owner, &nodes) : doc_cells(a, owner, &nodes);
    DocBlock *items = NEW_ARRAY(a, DocBlock, count);
    for (ptrdiff_t i = 0; i < count; i++)
        items[i] =
            (DocBlock){.node = nodes[i],
                       .kind = BLOCK_TABLE,
                       .hash = rows ? doc_row_hash(c, nodes[i]) : doc_cell_hash(c, nodes[i])};
    return blocks_from(a, items, count);
}

static bool properties_differ(const Pair *p, const XmlNode *x, const XmlNode *y, uint16_t name) {
    return doc_properties((DocContext *)&p->side[0].context, xml_child(x, name)) !=
           doc_properties((DocContext *)&p->side[1].context, xml_child(y, name));
}

static void compare_layout(const Pair *p, const XmlNode *x, const XmlNode *y, uint16_t name,
                           const char *what) {
    if (properties_differ(p, x, y, name))
        found(p->in, INSPECT_SILENT_TABLE, p->side[1].part->name, place_of(p, 0, x), S(""), S(""),
              str_from_z(what));
}

static void report_whole(const Pair *p, int side, const XmlNode *n) {
    Str text = doc_plain(p->in->arena, n, true);
    report(p, side ? INSPECT_SILENT_INSERTED : INSPECT_SILENT_DELETED, place_of(p, side, n),
           side ? S("") : text, side ? text : S(""));
}

static void compare_cells(const Pair *p, const XmlNode *x, const XmlNode *y) {
    Blocks a = blocks_of(p, 0, x), b = blocks_of(p, 1, y);
    compare_layout(p, x, y, W_tcPr, "A cell's layout is different.");
    compare_blocks(p, &a, &b, true);
}

static void compare_parts(const Pair *p, const XmlNode *x, const XmlNode *y) {
    Blocks a = parts_of(p, 0, x), b = parts_of(p, 1, y);
    bool rows = x->name == W_tbl;
    DiffAlignment al = align(p, &a, &b, false);
    for (ptrdiff_t i = 0; i < al.count; i++) {
        DiffSegment s = al.segments[i];
        for (ptrdiff_t k = 0; s.kind == DIFF_DELETE && k < s.a_count; k++)
            report_whole(p, 0, a.items[s.a + k].node);
        for (ptrdiff_t k = 0; s.kind == DIFF_INSERT && k < s.b_count; k++)
            report_whole(p, 1, b.items[s.b + k].node);
        for (ptrdiff_t k = 0; s.kind == DIFF_EDIT && k < s.a_count; k++) {
            const XmlNode *u = a.items[s.a + k].node, *v = b.items[s.b + k].node;
            if (rows) compare_layout(p, u, v, W_trPr, "A row's layout is different.");
            if (rows) compare_parts(p, u, v);
            else compare_cells(p, u, v);
        }
    }
}

static void compare_edit(const Pair *p, const Blocks *x, const Blocks *y, const DiffSegment *s) {
    const DocBlock *u = &x->items[s->a], *v = &y->items[s->b];
    switch (u->kind) {
    case BLOCK_PARAGRAPH: compare_words(p, u, s->a_count, v, s->b_count); break;
    case BLOCK_TABLE:
        compare_layout(p, u->node, v->node, W_tblPr, "The table's layout is different.");
        compare_parts(p, u->node, v->node);
        break;
    case BLOCK_CONTAINER: {
        Blocks a = blocks_of(p, 0, doc_container(u->node)),
               b = blocks_of(p, 1, doc_container(v->node));
        if (properties_differ(p, u->node, v->node, W_sdtPr))
            found(p->in, INSPECT_SILENT_CONTROL, p->side[1].part->name, place_of(p, 0, u->node),
                  S(""), S(""), S("A content control's properties are different."));
        compare_blocks(p, &a, &b, false);
        break;
    }
    case BLOCK_OTHER:
    case BLOCK_KINDS: report_whole(p, 1, v->node); break;
    }
}

static bool is_moved(const DiffAlignment *al, int side, ptrdiff_t block) {
    for (ptrdiff_t i = 0; i < al->move_count; i++) {
        ptrdiff_t from = side ? al->moves[i].b : al->moves[i].a;
        if (block >= from && block < from + al->moves[i].count) return true;
    }
    return false;
}

static void compare_blocks(const Pair *p, Blocks *x, Blocks *y, bool tail_fixed) {
    DiffAlignment al = align(p, x, y, tail_fixed);
    for (ptrdiff_t i = 0; i < al.count; i++) {
        DiffSegment s = al.segments[i];
        if (s.kind == DIFF_EDIT) compare_edit(p, x, y, &s);
        for (ptrdiff_t k = 0; s.kind == DIFF_DELETE && k < s.a_count; k++)
            if (!is_moved(&al, 0, s.a + k)) report_whole(p, 0, x->items[s.a + k].node);
        for (ptrdiff_t k = 0; s.kind == DIFF_INSERT && k < s.b_count; k++)
            if (!is_moved(&al, 1, s.b + k)) report_whole(p, 1, y->items[s.b + k].node);
    }
    for (ptrdiff_t i = 0; i < al.move_count; i++) {
        DiffMove m = al.moves[i];
        for (ptrdiff_t k = 0; k < m.count; k++) {
            const DocBlock *u = &x->items[m.a + k], *v = &y->items[m.b + k];
            Str to = place_of(p, 1, v->node);
            found(p->in, INSPECT_SILENT_MOVED, p->side[1].part->name, place_of(p, 0, u->node),
                  doc_plain(p->in->arena, u->node, true), doc_plain(p->in->arena, v->node, true),
                  to.len ? arena_format(p->in->arena, "It stands at %.*s now.", (int)to.len, to.ptr)
                         : S("It stands elsewhere now."));
        }
    }
}

/* ---- stories ---- */

static bool open_pair(Inspection *in, DocxPart *sent, DocxPart *file, Pair *p, PxErr *err) {
    *p = (Pair){.in = in};
    p->side[0] = (Side){.part = sent, .places = in->sent_places};
    p->side[1] = (Side){.part = file, .places = in->places};
    return doc_context_open(in->arena, in->sent, sent, &p->side[0].context, err) &&
           doc_context_open(in->arena, in->file, file, &p->side[1].context, err);
}

/* Only the notes that the text still refers to, in its order: a note whose tracked reference was
 * rejected stays behind in its part, and is shown nowhere. */
static Blocks note_blocks(const Pair *p, int side, const XmlTree *tree) {
    Arena *a = p->in->arena;
    DocBlock *all = NULL;
    ptrdiff_t count = 0, cap = 0;
    const XmlNode **notes;
    ptrdiff_t note_count = doc_notes_in_order(a, p->side[side].places, tree->root, &notes);
    for (ptrdiff_t i = 0; i < note_count; i++) {
        if (doc_note_label(p->side[side].places, notes[i]).len == 0) continue;
        DocBlock *items;
        ptrdiff_t more = doc_blocks(a, (DocContext *)&p->side[side].context, notes[i], &items);
        all = arena_grow(a, all, count, &cap, count + more, (ptrdiff_t)sizeof(DocBlock));
        if (more) memcpy(all + count, items, (size_t)more * sizeof *items);
        count += more;
    }
    return blocks_from(a, all, count);
}

bool compare_story(Inspection *in, DocxStoryKind kind, DocxPart *sent, DocxPart *file, PxErr *err) {
    Pair p;
    if (!open_pair(in, sent, file, &p, err)) return false;
    bool notes = kind == STORY_FOOTNOTES || kind == STORY_ENDNOTES;
    if (kind == STORY_BODY && (!doc_context_notes(&p.side[0].context, err) ||
                               !doc_context_notes(&p.side[1].context, err)))
        return false;
    const XmlNode *x = doc_body(sent->tree), *y = doc_body(file->tree);
    Blocks a = notes ? note_blocks(&p, 0, sent->tree) : blocks_of(&p, 0, x);
    Blocks b = notes ? note_blocks(&p, 1, file->tree) : blocks_of(&p, 1, y);
    compare_blocks(&p, &a, &b, !notes);
    if (kind == STORY_BODY && properties_differ(&p, x, y, W_sectPr))
        found(in, INSPECT_SILENT_SECTION, file->name, S(""), S(""), S(""),
              S("The page setup of the last section is different."));
    return true;
}
