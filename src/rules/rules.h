/* rules: rulebooks, day counts, and who may do what.
 *
 * A rulebook is a dated data file: stages, bodies that must be consulted, clocks, parts of the
 * Summary, which roles may do which act, what an act needs, which acts one person may not both do,
 * each with its source. It is validated when read, and nothing in it is code.
 *
 * may() is the one choke point: every act of every channel passes it before anything changes. It is
 * a pure function of the rulebook and of facts that the dossier reads from the record; what it is
 * not told it takes for not so, and an act the rulebook does not know is refused. No role is
 * exempt.
 */
#ifndef PARAPH_RULES_H
#define PARAPH_RULES_H

#include "base/base.h"

/* ---- vocabulary ---- */

typedef enum Grading {
#define GRADING(id, name, words) GRADING_##id,
#include "rules/gradings.def"
#undef GRADING
    GRADING_COUNT
} Grading;

typedef enum Role {
#define ROLE(id, name, is_standing, words) ROLE_##id,
#include "rules/roles.def"
#undef ROLE
    ROLE_COUNT
} Role;

typedef enum ActKind {
#define ACT(id, name, stage, scope, words) ACT_##id,
#include "rules/acts.def"
#undef ACT
    ACT_COUNT
} ActKind;

typedef enum ActScope { SCOPE_SYSTEM, SCOPE_OPENING, SCOPE_DOSSIER, SCOPE_KINDS } ActScope;

typedef enum Need {
#define NEED(id, name, refusal) NEED_##id,
#include "rules/needs.def"
#undef NEED
    NEED_COUNT
} Need;

typedef uint64_t Set; /* of ActKind, Role or Need: a bit each */
_Static_assert((int)ACT_COUNT <= 64 && (int)ROLE_COUNT <= 64 && (int)NEED_COUNT <= 64,
               "a Set holds all");
static inline Set set_of(int member) { return (Set)1 << member; }
static inline bool set_has(Set set, int member) { return (set >> member & 1) != 0; }

const char *grading_name(Grading g);
const char *grading_words(Grading g);
bool grading_read(Str name, Grading *out);
const char *role_name(Role r);
const char *role_words(Role r);
bool role_is_standing(Role r);
bool role_read(Str name, Role *out);
const char *act_name(ActKind a);
const char *act_words(ActKind a);
int act_stage(ActKind a);
ActScope act_scope(ActKind a);
bool act_kind_read(Str name, ActKind *out);
const char *need_name(Need n);
bool need_read(Str name, Need *out);
/* Bits of Rulebook.scopes. */
typedef enum DecisionScope {
    DECISION_NEGOTIATE,
    DECISION_CONCLUDE,
    DECISION_RATIFY,
    DECISION_SCOPES
} DecisionScope;
const char *decision_scope_name(DecisionScope s);
bool decision_scope_read(Str name, DecisionScope *out);

/* ---- days ---- */

typedef int32_t Day; /* days since 1970-01-01, proleptic Gregorian; DAY_NONE for none */
#define DAY_NONE INT32_MIN
bool day_read(Str text, Day *out); /* "2016-07-15", years 1000 to 9999 */
Str day_text(Arena *a, Day day);   /* empty for DAY_NONE and for days day_read does not read */
Day day_of_time(int64_t microseconds, int offset_minutes);
int day_of_week(Day day); /* 0 Monday ... 6 Sunday */

typedef enum DayCount {
    DAYS_CALENDAR,               /* the n-th day after */
    DAYS_CLEAR,                  /* n whole days between, neither end counted */
    DAYS_WORKING,                /* the n-th working day after */
    DAYS_CLEAR_WORKING,          /* n whole working days between, and a working day itself */
    DAYS_SITTING,                /* the n-th sitting day after */
    DAYS_MONTHS,                 /* the same day n months on, or that month's last */
    DAYS_END_OF_FOLLOWING_MONTH, /* the last day of the n-th month after */
    DAY_COUNTS
} DayCount;
bool day_count_read(Str name, DayCount *out); /* "calendar", "clear", "working" ... */
const char *day_count_name(DayCount kind);

typedef struct Calendar {
    unsigned weekend;    /* bit per day of week that is no working day */
    const Day *holidays; /* rising */
    ptrdiff_t holiday_count;
    const Day *sittings; /* days on which it sits, rising */
    ptrdiff_t sitting_count;
    Day known_until; /* the data goes no further; DAY_NONE: no limit */
    Day known_from;  /* nor begins earlier; DAY_NONE: no limit */
} Calendar;
/* The first day on which a thing counted from `from` may be done, or falls due. Working and sitting
 * days need a calendar (it may be NULL for the others): PX_ERR_NOT_FOUND when there is none, or its
 * data ends before (or begins later than `from`). PX_ERR_INPUT for n < 0 or a day out of day_read's
 * range, PX_ERR_LIMIT when the answer is. Nothing to wait for (n = 0) is `from` itself, for clear
 * days the next day, for clear working days the next working day. */
bool day_after(DayCount kind, int n, Day from, const Calendar *calendar, Day *out, PxErr *err)
    __attribute__((warn_unused_result));
bool day_is_working(Day day, const Calendar *calendar);
bool day_count_needs_calendar(DayCount kind);

/* ---- rulebooks ----
 *
 * A source ends in its mark: [S] read in the source named, [M] from general knowledge, unchecked,
 * [D] our own design. */

typedef struct Consultee {
    Str body, name; /* "finance", "Finance Division" */
    Str source;
    bool by_vetting; /* its view is the vetting, not a reply to the circulation */
} Consultee;

typedef struct Clock {
    bool is_set;
    int days;
    DayCount kind;
    Str from; /* what starts it: of reply "circulation" or "delivery", of lead "lodging" */
    Str source;
} Clock;

typedef struct ActRule {
    bool is_known;
    Set by;          /* roles that may */
    Set not_who_did; /* acts (on the same objects) that keep a person from this one */
    Set needs;       /* refused without */
    Set warns;       /* done without, but said and recorded */
    Set unlisted;    /* roles of `by` that need neither clearance nor a place on the list */
    Str source;
    Str need_source[NEED_COUNT]; /* by need; empty: source */
    Str separation_source[ACT_COUNT];
    Str unlisted_source[ROLE_COUNT];
} ActRule;

/* The parts "views" and "points-for-decision" every book has: the dossier fills them in. */
typedef struct SummaryPart {
    Str id, title; /* "background", "Background" */
    Str source;
} SummaryPart;

typedef struct Rulebook {
    Str name, version, title; /* "pk-1973", "2000" */
    Str id;                   /* "pk-1973@2000" */
    bool is_unofficial;
    Day from, until; /* in force, both included; until DAY_NONE: open */
    Str source;
    const Consultee *consultees;
    ptrdiff_t consultee_count;
    Str vetting_body;  /* whose vetters vet: "law-justice" */
    Str cabinet_body;  /* who lodges, checks and records: "cabinet" */
    Clock reply;       /* time given to consultees */
    Clock lead;        /* from lodging to the meeting */
    int summary_pages; /* 0: no limit */
    const SummaryPart *parts;
    ptrdiff_t part_count;
    Grading cabinet_papers; /* their grading at least */
    Set scopes;             /* of decision_scope: bit 0 negotiate, 1 conclude, 2 ratify */
    Str default_force;      /* of a comment that states none: "should" */
    Set waivable;           /* needs that may be waived, by the act waive */
    Str waivable_source[NEED_COUNT];
    Set no_content; /* roles whose holders see no dossier, whatever else they hold */
    Str no_content_source[ROLE_COUNT];
    const Calendar *calendar; /* NULL: none */
    Str calendar_name;
    Str vetting_source, cabinet_source, pages_source, papers_source, scopes_source, force_source;
    Str in_force_source, calendar_source;
    ActRule acts[ACT_COUNT];
} Rulebook;

typedef struct RuleProblem {
    int line; /* from 1; 0: the file as a whole */
    Str sentence;
} RuleProblem;

/* Reads and checks a rulebook (YAML 1.1 of plain mappings, sequences and scalars; no anchors, tags
 * or second document; docs/rulebooks.md has all keys). calendars: the calendar files it may name,
 * by name. *out is NULL when there are problems, all of which are told, by line (but no more than
 * PROBLEMS_MAX; a text that is no YAML has one). text is borrowed no longer than the call. False
 * only for trouble with memory. */
enum { PROBLEMS_MAX = 1000 };
typedef struct NamedText {
    Str name, text;
} NamedText;
bool rulebook_read(Arena *a, Str text, const NamedText *calendars, ptrdiff_t calendar_count,
                   const Rulebook **out, const RuleProblem **problems, ptrdiff_t *problem_count,
                   PxErr *err) __attribute__((warn_unused_result));
/* The same for a file of calendars/. */
bool calendar_read(Arena *a, Str text, const Calendar **out, const RuleProblem **problems,
                   ptrdiff_t *problem_count, PxErr *err) __attribute__((warn_unused_result));
/* What is wrong with books that stand side by side: two of one name in force on the same day, two
 * of one id. Lines are 0. */
void rulebooks_check(Arena *a, const Rulebook *const *books, ptrdiff_t count,
                     const RuleProblem **problems, ptrdiff_t *problem_count);
/* The one of books named `name` that is in force on the day: the latest whose time has begun. */
const Rulebook *rulebook_in_force(const Rulebook *const *books, ptrdiff_t count, Str name, Day on);

/* ---- may ---- */

typedef struct Facts {
    ActKind act;
    bool is_person;         /* the actor is known and enabled */
    bool is_dossier;        /* the dossier exists (not asked of SCOPE_SYSTEM and SCOPE_OPENING) */
    bool is_on_list;        /* on the dossier's need-to-know list */
    Grading clearance;      /* the actor's */
    Grading grading;        /* the dossier's (of SCOPE_OPENING: the one asked for) */
    Set roles;              /* of the actor: standing, and on this dossier */
    Set did;                /* acts the actor did on the objects of this act, by the record */
    Set met;                /* needs that are met */
    Set waived;             /* needs waived by an act on the dossier */
    Str detail[NEED_COUNT]; /* for the refusal: what is missing */
} Facts;

typedef struct Verdict {
    bool is_allowed;
    bool is_hidden; /* to be told as "no such dossier", whatever the reason */
    Str rule;       /* of the refusal: "need:lead-time", "role", "separation:dispose", "hidden",
                       "act" (unknown to the book), "clearance" (to open above one's own) */
    Str source;     /* the rulebook's, for the person: "RoB 18(7) [S]" */
    Str why;        /* one sentence */
    Set warnings;   /* needs not met that only warn */
    Set waived;     /* needs not met, but waived by an act on the dossier */
} Verdict;

/* Decides. Order: hidden (person, dossier, clearance, list), act known, role, separation, needs in
 * the order of needs.def. a holds the sentences.
 *
 * Hidden, always with the same rule ("hidden"), source and sentence: an unknown or disabled person,
 * and on a dossier one that does not exist, an actor who is not on its list or not cleared for it,
 * and a holder of a role that has no business with content (Rulebook.no_content). The one way
 * around: a role that the act's rule names as `unlisted`, which rulebook_read grants to none but
 * list-add and list-remove. That leaks nothing to the security officer, who keeps the lists: he
 * names the dossier by an id he was given by its sponsor and learns that it exists, which is what
 * he is to know; the act shows no title, grading or content, and whoever else asks learns nothing.
 */
void may(Arena *a, const Rulebook *book, const Facts *facts, Verdict *out);
/* A need's sentence with its detail. */
Str need_sentence(Arena *a, Need need, Str detail);

#endif
