/* open: what a package is made of (ECMA-376 part 2): its parts, their content types, their
 * relationships, and the one that is the main document. Nothing else is inflated here. Where two
 * readers could understand a package differently (two content types for a part, two relationships
 * with one id, two main documents) it is refused. */
#include "docx/int.h"

typedef struct Opener {
    DocxPackage *p;
    Arena *arena;
    PxErr *err;
} Opener;

/* ---- parts and content types ---- */

DocxPart *part_new(DocxPackage *p, Str name) {
    DocxPart *part = NEW(p->arena, DocxPart);
    part->name = name;
    part->inside = NEW(p->arena, struct DocxPartInside);
    part->number = p->part_count;
    p->parts = arena_grow(p->arena, p->parts, p->part_count, &p->part_cap, p->part_count + 1,
                          (ptrdiff_t)sizeof *p->parts);
    p->parts[p->part_count++] = part;
    strmap_put(&p->inside->parts, name, part);
    return part;
}

Str content_type_of(const DocxPackage *p, Str name) {
    const XmlNode *n = strmap_find(&p->inside->overrides, name);
    if (!n) n = strmap_find(&p->inside->defaults, name_extension(name));
    return n ? xml_attr(n, N_ContentType) : S("");
}

static const ZipEntry *find_types(const Zip *zip) {
    for (ptrdiff_t i = 0; i < zip->count; i++) {
        if (str_equal_fold(zip->entries[i].name, S("[Content_Types].xml"))) {
            return &zip->entries[i];
        }
    }
    return NULL;
}

/* An archive without content types: whose is it? */
static bool refuse_untyped(const Opener *o) {
    const DocxPackage *p = o->p;
    const ZipEntry *e = zip_find(p->zip, S("mimetype"));
    Str type = S("");
    PxErr ignored;
    if (e && e->size < 200 && zip_inflate(o->arena, e, &type, &ignored) &&
        str_starts(type, S("application/vnd.oasis.opendocument."))) {
        return fail(o->err, PX_ERR_UNSUPPORTED, p->file_name, -1,
                    "the file is an OpenDocument file, not a .docx file");
    }
    if (str_starts(type, S("application/epub"))) {
        return fail(o->err, PX_ERR_UNSUPPORTED, p->file_name, -1,
                    "the file is an electronic book (EPUB), not a .docx file");
    }
    if (zip_find(p->zip, S("Index/Document.iwa"))) {
        return fail(o->err, PX_ERR_UNSUPPORTED, p->file_name, -1,
                    "the file is an Apple Pages document, not a .docx file");
    }
    return fail(o->err, PX_ERR_INPUT, p->file_name, -1,
                "the archive has no [Content_Types].xml: it is no Office document");
}

static bool read_type(const Opener *o, XmlNode *n) {
    struct DocxPackageInside *in = o->p->inside;
    const bool is_default = n->name == CT_Default;
    Str key = xml_attr(n, is_default ? N_Extension : N_PartName);
    const Str type = xml_attr(n, N_ContentType);
    if (!key.ptr || !type.ptr) {
        return fail(o->err, PX_ERR_INPUT, in->types_entry->name, n->start,
                    "a content type lacks %s", key.ptr ? "its type" : "what it is the type of");
    }
    if (is_default && str_starts(key, S("."))) key = str_slice(key, 1, key.len);
    if (!is_default && str_starts(key, S("/"))) key = str_slice(key, 1, key.len);
    StrMap *map = is_default ? &in->defaults : &in->overrides;
    const XmlNode *other = strmap_find(map, key);
    if (other && !str_equal_fold(xml_attr(other, N_ContentType), type)) {
        return fail(o->err, PX_ERR_INPUT, in->types_entry->name, n->start,
                    "\"%.*s\" has two content types", (int)key.len, key.ptr);
    }
    if (!other) strmap_put(map, key, n);
    return true;
}

static bool read_types(const Opener *o) {
    DocxPackage *p = o->p;
    struct DocxPackageInside *in = p->inside;
    Str bytes;
    in->types_entry = find_types(p->zip);
    if (!in->types_entry) return refuse_untyped(o);
    const Str name = in->types_entry->name;
    if (!zip_inflate(p->arena, in->types_entry, &bytes, o->err)) return false;
    if (!xml_parse(p->arena, p->names, name, bytes, NULL, &in->types, o->err)) return false;
    if (in->types->root->name != CT_Types) {
        return fail(o->err, PX_ERR_INPUT, name, 0, "the root element is not Types");
    }
    for (XmlNode *n = in->types->root->first; n; n = n->next) {
        if ((n->name == CT_Default || n->name == CT_Override) && !read_type(o, n)) return false;
    }
    return true;
}

static bool read_parts(const Opener *o) {
    DocxPackage *p = o->p;
    struct DocxPackageInside *in = p->inside;
    in->owners = NEW_ARRAY(p->arena, void *, p->zip->count);
    in->is_rels = NEW_ARRAY(p->arena, bool, p->zip->count);
    for (ptrdiff_t i = 0; i < p->zip->count; i++) {
        const ZipEntry *e = &p->zip->entries[i];
        if (e->is_folder || e == in->types_entry || str_starts(e->name, S("["))) continue;
        in->is_rels[i] = name_is_rels(e->name);
        if (in->is_rels[i]) continue;
        if (strmap_find(&in->parts, e->name)) {
            return fail(o->err, PX_ERR_INPUT, e->name, -1,
                        "the package has two parts of this name, but for percent-encoding");
        }
        DocxPart *part = part_new(p, e->name);
        part->entry = e;
        part->content_type = content_type_of(p, e->name);
        in->has_untyped = in->has_untyped || part->content_type.len == 0;
        in->owners[i] = part;
    }
    return true;
}

/* ---- relationships ---- */

void part_index_rel(DocxPart *part, ptrdiff_t i) {
    const DocxRel *rel = &part->rels[i];
    strmap_put(&part->inside->rels_by_id, rel->id, (void *)(uintptr_t)(i + 1));
}

static bool read_rel(const Opener *o, Str part_name, DocxPart *source, XmlNode *n) {
    DocxPackage *p = o->p;
    const Str id = xml_attr(n, N_Id), type = xml_attr(n, N_Type), mode = xml_attr(n, N_TargetMode);
    const Str target = xml_attr(n, N_Target);
    if (!id.ptr || !type.ptr || !target.ptr) {
        return fail(o->err, PX_ERR_INPUT, part_name, n->start, "a relationship lacks its %s",
                    !id.ptr     ? "id"
                    : !type.ptr ? "type"
                                : "target");
    }
    if (strmap_find(&source->inside->rels_by_id, id)) {
        return fail(o->err, PX_ERR_INPUT, part_name, n->start,
                    "two relationships have the id \"%.*s\"", (int)id.len, id.ptr);
    }
    source->rels = arena_grow(p->arena, source->rels, source->rel_count, &source->rel_cap,
                              source->rel_count + 1, (ptrdiff_t)sizeof *source->rels);
    DocxRel *rel = &source->rels[source->rel_count];
    *rel = (DocxRel){.id = id,
                     .type = type_transitional(p->arena, type),
                     .target = target,
                     .external = str_equal(mode, S("External"))};
    if (!rel->external) {
        const Str name = name_resolve(p->arena, source->name, target);
        rel->part = name.ptr ? strmap_find(&p->inside->parts, name) : NULL;
        if (name.ptr && !rel->part) strmap_put(&p->inside->reserved, name, p);
    }
    if (source == &p->inside->root && type_ends(rel->type, S("officeDocument"))) {
        p->inside->is_strict = rel->type.ptr != type.ptr;
    }
    part_index_rel(source, source->rel_count++);
    return true;
}

static bool read_rels(const Opener *o, const ZipEntry *e, DocxPart *source) {
    DocxPackage *p = o->p;
    XmlTree *tree;
    Str bytes;
    if (!zip_inflate(p->arena, e, &bytes, o->err)) return false;
    if (!xml_parse(p->arena, p->names, e->name, bytes, NULL, &tree, o->err)) return false;
    if (tree->root->name != REL_Relationships) {
        return fail(o->err, PX_ERR_INPUT, e->name, 0, "the root element is not Relationships");
    }
    source->inside->rels_entry = e;
    source->inside->rels_by_id = strmap_new(p->arena, p->key, STR_EXACT);
    for (XmlNode *n = tree->root->first; n; n = n->next) {
        if (n->name == REL_Relationship && !read_rel(o, e->name, source, n)) return false;
    }
    source->inside->rels_read = source->rel_count;
    return true;
}

static bool read_all_rels(const Opener *o) {
    DocxPackage *p = o->p;
    struct DocxPackageInside *in = p->inside;
    for (ptrdiff_t i = 0; i < p->zip->count; i++) {
        if (!in->is_rels[i]) continue;
        const ZipEntry *e = &p->zip->entries[i];
        const Str name = name_of_source(p->arena, e->name);
        DocxPart *source = name.len ? strmap_find(&in->parts, name) : &in->root;
        in->owners[i] = source;
        if (!source) strmap_put(&in->reserved, name, in);
        if (source && source->inside->rels_entry) {
            return fail(o->err, PX_ERR_INPUT, e->name, -1,
                        "the package has the relationships of one part twice");
        }
        if (source && !read_rels(o, e, source)) return false;
    }
    p->root_rels = in->root.rels;
    p->root_rel_count = in->root.rel_count;
    p->root_rel_cap = in->root.rel_cap;
    return true;
}

/* ---- the main document ---- */

static const Str main_types[] = {
    S("application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"),
    S("application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"),
    S("application/vnd.ms-word.document.macroEnabled.main+xml"),
    S("application/vnd.ms-word.template.macroEnabledTemplate.main+xml"),
};

typedef struct OtherKind {
    Str mark; /* stands in the content type of the main part, or the type of a root relationship */
    const char *words;
} OtherKind;

static const OtherKind other_kinds[] = {
    {S("spreadsheetml"), "an Excel workbook"},
    {S("ms-excel"), "an Excel workbook"},
    {S("presentationml"), "a PowerPoint presentation"},
    {S("ms-powerpoint"), "a PowerPoint presentation"},
    {S("visio"), "a Visio drawing"},
    {S("/xps/"), "an XPS document"},
    {S("oxps"), "an XPS document"},
};

static const char *other_kind(Str type) {
    for (size_t i = 0; i < sizeof other_kinds / sizeof *other_kinds; i++) {
        if (str_find(type, other_kinds[i].mark) >= 0) return other_kinds[i].words;
    }
    return NULL;
}

static bool is_word(Str content_type) {
    for (size_t i = 0; i < sizeof main_types / sizeof *main_types; i++) {
        if (str_equal_fold(content_type, main_types[i])) return true;
    }
    return false;
}

static bool find_main(const Opener *o) {
    DocxPackage *p = o->p;
    const DocxRel *main = NULL;
    for (ptrdiff_t i = 0; i < p->root_rel_count; i++) {
        const DocxRel *rel = &p->root_rels[i];
        const char *kind = other_kind(rel->type);
        if (kind && !main) {
            return fail(o->err, PX_ERR_UNSUPPORTED, p->file_name, -1,
                        "the file is %s, not a Word document", kind);
        }
        if (!type_ends(rel->type, S("officeDocument"))) continue;
        if (main && main->part != rel->part) {
            return fail(o->err, PX_ERR_INPUT, p->file_name, -1,
                        "the package names two main documents");
        }
        main = rel;
    }
    if (!main) {
        return fail(o->err, PX_ERR_INPUT, p->file_name, -1,
                    "no relationship of the package names a main document: it is no Word document");
    }
    if (!main->part) {
        return fail(o->err, PX_ERR_INPUT, p->file_name, -1,
                    "the main document \"%.*s\" is missing from the package", (int)main->target.len,
                    main->target.ptr);
    }
    const Str type = main->part->content_type;
    if (!is_word(type)) {
        const char *kind = other_kind(type);
        if (kind) {
            return fail(o->err, PX_ERR_UNSUPPORTED, p->file_name, -1,
                        "the file is %s, not a Word document", kind);
        }
        return fail(o->err, PX_ERR_UNSUPPORTED, main->part->name, -1,
                    "the main part is of the type \"%.*s\", which is no Word document",
                    (int)type.len, type.ptr);
    }
    p->main = main->part;
    return true;
}

/* ---- parts that are not read ---- */

enum { PROLOG_MOST = 65536 };

/* Markup, but for pictures (drawing programs write a DOCTYPE into SVG, which Word keeps), and for
 * the stories, which are parsed by whoever opens the file. */
static bool is_unread_markup(const DocxPackage *p, const DocxPart *part) {
    static const Str stories[] = {S(".header+xml"), S(".footer+xml"), S(".footnotes+xml"),
                                  S(".endnotes+xml"), S(".comments+xml")};
    const Str type = part->content_type;
    if (part == p->main || !(str_ends(type, S("+xml")) || str_ends(type, S("/xml")))) return false;
    if (str_starts(type, S("image/"))) return false;
    for (size_t i = 0; i < sizeof stories / sizeof *stories; i++)
        if (str_ends(type, stories[i])) return false;
    return true;
}

/* Whether a DOCTYPE stands before the root element; also when that is nowhere near. UTF-16 is read
 * as if its zero bytes were not there. */
static bool has_doctype(Arena *a, Str bytes) {
    Buf b = buf_new(a);
    for (ptrdiff_t i = 0; i < bytes.len && i < PROLOG_MOST; i++)
        if (bytes.ptr[i]) buf_byte(&b, bytes.ptr[i]);
    Str rest = buf_str(&b);
    for (ptrdiff_t at, end; (at = str_find(rest, S("<"))) >= 0;
         rest = str_slice(rest, end, rest.len)) {
        rest = str_slice(rest, at, rest.len);
        if (str_starts(rest, S("<!DOCTYPE"))) return true;
        const bool comment = str_starts(rest, S("<!--"));
        if (!comment && !str_starts(rest, S("<?"))) return false;
        end = str_find(rest, comment ? S("-->") : S("?>"));
        if (end < 0) return bytes.len > PROLOG_MOST;
    }
    return bytes.len > PROLOG_MOST;
}

/* Nobody here reads them, and they are carried through; whoever reads them next must not meet one
 * either. */
static bool refuse_doctypes(const Opener *o) {
    DocxPackage *p = o->p;
    for (ptrdiff_t i = 0; i < p->part_count; i++) {
        const DocxPart *part = p->parts[i];
        if (!is_unread_markup(p, part)) continue;
        Arena *own = arena_child(p->arena);
        Str bytes;
        const bool ok = zip_inflate(own, part->entry, &bytes, o->err),
                   bad = ok && has_doctype(own, bytes);
        arena_close(own);
        if (!ok) return false;
        if (bad)
            return fail(o->err, PX_ERR_UNSUPPORTED, part->name, -1,
                        "the part has a DOCTYPE, which is forbidden in Word files");
    }
    return true;
}

/* ---- door ---- */

bool docx_open(Arena *a, XmlNames *names, HashKey key, Str bytes, Str file_name,
               const ZipLimits *limits, DocxPackage **out, PxErr *err) {
    DocxPackage *p = NEW(a, DocxPackage);
    *p = (DocxPackage){.arena = a, .names = names, .key = key, .file_name = file_name};
    struct DocxPackageInside *in = NEW(a, struct DocxPackageInside);
    p->inside = in;
    in->parts = strmap_new(a, key, STR_PART_NAME);
    in->overrides = strmap_new(a, key, STR_PART_NAME);
    in->defaults = strmap_new(a, key, STR_FOLDED);
    in->reserved = strmap_new(a, key, STR_PART_NAME);
    in->name_counts = strmap_new(a, key, STR_PART_NAME);
    in->root.name = S("");
    in->root.inside = NEW(a, struct DocxPartInside);
    const Opener o = {p, a, err};
    if (!sniff(bytes, file_name, err)) return false;
    if (!zip_open(a, bytes, file_name, limits, &p->zip, err)) return false;
    if (!read_types(&o) || !read_parts(&o) || !read_all_rels(&o) || !find_main(&o)) return false;
    if (!refuse_doctypes(&o)) return false;
    *out = p;
    return true;
}

DocxPart *docx_find_part(const DocxPackage *p, Str name) {
    DocxPart *part = strmap_find(&p->inside->parts, name);
    return part && !part->removed ? part : NULL;
}

Str docx_content_type(const DocxPackage *p, Str part_name) { return content_type_of(p, part_name); }
