/* What a Word file cannot show of sections (docs/collation.md, 7): it can show one proposal to set
 * up the last section, as w:sectPrChange, and that a section names a header cannot be tracked. The
 * record, customXml/paraph.xml, keeps the other proposals, and whose references are whose. */
#include "collate/int.h"

/* ---- writing ---- */

/* Kept in the record: what set proposes, where what shown proposes is shown. */
static void keep_setup(Place *place, TextSet set, TextSet shown, PxErr *err) {
    Job *job = place->job;
    const XmlNode *theirs = xml_child(job->returns[set_first(set)].section, W_sectPr);
    XmlNode *section =
        theirs ? copy_foreign(place, set_first(set), theirs) : xml_element(place->tree, W_sectPr);
    Buf spaces = buf_new(job->arena), empty = buf_new(job->arena);
    buf_add(&spaces, S(" xmlns:w=\""));
    xml_write_attr_value(xml_ns_uri(job->names, NS_W), &spaces);
    buf_add(&spaces, S("\" xmlns:r=\""));
    xml_write_attr_value(xml_ns_uri(job->names, NS_R), &spaces);
    buf_byte(&spaces, '"');
    buf_add(&empty, S("<section"));
    buf_add(&empty, buf_str(&spaces));
    buf_add(&empty, S("/>"));
    XmlTree *record;
    if (!xml_parse(job->arena, job->names, S("customXml/paraph.xml"), buf_str(&empty), NULL,
                   &record, err)) {
        job->failed = true;
        return;
    }
    Buf *b = &job->sections;
    buf_add(b, S("<section office=\""));
    xml_write_attr_value(office_names(job, set), b);
    buf_add(b, S("\" beside=\""));
    xml_write_attr_value(office_names(job, shown), b);
    buf_byte(b, '"');
    buf_add(b, buf_str(&spaces));
    buf_byte(b, '>');
    xml_write_node(record, place->tree, section, b);
    buf_add(b, S("</section>"));
}

void merge_final_section(Place *place) {
    Job *job = place->job;
    XmlNode *body = doc_body(place->tree);
    uint64_t old = doc_properties(place->context, xml_child(body, W_sectPr));
    uint64_t *wanted = NEW_ARRAY(job->arena, uint64_t, job->count);
    TextSet left = {{0, 0}}, shown = left;
    for (ptrdiff_t i = 0; i < job->count; i++) {
        wanted[i] =
            doc_properties(&place->contexts[i], xml_child(job->returns[i].section, W_sectPr));
        if (wanted[i] != old) set_add(&left, i);
    }
    while (!set_empty(left) && !job->failed) {
        ptrdiff_t first = set_first(left);
        TextSet set = {{0, 0}};
        for (ptrdiff_t i = first; i < job->count; i++)
            if (set_has(left, i) && wanted[i] == wanted[first]) set_add(&set, i);
        left = set_minus(left, set);
        if (!set_empty(shown)) {
            keep_setup(place, set, shown, job->err);
            for (ptrdiff_t i = first; i < job->count; i++)
                if (set_has(set, i))
                    notice(job, job->returns[i].office,
                           S("Its page setup of the last section differs from another return's. A "
                             "Word file can show only one; this one stands in the record "
                             "customXml/paraph.xml, and \"paraph resolve\" finds it there."));
            continue;
        }
        shown = set;
        change_properties(place, body, W_sectPr, W_sectPrChange, first, job->returns[first].section,
                          set);
    }
}

/* ---- reading ---- */

static XmlAttr *attr_named(const DocxPackage *p, const XmlNode *n, Str name) {
    for (int i = 0; i < n->attr_count; i++)
        if (str_equal(xml_local(p->names, n->attrs[i].name), name)) return &n->attrs[i];
    return NULL;
}

static bool is_named(const DocxPackage *p, const XmlNode *n, const char *name) {
    return xml_is_element(n) && str_equal(xml_local(p->names, n->name), str_from_z(name));
}

static Str value_of(const XmlAttr *attr) { return attr ? attr->value : S(""); }

static XmlTree *record_of(DocxPackage *p) {
    PxErr ignored = {0}; /* whoever made it: a record that cannot be read says nothing */
    XmlTree *tree;
    DocxPart *part = docx_find_part(p, S("customXml/paraph.xml"));
    return part && docx_part_tree(p, part, &tree, &ignored) ? tree : NULL;
}

static XmlNode *shown_change(const XmlTree *main) {
    return xml_child(xml_child(doc_body(main), W_sectPr), W_sectPrChange);
}

ptrdiff_t collate_setups(Arena *a, DocxPackage *p, const XmlTree *main, CollateSetup **out) {
    const XmlNode *change = shown_change(main);
    XmlTree *record = change ? record_of(p) : NULL;
    ptrdiff_t count = 0, cap = 0;
    *out = NULL;
    for (XmlNode *n = record ? record->root->first : NULL; n; n = n->next) {
        if (!is_named(p, n, "section")) continue;
        Str author = value_of(attr_named(p, n, S("office")));
        Str beside = value_of(attr_named(p, n, S("beside")));
        const XmlNode *section = xml_child(n, W_sectPr);
        if (!author.len || !section || !str_equal(beside, xml_attr(change, W_author))) continue;
        *out = arena_grow(a, *out, count, &cap, count + 1, (ptrdiff_t)sizeof **out);
        (*out)[count++] = (CollateSetup){.author = author, .section = section, .record = n};
    }
    return count;
}

/* ---- taking the place of what is shown ---- */

static bool is_kept(const XmlNode *n) { return slot_of(n) >= 0 || n->name == W_sectPrChange; }

/* A relationship that somebody else's program has renumbered or dropped is left out. */
static bool is_sound(const DocxPackage *p, const XmlNode *n) {
    Str id = xml_attr(n, R_id);
    return !is_kept(n) && (!id.ptr || docx_find_rel(p->main, id));
}

void collate_set_up(DocxPackage *p, XmlTree *tree, XmlNode *section, const XmlNode *setup) {
    for (XmlNode *n = section->first, *next; n; n = next) {
        next = n->next;
        if (!is_kept(n)) xml_remove(n);
    }
    XmlNode *change = xml_child(section, W_sectPrChange);
    for (const XmlNode *n = setup->first; n; n = n->next)
        if (is_sound(p, n)) xml_insert(section, xml_copy(tree, n), change);
}

static XmlNode *own_section(XmlTree *tree) {
    XmlNode *body = doc_body(tree), *section = xml_child(body, W_sectPr);
    if (section) return section;
    section = xml_element(tree, W_sectPr);
    xml_insert(body, section, NULL);
    return section;
}

/* What stands becomes the old state of a change, by author, to the setup. */
static void propose(DocxPackage *p, XmlTree *tree, const CollateSetup *setup) {
    XmlNode *section = own_section(tree), *was = xml_element(tree, W_sectPr);
    for (XmlNode *n = section->first; n; n = n->next)
        if (!is_kept(n)) xml_insert(was, xml_copy(tree, n), NULL);
    XmlNode *change = xml_element(tree, W_sectPrChange);
    xml_set_attr(tree, change, W_id,
                 arena_format(tree->arena, "%lld", (long long)docx_fresh_id(p)));
    xml_set_attr(tree, change, W_author, setup->author);
    xml_insert(change, was, NULL);
    xml_insert(section, change, NULL);
    collate_set_up(p, tree, section, setup->section);
}

void collate_settle_setups(DocxPackage *p, XmlTree *main, const CollateSetup *setups,
                           ptrdiff_t count) {
    XmlNode *change = shown_change(main);
    const CollateSetup *accepted = NULL, *open = NULL;
    for (ptrdiff_t i = count - 1; i >= 0; i--) {
        if (setups[i].verdict == REVISE_ACCEPT) accepted = &setups[i];
        if (setups[i].verdict == REVISE_KEEP) open = &setups[i];
    }
    XmlNode *old = xml_child(change, W_sectPr);
    if (accepted && change && old) collate_set_up(p, main, old, accepted->section);
    if (accepted && !change) collate_set_up(p, main, own_section(main), accepted->section);
    if (open && !change) propose(p, main, open);
    XmlTree *record = count ? record_of(p) : NULL;
    for (ptrdiff_t i = 0; record && i < count; i++) {
        XmlAttr *beside = attr_named(p, setups[i].record, S("beside"));
        bool shown = &setups[i] == open && !change;
        if (setups[i].verdict != REVISE_KEEP || shown) xml_remove(setups[i].record);
        else if (!change) xml_set_attr(record, setups[i].record, beside->name, open->author);
    }
}

/* ---- references ---- */

/* What the record says of references: section * SLOTS + slot -> its element. */
static Map recorded_references(Arena *a, DocxPackage *p) {
    const XmlTree *record = record_of(p);
    Map m = map_new(a);
    for (const XmlNode *n = record ? record->root->first : NULL; n; n = n->next) {
        int64_t section, slot;
        if (is_named(p, n, "reference") &&
            str_to_int(value_of(attr_named(p, n, S("section"))), &section) &&
            str_to_int(value_of(attr_named(p, n, S("slot"))), &slot) && section > 0 && slot >= 0 &&
            slot < SLOTS)
            map_put(&m, (uint64_t)section * SLOTS + (uint64_t)slot, (uint64_t)(uintptr_t)n);
    }
    return m;
}

ptrdiff_t collate_references(Arena *a, DocxPackage *p, const XmlTree *main,
                             CollateReference **out) {
    Map recorded = recorded_references(a, p);
    ptrdiff_t count = 0, cap = 0;
    uint64_t section = 0, found;
    *out = NULL;
    for (XmlNode *n = recorded.count ? main->root : NULL; n; n = xml_next(n, main->root)) {
        if (!is_section(n)) continue;
        section++;
        for (XmlNode *c = n->first; c; c = c->next) {
            int slot = slot_of(c);
            if (slot < 0 || !map_find(&recorded, section * SLOTS + (uint64_t)slot, &found))
                continue;
            const XmlNode *says = (const XmlNode *)(uintptr_t)found;
            if (!str_equal(value_of(attr_named(p, says, S("id"))), xml_attr(c, R_id))) continue;
            *out = arena_grow(a, *out, count, &cap, count + 1, (ptrdiff_t)sizeof **out);
            (*out)[count++] = (CollateReference){
                c, str_equal(value_of(attr_named(p, says, S("base"))), S("true")),
                value_of(attr_named(p, says, S("office")))};
        }
    }
    return count;
}

bool collate_knows_office(DocxPackage *p, Str office) {
    const XmlTree *record = record_of(p);
    for (const XmlNode *n = record ? record->root->first : NULL; n; n = n->next)
        if (is_named(p, n, "office") && str_equal(value_of(attr_named(p, n, S("name"))), office))
            return true;
    return false;
}

Str collate_sole_office(DocxPackage *p) {
    const XmlTree *record = record_of(p);
    Str sole = S("");
    for (const XmlNode *n = record ? record->root->first : NULL; n; n = n->next) {
        if (!is_named(p, n, "office")) continue;
        if (sole.len) return S("");
        sole = value_of(attr_named(p, n, S("name")));
    }
    return sole;
}

void collate_forget_references(DocxPackage *p) {
    const XmlTree *record = record_of(p);
    for (XmlNode *n = record ? record->root->first : NULL, *next; n; n = next) {
        next = n->next;
        if (is_named(p, n, "reference")) xml_remove(n);
    }
}
