/* styles: a style is known by its name. Its id is what one program wrote on one day: Word of
 * another language, or another program, may write another for the same name. So a style of the
 * other package that has the name of one of the base's is that one, and one whose name is new comes
 * over, under its id if that is free. */
#include "docx/int.h"

static Str by_name_key(Arena *a, Str type, Str name) {
    return arena_format(a, "%.*s %.*s", (int)type.len, type.ptr, (int)name.len, name.ptr);
}

static void add_style(DocxPackage *p, Styles *s, Style *style) {
    s->items = arena_grow(p->arena, s->items, s->count, &s->cap, s->count + 1,
                          (ptrdiff_t)sizeof *s->items);
    s->items[s->count++] = style;
    if (!strmap_find(&s->by_id, style->id)) strmap_put(&s->by_id, style->id, style);
    if (style->name.len == 0) return;
    const Str key = by_name_key(p->arena, style->type, style->name);
    if (!strmap_find(&s->by_name, key)) strmap_put(&s->by_name, key, style);
    strmap_put(&s->names, style->name, style);
}

static Style *style_of(DocxPackage *p, XmlNode *n) {
    Style *style = NEW(p->arena, Style);
    const Str type = xml_attr(n, W_type), name = xml_attr(xml_child(n, W_name), W_val);
    *style = (Style){.node = n,
                     .id = xml_attr(n, W_styleId),
                     .name = name.ptr ? name : S(""),
                     .type = type.ptr ? type : S("paragraph")};
    return style;
}

bool styles_of(DocxPackage *p, Styles **out, PxErr *err) {
    Styles *s = p->inside->styles;
    if (!s) {
        s = NEW(p->arena, Styles);
        s->by_id = strmap_new(p->arena, p->key, STR_EXACT);
        s->by_name = strmap_new(p->arena, p->key, STR_FOLDED);
        s->names = strmap_new(p->arena, p->key, STR_FOLDED);
    }
    if (!s->part) {
        s->part = single_find(p, SINGLE_STYLES);
        if (s->part && !docx_part_tree(p, s->part, &s->tree, err)) return false;
        for (XmlNode *n = s->part ? s->tree->root->first : NULL; n; n = n->next) {
            if (n->name == W_style && xml_attr(n, W_styleId).len) add_style(p, s, style_of(p, n));
        }
    }
    p->inside->styles = s;
    *out = s;
    return true;
}

Style *style_counterpart(const Styles *base, const Style *style) {
    Style *same_id = strmap_find(&base->by_id, style->id);
    if (same_id && str_equal(same_id->type, style->type) &&
        (same_id->name.len == 0 || style->name.len == 0 ||
         str_equal_fold(same_id->name, style->name))) {
        return same_id;
    }
    if (style->name.len == 0) return NULL;
    /* Nothing but the arena of the name is needed, so the key is made where it can be dropped. */
    Arena *a = base->by_name.heads.arena;
    const ArenaMark mark = arena_mark(a);
    Style *same_name = strmap_find(&base->by_name, by_name_key(a, style->type, style->name));
    arena_rewind(a, mark);
    return same_name;
}

/* `wanted`, or with a number behind it that makes it free. */
static Str free_key(DocxImport *im, const StrMap *taken, Str wanted, const char *between) {
    Str key = wanted;
    for (int64_t n = 2; strmap_find(taken, key); n++) {
        key = arena_format(im->arena, "%.*s%s%lld", (int)wanted.len, wanted.ptr, between,
                           (long long)n);
    }
    return key;
}

static bool copy_style(DocxImport *im, Styles *to, const Styles *from, const Style *style,
                       Str *out) {
    DocxPackage *base = im->base;
    if (!to->part) {
        (void)single_make(base, SINGLE_STYLES, S(""));
        if (!styles_of(base, &to, im->err)) return false;
    }
    XmlNode *copy = xml_copy(to->tree, style->node);
    *out = free_key(im, &to->by_id, style->id, "_");
    if (!str_equal(*out, style->id)) xml_set_attr(to->tree, copy, W_styleId, *out);
    xml_remove_attr(copy, W_default);
    const Str name = free_key(im, &to->names, style->name, " ");
    if (style->name.len && !str_equal(name, style->name)) {
        xml_set_attr(to->tree, xml_child(copy, W_name), W_val, name);
    }
    xml_insert(to->tree->root, copy, NULL);
    Style *added = style_of(base, copy);
    added->importer = im;
    add_style(base, to, added);
    return import_node_later(im, copy, from->part, to->part);
}

static bool styles_are_same(DocxImport *im) {
    if (im->styles_state == IMPORT_UNKNOWN) {
        DocxPart *a = single_find(im->base, SINGLE_STYLES);
        DocxPart *b = single_find(im->from, SINGLE_STYLES);
        bool same = false;
        if (a && b && !part_same_bytes(im->base, a, im->from, b, &same, im->err)) same = false;
        im->styles_state = same || !b ? IMPORT_SAME : IMPORT_DIFFERS;
    }
    return im->styles_state == IMPORT_SAME;
}

bool import_style(DocxImport *im, Str id, Str *out) {
    *out = id;
    if (styles_are_same(im)) return true;
    const Str *known = strmap_find(&im->styles, id);
    if (!known) {
        Styles *base, *from;
        if (!styles_of(im->base, &base, im->err) || !styles_of(im->from, &from, im->err)) {
            return false;
        }
        const Style *style = strmap_find(&from->by_id, id);
        if (!style) return true; /* of a style that is not defined, the id is all there is */
        const Style *same = style_counterpart(base, style);
        if (same) *out = same->id;
        else if (!copy_style(im, base, from, style, out)) return false;
        known = import_str(im, *out);
        strmap_put(&im->styles, arena_str(im->arena, id), (void *)known);
    }
    *out = *known;
    return true;
}

/* A paragraph and a character style that are linked name each other. One of the base's names what
 * it named before, so a style that comes over can only keep a link to one that came with it. */
bool import_link(DocxImport *im, Str id, Str *out, bool *keep) {
    Styles *base;
    if (!import_style(im, id, out) || !styles_of(im->base, &base, im->err)) return false;
    const Style *linked = strmap_find(&base->by_id, *out);
    *keep = linked && linked->importer == im;
    return true;
}

Str docx_style_id(DocxImport *im, Str id) {
    PxErr ignored = {0};
    Styles *base, *from;
    im->err = &ignored;
    if (styles_are_same(im)) return id;
    const Str *known = strmap_find(&im->styles, id);
    if (known) return *known;
    if (!styles_of(im->base, &base, &ignored) || !styles_of(im->from, &from, &ignored)) return id;
    const Style *style = strmap_find(&from->by_id, id);
    const Style *same = style ? style_counterpart(base, style) : NULL;
    return same ? same->id : id;
}
