/* needs: base xml revise */
/* Tests of revise through its door: every kind of revision accepted, rejected, kept; and laws over
 * random nestings of all of them. Snippets are the content of w:body, with w as the default
 * namespace for elements. */
#include "revise/revise.h"

#include <time.h>

#include "t.h"

#define HEAD                                                                                       \
    "<document xmlns=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" "            \
    "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" "                    \
    "xmlns:m=\"http://schemas.openxmlformats.org/officeDocument/2006/math\" "                      \
    "xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\" "                    \
    "xmlns:wps=\"http://schemas.microsoft.com/office/word/2010/wordprocessingShape\"><body>"
#define TAIL "</body></document>"

static XmlTree *read_body(Arena *a, Str body) {
    Buf b = buf_new(a);
    buf_add(&b, S(HEAD));
    buf_add(&b, body);
    buf_add(&b, S(TAIL));
    XmlTree *t = NULL;
    PxErr err = {0};
    if (!T_OK(xml_parse(a, xml_names_open(a), S("body"), buf_str(&b), NULL, &t, &err), &err)) {
        printf("# [%.*s]\n", (int)body.len, body.ptr);
        exit(1);
    }
    return t;
}

static Str written(Arena *a, const XmlTree *t) {
    Buf b = buf_new(a);
    xml_write(t, &b);
    const Str s = buf_str(&b);
    const ptrdiff_t from = str_find(s, S("<body")), to = str_find_last(s, '<');
    if (from < 0) return s;
    const Str inner = str_slice(s, from, to - (ptrdiff_t)strlen("</body>"));
    if (str_starts(inner, S("<body>"))) return str_slice(inner, 6, inner.len);
    return S("");
}

/* ---- decisions ---- */

typedef struct Choice {
    Str who; /* whose revisions get the verdict; the others stay */
    ReviseVerdict verdict;
} Choice;

static ReviseVerdict choose(void *ctx, const XmlNode *revision) {
    const Choice *c = ctx;
    const bool is_theirs = revise_names_office(xml_attr(revision, W_author), c->who);
    return is_theirs ? c->verdict : REVISE_KEEP;
}

static Str resolved(Arena *a, Str body, ReviseDecide decide, void *ctx) {
    XmlTree *t = read_body(a, body);
    revise_resolve(t, t->root, decide, ctx);
    return written(a, t);
}

static Str accepted(Arena *a, Str body) { return resolved(a, body, revise_accept_all, NULL); }
static Str rejected(Arena *a, Str body) { return resolved(a, body, revise_reject_all, NULL); }
static Str only(Arena *a, Str body, Str office) { return resolved(a, body, revise_only, &office); }
static Str chosen(Arena *a, Str body, Str who, ReviseVerdict verdict) {
    Choice c = {who, verdict};
    return resolved(a, body, choose, &c);
}

/* ---- every kind, accepted and rejected ---- */

typedef struct Kind {
    const char *name, *source, *accepted, *rejected;
} Kind;

#define A "w:author='A'"
#define B "w:author='B'"
#define T(text) "<r><t>" text "</t></r>"
#define D(text) "<r><delText>" text "</delText></r>"
#define P(content) "<p>" content "</p>"
#define MARK(name, who) "<pPr><rPr><" name " w:author='" who "'/></rPr></pPr>"

static const Kind content_kinds[] = {
    {"ins", P(T("a") "<ins " A ">" T("b") "</ins>" T("c")), P(T("a") T("b") T("c")),
     P(T("a") T("c"))},
    {"del", P(T("a") "<del " A ">" D("b") "</del>" T("c")), P(T("a") T("c")),
     P(T("a") T("b") T("c"))},
    {"del of a field's code", P("<del " A "><r><delInstrText>X</delInstrText></r></del>"), "<p/>",
     P("<r><instrText>X</instrText></r>")},
    {"move",
     P("<moveFromRangeStart w:id='1' w:name='m' " A "/><moveFrom " A
       ">" T("b") "</moveFrom>"
                  "<moveFromRangeEnd w:id='1'/>" T(
                      "a") "<moveToRangeStart w:id='2' w:name='m' " A "/>"
                           "<moveTo " A ">" T("b") "</moveTo><moveToRangeEnd w:id='2'/>"),
     P(T("a") T("b")), P(T("b") T("a"))},
    {"del in ins", P("<ins " A "><del " B ">" D("b") "</del>" T("c") "</ins>" T("d")),
     P(T("c") T("d")), P(T("d"))},
    {"ins in del", P("<del " A "><ins " B ">" D("b") "</ins>" D("c") "</del>" T("d")), P(T("d")),
     P(T("c") T("d"))},
    {"del in moveFrom",
     P("<moveFrom " A "><del " B ">" D("b") "</del>" T("c") "</moveFrom>" T("d")), P(T("d")),
     P(T("b") T("c") T("d"))},
    {"ins in a hyperlink", P("<hyperlink w:anchor='x'><ins " A ">" T("b") "</ins></hyperlink>"),
     P("<hyperlink w:anchor='x'>" T("b") "</hyperlink>"), "<p/>"},
    {"anchors in removed text",
     P(T("a") "<del " A "><bookmarkStart w:id='1' w:name='x'/><commentRangeStart w:id='3'/>" D(
         "b") "<commentRangeEnd w:id='3'/><r><rPr><rStyle w:val='C'/></rPr><commentReference "
              "w:id='3'/>"
              "</r><bookmarkEnd w:id='1'/></del>" T("c")),
     P(T("a") "<bookmarkStart w:id='1' w:name='x'/><commentRangeStart w:id='3'/>"
              "<commentRangeEnd w:id='3'/><r><rPr><rStyle w:val='C'/></rPr><commentReference "
              "w:id='3'/>"
              "</r><bookmarkEnd w:id='1'/>" T("c")),
     P(T("a") "<bookmarkStart w:id='1' w:name='x'/><commentRangeStart w:id='3'/>" T(
         "b") "<commentRangeEnd w:id='3'/><r><rPr><rStyle w:val='C'/></rPr><commentReference "
              "w:id='3'/>"
              "</r><bookmarkEnd w:id='1'/>" T("c"))},
    {"fldSimple emptied",
     P(T("a") "<fldSimple w:instr='PAGE'><del " A ">" D("1") "</del>"
                                                             "</fldSimple>"),
     P(T("a")), P(T("a") "<fldSimple w:instr='PAGE'>" T("1") "</fldSimple>")},
    {"smartTag", P("<smartTag><ins " A ">" T("b") "</ins>" T("c") "</smartTag>"),
     P("<smartTag>" T("b") T("c") "</smartTag>"), P("<smartTag>" T("c") "</smartTag>")},
    {"inline control emptied",
     P(T("a") "<sdt><sdtPr/><sdtContent><del " A ">" D("b") "</del>"
                                                            "</sdtContent></sdt>"),
     P(T("a")), P(T("a") "<sdt><sdtPr/><sdtContent>" T("b") "</sdtContent></sdt>")},
    {"equation",
     P("<m:oMath><m:r><m:t>A=</m:t></m:r><ins " A "><m:r><m:t>2</m:t></m:r></ins>"
       "</m:oMath>"),
     P("<m:oMath><m:r><m:t>A=</m:t></m:r><m:r><m:t>2</m:t></m:r></m:oMath>"),
     P("<m:oMath><m:r><m:t>A=</m:t></m:r></m:oMath>")},
    {"ins inside an equation's run",
     P("<m:oMath><m:r><m:t>a</m:t></m:r><m:r><ins " A "><rPr><b/></rPr><m:t>2</m:t></ins></m:r>"
       "</m:oMath>"),
     P("<m:oMath><m:r><m:t>a</m:t></m:r><m:r><rPr><b/></rPr><m:t>2</m:t></m:r></m:oMath>"),
     P("<m:oMath><m:r><m:t>a</m:t></m:r></m:oMath>")},
    {"inserted fraction",
     P("<m:oMath><m:f><m:fPr><m:ctrlPr><ins " A "><rPr><b/></rPr></ins></m:ctrlPr></m:fPr>"
       "<m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f>"
       "</m:oMath>"),
     P("<m:oMath><m:f><m:fPr><m:ctrlPr><rPr><b/></rPr></m:ctrlPr></m:fPr>"
       "<m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f>"
       "</m:oMath>"),
     P("<m:oMath><m:r><m:t>1</m:t></m:r><m:r><m:t>2</m:t></m:r></m:oMath>")},
    {"deleted matrix",
     P("<m:oMath><m:m><m:mPr><m:ctrlPr><rPr><del " A "/></rPr></m:ctrlPr></m:mPr><m:mr><m:e><m:r>"
       "<m:t>1</m:t></m:r></m:e></m:mr></m:m></m:oMath>"),
     P("<m:oMath><m:r><m:t>1</m:t></m:r></m:oMath>"),
     P("<m:oMath><m:m><m:mPr><m:ctrlPr/></m:mPr><m:mr><m:e><m:r>"
       "<m:t>1</m:t></m:r></m:e></m:mr></m:m></m:oMath>")},
    {"text box in both branches",
     P("<r><mc:AlternateContent><mc:Choice Requires='wps'><txbxContent>" P("<ins " A ">" T(
         "b") "</ins>") "</txbxContent></mc:Choice><mc:Fallback><txbxContent>" P("<ins " A
                                                                                 ">" T(
                                                                                     "b") "</"
                                                                                          "ins"
                                                                                          ">") "</"
                                                                                               "txb"
                                                                                               "xCo"
                                                                                               "nte"
                                                                                               "nt>"
                                                                                               "</"
                                                                                               "mc:"
                                                                                               "Fal"
                                                                                               "lba"
                                                                                               "ck>"
                                                                                               "</"
                                                                                               "mc:"
                                                                                               "Alt"
                                                                                               "ern"
                                                                                               "ate"
                                                                                               "Con"
                                                                                               "ten"
                                                                                               "t><"
                                                                                               "/r"
                                                                                               ">"),
     P("<r><mc:AlternateContent><mc:Choice Requires='wps'><txbxContent>" P(
         T("b")) "</txbxContent></mc:Choice><mc:Fallback><txbxContent>" P(T("b")) "</txbxContent></"
                                                                                  "mc:Fallback></"
                                                                                  "mc:"
                                                                                  "AlternateContent"
                                                                                  "></r>"),
     P("<r><mc:AlternateContent><mc:Choice Requires='wps'><txbxContent><p/>"
       "</txbxContent></mc:Choice><mc:Fallback><txbxContent><p/>"
       "</txbxContent></mc:Fallback></mc:AlternateContent></r>")},
    {"ins around blocks", P(T("a")) "<ins " A ">" P(T("b")) P(T("c")) "</ins>" P(T("d")),
     P(T("a")) P(T("b")) P(T("c")) P(T("d")), P(T("a")) P(T("d"))},
    {"del around a row",
     "<tbl><tblPr/><tr><tc>" P(T("a")) "</tc></tr><del " A
                                       "><tr><tc>" P(D("b")) "</tc></tr></del></tbl>" P(""),
     "<tbl><tblPr/><tr><tc>" P(T("a")) "</tc></tr></tbl><p></p>",
     "<tbl><tblPr/><tr><tc>" P(T("a")) "</tc></tr><tr><tc>" P(T("b")) "</tc></tr></tbl><p></p>"},
    {"an empty ins", P("<ins " A "/>" T("a")), P(T("a")), P(T("a"))},
    {"a stray end of a range", P(T("a") "<moveToRangeEnd w:id='7'/>"), P(T("a")), P(T("a"))},
};

static const Kind mark_kinds[] = {
    {"inserted mark", P(MARK("ins", "A") T("a")) P("<pPr><jc w:val='left'/></pPr>" T("b")),
     P(T("a")) P("<pPr><jc w:val='left'/></pPr>" T("b")),
     P("<pPr><jc w:val='left'/></pPr>" T("a") T("b"))},
    {"deleted mark", P(MARK("del", "A") T("a")) P(T("b")), P(T("a") T("b")), P(T("a")) P(T("b"))},
    {"moved marks", P(MARK("moveFrom", "A") T("a")) P(MARK("moveTo", "A") T("b")) P(T("c")),
     P(T("a") T("b")) P(T("c")), P(T("a")) P(T("b") T("c"))},
    {"three in a row",
     P(MARK("del", "A") T("a")) P(MARK("del", "A") T("b")) P(MARK("del", "B")) P(T("d")),
     P(T("a") T("b") T("d")), P(T("a")) P(T("b")) "<p/>" P(T("d"))},
    {"inserted and deleted",
     P("<pPr><rPr><ins " A "/><del " B "/><b/></rPr></pPr>" T("a")) P(T("b")), P(T("a") T("b")),
     P(T("a") T("b"))},
    {"emptied before a table",
     P(T("z")) P(MARK("del", "A") "<del " A
                                  ">" D("a") "</del>") "<tbl><tr><tc><p/></tc></tr></tbl>" P(""),
     P(T("z")) "<tbl><tr><tc><p/></tc></tr></tbl><p></p>",
     P(T("z")) P(T("a")) "<tbl><tr><tc><p/></tc></tr></tbl><p></p>"},
    {"with text before a table",
     P(MARK("del", "A") T("a")) "<tbl><tr><tc><p/></tc></tr></tbl>" P(""),
     P(T("a")) "<tbl><tr><tc><p/></tc></tr></tbl><p></p>",
     P(T("a")) "<tbl><tr><tc><p/></tc></tr></tbl><p></p>"},
    {"a table that goes parts all the same",
     P(MARK("ins", "A") T("a")) "<tbl><tr><trPr><ins " A "/>"
                                "</trPr><tc><p/></tc></tr></tbl>" P(T("b")),
     P(T("a")) "<tbl><tr><tc><p/></tc></tr></tbl>" P(T("b")), P(T("a")) P(T("b"))},
    {"the last of the body",
     P(T("a")) P(MARK("ins", "A") "<ins " A ">" T("b") "</ins>") "<sectPr><pgSz w:w='1'/></sectPr>",
     P(T("a")) P(T("b")) "<sectPr><pgSz w:w='1'/></sectPr>",
     P(T("a")) "<sectPr><pgSz w:w='1'/></sectPr>"},
    {"the only one of the body", P(MARK("ins", "A") "<ins " A ">" T("b") "</ins>") "<sectPr/>",
     P(T("b")) "<sectPr/>", "<p/><sectPr/>"},
    {"the only one of a cell",
     "<tbl><tr><tc>" P(MARK("del", "A") "<del " A ">" D("a") "</del>") "</tc></tr></tbl>" P(""),
     "<tbl><tr><tc><p/></tc></tr></tbl><p></p>",
     "<tbl><tr><tc>" P(T("a")) "</tc></tr></tbl><p></p>"},
    {"the required one behind a table",
     "<tbl><tr><tc><tbl><tr><tc><p/></tc></tr></tbl>" P(MARK("del", "A")) "</tc></tr></tbl>" P(""),
     "<tbl><tr><tc><tbl><tr><tc><p/></tc></tr></tbl><p/></tc></tr></tbl><p></p>",
     "<tbl><tr><tc><tbl><tr><tc><p/></tc></tr></tbl><p/></tc></tr></tbl><p></p>"},
    {"into a control",
     P(MARK("del", "A") T("a")) "<sdt><sdtContent>" P(T("b")) "</sdtContent></sdt>",
     "<sdt><sdtContent>" P(T("a") T("b")) "</sdtContent></sdt>",
     P(T("a")) "<sdt><sdtContent>" P(T("b")) "</sdtContent></sdt>"},
    {"a control emptied",
     P(T("a")) "<sdt><sdtContent>" P(
         MARK("del", "A") "<del " A ">" D("b") "</del>") "</sdtContent></sdt>" P(T("c")),
     P(T("a")) P(T("c")), P(T("a")) "<sdt><sdtContent>" P(T("b")) "</sdtContent></sdt>" P(T("c"))},
    {"a bookmark between", P(MARK("del", "A") T("a")) "<bookmarkEnd w:id='1'/>" P(T("b")),
     "<bookmarkEnd w:id='1'/>" P(T("a") T("b")), P(T("a")) "<bookmarkEnd w:id='1'/>" P(T("b"))},
    {"a section in the mark",
     P("<pPr><rPr><del " A "/></rPr><sectPr><pgSz w:w='1'/></sectPr></pPr>" T("a")) P(T("b")),
     P(T("a") T("b")), P("<pPr><sectPr><pgSz w:w='1'/></sectPr></pPr>" T("a")) P(T("b"))},
    {"a field's end outlives its paragraph",
     P(T("z")) P(MARK(
         "del",
         "A") "<r><fldChar w:fldCharType='end'/></r>") "<tbl><tr><tc><p/></tc></tr></tbl>" P(""),
     P(T("z") "<r><fldChar w:fldCharType='end'/></r>") "<tbl><tr><tc><p/></tc></tr></tbl><p></p>",
     P(T("z"))
         P("<r><fldChar w:fldCharType='end'/></r>") "<tbl><tr><tc><p/></tc></tr></tbl><p></p>"},
};

static const Kind property_kinds[] = {
    {"rPrChange", P("<r><rPr><b/><rPrChange " A "><rPr><i/></rPr></rPrChange></rPr><t>a</t></r>"),
     P("<r><rPr><b/></rPr><t>a</t></r>"), P("<r><rPr><i/></rPr><t>a</t></r>")},
    {"rPrChange from nothing",
     P("<r><rPr><b/><rPrChange " A "><rPr/></rPrChange></rPr><t>a</t></r>"),
     P("<r><rPr><b/></rPr><t>a</t></r>"), P(T("a"))},
    {"rPrChange to nothing",
     P("<r><rPr><rPrChange " A "><rPr><i/></rPr></rPrChange></rPr><t>a</t></r>"), P(T("a")),
     P("<r><rPr><i/></rPr><t>a</t></r>")},
    {"rPrChange of a mark",
     P("<pPr><rPr><ins " B "/><b/><rPrChange " A "><rPr><ins " B "/><i/></rPr>"
       "</rPrChange></rPr></pPr>" T("a")) P(T("b")),
     P("<pPr><rPr><b/></rPr></pPr>" T("a")) P(T("b")), P(T("a") T("b"))},
    {"pPrChange",
     P("<pPr><jc w:val='left'/><rPr><b/></rPr><pPrChange " A "><pPr><ind w:left='1'/></pPr>"
       "</pPrChange></pPr>"),
     P("<pPr><jc w:val='left'/><rPr><b/></rPr></pPr>"),
     P("<pPr><ind w:left='1'/><rPr><b/></rPr></pPr>")},
    {"pPrChange from nothing",
     P("<pPr><jc w:val='left'/><pPrChange " A "><pPr/></pPrChange></pPr>" T("a")),
     P("<pPr><jc w:val='left'/></pPr>" T("a")), P(T("a"))},
    {"pPrChange keeps the section",
     P("<pPr><jc w:val='left'/><sectPr><pgSz w:w='1'/></sectPr>"
       "<pPrChange " A "><pPr><jc w:val='right'/></pPr></pPrChange></pPr>"),
     P("<pPr><jc w:val='left'/><sectPr><pgSz w:w='1'/></sectPr></pPr>"),
     P("<pPr><jc w:val='right'/><sectPr><pgSz w:w='1'/></sectPr></pPr>")},
    {"a numbering in old properties",
     P("<pPr><pPrChange " A "><pPr><numPr><numId w:val='2'/><ins " B
       "/></numPr></pPr></pPrChange></pPr>" T("a")),
     P(T("a")), P(T("a"))},
    {"sectPrChange",
     "<p/><sectPr><headerReference w:type='default'/><pgSz w:w='1'/><sectPrChange " A
     "><sectPr><pgSz w:w='2'/></sectPr></sectPrChange></sectPr>",
     "<p/><sectPr><headerReference w:type='default'/><pgSz w:w='1'/></sectPr>",
     "<p/><sectPr><headerReference w:type='default'/><pgSz w:w='2'/></sectPr>"},
    {"sectPrChange in a paragraph",
     P("<pPr><sectPr><pgSz w:w='1'/><sectPrChange " A "><sectPr>"
       "<pgSz w:w='2'/></sectPr></sectPrChange></sectPr></pPr>"),
     P("<pPr><sectPr><pgSz w:w='1'/></sectPr></pPr>"),
     P("<pPr><sectPr><pgSz w:w='2'/></sectPr></pPr>")},
    {"numberingChange",
     P("<pPr><numPr><numId w:val='1'/><numberingChange " A " w:original='1.'/>"
       "</numPr></pPr>"),
     P("<pPr><numPr><numId w:val='1'/></numPr></pPr>"),
     P("<pPr><numPr><numId w:val='1'/></numPr></pPr>")},
    {"inserted numbering", P("<pPr><numPr><numId w:val='1'/><ins " A "/></numPr></pPr>" T("a")),
     P("<pPr><numPr><numId w:val='1'/></numPr></pPr>" T("a")), P(T("a"))},
};

#define CELL(properties, text) "<tc>" properties "<p><r><t>" text "</t></r></p></tc>"
#define TABLE(rows) "<tbl><tblPr/>" rows "</tbl>"
#define ROW(cells) "<tr>" cells "</tr>"

static const Kind table_kinds[] = {
    {"tblPrChange and grid",
     "<tbl><tblPr><tblStyle w:val='x'/><tblPrChange " A "><tblPr><tblStyle "
     "w:val='y'/></tblPr></tblPrChange></tblPr><tblGrid><gridCol w:w='1'/><tblGridChange w:id='1'>"
     "<tblGrid><gridCol w:w='2'/></tblGrid></tblGridChange></tblGrid>" ROW(CELL("", "a")) "</tbl>",
     "<tbl><tblPr><tblStyle w:val='x'/></tblPr><tblGrid><gridCol w:w='1'/></tblGrid>" ROW(
         CELL("", "a")) "</tbl>",
     "<tbl><tblPr><tblStyle w:val='y'/></tblPr><tblGrid><gridCol w:w='2'/></tblGrid>" ROW(
         CELL("", "a")) "</tbl>"},
    {"tblPrExChange",
     TABLE("<tr><tblPrEx><jc w:val='left'/><tblPrExChange " A "><tblPrEx/>"
           "</tblPrExChange></tblPrEx>" CELL("", "a") "</tr>"),
     TABLE("<tr><tblPrEx><jc w:val='left'/></tblPrEx>" CELL("", "a") "</tr>"),
     TABLE(ROW(CELL("", "a")))},
    {"trPrChange",
     TABLE("<tr><trPr><tblHeader/><ins " B "/><trPrChange " A "><trPr><cantSplit/></trPr>"
           "</trPrChange></trPr>" CELL("", "a") "</tr>" ROW(CELL("", "b"))),
     TABLE("<tr><trPr><tblHeader/></trPr>" CELL("", "a") "</tr>" ROW(CELL("", "b"))),
     TABLE(ROW(CELL("", "b")))},
    {"tcPrChange",
     TABLE(ROW(CELL("<tcPr><tcW w:w='1'/><tcPrChange " A "><tcPr><tcW w:w='2'/><cellDel " A
                    "/></tcPr></tcPrChange></tcPr>",
                    "a"))),
     TABLE(ROW(CELL("<tcPr><tcW w:w='1'/></tcPr>", "a"))),
     TABLE(ROW(CELL("<tcPr><tcW w:w='2'/></tcPr>", "a")))},
    {"inserted row",
     TABLE(ROW(CELL("", "a")) "<tr><trPr><ins " A "/></trPr>" CELL("", "b") "</tr>"),
     TABLE(ROW(CELL("", "a")) ROW(CELL("", "b"))), TABLE(ROW(CELL("", "a")))},
    {"deleted row", TABLE(ROW(CELL("", "a")) "<tr><trPr><del " A "/></trPr>" CELL("", "b") "</tr>"),
     TABLE(ROW(CELL("", "a"))), TABLE(ROW(CELL("", "a")) ROW(CELL("", "b")))},
    {"deleted row with a comment",
     TABLE("<tr><trPr><del " A "/></trPr><tc><p><commentRangeStart "
           "w:id='1'/>" T("x") "<commentRangeEnd w:id='1'/><r><commentReference "
                               "w:id='1'/></r></p></tc></tr>" ROW(CELL("", "b"))),
     TABLE(
         "<commentRangeStart w:id='1'/><commentRangeEnd w:id='1'/><tr><tc><p><r><commentReference "
         "w:id='1'/></r><r><t>b</t></r></p></tc></tr>"),
     TABLE("<tr><tc><p><commentRangeStart w:id='1'/>" T(
         "x") "<commentRangeEnd w:id='1'/><r>"
              "<commentReference w:id='1'/></r></p></tc></tr>" ROW(CELL("", "b")))},
    {"the whole table", P("") TABLE("<tr><trPr><ins " A "/></trPr>" CELL("", "b") "</tr>") P(""),
     "<p></p>" TABLE(ROW(CELL("", "b"))) "<p></p>", "<p></p><p></p>"},
    {"cellIns", TABLE(ROW(CELL("", "a") CELL("<tcPr><cellIns " A "/></tcPr>", "b"))),
     TABLE(ROW(CELL("", "a") CELL("", "b"))), TABLE(ROW(CELL("", "a")))},
    {"cellDel", TABLE(ROW(CELL("", "a") CELL("<tcPr><cellDel " A "/></tcPr>", "b"))),
     TABLE(ROW(CELL("", "a"))), TABLE(ROW(CELL("", "a") CELL("", "b")))},
    {"a row whose cells all go",
     TABLE(ROW(CELL("", "a")) ROW(CELL("<tcPr><cellDel " A "/></tcPr>", "b"))),
     TABLE(ROW(CELL("", "a"))), TABLE(ROW(CELL("", "a")) ROW(CELL("", "b")))},
    {"cellMerge",
     TABLE(ROW(CELL("<tcPr><tcW w:w='1'/><vMerge/><shd w:fill='x'/><cellMerge " A
                    " w:vMerge='rest' w:vMergeOrig='cont'/></tcPr>",
                    "a"))),
     TABLE(
         ROW(CELL("<tcPr><tcW w:w='1'/><vMerge w:val=\"restart\"/><shd w:fill='x'/></tcPr>", "a"))),
     TABLE(ROW(
         CELL("<tcPr><tcW w:w='1'/><vMerge w:val=\"continue\"/><shd w:fill='x'/></tcPr>", "a")))},
    {"cellMerge from nothing",
     TABLE(ROW(CELL("<tcPr><cellMerge " A " w:vMerge='cont'/></tcPr>", "a"))),
     TABLE(ROW(CELL("<tcPr><vMerge w:val=\"continue\"/></tcPr>", "a"))), TABLE(ROW(CELL("", "a")))},
    {"a cell whose text all goes", TABLE(ROW("<tc><del " A ">" P(D("a")) "</del></tc>")),
     TABLE(ROW("<tc><p/></tc>")), TABLE(ROW("<tc>" P(T("a")) "</tc>"))},
    {"nested tables",
     TABLE(ROW("<tc>" TABLE("<tr><trPr><del " A "/></trPr>" CELL("", "x") "</tr>") P("") "</tc>")),
     TABLE(ROW("<tc><p></p></tc>")), TABLE(ROW("<tc>" TABLE(ROW(CELL("", "x"))) "<p></p></tc>"))},
};

#define CONTROL(content) "<sdt><sdtPr/><sdtContent>" content "</sdtContent></sdt>"
#define RANGES(kind, content)                                                                      \
    "<customXml" kind "RangeStart w:id='1' " A "/>" content "<customXml" kind "RangeEnd "          \
    "w:id='1'/>"

static const Kind control_kinds[] = {
    {"inserted control", P(RANGES("Ins", CONTROL(T("a")))), P(CONTROL(T("a"))), P(T("a"))},
    {"deleted control", P(RANGES("Del", CONTROL(T("a")))), P(T("a")), P(CONTROL(T("a")))},
    {"control moved here", RANGES("MoveTo", CONTROL(P(T("a")))), CONTROL(P(T("a"))), P(T("a"))},
    {"control moved away", RANGES("MoveFrom", CONTROL(P(T("a")))), P(T("a")), CONTROL(P(T("a")))},
    {"inserted customXml",
     P(RANGES("Ins", "<customXml w:element='x'><customXmlPr/>" T("a") "</customXml>")),
     P("<customXml w:element='x'><customXmlPr/>" T("a") "</customXml>"), P(T("a"))},
    {"as Word marks it",
     "<customXmlInsRangeStart w:id='1' " A
     "/><sdt><sdtPr/><sdtContent><customXmlInsRangeEnd w:id='1'/>" P(
         T("a")) "<customXmlInsRangeStart w:id='2' " A "/></sdtContent></sdt><customXmlInsRangeEnd "
                 "w:id='2'/>",
     CONTROL(P(T("a"))), P(T("a"))},
    {"a range around no control", P(RANGES("Ins", T("a"))), P(T("a")), P(T("a"))},
};

static void check_kinds(Arena *a, const Kind *kinds, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const Kind *k = &kinds[i];
        const Str source = str_from_z(k->source);
        const Str yes = accepted(a, source), no = rejected(a, source);
        const bool good =
            str_equal(yes, str_from_z(k->accepted)) & str_equal(no, str_from_z(k->rejected));
        if (!T_CHECK(good)) {
            printf("# %s\n", k->name);
            T_EQ_STR(yes, str_from_z(k->accepted));
            T_EQ_STR(no, str_from_z(k->rejected));
        }
        /* what nobody selects stays as it was, byte for byte, unless nobody made it */
        if (str_find(source, S("tblGridChange")) < 0 &&
            str_find(source, S("RangeEnd w:id='7'")) < 0) {
            T_EQ_STR(chosen(a, source, S("nobody"), REVISE_ACCEPT), source);
        }
    }
}

#define KINDS_TEST(name)                                                                           \
    static void name##_in(Arena *a) { check_kinds(a, name, sizeof name / sizeof name[0]); }        \
    static void test_##name(void) { t_with_arena(name##_in); }
KINDS_TEST(content_kinds)
KINDS_TEST(mark_kinds)
KINDS_TEST(property_kinds)
KINDS_TEST(table_kinds)
KINDS_TEST(control_kinds)

/* ---- one office's, with the others' kept or rejected ---- */

typedef struct Mixed {
    const char *name, *source;
    const char *only_a;   /* A accepted, the rest rejected */
    const char *accept_a; /* A accepted, the rest kept */
    const char *reject_a; /* A rejected, the rest kept */
} Mixed;

#define BOTH "w:author='A; B'"

static const Mixed mixed[] = {
    {"side by side",
     P("<ins " A ">" T("a") "</ins><ins " B ">" T("b") "</ins><del " B ">" D("c") "</del>"),
     P(T("a") T("c")), P(T("a") "<ins " B ">" T("b") "</ins><del " B ">" D("c") "</del>"),
     P("<ins " B ">" T("b") "</ins><del " B ">" D("c") "</del>")},
    {"jointly", P("<ins " BOTH ">" T("a") "</ins><ins " B ">" T("b") "</ins>"), P(T("a")),
     P(T("a") "<ins " B ">" T("b") "</ins>"), P("<ins " B ">" T("b") "</ins>")},
    {"another name that holds the name", P("<ins w:author='A1; BA'>" T("a") "</ins>"), "<p/>",
     P("<ins w:author='A1; BA'>" T("a") "</ins>"), P("<ins w:author='A1; BA'>" T("a") "</ins>")},
    {"A deletes what B inserts", P("<ins " B "><del " A ">" D("a") "</del>" T("b") "</ins>"),
     "<p/>", P("<ins " B ">" T("b") "</ins>"), P("<ins " B ">" T("a") T("b") "</ins>")},
    {"B deletes what A inserts", P("<ins " A "><del " B ">" D("a") "</del></ins>"), P(T("a")),
     P("<del " B ">" D("a") "</del>"), "<p/>"},
    {"deletions nested", P("<del " A "><del " B ">" D("a") "</del>" D("b") "</del>"), "<p/>",
     "<p/>", P("<del " B ">" D("a") "</del>" T("b"))},
    {"deletions nested, the inner is A's",
     P("<del " B "><del " A ">" D("a") "</del>" D("b") "</del>"), P(T("b")),
     P("<del " B ">" D("b") "</del>"), P("<del " B ">" D("a") D("b") "</del>")},
    {"one mark of two", P("<pPr><rPr><ins " A "/><del " B "/></rPr></pPr>" T("a")) P(T("b")),
     P(T("a")) P(T("b")), P(MARK("del", "B") T("a")) P(T("b")), P(T("a") T("b"))},
    {"marks in a row", P(MARK("ins", "A") T("a")) P(MARK("ins", "B") T("b")) P(T("c")),
     P(T("a")) P(T("b") T("c")), P(T("a")) P(MARK("ins", "B") T("b")) P(T("c")),
     P(MARK("ins", "B") T("a") T("b")) P(T("c"))},
    {"joined twice", P(MARK("del", "A") T("a")) P(MARK("ins", "B") T("b")) P(T("c")),
     P(T("a") T("b") T("c")), P(MARK("ins", "B") T("a") T("b")) P(T("c")),
     P(T("a")) P(MARK("ins", "B") T("b")) P(T("c"))},
    {"accepting comes first",
     P(MARK("del", "A") "<ins " B ">" T("b") "</ins>") "<tbl><tr><tc><p/></tc></tr></tbl>" P(""),
     "<p/><tbl><tr><tc><p/></tc></tr></tbl><p></p>",
     P("<ins " B ">" T("b") "</ins>") "<tbl><tr><tc><p/></tc></tr></tbl><p></p>",
     P("<ins " B ">" T("b") "</ins>") "<tbl><tr><tc><p/></tc></tr></tbl><p></p>"},
    {"a range that ends",
     P("<moveFromRangeStart w:id='1' " A "/><moveFromRangeStart w:id='2' " B
       "/><moveFromRangeEnd w:id='1'/>" T("a") "<moveFromRangeEnd w:id='2'/>"),
     P(T("a")), P("<moveFromRangeStart w:id='2' " B "/>" T("a") "<moveFromRangeEnd w:id='2'/>"),
     P("<moveFromRangeStart w:id='2' " B "/>" T("a") "<moveFromRangeEnd w:id='2'/>")},
    {"a range of B in A's deletion",
     P("<del " A "><moveToRangeStart w:id='2' " B "/>" D("a") "</del>"
                                                              "<moveToRangeEnd w:id='2'/>"),
     "<p/>", P("<moveToRangeStart w:id='2' " B "/><moveToRangeEnd w:id='2'/>"),
     P("<moveToRangeStart w:id='2' " B "/>" T("a") "<moveToRangeEnd w:id='2'/>")},
    {"the grid goes with its table",
     "<tbl><tblPr/><tblGrid><gridCol w:w='1'/><tblGridChange w:id='1'>"
     "<tblGrid><gridCol w:w='2'/></tblGrid></tblGridChange></tblGrid>" ROW(
         CELL("", "a") CELL("<tcPr><cellIns " A "/></tcPr>", "b")) "</tbl>",
     "<tbl><tblPr/><tblGrid><gridCol w:w='1'/></tblGrid>" ROW(CELL("", "a") CELL("", "b")) "</tbl>",
     "<tbl><tblPr/><tblGrid><gridCol w:w='1'/></tblGrid>" ROW(CELL("", "a") CELL("", "b")) "</tbl>",
     "<tbl><tblPr/><tblGrid><gridCol w:w='2'/></tblGrid>" ROW(CELL("", "a")) "</tbl>"},
};

static void mixed_in(Arena *a) {
    for (size_t i = 0; i < sizeof mixed / sizeof mixed[0]; i++) {
        const Mixed *m = &mixed[i];
        const Str source = str_from_z(m->source);
        const bool good =
            T_EQ_STR(only(a, source, S("A")), str_from_z(m->only_a)) &
            T_EQ_STR(chosen(a, source, S("A"), REVISE_ACCEPT), str_from_z(m->accept_a)) &
            T_EQ_STR(chosen(a, source, S("A"), REVISE_REJECT), str_from_z(m->reject_a));
        if (!good) printf("# ... in \"%s\"\n", m->name);
    }
}

static void test_mixed(void) { t_with_arena(mixed_in); }

static void test_office_names(void) {
    T_CHECK(revise_names_office(S("Foreign Affairs"), S("Foreign Affairs")));
    T_CHECK(revise_names_office(S("Foreign Affairs; Interior"), S("Foreign Affairs")));
    T_CHECK(revise_names_office(S("Foreign Affairs; Interior"), S("Interior")));
    T_CHECK(revise_names_office(S("A; B; C"), S("B")));
    T_CHECK(!revise_names_office(S("A; B; C"), S("A; B")));
    T_CHECK(!revise_names_office(S("Foreign Affairs"), S("Foreign")));
    T_CHECK(!revise_names_office(S("A;B"), S("A")));
    T_CHECK(revise_names_office(S(""), S("")));
    T_CHECK(!revise_names_office(S("A"), S("")));
    T_CHECK(revise_names_office((Str){NULL, 0}, S("")));
}

/* ---- scopes smaller than the tree ---- */

static void scopes_in(Arena *a) {
    XmlTree *t = read_body(a, S(P(MARK("ins", "A") "<ins " A ">" T("a") "</ins>" T("b"))
                                    P("<ins " A ">" T("c") "</ins>")));
    XmlNode *body = t->root->first, *first = body->first, *second = first->next;
    T_CHECK(revise_has(first) && revise_has(second) && revise_has(body));
    revise_resolve(t, first, revise_reject_all, NULL);
    T_EQ_STR(written(a, t), S(P(T("b")) P("<ins " A ">" T("c") "</ins>")));
    T_CHECK(!revise_has(first) && revise_has(second));
    T_CHECK(!(second->flags & XML_DIRTY) && first->flags & XML_DIRTY && body->flags & XML_DIRTY);
    revise_resolve(t, second, revise_accept_all, NULL);
    T_EQ_STR(written(a, t), S(P(T("b")) P(T("c"))));

    /* a slice of blocks: what has no next paragraph in it stays one */
    t = read_body(a, S(P(MARK("ins", "A") T("a")) P(MARK("ins", "A") T("b"))));
    revise_resolve(t, t->root->first, revise_reject_all, NULL);
    T_EQ_STR(written(a, t), S(P(T("a") T("b"))));

    /* a table as the scope stays, emptied */
    t = read_body(a, S(TABLE("<tr><trPr><ins " A "/></trPr>" CELL("", "b") "</tr>")));
    revise_resolve(t, t->root->first->first, revise_reject_all, NULL);
    T_EQ_STR(written(a, t), S("<tbl><tblPr/></tbl>"));

    t = read_body(a, S(P(T("a"))));
    revise_resolve(t, t->root, revise_accept_all, NULL);
    T_CHECK(!(t->root->flags & XML_DIRTY));
}

static void test_scopes(void) { t_with_arena(scopes_in); }

static const bool revision_names[NAMES_KNOWN] = {
#define NAME(ns, local)
#define REVISION(ns, local) [ns##_##local] = true,
#include "xml/names.def"
#undef REVISION
#undef NAME
};

static void test_knows_all_names(void) {
    for (int name = XML_RAW + 1; name < NAMES_KNOWN; name++) {
        const XmlNode n = {.name = (uint16_t)name};
        T_EQ_INT(revise_is(&n), revision_names[name]);
    }
}

/* ---- random documents ---- */

typedef struct Gen {
    Buf out;
    int id, words;
    bool is_local; /* no revision that joins, removes or unwraps blocks */
} Gen;

static bool maybe(int percent) { return t_random_below(100) < percent; }

static const char *one_of(const char *const *of, ptrdiff_t count) {
    return of[t_random_below(count)];
}

static void put(Gen *g, const char *s) { buf_add(&g->out, str_from_z(s)); }

static void put_author(Gen *g) {
    static const char *const authors[] = {"A", "B", "A; B", "C"};
    buf_format(&g->out, " w:id='%d' w:author='%s' w:date='2026-01-0%dT00:00:00Z'", ++g->id,
               one_of(authors, 4), (int)t_random_below(3) + 1);
}

static void put_mark(Gen *g, const char *name, int percent) {
    if (!maybe(percent)) return;
    buf_format(&g->out, "<%s", name);
    put_author(g);
    put(g, "/>");
}

static void put_change(Gen *g, const char *holder, int percent) {
    static const char *const old[] = {"", "<a1/>", "<a2/><a3/>"};
    if (!maybe(percent)) return;
    buf_format(&g->out, "<%sChange", holder);
    put_author(g);
    buf_format(&g->out, "><%s>%s</%s></%sChange>", holder, one_of(old, 3), holder, holder);
}

static void put_blocks(Gen *g, int depth, int least, int most);

static void put_run(Gen *g, int depth, bool is_deleted) {
    put(g, "<r>");
    if (maybe(40)) {
        put(g, maybe(50) ? "<rPr><b/>" : "<rPr>");
        put_change(g, "rPr", 30);
        put(g, "</rPr>");
    }
    if (maybe(75)) {
        const char *name = is_deleted ? "delText" : "t";
        buf_format(&g->out, "<%s>w%d</%s>", name, ++g->words, name);
    } else if (maybe(30) && depth < 2) {
        put(g, "<pict><txbxContent>");
        put_blocks(g, depth + 2, 1, 2);
        put(g, "</txbxContent></pict>");
    } else {
        put(g, maybe(50) ? "<tab/>" : "<fldChar w:fldCharType='end'/>");
    }
    put(g, "</r>");
}

static void put_inline(Gen *g, int depth, bool is_deleted);

static void put_around(Gen *g, const char *name, int depth, bool is_deleted) {
    buf_format(&g->out, "<%s", name);
    put_author(g);
    put(g, ">");
    put_inline(g, depth + 1, is_deleted || strcmp(name, "del") == 0);
    buf_format(&g->out, "</%s>", name);
}

static void put_range(Gen *g, int depth, bool is_deleted) {
    static const char *const kinds[] = {"moveFrom", "moveTo", "customXmlIns", "customXmlDel"};
    const char *kind = one_of(kinds, g->is_local ? 2 : 4);
    const int id = g->id + 1;
    buf_format(&g->out, "<%sRangeStart", kind);
    put_author(g);
    put(g, "/>");
    const bool is_control = strncmp(kind, "custom", 6) == 0;
    if (is_control) put(g, "<sdt><sdtPr/><sdtContent>");
    put_inline(g, depth + 1, is_deleted);
    if (is_control) put(g, "</sdtContent></sdt>");
    buf_format(&g->out, "<%sRangeEnd w:id='%d'/>", kind, id);
}

static void put_inline(Gen *g, int depth, bool is_deleted) {
    static const char *const around[] = {"ins", "del", "moveFrom", "moveTo", "ins", "del"};
    for (ptrdiff_t i = t_random_below(4); i > 0; i--) {
        const ptrdiff_t what = depth > 4 ? 0 : t_random_below(100);
        if (what < 45) {
            put_run(g, depth, is_deleted);
        } else if (what < 75) {
            put_around(g, one_of(around, 6), depth, is_deleted);
        } else if (what < 80) {
            buf_format(&g->out, "<bookmarkStart w:id='%d' w:name='b'/>", ++g->id);
        } else if (what < 84) {
            buf_format(&g->out, "<r><commentReference w:id='%d'/></r>", ++g->id);
        } else if (what < 92) {
            const char *name = maybe(50) ? "hyperlink" : "smartTag";
            buf_format(&g->out, "<%s>", name);
            put_run(g, depth, is_deleted);
            put_inline(g, depth + 1, is_deleted);
            buf_format(&g->out, "</%s>", name);
        } else {
            put_range(g, depth, is_deleted);
        }
    }
}

static void put_paragraph(Gen *g, int depth) {
    const int percent = g->is_local ? 0 : 18;
    put(g, "<p>");
    if (maybe(60)) {
        put(g, maybe(30) ? "<pPr><jc w:val='left'/>" : "<pPr>");
        if (maybe(20)) {
            put(g, "<numPr><numId w:val='1'/>");
            put_mark(g, maybe(50) ? "ins" : "numberingChange", 60);
            put(g, "</numPr>");
        }
        put(g, "<rPr>");
        put_mark(g, "ins", percent);
        put_mark(g, "del", percent);
        put_mark(g, "moveFrom", percent / 4);
        put_mark(g, "moveTo", percent / 4);
        put_change(g, "rPr", 10);
        put(g, "</rPr>");
        if (maybe(5)) {
            put(g, "<sectPr><a1/>");
            put_change(g, "sectPr", 40);
            put(g, "</sectPr>");
        }
        put_change(g, "pPr", 12);
        put(g, "</pPr>");
    }
    put_inline(g, depth, false);
    put(g, "</p>");
}

static void put_cell(Gen *g, int depth) {
    put(g, "<tc><tcPr><tcW w:w='1'/>");
    if (maybe(10)) put(g, "<vMerge/>");
    if (!g->is_local) {
        put_mark(g, "cellIns", 10);
        put_mark(g, "cellDel", 10);
    }
    if (maybe(5)) {
        put(g, "<cellMerge w:vMerge='rest'");
        put_author(g);
        put(g, "/>");
    }
    put_change(g, "tcPr", 10);
    put(g, "</tcPr>");
    put_blocks(g, depth + 1, 0, 2);
    put_paragraph(g, depth + 2);
    put(g, "</tc>");
}

static void put_table(Gen *g, int depth) {
    put(g, "<tbl><tblPr>");
    put_change(g, "tblPr", 10);
    put(g, "</tblPr><tblGrid><gridCol/>");
    if (maybe(10)) put(g, "<tblGridChange w:id='1'><tblGrid/></tblGridChange>");
    put(g, "</tblGrid>");
    for (ptrdiff_t i = 1 + t_random_below(3); i > 0; i--) {
        put(g, "<tr><trPr>");
        if (!g->is_local) {
            put_mark(g, "ins", 20);
            put_mark(g, "del", 20);
        }
        put_change(g, "trPr", 10);
        put(g, "</trPr>");
        for (ptrdiff_t k = 1 + t_random_below(3); k > 0; k--) put_cell(g, depth);
        put(g, "</tr>");
    }
    put(g, "</tbl>");
}

static void put_blocks(Gen *g, int depth, int least, int most) {
    for (ptrdiff_t i = least + t_random_below(most - least + 1); i > 0; i--) {
        const ptrdiff_t what = depth > 3 ? 0 : t_random_below(100);
        if (what < 75) {
            put_paragraph(g, depth);
        } else if (what < 87) {
            put_table(g, depth);
        } else if (what < 93 && !g->is_local) {
            put(g, "<customXmlInsRangeStart");
            put_author(g);
            buf_format(&g->out, "/><sdt><sdtContent>");
            const int id = g->id;
            put_blocks(g, depth + 1, 1, 2);
            buf_format(&g->out, "</sdtContent></sdt><customXmlInsRangeEnd w:id='%d'/>", id);
        } else if (!g->is_local) {
            const char *name = maybe(50) ? "ins" : "del";
            buf_format(&g->out, "<%s", name);
            put_author(g);
            put(g, ">");
            put_blocks(g, depth + 1, 1, 2);
            buf_format(&g->out, "</%s>", name);
        }
    }
}

static Str random_body(Arena *a, bool is_local) {
    Gen g = {.out = buf_new(a), .is_local = is_local};
    put_blocks(&g, 0, 1, 6);
    if (maybe(80)) {
        put(&g, "<sectPr>");
        put_change(&g, "sectPr", 20);
        put(&g, "</sectPr>");
    }
    return buf_str(&g.out);
}

/* ---- laws ---- */

/* Nothing that resolving needed is left on the nodes. */
static bool is_clean(const XmlTree *t) {
    for (const XmlNode *n = t->root; n; n = xml_next(n, t->root)) {
        if (n->flags & UINT32_C(0x00F00000)) return false;
        if (xml_is_element(n)) {
            const XmlNode *last = NULL;
            for (const XmlNode *c = n->first; c; last = c, c = c->next) {
                if (c->parent != n) return false;
                if (c->flags & XML_DIRTY && !(n->flags & XML_DIRTY)) return false;
            }
            if (n->last != last) return false;
        }
    }
    return true;
}

typedef struct Asked {
    const XmlNode *nodes[4000];
    ptrdiff_t count;
} Asked;

static ReviseVerdict ask(void *ctx, const XmlNode *revision) {
    Asked *asked = ctx;
    if (asked->count < 4000) asked->nodes[asked->count++] = revision;
    return REVISE_KEEP;
}

static bool is_asked_about(const XmlNode *n) {
    if (!revise_is(n) || n->name == W_tblGridChange) return false;
    switch (n->name) {
    case W_moveFromRangeEnd:
    case W_moveToRangeEnd:
    case W_customXmlInsRangeEnd:
    case W_customXmlDelRangeEnd:
    case W_customXmlMoveFromRangeEnd:
    case W_customXmlMoveToRangeEnd: return false;
    default: return true;
    }
}

static void check_asking(Arena *a, Str body) {
    XmlTree *t = read_body(a, body);
    Asked *asked = NEW(a, Asked);
    revise_resolve(t, t->root, ask, asked);
    T_CHECK(is_clean(t));
    ptrdiff_t k = 0;
    for (const XmlNode *n = t->root; n; n = xml_next(n, t->root)) {
        if (is_asked_about(n) && k < 4000) T_CHECK(k < asked->count && asked->nodes[k++] == n);
    }
    while (k < asked->count) T_CHECK(asked->nodes[k++]->name == W_tblGridChange);
}

static void check_laws(Arena *a, Str body) {
    const struct {
        ReviseDecide decide;
        Str office;
    } ways[] = {{revise_accept_all, S("")},
                {revise_reject_all, S("")},
                {revise_only, S("A")},
                {revise_only, S("nobody")}};
    for (int i = 0; i < 4; i++) {
        Str office = ways[i].office;
        XmlTree *t = read_body(a, body);
        revise_resolve(t, t->root, ways[i].decide, &office);
        T_CHECK(is_clean(t));
        T_CHECK(!revise_has(t->root));
        const Str once = written(a, t);
        revise_resolve(t, t->root, ways[i].decide, &office);
        T_EQ_STR(written(a, t), once);
        T_CHECK(!revise_has(read_body(a, once)->root)); /* and it is markup */
    }
    T_EQ_STR(only(a, body, S("A")), rejected(a, chosen(a, body, S("A"), REVISE_ACCEPT)));
    T_EQ_STR(only(a, body, S("nobody")), rejected(a, body));
    T_EQ_STR(accepted(a, accepted(a, body)), accepted(a, body));
    check_asking(a, body);
}

static void laws_in(Arena *a) {
    for (int i = 0; i < 400 && !t_state.test_failed; i++) {
        const ArenaMark mark = arena_mark(a);
        const Str body = random_body(a, false);
        check_laws(a, body);
        if (t_state.test_failed) printf("# %d: [%.*s]\n", i, (int)body.len, body.ptr);
        arena_rewind(a, mark);
    }
}

static void test_laws(void) { t_with_arena(laws_in); }

/* Where no revision reaches beyond its block: block by block is the whole, and what had no revision
 * is not touched. */
static void check_locality(Arena *a, Str body, ReviseDecide decide) {
    Str office = S("A");
    XmlTree *whole = read_body(a, body), *parts = read_body(a, body);
    revise_resolve(whole, whole->root, decide, &office);
    for (XmlNode *c = parts->root->first->first; c; c = c->next) {
        const bool had = revise_has(c);
        revise_resolve(parts, c, decide, &office);
        T_EQ_INT((c->flags & XML_DIRTY) != 0, had);
    }
    T_EQ_STR(written(a, parts), written(a, whole));
    XmlNode *c = whole->root->first->first, *k = parts->root->first->first;
    for (; c && k; c = c->next, k = k->next) {
        T_EQ_INT(c->flags & XML_DIRTY, k->flags & XML_DIRTY);
    }
}

static void locality_in(Arena *a) {
    for (int i = 0; i < 300 && !t_state.test_failed; i++) {
        const ArenaMark mark = arena_mark(a);
        const Str body = random_body(a, true);
        check_locality(a, body, revise_accept_all);
        check_locality(a, body, revise_reject_all);
        check_locality(a, body, revise_only);
        if (t_state.test_failed) printf("# %d: [%.*s]\n", i, (int)body.len, body.ptr);
        arena_rewind(a, mark);
    }
}

static void test_locality(void) { t_with_arena(locality_in); }

/* ---- listing ---- */

typedef struct Listed {
    const char *name, *source;
    const char *changes; /* a line each: number kind author "text" */
} Listed;

static const Listed listed[] = {
    {"adjacent runs of one author",
     P("<ins " A ">" T("a") "</ins><bookmarkStart w:id='1'/><ins " A
                            ">" T("b") "</ins>" T("c") "<ins " A ">" T("d") "</ins>"),
     "1 insertion A \"ab\"\n2 insertion A \"d\"\n"},
    {"a replacement",
     P("<del " A ">" D("a") "</del><ins " A ">" T("b") "</ins><ins " B ">" T("c") "</ins>"),
     "1 deletion A \"a\"\n2 insertion A \"b\"\n3 insertion B \"c\"\n"},
    {"an inserted article is one change",
     P(T("x")) P(MARK("ins", "A") "<ins " A ">" T("Article 5") "</ins>")
         P(MARK("ins", "A") "<ins " A ">" T("b") "</ins>") P(T("c")),
     "1 insertion A \"Article 5\nb\"\n"},
    {"typed behind the last mark", P(MARK("ins", "A") T("x")) P("<ins " A ">" T("b") "</ins>"),
     "1 insertion A \"b\"\n"},
    {"a split paragraph", P(MARK("ins", "A") T("x")) P(T("b")), "1 paragraph inserted A \"\"\n"},
    {"joined paragraphs", P(MARK("del", "A") T("x")) P(T("b")), "1 paragraph deleted A \"\"\n"},
    {"another author's mark between",
     P(MARK("ins", "B") "<ins " A ">" T("a") "</ins>") P("<ins " A ">" T("b") "</ins>"),
     "1 insertion A \"a\"\n2 paragraph inserted B \"\"\n3 insertion A \"b\"\n"},
    {"a deletion of inserted text",
     P("<ins " A ">" T("a") "<del " B ">" D("b") "</del>" T("c") "</ins>"),
     "1 insertion A \"abc\"\n2 deletion B \"b\"\n"},
    {"a move",
     P("<moveFromRangeStart w:id='1' w:name='m' " A "/><moveFrom " A
       ">" T("b") "</moveFrom>"
                  "<moveFromRangeEnd w:id='1'/>" T(
                      "a") "<moveToRangeStart w:id='2' w:name='m' " A "/><moveTo " A
                           ">" T("b") "</moveTo><moveToRangeEnd w:id='2'/>"),
     "1 moved from A \"b\"\n2 moved to A \"b\"\n"},
    {"two moves, one of them of a table",
     P("<moveToRangeStart w:id='1' " A "/><moveTo " A
       ">" T("a") "</moveTo><moveToRangeEnd w:id='1'/>"
                  "<moveToRangeStart w:id='2' " A "/><moveTo " A ">" T("b") "</moveTo>")
         TABLE(ROW("<tc>" P("<moveTo " A ">" T("c") "</moveTo>") "</tc>"))
             P("<moveToRangeEnd w:id='2'/><moveTo " A ">" T("d") "</moveTo>"),
     "1 moved to A \"a\"\n2 moved to A \"bc\"\n3 moved to A \"d\"\n"},
    {"formatting",
     P("<r><rPr><b/><rPrChange " A "><rPr/></rPrChange></rPr><t>a</t></r><r><rPr><i/>"
       "<rPrChange " A "><rPr/></rPrChange></rPr><t>b</t></r>" T(
           "c") "<r><rPr><b/><rPrChange " A "><rPr/></rPrChange></rPr><t>d</t></r>"),
     "1 formatting A \"ab\"\n2 formatting A \"d\"\n"},
    {"paragraph formatting",
     P("<pPr><pPrChange " A "><pPr/></pPrChange></pPr>" T("a") "<del " B
                                                               ">" D("b") "</del>" T("c")),
     "1 paragraph formatting A \"ac\"\n2 deletion B \"b\"\n"},
    {"section and numbering",
     P("<pPr><numPr><ins " A "/></numPr></pPr>") "<sectPr><sectPrChange " B
                                                 "><sectPr/></sectPrChange></sectPr>",
     "1 numbering A \"\"\n2 section B \"\"\n"},
    {"inserted rows with what is in them",
     TABLE("<tr><trPr><ins " A "/></trPr>"
           "<tc>" P(MARK("ins", "A") "<ins " A ">" T("a") "</ins>") "</tc>" CELL(
               "", "b") "</tr><tr><trPr><ins " A
                        "/></trPr>" CELL("", "c") "</tr>" ROW(CELL("", "d"))),
     "1 row inserted A \"a\tb\nc\"\n"},
    {"an inserted column",
     TABLE(ROW(CELL("", "a") CELL("<tcPr><cellIns " A "/></tcPr>", "b"))
               ROW(CELL("", "c") CELL("<tcPr><cellIns " A "/></tcPr>", "d"))),
     "1 cell inserted A \"b\td\"\n"},
    {"table properties and grid",
     "<tbl><tblPr/><tblGrid><tblGridChange w:id='1'><tblGrid/>"
     "</tblGridChange></tblGrid>" ROW(
         CELL("<tcPr><tcPrChange " A "><tcPr/></tcPrChange></tcPr>", "a")) "</tbl>",
     "1 table properties A \"\"\n"},
    {"a control, marked twice",
     "<customXmlInsRangeStart w:id='1' " A "/><sdt><sdtContent>"
     "<customXmlInsRangeEnd w:id='1'/>" P(
         T("a")) "<customXmlInsRangeStart w:id='2' " A
                 "/></sdtContent></sdt><customXmlInsRangeEnd w:id='2'/>",
     "1 content control A \"\"\n"},
    {"a text box in two branches",
     P("<ins " A "><r><t>x</t></r></ins><r><mc:AlternateContent><mc:Choice "
       "Requires='wps'><txbxContent>" P("<ins w:id='5' " A ">" T(
           "b") "</ins>") "</txbxContent></mc:Choice>"
                          "<mc:Fallback><txbxContent>" P(
                              "<ins w:id='5' " A ">" T("b") "</ins>") "</txbxContent></mc:Fallback>"
                                                                      "</mc:AlternateContent></r>"),
     "1 insertion A \"x\"\n2 insertion A \"b\"\n"},
    {"an equation's", P("<m:oMath><ins " A "><m:r><m:t>2</m:t></m:r></ins></m:oMath>"),
     "1 insertion A \"2\"\n"},
    {"an empty insertion", P(T("a") "<ins " A "/>" T("b")), "1 insertion A \"\"\n"},
    {"table parts text",
     P(MARK("ins", "A") "<ins " A ">" T("a") "</ins>") TABLE(ROW(CELL("", "x")))
         P("<ins " A ">" T("b") "</ins>"),
     "1 insertion A \"a\"\n2 insertion A \"b\"\n"},
};

static Str listing(Arena *a, Str body) {
    XmlTree *t = read_body(a, body);
    ReviseChange *items = NULL;
    ptrdiff_t count = 0, cap = 0;
    Map numbers = map_new(a);
    revise_list_numbered(a, t, &items, &count, &cap, &numbers);
    Buf b = buf_new(a);
    for (ptrdiff_t i = 0; i < count; i++) {
        const ReviseChange *c = &items[i];
        const Str kind = revise_kind_name(c->kind);
        buf_format(&b, "%td %.*s %.*s \"%.*s\"\n", c->number, (int)kind.len, kind.ptr,
                   (int)c->author.len, c->author.ptr, (int)c->text.len, c->text.ptr);
    }
    return buf_str(&b);
}

static void list_in(Arena *a) {
    for (size_t i = 0; i < sizeof listed / sizeof listed[0]; i++) {
        if (!T_EQ_STR(listing(a, str_from_z(listed[i].source)), str_from_z(listed[i].changes))) {
            printf("# ... in \"%s\"\n", listed[i].name);
        }
    }
    for (int k = 0; k < CHANGE_KINDS; k++) T_CHECK(revise_kind_name((ReviseKind)k).len > 0);
}

static void test_list(void) { t_with_arena(list_in); }

/* A second tree's numbers go on from the first's. */
static void list_goes_on_in(Arena *a) {
    ReviseChange *items = NULL;
    ptrdiff_t count = 0, cap = 0;
    XmlTree *one = read_body(a, S(P("<ins " A ">" T("a") "</ins>")));
    XmlTree *two = read_body(a, S(P("<ins " A ">" T("b") "</ins>")));
    revise_list(a, one, &items, &count, &cap);
    revise_list(a, two, &items, &count, &cap);
    T_EQ_INT(count, 2);
    T_EQ_INT(items[1].number, 2);
    T_EQ_STR(items[1].text, S("b"));
    T_CHECK(items[1].node->name == W_ins && items[1].last == items[1].node);
}

static void test_list_goes_on(void) { t_with_arena(list_goes_on_in); }

typedef struct ByNumber {
    const Map *numbers;
    uint64_t number;
} ByNumber;

static ReviseVerdict decide_by_number(void *ctx, const XmlNode *revision) {
    const ByNumber *b = ctx;
    uint64_t number = 0;
    (void)map_find(b->numbers, (uint64_t)(uintptr_t)revision, &number);
    return number == b->number ? REVISE_ACCEPT : REVISE_KEEP;
}

/* Every revision has its change's number; first and last are such; and accepting the changes one by
 * one leaves nothing. */
static void check_numbers(Arena *a, Str body) {
    XmlTree *t = read_body(a, body);
    ReviseChange *items = NULL;
    ptrdiff_t count = 0, cap = 0;
    Map numbers = map_new(a);
    revise_list_numbered(a, t, &items, &count, &cap, &numbers);
    for (const XmlNode *n = t->root; n; n = xml_next(n, t->root)) {
        uint64_t number = 0;
        if (!revise_is(n)) continue;
        T_CHECK(map_find(&numbers, (uint64_t)(uintptr_t)n, &number));
        if (!T_CHECK(number >= 1 && number <= (uint64_t)count)) return;
        const Str author = xml_attr(n, W_author);
        if (author.ptr && revise_is(n->parent) == false) T_CHECK(items[number - 1].author.ptr);
    }
    for (ptrdiff_t i = 0; i < count; i++) {
        uint64_t number = 0;
        T_EQ_INT(items[i].number, i + 1);
        T_CHECK(map_find(&numbers, (uint64_t)(uintptr_t)items[i].node, &number));
        T_EQ_INT(number, i + 1);
        T_CHECK(map_find(&numbers, (uint64_t)(uintptr_t)items[i].last, &number));
        T_EQ_INT(number, i + 1);
        T_CHECK(str_equal(items[i].author, xml_attr(items[i].node, W_author)) ||
                items[i].node->name == W_tblGridChange);
    }
    for (ptrdiff_t i = 0; i < count; i++) {
        ByNumber by = {&numbers, (uint64_t)i + 1};
        revise_resolve(t, t->root, decide_by_number, &by);
        T_CHECK(is_clean(t));
    }
    T_CHECK(!revise_has(t->root));
}

static void numbers_in(Arena *a) {
    for (int i = 0; i < 200 && !t_state.test_failed; i++) {
        const ArenaMark mark = arena_mark(a);
        const Str body = random_body(a, false);
        check_numbers(a, body);
        if (t_state.test_failed) printf("# %d: [%.*s]\n", i, (int)body.len, body.ptr);
        arena_rewind(a, mark);
    }
}

static void test_numbers(void) { t_with_arena(numbers_in); }

/* ---- people ---- */

static const XmlNode *find_text(const XmlTree *t, Str text) {
    for (const XmlNode *n = t->root; n; n = xml_next(n, t->root)) {
        if (n->name == XML_TEXT && str_equal(n->text, text)) return n->parent->parent;
    }
    return NULL;
}

#define AT(who, day) "w:author='" who "' w:date='2026-01-0" #day "'"

static Str person_of(const RevisePeople *people, const XmlNode *n) {
    if (!n || n->mark >= (uint32_t)people->count) return S("?");
    return people->items[n->mark].author;
}

static void people_in(Arena *a) {
    XmlTree *t = read_body(
        a,
        S(P("<pPr><rPr><ins " AT("Kamal", 1) "/></rPr></pPr><ins " AT("Kamal", 1) ">" T(
            "a") "</ins><ins " AT("Kamal", 2) ">" T("b") "</ins>" T("c"))
              P("<pPr><jc w:val='left'/><pPrChange " AT(
                  "Rana",
                  1) "><pPr/></pPrChange></pPr>"
                     "<r><rPr><b/><rPrChange " AT(
                         "Rana",
                         1) "><rPr/></rPrChange></rPr><t>d</t></r>"
                            "<del " AT("Rana", 3) ">" D("eins ")
                                D("zwei") "</del><bookmarkEnd w:id='1'/><del " AT("Rana", 3) ">" D(
                                    " drei") "</del>" T("e") "<moveFrom " AT("Rana",
                                                                             3) ">" T("vier") "</"
                                                                                              "move"
                                                                                              "From"
                                                                                              ">")
                  P(MARK("del", "Kamal") T("f")) "<tbl><tr><trPr><ins " AT(
                      "Kamal",
                      1) "/></trPr><tc>" P(T("g")) "</tc></tr></tbl>" P("<m:oMath><"
                                                                        "ins " AT("Rana", 1) "><m:"
                                                                                             "r><"
                                                                                             "m:t>"
                                                                                             "h</"
                                                                                             "m:t>"
                                                                                             "</"
                                                                                             "m:r>"
                                                                                             "</"
                                                                                             "ins>"
                                                                                             "</"
                                                                                             "m:"
                                                                                             "oMat"
                                                                                             "h"
                                                                                             ">")));
    RevisePeople people = {0};
    revise_note_people(a, t, &people);
    T_EQ_INT(people.count, 6); /* nobody, Kamal on 1 and 2 and undated, Rana on 1 and 3 */
    T_EQ_STR(people.items[0].author, S(""));
    const XmlNode *body = t->root->first, *first = body->first;
    const XmlNode *run_a = find_text(t, S("a")), *run_b = find_text(t, S("b"));
    T_EQ_STR(person_of(&people, run_a), S("Kamal"));
    T_EQ_STR(person_of(&people, run_b), S("Kamal"));
    T_CHECK(run_a->mark != run_b->mark);
    T_EQ_STR(people.items[run_b->mark].date, S("2026-01-02"));
    T_EQ_INT(find_text(t, S("c"))->mark, 0);
    T_EQ_STR(person_of(&people, find_text(t, S("d"))), S("Rana"));
    T_EQ_INT(find_text(t, S("e"))->mark, 0);
    T_EQ_STR(person_of(&people, find_text(t, S("g"))), S("Kamal"));
    const XmlNode *equation = find_text(t, S("h"));
    T_EQ_STR(person_of(&people, equation), S("Rana"));
    T_EQ_STR(person_of(&people, equation->parent->parent), S("Rana"));
    T_EQ_STR(person_of(&people, xml_child(first, W_pPr)), S("Kamal"));
    T_EQ_STR(person_of(&people, xml_child(first->next, W_pPr)), S("Rana"));

    T_EQ_INT(people.gone_count, 3);
    if (people.gone_count == 3) {
        T_EQ_STR(people.gone[0].text, S("eins zwei drei"));
        T_CHECK(people.gone[0].paragraph == first->next);
        T_EQ_STR(people.items[people.gone[0].person].author, S("Rana"));
        T_EQ_STR(people.gone[1].text, S("vier"));
        T_EQ_STR(people.gone[2].text, S("\n"));
        T_EQ_STR(people.items[people.gone[2].person].author, S("Kamal"));
    }
    /* what was noted outlives accepting, the mark's too */
    revise_resolve(t, t->root, revise_accept_all, NULL);
    T_EQ_STR(person_of(&people, xml_child(xml_child(t->root->first->first, W_pPr), W_rPr)),
             S("Kamal"));

    /* a second story of the same file */
    XmlTree *more = read_body(a, S(P("<ins " AT("Kamal", 2) ">" T("a") "</ins>")));
    revise_note_people(a, more, &people);
    T_EQ_INT(people.count, 6);
    T_EQ_INT(find_text(more, S("a"))->mark, run_b->mark);
}

static void test_people(void) { t_with_arena(people_in); }

/* ---- cost ---- */

typedef struct Pile {
    const char *name, *before, *each, *after;
} Pile;

static const Pile piles[] = {
    {"deleted marks", "", P(MARK("del", "A") T("a")), P("")},
    {"deleted marks before a table", "", P(MARK("del", "A") T("a")), TABLE(ROW(CELL("", "x")))},
    {"insertions in one paragraph", "<p>", "<ins " A ">" T("a") "</ins><del " B ">" D("b") "</del>",
     "</p>"},
    {"rows with comments", "<tbl>",
     "<tr><trPr><ins " A "/></trPr><tc><p><r><commentReference w:id='1'/>"
     "</r></p></tc></tr>",
     "</tbl>" P("")},
    {"ranges", "<p>",
     "<moveFromRangeStart w:id='1' " A "/><ins " B ">" T("a") "</ins>"
                                                              "<moveFromRangeEnd w:id='2'/>",
     "</p>"},
    {"grids", "<tbl><tblGrid>", "<tblGridChange w:id='1'><tblGrid/></tblGridChange>",
     "</tblGrid>" ROW(CELL("", "x")) "</tbl>"},
    {"changes of one run", "<p><r><rPr>", "<rPrChange " A "><rPr><b/></rPr></rPrChange>",
     "</rPr></r></p>"},
    {"control ranges in a control", "<sdt><sdtContent>", "<customXmlDelRangeStart w:id='1' " A "/>",
     "</sdtContent></sdt>"},
    {"cells", "<tbl><tr>", CELL("<tcPr><cellIns " A "/></tcPr>", "b"), "</tr></tbl>"},
    {"emptied controls", "",
     "<sdt><sdtContent>" P(MARK("ins", "A") "<ins " A ">" T("b") "</ins>") "</sdtContent></sdt>",
     P("")},
    {"many authors", "<p>", "<ins w:author='%d'>" T("a") "</ins>", "</p>"},
};

static double pile_seconds(Arena *a, const Pile *pile, int count) {
    Buf b = buf_new(a);
    buf_add(&b, str_from_z(pile->before));
    for (int i = 0; i < count; i++) {
        const Str each = str_from_z(pile->each);
        const ptrdiff_t at = str_find(each, S("%d"));
        buf_add(&b, str_slice(each, 0, at < 0 ? each.len : at));
        if (at < 0) continue;
        buf_int(&b, i);
        buf_add(&b, str_slice(each, at + 2, each.len));
    }
    buf_add(&b, str_from_z(pile->after));
    XmlTree *trees[3];
    for (int i = 0; i < 3; i++) trees[i] = read_body(a, buf_str(&b));
    const clock_t start = clock();
    ReviseChange *items = NULL;
    ptrdiff_t changes = 0, cap = 0;
    Map numbers = map_new(a);
    RevisePeople people = {0};
    Str office = S("A");
    revise_list_numbered(a, trees[0], &items, &changes, &cap, &numbers);
    revise_note_people(a, trees[0], &people);
    revise_resolve(trees[0], trees[0]->root, revise_accept_all, NULL);
    revise_resolve(trees[1], trees[1]->root, revise_reject_all, NULL);
    revise_resolve(trees[2], trees[2]->root, revise_only, &office);
    return (double)(clock() - start) / CLOCKS_PER_SEC;
}

static void cost_in(Arena *a) {
    for (size_t i = 0; i < sizeof piles / sizeof piles[0]; i++) {
        double best = 1e9;
        for (int attempt = 0; attempt < 3 && best > 8;
             attempt++) { /* four times as many, linear: 4 */
            const ArenaMark mark = arena_mark(a);
            const double few = pile_seconds(a, &piles[i], 1500);
            const double ratio = pile_seconds(a, &piles[i], 6000) / (few + 0.001);
            if (ratio < best) best = ratio;
            arena_rewind(a, mark);
        }
        if (!T_CHECK(best <= 8))
            printf("# %s: %.1f times the time for 4 times\n", piles[i].name, best);
    }
}

static void test_cost(void) { t_with_arena(cost_in); }

/* ---- no memory ---- */

static bool fault_work(void *ctx, Arena *a, PxErr *err) {
    (void)err;
    const Str *body = ctx;
    XmlTree *t = NULL;
    PxErr parse_err = {0};
    Buf b = buf_new(a);
    buf_add(&b, S(HEAD));
    buf_add(&b, *body);
    buf_add(&b, S(TAIL));
    if (!xml_parse(a, xml_names_open(a), S("body"), buf_str(&b), NULL, &t, &parse_err)) {
        *err = parse_err;
        return false;
    }
    ReviseChange *items = NULL;
    ptrdiff_t count = 0, cap = 0;
    Map numbers = map_new(a);
    RevisePeople people = {0};
    Str office = S("A");
    revise_list_numbered(a, t, &items, &count, &cap, &numbers);
    revise_note_people(a, t, &people);
    revise_resolve(t, t->root, revise_only, &office);
    return !revise_has(t->root);
}

static void faults_in(Arena *a) {
    for (int i = 0; i < 3; i++) {
        Str body = random_body(a, false);
        T_CHECK(t_fault_loop(fault_work, &body));
    }
}

static void test_faults(void) { t_with_arena(faults_in); }

int main(void) {
    T_RUN(test_knows_all_names);
    T_RUN(test_content_kinds);
    T_RUN(test_mark_kinds);
    T_RUN(test_property_kinds);
    T_RUN(test_table_kinds);
    T_RUN(test_control_kinds);
    T_RUN(test_mixed);
    T_RUN(test_office_names);
    T_RUN(test_scopes);
    T_RUN(test_laws);
    T_RUN(test_locality);
    T_RUN(test_list);
    T_RUN(test_list_goes_on);
    T_RUN(test_numbers);
    T_RUN(test_people);
    T_RUN(test_cost);
    T_RUN(test_faults);
    return t_end();
}
