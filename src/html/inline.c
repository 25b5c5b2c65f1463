/* inline: what stands in a line. Elements are opened lazily: each piece of text has a list of those
 * it stands in, and only what differs from the list before is closed and opened. */
#include "html/int.h"

/* ---- elements around text ---- */

void wrap_add(Page *page, Str opening, Str closing, const XmlNode *node, ptrdiff_t change) {
    check(page->want_count < WRAPS_MAX);
    page->want[page->want_count++] = (Wrap){opening, closing, node, change};
}

static bool is_same_wrap(const Wrap *a, const Wrap *b) {
    return a->node == b->node && a->change == b->change && str_equal(a->opening, b->opening) &&
           str_equal(a->closing, b->closing);
}

static void close_to(Page *page, int count) {
    while (page->open_count > count) buf_add(page->out, page->open[--page->open_count].closing);
}

static void sync(Page *page) {
    int common = 0;
    while (common < page->open_count && common < page->want_count &&
           is_same_wrap(&page->open[common], &page->want[common])) {
        common++;
    }
    close_to(page, common);
    while (page->open_count < page->want_count) {
        const Wrap wrap = page->want[page->open_count];
        page->open[page->open_count++] = wrap;
        buf_add(page->out, wrap.opening);
        change_anchor(page, wrap.change);
    }
}

void close_inline(Page *page) { close_to(page, 0); }

void write_markup(Page *page, Str markup) {
    sync(page);
    buf_add(page->out, markup);
}

/* ---- revisions ---- */

Str revision_element(uint16_t name) {
    switch (name) {
    case W_ins:
    case W_moveTo: return S("ins");
    case W_del:
    case W_moveFrom: return S("del");
    default: return (Str){NULL, 0};
    }
}

static Str revision_opening(Page *page, const XmlNode *n, const char *classes) {
    Buf b = buf_new(page->arena);
    const bool moved = n->name == W_moveFrom || n->name == W_moveTo;
    buf_byte(&b, '<');
    buf_add(&b, revision_element(n->name));
    change_attributes(page, &b, moved ? "mv" : classes, n, (Str){NULL, 0});
    buf_byte(&b, '>');
    return buf_str(&b);
}

static Str revision_closing(const XmlNode *n) {
    return str_equal(revision_element(n->name), S("ins")) ? S("</ins>") : S("</del>");
}

static void write_revision(Page *page, const XmlNode *n) {
    wrap_add(page, revision_opening(page, n, ""), revision_closing(n), NULL,
             change_number(page, n));
    write_inline(page, n);
    page->want_count--;
}

void write_mark(Page *page, const XmlNode *n, Str sign) {
    const ptrdiff_t number = change_number(page, n);
    if (revision_element(n->name).len == 0) return;
    if (number > 0 && number == page->row_change) return; /* the row says it */
    wrap_add(page, revision_opening(page, n, ""), revision_closing(n), NULL, number);
    sync(page);
    buf_add(page->out, S("<span class=\"pm\">"));
    html_text(page->out, sign);
    buf_add(page->out, S("</span>"));
    page->want_count--;
}

static Str shorten(Str text, ptrdiff_t most) {
    if (text.len <= most) return text;
    text.len = most;
    while (text.len > 0 && ((unsigned char)text.ptr[text.len] & 0xC0) == 0x80) text.len--;
    return text;
}

/* A change of properties that has no text of its own: a small box with its words. */
void write_format_change(Page *page, const XmlNode *properties, const XmlNode *change, Str sign) {
    Buf words = buf_new(page->arena);
    if (!change) return;
    doc_format_change(page->arena, page->styles, properties, change, &words);
    Buf opening = buf_new(page->arena);
    buf_add(&opening, S("<span"));
    change_attributes(page, &opening, "pc", change, buf_str(&words));
    buf_byte(&opening, '>');
    wrap_add(page, buf_str(&opening), S("</span>"), change, change_number(page, change));
    sync(page);
    html_text(page->out, sign);
    buf_byte(page->out, ' ');
    const Str all = buf_str(&words), some = shorten(all, 90);
    html_text(page->out, some);
    if (some.len < all.len) buf_add(page->out, S("\xE2\x80\xA6"));
    page->want_count--;
    sync(page);
}

/* ---- formats ---- */

typedef struct Element {
    const char *opening, *closing;
} Element;

static void put_element(Buf *opening, Buf *closing, Element e) {
    Buf outer = buf_new(closing->arena);
    buf_add(opening, str_from_z(e.opening));
    buf_add(&outer, str_from_z(e.closing));
    if (closing->len > 0) buf_add(&outer, buf_str(closing));
    *closing = outer;
}

static int toggle(const Page *page, const XmlNode *properties, uint16_t name) {
    const DocStyle *style =
        doc_style_find(page->styles, xml_attr(xml_child(properties, W_rStyle), W_val));
    const int own = doc_toggle(style, properties, name);
    return own >= 0 ? own : doc_toggle(page->paragraph_style, NULL, name);
}

static bool is_underlined(const XmlNode *properties) {
    const XmlNode *u = xml_child(properties, W_u);
    return u && !str_equal(xml_attr(u, W_val), S("none"));
}

static void wrap_format(Page *page, const XmlNode *properties) {
    static const struct {
        uint16_t name;
        Element element;
    } rows[] = {
        {W_i, {"<i>", "</i>"}},
        {W_strike, {"<s>", "</s>"}},
        {W_dstrike, {"<s>", "</s>"}},
        {W_caps, {"<span class=\"caps\">", "</span>"}},
        {W_smallCaps, {"<span class=\"sc\">", "</span>"}},
        {W_vanish, {"<span class=\"hid\" title=\"hidden text\">", "</span>"}},
    };
    Buf opening = buf_new(page->arena), closing = buf_new(page->arena);
    if (!page->is_heading && toggle(page, properties, W_b) > 0) {
        put_element(&opening, &closing, (Element){"<b>", "</b>"});
    }
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (toggle(page, properties, rows[i].name) > 0) {
            put_element(&opening, &closing, rows[i].element);
        }
    }
    if (is_underlined(properties)) put_element(&opening, &closing, (Element){"<u>", "</u>"});
    if (xml_child(properties, W_highlight)) {
        put_element(&opening, &closing, (Element){"<span class=\"hl\">", "</span>"});
    }
    const Str vertical = xml_attr(xml_child(properties, W_vertAlign), W_val);
    if (str_equal(vertical, S("superscript"))) {
        put_element(&opening, &closing, (Element){"<sup>", "</sup>"});
    } else if (str_equal(vertical, S("subscript"))) {
        put_element(&opening, &closing, (Element){"<sub>", "</sub>"});
    }
    if (opening.len > 0) wrap_add(page, buf_str(&opening), buf_str(&closing), NULL, 0);
}

/* ---- languages ---- */

typedef enum Script { SCRIPT_NONE, SCRIPT_LATIN, SCRIPT_ARABIC, SCRIPT_EAST_ASIAN } Script;

static Script script_of(Str text) {
    Script script = SCRIPT_NONE;
    for (ptrdiff_t at = 0; at < text.len;) {
        const uint32_t c = utf8_next(text, &at);
        if (c >= 0x2E80 && c < 0xD7FF) return SCRIPT_EAST_ASIAN;
        if ((c >= 0x590 && c < 0x900) || (c >= 0xFB1D && c < 0xFE00)) script = SCRIPT_ARABIC;
        if (script == SCRIPT_NONE && (((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c >= 0xC0)) {
            script = SCRIPT_LATIN;
        }
    }
    return script;
}

/* The language the run says it is in, for the script of the text; empty when it is the page's. */
static Str language_of(const Page *page, const XmlNode *properties, Str text) {
    const XmlNode *lang = xml_child(properties, W_lang);
    if (!lang) return (Str){NULL, 0};
    Str tag = {NULL, 0};
    switch (script_of(text)) {
    case SCRIPT_NONE: return tag;
    case SCRIPT_LATIN: tag = xml_attr(lang, W_val); break;
    case SCRIPT_ARABIC: tag = xml_attr(lang, W_bidi); break;
    case SCRIPT_EAST_ASIAN: tag = xml_attr(lang, W_eastAsia); break;
    }
    if (!html_is_language(tag) || str_equal_fold(tag, page->language)) return (Str){NULL, 0};
    return tag;
}

static void write_text(Page *page, const XmlNode *properties, Str text) {
    const int before = page->want_count;
    if (text.len == 0) return;
    const Str tag = language_of(page, properties, text);
    if (tag.len > 0) {
        Buf opening = buf_new(page->arena);
        buf_add(&opening, S("<span lang=\""));
        html_attr(&opening, tag);
        buf_add(&opening, S("\">"));
        wrap_add(page, buf_str(&opening), S("</span>"), NULL, 0);
    }
    sync(page);
    html_document_text(page->out, text);
    page->want_count = before;
}

/* ---- fields ---- */

static void field_char(Page *page, const XmlNode *n) {
    const Str type = xml_attr(n, W_fldCharType);
    if (str_equal(type, S("begin"))) {
        if (page->field_depth < 64) page->field_code |= UINT64_C(1) << page->field_depth;
        page->field_depth++;
        return;
    }
    if (page->field_depth == 0) return;
    if (page->field_depth <= 64) page->field_code &= ~(UINT64_C(1) << (page->field_depth - 1));
    if (str_equal(type, S("end"))) page->field_depth--;
}

/* Text inside a code too: what one reader hides is shown here. */
static void write_code(Page *page, Str text) {
    sync(page);
    buf_add(page->out, S("<code class=\"f\">"));
    html_document_text(page->out, text);
    buf_add(page->out, S("</code>"));
}

/* Codes are no text, but a change of one is seen. */
static void field_code(Page *page, const XmlNode *n) {
    bool revised = false;
    for (int i = 0; i < page->want_count; i++) revised = revised || page->want[i].change > 0;
    if (revised) write_code(page, xml_text(page->arena, n));
}

/* ---- runs ---- */

static void note_reference(Page *page, const XmlNode *n) {
    const bool end = n->name == W_endnoteReference;
    const Str label = doc_note_label(page->provisions, n), id = xml_attr(n, W_id);
    const char *kind = end ? "en" : "fn";
    uint64_t number = 0;
    if (!map_find(&page->seen, hash_fast(id) ^ (end ? 2 : 1), &number)) {
        number = (uint64_t)++page->note_count;
        map_put(&page->seen, hash_fast(id) ^ (end ? 2 : 1), number);
    } else if (page->link_depth == 0) {
        page->link_depth++; /* a second reference to one note is no second anchor */
        note_reference(page, n);
        page->link_depth--;
        return;
    }
    Buf b = buf_new(page->arena);
    if (page->link_depth == 0) {
        buf_format(&b, "<sup class=\"fn\"><a id=\"%sr%d\" href=\"#%s%d\">", kind, (int)number, kind,
                   (int)number);
    } else {
        buf_add(&b, S("<sup class=\"fn\"><span>"));
    }
    html_text(&b, label.len > 0 ? label : S("*"));
    buf_add(&b, page->link_depth == 0 ? S("</a></sup>") : S("</span></sup>"));
    write_markup(page, buf_str(&b));
}

static void write_symbol(Page *page, const XmlNode *properties, const XmlNode *n) {
    const Str text = doc_plain(page->arena, n, false);
    ptrdiff_t at = 0;
    const uint32_t c = text.len > 0 ? utf8_next(text, &at) : 0;
    if (c != 0 && !(c >= 0xE000 && c <= 0xF8FF)) {
        write_text(page, properties, text);
        return;
    }
    Buf b = buf_new(page->arena);
    buf_add(&b, S("<span class=\"tok\">symbol "));
    html_text(&b, xml_attr(n, W_font));
    buf_byte(&b, ' ');
    html_text(&b, xml_attr(n, W_char));
    buf_add(&b, S("</span>"));
    write_markup(page, buf_str(&b));
}

static void write_break(Page *page, const XmlNode *n) {
    const Str type = xml_attr(n, W_type);
    if (str_equal(type, S("page"))) {
        write_markup(page, S("<span class=\"tok\">page break</span>"));
    } else if (str_equal(type, S("column"))) {
        write_markup(page, S("<span class=\"tok\">column break</span>"));
    } else {
        write_markup(page, S("<br>"));
    }
}

static void write_formula(Page *page, const XmlNode *n) {
    sync(page);
    buf_add(page->out, S("<span class=\"math\" dir=\"ltr\" title=\"formula\">"));
    html_document_text(page->out, xml_text(page->arena, n));
    buf_add(page->out, S("</span>"));
}

static void write_ruby(Page *page, const XmlNode *n) {
    const XmlNode *base = xml_child(n, W_rubyBase), *above = xml_child(n, W_rt);
    if (base) write_inline(page, base);
    if (!above) return;
    sync(page);
    buf_add(page->out, S("<small class=\"ruby\">("));
    html_document_text(page->out, xml_text(page->arena, above));
    buf_add(page->out, S(")</small>"));
}

static void run_child(Page *page, const XmlNode *properties, const XmlNode *n) {
    switch (n->name) {
    case W_t:
    case W_delText:
        if (page->field_code == 0) write_text(page, properties, xml_text(page->arena, n));
        else write_code(page, xml_text(page->arena, n));
        return;
    case W_tab:
    case W_ptab: write_markup(page, S("<span class=\"tab\">\t</span>")); return;
    case W_br:
    case W_cr: write_break(page, n); return;
    case W_noBreakHyphen: write_text(page, properties, S("\xE2\x80\x91")); return;
    case W_softHyphen: write_text(page, properties, S("\xC2\xAD")); return;
    case W_sym: write_symbol(page, properties, n); return;
    case W_fldChar: field_char(page, n); return;
    case W_instrText:
    case W_delInstrText: field_code(page, n); return;
    case W_footnoteReference:
    case W_endnoteReference: note_reference(page, n); return;
    case W_commentReference: comment_anchor(page, n, true); return;
    case W_drawing:
    case W_pict:
    case W_object: write_drawing(page, n); return;
    case W_ruby: write_ruby(page, n); return;
    case M_oMath:
    case M_oMathPara: write_formula(page, n); return;
    case MC_AlternateContent: {
        const XmlNode *chosen = xml_child(n, MC_Choice);
        if (!chosen) chosen = xml_child(n, MC_Fallback);
        for (const XmlNode *c = chosen ? chosen->first : NULL; c; c = c->next) {
            if (xml_is_element(c)) write_inline_node(page, c);
        }
        return;
    }
    default: return;
    }
}

static void wrap_run_change(Page *page, const XmlNode *properties) {
    const XmlNode *change = xml_child(properties, W_rPrChange);
    if (!change) return;
    Buf words = buf_new(page->arena), opening = buf_new(page->arena);
    doc_format_change(page->arena, page->styles, properties, change, &words);
    buf_add(&opening, S("<span"));
    change_attributes(page, &opening, "fc", change, buf_str(&words));
    buf_byte(&opening, '>');
    wrap_add(page, buf_str(&opening), S("</span>"), NULL, change_number(page, change));
}

typedef enum Direction { NEITHER, FROM_RIGHT, FROM_LEFT } Direction;

/* Of letters alone. */
static Direction direction_of(uint32_t c) {
    if (c == 0x60C || (c >= 0x660 && c < 0x66D) || (c >= 0x6F0 && c < 0x6FA)) return NEITHER;
    if ((c >= 0x590 && c < 0x900) || (c >= 0xFB1D && c < 0xFE00) || (c >= 0xFE70 && c < 0xFEFD))
        return FROM_RIGHT;
    return (c | 32) - 'a' < 26 || (c >= 0xC0 && c < 0x2000) || c >= 0x2C00 ? FROM_LEFT : NEITHER;
}

/* A run from the right in a paragraph from the left. What stands beside it may be from the right
 * too, and belongs to the same phrase: so it is no phrase of its own (bdi) but where it holds other
 * letters; a mark at an end that is no letter keeps that end with it. */
static void wrap_from_right(Page *page, const XmlNode *r) {
    Direction first = NEITHER, last = NEITHER;
    bool any = false, other = false;
    for (const XmlNode *n = r->first; n; n = n->next) {
        if (n->name != W_t && n->name != W_delText) continue;
        const Str s = xml_text(page->arena, n);
        for (ptrdiff_t at = 0; at < s.len;) {
            const uint32_t c = utf8_next(s, &at);
            if (c == ' ') continue;
            last = direction_of(c);
            if (!any) first = last;
            other = other || last == FROM_LEFT;
            any = true;
        }
    }
    if (other) {
        wrap_add(page, S("<bdi dir=\"rtl\">"), S("</bdi>"), NULL, 0);
    } else if (any && (first == NEITHER || last == NEITHER)) {
        wrap_add(page, first == NEITHER ? S("<span>&rlm;") : S("<span>"),
                 last == NEITHER ? S("&rlm;</span>") : S("</span>"), NULL, 0);
    }
}

static void write_run(Page *page, const XmlNode *r) {
    const XmlNode *properties = xml_child(r, W_rPr);
    const int before = page->want_count;
    wrap_run_change(page, properties);
    if (page->open_comments > 0) {
        wrap_add(page, S("<mark class=\"cm\">"), S("</mark>"), NULL, 0);
    }
    const int rtl = toggle(page, properties, W_rtl);
    if (rtl > 0 && !page->is_rtl) wrap_from_right(page, r);
    wrap_format(page, properties);
    for (const XmlNode *n = r->first; n; n = n->next) {
        if (xml_is_element(n)) run_child(page, properties, n);
    }
    page->want_count = before;
}

/* ---- inline containers ---- */

static bool is_safe_link(Str target) {
    static const char *const schemes[] = {"http://", "https://", "mailto:"};
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
        const Str scheme = str_from_z(schemes[i]);
        if (target.len > scheme.len && str_equal_fold(str_slice(target, 0, scheme.len), scheme)) {
            return true;
        }
    }
    return false;
}

static Str link_opening(Page *page, const XmlNode *n, bool *is_link) {
    Buf b = buf_new(page->arena);
    const DocxRel *rel = page->part ? docx_find_rel(page->part, xml_attr(n, R_id)) : NULL;
    const Str anchor = xml_attr(n, W_anchor);
    uint64_t number = 0;
    *is_link = page->link_depth == 0;
    if (*is_link && rel && rel->external && is_safe_link(rel->target)) {
        buf_add(&b, S("<a class=\"x\" rel=\"noreferrer noopener nofollow\" href=\""));
        html_attr(&b, rel->target);
        buf_add(&b, S("\" title=\""));
        html_attr(&b, rel->target);
        buf_add(&b, S("\">"));
    } else if (*is_link && !rel && map_find(&page->targets, hash_fast(anchor), &number)) {
        buf_format(&b, "<a href=\"#b%d\">", (int)number);
    } else {
        *is_link = false;
        buf_add(&b, S("<span class=\"x\" title=\""));
        html_attr(&b, rel ? rel->target : anchor);
        buf_add(&b, S("\">"));
    }
    return buf_str(&b);
}

static void write_link(Page *page, const XmlNode *n) {
    bool is_link = false;
    const Str opening = link_opening(page, n, &is_link);
    wrap_add(page, opening, is_link ? S("</a>") : S("</span>"), n, 0);
    page->link_depth += is_link;
    write_inline(page, n);
    page->link_depth -= is_link;
    page->want_count--;
}

void write_bookmark(Page *page, const XmlNode *n) {
    uint64_t number = 0;
    const uint64_t key = hash_fast(xml_attr(n, W_name));
    if (!map_find(&page->targets, key, &number)) return;
    if (map_find(&page->seen, key ^ 3, NULL)) return;
    map_put(&page->seen, key ^ 3, 1);
    Buf b = buf_new(page->arena);
    buf_format(&b, "<span id=\"b%d\"></span>", (int)number);
    write_markup(page, buf_str(&b));
}

void write_inline_node(Page *page, const XmlNode *n) {
    switch (n->name) {
    case W_r: write_run(page, n); return;
    case W_ins:
    case W_del:
    case W_moveFrom:
    case W_moveTo: write_revision(page, n); return;
    case W_hyperlink: write_link(page, n); return;
    case W_sdt: {
        const XmlNode *content = xml_child(n, W_sdtContent);
        if (content) write_inline(page, content);
        return;
    }
    case W_smartTag:
    case W_customXml:
    case W_fldSimple: write_inline(page, n); return;
    case W_dir:
    case W_bdo: {
        const bool rtl = str_equal(xml_attr(n, W_val), S("rtl"));
        wrap_add(page, rtl ? S("<bdi dir=\"rtl\">") : S("<bdi dir=\"ltr\">"), S("</bdi>"), n, 0);
        write_inline(page, n);
        page->want_count--;
        return;
    }
    case W_bookmarkStart: write_bookmark(page, n); return;
    case W_commentRangeStart:
    case W_commentRangeEnd: comment_anchor(page, n, true); return;
    default: run_child(page, NULL, n);
    }
}

void write_inline(Page *page, const XmlNode *parent) {
    for (const XmlNode *n = parent->first; n; n = n->next) {
        if (xml_is_element(n)) write_inline_node(page, n);
    }
}
