/* compose, inside. */
#ifndef PARAPH_COMPOSE_INT_H
#define PARAPH_COMPOSE_INT_H

#include "compose/compose.h"

#define W_NAMESPACE "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#define R_NAMESPACE "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"

void add_z(Buf *b, const char *markup);
/* Escaped character data of a w:t, white space kept. */
void add_text(Buf *b, Str text);
/* Text in w:r elements, with w:br for line ends and w:rtl where the text runs from the right.
 * properties: markup of run properties, may be "". */
void add_run(Buf *b, Str text, const char *properties);
/* The first strong character runs from the right. */
bool runs_from_right(Str text);

#endif
