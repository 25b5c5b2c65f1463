/* import_parts: relationships, and the parts they lead to. A part is copied as it came, compressed,
 * with relationships of the same ids, so that a copy has the digest of its original; only a header
 * or footer is text, and is walked like the rest. */
#include "docx/int.h"

static bool is_story(Str type) {
    return type_ends(type, S("header")) || type_ends(type, S("footer"));
}

/* ---- parts the base has already ---- */

static uint64_t content_key(const ZipEntry *e) {
    return ((uint64_t)e->size * UINT64_C(0x9e3779b97f4a7c15) ^ e->crc) | 1;
}

static void index_contents(DocxPackage *p) {
    struct DocxPackageInside *in = p->inside;
    if (!in->by_content.arena) in->by_content = map_new(p->arena);
    for (; in->content_count < p->part_count; in->content_count++) {
        DocxPart *part = p->parts[in->content_count];
        uint64_t newest;
        if (!part->entry || part->replaced) continue;
        const uint64_t key = content_key(part->entry);
        if (map_find(&in->by_content, key, &newest)) part->inside->older = p->parts[newest];
        map_put(&in->by_content, key, (uint64_t)part->number);
    }
}

static bool relates_to(const DocxPart *source, const DocxPart *target) {
    for (ptrdiff_t i = 0; i < source->rel_count; i++) {
        if (source->rels[i].part == target) return true;
    }
    return false;
}

/* The base's part that is equal to part, with all it relates to; one that `to` relates to before
 * others, an older one before a newer. *out is NULL when there is none. */
static bool find_equal(DocxImport *im, DocxPart *part, const DocxPart *to, DocxPart **out) {
    DocxPackage *base = im->base;
    uint64_t number;
    *out = NULL;
    if (part_is_dirty(part) || part->replaced || !part->entry) return true;
    if (!part_closure(im->from, part, im->err)) return false;
    if (part->inside->closure_state != CLOSURE_KNOWN) return true;
    const Hash closure = part->inside->closure;
    index_contents(base);
    if (base->inside->copies.arena && map_find(&base->inside->copies, closure.a | 1, &number)) {
        *out = base->parts[number];
        return true;
    }
    if (!map_find(&base->inside->by_content, content_key(part->entry), &number)) return true;
    for (DocxPart *old = base->parts[number]; old; old = old->inside->older) {
        if (old->removed || old->replaced) continue;
        if (old->entry->size != part->entry->size || old->entry->crc != part->entry->crc) continue;
        if (!part_closure(base, old, im->err)) return false;
        if (old->inside->closure_state != CLOSURE_KNOWN) continue;
        if (!hash_equal(old->inside->closure, closure)) continue;
        *out = old;
        if (relates_to(to, old)) return true;
    }
    return true;
}

/* The base's counterpart of a part of which there is one, or NULL. */
static DocxPart *counterpart(const DocxImport *im, const DocxPart *part) {
    if (part == im->from->main) return im->base->main;
    for (Single kind = 0; kind < SINGLES; kind++) {
        if (part == single_find(im->from, kind)) return single_find(im->base, kind);
    }
    return NULL;
}

/* ---- copying ---- */

static void remember(DocxImport *im, const DocxPart *part, const DocxPart *copy) {
    Map *copies = &im->base->inside->copies;
    map_put(&im->parts, (uint64_t)part->number + 1, (uint64_t)copy->number);
    if (part->inside->closure_state != CLOSURE_KNOWN) return;
    if (!copies->arena) *copies = map_new(im->arena);
    map_put(copies, part->inside->closure.a | 1, (uint64_t)copy->number);
}

static bool copy_part(DocxImport *im, DocxPart *part, bool story, DocxPart **out) {
    DocxPackage *base = im->base;
    const Str name = docx_free_name(base, part->name);
    DocxPart *copy;
    if (story) (void)in_use(base); /* before its own ids can be taken for the base's */
    if (part->entry && !part->replaced && !part_is_dirty(part) && !story) {
        Hash digest; /* makes sure that the bytes can be read */
        if (!docx_part_digest(im->from, part, &digest, im->err)) return false;
        copy = part_add_entry(base, name, part->content_type, part->entry);
    } else {
        Str bytes;
        if (!part_current_bytes(im->arena, im->from, part, &bytes, im->err)) return false;
        copy = docx_add_part(base, name, part->content_type, bytes);
    }
    *out = copy;
    remember(im, part, copy);
    if (story) {
        XmlTree *tree;
        return docx_part_tree(base, copy, &tree, im->err) &&
               import_node_later(im, tree->root, part, copy);
    }
    im->part_tasks = arena_grow(im->arena, im->part_tasks, im->part_task_count, &im->part_task_cap,
                                im->part_task_count + 1, (ptrdiff_t)sizeof *im->part_tasks);
    im->part_tasks[im->part_task_count++] = (PartTask){part, copy};
    return true;
}

/* The base's part that stands for `part`, to which `to` is to have a relationship of this type. */
static bool import_part(DocxImport *im, DocxPart *part, Str type, const DocxPart *to,
                        DocxPart **out) {
    uint64_t number;
    if (map_find(&im->parts, (uint64_t)part->number + 1, &number)) {
        *out = im->base->parts[number];
        return true;
    }
    *out = counterpart(im, part);
    if (!*out && !find_equal(im, part, to, out)) return false;
    if (!*out) return copy_part(im, part, is_story(type), out);
    map_put(&im->parts, (uint64_t)part->number + 1, (uint64_t)(*out)->number);
    return true;
}

bool import_part_rels(DocxImport *im, const PartTask *task) {
    for (ptrdiff_t i = 0; i < task->from->rel_count; i++) {
        const DocxRel *rel = &task->from->rels[i];
        DocxPart *target = NULL;
        if (rel->part && !import_part(im, rel->part, rel->type, task->to, &target)) return false;
        rel_copy(im->base, task->to, rel, target);
    }
    return true;
}

/* ---- relationships ---- */

/* The data of a SmartArt diagram refers to the drawing kept of it through a relationship of the
 * part that the diagram stands in. Brings that over, and puts its new id into the data. */
static bool import_drawing(DocxImport *im, Pair *pair, DocxPart *data, DocxPart *copy) {
    Str bytes, id;
    if (!docx_part_bytes(im->from, data, &bytes, im->err)) return false;
    const Str old = diagram_rel_id(data, bytes);
    if (!old.ptr || !docx_find_rel(pair->from, old)) return true;
    if (!import_rel(im, pair, old, &id)) return false;
    if (str_equal(old, id) || copy->replaced) return true;
    Buf b = buf_new(im->arena);
    buf_add(&b, (Str){bytes.ptr, old.ptr - bytes.ptr});
    buf_add(&b, id);
    const char *rest = old.ptr + old.len;
    buf_add(&b, (Str){rest, bytes.ptr + bytes.len - rest});
    docx_set_bytes(im->base, copy, buf_str(&b));
    return true;
}

bool import_rel(DocxImport *im, Pair *pair, Str id, Str *out) {
    const Str *known = strmap_find(&pair->rels, id);
    if (known || id.len == 0) {
        *out = known ? *known : id;
        return true;
    }
    const DocxRel *rel = docx_find_rel(pair->from, id);
    if (!rel) {
        return fail(im->err, PX_ERR_INPUT, pair->from->name, -1,
                    "in %.*s, the text refers to the relationship \"%.*s\", which is missing",
                    (int)im->from->file_name.len, im->from->file_name.ptr, (int)id.len, id.ptr);
    }
    DocxPart *target = NULL, *data = rel->part;
    const Str type = rel->type;
    if (data && !import_part(im, data, type, pair->to, &target)) return false;
    *out = rel_add(im->base, pair->to, type, target, rel->target, rel->external, id);
    strmap_put(&pair->rels, arena_str(im->arena, id), import_str(im, *out));
    if (target && target->added && type_ends(type, S("diagramData"))) {
        return import_drawing(im, pair, data, target);
    }
    return true;
}
