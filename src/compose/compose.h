/* compose: documents of ours: marks on copies, comment tables, papers made of plain blocks. */
#ifndef PARAPH_COMPOSE_H
#define PARAPH_COMPOSE_H

#include "base/base.h"
#include "docx/docx.h"

/* ---- marks ---- */

typedef struct Marks {
    Str header, footer; /* one line each, at the top and bottom of every page */
    Str copy_id;        /* known by it when it comes back; kept in a custom XML part */
} Marks;

/* Puts the marks into every header and footer a section shows, of every kind, and makes those that
 * are missing. Marks that are there already are replaced. */
bool marks_put(Arena *a, DocxPackage *p, const Marks *marks, PxErr *err)
    __attribute__((warn_unused_result));
/* Takes them out again, wherever they survived: a return can be compared with what was marked.
 * *found: there were any. */
bool marks_remove(Arena *a, DocxPackage *p, bool *found, PxErr *err)
    __attribute__((warn_unused_result));
/* What marks_put was given; empty strings where there are none. */
bool marks_read(Arena *a, DocxPackage *p, Marks *out, PxErr *err)
    __attribute__((warn_unused_result));

/* ---- comment tables (ISO/CEN) ---- */

enum { COMMENT_COLUMNS = 8 };
typedef struct CommentRow {
    Str cell[COMMENT_COLUMNS]; /* body, line, clause, paragraph, type, comment, proposed,
                                  observations */
} CommentRow;

/* The rows of the first table that has the template's eight columns, whatever stands above it; rows
 * that are headings or empty are left out, lines of a cell are joined by "\n". NOT_FOUND when there
 * is none; INPUT names row and column of a comment without a body or without words. */
bool comment_table_read(Arena *a, DocxPackage *p, CommentRow **out, ptrdiff_t *count, PxErr *err)
    __attribute__((warn_unused_result));
void comment_table_write(Arena *a, Str title, const CommentRow *rows, ptrdiff_t count, Buf *out);

/* ---- papers ---- */

typedef enum BlockStyle {
    BLOCK_STYLE_TITLE,
    BLOCK_STYLE_SUBTITLE,
    BLOCK_STYLE_HEADING,
    BLOCK_STYLE_TEXT,
    BLOCK_STYLE_NUMBERED,
    BLOCK_STYLE_BULLET,
    BLOCK_STYLE_RIGHT,
    BLOCK_STYLE_HEAD_ROW, /* of a table: cells are separated by tabs */
    BLOCK_STYLE_ROW,
    BLOCK_STYLE_PAGE_BREAK, /* what follows begins a page; text: none */
    BLOCK_STYLES
} BlockStyle;

typedef struct PaperBlock {
    BlockStyle style;
    Str text;
} PaperBlock;

/* A4, in a book face of 12 points, British English, with the lines of grading at the top and bottom
 * of each page, and its number. Numbers begin anew behind a heading. Lines of text in right-to-left
 * scripts run that way. Rows that follow one another are one table, as wide as the page. */
void paper_write(Arena *a, Str title, Str header, Str footer, const PaperBlock *blocks,
                 ptrdiff_t count, Buf *out);

#endif
