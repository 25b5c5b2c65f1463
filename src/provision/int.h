/* provision, inside. */
#ifndef PARAPH_PROVISION_INT_H
#define PARAPH_PROVISION_INT_H

#include "doc/doc.h"
#include "provision/provision.h"

enum { DIGEST_BYTES = 32 };
/* SHA-256. (sha256.c) */
void sha256_of(Str bytes, char digest[DIGEST_BYTES]);

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
    ptrdiff_t printed; /* bytes */
    bool coding, prints_number;
} FormField;

typedef struct FormPart { /* what the ids of a part mean */
    DocxPart *part;
    DocContext ctx;
    Map rels;  /* hash of an id -> index + 1 */
    Map notes; /* of a part of notes: hash of an id -> address of the w:footnote */
} FormPart;

/* How blocks are written: every string with its length before it, so that different blocks are
 * different bytes. What it leaves out is said in provision.h. */
typedef struct Form {
    Arena *a, *scratch; /* scratch: emptied after every block of the outermost level */
    DocxPackage *package;
    const DocProvisions *places;
    const DocStyles *styles;
    FormPart parts[3]; /* the text, its footnotes, its endnotes; part NULL: none */
    FormPart *here;    /* the one being read */
    FormDigests digests;
    FormField fields[FORM_FIELDS_MAX];
    int field_depth;
    int depth; /* of blocks within blocks */
    bool in_note;
} Form;

/* accept-all was done. */
bool form_open(Arena *a, DocxPackage *p, const DocProvisions *places, const DocStyles *styles,
               Form *out, PxErr *err) __attribute__((warn_unused_result));
/* From here on blocks of this one of f->parts are written. */
void form_enter(Form *f, int part);
/* label: bytes of the text that a typed number takes. */
void form_paragraph(Form *f, const XmlNode *paragraph, ptrdiff_t label, Buf *out);
void form_row(Form *f, const XmlNode *row, Buf *out);
void form_blocks(Form *f, const XmlNode *container, Buf *out);
void form_node(Form *f, const XmlNode *n, Buf *out);

/* The code of a field that prints a number computed from elsewhere: REF \r, PAGEREF ... */
bool field_prints_number(Str code);
/* Text without its numbers: "Article 7(2)(a)" -> "Article #(#)(#)". */
void put_without_numbers(Buf *out, Str text);

/* ---- cross-references (crossref.c) ---- */

/* Fills out->references. roots: of the text and its notes. */
void find_references(Arena *a, const XmlNode *const *roots, int count, const DocProvisions *places,
                     Provisions *out);

#endif
