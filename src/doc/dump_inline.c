/* dump_inline: what stands in a line of the dump: runs, fields, links, pictures. */
#include "doc/dump.h"

/* ---- fields: {field PAGE}3{/field} ---- */

/* The code of a complex field is gathered until its result begins, or until something other than
 * code comes between; then it is written, and the result marked where it begins ({result}). */
void dump_flush_field(Dump *d) {
    if (!d->field_pending) return;
    d->field_pending = false;
    Buf b = buf_new(d->arena);
    buf_add(&b, S("{field "));
    dump_escape(&b, d->field_code.len > 0 ? str_trim(buf_str(&d->field_code)) : S(""));
    buf_byte(&b, '}');
    dump_markup(d, buf_str(&b));
}

static void set_field_cut(Dump *d, bool cut) {
    const int level = d->field_depth - 1;
    if (level < 0 || level > 63) return;
    const uint64_t bit = UINT64_C(1) << level;
    d->field_cut = cut ? d->field_cut | bit : d->field_cut & ~bit;
}

static bool is_field_cut(const Dump *d) {
    const int level = d->field_depth - 1;
    return level >= 0 && level <= 63 && (d->field_cut >> level & 1);
}

/* Something that is no code comes while a code is being gathered. */
static void interrupt_field(Dump *d) {
    if (!d->field_pending) return;
    dump_flush_field(d);
    set_field_cut(d, true);
}

static void field_char(Dump *d, const XmlNode *n) {
    const Str type = xml_attr(n, W_fldCharType);
    if (str_equal(type, S("begin"))) {
        interrupt_field(d);
        d->field_depth++;
        set_field_cut(d, false);
        d->field_pending = true;
        d->field_code = buf_new(d->arena);
    } else if (str_equal(type, S("separate"))) {
        if (is_field_cut(d) || !d->field_pending) dump_markup(d, S("{result}"));
        else dump_flush_field(d);
    } else if (str_equal(type, S("end"))) {
        dump_flush_field(d);
        dump_markup(d, S("{/field}"));
        if (d->field_depth > 0) d->field_depth--;
    }
}

static Str text_of(const Dump *d, const XmlNode *n) { return xml_text(d->arena, n); }

static void field_code(Dump *d, const XmlNode *n) {
    const Str code = text_of(d, n);
    if (d->field_pending) {
        buf_add(&d->field_code, code);
        return;
    }
    Buf b = buf_new(d->arena);
    buf_add(&b, S("{code "));
    dump_escape(&b, code);
    buf_byte(&b, '}');
    dump_markup(d, buf_str(&b));
}

static void simple_field(Dump *d, const XmlNode *n) {
    Buf b = buf_new(d->arena);
    buf_add(&b, S("{field "));
    dump_escape(&b, str_trim(xml_attr(n, W_instr)));
    buf_byte(&b, '}');
    dump_markup(d, buf_str(&b));
    dump_inline(d, n);
    dump_markup(d, S("{/field}"));
}

/* ---- pictures and other objects ---- */

typedef struct Picture {
    Str name, description, kind;
    int64_t width, height; /* in EMU; 0 unknown */
} Picture;

static void add_box(Dump *d, const XmlNode *n) {
    d->boxes = arena_grow(d->arena, d->boxes, d->box_count, &d->box_cap, d->box_count + 1,
                          sizeof *d->boxes);
    d->boxes[d->box_count++] = n;
    dump_markup(d, S("{box}"));
}

static void read_picture(Picture *picture, const XmlNode *n) {
    int64_t x = 0, y = 0;
    switch (n->name) {
    case WP_docPr:
        picture->name = xml_attr(n, N_name);
        picture->description = xml_attr(n, N_descr);
        break;
    case WP_extent:
        if (str_to_int(xml_attr(n, N_cx), &x) && str_to_int(xml_attr(n, N_cy), &y)) {
            picture->width = x;
            picture->height = y;
        }
        break;
    case A_blip:
    case V_imagedata:
        picture->kind = S("image");
        if (n->name == V_imagedata) picture->name = xml_attr(n, O_title);
        break;
    case C_chart: picture->kind = S("chart"); break;
    case O_OLEObject:
        picture->kind = S("object");
        picture->name = xml_attr(n, N_ProgID);
        break;
    default: break;
    }
}

static void put_size(Buf *b, const Picture *picture) {
    const int64_t most = (int64_t)36000000 * 10;
    if (picture->width <= 0 || picture->height <= 0 || picture->width > most ||
        picture->height > most) {
        return;
    }
    const int w = (int)((picture->width + 18000) / 36000); /* in millimetres */
    const int h = (int)((picture->height + 18000) / 36000);
    buf_format(b, " %d.%dx%d.%d cm", w / 10, w % 10, h / 10, h % 10);
}

/* Text boxes stand behind the line; a drawing without one is a picture. */
static void drawing(Dump *d, const XmlNode *root) {
    Picture picture = {{NULL, 0}, {NULL, 0}, S("drawing"), 0, 0};
    bool has_box = false;
    for (const XmlNode *n = xml_next(root, root); n;) {
        const bool other = n->name == MC_Fallback && xml_child(n->parent, MC_Choice);
        if (n->name == W_txbxContent) {
            add_box(d, n);
            has_box = true;
        }
        read_picture(&picture, n);
        n = other || n->name == W_txbxContent ? xml_skip(n, root) : xml_next(n, root);
    }
    if (has_box) return;
    Buf b = buf_new(d->arena);
    buf_byte(&b, '{');
    buf_add(&b, picture.kind);
    if (picture.name.len > 0) {
        buf_byte(&b, ' ');
        dump_escape(&b, picture.name);
    }
    put_size(&b, &picture);
    if (picture.description.len > 0) {
        buf_add(&b, S(": "));
        dump_escape(&b, picture.description);
    }
    buf_byte(&b, '}');
    dump_markup(d, buf_str(&b));
}

static void put_named(Dump *d, const char *word, Str text) {
    Buf b = buf_new(d->arena);
    buf_byte(&b, '{');
    buf_add(&b, str_from_z(word));
    if (text.len > 0) buf_byte(&b, ' ');
    dump_escape(&b, text);
    buf_byte(&b, '}');
    dump_markup(d, buf_str(&b));
}

static void symbol(Dump *d, const XmlNode *n) {
    put_named(d, "symbol",
              arena_format(d->arena, "%.*s %.*s", (int)xml_attr(n, W_font).len,
                           xml_attr(n, W_font).ptr ? xml_attr(n, W_font).ptr : "",
                           (int)xml_attr(n, W_char).len,
                           xml_attr(n, W_char).ptr ? xml_attr(n, W_char).ptr : ""));
}

static void line_break(Dump *d, const XmlNode *n) {
    const Str type = xml_attr(n, W_type);
    if (str_equal(type, S("page"))) dump_markup(d, S("{page break}"));
    else if (str_equal(type, S("column"))) dump_markup(d, S("{column break}"));
    else dump_markup(d, S("\\n"));
    dump_comment_words(d, S(" "));
}

/* ---- runs ---- */

static bool is_silent(uint16_t name) {
    switch (name) {
    case W_pPr:
    case W_rPr:
    case W_sdtPr:
    case W_sdtEndPr:
    case W_smartTagPr:
    case W_customXmlPr:
    case W_lastRenderedPageBreak:
    case W_proofErr:
    case W_bookmarkStart:
    case W_bookmarkEnd:
    case W_permStart:
    case W_permEnd:
    case W_annotationRef:
    case W_footnoteRef:
    case W_endnoteRef:
    case W_separator:
    case W_continuationSeparator:
    case W_ffData:
    case W_moveFromRangeStart:
    case W_moveFromRangeEnd:
    case W_moveToRangeStart:
    case W_moveToRangeEnd:
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

static void note_reference(Dump *d, const XmlNode *n) {
    const bool end = n->name == W_endnoteReference;
    put_named(d, end ? "endnote" : "footnote", doc_note_label(d->provisions, n));
}

/* A child of a run, but for text and field parts. */
static void run_object(Dump *d, const XmlNode *n) {
    switch (n->name) {
    case W_tab:
    case W_ptab:
        dump_markup(d, S("\\t"));
        dump_comment_words(d, S(" "));
        return;
    case W_br:
    case W_cr: line_break(d, n); return;
    case W_noBreakHyphen: dump_text(d, S("\xE2\x80\x91")); return;
    case W_softHyphen: dump_text(d, S("\xC2\xAD")); return;
    case W_sym: symbol(d, n); return;
    case W_footnoteReference:
    case W_endnoteReference: note_reference(d, n); return;
    case W_drawing:
    case W_pict:
    case W_object: drawing(d, n); return;
    case M_oMath:
    case M_oMathPara: put_named(d, "math", text_of(d, n)); return;
    case W_ruby:
        dump_inline(d, xml_child(n, W_rubyBase));
        put_named(d, "ruby", text_of(d, xml_child(n, W_rt) ? xml_child(n, W_rt) : n));
        return;
    default: put_named(d, "element", xml_local(d->package->names, n->name));
    }
}

static void run_child(Dump *d, const XmlNode *n) {
    switch (n->name) {
    case W_t:
    case W_delText:
        if (d->field_pending) interrupt_field(d);
        dump_text(d, text_of(d, n));
        return;
    case W_instrText:
    case W_delInstrText:
    case W_fldChar:
        if (n->name == W_fldChar) field_char(d, n);
        else field_code(d, n);
        return;
    case W_commentReference: dump_comment_anchor(d, n, true); return;
    case MC_AlternateContent: {
        const XmlNode *chosen = xml_child(n, MC_Choice);
        if (!chosen) chosen = xml_child(n, MC_Fallback);
        for (const XmlNode *c = chosen ? chosen->first : NULL; c; c = c->next) {
            if (xml_is_element(c)) run_child(d, c);
        }
        return;
    }
    default:
        if (is_silent(n->name)) return;
        interrupt_field(d);
        run_object(d, n);
    }
}

static void run(Dump *d, const XmlNode *r) {
    const XmlNode *properties = xml_child(r, W_rPr);
    const XmlNode *change = xml_child(properties, W_rPrChange);
    const int before = d->want_count;
    if (change) {
        Buf words = buf_new(d->arena), opening = buf_new(d->arena);
        doc_format_change(d->arena, d->styles, properties, change, &words);
        buf_add(&opening, dump_office(d, '~', change, (Str){"", 0}));
        dump_escape(&opening, buf_str(&words));
        buf_byte(&opening, '|');
        dump_wrap(d, buf_str(&opening), NULL);
    }
    Buf names = buf_new(d->arena);
    doc_format_names(d->arena, d->styles, properties, &names);
    if (names.len > 0) {
        Buf opening = buf_new(d->arena);
        buf_add(&opening, S("{="));
        dump_escape(&opening, buf_str(&names));
        buf_byte(&opening, '|');
        d->format = buf_str(&opening);
    }
    for (const XmlNode *n = r->first; n; n = n->next) {
        if (xml_is_element(n)) run_child(d, n);
    }
    d->want_count = before;
    d->format = (Str){NULL, 0};
}

/* ---- inline containers ---- */

static Str link_opening(Dump *d, const XmlNode *n) {
    Buf b = buf_new(d->arena);
    const DocxRel *rel = d->part ? docx_find_rel(d->part, xml_attr(n, R_id)) : NULL;
    const Str anchor = xml_attr(n, W_anchor);
    buf_add(&b, S("{link "));
    if (rel) dump_escape(&b, rel->target);
    if (anchor.len > 0) {
        buf_byte(&b, '#');
        dump_escape(&b, anchor);
    }
    buf_byte(&b, '|');
    return buf_str(&b);
}

Str dump_control_name(const XmlNode *n) {
    const XmlNode *properties = xml_child(n, n->name == W_sdt ? W_sdtPr : W_customXmlPr);
    Str name = xml_attr(xml_child(properties, W_alias), W_val);
    if (name.len == 0) name = xml_attr(xml_child(properties, W_tag), W_val);
    if (name.len == 0) {
        name = xml_attr(xml_child(xml_child(properties, W_docPartObj), W_docPartGallery), W_val);
    }
    if (name.len == 0) name = xml_attr(n, W_element);
    return name.len > 0 ? name : S("unnamed");
}

static Str named_opening(Dump *d, const char *word, Str name) {
    Buf b = buf_new(d->arena);
    buf_byte(&b, '{');
    buf_add(&b, str_from_z(word));
    buf_byte(&b, ' ');
    dump_escape(&b, name);
    buf_byte(&b, '|');
    return buf_str(&b);
}

static void wrapped(Dump *d, Str opening, const XmlNode *node, const XmlNode *content) {
    interrupt_field(d);
    dump_wrap(d, opening, node);
    if (content) dump_inline(d, content);
    interrupt_field(d);
    dump_unwrap(d);
}

void dump_inline_node(Dump *d, const XmlNode *n) {
    switch (n->name) {
    case W_r: run(d, n); return;
    case W_ins:
    case W_del:
    case W_moveFrom:
    case W_moveTo:
        wrapped(d, dump_office(d, dump_sigil(n->name), n, (Str){"", 0}), NULL, n);
        return;
    case W_hyperlink: wrapped(d, link_opening(d, n), n, n); return;
    case W_sdt:
        wrapped(d, named_opening(d, "control", dump_control_name(n)), n,
                xml_child(n, W_sdtContent));
        return;
    case W_smartTag:
    case W_customXml: wrapped(d, named_opening(d, "tag", xml_attr(n, W_element)), n, n); return;
    case W_dir:
    case W_bdo: wrapped(d, named_opening(d, "direction", xml_attr(n, W_val)), n, n); return;
    case W_fldSimple:
        interrupt_field(d);
        simple_field(d, n);
        return;
    case W_commentRangeStart:
    case W_commentRangeEnd:
        interrupt_field(d);
        dump_comment_anchor(d, n, true);
        return;
    default: run_child(d, n);
    }
}

void dump_inline(Dump *d, const XmlNode *parent) {
    for (const XmlNode *n = parent ? parent->first : NULL; n; n = n->next) {
        if (xml_is_element(n)) dump_inline_node(d, n);
    }
}
