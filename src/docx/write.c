/* write: the package as an archive. What was not changed goes over as it came, still compressed. */
#include "docx/int.h"

enum { MOST_ENTRIES = 65000 };
static const ptrdiff_t most_bytes = (ptrdiff_t)3900
                                    << 20; /* below what zip without zip64 can say */

typedef struct Output {
    DocxPackage *p;
    Arena *arena; /* for what is needed until the end */
    ZipWriter *zip;
    int level;
    PxErr *err;
} Output;

/* ---- relationships ---- */

static bool rels_differ(const DocxPart *source) {
    if (source->rel_count > source->inside->rels_read) return true;
    for (ptrdiff_t i = 0; i < source->rel_count; i++) {
        const DocxPart *to = source->rels[i].part;
        if (to && to->removed) return true;
    }
    return false;
}

static void add_rel_element(const Output *o, XmlTree *t, const DocxRel *rel) {
    XmlNode *n = xml_element(t, REL_Relationship);
    xml_set_attr(t, n, N_Id, rel->id);
    xml_set_attr(t, n, N_Type,
                 o->p->inside->is_strict ? type_strict(o->arena, rel->type) : rel->type);
    xml_set_attr(t, n, N_Target, rel->target);
    if (rel->external) xml_set_attr(t, n, N_TargetMode, S("External"));
    xml_insert(t->root, n, NULL);
}

static const Str no_rels =
    S("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\r\n"
      "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"/>");

/* Writes the relationships of source under name, those that were read as they were written. */
static bool write_rels(const Output *o, DocxPart *source, Str name) {
    const ZipEntry *entry = source->inside->rels_entry;
    XmlTree *t;
    Str bytes = no_rels;
    if (entry && !zip_inflate(o->arena, entry, &bytes, o->err)) return false;
    if (!xml_parse(o->arena, o->p->names, name, bytes, NULL, &t, o->err)) return false;
    XmlNode *left = NULL; /* the last one that stays */
    ptrdiff_t i = 0;
    for (XmlNode *n = t->root->first; n;) {
        XmlNode *next = n->next;
        const DocxPart *to = n->name == REL_Relationship ? source->rels[i++].part : NULL;
        if (to && to->removed) {
            if (left) left->next = next;
            else t->root->first = next;
            if (!next) t->root->last = left;
            xml_touch(t->root);
        } else {
            left = n;
        }
        n = next;
    }
    check(i == source->inside->rels_read);
    for (; i < source->rel_count; i++) {
        const DocxPart *to = source->rels[i].part;
        if (!to || !to->removed) add_rel_element(o, t, &source->rels[i]);
    }
    Buf b = buf_new(o->arena);
    buf_reserve(&b, t->source.len + t->source.len / 16 + 4096); /* most redlines fit at once */
    xml_write(t, &b);
    zip_add(o->zip, name, buf_str(&b), o->level);
    return true;
}

/* ---- parts ---- */

static bool write_part(const Output *o, DocxPart *part) {
    if (part->removed) return true;
    if (part->entry && !part->replaced && !part_is_dirty(part)) {
        zip_add_stored(o->zip, part->entry);
        return true;
    }
    Str bytes;
    Arena *scratch = arena_child(o->arena); /* a large part's markup is not kept until the end */
    const bool ok = part_current_bytes(scratch, o->p, part, &bytes, o->err);
    if (ok) zip_add(o->zip, part->name, bytes, o->level);
    arena_close(scratch);
    return ok;
}

static bool write_entry(const Output *o, ptrdiff_t i) {
    DocxPackage *p = o->p;
    const ZipEntry *e = &p->zip->entries[i];
    DocxPart *owner = p->inside->owners[i];
    if (e->is_folder || e == p->inside->types_entry) return true;
    if (!owner) {
        zip_add_stored(o->zip, e); /* no part: carried along */
        return true;
    }
    if (!p->inside->is_rels[i]) return write_part(o, owner);
    if (owner->removed) return true;
    if (rels_differ(owner)) return write_rels(o, owner, e->name);
    zip_add_stored(o->zip, e);
    return true;
}

static bool write_types(const Output *o) {
    const struct DocxPackageInside *in = o->p->inside;
    if (!(in->types->root->flags & (XML_DIRTY | XML_TAG_DIRTY))) {
        zip_add_stored(o->zip, in->types_entry);
        return true;
    }
    Buf b = buf_new(o->arena);
    xml_write(in->types, &b);
    zip_add(o->zip, in->types_entry->name, buf_str(&b), o->level);
    return true;
}

static bool has_new_rels(const DocxPart *part) {
    return !part->inside->rels_entry && !part->removed && part->rel_count > 0;
}

static bool write_new_rels(const Output *o, DocxPart *source) {
    return write_rels(o, source, name_of_rels(o->arena, source->name));
}

/* Some files give each part of relationships its content type, and the extension none. */
static void type_new_rels(const Output *o) {
    for (ptrdiff_t i = 0; i < o->p->part_count; i++) {
        const DocxPart *part = o->p->parts[i];
        if (has_new_rels(part)) type_rels(o->p, name_of_rels(o->arena, part->name));
    }
}

static bool write_all(const Output *o) {
    DocxPackage *p = o->p;
    type_new_rels(o);
    if (!write_types(o)) return false;
    for (ptrdiff_t i = 0; i < p->zip->count; i++) {
        if (!write_entry(o, i)) return false;
    }
    for (ptrdiff_t i = 0; i < p->part_count; i++) {
        DocxPart *part = p->parts[i];
        if (part->added && !write_part(o, part)) return false;
        if (has_new_rels(part) && !write_new_rels(o, part)) return false;
    }
    zip_writer_close(o->zip);
    return true;
}

/* Whether the archive stays within what a zip archive can hold. */
static bool check_size(const DocxPackage *p, PxErr *err) {
    ptrdiff_t bytes = 0;
    for (ptrdiff_t i = 0; i < p->part_count; i++) {
        const DocxPart *part = p->parts[i];
        bytes += part->entry ? part->entry->stored.len : 0;
        bytes += part->bytes.ptr && !part->entry ? part->bytes.len : 0;
        bytes += part->replaced ? part->bytes.len : 0;
        bytes += part_is_dirty(part) ? 2 * part->tree->source.len : 0;
    }
    if (p->zip->count + 2 * p->part_count > MOST_ENTRIES || bytes > most_bytes) {
        return fail(err, PX_ERR_LIMIT, p->file_name, -1,
                    "the result has more parts or bytes than a .docx file can hold");
    }
    return true;
}

bool docx_write(DocxPackage *p, int deflate_level, Buf *out, PxErr *err) {
    if (!check_size(p, err)) return false;
    Arena *a = arena_child(p->arena);
    const Output o = {p, a, zip_writer_open(a, out), deflate_level ? deflate_level : 6, err};
    const bool ok = write_all(&o);
    arena_close(a);
    return ok;
}
