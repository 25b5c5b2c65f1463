/* used: numbers and names that a package's stories use already, collected in one walk when the
 * first fresh one is asked for. */
#include "docx/int.h"

/* Ids are counted up from the largest one below this; larger ones, which some programs write, are
 * remembered one by one. */
enum { ORDINARY_IDS = 1 << 30 };

bool bears_id(uint16_t name) {
    switch (name) {
#define NAME(ns, local)
#define REVISION(ns, local) case ns##_##local:
#include "xml/names.def"
#undef REVISION
#undef NAME
    case W_bookmarkStart:
    case W_bookmarkEnd:
    case W_commentRangeStart:
    case W_commentRangeEnd:
    case W_commentReference:
    case W_comment:
    case W_permStart:
    case W_permEnd: return true;
    default: return false;
    }
}

static void note_id(InUse *used, Str value) {
    int64_t id;
    if (!value.ptr || !str_to_int(str_trim(value), &id) || id <= used->last_id) return;
    if (id < ORDINARY_IDS) used->last_id = id;
    else map_put(&used->high_ids, (uint64_t)id, 1);
}

static bool sdt_number(Str value, uint64_t *key) {
    int64_t id;
    if (!value.ptr || !str_to_int(str_trim(value), &id)) return false;
    *key = (uint64_t)(uint32_t)id | (uint64_t)1 << 32; /* signed and unsigned spellings are one */
    return true;
}

/* Nodes that were made since the part was read have fresh ids, or are copies about to get some. */
static void note_tree(DocxPackage *p, InUse *used, const XmlTree *t) {
    uint64_t key;
    for (const XmlNode *n = t->root; n; n = xml_next(n, t->root)) {
        if (n->flags & XML_MADE) continue;
        if (bears_id(n->name)) {
            note_id(used, xml_attr(n, W_id));
            const Str name = n->name == W_bookmarkStart ? xml_attr(n, W_name) : (Str){NULL, 0};
            if (name.ptr) strmap_put(&used->bookmarks, arena_str(p->arena, name), used);
        } else if (n->name == WP_docPr) {
            note_id(used, xml_attr(n, N_id));
        } else if (n->name == W_sdtPr) {
            if (sdt_number(xml_attr(xml_child(n, W_id), W_val), &key)) {
                map_put(&used->sdt_ids, key, 1);
            }
        }
    }
}

static void note_para_ids(DocxPackage *p, InUse *used, const XmlTree *t) {
    (void)p;
    for (const XmlNode *n = t->root; n; n = xml_next(n, t->root)) {
        if ((n->name != W_p && n->name != W_tr) || n->flags & XML_MADE) continue;
        const Str id = xml_attr(n, W14_paraId);
        if (id.len) map_put(&used->para_ids, hash_fast(id), 1);
    }
}

/* A story that cannot be read is passed over: nothing can be taken from it either, and whoever
 * needs it meets the error. */
static void each_story(DocxPackage *p, InUse *used,
                       void (*note)(DocxPackage *p, InUse *used, const XmlTree *t)) {
    Arena *scratch = arena_child(p->arena);
    DocxStory *stories;
    const ptrdiff_t count = docx_stories(scratch, p, &stories);
    for (ptrdiff_t i = 0; i < count; i++) {
        DocxPart *part = stories[i].part;
        XmlTree *t = part->tree;
        Arena *own = arena_child(scratch);
        PxErr ignored = {0};
        if (t || docx_part_tree_in(own, p, part, &t, &ignored)) note(p, used, t);
        arena_close(own);
    }
    arena_close(scratch);
}

InUse *in_use(DocxPackage *p) {
    struct DocxPackageInside *in = p->inside;
    if (!in->in_use) {
        InUse *used = NEW(p->arena, InUse);
        used->high_ids = map_new(p->arena);
        used->sdt_ids = map_new(p->arena);
        used->para_ids = map_new(p->arena);
        used->bookmarks = strmap_new(p->arena, p->key, STR_FOLDED);
        each_story(p, used, note_tree);
        in->in_use = used;
    }
    return in->in_use;
}

int64_t docx_fresh_id(DocxPackage *p) {
    InUse *used = in_use(p);
    do {
        used->last_id++;
    } while (map_find(&used->high_ids, (uint64_t)used->last_id, NULL));
    return used->last_id;
}

bool sdt_id_take(DocxPackage *p, Str id) {
    InUse *used = in_use(p);
    uint64_t key;
    if (!sdt_number(id, &key) || map_find(&used->sdt_ids, key, NULL)) return false;
    map_put(&used->sdt_ids, key, 1);
    return true;
}

Str para_id_take(DocxPackage *p, Str wanted) {
    InUse *used = in_use(p);
    if (!used->last_para_id) {
        each_story(p, used, note_para_ids);
        used->last_para_id = 0x40000000; /* below 0x80000000, as [MS-DOCX] 2.5.1.2 wants */
    }
    while (wanted.len == 0 || map_find(&used->para_ids, hash_fast(wanted), NULL)) {
        wanted = arena_format(p->arena, "%08X", ++used->last_para_id);
    }
    map_put(&used->para_ids, hash_fast(wanted), 1);
    return arena_str(p->arena, wanted);
}
