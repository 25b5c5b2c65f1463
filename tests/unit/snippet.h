/* Snippets of documents for the tests of revise: the content of w:body, with w as the default
 * namespace for elements; read, resolved, written. */
#ifndef PARAPH_TESTS_SNIPPET_H
#define PARAPH_TESTS_SNIPPET_H

#include "revise/revise.h"
#include "t.h"

#define HEAD                                                                                       \
    "<document xmlns=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" "            \
    "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" "                    \
    "xmlns:m=\"http://schemas.openxmlformats.org/officeDocument/2006/math\" "                      \
    "xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\" "                    \
    "xmlns:wps=\"http://schemas.microsoft.com/office/word/2010/wordprocessingShape\"><body>"
#define TAIL "</body></document>"

static inline XmlTree *read_body(Arena *a, Str body) {
    Buf b = buf_new(a);
    buf_add(&b, S(HEAD));
    buf_add(&b, body);
    buf_add(&b, S(TAIL));
    XmlTree *t = NULL;
    PxErr err = {0};
    if (!T_OK(xml_parse(a, xml_names_open(a), S("body"), buf_str(&b), NULL, &t, &err), &err)) {
        printf("# [%.*s]\n", (int)body.len, body.ptr);
        exit(1);
    }
    return t;
}

static inline Str written(Arena *a, const XmlTree *t) {
    Buf b = buf_new(a);
    xml_write(t, &b);
    const Str s = buf_str(&b);
    const ptrdiff_t from = str_find(s, S("<body")), to = str_find_last(s, '<');
    if (from < 0) return s;
    const Str inner = str_slice(s, from, to - (ptrdiff_t)strlen("</body>"));
    if (str_starts(inner, S("<body>"))) return str_slice(inner, 6, inner.len);
    return S("");
}

/* ---- decisions ---- */

typedef struct Choice {
    Str who; /* whose revisions get the verdict; the others stay */
    ReviseVerdict verdict;
} Choice;

static inline ReviseVerdict choose(void *ctx, const XmlNode *revision) {
    const Choice *c = ctx;
    const bool is_theirs = revise_names_office(xml_attr(revision, W_author), c->who);
    return is_theirs ? c->verdict : REVISE_KEEP;
}

static inline Str resolved(Arena *a, Str body, ReviseDecide decide, void *ctx) {
    XmlTree *t = read_body(a, body);
    revise_resolve(t, t->root, decide, ctx);
    return written(a, t);
}

static inline Str accepted(Arena *a, Str body) {
    return resolved(a, body, revise_accept_all, NULL);
}
static inline Str rejected(Arena *a, Str body) {
    return resolved(a, body, revise_reject_all, NULL);
}
static inline Str only(Arena *a, Str body, Str office) {
    return resolved(a, body, revise_only, &office);
}
static inline Str chosen(Arena *a, Str body, Str who, ReviseVerdict verdict) {
    Choice c = {who, verdict};
    return resolved(a, body, choose, &c);
}

#define A "w:author='A'"
#define B "w:author='B'"
#define T(text) "<r><t>" text "</t></r>"
#define D(text) "<r><delText>" text "</delText></r>"
#define P(content) "<p>" content "</p>"
#define MARK(name, who) "<pPr><rPr><" name " w:author='" who "'/></rPr></pPr>"

#define CELL(properties, text) "<tc>" properties "<p><r><t>" text "</t></r></p></tc>"
#define TABLE(rows) "<tbl><tblPr/>" rows "</tbl>"
#define ROW(cells) "<tr>" cells "</tr>"

#endif
