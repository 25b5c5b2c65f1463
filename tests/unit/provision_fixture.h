/* provision_fixture: drafts made in memory, and those of the reference case. */
/* It breaks literals between macros into crumbs. */
/* clang-format off */
#ifndef PARAPH_PROVISION_FIXTURE_H
#define PARAPH_PROVISION_FIXTURE_H

#include "t.h"

#include "unit/pack.h"

static Arena *files; /* what the tests read and make lives here until the end */

/* ---- texts ---- */

#define RUN(text) "<w:r><w:t xml:space=\"preserve\">" text "</w:t></w:r>"
#define P(text) "<w:p>" RUN(text) "</w:p>"
#define CELL(text) "<w:tc><w:p>" RUN(text) "</w:p></w:tc>"
#define STYLED(style, text)                                                                        \
    "<w:p><w:pPr><w:pStyle w:val=\"" style "\"/></w:pPr>" RUN(text) "</w:p>"
#define LISTED(level, text)                                                                        \
    "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"" level "\"/><w:numId w:val=\"2\"/></w:numPr>"  \
    "</w:pPr>" RUN(text) "</w:p>"
#define LVL(n, fmt, text, style)                                                                   \
    "<w:lvl w:ilvl=\"" n "\"><w:start w:val=\"1\"/><w:numFmt w:val=\"" fmt "\"/><w:pStyle "        \
    "w:val=\"" style "\"/><w:lvlText w:val=\"" text "\"/></w:lvl>"
#define STYLE(id, level)                                                                           \
    "<w:style w:type=\"paragraph\" w:styleId=\"" id "\"><w:name w:val=\"Treaty " id                \
    "\"/><w:pPr><w:numPr><w:ilvl w:val=\"" level "\"/><w:numId w:val=\"1\"/></w:numPr></w:pPr>"    \
    "</w:style>"

static const char numbering[] = ROOT("numbering",
    "<w:abstractNum w:abstractNumId=\"1\">" LVL("0", "decimal", "Article %1", "Art")
    LVL("1", "decimal", "%2.", "Par") LVL("2", "lowerLetter", "(%3)", "Pt")
    "</w:abstractNum><w:abstractNum w:abstractNumId=\"2\">" LVL("0", "decimal", "%1", "No")
    LVL("1", "decimal", "%1.%2", "No") LVL("2", "decimal", "%1.%2.%3", "No")
    "</w:abstractNum><w:num w:numId=\"1\"><w:abstractNumId w:val=\"1\"/></w:num><w:num "
    "w:numId=\"2\"><w:abstractNumId w:val=\"2\"/></w:num>");
static const char styles[] = ROOT("styles",
    "<w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name "
    "w:val=\"Normal\"/></w:style>" STYLE("Art", "0") STYLE("Par", "1") STYLE("Pt", "2")
    "<w:style w:type=\"paragraph\" w:styleId=\"Quiet\"><w:name w:val=\"Quiet\"/><w:rPr><w:vanish/>"
    "</w:rPr></w:style>");

typedef struct Extra {
    const char *footnotes;
    const char *picture; /* bytes of word/media/image1.png, rIdk4 or rIdk3 */
    ptrdiff_t picture_len;
} Extra;

static inline PxFile text_with(const char *body, const Extra *extra) {
    Pack p = pack_new(files);
    pack_part(&p, "word/numbering.xml", "numbering", numbering);
    pack_part(&p, "word/styles.xml", "styles", styles);
    if (extra && extra->footnotes) {
        pack_part(&p, "word/footnotes.xml", "footnotes", extra->footnotes);
    }
    if (extra && extra->picture) {
        pack_typed(&p, "word/media/image1.png", "image", "image/png",
                   (Str){extra->picture, extra->picture_len});
    }
    return (PxFile){S("text.docx"), pack_docx(&p, body)};
}

static inline PxFile text_of(const char *body) { return text_with(body, NULL); }

static inline PxFile demo(const char *name) {
    char path[128];
    snprintf(path, sizeof path, "demo/%s", name);
    const Str bytes = t_read_file(files, path);
    T_CHECK(bytes.len > 0);
    return (PxFile){arena_str(files, str_from_z(path)), bytes};
}

#define FIELD(code, printed)                                                                       \
    "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText>" code                       \
    "</w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r>" RUN(printed)          \
    "<w:r><w:fldChar w:fldCharType=\"end\"/></w:r>"

#endif
