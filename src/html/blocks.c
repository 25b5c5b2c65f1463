/* blocks: paragraphs, tables and what holds them. */
#include "html/int.h"

enum { HEADINGS = 5, INDENTS_MAX = 8 };

/* ---- paragraphs ---- */

static bool has_text(const XmlNode *p) {
    for (const XmlNode *n = xml_next(p, p); n; n = xml_next(n, p)) {
        if (n->name == W_t || n->name == W_delText) return true;
    }
    return false;
}

/* Steps of about 1.27 cm that the paragraph is set in; lists by their level. */
static int indent_of(const DocStyle *style, const XmlNode *properties, bool in_list) {
    int64_t n = 0;
    if (in_list) {
        Str level = xml_attr(xml_child(xml_child(properties, W_numPr), W_ilvl), W_val);
        if (!level.ptr && style) level = style->ilvl;
        if (!str_to_int(level, &n)) n = 0;
    } else {
        const XmlNode *ind = xml_child(properties, W_ind);
        Str left = xml_attr(ind, W_left);
        if (!left.ptr) left = xml_attr(ind, W_start);
        if (!left.ptr && style) left = style->indent;
        if (!str_to_int(left, &n) || n < 200) return 0;
        n = (n + 360) / 720;
    }
    return n < 0 ? 0 : n > INDENTS_MAX ? INDENTS_MAX : (int)n;
}

static void put_classes(Page *page, const DocStyle *style, const XmlNode *properties,
                        bool in_list) {
    Buf *out = page->out;
    Buf names = buf_new(page->arena);
    Str align = xml_attr(xml_child(properties, W_jc), W_val);
    if (!align.ptr && style) align = style->align;
    if (in_list) buf_add(&names, S(" li"));
    if (str_equal(align, S("center"))) buf_add(&names, S(" ce"));
    if (str_equal(align, S("right")) || str_equal(align, S("end"))) buf_add(&names, S(" en"));
    const int indent = indent_of(style, properties, in_list);
    if (indent > 0) buf_format(&names, " i%d", indent);
    if (style && style->is_contents) buf_add(&names, S(" toc"));
    if (style && str_equal_fold(style->name, S("title"))) buf_add(&names, S(" title"));
    if (names.len == 0) return;
    buf_add(out, S(" class=\""));
    buf_add(out, str_slice(buf_str(&names), 1, names.len));
    buf_byte(out, '"');
}

static void write_label(Page *page, const XmlNode *p) {
    Buf *out = page->out;
    const Str label = doc_number_label(page->provisions, p);
    const Str was = doc_number_label_before(page->provisions, p);
    const bool changed = was.len > 0 && !str_equal(label, was);
    if (label.len == 0 && !changed) return;
    buf_add(out, S("<span class=\"n\"><bdi>"));
    html_document_text(out, label);
    buf_add(out, S("</bdi>"));
    if (changed) {
        buf_add(out, S(" <small class=\"was\">was <bdi>"));
        html_document_text(out, was);
        buf_add(out, S("</bdi></small>"));
    }
    buf_add(out, S("</span> "));
}

static void write_paragraph_changes(Page *page, const XmlNode *properties) {
    const XmlNode *mark = xml_child(properties, W_rPr);
    for (const XmlNode *c = mark ? mark->first : NULL; c; c = c->next) {
        write_mark(page, c, S("¶"));
    }
    write_format_change(page, mark, xml_child(mark, W_rPrChange), S("¶ mark:"));
    write_format_change(page, properties, xml_child(properties, W_pPrChange), S("¶"));
    const XmlNode *number = xml_child(properties, W_numPr);
    for (const XmlNode *c = number ? number->first : NULL; c; c = c->next) {
        write_mark(page, c, S("list"));
    }
    const XmlNode *section = xml_child(properties, W_sectPr);
    write_format_change(page, section, xml_child(section, W_sectPrChange), S("section:"));
}

static void write_boxes(Page *page, ptrdiff_t from) {
    for (ptrdiff_t i = from; i < page->box_count; i++) {
        buf_add(page->out, S("<div class=\"box\">\n"));
        write_blocks(page, page->boxes[i]);
        buf_add(page->out, S("</div>\n"));
    }
    page->box_count = from;
}

static void write_paragraph(Page *page, const XmlNode *p) {
    Buf *out = page->out;
    const XmlNode *properties = xml_child(p, W_pPr);
    const DocStyle *style = doc_paragraph_style(page->styles, properties);
    const DocStyle *outer_style = page->paragraph_style;
    const bool outer_heading = page->is_heading, outer_rtl = page->is_rtl;
    const int outline = doc_outline_level(page->styles, properties);
    const ptrdiff_t boxes = page->box_count;
    const bool in_list = doc_number_label(page->provisions, p).len > 0;
    const ptrdiff_t at = out->len;
    page->paragraph_style = style;
    page->is_heading = outline >= 0 && !page->in_comment && has_text(p);
    page->is_rtl = doc_toggle(style, properties, W_bidi) > 0;
    page->last_office = -1;
    const int level = outline >= HEADINGS ? HEADINGS + 1 : outline + 2;
    if (page->is_heading) buf_format(out, "<h%d", level);
    else buf_add(out, S("<p"));
    put_classes(page, style, properties, in_list && !page->is_heading);
    buf_add(out, page->is_rtl ? S(" dir=\"rtl\">") : S(" dir=\"auto\">"));
    write_label(page, p);
    const ptrdiff_t start = out->len;
    write_inline(page, p);
    close_inline(page);
    write_paragraph_changes(page, properties);
    close_inline(page);
    if (out->len == start) buf_add(out, S("<br>"));
    if (page->is_heading) buf_format(out, "</h%d>\n", level);
    else buf_add(out, S("</p>\n"));
    page->paragraph_style = outer_style;
    page->is_heading = outer_heading;
    page->is_rtl = outer_rtl;
    write_boxes(page, boxes);
    write_waiting_comments(page, at);
}

/* ---- tables ---- */

typedef struct Cell {
    const XmlNode *node;
    ptrdiff_t row;
    int column, span;
    int rows;    /* that it reaches over */
    bool merged; /* shown by the cell above it */
} Cell;

typedef struct Grid {
    const XmlNode **rows;
    ptrdiff_t row_count, row_cap;
    Cell *cells;
    ptrdiff_t cell_count, cell_cap;
} Grid;

static int small_number(const XmlNode *n, int most) {
    int64_t value = 0;
    if (!str_to_int(xml_attr(n, W_val), &value) || value < 1) return 1;
    return value > most ? most : (int)value;
}

static bool is_empty_cell(Page *page, const XmlNode *cell) {
    return str_trim(doc_plain(page->arena, cell, false)).len == 0;
}

/* A cell that continues a merge is shown by the first one of it; if it holds text all the same,
 * which a word processor would not show, it stands alone here. */
static void place_cell(Page *page, Grid *grid, const XmlNode *n, ptrdiff_t row, int *column) {
    const XmlNode *properties = xml_child(n, W_tcPr);
    const XmlNode *merge = xml_child(properties, W_vMerge);
    const int at = *column < TABLE_COLUMNS ? *column : TABLE_COLUMNS - 1;
    const bool starts = merge && str_equal(xml_attr(merge, W_val), S("restart"));
    grid->cells = arena_grow(page->arena, grid->cells, grid->cell_count, &grid->cell_cap,
                             grid->cell_count + 1, sizeof(Cell));
    Cell *cell = &grid->cells[grid->cell_count];
    *cell = (Cell){n, row, at, small_number(xml_child(properties, W_gridSpan), 63), 1, false};
    *column += cell->span;
    const ptrdiff_t above = page->active[at];
    page->active[at] = starts ? grid->cell_count + 1 : 0;
    grid->cell_count++;
    if (!merge || starts || above == 0) return;
    Cell *first = &grid->cells[above - 1];
    if (first->row + first->rows != row || first->span != cell->span || first->rows > 60000 ||
        !is_empty_cell(page, n)) {
        return;
    }
    first->rows++;
    cell->merged = true;
    page->active[at] = above;
}

static void place_cells(Page *page, Grid *grid, const XmlNode *n, ptrdiff_t row, int *column) {
    for (const XmlNode *c = n->first; c; c = c->next) {
        if (c->name == W_tc) place_cell(page, grid, c, row, column);
        else if (c->name == W_sdt || c->name == W_sdtContent || c->name == W_customXml) {
            place_cells(page, grid, c, row, column);
        }
    }
}

static void place_rows(Page *page, Grid *grid, const XmlNode *n) {
    for (const XmlNode *c = n->first; c; c = c->next) {
        if (c->name == W_tr) {
            grid->rows = arena_grow(page->arena, grid->rows, grid->row_count, &grid->row_cap,
                                    grid->row_count + 1, sizeof *grid->rows);
            const ptrdiff_t row = grid->row_count++;
            grid->rows[row] = c;
            const XmlNode *before = xml_child(xml_child(c, W_trPr), W_gridBefore);
            int column = before ? small_number(before, 63) : 0;
            place_cells(page, grid, c, row, &column);
        } else if (xml_is_element(c) && c->name != W_tblPr && c->name != W_tblGrid &&
                   c->name != W_p && c->name != W_tbl) {
            place_rows(page, grid, c);
        }
    }
}

/* The first revision among properties that marks the row or cell itself. */
static const XmlNode *find_mark(const XmlNode *properties) {
    for (const XmlNode *c = properties ? properties->first : NULL; c; c = c->next) {
        if (c->name == W_ins || c->name == W_del || c->name == W_cellIns || c->name == W_cellDel ||
            c->name == W_cellMerge || c->name == W_moveFrom || c->name == W_moveTo) {
            return c;
        }
    }
    return NULL;
}

static const char *mark_classes(uint16_t name) {
    switch (name) {
    case W_ins:
    case W_moveTo:
    case W_cellIns: return "ri";
    case W_del:
    case W_moveFrom:
    case W_cellDel: return "rd";
    default: return "rm";
    }
}

static const char *mark_words(uint16_t name) {
    switch (name) {
    case W_ins: return "row inserted";
    case W_del: return "row deleted";
    case W_moveTo: return "row moved here";
    case W_moveFrom: return "row moved away";
    case W_cellIns: return "cell inserted";
    case W_cellDel: return "cell deleted";
    default: return "cell merged";
    }
}

static void write_row_mark(Page *page, const XmlNode *mark) {
    if (!mark) return;
    buf_add(page->out, S("<div"));
    change_attributes(page, page->out, "rk", mark, (Str){NULL, 0});
    buf_byte(page->out, '>');
    page->last_office = -1;
    change_anchor(page, change_number(page, mark));
    buf_add(page->out, str_from_z(mark_words(mark->name)));
    buf_add(page->out, S("</div>"));
}

static void write_property_change(Page *page, const XmlNode *owner, uint16_t properties,
                                  uint16_t change, Str sign) {
    const XmlNode *own = xml_child(owner, properties);
    if (!xml_child(own, change)) return;
    buf_add(page->out, S("<div class=\"tc\">"));
    write_format_change(page, own, xml_child(own, change), sign);
    close_inline(page);
    buf_add(page->out, S("</div>"));
}

static void write_cell(Page *page, const Cell *cell, bool is_header, const XmlNode *row_mark) {
    Buf *out = page->out;
    const XmlNode *mark = find_mark(xml_child(cell->node, W_tcPr));
    buf_add(out, is_header ? S("<th scope=\"col\"") : S("<td"));
    if (cell->span > 1) buf_format(out, " colspan=\"%d\"", cell->span);
    if (cell->rows > 1) buf_format(out, " rowspan=\"%d\"", cell->rows);
    if (mark) change_attributes(page, out, mark_classes(mark->name), mark, (Str){NULL, 0});
    buf_byte(out, '>');
    write_row_mark(page, row_mark);
    write_row_mark(page, mark);
    write_property_change(page, cell->node, W_tcPr, W_tcPrChange, S("cell:"));
    write_blocks(page, cell->node);
    buf_add(out, is_header ? S("</th>\n") : S("</td>\n"));
}

static void write_row(Page *page, const XmlNode *row, const Cell *cells, ptrdiff_t count) {
    Buf *out = page->out;
    const XmlNode *properties = xml_child(row, W_trPr);
    const XmlNode *mark = find_mark(properties);
    const bool is_header = xml_child(properties, W_tblHeader) != NULL;
    buf_add(out, S("<tr"));
    if (mark) change_attributes(page, out, mark_classes(mark->name), mark, (Str){NULL, 0});
    buf_add(out, S(">\n"));
    const XmlNode *before = xml_child(properties, W_gridBefore);
    if (before)
        buf_format(out, "<td class=\"no\" colspan=\"%d\"></td>\n", small_number(before, 63));
    const ptrdiff_t outer = page->row_change;
    if (mark) page->row_change = change_number(page, mark);
    for (ptrdiff_t i = 0; i < count; i++) {
        if (cells[i].merged) continue;
        write_cell(page, &cells[i], is_header, mark);
        mark = NULL; /* told once */
    }
    page->row_change = outer;
    buf_add(out, S("</tr>\n"));
}

static void write_table(Page *page, const XmlNode *table) {
    Buf *out = page->out;
    Grid grid = {0};
    const ptrdiff_t at = out->len;
    memset(page->active, 0, sizeof page->active);
    place_rows(page, &grid, table);
    write_property_change(page, table, W_tblPr, W_tblPrChange, S("table:"));
    write_property_change(page, table, W_tblGrid, W_tblGridChange, S("table:"));
    page->table_depth++;
    const bool rtl = xml_child(xml_child(table, W_tblPr), W_bidiVisual) != NULL;
    if (page->table_depth == 1) {
        buf_add(out, S("<div class=\"tw\" role=\"region\" aria-label=\"Table\" tabindex=\"0\""));
        buf_add(out, rtl ? S(" dir=\"rtl\">") : S(">"));
    }
    buf_add(out, rtl ? S("<table dir=\"rtl\">\n") : S("<table>\n"));
    ptrdiff_t cell = 0;
    for (ptrdiff_t row = 0; row < grid.row_count; row++) {
        const ptrdiff_t first = cell;
        while (cell < grid.cell_count && grid.cells[cell].row == row) cell++;
        write_row(page, grid.rows[row], grid.cells + first, cell - first);
    }
    buf_add(out, S("</table>\n"));
    if (page->table_depth == 1) buf_add(out, S("</div>\n"));
    page->table_depth--;
    write_waiting_comments(page, at);
}

/* ---- containers ---- */

static void write_block(Page *page, const XmlNode *n) {
    switch (n->name) {
    case W_p: write_paragraph(page, n); return;
    case W_tbl: write_table(page, n); return;
    case W_sdt: {
        const XmlNode *content = xml_child(n, W_sdtContent);
        if (content) write_blocks(page, content);
        return;
    }
    case W_customXml: write_blocks(page, n); return;
    case W_ins:
    case W_del:
    case W_moveFrom:
    case W_moveTo: {
        Buf opening = buf_new(page->arena);
        const Str element = revision_element(n->name);
        buf_byte(&opening, '<');
        buf_add(&opening, element);
        change_attributes(page, &opening, "", n, (Str){NULL, 0});
        buf_byte(&opening, '>');
        wrap_add(page, buf_str(&opening), str_equal(element, S("ins")) ? S("</ins>") : S("</del>"),
                 NULL, change_number(page, n));
        write_blocks(page, n);
        page->want_count--;
        return;
    }
    case W_bookmarkStart:
        if (n->parent->name != W_tbl && n->parent->name != W_tr) write_bookmark(page, n);
        close_inline(page);
        return;
    case W_commentRangeStart:
    case W_commentRangeEnd: comment_anchor(page, n, false); return;
    case W_sectPr:
        if (!xml_child(n, W_sectPrChange)) return;
        buf_add(page->out, S("<div class=\"tc\">"));
        write_format_change(page, n, xml_child(n, W_sectPrChange), S("section:"));
        close_inline(page);
        buf_add(page->out, S("</div>\n"));
        return;
    case MC_AlternateContent: {
        const XmlNode *chosen = xml_child(n, MC_Choice);
        if (!chosen) chosen = xml_child(n, MC_Fallback);
        if (chosen) write_blocks(page, chosen);
        return;
    }
    case W_altChunk:
        buf_add(page->out, S("<p><span class=\"tok\">a part in another format, which is not read"
                             "</span></p>\n"));
        return;
    case M_oMathPara:
    case M_oMath:
        buf_add(page->out, S("<p class=\"ce\">"));
        write_inline_node(page, n);
        close_inline(page);
        buf_add(page->out, S("</p>\n"));
        return;
    default: return;
    }
}

void write_blocks(Page *page, const XmlNode *container) {
    for (const XmlNode *n = container->first; n; n = n->next) {
        if (xml_is_element(n)) write_block(page, n);
    }
}
