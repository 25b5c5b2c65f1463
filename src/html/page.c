/* page: the whole of it. Our own elements and classes only; no script, nothing fetched, and a
 * content security policy that says so. */
#include "html/int.h"

/* ---- what has to be known before ---- */

/* Of the tree: pass 0 the names that links want, pass 1 the bookmarks of those names. */
static void collect_targets(Page *page, const XmlNode *root, Map *wanted, int pass) {
    for (const XmlNode *n = root; n; n = xml_next(n, root)) {
        if (pass == 0) {
            const Str name = n->name == W_hyperlink ? xml_attr(n, W_anchor) : S("");
            if (name.len > 0) map_put(wanted, hash_fast(name), 1);
            continue;
        }
        if (n->name != W_bookmarkStart || n->parent->name == W_tbl || n->parent->name == W_tr) {
            continue;
        }
        const uint64_t key = hash_fast(xml_attr(n, W_name));
        if (map_find(wanted, key, NULL) && !map_find(&page->targets, key, NULL)) {
            map_put(&page->targets, key, (uint64_t)++page->target_count);
        }
    }
}

/* Parses all stories, too. */
static bool find_targets(Page *page, const DocxStory *stories, ptrdiff_t count, PxErr *err) {
    Map wanted = map_new(page->arena);
    page->targets = map_new(page->arena);
    for (int pass = 0; pass < 2; pass++) {
        if (pass == 1 && wanted.count == 0) break;
        for (ptrdiff_t i = 0; i < count; i++) {
            XmlTree *t = NULL;
            if (!docx_part_tree(page->package, stories[i].part, &t, err)) return false;
            collect_targets(page, t->root, &wanted, pass);
        }
    }
    return true;
}

typedef struct Letters {
    ptrdiff_t latin, arabic, east_asian;
} Letters;

static void count_letters(Letters *l, Str text) {
    for (ptrdiff_t at = 0; at < text.len;) {
        const uint32_t c = utf8_next(text, &at);
        if (c >= 0x2E80 && c < 0xD7FF) l->east_asian++;
        else if ((c >= 0x590 && c < 0x900) || (c >= 0xFB1D && c < 0xFE00)) l->arabic++;
        else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') l->latin++;
    }
}

/* The language most of the text is in: that of its script in the first run that names one, else in
 * the document's defaults. */
static void find_language(Page *page, const XmlNode *root, const XmlNode *styles) {
    Letters l = {0, 0, 0};
    for (const XmlNode *n = root; n; n = xml_next(n, root)) {
        if (n->name == XML_TEXT) count_letters(&l, n->text);
    }
    const bool east = l.east_asian * 2 > l.latin && l.east_asian >= l.arabic;
    const bool arabic = !east && l.arabic > l.latin;
    const uint16_t attr = east ? W_eastAsia : arabic ? W_bidi : W_val;
    Str tag = {NULL, 0};
    for (const XmlNode *n = root; n && tag.len == 0; n = xml_next(n, root)) {
        if (n->name == W_lang) tag = xml_attr(n, attr);
    }
    if (!html_is_language(tag)) {
        const XmlNode *defaults = xml_child(xml_child(styles, W_docDefaults), W_rPrDefault);
        tag = xml_attr(xml_child(xml_child(defaults, W_rPr), W_lang), attr);
    }
    page->language = html_is_language(tag) ? tag : east ? S("zh") : arabic ? S("ar") : S("en");
}

/* ---- head ---- */

static void write_head(Page *page, Str title) {
    Buf *out = page->out;
    buf_add(out, S("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                   "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                   "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
                   "\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                   "<meta name=\"referrer\" content=\"no-referrer\">\n"
                   "<meta name=\"color-scheme\" content=\"light dark\">\n<title>"));
    html_text(out, title);
    buf_add(out, S("</title>\n<style>\n"));
    buf_add(out, str_from_z(html_style));
    buf_add(out, S("</style>\n</head>\n<body"));
    if (page->comment_count > 0) buf_add(out, S(" class=\"has-c\""));
    buf_add(out, S(">\n<a class=\"skip\" href=\"#text\">Skip to the text</a>\n"));
}

static void put_counted(Buf *out, ptrdiff_t n, const char *one, const char *many) {
    html_number(out, n);
    buf_byte(out, ' ');
    buf_add(out, str_from_z(n == 1 ? one : many));
}

static void write_banner(Page *page, Str title) {
    Buf *out = page->out;
    buf_add(out, S("<header class=\"top\">\n<h1><bdi>"));
    html_text(out, title);
    buf_add(out, S("</bdi></h1>\n<p class=\"sum\">"));
    if (page->change_count == 0) {
        buf_add(out, S("No tracked changes"));
    } else {
        put_counted(out, page->change_count, "tracked change", "tracked changes");
    }
    if (page->comment_count > 0) {
        buf_add(out, S(" · "));
        put_counted(out, page->comment_count, "comment", "comments");
    }
    buf_add(out, S("</p>\n"));
    write_legend(page);
    buf_add(out, S("</header>\n"));
}

/* ---- stories ---- */

static void begin_story(Page *page, DocxPart *part) {
    page->part = part;
    page->field_depth = 0;
    page->field_code = 0;
    page->want_count = page->link_depth = page->table_depth = 0;
    page->open_comments = 0;
}

static XmlTree *tree_of(Page *page, DocxPart *part) {
    XmlTree *t = NULL;
    PxErr err = {0};
    const bool parsed = docx_part_tree(page->package, part, &t, &err);
    check(parsed); /* it was, in html_write */
    return t;
}

static void write_header_story(Page *page, const DocxStory *story) {
    Buf *out = page->out;
    const XmlTree *t = tree_of(page, story->part);
    const bool header = story->kind == STORY_HEADER;
    const bool says_something =
        str_trim(doc_plain(page->arena, t->root, false)).len > 0 || t->has_revisions;
    bool has_picture = false;
    for (const XmlNode *n = t->root; n && !has_picture; n = xml_next(n, t->root)) {
        has_picture = n->name == W_drawing || n->name == W_pict || n->name == W_object;
    }
    if (!says_something && !has_picture) return;
    begin_story(page, story->part);
    buf_add(out, header ? S("<section class=\"hf\" aria-label=\"Page header\">\n"
                            "<p class=\"lb\">Header</p>\n")
                        : S("<section class=\"hf\" aria-label=\"Page footer\">\n"
                            "<p class=\"lb\">Footer</p>\n"));
    write_blocks(page, t->root);
    buf_add(out, S("</section>\n"));
    write_waiting_comments(page, out->len);
}

static void write_note(Page *page, const XmlNode *n, bool end) {
    Buf *out = page->out;
    const Str label = doc_note_label(page->provisions, n);
    const char *kind = end ? "en" : "fn";
    uint64_t number = 0;
    const bool linked =
        map_find(&page->seen, hash_fast(xml_attr(n, W_id)) ^ (end ? 2 : 1), &number);
    buf_add(out, S("<div class=\"note\""));
    if (linked) buf_format(out, " id=\"%s%d\"", kind, (int)number);
    buf_add(out, S(">\n<div class=\"nl\">"));
    if (linked) {
        buf_format(out, "<a href=\"#%sr%d\" aria-label=\"Back to the text\">", kind, (int)number);
    }
    html_text(out, label.len > 0 ? label : S("not referred to"));
    if (linked) buf_add(out, S("</a>"));
    buf_add(out, S("</div>\n<div class=\"nb\">\n"));
    write_blocks(page, n);
    buf_add(out, S("</div>\n</div>\n"));
    write_waiting_comments(page, out->len);
}

static void write_notes(Page *page, const DocxStory *story) {
    Buf *out = page->out;
    const XmlTree *t = tree_of(page, story->part);
    const bool end = story->kind == STORY_ENDNOTES;
    const XmlNode **notes = NULL;
    const ptrdiff_t count = doc_notes_in_order(page->arena, page->provisions, t->root, &notes);
    if (count == 0) return;
    begin_story(page, story->part);
    buf_add(out, end ? S("<section class=\"notes\" aria-label=\"Endnotes\">\n"
                         "<h2 class=\"nh\">Endnotes</h2>\n")
                     : S("<section class=\"notes\" aria-label=\"Footnotes\">\n"
                         "<h2 class=\"nh\">Footnotes</h2>\n"));
    for (ptrdiff_t i = 0; i < count; i++) write_note(page, notes[i], end);
    buf_add(out, S("</section>\n"));
}

static void write_stories(Page *page, const DocxStory *stories, ptrdiff_t count,
                          DocxStoryKind kind) {
    for (ptrdiff_t i = 0; i < count; i++) {
        if (stories[i].kind != kind) continue;
        switch (kind) {
        case STORY_BODY: {
            const XmlTree *t = tree_of(page, stories[i].part);
            const XmlNode *body = xml_child(t->root, W_body);
            begin_story(page, stories[i].part);
            if (body) write_blocks(page, body);
            write_waiting_comments(page, page->out->len);
            break;
        }
        case STORY_HEADER:
        case STORY_FOOTER: write_header_story(page, &stories[i]); break;
        case STORY_FOOTNOTES:
        case STORY_ENDNOTES: write_notes(page, &stories[i]); break;
        case STORY_COMMENTS:
        case STORY_KINDS: break;
        }
    }
}

static void write_main(Page *page, const DocxStory *stories, ptrdiff_t count) {
    Buf *out = page->out;
    static const DocxStoryKind order[] = {STORY_HEADER, STORY_BODY, STORY_FOOTNOTES, STORY_ENDNOTES,
                                          STORY_FOOTER};
    buf_add(out, S("<main id=\"text\" tabindex=\"-1\" lang=\""));
    html_attr(out, page->language);
    buf_add(out, S("\">\n"));
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        write_stories(page, stories, count, order[i]);
    }
    begin_story(page, page->package->main);
    write_other_comments(page);
    buf_add(out, S("</main>\n"));
}

bool html_write(Arena *a, DocxPackage *p, Str title, Buf *out, PxErr *err) {
    if (!p->main) return fail(err, PX_ERR_INPUT, p->file_name, -1, "the package has no document");
    Page *page = NEW(a, Page);
    page->arena = a;
    page->package = p;
    page->out = out;
    page->last_office = -1;
    page->seen = map_new(a);
    DocxStory *stories = NULL;
    XmlTree *main = NULL, *styles = NULL;
    const ptrdiff_t count = docx_stories(a, p, &stories);
    DocxPart *style_part = docx_related(p->main, S("styles"));
    if (!docx_part_tree(p, p->main, &main, err) || !find_targets(page, stories, count, err) ||
        (style_part && !docx_part_tree(p, style_part, &styles, err)) ||
        !doc_styles_open(a, p, &page->styles, err) ||
        !doc_provisions_open(a, p, false, false, &page->provisions, err) ||
        !changes_open(page, err) || !comments_open(page, err)) {
        return false;
    }
    find_language(page, main->root, styles ? styles->root : NULL);
    write_head(page, title);
    write_banner(page, title);
    write_main(page, stories, count);
    buf_add(out, S("</body>\n</html>\n"));
    return true;
}
