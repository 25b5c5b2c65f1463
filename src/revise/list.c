/* list: tracked changes as people count them.
 *
 * One walk in reading order: a paragraph's mark comes behind its content. Pieces of text arrive
 * with the revisions around them. Each of these goes on with the open change of its kind and
 * author, or opens one; open changes that a piece does not go on with are closed. So unrevised text
 * ends a change, and a mark inserted together with the text on both sides of it does not. What a
 * row or cell brings with it belongs to the change of the row or cell. Changes of a table's
 * structure are gathered by table, kind and author. */
#include "revise/int.h"

enum { OPEN_MOST = 8 };

typedef struct Open {
    ptrdiff_t change;
    ptrdiff_t piece; /* the last one that went on with it */
    bool is_held;    /* by the row or cell one is in: stays open whatever comes between */
} Open;

/* A revision around the place one is at. */
typedef struct Around {
    const XmlNode *revision;
    ptrdiff_t order;
    ptrdiff_t change; /* it belongs to + 1; 0: none yet */
} Around;

typedef struct Table {
    ptrdiff_t structure[CHANGE_KINDS]; /* its newest change of that kind + 1; 0: none */
    ptrdiff_t rows[2];                 /* the change of the row before + 1: inserted, deleted */
} Table;

typedef struct Detail {
    Buf text;
    ptrdiff_t first, last; /* places of node and last in document order */
} Detail;

typedef struct Waiting {   /* ranges of moves, from or to */
    const XmlNode **items; /* those whose content has not come yet */
    ptrdiff_t count, cap;
    ptrdiff_t depth;  /* how many one is in */
    ptrdiff_t change; /* of their content + 1 */
} Waiting;

typedef struct Lister {
    Arena *arena, *scratch;
    ReviseChange **items;
    ptrdiff_t *count, *cap;
    ptrdiff_t from;  /* index of this tree's first change */
    Map *numbers;    /* or NULL */
    Detail *details; /* of the change at from, from + 1 ... */
    ptrdiff_t detail_cap;
    ptrdiff_t order; /* of the next revision in the document */

    Open open[OPEN_MOST];
    ptrdiff_t open_count, piece;
    Around *around; /* outermost first */
    ptrdiff_t around_count, around_cap;
    ptrdiff_t format;    /* the open change of formatting + 1 */
    ptrdiff_t paragraph; /* the change of the paragraph's properties + 1 */
    Table *table;

    Waiting waiting[2];     /* from, to */
    const XmlNode *control; /* start of the range just before the control one is in, or NULL */
    Map ranges;             /* revise_range_key of a start -> change + 1 */
    Map twins; /* twin_key of a revision in a first branch of AlternateContent -> change + 1 */
    int first_branches;
    bool has_moves;
} Lister;

/* ---- kinds ---- */

Str revise_kind_name(ReviseKind k) {
    static const char *const names[CHANGE_KINDS] = {
        [CHANGE_INSERTION] = "insertion",
        [CHANGE_DELETION] = "deletion",
        [CHANGE_MOVE_FROM] = "moved from",
        [CHANGE_MOVE_TO] = "moved to",
        [CHANGE_PARAGRAPH_INSERTED] = "paragraph inserted",
        [CHANGE_PARAGRAPH_DELETED] = "paragraph deleted",
        [CHANGE_FORMAT] = "formatting",
        [CHANGE_PARAGRAPH_FORMAT] = "paragraph formatting",
        [CHANGE_SECTION] = "section",
        [CHANGE_TABLE_PROPERTIES] = "table properties",
        [CHANGE_ROW_INSERTED] = "row inserted",
        [CHANGE_ROW_DELETED] = "row deleted",
        [CHANGE_CELL_INSERTED] = "cell inserted",
        [CHANGE_CELL_DELETED] = "cell deleted",
        [CHANGE_CELL_MERGED] = "cell merged",
        [CHANGE_NUMBERING] = "numbering",
        [CHANGE_CONTROL] = "content control",
    };
    return k >= 0 && k < CHANGE_KINDS ? str_from_z(names[k]) : S("");
}

static ReviseKind content_kind(uint16_t name) {
    switch (name) {
    case W_ins: return CHANGE_INSERTION;
    case W_del: return CHANGE_DELETION;
    case W_moveFrom:
    case W_moveFromRangeStart:
    case W_moveFromRangeEnd: return CHANGE_MOVE_FROM;
    default: return CHANGE_MOVE_TO;
    }
}

/* What a content revision may go on with: a row's insertion holds the text inserted in it. */
static ReviseKind family(ReviseKind k) {
    switch (k) {
    case CHANGE_PARAGRAPH_INSERTED:
    case CHANGE_ROW_INSERTED:
    case CHANGE_CELL_INSERTED: return CHANGE_INSERTION;
    case CHANGE_PARAGRAPH_DELETED:
    case CHANGE_ROW_DELETED:
    case CHANGE_CELL_DELETED: return CHANGE_DELETION;
    case CHANGE_INSERTION:
    case CHANGE_DELETION:
    case CHANGE_MOVE_FROM:
    case CHANGE_MOVE_TO:
    case CHANGE_FORMAT:
    case CHANGE_PARAGRAPH_FORMAT:
    case CHANGE_SECTION:
    case CHANGE_TABLE_PROPERTIES:
    case CHANGE_CELL_MERGED:
    case CHANGE_NUMBERING:
    case CHANGE_CONTROL:
    case CHANGE_KINDS: break;
    }
    return k;
}

static Str author_of(const XmlNode *revision) {
    const Str author = xml_attr(revision, W_author);
    return author.ptr ? author : S("");
}

/* ---- changes ---- */

static ReviseChange *change_at(const Lister *l, ptrdiff_t change) { return &(*l->items)[change]; }

static Detail *detail_at(const Lister *l, ptrdiff_t change) {
    return &l->details[change - l->from];
}

static uint64_t twin_key(const XmlNode *revision) {
    const uint64_t key = hash_fast(xml_attr(revision, W_id)) * UINT64_C(0x9e3779b97f4a7c15) ^
                         hash_fast(author_of(revision)) ^ revision->name;
    return key ? key : 1;
}

static void number_node(Lister *l, const XmlNode *revision, ptrdiff_t change) {
    if (l->numbers) {
        map_put(l->numbers, (uint64_t)(uintptr_t)revision, (uint64_t)change_at(l, change)->number);
    }
    if (l->first_branches) map_put(&l->twins, twin_key(revision), (uint64_t)change + 1);
}

/* The revision belongs to the change; order is its place in the document. */
static void add_to_change(Lister *l, ptrdiff_t change, const XmlNode *revision, ptrdiff_t order) {
    ReviseChange *c = change_at(l, change);
    Detail *d = detail_at(l, change);
    if (order < d->first) {
        d->first = order;
        c->node = (XmlNode *)revision;
    }
    if (order > d->last) {
        d->last = order;
        c->last = (XmlNode *)revision;
    }
    number_node(l, revision, change);
}

static ptrdiff_t new_change(Lister *l, ReviseKind kind, const XmlNode *revision, ptrdiff_t order) {
    const ptrdiff_t change = *l->count;
    *l->items = arena_grow(l->arena, *l->items, *l->count, l->cap, change + 1,
                           (ptrdiff_t)sizeof **l->items);
    l->details = arena_grow(l->scratch, l->details, change - l->from, &l->detail_cap,
                            change - l->from + 1, (ptrdiff_t)sizeof *l->details);
    const Str date = xml_attr(revision, W_date);
    const ptrdiff_t number = change ? (*l->items)[change - 1].number + 1 : 1;
    (*l->items)[change] = (ReviseChange){.kind = kind,
                                         .node = (XmlNode *)revision,
                                         .last = (XmlNode *)revision,
                                         .author = author_of(revision),
                                         .date = date.ptr ? date : S(""),
                                         .number = number};
    l->details[change - l->from] = (Detail){buf_new(l->scratch), order, order};
    ++*l->count;
    number_node(l, revision, change);
    return change;
}

static void add_text(Lister *l, ptrdiff_t change, Str text) {
    buf_add(&detail_at(l, change)->text, text);
}

/* ---- open changes ---- */

static ptrdiff_t find_open(const Lister *l, ReviseKind kind, Str author) {
    for (ptrdiff_t i = l->open_count - 1; i >= 0; i--) {
        const ReviseChange *c = change_at(l, l->open[i].change);
        if (family(c->kind) == family(kind) && str_equal(c->author, author)) return i;
    }
    return -1;
}

static ptrdiff_t push_open(Lister *l, ptrdiff_t change, bool is_held) {
    if (l->open_count == OPEN_MOST) { /* only where revisions are nested beyond all use */
        memmove(&l->open[0], &l->open[1], (OPEN_MOST - 1) * sizeof l->open[0]);
        l->open_count--;
    }
    l->open[l->open_count] = (Open){change, l->piece, is_held};
    return l->open_count++;
}

/* Closes what the newest piece did not go on with. */
static void close_open(Lister *l) {
    ptrdiff_t count = 0;
    for (ptrdiff_t i = 0; i < l->open_count; i++) {
        if (l->open[i].is_held || l->open[i].piece == l->piece) l->open[count++] = l->open[i];
    }
    l->open_count = count;
}

static void end_text(Lister *l) {
    l->piece++;
    close_open(l);
    l->format = 0;
}

static Waiting *waiting_for(Lister *l, ReviseKind kind) {
    if (kind == CHANGE_MOVE_FROM) return &l->waiting[0];
    return kind == CHANGE_MOVE_TO ? &l->waiting[1] : NULL;
}

static void settle_waiting(Lister *l, ptrdiff_t change) {
    Waiting *w = waiting_for(l, change_at(l, change)->kind);
    if (!w) return;
    for (ptrdiff_t i = 0; i < w->count; i++) {
        number_node(l, w->items[i], change);
        if (revise_class(w->items[i]) == CLASS_RANGE_START) {
            map_put(&l->ranges, revise_range_key(w->items[i]), (uint64_t)change + 1);
        }
    }
    w->count = 0;
    if (w->depth) w->change = change + 1;
}

/* The change of the move whose ranges one is in; -1: none yet, or another author's. */
static ptrdiff_t moving(Lister *l, ReviseKind kind, Str author) {
    const Waiting *w = waiting_for(l, kind);
    if (!w || !w->depth || !w->change) return -1;
    return str_equal(change_at(l, w->change - 1)->author, author) ? w->change - 1 : -1;
}

/* The mark that comes or goes just before what is moved is the move's first: it stands for the mark
 * of the last paragraph moved (collate/marks.c). -1: there is none. */
static ptrdiff_t mark_before(const Lister *l, ReviseKind move, const XmlNode *revision) {
    const bool away = move == CHANGE_MOVE_FROM;
    if (!away && move != CHANGE_MOVE_TO) return -1;
    const ptrdiff_t at =
        find_open(l, away ? CHANGE_DELETION : CHANGE_INSERTION, author_of(revision));
    if (at < 0 || l->open[at].piece + 1 != l->piece) return -1;
    ReviseChange *c = change_at(l, l->open[at].change);
    if (c->kind != (away ? CHANGE_PARAGRAPH_DELETED : CHANGE_PARAGRAPH_INSERTED)) return -1;
    if (c->node != c->last) return -1;
    c->kind = move;
    c->node = c->last = (XmlNode *)revision;
    detail_at(l, l->open[at].change)->text.len = 0;
    return at;
}

/* The open change the revision around this place goes on with, which may be a new one. */
static ptrdiff_t continued(Lister *l, const Around *in, bool is_mark) {
    ReviseKind kind = content_kind(in->revision->name);
    for (ptrdiff_t i = 0; in->change && i < l->open_count; i++) {
        if (l->open[i].change == in->change - 1) return i;
    }
    if (in->change) return push_open(l, in->change - 1, false); /* behind a table in it */
    ptrdiff_t at = find_open(l, kind, author_of(in->revision));
    if (at < 0 && !is_mark) at = mark_before(l, kind, in->revision);
    const ptrdiff_t move = at < 0 ? moving(l, kind, author_of(in->revision)) : -1;
    if (move >= 0) {
        at = push_open(l, move, false);
    } else if (at < 0) {
        if (is_mark && kind == CHANGE_INSERTION) kind = CHANGE_PARAGRAPH_INSERTED;
        if (is_mark && kind == CHANGE_DELETION) kind = CHANGE_PARAGRAPH_DELETED;
        return push_open(l, new_change(l, kind, in->revision, in->order), false);
    }
    ReviseChange *c = change_at(l, l->open[at].change);
    const bool was_mark =
        c->kind == CHANGE_PARAGRAPH_INSERTED || c->kind == CHANGE_PARAGRAPH_DELETED;
    if (was_mark && !is_mark) {
        c->kind = kind;
        if (c->node == c->last) c->node = (XmlNode *)in->revision; /* it is about the words */
    }
    add_to_change(l, l->open[at].change, in->revision, in->order);
    return at;
}

static void continue_change(Lister *l, Around *in, bool is_mark) {
    const ptrdiff_t at = continued(l, in, is_mark);
    in->change = l->open[at].change + 1;
    l->open[at].piece = l->piece;
    settle_waiting(l, l->open[at].change);
}

/* A piece of text, or of something else one sees, under the revisions around; the last `marks` of
 * them are marks of a paragraph. */
static void add_piece(Lister *l, Str text, ptrdiff_t marks) {
    bool is_out = false, is_put_in = false;
    ptrdiff_t i = l->around_count > OPEN_MOST / 2 ? l->around_count - OPEN_MOST / 2 : 0;
    l->piece++;
    for (; i < l->around_count; i++) {
        continue_change(l, &l->around[i], i >= l->around_count - marks);
        is_out |= !is_insertion(l->around[i].revision->name);
        is_put_in |= l->around[i].revision->name == W_ins;
    }
    close_open(l);
    for (i = 0; i < l->open_count; i++) {
        const ReviseKind kind = change_at(l, l->open[i].change)->kind;
        const bool moves = kind == CHANGE_MOVE_FROM || kind == CHANGE_MOVE_TO;
        if (!moves || !is_put_in) add_text(l, l->open[i].change, text);
    }
    if (l->paragraph && !is_out) add_text(l, l->paragraph - 1, text);
}

static void push_around(Lister *l, const XmlNode *revision, ptrdiff_t order) {
    l->around = arena_grow(l->scratch, l->around, l->around_count, &l->around_cap,
                           l->around_count + 1, (ptrdiff_t)sizeof *l->around);
    l->around[l->around_count++] = (Around){revision, order, 0};
}

/* Leaves the innermost; one without any text in it is a change all the same. */
static void pop_around(Lister *l) {
    Around *in = &l->around[l->around_count - 1];
    if (!in->change) {
        const ptrdiff_t piece = l->piece;
        l->piece = -1; /* it neither closes what is open nor keeps it so */
        continue_change(l, in, false);
        l->piece = piece;
        for (ptrdiff_t i = 0; i < l->open_count; i++) {
            if (l->open[i].piece < 0) l->open[i].piece = piece;
        }
    }
    l->around_count--;
}

/* ---- properties and tables ---- */

/* What the record of old properties itself holds goes with it. */
static void number_below(Lister *l, const XmlNode *record, ptrdiff_t change) {
    for (const XmlNode *n = next_in(record, record); n; n = next_in(n, record)) {
        if (!revise_class(n)) continue;
        l->order++;
        number_node(l, n, change);
    }
}

static ptrdiff_t lone_change(Lister *l, ReviseKind kind, const XmlNode *revision) {
    const ptrdiff_t change = new_change(l, kind, revision, l->order++);
    number_below(l, revision, change);
    return change;
}

/* A change of a table's structure goes on with its table's change of that kind and author. The
 * grid's has no author and goes with any. */
static ptrdiff_t table_change(Lister *l, ReviseKind kind, const XmlNode *revision) {
    ptrdiff_t *slot = l->table ? &l->table->structure[kind] : NULL;
    if (slot && *slot) {
        ReviseChange *c = change_at(l, *slot - 1);
        const bool is_grid = revision->name == W_tblGridChange;
        if (c->node->name == W_tblGridChange && !c->author.len && !is_grid) {
            c->author = author_of(revision);
            const Str date = xml_attr(revision, W_date);
            c->date = date.ptr ? date : S("");
        }
        if (is_grid || str_equal(c->author, author_of(revision))) {
            add_to_change(l, *slot - 1, revision, l->order++);
            number_below(l, revision, *slot - 1);
            return *slot - 1;
        }
    }
    const ptrdiff_t change = lone_change(l, kind, revision);
    if (slot) *slot = change + 1;
    return change;
}

static void format_change(Lister *l, const XmlNode *revision, Str text) {
    if (l->format && str_equal(change_at(l, l->format - 1)->author, author_of(revision))) {
        add_to_change(l, l->format - 1, revision, l->order++);
        number_below(l, revision, l->format - 1);
    } else {
        l->format = lone_change(l, CHANGE_FORMAT, revision) + 1;
    }
    add_text(l, l->format - 1, text);
}

static void list_element(Lister *l, const XmlNode *e);
static void list_branches(Lister *l, const XmlNode *alternate);

static void list_below(Lister *l, const XmlNode *e) {
    const XmlNode *outer = l->control, *before = NULL;
    for (const XmlNode *c = e->first; c; before = c, c = c->next) {
        if (!xml_is_element(c)) continue;
        if (c->name == W_sdt || c->name == W_customXml) l->control = before;
        list_element(l, c);
        l->control = outer;
    }
}

static void list_property_change(Lister *l, const XmlNode *revision) {
    switch (revision->name) {
    case W_pPrChange: {
        const ptrdiff_t change = lone_change(l, CHANGE_PARAGRAPH_FORMAT, revision);
        l->paragraph = change + 1;
        break;
    }
    case W_rPrChange: format_change(l, revision, S("")); break;
    case W_sectPrChange: (void)lone_change(l, CHANGE_SECTION, revision); break;
    default: (void)table_change(l, CHANGE_TABLE_PROPERTIES, revision); break;
    }
}

/* ---- paragraphs and runs ---- */

static bool is_noise(const XmlNode *run_child) {
    switch (run_child->name) {
    case W_rPr:
    case M_rPr:
    case W_lastRenderedPageBreak:
    case W_commentReference:
    case W_annotationRef:
    case W_proofErr: return true;
    default: return false;
    }
}

static Str piece_text(const XmlNode *run_child) {
    switch (run_child->name) {
    case W_t:
    case W_delText:
    case M_t: {
        const XmlNode *text = run_child->first;
        return text && text->name == XML_TEXT ? text->text : S("");
    }
    case W_tab:
    case W_ptab: return S("\t");
    case W_br:
    case W_cr: return S("\n");
    case W_noBreakHyphen: return S("\xE2\x80\x91");
    default: return S("");
    }
}

static void list_run(Lister *l, const XmlNode *run) {
    const XmlNode *changed = NULL;
    for (const XmlNode *c = run->first; c; c = c->next) {
        if (c->name == W_rPr) {
            changed = xml_child(c, W_rPrChange);
            if (changed) format_change(l, changed, S(""));
            continue;
        }
        if (!xml_is_element(c) || is_noise(c)) continue;
        if (revise_class(c)) { /* in a run of an equation */
            list_element(l, c);
            continue;
        }
        const Str text = piece_text(c);
        add_piece(l, text, 0);
        if (!changed) l->format = 0;
        if (changed && l->format) add_text(l, l->format - 1, text);
        if (c->name == MC_AlternateContent) {
            list_branches(l, c);
        } else {
            list_below(l, c);
        }
    }
}

/* The mark's revisions, outermost first: its insertion, then its deletion. */
static ptrdiff_t push_marks(Lister *l, const XmlNode *format, ptrdiff_t order) {
    ptrdiff_t count = 0;
    for (const XmlNode *c = format ? format->first : NULL; c; c = c->next) {
        if (revise_class(c) != CLASS_CONTENT) continue;
        push_around(l, c, order + count);
        count++;
    }
    return count;
}

static void list_paragraph(Lister *l, const XmlNode *p) {
    const ptrdiff_t outer_paragraph = l->paragraph;
    const XmlNode *properties = xml_child(p, W_pPr), *format = xml_child(properties, W_rPr);
    l->paragraph = l->format = 0;
    const ptrdiff_t order = l->order;
    for (const XmlNode *c = format ? format->first : NULL; c; c = c->next) {
        l->order += revise_class(c) == CLASS_CONTENT;
    }
    for (const XmlNode *c = properties ? properties->first : NULL; c; c = c->next) {
        if (c != format && xml_is_element(c)) list_element(l, c);
    }
    for (const XmlNode *c = p->first; c; c = c->next) {
        if (c != properties && xml_is_element(c)) list_element(l, c);
    }
    const ptrdiff_t marks = push_marks(l, format, order);
    add_piece(l, S("\n"), marks);
    l->around_count -= marks;
    const XmlNode *changed = xml_child(format, W_rPrChange);
    if (changed) format_change(l, changed, S(""));
    l->format = 0;
    l->paragraph = outer_paragraph;
}

/* Text that stands outside the run of text it is anchored in. */
static void list_story(Lister *l, const XmlNode *e) {
    const Lister outer = *l;
    const ptrdiff_t around_count = l->around_count;
    Around *around = l->around;
    l->around = NULL;
    l->around_count = l->around_cap = l->open_count = 0;
    l->table = NULL;
    l->paragraph = 0;
    list_below(l, e);
    end_text(l);
    l->around = around;
    l->around_count = around_count;
    l->around_cap = outer.around_cap;
    memcpy(l->open, outer.open, sizeof l->open);
    l->open_count = outer.open_count;
    for (ptrdiff_t i = 0; i < l->open_count; i++) l->open[i].piece = l->piece;
    l->table = outer.table;
    l->paragraph = outer.paragraph;
    l->format = outer.format;
}

/* ---- tables ---- */

static void list_table(Lister *l, const XmlNode *e) {
    Table table = {{0}, {0, 0}};
    Table *outer = l->table;
    end_text(l);
    l->table = &table;
    list_below(l, e);
    l->table = outer;
    end_text(l);
}

/* A tab between cells, a line a row; the last paragraph of a cell has no line's end of its own. */
static void end_line(Lister *l, ptrdiff_t change, Str end) {
    Buf *text = &detail_at(l, change)->text;
    const char last = *end.ptr == '\t' ? '\n' : '\t';
    if (text->len && text->ptr[text->len - 1] == last) text->len--;
    buf_add(text, end);
}

/* Lists what is in a row or cell; what is inserted or deleted in it belongs to the changes held. */
static void list_held(Lister *l, const XmlNode *e, const ptrdiff_t held[2], Str end) {
    const ptrdiff_t before = l->open_count;
    for (int i = 0; i < 2; i++) {
        if (held[i]) push_open(l, held[i] - 1, true);
    }
    list_below(l, e);
    end_text(l);
    for (ptrdiff_t i = 0; i < l->open_count; i++) end_line(l, l->open[i].change, end);
    if (l->open_count > before) l->open_count = before;
}

static void list_row(Lister *l, const XmlNode *row) {
    const XmlNode *properties = xml_child(row, W_trPr);
    ptrdiff_t held[2] = {0, 0};
    for (const XmlNode *c = properties ? properties->first : NULL; c; c = c->next) {
        if (revise_class(c) != CLASS_CONTENT) continue;
        const int side = is_insertion(c->name) ? 0 : 1;
        const ptrdiff_t before = l->table ? l->table->rows[side] : 0;
        if (before && str_equal(change_at(l, before - 1)->author, author_of(c))) {
            add_to_change(l, before - 1, c, l->order++);
            held[side] = before;
        } else {
            held[side] = lone_change(l, side ? CHANGE_ROW_DELETED : CHANGE_ROW_INSERTED, c) + 1;
        }
    }
    if (l->table) memcpy(l->table->rows, held, sizeof held);
    list_held(l, row, held, S("\n"));
}

static void list_cell(Lister *l, const XmlNode *cell) {
    const XmlNode *properties = xml_child(cell, W_tcPr);
    ptrdiff_t held[2] = {0, 0};
    for (const XmlNode *c = properties ? properties->first : NULL; c; c = c->next) {
        if (revise_class(c) != CLASS_CELL) continue;
        if (c->name == W_cellMerge) {
            (void)table_change(l, CHANGE_CELL_MERGED, c);
        } else if (c->name == W_cellIns) {
            held[0] = table_change(l, CHANGE_CELL_INSERTED, c) + 1;
        } else {
            held[1] = table_change(l, CHANGE_CELL_DELETED, c) + 1;
        }
    }
    list_held(l, cell, held, S("\t"));
}

/* ---- ranges and branches ---- */

/* The second range of a control, at the end of its content, says the same as the first. */
static ptrdiff_t outer_range(const Lister *l, const XmlNode *start) {
    const XmlNode *before = l->control;
    uint64_t found;
    if (!before || before->name != start->name) return 0;
    if (!str_equal(author_of(before), author_of(start))) return 0;
    return map_find(&l->ranges, revise_range_key(before), &found) ? (ptrdiff_t)found : 0;
}

/* A range of a move: where it starts, another change begins. */
static void wait_for_content(Lister *l, const XmlNode *range) {
    const ReviseKind kind = content_kind(range->name);
    Waiting *w = waiting_for(l, kind);
    if (revise_class(range) == CLASS_RANGE_START) {
        w->depth++;
        w->change = 0;
        for (ptrdiff_t i = l->open_count - 1; i >= 0; i--) {
            if (change_at(l, l->open[i].change)->kind != kind) continue;
            memmove(&l->open[i], &l->open[i + 1],
                    (size_t)(l->open_count - i - 1) * sizeof l->open[0]);
            l->open_count--;
        }
    }
    w->items = (const XmlNode **)arena_grow(l->scratch, w->items, w->count, &w->cap, w->count + 1,
                                            (ptrdiff_t)sizeof *w->items);
    w->items[w->count++] = range;
}

static void list_range(Lister *l, const XmlNode *range) {
    if (revise_class(range) == CLASS_RANGE_END) {
        uint64_t found;
        Waiting *w =
            revise_is_control_range(range->name) ? NULL : waiting_for(l, content_kind(range->name));
        if (w && w->depth && --w->depth == 0) w->change = 0;
        if (map_find(&l->ranges, revise_range_key(range), &found)) {
            number_node(l, range, (ptrdiff_t)found - 1);
        } else if (!revise_is_control_range(range->name)) {
            wait_for_content(l, range);
        }
        return;
    }
    if (!revise_is_control_range(range->name)) {
        l->has_moves = true;
        wait_for_content(l, range);
        return;
    }
    ptrdiff_t change = outer_range(l, range);
    if (change) {
        add_to_change(l, change - 1, range, l->order++);
    } else {
        change = lone_change(l, CHANGE_CONTROL, range) + 1;
    }
    map_put(&l->ranges, revise_range_key(range), (uint64_t)change);
}

/* Moves of which nothing but the ranges is there. */
static void end_waiting(Lister *l) {
    for (int i = 0; i < 2; i++) {
        if (!l->waiting[i].count) continue;
        const XmlNode *range = l->waiting[i].items[0];
        settle_waiting(l, new_change(l, content_kind(range->name), range, l->order++));
    }
}

/* An AlternateContent says one thing twice: what its second branch repeats is no other change. */
static void list_branches(Lister *l, const XmlNode *alternate) {
    bool is_first = true;
    for (const XmlNode *c = alternate->first; c; c = c->next) {
        if (!xml_is_element(c)) continue;
        if (is_first) {
            l->first_branches++;
            list_story(l, c);
            l->first_branches--;
            is_first = false;
            continue;
        }
        bool repeats = true;
        for (const XmlNode *n = next_in(c, c); n; n = next_in(n, c)) {
            uint64_t found;
            if (!revise_class(n)) continue;
            if (map_find(&l->twins, twin_key(n), &found)) {
                number_node(l, n, (ptrdiff_t)found - 1);
            } else {
                repeats = false;
            }
        }
        if (!repeats) list_story(l, c);
    }
}

static void list_content(Lister *l, const XmlNode *e) {
    const uint16_t holder = e->parent ? e->parent->name : 0;
    if (holder == W_numPr) {
        (void)lone_change(l, CHANGE_NUMBERING, e);
    } else if (holder != W_trPr) { /* a row's are listed with it */
        push_around(l, e, l->order++);
        list_below(l, e);
        pop_around(l);
    }
}

static void list_element(Lister *l, const XmlNode *e) {
    switch (revise_class(e)) {
    case CLASS_CONTENT: list_content(l, e); return;
    case CLASS_PROPERTIES: list_property_change(l, e); return;
    case CLASS_CELL: return; /* listed with the cell */
    case CLASS_NUMBERING: (void)lone_change(l, CHANGE_NUMBERING, e); return;
    case CLASS_RANGE_START:
    case CLASS_RANGE_END: list_range(l, e); return;
    case CLASS_NONE:
    case CLASS_KINDS: break;
    }
    switch (e->name) {
    case W_p: list_paragraph(l, e); return;
    case W_r:
    case M_r: list_run(l, e); return;
    case W_tbl: list_table(l, e); return;
    case W_tr: list_row(l, e); return;
    case W_tc: list_cell(l, e); return;
    case W_txbxContent:
    case W_footnote:
    case W_endnote:
    case W_comment: list_story(l, e); return;
    case MC_AlternateContent: list_branches(l, e); return;
    case W_t: /* outside of any run */
    case W_delText:
    case M_t: add_piece(l, piece_text(e), 0); return;
    default: list_below(l, e); return;
    }
}

void revise_list_numbered(Arena *a, XmlTree *t, ReviseChange **items, ptrdiff_t *count,
                          ptrdiff_t *cap, Map *numbers) {
    if (!t->root) return;
    Arena *scratch = arena_child(a);
    Map own = map_new(scratch);
    if (!numbers) numbers = &own;
    Lister l = {.arena = a,
                .scratch = scratch,
                .items = items,
                .count = count,
                .cap = cap,
                .from = *count,
                .numbers = numbers,
                .ranges = map_new(scratch),
                .twins = map_new(scratch)};
    list_element(&l, t->root);
    end_waiting(&l);
    for (ptrdiff_t i = l.from; i < *count; i++) {
        Str text = buf_str(&detail_at(&l, i)->text);
        while (text.len && (text.ptr[text.len - 1] == '\n' || text.ptr[text.len - 1] == '\t')) {
            text.len--;
        }
        while (text.len && *text.ptr == '\n') text = str_slice(text, 1, text.len);
        (*items)[i].text = arena_str(a, text);
    }
    if (l.has_moves)
        *count = l.from + join_repeats(scratch, t, *items + l.from, *count - l.from, numbers);
    arena_close(scratch);
}

void revise_list(Arena *a, XmlTree *t, ReviseChange **items, ptrdiff_t *count, ptrdiff_t *cap) {
    revise_list_numbered(a, t, items, count, cap, NULL);
}
