/* book: a rulebook's file, checked whole: every fault is told, and a book with one is none. */
#include "rules/int.h"

/* ---- what stands at the head ---- */

static Str version_read(Reader *r, const Node *root) {
    const Str text = read_text(r, root, "version");
    for (ptrdiff_t i = 0; i < text.len; i++) {
        const char c = text.ptr[i];
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) continue;
        if (c == '.' || c == '-') continue;
        problem_add(r, member_find(root, "version")->line,
                    "\"version\" is of letters, digits, dots and hyphens");
        return S("");
    }
    return text;
}

static void in_force_read(Reader *r, const Node *node, Rulebook *b) {
    b->from = b->until = DAY_NONE;
    if (!node ||
        !MEMBERS_CHECK(r, node, "in_force", NEEDED("from"), OPTIONAL("until"), NEEDED("source"))) {
        return;
    }
    const bool has_from = read_day(r, node, "from", &b->from);
    const bool has_until = read_day(r, node, "until", &b->until);
    b->in_force_source = read_source(r, node);
    if (has_from && has_until && b->until < b->from) {
        problem_add(r, node->line, "the rulebook's time ends before it begins");
    }
}

static Str body_read(Reader *r, const Node *root, const char *key, Str *source) {
    const Node *node = member_find(root, key);
    if (!node || !MEMBERS_CHECK(r, node, key, NEEDED("body"), NEEDED("source"))) return S("");
    *source = read_source(r, node);
    return read_id(r, node, "body");
}

/* ---- consultees, clocks, Summary ---- */

static void consultees_read(Reader *r, const Node *node, Rulebook *b) {
    const ptrdiff_t count = list_items(r, node, "consultees");
    Consultee *all = NEW_ARRAY(r->arena, Consultee, count);
    b->consultees = all;
    for (ptrdiff_t i = 0; i < count; i++) {
        const Node *item = node->items[i];
        if (!MEMBERS_CHECK(r, item, "a consultee", NEEDED("body"), NEEDED("name"),
                           OPTIONAL("by_vetting"), NEEDED("source"))) {
            continue;
        }
        const Consultee c = {.body = read_id(r, item, "body"),
                             .name = read_text(r, item, "name"),
                             .source = read_source(r, item),
                             .by_vetting = read_flag(r, item, "by_vetting")};
        for (ptrdiff_t k = 0; k < b->consultee_count; k++) {
            if (!c.body.len || !str_equal(all[k].body, c.body)) continue;
            problem_add(r, item->line, "the consultee \"%.*s\" stands twice", (int)c.body.len,
                        c.body.ptr);
        }
        if (c.by_vetting && b->vetting_body.len && !str_equal(c.body, b->vetting_body)) {
            problem_add(r, item->line, "the view of \"%.*s\" is no vetting: \"%.*s\" vets",
                        (int)c.body.len, c.body.ptr, (int)b->vetting_body.len, b->vetting_body.ptr);
        }
        all[b->consultee_count++] = c;
    }
}

/* What starts a clock is one of the days the record knows. */
static void clock_from(Reader *r, const Node *node, const char *what, const char *const *starts,
                       Clock *out) {
    const Node *from = member_find(node, "from");
    if (!from) {
        problem_add(r, node->line, "%s does not say what its days are counted from: \"from\"",
                    what);
        return;
    }
    out->from = read_id(r, node, "from");
    for (int i = 0; i < 2; i++) {
        if (starts[i] && str_equal(out->from, str_from_z(starts[i]))) return;
    }
    if (!out->from.len) return;
    problem_add(r, from->line, "%s counts from %s%s%s", what, starts[0], starts[1] ? " or " : "",
                starts[1] ? starts[1] : "");
}

static void clock_read(Reader *r, const Node *node, const char *what, const char *const *starts,
                       const Rulebook *b, Clock *out) {
    if (!node || !MEMBERS_CHECK(r, node, what, NEEDED("days"), OPTIONAL("count"), OPTIONAL("from"),
                                NEEDED("source"))) {
        return;
    }
    const Node *days = member_find(node, "days"), *count = member_find(node, "count");
    out->source = read_source(r, node);
    if (days && days->kind == NODE_SCALAR && str_equal(days->text, S("unset"))) {
        if (count || member_find(node, "from")) {
            problem_add(r, node->line, "%s is unset, so nothing is counted from anything", what);
        }
        return;
    }
    out->is_set = read_int(r, node, "days", 1, 3650, &out->days);
    if (days) clock_from(r, node, what, starts, out);
    if (!count) {
        if (days)
            problem_add(r, node->line, "%s does not say how days are counted: \"count\"", what);
        return;
    }
    if (!scalar_check(r, count, "count")) return;
    if (!day_count_read(count->text, &out->kind)) {
        problem_add(r, count->line,
                    "\"count\" is calendar, clear, working, clear-working, sitting, "
                    "months or end-of-following-month");
        return;
    }
    if (!day_count_needs_calendar(out->kind)) return;
    if (!b->calendar_name.len) {
        problem_add(r, count->line, "%s days are counted by a calendar, and the book names none",
                    day_count_name(out->kind));
    } else if (out->kind == DAYS_SITTING && b->calendar && !b->calendar->sitting_count) {
        problem_add(r, count->line, "the calendar \"%.*s\" lists no sittings",
                    (int)b->calendar_name.len, b->calendar_name.ptr);
    }
}

static void clocks_read(Reader *r, const Node *node, Rulebook *b) {
    static const char *const of_reply[] = {"circulation", "delivery"};
    static const char *const of_lead[] = {"lodging", NULL};
    if (!node || !MEMBERS_CHECK(r, node, "clocks", NEEDED("reply"), NEEDED("lead"))) return;
    clock_read(r, member_find(node, "reply"), "clocks.reply", of_reply, b, &b->reply);
    clock_read(r, member_find(node, "lead"), "clocks.lead", of_lead, b, &b->lead);
}

static void parts_read(Reader *r, const Node *node, Rulebook *b) {
    const ptrdiff_t count = list_items(r, node, "parts");
    SummaryPart *parts = NEW_ARRAY(r->arena, SummaryPart, count);
    b->parts = parts;
    for (ptrdiff_t i = 0; i < count; i++) {
        const Node *item = node->items[i];
        if (!MEMBERS_CHECK(r, item, "a part of the Summary", NEEDED("id"), NEEDED("title"),
                           NEEDED("source"))) {
            continue;
        }
        const SummaryPart part = {read_id(r, item, "id"), read_text(r, item, "title"),
                                  read_source(r, item)};
        for (ptrdiff_t k = 0; k < b->part_count; k++) {
            if (!part.id.len || !str_equal(parts[k].id, part.id)) continue;
            problem_add(r, item->line, "the part \"%.*s\" stands twice", (int)part.id.len,
                        part.id.ptr);
        }
        parts[b->part_count++] = part;
    }
}

/* What the dossier itself fills in must have its place. */
static void parts_made_check(Reader *r, const Node *node, const Rulebook *b) {
    static const char *const made[] = {"views", "points-for-decision"};
    for (int i = 0; i < 2; i++) {
        bool is_there = false;
        for (ptrdiff_t k = 0; k < b->part_count; k++) {
            is_there = is_there || str_equal(b->parts[k].id, str_from_z(made[i]));
        }
        if (!is_there) problem_add(r, node->line, "the Summary has no part \"%s\"", made[i]);
    }
}

static void summary_read(Reader *r, const Node *node, Rulebook *b) {
    if (!node || !MEMBERS_CHECK(r, node, "summary", NEEDED("pages"), NEEDED("parts"))) return;
    const Node *pages = member_find(node, "pages");
    if (pages && MEMBERS_CHECK(r, pages, "pages", NEEDED("most"), NEEDED("source"))) {
        const Node *most = member_find(pages, "most");
        b->pages_source = read_source(r, pages);
        if (!most || most->kind != NODE_SCALAR || !str_equal(most->text, S("unset"))) {
            (void)read_int(r, pages, "most", 1, 1000, &b->summary_pages);
        }
    }
    const Node *parts = member_find(node, "parts");
    parts_read(r, parts, b);
    if (parts && parts->kind == NODE_SEQUENCE) parts_made_check(r, parts, b);
}

/* ---- decision, force, papers, calendar ---- */

static void papers_read(Reader *r, const Node *node, Rulebook *b) {
    if (!node || !MEMBERS_CHECK(r, node, "cabinet_papers", NEEDED("grading"), NEEDED("source"))) {
        return;
    }
    const Str name = read_text(r, node, "grading");
    b->papers_source = read_source(r, node);
    if (name.len && !grading_read(name, &b->cabinet_papers)) {
        problem_add(r, member_find(node, "grading")->line,
                    "there is no grading \"%.*s\"; they are open, restricted, confidential, secret "
                    "and top-secret",
                    SHOWN(name));
    }
}

static void scopes_read(Reader *r, const Node *node, Rulebook *b) {
    if (!node || !MEMBERS_CHECK(r, node, "decision", NEEDED("scopes"), NEEDED("source"))) return;
    const Node *list = member_find(node, "scopes");
    const ptrdiff_t count = list_items(r, list, "scopes");
    b->scopes_source = read_source(r, node);
    for (ptrdiff_t i = 0; i < count; i++) {
        DecisionScope scope;
        if (!scalar_check(r, list->items[i], "scopes")) continue;
        if (decision_scope_read(list->items[i]->text, &scope)) {
            if (set_has(b->scopes, (int)scope)) {
                problem_add(r, list->items[i]->line, "the scope \"%s\" stands twice",
                            decision_scope_name(scope));
            }
            b->scopes |= set_of((int)scope);
        } else {
            problem_add(r, list->items[i]->line, "a scope is negotiate, conclude or ratify");
        }
    }
    if (list && !count && list->kind == NODE_SEQUENCE) {
        problem_add(r, list->line, "a decision has at least one scope");
    }
}

static void force_read(Reader *r, const Node *node, Rulebook *b) {
    if (!node || !MEMBERS_CHECK(r, node, "comment_force", NEEDED("default"), NEEDED("source"))) {
        return;
    }
    const Str force = read_text(r, node, "default");
    b->force_source = read_source(r, node);
    b->default_force = force;
    if (!force.len || str_equal(force, S("condition")) || str_equal(force, S("should")) ||
        str_equal(force, S("observation"))) {
        return;
    }
    problem_add(r, member_find(node, "default")->line,
                "the force of a comment is condition, should or observation");
}

/* The calendar's own file is read in passing; its first fault is told at the line that names it. */
static const Calendar *calendar_load(Reader *r, const Node *at, const NamedText *file) {
    const Calendar *calendar;
    const RuleProblem *problems;
    ptrdiff_t count;
    Reader inner = {.arena = r->arena};
    const Node *root = yaml_tree(&inner, file->text);
    calendar = root ? calendar_tree(&inner, root) : NULL;
    if (calendar && !str_equal(read_text(&inner, root, "calendar"), file->name)) {
        problem_add(&inner, root->line, "the calendar's name is not that of its file");
    }
    problems_end(&inner, &problems, &count);
    if (!count) return calendar;
    problem_add(r, at->line, "the calendar \"%.*s\" has %d faults; line %d: %.*s",
                (int)file->name.len, file->name.ptr, (int)count, problems[0].line,
                (int)problems[0].sentence.len, problems[0].sentence.ptr);
    return NULL;
}

static void calendar_find(Reader *r, const Node *node, const NamedText *calendars, ptrdiff_t count,
                          Rulebook *b) {
    if (!node || !MEMBERS_CHECK(r, node, "calendar", NEEDED("name"), NEEDED("source"))) return;
    b->calendar_source = read_source(r, node);
    b->calendar_name = read_id(r, node, "name");
    if (!b->calendar_name.len) return;
    for (ptrdiff_t i = 0; i < count; i++) {
        if (!str_equal(calendars[i].name, b->calendar_name)) continue;
        b->calendar = calendar_load(r, node, &calendars[i]);
        return;
    }
    problem_add(r, member_find(node, "name")->line, "there is no calendar \"%.*s\" in calendars/",
                (int)b->calendar_name.len, b->calendar_name.ptr);
}

/* ---- the whole ---- */

static void book_read(Reader *r, const Node *root, const NamedText *calendars,
                      ptrdiff_t calendar_count, Rulebook *b) {
    if (!MEMBERS_CHECK(r, root, "a rulebook", NEEDED("rulebook"), NEEDED("version"),
                       NEEDED("title"), NEEDED("unofficial"), NEEDED("source"), NEEDED("in_force"),
                       OPTIONAL("calendar"), NEEDED("vetting"), NEEDED("cabinet"),
                       NEEDED("consultees"), NEEDED("clocks"), NEEDED("summary"),
                       NEEDED("cabinet_papers"), NEEDED("decision"), NEEDED("comment_force"),
                       NEEDED("no_content"), NEEDED("waivable"), NEEDED("acts"))) {
        return;
    }
    b->name = read_id(r, root, "rulebook");
    b->version = version_read(r, root);
    b->id = arena_format(r->arena, "%.*s@%.*s", (int)b->name.len, b->name.ptr, (int)b->version.len,
                         b->version.ptr);
    b->title = read_text(r, root, "title");
    b->is_unofficial = read_flag(r, root, "unofficial");
    b->source = read_source(r, root);
    in_force_read(r, member_find(root, "in_force"), b);
    calendar_find(r, member_find(root, "calendar"), calendars, calendar_count, b);
    b->vetting_body = body_read(r, root, "vetting", &b->vetting_source);
    b->cabinet_body = body_read(r, root, "cabinet", &b->cabinet_source);
    consultees_read(r, member_find(root, "consultees"), b);
    clocks_read(r, member_find(root, "clocks"), b);
    summary_read(r, member_find(root, "summary"), b);
    papers_read(r, member_find(root, "cabinet_papers"), b);
    scopes_read(r, member_find(root, "decision"), b);
    force_read(r, member_find(root, "comment_force"), b);
    acts_check(r, root, b);
}

bool rulebook_read(Arena *a, Str text, const NamedText *calendars, ptrdiff_t calendar_count,
                   const Rulebook **out, const RuleProblem **problems, ptrdiff_t *problem_count,
                   PxErr *err) {
    (void)err; /* memory leaves by the guard */
    Reader r = {.arena = a};
    Rulebook *book = NEW(a, Rulebook);
    const Node *root = yaml_tree(&r, text);
    if (root) book_read(&r, root, calendars, calendar_count, book);
    *out = r.count ? NULL : book;
    problems_end(&r, problems, problem_count);
    return true;
}

const Rulebook *rulebook_in_force(const Rulebook *const *books, ptrdiff_t count, Str name, Day on) {
    const Rulebook *found = NULL;
    for (ptrdiff_t i = 0; i < count; i++) {
        const Rulebook *b = books[i];
        if (!str_equal(b->name, name) || b->from > on) continue;
        if (b->until != DAY_NONE && b->until < on) continue;
        if (!found || b->from > found->from) found = b;
    }
    return found;
}

static bool overlap(const Rulebook *a, const Rulebook *b) {
    return str_equal(a->name, b->name) && (a->until == DAY_NONE || b->from <= a->until) &&
           (b->until == DAY_NONE || a->from <= b->until);
}

void rulebooks_check(Arena *a, const Rulebook *const *books, ptrdiff_t count,
                     const RuleProblem **problems, ptrdiff_t *problem_count) {
    Reader r = {.arena = a};
    for (ptrdiff_t i = 0; i < count; i++) {
        for (ptrdiff_t k = 0; k < i; k++) {
            if (str_equal(books[i]->id, books[k]->id)) {
                problem_add(&r, 0, "two rulebooks are %.*s", (int)books[i]->id.len,
                            books[i]->id.ptr);
            } else if (overlap(books[i], books[k])) {
                const Day later = books[i]->from > books[k]->from ? books[i]->from : books[k]->from;
                const Str day = day_text(a, later);
                problem_add(&r, 0, "%.*s and %.*s are both in force on %.*s", (int)books[k]->id.len,
                            books[k]->id.ptr, (int)books[i]->id.len, books[i]->id.ptr, (int)day.len,
                            day.ptr);
            }
        }
    }
    problems_end(&r, problems, problem_count);
}
