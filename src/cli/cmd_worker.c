/* worker: one job in on the standard input, its answer out; what `paraph serve` and the acts run to
 * have a document read. */
#include "cli/cli.h"
#include "worker/worker.h"

ExitCode cmd_worker(const Options *o) {
    if (o->operand_count > 0) usage_error(o->command, "no files are taken");
    return (ExitCode)worker_main();
}
