/* session: opening an installation, and saying what came of it. */
#include <inttypes.h>
#include <string.h>

#include "cli/session.h"

enum { TOKEN_FILE_BYTES = 4096 };
#define SESSION_BYTES ((ptrdiff_t)4 << 30)

ExitCode session_complain(const PxErr *err) {
    static const ExitCode codes[PX_ERR_KINDS] = {
        [PX_ERR_NONE] = EXIT_SYSTEM,     [PX_ERR_INPUT] = EXIT_REFUSED,
        [PX_ERR_LIMIT] = EXIT_REFUSED,   [PX_ERR_UNSUPPORTED] = EXIT_REFUSED,
        [PX_ERR_CONFLICT] = EXIT_USAGE,  [PX_ERR_NOT_FOUND] = EXIT_USAGE,
        [PX_ERR_DENIED] = EXIT_FINDINGS, [PX_ERR_BUSY] = EXIT_SYSTEM,
        [PX_ERR_SYSTEM] = EXIT_SYSTEM,   [PX_ERR_PROOF] = EXIT_FINDINGS};
    char place[48] = "";
    if (err->at >= 0) snprintf(place, sizeof place, " at byte %" PRId64, err->at);
    complain("%s%s%s%s%s%s", err->file, err->file[0] && err->part[0] ? ": " : "", err->part, place,
             err->file[0] || err->part[0] || place[0] ? ": " : "", err->message);
    return codes[err->kind < PX_ERR_KINDS ? err->kind : PX_ERR_SYSTEM];
}

ExitCode session_run(Session *s, bool (*work)(void *session, PxErr *err)) {
    PxErr err = {.kind = PX_ERR_NONE};
    s->arena = arena_open(s->options->memory ? s->options->memory : SESSION_BYTES);
    if (!s->arena) {
        complain("there is not enough memory (close other programs and try again)");
        return EXIT_SYSTEM;
    }
    const bool done = arena_guard(s->arena, work, s, &err);
    const ExitCode code = done ? s->code : session_complain(&err);
    arena_close(s->arena);
    return code;
}

bool session_place(Session *s, StorePlace *out, PxErr *err) {
    const Str where = s->store ? str_from_z(s->store) : os_environment(s->arena, "PARAPH_STORE");
    if (!where.len) {
        return fail(err, PX_ERR_CONFLICT, S("--store"), -1,
                    "say where the installation is, with --store or PARAPH_STORE");
    }
    return store_place(s->arena, where, S(""), out, err);
}

bool session_open_store(Session *s, RecordCheck how, PxErr *err) {
    ServiceOptions options = {.worker = os_program(s->arena), .check = how};
    return session_place(s, &options.place, err) &&
           service_open(s->arena, &options, &s->service, err);
}

bool session_open(Session *s, PxErr *err) {
    Str token = os_environment(s->arena, "PARAPH_TOKEN");
    if (s->token_file &&
        !os_read_file(s->arena, str_from_z(s->token_file), TOKEN_FILE_BYTES, &token, err)) {
        return false;
    }
    token = str_trim(token);
    if (!token.len) {
        return fail(err, PX_ERR_DENIED, S("--token-file"), -1,
                    "say who you are: --token-file FILE, or PARAPH_TOKEN");
    }
    return session_open_store(s, RECORD_TRUST, err) &&
           account_by_token(s->service, s->arena, token, &s->person, err);
}

void split_pair(const Options *o, const char *option, const char *pair, Str *key, Str *value) {
    const char *equals = pair ? strchr(pair, '=') : NULL;
    if (!pair) usage_error(o->command, "--%s is needed", option);
    if (!equals || equals == pair || !equals[1]) {
        usage_error(o->command, "--%s is written as ID=WORDS, not \"%s\"", option, pair);
    }
    *key = (Str){pair, equals - pair};
    *value = str_from_z(equals + 1);
}

bool shipped_rulebooks(Arena *a, Str *folder, PxErr *err) {
    /* beside the source tree's build folder, or where `make install` puts them */
    const Str program = os_program(a);
    Str up = program;
    for (int i = 0; i < 4; i++) {
        const ptrdiff_t slash = str_find_last(up, '/');
        if (slash <= 0) break;
        up = str_slice(up, 0, slash);
        const Str here = os_path(a, up, S("rulebooks")),
                  share = os_path(a, up, S("share/paraph/rulebooks"));
        *folder = os_is_folder(share) ? share : here;
        if (os_is_folder(*folder)) return true;
    }
    return fail(err, PX_ERR_NOT_FOUND, S("rulebooks"), -1,
                "the rulebooks that come with paraph are not where it is; name their folder with "
                "--rulebooks");
}

static void indent(FILE *f, int depth) { fprintf(f, "%*s", depth * 2, ""); }

void print_json(FILE *f, const Json *v, int depth) {
    const bool is_object = v->kind == JSON_OBJECT;
    switch (v->kind) {
    case JSON_NULL: fputs("null", f); return;
    case JSON_BOOL: fputs(v->truth ? "true" : "false", f); return;
    case JSON_INT: fprintf(f, "%" PRId64, v->number); return;
    case JSON_STR: put_json(f, v->text); return;
    case JSON_ARRAY:
    case JSON_OBJECT: break;
    case JSON_KINDS: return;
    }
    if (!v->count) {
        fputs(is_object ? "{}" : "[]", f);
        return;
    }
    fputs(is_object ? "{\n" : "[\n", f);
    for (ptrdiff_t i = 0; i < v->count; i++) {
        indent(f, depth + 1);
        if (is_object) {
            put_json(f, v->keys[i]);
            fputs(": ", f);
        }
        print_json(f, v->items[i], depth + 1);
        fputs(i + 1 < v->count ? ",\n" : "\n", f);
    }
    indent(f, depth);
    fputs(is_object ? "}" : "]", f);
}
