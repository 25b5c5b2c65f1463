/* The inside of doc: normal form as hashes.
 *
 * All of it is SipHash under the package's key. A sequence is fed as tagged words from which it
 * could be read back, so different sequences give different input; a set is the sum of its members'
 * hashes. */
#ifndef PARAPH_DOC_INT_H
#define PARAPH_DOC_INT_H

#include "doc/doc.h"

/* ---- what names say (normal.c) ---- */

enum {
    ELEMENT_NOISE = 1,    /* not part of the normal form */
    ELEMENT_REVISION = 2, /* an element of 17.13.5: never a property */
    ELEMENT_MARKER = 4,   /* zero-width, reported as a DocMarker */
    ELEMENT_ENDS = 8,     /* a marker that ends something */
    ELEMENT_COMMENT = 16, /* anchors or refers to a comment */
    ELEMENT_WRAP = 32,    /* an inline container: DocWrap */
    ELEMENT_THROUGH = 64, /* read as if its content stood in its place */
    ELEMENT_SET = 128     /* its children are a set, and it counts as absent when empty */
};
extern const uint8_t doc_element_flags[NAMES_KNOWN];
static inline unsigned element_flags(const XmlNode *n) {
    return n->name < NAMES_KNOWN ? doc_element_flags[n->name] : 0;
}

static inline bool is_bookmark(const XmlNode *n) {
    return n->name == W_bookmarkStart || n->name == W_bookmarkEnd;
}

typedef enum DocAttrKind { ATTR_PLAIN, ATTR_NOISE, ATTR_RELATIONSHIP } DocAttrKind;
typedef enum DocIdKind { IDS_COUNT, IDS_DRAWING, IDS_VML, IDS_OLE } DocIdKind;

typedef struct DocName {
    uint64_t key;     /* of namespace and local name, whatever number it has; 0: not yet known */
    DocAttrKind attr; /* as an attribute */
    DocIdKind ids;    /* as an element: which of its attributes are mere ids */
} DocName;

/* ---- caches of a context (context.c) ---- */

typedef struct DocPack { /* a property set as it stands, and its normal form */
    Buf packed;
    uint64_t value;
} DocPack;

typedef struct DocField { /* a complex field that is open */
    Hasher code;
    ptrdiff_t index;  /* of its code in codes */
    uint64_t outside; /* Scan.field outside it */
    bool coding;      /* before its separator */
} DocField;

typedef struct DocCaches {
    Arena *arena;
    HashKey key;
    DocName *names; /* by XmlNode.name */
    ptrdiff_t name_count;
    DocPack *packs;    /* by hash_fast(packed) */
    Map rels;          /* doc_id_key(id) -> index in the part's rels + 1 */
    uint64_t *targets; /* by that index; 0: not yet known */
    ptrdiff_t rel_count, target_cap;
    DocField *fields; /* two stacks, shared by the paragraphs being read: text boxes nest */
    ptrdiff_t field_count, field_cap;
    uint64_t *codes;
    ptrdiff_t code_count, code_cap;
    ptrdiff_t comments_seen;  /* anchors and references met */
    ptrdiff_t bookmarks_seen; /* their starts and ends */
    ptrdiff_t sections_seen;  /* paragraphs that end a section */
    Buf text, breaks;         /* scratch */
} DocCaches;

DocCaches *doc_caches(DocContext *ctx);
const DocName *doc_name(DocContext *ctx, DocCaches *c, uint16_t name);
uint64_t doc_target(DocContext *ctx, DocCaches *c, Str id); /* what a relationship id points to */

/* ---- feeding a hash ---- */

typedef enum DocTag {
    TAG_OPEN = 1,
    TAG_CLOSE,
    TAG_TEXT,
    TAG_SET,
    TAG_BLOCK,
    TAG_BOX,
    TAG_CODE,
    TAG_ATOM,
    TAG_PARAGRAPH,
    TAG_TABLE,
    TAG_ROW,
    TAG_CELL,
    TAG_CONTAINER,
    TAG_OTHER,
    TAG_NOTE,
    TAG_FIELD,
    TAG_ATTRS
} DocTag;

static inline void feed_tag(Hasher *h, DocTag tag, uint64_t n) {
    hash_u64(h, (uint64_t)tag << 56 | n);
}
static inline void feed_hash(Hasher *h, DocTag tag, Hash x) {
    feed_tag(h, tag, 0);
    hash_u64(h, x.a);
    hash_u64(h, x.b);
}
static inline uint64_t never_zero(uint64_t x) { return x ? x : 1; }
static inline uint64_t mix_keys(uint64_t x, uint64_t y) {
    x ^= y + UINT64_C(0x9e3779b97f4a7c15) + (x << 6) + (x >> 2);
    x *= UINT64_C(0xff51afd7ed558ccd);
    return never_zero(x ^ x >> 32);
}

/* n verbatim but for noise; boxes false: whatever stands in text boxes. (normal.c) */
void doc_feed(DocContext *ctx, DocCaches *c, Hasher *h, const XmlNode *n, bool boxes);
void doc_feed_attrs(DocContext *ctx, DocCaches *c, Hasher *h, const XmlNode *n);
/* Attributes and properties of an sdt, customXml, hyperlink ... without its content; outer: of the
 * control around it, or 0. */
uint64_t doc_signature(DocContext *ctx, DocCaches *c, const XmlNode *n, uint64_t outer);
/* The blocks of a container, one after another. (blocks.c) */
void doc_feed_blocks(DocContext *ctx, DocCaches *c, Hasher *h, const XmlNode *container);
Hash doc_paragraph_hash(DocContext *ctx, DocCaches *c, const XmlNode *paragraph); /* tokens.c */

#endif
