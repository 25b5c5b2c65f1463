/* What is no text but decides how text is shown: styles in use, numbering in use, settings. */
#include "inspect/int.h"

/* ---- what is in use ---- */

static void add_used(Map *used, uint16_t name, Str id) {
    if (id.len) map_put(used, hash_fast(id) * 31 + name, 1);
}

static bool is_used(const Map *used, uint16_t name, Str id) {
    return map_find(used, hash_fast(id) * 31 + name, NULL);
}

static void note_used(Inspection *in, Map *used) {
    DocxStory *stories;
    ptrdiff_t count = docx_stories(in->arena, in->sent, &stories);
    for (ptrdiff_t i = 0; i < count; i++) {
        const XmlTree *t = stories[i].part->tree;
        for (const XmlNode *n = t ? t->root : NULL; n; n = xml_next(n, t->root)) {
            if (n->name == W_pStyle || n->name == W_rStyle || n->name == W_tblStyle)
                add_used(used, W_style, xml_attr(n, W_val));
            if (n->name == W_numId) add_used(used, W_num, xml_attr(n, W_val));
        }
    }
}

/* ---- definitions by id ---- */

static const XmlNode *definition(const XmlTree *t, uint16_t name, uint16_t id_name, Str id) {
    for (const XmlNode *n = t->root->first; n; n = n->next)
        if (n->name == name && str_equal(xml_attr(n, id_name), id)) return n;
    return NULL;
}

static bool same_definition(DocContext *x, const XmlNode *m, DocContext *y, const XmlNode *n) {
    static const uint16_t parts[] = {W_pPr, W_rPr, W_tblPr, W_trPr, W_tcPr};
    for (int i = 0; i < 5; i++)
        if (doc_properties(x, xml_child(m, parts[i])) != doc_properties(y, xml_child(n, parts[i])))
            return false;
    return str_equal(xml_attr(xml_child(m, W_basedOn), W_val),
                     xml_attr(xml_child(n, W_basedOn), W_val));
}

typedef struct Parts {
    DocxPart *sent, *file;
    DocContext context[2];
    XmlTree *tree[2];
} Parts;

static bool open_parts(Inspection *in, Str suffix, Parts *p, bool *there, PxErr *err) {
    *p = (Parts){docx_related(in->sent->main, suffix),
                 docx_related(in->file->main, suffix),
                 {{0}, {0}},
                 {NULL, NULL}};
    *there = p->sent && p->file;
    if (!*there) return true;
    return docx_part_tree(in->sent, p->sent, &p->tree[0], err) &&
           docx_part_tree(in->file, p->file, &p->tree[1], err) &&
           doc_context_open(in->arena, in->sent, p->sent, &p->context[0], err) &&
           doc_context_open(in->arena, in->file, p->file, &p->context[1], err);
}

static bool compare_styles(Inspection *in, Map *used, PxErr *err) {
    Parts p;
    bool there;
    if (!open_parts(in, S("styles"), &p, &there, err)) return false;
    for (const XmlNode *n = there ? p.tree[0]->root->first : NULL; n; n = n->next) {
        Str id = xml_attr(n, W_styleId), name = xml_attr(xml_child(n, W_name), W_val);
        bool standard = str_equal(xml_attr(n, W_default), S("1"));
        if (n->name != W_style || (!standard && !is_used(used, W_style, id))) continue;
        const XmlNode *now = definition(p.tree[1], W_style, W_styleId, id);
        if (now && same_definition(&p.context[0], n, &p.context[1], now)) continue;
        found(in, INSPECT_SILENT_STYLE, p.file->name, S(""), S(""), S(""),
              arena_format(in->arena, "The style \"%.*s\" %s.", (int)name.len, name.ptr,
                           now ? "is defined differently" : "is gone"));
    }
    return true;
}

/* The levels behind a number, as one hash. */
static uint64_t levels_of(DocContext *c, const XmlTree *t, Str num) {
    const XmlNode *n = definition(t, W_num, W_numId, num);
    const XmlNode *abstract = n ? definition(t, W_abstractNum, W_abstractNumId,
                                             xml_attr(xml_child(n, W_abstractNumId), W_val))
                                : NULL;
    uint64_t hash = 1;
    for (const XmlNode *l = abstract ? abstract->first : NULL; l; l = l->next)
        if (l->name == W_lvl) hash = hash * 31 + doc_opaque(c, l);
    for (const XmlNode *l = n ? n->first : NULL; l; l = l->next)
        if (l->name == W_lvlOverride) hash = hash * 31 + doc_opaque(c, l);
    return abstract ? hash : 0;
}

static bool compare_numbering(Inspection *in, Map *used, PxErr *err) {
    Parts p;
    bool there;
    if (!open_parts(in, S("numbering"), &p, &there, err)) return false;
    for (const XmlNode *n = there ? p.tree[0]->root->first : NULL; n; n = n->next) {
        Str id = xml_attr(n, W_numId);
        if (n->name != W_num || !is_used(used, W_num, id)) continue;
        if (levels_of(&p.context[0], p.tree[0], id) == levels_of(&p.context[1], p.tree[1], id))
            continue;
        found(
            in, INSPECT_SILENT_NUMBERING, p.file->name, S(""), S(""), S(""),
            arena_format(in->arena, "The list %.*s is numbered differently.", (int)id.len, id.ptr));
    }
    return true;
}

static bool compare_settings(Inspection *in, PxErr *err) {
    static const struct {
        uint16_t name;
        const char *what;
    } watched[] = {{W_trackRevisions, "Tracking of changes was switched off."},
                   {W_documentProtection, "The protection of the document was removed."}};
    Parts p;
    bool there;
    if (!open_parts(in, S("settings"), &p, &there, err)) return false;
    for (int i = 0; there && i < 2; i++)
        if (xml_child(p.tree[0]->root, watched[i].name) &&
            !xml_child(p.tree[1]->root, watched[i].name))
            found(in, INSPECT_SILENT_SETTINGS, p.file->name, S(""), S(""), S(""),
                  str_from_z(watched[i].what));
    return true;
}

bool find_changed_definitions(Inspection *in, PxErr *err) {
    Map used = map_new(in->arena);
    note_used(in, &used);
    return compare_styles(in, &used, err) && compare_numbering(in, &used, err) &&
           compare_settings(in, err);
}
