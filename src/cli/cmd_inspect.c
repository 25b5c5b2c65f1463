/* inspect: who changed what openly, what was changed silently, and what in the file is a hazard. */
#include <inttypes.h>
#include <string.h>

#include "cli/cli.h"

/* ---- for people ---- */

static bool is_same(PxStr a, PxStr b) {
    return a.len == b.len && memcmp(a.ptr, b.ptr, (size_t)a.len) == 0;
}

/* "2016-06-01T10:00:00Z" -> the day */
static PxStr day_of(PxStr date) { return (PxStr){date.ptr, date.len < 10 ? date.len : 10}; }

static void put_counts(const PxPerson *p) {
    const struct {
        int64_t n;
        const char *one, *many;
    } what[] = {{p->insertions, "insertion", "insertions"},
                {p->deletions, "deletion", "deletions"},
                {p->moves, "move", "moves"},
                {p->formats, "format", "formats"},
                {p->others, "other change", "other changes"},
                {p->comments, "comment", "comments"}};
    const char *between = ": ";
    for (size_t k = 0; k < sizeof what / sizeof *what; k++) {
        if (!what[k].n) continue;
        printf("%s%" PRId64 " %s", between, what[k].n, what[k].n == 1 ? what[k].one : what[k].many);
        between = ", ";
    }
}

static void put_people(const PxInspection *in) {
    ptrdiff_t count;
    const PxPerson *people = px_inspection_people(in, &count);
    if (!count) return;
    printf("\nBy the name the file gives (anybody can write any name):\n");
    for (ptrdiff_t i = 0; i < count; i++) {
        const PxPerson *p = &people[i];
        fputs("  ", stdout);
        if (p->author.len) put_text(stdout, p->author, 60);
        else fputs("(nobody named)", stdout);
        put_counts(p);
        const PxStr first = day_of(p->first_date), last = day_of(p->last_date);
        if (first.len) {
            fputs(" (", stdout);
            put_text(stdout, first, 0);
            if (last.len && !is_same(first, last)) {
                fputs(" to ", stdout);
                put_text(stdout, last, 0);
            }
            fputs(")", stdout);
        }
        putchar('\n');
    }
}

static void put_changes(const PxMatrix *m) {
    ptrdiff_t count;
    const PxRow *rows = px_matrix_rows(m, &count);
    printf("\nChanges and comments:\n");
    for (ptrdiff_t i = 0; i < count; i++) {
        const PxRow *r = &rows[i];
        char number[48];
        if (r->also) snprintf(number, sizeof number, "%" PRId64 ", %" PRId64, r->number, r->also);
        else snprintf(number, sizeof number, "%" PRId64, r->number);
        printf("  %7s  ", number);
        put_text(stdout, r->kind, 0);
        fputs(", ", stdout);
        put_text(stdout, r->office, 60);
        if (r->provision.len) {
            fputs(", ", stdout);
            put_text(stdout, r->provision, 60);
        }
        const PxStr texts[] = {r->existing, r->proposed, r->comment};
        static const char *const marks[] = {"[-", "[+", "[\""};
        static const char *const ends[] = {"-]", "+]", "\"]"};
        for (int k = 0; k < 3; k++) {
            if (!texts[k].len) continue;
            printf(" %s", marks[k]);
            put_text(stdout, texts[k], 100);
            fputs(ends[k], stdout);
        }
        putchar('\n');
    }
}

static void put_finding(const PxFinding *f) {
    fputs("  ", stdout);
    put_text(stdout, f->words, 0);
    if (f->place.len) {
        fputs(", ", stdout);
        put_text(stdout, f->place, 80);
    }
    if (f->part.len) {
        fputs(" (", stdout);
        put_text(stdout, f->part, 80);
        putchar(')');
    }
    putchar('\n');
    if (f->before.len || f->after.len) {
        fputs("      was  ", stdout);
        put_text(stdout, f->before, 300);
        fputs("\n      is   ", stdout);
        put_text(stdout, f->after, 300);
        putchar('\n');
    }
    if (f->detail.len) {
        fputs("      ", stdout);
        put_text(stdout, f->detail, 300);
        putchar('\n');
    }
}

static void put_findings(const PxInspection *in, bool silent, const char *title) {
    ptrdiff_t count, shown = 0;
    const PxFinding *findings = px_inspection_findings(in, &count);
    for (ptrdiff_t i = 0; i < count; i++) {
        if (findings[i].is_silent != silent) continue;
        if (shown++ == 0) printf("\n%s:\n", title);
        put_finding(&findings[i]);
    }
}

static void report(const Options *o, const PxInspection *in, const PxMatrix *m) {
    ptrdiff_t count, silent = 0;
    const PxFinding *findings = px_inspection_findings(in, &count);
    for (ptrdiff_t i = 0; i < count; i++) silent += findings[i].is_silent;
    put_text(stdout, px_str(o->operands[0]), 0);
    printf(": %" PRId64 " tracked change%s, %" PRId64 " comment%s; ", px_inspection_revisions(in),
           px_inspection_revisions(in) == 1 ? "" : "s", px_inspection_comments(in),
           px_inspection_comments(in) == 1 ? "" : "s");
    if (o->value[OPT_sent]) printf("%td silent change%s, ", silent, silent == 1 ? "" : "s");
    printf("%td hazard%s.\n", count - silent, count - silent == 1 ? "" : "s");
    if (!o->value[OPT_sent]) {
        puts("Give the copy that was sent with --sent to find changes made without tracking.");
    }
    put_people(in);
    if (m) put_changes(m);
    put_findings(in, true, "Changed without tracking since the copy that was sent");
    put_findings(in, false, "Hazards");
}

/* ---- for machines ---- */

static void json_people(Report *j, const PxInspection *in) {
    ptrdiff_t count;
    const PxPerson *people = px_inspection_people(in, &count);
    report_array(j, "people");
    for (ptrdiff_t i = 0; i < count; i++) {
        const PxPerson *p = &people[i];
        report_object(j, NULL);
        report_str(j, "author", p->author);
        report_int(j, "insertions", p->insertions);
        report_int(j, "deletions", p->deletions);
        report_int(j, "moves", p->moves);
        report_int(j, "formats", p->formats);
        report_int(j, "others", p->others);
        report_int(j, "comments", p->comments);
        report_str(j, "first_date", p->first_date);
        report_str(j, "last_date", p->last_date);
        report_end_object(j);
    }
    report_end_array(j);
}

static void json_changes(Report *j, const PxMatrix *m) {
    ptrdiff_t count;
    const PxRow *rows = px_matrix_rows(m, &count);
    report_array(j, "changes");
    for (ptrdiff_t i = 0; i < count; i++) {
        const PxRow *r = &rows[i];
        report_object(j, NULL);
        report_int(j, "number", r->number);
        if (r->also) report_int(j, "also", r->also);
        report_str(j, "kind", r->kind);
        report_str(j, "author", r->office);
        report_str(j, "person", r->person);
        report_str(j, "date", r->date);
        report_str(j, "provision", r->provision);
        report_str(j, "existing", r->existing);
        report_str(j, "proposed", r->proposed);
        report_str(j, "comment", r->comment);
        report_end_object(j);
    }
    report_end_array(j);
}

static void json_findings(Report *j, const PxInspection *in) {
    ptrdiff_t count;
    const PxFinding *findings = px_inspection_findings(in, &count);
    report_array(j, "findings");
    for (ptrdiff_t i = 0; i < count; i++) {
        const PxFinding *f = &findings[i];
        report_object(j, NULL);
        report_str(j, "kind", f->kind);
        report_str(j, "words", f->words);
        report_bool(j, "silent", f->is_silent);
        report_str(j, "part", f->part);
        report_str(j, "place", f->place);
        report_str(j, "before", f->before);
        report_str(j, "after", f->after);
        report_str(j, "detail", f->detail);
        report_end_object(j);
    }
    report_end_array(j);
}

static void report_json(const Options *o, const PxInspection *in, const PxMatrix *m) {
    Report j = {.file = stdout};
    report_object(&j, NULL);
    report_z(&j, "command", "inspect");
    report_z(&j, "version", px_version());
    report_z(&j, "file", o->operands[0]);
    if (o->value[OPT_sent]) report_z(&j, "sent", o->value[OPT_sent]);
    report_int(&j, "revisions", px_inspection_revisions(in));
    report_int(&j, "comments", px_inspection_comments(in));
    report_bool(&j, "tracking", px_inspection_is_tracking(in));
    json_people(&j, in);
    if (m) json_changes(&j, m);
    json_findings(&j, in);
    report_end_object(&j);
}

/* ---- the command ---- */

ExitCode cmd_inspect(const Options *o) {
    const PxFile file = read_only_input(o);
    PxFile sent;
    PxInspectOptions options = {.settings = options_settings(o)};
    if (o->value[OPT_sent]) {
        sent = read_input(o->value[OPT_sent]);
        options.sent = &sent;
    }
    PxInspection *in;
    PxMatrix *m = NULL;
    PxErr err;
    if (!px_inspect(&file, &options, &in, &err)) return complain_of(&err);
    const PxMatrixOptions listing = {.settings = options_settings(o)};
    if ((option_is_given(o, OPT_changes) || option_is_given(o, OPT_json)) &&
        !px_matrix_open(&file, &listing, &m, &err)) {
        px_inspection_close(in);
        return complain_of(&err);
    }
    ptrdiff_t count;
    (void)px_inspection_findings(in, &count);
    progress_end();
    if (option_is_given(o, OPT_json)) report_json(o, in, m);
    else if (!option_is_given(o, OPT_quiet)) report(o, in, m);
    px_matrix_close(m);
    px_inspection_close(in);
    return count ? EXIT_FINDINGS : EXIT_DONE;
}
