/* people: who made a return's own tracked changes, noted on the nodes before they are accepted. */
#include "revise/int.h"

typedef struct Notes {
    Arena *arena;
    RevisePeople *people;
    Map by_name; /* hash of (author, date) -> person */
    uint32_t paragraph;
    Buf gone;       /* text of the stretch that is being gathered */
    uint32_t goner; /* who deleted it; 0: there is none */
    uint32_t gone_from;
    bool is_unsorted; /* a text box came between */
} Notes;

/* What encloses a node. */
typedef struct Enclosing {
    uint32_t inserter; /* 0: nobody */
    uint32_t deleter;
} Enclosing;

static uint64_t person_key(Str author, Str date) {
    const uint64_t key = hash_fast(author) * UINT64_C(0x9e3779b97f4a7c15) ^ hash_fast(date);
    return key ? key : 1;
}

static uint32_t person_add(Notes *s, Str author, Str date) {
    RevisePeople *p = s->people;
    p->items = arena_grow(s->arena, p->items, p->count, &p->cap, p->count + 1,
                          (ptrdiff_t)sizeof *p->items);
    p->items[p->count] = (RevisePerson){author, date};
    map_put(&s->by_name, person_key(author, date), (uint64_t)p->count);
    return (uint32_t)p->count++;
}

static uint32_t person_of(Notes *s, const XmlNode *revision) {
    Str author = xml_attr(revision, W_author), date = xml_attr(revision, W_date);
    uint64_t found;
    if (map_find(&s->by_name, person_key(author, date), &found)) {
        const RevisePerson *p = &s->people->items[found];
        if (str_equal(p->author, author) && str_equal(p->date, date)) return (uint32_t)found;
    }
    return person_add(s, arena_str(s->arena, author), arena_str(s->arena, date));
}

/* ---- what is gone ---- */

static void end_stretch(Notes *s) {
    RevisePeople *p = s->people;
    if (s->goner && s->gone.len) {
        p->gone = arena_grow(s->arena, p->gone, p->gone_count, &p->gone_cap, p->gone_count + 1,
                             (ptrdiff_t)sizeof *p->gone);
        s->is_unsorted |= p->gone_count && p->gone[p->gone_count - 1].paragraph > s->gone_from;
        p->gone[p->gone_count++] =
            (ReviseGone){s->gone_from, s->goner, arena_str(s->arena, buf_str(&s->gone))};
    }
    s->gone.len = 0;
    s->goner = 0;
}

static void add_gone(Notes *s, uint32_t person, Str text) {
    if (s->goner != person || s->gone_from != s->paragraph) end_stretch(s);
    s->goner = person;
    s->gone_from = s->paragraph;
    buf_add(&s->gone, text);
}

static Str text_of(const XmlNode *n) {
    switch (n->name) {
    case W_t:
    case W_delText:
    case M_t: return n->first && n->first->name == XML_TEXT ? n->first->text : S("");
    case W_tab:
    case W_ptab: return S("\t");
    case W_br:
    case W_cr: return S("\n");
    case W_noBreakHyphen: return S("\xE2\x80\x91");
    default: return S("");
    }
}

/* A run's text goes to the stretch; live text ends one. */
static void note_run_text(Notes *s, const XmlNode *run, Enclosing in) {
    for (const XmlNode *c = run->first; c; c = c->next) {
        const Str text = xml_is_element(c) ? text_of(c) : S("");
        if (!text.len) continue;
        if (!in.deleter) {
            end_stretch(s);
            return;
        }
        add_gone(s, in.deleter, text);
    }
}

/* ---- marks ---- */

static const XmlNode *mark_in(const XmlNode *holder, bool insertion) {
    for (const XmlNode *c = holder ? holder->first : NULL; c; c = c->next) {
        if (revise_class(c) == CLASS_CONTENT && is_insertion(c->name) == insertion) return c;
    }
    return NULL;
}

static void note_paragraph(Notes *s, XmlNode *p, Enclosing in) {
    XmlNode *properties = xml_child(p, W_pPr);
    if (!properties) return;
    XmlNode *format = xml_child(properties, W_rPr);
    const XmlNode *inserted = mark_in(format, true);
    const XmlNode *changed = xml_child(properties, W_pPrChange);
    const XmlNode *recoloured = xml_child(format, W_rPrChange);
    uint32_t person = in.inserter;
    if (inserted) person = person_of(s, inserted);
    if (format) format->mark = person;
    if (format && !person && recoloured) format->mark = person_of(s, recoloured);
    properties->mark = person;
    if (!person && changed) properties->mark = person_of(s, changed);
}

static void note_paragraph_end(Notes *s, const XmlNode *p, Enclosing in) {
    const XmlNode *deleted = mark_in(xml_child(xml_child(p, W_pPr), W_rPr), false);
    const uint32_t person = deleted ? person_of(s, deleted) : in.deleter;
    if (person) add_gone(s, person, S("\n"));
    end_stretch(s);
}

/* Who inserted or deleted the row or cell; its content goes with it. */
static void note_owner(Notes *s, XmlNode *n, const XmlNode *inserted, const XmlNode *deleted,
                       Enclosing *in) {
    if (inserted) in->inserter = person_of(s, inserted);
    if (deleted) in->deleter = person_of(s, deleted);
    n->mark = in->inserter;
}

static void note_element(Notes *s, XmlNode *e, Enclosing in);

static void note_below(Notes *s, XmlNode *e, Enclosing in) {
    for (XmlNode *c = e->first; c; c = c->next) {
        if (xml_is_element(c)) note_element(s, c, in);
    }
}

static void note_run(Notes *s, XmlNode *run, Enclosing in) {
    const XmlNode *changed = xml_child(xml_child(run, W_rPr), W_rPrChange);
    run->mark = in.inserter;
    if (!run->mark && changed) run->mark = person_of(s, changed);
    note_run_text(s, run, in);
    note_below(s, run, in);
}

/* An equation is one piece of text to those who read it, so an insertion in it is noted on it. */
static void note_equation(Notes *s, XmlNode *e, Enclosing in) {
    note_below(s, e, in);
    e->mark = in.inserter;
    for (const XmlNode *n = next_in(e, e); n && !e->mark; n = next_in(n, e)) {
        if (n->name == M_r || n->name == W_r) e->mark = n->mark;
    }
}

static void note_story(Notes *s, XmlNode *e, Enclosing in) { /* a text box or the like */
    const uint32_t paragraph = s->paragraph;
    note_below(s, e, in);
    end_stretch(s);
    s->paragraph = paragraph;
}

static void note_element(Notes *s, XmlNode *e, Enclosing in) {
    switch (e->name) {
    case W_ins:
    case W_moveTo: in.inserter = person_of(s, e); break;
    case W_del:
    case W_moveFrom: in.deleter = person_of(s, e); break;
    case W_p: {
        end_stretch(s);
        s->paragraph = e->mark = ++s->people->paragraphs;
        note_paragraph(s, e, in);
        note_below(s, e, in);
        note_paragraph_end(s, e, in);
        return;
    }
    case W_tr:
        note_owner(s, e, mark_in(xml_child(e, W_trPr), true), mark_in(xml_child(e, W_trPr), false),
                   &in);
        break;
    case W_tc:
        note_owner(s, e, xml_child(xml_child(e, W_tcPr), W_cellIns),
                   xml_child(xml_child(e, W_tcPr), W_cellDel), &in);
        break;
    case W_r:
    case M_r: note_run(s, e, in); return;
    case M_oMath:
    case M_oMathPara: note_equation(s, e, in); return;
    case W_txbxContent: note_story(s, e, in); return;
    case W_pPr:
    case W_rPr:
    case W_trPr:
    case W_tcPr:
    case W_tblPr:
    case W_sectPr:
    case W_sdtPr: return;
    default: break;
    }
    note_below(s, e, in);
}

static int by_paragraph(const void *ctx, ptrdiff_t x, ptrdiff_t y) {
    const ReviseGone *gone = ctx;
    return (gone[x].paragraph > gone[y].paragraph) - (gone[x].paragraph < gone[y].paragraph);
}

static void sort_gone(Arena *a, RevisePeople *p) {
    ptrdiff_t *order = NEW_ARRAY(a, ptrdiff_t, p->gone_count);
    ReviseGone *sorted = NEW_ARRAY(a, ReviseGone, p->gone_count);
    for (ptrdiff_t i = 0; i < p->gone_count; i++) order[i] = i;
    sort_indexes(a, order, p->gone_count, by_paragraph, p->gone);
    for (ptrdiff_t i = 0; i < p->gone_count; i++) sorted[i] = p->gone[order[i]];
    p->gone = sorted;
    p->gone_cap = p->gone_count;
}

void revise_note_people(Arena *a, XmlTree *t, RevisePeople *people) {
    if (!t->root) return;
    Notes s = {.arena = a, .people = people, .by_name = map_new(a), .gone = buf_new(a)};
    if (people->count == 0) (void)person_add(&s, S(""), S("")); /* nobody */
    for (ptrdiff_t i = 1; i < people->count; i++) {
        const RevisePerson *p = &people->items[i];
        map_put(&s.by_name, person_key(p->author, p->date), (uint64_t)i);
    }
    note_element(&s, t->root, (Enclosing){0, 0});
    end_stretch(&s);
    if (s.is_unsorted) sort_gone(a, people);
}
