/* provision, inside. */
#ifndef PARAPH_PROVISION_INT_H
#define PARAPH_PROVISION_INT_H

#include "doc/doc.h"
#include "provision/provision.h"

enum { DIGEST_BYTES = 32 };
/* SHA-256. (sha256.c) */
void digest_of(Str bytes, char digest[DIGEST_BYTES]);

/* ---- the canonical bytes of blocks (form.c) ---- */

typedef struct FormDigest {
    char bytes[DIGEST_BYTES];
} FormDigest;

typedef struct FormDigests { /* worked out once, by the key of what was digested */
    Map at;
    FormDigest *items;
    ptrdiff_t count, cap;
} FormDigests;

enum { FORM_FIELDS_MAX = 32 };
typedef struct FormField { /* a complex field that is open, in the paragraphs of one story */
    Buf code;
    bool coding, prints_number;
} FormField;

/* How blocks are written: every string with its length before it, so that different blocks are
 * different bytes. What it leaves out is said in provision.h. */
typedef struct Form {
    Arena *a, *scratch; /* scratch: rewound from run to run */
    DocxPackage *package;
    DocContext ctx; /* of the part being read */
    const DocProvisions *places;
    const DocStyles *styles;
    XmlTree *notes[2]; /* footnotes and endnotes; NULL: none */
    DocxPart *note_parts[2];
    Map note_at[2]; /* key of an id -> XmlNode of the note */
    FormDigests digests;
    FormField fields[FORM_FIELDS_MAX];
    int field_depth;
    int note_depth; /* notes refer to no notes */
} Form;

/* accept-all was done. */
bool form_open(Arena *a, DocxPackage *p, const DocProvisions *places, const DocStyles *styles,
               Form *out, PxErr *err) __attribute__((warn_unused_result));
/* From here on blocks of this part are written. */
void form_enter(Form *f, DocxPart *part);
/* label: bytes of the text that a typed number takes. */
void form_paragraph(Form *f, const XmlNode *paragraph, ptrdiff_t label, Buf *out);
void form_row(Form *f, const XmlNode *row, Buf *out);
void form_blocks(Form *f, const XmlNode *container, Buf *out);
void form_node(Form *f, const XmlNode *n, Buf *out);

/* The code of a field that prints a number or place computed from elsewhere: REF, PAGEREF ... */
bool field_prints_number(Str code);
/* Text without its numbers: "Article 7(2)(a)" -> "Article #(#)(#)". */
void put_without_numbers(Buf *out, Str text);

#endif
