/* dump: a document as text for people and for golden tests: docs/text-format.md describes it. All
 * that stands in braces is markup, all else is the document's text.
 *
 * Inline markup is written lazily: each piece of text has a list of the braces it stands in, and
 * only what differs from the list of the piece before is closed and opened. So neighbouring runs of
 * one kind are one stretch, however the file cuts them. */
#include "doc/dump.h"

/* ---- escaping ---- */

static bool needs_code(uint32_t c) {
    return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0xAD || c == 0x61C || c == 0x180E ||
           (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
           (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xFFF0 && c <= 0xFFFB) ||
           (c >= 0xE000 && c <= 0xF8FF) || c >= 0xE0000;
}

void dump_escape(Buf *out, Str text) {
    for (ptrdiff_t at = 0; at < text.len;) {
        const ptrdiff_t from = at;
        const uint32_t c = utf8_next(text, &at);
        if (c == '{' || c == '}' || c == '\\' || c == '|') {
            buf_byte(out, '\\');
            buf_byte(out, (char)c);
        } else if (c == '\t') {
            buf_add(out, S("\\t"));
        } else if (c == '\n' || c == '\r') {
            buf_byte(out, ' ');
        } else if (c == 0xA0) {
            buf_add(out, S("\\~"));
        } else if (needs_code(c)) {
            buf_format(out, "\\u{%X}", (unsigned)c);
        } else {
            buf_add(out, str_slice(text, from, at));
        }
    }
}

/* ---- braces ---- */

void dump_wrap(Dump *d, Str opening, const XmlNode *node) {
    check(d->want_count < DUMP_WRAPS);
    d->want[d->want_count++] = (DumpWrap){opening, node};
}

void dump_unwrap(Dump *d) { d->want_count--; }

static bool is_same_wrap(const DumpWrap *a, const DumpWrap *b) {
    return a->node == b->node && str_equal(a->opening, b->opening);
}

/* The format is outermost: it changes less often than the rest, and one stretch of it reads better
 * than many. */
static void sync(Dump *d) {
    const int first = d->format.len > 0 ? 1 : 0;
    const DumpWrap format = {d->format, NULL};
    const int want_count = first + d->want_count;
    int common = 0;
    while (common < d->open_count && common < want_count &&
           is_same_wrap(&d->open[common], common < first ? &format : &d->want[common - first])) {
        common++;
    }
    for (; d->open_count > common; d->open_count--) buf_byte(d->out, '}');
    for (; d->open_count < want_count; d->open_count++) {
        const int i = d->open_count;
        d->open[i] = i < first ? format : d->want[i - first];
        buf_add(d->out, d->open[i].opening);
    }
}

void dump_close(Dump *d) {
    for (; d->open_count > 0; d->open_count--) buf_byte(d->out, '}');
}

void dump_markup(Dump *d, Str markup) {
    sync(d);
    buf_add(d->out, markup);
}

void dump_text(Dump *d, Str text) {
    if (text.len == 0) return;
    sync(d);
    dump_escape(d->out, text);
    dump_comment_words(d, text);
}

Str dump_office(Dump *d, char sigil, const XmlNode *revision, Str behind) {
    Buf b = buf_new(d->arena);
    buf_byte(&b, '{');
    buf_byte(&b, sigil);
    dump_escape(&b, xml_attr(revision, W_author));
    buf_byte(&b, '|');
    buf_add(&b, behind);
    return buf_str(&b);
}

char dump_sigil(uint16_t name) {
    switch (name) {
    case W_ins:
    case W_cellIns: return '+';
    case W_del:
    case W_cellDel: return '-';
    case W_moveFrom: return '>';
    case W_moveTo: return '<';
    default: return '\0';
    }
}

/* ---- lines ---- */

void dump_begin_line(Dump *d) {
    const int plain = d->cell_start ? d->indent - 1 : d->indent;
    for (int i = 0; i < plain; i++) buf_add(d->out, S("  "));
    if (d->cell_start) buf_add(d->out, d->cell_head);
    d->cell_start = false;
}

void dump_end_line(Dump *d) { buf_byte(d->out, '\n'); }

static void put_brace(Dump *d, Str opening, Str text) {
    buf_add(d->out, opening);
    dump_escape(d->out, text);
    buf_byte(d->out, '}');
}

/* The insertions and deletions that a mark, row or cell has as properties. */
static void put_marks(Dump *d, const XmlNode *properties, Str what) {
    for (const XmlNode *c = properties ? properties->first : NULL; c; c = c->next) {
        const char sigil = dump_sigil(c->name);
        if (sigil) put_brace(d, dump_office(d, sigil, c, what), (Str){"", 0});
        if (c->name == W_cellMerge) put_brace(d, dump_office(d, '~', c, S("merge")), S(""));
    }
}

/* A *PrChange of properties, with what it is said of before it. */
static void put_change(Dump *d, const XmlNode *properties, uint16_t name, Str what) {
    const XmlNode *change = xml_child(properties, name);
    if (!change) return;
    Buf words = buf_new(d->arena);
    doc_format_change(d->arena, d->styles, properties, change, &words);
    put_brace(d, dump_office(d, '~', change, what), buf_str(&words));
}

static Str format_names(Dump *d, const XmlNode *properties) {
    Buf words = buf_new(d->arena);
    doc_format_names(d->arena, d->styles, properties, &words);
    return buf_str(&words);
}

/* ---- paragraphs ---- */

static void put_paragraph_head(Dump *d, const XmlNode *p, const XmlNode *properties) {
    buf_byte(d->out, 'p');
    const DocStyle *style = doc_paragraph_style(d->styles, properties);
    if (style && !style->is_default) put_brace(d, S("{"), style->name);
    const Str label = doc_number_label(d->provisions, p);
    const Str before = doc_number_label_before(d->provisions, p);
    if (label.len > 0 || before.len > 0) {
        buf_add(d->out, S("{#"));
        dump_escape(d->out, label);
        if (before.len > 0 && !str_equal(before, label)) {
            buf_add(d->out, label.len > 0 ? S(" was ") : S("was "));
            dump_escape(d->out, before);
        }
        buf_byte(d->out, '}');
    }
    Buf words = buf_new(d->arena);
    doc_format_names(d->arena, d->styles, properties, &words);
    Str rest = buf_str(&words);
    if (xml_child(properties, W_pStyle) && style && str_starts(rest, style->name)) {
        rest = str_slice(rest, style->name.len, rest.len);
        if (str_starts(rest, S(", "))) rest = str_slice(rest, 2, rest.len);
    }
    if (rest.len > 0) put_brace(d, S("{="), rest);
}

static void put_paragraph_tail(Dump *d, const XmlNode *properties) {
    const XmlNode *mark = xml_child(properties, W_rPr);
    put_marks(d, mark, S("¶"));
    put_change(d, mark, W_rPrChange, S("¶ mark: "));
    put_change(d, properties, W_pPrChange, S("¶ "));
    const XmlNode *section = xml_child(properties, W_sectPr);
    if (section) dump_section(d, section);
}

static void dump_paragraph(Dump *d, const XmlNode *p) {
    const XmlNode *properties = xml_child(p, W_pPr);
    const ptrdiff_t boxes = d->box_count;
    dump_begin_line(d);
    put_paragraph_head(d, p, properties);
    const ptrdiff_t head = d->out->len;
    buf_byte(d->out, ' ');
    dump_inline(d, p);
    dump_flush_field(d);
    dump_close(d);
    if (d->out->len == head + 1) d->out->len = head;
    put_paragraph_tail(d, properties);
    dump_end_line(d);
    for (ptrdiff_t i = boxes; i < d->box_count; i++) {
        d->indent++;
        dump_begin_line(d);
        buf_add(d->out, S("box\n"));
        d->indent++;
        dump_blocks(d, d->boxes[i]);
        d->indent -= 2;
    }
    d->box_count = boxes;
}

void dump_section(Dump *d, const XmlNode *section) {
    put_brace(d, S("{section "), format_names(d, section));
    put_change(d, section, W_sectPrChange, S("section "));
}

/* ---- tables and containers ---- */

static void dump_table(Dump *d, const XmlNode *table) {
    const XmlNode *properties = xml_child(table, W_tblPr);
    const DocStyle *style =
        doc_style_find(d->styles, xml_attr(xml_child(properties, W_tblStyle), W_val));
    dump_begin_line(d);
    buf_add(d->out, S("table"));
    if (style) put_brace(d, S("{"), style->name);
    if (xml_child(properties, W_bidiVisual)) buf_add(d->out, S("{=right-to-left}"));
    put_change(d, properties, W_tblPrChange, (Str){"", 0});
    const XmlNode *grid = xml_child(xml_child(table, W_tblGrid), W_tblGridChange);
    if (grid) buf_add(d->out, S("{~|grid}"));
    dump_end_line(d);
    d->indent++;
    dump_blocks(d, table);
    d->indent--;
}

static void dump_row(Dump *d, const XmlNode *row) {
    const XmlNode *properties = xml_child(row, W_trPr);
    dump_begin_line(d);
    buf_add(d->out, S("row"));
    if (xml_child(properties, W_tblHeader)) buf_add(d->out, S("{=header row}"));
    put_marks(d, properties, S("row"));
    put_change(d, properties, W_trPrChange, (Str){"", 0});
    put_change(d, xml_child(row, W_tblPrEx), W_tblPrExChange, (Str){"", 0});
    dump_end_line(d);
    d->indent++;
    dump_blocks(d, row);
    d->indent--;
}

static void dump_cell(Dump *d, const XmlNode *cell) {
    const XmlNode *properties = xml_child(cell, W_tcPr);
    Buf *out = d->out;
    Buf head = buf_new(d->arena);
    buf_byte(&head, '|');
    d->out = &head;
    const Str span = xml_attr(xml_child(properties, W_gridSpan), W_val);
    if (span.len > 0 && !str_equal(span, S("1"))) put_brace(d, S("{span "), span);
    const XmlNode *merge = xml_child(properties, W_vMerge);
    if (merge) {
        const bool starts = str_equal(xml_attr(merge, W_val), S("restart"));
        buf_add(&head, starts ? S("{merge}") : S("{merged}"));
    }
    put_marks(d, properties, S("cell"));
    put_change(d, properties, W_tcPrChange, (Str){"", 0});
    buf_byte(&head, ' ');
    d->out = out;
    d->cell_head = buf_str(&head);
    d->cell_start = true;
    d->indent++;
    dump_blocks(d, cell);
    if (d->cell_start) { /* a cell without a block: the file is broken, the dump is not */
        dump_begin_line(d);
        dump_end_line(d);
    }
    d->indent--;
}

static void dump_control(Dump *d, const XmlNode *n) {
    dump_begin_line(d);
    buf_add(d->out, S("control"));
    put_brace(d, S("{"), dump_control_name(n));
    dump_end_line(d);
    d->indent++;
    dump_blocks(d, n->name == W_sdt ? xml_child(n, W_sdtContent) : n);
    d->indent--;
}

static void dump_other(Dump *d, const XmlNode *n) {
    dump_begin_line(d);
    const XmlNode *parent = n->parent;
    const ptrdiff_t boxes = d->box_count;
    buf_add(d->out, S("other "));
    if (n->name == W_altChunk || !parent) {
        put_brace(d, S("{"), xml_local(d->package->names, n->name));
    } else {
        dump_inline_node(d, n);
        dump_close(d);
    }
    dump_end_line(d);
    d->box_count = boxes;
}

static bool is_silent_block(uint16_t name) {
    switch (name) {
    case W_pPr:
    case W_tblPr:
    case W_tblGrid:
    case W_trPr:
    case W_tblPrEx:
    case W_tcPr:
    case W_sdtPr:
    case W_sdtEndPr:
    case W_bookmarkStart:
    case W_bookmarkEnd:
    case W_permStart:
    case W_permEnd:
    case W_proofErr:
    case W_customXmlPr:
    case W_moveFromRangeStart:
    case W_moveFromRangeEnd:
    case W_moveToRangeStart:
    case W_moveToRangeEnd:
    case W_customXmlInsRangeStart:
    case W_customXmlInsRangeEnd:
    case W_customXmlDelRangeStart:
    case W_customXmlDelRangeEnd:
    case W_customXmlMoveFromRangeStart:
    case W_customXmlMoveFromRangeEnd:
    case W_customXmlMoveToRangeStart:
    case W_customXmlMoveToRangeEnd: return true;
    default: return false;
    }
}

static void dump_alternative(Dump *d, const XmlNode *n) {
    const XmlNode *chosen = xml_child(n, MC_Choice);
    if (!chosen) chosen = xml_child(n, MC_Fallback);
    if (chosen) dump_blocks(d, chosen);
}

static void dump_block(Dump *d, const XmlNode *n) {
    switch (n->name) {
    case W_p: dump_paragraph(d, n); return;
    case W_tbl: dump_table(d, n); return;
    case W_tr: dump_row(d, n); return;
    case W_tc: dump_cell(d, n); return;
    case W_sdt:
    case W_customXml: dump_control(d, n); return;
    case W_sdtContent: dump_blocks(d, n); return;
    case W_ins:
    case W_del:
    case W_moveFrom:
    case W_moveTo: {
        dump_begin_line(d);
        buf_add(d->out, dump_office(d, dump_sigil(n->name), n, (Str){"", 0}));
        buf_byte(d->out, '}');
        dump_end_line(d);
        d->indent++;
        dump_blocks(d, n);
        d->indent--;
        return;
    }
    case W_sectPr:
        dump_begin_line(d);
        dump_section(d, n);
        dump_end_line(d);
        return;
    case W_commentRangeStart:
    case W_commentRangeEnd: dump_comment_anchor(d, n, false); return;
    case MC_AlternateContent: dump_alternative(d, n); return;
    default:
        if (!is_silent_block(n->name)) dump_other(d, n);
    }
}

void dump_blocks(Dump *d, const XmlNode *container) {
    if (!container) return;
    for (const XmlNode *n = container->first; n; n = n->next) {
        if (xml_is_element(n)) dump_block(d, n);
    }
}

/* ---- stories ---- */

static void begin_section(Dump *d, const char *words) {
    if (d->out->len > d->start) buf_byte(d->out, '\n');
    buf_add(d->out, S("@ "));
    buf_add(d->out, str_from_z(words));
}

static void dump_body(Dump *d, const XmlTree *t) {
    begin_section(d, "body");
    dump_end_line(d);
    dump_blocks(d, xml_child(t->root, W_body));
}

/* For which pages sections use a header or footer. */
static void put_header_types(Dump *d, const DocxPart *part) {
    static const char *const types[] = {"default", "first", "even"};
    uint64_t used = 0;
    map_find(&d->header_types, (uint64_t)(uintptr_t)part, &used);
    for (int i = 0; i < 3; i++) {
        if (!(used >> i & 1)) continue;
        buf_byte(d->out, ' ');
        buf_add(d->out, str_from_z(types[i]));
    }
    if (used == 0) buf_add(d->out, S(" unused"));
}

static void read_header_types(Dump *d, const XmlNode *root) {
    d->header_types = map_new(d->arena);
    for (const XmlNode *n = xml_next(root, root); n; n = xml_next(n, root)) {
        if (n->name != W_headerReference && n->name != W_footerReference) continue;
        const DocxRel *rel = docx_find_rel(d->package->main, xml_attr(n, R_id));
        if (!rel || !rel->part) continue;
        const Str type = xml_attr(n, W_type);
        const uint64_t bit = str_equal(type, S("first")) ? 2 : str_equal(type, S("even")) ? 4 : 1;
        uint64_t used = 0;
        map_find(&d->header_types, (uint64_t)(uintptr_t)rel->part, &used);
        map_put(&d->header_types, (uint64_t)(uintptr_t)rel->part, used | bit);
    }
}

static void dump_notes(Dump *d, const XmlTree *t, const char *word) {
    const XmlNode **notes = NULL;
    const ptrdiff_t count = doc_notes_in_order(d->arena, d->provisions, t->root, &notes);
    for (ptrdiff_t i = 0; i < count; i++) {
        begin_section(d, word);
        const Str label = doc_note_label(d->provisions, notes[i]);
        buf_byte(d->out, ' ');
        buf_add(d->out, label.len > 0 ? label : S("unused"));
        dump_end_line(d);
        dump_blocks(d, notes[i]);
    }
}

static bool dump_story(Dump *d, const DocxStory *story, PxErr *err) {
    XmlTree *t = NULL;
    if (!docx_part_tree(d->package, story->part, &t, err)) return false;
    d->part = story->part;
    d->field_depth = 0;
    d->field_pending = false;
    switch (story->kind) {
    case STORY_BODY: dump_body(d, t); return true;
    case STORY_HEADER:
    case STORY_FOOTER:
        begin_section(d, story->kind == STORY_HEADER ? "header" : "footer");
        put_header_types(d, story->part);
        dump_end_line(d);
        dump_blocks(d, t->root);
        return true;
    case STORY_FOOTNOTES: dump_notes(d, t, "footnote"); return true;
    case STORY_ENDNOTES: dump_notes(d, t, "endnote"); return true;
    case STORY_COMMENTS:
        for (const XmlNode *n = t->root->first; n; n = n->next) {
            if (n->name != W_comment) continue;
            begin_section(d, "comment ");
            dump_comment_head(d, n);
            dump_end_line(d);
            dump_blocks(d, n);
        }
        return true;
    case STORY_KINDS: return true;
    }
    return true;
}

bool doc_dump(Arena *a, DocxPackage *p, Buf *out, PxErr *err) {
    Dump *d = NEW(a, Dump);
    d->arena = a;
    d->package = p;
    d->out = out;
    d->start = out->len;
    XmlTree *main = NULL;
    if (!p->main) return fail(err, PX_ERR_INPUT, p->file_name, -1, "the package has no document");
    if (!doc_styles_open(a, p, &d->styles, err) ||
        !doc_provisions_open(a, p, false, false, &d->provisions, err) ||
        !docx_part_tree(p, p->main, &main, err) || !dump_comments_open(d, err)) {
        return false;
    }
    read_header_types(d, main->root);
    DocxStory *stories = NULL;
    const ptrdiff_t count = docx_stories(a, p, &stories);
    for (ptrdiff_t i = 0; i < count; i++) {
        if (!dump_story(d, &stories[i], err)) return false;
    }
    return true;
}
