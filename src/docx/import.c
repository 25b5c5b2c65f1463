/* import: text of one package made to speak of another's resources. A node is walked once; what it
 * refers to is brought over under fresh ids, and what that refers to is put in a queue and walked
 * in its turn, so that neither cycles nor long chains matter. */
#include "docx/int.h"

typedef struct Walk {
    DocxImport *im;
    Pair *pair;
    XmlTree *tree;
    const XmlNames *names;
    bool keeps_para_ids; /* comments are known by those; see comments.c, which drops the others */
} Walk;

typedef enum Visit { VISIT_KEEP, VISIT_DROP, VISIT_FAIL } Visit;

Str *import_str(DocxImport *im, Str s) {
    Str *copy = NEW(im->arena, Str);
    *copy = arena_str(im->arena, s);
    return copy;
}

static void set_attr(const Walk *w, XmlNode *n, uint16_t attr, Str value) {
    if (!str_equal(xml_attr(n, attr), value)) xml_set_attr(w->tree, n, attr, value);
}

/* ---- ids ---- */

static Str fresh_id(DocxImport *im) {
    return arena_format(im->arena, "%lld", (long long)docx_fresh_id(im->base));
}

/* One of the elements that share an id by twos. Starts: *drop says whether the pair is to go; an
 * end without a start goes. */
static Visit visit_pair(const Walk *w, XmlNode *n, StrMap *ids, bool is_start, bool drop) {
    const Str id = xml_attr(n, W_id);
    if (!id.ptr) return VISIT_KEEP;
    const Str *known = strmap_find(ids, id);
    if (!known || is_start) {
        if (!is_start) return VISIT_DROP;
        known = import_str(w->im, drop ? S("") : fresh_id(w->im));
        strmap_put(ids, arena_str(w->im->arena, id), (void *)known);
    }
    if (known->len == 0) return VISIT_DROP;
    set_attr(w, n, W_id, *known);
    return VISIT_KEEP;
}

static Visit visit_bookmark(const Walk *w, XmlNode *n) {
    InUse *used = in_use(w->im->base);
    const Str name = xml_attr(n, W_name);
    const bool clash = name.ptr && strmap_find(&used->bookmarks, name);
    if (name.ptr && !clash) {
        strmap_put(&used->bookmarks, arena_str(w->im->arena, name), used);
    }
    return visit_pair(w, n, &w->pair->bookmarks, true, clash);
}

static Visit visit_comment_anchor(const Walk *w, XmlNode *n) {
    const Str id = xml_attr(n, W_id);
    Str mapped;
    if (!import_anchor(w->im, n->name, id.ptr ? id : S(""), &mapped)) return VISIT_FAIL;
    if (mapped.len == 0) return VISIT_DROP;
    set_attr(w, n, W_id, mapped);
    return VISIT_KEEP;
}

static Visit visit_revision(const Walk *w, XmlNode *n) {
    switch (n->name) {
    case W_moveFromRangeStart:
    case W_moveToRangeStart:
    case W_customXmlInsRangeStart:
    case W_customXmlDelRangeStart:
    case W_customXmlMoveFromRangeStart:
    case W_customXmlMoveToRangeStart: return visit_pair(w, n, &w->pair->ranges, true, false);
    case W_moveFromRangeEnd:
    case W_moveToRangeEnd:
    case W_customXmlInsRangeEnd:
    case W_customXmlDelRangeEnd:
    case W_customXmlMoveFromRangeEnd:
    case W_customXmlMoveToRangeEnd: return visit_pair(w, n, &w->pair->ranges, false, false);
    default:
        if (n->name != W_comment && xml_has_attr(n, W_id)) set_attr(w, n, W_id, fresh_id(w->im));
        return VISIT_KEEP;
    }
}

/* ---- what an element's value or attributes refer to ---- */

typedef bool Mapping(DocxImport *im, Str id, Str *out);

static Visit visit_value(const Walk *w, XmlNode *n, Mapping *map) {
    const Str value = xml_attr(n, W_val);
    Str mapped;
    if (!value.ptr) return VISIT_KEEP;
    if (!map(w->im, value, &mapped)) return VISIT_FAIL;
    set_attr(w, n, W_val, mapped);
    return VISIT_KEEP;
}

static Visit visit_link(const Walk *w, XmlNode *n) {
    const Str value = xml_attr(n, W_val);
    Str mapped;
    bool keep = true;
    if (!value.ptr) return VISIT_KEEP;
    if (!import_link(w->im, value, &mapped, &keep)) return VISIT_FAIL;
    if (!keep) return VISIT_DROP;
    set_attr(w, n, W_val, mapped);
    return VISIT_KEEP;
}

static Visit visit_note(const Walk *w, XmlNode *n) {
    const Str id = xml_attr(n, W_id);
    Str mapped;
    if (!id.ptr) return VISIT_KEEP;
    if (!import_note(w->im, n->name == W_endnoteReference, id, &mapped)) return VISIT_FAIL;
    set_attr(w, n, W_id, mapped);
    return VISIT_KEEP;
}

static Visit visit_element(const Walk *w, XmlNode *n) {
    DocxImport *im = w->im;
    switch (n->name) {
    case W_pStyle:
    case W_rStyle:
    case W_tblStyle:
    case W_basedOn:
    case W_next:
    case W_styleLink:
    case W_numStyleLink: return visit_value(w, n, import_style);
    case W_link: return visit_link(w, n);
    case W_numId: return visit_value(w, n, import_num);
    case W_lvlPicBulletId: return visit_value(w, n, import_bullet);
    case W_footnoteReference:
    case W_endnoteReference: return visit_note(w, n);
    case W_commentRangeStart:
    case W_commentRangeEnd:
    case W_commentReference: return visit_comment_anchor(w, n);
    case W_bookmarkStart: return visit_bookmark(w, n);
    case W_bookmarkEnd: return visit_pair(w, n, &w->pair->bookmarks, false, false);
    case W_permStart: return visit_pair(w, n, &w->pair->perms, true, false);
    case W_permEnd: return visit_pair(w, n, &w->pair->perms, false, false);
    case W_id: /* of a content control */
        if (n->parent && n->parent->name == W_sdtPr && !sdt_id_take(im->base, xml_attr(n, W_val))) {
            set_attr(w, n, W_val, fresh_id(im));
            (void)sdt_id_take(im->base, xml_attr(n, W_val));
        }
        return VISIT_KEEP;
    case WP_docPr: set_attr(w, n, N_id, fresh_id(im)); return VISIT_KEEP;
    default: return bears_id(n->name) ? visit_revision(w, n) : VISIT_KEEP;
    }
}

static bool visit_attrs(const Walk *w, XmlNode *n) {
    for (uint16_t i = 0; i < n->attr_count; i++) {
        const uint16_t name = n->attrs[i].name;
        if (name == W14_paraId || name == W14_textId) {
            if (w->keeps_para_ids) continue;
            xml_remove_attr(n, name);
            i--;
        } else if (name == O_relid || xml_ns(w->names, name) == NS_R) {
            Str id;
            if (!import_rel(w->im, w->pair, n->attrs[i].value, &id)) return false;
            set_attr(w, n, name, id);
        }
    }
    return true;
}

static Visit visit(const Walk *w, XmlNode *n) {
    if (!xml_is_element(n)) return VISIT_KEEP;
    if (n->attr_count && !visit_attrs(w, n)) return VISIT_FAIL;
    return visit_element(w, n);
}

/* As deep as a tree can be: the parser's limit. */
static bool walk_children(const Walk *w, XmlNode *parent) {
    XmlNode *left = NULL;
    for (XmlNode *n = parent->first; n;) {
        XmlNode *next = n->next;
        switch (visit(w, n)) {
        case VISIT_FAIL: return false;
        case VISIT_DROP:
            if (left) left->next = next;
            else parent->first = next;
            if (!next) parent->last = left;
            n->parent = n->next = NULL;
            xml_touch(parent);
            break;
        case VISIT_KEEP:
            left = n;
            if (xml_is_element(n) && n->first && !walk_children(w, n)) return false;
            break;
        }
        n = next;
    }
    return true;
}

/* ---- the queue ---- */

static Pair *pair_of(DocxImport *im, DocxPart *from, DocxPart *to) {
    for (ptrdiff_t i = 0; i < im->pair_count; i++) {
        if (im->pairs[i]->from == from && im->pairs[i]->to == to) return im->pairs[i];
    }
    Pair *pair = NEW(im->arena, Pair);
    const HashKey key = im->base->key;
    *pair = (Pair){from,
                   to,
                   strmap_new(im->arena, key, STR_EXACT),
                   strmap_new(im->arena, key, STR_EXACT),
                   strmap_new(im->arena, key, STR_EXACT),
                   strmap_new(im->arena, key, STR_EXACT)};
    im->pairs = arena_grow(im->arena, im->pairs, im->pair_count, &im->pair_cap, im->pair_count + 1,
                           (ptrdiff_t)sizeof *im->pairs);
    im->pairs[im->pair_count++] = pair;
    return pair;
}

static bool import_now(DocxImport *im, const Task *task) {
    Walk w = {im, pair_of(im, task->from, task->to), NULL, im->base->names,
              str_ends(task->to->content_type, S(".comments+xml"))};
    if (!docx_part_tree(im->base, task->to, &w.tree, im->err)) return false;
    switch (visit(&w, task->node)) {
    case VISIT_FAIL: return false;
    case VISIT_DROP: /* it may not have been placed yet, so it cannot be taken out */
        xml_touch(task->node);
        task->node->name = XML_RAW;
        task->node->text = S("");
        task->node->attr_count = 0;
        return true;
    case VISIT_KEEP: break;
    }
    return !xml_is_element(task->node) || walk_children(&w, task->node);
}

bool import_node_later(DocxImport *im, XmlNode *node, DocxPart *from, DocxPart *to) {
    im->tasks = arena_grow(im->arena, im->tasks, im->task_count, &im->task_cap, im->task_count + 1,
                           (ptrdiff_t)sizeof *im->tasks);
    im->tasks[im->task_count++] = (Task){node, from, to};
    return true;
}

static bool import_queued(DocxImport *im) {
    for (;;) {
        if (im->tasks_done < im->task_count) {
            const Task task = im->tasks[im->tasks_done++]; /* the array may move */
            if (!import_now(im, &task)) return false;
        } else if (im->part_tasks_done < im->part_task_count) {
            const PartTask task = im->part_tasks[im->part_tasks_done++];
            if (!import_part_rels(im, &task)) return false;
        } else {
            break;
        }
    }
    return true;
}

bool import_rest(DocxImport *im) {
    bool ok;
    do {
        ok = import_queued(im) && import_replies(im);
    } while (ok && (im->tasks_done < im->task_count || im->part_tasks_done < im->part_task_count));
    im->task_count = im->tasks_done = 0;
    im->part_task_count = im->part_tasks_done = 0;
    return ok;
}

/* ---- door ---- */

DocxImport *docx_import_open(DocxPackage *base, DocxPackage *from) {
    Arena *a = base->arena;
    DocxImport *im = NEW(a, DocxImport);
    *im = (DocxImport){.base = base, .from = from, .arena = a};
    im->parts = map_new(a);
    im->styles = strmap_new(a, base->key, STR_EXACT);
    im->nums = strmap_new(a, base->key, STR_EXACT);
    im->abstracts = strmap_new(a, base->key, STR_EXACT);
    im->bullets = strmap_new(a, base->key, STR_EXACT);
    im->alike = strmap_new(a, base->key, STR_EXACT);
    return im;
}

bool docx_import_node(DocxImport *im, DocxPart *from_part, DocxPart *to_part, XmlNode *node,
                      PxErr *err) {
    im->err = err;
    const Task task = {node, from_part, to_part};
    const bool ok = import_now(im, &task);
    return import_rest(im) && ok;
}

bool docx_import_comment(DocxImport *im, Str id, Str *out, bool *already, PxErr *err) {
    im->err = err;
    return import_comment(im, id, out, already) && import_rest(im);
}

Str docx_imported_value(DocxImport *im, uint16_t element, Str value) {
    const bool style = element == W_pStyle || element == W_rStyle || element == W_tblStyle;
    Str mapped = value;
    if (!style && element != W_numId) return value;
    im->err = &im->ignored;
    const bool ok = style ? import_style(im, value, &mapped) : import_num(im, value, &mapped);
    return import_rest(im) && ok ? mapped : value;
}
