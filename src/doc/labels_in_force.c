/* labels_in_force: the labels a place in the text stands under, and the id they make: an article,
 * in it a paragraph, in it a point. A label replaces its like and what stood under that. */
#include "doc/people.h"

enum { HEADING_MAX = 60 };

static bool is_keyword(LabelKind k) { return k != LABEL_NONE && k != LABEL_BARE; }

static int find_kind(const LabelStack *w, LabelKind kind) {
    for (int i = 0; i < w->depth; i++) {
        if (w->stack[i].kind == kind) return i;
    }
    return -1;
}

/* How many entries from the bottom a label of this kind may stand upon. */
static int depth_above(const LabelStack *w, unsigned kinds) {
    int depth = 0;
    for (int i = 0; i < w->depth; i++) {
        if (kinds >> w->stack[i].kind & 1) depth = i + 1;
    }
    return depth;
}

static int depth_for_keyword(const LabelStack *w, const Label *label) {
    const int same = find_kind(w, label->kind);
    const unsigned annex = 1u << LABEL_ANNEX, part = 1u << LABEL_PART;
    const unsigned section = 1u << LABEL_SECTION, article = 1u << LABEL_ARTICLE;
    switch (label->kind) {
    case LABEL_ANNEX: return 0;
    case LABEL_PART:
        for (int i = 0; i < w->depth; i++) {
            const bool is_part = w->stack[i].kind == LABEL_PART;
            if (is_part && str_equal_fold(w->stack[i].word, label->word)) return i;
        }
        return depth_above(w, annex | part);
    case LABEL_SECTION: return same >= 0 ? same : depth_above(w, annex | part | article);
    case LABEL_ARTICLE: return same >= 0 ? same : depth_above(w, annex | part | section);
    case LABEL_SUB: return same >= 0 ? same : depth_above(w, annex | part | section | article);
    case LABEL_NONE:
    case LABEL_BARE:
    case LABEL_PREAMBLE:
    case LABEL_KINDS: break;
    }
    return 0;
}

static bool is_prefix_number(const LabelEntry *e, Str number) {
    return e->number.len > 0 && e->number.len < number.len && str_starts(number, e->number) &&
           number.ptr[e->number.len] == '.';
}

/* The topmost bare entry of this form, not below a keyword. */
static int find_sibling(const LabelStack *w, uint32_t form, bool roman) {
    for (int i = w->depth - 1; i >= 0 && !is_keyword(w->stack[i].kind); i--) {
        if (w->stack[i].kind == LABEL_BARE && w->stack[i].form == form &&
            w->stack[i].roman == roman) {
            return i;
        }
    }
    return -1;
}

/* "i" is the ninth letter behind "h", else the first numeral. */
static bool reads_as_roman(const LabelStack *w, const Label *label) {
    if (label->letter == 0) return label->value > 0;
    if (label->value == 0) return false;
    const int letter = find_sibling(w, label->form, false);
    const int roman = find_sibling(w, label->form, true);
    const bool goes_on = letter >= 0 && label->letter == w->stack[letter].value + 1;
    const bool counts_on = roman >= 0 && label->value == w->stack[roman].value + 1;
    if (goes_on && counts_on) return roman > letter;
    if (goes_on || counts_on) return counts_on;
    return label->value == 1 || (roman >= 0 && roman > letter);
}

static bool is_letter_form(const Label *label) { return label->letter > 0; }

/* False when a weak label goes on no sequence: then it is none. */
static bool depth_for_bare(const LabelStack *w, const Label *label, const NumberLabel *number,
                           LabelEntry *entry, int *depth) {
    entry->roman = is_letter_form(label) && reads_as_roman(w, label);
    if (is_letter_form(label) && !entry->roman) entry->value = label->letter;
    const int sibling = find_sibling(w, label->form, entry->roman);
    const int64_t before = sibling >= 0 ? w->stack[sibling].value : 0;
    if (label->weak && !(entry->value > before && entry->value <= before + 3)) return false;
    *depth = w->depth;
    for (int i = 0; number->list && i < w->depth; i++) {
        if (w->stack[i].list == number->list && w->stack[i].level >= number->level) {
            *depth = i;
            return true;
        }
    }
    if (entry->dotted) {
        while (*depth > 0 && w->stack[*depth - 1].kind == LABEL_BARE &&
               !is_prefix_number(&w->stack[*depth - 1], label->number)) {
            --*depth;
        }
    } else if (sibling >= 0) {
        *depth = sibling;
    }
    return true;
}

static bool has_dot(Str s) { return str_find(s, S(".")) >= 0; }

/* ---- the id ---- */

/* A part or chapter is named only where it is needed, a section not above articles, and of headings
 * without numbers the last. */
static bool is_shown(const LabelStack *w, int i) {
    const LabelEntry *e = &w->stack[i];
    const bool last = i + 1 == w->depth;
    if (e->kind == LABEL_PART) return last || w->stack[i + 1].names_part;
    for (int k = i + 1; k < w->depth; k++) {
        if (e->kind == LABEL_SECTION && w->stack[k].kind == LABEL_ARTICLE) return false;
        if (e->kind == LABEL_NONE && w->stack[k].kind == LABEL_NONE) return false;
    }
    return true;
}

static void render_bare(const LabelStack *w, int i, Buf *out) {
    const LabelEntry *e = &w->stack[i];
    if (out->len == 0) {
        buf_add(out, e->number);
        return;
    }
    const LabelEntry *above = &w->stack[i - 1];
    if (e->dotted && is_prefix_number(above, e->number)) {
        buf_add(out, str_slice(e->number, above->number.len, e->number.len));
        return;
    }
    if (above->kind == LABEL_NONE) buf_byte(out, ' ');
    buf_add(out, e->wide ? S("（") : S("("));
    buf_add(out, e->number);
    buf_add(out, e->wide ? S("）") : S(")"));
}

static Str render(const LabelStack *w) {
    if (w->depth == 0) return w->base;
    Buf out = buf_new(w->arena);
    bool was_printed = false;
    for (int i = 0; i < w->depth; i++) {
        const LabelEntry *e = &w->stack[i];
        if (!is_shown(w, i)) continue;
        if (e->kind == LABEL_BARE) {
            render_bare(w, i, &out);
            continue;
        }
        const bool joins = was_printed && e->printed.len > 0;
        if (out.len > 0 && !joins) buf_add(&out, S(", "));
        was_printed = e->printed.len > 0;
        buf_add(&out, was_printed ? e->printed : e->word);
        if (!was_printed && e->number.len > 0) {
            if (e->word.len > 0) buf_byte(&out, ' ');
            buf_add(&out, e->number);
        }
    }
    return buf_str(&out);
}

/* Pushes entry upon the lowest `depth` ones. When it is the first below a part or chapter and its
 * id was seen in another one, numbers begin anew in each, and the id has to name it. */
static void push(LabelStack *w, int depth, const LabelEntry *entry) {
    if (depth >= LABELS_MAX) depth = LABELS_MAX - 1;
    w->depth = depth;
    LabelEntry *e = &w->stack[w->depth++];
    *e = *entry;
    e->serial = ++w->serial;
    w->id = render(w);
    if (depth == 0 || e[-1].kind != LABEL_PART || e->kind == LABEL_PART) return;
    uint64_t serial = 0;
    const uint64_t key = hash_fast(w->id);
    if (!map_find(&w->taken, key, &serial)) {
        map_put(&w->taken, key, (uint64_t)e[-1].serial);
    } else if (serial != (uint64_t)e[-1].serial) {
        e->names_part = true;
        w->id = render(w);
    }
}

void place_label(LabelStack *w, const Label *label, const NumberLabel *number) {
    LabelEntry e = {.kind = label->kind,
                    .form = label->form,
                    .wide = label->wide,
                    .dotted = label->kind == LABEL_BARE && has_dot(label->number),
                    .value = label->value,
                    .list = number->list,
                    .level = number->level,
                    .word = label->word,
                    .number = label->number,
                    .printed = label->printed};
    if (label->kind == LABEL_PREAMBLE) {
        w->depth = 0;
        w->id = w->base;
    } else if (label->kind == LABEL_BARE) {
        int depth = 0;
        if (depth_for_bare(w, label, number, &e, &depth)) push(w, depth, &e);
    } else {
        w->saw_keyword = true;
        push(w, depth_for_keyword(w, label), &e);
    }
}

static Str shorten(Arena *a, Str text) {
    Buf out = buf_new(a);
    text = str_trim(text);
    ptrdiff_t at = 0;
    for (int count = 0; at < text.len; count++) {
        if (count == HEADING_MAX) {
            buf_add(&out, S("…"));
            break;
        }
        const uint32_t c = utf8_next(text, &at);
        utf8_put(&out, c < 0x20 ? ' ' : c);
    }
    return buf_str(&out);
}

void pop_headings(LabelStack *w, int outline) {
    for (int i = 0; i < w->depth; i++) {
        if (w->stack[i].kind == LABEL_NONE && w->stack[i].outline >= outline) w->depth = i;
    }
}

void place_heading(LabelStack *w, Str text, int outline) {
    pop_headings(w, outline);
    LabelEntry e = {.kind = LABEL_NONE, .outline = outline, .word = shorten(w->arena, text)};
    push(w, depth_above(w, 1u << LABEL_NONE | 1u << LABEL_ANNEX), &e);
}

void labels_reset(LabelStack *w, Str base) {
    w->depth = 0;
    w->base = w->id = base;
}
