/* Who took away what a return no longer has, as far as its own tracked deletions say. These were
 * noted by paragraph before they were accepted; the paragraphs the return still has bear their
 * numbers, so a deletion is looked for where it was made. What nobody tracked has nobody's name. */
#include "collate/int.h"

enum {
    TRIED_MOST = 256, /* stretches looked at for one text: they come in its order, mostly */
    VANISHED_MOST = 64
};

/* The first stretch of a paragraph of that number or a later one. */
static ptrdiff_t first_gone(const RevisePeople *people, uint32_t paragraph) {
    ptrdiff_t low = 0, high = people->gone_count;
    while (low < high) {
        const ptrdiff_t middle = low + (high - low) / 2;
        if (people->gone[middle].paragraph < paragraph) low = middle + 1;
        else high = middle;
    }
    return low;
}

static bool took_mark(const ReviseGone *gone) { return str_ends(gone->text, S("\n")); }

/* The paragraphs whose mark went before the first one are in none of the blocks: their numbers come
 * just before its own. */
static ptrdiff_t before_vanished(const RevisePeople *people, ptrdiff_t from, uint32_t first) {
    for (int i = 0; i < VANISHED_MOST && from > 0; i++) {
        const ReviseGone *last = &people->gone[from - 1];
        if (last->paragraph + 1 < first || (last->paragraph < first && !took_mark(last))) break;
        first = last->paragraph;
        from--;
    }
    return from;
}

GoneRange gone_around(const Return *r, const Version *v, const DiffSegment *s) {
    const RevisePeople *people = &r->people;
    uint32_t first = 0, last = 0;
    const ptrdiff_t to = s->b + (s->b_count ? s->b_count : 1); /* of a gap: the blocks around it */
    for (ptrdiff_t j = s->b_count || !s->b ? s->b : s->b - 1; j < to && j < v->count; j++) {
        const uint32_t number = v->blocks[j].mark;
        if (number && !first) first = number;
        if (number) last = number;
    }
    if (!first) return (GoneRange){0, 0};
    return (GoneRange){before_vanished(people, first_gone(people, first), first),
                       first_gone(people, last + 1)};
}

/* ---- whether it is this text ---- */

static bool is_alnum(char c) {
    return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
}

/* Whether text has words in it, and not as parts of longer ones. */
static bool has_words(Str text, Str words) {
    for (ptrdiff_t at = 0, found; at + words.len <= text.len; at += found + 1) {
        found = str_find(str_slice(text, at, text.len), words);
        if (found < 0) return false;
        const char *start = text.ptr + at + found, *end = start + words.len;
        const bool begins = start == text.ptr || !is_alnum(start[-1]) || !is_alnum(*start);
        const bool ends = end == text.ptr + text.len || !is_alnum(end[-1]) || !is_alnum(*end);
        if (begins && ends) return true;
    }
    return false;
}

static bool is_of(const ReviseGone *gone, Str words) {
    const Str text = str_trim(gone->text);
    if (words.len == 0) return took_mark(gone);
    return has_words(text, words) || (text.len >= 4 && has_words(words, text));
}

uint32_t who_deleted(Return *r, GoneRange in, Str words) {
    const ptrdiff_t count = in.to - in.from;
    const bool goes_on = r->gone_cursor >= in.from && r->gone_cursor < in.to;
    const ptrdiff_t start = goes_on ? r->gone_cursor - in.from : 0;
    for (ptrdiff_t i = 0; i < count && i < TRIED_MOST; i++) {
        const ptrdiff_t k = in.from + (start + i) % count;
        if (!is_of(&r->people.gone[k], words)) continue;
        r->gone_cursor = k;
        return r->people.gone[k].person;
    }
    return 0;
}
