/* The matrix as a workbook (SpreadsheetML, ECMA-376 part 1, 18) and as a Word table. Both are
 * written here and not by a library: a few fixed parts, the same bytes every time, and no temporary
 * files. */
#include "matrix/int.h"
#include "xml/xml.h"
#include "zip/zip.h"

#define DECLARATION "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define RELATIONSHIPS "http://schemas.openxmlformats.org/package/2006/relationships"
#define OFFICE_RELS "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define SHEET "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define SHEET_TYPE "application/vnd.openxmlformats-officedocument.spreadsheetml."
#define WORD "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#define WORD_TYPE "application/vnd.openxmlformats-officedocument.wordprocessingml."

static Str types(Arena *a, const char *overrides) {
    return arena_format(
        a,
        DECLARATION "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
                    "<Default Extension=\"rels\" "
                    "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
                    "<Default Extension=\"xml\" ContentType=\"application/xml\"/>%s</Types>",
        overrides);
}

static Str rels(Arena *a, const char *first, const char *target, const char *second,
                const char *second_target) {
    Buf b = buf_new(a);
    buf_format(&b,
               DECLARATION "<Relationships xmlns=\"" RELATIONSHIPS
                           "\"><Relationship Id=\"rId1\" Type=\"" OFFICE_RELS
                           "/%s\" Target=\"%s\"/>",
               first, target);
    if (second)
        buf_format(&b, "<Relationship Id=\"rId2\" Type=\"" OFFICE_RELS "/%s\" Target=\"%s\"/>",
                   second, second_target);
    buf_add(&b, S("</Relationships>"));
    return buf_str(&b);
}

/* XML 1.0 has no way to write most control characters. */
static void text(Str s, Buf *out) {
    for (ptrdiff_t i = 0, from = 0; i <= s.len; i++) {
        bool bad =
            i < s.len && (unsigned char)s.ptr[i] < 0x20 && s.ptr[i] != '\n' && s.ptr[i] != '\t';
        if (i < s.len && !bad) continue;
        xml_write_text(str_slice(s, from, i), out);
        from = i + 1;
    }
}

/* ---- xlsx ---- */

static const char styles_xml[] =
    DECLARATION "<styleSheet xmlns=\"" SHEET
                "\"><fonts count=\"2\"><font><sz val=\"10\"/><name val=\"Calibri\"/></font>"
                "<font><b/><sz val=\"10\"/><name val=\"Calibri\"/></font></fonts><fills "
                "count=\"3\"><fill><patternFill patternType=\"none\"/></fill>"
                "<fill><patternFill patternType=\"gray125\"/></fill><fill><patternFill "
                "patternType=\"solid\"><fgColor rgb=\"FFE7ECF3\"/>"
                "</patternFill></fill></fills><borders "
                "count=\"2\"><border><left/><right/><top/><bottom/><diagonal/></border><border>"
                "<left style=\"thin\"/><right style=\"thin\"/><top style=\"thin\"/><bottom "
                "style=\"thin\"/><diagonal/></border></borders>"
                "<cellStyleXfs count=\"1\"><xf/></cellStyleXfs><cellXfs count=\"3\"><xf "
                "xfId=\"0\"/><xf fontId=\"1\" fillId=\"2\" borderId=\"1\" xfId=\"0\" "
                "applyFont=\"1\" applyFill=\"1\" applyBorder=\"1\" applyAlignment=\"1\"><alignment "
                "vertical=\"center\" wrapText=\"1\"/></xf>"
                "<xf borderId=\"1\" xfId=\"0\" applyBorder=\"1\" applyAlignment=\"1\"><alignment "
                "vertical=\"top\" wrapText=\"1\"/></xf></cellXfs>"
                "</styleSheet>";

enum {
    CELL_MOST = 32767
}; /* characters a cell may hold; counted in bytes here, which is never more */

/* What is cut says so. */
static Str cut(Arena *a, Str s) {
    const Str rest = S(" \xe2\x80\xa6 [the rest is in the redline]");
    if (s.len <= CELL_MOST) return s;
    s.len = CELL_MOST - rest.len;
    while (s.len > 0 && !utf8_valid(s, NULL)) s.len--;
    return arena_format(a, "%.*s%.*s", (int)s.len, s.ptr, (int)rest.len, rest.ptr);
}

/* ISO 29500-1 18.4.12 knows no xml:space, and without it spreadsheets drop the white space at a
 * cell's ends (they read _x0020_ differently, too): so it is left out, but never all there is. */
static Str shown(Str s) {
    Str trimmed = str_trim(s);
    return s.len && !trimmed.len ? S("[space]") : trimmed;
}

/* How many lines a text takes in a column of so many characters, broken at spaces; letters of East
 * Asia are twice as wide, and lines are broken at each. */
static int lines_of(Str s, int width) {
    int lines = 1, column = 0, word = 0;
    for (ptrdiff_t at = 0; at < s.len;) {
        uint32_t c = utf8_next(s, &at);
        bool asian = c >= 0x2e80 && c < 0x1fff0 && !(c >= 0xfb00 && c < 0xfe30);
        int wide = asian ? 2 : 1;
        if (asian) word = 0;
        if (c == '\n' || (c != ' ' && column + wide > width)) {
            lines++;
            column = word = c == '\n' || word >= width ? 0 : word;
        }
        if (c == '\n') continue;
        column += wide;
        word = asian || c == ' ' ? 0 : word + wide;
    }
    return lines;
}

/* A row's height in points is written down: Calc, unlike Excel, does not work it out on loading,
 * and lets the lines of one row run over the next. */
static int row_height(const Str *cells) {
    enum { LINE = 13, SPARE = 3, MOST = 409 };
    int lines = 1;
    for (int c = 0; c < MATRIX_COLUMNS; c++) {
        int need = lines_of(cells[c], matrix_width(c));
        lines = need > lines ? need : lines;
    }
    return lines > (MOST - SPARE) / LINE ? MOST : lines * LINE + SPARE;
}

static void sheet_row(Arena *a, const Matrix *m, ptrdiff_t i, Buf *b) {
    Str cells[MATRIX_COLUMNS];
    for (int c = 0; c < MATRIX_COLUMNS; c++)
        cells[c] = i < 0 ? matrix_heading(c) : shown(cut(a, matrix_cell(a, &m->rows[i], c)));
    buf_format(b, "<row r=\"%td\" ht=\"%d\">", i + 2, row_height(cells));
    for (int c = 0; c < MATRIX_COLUMNS; c++) {
        buf_format(b, "<c r=\"%c%td\" s=\"%d\"", 'A' + c, i + 2, i < 0 ? 1 : 2);
        if (cells[c].len) {
            buf_add(b, S(" t=\"inlineStr\"><is><t>"));
            text(cells[c], b);
            buf_add(b, S("</t></is></c>"));
        } else {
            buf_add(b, S("/>"));
        }
    }
    buf_add(b, S("</row>"));
}

static Str sheet_xml(Arena *a, const Matrix *m) {
    Buf b = buf_new(a);
    buf_add(&b, S(DECLARATION "<worksheet xmlns=\"" SHEET
                              "\"><sheetPr><pageSetUpPr fitToPage=\"1\"/></sheetPr><sheetViews>"
                              "<sheetView workbookViewId=\"0\"><pane ySplit=\"1\" "
                              "topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/>"
                              "</sheetView></sheetViews><cols>"));
    for (int c = 0; c < MATRIX_COLUMNS; c++)
        buf_format(&b, "<col min=\"%d\" max=\"%d\" width=\"%d\" customWidth=\"1\"/>", c + 1, c + 1,
                   matrix_width(c));
    buf_add(&b, S("</cols><sheetData>"));
    for (ptrdiff_t i = -1; i < m->count; i++) sheet_row(a, m, i, &b);
    buf_format(&b,
               "</sheetData><autoFilter ref=\"A1:L%td\"/><pageMargins left=\"0.4\" right=\"0.4\" "
               "top=\"0.5\" bottom=\"0.5\" "
               "header=\"0.3\" footer=\"0.3\"/><pageSetup paperSize=\"9\" "
               "orientation=\"landscape\" fitToHeight=\"0\"/></worksheet>",
               m->count + 1);
    return buf_str(&b);
}

void matrix_write_xlsx(Arena *a, const Matrix *m, Str title, Buf *out) {
    (void)title;
    ZipWriter *z = zip_writer_open(a, out);
    zip_add(z, S("[Content_Types].xml"),
            types(a, "<Override PartName=\"/xl/workbook.xml\" ContentType=\"" SHEET_TYPE
                     "sheet.main+xml\"/>"
                     "<Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"" SHEET_TYPE
                     "worksheet+xml\"/>"
                     "<Override PartName=\"/xl/styles.xml\" ContentType=\"" SHEET_TYPE
                     "styles+xml\"/>"),
            6);
    zip_add(z, S("_rels/.rels"), rels(a, "officeDocument", "xl/workbook.xml", NULL, NULL), 6);
    zip_add(z, S("xl/workbook.xml"),
            S(DECLARATION "<workbook xmlns=\"" SHEET "\" xmlns:r=\"" OFFICE_RELS
                          "\"><sheets><sheet name=\"Comment matrix\" "
                          "sheetId=\"1\" r:id=\"rId1\"/></sheets><definedNames><definedName "
                          "name=\"_xlnm.Print_Titles\" localSheetId=\"0\">"
                          "'Comment matrix'!$1:$1</definedName></definedNames></workbook>"),
            6);
    zip_add(z, S("xl/_rels/workbook.xml.rels"),
            rels(a, "worksheet", "worksheets/sheet1.xml", "styles", "styles.xml"), 6);
    zip_add(z, S("xl/worksheets/sheet1.xml"), sheet_xml(a, m), 6);
    zip_add(z, S("xl/styles.xml"), str_from_z(styles_xml), 6);
    zip_writer_close(z);
}

/* ---- docx ---- */

static const char word_styles[] = DECLARATION
    "<w:styles xmlns:w=\"" WORD
    "\"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii=\"Calibri\" w:hAnsi=\"Calibri\" "
    "w:cs=\"Arial\"/><w:sz w:val=\"16\"/><w:szCs "
    "w:val=\"16\"/></w:rPr></w:rPrDefault></w:docDefaults>"
    "<w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name "
    "w:val=\"Normal\"/></w:style>"
    "<w:style w:type=\"paragraph\" w:styleId=\"Title\"><w:name w:val=\"Title\"/><w:pPr><w:spacing "
    "w:after=\"160\"/></w:pPr><w:rPr><w:b/>"
    "<w:sz w:val=\"28\"/></w:rPr></w:style></w:styles>";

/* Whether the first letter is of a script that is written from the right; digits are none. */
static bool is_from_right(Str s) {
    for (ptrdiff_t at = 0; at < s.len;) {
        const uint32_t c = utf8_next(s, &at);
        if ((c >= 0x660 && c < 0x66A) || (c >= 0x6F0 && c < 0x6FA)) continue;
        if ((c >= 0x590 && c < 0x900) || (c >= 0xFB1D && c < 0xFE00) || (c >= 0xFE70 && c < 0xFEFD))
            return true;
        if ((c | 32) - 'a' < 26 || (c >= 0xC0 && (c < 0x2000 || c >= 0x2C00))) return false;
    }
    return false;
}

static void word_cell(Str s, int width, bool heading, Buf *b) {
    buf_format(b, "<w:tc><w:tcPr><w:tcW w:w=\"%d\" w:type=\"dxa\"/>%s</w:tcPr>", width,
               heading ? "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"E7ECF3\"/>" : "");
    for (ptrdiff_t from = 0, i = 0; i <= s.len; i++) {
        if (i < s.len && s.ptr[i] != '\n') continue;
        const bool right = is_from_right(str_slice(s, from, i));
        buf_add(b, right ? S("<w:p><w:pPr><w:bidi/></w:pPr><w:r>") : S("<w:p><w:r>"));
        if (heading) buf_add(b, S("<w:rPr><w:b/></w:rPr>"));
        else if (right) buf_add(b, S("<w:rPr><w:rtl/></w:rPr>"));
        buf_add(b, S("<w:t xml:space=\"preserve\">"));
        text(str_slice(s, from, i), b);
        buf_add(b, S("</w:t></w:r></w:p>"));
        from = i + 1;
    }
    buf_add(b, S("</w:tc>"));
}

static Str table_xml(Arena *a, const Matrix *m, Str title) {
    Buf b = buf_new(a);
    /* In twentieths of a point; together what A4 landscape holds. Words stay whole in the narrow
     * ones. */
    static const int widths[MATRIX_COLUMNS] = {820,  1130, 1240, 1470, 960,  1130,
                                               2100, 2100, 1440, 860,  1080, 1070};
    enum { PAGE = 15400 };
    buf_add(&b, S(DECLARATION "<w:document xmlns:w=\"" WORD
                              "\"><w:body><w:p><w:pPr><w:pStyle w:val=\"Title\"/></w:pPr><w:r><w:t "
                              "xml:space=\"preserve\">Comment matrix: "));
    text(title, &b);
    buf_format(
        &b, "</w:t></w:r></w:p><w:tbl><w:tblPr><w:tblW w:w=\"%d\" w:type=\"dxa\"/><w:tblBorders>",
        PAGE);
    static const char *const sides[] = {"top", "left", "bottom", "right", "insideH", "insideV"};
    for (int i = 0; i < 6; i++)
        buf_format(&b, "<w:%s w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"808080\"/>",
                   sides[i]);
    buf_add(&b, S("</w:tblBorders><w:tblLayout w:type=\"fixed\"/><w:tblCellMar><w:left w:w=\"60\" "
                  "w:type=\"dxa\"/><w:right w:w=\"60\" "
                  "w:type=\"dxa\"/></w:tblCellMar></w:tblPr><w:tblGrid>"));
    for (int c = 0; c < MATRIX_COLUMNS; c++) buf_format(&b, "<w:gridCol w:w=\"%d\"/>", widths[c]);
    buf_add(&b, S("</w:tblGrid>"));
    for (ptrdiff_t i = -1; i < m->count; i++) {
        buf_add(&b, i < 0 ? S("<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>") : S("<w:tr>"));
        for (int c = 0; c < MATRIX_COLUMNS; c++)
            word_cell(i < 0 ? matrix_heading(c) : matrix_cell(a, &m->rows[i], c), widths[c], i < 0,
                      &b);
        buf_add(&b, S("</w:tr>"));
    }
    buf_add(&b, S("</w:tbl><w:p/><w:sectPr><w:pgSz w:w=\"16838\" w:h=\"11906\" "
                  "w:orient=\"landscape\"/><w:pgMar w:top=\"720\" "
                  "w:right=\"720\" w:bottom=\"720\" w:left=\"720\" w:header=\"360\" "
                  "w:footer=\"360\" w:gutter=\"0\"/></w:sectPr>"
                  "</w:body></w:document>"));
    return buf_str(&b);
}

void matrix_write_docx(Arena *a, const Matrix *m, Str title, Buf *out) {
    ZipWriter *z = zip_writer_open(a, out);
    zip_add(z, S("[Content_Types].xml"),
            types(a, "<Override PartName=\"/word/document.xml\" ContentType=\"" WORD_TYPE
                     "document.main+xml\"/>"
                     "<Override PartName=\"/word/styles.xml\" ContentType=\"" WORD_TYPE
                     "styles+xml\"/>"),
            6);
    zip_add(z, S("_rels/.rels"), rels(a, "officeDocument", "word/document.xml", NULL, NULL), 6);
    zip_add(z, S("word/document.xml"), table_xml(a, m, title), 6);
    zip_add(z, S("word/_rels/document.xml.rels"), rels(a, "styles", "styles.xml", NULL, NULL), 6);
    zip_add(z, S("word/styles.xml"), str_from_z(word_styles), 6);
    zip_writer_close(z);
}
