/* The inside of the dump: dump.c writes blocks and stories, dump_inline.c what stands in a line. */
#ifndef PARAPH_DOC_DUMP_H
#define PARAPH_DOC_DUMP_H

#include "doc/people.h"

enum { DUMP_WRAPS = 600 }; /* more than the parser's depth allows: each level opens at most two */

typedef struct DumpWrap {
    Str opening;         /* "{+Foreign Affairs|" */
    const XmlNode *node; /* what must not be joined with its like (a link, a control), or NULL */
} DumpWrap;

typedef struct DumpComment {
    const XmlNode *node;
    Str reply_to; /* number of the comment it answers, or empty */
    Buf words;    /* those it is on */
    bool is_open, is_anchored, goes_on;
} DumpComment;

typedef struct Dump {
    Arena *arena;
    DocxPackage *package;
    DocxPart *part; /* being dumped */
    DocStyles *styles;
    DocProvisions *provisions;
    Buf *out;
    ptrdiff_t start;
    int indent;
    bool cell_start; /* the next line is the first of a cell */
    Str cell_head;
    DumpWrap want[DUMP_WRAPS], open[DUMP_WRAPS];
    int want_count, open_count;
    Str format;            /* of the run being written: "{=bold|", or empty */
    const XmlNode **boxes; /* text boxes met in the line */
    ptrdiff_t box_count, box_cap;
    Buf field_code; /* of a field whose begin was met, not yet written */
    bool field_pending;
    int field_depth;
    uint64_t field_cut; /* a bit a nesting level: the code was written in pieces */
    DumpComment *comments;
    ptrdiff_t comment_count;
    Map comment_by_id; /* hash of the id -> index + 1 */
    ptrdiff_t *open_comments, open_comment_count, open_comment_cap;
    Map header_types; /* part -> a bit a type of page */
} Dump;

void dump_escape(Buf *out, Str text);
/* What is written from here on stands in these braces, until dump_unwrap. */
void dump_wrap(Dump *d, Str opening, const XmlNode *node);
void dump_unwrap(Dump *d);
void dump_close(Dump *d);
void dump_markup(Dump *d, Str markup); /* "{image}" */
void dump_text(Dump *d, Str text);
/* "{+Foreign Affairs|", and more behind it */
Str dump_office(Dump *d, char sigil, const XmlNode *revision, Str behind);
char dump_sigil(uint16_t name); /* of ins, del, moveFrom, moveTo ...; else 0 */
void dump_begin_line(Dump *d);
void dump_end_line(Dump *d);
void dump_section(Dump *d, const XmlNode *section);
void dump_blocks(Dump *d, const XmlNode *container);

/* dump_inline.c */
void dump_inline(Dump *d, const XmlNode *parent); /* all children */
void dump_inline_node(Dump *d, const XmlNode *n);
void dump_flush_field(Dump *d);
Str dump_control_name(const XmlNode *control);

/* dump_comments.c */
bool dump_comments_open(Dump *d, PxErr *err) __attribute__((warn_unused_result));
void dump_comment_anchor(Dump *d, const XmlNode *anchor, bool shown);
void dump_comment_words(Dump *d, Str text);
void dump_comment_head(Dump *d, const XmlNode *comment);

#endif
