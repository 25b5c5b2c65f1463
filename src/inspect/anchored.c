/* What hangs on the text: comments of the copy that was sent, and the bookmarks that its fields and
 * links lead to. Both texts are resolved. */
#include "inspect/int.h"

/* ---- comments ---- */

typedef struct Comments { /* of one package: those that the text refers to */
    DocxPart *part;
    Map anchors; /* hash of an id -> the reference, XmlNode */
} Comments;

static const XmlNode *anchor_of(const Comments *c, const XmlNode *comment) {
    uint64_t n = 0;
    map_find(&c->anchors, hash_fast(xml_attr(comment, W_id)), &n);
    return (const XmlNode *)(uintptr_t)n;
}

static Comments open_comments(Inspection *in, DocxPackage *p) {
    Comments c = {docx_related(p->main, S("comments")), map_new(in->arena)};
    DocxStory *stories;
    const ptrdiff_t count = docx_stories(in->arena, p, &stories);
    for (ptrdiff_t i = 0; i < count && c.part; i++) {
        const XmlTree *t = stories[i].part->tree;
        if (!t || !t->has_comments) continue;
        for (const XmlNode *n = t->root; n; n = xml_next(n, t->root))
            if (n->name == W_commentReference)
                map_put(&c.anchors, hash_fast(xml_attr(n, W_id)), (uint64_t)(uintptr_t)n);
    }
    if (c.part && !c.part->tree) c.part = NULL;
    return c;
}

static Str said(Inspection *in, const XmlNode *comment) {
    const Str author = xml_attr(comment, W_author), text = doc_plain(in->arena, comment, true);
    return arena_format(in->arena, "%.*s: %.*s", (int)author.len, author.ptr, (int)text.len,
                        text.len ? text.ptr : "");
}

static uint64_t date_key(const XmlNode *comment) {
    return hash_fast(xml_attr(comment, W_date)) * 31 + hash_fast(xml_attr(comment, W_id)) + 1;
}

static const XmlNode *first_comment(const Comments *c) {
    return c->part ? c->part->tree->root->first : NULL;
}

/* Ids are given anew by every program; author and text say which comment it is, and where they
 * differ, the date with the id. */
static void find_changed_comments(Inspection *in) {
    Comments sent = open_comments(in, in->sent), file = open_comments(in, in->file);
    Map same = map_new(in->arena), dated = map_new(in->arena);
    for (const XmlNode *n = first_comment(&file); n; n = n->next) {
        uint64_t many = 0;
        if (n->name != W_comment || !anchor_of(&file, n)) continue;
        map_find(&same, hash_fast(said(in, n)), &many);
        map_put(&same, hash_fast(said(in, n)), many + 1);
        map_put(&dated, date_key(n), (uint64_t)(uintptr_t)n);
    }
    for (const XmlNode *n = first_comment(&sent); n; n = n->next) {
        uint64_t many = 0, other = 0;
        const XmlNode *anchor = n->name == W_comment ? anchor_of(&sent, n) : NULL;
        if (!anchor) continue;
        const Str text = said(in, n);
        if (map_find(&same, hash_fast(text), &many) && many > 0) {
            map_put(&same, hash_fast(text), many - 1);
            continue;
        }
        map_find(&dated, date_key(n), &other);
        const XmlNode *now = (const XmlNode *)(uintptr_t)other;
        found(in, INSPECT_SILENT_COMMENT, file.part ? file.part->name : sent.part->name,
              place_near(in->sent_places, anchor), text, now ? said(in, now) : S(""), S(""));
    }
}

/* ---- bookmarks ---- */

typedef struct Marks { /* of one package, by the hash of a name */
    Map texts;         /* hash of what stands between start and end, + 1 */
    Map starts;        /* XmlNode */
    Map used;
} Marks;

/* The words of code behind its first one: names and switches. */
static void use_words(Marks *m, Str code) {
    code = str_trim(code);
    for (ptrdiff_t i = 0, from; i < code.len;) {
        while (i < code.len && strchr(" \t\"", code.ptr[i])) i++;
        for (from = i; i < code.len && !strchr(" \t\"", code.ptr[i]);) i++;
        if (from > 0 && i > from) map_put(&m->used, hash_fast(str_slice(code, from, i)), 1);
    }
}

/* Open bookmarks, by hash of id -> hash of name; few are open at once. */
typedef struct Open {
    Str id;
    uint64_t name, text;
} Open;

enum { OPEN_MOST = 64 };

static void read_marks(Arena *a, const XmlTree *t, Marks *m) {
    Open open[OPEN_MOST];
    int count = 0;
    for (const XmlNode *n = t->root; n; n = xml_next(n, t->root)) {
        switch (n->name) {
        case W_bookmarkStart:
            map_put(&m->starts, hash_fast(xml_attr(n, W_name)), (uint64_t)(uintptr_t)n);
            if (count < OPEN_MOST)
                open[count++] = (Open){xml_attr(n, W_id), hash_fast(xml_attr(n, W_name)), 1};
            break;
        case W_bookmarkEnd:
            for (int i = 0; i < count; i++) {
                if (!str_equal(open[i].id, xml_attr(n, W_id))) continue;
                map_put(&m->texts, open[i].name, open[i].text);
                open[i] = open[--count];
                break;
            }
            break;
        case W_t: {
            const Str text = count ? xml_text(a, n) : S("");
            for (int i = 0; i < count; i++)
                for (ptrdiff_t k = 0; k < text.len; k++) /* however it is cut into runs */
                    open[i].text = open[i].text * 1099511628211U + (unsigned char)text.ptr[k] + 1;
            break;
        }
        case W_hyperlink:
            if (xml_attr(n, W_anchor).len) map_put(&m->used, hash_fast(xml_attr(n, W_anchor)), 1);
            break;
        case W_instrText: use_words(m, xml_text(a, n)); break;
        case W_fldSimple: use_words(m, xml_attr(n, W_instr)); break;
        default: break;
        }
    }
}

static Marks open_marks(Inspection *in, DocxPackage *p) {
    Marks m = {map_new(in->arena), map_new(in->arena), map_new(in->arena)};
    DocxStory *stories;
    const ptrdiff_t count = docx_stories(in->arena, p, &stories);
    for (ptrdiff_t i = 0; i < count; i++)
        if (stories[i].part->tree && stories[i].kind != STORY_COMMENTS)
            read_marks(in->arena, stories[i].part->tree, &m);
    return m;
}

/* Of each bookmark that is used: that it is there, and around the same words. */
static void find_moved_bookmarks(Inspection *in) {
    const Marks sent = open_marks(in, in->sent), file = open_marks(in, in->file);
    DocxStory *stories;
    const ptrdiff_t count = docx_stories(in->arena, in->sent, &stories);
    for (ptrdiff_t i = 0; i < count; i++) {
        const XmlTree *t = stories[i].part->tree;
        for (const XmlNode *n = t ? t->root : NULL; n; n = xml_next(n, t->root)) {
            if (n->name != W_bookmarkStart) continue;
            const Str name = xml_attr(n, W_name);
            const uint64_t key = hash_fast(name);
            uint64_t was = 0, is = 0;
            if (!map_find(&sent.used, key, NULL)) continue;
            const bool there = map_find(&file.starts, key, NULL);
            map_find(&sent.texts, key, &was);
            map_find(&file.texts, key, &is);
            if (there && was == is) continue;
            found(in, INSPECT_SILENT_OBJECT, stories[i].part->name, place_near(in->sent_places, n),
                  S(""), S(""),
                  arena_format(in->arena,
                               "The bookmark \"%.*s\", which a field or link leads to, %s.",
                               (int)name.len, name.ptr, there ? "holds other words" : "is gone"));
        }
    }
}

void find_changed_anchors(Inspection *in) {
    find_changed_comments(in);
    find_moved_bookmarks(in);
}
