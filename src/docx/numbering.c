/* numbering: lists. A paragraph names a num; that names an abstractNum, which holds the levels; a
 * level may name a picture bullet or a style. nums that share an abstractNum count on from one
 * another, so an abstractNum of the base must be found again (by its nsid, which Word keeps for the
 * life of a list, and its definition), not copied a second time. In the part, picture bullets come
 * first, then all abstractNums, then all nums (ISO 29500-1, 17.9.16 and its schema). */
#include "docx/int.h"

/* ---- reading ---- */

static NumberingItem *add_item(DocxPackage *p, StrMap *map, XmlNode *n, uint16_t attr,
                               int64_t *highest) {
    NumberingItem *item = NEW(p->arena, NumberingItem);
    int64_t id;
    *item = (NumberingItem){.node = n, .id = xml_attr(n, attr)};
    if (item->id.ptr && !strmap_find(map, item->id)) strmap_put(map, item->id, item);
    if (item->id.ptr && str_to_int(item->id, &id) && id > *highest && id < INT32_MAX) *highest = id;
    return item;
}

static Str nsid_of(const XmlNode *abstract) {
    const Str nsid = xml_attr(xml_child(abstract, W_nsid), W_val);
    return nsid.ptr ? nsid : S("");
}

static void read_numbering(DocxPackage *p, Numbering *n) {
    for (XmlNode *c = n->tree->root->first; c; c = c->next) {
        if (c->name == W_numPicBullet) {
            add_item(p, &n->bullets, c, W_numPicBulletId, &n->highest_bullet);
            n->last_bullet = c;
        } else if (c->name == W_abstractNum) {
            NumberingItem *item =
                add_item(p, &n->abstracts, c, W_abstractNumId, &n->highest_abstract);
            const Str nsid = nsid_of(c);
            if (nsid.len) strmap_put(&n->nsids, nsid, item);
            n->last_abstract = c;
        } else if (c->name == W_num) {
            add_item(p, &n->nums, c, W_numId, &n->highest_num);
            n->last_num = c;
        }
    }
}

bool numbering_of(DocxPackage *p, Numbering **out, PxErr *err) {
    Numbering *n = p->inside->numbering;
    if (!n) {
        n = NEW(p->arena, Numbering);
        StrMap *maps[] = {&n->nums,  &n->abstracts, &n->bullets, &n->nsids,
                          &n->lists, &n->alike,     &n->moved};
        for (size_t i = 0; i < sizeof maps / sizeof *maps; i++) {
            *maps[i] = strmap_new(p->arena, p->key, STR_EXACT);
        }
        n->highest_abstract = n->highest_bullet = -1;
    }
    if (!n->part) {
        n->part = single_find(p, SINGLE_NUMBERING);
        if (n->part && !docx_part_tree(p, n->part, &n->tree, err)) return false;
        if (n->part) read_numbering(p, n);
    }
    p->inside->numbering = n;
    *out = n;
    return true;
}

static uint64_t abstract_definition(const DocxPackage *p, NumberingItem *item) {
    if (!item->has_definition) {
        item->definition = definition_of(p, item->node);
        item->has_definition = true;
    }
    return item->definition;
}

static NumberingItem *abstract_of(const Numbering *n, const NumberingItem *num) {
    const Str id = xml_attr(xml_child(num->node, W_abstractNumId), W_val);
    return id.ptr ? strmap_find(&n->abstracts, id) : NULL;
}

static uint64_t overrides_of(const DocxPackage *p, const NumberingItem *num) {
    uint64_t sum = 0;
    for (const XmlNode *c = num->node->first; c; c = c->next) {
        if (c->name == W_lvlOverride && c->first) sum += definition_of(p, c);
    }
    return sum;
}

uint64_t num_definition(const DocxPackage *p, const Numbering *n, NumberingItem *num) {
    if (num->has_definition) return num->definition;
    NumberingItem *abstract = abstract_of(n, num);
    num->definition = abstract ? abstract_definition(p, abstract) : 0;
    num->definition += 3 * overrides_of(p, num);
    num->has_definition = true;
    return num->definition;
}

NumberingItem *num_counterpart(DocxImport *im, const Numbering *base, const Numbering *from,
                               NumberingItem *num) {
    NumberingItem *here = strmap_find(&base->nums, num->id);
    if (!here || here->importer) return NULL;
    if (num_definition(im->base, base, here) == num_definition(im->from, from, num)) return here;
    const NumberingItem *mine = abstract_of(from, num), *its = abstract_of(base, here);
    if (!mine || !its) return here; /* broken on one side: the base stays as it is */
    const Str nsid = nsid_of(mine->node);
    if (nsid.len && str_equal(nsid, nsid_of(its->node))) return here;
    return overrides_of(im->base, here) == overrides_of(im->from, num) &&
                   printed_of(im->base, its->node) == printed_of(im->from, mine->node)
               ? here
               : NULL;
}

static Str definition_key(Arena *a, uint64_t definition) {
    return arena_format(a, "%016llx", (unsigned long long)definition);
}

static Str moved_key(Arena *a, const NumberingItem *num) {
    return arena_format(a, "%016llx %.*s", (unsigned long long)num->definition, (int)num->id.len,
                        num->id.ptr);
}

/* A list by what Word knows it by; without nsid, by its number. */
static Str list_key(const DocxPackage *p, Arena *a, NumberingItem *abstract) {
    const Str nsid = nsid_of(abstract->node), id = abstract->id;
    return arena_format(a, "%016llx %s%.*s", (unsigned long long)abstract_definition(p, abstract),
                        nsid.len ? "" : "#", nsid.len ? (int)nsid.len : (int)id.len,
                        nsid.len ? nsid.ptr : id.ptr);
}

static void index_lists(DocxPackage *p, Numbering *n) {
    if (n->has_lists) return;
    n->has_lists = true;
    for (XmlNode *c = n->tree ? n->tree->root->first : NULL; c; c = c->next) {
        const Str id = c->name == W_abstractNum ? xml_attr(c, W_abstractNumId) : (Str){NULL, 0};
        NumberingItem *item = id.ptr ? strmap_find(&n->abstracts, id) : NULL;
        if (!item || item->node != c) continue;
        const Str key = list_key(p, p->arena, item);
        if (!strmap_find(&n->lists, key)) strmap_put(&n->lists, key, item);
    }
}

/* ---- copying ---- */

static void insert_behind(XmlNode *parent, XmlNode *left, XmlNode *n) {
    if (!left || !left->next) {
        xml_insert(parent, n, left ? NULL : parent->first);
        return;
    }
    n->parent = parent;
    n->next = left->next;
    left->next = n;
    xml_touch(parent);
}

static Str free_number(DocxImport *im, const StrMap *taken, Str wanted, int64_t *highest) {
    int64_t id;
    if (!strmap_find(taken, wanted)) {
        if (str_to_int(wanted, &id) && id > *highest && id < INT32_MAX) *highest = id;
        return arena_str(im->arena, wanted);
    }
    Str number;
    do {
        number = arena_format(im->arena, "%lld", (long long)++*highest);
    } while (strmap_find(taken, number));
    return number;
}

/* Copies item of `from` under an id that is free; its node is not yet placed. */
static NumberingItem *copy_item(DocxImport *im, Numbering *to, StrMap *taken,
                                const NumberingItem *item, uint16_t attr, int64_t *highest) {
    NumberingItem *copy = NEW(im->arena, NumberingItem);
    *copy = *item;
    copy->node = xml_copy(to->tree, item->node);
    copy->id = free_number(im, taken, item->id, highest);
    copy->importer = im;
    xml_set_attr(to->tree, copy->node, attr, copy->id);
    strmap_put(taken, copy->id, copy);
    return copy;
}

static bool both(DocxImport *im, Numbering **to, Numbering **from) {
    if (!numbering_of(im->from, from, im->err)) return false;
    if (!numbering_of(im->base, to, im->err)) return false;
    if ((*to)->part || !(*from)->part) return true;
    (void)single_make(im->base, SINGLE_NUMBERING, S(""));
    return numbering_of(im->base, to, im->err);
}

bool import_bullet(DocxImport *im, Str id, Str *out) {
    const Str *known = strmap_find(&im->bullets, id);
    *out = id;
    if (!known) {
        Numbering *to, *from;
        if (!both(im, &to, &from)) return false;
        NumberingItem *bullet = strmap_find(&from->bullets, id);
        if (!bullet) return true;
        NumberingItem *copy =
            copy_item(im, to, &to->bullets, bullet, W_numPicBulletId, &to->highest_bullet);
        insert_behind(to->tree->root, to->last_bullet, copy->node);
        to->last_bullet = copy->node;
        if (!import_node_later(im, copy->node, from->part, to->part)) return false;
        known = import_str(im, copy->id);
        strmap_put(&im->bullets, arena_str(im->arena, id), (void *)known);
    }
    *out = *known;
    return true;
}

/* Levels tie themselves to styles, and those tie themselves to lists. A style of the base is tied
 * to a list of the base: what comes over lets go of it. */
static bool release_styles(DocxImport *im, XmlNode *abstract) {
    Styles *base;
    if (!styles_of(im->base, &base, im->err)) return false;
    for (XmlNode *level = abstract->first; level; level = level->next) {
        XmlNode *tie = level->name == W_lvl ? xml_child(level, W_pStyle) : NULL;
        const Str id = tie ? xml_attr(tie, W_val) : (Str){NULL, 0};
        Str mapped;
        if (!id.ptr) continue;
        if (!import_style(im, id, &mapped)) return false;
        const Style *style = strmap_find(&base->by_id, mapped);
        if (!style || style->importer != im) xml_remove(tie);
    }
    return true;
}

static void make_own(DocxImport *im, Numbering *to, NumberingItem *copy) {
    XmlNode *nsid = xml_child(copy->node, W_nsid);
    const Str value = nsid_of(copy->node);
    if (value.len == 0) return;
    if (strmap_find(&to->nsids, value)) { /* another list, with the name of one that is here */
        Str fresh;
        uint64_t hash = hash_fast(value);
        do {
            hash = hash * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            fresh = arena_format(im->arena, "%08X", (uint32_t)(hash >> 33));
        } while (strmap_find(&to->nsids, fresh));
        xml_set_attr(to->tree, nsid, W_val, fresh);
    }
    strmap_put(&to->nsids, nsid_of(copy->node), copy);
}

static bool import_abstract(DocxImport *im, Numbering *to, Numbering *from, Str id, Str *out) {
    const Str *known = strmap_find(&im->abstracts, id);
    *out = id;
    if (!known) {
        NumberingItem *abstract = strmap_find(&from->abstracts, id);
        if (!abstract) return true;
        index_lists(im->base, to);
        const Str key = list_key(im->base, im->arena, abstract);
        const NumberingItem *same = strmap_find(&to->lists, key);
        if (!same) {
            NumberingItem *copy =
                copy_item(im, to, &to->abstracts, abstract, W_abstractNumId, &to->highest_abstract);
            XmlNode *left = to->last_abstract ? to->last_abstract : to->last_bullet;
            insert_behind(to->tree->root, left, copy->node);
            to->last_abstract = copy->node;
            strmap_put(&to->lists, key, copy);
            make_own(im, to, copy);
            if (!release_styles(im, copy->node)) return false;
            if (!import_node_later(im, copy->node, from->part, to->part)) return false;
            same = copy;
        }
        known = import_str(im, same->id);
        strmap_put(&im->abstracts, arena_str(im->arena, id), (void *)known);
    }
    *out = *known;
    return true;
}

static bool copy_num(DocxImport *im, Numbering *to, Numbering *from, NumberingItem *num, Str *out) {
    XmlNode *abstract = xml_child(num->node, W_abstractNumId);
    const Str old = xml_attr(abstract, W_val);
    Str mapped = S("");
    if (old.ptr && !import_abstract(im, to, from, old, &mapped)) return false;
    if (to->highest_num < from->highest_num) to->highest_num = from->highest_num;
    NumberingItem *copy = copy_item(im, to, &to->nums, num, W_numId, &to->highest_num);
    if (!str_equal(copy->id, num->id))
        strmap_put(&to->moved, moved_key(im->base->arena, num), copy);
    xml_remove_attr(copy->node, W16CID_durableId);
    if (old.ptr) {
        xml_set_attr(to->tree, xml_child(copy->node, W_abstractNumId), W_val, mapped);
    }
    XmlNode *left = to->last_num        ? to->last_num
                    : to->last_abstract ? to->last_abstract
                                        : to->last_bullet;
    insert_behind(to->tree->root, left, copy->node);
    to->last_num = copy->node;
    *out = copy->id;
    return import_node_later(im, copy->node, from->part, to->part);
}

static bool numberings_are_same(DocxImport *im) {
    if (im->numbering_state == IMPORT_UNKNOWN) {
        DocxPart *a = single_find(im->base, SINGLE_NUMBERING);
        DocxPart *b = single_find(im->from, SINGLE_NUMBERING);
        bool same = false;
        if (a && b && !part_same_bytes(im->base, a, im->from, b, &same, im->err)) same = false;
        im->numbering_state = same || !b ? IMPORT_SAME : IMPORT_DIFFERS;
    }
    return im->numbering_state == IMPORT_SAME;
}

static void index_alike(DocxPackage *p, Numbering *n) {
    if (n->has_alike) return;
    n->has_alike = true;
    for (ptrdiff_t i = n->nums.count - 1; i >= 0; i--) {
        NumberingItem *num = n->nums.items[i].value;
        if (num->importer) continue;
        const Str key = definition_key(p->arena, num_definition(p, n, num));
        num->next_alike = strmap_find(&n->alike, key);
        strmap_put(&n->alike, key, num);
    }
}

/* A num of the base that is from's num under another number, and that no other num of from is. */
static NumberingItem *find_renumbered(DocxImport *im, Numbering *to, const Numbering *from,
                                      NumberingItem *num) {
    index_alike(im->base, to);
    const Str key = definition_key(im->arena, num_definition(im->from, from, num));
    NumberingItem *const *left = strmap_find(&im->alike, key);
    NumberingItem *here = left ? *left : strmap_find(&to->alike, key);
    for (; here; here = here->next_alike) {
        NumberingItem *rival = strmap_find(&from->nums, here->id);
        if (!rival || !num_counterpart(im, to, from, rival)) break;
    }
    NumberingItem **rest = NEW(im->arena, NumberingItem *);
    *rest = here ? here->next_alike : NULL;
    strmap_put(&im->alike, key, rest);
    return here;
}

/* The num that stands for from's in the base, where one does: its own, or one that was copied for
 * another return. Two nums of one return are two lists, however equal. */
static NumberingItem *find_num(DocxImport *im, Numbering *to, const Numbering *from,
                               NumberingItem *num) {
    NumberingItem *here = num_counterpart(im, to, from, num);
    if (!here) here = find_renumbered(im, to, from, num);
    if (here) return here;
    here = strmap_find(&to->nums, num->id);
    if (!here || !here->importer || num_definition(im->base, to, here) != num->definition) {
        here = strmap_find(&to->moved, moved_key(im->arena, num));
    }
    return here && here->importer != im ? here : NULL;
}

bool import_num(DocxImport *im, Str id, Str *out) {
    *out = id;
    if (numberings_are_same(im)) return true;
    const Str *known = strmap_find(&im->nums, id);
    if (!known) {
        Numbering *to, *from;
        if (!both(im, &to, &from)) return false;
        NumberingItem *num = strmap_find(&from->nums, id);
        if (!num) return true; /* 0: in no list; or broken, and as broken in the base */
        (void)num_definition(im->from, from, num);
        const NumberingItem *here = find_num(im, to, from, num);
        if (here) *out = here->id;
        else if (!copy_num(im, to, from, num, out)) return false;
        known = import_str(im, *out);
        strmap_put(&im->nums, arena_str(im->arena, id), (void *)known);
    }
    *out = *known;
    return true;
}
