/* scan: the tree of markup that expat found well-formed. What expat vouches for is not looked at
 * again (names of end tags, characters, references); what it does not know is judged here:
 * prefixes, and limits.
 *
 * Most of the work is not done: a text or a value that stands in the source as it is read (no
 * reference, no line end but LF) is a slice of the source; a qualified name is looked up by its
 * spelling once, and stays good as long as its prefix means what it did. */
#include "xml/int.h"

#ifdef PARAPH_CHECKED
enum { POOL = 1 };
#else
enum { POOL = 64 };
#endif

typedef struct Undo {
    uint16_t prefix, ns;
} Undo;

typedef struct RawAttr {
    Str value; /* as in the source */
    uint16_t qname;
    bool is_plain; /* and as it is read */
} RawAttr;

typedef struct Scan {
    Arena *arena, *work; /* of the tree; of the parse */
    XmlNames *names;
    XmlTree *tree;
    PxErr *err;
    const char *at, *end;

    XmlNode *open; /* innermost */
    ptrdiff_t depth;
    XmlNode *pool;
    ptrdiff_t pool_left, nodes;

    uint16_t *bound; /* what each prefix means; NO_NUMBER: nothing */
    ptrdiff_t bound_count, bound_cap;
    Undo *undo; /* what the prefixes meant before */
    ptrdiff_t undo_count, undo_cap;
    ptrdiff_t *undo_from; /* of each depth */
    ptrdiff_t undo_from_cap;
    uint32_t scopes; /* open elements but the root that declare prefixes */
    uint32_t odd;    /* those of them that are XML_ODD */

    const char *markup_end; /* of the last tag */
    Str text;               /* before the next one: a slice of the source, or in `copied` */
    bool has_text, text_is_copied;
    Buf copied;

    XmlLimits limits;
    RawAttr *raw; /* of the start tag that is being read */
    ptrdiff_t raw_count;
} Scan;

static ptrdiff_t offset(const Scan *s, const char *at) { return at - s->tree->source.ptr; }

#define REFUSE(s, kind, at, ...)                                                                   \
    fail((s)->err, (kind), (s)->tree->part, offset((s), (at)), __VA_ARGS__)

static bool not_understood(Scan *s) {
    return REFUSE(s, PX_ERR_INPUT, s->at, "the markup is not understood");
}

static bool too_many_names(Scan *s) {
    return REFUSE(s, PX_ERR_LIMIT, s->at, "the file has too many different names");
}

/* ---- nodes ---- */

static XmlNode *add_node(Scan *s, uint16_t name, const char *start) {
    if (s->pool_left == 0) {
        s->pool = arena_alloc_raw(s->arena, POOL * (ptrdiff_t)sizeof(XmlNode));
        s->pool_left = POOL;
    }
    XmlNode *n = s->pool++, *parent = s->open;
    s->pool_left--;
    s->nodes++;
    const uint32_t scopes = s->odd || s->scopes > SCOPES_MOST ? SCOPES_MOST : s->scopes;
    *n = (XmlNode){.parent = parent,
                   .start = (uint32_t)offset(s, start),
                   .name = name,
                   .flags = scopes << XML_SCOPE_SHIFT};
    if (!parent) {
        s->tree->root = n;
    } else if (parent->last) {
        parent->last->next = n;
        parent->last = n;
    } else {
        parent->first = parent->last = n;
    }
    return n;
}

/* ---- characters ---- */

static uint32_t decode_number(Str digits) {
    const bool hex = digits.len > 0 && digits.ptr[0] == 'x';
    uint32_t c = 0;
    for (ptrdiff_t i = hex; i < digits.len; i++) {
        const char d = digits.ptr[i];
        const int digit = d <= '9' ? d - '0' : (d | 0x20) - 'a' + 10;
        c = c * (hex ? 16 : 10) + (uint32_t)digit;
        if (c > 0x10FFFF) break;
    }
    return c > 0x10FFFF || (c >= 0xD800 && c < 0xE000) ? 0xFFFD : c;
}

/* Adds the character that "&name;" stands for; name is one of five, or a number. */
static void decode_reference(Str name, Buf *out) {
    static const struct {
        Str name;
        char c;
    } known[] = {{{"amp", 3}, '&'},
                 {{"lt", 2}, '<'},
                 {{"gt", 2}, '>'},
                 {{"quot", 4}, '"'},
                 {{"apos", 4}, '\''}};
    if (name.len && name.ptr[0] == '#') {
        utf8_put(out, decode_number(str_slice(name, 1, name.len)));
        return;
    }
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (str_equal(name, known[i].name)) buf_byte(out, known[i].c);
    }
}

typedef enum Kind { TEXT, CDATA, VALUE } Kind;

/* Adds raw as it is read: references replaced, line ends as LF, white space of values as spaces
 * (XML 1.0, 2.11, 3.3.3, 4.6). */
static void decode(Str raw, Kind kind, Buf *out) {
    buf_reserve(out, raw.len);
    for (ptrdiff_t i = 0; i < raw.len; i++) {
        const char c = raw.ptr[i];
        if (c == '&' && kind != CDATA) {
            const char *semicolon = memchr(raw.ptr + i, ';', (size_t)(raw.len - i));
            if (!semicolon) return;
            const ptrdiff_t end = semicolon - raw.ptr;
            decode_reference(str_slice(raw, i + 1, end), out);
            i = end;
        } else if (c == '\r') {
            buf_byte(out, kind == VALUE ? ' ' : '\n');
            if (i + 1 < raw.len && raw.ptr[i + 1] == '\n') i++;
        } else {
            buf_byte(out, kind == VALUE && (c == '\n' || c == '\t') ? ' ' : c);
        }
    }
}

/* ---- text ---- */

static void add_text(Scan *s, Str raw, Kind kind) {
    if (!s->open || raw.len == 0) return;
    const size_t len = (size_t)raw.len;
    const bool is_plain =
        !memchr(raw.ptr, '\r', len) && (kind == CDATA || !memchr(raw.ptr, '&', len));
    if (!s->has_text) {
        s->has_text = true;
        s->text = (Str){raw.ptr, 0};
    }
    if (!s->text_is_copied) {
        if (is_plain && s->text.ptr + s->text.len == raw.ptr) {
            s->text.len += raw.len;
            return;
        }
        s->text_is_copied = true;
        buf_add(&s->copied, s->text);
    }
    if (is_plain) buf_add(&s->copied, raw);
    else decode(raw, kind, &s->copied);
}

static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

static bool is_all_space(Str text) {
    ptrdiff_t i = 0;
    while (i < text.len && is_space(text.ptr[i])) i++;
    return i == text.len;
}

/* Ends the text that stands before the tag at s->at. */
static void end_text(Scan *s, bool before_end_tag) {
    if (!s->has_text) return;
    s->has_text = false;
    Str text = s->text_is_copied ? buf_str(&s->copied) : s->text;
    const bool only = before_end_tag && !s->open->first;
    if (only || !is_all_space(text)) {
        if (s->text_is_copied) text = arena_str(s->arena, text);
        XmlNode *n = add_node(s, XML_TEXT, s->markup_end);
        n->text = text;
        n->end = (uint32_t)offset(s, s->at);
    }
    s->text_is_copied = false;
    s->copied.len = 0;
}

/* ---- prefixes ---- */

static uint16_t meaning(const Scan *s, uint16_t prefix) {
    return prefix < s->bound_count ? s->bound[prefix] : NO_NUMBER;
}

static void bind(Scan *s, uint16_t prefix, uint16_t ns) {
    if (prefix >= s->bound_count) {
        const ptrdiff_t count = prefix + 1;
        s->bound = arena_grow(s->work, s->bound, s->bound_count, &s->bound_cap, count,
                              (ptrdiff_t)sizeof *s->bound);
        while (s->bound_count < count) s->bound[s->bound_count++] = NO_NUMBER;
    }
    s->undo = arena_grow(s->work, s->undo, s->undo_count, &s->undo_cap, s->undo_count + 1,
                         (ptrdiff_t)sizeof *s->undo);
    s->undo[s->undo_count++] = (Undo){prefix, s->bound[prefix]};
    s->bound[prefix] = ns;
}

static bool declare(Scan *s, uint16_t prefix, Str uri, bool *is_strict) {
    const uint16_t n = names_uri(s->names, uri);
    if (n == NO_NUMBER) return too_many_names(s);
    const Str spelled = s->names->prefixes.items[prefix].text;
    if (prefix == PREFIX_XMLNS || (prefix == PREFIX_XML) != (n == NS_XML) ||
        (n == NS_N && prefix != PREFIX_NONE) ||
        str_equal(uri, S("http://www.w3.org/2000/xmlns/"))) {
        return REFUSE(s, PX_ERR_INPUT, s->at, "the prefix '%.*s' may not be declared like that",
                      (int)(spelled.len < 40 ? spelled.len : 40), spelled.ptr);
    }
    Space *space = &s->names->spaces[n];
    const uint16_t ns = space->stands_for;
    *is_strict = ns != n;
    if (!s->names->spaces[ns].prefix.len) s->names->spaces[ns].prefix = spelled;
    bind(s, prefix, ns);
    return true;
}

/* The root's declarations, in their order. */
static void keep_prefixes(Scan *s) {
    XmlTree *t = s->tree;
    t->prefixes = NEW_ARRAY(s->arena, XmlPrefix, s->undo_count);
    for (ptrdiff_t i = 0; i < s->undo_count; i++) {
        const uint16_t prefix = s->undo[i].prefix;
        if (prefix == PREFIX_XML) continue;
        t->prefixes[t->prefix_count++] =
            (XmlPrefix){s->names->prefixes.items[prefix].text, meaning(s, prefix)};
    }
    t->prefixes_read = t->prefix_count;
}

/* ---- names ---- */

static bool bad_name(Scan *s, const QName *q, uint16_t number) {
    const Str spelled = s->names->spelled.items[number].text;
    const int len = (int)(spelled.len < 60 ? spelled.len : 60);
    if (q->is_bad || q->prefix == PREFIX_XMLNS) {
        return REFUSE(s, PX_ERR_INPUT, s->at, "'%.*s' is no qualified name", len, spelled.ptr);
    }
    return REFUSE(s, PX_ERR_INPUT, s->at, "the prefix of '%.*s' is not declared", len, spelled.ptr);
}

static bool name_of_tag(Scan *s, uint16_t qname, uint16_t *name) {
    QName *q = &s->names->qnames[qname];
    const uint16_t ns = meaning(s, q->prefix);
    if (ns != q->tag_ns || ns == NO_NUMBER) {
        if (q->is_bad || ns == NO_NUMBER || q->prefix == PREFIX_XMLNS) return bad_name(s, q, qname);
        q->tag = names_name(s->names, ns, q->local);
        if (q->tag == NO_NUMBER) return too_many_names(s);
        q->tag_ns = ns;
    }
    *name = q->tag;
    return true;
}

static bool name_of_attr(Scan *s, uint16_t qname, uint16_t *name) {
    QName *q = &s->names->qnames[qname];
    const uint16_t ns = q->prefix == PREFIX_NONE ? (uint16_t)NS_N : meaning(s, q->prefix);
    if (ns != q->attr_ns || ns == NO_NUMBER) {
        if (q->is_bad || ns == NO_NUMBER) return bad_name(s, q, qname);
        q->attr = names_name(s->names, ns, q->local);
        if (q->attr == NO_NUMBER) return too_many_names(s);
        q->attr_ns = ns;
        q->attr_lists_prefixes = names_lists_prefixes(s->names, q->attr);
    }
    *name = q->attr;
    return true;
}

/* ---- attributes ---- */

static Str read_value(const Scan *s, const RawAttr *raw) {
    if (raw->is_plain) return raw->value;
    Buf b = buf_new(s->arena);
    decode(raw->value, VALUE, &b);
    return b.ptr ? buf_str(&b) : S("");
}

/* A value that lists prefixes, in the operation's spelling. */
static bool settle_listed(Scan *s, uint16_t name, Str *value) {
    if (name == N_Requires && s->open->name != MC_Choice) return true;
    Buf b = buf_new(s->work);
    Str rest = *value, space, prefix, tail;
    while (names_next_listed(name, &rest, &space, &prefix, &tail)) {
        const uint16_t n = names_prefix(s->names, prefix);
        if (n == NO_NUMBER) return too_many_names(s);
        const uint16_t ns = meaning(s, n);
        if (ns == NO_NUMBER) {
            return REFUSE(s, PX_ERR_INPUT, s->at,
                          "the prefix '%.*s' in the value '%.*s' is not "
                          "declared",
                          (int)(prefix.len < 40 ? prefix.len : 40), prefix.ptr,
                          (int)(value->len < 60 ? value->len : 60), value->ptr);
        }
        if (name == MC_Ignorable) s->names->spaces[ns].is_ignorable = true;
        buf_add(&b, space);
        buf_add(&b, n == PREFIX_NONE ? prefix : names_list_prefix(s->names, n, ns));
        buf_add(&b, tail);
    }
    if (!str_equal(buf_str(&b), *value)) *value = arena_str(s->arena, buf_str(&b));
    return true;
}

/* Fills the open element's attributes; `declared` of the raw ones are declarations. */
static bool add_attrs(Scan *s, ptrdiff_t declared) {
    XmlNode *n = s->open;
    XmlNames *names = s->names;
    const uint32_t stamp = ++names->stamp;
    XmlAttr *out = arena_alloc_raw(s->arena, (s->raw_count - declared) * (ptrdiff_t)sizeof *out);
    n->attrs = out;
    for (ptrdiff_t i = 0; i < s->raw_count; i++) {
        const RawAttr *raw = &s->raw[i];
        if (names->qnames[raw->qname].declares != NO_NUMBER) continue;
        uint16_t name = 0;
        if (!name_of_attr(s, raw->qname, &name)) return false;
        names->stamps = arena_grow(names->arena, names->stamps, names->stamps_cap,
                                   &names->stamps_cap, name + 1, (ptrdiff_t)sizeof stamp);
        if (names->stamps[name] == stamp) {
            const Str spelled = names->spelled.items[raw->qname].text;
            return REFUSE(s, PX_ERR_INPUT, s->at, "the attribute '%.*s' stands twice",
                          (int)(spelled.len < 60 ? spelled.len : 60), spelled.ptr);
        }
        names->stamps[name] = stamp;
        Str value = read_value(s, raw);
        if (names->qnames[raw->qname].attr_lists_prefixes && !settle_listed(s, name, &value)) {
            return false;
        }
        *out++ = (XmlAttr){value, name};
    }
    n->attr_count = (uint16_t)(out - n->attrs);
    return true;
}

typedef struct Declared {
    ptrdiff_t count;
    bool is_odd;              /* one not plain */
    bool is_strict[NS_KNOWN]; /* Strict URIs among them */
} Declared;

static bool bind_declared(Scan *s, Declared *d) {
    for (ptrdiff_t i = 0; i < s->raw_count; i++) {
        const RawAttr *raw = &s->raw[i];
        const QName *q = &s->names->qnames[raw->qname];
        if (q->declares == NO_NUMBER) continue;
        if (q->is_bad) return bad_name(s, q, raw->qname);
        bool is_strict = false;
        if (!declare(s, q->declares, read_value(s, raw), &is_strict)) return false;
        d->count++;
        d->is_odd |= !raw->is_plain;
        const uint16_t ns = s->bound[s->undo[s->undo_count - 1].prefix];
        if (is_strict && ns < NS_KNOWN) d->is_strict[ns] = true;
    }
    return true;
}

/* ---- start tags ---- */

static bool ends_name(char c) { return is_space(c) || c == '/' || c == '>' || c == '='; }

/* Reads the qualified name at *at. */
static bool read_name(Scan *s, const char **at, uint16_t *qname) {
    const char *p = *at;
    uint32_t hash = HASH_SEED;
    while (p < s->end && !ends_name(*p)) hash = hash_step(hash, *p++);
    *qname = names_qname(s->names, (Str){*at, p - *at}, hash);
    *at = p;
    return *qname != NO_NUMBER || too_many_names(s);
}

static const char *skip_space(const Scan *s, const char *p) {
    while (p < s->end && is_space(*p)) p++;
    return p;
}

/* Reads the value that follows an attribute's name at *at. */
static bool read_raw_value(Scan *s, const char **at, RawAttr *raw) {
    const char *p = skip_space(s, *at);
    if (p == s->end || *p != '=') return not_understood(s);
    p = skip_space(s, p + 1);
    if (p == s->end || (*p != '"' && *p != '\'')) return not_understood(s);
    const char quote = *p++, *start = p;
    bool is_plain = true;
    for (; p < s->end && *p != quote; p++) {
        is_plain &= *p != '&' && *p != '\t' && *p != '\n' && *p != '\r';
    }
    if (p == s->end) return not_understood(s);
    raw->value = (Str){start, p - start};
    raw->is_plain = is_plain;
    *at = p + 1;
    return true;
}

/* Reads the attributes that follow an element's name, up to its ">" or "/>". */
static bool read_raw_attrs(Scan *s, const char **at) {
    s->raw_count = 0;
    for (;;) {
        const char *p = skip_space(s, *at);
        if (p == s->end) return not_understood(s);
        *at = p;
        if (*p == '>' || *p == '/') return true;
        if (s->raw_count == s->limits.attrs) {
            return REFUSE(s, PX_ERR_LIMIT, s->at, "an element has more than %td attributes",
                          s->limits.attrs);
        }
        RawAttr *raw = &s->raw[s->raw_count++];
        if (!read_name(s, at, &raw->qname) || !read_raw_value(s, at, raw)) return false;
    }
}

static const bool is_revision[NAMES_KNOWN] = {
#define NAME(ns, local)
#define REVISION(ns, local) [ns##_##local] = true,
#include "xml/names.def"
#undef REVISION
#undef NAME
};

static void note_name(XmlTree *t, uint16_t name) {
    if (name >= NAMES_KNOWN) return;
    if (is_revision[name]) t->has_revisions = true;
    if (name == W_commentRangeStart || name == W_commentReference) t->has_comments = true;
}

static void end_element(Scan *s, const char *end) {
    XmlNode *n = s->open;
    n->end = (uint32_t)offset(s, end);
    s->open = n->parent;
    s->markup_end = end;
    const ptrdiff_t from = s->undo_from[--s->depth];
    if (s->undo_count == from || !s->open) return;
    while (s->undo_count > from) {
        const Undo u = s->undo[--s->undo_count];
        s->bound[u.prefix] = u.ns;
    }
    if (n->flags & XML_ODD) s->odd--;
    else s->scopes--;
}

/* What the declarations of the open element do to it. A declaration that is not plain in the
 * source could not be found there again: such an element and all in it are never copied. */
static void note_declared(Scan *s, const Declared *d) {
    XmlNode *n = s->open;
    if (s->depth == 1) {
        const uint16_t ns = xml_ns(s->names, n->name);
        s->tree->is_strict = ns < NS_KNOWN && d->is_strict[ns];
        keep_prefixes(s);
    } else if (d->is_odd) {
        n->flags |= XML_ODD | (uint32_t)SCOPES_MOST << XML_SCOPE_SHIFT;
        s->odd++;
    } else if (d->count) {
        n->flags |= XML_DECLARES;
        s->scopes++;
    }
}

static bool check_limits(Scan *s) {
    if (s->depth == s->limits.depth) {
        return REFUSE(s, PX_ERR_LIMIT, s->at, "elements are nested more than %td deep",
                      s->limits.depth);
    }
    if (s->nodes >= s->limits.nodes) {
        return REFUSE(s, PX_ERR_LIMIT, s->at, "the part has more than %td elements and texts",
                      s->limits.nodes);
    }
    return s->open || !s->tree->root || not_understood(s);
}

static bool start_element(Scan *s) {
    end_text(s, false);
    if (!check_limits(s)) return false;
    s->undo_from = arena_grow(s->work, s->undo_from, s->depth, &s->undo_from_cap, s->depth + 1,
                              (ptrdiff_t)sizeof *s->undo_from);
    s->undo_from[s->depth++] = s->undo_count;
    const char *p = s->at + 1;
    uint16_t qname, name = 0;
    if (!read_name(s, &p, &qname) || !read_raw_attrs(s, &p)) return false;
    const bool is_empty = *p == '/';
    if (is_empty) p++;
    if (p == s->end || *p != '>') return not_understood(s);
    Declared declared = {0};
    if (s->raw_count && !bind_declared(s, &declared)) return false;
    if (!name_of_tag(s, qname, &name)) return false;
    XmlNode *n = add_node(s, name, s->at);
    s->open = n;
    s->markup_end = p + 1;
    n->tag_end = (uint32_t)offset(s, p + 1);
    note_name(s->tree, name);
    if (s->raw_count > declared.count && !add_attrs(s, declared.count)) return false;
    if (declared.count || s->depth == 1) note_declared(s, &declared);
    s->at = p + 1;
    if (is_empty) end_element(s, p + 1);
    return true;
}

static bool end_tag(Scan *s) {
    const char *close = memchr(s->at, '>', (size_t)(s->end - s->at));
    if (!close || !s->open) return not_understood(s);
    end_text(s, true);
    end_element(s, close + 1);
    s->at = close + 1;
    return true;
}

/* ---- the rest ---- */

/* Finds `close` at or behind s->at + skip, and steps behind it. */
static bool step_behind(Scan *s, ptrdiff_t skip, Str close, Str *inside) {
    const char *from = s->at + skip;
    if (from > s->end) return not_understood(s);
    const ptrdiff_t at = str_find((Str){from, s->end - from}, close);
    if (at < 0) return not_understood(s);
    *inside = (Str){from, at};
    s->at = from + at + close.len;
    return true;
}

static bool markup(Scan *s) {
    const Str rest = {s->at, s->end - s->at};
    Str inside;
    if (rest.len < 2) return not_understood(s);
    switch (rest.ptr[1]) {
    case '/': return end_tag(s);
    case '?': return step_behind(s, 2, S("?>"), &inside);
    case '!':
        if (str_starts(rest, S("<!--"))) return step_behind(s, 4, S("-->"), &inside);
        if (!str_starts(rest, S("<![CDATA[")) || !s->open) return not_understood(s);
        if (!step_behind(s, 9, S("]]>"), &inside)) return false;
        add_text(s, inside, CDATA);
        return true;
    default: return start_element(s);
    }
}

bool scan_tree(Arena *work, XmlTree *t, const XmlLimits *limits, PxErr *err) {
    Scan *s = NEW(work, Scan);
    s->arena = t->arena;
    s->work = work;
    s->names = t->names;
    s->tree = t;
    s->err = err;
    s->limits = *limits;
    s->at = s->markup_end = t->source.ptr;
    s->end = s->at + t->source.len;
    s->copied = buf_new(work);
    s->raw = NEW_ARRAY(work, RawAttr, limits->attrs);
    bind(s, PREFIX_NONE, NS_N);
    bind(s, PREFIX_XML, NS_XML);
    s->undo_count = 0;
    while (s->at < s->end) {
        if (*s->at == '<') {
            if (!markup(s)) return false;
            continue;
        }
        const char *next = memchr(s->at, '<', (size_t)(s->end - s->at));
        if (!next) next = s->end;
        add_text(s, (Str){s->at, next - s->at}, TEXT);
        s->at = next;
    }
    return (s->tree->root && !s->open) || not_understood(s);
}
