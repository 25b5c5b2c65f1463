/* rules: rulebooks, day counts, and who may do what.
 *
 * A rulebook is a dated data file: stages, bodies that must be consulted, clocks, parts of the
 * Summary, which roles may do which act, what an act needs, which acts one person may not both do,
 * each with its source. It is validated when read, and nothing in it is code.
 *
 * may() is the one choke point: every act of every channel passes it before anything changes. It is
 * a pure function of the rulebook and of facts that the dossier reads from the record; what it is
 * not told it takes for not so, and an act the rulebook does not know is refused. No role is exempt.
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
_Static_assert((int)ACT_COUNT <= 64 && (int)ROLE_COUNT <= 64 && (int)NEED_COUNT <= 64, "a Set holds all");
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

/* ---- days ---- */

typedef int32_t Day; /* days since 1970-01-01, proleptic Gregorian; DAY_NONE for none */
#define DAY_NONE INT32_MIN
bool day_read(Str text, Day *out);   /* "2016-07-15", years 1000 to 9999 */
Str day_text(Arena *a, Day day);
Day day_of_time(int64_t microseconds, int offset_minutes);
int day_of_week(Day day); /* 0 Monday ... 6 Sunday */

typedef enum DayCount {
    DAYS_CALENDAR,      /* the n-th day after */
    DAYS_CLEAR,         /* n whole days between, neither end counted */
    DAYS_WORKING,       /* the n-th working day after */
    DAYS_CLEAR_WORKING, /* n whole working days between */
    DAYS_SITTING,       /* the n-th sitting day after */
    DAYS_MONTHS,        /* the same day n months on, or that month's last */
    DAYS_END_OF_FOLLOWING_MONTH, /* the last day of the n-th month after */
    DAY_COUNTS
} DayCount;
bool day_count_read(Str name, DayCount *out); /* "calendar", "clear", "working" ... */
const char *day_count_name(DayCount kind);

typedef struct Calendar {
    unsigned weekend;        /* bit per day of week that is no working day */
    const Day *holidays;     /* rising */
    ptrdiff_t holiday_count;
    const Day *sittings;     /* days on which it sits, rising */
    ptrdiff_t sitting_count;
    Day known_until;         /* the data goes no further; DAY_NONE: no limit */
} Calendar;
/* The first day on which a thing counted from `from` may be done, or falls due. PX_ERR_NOT_FOUND
 * when the calendar's data ends before. */
bool day_after(DayCount kind, int n, Day from, const Calendar *calendar, Day *out, PxErr *err)
    __attribute__((warn_unused_result));
bool day_is_working(Day day, const Calendar *calendar);

/* ---- rulebooks ---- */

typedef struct Consultee {
    Str body, name;      /* "finance", "Finance Division" */
    Str source;
    bool by_vetting;     /* its view is the vetting, not a reply to the circulation */
} Consultee;

typedef struct Clock {
    bool is_set;
    int days;
    DayCount kind;
    Str from;   /* "delivery", "circulation" ... : what starts it */
    Str source;
} Clock;

typedef struct ActRule {
    bool is_known;
    Set by;          /* roles that may */
    Set not_who_did; /* acts (on the same objects) that keep a person from this one */
    Set needs;       /* refused without */
    Set warns;       /* done without, but said and recorded */
    Str source;
    Str need_source[NEED_COUNT]; /* by need; empty: source */
} ActRule;

typedef struct SummaryPart {
    Str id, title; /* "background", "Background" */
} SummaryPart;

typedef struct Rulebook {
    Str name, version, title; /* "pk-1973", "2000" */
    Str id;                   /* "pk-1973@2000" */
    bool is_unofficial;
    Day from, until; /* in force, both included; until DAY_NONE: open */
    Str source;
    const Consultee *consultees;
    ptrdiff_t consultee_count;
    Str vetting_body; /* whose vetters vet: "law-justice" */
    Str cabinet_body; /* who lodges, checks and records: "cabinet" */
    Clock reply;      /* time given to consultees */
    Clock lead;       /* from lodging to the meeting */
    int summary_pages; /* 0: no limit */
    const SummaryPart *parts;
    ptrdiff_t part_count;
    Grading cabinet_papers; /* their grading at least */
    Set scopes;             /* of decision_scope: bit 0 negotiate, 1 conclude, 2 ratify */
    Str default_force;      /* of a comment that states none: "should" */
    Set waivable;           /* needs that may be waived, by the act waive */
    const Calendar *calendar;
    ActRule acts[ACT_COUNT];
} Rulebook;

typedef struct RuleProblem {
    int line;     /* from 1; 0: the file as a whole */
    Str sentence;
} RuleProblem;

/* Reads and checks a rulebook (YAML 1.1 of plain mappings, sequences and scalars; no anchors, tags or
 * second document). calendars: the calendar files it may name, by name. *out is NULL when there are
 * problems. False only for trouble with memory. */
typedef struct NamedText {
    Str name, text;
} NamedText;
bool rulebook_read(Arena *a, Str text, const NamedText *calendars, ptrdiff_t calendar_count,
                   const Rulebook **out, const RuleProblem **problems, ptrdiff_t *problem_count,
                   PxErr *err) __attribute__((warn_unused_result));
/* The one of books named `name` that is in force on the day: the latest whose time has begun. */
const Rulebook *rulebook_in_force(const Rulebook *const *books, ptrdiff_t count, Str name, Day on);

/* ---- may ---- */

typedef struct Facts {
    ActKind act;
    bool is_person;       /* the actor is known and enabled */
    bool is_dossier;      /* the dossier exists (not asked of SCOPE_SYSTEM and SCOPE_OPENING) */
    bool is_on_list;      /* on the dossier's need-to-know list */
    Grading clearance;    /* the actor's */
    Grading grading;      /* the dossier's (of SCOPE_OPENING: the one asked for) */
    Set roles;            /* of the actor: standing, and on this dossier */
    Set did;              /* acts the actor did on the objects of this act, by the record */
    Set met;              /* needs that are met */
    Set waived;           /* needs waived by an act on the dossier */
    Str detail[NEED_COUNT]; /* for the refusal: what is missing */
} Facts;

typedef struct Verdict {
    bool is_allowed;
    bool is_hidden;   /* to be told as "no such dossier", whatever the reason */
    Str rule;         /* of the refusal: "need:lead-time", "role", "separation:dispose", "hidden" */
    Str source;       /* the rulebook's, for the person: "RoB 18(7)" */
    Str why;          /* one sentence */
    Set warnings;     /* needs not met that only warn */
} Verdict;

/* Decides. Order: hidden (person, dossier, clearance, list), act known, role, separation, needs in
 * the order of needs.def. a holds the sentences. */
void may(Arena *a, const Rulebook *book, const Facts *facts, Verdict *out);
/* A need's sentence with its detail. */
Str need_sentence(Arena *a, Need need, Str detail);

#endif
