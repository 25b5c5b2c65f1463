/* replay: a fuzz target as a test. Gives it each file named, and each file in each folder named, in
 * the order of their names; one line of TAP a file. The target ends the process when something is
 * wrong, which script/tap counts as a failure.
 *
 *   build/asan/replay_zip fuzz/corpus/zip [build/fuzz/zip-crash-...] */
#define _POSIX_C_SOURCE 200809L

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static int count, unread;

static void replay_file(const char *path) {
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = NULL;
    size_t len = 0;
    for (size_t got = 1; file && got;) {
        uint8_t *more = realloc(bytes, len + 65536);
        if (!more) exit(4);
        bytes = more;
        got = fread(bytes + len, 1, 65536, file);
        len += got;
    }
    /* The target sees the bytes in a block of exactly their size. */
    uint8_t *exact = malloc(len ? len : 1);
    if (!exact) exit(4);
    if (len) memcpy(exact, bytes, len);
    free(bytes);
    if (file) {
        fclose(file);
        (void)LLVMFuzzerTestOneInput(exact, len);
    } else {
        unread++;
    }
    free(exact);
    printf("%sok %d - %s\n", file ? "" : "not ", ++count, path);
}

static int is_no_dot_file(const struct dirent *entry) { return entry->d_name[0] != '.'; }

static void replay(const char *path) {
    struct stat info;
    if (stat(path, &info) != 0 || !S_ISDIR(info.st_mode)) {
        replay_file(path);
        return;
    }
    struct dirent **entries;
    const int n = scandir(path, &entries, is_no_dot_file, alphasort);
    for (int i = 0; i < n; i++) {
        const size_t room = strlen(path) + strlen(entries[i]->d_name) + 2;
        char *inner = malloc(room);
        if (!inner) exit(4);
        (void)snprintf(inner, room, "%s/%s", path, entries[i]->d_name);
        replay_file(inner);
        free(inner);
        free(entries[i]);
    }
    if (n >= 0) free(entries);
}

int main(int argc, char **argv) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (int i = 1; i < argc; i++) replay(argv[i]);
    printf("1..%d\n", count);
    return unread > 0 || count == 0;
}
