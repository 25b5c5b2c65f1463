/* service: what a program that runs for long needs: lines for its operator, the signal to end. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "os/int.h"

enum { LINE_BYTES = 2048 };

void os_log(Str text) {
    char line[LINE_BYTES];
    const int64_t now = os_now();
    int len = snprintf(line, sizeof line, "%lld.%06lld ", (long long)(now / 1000000),
                       (long long)(now % 1000000));
    for (ptrdiff_t i = 0; i < text.len && len < LINE_BYTES - 1; i++) {
        const unsigned char c = (unsigned char)text.ptr[i];
        line[len++] = c < 0x20 || c == 0x7f ? ' ' : (char)c;
    }
    line[len++] = '\n';
    (void)write_whole(STDERR_FILENO, (Str){line, len});
}

static sigset_t ending(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    return set;
}

void os_hold_signals(void) {
    const sigset_t set = ending();
    sigprocmask(SIG_BLOCK, &set, NULL);
}

void os_wait_for_end(void) {
    const sigset_t set = ending();
    int number;
    while (sigwait(&set, &number) != 0) continue;
}
