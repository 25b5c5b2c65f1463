/* matrix: the comment matrix of a consolidated file. */
#include "cli/cli.h"

static ExitCode write_matrix(const Options *o, const PxMatrix *m, PxMatrixFormat format) {
    PxMatrixWriteOptions options = {.settings = options_settings(o)};
    if (o->value[OPT_title]) options.title = px_str(o->value[OPT_title]);
    const char *path = o->value[OPT_output];
    PxResult *result;
    PxErr err;
    if (!px_matrix_write(m, format, &options, &result, &err)) return complain_of(&err);
    const bool done = stage_output(path, px_result_bytes(result)) && commit_outputs();
    px_result_close(result);
    progress_end();
    if (done && !option_is_given(o, OPT_quiet)) {
        ptrdiff_t rows, conflicts;
        (void)px_matrix_rows(m, &rows);
        (void)px_matrix_conflicts(m, &conflicts);
        put_text(stdout, px_str(path), 0);
        printf(": %td row%s, %td conflict%s.\n", rows, rows == 1 ? "" : "s", conflicts,
               conflicts == 1 ? "" : "s");
    }
    return done ? EXIT_DONE : EXIT_SYSTEM;
}

ExitCode cmd_matrix(const Options *o) {
    if (!o->value[OPT_output]) usage_error(o->command, "-o is needed: where the matrix goes");
    const PxMatrixFormat format = matrix_format_of(o, o->value[OPT_output]);
    const PxFile file = read_only_input(o);
    claim_output(o->value[OPT_output], true);
    const PxMatrixOptions options = {.settings = options_settings(o)};
    PxMatrix *m;
    PxErr err;
    if (!px_matrix_open(&file, &options, &m, &err)) return complain_of(&err);
    const ExitCode code = write_matrix(o, m, format);
    px_matrix_close(m);
    return code;
}
