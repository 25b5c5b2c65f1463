/* notes: footnotes and endnotes. A reference that comes over brings a copy of its note, under the
 * next number. A package without notes is given the part, with the two separators that every
 * program expects, and the settings that name them. */
#include "docx/int.h"

typedef struct Notes {
    DocxPart *part;
    XmlTree *tree;
    StrMap by_id;
    int64_t last_id;
} Notes;

typedef struct NoteKind {
    Single single;
    uint16_t note, properties;
    Str word, separators;
} NoteKind;

#define PARAGRAPH(child)                                                                           \
    "<w:p><w:pPr><w:spacing w:after=\"0\" w:line=\"240\" w:lineRule=\"auto\"/></w:pPr><w:r>"       \
    "<w:" child "/></w:r></w:p>"
#define SEPARATORS(note)                                                                           \
    S("<w:" note " w:type=\"separator\" w:id=\"-1\">" PARAGRAPH(                                   \
        "separator") "</w:" note ">"                                                               \
                     "<w:" note " w:type=\"continuationSeparator\" w:id=\"0\">" PARAGRAPH(         \
                         "continuationSeparator") "</w:" note ">")

static const NoteKind kinds[2] = {
    {SINGLE_FOOTNOTES, W_footnote, W_footnotePr, S("footnote"), SEPARATORS("footnote")},
    {SINGLE_ENDNOTES, W_endnote, W_endnotePr, S("endnote"), SEPARATORS("endnote")},
};

/* part and tree stay NULL when the package has no such notes. */
static bool notes_of(DocxPackage *p, bool is_endnote, Notes **out, PxErr *err) {
    const NoteKind *kind = &kinds[is_endnote];
    Notes *notes = p->inside->notes[is_endnote];
    if (!notes) {
        notes = NEW(p->arena, Notes);
        notes->by_id = strmap_new(p->arena, p->key, STR_EXACT);
    }
    if (!notes->part) {
        notes->part = single_find(p, kind->single);
        if (notes->part && !docx_part_tree(p, notes->part, &notes->tree, err)) return false;
        for (XmlNode *n = notes->part ? notes->tree->root->first : NULL; n; n = n->next) {
            int64_t id;
            const Str value = n->name == kind->note ? xml_attr(n, W_id) : (Str){NULL, 0};
            if (!value.ptr) continue;
            if (!strmap_find(&notes->by_id, value)) strmap_put(&notes->by_id, value, n);
            if (str_to_int(value, &id) && id > notes->last_id && id < INT32_MAX / 2) {
                notes->last_id = id;
            }
        }
    }
    p->inside->notes[is_endnote] = notes;
    *out = notes;
    return true;
}

/* ---- settings ---- */

/* Children of w:settings that stand behind w:endnotePr (ISO 29500-1, A.1, CT_Settings). */
static const Str behind_notes[] = {
    S("compat"),
    S("docVars"),
    S("rsids"),
    S("mathPr"),
    S("attachedSchema"),
    S("themeFontLang"),
    S("clrSchemeMapping"),
    S("doNotIncludeSubdocsInStats"),
    S("doNotAutoCompressPictures"),
    S("forceUpgrade"),
    S("captions"),
    S("readModeInkLockDown"),
    S("smartTagType"),
    S("schemaLibrary"),
    S("shapeDefaults"),
    S("doNotEmbedSmartTags"),
    S("decimalSymbol"),
    S("listSeparator"),
};

static bool stands_behind(const DocxPackage *p, const XmlNode *n) {
    if (!xml_is_element(n)) return false;
    const uint16_t ns = xml_ns(p->names, n->name);
    const Str local = xml_local(p->names, n->name);
    if (ns != NS_W && ns != NS_M) return ns == NS_W14 || ns == NS_W15 || ns >= NS_KNOWN;
    for (size_t i = 0; i < sizeof behind_notes / sizeof *behind_notes; i++) {
        if (str_equal(local, behind_notes[i])) return true;
    }
    return false;
}

static bool name_separators(DocxPackage *p, const NoteKind *kind, PxErr *err) {
    static const Str ids[2] = {S("-1"), S("0")};
    DocxPart *part = single_find(p, SINGLE_SETTINGS);
    XmlTree *t;
    if (!part) return true;
    if (!docx_part_tree(p, part, &t, err)) return false;
    XmlNode *properties = xml_child(t->root, kind->properties);
    if (!properties) {
        XmlNode *before = t->root->first;
        while (before && !stands_behind(p, before) &&
               !(kind->note == W_footnote && before->name == W_endnotePr)) {
            before = before->next;
        }
        properties = xml_element(t, kind->properties);
        xml_insert(t->root, properties, before);
    }
    if (xml_child(properties, kind->note)) return true;
    for (int i = 0; i < 2; i++) {
        XmlNode *n = xml_element(t, kind->note);
        xml_set_attr(t, n, W_id, ids[i]);
        xml_insert(properties, n, NULL);
    }
    return true;
}

/* ---- copying ---- */

bool import_note(DocxImport *im, bool is_endnote, Str id, Str *out) {
    const NoteKind *kind = &kinds[is_endnote];
    DocxPackage *base = im->base;
    Notes *from, *to;
    if (!notes_of(im->from, is_endnote, &from, im->err)) return false;
    const XmlNode *note = strmap_find(&from->by_id, id);
    if (!note) {
        const Str part = from->part ? from->part->name : im->from->main->name;
        return fail(im->err, PX_ERR_INPUT, part, -1,
                    "in %.*s, the text refers to the %.*s \"%.*s\", which is missing",
                    (int)im->from->file_name.len, im->from->file_name.ptr, (int)kind->word.len,
                    kind->word.ptr, (int)id.len, id.ptr);
    }
    if (!notes_of(base, is_endnote, &to, im->err)) return false;
    if (!to->part) {
        (void)single_make(base, kind->single, kind->separators);
        if (!name_separators(base, kind, im->err)) return false;
        if (!notes_of(base, is_endnote, &to, im->err)) return false;
    }
    XmlNode *copy = xml_copy(to->tree, note);
    *out = arena_format(im->arena, "%lld", (long long)++to->last_id);
    xml_set_attr(to->tree, copy, W_id, *out);
    xml_insert(to->tree->root, copy, NULL);
    strmap_put(&to->by_id, *out, copy);
    return import_node_later(im, copy, from->part, to->part);
}
