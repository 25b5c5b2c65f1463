/* provision: a text as the provisions it consists of, so that a clearance can name what it covers,
 * and what is wrong with a draft before anyone is asked about it. */
#ifndef PARAPH_PROVISION_H
#define PARAPH_PROVISION_H

#include "base/base.h"
#include "docx/docx.h"

typedef struct Provision {
    Str number;  /* as cited: "Article 5(2)(a)", "Annex A, row 3", "Footnote 2" */
    Str heading; /* the head of its text */
    Str text;    /* plain, a line a block */
    /* The canonical bytes of its normal form: the blocks it consists of, their text, formats,
     * links, fields and objects. In it verbatim: all text but that of notes, which like embedded
     * parts is in it by SHA-256. Not in it: its own printed number, the numbers that fields print
     * from elsewhere, layout of pages, lines and tables, the language for proofing, and what lies
     * under it. */
    Str form;
    ptrdiff_t parent;   /* the provision it lies under, or -1 */
    ptrdiff_t previous; /* the same provision in the previous text, or -1 */
} Provision;

typedef struct CrossReference { /* a field or link that leads to a bookmark */
    Str place;                  /* number of the provision it stands in */
    Str bookmark;
    Str printed; /* of a field */
    Str target;  /* number of the provision the bookmark stands in; "" when unknown */
    bool is_dangling, prints_number;
} CrossReference;

typedef struct Provisions {
    Provision *items;
    ptrdiff_t count, cap;
    CrossReference *references;
    ptrdiff_t reference_count;
} Provisions;

/* Every block of the body and every note belongs to exactly one provision, in the order of the
 * text; notes come last. A number that stands twice is two provisions; what follows a table or
 * points goes on with the provision it has the number of. Tracked changes are read as accepted (the
 * package's trees are changed). Linear. */
bool provisions_read(Arena *a, DocxPackage *p, Provisions *out, PxErr *err)
    __attribute__((warn_unused_result));

/* Fills `previous` of now: equal forms first, headings by what lies under them, then likeness
 * between neighbours that are matched, then what bears the same number, then likeness anywhere. No
 * provision of before is matched twice; a text against itself is matched one to one. Near linear;
 * in stretches without any match quadratic up to a bound. */
void provisions_match(Arena *a, const Provisions *before, Provisions *now);

typedef enum DraftFindingKind {
    DRAFT_NUMBERING,
    DRAFT_TERM,
    DRAFT_REFERENCE,
    DRAFT_FINDINGS
} DraftFindingKind;
typedef struct DraftFinding {
    DraftFindingKind kind;
    Str place;    /* number of the provision */
    Str sentence; /* without its end: "Article 7 follows Article 5" */
} DraftFinding;
/* What is broken in the numbering; references to what is not there; terms used and not defined, but
 * for `known` ones. Conservative: what may be right is not told. */
ptrdiff_t draft_check(Arena *a, const Provisions *draft, const Str *known, ptrdiff_t known_count,
                      DraftFinding **out);

#endif
