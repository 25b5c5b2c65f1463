/* The inside of revise: what kind of revision an element is, and walks that cost no call. */
#ifndef PARAPH_REVISE_INT_H
#define PARAPH_REVISE_INT_H

#include "revise/revise.h"

typedef enum ReviseClass {
    CLASS_NONE,
    CLASS_CONTENT, /* ins, del, moveFrom, moveTo: around content, or a mark in rPr, trPr, numPr */
    CLASS_PROPERTIES, /* *PrChange, tblGridChange: holds the old properties */
    CLASS_CELL,       /* cellIns, cellDel, cellMerge */
    CLASS_NUMBERING,
    CLASS_RANGE_START, /* of a move or of a content control's change */
    CLASS_RANGE_END,
    CLASS_KINDS
} ReviseClass;

/* One byte a name of names.def. */
extern const uint8_t revise_classes[NAMES_KNOWN];

static inline ReviseClass revise_class(const XmlNode *n) {
    return n->name < NAMES_KNOWN ? (ReviseClass)revise_classes[n->name] : CLASS_NONE;
}

/* Of CLASS_CONTENT: does accepting it keep what it holds? */
static inline bool is_insertion(uint16_t name) { return name == W_ins || name == W_moveTo; }

/* A mark says that what its owner stands for (a paragraph mark, a row, a numbering) is inserted or
 * deleted; any other element of CLASS_CONTENT holds content of its own. */
static inline bool holds_marks(uint16_t name) {
    return name == W_rPr || name == W_trPr || name == W_numPr;
}

/* moveFromRangeStart of moveFromRangeEnd, and so on; 0 for anything else. */
uint16_t revise_range_start(uint16_t end);
/* Of a customXml...RangeStart; accepting it keeps the control? */
bool revise_keeps_control(uint16_t start);
bool revise_is_control_range(uint16_t name);
/* The same for a start and its end. */
uint64_t revise_range_key(const XmlNode *range);

/* The paragraph whose mark n marks, n being in a w:rPr of a w:pPr; else NULL. */
XmlNode *revise_marked_paragraph(const XmlNode *n);

/* xml_next and xml_skip where every call would show. */
static inline XmlNode *skip_in(const XmlNode *n, const XmlNode *root) {
    for (; n != root; n = n->parent) {
        if (n->next) return n->next;
    }
    return NULL;
}

static inline XmlNode *next_in(const XmlNode *n, const XmlNode *root) {
    if (n->name > XML_RAW && n->first) return n->first;
    return skip_in(n, root);
}

/* ---- listing ---- */

/* Of one tree's changes, leaves out those at the new end of a move that repeat one at its old end,
 * and gives their revisions its number. Returns how many are left. Linear. */
ptrdiff_t join_repeats(Arena *scratch, XmlTree *t, ReviseChange *items, ptrdiff_t count,
                       Map *numbers);

/* ---- resolving ---- */

enum { /* in XmlNode.flags, in bits xml leaves free, only while revise_resolve runs */
       FLAG_PATH = 1 << 20,   /* a revision stands below */
       FLAG_ACCEPT = 1 << 21, /* the verdict on a revision element */
       FLAG_REJECT = 1 << 22,
       FLAG_GONE =
           1 << 23, /* a paragraph without its mark, a row, cell or math structure that goes */
       FLAGS_ALL = FLAG_PATH | FLAG_ACCEPT | FLAG_REJECT | FLAG_GONE
};

/* Siblings in the making; chain_close makes them the children of an element. */
typedef struct Chain {
    XmlNode *first, *last;
} Chain;

static inline void chain_add(Chain *c, XmlNode *n) {
    n->next = NULL;
    if (c->last) {
        c->last->next = n;
    } else {
        c->first = n;
    }
    c->last = n;
}

static inline void chain_append(Chain *c, const Chain *more) {
    if (!more->first) return;
    if (c->last) {
        c->last->next = more->first;
    } else {
        c->first = more->first;
    }
    c->last = more->last;
}

static inline void chain_close(const Chain *c, XmlNode *parent) {
    for (XmlNode *n = c->first; n; n = n->next) n->parent = parent;
    parent->first = c->first;
    parent->last = c->last;
}

/* Marks n and what is above it, up to the first that is marked already, as changed. */
static inline void touch(XmlNode *n) {
    for (; n && !(n->flags & XML_DIRTY); n = n->parent) n->flags |= XML_DIRTY;
}

/* Content put at the beginning of a paragraph, behind its properties. */
void paragraph_prepend(XmlNode *paragraph, const Chain *content);
/* Joins the paragraphs among container's children that are FLAG_GONE to the next ones. */
void join_paragraphs(XmlNode *container);
/* Of the holder of a rejected change of properties: puts the old ones in place. */
void restore_properties(XmlNode *holder, XmlNode *change);

#endif
