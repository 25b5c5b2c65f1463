/* change: adding parts and relationships. */
#include "docx/int.h"

/* ---- content types ---- */

static XmlNode *add_type(DocxPackage *p, uint16_t element, uint16_t key, Str name, Str type) {
    XmlTree *t = p->inside->types;
    XmlNode *n = xml_element(t, element);
    xml_set_attr(t, n, key, name);
    xml_set_attr(t, n, N_ContentType, type);
    /* Defaults go to the front, as everybody writes them. */
    xml_insert(t->root, n, element == CT_Default ? t->root->first : NULL);
    return n;
}

/* Sees to it that the part `name` has this content type: by its extension when that has the type or
 * could have it (pictures, whose extensions mean one thing), else by an override. */
static void set_type(DocxPackage *p, Str name, Str type) {
    struct DocxPackageInside *in = p->inside;
    const Str extension = name_extension(name);
    const Str now = content_type_of(p, name);
    if (str_equal_fold(now, type)) return;
    const bool is_common = extension.len && str_starts(type, S("image/"));
    if (now.len == 0 && is_common && !in->has_untyped) { /* else it would give those a type */
        strmap_put(&in->defaults, arena_str(p->arena, extension),
                   add_type(p, CT_Default, N_Extension, extension, type));
        return;
    }
    XmlNode *stale = strmap_find(&in->overrides, name);
    if (stale) { /* of a part that the package does not have */
        xml_set_attr(in->types, stale, N_ContentType, type);
        return;
    }
    const Str absolute = arena_format(p->arena, "/%.*s", (int)name.len, name.ptr);
    strmap_put(&in->overrides, name, add_type(p, CT_Override, N_PartName, absolute, type));
}

void type_rels(DocxPackage *p, Str name) {
    if (content_type_of(p, name).len) return;
    set_type(p, arena_str(p->arena, name),
             S("application/vnd.openxmlformats-package.relationships+xml"));
}

/* ---- parts ---- */

static DocxPart *add_part(DocxPackage *p, Str name, Str content_type) {
    DocxPart *part = part_new(p, arena_str(p->arena, name));
    part->content_type = arena_str(p->arena, content_type);
    part->added = true;
    set_type(p, part->name, part->content_type);
    return part;
}

DocxPart *docx_add_part(DocxPackage *p, Str name, Str content_type, Str bytes) {
    DocxPart *part = add_part(p, name, content_type);
    part->bytes = bytes.ptr ? bytes : S("");
    return part;
}

DocxPart *part_add_entry(DocxPackage *p, Str name, Str content_type, const ZipEntry *entry) {
    DocxPart *part = add_part(p, name, content_type);
    ZipEntry *renamed = NEW(p->arena, ZipEntry);
    *renamed = *entry;
    renamed->name = part->name;
    part->entry = renamed;
    return part;
}

void docx_set_bytes(DocxPackage *p, DocxPart *part, Str bytes) {
    (void)p;
    part->bytes = bytes.ptr ? bytes : S("");
    part->replaced = true;
    part->tree = NULL;
    part->has_digest = false;
    part->inside->closure_state = CLOSURE_UNKNOWN;
}

void docx_remove_part(DocxPackage *p, DocxPart *part) {
    check(part != p->main);
    part->removed = true;
    XmlNode *n = strmap_find(&p->inside->overrides, part->name);
    if (n && n->parent) xml_remove(n);
}

static Str without_number(Str stem) {
    while (stem.len && stem.ptr[stem.len - 1] >= '0' && stem.ptr[stem.len - 1] <= '9') {
        const bool escaped = (stem.len >= 2 && stem.ptr[stem.len - 2] == '%') ||
                             (stem.len >= 3 && stem.ptr[stem.len - 3] == '%');
        if (escaped) break;
        stem.len--;
    }
    return stem;
}

/* Relationships of or to a part that is not there would become those of one that is given its name.
 */
static bool is_taken(const DocxPackage *p, Str name) {
    return strmap_find(&p->inside->parts, name) || strmap_find(&p->inside->reserved, name);
}

Str docx_free_name(DocxPackage *p, Str like) {
    struct DocxPackageInside *in = p->inside;
    Str stem = like, tail = S("");
    const Str extension = name_extension(like);
    if (extension.len) {
        stem = str_slice(like, 0, like.len - extension.len - 1);
        tail = str_slice(like, stem.len, like.len);
    }
    if (like.len > 200) { /* so that numbers cannot make it longer than a name may be */
        stem = S("word/part");
        if (tail.len > 20) tail = S(".bin");
    } else if (!is_taken(p, like)) {
        return arena_str(p->arena, like);
    }
    stem = without_number(stem);
    int64_t *last = strmap_find(&in->name_counts, stem);
    if (!last) {
        last = NEW(p->arena, int64_t);
        strmap_put(&in->name_counts, arena_str(p->arena, stem), last);
    }
    for (;;) {
        const Str name = arena_format(p->arena, "%.*s%lld%.*s", (int)stem.len, stem.ptr,
                                      (long long)++*last, (int)tail.len, tail.ptr);
        if (!is_taken(p, name)) return name;
    }
}

/* ---- relationships ---- */

/* What two relationships must share to be equal. */
static Str target_key(Arena *a, Str type, const DocxPart *target, Str uri, bool is_external) {
    if (target) return arena_format(a, "%td %.*s", target->number, (int)type.len, type.ptr);
    return arena_format(a, "%c%td %.*s%.*s", is_external ? 'x' : 'm', type.len, (int)type.len,
                        type.ptr, (int)uri.len, uri.ptr);
}

static void index_targets(DocxPackage *p, DocxPart *source) {
    struct DocxPartInside *in = source->inside;
    if (in->indexed == 0) {
        in->rels_by_target = strmap_new(p->arena, p->key, STR_EXACT);
        if (!in->rels_by_id.heads.arena) {
            in->rels_by_id = strmap_new(p->arena, p->key, STR_EXACT);
        }
    }
    for (; in->indexed < source->rel_count; in->indexed++) {
        const DocxRel *rel = &source->rels[in->indexed];
        const Str key = target_key(p->arena, rel->type, rel->part, rel->target, rel->external);
        if (strmap_find(&in->rels_by_target, key)) continue;
        strmap_put(&in->rels_by_target, key, (void *)(uintptr_t)(in->indexed + 1));
    }
}

static Str free_rel_id(DocxPackage *p, DocxPart *source, Str wanted) {
    struct DocxPartInside *in = source->inside;
    if (wanted.len && !strmap_find(&in->rels_by_id, wanted)) return arena_str(p->arena, wanted);
    if (in->last_id == 0) in->last_id = source->rel_count;
    for (;;) {
        const Str id = arena_format(p->arena, "rId%lld", (long long)++in->last_id);
        if (!strmap_find(&in->rels_by_id, id)) return id;
    }
}

static DocxRel *append_rel(DocxPackage *p, DocxPart *source, DocxRel rel) {
    source->rels = arena_grow(p->arena, source->rels, source->rel_count, &source->rel_cap,
                              source->rel_count + 1, (ptrdiff_t)sizeof *source->rels);
    source->rels[source->rel_count] = rel;
    part_index_rel(source, source->rel_count++);
    source->rels_changed = true;
    source->inside->closure_state = CLOSURE_UNKNOWN;
    if (source == &p->inside->root) {
        p->root_rels = source->rels;
        p->root_rel_count = source->rel_count;
        p->root_rel_cap = source->rel_cap;
    }
    return &source->rels[source->rel_count - 1];
}

/* What a relationship to a part that is missing elsewhere is to be written as: it must not find one
 * here, nor one that is added later. */
static Str missing_target(DocxPackage *p, const DocxPart *source, Str uri) {
    Str name = name_resolve(p->arena, source->name, uri);
    if (!name.ptr) return arena_str(p->arena, uri);
    if (strmap_find(&p->inside->parts, name)) {
        name = docx_free_name(p, S("missing"));
        uri = name_relative(p->arena, source->name, name);
    }
    strmap_put(&p->inside->reserved, name, p);
    return arena_str(p->arena, uri);
}

static Str rel_target(DocxPackage *p, const DocxPart *source, const DocxPart *target, Str uri,
                      bool is_external) {
    if (target) return name_relative(p->arena, source->name, target->name);
    return is_external ? arena_str(p->arena, uri) : missing_target(p, source, uri);
}

Str rel_add(DocxPackage *p, DocxPart *source, Str type, DocxPart *target, Str uri, bool is_external,
            Str wanted) {
    if (!source) source = &p->inside->root;
    index_targets(p, source);
    const Str key = target_key(p->arena, type, target, uri, is_external);
    const uintptr_t equal = (uintptr_t)strmap_find(&source->inside->rels_by_target, key);
    if (equal) return source->rels[equal - 1].id;
    const DocxRel rel = {.id = free_rel_id(p, source, wanted),
                         .type = arena_str(p->arena, type),
                         .target = rel_target(p, source, target, uri, is_external),
                         .external = is_external,
                         .part = target};
    return append_rel(p, source, rel)->id;
}

void rel_copy(DocxPackage *p, DocxPart *source, const DocxRel *rel, DocxPart *target) {
    index_targets(p, source);
    const DocxRel copy = {.id = arena_str(p->arena, rel->id),
                          .type = arena_str(p->arena, rel->type),
                          .target = rel_target(p, source, target, rel->target, rel->external),
                          .external = rel->external,
                          .part = target};
    append_rel(p, source, copy);
}

Str docx_add_rel(DocxPackage *p, DocxPart *source, Str type, DocxPart *target, Str external) {
    return rel_add(p, source, type, target, external, target == NULL, S(""));
}

/* ---- singles ---- */

#define DECLARE(prefix, uri) S(prefix "=\"" uri "\"")
#define OFFICE "http://schemas.openxmlformats.org/"
#define STRICT "http://purl.oclc.org/ooxml/"
#define WORD "http://schemas.microsoft.com/office/word/"
#define WML "application/vnd.openxmlformats-officedocument.wordprocessingml."

/* What the root of a part that is made declares; its own prefix comes first. */
static Str single_spaces(const DocxPackage *p, Single kind) {
    switch (kind) {
    case SINGLE_COMMENTS_EXTENDED:
    case SINGLE_PEOPLE: return DECLARE("w15", WORD "2012/wordml");
    case SINGLE_COMMENTS_IDS: return DECLARE("w16cid", WORD "2016/wordml/cid");
    case SINGLE_COMMENTS_EXTENSIBLE: return DECLARE("w16cex", WORD "2018/wordml/cex");
    case SINGLE_STYLES:
    case SINGLE_NUMBERING:
    case SINGLE_SETTINGS:
    case SINGLE_FOOTNOTES:
    case SINGLE_ENDNOTES:
    case SINGLE_COMMENTS:
    case SINGLES: break;
    }
    return p->inside->is_strict
               ? DECLARE("w", STRICT "wordprocessingml/main\" xmlns:r=\"" STRICT
                                     "officeDocument/relationships")
               : DECLARE("w", OFFICE "wordprocessingml/2006/main\" xmlns:r=\"" OFFICE
                                     "officeDocument/2006/relationships");
}

/* A part that is one element with these children, named like `file` beside the main part. */
static DocxPart *make_part(DocxPackage *p, Str file, Str content_type, Str spaces, Str root,
                           Str children) {
    const Str prefix = str_slice(spaces, 0, str_find(spaces, S("=")));
    const Str pieces[] = {
        S("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\r\n<"),
        prefix,
        S(":"),
        root,
        S(" xmlns:"),
        spaces,
        S(">"),
        children,
        S("</"),
        prefix,
        S(":"),
        root,
        S(">"),
    };
    Buf b = buf_new(p->arena);
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) buf_add(&b, pieces[i]);
    const Str folder = name_folder(p->main->name);
    const Str like =
        arena_format(p->arena, "%.*s%.*s", (int)folder.len, folder.ptr, (int)file.len, file.ptr);
    return docx_add_part(p, docx_free_name(p, like), content_type, buf_str(&b));
}

DocxPart *single_make(DocxPackage *p, Single kind, Str children) {
    DocxPart *part = single_find(p, kind);
    if (part) return part;
    const SingleRow *row = &single_rows[kind];
    part = make_part(p, row->file, row->content_type, single_spaces(p, kind), row->root, children);
    docx_add_rel(p, p->main, row->type, part, S(""));
    return part;
}

DocxPart *docx_add_header(DocxPackage *p, bool footer) {
    return make_part(p, footer ? S("footer1.xml") : S("header1.xml"),
                     footer ? S(WML "footer+xml") : S(WML "header+xml"),
                     single_spaces(p, SINGLE_FOOTNOTES), footer ? S("ftr") : S("hdr"), S("<w:p/>"));
}

bool docx_copy_part(DocxPackage *p, DocxPart *part, DocxPart **out, PxErr *err) {
    Str bytes;
    if (!part_current_bytes(p->arena, p, part, &bytes, err)) return false;
    *out = docx_add_part(p, docx_free_name(p, part->name), part->content_type, bytes);
    for (ptrdiff_t i = 0; i < part->rel_count; i++)
        rel_copy(p, *out, &part->rels[i], part->rels[i].part);
    return true;
}
