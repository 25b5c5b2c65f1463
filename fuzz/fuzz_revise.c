/* fuzz_revise: trees in which revisions stand anywhere, also where no schema allows them, listed,
 * noted and resolved. Whatever the nesting: every revision gets a number and a verdict, none is
 * left, the links of the tree hold, and accepting an office's before rejecting the rest is what
 * revise_only does.
 *
 * The input is a shorthand: a letter of `elements` opens that element, ')' closes the innermost,
 * ' ' is a text, a digit names the author and the id from there on. */
/* needs: base xml revise */
#include "revise/revise.h"

#include "target.h"

enum { DEPTH = 60 };

static const struct {
    char key;
    const char *name;
} elements[] = {
    {'p', "w:p"},
    {'r', "w:r"},
    {'t', "w:t"},
    {'D', "w:delText"},
    {'T', "w:tbl"},
    {'w', "w:tr"},
    {'c', "w:tc"},
    {'s', "w:sdt"},
    {'S', "w:sdtContent"},
    {'X', "w:customXml"},
    {'h', "w:hyperlink"},
    {'x', "w:txbxContent"},
    {'a', "w:sectPr"},
    {'P', "w:pPr"},
    {'R', "w:rPr"},
    {'W', "w:trPr"},
    {'C', "w:tcPr"},
    {'n', "w:numPr"},
    {'y', "w:tblPr"},
    {'G', "w:tblGrid"},
    {'v', "w:vMerge"},
    {'b', "w:bookmarkStart"},
    {'k', "w:commentRangeEnd"},
    {'K', "w:commentReference"},
    {'A', "mc:AlternateContent"},
    {'V', "mc:Choice"},
    {'F', "mc:Fallback"},
    {'m', "m:oMath"},
    {'f', "m:f"},
    {'o', "m:ctrlPr"},
    {'e', "m:e"},
    {'q', "m:mr"},
    {'i', "w:ins"},
    {'d', "w:del"},
    {'g', "w:moveFrom"},
    {'j', "w:moveTo"},
    {'l', "w:moveFromRangeStart"},
    {'L', "w:moveFromRangeEnd"},
    {'u', "w:moveToRangeStart"},
    {'U', "w:moveToRangeEnd"},
    {'z', "w:customXmlInsRangeStart"},
    {'Z', "w:customXmlInsRangeEnd"},
    {'E', "w:customXmlDelRangeStart"},
    {'Q', "w:customXmlDelRangeEnd"},
    {'!', "w:rPrChange"},
    {'"', "w:pPrChange"},
    {'#', "w:sectPrChange"},
    {'$', "w:tblPrChange"},
    {'%', "w:tblGridChange"},
    {'&', "w:trPrChange"},
    {'\'', "w:tcPrChange"},
    {'*', "w:cellIns"},
    {'+', "w:cellDel"},
    {',', "w:cellMerge"},
    {'-', "w:numberingChange"},
};

static const char *const authors[] = {"A", "B", "A; B", "C"};

static const char *element_of(char key) {
    for (size_t i = 0; i < sizeof elements / sizeof elements[0]; i++) {
        if (elements[i].key == key) return elements[i].name;
    }
    return NULL;
}

static Str markup_of(Arena *a, Str bytes) {
    const char *open[DEPTH];
    int depth = 0, who = 0;
    Buf b = buf_new(a);
    buf_add(&b, S("<w:body xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main' "
                  "xmlns:m='http://schemas.openxmlformats.org/officeDocument/2006/math' xmlns:mc="
                  "'http://schemas.openxmlformats.org/markup-compatibility/2006'>"));
    for (ptrdiff_t i = 0; i < bytes.len; i++) {
        const char *name = element_of(bytes.ptr[i]);
        if (bytes.ptr[i] >= '0' && bytes.ptr[i] <= '9') {
            who = bytes.ptr[i] - '0';
        } else if (bytes.ptr[i] == ' ') {
            buf_add(&b, S("text"));
        } else if (bytes.ptr[i] == ')' && depth) {
            buf_format(&b, "</%s>", open[--depth]);
        } else if (name && depth < DEPTH) {
            buf_format(&b, "<%s w:id='%d' w:author='%s' w:vMerge='cont'>", name, who,
                       authors[who % 4]);
            open[depth++] = name;
        }
    }
    while (depth) buf_format(&b, "</%s>", open[--depth]);
    buf_add(&b, S("</w:body>"));
    return buf_str(&b);
}

static XmlTree *tree_of(Arena *a, XmlNames *names, Str markup) {
    XmlTree *t = NULL;
    PxErr err;
    check(xml_parse(a, names, S("part"), markup, NULL, &t, &err));
    return t;
}

static void check_links(const XmlTree *t) {
    for (const XmlNode *n = t->root; n; n = xml_next(n, t->root)) {
        if (!xml_is_element(n)) continue;
        const XmlNode *last = NULL;
        for (const XmlNode *c = n->first; c; last = c, c = c->next) {
            check(c->parent == n);
            check(!(c->flags & XML_DIRTY) || n->flags & XML_DIRTY);
        }
        check(n->last == last);
    }
}

static Str written(Arena *a, const XmlTree *t) {
    Buf b = buf_new(a);
    xml_write(t, &b);
    return buf_str(&b);
}

static Str resolved(Arena *a, XmlNames *names, Str markup, ReviseDecide decide, void *ctx) {
    XmlTree *t = tree_of(a, names, markup);
    revise_resolve(t, t->root, decide, ctx);
    check_links(t);
    return written(a, t);
}

static ReviseVerdict decide_a(void *ctx, const XmlNode *revision) {
    (void)ctx;
    return revise_names_office(xml_attr(revision, W_author), S("A")) ? REVISE_ACCEPT : REVISE_KEEP;
}

static void check_listing(Arena *a, XmlTree *t) {
    ReviseChange *changes = NULL;
    ptrdiff_t count = 0, cap = 0;
    Map numbers = map_new(a);
    revise_list_numbered(a, t, &changes, &count, &cap, &numbers);
    for (ptrdiff_t i = 0; i < count; i++) {
        check(changes[i].number == i + 1 && revise_is(changes[i].node));
        check(revise_kind_name(changes[i].kind).len > 0);
    }
    RevisePeople people = {0};
    revise_note_people(a, t, &people);
    for (const XmlNode *n = t->root; n; n = xml_next(n, t->root)) {
        check(n->name == W_p || n->mark < (uint32_t)people.count); /* a paragraph's is its number */
    }
}

static bool run(void *ctx, PxErr *err) {
    (void)err;
    const Case *c = ctx;
    Arena *a = c->arena;
    XmlNames *names = xml_names_open(a);
    const Str markup = markup_of(a, c->bytes);
    check_listing(a, tree_of(a, names, markup));
    Str office = S("A");
    const ReviseDecide ways[] = {revise_accept_all, revise_reject_all, revise_only};
    for (int i = 0; i < 3; i++) {
        const Str once = resolved(a, names, markup, ways[i], &office);
        XmlTree *t = tree_of(a, names, once);
        check(!revise_has(t->root));
    }
    (void)resolved(a, names, markup, decide_a, NULL);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len) {
    return fuzz_one(run, 256, bytes, len);
}
