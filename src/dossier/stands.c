/* stands: where each body stands on each provision that concerns it.
 *
 * A clearance names the digests of the provisions it covers. It holds while the provision has that
 * digest, or one that a chain of changes certified as editorial leads to. Every other change makes
 * it stale, for that provision and no other. A provision that was left out has the empty digest:
 * who had cleared it is asked about that, too. */
#include "dossier/int.h"

Str words_list(Arena *a, const Str *words, ptrdiff_t count, ptrdiff_t most) {
    Buf out = buf_new(a);
    for (ptrdiff_t i = 0; i < count && i < most; i++) {
        if (i) buf_add(&out, i == count - 1 ? S(" and ") : S(", "));
        buf_add(&out, words[i]);
    }
    if (count > most) buf_format(&out, " and %td more", count - most);
    return buf_str(&out);
}

/* ---- whom a provision concerns ---- */

typedef struct Concern {
    Str body;
    bool is_all;
    Map ids;
} Concern;

typedef struct Concerns {
    Concern *all;
    ptrdiff_t count, cap;
    Arena *arena;
} Concerns;

static Concern *concern_of(Concerns *cs, Str body) {
    for (ptrdiff_t i = 0; i < cs->count; i++) {
        if (str_equal(cs->all[i].body, body)) return &cs->all[i];
    }
    cs->all = arena_grow(cs->arena, cs->all, cs->count, &cs->cap, cs->count + 1, sizeof *cs->all);
    cs->all[cs->count] = (Concern){.body = body, .ids = map_new(cs->arena)};
    return &cs->all[cs->count++];
}

static bool concerns_load(Store *s, Arena *a, Str dossier, Concerns *out, PxErr *err) {
    Rows r;
    *out = (Concerns){.arena = a};
    if (!STORE_ROWS(s, a, &r, err, addressee_all, T(dossier))) return false;
    for (ptrdiff_t i = 0; i < r.rows; i++) {
        Concern *c = concern_of(out, cell(&r, i, 1));
        const Str text = cell(&r, i, 7);
        Json *ids;
        if (!text.len) {
            c->is_all = true;
            continue;
        }
        if (!json_read(a, S("concerns"), text, &ids, err)) return false;
        for (ptrdiff_t k = 0; k < ids->count; k++) {
            map_put(&c->ids, (uint64_t)ids->items[k]->number, 1);
        }
    }
    return true;
}

/* A provision concerns a body that was asked about it, or about one it now lies under. */
static bool is_concerned(const Concern *c, const Provision *all, ptrdiff_t at) {
    if (c->is_all || map_find(&c->ids, (uint64_t)all[at].id, NULL)) return true;
    const Str number = all[at].number;
    for (ptrdiff_t i = at - 1; i >= 0; i--) {
        const Str above = all[i].number;
        if (!above.len || number.len == above.len || !number_is_under(number, above)) continue;
        if (map_find(&c->ids, (uint64_t)all[i].id, NULL)) return true;
    }
    return false;
}

/* ---- what was given ---- */

typedef struct Given { /* the latest stance of a body on a provision */
    Str body, digest, on;
    int64_t provision;
    bool is_objection, is_withdrawn;
} Given;

static uint64_t given_key(Str body, int64_t provision) {
    const uint64_t mixed = hash_fast(body) ^ (uint64_t)provision * UINT64_C(0x9e3779b97f4a7c15);
    return mixed ? mixed : 1;
}

typedef struct Givens {
    Given *all;
    ptrdiff_t count;
    Map at;
} Givens;

static bool givens_load(Store *s, Arena *a, Str dossier, Givens *out, PxErr *err) {
    Rows r;
    if (!STORE_ROWS(s, a, &r, err, stance_provisions, T(dossier))) return false;
    out->all = NEW_ARRAY(a, Given, r.rows);
    out->count = r.rows;
    out->at = map_new(a);
    for (ptrdiff_t i = 0; i < r.rows; i++) { /* in order of number: the last one counts */
        const Str body = cell(&r, i, 0);
        out->all[i] = (Given){.body = body,
                              .is_objection = str_equal(cell(&r, i, 1), S("object")),
                              .on = cell(&r, i, 2),
                              .provision = cell_int(&r, i, 3),
                              .digest = cell(&r, i, 4),
                              .is_withdrawn = cell(&r, i, 5).len > 0};
        map_put(&out->at, given_key(body, cell_int(&r, i, 3)), (uint64_t)i + 1);
    }
    return true;
}

static const Given *given_find(const Givens *g, Str body, int64_t provision) {
    uint64_t at;
    if (!map_find(&g->at, given_key(body, provision), &at)) return NULL;
    const Given *given = &g->all[at - 1];
    return given->provision == provision && str_equal(given->body, body) ? given : NULL;
}

/* ---- editorial changes ---- */

/* Certified changes of the provision lead from one digest to the other, by whatever way: a text may
 * have been changed back, and changed again. */
static bool leads_to(Arena *a, const Rows *editorial, int64_t provision, Str from, Str to) {
    Str *reached = NEW_ARRAY(a, Str, editorial->rows + 1);
    ptrdiff_t count = 0;
    reached[count++] = from;
    for (ptrdiff_t at = 0; at < count; at++) {
        if (str_equal(reached[at], to)) return true;
        for (ptrdiff_t i = 0; i < editorial->rows; i++) {
            const Str next = cell(editorial, i, 2);
            bool is_new = cell_int(editorial, i, 0) == provision &&
                          str_equal(cell(editorial, i, 1), reached[at]);
            for (ptrdiff_t k = 0; k < count && is_new; k++) is_new = !str_equal(reached[k], next);
            if (is_new) reached[count++] = next;
        }
    }
    return false;
}

/* ---- together ---- */

typedef struct Table {
    Arena *arena;
    const Givens *givens;
    const Rows *editorial, *silent;
} Table;

static bool is_silent(const Rows *silent, Str body) {
    for (ptrdiff_t i = 0; i < silent->rows; i++) {
        if (str_equal(cell(silent, i, 0), body)) return true;
    }
    return false;
}

static Stand stand_of(const Table *t, Str body, Provision p) {
    Stand out = {.body = body, .provision = p, .standing = STANDING_MISSING};
    const Given *g = given_find(t->givens, body, p.id);
    if (!g || g->is_withdrawn) {
        if (is_silent(t->silent, body)) out.standing = STANDING_SILENT;
        return out;
    }
    out.is_objection = g->is_objection;
    out.on = g->on;
    out.digest = g->digest;
    const bool is_same = str_equal(g->digest, p.digest);
    out.is_editorial = !is_same && leads_to(t->arena, t->editorial, p.id, g->digest, p.digest);
    out.standing = is_same || out.is_editorial ? STANDING_CURRENT : STANDING_STALE;
    return out;
}

/* What bodies gave on provisions that an earlier draft had and this one has not. */
static bool gone_add(Store *s, Arena *a, const Dossier *d, const Provision *all,
                     ptrdiff_t provisions, const Givens *givens, Stand *out, ptrdiff_t *count,
                     PxErr *err) {
    Map there = map_new(a);
    for (ptrdiff_t i = 0; i < provisions; i++) map_put(&there, (uint64_t)all[i].id, 1);
    for (ptrdiff_t i = 0; i < givens->count; i++) {
        const Given *g = &givens->all[i];
        Rows r;
        if (map_find(&there, (uint64_t)g->provision, NULL) || g->is_withdrawn || !g->digest.len ||
            given_find(givens, g->body, g->provision) != g) {
            continue;
        }
        if (!STORE_ROWS(s, a, &r, err, provision_before, T(d->id), I(g->provision), I(d->version)))
            return false;
        if (!r.rows) continue; /* of a later draft */
        const Str number = cell(&r, 0, 0);
        out[(*count)++] =
            (Stand){.body = g->body,
                    .provision = {g->provision,
                                  arena_format(a, "%.*s (left out)", (int)number.len, number.ptr),
                                  cell(&r, 0, 1),
                                  {NULL, 0}},
                    .standing = STANDING_STALE,
                    .is_objection = g->is_objection,
                    .on = g->on,
                    .digest = g->digest};
    }
    return true;
}

bool stands_load(Store *s, Arena *a, const Dossier *d, Stand **out, ptrdiff_t *count, PxErr *err) {
    Concerns concerns;
    Provision *all;
    ptrdiff_t provisions;
    Givens givens;
    Rows editorial, silent;
    if (!concerns_load(s, a, d->id, &concerns, err) || !givens_load(s, a, d->id, &givens, err) ||
        !provisions_load(s, a, d->id, d->version, &all, &provisions, err) ||
        !STORE_ROWS(s, a, &editorial, err, editorial_all, T(d->id)) ||
        !STORE_ROWS(s, a, &silent, err, reply_silent, T(d->id))) {
        return false;
    }
    const Table table = {a, &givens, &editorial, &silent};
    *count = 0;
    *out = NEW_ARRAY(a, Stand, concerns.count * provisions + givens.count);
    for (ptrdiff_t b = 0; b < concerns.count; b++) {
        for (ptrdiff_t i = 0; i < provisions; i++) {
            if (!is_concerned(&concerns.all[b], all, i)) continue;
            (*out)[(*count)++] = stand_of(&table, concerns.all[b].body, all[i]);
        }
    }
    return gone_add(s, a, d, all, provisions, &givens, *out, count, err);
}
