/* fuzz_rulebook: foreign bytes as a rulebook and as a calendar. Either there is a book, or there
 * are faults, in order, on lines that are there, in sentences that can be shown. A book that was
 * taken, whatever it says, opens none of the doors that no book may open. */
/* needs: base rules */
#include "rules/rules.h"

#include "target.h"

static void check_problems(Str text, const RuleProblem *problems, ptrdiff_t count) {
    int lines = 2, before = 0;
    for (ptrdiff_t i = 0; i < text.len; i++) {
        /* YAML 1.1 ends lines at more characters than these; each begins with one of these bytes */
        const unsigned char c = (unsigned char)text.ptr[i];
        lines += c == '\n' || c == '\r' || c == 0xC2 || c == 0xE2;
    }
    check(count <= PROBLEMS_MAX);
    for (ptrdiff_t i = 0; i < count; i++) {
        const Str s = problems[i].sentence;
        check(problems[i].line >= before && problems[i].line <= lines);
        check(s.len > 0 && utf8_valid(s, NULL));
        for (ptrdiff_t k = 0; k < s.len; k++)
            check((unsigned char)s.ptr[k] >= 0x20 || s.ptr[k] == '\n');
        before = problems[i].line;
    }
}

static bool keeps_list(int act) { return act == ACT_LIST_ADD || act == ACT_LIST_REMOVE; }

static void check_book(Arena *a, const Rulebook *book) {
    Verdict v;
    for (int act = 0; act < ACT_COUNT; act++) {
        const bool in_dossier = act_scope((ActKind)act) == SCOPE_DOSSIER;
        Facts f = {.act = (ActKind)act};
        may(a, book, &f, &v);
        check(!v.is_allowed && v.is_hidden);
        f.is_person = f.is_dossier = f.is_on_list = true;
        f.clearance = f.grading = GRADING_TOP_SECRET;
        f.met = f.waived = ~(Set)0;
        may(a, book, &f, &v); /* without a role */
        check(!v.is_allowed && v.why.len > 0);
        f.roles = ~(Set)0 & ~book->no_content;
        may(a, book, &f, &v);
        check(v.is_allowed == (act != ACT_INIT && (book->acts[act].by & f.roles)));
        f.is_on_list = false;
        may(a, book, &f, &v);
        check(!in_dossier || keeps_list(act) || (!v.is_allowed && v.is_hidden));
        f.is_on_list = true;
        f.clearance = GRADING_SECRET;
        may(a, book, &f, &v);
        check(act_scope((ActKind)act) == SCOPE_SYSTEM || keeps_list(act) || !v.is_allowed);
        check(book->acts[act].is_known == (act != ACT_INIT));
        check(act == ACT_INIT || book->acts[act].by);
    }
    check(book->from != DAY_NONE && (book->until == DAY_NONE || book->from <= book->until));
    check(rulebook_in_force(&book, 1, book->name, book->from) == book);
    check(rulebook_in_force(&book, 1, book->name, book->from - 1) == NULL);
}

static void check_calendar(const Calendar *c) {
    for (int kind = 0; kind < DAY_COUNTS; kind++) {
        Day day = DAY_NONE;
        PxErr err = {.kind = PX_ERR_NONE};
        const Day from = c->known_from == DAY_NONE ? 0 : c->known_from;
        if (day_after((DayCount)kind, 3, from, c, &day, &err)) check(day > from);
        else check(err.kind != PX_ERR_NONE && err.message[0]);
    }
    for (ptrdiff_t i = 1; i < c->holiday_count; i++) check(c->holidays[i - 1] < c->holidays[i]);
    for (ptrdiff_t i = 1; i < c->sitting_count; i++) check(c->sittings[i - 1] < c->sittings[i]);
}

static bool run(void *ctx, PxErr *err) {
    const Case *c = ctx;
    Arena *a = c->arena;
    const Str week =
        S("title: x\nunofficial: true\nweekend: {days: [friday], source: \"x [D]\"}\n");
    const NamedText calendars[] = {
        {S("generic"), arena_format(a, "calendar: generic\n%.*s", (int)week.len, week.ptr)},
        {S("pk-federal"), arena_format(a, "calendar: pk-federal\n%.*s", (int)week.len, week.ptr)},
        {S("foreign"), c->bytes}};
    const Rulebook *book;
    const Calendar *calendar;
    const RuleProblem *problems;
    ptrdiff_t count;
    check(rulebook_read(a, c->bytes, calendars, 3, &book, &problems, &count, err));
    check((book == NULL) == (count > 0));
    check_problems(c->bytes, problems, count);
    if (book) check_book(a, book);
    check(calendar_read(a, c->bytes, &calendar, &problems, &count, err));
    check((calendar == NULL) == (count > 0));
    check_problems(c->bytes, problems, count);
    if (calendar) check_calendar(calendar);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len) {
    return fuzz_one(run, 256, bytes, len);
}
