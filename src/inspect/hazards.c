/* What in a file may do something, or say something else, when another program or another person
 * opens it. Nothing is followed: targets and field codes are read as text. */
#include "inspect/int.h"

/* ---- relationships and parts ---- */

static bool is_plain_link(Str target) {
    static const char *const plain[] = {"http://", "https://", "mailto:", "#"};
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        const Str p = str_from_z(plain[i]);
        if (target.len >= p.len && str_equal_fold(str_slice(target, 0, p.len), p)) return true;
    }
    return false;
}

static void check_rels(Inspection *in, Str part, const DocxRel *rels, ptrdiff_t count) {
    for (ptrdiff_t i = 0; i < count; i++) {
        const DocxRel *r = &rels[i];
        if (!r->external) continue;
        bool link = str_ends(r->type, S("/hyperlink")),
             template = str_ends(r->type, S("/attachedTemplate"));
        if (link && is_plain_link(r->target)) continue;
        InspectKind kind = link       ? INSPECT_UNSAFE_LINK
                           : template ? INSPECT_REMOTE_TEMPLATE
                                      : INSPECT_EXTERNAL_TARGET;
        ptrdiff_t cut = str_find_last(r->type, '/');
        Str what = str_slice(r->type, cut + 1, r->type.len);
        found(in, kind, part, S(""), S(""), S(""),
              arena_format(in->arena, "%.*s: %.*s", (int)what.len, what.ptr, (int)r->target.len,
                           r->target.ptr));
    }
}

/* Parts that somebody calls a control or an object, whatever their own type says. */
static Map objects_of(Inspection *in) {
    Map m = map_new(in->arena);
    for (ptrdiff_t i = 0; i < in->file->part_count; i++) {
        const DocxPart *p = in->file->parts[i];
        for (ptrdiff_t k = 0; k < p->rel_count; k++) {
            const DocxRel *r = &p->rels[k];
            if (r->part && (str_ends(r->type, S("/control")) || str_ends(r->type, S("/oleObject"))))
                map_put(&m, (uint64_t)r->part->number + 1, 1);
        }
    }
    return m;
}

static void check_parts(Inspection *in) {
    const Map objects = objects_of(in);
    check_rels(in, S(""), in->file->root_rels, in->file->root_rel_count);
    for (ptrdiff_t i = 0; i < in->file->part_count; i++) {
        const DocxPart *p = in->file->parts[i];
        check_rels(in, p->name, p->rels, p->rel_count);
        if (str_find(p->content_type, S("vbaProject")) >= 0 ||
            str_ends(p->name, S("vbaProject.bin")))
            found(in, INSPECT_MACROS, p->name, S(""), S(""), S(""),
                  S("The file holds a macro project."));
        else if (str_find(p->content_type, S("oleObject")) >= 0 ||
                 str_find(p->content_type, S("activeX")) >= 0 ||
                 str_find(p->name, S("/embeddings/")) >= 0 ||
                 map_find(&objects, (uint64_t)p->number + 1, NULL))
            found(in, INSPECT_EMBEDDED_OBJECT, p->name, S(""), S(""), S(""), p->content_type);
    }
}

/* ---- fields ---- */

static bool first_word_is(Str code, const char *word) {
    code = str_trim(code);
    Str w = str_from_z(word);
    if (code.len < w.len || !str_equal_fold(str_slice(code, 0, w.len), w)) return false;
    return code.len == w.len || code.ptr[w.len] == ' ' || code.ptr[w.len] == '\t' ||
           code.ptr[w.len] == '"';
}

/* What a HYPERLINK field opens; "" for a place in the text. Backslashes are doubled in codes. */
static Str link_target(Arena *a, Str code) {
    code = str_trim(str_slice(code, (ptrdiff_t)strlen("HYPERLINK"), code.len));
    const bool quoted = str_starts(code, S("\""));
    if (!quoted && str_starts(code, S("\\")) && !str_starts(code, S("\\\\"))) return S("");
    Buf b = buf_new(a);
    for (ptrdiff_t i = quoted; i < code.len; i++) {
        if (quoted ? code.ptr[i] == '"' : code.ptr[i] == ' ' || code.ptr[i] == '\t') break;
        if (code.ptr[i] == '\\' && i + 1 < code.len && code.ptr[i + 1] == '\\') i++;
        buf_byte(&b, code.ptr[i]);
    }
    return buf_str(&b);
}

static void check_link(Inspection *in, Str part, const XmlNode *at, Str target) {
    target = str_trim(target);
    if (target.len && !is_plain_link(target))
        found(in, INSPECT_UNSAFE_LINK, part, doc_provision(in->places, at), S(""), S(""), target);
}

static void check_field(Inspection *in, Str part, const XmlNode *at, Str code) {
    static const char *const fetching[] = {
        "INCLUDEPICTURE", "INCLUDETEXT", "INCLUDE",     "DDE", "DDEAUTO",  "LINK",
        "IMPORT",         "DATABASE",    "MACROBUTTON", "RD",  "AUTOTEXT", "GOTOBUTTON"};
    static const char *const changing[] = {
        "DATE",     "TIME",     "SAVEDATE",    "PRINTDATE",   "CREATEDATE", "IF",
        "COMPARE",  "QUOTE",    "DOCPROPERTY", "DOCVARIABLE", "USERNAME",   "USERINITIALS",
        "FILENAME", "FILLIN",   "MERGEFIELD",  "ASK",         "AUTHOR",     "LASTSAVEDBY",
        "TITLE",    "SUBJECT",  "KEYWORDS",    "COMMENTS",    "INFO",       "TEMPLATE",
        "SET",      "EDITTIME", "REVNUM",      "USERADDRESS"};
    Str place = doc_provision(in->places, at);
    if (first_word_is(code, "HYPERLINK"))
        check_link(in, part, at, link_target(in->arena, str_trim(code)));
    for (size_t i = 0; i < sizeof fetching / sizeof *fetching; i++)
        if (first_word_is(code, fetching[i]))
            found(in, INSPECT_FETCHING_FIELD, part, place, S(""), S(""), str_trim(code));
    for (size_t i = 0; i < sizeof changing / sizeof *changing; i++)
        if (first_word_is(code, changing[i]))
            found(in, INSPECT_CHANGING_FIELD, part, place, S(""), S(""), str_trim(code));
}

enum { FIELDS_DEEP = 32 };

typedef struct Fields { /* the complex fields one is in the code of, innermost last */
    Buf code[FIELDS_DEEP];
    bool in_result[FIELDS_DEEP];
    int depth;
} Fields;

static void meet_field(Inspection *in, Str part, const XmlNode *n, Fields *f) {
    Str type = xml_attr(n, W_fldCharType);
    if (str_equal(xml_attr(n, W_dirty), S("1")) || str_equal(xml_attr(n, W_dirty), S("true")))
        found(in, INSPECT_UPDATE_ON_OPEN, part, doc_provision(in->places, n), S(""), S(""),
              S("A field is marked to be updated."));
    if (str_equal(type, S("begin")) && f->depth < FIELDS_DEEP) {
        f->code[f->depth] = buf_new(in->arena);
        f->in_result[f->depth++] = false;
    } else if (f->depth > 0 && str_equal(type, S("separate"))) {
        if (!f->in_result[f->depth - 1]) check_field(in, part, n, buf_str(&f->code[f->depth - 1]));
        f->in_result[f->depth - 1] = true;
    } else if (f->depth > 0 && str_equal(type, S("end"))) {
        if (!f->in_result[f->depth - 1]) check_field(in, part, n, buf_str(&f->code[f->depth - 1]));
        f->depth--;
    }
}

/* ---- text that is not what it seems ---- */

static Str run_text(Inspection *in, const XmlNode *run) {
    return str_trim(doc_plain(in->arena, run, false));
}

/* As page numbers are printed in a table of contents. */
static bool is_page_number(Str s) {
    for (ptrdiff_t i = 0; i < s.len; i++)
        if (!strchr("0123456789ivxlcIVXLC", s.ptr[i]) || !s.ptr[i]) return false;
    return true;
}

/* Shaded in a colour, or by a pattern. */
static bool is_shaded(const XmlNode *properties) {
    const XmlNode *shading = xml_child(properties, W_shd);
    const Str fill = xml_attr(shading, W_fill), pattern = xml_attr(shading, W_val);
    if (!shading) return false;
    return (fill.len && !str_equal(fill, S("auto")) && !str_equal_fold(fill, S("FFFFFF"))) ||
           (pattern.len && !str_equal(pattern, S("clear")) && !str_equal(pattern, S("nil")));
}

/* Asked for each run: to look for properties that are not there is to pass over all runs. */
static const XmlNode *properties_of(Inspection *in, const XmlNode *p) {
    if (in->asked != p) in->asked_properties = xml_child(p, W_pPr);
    in->asked = p;
    return in->asked_properties;
}

/* White text on a dark cell is meant to be read; what a table's style or a shape's fill looks like
 * is not asked. */
static bool is_on_white(Inspection *in, const XmlNode *run) {
    const XmlNode *own = xml_child(run, W_rPr);
    if (is_shaded(own) || xml_child(own, W_highlight)) return false;
    for (const XmlNode *n = run->parent; n; n = n->parent) {
        switch (n->name) {
        case W_p:
            if (is_shaded(properties_of(in, n))) return false;
            break;
        case W_tc:
            if (is_shaded(xml_child(n, W_tcPr))) return false;
            break;
        case W_tbl: {
            const XmlNode *table = xml_child(n, W_tblPr);
            if (is_shaded(table) || xml_child(table, W_tblStyle)) return false;
            break;
        }
        case W_txbxContent: return false;
        default: break;
        }
    }
    return true;
}

/* By its own properties, its character style or its paragraph's. */
static bool is_hidden(Inspection *in, const XmlNode *run, const XmlNode *properties) {
    const DocStyle *style =
        doc_style_find(in->styles, xml_attr(xml_child(properties, W_rStyle), W_val));
    const int own = doc_toggle(style, properties, W_vanish);
    if (own >= 0) return own == 1;
    const XmlNode *p = run->parent;
    while (p && p->name != W_p) p = p->parent;
    return p &&
           doc_toggle(doc_paragraph_style(in->styles, properties_of(in, p)), NULL, W_vanish) == 1;
}

/* Or so nearly that nobody sees the difference: RRGGBB, each F0 or more. */
static bool is_white(Str color) {
    for (int i = 0; i < 6 && color.len == 6; i += 2)
        if (color.ptr[i] != 'F' && color.ptr[i] != 'f') return false;
    return color.len == 6;
}

static void check_row(Inspection *in, Str part, const XmlNode *row) {
    const XmlNode *p = xml_child(row, W_trPr), *height = xml_child(p, W_trHeight);
    int64_t high = 0;
    const bool hidden = is_on(xml_child(p, W_hidden), W_val),
               flat = str_equal(xml_attr(height, W_hRule), S("exact")) &&
                      str_to_int(xml_attr(height, W_val), &high) && high < 60;
    const Str text = hidden || flat ? run_text(in, row) : S("");
    if (text.len)
        found(in, hidden ? INSPECT_HIDDEN_TEXT : INSPECT_TINY_TEXT, part,
              doc_provision(in->places, row), S(""), S(""), text);
}

static void check_run(Inspection *in, Str part, const XmlNode *run) {
    const XmlNode *p = xml_child(run, W_rPr);
    const bool hidden = is_hidden(in, run, p) || is_on(xml_child(p, W_specVanish), W_val);
    const bool web_hidden = is_on(xml_child(p, W_webHidden), W_val);
    int64_t size = 0;
    const bool tiny = str_to_int(xml_attr(xml_child(p, W_sz), W_val), &size) && size <= 4;
    const bool thin = str_to_int(xml_attr(xml_child(p, W_w), W_val), &size) && size < 20;
    const bool white = is_white(xml_attr(xml_child(p, W_color), W_val)) && is_on_white(in, run);
    if (!hidden && !web_hidden && !tiny && !thin && !white) return;
    const Str text = run_text(in, run);
    if (text.len == 0) return;
    if (web_hidden && !hidden && is_page_number(text)) return;
    const InspectKind kind = hidden || web_hidden ? INSPECT_HIDDEN_TEXT : INSPECT_TINY_TEXT;
    found(in, kind, part, doc_provision(in->places, run), S(""), S(""), text);
}

static void check_paragraph(Inspection *in, Str part, const XmlNode *p) {
    const XmlNode *properties = xml_child(p, W_pPr), *spacing = xml_child(properties, W_spacing);
    int64_t line = 0, x = 0, y = 0;
    bool thin = str_equal(xml_attr(spacing, W_lineRule), S("exact")) &&
                str_to_int(xml_attr(spacing, W_line), &line) && line < 60;
    const XmlNode *frame = xml_child(properties, W_framePr);
    bool away = frame && ((str_to_int(xml_attr(frame, W_x), &x) && x < -1000) ||
                          (str_to_int(xml_attr(frame, W_y), &y) && y < -1000));
    const XmlNode *indent = xml_child(properties, W_ind);
    Str side = xml_attr(indent, W_left);
    if (!side.ptr) side = xml_attr(indent, W_start);
    if (str_to_int(side, &x) && x <= -4000) away = true; /* further than any margin is wide */
    Str text = thin || away ? run_text(in, p) : S("");
    if (text.len)
        found(in, INSPECT_TINY_TEXT, part, doc_provision(in->places, p), S(""), S(""), text);
}

static const char *control_name(uint32_t c) {
    switch (c) {
    case 0x200b: return "zero-width space";
    case 0x2060: return "word joiner";
    case 0xfeff: return "zero-width no-break space";
    case 0x180e: return "Mongolian vowel separator";
    case 0x2061:
    case 0x2062:
    case 0x2063:
    case 0x2064: return "invisible operator";
    case 0x034f: return "combining grapheme joiner";
    case 0x115f:
    case 0x1160:
    case 0x3164:
    case 0xffa0: return "Hangul filler";
    case 0x202a: return "left-to-right embedding";
    case 0x202b: return "right-to-left embedding";
    case 0x202c: return "end of embedding";
    case 0x202d: return "left-to-right override";
    case 0x202e: return "right-to-left override";
    case 0x2066: return "left-to-right isolate";
    case 0x2067: return "right-to-left isolate";
    case 0x2068: return "first-strong isolate";
    case 0x2069: return "end of isolate";
    default: return c >= 0xe0000 && c <= 0xe007f ? "tag character" : NULL;
    }
}

static int alphabet(uint32_t c) {
    if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')) return 1;
    if (c >= 0x370 && c <= 0x3ff) return 2;
    if (c >= 0x400 && c <= 0x52f) return 4;
    return 0;
}

static void check_text(Inspection *in, Str part, const XmlNode *n) {
    Str s = xml_text(in->arena, n), place = S("");
    int seen = 0;
    for (ptrdiff_t i = 0, word = 0; i <= s.len;) {
        ptrdiff_t at = i;
        uint32_t c = i < s.len ? utf8_next(s, &i) : ' ';
        if (at == s.len) i++;
        int a = alphabet(c);
        const char *name = c > 0x7f ? control_name(c) : NULL;
        if (name) {
            bool bidi = (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
            place = doc_provision(in->places, n);
            found(in, bidi ? INSPECT_BIDI_CONTROL : INSPECT_INVISIBLE_CHARACTER, part, place, S(""),
                  S(""),
                  arena_format(in->arena, "U+%04X %s in \"%.*s\"", c, name,
                               (int)(s.len < 120 ? s.len : 120), s.ptr));
        }
        if (a) {
            if (!seen) word = at;
            seen |= a;
        } else {
            if (seen == 5 || seen == 3)
                found(in, INSPECT_MIXED_LETTERS, part, doc_provision(in->places, n), S(""), S(""),
                      str_slice(s, word, at));
            seen = 0;
        }
    }
}

/* With the text of its text boxes; once where a branch has branches itself. */
static Str branch_text(Arena *a, const XmlNode *branch) {
    Buf b = buf_new(a);
    for (const XmlNode *n = branch; n;) {
        if (n->name == W_t || n->name == W_delText) buf_add(&b, xml_text(a, n));
        if (n->name == W_p && b.len && b.ptr[b.len - 1] != '\n') buf_byte(&b, '\n');
        n = n->name == MC_Fallback && n != branch ? xml_skip(n, branch) : xml_next(n, branch);
    }
    return str_trim(buf_str(&b));
}

/* A picture for one text is no other text; but where there is no branch for other programs, they
 * show nothing. */
static void check_branches(Inspection *in, Str part, const XmlNode *n) {
    const XmlNode *choice = xml_child(n, MC_Choice), *other = xml_child(n, MC_Fallback);
    if (!choice) return;
    const Str x = branch_text(in->arena, choice), y = other ? branch_text(in->arena, other) : S("");
    if (x.len && (y.len || !other) && !str_equal(x, y))
        found(in, INSPECT_DIFFERING_BRANCHES, part, doc_provision(in->places, n), x, y,
              S("Two programs show two texts."));
}

static bool has_digit(Str s) {
    for (ptrdiff_t i = 0; i < s.len; i++)
        if (s.ptr[i] >= '0' && s.ptr[i] <= '9') return true;
    return false;
}

static Str without_digits(Arena *a, Str s) {
    Buf b = buf_new(a);
    for (ptrdiff_t i = 0; i < s.len; i++)
        if (s.ptr[i] < '0' || s.ptr[i] > '9') buf_byte(&b, s.ptr[i]);
    return buf_str(&b);
}

/* A long deletion typed again whole, but for a number: openly tracked, and easily overlooked. */
static void check_retyped(Inspection *in, Str part, const XmlNode *del) {
    const XmlNode *ins = del->next;
    if (!ins || ins->name != W_ins) return;
    Str x = doc_plain(in->arena, del, false), y = doc_plain(in->arena, ins, false);
    if (x.len < 40 || !has_digit(x) || str_equal(x, y)) return;
    if (str_equal(without_digits(in->arena, x), without_digits(in->arena, y)))
        found(in, INSPECT_RETYPED, part, doc_provision(in->places, del), x, y,
              S("Only a number differs."));
}

/* ---- the walk ---- */

static void check_node(Inspection *in, Str part, const XmlNode *n, Fields *fields) {
    switch (n->name) {
    case W_fldChar: meet_field(in, part, n, fields); break;
    case W_instrText:
    case W_delInstrText:
        if (fields->depth > 0 && !fields->in_result[fields->depth - 1])
            buf_add(&fields->code[fields->depth - 1], xml_text(in->arena, n));
        break;
    case W_fldSimple: check_field(in, part, n, xml_attr(n, W_instr)); break;
    case W_r: check_run(in, part, n); break;
    case W_p:
        in->last_paragraph = n;
        check_paragraph(in, part, n);
        break;
    case W_t:
    case W_delText: check_text(in, part, n); break;
    case W_del: check_retyped(in, part, n); break;
    case W_tr: check_row(in, part, n); break;
    case V_imagedata:
        if (str_find(xml_attr(n, N_src), S(":")) > 0 || str_starts(xml_attr(n, N_src), S("\\\\")))
            found(in, INSPECT_EXTERNAL_TARGET, part, doc_provision(in->places, n), S(""), S(""),
                  xml_attr(n, N_src));
        break;
    case W_altChunk:
        found(in, INSPECT_ALT_CHUNK, part, doc_provision(in->places, in->last_paragraph), S(""),
              S(""), S("Its content is seen only on opening."));
        break;
    case W15_dataBinding:
    case W_dataBinding: {
        Str path = xml_attr(n, W_xpath);
        found(in, INSPECT_DATA_BOUND, part, place_near(in->places, n), S(""), S(""), path);
        break;
    }
    case MC_AlternateContent: check_branches(in, part, n); break;
    default:
        if (xml_ns(in->file->names, n->name) == NS_V && xml_attr(n, N_href).len)
            check_link(in, part, n, xml_attr(n, N_href));
        break;
    }
}

bool find_hazards(Inspection *in, PxErr *err) {
    check_parts(in);
    DocxStory *stories;
    XmlTree *tree;
    ptrdiff_t count = docx_stories(in->arena, in->file, &stories);
    for (ptrdiff_t i = 0; i < count; i++) {
        if (!docx_part_tree(in->file, stories[i].part, &tree, err)) return false;
        Fields fields = {.depth = 0};
        in->last_paragraph = NULL;
        for (const XmlNode *n = tree->root; n; n = xml_next(n, tree->root))
            if (xml_is_element(n)) check_node(in, stories[i].part->name, n, &fields);
    }
    DocxPart *settings = docx_related(in->file->main, S("settings"));
    if (!settings) return true;
    if (!docx_part_tree(in->file, settings, &tree, err)) return false;
    if (is_on(xml_child(tree->root, W_updateFields), W_val))
        found(in, INSPECT_UPDATE_ON_OPEN, settings->name, S(""), S(""), S(""),
              S("All fields are updated when it is opened."));
    if (xml_child(tree->root, W_mailMerge))
        found(in, INSPECT_UPDATE_ON_OPEN, settings->name, S(""), S(""), S(""),
              S("It is set up for a mail merge, which reads its data when it is opened."));
    return true;
}
