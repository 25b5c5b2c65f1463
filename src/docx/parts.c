/* parts: bytes, trees and digests of parts, each made when it is first asked for; the parts a main
 * document refers to; the stories. */
#include "docx/int.h"

/* ---- bytes and trees ---- */

bool docx_part_bytes(DocxPackage *p, DocxPart *part, Str *out, PxErr *err) {
    if (!part->bytes.ptr && !zip_inflate(p->arena, part->entry, &part->bytes, err)) return false;
    *out = part->bytes;
    return true;
}

bool docx_part_tree(DocxPackage *p, DocxPart *part, XmlTree **out, PxErr *err) {
    Str bytes;
    if (!part->tree) {
        if (!docx_part_bytes(p, part, &bytes, err)) return false;
        if (!xml_parse(p->arena, p->names, part->name, bytes, NULL, &part->tree, err)) return false;
    }
    *out = part->tree;
    return true;
}

bool part_current_bytes(Arena *a, DocxPackage *p, DocxPart *part, Str *out, PxErr *err) {
    (void)p;
    if (part_is_dirty(part)) {
        Buf b = buf_new(a);
        buf_reserve(&b, part->tree->source.len + 1024);
        xml_write(part->tree, &b);
        *out = buf_str(&b);
        return true;
    }
    *out = part->bytes;
    return part->bytes.ptr || zip_inflate(a, part->entry, out, err);
}

bool docx_part_tree_in(Arena *a, DocxPackage *p, DocxPart *part, XmlTree **out, PxErr *err) {
    Str bytes;
    return part_current_bytes(a, p, part, &bytes, err) &&
           xml_parse(a, p->names, part->name, bytes, NULL, out, err);
}

/* ---- digests ---- */

/* A SmartArt diagram's data names, in its extension list, the relationship by which the main part
 * refers to the drawing kept of it: <dsp:dataModelExt relId="rId9" .../>. */
Str diagram_rel_id(const DocxPart *part, Str bytes) {
    const Str none = {NULL, 0};
    if (!str_ends(part->content_type, S(".diagramData+xml"))) return none;
    const ptrdiff_t element = str_find(bytes, S("dataModelExt"));
    if (element < 0) return none;
    Str tag = str_slice(bytes, element, bytes.len);
    const ptrdiff_t end = str_find(tag, S(">"));
    if (end >= 0) tag.len = end;
    const ptrdiff_t at = str_find(tag, S("relId=\""));
    if (at < 0) return none;
    const Str value = str_slice(tag, at + 7, tag.len);
    const ptrdiff_t quote = str_find(value, S("\""));
    return quote < 0 ? none : str_slice(value, 0, quote);
}

bool docx_part_digest(DocxPackage *p, DocxPart *part, Hash *out, PxErr *err) {
    if (!part->has_digest) {
        Arena *scratch = part->bytes.ptr ? NULL : arena_child(p->arena);
        Str bytes = part->bytes;
        const bool ok = bytes.ptr || zip_inflate(scratch, part->entry, &bytes, err);
        if (ok) {
            const Str id = diagram_rel_id(part, bytes);
            Hasher h;
            hash_start(&h, p->key);
            if (id.ptr) {
                hash_bytes(&h, bytes.ptr, id.ptr - bytes.ptr);
                const char *rest = id.ptr + id.len;
                hash_bytes(&h, rest, bytes.ptr + bytes.len - rest);
            } else {
                hash_bytes(&h, bytes.ptr, bytes.len);
            }
            part->digest = hash_end(&h);
            part->has_digest = true;
        }
        arena_close(scratch);
        if (!ok) return false;
    }
    *out = part->digest;
    return true;
}

bool part_same_bytes(DocxPackage *p, DocxPart *a, DocxPackage *q, DocxPart *b, bool *same,
                     PxErr *err) {
    const ZipEntry *x = a->entry, *y = b->entry;
    Hash d, e;
    *same = false;
    if (!x || !y || a->replaced || b->replaced || x->size != y->size || x->crc != y->crc) {
        return true;
    }
    if (x->method == y->method && str_equal(x->stored, y->stored)) {
        *same = true;
        return true;
    }
    if (!docx_part_digest(p, a, &d, err) || !docx_part_digest(q, b, &e, err)) return false;
    *same = hash_equal(d, e);
    return true;
}

/* ---- closures ---- */

enum { CLOSURE_PARTS = 256, CLOSURE_RELS = 4096 };

/* Parts are visited breadth first, so that equal packages are walked in the same order, and stand
 * in the hash by that order: no name and no cycle matters. */
bool part_closure(DocxPackage *p, DocxPart *part, PxErr *err) {
    struct DocxPartInside *in = part->inside;
    if (in->closure_state != CLOSURE_UNKNOWN) return true;
    DocxPart *queue[CLOSURE_PARTS];
    ptrdiff_t count = 0, rels = 0;
    const uint32_t visit = ++p->inside->visits;
    Hasher h;
    hash_start(&h, p->key);
    queue[count++] = part;
    in->visit = visit;
    in->order = 0;
    in->closure_state = CLOSURE_TOO_LARGE;
    for (ptrdiff_t i = 0; i < count; i++) {
        Hash digest;
        DocxPart *from = queue[i];
        if (!docx_part_digest(p, from, &digest, err)) return false;
        hash_u64(&h, digest.a);
        hash_u64(&h, digest.b);
        hash_str(&h, from->content_type);
        rels += from->rel_count;
        if (rels > CLOSURE_RELS) return true;
        for (ptrdiff_t j = 0; j < from->rel_count; j++) {
            const DocxRel *rel = &from->rels[j];
            DocxPart *to = rel->part;
            hash_str(&h, rel->id);
            hash_str(&h, rel->type);
            if (!to) hash_str(&h, rel->target);
            if (!to || to == p->main) continue;
            if (to->inside->visit != visit) {
                if (count == CLOSURE_PARTS) return true;
                to->inside->visit = visit;
                to->inside->order = count;
                queue[count++] = to;
            }
            hash_u64(&h, (uint64_t)to->inside->order);
        }
    }
    in->closure = hash_end(&h);
    in->closure_state = CLOSURE_KNOWN;
    return true;
}

/* ---- what refers to what ---- */

static const DocxRel *find_rel(const DocxPart *part, Str id) {
    const uintptr_t i = (uintptr_t)strmap_find(&part->inside->rels_by_id, id);
    return i ? &part->rels[i - 1] : NULL;
}

const DocxRel *docx_find_rel(const DocxPart *part, Str id) { return find_rel(part, id); }

DocxPart *docx_related(const DocxPart *part, Str suffix) {
    for (ptrdiff_t i = 0; i < part->rel_count; i++) {
        DocxPart *to = part->rels[i].part;
        if (to && !to->removed && type_ends(part->rels[i].type, suffix)) return to;
    }
    return NULL;
}

DocxPart *single_find(const DocxPackage *p, Single kind) {
    return docx_related(p->main, single_rows[kind].suffix);
}

/* ---- stories ---- */

static const struct {
    Str suffix;
    DocxStoryKind kind;
} story_types[] = {
    {S("header"), STORY_HEADER},       {S("footer"), STORY_FOOTER},
    {S("footnotes"), STORY_FOOTNOTES}, {S("endnotes"), STORY_ENDNOTES},
    {S("comments"), STORY_COMMENTS},
};

ptrdiff_t docx_stories(Arena *a, const DocxPackage *p, DocxStory **out) {
    const DocxPart *main = p->main;
    const uint32_t visit = ++p->inside->visits;
    DocxStory *stories = NEW_ARRAY(a, DocxStory, main->rel_count + 1);
    ptrdiff_t count = 0;
    stories[count++] = (DocxStory){STORY_BODY, p->main};
    main->inside->visit = visit;
    for (int pass = STORY_HEADER; pass < STORY_KINDS; pass++) {
        if (pass == STORY_FOOTER) continue; /* they went with the headers */
        for (ptrdiff_t i = 0; i < main->rel_count; i++) {
            const DocxRel *rel = &main->rels[i];
            if (!rel->part || rel->part->removed || rel->part->inside->visit == visit) continue;
            for (size_t k = 0; k < sizeof story_types / sizeof *story_types; k++) {
                const DocxStoryKind kind = story_types[k].kind;
                const int wanted = kind == STORY_FOOTER ? STORY_HEADER : (int)kind;
                if (wanted != pass || !type_ends(rel->type, story_types[k].suffix)) continue;
                rel->part->inside->visit = visit;
                stories[count++] = (DocxStory){kind, rel->part};
                break;
            }
        }
    }
    *out = stories;
    return count;
}
