/* consolidate and compare: N returns, or one, in one redline; nothing is written that is not
 * proven, unless the person said so. */
#include <string.h>

#include "cli/cli.h"

typedef struct Extras { /* what consolidate writes beside the redline */
    const char *matrix, *conflicts;
    PxMatrixFormat matrix_format;
    ptrdiff_t rows, conflict_count;
} Extras;

/* ---- the matrix and the conflicts ---- */

static bool stage_matrix(const Options *o, const PxMatrix *m, const char *path,
                         PxMatrixFormat format, ExitCode *code) {
    if (!path) return true;
    PxErr err;
    PxResult *file;
    const PxMatrixWriteOptions options = {.settings = options_settings(o)};
    if (!px_matrix_write(m, format, &options, &file, &err)) {
        *code = complain_of(&err);
        return false;
    }
    const bool done = stage_output(path, px_result_bytes(file));
    px_result_close(file);
    if (!done) *code = EXIT_SYSTEM;
    return done;
}

static bool stage_extras(const Options *o, PxStr redline, Extras *extras, ExitCode *code) {
    if (!extras->matrix && !extras->conflicts) return true;
    const PxFile file = {px_str(o->value[OPT_output]), redline};
    const PxMatrixOptions options = {.settings = options_settings(o)};
    PxMatrix *m;
    PxErr err;
    if (!px_matrix_open(&file, &options, &m, &err)) {
        *code = complain_of(&err);
        return false;
    }
    (void)px_matrix_rows(m, &extras->rows);
    (void)px_matrix_conflicts(m, &extras->conflict_count);
    const bool done = stage_matrix(o, m, extras->matrix, extras->matrix_format, code) &&
                      stage_matrix(o, m, extras->conflicts, PX_MATRIX_CONFLICTS_JSON, code);
    px_matrix_close(m);
    return done;
}

/* ---- the report ---- */

static void put_extra(FILE *f, const char *path, ptrdiff_t count, const char *what) {
    if (!path || is_stdout(path)) return;
    put_text(f, px_str(path), 0);
    fprintf(f, ": %td %s%s.\n", count, what, count == 1 ? "" : "s");
}

static void report(const Options *o, const PxResult *result, const Extras *extras,
                   ptrdiff_t returns) {
    if (option_is_given(o, OPT_quiet)) return;
    FILE *f = is_stdout(o->value[OPT_output]) ? stderr : stdout;
    if (f == stdout) {
        put_text(f, px_str(o->value[OPT_output]), 0);
        if (o->command == CMD_compare) fputs(": a redline of ", f);
        else fprintf(f, ": %td return%s merged into ", returns, returns == 1 ? "" : "s");
        put_text(f, px_str(o->operands[0]), 0);
        fputs(".\n", f);
    }
    put_extra(f, extras->matrix, extras->rows, "row");
    put_extra(f, extras->conflicts, extras->conflict_count, "conflict");
    if (option_is_given(o, OPT_no_verify)) {
        fputs("\nNOT proven: --no-verify was given, so nothing is promised of this file.\n", f);
    } else {
        fputs("\nProven before anything was written, by reading the redline back:\n", f);
        put_verdicts(f, result);
    }
    put_notices(f, result);
}

static void report_json(const Options *o, const PxResult *result, const PxReturn *returns,
                        ptrdiff_t count, bool is_written, const Extras *extras) {
    Report j = {.file = stdout};
    report_object(&j, NULL);
    report_z(&j, "command", command_find(o->command)->name);
    report_z(&j, "version", px_version());
    report_z(&j, "base", o->operands[0]);
    report_array(&j, "returns");
    for (ptrdiff_t i = 0; i < count; i++) {
        report_object(&j, NULL);
        if (returns[i].office.len) report_str(&j, "office", returns[i].office);
        report_str(&j, "file", returns[i].file.name);
        report_end_object(&j);
    }
    report_end_array(&j);
    report_z(&j, "output", o->value[OPT_output]);
    report_bool(&j, "written", is_written);
    report_bool(&j, "verified", !option_is_given(o, OPT_no_verify));
    report_verdicts(&j, result);
    report_notices(&j, result);
    if (is_written && (extras->matrix || extras->conflicts)) {
        report_int(&j, "rows", extras->rows);
        report_int(&j, "conflicts", extras->conflict_count);
    }
    report_end_object(&j);
}

/* ---- the command ---- */

static ExitCode unproven(const Options *o, const PxResult *result, const PxReturn *returns,
                         ptrdiff_t count, const PxErr *err) {
    const Extras none = {0};
    if (option_is_given(o, OPT_json)) {
        report_json(o, result, returns, count, false, &none);
    } else if (!option_is_given(o, OPT_quiet)) {
        put_verdicts(stderr, result);
    }
    return complain_of(err);
}

static ExitCode write_redline(const Options *o, const PxResult *result, const PxReturn *returns,
                              ptrdiff_t count, Extras *extras) {
    ExitCode code = EXIT_SYSTEM;
    const PxStr redline = px_result_bytes(result);
    if (!stage_output(o->value[OPT_output], redline)) return EXIT_SYSTEM;
    if (!stage_extras(o, redline, extras, &code)) return code;
    if (!commit_outputs()) return EXIT_SYSTEM;
    progress_end();
    if (option_is_given(o, OPT_json)) report_json(o, result, returns, count, true, extras);
    else report(o, result, extras, count);
    return EXIT_DONE;
}

static Extras claim_outputs(const Options *o) {
    Extras extras = {o->value[OPT_matrix], o->value[OPT_conflicts], PX_MATRIX_XLSX, 0, 0};
    if (!o->value[OPT_output]) usage_error(o->command, "-o is needed: where the redline goes");
    if (option_is_given(o, OPT_json) && is_stdout(o->value[OPT_output])) {
        usage_error(o->command, "--json and -o - both want the standard output");
    }
    claim_output(o->value[OPT_output], true);
    if (extras.matrix) {
        extras.matrix_format = matrix_format_of(o, extras.matrix);
        claim_output(extras.matrix, true);
    }
    if (extras.conflicts) claim_output(extras.conflicts, false);
    return extras;
}

static ExitCode finish(const Options *o, bool done, PxResult *result, const PxErr *err,
                       const PxReturn *returns, ptrdiff_t count, Extras *extras) {
    const ExitCode code = done     ? write_redline(o, result, returns, count, extras)
                          : result ? unproven(o, result, returns, count, err)
                                   : complain_of(err);
    px_result_close(result);
    return code;
}

ExitCode cmd_consolidate(const Options *o) {
    PxFile base;
    const PxReturn *returns = read_returns(o, &base);
    Extras extras = claim_outputs(o);
    const PxConsolidateOptions options = {.settings = options_settings(o),
                                          .no_proof = option_is_given(o, OPT_no_verify)};
    PxResult *result;
    PxErr err;
    const ptrdiff_t count = o->operand_count - 1;
    const bool done = px_consolidate(&base, returns, count, &options, &result, &err);
    return finish(o, done, result, &err, returns, count, &extras);
}

ExitCode cmd_compare(const Options *o) {
    if (o->operand_count != 2) usage_error(o->command, "two files are needed");
    const PxFile base = read_input(o->operands[0]);
    PxReturn revised = {.file = read_input(o->operands[1])};
    if (o->value[OPT_author]) revised.office = px_str(o->value[OPT_author]);
    Extras extras = claim_outputs(o);
    const PxCompareOptions options = {.settings = options_settings(o),
                                      .author = revised.office,
                                      .no_proof = option_is_given(o, OPT_no_verify)};
    PxResult *result;
    PxErr err;
    const bool done = px_compare(&base, &revised.file, &options, &result, &err);
    return finish(o, done, result, &err, &revised, 1, &extras);
}
