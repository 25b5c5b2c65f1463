/* cli: the command. It reads and writes files, and reaches the engine only through paraph.h. All
 * dealings with the system are in file.c and progress.c. */
#ifndef PARAPH_CLI_H
#define PARAPH_CLI_H

#include <stdio.h>

#include "paraph.h"

typedef enum ExitCode {
    EXIT_DONE = 0,
    EXIT_FINDINGS = 1, /* findings, or a promise that fails */
    EXIT_USAGE = 2,
    EXIT_REFUSED = 3, /* an input was refused */
    EXIT_SYSTEM = 4
} ExitCode;

typedef enum CommandId {
#define COMMAND(name, arguments, summary, about, example) CMD_##name,
#include "cli/commands.def"
#undef COMMAND
    CMD_COUNT
} CommandId;

typedef enum OptionId {
#define OPTION(id, letter, name, argument, commands, help) OPT_##id,
#include "cli/options.def"
#undef OPTION
    OPT_COUNT
} OptionId;

/* The command line, read. Strings are argv's. */
typedef struct Options {
    CommandId command;
    const char *value[OPT_COUNT]; /* the last one given; "" for an option without argument; NULL */
    PxStep *steps;                /* --accept and --reject, in order */
    ptrdiff_t step_count;
    const char **operands;
    ptrdiff_t operand_count;
    int64_t memory; /* bytes; 0: the default */
    int word_count; /* the words behind the command's name, as they came */
    char **words;
} Options;

/* ---- options.c ---- */

/* Reads argv behind the command's name; ends the process for --help and for what cannot be read. */
void options_read(CommandId command, int argc, char **argv, Options *out);
bool option_is_given(const Options *o, OptionId id);
/* The option's value, of --name VALUE or --name=VALUE at words[*at], when that is it; *at moves to
 * its last word. For `paraph act`, whose options are the act's. */
bool word_option(const Options *o, int *at, const char *name, const char **value);
/* Ends the process with EXIT_USAGE, the sentence, and how the command is used. */
_Noreturn void usage_error(CommandId command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void print_command_help(CommandId command);
/* The settings every call of the engine gets, with progress wired up. */
PxSettings options_settings(const Options *o);

/* ---- commands.c, cmd_*.c ---- */

typedef struct Command {
    const char *name, *arguments, *summary, *about, *example;
    ExitCode (*run)(const Options *o);
} Command;
const Command *command_find(CommandId id);
const Command *command_named(const char *name); /* or NULL */

#define COMMAND(name, arguments, summary, about, example) ExitCode cmd_##name(const Options *o);
#include "cli/commands.def"
#undef COMMAND

/* base, returns and offices from the operands of consolidate and verify: the first is the base. The
 * array holds operand_count - 1 returns. */
PxReturn *read_returns(const Options *o, PxFile *base);
/* The format a matrix's path asks for by its ending; ends the process when it asks for none. */
PxMatrixFormat matrix_format_of(const Options *o, const char *path);
/* The only operand, read; ends the process when there is another number of them. */
PxFile read_only_input(const Options *o);

/* ---- file.c ---- */

/* Takes the numbers of standard streams that came closed, so that no file gets one of them and what
 * is said to people lands in it. */
void open_standard_streams(void);
/* Zeroed memory that lives as long as the process; ends the process when there is none. */
void *keep_alloc(size_t count, size_t size);
/* The bytes of a regular file, remembered as an input; ends the process when it cannot be read. */
PxFile read_input(const char *path);
/* Announces an output before the work: refuses a folder, a path in none, an input, another output;
 * ends the process then. is_binary: refuses a terminal. */
void claim_output(const char *path, bool is_binary);
/* Puts bytes into a temporary file beside path (or straight to the standard output, a pipe or
 * device, at outputs_commit). False, with the error said, when that cannot be done. */
bool stage_output(const char *path, PxStr bytes);
/* Gives all staged outputs their names. False, with the error said; then none is left behind. */
bool commit_outputs(void);
void drop_outputs(void); /* removes the temporary files */
bool is_stdout(const char *path);
/* 16 random bytes for the proof's hash key; zero where the system has none. */
void random_key(uint64_t key[2]);

/* ---- progress.c ---- */

/* On a terminal, what takes over a second is said on the standard error, and wiped when done. */
void progress_start(void);
void progress_step(void *ctx, PxStr step, int permille);
void progress_end(void);

/* ---- say.c ---- */

/* "paraph: ..." on the standard error, one line; control characters are shown, not sent. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* An engine's error in one sentence: file, part, place, what, what to do. Returns the exit code. */
ExitCode complain_of(const PxErr *err);
/* Text of a document on a stream for people: control and bidirectional characters are shown as
 * <U+202E>, line ends as spaces. limit: code points before it is cut with "..."; 0: none. */
void put_text(FILE *f, PxStr text, ptrdiff_t limit);
/* The same text as a JSON string, in which such characters are written \u202e. */
void put_json(FILE *f, PxStr text);
/* The report of consolidate, compare and verify. */
void put_verdicts(FILE *f, const PxResult *result);
void put_notices(FILE *f, const PxResult *result);

/* ---- report.c ---- */

/* A typed writer: what is written is JSON whatever the strings hold. key NULL: in an array, or at
 * the top. */
typedef struct Report {
    FILE *file;
    int depth;
    bool is_first;
} Report;
void report_object(Report *j, const char *key);
void report_array(Report *j, const char *key);
void report_end_object(Report *j);
void report_end_array(Report *j);
void report_str(Report *j, const char *key, PxStr value);
void report_z(Report *j, const char *key, const char *value);
void report_int(Report *j, const char *key, int64_t value);
void report_bool(Report *j, const char *key, bool value);
void report_verdicts(Report *j, const PxResult *result);
void report_notices(Report *j, const PxResult *result);

#endif
