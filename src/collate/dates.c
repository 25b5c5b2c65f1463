/* Which date a change bears.
 *
 * One of which the return says when it was made bears that date. Of any other one no more is known
 * than that it was made before the return was last saved, and it bears the date of that. So all of
 * them have one date, and LibreOffice takes an insertion that ends a paragraph, and one by the same
 * author within a minute that begins the next, for one, with the mark between them, whoever's that
 * is: when it rejects them it joins the two paragraphs. There the second insertion is dated two
 * minutes to or fro. */
#include "collate/int.h"

static bool says_when(const Place *place, const Who *who) {
    return who && place->job->returns[who->office].people.items[who->person].date.len;
}

Str change_date(const Place *place, TextSet set, const Who *who) {
    const Return *r = &place->job->returns[who ? who->office : set_first(set)];
    return says_when(place, who) ? r->people.items[who->person].date : r->date;
}

Str insertion_date(const Place *place, TextSet set, const Who *who) {
    const Str date = change_date(place, set, who);
    const Seam *s = place->seam;
    bool other = s && s->instead.len && set_equal(set, s->own) && !says_when(place, who) &&
                 str_equal(date, s->instead_of);
    return other ? s->instead : date;
}

/* "2026-03-01T09:30:00Z" -> "2026-03-01T09:28:00Z"; within the hour. "" where it is no such date.
 */
static Str other_date(Arena *a, Str date) {
    enum { TENS = 14, ONES = 15 };
    if (date.len < 19 || date.ptr[10] != 'T' || date.ptr[13] != ':' || date.ptr[16] != ':')
        return S("");
    const int minute = 10 * (date.ptr[TENS] - '0') + date.ptr[ONES] - '0';
    if (minute < 0 || minute > 59) return S("");
    return arena_format(a, "%.*s%02d%.*s", TENS, date.ptr, minute < 2 ? minute + 2 : minute - 2,
                        (int)date.len - ONES - 1, date.ptr + ONES + 1);
}

/* A mark is shown as moved wherever it moves: see write.c. */
static bool is_inserted(const Item *it) {
    if (it->token->kind == TOKEN_MARK && it->move && set_equal(it->set, it->move->set))
        return false;
    return kind_of(it) == INSERTED;
}

void seam_begin(Place *place, const Item *content, ptrdiff_t count, const Item *mark) {
    Seam *s = place->seam;
    if (!s) return;
    const Item *first = count ? content : mark;
    s->instead = S("");
    if (set_empty(s->set) || !is_inserted(first) || !set_equal(first->set, s->set) ||
        says_when(place, first->who))
        return;
    const Str date = change_date(place, first->set, first->who);
    const Str other = other_date(place->job->arena, date);
    if (!str_equal(s->date, s->goes_on ? other : date)) return;
    s->own = first->set;
    s->instead_of = date;
    s->instead = other;
}

void seam_end(Place *place, const Item *content, ptrdiff_t count, const Item *mark) {
    Seam *s = place->seam;
    if (!s) return;
    const Item *last = kind_of(mark) != KEPT ? mark : count ? &content[count - 1] : NULL;
    Seam next = {.goes_on = last == mark};
    if (last && is_inserted(last)) {
        next.set = last->set;
        next.date = insertion_date(place, last->set, last->who);
    }
    *s = next;
}

void seam_none(Place *place) {
    if (place->seam) *place->seam = (Seam){0};
}
