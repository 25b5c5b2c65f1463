/* render: the document or redline as a web page. */
#include "cli/cli.h"

ExitCode cmd_render(const Options *o) {
    const char *path = o->value[OPT_output];
    if (!path) usage_error(o->command, "-o is needed: where the page goes");
    const PxFile file = read_only_input(o);
    claim_output(path, false);
    PxRenderOptions options = {.settings = options_settings(o)};
    if (o->value[OPT_title]) options.title = px_str(o->value[OPT_title]);
    PxResult *result;
    PxErr err;
    if (!px_render(&file, &options, &result, &err)) return complain_of(&err);
    const bool done = stage_output(path, px_result_bytes(result)) && commit_outputs();
    px_result_close(result);
    progress_end();
    if (done && !option_is_given(o, OPT_quiet) && !is_stdout(path)) {
        put_text(stdout, px_str(path), 0);
        fputs(": open it in any browser.\n", stdout);
    }
    return done ? EXIT_DONE : EXIT_SYSTEM;
}
