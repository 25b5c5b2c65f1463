/* Blocks that offices move (docs/collation.md, 5): who moves what together, and what goes along. */
#include "collate/int.h"

static Move *shared_move(const Moves *moves, ptrdiff_t v, ptrdiff_t block, uint64_t target) {
    for (ptrdiff_t u = 0; u < v; u++)
        if (moves->base[u] && moves->base[u][block] && moves->base[u][block]->target == target)
            return moves->base[u][block];
    return NULL;
}

static bool movable(const DocBlock *blocks, const Version *v, DiffMove m) {
    for (ptrdiff_t k = 0; k < m.count; k++) {
        if (blocks[m.a + k].kind != BLOCK_PARAGRAPH || v->blocks[m.b + k].kind != BLOCK_PARAGRAPH)
            return false;
        if (blocks[m.a + k].has_section || v->blocks[m.b + k].has_section) return false;
    }
    return true;
}

/* Where in the base what stands at `block` of the version was put. */
static ptrdiff_t put_at(const Version *v, ptrdiff_t block) {
    for (ptrdiff_t i = 0; i < v->alignment.count; i++) {
        DiffSegment s = v->alignment.segments[i];
        if (s.b <= block && block < s.b + s.b_count) return s.a;
    }
    return -1;
}

void collect_moves(Arena *a, const DocBlock *blocks, ptrdiff_t count, const Version *versions,
                   ptrdiff_t n, Moves *moves) {
    moves->base = NEW_ARRAY(a, Move **, n);
    moves->version = NEW_ARRAY(a, Move **, n);
    moves->count = n;
    for (ptrdiff_t v = 0; v < n; v++) {
        const DiffAlignment *al = &versions[v].alignment;
        if (al->move_count == 0) continue;
        moves->base[v] = NEW_ARRAY(a, Move *, count);
        moves->version[v] = NEW_ARRAY(a, Move *, versions[v].count);
        for (ptrdiff_t i = 0; i < al->move_count; i++) {
            DiffMove m = al->moves[i];
            if (!movable(blocks, &versions[v], m)) continue;
            uint64_t target = (uint64_t)put_at(&versions[v], m.b) * 31 + m.count;
            for (ptrdiff_t k = 0; k < m.count; k++)
                target = target * 31 + versions[v].blocks[m.b + k].hash.a;
            Move *move = shared_move(moves, v, m.a, target);
            if (!move) {
                move = NEW(a, Move);
                move->target = target;
                move->from_marks = move->to_marks = m.count;
            }
            set_add(&move->set, versions[v].office);
            for (ptrdiff_t k = 0; k < m.count; k++)
                moves->base[v][m.a + k] = moves->version[v][m.b + k] = move;
        }
    }
}

const DiffSegment *segment_at(const Version *v, ptrdiff_t block) {
    for (ptrdiff_t i = first_segment(&v->alignment, block); i < v->alignment.count; i++) {
        const DiffSegment *s = &v->alignment.segments[i];
        if (s->a <= block && block < s->a + s->a_count) return s;
        if (s->a > block) break;
    }
    return NULL;
}

/* Of an edit that joins the block with others, what goes where is not said: it stays. */
TextSet taken_along(const Moves *moves, const DiffSegment *s) {
    TextSet who = {{0, 0}};
    if (s->kind != DIFF_EDIT || s->a_count != 1) return who;
    for (ptrdiff_t v = 0; v < moves->count; v++)
        if (moves->base[v] && moves->base[v][s->a]) who = set_join(who, moves->base[v][s->a]->set);
    return who;
}
