/* The matrix as a page of its own. */
#include "html/html.h"
#include "matrix/int.h"

static const char head[] = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta "
                           "http-equiv=\"Content-Security-Policy\" "
                           "content=\"default-src 'none'; style-src 'unsafe-inline'\"><meta "
                           "name=\"viewport\" content=\"width=device-width\">\n<title>";
/* The columns are as wide as what they hold, in hundredths: dates and kinds stay whole. On a narrow
 * screen the table is wider than the window, and scrolls. */
static const char style[] =
    "</title>\n<style>\nbody{font:13px/1.45 system-ui,'Noto Sans','Noto Naskh Arabic','Noto Sans "
    "CJK SC',sans-serif;margin:2rem;color:#1b1f24;background:#fff}\n"
    "h1{font-size:1.4rem;margin:0 0 1rem}\ntable{border-collapse:collapse;table-layout:fixed;"
    "width:100%;min-width:88rem}\n"
    "caption{text-align:start;padding:0 0 .6rem;color:#454c54}\nth,td{border:1px solid "
    "#9aa3ad;padding:.35rem .4rem;"
    "vertical-align:top;text-align:start;white-space:pre-line;overflow-wrap:break-word}\n"
    "thead th{background:#e7ecf3;position:sticky;top:0}\ntr:target{outline:3px solid #0b57d0}\n"
    "@media print{@page{size:A4 landscape;margin:10mm}body{margin:0;font-size:7.5pt}"
    "table{min-width:0}th,td{padding:.2rem .3rem}"
    "thead{display:table-header-group}tr{break-inside:avoid}thead "
    "th{position:static;print-color-adjust:exact;-webkit-print-color-adjust:exact}"
    "a{color:inherit;text-decoration:none}}\n"
    "@media screen and (prefers-color-scheme:dark){body{background:#14171a;color:#e6e9ec}thead "
    "th{background:#28303a}caption{color:#a7b0ba}a{color:#8ab4f8}}\n"
    "</style></head><body>\n<main><h1>";

static const int widths[MATRIX_COLUMNS] = {5, 7, 8, 10, 7, 8, 14, 14, 10, 5, 7, 5};

static void links(const MatrixRow *row, Buf *out) {
    for (ptrdiff_t i = 0; i < row->conflict_count; i++)
        buf_format(out, "%s<a href=\"#row-%td\">%td</a>", i ? ", " : "", row->conflicts[i],
                   row->conflicts[i]);
}

void matrix_write_html(Arena *a, const Matrix *m, Str title, Buf *out) {
    buf_add(out, str_from_z(head));
    html_text(out, title);
    buf_add(out, S(": comment matrix"));
    buf_add(out, str_from_z(style));
    html_text(out, title);
    buf_format(out,
               ": comment matrix</h1>\n<table><caption>%td rows. The disposition and its reason "
               "are for the drafter to "
               "fill.</caption>\n<colgroup>",
               m->count);
    for (int c = 0; c < MATRIX_COLUMNS; c++)
        buf_format(out, "<col style=\"width:%d%%\">", widths[c]);
    buf_add(out, S("</colgroup>\n<thead><tr>"));
    for (int c = 0; c < MATRIX_COLUMNS; c++) {
        buf_add(out, S("<th scope=\"col\">"));
        html_text(out, matrix_heading(c));
        buf_add(out, S("</th>"));
    }
    buf_add(out, S("</tr></thead>\n<tbody>\n"));
    for (ptrdiff_t i = 0; i < m->count; i++) {
        const MatrixRow *row = &m->rows[i];
        buf_format(out, "<tr id=\"row-%td\">", row->number);
        for (int c = 0; c < MATRIX_COLUMNS; c++) {
            buf_add(out, c == 0 ? S("<th scope=\"row\">") : S("<td dir=\"auto\">"));
            if (c == 9) links(row, out);
            else html_text(out, matrix_cell(a, row, c));
            buf_add(out, c == 0 ? S("</th>") : S("</td>"));
        }
        buf_add(out, S("</tr>\n"));
    }
    buf_add(out, S("</tbody></table></main></body></html>\n"));
}
