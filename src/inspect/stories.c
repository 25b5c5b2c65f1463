/* Which stories of the file stand for which of the copy that was sent. Headers and footers are
 * those that are shown: the k-th section's of both, by default, on first and on even pages, its own
 * or inherited (ISO 29500-1 17.10.5). Word names their parts anew as it likes, and a part that no
 * section shows says nothing to anybody. */
#include "inspect/int.h"

enum { SLOTS = 6 };

typedef struct Shown { /* in one section */
    DocxPart *part[SLOTS];
} Shown;

typedef struct Text { /* 0 as sent, 1 as it came back */
    DocxPackage *package;
    Shown *sections;
    ptrdiff_t count, cap;
    DocxStory *stories;
    ptrdiff_t story_count;
    Map paired, told; /* number of a part + 1 */
} Text;

static int slot_of(const XmlNode *n) {
    if (n->name != W_headerReference && n->name != W_footerReference) return -1;
    const Str type = xml_attr(n, W_type);
    const int kind = str_equal(type, S("first")) ? 1 : str_equal(type, S("even")) ? 2 : 0;
    return (n->name == W_footerReference ? 3 : 0) + kind;
}

static void add_section(Arena *a, Text *t, const XmlNode *section) {
    t->sections =
        arena_grow(a, t->sections, t->count, &t->cap, t->count + 1, (ptrdiff_t)sizeof *t->sections);
    Shown *s = &t->sections[t->count++];
    *s = t->count > 1 ? s[-1] : (Shown){{NULL}};
    for (const XmlNode *n = section ? section->first : NULL; n; n = n->next) {
        const int slot = slot_of(n);
        const DocxRel *rel = slot < 0 ? NULL : docx_find_rel(t->package->main, xml_attr(n, R_id));
        if (rel && rel->part && rel->part->tree) s->part[slot] = rel->part;
    }
}

static Text open_text(Arena *a, DocxPackage *p) {
    Text t = {.package = p, .paired = map_new(a), .told = map_new(a)};
    const XmlTree *main = p->main->tree;
    t.story_count = docx_stories(a, p, &t.stories);
    for (const XmlNode *n = main->root; n; n = xml_next(n, main->root)) {
        const XmlNode *up = n->name == W_sectPr ? n->parent : NULL;
        if (up && (up->name == W_body || up->name == W_pPr)) add_section(a, &t, n);
    }
    if (!xml_child(doc_body(main), W_sectPr)) add_section(a, &t, NULL);
    return t;
}

static bool mark_once(Map *m, const DocxPart *part) {
    const uint64_t key = (uint64_t)part->number + 1;
    if (map_find(m, key, NULL)) return false;
    map_put(m, key, 1);
    return true;
}

static bool is_paired(const Text *t, const DocxPart *part) {
    return map_find(&t->paired, (uint64_t)part->number + 1, NULL);
}

/* Text, a picture or a field: not what is left of a header that was emptied. */
static bool says_something(Arena *a, const DocxPart *part) {
    for (const XmlNode *n = part->tree->root; n; n = xml_next(n, part->tree->root)) {
        if (n->name == W_drawing || n->name == W_pict || n->name == W_object ||
            n->name == W_fldSimple || n->name == W_instrText)
            return true;
        if (n->name == W_t && str_trim(xml_text(a, n)).len) return true;
    }
    return false;
}

static Str said(Inspection *in, const DocxPart *part) {
    return part ? doc_plain(in->arena, part->tree->root, true) : S("");
}

/* One of both may be NULL. */
static void tell(Inspection *in, Text *texts, const DocxPart *sent, const DocxPart *file,
                 Str detail) {
    const bool told_sent = sent && !mark_once(&texts[0].told, sent),
               told_file = file && !mark_once(&texts[1].told, file);
    if ((!sent || told_sent) && (!file || told_file)) return;
    if (!(sent && says_something(in->arena, sent)) && !(file && says_something(in->arena, file)))
        return;
    found(in, INSPECT_SILENT_STORY, file ? file->name : sent->name, S(""), said(in, sent),
          said(in, file), detail);
}

static const DocxPart *shown(const Text *t, ptrdiff_t section, int slot) {
    return section < t->count ? t->sections[section].part[slot] : NULL;
}

/* Their texts are compared by compare_story(); here it is asked whether they are shown at all. */
static bool compare_slot(Inspection *in, Text *texts, Map *pairs, ptrdiff_t section, int slot,
                         PxErr *err) {
    const DocxPart *sent = shown(&texts[0], section, slot), *file = shown(&texts[1], section, slot);
    const char *what = slot < 3 ? "header" : "footer";
    const int number = (int)section + 1;
    if (!sent && !file) return true;
    if (!sent || !file) {
        tell(in, texts, sent, file,
             arena_format(in->arena,
                          file ? "Section %d shows this %s now."
                               : "Section %d does not show this %s now.",
                          number, what));
        return true;
    }
    uint64_t other = 0;
    if (map_find(pairs, (uint64_t)sent->number + 1, &other)) {
        if (other == (uint64_t)file->number + 1) return true;
        if (!str_equal(said(in, sent), said(in, file)))
            tell(in, texts, sent, file,
                 arena_format(in->arena, "Section %d shows another %s now.", number, what));
        return true;
    }
    map_put(pairs, (uint64_t)sent->number + 1, (uint64_t)file->number + 1);
    if (!is_paired(&texts[1], file)) {
        (void)mark_once(&texts[1].paired, file);
        return compare_story(in, slot < 3 ? STORY_HEADER : STORY_FOOTER,
                             (DocxPart *)(uintptr_t)sent, (DocxPart *)(uintptr_t)file, err);
    }
    if (!str_equal(said(in, sent), said(in, file)))
        tell(in, texts, sent, file,
             arena_format(in->arena, "Section %d shows another %s now.", number, what));
    return true;
}

static bool compare_headers(Inspection *in, Text *texts, PxErr *err) {
    Map pairs = map_new(in->arena);
    const ptrdiff_t sections = texts[0].count > texts[1].count ? texts[0].count : texts[1].count;
    for (ptrdiff_t k = 0; k < sections; k++)
        for (int slot = 0; slot < SLOTS; slot++)
            if (!compare_slot(in, texts, &pairs, k, slot, err)) return false;
    return true;
}

static const DocxStory *of_kind(const Text *t, DocxStoryKind kind) {
    for (ptrdiff_t i = 0; i < t->story_count; i++)
        if (t->stories[i].kind == kind) return &t->stories[i];
    return NULL;
}

bool find_silent_changes(Inspection *in, PxErr *err) {
    static const DocxStoryKind kinds[] = {STORY_BODY, STORY_FOOTNOTES, STORY_ENDNOTES};
    Text texts[2] = {open_text(in->arena, in->sent), open_text(in->arena, in->file)};
    for (int i = 0; i < 3; i++) {
        const DocxStory *sent = of_kind(&texts[0], kinds[i]), *file = of_kind(&texts[1], kinds[i]);
        if (sent && file && !compare_story(in, kinds[i], sent->part, file->part, err)) return false;
        if (sent && !file) tell(in, texts, sent->part, NULL, S("It is missing."));
        if (file && !sent) tell(in, texts, NULL, file->part, S("It is new."));
    }
    return compare_headers(in, texts, err);
}
