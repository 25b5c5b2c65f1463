/* record: the acts of an installation, verified, taken out, proven, replayed. Only `replay` knows
 * what acts mean; the others need neither a service nor trust in one. */
#include <inttypes.h>
#include <string.h>

#include "cli/session.h"
#include "os/os.h"

enum { KEY_BYTES = 4096, NOTE_BYTES = 1 << 20, PROOF_BYTES = 16 << 20 };

/* The folder named, or --store, or PARAPH_STORE. */
static bool folder_of(Session *s, ptrdiff_t operand, Str *out, PxErr *err) {
    const Options *o = s->options;
    if (o->operand_count > operand) {
        *out = str_from_z(o->operands[operand]);
    } else {
        *out = o->value[OPT_store] ? str_from_z(o->value[OPT_store])
                                   : os_environment(s->arena, "PARAPH_STORE");
    }
    return out->len > 0 || fail(err, PX_ERR_CONFLICT, S("record"), -1,
                                "say where the record is: name its folder, or set PARAPH_STORE");
}

static bool key_of(Session *s, Str *out, PxErr *err) {
    const char *path = s->options->value[OPT_key];
    *out = S("");
    return !path || os_read_file(s->arena, str_from_z(path), KEY_BYTES, out, err);
}

static bool open_record(Session *s, RecordCheck how, Record **out, PxErr *err) {
    Str folder;
    StorePlace place;
    Store *store;
    return folder_of(s, 1, &folder, err) && store_place(s->arena, folder, S(""), &place, err) &&
           store_open(s->arena, &place, &store, err) && record_open(s->arena, store, how, out, err);
}

static void say(Str s) { put_text(stdout, s, 0); }

/* ---- verify ---- */

static Str root_text(Arena *a, Digest root) { return digest_text(a, root); }

static void say_report(const Session *s, const RecordReport *r) {
    Arena *a = s->arena;
    if (option_is_given(s->options, OPT_quiet)) return;
    say(r->origin);
    printf(": %" PRId64 " acts, %" PRId64 " of them refusals", r->size, r->refusals);
    if (r->size > 0) {
        fputs(", recorded ", stdout);
        say(day_text(a, day_of_time(r->first_at, 0)));
        fputs(" to ", stdout);
        say(day_text(a, day_of_time(r->last_at, 0)));
    }
    fputs("; every act is under the signed root\n", stdout);
    say(root_text(a, r->root));
    fputs("\nkey ", stdout);
    say(r->key);
    putchar('\n');
    if (r->is_own_key) {
        fputs("The key is the one found beside the record. Keep a copy elsewhere, and insist on it "
              "with --key.\n",
              stdout);
    }
}

static void say_report_json(const Session *s, const RecordReport *r) {
    Json *o = json_object(s->arena);
    json_set_int(s->arena, o, S("acts"), r->size);
    json_set_int(s->arena, o, S("refusals"), r->refusals);
    json_set_str(s->arena, o, S("origin"), r->origin);
    json_set_str(s->arena, o, S("root"), root_text(s->arena, r->root));
    json_set_str(s->arena, o, S("key"), r->key);
    json_set_bool(s->arena, o, S("key_is_known"), !r->is_own_key);
    json_set_bool(s->arena, o, S("is_export"), r->is_export);
    json_set_int(s->arena, o, S("first_at"), r->first_at);
    json_set_int(s->arena, o, S("last_at"), r->last_at);
    print_json(stdout, o, 0);
    putchar('\n');
}

static bool verify(Session *s, PxErr *err) {
    Str folder, key, older = S("");
    RecordReport report;
    const char *since = s->options->value[OPT_since];
    if (!folder_of(s, 1, &folder, err) || !key_of(s, &key, err)) return false;
    if (since && !os_read_file(s->arena, str_from_z(since), NOTE_BYTES, &older, err)) return false;
    if (!record_verify_since(s->arena, folder, key, older, &report, err)) return false;
    if (option_is_given(s->options, OPT_json)) say_report_json(s, &report);
    else say_report(s, &report);
    return true;
}

/* ---- what leaves the record ---- */

static bool export_record(Session *s, PxErr *err) {
    Record *r;
    const char *to = s->options->value[OPT_output];
    if (!to) usage_error(s->options->command, "-o is needed: the new folder");
    return open_record(s, RECORD_TRUST, &r, err) && record_export(r, str_from_z(to), err);
}

static bool write_out(Session *s, Str bytes) {
    const char *to = s->options->value[OPT_output] ? s->options->value[OPT_output] : "-";
    claim_output(to, false);
    if (!stage_output(to, bytes) || !commit_outputs()) s->code = EXIT_SYSTEM;
    return true;
}

static bool prove(Session *s, PxErr *err) {
    const Options *o = s->options;
    int64_t seq;
    Str folder, proof;
    Record *r;
    StorePlace place;
    Store *store;
    if (o->operand_count < 2 || !str_to_int(str_from_z(o->operands[1]), &seq)) {
        usage_error(o->command, "say which act, by its number");
    }
    return folder_of(s, 2, &folder, err) && store_place(s->arena, folder, S(""), &place, err) &&
           store_open(s->arena, &place, &store, err) &&
           record_open(s->arena, store, RECORD_TRUST, &r, err) &&
           record_prove(r, s->arena, seq, &proof, err) && write_out(s, proof);
}

static bool check_file(Session *s, PxErr *err) {
    const Options *o = s->options;
    Str proof, key;
    Act act;
    if (o->operand_count != 2) usage_error(o->command, "name the proof's file");
    if (!o->value[OPT_key]) {
        usage_error(o->command, "--key is needed: the record's key, from one you trust");
    }
    Json *json;
    if (!os_read_file(s->arena, str_from_z(o->operands[1]), PROOF_BYTES, &proof, err) ||
        !key_of(s, &key, err) || !record_check_proof(s->arena, proof, key, &act, err) ||
        !json_read(s->arena, S("act"), act_text(s->arena, &act), &json, err)) {
        return false;
    }
    if (option_is_given(o, OPT_quiet)) return true;
    if (!option_is_given(o, OPT_json)) {
        printf("Act %" PRId64 " is in the record that was signed:\n", act.seq);
    }
    print_json(stdout, json, 0);
    putchar('\n');
    return true;
}

/* The newest signed checkpoint, to be kept elsewhere. */
static bool show_checkpoint(Session *s, PxErr *err) {
    Record *r;
    Str text;
    return open_record(s, RECORD_TRUST, &r, err) && record_checkpoint(r, s->arena, &text, err) &&
           write_out(s, text);
}

static bool show_key(Session *s, PxErr *err) {
    Record *r;
    if (!open_record(s, RECORD_TRUST, &r, err)) return false;
    const Str key = record_key(r);
    return write_out(s, arena_format(s->arena, "%.*s\n", (int)key.len, key.ptr));
}

/* ---- replay ---- */

static bool replay(Session *s, PxErr *err) {
    Str folder;
    int64_t acts;
    if (!folder_of(s, 1, &folder, err)) return false;
    ServiceOptions options = {.check = RECORD_VERIFY};
    if (!store_place(s->arena, folder, S(""), &options.place, err) ||
        !service_open(s->arena, &options, &s->service, err) ||
        !record_replay(service_record(s->service), dossier_apply, s->service, &acts, err)) {
        return false;
    }
    if (!option_is_given(s->options, OPT_quiet)) {
        printf("%" PRId64 " acts replayed; every table is what they make it\n", acts);
    }
    return true;
}

/* ---- which of them ---- */

typedef struct Work {
    const char *name;
    bool (*run)(Session *s, PxErr *err);
    ptrdiff_t operands; /* at most, with the name */
} Work;

static const Work works[] = {
    {"verify", verify, 2}, {"replay", replay, 2},    {"export", export_record, 2},
    {"prove", prove, 3},   {"check", check_file, 2}, {"checkpoint", show_checkpoint, 2},
    {"key", show_key, 2},
};

static bool run(void *session, PxErr *err) {
    Session *s = session;
    const Work *work = s->ctx;
    return work->run(s, err);
}

ExitCode cmd_record(const Options *o) {
    Session s = {.options = o, .store = o->value[OPT_store]};
    if (o->operand_count == 0) {
        usage_error(o->command, "say verify, replay, export, prove, check, checkpoint or key");
    }
    for (size_t i = 0; i < sizeof works / sizeof *works; i++) {
        if (strcmp(o->operands[0], works[i].name) != 0) continue;
        if (o->operand_count > works[i].operands) {
            usage_error(o->command, "\"%s\" is one word too many", o->operands[works[i].operands]);
        }
        s.ctx = (void *)(uintptr_t)&works[i];
        return session_run(&s, run);
    }
    usage_error(o->command, "there is no record %s", o->operands[0]);
}
