/* test_xml_write: writing what was and was not changed, moving and copying nodes between scopes of
 * prefixes and between trees. */
/* needs: base zip xml */
#include "t.h"

#include "xml/xml.h"
#include "xml_dump.h"
#include "zip/zip.h"

#define W_URI "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#define R_URI "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define MC_URI "http://schemas.openxmlformats.org/markup-compatibility/2006"
#define WPS_URI "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
#define W14_URI "http://schemas.microsoft.com/office/word/2010/wordml"
#define W_STRICT "http://purl.oclc.org/ooxml/wordprocessingml/main"
#define W_DECL "xmlns:w=\"" W_URI "\""

static XmlTree *parse_with(Arena *a, XmlNames *names, const char *text) {
    XmlTree *t = NULL;
    PxErr err = {0};
    T_OK(xml_parse(a, names, S("part"), str_from_z(text), NULL, &t, &err), &err);
    check(t != NULL); /* the tests' own markup is right */
    return t;
}

static XmlTree *parse(Arena *a, const char *text) { return parse_with(a, xml_names_open(a), text); }

static Str written(Arena *a, const XmlTree *t) {
    Buf out = buf_new(a);
    xml_write(t, &out);
    return buf_str(&out);
}

static Str written_node(Arena *a, const XmlTree *t, const XmlTree *from, const XmlNode *n) {
    Buf out = buf_new(a);
    xml_write_node(t, from, n, &out);
    return buf_str(&out);
}

static Str dump(Arena *a, const XmlTree *t) {
    Buf out = buf_new(a);
    xml_dump(t->names, t->root, &out);
    return buf_str(&out);
}

/* ---- one change, the bytes around it ---- */

#define BEFORE "<?xml version='1.0'?>\r\n<w:a  " W_DECL " ><!-- kept --> "

static void check_set_attr(Arena *a) {
    XmlTree *t = parse(a, BEFORE "<w:b  x='1'><w:c y = '2' /></w:b ></w:a >\n<!-- end -->");
    XmlNode *c = t->root->first->first;
    xml_set_attr(t, c, W_val, S("<\"&\t>"));
    xml_set_attr(t, c, c->attrs[0].name, S("3"));
    T_EQ_STR(written(a, t), S("<?xml version='1.0'?>\r\n<w:a  " W_DECL " ><w:b  x='1'>"
                              "<w:c y=\"3\" w:val=\"&lt;&quot;&amp;&#9;&gt;\"/></w:b></w:a>\n"
                              "<!-- end -->"));
    xml_remove_attr(c, c->attrs[0].name);
    xml_remove_attr(c, W_id);
    T_CHECK(c->attr_count == 1 && c->attrs[0].name == W_val);
    T_EQ_STR(written_node(a, t, t, c), S("<w:c w:val=\"&lt;&quot;&amp;&#9;&gt;\"/>"));
}

static void check_insert(Arena *a) {
    XmlTree *t = parse(a, "<a><b/><c></c><d>x&#65;</d></a>");
    XmlNode *b = t->root->first, *c = b->next, *d = c->next;
    xml_insert(b, xml_element(t, W_p), NULL);
    T_EQ_STR(written(a, t), S("<a><b><w:p xmlns:w=\"" W_URI "\"/></b><c></c><d>x&#65;</d></a>"));
    xml_remove(b->first);
    T_EQ_STR(written(a, t), S("<a><b/><c></c><d>x&#65;</d></a>"));
    xml_insert(t->root, xml_raw(t, S("<r/>")), c);
    xml_insert(c, xml_raw(t, S("&amp;")), NULL);
    xml_insert(t->root, xml_raw(t, S("!")), NULL);
    T_EQ_STR(written(a, t), S("<a><b/><r/><c>&amp;</c><d>x&#65;</d>!</a>"));
    d->first->text = S("<]]>\r");
    xml_touch(d->first);
    T_EQ_STR(written_node(a, t, t, d), S("<d>&lt;]]&gt;&#13;</d>"));
    xml_replace(c, xml_raw(t, S("C")));
    xml_remove(t->root->last);
    T_CHECK(t->root->last == d && !d->next);
    T_EQ_STR(written(a, t), S("<a><b/><r/>C<d>&lt;]]&gt;&#13;</d></a>"));
}

static void check_unwrap(Arena *a) {
    XmlTree *t = parse(a, "<a><b>1<i/>2</b><c/><d><e/></d></a>");
    xml_unwrap(t->root->first);
    xml_unwrap(xml_child(t->root, t->root->first->next->next->next->name)); /* c, empty */
    xml_unwrap(t->root->last);
    T_EQ_STR(written(a, t), S("<a>1<i/>2<e/></a>"));
    T_EQ_STR(xml_local(t->names, t->root->last->name), S("e"));
    for (const XmlNode *n = t->root->first; n; n = n->next) T_CHECK(n->parent == t->root);
}

static void check_rename(Arena *a) {
    XmlTree *t = parse(a, "<w:p " W_DECL "><w:del w:id='1'><w:r>x</w:r></w:del></w:p>");
    xml_rename(t->root->first, W_ins);
    T_EQ_STR(written(a, t), S("<w:p " W_DECL "><w:ins w:id=\"1\"><w:r>x</w:r></w:ins></w:p>"));
}

static void check_tags(Arena *a) {
    XmlTree *t = parse(a, "<a " W_DECL "><b  c='1'/></a>");
    Buf out = buf_new(a);
    const XmlNode *b = t->root->first;
    xml_write_start(t, b, true, &out);
    xml_write_start(t, b, false, &out);
    xml_write_end(t, b, &out);
    XmlNode *p = xml_element(t, W_p);
    xml_write_start(t, p, false, &out);
    xml_write_end(t, p, &out);
    T_EQ_STR(buf_str(&out), S("<b  c='1'/><b  c='1'></b><w:p></w:p>"));
}

static void check_controls(Arena *a) { /* what XML cannot hold */
    Buf out = buf_new(a);
    xml_write_text(S("a\x01\n\tb"), &out);
    xml_write_attr_value(S("\x1f"), &out);
    T_EQ_STR(buf_str(&out), S("a\xEF\xBF\xBD\n\tb\xEF\xBF\xBD"));
}

static void a_changed_tag_leaves_the_rest(void) { t_with_arena(check_set_attr); }
static void nodes_go_in_and_out(void) { t_with_arena(check_insert); }
static void children_take_their_parents_place(void) { t_with_arena(check_unwrap); }
static void both_tags_are_renamed(void) { t_with_arena(check_rename); }
static void tags_are_written_alone(void) { t_with_arena(check_tags); }
static void controls_do_not_get_out(void) { t_with_arena(check_controls); }

/* ---- prefixes declared inside ---- */

static void check_inner_scopes(Arena *a) {
    XmlTree *t = parse(a, "<a><b xmlns:p='u' xmlns='v'><p:c p:d='1'><e/></p:c><f/></b><g/></a>");
    XmlNode *b = t->root->first, *c = b->first, *g = t->root->last;
    xml_touch(c); /* start tags are copied, the scopes still stand */
    T_EQ_STR(written(a, t), t->source);
    xml_set_attr(t, b, W_val, S("1")); /* b is written anew and declares what it did */
    T_EQ_STR(written(a, t),
             S("<a><b xmlns:p='u' xmlns='v' xmlns:w=\"" W_URI "\" w:val=\"1\"><p:c p:d='1'><e/>"
               "</p:c><f/></b><g/></a>"));
    xml_remove_attr(b, W_val);
    xml_remove(c); /* to where its prefixes mean nothing */
    xml_insert(g, c, NULL);
    T_EQ_STR(written(a, t),
             S("<a><b xmlns:p='u' xmlns='v'><f/></b><g>"
               "<p:c xmlns:p=\"u\" p:d=\"1\"><ns1:e xmlns:ns1=\"v\"/></p:c></g></a>"));
    xml_unwrap(b);
    T_EQ_STR(written_node(a, t, t, t->root->first), S("<ns1:f xmlns:ns1=\"v\"/>"));
}

static void check_shadows(Arena *a) {
    XmlTree *t = parse(a, "<p:a xmlns:p='u' xmlns='d'><p:b xmlns:p='v'><p:c/></p:b><p:d p:x='1'/>"
                          "<e/></p:a>");
    XmlNode *b = t->root->first, *d = b->next, *e = d->next;
    xml_remove(d);
    xml_insert(b, d, NULL); /* there p means v */
    T_EQ_STR(written(a, t), S("<p:a xmlns:p='u' xmlns='d'><p:b xmlns:p='v'><p:c/>"
                              "<ns1:d xmlns:ns1=\"u\" ns1:x=\"1\"/></p:b><e/></p:a>"));
    XmlNode *plain = xml_element(t, N_id); /* without a namespace, where there is a default */
    xml_remove(e);
    xml_insert(plain, e, NULL);
    xml_insert(t->root, plain, NULL);
    T_EQ_STR(written_node(a, t, t, plain), S("<id xmlns=\"\"><ns1:e xmlns:ns1=\"d\"/></id>"));
    xml_touch_all(t);
    XmlTree *again = parse_with(a, t->names, arena_str(a, written(a, t)).ptr);
    T_EQ_STR(dump(a, again), dump(a, t));
}

static void check_odd_declaration(Arena *a) { /* a URI with a reference in it */
    XmlTree *t = parse(a, "<a><b xmlns:p='u&amp;v'><p:c/></b></a>");
    T_EQ_STR(written(a, t), t->source);
    xml_touch(t->root->first);
    XmlTree *again = parse_with(a, t->names, arena_str(a, written(a, t)).ptr);
    T_EQ_STR(dump(a, again), dump(a, t));
    t = parse(a, "<w:a " W_DECL "><b xmlns:w='u&amp;v'><w:c/></b></w:a>");
    xml_insert(t->root->first, xml_element(t, W_p), NULL);
    again = parse_with(a, t->names, arena_str(a, written(a, t)).ptr);
    T_EQ_STR(dump(a, again), dump(a, t));
}

static void inner_prefixes_are_minded(void) { t_with_arena(check_inner_scopes); }
static void hidden_prefixes_are_minded(void) { t_with_arena(check_shadows); }
static void odd_declarations_are_minded(void) { t_with_arena(check_odd_declaration); }

/* ---- another tree's nodes ---- */

static void check_foreign(Arena *a) {
    XmlNames *names = xml_names_open(a);
    XmlTree *to = parse_with(a, names, "<w:a " W_DECL " xmlns:r='urn:other'/>");
    XmlTree *same =
        parse_with(a, names, "<w:a xmlns:r='urn:other' " W_DECL "><w:p  r:x='1'/></w:a>");
    T_EQ_STR(written_node(a, to, same, same->root->first), S("<w:p  r:x='1'/>"));
    XmlTree *from = parse_with(a, names,
                               "<x:a xmlns:x='" W_URI "' xmlns:r='" R_URI "' "
                               "xmlns:q='urn:q'><x:p  r:id='7'><q:z/></x:p>"
                               "<x:r  a='1'/></x:a>");
    const XmlNode *p = from->root->first;
    const Str want = S("<w:p xmlns:ns1=\"" R_URI "\" ns1:id=\"7\"><q:z xmlns:q=\"urn:q\"/></w:p>");
    T_EQ_STR(written_node(a, to, from, p), want);
    XmlNode *copy = xml_copy(to, p);
    T_EQ_STR(written_node(a, to, to, copy), want);
    for (const XmlNode *n = copy; n; n = xml_next(n, copy)) T_CHECK(n->flags & XML_MADE);
    T_EQ_STR(written_node(a, to, from, p->next), S("<w:r a=\"1\"/>"));
    T_EQ_STR(xml_declare(to, S("r"), NS_R), S("ns1"));
    T_EQ_STR(xml_declare(to, S("other"), NS_R), S("ns1"));
    T_EQ_STR(xml_declare(to, S(""), NS_W), S("w"));
    xml_insert(to->root, copy, NULL);
    T_EQ_STR(written(a, to), S("<w:a " W_DECL " xmlns:r='urn:other' xmlns:ns1=\"" R_URI "\">"
                               "<w:p ns1:id=\"7\"><q:z xmlns:q=\"urn:q\"/></w:p></w:a>"));
}

/* A root brings its declarations, which must not hide those it gets into. */
static void check_foreign_root(Arena *a) {
    XmlNames *names = xml_names_open(a);
    XmlTree *to = parse_with(a, names, "<w:a " W_DECL " xmlns:r='" R_URI "'/>");
    XmlTree *from =
        parse_with(a, names, "<w:a " W_DECL " xmlns:q='urn:q'><b xmlns:r='urn:r'/></w:a>");
    XmlTree *other = parse_with(a, names, "<w:a " W_DECL " xmlns:r='urn:r'><w:b/></w:a>");
    xml_insert(other->root, xml_element(other, R_id), NULL);
    T_EQ_STR(written_node(a, to, other, other->root), S("<w:a><w:b/><r:id/></w:a>"));
    T_EQ_STR(written_node(a, to, from, from->root->first), S("<b xmlns:r='urn:r'/>"));
}

static void check_copy_keeps_marks(Arena *a) {
    XmlTree *t = parse(a, "<a><b>x<c/></b></a>");
    XmlNode *b = t->root->first;
    b->flags |= XML_USER2;
    b->mark = 5;
    b->last->mark = 6;
    const XmlNode *copy = xml_copy(t, b);
    T_CHECK(copy->flags & XML_USER2 && copy->mark == 5 && copy->last->mark == 6);
    T_CHECK(!copy->parent && !copy->next && copy->first->text.ptr != b->first->text.ptr);
    T_EQ_STR(written_node(a, t, t, copy), S("<b>x<c/></b>"));
}

static void check_many_trees(Arena *a) { /* more than the writer remembers at once */
    XmlNames *names = xml_names_open(a);
    XmlTree *to = parse_with(a, names, "<a " W_DECL "/>");
    XmlTree *from[40];
    for (int i = 0; i < 40; i++) {
        const char *uri = i % 3 ? W_URI : "urn:x";
        from[i] = parse_with(
            a, names, arena_format(a, "<a xmlns:w='%s'><w:b  c='%d'/></a>%c", uri, i, 0).ptr);
    }
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 40; i++) {
            const Str is = written_node(a, to, from[i], from[i]->root->first);
            T_EQ_STR(is, i % 3 ? arena_format(a, "<w:b  c='%d'/>", i)
                               : arena_format(a, "<ns1:b xmlns:ns1=\"urn:x\" c=\"%d\"/>", i));
        }
    }
}

static void check_strictness(Arena *a) {
    XmlNames *names = xml_names_open(a);
    XmlTree *strict = parse_with(a, names,
                                 "<w:a xmlns:w='" W_STRICT "'><w:p  w:x='1'>"
                                 "<r:b xmlns:r='http://purl.oclc.org/ooxml/officeDocument"
                                 "/relationships'/></w:p><w:p  /></w:a>");
    XmlTree *to = parse_with(a, names, "<w:a " W_DECL "/>");
    T_CHECK(strict->is_strict);
    T_EQ_STR(written_node(a, to, strict, strict->root->last), S("<w:p  />"));
    T_EQ_STR(written_node(a, to, strict, strict->root->first),
             S("<w:p w:x=\"1\"><r:b xmlns:r=\"" R_URI "\"/></w:p>"));
    /* the kind of a drawing is told by a namespace, in a value */
    XmlTree *drawing = parse_with(a, names,
                                  "<w:a xmlns:w='" W_STRICT
                                  "' xmlns:a='http://purl.oclc.org/ooxml/drawingml/main'>"
                                  "<a:graphicData "
                                  "uri='http://purl.oclc.org/ooxml/drawingml/picture'/></w:a>");
    XmlTree *there = parse_with(
        a, names,
        "<w:a " W_DECL " xmlns:a='http://schemas.openxmlformats.org/drawingml/2006/main'/>");
    const Str picture = S("<a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/"
                          "picture\"/>");
    T_EQ_STR(written_node(a, there, drawing, drawing->root->first), picture);
    T_EQ_STR(written_node(a, there, there, xml_copy(there, drawing->root->first)), picture);
    XmlNode *made = xml_element(strict, R_id);
    T_EQ_STR(written_node(a, strict, strict, made),
             S("<r:id xmlns:r=\"http://purl.oclc.org/ooxml/officeDocument/relationships\"/>"));
}

static void foreign_prefixes_are_declared(void) { t_with_arena(check_foreign); }
static void foreign_roots_hide_nothing(void) { t_with_arena(check_foreign_root); }
static void copies_keep_their_marks(void) { t_with_arena(check_copy_keeps_marks); }
static void many_trees_feed_one(void) { t_with_arena(check_many_trees); }
static void strict_and_transitional_do_not_mix(void) { t_with_arena(check_strictness); }

/* ---- prefixes in values ---- */

#define CHOICE                                                                                     \
    "<mc:AlternateContent><mc:Choice Requires=\"wps\"><wps:x/></mc:Choice>"                        \
    "</mc:AlternateContent>"

static void check_requires(Arena *a) {
    XmlNames *names = xml_names_open(a);
    XmlTree *from = parse_with(
        a, names, "<w:a " W_DECL " xmlns:mc='" MC_URI "' xmlns:wps='" WPS_URI "'>" CHOICE "</w:a>");
    XmlTree *to = parse_with(a, names, "<w:a " W_DECL " xmlns:mc='" MC_URI "'/>");
    const XmlNode *n = from->root->first;
    T_EQ_STR(written_node(a, from, from, n), S(CHOICE));
    const Str want = S("<mc:AlternateContent><mc:Choice xmlns:wps=\"" WPS_URI "\" Requires=\"wps\">"
                       "<wps:x/></mc:Choice></mc:AlternateContent>");
    T_EQ_STR(written_node(a, to, from, n), want);
    T_EQ_STR(written_node(a, to, to, xml_copy(to, n)), want);
    XmlTree *bare = parse_with(a, names,
                               "<w:a xmlns:mc='" MC_URI "' " W_DECL " xmlns:wps='" WPS_URI
                               "'><mc:Choice  Requires='wps'/></w:a>");
    T_EQ_STR(written_node(a, to, bare, bare->root->first),
             S("<mc:Choice xmlns:wps=\"" WPS_URI "\" Requires=\"wps\"/>"));
    /* another prefix for it there, and its own prefix taken */
    XmlTree *other = parse_with(
        a, names, "<w:a " W_DECL " xmlns:s='" WPS_URI "' xmlns:m='" MC_URI "' xmlns:wps='urn:x'/>");
    T_EQ_STR(written_node(a, other, from, n),
             S("<m:AlternateContent><m:Choice Requires=\"s\"><s:x/></m:Choice>"
               "</m:AlternateContent>"));
    /* wps listed for two namespaces in one operation */
    XmlTree *liar = parse_with(a, names,
                               "<m:Choice xmlns:m='" MC_URI "' xmlns:wps='urn:x' "
                               "Requires='wps'/>");
    T_CHECK(!str_equal(liar->root->attrs[0].value, S("wps")));
    T_EQ_STR(written(a, liar), liar->source);
    T_EQ_STR(written_node(a, to, liar, liar->root),
             S("<mc:Choice xmlns:wps=\"urn:x\" Requires=\"wps\"/>"));
    XmlNode *plain = xml_copy(to, parse_with(a, names, "<z Requires='wps'/>")->root);
    T_EQ_STR(written_node(a, to, to, plain), S("<z Requires=\"wps\"/>"));
}

static void check_ignorable(Arena *a) {
    XmlNames *names = xml_names_open(a);
    XmlTree *from = parse_with(a, names,
                               "<w:a " W_DECL " xmlns:mc='" MC_URI "' xmlns:w14='" W14_URI
                               "' mc:Ignorable='w14'><w:p w14:paraId='1'/></w:a>");
    XmlTree *to = parse_with(a, names, "<w:a " W_DECL "/>");
    T_EQ_STR(written_node(a, to, from, from->root->first),
             S("<w:p xmlns:w14=\"" W14_URI "\" w14:paraId=\"1\" xmlns:mc=\"" MC_URI "\" "
               "mc:Ignorable=\"w14\"/>"));
    xml_insert(to->root, xml_copy(to, from->root->first), NULL);
    T_EQ_STR(xml_declare(to, S("w14"), NS_W14), S("w14"));
    T_EQ_STR(written(a, to), S("<w:a " W_DECL " xmlns:w14=\"" W14_URI "\" xmlns:mc=\"" MC_URI "\" "
                               "mc:Ignorable=\"w14\"><w:p w14:paraId=\"1\"/></w:a>"));
    /* the root's own list stands whatever is done to its tag */
    xml_set_attr(from, from->root, W_val, S("v"));
    T_EQ_STR(written(a, from), S("<w:a " W_DECL " xmlns:mc='" MC_URI "' xmlns:w14='" W14_URI
                                 "' w:val=\"v\" mc:Ignorable=\"w14\"><w:p w14:paraId='1'/></w:a>"));
}

static void check_types(Arena *a) {
    XmlNames *names = xml_names_open(a);
    const char *source = "<a xmlns:x='http://www.w3.org/2001/XMLSchema-instance' xmlns:d='urn:d'>"
                         "<b x:type='d:T'/><c x:type='T'/></a>";
    XmlTree *from = parse_with(a, names, source);
    XmlTree *to = parse_with(a, names, "<a xmlns:e='urn:d'/>");
    T_EQ_STR(written_node(a, to, from, from->root->first),
             S("<b xmlns:x=\"http://www.w3.org/2001/XMLSchema-instance\" x:type=\"e:T\"/>"));
    T_EQ_STR(written_node(a, to, from, from->root->last),
             S("<c xmlns:x=\"http://www.w3.org/2001/XMLSchema-instance\" x:type=\"T\"/>"));
}

static void required_prefixes_come_along(void) { t_with_arena(check_requires); }
static void what_may_be_ignored_still_may(void) { t_with_arena(check_ignorable); }
static void types_keep_their_meaning(void) { t_with_arena(check_types); }

/* ---- laws over random changes ---- */

static const char *const prefixes[] = {"", "p", "q", "w", "mc"};
static const char *const uris[] = {"u", "v", W_URI, MC_URI, W_STRICT};
enum { CHOICES = 5 };

static void add_random_element(Buf *b, int depth, bool *bound) {
    bool here[CHOICES];
    memcpy(here, bound, sizeof here);
    Buf declared = buf_new(b->arena);
    for (int i = 0; i < CHOICES; i++) {
        const ptrdiff_t uri = t_random_below(CHOICES);
        if (t_random_below(depth == 0 ? 2 : 8) != 0) continue;
        buf_format(&declared, i ? " xmlns:%s='%s'" : " xmlns%s='%s'", prefixes[i], uris[uri]);
        here[i] = true;
    }
    ptrdiff_t p = t_random_below(CHOICES), q = t_random_below(CHOICES);
    if (!here[p]) p = 0;
    if (!here[q]) q = 0;
    const char *colon = p ? ":" : "", *name = t_random_below(4) ? "e" : "Choice";
    buf_format(b, "<%s%s%s", prefixes[p], colon, name);
    buf_add(b, buf_str(&declared));
    if (t_random_below(2)) buf_format(b, " %s%sa='&lt;%d'", prefixes[q], q ? ":" : "", depth);
    if (q && t_random_below(3) == 0) buf_format(b, " Requires='%s'", prefixes[q]);
    buf_byte(b, '>');
    const ptrdiff_t children = depth < 5 ? t_random_below(4) : 0;
    for (ptrdiff_t i = 0; i < children; i++) {
        if (t_random_below(3) == 0) buf_add(b, S("t<!-- c -->&gt;"));
        add_random_element(b, depth + 1, here);
    }
    buf_format(b, "</%s%s%s>", prefixes[p], colon, name);
}

static XmlTree *random_tree(Arena *a, XmlNames *names) {
    for (;;) { /* two prefixes of one namespace may make one attribute twice: try again */
        Buf b = buf_new(a);
        bool bound[CHOICES] = {true, false};
        add_random_element(&b, 0, bound);
        XmlTree *t;
        PxErr err;
        if (xml_parse(a, names, S("random"), buf_str(&b), NULL, &t, &err)) return t;
        T_CHECK(strstr(err.message, "twice") != NULL);
    }
}

static XmlNode *random_node(const XmlTree *t, bool not_root) {
    ptrdiff_t count = 0;
    XmlNode *chosen = NULL;
    for (XmlNode *n = t->root; n; n = xml_next(n, t->root)) {
        if ((not_root && n == t->root) || !xml_is_element(n)) continue;
        if (t_random_below(++count) == 0) chosen = n;
    }
    return chosen;
}

static bool contains(const XmlNode *outer, const XmlNode *n) {
    while (n && n != outer) n = n->parent;
    return n != NULL;
}

static void change_randomly(XmlTree *t, const XmlTree *other) {
    XmlNode *n = random_node(t, true), *place = random_node(t, false);
    if (!n) return;
    const uint16_t names[] = {W_p, W_ins, MC_Choice, N_id, place->name, n->name};
    const uint16_t name = names[t_random_below(6)];
    switch (t_random_below(8)) {
    case 0: xml_set_attr(t, n, name, S("<new>")); break;
    case 1:
        if (n->attr_count) xml_remove_attr(n, n->attrs[0].name);
        break;
    case 2:
        if (name != MC_Choice || !xml_has_attr(n, N_Requires)) xml_rename(n, name);
        break;
    case 3: xml_unwrap(n); break;
    case 4:
        if (contains(n, place)) break;
        xml_remove(n);
        xml_insert(place, n, t_random_below(2) ? place->first : NULL);
        break;
    case 5: xml_insert(place, xml_copy(t, random_node(other, false)), place->first); break;
    case 6: {
        XmlNode *wrap = xml_element(t, name);
        xml_replace(n, wrap);
        xml_insert(wrap, n, NULL);
        break;
    }
    default: xml_touch(n); break;
    }
}

static void check_law(Arena *root) {
    for (int i = 0; i < 1500; i++) {
        Arena *a = arena_child(root);
        XmlNames *names = xml_names_open(a);
        XmlTree *t = random_tree(a, names), *other = random_tree(a, names);
        bool same = str_equal(written(a, t), t->source);
        const ptrdiff_t changes = t_random_below(6);
        for (ptrdiff_t j = 0; j < changes; j++) change_randomly(t, other);
        if (t_random_below(4) == 0) xml_declare(t, S("p"), names ? NS_W : NS_N);
        const Str out = written(a, t);
        XmlTree *again = NULL;
        PxErr err = {0};
        const XmlLimits deep = {.depth = 1000};
        same &= xml_parse(a, names, S("again"), out, &deep, &again, &err);
        same = same && str_equal(dump(a, again), dump(a, t));
        /* and as a part of the other one */
        Buf b = buf_new(a);
        xml_write_start(other, other->root, false, &b);
        xml_write_node(other, t, random_node(t, false), &b);
        xml_write_end(other, other->root, &b);
        same = same && xml_parse(a, names, S("other"), buf_str(&b), &deep, &again, &err);
        if (!t_check(same, "write(tree) reads as the tree", __FILE__, __LINE__)) {
            printf("# case %d: %s\n# %.*s\n# became\n# %.*s\n", i, err.message, (int)t->source.len,
                   t->source.ptr, (int)out.len, out.ptr);
            arena_close(a);
            return;
        }
        arena_close(a);
    }
}

static void what_is_written_reads_as_the_tree(void) { t_with_arena(check_law); }

/* ---- the corpus ---- */

static void check_part(Arena *a, XmlNames *names, const XmlTree *to, const char *path, Str part,
                       Str bytes) {
    XmlTree *t, *again;
    PxErr err = {0};
    if (!xml_parse(a, names, part, bytes, NULL, &t, &err)) {
        T_CHECK(err.kind == PX_ERR_UNSUPPORTED || err.kind == PX_ERR_INPUT);
        return;
    }
    bool same = str_equal(written(a, t), t->source);
    const Str whole = dump(a, t);
    Buf b = buf_new(a);
    xml_write_start(to, to->root, false, &b);
    xml_write_node(to, t, t->root, &b);
    xml_write_end(to, to->root, &b);
    const XmlLimits deeper = {.depth = 300};
    same &= xml_parse(a, names, part, buf_str(&b), &deeper, &again, &err);
    Buf inner = buf_new(a);
    if (same) xml_dump(names, again->root->first, &inner);
    same = same && str_equal(buf_str(&inner), whole);
    xml_touch_all(t);
    same &= xml_parse(a, names, part, written(a, t), NULL, &again, &err);
    same = same && str_equal(dump(a, again), whole);
    if (!t_check(same, path, __FILE__, __LINE__)) {
        printf("#   %.*s: %s\n", (int)part.len, part.ptr, err.message);
    }
}

static ptrdiff_t check_file(Arena *a, const char *path) {
    Zip *zip;
    PxErr err;
    const Str file = t_read_file(a, path);
    if (!file.ptr || file.len > 300000) return 0; /* the sanitizers are slow */
    if (!zip_open(a, file, str_from_z(path), NULL, &zip, &err)) return 0;
    XmlNames *names = xml_names_open(a);
    XmlTree *to = parse_with(a, names, "<x:a xmlns:x='" W_URI "' xmlns='urn:d' xmlns:w='urn:w'/>");
    for (ptrdiff_t i = 0; i < zip->count; i++) {
        const ZipEntry *e = &zip->entries[i];
        Str bytes;
        if (!str_ends(e->name, S(".xml")) && !str_ends(e->name, S(".rels"))) continue;
        if (!zip_inflate(a, e, &bytes, &err) || bytes.len > 400000) continue;
        check_part(a, names, to, path, e->name, bytes);
    }
    return 1;
}

static void check_corpus(Arena *a, const char *shared) {
    const Str index = t_read_file(a, arena_format(a, "%s/corpus/index.tsv%c", shared, 0).ptr);
    const ptrdiff_t step = 40, offset = t_random_below(step);
    ptrdiff_t line = 0, checked = 0;
    for (Str rest = index; rest.len > 0; line++) {
        const ptrdiff_t end = str_find(rest, S("\n"));
        const Str row = str_slice(rest, 0, end < 0 ? rest.len : end);
        rest = str_slice(rest, end < 0 ? rest.len : end + 1, rest.len);
        if (line == 0 || line % step != offset) continue;
        const ptrdiff_t from = str_find(row, S("\t")) + 1;
        const ptrdiff_t to = from + str_find(str_slice(row, from, row.len), S("\t"));
        if (to <= from) continue;
        Arena *file = arena_child(a);
        checked += check_file(file, arena_format(file, "%s/corpus/%.*s%c", shared, (int)(to - from),
                                                 row.ptr + from, 0)
                                        .ptr);
        arena_close(file);
    }
    T_CHECK(checked > 10);
    printf("# %td files\n", checked);
}

static void check_corpus_if_any(Arena *a) {
    if (t_shared()) check_corpus(a, t_shared());
    else t_skip("no ../shared here");
}

static void real_parts_survive(void) { t_with_arena(check_corpus_if_any); }

int main(void) {
    T_RUN(a_changed_tag_leaves_the_rest);
    T_RUN(nodes_go_in_and_out);
    T_RUN(children_take_their_parents_place);
    T_RUN(both_tags_are_renamed);
    T_RUN(tags_are_written_alone);
    T_RUN(controls_do_not_get_out);
    T_RUN(inner_prefixes_are_minded);
    T_RUN(hidden_prefixes_are_minded);
    T_RUN(odd_declarations_are_minded);
    T_RUN(foreign_prefixes_are_declared);
    T_RUN(foreign_roots_hide_nothing);
    T_RUN(copies_keep_their_marks);
    T_RUN(many_trees_feed_one);
    T_RUN(strict_and_transitional_do_not_mix);
    T_RUN(required_prefixes_come_along);
    T_RUN(what_may_be_ignored_still_may);
    T_RUN(types_keep_their_meaning);
    T_RUN(what_is_written_reads_as_the_tree);
    T_RUN(real_parts_survive);
    return t_end();
}
