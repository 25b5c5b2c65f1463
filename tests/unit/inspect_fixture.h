/* What the tests of inspect share: snippets, and looking at a file. */
#ifndef PARAPH_TESTS_INSPECT_FIXTURE_H
#define PARAPH_TESTS_INSPECT_FIXTURE_H

#include "inspect/inspect.h"
#include "t.h"

#include "unit/pack.h"

#define T(text) "<w:r><w:t xml:space=\"preserve\">" text "</w:t></w:r>"
#define P(text) "<w:p>" T(text) "</w:p>"
#define BY " w:id=\"7\" w:author=\"Legal Adviser\" w:date=\"2016-06-01T10:00:00Z\""
#define INS(runs) "<w:ins" BY ">" runs "</w:ins>"
#define DEL(text)                                                                                  \
    "<w:del" BY "><w:r><w:delText xml:space=\"preserve\">" text "</w:delText></w:r></w:del>"
#define TC(text) "<w:tc><w:tcPr><w:tcW w:w=\"900\" w:type=\"dxa\"/></w:tcPr>" P(text) "</w:tc>"
#define TR(x, y) "<w:tr>" TC(x) TC(y) "</w:tr>"
#define TBL(rows) "<w:tbl><w:tblPr/><w:tblGrid/>" rows "</w:tbl>"
#define SDT(pr, blocks)                                                                            \
    "<w:sdt><w:sdtPr>" pr "</w:sdtPr><w:sdtContent>" blocks "</w:sdtContent></w:sdt>"
#define SECT(width) "<w:sectPr><w:pgSz w:w=\"" width "\" w:h=\"16838\"/></w:sectPr>"
#define ARTICLE "<w:p>" T("Article 5") "</w:p>"
#define FIELD(code, shown)                                                                         \
    "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText "                            \
    "xml:space=\"preserve\">" code                                                                 \
    "</w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r>" T(                    \
        shown) "<w:r><w:fldChar w:fldCharType=\"end\"/></w:r>"

#define COSTS P("Costs are borne by each Party for what it does.")

static inline DocxPackage *open_bytes(Arena *a, XmlNames *names, Str bytes) {
    DocxPackage *p = NULL;
    PxErr err = {0};
    T_OK(docx_open(a, names, (HashKey){{3, 5}}, bytes, S("return.docx"), NULL, &p, &err), &err);
    return p;
}

/* sent.ptr NULL: no copy to compare with. */
static inline InspectReport look(Arena *a, Str file, Str sent) {
    XmlNames *names = xml_names_open(a);
    InspectReport r = {0};
    PxErr err = {0};
    DocxPackage *p = open_bytes(a, names, file), *q = sent.ptr ? open_bytes(a, names, sent) : NULL;
    if (p && (q || !sent.ptr)) T_OK(inspect_file(a, p, q, &r, &err), &err);
    return r;
}

static inline Str simple(Arena *a, const char *body) {
    Pack p = pack_new(a);
    return pack_docx(&p, body);
}

static inline void show(const InspectReport *r) {
    for (ptrdiff_t i = 0; i < r->count; i++) {
        const InspectFinding *f = &r->findings[i];
        const Str name = inspect_kind_name(f->kind);
        printf("#   %.*s at %.*s [%.*s] [%.*s] %.*s\n", (int)name.len, name.ptr, (int)f->place.len,
               f->place.ptr, (int)f->before.len, f->before.ptr, (int)f->after.len, f->after.ptr,
               (int)f->detail.len, f->detail.ptr);
    }
}

static inline void expect_nothing(const InspectReport *r, const char *what) {
    if (r->count == 0) return;
    printf("# %s: findings where there should be none\n", what);
    show(r);
    T_CHECK(r->count == 0);
}

/* Exactly one finding, of this kind. */
static inline const InspectFinding *expect_one(const InspectReport *r, InspectKind kind,
                                               const char *what) {
    if (r->count == 1 && r->findings[0].kind == kind) return &r->findings[0];
    const Str name = inspect_kind_name(kind);
    printf("# %s: not one finding of %.*s but\n", what, (int)name.len, name.ptr);
    show(r);
    T_CHECK(r->count == 1 && r->findings[0].kind == kind);
    return NULL;
}

#define STYLE(id, more)                                                                            \
    "<w:style w:type=\"paragraph\" w:styleId=\"" id "\"><w:name w:val=\"" id "\"/>" more           \
    "</w:style>"
#define USES "<w:p><w:pPr><w:pStyle w:val=\"Clause\"/></w:pPr>" T("Text.") "</w:p>"

static inline Str with_part(Arena *a, const char *kind, const char *markup) {
    Pack p = pack_new(a);
    if (markup) pack_part(&p, arena_str(a, arena_format(a, "word/%s.xml", kind)).ptr, kind, markup);
    return pack_docx(
        &p, ARTICLE USES
        "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"3\"/></w:numPr></w:pPr>" T(
            "Listed.") "</w:p>");
}

#endif
