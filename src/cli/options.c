/* options: reading the command line by the table options.def. Options and operands may be mixed;
 * --name VALUE and --name=VALUE, -o VALUE and -oVALUE mean the same; behind "--" all are operands.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

#define TAKES(command) (1u << CMD_##command)
#define TAKES_ALL ((1u << CMD_COUNT) - 1u)

typedef struct Option {
    char letter;
    const char *name, *argument;
    unsigned commands;
    const char *help;
} Option;

static const Option table[OPT_COUNT] = {
#define OPTION(id, letter, name, argument, commands, help) {letter, name, argument, commands, help},
#include "cli/options.def"
#undef OPTION
};

static bool command_takes(CommandId command, OptionId id) {
    return (table[id].commands >> command & 1u) != 0;
}

bool option_is_given(const Options *o, OptionId id) { return o->value[id] != NULL; }

void print_command_help(CommandId id) {
    const Command *c = command_find(id);
    printf("usage: paraph %s %s [OPTION]...\n\n%s\n\n", c->name, c->arguments, c->about);
    for (int i = 0; i < OPT_COUNT; i++) {
        if (!command_takes(id, (OptionId)i)) continue;
        char spelling[48];
        snprintf(spelling, sizeof spelling, "%s%c%s--%s%s%s", table[i].letter ? "-" : "",
                 table[i].letter ? table[i].letter : ' ', table[i].letter ? ", " : "   ",
                 table[i].name, table[i].argument ? " " : "",
                 table[i].argument ? table[i].argument : "");
        printf("  %-24s %s\n", spelling, table[i].help);
    }
    printf("\nExample:\n  %s\n", c->example);
}

void usage_error(CommandId id, const char *format, ...) {
    char why[400];
    va_list args;
    va_start(args, format);
    vsnprintf(why, sizeof why, format, args);
    va_end(args);
    const Command *c = command_find(id);
    complain("%s; usage: paraph %s %s (paraph %s --help says more)", why, c->name, c->arguments,
             c->name);
    exit(EXIT_USAGE);
}

static OptionId find_option(CommandId command, const char *name, size_t len, char letter) {
    for (int i = 0; i < OPT_COUNT; i++) {
        const Option *o = &table[i];
        const bool is_it = letter ? o->letter == letter
                                  : strlen(o->name) == len && memcmp(o->name, name, len) == 0;
        if (!is_it) continue;
        if (!command_takes(command, (OptionId)i)) {
            usage_error(command, "paraph %s has no option --%s", command_find(command)->name,
                        o->name);
        }
        return (OptionId)i;
    }
    if (letter) usage_error(command, "there is no option -%c", letter);
    usage_error(command, "there is no option --%.*s", (int)len, name);
}

static void read_memory(Options *o, const char *value) {
    char *end;
    const long long mb = strtoll(value, &end, 10);
    if (*end != '\0' || end == value || mb < 1 || mb > 1024 * 1024) {
        usage_error(o->command, "--memory is a number of megabytes, not \"%s\"", value);
    }
    o->memory = (int64_t)mb * 1024 * 1024;
}

static void set_option(Options *o, OptionId id, const char *value) {
    switch ((int)id) {
    case OPT_help: print_command_help(o->command); exit(fflush(stdout) ? EXIT_SYSTEM : EXIT_DONE);
    case OPT_memory: read_memory(o, value); break;
    case OPT_accept:
    case OPT_reject: o->steps[o->step_count++] = (PxStep){id == OPT_accept, px_str(value)}; break;
    default: /* once only: which of two would count? */
        if (table[id].argument && o->value[id]) {
            usage_error(o->command, "--%s is given twice", table[id].name);
        }
    }
    o->value[id] = value;
}

/* Reads the option at argv[*at]; *at is moved to its last word. */
static void read_option(Options *o, int argc, char **argv, int *at) {
    const char *word = argv[*at];
    OptionId id;
    const char *value = NULL;
    if (word[1] == '-') {
        const char *name = word + 2;
        const char *equals = strchr(name, '=');
        id = find_option(o->command, name, equals ? (size_t)(equals - name) : strlen(name), '\0');
        if (equals) value = equals + 1;
    } else {
        id = find_option(o->command, "", 0, word[1]);
        if (word[2] != '\0') value = word + 2;
    }
    if (!table[id].argument) {
        if (value) usage_error(o->command, "--%s takes no value", table[id].name);
        value = "";
    } else if (!value) {
        if (*at + 1 >= argc) {
            usage_error(o->command, "--%s needs a value: %s", table[id].name, table[id].argument);
        }
        value = argv[++*at];
    }
    if (table[id].argument && value[0] == '\0') {
        usage_error(o->command, "--%s is empty", table[id].name);
    }
    set_option(o, id, value);
}

bool word_option(const Options *o, int *at, const char *name, const char **value) {
    const char *word = o->words[*at];
    const size_t len = strlen(name);
    if (strncmp(word, "--", 2) != 0 || strncmp(word + 2, name, len) != 0) return false;
    if (word[2 + len] == '=') {
        *value = word + 3 + len;
        return true;
    }
    if (word[2 + len] != '\0') return false;
    if (*at + 1 >= o->word_count) usage_error(o->command, "--%s needs a value", name);
    *value = o->words[++*at];
    return true;
}

void options_read(CommandId command, int argc, char **argv, Options *out) {
    *out = (Options){.command = command, .word_count = argc, .words = argv};
    if (command == CMD_act) return; /* its options are the act's: cmd_act reads them */
    out->steps = keep_alloc((size_t)argc + 1, sizeof *out->steps);
    out->operands = keep_alloc((size_t)argc + 1, sizeof *out->operands);
    bool only_operands = false;
    for (int i = 0; i < argc; i++) {
        if (!only_operands && strcmp(argv[i], "--") == 0) only_operands = true;
        else if (!only_operands && argv[i][0] == '-' && argv[i][1] != '\0') {
            read_option(out, argc, argv, &i);
        } else {
            out->operands[out->operand_count++] = argv[i];
        }
    }
}

PxSettings options_settings(const Options *o) {
    PxSettings settings = {.memory = o->memory, .progress = progress_step};
    random_key(settings.hash_key);
    return settings;
}
