/* act: one act of the clearance. Its options are the members of fields.def. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/session.h"

enum { FILES_MAX = 4 };

typedef struct Asked {
    ActKind act;
    const char *dossier, *on;
    bool is_json, is_quiet;
    Json *given;
    RequestFile files[FILES_MAX];
    ptrdiff_t file_count;
    Outcome outcome;
} Asked;

/* ---- help ---- */

static void spell(char *out, size_t room, const Field *f) {
    static const char *const arguments[FIELD_KINDS] = {[FIELD_TEXT] = " TEXT",
                                                       [FIELD_DAY] = " DAY",
                                                       [FIELD_INT] = " N",
                                                       [FIELD_FLAG] = "",
                                                       [FIELD_FILE] = " FILE",
                                                       [FIELD_TEXTS] = " TEXT...",
                                                       [FIELD_PAIRS] = " KEY=TEXT...",
                                                       [FIELD_GRADING] = " GRADING"};
    snprintf(out, room, "--%s%s", f->name, arguments[f->kind]);
    for (char *c = out; *c && *c != ' '; c++) {
        if (*c == '_') *c = '-';
    }
}

static void print_act_help(ActKind act) {
    ptrdiff_t count;
    const Field *fields = dossier_fields(&count);
    printf("usage: paraph act %s --store DIR%s [OPTION]...\n\n", act_name(act),
           act_scope(act) == SCOPE_DOSSIER ? " --dossier ID" : "");
    printf("Into the record: \"... %s\".\n\n", act_words(act));
    for (ptrdiff_t i = 0; i < count; i++) {
        char spelling[64];
        if (fields[i].act != act) continue;
        spell(spelling, sizeof spelling, &fields[i]);
        printf("  %-26s %s%s\n", spelling, fields[i].words, fields[i].is_needed ? " (needed)" : "");
    }
    printf("  %-26s the day it was done (else: today)\n  %-26s your token (else: PARAPH_TOKEN)\n"
           "  %-26s say what came of it as JSON\n",
           "--on DAY", "--token-file FILE", "--json");
}

static void print_acts(void) {
    int stage = -2;
    for (int i = 0; i < ACT_COUNT; i++) {
        if (i == ACT_INIT || i == ACT_READ || i == ACT_CREDENTIAL_SET) continue;
        if (act_stage((ActKind)i) != stage) {
            stage = act_stage((ActKind)i);
            if (stage < 0) printf("of the installation, and who is in a dossier\n");
            else printf("stage %d\n", stage);
        }
        printf("  %-22s %s\n", act_name((ActKind)i), act_words((ActKind)i));
    }
}

/* ---- reading the words ---- */

static Str member_name(Arena *a, const Field *f) {
    (void)a;
    return str_from_z(f->name);
}

static void add_text(Session *s, Asked *q, const Field *f, const char *value) {
    const Str name = member_name(s->arena, f), text = str_from_z(value);
    int64_t number;
    switch (f->kind) {
    case FIELD_INT:
        if (!str_to_int(text, &number)) usage_error(CMD_act, "--%s is a number", f->name);
        json_set_int(s->arena, q->given, name, number);
        return;
    case FIELD_TEXTS:
    case FIELD_PAIRS: {
        Json *list = json_find(q->given, name);
        if (!list) list = json_set(s->arena, q->given, name, json_array(s->arena));
        if (f->kind == FIELD_TEXTS) {
            json_push(s->arena, list, json_str(s->arena, text));
            return;
        }
        Str key, words;
        split_pair(s->options, f->name, value, &key, &words);
        Json *pair = json_push(s->arena, list, json_object(s->arena));
        json_set(s->arena, pair, S("key"), json_str(s->arena, key));
        json_set(s->arena, pair, S("value"), json_str(s->arena, words));
        return;
    }
    case FIELD_FILE: {
        const PxFile file = read_input(value);
        const char *slash = strrchr(value, '/');
        if (q->file_count == FILES_MAX) usage_error(CMD_act, "there are too many files");
        q->files[q->file_count++] =
            (RequestFile){name, str_from_z(slash ? slash + 1 : value), file.bytes};
        return;
    }
    case FIELD_TEXT:
    case FIELD_DAY:
    case FIELD_GRADING:
    case FIELD_FLAG:
    case FIELD_KINDS: break;
    }
    if (json_find(q->given, name)) usage_error(CMD_act, "--%s is given twice", f->name);
    json_set(s->arena, q->given, name, json_str(s->arena, text));
}

/* The field the word at *at names, with dashes for underscores. */
static bool read_field(Session *s, Asked *q, int *at) {
    ptrdiff_t count;
    const Field *fields = dossier_fields(&count);
    for (ptrdiff_t i = 0; i < count; i++) {
        char name[64];
        const char *value;
        if (fields[i].act != q->act) continue;
        snprintf(name, sizeof name, "%s", fields[i].name);
        for (char *c = name; *c; c++) {
            if (*c == '_') *c = '-';
        }
        if (fields[i].kind == FIELD_FLAG) {
            if (strncmp(s->options->words[*at], "--", 2) != 0) continue;
            if (strcmp(s->options->words[*at] + 2, name) != 0) continue;
            json_set_bool(s->arena, q->given, str_from_z(fields[i].name), true);
            return true;
        }
        if (!word_option(s->options, at, name, &value)) continue;
        add_text(s, q, &fields[i], value);
        return true;
    }
    return false;
}

static void read_words(Session *s, Asked *q) {
    const Options *o = s->options;
    for (int i = 1; i < o->word_count; i++) {
        const char *value;
        if (word_option(o, &i, "store", &s->store) ||
            word_option(o, &i, "token-file", &s->token_file) ||
            word_option(o, &i, "dossier", &q->dossier) || word_option(o, &i, "on", &q->on)) {
            continue;
        }
        if (strcmp(o->words[i], "--json") == 0) q->is_json = true;
        else if (strcmp(o->words[i], "--quiet") == 0 || strcmp(o->words[i], "-q") == 0)
            q->is_quiet = true;
        else if (strcmp(o->words[i], "--help") == 0 || strcmp(o->words[i], "-h") == 0) {
            print_act_help(q->act);
            exit(fflush(stdout) ? EXIT_SYSTEM : EXIT_DONE);
        } else if (!read_field(s, q, &i)) {
            (void)value;
            usage_error(CMD_act, "%s takes no \"%s\" (paraph act %s --help lists what it takes)",
                        act_name(q->act), o->words[i], act_name(q->act));
        }
    }
}

/* ---- saying what came of it ---- */

static void say_json(Session *s, const Asked *q) {
    const Outcome *o = &q->outcome;
    Json *out = json_object(s->arena);
    json_set_bool(s->arena, out, S("refused"), o->is_refused);
    if (!o->is_hidden) json_set_int(s->arena, out, S("act"), o->seq);
    json_set_str(s->arena, out, S("dossier"), o->dossier);
    if (!o->is_hidden) json_set_str(s->arena, out, S("rule"), o->rule);
    if (!o->is_hidden) json_set_str(s->arena, out, S("source"), o->source);
    json_set_str(s->arena, out, S("why"), o->why);
    Json *warnings = json_set(s->arena, out, S("warnings"), json_array(s->arena));
    for (ptrdiff_t i = 0; i < o->warning_count; i++) {
        json_push(s->arena, warnings, json_str(s->arena, o->warnings[i]));
    }
    if (o->result) json_set(s->arena, out, S("result"), o->result);
    print_json(stdout, out, 0);
    putchar('\n');
}

static void say(const Asked *q) {
    const Outcome *o = &q->outcome;
    if (o->is_refused) {
        complain("refused%s%.*s%s: %.*s", o->source.len && !o->is_hidden ? " by " : "",
                 o->is_hidden ? 0 : (int)o->source.len, o->source.ptr, "", (int)o->why.len,
                 o->why.ptr);
        return;
    }
    printf("Act %" PRId64 ": %s", o->seq, act_words(q->act));
    for (ptrdiff_t i = 0; o->result && i < o->result->count; i++) {
        const Json *v = o->result->items[i];
        const Str key = o->result->keys[i];
        if (v->kind == JSON_INT) {
            printf("%s %.*s %" PRId64, i ? "," : ":", (int)key.len, key.ptr, v->number);
        } else if (v->kind == JSON_STR) {
            printf("%s %.*s ", i ? "," : ":", (int)key.len, key.ptr);
            put_text(stdout, v->text, 60);
        } else if (v->kind == JSON_ARRAY) {
            printf("%s %td %.*s", i ? "," : ":", v->count, (int)key.len, key.ptr);
        }
    }
    printf(".\n");
    for (ptrdiff_t i = 0; i < o->warning_count; i++) {
        printf("  Note: ");
        put_text(stdout, o->warnings[i], 0);
        putchar('\n');
    }
}

static bool perform(void *session, PxErr *err) {
    Session *s = session;
    Asked *q = s->ctx;
    q->given = json_object(s->arena);
    read_words(s, q);
    if (act_scope(q->act) == SCOPE_DOSSIER && !q->dossier) {
        usage_error(CMD_act, "--dossier says which dossier %s is done on", act_name(q->act));
    }
    if (!session_open(s, err)) return false;
    const Request request = {.act = q->act,
                             .actor = s->person,
                             .channel = S("cli"),
                             .dossier = q->dossier ? str_from_z(q->dossier) : S(""),
                             .on = q->on ? str_from_z(q->on) : S(""),
                             .given = q->given,
                             .files = q->files,
                             .file_count = q->file_count};
    if (!dossier_perform(s->service, s->arena, &request, &q->outcome, err)) return false;
    s->code = q->outcome.is_refused ? EXIT_FINDINGS : EXIT_DONE;
    progress_end();
    if (q->is_json) say_json(s, q);
    else if (!q->is_quiet || q->outcome.is_refused) say(q);
    return true;
}

ExitCode cmd_act(const Options *o) {
    Asked q = {.act = ACT_COUNT};
    if (o->word_count == 0) usage_error(CMD_act, "name the act (paraph act --list lists them)");
    const char *word = o->words[0];
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
        print_command_help(CMD_act);
        return EXIT_DONE;
    }
    if (strcmp(word, "--list") == 0) {
        print_acts();
        return EXIT_DONE;
    }
    if (!act_kind_read(str_from_z(word), &q.act) || q.act == ACT_INIT || q.act == ACT_READ ||
        q.act == ACT_CREDENTIAL_SET) {
        usage_error(CMD_act, "there is no act \"%s\" (paraph act --list lists them)", word);
    }
    Session s = {.options = o, .ctx = &q};
    return session_run(&s, perform);
}
