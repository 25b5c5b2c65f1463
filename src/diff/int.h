/* The inside of diff. */
#ifndef PARAPH_DIFF_INT_H
#define PARAPH_DIFF_INT_H

#include "diff/diff.h"

/* How much item i weighs where two anchors contradict each other. */
typedef int32_t (*Weigh)(void *ctx, ptrdiff_t i);

/* keys.c */

/* map[i] = j where x[i] is matched with y[j], else -1: see diff_keys. weigh (may be NULL) is asked
 * for the anchors x[i] that cross others: the heaviest chain of them stays. budget: steps, 0 for
 * the default. */
void match_keys(Arena *a, const uint64_t *x, ptrdiff_t n, const uint64_t *y, ptrdiff_t m,
                ptrdiff_t budget, Weigh weigh, void *ctx, int32_t *map);

/* Sets keep[i] for the members of a heaviest strictly rising subsequence of y[0..count); without
 * weigh each member weighs 1. O(count log range). */
void keep_rising(Arena *a, const int32_t *y, ptrdiff_t count, Weigh weigh, void *ctx, bool *keep);

/* bag.c: a text as the bag of its words and of its pairs of neighbours, the ends counting as words:
 * 2 n + 1 features. */

typedef struct BagSlot {
    uint64_t key;
    uint32_t fill, probe; /* the bag_fill and bag_probe this entry speaks of */
    int32_t count, used;
} BagSlot;

typedef struct Bag {
    Arena *arena;
    BagSlot *slots;
    ptrdiff_t cap;
    uint32_t fill, probe;
} Bag;

static inline ptrdiff_t bag_features(ptrdiff_t words) { return 2 * words + 1; }
/* Makes the bag that of these words; what it held is forgotten. */
void bag_fill(Bag *bag, const uint64_t *words, ptrdiff_t count);
/* How many features of these words are in the bag; a feature taken is taken, until a fresh probe
 * begins. */
ptrdiff_t bag_probe(Bag *bag, const uint64_t *words, ptrdiff_t count, bool fresh);
/* Dice's coefficient from what is shared. */
static inline double bag_alike(ptrdiff_t shared, ptrdiff_t features_x, ptrdiff_t features_y) {
    return 2.0 * (double)shared / (double)(features_x + features_y);
}
static inline uint64_t bag_pair(uint64_t x, uint64_t y) {
    x = (x ^ (y >> 29)) * UINT64_C(0xff51afd7ed558ccd) + y;
    return (x ^ (x >> 32)) * UINT64_C(0xc4ceb9fe1a85ec53);
}
enum { BAG_EDGE = 0x45444745 }; /* stands before the first word and behind the last */

/* realign.c: the words and atoms of a stretch of text, without what stands between them. */

typedef struct Words {
    ptrdiff_t count;
    int32_t *at; /* index in the text */
    uint64_t *keys;
    uint64_t
        *before;   /* what stands between the word before, or the stretch's start, and this one */
    int32_t *size; /* in letters */
    bool *ideograph;
    bool *atom;
    bool *clause; /* punctuation stands before it */
} Words;

Words words_of(Arena *a, const DiffWord *t, ptrdiff_t n, ptrdiff_t from, ptrdiff_t to);
/* Matches anew where map (word of x -> word of y) holds scattered matches, so that what is matched
 * weighs most and changes are few. */
void realign(Arena *a, const Words *x, const Words *y, int32_t *map);

enum { SHORT_WORD = 3 }; /* letters of a word that may well be "of", "and" or "the" */

/* pair.c: which blocks of a gap are the same ones, edited. */

typedef struct BlockText {
    const uint64_t *words;
    ptrdiff_t count;
    bool known;
    bool taken; /* stands elsewhere unchanged: not to be paired here */
} BlockText;

/* a_count blocks at a are what became of b_count blocks at b. */
typedef struct Group {
    ptrdiff_t a, a_count, b, b_count;
    bool equal; /* pairwise equal hashes */
    bool weak;  /* less than half alike */
} Group;

typedef struct Groups {
    Group *items;
    ptrdiff_t count, cap;
} Groups;

typedef struct Aligner {
    Arena *arena;
    const DiffBlocks *in;
    BlockText *texts[2];
    Bag bag;
    ptrdiff_t budget; /* features that may still be compared one by one */
    Groups groups;    /* rising */
} Aligner;

typedef struct Gap {
    ptrdiff_t a0, a1, b0, b1;
} Gap;

enum { MOVED_WORDS = 5 }; /* of a move at least */

#define LEAST_ALIKE (1.0 / 3)
#define CONTAINED 0.7

/* Whether one of two blocks may be the other, edited: a third alike, or, of a sentence that became
 * a long paragraph, most of it contained in it. */
static inline bool may_be_same(ptrdiff_t shared, ptrdiff_t features_x, ptrdiff_t features_y) {
    const ptrdiff_t less = features_x < features_y ? features_x : features_y;
    return bag_alike(shared, features_x, features_y) >= LEAST_ALIKE ||
           (less >= bag_features(MOVED_WORDS) && (double)shared >= CONTAINED * (double)less);
}

static inline bool is_same_block(const DiffBlocks *in, ptrdiff_t i, ptrdiff_t j) {
    return in->a[i].hash == in->b[j].hash && in->a[i].kind == in->b[j].kind;
}
const BlockText *block_text(Aligner *al, int side, ptrdiff_t index);
void groups_add(Aligner *al, Group g);
/* Appends the pairs found in the gap. */
void pair_gap(Aligner *al, Gap gap);

/* index.c: who of many could be like whom. */

typedef struct Likely {
    ptrdiff_t a, b;
    double alike;
    ptrdiff_t shared;
} Likely;

/* For each block of list a the blocks of list b that are at least `least` alike, or for 0 may be
 * the same, and of its kind, a few at most: by a, then by b falling. Near-linear in the words of
 * all of them. */
ptrdiff_t find_likely(Aligner *al, const ptrdiff_t *a, ptrdiff_t a_count, const ptrdiff_t *b,
                      ptrdiff_t b_count, double least, Likely **out);

/* moves.c: fills out->moves from what the groups leave over. Weak groups whose blocks stand
 * elsewhere are taken out. */
void find_moves(Aligner *al, DiffAlignment *out);

#endif
