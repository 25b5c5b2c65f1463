/* dump_comments: comments, the words they are on, and which answers which. */
#include "doc/dump.h"

enum { WORDS_MAX = 160 }; /* bytes of anchored words that are shown */

static DumpComment *find_comment(const Dump *d, Str id) {
    uint64_t index = 0;
    if (!id.ptr || !map_find(&d->comment_by_id, hash_fast(str_trim(id)), &index)) return NULL;
    return &d->comments[index - 1];
}

/* The w14:paraId by which commentsExtended knows a comment: its last paragraph's. */
static Str paragraph_id(const XmlNode *comment) {
    Str id = {NULL, 0};
    for (const XmlNode *n = comment->first; n; n = n->next) {
        if (n->name == W_p) id = xml_attr(n, W14_paraId);
    }
    return id;
}

static void read_replies(Dump *d, const XmlNode *root) {
    Map by_paragraph = map_new(d->arena);
    for (ptrdiff_t i = 0; i < d->comment_count; i++) {
        const Str id = paragraph_id(d->comments[i].node);
        if (id.len > 0) map_put(&by_paragraph, hash_fast(id), (uint64_t)i + 1);
    }
    for (const XmlNode *n = root->first; n; n = n->next) {
        const Str parent = xml_attr(n, W15_paraIdParent);
        uint64_t answer = 0, answered = 0;
        if (n->name != W15_commentEx || parent.len == 0 ||
            !map_find(&by_paragraph, hash_fast(xml_attr(n, W15_paraId)), &answer) ||
            !map_find(&by_paragraph, hash_fast(parent), &answered)) {
            continue;
        }
        d->comments[answer - 1].reply_to = arena_format(d->arena, "%d", (int)answered);
    }
}

bool dump_comments_open(Dump *d, PxErr *err) {
    XmlTree *t = NULL;
    d->comment_by_id = map_new(d->arena);
    DocxPart *part = docx_related(d->package->main, S("comments"));
    if (!part) return true;
    if (!docx_part_tree(d->package, part, &t, err)) return false;
    ptrdiff_t count = 0;
    for (const XmlNode *n = t->root->first; n; n = n->next) count += n->name == W_comment;
    d->comments = NEW_ARRAY(d->arena, DumpComment, count);
    for (const XmlNode *n = t->root->first; n; n = n->next) {
        if (n->name != W_comment) continue;
        DumpComment *c = &d->comments[d->comment_count++];
        c->node = n;
        c->words = buf_new(d->arena);
        const uint64_t key = hash_fast(str_trim(xml_attr(n, W_id)));
        if (!map_find(&d->comment_by_id, key, NULL)) {
            map_put(&d->comment_by_id, key, (uint64_t)d->comment_count);
        }
    }
    DocxPart *extended = docx_related(d->package->main, S("commentsExtended"));
    if (!extended) return true;
    if (!docx_part_tree(d->package, extended, &t, err)) return false;
    read_replies(d, t->root);
    return true;
}

static void open_words(Dump *d, DumpComment *c) {
    if (c->is_anchored) return;
    c->is_open = c->is_anchored = true;
    d->open_comments =
        arena_grow(d->arena, d->open_comments, d->open_comment_count, &d->open_comment_cap,
                   d->open_comment_count + 1, sizeof *d->open_comments);
    d->open_comments[d->open_comment_count++] = c - d->comments;
}

/* Comments that have all the words they will show leave the list, so that the work is bounded by
 * what is shown. */
void dump_comment_words(Dump *d, Str text) {
    ptrdiff_t kept = 0;
    for (ptrdiff_t i = 0; i < d->open_comment_count; i++) {
        DumpComment *c = &d->comments[d->open_comments[i]];
        ptrdiff_t len = text.len, room = WORDS_MAX - c->words.len;
        if (!c->is_open) continue;
        if (len > room) {
            len = room;
            while (len > 0 && ((unsigned char)text.ptr[len] & 0xC0) == 0x80) len--;
            c->goes_on = true;
            c->is_open = false;
        }
        buf_add(&c->words, str_slice(text, 0, len));
        if (c->is_open) d->open_comments[kept++] = d->open_comments[i];
    }
    d->open_comment_count = kept;
}

void dump_comment_anchor(Dump *d, const XmlNode *n, bool shown) {
    DumpComment *c = find_comment(d, xml_attr(n, W_id));
    if (!c) return;
    const int number = (int)(c - d->comments) + 1;
    const bool alone = n->name == W_commentReference && !c->is_anchored;
    if (n->name == W_commentRangeStart) open_words(d, c);
    if (n->name == W_commentRangeEnd) c->is_open = false;
    if (!shown || (n->name == W_commentReference && !alone)) return;
    Buf b = buf_new(d->arena);
    if (alone) buf_format(&b, "{comment %d}", number);
    else if (n->name == W_commentRangeStart) buf_format(&b, "{comment %d>}", number);
    else buf_format(&b, "{<comment %d}", number);
    buf_add(d->out, buf_str(&b)); /* a point: it stands in whatever braces are open */
}

void dump_comment_head(Dump *d, const XmlNode *n) {
    const DumpComment *c = find_comment(d, xml_attr(n, W_id));
    if (!c || c->node != n) {
        buf_add(d->out, S("with an id that another has"));
        return;
    }
    buf_int(d->out, (c - d->comments) + 1);
    buf_add(d->out, S(" by "));
    dump_escape(d->out, xml_attr(n, W_author));
    if (c->reply_to.len > 0) {
        buf_add(d->out, S(", reply to comment "));
        buf_add(d->out, c->reply_to);
    }
    if (!c->is_anchored) return;
    buf_add(d->out, S(", on {"));
    dump_escape(d->out, buf_str(&c->words));
    buf_add(d->out, c->goes_on ? S("…}") : S("}"));
}
