/* installation: setting one up, credentials, and moving one from place to place. */
#include <stdlib.h>
#include <string.h>

#include "cli/session.h"

/* ---- init ---- */

static const char *needed(const Options *o, OptionId id, const char *name) {
    if (!o->value[id]) usage_error(o->command, "--%s is needed", name);
    return o->value[id];
}

static int read_offset(const Options *o) {
    const char *v = o->value[OPT_utc_offset];
    if (!v) return 0;
    const bool fits = strlen(v) == 6 && (v[0] == '+' || v[0] == '-') && v[3] == ':' &&
                      strspn(v + 1, "0123456789") == 2 && strspn(v + 4, "0123456789") == 2;
    if (!fits) usage_error(o->command, "--utc-offset is written as +05:00, not \"%s\"", v);
    const int minutes = ((v[1] - '0') * 10 + v[2] - '0') * 60 + (v[4] - '0') * 10 + v[5] - '0';
    if (minutes > 14 * 60) usage_error(o->command, "--utc-offset is at most 14 hours");
    return v[0] == '-' ? -minutes : minutes;
}

static const char *only_operand(const Options *o, const char *what) {
    if (o->operand_count != 1) usage_error(o->command, "%s", what);
    return o->operands[0];
}

static bool place_for(Session *s, const char *folder, StorePlace *out) {
    const char *database = s->options->value[OPT_database];
    *out = (StorePlace){str_from_z(folder), database ? str_from_z(database) : S("")};
    return true;
}

/* A token nobody has read is lost: so if it cannot be written, nothing is made. */
static bool tell_tokens(void *ctx, const FirstTokens *tokens, PxErr *err) {
    const Installation *first = ctx;
    printf("%.*s %.*s\n%.*s %.*s\n", (int)first->administrator.len, first->administrator.ptr,
           (int)tokens->administrator.len, tokens->administrator.ptr,
           (int)first->security_officer.len, first->security_officer.ptr,
           (int)tokens->security_officer.len, tokens->security_officer.ptr);
    if (fflush(stdout) == 0 && !ferror(stdout)) return true;
    clearerr(stdout); /* it is told once */
    return fail(err, PX_ERR_SYSTEM, S("init"), -1,
                "the tokens cannot be written to the standard output; nothing was made");
}

static bool init(void *session, PxErr *err) {
    Session *s = session;
    const Options *o = s->options;
    Installation first = {.origin = str_from_z(needed(o, OPT_origin, "origin")),
                          .rulebook = str_from_z(needed(o, OPT_rulebook, "rulebook")),
                          .offset_minutes = read_offset(o)};
    ServiceOptions options = {.worker = os_program(s->arena)};
    const char *folder = only_operand(o, "name the folder of the installation");
    split_pair(o, "body", o->value[OPT_body], &first.body, &first.body_name);
    split_pair(o, "administrator", o->value[OPT_administrator], &first.administrator,
               &first.administrator_title);
    split_pair(o, "security-officer", o->value[OPT_security_officer], &first.security_officer,
               &first.security_officer_title);
    if (o->value[OPT_rulebooks]) first.rulebooks = str_from_z(o->value[OPT_rulebooks]);
    else if (!shipped_rulebooks(s->arena, &first.rulebooks, err)) return false;
    place_for(s, folder, &options.place);
    FirstTokens tokens;
    first.tell = tell_tokens;
    first.tell_ctx = &first;
    return service_create(s->arena, &options, &first, &tokens, err);
}

ExitCode cmd_init(const Options *o) {
    Session s = {.options = o};
    return session_run(&s, init);
}

/* ---- user ---- */

static int read_days(const Options *o) {
    int64_t days = 90;
    const char *v = o->value[OPT_days];
    if (v && (!str_to_int(str_from_z(v), &days) || days < 1 || days > 3660)) {
        usage_error(o->command, "--days is a number from 1 to 3660, not \"%s\"", v);
    }
    return (int)days;
}

static bool say_outcome(Session *s, const Outcome *out, const char *done, Str what) {
    if (out->is_refused) {
        complain("refused: %.*s", (int)out->why.len, out->why.ptr);
        s->code = EXIT_FINDINGS;
    } else {
        printf("%s%.*s\n", done, (int)what.len, what.ptr);
    }
    return true;
}

static bool user(void *session, PxErr *err) {
    Session *s = session;
    const Options *o = s->options;
    Outcome out = {.seq = 0};
    Str token = S(""), password;
    const Str person = str_from_z(o->operands[1]), what = str_from_z(o->operands[0]);
    if (!session_open(s, err)) return false;
    if (str_equal(what, S("token"))) {
        return account_make_token(s->service, s->arena, s->person, S("cli"), person, read_days(o),
                                  &token, &out, err) &&
               say_outcome(s, &out, "", token);
    }
    if (str_equal(what, S("revoke"))) {
        return account_revoke(s->service, s->arena, s->person, S("cli"), person, &out, err) &&
               say_outcome(s, &out, "revoked: ", person);
    }
    const Str path = str_from_z(needed(o, OPT_password_file, "password-file"));
    return os_read_file(s->arena, path, 4096, &password, err) &&
           account_set_password(s->service, s->arena, s->person, S("cli"), person,
                                str_trim(password), &out, err) &&
           say_outcome(s, &out, "password set: ", person);
}

ExitCode cmd_user(const Options *o) {
    const bool fits = o->operand_count == 2 && (strcmp(o->operands[0], "token") == 0 ||
                                                strcmp(o->operands[0], "password") == 0 ||
                                                strcmp(o->operands[0], "revoke") == 0);
    if (!fits) usage_error(o->command, "say token, password or revoke, and for whom");
    Session s = {
        .options = o, .store = o->value[OPT_store], .token_file = o->value[OPT_token_file]};
    return session_run(&s, user);
}

/* ---- export, import, backup ---- */

static bool open_raw(Session *s, const char *where, Store **out, PxErr *err) {
    StorePlace place;
    return store_place(s->arena, str_from_z(where), S(""), &place, err) &&
           store_open(s->arena, &place, out, err);
}

static bool export(void *session, PxErr *err) {
    Session *s = session;
    Store *store;
    const char *where = only_operand(s->options, "name the installation's folder");
    const Str to = str_from_z(needed(s->options, OPT_output, "output"));
    return open_raw(s, where, &store, err) &&
           store_export(store, to, option_is_given(s->options, OPT_with_keys), err) &&
           service_copy_rulebooks(s->arena, str_from_z(where), to, err);
}

ExitCode cmd_export(const Options *o) {
    Session s = {.options = o};
    return session_run(&s, export);
}

static bool import(void *session, PxErr *err) {
    Session *s = session;
    StorePlace place;
    Store *store;
    RecordReport report;
    const char *from = only_operand(s->options, "name the exported folder");
    const char *to = needed(s->options, OPT_store, "store");
    bool is_resumed;
    place_for(s, to, &place);
    return store_begin(s->arena, &place, &store, &is_resumed, err) &&
           service_copy_rulebooks(s->arena, str_from_z(from), store_folder(store), err) &&
           store_import(store, str_from_z(from), err) && store_finish(store, err) &&
           record_verify(s->arena, str_from_z(to), S(""), &report, err);
}

ExitCode cmd_import(const Options *o) {
    Session s = {.options = o};
    return session_run(&s, import);
}

static bool backup(void *session, PxErr *err) {
    Session *s = session;
    Store *store;
    const char *where = only_operand(s->options, "name the installation's folder");
    const Str to = str_from_z(needed(s->options, OPT_output, "output"));
    return open_raw(s, where, &store, err) && store_backup(store, to, err) &&
           service_copy_rulebooks(s->arena, str_from_z(where), to, err);
}

ExitCode cmd_backup(const Options *o) {
    Session s = {.options = o};
    return session_run(&s, backup);
}
