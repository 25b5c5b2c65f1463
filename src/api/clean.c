/* clean: a text for the next round: without comments, and without the record a consolidation keeps
 * of who proposed what. */
#include "api/int.h"
#include "doc/doc.h"

static bool is_anchor(uint16_t name) {
    return name == W_commentRangeStart || name == W_commentRangeEnd || name == W_commentReference;
}

/* A run that holds a reference and nothing else but its properties goes as a whole. */
static XmlNode *whole_of(XmlNode *anchor) {
    XmlNode *run = anchor->parent;
    if (anchor->name != W_commentReference || !run || run->name != W_r) return anchor;
    for (const XmlNode *n = run->first; n; n = n->next) {
        if (n != anchor && n->name != W_rPr) return anchor;
    }
    return run;
}

static void drop_anchors(XmlTree *tree) {
    XmlNode *n = xml_next(tree->root, tree->root);
    while (n) {
        if (!is_anchor(n->name)) {
            n = xml_next(n, tree->root);
            continue;
        }
        XmlNode *gone = whole_of(n);
        n = xml_skip(gone, tree->root);
        xml_remove(gone);
    }
}

bool drop_comments(DocxPackage *p, const DocxStory *stories, ptrdiff_t count, PxErr *err) {
    static const char *const kinds[] = {"comments", "commentsExtended", "commentsIds",
                                        "commentsExtensible"};
    for (ptrdiff_t i = 0; i < count; i++) {
        XmlTree *tree;
        if (stories[i].kind == STORY_COMMENTS) continue;
        if (!docx_part_tree(p, stories[i].part, &tree, err)) return false;
        if (tree->has_comments) drop_anchors(tree);
    }
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        DocxPart *part = docx_related(p->main, str_from_z(kinds[i]));
        if (part) docx_remove_part(p, part);
    }
    DocxPart *record = docx_find_part(p, S("customXml/paraph.xml"));
    if (record) docx_remove_part(p, record);
    return true;
}
