/* doc_fixture: paragraphs and bodies made of snippets, for the tests of doc. */
#ifndef PARAPH_TESTS_DOC_FIXTURE_H
#define PARAPH_TESTS_DOC_FIXTURE_H

#include "doc/doc.h"
#include "t.h"

/* ---- a document made of snippets ---- */

typedef struct Fixture {
    Arena *a;
    DocxPackage package;
    DocxPart part;
    DocxRel rels[4];
    DocContext ctx;
} Fixture;

static inline void fixture_open(Fixture *f, Arena *a) {
    *f = (Fixture){.a = a};
    f->package = (DocxPackage){.arena = a, .names = xml_names_open(a), .key = {{7, 9}}};
    f->rels[0] = (DocxRel){S("rId1"), S("hyperlink"), S("https://a.example/"), true, NULL};
    f->rels[1] = (DocxRel){S("rId2"), S("hyperlink"), S("https://b.example/"), true, NULL};
    f->rels[2] = (DocxRel){S("rId3"), S("hyperlink"), S("https://a.example/"), true, NULL};
    f->rels[3] = (DocxRel){S("rId4"), S("image"), S("media/none.png"), false, NULL};
    f->part = (DocxPart){.name = S("word/document.xml"), .rels = f->rels, .rel_count = 4};
    PxErr err = {0};
    T_OK(doc_context_open(a, &f->package, &f->part, &f->ctx, &err), &err);
}

static const char head[] =
    "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\""
    " xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\""
    " xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\""
    " xmlns:w14=\"http://schemas.microsoft.com/office/word/2010/wordml\""
    " xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\""
    " xmlns:wps=\"http://schemas.microsoft.com/office/word/2010/wordprocessingShape\""
    " xmlns:m=\"http://schemas.openxmlformats.org/officeDocument/2006/math\""
    " xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:o=\"urn:schemas-microsoft-com:office:office\""
    " xmlns:x=\"urn:x\"><w:body>";

static inline XmlNode *parse_body(Fixture *f, Str content) {
    Buf b = buf_new(f->a);
    buf_add(&b, str_from_z(head));
    buf_add(&b, content);
    buf_add(&b, S("</w:body></w:document>"));
    XmlTree *tree;
    PxErr err = {0};
    if (!T_OK(xml_parse(f->a, f->package.names, S("test"), buf_str(&b), NULL, &tree, &err), &err))
        return NULL;
    return doc_body(tree);
}

/* The paragraph that holds content. */
static inline XmlNode *paragraph(Fixture *f, Str content) {
    Buf b = buf_new(f->a);
    buf_add(&b, S("<w:p>"));
    buf_add(&b, content);
    buf_add(&b, S("</w:p>"));
    return parse_body(f, buf_str(&b))->first;
}

static inline DocTokens tokens_of(Fixture *f, const XmlNode *p) {
    DocTokens t = {0};
    doc_tokens(f->a, &f->ctx, p, false, &t);
    return t;
}

static inline bool same_tokens(const DocTokens *x, const DocTokens *y) {
    if (x->count != y->count) return false;
    for (ptrdiff_t i = 0; i < x->count; i++) {
        const DocToken *s = &x->items[i], *t = &y->items[i];
        if (s->key != t->key || s->format != t->format || s->wrap != t->wrap) return false;
    }
    return true;
}

/* Hash and tokens of two paragraphs must both call them equal, or both different. */
static inline bool agree(Fixture *f, const XmlNode *p, const XmlNode *q, bool equal) {
    const DocTokens x = tokens_of(f, p), y = tokens_of(f, q);
    const bool tokens = same_tokens(&x, &y);
    const bool hashes = hash_equal(doc_block_hash(&f->ctx, p), doc_block_hash(&f->ctx, q));
    return tokens == equal && hashes == equal;
}

typedef struct Pair {
    const char *x, *y;
} Pair;

#define R(content) "<w:r>" content "</w:r>"
#define T(text) "<w:t>" text "</w:t>"
#define B(content) "<w:r><w:rPr><w:b/></w:rPr>" content "</w:r>"
#define FIELD(type) "<w:fldChar w:fldCharType=\"" type "\"/>"
#define BOX(content)                                                                               \
    "<mc:AlternateContent><mc:Choice Requires=\"wps\"><w:drawing><wp:inline><wps:txbx>"            \
    "<w:txbxContent>" content "</w:txbxContent></wps:txbx></wp:inline></w:drawing></mc:Choice>"    \
    "<mc:Fallback><w:pict><v:textbox><w:txbxContent>" content                                      \
    "</w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent>"

#define CELL(properties, text)                                                                     \
    "<w:tc><w:tcPr>" properties "</w:tcPr><w:p>" R(T(text)) "</w:p></w:tc>"
#define TABLE(content)                                                                             \
    "<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w=\"9\"/></w:tblGrid>" content "</w:tbl>"

#endif
