/* acts: the part of a rulebook that says who may do which act, what it needs, what may be waived.
 * Beyond the words themselves it refuses what could never work (an act that nobody may do) and what
 * would open a door that no book may open (a dossier shown to whoever is not on its list). */
#include "rules/int.h"

/* The acts that one may do without being on the dossier's list: those that keep the list. */
static const Set openable = (Set)1 << ACT_LIST_ADD | (Set)1 << ACT_LIST_REMOVE;

static const Set no_roles = 0;

static void by_check(Reader *r, const Node *node, ActKind act, const Rulebook *b, ActRule *rule) {
    for (int role = 0; role < ROLE_COUNT; role++) {
        if (!set_has(rule->by, role)) continue;
        if (act_scope(act) != SCOPE_DOSSIER && !role_is_standing((Role)role)) {
            problem_add(
                r, node->line,
                "\"%s\" is done outside any dossier, where nobody is %s: that role is given "
                "in one",
                act_name(act), role_name((Role)role));
        }
        if (act_scope(act) == SCOPE_SYSTEM || set_has(rule->unlisted, role)) continue;
        if (set_has(b->no_content, role)) {
            problem_add(r, node->line, "\"%s\" shows content, which no_content keeps from %s",
                        act_name(act), role_name((Role)role));
        }
    }
}

static void unlisted_check(Reader *r, const Node *node, ActKind act, const ActRule *rule) {
    if (!rule->unlisted) return;
    if (!set_has(openable, (int)act)) {
        problem_add(r, node->line,
                    "\"%s\" may not be unlisted: only list-add and list-remove are done without "
                    "being on the list",
                    act_name(act));
    }
    for (int role = 0; role < ROLE_COUNT; role++) {
        if (!set_has(rule->unlisted, role) || set_has(rule->by, role)) continue;
        problem_add(r, node->line, "%s is unlisted for \"%s\" but may not do it",
                    role_name((Role)role), act_name(act));
    }
}

static void act_check(Reader *r, const Node *node, ActKind act, Rulebook *b) {
    ActRule *rule = &b->acts[act];
    if (!MEMBERS_CHECK(r, node, act_name(act), NEEDED("by"), NEEDED("source"),
                       OPTIONAL("not_who_did"), OPTIONAL("needs"), OPTIONAL("warns"),
                       OPTIONAL("unlisted"))) {
        return;
    }
    const ptrdiff_t before = r->count;
    const Node *by = member_find(node, "by"), *warns = member_find(node, "warns");
    Str warn_source[NEED_COUNT] = {{NULL, 0}};
    rule->is_known = true;
    rule->source = read_source(r, node);
    rule->by = read_words(r, by, WORD_ROLE);
    if (by && rule->by == no_roles && r->count == before) {
        problem_add(r, by->line, "nobody may do \"%s\"", act_name(act));
    }
    rule->not_who_did =
        read_sourced(r, member_find(node, "not_who_did"), WORD_ACT, rule->separation_source);
    rule->needs = read_sourced(r, member_find(node, "needs"), WORD_NEED, rule->need_source);
    rule->warns = read_sourced(r, warns, WORD_NEED, warn_source);
    rule->unlisted =
        read_sourced(r, member_find(node, "unlisted"), WORD_ROLE, rule->unlisted_source);
    for (int need = 0; need < NEED_COUNT; need++) {
        if (!set_has(rule->warns, need)) continue;
        if (set_has(rule->needs, need)) {
            problem_add(r, key_line(warns, need_name((Need)need)),
                        "\"%s\" needs %s and only warns of it: one of the two", act_name(act),
                        need_name((Need)need));
        } else {
            rule->need_source[need] = warn_source[need];
        }
    }
    unlisted_check(r, member_find(node, "unlisted"), act, rule);
    if (by) by_check(r, by, act, b, rule);
}

static void waivable_check(Reader *r, const Node *node, Rulebook *b) {
    Set needed = 0;
    for (int act = 0; act < ACT_COUNT; act++) needed |= b->acts[act].needs;
    b->waivable = read_sourced(r, node, WORD_NEED, b->waivable_source);
    for (int need = 0; need < NEED_COUNT; need++) {
        if (!set_has(b->waivable, need) || set_has(needed, need)) continue;
        problem_add(r, key_line(node, need_name((Need)need)),
                    "%s may be waived, but no act needs it", need_name((Need)need));
    }
}

static void each_act(Reader *r, const Node *acts, Rulebook *b) {
    Set given = 0;
    for (ptrdiff_t i = 0; i < acts->count; i++) {
        const int act = read_word(r, acts->keys[i], WORD_ACT);
        if (act < 0) continue;
        given |= set_of(act);
        if (act == ACT_INIT) {
            problem_add(r, acts->keys[i]->line,
                        "\"init\" is done by the installation itself, and by nobody after it");
            continue;
        }
        act_check(r, acts->items[i], (ActKind)act, b);
    }
    for (int act = 0; act < ACT_COUNT; act++) {
        if (act == ACT_INIT || set_has(given, act)) continue;
        problem_add(r, acts->line, "the act \"%s\" is not given", act_name((ActKind)act));
    }
}

void acts_check(Reader *r, const Node *root, Rulebook *book) {
    const Node *acts = member_find(root, "acts");
    book->no_content =
        read_sourced(r, member_find(root, "no_content"), WORD_ROLE, book->no_content_source);
    if (!acts) return;
    if (acts->kind != NODE_MAPPING) {
        problem_add(r, acts->line, "acts are a mapping from each act to its rule");
        return;
    }
    each_act(r, acts, book);
    waivable_check(r, member_find(root, "waivable"), book);
}
