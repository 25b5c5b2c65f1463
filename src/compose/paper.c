/* paper: a document of plain blocks, such as the Summary for the Cabinet. */
#include "compose/int.h"

enum { COLUMNS_MAX = 12, WEIGHT_LEAST = 8, WEIGHT_MOST = 40, WEIGHT_PADDING = 4 };

typedef struct Writer {
    Arena *a;
    Buf body;
    int lists;        /* numbered lists so far */
    bool is_counting; /* the last of them goes on */
    bool breaks;      /* the next block begins a page */
} Writer;

/* ---- paragraphs ---- */

static const char *const names[BLOCK_STYLES] = {
    [BLOCK_STYLE_TITLE] = "Title",         [BLOCK_STYLE_SUBTITLE] = "Subtitle",
    [BLOCK_STYLE_HEADING] = "Heading1",    [BLOCK_STYLE_TEXT] = "BodyText",
    [BLOCK_STYLE_NUMBERED] = "ListNumber", [BLOCK_STYLE_BULLET] = "ListBullet",
    [BLOCK_STYLE_RIGHT] = "Right"};

static bool begins_anew(BlockStyle style) {
    return style == BLOCK_STYLE_TITLE || style == BLOCK_STYLE_SUBTITLE ||
           style == BLOCK_STYLE_HEADING;
}

static void put_paragraph(Writer *w, const PaperBlock *block) {
    const bool is_numbered = block->style == BLOCK_STYLE_NUMBERED;
    if (is_numbered && !w->is_counting) w->lists++;
    if (is_numbered) w->is_counting = true;
    if (begins_anew(block->style)) w->is_counting = false;
    buf_format(&w->body, "<w:p><w:pPr><w:pStyle w:val=\"%s\"/>", names[block->style]);
    if (w->breaks) add_z(&w->body, "<w:pageBreakBefore/>");
    if (is_numbered) {
        buf_format(&w->body, "<w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"%d\"/></w:numPr>",
                   w->lists + 1);
    }
    if (runs_from_right(block->text)) add_z(&w->body, "<w:bidi/>");
    add_z(&w->body, "</w:pPr>");
    add_run(&w->body, block->text, "");
    add_z(&w->body, "</w:p>");
    w->breaks = false;
}

/* ---- tables ---- */

/* The next cell of a row; *rest is what is left, ptr NULL when nothing is. */
static Str next_cell(Str *rest) {
    const ptrdiff_t tab = str_find(*rest, S("\t"));
    const Str cell = tab < 0 ? *rest : str_slice(*rest, 0, tab);
    *rest = tab < 0 ? (Str){NULL, 0} : str_slice(*rest, tab + 1, rest->len);
    return cell;
}

static bool is_row(BlockStyle style) {
    return style == BLOCK_STYLE_HEAD_ROW || style == BLOCK_STYLE_ROW;
}

/* Columns are as wide as what stands in them is long, within bounds; returns how many there are. */
static int weigh(const PaperBlock *rows, ptrdiff_t count, int weights[COLUMNS_MAX]) {
    int columns = 1;
    for (int i = 0; i < COLUMNS_MAX; i++) weights[i] = WEIGHT_LEAST;
    for (ptrdiff_t i = 0; i < count; i++) {
        Str rest = rows[i].text.ptr ? rows[i].text : S("");
        for (int k = 0; rest.ptr && k < COLUMNS_MAX; k++) {
            const ptrdiff_t len = utf8_count(next_cell(&rest));
            const int weight = (len > WEIGHT_MOST ? WEIGHT_MOST : (int)len) + WEIGHT_PADDING;
            if (weight > weights[k]) weights[k] = weight;
            if (k >= columns) columns = k + 1;
        }
    }
    return columns;
}

static void put_row(Writer *w, const PaperBlock *row, const int *widths, int columns) {
    const bool is_head = row->style == BLOCK_STYLE_HEAD_ROW;
    Str rest = row->text.ptr ? row->text : S("");
    add_z(&w->body, "<w:tr><w:trPr><w:cantSplit/>");
    add_z(&w->body, is_head ? "<w:tblHeader/></w:trPr>" : "</w:trPr>");
    for (int k = 0; k < columns; k++) {
        const Str cell = rest.ptr ? k + 1 < columns ? next_cell(&rest) : rest : S("");
        buf_format(&w->body, "<w:tc><w:tcPr><w:tcW w:w=\"%d\" w:type=\"dxa\"/></w:tcPr>",
                   widths[k]);
        add_paragraph(&w->body, is_head ? "TableHead" : "TableText", cell);
        add_z(&w->body, "</w:tc>");
    }
    add_z(&w->body, "</w:tr>");
}

/* A paragraph behind each keeps two tables apart, and Word wants one behind the last. */
static void put_table(Writer *w, const PaperBlock *rows, ptrdiff_t count) {
    int widths[COLUMNS_MAX], all = 0;
    const int columns = weigh(rows, count, widths);
    if (w->breaks) add_z(&w->body, "<w:p><w:r><w:br w:type=\"page\"/></w:r></w:p>");
    w->breaks = false;
    for (int k = 0; k < columns; k++) all += widths[k];
    add_z(&w->body, "<w:tbl><w:tblPr><w:tblStyle w:val=\"Grid\"/>");
    if (runs_from_right(rows[0].text)) add_z(&w->body, "<w:bidiVisual/>");
    buf_format(&w->body,
               "<w:tblW w:w=\"%d\" w:type=\"dxa\"/><w:tblLayout w:type=\"fixed\"/>"
               "</w:tblPr><w:tblGrid>",
               PAGE_SHORT - 2 * PAGE_MARGIN);
    for (int k = 0; k < columns; k++) {
        widths[k] = (PAGE_SHORT - 2 * PAGE_MARGIN) * widths[k] / all;
        buf_format(&w->body, "<w:gridCol w:w=\"%d\"/>", widths[k]);
    }
    add_z(&w->body, "</w:tblGrid>");
    for (ptrdiff_t i = 0; i < count; i++) put_row(w, &rows[i], widths, columns);
    add_z(&w->body, "</w:tbl><w:p><w:pPr><w:pStyle w:val=\"Small\"/></w:pPr></w:p>");
}

/* ---- all ---- */

void paper_write(Arena *a, Str title, Str top, Str bottom, const PaperBlock *blocks,
                 ptrdiff_t count, Buf *out) {
    Writer w = {.a = a, .body = buf_new(a)};
    for (ptrdiff_t i = 0; i < count; i++) {
        ptrdiff_t rows = 0;
        while (i + rows < count && is_row(blocks[i + rows].style)) rows++;
        if (rows) {
            put_table(&w, &blocks[i], rows);
            i += rows - 1;
        } else if (blocks[i].style == BLOCK_STYLE_PAGE_BREAK) {
            w.breaks = true;
        } else {
            put_paragraph(&w, &blocks[i]);
        }
    }
    if (!w.body.len) add_paragraph(&w.body, "BodyText", S(""));
    const Paper paper = {.title = title,
                         .header = top,
                         .footer = bottom,
                         .body = buf_str(&w.body),
                         .lists = w.lists};
    package_write(a, &paper, out);
}
