/* draft: mark, provisions, check: what the process does to drafts, by hand. */
#include <string.h>

#include "cli/session.h"

/* ---- mark ---- */

/* Marks that are given, those of another copy, or none: one of the three. */
static void check_mark(const Options *o) {
    const bool has_words = o->value[OPT_header] || o->value[OPT_footer] || o->value[OPT_copy_id];
    const int ways = has_words + (o->value[OPT_like] != NULL) + option_is_given(o, OPT_remove);
    if (!o->value[OPT_output]) usage_error(o->command, "-o is needed: where the copy goes");
    if (ways == 0) usage_error(o->command, "say what marks the copy gets, or --remove");
    if (ways > 1) {
        usage_error(o->command, "--like and --remove go with no other mark, nor with each other");
    }
}

ExitCode cmd_mark(const Options *o) {
    const char *path = o->value[OPT_output];
    check_mark(o);
    const PxFile file = read_only_input(o);
    PxFile like;
    PxMarkOptions options = {.settings = options_settings(o)};
    if (o->value[OPT_header]) options.header = px_str(o->value[OPT_header]);
    if (o->value[OPT_footer]) options.footer = px_str(o->value[OPT_footer]);
    if (o->value[OPT_copy_id]) options.copy_id = px_str(o->value[OPT_copy_id]);
    if (o->value[OPT_like]) {
        like = read_input(o->value[OPT_like]);
        options.like = &like;
    }
    claim_output(path, true);
    PxResult *result;
    PxErr err;
    const bool is_removal = option_is_given(o, OPT_remove);
    if (!(is_removal ? px_unmark(&file, &options.settings, &result, &err)
                     : px_mark(&file, &options, &result, &err))) {
        return complain_of(&err);
    }
    const bool done = stage_output(path, px_result_bytes(result)) && commit_outputs();
    px_result_close(result);
    return done ? EXIT_DONE : EXIT_SYSTEM;
}

/* ---- provisions ---- */

typedef struct Texts {
    PxProvisions *now, *before;
} Texts;

static const char *fate(const PxProvision *p, const PxProvision *before) {
    if (p->previous < 0) return "new";
    return str_equal(p->form, before[p->previous].form) ? "same" : "changed";
}

static void put_provision(const Options *o, const PxProvision *p, const PxProvision *before,
                          Arena *a, Json *list) {
    const Str digest = digest_text(a, digest_of(p->form));
    if (list) {
        Json *j = json_push(a, list, json_object(a));
        json_set_str(a, j, S("number"), p->number);
        json_set_str(a, j, S("heading"), p->heading);
        json_set_str(a, j, S("digest"), digest);
        json_set_int(a, j, S("parent"), p->parent);
        if (before) json_set_int(a, j, S("previous"), p->previous);
        if (before) json_set_str(a, j, S("fate"), str_from_z(fate(p, before)));
        return;
    }
    (void)o;
    printf("%.12s  ", digest.ptr);
    if (before) printf("%-8s", fate(p, before));
    put_text(stdout, p->number, 0);
    fputs(p->number.len ? "  " : "", stdout);
    put_text(stdout, p->heading, 70);
    putchar('\n');
}

static bool list_provisions(void *session, PxErr *err) {
    Session *s = session;
    const Options *o = s->options;
    Texts *t = s->ctx;
    ptrdiff_t count, before_count;
    (void)err;
    const PxProvision *rows = px_provisions_rows(t->now, &count);
    const PxProvision *before = t->before ? px_provisions_rows(t->before, &before_count) : NULL;
    Json *list = option_is_given(o, OPT_json) ? json_array(s->arena) : NULL;
    for (ptrdiff_t i = 0; i < count; i++) put_provision(o, &rows[i], before, s->arena, list);
    if (list) {
        Json *out = json_object(s->arena);
        json_set(s->arena, out, S("provisions"), list);
        print_json(stdout, out, 0);
        putchar('\n');
    }
    return true;
}

ExitCode cmd_provisions(const Options *o) {
    const PxFile file = read_only_input(o);
    PxFile previous;
    PxProvisionsOptions options = {.settings = options_settings(o)};
    Texts t = {NULL, NULL};
    PxErr err;
    if (o->value[OPT_previous]) {
        previous = read_input(o->value[OPT_previous]);
        options.previous = &previous;
        const PxProvisionsOptions alone = {.settings = options.settings};
        if (!px_provisions_open(&previous, &alone, &t.before, &err)) return complain_of(&err);
    }
    if (!px_provisions_open(&file, &options, &t.now, &err)) {
        px_provisions_close(t.before);
        return complain_of(&err);
    }
    progress_end();
    Session s = {.options = o, .ctx = &t};
    const ExitCode code = session_run(&s, list_provisions);
    px_provisions_close(t.now);
    px_provisions_close(t.before);
    return code;
}

/* ---- check ---- */

static void report_findings(const PxDraftFinding *all, ptrdiff_t count) {
    Report r = {.file = stdout};
    report_object(&r, NULL);
    report_array(&r, "findings");
    for (ptrdiff_t i = 0; i < count; i++) {
        report_object(&r, NULL);
        report_str(&r, "kind", all[i].kind);
        report_str(&r, "place", all[i].place);
        report_str(&r, "sentence", all[i].sentence);
        report_end_object(&r);
    }
    report_end_array(&r);
    report_end_object(&r);
}

ExitCode cmd_check(const Options *o) {
    const PxFile file = read_only_input(o);
    PxStr term = {NULL, 0};
    PxDraftOptions options = {.settings = options_settings(o)};
    PxDraft *draft;
    PxErr err;
    if (o->value[OPT_term]) {
        term = px_str(o->value[OPT_term]);
        options.terms = &term;
        options.term_count = 1;
    }
    if (!px_draft_check(&file, &options, &draft, &err)) return complain_of(&err);
    ptrdiff_t count;
    const PxDraftFinding *all = px_draft_findings(draft, &count);
    progress_end();
    if (option_is_given(o, OPT_json)) report_findings(all, count);
    for (ptrdiff_t i = 0; i < count && !option_is_given(o, OPT_json); i++) {
        put_text(stdout, all[i].kind, 0);
        fputs(": ", stdout);
        put_text(stdout, all[i].place, 0);
        fputs(": ", stdout);
        put_text(stdout, all[i].sentence, 0);
        putchar('\n');
    }
    px_draft_close(draft);
    return count ? EXIT_FINDINGS : EXIT_DONE;
}
