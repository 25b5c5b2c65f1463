/* may: the one decision. It changes nothing and asks nothing: what the facts do not say is not so.
 */
#include "rules/int.h"

static Str z(const char *text) { return str_from_z(text); }

static bool is_hidden(const Rulebook *book, const Facts *f) {
    if (!f->is_person) return true;
    if (act_scope(f->act) != SCOPE_DOSSIER) return false;
    if (!f->is_dossier || !book) return true;
    if (f->roles & book->acts[f->act].unlisted) return false;
    if (f->roles & book->no_content) return true;
    return !f->is_on_list || f->clearance < f->grading || (int)f->grading < 0;
}

static void refuse(Verdict *out, Str rule, Str source, Str why) {
    out->rule = rule;
    out->source = source;
    out->why = why;
}

/* "a drafter, the registry or a vetter" */
static Str role_list(Arena *a, Set roles) {
    Buf b = buf_new(a);
    int left = 0;
    for (int i = 0; i < ROLE_COUNT; i++) left += set_has(roles, i);
    for (int i = 0; i < ROLE_COUNT; i++) {
        if (!set_has(roles, i)) continue;
        if (b.len) buf_add(&b, left == 1 ? S(" or ") : S(", "));
        buf_add(&b, z(role_words((Role)i)));
        left--;
    }
    return buf_str(&b);
}

static bool role_refuses(Arena *a, const Rulebook *book, const Facts *f, Verdict *out) {
    const ActRule *rule = &book->acts[f->act];
    if (act_scope(f->act) == SCOPE_OPENING && (f->roles & book->no_content)) {
        int role = 0;
        while (!set_has(f->roles & book->no_content, role)) role++;
        refuse(out, S("role"), book->no_content_source[role],
               arena_format(a, "A %s has no business with what dossiers hold, and opens none.",
                            role_words((Role)role)));
        return true;
    }
    if (f->roles & rule->by) return false;
    const Str who = role_list(a, rule->by);
    refuse(out, S("role"), rule->source,
           arena_format(a, "This (%s) is for: %.*s; you are none of them here.", act_name(f->act),
                        (int)who.len, who.ptr));
    return true;
}

static bool separation_refuses(Arena *a, const Rulebook *book, const Facts *f, Verdict *out) {
    const ActRule *rule = &book->acts[f->act];
    for (int i = 0; i < ACT_COUNT; i++) {
        if (!set_has(f->did & rule->not_who_did, i)) continue;
        const Str own = rule->separation_source[i];
        refuse(out, arena_format(a, "separation:%s", act_name((ActKind)i)),
               own.len ? own : rule->source,
               arena_format(a, "You %s here; this (%s) is for another person.",
                            act_words((ActKind)i), act_name(f->act)));
        return true;
    }
    return false;
}

static bool need_refuses(Arena *a, const Rulebook *book, const Facts *f, Verdict *out) {
    const ActRule *rule = &book->acts[f->act];
    const Set waived = f->waived & book->waivable;
    for (int i = 0; i < NEED_COUNT; i++) {
        if (!set_has(rule->needs, i) || set_has(f->met, i) || set_has(waived, i)) continue;
        const Str own = rule->need_source[i];
        refuse(out, arena_format(a, "need:%s", need_name((Need)i)), own.len ? own : rule->source,
               need_sentence(a, (Need)i, f->detail[i]));
        return true;
    }
    out->waived = rule->needs & ~f->met & waived;
    return false;
}

void may(Arena *a, const Rulebook *book, const Facts *f, Verdict *out) {
    *out = (Verdict){.is_allowed = false};
    if ((int)f->act < 0 || f->act >= ACT_COUNT || is_hidden(book, f)) {
        out->is_hidden = true;
        refuse(out, S("hidden"), S(""), S("There is no such dossier."));
        return;
    }
    if (!book || !book->acts[f->act].is_known) {
        refuse(out, S("act"), book ? book->source : S(""),
               arena_format(a, "The rulebook does not know this act (%s), so nobody may do it.",
                            act_name(f->act)));
        return;
    }
    if (role_refuses(a, book, f, out) || separation_refuses(a, book, f, out)) return;
    if (act_scope(f->act) == SCOPE_OPENING && f->clearance < f->grading) {
        refuse(out, S("clearance"), book->acts[f->act].source,
               arena_format(a, "You are cleared for %s and cannot open a dossier graded %s.",
                            grading_words(f->clearance), grading_words(f->grading)));
        return;
    }
    if (need_refuses(a, book, f, out)) return;
    out->warnings = book->acts[f->act].warns & ~f->met;
    out->is_allowed = true;
}
