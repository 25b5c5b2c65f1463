/* fuzz_xml: parses foreign bytes; what was accepted must hold what expat reads in it, be written
 * back byte for byte when it was not changed, and mean the same when all of it was written anew, or
 * when it was copied into another tree. */
/* needs: base xml */
#include <expat.h>

#include "../tests/xml_dump.h"

#include "target.h"

static Str dump_of(Arena *a, const XmlNames *names, const XmlNode *n) {
    Buf b = buf_new(a);
    xml_dump(names, n, &b);
    return buf_str(&b);
}

/* ---- the same bytes as expat reads them ---- */

/* Names without prefixes, values but those that list prefixes, texts without white space: what must
 * agree whatever the tree leaves out. */
static void add_local(Buf *b, Str name) {
    buf_add(b, str_slice(name, str_find_last(name, ':') + 1, name.len));
}

static void add_value(Buf *b, Str name, Str value) {
    const Str local = str_slice(name, str_find_last(name, ':') + 1, name.len);
    static const char *lists[] = {
        "Ignorable",          "Requires", "MustUnderstand", "ProcessContent", "PreserveElements",
        "PreserveAttributes", "type"};
    buf_byte(b, ' ');
    buf_add(b, local);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        if (str_equal(local, str_from_z(lists[i]))) return;
    }
    buf_byte(b, '=');
    buf_add(b, value);
}

static void add_text(Buf *b, Str text) {
    for (ptrdiff_t i = 0; i < text.len; i++) {
        const char c = text.ptr[i];
        if (c != ' ' && c != '\t' && c != '\n' && c != '\r') buf_byte(b, c);
    }
}

static void XMLCALL on_start(void *ctx, const XML_Char *name, const XML_Char **attrs) {
    Buf *b = ctx;
    buf_byte(b, '<');
    add_local(b, str_from_z(name));
    for (; *attrs; attrs += 2) {
        const Str attr = str_from_z(attrs[0]);
        if (str_equal(attr, S("xmlns")) || str_starts(attr, S("xmlns:"))) continue;
        add_value(b, attr, str_from_z(attrs[1]));
    }
    buf_byte(b, '>');
}

static void XMLCALL on_end(void *ctx, const XML_Char *name) {
    (void)name;
    buf_add(ctx, S("</>"));
}

static void XMLCALL on_text(void *ctx, const XML_Char *text, int len) {
    add_text(ctx, (Str){text, len});
}

static void add_tree(const XmlNames *names, const XmlNode *n, Buf *b) {
    buf_byte(b, '<');
    buf_add(b, xml_local(names, n->name));
    for (uint16_t i = 0; i < n->attr_count; i++) {
        add_value(b, xml_local(names, n->attrs[i].name), n->attrs[i].value);
    }
    buf_byte(b, '>');
    for (const XmlNode *c = n->first; c; c = c->next) {
        if (xml_is_element(c)) add_tree(names, c, b);
        else add_text(b, c->text);
    }
    buf_add(b, S("</>"));
}

static void check_reading(Arena *a, const XmlTree *t) {
    Buf is = buf_new(a), want = buf_new(a);
    buf_reserve(&want, 4 * t->source.len + 100); /* expat's handlers must not jump */
    add_tree(t->names, t->root, &is);
    XML_Parser p = XML_ParserCreate("UTF-8");
    check(p != NULL);
    XML_SetUserData(p, &want);
    XML_SetElementHandler(p, on_start, on_end);
    XML_SetCharacterDataHandler(p, on_text);
    check(XML_Parse(p, t->source.ptr, (int)t->source.len, 1) == XML_STATUS_OK);
    XML_ParserFree(p);
    check(str_equal(buf_str(&is), buf_str(&want)));
}

/* ---- copies ---- */

static void check_copies(Arena *a, XmlNames *names, const XmlTree *t, Str dump) {
    const Str other =
        S("<o:r xmlns:o='urn:other' xmlns='urn:plain' xmlns:w='urn:not-word' xmlns:r='urn:x'/>");
    XmlTree *to, *again;
    PxErr err;
    for (int direct = 0; direct < 2; direct++) {
        check(xml_parse(a, names, S("to"), other, NULL, &to, &err));
        Buf b = buf_new(a);
        if (direct) {
            xml_write_start(to, to->root, false, &b);
            xml_write_node(to, t, t->root, &b);
            xml_write_end(to, to->root, &b);
        } else {
            xml_insert(to->root, xml_copy(to, t->root), NULL);
            xml_write(to, &b);
        }
        const XmlLimits deeper = {.depth = 300, .attrs = 2000};
        check(xml_parse(a, names, S("again"), buf_str(&b), &deeper, &again, &err));
        check(str_equal(dump_of(a, names, again->root->first), dump));
    }
}

static bool run(void *ctx, PxErr *err) {
    const Case *c = ctx;
    Arena *a = c->arena;
    XmlNames *names = xml_names_open(a);
    XmlTree *t, *again;
    if (!xml_parse(a, names, S("part"), c->bytes, NULL, &t, err)) {
        check(err->kind != PX_ERR_NONE && err->message[0] != '\0');
        return true;
    }
    Buf b = buf_new(a);
    xml_write(t, &b);
    check(str_equal(buf_str(&b), t->source));
    check_reading(a, t);
    const Str dump = dump_of(a, names, t->root);
    check_copies(a, names, t, dump);
    xml_touch_all(t);
    b.len = 0;
    xml_write(t, &b);
    const XmlLimits more = {.attrs = 2000};
    check(xml_parse(a, names, S("again"), buf_str(&b), &more, &again, err));
    check(str_equal(dump_of(a, names, again->root), dump));
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len) {
    return fuzz_one(run, 256, bytes, len);
}
