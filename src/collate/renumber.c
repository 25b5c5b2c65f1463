/* Notes that came from returns: their text is marked as inserted, and ids rise in the order of the
 * references, as Word writes them; a program that pairs notes by rank and not by id (LibreOffice
 * 7.4 does) would else show every later note at the wrong place. The main story holds markup
 * already written, so ids are replaced there in its bytes. */
#include "collate/int.h"

/* ---- references in written markup ---- */

static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/* Behind the tag, comment, CDATA section or instruction that begins at i. */
static ptrdiff_t end_of_markup(Str s, ptrdiff_t i) {
    Str rest = str_slice(s, i, s.len), close = S(">");
    if (str_starts(rest, S("<!--"))) close = S("-->");
    else if (str_starts(rest, S("<![CDATA["))) close = S("]]>");
    else if (str_starts(rest, S("<?"))) close = S("?>");
    if (close.len > 1) {
        ptrdiff_t found = str_find(rest, close);
        return found < 0 ? s.len : i + found + close.len;
    }
    char quote = 0;
    for (; i < s.len; i++) {
        if (quote) quote = s.ptr[i] == quote ? 0 : quote;
        else if (s.ptr[i] == '"' || s.ptr[i] == '\'') quote = s.ptr[i];
        else if (s.ptr[i] == '>') return i + 1;
    }
    return s.len;
}

static bool is_named(Str tag, Str word) {
    ptrdiff_t end = 1;
    while (end < tag.len && !is_space(tag.ptr[end]) && tag.ptr[end] != '/' && tag.ptr[end] != '>')
        end++;
    Str name = str_slice(tag, 1, end);
    ptrdiff_t colon = str_find_last(name, ':');
    return str_equal(str_slice(name, colon + 1, name.len), word);
}

/* The value of the attribute id, of whatever prefix. */
static Str id_in(Str tag) {
    for (ptrdiff_t i = 1; i < tag.len; i++) {
        if (tag.ptr[i] != '"' && tag.ptr[i] != '\'') continue;
        ptrdiff_t end = i + 1, name = i;
        while (end < tag.len && tag.ptr[end] != tag.ptr[i]) end++;
        while (name > 0 && (is_space(tag.ptr[name - 1]) || tag.ptr[name - 1] == '=')) name--;
        if (str_ends(str_slice(tag, 0, name), S(":id"))) return str_slice(tag, i + 1, end);
        i = end;
    }
    return (Str){NULL, 0};
}

/* The id of the next reference behind *at, which moves; ptr NULL when there is none. */
static Str next_reference(Str raw, Str word, ptrdiff_t *at) {
    while (*at < raw.len) {
        const char *open = memchr(raw.ptr + *at, '<', (size_t)(raw.len - *at));
        if (!open) break;
        ptrdiff_t start = open - raw.ptr;
        *at = end_of_markup(raw, start);
        Str tag = str_slice(raw, start, *at), id = {NULL, 0};
        if (is_named(tag, word)) id = id_in(tag);
        if (id.ptr) return id;
    }
    *at = raw.len;
    return (Str){NULL, 0};
}

/* ---- fresh ids ---- */

typedef struct Notes {
    Job *job;
    XmlTree *notes, *main;
    uint16_t note, reference;
    Str word;        /* of the reference */
    Map ranks;       /* old id -> rank of its first reference, from 1 */
    Map fresh;       /* old id -> new id */
    ptrdiff_t count; /* ids referred to */
    int64_t taken;   /* new ids are larger */
    XmlNode **items; /* the notes that are numbered */
    uint64_t *order; /* of each, the rank it is to have */
    ptrdiff_t items_count;
    bool odd; /* a reference is written in a way that nobody writes */
} Notes;

static void rank(Notes *n, Str id) {
    if (memchr(id.ptr, '&', (size_t)id.len)) n->odd = true;
    if (map_find(&n->ranks, hash_fast(id), NULL)) return;
    map_put(&n->ranks, hash_fast(id), (uint64_t)++n->count);
    int64_t number;
    bool there = map_find(&n->fresh, hash_fast(id), NULL);
    if (!there && str_to_int(id, &number) && number > n->taken) n->taken = number;
}

static void rank_references(Notes *n) {
    for (XmlNode *r = n->main->root; r; r = xml_next(r, n->main->root)) {
        if (r->name == n->reference && xml_has_attr(r, W_id)) rank(n, xml_attr(r, W_id));
        if (r->name != XML_RAW) continue;
        ptrdiff_t at = 0;
        for (Str id; (id = next_reference(r->text, n->word, &at)).ptr;) rank(n, id);
    }
}

static bool is_plain_note(const Notes *n, const XmlNode *note) {
    Str type = xml_attr(note, W_type);
    return note->name == n->note && (!type.ptr || str_equal(type, S("normal")));
}

/* Gathers the notes; the separators keep their ids, since the settings name them. */
static void find_notes(Notes *n) {
    ptrdiff_t total = 0;
    for (const XmlNode *c = n->notes->root->first; c; c = c->next) total++;
    n->items = NEW_ARRAY(n->job->arena, XmlNode *, total);
    n->order = NEW_ARRAY(n->job->arena, uint64_t, total);
    for (XmlNode *c = n->notes->root->first; c; c = c->next) {
        int64_t number;
        Str id = xml_attr(c, W_id);
        if (is_plain_note(n, c)) {
            n->items[n->items_count++] = c;
            map_put(&n->fresh, hash_fast(id), 0);
        } else if (c->name == n->note && str_to_int(id, &number) && number > n->taken) {
            n->taken = number;
        }
    }
}

static int by_order(const void *ctx, ptrdiff_t x, ptrdiff_t y) {
    const Notes *n = ctx;
    return (n->order[x] > n->order[y]) - (n->order[x] < n->order[y]);
}

static ptrdiff_t *sorted_notes(Notes *n) {
    ptrdiff_t *sorted = NEW_ARRAY(n->job->arena, ptrdiff_t, n->items_count);
    Map seen = map_new(n->job->arena); /* of notes that share an id the first counts */
    for (ptrdiff_t i = 0; i < n->items_count; i++) {
        uint64_t id = hash_fast(xml_attr(n->items[i], W_id));
        sorted[i] = i;
        if (map_find(&seen, id, NULL) || !map_find(&n->ranks, id, &n->order[i]))
            n->order[i] = (uint64_t)n->count + 1;
        map_put(&seen, id, 1);
    }
    sort_indexes(n->job->arena, sorted, n->items_count, by_order, n);
    return sorted;
}

static bool is_rising(const Notes *n, const ptrdiff_t *sorted) {
    int64_t last = INT64_MIN, number;
    for (ptrdiff_t i = 0; i < n->items_count; i++) {
        if (sorted[i] != i || !str_to_int(xml_attr(n->items[i], W_id), &number)) return false;
        if (number <= last) return false;
        last = number;
    }
    return true;
}

static void place_notes(Notes *n, const ptrdiff_t *sorted) {
    XmlNode *root = n->notes->root, *others = NULL, *last = NULL;
    for (XmlNode *c = root->first; c; c = c->next) {
        if (is_plain_note(n, c)) continue;
        if (last) last->next = c;
        else others = c;
        last = c;
    }
    for (ptrdiff_t i = 0; i < n->items_count; i++) {
        XmlNode *note = n->items[sorted[i]];
        Str id = xml_attr(note, W_id);
        uint64_t known;
        int64_t number = n->taken + 1 + i;
        if (map_find(&n->fresh, hash_fast(id), &known) && known == 0)
            map_put(&n->fresh, hash_fast(id), (uint64_t)number);
        xml_set_attr(n->notes, note, W_id, arena_format(n->job->arena, "%lld", (long long)number));
        if (last) last->next = note;
        else others = note;
        last = note;
    }
    if (last) last->next = NULL;
    root->first = others;
    root->last = last;
    xml_touch(root);
}

/* ---- the references follow ---- */

static Str fresh_of(const Notes *n, Str id) {
    uint64_t number;
    if (!map_find(&n->fresh, hash_fast(id), &number)) return id;
    return arena_format(n->job->arena, "%llu", (unsigned long long)number);
}

static void rewrite_raw(const Notes *n, XmlNode *r) {
    Buf out = buf_new(n->job->arena);
    ptrdiff_t at = 0, done = 0;
    for (Str id; (id = next_reference(r->text, n->word, &at)).ptr;) {
        ptrdiff_t start = id.ptr - r->text.ptr;
        buf_add(&out, str_slice(r->text, done, start));
        buf_add(&out, fresh_of(n, id));
        done = start + id.len;
    }
    if (done == 0) return;
    buf_add(&out, str_slice(r->text, done, r->text.len));
    r->text = buf_str(&out);
    xml_touch(r);
}

static void rewrite_references(const Notes *n) {
    for (XmlNode *r = n->main->root; r; r = xml_next(r, n->main->root)) {
        if (r->name == XML_RAW) rewrite_raw(n, r);
        if (r->name != n->reference || !xml_has_attr(r, W_id)) continue;
        Str id = xml_attr(r, W_id), fresh = fresh_of(n, id);
        if (!str_equal(id, fresh)) xml_set_attr(n->main, r, W_id, fresh);
    }
}

static void renumber(Job *job, bool end) {
    DocxPart *part = docx_related(job->base->main, end ? S("endnotes") : S("footnotes"));
    if (!part || !part->tree || !job->base->main->tree) return;
    Notes n = {.job = job,
               .notes = part->tree,
               .main = job->base->main->tree,
               .note = end ? W_endnote : W_footnote,
               .reference = end ? W_endnoteReference : W_footnoteReference,
               .word = end ? S("endnoteReference") : S("footnoteReference"),
               .ranks = map_new(job->arena),
               .fresh = map_new(job->arena)};
    bool imported = false;
    for (const XmlNode *c = n.notes->root->first; c; c = c->next)
        imported = imported || (is_plain_note(&n, c) && c->flags & XML_MADE);
    if (!imported) return;
    find_notes(&n);
    rank_references(&n);
    const ptrdiff_t *sorted = sorted_notes(&n);
    if (n.odd || n.taken > INT32_MAX - n.items_count - 1 || is_rising(&n, sorted)) return;
    place_notes(&n, sorted);
    rewrite_references(&n);
}

void renumber_notes(Job *job) {
    if (job->failed) return;
    renumber(job, false);
    renumber(job, true);
}

/* ---- the text of an imported note ---- */

static XmlNode *with_id(XmlNode *n, Str id) {
    while (n && !str_equal(xml_attr(n, W_id), id)) n = n->next;
    return n;
}

void mark_imported_notes(Place *place, const XmlNode *copy, TextSet set, const Who *who) {
    Job *job = place->job;
    if (job->failed || place->part != job->base->main) return;
    for (const XmlNode *r = copy; r; r = xml_next(r, copy)) {
        if (r->name != W_footnoteReference && r->name != W_endnoteReference) continue;
        bool end = r->name == W_endnoteReference;
        DocxPart *part = docx_related(job->base->main, end ? S("endnotes") : S("footnotes"));
        if (!part || !part->tree) continue;
        /* They were added one by one: mostly it is the one behind that marked before. */
        const XmlNode *last = job->marked_notes[end];
        Str id = xml_attr(r, W_id);
        XmlNode *note = with_id(last ? last->next : NULL, id);
        if (!note) note = with_id(part->tree->root->first, id);
        if (!note || !(note->flags & XML_MADE)) continue;
        Place inside = {.job = job, .part = part, .tree = part->tree, .w = place->w};
        mark_note(&inside, note, set, who);
        job->marked_notes[end] = note;
    }
}
