/* The collation itself (docs/collation.md, 4): the base's tokens in order, between them what the offices insert, each with the set
 * of offices that proposes it. Deleted tokens stand before what is inserted in their place. */
#include "collate/int.h"

/* A stretch of one office's tokens that is compared with the base, or is new. */
typedef struct Piece {
    DocTokens tokens;
    ptrdiff_t marker;            /* cursor in its markers */
    Move *move;
    bool *same;                  /* of a moved paragraph: which tokens stand unchanged at its source */
} Piece;

/* One office's view of a cluster. */
typedef struct View {
    const Version *version;
    const DocToken **match;      /* base token -> its token, GONE or SAME */
    uint32_t *person;            /* base token -> who deleted it */
    Move **move;                 /* base token -> the move that takes it away, or NULL */
    Items *inserted;             /* by position among the base's tokens; NULL when nothing is */
} View;

static const DocToken gone_token, same_token;
#define GONE (&gone_token)
#define SAME (&same_token)

typedef struct Cluster {
    Place *place;
    Arena *arena;
    const DocBlock *blocks;
    ptrdiff_t from, to;          /* blocks */
    DocTokens base;
    ptrdiff_t *starts;           /* of each block, and the end */
    View *views;
    ptrdiff_t count;
    ItemMarker **ends, **begins; /* by position: markers that end, markers that begin something */
} Cluster;

static Item *items_add(Arena *a, Items *items, Item item) {
    items->items = arena_grow(a, items->items, items->count, &items->cap, items->count + 1, (ptrdiff_t)sizeof(Item));
    items->items[items->count] = item;
    return &items->items[items->count++];
}

/* ---- markers ---- */

static bool ends_something(const XmlNode *n) {
    return n->name == W_bookmarkEnd || n->name == W_commentRangeEnd || n->name == W_permEnd || n->name == W_r;
}

static void add_marker(Arena *a, ItemMarker **list, const XmlNode *node, ptrdiff_t office) {
    while (*list) list = &(*list)->next;
    *list = NEW(a, ItemMarker);
    **list = (ItemMarker){node, office, NULL};
}

static ItemMarker *join_markers(ItemMarker *x, ItemMarker *y) {
    if (!x) return y;
    ItemMarker *last = x;
    while (last->next) last = last->next;
    last->next = y;
    return x;
}

static void item_markers(Arena *a, Piece *piece, ptrdiff_t j, ptrdiff_t office, Item *item) {
    for (; piece->marker < piece->tokens.marker_count && piece->tokens.markers[piece->marker].before <= j; piece->marker++)
        add_marker(a, &item->before, piece->tokens.markers[piece->marker].node, office);
}

static void place_markers(Cluster *c, Piece *piece, ptrdiff_t j, ptrdiff_t office, ptrdiff_t at) {
    for (; piece->marker < piece->tokens.marker_count && piece->tokens.markers[piece->marker].before <= j; piece->marker++) {
        const XmlNode *node = piece->tokens.markers[piece->marker].node;
        add_marker(c->arena, ends_something(node) ? &c->ends[at] : &c->begins[at], node, office);
    }
}

/* ---- comparing tokens ---- */

static uint64_t mix(uint64_t x, uint64_t y) {
    x ^= y + 0x9e3779b97f4a7c15u + (x << 6) + (x >> 2);
    return x * 0xff51afd7ed558ccdu;
}

static DiffWord diff_word(const DocToken *t, bool with_format) {
    static const DiffWordKind kinds[TOKEN_KINDS] = {DIFF_WORD, DIFF_SPACE, DIFF_PUNCTUATION, DIFF_ATOM, DIFF_MARK};
    uint64_t key = t->wrap ? mix(t->key, t->wrap) : t->key;
    if (with_format) key = mix(key, t->format);
    int32_t weight = t->text.len ? (int32_t)utf8_count(t->text) : 1;
    return (DiffWord){key, weight, kinds[t->kind]};
}

static DiffWord *diff_words_of(Arena *a, const DocToken *t, ptrdiff_t n) {
    DiffWord *w = NEW_ARRAY(a, DiffWord, n);
    for (ptrdiff_t i = 0; i < n; i++) w[i] = diff_word(&t[i], false);
    return w;
}

/* Notes and text boxes stay the same thing when their content changes: pair those left over between two matches. */
static void match_soft(const DocToken *x, ptrdiff_t n, const DocToken *y, ptrdiff_t m, int32_t *map) {
    ptrdiff_t j = 0;
    for (ptrdiff_t i = 0; i < n; i++) {
        if (map[i] >= 0) j = map[i] + 1;
        if (map[i] >= 0 || !x[i].soft) continue;
        ptrdiff_t limit = m;
        for (ptrdiff_t k = i + 1; k < n && limit == m; k++)
            if (map[k] >= 0) limit = map[k];
        for (ptrdiff_t k = j; k < limit && map[i] < 0; k++)
            if (y[k].soft == x[i].soft && y[k].wrap == x[i].wrap) map[i] = (int32_t)k, j = k + 1;
    }
}

static int32_t *match_tokens(Arena *a, const DocToken *x, ptrdiff_t n, const DocToken *y, ptrdiff_t m) {
    int32_t *map = NEW_ARRAY(a, int32_t, n);
    bool marks = n > 0 && m > 0 && x[n - 1].kind == TOKEN_MARK && y[m - 1].kind == TOKEN_MARK && x[n - 1].key == y[m - 1].key;
    diff_words(a, diff_words_of(a, x, n), n, diff_words_of(a, y, m), m, marks, map);
    match_soft(x, n, y, m, map);
    return map;
}

/* ---- what one office inserts ---- */

static void insert_tokens(Arena *a, Piece *piece, ptrdiff_t from, ptrdiff_t to, ptrdiff_t office, Items *list) {
    for (ptrdiff_t j = from; j < to; j++) {
        const DocToken *t = &piece->tokens.items[j];
        Item *item = items_add(a, list, (Item){.token = t, .office = office, .set = set_of(office), .person = t->mark,
                                               .move = piece->move, .moved = piece->same && piece->same[j]});
        item_markers(a, piece, j, office, item);
    }
}

/* Which tokens of a moved paragraph are those of its source. */
static void compare_with_source(Place *place, Piece *piece, const Version *v, const DocBlock *blocks, ptrdiff_t block) {
    Arena *a = place->job->arena;
    for (ptrdiff_t i = 0; i < v->alignment.move_count; i++) {
        DiffMove m = v->alignment.moves[i];
        if (block < m.b || block >= m.b + m.count) continue;
        DocTokens old = {0};
        doc_tokens(a, place->context, blocks[m.a + block - m.b].node, place->whole_runs, &old);
        int32_t *map = match_tokens(a, piece->tokens.items, piece->tokens.count, old.items, old.count);
        piece->same = NEW_ARRAY(a, bool, piece->tokens.count);
        for (ptrdiff_t k = 0; k < piece->tokens.count; k++) piece->same[k] = map[k] >= 0;
    }
}

static void insert_segment(Place *place, const Version *v, const DiffSegment *s, const DocBlock *blocks, Move **moves,
                           Items *list) {
    Arena *a = place->job->arena;
    for (ptrdiff_t j = s->b; j < s->b + s->b_count; j++) {
        const DocBlock *b = &v->blocks[j];
        if (b->kind != BLOCK_PARAGRAPH) {
            items_add(a, list, (Item){.block = b->node, .office = v->office, .set = set_of(v->office), .key = b->hash.a});
            continue;
        }
        Piece *piece = NEW(a, Piece);
        doc_tokens(a, &place->contexts[v->office], b->node, place->whole_runs, &piece->tokens);
        if (moves && moves[j]) {
            piece->move = moves[j];
            compare_with_source(place, piece, v, blocks, j);
        }
        insert_tokens(a, piece, 0, piece->tokens.count, v->office, list);
    }
}

static Items *inserted_at(Cluster *c, View *v, ptrdiff_t at) {
    if (!v->inserted) v->inserted = NEW_ARRAY(c->arena, Items, c->base.count + 1);
    return &v->inserted[at];
}

/* ---- one office against the base ---- */

/* Who deleted it: the return's own deletions are looked through for the words, going on from the last find. */
static uint32_t person_who_deleted(Return *r, Str words) {
    for (ptrdiff_t i = 0; words.len > 0 && i < r->people.gone_count && i < 4096; i++) {
        ptrdiff_t k = (r->gone_cursor + i) % r->people.gone_count;
        if (str_find(r->people.gone[k].text, words) < 0 && (r->people.gone[k].text.len < 4 || str_find(words, r->people.gone[k].text) < 0))
            continue;
        r->gone_cursor = k;
        return r->people.gone[k].person;
    }
    return 0;
}

static void name_deletions(Cluster *c, View *v) {
    Return *r = &c->place->job->returns[v->version->office];
    if (r->people.gone_count == 0) return;
    v->person = NEW_ARRAY(c->arena, uint32_t, c->base.count);
    for (ptrdiff_t i = 0; i < c->base.count;) {
        ptrdiff_t end = i;
        Buf words = buf_new(c->arena);
        for (; end < c->base.count && v->match[end] == GONE; end++)
            if (words.len < 200) buf_add(&words, c->base.items[end].text);
        uint32_t person = end > i ? person_who_deleted(r, str_trim(buf_str(&words))) : 0;
        for (; i < end; i++) v->person[i] = person;
        if (end < c->base.count) i = end + 1;
    }
}

/* The office's tokens against base tokens [from, to). */
static void view_edit(Cluster *c, View *v, Piece *piece, ptrdiff_t from, ptrdiff_t to) {
    ptrdiff_t office = v->version->office;
    const DocToken *y = piece->tokens.items;
    int32_t *map = match_tokens(c->arena, c->base.items + from, to - from, y, piece->tokens.count);
    ptrdiff_t j = 0;
    for (ptrdiff_t i = from; i <= to; i++) {
        bool end = i == to;
        if (!end && map[i - from] < 0) {
            v->match[i] = GONE;
            continue;
        }
        ptrdiff_t next = end ? piece->tokens.count : map[i - from];
        if (next > j) insert_tokens(c->arena, piece, j, next, office, inserted_at(c, v, i));
        if (end) break;
        place_markers(c, piece, next, office, i);
        v->match[i] = &y[next];
        j = next + 1;
    }
}

static void view_equal(Cluster *c, View *v, const DiffSegment *s, ptrdiff_t first, ptrdiff_t last) {
    for (ptrdiff_t k = first; k < last; k++) {
        const XmlNode *node = v->version->blocks[s->b + k - s->a].node;
        ptrdiff_t from = c->starts[k - c->from], to = c->starts[k + 1 - c->from];
        for (ptrdiff_t i = from; i < to; i++) v->match[i] = SAME;
        if (!node) continue;
        Piece piece = {0};       /* the same text with new comments */
        doc_tokens(c->arena, &c->place->contexts[v->version->office], node, c->place->whole_runs, &piece.tokens);
        for (ptrdiff_t j = 0; j < piece.tokens.count; j++)
            place_markers(c, &piece, j, v->version->office, from + (j < to - from ? j : to - from - 1));
    }
}

static void view_deleted(Cluster *c, View *v, Move **moves, ptrdiff_t first, ptrdiff_t last) {
    for (ptrdiff_t k = first; k < last; k++)
        for (ptrdiff_t i = c->starts[k - c->from]; i < c->starts[k + 1 - c->from]; i++) {
            v->match[i] = GONE;
            if (!moves || !moves[k]) continue;
            if (!v->move) v->move = NEW_ARRAY(c->arena, Move *, c->base.count);
            v->move[i] = moves[k];
        }
}

static void build_view(Cluster *c, View *v, const Moves *moves, ptrdiff_t index) {
    const Version *version = v->version;
    v->match = NEW_ARRAY(c->arena, const DocToken *, c->base.count);
    for (ptrdiff_t i = 0; i < version->alignment.count; i++) {
        const DiffSegment *s = &version->alignment.segments[i];
        if (s->a >= c->to) break;
        ptrdiff_t first = s->a > c->from ? s->a : c->from, end = s->a + s->a_count, last = end < c->to ? end : c->to;
        if (s->kind == DIFF_INSERT && s->a > c->from && s->a < c->to)
            insert_segment(c->place, version, s, c->blocks, moves->version[index],
                           inserted_at(c, v, c->starts[s->a - c->from]));
        if (first >= last) continue;
        if (s->kind == DIFF_EQUAL) view_equal(c, v, s, first, last);
        if (s->kind == DIFF_DELETE) view_deleted(c, v, moves->base[index], first, last);
        if (s->kind == DIFF_EDIT) {
            Piece *piece = NEW(c->arena, Piece);
            for (ptrdiff_t j = s->b; j < s->b + s->b_count; j++)
                doc_tokens(c->arena, &c->place->contexts[version->office], version->blocks[j].node, c->place->whole_runs,
                           &piece->tokens);
            view_edit(c, v, piece, c->starts[first - c->from], c->starts[last - c->from]);
        }
    }
    name_deletions(c, v);
}

/* ---- what several offices insert at one place ---- */

typedef struct Units {           /* a list of items cut behind each mark and at each whole block */
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
        hash = mix(hash, key);
        if (it->token && (it->token->kind == TOKEN_WORD || it->token->kind == TOKEN_ATOM)) words[n++] = key;
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
    Units u = {items, NEW_ARRAY(a, ptrdiff_t, n + 1), 0, NEW_ARRAY(a, uint64_t *, n), NEW_ARRAY(a, ptrdiff_t, n),
               NEW_ARRAY(a, DiffBlock, n)};
    for (ptrdiff_t i = 0, from = 0; i < n; i++) {
        const Item *it = &items->items[i];
        if (!it->token && i > from) units_add(a, &u, from, i), from = i;
        if (!it->token || it->token->kind == TOKEN_MARK || i + 1 == n) units_add(a, &u, from, i + 1), from = i + 1;
    }
    return u;
}

static const uint64_t *unit_words(void *ctx, int side, ptrdiff_t index, ptrdiff_t *count) {
    const Units *u = *((const Units *const *)ctx + side);
    *count = u->word_counts[index];
    return u->words[index];
}

static void join_item(Item *x, const Item *y) {
    x->set = set_join(x->set, y->set);
    x->before = join_markers(x->before, y->before);
    x->behind = join_markers(x->behind, y->behind);
    if (!x->move) x->move = y->move, x->moved = y->moved;
}

static DiffWord *item_words(Arena *a, const Item *items, ptrdiff_t n) {
    DiffWord *w = NEW_ARRAY(a, DiffWord, n);
    for (ptrdiff_t i = 0; i < n; i++)
        w[i] = items[i].token ? diff_word(items[i].token, true) : (DiffWord){items[i].key, 1, DIFF_ATOM};
    return w;
}

static void merge_stretch(Arena *a, Item *x, ptrdiff_t n, Item *y, ptrdiff_t m, Items *out) {
    int32_t *map = NEW_ARRAY(a, int32_t, n);
    if (n && m) {
        const DocToken *p = x[n - 1].token, *q = y[m - 1].token;
        bool marks = p && q && p->kind == TOKEN_MARK && q->kind == TOKEN_MARK && p->key == q->key && p->format == q->format;
        diff_words(a, item_words(a, x, n), n, item_words(a, y, m), m, marks, map);
    } else {
        for (ptrdiff_t i = 0; i < n; i++) map[i] = -1;
    }
    ptrdiff_t j = 0;
    for (ptrdiff_t i = 0; i < n; i++) {
        if (map[i] >= 0) {
            for (; j < map[i]; j++) items_add(a, out, y[j]);
            join_item(&x[i], &y[j++]);
        }
        items_add(a, out, x[i]);
    }
    for (; j < m; j++) items_add(a, out, y[j]);
}

/* Two lists at one place as one, what they share standing once. */
static Items merge_lists(Arena *a, const Items *x, const Items *y) {
    Items out = {0};
    Units units[2] = {units_of(a, x), units_of(a, y)};
    const Units *sides[2] = {&units[0], &units[1]};
    if (units[0].count == 1 && units[1].count == 1 && x->items[x->count - 1].token && y->items[y->count - 1].token &&
        x->items[x->count - 1].token->kind != TOKEN_MARK && y->items[y->count - 1].token->kind != TOKEN_MARK) {
        merge_stretch(a, x->items, x->count, y->items, y->count, &out); /* words within a paragraph */
        return out;
    }
    DiffBlocks in = {units[0].blocks, units[1].blocks, units[0].count, units[1].count, unit_words, (void *)sides, false};
    DiffAlignment al;
    diff_blocks(a, &in, &al);
    for (ptrdiff_t i = 0; i < al.count; i++) {
        DiffSegment s = al.segments[i];
        ptrdiff_t xf = units[0].starts[s.a], xt = units[0].starts[s.a + s.a_count];
        ptrdiff_t yf = units[1].starts[s.b], yt = units[1].starts[s.b + s.b_count];
        merge_stretch(a, x->items + xf, xt - xf, y->items + yf, yt - yf, &out);
    }
    return out;
}

/* ---- the whole ---- */

typedef struct Group { const DocToken *token; ptrdiff_t office; TextSet set; uint32_t person; } Group;

static void add_group(Group *groups, ptrdiff_t *n, const DocToken *t, ptrdiff_t office) {
    for (ptrdiff_t g = 0; g < *n; g++)
        if (groups[g].token->format == t->format && groups[g].token->key == t->key) {
            set_add(&groups[g].set, office);
            return;
        }
    groups[(*n)++] = (Group){t, office, set_of(office), t->mark};
}

static void queue_note(Job *job, XmlNode *base, XmlNode *note, ptrdiff_t office, bool endnote) {
    NoteMerge *m = job->notes;
    while (m && m->base != base) m = m->next;
    if (!m) {
        m = NEW(job->arena, NoteMerge);
        *m = (NoteMerge){base, endnote, NULL, NULL};
        *job->notes_end = m;
        job->notes_end = &m->next;
    }
    NoteVersion **v = &m->versions;
    while (*v) v = &(*v)->next;
    *v = NEW(job->arena, NoteVersion);
    **v = (NoteVersion){office, note, NULL};
}

static ptrdiff_t text_boxes(Arena *a, const XmlNode *root, XmlNode ***out) {
    ptrdiff_t n = 0, cap = 0;
    XmlNode **found = NULL;
    for (XmlNode *x = (XmlNode *)root; x;) {
        bool box = x->name == W_txbxContent;
        if (box) {
            found = arena_grow(a, found, n, &cap, n + 1, (ptrdiff_t)sizeof *found);
            found[n++] = x;
        }
        x = box ? xml_skip(x, root) : xml_next(x, root);
    }
    *out = found;
    return n;
}

/* The notes or text boxes of base token i, as the offices of `who` rewrote them, are merged inside. False when they differ in
 * something else than text. */
static bool merge_inside(Cluster *c, ptrdiff_t i, TextSet who) {
    Job *job = c->place->job;
    const DocToken *base = &c->base.items[i];
    bool end = base->node->name == W_endnoteReference;
    XmlNode *note = end || base->node->name == W_footnoteReference ? find_note(c->place->context, base->node) : NULL;
    XmlNode **mine = NULL;
    ptrdiff_t boxes = note ? 1 : text_boxes(c->arena, base->node, &mine);
    for (ptrdiff_t b = 0; b < boxes; b++) {
        ptrdiff_t *offices = NEW_ARRAY(c->arena, ptrdiff_t, c->count);
        XmlNode **nodes = NEW_ARRAY(c->arena, XmlNode *, c->count);
        ptrdiff_t n = 0;
        for (ptrdiff_t v = 0; v < c->count; v++) {
            ptrdiff_t office = c->views[v].version->office;
            if (!set_has(who, office)) continue;
            const XmlNode *node = c->views[v].match[i]->node;
            XmlNode **theirs;
            if (note) nodes[n] = find_note(&c->place->contexts[office], node);
            else nodes[n] = text_boxes(c->arena, node, &theirs) == boxes ? theirs[b] : NULL;
            if (!nodes[n]) return false;
            offices[n++] = office;
        }
        for (ptrdiff_t k = 0; note && k < n; k++) queue_note(job, note, nodes[k], offices[k], end);
        if (note) break;
        Place inner = *c->place;
        inner.whole_runs = true;
        merge_nodes(&inner, mine[b], offices, nodes, n, true);
    }
    return boxes > 0;
}

/* What the offices propose for base token i: who deletes it, who rewrote what is inside, and the formats proposed. */
static void base_item(Cluster *c, ptrdiff_t i, Items *out) {
    const DocToken *base = &c->base.items[i];
    TextSet deleted = {{0, 0}}, inside = {{0, 0}};
    Group *groups = NEW_ARRAY(c->arena, Group, 2 * c->count);
    ptrdiff_t n = 0, best = -1;
    Item item = {.token = base, .office = -1, .base = true};
    for (ptrdiff_t v = 0; v < c->count; v++) {
        const View *view = &c->views[v];
        if (view->match[i] == GONE) {
            if (set_empty(deleted) && view->person) item.person = view->person[i];
            if (view->move && view->move[i] && !item.move) item.move = view->move[i];
            set_add(&deleted, view->version->office);
        } else if (view->match[i] != SAME && view->match[i]->key != base->key) {
            set_add(&inside, view->version->office);
        }
    }
    bool replaced = !set_empty(inside) && (!set_empty(deleted) || !merge_inside(c, i, inside));
    if (replaced) deleted = set_join(deleted, inside);
    for (ptrdiff_t v = 0; v < c->count; v++) {
        const DocToken *t = c->views[v].match[i];
        ptrdiff_t office = c->views[v].version->office;
        if (t == GONE || t == SAME) continue;
        if (t->format != base->format || (replaced && set_has(inside, office))) add_group(groups, &n, t, office);
    }
    for (ptrdiff_t g = 0; g < n; g++) /* one format can be shown as a change of format: the first of those that keep the token */
        if (best < 0 && groups[g].token->format != base->format && !(replaced && groups[g].token->key != base->key)) best = g;
    for (ptrdiff_t g = 0; g < n; g++) {
        if (g == best) continue;
        deleted = set_join(deleted, groups[g].set);
    }
    item.set = deleted;
    if (best >= 0) {
        item.changed = groups[best].token, item.changed_office = groups[best].office, item.changed_set = groups[best].set;
        if (set_empty(deleted)) item.person = groups[best].person;
    }
    items_add(c->arena, out, item);
    for (ptrdiff_t g = 0; g < n; g++)
        if (g != best)
            items_add(c->arena, out, (Item){.token = groups[g].token, .office = groups[g].office, .set = groups[g].set,
                                            .person = groups[g].person});
}

static Items inserted_here(Cluster *c, ptrdiff_t at) {
    Items all = {0};
    for (ptrdiff_t v = 0; v < c->count; v++) {
        const View *view = &c->views[v];
        if (!view->inserted || view->inserted[at].count == 0) continue;
        all = all.count ? merge_lists(c->arena, &all, &view->inserted[at]) : view->inserted[at];
    }
    return all;
}

static void build_cluster(Cluster *c, Items *out) {
    for (ptrdiff_t i = 0; i < c->base.marker_count; i++) {
        const DocMarker *m = &c->base.markers[i];
        add_marker(c->arena, ends_something(m->node) ? &c->ends[m->before] : &c->begins[m->before], m->node, -1);
    }
    for (ptrdiff_t i = 0; i <= c->base.count; i++) {
        Items inserted = inserted_here(c, i);
        ptrdiff_t first = out->count;
        for (ptrdiff_t k = 0; k < inserted.count; k++) items_add(c->arena, out, inserted.items[k]);
        ptrdiff_t base = out->count;
        if (i < c->base.count) base_item(c, i, out);
        if (c->ends[i] && first < out->count) out->items[first].before = join_markers(c->ends[i], out->items[first].before);
        if (c->begins[i] && base < out->count) out->items[base].before = join_markers(out->items[base].before, c->begins[i]);
    }
}

void items_for_cluster(Place *place, const DocBlock *blocks, ptrdiff_t from, ptrdiff_t to, const Version *versions,
                       ptrdiff_t version_count, const Moves *moves, Items *out) {
    Arena *a = place->job->arena;
    Cluster c = {.place = place, .arena = a, .blocks = blocks, .from = from, .to = to, .count = version_count};
    c.starts = NEW_ARRAY(a, ptrdiff_t, to - from + 1);
    for (ptrdiff_t i = from; i < to; i++) {
        doc_tokens(a, place->context, blocks[i].node, place->whole_runs, &c.base);
        c.starts[i + 1 - from] = c.base.count;
    }
    c.ends = NEW_ARRAY(a, ItemMarker *, c.base.count + 1);
    c.begins = NEW_ARRAY(a, ItemMarker *, c.base.count + 1);
    c.views = NEW_ARRAY(a, View, version_count);
    for (ptrdiff_t v = 0; v < version_count; v++) {
        c.views[v].version = &versions[v];
        build_view(&c, &c.views[v], moves, v);
    }
    build_cluster(&c, out);
}

void items_for_gap(Place *place, ptrdiff_t gap, const DocBlock *blocks, const Version *versions, ptrdiff_t version_count,
                   const Moves *moves, Items *out) {
    Arena *a = place->job->arena;
    for (ptrdiff_t v = 0; v < version_count; v++) {
        Items list = {0};
        for (ptrdiff_t i = 0; i < versions[v].alignment.count; i++) {
            const DiffSegment *s = &versions[v].alignment.segments[i];
            if (s->kind == DIFF_INSERT && s->a == gap)
                insert_segment(place, &versions[v], s, blocks, moves->version[v], &list);
        }
        if (list.count) *out = out->count ? merge_lists(a, out, &list) : list;
    }
}
