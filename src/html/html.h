/* html: a document or redline as one self-contained page: our own elements and classes only,
 * nothing of the document's markup. */
#ifndef PARAPH_HTML_H
#define PARAPH_HTML_H

#include "base/base.h"
#include "docx/docx.h"

/* Escaped text and attribute values; the only ways text enters a page. */
void html_text(Buf *out, Str text);
void html_attr(Buf *out, Str value);

/* Writes the page: body, notes, headers and footers, comments beside the text; insertions and
 * deletions as ins/del with their office named (title, legend, a colour and a pattern an office, so
 * that colour is not the only sign) and their number (the N of change:N); invisible and
 * bidirectional controls are shown; pictures only when they are PNG or JPEG by their first bytes.
 * dir="auto" on blocks, bdi where a run states its direction and around names; print CSS; no
 * script. Works on trees with revisions. */
bool html_write(Arena *a, DocxPackage *p, Str title, Buf *out, PxErr *err)
    __attribute__((warn_unused_result));

#endif
