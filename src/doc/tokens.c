/* Paragraphs, read once for two purposes: as a hash (no token or string is made) and as tokens.
 * Both come from one walk over the same events (text, code, atoms, the mark), so that they agree by
 * construction.
 *
 * Text is held back while neither format nor wrap changes: a run's end is no event. For tokens and
 * words a change of format is none either, so that a word of two formats is one word. The code of a
 * complex field belongs to the wrap of all it encloses, so a paragraph with fields is walked once
 * more before, for their codes. */
#include "doc/int.h"

#include <unictype.h>

typedef enum ScanMode { SCAN_HASH, SCAN_TOKENS, SCAN_WORDS, SCAN_CODES } ScanMode;
typedef enum ScanHeld { HELD_NOTHING, HELD_TEXT, HELD_CODE } ScanHeld;

typedef struct Piece { /* of the text held back */
    XmlNode *run, *node;
    const DocWrap *wrapper;
    Str text;
    ptrdiff_t at; /* bytes before it */
    uint64_t format;
} Piece;

typedef struct HeldMarker {
    XmlNode *node;
    ptrdiff_t at;
} HeldMarker;

typedef struct Scan {
    DocContext *ctx;
    DocCaches *caches;
    ScanMode mode;
    bool whole_runs;
    /* where it is */
    const XmlNode *paragraph;
    XmlNode *run;
    uint64_t format;    /* of run */
    uint64_t field;     /* the codes of all open fields, mixed; 0: none is open */
    uint64_t signature; /* of the innermost wrapper */
    uint64_t wrap;      /* signature and field */
    const DocWrap *wrapper;
    /* the control or simple field that ended last: its signature by itself, the one it was given,
     * and s->events then */
    uint64_t left_own, left_given;
    ptrdiff_t left_events;
    ptrdiff_t first_field;           /* of this paragraph in caches->fields */
    ptrdiff_t first_code, next_code; /* in caches->codes */
    bool codes_known;
    ptrdiff_t events;
    uint64_t event_wrap;     /* of the last event */
    bool alone, alone_known; /* whether the run holds one commentReference and nothing else */
    /* text or code held back */
    ScanHeld held;
    ptrdiff_t held_len;
    uint64_t held_format, held_wrap;
    const XmlNode *held_run; /* where it begins */
    Hasher hash;             /* SCAN_HASH */
    Arena *arena;            /* SCAN_TOKENS, SCAN_WORDS */
    uint64_t *words;
    ptrdiff_t word_count, word_cap;
    DocTokens *out;
    Piece *pieces;
    ptrdiff_t piece_count, piece_cap;
    HeldMarker *markers;
    ptrdiff_t marker_count, marker_cap;
} Scan;

/* ---- tokens ---- */

static DocToken *add_token(Scan *s, DocToken token) {
    DocTokens *out = s->out;
    out->items = arena_grow(s->arena, out->items, out->count, &out->cap, out->count + 1,
                            (ptrdiff_t)sizeof *out->items);
    out->items[out->count] = token;
    return &out->items[out->count++];
}

static void add_marker(Scan *s, XmlNode *node, ptrdiff_t before) {
    DocTokens *out = s->out;
    out->markers = arena_grow(s->arena, out->markers, out->marker_count, &out->marker_cap,
                              out->marker_count + 1, (ptrdiff_t)sizeof *out->markers);
    out->markers[out->marker_count++] = (DocMarker){node, before};
}

static bool ends_something(const XmlNode *n) {
    return n->name == W_r || element_flags(n) & ELEMENT_ENDS;
}

/* Places the held markers of the next token, which ends at byte `end` of the held text: *next is
 * the first not yet placed. */
static void place_markers(Scan *s, ptrdiff_t *next, ptrdiff_t start, ptrdiff_t end) {
    const ptrdiff_t first = *next, token = s->out->count;
    ptrdiff_t i = first;
    for (; i < s->marker_count && s->markers[i].at < end; i++)
        if (s->markers[i].at <= start || !ends_something(s->markers[i].node))
            add_marker(s, s->markers[i].node, token);
    *next = i;
    for (i = first; i < *next; i++)
        if (s->markers[i].at > start && ends_something(s->markers[i].node))
            add_marker(s, s->markers[i].node, token + 1);
}

static DocTokenKind kind_of_text(Str s) {
    bool space = true;
    for (ptrdiff_t at = 0; at < s.len;) {
        const uint32_t c = utf8_next(s, &at);
        if (c < 0x80) {
            if ((c | 32) - 'a' < 26 || c - '0' < 10) return TOKEN_WORD;
            space = space && (c == ' ' || c - '\t' < 5);
        } else {
            if (uc_is_general_category_withtable(c, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_N |
                                                        UC_CATEGORY_MASK_M))
                return TOKEN_WORD;
            space = space && uc_is_property_white_space(c);
        }
    }
    return space ? TOKEN_SPACE : TOKEN_PUNCTUATION;
}

/* Room for len bytes that are good until the next call. */
static char *scratch(Scan *s, Buf *b, ptrdiff_t len) {
    if (!b->arena) *b = buf_new(s->caches->arena);
    buf_reserve(b, len);
    return b->ptr;
}

static Str held_text(Scan *s) {
    if (s->piece_count == 1) return s->pieces[0].text;
    char *text = s->mode == SCAN_WORDS ? scratch(s, &s->caches->text, s->held_len)
                                       : arena_alloc_raw(s->arena, s->held_len);
    for (ptrdiff_t i = 0; i < s->piece_count; i++)
        memcpy(text + s->pieces[i].at, s->pieces[i].text.ptr, (size_t)s->pieces[i].text.len);
    return (Str){text, s->held_len};
}

/* Room for a token a break, and for the mark. */
static void reserve_tokens(Scan *s, const char *breaks, ptrdiff_t len) {
    DocTokens *out = s->out;
    ptrdiff_t need = out->count + 1;
    for (ptrdiff_t i = 0; i < len; i++) need += breaks[i];
    out->items = arena_grow(s->arena, out->items, out->count, &out->cap, need,
                            (ptrdiff_t)sizeof *out->items);
}

/* A space is a token of its own: where two become one, one goes. */
static ptrdiff_t next_break(Str text, const char *breaks, ptrdiff_t at) {
    const bool space = text.ptr[at] == ' ';
    for (at++; at < text.len && !breaks[at]; at++)
        if (space && text.ptr[at] == ' ') return at;
    return at;
}

static void add_word(Scan *s, uint64_t key) {
    s->words = arena_grow(s->arena, s->words, s->word_count, &s->word_cap, s->word_count + 1,
                          (ptrdiff_t)sizeof *s->words);
    s->words[s->word_count++] = key;
}

static void words_alone(Scan *s, Str text) {
    char *breaks = scratch(s, &s->caches->breaks, text.len);
    doc_word_breaks(s->arena, text, breaks);
    for (ptrdiff_t at = 0, end; at < text.len; at = end) {
        end = next_break(text, breaks, at);
        const Str word = str_slice(text, at, end);
        if (kind_of_text(word) == TOKEN_WORD) add_word(s, hash_of(s->caches->key, word).a);
    }
}

/* The formats of a word that lies in pieces first to last, which are not all of one format. */
static void set_parts(Scan *s, DocToken *t, ptrdiff_t first, ptrdiff_t last, ptrdiff_t at) {
    DocPart *parts = arena_alloc_raw(s->arena, (last - first + 1) * (ptrdiff_t)sizeof *parts);
    int32_t count = 0;
    uint64_t format = 0;
    for (ptrdiff_t i = first; i <= last; i++) {
        const Piece *p = &s->pieces[i];
        if (count > 0 && parts[count - 1].format == p->format) continue;
        parts[count] = (DocPart){i == first ? 0 : p->at - at, p->format, p->run};
        format = mix_keys(mix_keys(format, p->format), (uint64_t)parts[count].at);
        count++;
    }
    t->parts = parts;
    t->part_count = count;
    t->format = format;
}

static void token_words(Scan *s, Str text) {
    char *breaks = scratch(s, &s->caches->breaks, text.len);
    doc_word_breaks(s->arena, text, breaks);
    reserve_tokens(s, breaks, text.len);
    ptrdiff_t piece = 0, marker = 0;
    for (ptrdiff_t at = 0, end; at < text.len; at = end) {
        end = next_break(text, breaks, at);
        while (piece + 1 < s->piece_count && s->pieces[piece + 1].at <= at) piece++;
        place_markers(s, &marker, at, end);
        const Str word = str_slice(text, at, end);
        const Piece *first = &s->pieces[piece];
        DocToken *t = add_token(s, (DocToken){.key = hash_of(s->caches->key, word).a,
                                              .format = first->format,
                                              .wrap = s->held_wrap,
                                              .text = word,
                                              .run = first->run,
                                              .wrapper = first->wrapper,
                                              .mark = first->run->mark,
                                              .kind = kind_of_text(word)});
        bool several = false;
        ptrdiff_t last = piece;
        for (; last + 1 < s->piece_count && s->pieces[last + 1].at < end; last++) {
            const Piece *next = &s->pieces[last + 1];
            several = several || next->format != first->format;
            if (t->mark == 0) t->mark = next->run->mark;
        }
        if (several) set_parts(s, t, piece, last, at);
    }
    for (; marker < s->marker_count; marker++)
        add_marker(s, s->markers[marker].node, s->out->count);
}

static uint64_t code_key(const Scan *s, Str code) {
    Hasher h;
    hash_start(&h, s->caches->key);
    feed_tag(&h, TAG_CODE, 0);
    hash_str(&h, code);
    return hash_end(&h).a;
}

static void token_code(Scan *s, Str code) {
    ptrdiff_t marker = 0;
    place_markers(s, &marker, 0, code.len);
    const Piece *first = &s->pieces[0];
    add_token(s, (DocToken){.key = code_key(s, code),
                            .format = s->held_format,
                            .wrap = s->held_wrap,
                            .code = code,
                            .run = first->run,
                            .node = first->node,
                            .last = s->pieces[s->piece_count - 1].node,
                            .wrapper = first->wrapper,
                            .mark = first->run->mark,
                            .kind = TOKEN_ATOM});
    for (; marker < s->marker_count; marker++)
        add_marker(s, s->markers[marker].node, s->out->count);
}

/* ---- events ---- */

/* Gives out what was held back. The length stands behind the text, so that the whole could be read
 * back from its end. */
static void flush(Scan *s) {
    if (s->held == HELD_NOTHING) return;
    if (s->mode == SCAN_HASH) {
        static const char padding[8];
        hash_bytes(&s->hash, padding, -s->held_len & 7);
        feed_tag(&s->hash, s->held == HELD_TEXT ? TAG_TEXT : TAG_CODE, (uint64_t)s->held_len);
        hash_u64(&s->hash, s->held_format);
        hash_u64(&s->hash, s->held_wrap);
    } else if (s->mode == SCAN_TOKENS) {
        if (s->held == HELD_TEXT) token_words(s, held_text(s));
        else token_code(s, held_text(s));
        s->piece_count = s->marker_count = 0;
    } else if (s->mode == SCAN_WORDS) {
        if (s->held == HELD_TEXT) words_alone(s, held_text(s));
        else add_word(s, code_key(s, held_text(s)));
        s->piece_count = 0;
    }
    s->held = HELD_NOTHING;
}

static Str raised(const XmlNode *run) {
    return xml_attr(xml_child(xml_child(run, W_rPr), W_vertAlign), W_val);
}

/* Whether text of the run's format goes with what is held back. */
static bool is_of_one_kind(Scan *s, ScanHeld what) {
    if (s->held != what || s->held_wrap != s->wrap) return false;
    if (s->held_format == s->format) return true;
    if (s->mode == SCAN_HASH || what == HELD_CODE) return false;
    return str_equal(raised(s->held_run), raised(s->run));
}

static void hold(Scan *s, ScanHeld what, XmlNode *node, Str text) {
    if (text.len == 0 || s->mode == SCAN_CODES) return;
    if (!is_of_one_kind(s, what)) {
        flush(s);
        s->held = what;
        s->held_len = 0;
        s->held_wrap = s->wrap;
        s->held_run = s->run;
    }
    s->held_format = s->format;
    s->events++;
    s->event_wrap = s->wrap;
    if (s->mode == SCAN_HASH) {
        hash_bytes(&s->hash, text.ptr, text.len);
    } else {
        s->pieces = arena_grow(s->arena, s->pieces, s->piece_count, &s->piece_cap,
                               s->piece_count + 1, (ptrdiff_t)sizeof *s->pieces);
        s->pieces[s->piece_count++] =
            (Piece){s->run, node, s->wrapper, text, s->held_len, s->format};
    }
    s->held_len += text.len;
}

static bool has_box(const XmlNode *root) {
    const XmlNode *n = root;
    while (n && n->name != W_txbxContent) n = xml_next(n, root);
    return n != NULL;
}

/* What stays of an atom when its content changes. */
static uint64_t soft_key(Scan *s, const XmlNode *node) {
    if (node->name == W_footnoteReference || node->name == W_endnoteReference) return node->name;
    if (node->name != W_drawing && node->name != W_pict && node->name != W_object &&
        node->name != MC_AlternateContent)
        return 0;
    if (!has_box(node)) return 0;
    Hasher h;
    hash_start(&h, s->caches->key);
    doc_feed(s->ctx, s->caches, &h, node, false);
    return never_zero(hash_end(&h).a);
}

static void atom(Scan *s, XmlNode *run, XmlNode *node, uint64_t key, uint64_t format) {
    if (s->mode == SCAN_CODES) return;
    flush(s);
    s->events++;
    s->event_wrap = s->wrap;
    if (s->mode == SCAN_HASH) {
        feed_tag(&s->hash, TAG_ATOM, 0);
        hash_u64(&s->hash, key);
        hash_u64(&s->hash, format);
        hash_u64(&s->hash, s->wrap);
        return;
    }
    if (s->mode == SCAN_WORDS) {
        add_word(s, key);
        return;
    }
    uint32_t mark = node->mark;
    if (mark == 0 && run) mark = run->mark;
    add_token(s, (DocToken){.key = key,
                            .format = format,
                            .wrap = s->wrap,
                            .soft = soft_key(s, node),
                            .run = run,
                            .node = node,
                            .last = node,
                            .wrapper = s->wrapper,
                            .mark = mark,
                            .kind = TOKEN_ATOM});
}

static void marker(Scan *s, XmlNode *node) {
    if (element_flags(node) & ELEMENT_COMMENT) s->caches->comments_seen++;
    s->caches->bookmarks_seen += is_bookmark(node);
    if (s->mode != SCAN_TOKENS) return;
    if (s->held == HELD_NOTHING) {
        add_marker(s, node, s->out->count);
        return;
    }
    s->markers = arena_grow(s->arena, s->markers, s->marker_count, &s->marker_cap,
                            s->marker_count + 1, (ptrdiff_t)sizeof *s->markers);
    s->markers[s->marker_count++] = (HeldMarker){node, s->held_len};
}

/* ---- complex fields ---- */

static void set_field(Scan *s, uint64_t field) {
    s->field = field;
    s->wrap = field ? mix_keys(s->signature, field) : s->signature;
}

static DocField *push_field(Scan *s) {
    DocCaches *c = s->caches;
    c->fields = arena_grow(c->arena, c->fields, c->field_count, &c->field_cap, c->field_count + 1,
                           (ptrdiff_t)sizeof *c->fields);
    DocField *f = &c->fields[c->field_count++];
    *f = (DocField){.index = c->code_count, .outside = s->field, .coding = true};
    return f;
}

static DocField *innermost_field(const Scan *s) {
    DocCaches *c = s->caches;
    return c->field_count > s->first_field ? &c->fields[c->field_count - 1] : NULL;
}

static void end_code(Scan *s, DocField *f) {
    if (!f || !f->coding) return;
    f->coding = false;
    s->caches->codes[f->index] = hash_end(&f->code).a;
}

static void read_field_char(Scan *s, Str type) {
    DocCaches *c = s->caches;
    DocField *f = innermost_field(s);
    if (str_equal(type, S("begin"))) {
        if (f && f->coding) feed_tag(&f->code, TAG_FIELD, 0);
        f = push_field(s);
        hash_start(&f->code, c->key);
        c->codes = arena_grow(c->arena, c->codes, c->code_count, &c->code_cap, c->code_count + 1,
                              (ptrdiff_t)sizeof *c->codes);
        c->code_count++;
    } else if (str_equal(type, S("separate"))) {
        end_code(s, f);
    } else if (str_equal(type, S("end")) && f) {
        end_code(s, f);
        c->field_count--;
    }
}

static void read_code(Scan *s, Str text) {
    DocField *f = innermost_field(s);
    if (f && f->coding) hash_bytes(&f->code, text.ptr, text.len);
}

static void scan_children(Scan *s, const XmlNode *n);

static void find_codes(Scan *s) {
    DocCaches *c = s->caches;
    s->codes_known = true;
    s->first_code = s->next_code = c->code_count;
    Scan codes = {.ctx = s->ctx,
                  .caches = c,
                  .mode = SCAN_CODES,
                  .paragraph = s->paragraph,
                  .first_field = c->field_count};
    scan_children(&codes, s->paragraph);
    for (; c->field_count > codes.first_field; c->field_count--)
        end_code(&codes, &c->fields[c->field_count - 1]);
}

static void field_char(Scan *s, XmlNode *n) {
    const Str type = xml_attr(n, W_fldCharType);
    if (s->mode == SCAN_CODES) {
        read_field_char(s, type);
        return;
    }
    if (str_equal(type, S("begin"))) {
        if (!s->codes_known) find_codes(s);
        push_field(s);
        set_field(s, mix_keys(s->field, s->caches->codes[s->next_code++]));
    }
    atom(s, s->run, n, doc_opaque(s->ctx, n), s->format);
    if (str_equal(type, S("end")) && innermost_field(s)) {
        set_field(s, innermost_field(s)->outside);
        s->caches->field_count--;
    }
}

/* ---- runs ---- */

static uint64_t note_key(Scan *s, const XmlNode *n) {
    const DocNote *note = doc_note(s->ctx, n);
    Hasher h;
    hash_start(&h, s->caches->key);
    feed_tag(&h, TAG_NOTE, n->name);
    if (note && note->has_comments) s->caches->comments_seen++;
    hash_u64(&h, note ? note->key : 0);
    hash_u64(&h, doc_has_own_mark(n));
    return hash_end(&h).a;
}

/* A line break of the usual kind may say so or not. */
static uint64_t break_key(Scan *s, const XmlNode *n) {
    if (!str_equal(xml_attr(n, W_type), S("textWrapping"))) return doc_opaque(s->ctx, n);
    XmlAttr kept[4];
    XmlNode plain = *n;
    plain.attrs = kept;
    plain.attr_count = 0;
    for (ptrdiff_t i = 0; i < n->attr_count; i++) {
        if (n->attrs[i].name == W_type) continue;
        if (plain.attr_count == 4) return doc_opaque(s->ctx, n);
        kept[plain.attr_count++] = n->attrs[i];
    }
    return doc_opaque(s->ctx, &plain);
}

static bool is_plain_text(const XmlNode *n) {
    for (const XmlNode *k = n->first; k; k = k->next)
        if (k->name != XML_TEXT) return false;
    return true;
}

static void text_child(Scan *s, XmlNode *n, ScanHeld what) {
    if (!is_plain_text(n)) {
        if (s->mode == SCAN_CODES) return;
        atom(s, s->run, n, doc_opaque(s->ctx, n), s->format);
        return;
    }
    for (const XmlNode *k = n->first; k; k = k->next) {
        if (what == HELD_CODE && s->mode == SCAN_CODES) read_code(s, k->text);
        hold(s, what, n, k->text);
    }
}

/* A commentReference's run stands for it when there is nothing else in it. */
static XmlNode *reference_marker(Scan *s, XmlNode *reference) {
    if (!s->alone_known) {
        ptrdiff_t others = 0;
        for (const XmlNode *k = s->run->first; k; k = k->next) {
            const bool noise =
                (element_flags(k) & (ELEMENT_NOISE | ELEMENT_MARKER)) == ELEMENT_NOISE;
            others += k != reference && k->name != W_rPr && !noise;
        }
        s->alone_known = true;
        s->alone = others == 0;
    }
    return s->alone ? s->run : reference;
}

static void run_child(Scan *s, XmlNode *n) {
    const unsigned flags = element_flags(n);
    switch (n->name) {
    case XML_TEXT:
    case W_rPr: return;
    case W_t:
    case W_delText: text_child(s, n, HELD_TEXT); return;
    case W_instrText:
    case W_delInstrText: text_child(s, n, HELD_CODE); return;
    case W_fldChar: field_char(s, n); return;
    case W_commentReference:
        s->caches->comments_seen++;
        marker(s, reference_marker(s, n));
        return;
    default: break;
    }
    if (flags & ELEMENT_MARKER) marker(s, n);
    if (flags & ELEMENT_NOISE || s->mode == SCAN_CODES) return;
    uint64_t key;
    if (n->name == W_footnoteReference || n->name == W_endnoteReference) key = note_key(s, n);
    else if (n->name == W_br) key = break_key(s, n);
    else key = doc_opaque(s->ctx, n);
    atom(s, s->run, n, key, s->format);
}

static void scan_whole_run(Scan *s) {
    flush(s);
    for (XmlNode *k = s->run->first; k; k = k->next)
        if (element_flags(k) & ELEMENT_MARKER)
            marker(s, k->name == W_commentReference ? reference_marker(s, k) : k);
    const uint64_t format = s->format;
    const ptrdiff_t events = s->events;
    s->mode = SCAN_HASH;
    s->format = 0;
    hash_start(&s->hash, s->caches->key);
    for (XmlNode *k = s->run->first; k; k = k->next) run_child(s, k);
    flush(s);
    s->mode = SCAN_TOKENS;
    if (s->events == events) return;
    add_token(s, (DocToken){.key = hash_end(&s->hash).a,
                            .format = format,
                            .wrap = s->event_wrap,
                            .run = s->run,
                            .node = s->run,
                            .last = s->run,
                            .wrapper = s->wrapper,
                            .mark = s->run->mark,
                            .kind = TOKEN_ATOM});
}

static void scan_run(Scan *s, XmlNode *run) {
    s->run = run;
    s->alone_known = false;
    if (s->mode != SCAN_CODES) {
        const XmlNode *first = run->first;
        s->format =
            doc_properties(s->ctx, first && first->name == W_rPr ? first : xml_child(run, W_rPr));
    }
    if (s->whole_runs && s->mode == SCAN_TOKENS) {
        scan_whole_run(s);
        return;
    }
    for (XmlNode *k = run->first; k; k = k->next) run_child(s, k);
}

/* ---- paragraphs ---- */

static bool is_whole(const XmlNode *n) { return n->name == W_sdt || n->name == W_fldSimple; }

/* Two controls or simple fields of one kind side by side are two, and not one with both contents.
 */
static uint64_t signature_beside(const Scan *s, const XmlNode *n, uint64_t own) {
    const bool beside = is_whole(n) && s->left_own == own && s->left_events == s->events;
    return beside ? mix_keys(s->left_given, TAG_CONTAINER) : own;
}

static void scan_wrap(Scan *s, XmlNode *n) {
    const XmlNode *content = n->name == W_sdt ? xml_child(n, W_sdtContent) : n;
    if (s->mode == SCAN_CODES) {
        if (content) scan_children(s, content);
        return;
    }
    const uint64_t signature = s->signature;
    const DocWrap *wrapper = s->wrapper;
    const ptrdiff_t events = s->events, held_markers = s->marker_count;
    const ptrdiff_t markers = s->out ? s->out->marker_count : 0;
    const uint64_t own = doc_signature(s->ctx, s->caches, n, signature);
    const uint64_t given = signature_beside(s, n, own);
    s->signature = given;
    if (s->mode == SCAN_TOKENS) {
        DocWrap *inner = NEW(s->arena, DocWrap);
        *inner = (DocWrap){n, wrapper, s->signature};
        s->wrapper = inner;
    }
    set_field(s, s->field);
    if (content) scan_children(s, content);
    s->signature = signature;
    s->wrapper = wrapper;
    set_field(s, s->field);
    if (s->events > events) {
        if (is_whole(n)) s->left_own = own, s->left_given = given, s->left_events = s->events;
        return;
    }
    s->marker_count = held_markers; /* those inside are part of the atom */
    if (s->out) s->out->marker_count = markers;
    atom(s, NULL, n, doc_signature(s->ctx, s->caches, n, 0),
         0); /* runs without content are noise */
}

/* Marks of the spelling checker count inside text boxes alone: whoever compares drawings as they
 * stand sees them, and a rewritten paragraph would lose them. */
static void scan_proof_mark(Scan *s, XmlNode *n) {
    Hasher h;
    hash_start(&h, s->caches->key);
    feed_tag(&h, TAG_OTHER, n->name);
    hash_str(&h, xml_attr(n, W_type));
    atom(s, NULL, n, hash_end(&h).a, 0);
}

/* The children of a paragraph or of an inline container. */
static void scan_children(Scan *s, const XmlNode *n) {
    for (XmlNode *k = n->first; k; k = k->next) {
        if (k->name == W_r) {
            scan_run(s, k);
            continue;
        }
        if (s->whole_runs && k->name == W_proofErr) {
            scan_proof_mark(s, k);
            continue;
        }
        const unsigned flags = element_flags(k);
        if (flags & ELEMENT_WRAP) scan_wrap(s, k);
        if (flags & ELEMENT_THROUGH) scan_children(s, k);
        if (flags & ELEMENT_MARKER) marker(s, k);
        if (flags & (ELEMENT_WRAP | ELEMENT_THROUGH | ELEMENT_NOISE | ELEMENT_SET)) continue;
        if (!xml_is_element(k) || k->name == W_customXmlPr || k->name == W_smartTagPr ||
            k->name == W_fldData || s->mode == SCAN_CODES)
            continue;
        atom(s, NULL, k, doc_opaque(s->ctx, k), 0);
    }
}

typedef struct Mark {
    uint64_t key, format;
    uint32_t mark;
} Mark;

static Mark mark_of(Scan *s) {
    const XmlNode *first = s->paragraph->first;
    const XmlNode *properties =
        first && first->name == W_pPr ? first : xml_child(s->paragraph, W_pPr);
    if (!properties) return (Mark){TAG_PARAGRAPH, 0, 0};
    const XmlNode *run = xml_child(properties, W_rPr), *section = xml_child(properties, W_sectPr);
    const uint64_t own = doc_properties(s->ctx, properties), runs = doc_properties(s->ctx, run);
    const uint64_t sections = doc_properties(s->ctx, section);
    s->caches->sections_seen += section != NULL;
    return (Mark){section ? TAG_PARAGRAPH + 256 : TAG_PARAGRAPH,
                  own | runs | sections ? mix_keys(mix_keys(own, runs), sections) : 0,
                  run && run->mark ? run->mark : properties->mark};
}

/* The whole paragraph but for its mark. */
static void scan_content(Scan *s) {
    DocCaches *c = s->caches;
    s->first_field = c->field_count;
    s->first_code = c->code_count;
    scan_children(s, s->paragraph);
    flush(s);
    c->field_count = s->first_field;
    c->code_count = s->first_code;
}

Hash doc_paragraph_hash(DocContext *ctx, DocCaches *c, const XmlNode *paragraph) {
    Scan s = {.ctx = ctx, .caches = c, .mode = SCAN_HASH, .paragraph = paragraph};
    hash_start(&s.hash, c->key);
    feed_tag(&s.hash, TAG_PARAGRAPH, 0);
    scan_content(&s);
    const Mark mark = mark_of(&s);
    feed_tag(&s.hash, TAG_PARAGRAPH, mark.key);
    hash_u64(&s.hash, mark.format);
    return hash_end(&s.hash);
}

void doc_tokens(Arena *a, DocContext *ctx, const XmlNode *paragraph, bool whole_runs,
                DocTokens *out) {
    Scan s = {.ctx = ctx,
              .caches = doc_caches(ctx),
              .mode = SCAN_TOKENS,
              .whole_runs = whole_runs,
              .paragraph = paragraph,
              .arena = a,
              .out = out};
    scan_content(&s);
    const Mark mark = mark_of(&s);
    add_token(&s, (DocToken){.key = mark.key,
                             .format = mark.format,
                             .run = (XmlNode *)paragraph,
                             .mark = mark.mark,
                             .kind = TOKEN_MARK});
}

ptrdiff_t doc_words(Arena *a, DocContext *ctx, const XmlNode *block, uint64_t **out) {
    Scan s = {.ctx = ctx, .caches = doc_caches(ctx), .mode = SCAN_WORDS, .arena = a};
    for (const XmlNode *n = block; n;) {
        const bool is_paragraph = n->name == W_p;
        if (is_paragraph) {
            s.paragraph = n;
            s.codes_known = false;
            scan_content(&s);
        }
        n = is_paragraph ? xml_skip(n, block) : xml_next(n, block);
    }
    *out = s.words;
    return s.word_count;
}
