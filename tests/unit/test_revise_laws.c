/* needs: base xml revise */
/* Tests of revise: laws over random nestings of every kind of revision; cost; memory that fails. */
#include "snippet.h"

#include <time.h>

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

/* ---- numbers ---- */

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
    T_RUN(test_laws);
    T_RUN(test_locality);
    T_RUN(test_numbers);
    T_RUN(test_cost);
    T_RUN(test_faults);
    return t_end();
}
