/* Items as WordprocessingML: paragraphs, their marks and properties, moves, anchors, and the
 * attributes of every change (docs/collation.md, 5; ISO 29500-1 17.13.5). */
#include "collate/int.h"

/* ---- changes ---- */

Str office_names(Job *job, TextSet set) {
    Buf names = buf_new(job->scratch);
    for (ptrdiff_t i = 0; i < job->count; i++) {
        if (!set_has(set, i)) continue;
        if (names.len) buf_add(&names, S("; "));
        buf_add(&names, job->returns[i].office);
    }
    return buf_str(&names);
}

static void record_people(Job *job, int64_t id, const Who *who) {
    Buf *b = &job->people;
    buf_format(b, "<change id=\"%lld\">", (long long)id);
    for (; who; who = who->next) {
        const Return *r = &job->returns[who->office];
        RevisePerson p = r->people.items[who->person];
        buf_add(b, S("<by office=\""));
        xml_write_attr_value(r->office, b);
        buf_add(b, S("\" person=\""));
        xml_write_attr_value(p.author, b);
        buf_add(b, S("\" date=\""));
        xml_write_attr_value(p.date, b);
        buf_add(b, S("\"/>"));
    }
    buf_add(b, S("</change>"));
}

typedef struct ChangeAttrs {
    int64_t id;
    Str author, date;
} ChangeAttrs;

static ChangeAttrs change_attrs(Place *place, ChangeKind kind, TextSet set, const Who *who) {
    Job *job = place->job;
    ChangeAttrs c = {docx_fresh_id(job->base), office_names(job, set), S("")};
    job->changes++;
    c.date = kind == INSERTED ? insertion_date(place, set, who) : change_date(place, set, who);
    if (who) record_people(job, c.id, who);
    return c;
}

void write_change_attrs(Place *place, ChangeKind kind, TextSet set, const Who *who, Buf *out) {
    ChangeAttrs c = change_attrs(place, kind, set, who);
    buf_format(out, " %.*sid=\"%lld\" %.*sauthor=\"", (int)place->w.len, place->w.ptr,
               (long long)c.id, (int)place->w.len, place->w.ptr);
    xml_write_attr_value(c.author, out);
    if (c.date.len) {
        buf_format(out, "\" %.*sdate=\"", (int)place->w.len, place->w.ptr);
        xml_write_attr_value(c.date, out);
    }
    buf_byte(out, '"');
}

XmlNode *make_change(Place *place, uint16_t name, TextSet set, const Who *who) {
    ChangeAttrs c = change_attrs(place, name == W_ins ? INSERTED : KEPT, set, who);
    XmlNode *n = xml_element(place->tree, name);
    xml_set_attr(place->tree, n, W_id, arena_format(place->tree->arena, "%lld", (long long)c.id));
    xml_set_attr(place->tree, n, W_author, arena_str(place->tree->arena, c.author));
    if (c.date.len) xml_set_attr(place->tree, n, W_date, c.date);
    return n;
}

static void declare(Place *place, const XmlTree *from, uint16_t ns) {
    if (ns == NS_N || ns == NS_XML || xml_prefix(place->tree, ns).ptr) return;
    Str prefix = S("ns");
    for (ptrdiff_t i = 0; i < from->prefix_count; i++)
        if (from->prefixes[i].ns == ns && from->prefixes[i].prefix.len)
            prefix = from->prefixes[i].prefix;
    (void)xml_declare(place->tree, prefix, ns);
}

/* On the root, so that an element of a return looks in the output as it did. */
static void declare_all(Place *place, ptrdiff_t office, const XmlNode *root) {
    const XmlTree *from = place->job->returns[office].kept;
    for (const XmlNode *n = root; n; n = xml_next(n, root)) {
        if (!xml_is_element(n)) continue;
        declare(place, from, xml_ns(place->job->names, n->name));
        for (int i = 0; i < n->attr_count; i++)
            declare(place, from, xml_ns(place->job->names, n->attrs[i].name));
    }
}

static void drop_references(XmlNode *section) {
    for (XmlNode *n = section->first, *next; n; n = next) {
        next = n->next;
        if (slot_of(n) >= 0) xml_remove(n);
    }
}

/* What a section of a return shows is settled when all are written: see headers.c. */
XmlNode *copy_foreign(Place *place, ptrdiff_t office, const XmlNode *node) {
    Job *job = place->job;
    XmlNode *copy = xml_copy(place->tree, node);
    for (XmlNode *n = copy; n && office >= 0; n = xml_next(n, copy))
        if (n->name == W_sectPr) drop_references(n);
    if (office >= 0) declare_all(place, office, copy);
    if (office >= 0 && !job->failed &&
        !docx_import_node(job->returns[office].import, place->contexts[office].part, place->part,
                          copy, job->err))
        job->failed = true;
    return copy;
}

/* ---- properties ---- */

/* Where in its owner a new property element belongs: before the first child that is not one of
 * those that precede it. The body's section stands at its end. */
static XmlNode *place_of_properties(XmlNode *owner, uint16_t name) {
    XmlNode *n = owner->first;
    if (name == W_sectPr) return NULL;
    if (name == W_trPr && n && n->name == W_tblPrEx) return n->next;
    if (name == W_rPr && owner->name == W_pPr)
        while (n && n->name != W_sectPr && n->name != W_pPrChange) n = n->next;
    return n;
}

XmlNode *ensure_properties(Place *place, XmlNode *owner, uint16_t name) {
    XmlNode *properties = xml_child(owner, name);
    if (properties) return properties;
    properties = xml_element(place->tree, name);
    xml_insert(owner, properties, place_of_properties(owner, name));
    return properties;
}

static bool is_record(uint16_t name) {
    return name == W_ins || name == W_del || name == W_cellIns || name == W_cellDel ||
           name == W_cellMerge || name == W_trPrChange || name == W_tcPrChange ||
           name == W_tblPrChange || name == W_tblPrExChange || name == W_sectPrChange;
}

static void drop_records(XmlNode *properties) {
    for (XmlNode *n = properties->first, *next; n; n = next) {
        next = n->next;
        if (is_record(n->name)) xml_remove(n);
    }
}

/* The base's references stay: what they lead to is merged by itself. */
static void keep_references(Place *place, XmlNode *fresh, const XmlNode *old) {
    XmlNode *first = fresh->first;
    for (const XmlNode *n = old ? old->first : NULL; n; n = n->next)
        if (slot_of(n) >= 0) xml_insert(fresh, xml_copy(place->tree, n), first);
}

static XmlNode *old_state(Place *place, const XmlNode *old, uint16_t name) {
    XmlNode *copy = old ? xml_copy(place->tree, old) : xml_element(place->tree, name);
    drop_records(copy);
    if (name == W_sectPr) drop_references(copy);
    return copy;
}

void change_properties(Place *place, XmlNode *owner, uint16_t properties, uint16_t change,
                       ptrdiff_t office, const XmlNode *proposed_owner, TextSet set) {
    XmlNode *old = xml_child(owner, properties), *fresh;
    const XmlNode *proposed = xml_child(proposed_owner, properties);
    fresh = proposed ? copy_foreign(place, office, proposed) : xml_element(place->tree, properties);
    if (properties == W_sectPr) keep_references(place, fresh, old);
    drop_records(fresh);
    XmlNode *record = make_change(place, change, set, NULL);
    xml_insert(record, old_state(place, old, properties), NULL);
    xml_insert(fresh, record, NULL);
    if (old) xml_replace(old, fresh);
    else xml_insert(owner, fresh, place_of_properties(owner, properties));
}

static void write_children(Place *place, const XmlNode *n, bool skip_paragraph_parts, Buf *out) {
    for (const XmlNode *c = n ? n->first : NULL; c; c = c->next) {
        bool part = c->name == W_rPr || c->name == W_sectPr || c->name == W_pPrChange;
        if (!(skip_paragraph_parts && part) && c->name != W_rPrChange)
            xml_write_node(place->tree, place->tree, c, out);
    }
}

static void open_tag(Place *place, Str name, Buf *out) {
    buf_byte(out, '<');
    buf_add(out, place->w);
    buf_add(out, name);
}

/* The start of a property set: the schema knows no attributes of one, but others write some. */
static void open_set(Place *place, Str name, const XmlNode *set, Buf *out) {
    if (set && set->attr_count) {
        xml_write_start(place->tree, set, false, out);
        return;
    }
    open_tag(place, name, out);
    buf_byte(out, '>');
}

static void close_tag(Place *place, Str name, Buf *out) {
    buf_add(out, S("</"));
    buf_add(out, place->w);
    buf_add(out, name);
    buf_byte(out, '>');
}

static void close_set(Place *place, Str name, const XmlNode *set, Buf *out) {
    if (set && set->attr_count) xml_write_end(place->tree, set, out);
    else close_tag(place, name, out);
}

static void write_record(Place *place, Str change, Str properties, TextSet set, const Who *who,
                         const XmlNode *old, bool skip, Buf *out) {
    open_tag(place, change, out);
    write_change_attrs(place, KEPT, set, who, out);
    buf_byte(out, '>');
    open_set(place, properties, old, out);
    write_children(place, old, skip, out);
    close_set(place, properties, old, out);
    close_tag(place, change, out);
}

/* ---- the paragraph mark ---- */

ChangeKind kind_of(const Item *it) {
    const bool moving = it->move && set_equal(it->set, it->move->set);
    if (!it->base) return moving && it->moved ? MOVED_HERE : INSERTED;
    if (set_empty(it->set)) return KEPT;
    return moving ? MOVED_AWAY : DELETED;
}

/* Of a mark: whether it is shown as moved, be it within another office's deletion. */
static bool is_moving(const Item *mark) {
    if (mark->base && mark->nested_kind == MOVED_AWAY) return true;
    return mark->move && set_equal(mark->set, mark->move->set);
}

static void write_mark_record(Place *place, ChangeKind kind, TextSet set, const Who *who,
                              Buf *out) {
    static const Str names[] = {S(""), S("ins"), S("del"), S("moveFrom"), S("moveTo")};
    if (kind == KEPT) return;
    open_tag(place, names[kind], out);
    write_change_attrs(place, kind, set, who, out);
    buf_add(out, S("/>"));
}

/* In the order of the schema: w:ins, w:del, w:moveFrom, w:moveTo (17.13.5, CT_ParaRPr). */
static void write_mark_change(Place *place, const Item *mark, Buf *out) {
    ChangeKind kind = kind_of(mark);
    if (kind == INSERTED && is_moving(mark)) kind = MOVED_HERE; /* a paragraph moves as a whole */
    if (mark->nested_kind < kind)
        write_mark_record(place, mark->nested_kind, mark->nested, mark->nested_who, out);
    write_mark_record(place, kind, mark->set, mark->who, out);
    if (mark->nested_kind >= kind)
        write_mark_record(place, mark->nested_kind, mark->nested, mark->nested_who, out);
}

/* The three parts of a mark's format: which of them the proposed paragraph changes. */
typedef struct MarkParts {
    const XmlNode *properties, *run, *section; /* to be written: the base's or imported copies */
    bool properties_changed, run_changed, section_changed;
} MarkParts;

static MarkParts mark_parts(Place *place, const Item *mark) {
    const XmlNode *own = xml_child(mark->token->run, W_pPr);
    MarkParts m = {own, xml_child(own, W_rPr), xml_child(own, W_sectPr), false, false, false};
    if (mark->base && !mark->changed) return m;
    ptrdiff_t office = mark->base ? mark->changed_office : mark->office;
    const XmlNode *theirs = mark->base ? xml_child(mark->changed->run, W_pPr) : own;
    DocContext *context = &place->contexts[office];
    if (mark->base) {
        m.properties_changed =
            doc_properties(place->context, own) != doc_properties(context, theirs);
        m.run_changed = doc_properties(place->context, m.run) !=
                        doc_properties(context, xml_child(theirs, W_rPr));
        m.section_changed = doc_properties(place->context, m.section) !=
                            doc_properties(context, xml_child(theirs, W_sectPr));
    }
    if (!theirs) theirs = xml_element(place->tree, W_pPr);
    XmlNode *copy = copy_foreign(place, office, theirs);
    XmlNode *section = xml_child(copy, W_sectPr);
    if (section && mark->base) keep_references(place, section, m.section);
    if (!mark->base || m.properties_changed) m.properties = copy;
    if (!mark->base || m.run_changed) m.run = xml_child(copy, W_rPr);
    if (!mark->base || m.section_changed) m.section = section;
    return m;
}

static void write_mark_run(Place *place, const Item *mark, const MarkParts *m, Buf *out) {
    Buf inner = buf_new(place->job->scratch);
    write_mark_change(place, mark, &inner);
    write_children(place, m->run, false, &inner);
    if (m->run_changed)
        write_record(place, S("rPrChange"), S("rPr"), mark->changed_set, mark->changed_who,
                     xml_child(xml_child(mark->token->run, W_pPr), W_rPr), false, &inner);
    if (inner.len == 0 && !(m->run && m->run->attr_count)) return;
    open_set(place, S("rPr"), m->run, out);
    buf_add(out, buf_str(&inner));
    close_set(place, S("rPr"), m->run, out);
}

static void write_mark_section(Place *place, const Item *mark, const MarkParts *m, Buf *out) {
    if (!m->section) return;
    if (!m->section_changed) {
        xml_write_node(place->tree, place->tree, m->section, out);
        return;
    }
    XmlNode *section = xml_copy(place->tree, m->section);
    XmlNode *record = make_change(place, W_sectPrChange, mark->changed_set, mark->changed_who);
    const XmlNode *old = xml_child(xml_child(mark->token->run, W_pPr), W_sectPr);
    xml_insert(record, old_state(place, old, W_sectPr), NULL);
    xml_insert(section, record, NULL);
    xml_write_node(place->tree, place->tree, section, out);
}

static void write_paragraph_properties(Place *place, const Item *mark, Buf *out) {
    MarkParts m = mark_parts(place, mark);
    Buf inner = buf_new(place->job->scratch);
    write_children(place, m.properties, true, &inner);
    write_mark_run(place, mark, &m, &inner);
    write_mark_section(place, mark, &m, &inner);
    if (m.properties_changed)
        write_record(place, S("pPrChange"), S("pPr"), mark->changed_set, mark->changed_who,
                     xml_child(mark->token->run, W_pPr), true, &inner);
    if (inner.len == 0 && !(m.properties && m.properties->attr_count)) return;
    open_set(place, S("pPr"), m.properties, out);
    buf_add(out, buf_str(&inner));
    close_set(place, S("pPr"), m.properties, out);
}

/* ---- moves ---- */

static void write_move_start(Place *place, const Item *mark, Buf *out) {
    Move *move = mark->move;
    int64_t *id = mark->base ? &move->from_id : &move->to_id;
    if (!is_moving(mark) || *id) return;
    if (!move->number) move->number = ++place->job->move_count;
    *id = docx_fresh_id(place->job->base);
    Str author = office_names(place->job, move->set),
        date = place->job->returns[set_first(move->set)].date;
    open_tag(place, mark->base ? S("moveFromRangeStart") : S("moveToRangeStart"), out);
    Str w = place->w;
    buf_format(out, " %.*sid=\"%lld\" %.*sauthor=\"", (int)w.len, w.ptr, (long long)*id, (int)w.len,
               w.ptr);
    xml_write_attr_value(author, out);
    if (date.len) buf_format(out, "\" %.*sdate=\"%.*s", (int)w.len, w.ptr, (int)date.len, date.ptr);
    buf_format(out, "\" %.*sname=\"move%lld\"/>", (int)w.len, w.ptr, (long long)move->number);
}

static void write_move_end(Place *place, const Item *mark, Buf *out) {
    Move *move = mark->move;
    if (!move || (!mark->base && mark->nested_kind != KEPT)) return; /* another's split of it */
    int64_t id = mark->base ? move->from_id : move->to_id;
    ptrdiff_t *left = mark->base ? &move->from_marks : &move->to_marks;
    if (--*left != 0 || !id) return;
    open_tag(place, mark->base ? S("moveFromRangeEnd") : S("moveToRangeEnd"), out);
    buf_format(out, " %.*sid=\"%lld\"/>", (int)place->w.len, place->w.ptr, (long long)id);
}

/* ---- anchors and bookmarks ---- */

static uint64_t key_of(ptrdiff_t office, Str id, int kind) {
    return (hash_fast(id) * 131 + (uint64_t)office) * 7 + (uint64_t)kind + 1;
}

static void write_id(Place *place, Str name, Str id, Buf *out) {
    open_tag(place, name, out);
    buf_format(out, " %.*sid=\"%.*s\"/>", (int)place->w.len, place->w.ptr, (int)id.len, id.ptr);
}

static void write_anchor(Place *place, const ItemMarker *m, Buf *out) {
    Job *job = place->job;
    const XmlNode *n = m->node, *reference = n;
    if (n->name == W_r)
        for (reference = n; reference && reference->name != W_commentReference;)
            reference = xml_next(reference, n);
    if (!reference || job->failed) return;
    Str id, old = xml_attr(reference, W_id);
    bool already;
    if (!docx_import_comment(job->returns[m->office].import, old, &id, &already, job->err)) {
        job->failed = true;
        return;
    }
    int kind = n->name == W_commentRangeStart ? 1 : n->name == W_commentRangeEnd ? 2 : 3;
    uint64_t key = key_of(m->office, old, kind);
    if (already || id.len == 0 || map_find(&job->comments, key, NULL)) return;
    map_put(&job->comments, key, 1);
    if (kind == 3) {
        buf_add(&job->people, S("<comment id=\""));
        xml_write_attr_value(id, &job->people);
        buf_add(&job->people, S("\" office=\""));
        xml_write_attr_value(job->returns[m->office].office, &job->people);
        buf_add(&job->people, S("\"/>"));
        job->changes++;
    }
    if (n->name == W_commentRangeStart) write_id(place, S("commentRangeStart"), id, out);
    else if (n->name == W_commentRangeEnd) write_id(place, S("commentRangeEnd"), id, out);
    else {
        open_tag(place, S("r>"), out);
        write_id(place, S("commentReference"), id, out);
        close_tag(place, S("r"), out);
    }
}

static void know_bookmarks(Job *job) {
    job->bookmark_names = map_new(job->arena);
    DocxStory *stories;
    ptrdiff_t count = docx_stories(job->scratch, job->base, &stories);
    for (ptrdiff_t i = 0; i < count; i++) {
        const XmlTree *t = stories[i].part->tree;
        for (const XmlNode *n = t ? t->root : NULL; n; n = xml_next(n, t->root))
            if (n->name == W_bookmarkStart)
                map_put(&job->bookmark_names, hash_fast(xml_attr(n, W_name)), 1);
    }
}

bool knows_bookmark(Job *job, Str name) {
    if (!job->bookmark_names.arena) know_bookmarks(job);
    return str_equal(name, S("_GoBack")) || map_find(&job->bookmark_names, hash_fast(name), NULL);
}

static void write_bookmark(Place *place, const ItemMarker *m, Buf *out) {
    Job *job = place->job;
    uint64_t key = key_of(m->office, xml_attr(m->node, W_id), 0), fresh;
    if (m->node->name == W_bookmarkEnd) {
        int64_t *open = (int64_t *)(void *)job->open_bookmarks.ptr;
        ptrdiff_t count = job->open_bookmarks.len / (ptrdiff_t)sizeof *open;
        if (!map_find(&job->bookmarks, key, &fresh)) return;
        for (ptrdiff_t i = 0; i < count; i++) {
            if (open[i] != (int64_t)fresh) continue;
            write_id(place, S("bookmarkEnd"), arena_format(job->scratch, "%lld", (long long)fresh),
                     out);
            open[i] = open[count - 1];
            job->open_bookmarks.len -= (ptrdiff_t)sizeof *open;
            return;
        }
        return;
    }
    Str name = xml_attr(m->node, W_name);
    if (knows_bookmark(job, name)) return;
    map_put(&job->bookmark_names, hash_fast(name), 1);
    int64_t id = docx_fresh_id(job->base);
    map_put(&job->bookmarks, key, (uint64_t)id);
    buf_add(&job->open_bookmarks, (Str){(const char *)&id, (ptrdiff_t)sizeof id});
    open_tag(place, S("bookmarkStart"), out);
    buf_format(out, " %.*sid=\"%lld\" %.*sname=\"", (int)place->w.len, place->w.ptr, (long long)id,
               (int)place->w.len, place->w.ptr);
    xml_write_attr_value(name, out);
    buf_add(out, S("\"/>"));
}

void close_bookmarks(Place *place, XmlNode *container) {
    Job *job = place->job;
    const int64_t *open = (const int64_t *)(const void *)job->open_bookmarks.ptr;
    ptrdiff_t count = job->open_bookmarks.len / (ptrdiff_t)sizeof *open;
    for (ptrdiff_t i = 0; i < count; i++) {
        XmlNode *end = xml_element(place->tree, W_bookmarkEnd);
        xml_set_attr(place->tree, end, W_id, arena_format(job->arena, "%lld", (long long)open[i]));
        xml_insert(container, end, xml_child(container, W_sectPr));
    }
    job->open_bookmarks.len = 0;
}

void write_markers(Place *place, const ItemMarker *m, Buf *out) {
    for (; m; m = m->next) {
        uint16_t name = m->node->name;
        bool bare = m->office < 0 && name == W_commentReference; /* its run held other things too */
        if (bare) open_tag(place, S("r>"), out);
        if (m->office < 0) xml_write_node(place->tree, place->tree, m->node, out);
        if (bare) close_tag(place, S("r"), out);
        if (m->office < 0) continue;
        if (name == W_bookmarkStart || name == W_bookmarkEnd) write_bookmark(place, m, out);
        else if (name != W_permStart && name != W_permEnd) write_anchor(place, m, out);
    }
}

/* ---- paragraphs and whole blocks ---- */

static void write_paragraph(Place *place, Item *content, ptrdiff_t count, const Item *mark,
                            Buf *out) {
    settle_floating(place->job->scratch, content, count);
    seam_begin(place, content, count, mark);
    if (mark->base) {
        xml_write_start(place->tree, mark->token->run, false, out);
    } else {
        open_tag(place, S("p>"), out);
    }
    write_paragraph_properties(place, mark, out);
    if (mark->move) write_move_start(place, mark, out);
    write_content(place, content, count, out);
    write_markers(place, mark->before, out);
    close_tag(place, S("p"), out);
    write_move_end(place, mark, out);
    seam_end(place, content, count, mark);
}

static void write_block(Place *place, const Item *it, Buf *out) {
    seam_none(place);
    for (const XmlNode *n = insert_block(place, it->office, it->block, it->set).first; n;
         n = n->next)
        xml_write_node(place->tree, place->tree, n, out);
}

static const Who *who_among(Arena *a, const Who *who, TextSet set) {
    if (!who) return NULL;
    const Who *rest = who_among(a, who->next, set);
    if (!set_has(set, who->office)) return rest;
    Who *one = NEW(a, Who);
    *one = (Who){who->office, who->person, (Who *)(uintptr_t)rest};
    return one;
}

/* Who moves a word does not delete it: where others do, the move stands within their deletion. And
 * what is taken away again from where it was put in goes with the paragraph that is shown as moved,
 * or is deleted. */
static void tell_moves_apart(Arena *a, const Items *items) {
    const Move *move = NULL; /* of the paragraph at hand */
    for (ptrdiff_t i = items->count; i-- > 0;) {
        Item *it = &items->items[i];
        if (it->base && it->move) {
            TextSet others = set_minus(it->set, it->move->set);
            if (!set_empty(others) && set_empty(set_minus(it->move->set, it->set))) {
                it->nested_kind = MOVED_AWAY, it->nested = it->move->set;
                it->nested_who = who_among(a, it->who, it->nested);
                it->set = others, it->who = who_among(a, it->who, others);
            }
        }
        if (it->base && it->token->kind == TOKEN_MARK) move = it->move;
        if (!it->base && !it->move && it->nested_kind == DELETED && move &&
            set_equal(it->nested, move->set))
            it->nested_kind = MOVED_AWAY;
    }
}

void write_items(Place *place, const Items *items, Buf *out) {
    Arena *a = place->job->scratch;
    Items content = {0};
    tell_moves_apart(a, items);
    for (ptrdiff_t i = 0; i < items->count; i++) {
        const Item *it = &items->items[i];
        if (!it->token) { /* stands before the paragraph that is being gathered */
            write_block(place, it, out);
        } else if (it->token->kind == TOKEN_MARK) {
            write_paragraph(place, content.items, content.count, it, out);
            content.count = 0;
        } else {
            items_add(a, &content, *it);
        }
    }
    check(content.count == 0);
}
