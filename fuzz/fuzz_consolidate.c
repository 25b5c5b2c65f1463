/* fuzz_consolidate: a base and its returns, merged and proven by the public functions. Whatever the
 * texts are, the result keeps its promises: a proof that fails ends the process.
 *
 * So that bytes reach the merging and not only the parser, the input is a shorthand that always
 * gives Word files: '=' begins the next return (four at most), and within a file
 *
 *     a-p word   ' ' . , signs   ; paragraph ends      B I U bold, italic, underlined on and off
 *     T R tab, line break        J S N centred, heading, numbered (of the paragraph)
 *     { | / } table, next cell, next row, its end      < > link or control, its end
 *     + - # inserted, deleted by A, by B, on and off   X the paragraph's mark inserted by A
 *     F field   M bookmark   P picture (an unknown element)   Q section break (of the paragraph) */
#include <stdio.h>
#include <stdlib.h>

#include "zip/zip.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

enum { RETURNS = 4, DEPTH = 6 };

static const Str types = S(
    "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default "
    "Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/word/document.xml\" "
    "ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+"
    "xml\"/></Types>");
static const Str rels =
    S("<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
      "<Relationship Id=\"r\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/"
      "relationships/officeDocument\" Target=\"word/document.xml\"/></Relationships>");

/* ---- writing a body ---- */

typedef struct Writer {
    Buf *out;
    bool in_paragraph, bold, italic, underlined, centred, heading, numbered, mark, section;
    char wraps[DEPTH]; /* what is open in the paragraph: '<' a link, '?' a control, + - # */
    int wrap_count;
    int tables;
    int id;
    Buf runs; /* of the open paragraph */
} Writer;

static void put(Writer *w, Str s) { buf_add(&w->runs, s); }

static const char *revision(char kind) { return kind == '-' ? "del" : "ins"; }

static bool is_deleted(const Writer *w) {
    for (int i = 0; i < w->wrap_count; i++) {
        if (w->wraps[i] == '-') return true;
    }
    return false;
}

static void close_wrap(Writer *w) {
    const char kind = w->wraps[--w->wrap_count];
    if (kind == '<') put(w, S("</w:hyperlink>"));
    else if (kind == '?') put(w, S("</w:sdtContent></w:sdt>"));
    else buf_format(&w->runs, "</w:%s>", revision(kind));
}

static void open_wrap(Writer *w, char kind) {
    if (w->wrap_count == DEPTH) return;
    w->wraps[w->wrap_count++] = kind;
    if (kind == '<') put(w, S("<w:hyperlink w:anchor=\"here\">"));
    else if (kind == '?') put(w, S("<w:sdt><w:sdtPr><w:tag w:val=\"t\"/></w:sdtPr><w:sdtContent>"));
    else {
        w->id++;
        buf_format(&w->runs, "<w:%s w:id=\"%d\" w:author=\"%c\" w:date=\"2026-01-0%dT00:00:00Z\">",
                   revision(kind), w->id, kind == '#' ? 'B' : 'A', 1 + w->id % 9);
    }
}

static void toggle_revision(Writer *w, char kind) {
    for (int i = w->wrap_count - 1; i >= 0; i--) {
        if (w->wraps[i] != kind) continue;
        while (w->wrap_count > i) close_wrap(w);
        return;
    }
    open_wrap(w, kind);
}

static void put_run(Writer *w, const char *content) {
    put(w, S("<w:r><w:rPr>"));
    if (w->bold) put(w, S("<w:b/>"));
    if (w->italic) put(w, S("<w:i/>"));
    if (w->underlined) put(w, S("<w:u w:val=\"single\"/>"));
    put(w, S("</w:rPr>"));
    put(w, str_from_z(content));
    put(w, S("</w:r>"));
}

static void put_text(Writer *w, Str text) {
    char run[128];
    const char *tag = is_deleted(w) ? "delText" : "t";
    snprintf(run, sizeof run, "<w:%s xml:space=\"preserve\">%.*s</w:%s>", tag, (int)text.len,
             text.ptr, tag);
    put_run(w, run);
}

static void end_paragraph(Writer *w) {
    while (w->wrap_count) close_wrap(w);
    buf_add(w->out, S("<w:p><w:pPr>"));
    if (w->heading) buf_add(w->out, S("<w:pStyle w:val=\"Heading1\"/>"));
    if (w->numbered) {
        buf_add(w->out, S("<w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"1\"/></w:numPr>"));
    }
    if (w->centred) buf_add(w->out, S("<w:jc w:val=\"center\"/>"));
    if (w->mark) {
        buf_format(w->out, "<w:rPr><w:ins w:id=\"%d\" w:author=\"A\"/></w:rPr>", ++w->id);
    }
    if (w->section) buf_add(w->out, S("<w:sectPr><w:cols w:num=\"2\"/></w:sectPr>"));
    buf_add(w->out, S("</w:pPr>"));
    buf_add(w->out, buf_str(&w->runs));
    buf_add(w->out, S("</w:p>"));
    w->runs.len = 0;
    w->in_paragraph = w->heading = w->numbered = w->centred = w->mark = w->section = false;
}

/* ---- the shorthand ---- */

static void put_table_sign(Writer *w, char c) {
    if (c == '{') {
        if (w->tables == 3) return;
        if (w->in_paragraph) end_paragraph(w);
        buf_add(w->out, S("<w:tbl><w:tblPr/><w:tblGrid><w:gridCol/></w:tblGrid><w:tr><w:tc>"));
        w->tables++;
        return;
    }
    if (!w->tables) return;
    end_paragraph(w); /* a cell ends in one */
    if (c == '|') buf_add(w->out, S("</w:tc><w:tc>"));
    else if (c == '/') buf_add(w->out, S("</w:tc></w:tr><w:tr><w:tc>"));
    else {
        buf_add(w->out, S("</w:tc></w:tr></w:tbl>"));
        w->tables--;
    }
}

static void put_piece(Writer *w, char c) {
    static const Str words[] = {S("the"),     S("Party"),  S("shall"),  S("not"),
                                S("Article"), S("5(2)"),   S("costs"),  S("meeting"),
                                S("in"),      S("agreed"), S("thirty"), S("1,250.75"),
                                S("条约"),    S("معاہدہ"), S("days"),   S("of")};
    if (c >= 'a' && c <= 'p') put_text(w, words[c - 'a']);
    else if (c == ' ') put_text(w, S(" "));
    else if (c == '.') put_text(w, S(". "));
    else if (c == ',') put_text(w, S(", "));
    else if (c == 'T') put_run(w, "<w:tab/>");
    else if (c == 'R') put_run(w, "<w:br/>");
    else if (c == 'P') put_run(w, "<w:object><w:control w:name=\"c\"/></w:object>");
    else if (c == 'F') {
        put_run(w, "<w:fldChar w:fldCharType=\"begin\"/>");
        put_run(w, is_deleted(w) ? "<w:delInstrText>PAGE</w:delInstrText>"
                                 : "<w:instrText>PAGE</w:instrText>");
        put_run(w, "<w:fldChar w:fldCharType=\"end\"/>");
    } else if (c == 'M') {
        const int id = ++w->id;
        buf_format(&w->runs,
                   "<w:bookmarkStart w:id=\"%d\" w:name=\"m%d\"/><w:bookmarkEnd w:id=\"%d\"/>", id,
                   id, id);
    }
}

static void put_sign(Writer *w, char c) {
    switch (c) {
    case '{':
    case '|':
    case '/':
    case '}': put_table_sign(w, c); return;
    case ';': end_paragraph(w); return;
    case 'B': w->bold = !w->bold; return;
    case 'I': w->italic = !w->italic; return;
    case 'U': w->underlined = !w->underlined; return;
    default: break;
    }
    w->in_paragraph = true;
    switch (c) {
    case 'J': w->centred = true; break;
    case 'S': w->heading = true; break;
    case 'N': w->numbered = true; break;
    case 'X': w->mark = true; break;
    case 'Q': w->section = w->tables == 0; break;
    case '+':
    case '-':
    case '#': toggle_revision(w, c); break;
    case '<': open_wrap(w, w->wrap_count % 2 ? '?' : '<'); break;
    case '>':
        if (w->wrap_count) close_wrap(w);
        break;
    default: put_piece(w, c); break;
    }
}

/* The file written as shorthand up to the next '='; *at is moved behind it. */
static Str take_file(Arena *a, const uint8_t *bytes, size_t len, size_t *at) {
    Buf body = buf_new(a), out = buf_new(a);
    Writer w = {.out = &body, .runs = buf_new(a)};
    buf_add(
        &body,
        S("<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">"
          "<w:body>"));
    while (*at < len && bytes[*at] != '=') put_sign(&w, (char)bytes[(*at)++]);
    ++*at;
    while (w.tables) put_table_sign(&w, '}');
    w.section = false; /* the last section is the body's own */
    end_paragraph(&w);
    buf_add(&body, S("<w:sectPr/></w:body></w:document>"));
    ZipWriter *zip = zip_writer_open(a, &out);
    zip_add(zip, S("[Content_Types].xml"), types, 1);
    zip_add(zip, S("_rels/.rels"), rels, 1);
    zip_add(zip, S("word/document.xml"), buf_str(&body), 1);
    zip_writer_close(zip);
    return buf_str(&out);
}

/* ---- the promise ---- */

static void must_hold(bool done, const PxErr *err, const PxResult *result) {
    if (done || err->kind == PX_ERR_INPUT || err->kind == PX_ERR_UNSUPPORTED) return;
    fprintf(stderr, "%s: %s: %s\n", err->file, err->part, err->message);
    ptrdiff_t count = 0;
    const PxVerdict *verdicts = result ? px_result_verdicts(result, &count) : NULL;
    for (ptrdiff_t i = 0; i < count; i++) {
        if (verdicts[i].holds) continue;
        fprintf(stderr, "%.*s, %.*s: %.*s\n", (int)verdicts[i].promise.len, verdicts[i].promise.ptr,
                (int)verdicts[i].office.len, verdicts[i].office.ptr, (int)verdicts[i].detail.len,
                verdicts[i].detail.ptr);
    }
    abort();
}

static void read_all(PxStr bytes) {
    const PxFile file = {S("c.docx"), bytes};
    const PxStep all = {true, S("all")};
    PxResult *result;
    PxMatrix *matrix;
    PxErr err;
    must_hold(px_resolve(&file, &all, 1, NULL, &result, &err), &err, NULL);
    px_result_close(result);
    must_hold(px_text(&file, NULL, &result, &err), &err, NULL);
    px_result_close(result);
    must_hold(px_render(&file, NULL, &result, &err), &err, NULL);
    px_result_close(result);
    must_hold(px_matrix_open(&file, NULL, &matrix, &err), &err, NULL);
    px_matrix_close(matrix);
}

typedef struct Case {
    Arena *arena;
    const uint8_t *bytes;
    size_t len;
} Case;

static bool run(void *ctx, PxErr *err) {
    const Case *c = ctx;
    size_t at = 0;
    const PxFile base = {S("base.docx"), take_file(c->arena, c->bytes, c->len, &at)};
    PxReturn returns[RETURNS];
    ptrdiff_t count = 0;
    static const Str offices[RETURNS] = {S("One"), S("Two"), S("Three"), S("Four")};
    do {
        returns[count] = (PxReturn){offices[count],
                                    {S("return.docx"), take_file(c->arena, c->bytes, c->len, &at)}};
        count++;
    } while (at < c->len && count < RETURNS);
    PxResult *result;
    const bool done = px_consolidate(&base, returns, count, NULL, &result, err);
    must_hold(done, err, result);
    if (done) read_all(px_result_bytes(result));
    px_result_close(result);
    PxInspection *inspection;
    const PxInspectOptions sent = {.sent = &base};
    must_hold(px_inspect(&returns[0].file, &sent, &inspection, err), err, NULL);
    px_inspection_close(inspection);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len) {
    if (len > 4096) return -1;
    Arena *a = arena_open((ptrdiff_t)256 << 20);
    Case c = {a, bytes, len};
    PxErr err = {0};
    if (!arena_guard(a, run, &c, &err)) abort();
    arena_close(a);
    return 0;
}
