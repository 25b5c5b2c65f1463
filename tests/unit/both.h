/* both: two packages made in memory, text of the second in the first. The tests copy the second's
 * body behind the first's, import it, write, and read what came out. */
#ifndef PARAPH_BOTH_H
#define PARAPH_BOTH_H

#include "t.h"

#include "unit/pack.h"

static const HashKey key = {{11, 13}};

typedef struct Both {
    Arena *arena;
    DocxPackage *base, *from;
    DocxImport *import;
    XmlTree *tree; /* of the base's main part */
} Both;

static inline DocxPackage *open_one(Arena *a, XmlNames *names, Str bytes, const char *name) {
    DocxPackage *p = NULL;
    PxErr err = {0};
    T_OK(docx_open(a, names, key, bytes, str_from_z(name), NULL, &p, &err), &err);
    return p;
}

static inline bool open_both(Arena *a, Str base, Str from, Both *out) {
    XmlNames *names = xml_names_open(a);
    PxErr err = {0};
    *out = (Both){.arena = a, .base = open_one(a, names, base, "base.docx")};
    out->from = open_one(a, names, from, "return.docx");
    if (!out->base || !out->from) return false;
    out->import = docx_import_open(out->base, out->from);
    return T_OK(docx_part_tree(out->base, out->base->main, &out->tree, &err), &err);
}

/* Another return for the same base. */
static inline bool open_next(Both *b, Str from) {
    b->from = open_one(b->arena, b->base->names, from, "next.docx");
    if (b->from) b->import = docx_import_open(b->base, b->from);
    return b->from != NULL;
}

/* Copies the children of from's body to the end of the base's, and imports them. */
static inline bool import_body(Both *b, PxErr *err) {
    XmlTree *tree;
    if (!docx_part_tree(b->from, b->from->main, &tree, err)) return false;
    XmlNode *body = xml_child(b->tree->root, W_body);
    for (const XmlNode *n = xml_child(tree->root, W_body)->first; n; n = n->next) {
        XmlNode *copy = xml_copy(b->tree, n);
        xml_insert(body, copy, NULL);
        if (!docx_import_node(b->import, b->from->main, b->base->main, copy, err)) return false;
    }
    return true;
}

static inline DocxPackage *write_both(Both *b) {
    Buf out = buf_new(b->arena);
    PxErr err = {0};
    if (!T_OK(docx_write(b->base, 6, &out, &err), &err)) return NULL;
    return open_one(b->arena, b->base->names, buf_str(&out), "written.docx");
}

static inline DocxPackage *import_and_write(Both *b) {
    PxErr err = {0};
    return T_OK(import_body(b, &err), &err) ? write_both(b) : NULL;
}

static inline Str bytes_of(DocxPackage *p, const char *name) {
    DocxPart *part = docx_find_part(p, str_from_z(name));
    PxErr err = {0};
    Str bytes = {"", 0};
    if (!T_CHECK(part != NULL) || !T_OK(docx_part_bytes(p, part, &bytes, &err), &err)) {
        printf("#   %s\n", name);
    }
    return bytes;
}

static inline bool has(Str text, const char *words) {
    if (str_find(text, str_from_z(words)) >= 0) return true;
    printf("#   no [%s] in\n#   [%.*s]\n", words, (int)text.len, text.ptr);
    return false;
}

static inline bool lacks(Str text, const char *words) {
    if (str_find(text, str_from_z(words)) < 0) return true;
    printf("#   [%s] in\n#   [%.*s]\n", words, (int)text.len, text.ptr);
    return false;
}

/* ---- markup ---- */

#define BODY(p) bytes_of((p), "word/document.xml")
#define LINK(id) "<w:p><w:hyperlink r:id=\"" id "\"><w:r><w:t>x</w:t></w:r></w:hyperlink></w:p>"
#define EXTERNAL " TargetMode=\"External\""
#define PICTURE(id)                                                                                \
    "<w:p><w:r><w:drawing><wp:inline><wp:docPr id=\"1\" name=\"P\"/><a:graphic><a:graphicData>"    \
    "<a:blip r:embed=\"" id "\"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
#define STYLE(type, id, name, more)                                                                \
    "<w:style w:type=\"" type "\" w:styleId=\"" id "\"><w:name w:val=\"" name "\"/>" more          \
    "</w:style>"
#define STYLED(id) "<w:p><w:pPr><w:pStyle w:val=\"" id "\"/></w:pPr></w:p>"
#define LEVEL(text) "<w:lvl w:ilvl=\"0\"><w:lvlText w:val=\"" text "\"/></w:lvl>"
#define LIST(id, nsid, text)                                                                       \
    "<w:abstractNum w:abstractNumId=\"" id "\"><w:nsid w:val=\"" nsid                              \
    "\"/>" LEVEL(text) "</w:abstractNum>"
#define NUM(id, list) "<w:num w:numId=\"" id "\"><w:abstractNumId w:val=\"" list "\"/></w:num>"
#define LISTED(id)                                                                                 \
    "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"" id "\"/></w:numPr></w:pPr></"    \
    "w:p>"
#define NOTE(kind, id, text)                                                                       \
    "<w:" kind " w:id=\"" id "\"><w:p><w:r><w:t>" text "</w:t></w:r></w:p></w:" kind ">"
#define REFERENCE(kind, id) "<w:p><w:r><w:" kind "Reference w:id=\"" id "\"/></w:r></w:p>"

#endif
