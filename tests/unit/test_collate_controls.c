/* needs: base zip xml docx doc diff revise collate */
/* Content controls and simple fields in a redline: each stays one, whatever offices do in and
 * around it, and two of one kind side by side stay two. */
#include "collate_fixture.h"

#define BOX(inside)                                                                                \
    "<w:sdt><w:sdtPr><w:tag w:val=\"t\"/></w:sdtPr><w:sdtContent>" inside "</w:sdtContent></"      \
    "w:sdt>"
#define PAGE(inside) "<w:fldSimple w:instr=\"PAGE\">" inside "</w:fldSimple>"

static void add_shape(Arena *a, const XmlNode *n, Buf *out) {
    for (; n; n = n->next) {
        const bool box = n->name == W_sdt, field = n->name == W_fldSimple;
        if (n->name == W_t) buf_add(out, xml_text(a, n));
        else if (box || field) buf_add(out, box ? S("[") : S("<"));
        if (xml_is_element(n) && n->name != W_t) add_shape(a, n->first, out);
        if (box || field) buf_add(out, box ? S("]") : S(">"));
    }
}

/* The text when all is accepted or, of the base alone, rejected: controls in [], fields in <>. */
static Str shape(Arena *a, Str file, ReviseDecide decide) {
    const XmlTree *t = resolved_tree(a, file, decide, NULL);
    Buf b = buf_new(a);
    if (!t) return S("");
    add_shape(a, t->root, &b);
    return buf_str(&b);
}

static Str accepted(Arena *a, const char *base, const char *revised) {
    CollateResult result;
    const Str v = body_file(a, revised);
    if (!run_proven(a, body_file(a, base), &v, 1, &result)) return S("");
    T_EQ_STR(shape(a, result.bytes, revise_reject_all),
             shape(a, body_file(a, base), revise_reject_all));
    return shape(a, result.bytes, revise_accept_all);
}

static void a_second_of_its_kind(Arena *a) {
    T_EQ_STR(accepted(a, P(RUN("a ") BOX(RUN("x")) RUN(" b")),
                      P(RUN("a ") BOX(RUN("x")) BOX(RUN("y")) RUN(" b"))),
             S("a [x][y] b"));
    T_EQ_STR(accepted(a, P(RUN("a ") PAGE(RUN("1")) RUN(" b")),
                      P(RUN("a ") PAGE(RUN("1")) PAGE(RUN("1")) RUN(" b"))),
             S("a <1><1> b"));
    T_EQ_STR(accepted(a, P(RUN("a ") BOX(RUN("x")) BOX(RUN("y")) RUN(" b")),
                      P(RUN("a ") BOX(RUN("xy")) RUN(" b"))),
             S("a [xy] b"));
}

/* What is written before a control whose first word goes, and behind one whose last word goes. */
static void words_beside_one(Arena *a) {
    T_EQ_STR(accepted(a, P(BOX(RUN("the first day")) RUN(" of June")),
                      P(RUN("Until ") BOX(RUN("first day")) RUN(" of June"))),
             S("Until [first day] of June"));
    T_EQ_STR(accepted(a, P(RUN("of ") BOX(RUN("the first day")) RUN(" of June")),
                      P(RUN("of ") BOX(RUN("the first week")) RUN(" or second"))),
             S("of [the first week] or second"));
}

/* Two offices put in one each, at one place. */
static void one_of_each_office(Arena *a) {
    CollateResult result;
    const Str v[] = {body_file(a, P(RUN("on ") BOX(RUN("Monday")) RUN(" again"))),
                     body_file(a, P(RUN("on ") BOX(RUN("Friday")) RUN(" again")))};
    if (!run_proven(a, body_file(a, P(RUN("on  again"))), v, 2, &result)) return;
    const Str all = shape(a, result.bytes, revise_accept_all);
    T_CHECK(str_find(all, S("[Monday]")) >= 0 && str_find(all, S("[Friday]")) >= 0);
}

/* ---- at random ---- */

enum { DEEP = 3, WORDS = 24 };

typedef struct Word {
    int text, boxes[DEEP]; /* outermost first; 0: none */
} Word;

typedef struct Line {
    Word words[WORDS];
    int count, boxes;
} Line;

static void put_word(Line *l, int at, Word w) {
    if (l->count == WORDS) return;
    memmove(&l->words[at + 1], &l->words[at], (size_t)(l->count - at) * sizeof w);
    l->words[at] = w;
    l->count++;
}

/* Words [from, to) into a control of their own, at the depth at which they all are together. */
static void enclose(Line *l, int from, int to) {
    int depth = 0;
    while (depth < DEEP && l->words[from].boxes[depth] &&
           l->words[from].boxes[depth] == l->words[to - 1].boxes[depth])
        depth++;
    for (int i = from; i < to; i++)
        if (depth == DEEP || l->words[i].boxes[DEEP - 1]) return;
    while (from > 0 && depth < DEEP && l->words[from].boxes[depth] &&
           l->words[from - 1].boxes[depth] == l->words[from].boxes[depth])
        from--;
    while (to < l->count && l->words[to - 1].boxes[depth] &&
           l->words[to].boxes[depth] == l->words[to - 1].boxes[depth])
        to++;
    l->boxes++;
    for (int i = from; i < to; i++) {
        if (l->words[i].boxes[DEEP - 1]) return;
        memmove(&l->words[i].boxes[depth + 1], &l->words[i].boxes[depth],
                (size_t)(DEEP - 1 - depth) * sizeof(int));
        l->words[i].boxes[depth] = l->boxes;
    }
}

static void change(Line *l) {
    const int at = (int)t_random_below(l->count + 1);
    const bool there = at < l->count;
    Word w = there ? l->words[at] : (Word){0};
    switch (t_random_below(6)) {
    case 0:
        if (there && l->count > 1)
            memmove(&l->words[at], &l->words[at + 1], (size_t)(--l->count - at) * sizeof w);
        break;
    case 1:
        w.text = (int)t_random_below(9);
        put_word(l, at, w);
        break;
    case 2: put_word(l, 0, (Word){.text = (int)t_random_below(9)}); break;
    case 3:
        if (there) l->words[at].text = (int)t_random_below(9);
        break;
    case 4:
        if (there) enclose(l, at, at + 1 + (int)t_random_below(l->count - at));
        break;
    default: /* one control goes, its words stay */
        for (int i = 0; there && w.boxes[0] && i < l->count; i++)
            if (l->words[i].boxes[0] == w.boxes[0])
                memmove(&l->words[i].boxes[0], &l->words[i].boxes[1], (DEEP - 1) * sizeof(int)),
                    l->words[i].boxes[DEEP - 1] = 0;
    }
}

static void write_tag(Buf *b, int box, bool end) {
    static const char *const starts[] = {("<w:sdt><w:sdtPr><w:tag w:val=\"t\"/></w:sdtPr>"
                                          "<w:sdtContent>"),
                                         "<w:fldSimple w:instr=\"PAGE\">",
                                         "<w:hyperlink w:anchor=\"a\">"},
                             *const ends[] = {"</w:sdtContent></w:sdt>", "</w:fldSimple>",
                                              "</w:hyperlink>"};
    buf_add(b, str_from_z((end ? ends : starts)[box % 3]));
}

static Str written(Arena *a, const Line *l) {
    static const char *const texts[] = {"alpha ", "beta ", "the ", "of ", "Party ",
                                        "shall ", "1 ",    "2 ",   "day"};
    Buf b = buf_new(a);
    int open[DEEP] = {0};
    buf_add(&b, S("<w:p>"));
    for (int i = 0; i <= l->count; i++) {
        const Word *w = i < l->count ? &l->words[i] : &(Word){0};
        int same = 0;
        while (same < DEEP && open[same] && open[same] == w->boxes[same]) same++;
        for (int k = DEEP - 1; k >= same; k--)
            if (open[k]) write_tag(&b, open[k], true);
        for (int k = same; k < DEEP; k++)
            if (w->boxes[k]) write_tag(&b, w->boxes[k], false);
        memcpy(open, w->boxes, sizeof open);
        if (i < l->count) buf_format(&b, RUN("%s"), texts[w->text]);
    }
    buf_add(&b, S("</w:p><w:p/>"));
    buf_byte(&b, 0);
    return body_file(a, b.ptr);
}

static void at_random(Arena *all) {
    for (int round = 0; round < 400; round++) {
        Arena *a = arena_child(all);
        Line base = {0}, line;
        CollateResult result;
        Str v[3];
        for (int n = 3 + (int)t_random_below(12); n > 0; n--)
            put_word(&base, base.count, (Word){.text = (int)t_random_below(9)});
        for (int n = (int)t_random_below(5); n > 0; n--) {
            const int from = (int)t_random_below(base.count);
            enclose(&base, from, from + 1 + (int)t_random_below(base.count - from));
        }
        for (int i = 0; i < 3; i++) {
            line = base;
            for (int n = 1 + (int)t_random_below(6); n > 0; n--) change(&line);
            v[i] = written(a, &line);
        }
        if (!run_proven(a, written(a, &base), v, 1 + round % 3, &result)) {
            printf("# round %d\n", round);
            return;
        }
        arena_close(a);
    }
}

static void test_second(void) { t_with_arena(a_second_of_its_kind); }
static void test_beside(void) { t_with_arena(words_beside_one); }
static void test_each(void) { t_with_arena(one_of_each_office); }
static void test_random(void) { t_with_arena(at_random); }

int main(void) {
    t_start();
    T_RUN(test_second);
    T_RUN(test_beside);
    T_RUN(test_each);
    T_RUN(test_random);
    return t_end();
}
