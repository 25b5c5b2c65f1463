/* resolve: accepting and rejecting tracked changes by selection. */
#include <inttypes.h>

#include "cli/cli.h"

ExitCode cmd_resolve(const Options *o) {
    if (!o->value[OPT_output]) usage_error(o->command, "-o is needed: where the result goes");
    if (!o->step_count && !o->value[OPT_only]) {
        usage_error(o->command, "--accept, --reject or --only is needed");
    }
    if (o->step_count && o->value[OPT_only]) {
        usage_error(o->command, "--only decides about every change, so it goes with no --accept or "
                                "--reject");
    }
    const PxFile file = read_only_input(o);
    const char *path = o->value[OPT_output];
    claim_output(path, true);
    PxResolveOptions options = {.settings = options_settings(o)};
    if (o->value[OPT_only]) options.only = px_str(o->value[OPT_only]);
    options.no_comments = option_is_given(o, OPT_no_comments);
    PxResult *result;
    PxErr err;
    if (!px_resolve(&file, o->steps, o->step_count, &options, &result, &err)) {
        return complain_of(&err);
    }
    const bool done = stage_output(path, px_result_bytes(result)) && commit_outputs();
    progress_end();
    if (done && !option_is_given(o, OPT_quiet) && !is_stdout(path)) {
        put_text(stdout, px_str(path), 0);
        printf(": %" PRId64 " accepted, %" PRId64 " rejected.\n", px_result_accepted(result),
               px_result_rejected(result));
    }
    px_result_close(result);
    return done ? EXIT_DONE : EXIT_SYSTEM;
}
