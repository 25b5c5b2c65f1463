/* needs: base zip xml docx doc diff revise collate */
/* Sections: which headers and footers are in force in each, and how each is set up, in the base and
 * in every return, against what a redline gives back; generated (T_CASES, T_SEED and T_ONLY as in
 * test_collate) and by hand. And redlines made false on purpose, which the proof must refuse. */
#include "collate_fixture.h"

/* ---- a small model ---- */

enum { PARAS = 24, WORDS = 8, TEXTS = 6, REFS = 3, RETURNS = 5 };

static const char *const texts[TEXTS + 1] = {
    NULL,
    "RESTRICTED draft of June",
    "CONFIDENTIAL draft of June",
    "Framework agreement, second reading",
    "Annex|Lists of supplies",
    "page of the Joint Staff",
    "", /* there, and blank */
};
static const char *const kinds[REFS] = {"header", "header", "footer"};
static const char *const types[REFS] = {"default", "first", "default"};
static const char *const words[] = {"arms", "costs", "Party", "shall", "notice", "transfer", "six"};

typedef struct Sect {
    int refs[REFS]; /* of texts; 0: as in the section before */
    int page;
} Sect;
typedef struct Para {
    int words[WORDS], count;
    bool ends;
    Sect sect;
} Para;
typedef struct Doc {
    Para paras[PARAS];
    int count;
    Sect last;
} Doc;

static Sect random_sect(void) {
    Sect s = {.page = below(3)};
    for (int i = 0; i < REFS; i++) s.refs[i] = below(2) ? 1 + below(TEXTS) : 0;
    return s;
}

static Para random_para(void) {
    Para p = {.count = 1 + below(WORDS), .ends = below(4) == 0, .sect = random_sect()};
    for (int i = 0; i < p.count; i++) p.words[i] = below(sizeof words / sizeof *words);
    return p;
}

static void insert_para(Doc *d, int at, Para p) {
    if (d->count == PARAS) return;
    memmove(d->paras + at + 1, d->paras + at, (size_t)(d->count - at) * sizeof(Para));
    d->paras[at] = p;
    d->count++;
}

static void delete_para(Doc *d, int at) {
    memmove(d->paras + at, d->paras + at + 1, (size_t)(d->count - at - 1) * sizeof(Para));
    d->count--;
}

static void edit(Doc *d) {
    int at = below(d->count), last = d->count - 1;
    Para *p = &d->paras[at];
    Sect *s = below(3) && p->ends ? &p->sect : &d->last;
    switch (below(8)) {
    case 0: p->words[below(p->count)] = below(sizeof words / sizeof *words); break;
    case 1:
    case 2: s->refs[below(REFS)] = below(TEXTS + 1); break;
    case 3: s->page = below(3); break;
    case 4: p->ends = at < last && !p->ends; break;
    case 5: insert_para(d, at, random_para()); break;
    case 6:
        if (at < last) delete_para(d, at);
        break;
    default: *s = random_sect(); break;
    }
}

static Doc random_doc(void) {
    Doc d = {.count = 2 + below(8), .last = random_sect()};
    for (int i = 0; i < d.count; i++) d.paras[i] = random_para();
    d.paras[d.count - 1].ends = false;
    return d;
}

/* ---- as a Word file ---- */

static void write_sect(Buf *b, const Sect *s) {
    buf_add(b, S("<w:sectPr>"));
    for (int i = 0; i < REFS; i++)
        if (s->refs[i])
            buf_format(b, "<w:%sReference w:type=\"%s\" r:id=\"rId%s%d\"/>", kinds[i], types[i],
                       kinds[i], s->refs[i]);
    if (s->page) buf_format(b, "<w:pgSz w:w=\"%d\" w:h=\"16838\"/>", 8000 + s->page);
    buf_add(b, S("</w:sectPr>"));
}

static const char *body_of(Arena *a, const Doc *d) {
    Buf b = buf_new(a);
    for (int i = 0; i < d->count; i++) {
        const Para *p = &d->paras[i];
        buf_add(&b, S("<w:p>"));
        if (p->ends) {
            buf_add(&b, S("<w:pPr>"));
            write_sect(&b, &p->sect);
            buf_add(&b, S("</w:pPr>"));
        }
        for (int k = 0; k < p->count; k++)
            buf_format(&b, "<w:r><w:t xml:space=\"preserve\">%s </w:t></w:r>", words[p->words[k]]);
        buf_add(&b, S("</w:p>"));
    }
    write_sect(&b, &d->last);
    buf_byte(&b, 0);
    return b.ptr;
}

static Str header_of(Arena *a, const char *root, const char *text) {
    Buf b = buf_new(a);
    buf_format(&b, "<w:%s " SPACES ">", root);
    for (const char *end; text; text = end ? end + 1 : NULL) {
        end = strchr(text, '|');
        buf_format(&b, "<w:p><w:pPr><w:jc w:val=\"%s\"/></w:pPr><w:r><w:t>%.*s</w:t></w:r></w:p>",
                   end ? "left" : "right", (int)(end ? end - text : (ptrdiff_t)strlen(text)), text);
        if (*text == 0) {
            b.len -= (ptrdiff_t)strlen("<w:r><w:t></w:t></w:r></w:p>");
            buf_add(&b, S("</w:p>"));
        }
    }
    buf_format(&b, "</w:%s>", root);
    return buf_str(&b);
}

static Str docx_with(Arena *a, const char *body) {
    Pack p = pack_new(a);
    for (int kind = 0; kind < 2; kind++) {
        const char *name = kind ? "footer" : "header";
        for (int i = 1; i <= TEXTS; i++) {
            const Str id = arena_format(a, "rId%s%d", name, i),
                      file = arena_format(a, "%s%d.xml", name, i);
            const char *part = arena_str(a, arena_format(a, "word/%s", file.ptr)).ptr;
            if (!strstr(body, id.ptr)) continue;
            pack_typed(&p, part, NULL, kind ? WORD_TYPE "footer+xml" : WORD_TYPE "header+xml",
                       header_of(a, kind ? "ftr" : "hdr", texts[i]));
            pack_rel(&p, id.ptr, name, file.ptr, "");
        }
    }
    return pack_docx(&p, body);
}

static Str docx_of(Arena *a, const Doc *d) { return docx_with(a, body_of(a, d)); }

/* ---- what a text says: of the model, and of a file ---- */

/* In brackets what is not what the section before shows (a blank header is not the same as none),
 * so that it must be named here. */
static void say_section(Buf *b, const char *before[REFS], const char *const shown[REFS], int page) {
    buf_format(b, "SECTION %d", page);
    for (int i = 0; i < REFS; i++) {
        bool same = before[i] && shown[i] ? !strcmp(before[i], shown[i]) : before[i] == shown[i];
        buf_format(b, same ? " %s" : " [%s]", shown[i] ? shown[i] : "-");
        before[i] = shown[i];
    }
    buf_byte(b, '\n');
}

static Str say_model(Arena *a, const Doc *d) {
    Buf b = buf_new(a);
    const char *before[REFS] = {NULL}, *shown[REFS] = {NULL};
    for (int i = 0; i <= d->count; i++) {
        const Para *p = &d->paras[i];
        for (int k = 0; i < d->count && k < p->count; k++)
            buf_format(&b, "%s ", words[p->words[k]]);
        if (i < d->count) buf_byte(&b, '\n');
        if (i < d->count && !p->ends) continue;
        const Sect *s = i < d->count ? &p->sect : &d->last;
        for (int k = 0; k < REFS; k++)
            if (s->refs[k]) shown[k] = texts[s->refs[k]];
        say_section(&b, before, shown, s->page);
    }
    return buf_str(&b);
}

static const char *say_header(Arena *a, const XmlTree *t) {
    Buf b = buf_new(a);
    for (const XmlNode *n = t->root->first; n; n = n->next) {
        if (n->name != W_p) continue;
        if (n != t->root->first) buf_byte(&b, '|');
        buf_add(&b, xml_text(a, n));
    }
    buf_byte(&b, 0);
    return b.ptr;
}

static bool is_here(const XmlNode *n) {
    return n->name == W_sectPr && n->parent->name != W_sectPrChange;
}

static Str say_tree(Arena *a, DocxPackage *p, const XmlTree *t) {
    Buf b = buf_new(a);
    const char *before[REFS] = {NULL}, *shown[REFS] = {NULL};
    const XmlNode *section = NULL; /* of the paragraph that is being read */
    for (const XmlNode *n = doc_body(t)->first; n; n = n->next) {
        if (n->name == W_p) buf_add(&b, xml_text(a, n));
        if (n->name == W_p) buf_byte(&b, '\n');
        section = is_here(n) ? n : xml_child(xml_child(n, W_pPr), W_sectPr);
        for (const XmlNode *c = section ? section->first : NULL; c; c = c->next) {
            const DocxRel *rel = docx_find_rel(p->main, xml_attr(c, R_id));
            for (int k = 0; rel && k < REFS; k++) {
                bool footer = c->name == W_footerReference;
                if (footer == (kinds[k][0] == 'f') &&
                    str_equal(xml_attr(c, W_type), str_from_z(types[k])))
                    shown[k] = say_header(a, rel->part->tree);
            }
        }
        int64_t width = 8000;
        if (section) (void)str_to_int(xml_attr(xml_child(section, W_pgSz), W_w), &width);
        if (section) say_section(&b, before, shown, (int)width - 8000);
    }
    return buf_str(&b);
}

/* Everything rejected (office empty), or all but what the office proposes. */
static Str say_resolved(Arena *a, Str bytes, Str office) {
    DocxPackage *p = open_file(a, bytes);
    DocxStory *stories;
    CollateSetup *setups;
    XmlTree *t;
    PxErr err = {0};
    ptrdiff_t count = docx_stories(a, p, &stories);
    for (ptrdiff_t i = 0; i < count; i++)
        if (!T_OK(docx_part_tree(p, stories[i].part, &t, &err), &err)) return S("");
    t = p->main->tree;
    CollateReference *references;
    ptrdiff_t reference_count = collate_references(a, p, t, &references);
    for (ptrdiff_t i = 0; i < reference_count; i++)
        if (!(office.len ? revise_names_office(references[i].offices, office)
                         : references[i].in_base))
            xml_remove(references[i].node);
    ptrdiff_t setup_count = collate_setups(a, p, t, &setups);
    for (ptrdiff_t i = 0; i < setup_count; i++)
        setups[i].verdict = office.len && revise_names_office(setups[i].author, office)
                                ? REVISE_ACCEPT
                                : REVISE_REJECT;
    for (ptrdiff_t i = 0; i < count; i++) {
        XmlTree *story = stories[i].part->tree;
        revise_resolve(story, story->root, office.len ? revise_only : revise_reject_all, &office);
    }
    collate_settle_setups(p, t, setups, setup_count);
    return say_tree(a, p, t);
}

/* ---- generated cases ---- */

#ifdef PARAPH_CHECKED
enum { CASES = 300 };
#else
enum { CASES = 4000 };
#endif

static const char *const offices[RETURNS] = {"Foreign Affairs", "Interior", "Defence Production",
                                             "Joint Staff", "Law"};

static bool run_case(Arena *a, int number) {
    Doc base = random_doc(), docs[RETURNS];
    int count = 1 + below(RETURNS), edits = 1 + below(5);
    CollateReturn returns[RETURNS], turned[RETURNS];
    uint64_t shared = t_random();
    for (int i = 0; i < count; i++) {
        docs[i] = base;
        uint64_t kept = t_state.random;
        t_state.random = shared | 1;
        for (int k = 0; k < 2; k++) edit(&docs[i]);
        t_state.random = kept;
        if (below(2)) docs[i] = base;
        for (int k = below(2) ? edits : 0; k > 0; k--) edit(&docs[i]);
        returns[i] = return_of(str_from_z(offices[i]), docx_of(a, &docs[i]));
    }
    Str base_bytes = docx_of(a, &base);
    CollateOptions options = {.deflate_level = 1};
    CollateResult result, again;
    PxErr err = {0};
    if (!T_OK(collate_run(a, base_bytes, S("base.docx"), returns, count, &options, &result, &err),
              &err))
        return false;
    bool ok = T_EQ_STR(broken_promises(a, &result), S(""));
    ok = T_EQ_STR(say_resolved(a, result.bytes, S("")), say_model(a, &base)) && ok;
    for (int i = 0; i < count; i++)
        ok = T_EQ_STR(say_resolved(a, result.bytes, returns[i].office), say_model(a, &docs[i])) &&
             ok;
    for (int i = 0; i < count; i++) turned[i] = returns[(i + 1) % count];
    options.no_proof = true;
    ok = T_OK(collate_run(a, base_bytes, S("base.docx"), turned, count, &options, &again, &err),
              &err) &&
         T_CHECK(str_equal(again.bytes, result.bytes)) && ok;
    if (!ok) printf("# case %d, %d offices\n", number, count);
    return ok;
}

static void random_cases(void) { (void)run_cases(CASES, run_case); }

/* ---- by hand ---- */

#define REF(kind, type, id) "<w:" kind "Reference w:type=\"" type "\" r:id=\"rId" kind id "\"/>"
#define SECT(inside) "<w:sectPr>" inside "</w:sectPr>"
#define PAGE(width) "<w:pgSz w:w=\"" width "\" w:h=\"16838\"/>"
#define END(text, inside) "<w:p><w:pPr>" SECT(inside) "</w:pPr>" RUN(text) "</w:p>"

static CollateReturn *returns_with(Arena *a, const char *const *bodies, int count) {
    CollateReturn *r = NEW_ARRAY(a, CollateReturn, count);
    for (int i = 0; i < count; i++)
        r[i] = return_of(str_from_z(offices[i]), docx_with(a, bodies[i]));
    return r;
}

static CollateResult collated(Arena *a, const char *base, const char *const *bodies, int count) {
    CollateResult result;
    (void)run_returns(a, docx_with(a, base), returns_with(a, bodies, count), count, &result);
    return result;
}

/* Which texts the redline does not give back. */
static Str not_given(Arena *a, const char *base, const char *const *bodies, int count,
                     Str redline) {
    CollateResult result;
    Buf b = buf_new(a);
    if (!run_verify(a, docx_with(a, base), returns_with(a, bodies, count), count, redline, &result))
        return S("");
    for (ptrdiff_t i = 0; i < result.verdict_count; i++) {
        if (result.verdicts[i].holds) continue;
        if (b.len) buf_add(&b, S(", "));
        buf_add(&b, result.verdicts[i].office.len ? result.verdicts[i].office : S("the base"));
    }
    T_EQ_INT(result.proven, b.len == 0);
    return buf_str(&b);
}

typedef void Tamper(DocxPackage *p, XmlTree *main);

static Str tampered(Arena *a, Str bytes, Tamper *tamper) {
    DocxPackage *p = open_file(a, bytes);
    XmlTree *t = part_tree(p, NULL);
    PxErr err = {0};
    Buf out = buf_new(a);
    if (!t) return S("");
    tamper(p, t);
    (void)T_OK(docx_write(p, 1, &out, &err), &err);
    return buf_str(&out);
}

static XmlNode *reference(const XmlTree *t, int index) {
    for (XmlNode *n = t->root; n; n = xml_next(n, t->root))
        if ((n->name == W_headerReference || n->name == W_footerReference) && index-- == 0)
            return n;
    return NULL;
}

static void swap_headers(DocxPackage *p, XmlTree *t) {
    (void)p;
    XmlNode *x = reference(t, 0), *y = reference(t, 1);
    if (!T_CHECK(x && y)) return;
    Str id = xml_attr(x, R_id);
    xml_set_attr(t, x, R_id, xml_attr(y, R_id));
    xml_set_attr(t, y, R_id, id);
}

static void drop_second(DocxPackage *p, XmlTree *t) {
    (void)p;
    if (T_CHECK(reference(t, 1))) xml_remove(reference(t, 1));
}

static void first_page_only(DocxPackage *p, XmlTree *t) {
    (void)p;
    if (T_CHECK(reference(t, 1))) xml_set_attr(t, reference(t, 1), W_type, S("first"));
}

static void wrong_pairs(Arena *a) {
    static const char base[] = END("One costs", REF("header", "default", "1")) LINE("Two costs")
        SECT(REF("header", "default", "3"));
    static const char *const bodies[] = {
        END("One costs", REF("header", "default", "2")) LINE("Two costs")
            SECT(REF("header", "default", "3")),
        END("One costs", REF("header", "default", "1")) LINE("Two costs more")
            SECT(REF("header", "default", "3")),
    };
    CollateResult r = collated(a, base, bodies, 2);
    T_CHECK(r.proven);
    T_EQ_STR(not_given(a, base, bodies, 2, r.bytes), S(""));
    const Str all = S("the base, Foreign Affairs, Interior");
    T_EQ_STR(not_given(a, base, bodies, 2, tampered(a, r.bytes, swap_headers)), all);
    T_EQ_STR(not_given(a, base, bodies, 2, tampered(a, r.bytes, drop_second)), all);
    T_EQ_STR(not_given(a, base, bodies, 2, tampered(a, r.bytes, first_page_only)), all);
}

/* The record says of a reference that no text has it. */
static void falsify_reference(DocxPackage *p, XmlTree *t) {
    XmlTree *record = part_tree(p, "customXml/paraph.xml");
    (void)t;
    if (!record) return;
    for (XmlNode *n = record->root->first; n; n = n->next)
        if (str_equal(xml_local(p->names, n->name), S("reference")))
            xml_set_attr(record, n, n->attrs[n->attr_count - 1].name, S(""));
}

/* What one section inherits, in the base, a return gives its own: where the base names it, it
 * stays as it is. */
static void own_instead_of_inherited(Arena *a) {
    static const char base[] =
        END("One costs", REF("footer", "default", "1")) LINE("Two costs") SECT("");
    static const char *const bodies[] = {
        END("One costs", REF("footer", "default", "1")) LINE("Two costs")
            SECT(REF("footer", "default", "2")),
        END("One costs", REF("footer", "default", "1")) LINE("Two arms") SECT(""),
    };
    CollateResult r = collated(a, base, bodies, 2);
    T_CHECK(r.proven);
    T_EQ_STR(say_resolved(a, r.bytes, S("")),
             S("One costs\nSECTION 0 - - [RESTRICTED draft of June]\n"
               "Two costs\nSECTION 0 - - RESTRICTED draft of June\n"));
    T_EQ_STR(say_resolved(a, r.bytes, S("Foreign Affairs")),
             S("One costs\nSECTION 0 - - [RESTRICTED draft of June]\n"
               "Two costs\nSECTION 0 - - [CONFIDENTIAL draft of June]\n"));
    T_EQ_STR(not_given(a, base, bodies, 2, tampered(a, r.bytes, drop_second)),
             S("Foreign Affairs"));
    T_EQ_STR(not_given(a, base, bodies, 2, tampered(a, r.bytes, falsify_reference)),
             S("Foreign Affairs"));
}

/* A new section that two offices make in the same words, with different headers. */
static void one_new_section_two_headers(Arena *a) {
    static const char base[] =
        LINE("One costs") LINE("Two arms") SECT(REF("header", "default", "1"));
    static const char *const bodies[] = {
        LINE("One costs") END("A new section", REF("header", "default", "2")) LINE("Two arms")
            SECT(REF("header", "default", "1")),
        LINE("One costs") END("A new section", REF("header", "default", "3")) LINE("Two arms")
            SECT(REF("header", "default", "1")),
    };
    CollateResult r = collated(a, base, bodies, 2);
    T_CHECK(r.proven);
    T_EQ_STR(say_resolved(a, r.bytes, S("Interior")),
             S("One costs\nA new section\nSECTION 0 [Framework agreement, second reading] - -\n"
               "Two arms\nSECTION 0 [RESTRICTED draft of June] - -\n"));
}

/* ---- the last section ---- */

static XmlNode *recorded(DocxPackage *p, XmlTree **record) {
    *record = part_tree(p, "customXml/paraph.xml");
    if (!*record) return NULL;
    for (XmlNode *n = (*record)->root; n; n = xml_next(n, (*record)->root))
        if (n->name == W_sectPr) return n;
    return NULL;
}

static void lose_setup(DocxPackage *p, XmlTree *t) {
    XmlTree *record;
    XmlNode *n = recorded(p, &record);
    (void)t;
    if (T_CHECK(n)) xml_remove(n->parent);
}

static void falsify_setup(DocxPackage *p, XmlTree *t) {
    XmlTree *record;
    XmlNode *n = recorded(p, &record);
    (void)t;
    if (T_CHECK(n)) xml_set_attr(record, n->first, W_w, S("9999"));
}

static void settle_shown(DocxPackage *p, XmlTree *t) {
    (void)p;
    revise_resolve(t, t->root, revise_accept_all, NULL);
}

static const char plain_setup[] = LINE("One costs") SECT(REF("header", "default", "1"));
static const char *const other_setups[] = {
    LINE("One costs") SECT(REF("header", "default", "1") PAGE("8001")),
    LINE("One costs") SECT(REF("header", "default", "2") PAGE("8002")),
    LINE("One arms") SECT(REF("header", "default", "1") PAGE("8002")),
    LINE("One costs") SECT(REF("header", "default", "1")),
};

static void two_setups(Arena *a) {
    CollateResult r = collated(a, plain_setup, other_setups, 2);
    T_CHECK(r.proven);
    T_EQ_INT(r.notice_count, 1);
    T_EQ_STR(say_resolved(a, r.bytes, S("Foreign Affairs")),
             S("One costs\nSECTION 1 [RESTRICTED draft of June] - -\n"));
    T_EQ_STR(say_resolved(a, r.bytes, S("Interior")),
             S("One costs\nSECTION 2 [CONFIDENTIAL draft of June] - -\n"));
    T_EQ_STR(not_given(a, plain_setup, other_setups, 2, tampered(a, r.bytes, lose_setup)),
             S("Interior"));
    T_EQ_STR(not_given(a, plain_setup, other_setups, 2, tampered(a, r.bytes, falsify_setup)),
             S("Interior"));
}

/* By name: Defence Production, Foreign Affairs, Interior, Joint Staff. */
static void joint_setups(Arena *a) {
    const char *bodies[] = {other_setups[0], other_setups[1], other_setups[2], other_setups[3]};
    CollateResult r = collated(a, plain_setup, bodies, 4);
    CollateSetup *setups;
    T_CHECK(r.proven);
    DocxPackage *p = open_file(a, r.bytes);
    XmlTree *t = part_tree(p, NULL);
    if (!t) return;
    T_EQ_STR(xml_attr(xml_child(xml_child(doc_body(t), W_sectPr), W_sectPrChange), W_author),
             S("Defence Production; Interior"));
    T_EQ_INT(collate_setups(a, p, t, &setups), 1);
    T_EQ_STR(setups[0].author, S("Foreign Affairs"));
    T_EQ_STR(say_resolved(a, r.bytes, S("Defence Production")),
             S("One arms\nSECTION 2 [RESTRICTED draft of June] - -\n"));
    T_EQ_STR(say_resolved(a, r.bytes, S("Interior")),
             S("One costs\nSECTION 2 [CONFIDENTIAL draft of June] - -\n"));
    T_EQ_STR(say_resolved(a, r.bytes, S("Foreign Affairs")),
             S("One costs\nSECTION 1 [RESTRICTED draft of June] - -\n"));
    T_EQ_STR(say_resolved(a, r.bytes, S("Joint Staff")),
             S("One costs\nSECTION 0 [RESTRICTED draft of June] - -\n"));
}

/* The record speaks of the change that is shown, and of nothing once that is settled. */
static void a_record_outlived(Arena *a) {
    CollateResult r = collated(a, plain_setup, other_setups, 2);
    CollateSetup *setups;
    DocxPackage *p = open_file(a, tampered(a, r.bytes, settle_shown));
    XmlTree *t = part_tree(p, NULL);
    if (!t) return;
    T_EQ_INT(collate_setups(a, p, t, &setups), 0);
}

static void setup_verdicts(Arena *a, ReviseDecide shown, ReviseVerdict kept, const char *want,
                           const char *author, ptrdiff_t left) {
    CollateResult r = collated(a, plain_setup, other_setups, 2);
    CollateSetup *setups;
    DocxPackage *p = open_file(a, r.bytes);
    XmlTree *t = part_tree(p, NULL);
    if (!t) return;
    if (!T_EQ_INT(collate_setups(a, p, t, &setups), 1)) return;
    setups[0].verdict = kept;
    if (shown) revise_resolve(t, t->root, shown, NULL);
    collate_settle_setups(p, t, setups, 1);
    const XmlNode *section = xml_child(doc_body(t), W_sectPr);
    const XmlNode *change = xml_child(section, W_sectPrChange);
    const XmlNode *old = xml_child(xml_child(change, W_sectPr), W_pgSz);
    Str is = arena_format(a, "%.*s < %.*s", (int)xml_attr(xml_child(section, W_pgSz), W_w).len,
                          xml_attr(xml_child(section, W_pgSz), W_w).ptr,
                          (int)xml_attr(old, W_w).len, xml_attr(old, W_w).ptr);
    T_EQ_STR(is, str_from_z(want));
    T_EQ_STR(xml_attr(change, W_author), str_from_z(author));
    T_EQ_INT(collate_setups(a, p, t, &setups), left);
}

/* Each ends in what the section is, and what it was before the change that it still shows. */
static void verdicts_on_setups(Arena *a) {
    setup_verdicts(a, revise_reject_all, REVISE_ACCEPT, "8002 < ", "", 0);
    setup_verdicts(a, revise_accept_all, REVISE_REJECT, "8001 < ", "", 0);
    setup_verdicts(a, revise_reject_all, REVISE_REJECT, " < ", "", 0);
    setup_verdicts(a, NULL, REVISE_ACCEPT, "8001 < 8002", "Foreign Affairs", 0);
    setup_verdicts(a, NULL, REVISE_REJECT, "8001 < ", "Foreign Affairs", 0);
    setup_verdicts(a, NULL, REVISE_KEEP, "8001 < ", "Foreign Affairs", 1);
    setup_verdicts(a, revise_accept_all, REVISE_KEEP, "8002 < 8001", "Interior", 0);
    setup_verdicts(a, revise_reject_all, REVISE_KEEP, "8002 < ", "Interior", 0);
}

static void test_wrong_pairs(void) { t_with_arena(wrong_pairs); }
static void test_own_instead_of_inherited(void) { t_with_arena(own_instead_of_inherited); }
static void test_one_new_section_two_headers(void) { t_with_arena(one_new_section_two_headers); }
static void test_two_setups(void) { t_with_arena(two_setups); }
static void test_joint_setups(void) { t_with_arena(joint_setups); }
static void test_a_record_outlived(void) { t_with_arena(a_record_outlived); }
static void test_verdicts_on_setups(void) { t_with_arena(verdicts_on_setups); }

int main(void) {
    T_RUN(random_cases);
    T_RUN(test_wrong_pairs);
    T_RUN(test_own_instead_of_inherited);
    T_RUN(test_one_new_section_two_headers);
    T_RUN(test_two_setups);
    T_RUN(test_joint_setups);
    T_RUN(test_a_record_outlived);
    T_RUN(test_verdicts_on_setups);
    return t_end();
}
