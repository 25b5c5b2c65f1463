/* text: the document as plain text, on the standard output if nothing else is said. */
#include "cli/cli.h"

ExitCode cmd_text(const Options *o) {
    const char *path = o->value[OPT_output] ? o->value[OPT_output] : "-";
    const PxFile file = read_only_input(o);
    claim_output(path, false);
    const PxTextOptions options = {.settings = options_settings(o)};
    PxResult *result;
    PxErr err;
    if (!px_text(&file, &options, &result, &err)) return complain_of(&err);
    const bool done = stage_output(path, px_result_bytes(result)) && commit_outputs();
    px_result_close(result);
    return done ? EXIT_DONE : EXIT_SYSTEM;
}
