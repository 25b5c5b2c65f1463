/* inspect: what a file that came back holds besides its text: revisions and people, untracked
 * changes against the copy that was sent, and hazards. Nothing in a file is fetched, run or
 * updated.
 */
#ifndef PARAPH_INSPECT_H
#define PARAPH_INSPECT_H

#include "base/base.h"
#include "docx/docx.h"
#include "xml/xml.h"

/* One row a kind: the enum, the name a machine reads, the words a person reads. */
typedef enum InspectKind {
#define INSPECT(kind, name, words) INSPECT_##kind,
#include "inspect/kinds.def"
#undef INSPECT
    INSPECT_KINDS
} InspectKind;
Str inspect_kind_name(InspectKind k);       /* "silent-text" */
Str inspect_kind_words(InspectKind k);      /* "Text changed without tracking" */
bool inspect_kind_is_silent(InspectKind k); /* a silent change, else a hazard */

typedef struct InspectFinding {
    InspectKind kind;
    Str part;  /* "word/document.xml" */
    Str place; /* provision as printed: "Article 5(2)", "Header", "Annex A, row 3"; empty for the
                  whole file */
    Str before, after; /* silent changes: what was sent, what came back; either may be empty */
    Str detail;        /* hazards: the target, field code, code points, ...; one sentence */
} InspectFinding;

typedef struct InspectPerson {
    Str author;
    ptrdiff_t insertions, deletions, moves, formats, others, comments;
    Str first_date, last_date;
} InspectPerson;

typedef struct InspectReport {
    InspectFinding *findings;
    ptrdiff_t count, cap;
    InspectPerson *people; /* by w:author: what the file claims, not who it was */
    ptrdiff_t person_count, person_cap;
    ptrdiff_t revisions, comments;
    bool tracking; /* settings: trackRevisions is on */
} InspectReport;

/* Inspects file; with sent (may be NULL) also compares reject-all(file) with accept-all(sent),
 * story by story, and the styles, numbering and settings that alter what is shown. Both packages
 * are used up: their trees are resolved. What only looks different stands last. Everything in out
 * lives in a. Errors: those of docx. Cost:
 * linear, plus aligning what differs. */
bool inspect_file(Arena *a, DocxPackage *file, DocxPackage *sent, InspectReport *out, PxErr *err)
    __attribute__((warn_unused_result));

#endif
