/* needs: base diff */
/* The laws of block alignment on random stories, known edit scripts found again, cases by hand, and
 * growth with size. Keys and words are for test_words.c, how redlines read for test_redline.c. */
#include "diff/diff.h"
#include "growth.h"
#include "t.h"

/* ---- blocks ---- */

typedef struct Block {
    uint64_t *words;
    ptrdiff_t count;
    uint16_t kind;
    bool renamed;               /* another hash with the same words: a change of format */
    ptrdiff_t from, from_count; /* blocks of the base it came of; from_count 0: new */
    bool moved, deleted;
} Block;

typedef struct Story {
    Block *items;
    ptrdiff_t count, cap;
} Story;

static void story_insert(Arena *a, Story *s, ptrdiff_t at, Block b) {
    s->items = arena_grow(a, s->items, s->count, &s->cap, s->count + 1, (ptrdiff_t)sizeof(Block));
    memmove(s->items + at + 1, s->items + at, (size_t)(s->count++ - at) * sizeof(Block));
    s->items[at] = b;
}

static void story_remove(Story *s, ptrdiff_t at) {
    memmove(s->items + at, s->items + at + 1, (size_t)(--s->count - at) * sizeof(Block));
}

static Block random_block(Arena *a, ptrdiff_t words, ptrdiff_t vocabulary) {
    Block b = {.words = NEW_ARRAY(a, uint64_t, words), .count = words};
    for (ptrdiff_t i = 0; i < words; i++) b.words[i] = 1 + (uint64_t)t_random_below(vocabulary);
    return b;
}

static Story random_story(Arena *a, ptrdiff_t n) {
    Story s = {0};
    for (ptrdiff_t i = 0; i < n; i++) {
        Block b = random_block(a, 15 + t_random_below(55), 72);
        if (i % 12 == 0) { /* a heading with its number */
            b.count = 2;
            b.words[0] = 500;
            b.words[1] = 1000 + (uint64_t)i;
        }
        b.kind = i % 97 == 50;
        b.from = i;
        b.from_count = 1;
        story_insert(a, &s, s.count, b);
    }
    return s;
}

static uint64_t block_hash(const Block *b) {
    Hasher h;
    hash_start(&h, (HashKey){{1, 2}});
    for (ptrdiff_t i = 0; i < b->count; i++) hash_u64(&h, b->words[i]);
    hash_u64(&h, b->renamed);
    hash_u64(&h, b->kind);
    return hash_end(&h).a;
}

typedef struct Stories {
    const Story *side[2];
    ptrdiff_t asked; /* words handed out */
} Stories;

static const uint64_t *story_words(void *ctx, int side, ptrdiff_t index, ptrdiff_t *count) {
    Stories *s = ctx;
    const Block *b = &s->side[side]->items[index];
    s->asked += b->count;
    *count = b->count;
    return b->words;
}

static const DiffBlock *blocks_of(Arena *a, const Story *s) {
    DiffBlock *d = NEW_ARRAY(a, DiffBlock, s->count);
    for (ptrdiff_t i = 0; i < s->count; i++)
        d[i] = (DiffBlock){block_hash(&s->items[i]), s->items[i].kind};
    return d;
}

static bool all_paragraphs(const DiffBlock *d, ptrdiff_t from, ptrdiff_t count) {
    for (ptrdiff_t i = from; i < from + count; i++)
        if (d[i].kind != 0) return false;
    return true;
}

static void check_segment(const DiffBlocks *in, DiffSegment s) {
    bool holds = s.a_count >= 0 && s.b_count >= 0 && s.a_count + s.b_count > 0;
    switch (s.kind) {
    case DIFF_EQUAL:
        holds = holds && s.a_count == s.b_count;
        for (ptrdiff_t i = 0; holds && i < s.a_count; i++)
            holds = in->a[s.a + i].hash == in->b[s.b + i].hash;
        break;
    case DIFF_EDIT:
        holds = holds && s.a_count > 0 && s.b_count > 0;
        if (s.a_count == 1 && s.b_count == 1) holds = holds && in->a[s.a].kind == in->b[s.b].kind;
        else
            holds = holds && all_paragraphs(in->a, s.a, s.a_count) &&
                    all_paragraphs(in->b, s.b, s.b_count);
        holds = holds && in->a[s.a].kind != UINT16_MAX;
        break;
    case DIFF_DELETE: holds = holds && s.b_count == 0; break;
    case DIFF_INSERT: holds = holds && s.a_count == 0; break;
    }
    T_CHECK(holds);
}

/* Which segment each block of a side is in. */
static ptrdiff_t *segment_of(Arena *a, const DiffAlignment *al, int side, ptrdiff_t count) {
    ptrdiff_t *of = NEW_ARRAY(a, ptrdiff_t, count);
    for (ptrdiff_t k = 0; k < al->count; k++) {
        const DiffSegment s = al->segments[k];
        for (ptrdiff_t i = 0; i < (side ? s.b_count : s.a_count); i++)
            of[(side ? s.b : s.a) + i] = k;
    }
    return of;
}

static DiffAlignment align(Arena *a, const Story *x, const Story *y, bool tail_fixed,
                           Stories *stories) {
    *stories = (Stories){{x, y}, 0};
    const DiffBlocks in = {blocks_of(a, x), blocks_of(a, y), x->count,  y->count,
                           story_words,     stories,         tail_fixed};
    DiffAlignment al = {0};
    diff_blocks(a, &in, &al);
    ptrdiff_t at_a = 0, at_b = 0;
    bool covers = true;
    for (ptrdiff_t k = 0; k < al.count; k++) {
        const DiffSegment s = al.segments[k];
        covers = covers && s.a == at_a && s.b == at_b;
        at_a += s.a_count;
        at_b += s.b_count;
        check_segment(&in, s);
    }
    T_CHECK(covers && at_a == x->count && at_b == y->count);
    const ptrdiff_t *seg_a = segment_of(a, &al, 0, x->count),
                    *seg_b = segment_of(a, &al, 1, y->count);
    bool moves = true, *used = NEW_ARRAY(a, bool, y->count);
    for (ptrdiff_t k = 0; k < al.move_count; k++) {
        const DiffMove v = al.moves[k];
        for (ptrdiff_t i = 0; i < v.count; i++) {
            moves = moves && seg_a[v.a + i] == seg_a[v.a] && seg_b[v.b + i] == seg_b[v.b] &&
                    !used[v.b + i];
            used[v.b + i] = true;
            moves = moves && in.a[v.a + i].kind <= 1 && in.a[v.a + i].kind == in.b[v.b + i].kind;
        }
        moves = moves && al.segments[seg_a[v.a]].kind == DIFF_DELETE &&
                al.segments[seg_b[v.b]].kind == DIFF_INSERT;
    }
    T_CHECK(moves);
    if (tail_fixed && x->count && y->count && in.a[x->count - 1].kind == 0 &&
        in.b[y->count - 1].kind == 0) {
        const DiffSegment last = al.segments[al.count - 1];
        T_CHECK(last.kind == DIFF_EDIT || last.kind == DIFF_EQUAL);
    }
    return al;
}

/* ---- known edits, found again ---- */

static void edit_words(Arena *a, Block *b) {
    uint64_t *words = NEW_ARRAY(a, uint64_t, b->count + 8);
    const ptrdiff_t at = t_random_below(b->count), what = t_random_below(3);
    ptrdiff_t n = at;
    memcpy(words, b->words, (size_t)at * sizeof *words);
    if (what != 2)
        for (ptrdiff_t i = 1 + t_random_below(what ? 5 : 1); i > 0; i--)
            words[n++] = 1 + (uint64_t)t_random_below(400);
    ptrdiff_t rest = at + (what == 1 ? 0 : 1 + t_random_below(what ? 4 : 1));
    for (; rest < b->count; rest++) words[n++] = b->words[rest];
    b->words = words;
    b->count = n;
}

static void split_block(Arena *a, Story *s, ptrdiff_t at) {
    Block rest = s->items[at];
    const ptrdiff_t cut = rest.count / 4 + t_random_below(rest.count / 2);
    rest.words += cut;
    rest.count -= cut;
    s->items[at].count = cut;
    story_insert(a, s, at + 1, rest);
}

static void join_blocks(Arena *a, Story *s, ptrdiff_t at) {
    Block *b = &s->items[at];
    const Block next = s->items[at + 1];
    uint64_t *words = NEW_ARRAY(a, uint64_t, b->count + next.count);
    memcpy(words, b->words, (size_t)b->count * sizeof *words);
    memcpy(words + b->count, next.words, (size_t)next.count * sizeof *words);
    b->words = words;
    b->count += next.count;
    b->from_count = next.from + next.from_count - b->from;
    story_remove(s, at + 1);
}

static void move_block(Arena *a, Story *s, ptrdiff_t at) {
    Block b = s->items[at];
    b.moved = true;
    story_remove(s, at);
    story_insert(a, s, 1 + t_random_below(s->count - 1), b);
}

static bool is_plain(const Story *s, ptrdiff_t at) {
    const Block *b = &s->items[at];
    return b->kind == 0 && b->count >= 12 && b->from_count == 1 && !b->moved;
}

static Story edited_story(Arena *a, const Story *base, ptrdiff_t edits, ptrdiff_t deep_edits) {
    Story s = {0};
    for (ptrdiff_t i = 0; i < base->count; i++) story_insert(a, &s, i, base->items[i]);
    for (ptrdiff_t k = 0; k < edits; k++) {
        const ptrdiff_t at = t_random_below(s.count);
        if (s.items[at].count > 1) edit_words(a, &s.items[at]);
    }
    for (ptrdiff_t k = 0; k < deep_edits; k++) {
        const ptrdiff_t at = 1 + t_random_below(s.count - 2);
        if (!is_plain(&s, at)) continue;
        switch (t_random_below(6)) {
        case 0: story_insert(a, &s, at, random_block(a, 8 + t_random_below(32), 72)); break;
        case 1: story_remove(&s, at); break;
        case 2: split_block(a, &s, at); break;
        case 3:
            if (is_plain(&s, at + 1) && s.items[at + 1].from == s.items[at].from + 1)
                join_blocks(a, &s, at);
            break;
        case 4: move_block(a, &s, at); break;
        default: s.items[at].renamed = true; break;
        }
    }
    return s;
}

/* How many blocks of y are not where they should be. */
static ptrdiff_t count_mistakes(Arena *a, const Story *x, const Story *y, const DiffAlignment *al,
                                bool show) {
    ptrdiff_t mistakes = 0;
    const ptrdiff_t *seg_a = segment_of(a, al, 0, x->count),
                    *seg_b = segment_of(a, al, 1, y->count);
    for (ptrdiff_t j = 0; j < y->count; j++) {
        const Block *b = &y->items[j];
        const DiffSegment s = al->segments[seg_b[j]];
        bool right = b->from_count == 0 ? s.kind == DIFF_INSERT : seg_a[b->from] == seg_b[j];
        for (ptrdiff_t k = 1; k < b->from_count; k++)
            right = right && seg_a[b->from + k] == seg_b[j];
        if (b->moved && !right)
            for (ptrdiff_t k = 0; k < al->move_count; k++) {
                const DiffMove v = al->moves[k];
                right = right || (j >= v.b && j < v.b + v.count && b->from == v.a + j - v.b);
            }
        if (!right && show)
            printf("# block %td of %td words, from %td (%td)%s: segment kind %d, %td:%td\n", j,
                   b->count, b->from, b->from_count, b->moved ? ", moved" : "", (int)s.kind,
                   s.a_count, s.b_count);
        mistakes += !right;
    }
    return mistakes;
}

static void edits_are_found(Arena *a) {
    ptrdiff_t blocks = 0, mistakes = 0;
    for (int round = 0; round < 60; round++) {
        const ArenaMark mark = arena_mark(a);
        const Story x = random_story(a, 40 + t_random_below(400));
        const ptrdiff_t rate = 1 + t_random_below(20); /* per cent */
        const Story y = edited_story(a, &x, x.count * rate / 100, 1 + x.count * rate / 300);
        Stories stories;
        const DiffAlignment al = align(a, &x, &y, round % 2, &stories);
        const ptrdiff_t before = mistakes;
        mistakes += count_mistakes(a, &x, &y, &al, getenv("T_SHOW"));
        blocks += y.count;
        for (ptrdiff_t k = 0; getenv("T_SHOW") && mistakes > before && k < al.count; k++)
            printf("# %d %td+%td %td+%td\n", (int)al.segments[k].kind, al.segments[k].a,
                   al.segments[k].a_count, al.segments[k].b, al.segments[k].b_count);
        arena_rewind(a, mark);
    }
    printf("# %td of %td blocks misplaced\n", mistakes, blocks);
    T_CHECK(mistakes * 500 <= blocks);
}

static void test_edits_are_found(void) { t_with_arena(edits_are_found); }

/* ---- cases by hand ---- */

/* A story from text: a line a block, its words apart by spaces; a line that begins with | is a
 * table. */
static Story story_of(Arena *a, const char *text) {
    Story s = {0};
    for (const char *end; *text; text = *end ? end + 1 : end) {
        end = text + strcspn(text, "\n");
        Block b = {.words = NEW_ARRAY(a, uint64_t, end - text + 1), .kind = *text == '|'};
        for (const char *w = text + b.kind; w < end;) {
            const ptrdiff_t len = (ptrdiff_t)strcspn(w, " \n");
            if (len) b.words[b.count++] = hash_fast((Str){w, len});
            w += len + 1;
        }
        story_insert(a, &s, s.count, b);
    }
    return s;
}

/* "=2:2 ~1:2 -1:0 +0:1" and moves as ">from-to*count". */
static Str shape(Arena *a, const DiffAlignment *al) {
    Buf b = buf_new(a);
    for (ptrdiff_t k = 0; k < al->count; k++)
        buf_format(&b, "%s%c%td:%td", k ? " " : "", "=~-+"[al->segments[k].kind],
                   al -> segments[k].a_count, al->segments[k].b_count);
    for (ptrdiff_t k = 0; k < al->move_count; k++)
        buf_format(&b, " >%td-%td*%td", al->moves[k].a, al->moves[k].b, al->moves[k].count);
    return buf_str(&b);
}

typedef struct Case {
    const char *base, *revised, *shape;
    bool tail_fixed;
} Case;

#define P1 "the parties shall consult each other on the matters under this agreement\n"
#define P2 "supplies are returned in kind or replaced by goods of the same value\n"
#define P3 "each state keeps records of all the services which it has given or got\n"
#define P4 "disputes are settled by talks and not referred to any court of law\n"
#define P5 "fuel and water for ships and aircraft in ports and fields of the host\n"
#define WORDS_24                                                                                   \
    "j01 j02 j03 j04 j05 j06 j07 j08 j09 j10 j11 j12 j13 j14 j15 j16 j17 j18 j19 j20 j21 j22 j23 " \
    "j24"
#define EDITED_2 "supplies are returned in cash or replaced by goods of the same value\n"

static const Case cases[] = {
    {P1 P2 P3, P1 P2 P3, "=3:3", true},
    {P1 P2 P3, P1 EDITED_2 P3, "=1:1 ~1:1 =1:1", true},
    {P1 P2 P3, P1 P3, "=1:1 -1:0 =1:1", true},
    {P1 P3, P1 P2 P3, "=1:1 +0:1 =1:1", true},
    {"", P1, "+0:1", true},
    {P1, "", "-1:0", true},
    {P1 P2 P3, P1 P4 P3, "=1:1 -1:0 +0:1 =1:1", true},
    /* splits and joins, an edit in one of them, an empty paragraph between the halves */
    {P1 "a b c d e f g h i j k l\n" P3, P1 "a b c d e f\ng h i j k l\n" P3, "=1:1 ~1:2 =1:1", true},
    {P1 "a b c d e f\ng h i j k l\n" P3, P1 "a b c d e f g h i j k l\n" P3, "=1:1 ~2:1 =1:1", true},
    {P1 "a b c d e f g h i j k l\n" P3, P1 "a b X d e f\ng h i j k l\n" P3, "=1:1 ~1:2 =1:1", true},
    {P1 "a b c d e f g h i j k l m n o\n" P3, P1 "a b c d e f\n\ng h i j k l m n o\n" P3,
     "=1:1 ~1:3 =1:1", true},
    {P1 "a b c d e f g h i j k l m n o p q r\n" P3, P1 "a b c d e f\ng h i j k l\nm n o p q r\n" P3,
     "=1:1 ~1:3 =1:1", true},
    /* halves of a split or join with a paragraph between them that is new, or gone */
    {P1 "a b c d e f g h i j k l\n" P3, P1 "a b c d e f\n" P2 "g h i j k l\n" P3, "=1:1 ~1:3 =1:1",
     true},
    {P1 "a b c d e f\n" P2 "g h i j k l\n" P3, P1 "a b c d e f g h i j k l\n" P3, "=1:1 ~3:1 =1:1",
     true},
    {P1 "a b c d e f g h i j k l\n" P3, P1 "a b c d e f\n" P2 "u v w x y z\n" P3,
     "=1:1 ~1:1 +0:2 =1:1", true},
    /* a sentence that becomes a long paragraph, and the other way round */
    {P1 "a b c d e f\n" P3, P1 "a b c d e f " WORDS_24 "\n" P3, "=1:1 ~1:1 =1:1", true},
    {P1 "a b c d e f " WORDS_24 "\n" P3, P1 "a b c d e f\n" P3, "=1:1 ~1:1 =1:1", true},
    {P1 "a b c d\n" P3, P1 "a b c d " WORDS_24 "\n" P3, "=1:1 -1:0 +0:1 =1:1", true},
    {P1 "a b c d e f\n" P3, P1 "a X c Y e f " WORDS_24 "\n" P3, "=1:1 -1:0 +0:1 =1:1", true},
    /* a new short paragraph is no piece of its neighbour */
    {P1 P2 P3, P1 EDITED_2 "the same value\n" P3, "=1:1 ~1:1 +0:1 =1:1", true},
    /* what is short and alone is edited, whatever it says */
    {P1 "12\n" P3, P1 "15\n" P3, "=1:1 ~1:1 =1:1", true},
    {P1 "1\n2\n3\n" P3, P1 "4\n5\n6\n" P3, "=1:1 ~1:1 ~1:1 ~1:1 =1:1", true},
    {P1 "Article 5\n" P3, P1 "Annex\n" P3, "=1:1 ~1:1 =1:1", true},
    {P1 "\n" P3, P1 P2 P3, "=1:1 ~1:1 =1:1", true},
    {"12\n", "15\n", "~1:1", true},
    /* tables only with tables */
    {P1 "|a b c d e f g h\n" P3, P1 "a b c d e f g h\n" P3, "=1:1 -1:0 +0:1 =1:1", true},
    {P1 "|a b c d e f g h\n" P3, P1 "|a b c X e f g h\n" P3, "=1:1 ~1:1 =1:1", true},
    /* moves: one, an edited one, a run with its heading, an exchange */
    {P1 P2 P3 P4, P1 P3 P2 P4, "=1:1 -1:0 =1:1 +0:1 =1:1 >1-2*1", true},
    {P2 P1 P3 P4 P5, P1 P3 P4 EDITED_2 P5, "-1:0 =3:3 +0:1 =1:1 >0-3*1", true},
    {"Head\n" P1 P2 P3 P4 P5 P1, P3 P4 P5 "Head\n" P1 P2 P1, "-3:0 =3:3 +0:3 =1:1 >0-3*3", true},
    /* a heading whose number changes goes along; one that says something else does not */
    {"Article 2 Costs\n" P1 P2 P3 P4 P5, P2 P3 P4 "Article 4 Costs\n" P1 P5,
     "-2:0 =3:3 +0:2 =1:1 >0-3*2", true},
    {"Article 2 Costs\n" P1 P2 P3 P4 P5, P2 P3 P4 "Article 4 Shares of all\n" P1 P5,
     "-2:0 =3:3 +0:2 =1:1 >1-4*1", true},
    {"a b c d\n" P1 P2 P3, P1 P2 "a b c d\n" P3, "-1:0 =2:2 +0:1 =1:1", true}, /* too short */
    /* a block that stands elsewhere is no neighbour's edit */
    {P2 P1 P3 P4, P1 P3 P2 "supplies are returned\n" P4, "-1:0 =2:2 +0:2 =1:1 >0-2*1", true},
    /* an empty paragraph does not keep an edit apart from its text */
    {P1 P2 "\n" P3, P1 "\n" EDITED_2 P4 P3, "=1:1 +0:1 ~1:1 ~1:1 =1:1", true},
    /* the end */
    {P1 P2, P1 P2 P3, "=1:1 ~1:2", true},
    {P1 P2, P1 P2 P3, "=2:2 +0:1", false},
    {P1 P2 P3, P1 P2, "=1:1 ~2:1", true},
    {P1 P2, P1 P3, "=1:1 ~1:1", true},
    {P1 P2, P1 P3, "=1:1 -1:0 +0:1", false},
    {P1 P2, P1 EDITED_2 P3 P4, "=1:1 ~1:3", true},
    {P1 P2, P1 P2 "|a b\n" P3, "=1:1 +0:2 ~1:1", true},
    {P1 "|a b\n", P1 P3, "=1:1 -1:0 +0:1", true},
};

static void by_hand(Arena *a) {
    for (ptrdiff_t i = 0; i < (ptrdiff_t)(sizeof cases / sizeof *cases); i++) {
        const Story x = story_of(a, cases[i].base), y = story_of(a, cases[i].revised);
        Stories stories;
        const DiffAlignment al = align(a, &x, &y, cases[i].tail_fixed, &stories);
        if (!T_EQ_STR(shape(a, &al), str_from_z(cases[i].shape))) printf("#   case %td\n", i);
    }
}

static void test_by_hand(void) { t_with_arena(by_hand); }

/* Opaque blocks are paired with their equals alone, controls with those of their kind. */
static void kinds_decide(Arena *a) {
    for (uint16_t kind = 0; kind < 5; kind++) {
        Story x = story_of(a, P1 P2 P3), y = story_of(a, P1 EDITED_2 P3);
        x.items[1].kind = kind == 4 ? UINT16_MAX : kind;
        y.items[1].kind = kind == 4 ? UINT16_MAX : 2;
        Stories stories;
        const DiffAlignment al = align(a, &x, &y, true, &stories);
        T_EQ_STR(shape(a, &al), kind == 2 ? S("=1:1 ~1:1 =1:1") : S("=1:1 -1:0 +0:1 =1:1"));
    }
}

static void test_kinds_decide(void) { t_with_arena(kinds_decide); }

/* Anything at all: the segments cover both sides, moves lie in them (align checks). */
static void alignments_are_sound(Arena *a) {
    for (int round = 0; round < 1500; round++) {
        const ArenaMark mark = arena_mark(a);
        Story s[2] = {{0}, {0}};
        const ptrdiff_t vocabulary = 1 + t_random_below(30);
        for (int side = 0; side < 2; side++)
            for (ptrdiff_t n = t_random_below(round % 9 ? 12 : 120); n > 0; n--) {
                Block b = random_block(a, t_random_below(9), vocabulary);
                if (side && s[0].count && t_random_below(2))
                    b = s[0].items[t_random_below(s[0].count)];
                else if (t_random_below(6) == 0) b.kind = (uint16_t)(t_random_below(5) - 1);
                story_insert(a, &s[side], s[side].count, b);
            }
        Stories stories;
        const DiffAlignment al = align(a, &s[0], &s[1], round % 2, &stories);
        const DiffAlignment again = align(a, &s[0], &s[1], round % 2, &stories);
        T_CHECK(str_equal(shape(a, &al), shape(a, &again)));
        arena_rewind(a, mark);
    }
}

static void test_alignments_are_sound(void) { t_with_arena(alignments_are_sound); }

static bool align_unrelated(void *ctx, Arena *a, PxErr *err) {
    (void)err;
    Stories *stories = ctx;
    const DiffBlocks in = {blocks_of(a, stories->side[0]),
                           blocks_of(a, stories->side[1]),
                           stories->side[0]->count,
                           stories->side[1]->count,
                           story_words,
                           stories,
                           true};
    DiffAlignment al;
    diff_blocks(a, &in, &al);
    DiffMatch *matches;
    int32_t map[2];
    const uint64_t keys[60] = {1, 2, 3};
    diff_keys(a, keys, 60, keys + 1, 59, 0, &matches);
    diff_words(a, (DiffWord[]){{1, 4, DIFF_WORD, 0}, {2, 4, DIFF_WORD, 0}}, 2,
               (DiffWord[]){{2, 4, DIFF_WORD, 0}, {1, 4, DIFF_WORD, 0}}, 2, false, map);
    return al.count > 0 && diff_similarity(a, keys, 60, keys, 60) > 0.99;
}

static void without_memory(Arena *a) {
    const Story x = random_story(a, 60), y = edited_story(a, &x, 20, 20);
    Stories stories = {{&x, &y}, 0};
    T_CHECK(t_fault_loop(align_unrelated, &stories));
}

static void test_without_memory(void) { t_with_arena(without_memory); }

static void similarity(Arena *a) {
    const uint64_t x[] = {1, 2, 3, 4}, y[] = {1, 2, 5, 4}, z[] = {6, 7};
    T_CHECK(diff_similarity(a, x, 4, x, 4) == 1.0);
    T_CHECK(diff_similarity(a, x, 4, z, 2) == 0.0);
    T_CHECK(diff_similarity(a, NULL, 0, NULL, 0) == 1.0);
    T_CHECK(diff_similarity(a, x, 4, NULL, 0) == 0.0);
    const double s = diff_similarity(a, x, 4, y, 4);
    T_CHECK(s > 0.5 && s < 0.8);
    T_CHECK(diff_similarity(a, y, 4, x, 4) == s);
}

static void test_similarity(void) { t_with_arena(similarity); }

/* ---- growth ---- */

typedef struct Pair {
    Story x, y;
} Pair;

static void run_blocks(Arena *a, void *made) {
    const Pair *p = made;
    Stories stories = {{&p->x, &p->y}, 0};
    const DiffBlocks in = {blocks_of(a, &p->x),
                           blocks_of(a, &p->y),
                           p->x.count,
                           p->y.count,
                           story_words,
                           &stories,
                           true};
    DiffAlignment al;
    diff_blocks(a, &in, &al);
}

static void *make_edited(Arena *a, ptrdiff_t n) {
    Pair *p = NEW(a, Pair);
    p->x = random_story(a, n);
    p->y = (Story){NEW_ARRAY(a, Block, n), n, n};
    memcpy(p->y.items, p->x.items, (size_t)n * sizeof(Block));
    for (ptrdiff_t i = 0; i < n; i++)
        if (t_random_below(100) < 3) edit_words(a, &p->y.items[i]);
    return p;
}

static void *make_unrelated(Arena *a, ptrdiff_t n) {
    Pair *p = NEW(a, Pair);
    p->x = random_story(a, n);
    p->y = random_story(a, n);
    return p;
}

static void *make_shuffled(Arena *a, ptrdiff_t n) {
    Pair *p = make_edited(a, n);
    for (ptrdiff_t i = n; i > 1; i--) {
        const ptrdiff_t k = t_random_below(i);
        const Block b = p->y.items[k];
        p->y.items[k] = p->y.items[i - 1];
        p->y.items[i - 1] = b;
    }
    return p;
}

static void *make_rewritten(Arena *a, ptrdiff_t n) { /* every paragraph, by half */
    Pair *p = make_edited(a, n);
    for (ptrdiff_t i = 0; i < n; i++) {
        Block *b = &p->y.items[i];
        uint64_t *words = NEW_ARRAY(a, uint64_t, b->count);
        for (ptrdiff_t k = 0; k < b->count; k++)
            words[k] = t_random_below(2) ? b->words[k] : 1 + (uint64_t)t_random_below(72);
        b->words = words;
    }
    return p;
}

static void *make_equal(Arena *a, ptrdiff_t n) {
    Pair *p = NEW(a, Pair);
    const Block b = random_block(a, 20, 72);
    for (ptrdiff_t i = 0; i < n; i++) story_insert(a, &p->x, i, b);
    p->y = p->x;
    p->y.count -= n / 200;
    return p;
}

static void *make_rows(Arena *a, ptrdiff_t n) {
    Pair *p = NEW(a, Pair);
    for (ptrdiff_t i = 0; i < n; i++) {
        Block b = random_block(a, 6, 300);
        b.kind = 1;
        story_insert(a, &p->x, i, b);
        if (t_random_below(20) == 0) continue;
        if (t_random_below(5) == 0) edit_words(a, &b);
        story_insert(a, &p->y, p->y.count, b);
    }
    return p;
}

/* Keys are hashes under a key that another run may choose otherwise: no answer may change with it.
 */
static Story with_other_keys(Arena *a, const Story *s, uint64_t key) {
    Story t = {NEW_ARRAY(a, Block, s->count), s->count, s->count};
    for (ptrdiff_t i = 0; i < s->count; i++) {
        Block *b = &t.items[i];
        *b = s->items[i];
        b->words = NEW_ARRAY(a, uint64_t, b->count);
        for (ptrdiff_t k = 0; k < b->count; k++) {
            const uint64_t both[2] = {s->items[i].words[k], key};
            b->words[k] = hash_fast((Str){(const char *)both, sizeof both});
        }
    }
    return t;
}

static uint64_t *mostly(Arena *a, const uint64_t *words, ptrdiff_t count, int percent) {
    uint64_t *out = NEW_ARRAY(a, uint64_t, count);
    for (ptrdiff_t k = 0; k < count; k++)
        out[k] = t_random_below(100) < percent ? words[k] : 1 + (uint64_t)t_random_below(500);
    return out;
}

/* Paragraphs after a few patterns, so that each is a little like many others. */
static void *make_patterns(Arena *a, ptrdiff_t n) {
    Pair *p = NEW(a, Pair);
    Block patterns[5];
    for (int i = 0; i < 5; i++) patterns[i] = random_block(a, 40 + t_random_below(60), 500);
    for (ptrdiff_t i = 0; i < 2 * n; i++) {
        Block b = patterns[t_random_below(5)];
        b.words = mostly(a, b.words, b.count, 70);
        story_insert(a, i % 2 ? &p->x : &p->y, i / 2, b);
    }
    return p;
}

static void keys_do_not_matter(Arena *a) {
    void *(*const makers[])(Arena *, ptrdiff_t) = {make_rewritten, make_patterns, make_shuffled};
    for (int round = 0; round < 60; round++) {
        const ArenaMark mark = arena_mark(a);
        const Pair *p = makers[round % 3](a, 60 + t_random_below(150));
        Str shapes[2];
        for (uint64_t key = 0; key < 2; key++) {
            const Story x = with_other_keys(a, &p->x, key), y = with_other_keys(a, &p->y, key);
            Stories stories;
            const DiffAlignment al = align(a, &x, &y, true, &stories);
            shapes[key] = shape(a, &al);
        }
        T_EQ_STR(shapes[0], shapes[1]);
        arena_rewind(a, mark);
    }
}

static void test_keys_do_not_matter(void) { t_with_arena(keys_do_not_matter); }

static void grows_with_size(Arena *a) {
    growth_check(a, "3 in 100 edited", make_edited, run_blocks, 12500);
    growth_check(a, "unrelated", make_unrelated, run_blocks, 250);
    growth_check(a, "shuffled", make_shuffled, run_blocks, 250);
    growth_check(a, "all rewritten by half", make_rewritten, run_blocks, 250);
    growth_check(a, "all equal, some removed", make_equal, run_blocks, 1250);
    growth_check(a, "rows", make_rows, run_blocks, 500);
}

static void test_grows_with_size(void) { t_with_arena(grows_with_size); }

int main(void) {
    T_RUN(test_edits_are_found);
    T_RUN(test_by_hand);
    T_RUN(test_kinds_decide);
    T_RUN(test_alignments_are_sound);
    T_RUN(test_similarity);
    T_RUN(test_without_memory);
    T_RUN(test_keys_do_not_matter);
    T_RUN(test_grows_with_size);
    return t_end();
}
