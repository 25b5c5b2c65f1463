/* needs: base zip xml docx doc */
/* The readable dump, as docs/text-format.md describes it. */
#include "t.h"

#include "doc/doc.h"
#include "unit/pack.h"

static const HashKey key = {{3, 5}};

static Str dump_bytes(Arena *a, Str bytes) {
    DocxPackage *p = NULL;
    PxErr err = {0};
    Buf out = buf_new(a);
    if (T_OK(docx_open(a, xml_names_open(a), key, bytes, S("test.docx"), NULL, &p, &err), &err)) {
        T_OK(doc_dump(a, p, &out, &err), &err);
    }
    return out.len > 0 ? buf_str(&out) : S("");
}

static const char styles[] = ROOT(
    "styles",
    "<w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"N\"><w:name w:val=\"Normal\"/>"
    "</w:style><w:style w:type=\"paragraph\" w:styleId=\"H\"><w:name w:val=\"heading 1\"/>"
    "</w:style><w:style w:type=\"character\" w:styleId=\"S\"><w:name w:val=\"Strong\"/></w:style>"
    "<w:style w:type=\"table\" w:styleId=\"G\"><w:name w:val=\"Table Grid\"/></w:style>");

/* The dump of a body, without its first line "@ body". */
static Str dump_body(Arena *a, const char *body) {
    Pack pack = pack_new(a);
    pack_part(&pack, "word/styles.xml", "styles", styles);
    pack_rel(&pack, "rId50", "hyperlink", "https://example.org/?a={b}", " TargetMode=\"External\"");
    const Str all = dump_bytes(a, pack_docx(&pack, body));
    const Str head = S("@ body\n");
    T_CHECK(str_starts(all, head));
    return str_slice(all, head.len, all.len);
}

#define RUN(text) "<w:r><w:t xml:space=\"preserve\">" text "</w:t></w:r>"
#define DELETED(text) "<w:r><w:delText xml:space=\"preserve\">" text "</w:delText></w:r>"
#define BY(element, author, inner)                                                                 \
    "<w:" element " w:id=\"1\" w:author=\"" author "\">" inner "</w:" element ">"
#define MARKED(element, author) "<w:pPr><w:rPr>" BY(element, author, "") "</w:rPr></w:pPr>"
#define BOLD(text) "<w:r><w:rPr><w:b/></w:rPr><w:t>" text "</w:t></w:r>"

typedef struct Golden {
    const char *body, *dump;
} Golden;

static const Golden goldens[] = {
    {"<w:p/>", "p\n"},
    {"<w:p>" RUN("one ") RUN("two") "</w:p>", "p one two\n"},
    {"<w:p><w:pPr><w:pStyle w:val=\"H\"/><w:jc w:val=\"center\"/></w:pPr>" RUN("Title") "</w:p>",
     "p{Heading 1}{=centred} Title\n"},
    {"<w:p>" RUN("a{b}|\\c") "<w:r><w:tab/><w:br/><w:t>&#xA0;&#x202E;&#xAD;</w:t></w:r></w:p>",
     "p a\\{b\\}\\|\\\\c\\t\\n\\~\\u{202E}\\u{AD}\n"},
    /* neighbours of one kind are one */
    {"<w:p>" BY("ins", "A", RUN("x")) BY("ins", "A", RUN("y")) BY("ins", "B", RUN("z")) "</w:p>",
     "p {+A|xy}{+B|z}\n"},
    {"<w:p>" BY("ins", "A", RUN("in") BY("del", "B", DELETED("out"))) RUN(".") "</w:p>",
     "p {+A|in{-B|out}}.\n"},
    {"<w:p>" BY("moveFrom", "A; B", RUN("x")) BY("moveTo", "A; B", RUN("x")) "</w:p>",
     "p {>A; B|x}{<A; B|x}\n"},
    {"<w:p>" MARKED("del", "A") RUN("joins") "</w:p><w:p>" MARKED("ins", "B{") "</w:p>",
     "p joins{-A|¶}\np{+B\\{|¶}\n"},
    /* the format is outermost */
    {"<w:p>" BOLD("b") BY("del", "A", BOLD("c"))
         BOLD("d") "<w:r><w:rPr><w:rStyle w:val=\"S\"/><w:sz "
                   "w:val=\"25\"/></w:rPr><w:t>e</w:t></w:r></w:p>",
     "p {=bold|b{-A|c}d}{=Strong, size 12.5|e}\n"},
    {"<w:p><w:r><w:rPr><w:b/><w:sz w:val=\"24\"/>"
     "<w:rPrChange w:id=\"1\" w:author=\"A\"><w:rPr><w:i/><w:sz w:val=\"22\"/></w:rPr>"
     "</w:rPrChange></w:rPr><w:t>x</w:t></w:r></w:p>",
     "p {=bold, size 12|{~A|bold; size 12 (was size 11); no longer italic|x}}\n"},
    {"<w:p><w:pPr><w:jc w:val=\"both\"/><w:pPrChange w:id=\"1\" w:author=\"A\"><w:pPr><w:jc "
     "w:val=\"center\"/></w:pPr></w:pPrChange></w:pPr>" RUN("x") "</w:p>",
     "p{=justified} x{~A|¶ justified (was centred)}\n"},
    /* what is quiet beside other things is told where it is all, and nothing is told of nothing */
    {"<w:p><w:r><w:rPr><w:lang w:val=\"en-GB\"/><w:rPrChange w:id=\"1\" "
     "w:author=\"A\"><w:rPr><w:lang "
     "w:val=\"en-US\"/></w:rPr></w:rPrChange></w:rPr><w:t>x</w:t></w:r></w:p>",
     "p {~A|language, for spelling|x}\n"},
    {"<w:p><w:r><w:rPr><w:bCs/><w:rPrChange w:id=\"1\" w:author=\"A\"><w:rPr><w:noProof/></w:rPr>"
     "</w:rPrChange></w:rPr><w:t>x</w:t></w:r></w:p>",
     "p {~A|whether spelling is checked; bold in scripts from the right|x}\n"},
    {"<w:p><w:r><w:rPr><w:rFonts w:ascii=\"F\"/><w:rPrChange w:id=\"1\" "
     "w:author=\"A\"><w:rPr><w:rFonts "
     "w:asciiTheme=\"minorHAnsi\"/></w:rPr></w:rPrChange></w:rPr><w:t>x</w:t></w:r></w:p>",
     "p {=font F|{~A|font F|x}}\n"},
    /* fields, links, controls */
    {"<w:p><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText> PA</w:instrText></w:r>"
     "<w:r><w:instrText>GE </w:instrText></w:r><w:r><w:fldChar "
     "w:fldCharType=\"separate\"/></w:r>" RUN(
         "7") "<w:r><w:fldChar w:fldCharType=\"end\"/></w:r></w:p>",
     "p {field PAGE}7{/field}\n"},
    {"<w:p><w:r><w:fldChar w:fldCharType=\"begin\"/><w:instrText>REF a</w:instrText></w:r>" BY(
         "ins", "A",
         "<w:r><w:instrText>\\h</w:instrText></w:r>") "<w:r><w:fldChar "
                                                      "w:fldCharType=\"separate\"/><w:t>5</"
                                                      "w:t><w:fldChar w:fldCharType=\"end\"/>"
                                                      "</w:r></w:p>",
     "p {field REF a}{+A|{code \\\\h}}{result}5{/field}\n"},
    {"<w:p><w:fldSimple w:instr=\"DATE\">" RUN("today") "</w:fldSimple></w:p>",
     "p {field DATE}today{/field}\n"},
    {"<w:p><w:hyperlink r:id=\"rId50\">" RUN(
         "site") "</w:hyperlink><w:hyperlink w:anchor=\"b\">" RUN("here") "</w:hyperlink></w:p>",
     "p {link https://example.org/?a=\\{b\\}|site}{link #b|here}\n"},
    {"<w:p><w:sdt><w:sdtPr><w:alias w:val=\"Date\"/></w:sdtPr><w:sdtContent>" RUN(
         "x") "</w:sdtContent></w:sdt></w:p>"
              "<w:sdt><w:sdtPr><w:tag w:val=\"t\"/></w:sdtPr><w:sdtContent><w:p>" RUN(
                  "y") "</w:p></w:sdtContent></w:sdt>",
     "p {control Date|x}\ncontrol{t}\n  p y\n"},
    {"<w:p><w:r><w:br w:type=\"page\"/><w:sym w:font=\"Wingdings\" w:char=\"F0FC\"/></w:r></w:p>",
     "p {page break}{symbol Wingdings F0FC}\n"},
    {"<w:p><w:r><w:drawing><wp:inline><wp:extent cx=\"3600000\" cy=\"1800000\"/><wp:docPr id=\"1\" "
     "name=\"Seal\" descr=\"a seal\"/><a:blip/></wp:inline></w:drawing></w:r></w:p>",
     "p {image Seal 10.0x5.0 cm: a seal}\n"},
    {"<w:p><w:r><w:t>a</w:t><w:pict><v:shape><v:textbox><w:txbxContent><w:p>" RUN(
         "in") "</w:p></w:txbxContent></v:textbox></v:shape></w:pict><w:t>b</w:t></w:r></w:p>",
     "p a{box}b\n  box\n    p in\n"},
    /* tables */
    {"<w:tbl><w:tblPr><w:tblStyle w:val=\"G\"/></w:tblPr><w:tr><w:trPr><w:tblHeader/></w:trPr>"
     "<w:tc><w:tcPr><w:gridSpan w:val=\"2\"/></w:tcPr><w:p>" RUN(
         "head") "</w:p></w:tc></w:tr>"
                 "<w:tr><w:trPr>" BY(
                     "ins", "A",
                     "") "</w:trPr><w:tc><w:tcPr><w:vMerge w:val=\"restart\"/>"
                         "</w:tcPr><w:p>" RUN("x") "</w:p><w:p>" RUN(
                             "y") "</w:p></w:tc><w:tc><w:tcPr>"
                                  "<w:cellDel w:id=\"1\" "
                                  "w:author=\"B\"/></w:tcPr><w:p/></w:tc></w:tr></w:tbl>",
     "table{Table Grid}\n  row{=header row}\n    |{span 2} p head\n  row{+A|row}\n"
     "    |{merge} p x\n      p y\n    |{-B|cell} p\n"},
    {"<w:tbl><w:tr><w:tc><w:tbl><w:tr><w:tc><w:p>" RUN("deep") "</w:p></w:tc></w:tr></w:tbl><w:p/>"
                                                               "</w:tc></w:tr></w:tbl>",
     "table\n  row\n    | table\n        row\n          | p deep\n      p\n"},
    {"<w:sectPr><w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:cols w:num=\"2\"/></w:sectPr>",
     "{section page 210 x 297 mm, columns 2}\n"},
};

static void golden(Arena *a) {
    for (size_t i = 0; i < sizeof goldens / sizeof *goldens; i++) {
        T_EQ_STR(dump_body(a, goldens[i].body), str_from_z(goldens[i].dump));
    }
}

/* ---- the other stories ---- */

#define COMMENT(id, author, para, text)                                                            \
    "<w:comment w:id=\"" id "\" w:author=\"" author "\"><w:p w14:paraId=\"" para                   \
    "\">" RUN(text) "</w:p></w:comment>"

static void stories(Arena *a) {
    Pack pack = pack_new(a);
    pack_part(&pack, "word/styles.xml", "styles", styles);
    pack_part(&pack, "word/header1.xml", "header", ROOT("hdr", "<w:p>" RUN("SECRET") "</w:p>"));
    pack_part(&pack, "word/footnotes.xml", "footnotes",
              ROOT("footnotes", "<w:footnote w:id=\"0\" w:type=\"separator\"><w:p/></w:footnote>"
                                "<w:footnote w:id=\"5\"><w:p>" RUN(
                                    "unused note") "</w:p></w:footnote>"
                                                   "<w:footnote w:id=\"4\"><w:p>" RUN(
                                                       "note") "</w:p></w:footnote>"));
    pack_part(&pack, "word/comments.xml", "comments",
              ROOT("comments",
                   COMMENT("7", "Legal", "01", "why?") COMMENT("9", "China", "02", "because")));
    pack_typed(&pack, "word/commentsExtended.xml",
               "http://schemas.microsoft.com/office/2011/relationships/commentsExtended",
               WORD_TYPE "commentsExtended+xml",
               S("<w15:commentsEx " SPACES "><w15:commentEx w15:paraId=\"02\" "
                 "w15:paraIdParent=\"01\"/></w15:commentsEx>"));
    const Str dump = dump_bytes(
        a,
        pack_docx(
            &pack,
            "<w:p>" RUN("a ") "<w:commentRangeStart w:id=\"7\"/>" RUN(
                "bold word") "<w:commentRangeEnd w:id=\"7\"/><w:r><w:commentReference "
                             "w:id=\"7\"/></w:r>"
                             "<w:r><w:commentReference w:id=\"9\"/></w:r><w:r><w:footnoteReference "
                             "w:id=\"4\"/></w:r></w:p><w:sectPr><w:headerReference "
                             "w:type=\"first\" "
                             "r:id=\"rIdk2\"/></w:sectPr>"));
    T_EQ_STR(dump, S("@ body\n"
                     "p a {comment 1>}bold word{<comment 1}{comment 2}{footnote 1}\n"
                     "{section }\n"
                     "\n@ header first\n"
                     "p SECRET\n"
                     "\n@ footnote 1\n"
                     "p note\n"
                     "\n@ footnote unused\n"
                     "p unused note\n"
                     "\n@ comment 1 by Legal, on {bold word}\n"
                     "p why?\n"
                     "\n@ comment 2 by China, reply to comment 1\n"
                     "p because\n"));
}

/* ---- laws ---- */

/* Braces balance on every line, and what stands outside of them is the text of the document. */
static void check_line(Str line) {
    int depth = 0;
    for (ptrdiff_t i = 0; i < line.len; i++) {
        if (line.ptr[i] == '\\') {
            i++;
            if (i < line.len && line.ptr[i] == 'u') {
                while (i < line.len && line.ptr[i] != '}') i++;
            }
        } else if (line.ptr[i] == '{') {
            depth++;
        } else if (line.ptr[i] == '}') {
            depth--;
        }
        if (!T_CHECK(depth >= 0)) break;
    }
    if (!T_EQ_INT(depth, 0)) printf("#   %.*s\n", (int)line.len, line.ptr);
}

static void check_lines(Str dump) {
    while (dump.len > 0) {
        const ptrdiff_t end = str_find(dump, S("\n"));
        if (!T_CHECK(end >= 0)) return;
        check_line(str_slice(dump, 0, end));
        dump = str_slice(dump, end + 1, dump.len);
    }
}

static const char *const pieces[] = {
    RUN("x"),
    RUN("{"),
    RUN("}|\\"),
    BOLD("{bold}"),
    DELETED("gone"),
    "<w:r><w:tab/></w:r>",
    "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r>",
    "<w:r><w:instrText>A}</w:instrText></w:r>",
    "<w:r><w:fldChar w:fldCharType=\"separate\"/></w:r>",
    "<w:r><w:fldChar w:fldCharType=\"end\"/></w:r>",
    "<w:commentRangeStart w:id=\"1\"/>",
    "<w:commentRangeEnd w:id=\"1\"/>",
    "<w:r><w:footnoteReference w:id=\"1\"/></w:r>",
    "<w:r><w:pict><v:textbox><w:txbxContent><w:p/></w:txbxContent></v:textbox></w:pict></w:r>"};
static const char *const wraps[] = {"ins", "del", "moveFrom", "moveTo", "hyperlink", "smartTag"};

static void put_random(Buf *b, int depth) {
    const int count = 1 + (int)t_random_below(4);
    for (int i = 0; i < count; i++) {
        if (depth < 4 && t_random_below(3) == 0) {
            const char *wrap = wraps[t_random_below(6)];
            buf_format(b, "<w:%s w:id=\"1\" w:author=\"A|{%d\">", wrap, (int)t_random_below(3));
            put_random(b, depth + 1);
            buf_format(b, "</w:%s>", wrap);
        } else {
            buf_add(b, str_from_z(pieces[t_random_below(sizeof pieces / sizeof *pieces)]));
        }
    }
}

static void random_braces_balance(Arena *a) {
    for (int round = 0; round < 300; round++) {
        Arena *child = arena_child(a);
        Buf body = buf_new(child);
        for (int i = 0; i < 5; i++) {
            buf_add(&body, S("<w:p>"));
            put_random(&body, 0);
            buf_add(&body, S("</w:p>"));
        }
        buf_byte(&body, '\0');
        check_lines(dump_body(child, body.ptr));
        arena_close(child);
    }
}

/* However the file cuts its runs, the dump is the same. */
static void runs_do_not_matter(Arena *a) {
    for (int round = 0; round < 50; round++) {
        Buf whole = buf_new(a), cut = buf_new(a);
        buf_add(&whole, S("<w:p><w:r><w:t>"));
        buf_add(&cut, S("<w:p>"));
        for (int i = 0; i < 20; i++) {
            const char c = (char)('a' + t_random_below(26));
            buf_byte(&whole, c);
            buf_format(&cut, "<w:r><w:t>%c</w:t></w:r>%s", c,
                       t_random_below(3) == 0 ? "<w:bookmarkEnd w:id=\"3\"/>" : "");
        }
        buf_add(&whole, S("</w:t></w:r></w:p>"));
        buf_add(&cut, S("</w:p>"));
        buf_byte(&whole, '\0');
        buf_byte(&cut, '\0');
        T_EQ_STR(dump_body(a, cut.ptr), dump_body(a, whole.ptr));
    }
}

static bool dump_once(void *ctx, Arena *a, PxErr *err) {
    DocxPackage *p = NULL;
    Buf out = buf_new(a);
    const Str *bytes = ctx;
    return docx_open(a, xml_names_open(a), key, *bytes, S("f"), NULL, &p, err) &&
           doc_dump(a, p, &out, err);
}

static void every_allocation_fails(Arena *a) {
    Pack pack = pack_new(a);
    pack_part(&pack, "word/styles.xml", "styles", styles);
    pack_part(&pack, "word/comments.xml", "comments",
              ROOT("comments", COMMENT("7", "Legal", "01", "why?")));
    Str bytes = pack_docx(&pack, "<w:p>" BY("ins", "A", BOLD("x")) "<w:r><w:commentReference "
                                                                   "w:id=\"7\"/></w:r></w:p>");
    T_CHECK(t_fault_loop(dump_once, &bytes));
}

#define GUARDED(test)                                                                              \
    static void test_##test(void) { t_with_arena(test); }
GUARDED(golden)
GUARDED(stories)
GUARDED(random_braces_balance)
GUARDED(runs_do_not_matter)
GUARDED(every_allocation_fails)

int main(void) {
    T_RUN(test_golden);
    T_RUN(test_stories);
    T_RUN(test_random_braces_balance);
    T_RUN(test_runs_do_not_matter);
    T_RUN(test_every_allocation_fails);
    return t_end();
}
