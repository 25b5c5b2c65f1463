/* Normal form of properties and of whatever is carried as it stands. What is noise is listed at the
 * head of doc.h.
 *
 * Documents use few distinct property sets, again and again: each is put into a small packed form
 * (its names and values as they stand), and its normal form is looked up by that. */
#include "doc/int.h"

enum { PACK_MAX = 768, PACKS = 1024, SORTED_ATTRS = 32 };

const uint8_t doc_element_flags[NAMES_KNOWN] = {
    [W_ins] = ELEMENT_REVISION | ELEMENT_THROUGH,
    [W_del] = ELEMENT_REVISION | ELEMENT_THROUGH,
    [W_moveFrom] = ELEMENT_REVISION | ELEMENT_THROUGH,
    [W_moveTo] = ELEMENT_REVISION | ELEMENT_THROUGH,
    [W_moveFromRangeStart] = ELEMENT_REVISION | ELEMENT_NOISE,
    [W_moveFromRangeEnd] = ELEMENT_REVISION | ELEMENT_NOISE,
    [W_moveToRangeStart] = ELEMENT_REVISION | ELEMENT_NOISE,
    [W_moveToRangeEnd] = ELEMENT_REVISION | ELEMENT_NOISE,
    [W_rPrChange] = ELEMENT_REVISION | ELEMENT_NOISE,
    [W_pPrChange] = ELEMENT_REVISION | ELEMENT_NOISE,
    [W_sectPrChange] = ELEMENT_REVISION | ELEMENT_NOISE,
    [W_tblPrChange] = ELEMENT_REVISION | ELEMENT_NOISE,
    [W_tblPrExChange] = ELEMENT_REVISION | ELEMENT_NOISE,
    [W_tblGridChange] = ELEMENT_REVISION | ELEMENT_NOISE,
    [W_trPrChange] = ELEMENT_REVISION | ELEMENT_NOISE,
    [W_tcPrChange] = ELEMENT_REVISION | ELEMENT_NOISE,
    [W_cellIns] = ELEMENT_REVISION | ELEMENT_NOISE,
    [W_cellDel] = ELEMENT_REVISION | ELEMENT_NOISE,
    [W_cellMerge] = ELEMENT_REVISION | ELEMENT_NOISE,
    [W_numberingChange] = ELEMENT_REVISION | ELEMENT_NOISE,
    [W_customXmlInsRangeStart] = ELEMENT_REVISION | ELEMENT_NOISE,
    [W_customXmlInsRangeEnd] = ELEMENT_REVISION | ELEMENT_NOISE,
    [W_customXmlDelRangeStart] = ELEMENT_REVISION | ELEMENT_NOISE,
    [W_customXmlDelRangeEnd] = ELEMENT_REVISION | ELEMENT_NOISE,
    [W_customXmlMoveFromRangeStart] = ELEMENT_REVISION | ELEMENT_NOISE,
    [W_customXmlMoveFromRangeEnd] = ELEMENT_REVISION | ELEMENT_NOISE,
    [W_customXmlMoveToRangeStart] = ELEMENT_REVISION | ELEMENT_NOISE,
    [W_customXmlMoveToRangeEnd] = ELEMENT_REVISION | ELEMENT_NOISE,
    [W_proofErr] = ELEMENT_NOISE,
    [W_lastRenderedPageBreak] = ELEMENT_NOISE,
    [W_bookmarkStart] = ELEMENT_NOISE | ELEMENT_MARKER,
    [W_bookmarkEnd] = ELEMENT_NOISE | ELEMENT_MARKER | ELEMENT_ENDS,
    [W_permStart] = ELEMENT_NOISE | ELEMENT_MARKER,
    [W_permEnd] = ELEMENT_NOISE | ELEMENT_MARKER | ELEMENT_ENDS,
    [W_commentRangeStart] = ELEMENT_NOISE | ELEMENT_MARKER | ELEMENT_COMMENT,
    [W_commentRangeEnd] = ELEMENT_NOISE | ELEMENT_MARKER | ELEMENT_ENDS | ELEMENT_COMMENT,
    [W_commentReference] = ELEMENT_NOISE | ELEMENT_MARKER | ELEMENT_ENDS | ELEMENT_COMMENT,
    [W_hyperlink] = ELEMENT_WRAP,
    [W_sdt] = ELEMENT_WRAP,
    [W_smartTag] = ELEMENT_WRAP,
    [W_customXml] = ELEMENT_WRAP,
    [W_fldSimple] = ELEMENT_WRAP,
    [W_dir] = ELEMENT_WRAP,
    [W_bdo] = ELEMENT_WRAP,
    [W_rPr] = ELEMENT_SET,
    [W_pPr] = ELEMENT_SET,
    [W_tblPr] = ELEMENT_SET,
    [W_tblPrEx] = ELEMENT_SET,
    [W_trPr] = ELEMENT_SET,
    [W_tcPr] = ELEMENT_SET,
    [W_sectPr] = ELEMENT_SET,
    [W_sdtPr] = ELEMENT_SET,
    [W_sdtEndPr] = ELEMENT_SET,
};

/* ---- attributes ---- */

static bool is_mere_id(DocIdKind ids, uint16_t name) {
    switch (ids) {
    case IDS_COUNT: return false;
    case IDS_DRAWING: return name == N_id;
    case IDS_VML: return name == N_id || name == O_spid;
    case IDS_OLE: return name == N_ShapeID || name == N_ObjectID;
    }
    return false;
}

/* Where its lines are broken is no content. */
static void feed_base64(Hasher *h, Str s) {
    uint64_t len = 0;
    for (ptrdiff_t i = 0; i < s.len; i++) len += s.ptr[i] > ' ';
    hash_u64(h, len);
    for (ptrdiff_t at = 0, end; at < s.len; at = end + 1) {
        for (end = at; end < s.len && s.ptr[end] > ' '; end++) continue;
        hash_bytes(h, s.ptr + at, end - at);
    }
}

static void feed_attr(DocContext *ctx, DocCaches *c, Hasher *h, const XmlAttr *attr) {
    const DocName *name = doc_name(ctx, c, attr->name);
    hash_u64(h, name->key);
    if (name->attr == ATTR_RELATIONSHIP) hash_u64(h, doc_target(ctx, c, attr->value));
    else if (attr->name == O_gfxdata) feed_base64(h, attr->value);
    else hash_str(h, attr->value);
}

static uint64_t attrs_as_set(DocContext *ctx, DocCaches *c, const XmlNode *n, DocIdKind ids) {
    uint64_t sum = 0;
    for (ptrdiff_t i = 0; i < n->attr_count; i++) {
        const uint16_t name = n->attrs[i].name;
        if (doc_name(ctx, c, name)->attr == ATTR_NOISE || is_mere_id(ids, name)) continue;
        Hasher h;
        hash_start(&h, c->key);
        feed_attr(ctx, c, &h, &n->attrs[i]);
        sum += hash_end(&h).a;
    }
    return sum;
}

/* ---- what a Strict document writes otherwise ---- */

static Str transitional_side(Str value) {
    if (str_equal(value, S("start"))) return S("left");
    return str_equal(value, S("end")) ? S("right") : value;
}

/* "33.3%" is "1665" in a Transitional one. */
static Str fiftieths(Arena *a, Str percent) {
    const ptrdiff_t dot = str_find(percent, S("."));
    const Str whole = str_slice(percent, 0, dot < 0 ? percent.len - 1 : dot);
    int64_t n = 0, tenth = 0;
    if (!str_to_int(whole, &n) || n < 0 || n > 100000) return percent;
    if (dot >= 0 && !str_to_int(str_slice(percent, dot + 1, dot + 2), &tenth)) return percent;
    return arena_format(a, "%d", (int)(n * 50 + tenth * 5));
}

static Str transitional(DocContext *ctx, DocCaches *c, uint16_t element, XmlAttr attr) {
    if (attr.name == W_val && (element == W_jc || element == W_lvlJc))
        return transitional_side(attr.value);
    if (attr.name == W_w && str_ends(attr.value, S("%"))) return fiftieths(c->arena, attr.value);
    if (attr.name == N_uri && ctx->package)
        return xml_settle_uri(ctx->package->names, attr.value, false);
    return attr.value;
}

/* In the order of their names' keys. */
void doc_feed_attrs(DocContext *ctx, DocCaches *c, Hasher *h, const XmlNode *n) {
    const DocIdKind ids = n->name < XML_RAW ? IDS_COUNT : doc_name(ctx, c, n->name)->ids;
    const XmlAttr *sorted[SORTED_ATTRS];
    uint64_t keys[SORTED_ATTRS];
    ptrdiff_t count = 0;
    for (ptrdiff_t i = 0; i < n->attr_count; i++) {
        const DocName *name = doc_name(ctx, c, n->attrs[i].name);
        if (name->attr == ATTR_NOISE || is_mere_id(ids, n->attrs[i].name)) continue;
        if (count == SORTED_ATTRS) { /* no one writes that many */
            feed_tag(h, TAG_ATTRS, SORTED_ATTRS + 1);
            hash_u64(h, attrs_as_set(ctx, c, n, ids));
            return;
        }
        const uint64_t key = name->key;
        ptrdiff_t at = count++;
        for (; at > 0 && keys[at - 1] > key; at--) {
            keys[at] = keys[at - 1];
            sorted[at] = sorted[at - 1];
        }
        keys[at] = key;
        sorted[at] = &n->attrs[i];
    }
    feed_tag(h, TAG_ATTRS, (uint64_t)count);
    for (ptrdiff_t i = 0; i < count; i++) {
        XmlAttr attr = *sorted[i];
        if (ctx->import && attr.name == W_val)
            attr.value = docx_imported_value(ctx->import, n->name, attr.value);
        attr.value = transitional(ctx, c, n->name, attr);
        feed_attr(ctx, c, h, &attr);
    }
}

/* ---- for those who write it out ---- */

DocElement doc_element(const XmlNode *n) {
    const unsigned flags = element_flags(n);
    if (flags & ELEMENT_NOISE) return DOC_ELEMENT_NOISE;
    if (flags & ELEMENT_THROUGH) return DOC_ELEMENT_THROUGH;
    if (flags & ELEMENT_WRAP) return DOC_ELEMENT_WRAP;
    return flags & ELEMENT_SET ? DOC_ELEMENT_SET : DOC_ELEMENT_PLAIN;
}

bool doc_is_noise_attr(DocContext *ctx, const XmlNode *n, uint16_t name) {
    DocCaches *c = doc_caches(ctx);
    return doc_name(ctx, c, name)->attr == ATTR_NOISE ||
           is_mere_id(doc_name(ctx, c, n->name)->ids, name);
}

/* ---- property sets ---- */

/* Children that are no properties of their parent; nor is white space, which some programs leave
 * where a property stood. */
static inline bool is_left_out(const XmlNode *parent, const XmlNode *child) {
    if (child->name == XML_TEXT) return str_trim(child->text).len == 0;
    const unsigned flags = element_flags(child);
    if (flags & (ELEMENT_NOISE | ELEMENT_REVISION)) return true;
    if (parent->name == W_pPr) return child->name == W_rPr || child->name == W_sectPr;
    if (parent->name == W_sectPr)
        return child->name == W_headerReference || child->name == W_footerReference;
    return parent->name == W_sdtPr && child->name == W_id;
}

typedef struct Packing {
    unsigned char bytes[PACK_MAX];
    ptrdiff_t len;
} Packing;

/* False when there is no room. */
static inline bool pack_bytes(Packing *p, const void *ptr, ptrdiff_t len) {
    if (len > PACK_MAX - p->len) return false;
    if (len) memcpy(p->bytes + p->len, ptr, (size_t)len);
    p->len += len;
    return true;
}

static inline bool pack_value(Packing *p, uint16_t name, Str value) {
    if (value.len > PACK_MAX - p->len - 4) return false;
    const uint16_t head[2] = {name, (uint16_t)value.len};
    memcpy(p->bytes + p->len, head, 4);
    p->len += 4;
    return pack_bytes(p, value.ptr, value.len);
}

static bool pack_attrs(Packing *p, const XmlNode *n) {
    if (PACK_MAX - p->len < 4) return false;
    const uint16_t head[2] = {n->name, n->attr_count};
    memcpy(p->bytes + p->len, head, 4);
    p->len += 4;
    for (ptrdiff_t i = 0; i < n->attr_count; i++)
        if (!pack_value(p, n->attrs[i].name, n->attrs[i].value)) return false;
    return true;
}

static bool pack_node(Packing *p, const XmlNode *n) {
    if (!xml_is_element(n)) return pack_value(p, n->name, n->text);
    if (!pack_attrs(p, n)) return false;
    for (const XmlNode *k = n->first; k; k = k->next)
        if (!pack_node(p, k)) return false;
    static const uint16_t close = UINT16_MAX;
    return pack_bytes(p, &close, sizeof close);
}

/* What stands in the set, with noise inside its members. */
static bool pack_set(Packing *p, const XmlNode *set) {
    p->len = 0;
    if (!pack_bytes(p, &set->name, sizeof set->name)) return false;
    for (const XmlNode *k = set->first; k; k = k->next)
        if (!is_left_out(set, k) && !pack_node(p, k)) return false;
    return true;
}

/* The schema gives these elements no attributes but rsids. */
static uint64_t normalise_set(DocContext *ctx, DocCaches *c, const XmlNode *set) {
    uint64_t sum = 0;
    for (const XmlNode *k = set->first; k; k = k->next) {
        if (is_left_out(set, k)) continue;
        Hasher h;
        hash_start(&h, c->key);
        if (element_flags(k) & ELEMENT_SET) {
            const uint64_t inner = doc_properties(ctx, k);
            if (inner == 0) continue;
            feed_tag(&h, TAG_SET, k->name);
            hash_u64(&h, inner);
        } else {
            doc_feed(ctx, c, &h, k, true);
        }
        sum += hash_end(&h).a;
    }
    return sum;
}

/* Two places a hash, the fresher first: what an enemy makes collide is merely worked out again. */
static DocPack *find_pack(DocCaches *c, Str packed) {
    if (!c->packs) c->packs = NEW_ARRAY(c->arena, DocPack, PACKS);
    DocPack *pair = &c->packs[hash_fast(packed) >> 8 & (PACKS - 2)];
    if (str_equal(buf_str(&pair[0].packed), packed)) return &pair[0];
    const DocPack older = pair[0];
    pair[0] = pair[1];
    pair[1] = older;
    return &pair[0];
}

uint64_t doc_properties(DocContext *ctx, const XmlNode *properties) {
    if (!properties || !properties->first) return 0;
    DocCaches *c = doc_caches(ctx);
    Packing p;
    if (!pack_set(&p, properties)) return normalise_set(ctx, c, properties);
    const Str packed = {(const char *)p.bytes, p.len};
    DocPack *pack = find_pack(c, packed);
    if (str_equal(buf_str(&pack->packed), packed)) return pack->value;
    const uint64_t value = normalise_set(ctx, c, properties);
    pack = find_pack(c, packed); /* sets within the set may have moved it */
    if (!pack->packed.arena) pack->packed = buf_new(c->arena);
    pack->packed.len = 0;
    buf_add(&pack->packed, packed);
    pack->value = value;
    return value;
}

/* ---- anything else ---- */

static void feed_element(DocContext *ctx, DocCaches *c, Hasher *h, const XmlNode *n, bool boxes) {
    feed_tag(h, TAG_OPEN, 0);
    hash_u64(h, doc_name(ctx, c, n->name)->key);
    doc_feed_attrs(ctx, c, h, n);
    for (const XmlNode *k = n->first; k; k = k->next) doc_feed(ctx, c, h, k, boxes);
    feed_tag(h, TAG_CLOSE, 0);
}

static void feed_set(DocContext *ctx, Hasher *h, const XmlNode *n) {
    const uint64_t value = doc_properties(ctx, n);
    if (value == 0) return;
    feed_tag(h, TAG_SET, n->name);
    hash_u64(h, value);
}

static void feed_box(DocContext *ctx, DocCaches *c, Hasher *h, const XmlNode *n, bool boxes) {
    feed_tag(h, TAG_BOX, boxes);
    if (boxes) doc_feed_blocks(ctx, c, h, n);
    feed_tag(h, TAG_CLOSE, 0);
}

void doc_feed(DocContext *ctx, DocCaches *c, Hasher *h, const XmlNode *n, bool boxes) {
    if (!xml_is_element(n)) {
        feed_tag(h, TAG_TEXT, 0);
        hash_str(h, n->text);
        return;
    }
    const unsigned flags = element_flags(n);
    if (flags & ELEMENT_COMMENT) c->comments_seen++;
    c->bookmarks_seen += is_bookmark(n);
    if (flags & ELEMENT_NOISE) return;
    if (flags & ELEMENT_THROUGH) {
        for (const XmlNode *k = n->first; k; k = k->next) doc_feed(ctx, c, h, k, boxes);
    } else if (flags & ELEMENT_SET) {
        feed_set(ctx, h, n);
    } else if (n->name == W_txbxContent) {
        feed_box(ctx, c, h, n, boxes);
    } else if (n->name == W_p || n->name == W_tbl) {
        feed_hash(h, TAG_BLOCK, doc_block_hash(ctx, n));
    } else {
        feed_element(ctx, c, h, n, boxes);
    }
}

uint64_t doc_opaque(DocContext *ctx, const XmlNode *n) {
    DocCaches *c = doc_caches(ctx);
    Hasher h;
    hash_start(&h, c->key);
    doc_feed(ctx, c, &h, n, true);
    return hash_end(&h).a;
}

uint64_t doc_signature(DocContext *ctx, DocCaches *c, const XmlNode *n, uint64_t outer) {
    Hasher h;
    hash_start(&h, c->key);
    feed_tag(&h, TAG_CONTAINER, n->name);
    doc_feed_attrs(ctx, c, &h, n);
    for (const XmlNode *k = n->first; k; k = k->next) {
        if (element_flags(k) & ELEMENT_SET) feed_set(ctx, &h, k);
        else if (k->name == W_customXmlPr || k->name == W_smartTagPr || k->name == W_fldData)
            doc_feed(ctx, c, &h, k, true);
    }
    hash_u64(&h, outer);
    return never_zero(hash_end(&h).a);
}
