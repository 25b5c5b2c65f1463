/* form: blocks as canonical bytes.
 *
 * The normal form of doc.h, written out instead of hashed, so that whoever digests it need trust no
 * 64 bits; and without what a clearance does not depend on: a provision's own number, the numbers
 * cross-references print, where pages and lines break and how far apart they stand, widths,
 * alignment, the language for proofing. Styles stand in it by name and by what they hide or stress,
 * note references by the text of their note, pictures and whatever else is embedded by SHA-256. */
#include "provision/int.h"

enum { NUMBER_MAX = 40 };

/* ---- writing ---- */

static void put_str(Buf *out, char kind, Str s) {
    buf_byte(out, kind);
    buf_int(out, s.len);
    buf_byte(out, ':');
    buf_add(out, s);
}

static void put_name(const Form *f, uint16_t name, Buf *out) {
    const XmlNames *names = f->package->names;
    const uint16_t ns = xml_ns(names, name);
    if (ns == NS_W) {
        buf_add(out, S("w:"));
    } else if (ns != NS_N) {
        buf_add(out, xml_ns_uri(names, ns));
        buf_byte(out, '|');
    }
    buf_add(out, xml_local(names, name));
}

typedef struct Pieces { /* a set, to be written in one order */
    Arena *a;
    Str *items;
    ptrdiff_t count, cap;
} Pieces;

static void pieces_add(Pieces *p, Str s) {
    p->items = arena_grow(p->a, p->items, p->count, &p->cap, p->count + 1, (ptrdiff_t)sizeof(Str));
    p->items[p->count++] = s;
}

static int compare_pieces(const void *ctx, ptrdiff_t i, ptrdiff_t k) {
    const Str *items = ctx;
    return str_compare(items[i], items[k]);
}

static void pieces_put(const Pieces *p, Buf *out) {
    ptrdiff_t *order = NEW_ARRAY(p->a, ptrdiff_t, p->count);
    for (ptrdiff_t i = 0; i < p->count; i++) order[i] = i;
    sort_indexes(p->a, order, p->count, compare_pieces, p->items);
    buf_byte(out, '{');
    for (ptrdiff_t i = 0; i < p->count; i++) put_str(out, '.', p->items[order[i]]);
    buf_byte(out, '}');
}

/* ---- what is large, by its digest ---- */

static const FormDigest *digest_find(const Form *f, uint64_t key) {
    uint64_t at;
    return map_find(&f->digests.at, key, &at) ? &f->digests.items[at] : NULL;
}

static const FormDigest *digest_add(Form *f, uint64_t key, Str bytes) {
    FormDigests *d = &f->digests;
    d->items =
        arena_grow(f->a, d->items, d->count, &d->cap, d->count + 1, (ptrdiff_t)sizeof *d->items);
    map_put(&d->at, key, (uint64_t)d->count);
    sha256_of(bytes, d->items[d->count].bytes);
    return &d->items[d->count++];
}

static void put_digest(const FormDigest *d, Buf *out) {
    put_str(out, '#', (Str){d->bytes, DIGEST_BYTES});
}

static const DocxRel *find_rel(const Form *f, Str id) {
    uint64_t at;
    const DocxPart *part = f->here->part;
    if (!map_find(&f->here->rels, hash_fast(id), &at)) return NULL;
    const DocxRel *rel = &part->rels[at - 1];
    return str_equal(rel->id, id) ? rel : docx_find_rel(part, id);
}

/* What a relationship points to: content where it has some, else an address. */
static void put_target(Form *f, Str id, Buf *out) {
    const DocxRel *rel = find_rel(f, id);
    PxErr ignored;
    Str bytes;
    if (!rel) {
        put_str(out, '?', id);
    } else if (rel->external || !rel->part) {
        put_str(out, '@', rel->target);
    } else {
        const uint64_t key = (uint64_t)rel->part->number << 1 | 1;
        const FormDigest *d = digest_find(f, key);
        if (!d && docx_part_bytes(f->package, rel->part, &bytes, &ignored)) {
            d = digest_add(f, key, bytes);
        }
        if (d) put_digest(d, out);
        else put_str(out, '@', rel->target);
    }
}

/* ---- attributes and properties ---- */

static bool is_toggle(uint16_t name) {
    switch (name) {
    case W_b:
    case W_bCs:
    case W_i:
    case W_iCs:
    case W_caps:
    case W_smallCaps:
    case W_strike:
    case W_dstrike:
    case W_outline:
    case W_shadow:
    case W_emboss:
    case W_imprint:
    case W_vanish:
    case W_webHidden:
    case W_specVanish:
    case W_rtl:
    case W_cs:
    case W_bidi:
    case W_hidden:
    case W_bidiVisual: return true;
    default: return false;
    }
}

/* Values that say nothing: <w:b w:val="1"/> is <w:b/>. */
static bool is_default_value(const XmlNode *n, const XmlAttr *attr) {
    const Str v = attr->value;
    if (attr->name == W_hint || attr->name == W_history) return true;
    if (attr->name == W_type && n->name == W_br) return str_equal(v, S("textWrapping"));
    if (attr->name == W_anchor) return str_starts(v, S("_Toc"));
    if (attr->name != W_val) return false;
    if (n->name == W_vMerge) return str_equal(v, S("continue"));
    return is_toggle(n->name) &&
           (str_equal(v, S("1")) || str_equal(v, S("true")) || str_equal(v, S("on")));
}

/* Word processors do not agree on the capitals of a style's name. */
static Str style_name(const Form *f, const DocStyle *style) {
    Buf b = buf_new(f->scratch);
    for (ptrdiff_t i = 0; i < style->name.len; i++) {
        const char c = style->name.ptr[i];
        buf_byte(&b, c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c);
    }
    return buf_str(&b);
}

static Str value_of(const Form *f, const XmlNode *n, const XmlAttr *attr) {
    if (attr->name != W_val) return attr->value;
    if (n->name == W_rStyle || n->name == W_pStyle || n->name == W_tblStyle) {
        const DocStyle *style = doc_style_find(f->styles, attr->value);
        return style ? style_name(f, style) : attr->value;
    }
    const Str v = attr->value;
    const bool is_off = str_equal(v, S("false")) || str_equal(v, S("off"));
    return is_toggle(n->name) && is_off ? S("0") : v;
}

static void add_attrs(Form *f, const XmlNode *n, Pieces *out) {
    for (ptrdiff_t i = 0; i < n->attr_count; i++) {
        const XmlAttr *attr = &n->attrs[i];
        if (doc_is_noise_attr(&f->here->ctx, n, attr->name) || is_default_value(n, attr)) continue;
        Buf b = buf_new(f->scratch);
        put_name(f, attr->name, &b);
        buf_byte(&b, '=');
        if (xml_ns(f->package->names, attr->name) == NS_R) put_target(f, attr->value, &b);
        else buf_add(&b, value_of(f, n, attr));
        pieces_add(out, buf_str(&b));
    }
}

/* Layout, and what Word computes anew. */
static bool is_layout(uint16_t set, uint16_t name) {
    switch (name) {
    case W_keepNext:
    case W_keepLines:
    case W_pageBreakBefore:
    case W_widowControl:
    case W_suppressLineNumbers:
    case W_suppressAutoHyphens:
    case W_contextualSpacing:
    case W_snapToGrid:
    case W_cnfStyle:
    case W_divId:
    case W_mirrorIndents:
    case W_adjustRightInd:
    case W_autoSpaceDE:
    case W_autoSpaceDN:
    case W_kinsoku:
    case W_wordWrap:
    case W_overflowPunct:
    case W_topLinePunct:
    case W_textAlignment:
    case W_textboxTightWrap:
    case W_lang:
    case W_noProof:
    case W_kern: return true;
    case W_numPr:
    case W_pStyle:
    case W_rPr:
    case W_jc:
    case W_tabs:
    case W_sectPr: return set == W_pPr;
    case W_gridBefore:
    case W_gridAfter:
    case W_hidden: return false;
    case W_gridSpan:
    case W_vMerge:
    case W_hMerge: return set == W_trPr;
    case W_dataBinding:
    case W15_dataBinding:
    case W14_checkbox: return false;
    default: return set == W_trPr || set == W_tcPr || set == W_sdtPr || set == W_sdtEndPr;
    }
}

/* Room between lines, but for lines that may be too low to be seen; fonts that only lacked a hint.
 */
static bool is_nothing(const XmlNode *set, const XmlNode *n) {
    if (n->name == W_spacing && set->name == W_pPr) {
        return !str_equal(xml_attr(n, W_lineRule), S("exact"));
    }
    if (n->name != W_rFonts) return false;
    for (ptrdiff_t i = 0; i < n->attr_count; i++) {
        if (n->attrs[i].name != W_hint) return false;
    }
    return true;
}

static void add_children(Form *f, const XmlNode *set, Pieces *out) {
    for (const XmlNode *n = set ? set->first : NULL; n; n = n->next) {
        if (doc_element(n) == DOC_ELEMENT_NOISE || is_layout(set->name, n->name)) continue;
        if (is_nothing(set, n)) continue;
        Buf b = buf_new(f->scratch);
        form_node(f, n, &b);
        if (b.len) pieces_add(out, buf_str(&b));
    }
}

/* Nothing for a set in which nothing counts. */
static void put_set(Form *f, const XmlNode *set, Buf *out) {
    Pieces pieces = {.a = f->scratch};
    if (!set) return;
    add_children(f, set, &pieces);
    if (set->name != W_tcPr && set->name != W_trPr) add_attrs(f, set, &pieces);
    if (!pieces.count) return;
    put_name(f, set->name, out);
    pieces_put(&pieces, out);
}

/* A letter for each that is on. */
static void put_toggles(Buf *b, const DocStyle *style) {
    for (int i = 0; style && i < DOC_TOGGLES; i++) {
        if (style->toggles[i] == 1) buf_byte(b, (char)('a' + i));
    }
}

/* ---- anything ---- */

static void put_element(Form *f, const XmlNode *n, Buf *out) {
    Pieces attrs = {.a = f->scratch};
    buf_byte(out, '<');
    put_name(f, n->name, out);
    add_attrs(f, n, &attrs);
    pieces_put(&attrs, out);
    for (const XmlNode *k = n->first; k; k = k->next) form_node(f, k, out);
    buf_byte(out, '>');
}

static void put_table(Form *f, const XmlNode *table, Buf *out) {
    XmlNode **rows;
    const ptrdiff_t count = doc_rows(f->scratch, table, &rows);
    buf_byte(out, '[');
    for (ptrdiff_t i = 0; i < count; i++) form_row(f, rows[i], out);
    buf_byte(out, ']');
}

void form_node(Form *f, const XmlNode *n, Buf *out) {
    if (!xml_is_element(n)) {
        put_str(out, 't', n->text);
        return;
    }
    switch (doc_element(n)) {
    case DOC_ELEMENT_NOISE: return;
    case DOC_ELEMENT_THROUGH:
        for (const XmlNode *k = n->first; k; k = k->next) form_node(f, k, out);
        return;
    case DOC_ELEMENT_SET: put_set(f, n, out); return;
    case DOC_ELEMENT_WRAP:
    case DOC_ELEMENT_PLAIN:
    case DOC_ELEMENTS: break;
    }
    if (n->name == W_p) form_paragraph(f, n, 0, out);
    else if (n->name == W_tbl) put_table(f, n, out);
    else if (n->name == W_txbxContent) form_blocks(f, n, out);
    else if (n->name != W_tblGrid) put_element(f, n, out);
}

void form_blocks(Form *f, const XmlNode *container, Buf *out) {
    f->depth++;
    buf_byte(out, '[');
    for (const XmlNode *n = container ? container->first : NULL; n; n = n->next) {
        if (!xml_is_element(n) || n->name == W_sectPr || n->name == W_customXmlPr) continue;
        if (n->name == W_sdt || n->name == W_customXml) {
            put_set(f, xml_child(n, W_sdtPr), out);
            form_blocks(f, doc_container(n), out);
        } else if (doc_element(n) != DOC_ELEMENT_SET) {
            form_node(f, n, out);
        }
    }
    buf_byte(out, ']');
    f->depth--;
}

void form_row(Form *f, const XmlNode *row, Buf *out) {
    XmlNode **cells;
    const ArenaMark mark = arena_mark(f->scratch);
    const ptrdiff_t count = doc_cells(f->scratch, row, &cells);
    const XmlNode *table = row;
    while (table && table->name != W_tbl) table = table->parent;
    const XmlNode *visual = xml_child(xml_child(table, W_tblPr), W_bidiVisual);
    f->depth++;
    buf_byte(out, 'R');
    if (visual) form_node(f, visual, out);
    put_set(f, xml_child(row, W_trPr), out);
    for (ptrdiff_t i = 0; i < count; i++) {
        buf_byte(out, 'C');
        put_set(f, xml_child(cells[i], W_tcPr), out);
        form_blocks(f, cells[i], out);
    }
    buf_byte(out, ';');
    if (--f->depth == 0) arena_rewind(f->scratch, mark);
}

/* ---- notes ---- */

/* A note stands where it is referred to by the digest of its text. */
static void put_note(Form *f, const XmlNode *reference, Buf *out) {
    const int kind = reference->name == W_footnoteReference ? 1 : 2;
    const Str id = xml_attr(reference, W_id);
    uint64_t at = 0;
    buf_byte(out, 'N');
    buf_byte(out, (char)('0' + kind));
    put_str(out, 'm',
            doc_has_own_mark(reference) ? xml_attr(reference, W_customMarkFollows) : S(""));
    if (f->in_note || !map_find(&f->parts[kind].notes, hash_fast(id), &at)) return;
    const uint64_t key = at << 1;
    const FormDigest *d = digest_find(f, key);
    if (!d) {
        Form inside = *f;
        Buf b = buf_new(f->scratch);
        inside.in_note = true;
        inside.depth = 1;
        form_enter(&inside, kind);
        form_blocks(&inside, (const XmlNode *)(uintptr_t)at, &b);
        f->digests = inside.digests;
        d = digest_add(f, key, buf_str(&b));
    }
    put_digest(d, out);
}

/* ---- numbers that are printed from elsewhere ---- */

static bool has_switch(Str code, const char *letters) {
    for (ptrdiff_t i = 0; i + 1 < code.len; i++) {
        const bool ends = i + 2 == code.len || (unsigned char)code.ptr[i + 2] <= ' ';
        if (code.ptr[i] == '\\' && ends && strchr(letters, code.ptr[i + 1] | 0x20)) return true;
    }
    return false;
}

/* REF alone prints the words that are bookmarked: those count. */
bool field_prints_number(Str code) {
    static const char *const words[] = {"PAGEREF", "NOTEREF", "PAGE", "NUMPAGES", "SEQ"};
    const Str s = str_trim(code);
    ptrdiff_t end = 0;
    while (end < s.len && (unsigned char)s.ptr[end] > ' ' && s.ptr[end] != '\\') end++;
    const Str word = str_slice(s, 0, end);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (str_equal_fold(word, str_from_z(words[i]))) return true;
    }
    return (str_equal_fold(word, S("REF")) || str_equal_fold(word, S("STYLEREF"))) &&
           has_switch(s, "rnw");
}

static bool is_word_char(uint32_t c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c >= 0x80;
}

static bool is_digit_char(uint32_t c) {
    static const uint32_t chinese[] = {0x3007, 0x96f6, 0x4e00, 0x4e8c, 0x4e09, 0x56db, 0x4e94,
                                       0x516d, 0x4e03, 0x516b, 0x4e5d, 0x5341, 0x767e, 0x5343};
    for (size_t i = 0; i < sizeof chinese / sizeof *chinese; i++) {
        if (c == chinese[i]) return true;
    }
    return (c >= '0' && c <= '9') || (c >= 0x660 && c <= 0x669) || (c >= 0x6f0 && c <= 0x6f9);
}

/* A word that counts: digits ("7", "12bis"), a roman number, a letter. */
static bool is_number_word(Str word) {
    ptrdiff_t at = 0, letters = 0;
    bool is_roman = true;
    while (at < word.len) {
        const uint32_t c = utf8_next(word, &at);
        if (is_digit_char(c)) return true;
        letters++;
        is_roman = is_roman && c < 0x80 && strchr("ivxlcIVXLC", (int)c) != NULL;
    }
    return letters == 1 || (is_roman && letters < 8);
}

void put_without_numbers(Buf *out, Str text) {
    for (ptrdiff_t at = 0; at < text.len;) {
        ptrdiff_t from = at, next = at;
        while (at < text.len && is_word_char(utf8_next(text, &next))) at = next;
        const Str word = str_slice(text, from, at);
        if (word.len) buf_add(out, is_number_word(word) ? S("#") : word);
        from = at;
        if (at < text.len) utf8_next(text, &at);
        buf_add(out, str_slice(text, from, at));
    }
}

/* ---- the text of a paragraph ---- */

typedef struct Walk {
    Form *f;
    Buf *out;
    Buf text;           /* not yet written */
    Str format, wanted; /* what is in force in out; that of the run we are in */
    Str held;           /* the link that was left, not yet closed: its other half may follow */
    ptrdiff_t label;    /* bytes of the typed number still to come */
    bool is_held;
} Walk;

/* The field whose number we are in; NULL: none. */
static FormField *printed_number(Form *f) {
    for (int i = 0; i < f->field_depth && i < FORM_FIELDS_MAX; i++) {
        if (!f->fields[i].coding && f->fields[i].prints_number) return &f->fields[i];
    }
    return NULL;
}

/* A number is short: longer text in such a field was put there by hand. */
static void flush_text(Walk *w) {
    FormField *number = printed_number(w->f);
    if (!w->text.len) return;
    if (number) number->printed += w->text.len;
    if (number && number->printed <= NUMBER_MAX) {
        Buf masked = buf_new(w->f->scratch);
        put_without_numbers(&masked, buf_str(&w->text));
        put_str(w->out, 't', buf_str(&masked));
    } else {
        put_str(w->out, 't', buf_str(&w->text));
    }
    w->text.len = 0;
}

static void release(Walk *w) {
    if (!w->is_held) return;
    flush_text(w);
    buf_byte(w->out, ')');
    w->is_held = false;
}

/* Before anything is written. */
static void arrive(Walk *w) {
    release(w);
    if (str_equal(w->format, w->wanted)) return;
    flush_text(w);
    put_str(w->out, 'f', w->wanted);
    w->format = w->wanted;
}

static void add_text(Walk *w, Str s) {
    const ptrdiff_t of_label = w->label < s.len ? w->label : s.len;
    w->label -= of_label;
    s = str_slice(s, of_label, s.len);
    if (!s.len) return;
    arrive(w);
    buf_add(&w->text, s);
}

static void add_atom(Walk *w, const XmlNode *n) {
    const bool is_blank = n->name == W_tab || n->name == W_br || n->name == W_cr ||
                          n->name == W_ptab || n->name == W_noBreakHyphen;
    if (w->label > 0 && is_blank) {
        w->label -= n->name == W_noBreakHyphen ? 3 : 1;
        return;
    }
    if (n->name == W_br && str_equal(xml_attr(n, W_type), S("page"))) return;
    if (n->name == W_footnoteRef || n->name == W_endnoteRef) return; /* its own number */
    const bool is_note = n->name == W_footnoteReference || n->name == W_endnoteReference;
    if (is_note) release(w); /* in whatever format its number is printed */
    else arrive(w);
    flush_text(w);
    if (is_note) put_note(w->f, n, w->out);
    else form_node(w->f, n, w->out);
}

/* ---- fields ---- */

static FormField *innermost(Form *f) {
    return f->field_depth && f->field_depth <= FORM_FIELDS_MAX ? &f->fields[f->field_depth - 1]
                                                               : NULL;
}

static void field_begin(Walk *w) {
    Form *f = w->f;
    release(w);
    flush_text(w);
    buf_byte(w->out, '(');
    buf_byte(w->out, 'F');
    if (innermost(f) && innermost(f)->coding) buf_byte(&innermost(f)->code, '\1');
    if (f->field_depth++ >= FORM_FIELDS_MAX) return; /* no one nests so deep */
    *innermost(f) = (FormField){.code = buf_new(f->a), .coding = true};
}

static void field_code_end(Walk *w) {
    FormField *field = innermost(w->f);
    if (!field || !field->coding) return;
    flush_text(w);
    field->coding = false;
    field->prints_number = field_prints_number(buf_str(&field->code));
    put_str(w->out, 'c', str_trim(buf_str(&field->code)));
}

static void field_end(Walk *w) {
    release(w);
    field_code_end(w);
    flush_text(w);
    buf_byte(w->out, ')');
    if (w->f->field_depth) w->f->field_depth--;
}

static void field_char(Walk *w, const XmlNode *n) {
    const Str type = xml_attr(n, W_fldCharType);
    if (str_equal(type, S("begin"))) {
        field_begin(w);
        for (const XmlNode *k = n->first; k; k = k->next) form_node(w->f, k, w->out);
    } else if (str_equal(type, S("separate"))) {
        field_code_end(w);
    } else if (str_equal(type, S("end"))) {
        field_end(w);
    }
}

static void add_code(Walk *w, const XmlNode *n) {
    FormField *field = innermost(w->f);
    for (const XmlNode *k = n->first; k; k = k->next) {
        if (k->name != XML_TEXT) continue;
        if (field && field->coding) buf_add(&field->code, k->text);
        else put_str(w->out, 'c', k->text); /* begun nowhere */
    }
}

/* ---- runs and what they stand in ---- */

static void walk_run(Walk *w, const XmlNode *run) {
    Buf format = buf_new(w->f->scratch);
    put_set(w->f, xml_child(run, W_rPr), &format);
    w->wanted = buf_str(&format);
    for (const XmlNode *n = run->first; n; n = n->next) {
        if (!xml_is_element(n) || n->name == W_rPr || doc_element(n) == DOC_ELEMENT_NOISE) continue;
        if (n->name == W_t || n->name == W_delText) {
            for (const XmlNode *k = n->first; k; k = k->next) {
                if (k->name == XML_TEXT) add_text(w, k->text);
            }
        } else if (n->name == W_instrText || n->name == W_delInstrText) {
            add_code(w, n);
        } else if (n->name == W_fldChar) {
            field_char(w, n);
        } else {
            add_atom(w, n);
        }
    }
}

static void walk_children(Walk *w, const XmlNode *n);

static void walk_simple_field(Walk *w, const XmlNode *n) {
    const int depth = w->f->field_depth;
    field_begin(w);
    if (innermost(w->f)) buf_add(&innermost(w->f)->code, xml_attr(n, W_instr));
    field_code_end(w);
    walk_children(w, n);
    w->f->field_depth = depth + 1;
    field_end(w);
}

/* Word cuts a link in two where it likes. */
static void walk_link(Walk *w, const XmlNode *n) {
    Pieces attrs = {.a = w->f->scratch};
    Buf head = buf_new(w->f->scratch);
    put_name(w->f, n->name, &head);
    add_attrs(w->f, n, &attrs);
    pieces_put(&attrs, &head);
    if (w->is_held && str_equal(w->held, buf_str(&head))) {
        w->is_held = false;
    } else {
        release(w);
        flush_text(w);
        put_str(w->out, '(', buf_str(&head));
    }
    walk_children(w, n);
    release(w);
    w->held = buf_str(&head);
    w->is_held = true;
}

static void walk_wrap(Walk *w, const XmlNode *n) {
    switch (n->name) {
    case W_fldSimple: walk_simple_field(w, n); return;
    case W_hyperlink:
    case W_dir:
    case W_bdo: walk_link(w, n); return;
    case W_sdt: {
        Buf bound = buf_new(w->f->scratch);
        put_set(w->f, xml_child(n, W_sdtPr), &bound);
        if (bound.len) arrive(w), flush_text(w);
        buf_add(w->out, buf_str(&bound));
        if (xml_child(n, W_sdtContent)) walk_children(w, xml_child(n, W_sdtContent));
        return;
    }
    default: walk_children(w, n); return;
    }
}

static void walk_children(Walk *w, const XmlNode *n) {
    for (const XmlNode *k = n->first; k; k = k->next) {
        if (!xml_is_element(k)) continue;
        switch (doc_element(k)) {
        case DOC_ELEMENT_NOISE:
        case DOC_ELEMENT_SET: continue;
        case DOC_ELEMENT_THROUGH: walk_children(w, k); continue;
        case DOC_ELEMENT_WRAP: walk_wrap(w, k); continue;
        case DOC_ELEMENT_PLAIN:
        case DOC_ELEMENTS: break;
        }
        if (k->name == W_r) walk_run(w, k);
        else if (k->name != W_customXmlPr && k->name != W_smartTagPr && k->name != W_fldData)
            add_atom(w, k);
    }
}

/* ---- paragraphs ---- */

/* Its style by name and by what that hides or stresses, whether and how deep it is numbered. */
static void put_paragraph_properties(Form *f, const XmlNode *p, bool is_labelled, Buf *out) {
    const XmlNode *properties = xml_child(p, W_pPr), *mark = xml_child(properties, W_rPr);
    const DocStyle *style = doc_paragraph_style(f->styles, properties);
    const bool is_automatic = doc_number_label(f->places, p).len > 0;
    Pieces pieces = {.a = f->scratch};
    Buf b = buf_new(f->scratch);
    add_children(f, properties, &pieces);
    if (style) {
        buf_add(&b, S("style="));
        buf_add(&b, style_name(f, style));
        buf_byte(&b, '\0');
        put_toggles(&b, style);
    }
    if (b.len) pieces_add(&pieces, buf_str(&b));
    if (doc_toggle(style, mark, W_vanish) == 1) pieces_add(&pieces, S("hidden mark"));
    if (is_labelled || is_automatic) {
        const Str direct = xml_attr(xml_child(xml_child(properties, W_numPr), W_ilvl), W_val);
        const Str level = direct.ptr ? direct : style ? style->ilvl : direct;
        Buf number = buf_new(f->scratch);
        buf_add(&number, S("numbered"));
        if (is_automatic && level.len && !str_equal(level, S("0"))) buf_add(&number, level);
        pieces_add(&pieces, buf_str(&number));
    }
    pieces_put(&pieces, out);
}

void form_paragraph(Form *f, const XmlNode *p, ptrdiff_t label, Buf *out) {
    const ArenaMark mark = arena_mark(f->scratch);
    const bool is_outermost = f->depth == 0;
    f->depth++;
    buf_byte(out, 'P');
    put_paragraph_properties(f, p, label > 0, out);
    Walk w = {.f = f, .out = out, .text = buf_new(f->scratch), .label = label};
    walk_children(&w, p);
    release(&w);
    flush_text(&w);
    buf_byte(out, ';');
    for (int i = 0; i < f->field_depth && i < FORM_FIELDS_MAX; i++) {
        f->fields[i].prints_number = false; /* no number goes on in the next paragraph */
    }
    f->depth--;
    if (is_outermost) arena_rewind(f->scratch, mark);
}

/* ---- opening ---- */

static bool open_part(Form *f, FormPart *p, DocxPart *part, PxErr *err) {
    p->part = part;
    p->rels = map_new(f->a);
    p->notes = map_new(f->a);
    if (!part) return true;
    for (ptrdiff_t i = part->rel_count - 1; i >= 0; i--) {
        map_put(&p->rels, hash_fast(part->rels[i].id), (uint64_t)i + 1);
    }
    return doc_context_open(f->a, f->package, part, &p->ctx, err);
}

static bool open_notes(Form *f, int kind, const char *name, PxErr *err) {
    FormPart *p = &f->parts[kind];
    XmlTree *tree;
    if (!open_part(f, p, docx_related(f->package->main, str_from_z(name)), err)) return false;
    if (!p->part) return true;
    if (!docx_part_tree(f->package, p->part, &tree, err)) return false;
    for (const XmlNode *n = tree->root->first; n; n = n->next) {
        if (n->name != W_footnote && n->name != W_endnote) continue;
        map_put(&p->notes, hash_fast(xml_attr(n, W_id)), (uint64_t)(uintptr_t)n);
    }
    return true;
}

bool form_open(Arena *a, DocxPackage *p, const DocProvisions *places, const DocStyles *styles,
               Form *out, PxErr *err) {
    *out = (Form){.a = a,
                  .scratch = arena_child(a),
                  .package = p,
                  .places = places,
                  .styles = styles,
                  .digests = {.at = map_new(a)}};
    out->here = &out->parts[0];
    return open_part(out, &out->parts[0], p->main, err) && open_notes(out, 1, "footnotes", err) &&
           open_notes(out, 2, "endnotes", err);
}

void form_enter(Form *f, int part) {
    f->here = &f->parts[part];
    f->field_depth = 0;
}
