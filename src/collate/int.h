/* The inside of collate. */
#ifndef PARAPH_COLLATE_INT_H
#define PARAPH_COLLATE_INT_H

#include "collate/collate.h"
#include "diff/diff.h"
#include "revise/revise.h"

/* ---- sets of offices ---- */
typedef struct TextSet {
    uint64_t bits[COLLATE_RETURNS_MAX / 64];
} TextSet;
static inline bool set_has(TextSet s, ptrdiff_t i) { return s.bits[i / 64] >> (i % 64) & 1; }
static inline void set_add(TextSet *s, ptrdiff_t i) { s->bits[i / 64] |= (uint64_t)1 << (i % 64); }
static inline bool set_empty(TextSet s) { return !(s.bits[0] | s.bits[1]); }
static inline bool set_equal(TextSet s, TextSet t) {
    return s.bits[0] == t.bits[0] && s.bits[1] == t.bits[1];
}
static inline TextSet set_join(TextSet s, TextSet t) {
    return (TextSet){{s.bits[0] | t.bits[0], s.bits[1] | t.bits[1]}};
}
static inline TextSet set_minus(TextSet s, TextSet t) {
    return (TextSet){{s.bits[0] & ~t.bits[0], s.bits[1] & ~t.bits[1]}};
}
static inline TextSet set_of(ptrdiff_t i) {
    TextSet s = {{0, 0}};
    set_add(&s, i);
    return s;
}
static inline ptrdiff_t set_first(TextSet s) {
    for (ptrdiff_t i = 0; i < COLLATE_RETURNS_MAX; i++)
        if (set_has(s, i)) return i;
    return -1;
}

/* ---- the job ---- */
typedef struct Version { /* one office's state of a container, aligned to the base's blocks */
    ptrdiff_t office;
    DocBlock *blocks; /* node NULL: equal to the base's and not kept */
    ptrdiff_t count;
    DiffAlignment alignment;
} Version;

enum {
    SLOTS = 6
}; /* of a section: headers by default, on the first page, on even pages; footers */
typedef struct Header { /* a header or footer in force somewhere; all zero: there is none */
    DocxPart *part;
    Hash hash;  /* normal form */
    Hash stem;  /* without an empty paragraph at its end */
    bool blank; /* it is one empty paragraph: as good as none */
    bool open;  /* no paragraph ends it: Word puts an empty one there */
} Header;
typedef struct Section {
    Header shown[SLOTS]; /* in force: the section's own, or what the one before it shows */
    int8_t named[SLOTS]; /* the place of its own among the references; 0: it names none */
} Section;
typedef struct Sections { /* of one text, in order; the last is the body's own */
    Section *items;
    ptrdiff_t count, cap;
    bool any; /* headers or footers */
} Sections;

typedef struct Return {
    Str office, file_name, date; /* date: when the file was last saved, "" when it does not say */
    Version body;
    XmlNode *section; /* holds its final sectPr, if it has one */
    Sections sections;
    DocxPackage *package;
    DocxImport *import;
    RevisePeople people;
    ptrdiff_t gone_cursor;
    XmlTree *kept;     /* copies of changed blocks of the main story live here */
    DocContext main;   /* of its main story */
    DocStream stream;  /* normal form of its body: what the proof compares with */
    Buf comment_ids;   /* Str: the comments that what it shows refers to */
    Map new_bookmarks; /* hash_fast(id) of those in its body whose name the base has not */
    Map note_news;     /* DocNote -> 1: has a comment that the base has not; 2: has none */
} Return;

typedef struct NoteVersion {
    ptrdiff_t office;
    XmlNode *note;
    struct NoteVersion *next;
} NoteVersion;
typedef struct NoteMerge { /* a base note some offices rewrote */
    XmlNode *base;
    bool endnote;
    NoteVersion *versions;
    struct NoteMerge *next;
} NoteMerge;

typedef struct Job {
    Arena *arena;
    Arena *scratch; /* for one place at a time: rewound when it is written */
    XmlNames *names;
    CollateOptions options;
    DocxPackage *base;
    DocContext base_main;
    DocBlock *base_blocks;
    ptrdiff_t base_block_count;
    struct BlockWords *base_words;
    Return *returns;
    ptrdiff_t count;
    NoteMerge *notes, **notes_end;
    Map note_merges;          /* of them, by the base's note */
    XmlNode *marked_notes[2]; /* the last imported footnote and endnote whose text was marked as
                                 inserted */
    Map bookmarks;            /* hash(office, old id) -> fresh id */
    Map bookmark_names;       /* hash of each name in use; empty until asked for */
    Buf open_bookmarks;       /* int64_t: fresh ids whose end is not written yet */
    Map comments;             /* hash(office, old id, kind of anchor) -> written already (1) */
    int64_t move_count;
    Buf people;        /* custom part: who stands behind which change */
    Buf sections;      /* custom part: what the file cannot show of sections */
    ptrdiff_t changes; /* written so far */
    Sections base_sections;
    CollateNotice *notices;
    ptrdiff_t notice_count, notice_cap;
    DocStream base_stream;
    PxErr *err;
    bool verifies; /* a redline that was given: anybody may have made it */
    bool failed;   /* *err is filled; the first error stays */
} Job;

/* Between the paragraph of a container that was written last and the next. */
typedef struct Seam {
    TextSet set;  /* who inserts the end of the last; empty: nobody does */
    Str date;     /* which date that has */
    bool goes_on; /* its mark is inserted too */
    TextSet own;  /* in the one at hand: what these insert, and what would bear this date, */
    Str instead_of, instead; /* bears this one; "": all as they are */
} Seam;

/* Where the merging is: a part of the base, and the part of each return that corresponds to it. */
typedef struct Place {
    Job *job;
    DocxPart *part;
    XmlTree *tree;
    DocContext *context;
    DocContext *contexts; /* by office; package NULL where the return has no such part */
    bool whole_runs;      /* inside text boxes */
    Str w;                /* "w:" as this part spells it */
    Seam *seam;           /* of the container; NULL: none is merged */
} Place;

/* ---- items: the collation of one place ---- */
typedef struct Who { /* who made a change in a return, as far as its own tracked changes say */
    ptrdiff_t office;
    uint32_t person;
    struct Who *next;
} Who;

typedef struct Move {
    TextSet set;                    /* who moves it */
    uint64_t target;                /* normal form of what arrives */
    ptrdiff_t from_marks, to_marks; /* paragraphs left to write at either end */
    int64_t number, from_id, to_id; /* of its name and ranges; 0 until written */
} Move;

typedef enum ChangeKind { KEPT, INSERTED, DELETED, MOVED_AWAY, MOVED_HERE } ChangeKind;

typedef struct ItemMarker {
    const XmlNode *node;
    ptrdiff_t office;
    struct ItemMarker *next, *last; /* last: of a list's first one */
} ItemMarker;

typedef struct Item {
    const DocToken *token;   /* NULL: a whole block */
    XmlNode *block;          /* a table, control ... inserted whole */
    ptrdiff_t office;        /* whose resources it speaks of; -1: the base's */
    TextSet set;             /* of a base token: who deletes it; else who inserts it */
    const DocToken *changed; /* a base token reformatted: the token that shows how */
    ptrdiff_t changed_office;
    TextSet changed_set;
    Move *move;
    const Who *who;         /* behind set */
    const Who *changed_who; /* behind changed_set */
    uint64_t key;           /* of a whole block */
    /* A change within the change, of what is inserted: who takes it away again, or who must propose
     * it besides. KEPT: there is none. */
    ChangeKind nested_kind;
    TextSet nested;
    const Who *nested_who;
    bool base;
    bool moved;   /* it is the same at both ends of its move */
    bool variant; /* a base token once more, as its set formats it */
    int side;     /* of what is put in between base tokens: see side_in_controls() */
    const XmlNode
        *bare; /* an atom's node without the anchors in it, once it is to be written; else NULL */
    ItemMarker *before; /* anchors and bookmarks that stand before it */
} Item;

typedef struct Items {
    Item *items;
    ptrdiff_t count, cap;
} Items;

/* The moves of all versions of a container: by version, then by block of the base or of the
 * version. */
typedef struct Moves {
    Move ***base, ***version;
    ptrdiff_t count; /* of versions */
} Moves;

/* The base's blocks of a container and what the versions make of them. */
typedef struct Merging {
    const DocBlock *blocks;
    ptrdiff_t count;
    const Version *versions;
    ptrdiff_t version_count;
    Moves moves;
    /* By block, and the end: whether what is left of a deleted paragraph, the last before it, might
     * come to stand before a table, a control or the end, with no paragraph to join: where all
     * paragraphs up to there may go (the last of all, where it has a section of its own). */
    bool *leads_to_wall;
} Merging;

Str office_names(Job *job, TextSet set); /* "Foreign Affairs; Interior" */
void notice(Job *job, Str office, Str text);
TextSet offices_named(const Job *job, Str author); /* those that "A; B" names */

/* witness.c */
typedef struct BlockWords {
    const uint64_t *keys;
    ptrdiff_t count;
    bool known;
} BlockWords;
bool read_base(Job *job, Str bytes, Str file_name, PxErr *err);
/* streams_only: for a proof, nothing is aligned or kept. */
bool read_return(Job *job, ptrdiff_t office, Str bytes, bool streams_only, PxErr *err);
/* base_words: base_count entries kept between versions in a, or NULL. The alignment lives in a. */
void align_version(Arena *a, Arena *scratch, const DocBlock *base, ptrdiff_t base_count,
                   DocContext *base_context, BlockWords *base_words, DocContext *context,
                   bool tail_fixed, Version *version);
/* Index of the first segment that ends at or behind base block `block`. O(log segments). */
ptrdiff_t first_segment(const DiffAlignment *al, ptrdiff_t block);
/* Whether n, or a note that it refers to, holds an anchor of a comment or an end of a bookmark that
 * the base has not. */
static inline bool has_anchors(const DocBlock *b) { return b->has_comments || b->has_bookmarks; }
bool has_new_anchor(Job *job, Return *r, const XmlNode *n);
/* The hashes of blocks, then that of the container's final section. */
DocStream stream_of(Arena *a, DocContext *context, const DocBlock *blocks, ptrdiff_t count,
                    const XmlNode *container);

/* objects.c: whether two paragraphs that are the same one, edited, hold objects alone, and others.
 * LibreOffice would have the mark go with the last object. */
bool is_better_replaced(Arena *scratch, DocContext *base_context, const DocBlock *base,
                        DocContext *context, const DocBlock *block);
/* Whether p is in its place for floating objects alone. */
bool holds_floating_alone(const XmlNode *p);
/* Of a paragraph's content: words put in place of a floating object stand before it. */
void settle_floating(Arena *scratch, Item *items, ptrdiff_t count);

/* moved.c */
void collect_moves(Arena *a, const DocBlock *blocks, ptrdiff_t count, const Version *versions,
                   ptrdiff_t n, Moves *moves);
/* The segment that holds a base block, or NULL. */
const DiffSegment *segment_at(const Version *v, ptrdiff_t block);
/* Who takes away what another office inserts in its edit of base block `s` (docs/collation.md, 5):
 * its words go with the moves of that block, and stand at their ends too. Empty: nobody. */
TextSet taken_along(const Moves *moves, const DiffSegment *s);

/* controls.c */
/* The innermost one, or NULL. */
const XmlNode *control_around(const DocToken *t);
/* Of what is matched, unmatches what would have a control or simple field of one side be in two of
 * the other. */
void pair_controls(Arena *a, const DocToken *x, ptrdiff_t n, const DocToken *y, int32_t *map);
typedef struct Gap { /* between x[last] and x[next], which are y[last_y] and y[next_y] */
    const DocToken *x, *y;
    ptrdiff_t last, next, last_y, next_y; /* last: -1, there is none before */
    bool is_end;                          /* nor behind */
} Gap;
/* y[j] to y[*end], of what y has in the gap, are put in before x[.]: what stands in y's part of a
 * control stays in x's, and nothing else comes into it. */
ptrdiff_t place_in_controls(const Gap *g, ptrdiff_t j, ptrdiff_t *end);
/* What is put in there, token t first, stands in controls that end there (below 0: the deeper, the
 * lower), in none, or in such as begin there (above 0: the deeper, the higher). */
int side_in_controls(const Gap *g, ptrdiff_t place, const DocToken *t);
/* Of what is matched in two lists of insertions, unmatches controls that are not all the same. */
void share_controls_whole(Arena *a, const Item *x, ptrdiff_t n, const Item *y, ptrdiff_t m,
                          int32_t *map);

/* gone.c */
typedef struct GoneRange { /* of Return.people.gone */
    ptrdiff_t from, to;
} GoneRange;
/* The return's own deletions that may be those of base text that the segment lacks: in its blocks
 * of the version, or else the two around, and in paragraphs that went before them. O(log). */
GoneRange gone_around(const Return *r, const Version *v, const DiffSegment *s);
/* The person who deleted the words, or, where there are none, a paragraph's mark; 0: nobody says.
 */
uint32_t who_deleted(Return *r, GoneRange in, Str words);

/* merge.c */
void merge_container(Place *place, XmlNode *container, const DocBlock *blocks, ptrdiff_t count,
                     const Version *versions, ptrdiff_t version_count);
void merge_nodes(Place *place, XmlNode *base, const ptrdiff_t *offices, XmlNode *const *nodes,
                 ptrdiff_t count, bool tail_fixed);

/* items.c, insert.c */
void items_for_cluster(Place *place, const Merging *m, ptrdiff_t from, ptrdiff_t to, Items *out);
/* What several versions insert before base block `gap`. */
void items_for_gap(Place *place, const Merging *m, ptrdiff_t gap, Items *out);

typedef struct Piece { /* a stretch of one office's tokens */
    DocTokens tokens;
    ptrdiff_t marker; /* cursor in its markers */
    Move *move;
    DocTokens source; /* of a moved paragraph: the tokens where it stood */
    int32_t *map;     /* which of them stands for each of its own, or -1 */
    const Who *who;   /* of the token before */
} Piece;
void items_reserve(Arena *a, Items *items, ptrdiff_t more);
Item *items_add(Arena *a, Items *items, Item item);
const Who *who_of(Arena *a, const Who *last, ptrdiff_t office, uint32_t person);
bool ends_something(const XmlNode *marker);
void add_marker(Arena *a, ItemMarker **list, const XmlNode *node, ptrdiff_t office);
ItemMarker *join_markers(ItemMarker *x, ItemMarker *y);
int32_t *match_tokens(Arena *a, const DocToken *x, ptrdiff_t n, const DocToken *y, ptrdiff_t m);
void insert_tokens(Arena *a, Piece *piece, ptrdiff_t from, ptrdiff_t to, ptrdiff_t office,
                   Items *list);
/* What the version puts in with the segment; into a paragraph that it moves here, what the others
 * make of it where it stood. index: of the version. */
void insert_segment(Place *place, const Merging *m, ptrdiff_t index, const DiffSegment *s,
                    Items *list);
/* One of its blocks. */
void insert_block_at(Place *place, const Merging *m, ptrdiff_t index, ptrdiff_t block, Items *list);
Items merge_lists(Arena *a, const Items *x, const Items *y);

/* apart.c */
typedef struct Alternatives { /* words of several offices, each without the others, side by side */
    ptrdiff_t from, to;
    TextSet set; /* all of them */
} Alternatives;
/* The first ones at or behind `from`. */
bool find_alternatives(const Items *m, ptrdiff_t from, Alternatives *out);
/* Whether m is words and what stands between them, of these offices alone. */
bool are_all_theirs(const Items *m, TextSet set);
/* m with the space in each alternative, behind its words or before them. */
Items with_spaces(Arena *a, const Items *m, const Alternatives *g, Item space, bool behind);
/* Where all alternatives share a space that they put in. */
void divide_spaces(Arena *a, Items *m);

/* marks.c: of the equal marks of paragraphs that come or go, the ones are changed that LibreOffice
 * takes as Word does. One pass over container's children. */
void settle_marks(Place *place, XmlNode *container);

/* table.c */
bool merge_table(Place *place, XmlNode *table, const ptrdiff_t *offices, XmlNode *const *tables,
                 ptrdiff_t count);

/* whole.c: a block, row or cell inserted or deleted as a whole. Both return the first and the last
 * node of what now stands for it (range markers included); delete_block works in place,
 * insert_block makes an unplaced chain. */
typedef struct Chain {
    XmlNode *first, *last;
} Chain;
void delete_block(Place *place, XmlNode *block, TextSet set);
Chain insert_block(Place *place, ptrdiff_t office, const XmlNode *block, TextSet set);
void mark_row(Place *place, XmlNode *row, uint16_t change,
              TextSet set);        /* W_ins or W_del, inside too */
void rename_deleted(XmlNode *run); /* its text is deleted text from now on */
void mark_inside(Place *place, XmlNode *node, uint16_t change, TextSet set);
void mark_note(Place *place, XmlNode *note, TextSet set, const Who *who);

/* write.c, runs.c */
ChangeKind kind_of(const Item *it);
void write_items(Place *place, const Items *items, Buf *out);
/* Takes markers off items as it writes them. */
void write_content(Place *place, Item *items, ptrdiff_t count, Buf *out);
void write_markers(Place *place, const ItemMarker *m, Buf *out);
/* Whether the base, or what was written so far, has a bookmark of that name, or need not have. */
bool knows_bookmark(Job *job, Str name);
void write_change_attrs(Place *place, ChangeKind kind, TextSet set, const Who *who, Buf *out);
XmlNode *make_change(Place *place, uint16_t name, TextSet set, const Who *who);
XmlNode *copy_foreign(Place *place, ptrdiff_t office, const XmlNode *node);
/* owner's property element of that name, made in its place where there is none: pPr, rPr, tblPr,
 * tblPrEx, trPr, tcPr. */
XmlNode *ensure_properties(Place *place, XmlNode *owner, uint16_t name);
/* Ends the bookmarks of returns whose end fell into text that was not written: before container's
 * end. */
void close_bookmarks(Place *place, XmlNode *container);
/* owner's property element (w:tblPr ...) becomes the proposed owner's, the old one kept in its
 * *Change child. */
void change_properties(Place *place, XmlNode *owner, uint16_t properties, uint16_t change,
                       ptrdiff_t office, const XmlNode *proposed_owner, TextSet set);

/* dates.c: the dates of changes, and of insertions in the paragraph at hand, which is between
 * seam_begin and seam_end. Dates live as long as the job. */
Str change_date(const Place *place, TextSet set, const Who *who);
Str insertion_date(const Place *place, TextSet set, const Who *who);
void seam_begin(Place *place, const Item *content, ptrdiff_t count, const Item *mark);
void seam_end(Place *place, const Item *content, ptrdiff_t count, const Item *mark);
void seam_none(Place *place); /* no paragraph was written last, or not here */

/* stories.c */
void merge_notes(Job *job);
Place place_of(Job *job, DocxPart *part, DocContext *context, DocContext *contexts);

/* sections.c */
bool is_section(const XmlNode *n);     /* the w:sectPr of a paragraph or of the body */
int slot_of(const XmlNode *reference); /* 0 .. SLOTS - 1; -1: n is no reference */
/* Both none or both of one normal form. They agree, too, when neither shows anything: no mark
 * tracks a reference (CT_SectPrChange), so what is rejected leaves an empty one. And when one ends
 * in no paragraph and all that the other has more is an empty one behind: as Word shows both, and
 * no change takes it away again. */
bool headers_equal(const Header *x, const Header *y);
bool headers_agree(const Header *x, const Header *y);
Header header_of(Arena *a, DocContext *context, DocxPart *part, const XmlNode *root);
/* The sections of a main story without revisions. import: of a return's package, else NULL. */
bool read_sections(Arena *a, DocxPackage *p, DocxImport *import, const XmlTree *tree, Sections *out,
                   PxErr *err) __attribute__((warn_unused_result));

/* record.c */
void merge_final_section(Place *place);

/* headers.c */
/* Headers and footers, when the body and the final section are written. */
bool merge_headers(Job *job, PxErr *err) __attribute__((warn_unused_result));

/* renumber.c */
/* Marks the text of the notes that came with copy, which set inserts, as inserted too. */
void mark_imported_notes(Place *place, const XmlNode *copy, TextSet set, const Who *who);
/* Where notes were imported: ids rise in the order of the references in the main story. Linear in
 * it. */
void renumber_notes(Job *job);

/* prove.c */
bool prove(Job *job, Arena *a, Str bytes, Str name, CollateResult *result, PxErr *err);

#endif
