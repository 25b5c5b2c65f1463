/* provision: a text as the provisions it consists of, so that a clearance can name what it covers,
 * and what is wrong with a draft before anyone is asked about it. */
#ifndef PARAPH_PROVISION_H
#define PARAPH_PROVISION_H

#include "base/base.h"
#include "docx/docx.h"

typedef struct Provision {
    Str number;  /* as cited: "Article 5(2)(a)", "Annex A, row 3", "Footnote 2"; "" for a title */
    Str heading; /* the head of its text */
    Str text;    /* plain, a line a block */
    /* The canonical bytes of its normal form: structure, text, formats, notes, links, pictures; not
     * its own printed number, nor what a cross-reference prints. Text stands in it verbatim;
     * formats and embedded parts stand in it as 64-bit digests. */
    Str form;
    ptrdiff_t parent;   /* the provision it lies under, or -1 */
    ptrdiff_t previous; /* the same provision in the previous text, or -1 */
} Provision;

typedef struct Provisions {
    Provision *items;
    ptrdiff_t count, cap;
} Provisions;

/* Every block of the body and every note belongs to exactly one provision, in the order of the
 * text; notes come last. Tracked changes are read as accepted (the package's trees are changed).
 * Linear. */
bool provisions_read(Arena *a, DocxPackage *p, Provisions *out, PxErr *err)
    __attribute__((warn_unused_result));

/* Fills `previous` of now: equal forms first, then likeness between neighbours that are matched,
 * then likeness anywhere. No provision of before is matched twice. Near linear; in stretches
 * without any match quadratic up to a bound, beyond which provisions of one number are paired. */
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
