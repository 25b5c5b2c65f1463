/* Paragraphs without text. Where all that such a paragraph holds comes or goes and its mark stays,
 * LibreOffice takes the mark for a part of the change: a picture in a line, a formula, a page
 * break. Of floating objects, which have no width, it keeps both where one is deleted and another
 * inserted beside it. When paragraph and all are deleted, and another inserted, it does neither. */
#include "collate/int.h"

enum { FLOATING = 1, STANDING = 2, OTHERWISE = 4 };

static unsigned object(const XmlNode *n) {
    bool floats = false;
    for (const XmlNode *c = n; c; c = xml_next(c, n)) {
        if (c->name == W_txbxContent) return OTHERWISE; /* it is merged inside */
        floats = floats || c->name == WP_anchor;
    }
    return floats ? FLOATING : STANDING;
}

static unsigned in_run(const XmlNode *run) {
    unsigned found = 0;
    for (const XmlNode *n = run->first; n; n = n->next) {
        switch (n->name) {
        case W_rPr:
        case W_lastRenderedPageBreak: break;
        case W_drawing:
        case W_pict:
        case W_object:
        case MC_AlternateContent: found |= object(n); break;
        case W_br: found |= str_equal(xml_attr(n, W_type), S("page")) ? STANDING : OTHERWISE; break;
        default: return OTHERWISE;
        }
    }
    return found;
}

static unsigned in_paragraph(const XmlNode *p) {
    unsigned found = 0;
    for (const XmlNode *n = p->first; n && !(found & OTHERWISE); n = n->next) {
        switch (n->name) {
        case W_pPr:
        case W_bookmarkStart:
        case W_bookmarkEnd:
        case W_commentRangeStart:
        case W_commentRangeEnd:
        case W_proofErr: break;
        case M_oMath:
        case M_oMathPara: found |= STANDING; break;
        case W_r: found |= in_run(n); break;
        default: return OTHERWISE;
        }
    }
    return found;
}

static bool floats_alone(const XmlNode *run) {
    for (const XmlNode *n = run->first; n; n = n->next) {
        bool floats = n->name == W_pict;
        for (const XmlNode *c = n; c && !floats; c = xml_next(c, n)) floats = c->name == WP_anchor;
        if (!floats && n->name != W_rPr && n->name != W_lastRenderedPageBreak) return false;
    }
    return true;
}

bool holds_floating_alone(const XmlNode *p) {
    bool any = false;
    for (const XmlNode *n = p->first; n; n = n->next) {
        switch (n->name) {
        case W_pPr:
        case W_bookmarkStart:
        case W_bookmarkEnd:
        case W_proofErr: break;
        case W_r:
            if (!floats_alone(n)) return false;
            any = true;
            break;
        default: return false;
        }
    }
    return any;
}

static bool is_same_content(Arena *scratch, DocContext *c, const XmlNode *p, DocContext *d,
                            const XmlNode *q) {
    uint64_t *x, *y;
    const ptrdiff_t n = doc_words(scratch, c, p, &x), m = doc_words(scratch, d, q, &y);
    return n == m && (n == 0 || memcmp(x, y, (size_t)n * sizeof *x) == 0);
}

bool is_better_replaced(Arena *scratch, DocContext *base_context, const DocBlock *base,
                        DocContext *context, const DocBlock *block) {
    if (base->kind != BLOCK_PARAGRAPH || base->has_section || block->has_section) return false;
    const unsigned was = in_paragraph(base->node);
    if (was & OTHERWISE) return false;
    const unsigned is = in_paragraph(block->node);
    if (is & OTHERWISE || !((was | is) & STANDING || was & is & FLOATING)) return false;
    return !is_same_content(scratch, base_context, base->node, context, block->node);
}

static bool is_floating(const Item *it) {
    return it->token->kind == TOKEN_ATOM && it->token->node != it->token->run &&
           object(it->token->node) == FLOATING;
}

static bool is_gone(const Item *it) {
    return kind_of(it) == DELETED && it->nested_kind == KEPT && !it->before && is_floating(it);
}

/* Whether it is put in by those alone who delete gone. */
static bool is_in_place_of(const Item *it, const Item *gone) {
    return kind_of(it) == INSERTED && it->nested_kind == KEPT && !it->before &&
           it->token->wrapper == gone->token->wrapper && set_empty(set_minus(it->set, gone->set));
}

void settle_floating(Arena *scratch, Item *items, ptrdiff_t count) {
    for (ptrdiff_t i = 0, words, end; i < count; i = end) {
        end = words = i + 1;
        if (!is_gone(&items[i])) continue;
        while (words < count && is_gone(&items[words]) && set_equal(items[words].set, items[i].set))
            words++;
        for (end = words; end < count && is_in_place_of(&items[end], &items[i]);) end++;
        if (end == words || is_floating(&items[end - 1]) ||
            (end < count && (kind_of(&items[end]) != KEPT || items[end].changed)))
            continue;
        Item *gone = NEW_ARRAY(scratch, Item, words - i);
        memcpy(gone, &items[i], (size_t)(words - i) * sizeof *items);
        memmove(&items[i], &items[words], (size_t)(end - words) * sizeof *items);
        memcpy(&items[i + end - words], gone, (size_t)(words - i) * sizeof *items);
    }
}
