/* join: paragraphs whose mark goes (ISO 29500-1 17.13.5.14 and .20: their content is combined with
 * the paragraph that follows), in one pass over the children of a container.
 *
 * The content on its way to the next paragraph is a chain that is given its parent only where it
 * stays, so a thousand deleted marks in a row move each node once. */
#include "revise/int.h"

/* Content that has lost its paragraph mark. */
typedef struct Carry {
    XmlNode *paragraph; /* the last one without a mark; NULL: nothing is on its way */
    Chain content;
} Carry;

static void set_content(XmlNode *paragraph, XmlNode *properties, const Chain *content) {
    Chain all = {NULL, NULL};
    if (properties) chain_add(&all, properties);
    chain_append(&all, content);
    chain_close(&all, paragraph);
}

/* Empties the paragraph but for its properties. */
static void take_content(XmlNode *paragraph, Chain *content) {
    XmlNode *properties = NULL;
    for (XmlNode *c = paragraph->first, *next; c; c = next) {
        next = c->next;
        if (c->name == W_pPr && !properties) {
            properties = c;
        } else {
            chain_add(content, c);
        }
    }
    set_content(paragraph, properties, &(Chain){NULL, NULL});
}

void paragraph_prepend(XmlNode *paragraph, const Chain *content) {
    XmlNode *properties = xml_child(paragraph, W_pPr);
    Chain all = *content;
    for (XmlNode *c = paragraph->first, *next; c; c = next) {
        next = c->next;
        if (c != properties) chain_add(&all, c);
    }
    set_content(paragraph, properties, &all);
    touch(paragraph);
    for (XmlNode *n = paragraph; n && !(n->flags & FLAG_PATH); n = n->parent) n->flags |= FLAG_PATH;
}

/* Is there anything to read or see in it? */
static bool is_visible(const Chain *content) {
    for (const XmlNode *top = content->first; top; top = top->next) {
        for (const XmlNode *n = top; n; n = next_in(n, top)) {
            switch (n->name) {
            case W_t:
            case W_delText:
            case W_tab:
            case W_ptab:
            case W_br:
            case W_cr:
            case W_sym:
            case W_noBreakHyphen:
            case W_drawing:
            case W_pict:
            case W_object:
            case W_footnoteReference:
            case W_endnoteReference:
            case M_oMath: return true;
            default: break;
            }
        }
    }
    return false;
}

/* The first paragraph of a control, if no table comes before it. */
static XmlNode *leading_paragraph(const XmlNode *control) {
    for (XmlNode *n = next_in(control, control); n; n = next_in(n, control)) {
        if (n->name == W_p) return n;
        if (n->name == W_tbl) return NULL;
    }
    return NULL;
}

static bool ends_in_paragraph(const Chain *out) { return out->last && out->last->name == W_p; }

/* The paragraph stays after all: nothing follows that its content could join. */
static void put_back(Carry *carry, Chain *out) {
    XmlNode *paragraph = carry->paragraph;
    paragraph_prepend(paragraph, &carry->content);
    paragraph->flags &= ~(uint32_t)FLAG_GONE;
    chain_add(out, paragraph);
}

/* What is left of an emptied paragraph: anchors, runs without text. */
static void leave_rest(Carry *carry, Chain *out) {
    if (!carry->content.first) return;
    if (ends_in_paragraph(out)) {
        XmlNode *before = out->last;
        Chain all = {before->first, before->last};
        chain_append(&all, &carry->content);
        chain_close(&all, before);
        touch(before);
        before->flags |= FLAG_PATH;
        return;
    }
    for (XmlNode *n = carry->content.first, *next; n; n = next) {
        next = n->next;
        switch (n->name) {
        case W_bookmarkStart:
        case W_bookmarkEnd:
        case W_commentRangeStart:
        case W_commentRangeEnd:
        case W_permStart:
        case W_permEnd: chain_add(out, n); break;
        default:
            if (revise_class(n) == CLASS_RANGE_START || revise_class(n) == CLASS_RANGE_END) {
                chain_add(out, n);
            }
        }
    }
}

/* Before a block that is no paragraph. */
static void meet_block(Carry *carry, XmlNode *block, Chain *out) {
    const bool is_control = block->name == W_sdt || block->name == W_customXml;
    XmlNode *inner = is_control ? leading_paragraph(block) : NULL;
    if (inner) {
        paragraph_prepend(inner, &carry->content);
    } else if (is_visible(&carry->content) ||
               (block->name == W_sectPr && !ends_in_paragraph(out))) {
        put_back(carry, out);
    } else {
        leave_rest(carry, out);
    }
    *carry = (Carry){NULL, {NULL, NULL}};
}

static void meet_paragraph(Carry *carry, XmlNode *paragraph, Chain *out) {
    if (paragraph->flags & FLAG_GONE) {
        take_content(paragraph, &carry->content);
        carry->paragraph = paragraph;
        return;
    }
    if (carry->paragraph) paragraph_prepend(paragraph, &carry->content);
    *carry = (Carry){NULL, {NULL, NULL}};
    chain_add(out, paragraph);
}

void join_paragraphs(XmlNode *container) {
    Chain out = {NULL, NULL};
    Carry carry = {NULL, {NULL, NULL}};
    for (XmlNode *c = container->first, *next; c; c = next) {
        next = c->next;
        if (c->name == W_p) {
            meet_paragraph(&carry, c, &out);
            continue;
        }
        if (carry.paragraph && (c->name == W_tbl || c->name == W_sectPr || c->name == W_sdt ||
                                c->name == W_customXml)) {
            meet_block(&carry, c, &out);
        }
        chain_add(&out, c);
    }
    if (carry.paragraph) {
        const bool is_required = container->name != W_sdtContent && !ends_in_paragraph(&out);
        if (is_required || is_visible(&carry.content)) {
            put_back(&carry, &out);
        } else {
            leave_rest(&carry, &out);
        }
    }
    chain_close(&out, container);
}
