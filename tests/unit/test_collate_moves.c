/* needs: base zip xml docx doc diff revise collate */
/* One office moves a paragraph, another edits it where it stood: the edit goes with the move when
 * everything is accepted, and each office alone has what it sent. */
#include "collate_fixture.h"

#define ONE                                                                                        \
    P(RUN("This Agreement binds both Governments from the day on which they sign it."))            \
    P(RUN("The Parties respect each other."))
#define THREE P(RUN("Costs lie where they fall, unless agreed otherwise in writing."))
#define FOUR P(RUN("Disputes are settled by talks between the two Governments."))
#define MOVED(text) P(RUN(text))
#define OLD MOVED("Goods may pass through either port within thirty days.")
#define END P(RUN("Done in two originals."))
#define TABLE "<w:tbl><w:tr><w:tc>" P(RUN("Cell")) "</w:tc></w:tr></w:tbl>"

static CollateReturn returned(Arena *a, const char *office, const char *body) {
    return return_of(str_from_z(office), body_file(a, body));
}

/* Each paragraph's text on a line. */
static Str text_after(Arena *a, Str file, ReviseDecide decide, void *ctx) {
    const XmlTree *t = resolved_tree(a, file, decide, ctx);
    Buf b = buf_new(a);
    if (!t) return S("");
    for (const XmlNode *n = t->root; n; n = xml_next(n, t->root)) {
        if (n->name == W_p && b.len) buf_byte(&b, '\n');
        if (n->name == W_t) buf_add(&b, xml_text(a, n));
    }
    return buf_str(&b);
}

/* Proves the redline of the returns, in both orders, and gives what accepting everything gives. */
static Str accepted(Arena *a, const char *base, const CollateReturn *returns, int count) {
    const Str bytes = body_file(a, base);
    CollateResult result, again;
    CollateReturn turned[4];
    for (int i = 0; i < count; i++) turned[i] = returns[count - 1 - i];
    if (!run_returns(a, bytes, returns, count, &result) ||
        !run_returns(a, bytes, turned, count, &again))
        return S("");
    T_EQ_STR(broken_promises(a, &result), S(""));
    T_EQ_STR(again.bytes, result.bytes);
    T_EQ_STR(text_after(a, result.bytes, revise_reject_all, NULL),
             text_after(a, bytes, revise_reject_all, NULL));
    for (int i = 0; i < count; i++)
        T_EQ_STR(text_after(a, result.bytes, revise_only, (void *)(uintptr_t)&returns[i].office),
                 text_after(a, returns[i].bytes, revise_accept_all, NULL));
    return text_after(a, result.bytes, revise_accept_all, NULL);
}

#define TEXT_ONE                                                                                   \
    "This Agreement binds both Governments from the day on which they sign it.\nThe Parties "      \
    "respect each other."
#define TEXT_THREE "Costs lie where they fall, unless agreed otherwise in writing."
#define TEXT_FOUR "Disputes are settled by talks between the two Governments."
#define TEXT_END "\nDone in two originals."

static void words_inserted(Arena *a) {
    const CollateReturn returns[] = {
        returned(a, "Army", ONE THREE OLD FOUR END),
        returned(a, "Navy",
                 ONE MOVED("Goods may also pass through either port within thirty days of "
                           "notice.") THREE FOUR END)};
    T_EQ_STR(accepted(a, ONE OLD THREE FOUR END, returns, 2),
             S(TEXT_ONE "\n" TEXT_THREE "\nGoods may also pass through either port within thirty "
                        "days of notice.\n" TEXT_FOUR TEXT_END));
}

static void words_deleted_and_replaced(Arena *a) {
    const CollateReturn returns[] = {
        returned(a, "Navy", ONE THREE FOUR OLD END),
        returned(a, "Army",
                 ONE MOVED("Goods pass through either port within sixty days.") THREE FOUR END)};
    T_EQ_STR(accepted(a, ONE OLD THREE FOUR END, returns, 2),
             S(TEXT_ONE "\n" TEXT_THREE "\n" TEXT_FOUR
                        "\nGoods pass through either port within sixty days." TEXT_END));
}

/* The mover edits what it moves, and two more edit it, one by splitting it. */
static void three_edit(Arena *a) {
    const CollateReturn returns[] = {
        returned(a, "Army",
                 MOVED("Goods may pass freely through either port within thirty days.")
                     ONE THREE FOUR END),
        returned(a, "Navy",
                 ONE MOVED("Goods may pass through either port.") MOVED(" within thirty days.")
                     THREE FOUR END),
        returned(a, "Police",
                 ONE MOVED("Goods may pass through either port within thirty working days.")
                     THREE FOUR END)};
    T_EQ_STR(accepted(a, ONE OLD THREE FOUR END, returns, 3),
             S("Goods may pass freely through either port.\n within thirty working days.\n" TEXT_ONE
               "\n" TEXT_THREE "\n" TEXT_FOUR TEXT_END));
}

/* Two move it to different places: the words stand at both. */
static void two_move(Arena *a) {
    const CollateReturn returns[] = {
        returned(a, "Army", OLD ONE THREE FOUR END), returned(a, "Navy", ONE THREE FOUR OLD END),
        returned(a, "Police",
                 ONE MOVED("Goods may pass through either port within thirty working days.")
                     THREE FOUR END)};
    T_EQ_STR(accepted(a, ONE OLD THREE FOUR END, returns, 3),
             S("Goods may pass through either port within thirty working days.\n" TEXT_ONE
               "\n" TEXT_THREE "\n" TEXT_FOUR
               "\nGoods may pass through either port within thirty working days." TEXT_END));
}

/* Two move it to one place, a third deletes it. */
static void moved_together(Arena *a) {
    const CollateReturn returns[] = {
        returned(a, "Army", ONE THREE FOUR OLD END), returned(a, "Navy", ONE THREE FOUR OLD END),
        returned(a, "Finance", ONE THREE FOUR END),
        returned(a, "Police",
                 ONE MOVED("Goods may pass through either port within thirty working days.")
                     THREE FOUR END)};
    T_EQ_STR(accepted(a, ONE OLD THREE FOUR END, returns, 4),
             S(TEXT_ONE
               "\n" TEXT_THREE "\n" TEXT_FOUR
               "\nGoods may pass through either port within thirty working days." TEXT_END));
}

/* No paragraph could be joined with a table behind the old place. */
static void before_a_table(Arena *a) {
    const CollateReturn returns[] = {
        returned(a, "Army", ONE TABLE THREE OLD FOUR END),
        returned(a, "Navy",
                 ONE MOVED("Goods may pass through either port within thirty working days.")
                     TABLE THREE FOUR END)};
    T_EQ_STR(
        accepted(a, ONE OLD TABLE THREE FOUR END, returns, 2),
        S(TEXT_ONE
          "\nCell\n" TEXT_THREE
          "\nGoods may pass through either port within thirty working days.\n" TEXT_FOUR TEXT_END));
}

/* A link, an empty control, a tab and a note go along like words. */
static void other_things(Arena *a) {
    Pack p = pack_new(a);
    pack_part(&p, "word/footnotes.xml", "footnotes",
              ROOT("footnotes",
                   "<w:footnote w:id=\"1\"><w:p><w:r><w:t>By sea.</w:t></w:r></w:p></w:footnote>"));
    const Str noted = pack_docx(
        &p, ONE P(RUN("Goods may pass through ") "<w:hyperlink w:anchor=\"ports\">" RUN(
                "the ports, or ") "</w:hyperlink><w:sdt><w:sdtPr/><w:sdtContent/></"
                                  "w:sdt>" RUN("either port") "<w:r><w:footnoteReference "
                                                              "w:id=\"1\"/><w:tab/></"
                                                              "w:r>" RUN(" within thirty "
                                                                         "days.")) THREE FOUR END);
    const CollateReturn returns[] = {returned(a, "Army", ONE THREE OLD FOUR END),
                                     return_of(S("Navy"), noted)};
    T_EQ_STR(accepted(a, ONE OLD THREE FOUR END, returns, 2),
             S(TEXT_ONE "\n" TEXT_THREE "\nGoods may pass through the ports, or either port within "
                        "thirty days.\n" TEXT_FOUR TEXT_END));
}

static void test_other(void) { t_with_arena(other_things); }
static void test_inserted(void) { t_with_arena(words_inserted); }
static void test_deleted(void) { t_with_arena(words_deleted_and_replaced); }
static void test_three(void) { t_with_arena(three_edit); }
static void test_two_move(void) { t_with_arena(two_move); }
static void test_together(void) { t_with_arena(moved_together); }
static void test_table(void) { t_with_arena(before_a_table); }

int main(void) {
    t_start();
    T_RUN(test_inserted);
    T_RUN(test_deleted);
    T_RUN(test_three);
    T_RUN(test_two_move);
    T_RUN(test_together);
    T_RUN(test_table);
    T_RUN(test_other);
    return t_end();
}
