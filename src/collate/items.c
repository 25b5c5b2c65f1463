/* The collation itself (docs/collation.md, 4): the base's tokens in order, between them what the
 * offices insert, each with the set of offices that proposes it. Deleted tokens stand before what
 * is inserted in their place. */
#include "collate/int.h"

#include <limits.h>

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
    const Merging *in;
    ptrdiff_t from, to; /* blocks */
    DocTokens base;
    ptrdiff_t *starts; /* of each block, and the end */
    View *views;
    ptrdiff_t count;
    ItemMarker **ends, **begins; /* by position: markers that end, markers that begin something */
    bool *walls; /* by position: somebody inserts a whole block there, and no paragraph can be
                    joined over it */
    struct Group *groups; /* for base_item */
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

/* Paragraph by paragraph, since the return's own deletions were noted so. */
static void name_deletions(Cluster *c, View *v, const DiffSegment *s, ptrdiff_t from,
                           ptrdiff_t to) {
    Return *r = &c->place->job->returns[v->version->office];
    const GoneRange in = gone_around(r, v->version, s);
    if (in.from == in.to) return;
    if (!v->person) v->person = NEW_ARRAY(c->arena, uint32_t, c->base.count);
    for (ptrdiff_t i = from, end; i < to; i = end) {
        Buf words = buf_new(c->arena);
        bool mark = false;
        for (end = i; end < to && v->match[end] == GONE && !mark; end++) {
            if (words.len < 200) buf_add(&words, c->base.items[end].text);
            mark = c->base.items[end].kind == TOKEN_MARK;
        }
        const uint32_t person = end > i ? who_deleted(r, in, str_trim(buf_str(&words))) : 0;
        for (ptrdiff_t k = i; k < end; k++) v->person[k] = person;
        if (end == i) end++;
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
    if (!has_new_anchor(c->place->job, r, t->node)) return;
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
    Gap gap = {c->base.items, y, -1, 0, -1, 0, false};
    for (ptrdiff_t i = from; i <= to; i++) {
        gap.is_end = i == to;
        if (!gap.is_end && map[i - from] < 0) {
            v->match[i] = GONE;
            continue;
        }
        gap.next = i;
        gap.next_y = gap.is_end ? piece->tokens.count : map[i - from];
        const bool inserts = gap.next_y > gap.last_y + 1;
        for (ptrdiff_t j = gap.last_y + 1, end; j < gap.next_y; j = end) {
            const ptrdiff_t place = place_in_controls(&gap, j, &end);
            const int side = side_in_controls(&gap, place, &y[j]);
            Items *at = inserted_at(c, v, place);
            ptrdiff_t first = at->count;
            insert_tokens(c->arena, piece, j, end, office, at);
            for (ptrdiff_t k = first; k < at->count && !gap.is_end && !set_empty(along); k++)
                at->items[k].nested_kind = DELETED, at->items[k].nested = along;
            for (ptrdiff_t k = first; k < at->count; k++) at->items[k].side = side;
        }
        if (gap.is_end) break;
        place_markers(c, piece, gap.next_y, office, i, inserts);
        v->match[i] = &y[gap.next_y];
        note_comments(c, v, i, &y[gap.next_y]);
        gap.last = i, gap.last_y = gap.next_y;
    }
}

/* Where each token begins, in bytes of text, and where the last one ends: count + 1 of them. */
static ptrdiff_t *text_starts(Arena *a, const DocToken *t, ptrdiff_t count) {
    ptrdiff_t *starts = NEW_ARRAY(a, ptrdiff_t, count + 1);
    for (ptrdiff_t i = 0; i < count; i++)
        starts[i + 1] =
            starts[i] + (t[i].kind == TOKEN_ATOM && t[i].run ? xml_text(a, t[i].node).len : 0);
    return starts;
}

/* Where runs are tokens, the same text may be cut into others: what begins there begins before the
 * base's run that holds the place, and what ends there ends behind it. */
static void place_by_text(Cluster *c, const DocTokens *theirs, ptrdiff_t from, ptrdiff_t to,
                          ptrdiff_t office) {
    const ptrdiff_t *x = text_starts(c->arena, c->base.items + from, to - from);
    const ptrdiff_t *y = text_starts(c->arena, theirs->items, theirs->count);
    for (ptrdiff_t k = 0; k < theirs->marker_count; k++) {
        const DocMarker *m = &theirs->markers[k];
        const bool ends = ends_something(m->node);
        const ptrdiff_t place = y[m->before];
        ptrdiff_t i = 0; /* the last is the mark */
        while (i + 1 < to - from && (ends ? x[i] < place : x[i + 1] <= place)) i++;
        add_marker(c->arena, side_of(c, m->node, office, from + i, false), m->node, office);
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
        if (piece.tokens.count != to - from) {
            place_by_text(c, &piece.tokens, from, to, v->version->office);
            continue;
        }
        for (ptrdiff_t i = from; i < to; i++) {
            place_markers(c, &piece, i - from, v->version->office, i, false);
            note_comments(c, v, i, &piece.tokens.items[i - from]);
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
    const Moves *moves = &c->in->moves;
    const Version *version = v->version;
    v->match = NEW_ARRAY(c->arena, const DocToken *, c->base.count);
    for (ptrdiff_t i = first_segment(&version->alignment, c->from); i < version->alignment.count;
         i++) {
        const DiffSegment *s = &version->alignment.segments[i];
        if (s->a >= c->to) break;
        ptrdiff_t first = s->a > c->from ? s->a : c->from, end = s->a + s->a_count,
                  last = end < c->to ? end : c->to;
        if (s->kind == DIFF_INSERT && s->a > c->from && s->a < c->to)
            insert_segment(c->place, c->in, index, s, inserted_at(c, v, c->starts[s->a - c->from]));
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
        if (s->kind != DIFF_EQUAL)
            name_deletions(c, v, s, c->starts[first - c->from], c->starts[last - c->from]);
    }
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
    uint64_t known = 0;
    (void)map_find(&job->note_merges, (uint64_t)(uintptr_t)base, &known);
    NoteMerge *m = (NoteMerge *)(uintptr_t)known;
    if (!m) {
        m = NEW(job->arena, NoteMerge);
        *m = (NoteMerge){base, endnote, NULL, NULL};
        *job->notes_end = m;
        job->notes_end = &m->next;
        map_put(&job->note_merges, (uint64_t)(uintptr_t)base, (uint64_t)(uintptr_t)m);
    }
    NoteVersion **v = &m->versions;
    for (; *v; v = &(*v)->next)
        if ((*v)->office == office) return; /* a note that is referred to twice */
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
    const DocNote *note = doc_note(c->place->context, base->node);
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
            const DocNote *their_note = doc_note(&c->place->contexts[office], node);
            if (note) nodes[n] = their_note ? their_note->node : NULL;
            else nodes[n] = text_boxes(c->arena, node, &theirs) == boxes ? theirs[b] : NULL;
            if (!nodes[n]) return false;
            offices[n++] = office;
        }
        for (ptrdiff_t k = 0; note && k < n; k++)
            queue_note(job, note->node, nodes[k], offices[k], end);
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

static void append(Arena *a, Items *all, const Items *more) {
    for (ptrdiff_t i = 0; i < more->count; i++) items_add(a, all, more->items[i]);
}

static bool has_sides(const Cluster *c, ptrdiff_t at) {
    for (ptrdiff_t v = 0; v < c->count; v++) {
        const Items *list = c->views[v].inserted ? &c->views[v].inserted[at] : NULL;
        for (ptrdiff_t i = 0; list && i < list->count; i++)
            if (list->items[i].side) return true;
    }
    return false;
}

/* Between two controls: what goes on in the one that ends comes first, what begins the next last.
 */
static Items inserted_by_side(Cluster *c, ptrdiff_t at) {
    Items all = {0};
    ptrdiff_t *taken = NEW_ARRAY(c->arena, ptrdiff_t, c->count);
    for (bool any = true; any;) {
        int side = INT_MAX;
        any = false;
        for (ptrdiff_t v = 0; v < c->count; v++) {
            const Items *list = c->views[v].inserted ? &c->views[v].inserted[at] : NULL;
            if (!list || taken[v] == list->count) continue;
            any = true;
            if (list->items[taken[v]].side < side) side = list->items[taken[v]].side;
        }
        Items part = {0};
        for (ptrdiff_t v = 0; v < c->count && any; v++) {
            const Items *list = c->views[v].inserted ? &c->views[v].inserted[at] : NULL;
            ptrdiff_t end = taken[v];
            while (list && end < list->count && list->items[end].side <= side) end++;
            if (end == taken[v]) continue;
            merge_into(c->arena, &part,
                       &(Items){list->items + taken[v], end - taken[v], end - taken[v]});
            taken[v] = end;
        }
        append(c->arena, &all, &part);
    }
    return all;
}

/* At a wall, what begins the paragraph behind it stands behind it. */
static Items inserted_here(Cluster *c, ptrdiff_t at) {
    if (has_sides(c, at)) return inserted_by_side(c, at);
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
    append(c->arena, &all, &tails);
    return all;
}

static void base_markers(Cluster *c) {
    for (ptrdiff_t i = 0; i < c->base.marker_count; i++) {
        const DocMarker *m = &c->base.markers[i];
        add_marker(c->arena, side_of(c, m->node, -1, m->before, false), m->node, -1);
    }
}

static bool contains(TextSet s, TextSet part) { return set_empty(set_minus(part, s)); }

/* ---- alternatives ---- */

static bool keeps(const View *v, const DocToken *base, ptrdiff_t i) {
    const DocToken *t = v->match[i];
    if (v->move && v->move[i]) return false;
    return t == SAME || (t != GONE && t->key == base->key && t->format == base->format);
}

/* Markers behind what the offices insert before base token i: whether there are no others, which
 * would have to stay. */
static bool may_go_on(const Cluster *c, ptrdiff_t i, TextSet offices) {
    for (const ItemMarker *m = c->begins[i]; m; m = m->next)
        if (m->office < 0 || !set_has(offices, m->office) || !ends_something(m->node)) return false;
    return true;
}

/* Base token i is a space that all of them keep: they give it up, and each has one behind its
 * words. What they insert stands behind it from now on. */
static bool take_space_behind(Cluster *c, ptrdiff_t i, const Alternatives *g, Items *inserted) {
    const DocToken *space = &c->base.items[i];
    if (i + 1 >= c->base.count || space->kind != TOKEN_SPACE || space->wrap ||
        g->to != inserted->count || !are_all_theirs(inserted, g->set) || c->walls[i] ||
        !may_go_on(c, i, g->set))
        return false;
    for (ptrdiff_t v = 0; v < c->count; v++)
        if (set_has(g->set, c->views[v].version->office) && !keeps(&c->views[v], space, i))
            return false;
    for (ptrdiff_t v = 0; v < c->count; v++) {
        View *view = &c->views[v];
        if (!set_has(g->set, view->version->office)) continue;
        view->match[i] = GONE;
        if (view->person && i > 0) view->person[i] = view->person[i - 1];
    }
    c->begins[i + 1] = join_markers(c->begins[i], c->begins[i + 1]);
    c->begins[i] = NULL;
    *inserted = with_spaces(c->arena, inserted, g, (Item){.token = space, .office = -1}, true);
    return true;
}

/* Before what all of them delete stands a space that they keep: likewise, before their words. */
static void take_space_before(Cluster *c, const Alternatives *g, Items *inserted, Items *out) {
    if (g->from > 0 || !are_all_theirs(inserted, g->set)) return;
    for (ptrdiff_t k = out->count; k-- > 0;) {
        Item *it = &out->items[k];
        if (!it->base) return;
        if (contains(it->set, g->set)) continue;
        if (it->token->kind != TOKEN_SPACE || it->token->wrap || it->move || it->changed ||
            !set_empty(it->set) || k + 1 == out->count)
            return;
        it->set = g->set;
        it->who = out->items[k + 1].who;
        const Item space = {.token = it->token, .office = -1};
        *inserted = with_spaces(c->arena, inserted, g, space, false);
        return;
    }
}

static bool begins_here(const ItemMarker *m, const ItemMarker *end, ptrdiff_t office) {
    for (; m != end; m = m->next)
        if (m->office == office && !ends_something(m->node)) return true;
    return false;
}

/* What ends behind an office's words at a place, ends before those of others there. */
static void end_behind_own(Cluster *c, ptrdiff_t i, Items *inserted) {
    ItemMarker *const all = c->begins[i], *stay = NULL;
    ItemMarker **ends = NEW_ARRAY(c->arena, ItemMarker *, inserted->count); /* by item */
    for (const ItemMarker *m = all; m; m = m->next) {
        ptrdiff_t k = inserted->count;
        while (k > 0 && (m->office < 0 || !set_has(inserted->items[k - 1].set, m->office))) k--;
        const bool own = k > 0 && k < inserted->count && ends_something(m->node) &&
                         !begins_here(all, m, m->office);
        add_marker(c->arena, own ? &ends[k] : &stay, m->node, m->office);
    }
    c->begins[i] = stay;
    for (ptrdiff_t k = 0; k < inserted->count; k++)
        inserted->items[k].before = join_markers(ends[k], inserted->items[k].before);
}

static void build_cluster(Cluster *c, Items *out) {
    ptrdiff_t most = c->base.count; /* but for variants; a rewritten annex has millions */
    for (ptrdiff_t v = 0; v < c->count; v++)
        for (ptrdiff_t i = 0; c->views[v].inserted && i <= c->base.count; i++)
            most += c->views[v].inserted[i].count;
    items_reserve(c->arena, out, most);
    for (ptrdiff_t i = 0; i <= c->base.count; i++) {
        Items inserted = inserted_here(c, i);
        if (c->begins[i] && c->count > 1 && inserted.count > 0) end_behind_own(c, i, &inserted);
        Alternatives g;
        bool behind = false; /* the base's token stands before what is inserted */
        if (c->count > 1 && find_alternatives(&inserted, 0, &g)) {
            divide_spaces(c->arena, &inserted);
            if (find_alternatives(&inserted, 0, &g)) {
                behind = i < c->base.count && take_space_behind(c, i, &g, &inserted);
                if (!behind) take_space_before(c, &g, &inserted, out);
            }
        }
        const ptrdiff_t first = out->count;
        ptrdiff_t base = first;
        if (behind) base_item(c, i, out);
        for (ptrdiff_t k = 0; k < inserted.count; k++) items_add(c->arena, out, inserted.items[k]);
        if (!behind) {
            base = out->count;
            if (i < c->base.count) base_item(c, i, out);
        }
        if (c->ends[i] && first < out->count)
            out->items[first].before = join_markers(c->ends[i], out->items[first].before);
        if (c->begins[i] && base < out->count)
            out->items[base].before = join_markers(out->items[base].before, c->begins[i]);
    }
}

/* "[-a-]{+A+}[-b-]{+B+}" becomes "[-a-][-b-]{+A+}{+B+}": variants wait until their offices keep a
 * base token again, or insert one, or a control begins or ends. */
static Items variants_together(Arena *a, const Items *in) {
    Items out = {0}, waiting = {0};
    bool any = false;
    for (ptrdiff_t i = 0; i < in->count && !any; i++) any = in->items[i].variant;
    if (!any) return *in;
    items_reserve(a, &out, in->count);
    const XmlNode *control = NULL; /* of the base token that waits */
    for (ptrdiff_t i = 0; i < in->count; i++) {
        const Item *it = &in->items[i];
        bool mark = it->token && it->token->kind == TOKEN_MARK;
        bool joins = it->variant && !mark &&
                     (waiting.count == 0 || set_equal(waiting.items[0].set, it->set));
        bool passes = waiting.count && it->token && !it->before && !mark &&
                      (it->base && contains(it->set, waiting.items[0].set)) &&
                      control_around(it->token) == control;
        if (!joins && !passes) {
            for (ptrdiff_t k = 0; k < waiting.count; k++) items_add(a, &out, waiting.items[k]);
            waiting.count = 0;
            joins = it->variant && !mark;
        }
        if (it->base) control = control_around(it->token);
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
static void settle_walls(Cluster *c) {
    for (ptrdiff_t k = c->from; k < c->to; k++) {
        ptrdiff_t to = c->starts[k + 1 - c->from];
        for (ptrdiff_t v = 0; v < c->count; v++) {
            const View *view = &c->views[v];
            if (view->match[to - 1] != GONE) continue;
            bool wall = c->walls[to] || (k + 1 == c->to && c->in->leads_to_wall[k + 1]);
            if (wall && settle_before_wall(c, to, view)) v = -1;
        }
    }
}

void items_for_cluster(Place *place, const Merging *m, ptrdiff_t from, ptrdiff_t to, Items *out) {
    Arena *a = place->job->scratch;
    Cluster c = {.place = place, .arena = a, .in = m, .from = from, .to = to};
    c.starts = NEW_ARRAY(a, ptrdiff_t, to - from + 1);
    for (ptrdiff_t i = from; i < to; i++) {
        doc_tokens(a, place->context, m->blocks[i].node, place->whole_runs, &c.base);
        c.starts[i + 1 - from] = c.base.count;
    }
    c.ends = NEW_ARRAY(a, ItemMarker *, c.base.count + 1);
    c.begins = NEW_ARRAY(a, ItemMarker *, c.base.count + 1);
    c.walls = NEW_ARRAY(a, bool, c.base.count + 1);
    c.views = NEW_ARRAY(a, View, m->version_count);
    c.groups = NEW_ARRAY(a, Group, m->version_count);
    base_markers(&c);
    for (ptrdiff_t v = 0; v < m->version_count; v++) find_walls(&c, &m->versions[v]);
    for (ptrdiff_t v = 0; v < m->version_count; v++) {
        if (!version_acts(&m->versions[v], from, to)) continue;
        View *view = &c.views[c.count++];
        view->version = &m->versions[v];
        build_view(&c, view, v);
    }
    settle_walls(&c);
    Items items = {0};
    build_cluster(&c, &items);
    *out = variants_together(a, &items);
}

void items_for_gap(Place *place, const Merging *m, ptrdiff_t gap, Items *out) {
    Arena *a = place->job->scratch;
    for (ptrdiff_t v = 0; v < m->version_count; v++) {
        Items list = {0};
        const DiffAlignment *al = &m->versions[v].alignment;
        for (ptrdiff_t i = first_segment(al, gap); i < al->count && al->segments[i].a <= gap; i++) {
            const DiffSegment *s = &al->segments[i];
            if (s->kind == DIFF_INSERT && s->a == gap) insert_segment(place, m, v, s, &list);
        }
        if (list.count) *out = out->count ? merge_lists(a, out, &list) : list;
    }
}
