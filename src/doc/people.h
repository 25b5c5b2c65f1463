/* The inside of doc's half for people: what dump, plain, provisions, styles and numbering share. */
#ifndef PARAPH_DOC_PEOPLE_H
#define PARAPH_DOC_PEOPLE_H

#include "doc/doc.h"

/* ---- plain text ---- */

/* Gathers text as printed. A stretch that stands only in the other view is passed over; note
 * references are reported as they are met. */
typedef struct Gather {
    Buf *out;
    bool skip_inserted, skip_deleted;
    int code_depth;     /* complex fields whose code, not result, is being read */
    uint64_t code_bits; /* a bit a nesting level: 1 while in its code */
    void (*reference)(void *ctx, const XmlNode *reference);
    void *ctx;
} Gather;
void gather_text(Gather *g, const XmlNode *n);

/* Whether a w:ins, w:del, w:moveFrom or w:moveTo (or a paragraph or row property of that name)
 * takes what it marks out of the view. */
static inline bool is_out_of_view(uint16_t name, bool skip_inserted, bool skip_deleted) {
    return (skip_inserted && (name == W_ins || name == W_moveTo)) ||
           (skip_deleted && (name == W_del || name == W_moveFrom));
}

/* ---- styles ---- */

const XmlNames *styles_names(const DocStyles *s);

/* The w:val of a toggle; absent means on. */
static inline bool is_on_value(Str value) {
    return !value.ptr || !(str_equal(value, S("0")) || str_equal(value, S("false")) ||
                           str_equal(value, S("off")) || str_equal(value, S("none")));
}

/* ---- numbering ---- */

typedef struct Numbering Numbering;     /* the definitions */
typedef struct NumberState NumberState; /* how far each list has counted, in one view */

bool numbering_open(Arena *a, DocxPackage *p, const DocStyles *styles, Numbering **out, PxErr *err)
    __attribute__((warn_unused_result));
NumberState *number_state_new(Arena *a, const Numbering *numbering);

typedef struct NumberLabel {
    Str text;      /* as printed: "5.2", "(a)", a bullet; empty: no number */
    uint64_t list; /* which list (shared definition); 0 when none */
    int level;     /* 0..8 */
    bool is_bullet;
} NumberLabel;
/* Counts the paragraph whose properties (NULL: none) these are, and gives its label in a. */
NumberLabel number_next(Arena *a, NumberState *state, const XmlNode *properties);

/* n in one of the formats of w:numFmt ("lowerRoman"); what is not known is decimal. */
void number_format(Buf *out, Str format, int64_t n);

/* ---- typed labels ---- */

typedef enum LabelKind {
    LABEL_NONE,
    LABEL_ANNEX,   /* Annex, Schedule, Appendix ... */
    LABEL_PART,    /* Part, Title, Chapter: named only where article numbers begin anew */
    LABEL_SECTION, /* stands above articles or below them */
    LABEL_ARTICLE, /* Article, Clause, Rule */
    LABEL_SUB,     /* a paragraph named in words: "Paragraph 2" */
    LABEL_BARE,    /* "5.", "(a)" */
    LABEL_PREAMBLE,
    LABEL_KINDS
} LabelKind;

typedef struct Label {
    LabelKind kind;
    uint32_t form;  /* labels of one form are siblings: keyword, or numbering and punctuation */
    Str word;       /* "Article": as printed, all capitals softened; empty for bare ones */
    Str number;     /* "5", "V", "5.2", "a": without its punctuation */
    Str printed;    /* scripts that join keyword and number: the whole label; else empty */
    int64_t value;  /* of a bare label, 0 when unknown; of roman letters, as a roman number */
    int64_t letter; /* the same read as a letter: "i" is 1 and 9 */
    bool wide;      /* in East Asian brackets */
    bool weak;      /* taken for a label only where it goes on a sequence */
    ptrdiff_t end;  /* bytes of the text it takes, with the space behind it */
} Label;

/* The label that text begins with. is_heading: the paragraph is a heading, so words may follow a
 * keyword without a break. is_number: text is an automatic number, so nothing has to follow. */
Label label_read(Arena *a, Str text, bool is_heading, bool is_number);

/* ---- labels in force ---- */

enum { LABELS_MAX = 12 };

typedef struct LabelEntry {
    LabelKind kind; /* LABEL_NONE: a heading without a number */
    uint32_t form;
    bool roman, wide, dotted, names_part;
    int64_t value;
    uint64_t list;
    int level, outline;
    Str word, number, printed;
    ptrdiff_t serial;
} LabelEntry;

typedef struct LabelStack {
    Arena *arena;
    LabelEntry stack[LABELS_MAX];
    int depth;
    Str base, id;     /* base: the id while there is no label */
    Map taken;        /* hash of an id -> serial of the part or chapter it was first seen in */
    ptrdiff_t serial; /* of the newest label */
    bool saw_keyword;
} LabelStack;

void labels_reset(LabelStack *w, Str base);
/* The text behind the label stands under it. number: of an automatic one, its list and level. */
void place_label(LabelStack *w, const Label *label, const NumberLabel *number);
/* A heading without a number; outline 0 is the highest. */
void place_heading(LabelStack *w, Str text, int outline);
void pop_headings(LabelStack *w, int outline);

#endif
