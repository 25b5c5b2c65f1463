/* write: a tree as markup. What was not changed is copied from the source, in as long stretches as
 * there are; what was is written anew, with the prefixes that stand where it is written.
 *
 * When is a copy safe? The bytes of a node hold prefixes, declared on the root or on an element
 * between (rare: XML_DECLARES). The parser counted those around each node; the writer counts those
 * it has open, as long as each is where the source had it. Equal counts, and the innermost one
 * around the node in the source too: all prefixes in the node's bytes are at hand, with the
 * meanings they had. Else the node is written anew, which is never wrong. */
#include "xml/int.h"

/* Where in the output's elements the writer is. */
typedef struct Place {
    ptrdiff_t scope_count;
    const XmlNode
        *declarer; /* innermost open element that declares prefixes where its source did */
    uint32_t open; /* how many of those */
    int shadows;   /* open declarations that hide a prefix of the source */
    bool anew;     /* nothing is copied from here on down */
} Place;

typedef struct Writer {
    const XmlTree *t;    /* whose root's prefixes stand at the outside */
    const XmlTree *from; /* whose source the nodes have */
    const XmlPeer *peer; /* when the two differ */
    Buf *out;
    Place at;
    XmlPrefix *scope; /* at.scope_count declared inside of the root, outermost first */
    ptrdiff_t scope_cap;
    XmlPrefix few[16];
} Writer;

/* ---- characters ---- */

/* What a byte is written as; an empty string: as it is. Control characters, which XML cannot
 * hold, become U+FFFD. */
static const char *escape_of(unsigned char c, bool in_value) {
    switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return in_value ? "&quot;" : "";
    case '\t': return in_value ? "&#9;" : "";
    case '\n': return in_value ? "&#10;" : "";
    case '\r': return "&#13;";
    default: return c < ' ' ? "\xEF\xBF\xBD" : "";
    }
}

static const bool may_need_escape[256] = {
    [0] = true,  [1] = true,  [2] = true,   [3] = true,   [4] = true,   [5] = true,
    [6] = true,  [7] = true,  [8] = true,   [9] = true,   [10] = true,  [11] = true,
    [12] = true, [13] = true, [14] = true,  [15] = true,  [16] = true,  [17] = true,
    [18] = true, [19] = true, [20] = true,  [21] = true,  [22] = true,  [23] = true,
    [24] = true, [25] = true, [26] = true,  [27] = true,  [28] = true,  [29] = true,
    [30] = true, [31] = true, ['&'] = true, ['<'] = true, ['>'] = true, ['"'] = true,
};

static void write_escaped(Str text, bool in_value, Buf *out) {
    ptrdiff_t from = 0;
    for (ptrdiff_t i = 0; i < text.len; i++) {
        const unsigned char c = (unsigned char)text.ptr[i];
        if (!may_need_escape[c]) continue;
        const char *escape = escape_of(c, in_value);
        if (!*escape) continue;
        buf_add(out, str_slice(text, from, i));
        buf_add(out, str_from_z(escape));
        from = i + 1;
    }
    if (from < text.len) buf_add(out, str_slice(text, from, text.len));
}

void xml_write_text(Str text, Buf *out) { write_escaped(text, false, out); }
void xml_write_attr_value(Str value, Buf *out) { write_escaped(value, true, out); }

/* ---- prefixes in scope ---- */

/* What prefix means here; NO_NUMBER: nothing. */
static uint16_t meaning(const Writer *w, Str prefix) {
    for (ptrdiff_t i = w->at.scope_count - 1; i >= 0; i--) {
        if (str_equal(w->scope[i].prefix, prefix)) return w->scope[i].ns;
    }
    for (ptrdiff_t i = 0; i < w->t->prefix_count; i++) {
        if (str_equal(w->t->prefixes[i].prefix, prefix)) return w->t->prefixes[i].ns;
    }
    if (prefix.len == 0) return NS_N;
    return str_equal(prefix, S("xml")) ? (uint16_t)NS_XML : (uint16_t)NO_NUMBER;
}

/* A prefix that means ns here, ptr NULL when there is none. for_attr: not the default namespace. */
static Str prefix_for(const Writer *w, uint16_t ns, bool for_attr) {
    if (ns == NS_XML) return S("xml");
    for (ptrdiff_t i = w->at.scope_count - 1; i >= 0; i--) {
        const XmlPrefix *p = &w->scope[i];
        if (p->ns == ns && (p->prefix.len || !for_attr) && meaning(w, p->prefix) == ns) {
            return p->prefix;
        }
    }
    for (ptrdiff_t i = 0; i < w->t->prefix_count; i++) {
        const XmlPrefix *p = &w->t->prefixes[i];
        if (p->ns != ns || (for_attr && !p->prefix.len)) continue;
        if (w->at.scope_count == 0 || meaning(w, p->prefix) == ns) return p->prefix;
    }
    if (ns == NS_N && !for_attr && meaning(w, S("")) == NS_N) return S("");
    return (Str){NULL, 0};
}

static void push(Writer *w, Str prefix, uint16_t ns) {
    if (w->scope == w->few && w->at.scope_count == (ptrdiff_t)(sizeof w->few / sizeof *w->few)) {
        w->scope_cap = 2 * w->at.scope_count;
        w->scope = NEW_ARRAY(w->out->arena, XmlPrefix, w->scope_cap);
        memcpy(w->scope, w->few, sizeof w->few);
    } else if (w->scope != w->few) {
        w->scope = arena_grow(w->out->arena, w->scope, w->at.scope_count, &w->scope_cap,
                              w->at.scope_count + 1, (ptrdiff_t)sizeof *w->scope);
    }
    w->scope[w->at.scope_count++] = (XmlPrefix){prefix, ns};
}

static Str uri_for(const XmlTree *t, uint16_t ns) {
    return xml_ns_uri(t->names, t->is_strict ? t->names->spaces[ns].strict : ns);
}

static void write_declaration(const XmlTree *t, Str prefix, uint16_t ns, Buf *out) {
    buf_add(out, prefix.len ? S(" xmlns:") : S(" xmlns"));
    buf_add(out, prefix);
    buf_add(out, S("=\""));
    xml_write_attr_value(uri_for(t, ns), out);
    buf_byte(out, '"');
}

/* A prefix for ns that nothing here has. */
static Str fresh_prefix(const Writer *w, uint16_t ns) {
    const Str usual = w->t->names->spaces[ns].prefix;
    if (usual.len && meaning(w, usual) == NO_NUMBER) return usual;
    for (int n = 1;; n++) {
        const Str made = arena_format(w->out->arena, "ns%d", n);
        if (meaning(w, made) == NO_NUMBER) return made;
    }
}

/* Declares prefix for ns on the element whose start tag is being written. */
static void declare_here(Writer *w, Str prefix, uint16_t ns) {
    if (meaning(w, prefix) != NO_NUMBER) w->at.shadows++; /* undone by the caller */
    write_declaration(w->t, prefix, ns, w->out);
    push(w, prefix, ns);
}

/* ---- what may be copied ---- */

static void compare_prefixes(const XmlTree *t, const XmlTree *from, XmlPeer *peer) {
    *peer = (XmlPeer){.serial = from->serial,
                      .to_count = (uint32_t)t->prefix_count,
                      .from_count = (uint32_t)from->prefix_count,
                      .same = true};
    const Writer to = {.t = t}, of = {.t = from};
    for (ptrdiff_t i = 0; i <= from->prefix_count; i++) {
        /* at last the default namespace, which may be none */
        const Str prefix = i < from->prefix_count ? from->prefixes[i].prefix : S("");
        const uint16_t ns = meaning(&of, prefix);
        const bool at_same_place = i < from->prefix_count && i < t->prefix_count &&
                                   t->prefixes[i].ns == ns &&
                                   str_equal(t->prefixes[i].prefix, prefix);
        if (at_same_place || meaning(&to, prefix) == ns) continue;
        peer->same = false;
        if (ns < PEER_SPACES) peer->differs[ns / 8] |= (unsigned char)(1 << ns % 8);
    }
}

static const XmlPeer *peer_of(const XmlTree *t, const XmlTree *from) {
    XmlPeers *known = t->peers;
    for (int i = 0; i < PEERS; i++) {
        const XmlPeer *peer = &known->items[i];
        if (peer->serial == from->serial && peer->to_count == (uint32_t)t->prefix_count &&
            peer->from_count == (uint32_t)from->prefix_count) {
            return peer;
        }
    }
    XmlPeer *peer = &known->items[known->next++ % PEERS];
    compare_prefixes(t, from, peer);
    return peer;
}

static bool ns_differs(const Writer *w, uint16_t name) {
    const uint16_t ns = xml_ns(w->t->names, name);
    return ns >= PEER_SPACES || w->peer->differs[ns / 8] >> ns % 8 & 1;
}

static bool attr_lists(const XmlTree *t, const XmlNode *n, const XmlAttr *attr) {
    if (attr->name == N_Requires) return n->name == MC_Choice;
    return names_lists_prefixes(t->names, attr->name);
}

/* Whether the tag of another tree's node means the same under t's prefixes as it stands. */
static bool tag_means_same(const Writer *w, const XmlNode *n) {
    if (w->from == w->t) return true;
    const bool strict_differs = w->t->is_strict != w->from->is_strict;
    if (strict_differs && (n->flags & XML_DECLARES || n->name == A_graphicData)) return false;
    if (w->peer->same) return true;
    if (ns_differs(w, n->name)) return false;
    for (uint16_t i = 0; i < n->attr_count; i++) {
        const XmlAttr *attr = &n->attrs[i];
        if (xml_ns(w->t->names, attr->name) != NS_N && ns_differs(w, attr->name)) return false;
        if (attr_lists(w->t, n, attr)) return false;
    }
    return true;
}

static bool means_same(const Writer *w, const XmlNode *root) {
    if (w->from == w->t) return true;
    if (w->peer->same && w->t->is_strict == w->from->is_strict) return true;
    for (const XmlNode *n = root; n; n = xml_next(n, root)) {
        if (xml_is_element(n) && !tag_means_same(w, n)) return false;
    }
    return true;
}

/* Whether n stands among the declarations that stood around it in its source. */
static bool is_in_place(const Writer *w, const XmlNode *n) {
    if (!has_source(n) || w->at.anew || w->at.shadows) return false;
    if (n == w->from->root) return w->from == w->t;
    const uint32_t depth = scope_depth(n);
    if (depth == SCOPES_MOST || depth != w->at.open) return false;
    const XmlNode *around = w->at.declarer;
    return depth == 0 || (around->start < n->start && n->end <= around->end);
}

/* ---- attributes ---- */

/* Writes a value with prefixes that stand here for what its own mean. */
static void write_listed(Writer *w, const XmlAttr *attr) {
    const XmlNames *names = w->t->names;
    Str rest = attr->value, space, prefix, tail;
    while (names_next_listed(attr->name, &rest, &space, &prefix, &tail)) {
        const uint16_t ns = names_listed(names, prefix);
        const bool stands = prefix.len == 0 || ns == NO_NUMBER || meaning(w, prefix) == ns;
        xml_write_attr_value(space, w->out);
        xml_write_attr_value(stands ? prefix : prefix_for(w, ns, true), w->out);
        xml_write_attr_value(tail, w->out);
    }
}

/* Declares the prefixes that such a value needs. */
static void declare_listed(Writer *w, const XmlAttr *attr) {
    const XmlNames *names = w->t->names;
    Str rest = attr->value, space, prefix, tail;
    while (names_next_listed(attr->name, &rest, &space, &prefix, &tail)) {
        const uint16_t ns = names_listed(names, prefix);
        if (prefix.len == 0 || ns == NO_NUMBER || meaning(w, prefix) == ns) continue;
        if (prefix_for(w, ns, true).ptr) continue;
        declare_here(w, fresh_prefix(w, ns), ns);
    }
}

static Str attr_prefix(Writer *w, uint16_t ns) {
    if (ns == NS_N) return S("");
    Str prefix = prefix_for(w, ns, true);
    if (!prefix.ptr) {
        prefix = fresh_prefix(w, ns);
        declare_here(w, prefix, ns);
    }
    return prefix;
}

static void write_name(Writer *w, Str prefix, uint16_t name) {
    if (prefix.len) {
        buf_add(w->out, prefix);
        buf_byte(w->out, ':');
    }
    buf_add(w->out, xml_local(w->t->names, name));
}

static void write_attr(Writer *w, const XmlNode *n, const XmlAttr *attr) {
    const Str prefix = attr_prefix(w, xml_ns(w->t->names, attr->name));
    const bool lists = attr_lists(w->t, n, attr);
    if (lists) declare_listed(w, attr);
    buf_byte(w->out, ' ');
    write_name(w, prefix, attr->name);
    buf_add(w->out, S("=\""));
    const bool is_uri = attr->name == N_uri && n->name == A_graphicData;
    if (lists) write_listed(w, attr);
    else if (is_uri)
        xml_write_attr_value(xml_settle_uri(w->t->names, attr->value, w->t->is_strict), w->out);
    else xml_write_attr_value(attr->value, w->out);
    buf_byte(w->out, '"');
}

/* Says again that what was declared on this tag, from `first` on, may be ignored, as it might where
 * it came from; `own` is the element's own mc:Ignorable, or NULL. */
static void write_ignorable(Writer *w, const XmlAttr *own, ptrdiff_t first) {
    const Space *spaces = w->t->names->spaces;
    bool any = own != NULL;
    for (ptrdiff_t i = first; i < w->at.scope_count; i++)
        any |= spaces[w->scope[i].ns].is_ignorable;
    if (!any) return;
    const ptrdiff_t last = w->at.scope_count;
    const Str prefix = attr_prefix(w, NS_MC);
    if (own) declare_listed(w, own);
    buf_byte(w->out, ' ');
    write_name(w, prefix, MC_Ignorable);
    buf_add(w->out, S("=\""));
    const ptrdiff_t value_at = w->out->len;
    if (own) write_listed(w, own);
    for (ptrdiff_t i = first; i < last; i++) {
        if (!spaces[w->scope[i].ns].is_ignorable) continue;
        if (w->out->len > value_at) buf_byte(w->out, ' ');
        buf_add(w->out, w->scope[i].prefix);
    }
    buf_byte(w->out, '"');
}

/* ---- tags ---- */

/* Steps to the next declaration of prefixes among a start tag's attributes; text: all of it. */
static bool next_declaration(const char **at, const char *end, Str *text, Str *prefix, Str *uri) {
    Str name;
    while (tag_next_attr(at, end, &name, uri)) {
        if (!str_starts(name, S("xmlns")) || (name.len > 5 && name.ptr[5] != ':')) continue;
        *prefix = str_slice(name, name.len > 5 ? 6 : 5, name.len);
        *text = (Str){name.ptr, *at - name.ptr};
        return true;
    }
    return false;
}

static void push_declarations(Writer *w, const XmlNode *n) {
    const char *at = tag_name_end(w->from->source.ptr + n->start);
    const char *end = w->from->source.ptr + n->tag_end;
    Str text, prefix, uri;
    while (next_declaration(&at, end, &text, &prefix, &uri)) {
        push(w, prefix, names_find_space(w->t->names, uri));
    }
}

static void repeat_declarations(Writer *w, const XmlNode *n, bool but_default) {
    const char *at = tag_name_end(w->from->source.ptr + n->start);
    const char *end = w->from->source.ptr + n->tag_end;
    Str text, prefix, uri;
    while (next_declaration(&at, end, &text, &prefix, &uri)) {
        if (but_default && prefix.len == 0) continue;
        buf_byte(w->out, ' ');
        buf_add(w->out, text);
    }
}

/* How the tags of an element are to be written. */
typedef struct Tag {
    bool copied;   /* as in the source */
    bool in_place; /* if not, what its source declares is declared again */
    bool declares; /* prefix must be declared here */
    Str prefix;
} Tag;

/* Decides that, and brings into scope what the source's tag declares. */
static Tag settle_tag(Writer *w, const XmlNode *n) {
    Tag tag = {.in_place = is_in_place(w, n)};
    tag.copied = tag.in_place && !(n->flags & XML_TAG_DIRTY) && tag_means_same(w, n);
    tag.in_place &= tag.copied || w->from == w->t;
    if (tag.in_place && n->flags & XML_DECLARES) {
        push_declarations(w, n);
        w->at.declarer = n;
        w->at.open++;
    }
    if (tag.copied) return tag;
    const uint16_t ns = xml_ns(w->t->names, n->name);
    tag.prefix = prefix_for(w, ns, false);
    if (!tag.prefix.ptr) {
        tag.declares = true;
        tag.prefix = ns == NS_N ? S("") : fresh_prefix(w, ns);
    }
    return tag;
}

/* Copies the start tag, made one that an end tag follows or not. */
static void copy_start(Writer *w, const XmlNode *n, bool empty) {
    const Str tag = str_slice(w->from->source, n->start, n->tag_end);
    const bool was_empty = tag.ptr[tag.len - 2] == '/';
    buf_add(w->out, str_slice(tag, 0, tag.len - (was_empty ? 2 : 1)));
    buf_add(w->out, empty ? S("/>") : S(">"));
}

static void write_start(Writer *w, const XmlNode *n, const Tag *tag, bool empty) {
    if (tag->copied) {
        copy_start(w, n, empty);
        return;
    }
    buf_byte(w->out, '<');
    write_name(w, tag->prefix, n->name);
    const bool is_root = n == w->t->root && w->from == w->t;
    const ptrdiff_t first = w->at.scope_count;
    if (tag->declares) declare_here(w, tag->prefix, xml_ns(w->t->names, n->name));
    if (tag->in_place && (is_root || n->flags & XML_DECLARES)) {
        repeat_declarations(w, n, tag->declares && tag->prefix.len == 0);
    }
    if (is_root) {
        for (ptrdiff_t i = has_source(n) ? w->t->prefixes_read : 0; i < w->t->prefix_count; i++) {
            write_declaration(w->t, w->t->prefixes[i].prefix, w->t->prefixes[i].ns, w->out);
        }
    }
    const XmlAttr *ignorable = NULL;
    for (uint16_t i = 0; i < n->attr_count; i++) {
        if (n->attrs[i].name == MC_Ignorable) ignorable = &n->attrs[i];
        else write_attr(w, n, &n->attrs[i]);
    }
    write_ignorable(w, ignorable, first);
    buf_add(w->out, empty ? S("/>") : S(">"));
}

static void write_end(Writer *w, const XmlNode *n, const Tag *tag) {
    buf_add(w->out, S("</"));
    if (tag->copied) {
        const char *start = w->from->source.ptr + n->start;
        buf_add(w->out, (Str){start + 1, tag_name_end(start) - start - 1});
    } else {
        write_name(w, tag->prefix, n->name);
    }
    buf_byte(w->out, '>');
}

/* ---- nodes ---- */

static void write_node(Writer *w, const XmlNode *n);

static void write_element(Writer *w, const XmlNode *n) {
    const Place before = w->at;
    const bool clean = has_source(n) && !(n->flags & (XML_DIRTY | XML_TAG_DIRTY));
    if (clean && is_in_place(w, n)) {
        if (means_same(w, n)) {
            buf_add(w->out, str_slice(w->from->source, n->start, n->end));
            return;
        }
        w->at.anew = true; /* lest every level be looked through */
    }
    const Tag tag = settle_tag(w, n);
    write_start(w, n, &tag, !n->first);
    for (const XmlNode *c = n->first; c; c = c->next) write_node(w, c);
    if (n->first) write_end(w, n, &tag);
    w->at = before;
}

static void write_node(Writer *w, const XmlNode *n) {
    if (xml_is_element(n)) {
        write_element(w, n);
    } else if (n->name == XML_RAW) {
        buf_add(w->out, n->text);
    } else if (n->flags & (XML_DIRTY | XML_MADE)) {
        xml_write_text(n->text, w->out);
    } else {
        buf_add(w->out, str_slice(w->from->source, n->start, n->end));
    }
}

/* ---- door ---- */

static void start_writer(Writer *w, const XmlTree *t, const XmlTree *from, Buf *out) {
    w->t = t;
    w->from = from ? from : t;
    w->peer = NULL;
    w->out = out;
    w->at = (Place){0};
    w->scope = w->few;
    w->scope_cap = 0;
    if (w->from != t) w->peer = peer_of(t, from);
}

void xml_write_node(const XmlTree *t, const XmlTree *from, const XmlNode *n, Buf *out) {
    Writer w;
    start_writer(&w, t, from, out);
    write_node(&w, n);
}

void xml_write(const XmlTree *t, Buf *out) {
    const XmlNode *root = t->root;
    if (!has_source(root)) {
        buf_add(out, S("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\r\n"));
        xml_write_node(t, t, root, out);
        return;
    }
    buf_add(out, str_slice(t->source, 0, root->start));
    xml_write_node(t, t, root, out);
    buf_add(out, str_slice(t->source, root->end, t->source.len));
}

void xml_write_start(const XmlTree *t, const XmlNode *n, bool empty, Buf *out) {
    Writer w;
    start_writer(&w, t, t, out);
    const Tag tag = settle_tag(&w, n);
    write_start(&w, n, &tag, empty);
}

void xml_write_end(const XmlTree *t, const XmlNode *n, Buf *out) {
    Writer w;
    start_writer(&w, t, t, out);
    const Tag tag = settle_tag(&w, n);
    write_end(&w, n, &tag);
}

/* ---- declaring ---- */

Str xml_prefix(const XmlTree *t, uint16_t ns) {
    const Writer w = {.t = t};
    const Str prefix = prefix_for(&w, ns, true);
    return prefix.ptr ? prefix : prefix_for(&w, ns, false);
}

/* Adds prefix to the root's mc:Ignorable. */
static void ignore(XmlTree *t, Str prefix, uint16_t ns) {
    const uint16_t n = names_prefix(t->names, prefix);
    if (n == NO_NUMBER) return;
    const Str listed = names_list_prefix(t->names, n, ns), old = xml_attr(t->root, MC_Ignorable);
    Buf b = buf_new(t->arena);
    buf_add(&b, old);
    if (b.len) buf_byte(&b, ' ');
    buf_add(&b, listed);
    xml_set_attr(t, t->root, MC_Ignorable, buf_str(&b));
}

Str xml_declare(XmlTree *t, Str prefix, uint16_t ns) {
    const Str there = xml_prefix(t, ns);
    if (there.ptr) return there;
    const Writer w = {.t = t, .out = &(Buf){.arena = t->arena}};
    if (!prefix.len || meaning(&w, prefix) != NO_NUMBER) prefix = fresh_prefix(&w, ns);
    prefix = arena_str(t->arena, prefix);
    XmlPrefix *more = NEW_ARRAY(t->arena, XmlPrefix, t->prefix_count + 1);
    memcpy(more, t->prefixes, (size_t)t->prefix_count * sizeof *more);
    more[t->prefix_count] = (XmlPrefix){prefix, ns};
    t->prefixes = more;
    t->prefix_count++;
    t->root->flags |= XML_TAG_DIRTY;
    xml_touch(t->root);
    if (t->names->spaces[ns].is_ignorable) ignore(t, prefix, ns);
    return prefix;
}
