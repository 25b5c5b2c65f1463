/* The content of a paragraph: wrappers (links, controls, fields) around changes around runs. */
#include "collate/int.h"

typedef struct Writer {
    Place *place;
    Buf *out;
    const Item *change; /* an item of the open change, or NULL */
    ChangeKind kind, nested;
    const Item *run; /* an item of the open run, or NULL */
    bool text;       /* a w:t is open */
} Writer;

/* Words that an office puts in may not be taken away within its own insertion: only what it moved
 * as it was. */
static ChangeKind nested_kind_of(const Item *it) {
    bool own = !it->base && it->move && it->nested_kind == DELETED;
    return own && kind_of(it) != MOVED_HERE ? KEPT : it->nested_kind;
}

static bool is_deleted(const Writer *w) { return w->kind == DELETED || w->nested == DELETED; }

static void put(Writer *w, const char *z) {
    for (; *z; z++)
        if (*z == '~') buf_add(w->out, w->place->w); /* "<~r>" is "<w:r>" */
        else buf_byte(w->out, *z);
}

static void close_text(Writer *w) {
    if (w->text) put(w, is_deleted(w) ? "</~delText>" : "</~t>");
    w->text = false;
}

static void close_run(Writer *w) {
    close_text(w);
    if (w->run) put(w, "</~r>");
    w->run = NULL;
}

static const char *const tags[] = {"", "~ins", "~del", "~moveFrom", "~moveTo"};

static void close_tag(Writer *w, ChangeKind kind) {
    put(w, "</");
    put(w, tags[kind]);
    put(w, ">");
}

static void close_change(Writer *w) {
    close_run(w);
    if (w->nested != KEPT) close_tag(w, w->nested);
    if (w->change) close_tag(w, w->kind);
    w->change = NULL;
    w->kind = w->nested = KEPT;
}

static bool same_who(const Who *x, const Who *y) {
    for (; x && y; x = x->next, y = y->next)
        if (x->office != y->office || x->person != y->person) return false;
    return x == y;
}

static void open_tag(Writer *w, ChangeKind kind, TextSet set, const Who *who) {
    put(w, "<");
    put(w, tags[kind]);
    write_change_attrs(w->place, kind, set, who, w->out);
    put(w, ">");
}

static bool same_change(const Item *x, const Item *y) {
    return set_equal(x->set, y->set) && same_who(x->who, y->who) &&
           set_equal(x->nested, y->nested) && same_who(x->nested_who, y->nested_who);
}

static void open_change(Writer *w, const Item *it) {
    ChangeKind kind = kind_of(it), nested = nested_kind_of(it);
    if (kind == w->kind && nested == w->nested && (kind == KEPT || same_change(it, w->change)))
        return;
    close_change(w);
    if (kind == KEPT) return;
    open_tag(w, kind, it->set, it->who);
    if (nested != KEPT) open_tag(w, nested, it->nested, it->nested_who);
    w->change = it;
    w->kind = kind;
    w->nested = nested;
}

/* ---- runs ---- */

static void write_run_children(Writer *w, const XmlNode *properties) {
    for (const XmlNode *c = properties ? properties->first : NULL; c; c = c->next)
        if (c->name != W_rPrChange && c->name != W_ins && c->name != W_del &&
            c->name != W_moveFrom && c->name != W_moveTo)
            xml_write_node(w->place->tree, w->place->tree, c, w->out);
}

/* The schema knows no attributes of a property set, but others write some. */
static void open_set(Writer *w, const XmlNode *properties) {
    if (properties && properties->attr_count)
        xml_write_start(w->place->tree, properties, false, w->out);
    else put(w, "<~rPr>");
}

static void close_set(Writer *w, const XmlNode *properties) {
    if (properties && properties->attr_count) xml_write_end(w->place->tree, properties, w->out);
    else put(w, "</~rPr>");
}

static void write_run_properties(Writer *w, const Item *it) {
    const XmlNode *own = xml_child(it->token->run, W_rPr), *shown = own;
    ptrdiff_t office = it->office;
    if (it->changed) {
        shown = xml_child(it->changed->run, W_rPr);
        office = it->changed_office;
    }
    if (shown && office >= 0) shown = copy_foreign(w->place, office, shown);
    if (!it->changed && (!shown || !(shown->first || shown->attr_count))) return;
    open_set(w, shown);
    write_run_children(w, shown);
    if (it->changed) {
        put(w, "<~rPrChange");
        write_change_attrs(w->place, KEPT, it->changed_set, it->changed_who, w->out);
        put(w, ">");
        open_set(w, own);
        write_run_children(w, own);
        close_set(w, own);
        put(w, "</~rPrChange>");
    }
    close_set(w, shown);
}

static bool same_run(const Item *x, const Item *y) {
    if (x->token->format != y->token->format || !x->changed != !y->changed) return false;
    return !x->changed ||
           (x->changed->format == y->changed->format && set_equal(x->changed_set, y->changed_set) &&
            same_who(x->changed_who, y->changed_who));
}

static void open_run(Writer *w, const Item *it) {
    if (w->run && same_run(w->run, it)) return;
    close_run(w);
    put(w, "<~r>");
    write_run_properties(w, it);
    w->run = it;
}

static void write_text(Writer *w, Str text) {
    if (!w->text)
        put(w, is_deleted(w) ? "<~delText xml:space=\"preserve\">" : "<~t xml:space=\"preserve\">");
    w->text = true;
    xml_write_text(text, w->out);
}

/* The part of a word at a byte, as a token of its own; lowers *end to where it ends. */
static const DocToken *part_at(Arena *a, const DocToken *t, ptrdiff_t at, ptrdiff_t *end) {
    DocToken *part = NEW(a, DocToken);
    *part = *t;
    part->parts = NULL;
    for (int32_t i = 0; i < t->part_count; i++) {
        if (t->parts[i].at > at) {
            if (t->parts[i].at < *end) *end = t->parts[i].at;
            break;
        }
        part->format = t->parts[i].format;
        part->run = t->parts[i].run;
    }
    return part;
}

/* A word of several formats, or one that is to have several: a run for each. */
static void write_parts(Writer *w, const Item *it) {
    Arena *a = w->place->job->scratch;
    const Str text = it->token->text;
    for (ptrdiff_t at = 0, end; at < text.len; at = end) {
        end = text.len;
        Item *part = NEW(a, Item);
        *part = *it;
        part->token = part_at(a, it->token, at, &end);
        if (it->changed) part->changed = part_at(a, it->changed, at, &end);
        if (it->changed && part->changed->format == part->token->format) part->changed = NULL;
        open_run(w, part);
        write_text(w, str_slice(text, at, end));
    }
}

static void write_node(Writer *w, const Item *it, const XmlNode *node) {
    if (it->office >= 0) node = copy_foreign(w->place, it->office, node);
    if (it->office >= 0 && w->kind == INSERTED)
        mark_imported_notes(w->place, node, it->set, it->who);
    xml_write_node(w->place->tree, w->place->tree, node, w->out);
}

/* A field's code, cut as it was. */
static void write_code(Writer *w, const DocToken *t) {
    for (const XmlNode *n = t->node; n; n = n == t->last ? NULL : xml_next(n, NULL)) {
        if (n->name != W_instrText) continue;
        put(w, is_deleted(w) ? "<~delInstrText" : "<~instrText");
        put(w, " xml:space=\"preserve\">");
        xml_write_text(xml_text(w->place->job->scratch, n), w->out);
        put(w, is_deleted(w) ? "</~delInstrText>" : "</~instrText>");
    }
}

static bool is_anchor(const XmlNode *n) {
    return n->name == W_bookmarkStart || n->name == W_bookmarkEnd ||
           n->name == W_commentRangeStart || n->name == W_commentRangeEnd ||
           n->name == W_permStart || n->name == W_permEnd;
}

/* An empty control or link that comes or goes must not hold anchors, which stay: they are put
 * before it. */
static void take_anchors(Place *place, Item *it) {
    const XmlNode *node = it->token->node;
    XmlNode *copy = NULL;
    if (it->token->kind != TOKEN_ATOM || it->token->run || kind_of(it) == KEPT) return;
    for (const XmlNode *n = node->first; n; n = xml_next(n, node))
        if (is_anchor(n)) {
            add_marker(place->job->scratch, &it->before, n, it->office);
            copy = copy ? copy : xml_copy(place->tree, node);
        }
    for (XmlNode *n = copy ? copy->first : NULL, *next; n; n = next) {
        next = is_anchor(n) ? xml_skip(n, copy) : xml_next(n, copy);
        if (is_anchor(n)) xml_remove(n);
    }
    it->bare = copy;
}

static void write_atom(Writer *w, const Item *it, const XmlNode *node) {
    close_text(w);
    if (it->token->node->name == W_instrText) write_code(w, it->token);
    else write_node(w, it, node);
}

/* Inside text boxes a run is one token. */
static void write_whole_run(Writer *w, const Item *it) {
    Place *place = w->place;
    XmlNode *run = copy_foreign(place, it->office, it->token->node);
    if (it->changed) {
        XmlNode *own = xml_child(run, W_rPr), *shown = xml_child(it->changed->run, W_rPr);
        XmlNode *record = make_change(place, W_rPrChange, it->changed_set, it->changed_who);
        XmlNode *old = own ? own : xml_element(place->tree, W_rPr);
        if (own) xml_remove(own);
        shown = shown ? copy_foreign(place, it->changed_office, shown)
                      : xml_element(place->tree, W_rPr);
        xml_insert(record, old, NULL);
        xml_insert(shown, record, NULL);
        xml_insert(run, shown, run->first);
    }
    if (is_deleted(w)) rename_deleted(run);
    xml_write_node(place->tree, place->tree, run, w->out);
}

/* Runs without content would stay when the change goes, and with them what holds them. */
static void drop_hollow(XmlNode *wrapper) {
    for (XmlNode *n = wrapper->first, *next; n; n = next) {
        next = n->next;
        if (n->name == W_r || doc_element(n) == DOC_ELEMENT_WRAP) xml_remove(n);
    }
}

/* A link or simple field without content that comes or goes: a change may not hold it (17.13.5.18),
 * so it holds the change. */
static void write_empty_wrapper(Writer *w, const Item *it, const XmlNode *node) {
    Place *place = w->place;
    close_change(w);
    XmlNode *copy = copy_foreign(place, it->office, node);
    drop_hollow(copy);
    XmlNode *change = make_change(place, it->base ? W_del : W_ins, it->set, it->who),
            *inner = change;
    ChangeKind nested = nested_kind_of(it);
    if (nested != KEPT) {
        inner = make_change(place,
                            nested == INSERTED     ? W_ins
                            : nested == MOVED_AWAY ? W_moveFrom
                                                   : W_del,
                            it->nested, it->nested_who);
        xml_insert(change, inner, NULL);
    }
    xml_insert(inner, xml_element(place->tree, W_r), NULL);
    xml_insert(copy, change, NULL);
    xml_write_node(place->tree, place->tree, copy, w->out);
}

static void write_runs(Place *place, Item *items, ptrdiff_t count, Buf *out) {
    Writer w = {place, out, NULL, KEPT, KEPT, NULL, false};
    for (ptrdiff_t i = 0; i < count; i++) {
        Item *it = &items[i];
        const XmlNode *node = it->bare ? it->bare : it->token->node;
        if (it->before) {
            close_change(&w);
            write_markers(place, it->before, out);
        }
        if (node && !it->token->run && kind_of(it) != KEPT &&
            (node->name == W_hyperlink || node->name == W_fldSimple)) {
            write_empty_wrapper(&w, it, node);
            continue;
        }
        open_change(&w, it);
        bool whole = it->token->run && it->token->run == it->token->node;
        if (it->token->parts || (it->changed && it->changed->parts)) {
            write_parts(&w, it);
            continue;
        }
        if (whole || !it->token->run) close_run(&w);
        else open_run(&w, it);
        if (whole) write_whole_run(&w, it);
        else if (it->token->kind == TOKEN_ATOM) write_atom(&w, it, node);
        else write_text(&w, it->token->text);
    }
    close_change(&w);
}

/* ---- wrappers ---- */

/* The wrapper around a token at a depth, 0 the outermost; NULL when it is not that deep. */
static const DocWrap *wrapper_at(const Item *it, int depth) {
    int levels = 0;
    for (const DocWrap *w = it->token->wrapper; w; w = w->outer) levels++;
    if (depth >= levels) return NULL;
    const DocWrap *w = it->token->wrapper;
    for (int k = levels - 1; k > depth; k--) w = w->outer;
    return w;
}

/* Whether both stand in the same wrapper at the depth, or in two that are as one. */
static bool share_wrapper(const Item *x, const Item *y, int depth) {
    if (x->office == y->office && x->token->wrapper == y->token->wrapper) return true;
    const DocWrap *wx = wrapper_at(x, depth), *wy = wrapper_at(y, depth);
    if (!wy || wx->signature != wy->signature) return false;
    return x->office != y->office || wx->node == wy->node;
}

/* Where the wrapper that begins with the first item ends. Two offices' controls of one kind are
 * two, unless they stand in one that was there before. */
static ptrdiff_t end_of_wrapper(const Item *items, ptrdiff_t count, int depth) {
    ptrdiff_t end = 1;
    const DocWrap *w = wrapper_at(&items[0], depth);
    bool was_there = items[0].base || items[0].moved;
    for (; end < count && share_wrapper(&items[end - 1], &items[end], depth); end++)
        was_there = was_there || items[end].base || items[end].moved;
    if (was_there || (w->node->name != W_sdt && w->node->name != W_fldSimple)) return end;
    for (ptrdiff_t i = 1; i < end; i++)
        if (items[i].office != items[0].office) return i;
    return end;
}

static bool is_wrapper_property(uint16_t name) {
    return name == W_sdtPr || name == W_sdtEndPr || name == W_smartTagPr || name == W_customXmlPr ||
           name == W_fldData;
}

/* A copy of the wrapper with its properties and without its content. */
static XmlNode *shell_of(Place *place, ptrdiff_t office, const XmlNode *node) {
    XmlNode *shell = xml_element(place->tree, node->name);
    for (int i = 0; i < node->attr_count; i++)
        xml_set_attr(place->tree, shell, node->attrs[i].name, node->attrs[i].value);
    for (const XmlNode *c = node->first; c; c = c->next)
        if (is_wrapper_property(c->name)) xml_insert(shell, xml_copy(place->tree, c), NULL);
    return office < 0 ? shell : copy_foreign(place, office, shell);
}

/* In which returns an inserted item stands. */
static TextSet stands_in(const Item *it) {
    switch (nested_kind_of(it)) {
    case KEPT:
    case MOVED_HERE: break;
    case INSERTED: return set_minus(it->set, set_minus(it->set, it->nested));
    case DELETED:
    case MOVED_AWAY: return set_minus(it->set, it->nested);
    }
    return it->set;
}

/* Whether some text has nothing of the group: then the wrapper must be able to go. */
static bool may_go_whole(const Item *items, ptrdiff_t count) {
    TextSet without = {{UINT64_MAX, UINT64_MAX}};
    bool base = false;
    for (ptrdiff_t i = 0; i < count; i++) {
        if (items[i].base)
            without = set_minus(without, set_minus((TextSet){{UINT64_MAX, UINT64_MAX}},
                                                   set_join(items[i].set, items[i].nested)));
        else without = set_minus(without, stands_in(&items[i]));
        base = base || items[i].base;
    }
    return !base || !set_empty(without);
}

/* Takes the group's anchors out of it: those that begin something, and those that end something. */
static void take_markers(Arena *a, Item *items, ptrdiff_t count, ItemMarker **begins,
                         ItemMarker **ends) {
    for (ptrdiff_t i = 0; i < count; i++) {
        for (const ItemMarker *m = items[i].before; m; m = m->next)
            add_marker(a, ends_something(m->node) ? ends : begins, m->node, m->office);
        items[i].before = NULL;
    }
}

static void write_level(Place *place, Item *items, ptrdiff_t count, int depth, Buf *out) {
    for (ptrdiff_t i = 0, end; i < count; i = end) {
        const DocWrap *w = wrapper_at(&items[i], depth);
        end = i + 1;
        if (!w) {
            while (end < count && !wrapper_at(&items[end], depth)) end++;
            write_runs(place, items + i, end - i, out);
            continue;
        }
        end = i + end_of_wrapper(items + i, count - i, depth);
        ItemMarker *begins = NULL, *ends = NULL; /* anchors outlive a wrapper that goes */
        if (may_go_whole(items + i, end - i))
            take_markers(place->job->scratch, items + i, end - i, &begins, &ends);
        write_markers(place, begins, out);
        XmlNode *shell = shell_of(place, items[i].office, w->node);
        const XmlNode *content = xml_element(place->tree, W_sdtContent);
        xml_write_start(place->tree, shell, false, out);
        for (const XmlNode *c = shell->first; c; c = c->next)
            xml_write_node(place->tree, place->tree, c, out);
        if (shell->name == W_sdt) xml_write_start(place->tree, content, false, out);
        write_level(place, items + i, end - i, depth + 1, out);
        if (shell->name == W_sdt) xml_write_end(place->tree, content, out);
        xml_write_end(place->tree, shell, out);
        write_markers(place, ends, out);
    }
}

void write_content(Place *place, Item *items, ptrdiff_t count, Buf *out) {
    for (ptrdiff_t i = 0; i < count; i++) take_anchors(place, &items[i]);
    write_level(place, items, count, 0, out);
}
