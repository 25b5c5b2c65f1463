/* collate: N texts of one draft as one sequence of tokens, each with the set of texts in which it
 * stands, written as the base with tracked changes; and the proof that the result gives every text
 * back. The algorithm is docs/collation.md.
 *
 * Beside the tracked changes the result holds a part of its own, customXml/paraph.xml (relationship
 * type
 * ".../2006/relationships/customXml" of the main part), which says what Word's markup cannot:
 *   <collation xmlns="urn:paraph:collation:1">
 *     <office name="Foreign Affairs" file="fa.docx" date="2016-06-03T10:00:00Z"/> ...
 *     <change id="7"><by office="Foreign Affairs" person="Director (China)"
 * date="2016-06-03T10:00:00Z"/> ...</change> ... <comment id="3" office="Interior"/> ...
 *     <section office="Interior; Law" beside="Foreign Affairs"><w:sectPr> ... </w:sectPr></section>
 *     <reference section="2" slot="3" id="rId9" base="false" office="Interior"/> ...
 *   </collation>
 * change/@id is the w:id of the revision element; by: the person and date of the return's own
 * tracked change. section: the page setup of the last section as those offices propose it, which
 * Word's markup cannot show beside the w:sectPrChange of another (its w:author is in @beside): with
 * relationship ids of the main part, without headers and footers. reference: the section-th
 * w:sectPr of the main part (from 1, old states not counted) names a header or footer, with that
 * relationship id, for those texts alone; slot: 0 header, 1 of the first page, 2 of even pages, 3-5
 * footers.
 */
#ifndef PARAPH_COLLATE_H
#define PARAPH_COLLATE_H

#include "base/base.h"
#include "doc/doc.h"
#include "docx/docx.h"
#include "revise/revise.h"

enum { COLLATE_RETURNS_MAX = 128 };

typedef struct CollateReturn {
    Str office;    /* unique among the returns; becomes w:author */
    Str file_name; /* for messages */
    Str bytes;     /* the file; borrowed */
} CollateReturn;

/* Called now and then with the share of the work done, in thousandths. */
typedef void CollateProgress(void *ctx, int done);

typedef struct CollateOptions {
    ZipLimits zip;
    HashKey key;
    int deflate_level; /* 0: 6 */
    bool no_proof;
    CollateProgress *progress; /* may be NULL */
    void *progress_ctx;
} CollateOptions;

typedef struct CollateVerdict {
    Str promise; /* "rejecting every change gives the base" ... */
    Str office;  /* empty for the promises about the whole */
    bool holds;
    Str detail; /* where it fails: story, block, expected and found; empty when it holds */
} CollateVerdict;

typedef struct CollateNotice { /* something a person should know: no error */
    Str office;                /* empty: the base */
    Str text;                  /* one sentence */
} CollateNotice;

typedef struct CollateResult {
    Str bytes;                /* the consolidated file */
    CollateVerdict *verdicts; /* empty with no_proof */
    ptrdiff_t verdict_count;
    bool proven; /* every verdict holds */
    CollateNotice *notices;
    ptrdiff_t notice_count;
} CollateResult;

/* Consolidates the returns (1 to COLLATE_RETURNS_MAX) over base. Everything in result lives in a.
 * With the proof on and failing, result is filled, proven is false and true is returned: what to do
 * then is the caller's choice (the command refuses to write the file). The result does not depend
 * on the order of the returns. Errors: those of docx, CONFLICT for two returns of one office, and
 * UNSUPPORTED where the proof fails because a text does not end in a paragraph, or in one with a
 * section of its own.
 * Cost: linear in the size of all files, plus the aligning of what changed. */
bool collate_run(Arena *a, Str base, Str base_name, const CollateReturn *returns, ptrdiff_t count,
                 const CollateOptions *options, CollateResult *result, PxErr *err)
    __attribute__((warn_unused_result));

/* Proves promises 1-3 for a consolidated file that was given to us. */
bool collate_verify(Arena *a, Str base, Str base_name, const CollateReturn *returns,
                    ptrdiff_t count, Str consolidated, Str consolidated_name,
                    const CollateOptions *options, CollateResult *result, PxErr *err)
    __attribute__((warn_unused_result));

/* ---- page setups of the last section that only the record holds ---- */

typedef struct CollateSetup {
    Str author;             /* "Interior; Law" */
    const XmlNode *section; /* its w:sectPr */
    XmlNode *record;
    ReviseVerdict verdict; /* the caller's; REVISE_KEEP at first */
} CollateSetup;

/* Those that stand beside the w:sectPrChange of main, which is p's main part; none when that is
 * gone, or when the record cannot be read. */
ptrdiff_t collate_setups(Arena *a, DocxPackage *p, const XmlTree *main, CollateSetup **out);
/* The section (in tree, which is or will be p's main part) is set up like that: what it holds, but
 * for its headers, footers and w:sectPrChange, becomes a copy of what setup holds. */
void collate_set_up(DocxPackage *p, XmlTree *tree, XmlNode *section, const XmlNode *setup);
/* When main's revisions are resolved: carries out the setups' verdicts. The first accepted one is
 * what the section was before the change that it still shows, or else what it is; the first kept
 * one is shown when no other change is. What is not kept leaves the record. A caller who accepted
 * the shown change rejects them. */
void collate_settle_setups(DocxPackage *p, XmlTree *main, const CollateSetup *setups,
                           ptrdiff_t count);

/* ---- headers and footers that only some texts name ---- */

typedef struct CollateReference {
    XmlNode *node; /* in main */
    bool in_base;
    Str offices; /* "Interior; Law" */
} CollateReference;

/* Those that the record knows of main, before anything in it is resolved. */
ptrdiff_t collate_references(Arena *a, DocxPackage *p, const XmlTree *main, CollateReference **out);
/* Whether the record speaks of a return of the office; one it does not know has what the base has.
 */
bool collate_knows_office(DocxPackage *p, Str office);
/* The office of the only return it speaks of; empty when there are more, or none. */
Str collate_sole_office(DocxPackage *p);
/* When main's revisions are resolved, its sections are others: the record forgets references. */
void collate_forget_references(DocxPackage *p);

#endif
