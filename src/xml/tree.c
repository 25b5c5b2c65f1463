/* tree: walking and changing. A change marks the way up to the root, so that the writer knows
 * which bytes still stand. */
#include "xml/int.h"

/* ---- reading ---- */

XmlNode *xml_child(const XmlNode *n, uint16_t name) {
    if (!n || !xml_is_element(n)) return NULL;
    for (XmlNode *c = n->first; c; c = c->next) {
        if (c->name == name) return c;
    }
    return NULL;
}

static XmlAttr *find_attr(const XmlNode *n, uint16_t name) {
    if (!n) return NULL;
    for (uint16_t i = 0; i < n->attr_count; i++) {
        if (n->attrs[i].name == name) return &n->attrs[i];
    }
    return NULL;
}

Str xml_attr(const XmlNode *n, uint16_t name) {
    const XmlAttr *attr = find_attr(n, name);
    return attr ? attr->value : (Str){NULL, 0};
}

bool xml_has_attr(const XmlNode *n, uint16_t name) { return find_attr(n, name) != NULL; }

XmlNode *xml_next(const XmlNode *n, const XmlNode *root) {
    if (xml_is_element(n) && n->first) return n->first;
    return xml_skip(n, root);
}

XmlNode *xml_skip(const XmlNode *n, const XmlNode *root) {
    while (n != root) {
        if (n->next) return n->next;
        n = n->parent;
        if (!n) return NULL;
    }
    return NULL;
}

Str xml_text(Arena *a, const XmlNode *n) {
    Str only = {"", 0};
    ptrdiff_t count = 0, len = 0;
    for (const XmlNode *c = n; c; c = xml_next(c, n)) {
        if (c->name != XML_TEXT) continue;
        if (count++ == 0) only = c->text;
        len += c->text.len;
    }
    if (count <= 1) return only;
    char *to = arena_alloc_raw(a, len);
    const Str all = {to, len};
    for (const XmlNode *c = n; c; c = xml_next(c, n)) {
        if (c->name != XML_TEXT || c->text.len == 0) continue;
        memcpy(to, c->text.ptr, (size_t)c->text.len);
        to += c->text.len;
    }
    return all;
}

/* ---- changing ---- */

void xml_touch(XmlNode *n) {
    /* A node moved since its subtree was touched may be dirty under clean parents, so this goes on
     * to the root. */
    for (; n; n = n->parent) n->flags |= XML_DIRTY;
}

XmlNode *xml_element(XmlTree *t, uint16_t name) {
    check(name > XML_RAW);
    XmlNode *n = NEW(t->arena, XmlNode);
    n->name = name;
    n->flags = XML_DIRTY | XML_TAG_DIRTY | XML_MADE;
    return n;
}

XmlNode *xml_raw(XmlTree *t, Str bytes) {
    XmlNode *n = NEW(t->arena, XmlNode);
    n->name = XML_RAW;
    n->text = bytes;
    n->flags = XML_DIRTY | XML_MADE;
    return n;
}

/* The sibling before n, NULL when n is the first. */
static XmlNode *sibling_before(const XmlNode *n) {
    XmlNode *before = n->parent->first;
    if (before == n) return NULL;
    while (before->next != n) before = before->next;
    return before;
}

void xml_insert(XmlNode *parent, XmlNode *child, XmlNode *before) {
    check(xml_is_element(parent) && !child->parent && !child->next);
    child->parent = parent;
    if (!before) {
        if (parent->last) parent->last->next = child;
        else parent->first = child;
        parent->last = child;
    } else {
        check(before->parent == parent);
        XmlNode *left = sibling_before(before);
        if (left) left->next = child;
        else parent->first = child;
        child->next = before;
    }
    xml_touch(parent);
}

void xml_remove(XmlNode *n) {
    XmlNode *parent = n->parent;
    check(parent != NULL);
    XmlNode *left = sibling_before(n);
    if (left) left->next = n->next;
    else parent->first = n->next;
    if (parent->last == n) parent->last = left;
    n->parent = n->next = NULL;
    xml_touch(parent);
}

void xml_replace(XmlNode *old, XmlNode *fresh) {
    XmlNode *parent = old->parent;
    check(parent && !fresh->parent && !fresh->next);
    XmlNode *left = sibling_before(old);
    fresh->parent = parent;
    fresh->next = old->next;
    if (left) left->next = fresh;
    else parent->first = fresh;
    if (parent->last == old) parent->last = fresh;
    old->parent = old->next = NULL;
    xml_touch(parent);
}

void xml_unwrap(XmlNode *n) {
    check(xml_is_element(n) && n->parent);
    XmlNode *parent = n->parent, *left = sibling_before(n);
    XmlNode *first = n->first, *last = n->last;
    for (XmlNode *c = first; c; c = c->next) c->parent = parent;
    if (last) last->next = n->next;
    else first = n->next;
    if (left) left->next = first;
    else parent->first = first;
    if (parent->last == n) parent->last = last ? last : left;
    n->parent = n->next = n->first = n->last = NULL;
    xml_touch(parent);
}

static void touch_tag(XmlNode *n) {
    n->flags |= XML_TAG_DIRTY;
    xml_touch(n);
}

void xml_set_attr(XmlTree *t, XmlNode *n, uint16_t name, Str value) {
    check(xml_is_element(n));
    touch_tag(n);
    value = arena_str(t->arena, value);
    XmlAttr *attr = find_attr(n, name);
    if (!attr) {
        check(n->attr_count < UINT16_MAX);
        XmlAttr *more = NEW_ARRAY(t->arena, XmlAttr, n->attr_count + 1);
        if (n->attr_count) memcpy(more, n->attrs, n->attr_count * sizeof *more);
        n->attrs = more;
        attr = &more[n->attr_count++];
    }
    *attr = (XmlAttr){value, name};
}

void xml_remove_attr(XmlNode *n, uint16_t name) {
    XmlAttr *attr = find_attr(n, name);
    if (!attr) return;
    touch_tag(n);
    const XmlAttr *end = n->attrs + n->attr_count--;
    memmove(attr, attr + 1, (size_t)(end - attr - 1) * sizeof *attr);
}

void xml_rename(XmlNode *n, uint16_t name) {
    check(xml_is_element(n) && name > XML_RAW);
    if (n->name == name) return;
    n->name = name;
    touch_tag(n);
}

/* ---- copying ---- */

static XmlNode *copy_one(XmlTree *to, const XmlNode *n) {
    XmlNode *copy = NEW(to->arena, XmlNode);
    copy->name = n->name;
    copy->mark = n->mark;
    copy->flags = (n->flags & XML_FLAGS_COPIED) | XML_DIRTY | XML_MADE;
    if (!xml_is_element(n)) {
        copy->text = arena_str(to->arena, n->text);
        return copy;
    }
    copy->flags |= XML_TAG_DIRTY;
    if (n->attr_count) {
        copy->attrs = NEW_ARRAY(to->arena, XmlAttr, n->attr_count);
        copy->attr_count = n->attr_count;
        for (uint16_t i = 0; i < n->attr_count; i++) {
            copy->attrs[i].name = n->attrs[i].name;
            copy->attrs[i].value = arena_str(to->arena, n->attrs[i].value);
        }
    }
    return copy;
}

XmlNode *xml_copy(XmlTree *to, const XmlNode *n) {
    XmlNode *root = copy_one(to, n), *copy = root;
    const XmlNode *at = n;
    for (;;) { /* copy is the copy of at */
        if (xml_is_element(at) && at->first) {
            at = at->first;
            XmlNode *child = copy_one(to, at);
            child->parent = copy;
            copy->first = copy->last = child;
            copy = child;
            continue;
        }
        while (at != n && !at->next) {
            at = at->parent;
            copy = copy->parent;
        }
        if (at == n) return root;
        at = at->next;
        XmlNode *sibling = copy_one(to, at);
        sibling->parent = copy->parent;
        copy->next = sibling;
        copy->parent->last = sibling;
        copy = sibling;
    }
}
