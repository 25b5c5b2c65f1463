/* formats: properties in words. A property this file has no words for is called by its element and
 * value, so that nothing is hidden. */
#include "doc/people.h"

enum { PROPERTIES_MAX = 64 }; /* of one element; more are not looked at */

typedef enum FormatKind {
    FORMAT_TOGGLE, /* words, or "not" and words */
    FORMAT_VALUE,  /* words and w:val */
    FORMAT_HALF,   /* words and half of w:val, in points */
    FORMAT_STYLE,  /* the style's name */
    FORMAT_ALIGN,
    FORMAT_UNDERLINE,
    FORMAT_VERTICAL,
    FORMAT_FONT,
    FORMAT_FILL,  /* words and w:fill */
    FORMAT_ATTRS, /* words and all attributes */
    FORMAT_LIST,  /* w:numPr */
    FORMAT_PAGE,  /* w:pgSz */
    FORMAT_COLUMNS,
    FORMAT_MERGE,
    FORMAT_SILENT /* not spoken of */
} FormatKind;

typedef struct FormatWords {
    uint16_t name;
    FormatKind kind;
    const char *words;
} FormatWords;

static const FormatWords WORDS[] = {
    {W_b, FORMAT_TOGGLE, "bold"},
    {W_i, FORMAT_TOGGLE, "italic"},
    {W_caps, FORMAT_TOGGLE, "capitals"},
    {W_smallCaps, FORMAT_TOGGLE, "small capitals"},
    {W_strike, FORMAT_TOGGLE, "struck through"},
    {W_dstrike, FORMAT_TOGGLE, "double struck through"},
    {W_outline, FORMAT_TOGGLE, "outlined"},
    {W_shadow, FORMAT_TOGGLE, "shadowed"},
    {W_emboss, FORMAT_TOGGLE, "embossed"},
    {W_imprint, FORMAT_TOGGLE, "engraved"},
    {W_vanish, FORMAT_TOGGLE, "hidden"},
    {W_webHidden, FORMAT_TOGGLE, "hidden on the web"},
    {W_specVanish, FORMAT_TOGGLE, "hidden mark"},
    {W_rtl, FORMAT_TOGGLE, "right-to-left"},
    {W_bidi, FORMAT_TOGGLE, "right-to-left"},
    {W_keepNext, FORMAT_TOGGLE, "keep with next"},
    {W_keepLines, FORMAT_TOGGLE, "keep together"},
    {W_pageBreakBefore, FORMAT_TOGGLE, "page break before"},
    {W_contextualSpacing, FORMAT_TOGGLE, "contextual spacing"},
    {W_tblHeader, FORMAT_TOGGLE, "header row"},
    {W_cantSplit, FORMAT_TOGGLE, "row keeps together"},
    {W_titlePg, FORMAT_TOGGLE, "different first page"},
    {W_u, FORMAT_UNDERLINE, "underlined"},
    {W_color, FORMAT_VALUE, "colour"},
    {W_sz, FORMAT_HALF, "size"},
    {W_highlight, FORMAT_VALUE, "highlighted"},
    {W_shd, FORMAT_FILL, "shaded"},
    {W_vertAlign, FORMAT_VERTICAL, ""},
    {W_rFonts, FORMAT_FONT, "font"},
    {W_rStyle, FORMAT_STYLE, ""},
    {W_pStyle, FORMAT_STYLE, ""},
    {W_tblStyle, FORMAT_STYLE, ""},
    {W_jc, FORMAT_ALIGN, ""},
    {W_ind, FORMAT_ATTRS, "indent"},
    {W_spacing, FORMAT_ATTRS, "spacing"},
    {W_numPr, FORMAT_LIST, "list"},
    {W_outlineLvl, FORMAT_VALUE, "outline level"},
    {W_gridSpan, FORMAT_VALUE, "columns wide"},
    {W_vMerge, FORMAT_MERGE, "merged"},
    {W_hMerge, FORMAT_MERGE, "merged"},
    {W_tblW, FORMAT_ATTRS, "width"},
    {W_tcW, FORMAT_ATTRS, "width"},
    {W_trHeight, FORMAT_ATTRS, "height"},
    {W_pgSz, FORMAT_PAGE, "page"},
    {W_pgMar, FORMAT_ATTRS, "margins"},
    {W_cols, FORMAT_COLUMNS, "columns"},
    {W_type, FORMAT_VALUE, "section"},
    {W_lang, FORMAT_SILENT, ""},
    {W_noProof, FORMAT_SILENT, ""},
    {W_bCs, FORMAT_SILENT, ""},
    {W_iCs, FORMAT_SILENT, ""},
    {W_szCs, FORMAT_SILENT, ""},
    {W_cs, FORMAT_SILENT, ""},
    {W_rPr, FORMAT_SILENT, ""},
    {W_sectPr, FORMAT_SILENT, ""},
    {W_headerReference, FORMAT_SILENT, ""},
    {W_footerReference, FORMAT_SILENT, ""},
    {W_docGrid, FORMAT_SILENT, ""},
    {W_cnfStyle, FORMAT_SILENT, ""},
    {W_tblLook, FORMAT_SILENT, ""},
    {W_divId, FORMAT_SILENT, ""},
    {W_rsid, FORMAT_SILENT, ""},
    {W_proofErr, FORMAT_SILENT, ""},
    {W_ins, FORMAT_SILENT, ""},
    {W_del, FORMAT_SILENT, ""},
    {W_moveFrom, FORMAT_SILENT, ""},
    {W_moveTo, FORMAT_SILENT, ""},
    {W_rPrChange, FORMAT_SILENT, ""},
    {W_pPrChange, FORMAT_SILENT, ""},
    {W_sectPrChange, FORMAT_SILENT, ""},
    {W_tblPrChange, FORMAT_SILENT, ""},
    {W_tblPrExChange, FORMAT_SILENT, ""},
    {W_tblGridChange, FORMAT_SILENT, ""},
    {W_trPrChange, FORMAT_SILENT, ""},
    {W_tcPrChange, FORMAT_SILENT, ""},
    {W_cellIns, FORMAT_SILENT, ""},
    {W_cellDel, FORMAT_SILENT, ""},
    {W_cellMerge, FORMAT_SILENT, ""},
    {W_numberingChange, FORMAT_SILENT, ""},
};

static const FormatWords *find_words(uint16_t name) {
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++) {
        if (WORDS[i].name == name) return &WORDS[i];
    }
    return NULL;
}

static void put_spaced(Buf *out, const char *words, Str value) {
    buf_add(out, str_from_z(words));
    if (value.len == 0) return;
    if (words[0]) buf_byte(out, ' ');
    buf_add(out, value);
}

static void put_half_points(Buf *out, const char *words, Str value) {
    int64_t n = 0;
    if (!str_to_int(value, &n) || n < 0 || n > 100000) {
        put_spaced(out, words, value);
        return;
    }
    put_spaced(out, words, (Str){NULL, 0});
    buf_format(out, n % 2 ? " %d.5" : " %d", (int)(n / 2));
}

static void put_align(Buf *out, Str value) {
    static const struct {
        const char *value, *words;
    } rows[] = {{"both", "justified"},        {"center", "centred"},     {"left", "aligned left"},
                {"right", "aligned right"},   {"start", "aligned left"}, {"end", "aligned right"},
                {"distribute", "distributed"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (str_equal(value, str_from_z(rows[i].value))) value = str_from_z(rows[i].words);
    }
    buf_add(out, value);
}

static void put_attrs(Buf *out, const DocStyles *s, const char *words, const XmlNode *n) {
    buf_add(out, str_from_z(words));
    for (int i = 0; i < n->attr_count; i++) {
        buf_byte(out, ' ');
        buf_add(out, xml_local(styles_names(s), n->attrs[i].name));
        buf_byte(out, ' ');
        buf_add(out, n->attrs[i].value);
    }
}

static void put_font(Buf *out, const XmlNode *n) {
    static const uint16_t names[] = {W_ascii, W_hAnsi, W_eastAsia, W_cs};
    Str seen[4];
    int count = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const Str font = xml_attr(n, names[i]);
        bool known = font.len == 0;
        for (int k = 0; k < count; k++) known = known || str_equal(seen[k], font);
        if (known) continue;
        buf_add(out, count == 0 ? S("font ") : S("/"));
        buf_add(out, font);
        seen[count++] = font;
    }
}

static void put_page(Buf *out, const XmlNode *n) {
    int64_t w = 0, h = 0;
    const bool known = str_to_int(xml_attr(n, W_w), &w) && str_to_int(xml_attr(n, W_h), &h);
    if (!known || w < 0 || h < 0 || w > 100000 || h > 100000) {
        buf_add(out, S("page size"));
        return;
    }
    buf_format(out, "page %d x %d mm", (int)((w * 254 + 7200) / 14400),
               (int)((h * 254 + 7200) / 14400));
}

static void put_unknown(Buf *out, const DocStyles *s, const XmlNode *n) {
    const Str name = xml_local(styles_names(s), n->name);
    buf_add(out, name);
    const Str value = xml_attr(n, W_val);
    if (value.len > 0) {
        buf_byte(out, ' ');
        buf_add(out, value);
    }
}

/* One property in words; false when it is not spoken of. */
static bool put_property(Buf *out, const DocStyles *s, const XmlNode *n) {
    const FormatWords *f = find_words(n->name);
    const Str value = xml_attr(n, W_val);
    if (!f) {
        put_unknown(out, s, n);
        return true;
    }
    switch (f->kind) {
    case FORMAT_TOGGLE:
        if (!is_on_value(value)) buf_add(out, S("not "));
        buf_add(out, str_from_z(f->words));
        return true;
    case FORMAT_VALUE: put_spaced(out, f->words, value); return true;
    case FORMAT_HALF: put_half_points(out, f->words, value); return true;
    case FORMAT_STYLE: {
        const DocStyle *style = doc_style_find(s, value);
        buf_add(out, style ? style->name : value);
        return true;
    }
    case FORMAT_ALIGN: put_align(out, value); return true;
    case FORMAT_UNDERLINE: {
        const bool plain = value.len == 0 || str_equal(value, S("single"));
        if (str_equal(value, S("none"))) buf_add(out, S("not underlined"));
        else put_spaced(out, f->words, plain ? (Str){NULL, 0} : value);
        return true;
    }
    case FORMAT_VERTICAL: buf_add(out, value); return true;
    case FORMAT_FONT: put_font(out, n); return out->len > 0;
    case FORMAT_FILL: put_spaced(out, f->words, xml_attr(n, W_fill)); return true;
    case FORMAT_ATTRS: put_attrs(out, s, f->words, n); return true;
    case FORMAT_LIST: {
        const Str list = xml_attr(xml_child(n, W_numId), W_val);
        const Str level = xml_attr(xml_child(n, W_ilvl), W_val);
        put_spaced(out, f->words, list);
        if (level.len > 0) put_spaced(out, " level", level);
        return true;
    }
    case FORMAT_PAGE: put_page(out, n); return true;
    case FORMAT_COLUMNS: {
        const Str columns = xml_attr(n, W_num);
        if (columns.len == 0 || str_equal(columns, S("1"))) return false;
        put_spaced(out, f->words, columns);
        return true;
    }
    case FORMAT_MERGE:
        put_spaced(out, f->words, str_equal(value, S("restart")) ? S("start") : S("on"));
        return true;
    case FORMAT_SILENT: return false;
    }
    return false;
}

void doc_format_names(Arena *a, const DocStyles *s, const XmlNode *properties, Buf *out) {
    int count = 0;
    bool any = false;
    for (const XmlNode *n = properties ? properties->first : NULL; n; n = n->next) {
        if (!xml_is_element(n) || count++ >= PROPERTIES_MAX) continue;
        Buf one = buf_new(a);
        if (!put_property(&one, s, n) || one.len == 0) continue;
        if (any) buf_add(out, S(", "));
        buf_add(out, buf_str(&one));
        any = true;
    }
}

/* ---- changes ---- */

static bool is_same(const XmlNode *a, const XmlNode *b) {
    if (a->name != b->name || a->attr_count != b->attr_count) return false;
    for (int i = 0; i < a->attr_count; i++) {
        const Str other = xml_attr(b, a->attrs[i].name);
        if (!other.ptr || !str_equal(a->attrs[i].value, other)) return false;
    }
    const XmlNode *c = xml_is_element(a) ? a->first : NULL;
    const XmlNode *d = xml_is_element(b) ? b->first : NULL;
    for (; c && d; c = c->next, d = d->next) {
        if (!is_same(c, d)) return false;
    }
    return !c && !d;
}

static const XmlNode *find_property(const XmlNode *properties, uint16_t name) {
    int count = 0;
    for (const XmlNode *n = properties ? properties->first : NULL; n; n = n->next) {
        if (n->name == name) return n;
        if (count++ >= PROPERTIES_MAX) break;
    }
    return NULL;
}

static void put_separator(Buf *out, ptrdiff_t start) {
    if (out->len > start) buf_add(out, S("; "));
}

static bool differs(const XmlNode *properties, const XmlNode *old, uint16_t name) {
    const XmlNode *now = find_property(properties, name), *was = find_property(old, name);
    return (now || was) && !(now && was && is_same(now, was));
}

/* What is not spoken of beside other things, but is when it is all: a reader who sees a mark wants
 * to know that it is nothing to him. */
static void put_quiet(const XmlNode *properties, const XmlNode *old, Buf *out) {
    static const FormatWords quiet[] = {
        {W_lang, FORMAT_SILENT, "language, for spelling"},
        {W_noProof, FORMAT_SILENT, "whether spelling is checked"},
        {W_bCs, FORMAT_SILENT, "bold in scripts from the right"},
        {W_iCs, FORMAT_SILENT, "italic in scripts from the right"},
        {W_szCs, FORMAT_SILENT, "size in scripts from the right"},
        {W_rFonts, FORMAT_SILENT, "font of other scripts"},
    };
    const ptrdiff_t start = out->len;
    for (size_t i = 0; i < sizeof quiet / sizeof *quiet; i++) {
        if (!differs(properties, old, quiet[i].name)) continue;
        put_separator(out, start);
        buf_add(out, str_from_z(quiet[i].words));
    }
    if (out->len == start) buf_add(out, S("formatting"));
}

void doc_format_change(Arena *a, const DocStyles *s, const XmlNode *properties,
                       const XmlNode *change, Buf *out) {
    const XmlNode *old = change ? change->first : NULL;
    const ptrdiff_t start = out->len;
    int count = 0;
    for (const XmlNode *n = properties ? properties->first : NULL; n; n = n->next) {
        if (!xml_is_element(n) || count++ >= PROPERTIES_MAX) continue;
        const XmlNode *was = find_property(old, n->name);
        Buf now = buf_new(a), before = buf_new(a);
        if ((was && is_same(n, was)) || !put_property(&now, s, n)) continue;
        if (was) put_property(&before, s, was);
        if (was && str_equal(buf_str(&now), buf_str(&before))) continue;
        put_separator(out, start);
        buf_add(out, buf_str(&now));
        if (!was || before.len == 0) continue;
        buf_add(out, S(" (was "));
        buf_add(out, buf_str(&before));
        buf_byte(out, ')');
    }
    count = 0;
    for (const XmlNode *n = old ? old->first : NULL; n; n = n->next) {
        if (!xml_is_element(n) || count++ >= PROPERTIES_MAX) continue;
        Buf before = buf_new(a);
        if (find_property(properties, n->name) || !put_property(&before, s, n)) continue;
        put_separator(out, start);
        buf_add(out, S("no longer "));
        buf_add(out, buf_str(&before));
    }
    if (out->len == start) put_quiet(properties, old, out);
}
