/* Notes that go with their references: what an accepted deletion or a rejected insertion leaves
 * behind would still be in the file, for whoever unpacks it, and programs that pair notes by rank
 * would show it. Notes to which nothing referred before stay as they are. */
#include "api/int.h"

static int kind_of(uint16_t name) {
    switch (name) {
    case W_footnoteReference:
    case W_footnote: return 0;
    case W_endnoteReference:
    case W_endnote: return 1;
    default: return -1;
    }
}

static bool is_reference(const XmlNode *n) {
    return n->name == W_footnoteReference || n->name == W_endnoteReference;
}

void notes_referred_to(Arena *a, const DocxStory *stories, ptrdiff_t count, NoteIds *out) {
    *out = (NoteIds){{map_new(a), map_new(a)}};
    for (ptrdiff_t i = 0; i < count; i++) {
        const XmlNode *root = stories[i].part->tree->root;
        for (const XmlNode *n = root; n; n = xml_next(n, root)) {
            if (is_reference(n))
                map_put(&out->of[kind_of(n->name)], hash_fast(xml_attr(n, W_id)), 1);
        }
    }
}

void drop_notes(const DocxStory *stories, ptrdiff_t count, const NoteIds *before,
                const NoteIds *after) {
    for (ptrdiff_t i = 0; i < count; i++) {
        if (stories[i].kind != STORY_FOOTNOTES && stories[i].kind != STORY_ENDNOTES) continue;
        XmlNode *root = stories[i].part->tree->root, *left = NULL;
        for (XmlNode *n = root->first, *next; n; n = next) {
            next = n->next;
            const int kind = kind_of(n->name);
            const uint64_t id = kind >= 0 ? hash_fast(xml_attr(n, W_id)) : 0;
            const Str type = xml_attr(n, W_type);
            const bool is_separator = type.ptr && !str_equal(type, S("normal"));
            if (kind < 0 || is_separator || !map_find(&before->of[kind], id, NULL) ||
                map_find(&after->of[kind], id, NULL)) {
                left = n;
                continue;
            }
            if (left) left->next = next; /* xml_remove would count from the first each time */
            else root->first = next;
            if (!next) root->last = left;
            xml_touch(root);
        }
    }
}
