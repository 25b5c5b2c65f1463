/* plain: text as printed. Of alternatives (mc:AlternateContent) the first counts; text boxes and
 * notes are texts of their own and are left out, field codes are no text. */
#include "doc/people.h"

static void gather_children(Gather *g, const XmlNode *n) {
    for (const XmlNode *c = n->first; c; c = c->next) gather_text(g, c);
}

/* Fields nest (ISO 29500-1 17.16.18). Text is printed when no enclosing field is in its code. */
static void gather_field_char(Gather *g, const XmlNode *n) {
    const Str type = xml_attr(n, W_fldCharType);
    if (str_equal(type, S("begin"))) {
        if (g->code_depth < 64) g->code_bits |= UINT64_C(1) << g->code_depth;
        g->code_depth++;
        return;
    }
    if (g->code_depth == 0) return; /* begun in an earlier paragraph */
    if (g->code_depth <= 64) g->code_bits &= ~(UINT64_C(1) << (g->code_depth - 1));
    if (str_equal(type, S("end"))) g->code_depth--;
}

static bool is_in_code(const Gather *g) { return g->code_bits != 0; }

static void gather_characters(Gather *g, const XmlNode *n) {
    if (is_in_code(g)) return;
    for (const XmlNode *c = n->first; c; c = c->next) {
        if (c->name == XML_TEXT) buf_add(g->out, c->text);
    }
}

static void gather_symbol(Gather *g, const XmlNode *n) {
    const Str code = xml_attr(n, W_char);
    uint32_t c = 0;
    for (ptrdiff_t i = 0; i < code.len && i < 6; i++) {
        const char d = code.ptr[i];
        const int digit = d >= '0' && d <= '9'   ? d - '0'
                          : d >= 'a' && d <= 'f' ? d - 'a' + 10
                          : d >= 'A' && d <= 'F' ? d - 'A' + 10
                                                 : -1;
        if (digit < 0) return;
        c = c * 16 + (uint32_t)digit;
    }
    if (c >= 0x20 && c < 0x110000 && (c < 0xD800 || c > 0xDFFF) && !is_in_code(g)) {
        utf8_put(g->out, c);
    }
}

static void gather_blank(Gather *g, const char *text) {
    if (!is_in_code(g)) buf_add(g->out, str_from_z(text));
}

static bool is_hidden(const Gather *g, const XmlNode *properties) {
    for (const XmlNode *c = properties ? properties->first : NULL; c; c = c->next) {
        if (is_out_of_view(c->name, g->skip_inserted, g->skip_deleted) ||
            (g->skip_inserted && c->name == W_cellIns) ||
            (g->skip_deleted && c->name == W_cellDel)) {
            return true;
        }
    }
    return false;
}

/* A line ends behind a block unless its mark is out of the view; never at the very end. */
static void gather_block(Gather *g, const XmlNode *n) {
    if (n->name == W_tr && is_hidden(g, xml_child(n, W_trPr))) return;
    if (n->name == W_tc && is_hidden(g, xml_child(n, W_tcPr))) return;
    gather_children(g, n);
    if (!n->next) return;
    if (n->name == W_p && is_hidden(g, xml_child(xml_child(n, W_pPr), W_rPr))) return;
    gather_blank(g, n->name == W_tc ? "\t" : "\n");
}

static void gather_alternative(Gather *g, const XmlNode *n) {
    const XmlNode *chosen = xml_child(n, MC_Choice);
    if (!chosen) chosen = xml_child(n, MC_Fallback);
    if (chosen) gather_children(g, chosen);
}

static bool is_no_text(uint16_t name) {
    switch (name) {
    case W_pPr:
    case W_rPr:
    case W_tblPr:
    case W_tblGrid:
    case W_trPr:
    case W_tcPr:
    case W_sectPr:
    case W_sdtPr:
    case W_sdtEndPr:
    case W_instrText:
    case W_delInstrText:
    case W_txbxContent:
    case W_rt: return true;
    default: return false;
    }
}

void gather_text(Gather *g, const XmlNode *n) {
    if (!xml_is_element(n) || is_no_text(n->name) ||
        is_out_of_view(n->name, g->skip_inserted, g->skip_deleted)) {
        return;
    }
    switch (n->name) {
    case W_t:
    case W_delText:
    case M_t: gather_characters(g, n); return;
    case W_tab:
    case W_ptab: gather_blank(g, "\t"); return;
    case W_br:
    case W_cr: gather_blank(g, "\n"); return;
    case W_noBreakHyphen: gather_blank(g, "\xE2\x80\x91"); return;
    case W_sym: gather_symbol(g, n); return;
    case W_fldChar: gather_field_char(g, n); return;
    case W_footnoteReference:
    case W_endnoteReference:
        if (g->reference) g->reference(g->ctx, n);
        return;
    case MC_AlternateContent: gather_alternative(g, n); return;
    case W_p:
    case W_tr:
    case W_tc: gather_block(g, n); return;
    default: gather_children(g, n);
    }
}

Str doc_plain(Arena *a, const XmlNode *n, bool skip_deleted) {
    Buf out = buf_new(a);
    Gather g = {.out = &out, .skip_deleted = skip_deleted};
    if (!n) return (Str){"", 0};
    if (n->name == W_txbxContent) {
        gather_children(&g, n);
    } else if (n->name == W_p || n->name == W_tr || n->name == W_tc) {
        gather_children(&g, n);
    } else {
        gather_text(&g, n);
    }
    return out.len > 0 ? buf_str(&out) : (Str){"", 0};
}
