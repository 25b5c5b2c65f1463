/* The acts of a dossier through its door: ways around a rule that were found, each closed by a test
 * of its own. The whole of the rules is tested by test_process. */
/* needs: engine os json store record rules worker dossier */
#include "dossier/int.h"
#include "unit/dossier_fixture.h"

/* ---- the ordinary way ---- */

/* A dossier with everybody in it, a first draft, and nobody asked. */
static void begin(Test *t, const char *grading) {
    DONE(ACT_OPEN, DESK, "title", "A treaty", "form", "treaty", "grading", grading, "party",
         "Another State", "sponsor", "defence", "secretary", "secretary");
    DONE(ACT_APPROVE_OPENING, SECRETARY);
    for (int p = 0; p < PERSONS; p++) {
        const PersonRow *row = &persons[p];
        if (row->role == ROLE_COUNT || p == DESK || p == SECRETARY || p == DISABLED) continue;
        if (row->clearance < GRADING_RESTRICTED) continue;
        DONE(ACT_LIST_ADD, SECURITY, "person", row->id);
        DONE(ACT_ROLE_GIVE, SECRETARY, "person", row->id, "role", role_name(row->role));
    }
    keep_paper(t, "draft", paper_make(t->arena, &t->text, PAPER_GOOD));
    DONE(ACT_DRAFT, DESK, "file", "draft");
}

/* Foreign Affairs and Interior are asked; Finance is left out. */
static void ask(Test *t) {
    DONE(ACT_NOT_CONSULTED, SECRETARY, "body", "finance", "because", "it costs nothing");
    DONE(ACT_CIRCULATE, SECRETARY, "asks", "views", "due", "2016-05-20", "to",
         "foreign-affairs=treaties", "to", "interior=policing");
}

/* Interior's return: its word in Article 1. */
static void return_of_interior(Test *t) {
    const Text edited = {.variant = {0}, .words = {2}};
    keep_paper(t, "return", paper_make(t->arena, &edited, PAPER_GOOD));
}

static void clear_both(Test *t) {
    DONE(ACT_CLEAR, OFFICER_FOREIGN, "body", "foreign-affairs");
    DONE(ACT_CLEAR, OFFICER_INTERIOR, "body", "interior");
}

static void vet(Test *t) {
    DONE(ACT_PRESENT, DESK);
    DONE(ACT_VET, VETTER, "memo", "memo");
}

static const char *compose(Test *t) {
    return act(t, ACT_COMPOSE_SUMMARY, DESK, "part", "background=Long.", "part", "facts=Few.",
               "part", "recommendation=Do it.", "point", "Whether to negotiate.", NULL);
}

static void summary(Test *t) {
    is_told(t, compose(t), "done", __LINE__);
    DONE(ACT_SIGN_SUMMARY, SECRETARY);
    DONE(ACT_APPROVE_SUMMARY, MINISTER);
}

static void lodge(Test *t) {
    vet(t);
    summary(t);
    DONE(ACT_LODGE, SECRETARY, "meeting", "2016-07-15");
}

/* ---- what a person may see ---- */

static Json *view(Test *t, PersonId who, DossierView v) {
    Json *out = NULL;
    PxErr err = {0};
    T_OK(dossier_view(t->w.service, t->arena, person_id(who), t->dossier, v, &out, &err), &err);
    return out ? out : json_object(t->arena);
}

static bool sees_paper(Test *t, PersonId who, int64_t number) {
    Str name, bytes;
    PxErr err = {0};
    return dossier_paper(t->w.service, t->arena, person_id(who), t->dossier, number, &name, &bytes,
                         &err);
}

static bool lists_paper(Test *t, PersonId who, int64_t number) {
    Json **rows;
    const ptrdiff_t count = json_find_array(view(t, who, VIEW_PAPERS), S("papers"), &rows);
    for (ptrdiff_t i = 0; i < count; i++) {
        if (json_find_int(rows[i], S("number"), 0) == number) return true;
    }
    return false;
}

static bool mentions(Test *t, const Json *value, const char *text) {
    return str_find(json_text(t->arena, value), str_from_z(text)) >= 0;
}

/* A Summary is at least SECRET, whatever the dossier is graded (RoB 24(8)). */
static void cabinet_papers_have_their_own_grading(Test *t) {
    begin(t, "restricted");
    ask(t);
    DONE(ACT_CLEARANCE_LEVEL, SECURITY, "person", "deputy", "grading", "restricted");
    clear_both(t);
    lodge(t);
    const int64_t paper = 3 + 1 + 1; /* draft, two copies, memorandum, Summary */
    T_CHECK(sees_paper(t, DESK, paper) && sees_paper(t, DESK, paper + 1));
    T_CHECK(lists_paper(t, DESK, paper) && lists_paper(t, DESK, paper + 1));
    T_CHECK(sees_paper(t, DEPUTY, 1));
    T_CHECK(!sees_paper(t, DEPUTY, paper) && !sees_paper(t, DEPUTY, paper + 1));
    T_CHECK(!lists_paper(t, DEPUTY, paper) && !lists_paper(t, DEPUTY, paper + 1));
    DONE(ACT_ACCEPT_COMPLETE, CABINET_SECRETARY);
    DONE(ACT_CIRCULATE_TO_CABINET, CABINET_SECRETARY, "mode", "meeting");
    DONE(ACT_OPINION, MEMBER, "opinion", "dissent", "text", "Too dear.");
    t->day = 75;
    DONE(ACT_DECIDE, CABINET_SECRETARY, "outcome", "approve", "scope", "negotiate", "text",
         "Approved in principle.", "minutes", "minutes");
    T_CHECK(mentions(t, view(t, DESK, VIEW_STATUS), "Approved in principle."));
    T_CHECK(!mentions(t, view(t, DEPUTY, VIEW_STATUS), "Approved in principle."));
    T_CHECK(!mentions(t, view(t, DEPUTY, VIEW_STATUS), "Too dear."));
    T_CHECK(sees_paper(t, DESK, paper + 2) && !sees_paper(t, DEPUTY, paper + 2));
}

/* What Interior proposes, is sent and does is not Foreign Affairs' to see. */
static void other_bodies_stay_unseen(Test *t) {
    begin(t, "restricted");
    ask(t); /* papers 2 and 3 are the copies */
    DONE(ACT_ROLE_GIVE, SECRETARY, "person", "of-foreign", "role", "auditor");
    return_of_interior(t);
    DONE(ACT_RECEIVE, REGISTRY, "body", "interior", "by", "courier", "officer", "of-interior",
         "file", "return");
    DONE(ACT_RECEIVE, REGISTRY, "body", "foreign-affairs", "by", "courier", "officer", "of-foreign",
         "file", "return");
    IS("need:all-disposed", ACT_LODGE, SECRETARY, "meeting", "2016-07-15");
    DONE(ACT_CONSOLIDATE, DESK);
    DONE(ACT_PAPER_ADD, REGISTRY, "kind", "minute", "title", "Against that of foreign-affairs",
         "file", "note");
    const Json *items = view(t, OFFICER_FOREIGN, VIEW_ITEMS);
    T_CHECK(mentions(t, items, "Ministry of Foreign Affairs"));
    T_CHECK(!mentions(t, items, "Interior"));
    T_CHECK(sees_paper(t, OFFICER_FOREIGN, 2) && !sees_paper(t, OFFICER_FOREIGN, 3));
    T_CHECK(!sees_paper(t, OFFICER_FOREIGN, 4) && sees_paper(t, OFFICER_FOREIGN, 5));
    const int64_t note = json_find_int(t->result, S("paper"), 0);
    T_CHECK(sees_paper(t, DESK, note) && !sees_paper(t, OFFICER_FOREIGN, note));
    const Json *acts = view(t, OFFICER_FOREIGN, VIEW_ACTS);
    T_CHECK(mentions(t, acts, "receive") && !mentions(t, acts, "consolidate"));
    T_CHECK(mentions(t, view(t, DESK, VIEW_ACTS), "return of Ministry of Interior"));
    T_CHECK(!mentions(t, view(t, OFFICER_FOREIGN, VIEW_ACTS), "Interior"));
    T_CHECK(!mentions(t, view(t, OFFICER_FOREIGN, VIEW_ACTS), "interior"));
    T_CHECK(mentions(t, view(t, DESK, VIEW_STATUS), "interior: Article"));
    T_CHECK(!mentions(t, view(t, OFFICER_FOREIGN, VIEW_STATUS), "interior"));
    T_CHECK(mentions(t, view(t, OFFICER_FOREIGN, VIEW_STATUS), "of-foreign"));
}

/* The body whose id ends in another's is not shown the other's copy, nor the other way round. */
static void a_copy_is_its_addressees(Test *t) {
    begin(t, "restricted");
    DONE(ACT_NOT_CONSULTED, SECRETARY, "body", "finance", "because", "it costs nothing");
    DONE(ACT_CIRCULATE, SECRETARY, "asks", "views", "to", "foreign-affairs=treaties", "to",
         "border-interior=borders", "to", "interior=policing");
    T_CHECK(sees_paper(t, OFFICER_BORDER, 3) && !sees_paper(t, OFFICER_INTERIOR, 3));
    T_CHECK(!sees_paper(t, OFFICER_BORDER, 1)); /* the draft, which has no number */
    T_CHECK(mentions(t, view(t, OFFICER_BORDER, VIEW_PROVISIONS), "Article 3"));
    T_CHECK(!sees_paper(t, OFFICER_BORDER, 4) && sees_paper(t, OFFICER_INTERIOR, 4));
}

/* Whether another body was asked, or has drafted a view, is not told by a refusal. */
static void refusals_tell_nothing_of_others(Test *t) {
    begin(t, "restricted");
    ask(t);
    IS("need:officer-authorised", ACT_CLEAR, OFFICER_FOREIGN, "body", "interior");
    IS("need:officer-authorised", ACT_CLEAR, OFFICER_FOREIGN, "body", "finance");
    IS("need:officer-authorised", ACT_ISSUE_VIEW, OFFICER_INTERIOR, "body", "foreign-affairs");
    return_of_interior(t);
    DONE(ACT_DRAFT_VIEW, NODAL_FOREIGN, "body", "foreign-affairs", "file", "return");
    IS("need:officer-authorised", ACT_ISSUE_VIEW, OFFICER_INTERIOR, "body", "foreign-affairs");
    IS("need:officer-authorised", ACT_DRAFT_VIEW, NODAL_FOREIGN, "body", "finance", "file",
       "return");
}

/* A body that was not asked is not heard because it sends back another's copy; one that was is not
 * silent when it does. */
static void anothers_copy_answers_nothing(Test *t) {
    Str name, bytes;
    PxErr err = {0};
    begin(t, "restricted");
    ask(t);
    T_OK(dossier_paper(t->w.service, t->arena, person_id(DESK), t->dossier, 2, &name, &bytes, &err),
         &err);
    keep_paper(t, "copy", bytes);
    IS("need:addressed", ACT_RECEIVE, REGISTRY, "body", "border-interior", "by", "hand", "officer",
       "of-border", "file", "copy");
    DONE(ACT_CIRCULATE, SECRETARY, "asks", "views again", "due", "2016-05-20", "to",
         "interior=policing");
    DONE(ACT_RECEIVE, REGISTRY, "body", "interior", "by", "hand", "officer", "of-interior", "file",
         "copy");
    T_EQ_INT(t->warnings, 1); /* it matches no copy of its own */
    t->day = 30;
    IS("need:not-replied", ACT_NO_REPLY, REGISTRY, "body", "interior");
}

/* An act of the installation that names a dossier leaves nothing in it. */
static void acts_of_the_installation_stay_out(Test *t) {
    Outcome out;
    PxErr err = {0};
    begin(t, "restricted");
    const Request q = {.act = ACT_BODY_ADD,
                       .actor = person_id(ADMIN),
                       .channel = S("test"),
                       .dossier = t->dossier,
                       .given = pair_json(t->arena, "id", S("ports"), "name", S("Ports"))};
    T_OK(dossier_perform(t->w.service, t->arena, &q, &out, &err), &err);
    T_CHECK(!out.is_refused && !out.dossier.len);
    T_CHECK(!mentions(t, view(t, DESK, VIEW_ACTS), "body-add"));
}

/* Control characters that people typed do not keep a Summary from being made. */
static void titles_of_any_kind_are_printed(Test *t) {
    DONE(ACT_OPEN, DESK, "title", "A\001 tr\nea\x1bty <&>", "form", "treaty", "grading", "secret",
         "party", "Another State", "sponsor", "defence", "secretary", "secretary");
    DONE(ACT_APPROVE_OPENING, SECRETARY);
    keep_paper(t, "draft", paper_make(t->arena, &t->text, PAPER_GOOD));
    DONE(ACT_DRAFT, DESK, "file", "draft");
    ask(t);
    is_told(t, compose(t), "done", __LINE__);
}

/* ---- the clock of the Cabinet ---- */

/* Lodged for a meeting, decided at that one or a later one. */
static void no_decision_before_its_meeting(Test *t) {
    begin(t, "restricted");
    ask(t);
    clear_both(t);
    lodge(t);
    DONE(ACT_ACCEPT_COMPLETE, CABINET_SECRETARY);
    DONE(ACT_CIRCULATE_TO_CABINET, CABINET_SECRETARY, "mode", "meeting");
    t->day = 74; /* 14 July */
    IS("need:lead-time", ACT_DECIDE, CABINET_SECRETARY, "outcome", "approve", "scope", "negotiate",
       "text", "Approved.");
    t->day++;
    DONE(ACT_DECIDE, CABINET_SECRETARY, "outcome", "approve", "scope", "negotiate", "text",
         "Approved.");
    IS("need:undecided", ACT_RETURN_INCOMPLETE, CABINET_SECRETARY, "reason", "a page is missing");
}

/* Lodged in time by the day it says, and entered when it was too late: it goes to that meeting when
 * the Cabinet Division says on which day it had it. */
static void a_late_entry_is_certified(Test *t) {
    begin(t, "restricted");
    ask(t);
    clear_both(t);
    vet(t);
    summary(t);
    t->late = 10;
    DONE(ACT_LODGE, SECRETARY, "meeting", "2016-07-15");
    T_CHECK(!json_find(t->result, S("late_entry"))); /* still in time */
    t->day = 67;                                     /* 7 July */
    t->late = 0;
    IS("need:lead-time", ACT_LODGE, SECRETARY, "meeting", "2016-07-14");
    DONE(ACT_LODGE, SECRETARY, "meeting", "2016-07-15");
    DONE(ACT_ACCEPT_COMPLETE, CABINET_SECRETARY);
    DONE(ACT_RETURN_INCOMPLETE, CABINET_SECRETARY, "reason", "a page is missing");
    t->late = 1; /* the 8th: a day too late */
    DONE(ACT_LODGE, SECRETARY, "meeting", "2016-07-15");
    T_EQ_STR(json_find_str(t->result, S("late_entry")), S("2016-07-08"));
    t->day = 69; /* 9 July */
    t->late = 0;
    IS("need:lodged", ACT_ACCEPT_COMPLETE, CABINET_SECRETARY);
    T_CHECK(str_find(t->why, S("entered on 2016-07-08")) >= 0);
    IS("need:lodged", ACT_ACCEPT_COMPLETE, CABINET_SECRETARY, "received", "2016-07-08");
    T_CHECK(str_find(t->why, S("too late for the meeting on 2016-07-15")) >= 0);
    IS("input", ACT_ACCEPT_COMPLETE, CABINET_SECRETARY, "received", "2016-07-06"); /* not lodged */
    IS("input", ACT_ACCEPT_COMPLETE, CABINET_SECRETARY, "received", "2016-07-10"); /* to come */
    IS("role", ACT_ACCEPT_COMPLETE, SECRETARY, "received", "2016-07-07");
    DONE(ACT_ACCEPT_COMPLETE, CABINET_SECRETARY, "received", "2016-07-07");
    T_CHECK(mentions(t, view(t, DESK, VIEW_ACTS), "received"));
    /* lodged again in time, nothing is to be certified; lodged late, the old word does not help */
    DONE(ACT_RETURN_INCOMPLETE, CABINET_SECRETARY, "reason", "a page is missing");
    DONE(ACT_LODGE, SECRETARY, "meeting", "2016-07-29");
    DONE(ACT_ACCEPT_COMPLETE, CABINET_SECRETARY);
    DONE(ACT_RETURN_INCOMPLETE, CABINET_SECRETARY, "reason", "a page is missing");
    t->late = 20;
    DONE(ACT_LODGE, SECRETARY, "meeting", "2016-07-29");
    t->day += 20;
    t->late = 0;
    IS("need:lodged", ACT_ACCEPT_COMPLETE, CABINET_SECRETARY);
    T_CHECK(is_replayed(t));
}

/* An opinion is given when it is entered, and the day fixed for opinions is yet to come. */
static void opinions_are_not_dated_back(Test *t) {
    begin(t, "restricted");
    ask(t);
    clear_both(t);
    lodge(t);
    DONE(ACT_ACCEPT_COMPLETE, CABINET_SECRETARY);
    t->late = 5;
    IS("input", ACT_CIRCULATE_TO_CABINET, CABINET_SECRETARY, "mode", "circulation", "respond_by",
       day_text(t->arena, 16922 + t->day + 4).ptr);
    DONE(ACT_CIRCULATE_TO_CABINET, CABINET_SECRETARY, "mode", "circulation", "respond_by",
         day_text(t->arena, 16922 + t->day + 5).ptr);
    DONE(ACT_OPINION, MEMBER, "opinion", "assent");
    t->late = 6;
    IS("need:opinion-time", ACT_OPINION, MEMBER, "opinion", "dissent");
}

/* What was returned and lodged again is before the Cabinet when it is circulated again. */
static void a_summary_lodged_again_is_circulated_again(Test *t) {
    begin(t, "restricted");
    ask(t);
    clear_both(t);
    lodge(t);
    DONE(ACT_ACCEPT_COMPLETE, CABINET_SECRETARY);
    DONE(ACT_CIRCULATE_TO_CABINET, CABINET_SECRETARY, "mode", "meeting");
    DONE(ACT_RETURN_INCOMPLETE, CABINET_SECRETARY, "reason", "a page is missing");
    DONE(ACT_LODGE, SECRETARY, "meeting", "2016-07-15");
    DONE(ACT_ACCEPT_COMPLETE, CABINET_SECRETARY);
    t->day = 75; /* 15 July */
    IS("need:cabinet-circulated", ACT_DECIDE, CABINET_SECRETARY, "outcome", "approve", "scope",
       "negotiate", "text", "Approved.");
}

/* An override that came after the Summary was lodged is not on it, and holds nothing up. */
static void overrides_are_shown_to_the_cabinet(Test *t) {
    begin(t, "restricted");
    ask(t);
    clear_both(t);
    lodge(t);
    DONE(ACT_WITHDRAW_CLEARANCE, OFFICER_FOREIGN, "body", "foreign-affairs", "provision",
         "Article 1", "reason", "new instructions");
    DONE(ACT_WAIVE, PREMIER, "need", "clearances-current", "reason", "urgent");
    IS("need:clearances-current", ACT_ACCEPT_COMPLETE, CABINET_SECRETARY);
    summary(t);
    DONE(ACT_LODGE, SECRETARY, "meeting", "2016-07-15");
    DONE(ACT_ACCEPT_COMPLETE, CABINET_SECRETARY);
}

static void a_prime_minister_is_not_of_the_sponsor(Test *t) {
    begin(t, "restricted");
    IS("need:body-fits", ACT_ROLE_GIVE, SECRETARY, "person", "deputy", "role", "prime-minister");
}

/* ---- returns ---- */

/* Conditions that were not met, in whatever words, are escalated, and stand in the Summary. */
static void conditions_are_met_or_escalated(Test *t) {
    begin(t, "restricted");
    ask(t);
    return_of_interior(t);
    DONE(ACT_RECEIVE, REGISTRY, "body", "interior", "by", "courier", "officer", "of-interior",
         "file", "return", "condition", "all");
    DONE(ACT_CONSOLIDATE, DESK);
    DONE(ACT_DISPOSE, DESK, "item", "1", "disposition", "noted");
    DONE(ACT_CONFIRM, DEPUTY, "item", "all");
    IS("need:conditions-escalated", ACT_INCORPORATE, DESK);
    DONE(ACT_DISPOSE, DESK, "item", "1", "disposition", "deferred", "reason", "later");
    DONE(ACT_CONFIRM, DEPUTY, "item", "all");
    IS("need:conditions-escalated", ACT_INCORPORATE, DESK);
    IS("need:conditions-escalated", ACT_LODGE, SECRETARY, "meeting", "2016-07-15");
    DONE(ACT_ESCALATE, SECRETARY, "item", "1", "to", "Secretaries' Committee", "reason", "no");
    DONE(ACT_INCORPORATE, DESK);
}

/* A draft made otherwise than from the dispositions deals with no return, and silence on it with
 * none that was given before. */
static void returns_are_not_passed_over(Test *t) {
    begin(t, "restricted");
    ask(t);
    return_of_interior(t);
    DONE(ACT_RECEIVE, REGISTRY, "body", "interior", "by", "courier", "officer", "of-interior",
         "file", "return");
    DONE(ACT_CONSOLIDATE, DESK);
    t->text.variant[0] = 1;
    keep_paper(t, "draft", paper_make(t->arena, &t->text, PAPER_GOOD));
    DONE(ACT_DRAFT, DESK, "file", "draft");
    DONE(ACT_CIRCULATE, SECRETARY, "asks", "views", "due", "2016-05-02", "to",
         "foreign-affairs=treaties", "to", "interior=policing");
    t->day = 2;
    DONE(ACT_NO_REPLY, REGISTRY, "body", "interior");
    DONE(ACT_CLEAR, OFFICER_FOREIGN, "body", "foreign-affairs");
    vet(t);
    summary(t);
    IS("need:all-disposed", ACT_LODGE, SECRETARY, "meeting", "2016-07-15");
    T_CHECK(str_find(t->why, S("Ministry of Interior")) > 0);
    DONE(ACT_CONSOLIDATE, DESK);
    IS("need:all-disposed", ACT_LODGE, SECRETARY, "meeting", "2016-07-15");
    DONE(ACT_DISPOSE, DESK, "item", "all", "disposition", "rejected", "reason", "no");
    IS("need:all-confirmed", ACT_LODGE, SECRETARY, "meeting", "2016-07-15");
    DONE(ACT_CONFIRM, DEPUTY, "item", "all");
    summary(t); /* what was rejected is in it */
    DONE(ACT_LODGE, SECRETARY, "meeting", "2016-07-15");
}

static Json *item(Test *t, ptrdiff_t number) {
    Json **rows;
    const Json *shown = view(t, DESK, VIEW_ITEMS);
    const ptrdiff_t count = json_find_array(shown, S("items"), &rows);
    return number <= count ? rows[number - 1] : json_object(t->arena);
}

static bool has_force(Test *t, ptrdiff_t number, const char *force) {
    return str_equal(json_find_str(item(t, number), S("force")), str_from_z(force));
}

/* A condition the letter makes is an item, wherever the file does not bear it out. */
static void a_letters_conditions_are_not_lost(Test *t) {
    begin(t, "restricted");
    ask(t);
    return_of_interior(t);
    DONE(ACT_RECEIVE, REGISTRY, "body", "interior", "by", "courier", "officer", "of-interior",
         "file", "return", "condition", "Article 1", "condition", "Article 12");
    DONE(ACT_CONSOLIDATE, DESK);
    T_CHECK(has_force(t, 1, "condition") && has_force(t, 2, "condition"));
    T_EQ_STR(json_find_str(item(t, 2), S("place")), S("Article 12"));
    DONE(ACT_DISPOSE, DESK, "item", "all", "disposition", "rejected", "reason", "no");
    DONE(ACT_CONFIRM, DEPUTY, "item", "all");
    DONE(ACT_ESCALATE, SECRETARY, "item", "1", "to", "Cabinet", "reason", "no");
    IS("need:conditions-escalated", ACT_INCORPORATE, DESK);
}

/* What the registry weighed is not undone by consolidating again. */
static void consolidating_again_weakens_nothing(Test *t) {
    begin(t, "restricted");
    ask(t);
    return_of_interior(t);
    DONE(ACT_RECEIVE, REGISTRY, "body", "interior", "by", "courier", "officer", "of-interior",
         "file", "return");
    DONE(ACT_CONSOLIDATE, DESK);
    T_CHECK(has_force(t, 1, "should"));
    DONE(ACT_SET_FORCE, REGISTRY, "item", "1", "force", "condition", "reason", "so the letter");
    DONE(ACT_CONSOLIDATE, DESK);
    T_CHECK(has_force(t, 2, "condition"));
    IS("input", ACT_RECEIVE, REGISTRY, "body", "interior", "by", "pigeon", "officer", "of-interior",
       "file", "return");
}

/* The sponsor's registry does not make a condition none by saying so. */
static void a_condition_is_lowered_by_a_letter(Test *t) {
    begin(t, "restricted");
    ask(t);
    return_of_interior(t);
    DONE(ACT_RECEIVE, REGISTRY, "body", "interior", "by", "courier", "officer", "of-interior",
         "file", "return", "condition", "Article 1");
    DONE(ACT_CONSOLIDATE, DESK);
    IS("need:reason-given", ACT_SET_FORCE, REGISTRY, "item", "1", "force", "observation", "reason",
       "it is small");
    DONE(ACT_SET_FORCE, REGISTRY, "item", "1", "force", "should", "reason", "so the letter",
         "letter", "letter");
    T_CHECK(has_force(t, 1, "should"));
}

/* Article 1 is not Article 12, nor the other way round. */
static void provisions_are_not_each_others_beginnings(Test *t) {
    T_CHECK(number_is_under(S("Article 1"), S("Article 1")));
    T_CHECK(number_is_under(S("Article 1(2)"), S("Article 1")));
    T_CHECK(number_is_under(S("Annex A, row 3"), S("Annex A")));
    T_CHECK(!number_is_under(S("Article 12"), S("Article 1")));
    T_CHECK(!number_is_under(S("Article 1"), S("Article 12")));
    T_CHECK(!number_is_under(S("Article 1"), S("Article 1(2)")));
    (void)t;
}

/* Comments of a table: what a word of force is, and what only begins like one. */
static void comments_say_their_force(Test *t) {
    static const char *const comments[] = {"Condition: strike it.", "Should read \"shall\".",
                                           "Observation \xe2\x80\x93 a typing error.",
                                           "Observations posts are not covered.",
                                           "Conditions of weather differ."};
    static const char *const forces[] = {"condition", "condition", "observation", "condition",
                                         "condition"};
    begin(t, "restricted");
    ask(t);
    Json *arguments = json_object(t->arena), *result;
    Json *rows = json_set(t->arena, arguments, S("rows"), json_array(t->arena));
    const WorkerFile *out;
    ptrdiff_t count;
    PxErr err = {0};
    json_set_str(t->arena, arguments, S("title"), S("Comments"));
    for (int i = 0; i < 5; i++) {
        Json *row = json_push(t->arena, rows, json_object(t->arena));
        json_set_str(t->arena, row, S("body"), S("INT"));
        json_set_str(t->arena, row, S("clause"), S("Article 1"));
        json_set_str(t->arena, row, S("type"), S("ge"));
        json_set_str(t->arena, row, S("comment"), str_from_z(comments[i]));
    }
    if (!T_OK(worker_call(service_worker(t->w.service), t->arena, S("comment-table-write"),
                          arguments, NULL, 0, &result, &out, &count, &err),
              &err)) {
        return;
    }
    keep_paper(t, "table", out[0].bytes);
    DONE(ACT_RECEIVE, REGISTRY, "body", "interior", "by", "email", "officer", "of-interior", "file",
         "table", "condition", "Article 1");
    DONE(ACT_CONSOLIDATE, DESK);
    for (int i = 0; i < 5; i++) {
        if (!T_CHECK(has_force(t, i + 1, forces[i]))) printf("# %s\n", comments[i]);
    }
}

/* Who was given no time was not silent. */
static void silence_takes_a_day(Test *t) {
    begin(t, "restricted");
    DONE(ACT_NOT_CONSULTED, SECRETARY, "body", "finance", "because", "it costs nothing");
    DONE(ACT_CIRCULATE, SECRETARY, "asks", "views", "to", "foreign-affairs=treaties");
    t->day = 90;
    IS("need:due-passed", ACT_NO_REPLY, REGISTRY, "body", "foreign-affairs");
}

/* "No comments" is a clearance: entered by the sponsor, it takes the officer's letter. */
static void nil_takes_a_letter(Test *t) {
    begin(t, "restricted");
    ask(t);
    IS("need:officer-authorised", ACT_RECEIVE, DESK, "body", "interior", "by", "hand", "officer",
       "of-interior", "nil", "true");
    IS("need:officer-authorised", ACT_NIL_RETURN, REGISTRY, "body", "interior");
    IS("need:officer-authorised", ACT_NIL_RETURN, REGISTRY, "body", "interior", "officer",
       "of-interior");
    IS("need:officer-authorised", ACT_NIL_RETURN, REGISTRY, "body", "interior", "officer",
       "of-foreign", "letter", "letter");
    DONE(ACT_NIL_RETURN, REGISTRY, "body", "interior", "officer", "of-interior", "letter",
         "letter");
    T_CHECK(sees_paper(t, OFFICER_INTERIOR, json_find_int(t->result, S("paper"), 0)));
    DONE(ACT_RECEIVE, DESK, "body", "foreign-affairs", "by", "hand", "officer", "of-foreign", "nil",
         "true", "file", "letter");
    T_CHECK(!mentions(t, view(t, DESK, VIEW_STATUS), "clearances-current"));
}

/* A text of many articles, each with a word of Interior's or without. */
static Str many_articles(Arena *a, int count, bool has_word) {
    Buf b = buf_new(a);
    for (int i = 1; i <= count; i++) {
        buf_format(&b, "<w:p><w:r><w:t>Article %d</w:t></w:r></w:p>", i);
        buf_format(&b, "<w:p><w:r><w:t>The parties will%s act on matter %d.</w:t></w:r></w:p>",
                   has_word ? " jointly" : "", i);
    }
    buf_byte(&b, '\0');
    Pack pack = pack_new(a);
    return pack_docx(&pack, b.ptr);
}

/* Nobody confirms his own disposition, be it one of a few items or of many. */
static void separation_among_many_items(Test *t) {
    begin(t, "restricted");
    keep_paper(t, "draft", many_articles(t->arena, 40, false));
    keep_paper(t, "return", many_articles(t->arena, 40, true));
    DONE(ACT_DRAFT, DESK, "file", "draft");
    ask(t);
    DONE(ACT_RECEIVE, REGISTRY, "body", "interior", "by", "courier", "officer", "of-interior",
         "file", "return");
    DONE(ACT_CONSOLIDATE, DESK);
    DONE(ACT_ROLE_GIVE, SECRETARY, "person", "deputy", "role", "drafter");
    IS("need:item", ACT_DISPOSE, DESK, "item", "40-41", "item", "42", "disposition", "accepted");
    DONE(ACT_DISPOSE, DEPUTY, "item", "20", "item", "30-31", "disposition", "accepted");
    DONE(ACT_DISPOSE, DESK, "item", "rest", "disposition", "noted");
    IS("separation:dispose", ACT_CONFIRM, DEPUTY, "item", "all");
    IS("separation:dispose", ACT_CONFIRM, DEPUTY, "item", "1-20");
    IS("separation:dispose", ACT_CONFIRM, DEPUTY, "item", "1", "item", "31");
    IS("separation:dispose", ACT_CONFIRM, DEPUTY, "item", "20");
    DONE(ACT_CONFIRM, DEPUTY, "item", "1-19");
    DONE(ACT_CONFIRM, DEPUTY, "item", "32", "item", "40");
    DONE(ACT_CONFIRM, SECRETARY, "item", "all");
    DONE(ACT_INCORPORATE, DESK);
}

/* ---- clearances ---- */

static bool is_standing(Test *t, const char *body, const char *number, const char *standing) {
    Json **rows;
    const Json *shown = view(t, DESK, VIEW_CLEARANCES);
    const ptrdiff_t count = json_find_array(shown, S("clearances"), &rows);
    for (ptrdiff_t i = 0; i < count; i++) {
        if (!str_equal(json_find_str(rows[i], S("body")), str_from_z(body)) ||
            !str_equal(json_find_str(rows[i], S("number")), str_from_z(number))) {
            continue;
        }
        return str_equal(json_find_str(rows[i], S("standing")), str_from_z(standing));
    }
    return standing[0] == '\0';
}

/* A letter that comes late clears the text that was sent, not the one made since. */
static void a_letter_clears_what_was_sent(Test *t) {
    begin(t, "restricted");
    ask(t);
    t->text.variant[0] = 1;
    keep_paper(t, "draft", paper_make(t->arena, &t->text, PAPER_GOOD));
    DONE(ACT_DRAFT, DESK, "file", "draft");
    DONE(ACT_CLEAR, REGISTRY, "body", "interior", "officer", "of-interior", "letter", "letter");
    T_CHECK(is_standing(t, "interior", "Article 1", "stale"));
    T_CHECK(is_standing(t, "interior", "Article 3", "cleared"));
    DONE(ACT_CIRCULATE, SECRETARY, "asks", "clearance", "to", "interior=policing", "stale", "true");
    DONE(ACT_CLEAR, OFFICER_INTERIOR, "body", "interior");
    T_CHECK(is_standing(t, "interior", "Article 1", "cleared"));
}

/* The draft without its last article. */
static Str without_article_3(Test *t) {
    Buf b = buf_new(t->arena);
    paper_line(&b, "Article 1");
    paper_sentence(&b, "", &t->text, 0);
    paper_line(&b, "Article 2");
    paper_sentence(&b, "(1) ", &t->text, 2);
    paper_sentence(&b, "(2) ", &t->text, 3);
    buf_byte(&b, '\0');
    Pack pack = pack_new(t->arena);
    return pack_docx(&pack, b.ptr);
}

/* Who cleared a provision is asked about its being left out; who never had a say on it is not. */
static void what_is_left_out_is_asked_about(Test *t) {
    begin(t, "restricted");
    ask(t);
    DONE(ACT_CLEAR, OFFICER_INTERIOR, "body", "interior");
    keep_paper(t, "draft", without_article_3(t));
    DONE(ACT_DRAFT, DESK, "file", "draft");
    T_CHECK(is_standing(t, "interior", "Article 1", "cleared"));
    T_CHECK(is_standing(t, "interior", "Article 3 (left out)", "stale"));
    T_CHECK(is_standing(t, "foreign-affairs", "Article 3 (left out)", ""));
    DONE(ACT_CIRCULATE, SECRETARY, "asks", "clearance", "due", "2016-05-20", "to",
         "interior=policing", "stale", "true");
    DONE(ACT_CLEAR, OFFICER_INTERIOR, "body", "interior", "provision", "Article 3 (left out)");
    T_CHECK(is_standing(t, "interior", "Article 3 (left out)", ""));
    DONE(ACT_CIRCULATE, SECRETARY, "asks", "clearance", "to", "foreign-affairs=treaties");
    DONE(ACT_NIL_RETURN, OFFICER_FOREIGN, "body", "foreign-affairs");
    T_CHECK(!mentions(t, view(t, DESK, VIEW_STATUS), "clearances-current"));
}

/* The words of the Summary that was composed last. */
static bool summary_says(Test *t, const char *words) {
    Str name, bytes;
    PxErr err = {0};
    const int64_t paper = json_find_int(t->result, S("paper"), 0);
    if (!T_OK(dossier_paper(t->w.service, t->arena, person_id(DESK), t->dossier, paper, &name,
                            &bytes, &err),
              &err)) {
        return false;
    }
    const WorkerFile file = {name, bytes}, *out;
    ptrdiff_t count;
    Json *result;
    if (!T_OK(worker_call(service_worker(t->w.service), t->arena, S("text"), json_object(t->arena),
                          &file, 1, &result, &out, &count, &err),
              &err)) {
        return false;
    }
    return str_find(count ? out[0].bytes : json_text(t->arena, result), str_from_z(words)) >= 0;
}

/* A certificate that keeps clearances alive is shown to the Cabinet. */
static void the_summary_shows_certificates(Test *t) {
    begin(t, "restricted");
    ask(t);
    clear_both(t);
    t->text.variant[0] = 1;
    keep_paper(t, "draft", paper_make(t->arena, &t->text, PAPER_GOOD));
    DONE(ACT_DRAFT, DESK, "file", "draft");
    vet(t);
    is_told(t, compose(t), "done", __LINE__);
    T_CHECK(!summary_says(t, "Certified as editorial"));
    DONE(ACT_CERTIFY_EDITORIAL, DEPUTY, "provision", "Article 1", "reason", "a typing error");
    IS("need:summary-current", ACT_SIGN_SUMMARY, SECRETARY);
    is_told(t, compose(t), "done", __LINE__);
    T_CHECK(
        summary_says(t, "Certified as editorial, so that clearances hold: Article 1 (a typing"));
}

/* ---- names ---- */

/* By its name a body is known in items. */
static void no_body_goes_by_anothers_name(Test *t) {
    IS("conflict", ACT_BODY_ADD, ADMIN, "id", "interior-2", "name", "ministry of interior ");
    IS("input", ACT_BODY_ADD, ADMIN, "id", "both", "name", "Finance; Ministry of Interior");
    DONE(ACT_BODY_ADD, ADMIN, "id", "ports", "name", "Ministry of Ports");
}

static void all(void) {
    RUN(cabinet_papers_have_their_own_grading);
    RUN(other_bodies_stay_unseen);
    RUN(a_copy_is_its_addressees);
    RUN(refusals_tell_nothing_of_others);
    RUN(anothers_copy_answers_nothing);
    RUN(acts_of_the_installation_stay_out);
    RUN(titles_of_any_kind_are_printed);
    RUN(no_decision_before_its_meeting);
    RUN(a_late_entry_is_certified);
    RUN(opinions_are_not_dated_back);
    RUN(a_summary_lodged_again_is_circulated_again);
    RUN(overrides_are_shown_to_the_cabinet);
    RUN(a_prime_minister_is_not_of_the_sponsor);
    RUN(conditions_are_met_or_escalated);
    RUN(returns_are_not_passed_over);
    RUN(silence_takes_a_day);
    RUN(nil_takes_a_letter);
    RUN(a_letters_conditions_are_not_lost);
    RUN(consolidating_again_weakens_nothing);
    RUN(a_condition_is_lowered_by_a_letter);
    RUN(provisions_are_not_each_others_beginnings);
    RUN(comments_say_their_force);
    RUN(a_letter_clears_what_was_sent);
    RUN(the_summary_shows_certificates);
    RUN(no_body_goes_by_anothers_name);
    RUN(what_is_left_out_is_asked_about);
    RUN(separation_among_many_items);
}

int main(void) { return in_copies(all); }
