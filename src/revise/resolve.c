/* resolve: accepting and rejecting (ISO 29500-1 17.13.5).
 *
 * First every revision is given its verdict, as a flag on its element, and every element above one
 * is flagged as on the path to it; a scope without revisions ends there. Then one pass settles
 * what is accepted and, if anything is rejected, a second one that. That is the meaning of a mixed
 * decision: the same as accepting first and rejecting the rest afterwards. A pass walks down the
 * flagged paths alone and builds the list of children of each element on them anew, bottom up:
 * properties; then what is below; then revisions among the children, rows, cells, what is emptied;
 * then paragraphs whose mark has gone; then emptied tables and controls. So the cost is linear,
 * whatever is removed. */
#include "revise/int.h"

typedef struct Resolve {
    XmlTree *tree;
    XmlNode *scope;
    ReviseDecide decide;
    void *ctx;
    ptrdiff_t accepted, rejected, kept;
    bool has_grids, has_range_ends;
    uint32_t verdict; /* the pass: FLAG_ACCEPT or FLAG_REJECT */
    Chain strays;     /* runs with a comment's reference that wait for a paragraph */
} Resolve;

/* ---- verdicts ---- */

static void flag_path(XmlNode *n, const XmlNode *scope) {
    for (XmlNode *a = n->parent; a && !(a->flags & FLAG_PATH); a = a->parent) {
        a->flags |= FLAG_PATH;
        if (a == scope) break;
    }
}

static void give_verdict(Resolve *r, XmlNode *n, ReviseVerdict v) {
    switch (v) {
    case REVISE_KEEP: r->kept++; break;
    case REVISE_ACCEPT:
        r->accepted++;
        n->flags |= FLAG_ACCEPT;
        break;
    case REVISE_REJECT:
        r->rejected++;
        n->flags |= FLAG_REJECT;
        break;
    }
}

static ReviseVerdict verdict_of(const XmlNode *n) {
    if (n->flags & FLAG_ACCEPT) return REVISE_ACCEPT;
    return n->flags & FLAG_REJECT ? REVISE_REJECT : REVISE_KEEP;
}

static void decide_all(Resolve *r) {
    for (XmlNode *n = next_in(r->scope, r->scope); n; n = next_in(n, r->scope)) {
        const ReviseClass class = revise_class(n);
        if (class == CLASS_NONE) continue;
        flag_path(n, r->scope);
        if (class == CLASS_RANGE_END) {
            r->has_range_ends = true;
        } else if (n->name == W_tblGridChange) {
            r->has_grids = true;
        } else {
            give_verdict(r, n, r->decide(r->ctx, n));
        }
    }
}

/* The node after n on a path within root: what is below n is passed over unless n is on it. */
static XmlNode *next_on_path(const XmlNode *n, const XmlNode *root) {
    return n->flags & FLAG_PATH ? next_in(n, root) : skip_in(n, root);
}

/* Accepted when one of the table's other structural changes is, else rejected when one is. */
static ReviseVerdict table_verdict(const XmlNode *table) {
    ReviseVerdict v = REVISE_KEEP;
    const XmlNode *n = next_on_path(table, table);
    while (n && v != REVISE_ACCEPT) {
        const uint16_t holder = n->parent->name;
        const bool is_structure =
            holder == W_tblPr || holder == W_tblPrEx || holder == W_trPr || holder == W_tcPr;
        if (is_structure && verdict_of(n) != REVISE_KEEP) v = verdict_of(n);
        n = n->name == W_tbl || n->name == W_p ? skip_in(n, table) : next_on_path(n, table);
    }
    return v;
}

/* A change of the grid has no author: it goes with the table's other changes. */
static void decide_grids(Resolve *r) {
    for (XmlNode *n = next_on_path(r->scope, r->scope); n; n = next_on_path(n, r->scope)) {
        if (n->name != W_tblGridChange) continue;
        const XmlNode *first = xml_child(n->parent, W_tblGridChange);
        const XmlNode *table = n->parent == r->scope ? NULL : n->parent->parent;
        ReviseVerdict v = REVISE_KEEP;
        if (first != n) {
            v = verdict_of(first);
        } else {
            if (table) v = table_verdict(table);
            if (v == REVISE_KEEP) v = r->decide(r->ctx, n);
        }
        give_verdict(r, n, v);
    }
}

/* The end of a range goes when its start goes. One without a start in the scope goes when nothing
 * in the scope is kept. */
static void decide_range_ends(Resolve *r) {
    Arena *a = arena_child(r->tree->arena);
    Map starts = map_new(a);
    for (XmlNode *n = next_on_path(r->scope, r->scope); n; n = next_on_path(n, r->scope)) {
        if (revise_class(n) == CLASS_RANGE_START) {
            map_put(&starts, revise_range_key(n), (uint64_t)verdict_of(n) + 1);
        }
    }
    const ReviseVerdict lone = r->kept ? REVISE_KEEP : r->accepted ? REVISE_ACCEPT : REVISE_REJECT;
    for (XmlNode *n = next_on_path(r->scope, r->scope); n; n = next_on_path(n, r->scope)) {
        if (revise_class(n) != CLASS_RANGE_END) continue;
        uint64_t found;
        const bool has_start = map_find(&starts, revise_range_key(n), &found);
        give_verdict(r, n, has_start ? (ReviseVerdict)(found - 1) : lone);
    }
    arena_close(a);
}

/* ---- a pass ---- */

/* What the text around an element is. */
typedef enum Around {
    AROUND_LIVE,
    AROUND_DELETED,  /* inside a w:del that stays */
    AROUND_RESTORED, /* inside a w:del that is just going, whose text will be made live */
    AROUND_KINDS
} Around;

/* The list of children of one element in the making. */
typedef struct List {
    XmlNode *parent;
    Around around;
    Chain out;
    XmlNode *merge;    /* a decided cellMerge met among them */
    bool is_emptied;   /* nothing of it stays: a numbering that goes */
    bool joins;        /* a paragraph without its mark is among them */
    bool sweeps;       /* an emptied block or a control that goes is among them */
    bool control_goes; /* the start of a control that goes stands just before */
} List;

static bool settle(Resolve *r, XmlNode *e, Around around, bool is_spliced);

/* What stops a paragraph's content on its way to the next one, even when it is emptied itself. */
static bool is_block(uint16_t name) {
    return name == W_tbl || name == W_sdt || name == W_customXml;
}

static void list_add(List *list, XmlNode *n) {
    if (n->flags & FLAG_GONE) {
        list->joins |= n->name == W_p;
        list->sweeps |= is_block(n->name);
    }
    chain_add(&list->out, n);
}

static void list_add_children(List *list, XmlNode *e) {
    for (XmlNode *c = e->first, *next; c; c = next) {
        next = c->next;
        list_add(list, c);
    }
}

static bool is_pass(const Resolve *r, const XmlNode *n) { return n->flags & r->verdict; }

static bool stays(const Resolve *r, bool is_insertion) {
    return (r->verdict == FLAG_ACCEPT) == is_insertion;
}

static XmlNode *find_below(const XmlNode *e, uint16_t name) {
    XmlNode *n = next_in(e, e);
    while (n && n->name != name) n = next_in(n, e);
    return n;
}

/* ---- what survives removed content: anchors ---- */

static bool is_anchor(const XmlNode *n) {
    switch (n->name) {
    case W_bookmarkStart:
    case W_bookmarkEnd:
    case W_commentRangeStart:
    case W_commentRangeEnd:
    case W_permStart:
    case W_permEnd: return true;
    default: break;
    }
    const ReviseClass class = revise_class(n);
    return class == CLASS_RANGE_START || class == CLASS_RANGE_END;
}

/* An anchor holds nothing; what a broken file puts into one goes with what is removed. */
static void empty(XmlNode *anchor) {
    if (!anchor->first) return;
    chain_close(&(Chain){NULL, NULL}, anchor);
    anchor->flags |= XML_DIRTY;
}

/* Leaves of a run the reference to its comment, and its format if that holds no revision. */
static void strip_run(XmlNode *run) {
    Chain all = {NULL, NULL};
    for (XmlNode *c = run->first, *next; c; c = next) {
        next = c->next;
        if (c->name == W_commentReference) {
            empty(c);
            chain_add(&all, c);
        } else if (c->name == W_rPr && !(c->flags & FLAG_PATH)) {
            chain_add(&all, c);
        }
    }
    chain_close(&all, run);
    run->flags = (run->flags & ~(uint32_t)FLAGS_ALL) | XML_DIRTY;
}

static bool is_inline(const XmlNode *e) {
    for (; e; e = e->parent) {
        switch (e->name) {
        case W_p: return true;
        case W_tbl:
        case W_tr:
        case W_tc:
        case W_body:
        case W_txbxContent:
        case W_hdr:
        case W_ftr:
        case W_footnote:
        case W_endnote:
        case W_comment: return false;
        default: break;
        }
    }
    return true;
}

/* Moves the anchors below `removed` to where it stood. */
static void keep_anchors(Resolve *r, List *list, const XmlNode *removed) {
    XmlNode *n = next_in(removed, removed);
    while (n) {
        XmlNode *following = next_in(n, removed);
        if (is_anchor(n)) {
            following = skip_in(n, removed);
            empty(n);
            if (!is_pass(r, n)) list_add(list, n);
        } else if (n->name == W_r && xml_child(n, W_commentReference)) {
            following = skip_in(n, removed);
            strip_run(n);
            if (is_inline(list->parent)) {
                list_add(list, n);
            } else {
                chain_add(&r->strays, n);
            }
        }
        n = following;
    }
}

static bool place_strays(Resolve *r, XmlNode *at) {
    XmlNode *paragraph = at->name == W_p ? at : find_below(at, W_p);
    if (!paragraph) return false;
    paragraph_prepend(paragraph, &r->strays);
    r->strays = (Chain){NULL, NULL};
    return true;
}

/* ---- revisions among the children ---- */

/* Makes deleted text text again below e, which is no deletion any more. */
static void restore_text(const XmlNode *e) {
    for (XmlNode *n = next_in(e, e); n;) {
        if (n->name == W_delText || n->name == W_delInstrText) {
            n->name = n->name == W_delText ? W_t : W_instrText;
            n->flags |= XML_TAG_DIRTY;
            touch(n);
        }
        n = n->name == W_del ? skip_in(n, e) : next_in(n, e);
    }
}

/* A mark: its owner goes if it does not stay. A mark on a math structure's control character is
 * the structure's. Any other run has no mark, and such an element says nothing. */
static void settle_mark(Resolve *r, List *list, const XmlNode *mark) {
    if (stays(r, is_insertion(mark->name))) return;
    const XmlNode *holder = list->parent;
    XmlNode *owner = NULL;
    if (holder->name == W_numPr) {
        list->is_emptied = true;
    } else if (holder->name == W_trPr) {
        owner = holder->parent && holder->parent->name == W_tr ? holder->parent : NULL;
    } else if (holder->parent && holder->parent->name == M_ctrlPr) {
        holder = holder->parent;
    } else {
        owner = revise_marked_paragraph(mark);
    }
    if (holder->name == M_ctrlPr && holder->parent && holder->parent->parent) {
        owner = holder->parent->parent; /* m:f of m:fPr */
        if (xml_ns(r->tree->names, owner->name) != NS_M) owner = NULL;
    }
    if (owner) owner->flags |= FLAG_GONE;
}

static void settle_content(Resolve *r, List *list, XmlNode *c) {
    const bool content_stays = stays(r, is_insertion(c->name));
    if (holds_marks(list->parent->name)) {
        settle_mark(r, list, c);
        return;
    }
    if (list->parent->name == M_ctrlPr) settle_mark(r, list, c);
    if (!content_stays) {
        keep_anchors(r, list, c);
        return;
    }
    const bool is_deletion = !is_insertion(c->name);
    const bool restores = is_deletion && list->around == AROUND_LIVE;
    settle(r, c, restores ? AROUND_RESTORED : list->around, true);
    if (restores) restore_text(c);
    list_add_children(list, c);
}

static void settle_cell(Resolve *r, List *list, XmlNode *c) {
    if (list->parent->name != W_tcPr) return;
    XmlNode *cell = list->parent->parent;
    if (c->name == W_cellMerge) {
        list->merge = c;
    } else if (cell && cell->name == W_tc && !stays(r, c->name == W_cellIns)) {
        cell->flags |= FLAG_GONE;
    }
}

static void settle_revision(Resolve *r, List *list, XmlNode *c) {
    switch (revise_class(c)) {
    case CLASS_CONTENT: settle_content(r, list, c); break;
    case CLASS_CELL: settle_cell(r, list, c); break;
    case CLASS_PROPERTIES: /* accepted; rejected ones are gone already */
    case CLASS_NUMBERING:
    case CLASS_RANGE_START:
    case CLASS_RANGE_END:
    case CLASS_NONE:
    case CLASS_KINDS: break;
    }
}

/* The vertical merge a decided cellMerge says, at its place by the schema. */
static void settle_merge(Resolve *r, XmlNode *cell_properties, const XmlNode *merge) {
    const Str value = xml_attr(merge, r->verdict == FLAG_ACCEPT ? W_vMerge : W_vMergeOrig);
    XmlNode *fresh = NULL;
    if (str_equal(value, S("cont")) || str_equal(value, S("rest"))) {
        fresh = xml_element(r->tree, W_vMerge);
        xml_set_attr(r->tree, fresh, W_val, value.ptr[0] == 'c' ? S("continue") : S("restart"));
    }
    Chain out = {NULL, NULL};
    bool is_placed = !fresh;
    for (XmlNode *c = cell_properties->first, *next; c; c = next) {
        next = c->next;
        const bool is_earlier = c->name == W_cnfStyle || c->name == W_tcW ||
                                c->name == W_gridSpan || c->name == W_hMerge;
        if (!is_placed && !is_earlier) {
            chain_add(&out, fresh);
            is_placed = true;
        }
        if (c->name != W_vMerge) chain_add(&out, c);
    }
    if (!is_placed) chain_add(&out, fresh);
    chain_close(&out, cell_properties);
}

/* ---- what a pass has emptied ---- */

static bool has_runs(const XmlNode *e) {
    for (const XmlNode *n = next_in(e, e); n; n = next_in(n, e)) {
        switch (n->name) {
        case W_r:
        case W_fldSimple:
        case W_sdt: /* an empty control is something too */
        case W_ins:
        case W_del:
        case W_moveFrom:
        case W_moveTo:
        case M_oMath:
        case M_r: return true;
        default: break;
        }
    }
    return false;
}

static bool holds_only(const XmlNode *e, uint16_t one, uint16_t other) {
    for (const XmlNode *c = e->first; c; c = c->next) {
        if (c->name != one && c->name != other) return false;
    }
    return true;
}

/* Of an element whose content changed: is nothing left that it is there for? Properties that bear
 * a mark (see revise_note_people) are kept as its bearers. */
static bool is_emptied(const XmlNode *e, const XmlNode *parent) {
    switch (e->name) {
    case W_tbl: return !find_below(e, W_tr);
    case W_tr: return !find_below(e, W_tc);
    case W_sdt: {
        const XmlNode *content = xml_child(e, W_sdtContent);
        return content && !content->first;
    }
    case W_hyperlink:
    case W_smartTag:
    case W_fldSimple:
    case W_bdo:
    case W_dir: return !has_runs(e);
    case W_customXml: return holds_only(e, W_customXmlPr, W_customXmlPr);
    case W_r:
    case M_r: return holds_only(e, W_rPr, M_rPr);
    case W_rPr:
    case W_pPr:
    case W_trPr:
    case W_tcPr:
    case W_numPr:
    case W_tblPrEx:
        return !e->first && !e->attr_count && !e->mark && revise_class(parent) != CLASS_PROPERTIES;
    default: return false;
    }
}

/* The arguments of a math structure (m:num of m:f; m:e of m:mr of m:m) in place of it. */
static void splice_arguments(Resolve *r, List *list, XmlNode *structure, int levels) {
    for (XmlNode *c = structure->first, *next; c; c = next) {
        next = c->next;
        if (!xml_is_element(c)) continue;
        const Str local = xml_local(r->tree->names, c->name);
        if (str_ends(local, S("Pr"))) continue;
        if (levels > 0 && str_equal(local, S("mr"))) {
            splice_arguments(r, list, c, levels - 1);
        } else {
            list_add_children(list, c);
        }
    }
}

/* ---- controls whose insertion is rejected or deletion accepted ---- */

static bool is_control(const XmlNode *n) {
    return n->name == W_sdt || n->name == W_customXml || n->name == W_smartTag;
}

/* Looks at each child in turn: range starts speak of the control that follows them. */
static bool control_goes(const Resolve *r, List *list, const XmlNode *c) {
    if (revise_is_control_range(c->name)) {
        list->control_goes |= revise_class(c) == CLASS_RANGE_START && is_pass(r, c) &&
                              !stays(r, revise_keeps_control(c->name));
        return false;
    }
    const ReviseClass class = revise_class(c);
    if (class == CLASS_RANGE_START || class == CLASS_RANGE_END || c->name == W_bookmarkStart) {
        return false;
    }
    const bool goes = list->control_goes && is_control(c);
    list->control_goes = false;
    return goes;
}

static void unwrap_control(List *list, XmlNode *control) {
    if (control->name == W_sdt) {
        XmlNode *content = xml_child(control, W_sdtContent);
        if (content) list_add_children(list, content);
        return;
    }
    for (XmlNode *c = control->first, *next; c; c = next) {
        next = c->next;
        if (c->name != W_customXmlPr && c->name != W_smartTagPr) list_add(list, c);
    }
}

/* ---- one element ---- */

/* Runs that wait for a paragraph wait on while a row or cell is settled that may go itself. */
static bool settle_below(Resolve *r, const List *list, XmlNode *c) {
    const bool is_deletion = c->name == W_del && !holds_marks(list->parent->name);
    const Around around = is_deletion ? AROUND_DELETED : list->around;
    if (!r->strays.first || (c->name != W_tr && c->name != W_tc)) {
        return settle(r, c, around, false);
    }
    Chain waiting = r->strays;
    r->strays = (Chain){NULL, NULL};
    const bool changed = settle(r, c, around, false);
    chain_append(&waiting, &r->strays);
    r->strays = waiting;
    return changed;
}

/* Adds what becomes of c to the list; says whether that differs from c as it was. */
static bool settle_child(Resolve *r, List *list, XmlNode *c) {
    const bool unwraps = control_goes(r, list, c);
    const bool is_on_path = c->flags & FLAG_PATH;
    if (is_pass(r, c)) {
        settle_revision(r, list, c);
        return true;
    }
    if (!is_on_path && !unwraps && !r->strays.first) {
        chain_add(&list->out, c);
        return false;
    }
    bool changed = r->strays.first && c->name == W_p && place_strays(r, c);
    changed |= is_on_path && settle_below(r, list, c);
    if (unwraps) {
        if (r->strays.first) (void)place_strays(r, c);
        if (is_block(c->name)) {
            c->flags |= FLAG_GONE;
            list_add(list, c);
        } else {
            unwrap_control(list, c);
        }
        return true;
    }
    if (c->flags & FLAG_GONE && c->name != W_p) {
        if (c->name == W_tr || c->name == W_tc) {
            keep_anchors(r, list, c);
        } else {
            splice_arguments(r, list, c, 1);
        }
        return true;
    }
    if (changed && is_emptied(c, list->parent)) {
        if (is_block(c->name)) {
            c->flags |= FLAG_GONE;
            list_add(list, c);
        } else {
            keep_anchors(r, list, c);
        }
        return true;
    }
    if (changed && c->name == W_tc && !find_below(c, W_p)) {
        XmlNode *paragraph = xml_element(r->tree, W_p);
        Chain content = {c->first, c->last};
        chain_add(&content, paragraph);
        chain_close(&content, c);
    }
    if (r->strays.first && place_strays(r, c)) changed = true;
    list_add(list, c);
    return changed;
}

/* Emptied blocks go, and controls that go leave their content, when paragraphs have been joined:
 * text before a table that goes is not joined to the text behind it (so other readers; ISO 29500 is
 * silent). */
static void sweep(Resolve *r, XmlNode *e) {
    List list = {.parent = e};
    for (XmlNode *c = e->first, *next; c; c = next) {
        next = c->next;
        if (!(c->flags & FLAG_GONE && is_block(c->name))) {
            chain_add(&list.out, c);
        } else if (is_emptied(c, e)) {
            keep_anchors(r, &list, c);
        } else {
            unwrap_control(&list, c);
        }
    }
    chain_close(&list.out, e);
}

/* Settles the pass's revisions below e; says whether anything below it changed. is_spliced: e's
 * children will take its place, so their paragraphs are joined there. */
static bool settle(Resolve *r, XmlNode *e, Around around, bool is_spliced) {
    if (!xml_is_element(e)) return false;
    bool changed = false;
    if (r->verdict == FLAG_REJECT) {
        XmlNode *c = e->first;
        while (c && !(revise_class(c) == CLASS_PROPERTIES && is_pass(r, c))) c = c->next;
        if (c) restore_properties(e, c);
        changed = c;
    }
    List list = {.parent = e, .around = around};
    for (XmlNode *c = e->first, *next; c; c = next) {
        next = c->next;
        changed |= settle_child(r, &list, c);
    }
    if (!changed) return false; /* the chain is the list as it was */
    if (list.is_emptied) list.out = (Chain){NULL, NULL};
    chain_close(&list.out, e);
    if (list.merge) settle_merge(r, e, list.merge);
    if (list.joins && !is_spliced) join_paragraphs(e);
    if (list.sweeps && !is_spliced) sweep(r, e);
    e->flags |= XML_DIRTY;
    return true;
}

static void run_pass(Resolve *r, uint32_t verdict) {
    r->verdict = verdict;
    if (!settle(r, r->scope, AROUND_LIVE, false)) return;
    if (r->strays.first) {
        XmlNode *last = NULL;
        for (XmlNode *n = next_in(r->scope, r->scope); n; n = next_in(n, r->scope)) {
            if (n->name == W_p) last = n;
        }
        if (r->scope->name == W_p) last = r->scope;
        if (last) {
            Chain all = {last->first, last->last};
            chain_append(&all, &r->strays);
            chain_close(&all, last);
            touch(last);
        }
        r->strays = (Chain){NULL, NULL};
    }
    r->scope->flags &= ~(uint32_t)XML_DIRTY;
    xml_touch(r->scope);
}

static void clear_flags(XmlNode *scope) {
    for (XmlNode *n = scope, *next; n; n = next) {
        next = next_on_path(n, scope);
        n->flags &= ~(uint32_t)FLAGS_ALL;
    }
}

void revise_resolve(XmlTree *t, XmlNode *scope, ReviseDecide decide, void *ctx) {
    Resolve r = {.tree = t, .scope = scope, .decide = decide, .ctx = ctx};
    decide_all(&r);
    if (!(scope->flags & FLAG_PATH)) return;
    if (r.has_grids) decide_grids(&r);
    if (r.has_range_ends) decide_range_ends(&r);
    if (r.accepted) run_pass(&r, FLAG_ACCEPT);
    if (r.rejected) run_pass(&r, FLAG_REJECT);
    clear_flags(scope);
}

/* ---- ready-made decisions ---- */

ReviseVerdict revise_accept_all(void *ctx, const XmlNode *revision) {
    (void)ctx, (void)revision;
    return REVISE_ACCEPT;
}

ReviseVerdict revise_reject_all(void *ctx, const XmlNode *revision) {
    (void)ctx, (void)revision;
    return REVISE_REJECT;
}

bool revise_names_office(Str author, Str office) {
    for (ptrdiff_t from = 0;;) {
        const ptrdiff_t length = str_find(str_slice(author, from, author.len), S("; "));
        const ptrdiff_t to = length < 0 ? author.len : from + length;
        if (str_equal(str_slice(author, from, to), office)) return true;
        if (length < 0) return false;
        from = to + 2;
    }
}

ReviseVerdict revise_only(void *ctx, const XmlNode *revision) {
    const Str *office = ctx;
    return revise_names_office(xml_attr(revision, W_author), *office) ? REVISE_ACCEPT
                                                                      : REVISE_REJECT;
}
