/* differences: styles and lists that both packages have and define differently. The base's stand,
 * so text of the other package will look different: its people should know. */
#include "docx/int.h"

typedef struct Report {
    DocxImport *im;
    Arena *arena;
    StrMap styles, nums; /* of from, by id: those that differ */
    StrMap used;
    DocxDifference *items;
    ptrdiff_t count, cap;
} Report;

/* ---- what differs ---- */

static void report(Report *r, Str kind, Str id) {
    r->items = arena_grow(r->arena, r->items, r->count, &r->cap, r->count + 1,
                          (ptrdiff_t)sizeof *r->items);
    r->items[r->count++] = (DocxDifference){kind, arena_str(r->arena, id)};
}

static bool compare_styles(Report *r, PxErr *err) {
    DocxImport *im = r->im;
    Styles *base, *from;
    if (!styles_of(im->base, &base, err) || !styles_of(im->from, &from, err)) return false;
    for (ptrdiff_t i = 0; i < from->count; i++) {
        Style *style = from->items[i], *same = style_counterpart(base, style);
        if (!same || same->importer) continue;
        if (definition_of(im->base, same->node) != definition_of(im->from, style->node)) {
            strmap_put(&r->styles, style->id, style);
        }
    }
    return true;
}

static bool compare_nums(Report *r, PxErr *err) {
    DocxImport *im = r->im;
    Numbering *base, *from;
    if (!numbering_of(im->base, &base, err) || !numbering_of(im->from, &from, err)) return false;
    for (ptrdiff_t i = 0; i < from->nums.count; i++) {
        NumberingItem *num = from->nums.items[i].value;
        NumberingItem *same = num_counterpart(im, base, from, num);
        if (!same) continue;
        if (num_definition(im->base, base, same) != num_definition(im->from, from, num)) {
            strmap_put(&r->nums, num->id, num);
        }
    }
    return true;
}

static bool is_on(const XmlNode *n) {
    const Str value = xml_attr(n, W_val);
    return !str_equal(value, S("0")) && !str_equal(value, S("false")) &&
           !str_equal(value, S("off"));
}

/* What text looks like where neither it nor its style says; whether even pages have headers of
 * their own. Both count for the whole file, so they are reported by themselves. */
static bool compare_whole(Report *r, PxErr *err) {
    static const struct {
        Single part;
        uint16_t name;
        const char *kind;
    } wholes[] = {{SINGLE_STYLES, W_docDefaults, "look"},
                  {SINGLE_SETTINGS, W_evenAndOddHeaders, "setting"}};
    for (size_t i = 0; i < sizeof wholes / sizeof *wholes; i++) {
        DocxPackage *packages[2] = {r->im->base, r->im->from};
        uint64_t definitions[2] = {0, 0};
        for (int side = 0; side < 2; side++) {
            DocxPart *part = single_find(packages[side], wholes[i].part);
            XmlTree *tree;
            if (!part) continue;
            if (!docx_part_tree(packages[side], part, &tree, err)) return false;
            const XmlNode *n = xml_child(tree->root, wholes[i].name);
            if (n && is_on(n)) definitions[side] = definition_of(packages[side], n);
        }
        if (definitions[0] != definitions[1])
            report(r, str_from_z(wholes[i].kind),
                   i ? S("headers of even pages") : S("text without a style"));
    }
    return true;
}

/* ---- what is used ---- */

static void use_num(Report *r, const Styles *from, Str id) {
    (void)from;
    const NumberingItem *num = strmap_find(&r->nums, id);
    const Str key = num ? arena_format(r->arena, "num %.*s", (int)id.len, id.ptr) : S("");
    if (!num || strmap_find(&r->used, key)) return;
    strmap_put(&r->used, key, r);
    report(r, S("numbering"), num->id);
}

/* The style, what it is based on, and the list it is in. */
static void use_style(Report *r, const Styles *from, Str id) {
    while (!strmap_find(&r->used, id)) {
        const Style *style = strmap_find(&from->by_id, id);
        if (!style) return;
        strmap_put(&r->used, style->id, r);
        if (strmap_find(&r->styles, id)) report(r, S("style"), style->id);
        const XmlNode *list = xml_child(xml_child(xml_child(style->node, W_pPr), W_numPr), W_numId);
        const Str num = xml_attr(list, W_val),
                  based_on = xml_attr(xml_child(style->node, W_basedOn), W_val);
        if (num.ptr) use_num(r, from, num);
        if (!based_on.ptr) return;
        id = based_on;
    }
}

/* The value of the attribute val in the tag that text goes on with; ptr NULL when it has none. */
static Str val_in_tag(Str text) {
    const Str none = {NULL, 0};
    if (text.len > 512) text.len = 512;
    const ptrdiff_t end = str_find(text, S(">")), at = str_find(text, S("val="));
    if (at < 0 || end < at + 5) return none;
    const Str rest = str_slice(text, at + 5, end);
    const char *close = rest.len ? memchr(rest.ptr, text.ptr[at + 4], (size_t)rest.len) : NULL;
    return close ? (Str){rest.ptr, close - rest.ptr} : none;
}

/* Whether text ends in the beginning of a start tag whose local name is `local` so far. */
static bool ends_in_tag(Str text, Str local) {
    if (!str_ends(text, local)) return false;
    ptrdiff_t at = text.len - local.len;
    if (at > 0 && text.ptr[at - 1] == ':') {
        at--;
        while (at > 0 && text.len - at < 64 && !strchr("<> \t\r\n", text.ptr[at - 1])) at--;
    }
    return at > 0 && text.ptr[at - 1] == '<';
}

/* Calls use for the value of each element in bytes whose local name is one of `fronts` with `end`
 * behind it. end begins with a letter that is rare in text, and is what is looked for. */
static void each_value(Report *r, const Styles *from, Str bytes, Str end, const Str *fronts,
                       void (*use)(Report *r, const Styles *from, Str value)) {
    ptrdiff_t at = 0, hit;
    while ((hit = str_find(str_slice(bytes, at, bytes.len), end)) >= 0) {
        const Str before = str_slice(bytes, 0, at + hit);
        at += hit + end.len;
        for (const Str *front = fronts; front->ptr; front++) {
            if (!ends_in_tag(before, *front)) continue;
            const Str value = val_in_tag(str_slice(bytes, at, bytes.len));
            if (value.ptr) use(r, from, value);
            break;
        }
    }
}

/* Reads the bytes, not a tree: the main story's is not kept, and a second parsing would cost more
 * than all the rest. */
static void use_what_is_in(Report *r, const Styles *from, Str bytes) {
    static const Str styled[] = {S("p"), S("r"), S("tbl"), {NULL, 0}};
    static const Str numbered[] = {S("num"), {NULL, 0}};
    each_value(r, from, bytes, S("Style "), styled, use_style);
    each_value(r, from, bytes, S("Id "), numbered, use_num);
}

static bool use_stories(Report *r, PxErr *err) {
    DocxPackage *from = r->im->from;
    Styles *styles;
    DocxStory *stories;
    if (!styles_of(from, &styles, err)) return false;
    for (ptrdiff_t i = 0; i < styles->count; i++) { /* of paragraphs that name none */
        const Str is_default = xml_attr(styles->items[i]->node, W_default);
        if (str_equal(is_default, S("1")) || str_equal(is_default, S("true"))) {
            use_style(r, styles, styles->items[i]->id);
        }
    }
    const ptrdiff_t count = docx_stories(r->arena, from, &stories);
    for (ptrdiff_t i = 0; i < count; i++) {
        Arena *own = arena_child(r->arena);
        Str bytes;
        const bool ok = part_current_bytes(own, from, stories[i].part, &bytes, err);
        if (ok) use_what_is_in(r, styles, bytes);
        arena_close(own);
        if (!ok) return false;
    }
    return true;
}

/* ---- door ---- */

static bool same_singles(DocxPackage *base, DocxPackage *from, Single kind, bool *same,
                         PxErr *err) {
    DocxPart *a = single_find(base, kind), *b = single_find(from, kind);
    *same = !a || !b;
    return *same || part_same_bytes(base, a, from, b, same, err);
}

bool docx_import_differences(DocxImport *im, Arena *a, DocxDifference **out, ptrdiff_t *count,
                             PxErr *err) {
    Report r = {.im = im, .arena = a};
    bool same_styles, same_nums, same_settings;
    *out = NULL;
    *count = 0;
    if (!same_singles(im->base, im->from, SINGLE_STYLES, &same_styles, err)) return false;
    if (!same_singles(im->base, im->from, SINGLE_NUMBERING, &same_nums, err)) return false;
    if (!same_singles(im->base, im->from, SINGLE_SETTINGS, &same_settings, err)) return false;
    if ((!same_styles || !same_settings) && !compare_whole(&r, err)) return false;
    *out = r.items;
    *count = r.count;
    if (same_styles && same_nums) return true;
    r.styles = strmap_new(a, im->base->key, STR_EXACT);
    r.nums = strmap_new(a, im->base->key, STR_EXACT);
    r.used = strmap_new(a, im->base->key, STR_EXACT);
    if (!same_styles && !compare_styles(&r, err)) return false;
    if (!same_nums && !compare_nums(&r, err)) return false;
    if (r.styles.count == 0 && r.nums.count == 0) return true;
    if (!use_stories(&r, err)) return false;
    *out = r.items;
    *count = r.count;
    return true;
}

/* ---- kept as they were ---- */

static bool is_default(const XmlNode *style) {
    const Str v = xml_attr(style, W_default);
    return str_equal(v, S("1")) || str_equal(v, S("true")) || str_equal(v, S("on"));
}

static const XmlNode *defaults_of(const Styles *s) {
    return s->tree ? xml_child(s->tree->root, W_docDefaults) : NULL;
}

static bool keeps_styles(DocxPackage *base, DocxPackage *p, Arena *a, Str *lost, PxErr *err) {
    Styles *x, *y;
    if (!styles_of(base, &x, err) || !styles_of(p, &y, err)) return false;
    const XmlNode *m = defaults_of(x), *n = defaults_of(y);
    if (m && !(n && definition_of(base, m) == definition_of(p, n))) {
        *lost = S("what text looks like without a style is defined differently");
        return true;
    }
    for (ptrdiff_t i = 0; i < x->count && lost->len == 0; i++) {
        const Style *was = x->items[i], *is = strmap_find(&y->by_id, was->id);
        if (was->importer) continue;                          /* a return's */
        if (strmap_find(&x->by_id, was->id) != was) continue; /* a second one of that id */
        if (is && is_default(was->node) == is_default(is->node) &&
            definition_of(base, was->node) == definition_of(p, is->node))
            continue;
        *lost = arena_format(a, "the style \"%.*s\" is %s", (int)was->id.len, was->id.ptr,
                             is ? "defined differently" : "gone");
    }
    return true;
}

static bool keeps_lists(DocxPackage *base, DocxPackage *p, Arena *a, Str *lost, PxErr *err) {
    Numbering *x, *y;
    if (!numbering_of(base, &x, err) || !numbering_of(p, &y, err)) return false;
    for (ptrdiff_t i = 0; i < x->nums.count && lost->len == 0; i++) {
        NumberingItem *was = x->nums.items[i].value, *is = strmap_find(&y->nums, was->id);
        if (was->importer) continue; /* a return's */
        if (is && num_definition(base, x, was) == num_definition(p, y, is)) continue;
        *lost = arena_format(a, "the list %.*s is %s", (int)was->id.len, was->id.ptr,
                             is ? "numbered differently" : "gone");
    }
    return true;
}

bool docx_keeps_definitions(DocxPackage *base, DocxPackage *p, Arena *a, Str *lost, PxErr *err) {
    bool same_styles = false, same_lists = false;
    *lost = S("");
    if (!same_singles(base, p, SINGLE_STYLES, &same_styles, err)) return false;
    if (!same_singles(base, p, SINGLE_NUMBERING, &same_lists, err)) return false;
    if (!single_find(p, SINGLE_STYLES)) same_styles = false;
    if (!single_find(p, SINGLE_NUMBERING)) same_lists = false;
    if (!same_styles && !keeps_styles(base, p, a, lost, err)) return false;
    return same_lists || lost->len > 0 || keeps_lists(base, p, a, lost, err);
}
