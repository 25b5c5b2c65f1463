/* The collation itself (docs/collation.md, 4): the base's tokens in order, between them what the
 * offices insert, each with the set of offices that proposes it. Deleted tokens stand before what
 * is inserted in their place. */
#include "collate/int.h"

/* One office's view of a cluster. */
typedef struct View {
    const Version *version;
    const DocToken **match; /* base token -> its token, GONE or SAME */
    uint32_t *person;       /* base token -> who deleted it */
    Move **move;            /* base token -> the move that takes it away, or NULL */
    bool *commented;        /* base token: new comments stand inside it; NULL: in none */
    Items *inserted;        /* by position among the base's tokens; NULL when nothing is */
} View;

static const DocToken gone_token, same_token;
#define GONE (&gone_token)
#define SAME (&same_token)

typedef struct Cluster {
    Place *place;
    Arena *arena;
    const DocBlock *blocks;
    ptrdiff_t from, to; /* blocks */
    DocTokens base;
    ptrdiff_t *starts; /* of each block, and the end */
    View *views;
    ptrdiff_t count;
    ItemMarker **ends, **begins; /* by position: markers that end, markers that begin something */
    bool *walls; /* by position: somebody inserts a whole block there, and no paragraph can be
                    joined over it */
    struct Group *groups; /* for base_item */
    const Version *versions;
    ptrdiff_t version_count;
    const Moves *moves;
} Cluster;

bool ends_something(const XmlNode *n) {
    return n->name == W_bookmarkEnd || n->name == W_commentRangeEnd || n->name == W_permEnd ||
           n->name == W_r || n->name == W_commentReference;
}

/* What follows a marker that begins something, at one place of one text, stays behind it: a
 * bookmark may be empty. */
static ItemMarker **side_of(Cluster *c, const XmlNode *node, ptrdiff_t office, ptrdiff_t at,
                            bool behind) {
    for (const ItemMarker *m = c->begins[at]; m && !behind; m = m->next)
        behind = m->office == office;
    return ends_something(node) && !behind ? &c->ends[at] : &c->begins[at];
}

/* behind: the office inserts something at this place, and what ends, ends behind it. */
static void place_markers(Cluster *c, Piece *piece, ptrdiff_t j, ptrdiff_t office, ptrdiff_t at,
                          bool behind) {
    for (; piece->marker < piece->tokens.marker_count &&
           piece->tokens.markers[piece->marker].before <= j;
         piece->marker++) {
        const XmlNode *node = piece->tokens.markers[piece->marker].node;
        add_marker(c->arena, side_of(c, node, office, at, behind), node, office);
    }
}

static Items *inserted_at(Cluster *c, View *v, ptrdiff_t at) {
    if (!v->inserted) v->inserted = NEW_ARRAY(c->arena, Items, c->base.count + 1);
    return &v->inserted[at];
}

/* ---- one office against the base ---- */

/* Who deleted it: the return's own deletions are looked through for the words, going on from the
 * last find. */
static uint32_t person_who_deleted(Return *r, Str words) {
    for (ptrdiff_t i = 0; words.len > 0 && i < r->people.gone_count && i < 4096; i++) {
        ptrdiff_t k = (r->gone_cursor + i) % r->people.gone_count;
        if (str_find(r->people.gone[k].text, words) < 0 &&
            (r->people.gone[k].text.len < 4 || str_find(words, r->people.gone[k].text) < 0))
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

/* A paragraph that is joined over a wall is given up whole on this side of it: its words are
 * inserted behind the wall. */
static void keep_off_walls(const Cluster *c, ptrdiff_t from, ptrdiff_t to, int32_t *map) {
    for (ptrdiff_t at = from + 1; at < to; at++) {
        if (!c->walls[at] || map[at - 1 - from] >= 0) continue;
        for (ptrdiff_t i = at - 1;
             i >= from && (map[i - from] < 0 || c->base.items[i].kind != TOKEN_MARK); i--)
            map[i - from] = -1;
    }
}

/* New comments in a note or text box that nobody need have rewritten. */
static void note_comments(Cluster *c, View *v, ptrdiff_t i, const DocToken *t) {
    Return *r = &c->place->job->returns[v->version->office];
    if (r->comment_ids.len == 0 || t->kind != TOKEN_ATOM || !t->node) return;
    if (!has_new_comment(c->place->job, r, t->node)) return;
    if (!v->commented) v->commented = NEW_ARRAY(c->arena, bool, c->base.count);
    v->commented[i] = true;
    v->match[i] = t;
}

/* The office's tokens against base tokens [from, to). along: with whose moves what it inserts goes.
 */
static void view_edit(Cluster *c, View *v, Piece *piece, ptrdiff_t from, ptrdiff_t to,
                      TextSet along) {
    ptrdiff_t office = v->version->office;
    const DocToken *y = piece->tokens.items;
    int32_t *map = match_tokens(c->arena, c->base.items + from, to - from, y, piece->tokens.count);
    keep_off_walls(c, from, to, map);
    ptrdiff_t j = 0;
    for (ptrdiff_t i = from; i <= to; i++) {
        bool end = i == to;
        if (!end && map[i - from] < 0) {
            v->match[i] = GONE;
            continue;
        }
        ptrdiff_t next = end ? piece->tokens.count : map[i - from];
        if (next > j) {
            Items *at = inserted_at(c, v, i);
            ptrdiff_t first = at->count;
            insert_tokens(c->arena, piece, j, next, office, at);
            for (ptrdiff_t k = first; k < at->count && !end && !set_empty(along); k++)
                at->items[k].nested_kind = DELETED, at->items[k].nested = along;
        }
        if (end) break;
        place_markers(c, piece, next, office, i, next > j);
        v->match[i] = &y[next];
        note_comments(c, v, i, &y[next]);
        j = next + 1;
    }
}

static void view_equal(Cluster *c, View *v, const DiffSegment *s, ptrdiff_t first, ptrdiff_t last) {
    for (ptrdiff_t k = first; k < last; k++) {
        const XmlNode *node = v->version->blocks[s->b + k - s->a].node;
        ptrdiff_t from = c->starts[k - c->from], to = c->starts[k + 1 - c->from];
        for (ptrdiff_t i = from; i < to; i++) v->match[i] = SAME;
        if (!node) continue;
        Piece piece = {0}; /* the same text with new comments */
        doc_tokens(c->arena, &c->place->contexts[v->version->office], node, c->place->whole_runs,
                   &piece.tokens);
        for (ptrdiff_t j = 0; j < piece.tokens.count; j++) {
            ptrdiff_t at = from + (j < to - from ? j : to - from - 1);
            place_markers(c, &piece, j, v->version->office, at, false);
            note_comments(c, v, at, &piece.tokens.items[j]);
        }
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

static void build_view(Cluster *c, View *v, ptrdiff_t index) {
    const Moves *moves = c->moves;
    const Version *version = v->version;
    v->match = NEW_ARRAY(c->arena, const DocToken *, c->base.count);
    for (ptrdiff_t i = first_segment(&version->alignment, c->from); i < version->alignment.count;
         i++) {
        const DiffSegment *s = &version->alignment.segments[i];
        if (s->a >= c->to) break;
        ptrdiff_t first = s->a > c->from ? s->a : c->from, end = s->a + s->a_count,
                  last = end < c->to ? end : c->to;
        if (s->kind == DIFF_INSERT && s->a > c->from && s->a < c->to)
            insert_segment(c->place, c->versions, c->version_count, index, s, c->blocks, moves,
                           inserted_at(c, v, c->starts[s->a - c->from]));
        if (first >= last) continue;
        if (s->kind == DIFF_EQUAL) view_equal(c, v, s, first, last);
        if (s->kind == DIFF_DELETE) view_deleted(c, v, moves->base[index], first, last);
        if (s->kind == DIFF_EDIT) {
            Piece *piece = NEW(c->arena, Piece);
            for (ptrdiff_t j = s->b; j < s->b + s->b_count; j++)
                doc_tokens(c->arena, &c->place->contexts[version->office], version->blocks[j].node,
                           c->place->whole_runs, &piece->tokens);
            view_edit(c, v, piece, c->starts[first - c->from], c->starts[last - c->from],
                      taken_along(moves, s));
        }
    }
    name_deletions(c, v);
}

/* ---- the whole ---- */

typedef struct Group {
    const DocToken *token;
    ptrdiff_t office;
    TextSet set;
    const Who *who;
} Group;

static void add_group(Group *groups, ptrdiff_t *n, const DocToken *t, ptrdiff_t office,
                      const Who *who) {
    for (ptrdiff_t g = 0; g < *n; g++)
        if (groups[g].token->format == t->format && groups[g].token->key == t->key) {
            set_add(&groups[g].set, office);
            return;
        }
    groups[(*n)++] = (Group){t, office, set_of(office), who};
}

/* One version an office, however often its text refers to the note. */
static void queue_note(Job *job, XmlNode *base, XmlNode *note, ptrdiff_t office, bool endnote) {
    const uint64_t key = (uint64_t)(uintptr_t)base;
    uint64_t known = 0;
    map_find(&job->notes_by_base, key, &known);
    NoteMerge *m = (NoteMerge *)(uintptr_t)known;
    if (!m) {
        m = NEW(job->arena, NoteMerge);
        *m = (NoteMerge){base, endnote, NULL, NULL};
        *job->notes_end = m;
        job->notes_end = &m->next;
        map_put(&job->notes_by_base, key, (uint64_t)(uintptr_t)m);
    }
    NoteVersion **v = &m->versions;
    for (; *v; v = &(*v)->next)
        if ((*v)->office == office) return;
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

/* The notes or text boxes of base token i, as the offices of `who` rewrote them, are merged inside.
 * False when they differ in something else than text. */
static bool merge_inside(Cluster *c, ptrdiff_t i, TextSet who) {
    Job *job = c->place->job;
    const DocToken *base = &c->base.items[i];
    bool end = base->node->name == W_endnoteReference;
    XmlNode *note = end || base->node->name == W_footnoteReference
                        ? find_note(c->place->context, base->node)
                        : NULL;
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

/* Who deletes base token i, who rewrote what is inside of it, who only commented there. False when
 * nobody does anything with it. */
static bool base_token(Cluster *c, ptrdiff_t i, Item *item, TextSet *inside, TextSet *commented) {
    const DocToken *base = item->token;
    bool any = false;
    for (ptrdiff_t v = 0; v < c->count; v++) {
        const View *view = &c->views[v];
        const DocToken *t = view->match[i];
        ptrdiff_t office = view->version->office;
        if (t == SAME) continue;
        if (t == GONE) {
            if (view->person && !item->who)
                item->who = who_of(c->arena, NULL, office, view->person[i]);
            else if (view->person && view->person[i]) {
                Who *who = NEW(c->arena, Who);
                *who = (Who){office, view->person[i], (Who *)item->who};
                item->who = who;
            }
            if (view->move && view->move[i] && !item->move) item->move = view->move[i];
            set_add(&item->set, office);
        } else if (t->key != base->key) {
            set_add(inside, office);
        } else if (view->commented && view->commented[i]) {
            set_add(commented, office);
            any = true;
        }
        any = any || t == GONE || t->key != base->key || t->format != base->format;
    }
    return any;
}

/* What the offices propose for base token i: who deletes it, who rewrote what is inside, and the
 * formats proposed. One format can be shown as a change of format: the first of those that keep the
 * token; every other one replaces it. */
static void base_item(Cluster *c, ptrdiff_t i, Items *out) {
    const DocToken *base = &c->base.items[i];
    TextSet inside = {{0, 0}}, commented = {{0, 0}};
    Item item = {.token = base, .office = -1, .base = true};
    if (!base_token(c, i, &item, &inside, &commented)) {
        items_add(c->arena, out, item);
        return;
    }
    bool replaced = !set_empty(inside) &&
                    (!set_empty(item.set) || !merge_inside(c, i, set_join(inside, commented)));
    if (replaced) item.set = set_join(item.set, inside);
    if ((replaced || set_empty(inside)) && !set_empty(commented)) merge_inside(c, i, commented);
    Group *groups = c->groups;
    ptrdiff_t n = 0, best = -1;
    for (ptrdiff_t v = 0; v < c->count; v++) {
        const DocToken *t = c->views[v].match[i];
        ptrdiff_t office = c->views[v].version->office;
        if (t == GONE || t == SAME) continue;
        if (t->format != base->format || (replaced && set_has(inside, office)))
            add_group(groups, &n, t, office, who_of(c->arena, NULL, office, t->mark));
    }
    for (ptrdiff_t g = 0; g < n; g++)
        if (best < 0 && groups[g].token->format != base->format &&
            !(replaced && groups[g].token->key != base->key))
            best = g;
    for (ptrdiff_t g = 0; g < n; g++)
        if (g != best) item.set = set_join(item.set, groups[g].set);
    if (best >= 0) {
        item.changed = groups[best].token, item.changed_office = groups[best].office;
        item.changed_set = groups[best].set, item.changed_who = groups[best].who;
    }
    items_add(c->arena, out, item);
    for (ptrdiff_t g = 0; g < n; g++)
        if (g != best)
            items_add(c->arena, out,
                      (Item){.token = groups[g].token,
                             .office = groups[g].office,
                             .set = groups[g].set,
                             .who = groups[g].who,
                             .variant = true});
}

/* How much of a list is whole paragraphs and blocks; the rest begins the paragraph behind. */
static ptrdiff_t closed_part(const Items *list) {
    ptrdiff_t n = list->count;
    while (n > 0 && list->items[n - 1].token && list->items[n - 1].token->kind != TOKEN_MARK) n--;
    return n;
}

static void merge_into(Arena *a, Items *all, const Items *list) {
    if (list->count) *all = all->count ? merge_lists(a, all, list) : *list;
}

/* At a wall, what begins the paragraph behind it stands behind it. */
static Items inserted_here(Cluster *c, ptrdiff_t at) {
    Items all = {0}, tails = {0};
    for (ptrdiff_t v = 0; v < c->count; v++) {
        const View *view = &c->views[v];
        if (!view->inserted || view->inserted[at].count == 0) continue;
        Items list = view->inserted[at], tail = {0};
        if (c->walls[at]) {
            ptrdiff_t n = closed_part(&list);
            tail = (Items){list.items + n, list.count - n, list.count - n};
            list.count = list.cap = n;
        }
        merge_into(c->arena, &all, &list);
        merge_into(c->arena, &tails, &tail);
    }
    if (all.count == 0) return tails;
    for (ptrdiff_t i = 0; i < tails.count; i++) items_add(c->arena, &all, tails.items[i]);
    return all;
}

static void base_markers(Cluster *c) {
    for (ptrdiff_t i = 0; i < c->base.marker_count; i++) {
        const DocMarker *m = &c->base.markers[i];
        add_marker(c->arena, side_of(c, m->node, -1, m->before, false), m->node, -1);
    }
}

static void build_cluster(Cluster *c, Items *out) {
    for (ptrdiff_t i = 0; i <= c->base.count; i++) {
        Items inserted = inserted_here(c, i);
        ptrdiff_t first = out->count;
        for (ptrdiff_t k = 0; k < inserted.count; k++) items_add(c->arena, out, inserted.items[k]);
        ptrdiff_t base = out->count;
        if (i < c->base.count) base_item(c, i, out);
        if (c->ends[i] && first < out->count)
            out->items[first].before = join_markers(c->ends[i], out->items[first].before);
        if (c->begins[i] && base < out->count)
            out->items[base].before = join_markers(out->items[base].before, c->begins[i]);
    }
}

static bool contains(TextSet s, TextSet part) { return set_empty(set_minus(part, s)); }

/* "[-a-]{+A+}[-b-]{+B+}" becomes "[-a-][-b-]{+A+}{+B+}": variants wait until their offices keep a
 * base token again, or insert one. */
static Items variants_together(Arena *a, const Items *in) {
    Items out = {0}, waiting = {0};
    for (ptrdiff_t i = 0; i < in->count; i++) {
        const Item *it = &in->items[i];
        bool mark = it->token && it->token->kind == TOKEN_MARK;
        bool joins = it->variant && !mark &&
                     (waiting.count == 0 || set_equal(waiting.items[0].set, it->set));
        bool passes = waiting.count && it->token && !it->before && !mark &&
                      (it->base && contains(it->set, waiting.items[0].set));
        if (!joins && !passes) {
            for (ptrdiff_t k = 0; k < waiting.count; k++) items_add(a, &out, waiting.items[k]);
            waiting.count = 0;
            joins = it->variant && !mark;
        }
        items_add(a, joins ? &waiting : &out, *it);
    }
    for (ptrdiff_t k = 0; k < waiting.count; k++) items_add(a, &out, waiting.items[k]);
    return out;
}

/* Whether a version does anything between base blocks from and to. */
static bool version_acts(const Version *v, ptrdiff_t from, ptrdiff_t to) {
    for (ptrdiff_t i = first_segment(&v->alignment, from); i < v->alignment.count; i++) {
        DiffSegment s = v->alignment.segments[i];
        if (s.a >= to) break;
        if (s.a + s.a_count <= from) continue;
        if (s.kind != DIFF_EQUAL) return true;
        for (ptrdiff_t k = from > s.a ? from - s.a : 0; k < s.a_count && s.a + k < to; k++)
            if (v->blocks[s.b + k].node) return true;
    }
    return false;
}

static void find_walls(Cluster *c, const Version *v) {
    for (ptrdiff_t i = first_segment(&v->alignment, c->from); i < v->alignment.count; i++) {
        DiffSegment s = v->alignment.segments[i];
        if (s.a >= c->to) break;
        if (s.kind != DIFF_INSERT || s.a <= c->from) continue;
        for (ptrdiff_t j = s.b; j < s.b + s.b_count; j++)
            if (v->blocks[j].kind != BLOCK_PARAGRAPH) c->walls[c->starts[s.a - c->from]] = true;
    }
}

/* ---- deleted before a wall ---- */

/* Who inserts what before base block `gap`. */
static void look_into_gap(const Version *versions, ptrdiff_t n, ptrdiff_t gap, bool *paragraph,
                          bool *whole) {
    for (ptrdiff_t v = 0; v < n; v++) {
        const DiffAlignment *al = &versions[v].alignment;
        for (ptrdiff_t i = first_segment(al, gap); i < al->count && al->segments[i].a <= gap; i++) {
            DiffSegment s = al->segments[i];
            for (ptrdiff_t j = s.b; s.kind == DIFF_INSERT && s.a == gap && j < s.b + s.b_count;
                 j++) {
                if (versions[v].blocks[j].kind == BLOCK_PARAGRAPH) *paragraph = true;
                else *whole = true;
            }
        }
    }
}

static bool anyone_deletes(const Version *versions, ptrdiff_t n, ptrdiff_t block) {
    for (ptrdiff_t v = 0; v < n; v++) {
        const DiffSegment *s = segment_at(&versions[v], block);
        if (s && (s->kind == DIFF_DELETE || (s->kind == DIFF_EDIT && s->a_count > 1))) return true;
    }
    return false;
}

/* Whether what is left of a deleted paragraph, the last before base block `next`, might come to
 * stand before a table, a control or the end, with no paragraph to join: where all paragraphs up to
 * there may go (the last of all, where it has a section of its own). */
static bool leads_to_wall(const Cluster *c, const Version *versions, ptrdiff_t n, ptrdiff_t count,
                          ptrdiff_t next) {
    for (; next < count; next++) {
        bool paragraph = false, whole = false;
        look_into_gap(versions, n, next, &paragraph, &whole);
        if (whole || c->blocks[next].kind != BLOCK_PARAGRAPH) return true;
        if (paragraph || !anyone_deletes(versions, n, next)) return false;
    }
    bool paragraph = false, whole = false;
    look_into_gap(versions, n, count, &paragraph, &whole);
    return whole || !paragraph;
}

/* Whether anything of it would be left when the deleter's changes are accepted: not what goes along
 * with the deleter's move. */
static bool view_acts(const View *v, const View *deleter, const DocToken *base, ptrdiff_t from,
                      ptrdiff_t to) {
    for (ptrdiff_t i = from; i < to; i++) {
        const DocToken *t = v->match[i];
        const Items *at = v->inserted ? &v->inserted[i] : NULL;
        for (ptrdiff_t k = 0; at && k < at->count; k++)
            if (!set_has(at->items[k].nested, deleter->version->office)) return true;
        if (t != GONE && t != SAME && (t->format != base[i].format || t->key != base[i].key))
            return true;
    }
    return false;
}

/* The office's text of base tokens [from, behind), which ends in a mark, becomes paragraphs of its
 * own behind them. */
static void replace_paragraphs(Cluster *c, View *v, ptrdiff_t from, ptrdiff_t behind) {
    ptrdiff_t office = v->version->office;
    Items list = {0};
    for (ptrdiff_t i = from; i < behind; i++) {
        const DocToken *t = v->match[i];
        if (v->inserted) {
            for (ptrdiff_t k = 0; k < v->inserted[i].count; k++) {
                Item *it = items_add(c->arena, &list, v->inserted[i].items[k]);
                if (it->move) continue;
                it->nested_kind = KEPT; /* with the words around it, it stays */
                it->nested = (TextSet){{0, 0}};
            }
            v->inserted[i].count = 0;
        }
        if (t == GONE) continue;
        Item item = {.token = t,
                     .office = office,
                     .set = set_of(office),
                     .who = who_of(c->arena, NULL, office, t->mark)};
        if (t == SAME)
            item = (Item){.token = &c->base.items[i], .office = -1, .set = set_of(office)};
        items_add(c->arena, &list, item);
        v->match[i] = GONE;
    }
    Items *at = inserted_at(c, v, behind);
    for (ptrdiff_t k = 0; k < at->count; k++) items_add(c->arena, &list, at->items[k]);
    *at = list;
}

/* Where an office deletes the last paragraphs before a wall, what others put into them must not be
 * left standing in an empty paragraph when their changes are rejected: their paragraphs replace the
 * deleted ones. */
static bool settle_before_wall(Cluster *c, ptrdiff_t to, const View *deleter) {
    bool any = false;
    ptrdiff_t from = to - 1;
    while (from > 0 &&
           (c->base.items[from - 1].kind != TOKEN_MARK || deleter->match[from - 1] == GONE))
        from--;
    for (ptrdiff_t v = 0; v < c->count; v++) {
        View *view = &c->views[v];
        ptrdiff_t end = to; /* behind the last mark it keeps */
        while (end > from &&
               (view->match[end - 1] == GONE || c->base.items[end - 1].kind != TOKEN_MARK))
            end--;
        if (view == deleter || end == from || !view_acts(view, deleter, c->base.items, from, end))
            continue;
        ptrdiff_t own = from; /* where the paragraph it has there begins */
        while (own > 0 &&
               (c->base.items[own - 1].kind != TOKEN_MARK || view->match[own - 1] == GONE))
            own--;
        replace_paragraphs(c, view, own, to);
        any = true;
    }
    return any;
}

/* An office whose paragraphs were replaced deletes them now, and others' words in what it deleted
 * further up matter: hence again, until nothing moves. Each round takes words away from before the
 * wall. */
static void settle_walls(Cluster *c, const Version *versions, ptrdiff_t n, ptrdiff_t count) {
    for (ptrdiff_t k = c->from; k < c->to; k++) {
        ptrdiff_t to = c->starts[k + 1 - c->from];
        for (ptrdiff_t v = 0; v < c->count; v++) {
            const View *view = &c->views[v];
            if (view->match[to - 1] != GONE) continue;
            bool wall =
                c->walls[to] || (k + 1 == c->to && leads_to_wall(c, versions, n, count, k + 1));
            if (wall && settle_before_wall(c, to, view)) v = -1;
        }
    }
}

void items_for_cluster(Place *place, const DocBlock *blocks, ptrdiff_t count, ptrdiff_t from,
                       ptrdiff_t to, const Version *versions, ptrdiff_t version_count,
                       const Moves *moves, Items *out) {
    Arena *a = place->job->scratch;
    Cluster c = {.place = place,
                 .arena = a,
                 .blocks = blocks,
                 .from = from,
                 .to = to,
                 .versions = versions,
                 .version_count = version_count,
                 .moves = moves};
    c.starts = NEW_ARRAY(a, ptrdiff_t, to - from + 1);
    for (ptrdiff_t i = from; i < to; i++) {
        doc_tokens(a, place->context, blocks[i].node, place->whole_runs, &c.base);
        c.starts[i + 1 - from] = c.base.count;
    }
    c.ends = NEW_ARRAY(a, ItemMarker *, c.base.count + 1);
    c.begins = NEW_ARRAY(a, ItemMarker *, c.base.count + 1);
    c.walls = NEW_ARRAY(a, bool, c.base.count + 1);
    c.views = NEW_ARRAY(a, View, version_count);
    c.groups = NEW_ARRAY(a, Group, version_count);
    base_markers(&c);
    for (ptrdiff_t v = 0; v < version_count; v++) find_walls(&c, &versions[v]);
    for (ptrdiff_t v = 0; v < version_count; v++) {
        if (!version_acts(&versions[v], from, to)) continue;
        View *view = &c.views[c.count++];
        view->version = &versions[v];
        build_view(&c, view, v);
    }
    settle_walls(&c, versions, version_count, count);
    Items items = {0};
    build_cluster(&c, &items);
    *out = variants_together(a, &items);
}

void items_for_gap(Place *place, ptrdiff_t gap, const DocBlock *blocks, const Version *versions,
                   ptrdiff_t version_count, const Moves *moves, Items *out) {
    Arena *a = place->job->scratch;
    for (ptrdiff_t v = 0; v < version_count; v++) {
        Items list = {0};
        const DiffAlignment *al = &versions[v].alignment;
        for (ptrdiff_t i = first_segment(al, gap); i < al->count && al->segments[i].a <= gap; i++) {
            const DiffSegment *s = &al->segments[i];
            if (s->kind == DIFF_INSERT && s->a == gap)
                insert_segment(place, versions, version_count, v, s, blocks, moves, &list);
        }
        if (list.count) *out = out->count ? merge_lists(a, out, &list) : list;
    }
}
