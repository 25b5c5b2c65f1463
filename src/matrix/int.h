/* The inside of matrix. */
#ifndef PARAPH_MATRIX_INT_H
#define PARAPH_MATRIX_INT_H

#include "matrix/matrix.h"

enum { MATRIX_COLUMNS = 12 };

Str matrix_heading(int column);
/* The text of a cell, lines separated by newlines. */
Str matrix_cell(Arena *a, const MatrixRow *r, int column);
/* Widths of the columns in characters, for sheets and tables. */
int matrix_width(int column);

void matrix_write_csv(Arena *a, const Matrix *m, Buf *out);
void matrix_write_xlsx(Arena *a, const Matrix *m, Str title, Buf *out);
void matrix_write_html(Arena *a, const Matrix *m, Str title, Buf *out);
void matrix_write_docx(Arena *a, const Matrix *m, Str title, Buf *out);

#endif
