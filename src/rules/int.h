/* rules, inside: a YAML text as a tree of lines, and what a reader of it collects. */
#ifndef PARAPH_RULES_INT_H
#define PARAPH_RULES_INT_H

#include "rules/rules.h"

enum {
    DAY_FIRST = -354285, /* 1000-01-01 */
    DAY_LAST = 2932896   /* 9999-12-31 */
};
static inline bool day_in_range(int64_t day) { return day >= DAY_FIRST && day <= DAY_LAST; }
/* 0 Monday ...; "monday" */
bool weekday_read(Str name, int *out);

/* ---- words of the vocabulary ---- */

typedef enum WordKind { WORD_ROLE, WORD_ACT, WORD_NEED, WORD_KINDS } WordKind;
const char *word_kind_name(WordKind kind); /* "role" */
int word_count(WordKind kind);
const char *word_name(WordKind kind, int word);
int word_find(WordKind kind, Str name);    /* -1: there is none */
int word_nearest(WordKind kind, Str name); /* the one that a slip may have meant, or -1 */

/* ---- a text as a tree ---- */

typedef enum NodeKind { NODE_SCALAR, NODE_SEQUENCE, NODE_MAPPING, NODE_KINDS } NodeKind;

typedef struct Node Node;
struct Node {
    NodeKind kind;
    int line;       /* from 1 */
    bool is_quoted; /* of a scalar */
    Str text;       /* of a scalar */
    Node **items;
    Node **keys; /* of a mapping: scalars, beside items, none twice */
    ptrdiff_t count, cap, key_cap;
};

typedef struct Reader {
    Arena *arena;
    RuleProblem *problems;
    ptrdiff_t count, cap;
} Reader;

void problem_add(Reader *r, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* A text of the file as it stands in a sentence: its first 60 bytes or so. */
Str shown(Str s);
#define SHOWN(s) (int)shown(s).len, shown(s).ptr
/* Sorted by line, in the order they were found. */
void problems_end(Reader *r, const RuleProblem **problems, ptrdiff_t *count);

/* The tree of the only document; NULL when it is none, with the problem told. */
Node *yaml_tree(Reader *r, Str text);

/* ---- reading the tree: each tells what is wrong ---- */

typedef struct Key {
    const char *name;
    bool is_needed;
} Key;
/* node is a mapping of these keys and no others; false when it is no mapping. what: "a consultee".
 */
bool members_check(Reader *r, const Node *node, const char *what, const Key *keys, ptrdiff_t count);
#define MEMBERS_CHECK(r, node, what, ...)                                                          \
    members_check((r), (node), (what), (const Key[]){__VA_ARGS__},                                 \
                  (ptrdiff_t)(sizeof((const Key[]){__VA_ARGS__}) / sizeof(Key)))
#define NEEDED(name)                                                                               \
    { (name), true }
#define OPTIONAL(name)                                                                             \
    { (name), false }
const Node *member_find(const Node *map, const char *key); /* NULL; map may be NULL or no mapping */
int key_line(const Node *map, const char *key); /* where the key stands; else the mapping */
/* The items of a sequence; 0, and a problem, when node is none; 0 for NULL. */
ptrdiff_t list_items(Reader *r, const Node *node, const char *what);

/* Of a member of map; when it is missing, nothing is told (members_check did) and the value is
 * empty. */
Str read_text(Reader *r, const Node *map, const char *key);
Str read_id(Reader *r, const Node *map, const char *key); /* lower-case letters, digits, hyphens */
Str read_source(Reader *r, const Node *map);              /* the member "source" */
bool read_flag(Reader *r, const Node *map, const char *key);
bool read_day(Reader *r, const Node *map, const char *key, Day *out);
bool read_int(Reader *r, const Node *map, const char *key, int least, int most, int *out);
bool source_check(Reader *r, const Node *node);
bool scalar_check(Reader *r, const Node *node, const char *what);
bool id_is_good(Str text);

/* A mapping of words to the source of each: the set, and the sources by word (may be NULL). */
Set read_sourced(Reader *r, const Node *node, WordKind kind, Str *sources);
/* A sequence of words, or one. */
Set read_words(Reader *r, const Node *node, WordKind kind);
int read_word(Reader *r, const Node *scalar, WordKind kind); /* -1: told */

/* ---- parts of a rulebook ---- */

void acts_check(Reader *r, const Node *root, Rulebook *book);
const Calendar *calendar_tree(Reader *r, const Node *root);

#endif
