/* provisions: where in the document a block stands, as people cite it: "Article 5(2)(a)".
 *
 * The document is walked once. A view is a reading of it (all changes accepted, or all rejected):
 * its own list counters, note numbers and stack of the labels in force. A redline is read in both
 * views at once: its provisions are the base's, which is what people comment on, also of what is
 * new; its automatic numbers are those one sees, of what is deleted the old ones. Where a
 * paragraph mark is out of the view, the paragraph's text belongs to the next paragraph. */
#include "doc/people.h"

enum { VIEWS_MAX = 2, TEXT_MAX = 512 };
enum { VIEW_ACCEPTED = 0, VIEW_REJECTED = 1 }; /* of a redline */

typedef struct Slot { /* a paragraph, row, note or header */
    Str id[VIEWS_MAX], label[VIEWS_MAX];
    bool exists[VIEWS_MAX];
    bool joins; /* in one of the views its text belongs to a later paragraph */
} Slot;

typedef struct View {
    bool skip_inserted, skip_deleted;
    NumberState *numbers;
    LabelStack place;
    Buf text; /* of the paragraph, and of those before it whose mark is out of view */
    ptrdiff_t *pending, pending_count, pending_cap; /* slots of the latter */
    int hidden;          /* depth of enclosing rows, cells ... that are out of view */
    Str table_base, row; /* row: the id of the row we are in, or ptr NULL */
    int tables, rows;
    Map notes[2]; /* hash of a note's id -> index in labels + 1; footnotes, endnotes */
    int64_t note_count[2];
    Str *labels;
    ptrdiff_t label_count, label_cap;
} View;

struct DocProvisions {
    Arena *arena;
    DocStyles *styles;
    Numbering *numbering;
    View views[VIEWS_MAX];
    int view_count;
    Map slots_by_node;
    Slot *slots;
    ptrdiff_t slot_count, slot_cap;
    Str note_format[2];
    int64_t note_start[2];
    bool uses_headings, saw_heading, in_story;
};

static uint64_t key_of(const XmlNode *n) { return (uint64_t)(uintptr_t)n; }

static Slot *add_slot(DocProvisions *v, const XmlNode *n) {
    v->slots = arena_grow(v->arena, v->slots, v->slot_count, &v->slot_cap, v->slot_count + 1,
                          sizeof(Slot));
    Slot *slot = &v->slots[v->slot_count++];
    memset(slot, 0, sizeof *slot);
    map_put(&v->slots_by_node, key_of(n), (uint64_t)v->slot_count);
    return slot;
}

/* ---- paragraphs ---- */

static Label copy_label(Arena *a, Label label) { /* text is a buffer that is used again */
    if (label.word.len > 0) label.word = arena_str(a, label.word);
    if (label.number.len > 0) label.number = arena_str(a, label.number);
    if (label.printed.len > 0) label.printed = arena_str(a, label.printed);
    return label;
}

static Str rest_of(Str text, ptrdiff_t from) {
    return from < text.len ? str_slice(text, from, text.len) : (Str){"", 0};
}

/* Labels may follow one another: "2. (a) The Parties". */
static void read_labels(DocProvisions *v, View *w, Str text, const NumberLabel *number,
                        int outline) {
    const NumberLabel typed = {{"", 0}, 0, 0, false};
    bool labelled = false;
    if (number->text.len > 0 && !number->is_bullet) {
        const Label label = label_read(v->arena, number->text, true, true);
        labelled = label.kind != LABEL_NONE;
        if (labelled && outline >= 0 && v->uses_headings) pop_headings(&w->place, outline);
        if (labelled) place_label(&w->place, &label, number);
    }
    if (number->is_bullet && outline < 0) return;
    for (int round = labelled; round < 3; round++) {
        const Label label = copy_label(v->arena, label_read(v->arena, text, outline >= 0, false));
        if (label.kind == LABEL_NONE || (round > 0 && label.kind != LABEL_BARE)) break;
        if (round > 0 && label.form == 0) break;
        place_label(&w->place, &label, &typed);
        labelled = true;
        text = rest_of(text, label.end);
    }
    if (labelled || outline < 0 || str_trim(text).len == 0) return;
    v->saw_heading = true;
    if (v->uses_headings) place_heading(&w->place, text, outline);
}

static void trim_text(Buf *text) {
    if (text->len <= TEXT_MAX) return;
    text->len = TEXT_MAX;
    while (text->len > 0 && ((unsigned char)text->ptr[text->len] & 0xC0) == 0x80) text->len--;
}

static Str current_id(const View *w) { return w->row.ptr ? w->row : w->place.id; }

/* The paragraph whose mark is in view: it ends here, with all that was pending. */
static void end_paragraph(DocProvisions *v, View *w, int view, const XmlNode *properties,
                          ptrdiff_t slot) {
    const NumberLabel number = number_next(v->arena, w->numbers, properties);
    const DocStyle *style = doc_paragraph_style(v->styles, properties);
    const bool is_contents = style && style->is_contents;
    if (v->in_story && !w->row.ptr && !is_contents) {
        const int outline = doc_outline_level(v->styles, properties);
        read_labels(v, w, w->text.len > 0 ? buf_str(&w->text) : (Str){"", 0}, &number, outline);
    }
    w->text.len = 0;
    const Str id = current_id(w);
    for (ptrdiff_t i = 0; i < w->pending_count; i++) v->slots[w->pending[i]].id[view] = id;
    w->pending_count = 0;
    v->slots[slot].id[view] = id;
    v->slots[slot].label[view] = number.text;
    v->slots[slot].exists[view] = true;
}

typedef struct NoteCall {
    DocProvisions *v;
    View *view;
} NoteCall;

/* The sign that stands for the number of a note: a character or two. */
static void put_custom_mark(Buf *label, const XmlNode *n) {
    Str mark = n && n->name == W_t ? str_trim(doc_plain(label->arena, n, false)) : S("");
    ptrdiff_t at = 0;
    for (int i = 0; i < 4 && at < mark.len; i++) (void)utf8_next(mark, &at);
    mark.len = at;
    buf_add(label, mark.len > 0 ? mark : S("*"));
}

bool doc_has_own_mark(const XmlNode *reference) {
    const Str value = xml_attr(reference, W_customMarkFollows);
    return value.ptr && is_on_value(value);
}

static void count_note(void *ctx, const XmlNode *reference) {
    const NoteCall *call = ctx;
    DocProvisions *v = call->v;
    View *w = call->view;
    const int kind = reference->name == W_endnoteReference;
    const Str id = xml_attr(reference, W_id);
    const uint64_t key = hash_fast(str_trim(id));
    if (!v->in_story || map_find(&w->notes[kind], key, NULL)) return;
    Buf label = buf_new(v->arena);
    if (doc_has_own_mark(reference)) {
        put_custom_mark(&label, reference->next);
    } else {
        number_format(&label, v->note_format[kind], v->note_start[kind] + w->note_count[kind]++);
    }
    w->labels = arena_grow(v->arena, w->labels, w->label_count, &w->label_cap, w->label_count + 1,
                           sizeof(Str));
    w->labels[w->label_count++] = buf_str(&label);
    map_put(&w->notes[kind], key, (uint64_t)w->label_count);
}

static const XmlNode *properties_in_view(const View *w, const XmlNode *paragraph) {
    const XmlNode *properties = xml_child(paragraph, W_pPr);
    const XmlNode *change = w->skip_inserted ? xml_child(properties, W_pPrChange) : NULL;
    return change ? xml_child(change, W_pPr) : properties;
}

static bool is_hidden_by(const View *w, const XmlNode *properties) {
    for (const XmlNode *c = properties ? properties->first : NULL; c; c = c->next) {
        if (is_out_of_view(c->name, w->skip_inserted, w->skip_deleted)) return true;
        if (w->skip_inserted && c->name == W_cellIns) return true;
        if (w->skip_deleted && c->name == W_cellDel) return true;
    }
    return false;
}

static void read_paragraph(DocProvisions *v, int view, const XmlNode *p, ptrdiff_t slot) {
    View *w = &v->views[view];
    v->slots[slot].id[view] = current_id(w);
    v->slots[slot].label[view] = (Str){"", 0};
    if (w->hidden > 0) return;
    NoteCall call = {v, w};
    Gather g = {.out = &w->text,
                .skip_inserted = w->skip_inserted,
                .skip_deleted = w->skip_deleted,
                .reference = count_note,
                .ctx = &call};
    const ptrdiff_t before = w->text.len;
    for (const XmlNode *c = p->first; c; c = c->next) gather_text(&g, c);
    const bool says_something = w->text.len > before;
    trim_text(&w->text);
    if (!is_hidden_by(w, xml_child(xml_child(p, W_pPr), W_rPr))) {
        end_paragraph(v, w, view, properties_in_view(w, p), slot);
    } else if (says_something) {
        w->pending = arena_grow(v->arena, w->pending, w->pending_count, &w->pending_cap,
                                w->pending_count + 1, sizeof(ptrdiff_t));
        w->pending[w->pending_count++] = slot;
        v->slots[slot].exists[view] = v->slots[slot].joins = true;
    }
}

/* What is pending has no next paragraph to belong to: it stays a paragraph of its own. */
static void end_blocks(DocProvisions *v) {
    for (int view = 0; view < v->view_count; view++) {
        View *w = &v->views[view];
        if (w->pending_count > 0) {
            w->pending_count--;
            end_paragraph(v, w, view, NULL, w->pending[w->pending_count]);
        }
        w->text.len = 0;
    }
}

/* Paragraphs of text boxes count in their lists too. Of alternatives the first is read. */
static void read_boxes(DocProvisions *v, const XmlNode *paragraph, ptrdiff_t outer) {
    const XmlNode *n = xml_next(paragraph, paragraph);
    while (n) {
        const bool other = n->name == MC_Fallback && xml_child(n->parent, MC_Choice);
        if (n->name == W_p) {
            const ptrdiff_t slot = add_slot(v, n) - v->slots;
            for (int view = 0; view < v->view_count; view++) {
                View *w = &v->views[view];
                Slot *s = &v->slots[slot];
                s->id[view] = current_id(w);
                s->exists[view] = w->hidden == 0 && v->slots[outer].exists[view];
                if (!s->exists[view]) continue;
                const XmlNode *properties = properties_in_view(w, n);
                s->label[view] = number_next(v->arena, w->numbers, properties).text;
            }
        }
        n = other || !xml_is_element(n) ? xml_skip(n, paragraph) : xml_next(n, paragraph);
    }
}

/* ---- blocks ---- */

static void read_blocks(DocProvisions *v, const XmlNode *container);

static void hide(DocProvisions *v, const XmlNode *properties, int by) {
    for (int view = 0; view < v->view_count; view++) {
        if (is_hidden_by(&v->views[view], properties)) v->views[view].hidden += by;
    }
}

static void begin_row(DocProvisions *v, const XmlNode *row) {
    const ptrdiff_t slot = add_slot(v, row) - v->slots;
    for (int view = 0; view < v->view_count; view++) {
        View *w = &v->views[view];
        Slot *s = &v->slots[slot];
        s->exists[view] = w->hidden == 0;
        if (w->hidden == 0) w->rows++;
        Buf id = buf_new(v->arena);
        buf_add(&id, w->place.id);
        if (w->tables > 1) buf_format(&id, ", table %d", w->tables);
        if (w->rows > 0) buf_format(&id, ", row %d", w->rows);
        w->row = s->id[view] = buf_str(&id);
    }
}

static void read_row(DocProvisions *v, const XmlNode *row, bool outermost) {
    const XmlNode *properties = xml_child(row, W_trPr);
    hide(v, properties, 1);
    if (outermost) begin_row(v, row);
    read_blocks(v, row);
    hide(v, properties, -1);
}

static void read_table(DocProvisions *v, const XmlNode *table) {
    bool outermost = true;
    for (int view = 0; view < v->view_count; view++) {
        View *w = &v->views[view];
        if (w->row.ptr) outermost = false;
    }
    if (!outermost) {
        read_blocks(v, table);
        return;
    }
    for (int view = 0; view < v->view_count; view++) {
        View *w = &v->views[view];
        w->tables = w->table_base.ptr && str_equal(w->table_base, w->place.id) ? w->tables + 1 : 1;
        w->table_base = w->place.id;
        w->rows = 0;
        w->row = w->place.id; /* "we are in a table" */
    }
    read_blocks(v, table);
    for (int view = 0; view < v->view_count; view++) v->views[view].row = (Str){NULL, 0};
}

static bool is_passed_over(uint16_t name) {
    switch (name) {
    case W_sectPr:
    case W_tblPr:
    case W_tblGrid:
    case W_trPr:
    case W_tcPr:
    case W_tblPrEx:
    case W_sdtPr:
    case W_sdtEndPr:
    case W_pPr: return true;
    default: return false;
    }
}

static void read_block(DocProvisions *v, const XmlNode *n) {
    switch (n->name) {
    case W_p: {
        const ptrdiff_t slot = add_slot(v, n) - v->slots;
        for (int view = 0; view < v->view_count; view++) read_paragraph(v, view, n, slot);
        read_boxes(v, n, slot);
        return;
    }
    case W_tbl:
        end_blocks(v);
        read_table(v, n);
        return;
    case W_tr: {
        const XmlNode *above = n->parent;
        while (above && above->name != W_tbl) above = above->parent;
        const XmlNode *outer = above ? above->parent : NULL;
        while (outer && outer->name != W_tbl) outer = outer->parent;
        read_row(v, n, !outer);
        return;
    }
    case W_tc:
        hide(v, xml_child(n, W_tcPr), 1);
        read_blocks(v, n);
        end_blocks(v);
        hide(v, xml_child(n, W_tcPr), -1);
        return;
    case MC_AlternateContent: {
        const XmlNode *chosen = xml_child(n, MC_Choice);
        if (!chosen) chosen = xml_child(n, MC_Fallback);
        if (chosen) read_blocks(v, chosen);
        return;
    }
    default: break;
    }
    if (is_passed_over(n->name)) return;
    for (int view = 0; view < v->view_count; view++) {
        View *w = &v->views[view];
        w->hidden += is_out_of_view(n->name, w->skip_inserted, w->skip_deleted);
    }
    read_blocks(v, n);
    for (int view = 0; view < v->view_count; view++) {
        View *w = &v->views[view];
        w->hidden -= is_out_of_view(n->name, w->skip_inserted, w->skip_deleted);
    }
}

static void read_blocks(DocProvisions *v, const XmlNode *container) {
    for (const XmlNode *n = container->first; n; n = n->next) {
        if (xml_is_element(n)) read_block(v, n);
    }
}

/* ---- stories ---- */

static void begin_story(DocProvisions *v, Str base) {
    for (int view = 0; view < v->view_count; view++) {
        View *w = &v->views[view];
        labels_reset(&w->place, base);
        w->row = w->table_base = (Str){NULL, 0};
        w->tables = w->rows = w->hidden = 0;
        w->pending_count = w->text.len = 0;
    }
}

static void read_body(DocProvisions *v, const XmlTree *t, bool uses_headings) {
    v->uses_headings = uses_headings;
    v->slots_by_node = map_new(v->arena);
    v->slot_count = 0;
    v->in_story = true;
    for (int view = 0; view < v->view_count; view++) {
        View *w = &v->views[view];
        w->numbers = number_state_new(v->arena, v->numbering);
        w->place = (LabelStack){.arena = v->arena, .taken = map_new(v->arena)};
        w->text = buf_new(v->arena);
        for (int kind = 0; kind < 2; kind++) {
            w->notes[kind] = map_new(v->arena);
            w->note_count[kind] = 0;
        }
    }
    begin_story(v, S("Preamble"));
    const XmlNode *body = xml_child(t->root, W_body);
    if (body) read_blocks(v, body);
    end_blocks(v);
    v->in_story = false;
}

static Str note_label_in(const View *w, int kind, Str id) {
    uint64_t index = 0;
    if (!map_find(&w->notes[kind], hash_fast(str_trim(id)), &index)) return (Str){"", 0};
    return w->labels[index - 1];
}

static void read_notes(DocProvisions *v, const XmlNode *root, int kind) {
    const Str word = kind == 0 ? S("Footnote") : S("Endnote");
    for (const XmlNode *n = root->first; n; n = n->next) {
        if (n->name != W_footnote && n->name != W_endnote) continue;
        begin_story(v, word);
        const ptrdiff_t slot = add_slot(v, n) - v->slots;
        for (int view = 0; view < v->view_count; view++) {
            View *w = &v->views[view];
            const Str label = note_label_in(w, kind, xml_attr(n, W_id));
            Slot *s = &v->slots[slot];
            s->exists[view] = label.len > 0;
            s->label[view] = label;
            if (label.len > 0) {
                const Str id = arena_format(v->arena, "%.*s %.*s", (int)word.len, word.ptr,
                                            (int)label.len, label.ptr);
                labels_reset(&w->place, id);
            }
            s->id[view] = w->place.id;
            w->hidden = label.len == 0;
        }
        read_blocks(v, n);
        end_blocks(v);
    }
}

static void read_header(DocProvisions *v, const XmlNode *root, Str word) {
    begin_story(v, word);
    const ptrdiff_t slot = add_slot(v, root) - v->slots;
    for (int view = 0; view < v->view_count; view++) {
        v->slots[slot].id[view] = word;
        v->slots[slot].exists[view] = true;
    }
    read_blocks(v, root);
    end_blocks(v);
}

static bool saw_keyword(const DocProvisions *v) {
    return v->views[0].place.saw_keyword || v->views[1].place.saw_keyword;
}

static bool read_stories(Arena *a, DocProvisions *v, DocxPackage *p, PxErr *err) {
    DocxStory *stories = NULL;
    const ptrdiff_t count = docx_stories(a, p, &stories);
    for (ptrdiff_t i = 0; i < count; i++) {
        XmlTree *t = NULL;
        if (stories[i].kind == STORY_COMMENTS) continue;
        if (!docx_part_tree(p, stories[i].part, &t, err)) return false;
        switch (stories[i].kind) {
        case STORY_BODY:
            read_body(v, t, false);
            if (!saw_keyword(v) && v->saw_heading) read_body(v, t, true);
            break;
        case STORY_HEADER: read_header(v, t->root, S("Header")); break;
        case STORY_FOOTER: read_header(v, t->root, S("Footer")); break;
        case STORY_FOOTNOTES: read_notes(v, t->root, 0); break;
        case STORY_ENDNOTES: read_notes(v, t->root, 1); break;
        case STORY_COMMENTS:
        case STORY_KINDS: break;
        }
    }
    return true;
}

/* ---- how notes are numbered: settings, overruled by the last section ---- */

static void read_note_format(DocProvisions *v, const XmlNode *properties) {
    for (int kind = 0; kind < 2; kind++) {
        const XmlNode *own = xml_child(properties, kind == 0 ? W_footnotePr : W_endnotePr);
        const Str format = xml_attr(xml_child(own, W_numFmt), W_val);
        const Str start = xml_attr(xml_child(own, W_numStart), W_val);
        int64_t n = 0;
        if (format.len > 0) v->note_format[kind] = format;
        if (start.ptr && str_to_int(start, &n) && n >= 0 && n < 1000000) v->note_start[kind] = n;
    }
}

static bool read_note_formats(DocProvisions *v, DocxPackage *p, PxErr *err) {
    v->note_format[0] = S("decimal");
    v->note_format[1] = S("lowerRoman");
    v->note_start[0] = v->note_start[1] = 1;
    XmlTree *t = NULL;
    DocxPart *settings = p->main ? docx_related(p->main, S("settings")) : NULL;
    if (settings) {
        if (!docx_part_tree(p, settings, &t, err)) return false;
        read_note_format(v, t->root);
    }
    if (p->main) {
        if (!docx_part_tree(p, p->main, &t, err)) return false;
        const XmlNode *body = xml_child(t->root, W_body);
        read_note_format(v, xml_child(body, W_sectPr));
    }
    return true;
}

/* ---- the provisions of a redline: those of the base ---- */

typedef struct BaseIds {
    DocProvisions *v;
    Map base_of; /* hash of an id when all is accepted -> slot + 1 of the first that is in the base
                    too */
    Map taken;   /* hash of an id of the base, of a slot that stays */
} BaseIds;

/* Where the last step of an id begins: "Article 5(2)(a)" at "(a)", "Annex A, row 3" at ", row 3";
 * 0 where there is but one. */
static ptrdiff_t last_step(Str id) {
    ptrdiff_t at = 0;
    if (str_ends(id, S(")"))) at = str_find_last(id, '(');
    else if (str_find_last(id, ',') > 0) at = str_find_last(id, ',');
    else if (str_find_last(id, '.') > 0) at = str_find_last(id, '.');
    return at > 0 ? at : 0;
}

/* What is new stands in a provision of the base, if only the outermost, and is named by its steps
 * from there: with "(new)" where the base has another provision of that name, which stays. */
static Str id_of_new(const BaseIds *b, Str id) {
    uint64_t slot = 0;
    ptrdiff_t cut = id.len;
    while (cut > 0 && !map_find(&b->base_of, hash_fast(str_slice(id, 0, cut)), &slot)) {
        cut = last_step(str_slice(id, 0, cut));
    }
    const Str in_base = cut > 0 ? b->v->slots[slot - 1].id[VIEW_REJECTED] : (Str){"", 0};
    if (cut == id.len) return in_base;
    const Str name = arena_format(b->v->arena, "%.*s%.*s", (int)in_base.len, in_base.ptr,
                                  (int)(id.len - cut), id.ptr + cut);
    if (!map_find(&b->taken, hash_fast(name), NULL)) return name;
    return arena_format(b->v->arena, "%.*s (new)", (int)name.len, name.ptr);
}

/* A slot of a redline that the base does not have gets its id in the base's terms. */
static void name_new_slots(DocProvisions *v) {
    BaseIds b = {v, map_new(v->arena), map_new(v->arena)};
    for (ptrdiff_t i = 0; i < v->slot_count; i++) {
        const Slot *s = &v->slots[i];
        if (!s->exists[VIEW_ACCEPTED] || !s->exists[VIEW_REJECTED]) continue;
        const uint64_t accepted = hash_fast(s->id[VIEW_ACCEPTED]);
        if (!s->joins && !map_find(&b.base_of, accepted, NULL)) {
            map_put(&b.base_of, accepted, (uint64_t)i + 1);
        }
        map_put(&b.taken, hash_fast(s->id[VIEW_REJECTED]), 1);
    }
    Str last = {NULL, 0}, named = {NULL, 0};
    for (ptrdiff_t i = 0; i < v->slot_count; i++) {
        Slot *s = &v->slots[i];
        if (!s->exists[VIEW_ACCEPTED] || s->exists[VIEW_REJECTED]) continue;
        if (!last.ptr || !str_equal(last, s->id[VIEW_ACCEPTED])) {
            last = s->id[VIEW_ACCEPTED];
            named = id_of_new(&b, last);
        }
        s->id[VIEW_REJECTED] = named;
    }
}

/* ---- the door ---- */

bool doc_provisions_open(Arena *a, DocxPackage *p, bool skip_inserted, bool skip_deleted,
                         DocProvisions **out, PxErr *err) {
    DocProvisions *v = NEW(a, DocProvisions);
    v->arena = a;
    v->slots_by_node = map_new(a);
    v->view_count = skip_inserted || skip_deleted ? 1 : 2;
    v->views[0].skip_inserted = skip_inserted;
    v->views[0].skip_deleted = skip_deleted || v->view_count == 2;
    v->views[VIEW_REJECTED].skip_inserted = true;
    if (!doc_styles_open(a, p, &v->styles, err) ||
        !numbering_open(a, p, v->styles, &v->numbering, err) || !read_note_formats(v, p, err) ||
        !read_stories(a, v, p, err)) {
        return false;
    }
    if (v->view_count == 2) name_new_slots(v);
    *out = v;
    return true;
}

static const Slot *find_slot(const DocProvisions *v, const XmlNode *n) {
    uint64_t index = 0;
    if (!map_find(&v->slots_by_node, key_of(n), &index)) return NULL;
    return &v->slots[index - 1];
}

/* In a redline the number of what stands in the accepted text is seen there. */
static int view_of(const DocProvisions *v, const Slot *s) {
    return v->view_count > 1 && !s->exists[VIEW_ACCEPTED] && s->exists[VIEW_REJECTED]
               ? VIEW_REJECTED
               : VIEW_ACCEPTED;
}

Str doc_provision(const DocProvisions *v, const XmlNode *n) {
    for (; n; n = n->parent) {
        const Slot *s = find_slot(v, n);
        if (s) return s->id[v->view_count == 2 ? VIEW_REJECTED : VIEW_ACCEPTED];
    }
    return (Str){"", 0};
}

Str doc_number_label(const DocProvisions *v, const XmlNode *paragraph) {
    const Slot *s = paragraph ? find_slot(v, paragraph) : NULL;
    if (!s || paragraph->name != W_p) return (Str){"", 0};
    return s->label[view_of(v, s)].len > 0 ? s->label[view_of(v, s)] : (Str){"", 0};
}

Str doc_number_label_before(const DocProvisions *v, const XmlNode *paragraph) {
    const Slot *s = paragraph && v->view_count > 1 ? find_slot(v, paragraph) : NULL;
    if (!s || paragraph->name != W_p || !s->exists[VIEW_REJECTED]) return (Str){"", 0};
    return s->label[VIEW_REJECTED];
}

Str doc_note_label(const DocProvisions *v, const XmlNode *n) {
    if (!n) return (Str){"", 0};
    const int kind = n->name == W_endnoteReference || n->name == W_endnote;
    const Str id = xml_attr(n, W_id);
    const Str label = note_label_in(&v->views[0], kind, id);
    if (label.len > 0 || v->view_count == 1) return label;
    return note_label_in(&v->views[1], kind, id);
}

/* ---- notes in order ---- */

typedef struct NoteOrder {
    const XmlNode **notes;
    uint64_t *place;
} NoteOrder;

static int compare_notes(const void *ctx, ptrdiff_t x, ptrdiff_t y) {
    const NoteOrder *o = ctx;
    return o->place[x] < o->place[y] ? -1 : o->place[x] > o->place[y];
}

static bool is_note(const XmlNode *n) {
    if (n->name != W_footnote && n->name != W_endnote) return false;
    const Str type = xml_attr(n, W_type);
    return type.len == 0 || str_equal(type, S("normal"));
}

/* 1, 2 ... in the accepted text, behind them what only the rejected text refers to, then the rest.
 */
static uint64_t note_place(const DocProvisions *v, const XmlNode *n) {
    const int kind = n->name == W_endnote;
    const uint64_t key = hash_fast(str_trim(xml_attr(n, W_id)));
    uint64_t index = 0;
    for (int view = 0; view < v->view_count; view++) {
        if (map_find(&v->views[view].notes[kind], key, &index)) {
            return index + ((uint64_t)view << 40);
        }
    }
    return UINT64_MAX;
}

ptrdiff_t doc_notes_in_order(Arena *a, const DocProvisions *v, const XmlNode *root,
                             const XmlNode ***out) {
    ptrdiff_t count = 0;
    for (const XmlNode *n = root->first; n; n = n->next) count += is_note(n);
    NoteOrder o = {NEW_ARRAY(a, const XmlNode *, count), NEW_ARRAY(a, uint64_t, count)};
    ptrdiff_t *indexes = NEW_ARRAY(a, ptrdiff_t, count);
    count = 0;
    for (const XmlNode *n = root->first; n; n = n->next) {
        if (!is_note(n)) continue;
        o.notes[count] = n;
        o.place[count] = note_place(v, n);
        indexes[count] = count;
        count++;
    }
    sort_indexes(a, indexes, count, compare_notes, &o);
    const XmlNode **sorted = NEW_ARRAY(a, const XmlNode *, count);
    for (ptrdiff_t i = 0; i < count; i++) sorted[i] = o.notes[indexes[i]];
    *out = sorted;
    return count;
}
