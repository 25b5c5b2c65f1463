/* Alternatives (docs/collation.md, 4): "[-shall-]{+may+}{+should+} exchange" would read "mayshould"
 * to everybody. What offices put at one place, each without the others, therefore takes a space
 * with it: "[-shall -]{+may +}{+should +}exchange". In each office's text the same tokens stand. In
 * controls, fields and links nothing is done: taken apart, a space would take those apart. */
#include "collate/int.h"

static bool is_plain(const Item *it) {
    return it->token && !it->token->wrap && !it->base && !it->move && !it->variant &&
           it->nested_kind == KEPT;
}

static bool is_kind(const Item *it, DocTokenKind kind) {
    return is_plain(it) && it->token->kind == kind;
}

static bool disjoint(TextSet s, TextSet t) {
    return !((s.bits[0] & t.bits[0]) | (s.bits[1] & t.bits[1]));
}

static bool within(TextSet s, TextSet all) { return set_empty(set_minus(s, all)); }

static ptrdiff_t stretch_end(const Items *m, ptrdiff_t at) {
    const TextSet set = m->items[at].set;
    while (at < m->count && set_equal(m->items[at].set, set)) at++;
    return at;
}

bool find_alternatives(const Items *m, ptrdiff_t from, Alternatives *out) {
    for (ptrdiff_t at = from, end; at < m->count; at = end) {
        end = stretch_end(m, at);
        *out = (Alternatives){at, end, m->items[at].set};
        while (out->to < m->count && is_kind(&m->items[out->to - 1], TOKEN_WORD) &&
               is_kind(&m->items[out->to], TOKEN_WORD) &&
               disjoint(out->set, m->items[out->to].set)) {
            out->set = set_join(out->set, m->items[out->to].set);
            out->to = stretch_end(m, out->to);
        }
        if (out->to > end) return true;
    }
    return false;
}

bool are_all_theirs(const Items *m, TextSet set) {
    for (ptrdiff_t k = 0; k < m->count; k++)
        if (!is_plain(&m->items[k]) || m->items[k].token->kind == TOKEN_MARK ||
            !within(m->items[k].set, set))
            return false;
    return true;
}

Items with_spaces(Arena *a, const Items *m, const Alternatives *g, Item space, bool behind) {
    Items out = {0};
    for (ptrdiff_t k = 0; k < m->count; k++) {
        const Item *it = &m->items[k];
        const bool inside = k >= g->from && k < g->to;
        const bool first = inside && (k == g->from || !set_equal(m->items[k - 1].set, it->set));
        const bool last = inside && (k + 1 == g->to || !set_equal(m->items[k + 1].set, it->set));
        space.set = it->set;
        space.who = it->who;
        if (first && !behind) items_add(a, &out, space);
        items_add(a, &out, *it);
        if (last && behind) items_add(a, &out, space);
    }
    return out;
}

/* A space that all of them put in, beside the alternatives, becomes one of each. */
static bool divide_space(Arena *a, Items *m, const Alternatives *g) {
    for (int behind = 1; behind >= 0; behind--) {
        const ptrdiff_t at = behind ? g->to : g->from - 1;
        if (at < 0 || at >= m->count || !is_kind(&m->items[at], TOKEN_SPACE) ||
            m->items[at].before || !set_equal(m->items[at].set, g->set))
            continue;
        const Item space = m->items[at];
        Alternatives rest = *g;
        memmove(m->items + at, m->items + at + 1, (size_t)(--m->count - at) * sizeof(Item));
        if (!behind) rest.from--, rest.to--;
        *m = with_spaces(a, m, &rest, space, behind);
        return true;
    }
    return false;
}

void divide_spaces(Arena *a, Items *m) {
    Alternatives g;
    for (ptrdiff_t at = 0; find_alternatives(m, at, &g);) {
        at = g.to;
        if (divide_space(a, m, &g)) at++;
    }
}
