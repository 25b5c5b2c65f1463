/* The inside of inspect. */
#ifndef PARAPH_INSPECT_INT_H
#define PARAPH_INSPECT_INT_H

#include "diff/diff.h"
#include "doc/doc.h"
#include "inspect/inspect.h"
#include "revise/revise.h"

typedef struct Inspection {
    Arena *arena;
    DocxPackage *file, *sent; /* sent may be NULL */
    DocProvisions *places;    /* of file as it is first, then as it is when all is rejected */
    DocProvisions *sent_places;
    DocStyles *styles;                       /* of file */
    const XmlNode *last_paragraph;           /* of those met in the story */
    const XmlNode *asked, *asked_properties; /* a paragraph, and its w:pPr: see properties_of() */
    Map people;                              /* hash of an author -> place in out + 1 */
    InspectReport *out;
} Inspection;

/* Adds a finding; place may be empty. Texts are shortened to a line's worth. */
void found(Inspection *in, InspectKind kind, Str part, Str place, Str before, Str after,
           Str detail);

/* The provision of n, or of the first paragraph of the control that n is or belongs to. */
Str place_near(const DocProvisions *places, const XmlNode *n);

/* The toggle n (NULL: off), whose value is in attribute name; without one it is on. */
static inline bool is_on(const XmlNode *n, uint16_t name) {
    const Str v = xml_attr(n, name);
    if (!n || (name != W_val && !v.ptr)) return false;
    return !(str_equal(v, S("0")) || str_equal(v, S("false")) || str_equal(v, S("off")));
}

/* hazards.c: on the file as it came. */
bool find_hazards(Inspection *in, PxErr *err);
/* stories.c: both packages' stories are resolved already. */
bool find_silent_changes(Inspection *in, PxErr *err);
/* silent.c: two stories that ought to be the same. */
bool compare_story(Inspection *in, DocxStoryKind kind, DocxPart *sent, DocxPart *file, PxErr *err);
/* anchored.c: comments and bookmarks. */
void find_changed_anchors(Inspection *in);
/* definitions.c: styles, numbering, settings. */
bool find_changed_definitions(Inspection *in, PxErr *err);

#endif
