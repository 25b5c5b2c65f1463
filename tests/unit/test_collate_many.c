/* needs: base zip xml docx doc diff revise collate */
/* As many returns as an agreement that concerns a whole government has: 64 offices and more in one
 * redline, each with words of its own, some alone and some together. */
#include "collate_fixture.h"

enum { PARAGRAPHS = 24, MANY = 64 };

/* What office i makes of paragraph k; i < 0: the base's. */
static void add_paragraph(Buf *b, int k, int i) {
    const bool own = i >= 0 && i % PARAGRAPHS == k, shared = i >= 0 && i % 8 == 3 && k == 5;
    if (i >= 0 && i % 16 == 7 && k == 20) return; /* four delete it */
    buf_add(b, S("<w:p><w:r><w:t xml:space=\"preserve\">"));
    buf_format(b, "Article %d. The Parties shall%s consult each other on matter %d", k + 1,
               shared ? " promptly" : "", k);
    if (own) buf_format(b, " within days%03d", i);
    buf_add(b, S(" and in writing.</w:t></w:r></w:p>"));
    if (own && i % 4 == 0) buf_format(b, "<w:p><w:r><w:t>Clause%03d is new.</w:t></w:r></w:p>", i);
}

static Str file_of(Arena *a, int office) {
    Pack p = pack_new(a);
    Buf body = buf_new(a);
    for (int k = 0; k < PARAGRAPHS; k++) add_paragraph(&body, k, office);
    buf_byte(&body, 0);
    return pack_docx(&p, body.ptr);
}

static Str resolved(Arena *a, Str file, ReviseDecide decide, void *ctx) {
    const XmlTree *t = resolved_tree(a, file, decide, ctx);
    if (!t) return S("");
    return doc_plain(a, t->root, false);
}

static void consolidate(Arena *a, int count) {
    CollateReturn *returns = NEW_ARRAY(a, CollateReturn, count),
                  *turned = NEW_ARRAY(a, CollateReturn, count);
    CollateResult result, again;
    Str base = file_of(a, -1);
    for (int i = 0; i < count; i++)
        returns[i] = return_of(arena_format(a, "Office %03d", i), file_of(a, i));
    for (int i = 0; i < count; i++) turned[i] = returns[(i * 5 + 3) % count];
    if (!run_returns(a, base, returns, count, &result) ||
        !run_returns(a, base, turned, count, &again))
        return;
    T_CHECK(result.proven && result.verdict_count >= count + 2);
    T_EQ_STR(again.bytes, result.bytes);
    T_EQ_STR(resolved(a, result.bytes, revise_reject_all, NULL),
             resolved(a, base, revise_reject_all, NULL));
    for (int i = 0; i < count; i++)
        T_EQ_STR(resolved(a, result.bytes, revise_only, &returns[i].office),
                 resolved(a, returns[i].bytes, revise_accept_all, NULL));
    Str all = resolved(a, result.bytes, revise_accept_all, NULL);
    for (int i = 0; i < count; i++) {
        T_CHECK(str_find(all, arena_format(a, "days%03d", i)) >= 0);
        T_CHECK(i % 4 || str_find(all, arena_format(a, "Clause%03d", i)) >= 0);
    }
    T_CHECK(str_find(all, S("promptly")) >= 0);
}

static void sixty_four(Arena *a) { consolidate(a, MANY); }
static void as_many_as_there_may_be(Arena *a) { consolidate(a, COLLATE_RETURNS_MAX); }

/* One more is refused by the number. */
static void one_too_many(Arena *a) {
    const ptrdiff_t count = COLLATE_RETURNS_MAX + 1;
    CollateReturn *returns = NEW_ARRAY(a, CollateReturn, count);
    CollateResult result;
    CollateOptions options = {0};
    PxErr err = {0};
    Str base = file_of(a, -1);
    for (ptrdiff_t i = 0; i < count; i++)
        returns[i] = (CollateReturn){arena_format(a, "Office %td", i), S("return.docx"), base};
    T_CHECK(!collate_run(a, base, S("base.docx"), returns, count, &options, &result, &err));
    T_CHECK(strstr(err.message, "128"));
}

static void test_sixty_four(void) { t_with_arena(sixty_four); }
static void test_most(void) { t_with_arena(as_many_as_there_may_be); }
static void test_too_many(void) { t_with_arena(one_too_many); }

int main(void) {
    t_start();
    T_RUN(test_sixty_four);
    T_RUN(test_most);
    T_RUN(test_too_many);
    return t_end();
}
