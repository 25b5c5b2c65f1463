/* calendar: the file of a calendar: which days of the week are free, holidays, sittings, and from
 * when to when they are known. */
#include "rules/int.h"

typedef struct Days {
    Day *days;
    int *lines;
    ptrdiff_t count;
} Days;

static int by_day(const void *ctx, ptrdiff_t a, ptrdiff_t b) {
    const Days *d = ctx;
    return (d->days[a] > d->days[b]) - (d->days[a] < d->days[b]);
}

/* Rising, each once: a day that stands twice is told. */
static const Day *days_end(Reader *r, const Days *d, const char *what, ptrdiff_t *count) {
    ptrdiff_t *order = NEW_ARRAY(r->arena, ptrdiff_t, d->count);
    Day *sorted = NEW_ARRAY(r->arena, Day, d->count);
    *count = 0;
    for (ptrdiff_t i = 0; i < d->count; i++) order[i] = i;
    sort_indexes(r->arena, order, d->count, by_day, d);
    for (ptrdiff_t i = 0; i < d->count; i++) {
        const Day day = d->days[order[i]];
        if (*count && sorted[*count - 1] == day) {
            const Str text = day_text(r->arena, day);
            problem_add(r, d->lines[order[i]], "%s %.*s stands twice", what, (int)text.len,
                        text.ptr);
        } else {
            sorted[(*count)++] = day;
        }
    }
    return sorted;
}

static void weekend_read(Reader *r, const Node *node, Calendar *c) {
    if (!node || !MEMBERS_CHECK(r, node, "the weekend", NEEDED("days"), NEEDED("source"))) return;
    const Node *days = member_find(node, "days");
    const ptrdiff_t count = list_items(r, days, "the weekend's days");
    (void)read_source(r, node);
    for (ptrdiff_t i = 0; i < count; i++) {
        int day;
        if (!scalar_check(r, days->items[i], "days")) continue;
        const Str name = days->items[i]->text;
        if (!weekday_read(name, &day)) {
            problem_add(r, days->items[i]->line, "\"%.*s\" is none of monday ... sunday",
                        SHOWN(name));
            continue;
        }
        if (c->weekend >> day & 1u) {
            problem_add(r, days->items[i]->line, "%.*s stands twice", (int)name.len, name.ptr);
        }
        c->weekend |= 1u << day;
    }
    if (c->weekend == 0x7f) problem_add(r, node->line, "a week without a working day never ends");
}

static void holidays_read(Reader *r, const Node *node, Calendar *c) {
    const ptrdiff_t count = list_items(r, node, "holidays");
    Days d = {NEW_ARRAY(r->arena, Day, count), NEW_ARRAY(r->arena, int, count), 0};
    for (ptrdiff_t i = 0; i < count; i++) {
        const Node *item = node->items[i];
        if (!MEMBERS_CHECK(r, item, "a holiday", NEEDED("day"), NEEDED("name"), NEEDED("source"))) {
            continue;
        }
        (void)read_text(r, item, "name");
        (void)read_source(r, item);
        d.lines[d.count] = item->line;
        if (read_day(r, item, "day", &d.days[d.count])) d.count++;
    }
    c->holidays = days_end(r, &d, "the holiday", &c->holiday_count);
}

static void sittings_read(Reader *r, const Node *node, Calendar *c) {
    if (!node || !MEMBERS_CHECK(r, node, "sittings", NEEDED("days"), NEEDED("source"))) return;
    const Node *days = member_find(node, "days");
    const ptrdiff_t count = list_items(r, days, "days of sitting");
    Days d = {NEW_ARRAY(r->arena, Day, count), NEW_ARRAY(r->arena, int, count), 0};
    (void)read_source(r, node);
    for (ptrdiff_t i = 0; i < count; i++) {
        const Node *item = days->items[i];
        if (!scalar_check(r, item, "days")) continue;
        d.lines[d.count] = item->line;
        if (day_read(item->text, &d.days[d.count])) {
            d.count++;
        } else {
            problem_add(r, item->line, "a sitting is a day as 2016-07-15");
        }
    }
    c->sittings = days_end(r, &d, "the sitting", &c->sitting_count);
}

static void known_read(Reader *r, const Node *node, Calendar *c) {
    c->known_from = c->known_until = DAY_NONE;
    if (!node || !MEMBERS_CHECK(r, node, "known", OPTIONAL("from"), OPTIONAL("until"))) return;
    (void)read_day(r, node, "from", &c->known_from);
    (void)read_day(r, node, "until", &c->known_until);
    if (c->known_until != DAY_NONE && c->known_until < c->known_from) {
        problem_add(r, node->line, "what is known ends before it begins");
    }
}

/* Outside of what is known no day is counted, so what is listed must say how far it goes. */
static void in_known(Reader *r, const Calendar *c, const Node *root) {
    const Day *lists[] = {c->holidays, c->sittings};
    const ptrdiff_t counts[] = {c->holiday_count, c->sitting_count};
    static const char *const names[] = {"holidays", "sittings"};
    for (int i = 0; i < 2; i++) {
        if (!counts[i]) continue;
        const int line = member_find(root, names[i])->line;
        if (c->known_from == DAY_NONE || c->known_until == DAY_NONE) {
            problem_add(r, line, "%s are listed, so \"known\" says from when until when they are",
                        names[i]);
        } else if (lists[i][0] < c->known_from || lists[i][counts[i] - 1] > c->known_until) {
            problem_add(r, line, "%s lie outside the time that is known", names[i]);
        }
    }
}

const Calendar *calendar_tree(Reader *r, const Node *root) {
    Calendar *c = NEW(r->arena, Calendar);
    const ptrdiff_t before = r->count;
    if (!MEMBERS_CHECK(r, root, "a calendar", NEEDED("calendar"), NEEDED("title"),
                       NEEDED("unofficial"), OPTIONAL("known"), NEEDED("weekend"),
                       OPTIONAL("holidays"), OPTIONAL("sittings"))) {
        return NULL;
    }
    (void)read_id(r, root, "calendar");
    (void)read_text(r, root, "title");
    (void)read_flag(r, root, "unofficial");
    known_read(r, member_find(root, "known"), c);
    weekend_read(r, member_find(root, "weekend"), c);
    holidays_read(r, member_find(root, "holidays"), c);
    sittings_read(r, member_find(root, "sittings"), c);
    in_known(r, c, root);
    return r->count == before ? c : NULL;
}

bool calendar_read(Arena *a, Str text, const Calendar **out, const RuleProblem **problems,
                   ptrdiff_t *problem_count, PxErr *err) {
    (void)err; /* memory leaves by the guard */
    Reader r = {.arena = a};
    const Node *root = yaml_tree(&r, text);
    *out = root ? calendar_tree(&r, root) : NULL;
    if (r.count) *out = NULL;
    problems_end(&r, problems, problem_count);
    return true;
}
