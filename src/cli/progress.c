/* progress: on a terminal, what takes over a second says what it is doing. The work is one call of
 * the engine in one thread, so the line is drawn by the alarm signal; everything the handler
 * touches is written by write(2) and of sig_atomic_t. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"

enum { LINE = 160 };

static char lines[2][LINE];
static volatile sig_atomic_t current; /* which of the two lines is whole */
static volatile sig_atomic_t seconds;
static volatile sig_atomic_t is_shown;
static bool is_on;

static void write_all(const char *text, size_t len) {
    while (len > 0) {
        const ssize_t wrote = write(STDERR_FILENO, text, len);
        if (wrote <= 0) return; /* a line of progress is worth no trouble */
        text += wrote;
        len -= (size_t)wrote;
    }
}

static void draw(int signal_number) {
    (void)signal_number;
    seconds++;
    char text[LINE + 64] = "\rparaph: ";
    size_t len = strlen(text);
    const char *line = lines[current];
    for (size_t i = 0; line[i] && i < LINE; i++) text[len++] = line[i];
    char digits[12];
    size_t count = 0;
    for (int n = (int)seconds; n > 0; n /= 10) digits[count++] = (char)('0' + n % 10);
    memcpy(text + len, " ... ", 5);
    len += 5;
    while (count > 0) text[len++] = digits[--count];
    memcpy(text + len, " s\033[K", 5);
    write_all(text, len + 5);
    is_shown = 1;
    alarm(1);
}

void progress_start(void) {
    const char *terminal = getenv("TERM");
    if (!isatty(STDERR_FILENO) || !terminal || strcmp(terminal, "dumb") == 0) return;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = draw;
    action.sa_flags = SA_RESTART;
    if (sigaction(SIGALRM, &action, NULL) != 0) return;
    is_on = true;
    alarm(1);
}

void progress_step(void *ctx, PxStr step, int permille) {
    (void)ctx;
    if (!is_on) return;
    const int next = !current;
    const size_t len = (size_t)(step.len < LINE - 1 ? step.len : LINE - 1);
    memcpy(lines[next], step.ptr, len);
    lines[next][len] = '\0';
    if (permille >= 0) {
        snprintf(lines[next] + len, sizeof lines[next] - len, ", %d %%", permille / 10);
    }
    current = next;
}

void progress_end(void) {
    if (!is_on) return;
    alarm(0);
    is_on = false;
    if (is_shown) write_all("\r\033[K", 4);
    is_shown = 0;
}
