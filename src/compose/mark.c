/* mark: grading and copy number at the top and bottom of every page.
 *
 * A mark is a locked block-level content control with a tag of ours around one paragraph; Word
 * keeps it when it saves. What was put in is also said in a custom XML part, so that marks that
 * lost their control (not every program keeps one) are still known by their words. What was made
 * for a mark alone, a header or a section's properties, goes with it. */
#include "compose/int.h"
#include "doc/doc.h"
#include "xml/xml.h"

#define COPY_NAMESPACE "urn:paraph:copy"
#define TAG "paraph-mark"
#define TAG_ALONE "paraph-mark-alone" /* the header was made for it */

#define CUSTOM_REL "http://schemas.openxmlformats.org/officeDocument/2006/relationships/customXml"
#define PROPS_TYPE "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"

/* LibreOffice keeps only custom parts that have such properties. */
static const char record_props[] =
    HEAD "<ds:datastoreItem ds:itemID=\"{70617261-7068-4D61-726B-636F70790001}\" "
         "xmlns:ds=\"http://schemas.openxmlformats.org/officeDocument/2006/customXml\">"
         "<ds:schemaRefs><ds:schemaRef ds:uri=\"" COPY_NAMESPACE "\"/></ds:schemaRefs>"
         "</ds:datastoreItem>";

/* ---- the record in the file ---- */

static Str copy_attr(const XmlTree *t, const char *name) {
    for (uint16_t i = 0; i < t->root->attr_count; i++) {
        if (str_equal(xml_local(t->names, t->root->attrs[i].name), str_from_z(name))) {
            return t->root->attrs[i].value;
        }
    }
    return (Str){NULL, 0};
}

static bool is_copy_record(const XmlTree *t) {
    return str_equal(xml_local(t->names, t->root->name), S("copy")) &&
           str_equal(xml_ns_uri(t->names, xml_ns(t->names, t->root->name)), S(COPY_NAMESPACE));
}

/* The custom part that says it, under whatever name an editor gave it; NULL: none. Parts that are
 * not well-formed are not ours. */
static DocxPart *record_find(DocxPackage *p, XmlTree **tree) {
    for (ptrdiff_t i = 0; i < p->part_count; i++) {
        DocxPart *part = p->parts[i];
        PxErr ignored;
        Str bytes;
        if (part->removed || !str_starts(part->name, S("customXml/"))) continue;
        if (!str_ends(part->name, S(".xml"))) continue;
        if (!docx_part_bytes(p, part, &bytes, &ignored)) continue;
        if (bytes.len > 1 << 16 || str_find(bytes, S(COPY_NAMESPACE)) < 0) continue;
        if (docx_part_tree(p, part, tree, &ignored) && is_copy_record(*tree)) return part;
    }
    return NULL;
}

bool marks_read(Arena *a, DocxPackage *p, Marks *out, PxErr *err) {
    XmlTree *tree;
    (void)err;
    *out = (Marks){{NULL, 0}, {NULL, 0}, {NULL, 0}};
    if (!record_find(p, &tree)) return true;
    out->copy_id = arena_str(a, copy_attr(tree, "id"));
    out->header = arena_str(a, copy_attr(tree, "header"));
    out->footer = arena_str(a, copy_attr(tree, "footer"));
    return true;
}

typedef struct Made { /* what there was not, and was made for the marks */
    bool parts, section;
} Made;

static Made made_read(DocxPackage *p) {
    XmlTree *tree;
    if (!record_find(p, &tree)) return (Made){false, false};
    return (Made){str_equal(copy_attr(tree, "parts"), S("made")),
                  str_equal(copy_attr(tree, "section"), S("made"))};
}

static void record_put(Arena *a, DocxPackage *p, const Marks *marks, Made made) {
    Buf b = buf_new(a);
    add_z(&b, HEAD "<copy xmlns=\"" COPY_NAMESPACE "\" id=\"");
    xml_write_attr_value(marks->copy_id, &b);
    add_z(&b, "\" header=\"");
    xml_write_attr_value(marks->header, &b);
    add_z(&b, "\" footer=\"");
    xml_write_attr_value(marks->footer, &b);
    add_z(&b, made.parts ? "\" parts=\"made" : "");
    add_z(&b, made.section ? "\" section=\"made" : "");
    add_z(&b, "\"/>");
    const Str name = docx_free_name(p, S("customXml/item1.xml"));
    DocxPart *part = docx_add_part(p, name, S("application/xml"), buf_str(&b));
    (void)docx_add_rel(p, p->main, S(CUSTOM_REL), part, S(""));
    const Str props_name = docx_free_name(p, S("customXml/itemProps1.xml"));
    DocxPart *props = docx_add_part(p, props_name, S(PROPS_TYPE), str_from_z(record_props));
    (void)docx_add_rel(p, part, S(CUSTOM_REL "Props"), props, S(""));
}

/* ---- taking marks out ---- */

static Str tag_of(const XmlNode *control) {
    return xml_attr(xml_child(xml_child(control, W_sdtPr), W_tag), W_val);
}

static bool holds_words(Arena *a, const XmlNode *root) {
    for (const XmlNode *n = root->first; n; n = n->next) {
        if (n->name != W_p || str_trim(xml_text(a, n)).len) return true;
        if (xml_child(n, W_r)) return true;
    }
    return false;
}

static bool is_mark(const XmlNode *n) {
    const Str tag = n->name == W_sdt ? tag_of(n) : (Str){NULL, 0};
    return str_equal(tag, S(TAG)) || str_equal(tag, S(TAG_ALONE));
}

/* A mark that lost its control: at the head of a header, at the end of a footer. */
static XmlNode *bare_mark(Arena *a, const XmlTree *t, Str words, bool is_header) {
    XmlNode *found = NULL;
    if (!words.len) return NULL;
    for (XmlNode *n = t->root->first; n; n = n->next) {
        if (n->name != W_p || !str_equal(str_trim(doc_plain(a, n, true)), words)) continue;
        found = n;
        if (is_header) break;
    }
    return found;
}

/* True when the part was made for a mark and holds nothing else; made: parts were. */
static bool unmark_part(Arena *a, XmlTree *t, Str words, bool is_header, bool made, bool *found) {
    bool was_alone = false, here = false;
    for (XmlNode *n = t->root->first, *next; n; n = next) {
        next = n->next;
        if (!is_mark(n)) continue;
        was_alone = was_alone || str_equal(tag_of(n), S(TAG_ALONE));
        here = true;
        xml_remove(n);
    }
    XmlNode *bare = here ? NULL : bare_mark(a, t, str_trim(words), is_header);
    if (bare) {
        here = true;
        was_alone = made;
        xml_remove(bare);
        if (!t->root->first) xml_insert(t->root, xml_element(t, W_p), NULL);
    }
    *found = *found || here;
    return here && was_alone && !holds_words(a, t->root);
}

static void drop_references(DocxPart *main, XmlTree *t, const DocxPart *part) {
    for (XmlNode *n = t->root, *next; n; n = next) {
        next = xml_next(n, t->root);
        if (n->name != W_headerReference && n->name != W_footerReference) continue;
        const DocxRel *rel = docx_find_rel(main, xml_attr(n, R_id));
        if (!rel || rel->part != part) continue;
        next = xml_skip(n, t->root);
        xml_remove(n);
    }
}

/* The last section's properties, when nothing is left of what was made for the marks. */
static void drop_section(XmlTree *main) {
    XmlNode *body = xml_child(main->root, W_body), *section = xml_child(body, W_sectPr);
    if (section && !section->first) xml_remove(section);
}

bool marks_remove(Arena *a, DocxPackage *p, bool *found, PxErr *err) {
    DocxStory *stories;
    XmlTree *main, *tree;
    Marks marks;
    *found = false;
    if (!marks_read(a, p, &marks, err) || !docx_part_tree(p, p->main, &main, err)) return false;
    const Made made = made_read(p);
    const ptrdiff_t count = docx_stories(a, p, &stories);
    for (ptrdiff_t i = 0; i < count; i++) {
        const bool is_header = stories[i].kind == STORY_HEADER;
        if (!is_header && stories[i].kind != STORY_FOOTER) continue;
        if (!docx_part_tree(p, stories[i].part, &tree, err)) return false;
        const Str words = is_header ? marks.header : marks.footer;
        const bool is_done = unmark_part(a, tree, words, is_header, made.parts, found);
        if (!is_done) continue;
        drop_references(p->main, main, stories[i].part);
        docx_remove_part(p, stories[i].part);
    }
    if (made.section) drop_section(main);
    for (DocxPart *record; (record = record_find(p, &tree)) != NULL;) {
        DocxPart *props = docx_related(record, S("customXmlProps"));
        if (props) docx_remove_part(p, props);
        docx_remove_part(p, record);
        *found = true;
    }
    return true;
}

/* ---- putting marks in ---- */

static XmlNode *child_new(XmlTree *t, XmlNode *parent, uint16_t name) {
    XmlNode *n = xml_element(t, name);
    xml_insert(parent, n, NULL);
    return n;
}

static XmlNode *mark_new(Arena *a, XmlTree *t, Str words) {
    XmlNode *control = xml_element(t, W_sdt);
    XmlNode *properties = child_new(t, control, W_sdtPr);
    xml_set_attr(t, child_new(t, properties, W_tag), W_val, S(TAG));
    xml_set_attr(t, child_new(t, properties, W_lock), W_val, S("sdtContentLocked"));
    XmlNode *p = child_new(t, child_new(t, control, W_sdtContent), W_p);
    xml_set_attr(t, child_new(t, child_new(t, p, W_pPr), W_jc), W_val, S("center"));
    XmlNode *run = child_new(t, p, W_r);
    child_new(t, child_new(t, run, W_rPr), W_b);
    XmlNode *text = child_new(t, run, W_t);
    Buf b = buf_new(a);
    xml_write_text(words, &b);
    xml_insert(text, xml_raw(t, buf_str(&b)), NULL);
    return control;
}

static DocxPart *part_new(Arena *a, DocxPackage *p, Str words, bool is_header, bool is_strict) {
    const char *root = is_header ? "hdr" : "ftr";
    Buf b = buf_new(a);
    buf_format(&b, HEAD "<w:%s xmlns:w=\"%s\">", root, is_strict ? W_STRICT : W_NAMESPACE);
    add_z(&b, "<w:sdt><w:sdtPr><w:tag w:val=\"" TAG_ALONE "\"/><w:lock "
              "w:val=\"sdtContentLocked\"/></w:sdtPr><w:sdtContent><w:p><w:pPr>"
              "<w:jc w:val=\"center\"/></w:pPr><w:r><w:rPr><w:b/></w:rPr><w:t>");
    xml_write_text(words, &b);
    buf_format(&b, "</w:t></w:r></w:p></w:sdtContent></w:sdt><w:p/></w:%s>", root);
    const Str like = is_header ? S("word/header1.xml") : S("word/footer1.xml");
    const Str type =
        is_header ? S("application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml")
                  : S("application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml");
    return docx_add_part(p, docx_free_name(p, like), type, buf_str(&b));
}

typedef struct Pages { /* which kinds of page a text has */
    bool first, even;
} Pages;

static bool toggle_is_on(const XmlNode *n) {
    const Str v = xml_attr(n, W_val);
    return n && !str_equal(v, S("0")) && !str_equal(v, S("false")) && !str_equal(v, S("off"));
}

static bool pages_of(DocxPackage *p, const XmlTree *main, Pages *out, PxErr *err) {
    DocxPart *settings = docx_related(p->main, S("settings"));
    XmlTree *tree;
    *out = (Pages){false, false};
    if (settings) {
        if (!docx_part_tree(p, settings, &tree, err)) return false;
        out->even = toggle_is_on(xml_child(tree->root, W_evenAndOddHeaders));
    }
    for (const XmlNode *n = main->root; n; n = xml_next(n, main->root)) {
        if (n->name == W_titlePg) out->first = out->first || toggle_is_on(n);
    }
    return true;
}

static bool has_reference(const XmlNode *section, uint16_t name, Str kind) {
    for (const XmlNode *n = section->first; n; n = n->next) {
        const Str type = xml_attr(n, W_type);
        if (n->name == name && str_equal(type.ptr ? type : S("default"), kind)) return true;
    }
    return false;
}

/* Makes the header of a kind of page where no section before has one to go on with. */
static void fill_section(Arena *a, DocxPackage *p, XmlTree *main, XmlNode *section, uint16_t name,
                         Str kind, Str words) {
    const bool is_header = name == W_headerReference;
    DocxPart *part = part_new(a, p, words, is_header, main->is_strict);
    const Str type = is_header ? S(R_NAMESPACE "/header") : S(R_NAMESPACE "/footer");
    const Str id = docx_add_rel(p, p->main, type, part, S(""));
    XmlNode *reference = xml_element(main, name), *before = section->first;
    while (!is_header && before && before->name == W_headerReference) before = before->next;
    xml_set_attr(main, reference, W_type, kind);
    xml_set_attr(main, reference, R_id, id);
    xml_insert(section, reference, before);
}

static XmlNode *first_section(XmlTree *main, Made *made) {
    for (XmlNode *n = main->root; n; n = xml_next(n, main->root)) {
        if (n->name == W_sectPr && n->parent->name != W_sectPrChange) return n;
    }
    XmlNode *body = xml_child(main->root, W_body);
    made->section = body != NULL;
    return body ? child_new(main, body, W_sectPr) : NULL;
}

/* The first section is the one every other goes on from. */
static Made fill_missing(Arena *a, DocxPackage *p, XmlTree *main, const Pages *pages,
                         const Marks *marks) {
    const Str kinds[] = {S("default"), S("first"), S("even")};
    const bool wanted[] = {true, pages->first, pages->even};
    Made made = {false, false};
    XmlNode *section = first_section(main, &made);
    for (int i = 0; section && i < 3; i++) {
        if (!wanted[i]) continue;
        if (marks->header.len && !has_reference(section, W_headerReference, kinds[i])) {
            fill_section(a, p, main, section, W_headerReference, kinds[i], marks->header);
            made.parts = true;
        }
        if (marks->footer.len && !has_reference(section, W_footerReference, kinds[i])) {
            fill_section(a, p, main, section, W_footerReference, kinds[i], marks->footer);
            made.parts = true;
        }
    }
    return made;
}

bool marks_put(Arena *a, DocxPackage *p, const Marks *marks, PxErr *err) {
    DocxStory *stories;
    XmlTree *main, *tree;
    Pages pages;
    bool found;
    if (!marks_remove(a, p, &found, err) || !docx_part_tree(p, p->main, &main, err)) return false;
    if (!pages_of(p, main, &pages, err)) return false;
    const ptrdiff_t count = docx_stories(a, p, &stories);
    for (ptrdiff_t i = 0; i < count; i++) {
        const bool is_header = stories[i].kind == STORY_HEADER;
        if (!is_header && stories[i].kind != STORY_FOOTER) continue;
        if (!docx_part_tree(p, stories[i].part, &tree, err)) return false;
        const Str words = is_header ? marks->header : marks->footer;
        if (!words.len) continue;
        XmlNode *mark = mark_new(a, tree, words);
        xml_insert(tree->root, mark, is_header ? tree->root->first : NULL);
    }
    record_put(a, p, marks, fill_missing(a, p, main, &pages, marks));
    return true;
}
