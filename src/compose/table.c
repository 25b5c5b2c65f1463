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

static bool row_cells(Arena *a, const XmlNode *node, CommentRow *out) {
    XmlNode **cells;
    const ptrdiff_t count = doc_cells(a, node, &cells);
    if (count != COMMENT_COLUMNS) return false;
    for (int i = 0; i < COMMENT_COLUMNS; i++) out->cell[i] = cell_text(a, cells[i]);
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
        if (!row_cells(a, rows[i], &row)) continue; /* titles, merged rows */
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

static const char types[] =
    HEAD "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
         "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package."
         "relationships+xml\"/><Override PartName=\"/word/document.xml\" "
         "ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document."
         "main+xml\"/></Types>";
static const char rels[] =
    HEAD "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
         "<Relationship Id=\"rId1\" Type=\"" R_NAMESPACE "/officeDocument\" "
         "Target=\"word/document.xml\"/></Relationships>";

static const int widths[COMMENT_COLUMNS] = {900, 900, 1500, 1300, 1000, 4000, 3200, 2338};

static void write_cell(Buf *b, int column, Str text, bool is_title) {
    add_z(b, "<w:tc><w:tcPr><w:tcW w:w=\"");
    buf_int(b, widths[column]);
    add_z(b, "\" w:type=\"dxa\"/></w:tcPr><w:p>");
    add_z(b, runs_from_right(text) ? "<w:pPr><w:bidi/></w:pPr>" : "");
    add_run(b, text, is_title ? "<w:b/><w:sz w:val=\"18\"/>" : "<w:sz w:val=\"18\"/>");
    add_z(b, "</w:p></w:tc>");
}

static void write_border(Buf *b, const char *side) {
    add_z(b, "<w:");
    add_z(b, side);
    add_z(b, " w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"auto\"/>");
}

static void write_table_head(Buf *b) {
    static const char *const sides[] = {"top", "left", "bottom", "right", "insideH", "insideV"};
    add_z(b, "<w:tbl><w:tblPr><w:tblW w:w=\"0\" w:type=\"auto\"/><w:tblBorders>");
    for (size_t i = 0; i < sizeof sides / sizeof *sides; i++) write_border(b, sides[i]);
    add_z(b, "</w:tblBorders><w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid>");
    for (int i = 0; i < COMMENT_COLUMNS; i++) {
        add_z(b, "<w:gridCol w:w=\"");
        buf_int(b, widths[i]);
        add_z(b, "\"/>");
    }
    add_z(b, "</w:tblGrid><w:tr><w:trPr><w:tblHeader/></w:trPr>");
    for (int i = 0; i < COMMENT_COLUMNS; i++) write_cell(b, i, str_from_z(heads[i]), true);
    add_z(b, "</w:tr>");
}

void comment_table_write(Arena *a, Str title, const CommentRow *rows, ptrdiff_t count, Buf *out) {
    Buf b = buf_new(a);
    add_z(&b, HEAD "<w:document xmlns:w=\"" W_NAMESPACE "\"><w:body><w:p>");
    add_run(&b, title, "<w:b/><w:sz w:val=\"26\"/>");
    add_z(&b, "</w:p>");
    write_table_head(&b);
    for (ptrdiff_t i = 0; i < count; i++) {
        add_z(&b, "<w:tr><w:trPr><w:cantSplit/></w:trPr>");
        for (int k = 0; k < COMMENT_COLUMNS; k++) write_cell(&b, k, rows[i].cell[k], false);
        add_z(&b, "</w:tr>");
    }
    add_z(&b,
          "</w:tbl><w:p/><w:sectPr><w:pgSz w:w=\"16838\" w:h=\"11906\" w:orient=\"landscape\"/>"
          "<w:pgMar w:top=\"850\" w:right=\"850\" w:bottom=\"850\" w:left=\"850\" w:header=\"450\" "
          "w:footer=\"450\" w:gutter=\"0\"/></w:sectPr></w:body></w:document>");
    ZipWriter *z = zip_writer_open(a, out);
    zip_add(z, S("[Content_Types].xml"), str_from_z(types), 6);
    zip_add(z, S("_rels/.rels"), str_from_z(rels), 6);
    zip_add(z, S("word/document.xml"), buf_str(&b), 6);
    zip_writer_close(z);
}
