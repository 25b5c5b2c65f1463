/* matrix: a consolidated file as a table, one row a change or comment, and the list of its
 * conflicts; written as xlsx, csv, html or docx.
 */
#ifndef PARAPH_MATRIX_H
#define PARAPH_MATRIX_H

#include "base/base.h"
#include "docx/docx.h"

typedef struct MatrixRow {
    ptrdiff_t number; /* of a change: the N of change:N (revise_list); of a comment: counted on from
                         the last change */
    ptrdiff_t also;   /* of a replacement: the number of its insertion; else 0 */
    bool is_comment;
    Str provision;    /* "Article 5(2)(a)" */
    Str office;       /* w:author: "Foreign Affairs; Interior" */
    Str person, date; /* behind it, as far as the consolidation recorded them (custom part), else
                         empty / w:date */
    Str kind;         /* revise_kind_name(), or "comment" */
    /* A deletion directly followed by an insertion of the same offices is one row, "replacement".
     * What is not text stands in brackets: "[picture]", a note's text behind a dagger. A row of a
     * table is a line, its cells parted by " | "; a paragraph's mark alone stands between the words
     * beside it. What is written shows no space at the ends, and "[space]" where that is all. */
    Str existing, proposed;
    Str comment; /* of a comment; of a change that was tracked in part only: a note in brackets */
    ptrdiff_t *conflicts; /* numbers of the rows it conflicts with, rising */
    ptrdiff_t conflict_count, conflict_cap;
    Str base_text; /* what stands in the base where the row's changed stretch is */
} MatrixRow;

typedef struct Matrix {
    MatrixRow *rows;
    ptrdiff_t count, cap;
} Matrix;

/* A conflict: rows whose author sets do not contain one another (split at "; ") and which touch:
 * they stand next to one another in one changed stretch (no unchanged word between them; a stretch
 * may run over paragraph marks), or one lies inside what the other deletes, moves or reformats (a
 * row, a cell, a table too). */
typedef struct MatrixConflict {
    Str provision;
    ptrdiff_t *rows; /* numbers, rising; at least two */
    ptrdiff_t count;
    Str base_text; /* what stands there in the base */
} MatrixConflict;

/* Reads a consolidated package (its trees keep their revisions). Linear. */
bool matrix_read(Arena *a, DocxPackage *p, Matrix *out, PxErr *err)
    __attribute__((warn_unused_result));
ptrdiff_t matrix_conflicts(Arena *a, const Matrix *m, MatrixConflict **out);

typedef enum MatrixFormat {
    MATRIX_XLSX,
    MATRIX_CSV,
    MATRIX_HTML,
    MATRIX_DOCX,
    MATRIX_FORMATS
} MatrixFormat;
/* title: the document's file name. Columns: number, provision, office, person, date, kind, existing
 * text, proposed text, comment, conflict with, disposition, reason (the last two empty). CSV cells
 * that a spreadsheet would take for a formula are quoted with an apostrophe. */
bool matrix_write(Arena *a, const Matrix *m, MatrixFormat format, Str title, Buf *out, PxErr *err)
    __attribute__((warn_unused_result));
void matrix_write_conflicts_json(Arena *a, const Matrix *m, Buf *out);

#endif
