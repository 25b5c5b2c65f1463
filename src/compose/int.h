/* compose, inside. */
#ifndef PARAPH_COMPOSE_INT_H
#define PARAPH_COMPOSE_INT_H

#include "compose/compose.h"

#define W_NAMESPACE "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#define W_STRICT "http://purl.oclc.org/ooxml/wordprocessingml/main"
#define R_NAMESPACE "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"

void add_z(Buf *b, const char *markup);
/* Escaped character data of a w:t, white space kept. */
void add_text(Buf *b, Str text);
/* Text in w:r elements: with w:br for line ends, w:tab, w:rtl where it runs from the right, and the
 * hint that Chinese needs. properties: markup of run properties, may be "". */
void add_run(Buf *b, Str text, const char *properties);
/* The first strong character runs from the right. */
bool runs_from_right(Str text);
/* A whole paragraph in a style of package_write. */
void add_paragraph(Buf *b, const char *style, Str text);

/* The package around a body: its styles (Title, Subtitle, Heading1, BodyText, ListNumber,
 * ListBullet, Right, TableText, TableHead, Mark, Small, Grid), lists, header and footer with page
 * numbers. */
typedef struct Paper {
    Str title, header, footer; /* header, footer: a line each */
    const char *legend;        /* small print at the foot of each page; NULL: none */
    Str body;                  /* markup inside w:body, but for the section's properties */
    bool is_landscape;
    int lists; /* how many numbered lists there are: numId 2, 3 ...; bullets have numId 1 */
} Paper;
void package_write(Arena *a, const Paper *paper, Buf *out);

enum { /* in twentieths of a point */
       PAGE_SHORT = 11906,
       PAGE_LONG = 16838,
       PAGE_MARGIN = 1247,
       PAGE_NARROW_MARGIN = 850
};

#endif
