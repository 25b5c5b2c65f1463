/* needs: base zip xml docx doc revise html */
/* Pages: what they hold, and that nothing of a document gets into their markup. */
#include "t.h"

#include "doc/doc.h"
#include "html/html.h"
#include "unit/pack.h"

static const HashKey key = {{3, 5}};

static Str page_of(Arena *a, Str bytes, Str title) {
    DocxPackage *p = NULL;
    PxErr err = {0};
    Buf out = buf_new(a);
    if (T_OK(docx_open(a, xml_names_open(a), key, bytes, S("test.docx"), NULL, &p, &err), &err)) {
        T_OK(html_write(a, p, title, &out, &err), &err);
    }
    return out.len > 0 ? buf_str(&out) : S("");
}

/* Between <main ...> and </main>. */
static Str main_of(Str page) {
    const ptrdiff_t from = str_find(page, S("<main ")), to = str_find(page, S("</main>"));
    if (!T_CHECK(from > 0 && to > from)) return S("");
    const Str rest = str_slice(page, from, to);
    return str_slice(rest, str_find(rest, S("\n")) + 1, rest.len);
}

static const char styles[] =
    ROOT("styles",
         "<w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"N\"><w:name w:val=\"Normal\"/>"
         "</w:style><w:style w:type=\"paragraph\" w:styleId=\"H\"><w:name w:val=\"heading 2\"/>"
         "<w:pPr><w:outlineLvl w:val=\"1\"/></w:pPr></w:style>");

static Str html_body(Arena *a, const char *body) {
    Pack pack = pack_new(a);
    pack_part(&pack, "word/styles.xml", "styles", styles);
    pack_rel(&pack, "rId50", "hyperlink", "https://example.org/?a=1&amp;b=2",
             " TargetMode=\"External\"");
    pack_rel(&pack, "rId51", "hyperlink", "javascript:alert(1)", " TargetMode=\"External\"");
    return main_of(page_of(a, pack_docx(&pack, body), S("t")));
}

#define RUN(text) "<w:r><w:t xml:space=\"preserve\">" text "</w:t></w:r>"
#define DELETED(text) "<w:r><w:delText>" text "</w:delText></w:r>"
#define BY(element, author, inner)                                                                 \
    "<w:" element " w:id=\"1\" w:author=\"" author "\" w:date=\"2016-07-01T09:00:00Z\">" inner     \
    "</w:" element ">"
#define K(n, initials)                                                                             \
    "<sup class=\"k\" dir=\"ltr\"><a id=\"k" n "\" href=\"#k" n "\" aria-label=\"Change " n ", "

typedef struct Golden {
    const char *body, *html;
} Golden;

static const Golden goldens[] = {
    {"<w:p>" RUN("a &lt;b&gt; ") RUN("c") "</w:p>", "<p dir=\"auto\">a &lt;b&gt; c</p>\n"},
    {"<w:p/>", "<p dir=\"auto\"><br></p>\n"},
    {"<w:p><w:pPr><w:pStyle w:val=\"H\"/></w:pPr>" RUN("Scope") "</w:p>",
     "<h3 dir=\"auto\">Scope</h3>\n"},
    {"<w:p><w:pPr><w:bidi/><w:jc w:val=\"center\"/></w:pPr>" RUN("x") "</w:p>",
     "<p class=\"ce\" dir=\"rtl\">x</p>\n"},
    {"<w:p><w:r><w:rPr><w:b/><w:i/><w:u w:val=\"single\"/></w:rPr><w:t>x</w:t></w:r>"
     "<w:r><w:rPr><w:vertAlign w:val=\"superscript\"/><w:vanish/></w:rPr><w:t>y</w:t></w:r></w:p>",
     "<p dir=\"auto\"><b><i><u>x</u></i></b><span class=\"hid\" title=\"hidden text\"><sup>y</sup>"
     "</span></p>\n"},
    {"<w:p><w:r><w:rPr><w:rtl/></w:rPr><w:t>x</w:t></w:r></w:p>",
     "<p dir=\"auto\"><bdi dir=\"rtl\">x</bdi></p>\n"},
    /* two runs of one phrase from the right are no two phrases, which would change places */
    {"<w:p>" RUN("to ") "<w:r><w:rPr><w:rtl/></w:rPr><w:t>\xD8\xA7 </w:t></w:r>"
                        "<w:r><w:rPr><w:rtl/><w:b/></w:rPr><w:t>\xD8\xA8.</w:t></w:r></w:p>",
     "<p dir=\"auto\">to \xD8\xA7 <span><b>\xD8\xA8.</b>&rlm;</span></p>\n"},
    {"<w:p>" RUN("a&#x202E;b&#x200B;&#xAD;") "</w:p>",
     "<p dir=\"auto\">a<span class=\"ctl\" dir=\"ltr\" title=\"U+202E right-to-left override\">RLO"
     "</span>b\xE2\x80\x8B<span class=\"ctl\" dir=\"ltr\" title=\"U+200B zero width space\">ZWSP"
     "</span><span class=\"ctl\" dir=\"ltr\" title=\"U+00AD soft hyphen\">SHY</span></p>\n"},
    /* a joiner in Persian is spelling, in Latin a trick */
    {"<w:p>" RUN("\xD9\x85\xE2\x80\x8C\xDB\x8C") "</w:p>",
     "<p dir=\"auto\">\xD9\x85\xE2\x80\x8C\xDB\x8C</p>\n"},
    {"<w:p>" BY("ins", "Foreign Affairs", RUN("new"))
         BY("del", "Interior; Foreign Affairs", DELETED("old")) "</w:p>",
     "<p dir=\"auto\"><ins class=\"o1\" data-office=\"Foreign Affairs\" "
     "title=\"#1 insertion, Foreign Affairs, 2016-07-01\">" K(
         "1", "FA") "insertion, Foreign Affairs\">1<bdi>FA</bdi></a></sup>new</ins>"
                    "<del class=\"o2\" data-office=\"Interior; Foreign Affairs\" "
                    "title=\"#2 deletion, Interior; Foreign Affairs, 2016-07-01\">" K(
                        "2", "I+FA") "deletion, Interior; Foreign "
                                     "Affairs\">2<bdi>I+FA</bdi></a></sup>old</del></p>\n"},
    {"<w:p><w:hyperlink r:id=\"rId50\">" RUN(
         "good") "</w:hyperlink><w:hyperlink r:id=\"rId51\">" RUN("bad") "</w:hyperlink></w:p>",
     "<p dir=\"auto\"><a class=\"x\" rel=\"noreferrer noopener nofollow\" "
     "href=\"https://example.org/?a=1&amp;b=2\" title=\"https://example.org/?a=1&amp;b=2\">good</a>"
     "<span class=\"x\" title=\"javascript:alert(1)\">bad</span></p>\n"},
    {"<w:p><w:hyperlink w:anchor=\"here\">" RUN(
         "go") "</w:hyperlink><w:bookmarkStart w:id=\"1\" "
               "w:name=\"here\"/>" RUN("!") "<w:hyperlink w:anchor=\"nowhere\">" RUN(
                   "?") "</w:hyperlink>"
                        "</w:p>",
     "<p dir=\"auto\"><a href=\"#b1\">go</a><span id=\"b1\"></span>!<span class=\"x\" "
     "title=\"nowhere\">?</span></p>\n"},
    {"<w:tbl><w:tr><w:trPr><w:tblHeader/></w:trPr><w:tc><w:tcPr><w:gridSpan w:val=\"2\"/></w:tcPr>"
     "<w:p>" RUN(
         "h") "</w:p></w:tc></w:tr><w:tr><w:tc><w:tcPr><w:vMerge w:val=\"restart\"/>"
              "</w:tcPr><w:p>" RUN("a") "</w:p></w:tc><w:tc><w:p>" RUN(
                  "b") "</w:p></w:tc></w:tr>"
                       "<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc><w:tc><w:p>" RUN(
                           "c") "</w:p></w:tc></w:tr></w:tbl>",
     "<div class=\"tw\" role=\"region\" aria-label=\"Table\" tabindex=\"0\"><table>\n"
     "<tr>\n<th scope=\"col\" colspan=\"2\"><p dir=\"auto\">h</p>\n</th>\n</tr>\n"
     "<tr>\n<td rowspan=\"2\"><p dir=\"auto\">a</p>\n</td>\n<td><p dir=\"auto\">b</p>\n</td>\n"
     "</tr>\n<tr>\n<td><p dir=\"auto\">c</p>\n</td>\n</tr>\n</table>\n</div>\n"},
};

static void golden(Arena *a) {
    for (size_t i = 0; i < sizeof goldens / sizeof *goldens; i++) {
        T_EQ_STR(html_body(a, goldens[i].body), str_from_z(goldens[i].html));
    }
}

static void check_holds(Str page, const char *part) {
    if (!T_CHECK(str_find(page, str_from_z(part)) >= 0)) {
        printf("#   [%s] is not in\n#   %.*s\n", part, (int)page.len, page.ptr);
    }
}

static void check_lacks(Str page, const char *part) {
    if (!T_CHECK(str_find(page, str_from_z(part)) < 0)) printf("#   [%s]\n", part);
}

/* ---- moves, notes, comments, pictures ---- */

static void moves(Arena *a) {
    const Str page = html_body(
        a, "<w:p><w:moveFromRangeStart w:id=\"1\" w:name=\"m\" w:author=\"A\"/>"
           "<w:moveFrom w:id=\"2\" w:author=\"A\">" RUN(
               "x") "</w:moveFrom><w:moveFromRangeEnd "
                    "w:id=\"1\"/></w:p><w:p><w:moveToRangeStart w:id=\"3\" w:name=\"m\" "
                    "w:author=\"A\"/>"
                    "<w:moveTo w:id=\"4\" w:author=\"A\">" RUN("x") "</w:moveTo><w:moveToRangeEnd "
                                                                    "w:id=\"3\"/></w:p>");
    check_holds(page, "<del class=\"mv o1\" data-office=\"A\" title=\"#1 moved from, A; the other "
                      "end is #2\">");
    check_holds(page, "<a id=\"k1\" href=\"#k2\"");
    check_holds(page, "1\xE2\x86\x94"
                      "2<bdi>A</bdi></a></sup>x</del>");
    check_holds(page, "<ins class=\"mv o1\"");
    check_holds(page, "<a id=\"k2\" href=\"#k1\"");
}

#define COMMENT(id, author, text)                                                                  \
    "<w:comment w:id=\"" id "\" w:author=\"" author                                                \
    "\" w:date=\"2016-06-01T00:00:00Z\"><w:p>" RUN(text) "</w:p></w:comment>"

static void notes_and_comments(Arena *a) {
    Pack pack = pack_new(a);
    pack_part(&pack, "word/footnotes.xml", "footnotes",
              ROOT("footnotes", "<w:footnote w:id=\"4\"><w:p>" RUN("note") "</w:p></w:footnote>"));
    pack_part(&pack, "word/comments.xml", "comments",
              ROOT("comments", COMMENT("7", "Legal", "why?") COMMENT("8", "Legal", "nowhere")));
    const Str page = page_of(
        a,
        pack_docx(
            &pack,
            "<w:p>" RUN("a ") "<w:commentRangeStart w:id=\"7\"/>" RUN(
                "word") "<w:commentRangeEnd w:id=\"7\"/><w:r><w:commentReference w:id=\"7\"/></w:r>"
                        "<w:r><w:footnoteReference w:id=\"4\"/></w:r></w:p>"),
        S("<T>"));
    check_holds(page, "<title>&lt;T&gt;</title>");
    check_holds(page, "default-src 'none'; style-src 'unsafe-inline'; img-src data:");
    check_holds(page, "<aside class=\"c\" id=\"c1\" aria-label=\"Comment 1\">");
    check_holds(page, "<p dir=\"auto\">why?</p>");
    check_holds(page, "a <mark class=\"cm\">word</mark><sup class=\"cr\" dir=\"ltr\"><a id=\"r1\" "
                      "href=\"#c1\" aria-label=\"Comment 1\">1</a></sup>");
    check_holds(page, "<sup class=\"fn\"><a id=\"fnr1\" href=\"#fn1\">1</a></sup>");
    check_holds(page, "<div class=\"note\" id=\"fn1\">\n<div class=\"nl\"><a href=\"#fnr1\"");
    check_holds(page, "<h2>Comments on no particular words</h2>\n<aside class=\"c\" id=\"c2\"");
    /* the comment stands before the words it floats beside */
    T_CHECK(str_find(page, S("id=\"c1\"")) < str_find(page, S("id=\"r1\"")));
}

#define PICTURE(rel)                                                                               \
    "<w:p><w:r><w:drawing><wp:inline><wp:extent cx=\"952500\" cy=\"952500\"/><wp:docPr id=\"1\" "  \
    "name=\"Pic\" descr=\"a &lt;seal&gt;\"/><a:blip r:embed=\"" rel                                \
    "\"/></wp:inline></w:drawing></w:r></w:p>"

static void pictures(Arena *a) {
    Pack pack = pack_new(a);
    pack_typed(&pack, "word/media/a.png", "image", "image/png", S("\x89PNG\r\n\x1a\n!"));
    pack_typed(&pack, "word/media/b.svg", "image", "image/svg+xml", S("<svg onload=\"x\"/>"));
    pack_typed(&pack, "word/media/c.png", "image", "image/png", S("<svg onload=\"x\"/>"));
    pack_typed(&pack, "word/media/d.jpg", "image", "image/jpeg", S("\xff\xd8\xff\xe0"));
    const Str page = page_of(a,
                             pack_docx(&pack, PICTURE("rIdk1") PICTURE("rIdk2") PICTURE("rIdk3")
                                                  PICTURE("rIdk4") PICTURE("rIdnone")),
                             S("t"));
    check_holds(page, "<img alt=\"a &lt;seal&gt;\" width=\"100\" "
                      "src=\"data:image/png;base64,iVBORw0KGgoh\">");
    check_holds(page, "src=\"data:image/jpeg;base64,/9j/4A==\">");
    check_lacks(page, "svg");
    check_lacks(page, "onload");
    const Str token =
        S("<span class=\"tok\">image: <bdi>Pic</bdi> (<bdi>a &lt;seal&gt;</bdi>)</span>");
    int tokens = 0;
    for (ptrdiff_t i = 0; i + token.len <= page.len; i++) {
        tokens += str_equal(str_slice(page, i, i + token.len), token);
    }
    T_EQ_INT(tokens, 3);
}

/* ---- nothing of a document gets into the markup ---- */

/* A document in which every string is `s` (as it stands in markup). */
static Str document_of(Arena *a, const char *s) {
    Pack pack = pack_new(a);
    Buf b = buf_new(a);
    buf_format(&b,
               "<w:style w:type=\"paragraph\" w:styleId=\"%s\"><w:name w:val=\"%s\"/><w:pPr>"
               "<w:outlineLvl w:val=\"0\"/></w:pPr></w:style>",
               s, s);
    const Str style = buf_str(&b);
    pack_typed(&pack, "word/styles.xml", "styles", NULL,
               arena_format(a, "<w:styles " SPACES ">%.*s</w:styles>", (int)style.len, style.ptr));
    pack_typed(&pack, "word/comments.xml", "comments", NULL,
               arena_format(a,
                            "<w:comments " SPACES "><w:comment w:id=\"%s\" w:author=\"%s\" "
                            "w:date=\"%s\"><w:p><w:r><w:t>%s</w:t></w:r></w:p></w:comment>"
                            "</w:comments>",
                            s, s, s, s));
    pack_typed(&pack, "word/numbering.xml", "numbering", NULL,
               arena_format(a,
                            "<w:numbering " SPACES "><w:abstractNum w:abstractNumId=\"1\"><w:lvl "
                            "w:ilvl=\"0\"><w:start w:val=\"1\"/><w:numFmt w:val=\"%s\"/><w:lvlText "
                            "w:val=\"%s%%1\"/></w:lvl></w:abstractNum><w:num w:numId=\"1\">"
                            "<w:abstractNumId w:val=\"1\"/></w:num></w:numbering>",
                            s, s));
    pack_rel(&pack, "rId50", "hyperlink", arena_str(a, arena_format(a, "https://%s", s)).ptr,
             " TargetMode=\"External\"");
    pack_rel(&pack, "rId51", "hyperlink", s, " TargetMode=\"External\"");
    Buf body = buf_new(a);
    static const char *const templates[] = {
        "<w:p><w:pPr><w:pStyle w:val=\"%s\"/></w:pPr><w:r><w:rPr><w:lang w:val=\"%s\"/>"
        "<w:rFonts w:ascii=\"%s\"/></w:rPr><w:t>%s</w:t></w:r></w:p>",
        "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"1\"/></w:numPr><w:jc "
        "w:val=\"%s\"/><w:pPrChange w:id=\"1\" w:author=\"%s\" w:date=\"%s\"><w:pPr><w:pStyle "
        "w:val=\"%s\"/></w:pPr></w:pPrChange></w:pPr></w:p>",
        "<w:p><w:ins w:id=\"1\" w:author=\"%s\" w:date=\"%s\"><w:r><w:t>%s</w:t><w:instrText>%s"
        "</w:instrText></w:r></w:ins></w:p>",
        "<w:p><w:commentRangeStart w:id=\"%s\"/><w:r><w:rPr><w:rPrChange w:id=\"2\" "
        "w:author=\"%s\">"
        "<w:rPr><w:color w:val=\"%s\"/></w:rPr></w:rPrChange></w:rPr><w:delText>%s</w:delText>"
        "</w:r></w:p>",
        "<w:p><w:hyperlink r:id=\"rId50\"><w:r><w:t>%s</w:t></w:r></w:hyperlink><w:hyperlink "
        "r:id=\"rId51\"><w:r><w:t>%s</w:t></w:r></w:hyperlink><w:hyperlink w:anchor=\"%s\"/>"
        "<w:bookmarkStart w:id=\"1\" w:name=\"%s\"/></w:p>",
        "<w:p><w:r><w:drawing><wp:docPr name=\"%s\" descr=\"%s\"/><a:blip r:embed=\"%s\"/>"
        "</w:drawing><w:sym w:font=\"%s\" w:char=\"F0FC\"/></w:r></w:p>",
        "<w:tbl><w:tr><w:trPr><w:del w:id=\"4\" w:author=\"%s\" w:date=\"%s\"/></w:trPr><w:tc>"
        "<w:tcPr><w:gridSpan w:val=\"%s\"/></w:tcPr><w:p><w:r><w:t>%s</w:t></w:r></w:p></w:tc>"
        "</w:tr></w:tbl>",
    };
    for (size_t i = 0; i < sizeof templates / sizeof *templates; i++) {
        const char *t = templates[i];
        for (const char *hole; (hole = strstr(t, "%s")) != NULL; t = hole + 2) {
            buf_add(&body, (Str){t, hole - t});
            buf_add(&body, str_from_z(s));
        }
        buf_add(&body, str_from_z(t));
    }
    buf_byte(&body, '\0');
    return pack_docx(&pack, body.ptr);
}

/* The skeleton of a page: names of elements and of their attributes, without style, text, values
 * and the tokens of control characters; and the raw characters that may not be anywhere. */
static Str skeleton(Arena *a, Str page) {
    Buf out = buf_new(a);
    const Str from = str_slice(page, str_find(page, S("</style>")), page.len);
    bool in_token = false;
    for (ptrdiff_t i = 0; i < from.len; i++) {
        if (from.ptr[i] == '>') {
            T_CHECK(false); /* one that closes no tag */
        }
        if (from.ptr[i] != '<') continue;
        const Str tag = str_slice(from, i, from.len);
        const bool ends_token = in_token && str_starts(tag, S("</span>"));
        in_token = in_token || str_starts(tag, S("<span class=\"ctl\""));
        bool quoted = false, value = false;
        for (i++; i < from.len && (quoted || from.ptr[i] != '>'); i++) {
            const char c = from.ptr[i];
            T_CHECK(quoted || (c != '<' && c != '\''));
            if (c == '"') quoted = !quoted;
            value = quoted || c == '"';
            if (!value && !in_token) buf_byte(&out, c);
        }
        if (!in_token) buf_byte(&out, '\n');
        if (ends_token) in_token = false;
    }
    return buf_str(&out);
}

static void hostile_strings_stay_text(Arena *a) {
    static const char *const hostile[] = {
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "&quot;&gt;&lt;img src=x onerror=y&gt;",
        "' onmouseover='alert(1)",
        "&quot; style=&quot;x",
        "&amp;lt;b&amp;gt;",
        "]]&gt;&lt;!--",
        "&lt;/style&gt;&lt;/title&gt;&lt;/main&gt;",
        "&#x2028;&#x2029;&lt;&gt;&quot;'&amp;",
        "&#x202E;&lt;/aside&gt;&#x2066;",
    };
    const Str plain = page_of(a, document_of(a, "xyz"), S("xyz"));
    const Str want = skeleton(a, plain);
    T_CHECK(want.len > 1000);
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
        const Str page = page_of(a, document_of(a, hostile[i]), S("<b>\"'&\xE2\x80\xA8"));
        if (!T_CHECK(str_equal(skeleton(a, page), want))) printf("#   with %s\n", hostile[i]);
        check_lacks(page, "\xE2\x80\xA8");
        check_lacks(page, "\xE2\x80\xAE");
        check_lacks(page, "<script");
        check_lacks(page, "<!--");
        check_lacks(page, "onerror=y>");
    }
}

static void escaping(Arena *a) {
    Buf out = buf_new(a);
    html_text(&out, S("<a href=\"x\" b='y'>&\n\t\xE2\x80\xA8\x7F\xE2\x80\xAE"));
    T_EQ_STR(buf_str(&out), S("&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;\n\t&#x2028;"
                              "\xEF\xBF\xBD\xEF\xBF\xBD"));
    out.len = 0;
    html_attr(&out, S("\"\n"));
    T_EQ_STR(buf_str(&out), S("&quot;&#xA;"));
}

/* ---- any document gives a page whose elements are closed in order ---- */

static bool is_void(Str name) {
    return str_equal(name, S("br")) || str_equal(name, S("img")) || str_equal(name, S("meta"));
}

static void check_nesting(Str page) {
    Str open[600];
    int depth = 0;
    const Str from = str_slice(page, str_find(page, S("<html")), page.len);
    for (ptrdiff_t i = 0; i < from.len; i++) {
        if (from.ptr[i] != '<') continue;
        const bool closes = from.ptr[i + 1] == '/';
        const ptrdiff_t start = i + 1 + closes;
        ptrdiff_t end = start;
        while (from.ptr[end] != '>' && from.ptr[end] != ' ') end++;
        const Str name = str_slice(from, start, end);
        if (is_void(name)) continue;
        if (!closes) {
            if (!T_CHECK(depth < 600)) return;
            open[depth++] = name;
        } else if (!T_CHECK(depth > 0) || !T_EQ_STR(name, open[--depth])) {
            printf("#   %.*s\n", (int)(from.len - i > 80 ? 80 : from.len - i), from.ptr + i);
            return;
        }
    }
    T_EQ_INT(depth, 0);
}

static const char *const pieces[] = {
    RUN("x"),
    RUN("&lt;"),
    DELETED("gone"),
    "<w:r><w:tab/></w:r>",
    "<w:r><w:rPr><w:b/><w:rtl/></w:rPr><w:t>b</w:t></w:r>",
    "<w:r><w:rPr><w:rPrChange w:id=\"9\" w:author=\"Z\"><w:rPr/></w:rPrChange></w:rPr><w:t>f</w:t>"
    "</w:r>",
    "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r>",
    "<w:r><w:instrText>A</w:instrText></w:r>",
    "<w:r><w:fldChar w:fldCharType=\"end\"/></w:r>",
    "<w:commentRangeStart w:id=\"1\"/>",
    "<w:commentRangeEnd w:id=\"1\"/>",
    "<w:bookmarkStart w:id=\"2\" w:name=\"m\"/>",
    "<w:r><w:pict><v:textbox><w:txbxContent><w:p><w:ins w:id=\"1\" w:author=\"Q\">" RUN(
        "box") "</w:ins></w:p></w:txbxContent></v:textbox></w:pict></w:r>"};
static const char *const wraps[] = {"ins", "del", "moveFrom", "moveTo", "hyperlink", "smartTag"};

static void put_inline(Buf *b, int depth) {
    const int count = 1 + (int)t_random_below(4);
    for (int i = 0; i < count; i++) {
        if (depth < 4 && t_random_below(3) == 0) {
            const char *wrap = wraps[t_random_below(6)];
            buf_format(b, "<w:%s w:id=\"1\" w:author=\"A%d\" w:anchor=\"m\">", wrap,
                       (int)t_random_below(12));
            put_inline(b, depth + 1);
            buf_format(b, "</w:%s>", wrap);
        } else {
            buf_add(b, str_from_z(pieces[t_random_below(sizeof pieces / sizeof *pieces)]));
        }
    }
}

static void put_blocks(Buf *b, int depth) {
    const int count = 1 + (int)t_random_below(3);
    for (int i = 0; i < count; i++) {
        const ptrdiff_t kind = depth < 3 ? t_random_below(6) : 0;
        if (kind == 1) {
            buf_add(b, S("<w:tbl><w:bookmarkStart w:id=\"2\" w:name=\"m\"/><w:tr><w:trPr><w:del "
                         "w:id=\"5\" w:author=\"R\"/></w:trPr><w:tc><w:tcPr><w:vMerge/><w:cellIns "
                         "w:id=\"6\" w:author=\"R\"/></w:tcPr>"));
            put_blocks(b, depth + 1);
            buf_add(b, S("</w:tc></w:tr></w:tbl>"));
        } else if (kind == 2) {
            buf_add(b, S("<w:ins w:id=\"1\" w:author=\"B\"><w:commentRangeEnd w:id=\"1\"/>"));
            put_blocks(b, depth + 1);
            buf_add(b, S("</w:ins>"));
        } else {
            buf_add(b, S("<w:p><w:pPr><w:rPr><w:ins w:id=\"3\" w:author=\"M\"/></w:rPr></w:pPr>"));
            put_inline(b, 0);
            buf_add(b, S("</w:p>"));
        }
    }
}

static void random_pages_nest(Arena *a) {
    for (int round = 0; round < 200; round++) {
        Arena *child = arena_child(a);
        Pack pack = pack_new(child);
        Buf body = buf_new(child);
        pack_part(&pack, "word/comments.xml", "comments",
                  ROOT("comments", COMMENT("1", "Legal", "why?")));
        put_blocks(&body, 0);
        buf_byte(&body, '\0');
        check_nesting(page_of(child, pack_docx(&pack, body.ptr), S("t")));
        arena_close(child);
    }
}

static bool write_once(void *ctx, Arena *a, PxErr *err) {
    DocxPackage *p = NULL;
    Buf out = buf_new(a);
    const Str *bytes = ctx;
    return docx_open(a, xml_names_open(a), key, *bytes, S("f"), NULL, &p, err) &&
           html_write(a, p, S("t"), &out, err);
}

static void every_allocation_fails(Arena *a) {
    Str bytes = document_of(a, "xyz");
    T_CHECK(t_fault_loop(write_once, &bytes));
}

#define GUARDED(test)                                                                              \
    static void test_##test(void) { t_with_arena(test); }
GUARDED(escaping)
GUARDED(golden)
GUARDED(moves)
GUARDED(notes_and_comments)
GUARDED(pictures)
GUARDED(hostile_strings_stay_text)
GUARDED(random_pages_nest)
GUARDED(every_allocation_fails)

int main(void) {
    T_RUN(test_escaping);
    T_RUN(test_golden);
    T_RUN(test_moves);
    T_RUN(test_notes_and_comments);
    T_RUN(test_pictures);
    T_RUN(test_hostile_strings_stay_text);
    T_RUN(test_random_pages_nest);
    T_RUN(test_every_allocation_fails);
    return t_end();
}
