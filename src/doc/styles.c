/* styles: styles.xml by id, with what is inherited through basedOn (ISO 29500-1 17.7). */
#include "doc/people.h"

enum { CHAIN_MAX = 64 }; /* basedOn may be a cycle; no honest chain is this long */

struct DocStyles {
    const XmlNames *names;
    DocStyle *items;
    ptrdiff_t count;
    Map by_id; /* hash_fast(id) -> index + 1 */
    const DocStyle *default_paragraph;
};

const DocStyle *doc_style_find(const DocStyles *s, Str id) {
    uint64_t index = 0;
    if (id.len == 0 || !map_find(&s->by_id, hash_fast(id), &index)) return NULL;
    const DocStyle *style = &s->items[index - 1];
    return str_equal(style->id, id) ? style : NULL;
}

const XmlNames *styles_names(const DocStyles *s) { return s->names; }

/* Word's own styles are stored in lower case and shown with a capital. */
static Str shown_name(Arena *a, const XmlNode *node, Str id) {
    const Str name = xml_attr(xml_child(node, W_name), W_val);
    if (name.len == 0) return id;
    const bool built_in = !xml_has_attr(node, W_customStyle);
    if (!built_in || name.ptr[0] < 'a' || name.ptr[0] > 'z') return name;
    const Str copy = arena_str(a, name);
    Buf out = buf_new(a);
    buf_byte(&out, (char)(copy.ptr[0] - 'a' + 'A'));
    buf_add(&out, str_slice(copy, 1, copy.len));
    return buf_str(&out);
}

static int outline_of(const XmlNode *properties) {
    int64_t level = 0;
    const Str text = xml_attr(xml_child(properties, W_outlineLvl), W_val);
    if (!text.ptr || !str_to_int(text, &level)) return -2;
    return level >= 0 && level <= 8 ? (int)level : -1;
}

static const uint16_t TOGGLES[DOC_TOGGLES] = {W_b,       W_i,      W_caps, W_smallCaps, W_strike,
                                              W_dstrike, W_vanish, W_rtl,  W_bidi};

static int toggle_index(uint16_t name) {
    for (int i = 0; i < DOC_TOGGLES; i++) {
        if (TOGGLES[i] == name) return i;
    }
    return -1;
}

static void read_toggles(DocStyle *style, const XmlNode *properties) {
    for (const XmlNode *n = properties ? properties->first : NULL; n; n = n->next) {
        const int i = xml_is_element(n) ? toggle_index(n->name) : -1;
        if (i >= 0 && style->toggles[i] < 0) style->toggles[i] = is_on_value(xml_attr(n, W_val));
    }
}

/* What the style itself says. */
static void read_own(DocStyle *style) {
    const XmlNode *properties = xml_child(style->node, W_pPr);
    const XmlNode *number = xml_child(properties, W_numPr), *ind = xml_child(properties, W_ind);
    style->outline = outline_of(properties);
    style->num_id = xml_attr(xml_child(number, W_numId), W_val);
    style->ilvl = xml_attr(xml_child(number, W_ilvl), W_val);
    style->align = xml_attr(xml_child(properties, W_jc), W_val);
    style->indent = xml_attr(ind, W_left);
    if (!style->indent.ptr) style->indent = xml_attr(ind, W_start);
    memset(style->toggles, -1, sizeof style->toggles);
    read_toggles(style, xml_child(style->node, W_rPr));
    read_toggles(style, properties);
}

static void inherit_str(Str *own, Str from) {
    if (!own->ptr) *own = from;
}

/* own: what every style itself says, so that the order of inheriting does not matter. */
static void inherit(DocStyles *s, const DocStyle *own, ptrdiff_t index) {
    DocStyle *style = &s->items[index];
    const DocStyle *base = style->based_on;
    for (int hops = 0; base && hops < CHAIN_MAX; hops++, base = base->based_on) {
        const DocStyle *from = &own[base - s->items];
        if (style->outline == -2) style->outline = from->outline;
        inherit_str(&style->num_id, from->num_id);
        inherit_str(&style->ilvl, from->ilvl);
        inherit_str(&style->align, from->align);
        inherit_str(&style->indent, from->indent);
        for (int i = 0; i < DOC_TOGGLES; i++) {
            if (style->toggles[i] < 0) style->toggles[i] = from->toggles[i];
        }
    }
    if (style->outline == -2) style->outline = -1;
}

static bool is_contents_name(Str name) {
    return (name.len >= 4 && str_equal_fold(str_slice(name, 0, 4), S("toc "))) ||
           str_equal_fold(name, S("table of figures")) ||
           str_equal_fold(name, S("table of authorities"));
}

static void read_styles(Arena *a, DocStyles *s, const XmlNode *root) {
    ptrdiff_t count = 0;
    for (const XmlNode *n = root->first; n; n = n->next) count += n->name == W_style;
    s->items = NEW_ARRAY(a, DocStyle, count);
    for (const XmlNode *n = root->first; n; n = n->next) {
        const Str id = xml_attr(n, W_styleId);
        if (n->name != W_style || id.len == 0 || map_find(&s->by_id, hash_fast(id), NULL)) continue;
        DocStyle *style = &s->items[s->count++];
        style->id = id;
        style->node = n;
        style->name = shown_name(a, n, id);
        style->is_contents = is_contents_name(style->name);
        map_put(&s->by_id, hash_fast(id), (uint64_t)s->count);
        const Str type = xml_attr(n, W_type), standard = xml_attr(n, W_default);
        if (str_equal(type, S("paragraph")) && standard.ptr && is_on_value(standard)) {
            s->default_paragraph = style;
            style->is_default = true;
        }
    }
    for (ptrdiff_t i = 0; i < s->count; i++) {
        DocStyle *style = &s->items[i];
        style->based_on = doc_style_find(s, xml_attr(xml_child(style->node, W_basedOn), W_val));
    }
    DocStyle *own = NEW_ARRAY(a, DocStyle, s->count);
    for (ptrdiff_t i = 0; i < s->count; i++) read_own(&s->items[i]);
    if (s->count > 0) memcpy(own, s->items, (size_t)s->count * sizeof *own);
    for (ptrdiff_t i = 0; i < s->count; i++) inherit(s, own, i);
}

bool doc_styles_open(Arena *a, DocxPackage *p, DocStyles **out, PxErr *err) {
    DocStyles *s = NEW(a, DocStyles);
    s->by_id = map_new(a);
    s->names = p->names;
    DocxPart *part = p->main ? docx_related(p->main, S("styles")) : NULL;
    if (part) {
        XmlTree *tree = NULL;
        if (!docx_part_tree(p, part, &tree, err)) return false;
        read_styles(a, s, tree->root);
    }
    *out = s;
    return true;
}

const DocStyle *doc_paragraph_style(const DocStyles *s, const XmlNode *properties) {
    const DocStyle *style = doc_style_find(s, xml_attr(xml_child(properties, W_pStyle), W_val));
    return style ? style : s->default_paragraph;
}

int doc_outline_level(const DocStyles *s, const XmlNode *properties) {
    const int own = properties ? outline_of(properties) : -2;
    if (own != -2) return own;
    const DocStyle *style = doc_paragraph_style(s, properties);
    return style ? style->outline : -1;
}

static int toggle_of(const XmlNode *properties, uint16_t name) {
    const XmlNode *n = xml_child(properties, name);
    return n ? is_on_value(xml_attr(n, W_val)) : -1;
}

int doc_toggle(const DocStyle *style, const XmlNode *properties, uint16_t name) {
    const int own = toggle_of(properties, name), i = toggle_index(name);
    return own >= 0 || !style || i < 0 ? own : style->toggles[i];
}
