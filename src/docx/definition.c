/* definition: what a style or a list does, as one number: equal for two that a reader could not
 * tell apart, whatever they are called and whoever saved them. */
#include "docx/int.h"

static bool is_noise_element(uint16_t name) {
    switch (name) {
    case W_name:
    case W_aliases:
    case W_next:
    case W_link:
    case W_rsid:
    case W_nsid:
    case W_tmpl:
    case W_uiPriority:
    case W_qFormat:
    case W_semiHidden:
    case W_unhideWhenUsed:
    case W_hidden:
    case W_locked: return true;
    default: return false;
    }
}

static bool is_noise_attr(uint16_t name) {
    switch (name) {
    case W_styleId:
    case W_customStyle:
    case W_default:
    case W_abstractNumId:
    case W_numId:
    case W_numPicBulletId:
    case W_tplc:
    case W_tentative:
    case W_rsidR:
    case W_rsidRDefault:
    case W_rsidP:
    case W_rsidRPr:
    case W_rsidDel:
    case W16CID_durableId:
    case W15_restartNumberingAfterBreak: return true;
    default: return false;
    }
}

static uint64_t node_definition(HashKey key, const XmlNode *n) {
    Hasher h;
    hash_start(&h, key);
    hash_u64(&h, n->name);
    if (!xml_is_element(n)) {
        hash_str(&h, n->text);
        return hash_end(&h).a;
    }
    uint64_t attrs = 0,
             children = 0; /* sums: their order has no meaning in any of these elements */
    for (uint16_t i = 0; i < n->attr_count; i++) {
        if (is_noise_attr(n->attrs[i].name)) continue;
        Hasher attr;
        hash_start(&attr, key);
        hash_u64(&attr, n->attrs[i].name);
        hash_str(&attr, n->attrs[i].value);
        attrs += hash_end(&attr).a;
    }
    for (const XmlNode *c = n->first; c; c = c->next) {
        if (!is_noise_element(c->name)) children += node_definition(key, c);
    }
    hash_u64(&h, attrs);
    hash_u64(&h, children);
    return hash_end(&h).a;
}

uint64_t definition_of(const DocxPackage *p, const XmlNode *n) {
    return node_definition(p->key, n);
}

static bool is_printed(uint16_t name) {
    switch (name) {
    case W_start:
    case W_numFmt:
    case W_lvlText:
    case W_lvlRestart:
    case W_isLgl:
    case W_suff: return true;
    default: return false;
    }
}

/* A bullet is a letter of a symbol font: with another font it is another bullet. */
static void hash_bullet_font(Hasher *h, const XmlNode *level) {
    if (!str_equal(xml_attr(xml_child(level, W_numFmt), W_val), S("bullet"))) return;
    hash_str(h, xml_attr(xml_child(xml_child(level, W_rPr), W_rFonts), W_ascii));
}

uint64_t printed_of(const DocxPackage *p, const XmlNode *abstract) {
    uint64_t sum = 0;
    for (const XmlNode *level = abstract->first; level; level = level->next) {
        if (level->name != W_lvl) continue;
        Hasher h;
        hash_start(&h, p->key);
        hash_str(&h, xml_attr(level, W_ilvl));
        uint64_t children = 0;
        for (const XmlNode *c = level->first; c; c = c->next) {
            if (is_printed(c->name)) children += node_definition(p->key, c);
        }
        hash_u64(&h, children);
        hash_bullet_font(&h, level);
        sum += hash_end(&h).a;
    }
    return sum;
}
