/* The inside of docx. */
#ifndef PARAPH_DOCX_INT_H
#define PARAPH_DOCX_INT_H

#include "docx/docx.h"

/* ---- index.c: tables by strings that an enemy may choose ---- */

typedef enum StrRule {
    STR_EXACT,
    STR_FOLDED,   /* ASCII case does not count */
    STR_PART_NAME /* nor does it matter whether a character is percent-encoded (OPC 6.2.2.3) */
} StrRule;

typedef struct StrItem {
    Str key;
    void *value;
    ptrdiff_t older; /* item under the same hash, or -1 */
} StrItem;

typedef struct StrMap {
    HashKey key;
    StrRule rule;
    Map heads; /* hash -> newest item */
    StrItem *items;
    ptrdiff_t count, cap;
} StrMap;

StrMap strmap_new(Arena *a, HashKey key, StrRule rule);
void *strmap_find(const StrMap *m, Str key);      /* the value put last, or NULL */
void strmap_put(StrMap *m, Str key, void *value); /* borrows key; value is not NULL */

/* ---- names.c: names of parts, types of relationships ---- */

/* The part that `target`, written in a relationship of the part `source` (empty: the package),
 * names: without a leading slash, dot segments resolved, fragment cut off. ptr NULL when it names
 * no part of a package. */
Str name_resolve(Arena *a, Str source, Str target);
/* How a relationship of `source` refers to the part `target`: relative to its folder. */
Str name_relative(Arena *a, Str source, Str target);
Str name_folder(Str part); /* "word/document.xml" -> "word/"; empty at the top */
Str name_extension(Str part);
bool name_is_rels(Str name);
Str name_of_rels(Arena *a, Str part);        /* "word/_rels/document.xml.rels" */
Str name_of_source(Arena *a, Str rels_name); /* and back; empty for the package's */
/* Strict and Transitional forms of a relationship's type; any other type is its own form. */
Str type_transitional(Arena *a, Str type);
Str type_strict(Arena *a, Str type);
bool type_ends(Str type, Str suffix); /* in "/suffix" */

/* ---- parts that a main document has one of ---- */

typedef enum Single {
#define SINGLE(NAME, file, suffix, content_type, type, root) SINGLE_##NAME,
#include "docx/singles.def"
#undef SINGLE
    SINGLES
} Single;

typedef struct SingleRow {
    Str file, suffix, content_type, type, root;
} SingleRow;
extern const SingleRow single_rows[SINGLES];

/* ---- what a part and a package keep to themselves ---- */

struct DocxPartInside {
    const ZipEntry *rels_entry;
    ptrdiff_t rels_read; /* relationships that came from rels_entry; later ones were added */
    StrMap rels_by_id;
    StrMap rels_by_target; /* see rel_add */
    ptrdiff_t indexed;     /* relationships that rels_by_target knows */
    int64_t last_id;       /* ids rId1 .. are tried from behind this one */
    Hash closure;          /* of the part and all it relates to */
    enum { CLOSURE_UNKNOWN, CLOSURE_KNOWN, CLOSURE_TOO_LARGE } closure_state;
    uint32_t visit;  /* of the last walk that came by */
    ptrdiff_t order; /* within that walk */
    DocxPart *older; /* another part of the same size and CRC, or NULL */
};

/* What must not be given out twice. */
typedef struct InUse {
    int64_t last_id;  /* given out or met */
    Map high_ids;     /* ids that were met beyond the reach of last_id */
    StrMap bookmarks; /* names */
    Map sdt_ids;
    Map para_ids;
    uint32_t last_para_id; /* 0 until para_ids is filled */
} InUse;

struct DocxPackageInside {
    StrMap parts;               /* DocxPart by name */
    StrMap defaults, overrides; /* content types: XmlNode by extension, by part name */
    StrMap reserved; /* names of missing parts that relationships lead to, or that have some */
    const ZipEntry *types_entry;
    XmlTree *types;
    void **owners; /* an entry's part; of a rels entry, its source; else NULL */
    bool *is_rels; /* whether an entry is */
    DocxPart root; /* stands for the package as the source of relationships */
    bool is_strict;
    bool has_untyped;   /* a part without a content type */
    StrMap name_counts; /* for docx_free_name */
    InUse *in_use;
    struct Styles *styles; /* this and the next: NULL until importing asks */
    struct Numbering *numbering;
    struct Notes *notes[2];
    struct Comments *comments;
    Map by_content;          /* size and CRC -> 1 + number of the newest part that came with them */
    ptrdiff_t content_count; /* parts that by_content knows */
    Map copies;              /* closure of another package's part -> number of its copy here */
    uint32_t visits;
};

/* ---- open.c ---- */

DocxPart *part_new(DocxPackage *p, Str name);
void part_index_rel(DocxPart *part, ptrdiff_t i);
Str content_type_of(const DocxPackage *p, Str name);
/* Why the file is no zip archive at all, when that is so. */
bool sniff(Str bytes, Str file_name, PxErr *err);

/* ---- parts.c ---- */

/* The bytes as they would be written: of a changed tree, its markup (in a). */
bool part_current_bytes(Arena *a, DocxPackage *p, DocxPart *part, Str *out, PxErr *err)
    __attribute__((warn_unused_result));
static inline bool part_is_dirty(const DocxPart *part) {
    return part->tree && part->tree->root->flags & (XML_DIRTY | XML_TAG_DIRTY);
}
/* Whether two parts have the same bytes as they came; *same is the answer. */
bool part_same_bytes(DocxPackage *p, DocxPart *a, DocxPackage *q, DocxPart *b, bool *same,
                     PxErr *err) __attribute__((warn_unused_result));
/* The id by which a SmartArt diagram's data refers to its drawing, within bytes; or ptr NULL. */
Str diagram_rel_id(const DocxPart *part, Str bytes);
/* A hash of a part, of what it relates to, and so on; state CLOSURE_TOO_LARGE when that is too
 * much. */
bool part_closure(DocxPackage *p, DocxPart *part, PxErr *err) __attribute__((warn_unused_result));
/* The main document's only part of this kind, or NULL. */
DocxPart *single_find(const DocxPackage *p, Single kind);
/* The same, made with an empty root (or `bytes`) when there is none. */
DocxPart *single_make(DocxPackage *p, Single kind, Str children);

/* ---- change.c ---- */

/* As docx_add_rel, under the id `wanted` when a new one is made and that is free. target NULL and
 * is_external false: an internal target that is missing, written as `uri`. */
Str rel_add(DocxPackage *p, DocxPart *source, Str type, DocxPart *target, Str uri, bool is_external,
            Str wanted);
/* Adds a relationship under the id it had in the part that source is a copy of. */
void rel_copy(DocxPackage *p, DocxPart *source, const DocxRel *rel, DocxPart *target);
/* A part whose bytes are those of another package's entry. */
DocxPart *part_add_entry(DocxPackage *p, Str name, Str content_type, const ZipEntry *entry);
/* Sees to it that a part of relationships of this name has its content type. */
void type_rels(DocxPackage *p, Str name);

/* ---- used.c ---- */

bool bears_id(
    uint16_t name); /* an annotation, whose w:id is one of those docx_fresh_id gives out */

InUse *in_use(DocxPackage *p);
/* Whether this number can be the id of a content control of its own; it is from now on. */
bool sdt_id_take(DocxPackage *p, Str id);
/* `wanted` when no paragraph of the package has it, else a fresh one; taken from now on. */
Str para_id_take(DocxPackage *p, Str wanted);

/* ---- importing ---- */

/* Where text comes from and goes to: what its ids meant, and what they mean now. */
typedef struct Pair {
    DocxPart *from, *to;
    StrMap rels, bookmarks, perms, ranges; /* id -> Str *; length 0: dropped */
} Pair;

typedef struct Task { /* a subtree of `to` that still speaks of from's resources */
    XmlNode *node;
    DocxPart *from, *to;
} Task;

typedef struct PartTask { /* `to` is a copy of from without its relationships */
    DocxPart *from, *to;
} PartTask;

struct DocxImport {
    DocxPackage *base, *from;
    Arena *arena;
    PxErr *err;    /* of the call that is under way */
    PxErr ignored; /* where nobody is told */
    Task *tasks;
    ptrdiff_t task_count, task_cap, tasks_done;
    PartTask *part_tasks;
    ptrdiff_t part_task_count, part_task_cap, part_tasks_done;
    Pair **pairs;
    ptrdiff_t pair_count, pair_cap;
    Map parts; /* number of a part of from -> number of its counterpart in base */
    enum { IMPORT_UNKNOWN, IMPORT_SAME, IMPORT_DIFFERS } styles_state, numbering_state;
    StrMap styles, nums, abstracts, bullets; /* from's id -> Str * */
    StrMap alike; /* definition -> the first of base's nums that may still be taken for one of
                     from's */
    struct ImportComments *comments;
};

/* import.c */
bool import_node_later(DocxImport *im, XmlNode *node, DocxPart *from, DocxPart *to);
bool import_rest(DocxImport *im); /* does what was put off */
Str *import_str(DocxImport *im, Str s);

/* import_parts.c */
/* The relationship of to_part that stands for from_part's `id`. */
bool import_rel(DocxImport *im, Pair *pair, Str id, Str *out);
bool import_part_rels(DocxImport *im, const PartTask *task);

/* styles.c */
typedef struct Style {
    XmlNode *node;
    Str id, name, type;
    const DocxImport *importer; /* NULL: the package's own */
} Style;
typedef struct Styles {
    DocxPart *part; /* this and tree are NULL when the package has none */
    XmlTree *tree;
    StrMap by_id, by_name /* "type name" */, names;
    Style **items;
    ptrdiff_t count, cap;
} Styles;
bool styles_of(DocxPackage *p, Styles **out, PxErr *err);
/* The base's style that is from's style `id`, or NULL. */
Style *style_counterpart(const Styles *base, const Style *style);
bool import_style(DocxImport *im, Str id, Str *out);
bool import_link(DocxImport *im, Str id, Str *out, bool *keep);

/* numbering.c */
typedef struct NumberingItem { /* a num, an abstractNum or a picture bullet */
    XmlNode *node;
    Str id;
    uint64_t definition;
    bool has_definition;
    const DocxImport *importer;       /* NULL: the package's own */
    struct NumberingItem *next_alike; /* of nums: the package's next of this definition */
} NumberingItem;
typedef struct Numbering {
    DocxPart *part;
    XmlTree *tree;
    StrMap nums, abstracts, bullets; /* NumberingItem by id */
    StrMap nsids;                    /* abstracts by their nsid */
    StrMap lists; /* abstracts by nsid and definition; filled when first needed */
    StrMap alike; /* the package's own nums by definition; filled when first needed */
    StrMap moved; /* nums copied under another number than theirs, by that and their definition */
    bool has_lists, has_alike;
    XmlNode *last_bullet, *last_abstract, *last_num;
    int64_t highest_num, highest_abstract, highest_bullet;
} Numbering;
bool numbering_of(DocxPackage *p, Numbering **out, PxErr *err);
uint64_t num_definition(const DocxPackage *p, const Numbering *n, NumberingItem *num);
/* The num of the base under the number of from's num, if that is the same list: by its nsid, by its
 * definition, or by what it prints. Else NULL: equal numbers alone say nothing about files that
 * were not saved from one another. */
NumberingItem *num_counterpart(DocxImport *im, const Numbering *base, const Numbering *from,
                               NumberingItem *num);
bool import_num(DocxImport *im, Str id, Str *out);
bool import_bullet(DocxImport *im, Str id, Str *out);

/* definition.c */
/* Of a style, an abstractNum, a num's overrides: what it does, without names, ids and marks of
 * editing sessions. */
uint64_t definition_of(const DocxPackage *p, const XmlNode *n);
/* Of an abstractNum: what its levels print, without fonts, colours and indents of numbers. */
uint64_t printed_of(const DocxPackage *p, const XmlNode *abstract);

/* notes.c */
bool import_note(DocxImport *im, bool is_endnote, Str id, Str *out);

/* comments.c */
/* *out is empty when from has no comment of this id. */
bool import_comment(DocxImport *im, Str id, Str *out, bool *already);
/* The id for one of a comment's anchors, in text that comes over; empty when it is to be left out.
 */
bool import_anchor(DocxImport *im, uint16_t name, Str id, Str *out);
bool import_replies(
    DocxImport *im); /* what ties the comments copied since the last call together */

#endif
