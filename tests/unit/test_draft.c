/* needs: engine */
/* draft: what is found wrong with a draft, and what is not told because it may be right. Through
 * the public header. */
/* It breaks literals between macros into crumbs. */
/* clang-format off */
#include "unit/provision_fixture.h"

static Str findings_of(const PxFile *file, const PxDraftOptions *options) {
    PxDraft *d;
    PxErr err;
    ptrdiff_t count;
    Buf b = buf_new(files);
    if (!T_OK(px_draft_check(file, options, &d, &err), &err)) return S("");
    const PxDraftFinding *found = px_draft_findings(d, &count);
    for (ptrdiff_t i = 0; i < count; i++) {
        T_CHECK(found[i].place.len > 0);
        buf_format(&b, "%.*s: %.*s\n", (int)found[i].kind.len, found[i].kind.ptr,
                   (int)found[i].sentence.len, found[i].sentence.ptr);
    }
    px_draft_close(d);
    return b.len ? buf_str(&b) : S("");
}

static void drafts_are_checked(void) {
#define TWO P("Article 1") P("1. a") P("2. b") P("Article 2") P("1. c") P("2. d")
    static const char *const cases[][2] = {
        {P("Article 1") P("Article 2") P("Article 4"), "numbering: Article 4 follows Article 2\n"},
        {P("Article 1") P("x") P("Article 1") P("y"), "numbering: Article 1 stands twice\n"},
        {P("Article 1") P("1. a") P("3. b"), "numbering: Article 1(3) follows Article 1(1)\n"},
        {P("Article 1") P("1. a") P("(a) x") P("(c) y"),
         "numbering: Article 1(1)(c) follows Article 1(1)(a)\n"},
        {P("Article 1") P("2. a") P("3. b"),
         "numbering: Article 1(2) comes first, where another should stand before it\n"},
        {P("Article 1") P("Article 3") P("Article 2"),
         "numbering: Article 3 follows Article 1\nnumbering: Article 2 follows Article 3\n"},
        {LISTED("0", "a") LISTED("1", "b") LISTED("0", "c") LISTED("2", "d"),
         "numbering: 2.1.1 stands under no 2.1\n"},
        {TWO P("3. As Article 31 says."), "reference: Article 2(3) speaks of Article 31\n"},
        {TWO P("3. See Article 1(4)."), "reference: Article 2(3) speaks of Article 1(4)\n"},
        {TWO P("3. See paragraph 3 of Article 1."),
            "reference: Article 2(3) speaks of Article 1(3)\n"},
        {TWO P("3. See paragraph 7(a) of this Article."),
         "reference: Article 2(3) speaks of Article 2(7)(a)\n"},
        {TWO P("3. Articles 1, 2 and 9 apply."), "reference: Article 2(3) speaks of Article 9\n"},
        {TWO P("Annex A") P("x") P("Annex B") P("as in Annex C"),
         "reference: Annex B speaks of Annex C\n"},
        {TWO "<w:p>" RUN("3. See ") FIELD(" REF _Ref9 \\r \\h ", "Article 1") "</w:p>",
         "reference: Article 2(3) has a cross-reference that leads nowhere\n"},
        {TWO "<w:p><w:hyperlink w:anchor=\"gone\">" RUN("there") "</w:hyperlink></w:p>",
         "reference: Article 2(2) has a cross-reference that leads nowhere\n"},
        {TWO "<w:p><w:bookmarkStart w:id=\"1\" w:name=\"_Ref9\"/>" RUN("3. x")
         "<w:bookmarkEnd w:id=\"1\"/></w:p><w:p>" RUN("4. See ")
         FIELD(" REF _Ref9 \\w \\h ", "Article 2(2)") "</w:p>",
         "reference: Article 2(4) prints \"Article 2(2)\" for Article 2(3)\n"},
        {TWO P("3. See Error! Reference source not found."),
         "reference: Article 2(3) prints \"Error! Reference source not found\"\n"},
        {P("Article 1") P("1. pays the Host Facility; of a Host Facility, or the Host Facility."),
         "term: \"Host Facility\" is used 3 times and defined nowhere\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const PxFile file = text_of(cases[i][0]);
        T_EQ_STR(findings_of(&file, NULL), str_from_z(cases[i][1]));
    }
}

/* What may be right is not told. */
static void what_may_be_right_is_not_told(void) {
    static const char *const cases[] = {
        TWO,
        TWO P("3. In accordance with Article 51 of the Charter of the United Nations."),
        TWO P("3. See Article 1, Article 2(1) and paragraph 2 of Article 1."),
        TWO P("3. See Articles 1 and 2, and paragraphs 1 and 2 of this Article."),
        TWO P("3. Articles 31 and 32 of the Vienna Convention apply."),
        P("Article 1") P("(a) x") P("(b) y") P("(i) z") P("(ii) w") P("(c) v"),
        P("Article 1") P("(h) x") P("(i) y") P("(j) z") "" ,
        P("Article 1") P("text of 2016") P("Article 2")
            P("paragraph 9 of Article 1 has no numbers"),
        P("Chapter I") P("Article 1") P("Article 2") P("Chapter II") P("Article 3"),
        P("1. a") P("1.1 b") P("1.2 c") P("2. d") P("2.1 e"),
        P("Article 1")
            P("the \"Host Facility\" means it; the Host Facility, a Host Facility, one Host "
                         "Facility."),
        /* a capital at the head of a sentence says nothing */
        P("Article 1") P("1. Host Facility. Host Facility. Host Facility."),
        P("Article 1") P("with the Foreign Ministry, a Foreign Ministry, the Foreign Ministry"),
        TWO "<w:p><w:bookmarkStart w:id=\"1\" w:name=\"_Ref9\"/>" RUN("3. x")
        "<w:bookmarkEnd w:id=\"1\"/></w:p><w:p>" RUN("4. See ") FIELD(" REF _Ref9 \\w ",
            "Article 2(3)")
        RUN(" and ") FIELD(" REF _ref9 \\n ", "3.") RUN(" on ") FIELD(" PAGEREF _Ref9 ", "77")
            "</w:p>",
        "<w:p><w:hyperlink w:anchor=\"_Toc1\">" RUN("contents") "</w:hyperlink></w:p>",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const PxFile file = text_of(cases[i]);
        const Str found = findings_of(&file, NULL);
        if (i != 6) T_EQ_STR(found, S("")); /* begins at (h): that is told */
        else T_CHECK(found.len > 0);
    }
    const PxFile draft = demo("draft.docx"), interior = demo("returns/interior.docx");
    T_EQ_STR(findings_of(&draft, NULL), S(""));
    T_EQ_STR(findings_of(&interior, NULL), S(""));
}

/* The article put in moved what the fields lead to, and nobody updated them. */
static void fields_that_print_another_number_are_told(void) {
    const PxFile file = demo("returns/defence-production.docx");
    T_EQ_STR(findings_of(&file, NULL),
             S("reference: Article 6(2)(d) prints \"Article 19\" for Article 20\n"
               "reference: Article 21(5) prints \"Article 13\" for Article 14\n"
               "reference: Article 21(5) prints \"Article 14\" for Article 15\n"));
}

static void known_terms_are_left_out(void) {
    const PxFile file =
        text_of(P("Article 1")
            P("to the Host Facility, of a Host Facility, or the Host Facility."));
    const PxStr known[] = {S("Host Facility")};
    const PxDraftOptions options = {.terms = known, .term_count = 1};
    T_EQ_STR(findings_of(&file, &options), S(""));
}

int main(void) {
    files = arena_open((ptrdiff_t)1 << 30);
    T_RUN(drafts_are_checked);
    T_RUN(what_may_be_right_is_not_told);
    T_RUN(fields_that_print_another_number_are_told);
    T_RUN(known_terms_are_left_out);
    arena_close(files);
    return t_end();
}
