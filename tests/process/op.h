/* op: an act as a handful of numbers, so that a sequence of acts can be made at random, shown, cut
 * short and done again; and the request that it stands for. */
#ifndef PARAPH_OP_H
#define PARAPH_OP_H

#include "process/world.h"

enum { DOSSIERS = 3, NOWHERE = DOSSIERS }; /* NOWHERE: an id that never was */
/* Days of the two kinds of sequences: all under the rulebook of 2000, and from its last days into
 * the time of its successor. */
enum { DAY_2016 = 16922, DAY_2023 = 19650, NEW_BOOK = 19660, TODAY = 19875 };
static Day first_day = DAY_2016;

typedef enum Malformed {
    WELL_FORMED,
    LACKS_FIELD,
    UNKNOWN_FIELD,
    WRONG_KIND,
    STILL_TO_COME,   /* its day is in the future */
    BEFORE_THE_BOOK, /* no rulebook was in force */
    MALFORMED
} Malformed;

/* What a return, or the file of a view, is. */
typedef enum FileKind {
    FILE_EDITED,  /* the text as sent, with the body's word put in or struck out where mask says */
    FILE_COPY,    /* the body's copy as it was sent, marks and all */
    FILE_GARBAGE, /* no Word file */
    FILE_NONE,
    FILE_KINDS
} FileKind;

/* a, b, c, d and mask are explained where the act's request is made. */
typedef struct Op {
    ActKind act;
    int actor, dossier;
    int day; /* from first_day on */
    int a, b, c, d;
    unsigned mask;
    Text text;
    Malformed bad;
    bool with_next; /* in one transaction, when both read no documents */
} Op;

static const char *const dispositions[] = {"accepted", "partly", "rejected",
                                           "deferred", "noted",  "forgotten"};
static const char *const forces[] = {"condition", "should", "observation", "wish"};
static const char *const outcomes[] = {"approve", "approve-with-changes", "defer", "reject",
                                       "ponder"};
static const char *const scopes[] = {"", "negotiate", "conclude", "conquer"};
static const char *const opinions[] = {"assent", "dissent", "comment", "silence"};
static const char *const modes[] = {"meeting", "circulation", "telegram"};
static const char *const forms[] = {"treaty", "mou", "exchange-of-notes", "", "handshake"};
static const char *const waivables[] = {"consultees", "reply-time",      "clearances-current",
                                        "lead-time",  "vetting-current", "modesty"};
static const char *const paper_kinds[] = {"annex", "minute", "letter", "other", "view"};
static const char *const credentials[] = {"password", "token", "revoke", "fingerprint"};

/* Numbers of provisions, one that is not there, and what stands for all. */
enum { NO_PROVISION = PROVISIONS, EVERY_PROVISION = PROVISIONS + 1, PROVISION_NAMES };
static const char *const provision_names[PROVISION_NAMES] = {
    "Article 1", "Article 2", "Article 2(1)", "Article 2(2)", "Article 3", "Article 9", "all"};

/* ---- the request ---- */

typedef struct Making {
    Arena *a;
    const Op *op;
    Json *o;
    RequestFile files[2];
    ptrdiff_t file_count;
    Text sent; /* what the body op->a was sent last */
    Str copy;  /* the bytes of its copy; empty: none */
} Making;

static inline void put(Making *m, const char *key, const char *value) {
    json_set_str(m->a, m->o, str_from_z(key), str_from_z(value));
}
static inline void put_person(Making *m, const char *key, int p) { put(m, key, persons[p].id); }
static inline void put_text(Making *m, const char *key, const char *value) {
    Json *list = json_set(m->a, m->o, str_from_z(key), json_array(m->a));
    json_push(m->a, list, json_str(m->a, str_from_z(value)));
}
static inline void put_pair(Making *m, const char *key, Str name, Str value) {
    Json *list = json_find(m->o, str_from_z(key));
    if (!list) list = json_set(m->a, m->o, str_from_z(key), json_array(m->a));
    Json *pair = json_push(m->a, list, json_object(m->a));
    json_set_str(m->a, pair, S("key"), name);
    json_set(m->a, pair, S("value"), json_str(m->a, value));
}
static inline void put_day(Making *m, const char *key, int day) {
    json_set_str(m->a, m->o, str_from_z(key), day_text(m->a, first_day + day));
}
static inline void put_file(Making *m, const char *field, const char *name, Str bytes) {
    m->files[m->file_count++] = (RequestFile){str_from_z(field), str_from_z(name), bytes};
}

static inline int consultee_of(int body) {
    for (int k = 0; k < CONSULTEES; k++) {
        if ((int)consultees[k] == body) return k;
    }
    return -1;
}

/* The text with a body's word put in or struck out in the provisions of mask. */
static inline Text text_edited(const Text *sent, int body, unsigned mask) {
    Text t = *sent;
    const int k = consultee_of(body);
    for (int i = 0; i < PROVISIONS && k >= 0; i++) {
        if (i != ARTICLE_2 && (mask >> i & 1)) t.words[i] ^= (unsigned char)(1 << k);
    }
    return t;
}

static inline void put_return(Making *m, FileKind kind) {
    const Text edited = text_edited(&m->sent, m->op->a, m->op->mask);
    switch (kind) {
    case FILE_EDITED:
        put_file(m, "file", "return.docx", paper_make(m->a, &edited, PAPER_GOOD));
        return;
    case FILE_COPY:
        put_file(m, "file", "copy.docx",
                 m->copy.len ? m->copy : paper_make(m->a, &m->sent, PAPER_GOOD));
        return;
    case FILE_GARBAGE:
        put_file(m, "file", "garbage.docx", paper_make(m->a, NULL, PAPER_GARBAGE));
        return;
    case FILE_NONE:
    case FILE_KINDS: return;
    }
}

/* Items by c: the number a, the range a to b, a consultee's, the rest, all, and nonsense. */
static inline void put_items(Making *m) {
    const Op *op = m->op;
    const char *text = op->c == 3 ? "rest" : op->c == 4 ? "all" : "none-such";
    if (op->c == 0) text = arena_str(m->a, arena_format(m->a, "%d", op->a)).ptr;
    if (op->c == 1) text = arena_str(m->a, arena_format(m->a, "%d-%d", op->a, op->a + 2)).ptr;
    if (op->c == 2) {
        text = arena_str(m->a, arena_format(m->a, "office:%s", bodies[op->a % BODIES].name)).ptr;
    }
    put_text(m, "item", text);
}

static inline void make_system(Making *m) {
    const Op *op = m->op;
    switch ((int)op->act) {
    case ACT_BODY_ADD: /* a: a new id (while it is), one that is there, one that cannot be */
        put(m, "id", op->a == 0 ? "extra" : op->a == 1 ? "interior" : "Bad Id");
        put(m, "name", "Extra Body");
        return;
    case ACT_PERSON_ADD: /* a: the same; 3: of a body that is not there */
        put(m, "id", op->a == 1 ? "desk" : op->a == 2 ? "Bad Id" : "extra-post");
        put(m, "title", "Extra Post");
        put(m, "body", bodies[op->a == 3 ? NO_BODY : DEFENCE].id);
        return;
    case ACT_PERSON_DISABLE: put_person(m, "person", op->a); return;
    case ACT_STANDING_GIVE:
    case ACT_STANDING_TAKE:
        put_person(m, "person", op->a);
        put(m, "role", op->b < ROLE_COUNT ? role_name((Role)op->b) : "king");
        return;
    case ACT_CREDENTIAL_SET:
        put_person(m, "person", op->a);
        put(m, "kind", credentials[op->b]);
        return;
    case ACT_CLEARANCE_LEVEL: /* c: a person, a body, both, neither */
        if (op->c == 0 || op->c == 2) put_person(m, "person", op->a);
        if (op->c == 1 || op->c == 2) put(m, "body", bodies[op->a % (BODIES + 1)].id);
        put(m, "grading", grading_name((Grading)op->b));
        return;
    default: return;
    }
}

static inline void make_opening(Making *m) {
    const Op *op = m->op;
    switch ((int)op->act) {
    case ACT_LIST_ADD:
    case ACT_LIST_REMOVE: put_person(m, "person", op->a); return;
    case ACT_ROLE_GIVE:
    case ACT_ROLE_TAKE:
        put_person(m, "person", op->a);
        put(m, "role", op->b < ROLE_COUNT ? role_name((Role)op->b) : "king");
        return;
    case ACT_PAPER_ADD:
        put(m, "kind", paper_kinds[op->b]);
        put(m, "title", "View of interior");
        put_file(m, "file", "paper.txt", S("A paper."));
        return;
    case ACT_OPEN: /* a: Secretary; b: form; c: grading, or none; mask: party, sponsor, of others */
        put(m, "title", arena_str(m->a, arena_format(m->a, "Treaty number %d", op->dossier)).ptr);
        put_person(m, "secretary", op->a);
        if (forms[op->b][0]) put(m, "form", forms[op->b]);
        if (op->c < GRADING_COUNT) put(m, "grading", grading_name((Grading)op->c));
        if (op->mask & 1) put_text(m, "party", "Another Republic");
        if (op->mask & 2) put(m, "sponsor", bodies[op->mask & 4 ? INTERIOR : DEFENCE].id);
        return;
    case ACT_DRAFT: /* b: what is wrong with it */
        put_file(m, "file", "draft.docx", paper_make(m->a, &op->text, (PaperFault)op->b));
        return;
    default: return;
    }
}

/* mask: bodies; b: all well, a reason missing, one twice, one unknown, none at all; c: days until
 * due, 0: none, below 0: past; d: provision that alone concerns body a, NO_PROVISION + 1: none;
 * text.words[0]: ask about what is stale. */
static inline void make_circulation(Making *m) {
    const Op *op = m->op;
    json_set(m->a, m->o, S("to"), json_array(m->a));
    bool is_first = true;
    for (int b = 0; b < BODIES && op->b != 4; b++) {
        if (!(op->mask >> b & 1)) continue;
        put_pair(m, "to", body_id(b), is_first && op->b == 1 ? S(" ") : S("for its views"));
        if (is_first && op->b == 2) put_pair(m, "to", body_id(b), S("once more"));
        is_first = false;
    }
    if (op->b == 3) put_pair(m, "to", body_id(NO_BODY), S("why not"));
    put(m, "asks", "views");
    if (op->c) put_day(m, "due", op->day + op->c);
    if (op->d <= NO_PROVISION) {
        put_pair(m, "concern", body_id(op->a), str_from_z(provision_names[op->d]));
    }
    if (op->text.words[0]) json_set_bool(m->a, m->o, S("stale"), true);
}

/* a: body; b: officer; c: kind of file, FILE_KINDS: nil, one more: nil and a letter (of NIL_RETURN:
 * a letter); d: provision on which its comments are conditions, NO_PROVISION: none. */
static inline void make_reply(Making *m) {
    const Op *op = m->op;
    put(m, "body", bodies[op->a].id);
    if (op->act == ACT_RECEIVE) {
        put(m, "by", "courier");
        put_person(m, "officer", op->b);
        if (op->c >= FILE_KINDS) json_set_bool(m->a, m->o, S("nil"), true);
    }
    if (op->act == ACT_RECEIVE || op->act == ACT_DRAFT_VIEW || op->act == ACT_ISSUE_VIEW) {
        put_return(m, op->c > FILE_KINDS ? FILE_EDITED : (FileKind)op->c);
    }
    if (op->act == ACT_NIL_RETURN && op->b < PERSONS) put_person(m, "officer", op->b);
    if (op->act == ACT_NIL_RETURN && op->c) put_file(m, "letter", "letter.txt", S("No comments."));
    if ((op->act == ACT_RECEIVE || op->act == ACT_ISSUE_VIEW) && op->d != NO_PROVISION) {
        put_text(m, "condition", provision_names[op->d]);
    }
}

/* a: body; b: officer, or nobody; c: a letter; d: provision, or EVERY_PROVISION: not named. */
static inline void make_stance(Making *m) {
    const Op *op = m->op;
    put(m, "body", bodies[op->a].id);
    if (op->b < PERSONS) put_person(m, "officer", op->b);
    if (op->c) put_file(m, "letter", "letter.txt", S("Our view."));
    if (op->act != ACT_CLEAR || op->d != EVERY_PROVISION) {
        put_text(m, "provision", provision_names[op->d]);
    }
    if (op->act != ACT_CLEAR) put(m, "reason", "for reasons of policy");
}

static inline void make_incorporation(Making *m) {
    const Op *op = m->op;
    switch ((int)op->act) {
    case ACT_SET_FORCE: /* a: item; b: force; c: a letter */
        json_set_int(m->a, m->o, S("item"), op->a);
        put(m, "force", forces[op->b]);
        put(m, "reason", "so says the letter");
        if (op->c) put_file(m, "letter", "letter.txt", S("It is no condition."));
        return;
    case ACT_DISPOSE: /* items; b: disposition; d: a reason */
        put_items(m);
        put(m, "disposition", dispositions[op->b]);
        if (op->d) put(m, "reason", "kept for later");
        return;
    case ACT_ESCALATE:
        json_set_int(m->a, m->o, S("item"), op->a);
        put(m, "to", "Secretaries' Committee");
        put(m, "reason", "no agreement");
        return;
    case ACT_CONFIRM: put_items(m); return;
    case ACT_INCORPORATE: /* c: a text of the drafter's own */
        if (op->c) put_file(m, "file", "own.docx", paper_make(m->a, &op->text, PAPER_GOOD));
        return;
    case ACT_CERTIFY_EDITORIAL: /* a: provision */
        put_text(m, "provision", provision_names[op->a]);
        put(m, "reason", "spelling");
        return;
    case ACT_VET:
    case ACT_REFUSE_VETTING: /* c: a memorandum */
        if (op->c) put_file(m, "memo", "memo.txt", S("The law."));
        if (op->act == ACT_REFUSE_VETTING) put(m, "reason", "it conflicts with a treaty");
        return;
    default: return;
    }
}

/* Text that does not shrink when it is packed. */
static inline Str long_text(Arena *a) {
    Buf b = buf_new(a);
    uint64_t x = 88172645463325252U;
    for (int i = 0; i < 4000; i++) {
        x ^= x << 13, x ^= x >> 7, x ^= x << 17;
        buf_format(&b, "%llx ", (unsigned long long)(x & 0xffffffffffffU));
    }
    return buf_str(&b);
}

static inline void make_summary(Making *m) { /* c: all well, a part missing, too long */
    if (m->op->c != 1) put_pair(m, "part", S("background"), S("How it came about."));
    put_pair(m, "part", S("facts"), m->op->c == 2 ? long_text(m->a) : S("What there is."));
    put_pair(m, "part", S("recommendation"), S("To begin."));
    put_text(m, "point", "Whether to begin.");
}

static inline void make_cabinet(Making *m) {
    const Op *op = m->op;
    switch ((int)op->act) {
    case ACT_WAIVE:
        put(m, "need", waivables[op->b]);
        put(m, "reason", "urgent");
        return;
    case ACT_PRIOR_APPROVAL: put(m, "reference", "No. 1"); return;
    case ACT_DISSENT_NOTE: put(m, "text", "manifestly wrong"); return;
    case ACT_LODGE: put_day(m, "meeting", op->day + op->c); return; /* c: days until then */
    case ACT_RETURN_INCOMPLETE: put_text(m, "reason", "an annex is missing"); return;
    case ACT_CIRCULATE_TO_CABINET: /* b: mode; c: days for opinions, 0: no day */
        put(m, "mode", modes[op->b]);
        if (op->c) put_day(m, "respond_by", op->day + op->c);
        return;
    case ACT_OPINION: put(m, "opinion", opinions[op->b]); return;
    case ACT_DECIDE: /* b: outcome; c: scope */
        put(m, "outcome", outcomes[op->b]);
        if (scopes[op->c][0]) put(m, "scope", scopes[op->c]);
        put(m, "text", "as minuted");
        return;
    case ACT_WITHDRAW_DOSSIER: put(m, "reason", "no longer needed"); return;
    default: return;
    }
}

static inline void make_members(Making *m) {
    const ActKind act = m->op->act;
    if (act_scope(act) == SCOPE_SYSTEM) make_system(m);
    else if (act <= ACT_DRAFT) make_opening(m);
    else if (act == ACT_NOT_CONSULTED) {
        put(m, "body", bodies[m->op->a].id);
        put(m, "because", "no money is bound");
    } else if (act == ACT_CIRCULATE) make_circulation(m);
    else if (act == ACT_DELIVERED) put(m, "body", bodies[m->op->a].id);
    else if (act < ACT_SET_FORCE) make_reply(m);
    else if (act == ACT_CLEAR || act == ACT_OBJECT || act == ACT_WITHDRAW_CLEARANCE) make_stance(m);
    else if (act < ACT_WAIVE) make_incorporation(m);
    else if (act == ACT_COMPOSE_SUMMARY) make_summary(m);
    else make_cabinet(m);
}

/* ---- what is wrong with its form ---- */

static inline const Field *field_needed(ActKind act) {
    ptrdiff_t count;
    const Field *f = dossier_fields(&count);
    for (ptrdiff_t i = 0; i < count; i++) {
        if (f[i].act == act && f[i].is_needed && f[i].kind != FIELD_FILE) return &f[i];
    }
    return NULL;
}

static inline void spoil(Making *m) {
    const Field *needed = field_needed(m->op->act);
    if (m->op->bad == LACKS_FIELD && needed) {
        Json *less = json_object(m->a);
        for (ptrdiff_t i = 0; i < m->o->count; i++) {
            if (str_equal(m->o->keys[i], str_from_z(needed->name))) continue;
            json_set(m->a, less, m->o->keys[i], m->o->items[i]);
        }
        m->o = less;
    } else if (m->op->bad == WRONG_KIND && needed) {
        json_set(m->a, m->o, str_from_z(needed->name), json_null(m->a));
    } else if (m->op->bad > WELL_FORMED && m->op->bad < STILL_TO_COME) {
        put(m, "nonsense", "of no act");
    }
}

static inline Day op_day(const Op *op) {
    return op->bad == STILL_TO_COME     ? TODAY + 30
           : op->bad == BEFORE_THE_BOOK ? first_day - 9000
                                        : first_day + op->day;
}

#endif
