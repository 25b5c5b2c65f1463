/* docx: the package (ECMA-376 part 2, OPC): content types, relationships, parts, stories; bringing
 * resources of one package into another; writing. Parts that were not changed are copied
 * compressed, as they came. */
#ifndef PARAPH_DOCX_H
#define PARAPH_DOCX_H

#include "base/base.h"
#include "xml/xml.h"
#include "zip/zip.h"

typedef struct DocxRel {
    Str id, type, target; /* target as written; type is the Transitional URI where there are two */
    bool external;
    struct DocxPart *part; /* internal target, NULL when it is missing from the package */
} DocxRel;

typedef struct DocxPart {
    Str name; /* "word/document.xml": no leading slash, as stored in the archive */
    Str content_type;
    DocxRel *rels;
    ptrdiff_t rel_count, rel_cap;
    const ZipEntry *entry; /* as it came (of an imported part: from the other package); NULL for one
                              made from bytes */
    Str bytes;             /* inflated; ptr NULL until docx_part_bytes */
    XmlTree *tree;         /* NULL until docx_part_tree */
    Hash digest;           /* once docx_part_digest was asked */
    bool has_digest, replaced, rels_changed, removed;
    bool added;       /* not among the parts that were read */
    ptrdiff_t number; /* its place in DocxPackage.parts */
    struct DocxPartInside *inside;
} DocxPart;

typedef struct DocxPackage {
    Arena *arena;
    XmlNames *names;
    HashKey key;
    Str file_name; /* for messages */
    Zip *zip;
    DocxPart **parts;
    ptrdiff_t part_count, part_cap;
    DocxPart *main; /* the target of the officeDocument relationship */
    DocxRel *root_rels;
    ptrdiff_t root_rel_count, root_rel_cap;
    struct DocxPackageInside *inside;
} DocxPackage;

/* Opens a Word package: .docx, .docm, .dotx, .dotm (by content type of the main part, wherever it
 * is named). Borrows bytes. Errors: those of zip and xml; INPUT for a broken package (says which
 * part and relationship); UNSUPPORTED for a file that is no Word document (says what it is: an
 * Excel workbook, an encrypted or .doc file ...). */
bool docx_open(Arena *a, XmlNames *names, HashKey key, Str bytes, Str file_name,
               const ZipLimits *limits, DocxPackage **out, PxErr *err)
    __attribute__((warn_unused_result));

DocxPart *docx_find_part(const DocxPackage *p, Str name); /* case-insensitively (OPC), or NULL */
Str docx_content_type(const DocxPackage *p,
                      Str part_name); /* by override or extension; empty when it has none */
/* As they came, or as docx_set_bytes left them; changes of the tree do not show. */
bool docx_part_bytes(DocxPackage *p, DocxPart *part, Str *out, PxErr *err)
    __attribute__((warn_unused_result));
bool docx_part_tree(DocxPackage *p, DocxPart *part, XmlTree **out, PxErr *err)
    __attribute__((warn_unused_result));
/* Parses into another arena and does not keep the tree in the part: for large stories that are read
 * once. A changed tree's markup counts, not the bytes it came from. */
bool docx_part_tree_in(Arena *a, DocxPackage *p, DocxPart *part, XmlTree **out, PxErr *err)
    __attribute__((warn_unused_result));
/* Of docx_part_bytes, but for the one place where a part names a relationship of another part by
 * its id (a SmartArt diagram's data names its cached drawing), which is left out: a copy under
 * another id has the same digest. */
bool docx_part_digest(DocxPackage *p, DocxPart *part, Hash *out, PxErr *err)
    __attribute__((warn_unused_result));
const DocxRel *docx_find_rel(const DocxPart *part, Str id); /* or NULL */
/* First internal target of `part` whose relationship type ends in "/suffix" ("styles", "footnotes"
 * ...), or NULL. */
DocxPart *docx_related(const DocxPart *part, Str suffix);

/* ---- stories: every part that holds document text ---- */
typedef enum DocxStoryKind {
    STORY_BODY,
    STORY_HEADER,
    STORY_FOOTER,
    STORY_FOOTNOTES,
    STORY_ENDNOTES,
    STORY_COMMENTS,
    STORY_KINDS
} DocxStoryKind;
typedef struct DocxStory {
    DocxStoryKind kind;
    DocxPart *part;
} DocxStory;
/* Body first, then headers and footers in relationship order, notes, comments. */
ptrdiff_t docx_stories(Arena *a, const DocxPackage *p, DocxStory **out);

/* ---- changing ---- */
DocxPart *docx_add_part(DocxPackage *p, Str name, Str content_type, Str bytes);
void docx_set_bytes(DocxPackage *p, DocxPart *part, Str bytes); /* a tree it had is forgotten */
/* Neither the part, nor relationships to it, nor what the content types say of it will be written.
 */
void docx_remove_part(DocxPackage *p, DocxPart *part);
/* A header or footer of one empty paragraph. */
DocxPart *docx_add_header(DocxPackage *p, bool footer);
/* A part of the same bytes (those that would be written now) and relationships, under a free name.
 */
bool docx_copy_part(DocxPackage *p, DocxPart *part, DocxPart **out, PxErr *err)
    __attribute__((warn_unused_result));
Str docx_free_name(DocxPackage *p, Str like); /* "word/media/image1.png" -> a name not in use */
/* A relationship of source (NULL: the package) to target, or to an external URI; reuses an equal
 * one. Returns its id. */
Str docx_add_rel(DocxPackage *p, DocxPart *source, Str type, DocxPart *target, Str external);
/* Serialises: trees that are dirty (root flag XML_DIRTY) are written anew, other parts copied
 * compressed. [Content_Types].xml first, then the order of the base, then added parts.
 * Deterministic. */
bool docx_write(DocxPackage *p, int deflate_level, Buf *out, PxErr *err)
    __attribute__((warn_unused_result));

/* ---- bringing resources of one package into another ---- */
typedef struct DocxImport DocxImport;
/* One per (base, from) pair; lives in base's arena, and borrows from's. Both were opened with the
 * same names and key. Several imports may feed one base, one after another: fresh ids never clash.
 */
DocxImport *docx_import_open(DocxPackage *base, DocxPackage *from);
/* node: a copy (xml_copy) that belongs to to_part's tree but still speaks of from_part's resources;
 * placed or not. Rewrites, in node's subtree:
 * - relationship ids (any attribute in NS_R, o:relid): a part of equal content or an equal external
 *   URI is related to anew or again, else the target part (with what it relates to, recursively,
 *   cycles allowed) is copied under a free name; a target that is missing stays missing;
 * - styles (pStyle, rStyle, tblStyle): one whose name (and type) the base has is that one, whatever
 *   its id, and the base's definition prevails; else it is copied, with basedOn, link, next and its
 *   numbering, under its id or, if another style has that, a fresh one;
 * - numId: one the base's numbering lacks is copied under the same number (abstractNum and picture
 *   bullets too, unless the base has that very list: by nsid and definition); one of the base
 * itself stays; one that was copied for another return stays if the definition is equal, else this
 * one gets a fresh number;
 * - footnoteReference, endnoteReference: the note is copied (parts, separators, settings made if
 * the base has none) under a fresh id;
 * - comment anchors and references: of a comment that is copied (see docx_import_comment), the
 * first of each kind stays; those of comments the base has already, or that are missing, are
 * removed;
 * - bookmarks, permission ranges, tracked changes: fresh ids, pairs kept; a bookmark whose name the
 *   base already has is removed together with its end;
 * - content controls: a fresh id when the base has one of that id; wp:docPr ids: fresh;
 *   w14:paraId and textId: removed.
 * A node that is itself removed becomes an empty XML_RAW. Errors: INPUT for broken references in
 * the file node came from (with part). Cost: linear in node and what it brings. */
bool docx_import_node(DocxImport *im, DocxPart *from_part, DocxPart *to_part, XmlNode *node,
                      PxErr *err) __attribute__((warn_unused_result));
/* The id in the base of from's comment `id`: a base comment with the same author, date, initials
 * and text stands for it (*already = true; each for one comment of a return, and one that another
 * return brought only if it has a date), else it is copied (with its commentsExtended entry, so
 * that replies stay replies; commentsIds, commentsExtensible, people) under a fresh id. *out is
 * empty when from has no such comment. The same answer each time it is asked. */
bool docx_import_comment(DocxImport *im, Str id, Str *out, bool *already, PxErr *err)
    __attribute__((warn_unused_result));
/* The id under which the base has from's style `id`, or would if it were imported and that id free;
 * imports nothing. */
Str docx_style_id(DocxImport *im, Str id);
/* What docx_import_node makes of the value of a w:pStyle, w:rStyle, w:tblStyle or w:numId
 * (element), which it imports as that does; other elements' values, and those that cannot be
 * imported, come back as they are. */
Str docx_imported_value(DocxImport *im, uint16_t element, Str value);
/* A fresh id for tracked changes, bookmarks and comments in the whole package (larger than all in
 * use, but for ids beyond 2^30, which are stepped over). */
int64_t docx_fresh_id(DocxPackage *p);
/* Styles and numIds defined differently in base and from, of those that from's stories use,
 * directly or through the styles they use; and what counts for the whole file. */
typedef struct DocxDifference {
    Str kind, id; /* kind: "style", "numbering"; "look" or "setting" of what id says */
} DocxDifference;
bool docx_import_differences(DocxImport *im, Arena *a, DocxDifference **out, ptrdiff_t *count,
                             PxErr *err) __attribute__((warn_unused_result));
/* Whether p defines every style and list of base as base does, and what text looks like without
 * one: *lost is empty, or says of the first that it does not ("the style \"Clause\" is defined
 * differently"). Both were opened with the same names and key. */
bool docx_keeps_definitions(DocxPackage *base, DocxPackage *p, Arena *a, Str *lost, PxErr *err)
    __attribute__((warn_unused_result));

#endif
