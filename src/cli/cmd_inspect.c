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

static void json_people(Json *j, const PxInspection *in) {
    ptrdiff_t count;
    const PxPerson *people = px_inspection_people(in, &count);
    json_array(j, "people");
    for (ptrdiff_t i = 0; i < count; i++) {
        const PxPerson *p = &people[i];
        json_object(j, NULL);
        json_str(j, "author", p->author);
        json_int(j, "insertions", p->insertions);
        json_int(j, "deletions", p->deletions);
        json_int(j, "moves", p->moves);
        json_int(j, "formats", p->formats);
        json_int(j, "others", p->others);
        json_int(j, "comments", p->comments);
        json_str(j, "first_date", p->first_date);
        json_str(j, "last_date", p->last_date);
        json_end_object(j);
    }
    json_end_array(j);
}

static void json_changes(Json *j, const PxMatrix *m) {
    ptrdiff_t count;
    const PxRow *rows = px_matrix_rows(m, &count);
    json_array(j, "changes");
    for (ptrdiff_t i = 0; i < count; i++) {
        const PxRow *r = &rows[i];
        json_object(j, NULL);
        json_int(j, "number", r->number);
        if (r->also) json_int(j, "also", r->also);
        json_str(j, "kind", r->kind);
        json_str(j, "author", r->office);
        json_str(j, "person", r->person);
        json_str(j, "date", r->date);
        json_str(j, "provision", r->provision);
        json_str(j, "existing", r->existing);
        json_str(j, "proposed", r->proposed);
        json_str(j, "comment", r->comment);
        json_end_object(j);
    }
    json_end_array(j);
}

static void json_findings(Json *j, const PxInspection *in) {
    ptrdiff_t count;
    const PxFinding *findings = px_inspection_findings(in, &count);
    json_array(j, "findings");
    for (ptrdiff_t i = 0; i < count; i++) {
        const PxFinding *f = &findings[i];
        json_object(j, NULL);
        json_str(j, "kind", f->kind);
        json_str(j, "words", f->words);
        json_bool(j, "silent", f->is_silent);
        json_str(j, "part", f->part);
        json_str(j, "place", f->place);
        json_str(j, "before", f->before);
        json_str(j, "after", f->after);
        json_str(j, "detail", f->detail);
        json_end_object(j);
    }
    json_end_array(j);
}

static void report_json(const Options *o, const PxInspection *in, const PxMatrix *m) {
    Json j = {.file = stdout};
    json_object(&j, NULL);
    json_z(&j, "command", "inspect");
    json_z(&j, "version", px_version());
    json_z(&j, "file", o->operands[0]);
    if (o->value[OPT_sent]) json_z(&j, "sent", o->value[OPT_sent]);
    json_int(&j, "revisions", px_inspection_revisions(in));
    json_int(&j, "comments", px_inspection_comments(in));
    json_bool(&j, "tracking", px_inspection_is_tracking(in));
    json_people(&j, in);
    if (m) json_changes(&j, m);
    json_findings(&j, in);
    json_end_object(&j);
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
