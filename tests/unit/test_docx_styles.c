/* test_docx_styles: styles and lists that come with text, and those that are defined differently.
 */
/* needs: base zip xml docx */
#include "unit/both.h"

/* ---- styles ---- */

static Str styled(Arena *a, const char *styles, const char *body) {
    Pack p = pack_new(a);
    if (styles) pack_part(&p, "word/styles.xml", "styles", styles);
    return pack_docx(&p, body);
}

static void knows_styles_by_name(Arena *a) {
    Both b;
    if (!open_both(a,
                   styled(a,
                          ROOT("styles", STYLE("paragraph", "1", "heading 1", "")
                                             STYLE("character", "Emph", "Emphasis", "")
                                                 STYLE("paragraph", "a3", "Title", "")),
                          "<w:p/>"),
                   styled(a,
                          ROOT("styles", STYLE("paragraph", "Heading1", "Heading 1", "<w:rPr/>")
                                             STYLE("paragraph", "Emph", "Other", "")
                                                 STYLE("paragraph", "a3", "Subtitle", "")
                                                     STYLE("paragraph", "E", "Emphasis", "")),
                          STYLED("Heading1") STYLED("Emph") STYLED("a3") STYLED("Unknown")
                              STYLED("E")),
                   &b)) {
        return;
    }
    T_EQ_STR(docx_style_id(b.import, S("Heading1")), S("1"));
    DocxPackage *d = import_and_write(&b);
    if (!d) return;
    T_CHECK(
        has(BODY(d), STYLED("1") STYLED("Emph_2") STYLED("a3_2") STYLED("Unknown") STYLED("E")));
    const Str styles = bytes_of(d, "word/styles.xml");
    T_CHECK(lacks(styles, "Heading1"));
    T_CHECK(has(styles, "w:styleId=\"Emph_2\"><w:name w:val=\"Other\"/>"));
    T_CHECK(has(styles, "w:styleId=\"a3_2\"><w:name w:val=\"Subtitle\"/>"));
    T_CHECK(has(styles, "w:styleId=\"E\"><w:name w:val=\"Emphasis 2\"/>")); /* names are unique */
}

static void brings_styles_with_what_they_name(Arena *a) {
    const Str from =
        styled(a,
               ROOT("styles",
                    "<w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Own\"><w:name "
                    "w:val=\"Own default\"/></w:style>" STYLE(
                        "paragraph", "A", "Style A",
                        "<w:basedOn w:val=\"B\"/><w:next w:val=\"Std\"/><w:link w:val=\"AChar\"/>")
                        STYLE("paragraph", "B", "Style B",
                              "<w:basedOn w:val=\"A\"/><w:link w:val=\"BChar\"/>")
                            STYLE("character", "AChar", "Style A Char", "<w:link w:val=\"A\"/>")
                                STYLE("character", "BChar", "Linked Char", "<w:link w:val=\"B\"/>")
                                    STYLE("paragraph", "Std", "Normal", "")),
               STYLED("A") STYLED("Own"));
    Both b;
    if (!open_both(a,
                   styled(a,
                          ROOT("styles", STYLE("paragraph", "Normal", "Normal", "")
                                             STYLE("character", "LC", "linked char", "")),
                          "<w:p/>"),
                   from, &b)) {
        return;
    }
    DocxPackage *d = import_and_write(&b);
    if (!d) return;
    const Str styles = bytes_of(d, "word/styles.xml");
    T_CHECK(has(styles, STYLE("paragraph", "A", "Style A",
                              "<w:basedOn w:val=\"B\"/><w:next w:val=\"Normal\"/><w:link "
                              "w:val=\"AChar\"/>")));
    T_CHECK(has(styles, STYLE("paragraph", "B", "Style B", "<w:basedOn w:val=\"A\"/>")));
    T_CHECK(has(styles, STYLE("character", "AChar", "Style A Char", "<w:link w:val=\"A\"/>")));
    T_CHECK(has(styles, "w:styleId=\"Own\""));
    T_CHECK(lacks(styles, "w:default"));
    T_CHECK(lacks(styles, "BChar"));
    if (!open_next(&b, from)) return;
    d = import_and_write(&b); /* what one return brought, another finds there */
    if (d) T_EQ_STR(bytes_of(d, "word/styles.xml"), styles);
}

static void makes_a_styles_part(Arena *a) {
    Both b;
    if (!open_both(a, styled(a, NULL, "<w:p/>"),
                   styled(a, ROOT("styles", STYLE("paragraph", "A", "A", "")), STYLED("A")), &b)) {
        return;
    }
    DocxPackage *d = import_and_write(&b);
    if (!d) return;
    T_CHECK(docx_related(d->main, S("styles")) == docx_find_part(d, S("word/styles.xml")));
    T_CHECK(has(bytes_of(d, "word/styles.xml"), STYLE("paragraph", "A", "A", "")));
    T_EQ_STR(docx_content_type(d, S("word/styles.xml")), S(WORD_TYPE "styles+xml"));
}

static void follows_long_chains(Arena *a) {
    enum { MANY = 5000 };
    Buf styles = buf_new(a);
    buf_add(&styles, S("<w:styles " SPACES ">"));
    for (int i = 0; i < MANY; i++) {
        buf_format(&styles, STYLE("paragraph", "S%d", "Style %d", "<w:basedOn w:val=\"S%d\"/>"), i,
                   i, i + 1);
    }
    buf_add(&styles, S("</w:styles>"));
    buf_byte(&styles, '\0');
    Both b;
    if (!open_both(a, styled(a, NULL, "<w:p/>"), styled(a, styles.ptr, STYLED("S0")), &b)) return;
    DocxPackage *d = import_and_write(&b);
    if (d) T_CHECK(str_find(bytes_of(d, "word/styles.xml"), S("w:styleId=\"S4999\"")) > 0);
}

/* ---- numbering ---- */

static Str listed(Arena *a, const char *numbering, const char *body) {
    Pack p = pack_new(a);
    if (numbering) pack_part(&p, "word/numbering.xml", "numbering", numbering);
    return pack_docx(&p, body);
}

static void brings_lists_in_order(Arena *a) {
    Both b;
    if (!open_both(
            a, listed(a, ROOT("numbering", LIST("0", "AAAA", "%1.") NUM("1", "0")), LISTED("1")),
            listed(a,
                   ROOT("numbering", LIST("0", "AAAA", "%1.") LIST("1", "BBBB", "-") NUM("1", "1")
                                         NUM("2", "1") NUM("3", "0")),
                   LISTED("1") LISTED("2") LISTED("3") LISTED("0") LISTED("77")),
            &b)) {
        return;
    }
    DocxPackage *d = import_and_write(&b);
    if (!d) return;
    T_CHECK(has(BODY(d), LISTED("1") LISTED("4") LISTED("2") LISTED("1") LISTED("0") LISTED("77")));
    T_CHECK(has(bytes_of(d, "word/numbering.xml"),
                ">" LIST("0", "AAAA", "%1.") LIST("1", "BBBB", "-") NUM("1", "0") NUM("4", "1")
                    NUM("2", "1") "</w:numbering>"));
    /* A second return used the same number for another list, and brings the first one's list too.
     */
    if (!open_next(
            &b, listed(a,
                       ROOT("numbering", LIST("5", "CCCC", "*") LIST("6", "BBBB", "-") NUM("2", "5")
                                             NUM("3", "6") NUM("9", "6") NUM("4", "5")),
                       LISTED("2") LISTED("9") LISTED("4")))) {
        return;
    }
    d = import_and_write(&b);
    if (!d) return;
    T_CHECK(has(BODY(d), LISTED("77") LISTED("10") LISTED("9") LISTED("11")));
    T_CHECK(has(bytes_of(d, "word/numbering.xml"),
                LIST("1", "BBBB", "-") LIST("5", "CCCC", "*") NUM("1", "0") NUM("4", "1")
                    NUM("2", "1") NUM("10", "5") NUM("9", "1") NUM("11", "5")));
    /* A third with a list that equals the second's. */
    if (!open_next(
            &b, listed(a, ROOT("numbering", LIST("8", "DDDD", "*") NUM("4", "8")), LISTED("4")))) {
        return;
    }
    d = import_and_write(&b);
    if (!d) return;
    T_CHECK(lacks(bytes_of(d, "word/numbering.xml"), "DDDD"));
    T_CHECK(has(BODY(d), LISTED("11") LISTED("11")));
}
/* A file that was not saved from the base has the base's numbers on other lists, or its lists under
 * other numbers. */
static void knows_lists_by_what_they_are(Arena *a) {
    Both b;
    if (!open_both(
            a,
            listed(a,
                   ROOT("numbering", LIST("0", "AAAA", "%1.") LIST("1", "BBBB", "-") LIST(
                                         "2", "CCCC", "(%1)") LIST("3", "DDDD", "*") NUM("1", "0")
                                         NUM("2", "1") NUM("3", "2") NUM("4", "3")),
                   LISTED("1")),
            listed(a,
                   ROOT("numbering",
                        LIST("0", "EEEE", "-") LIST("1", "FFFF", "%1.") LIST("2", "CCCC", "%1)")
                            LIST("3", "ABAB", "*") LIST("4", "BABA", "-") NUM("1", "0")
                                NUM("2", "1") NUM("3", "2") NUM("4", "3") NUM("5", "4")),
                   LISTED("1") LISTED("2") LISTED("3") LISTED("4") LISTED("5")),
            &b)) {
        return;
    }
    DocxPackage *d = import_and_write(&b);
    if (!d) return;
    /* two that changed places; one redefined; one with another nsid alone; one of its own */
    T_CHECK(has(BODY(d), LISTED("2") LISTED("1") LISTED("3") LISTED("4") LISTED("5")));
    const Str numbering = bytes_of(d, "word/numbering.xml");
    T_CHECK(has(numbering, NUM("4", "3") NUM("5", "4") "</w:numbering>"));
    T_CHECK(has(numbering, "BABA"));
    T_CHECK(lacks(numbering, "EEEE") && lacks(numbering, "FFFF") && lacks(numbering, "ABAB"));
}

static void makes_a_numbering_part_with_all_a_list_needs(Arena *a) {
    Pack p = pack_new(a), q = pack_new(a);
    pack_part(&p, "word/styles.xml", "styles",
              ROOT("styles", STYLE("paragraph", "Mine", "Mine", "")));
    pack_part(&q, "word/styles.xml", "styles",
              ROOT("styles", STYLE("paragraph", "Mine", "Mine", "")
                                 STYLE("numbering", "NS", "List style",
                                       "<w:pPr><w:numPr><w:numId w:val=\"4\"/></w:numPr></w:pPr>")
                                     STYLE("paragraph", "Tied", "Tied", "")));
    pack_typed(&q, "word/media/bullet.png", NULL, "image/png", S("bullet"));
    pack_entry(&q, "word/_rels/numbering.xml.rels",
               pack_rels(a, S("<Relationship Id=\"b\" Type=\"" R_URI "/image\" "
                              "Target=\"media/bullet.png\"/>")));
    pack_part(
        &q, "word/numbering.xml", "numbering",
        ROOT("numbering",
             "<w:numPicBullet w:numPicBulletId=\"3\"><w:pict><v:shape><v:imagedata "
             "r:id=\"b\"/></v:shape></w:pict></w:numPicBullet>"
             "<w:abstractNum w:abstractNumId=\"0\"><w:numStyleLink w:val=\"NS\"/>"
             "</w:abstractNum>"
             "<w:abstractNum w:abstractNumId=\"1\"><w:styleLink w:val=\"NS\"/>"
             "<w:lvl w:ilvl=\"0\"><w:pStyle w:val=\"Mine\"/><w:lvlPicBulletId w:val=\"3\"/>"
             "</w:lvl><w:lvl w:ilvl=\"1\"><w:pStyle w:val=\"Tied\"/></w:lvl></w:abstractNum>" NUM(
                 "2", "0") NUM("4", "1")));
    Both b;
    if (!open_both(a, pack_docx(&p, "<w:p/>"), pack_docx(&q, LISTED("2")), &b)) return;
    DocxPackage *d = import_and_write(&b);
    if (!d) return;
    const Str numbering = bytes_of(d, "word/numbering.xml"),
              styles = bytes_of(d, "word/styles.xml");
    T_CHECK(has(styles, "w:styleId=\"NS\""));
    T_CHECK(has(styles, "w:styleId=\"Tied\""));
    T_CHECK(has(numbering, "<w:styleLink w:val=\"NS\"/><w:lvl w:ilvl=\"0\"><w:lvlPicBulletId"));
    T_CHECK(has(numbering, "<w:pStyle w:val=\"Tied\"/>"));
    T_CHECK(lacks(numbering, "\"Mine\"")); /* that style is tied to the base's own lists, or none */
    T_CHECK(has(numbering, NUM("2", "0") NUM("4", "1") "</w:numbering>"));
    T_CHECK(str_find(numbering, S("<w:numPicBullet ")) < str_find(numbering, S("<w:abstractNum ")));
    const DocxPart *part = docx_related(d->main, S("numbering"));
    if (T_CHECK(part && part->rel_count == 1)) {
        T_EQ_STR(part->rels[0].part->name, S("word/media/bullet.png"));
    }
}

/* ---- differences ---- */

static void tells_what_is_defined_differently(Arena *a) {
    Pack p = pack_new(a), q = pack_new(a);
    pack_part(&p, "word/styles.xml", "styles",
              ROOT("styles", STYLE("paragraph", "A", "A", "<w:rPr><w:b/><w:i/></w:rPr>")
                                 STYLE("paragraph", "B", "B", "<w:rPr><w:b/></w:rPr>") STYLE(
                                     "paragraph", "C", "C", "") STYLE("paragraph", "D", "D", "")));
    pack_part(&q, "word/styles.xml", "styles",
              ROOT("styles", STYLE("paragraph", "A", "A",
                                   "<w:rsid w:val=\"1\"/><w:qFormat/><w:rPr>"
                                   "<w:i/><w:b/></w:rPr>") STYLE("paragraph", "B", "B",
                                                                 "<w:rPr><w:u/></w:rPr>")
                                 STYLE("paragraph", "C", "C", "<w:rPr><w:vanish/></w:rPr>")
                                     STYLE("paragraph", "D", "D", "<w:rPr><w:b/></w:rPr>")
                                         STYLE("paragraph", "E", "E", "<w:basedOn w:val=\"B\"/>")));
    pack_part(
        &p, "word/numbering.xml", "numbering",
        ROOT("numbering", LIST("0", "AA", "%1.") LIST("1", "BB", "-") NUM("1", "0") NUM("2", "1")));
    pack_part(
        &q, "word/numbering.xml", "numbering",
        ROOT("numbering", LIST("4", "AA", "%1)") LIST("1", "BC", "-") NUM("1", "4") NUM("2", "1")));
    Both b;
    DocxDifference *items;
    ptrdiff_t count;
    PxErr err = {0};
    if (!open_both(a, pack_docx(&p, "<w:p/>"),
                   pack_docx(&q, STYLED("A") STYLED("E") STYLED("D") LISTED("1") LISTED(
                                     "2") "<w:p><w:r><w:t>pStyle w:val=\"C\"</w:t></w:r></w:p>"),
                   &b) ||
        !T_OK(docx_import_differences(b.import, a, &items, &count, &err), &err)) {
        return;
    }
    static const char *const want[][2] = {{"style", "B"}, {"style", "D"}, {"numbering", "1"}};
    T_EQ_INT(count, 3);
    for (ptrdiff_t i = 0; i < count && i < 3; i++) {
        T_EQ_STR(items[i].kind, str_from_z(want[i][0]));
        T_EQ_STR(items[i].id, str_from_z(want[i][1]));
    }
    T_CHECK(b.from->main->tree == NULL); /* no second parsing */
}

/* What counts for the whole file; a setting that is switched off is none. */
static void tells_what_counts_for_all(Arena *a) {
    static const char *const settings[] = {ROOT("settings", ""),
                                           ROOT("settings", "<w:evenAndOddHeaders/>"),
                                           ROOT("settings", "<w:evenAndOddHeaders w:val=\"0\"/>")};
    static const char *const styles[] = {
        ROOT("styles", "<w:docDefaults><w:rPrDefault/></w:docDefaults>"),
        ROOT("styles", "<w:docDefaults><w:rPrDefault><w:rPr><w:b/></w:rPr></w:rPrDefault>"
                       "</w:docDefaults>"),
        ROOT("styles", "<w:docDefaults><w:rPrDefault/></w:docDefaults><w:latentStyles/>")};
    for (int i = 0; i < 3; i++) {
        Pack p = pack_new(a), q = pack_new(a);
        pack_part(&p, "word/styles.xml", "styles", styles[0]);
        pack_part(&p, "word/settings.xml", "settings", settings[0]);
        pack_part(&q, "word/styles.xml", "styles", styles[i]);
        pack_part(&q, "word/settings.xml", "settings", settings[i]);
        Both b;
        DocxDifference *items;
        ptrdiff_t count;
        PxErr err = {0};
        if (!open_both(a, pack_docx(&p, "<w:p/>"), pack_docx(&q, "<w:p/>"), &b) ||
            !T_OK(docx_import_differences(b.import, a, &items, &count, &err), &err))
            return;
        T_EQ_INT(count, i == 1 ? 2 : 0);
        if (count != 2) continue;
        T_EQ_STR(items[0].kind, S("look"));
        T_EQ_STR(items[1].kind, S("setting"));
    }
}

#define GUARDED(test)                                                                              \
    static void test##_guarded(void) { t_with_arena(test); }
GUARDED(knows_styles_by_name)
GUARDED(brings_styles_with_what_they_name)
GUARDED(makes_a_styles_part)
GUARDED(follows_long_chains)
GUARDED(brings_lists_in_order)
GUARDED(knows_lists_by_what_they_are)
GUARDED(makes_a_numbering_part_with_all_a_list_needs)
GUARDED(tells_what_is_defined_differently)
GUARDED(tells_what_counts_for_all)

int main(void) {
    T_RUN(knows_styles_by_name_guarded);
    T_RUN(brings_styles_with_what_they_name_guarded);
    T_RUN(makes_a_styles_part_guarded);
    T_RUN(follows_long_chains_guarded);
    T_RUN(brings_lists_in_order_guarded);
    T_RUN(knows_lists_by_what_they_are_guarded);
    T_RUN(makes_a_numbering_part_with_all_a_list_needs_guarded);
    T_RUN(tells_what_is_defined_differently_guarded);
    T_RUN(tells_what_counts_for_all_guarded);
    return t_end();
}
