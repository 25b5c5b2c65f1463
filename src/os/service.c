/* service: what a program that runs for long needs: lines for its operator, the signal to end. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "os/int.h"

enum { LINE_BYTES = 2048 };

/* A character that shows itself and turns nothing round: neither a control character of either kind
 * (a terminal takes U+009B for an escape) nor one that is invisible, or orders what is around it.
 */
static bool next_shown(Str text, ptrdiff_t *at) {
    const unsigned char first = (unsigned char)text.ptr[*at];
    const ptrdiff_t len = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    const ptrdiff_t end = *at + len;
    if (end > text.len || !utf8_valid(str_slice(text, *at, end), NULL)) {
        ++*at;
        return false;
    }
    const uint32_t c = utf8_next(text, at);
    return c >= 0x20 && !(c >= 0x7f && c < 0xa0) && c != 0xad && c != 0x61c && c != 0xfeff &&
           !(c >= 0x200b && c <= 0x200f) && !(c >= 0x2028 && c <= 0x202e) &&
           !(c >= 0x2060 && c <= 0x206f);
}

void os_log(Str text) {
    char line[LINE_BYTES];
    const int64_t now = os_now();
    int len = snprintf(line, sizeof line, "%lld.%06lld ", (long long)(now / 1000000),
                       (long long)(now % 1000000));
    for (ptrdiff_t at = 0; at < text.len && len < LINE_BYTES - 1;) {
        const ptrdiff_t from = at;
        const bool is_shown = next_shown(text, &at);
        if (len + (at - from) > LINE_BYTES - 1) break;
        if (is_shown) memcpy(line + len, text.ptr + from, (size_t)(at - from));
        else line[len] = ' ';
        len += is_shown ? (int)(at - from) : 1;
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
