/* session: an installation opened from the command line, for a person known by a token. */
#ifndef PARAPH_CLI_SESSION_H
#define PARAPH_CLI_SESSION_H

#include "cli/cli.h"
#include "dossier/dossier.h"

typedef struct Session {
    const Options *options;
    Arena *arena;
    const char *store, *token_file; /* as given; NULL: from the environment */
    Service *service;
    Str person;
    void *ctx;
    ExitCode code;
} Session;

/* Runs work with everything allocated in one guarded arena. work opens what it needs. The exit code
 * is s->code, or that of the error. */
ExitCode session_run(Session *s, bool (*work)(void *session, PxErr *err));
/* The store at --store or PARAPH_STORE, and who the token says it is. */
bool session_open(Session *s, PxErr *err);
/* The store at --store or PARAPH_STORE. */
bool session_place(Session *s, StorePlace *out, PxErr *err);
bool session_open_store(Session *s, RecordCheck how, PxErr *err); /* without a person */
/* Says an error of the service: one sentence, with no advice about Word files. */
ExitCode session_complain(const PxErr *err);
/* "id=words" -> both; ends the process with how the command is used when there is no "=". */
void split_pair(const Options *o, const char *option, const char *pair, Str *key, Str *value);
/* Where the shipped rulebooks are. */
bool shipped_rulebooks(Arena *a, Str *folder, PxErr *err);
/* JSON, readable: one member a line, indented. */
void print_json(FILE *f, const Json *value, int depth);

#endif
