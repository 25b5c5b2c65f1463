/* The inside of html: text.c escapes; changes.c knows offices and change numbers; comments.c the
 * comments; inline.c writes what stands in a line, blocks.c paragraphs and tables, page.c the rest.
 */
#ifndef PARAPH_HTML_INT_H
#define PARAPH_HTML_INT_H

#include "doc/doc.h"
#include "html/html.h"
#include "revise/revise.h"

enum { WRAPS_MAX = 1100 }; /* the parser's depth is at most 256, and a level opens at most four */
enum { COLOURS = 8, TABLE_COLUMNS = 256 };

/* An element that text stands in. Wraps of equal opening and node are one element. */
typedef struct Wrap {
    Str opening, closing;
    const XmlNode *node; /* NULL: may be joined with its like */
    ptrdiff_t change;    /* number of the change it shows, or 0 */
} Wrap;

typedef struct Office {
    Str name, initials;
    ptrdiff_t insertions, deletions, moves, formats, others, comments;
} Office;

typedef struct Change {
    ReviseChange *listed;
    ptrdiff_t office;
    ptrdiff_t counterpart; /* of a move: the number of its other end, or 0 */
    bool is_shown;         /* its anchor is on the page */
} Change;

typedef struct Comment {
    const XmlNode *node;
    ptrdiff_t reply_to; /* number, or 0 */
    bool is_done, is_open, is_referred, is_written;
} Comment;

typedef struct Page {
    Arena *arena;
    DocxPackage *package;
    DocxPart *part; /* being written */
    DocStyles *styles;
    DocProvisions *provisions;
    Buf *out;

    /* changes.c */
    Change *changes; /* by number - 1 */
    ptrdiff_t change_count;
    Map numbers; /* revision element -> number */
    Office *offices;
    ptrdiff_t office_count, office_cap;
    Map office_by_name, initials;
    ptrdiff_t last_office; /* named in the block being written, or -1 */

    /* comments.c */
    Comment *comments;
    ptrdiff_t comment_count, open_comments;
    Map comment_by_id;
    ptrdiff_t *waiting; /* comments whose words were in the block being written */
    ptrdiff_t waiting_count, waiting_cap;
    ptrdiff_t written_comments;

    /* inline.c */
    Wrap want[WRAPS_MAX], open[WRAPS_MAX];
    int want_count, open_count, link_depth;
    const DocStyle *paragraph_style;
    bool is_heading, is_rtl;
    int field_depth;
    uint64_t field_code; /* a bit a nesting level: 1 while in its code */
    const XmlNode **boxes;
    ptrdiff_t box_count, box_cap;
    Map targets; /* hash of a bookmark's name -> number of its anchor; 0 is none */
    ptrdiff_t target_count;
    ptrdiff_t note_count;
    Map seen; /* anchors that are on the page, so that no id comes twice */
    ptrdiff_t image_bytes;
    Str language; /* of the document */

    int table_depth;
    ptrdiff_t row_change; /* the change that inserts or deletes the row being written, or 0 */
    ptrdiff_t active[TABLE_COLUMNS]; /* scratch of tables: the cell that a merge goes on with */
    bool in_comment;
} Page;

/* ---- text.c ---- */
void html_number(Buf *out, int64_t n);
void html_base64(Buf *out, Str bytes);
/* The document's text: invisible and bidirectional controls as named tokens. */
void html_document_text(Buf *out, Str text);
bool html_is_language(Str tag);
bool html_is_date(Str date); /* begins with a day: "2016-07-01" */

/* ---- changes.c ---- */
bool changes_open(Page *page, PxErr *err) __attribute__((warn_unused_result));
ptrdiff_t change_number(const Page *page, const XmlNode *revision); /* 0: not listed */
ptrdiff_t office_named(Page *page, Str name);
/* class="..." and title="..." of an element that shows a change; words: more for the title. */
void change_attributes(Page *page, Buf *out, const char *classes, const XmlNode *revision,
                       Str words);
/* The anchor and the little number, once for each change. */
void change_anchor(Page *page, ptrdiff_t number);
void write_legend(Page *page);

/* ---- comments.c ---- */
bool comments_open(Page *page, PxErr *err) __attribute__((warn_unused_result));
/* in_line: false between blocks, where only the range begins or ends. */
void comment_anchor(Page *page, const XmlNode *anchor, bool in_line);
/* The comments on what was written from `at` on are put before it, so that they float beside it;
 * unless a table is still open. */
void write_waiting_comments(Page *page, ptrdiff_t at);
/* Those that no words on the page are anchored to. */
void write_other_comments(Page *page);

/* ---- inline.c ---- */
void wrap_add(Page *page, Str opening, Str closing, const XmlNode *node, ptrdiff_t change);
void write_inline(Page *page, const XmlNode *parent);
void write_inline_node(Page *page, const XmlNode *n);
void close_inline(Page *page);
void write_bookmark(Page *page, const XmlNode *start);
void write_markup(Page *page, Str markup); /* in the elements that are wanted */
/* A revision that marks something that is no text: a paragraph mark, a row. */
void write_mark(Page *page, const XmlNode *revision, Str sign);
void write_format_change(Page *page, const XmlNode *properties, const XmlNode *change, Str sign);
/* "ins" or "del", by the revision's name, or ptr NULL when it is neither. */
Str revision_element(uint16_t name);

/* ---- objects.c ---- */
void write_drawing(Page *page, const XmlNode *drawing);

/* ---- blocks.c ---- */
void write_blocks(Page *page, const XmlNode *container);

/* ---- style.c ---- */
extern const char html_style[];

#endif
