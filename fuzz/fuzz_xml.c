/* fuzz_xml: parses foreign bytes; what was accepted must be written back byte for byte when it was
 * not changed, and mean the same when all of it was written anew, or when it was copied into
 * another tree. */
/* needs: base xml */
#include "../tests/xml_dump.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

typedef struct Case {
    Arena *arena;
    Str bytes;
} Case;

static Str dump_of(Arena *a, const XmlNames *names, const XmlNode *n) {
    Buf b = buf_new(a);
    xml_dump(names, n, &b);
    return buf_str(&b);
}

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
    Arena *a = arena_open(256 * 1024 * 1024);
    if (!a) return 0;
    PxErr err = {0};
    Case c = {a, {(const char *)bytes, (ptrdiff_t)len}};
    check(arena_guard(a, run, &c, &err) || err.kind == PX_ERR_LIMIT);
    arena_close(a);
    return 0;
}
