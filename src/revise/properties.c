/* properties: putting back what a rejected change of properties remembers.
 *
 * A record holds a part of its holder's children: pPrChange neither the mark's rPr nor a sectPr,
 * sectPrChange no headers, and none of them the marks of other revisions. Those stay. */
#include "revise/int.h"

static bool is_outside_record(uint16_t change, const XmlNode *child) {
    switch (change) {
    case W_pPrChange: return child->name == W_rPr || child->name == W_sectPr;
    case W_rPrChange: return revise_class(child) == CLASS_CONTENT;
    case W_sectPrChange:
        return child->name == W_headerReference || child->name == W_footerReference;
    case W_trPrChange:
    case W_tcPrChange:
        return revise_class(child) == CLASS_CONTENT || revise_class(child) == CLASS_CELL;
    default: return false;
    }
}

static void add_outside(XmlNode *holder, uint16_t change, Chain *out) {
    for (XmlNode *c = holder->first, *next; c; c = next) {
        next = c->next;
        if (is_outside_record(change, c)) chain_add(out, c);
    }
}

static const XmlNode *first_element(const XmlNode *n) {
    const XmlNode *c = n->first;
    while (c && !xml_is_element(c)) c = c->next;
    return c;
}

void restore_properties(XmlNode *holder, XmlNode *change) {
    const uint16_t kind = change->name;
    const XmlNode *old = first_element(change);
    XmlNode *old_first = old ? old->first : NULL;
    if (old && (old->attr_count || holder->attr_count)) {
        holder->attrs = old->attrs;
        holder->attr_count = old->attr_count;
        holder->flags |= XML_TAG_DIRTY;
    }
    const bool others_lead = kind == W_rPrChange || kind == W_sectPrChange; /* by the schema */
    Chain out = {NULL, NULL};
    if (others_lead) add_outside(holder, kind, &out);
    Chain restored = {NULL, NULL};
    for (XmlNode *c = old_first, *next; c; c = next) {
        next = c->next;
        if (!is_outside_record(kind, c)) chain_add(&restored, c);
    }
    chain_append(&out, &restored);
    if (!others_lead) add_outside(holder, kind, &out);
    chain_close(&out, holder);
    touch(holder);
}
