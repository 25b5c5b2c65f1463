/* parse: expat's events made into a tree that remembers its bytes.
 *
 * Most of the work is not done: a text or a value that stands in the source as it is read (no
 * entity, no line end but LF) is a slice of the source; a qualified name is looked up by its
 * spelling once, and stays good as long as its prefix means what it did. expat works in
 * non-namespace mode on pieces of the source, so that its own memory stays small. */
#include "xml/int.h"

#include <expat.h>
#include <stdio.h>

enum { DEPTH = 256, ATTRS = 512, NODES = 32 * 1000 * 1000 };
enum { PIECE = 1 << 25, PIECE_MOST = 1 << 28 };
enum { SEEN = 256 };
#ifdef PARAPH_CHECKED
enum { POOL = 1 };
#else
enum { POOL = 64 };
#endif

typedef struct Undo {
    uint16_t prefix, ns;
} Undo;

/* expat spells an attribute's name at one address throughout a parse. */
typedef struct Seen {
    const char *address;
    uint16_t qname;
} Seen;

typedef struct Parse {
    Arena *arena, *work; /* of the tree; of the parse */
    XmlNames *names;
    XmlTree *tree;
    XML_Parser expat;
    PxErr *err;
    bool failed;

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

    ptrdiff_t markup_end;         /* of the last tag */
    ptrdiff_t text_from, text_to; /* slice of the source, or nothing */
    bool has_text, text_is_copied;
    Buf text;

    XmlLimits limits;
    uint16_t *attr_qnames;
    Seen seen[SEEN];
} Parse;

__attribute__((format(printf, 4, 5))) static void refuse(Parse *p, PxErrKind kind, ptrdiff_t at,
                                                         const char *format, ...) {
    if (p->failed) return;
    char why[200];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(why, sizeof why, format, args);
    va_end(args);
    (void)fail(p->err, kind, p->tree->part, at, "%s", why);
    p->failed = true;
    (void)XML_StopParser(p->expat, XML_FALSE);
}

static ptrdiff_t event_start(const Parse *p) { return XML_GetCurrentByteIndex(p->expat); }
static ptrdiff_t event_len(const Parse *p) { return XML_GetCurrentByteCount(p->expat); }

/* ---- nodes ---- */

static XmlNode *add_node(Parse *p, uint16_t name, ptrdiff_t start) {
    if (p->pool_left == 0) {
        p->pool = arena_alloc_raw(p->arena, POOL * (ptrdiff_t)sizeof(XmlNode));
        p->pool_left = POOL;
    }
    if (++p->nodes > p->limits.nodes) {
        refuse(p, PX_ERR_LIMIT, start, "the part has more than %td elements and texts",
               p->limits.nodes);
    }
    XmlNode *n = p->pool++;
    p->pool_left--;
    const uint32_t scopes = p->odd || p->scopes > SCOPES_MOST ? SCOPES_MOST : p->scopes;
    *n = (XmlNode){.parent = p->open,
                   .start = (uint32_t)start,
                   .name = name,
                   .flags = scopes << XML_SCOPE_SHIFT};
    XmlNode *parent = p->open;
    if (!parent) {
        p->tree->root = n;
    } else if (parent->last) {
        parent->last->next = n;
        parent->last = n;
    } else {
        parent->first = parent->last = n;
    }
    return n;
}

/* ---- text ---- */

static bool is_space(Str s) {
    for (ptrdiff_t i = 0; i < s.len; i++) {
        const char c = s.ptr[i];
        if (c != ' ' && c != '\t' && c != '\n' && c != '\r') return false;
    }
    return true;
}

/* Ends the text that stands before the tag at `at`. */
static void end_text(Parse *p, ptrdiff_t at, bool before_end_tag) {
    if (!p->has_text) return;
    p->has_text = false;
    Str text = p->text_is_copied ? buf_str(&p->text)
                                 : str_slice(p->tree->source, p->text_from, p->text_to);
    const bool only = before_end_tag && !p->open->first;
    if (only || !is_space(text)) {
        if (p->text_is_copied) text = arena_str(p->arena, text);
        XmlNode *n = add_node(p, XML_TEXT, p->markup_end);
        n->text = text;
        n->end = (uint32_t)at;
    }
    p->text_is_copied = false;
    p->text.len = 0;
}

static void on_text(void *ctx, const XML_Char *s, int len) {
    Parse *p = ctx;
    if (p->failed) return;
    const ptrdiff_t at = event_start(p);
    /* Data has no entities and no line ends in it: what is not as in the source differs at once,
     * but for &amp;. */
    const bool literal =
        p->tree->source.ptr[at] == *s && (*s != '&' || len > 1 || event_len(p) == 1);
    if (!p->has_text) {
        p->has_text = true;
        p->text_from = p->text_to = at;
    }
    if (!p->text_is_copied) {
        if (literal && p->text_to == at) {
            p->text_to = at + len;
            return;
        }
        p->text_is_copied = true;
        buf_add(&p->text, str_slice(p->tree->source, p->text_from, p->text_to));
    }
    buf_add(&p->text, (Str){s, len});
}

/* ---- prefixes ---- */

static uint16_t meaning(const Parse *p, uint16_t prefix) {
    return prefix < p->bound_count ? p->bound[prefix] : NO_NUMBER;
}

static void bind(Parse *p, uint16_t prefix, uint16_t ns) {
    if (prefix >= p->bound_count) {
        const ptrdiff_t count = prefix + 1;
        p->bound = arena_grow(p->work, p->bound, p->bound_count, &p->bound_cap, count,
                              (ptrdiff_t)sizeof *p->bound);
        while (p->bound_count < count) p->bound[p->bound_count++] = NO_NUMBER;
    }
    p->undo = arena_grow(p->work, p->undo, p->undo_count, &p->undo_cap, p->undo_count + 1,
                         (ptrdiff_t)sizeof *p->undo);
    p->undo[p->undo_count++] = (Undo){prefix, p->bound[prefix]};
    p->bound[prefix] = ns;
}

static void too_many_names(Parse *p, ptrdiff_t at) {
    refuse(p, PX_ERR_LIMIT, at, "the file has too many different names");
}

static void declare(Parse *p, uint16_t prefix, Str uri, ptrdiff_t at) {
    const uint16_t n = names_uri(p->names, uri);
    if (n == NO_NUMBER) return too_many_names(p, at);
    Space *space = &p->names->spaces[n];
    const Str spelled = p->names->prefixes.items[prefix].text;
    if (prefix == PREFIX_XMLNS || (prefix == PREFIX_XML) != (n == NS_XML) ||
        (n == NS_N && prefix != PREFIX_NONE) ||
        str_equal(uri, S("http://www.w3.org/2000/xmlns/"))) {
        return refuse(p, PX_ERR_INPUT, at, "the prefix '%.40s' may not be declared like that",
                      spelled.ptr);
    }
    const uint16_t ns = space->stands_for;
    if (!p->names->spaces[ns].prefix.len) p->names->spaces[ns].prefix = spelled;
    bind(p, prefix, ns);
}

static bool root_is_strict(const Parse *p, uint16_t name, const XML_Char **attrs, ptrdiff_t count) {
    const uint16_t ns = xml_ns(p->names, name);
    const uint16_t strict = p->names->spaces[ns].strict;
    if (strict == ns) return false;
    const Str uri = xml_ns_uri(p->names, strict);
    for (ptrdiff_t i = 0; i < count; i++) {
        if (p->names->qnames[p->attr_qnames[i]].declares == NO_NUMBER) continue;
        if (str_equal(str_from_z(attrs[2 * i + 1]), uri)) return true;
    }
    return false;
}

/* The root's declarations, in their order. */
static void keep_prefixes(Parse *p) {
    XmlTree *t = p->tree;
    t->prefixes = NEW_ARRAY(p->arena, XmlPrefix, p->undo_count);
    for (ptrdiff_t i = 0; i < p->undo_count; i++) {
        const uint16_t prefix = p->undo[i].prefix;
        if (prefix == PREFIX_XML) continue;
        t->prefixes[t->prefix_count++] =
            (XmlPrefix){p->names->prefixes.items[prefix].text, meaning(p, prefix)};
    }
    t->prefixes_read = t->prefix_count;
}

/* ---- names ---- */

static uint16_t qname_of_tag(Parse *p, const char *spelled) {
    uint32_t hash = HASH_SEED;
    const char *c = spelled;
    for (; *c; c++) hash = hash_step(hash, *c);
    return names_qname(p->names, (Str){spelled, c - spelled}, hash);
}

static uint16_t qname_of_attr(Parse *p, const char *spelled) {
    Seen *seen = &p->seen[(uintptr_t)spelled / 4 % SEEN];
    if (seen->address != spelled) {
        *seen = (Seen){spelled, qname_of_tag(p, spelled)};
    }
    return seen->qname;
}

static void bad_name(Parse *p, const QName *q, const char *spelled, ptrdiff_t at) {
    if (q->is_bad || q->prefix == PREFIX_XMLNS) {
        refuse(p, PX_ERR_INPUT, at, "'%.60s' is no qualified name", spelled);
    } else {
        refuse(p, PX_ERR_INPUT, at, "the prefix of '%.60s' is not declared", spelled);
    }
}

/* The name of the element spelled so, or 0 when it was refused. */
static uint16_t name_of_tag(Parse *p, uint16_t qname, const char *spelled, ptrdiff_t at) {
    QName *q = &p->names->qnames[qname];
    const uint16_t ns = meaning(p, q->prefix);
    if (ns == q->tag_ns && ns != NO_NUMBER) return q->tag;
    if (q->is_bad || ns == NO_NUMBER || q->prefix == PREFIX_XMLNS) {
        bad_name(p, q, spelled, at);
        return 0;
    }
    const uint16_t name = names_name(p->names, ns, q->local);
    if (name == NO_NUMBER) {
        too_many_names(p, at);
        return 0;
    }
    q->tag = name;
    q->tag_ns = ns;
    return name;
}

static uint16_t name_of_attr(Parse *p, uint16_t qname, const char *spelled, ptrdiff_t at) {
    QName *q = &p->names->qnames[qname];
    const uint16_t ns = q->prefix == PREFIX_NONE ? (uint16_t)NS_N : meaning(p, q->prefix);
    if (ns == q->attr_ns && ns != NO_NUMBER) return q->attr;
    if (q->is_bad || ns == NO_NUMBER) {
        bad_name(p, q, spelled, at);
        return 0;
    }
    const uint16_t name = names_name(p->names, ns, q->local);
    if (name == NO_NUMBER) {
        too_many_names(p, at);
        return 0;
    }
    q->attr = name;
    q->attr_ns = ns;
    q->attr_lists_prefixes = names_lists_prefixes(p->names, name);
    return name;
}

/* ---- attributes ---- */

/* A value that lists prefixes, in the operation's spelling. */
static Str settle_listed(Parse *p, uint16_t name, Str value) {
    if (name == N_Requires && p->open->name != MC_Choice) return value;
    Buf b = buf_new(p->work);
    Str rest = value, space, prefix, tail;
    while (names_next_listed(&rest, &space, &prefix, &tail)) {
        buf_add(&b, space);
        const uint16_t n = names_prefix(p->names, prefix);
        const uint16_t ns = n == NO_NUMBER ? NO_NUMBER : meaning(p, n);
        if (ns == NO_NUMBER || n == PREFIX_NONE) {
            buf_add(&b, prefix); /* means nothing, here or elsewhere */
        } else {
            if (name == MC_Ignorable) p->names->spaces[ns].is_ignorable = true;
            buf_add(&b, names_list_prefix(p->names, n, ns));
        }
        buf_add(&b, tail);
    }
    if (str_equal(buf_str(&b), value)) return value;
    return arena_str(p->arena, buf_str(&b));
}

/* expat's value, or the same as a slice of the source. */
static Str attr_value(Parse *p, const char *value, Str raw) {
    if (raw.ptr && strncmp(value, raw.ptr, (size_t)raw.len) == 0 && value[raw.len] == '\0') {
        return raw;
    }
    return arena_str(p->arena, str_from_z(value));
}

/* Fills the open element's attributes; `declared` of the count are declarations. */
static void add_attrs(Parse *p, const XML_Char **attrs, ptrdiff_t count, ptrdiff_t declared) {
    XmlNode *n = p->open;
    XmlNames *names = p->names;
    const char *at = tag_name_end(p->tree->source.ptr + n->start);
    const char *end = p->tree->source.ptr + n->tag_end;
    const uint32_t stamp = ++names->stamp;
    XmlAttr *out = arena_alloc_raw(p->arena, (count - declared) * (ptrdiff_t)sizeof *out);
    n->attrs = out;
    for (ptrdiff_t i = 0; i < count; i++) {
        Str raw_name, raw = {NULL, 0};
        if (!tag_next_attr(&at, end, &raw_name, &raw)) raw.ptr = NULL;
        const uint16_t qname = p->attr_qnames[i];
        if (names->qnames[qname].declares != NO_NUMBER) continue;
        const uint16_t name = name_of_attr(p, qname, attrs[2 * i], n->start);
        if (name == 0) return;
        names->stamps = arena_grow(names->arena, names->stamps, names->stamps_cap,
                                   &names->stamps_cap, name + 1, (ptrdiff_t)sizeof stamp);
        if (names->stamps[name] == stamp) {
            return refuse(p, PX_ERR_INPUT, n->start, "the attribute '%.60s' stands twice",
                          attrs[2 * i]);
        }
        names->stamps[name] = stamp;
        Str value = attr_value(p, attrs[2 * i + 1], raw);
        if (names->qnames[qname].attr_lists_prefixes) value = settle_listed(p, name, value);
        *out++ = (XmlAttr){value, name};
    }
    n->attr_count = (uint16_t)(out - n->attrs);
}

/* Looks the attributes' names up and binds the prefixes declared; how many are declarations. */
static ptrdiff_t bind_declared(Parse *p, const XML_Char **attrs, ptrdiff_t *count, ptrdiff_t at) {
    ptrdiff_t i = 0, declared = 0;
    for (; attrs[2 * i]; i++) {
        if (i == p->limits.attrs) {
            refuse(p, PX_ERR_LIMIT, at, "an element has more than %td attributes", p->limits.attrs);
            return 0;
        }
        const uint16_t qname = qname_of_attr(p, attrs[2 * i]);
        if (qname == NO_NUMBER) {
            too_many_names(p, at);
            return 0;
        }
        p->attr_qnames[i] = qname;
        const uint16_t prefix = p->names->qnames[qname].declares;
        if (prefix == NO_NUMBER) continue;
        declare(p, prefix, str_from_z(attrs[2 * i + 1]), at);
        declared++;
        if (p->failed) return 0;
    }
    *count = i;
    return declared;
}

/* ---- tags ---- */

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

/* A declaration that is not in the source as it is read could not be found there again: such an
 * element and all in it are never copied. */
static void note_declarer(Parse *p, XmlNode *n, const XML_Char **attrs) {
    const char *at = tag_name_end(p->tree->source.ptr + n->start);
    const char *end = p->tree->source.ptr + n->tag_end;
    Str name, raw;
    for (ptrdiff_t i = 0; attrs[2 * i] && tag_next_attr(&at, end, &name, &raw); i++) {
        if (!str_starts(name, S("xmlns"))) continue;
        if (!str_equal(str_from_z(attrs[2 * i + 1]), raw)) n->flags |= XML_ODD;
    }
    if (n->flags & XML_ODD) {
        n->flags |= (uint32_t)SCOPES_MOST << XML_SCOPE_SHIFT;
        p->odd++;
    } else {
        n->flags |= XML_DECLARES;
        p->scopes++;
    }
}

static void on_start(void *ctx, const XML_Char *spelled, const XML_Char **attrs) {
    Parse *p = ctx;
    if (p->failed) return;
    const ptrdiff_t at = event_start(p);
    end_text(p, at, false);
    if (p->depth == p->limits.depth) {
        return refuse(p, PX_ERR_LIMIT, at, "elements are nested more than %td deep",
                      p->limits.depth);
    }
    p->undo_from = arena_grow(p->work, p->undo_from, p->depth, &p->undo_from_cap, p->depth + 1,
                              (ptrdiff_t)sizeof *p->undo_from);
    p->undo_from[p->depth++] = p->undo_count;
    ptrdiff_t count = 0;
    const ptrdiff_t declared = attrs[0] ? bind_declared(p, attrs, &count, at) : 0;
    const uint16_t qname = p->failed ? NO_NUMBER : qname_of_tag(p, spelled);
    if (qname == NO_NUMBER) return too_many_names(p, at);
    const uint16_t name = name_of_tag(p, qname, spelled, at);
    if (name == 0) return;
    XmlNode *n = add_node(p, name, at);
    p->markup_end = at + event_len(p);
    n->tag_end = (uint32_t)p->markup_end;
    const bool is_root = p->open == NULL;
    p->open = n;
    note_name(p->tree, name);
    if (count > declared) add_attrs(p, attrs, count, declared);
    if (p->failed) return;
    if (is_root) {
        p->tree->is_strict = root_is_strict(p, name, attrs, count);
        keep_prefixes(p);
    } else if (declared) {
        note_declarer(p, n, attrs);
    }
}

static void on_end(void *ctx, const XML_Char *spelled) {
    (void)spelled;
    Parse *p = ctx;
    if (p->failed) return;
    const ptrdiff_t at = event_start(p);
    end_text(p, at, true);
    p->markup_end = at + event_len(p);
    XmlNode *n = p->open;
    n->end = (uint32_t)p->markup_end;
    p->open = n->parent;
    const ptrdiff_t from = p->undo_from[--p->depth];
    if (p->undo_count == from || !p->open) return;
    while (p->undo_count > from) {
        const Undo u = p->undo[--p->undo_count];
        p->bound[u.prefix] = u.ns;
    }
    if (n->flags & XML_ODD) p->odd--;
    else p->scopes--;
}

/* ---- prolog ---- */

static void on_doctype(void *ctx, const XML_Char *name, const XML_Char *system,
                       const XML_Char *public, int has_subset) {
    (void)name, (void)system, (void)public, (void)has_subset;
    Parse *p = ctx;
    refuse(p, PX_ERR_UNSUPPORTED, event_start(p),
           "the part has a DOCTYPE, which is forbidden in Word files");
}

static void on_declaration(void *ctx, const XML_Char *version, const XML_Char *encoding,
                           int standalone) {
    (void)version, (void)standalone;
    Parse *p = ctx;
    if (!encoding || str_equal_fold(str_from_z(encoding), S("UTF-8"))) return;
    if (str_equal_fold(str_from_z(encoding), S("UTF-16"))) {
        return refuse(p, PX_ERR_INPUT, event_start(p), "the part says it is in UTF-16, and is not");
    }
    refuse(p, PX_ERR_UNSUPPORTED, event_start(p),
           "the part is in the encoding '%.40s', neither UTF-8 nor UTF-16", encoding);
}

/* ---- door ---- */

static void free_parser(void *ctx) { XML_ParserFree(ctx); }

static void open_parser(Parse *p) {
    p->expat = XML_ParserCreate("UTF-8");
    if (!p->expat) arena_no_memory(p->work);
    arena_defer(p->work, free_parser, p->expat);
    /* A salt of its own keeps expat from asking the system for one. Its tables probe by a second
     * hash, and names run out before a collision found by trial hurts. */
    (void)XML_SetHashSalt(p->expat, 0x5061726170680001ul);
    XML_SetUserData(p->expat, p);
    XML_SetElementHandler(p->expat, on_start, on_end);
    XML_SetCharacterDataHandler(p->expat, on_text);
    XML_SetStartDoctypeDeclHandler(p->expat, on_doctype);
    XML_SetXmlDeclHandler(p->expat, on_declaration);
}

/* Feeds the source. A piece that ends no tag or text is followed by a larger one, so that a token
 * is not read again and again. */
static bool feed(Parse *p) {
    const Str source = p->tree->source;
    ptrdiff_t at = 0, piece = PIECE;
    do {
        const ptrdiff_t left = source.len - at;
        const ptrdiff_t len = piece < left ? piece : left;
        const ptrdiff_t before = p->markup_end + p->text_to;
        void *to = XML_GetBuffer(p->expat, (int)len);
        if (!to && len) arena_no_memory(p->work);
        if (len) memcpy(to, source.ptr + at, (size_t)len);
        at += len;
        const bool is_last = at == source.len;
        if (XML_ParseBuffer(p->expat, (int)len, is_last) != XML_STATUS_OK) return false;
        if (before == p->markup_end + p->text_to && piece < PIECE_MOST) piece *= 2;
    } while (at < source.len);
    return true;
}

static bool run(Parse *p) {
    if (feed(p) && !p->failed) return true;
    if (p->failed) return false;
    const enum XML_Error code = XML_GetErrorCode(p->expat);
    if (code == XML_ERROR_NO_MEMORY) arena_no_memory(p->work);
    ptrdiff_t at = XML_GetCurrentByteIndex(p->expat);
    if (at < 0) at = 0;
    return fail(p->err, PX_ERR_INPUT, p->tree->part, at, "the markup is not well-formed: %s",
                XML_ErrorString(code));
}

bool xml_parse(Arena *a, XmlNames *names, Str part, Str bytes, const XmlLimits *limits,
               XmlTree **out, PxErr *err) {
    XmlTree *t = NEW(a, XmlTree);
    t->arena = a;
    t->names = names;
    t->part = arena_str(a, part);
    t->peers = NEW(a, XmlPeers);
    t->serial = ++names->trees;
    if (!encoding_settle(a, part, bytes, &t->source, err)) return false;
    if (t->source.len >= UINT32_MAX) {
        return fail(err, PX_ERR_LIMIT, part, -1, "the part is larger than 4 GB");
    }
    Arena *work = arena_child(a);
    Parse *p = NEW(work, Parse);
    *p = (Parse){.arena = a, .work = work, .names = names, .tree = t, .err = err};
    if (limits) p->limits = *limits;
    if (!p->limits.depth) p->limits.depth = DEPTH;
    if (!p->limits.attrs || p->limits.attrs >= NO_NUMBER) p->limits.attrs = ATTRS;
    if (!p->limits.nodes) p->limits.nodes = NODES;
    p->attr_qnames = NEW_ARRAY(work, uint16_t, p->limits.attrs);
    p->text = buf_new(work);
    bind(p, PREFIX_NONE, NS_N);
    bind(p, PREFIX_XML, NS_XML);
    p->undo_count = 0;
    open_parser(p);
    const bool done = run(p);
    arena_close(work);
    if (done) *out = t;
    return done;
}
