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

static void inherit(DocStyle *style) {
    const DocStyle *from = style;
    style->outline = -2;
    for (int hops = 0; from && hops < CHAIN_MAX; hops++, from = from->based_on) {
        const XmlNode *properties = xml_child(from->node, W_pPr);
        const XmlNode *number = xml_child(properties, W_numPr);
        if (style->outline == -2) style->outline = outline_of(properties);
        if (!style->num_id.ptr) style->num_id = xml_attr(xml_child(number, W_numId), W_val);
        if (!style->ilvl.ptr) style->ilvl = xml_attr(xml_child(number, W_ilvl), W_val);
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
    for (ptrdiff_t i = 0; i < s->count; i++) inherit(&s->items[i]);
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
    int value = toggle_of(properties, name);
    for (int hops = 0; value < 0 && style && hops < CHAIN_MAX; hops++, style = style->based_on) {
        value = toggle_of(xml_child(style->node, W_rPr), name);
        if (value < 0) value = toggle_of(xml_child(style->node, W_pPr), name);
    }
    return value;
}
