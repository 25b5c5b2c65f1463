/* diff: two sequences (docs/alignment.md). Knows keys and sizes, no markup; documents hand in
 * arrays. Keys are hashes under a secret key: nobody can make them collide. Every function has a
 * budget of steps and falls back to a coarser, still correct answer when it is spent: cost never
 * exceeds O((n + m) log(n + m) + budget). */
#ifndef PARAPH_DIFF_H
#define PARAPH_DIFF_H

#include "base/base.h"

typedef struct DiffMatch {
    ptrdiff_t a, b, len;
} DiffMatch; /* a[a..a+len) equals b[b..b+len) */

/* A common subsequence of two arrays of keys, longest where the budget allows: common ends,
 * unique-key anchors (patience), then Myers' linear-space O(ND) [Myers 1986] inside the gaps.
 * Matches come in rising order, maximal. budget 0: a sensible default. */
ptrdiff_t diff_keys(Arena *a, const uint64_t *x, ptrdiff_t n, const uint64_t *y, ptrdiff_t m,
                    ptrdiff_t budget, DiffMatch **out);

/* ---- words of two aligned paragraphs ---- */
typedef enum DiffWordKind {
    DIFF_WORD,
    DIFF_SPACE,
    DIFF_PUNCTUATION,
    DIFF_ATOM,
    DIFF_MARK
} DiffWordKind;
typedef struct DiffWord {
    uint64_t key;
    int32_t weight; /* code points of text; 1 for atoms and marks */
    DiffWordKind kind;
    int8_t bracket; /* of punctuation: 1 opens, -1 closes, 0 is no bracket */
} DiffWord;

/* map[i] = index in y that x[i] stands for, or -1; rising. Reads like a careful person's redline:
 * matches are kept only where they help (no lone space, single letter, punctuation or
 * stop-word-sized island between two changes; a change's ends slide to word and sentence
 * boundaries; the space belongs with the inserted or deleted word). Marks match marks and are never
 * given up when both sequences have exactly one or when fixed_last (the last items of both are
 * marks that must match). When less than about a third of the text's weight would stay, nothing but
 * marks matches (the paragraph is shown as replaced). */
void diff_words(Arena *a, const DiffWord *x, ptrdiff_t n, const DiffWord *y, ptrdiff_t m,
                bool fixed_last, int32_t *map);

/* ---- blocks of two stories ---- */
typedef struct DiffBlock {
    uint64_t hash; /* equal: the same content */
    uint16_t kind; /* only blocks of one kind are paired; kind 0 is the paragraph: may be split and
                      joined */
} DiffBlock;

typedef enum DiffSegmentKind {
    DIFF_EQUAL,  /* a_count == b_count >= 1, pairwise equal hashes */
    DIFF_EDIT,   /* 1:1, or for paragraphs 1:n and n:1 (split, join) and small n:m */
    DIFF_DELETE, /* b_count == 0 */
    DIFF_INSERT  /* a_count == 0 */
} DiffSegmentKind;
typedef struct DiffSegment {
    DiffSegmentKind kind;
    ptrdiff_t a, a_count, b, b_count;
} DiffSegment;
typedef struct DiffMove {
    ptrdiff_t a, b, count;
} DiffMove; /* blocks a..a+count deleted there stand (at least 80 % alike) at b.. */

/* words: those of block `index` of side 0 (a) or 1 (b), valid until diff_blocks returns. Asked at
 * most once a block, and only for blocks outside equal stretches or whose places contradict. It may
 * allocate in the arena given to diff_blocks. */
typedef struct DiffBlocks {
    const DiffBlock *a, *b;
    ptrdiff_t n, m;
    const uint64_t *(*words)(void *ctx, int side, ptrdiff_t index, ptrdiff_t *count);
    void *ctx;
    bool tail_fixed; /* both stories end in a paragraph whose mark cannot go: the last blocks of
                      * both end up in one EDIT or EQUAL segment when both are paragraphs (with what
                      * lies between them and the last pair, if paragraphs only) */
} DiffBlocks;
typedef struct DiffAlignment {
    DiffSegment *segments; /* in order, covering both sides completely */
    ptrdiff_t count;
    DiffMove *moves; /* each lies within DELETE and INSERT segments of paragraphs or tables; at
                        least 5 words */
    ptrdiff_t move_count;
} DiffAlignment;

/* Hash anchors (unique on both sides, longest increasing subsequence), their extension over equal
 * neighbours, Myers in small gaps; then inside each gap similarity of word bags (shingles or
 * minhash where a gap is large, so that cost stays near-linear): best monotone pairing with splits
 * and joins; pairs under a third alike are not paired. Then moves. */
void diff_blocks(Arena *a, const DiffBlocks *in, DiffAlignment *out);

/* Similarity of two texts in 0..1: Dice's coefficient of their bags of words and of pairs of
 * neighbours. O(n + m). */
double diff_similarity(Arena *a, const uint64_t *x, ptrdiff_t n, const uint64_t *y, ptrdiff_t m);

#endif
