/* needs: base xml revise */
/* Tests of revise through its door: every kind of revision accepted, rejected, kept, in scopes of
 * every size. */
#include "snippet.h"

/* ---- every kind, accepted and rejected ---- */

typedef struct Kind {
    const char *name, *source, *accepted, *rejected;
} Kind;

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
    {"pPrChange, with attributes that no schema knows",
     P("<pPr w:x='1' w:y='2'><jc w:val='left'/><pPrChange " A
       "><pPr w:x='3'/></pPrChange></pPr>" T("a")),
     P("<pPr w:x='1' w:y='2'><jc w:val='left'/></pPr>" T("a")), P("<pPr w:x=\"3\"/>" T("a"))},
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
        const bool is_yes = T_EQ_STR(yes, str_from_z(k->accepted));
        const bool is_no = T_EQ_STR(no, str_from_z(k->rejected));
        if (!is_yes || !is_no) printf("# ... in \"%s\"\n", k->name);
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
        const bool first = T_EQ_STR(only(a, source, S("A")), str_from_z(m->only_a));
        const bool second =
            T_EQ_STR(chosen(a, source, S("A"), REVISE_ACCEPT), str_from_z(m->accept_a));
        const bool third =
            T_EQ_STR(chosen(a, source, S("A"), REVISE_REJECT), str_from_z(m->reject_a));
        if (!first || !second || !third) printf("# ... in \"%s\"\n", m->name);
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

/* What a revision declares holds for its content still when it is unwrapped. */
static void prefixes_in(Arena *a) {
    const Str out = accepted(a, S("<p><ins " A " xmlns:q='urn:q'><r><q:x q:y='1'/></r></ins></p>"));
    const XmlTree *t = read_body(a, out);
    const XmlNode *x = t->root->first->first->first->first;
    T_EQ_STR(xml_local(t->names, x->name), S("x"));
    T_EQ_STR(xml_ns_uri(t->names, xml_ns(t->names, x->name)), S("urn:q"));
    T_EQ_INT(x->attr_count, 1);
}

static void test_prefixes(void) { t_with_arena(prefixes_in); }

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
    T_RUN(test_prefixes);
    return t_end();
}
