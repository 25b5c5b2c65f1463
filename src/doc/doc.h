/* doc: WordprocessingML as text: blocks, tokens, normal form, provisions.
 *
 * Normal form (what "gives" means in the promises): block structure, text, properties, notes,
 * tables, images, links and fields; runs coalesced; not the noise: rsid*, w14:paraId/textId,
 * proofErr, lastRenderedPageBreak, bookmarks, perm ranges, comment anchors and references, move
 * range markers, w:tblGrid (Word computes it anew), tables without rows, empty rPr/pPr (white space
 * in one is nothing), id values (docPr/@id, cNvPr/@id, VML/DrawingML ids, anchorId, editId).
 * Relationship ids stand for what they point to (external URI, or digest of the target part's
 * bytes); note references for the content of their note. Property children count as a set (order
 * is noise). *Change records are no properties.
 * AlternateContent counts with all branches. The functions below expect a tree without revisions
 * (accepted), except where they say otherwise.
 */
#ifndef PARAPH_DOC_H
#define PARAPH_DOC_H

#include "base/base.h"
#include "docx/docx.h"
#include "xml/xml.h"

typedef struct DocNote { /* a footnote or endnote */
    XmlNode *node;
    uint64_t key;      /* of its normal form */
    bool has_comments; /* an anchor or reference inside */
} DocNote;

/* Where a subtree stands: what its ids mean. All hashes are keyed by package->key, so those of
 * texts that are to be compared need packages of one key and one XmlNames. May be copied; copies
 * share the caches once there are any. */
typedef struct DocContext {
    DocxPackage *package;
    DocxPart *part;                  /* for relationship ids; NULL: ids stand for themselves */
    const Map *footnotes, *endnotes; /* doc_id_key(id) -> DocNote, the first of that id; NULL: notes
                                        are not looked at, all are one */
    Arena *arena;                    /* for caches */
    struct DocCaches *caches;        /* inside; NULL until first used */
    DocxImport *import;              /* styles and lists count as what they are in the base of this
                                        import; NULL: as they stand */
} DocContext;

/* notes: fills ctx->footnotes/endnotes from the package's notes parts (trees parsed and, if they
 * hold revisions, already accepted by the caller). */
bool doc_context_open(Arena *a, DocxPackage *p, DocxPart *part, DocContext *out, PxErr *err)
    __attribute__((warn_unused_result));
bool doc_context_notes(DocContext *ctx, PxErr *err) __attribute__((warn_unused_result));
/* The key of a note's id in the maps above; never 0. */
uint64_t doc_id_key(const DocContext *ctx, Str id);
/* The note of a w:footnoteReference or w:endnoteReference; NULL when there is none, or n is another
 * element. */
const DocNote *doc_note(const DocContext *ctx, const XmlNode *n);

/* ---- normal form of properties ---- */
/* Of a w:rPr / w:pPr / w:tblPr / w:trPr / w:tcPr / w:sectPr / w:tblPrEx ... (NULL counts as empty:
 * both give 0). Of a w:pPr: without w:rPr and w:sectPr. Of a w:sectPr: with
 * headerReference/footerReference left out. Revision elements are skipped. */
uint64_t doc_properties(DocContext *ctx, const XmlNode *properties);
/* Any other subtree, verbatim but for noise; text boxes in normal form. */
uint64_t doc_opaque(DocContext *ctx, const XmlNode *n);

/* ---- what something is to the normal form ---- */
typedef enum DocElement {
    DOC_ELEMENT_PLAIN,
    DOC_ELEMENT_NOISE,   /* no part of it: proofing marks, bookmarks, anchors, records of changes */
    DOC_ELEMENT_THROUGH, /* its content counts as if it stood in its place: ins, moveTo ... */
    DOC_ELEMENT_WRAP,    /* an inline container: see DocWrap */
    DOC_ELEMENT_SET,     /* properties: its children are a set */
    DOC_ELEMENTS
} DocElement;
DocElement doc_element(const XmlNode *n);
/* Whether a note's mark is what follows its reference (w:customMarkFollows), not a number. */
bool doc_has_own_mark(const XmlNode *reference);
/* Noise, or an id of n that means nothing outside its file. */
bool doc_is_noise_attr(DocContext *ctx, const XmlNode *n, uint16_t name);

/* ---- blocks: children of a container (w:body, w:tc, w:hdr, w:ftr, w:footnote, w:comment,
 * w:txbxContent, w:sdtContent ...) ---- */
typedef enum DocBlockKind {
    BLOCK_PARAGRAPH,
    BLOCK_TABLE,
    BLOCK_CONTAINER, /* block-level w:sdt or w:customXml: its blocks are those of doc_container() */
    BLOCK_OTHER,     /* altChunk, AlternateContent, math or anything unknown: opaque */
    BLOCK_KINDS
} DocBlockKind;

typedef struct DocBlock {
    XmlNode *node;
    DocBlockKind kind;
    uint32_t mark;      /* XmlNode.mark of node: provenance */
    Hash hash;          /* normal form */
    bool has_comments;  /* a comment anchor or reference inside, or in a note that it refers to */
    bool has_bookmarks; /* a start or end inside */
    bool has_section;   /* a section ends in it: a w:sectPr in the w:pPr of a paragraph */
} DocBlock;

/* Block-level markers (bookmarks, comment and permission ranges between blocks) and w:sectPr of the
 * body are no blocks. container may be NULL: no blocks. Cost: linear in the subtree. */
ptrdiff_t doc_blocks(Arena *a, DocContext *ctx, const XmlNode *container, DocBlock **out);
Hash doc_block_hash(DocContext *ctx, const XmlNode *block);
/* sdtContent of a w:sdt (NULL if it has none), or the w:customXml itself. */
XmlNode *doc_container(const XmlNode *block);
/* Of sdtPr (but for its id) and sdtEndPr, or of customXml's attributes and customXmlPr; without
 * content; never 0. */
uint64_t doc_container_signature(DocContext *ctx, const XmlNode *block);
/* w:body, or the root of a header, footer ... */
XmlNode *doc_body(const XmlTree *t);

/* Rows of a table and cells of a row, through row- and cell-level sdt and customXml. The signature
 * of a control around rows counts in the table's hash, of one around cells in the row's: such a
 * difference is in no row (cell). */
ptrdiff_t doc_rows(Arena *a, const XmlNode *table, XmlNode ***out);
ptrdiff_t doc_cells(Arena *a, const XmlNode *row, XmlNode ***out);
Hash doc_row_hash(DocContext *ctx, const XmlNode *row);
Hash doc_cell_hash(DocContext *ctx, const XmlNode *cell);

/* ---- tokens of a paragraph ---- */
typedef enum DocTokenKind {
    TOKEN_WORD,        /* text: a word, a number, one ideograph ... (UAX #29, tailored) */
    TOKEN_SPACE,       /* text: white space */
    TOKEN_PUNCTUATION, /* text: anything else */
    TOKEN_ATOM, /* one child of a run (tab, br, drawing, fldChar, instrText, note reference ...) or
                 * one run-level element (math, unknown) */
    TOKEN_MARK, /* the paragraph mark: last token of every paragraph */
    TOKEN_KINDS
} DocTokenKind;

typedef struct DocWrap { /* an inline container: hyperlink, sdt, smartTag, customXml, fldSimple,
                            dir, bdo */
    XmlNode *node;
    const struct DocWrap *outer;
    uint64_t signature; /* its own attributes and properties in normal form, mixed with outer's
                           signature; never 0 */
} DocWrap;

typedef struct DocPart { /* of a word of several formats */
    ptrdiff_t at;        /* its first byte in the word */
    uint64_t format;
    XmlNode *run;
} DocPart;

typedef struct DocToken {
    uint64_t key; /* what it is: text, or atom's normal form; of a mark: a constant, other for one
                     with a sectPr */
    uint64_t format; /* doc_properties of the run's rPr; of a mark: pPr, mark's rPr and sectPr
                        together; of a word of several formats: all of them and where they begin */
    uint64_t wrap;   /* wrapper->signature, 0 when none; tokens of a complex field begun in this
                      * paragraph (begin to end) mix the field's code into it, and for nested fields
                      * the outer code too */
    uint64_t soft; /* atoms that stay the same thing when their content changes: note references (a
                    * constant a kind), drawings and pictures with text boxes (normal form without
                    * the text boxes); else 0 */
    Str text;      /* of the three text kinds */
    Str code; /* of an instrText atom: its text together with that of the instrText elements behind
               * it in runs of the same format and wrap. However Word cut a field's code, it is one
               * token: who writes it writes one w:instrText with this text (or all from node to
               * last). */
    XmlNode *run; /* w:r of its first character; of a mark: the w:p; of a run-level atom: NULL; of a
                     whole run: node */
    XmlNode *node; /* of an atom: the run's child, or the run-level element; with whole_runs the
                      w:r; else NULL */
    XmlNode *last; /* of an instrText atom: the last instrText it covers, maybe in a later run; of
                      any other: node */
    const DocWrap *wrapper; /* innermost, or NULL */
    const DocPart *parts;   /* of a word (or spaces) of several formats: two or more; else NULL */
    int32_t part_count;
    uint32_t mark; /* XmlNode.mark of the run or atom (of a mark: the pPr's rPr): provenance; of
                      a word in several runs, of the first that tells */
    DocTokenKind kind;
} DocToken;

typedef struct DocMarker { /* zero-width: bookmarkStart/End, commentRangeStart/End, the run of a
                            * commentReference (where that run holds other things too: the
                            * commentReference alone), permStart/End */
    XmlNode *node;
    ptrdiff_t before; /* index of the token it stands before: rising. In the middle of a word: a
                       * start stands before the word, an end or reference behind it */
} DocMarker;

typedef struct DocTokens {
    DocToken *items;
    ptrdiff_t count, cap;
    DocMarker *markers;
    ptrdiff_t marker_count, marker_cap;
} DocTokens;

/* Appends the tokens of a paragraph (several paragraphs make one sequence). A text token never
 * crosses a change of wrapper or of vertical alignment (a raised number is no part of the word
 * before it), but does cross runs that differ in neither, whatever their formats: a word stays a
 * word when half of it is made bold. Links (and other wrappers that are neither controls nor
 * fields) of one signature side by side are one, and of controls or simple fields side by side each
 * has a signature of its own. A wrapper that holds no token (an empty content control, link or
 * field) is a run-level TOKEN_ATOM itself, markers inside and all, so that nothing is lost when a
 * paragraph is written anew. whole_runs: each run is one atom instead, and so is each proofErr
 * (inside text boxes; see docs/collation.md).
 *
 * Two paragraphs have one hash exactly when their tokens (whole_runs false) are equal in number,
 * key, format and wrap. */
void doc_tokens(Arena *a, DocContext *ctx, const XmlNode *paragraph, bool whole_runs,
                DocTokens *out);
/* Only the keys of the words and atoms of a block (of a table or control: of all paragraphs in it),
 * as doc_tokens gives them: for likeness. Less than half the time and a thirtieth of the memory. */
ptrdiff_t doc_words(Arena *a, DocContext *ctx, const XmlNode *block, uint64_t **out);
/* Word boundaries of UAX #29 (libunistring), tailored: "1,250.75", "12.3(a)(ii)", "pk-1973", dates
 * and numbers in Arabic-script digits with U+066B/U+066C stay whole; one token an ideograph.
 * breaks[i] = 1 where a token starts at byte i; breaks has s.len bytes. */
void doc_word_breaks(Arena *a, Str s, char *breaks);

/* ---- the stream of a story's normal form, for the proof ---- */
typedef struct DocStream {
    Hash *items;
    ptrdiff_t count, cap;
} DocStream;
/* One hash a block of the container, then one for the final sectPr if there is one. */
void doc_stream(Arena *a, DocContext *ctx, const XmlNode *container, DocStream *out);

/* ---- for people ---- */
/* The canonical readable dump (`paraph text`): one line a block, indented tables, revisions shown
 * as {+office|...} {-office|...}, formats by name ("bold", "Heading 1"), notes, headers and text
 * boxes as own sections. Works on trees with revisions. */
bool doc_dump(Arena *a, DocxPackage *p, Buf *out, PxErr *err) __attribute__((warn_unused_result));

/* Plain text of a paragraph, cell ... as printed (tabs, breaks as white space; deleted text left
 * out when skip_deleted). */
Str doc_plain(Arena *a, const XmlNode *n, bool skip_deleted);

/* Provisions: articles, paragraphs, points as printed, from typed labels ("Article 5", "ARTICLE V",
 * "5.", "(a)", "Annex A", "Preamble", 第五条, المادة 5, آرٹیکل ۵) and automatic numbering
 * (numbering.xml evaluated: levels, restarts, overrides, formats). The id reads "Article 5(2)(a)";
 * blocks before the first label are "Preamble", in a header "Header", in notes "Footnote 3", in a
 * table "Annex A, row 3". */
typedef struct DocProvisions DocProvisions;
/* Labels all paragraphs and rows of all stories but comments (tree as it is: inserted text is
 * skipped when skip_inserted, deleted when skip_deleted). Neither: the view of a redline:
 * provisions are those of the base, and what is new is named in the base's terms: a paragraph put
 * into the base's Article 5, by then the sixth, is "Article 5(4)"; a new article before it "Article
 * 5 (new)", because the base's has that name; numbers are those of the accepted text, of what is
 * only in the base its own. A block that is not in the view has the provision it stands in, and no
 * number. Parses the stories; the trees must stay as they are while v is in use. Linear. */
bool doc_provisions_open(Arena *a, DocxPackage *p, bool skip_inserted, bool skip_deleted,
                         DocProvisions **out, PxErr *err) __attribute__((warn_unused_result));
/* Of the paragraph or row that holds n; "" when unknown. O(depth). */
Str doc_provision(const DocProvisions *v, const XmlNode *n);
/* Bytes of text that a typed label takes ("Article 5 ", "(a) "), with the space behind it; 0 when
 * it begins with none. */
ptrdiff_t doc_typed_label(Arena *a, Str text, bool is_heading);
/* Its automatic number as printed, or "". */
Str doc_number_label(const DocProvisions *v, const XmlNode *paragraph);
/* In the view of a redline: its number when all changes are rejected, or "". */
Str doc_number_label_before(const DocProvisions *v, const XmlNode *paragraph);
/* The number of a note as printed, of its w:footnoteReference or of the w:footnote itself; "" when
 * nothing refers to it. */
Str doc_note_label(const DocProvisions *v, const XmlNode *reference_or_note);
/* The w:footnote and w:endnote children of a notes part, without separators, in the order in which
 * the text refers to them; then those nothing refers to. */
ptrdiff_t doc_notes_in_order(Arena *a, const DocProvisions *v, const XmlNode *notes,
                             const XmlNode ***out);

/* ---- styles and formats by name ---- */
enum { DOC_TOGGLES = 9 };
typedef struct DocStyle {
    Str id, name; /* name as people see it: "heading 1" is "Heading 1" */
    const XmlNode *node;
    const struct DocStyle *based_on; /* NULL: none */
    int outline;                     /* 0..8, inherited; -1 none */
    Str num_id, ilvl;                /* inherited; ptr NULL when absent */
    Str align, indent; /* w:jc and w:ind's left or start, inherited; ptr NULL when absent */
    signed char toggles[DOC_TOGGLES]; /* inherited, of doc_toggle's names: 1, 0, -1 not said */
    bool is_contents;                 /* of a table of contents or figures */
    bool is_default;                  /* the default paragraph style */
} DocStyle;
typedef struct DocStyles DocStyles;
bool doc_styles_open(Arena *a, DocxPackage *p, DocStyles **out, PxErr *err)
    __attribute__((warn_unused_result));
const DocStyle *doc_style_find(const DocStyles *s, Str id); /* or NULL */
/* That of a w:pPr (NULL counts as empty): the default paragraph style when it names none; NULL when
 * there is none. */
const DocStyle *doc_paragraph_style(const DocStyles *s, const XmlNode *properties);
int doc_outline_level(const DocStyles *s,
                      const XmlNode *properties); /* of a w:pPr: 0..8, or -1 for body text */
/* W_b, W_i, W_caps, W_smallCaps, W_strike, W_dstrike, W_vanish, W_rtl or W_bidi of a w:rPr or
 * w:pPr, else of style (may be NULL) and what it is based on: 1, 0, or -1 for not said. */
int doc_toggle(const DocStyle *style, const XmlNode *properties, uint16_t name);
/* Properties of any kind in words, comma-separated: "bold, size 12, Heading 1". Without language,
 * proofing and revisions. */
void doc_format_names(Arena *a, const DocStyles *s, const XmlNode *properties, Buf *out);
/* What a *PrChange changes: "bold; not italic; size 12 (was 11)". properties is its parent. */
void doc_format_change(Arena *a, const DocStyles *s, const XmlNode *properties,
                       const XmlNode *change, Buf *out);

#endif
