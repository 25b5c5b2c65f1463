/* Blocks and rows inserted or deleted as a whole (ISO 29500-1 17.13.5.15-18, 17.13.5.4-7): the rows
 * are marked, and so is everything inside, as Word does it. */
#include "collate/int.h"

static bool is_wrapper(uint16_t name) {
    return name == W_hyperlink || name == W_sdt || name == W_smartTag || name == W_customXml ||
           name == W_fldSimple || name == W_dir || name == W_bdo || name == W_sdtContent;
}

/* What a w:ins or w:del of a paragraph may hold; anchors stay outside, so that they outlive it. */
static bool is_run_content(const XmlNode *n) {
    if (n->name == W_r) {
        for (const XmlNode *c = n->first; c; c = c->next)
            if (c->name == W_commentReference) return false;
        return true;
    }
    return n->name == M_oMath || n->name == M_oMathPara || n->name == MC_AlternateContent;
}

void rename_deleted(XmlNode *run) {
    for (XmlNode *c = run->first; c; c = c->next) {
        if (c->name == W_t) xml_rename(c, W_delText);
        if (c->name == W_instrText) xml_rename(c, W_delInstrText);
    }
}

static void mark_runs(Place *place, XmlNode *parent, uint16_t change, TextSet set, const Who *who) {
    XmlNode *open = NULL;
    for (XmlNode *n = parent->first, *next; n; n = next) {
        next = n->next;
        if (is_wrapper(n->name)) mark_runs(place, n, change, set, who);
        if (!is_run_content(n)) {
            open = NULL;
            continue;
        }
        if (!open) {
            open = make_change(place, change, set, who);
            xml_insert(parent, open, n);
        }
        xml_remove(n);
        if (change == W_del) rename_deleted(n);
        xml_insert(open, n, NULL);
    }
}

static void mark_paragraph(Place *place, XmlNode *p, uint16_t change, TextSet set, const Who *who) {
    mark_runs(place, p, change, set, who);
    XmlNode *run = ensure_properties(place, ensure_properties(place, p, W_pPr), W_rPr);
    xml_insert(run, make_change(place, change, set, who), run->first);
}

static void mark_row_itself(Place *place, XmlNode *row, uint16_t change, TextSet set,
                            const Who *who) {
    XmlNode *properties = ensure_properties(place, row, W_trPr);
    xml_insert(properties, make_change(place, change, set, who),
               xml_child(properties, W_trPrChange));
}

void mark_inside(Place *place, XmlNode *node, uint16_t change, TextSet set) {
    const Who *who = NULL;
    for (XmlNode *n = node->first; n;) {
        if (n->mark) who = who_of(place->job->scratch, who, set_first(set), n->mark);
        if (n->name == W_tr) mark_row_itself(place, n, change, set, who);
        bool paragraph = n->name == W_p;
        if (paragraph) mark_paragraph(place, n, change, set, who);
        if (paragraph && change == W_ins) mark_imported_notes(place, n, set, who);
        n = paragraph ? xml_skip(n, node) : xml_next(n, node);
    }
}

/* The mark of its last paragraph stays: there is nothing that it could be joined with. */
void mark_note(Place *place, XmlNode *note, TextSet set, const Who *who) {
    for (XmlNode *n = note->first, *next; n; n = next) {
        bool paragraph = n->name == W_p;
        next = paragraph ? xml_skip(n, note) : xml_next(n, note);
        if (!paragraph) continue;
        bool joins = n->parent == note && n->next && n->next->name == W_p;
        if (joins) mark_paragraph(place, n, W_ins, set, who);
        else mark_runs(place, n, W_ins, set, who);
    }
}

void mark_row(Place *place, XmlNode *row, uint16_t change, TextSet set) {
    mark_row_itself(place, row, change, set,
                    who_of(place->job->scratch, NULL, set_first(set), row->mark));
    mark_inside(place, row, change, set);
}

/* ---- blocks ---- */

static XmlNode *range(Place *place, bool inserted, TextSet set, XmlNode *start) {
    XmlNode *n;
    if (!start)
        return make_change(place, inserted ? W_customXmlInsRangeStart : W_customXmlDelRangeStart,
                           set, NULL);
    n = xml_element(place->tree, inserted ? W_customXmlInsRangeEnd : W_customXmlDelRangeEnd);
    xml_set_attr(place->tree, n, W_id, xml_attr(start, W_id));
    return n;
}

/* node becomes the change, and what it was its only child: who holds a pointer to it keeps a block.
 */
static void enclose(Place *place, XmlNode *node, XmlNode *change) {
    XmlNode *was = xml_element(place->tree, node->name), *parent = node->parent, *next = node->next;
    *was = *node;
    was->next = was->parent = NULL;
    for (XmlNode *c = was->first; c && xml_is_element(was); c = c->next) c->parent = was;
    *node = *change;
    node->parent = parent;
    node->next = next;
    xml_insert(node, was, NULL);
    xml_touch(node);
}

void delete_block(Place *place, XmlNode *block, TextSet set) {
    if (block->name == W_tbl) {
        XmlNode **rows;
        ptrdiff_t count = doc_rows(place->job->scratch, block, &rows);
        for (ptrdiff_t i = 0; i < count; i++) mark_row(place, rows[i], W_del, set);
    } else if (block->name == W_sdt || block->name == W_customXml) {
        mark_inside(place, block, W_del, set);
        XmlNode *start = range(place, false, set, NULL);
        xml_insert(block->parent, start, block);
        xml_insert(block->parent, range(place, false, set, start), block->next);
    } else {
        enclose(place, block, make_change(place, W_del, set, NULL));
    }
}

Chain insert_block(Place *place, ptrdiff_t office, const XmlNode *block, TextSet set) {
    XmlNode *copy = copy_foreign(place, office, block);
    if (copy->name == W_tbl) {
        XmlNode **rows;
        ptrdiff_t count = doc_rows(place->job->scratch, copy, &rows);
        for (ptrdiff_t i = 0; i < count; i++) mark_row(place, rows[i], W_ins, set);
        return (Chain){copy, copy};
    }
    if (copy->name == W_sdt || copy->name == W_customXml) {
        mark_inside(place, copy, W_ins, set);
        XmlNode *start = range(place, true, set, NULL), *end = range(place, true, set, start);
        start->next = copy;
        copy->next = end;
        return (Chain){start, end};
    }
    XmlNode *change = make_change(place, W_ins, set, NULL);
    xml_insert(change, copy, NULL);
    return (Chain){change, change};
}
