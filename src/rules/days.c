/* days: the proleptic Gregorian calendar in days since 1970-01-01, and the ways of counting them.
 *
 * Days from and to dates are Howard Hinnant's: a year begins in March, so that the leap day is its
 * last, and 400 years are 146,097 days. */
#include "rules/int.h"

typedef struct Date {
    int year, month, day; /* from 1 */
} Date;

static Day day_of_date(Date d) {
    const int year = d.year - (d.month <= 2);
    const int era = (year >= 0 ? year : year - 399) / 400;
    const int of_era = year - era * 400;
    const int of_year = (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + d.day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static Date date_of_day(Day day) {
    const int shifted = day + 719468;
    const int era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    const int of_era = shifted - era * 146097;
    const int year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    const int of_year = of_era - (365 * year + year / 4 - year / 100);
    const int month = (5 * of_year + 2) / 153; /* 0: March */
    Date d = {year + era * 400, month + (month < 10 ? 3 : -9), of_year - (153 * month + 2) / 5 + 1};
    d.year += d.month <= 2;
    return d;
}

static bool is_leap(int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

static int month_length(int year, int month) {
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : lengths[month - 1];
}

static bool digits_read(Str s, int *out) {
    *out = 0;
    for (ptrdiff_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9') return false;
        *out = *out * 10 + (s.ptr[i] - '0');
    }
    return true;
}

bool day_read(Str text, Day *out) {
    Date d;
    if (text.len != 10 || text.ptr[4] != '-' || text.ptr[7] != '-') return false;
    if (!digits_read(str_slice(text, 0, 4), &d.year) ||
        !digits_read(str_slice(text, 5, 7), &d.month) ||
        !digits_read(str_slice(text, 8, 10), &d.day)) {
        return false;
    }
    if (d.year < 1000 || d.month < 1 || d.month > 12) return false;
    if (d.day < 1 || d.day > month_length(d.year, d.month)) return false;
    *out = day_of_date(d);
    return true;
}

Str day_text(Arena *a, Day day) {
    if (!day_in_range(day)) return S("");
    const Date d = date_of_day(day);
    return arena_format(a, "%04d-%02d-%02d", d.year, d.month, d.day);
}

Day day_of_time(int64_t microseconds, int offset_minutes) {
    const int64_t minute = 60 * (int64_t)1000000, length = 24 * 60 * minute;
    int64_t day = microseconds / length;
    int64_t rest = microseconds % length + offset_minutes * minute;
    day += rest / length;
    rest %= length;
    if (rest < 0) day--;
    return day_in_range(day) ? (Day)day : day < 0 ? DAY_FIRST : DAY_LAST;
}

int day_of_week(Day day) {
    const int64_t since_monday = (int64_t)day + 3; /* 1970-01-01 was a Thursday */
    return (int)((since_monday % 7 + 7) % 7);
}

static const char *const weekdays[] = {"monday", "tuesday",  "wednesday", "thursday",
                                       "friday", "saturday", "sunday"};

bool weekday_read(Str name, int *out) {
    for (int i = 0; i < 7; i++) {
        if (!str_equal(str_from_z(weekdays[i]), name)) continue;
        *out = i;
        return true;
    }
    return false;
}

/* ---- counting ---- */

static const char *const count_names[DAY_COUNTS] = {
    "calendar", "clear", "working", "clear-working", "sitting", "months", "end-of-following-month"};

const char *day_count_name(DayCount kind) {
    return (int)kind >= 0 && kind < DAY_COUNTS ? count_names[kind] : "?";
}

bool day_count_read(Str name, DayCount *out) {
    for (int i = 0; i < DAY_COUNTS; i++) {
        if (!str_equal(str_from_z(count_names[i]), name)) continue;
        *out = (DayCount)i;
        return true;
    }
    return false;
}

bool day_count_needs_calendar(DayCount kind) {
    return kind == DAYS_WORKING || kind == DAYS_CLEAR_WORKING || kind == DAYS_SITTING;
}

/* Where the first day of the rising list that is not before `day` stands. */
static ptrdiff_t place_of(const Day *days, ptrdiff_t count, Day day) {
    ptrdiff_t low = 0, high = count;
    while (low < high) {
        const ptrdiff_t middle = low + (high - low) / 2;
        if (days[middle] < day) low = middle + 1;
        else high = middle;
    }
    return low;
}

static bool is_among(const Day *days, ptrdiff_t count, Day day) {
    const ptrdiff_t at = place_of(days, count, day);
    return at < count && days[at] == day;
}

bool day_is_working(Day day, const Calendar *calendar) {
    if (!calendar) return false;
    if (calendar->weekend >> day_of_week(day) & 1u) return false;
    return !is_among(calendar->holidays, calendar->holiday_count, day);
}

static bool fail_days(Day day, const char *what, PxErr *err) {
    const Date d = date_of_day(day);
    return fail(err, PX_ERR_NOT_FOUND, S("calendar"), -1,
                "the calendar's data %s %04d-%02d-%02d; add what is missing to its file", what,
                d.year, d.month, d.day);
}

static bool fail_late(PxErr *err) {
    return fail(err, PX_ERR_LIMIT, S("days"), -1, "the day lies behind the year 9999");
}

/* The n-th working or sitting day behind from. */
static bool step_days(bool is_sitting, int n, Day from, const Calendar *c, Day *out, PxErr *err) {
    Day day = from;
    if (!c) return fail(err, PX_ERR_NOT_FOUND, S("calendar"), -1, "the rulebook names no calendar");
    if (c->known_from != DAY_NONE && from < c->known_from) {
        return fail_days(c->known_from, "begins only on", err);
    }
    while (n > 0) {
        day++;
        if (is_sitting) {
            const ptrdiff_t at = place_of(c->sittings, c->sitting_count, day);
            if (at == c->sitting_count) {
                if (!at) return fail(err, PX_ERR_NOT_FOUND, S("calendar"), -1, "no sittings in it");
                return fail_days(c->sittings[at - 1], "has sittings until", err);
            }
            day = c->sittings[at];
        }
        if (day > DAY_LAST) return fail_late(err);
        if (c->known_until != DAY_NONE && day > c->known_until) {
            return fail_days(c->known_until, "ends on", err);
        }
        n -= is_sitting || day_is_working(day, c);
    }
    *out = day;
    return true;
}

static Day month_after(int n, Day from, bool is_end) {
    const Date d = date_of_day(from);
    const int64_t months = (int64_t)d.year * 12 + (d.month - 1) + n;
    if (months >= 10000 * 12) return DAY_NONE;
    Date to = {(int)(months / 12), (int)(months % 12) + 1, d.day};
    const int length = month_length(to.year, to.month);
    if (is_end || to.day > length) to.day = length;
    return day_of_date(to);
}

bool day_after(DayCount kind, int n, Day from, const Calendar *calendar, Day *out, PxErr *err) {
    if (n < 0) return fail(err, PX_ERR_INPUT, S("days"), -1, "%d days are no time to wait", n);
    if (!day_in_range(from)) {
        return fail(err, PX_ERR_INPUT, S("days"), -1, "there is no day to count from");
    }
    int64_t day = from;
    if (n > DAY_LAST - DAY_FIRST) return fail_late(err);
    switch (kind) {
    case DAYS_CALENDAR: day += n; break;
    case DAYS_CLEAR: day += (int64_t)n + 1; break;
    case DAYS_WORKING: return step_days(false, n, from, calendar, out, err);
    case DAYS_CLEAR_WORKING: return step_days(false, n + 1, from, calendar, out, err);
    case DAYS_SITTING: return step_days(true, n, from, calendar, out, err);
    case DAYS_MONTHS: day = month_after(n, from, false); break;
    case DAYS_END_OF_FOLLOWING_MONTH: day = month_after(n, from, true); break;
    case DAY_COUNTS: return fail(err, PX_ERR_INPUT, S("days"), -1, "an unknown way of counting");
    }
    if (!day_in_range(day)) return fail_late(err);
    *out = (Day)day;
    return true;
}
