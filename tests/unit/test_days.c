/* Days: dates against another way of counting them, and each way of counting days against walking
 * from day to day, over random calendars. */
/* needs: base rules */
#include "rules/rules.h"

#include "t.h"

static Day day_of(const char *text) {
    Day day = DAY_NONE;
    T_CHECK(day_read(str_from_z(text), &day));
    return day;
}

static void expect_day(Arena *a, Day is, const char *want) {
    T_EQ_STR(day_text(a, is), str_from_z(want));
}

/* ---- dates ---- */

/* All days of 1000 to 9999, counted one by one. */
static void every_date(Arena *a) {
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    Day day = day_of("1000-01-01");
    int week = day_of_week(day), wrong = 0;
    const ArenaMark mark = arena_mark(a);
    for (int year = 1000; year <= 9999; year++) {
        const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        for (int month = 1; month <= 12; month++) {
            const int length = lengths[month - 1] + (month == 2 && leap);
            for (int date = 1; date <= length; date++, day++, week = (week + 1) % 7) {
                if (day_of_week(day) != week) wrong++;
                if (date != 1 && date != length) continue;
                const Str text = arena_format(a, "%04d-%02d-%02d", year, month, date);
                Day read;
                if (!day_read(text, &read) || read != day || !str_equal(day_text(a, day), text)) {
                    wrong++;
                }
            }
            arena_rewind(a, mark);
        }
    }
    T_EQ_INT(wrong, 0);
    T_EQ_INT(day, day_of("9999-12-31") + 1);
    T_EQ_STR(day_text(a, day), S(""));
    T_EQ_STR(day_text(a, day_of("1000-01-01") - 1), S(""));
    T_EQ_STR(day_text(a, DAY_NONE), S(""));
}

static void known_dates(Arena *a) {
    T_EQ_INT(day_of("1970-01-01"), 0);
    T_EQ_INT(day_of("2000-03-01"), 11017);
    T_EQ_INT(day_of_week(0), 3);
    T_EQ_INT(day_of_week(-1), 2);
    T_EQ_INT(day_of_week(day_of("2016-07-15")), 4); /* a Friday */
    static const char *const bad[] = {
        "",           "2016-7-15",   "2016-07-32",  "2016-02-30", "2015-02-29", "1900-02-29",
        "2016-00-10", "2016-13-01",  "2016-07-00",  "0999-12-31", "2016/07/15", "2016-07-1x",
        "+016-07-15", " 2016-07-15", "2016-07-15 ", "20160715",   "10000-01-01"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        Day day;
        if (!T_CHECK(!day_read(str_from_z(bad[i]), &day))) printf("#   %s\n", bad[i]);
    }
    T_CHECK(day_of("2000-02-29") == day_of("2000-03-01") - 1);
    const int64_t second = 1000000, day = 86400 * second;
    expect_day(a, day_of_time(0, 0), "1970-01-01");
    expect_day(a, day_of_time(-1, 0), "1969-12-31");
    expect_day(a, day_of_time(day - 1, 0), "1970-01-01");
    expect_day(a, day_of_time(day - 1, 1), "1970-01-02");
    expect_day(a, day_of_time(0, -1), "1969-12-31");
    expect_day(a, day_of_time(19 * 3600 * second, 300), "1970-01-02"); /* midnight in Pakistan */
    expect_day(a, day_of_time(19 * 3600 * second - 1, 300), "1970-01-01");
    expect_day(a, day_of_time(INT64_MAX, 0), "9999-12-31");
    expect_day(a, day_of_time(INT64_MIN, 0), "1000-01-01");
}

/* ---- against walking ---- */

typedef struct World {
    Calendar calendar;
    Day days[4000];  /* of holidays, then of sittings */
    bool free[1200]; /* by day from `first` */
    bool sits[1200];
    Day first;
} World;

enum { WORLD_DAYS = 1200 };

static void world_make(World *w) {
    memset(w, 0, sizeof *w);
    w->first = (Day)t_random_below(40000) - 10000;
    Calendar *c = &w->calendar;
    c->known_from = w->first;
    c->known_until = w->first + WORLD_DAYS - 1;
    do {
        c->weekend = (unsigned)t_random_below(128) & (unsigned)t_random_below(128);
    } while (c->weekend == 127);
    const ptrdiff_t rarity = 1 + t_random_below(40), sit_rarity = 1 + t_random_below(5);
    c->holidays = w->days;
    for (int i = 0; i < WORLD_DAYS; i++) {
        const bool is_holiday = t_random_below(rarity + 1) == 0;
        if (is_holiday) w->days[c->holiday_count++] = w->first + i;
        w->free[i] = is_holiday || (c->weekend >> day_of_week(w->first + i) & 1u);
    }
    c->sittings = w->days + c->holiday_count;
    for (int i = 0; i < WORLD_DAYS; i++) {
        w->sits[i] = t_random_below(sit_rarity) == 0;
        if (w->sits[i]) w->days[c->holiday_count + c->sitting_count++] = w->first + i;
    }
}

/* The same counts, said in other words and walked through. -1: not within this world. */
static int walk(const World *w, DayCount kind, int n, int from) {
    int seen = 0;
    switch (kind) {
    case DAYS_CALENDAR: return from + n;
    case DAYS_CLEAR: /* the first day with n whole days between */
        for (int at = from + 1; at < WORLD_DAYS; at++) {
            int between = 0;
            for (int i = from + 1; i < at; i++) between++;
            if (between >= n) return at;
        }
        return -1;
    case DAYS_WORKING:
        if (n == 0) return from;
        for (int at = from + 1; at < WORLD_DAYS; at++) {
            seen += !w->free[at];
            if (seen == n) return at;
        }
        return -1;
    case DAYS_CLEAR_WORKING: /* the first working day with n working days between */
        for (int at = from + 1; at < WORLD_DAYS; at++) {
            if (!w->free[at] && seen >= n) return at;
            seen += !w->free[at];
        }
        return -1;
    case DAYS_SITTING:
        if (n == 0) return from;
        for (int at = from + 1; at < WORLD_DAYS; at++) {
            seen += w->sits[at];
            if (seen == n) return at;
        }
        return -1;
    case DAYS_MONTHS:
    case DAYS_END_OF_FOLLOWING_MONTH:
    case DAY_COUNTS: break;
    }
    return -1;
}

static void as_walked(Arena *a) {
    World *w = NEW(a, World);
    int compared = 0, ran_out = 0;
    for (int round = 0; round < 150; round++) {
        world_make(w);
        for (int i = 0; i < 60; i++) {
            const DayCount kind = (DayCount)t_random_below(DAYS_MONTHS);
            const int n = (int)t_random_below(i < 30 ? 12 : 120);
            const int from = (int)t_random_below(i % 4 ? 400 : WORLD_DAYS);
            const int want = walk(w, kind, n, from);
            Day is;
            PxErr err = {0};
            if (want < 0) { /* the walk left the world, and so must the count */
                ran_out++;
                if (kind != DAYS_CLEAR) {
                    T_CHECK(!day_after(kind, n, w->first + from, &w->calendar, &is, &err));
                    T_EQ_INT(err.kind, PX_ERR_NOT_FOUND);
                }
                continue;
            }
            compared++;
            if (!T_OK(day_after(kind, n, w->first + from, &w->calendar, &is, &err), &err)) return;
            if (T_EQ_INT(is - w->first, want)) continue;
            printf("#   %s %d from %d of a world\n", day_count_name(kind), n, from);
            return;
        }
        for (int i = 0; i < WORLD_DAYS; i++) {
            if (!T_CHECK(day_is_working(w->first + i, &w->calendar) == !w->free[i])) return;
        }
    }
    T_CHECK(compared > 5000);
    T_CHECK(ran_out > 20);
}

/* ---- months ---- */

static void months(Arena *a) {
    static const struct {
        const char *from;
        int n;
        const char *same, *end;
    } rows[] = {
        {"2016-01-31", 1, "2016-02-29", "2016-02-29"},
        {"2015-01-31", 1, "2015-02-28", "2015-02-28"},
        {"2016-02-29", 12, "2017-02-28", "2017-02-28"},
        {"2016-02-29", 48, "2020-02-29", "2020-02-29"},
        {"2016-10-31", 1, "2016-11-30", "2016-11-30"},
        {"2016-12-15", 1, "2017-01-15", "2017-01-31"},
        {"2016-07-15", 0, "2016-07-15", "2016-07-31"},
        {"1999-12-31", 2, "2000-02-29", "2000-02-29"},
        {"1899-12-31", 2, "1900-02-28", "1900-02-28"},
        {"2016-11-30", 3, "2017-02-28", "2017-02-28"},
        {"2016-03-01", 1, "2016-04-01", "2016-04-30"},
        {"9999-11-30", 1, "9999-12-30", "9999-12-31"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Day is;
        PxErr err = {0};
        T_OK(day_after(DAYS_MONTHS, rows[i].n, day_of(rows[i].from), NULL, &is, &err), &err);
        expect_day(a, is, rows[i].same);
        T_OK(day_after(DAYS_END_OF_FOLLOWING_MONTH, rows[i].n, day_of(rows[i].from), NULL, &is,
                       &err),
             &err);
        expect_day(a, is, rows[i].end);
    }
    /* n months later has the date, or is the end of its month; and n + 1 is behind it */
    for (int i = 0; i < 3000; i++) {
        const Day from = (Day)t_random_below(80000) - 40000;
        const int n = (int)t_random_below(100);
        Day one, two, end;
        PxErr err = {0};
        T_OK(day_after(DAYS_MONTHS, n, from, NULL, &one, &err), &err);
        T_OK(day_after(DAYS_MONTHS, n + 1, from, NULL, &two, &err), &err);
        T_OK(day_after(DAYS_END_OF_FOLLOWING_MONTH, n, from, NULL, &end, &err), &err);
        const Str text = day_text(a, one), start = day_text(a, from), next = day_text(a, end + 1);
        const bool same = str_equal(str_slice(text, 8, 10), str_slice(start, 8, 10));
        T_CHECK(same || one == end);
        T_CHECK(two - one >= 28 && two - one <= 31);
        T_CHECK(one <= end && end - one < 31);
        T_EQ_STR(str_slice(next, 8, 10), S("01"));
        T_EQ_STR(str_slice(day_text(a, end), 0, 7), str_slice(text, 0, 7));
    }
}

/* ---- the clocks people know ---- */

static const Calendar *calendar_named(Arena *a, const char *path) {
    const Calendar *c = NULL;
    const RuleProblem *problems;
    ptrdiff_t count;
    PxErr err = {0};
    T_OK(calendar_read(a, t_read_file(a, path), &c, &problems, &count, &err), &err);
    for (ptrdiff_t i = 0; i < count; i++) {
        printf("#   %s:%d: %.*s\n", path, problems[i].line, (int)problems[i].sentence.len,
               problems[i].sentence.ptr);
    }
    T_CHECK(c != NULL);
    return c;
}

static void expect_after(Arena *a, DayCount kind, int n, const char *from, const Calendar *c,
                         const char *want) {
    Day is = DAY_NONE;
    PxErr err = {0};
    T_OK(day_after(kind, n, day_of(from), c, &is, &err), &err);
    expect_day(a, is, want);
}

static void known_clocks(Arena *a) {
    const Calendar *uk = calendar_named(a, "rulebooks/calendars/uk-example.yaml");
    const Calendar *pk = calendar_named(a, "rulebooks/calendars/pk-federal.yaml");
    if (!uk || !pk) return;
    /* lodged on the 7th, a paper of seven clear days goes to a meeting on the 15th at the earliest
     */
    expect_after(a, DAYS_CLEAR, 7, "2016-07-07", NULL, "2016-07-15");
    expect_after(a, DAYS_CALENDAR, 14, "2016-07-01", NULL, "2016-07-15"); /* India, from delivery */
    expect_after(a, DAYS_CLEAR, 0, "2016-07-07", NULL, "2016-07-08");
    /* UK, 10 clear working days: over a weekend, over Easter */
    expect_after(a, DAYS_CLEAR_WORKING, 10, "2016-02-01", uk, "2016-02-16");
    expect_after(a, DAYS_CLEAR_WORKING, 10, "2016-03-18", uk, "2016-04-06");
    expect_after(a, DAYS_CLEAR_WORKING, 4, "2016-02-05", uk, "2016-02-12");
    expect_after(a, DAYS_CLEAR_WORKING, 5, "2016-02-05", uk, "2016-02-15"); /* no Saturday */
    expect_after(a, DAYS_CLEAR_WORKING, 0, "2016-02-05", uk, "2016-02-08");
    /* CRAG: 21 sitting days; those between two sessions do not count */
    expect_after(a, DAYS_SITTING, 21, "2016-09-05", uk, "2016-11-01");
    expect_after(a, DAYS_SITTING, 1, "2016-09-16", uk, "2016-10-10");
    /* Pakistan: Pakistan Day falls on a Wednesday */
    expect_after(a, DAYS_WORKING, 3, "2016-03-21", pk, "2016-03-25");
    expect_after(a, DAYS_END_OF_FOLLOWING_MONTH, 1, "2016-07-15", NULL, "2016-08-31");
    expect_after(a, DAYS_WORKING, 0, "2016-03-23", pk, "2016-03-23");
}

/* ---- refusals ---- */

static void expect_refused(DayCount kind, int n, Day from, const Calendar *c, PxErrKind kind_of,
                           const char *words) {
    Day day = 77;
    PxErr err = {0};
    T_CHECK(!day_after(kind, n, from, c, &day, &err));
    T_EQ_INT(err.kind, kind_of);
    T_CHECK(day == 77);
    if (!T_CHECK(strstr(err.message, words) != NULL)) printf("#   %s\n", err.message);
}

static void refused(Arena *a) {
    const Calendar *uk = calendar_named(a, "rulebooks/calendars/uk-example.yaml");
    if (!uk) return;
    const Day day = day_of("2016-12-20"), last = day_of("9999-12-31");
    expect_refused(DAYS_WORKING, 10, day, uk, PX_ERR_NOT_FOUND, "ends on 2016-12-31");
    expect_refused(DAYS_CLEAR_WORKING, 6, day, uk, PX_ERR_NOT_FOUND, "ends on 2016-12-31");
    expect_refused(DAYS_SITTING, 25, day_of("2016-09-01"), uk, PX_ERR_NOT_FOUND,
                   "sittings until 2016-11-03");
    expect_refused(DAYS_WORKING, 1, day_of("2015-12-31"), uk, PX_ERR_NOT_FOUND,
                   "begins only on 2016-01-01");
    expect_refused(DAYS_WORKING, 1, day, NULL, PX_ERR_NOT_FOUND, "names no calendar");
    const Calendar none = {.known_until = DAY_NONE, .known_from = DAY_NONE};
    expect_refused(DAYS_SITTING, 1, day, &none, PX_ERR_NOT_FOUND, "no sittings");
    expect_refused(DAYS_CALENDAR, -1, day, NULL, PX_ERR_INPUT, "no time to wait");
    expect_refused(DAYS_CALENDAR, 1, DAY_NONE, NULL, PX_ERR_INPUT, "no day to count from");
    expect_refused(DAYS_CALENDAR, 1, last, NULL, PX_ERR_LIMIT, "9999");
    expect_refused(DAYS_CLEAR, 0, last, NULL, PX_ERR_LIMIT, "9999");
    expect_refused(DAYS_CLEAR, INT32_MAX, day, NULL, PX_ERR_LIMIT, "9999");
    expect_refused(DAYS_CLEAR_WORKING, INT32_MAX, day, &none, PX_ERR_LIMIT, "9999");
    expect_refused(DAYS_MONTHS, INT32_MAX, day, NULL, PX_ERR_LIMIT, "9999");
    expect_refused(DAYS_MONTHS, 1, last, NULL, PX_ERR_LIMIT, "9999");
    expect_refused(DAYS_WORKING, 1, last, &none, PX_ERR_LIMIT, "9999");
    expect_refused(DAY_COUNTS, 1, day, NULL, PX_ERR_INPUT, "unknown way");
    /* a calendar without a working day ends at the end of days, not never */
    const Calendar idle = {.weekend = 127, .known_until = DAY_NONE, .known_from = DAY_NONE};
    expect_refused(DAYS_WORKING, 1, day, &idle, PX_ERR_LIMIT, "9999");
    T_CHECK(!day_is_working(day, NULL));
}

static void names(void) {
    for (int i = 0; i < DAY_COUNTS; i++) {
        DayCount kind;
        T_CHECK(day_count_read(str_from_z(day_count_name((DayCount)i)), &kind));
        T_EQ_INT(kind, i);
    }
    DayCount kind;
    T_CHECK(!day_count_read(S("workdays"), &kind));
    T_CHECK(!day_count_read(S(""), &kind));
    T_EQ_STR(str_from_z(day_count_name(DAY_COUNTS)), S("?"));
}

static void t_every_date(void) { t_with_arena(every_date); }
static void t_known_dates(void) { t_with_arena(known_dates); }
static void t_as_walked(void) { t_with_arena(as_walked); }
static void t_months(void) { t_with_arena(months); }
static void t_known_clocks(void) { t_with_arena(known_clocks); }
static void t_refused(void) { t_with_arena(refused); }

int main(void) {
    T_RUN(t_every_date);
    T_RUN(t_known_dates);
    T_RUN(t_as_walked);
    T_RUN(t_months);
    T_RUN(t_known_clocks);
    T_RUN(t_refused);
    T_RUN(names);
    return t_end();
}
