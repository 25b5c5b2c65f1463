/* verify: promises 1-3 of a consolidated file that is given, each with its verdict. */
#include "cli/cli.h"

static void report(const Options *o, const PxResult *result) {
    if (option_is_given(o, OPT_quiet)) return;
    put_text(stdout, px_str(o->value[OPT_consolidated]), 0);
    fputs(px_result_is_proven(result) ? " keeps every promise:\n"
                                      : " does NOT keep its promises:\n",
          stdout);
    put_verdicts(stdout, result);
    put_notices(stdout, result);
}

static void report_json(const Options *o, const PxResult *result) {
    Report j = {.file = stdout};
    report_object(&j, NULL);
    report_z(&j, "command", "verify");
    report_z(&j, "version", px_version());
    report_z(&j, "base", o->operands[0]);
    report_z(&j, "consolidated", o->value[OPT_consolidated]);
    report_verdicts(&j, result);
    report_notices(&j, result);
    report_end_object(&j);
}

ExitCode cmd_verify(const Options *o) {
    if (!o->value[OPT_consolidated]) {
        usage_error(o->command, "--consolidated is needed: the file to prove");
    }
    PxFile base;
    const PxReturn *returns = read_returns(o, &base);
    const PxFile consolidated = read_input(o->value[OPT_consolidated]);
    const PxVerifyOptions options = {.settings = options_settings(o)};
    PxResult *result;
    PxErr err;
    if (!px_verify(&base, returns, o->operand_count - 1, &consolidated, &options, &result, &err)) {
        return complain_of(&err);
    }
    progress_end();
    if (option_is_given(o, OPT_json)) report_json(o, result);
    else report(o, result);
    const ExitCode code = px_result_is_proven(result) ? EXIT_DONE : EXIT_FINDINGS;
    px_result_close(result);
    return code;
}
