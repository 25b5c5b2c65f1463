/* test_docx_notes: notes, comments and bookmarks that come with text. */
/* needs: base zip xml docx */
#include "unit/both.h"

/* ---- notes ---- */

static void brings_notes(Arena *a) {
    Pack p = pack_new(a), q = pack_new(a);
    pack_part(&p, "word/footnotes.xml", "footnotes",
              ROOT("footnotes", NOTE("footnote", "-1", "") NOTE("footnote", "1", "mine")));
    pack_part(&p, "word/settings.xml", "settings",
              ROOT("settings", "<w:zoom/><w:footnotePr><w:footnote w:id=\"-1\"/></w:footnotePr>"
                               "<w:compat/><w14:docId/>"));
    pack_part(&q, "word/footnotes.xml", "footnotes",
              ROOT("footnotes", NOTE("footnote", "1", "theirs")));
    pack_part(&q, "word/endnotes.xml", "endnotes",
              ROOT("endnotes", "<w:endnote w:id=\"5\"><w:p w14:paraId=\"77\">"
                               "<w:hyperlink r:id=\"h\"/></w:p></w:endnote>"));
    pack_entry(&q, "word/_rels/endnotes.xml.rels",
               pack_rels(a, S("<Relationship Id=\"h\" Type=\"" R_URI "/hyperlink\" "
                              "Target=\"https://h.example/\" TargetMode=\"External\"/>")));
    Both b;
    if (!open_both(a, pack_docx(&p, REFERENCE("footnote", "1")),
                   pack_docx(&q, REFERENCE("footnote", "1") REFERENCE("endnote", "5")), &b)) {
        return;
    }
    DocxPackage *d = import_and_write(&b);
    if (!d) return;
    T_CHECK(has(BODY(d),
                REFERENCE("footnote", "1") REFERENCE("footnote", "2") REFERENCE("endnote", "1")));
    T_CHECK(has(bytes_of(d, "word/footnotes.xml"),
                NOTE("footnote", "1", "mine") NOTE("footnote", "2", "theirs")));
    const Str endnotes = bytes_of(d, "word/endnotes.xml");
    T_CHECK(has(endnotes, "<w:endnote w:type=\"separator\" w:id=\"-1\">"));
    T_CHECK(has(endnotes, "<w:endnote w:type=\"continuationSeparator\" w:id=\"0\">"));
    T_CHECK(has(endnotes, "<w:endnote w:id=\"1\"><w:p><w:hyperlink r:id=\"h\"/></w:p>"));
    T_EQ_INT(docx_related(d->main, S("endnotes"))->rel_count, 1);
    T_CHECK(has(bytes_of(d, "word/settings.xml"),
                "<w:zoom/><w:footnotePr><w:footnote w:id=\"-1\"/></w:footnotePr><w:endnotePr>"
                "<w:endnote w:id=\"-1\"/><w:endnote w:id=\"0\"/></w:endnotePr><w:compat/>"));
}

static void says_which_note_is_missing(Arena *a) {
    Pack p = pack_new(a), q = pack_new(a);
    Both b;
    PxErr err = {0};
    if (!open_both(a, pack_docx(&p, "<w:p/>"), pack_docx(&q, REFERENCE("endnote", "8")), &b))
        return;
    T_CHECK(!import_body(&b, &err));
    T_EQ_INT(err.kind, PX_ERR_INPUT);
    T_CHECK(strstr(err.message, "endnote \"8\"") != NULL);
}

/* ---- comments ---- */

#define COMMENT(id, author, date, para, text)                                                      \
    "<w:comment w:id=\"" id "\" w:author=\"" author "\"" date "><w:p" para "><w:r><w:t>" text      \
    "</w:t></w:r></w:p></w:comment>"
#define DATE " w:date=\"2016-07-14T10:00:00Z\""
#define PARA(id) " w14:paraId=\"" id "\""
#define ANCHORED(id)                                                                               \
    "<w:p><w:commentRangeStart w:id=\"" id "\"/><w:r><w:t>x</w:t></w:r><w:commentRangeEnd "        \
    "w:id=\"" id "\"/><w:r><w:commentReference w:id=\"" id "\"/></w:r></w:p>"

static Str commented(Arena *a, const char *comments, const char *body) {
    Pack p = pack_new(a);
    if (comments) pack_part(&p, "word/comments.xml", "comments", comments);
    return pack_docx(&p, body);
}

static Str comment_id(Both *b, const char *id, bool *already) {
    PxErr err = {0};
    Str out = S("?");
    T_OK(docx_import_comment(b->import, str_from_z(id), &out, already, &err), &err);
    return out;
}

static void tells_new_comments_from_old(Arena *a) {
    Both b;
    bool already;
    if (!open_both(a,
                   commented(a,
                             ROOT("comments", COMMENT("0", "A", DATE, "", "same words")
                                                  COMMENT("5", "A", DATE, "", "same words")
                                                      COMMENT("7", "B", "", "", "undated")),
                             ANCHORED("0") ANCHORED("5") ANCHORED("7")),
                   commented(a,
                             ROOT("comments", COMMENT("5", "A", DATE, "", "same words")
                                                  COMMENT("1", "A", DATE, "", "same words")
                                                      COMMENT("2", "A", DATE, "", "same words")
                                                          COMMENT("3", "B", "", "", "undated")
                                                              COMMENT("4", "C", "", "", "new")),
                             ANCHORED("5")),
                   &b)) {
        return;
    }
    T_EQ_STR(comment_id(&b, "1", &already), S("0"));
    T_CHECK(already);
    T_EQ_STR(comment_id(&b, "5", &already), S("5"));
    T_CHECK(already);
    T_EQ_STR(comment_id(&b, "3", &already), S("7"));
    T_CHECK(already);
    const Str third =
        comment_id(&b, "2", &already); /* the base has two of these words, not three */
    T_EQ_STR(third, S("8"));
    T_CHECK(!already);
    T_EQ_STR(comment_id(&b, "2", &already), third);
    T_CHECK(!already);
    T_EQ_STR(comment_id(&b, "4", &already), S("9"));
    T_EQ_STR(comment_id(&b, "99", &already), S(""));
    T_CHECK(!already);
    if (!open_next(&b, commented(a,
                                 ROOT("comments", COMMENT("2", "A", DATE, "", "same words")
                                                      COMMENT("3", "A", DATE, "", "same words")
                                                          COMMENT("6", "A", DATE, "", "same words")
                                                              COMMENT("8", "C", "", "", "new")),
                                 "<w:p/>"))) {
        return;
    }
    T_EQ_STR(comment_id(&b, "6", &already), S("8")); /* dated: it is the other return's */
    T_CHECK(already);
    T_EQ_STR(comment_id(&b, "8", &already), S("10")); /* undated: who knows */
    T_CHECK(!already);
}

static void keeps_one_anchor_a_comment(Arena *a) {
    Both b;
    if (!open_both(
            a, commented(a, ROOT("comments", COMMENT("0", "A", DATE, "", "old")), ANCHORED("0")),
            commented(a,
                      ROOT("comments",
                           COMMENT("0", "A", DATE, "", "old") COMMENT("1", "A", DATE, "", "new")),
                      ANCHORED("0") ANCHORED("1") ANCHORED("1") ANCHORED("44")),
            &b)) {
        return;
    }
    DocxPackage *d = import_and_write(&b);
    if (!d) return;
#define BARE "<w:p><w:r><w:t>x</w:t></w:r><w:r/></w:p>"
    T_CHECK(has(BODY(d), "<w:body>" ANCHORED("0") BARE ANCHORED("1") BARE BARE "</w:body>"));
}

#define EX_DONE(id, more, done)                                                                    \
    "<w15:commentEx w15:paraId=\"" id "\"" more " w15:done=\"" done "\"/>"
#define EX(id, more) EX_DONE(id, more, "0")

static void keeps_replies_with_what_they_answer(Arena *a) {
    static const char *const extended = "http://schemas.microsoft.com/office/2011/relationships/"
                                        "commentsExtended";
    static const char *const ids = "http://schemas.microsoft.com/office/2016/09/relationships/"
                                   "commentsIds";
    static const char *const people = "http://schemas.microsoft.com/office/2011/relationships/"
                                      "people";
    Pack p = pack_new(a), q = pack_new(a);
    pack_part(&p, "word/comments.xml", "comments",
              ROOT("comments", COMMENT("0", "A", DATE, "", "question")));
    pack_part(&q, "word/comments.xml", "comments",
              ROOT("comments",
                   COMMENT("0", "A", DATE, PARA("0000AAAA"), "question")
                       COMMENT("1", "B", DATE, PARA("0000BBBB"), "answer")
                           COMMENT("2", "B", DATE, PARA("0000CCCC"), "open point")
                               COMMENT("3", "C", DATE, PARA("0000DDDD"), "answer to that")));
    pack_part(&q, "word/commentsExtended.xml", extended,
              "<w15:commentsEx " SPACES ">" EX("0000AAAA", "")
                  EX("0000BBBB", " w15:paraIdParent=\"0000AAAA\"") EX_DONE("0000CCCC", "", "1")
                      EX("0000DDDD", " w15:paraIdParent=\"0000CCCC\"") "</w15:commentsEx>");
    pack_part(&q, "word/commentsIds.xml", ids,
              "<w16cid:commentsIds " SPACES ">"
              "<w16cid:commentId w16cid:paraId=\"0000BBBB\" w16cid:durableId=\"11111111\"/>"
              "<w16cid:commentId w16cid:paraId=\"0000DDDD\" w16cid:durableId=\"22222222\"/>"
              "</w16cid:commentsIds>");
    pack_part(&q, "word/people.xml", people,
              "<w15:people " SPACES "><w15:person w15:author=\"A\"/><w15:person w15:author=\"B\">"
              "<w15:presenceInfo w15:providerId=\"None\" w15:userId=\"B\"/></w15:person>"
              "</w15:people>");
    Both b;
    bool already;
    /* The base's text has a paragraph of one of the ids already. */
    if (!open_both(a, pack_docx(&p, "<w:p w14:paraId=\"0000BBBB\"/>" ANCHORED("0")),
                   pack_docx(&q, "<w:p/>"), &b)) {
        return;
    }
    T_EQ_STR(comment_id(&b, "1", &already), S("1"));
    T_EQ_STR(comment_id(&b, "3", &already), S("2")); /* brings what it answers */
    DocxPackage *d = write_both(&b);
    if (!d) return;
    const Str comments = bytes_of(d, "word/comments.xml");
    T_CHECK(has(comments, COMMENT("0", "A", DATE, PARA("0000AAAA"), "question")));
    T_CHECK(has(comments, COMMENT("1", "B", DATE, PARA("40000001"), "answer")));
    T_CHECK(has(comments, COMMENT("2", "C", DATE, PARA("0000DDDD"), "answer to that")));
    T_CHECK(has(comments, COMMENT("3", "B", DATE, PARA("0000CCCC"), "open point")));
    const Str ex = bytes_of(d, "word/commentsExtended.xml");
    T_CHECK(has(ex, EX("40000001", " w15:paraIdParent=\"0000AAAA\"")));
    T_CHECK(has(ex, EX("0000AAAA", "")));
    T_CHECK(has(ex, "w15:paraId=\"0000DDDD\""));
    T_CHECK(has(ex, "w15:paraIdParent=\"0000CCCC\""));
    T_CHECK(has(ex, EX_DONE("0000CCCC", "", "1")));
    const Str lasting = bytes_of(d, "word/commentsIds.xml");
    T_CHECK(has(lasting, "w16cid:paraId=\"40000001\" w16cid:durableId=\"11111111\""));
    T_CHECK(has(lasting, "w16cid:paraId=\"0000DDDD\" w16cid:durableId=\"22222222\""));
    const Str persons = bytes_of(d, "word/people.xml");
    T_CHECK(has(persons, "<w15:person w15:author=\"B\"><w15:presenceInfo"));
    T_CHECK(lacks(persons, "author=\"A\"")); /* nothing of theirs came */
    T_EQ_STR(docx_content_type(d, S("word/commentsExtended.xml")),
             S(WORD_TYPE "commentsExtended+xml"));
    T_CHECK(docx_related(d->main, S("commentsIds")) && docx_related(d->main, S("people")));
}

static void brings_what_comments_refer_to(Arena *a) {
    Pack p = pack_new(a), q = pack_new(a);
    pack_part(&q, "word/comments.xml", "comments",
              ROOT("comments",
                   "<w:comment w:id=\"9\" w:author=\"A\">" LINK("h") STYLED("New") "</w:comment>"));
    pack_entry(&q, "word/_rels/comments.xml.rels",
               pack_rels(a, S("<Relationship Id=\"h\" Type=\"" R_URI "/hyperlink\" "
                              "Target=\"https://h.example/\" TargetMode=\"External\"/>")));
    pack_part(&q, "word/styles.xml", "styles",
              ROOT("styles", STYLE("paragraph", "New", "New", "")));
    Both b;
    if (!open_both(a, pack_docx(&p, "<w:p/>"), pack_docx(&q, ANCHORED("9")), &b)) return;
    DocxPackage *d = import_and_write(&b);
    if (!d) return;
    T_CHECK(has(BODY(d), ANCHORED("1")));
    T_CHECK(has(bytes_of(d, "word/styles.xml"), "w:styleId=\"New\""));
    const DocxPart *comments = docx_related(d->main, S("comments"));
    if (T_CHECK(comments && comments->rel_count == 1)) {
        T_EQ_STR(comments->rels[0].target, S("https://h.example/"));
    }
}

/* ---- bookmarks, controls, and other numbered things ---- */

#define MARK(id, name) "<w:bookmarkStart w:id=\"" id "\" w:name=\"" name "\"/>"
#define MARK_END(id) "<w:bookmarkEnd w:id=\"" id "\"/>"
#define CONTROL(id) "<w:sdt><w:sdtPr><w:id w:val=\"" id "\"/></w:sdtPr></w:sdt>"

static void gives_fresh_numbers(Arena *a) {
    Both b;
    Pack p = pack_new(a), q = pack_new(a);
    if (!open_both(
            a, pack_docx(&p, "<w:p>" MARK("3", "Here") MARK_END("3") "</w:p>" CONTROL("-77")),
            pack_docx(&q,
                      "<w:p>" MARK("0", "There") MARK("1", "HERE") MARK_END("0") MARK_END(
                          "1") "</w:p><w:p>" MARK("2", "there")
                          MARK("4", "Far") "</w:p><w:p>" MARK_END("4") MARK_END("2") MARK_END(
                              "66") "</w:p><w:p><w:permStart w:id=\"4\"/><w:permEnd w:id=\"4\"/>"
                                    "</w:p>" CONTROL("4294967219") CONTROL("5") CONTROL("5")
                                        PICTURE("") "<w:p><w:ins w:id=\"3\"><w:r/></w:ins></w:p>"),
            &b)) {
        return;
    }
    DocxPackage *d = import_and_write(&b);
    if (!d) return;
    T_CHECK(has(BODY(d),
                CONTROL("-77") "<w:p>" MARK("4", "There")
                    MARK_END("4") "</w:p><w:p>" MARK("5", "Far") "</w:p><w:p>" MARK_END(
                        "5") "</w:p><w:p>"
                             "<w:permStart w:id=\"6\"/><w:permEnd w:id=\"6\"/></w:p>" CONTROL("7")
                                 CONTROL("5") CONTROL("8")));
    T_CHECK(has(BODY(d), "<wp:docPr id=\"9\" name=\"P\"/>"));
    T_CHECK(has(BODY(d), "<w:ins w:id=\"10\">"));
}

static void empties_a_node_that_is_to_go(Arena *a) {
    Both b;
    Pack p = pack_new(a), q = pack_new(a);
    PxErr err = {0};
    XmlTree *tree;
    if (!open_both(a, pack_docx(&p, "<w:p/>"), pack_docx(&q, ANCHORED("9")), &b)) return;
    T_OK(docx_part_tree(b.from, b.from->main, &tree, &err), &err);
    const XmlNode *start =
        xml_child(xml_child(xml_child(tree->root, W_body), W_p), W_commentRangeStart);
    XmlNode *copy = xml_copy(b.tree, start); /* in no tree yet */
    T_OK(docx_import_node(b.import, b.from->main, b.base->main, copy, &err), &err);
    Buf out = buf_new(a);
    xml_write_node(b.tree, b.tree, copy, &out);
    T_EQ_INT(out.len, 0);
}

#define GUARDED(test)                                                                              \
    static void test##_guarded(void) { t_with_arena(test); }
GUARDED(brings_notes)
GUARDED(says_which_note_is_missing)
GUARDED(tells_new_comments_from_old)
GUARDED(keeps_one_anchor_a_comment)
GUARDED(keeps_replies_with_what_they_answer)
GUARDED(brings_what_comments_refer_to)
GUARDED(gives_fresh_numbers)
GUARDED(empties_a_node_that_is_to_go)

int main(void) {
    T_RUN(brings_notes_guarded);
    T_RUN(says_which_note_is_missing_guarded);
    T_RUN(tells_new_comments_from_old_guarded);
    T_RUN(keeps_one_anchor_a_comment_guarded);
    T_RUN(keeps_replies_with_what_they_answer_guarded);
    T_RUN(brings_what_comments_refer_to_guarded);
    T_RUN(gives_fresh_numbers_guarded);
    T_RUN(empties_a_node_that_is_to_go_guarded);
    return t_end();
}
