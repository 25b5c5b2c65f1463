/* needs: base zip xml docx doc diff revise collate */
/* How texts end, as other programs leave them: in an opaque block, or without a section of their
 * own. Each redline is proven, both ways round. */
#include "collate/collate.h"
#include "pack.h"
#include "t.h"

#define RUN(text) "<w:r><w:t xml:space=\"preserve\">" text "</w:t></w:r>"
#define P(text) "<w:p>" RUN(text) "</w:p>"
#define SDT(tag, inside)                                                                           \
    "<w:sdt><w:sdtPr><w:tag w:val=\"" tag "\"/></w:sdtPr><w:sdtContent>" inside                    \
    "</w:sdtContent></w:sdt>"
#define CHUNK "<w:altChunk r:id=\"rIdchunk\"/>"
#define FOREIGN "<x:insert xmlns:x=\"urn:another\" id=\"1\"/>"
#define SECTION "<w:sectPr><w:pgSz w:w=\"8001\" w:h=\"16838\"/></w:sectPr>"

static Str docx(Arena *a, const char *body, const char *header) {
    Pack p = pack_new(a);
    pack_typed(&p, "word/chunk.html", NULL, "text/html", S("<p>chunk</p>"));
    pack_rel(&p, "rIdchunk", "aFChunk", "chunk.html", "");
    if (!header) return pack_docx(&p, body);
    pack_typed(&p, "word/header1.xml", NULL, WORD_TYPE "header+xml",
               arena_format(a, "<w:hdr " SPACES ">%s</w:hdr>", header));
    pack_rel(&p, "rIdh", "header", "header1.xml", "");
    return pack_docx(&p, arena_format(a,
                                      "%s<w:sectPr><w:headerReference w:type=\"default\" "
                                      "r:id=\"rIdh\"/></w:sectPr>%c",
                                      body, 0)
                             .ptr);
}

/* What the redline does not give; empty when it is proven. */
static Str not_proven(Arena *a, Str base, const Str *files, int count, CollateResult *result) {
    static const char *const offices[] = {"Interior", "Justice", "Law"};
    CollateReturn r[3];
    const CollateOptions options = {.deflate_level = 1};
    PxErr err = {0};
    Buf b = buf_new(a);
    for (int i = 0; i < count; i++)
        r[i] = (CollateReturn){str_from_z(offices[i]), S("r.docx"), files[i]};
    *result = (CollateResult){0};
    if (!collate_run(a, base, S("b.docx"), r, count, &options, result, &err))
        return str_from_z(arena_str(a, str_from_z(err.message)).ptr);
    for (ptrdiff_t i = 0; i < result->verdict_count; i++)
        if (!result->verdicts[i].holds)
            buf_format(&b, "%.*s: %.*s\n", (int)result->verdicts[i].promise.len,
                       result->verdicts[i].promise.ptr, (int)result->verdicts[i].detail.len,
                       result->verdicts[i].detail.ptr);
    return buf_str(&b);
}

/* Both ways round. */
static void proven(Arena *a, Str x, Str y) {
    CollateResult result;
    T_EQ_STR(not_proven(a, x, &y, 1, &result), S(""));
    T_EQ_STR(not_proven(a, y, &x, 1, &result), S(""));
}

static void in_bodies(Arena *a, const char *x, const char *y) {
    proven(a, docx(a, x, NULL), docx(a, y, NULL));
}

static void opaque_blocks_in(Arena *a) {
    in_bodies(a, P("One") FOREIGN P("Two"), P("One") P("Two"));
    in_bodies(a, CHUNK P("Two"), P("Two"));
    in_bodies(a, P("One") FOREIGN P("Two"), P("One") SDT("1", P("Three")) P("Two"));
}
static void opaque_blocks(void) { t_with_arena(opaque_blocks_in); }

/* The body's own section stands at its end, also where the base has none. */
static void last_section_in(Arena *a) {
    const Str file = docx(a, P("One") P("Two") SECTION, NULL);
    CollateResult result;
    DocxPackage *p = NULL;
    XmlTree *t;
    PxErr err = {0};
    T_EQ_STR(not_proven(a, docx(a, P("One") P("Two"), NULL), &file, 1, &result), S(""));
    if (!T_OK(docx_open(a, xml_names_open(a), (HashKey){{1, 2}}, result.bytes, S("c.docx"), NULL,
                        &p, &err),
              &err) ||
        !T_OK(docx_part_tree(p, p->main, &t, &err), &err))
        return;
    T_EQ_INT(doc_body(t)->last->name, W_sectPr);
}
static void last_section(void) { t_with_arena(last_section_in); }

int main(void) {
    T_RUN(opaque_blocks);
    T_RUN(last_section);
    return t_end();
}
