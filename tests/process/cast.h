/* cast: who is there in the tests of the process: bodies, and persons with their standing roles and
 * clearances. One body's id ends in another's, and one's name begins with another's, as those of
 * ministries do. */
#ifndef PARAPH_CAST_H
#define PARAPH_CAST_H

#include "dossier/dossier.h"

typedef enum BodyId {
    CABINET,
    DEFENCE, /* the sponsor */
    FOREIGN,
    INTERIOR,
    BORDER,
    FINANCE,
    LAW,
    BODIES,
    NO_BODY = BODIES /* an id nobody entered */
} BodyId;

typedef struct BodyRow {
    const char *id, *name;
    Grading cleared;
} BodyRow;

static const BodyRow bodies[BODIES + 1] = {
    [CABINET] = {"cabinet", "Cabinet Division", GRADING_SECRET},
    [DEFENCE] = {"defence", "Ministry of Defence", GRADING_SECRET},
    [FOREIGN] = {"foreign-affairs", "Ministry of Foreign Affairs", GRADING_SECRET},
    [INTERIOR] = {"interior", "Ministry of Interior", GRADING_SECRET},
    [BORDER] = {"border-interior", "Ministry of Interior Borders", GRADING_RESTRICTED},
    [FINANCE] = {"finance", "Finance Division", GRADING_SECRET},
    [LAW] = {"law-justice", "Law and Justice Division", GRADING_SECRET},
    [NO_BODY] = {"no-such-body", "", GRADING_OPEN},
};

/* Bodies that are asked; each has a word of its own that it puts into texts or strikes out. */
enum { CONSULTEES = 4 };
static const BodyId consultees[CONSULTEES] = {FOREIGN, INTERIOR, BORDER, FINANCE};

typedef enum PersonId {
    ADMIN,
    SECURITY,
    DESK,
    DEPUTY,
    REGISTRY,
    SECRETARY,
    MINISTER,
    OFFICER_FOREIGN,
    NODAL_FOREIGN,
    OFFICER_INTERIOR,
    OFFICER_BORDER,
    OFFICER_FINANCE,
    VETTER,
    CABINET_SECRETARY,
    MEMBER,
    PREMIER,
    AUDITOR,
    OUTSIDER,  /* cleared, and in nothing */
    UNCLEARED, /* cleared for nothing */
    DISABLED,
    PERSONS,
    NO_PERSON = PERSONS /* an id nobody entered */
} PersonId;

typedef struct PersonRow {
    const char *id;
    BodyId body;
    Grading clearance;
    Role standing; /* ROLE_COUNT: none */
    Role role;     /* the one it is meant for in a dossier; ROLE_COUNT: none */
} PersonRow;

static const PersonRow persons[PERSONS + 1] = {
    [ADMIN] = {"admin", CABINET, GRADING_OPEN, ROLE_ADMINISTRATOR, ROLE_COUNT},
    [SECURITY] = {"security", CABINET, GRADING_OPEN, ROLE_SECURITY_OFFICER, ROLE_COUNT},
    [DESK] = {"desk", DEFENCE, GRADING_SECRET, ROLE_DESK_OFFICER, ROLE_DRAFTER},
    [DEPUTY] = {"deputy", DEFENCE, GRADING_SECRET, ROLE_COUNT, ROLE_CONFIRMER},
    [REGISTRY] = {"registry", DEFENCE, GRADING_SECRET, ROLE_COUNT, ROLE_REGISTRY},
    [SECRETARY] = {"secretary", DEFENCE, GRADING_SECRET, ROLE_SECRETARY, ROLE_SPONSOR_SECRETARY},
    [MINISTER] = {"minister", DEFENCE, GRADING_SECRET, ROLE_COUNT, ROLE_MINISTER},
    [OFFICER_FOREIGN] = {"of-foreign", FOREIGN, GRADING_SECRET, ROLE_COUNT,
                         ROLE_AUTHORISED_OFFICER},
    [NODAL_FOREIGN] = {"nodal-foreign", FOREIGN, GRADING_SECRET, ROLE_COUNT, ROLE_NODAL_OFFICER},
    [OFFICER_INTERIOR] = {"of-interior", INTERIOR, GRADING_SECRET, ROLE_COUNT,
                          ROLE_AUTHORISED_OFFICER},
    [OFFICER_BORDER] = {"of-border", BORDER, GRADING_SECRET, ROLE_COUNT, ROLE_AUTHORISED_OFFICER},
    [OFFICER_FINANCE] = {"of-finance", FINANCE, GRADING_SECRET, ROLE_COUNT,
                         ROLE_AUTHORISED_OFFICER},
    [VETTER] = {"vetter", LAW, GRADING_SECRET, ROLE_COUNT, ROLE_VETTER},
    [CABINET_SECRETARY] = {"cab-secretary", CABINET, GRADING_SECRET, ROLE_COUNT,
                           ROLE_CABINET_SECRETARY},
    [MEMBER] = {"member", FINANCE, GRADING_SECRET, ROLE_COUNT, ROLE_CABINET_MEMBER},
    [PREMIER] = {"premier", CABINET, GRADING_TOP_SECRET, ROLE_COUNT, ROLE_PRIME_MINISTER},
    [AUDITOR] = {"auditor", CABINET, GRADING_SECRET, ROLE_COUNT, ROLE_AUDITOR},
    [OUTSIDER] = {"outsider", INTERIOR, GRADING_TOP_SECRET, ROLE_SECRETARY, ROLE_COUNT},
    [UNCLEARED] = {"uncleared", FOREIGN, GRADING_OPEN, ROLE_COUNT, ROLE_AUTHORISED_OFFICER},
    [DISABLED] = {"disabled", DEFENCE, GRADING_SECRET, ROLE_COUNT, ROLE_CONFIRMER},
    [NO_PERSON] = {"no-such-person", NO_BODY, GRADING_OPEN, ROLE_COUNT, ROLE_COUNT},
};

#endif
