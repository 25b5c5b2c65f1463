/* The canonical text of an act. */
#include "record/int.h"

Str act_part(Arena *a, int64_t seq) { return arena_format(a, "act %lld", (long long)seq); }

Str act_text(Arena *a, const Act *act) {
    Json *o = json_object(a); /* set in the order of the keys, so that writing need not sort */
    json_set_str(a, o, S("actor"), act->actor);
    json_set_int(a, o, S("at"), act->at);
    json_set_str(a, o, S("body"), act->body);
    json_set_str(a, o, S("channel"), act->channel);
    json_set_str(a, o, S("dossier"), act->dossier);
    json_set_str(a, o, S("kind"), act->kind);
    json_set(a, o, S("objects"), act->objects ? act->objects : json_object(a));
    json_set_str(a, o, S("on"), act->on);
    if (act->is_refused) json_set_bool(a, o, S("refused"), true);
    json_set_str(a, o, S("rule"), act->rule);
    json_set_str(a, o, S("rulebook"), act->rulebook);
    json_set_int(a, o, S("seq"), act->seq);
    json_set_str(a, o, S("why"), act->why);
    return json_text(a, o);
}

static bool is_day(Str s) {
    if (s.len != 10) return false;
    for (int i = 0; i < 10; i++) {
        const bool is_dash = i == 4 || i == 7;
        if (is_dash ? s.ptr[i] != '-' : s.ptr[i] < '0' || s.ptr[i] > '9') return false;
    }
    return true;
}

bool act_read(Arena *a, Str text, Act *out, PxErr *err) {
    Json *o;
    if (!json_read(a, S("act"), text, &o, err)) return false;
    *out = (Act){
        .seq = json_find_int(o, S("seq"), -1),
        .at = json_find_int(o, S("at"), 0),
        .on = json_find_str(o, S("on")),
        .kind = json_find_str(o, S("kind")),
        .actor = json_find_str(o, S("actor")),
        .body = json_find_str(o, S("body")),
        .dossier = json_find_str(o, S("dossier")),
        .channel = json_find_str(o, S("channel")),
        .rulebook = json_find_str(o, S("rulebook")),
        .is_refused = json_find_bool(o, S("refused")),
        .rule = json_find_str(o, S("rule")),
        .why = json_find_str(o, S("why")),
        .objects = json_find(o, S("objects")),
    };
    if (out->kind.len == 0) return fail(err, PX_ERR_INPUT, S("act"), -1, "it has no kind");
    if (!is_day(out->on)) {
        return fail(err, PX_ERR_INPUT, S("act"), -1,
                    "the day it was done is no day like 2016-07-15");
    }
    if (out->seq < 0) return fail(err, PX_ERR_INPUT, S("act"), -1, "it has no number in sequence");
    if (!out->objects || out->objects->kind != JSON_OBJECT) {
        return fail(err, PX_ERR_INPUT, S("act"), -1, "its objects are no JSON object");
    }
    return str_equal(act_text(a, out), text) ||
           fail(err, PX_ERR_INPUT, S("act"), -1,
                "it is not in canonical form, or has a member that no act has");
}
