/* table: the commenting template of ISO and CEN: a Word table of eight columns, the body's code in
 * every row. */
#include "compose/int.h"
#include "doc/doc.h"
#include "revise/revise.h"

enum { COLUMN_BODY = 0, COLUMN_CLAUSE = 2, COLUMN_COMMENT = 5, COLUMN_PROPOSED = 6 };

static const char *const heads[COMMENT_COLUMNS] = {
    "MB/NC",           "Line number", "Clause/Subclause", "Paragraph/Figure/Table",
    "Type of comment", "Comments",    "Proposed change",  "Observations of the secretariat"};

/* ---- reading ---- */

/* The paragraphs of a cell, a line each. */
static Str cell_text(Arena *a, const XmlNode *cell) {
    Buf b = buf_new(a);
    bool is_first = true;
    for (const XmlNode *n = cell; n; n = xml_next(n, cell)) {
        if (n->name != W_p) continue;
        if (!is_first) buf_byte(&b, '\n');
        is_first = false;
        buf_add(&b, str_trim(doc_plain(a, n, true)));
    }
    return str_trim(buf_str(&b));
}

static bool contains_fold(Str text, Str part) {
    for (ptrdiff_t i = 0; i + part.len <= text.len; i++) {
        if (str_equal_fold(str_slice(text, i, i + part.len), part)) return true;
    }
    return false;
}

/* The row of column heads: eight cells, the sixth of comments, the seventh of proposals. */
static bool is_head(const CommentRow *row) {
    return contains_fold(row->cell[COLUMN_COMMENT], S("comment")) &&
           contains_fold(row->cell[COLUMN_PROPOSED], S("propos"));
}

/* The numbers "1 2 (3) ..." that templates print under the heads. */
static bool is_counting(const CommentRow *row) {
    for (int i = 0; i < COMMENT_COLUMNS; i++) {
        const Str s = row->cell[i];
        if (s.len > 3 || !s.len) return false;
        for (ptrdiff_t k = 0; k < s.len; k++) {
            if (s.ptr[k] != '(' && s.ptr[k] != ')' && (s.ptr[k] < '0' || s.ptr[k] > '9'))
                return false;
        }
    }
    return true;
}

static bool is_empty(const CommentRow *row) {
    for (int i = 0; i < COMMENT_COLUMNS; i++) {
        if (i != COLUMN_BODY && row->cell[i].len) return false;
    }
    return true;
}

/* Merged into the cell above it. */
static bool is_continued(const XmlNode *cell) {
    const XmlNode *merge = xml_child(xml_child(cell, W_tcPr), W_vMerge);
    return merge && !str_equal(xml_attr(merge, W_val), S("restart"));
}

/* above: the row above, whose cells may go on in this one; NULL: none. */
static bool row_cells(Arena *a, const XmlNode *node, const CommentRow *above, CommentRow *out) {
    XmlNode **cells;
    const ptrdiff_t count = doc_cells(a, node, &cells);
    if (count != COMMENT_COLUMNS) return false;
    for (int i = 0; i < COMMENT_COLUMNS; i++) {
        out->cell[i] = above && is_continued(cells[i]) ? above->cell[i] : cell_text(a, cells[i]);
    }
    return true;
}

static bool row_check(const CommentRow *row, ptrdiff_t number, PxErr *err) {
    if (!row->cell[COLUMN_BODY].len) {
        return fail(err, PX_ERR_INPUT, S("comment table"), -1,
                    "row %td names no body in the column \"%s\"; every row names it", number,
                    heads[COLUMN_BODY]);
    }
    if (row->cell[COLUMN_COMMENT].len || row->cell[COLUMN_PROPOSED].len) return true;
    return fail(err, PX_ERR_INPUT, S("comment table"), -1, "row %td has neither \"%s\" nor \"%s\"",
                number, heads[COLUMN_COMMENT], heads[COLUMN_PROPOSED]);
}

/* false with *is_table unset: not this table. */
static bool table_read(Arena *a, const XmlNode *table, bool *is_table, CommentRow **out,
                       ptrdiff_t *count, PxErr *err) {
    XmlNode **rows;
    ptrdiff_t cap = 0;
    const ptrdiff_t row_count = doc_rows(a, table, &rows);
    for (ptrdiff_t i = 0; i < row_count; i++) {
        CommentRow row;
        const CommentRow *above = *count ? &(*out)[*count - 1] : NULL;
        if (!row_cells(a, rows[i], above, &row)) continue; /* titles, merged rows */
        if (is_head(&row)) {
            *is_table = true;
            continue;
        }
        if (!*is_table || is_counting(&row) || is_empty(&row)) continue;
        if (!row_check(&row, i + 1, err)) return false;
        *out = arena_grow(a, *out, *count, &cap, *count + 1, (ptrdiff_t)sizeof **out);
        (*out)[(*count)++] = row;
    }
    return true;
}

bool comment_table_read(Arena *a, DocxPackage *p, CommentRow **out, ptrdiff_t *count, PxErr *err) {
    XmlTree *tree;
    bool is_table = false;
    *out = NULL;
    *count = 0;
    if (!docx_part_tree(p, p->main, &tree, err)) return false;
    if (tree->has_revisions) revise_resolve(tree, tree->root, revise_accept_all, NULL);
    for (XmlNode *n = tree->root; n && !is_table; n = xml_next(n, tree->root)) {
        if (n->name == W_tbl && !table_read(a, n, &is_table, out, count, err)) return false;
    }
    return is_table || fail(err, PX_ERR_NOT_FOUND, S("comment table"), -1,
                            "no table has the eight columns of the commenting template");
}

/* ---- writing ---- */

static const char legend[] = "MB = member body (ISO/IEC country code); NC = national committee. "
                             "Type of comment: ge = general, "
                             "te = technical, ed = editorial.";

static const int widths[COMMENT_COLUMNS] = {900, 900, 1500, 1400, 1000, 4000, 3200, 2238};

/* A paragraph for each line. */
static void write_cell(Buf *b, int column, Str text, bool is_title) {
    buf_format(b, "<w:tc><w:tcPr><w:tcW w:w=\"%d\" w:type=\"dxa\"/></w:tcPr>", widths[column]);
    for (bool is_last = false; !is_last;) {
        const ptrdiff_t end = str_find(text, S("\n"));
        is_last = end < 0;
        add_paragraph(b, is_title ? "TableHead" : "TableText",
                      is_last ? text : str_slice(text, 0, end));
        if (!is_last) text = str_slice(text, end + 1, text.len);
    }
    add_z(b, "</w:tc>");
}

static void write_head(Buf *b) {
    add_z(b, "<w:tbl><w:tblPr><w:tblStyle w:val=\"Grid\"/>");
    buf_format(b, "<w:tblW w:w=\"%d\" w:type=\"dxa\"/>", PAGE_LONG - 2 * PAGE_NARROW_MARGIN);
    add_z(b, "<w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid>");
    for (int i = 0; i < COMMENT_COLUMNS; i++) {
        buf_format(b, "<w:gridCol w:w=\"%d\"/>", widths[i]);
    }
    add_z(b, "</w:tblGrid><w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>");
    for (int i = 0; i < COMMENT_COLUMNS; i++) write_cell(b, i, str_from_z(heads[i]), true);
    add_z(b, "</w:tr>");
}

void comment_table_write(Arena *a, Str title, const CommentRow *rows, ptrdiff_t count, Buf *out) {
    Buf b = buf_new(a);
    add_paragraph(&b, "Title", title.len ? title : S("Comments"));
    write_head(&b);
    for (ptrdiff_t i = 0; i < count; i++) {
        add_z(&b, "<w:tr>");
        for (int k = 0; k < COMMENT_COLUMNS; k++) write_cell(&b, k, rows[i].cell[k], false);
        add_z(&b, "</w:tr>");
    }
    add_z(&b, "</w:tbl><w:p><w:pPr><w:pStyle w:val=\"Small\"/></w:pPr></w:p>");
    const Paper paper = {
        .title = title, .legend = legend, .body = buf_str(&b), .is_landscape = true};
    package_write(a, &paper, out);
}
