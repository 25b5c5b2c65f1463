/* class: which elements are revisions, and of what kind (ISO 29500-1 17.13.5). */
#include "revise/int.h"

const uint8_t revise_classes[NAMES_KNOWN] = {
    [W_ins] = CLASS_CONTENT,
    [W_del] = CLASS_CONTENT,
    [W_moveFrom] = CLASS_CONTENT,
    [W_moveTo] = CLASS_CONTENT,
    [W_rPrChange] = CLASS_PROPERTIES,
    [W_pPrChange] = CLASS_PROPERTIES,
    [W_sectPrChange] = CLASS_PROPERTIES,
    [W_tblPrChange] = CLASS_PROPERTIES,
    [W_tblPrExChange] = CLASS_PROPERTIES,
    [W_tblGridChange] = CLASS_PROPERTIES,
    [W_trPrChange] = CLASS_PROPERTIES,
    [W_tcPrChange] = CLASS_PROPERTIES,
    [W_cellIns] = CLASS_CELL,
    [W_cellDel] = CLASS_CELL,
    [W_cellMerge] = CLASS_CELL,
    [W_numberingChange] = CLASS_NUMBERING,
    [W_moveFromRangeStart] = CLASS_RANGE_START,
    [W_moveFromRangeEnd] = CLASS_RANGE_END,
    [W_moveToRangeStart] = CLASS_RANGE_START,
    [W_moveToRangeEnd] = CLASS_RANGE_END,
    [W_customXmlInsRangeStart] = CLASS_RANGE_START,
    [W_customXmlInsRangeEnd] = CLASS_RANGE_END,
    [W_customXmlDelRangeStart] = CLASS_RANGE_START,
    [W_customXmlDelRangeEnd] = CLASS_RANGE_END,
    [W_customXmlMoveFromRangeStart] = CLASS_RANGE_START,
    [W_customXmlMoveFromRangeEnd] = CLASS_RANGE_END,
    [W_customXmlMoveToRangeStart] = CLASS_RANGE_START,
    [W_customXmlMoveToRangeEnd] = CLASS_RANGE_END,
};

uint16_t revise_range_start(uint16_t end) {
    switch (end) {
    case W_moveFromRangeEnd: return W_moveFromRangeStart;
    case W_moveToRangeEnd: return W_moveToRangeStart;
    case W_customXmlInsRangeEnd: return W_customXmlInsRangeStart;
    case W_customXmlDelRangeEnd: return W_customXmlDelRangeStart;
    case W_customXmlMoveFromRangeEnd: return W_customXmlMoveFromRangeStart;
    case W_customXmlMoveToRangeEnd: return W_customXmlMoveToRangeStart;
    default: return 0;
    }
}

bool revise_keeps_control(uint16_t start) {
    return start == W_customXmlInsRangeStart || start == W_customXmlMoveToRangeStart;
}

bool revise_is_control_range(uint16_t name) {
    switch (name) {
    case W_customXmlInsRangeStart:
    case W_customXmlInsRangeEnd:
    case W_customXmlDelRangeStart:
    case W_customXmlDelRangeEnd:
    case W_customXmlMoveFromRangeStart:
    case W_customXmlMoveFromRangeEnd:
    case W_customXmlMoveToRangeStart:
    case W_customXmlMoveToRangeEnd: return true;
    default: return false;
    }
}

uint64_t revise_range_key(const XmlNode *range) {
    const uint16_t end = revise_range_start(range->name);
    const uint64_t kind = end ? end : range->name;
    const uint64_t key = hash_fast(xml_attr(range, W_id)) ^ kind * UINT64_C(0x9e3779b97f4a7c15);
    return key ? key : 1;
}

XmlNode *revise_marked_paragraph(const XmlNode *n) {
    const XmlNode *run = n->parent;
    if (!run || run->name != W_rPr || !run->parent || run->parent->name != W_pPr) return NULL;
    XmlNode *paragraph = run->parent->parent;
    return paragraph && paragraph->name == W_p ? paragraph : NULL;
}

bool revise_has(const XmlNode *scope) {
    for (const XmlNode *n = next_in(scope, scope); n; n = next_in(n, scope)) {
        if (revise_class(n)) return true;
    }
    return false;
}

bool revise_is(const XmlNode *n) { return revise_class(n) != CLASS_NONE; }
