/* parse: expat is the judge of what is well-formed; the tree is read from the source afterwards.
 *
 * Nothing is built in expat's handlers: they may not leave by a jump, and the arena does just that
 * when memory ends. So they only count, and what they do not hand over (values, texts) need not be
 * made by expat. */
#include "xml/int.h"

#include <expat.h>

enum { DEPTH = 256, ATTRS = 512, NODES = 32 * 1000 * 1000 };
enum { PIECE = 1 << 24 }; /* also the most that one tag may take */

typedef struct Judge {
    XML_Parser expat;
    ptrdiff_t depth, depth_most;
    bool too_deep, has_doctype, is_foreign, is_mislabelled;
} Judge;

static void stop(Judge *j, bool *why) {
    *why = true;
    (void)XML_StopParser(j->expat, XML_FALSE);
}

static void on_start(void *ctx, const XML_Char *name, const XML_Char **attrs) {
    (void)name, (void)attrs;
    Judge *j = ctx;
    if (++j->depth > j->depth_most) stop(j, &j->too_deep);
}

static void on_end(void *ctx, const XML_Char *name) {
    (void)name;
    Judge *j = ctx;
    j->depth--;
}

static void on_doctype(void *ctx, const XML_Char *name, const XML_Char *system,
                       const XML_Char *public, int has_subset) {
    (void)name, (void)system, (void)public, (void)has_subset;
    Judge *j = ctx;
    stop(j, &j->has_doctype);
}

static void on_declaration(void *ctx, const XML_Char *version, const XML_Char *encoding,
                           int standalone) {
    (void)version, (void)standalone;
    Judge *j = ctx;
    if (!encoding) return;
    const Str name = str_from_z(encoding);
    if (str_equal_fold(name, S("UTF-16"))) stop(j, &j->is_mislabelled);
    else if (!str_equal_fold(name, S("UTF-8"))) stop(j, &j->is_foreign);
}

/* Expat 2.8 gave these other names, and wider types. */
#if XML_MAJOR_VERSION > 2 || XML_MINOR_VERSION >= 8
static void set_salt(XML_Parser p) {
    static const uint8_t salt[16] = "Paraph's own";
    (void)XML_SetHashSalt16Bytes(p, salt);
}
static ptrdiff_t byte_index(XML_Parser p) { return (ptrdiff_t)XML_GetCurrentByteIndex64(p); }
#else
static void set_salt(XML_Parser p) { (void)XML_SetHashSalt(p, 0x5061726170680001ul); }
static ptrdiff_t byte_index(XML_Parser p) { return XML_GetCurrentByteIndex(p); }
#endif

static void free_parser(void *ctx) { XML_ParserFree(ctx); }

static void open_judge(Judge *j, Arena *work) {
    j->expat = XML_ParserCreate("UTF-8");
    if (!j->expat) arena_no_memory(work);
    arena_defer(work, free_parser, j->expat);
    /* A salt of its own keeps expat from asking the system for one. Its tables probe by a second
     * hash, so collisions found by trial do not pile up. */
    set_salt(j->expat);
    XML_SetUserData(j->expat, j);
    XML_SetElementHandler(j->expat, on_start, on_end);
    XML_SetStartDoctypeDeclHandler(j->expat, on_doctype);
    XML_SetXmlDeclHandler(j->expat, on_declaration);
}

static bool refuse(const Judge *j, Str part, PxErr *err) {
    ptrdiff_t at = byte_index(j->expat);
    if (at < 0) at = 0;
    if (j->too_deep) {
        return fail(err, PX_ERR_LIMIT, part, at, "elements are nested more than %td deep",
                    j->depth_most);
    }
    if (j->has_doctype) {
        return fail(err, PX_ERR_UNSUPPORTED, part, at,
                    "the part has a DOCTYPE, which is forbidden in Word files");
    }
    if (j->is_mislabelled) {
        return fail(err, PX_ERR_INPUT, part, at, "the part says it is in UTF-16, and is not");
    }
    if (j->is_foreign) {
        return fail(err, PX_ERR_UNSUPPORTED, part, at,
                    "the part is in another encoding than UTF-8 or UTF-16");
    }
    return fail(err, PX_ERR_INPUT, part, at, "the markup is not well-formed: %s",
                XML_ErrorString(XML_GetErrorCode(j->expat)));
}

static bool judge(Arena *work, Str part, Str source, ptrdiff_t depth_most, PxErr *err) {
    Judge j = {.depth_most = depth_most};
    open_judge(&j, work);
    ptrdiff_t at = 0;
    do {
        const ptrdiff_t left = source.len - at, len = left < PIECE ? left : PIECE;
        void *to = XML_GetBuffer(j.expat, (int)len);
        if (!to) arena_no_memory(work);
        if (len) memcpy(to, source.ptr + at, (size_t)len);
        at += len;
        if (XML_ParseBuffer(j.expat, (int)len, at == source.len) != XML_STATUS_OK) {
            if (XML_GetErrorCode(j.expat) == XML_ERROR_NO_MEMORY) arena_no_memory(work);
            return refuse(&j, part, err);
        }
        const ptrdiff_t read = byte_index(j.expat);
        if (at < source.len && at - read > PIECE) {
            return fail(err, PX_ERR_LIMIT, part, read, "a single tag or comment is over %d MB long",
                        PIECE >> 20);
        }
    } while (at < source.len);
    return true;
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
    XmlLimits most = limits ? *limits : (XmlLimits){0};
    if (!most.depth) most.depth = DEPTH;
    if (!most.attrs || most.attrs >= NO_NUMBER) most.attrs = ATTRS;
    if (!most.nodes) most.nodes = NODES;
    Arena *work = arena_child(a);
    const bool done =
        judge(work, part, t->source, most.depth, err) && scan_tree(work, t, &most, err);
    arena_close(work);
    if (done) *out = t;
    return done;
}
