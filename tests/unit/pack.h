/* pack: Word packages made in memory, for tests.
 *
 *     Pack p = pack_new(a);
 *     pack_part(&p, "word/styles.xml", "styles", STYLES("<w:style .../>"));
 *     Str docx = pack_docx(&p, "<w:p/>");
 *
 * Parts get an Override; those with a kind get a relationship of the main document, with ids rIdk1,
 * rIdk2 ... in order. */
#ifndef PARAPH_PACK_H
#define PARAPH_PACK_H

#include "docx/docx.h"

#define W_URI "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#define R_URI "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define STRICT_W_URI "http://purl.oclc.org/ooxml/wordprocessingml/main"
#define STRICT_R_URI "http://purl.oclc.org/ooxml/officeDocument/relationships"
#define PACKAGE_URI "http://schemas.openxmlformats.org/package/2006"
#define WORD_TYPE "application/vnd.openxmlformats-officedocument.wordprocessingml."
#define SPACES                                                                                     \
    "xmlns:w=\"" W_URI "\" xmlns:r=\"" R_URI "\""                                                  \
    " xmlns:w14=\"http://schemas.microsoft.com/office/word/2010/wordml\""                          \
    " xmlns:w15=\"http://schemas.microsoft.com/office/word/2012/wordml\""                          \
    " xmlns:w16cid=\"http://schemas.microsoft.com/office/word/2016/wordml/cid\""                   \
    " xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\""         \
    " xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\""                           \
    " xmlns:v=\"urn:schemas-microsoft-com:vml\" "                                                  \
    "xmlns:o=\"urn:schemas-microsoft-com:office:office\""
/* A part with this root element of w: and these children. */
#define ROOT(name, children) "<w:" name " " SPACES ">" children "</w:" name ">"

typedef struct PackPart {
    Str name, bytes;
} PackPart;

typedef struct Pack {
    Arena *arena;
    Buf types, root_rels, main_rels;
    const char *main_name, *main_type; /* may be set before pack_docx */
    bool is_strict;
    int rel_count;
    PackPart *parts;
    ptrdiff_t count, cap;
} Pack;

static inline Pack pack_new(Arena *a) {
    return (Pack){.arena = a,
                  .types = buf_new(a),
                  .root_rels = buf_new(a),
                  .main_rels = buf_new(a),
                  .main_name = "word/document.xml",
                  .main_type = WORD_TYPE "document.main+xml"};
}

static inline void pack_entry(Pack *p, const char *name, Str bytes) {
    p->parts = arena_grow(p->arena, p->parts, p->count, &p->cap, p->count + 1,
                          (ptrdiff_t)sizeof *p->parts);
    p->parts[p->count++] = (PackPart){str_from_z(name), bytes};
}

static inline void pack_override(Pack *p, const char *name, const char *type) {
    buf_format(&p->types, "<Override PartName=\"/%s\" ContentType=\"%s\"/>", name, type);
}

static inline void pack_rel_to(Buf *rels, bool is_strict, const char *id, const char *kind,
                               const char *target, const char *mode) {
    buf_format(rels, "<Relationship Id=\"%s\" Type=\"%s%s%s\" Target=\"%s\"%s/>", id,
               strstr(kind, "://") ? ""
               : is_strict         ? STRICT_R_URI
                                   : R_URI,
               strstr(kind, "://") ? "" : "/", kind, target, mode);
}

/* A relationship of the main document; mode: "" or " TargetMode=\"External\"". */
static inline void pack_rel(Pack *p, const char *id, const char *kind, const char *target,
                            const char *mode) {
    pack_rel_to(&p->main_rels, p->is_strict, id, kind, target, mode);
}

/* kind: the end of the relationship's type, a whole one, or NULL for a part nothing refers to. Its
 * content type is WORD_TYPE kind "+xml" unless type is given. */
static inline void pack_typed(Pack *p, const char *name, const char *kind, const char *type,
                              Str bytes) {
    const char *last = kind && strrchr(kind, '/') ? strrchr(kind, '/') + 1 : kind;
    if (!type && kind) {
        type = arena_str(p->arena, arena_format(p->arena, WORD_TYPE "%s+xml", last)).ptr;
    }
    if (type && type[0]) pack_override(p, name, type);
    pack_entry(p, name, bytes);
    if (!kind) return;
    const Str id = arena_format(p->arena, "rIdk%d", ++p->rel_count);
    pack_rel(p, arena_str(p->arena, id).ptr, kind,
             arena_str(p->arena, arena_format(p->arena, "/%s", name)).ptr, "");
}

static inline void pack_part(Pack *p, const char *name, const char *kind, const char *markup) {
    pack_typed(p, name, kind, NULL, str_from_z(markup));
}

static inline Str pack_rels(Arena *a, Str inner) {
    return arena_format(a,
                        "<Relationships xmlns=\"" PACKAGE_URI "/relationships\">%.*s"
                        "</Relationships>",
                        (int)inner.len, inner.ptr ? inner.ptr : "");
}

static inline Str pack_zip(Arena *a, const PackPart *parts, ptrdiff_t count) {
    Buf out = buf_new(a);
    ZipWriter *w = zip_writer_open(a, &out);
    for (ptrdiff_t i = 0; i < count; i++) zip_add(w, parts[i].name, parts[i].bytes, 6);
    zip_writer_close(w);
    return buf_str(&out);
}

/* The package with this body, whose main part comes last and whose content types stand in between:
 * an order that nobody may rely on. */
static inline Str pack_docx(Pack *p, const char *body) {
    Arena *a = p->arena;
    const char *uri = p->is_strict ? STRICT_W_URI : W_URI;
    const char *r_uri = p->is_strict ? STRICT_R_URI : R_URI;
    pack_override(p, p->main_name, p->main_type);
    pack_rel_to(&p->root_rels, p->is_strict, "rId1", "officeDocument", p->main_name, "");
    const Str types = arena_format(
        a,
        "<Types xmlns=\"" PACKAGE_URI "/content-types\"><Default Extension=\"rels\" ContentType="
        "\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\""
        " ContentType=\"application/xml\"/>%.*s</Types>",
        (int)p->types.len, p->types.ptr);
    const char *file = strrchr(p->main_name, '/');
    const int folder = file ? (int)(file + 1 - p->main_name) : 0;
    const Str rels_name =
        arena_format(a, "%.*s_rels/%s.rels", folder, p->main_name, p->main_name + folder);
    pack_entry(p, "_rels/.rels", pack_rels(a, buf_str(&p->root_rels)));
    pack_entry(p, "[Content_Types].xml", types);
    if (p->main_rels.len) {
        pack_entry(p, arena_str(a, rels_name).ptr, pack_rels(a, buf_str(&p->main_rels)));
    }
    pack_entry(
        p, p->main_name,
        p->is_strict
            ? arena_format(a,
                           "<w:document xmlns:w=\"%s\" xmlns:r=\"%s\"><w:body>%s"
                           "</w:body></w:document>",
                           uri, r_uri, body)
            : arena_format(a, "<w:document " SPACES "><w:body>%s</w:body></w:document>", body));
    return pack_zip(a, p->parts, p->count);
}

#endif
