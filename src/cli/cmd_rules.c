/* rules: rulebooks checked, and shown with the source of every value. */
#include <string.h>

#include "cli/session.h"
#include "os/os.h"
#include "rules/rules.h"

enum { FILE_BYTES = 2 << 20, FILES_MAX = 64 };

static void say(Str s) { put_text(stdout, s, 0); }
static void say_z(const char *s) { put_text(stdout, str_from_z(s), 0); }

/* ---- reading ---- */

typedef struct Shelf { /* a folder's calendars */
    NamedText calendars[FILES_MAX];
    ptrdiff_t count;
} Shelf;

static bool shelf_read(Arena *a, Str folder, Shelf *out, PxErr *err) {
    const Str where = os_path(a, folder, S("calendars"));
    Str *names;
    ptrdiff_t count;
    *out = (Shelf){.count = 0};
    if (!os_is_folder(where)) return true;
    if (!os_list_folder(a, where, &names, &count, err)) return false;
    for (ptrdiff_t i = 0; i < count && out->count < FILES_MAX; i++) {
        if (!str_ends(names[i], S(".yaml"))) continue;
        NamedText *c = &out->calendars[out->count++];
        c->name = str_slice(names[i], 0, names[i].len - 5);
        if (!os_read_file(a, os_path(a, where, names[i]), FILE_BYTES, &c->text, err)) return false;
    }
    return true;
}

typedef struct Reading {
    Str path;
    bool is_calendar;
    const Rulebook *book;
    const RuleProblem *problems;
    ptrdiff_t problem_count;
} Reading;

/* A line that begins with the key. */
static bool has_key(Str text, Str key) {
    for (ptrdiff_t at = 0; at < text.len;) {
        const Str rest = str_slice(text, at, text.len);
        if (str_starts(rest, key)) return true;
        const ptrdiff_t end = str_find(rest, S("\n"));
        if (end < 0) break;
        at += end + 1;
    }
    return false;
}

static bool read_one(Arena *a, Str path, Reading *out, PxErr *err) {
    const ptrdiff_t slash = str_find_last(path, '/');
    Shelf *shelf = NEW(a, Shelf);
    Str text;
    *out = (Reading){.path = path};
    if (!os_read_file(a, path, FILE_BYTES, &text, err)) return false;
    out->is_calendar = has_key(text, S("weekend:")) && !has_key(text, S("rulebook:"));
    if (out->is_calendar) {
        const Calendar *calendar;
        return calendar_read(a, text, &calendar, &out->problems, &out->problem_count, err);
    }
    const Str folder = slash < 0 ? S(".") : str_slice(path, 0, slash ? slash : 1);
    return shelf_read(a, folder, shelf, err) &&
           rulebook_read(a, text, shelf->calendars, shelf->count, &out->book, &out->problems,
                         &out->problem_count, err);
}

/* ---- check ---- */

static void say_times(Arena *a, const Rulebook *b) {
    say_z("in force from ");
    say(day_text(a, b->from));
    if (b->until == DAY_NONE) return;
    say_z(" until ");
    say(day_text(a, b->until));
}

static void check_say(Arena *a, const Reading *r) {
    for (ptrdiff_t i = 0; i < r->problem_count; i++) {
        say(r->path);
        if (r->problems[i].line) printf(":%d", r->problems[i].line);
        say_z(": ");
        say(r->problems[i].sentence);
        putchar('\n');
    }
    if (r->problem_count) return;
    say(r->path);
    say_z(": ");
    if (r->book) {
        say(r->book->id);
        if (r->book->is_unofficial) say_z(", unofficial");
        say_z(", ");
        say_times(a, r->book);
        say_z(": ");
    }
    say_z(r->is_calendar ? "a calendar without fault" : "without fault");
    putchar('\n');
}

static void check_json(Report *j, const Reading *r) {
    report_object(j, NULL);
    report_str(j, "file", r->path);
    if (r->book) report_str(j, "rulebook", r->book->id);
    report_array(j, "faults");
    for (ptrdiff_t i = 0; i < r->problem_count; i++) {
        report_object(j, NULL);
        report_int(j, "line", r->problems[i].line);
        report_str(j, "sentence", r->problems[i].sentence);
        report_end_object(j);
    }
    report_end_array(j);
    report_end_object(j);
}

static bool check_files(void *session, PxErr *err) {
    Session *s = session;
    const Options *o = s->options;
    const ptrdiff_t count = o->operand_count - 1;
    Reading *all = NEW_ARRAY(s->arena, Reading, count + 1);
    const Rulebook **books = NEW_ARRAY(s->arena, const Rulebook *, count);
    ptrdiff_t book_count = 0, faults = 0, read = count;
    for (ptrdiff_t i = 0; i < count; i++) {
        if (!read_one(s->arena, str_from_z(o->operands[i + 1]), &all[i], err)) return false;
        if (all[i].book) books[book_count++] = all[i].book;
    }
    Reading *side_by_side = &all[count];
    side_by_side->path = S("side by side");
    rulebooks_check(s->arena, books, book_count, &side_by_side->problems,
                    &side_by_side->problem_count);
    read += side_by_side->problem_count > 0;
    Report j = {.file = stdout};
    const bool as_json = option_is_given(o, OPT_json);
    if (as_json) {
        report_object(&j, NULL);
        report_z(&j, "command", "rules");
        report_array(&j, "files");
    }
    for (ptrdiff_t i = 0; i < read; i++) {
        faults += all[i].problem_count;
        if (as_json) check_json(&j, &all[i]);
        else if (all[i].problem_count || !option_is_given(o, OPT_quiet))
            check_say(s->arena, &all[i]);
    }
    if (as_json) {
        report_end_array(&j);
        report_end_object(&j);
    }
    s->code = faults ? EXIT_FINDINGS : EXIT_DONE;
    return true;
}

/* ---- show ---- */

static void say_source(Str source) {
    say_z("  -- ");
    say(source);
    putchar('\n');
}

static void say_words(Set set, const char *(*name)(int)) {
    for (int i = 0, n = 0; i < 64; i++) {
        if (!set_has(set, i)) continue;
        if (n++) say_z(", ");
        say_z(name(i));
    }
}

static const char *role_at(int i) { return role_name((Role)i); }
static const char *scope_at(int i) { return decision_scope_name((DecisionScope)i); }

static void show_clock(const char *name, const Clock *c) {
    printf("  %-12s ", name);
    if (c->is_set) {
        printf("%d %s from ", c->days, day_count_name(c->kind));
        say(c->from);
    } else {
        say_z("unset");
    }
    say_source(c->source);
}

static void show_value(const char *name, Str value, Str source) {
    printf("  %-12s ", name);
    say(value);
    say_source(source);
}

static void show_head(Arena *a, const Rulebook *b) {
    say(b->id);
    say_z(": ");
    say(b->title);
    putchar('\n');
    if (b->is_unofficial) {
        say_z("UNOFFICIAL. Check it against the official text before relying on it.");
        putchar('\n');
    }
    say_z("  ");
    say_times(a, b);
    say_source(b->in_force_source);
    show_value("source", S(""), b->source);
    show_value("vetting", b->vetting_body, b->vetting_source);
    show_value("cabinet", b->cabinet_body, b->cabinet_source);
    if (b->calendar) show_value("calendar", b->calendar_name, b->calendar_source);
    for (ptrdiff_t i = 0; i < b->consultee_count; i++) {
        show_value(i ? "" : "consultees", b->consultees[i].body, b->consultees[i].source);
    }
    show_clock("reply", &b->reply);
    show_clock("lead", &b->lead);
    show_value("pages",
               b->summary_pages ? arena_format(a, "at most %d", b->summary_pages) : S("unset"),
               b->pages_source);
    for (ptrdiff_t i = 0; i < b->part_count; i++) {
        show_value(i ? "" : "parts", b->parts[i].id, b->parts[i].source);
    }
    show_value("papers", str_from_z(grading_name(b->cabinet_papers)), b->papers_source);
    say_z("  scopes       ");
    say_words(b->scopes, scope_at);
    say_source(b->scopes_source);
    show_value("force", b->default_force, b->force_source);
}

static void show_set(const char *head, Set set, const char *(*name)(int), const Str *sources) {
    if (set) printf("  %s\n", head);
    for (int i = 0; i < 64; i++) {
        if (!set_has(set, i)) continue;
        printf("    %-20s", name(i));
        say_source(sources[i]);
    }
}

static const char *need_at(int i) { return need_name((Need)i); }
static const char *act_at(int i) { return act_name((ActKind)i); }

static void show_book(Arena *a, const Rulebook *b) {
    show_head(a, b);
    show_set("no content for", b->no_content, role_at, b->no_content_source);
    show_set("may be waived", b->waivable, need_at, b->waivable_source);
    int stage = -2;
    for (int i = 0; i < ACT_COUNT; i++) {
        if (!b->acts[i].is_known) continue;
        if (act_stage((ActKind)i) != stage) {
            stage = act_stage((ActKind)i);
            if (stage < 0) fputs("\n  the installation, and who is in a dossier\n", stdout);
            else printf("\n  stage %d\n", stage);
        }
        printf("    %-20s ", act_name((ActKind)i));
        say_words(b->acts[i].by, role_at);
        putchar('\n');
    }
}

static void show_act(const Rulebook *b, ActKind act) {
    const ActRule *r = &b->acts[act];
    Str warned[NEED_COUNT];
    memcpy(warned, r->need_source, sizeof warned);
    say(b->id);
    printf(", %s", act_name(act));
    if (act_stage(act) >= 0) printf(" (stage %d)", act_stage(act));
    say_source(r->source);
    say_z("  by ");
    say_words(r->by, role_at);
    putchar('\n');
    show_set("not by who", r->not_who_did, act_at, r->separation_source);
    show_set("needs", r->needs, need_at, r->need_source);
    show_set("of these, what may be waived", r->needs & b->waivable, need_at, b->waivable_source);
    show_set("warns without", r->warns, need_at, warned);
    show_set("without being on the list", r->unlisted, role_at, r->unlisted_source);
}

/* NAME@VERSION, or NAME alone: the latest. */
static bool book_find(Arena *a, Str folder, Str name, const Rulebook **out, PxErr *err) {
    Str *files;
    ptrdiff_t count;
    *out = NULL;
    if (!os_list_folder(a, folder, &files, &count, err)) return false;
    for (ptrdiff_t i = 0; i < count; i++) {
        Reading r;
        if (!str_ends(files[i], S(".yaml"))) continue;
        if (!read_one(a, os_path(a, folder, files[i]), &r, err)) return false;
        if (!r.book) continue;
        const bool fits = str_equal(r.book->id, name) || str_equal(r.book->name, name);
        if (fits && (!*out || r.book->from > (*out)->from)) *out = r.book;
    }
    return *out || fail(err, PX_ERR_NOT_FOUND, folder, -1,
                        "there is no rulebook \"%.*s\" without fault in this folder", (int)name.len,
                        name.ptr);
}

static bool show(void *session, PxErr *err) {
    Session *s = session;
    const Options *o = s->options;
    const Str name = str_from_z(o->operands[1]);
    const Rulebook *book;
    Str folder = S("");
    if (str_ends(name, S(".yaml"))) {
        Reading r;
        if (!read_one(s->arena, name, &r, err)) return false;
        book = r.book;
        if (!book) {
            return fail(err, PX_ERR_INPUT, name, -1,
                        "it has %d faults (paraph rules check shows them)", (int)r.problem_count);
        }
    } else {
        if (o->value[OPT_rulebooks]) folder = str_from_z(o->value[OPT_rulebooks]);
        else if (!shipped_rulebooks(s->arena, &folder, err)) return false;
        if (!book_find(s->arena, folder, name, &book, err)) return false;
    }
    if (o->operand_count == 2) {
        show_book(s->arena, book);
        return true;
    }
    ActKind act;
    if (!act_kind_read(str_from_z(o->operands[2]), &act) || !book->acts[act].is_known) {
        return fail(err, PX_ERR_NOT_FOUND, S("rules"), -1,
                    "%.*s knows no act \"%s\" (without an act, all are listed)", (int)book->id.len,
                    book->id.ptr, o->operands[2]);
    }
    show_act(book, act);
    return true;
}

ExitCode cmd_rules(const Options *o) {
    const char *what = o->operand_count ? o->operands[0] : "";
    Session s = {.options = o};
    if (strcmp(what, "check") == 0 && o->operand_count > 1) return session_run(&s, check_files);
    if (strcmp(what, "show") == 0 && (o->operand_count == 2 || o->operand_count == 3)) {
        return session_run(&s, show);
    }
    usage_error(o->command, "say check and files, or show and a rulebook");
}
