/* handlers: what is special to each act. An act without a row of its own has nothing special. */
#include "dossier/int.h"

#define PLAIN(name)                                                                                \
    { NULL, facts_##name, apply_##name, NULL }
#define READS(name)                                                                                \
    { prepare_##name, facts_##name, apply_##name, NULL }

static const Handler handlers[ACT_COUNT] = {
    [ACT_INIT] = {NULL, NULL, apply_init, NULL},
    [ACT_BODY_ADD] = PLAIN(body_add),
    [ACT_PERSON_ADD] = PLAIN(person_add),
    [ACT_PERSON_DISABLE] = PLAIN(person_disable),
    [ACT_STANDING_GIVE] = PLAIN(standing),
    [ACT_STANDING_TAKE] = PLAIN(standing),
    [ACT_CREDENTIAL_SET] = PLAIN(credential_set),
    [ACT_CLEARANCE_LEVEL] = PLAIN(clearance_level),
    [ACT_LIST_ADD] = PLAIN(list),
    [ACT_LIST_REMOVE] = PLAIN(list),
    [ACT_ROLE_GIVE] = PLAIN(role),
    [ACT_ROLE_TAKE] = PLAIN(role),
    [ACT_PAPER_ADD] = PLAIN(paper_add),
    [ACT_OPEN] = READS(open),
    [ACT_APPROVE_OPENING] = PLAIN(approve_opening),
    [ACT_DRAFT] = {prepare_draft, facts_draft, apply_draft, touches_version},
    [ACT_NOT_CONSULTED] = PLAIN(not_consulted),
    [ACT_CIRCULATE] = READS(circulate),
    [ACT_DELIVERED] = PLAIN(delivered),
    [ACT_RECEIVE] = READS(reply),
    [ACT_DRAFT_VIEW] = PLAIN(draft_view),
    [ACT_ISSUE_VIEW] = READS(reply),
    [ACT_NIL_RETURN] = READS(reply),
    [ACT_NO_REPLY] = PLAIN(no_reply),
    [ACT_SET_FORCE] = {NULL, facts_set_force, apply_set_force, touches_items},
    [ACT_CONSOLIDATE] = READS(consolidate),
    [ACT_DISPOSE] = {NULL, facts_dispose, apply_dispose, touches_items},
    [ACT_ESCALATE] = {NULL, facts_escalate, apply_escalate, touches_items},
    [ACT_CONFIRM] = {NULL, facts_confirm, apply_confirm, touches_items},
    [ACT_INCORPORATE] = {prepare_incorporate, facts_incorporate, apply_incorporate,
                         touches_version},
    [ACT_CERTIFY_EDITORIAL] = {NULL, facts_certify_editorial, apply_certify_editorial,
                               touches_version},
    [ACT_CLEAR] = PLAIN(stance),
    [ACT_OBJECT] = PLAIN(stance),
    [ACT_WITHDRAW_CLEARANCE] = PLAIN(withdraw_clearance),
    [ACT_PRESENT] = PLAIN(present),
    [ACT_VET] = PLAIN(vetting),
    [ACT_REFUSE_VETTING] = PLAIN(vetting),
    [ACT_WAIVE] = PLAIN(waive),
    [ACT_PRIOR_APPROVAL] = PLAIN(prior_approval),
    [ACT_COMPOSE_SUMMARY] = READS(compose_summary),
    [ACT_SIGN_SUMMARY] = PLAIN(sign_summary),
    [ACT_APPROVE_SUMMARY] = PLAIN(approve_summary),
    [ACT_DISSENT_NOTE] = PLAIN(dissent_note),
    [ACT_LODGE] = PLAIN(lodge),
    [ACT_ACCEPT_COMPLETE] = PLAIN(completeness),
    [ACT_RETURN_INCOMPLETE] = PLAIN(completeness),
    [ACT_CIRCULATE_TO_CABINET] = PLAIN(circulate_to_cabinet),
    [ACT_OPINION] = PLAIN(opinion),
    [ACT_DECIDE] = PLAIN(decide),
    [ACT_WITHDRAW_DOSSIER] = PLAIN(withdraw_dossier),
};

const Handler *handler_of(ActKind kind) { return &handlers[kind]; }
