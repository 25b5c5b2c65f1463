/* Which of several equal paragraph marks goes.
 *
 * Paragraphs that come or go whole stand between a paragraph K and what follows them. It is all the
 * same (ISO 29500-1 17.13.5.15) whether their own marks are the changed ones, or K's mark and all
 * of theirs but the last, as when somebody selects from the end of K to the end of the last of
 * them; if only the last mark is formatted like K's, or becomes so: where K's format is changed by
 * the one who changes the marks, the change of format goes to the last mark. Word reads both.
 * LibreOffice cannot join a paragraph with a table, and loses what floats in a paragraph of which
 * there is nothing else when it joins one with it; and where a paragraph goes in several pieces it
 * takes them out from the last to the first, and so has the paragraph behind keep the formatting of
 * the one that went. There the second way is written. */
#include "collate/int.h"

static XmlNode *mark_of(const XmlNode *p) { return xml_child(xml_child(p, W_pPr), W_rPr); }

static bool comes(uint16_t name) { return name == W_ins || name == W_moveTo; }
static bool goes(uint16_t name) { return name == W_del || name == W_moveFrom; }

/* The one change of p's mark; NULL also where there are two. */
static XmlNode *change_of(const XmlNode *p) {
    XmlNode *found = NULL, *run = mark_of(p);
    for (XmlNode *n = run ? run->first : NULL; n; n = n->next) {
        if (!comes(n->name) && !goes(n->name)) continue;
        if (found) return NULL;
        found = n;
    }
    return found;
}

/* Whether p's mark is nobody's change, and formats what it formats for all. */
static bool is_settled(const XmlNode *p) {
    const XmlNode *properties = xml_child(p, W_pPr), *run = mark_of(p);
    if (xml_child(properties, W_sectPr) || xml_child(properties, W_pPrChange)) return false;
    for (const XmlNode *n = run ? run->first : NULL; n; n = n->next)
        if (comes(n->name) || goes(n->name) || n->name == W_rPrChange) return false;
    return true;
}

/* Whether p's mark is nobody's change, and its format at most that of the one who makes change. */
static bool is_settled_but_for(const XmlNode *p, const XmlNode *change) {
    const XmlNode *properties = xml_child(p, W_pPr), *run = mark_of(p);
    const XmlNode *formats[] = {xml_child(properties, W_pPrChange), xml_child(run, W_rPrChange)};
    if (xml_child(properties, W_sectPr)) return false;
    for (const XmlNode *n = run ? run->first : NULL; n; n = n->next)
        if (comes(n->name) || goes(n->name)) return false;
    for (int i = 0; i < 2; i++)
        if (formats[i] && !str_equal(xml_attr(formats[i], W_author), xml_attr(change, W_author)))
            return false;
    return true;
}

static bool looks_like(Place *place, const XmlNode *p, const XmlNode *q) {
    return doc_properties(place->context, xml_child(p, W_pPr)) ==
           doc_properties(place->context, xml_child(q, W_pPr));
}

static bool is_marked_like(Place *place, const XmlNode *p, const XmlNode *q) {
    return looks_like(place, p, q) &&
           doc_properties(place->context, mark_of(p)) == doc_properties(place->context, mark_of(q));
}

/* Every name of part, a list with "; ", is one of whole's. */
static bool names_all(Str whole, Str part) {
    while (part.len) {
        ptrdiff_t cut = str_find(part, S("; "));
        if (!revise_names_office(whole, cut < 0 ? part : str_slice(part, 0, cut))) return false;
        part = cut < 0 ? S("") : str_slice(part, cut + 2, part.len);
    }
    return true;
}

/* Whether n's change alone sees to it that its content is not there when the mark is not. */
static bool sees_to_it(const XmlNode *n, const XmlNode *mark) {
    Str theirs = xml_attr(n, W_author), own = xml_attr(mark, W_author);
    return goes(mark->name) ? goes(n->name) && names_all(theirs, own)
                            : comes(n->name) && names_all(own, theirs);
}

/* Whether what stands in n is not there in any text in which the mark is not. */
static bool shares_fate(const XmlNode *n, const XmlNode *mark) {
    if (!comes(n->name) && !goes(n->name)) return false;
    if (sees_to_it(n, mark)) return true;
    for (const XmlNode *c = n->first; c; c = c->next) /* a change within another's */
        if (!sees_to_it(c, mark)) return false;
    return n->first != NULL;
}

static bool is_anchor(const XmlNode *n) {
    switch (n->name) {
    case W_pPr:
    case W_bookmarkStart:
    case W_bookmarkEnd:
    case W_commentRangeStart:
    case W_commentRangeEnd:
    case W_moveFromRangeStart:
    case W_moveFromRangeEnd:
    case W_moveToRangeStart:
    case W_moveToRangeEnd:
    case W_proofErr: return true;
    default: break;
    }
    if (n->name != W_r) return false;
    for (const XmlNode *c = n->first; c; c = c->next)
        if (c->name != W_rPr && c->name != W_commentReference) return false;
    return true;
}

static bool is_whole(const XmlNode *p, const XmlNode *mark) {
    for (const XmlNode *n = p->first; n; n = n->next)
        if (!is_anchor(n) && !shares_fate(n, mark)) return false;
    return true;
}

/* ---- how LibreOffice takes it ---- */

/* Whether it keeps both as one change. Dates that differ part them, too; but who wrote a paragraph
 * in two sittings is not to see another mark changed for it. */
static bool is_one(const XmlNode *x, const XmlNode *y) {
    return x->name == y->name && str_equal(xml_attr(x, W_author), xml_attr(y, W_author));
}

static bool holds_change(const XmlNode *change) {
    for (const XmlNode *n = change->first; n; n = n->next)
        if (comes(n->name) || goes(n->name)) return true;
    return false;
}

static bool is_in_pieces(const XmlNode *p, const XmlNode *mark) {
    for (const XmlNode *n = p->first; n; n = n->next)
        if (!is_anchor(n) && (!is_one(n, mark) || holds_change(n))) return true;
    return false;
}

/* ---- what was written, once more as nodes ---- */

typedef struct Written {
    XmlNode *raw; /* a child of the container: markup; or a node like others, and no tree */
    XmlTree *tree;
    bool is_read;
} Written;

/* Whether there is a changed mark in it; as write.c writes one. */
static bool has_changed_mark(const Place *place, Str text) {
    static const char *const names[] = {"ins ", "del ", "moveFrom ", "moveTo "};
    Str before = S("rPr><");
    for (ptrdiff_t at; (at = str_find(text, before)) >= 0;) {
        text = str_slice(text, at + before.len, text.len);
        if (!str_starts(text, place->w)) continue;
        Str name = str_slice(text, place->w.len, text.len);
        for (int i = 0; i < 4; i++)
            if (str_starts(name, str_from_z(names[i]))) return true;
    }
    return false;
}

/* Its first node. NULL where there is none, or it cannot be read. */
static XmlNode *read_written(Place *place, Written *w) {
    if (w->raw->name != XML_RAW) return w->raw;
    if (w->is_read) return w->tree ? w->tree->root->first : NULL;
    w->is_read = true;
    Arena *a = place->job->scratch;
    Buf text = buf_new(a);
    buf_add(&text, S("<all"));
    for (ptrdiff_t i = 0; i < place->tree->prefix_count; i++) {
        XmlPrefix p = place->tree->prefixes[i];
        buf_add(&text, p.prefix.len ? S(" xmlns:") : S(" xmlns"));
        buf_add(&text, p.prefix);
        buf_add(&text, S("=\""));
        xml_write_attr_value(xml_ns_uri(place->job->names, p.ns), &text);
        buf_byte(&text, '"');
    }
    buf_byte(&text, '>');
    buf_add(&text, w->raw->text);
    buf_add(&text, S("</all>"));
    PxErr err = {0};
    if (!xml_parse(a, place->job->names, place->tree->part, buf_str(&text), NULL, &w->tree, &err))
        w->tree = NULL;
    return w->tree ? w->tree->root->first : NULL;
}

static void write_again(Place *place, const Written *w) {
    if (!w->tree) return;
    Buf out = buf_new(place->job->arena);
    for (const XmlNode *n = w->tree->root->first; n; n = n->next)
        xml_write_node(place->tree, w->tree, n, &out);
    w->raw->text = buf_str(&out);
    xml_touch(w->raw);
}

/* ---- paragraphs that come or go together ---- */

typedef struct Together {
    Written *behind;      /* where K is: its last node; or NULL */
    XmlNode *before;      /* K, where it is known */
    XmlNode *last, *mark; /* the last of them, and the change of its mark; NULL: none */
    Written *in;          /* where that is */
    bool in_pieces;
    bool differ; /* in formatting */
} Together;

static bool is_same_fate(const XmlNode *mark, const XmlNode *next) {
    return comes(mark->name) == comes(next->name) &&
           str_equal(xml_attr(mark, W_author), xml_attr(next, W_author));
}

/* Whether n is one more of them. */
static bool goes_on(const Together *t, const XmlNode *n) {
    const XmlNode *mark = n->name == W_p && t->last ? change_of(n) : NULL;
    return mark && is_same_fate(t->mark, mark) && is_whole(n, mark);
}

static void add_paragraph(Place *place, Together *t, XmlNode *p, Written *in) {
    XmlNode *mark = change_of(p);
    if (!mark || !is_whole(p, mark)) {
        *t = (Together){.behind = in, .before = p};
        return;
    }
    if (t->last && !is_same_fate(t->mark, mark)) *t = (Together){0}; /* no mark to take */
    t->in_pieces = t->in_pieces || is_in_pieces(p, mark);
    t->differ = t->differ || (t->last && !looks_like(place, t->last, p));
    t->last = p;
    t->mark = mark;
    t->in = in;
}

static XmlNode *last_paragraph(Place *place, Written *w) {
    XmlNode *last = NULL;
    for (XmlNode *n = read_written(place, w); n; n = w->tree ? n->next : NULL)
        if (!xml_is_element(n) || !is_anchor(n)) last = n;
    return last && last->name == W_p ? last : NULL;
}

/* Whether what follows would lose what floats there; an empty paragraph that ends a section is none
 * to LibreOffice. */
static bool would_lose(const XmlNode *next) {
    const XmlNode *properties = next->name == W_p ? xml_child(next, W_pPr) : NULL;
    if (xml_child(properties, W_sectPr) && !properties->next && next->next) next = next->next;
    return next->name == W_p && holds_floating_alone(next);
}

/* Whether next, which stands behind the last, is better off when not the last mark goes. */
static bool is_shift_wanted(Place *place, const Together *t, const XmlNode *next) {
    if (next->name == W_tbl) return true;
    return next->name == W_p && t->in_pieces && (t->differ || !looks_like(place, t->last, next));
}

/* next: NULL where it is not known. */
static bool is_better_shifted(Place *place, Together *t, Written *w, const XmlNode *next) {
    if (!t->last || !(t->before || t->behind)) return false;
    const XmlNode *properties = xml_child(t->last, W_pPr);
    if (xml_child(properties, W_pPrChange) || xml_child(mark_of(t->last), W_rPrChange) ||
        xml_child(properties, W_sectPr))
        return false;
    if (!next && t->in_pieces) next = read_written(place, w);
    if (!next) return false;
    const bool lost = would_lose(next);
    if (!lost && !is_shift_wanted(place, t, next)) return false;
    if (!t->before) t->before = last_paragraph(place, t->behind);
    if (!t->before) return false;
    if (is_settled(t->before)) return lost || is_marked_like(place, t->before, t->last);
    return is_settled_but_for(t->before, t->mark);
}

/* ---- the last one takes over the change of K's format ---- */

static bool is_format(uint16_t name) {
    return name != W_rPr && name != W_sectPr && name != W_pPrChange && name != W_rPrChange &&
           !comes(name) && !goes(name);
}

/* What to says of the format becomes what from says. */
static void set_format(XmlTree *tree, XmlNode *to, const XmlNode *from) {
    for (XmlNode *n = to->first, *next; n; n = next) {
        next = n->next;
        if (is_format(n->name)) xml_remove(n);
    }
    XmlNode *before = to->first;
    while (before && (comes(before->name) || goes(before->name))) before = before->next;
    for (const XmlNode *n = from ? from->first : NULL; n; n = n->next)
        if (is_format(n->name)) xml_insert(to, xml_copy(tree, n), before);
}

typedef struct Side {
    XmlTree *tree;
    XmlNode *properties; /* w:pPr or w:rPr */
} Side;

/* change: how K's properties are changed by set, w:pPrChange or w:rPrChange, or NULL. stays: K
 * keeps what it has become, since its mark comes; else it is again what it was. */
static void take_format(Place *place, Side k, Side last, XmlNode *change, TextSet set, bool stays) {
    const uint16_t name = last.properties->name;
    XmlNode *was = xml_element(last.tree, name);
    const XmlNode *k_was = change ? xml_child(change, name) : k.properties;
    set_format(last.tree, was, stays ? k_was : last.properties);
    if (!stays) {
        set_format(last.tree, last.properties, k.properties);
        if (change) set_format(k.tree, k.properties, k_was);
    }
    XmlNode *record = change ? xml_copy(last.tree, change) : NULL;
    if (record) {
        xml_remove(xml_child(record, name));
        xml_remove(change);
    }
    if (doc_properties(place->context, was) == doc_properties(place->context, last.properties))
        return;
    if (!record) {
        Place there = *place;
        there.tree = last.tree;
        record = make_change(&there, name == W_pPr ? W_pPrChange : W_rPrChange, set, NULL);
    }
    xml_insert(record, was, NULL);
    xml_insert(last.properties, record, NULL);
}

/* So that what stands in each text when t's mark is K's, and K's mark when it was t's, is formatted
 * as it was. */
static void exchange_formats(Place *place, const Together *t) {
    Place there = *place, here = *place;
    if (t->behind->tree) there.tree = t->behind->tree;
    if (t->in->tree) here.tree = t->in->tree;
    XmlNode *k = ensure_properties(&there, t->before, W_pPr),
            *last = ensure_properties(&here, t->last, W_pPr);
    const TextSet set = offices_named(place->job, xml_attr(t->mark, W_author));
    const bool stays = comes(t->mark->name);
    XmlNode *change = xml_child(k, W_pPrChange);
    take_format(place, (Side){there.tree, k}, (Side){here.tree, last}, change, set, stays);
    k = ensure_properties(&there, k, W_rPr);
    last = ensure_properties(&here, last, W_rPr);
    change = xml_child(k, W_rPrChange);
    take_format(place, (Side){there.tree, k}, (Side){here.tree, last}, change, set, stays);
}

/* The end of a move stays before the mark that no longer moves. */
static void take_in(XmlNode *p) {
    XmlNode *parent = p->parent;
    while (p->next && (p->next->name == W_moveFromRangeEnd || p->next->name == W_moveToRangeEnd)) {
        XmlNode *end = p->next;
        p->next = end->next;
        if (parent->last == end) parent->last = p;
        end->parent = end->next = NULL;
        xml_insert(p, end, NULL);
    }
}

static void shift(Place *place, const Together *t) {
    Place there = *place;
    if (t->behind->tree) there.tree = t->behind->tree;
    if (!is_settled(t->before) || !is_marked_like(place, t->before, t->last))
        exchange_formats(place, t);
    XmlNode *run = mark_of(t->last), *change = xml_copy(there.tree, t->mark);
    if (change->name == W_moveFrom || change->name == W_moveTo) {
        xml_rename(change, comes(change->name) ? W_ins : W_del);
        take_in(t->last);
    }
    xml_remove(t->mark);
    if (!run->first) xml_remove(run);
    run = ensure_properties(&there, ensure_properties(&there, t->before, W_pPr), W_rPr);
    xml_insert(run, change, run->first);
    write_again(place, t->in);
    if (t->behind != t->in) write_again(place, t->behind);
}

static void settle_node(Place *place, Together *t, XmlNode *n, Written *in) {
    if (!xml_is_element(n) || (is_anchor(n) && n->name != W_r)) return;
    if (!goes_on(t, n) && is_better_shifted(place, t, in, n)) {
        shift(place, t);
        *t = (Together){0};
    }
    if (n->name == W_p) add_paragraph(place, t, n, in);
    else *t = (Together){0};
}

void settle_marks(Place *place, XmlNode *container) {
    Arena *scratch = place->job->scratch;
    ArenaMark mark = arena_mark(scratch);
    Together t = {0};
    for (XmlNode *n = container->first, *next; n; n = next) {
        next = n->next;
        Written *w = NEW(scratch, Written);
        w->raw = n;
        if (n->name != XML_RAW) {
            settle_node(place, &t, n, w);
        } else if (has_changed_mark(place, n->text)) {
            for (XmlNode *c = read_written(place, w), *after; c; c = after) {
                after = c->next;
                settle_node(place, &t, c, w);
            }
        } else {
            if (is_better_shifted(place, &t, w, NULL)) shift(place, &t);
            t = (Together){.behind = w};
        }
    }
    arena_rewind(scratch, mark);
}
