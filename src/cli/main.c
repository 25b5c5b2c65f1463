/* The command line's first word, and the table of commands. */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

static const Command commands[CMD_COUNT] = {
#define COMMAND(name, arguments, summary, about, example)                                          \
    {#name, arguments, summary, about, example, cmd_##name},
#include "cli/commands.def"
#undef COMMAND
};

const Command *command_find(CommandId id) { return &commands[id]; }

const Command *command_named(const char *name) {
    for (int i = 0; i < CMD_COUNT; i++) {
        if (strcmp(commands[i].name, name) == 0) return &commands[i];
    }
    return NULL;
}

static void print_help(FILE *f) {
    fprintf(f,
            "usage: paraph COMMAND ...\n\n"
            "Merges the Word files of several reviewers into one attributed, proven redline.\n\n");
    for (int i = 0; i < CMD_COUNT; i++) {
        if (!*commands[i].summary) continue; /* not for people */
        fprintf(f, "  %-12s %s\n", commands[i].name, commands[i].summary);
    }
    fprintf(f,
            "\n`paraph COMMAND --help` explains each, with an example. To begin with:\n\n"
            "  paraph consolidate draft.docx \"Foreign Affairs=fa.docx\" Interior=int.docx \\\n"
            "      -o consolidated.docx\n\n"
            "Exit status: 0 done, 1 findings or a promise that fails, 2 usage, 3 input refused,\n"
            "4 trouble with files, memory or the system.\n");
}

/* What was printed must have arrived. */
static int finish(ExitCode code) {
    if (fflush(stdout) != 0 || ferror(stdout)) {
        complain("the standard output cannot be written");
        return EXIT_SYSTEM;
    }
    return code;
}

int main(int argc, char **argv) {
    open_standard_streams();
    if (argc < 2) {
        print_help(stderr);
        return EXIT_USAGE;
    }
    const char *word = argv[1];
    if (strcmp(word, "--version") == 0) {
        printf("paraph %s\n", px_version());
        return finish(EXIT_DONE);
    }
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
        print_help(stdout);
        return finish(EXIT_DONE);
    }
    if (strcmp(word, "help") == 0) {
        const Command *about = argc > 2 ? command_named(argv[2]) : NULL;
        if (about) print_command_help((CommandId)(about - commands));
        else print_help(stdout);
        return finish(EXIT_DONE);
    }
    const Command *command = command_named(word);
    if (!command) {
        complain("there is no command \"%s\"; paraph --help lists them", word);
        return EXIT_USAGE;
    }
    Options options;
    options_read((CommandId)(command - commands), argc - 2, argv + 2, &options);
    progress_start();
    const ExitCode code = command->run(&options);
    progress_end();
    drop_outputs();
    return finish(code);
}
