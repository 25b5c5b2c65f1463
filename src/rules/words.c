/* words: the vocabulary, by name and back. Its tables are the .def files. */
#include "rules/int.h"

typedef struct WordRow {
    const char *name, *words;
    int number; /* of an act: its stage; of a role: is it standing */
    ActScope scope;
} WordRow;

static const WordRow gradings[GRADING_COUNT] = {
#define GRADING(id, name, words) {name, words, 0, SCOPE_SYSTEM},
#include "rules/gradings.def"
#undef GRADING
};

static const WordRow roles[ROLE_COUNT] = {
#define ROLE(id, name, is_standing, words) {name, words, is_standing, SCOPE_SYSTEM},
#include "rules/roles.def"
#undef ROLE
};

static const WordRow acts[ACT_COUNT] = {
#define ACT(id, name, stage, scope, words) {name, words, stage, SCOPE_##scope},
#include "rules/acts.def"
#undef ACT
};

static const WordRow needs[NEED_COUNT] = {
#define NEED(id, name, refusal) {name, refusal, 0, SCOPE_SYSTEM},
#include "rules/needs.def"
#undef NEED
};

static int row_find(const WordRow *rows, int count, Str name) {
    for (int i = 0; i < count; i++) {
        if (str_equal(str_from_z(rows[i].name), name)) return i;
    }
    return -1;
}

static const WordRow *row_at_or_none(const WordRow *rows, int count, int i) {
    static const WordRow none = {"?", "?", -1, SCOPE_DOSSIER};
    return i >= 0 && i < count ? &rows[i] : &none;
}

const char *grading_name(Grading g) {
    return row_at_or_none(gradings, GRADING_COUNT, (int)g)->name;
}
const char *grading_words(Grading g) {
    return row_at_or_none(gradings, GRADING_COUNT, (int)g)->words;
}
bool grading_read(Str name, Grading *out) {
    const int i = row_find(gradings, GRADING_COUNT, name);
    if (i >= 0) *out = (Grading)i;
    return i >= 0;
}

const char *role_name(Role r) { return row_at_or_none(roles, ROLE_COUNT, (int)r)->name; }
const char *role_words(Role r) { return row_at_or_none(roles, ROLE_COUNT, (int)r)->words; }
bool role_is_standing(Role r) { return row_at_or_none(roles, ROLE_COUNT, (int)r)->number > 0; }
bool role_read(Str name, Role *out) {
    const int i = row_find(roles, ROLE_COUNT, name);
    if (i >= 0) *out = (Role)i;
    return i >= 0;
}

const char *act_name(ActKind a) { return row_at_or_none(acts, ACT_COUNT, (int)a)->name; }
const char *act_words(ActKind a) { return row_at_or_none(acts, ACT_COUNT, (int)a)->words; }
int act_stage(ActKind a) { return row_at_or_none(acts, ACT_COUNT, (int)a)->number; }
ActScope act_scope(ActKind a) { return row_at_or_none(acts, ACT_COUNT, (int)a)->scope; }
bool act_kind_read(Str name, ActKind *out) {
    const int i = row_find(acts, ACT_COUNT, name);
    if (i >= 0) *out = (ActKind)i;
    return i >= 0;
}

const char *need_name(Need n) { return row_at_or_none(needs, NEED_COUNT, (int)n)->name; }
bool need_read(Str name, Need *out) {
    const int i = row_find(needs, NEED_COUNT, name);
    if (i >= 0) *out = (Need)i;
    return i >= 0;
}

/* The refusal with the detail in its place: ": %s" goes when there is no detail, and comes where a
 * detail stands behind no colon. */
Str need_sentence(Arena *a, Need need, Str detail) {
    const Str form = str_from_z(row_at_or_none(needs, NEED_COUNT, (int)need)->words);
    const ptrdiff_t at = str_find(form, S("%s"));
    if (at < 0) return form;
    Buf b = buf_new(a);
    Str head = str_slice(form, 0, at);
    const bool has_colon = str_ends(head, S(": "));
    if (has_colon && !detail.len) head.len -= 2;
    buf_add(&b, head);
    if (!has_colon && detail.len && detail.ptr[0] != ' ' && detail.ptr[0] != ',') {
        buf_add(&b, S(": "));
    }
    buf_add(&b, detail);
    buf_add(&b, str_slice(form, at + 2, form.len));
    return buf_str(&b);
}

const char *decision_scope_name(DecisionScope s) {
    static const char *const names[DECISION_SCOPES] = {"negotiate", "conclude", "ratify"};
    return (int)s >= 0 && s < DECISION_SCOPES ? names[s] : "?";
}

bool decision_scope_read(Str name, DecisionScope *out) {
    for (int i = 0; i < DECISION_SCOPES; i++) {
        if (!str_equal(str_from_z(decision_scope_name((DecisionScope)i)), name)) continue;
        *out = (DecisionScope)i;
        return true;
    }
    return false;
}

/* ---- words of any kind ---- */

const char *word_kind_name(WordKind kind) {
    return kind == WORD_ROLE ? "role" : kind == WORD_ACT ? "act" : "need";
}

static const WordRow *rows_of(WordKind kind) {
    return kind == WORD_ROLE ? roles : kind == WORD_ACT ? acts : needs;
}

int word_count(WordKind kind) {
    static const int counts[] = {
        [WORD_ROLE] = ROLE_COUNT, [WORD_ACT] = ACT_COUNT, [WORD_NEED] = NEED_COUNT};
    return counts[kind];
}

const char *word_name(WordKind kind, int word) {
    return row_at_or_none(rows_of(kind), word_count(kind), word)->name;
}

int word_find(WordKind kind, Str name) { return row_find(rows_of(kind), word_count(kind), name); }

enum { SLIP_LEN = 40 };

/* Letters to change, add or leave out (Levenshtein). Both at most SLIP_LEN long. */
static int slips(Str a, Str b) {
    int row[SLIP_LEN + 1];
    for (int k = 0; k <= (int)b.len; k++) row[k] = k;
    for (ptrdiff_t i = 0; i < a.len; i++) {
        int corner = row[0];
        row[0] = (int)i + 1;
        for (ptrdiff_t k = 0; k < b.len; k++) {
            const int swap = corner + (a.ptr[i] != b.ptr[k]);
            corner = row[k + 1];
            const int edge = (row[k] < row[k + 1] ? row[k] : row[k + 1]) + 1;
            row[k + 1] = swap < edge ? swap : edge;
        }
    }
    return row[b.len];
}

int word_nearest(WordKind kind, Str name) {
    int best = -1, least = name.len < 6 ? 2 : 4;
    if (name.len > SLIP_LEN) return -1;
    for (int i = 0; i < word_count(kind); i++) {
        const Str word = str_from_z(word_name(kind, i));
        const int n = word.len > SLIP_LEN ? least : slips(name, word);
        if (n >= least) continue;
        least = n;
        best = i;
    }
    return best;
}
