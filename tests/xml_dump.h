/* xml_dump: what a tree means, as text: for tests and fuzzers that compare two spellings of one
 * tree. Names by namespace, attributes in the order of their names' numbers, adjacent texts as
 * one, white space between elements left out. mc:Ignorable is left out: the writer adds to it. */
#ifndef PARAPH_XML_DUMP_H
#define PARAPH_XML_DUMP_H

#include "xml/xml.h"

static inline void xml_dump_name(const XmlNames *names, uint16_t name, Buf *out) {
    buf_byte(out, '{');
    buf_add(out, xml_ns_uri(names, xml_ns(names, name)));
    buf_byte(out, '}');
    buf_add(out, xml_local(names, name));
}

static inline void xml_dump_attrs(const XmlNames *names, const XmlNode *n, Buf *out) {
    int32_t last = -1;
    for (;;) {
        const XmlAttr *least = NULL;
        for (uint16_t i = 0; i < n->attr_count; i++) {
            const XmlAttr *attr = &n->attrs[i];
            if (attr->name > last && (!least || attr->name < least->name)) least = attr;
        }
        if (!least) return;
        last = least->name;
        if (least->name == MC_Ignorable) continue;
        buf_byte(out, ' ');
        xml_dump_name(names, least->name, out);
        buf_add(out, S("=["));
        buf_add(out, least->value);
        buf_byte(out, ']');
    }
}

static inline bool xml_dump_is_space(Str s) {
    for (ptrdiff_t i = 0; i < s.len; i++) {
        const char c = s.ptr[i];
        if (c != ' ' && c != '\t' && c != '\n' && c != '\r') return false;
    }
    return true;
}

static inline void xml_dump_text(Buf *text, bool only, Buf *out) {
    if (text->len && (only || !xml_dump_is_space(buf_str(text)))) {
        buf_add(out, S("\"["));
        buf_add(out, buf_str(text));
        buf_add(out, S("]\"\n"));
    }
    text->len = 0;
}

static inline void xml_dump(const XmlNames *names, const XmlNode *n, Buf *out) {
    buf_byte(out, '<');
    xml_dump_name(names, n->name, out);
    xml_dump_attrs(names, n, out);
    buf_add(out, S(">\n"));
    Buf text = buf_new(out->arena);
    bool only = true;
    for (const XmlNode *c = n->first; c; c = c->next) {
        if (!xml_is_element(c)) {
            buf_add(&text, c->text);
            continue;
        }
        only = false;
        xml_dump_text(&text, only, out);
        xml_dump(names, c, out);
    }
    xml_dump_text(&text, only, out);
    buf_add(out, S("</>\n"));
}

/* Marks everything in a tree, so that the writer writes everything anew. */
static inline void xml_touch_all(XmlTree *t) {
    for (XmlNode *n = t->root; n; n = xml_next(n, t->root)) {
        n->flags |= XML_DIRTY;
        if (xml_is_element(n)) n->flags |= XML_TAG_DIRTY;
    }
}

#endif
