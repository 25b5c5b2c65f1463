/* Content controls and simple fields stay whole (docs/collation.md, 4): what is in one of a text is
 * in one of the other's, and nothing of another comes to stand inside it. A link may be cut in two
 * and say the same; a control or field would be two. */
#include "collate/int.h"

static bool is_whole(const DocWrap *w) {
    return w->node->name == W_sdt || w->node->name == W_fldSimple;
}

static uint64_t key_of(const XmlNode *n) { return (uint64_t)(uintptr_t)n; }

static uint64_t pair_key(const XmlNode *x, const XmlNode *y) {
    const uint64_t key = key_of(x) * UINT64_C(0x9e3779b97f4a7c15) ^ key_of(y);
    return key ? key : 1;
}

const XmlNode *control_around(const DocToken *t) {
    const DocWrap *w = t->wrapper;
    while (w && !is_whole(w)) w = w->outer;
    return w ? w->node : NULL;
}

/* ---- one to one ---- */

typedef struct Pairs {
    Map shared; /* of two controls: how many tokens they share */
    Map best;   /* of a control: the other text's that it shares most with */
} Pairs;

static void prefer(Pairs *p, const XmlNode *n, const XmlNode *other, uint64_t shared) {
    uint64_t known, most = 0;
    if (map_find(&p->best, key_of(n), &known)) {
        const XmlNode *best = (const XmlNode *)(uintptr_t)known;
        if (!map_find(&p->shared, pair_key(n, best), &most))
            map_find(&p->shared, pair_key(best, n), &most);
    }
    if (shared > most) map_put(&p->best, key_of(n), key_of(other));
}

/* Matched tokens have wrappers of the same signatures, level by level. */
static void tally(Pairs *p, const DocToken *x, const DocToken *y) {
    const DocWrap *u = x->wrapper, *v = y->wrapper;
    for (; u && v; u = u->outer, v = v->outer) {
        uint64_t shared = 0;
        if (!is_whole(u)) continue;
        (void)map_find(&p->shared, pair_key(u->node, v->node), &shared);
        map_put(&p->shared, pair_key(u->node, v->node), ++shared);
        prefer(p, u->node, v->node, shared);
        prefer(p, v->node, u->node, shared);
    }
}

static bool are_paired(const Pairs *p, const DocToken *x, const DocToken *y) {
    const DocWrap *u = x->wrapper, *v = y->wrapper;
    for (; u && v; u = u->outer, v = v->outer) {
        uint64_t theirs = 0, mine = 0;
        if (!is_whole(u)) continue;
        (void)map_find(&p->best, key_of(u->node), &theirs);
        (void)map_find(&p->best, key_of(v->node), &mine);
        if (theirs != key_of(v->node) || mine != key_of(u->node)) return false;
    }
    return true;
}

void pair_controls(Arena *a, const DocToken *x, ptrdiff_t n, const DocToken *y, int32_t *map) {
    Pairs p = {map_new(a), map_new(a)};
    for (ptrdiff_t i = 0; i < n; i++)
        if (map[i] >= 0 && x[i].wrapper) tally(&p, &x[i], &y[map[i]]);
    for (ptrdiff_t i = 0; i < n && p.best.count; i++)
        if (map[i] >= 0 && !are_paired(&p, &x[i], &y[map[i]])) map[i] = -1;
}

/* ---- what is put in ---- */

static bool is_in(const DocToken *t, const DocWrap *control) {
    const DocWrap *w = t->wrapper;
    while (w && w->node != control->node) w = w->outer;
    return w != NULL;
}

/* The innermost control around y[before] that y[j] stands in, too; *mine: its partner around
 * x[last]. */
static const DocWrap *goes_on(const Gap *g, const DocToken *t, const DocWrap **mine) {
    const DocWrap *u = g->last < 0 ? NULL : g->x[g->last].wrapper;
    const DocWrap *v = u ? g->y[g->last_y].wrapper : NULL;
    while (u && v && !(is_whole(u) && is_in(t, v))) u = u->outer, v = v->outer;
    *mine = u;
    return u ? v : NULL;
}

/* The outermost control around y[next] that t does not stand in. */
static const DocWrap *comes_before(const Gap *g, const DocToken *t, const DocWrap **mine) {
    const DocWrap *u = g->is_end ? NULL : g->x[g->next].wrapper, *found = NULL;
    const DocWrap *v = u ? g->y[g->next_y].wrapper : NULL;
    for (; u && v; u = u->outer, v = v->outer)
        if (is_whole(u) && !is_in(t, v)) *mine = u, found = v;
    return found;
}

ptrdiff_t place_in_controls(const Gap *g, ptrdiff_t j, ptrdiff_t *end) {
    const DocWrap *mine, *theirs = goes_on(g, &g->y[j], &mine);
    ptrdiff_t place = g->last + 1;
    while (theirs && place < g->next && is_in(&g->x[place], mine)) place++;
    *end = j + 1;
    if (theirs && (place < g->next || g->is_end || !is_in(&g->x[place], mine))) {
        while (*end < g->next_y && is_in(&g->y[*end], theirs)) ++*end;
        return place;
    }
    theirs = comes_before(g, &g->y[j], &mine);
    while (*end < g->next_y && !(theirs && is_in(&g->y[*end], theirs))) ++*end;
    place = g->next;
    while (theirs && place > g->last + 1 && is_in(&g->x[place - 1], mine)) place--;
    return place;
}

/* How many controls around x[at], and not around its neighbour x[beside], the token stands in; y[b]
 * is what tells which they are in its text. */
static int stands_in(const Gap *g, ptrdiff_t a, ptrdiff_t b, const DocToken *t, ptrdiff_t at,
                     ptrdiff_t beside) {
    int count = 0;
    const DocWrap *u = g->x[a].wrapper, *v = g->y[b].wrapper;
    for (; u && v; u = u->outer, v = v->outer)
        count += is_whole(u) && is_in(t, v) && at >= 0 && is_in(&g->x[at], u) &&
                 !(beside >= 0 && is_in(&g->x[beside], u));
    return count;
}

int side_in_controls(const Gap *g, ptrdiff_t place, const DocToken *t) {
    if (!t->wrapper) return 0;
    const bool behind = !g->is_end || place < g->next; /* there is an x[place] */
    int side = 0;
    if (g->last >= 0) side = -stands_in(g, g->last, g->last_y, t, place - 1, behind ? place : -1);
    if (side == 0 && !g->is_end) side = stands_in(g, g->next, g->next_y, t, place, place - 1);
    return side;
}

/* ---- what two offices put in ---- */

static const XmlNode *outermost(const Item *it) {
    const XmlNode *found = NULL;
    for (const DocWrap *w = it->token ? it->token->wrapper : NULL; w; w = w->outer)
        if (is_whole(w)) found = w->node;
    return found;
}

static void count(Map *m, uint64_t key) {
    uint64_t n = 0;
    (void)map_find(m, key, &n);
    map_put(m, key, n + 1);
}

static uint64_t counted(const Map *m, uint64_t key) {
    uint64_t n = 0;
    (void)map_find(m, key, &n);
    return n;
}

void share_controls_whole(Arena *a, const Item *x, ptrdiff_t n, const Item *y, ptrdiff_t m,
                          int32_t *map) {
    Map sizes = map_new(a), shared = map_new(a);
    for (ptrdiff_t i = 0; i < n; i++)
        if (x[i].token && control_around(x[i].token)) count(&sizes, key_of(outermost(&x[i])));
    if (sizes.count == 0) return;
    for (ptrdiff_t j = 0; j < m; j++)
        if (y[j].token && control_around(y[j].token)) count(&sizes, key_of(outermost(&y[j])));
    for (ptrdiff_t i = 0; i < n; i++)
        if (map[i] >= 0 && outermost(&x[i]) && outermost(&y[map[i]]))
            count(&shared, pair_key(outermost(&x[i]), outermost(&y[map[i]])));
    for (ptrdiff_t i = 0; i < n; i++) {
        const XmlNode *u = outermost(&x[i]), *v = map[i] >= 0 ? outermost(&y[map[i]]) : NULL;
        if (!u || !v) continue;
        const uint64_t all = counted(&shared, pair_key(u, v));
        if (all != counted(&sizes, key_of(u)) || all != counted(&sizes, key_of(v))) map[i] = -1;
    }
}
