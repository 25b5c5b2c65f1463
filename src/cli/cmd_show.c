/* show, paper: what a dossier holds, as JSON, and its papers as files. */
#include <string.h>

#include "cli/session.h"

static bool show(void *session, PxErr *err) {
    Session *s = session;
    const Options *o = s->options;
    const Str word = str_from_z(o->operands[0]);
    const Str dossier = o->value[OPT_dossier] ? str_from_z(o->value[OPT_dossier]) : S("");
    const Str search = o->value[OPT_search] ? str_from_z(o->value[OPT_search]) : S("");
    DossierView view;
    Json *out;
    if (!session_open(s, err)) return false;
    if (str_equal(word, S("list"))) {
        if (!dossier_list(s->service, s->arena, s->person, search, &out, err)) return false;
    } else if (str_equal(word, S("people"))) {
        if (!dossier_people(s->service, s->arena, s->person, &out, err)) return false;
    } else if (!dossier_view_read(word, &view)) {
        usage_error(o->command, "there is no view \"%s\"", o->operands[0]);
    } else {
        if (!dossier.len) usage_error(o->command, "--dossier says which dossier");
        if (!dossier_view(s->service, s->arena, s->person, dossier, view, &out, err)) return false;
    }
    print_json(stdout, out, 0);
    putchar('\n');
    return true;
}

ExitCode cmd_show(const Options *o) {
    if (o->operand_count != 1) usage_error(o->command, "name one view");
    Session s = {
        .options = o, .store = o->value[OPT_store], .token_file = o->value[OPT_token_file]};
    return session_run(&s, show);
}

static bool paper(void *session, PxErr *err) {
    Session *s = session;
    const Options *o = s->options;
    const Str dossier = str_from_z(o->value[OPT_dossier]), word = str_from_z(o->operands[0]);
    Str name, bytes;
    int64_t number;
    if (!session_open(s, err)) return false;
    if (str_equal(word, S("comments"))) {
        if (!dossier_comment_table(s->service, s->arena, s->person, dossier, &bytes, err))
            return false;
    } else {
        if (!str_to_int(word, &number))
            usage_error(o->command, "\"%s\" is no number", o->operands[0]);
        if (!dossier_paper(s->service, s->arena, s->person, dossier, number, &name, &bytes, err)) {
            return false;
        }
    }
    if (!stage_output(o->value[OPT_output], bytes) || !commit_outputs()) s->code = EXIT_SYSTEM;
    return true;
}

ExitCode cmd_paper(const Options *o) {
    if (o->operand_count != 1) usage_error(o->command, "name one paper");
    if (!o->value[OPT_output]) usage_error(o->command, "-o is needed: where the paper goes");
    if (!o->value[OPT_dossier]) usage_error(o->command, "--dossier says which dossier");
    claim_output(o->value[OPT_output], true);
    Session s = {
        .options = o, .store = o->value[OPT_store], .token_file = o->value[OPT_token_file]};
    return session_run(&s, paper);
}
