/* Rulebooks: what the shipped ones say, and every fault a file may have, told with its line. */
/* needs: base rules */
#include "books.h"

static Str spliced(Arena *a, Str text, ptrdiff_t at, ptrdiff_t len, Str with) {
    Buf b = buf_new(a);
    buf_add(&b, str_slice(text, 0, at));
    buf_add(&b, with);
    buf_add(&b, str_slice(text, at + len, text.len));
    return buf_str(&b);
}

static int line_at(Str text, ptrdiff_t at) {
    int line = 1;
    for (ptrdiff_t i = 0; i < at; i++) line += text.ptr[i] == '\n';
    return line;
}

static bool is_told(const RuleProblem *problems, ptrdiff_t count, int line, const char *words) {
    for (ptrdiff_t i = 0; i < count; i++) {
        if (problems[i].line != line) continue;
        if (str_find(problems[i].sentence, str_from_z(words)) >= 0) return true;
    }
    return false;
}

/* ---- faults, one by one ---- */

typedef struct Fault {
    const char *find, *with; /* in pk-1973@2000; the first place it stands */
    int down;                /* lines from there to the one that is told */
    const char *words;
} Fault;

static const Fault faults[] = {
    /* keys */
    {"unofficial: true", "unoficial: true", 0, "has no key \"unoficial\"; its keys are rulebook"},
    {"version: \"2000\"\n", "", -1, "lacks the key \"version\""},
    {"version: \"2000\"", "version: \"2000\"\nversion: \"2001\"", 1,
     "the key \"version\" stands twice, first on line"},
    {"version: \"2000\"", "version: 20 00", 0, "letters, digits, dots and hyphens"},
    {"title: Pakistan, Rules of Business 1973, as circulated on 9 February 2000", "title:", 0,
     "\"title\" is empty"},
    {"title: Pakistan", "title: [Pakistan]\nx: Pakistan", 0, "is a single value, not a list"},
    {"rulebook: pk-1973", "rulebook: PK 1973", 0, "lower-case letters, digits and hyphens"},
    {"unofficial: true", "unofficial: yes", 0, "is true or false, not \"yes\""},
    {"unofficial: true", "unofficial: \"true\"", 0, "is true or false"},
    {"source: \"Rules of Business 1973, as quoted in Cabinet Division circulars [S]\"",
     "source: \"\"", 0, "the source is empty"},
    {"as quoted in Cabinet Division circulars [S]", "as quoted", 0, "end in its mark"},
    {"as quoted in Cabinet Division circulars [S]\"", "as quoted [X]\"", 0, "end in its mark"},
    {"\"Rules of Business 1973, as quoted in Cabinet Division circulars [S]\"", "\"[S]\"", 0,
     "end in its mark"},
    /* dates */
    {"from: 2000-02-09", "from: 2000-02-30", 0, "is a day as 2016-07-15, not \"2000-02-30\""},
    {"until: 2023-10-29", "until: 1999-10-29", -2, "ends before it begins"},
    {"until: 2023-10-29", "till: 2023-10-29", 0, "in_force has no key \"till\""},
    /* calendar, bodies, consultees */
    {"name: pk-federal", "name: pk-provincial", 0, "there is no calendar \"pk-provincial\""},
    {"  source: \"RoB 14: Law and Justice Division [S]\"\n", "", -2, "vetting has no source"},
    {"body: foreign-affairs", "body: finance", 0, "the consultee \"finance\" stands twice"},
    {"  - body: finance", "  - body: Finance Division", 0, "lower-case letters"},
    {"    name: Finance Division\n", "", -1, "a consultee lacks the key \"name\""},
    {"    source: \"RoB 12: mandatory consultation, read in the table of contents [S]\"\n", "", -2,
     "a consultee has no source"},
    {"    name: Finance Division\n", "    name: Finance Division\n    by_vetting: true\n", -1,
     "the view of \"finance\" is no vetting"},
    {"consultees:\n", "consultees: none\nx:\n", 0, "consultees is a list, not a single value"},
    /* clocks */
    {"days: 7\n", "days: 0\n", 0, "is a whole number from 1 to 3650, not \"0\""},
    {"days: 7\n", "days: 7.5\n", 0, "is a whole number"},
    {"days: 7\n", "days: 99999999999999999999\n", 0, "is a whole number"},
    {"count: clear\n", "count: clean\n", 0, "\"count\" is calendar, clear, working"},
    {"    count: clear\n", "", -2, "does not say how days are counted"},
    {"    from: lodging\n", "", -3, "does not say what its days are counted from"},
    {"from: lodging\n", "from: delivery\n", 0, "clocks.lead counts from lodging"},
    {"days: unset\n", "days: unset\n    count: clear\n", -1, "clocks.reply is unset, so nothing"},
    {"count: clear\n", "count: sitting\n", 0, "\"pk-federal\" lists no sittings"},
    /* Summary, papers, decision, force */
    {"most: 2\n", "most: two\n", 0, "is a whole number from 1 to 1000, not \"two\""},
    {"- id: facts", "- id: background", 0, "the part \"background\" stands twice"},
    {"- id: views", "- id: opinions", -7, "the Summary has no part \"views\""},
    {"grading: secret", "grading: SECRET", 0, "there is no grading \"SECRET\""},
    {"scopes: [negotiate]", "scopes: [negociate]", 0, "a scope is negotiate, conclude or ratify"},
    {"scopes: [negotiate]", "scopes: [negotiate, negotiate]", 0, "stands twice"},
    {"scopes: [negotiate]", "scopes: []", 0, "at least one scope"},
    {"default: should", "default: must", 0, "condition, should or observation"},
    {"  - body: foreign-affairs\n", "  - none\n  - body: foreign-affairs\n", 0,
     "a consultee is a mapping"},
    {"    - id: facts\n", "    - none\n    - id: facts\n", 0, "a part of the Summary is a mapping"},
    {"version: \"2000\"",
     "version: \"2000\"\n"
     "an-unknown-key-of-very-many-letters-that-goes-on-until-it-is-65\xc3\xa4\xc3\xa4\xc3\xa4: 1",
     1, "has no key \"an-unknown-key-of-very-many-letters-that-goes-on-until-it\";"},
    /* acts, roles, needs */
    {"  draft:\n", "  draught:\n", 0, "there is no act \"draught\"; did you mean \"draft\"?"},
    {"  draft:\n", "  draught:\n", -100, "the act \"draft\" is not given"},
    {"  read:\n", "  init:\n    by: [administrator]\n    source: \"x [D]\"\n  read:\n", 0,
     "\"init\" is done by the installation itself"},
    {"by: [drafter]", "by: [draftsman]", 0, "there is no role \"draftsman\""},
    {"by: [drafter]", "by: []", 0, "nobody may do \"draft\""},
    {"by: [drafter]", "by: [drafter, drafter]", 0, "the role \"drafter\" stands twice"},
    {"by: [drafter]", "by: {drafter: x}", 0, "roles are a list here"},
    {"    by: [drafter]\n", "", -1, "draft lacks the key \"by\""},
    {"source: \"stage 1: the sponsor's drafter [D]\"", "note: x", -2, "draft has no source"},
    {"by: [desk-officer]", "by: [drafter]", 0, "done outside any dossier"},
    {"by: [drafter]", "by: [drafter, administrator]", 0, "which no_content keeps from"},
    {"      open: \"two persons", "      opening: \"two persons", 0, "there is no act \"opening\""},
    {"      numbering: \"", "      numbring: \"", 0, "did you mean \"numbering\"?"},
    {"      references: \"", "      terms: \"", 0, "needs terms and only warns of it"},
    {"      terms: \"stage 1: an undefined term is refused [D]\"", "      terms: refused", 0,
     "end in its mark"},
    {"      terms: \"stage 1: an undefined term is refused [D]\"", "      terms: [a]", 0,
     "a source is a text, not a list"},
    {"    needs:\n      dossier-live", "    needs: [dossier-live]\n    x:\n      dossier-live", 0,
     "needs are a mapping here, each with its source"},
    /* doors no book opens */
    {"  read:\n", "  read:\n    unlisted: {auditor: \"to look in [D]\"}\n", 1,
     "only list-add and list-remove"},
    {"    unlisted:\n      security-officer:", "    unlisted:\n      administrator:", 0,
     "administrator is unlisted for \"list-add\" but may not do it"},
    /* waivers */
    {"  consultees: \"RoB 8: urgent", "  due-passt: \"RoB 8: urgent", 0,
     "did you mean \"due-passed\"?"},
    {"  consultees: \"RoB 8: urgent", "  returns: \"x [D]\"\n  copy-known: \"RoB 8: urgent", 1,
     "copy-known may be waived, but no act needs it"},
};

static void faults_one_by_one(Arena *a) {
    const Str book = t_read_file(a, book_files[0]);
    const ArenaMark mark = arena_mark(a);
    (void)mark;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        const Fault *f = &faults[i];
        const RuleProblem *problems;
        ptrdiff_t count;
        const ptrdiff_t at = str_find(book, str_from_z(f->find));
        if (!T_CHECK(at >= 0)) {
            printf("#   \"%s\" is not in the book\n", f->find);
            continue;
        }
        const Str text = spliced(a, book, at, (ptrdiff_t)strlen(f->find), str_from_z(f->with));
        const Rulebook *b = book_of_text(a, text, &problems, &count);
        ptrdiff_t begin = at;
        while (text.ptr[begin] == '\n' || text.ptr[begin] == ' ') begin++;
        bool told = b == NULL;
        if (f->down == -100) { /* a fault of all the acts: at their head */
            told = told && is_told(problems, count, line_at(text, str_find(text, S("\nacts:")) + 1),
                                   f->words);
        } else {
            told = told && is_told(problems, count, line_at(text, begin) + f->down, f->words);
        }
        if (T_CHECK(told)) continue;
        printf("#   fault %zu, \"%s\" on line %d:\n", i, f->words, line_at(text, begin) + f->down);
        problems_show(problems, count);
    }
}

/* ---- all of them at once, in order ---- */

static void faults_together(Arena *a) {
    Str text = t_read_file(a, book_files[0]);
    static const char *const words[] = {"title",
                                        "whole number from 1",
                                        "no grading \"top\"",
                                        "no act \"circulat\"",
                                        "no role \"man\"",
                                        "the source \"none\" does not"};
    static const char *const edits[][2] = {
        {"title: Pakistan, Rules of Business 1973, as circulated on 9 February 2000", "title:"},
        {"days: 7", "days: many"},
        {"grading: secret", "grading: top"},
        {"  circulate:", "  circulat:"},
        {"by: [vetter]", "by: [man]"},
        {"\"RoB 20(6): no case is discussed unless its Summary was circulated first [S]\"",
         "none"}};
    const RuleProblem *problems;
    ptrdiff_t count, at = 0;
    for (size_t i = 0; i < sizeof edits / sizeof *edits; i++) {
        const Str find = str_from_z(edits[i][0]);
        const ptrdiff_t where = str_find(text, find);
        if (!T_CHECK(where >= 0)) return;
        text = spliced(a, text, where, find.len, str_from_z(edits[i][1]));
    }
    T_CHECK(!book_of_text(a, text, &problems, &count));
    T_CHECK(count >= 6);
    for (ptrdiff_t i = 1; i < count; i++) T_CHECK(problems[i - 1].line <= problems[i].line);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        while (at < count && str_find(problems[at].sentence, str_from_z(words[i])) < 0) at++;
        /* in the order of the file, but for the act's own ("is not given" stands at the acts) */
        if (at == count) at = 0;
        while (at < count && str_find(problems[at].sentence, str_from_z(words[i])) < 0) at++;
        if (!T_CHECK(at < count)) problems_show(problems, count);
    }
    /* very many: no more than the bound */
    Buf b = buf_new(a);
    for (int i = 0; i < 3000; i++) buf_format(&b, "key%d: x\n", i);
    T_CHECK(!book_of_text(a, buf_str(&b), &problems, &count));
    T_EQ_INT(count, PROBLEMS_MAX);
}

/* ---- what is no plain YAML ---- */

static void not_yaml(Arena *a) {
    static const struct {
        const char *text;
        int line;
        const char *words;
    } rows[] = {
        {"", 0, "the file is empty"},
        {"\n\n# only a remark\n", 0, "the file is empty"},
        {"a: 1\nb: &x 2\n", 2, "anchors, aliases and tags"},
        {"a: 1\n\nb: *x\n", 3, "anchors, aliases and tags"},
        {"a: !!str 1\n", 1, "anchors, aliases and tags"},
        {"a: !local [1]\n", 1, "anchors, aliases and tags"},
        {"? &k a\n: 1\n", 1, "anchors, aliases and tags"},
        {"a: 1\n---\nb: 2\n", 2, "a second document"},
        {"a: 1\n...\n---\nb: 2\n", 3, "a second document"},
        {"%TAG ! tag:x,2016:\n---\na: 1\n", 1, "%TAG"},
        {"a: [1, 2\n", 2, "this is no YAML"},
        {"a: 1\n\tb: 2\n", 2, "this is no YAML"},
        {"a: \"x\\0y\"\n", 1, "control character"},
        {"a: \"x\\x1by\"\n", 1, "control character"},
        {"[a, b]: 1\n", 1, "a key is a word"},
        {"? {a: 1}\n: 2\n", 1, "a key is a word"},
        {"- a\n", 1, "a rulebook is a mapping of keys to values, not a list"},
        {"word", 1, "a rulebook is a mapping of keys to values, not a single value"},
        {"[[[[[[[[[[[[[[1]]]]]]]]]]]]]]", 1, "nested too deep"},
        {"a: 1\nb: \xff\n", 2, "no UTF-8"},
        {"\xff\xfe"
         "a\0:\0",
         1, "no UTF-8"},
        {"acts: 5\n", 1, "acts are a mapping"},
        {"acts: {draft: 5}\n", 1, "draft is a mapping of keys"},
        {"acts: {}\n", 1, "the act \"read\" is not given"},
        {"consultees: [5]\n", 1, "a consultee is a mapping"},
        {"clocks: {reply: [], lead: 5}\n", 1, "clocks.lead is a mapping"},
        {"no_content: 5\n", 1, "a rulebook lacks"},
        {"<<: 1\n", 1, "has no key \"<<\""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const RuleProblem *problems;
        ptrdiff_t count;
        T_CHECK(!book_of_text(a, str_from_z(rows[i].text), &problems, &count));
        if (T_CHECK(is_told(problems, count, rows[i].line, rows[i].words))) continue;
        printf("#   row %zu, line %d, \"%s\":\n", i, rows[i].line, rows[i].words);
        problems_show(problems, count < 5 ? count : 5);
    }
}

static void budgets(Arena *a) {
    const RuleProblem *problems;
    ptrdiff_t count;
    Buf b = buf_new(a);
    buf_add(&b, S("a:\n"));
    for (int i = 0; i < 30000; i++) buf_add(&b, S("  - 1\n"));
    T_CHECK(!book_of_text(a, buf_str(&b), &problems, &count));
    T_CHECK(count == 1 && str_find(problems[0].sentence, S("too many values")) >= 0);
    T_CHECK(problems[0].line > 1000);
    b.len = 0;
    buf_add(&b, S("a: "));
    for (int i = 0; i < 5000; i++) buf_byte(&b, 'x');
    T_CHECK(!book_of_text(a, buf_str(&b), &problems, &count));
    T_CHECK(is_told(problems, count, 1, "longer than 4000 bytes"));
    for (int i = 0; i < 2000000; i++) buf_byte(&b, 'x');
    T_CHECK(!book_of_text(a, buf_str(&b), &problems, &count));
    T_CHECK(count == 1 && str_find(problems[0].sentence, S("larger than 1024 kB")) >= 0);
    b.len = 0;
    for (int i = 0; i < 200000; i++) buf_byte(&b, '[');
    T_CHECK(!book_of_text(a, buf_str(&b), &problems, &count));
    T_CHECK(count == 1 && str_find(problems[0].sentence, S("nested too deep")) >= 0);
    for (int deep = 12; deep <= 13; deep++) { /* twelve levels, and one more */
        b.len = 0;
        for (int i = 0; i < deep; i++) buf_byte(&b, '[');
        for (int i = 0; i < deep; i++) buf_byte(&b, ']');
        T_CHECK(!book_of_text(a, buf_str(&b), &problems, &count));
        T_CHECK((str_find(problems[0].sentence, S("nested too deep")) >= 0) == (deep > 12));
    }
    const Str none = {NULL, 0};
    T_CHECK(!book_of_text(a, none, &problems, &count));
    T_EQ_INT(count, 1);
}

/* ---- calendars ---- */

static void calendars(Arena *a) {
    static const char head[] = "calendar: x\ntitle: x\nunofficial: true\n";
    static const char week[] = "weekend: {days: [saturday], source: \"x [D]\"}\n";
    static const char known[] = "known: {from: 2016-01-01, until: 2016-12-31}\n";
    static const struct {
        const char *body;
        bool has_week, has_known;
        int line; /* 0: none is told */
        const char *words;
    } rows[] = {
        {"", true, false, 0, ""},
        {"", false, false, 1, "lacks the key \"weekend\""},
        {"weekend: {days: [caturday], source: \"x [D]\"}\n", false, false, 4, "none of monday"},
        {"weekend: {days: [sunday, sunday], source: \"x [D]\"}\n", false, false, 4, "stands twice"},
        {"weekend: {days: [sunday]}\n", false, false, 4, "has no source"},
        {"weekend:\n  days: [monday, tuesday, wednesday, thursday, friday, saturday, sunday]\n"
         "  source: \"x [D]\"\n",
         false, false, 4, "never ends"},
        {"holidays:\n  - {day: 2016-02-05, name: x, source: \"x [M]\"}\n", true, false, 5,
         "so \"known\" says"},
        {"holidays:\n  - {day: 2016-02-05, name: x, source: \"x [M]\"}\n", true, true, 0, ""},
        {"holidays:\n  - {day: 2016-02-05, name: x, source: \"x [M]\"}\n"
         "  - {day: 2016-02-05, name: y, source: \"x [M]\"}\n",
         true, true, 8, "the holiday 2016-02-05 stands twice"},
        {"holidays:\n  - {day: 2017-02-05, name: x, source: \"x [M]\"}\n", true, true, 6,
         "outside the time that is known"},
        {"holidays:\n  - {day: 2016-02-31, name: x, source: \"x [M]\"}\n", true, true, 7,
         "is a day as 2016-07-15"},
        {"holidays:\n  - {day: 2016-02-05, name: x}\n", true, true, 7, "a holiday has no source"},
        {"sittings: {days: [2016-02-05, 2016-02-04], source: \"x [D]\"}\n", true, true, 0, ""},
        {"sittings: {days: [monday], source: \"x [D]\"}\n", true, true, 6, "a sitting is a day"},
        {"sittings: {days: [2016-02-05]}\n", true, true, 6, "sittings has no source"},
        {"sittings: 5\n", true, true, 6, "sittings is a mapping"},
        {"known: {from: 2016-12-31, until: 2016-01-01}\n", true, false, 5, "ends before it begins"},
        {"weekend: {days: [[sunday]], source: \"x [D]\"}\n", false, false, 4, "is a single value"},
        {"holiday: 5\n", true, false, 5, "has no key \"holiday\""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Buf b = buf_new(a);
        const Calendar *c;
        const RuleProblem *problems;
        ptrdiff_t count;
        PxErr err = {0};
        buf_add(&b, str_from_z(head));
        if (rows[i].has_week) buf_add(&b, str_from_z(week));
        if (rows[i].has_known) buf_add(&b, str_from_z(known));
        buf_add(&b, str_from_z(rows[i].body));
        T_OK(calendar_read(a, buf_str(&b), &c, &problems, &count, &err), &err);
        T_CHECK((c == NULL) == (count > 0));
        const bool fits =
            rows[i].line ? is_told(problems, count, rows[i].line, rows[i].words) : count == 0;
        if (T_CHECK(fits)) continue;
        printf("#   row %zu, line %d, \"%s\":\n", i, rows[i].line, rows[i].words);
        problems_show(problems, count);
    }
}

/* Sorted, whatever their order in the file. */
static void calendar_order(Arena *a) {
    const Calendar *c = NULL;
    const RuleProblem *problems;
    ptrdiff_t count;
    PxErr err = {0};
    const Str text =
        S("calendar: x\ntitle: x\nunofficial: false\n"
          "known: {from: 2016-01-01, until: 2016-12-31}\n"
          "weekend: {days: [friday], source: \"x [D]\"}\n"
          "sittings: {days: [2016-02-05, 2016-02-04, 2016-02-06], source: \"x [D]\"}\n");
    T_OK(calendar_read(a, text, &c, &problems, &count, &err), &err);
    if (!T_CHECK(c != NULL)) return;
    T_EQ_INT(c->sitting_count, 3);
    T_CHECK(c->sittings[0] + 1 == c->sittings[1] && c->sittings[1] + 1 == c->sittings[2]);
    T_EQ_INT(c->weekend, 1 << 4);
}

static void calendar_of_a_book(Arena *a) {
    const NamedText bad[] = {{S("pk-federal"), S("calendar: pk-federal\n")}};
    const NamedText other[] = {
        {S("pk-federal"), S("calendar: generic\ntitle: x\nunofficial: true\n"
                            "weekend: {days: [friday], source: \"x [D]\"}\n")}};
    const Str text = t_read_file(a, book_files[0]);
    const int line = line_at(text, str_find(text, S("\ncalendar:")) + 1);
    const Rulebook *b;
    const RuleProblem *problems;
    ptrdiff_t count;
    PxErr err = {0};
    T_OK(rulebook_read(a, text, bad, 1, &b, &problems, &count, &err), &err);
    T_CHECK(!b &&
            is_told(problems, count, line, "the calendar \"pk-federal\" has 3 faults; line 1"));
    T_OK(rulebook_read(a, text, other, 1, &b, &problems, &count, &err), &err);
    T_CHECK(!b && is_told(problems, count, line, "is not that of its file"));
    T_OK(rulebook_read(a, text, NULL, 0, &b, &problems, &count, &err), &err);
    T_CHECK(!b && is_told(problems, count, line + 1, "there is no calendar"));
    const Str generic = t_read_file(a, book_files[2]);
    const ptrdiff_t at = str_find(generic, S("\ncalendar:")) + 1,
                    end = str_find(generic, S("\n# The body whose"));
    const Str bare = spliced(a, generic, at, end - at, S(""));
    T_CHECK(!book_of_text(a, bare, &problems, &count));
    T_CHECK(count == 1 &&
            is_told(problems, count, line_at(bare, str_find(bare, S("count: clear-working"))),
                    "the book names none"));
}

/* ---- what the shipped books say ---- */

static bool has_mark(Str s) {
    return str_ends(s, S("[S]")) || str_ends(s, S("[M]")) || str_ends(s, S("[D]"));
}

static void expect_clock(const Clock *c, bool is_set, int days, DayCount kind, Str from) {
    T_EQ_INT(c->is_set, is_set);
    T_EQ_INT(c->days, days);
    T_EQ_INT(c->kind, kind);
    T_EQ_STR(c->from, from);
    T_CHECK(has_mark(c->source));
}

static void shipped_values(Arena *a) {
    const Rulebook *books[BOOKS];
    if (!books_load(a, books)) return;
    for (int i = 0; i < 2; i++) {
        const Rulebook *b = books[i];
        T_EQ_STR(b->name, S("pk-1973"));
        T_EQ_INT(b->consultee_count, 3);
        T_EQ_STR(b->consultees[0].body, S("finance"));
        T_EQ_STR(b->consultees[1].body, S("foreign-affairs"));
        T_CHECK(!b->consultees[0].by_vetting && b->consultees[2].by_vetting);
        T_EQ_STR(b->consultees[2].body, b->vetting_body);
        T_EQ_STR(b->vetting_body, S("law-justice"));
        T_EQ_STR(b->cabinet_body, S("cabinet"));
        expect_clock(&b->reply, false, 0, DAYS_CALENDAR, S(""));
        expect_clock(&b->lead, true, 7, DAYS_CLEAR, S("lodging"));
        T_EQ_INT(b->summary_pages, 2);
        T_EQ_INT(b->cabinet_papers, GRADING_SECRET);
        T_EQ_INT(b->part_count, 5);
        T_EQ_STR(b->parts[2].id, S("views"));
    }
    T_EQ_STR(books[0]->id, S("pk-1973@2000"));
    T_EQ_STR(books[1]->id, S("pk-1973@2023-10-30"));
    T_EQ_STR(books[2]->id, S("generic-vclt@1969"));
    expect_clock(&books[2]->reply, true, 10, DAYS_CLEAR_WORKING, S("circulation"));
    expect_clock(&books[2]->lead, false, 0, DAYS_CALENDAR, S(""));
    T_EQ_INT(books[2]->summary_pages, 0);
    T_EQ_INT(books[2]->cabinet_papers, GRADING_OPEN);
    const Str generic = t_read_file(a, book_files[2]);
    T_CHECK(str_find(generic, S("Pakistan")) < 0 && str_find(generic, S("RoB")) < 0);
    for (int i = 0; i < BOOKS; i++) {
        const Rulebook *b = books[i];
        T_CHECK(b->is_unofficial && b->calendar && b->title.len > 0);
        T_EQ_INT(b->scopes, set_of(DECISION_NEGOTIATE));
        T_EQ_STR(b->default_force, S("should"));
        const Str sources[] = {b->source,         b->in_force_source, b->calendar_source,
                               b->vetting_source, b->cabinet_source,  b->pages_source,
                               b->papers_source,  b->scopes_source,   b->force_source};
        for (size_t k = 0; k < sizeof sources / sizeof *sources; k++) T_CHECK(has_mark(sources[k]));
        for (ptrdiff_t k = 0; k < b->consultee_count; k++)
            T_CHECK(has_mark(b->consultees[k].source));
        for (ptrdiff_t k = 0; k < b->part_count; k++) T_CHECK(has_mark(b->parts[k].source));
        for (int k = 0; k < NEED_COUNT; k++) {
            T_CHECK(set_has(b->waivable, k) == has_mark(b->waivable_source[k]));
        }
    }
}

static void in_force(Arena *a) {
    const Rulebook *books[BOOKS];
    if (!books_load(a, books)) return;
    static const struct {
        const char *name, *day;
        int book; /* -1: none */
    } rows[] = {{"pk-1973", "2000-02-08", -1},      {"pk-1973", "2000-02-09", 0},
                {"pk-1973", "2016-07-15", 0},       {"pk-1973", "2023-10-29", 0},
                {"pk-1973", "2023-10-30", 1},       {"pk-1973", "2100-01-01", 1},
                {"generic-vclt", "1980-01-26", -1}, {"generic-vclt", "2016-07-15", 2},
                {"pk-1974", "2016-07-15", -1},      {"", "2016-07-15", -1}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Day day = DAY_NONE;
        T_CHECK(day_read(str_from_z(rows[i].day), &day));
        const Rulebook *b = rulebook_in_force(books, BOOKS, str_from_z(rows[i].name), day);
        T_CHECK(b == (rows[i].book < 0 ? NULL : books[rows[i].book]));
    }
    /* without the one that follows, none is in force when the first has ended */
    T_CHECK(rulebook_in_force(books, 1, S("pk-1973"), books[0]->until) == books[0]);
    T_CHECK(rulebook_in_force(books, 1, S("pk-1973"), books[0]->until + 1) == NULL);
    const RuleProblem *problems;
    ptrdiff_t count;
    rulebooks_check(a, books, BOOKS, &problems, &count);
    T_EQ_INT(count, 0);
    Rulebook open = *books[0]; /* the older one, without its end */
    open.until = DAY_NONE;
    const Rulebook *both[] = {books[1], &open, books[1]};
    rulebooks_check(a, both, 2, &problems, &count);
    T_CHECK(count == 1 && is_told(problems, 1, 0, "are both in force on 2023-10-30"));
    T_CHECK(rulebook_in_force(both, 2, S("pk-1973"), books[1]->from + 1) == books[1]);
    rulebooks_check(a, both, 3, &problems, &count);
    T_CHECK(is_told(problems, count, 0, "two rulebooks are pk-1973@2023-10-30"));
}

/* ---- the documentation's own ---- */

static void documented(Arena *a) {
    const Str page = t_read_file(a, "docs/rulebooks.md");
    const ptrdiff_t at = str_find(page, S("```yaml\nrulebook:"));
    if (!T_CHECK(at >= 0)) return;
    Str text = str_slice(page, at + 8, page.len);
    text = str_slice(text, 0, str_find(text, S("\n```\n")));
    const Str all = t_read_file(a, book_files[2]);
    Buf b = buf_new(a); /* the page shows two acts; the rest are those of generic-vclt */
    buf_add(&b, text);
    buf_add(&b, S("\n"));
    const Str acts = str_slice(all, str_find(all, S("\nacts:\n")) + 7, all.len);
    Str left = acts;
    bool skips = false;
    while (left.len) {
        ptrdiff_t end = str_find(left, S("\n"));
        end = end < 0 ? left.len : end + 1;
        const Str line = str_slice(left, 0, end);
        if (line.len > 3 && line.ptr[2] != ' ' && line.ptr[2] != '#') {
            skips = str_find(text, arena_format(a, "\n%.*s", (int)line.len - 1, line.ptr)) >= 0;
        }
        if (!skips) buf_add(&b, line);
        left = str_slice(left, end, left.len);
    }
    const RuleProblem *problems;
    ptrdiff_t count;
    const Rulebook *book = book_of_text(a, buf_str(&b), &problems, &count);
    if (!T_CHECK(book != NULL)) problems_show(problems, count < 10 ? count : 10);
    for (int i = 0; i < ACT_COUNT; i++) { /* every word of the vocabulary stands on the page */
        T_CHECK(str_find(page, str_from_z(act_name((ActKind)i))) >= 0);
    }
    for (int i = 0; i < ROLE_COUNT; i++) {
        T_CHECK(str_find(page, str_from_z(role_name((Role)i))) >= 0);
    }
    for (int i = 0; i < NEED_COUNT; i++) {
        if (!T_CHECK(str_find(page, str_from_z(need_name((Need)i))) >= 0)) {
            printf("#   %s\n", need_name((Need)i));
        }
    }
}

/* ---- words ---- */

static void vocabulary(void) {
    Grading g;
    Role r;
    ActKind act;
    Need n;
    DecisionScope s;
    for (int i = 0; i < GRADING_COUNT; i++) {
        T_CHECK(grading_read(str_from_z(grading_name((Grading)i)), &g) && (int)g == i);
    }
    for (int i = 0; i < ROLE_COUNT; i++) {
        T_CHECK(role_read(str_from_z(role_name((Role)i)), &r) && (int)r == i);
    }
    for (int i = 0; i < ACT_COUNT; i++) {
        T_CHECK(act_kind_read(str_from_z(act_name((ActKind)i)), &act) && (int)act == i);
    }
    for (int i = 0; i < NEED_COUNT; i++) {
        T_CHECK(need_read(str_from_z(need_name((Need)i)), &n) && (int)n == i);
    }
    for (int i = 0; i < DECISION_SCOPES; i++) {
        T_CHECK(decision_scope_read(str_from_z(decision_scope_name((DecisionScope)i)), &s) &&
                (int)s == i);
    }
    T_CHECK(!grading_read(S("SECRET"), &g) && !role_read(S(""), &r) && !need_read(S("x"), &n));
    T_CHECK(!act_kind_read(S("approve"), &act) && !decision_scope_read(S("sign"), &s));
    T_EQ_STR(str_from_z(role_name(ROLE_COUNT)), S("?"));
    T_EQ_INT(act_stage(ACT_LODGE), 7);
    T_CHECK(act_scope(ACT_OPEN) == SCOPE_OPENING && act_scope(ACT_BODY_ADD) == SCOPE_SYSTEM);
    T_CHECK(role_is_standing(ROLE_SECRETARY) && !role_is_standing(ROLE_DRAFTER));
}

/* ---- no memory ---- */

typedef struct Starved {
    Str text;
    NamedText calendars[CALENDARS];
} Starved;

static bool read_starved(void *ctx, Arena *a, PxErr *err) {
    const Starved *s = ctx;
    const Rulebook *book;
    const RuleProblem *problems;
    ptrdiff_t count;
    return rulebook_read(a, s->text, s->calendars, CALENDARS, &book, &problems, &count, err) &&
           T_CHECK(book != NULL);
}

static void without_memory(Arena *a) {
    Starved s = {.text = t_read_file(a, book_files[0])};
    calendars_load(a, s.calendars);
    T_CHECK(t_fault_loop(read_starved, &s));
}

static void t_faults_one_by_one(void) { t_with_arena(faults_one_by_one); }
static void t_faults_together(void) { t_with_arena(faults_together); }
static void t_not_yaml(void) { t_with_arena(not_yaml); }
static void t_budgets(void) { t_with_arena(budgets); }
static void t_calendars(void) { t_with_arena(calendars); }
static void t_calendar_order(void) { t_with_arena(calendar_order); }
static void t_calendar_of_a_book(void) { t_with_arena(calendar_of_a_book); }
static void t_shipped_values(void) { t_with_arena(shipped_values); }
static void t_in_force(void) { t_with_arena(in_force); }
static void t_documented(void) { t_with_arena(documented); }
static void t_without_memory(void) {
    Arena *a = arena_open((ptrdiff_t)1 << 30);
    without_memory(a);
    arena_close(a);
}

int main(void) {
    T_RUN(t_faults_one_by_one);
    T_RUN(t_faults_together);
    T_RUN(t_not_yaml);
    T_RUN(t_budgets);
    T_RUN(t_calendars);
    T_RUN(t_calendar_order);
    T_RUN(t_calendar_of_a_book);
    T_RUN(t_shipped_values);
    T_RUN(t_in_force);
    T_RUN(t_documented);
    T_RUN(vocabulary);
    T_RUN(t_without_memory);
    return t_end();
}
