/* The columns, and the two plain formats: csv (RFC 4180, with a byte order mark so that
 * spreadsheets see UTF-8) and the list of conflicts as JSON. */
#include "matrix/int.h"

Str matrix_heading(int column) {
    static const char *const names[MATRIX_COLUMNS] = {
        "Number",        "Provision",     "Office",  "Person",        "Date",        "Kind",
        "Existing text", "Proposed text", "Comment", "Conflict with", "Disposition", "Reason"};
    return str_from_z(names[column]);
}

int matrix_width(int column) {
    static const int widths[MATRIX_COLUMNS] = {8, 18, 20, 22, 12, 14, 40, 40, 36, 12, 16, 28};
    return widths[column];
}

static Str numbers(Arena *a, const ptrdiff_t *list, ptrdiff_t count) {
    Buf b = buf_new(a);
    for (ptrdiff_t i = 0; i < count; i++) {
        if (i) buf_add(&b, S(", "));
        buf_int(&b, list[i]);
    }
    return buf_str(&b);
}

/* The space at the ends of a change says nothing in a table, but where it is all there is. */
static Str without_ends(Str s) {
    const Str inner = str_trim(s);
    return inner.len == 0 && s.len > 0 ? S("[space]") : inner;
}

Str matrix_cell(Arena *a, const MatrixRow *r, int column) {
    switch (column) {
    case 0:
        return r->also > 0 ? arena_format(a, "%lld, %lld", (long long)r->number, (long long)r->also)
                           : arena_format(a, "%lld", (long long)r->number);
    case 1: return r->provision;
    case 2: return r->office;
    case 3: return r->person;
    case 4: return r->date.len >= 10 ? str_slice(r->date, 0, 10) : r->date;
    case 5: return r->kind;
    case 6: return without_ends(r->existing);
    case 7: return without_ends(r->proposed);
    case 8: return r->comment;
    case 9: return numbers(a, r->conflicts, r->conflict_count);
    default: return S("");
    }
}

/* What a spreadsheet would take for a formula is preceded by an apostrophe. */
static void csv_cell(Str text, Buf *out) {
    bool formula = text.len && strchr("=+-@\t\r", text.ptr[0]);
    buf_byte(out, '"');
    if (formula) buf_byte(out, '\'');
    for (ptrdiff_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"') buf_byte(out, '"');
        buf_byte(out, text.ptr[i]);
    }
    buf_byte(out, '"');
}

void matrix_write_csv(Arena *a, const Matrix *m, Buf *out) {
    buf_add(out, S("\xef\xbb\xbf"));
    for (ptrdiff_t i = -1; i < m->count; i++)
        for (int c = 0; c < MATRIX_COLUMNS; c++) {
            csv_cell(i < 0 ? matrix_heading(c) : matrix_cell(a, &m->rows[i], c), out);
            buf_add(out, c + 1 < MATRIX_COLUMNS ? S(",") : S("\r\n"));
        }
}

/* ---- conflicts ---- */

static void json_text(Str text, Buf *out) {
    buf_byte(out, '"');
    for (ptrdiff_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c == '"' || c == '\\') buf_byte(out, '\\');
        if (c == '\n') buf_add(out, S("\\n"));
        else if (c < 0x20) buf_format(out, "\\u%04x", c);
        else buf_byte(out, text.ptr[i]);
    }
    buf_byte(out, '"');
}

static void json_member(const char *name, Str text, bool last, Buf *out) {
    buf_format(out, "        \"%s\": ", name);
    json_text(text, out);
    buf_add(out, last ? S("\n") : S(",\n"));
}

static const MatrixRow *row_numbered(const Matrix *m, ptrdiff_t number) {
    ptrdiff_t low = 0, high = m->count;
    while (high - low > 1) {
        ptrdiff_t middle = low + (high - low) / 2;
        if (m->rows[middle].number <= number) low = middle;
        else high = middle;
    }
    return &m->rows[low];
}

static void json_proposal(const MatrixRow *row, bool last, Buf *out) {
    buf_format(out, "      {\n        \"change\": %lld,\n", (long long)row->number);
    if (row->also > 0) buf_format(out, "        \"and\": %lld,\n", (long long)row->also);
    json_member("office", row->office, false, out);
    json_member("person", row->person, false, out);
    json_member("date", row->date, false, out);
    json_member("kind", row->kind, false, out);
    json_member("existing", row->existing, false, out);
    json_member("proposed", row->proposed, true, out);
    buf_add(out, last ? S("      }\n") : S("      },\n"));
}

void matrix_write_conflicts_json(Arena *a, const Matrix *m, Buf *out) {
    MatrixConflict *list;
    ptrdiff_t count = matrix_conflicts(a, m, &list);
    buf_add(out, S("{\n  \"conflicts\": ["));
    for (ptrdiff_t i = 0; i < count; i++) {
        buf_add(out,
                i ? S(",\n    {\n      \"provision\": ") : S("\n    {\n      \"provision\": "));
        json_text(list[i].provision, out);
        buf_add(out, S(",\n      \"base\": "));
        json_text(list[i].base_text, out);
        buf_add(out, S(",\n      \"proposals\": [\n"));
        for (ptrdiff_t k = 0; k < list[i].count; k++)
            json_proposal(row_numbered(m, list[i].rows[k]), k + 1 == list[i].count, out);
        buf_add(out, S("      ]\n    }"));
    }
    buf_add(out, count ? S("\n  ]\n}\n") : S("]\n}\n"));
}

bool matrix_write(Arena *a, const Matrix *m, MatrixFormat format, Str title, Buf *out, PxErr *err) {
    switch (format) {
    case MATRIX_XLSX: matrix_write_xlsx(a, m, title, out); return true;
    case MATRIX_CSV: matrix_write_csv(a, m, out); return true;
    case MATRIX_HTML: matrix_write_html(a, m, title, out); return true;
    case MATRIX_DOCX: matrix_write_docx(a, m, title, out); return true;
    case MATRIX_FORMATS: break;
    }
    return fail(err, PX_ERR_CONFLICT, S(""), -1, "there is no such format of a matrix");
}
