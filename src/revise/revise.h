/* revise: tracked changes in a tree (ISO 29500-1 17.13.5): listing them, accepting, rejecting. */
#ifndef PARAPH_REVISE_H
#define PARAPH_REVISE_H

#include "base/base.h"
#include "doc/doc.h"
#include "xml/xml.h"

typedef enum ReviseVerdict { REVISE_KEEP, REVISE_ACCEPT, REVISE_REJECT } ReviseVerdict;

/* Decides about one revision element; called once for each, in document order. It bears w:author.
 * The end of a range is not asked about: it goes with its start. Nor, mostly, is tblGridChange,
 * which has no author: it is accepted when another change of its table's structure is, else
 * rejected when one is, and asked about only in a table without such decisions, after the rest. */
typedef ReviseVerdict (*ReviseDecide)(void *ctx, const XmlNode *revision);

/* Resolves all revisions in scope's subtree (scope itself stays; a w:p's mark loses its revisions,
 * joining nothing): ins, del (nested too), moveFrom/moveTo and their ranges, paragraph marks,
 * *PrChange, tblGridChange, rows, cellIns/cellDel/cellMerge, numberingChange, customXml ranges
 * (unwrap a content control whose insertion is rejected). Order: properties; cells and rows;
 * content; paragraph marks; emptied tables, controls, links. Where a paragraph mark goes, its
 * content joins the next paragraph, whose properties stand; before a table or at the end of a
 * container it joins nothing: an empty paragraph is removed (not the only or the required last
 * one), one with content stays. delText becomes t again, and so on. Cells keep a paragraph. Anchors
 * of comments (the run of a reference too) and bookmarks inside removed text survive at its place;
 * a reference that was in a removed row goes to the next paragraph. Where some are accepted and
 * some rejected, the result is that of accepting first and rejecting then. Untouched nodes stay
 * clean. One scan when there is no revision, else linear in the paths to the revisions. */
void revise_resolve(XmlTree *t, XmlNode *scope, ReviseDecide decide, void *ctx);
ReviseVerdict revise_accept_all(void *ctx, const XmlNode *revision);
ReviseVerdict revise_reject_all(void *ctx, const XmlNode *revision);
/* ctx is a Str: the office. Accepts what it proposes alone or jointly, rejects everything else. */
ReviseVerdict revise_only(void *ctx, const XmlNode *revision);
/* Is n a revision element? Does one stand below scope (stops at the first)? */
bool revise_is(const XmlNode *n);
bool revise_has(const XmlNode *scope);
/* "Foreign Affairs; Interior" names both. Exact names, separated by "; ". */
bool revise_names_office(Str author, Str office);

/* ---- the people behind a return's own tracked changes ---- */
typedef struct RevisePerson {
    Str author, date;
} RevisePerson;
typedef struct ReviseGone {
    uint32_t paragraph; /* XmlNode.mark of the one they were in */
    uint32_t person;
    Str text; /* ends in "\n" where the paragraph's mark is deleted with it */
} ReviseGone;
typedef struct RevisePeople {
    RevisePerson *items; /* distinct (author, date); index 0 is nobody */
    ptrdiff_t count, cap;
    ReviseGone *gone; /* deleted and moved-away stretches, by paragraph, then in document order */
    ptrdiff_t gone_count, gone_cap;
    uint32_t paragraphs; /* met so far */
} RevisePeople;
/* Before accepting: sets XmlNode.mark of every run, math element, pPr/rPr, tr, tc in an insertion
 * to its person, of a run with rPrChange, of a pPr with pPrChange to that person where no insertion
 * claims it, and of every w:p to its number in the order of their beginnings (over all trees, from
 * 1); collects deletions. */
void revise_note_people(Arena *a, XmlTree *t, RevisePeople *people);

/* ---- listing ---- */
typedef enum ReviseKind {
    CHANGE_INSERTION,
    CHANGE_DELETION,
    CHANGE_MOVE_FROM,
    CHANGE_MOVE_TO,
    CHANGE_PARAGRAPH_INSERTED,
    CHANGE_PARAGRAPH_DELETED,
    CHANGE_FORMAT,
    CHANGE_PARAGRAPH_FORMAT,
    CHANGE_SECTION,
    CHANGE_TABLE_PROPERTIES,
    CHANGE_ROW_INSERTED,
    CHANGE_ROW_DELETED,
    CHANGE_CELL_INSERTED,
    CHANGE_CELL_DELETED,
    CHANGE_CELL_MERGED,
    CHANGE_NUMBERING,
    CHANGE_CONTROL,
    CHANGE_KINDS
} ReviseKind;
Str revise_kind_name(ReviseKind k); /* "insertion", "deletion", "moved from" ... */

typedef struct ReviseChange {
    ReviseKind kind;
    XmlNode *node; /* the first revision element of it, in document order (a paragraph's mark before
                      its content) */
    XmlNode *last; /* the last one */
    Str author, date; /* date: of the first met in reading order */
    Str text; /* inserted or deleted text; format: the text it applies to. Lines are paragraphs or
                 rows, tabs cells */
    bool
        is_repeated; /* stands at the new end of another's move too; node and last are at the old */
    ptrdiff_t number; /* 1.. in the package, stories in docx_stories order: the N of change:N */
} ReviseChange;
/* Appends the changes of one tree, in reading order; numbering goes on from the last of *items.
 * What is one change:
 * - insertions (deletions, moves) of one author that follow each other without unrevised text
 * between them, also from paragraph to paragraph where the marks between are inserted too: a whole
 * inserted article is one change. Dates do not matter. A mark alone is CHANGE_PARAGRAPH_INSERTED or
 * _DELETED; nested revisions (a deletion of inserted text) count in both their changes;
 * - rows inserted one after the other by one author, with all that is inserted in them; the cells
 * (merges, properties) one author inserted (deleted ...) anywhere in one table; formatting of
 * adjacent runs of one paragraph by one author;
 * - moves between the ranges of one move, whatever stands between, a moved table too; the content
 * of two ranges is two moves; what else was proposed inside them by someone else is in no text of
 * theirs, and where it stands at both ends alike, one change, at the old one;
 * - each other revision on its own. A second branch of AlternateContent that repeats the first is
 * no change of its own. */
void revise_list(Arena *a, XmlTree *t, ReviseChange **items, ptrdiff_t *count, ptrdiff_t *cap);
/* The same; also puts (uintptr_t) of every revision element of the tree into numbers, with the
 * number of its change: range starts and ends, marks, rows, and what records of old properties
 * hold, too. (A range end without a start may be missing.) */
void revise_list_numbered(Arena *a, XmlTree *t, ReviseChange **items, ptrdiff_t *count,
                          ptrdiff_t *cap, Map *numbers);

#endif
