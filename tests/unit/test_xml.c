/* test_xml: parsing: names, texts, byte ranges, encodings, what is refused, limits, memory. */
/* needs: base zip xml */
#include "t.h"

#include <time.h>

#include "xml/xml.h"

#define W_URI "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#define W_DECL "xmlns:w=\"" W_URI "\""

static XmlTree *parse_bytes(Arena *a, XmlNames *names, Str bytes) {
    XmlTree *t = NULL;
    PxErr err = {0};
    return T_OK(xml_parse(a, names, S("part"), bytes, NULL, &t, &err), &err) ? t : NULL;
}

static XmlTree *parse(Arena *a, const char *text) {
    return parse_bytes(a, xml_names_open(a), str_from_z(text));
}

/* ---- names ---- */

static void check_names(Arena *a) {
    XmlTree *t = parse(a, "<w:document " W_DECL " xmlns:x='urn:x'><w:p w:val='1' val='2' "
                          "x:val='3' xml:space='preserve'/><x:p/><p/></w:document>");
    if (!t) return;
    const XmlNode *p = xml_child(t->root, W_p);
    T_EQ_INT(t->root->name, W_document);
    T_CHECK(p && p == t->root->first);
    T_EQ_STR(xml_attr(p, W_val), S("1"));
    T_EQ_STR(xml_attr(p, XML_space), S("preserve"));
    T_EQ_INT(p->attr_count, 4);
    T_CHECK(!xml_attr(p, W_id).ptr && !xml_has_attr(p, W_id) && xml_has_attr(p, W_val));
    const XmlNode *xp = p->next, *plain = xp->next;
    T_CHECK(xp->name >= NAMES_KNOWN && plain->name >= NAMES_KNOWN && xp->name != plain->name);
    T_EQ_STR(xml_local(t->names, xp->name), S("p"));
    T_EQ_STR(xml_ns_uri(t->names, xml_ns(t->names, xp->name)), S("urn:x"));
    T_EQ_INT(xml_ns(t->names, plain->name), NS_N);
    T_EQ_STR(xml_ns_uri(t->names, NS_W), S(W_URI));
    T_EQ_STR(xml_prefix(t, NS_W), S("w"));
    T_CHECK(!xml_prefix(t, NS_R).ptr);
    T_CHECK(!xml_child(NULL, W_p) && !xml_attr(NULL, W_p).ptr);
}

static void check_scopes(Arena *a) {
    XmlTree *t = parse(a, "<a xmlns='u1' xmlns:p='u2'><b xmlns:p='" W_URI "'><p:p p:val='x'/></b>"
                          "<p:p/><c xmlns=''><d/></c><p xmlns='" W_URI "' val='y'/></a>");
    if (!t) return;
    const XmlNode *b = t->root->first;
    T_EQ_INT(b->first->name, W_p);
    T_CHECK(xml_has_attr(b->first, W_val));
    T_CHECK(b->next->name != W_p);
    T_EQ_INT(xml_ns(t->names, b->next->next->first->name), NS_N);
    T_EQ_INT(t->root->last->name, W_p);
    T_CHECK(xml_has_attr(t->root->last, xml_child(t->root, W_p)->attrs[0].name));
    T_EQ_INT(xml_ns(t->names, t->root->last->attrs[0].name), NS_N);
    T_EQ_INT(t->prefix_count, 2);
    T_EQ_STR(t->prefixes[0].prefix, S(""));
    T_EQ_STR(xml_prefix(t, t->prefixes[1].ns), S("p"));
}

static void check_strict(Arena *a) {
    XmlTree *t = parse(a, "<w:document xmlns:w='http://purl.oclc.org/ooxml/wordprocessingml/main' "
                          "xmlns:r='http://purl.oclc.org/ooxml/officeDocument/relationships'>"
                          "<w:p r:id='1'/></w:document>");
    if (!t) return;
    T_CHECK(t->is_strict);
    T_EQ_INT(t->root->name, W_document);
    T_CHECK(xml_has_attr(t->root->first, R_id));
    t = parse(a, "<w:document " W_DECL "/>");
    T_CHECK(t && !t->is_strict);
    t = parse(a, "<w:document " W_DECL " xmlns:a='http://purl.oclc.org/ooxml/drawingml/main'/>");
    T_CHECK(t && !t->is_strict && t->prefixes[1].ns == NS_A);
}

static void check_notes(Arena *a) {
    XmlTree *t = parse(a, "<w:p " W_DECL "><w:r/><w:commentRangeEnd/></w:p>");
    T_CHECK(t && !t->has_revisions && !t->has_comments);
    t = parse(a, "<w:p " W_DECL "><w:r><w:rPr><w:ins/></w:rPr></w:r></w:p>");
    T_CHECK(t && t->has_revisions && !t->has_comments);
    t = parse(a, "<w:p " W_DECL "><w:tblGridChange/><w:commentReference/></w:p>");
    T_CHECK(t && t->has_revisions && t->has_comments);
}

static void names_are_interned_by_namespace(void) { t_with_arena(check_names); }
static void prefixes_have_scopes(void) { t_with_arena(check_scopes); }
static void strict_is_transitional(void) { t_with_arena(check_strict); }
static void revisions_and_comments_are_noted(void) { t_with_arena(check_notes); }

/* ---- texts ---- */

static void text_is(Arena *a, const char *markup, Str want) {
    XmlTree *t = parse(a, markup);
    if (t) t_equal_str(xml_text(a, t->root), want, markup, __FILE__, __LINE__);
}

static void check_texts(Arena *a) {
    text_is(a, "<a>x &amp; y</a>", S("x & y"));
    text_is(a, "<a>&amp;</a>", S("&"));
    text_is(a, "<a>&#38;amp;&#x4e2d;&lt;&gt;&quot;&apos;</a>", S("&amp;\xE4\xB8\xAD<>\"'"));
    text_is(a, "<a>1\r\n2\r3\n4&#13;</a>", S("1\n2\n3\n4\r"));
    text_is(a, "<a>x<![CDATA[<&]]>y</a>", S("x<&y"));
    text_is(a, "<a><![CDATA[&]]></a>", S("&"));
    text_is(a, "<a><![CDATA[&amp;]]></a>", S("&amp;"));
    text_is(a, "<a><![CDATA[]]></a>", S(""));
    text_is(a, "<a>x<!-- no -->y<?no?>z</a>", S("xyz"));
    text_is(a, "<a>a<b>b</b>c<d/>e</a>", S("abce"));
    text_is(a, "<a> </a>", S(" "));
    text_is(a, "<a> <b> </b>\n<c>\t<d/></c> </a>", S(" "));
    text_is(a, "<a> x <b/> y </a>", S(" x  y "));
    text_is(a, "<a>&#32;</a>", S(" "));
    text_is(a, "<a/>", S(""));
}

static void check_attr_values(Arena *a) {
    XmlTree *t = parse(a, "<a b='x &amp; y' c=\"it's\" d='\"' e='1\n2\t3\r\n4' f='' g = 'h'\n "
                          "h='&#10;' i='a>b'/>");
    if (!t) return;
    static const char *want[] = {"x & y", "it's", "\"", "1 2 3 4", "", "h", "\n", "a>b"};
    T_EQ_INT(t->root->attr_count, 8);
    for (int i = 0; i < 8; i++) T_EQ_STR(t->root->attrs[i].value, str_from_z(want[i]));
    T_CHECK(t->root->attrs[4].value.ptr != NULL);
}

static void check_slices(Arena *a) { /* what needs no decoding is not copied */
    XmlTree *t = parse(a, "<a b='plain'>text\nof two lines</a>");
    if (!t) return;
    const char *from = t->source.ptr, *to = from + t->source.len;
    const Str text = t->root->first->text, value = t->root->attrs[0].value;
    T_CHECK(text.ptr > from && text.ptr < to && value.ptr > from && value.ptr < to);
}

static void range_is(const XmlTree *t, const XmlNode *n, Str whole, Str tag) {
    T_EQ_STR(str_slice(t->source, n->start, n->end), whole);
    if (xml_is_element(n)) T_EQ_STR(str_slice(t->source, n->start, n->tag_end), tag);
}

static void check_ranges(Arena *a) {
    XmlTree *t = parse(a, "\xEF\xBB\xBF<?xml version='1.0'?>\n<a ><b c='&lt;'/> "
                          "<d><!-- x -->y<![CDATA[z]]></d ><e></e></a>\n<!-- end -->");
    if (!t) return;
    const XmlNode *b = t->root->first, *d = b->next, *e = d->next;
    range_is(t, t->root, S("<a ><b c='&lt;'/> <d><!-- x -->y<![CDATA[z]]></d ><e></e></a>"),
             S("<a >"));
    range_is(t, b, S("<b c='&lt;'/>"), S("<b c='&lt;'/>"));
    range_is(t, d, S("<d><!-- x -->y<![CDATA[z]]></d >"), S("<d>"));
    range_is(t, d->first, S("<!-- x -->y<![CDATA[z]]>"), S(""));
    T_EQ_STR(d->first->text, S("yz"));
    range_is(t, e, S("<e></e>"), S("<e>"));
    T_CHECK(!e->next && t->root->last == e && e->parent == t->root);
}

static void texts_are_decoded(void) { t_with_arena(check_texts); }
static void attributes_are_decoded(void) { t_with_arena(check_attr_values); }
static void plain_text_is_no_copy(void) { t_with_arena(check_slices); }
static void nodes_know_their_bytes(void) { t_with_arena(check_ranges); }

/* ---- walking ---- */

static void check_walk(Arena *a) {
    XmlTree *t = parse(a, "<a><b><c/>t</b><d><e/></d></a>");
    if (!t) return;
    Buf seen = buf_new(a);
    for (const XmlNode *n = t->root; n; n = xml_next(n, t->root)) {
        buf_add(&seen, n->name == XML_TEXT ? n->text : xml_local(t->names, n->name));
    }
    T_EQ_STR(buf_str(&seen), S("abctde"));
    const XmlNode *b = t->root->first;
    T_CHECK(xml_skip(b, t->root) == b->next && xml_skip(b, b) == NULL);
    T_CHECK(xml_next(b->last, b) == NULL && xml_next(b->last, t->root) == b->next);
}

static void walks_stay_within_their_root(void) { t_with_arena(check_walk); }

/* ---- refusals ---- */

typedef struct Refused {
    const char *what;
    PxErrKind kind;
    int64_t at; /* -1: anywhere */
    Str bytes;
} Refused;

static const Refused refused[] = {
    {"nothing", PX_ERR_INPUT, -1, {"", 0}},
    {"only white space", PX_ERR_INPUT, -1, {" \n", 2}},
    {"text", PX_ERR_INPUT, -1, {"abc", 3}},
    {"an end missing", PX_ERR_INPUT, -1, {"<a><b></b>", 10}},
    {"ends crossed", PX_ERR_INPUT, 8, {"<a><b></a></b>", 14}},
    {"a second root", PX_ERR_INPUT, -1, {"<a/><b/>", 8}},
    {"a DOCTYPE", PX_ERR_UNSUPPORTED, -1, {"<!DOCTYPE a><a/>", 16}},
    {"a DTD", PX_ERR_UNSUPPORTED, -1, {"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", 40}},
    {"an external DTD", PX_ERR_UNSUPPORTED, -1, {"<!DOCTYPE a SYSTEM 'file:///x'><a/>", 35}},
    {"an entity unknown", PX_ERR_INPUT, -1, {"<a>&x;</a>", 10}},
    {"an entity of HTML", PX_ERR_INPUT, -1, {"<a>&nbsp;</a>", 13}},
    {"a character that is none", PX_ERR_INPUT, -1, {"<a>&#1;</a>", 11}},
    {"a surrogate as a number", PX_ERR_INPUT, -1, {"<a>&#xD800;</a>", 15}},
    {"NUL in text", PX_ERR_INPUT, -1, {"<a>\0</a>", 8}},
    {"NUL behind", PX_ERR_INPUT, -1, {"<a/>\0", 5}},
    {"a control in text", PX_ERR_INPUT, -1, {"<a>\x01</a>", 8}},
    {"a byte that starts nothing", PX_ERR_INPUT, -1, {"<a>\xFF</a>", 8}},
    {"an overlong form", PX_ERR_INPUT, -1, {"<a>\xC0\xAF</a>", 9}},
    {"a surrogate in UTF-8", PX_ERR_INPUT, -1, {"<a>\xED\xA0\x80</a>", 10}},
    {"U+FFFF", PX_ERR_INPUT, -1, {"<a>\xEF\xBF\xBF</a>", 10}},
    {"a cut sequence", PX_ERR_INPUT, -1, {"<a b='\xE4\xB8'/>", 10}},
    {"an attribute twice", PX_ERR_INPUT, -1, {"<a b='' b=''/>", 14}},
    {"an attribute twice by namespace",
     PX_ERR_INPUT,
     0,
     {"<a xmlns:p='u' xmlns:q='u' p:x='' q:x=''/>", 42}},
    {"a prefix of an element undeclared", PX_ERR_INPUT, 3, {"<a><p:b/></a>", 13}},
    {"a prefix of an attribute undeclared", PX_ERR_INPUT, 3, {"<a><b p:c=''/></a>", 18}},
    {"a prefix out of scope", PX_ERR_INPUT, 22, {"<a><b xmlns:p='u'/><c><p:d/></c></a>", 36}},
    {"a prefix undone", PX_ERR_INPUT, -1, {"<a xmlns:p='u'><b xmlns:p=''/></a>", 34}},
    {"the prefix xml for another", PX_ERR_INPUT, -1, {"<a xmlns:xml='u'/>", 18}},
    {"the prefix xmlns", PX_ERR_INPUT, -1, {"<a xmlns:xmlns='u'/>", 20}},
    {"an element xmlns:a", PX_ERR_INPUT, -1, {"<xmlns:a/>", 10}},
    {"two colons", PX_ERR_INPUT, -1, {"<a xmlns:p='u'><p:b:c/></a>", 27}},
    {"no local name", PX_ERR_INPUT, -1, {"<a xmlns:p='u'><p:/></a>", 24}},
    {"a prefix that is no name", PX_ERR_INPUT, 0, {"<a xmlns:0='u'/>", 16}},
    {"a local name that is none", PX_ERR_INPUT, 15, {"<a xmlns:p='u'><p:-b/></a>", 26}},
    {"no prefix before the colon", PX_ERR_INPUT, -1, {"<a :b=''/>", 10}},
    {"a prefix in Ignorable undeclared",
     PX_ERR_INPUT,
     0,
     {"<a xmlns:m='http://schemas.openxmlformats.org/markup-compatibility/2006' m:Ignorable='x'/>",
      89}},
    {"Latin-1", PX_ERR_UNSUPPORTED, -1, {"<?xml version='1.0' encoding='ISO-8859-1'?><a/>", 47}},
    {"UTF-16 said, UTF-8 meant",
     PX_ERR_INPUT,
     -1,
     {"<?xml version='1.0' encoding='UTF-16'?><a/>", 43}},
    {"UTF-7", PX_ERR_UNSUPPORTED, -1, {"<?xml version='1.0' encoding='utf-7'?><a/>", 42}},
    {"UTF-32", PX_ERR_INPUT, -1, {"<\0\0\0a\0\0\0/\0\0\0>\0\0\0", 16}},
    {"half a unit of UTF-16", PX_ERR_INPUT, -1, {"<\0a\0/\0>", 7}},
    {"a high surrogate alone", PX_ERR_INPUT, 6, {"<\0a\0>\0\x00\xD8<\0/\0a\0>\0", 16}},
    {"a low surrogate alone", PX_ERR_INPUT, 6, {"<\0a\0>\0\x00\xDC<\0/\0a\0>\0", 16}},
    {"a high surrogate at the end", PX_ERR_INPUT, 10, {"\xFF\xFE<\0a\0/\0>\0\x00\xD8", 12}},
    {"the declaration not first", PX_ERR_INPUT, -1, {" <?xml version='1.0'?><a/>", 26}},
    {"XML 1.1 control", PX_ERR_INPUT, -1, {"<?xml version='1.1'?><a>&#1;</a>", 32}},
};

static void check_refusals(Arena *a) {
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        const Refused *r = &refused[i];
        XmlTree *t = NULL;
        PxErr err = {0};
        const bool accepted =
            xml_parse(a, xml_names_open(a), S("word/x.xml"), r->bytes, NULL, &t, &err);
        const bool right = !accepted && err.kind == r->kind && err.message[0] != '\0' &&
                           strcmp(err.part, "word/x.xml") == 0 && err.at >= 0 &&
                           err.at <= r->bytes.len && (r->at < 0 || err.at == r->at);
        if (!t_check(right, r->what, __FILE__, __LINE__)) {
            printf("#   accepted %d, kind %d at %d: %s\n", accepted, (int)err.kind, (int)err.at,
                   err.message);
        }
    }
}

static void bad_markup_is_refused(void) { t_with_arena(check_refusals); }

/* ---- encodings ---- */

static Str utf16(Arena *a, const char *ascii, bool big, bool bom) {
    Buf b = buf_new(a);
    if (bom) buf_add(&b, big ? S("\xFE\xFF") : S("\xFF\xFE"));
    for (const char *c = ascii; *c; c++) {
        if (*c == '$') { /* U+1F600 */
            buf_add(&b, big ? S("\xD8\x3D\xDE\x00") : S("\x3D\xD8\x00\xDE"));
            continue;
        }
        if (big) buf_byte(&b, '\0');
        buf_byte(&b, *c);
        if (!big) buf_byte(&b, '\0');
    }
    return buf_str(&b);
}

static void check_utf16(Arena *a) {
    for (int form = 0; form < 4; form++) {
        const Str bytes = utf16(a, "<?xml version=\"1.0\" encoding=\"UTF-16\"?><a b='$'>$</a>",
                                form & 1, form & 2);
        XmlTree *t = parse_bytes(a, xml_names_open(a), bytes);
        if (!t) return;
        T_EQ_STR(t->root->first->text, S("\xF0\x9F\x98\x80"));
        T_EQ_STR(t->root->attrs[0].value, S("\xF0\x9F\x98\x80"));
        Buf out = buf_new(a);
        xml_write(t, &out); /* the declaration says what the bytes are now */
        T_EQ_STR(buf_str(&out), S("<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
                                  "<a b='\xF0\x9F\x98\x80'>\xF0\x9F\x98\x80</a>"));
    }
    T_CHECK(parse_bytes(a, xml_names_open(a), utf16(a, "<a/>", true, true)) != NULL);
    XmlTree *t;
    PxErr err;
    T_CHECK(!xml_parse(a, xml_names_open(a), S("p"),
                       utf16(a, "<?xml version='1.0' encoding='latin1'?><a/>", true, true), NULL,
                       &t, &err));
    T_EQ_INT(err.kind, PX_ERR_UNSUPPORTED);
}

static void utf16_is_read(void) { t_with_arena(check_utf16); }

/* ---- limits ---- */

static Str repeat(Arena *a, const char *head, const char *piece, ptrdiff_t times,
                  const char *tail) {
    Buf b = buf_new(a);
    buf_reserve(&b, (ptrdiff_t)strlen(piece) * times + 1000);
    buf_add(&b, str_from_z(head));
    for (ptrdiff_t i = 0; i < times; i++) buf_add(&b, str_from_z(piece));
    buf_add(&b, str_from_z(tail));
    return buf_str(&b);
}

static bool parses(Arena *a, Str bytes, const XmlLimits *limits, PxErrKind want) {
    XmlTree *t;
    PxErr err = {0};
    const bool done = xml_parse(a, xml_names_open(a), S("part"), bytes, limits, &t, &err);
    if (!done && err.kind != want) printf("#   %s\n", err.message);
    return done ? want == PX_ERR_NONE : want == err.kind;
}

static Str with_attrs(Arena *a, int count) {
    Buf b = buf_new(a);
    buf_add(&b, S("<a"));
    for (int i = 0; i < count; i++) buf_format(&b, " b%d=''", i);
    buf_add(&b, S("/>"));
    return buf_str(&b);
}

static Str nested(Arena *a, int depth) {
    Buf b = buf_new(a);
    for (int i = 0; i < depth; i++) buf_add(&b, S("<a>"));
    for (int i = 0; i < depth; i++) buf_add(&b, S("</a>"));
    return buf_str(&b);
}

static void check_limits(Arena *a) {
    T_CHECK(parses(a, nested(a, 256), NULL, PX_ERR_NONE));
    T_CHECK(parses(a, nested(a, 257), NULL, PX_ERR_LIMIT));
    T_CHECK(parses(a, nested(a, 100000), NULL, PX_ERR_LIMIT));
    T_CHECK(parses(a, nested(a, 4), &(XmlLimits){.depth = 3}, PX_ERR_LIMIT));
    T_CHECK(parses(a, with_attrs(a, 512), NULL, PX_ERR_NONE));
    T_CHECK(parses(a, with_attrs(a, 513), NULL, PX_ERR_LIMIT));
    const XmlLimits few = {.nodes = 100};
    T_CHECK(parses(a, repeat(a, "<a>", "<b/>", 99, "</a>"), &few, PX_ERR_NONE));
    T_CHECK(parses(a, repeat(a, "<a>", "<b/>", 100, "</a>"), &few, PX_ERR_LIMIT));
    T_CHECK(parses(a, repeat(a, "<a>", "<b>t</b>", 60, "</a>"), &few, PX_ERR_LIMIT));
    T_CHECK(parses(a, repeat(a, "<a b='", "xxxxxxxxxxxxxxxx", 500000, "'/>"), NULL, PX_ERR_NONE));
    Buf many = buf_new(a);
    buf_add(&many, S("<a>"));
    for (int i = 0; i < 70000; i++) buf_format(&many, "<n%d/>", i);
    buf_add(&many, S("</a>"));
    T_CHECK(parses(a, buf_str(&many), NULL, PX_ERR_LIMIT));
    many.len = 0;
    buf_add(&many, S("<a>"));
    for (int i = 0; i < 70000; i++) buf_format(&many, "<b xmlns='u:%d'/>", i);
    buf_add(&many, S("</a>"));
    T_CHECK(parses(a, buf_str(&many), NULL, PX_ERR_LIMIT));
}

static void limits_hold(void) { t_with_arena(check_limits); }

static bool parse_much(void *ctx, PxErr *err) {
    Arena *a = ctx;
    XmlTree *t;
    return xml_parse(a, xml_names_open(a), S("part"),
                     repeat(a, "<a>", "<b c='d'>e</b>", 100000, "</a>"), NULL, &t, err);
}

static void a_budget_ends_the_parse(void) {
    Arena *a = arena_open(8 * 1024 * 1024);
    PxErr err = {0};
    T_CHECK(!arena_guard(a, parse_much, a, &err));
    T_EQ_INT(err.kind, PX_ERR_LIMIT);
    arena_close(a);
}

/* ---- time ---- */

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

typedef Str (*Maker)(Arena *a, ptrdiff_t n);
static Str make_flat(Arena *a, ptrdiff_t n) {
    return repeat(a, "<a>", "<b c='d'>e</b>", n, "</a>");
}
static Str make_entities(Arena *a, ptrdiff_t n) { return repeat(a, "<a>", "&amp;x", n, "</a>"); }
static Str make_value(Arena *a, ptrdiff_t n) {
    return repeat(a, "<a b='", "&lt;xxxxxxxx", n, "'/>");
}
static Str make_comments(Arena *a, ptrdiff_t n) {
    return repeat(a, "<a>x", "<!-- y -->", n, "</a>");
}
static Str make_comment(Arena *a, ptrdiff_t n) {
    return repeat(a, "<a><!--", "yyyyyyyyyy", n, "--></a>");
}
static Str make_scopes(Arena *a, ptrdiff_t n) {
    return repeat(a, "<a xmlns:p='u'>", "<p:b xmlns:p='v' p:c='1'/><p:b p:c='1'/>", n, "</a>");
}
static Str make_deep_scopes(Arena *a, ptrdiff_t n) {
    Buf b = buf_new(a);
    buf_add(&b, S("<a>"));
    for (int i = 0; i < 200; i++) buf_format(&b, "<b xmlns:p%d='u%d'>", i, i);
    for (ptrdiff_t i = 0; i < n; i++) buf_add(&b, S("<p0:c p1:d=''/>"));
    for (int i = 0; i < 200; i++) buf_add(&b, S("</b>"));
    buf_add(&b, S("</a>"));
    return buf_str(&b);
}
static Str make_crlf(Arena *a, ptrdiff_t n) { return repeat(a, "<a>", "x\r\n", n, "</a>"); }

static double best_parse(Maker make, ptrdiff_t n) {
    double best = 1e9;
    for (int i = 0; i < 3; i++) {
        Arena *a = arena_open((ptrdiff_t)1 << 30);
        const Str bytes = make(a, n);
        const double before = seconds();
        T_CHECK(parses(a, bytes, NULL, PX_ERR_NONE));
        const double took = seconds() - before;
        if (took < best) best = took;
        arena_close(a);
    }
    return best;
}

static void check_times(Arena *a) {
    (void)a;
    static const struct {
        const char *what;
        Maker make;
        ptrdiff_t n;
    } cases[] = {{"flat", make_flat, 12000},
                 {"entities", make_entities, 60000},
                 {"one value", make_value, 60000},
                 {"comments", make_comments, 40000},
                 {"one comment", make_comment, 60000},
                 {"scopes", make_scopes, 8000},
                 {"deep scopes", make_deep_scopes, 12000},
                 {"CRLF", make_crlf, 60000}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const double one = best_parse(cases[i].make, cases[i].n);
        const double four = best_parse(cases[i].make, 4 * cases[i].n);
        if (!t_check(four < 10 * one + 0.01, cases[i].what, __FILE__, __LINE__)) {
            printf("#   n: %.4f s, 4n: %.4f s\n", one, four);
        }
    }
}

static void cost_is_linear(void) { check_times(NULL); }

/* ---- memory ---- */

static bool parse_and_write(void *ctx, Arena *a, PxErr *err) {
    (void)ctx;
    XmlNames *names = xml_names_open(a);
    XmlTree *t, *to;
    const Str part = S("<w:p " W_DECL " xmlns:x='urn:x'><w:r a='&amp;'>t&lt;<q xmlns='urn:q'/>"
                       "<x:y x:z='1'/></w:r></w:p>");
    if (!xml_parse(a, names, S("part"), part, NULL, &t, err)) return false;
    if (!xml_parse(a, names, S("to"), S("<a/>"), NULL, &to, err)) return false;
    xml_set_attr(t, t->root->first, W_val, S("v"));
    xml_insert(to->root, xml_copy(to, t->root), NULL);
    xml_declare(to, S("w"), NS_W);
    Buf out = buf_new(a);
    xml_write(t, &out);
    xml_write(to, &out);
    xml_write_node(to, t, t->root->first, &out);
    return out.len > 0;
}

static void failing_memory_leaks_nothing(void) { T_CHECK(t_fault_loop(parse_and_write, NULL)); }

int main(void) {
    T_RUN(names_are_interned_by_namespace);
    T_RUN(prefixes_have_scopes);
    T_RUN(strict_is_transitional);
    T_RUN(revisions_and_comments_are_noted);
    T_RUN(texts_are_decoded);
    T_RUN(attributes_are_decoded);
    T_RUN(plain_text_is_no_copy);
    T_RUN(nodes_know_their_bytes);
    T_RUN(walks_stay_within_their_root);
    T_RUN(bad_markup_is_refused);
    T_RUN(utf16_is_read);
    T_RUN(limits_hold);
    T_RUN(a_budget_ends_the_parse);
    T_RUN(cost_is_linear);
    T_RUN(failing_memory_leaks_nothing);
    return t_end();
}
