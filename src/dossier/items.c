/* items: the changes and comments of a consolidation, and what becomes of them. */
#include "dossier/int.h"

/* ---- naming items ---- */

typedef struct Items {
    Rows
        rows; /* number, offices, force, disposition, made_by, confirmed_by, row, also, escalated */
    int64_t consolidation, version;
} Items;

static bool items_between(Case *c, int64_t from, int64_t to, Items *out, PxErr *err) {
    Rows r;
    *out = (Items){.consolidation = 0};
    if (!STORE_ROWS(c->store, c->arena, &r, err, consolidation_latest, T(c->dossier_id)))
        return false;
    if (!r.rows) return true;
    out->consolidation = cell_int(&r, 0, 0);
    out->version = cell_int(&r, 0, 1);
    return STORE_ROWS(c->store, c->arena, &out->rows, err, item_state, T(c->dossier_id),
                      I(out->consolidation), I(from), I(to));
}

static bool items_load(Case *c, Items *out, PxErr *err) {
    return items_between(c, 0, INT64_MAX, out, err);
}

bool offices_hold(Str offices, Str name) {
    for (ptrdiff_t at = 0; at <= offices.len;) {
        Str rest = str_slice(offices, at, offices.len);
        ptrdiff_t end = str_find(rest, S("; "));
        if (end < 0) end = rest.len;
        if (str_equal_fold(str_slice(rest, 0, end), name)) return true;
        at += end + 2;
    }
    return false;
}

typedef struct Selector {
    bool is_all, is_rest;
    Str office;
    int64_t from, to;
} Selector;

static bool selector_read(Str text, Selector *out, PxErr *err) {
    *out = (Selector){.is_all = str_equal(text, S("all")), .is_rest = str_equal(text, S("rest"))};
    if (out->is_all || out->is_rest) return true;
    if (str_starts(text, S("office:"))) {
        out->office = str_trim(str_slice(text, 7, text.len));
        return true;
    }
    const ptrdiff_t dash = str_find(text, S("-"));
    const Str from = dash > 0 ? str_slice(text, 0, dash) : text;
    const Str to = dash > 0 ? str_slice(text, dash + 1, text.len) : text;
    if (str_to_int(str_trim(from), &out->from) && str_to_int(str_trim(to), &out->to) &&
        out->from > 0 && out->from <= out->to) {
        return true;
    }
    return fail(err, PX_ERR_INPUT, S("item"), -1,
                "\"%.*s\" names no items; write a number, 3-9, office:NAME, rest or all",
                (int)text.len, text.ptr);
}

/* Of those the act may name: all, unless it names single ones. A dossier may have thousands. */
static bool items_load_named(Case *c, Items *out, PxErr *err) {
    Json **given;
    const ptrdiff_t count = json_find_array(c->given, S("item"), &given);
    int64_t from = json_find_int(c->given, S("item"), 0), to = from;
    for (ptrdiff_t k = 0; k < count; k++) {
        Selector s;
        PxErr told_later;
        if (!selector_read(given[k]->text, &s, &told_later) || s.to == 0) {
            return items_load(c, out, err);
        }
        if (k == 0 || s.from < from) from = s.from;
        if (k == 0 || s.to > to) to = s.to;
    }
    return items_between(c, from, to, out, err);
}

static bool selects(const Case *c, const Selector *s, const Rows *r, ptrdiff_t i) {
    const bool is_disposed = cell(r, i, 3).len > 0, is_confirmed = cell(r, i, 5).len > 0;
    if (s->is_all) return c->kind != ACT_CONFIRM || (is_disposed && !is_confirmed);
    if (s->is_rest) return !is_disposed;
    if (s->office.len) {
        return offices_hold(cell(r, i, 1), s->office) &&
               (c->kind != ACT_CONFIRM || (is_disposed && !is_confirmed));
    }
    return cell_int(r, i, 0) >= s->from && cell_int(r, i, 0) <= s->to;
}

/* Puts the numbers of the items that were named into objects.items, and what named none into
 * *nothing. */
static bool items_name(Case *c, const Items *items, Str *nothing, PxErr *err) {
    Json **given, *numbers = json_array(c->arena);
    const ptrdiff_t count = json_find_array(c->given, S("item"), &given);
    *nothing = S("");
    for (ptrdiff_t i = 0; i < items->rows.rows; i++) {
        bool is_named = json_find_int(c->given, S("item"), 0) == cell_int(&items->rows, i, 0);
        for (ptrdiff_t k = 0; k < count && !is_named; k++) {
            Selector s;
            if (!selector_read(given[k]->text, &s, err)) return false;
            is_named = selects(c, &s, &items->rows, i);
        }
        if (is_named)
            json_push(c->arena, numbers, json_int(c->arena, cell_int(&items->rows, i, 0)));
    }
    for (ptrdiff_t k = 0; k < count; k++) {
        Selector s;
        bool found = false;
        if (!selector_read(given[k]->text, &s, err)) return false;
        for (ptrdiff_t i = 0; i < items->rows.rows && !found; i++) {
            found = selects(c, &s, &items->rows, i);
        }
        if (!found && !nothing->len) *nothing = given[k]->text;
    }
    if (!numbers->count && !nothing->len) *nothing = S("none is named");
    json_set(c->arena, c->objects, S("items"), numbers);
    return true;
}

static bool is_item_named(const Case *c, int64_t number) {
    Json **all;
    const ptrdiff_t count = json_find_array(c->objects, S("items"), &all);
    for (ptrdiff_t i = 0; i < count; i++) {
        if (all[i]->number == number) return true;
    }
    return false;
}

bool touches_items(Case *c, Json *objects, PxErr *err) {
    Items items;
    Str nothing;
    if (!items_load_named(c, &items, err) || !items_name(c, &items, &nothing, err)) return false;
    Json **all;
    const ptrdiff_t count = json_find_array(c->objects, S("items"), &all);
    for (ptrdiff_t i = 0; i < count; i++) {
        json_push(
            c->arena, objects,
            json_str(c->arena, arena_format(c->arena, "item:%lld", (long long)all[i]->number)));
    }
    return true;
}

/* The items this act names (and others between them), all in the latest consolidation. */
static bool facts_items(Case *c, Items *items, PxErr *err) {
    Str nothing;
    if (!items_load_named(c, items, err) || !items_name(c, items, &nothing, err)) return false;
    MEET(c, CONSOLIDATED, items->consolidation > 0 && items->version == c->dossier.version,
         "there is none of draft %lld", (long long)c->dossier.version);
    meet(c, NEED_ITEM, !nothing.len, nothing);
    json_set(c->arena, c->result, S("items"), json_find(c->objects, S("items")));
    return true;
}

/* ---- force ---- */

bool facts_set_force(Case *c, PxErr *err) {
    Items items;
    const Str force = given_str(c, "force");
    if (!str_equal(force, S("condition")) && !str_equal(force, S("should")) &&
        !str_equal(force, S("observation"))) {
        return fail(err, PX_ERR_INPUT, S("force"), -1, "force is condition, should or observation");
    }
    if (!facts_items(c, &items, err)) return false;
    bool is_lowered = false;
    for (ptrdiff_t i = 0; i < items.rows.rows; i++) {
        is_lowered = is_lowered || (is_item_named(c, cell_int(&items.rows, i, 0)) &&
                                    str_equal(cell(&items.rows, i, 2), S("condition")) &&
                                    !str_equal(force, S("condition")));
    }
    /* its conditions are the body's own: only it can say that one is none */
    MEET(c, REASON_GIVEN, !is_lowered || given_file(c, "letter"),
         "a condition of clearance is lowered by its body's letter");
    return paper_number(c, S("letter"), 0, err);
}

bool apply_set_force(Apply *p, PxErr *err) {
    const Str title =
        arena_format(p->arena, "Letter on item %lld", (long long)of_int(p, S("item")));
    return paper_apply(p, S("letter"), S("letter"), title, 0, NULL, err) &&
           STORE_RUN(p->store, err, item_force, T(of(p, S("force"))), T(p->dossier),
                     I(of_int(p, S("item"))));
}

/* ---- dispositions ---- */

bool facts_dispose(Case *c, PxErr *err) {
    static const char *const known[] = {"accepted", "partly", "rejected", "deferred", "noted"};
    const Str disposition = given_str(c, "disposition");
    Items items;
    bool is_known = false;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        is_known = is_known || str_equal(disposition, str_from_z(known[i]));
    }
    if (!is_known) {
        return fail(err, PX_ERR_INPUT, S("disposition"), -1,
                    "a disposition is accepted, partly, rejected, deferred or noted");
    }
    const bool needs_none =
        str_equal(disposition, S("accepted")) || str_equal(disposition, S("noted"));
    MEET(c, REASON_GIVEN, needs_none || given_str(c, "reason").len > 0, "why is it %.*s?",
         (int)disposition.len, disposition.ptr);
    return facts_items(c, &items, err);
}

bool apply_dispose(Apply *p, PxErr *err) {
    Json **all;
    const ptrdiff_t count = json_find_array(p->o, S("items"), &all);
    for (ptrdiff_t i = 0; i < count; i++) {
        if (!STORE_RUN(p->store, err, disposition_delete, T(p->dossier), I(all[i]->number)) ||
            !STORE_RUN(p->store, err, disposition_insert, T(p->dossier), I(all[i]->number),
                       T(of(p, S("disposition"))), T(of(p, S("reason"))), T(p->act->actor),
                       T(p->act->on))) {
            return false;
        }
    }
    return true;
}

/* A condition of clearance that the text does not meet: deferring or noting it does not either. */
static bool is_unmet_condition(const Rows *r, ptrdiff_t i) {
    const Str how = cell(r, i, 3);
    return str_equal(cell(r, i, 2), S("condition")) && how.len && !str_equal(how, S("accepted")) &&
           !str_equal(how, S("partly"));
}

bool facts_escalate(Case *c, PxErr *err) {
    Items items;
    const int64_t number = json_find_int(c->given, S("item"), 0);
    if (!facts_items(c, &items, err)) return false;
    bool fits = false;
    for (ptrdiff_t i = 0; i < items.rows.rows; i++) {
        fits =
            fits || (cell_int(&items.rows, i, 0) == number && is_unmet_condition(&items.rows, i));
    }
    MEET(c, ITEM, fits, "item %lld is no condition that was rejected", (long long)number);
    MEET(c, REASON_GIVEN, true, "%s", "");
    return true;
}

bool apply_escalate(Apply *p, PxErr *err) {
    return STORE_RUN(p->store, err, escalation_delete, T(p->dossier), I(of_int(p, S("item")))) &&
           STORE_RUN(p->store, err, escalation_insert, T(p->dossier), I(of_int(p, S("item"))),
                     T(of(p, S("to"))), T(of(p, S("reason"))), T(p->act->actor), T(p->act->on));
}

bool facts_confirm(Case *c, PxErr *err) {
    Items items;
    if (!facts_items(c, &items, err)) return false;
    ptrdiff_t undisposed = 0;
    for (ptrdiff_t i = 0; i < items.rows.rows; i++) {
        const bool is_bare = !cell(&items.rows, i, 3).len;
        undisposed += is_bare && is_item_named(c, cell_int(&items.rows, i, 0));
    }
    MEET(c, ALL_DISPOSED, undisposed == 0, "%td of those named", undisposed);
    return true;
}

bool apply_confirm(Apply *p, PxErr *err) {
    Json **all;
    const ptrdiff_t count = json_find_array(p->o, S("items"), &all);
    for (ptrdiff_t i = 0; i < count; i++) {
        if (!STORE_RUN(p->store, err, disposition_confirm, T(p->act->actor), T(p->act->on),
                       T(p->dossier), I(all[i]->number))) {
            return false;
        }
    }
    return true;
}

/* ---- incorporation ---- */

static void step(Case *c, Json *steps, bool accept, Str selector) {
    Json *s = json_push(c->arena, steps, json_object(c->arena));
    json_set_bool(c->arena, s, S("accept"), accept);
    json_set_str(c->arena, s, S("selector"), selector);
}

/* What the dispositions make of the consolidated file: accepted changes in, all else out. */
static bool resolve_items(Case *c, const Items *items, Str *bytes, PxErr *err) {
    int64_t paper;
    WorkerFile in;
    const WorkerFile *out;
    ptrdiff_t out_count;
    Json *result, *arguments = json_object(c->arena);
    Json *steps = json_set(c->arena, arguments, S("steps"), json_array(c->arena));
    for (ptrdiff_t i = 0; i < items->rows.rows; i++) {
        const long long row = cell_int(&items->rows, i, 6), also = cell_int(&items->rows, i, 7);
        if (!row || !str_equal(cell(&items->rows, i, 3), S("accepted"))) continue;
        step(c, steps, true, arena_format(c->arena, "change:%lld", row));
        if (also) step(c, steps, true, arena_format(c->arena, "change:%lld", also));
    }
    step(c, steps, false, S("all"));
    json_set_bool(c->arena, arguments, S("no_comments"), true);
    if (!ASK_INT(c->store, c->arena, &paper, err, consolidation_paper, T(c->dossier_id),
                 I(items->consolidation))) {
        return false;
    }
    if (!paper) { /* there were comments alone: the text stays */
        if (!ASK_INT(c->store, c->arena, &paper, err, draft_paper, T(c->dossier_id),
                     I(items->version)) ||
            !paper_bytes(c, paper, &in.name, bytes, err)) {
            return false;
        }
        return true;
    }
    if (!paper_bytes(c, paper, &in.name, &in.bytes, err)) return false;
    if (!worker_call(c->service->worker, c->arena, S("resolve"), arguments, &in, 1, &result, &out,
                     &out_count, err)) {
        return false;
    }
    *bytes = out[0].bytes;
    return true;
}

/* A drafter's own text: what it does beyond the dispositions is kept as a redline, for all to see.
 */
static bool departures(Case *c, Str made, const RequestFile *own, PxErr *err) {
    const WorkerFile files[] = {{S("from the dispositions"), made}, {own->name, own->bytes}};
    const WorkerFile *out, *none;
    ptrdiff_t out_count, none_count;
    Json *result, *arguments = json_object(c->arena), **rows;
    json_set_str(c->arena, arguments, S("author"), c->person.title);
    if (!worker_call(c->service->worker, c->arena, S("compare"), arguments, files, 2, &result, &out,
                     &out_count, err) ||
        !worker_call(c->service->worker, c->arena, S("matrix"), json_object(c->arena), out, 1,
                     &result, &none, &none_count, err)) {
        return false;
    }
    const ptrdiff_t count = json_find_array(result, S("rows"), &rows);
    json_set_int(c->arena, c->objects, S("departures"), count);
    json_set_int(c->arena, c->result, S("departures"), count);
    return !count ||
           paper_keep(c, S("departure"), S("beyond-the-dispositions.docx"), out[0].bytes, err);
}

static bool has_partly(const Items *items) {
    for (ptrdiff_t i = 0; i < items->rows.rows; i++) {
        if (str_equal(cell(&items->rows, i, 3), S("partly"))) return true;
    }
    return false;
}

/* The numbers of those that the new text takes in. */
static Json *accepted(Case *c, const Items *items) {
    Json *numbers = json_array(c->arena);
    for (ptrdiff_t i = 0; i < items->rows.rows; i++) {
        if (!str_equal(cell(&items->rows, i, 3), S("accepted"))) continue;
        json_push(c->arena, numbers, json_int(c->arena, cell_int(&items->rows, i, 0)));
    }
    return numbers;
}

bool prepare_incorporate(Case *c, PxErr *err) {
    Items items;
    Str bytes;
    const RequestFile *own = given_file(c, "file");
    if (!dossier_load(c->store, c->arena, c->dossier_id, &c->dossier, err)) return false;
    if (!items_load(c, &items, err)) return false;
    json_set_int(c->arena, c->objects, S("version"), c->dossier.version + 1);
    if (!items.consolidation || items.version != c->dossier.version) return true; /* refused */
    json_set_int(c->arena, c->objects, S("consolidation"), items.consolidation);
    json_set(c->arena, c->objects, S("accepted"), accepted(c, &items));
    if (!resolve_items(c, &items, &bytes, err)) return false;
    if (!own && has_partly(&items)) {
        return fail(err, PX_ERR_INPUT, S("file"), -1,
                    "items are accepted partly: give the text as you wrote it");
    }
    if (own && !departures(c, bytes, own, err)) return false;
    const Str name = arena_format(c->arena, "draft-%lld.docx", (long long)c->dossier.version + 1);
    if (!own && !paper_keep(c, S("file"), name, bytes, err)) return false;
    return draft_read(c, own ? own->name : name, own ? own->bytes : bytes, err);
}

/* The numbers of the items of which `is` holds, for a sentence. */
static void meet_items(Case *c, Need need, const Items *items,
                       bool (*is)(const Rows *r, ptrdiff_t i)) {
    Str *numbers = NEW_ARRAY(c->arena, Str, items->rows.rows);
    ptrdiff_t count = 0;
    for (ptrdiff_t i = 0; i < items->rows.rows; i++) {
        if (!is(&items->rows, i)) continue;
        numbers[count++] = arena_format(c->arena, "%lld", (long long)cell_int(&items->rows, i, 0));
    }
    meet(c, need, count == 0, words_list(c->arena, numbers, count, 12));
}

static bool is_undisposed(const Rows *r, ptrdiff_t i) { return !cell(r, i, 3).len; }
static bool is_unconfirmed(const Rows *r, ptrdiff_t i) { return !cell(r, i, 5).len; }
static bool is_unescalated(const Rows *r, ptrdiff_t i) {
    return is_unmet_condition(r, i) && !cell_int(r, i, 8);
}

static void meet_disposed(Case *c, const Items *items) {
    meet_items(c, NEED_ALL_DISPOSED, items, is_undisposed);
    meet_items(c, NEED_ALL_CONFIRMED, items, is_unconfirmed);
    meet_items(c, NEED_CONDITIONS_ESCALATED, items, is_unescalated);
}

/* Every return went into a draft with its items disposed of, or is in the consolidation of this
 * one, whose items are. */
bool facts_returns(Case *c, PxErr *err) {
    Items items;
    Rows replies, in = {NULL, 0, 0};
    ptrdiff_t left = 0;
    if (!items_load(c, &items, err)) return false;
    const bool is_of_draft = items.consolidation && items.version == c->dossier.version;
    if (!is_of_draft) items.rows.rows = 0;
    if (!STORE_ROWS(c->store, c->arena, &replies, err, reply_texts, T(c->dossier_id)) ||
        (is_of_draft && !STORE_ROWS(c->store, c->arena, &in, err, consolidated_replies,
                                    T(c->dossier_id), I(items.consolidation)))) {
        return false;
    }
    meet_disposed(c, &items);
    Str *names = NEW_ARRAY(c->arena, Str, replies.rows);
    for (ptrdiff_t i = 0; i < replies.rows; i++) {
        bool is_in = false;
        for (ptrdiff_t k = 0; k < in.rows && !is_in; k++) {
            is_in = cell_int(&in, k, 0) == cell_int(&replies, i, 0);
        }
        if (!is_in) names[left++] = cell(&replies, i, 2);
    }
    if (left) {
        meet(c, NEED_ALL_DISPOSED, false,
             arena_format(c->arena, "those of the return of %.*s",
                          (int)words_list(c->arena, names, left, 6).len,
                          words_list(c->arena, names, left, 6).ptr));
    }
    return true;
}

bool facts_incorporate(Case *c, PxErr *err) {
    Items items;
    if (!items_load(c, &items, err)) return false;
    MEET(c, CONSOLIDATED, items.consolidation > 0 && items.version == c->dossier.version,
         "there is none of draft %lld", (long long)c->dossier.version);
    meet_disposed(c, &items);
    MEET(c, REASON_GIVEN, true, "%s", "");
    MEET(c, READABLE, true, "%s", "");
    if (!draft_facts(c, err)) return false;
    const int64_t made_of = json_find_int(c->objects, S("consolidation"), 0);
    if (made_of && made_of != items.consolidation) {
        MEET(c, DRAFT_LATEST, false, "the returns were consolidated again meanwhile");
    } else if (made_of && !json_equal(json_find(c->objects, S("accepted")), accepted(c, &items))) {
        MEET(c, DRAFT_LATEST, false, "other items were accepted meanwhile; incorporate again");
    }
    return paper_number(c, S("file"), 0, err) && paper_number(c, S("departure"), 1, err);
}

bool apply_incorporate(Apply *p, PxErr *err) {
    int64_t paper;
    const int64_t version = of_int(p, S("version"));
    return paper_apply(p, S("file"), S("draft"),
                       arena_format(p->arena, "Draft %lld", (long long)version), version, &paper,
                       err) &&
           paper_apply(p, S("departure"), S("departures"),
                       S("What the drafter changed beyond the dispositions"), version, NULL, err) &&
           draft_apply(p, paper, S("incorporate"), err);
}
