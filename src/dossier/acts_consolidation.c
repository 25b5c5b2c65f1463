/* acts_consolidation: stage 4: the returns become one proven redline, and its changes and comments
 * the items to dispose of. What cannot be merged (a comment table's rows, a return on a superseded
 * text, a quarantined file) becomes an item too, so that nothing is passed over. */
#include "dossier/int.h"

typedef struct Reply {
    int64_t number, version, paper;
    Str body, name, kind, clean, conditions, observations, unreadable;
    bool is_superseded, is_quarantined;
} Reply;

typedef struct Replies {
    Reply *all;
    ptrdiff_t count;
} Replies;

/* The latest reply of each body, but for silence and nil returns. */
static bool replies_load(Case *c, Replies *out, PxErr *err) {
    Rows r;
    if (!STORE_ROWS(c->store, c->arena, &r, err, reply_texts, T(c->dossier_id))) return false;
    out->all = NEW_ARRAY(c->arena, Reply, r.rows);
    out->count = 0;
    for (ptrdiff_t i = 0; i < r.rows; i++) {
        out->all[out->count++] = (Reply){.number = cell_int(&r, i, 0),
                                         .body = cell(&r, i, 1),
                                         .name = cell(&r, i, 2),
                                         .kind = cell(&r, i, 3),
                                         .clean = cell(&r, i, 4),
                                         .version = cell_int(&r, i, 5),
                                         .is_quarantined = cell_int(&r, i, 6) != 0,
                                         .conditions = cell(&r, i, 7),
                                         .observations = cell(&r, i, 8),
                                         .paper = cell_int(&r, i, 9),
                                         .is_superseded = cell_int(&r, i, 5) < c->dossier.version};
    }
    return true;
}

/* ---- force ---- */

static bool is_place(Str number, Str place) {
    return str_equal(number, S("all")) || number_is_under(place, number);
}

static bool names_place(Arena *a, Str list, Str place) {
    Json *numbers;
    PxErr err;
    if (!list.len || !json_read(a, S("conditions"), list, &numbers, &err)) return false;
    for (ptrdiff_t i = 0; i < numbers->count; i++) {
        if (is_place(numbers->items[i]->text, place)) return true;
    }
    return false;
}

/* "Condition: ...", "OBSERVATION - ..."; not "Should the parties agree ...". */
static bool says(Str comment, Str force) {
    static const char *const ends[] = {":", ".", "-", ")", "\xe2\x80\x93", "\xe2\x80\x94"};
    if (comment.len < force.len || !str_equal_fold(str_slice(comment, 0, force.len), force))
        return false;
    const Str rest = str_trim(str_slice(comment, force.len, comment.len));
    if (!rest.len || str_starts(rest, S("of clearance"))) return true;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        if (str_starts(rest, str_from_z(ends[i]))) return true;
    }
    return false;
}

/* A comment may say its force itself; else the letter did, for the place; else the rulebook's. What
 * several bodies propose has the force of whose is strongest. */
static Str force_of(const Case *c, const Replies *replies, Str offices, Str place, Str comment) {
    if (says(comment, S("condition"))) return S("condition");
    if (says(comment, S("observation"))) return S("observation");
    if (says(comment, S("should"))) return S("should");
    bool is_observed = false, is_more = false;
    for (ptrdiff_t i = 0; i < replies->count; i++) {
        const Reply *r = &replies->all[i];
        if (!offices_hold(offices, r->name)) continue;
        if (names_place(c->arena, r->conditions, place)) return S("condition");
        const bool observes = names_place(c->arena, r->observations, place);
        is_observed = is_observed || observes;
        is_more = is_more || (!observes && str_equal(r->kind, S("comments")));
    }
    if (is_observed && !is_more) return S("observation");
    return c->book->default_force.len ? c->book->default_force : S("should");
}

/* ---- items ---- */

static Json *item_new(const Case *c, Json *items, Str kind, Str offices, Str place) {
    Json *item = json_push(c->arena, items, json_object(c->arena));
    json_set_str(c->arena, item, S("kind"), kind);
    json_set_str(c->arena, item, S("offices"), offices);
    json_set_str(c->arena, item, S("place"), place);
    return item;
}

static ptrdiff_t index_of_row(Json **rows, ptrdiff_t count, int64_t number) {
    for (ptrdiff_t i = 0; i < count; i++) {
        if (json_find_int(rows[i], S("number"), 0) == number) return i;
    }
    return -1;
}

/* A row's conflicts as positions among the items, from 1. */
static void item_conflicts(const Case *c, Json *item, Json *row, Json **rows, ptrdiff_t count) {
    Json **numbers, *out = json_array(c->arena);
    const ptrdiff_t number_count = json_find_array(row, S("conflicts"), &numbers);
    for (ptrdiff_t i = 0; i < number_count; i++) {
        const ptrdiff_t at = index_of_row(rows, count, numbers[i]->number);
        if (at >= 0) json_push(c->arena, out, json_int(c->arena, at + 1));
    }
    if (out->count) json_set(c->arena, item, S("conflicts"), out);
}

static void items_of_rows(Case *c, const Replies *replies, Json *result, Json *items) {
    Json **rows;
    const ptrdiff_t count = json_find_array(result, S("rows"), &rows);
    for (ptrdiff_t i = 0; i < count; i++) {
        Json *row = rows[i];
        const Str offices = json_find_str(row, S("office")),
                  place = json_find_str(row, S("provision"));
        Json *item = item_new(c, items, json_find_str(row, S("kind")), offices, place);
        if (!json_find_bool(row, S("is_comment"))) {
            json_set_int(c->arena, item, S("row"), json_find_int(row, S("number"), 0));
            json_set_int(c->arena, item, S("also"), json_find_int(row, S("also"), 0));
        }
        json_set_str(c->arena, item, S("person"), json_find_str(row, S("person")));
        json_set_str(c->arena, item, S("existing"), json_find_str(row, S("existing")));
        json_set_str(c->arena, item, S("proposed"), json_find_str(row, S("proposed")));
        json_set_str(c->arena, item, S("comment"), json_find_str(row, S("comment")));
        json_set_str(c->arena, item, S("force"),
                     force_of(c, replies, offices, place, json_find_str(row, S("comment"))));
        item_conflicts(c, item, row, rows, count);
    }
}

static bool items_of_table(Case *c, const Replies *replies, const Reply *reply, Json *items,
                           PxErr *err) {
    Rows r;
    if (!STORE_ROWS(c->store, c->arena, &r, err, comment_rows, T(c->dossier_id),
                    I(reply->number))) {
        return false;
    }
    for (ptrdiff_t i = 0; i < r.rows; i++) {
        Json *item = item_new(c, items, S("comment"), reply->name, cell(&r, i, 0));
        json_set_str(c->arena, item, S("comment"), cell(&r, i, 2));
        json_set_str(c->arena, item, S("proposed"), cell(&r, i, 3));
        const Str force = force_of(c, replies, reply->name, cell(&r, i, 0), cell(&r, i, 2));
        const bool is_editorial = str_equal_fold(cell(&r, i, 1), S("ed"));
        json_set_str(c->arena, item, S("force"),
                     is_editorial && !str_equal(force, S("condition")) ? S("observation") : force);
    }
    return true;
}

static void item_of_whole(Case *c, const Reply *reply, const char *why, Json *items) {
    Json *item = item_new(c, items, S("return"), reply->name, S(""));
    json_set_str(
        c->arena, item, S("comment"),
        arena_format(c->arena, "%s; read paper %lld by hand.", why, (long long)reply->paper));
    json_set_str(c->arena, item, S("force"), reply->conditions.len ? S("condition") : S("should"));
}

static bool has_item_at(const Reply *reply, Str number, const Json *items) {
    for (ptrdiff_t i = 0; i < items->count; i++) {
        if (offices_hold(json_find_str(items->items[i], S("offices")), reply->name) &&
            is_place(number, json_find_str(items->items[i], S("place")))) {
            return true;
        }
    }
    return false;
}

/* A condition that the letter makes, and that meets no change and no comment, is an item of its
 * own, so that it is not lost. */
static bool items_of_letter(Case *c, const Reply *reply, Json *items, PxErr *err) {
    Json *numbers;
    if (!reply->conditions.len) return true;
    if (!json_read(c->arena, S("conditions"), reply->conditions, &numbers, err)) return false;
    for (ptrdiff_t i = 0; i < numbers->count; i++) {
        const Str number = numbers->items[i]->text;
        if (has_item_at(reply, number, items)) continue;
        Json *item = item_new(c, items, S("return"), reply->name,
                              str_equal(number, S("all")) ? S("") : number);
        json_set_str(c->arena, item, S("comment"),
                     arena_format(c->arena,
                                  "A condition on %.*s, where its file changes and says nothing; "
                                  "read paper %lld by hand.",
                                  (int)number.len, number.ptr, (long long)reply->paper));
        json_set_str(c->arena, item, S("force"), S("condition"));
    }
    return true;
}

/* ---- consolidating ---- */

static bool is_mergeable(const Reply *r) {
    return str_equal(r->kind, S("comments")) && !r->is_quarantined && !r->is_superseded;
}

static bool merge(Case *c, const Replies *replies, Json **result, PxErr *err) {
    WorkerFile *files = NEW_ARRAY(c->arena, WorkerFile, replies->count + 1);
    const WorkerFile *out;
    ptrdiff_t count = 1, out_count;
    int64_t paper;
    Json *arguments = json_object(c->arena);
    Json *offices = json_set(c->arena, arguments, S("offices"), json_array(c->arena));
    if (!ASK_INT(c->store, c->arena, &paper, err, draft_paper, T(c->dossier_id),
                 I(c->dossier.version)) ||
        !paper_bytes(c, paper, &files[0].name, &files[0].bytes, err)) {
        return false;
    }
    for (ptrdiff_t i = 0; i < replies->count; i++) {
        const Reply *r = &replies->all[i];
        Digest clean;
        if (!is_mergeable(r)) continue;
        if (!digest_read(r->clean, &clean) ||
            !store_fetch(c->store, c->arena, clean, &files[count].bytes, err)) {
            return false;
        }
        files[count++].name = r->name;
        json_push(c->arena, offices, json_str(c->arena, r->name));
    }
    *result = json_object(c->arena);
    if (count == 1) return true; /* tables and comments alone */
    if (!worker_call(c->service->worker, c->arena, S("consolidate"), arguments, files, count,
                     result, &out, &out_count, err)) {
        return false;
    }
    return paper_keep(
        c, S("consolidated"),
        arena_format(c->arena, "draft-%lld-consolidated.docx", (long long)c->dossier.version),
        out[0].bytes, err);
}

bool prepare_consolidate(Case *c, PxErr *err) {
    Replies replies;
    Json *result, *items = json_array(c->arena), *numbers = json_array(c->arena);
    if (!dossier_load(c->store, c->arena, c->dossier_id, &c->dossier, err)) return false;
    if (!c->dossier.version) return true; /* refused */
    if (!replies_load(c, &replies, err) || !merge(c, &replies, &result, err)) return false;
    items_of_rows(c, &replies, result, items);
    for (ptrdiff_t i = 0; i < replies.count; i++) {
        const Reply *r = &replies.all[i];
        json_push(c->arena, numbers, json_int(c->arena, r->number));
        if (r->is_quarantined) {
            item_of_whole(c, r, "The file is quarantined", items);
        } else if (r->is_superseded) {
            item_of_whole(c, r, "The return is on a superseded draft", items);
        } else if ((str_equal(r->kind, S("table")) &&
                    !items_of_table(c, &replies, r, items, err)) ||
                   !items_of_letter(c, r, items, err)) {
            return false;
        }
    }
    json_set(c->arena, c->objects, S("replies"), numbers);
    json_set(c->arena, c->objects, S("items"), items);
    json_set_int(c->arena, c->objects, S("version"), c->dossier.version);
    Json *verdicts = json_find(result, S("verdicts"));
    if (verdicts) json_set(c->arena, c->objects, S("verdicts"), verdicts);
    Json *notices = json_find(result, S("notices"));
    if (notices) json_set(c->arena, c->objects, S("notices"), notices);
    return true;
}

static bool facts_closed(Case *c, PxErr *err) {
    Rows r;
    if (!STORE_ROWS(c->store, c->arena, &r, err, addressee_open, T(c->dossier_id),
                    I(c->dossier.version))) {
        return false;
    }
    Str *names = NEW_ARRAY(c->arena, Str, r.rows);
    for (ptrdiff_t i = 0; i < r.rows; i++) names[i] = cell(&r, i, 0);
    meet(c, NEED_REPLIES_CLOSED, r.rows == 0, words_list(c->arena, names, r.rows, 6));
    return true;
}

/* What was merged is what there is to merge: the same draft, the same replies. */
static bool facts_fresh(Case *c, PxErr *err) {
    Replies now;
    Json **read;
    const ptrdiff_t count = json_find_array(c->objects, S("replies"), &read);
    if (!replies_load(c, &now, err)) return false;
    bool is_fresh =
        json_find_int(c->objects, S("version"), 0) == c->dossier.version && now.count == count;
    for (ptrdiff_t i = 0; i < count && is_fresh; i++) {
        is_fresh = read[i]->number == now.all[i].number;
    }
    MEET(c, DRAFT_LATEST, is_fresh, "a draft or a reply came in meanwhile; consolidate again");
    return true;
}

/* ---- forces that were set ---- */

static int strength(Str force) {
    return str_equal(force, S("condition")) ? 2 : str_equal(force, S("observation")) ? 0 : 1;
}

/* What makes an item the same in two consolidations of one draft. */
static uint64_t item_hash(Arena *a, Str offices, Str place, Str existing, Str proposed,
                          Str comment) {
    const Str all[] = {offices, place, existing, proposed, comment};
    Buf b = buf_new(a);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        buf_add(&b, all[i]);
        buf_byte(&b, '\0');
    }
    const uint64_t hash = hash_fast(buf_str(&b));
    return hash ? hash : 1;
}

/* A force that was set by the registry in an earlier consolidation of this draft holds, unless the
 * letters make it stronger: consolidating again weakens no condition. */
static bool forces_keep(Case *c, PxErr *err) {
    Rows r;
    Json **items;
    Map before = map_new(c->arena);
    if (!STORE_ROWS(c->store, c->arena, &r, err, item_forces, T(c->dossier_id),
                    I(c->dossier.version))) {
        return false;
    }
    for (ptrdiff_t i = 0; i < r.rows; i++) { /* those of the latest last */
        map_put(&before,
                item_hash(c->arena, cell(&r, i, 0), cell(&r, i, 1), cell(&r, i, 2), cell(&r, i, 3),
                          cell(&r, i, 4)),
                (uint64_t)i + 1);
    }
    const ptrdiff_t count = json_find_array(c->objects, S("items"), &items);
    for (ptrdiff_t i = 0; i < count; i++) {
        uint64_t at;
        const Json *o = items[i];
        if (!map_find(&before,
                      item_hash(c->arena, json_find_str(o, S("offices")),
                                json_find_str(o, S("place")), json_find_str(o, S("existing")),
                                json_find_str(o, S("proposed")), json_find_str(o, S("comment"))),
                      &at)) {
            continue;
        }
        const Str force = cell(&r, (ptrdiff_t)at - 1, 5);
        if (strength(force) > strength(json_find_str(o, S("force"))))
            json_set_str(c->arena, items[i], S("force"), force);
    }
    return true;
}

bool facts_consolidate(Case *c, PxErr *err) {
    int64_t last, items, replies, sent;
    Json **all;
    if (!ASK_INT(c->store, c->arena, &last, err, consolidation_last, T(c->dossier_id)) ||
        !ASK_INT(c->store, c->arena, &items, err, item_last, T(c->dossier_id)) ||
        !ASK_INT(c->store, c->arena, &replies, err, reply_given, T(c->dossier_id)) ||
        !ASK_INT(c->store, c->arena, &sent, err, circulation_last, T(c->dossier_id))) {
        return false;
    }
    json_set_int(c->arena, c->objects, S("number"), last + 1);
    json_set_int(c->arena, c->objects, S("first"), items + 1);
    json_set_int(c->arena, c->result, S("consolidation"), last + 1);
    json_set_int(c->arena, c->result, S("items"), json_find_array(c->objects, S("items"), &all));
    MEET(c, RETURNS, replies > 0, "%s", "");
    MEET(c, CIRCULATED, sent > 0, "%s", "");
    return forces_keep(c, err) && facts_fresh(c, err) && facts_closed(c, err) &&
           paper_number(c, S("consolidated"), 0, err);
}

/* ---- apply ---- */

static Str conflicts_text(const Apply *p, const Json *item) {
    Json **all, *out = json_array(p->arena);
    const ptrdiff_t count = json_find_array(item, S("conflicts"), &all);
    for (ptrdiff_t i = 0; i < count; i++) {
        json_push(p->arena, out, json_int(p->arena, of_int(p, S("first")) - 1 + all[i]->number));
    }
    return count ? json_text(p->arena, out) : S("");
}

static bool item_apply(Apply *p, const Json *item, int64_t number, PxErr *err) {
    return STORE_RUN(p->store, err, item_insert, T(p->dossier), I(number),
                     I(of_int(p, S("number"))), I(json_find_int(item, S("row"), 0)),
                     I(json_find_int(item, S("also"), 0)), T(json_find_str(item, S("kind"))),
                     T(json_find_str(item, S("offices"))), T(json_find_str(item, S("person"))),
                     T(json_find_str(item, S("place"))), T(json_find_str(item, S("existing"))),
                     T(json_find_str(item, S("proposed"))), T(json_find_str(item, S("comment"))),
                     T(json_find_str(item, S("force"))), T(conflicts_text(p, item)));
}

bool apply_consolidate(Apply *p, PxErr *err) {
    int64_t paper;
    const int64_t version = of_int(p, S("version"));
    const Json *replies = json_find(p->o, S("replies"));
    if (!paper_apply(p, S("consolidated"), S("consolidated"),
                     arena_format(p->arena, "Draft %lld with what %td bodies propose",
                                  (long long)version, replies ? replies->count : 0),
                     version, &paper, err) ||
        !STORE_RUN(p->store, err, consolidation_insert, T(p->dossier), I(of_int(p, S("number"))),
                   I(version), I(paper), T(replies ? json_text(p->arena, replies) : S("")),
                   T(p->act->actor), T(p->act->on))) {
        return false;
    }
    for (ptrdiff_t i = 0; replies && i < replies->count; i++) {
        if (!STORE_RUN(p->store, err, consolidated_reply_insert, T(p->dossier),
                       I(of_int(p, S("number"))), I(replies->items[i]->number), I(version))) {
            return false;
        }
    }
    Json **items;
    const ptrdiff_t count = json_find_array(p->o, S("items"), &items);
    for (ptrdiff_t i = 0; i < count; i++) {
        if (!item_apply(p, items[i], of_int(p, S("first")) + i, err)) return false;
    }
    return true;
}
