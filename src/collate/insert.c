/* What offices insert (docs/collation.md, 4): their tokens as items, and several lists at one place
 * as one, what they share standing once. */
#include "collate/int.h"

void items_reserve(Arena *a, Items *items, ptrdiff_t more) {
    items->items = arena_grow(a, items->items, items->count, &items->cap, items->count + more,
                              (ptrdiff_t)sizeof(Item));
}

Item *items_add(Arena *a, Items *items, Item item) {
    items->items = arena_grow(a, items->items, items->count, &items->cap, items->count + 1,
                              (ptrdiff_t)sizeof(Item));
    items->items[items->count] = item;
    return &items->items[items->count++];
}

/* ---- who ---- */

const Who *who_of(Arena *a, const Who *last, ptrdiff_t office, uint32_t person) {
    if (!person) return NULL;
    if (last && last->office == office && last->person == person && !last->next) return last;
    Who *who = NEW(a, Who);
    *who = (Who){office, person, NULL};
    return who;
}

static const Who *join_who(Arena *a, const Who *x, const Who *y) {
    if (!x || !y) return x ? x : y;
    Who *joined = NEW(a, Who);
    *joined = *x;
    joined->next = (Who *)join_who(a, x->next, y);
    return joined;
}

/* ---- markers ---- */

ItemMarker *join_markers(ItemMarker *x, ItemMarker *y) {
    if (!x || !y) return x ? x : y;
    x->last->next = y;
    x->last = y->last;
    return x;
}

void add_marker(Arena *a, ItemMarker **list, const XmlNode *node, ptrdiff_t office) {
    ItemMarker *m = NEW(a, ItemMarker);
    *m = (ItemMarker){node, office, NULL, m};
    *list = join_markers(*list, m);
}

static void item_markers(Arena *a, Piece *piece, ptrdiff_t j, ptrdiff_t office, Item *item) {
    for (; piece->marker < piece->tokens.marker_count &&
           piece->tokens.markers[piece->marker].before <= j;
         piece->marker++)
        add_marker(a, &item->before, piece->tokens.markers[piece->marker].node, office);
}

/* ---- comparing tokens ---- */

static uint64_t mix(uint64_t x, uint64_t y) {
    x ^= y + 0x9e3779b97f4a7c15u + (x << 6) + (x >> 2);
    return x * 0xff51afd7ed558ccdu;
}

static int8_t bracket_of(const DocToken *t) {
    static const uint32_t brackets[][2] = {
        {'(', ')'},       {'[', ']'},       {'{', '}'},       {0x201C, 0x201D}, {0xFF08, 0xFF09},
        {0x3010, 0x3011}, {0x300C, 0x300D}, {0x300E, 0x300F}, {0x300A, 0x300B}, {0x3008, 0x3009},
        {0x3014, 0x3015}, {0xFD3F, 0xFD3E}, {0xAB, 0xBB}};
    if (t->kind != TOKEN_PUNCTUATION) return 0;
    ptrdiff_t at = 0;
    const uint32_t c = utf8_next(t->text, &at);
    if (at < t->text.len) return 0;
    for (size_t i = 0; i < sizeof brackets / sizeof *brackets; i++)
        if (c == brackets[i][0] || c == brackets[i][1]) return c == brackets[i][0] ? 1 : -1;
    return 0;
}

static DiffWord diff_word(const DocToken *t, bool with_format) {
    static const DiffWordKind kinds[TOKEN_KINDS] = {DIFF_WORD, DIFF_SPACE, DIFF_PUNCTUATION,
                                                    DIFF_ATOM, DIFF_MARK};
    uint64_t key = t->wrap ? mix(t->key, t->wrap) : t->key;
    if (with_format) key = mix(key, t->format);
    int32_t weight = t->text.len ? (int32_t)utf8_count(t->text) : 1;
    return (DiffWord){key, weight, kinds[t->kind], bracket_of(t)};
}

static DiffWord *diff_words_of(Arena *a, const DocToken *t, ptrdiff_t n) {
    DiffWord *w = NEW_ARRAY(a, DiffWord, n);
    for (ptrdiff_t i = 0; i < n; i++) w[i] = diff_word(&t[i], false);
    return w;
}

/* Whether what stands before or behind x[i] is what stands there of y[k]. */
static bool has_neighbour(ptrdiff_t n, ptrdiff_t m, const int32_t *map, ptrdiff_t i, ptrdiff_t k) {
    return (i > 0 && k > 0 && map[i - 1] == k - 1) ||
           (i + 1 < n && k + 1 < m && map[i + 1] == k + 1);
}

/* Notes and text boxes stay the same thing when their content changes: pair those left over between
 * two matches, with one that has the same neighbour if there is such a one. */
static void match_soft(const DocToken *x, ptrdiff_t n, const DocToken *y, ptrdiff_t m,
                       int32_t *map) {
    ptrdiff_t j = 0, behind = 0; /* the next match of x is at `behind`, or further */
    for (ptrdiff_t i = 0; i < n; i++) {
        if (map[i] >= 0) j = map[i] + 1;
        if (map[i] >= 0 || !x[i].soft) continue;
        if (behind < i) behind = i;
        while (behind < n && map[behind] < 0) behind++;
        const ptrdiff_t limit = behind < n ? map[behind] : m;
        ptrdiff_t best = -1;
        for (ptrdiff_t k = j; k < limit; k++) {
            if (y[k].soft != x[i].soft || y[k].wrap != x[i].wrap) continue;
            if (best < 0 || has_neighbour(n, m, map, i, k)) best = k;
            if (has_neighbour(n, m, map, i, best)) break;
        }
        if (best >= 0) map[i] = (int32_t)best, j = best + 1;
    }
}

int32_t *match_tokens(Arena *a, const DocToken *x, ptrdiff_t n, const DocToken *y, ptrdiff_t m) {
    int32_t *map = NEW_ARRAY(a, int32_t, n);
    bool marks = n > 0 && m > 0 && x[n - 1].kind == TOKEN_MARK && y[m - 1].kind == TOKEN_MARK &&
                 x[n - 1].key == y[m - 1].key;
    diff_words(a, diff_words_of(a, x, n), n, diff_words_of(a, y, m), m, marks, map);
    match_soft(x, n, y, m, map);
    pair_controls(a, x, n, y, map);
    return map;
}

/* ---- what one office inserts ---- */

void insert_tokens(Arena *a, Piece *piece, ptrdiff_t from, ptrdiff_t to, ptrdiff_t office,
                   Items *list) {
    items_reserve(a, list, to - from);
    for (ptrdiff_t j = from; j < to; j++) {
        const DocToken *t = &piece->tokens.items[j];
        piece->who = who_of(a, piece->who, office, t->mark);
        Item *item = items_add(a, list,
                               (Item){.token = t,
                                      .office = office,
                                      .set = set_of(office),
                                      .who = piece->who,
                                      .move = piece->move,
                                      .moved = piece->map && piece->map[j] >= 0});
        item_markers(a, piece, j, office, item);
    }
}

/* Which tokens of a moved paragraph are those of its source; which base block that is. */
static ptrdiff_t compare_with_source(Place *place, Piece *piece, const Version *v,
                                     const DocBlock *blocks, ptrdiff_t block) {
    Arena *a = place->job->scratch;
    for (ptrdiff_t i = 0; i < v->alignment.move_count; i++) {
        DiffMove m = v->alignment.moves[i];
        if (block < m.b || block >= m.b + m.count) continue;
        ptrdiff_t from = m.a + block - m.b;
        doc_tokens(a, place->context, blocks[from].node, place->whole_runs, &piece->source);
        piece->map = match_tokens(a, piece->tokens.items, piece->tokens.count, piece->source.items,
                                  piece->source.count);
        return from;
    }
    return -1;
}

/* ---- what goes along with a move ---- */

typedef struct Along { /* what others make of a moved paragraph, where it stood */
    Items *inserted;   /* by position among its tokens */
    TextSet *deleted;  /* by token */
} Along;

/* One office's edit: the same comparison as at the old place (view_edit). */
static void edit_along(Place *place, const DocTokens *source, const Version *v,
                       const DiffSegment *s, Along *along) {
    Arena *a = place->job->scratch;
    Piece piece = {0};
    for (ptrdiff_t j = s->b; j < s->b + s->b_count; j++)
        doc_tokens(a, &place->contexts[v->office], v->blocks[j].node, place->whole_runs,
                   &piece.tokens);
    piece.marker = piece.tokens.marker_count; /* anchors stay where the words are first put */
    const int32_t *map =
        match_tokens(a, source->items, source->count, piece.tokens.items, piece.tokens.count);
    Gap gap = {source->items, piece.tokens.items, -1, 0, -1, 0, false};
    for (ptrdiff_t i = 0; i < source->count; i++) {
        if (map[i] < 0) {
            set_add(&along->deleted[i], v->office);
            continue;
        }
        gap.next = i, gap.next_y = map[i];
        for (ptrdiff_t j = gap.last_y + 1, end; j < gap.next_y; j = end) {
            Items list = {0}, *at = &along->inserted[place_in_controls(&gap, j, &end)];
            insert_tokens(a, &piece, j, end, v->office, &list);
            *at = at->count ? merge_lists(a, at, &list) : list;
        }
        gap.last = i, gap.last_y = map[i];
    }
}

/* NULL where nobody edits it. */
static Along *find_along(Place *place, const Merging *m, const DocTokens *source, ptrdiff_t block) {
    Arena *a = place->job->scratch;
    Along *along = NULL;
    for (ptrdiff_t v = 0; v < m->version_count; v++) {
        const DiffSegment *s = segment_at(&m->versions[v], block);
        if (!s || set_empty(taken_along(&m->moves, s))) continue;
        if (!along) {
            along = NEW(a, Along);
            along->inserted = NEW_ARRAY(a, Items, source->count);
            along->deleted = NEW_ARRAY(a, TextSet, source->count);
        }
        edit_along(place, source, &m->versions[v], s, along);
    }
    return along;
}

/* Puts in what stands before source tokens [*from, to), as proposals within the move. */
static void put_along(Arena *a, const Along *along, ptrdiff_t *from, ptrdiff_t to, Move *move,
                      ptrdiff_t office, Items *list) {
    for (; *from < to; ++*from) {
        const Items *at = &along->inserted[*from];
        for (ptrdiff_t k = 0; k < at->count; k++) {
            Item *it = items_add(a, list, at->items[k]);
            it->nested_kind = INSERTED, it->nested = it->set, it->nested_who = it->who;
            it->set = set_of(office), it->who = NULL;
            it->move = move, it->moved = true;
        }
    }
}

static void insert_moved(Arena *a, Piece *piece, const Along *along, ptrdiff_t office,
                         Items *list) {
    ptrdiff_t next = 0, last = piece->tokens.count - 1;
    put_along(a, along, &next, 1, piece->move, office, list);
    for (ptrdiff_t j = 0; j <= last; j++) {
        ptrdiff_t i = j == last ? piece->source.count - 1 : piece->map[j];
        if (i >= 0) put_along(a, along, &next, i + 1, piece->move, office, list);
        insert_tokens(a, piece, j, j + 1, office, list);
        if (i < 0 || j == last) continue;
        if (!set_empty(along->deleted[i])) {
            Item *it = &list->items[list->count - 1];
            it->nested_kind = DELETED, it->nested = along->deleted[i];
        }
        put_along(a, along, &next, i + 2, piece->move, office, list);
    }
}

void insert_block_at(Place *place, const Merging *m, ptrdiff_t index, ptrdiff_t block,
                     Items *list) {
    Arena *a = place->job->scratch;
    const Version *v = &m->versions[index];
    const DocBlock *b = &v->blocks[block];
    Move **moved = m->moves.version[index];
    if (b->kind != BLOCK_PARAGRAPH) {
        items_add(
            a, list,
            (Item){
                .block = b->node, .office = v->office, .set = set_of(v->office), .key = b->hash.a});
        return;
    }
    Piece *piece = NEW(a, Piece);
    doc_tokens(a, &place->contexts[v->office], b->node, place->whole_runs, &piece->tokens);
    Along *along = NULL;
    if (moved && moved[block]) {
        piece->move = moved[block];
        const ptrdiff_t from = compare_with_source(place, piece, v, m->blocks, block);
        along = find_along(place, m, &piece->source, from);
    }
    if (along) insert_moved(a, piece, along, v->office, list);
    else insert_tokens(a, piece, 0, piece->tokens.count, v->office, list);
}

void insert_segment(Place *place, const Merging *m, ptrdiff_t index, const DiffSegment *s,
                    Items *list) {
    for (ptrdiff_t j = s->b; j < s->b + s->b_count; j++) insert_block_at(place, m, index, j, list);
}

/* ---- what several offices insert at one place ---- */

static uint64_t with_nested(uint64_t key, const Item *it) {
    if (it->nested_kind == KEPT) return key;
    return mix(mix(mix(key, it->nested_kind), it->nested.bits[0]), it->nested.bits[1]);
}

typedef struct Units { /* a list of items cut behind each mark and at each whole block */
    const Items *items;
    ptrdiff_t *starts;
    ptrdiff_t count;
    uint64_t **words;
    ptrdiff_t *word_counts;
    DiffBlock *blocks;
} Units;

static void units_add(Arena *a, Units *u, ptrdiff_t from, ptrdiff_t to) {
    uint64_t *words = NEW_ARRAY(a, uint64_t, to - from), hash = 1;
    ptrdiff_t n = 0;
    for (ptrdiff_t i = from; i < to; i++) {
        const Item *it = &u->items->items[i];
        uint64_t key = it->token ? diff_word(it->token, true).key : it->key;
        if (it->move) key = mix(key, it->move->target);
        key = with_nested(key, it);
        hash = mix(hash, key);
        if (it->token && (it->token->kind == TOKEN_WORD || it->token->kind == TOKEN_ATOM))
            words[n++] = key;
    }
    bool whole = !u->items->items[from].token;
    u->words[u->count] = words;
    u->word_counts[u->count] = n;
    u->blocks[u->count] = (DiffBlock){hash, whole ? UINT16_MAX : 0};
    u->starts[u->count++] = from;
    u->starts[u->count] = to;
}

static Units units_of(Arena *a, const Items *items) {
    ptrdiff_t n = items->count;
    Units u = {items,
               NEW_ARRAY(a, ptrdiff_t, n + 1),
               0,
               NEW_ARRAY(a, uint64_t *, n),
               NEW_ARRAY(a, ptrdiff_t, n),
               NEW_ARRAY(a, DiffBlock, n)};
    for (ptrdiff_t i = 0, from = 0; i < n; i++) {
        const Item *it = &items->items[i];
        if (!it->token && i > from) units_add(a, &u, from, i), from = i;
        if (!it->token || it->token->kind == TOKEN_MARK || i + 1 == n)
            units_add(a, &u, from, i + 1), from = i + 1;
    }
    return u;
}

static const uint64_t *unit_words(void *ctx, int side, ptrdiff_t index, ptrdiff_t *count) {
    const Units *u = *((const Units *const *)ctx + side);
    *count = u->word_counts[index];
    return u->words[index];
}

static void join_item(Arena *a, Item *x, const Item *y) {
    x->set = set_join(x->set, y->set);
    x->before = join_markers(x->before, y->before);
    x->who = join_who(a, x->who, y->who);
    if (!x->move) x->move = y->move, x->moved = y->moved;
}

static DiffWord *item_words(Arena *a, const Item *items, ptrdiff_t n) {
    DiffWord *w = NEW_ARRAY(a, DiffWord, n);
    for (ptrdiff_t i = 0; i < n; i++) {
        w[i] = items[i].token ? diff_word(items[i].token, true)
                              : (DiffWord){items[i].key, 1, DIFF_ATOM, 0};
        if (items[i].move) w[i].key = mix(w[i].key, items[i].move->target);
        w[i].key = with_nested(w[i].key, &items[i]);
    }
    return w;
}

/* Words share more than the space behind them, or nothing: "{+own+}{+other+}{+ +}" would read as
 * one word when all is accepted. */
static void share_words_or_nothing(const DiffWord *words, int32_t *map, ptrdiff_t n, ptrdiff_t m) {
    ptrdiff_t matched = 0;
    bool words_match = false;
    for (ptrdiff_t i = 0; i < n; i++) {
        if (map[i] < 0) continue;
        matched++;
        words_match = words_match || words[i].kind == DIFF_WORD || words[i].kind == DIFF_ATOM;
    }
    bool all = matched == n && matched == m;
    for (ptrdiff_t i = 0; i < n && !words_match && !all; i++) map[i] = -1;
}

static void merge_stretch(Arena *a, Item *x, ptrdiff_t n, Item *y, ptrdiff_t m, Items *out) {
    int32_t *map = NEW_ARRAY(a, int32_t, n);
    if (n && m) {
        const DocToken *p = x[n - 1].token, *q = y[m - 1].token;
        bool marks = p && q && p->kind == TOKEN_MARK && q->kind == TOKEN_MARK && p->key == q->key &&
                     p->format == q->format;
        const DiffWord *words = item_words(a, x, n);
        diff_words(a, words, n, item_words(a, y, m), m, marks, map);
        share_controls_whole(a, x, n, y, m, map);
        share_words_or_nothing(words, map, n, m);
    } else {
        for (ptrdiff_t i = 0; i < n; i++) map[i] = -1;
    }
    ptrdiff_t j = 0;
    for (ptrdiff_t i = 0; i < n; i++) {
        if (map[i] >= 0) {
            for (; j < map[i]; j++) items_add(a, out, y[j]);
            join_item(a, &x[i], &y[j++]);
        }
        items_add(a, out, x[i]);
    }
    for (; j < m; j++) items_add(a, out, y[j]);
}

static bool same_end(const Item *x, const Item *y) {
    const DocToken *p = x->token, *q = y->token;
    if (!p || !q || (p->kind == TOKEN_MARK) != (q->kind == TOKEN_MARK)) return false;
    return p->kind != TOKEN_MARK || (p->key == q->key && p->format == q->format);
}

/* Two lists at one place as one, what they share standing once. Paragraphs that are to share words
 * share their mark too: what belongs to one paragraph of a text must not come to stand in two, for
 * a table of another text may part them. */
Items merge_lists(Arena *a, const Items *x, const Items *y) {
    Items out = {0};
    Units units[2] = {units_of(a, x), units_of(a, y)};
    const Units *sides[2] = {&units[0], &units[1]};
    if (units[0].count == 1 && units[1].count == 1 && x->items[x->count - 1].token &&
        y->items[y->count - 1].token && x->items[x->count - 1].token->kind != TOKEN_MARK &&
        y->items[y->count - 1].token->kind != TOKEN_MARK) {
        merge_stretch(a, x->items, x->count, y->items, y->count,
                      &out); /* words within a paragraph */
        return out;
    }
    DiffBlocks in = {units[0].blocks, units[1].blocks, units[0].count, units[1].count,
                     unit_words,      (void *)sides,   false};
    DiffAlignment al;
    diff_blocks(a, &in, &al);
    for (ptrdiff_t i = 0; i < al.count; i++) {
        DiffSegment s = al.segments[i];
        ptrdiff_t xf = units[0].starts[s.a], xt = units[0].starts[s.a + s.a_count];
        ptrdiff_t yf = units[1].starts[s.b], yt = units[1].starts[s.b + s.b_count];
        bool apart = s.kind == DIFF_EDIT && (s.a_count != 1 || s.b_count != 1 ||
                                             !same_end(&x->items[xt - 1], &y->items[yt - 1]));
        if (apart) merge_stretch(a, x->items + xf, xt - xf, NULL, 0, &out);
        merge_stretch(a, x->items + (apart ? xt : xf), apart ? 0 : xt - xf, y->items + yf, yt - yf,
                      &out);
    }
    return out;
}
