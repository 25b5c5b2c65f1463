/* comments: comments, and the parts that Word keeps beside them: which one answers which and
 * whether it is done (commentsExtended, [MS-DOCX] 2.5.4), lasting ids (commentsIds), exact dates
 * (commentsExtensible), and who their authors are (people). A comment is known there by the
 * w14:paraId of its last paragraph, which is therefore kept, or made, and unique. */
#include "docx/int.h"

typedef struct Comment {
    XmlNode *node;
    Str id;
    uint64_t key; /* author, date, initials, text */
    bool has_date;
    const DocxImport *importer; /* NULL: the package's own */
    const DocxImport *taken_by; /* the import in which it stands for a comment */
    struct Comment *same_key;   /* the next one, in order */
    struct Comment *last_same;  /* of the first of them: the last */
    /* in a package that is imported from: */
    Str mapped;                  /* id in the base; empty when it has none yet */
    struct Comment *counterpart; /* in the base */
    bool already;
    bool has_anchor[3]; /* in text that came over: start, end, reference */
} Comment;

typedef struct Beside { /* one of the parts beside, by the key its entries have */
    DocxPart *part;
    XmlTree *tree;
    StrMap entries; /* XmlNode */
} Beside;

typedef struct Comments {
    DocxPart *part; /* this and tree are NULL when the package has none */
    XmlTree *tree;
    Comment **items;
    ptrdiff_t count, cap;
    StrMap by_id, by_para_id; /* Comment */
    Map by_key;               /* key -> number of the first item */
    bool has_beside;
    Beside extended, ids, extensible, people;
    StrMap durable_ids; /* those in ids: anything but NULL */
} Comments;

typedef struct ImportComments {
    Comment **replies; /* copied, not yet tied together */
    ptrdiff_t count, cap, done;
    Comments *from;
} ImportComments;

/* ---- reading ---- */

static XmlNode *last_paragraph(const XmlNode *comment) {
    XmlNode *last = NULL;
    for (XmlNode *n = comment->first; n; n = n->next) {
        if (n->name == W_p) last = n;
    }
    return last;
}

static Str para_id_of(const Comment *c) {
    const Str id = xml_attr(last_paragraph(c->node), W14_paraId);
    return id.ptr ? id : S("");
}

static uint64_t key_of(DocxPackage *p, const XmlNode *n) {
    Hasher h;
    Arena *a = p->arena;
    const ArenaMark mark = arena_mark(a);
    hash_start(&h, p->key);
    hash_str(&h, xml_attr(n, W_author));
    hash_str(&h, xml_attr(n, W_date));
    hash_str(&h, xml_attr(n, W_initials));
    hash_str(&h, xml_text(a, n));
    arena_rewind(a, mark);
    return hash_end(&h).a | 1;
}

static Comment *add_comment(DocxPackage *p, Comments *s, XmlNode *n) {
    Comment *c = NEW(p->arena, Comment);
    uint64_t first;
    *c = (Comment){.node = n,
                   .id = xml_attr(n, W_id),
                   .key = key_of(p, n),
                   .has_date = xml_attr(n, W_date).len > 0};
    s->items = arena_grow(p->arena, s->items, s->count, &s->cap, s->count + 1,
                          (ptrdiff_t)sizeof *s->items);
    s->items[s->count++] = c;
    if (!strmap_find(&s->by_id, c->id)) strmap_put(&s->by_id, c->id, c);
    const Str para_id = para_id_of(c);
    if (para_id.len && !strmap_find(&s->by_para_id, para_id)) {
        strmap_put(&s->by_para_id, para_id, c);
    }
    if (map_find(&s->by_key, c->key, &first)) {
        Comment **last = &s->items[first]->last_same;
        (*last)->same_key = c;
        *last = c;
    } else {
        map_put(&s->by_key, c->key, (uint64_t)s->count - 1);
        c->last_same = c;
    }
    return c;
}

static bool comments_of(DocxPackage *p, Comments **out, PxErr *err) {
    Comments *s = p->inside->comments;
    if (!s) {
        s = NEW(p->arena, Comments);
        s->by_id = strmap_new(p->arena, p->key, STR_EXACT);
        s->by_para_id = strmap_new(p->arena, p->key, STR_FOLDED);
        s->by_key = map_new(p->arena);
    }
    if (!s->part) {
        s->part = single_find(p, SINGLE_COMMENTS);
        if (s->part && !docx_part_tree(p, s->part, &s->tree, err)) return false;
        for (XmlNode *n = s->part ? s->tree->root->first : NULL; n; n = n->next) {
            if (n->name == W_comment && xml_has_attr(n, W_id)) (void)add_comment(p, s, n);
        }
    }
    p->inside->comments = s;
    *out = s;
    return true;
}

/* The attribute of this local name, in whatever namespace the part uses. */
static Str attr_named(const XmlNames *names, const XmlNode *n, Str local) {
    for (uint16_t i = 0; i < n->attr_count; i++) {
        if (str_equal(xml_local(names, n->attrs[i].name), local)) return n->attrs[i].value;
    }
    return S("");
}

static bool read_beside(DocxPackage *p, Single kind, Str key, Beside *out, PxErr *err) {
    out->entries = strmap_new(p->arena, p->key, STR_EXACT);
    out->part = single_find(p, kind);
    if (!out->part) return true;
    if (!docx_part_tree(p, out->part, &out->tree, err)) return false;
    for (XmlNode *n = out->tree->root->first; n; n = n->next) {
        const Str value = xml_is_element(n) ? attr_named(p->names, n, key) : S("");
        if (value.len && !strmap_find(&out->entries, value)) strmap_put(&out->entries, value, n);
    }
    return true;
}

static bool read_all_beside(DocxPackage *p, Comments *s, PxErr *err) {
    if (s->has_beside) return true;
    s->has_beside = true;
    s->durable_ids = strmap_new(p->arena, p->key, STR_EXACT);
    if (!read_beside(p, SINGLE_COMMENTS_EXTENDED, S("paraId"), &s->extended, err) ||
        !read_beside(p, SINGLE_COMMENTS_IDS, S("paraId"), &s->ids, err) ||
        !read_beside(p, SINGLE_COMMENTS_EXTENSIBLE, S("durableId"), &s->extensible, err) ||
        !read_beside(p, SINGLE_PEOPLE, S("author"), &s->people, err)) {
        return false;
    }
    for (ptrdiff_t i = 0; i < s->ids.entries.count; i++) {
        const XmlNode *n = s->ids.entries.items[i].value;
        const Str id = xml_attr(n, W16CID_durableId);
        if (id.len) strmap_put(&s->durable_ids, id, s);
    }
    return true;
}

/* ---- which comments are the base's own ---- */

static void stand_for(Comment *mine, Comment *theirs, const DocxImport *im) {
    mine->taken_by = im;
    theirs->counterpart = mine;
    theirs->mapped = mine->id;
    theirs->already = true;
}

/* First those that kept their id; then others, in order. An undated comment that another return
 * brought in is never taken for one of this return: where nothing says when, two people may have
 * written the same words at two places. */
static void match_comments(const DocxImport *im, const Comments *base, const Comments *from) {
    uint64_t number;
    for (ptrdiff_t i = 0; i < from->count; i++) {
        Comment *theirs = from->items[i], *mine = strmap_find(&base->by_id, theirs->id);
        if (mine && mine->key == theirs->key && mine->taken_by != im &&
            (!mine->importer || mine->has_date)) {
            stand_for(mine, theirs, im);
        }
    }
    for (ptrdiff_t i = 0; i < from->count; i++) {
        Comment *theirs = from->items[i];
        if (theirs->already || !map_find(&base->by_key, theirs->key, &number)) continue;
        for (Comment *mine = base->items[number]; mine; mine = mine->same_key) {
            if (mine->taken_by == im || (mine->importer && !mine->has_date)) continue;
            stand_for(mine, theirs, im);
            break;
        }
    }
}

static bool prepare(DocxImport *im, Comments **base) {
    if (!comments_of(im->base, base, im->err)) return false;
    if (im->comments) return true;
    Comments *from;
    if (!comments_of(im->from, &from, im->err)) return false;
    if (!read_all_beside(im->from, from, im->err)) return false;
    im->comments = NEW(im->arena, ImportComments);
    im->comments->from = from;
    match_comments(im, *base, from);
    return true;
}

/* ---- copying ---- */

static bool copy_comment(DocxImport *im, Comments *to, Comment *theirs) {
    DocxPackage *base = im->base;
    ImportComments *ic = im->comments;
    if (!to->part) {
        (void)single_make(base, SINGLE_COMMENTS, S(""));
        if (!comments_of(base, &to, im->err)) return false;
    }
    XmlNode *node = xml_copy(to->tree, theirs->node);
    const Str id = arena_format(im->arena, "%lld", (long long)docx_fresh_id(base));
    xml_set_attr(to->tree, node, W_id, id);
    for (XmlNode *n = node; n; n = xml_next(n, node)) {
        if (!xml_is_element(n)) continue;
        xml_remove_attr(n, W14_paraId);
        xml_remove_attr(n, W14_textId);
    }
    xml_insert(to->tree->root, node, NULL);
    Comment *mine = add_comment(base, to, node);
    mine->importer = mine->taken_by = im;
    theirs->counterpart = mine;
    theirs->mapped = mine->id;
    ic->replies = arena_grow(im->arena, ic->replies, ic->count, &ic->cap, ic->count + 1,
                             (ptrdiff_t)sizeof *ic->replies);
    ic->replies[ic->count++] = theirs;
    return import_node_later(im, node, ic->from->part, to->part);
}

bool import_comment(DocxImport *im, Str id, Str *out, bool *already) {
    Comments *base;
    *out = S("");
    *already = false;
    if (!prepare(im, &base)) return false;
    Comment *theirs = strmap_find(&im->comments->from->by_id, id);
    if (!theirs) return true;
    if (!theirs->counterpart && !copy_comment(im, base, theirs)) return false;
    *out = theirs->mapped;
    *already = theirs->already;
    return true;
}

/* A comment has one place. An anchor of one that the base has, or of one whose anchor came over
 * already, would be a second. */
bool import_anchor(DocxImport *im, uint16_t name, Str id, Str *out) {
    bool already;
    const int kind = name == W_commentRangeStart ? 0 : name == W_commentRangeEnd ? 1 : 2;
    if (!import_comment(im, id, out, &already)) return false;
    Comment *theirs = out->len ? strmap_find(&im->comments->from->by_id, id) : NULL;
    if (!theirs) return true;
    if (already || theirs->has_anchor[kind]) *out = S("");
    theirs->has_anchor[kind] = true;
    return true;
}

/* ---- the parts beside ---- */

/* The base's comment has a paraId afterwards, if it has a paragraph to bear one. */
static Str settle_para_id(DocxImport *im, Comments *base, Comment *mine, Str wanted) {
    const Str known = para_id_of(mine);
    XmlNode *last = last_paragraph(mine->node);
    if (known.len || !last) return known;
    const Str id = para_id_take(im->base, wanted);
    xml_set_attr(base->tree, last, W14_paraId, id);
    if (!strmap_find(&base->by_para_id, id)) strmap_put(&base->by_para_id, id, mine);
    return id;
}

static bool open_beside(DocxImport *im, Single kind, Beside *beside) {
    if (beside->part) return true;
    beside->part = single_make(im->base, kind, S(""));
    return docx_part_tree(im->base, beside->part, &beside->tree, im->err);
}

/* Copies entry, known under key from now on, unless there is one. The copy, or NULL. */
static bool copy_entry(DocxImport *im, Single kind, Beside *to, const XmlNode *entry, Str key,
                       XmlNode **out) {
    *out = NULL;
    if (strmap_find(&to->entries, key)) return true;
    if (!open_beside(im, kind, to)) return false;
    XmlNode *copy = xml_copy(to->tree, entry);
    xml_insert(to->tree->root, copy, NULL);
    strmap_put(&to->entries, arena_str(im->arena, key), copy);
    *out = copy;
    return true;
}

/* The entry of commentsExtended for `mine`, tied to the comment it answers. */
static bool tie(DocxImport *im, Comments *base, const Comment *theirs, const XmlNode *entry,
                Str para_id) {
    const Comments *from = im->comments->from;
    const Str parent_id = xml_attr(entry, W15_paraIdParent);
    Comment *parent = parent_id.len ? strmap_find(&from->by_para_id, parent_id) : NULL;
    XmlNode *copy;
    Str answered = S("");
    if (parent && parent != theirs) {
        if (!parent->counterpart && !copy_comment(im, base, parent)) return false;
        answered = settle_para_id(im, base, parent->counterpart, parent_id);
    }
    if (!copy_entry(im, SINGLE_COMMENTS_EXTENDED, &base->extended, entry, para_id, &copy)) {
        return false;
    }
    if (!copy) return true;
    XmlTree *t = base->extended.tree;
    xml_set_attr(t, copy, W15_paraId, para_id);
    if (answered.len) xml_set_attr(t, copy, W15_paraIdParent, answered);
    else xml_remove_attr(copy, W15_paraIdParent);
    const bool has_own = !answered.len || strmap_find(&base->extended.entries, answered);
    const bool brings_own =
        parent && !parent->already && strmap_find(&from->extended.entries, parent_id);
    if (has_own || brings_own) return true;
    /* what is answered needs an entry of its own */
    XmlNode *own = xml_element(t, W15_commentEx);
    xml_set_attr(t, own, W15_paraId, answered);
    xml_set_attr(t, own, W15_done, S("0"));
    xml_insert(t->root, own, NULL);
    strmap_put(&base->extended.entries, answered, own);
    return true;
}

static bool copy_lasting_id(DocxImport *im, Comments *base, const XmlNode *entry, Str para_id) {
    const Comments *from = im->comments->from;
    const Str durable = attr_named(im->base->names, entry, S("durableId"));
    XmlNode *copy;
    if (strmap_find(&base->durable_ids, durable)) return true;
    if (durable.len) strmap_put(&base->durable_ids, arena_str(im->arena, durable), base);
    if (!copy_entry(im, SINGLE_COMMENTS_IDS, &base->ids, entry, para_id, &copy)) return false;
    if (copy) xml_set_attr(base->ids.tree, copy, W16CID_paraId, para_id);
    const XmlNode *extensible =
        durable.len ? strmap_find(&from->extensible.entries, durable) : NULL;
    return !extensible || copy_entry(im, SINGLE_COMMENTS_EXTENSIBLE, &base->extensible, extensible,
                                     durable, &copy);
}

static bool settle_comment(DocxImport *im, Comments *base, Comment *theirs) {
    const Comments *from = im->comments->from;
    const Str author = xml_attr(theirs->node, W_author), old = para_id_of(theirs);
    const XmlNode *person = author.ptr ? strmap_find(&from->people.entries, author) : NULL;
    const XmlNode *entry = old.len ? strmap_find(&from->extended.entries, old) : NULL;
    const XmlNode *lasting = old.len ? strmap_find(&from->ids.entries, old) : NULL;
    XmlNode *copy;
    if (person && !copy_entry(im, SINGLE_PEOPLE, &base->people, person, author, &copy))
        return false;
    if (!entry && !lasting) return true;
    const Str para_id = settle_para_id(im, base, theirs->counterpart, old);
    if (para_id.len == 0) return true;
    if (entry && !tie(im, base, theirs, entry, para_id)) return false;
    return !lasting || copy_lasting_id(im, base, lasting, para_id);
}

bool import_replies(DocxImport *im) {
    ImportComments *ic = im->comments;
    Comments *base;
    if (!ic || ic->done == ic->count) return true;
    if (!comments_of(im->base, &base, im->err)) return false;
    if (!read_all_beside(im->base, base, im->err)) return false;
    while (ic->done < ic->count) {
        if (!settle_comment(im, base, ic->replies[ic->done++])) return false;
    }
    return true;
}
