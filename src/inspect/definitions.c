/* What is no text but decides how text is shown: styles in use, numbering in use, settings. */
#include "inspect/int.h"

/* ---- definitions by id ---- */

typedef struct Parts { /* one part of each package: 0 as sent, 1 as it came back */
    DocxPart *part[2];
    DocContext context[2];
    XmlTree *tree[2];
    Map nodes[2]; /* hash of element and id -> definition */
} Parts;

static uint64_t key_of(uint16_t name, Str id) { return hash_fast(id) * 31 + name; }

static const XmlNode *definition(const Parts *p, int side, uint16_t name, Str id) {
    uint64_t node = 0;
    if (id.len) map_find(&p->nodes[side], key_of(name, id), &node);
    return (const XmlNode *)(uintptr_t)node;
}

static Str id_of(const XmlNode *n) {
    return xml_attr(n, n->name == W_style ? W_styleId
                       : n->name == W_num ? W_numId
                                          : W_abstractNumId);
}

static bool open_parts(Inspection *in, Str suffix, Parts *p, PxErr *err) {
    DocxPackage *package[2] = {in->sent, in->file};
    *p = (Parts){.part = {NULL, NULL}};
    for (int side = 0; side < 2; side++) {
        DocxPart *part = p->part[side] = docx_related(package[side]->main, suffix);
        p->nodes[side] = map_new(in->arena);
        if (!part) continue;
        if (!docx_part_tree(package[side], part, &p->tree[side], err) ||
            !doc_context_open(in->arena, package[side], part, &p->context[side], err))
            return false;
        for (const XmlNode *n = p->tree[side]->root->first; n; n = n->next) {
            if (n->name != W_style && n->name != W_num && n->name != W_abstractNum) continue;
            const uint64_t key = key_of(n->name, id_of(n));
            if (!map_find(&p->nodes[side], key, NULL))
                map_put(&p->nodes[side], key, (uint64_t)(uintptr_t)n);
        }
    }
    return true;
}

/* ---- what is in use, in the copy that was sent ---- */

static bool is_used(const Map *used, uint16_t name, Str id) {
    return map_find(used, key_of(name, id), NULL);
}

/* With what it is based on, and the lists it names. */
static void use_style(const Parts *styles, Map *used, const XmlNode *style) {
    while (style && !is_used(used, W_style, id_of(style))) {
        map_put(used, key_of(W_style, id_of(style)), 1);
        const XmlNode *list = xml_child(xml_child(xml_child(style, W_pPr), W_numPr), W_numId);
        if (list) map_put(used, key_of(W_num, xml_attr(list, W_val)), 1);
        style = definition(styles, 0, W_style, xml_attr(xml_child(style, W_basedOn), W_val));
    }
}

static void note_used(Inspection *in, const Parts *styles, Map *used) {
    DocxStory *stories;
    ptrdiff_t count = docx_stories(in->arena, in->sent, &stories);
    for (ptrdiff_t i = 0; i < count; i++) {
        const XmlTree *t = stories[i].part->tree;
        for (const XmlNode *n = t ? t->root : NULL; n; n = xml_next(n, t->root)) {
            const Str id = n->name == W_pStyle || n->name == W_rStyle || n->name == W_tblStyle ||
                                   n->name == W_numId
                               ? xml_attr(n, W_val)
                               : S("");
            if (id.len == 0) continue;
            if (n->name == W_numId) map_put(used, key_of(W_num, id), 1);
            else use_style(styles, used, definition(styles, 0, W_style, id));
        }
    }
    const XmlNode *first = styles->tree[0] ? styles->tree[0]->root->first : NULL;
    for (const XmlNode *n = first; n; n = n->next)
        if (n->name == W_style && is_on(n, W_default)) use_style(styles, used, n);
}

/* ---- styles ---- */

static bool same_definition(DocContext *x, const XmlNode *m, DocContext *y, const XmlNode *n) {
    static const uint16_t parts[] = {W_pPr, W_rPr, W_tblPr, W_trPr, W_tcPr};
    for (int i = 0; i < 5; i++)
        if (doc_properties(x, xml_child(m, parts[i])) != doc_properties(y, xml_child(n, parts[i])))
            return false;
    return str_equal(xml_attr(xml_child(m, W_basedOn), W_val),
                     xml_attr(xml_child(n, W_basedOn), W_val));
}

static void compare_defaults(Inspection *in, Parts *p) {
    static const uint16_t holders[2] = {W_rPrDefault, W_pPrDefault}, names[2] = {W_rPr, W_pPr};
    for (int i = 0; i < 2; i++) {
        uint64_t hash[2];
        for (int side = 0; side < 2; side++) {
            const XmlNode *defaults = xml_child(p->tree[side]->root, W_docDefaults);
            hash[side] = doc_properties(&p->context[side],
                                        xml_child(xml_child(defaults, holders[i]), names[i]));
        }
        if (hash[0] != hash[1])
            found(in, INSPECT_SILENT_STYLE, p->part[1]->name, S(""), S(""), S(""),
                  i ? S("What paragraphs look like without a style is defined differently.")
                    : S("What text looks like without a style is defined differently."));
    }
}

static void compare_styles(Inspection *in, Parts *p, const Map *used) {
    if (!p->part[1]) {
        found(in, INSPECT_SILENT_STYLE, p->part[0]->name, S(""), S(""), S(""),
              S("The definitions of all styles are gone."));
        return;
    }
    compare_defaults(in, p);
    for (const XmlNode *n = p->tree[0]->root->first; n; n = n->next) {
        if (n->name != W_style || !is_used(used, W_style, id_of(n))) continue;
        if (definition(p, 0, W_style, id_of(n)) != n) continue; /* a second one of that id */
        const XmlNode *now = definition(p, 1, W_style, id_of(n));
        if (now && same_definition(&p->context[0], n, &p->context[1], now)) continue;
        const Str name = xml_attr(xml_child(n, W_name), W_val);
        found(in, INSPECT_SILENT_STYLE, p->part[1]->name, S(""), S(""), S(""),
              arena_format(in->arena, "The style \"%.*s\" %s.", (int)name.len, name.ptr,
                           now ? "is defined differently" : "is gone"));
    }
}

/* ---- numbering ---- */

/* The levels behind a number, as one hash; 0: there are none. */
static uint64_t levels_of(Parts *p, int side, Str num) {
    const XmlNode *n = definition(p, side, W_num, num);
    const Str id = n ? xml_attr(xml_child(n, W_abstractNumId), W_val) : S("");
    const XmlNode *abstract = definition(p, side, W_abstractNum, id);
    uint64_t hash = 1;
    for (const XmlNode *l = abstract ? abstract->first : NULL; l; l = l->next)
        if (l->name == W_lvl) hash = hash * 31 + doc_opaque(&p->context[side], l);
    for (const XmlNode *l = n ? n->first : NULL; l; l = l->next)
        if (l->name == W_lvlOverride) hash = hash * 31 + doc_opaque(&p->context[side], l);
    return abstract ? hash : 0;
}

static void compare_numbering(Inspection *in, Parts *p, const Map *used) {
    for (const XmlNode *n = p->tree[0]->root->first; n; n = n->next) {
        if (n->name != W_num || !is_used(used, W_num, id_of(n))) continue;
        const Str id = id_of(n);
        if (levels_of(p, 0, id) == levels_of(p, 1, id)) continue;
        found(
            in, INSPECT_SILENT_NUMBERING, p->part[p->part[1] != NULL]->name, S(""), S(""), S(""),
            arena_format(in->arena, "The list %.*s is numbered differently.", (int)id.len, id.ptr));
    }
}

/* ---- settings ---- */

/* What may be done to it: "" where nothing is enforced. */
static Str protection(const Parts *p, int side) {
    const XmlNode *n = p->tree[side] ? xml_child(p->tree[side]->root, W_documentProtection) : NULL;
    return is_on(n, W_enforcement) ? xml_attr(n, W_edit) : S("");
}

static void compare_settings(Inspection *in, const Parts *p) {
    static const struct {
        uint16_t name;
        const char *off, *on; /* NULL: no finding */
    } watched[] = {{W_trackRevisions, "Tracking of changes was switched off.", NULL},
                   {W_evenAndOddHeaders, "Even pages no longer have headers of their own.",
                    "Even pages have headers of their own now."}};
    const Str part = p->part[1] ? p->part[1]->name : S("");
    for (size_t i = 0; i < sizeof watched / sizeof *watched; i++) {
        bool on[2];
        for (int side = 0; side < 2; side++)
            on[side] =
                p->tree[side] && is_on(xml_child(p->tree[side]->root, watched[i].name), W_val);
        const char *what = on[0] && !on[1]   ? watched[i].off
                           : !on[0] && on[1] ? watched[i].on
                                             : NULL;
        if (what) found(in, INSPECT_SILENT_SETTINGS, part, S(""), S(""), S(""), str_from_z(what));
    }
    const Str was = protection(p, 0), is = protection(p, 1);
    if (was.len && !str_equal(was, is))
        found(in, INSPECT_SILENT_SETTINGS, part, S(""), was, is,
              is.len ? S("The protection of the document was changed.")
                     : S("The protection of the document was removed."));
}

bool find_changed_definitions(Inspection *in, PxErr *err) {
    Map used = map_new(in->arena);
    Parts styles, numbering, settings;
    if (!open_parts(in, S("styles"), &styles, err)) return false;
    note_used(in, &styles, &used);
    if (styles.part[0]) compare_styles(in, &styles, &used);
    if (!open_parts(in, S("numbering"), &numbering, err)) return false;
    if (numbering.part[0]) compare_numbering(in, &numbering, &used);
    if (!open_parts(in, S("settings"), &settings, err)) return false;
    compare_settings(in, &settings);
    return true;
}
