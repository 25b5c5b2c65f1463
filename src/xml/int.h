/* What the files of xml share: interned names, and the flags no one outside sees. */
#ifndef PARAPH_XML_INT_H
#define PARAPH_XML_INT_H

#include "xml/xml.h"

/* ---- interning ---- */

/* A (scope, text) pair under a small number; the numbers are given in order, from 0. */
typedef struct Interned {
    Str text;
    uint32_t hash;
    uint16_t scope;
} Interned;

typedef struct Interner {
    Interned *items;
    ptrdiff_t count, cap;
    uint32_t *slots; /* number + 1; 0 is free */
    ptrdiff_t slot_cap;
} Interner;

enum { NUMBERS = 65000, NO_NUMBER = 0xFFFF };

static inline uint32_t hash_step(uint32_t h, char c) {
    return (h ^ (unsigned char)c) * UINT32_C(0x01000193);
}
enum { HASH_SEED = 0x1505 };

/* The number of (scope, text), made when there is none, its text copied if `copy`; NO_NUMBER when
 * all numbers are given out, or when the names collide as only made-up ones do. hash: of the text,
 * by hash_step from HASH_SEED. */
uint16_t intern(Arena *a, Interner *in, uint16_t scope, Str text, uint32_t hash, bool copy);
uint32_t intern_hash(Str text);

/* A namespace. Those of Strict documents have numbers too, and stand for others. */
typedef struct Space {
    uint16_t stands_for; /* itself, or the Transitional one */
    uint16_t strict;     /* the Strict one, or itself */
    uint16_t listed;     /* its prefix in values: see names_list_prefix; NO_NUMBER at first */
    Str prefix;          /* the usual one; empty when none was met */
    bool is_ignorable;   /* some mc:Ignorable named it */
} Space;

/* What a qualified name stands for under the prefixes it was last met with. */
typedef struct QName {
    Str local;
    uint16_t prefix;          /* PREFIX_NONE when it has none */
    uint16_t declares;        /* xmlns, xmlns:p: the prefix; else NO_NUMBER */
    uint16_t tag_ns, tag;     /* as an element's name: its name while the prefix means tag_ns */
    uint16_t attr_ns, attr;   /* as an attribute's name */
    bool attr_lists_prefixes; /* of the attribute's name: see names_lists_prefixes */
    bool is_bad;              /* not one name, or two with a colon between */
} QName;

enum { PREFIX_NONE, PREFIX_XML, PREFIX_XMLNS };

struct XmlNames {
    Arena *arena;
    Interner names; /* scope: namespace */
    Interner uris;
    Space *spaces; /* of each uri */
    ptrdiff_t spaces_cap;
    Interner prefixes;
    uint16_t *listed_as; /* of each prefix: see names_list_prefix; NO_NUMBER at first */
    ptrdiff_t listed_cap;
    Interner spelled; /* qualified names */
    QName *qnames;
    ptrdiff_t qnames_cap;
    uint32_t *stamps; /* of each name: the last element it was an attribute of */
    ptrdiff_t stamps_cap;
    uint32_t stamp;
    uint32_t trees; /* parsed so far */
};

/* Each returns NO_NUMBER as intern does. */
uint16_t names_name(XmlNames *names, uint16_t ns, Str local);
uint16_t names_uri(XmlNames *names, Str uri); /* the number of the uri itself, Strict or not */
uint16_t names_find_space(const XmlNames *names, Str uri); /* the namespace, or NO_NUMBER */
uint16_t names_prefix(XmlNames *names, Str prefix);
uint16_t names_qname(XmlNames *names, Str spelled, uint32_t hash);

/* Some attributes hold prefixes in their values: mc:Ignorable and the like, Requires of a Choice,
 * xsi:type. Their values are kept in a spelling that means the same in all trees of the operation:
 * one prefix for each namespace, the one it was first listed under unless another had that. */
bool names_lists_prefixes(const XmlNames *names, uint16_t name);
/* The spelling for a listed prefix that means ns. */
Str names_list_prefix(XmlNames *names, uint16_t prefix, uint16_t ns);
/* What a prefix in such a value means, or NO_NUMBER. */
uint16_t names_listed(const XmlNames *names, Str prefix);
/* Takes the next item off *rest, of the value of attribute `name`: leading white space, then prefix
 * (empty when it has none) and what follows it (":local"). False when there is none. */
bool names_next_listed(uint16_t name, Str *rest, Str *space, Str *prefix, Str *tail);

/* ---- other trees ---- */

/* Which of another tree's root prefixes do not mean the same in this one. Kept in the tree, a few
 * of them, for there is nowhere else to put them while a part is written. */
enum { PEERS = 8, PEER_SPACES = 256 };
typedef struct XmlPeer {
    uint32_t serial;                        /* of the other tree; 0: none */
    uint32_t to_count, from_count;          /* prefixes at the time */
    bool same;                              /* all do */
    unsigned char differs[PEER_SPACES / 8]; /* a bit for each namespace */
} XmlPeer;

typedef struct XmlPeers {
    XmlPeer items[PEERS];
    uint32_t next;
} XmlPeers;

/* ---- flags ---- */

/* This element (not the root) declares prefixes. */
#define XML_DECLARES (UINT32_C(1) << 16)
/* Its declarations are not spelled plainly in the source. */
#define XML_ODD (UINT32_C(1) << 17)
/* How many open elements but the root declared prefixes around it, at most 255, in the top byte. */
#define XML_SCOPE_SHIFT 24
enum { SCOPES_MOST = 255 };
static inline uint32_t scope_depth(const XmlNode *n) { return n->flags >> XML_SCOPE_SHIFT; }
#define XML_FLAGS_COPIED ((uint32_t)(XML_USER1 | XML_USER2 | XML_USER3))

static inline bool has_source(const XmlNode *n) { return !(n->flags & XML_MADE); }

/* ---- start tags in the source ---- */

/* Steps over the attributes of the start tag in [*at, end), which expat found well-formed; *at is
 * behind the element's name at first. value: raw, between its quotes. */
bool tag_next_attr(const char **at, const char *end, Str *name, Str *value);
/* Behind the element's name of the start tag at tag ('<'). */
const char *tag_name_end(const char *tag);

/* Builds t's tree from t->source, which expat accepted. */
bool scan_tree(Arena *work, XmlTree *t, const XmlLimits *limits, PxErr *err);

/* ---- encodings ---- */

/* bytes as UTF-8: as they are, or converted from UTF-16 with the declaration changed to fit. */
bool encoding_settle(Arena *a, Str part, Str bytes, Str *out, PxErr *err);

#endif
