/* changes: the tracked changes of all stories by the numbers of revise_list, the offices that
 * propose them, and how both are shown: a colour and a line an office, a little number a change. */
#include "html/int.h"

/* ---- offices ---- */

static bool is_word_start(Str name, ptrdiff_t at) {
    return at == 0 || strchr(" -;,./&(\t", name.ptr[at - 1]) != NULL;
}

/* "Foreign Affairs" -> "FA"; the first letters of Arabic words, too, and elsewhere without capitals
 * the first two characters. */
static Str initials_of(Page *page, Str name) {
    Buf b = buf_new(page->arena);
    int count = 0;
    for (ptrdiff_t at = 0; at < name.len && count < 3;) {
        const ptrdiff_t from = at;
        const uint32_t c = utf8_next(name, &at);
        const bool capital = (c >= 'A' && c <= 'Z') || (c >= 0xC0 && c <= 0xDE) ||
                             (c >= 0x391 && c <= 0x3A9) || (c >= 0x410 && c <= 0x42F) ||
                             (c >= 0x620 && c <= 0x6D5);
        const bool starts = is_word_start(name, from);
        const bool letter = c > 0x2FF || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (capital && starts) {
            utf8_put(&b, c);
            count++;
        } else if (c > 0x2FF && !capital && letter && count < 2 && (count > 0 || starts) &&
                   c != 0x200C) {
            utf8_put(&b, c);
            count++;
        } else if (starts && letter && count == 0) {
            utf8_put(&b, c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
            count++;
        }
    }
    if (count == 0) buf_byte(&b, '?');
    return buf_str(&b);
}

/* No two names have one. */
static Str free_initials(Page *page, Str name) {
    const Str plain = initials_of(page, name);
    Str initials = plain;
    uint64_t n = 1;
    map_find(&page->initials, hash_fast(plain), &n);
    while (map_find(&page->initials, hash_fast(initials), NULL)) {
        initials = arena_format(page->arena, "%.*s%d", (int)plain.len, plain.ptr, (int)++n);
    }
    map_put(&page->initials, hash_fast(plain), n); /* the last number given to them */
    if (n > 1) map_put(&page->initials, hash_fast(initials), 1);
    return initials;
}

/* "Foreign Affairs; Interior" -> "FA+I", with the initials that each has alone. */
static Str joint_initials(Page *page, Str name) {
    Buf b = buf_new(page->arena);
    while (name.len > 0) {
        const ptrdiff_t end = str_find(name, S("; "));
        const Str one = end < 0 ? name : str_slice(name, 0, end);
        uint64_t index = 0;
        if (b.len > 0) buf_byte(&b, '+');
        const bool known = map_find(&page->office_by_name, hash_fast(one), &index);
        buf_add(&b, known ? page->offices[index - 1].initials : initials_of(page, one));
        name = end < 0 ? (Str){"", 0} : str_slice(name, end + 2, name.len);
    }
    return buf_str(&b);
}

ptrdiff_t office_named(Page *page, Str name) {
    uint64_t index = 0;
    const uint64_t key = hash_fast(name.len > 0 ? name : S("?"));
    if (map_find(&page->office_by_name, key, &index)) return (ptrdiff_t)index - 1;
    const bool joint = str_find(name, S("; ")) > 0 && name.len < 1000;
    const Str initials = joint ? joint_initials(page, name) : free_initials(page, name);
    page->offices = arena_grow(page->arena, page->offices, page->office_count, &page->office_cap,
                               page->office_count + 1, sizeof(Office));
    page->offices[page->office_count++] =
        (Office){.name = name.len > 0 ? name : S("(no name)"), .initials = initials};
    map_put(&page->office_by_name, key, (uint64_t)page->office_count);
    return page->office_count - 1;
}

static void count_change(Office *office, ReviseKind kind) {
    switch (kind) {
    case CHANGE_INSERTION:
    case CHANGE_PARAGRAPH_INSERTED:
    case CHANGE_ROW_INSERTED:
    case CHANGE_CELL_INSERTED: office->insertions++; return;
    case CHANGE_DELETION:
    case CHANGE_PARAGRAPH_DELETED:
    case CHANGE_ROW_DELETED:
    case CHANGE_CELL_DELETED: office->deletions++; return;
    case CHANGE_MOVE_FROM:
    case CHANGE_MOVE_TO: office->moves++; return;
    case CHANGE_FORMAT:
    case CHANGE_PARAGRAPH_FORMAT:
    case CHANGE_SECTION:
    case CHANGE_TABLE_PROPERTIES: office->formats++; return;
    case CHANGE_CELL_MERGED:
    case CHANGE_NUMBERING:
    case CHANGE_CONTROL:
    case CHANGE_KINDS: office->others++; return;
    }
}

/* ---- changes ---- */

static uint64_t key_of(const XmlNode *n) { return (uint64_t)(uintptr_t)n; }

ptrdiff_t change_number(const Page *page, const XmlNode *revision) {
    uint64_t number = 0;
    if (!map_find(&page->numbers, key_of(revision), &number)) return 0;
    return (ptrdiff_t)number <= page->change_count ? (ptrdiff_t)number : 0;
}

/* The ends of a move bear one name. */
static void pair_moves(Page *page, const XmlNode *root, Map from[2]) {
    for (const XmlNode *n = root; n; n = xml_next(n, root)) {
        const bool is_from = n->name == W_moveFromRangeStart;
        if (!is_from && n->name != W_moveToRangeStart) continue;
        const ptrdiff_t number = change_number(page, n);
        const Str name = xml_attr(n, W_name);
        if (number > 0 && name.len > 0) {
            map_put(&from[!is_from], hash_fast(name), (uint64_t)number);
        }
        uint64_t other = 0;
        if (number == 0 || !map_find(&from[is_from], hash_fast(name), &other)) continue;
        page->changes[number - 1].counterpart = (ptrdiff_t)other;
        page->changes[other - 1].counterpart = number;
    }
}

bool changes_open(Page *page, PxErr *err) {
    DocxStory *stories = NULL;
    ReviseChange *items = NULL;
    ptrdiff_t count = 0, cap = 0;
    const ptrdiff_t story_count = docx_stories(page->arena, page->package, &stories);
    page->numbers = map_new(page->arena);
    page->office_by_name = map_new(page->arena);
    page->initials = map_new(page->arena);
    for (ptrdiff_t i = 0; i < story_count; i++) {
        XmlTree *t = NULL;
        if (!docx_part_tree(page->package, stories[i].part, &t, err)) return false;
        if (!t->has_revisions) continue;
        revise_list_numbered(page->arena, t, &items, &count, &cap, &page->numbers);
    }
    page->changes = NEW_ARRAY(page->arena, Change, count);
    page->change_count = count;
    for (ptrdiff_t i = 0; i < count; i++) { /* those who propose alone come before the joint ones */
        if (str_find(items[i].author, S("; ")) < 0) office_named(page, items[i].author);
    }
    for (ptrdiff_t i = 0; i < count; i++) {
        page->changes[i].listed = &items[i];
        page->changes[i].office = office_named(page, items[i].author);
        count_change(&page->offices[page->changes[i].office], items[i].kind);
    }
    Map ends[2] = {map_new(page->arena), map_new(page->arena)};
    for (ptrdiff_t i = 0; i < story_count; i++) {
        XmlTree *t = NULL;
        if (!docx_part_tree(page->package, stories[i].part, &t, err)) return false;
        if (t->has_revisions) pair_moves(page, t->root, ends);
    }
    return true;
}

/* ---- showing ---- */

static void put_office_class(Buf *out, ptrdiff_t office) {
    buf_format(out, "o%d", (int)(office % COLOURS) + 1);
    if (office >= COLOURS) buf_format(out, " v%d", (int)(office / COLOURS % 3) + 1);
}

void change_attributes(Page *page, Buf *out, const char *classes, const XmlNode *revision,
                       Str words) {
    const ptrdiff_t number = change_number(page, revision);
    const Change *change = number > 0 ? &page->changes[number - 1] : NULL;
    const Str author = xml_attr(revision, W_author), date = xml_attr(revision, W_date);
    const ptrdiff_t office = change ? change->office : office_named(page, author);
    buf_add(out, S(" class=\""));
    buf_add(out, str_from_z(classes));
    if (classes[0]) buf_byte(out, ' ');
    put_office_class(out, office);
    buf_add(out, S("\" data-office=\""));
    html_attr(out, page->offices[office].name);
    buf_add(out, S("\" title=\""));
    if (number > 0) buf_format(out, "#%d ", (int)number);
    if (change) html_attr(out, revise_kind_name(change->listed->kind));
    buf_add(out, change ? S(", ") : S(""));
    html_attr(out, page->offices[office].name);
    if (html_is_date(date)) {
        buf_add(out, S(", "));
        html_attr(out, str_slice(date, 0, 10));
    }
    if (change && change->counterpart > 0) {
        buf_format(out, "; the other end is #%d", (int)change->counterpart);
    }
    if (words.len > 0) {
        buf_add(out, S(": "));
        html_attr(out, words);
    }
    buf_byte(out, '"');
}

void change_anchor(Page *page, ptrdiff_t number) {
    Buf *out = page->out;
    Change *change = number > 0 ? &page->changes[number - 1] : NULL;
    if (!change || change->is_shown) return;
    change->is_shown = true;
    const bool link = page->link_depth == 0;
    const Office *office = &page->offices[change->office];
    buf_format(out, "<sup class=\"k\" dir=\"ltr\"><%s id=\"k%d\"", link ? "a" : "span",
               (int)number);
    if (link) {
        const ptrdiff_t target = change->counterpart > 0 ? change->counterpart : number;
        buf_format(out, " href=\"#k%d\"", (int)target);
    }
    buf_add(out, S(" aria-label=\"Change "));
    html_number(out, number);
    buf_add(out, S(", "));
    html_attr(out, revise_kind_name(change->listed->kind));
    buf_add(out, S(", "));
    html_attr(out, office->name);
    buf_add(out, S("\">"));
    html_number(out, number);
    if (change->counterpart > 0) buf_format(out, "\xE2\x86\x94%d", (int)change->counterpart);
    if (page->last_office != change->office) {
        page->last_office = change->office;
        buf_add(out, S("<bdi>"));
        html_text(out, office->initials);
        buf_add(out, S("</bdi>"));
    }
    buf_add(out, link ? S("</a></sup>") : S("</span></sup>"));
}

static void put_count(Buf *out, ptrdiff_t n) {
    buf_add(out, S("<td class=\"q\">"));
    if (n > 0) html_number(out, n);
    buf_add(out, S("</td>"));
}

static void write_marks(Buf *out, ptrdiff_t index) {
    buf_add(out, S("<ins class=\""));
    put_office_class(out, index);
    buf_add(out, S("\">inserted</ins> <del class=\""));
    put_office_class(out, index);
    buf_add(out, S("\">deleted</del>"));
}

static bool proposes(const Office *o) {
    return o->insertions + o->deletions + o->moves + o->formats + o->others > 0;
}

static void write_legend_row(Page *page, ptrdiff_t index) {
    Buf *out = page->out;
    const Office *o = &page->offices[index];
    buf_add(out, S("<tr><th scope=\"row\"><span class=\"tag "));
    put_office_class(out, index);
    buf_add(out, S("\"><bdi>"));
    html_text(out, o->initials);
    buf_add(out, S("</bdi></span> <bdi>"));
    html_text(out, o->name);
    buf_add(out, S("</bdi></th><td class=\"m\">"));
    write_marks(out, index);
    buf_add(out, S("</td>"));
    put_count(out, o->insertions);
    put_count(out, o->deletions);
    put_count(out, o->moves);
    put_count(out, o->formats);
    put_count(out, o->others);
    put_count(out, o->comments);
    buf_add(out, S("</tr>\n"));
}

static void write_legend_table(Page *page) {
    Buf *out = page->out;
    buf_add(out, S("<div class=\"tw\"><table>\n<thead><tr><th scope=\"col\">Office</th>"
                   "<th scope=\"col\">Marks</th><th scope=\"col\">Insertions</th>"
                   "<th scope=\"col\">Deletions</th><th scope=\"col\">Moves</th>"
                   "<th scope=\"col\">Formats</th><th scope=\"col\">Other</th>"
                   "<th scope=\"col\">Comments</th></tr></thead>\n<tbody>\n"));
    for (ptrdiff_t i = 0; i < page->office_count; i++) {
        if (proposes(&page->offices[i])) write_legend_row(page, i);
    }
    buf_add(out, S("</tbody></table></div>\n"));
}

/* Those who comment and propose nothing. */
static void write_commentators(Page *page) {
    Buf *out = page->out;
    bool any = false;
    for (ptrdiff_t i = 0; i < page->office_count; i++) {
        const Office *o = &page->offices[i];
        if (proposes(o)) continue;
        buf_add(out, any ? S("; ") : S("<p class=\"sum\">Comments by <bdi>"));
        if (any) buf_add(out, S("<bdi>"));
        html_text(out, o->name);
        buf_add(out, S("</bdi>"));
        if (o->comments > 1) {
            buf_add(out, S(" ("));
            html_number(out, o->comments);
            buf_byte(out, ')');
        }
        any = true;
    }
    if (any) buf_add(out, S("</p>\n"));
}

void write_legend(Page *page) {
    Buf *out = page->out;
    if (page->office_count == 0) return;
    buf_add(out, S("<section class=\"legend\" aria-label=\"Who proposes what\">\n"));
    if (page->change_count > 0) write_legend_table(page);
    write_commentators(page);
    if (page->change_count > 0) {
        buf_add(out,
                S("<p class=\"how\">The small number before a change is its number: "
                  "<code>paraph resolve --accept change:N</code> or "
                  "<code>--reject change:N</code> takes it. "
                  "A moved text has a double line and the number of its other end (\xE2\x86\x94). "
                  "A dotted box is a change of format.</p>\n"));
    }
    buf_add(out, S("</section>\n"));
}
