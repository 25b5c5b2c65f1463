/* names: namespaces, names, prefixes and qualified names as small numbers. Tables are filled by
 * foreign input, so a lookup that has to step over many others is refused: the hash is not keyed,
 * but a document whose names collide was made for that. */
#include "xml/int.h"

enum { PROBES_MOST = 256 };

/* ---- interning ---- */

uint32_t intern_hash(Str text) {
    uint32_t h = HASH_SEED;
    for (ptrdiff_t i = 0; i < text.len; i++) h = hash_step(h, text.ptr[i]);
    return h;
}

static inline uint32_t mix(uint32_t hash, uint16_t scope) {
    uint32_t h = (hash + scope) * UINT32_C(0x9e3779b1);
    return h ^ h >> 15;
}

static void widen(Arena *a, Interner *in) {
    in->slot_cap = in->slot_cap ? in->slot_cap * 2 : 64;
    in->slots = NEW_ARRAY(a, uint32_t, in->slot_cap);
    const uint32_t mask = (uint32_t)in->slot_cap - 1;
    for (ptrdiff_t i = 0; i < in->count; i++) {
        uint32_t at = mix(in->items[i].hash, in->items[i].scope) & mask;
        while (in->slots[at]) at = (at + 1) & mask;
        in->slots[at] = (uint32_t)i + 1;
    }
}

uint16_t intern(Arena *a, Interner *in, uint16_t scope, Str text, uint32_t hash, bool copy) {
    if (in->count >= in->slot_cap / 2) widen(a, in);
    const uint32_t mask = (uint32_t)in->slot_cap - 1;
    uint32_t at = mix(hash, scope) & mask;
    for (int probes = 0; in->slots[at]; at = (at + 1) & mask) {
        const Interned *item = &in->items[in->slots[at] - 1];
        if (item->hash == hash && item->scope == scope && str_equal(item->text, text)) {
            return (uint16_t)(in->slots[at] - 1);
        }
        if (++probes > PROBES_MOST) return NO_NUMBER;
    }
    if (in->count >= NUMBERS) return NO_NUMBER;
    in->items =
        arena_grow(a, in->items, in->count, &in->cap, in->count + 1, (ptrdiff_t)sizeof *in->items);
    in->items[in->count] = (Interned){copy ? arena_str(a, text) : text, hash, scope};
    in->slots[at] = (uint32_t)++in->count;
    return (uint16_t)(in->count - 1);
}

/* The number of a text without scope, or NO_NUMBER. */
static uint16_t find_interned(const Interner *in, Str text) {
    const uint32_t hash = intern_hash(text), mask = (uint32_t)in->slot_cap - 1;
    for (uint32_t at = mix(hash, 0) & mask; in->slots[at]; at = (at + 1) & mask) {
        if (str_equal(in->items[in->slots[at] - 1].text, text)) {
            return (uint16_t)(in->slots[at] - 1);
        }
    }
    return NO_NUMBER;
}

/* ---- namespaces ---- */

typedef struct KnownSpace {
    const char *prefix, *uri, *strict;
} KnownSpace;

#define OOXML "http://schemas.openxmlformats.org/"
#define WORD "http://schemas.microsoft.com/office/word/"
#define STRICT "http://purl.oclc.org/ooxml/"

static const KnownSpace known_spaces[] = {
    [NS_N] = {"", "", NULL},
    [NS_XML] = {"xml", "http://www.w3.org/XML/1998/namespace", NULL},
    [NS_W] = {"w", OOXML "wordprocessingml/2006/main", STRICT "wordprocessingml/main"},
    [NS_R] = {"r", OOXML "officeDocument/2006/relationships",
              STRICT "officeDocument/relationships"},
    [NS_MC] = {"mc", OOXML "markup-compatibility/2006", NULL},
    [NS_W14] = {"w14", WORD "2010/wordml", NULL},
    [NS_W15] = {"w15", WORD "2012/wordml", NULL},
    [NS_W16CID] = {"w16cid", WORD "2016/wordml/cid", NULL},
    [NS_WP] = {"wp", OOXML "drawingml/2006/wordprocessingDrawing",
               STRICT "drawingml/wordprocessingDrawing"},
    [NS_WP14] = {"wp14", WORD "2010/wordprocessingDrawing", NULL},
    [NS_A] = {"a", OOXML "drawingml/2006/main", STRICT "drawingml/main"},
    [NS_PIC] = {"pic", OOXML "drawingml/2006/picture", STRICT "drawingml/picture"},
    [NS_WPS] = {"wps", WORD "2010/wordprocessingShape", NULL},
    [NS_WPG] = {"wpg", WORD "2010/wordprocessingGroup", NULL},
    [NS_WPC] = {"wpc", WORD "2010/wordprocessingCanvas", NULL},
    [NS_V] = {"v", "urn:schemas-microsoft-com:vml", NULL},
    [NS_O] = {"o", "urn:schemas-microsoft-com:office:office", NULL},
    [NS_W10] = {"w10", "urn:schemas-microsoft-com:office:word", NULL},
    [NS_M] = {"m", OOXML "officeDocument/2006/math", STRICT "officeDocument/math"},
    [NS_C] = {"c", OOXML "drawingml/2006/chart", STRICT "drawingml/chart"},
    [NS_CT] = {"", OOXML "package/2006/content-types", NULL},
    [NS_REL] = {"", OOXML "package/2006/relationships", NULL},
    [NS_CP] = {"cp", OOXML "package/2006/metadata/core-properties", NULL},
    [NS_DC] = {"dc", "http://purl.org/dc/elements/1.1/", NULL},
    [NS_DCTERMS] = {"dcterms", "http://purl.org/dc/terms/", NULL},
    [NS_EP] = {"", OOXML "officeDocument/2006/extended-properties",
               STRICT "officeDocument/extendedProperties"},
    [NS_DS] = {"ds", OOXML "officeDocument/2006/customXml", STRICT "officeDocument/customXml"},
};

/* Further ones that have two URIs. */
static const KnownSpace other_spaces[] = {
    {"", OOXML "officeDocument/2006/custom-properties", STRICT "officeDocument/customProperties"},
    {"vt", OOXML "officeDocument/2006/docPropsVTypes", STRICT "officeDocument/docPropsVTypes"},
    {"b", OOXML "officeDocument/2006/bibliography", STRICT "officeDocument/bibliography"},
    {"s", OOXML "officeDocument/2006/sharedTypes", STRICT "officeDocument/sharedTypes"},
    {"sl", OOXML "schemaLibrary/2006/main", STRICT "schemaLibrary/main"},
    {"dgm", OOXML "drawingml/2006/diagram", STRICT "drawingml/diagram"},
    {"cdr", OOXML "drawingml/2006/chartDrawing", STRICT "drawingml/chartDrawing"},
    {"lc", OOXML "drawingml/2006/lockedCanvas", STRICT "drawingml/lockedCanvas"},
    {"x", OOXML "spreadsheetml/2006/main", STRICT "spreadsheetml/main"},
    {"p", OOXML "presentationml/2006/main", STRICT "presentationml/main"},
};

uint16_t names_uri(XmlNames *names, Str uri) {
    Arena *a = names->arena;
    const uint16_t n = intern(a, &names->uris, 0, uri, intern_hash(uri), true);
    if (n == NO_NUMBER) return n;
    names->spaces = arena_grow(a, names->spaces, n, &names->spaces_cap, names->uris.count,
                               (ptrdiff_t)sizeof *names->spaces);
    Space *space = &names->spaces[n];
    if (space->strict == 0) *space = (Space){.stands_for = n, .strict = n, .listed = NO_NUMBER};
    return n;
}

uint16_t names_find_space(const XmlNames *names, Str uri) {
    const uint16_t n = find_interned(&names->uris, uri);
    return n == NO_NUMBER ? n : names->spaces[n].stands_for;
}

static void add_known_space(XmlNames *names, const KnownSpace *known) {
    const uint16_t n = names_uri(names, str_from_z(known->uri));
    names->spaces[n].prefix = str_from_z(known->prefix);
}

static void add_strict_space(XmlNames *names, const KnownSpace *known) {
    if (!known->strict) return;
    const uint16_t n = names_uri(names, str_from_z(known->uri));
    const uint16_t strict = names_uri(names, str_from_z(known->strict));
    names->spaces[n].strict = strict;
    names->spaces[strict].stands_for = n;
}

/* ---- names ---- */

typedef struct KnownName {
    uint16_t ns;
    uint16_t len;
    const char *local;
} KnownName;

static const KnownName known_names[] = {
    [XML_TEXT] = {NO_NUMBER, 0, ""},
    [XML_RAW] = {NO_NUMBER, 1, "?"},
#define NAME(ns, local) [ns##_##local] = {NS_##ns, sizeof #local - 1, #local},
#include "xml/names.def"
#undef NAME
};

uint16_t names_name(XmlNames *names, uint16_t ns, Str local) {
    return intern(names->arena, &names->names, ns, local, intern_hash(local), true);
}

XmlNames *xml_names_open(Arena *a) {
    XmlNames *names = NEW(a, XmlNames);
    names->arena = a;
    const ptrdiff_t known = (ptrdiff_t)(sizeof known_spaces / sizeof *known_spaces);
    const ptrdiff_t others = (ptrdiff_t)(sizeof other_spaces / sizeof *other_spaces);
    for (ptrdiff_t i = 0; i < known; i++) add_known_space(names, &known_spaces[i]);
    check(names->uris.count == NS_KNOWN);
    for (ptrdiff_t i = 0; i < others; i++) add_known_space(names, &other_spaces[i]);
    for (ptrdiff_t i = 0; i < known; i++) add_strict_space(names, &known_spaces[i]);
    for (ptrdiff_t i = 0; i < others; i++) add_strict_space(names, &other_spaces[i]);
    for (uint16_t i = 0; i < NAMES_KNOWN; i++) {
        const Str local = {known_names[i].local, known_names[i].len};
        const uint16_t n =
            intern(a, &names->names, known_names[i].ns, local, intern_hash(local), false);
        check(n == i); /* no name stands twice in names.def */
    }
    check(names_prefix(names, S("")) == PREFIX_NONE);
    check(names_prefix(names, S("xml")) == PREFIX_XML);
    check(names_prefix(names, S("xmlns")) == PREFIX_XMLNS);
    return names;
}

Str xml_local(const XmlNames *names, uint16_t name) {
    check(name < names->names.count);
    return names->names.items[name].text;
}

uint16_t xml_ns(const XmlNames *names, uint16_t name) {
    check(name < names->names.count);
    return names->names.items[name].scope;
}

Str xml_ns_uri(const XmlNames *names, uint16_t ns) {
    check(ns < names->uris.count);
    return names->uris.items[ns].text;
}

Str xml_settle_uri(const XmlNames *names, Str uri, bool strict) {
    const uint16_t ns = names_find_space(names, uri);
    if (ns == NO_NUMBER) return uri;
    return xml_ns_uri(names, strict ? names->spaces[ns].strict : ns);
}

/* ---- prefixes and qualified names ---- */

uint16_t names_prefix(XmlNames *names, Str prefix) {
    Arena *a = names->arena;
    const ptrdiff_t before = names->prefixes.count;
    const uint16_t n = intern(a, &names->prefixes, 0, prefix, intern_hash(prefix), true);
    if (names->prefixes.count > before) {
        names->listed_as = arena_grow(a, names->listed_as, before, &names->listed_cap, before + 1,
                                      (ptrdiff_t)sizeof *names->listed_as);
        names->listed_as[n] = NO_NUMBER;
    }
    return n;
}

/* Whether a name may start with the character text starts with. expat has judged whole names; what
 * follows a colon it takes for a part of one. Of the letters that XML allows these are the larger
 * ranges (XML 1.0, fourth edition, appendix B). */
static bool starts_name(Str text) {
    static const uint32_t letters[][2] = {
        {'A', 'Z'},      {'_', '_'},       {'a', 'z'},       {0xC0, 0xD6},     {0xD8, 0xF6},
        {0xF8, 0x131},   {0x38E, 0x3A1},   {0x3A3, 0x3CE},   {0x401, 0x40C},   {0x40E, 0x44F},
        {0x451, 0x45C},  {0x5D0, 0x5EA},   {0x621, 0x63A},   {0x641, 0x64A},   {0x671, 0x6B7},
        {0x905, 0x939},  {0x1E00, 0x1E9B}, {0x3041, 0x3094}, {0x30A1, 0x30FA}, {0x4E00, 0x9FA5},
        {0xAC00, 0xD7A3}};
    if (text.len == 0) return false;
    ptrdiff_t at = 0;
    const uint32_t c = utf8_next(text, &at);
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++) {
        if (c >= letters[i][0] && c <= letters[i][1]) return true;
    }
    return false;
}

static QName split(XmlNames *names, Str spelled) {
    QName q = {.local = spelled,
               .prefix = PREFIX_NONE,
               .declares = NO_NUMBER,
               .tag_ns = NO_NUMBER,
               .attr_ns = NO_NUMBER};
    const char *colon = memchr(spelled.ptr, ':', (size_t)spelled.len);
    if (colon) {
        const ptrdiff_t at = colon - spelled.ptr;
        q.local = str_slice(spelled, at + 1, spelled.len);
        q.prefix = names_prefix(names, str_slice(spelled, 0, at));
        q.is_bad = at == 0 || !starts_name(q.local) || str_find(q.local, S(":")) >= 0 ||
                   q.prefix == NO_NUMBER;
        if (q.prefix == PREFIX_XMLNS && !q.is_bad) q.declares = names_prefix(names, q.local);
    } else if (str_equal(spelled, S("xmlns"))) {
        q.declares = PREFIX_NONE;
    }
    return q;
}

uint16_t names_qname(XmlNames *names, Str spelled, uint32_t hash) {
    Arena *a = names->arena;
    const ptrdiff_t before = names->spelled.count;
    const uint16_t n = intern(a, &names->spelled, 0, spelled, hash, true);
    if (names->spelled.count > before) {
        names->qnames = arena_grow(a, names->qnames, before, &names->qnames_cap, before + 1,
                                   (ptrdiff_t)sizeof *names->qnames);
        names->qnames[n] = split(names, names->spelled.items[n].text);
    }
    return n;
}

/* ---- prefixes in values ---- */

bool names_lists_prefixes(const XmlNames *names, uint16_t name) {
    switch (name) {
    case N_Requires:
    case MC_Ignorable:
    case MC_MustUnderstand:
    case MC_ProcessContent:
    case MC_PreserveElements:
    case MC_PreserveAttributes: return true;
    default: break;
    }
    return str_equal(xml_local(names, name), S("type")) &&
           str_equal(xml_ns_uri(names, xml_ns(names, name)),
                     S("http://www.w3.org/2001/XMLSchema-instance"));
}

Str names_list_prefix(XmlNames *names, uint16_t prefix, uint16_t ns) {
    Space *space = &names->spaces[ns];
    for (int try = 0; space->listed == NO_NUMBER; try++) {
        if (names->listed_as[prefix] == NO_NUMBER) {
            names->listed_as[prefix] = ns;
            space->listed = prefix;
            break;
        }
        const Str other = arena_format(names->arena, "ns%d%s%d", ns, try ? "." : "", try);
        prefix = names_prefix(names, other);
        if (prefix == NO_NUMBER) return other;
    }
    return names->prefixes.items[space->listed].text;
}

uint16_t names_listed(const XmlNames *names, Str prefix) {
    const uint16_t n = find_interned(&names->prefixes, prefix);
    return n == NO_NUMBER ? n : names->listed_as[n];
}

static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

static bool lists_bare_prefixes(uint16_t name) {
    return name == N_Requires || name == MC_Ignorable || name == MC_MustUnderstand;
}

bool names_next_listed(uint16_t name, Str *rest, Str *space, Str *prefix, Str *tail) {
    ptrdiff_t at = 0;
    while (at < rest->len && is_space(rest->ptr[at])) at++;
    *space = str_slice(*rest, 0, at);
    const ptrdiff_t start = at;
    while (at < rest->len && !is_space(rest->ptr[at]) && rest->ptr[at] != ':') at++;
    *prefix = str_slice(*rest, start, at);
    const ptrdiff_t behind = at;
    while (at < rest->len && !is_space(rest->ptr[at])) at++;
    *tail = str_slice(*rest, behind, at);
    if (tail->len == 0 && !lists_bare_prefixes(name)) { /* a name without a prefix */
        *tail = *prefix;
        prefix->len = 0;
    }
    *rest = str_slice(*rest, at, rest->len);
    return at > start;
}
