/* comments: each stands beside the block that holds its words, and both link to one another. */
#include "html/int.h"

static Comment *find_comment(const Page *page, Str id) {
    uint64_t index = 0;
    if (!id.ptr || !map_find(&page->comment_by_id, hash_fast(str_trim(id)), &index)) return NULL;
    return &page->comments[index - 1];
}

static Str last_paragraph_id(const XmlNode *comment) {
    Str id = {NULL, 0};
    for (const XmlNode *n = comment->first; n; n = n->next) {
        if (n->name == W_p) id = xml_attr(n, W14_paraId);
    }
    return id;
}

static bool is_yes(Str s) { return str_equal(s, S("1")) || str_equal(s, S("true")); }

static void read_extended(Page *page, const XmlNode *root) {
    Map by_paragraph = map_new(page->arena);
    for (ptrdiff_t i = 0; i < page->comment_count; i++) {
        const Str id = last_paragraph_id(page->comments[i].node);
        if (id.len > 0) map_put(&by_paragraph, hash_fast(id), (uint64_t)i + 1);
    }
    for (const XmlNode *n = root->first; n; n = n->next) {
        uint64_t own = 0, parent = 0;
        if (n->name != W15_commentEx ||
            !map_find(&by_paragraph, hash_fast(xml_attr(n, W15_paraId)), &own)) {
            continue;
        }
        Comment *c = &page->comments[own - 1];
        c->is_done = is_yes(xml_attr(n, W15_done));
        const Str parent_id = xml_attr(n, W15_paraIdParent);
        if (parent_id.len > 0 && map_find(&by_paragraph, hash_fast(parent_id), &parent)) {
            c->reply_to = (ptrdiff_t)parent;
        }
    }
}

bool comments_open(Page *page, PxErr *err) {
    XmlTree *t = NULL;
    page->comment_by_id = map_new(page->arena);
    DocxPart *part = docx_related(page->package->main, S("comments"));
    if (!part) return true;
    if (!docx_part_tree(page->package, part, &t, err)) return false;
    ptrdiff_t count = 0;
    for (const XmlNode *n = t->root->first; n; n = n->next) count += n->name == W_comment;
    page->comments = NEW_ARRAY(page->arena, Comment, count);
    for (const XmlNode *n = t->root->first; n; n = n->next) {
        if (n->name != W_comment) continue;
        page->comments[page->comment_count++].node = n;
        const uint64_t key = hash_fast(str_trim(xml_attr(n, W_id)));
        if (!map_find(&page->comment_by_id, key, NULL)) {
            map_put(&page->comment_by_id, key, (uint64_t)page->comment_count);
        }
        const ptrdiff_t office = office_named(page, xml_attr(n, W_author)); /* may move offices */
        page->offices[office].comments++;
    }
    DocxPart *extended = docx_related(page->package->main, S("commentsExtended"));
    if (!extended) return true;
    if (!docx_part_tree(page->package, extended, &t, err)) return false;
    read_extended(page, t->root);
    return true;
}

/* ---- in the text ---- */

static void refer(Page *page, Comment *c) {
    const int number = (int)(c - page->comments) + 1;
    if (c->is_referred) return;
    c->is_referred = true;
    const bool link = page->link_depth == 0;
    Buf b = buf_new(page->arena);
    buf_format(&b, "<sup class=\"cr\" dir=\"ltr\"><%s id=\"r%d\"", link ? "a" : "span", number);
    if (link) buf_format(&b, " href=\"#c%d\"", number);
    buf_format(&b, " aria-label=\"Comment %d\">%d</%s></sup>", number, number, link ? "a" : "span");
    write_markup(page, buf_str(&b));
    page->waiting = arena_grow(page->arena, page->waiting, page->waiting_count, &page->waiting_cap,
                               page->waiting_count + 1, sizeof *page->waiting);
    page->waiting[page->waiting_count++] = number;
}

void comment_anchor(Page *page, const XmlNode *n, bool in_line) {
    Comment *c = page->in_comment ? NULL : find_comment(page, xml_attr(n, W_id));
    if (!c) return;
    if (n->name == W_commentRangeStart) {
        if (!c->is_open && !c->is_referred) {
            c->is_open = true;
            page->open_comments++;
        }
        return;
    }
    if (c->is_open && n->name == W_commentRangeEnd) {
        c->is_open = false;
        page->open_comments--;
    }
    if (in_line) refer(page, c);
}

/* ---- beside it ---- */

static void write_comment_head(Page *page, const Comment *c, int number) {
    Buf *out = page->out;
    const Str author = xml_attr(c->node, W_author), date = xml_attr(c->node, W_date);
    buf_format(out, "<p class=\"ch\"><span class=\"cn\">%d</span> <b><bdi>", number);
    html_text(out, author.len > 0 ? author : S("(no name)"));
    buf_add(out, S("</bdi></b>"));
    if (html_is_date(date)) {
        buf_add(out, S(" <span class=\"d\">"));
        html_text(out, str_slice(date, 0, 10));
        buf_add(out, S("</span>"));
    }
    if (c->reply_to > 0) {
        buf_format(out, " <a href=\"#c%d\">reply to %d</a>", (int)c->reply_to, (int)c->reply_to);
    }
    if (c->is_done) buf_add(out, S(" <span class=\"d\">resolved</span>"));
    if (c->is_referred) {
        buf_format(out,
                   " <a class=\"up\" href=\"#r%d\" aria-label=\"To the words\">\xE2\x86\xA9</a>",
                   number);
    }
    buf_add(out, S("</p>\n"));
}

static void write_comment(Page *page, ptrdiff_t number) {
    Comment *c = &page->comments[number - 1];
    if (c->is_written) return;
    c->is_written = true;
    DocxPart *part = page->part;
    const ptrdiff_t open = page->open_comments;
    page->part = docx_related(page->package->main, S("comments"));
    page->open_comments = 0;
    page->in_comment = true;
    buf_format(page->out, "<aside class=\"c%s\" id=\"c%d\" aria-label=\"Comment %d\">\n",
               c->reply_to > 0 ? " re" : "", (int)number, (int)number);
    write_comment_head(page, c, (int)number);
    write_blocks(page, c->node);
    buf_add(page->out, S("</aside>\n"));
    page->in_comment = false;
    page->open_comments = open;
    page->part = part;
}

static void insert(Buf *out, ptrdiff_t at, Str text) {
    buf_reserve(out, text.len);
    memmove(out->ptr + at + text.len, out->ptr + at, (size_t)(out->len - at));
    memcpy(out->ptr + at, text.ptr, (size_t)text.len);
    out->len += text.len;
}

void write_waiting_comments(Page *page, ptrdiff_t at) {
    if (page->table_depth > 0 || page->in_comment || page->waiting_count == 0) return;
    const ptrdiff_t count = page->waiting_count;
    Buf *out = page->out;
    Buf comments = buf_new(page->arena);
    page->waiting_count = 0;
    page->out = &comments;
    for (ptrdiff_t i = 0; i < count; i++) write_comment(page, page->waiting[i]);
    page->out = out;
    if (comments.len > 0) insert(out, at, buf_str(&comments));
}

void write_other_comments(Page *page) {
    bool any = false;
    for (ptrdiff_t i = 0; i < page->comment_count; i++) {
        if (page->comments[i].is_written) continue;
        if (!any) {
            buf_add(page->out, S("<section class=\"notes\" aria-label=\"Other comments\">\n"
                                 "<h2>Comments on no particular words</h2>\n"));
        }
        any = true;
        write_comment(page, i + 1);
    }
    if (any) buf_add(page->out, S("</section>\n"));
}
