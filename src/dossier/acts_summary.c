/* acts_summary: stage 7: the two-page Summary, composed from the dossier, signed, approved, lodged.
 *
 * The views of the bodies come from the record: when each was asked, when it replied, what it
 * cleared, what it objects to, which of its proposals were not accepted and why, and "none
 * received" where nothing came. A Summary holds for the state of the dossier it was composed from:
 * a digest of that state is kept, and the Summary is not current once the state is another. */
#include "dossier/int.h"

/* ---- the state it speaks of ---- */

typedef struct State {
    Rows bodies;   /* body, name, sought on, received on, kind of reply */
    Rows rejected; /* body's name, place, force, disposition, reason */
    Rows waivers, not_consulted, vetting;
    Rows stances; /* in force: body, kind, condition, reason, number, day */
    Stand *stands;
    ptrdiff_t stand_count;
    Rows annexes;   /* number, title, kind, day */
    Rows editorial; /* provision, before, after, reason, by, day */
    Provision *provisions;
    ptrdiff_t provision_count;
} State;

static bool state_load(Case *c, State *out, PxErr *err) {
    const Str d = c->dossier_id;
    return STORE_ROWS(c->store, c->arena, &out->bodies, err, summary_bodies, T(d)) &&
           STORE_ROWS(c->store, c->arena, &out->rejected, err, summary_rejected, T(d)) &&
           STORE_ROWS(c->store, c->arena, &out->waivers, err, waiver_all, T(d)) &&
           STORE_ROWS(c->store, c->arena, &out->not_consulted, err, not_consulted_all, T(d)) &&
           STORE_ROWS(c->store, c->arena, &out->vetting, err, vetting_latest, T(d)) &&
           STORE_ROWS(c->store, c->arena, &out->stances, err, stance_in_force, T(d)) &&
           stands_load(c->store, c->arena, &c->dossier, &out->stands, &out->stand_count, err) &&
           STORE_ROWS(c->store, c->arena, &out->editorial, err, editorial_all, T(d)) &&
           provisions_load(c->store, c->arena, d, c->dossier.version, &out->provisions,
                           &out->provision_count, err) &&
           STORE_ROWS(c->store, c->arena, &out->annexes, err, annexes, T(d), I(c->dossier.version));
}

static void digest_rows(Buf *b, const Rows *r) {
    for (ptrdiff_t i = 0; i < r->rows * r->columns; i++) {
        const Value *v = &r->values[i];
        if (v->kind == VALUE_INT) buf_int(b, v->number);
        else buf_add(b, v->text);
        buf_byte(b, '\n');
    }
    buf_byte(b, '\f');
}

static Str state_digest(Case *c, const State *s) {
    Buf b = buf_new(c->arena);
    buf_format(&b, "%lld\n", (long long)c->dossier.version);
    const Rows *all[] = {&s->bodies,  &s->rejected, &s->waivers, &s->not_consulted,
                         &s->vetting, &s->stances,  &s->annexes};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) digest_rows(&b, all[i]);
    for (ptrdiff_t i = 0; i < s->stand_count; i++) {
        const Stand *at = &s->stands[i];
        buf_add(&b, at->body);
        buf_format(&b, "\n%lld %d %d %d\n", (long long)at->provision.id, (int)at->standing,
                   at->is_objection, at->is_editorial);
    }
    for (ptrdiff_t i = 0; i < s->editorial.rows; i++) {
        buf_format(&b, "%lld ", (long long)cell_int(&s->editorial, i, 0));
        buf_add(&b, cell(&s->editorial, i, 1));
        buf_add(&b, cell(&s->editorial, i, 2));
    }
    return digest_text(c->arena, digest_of(buf_str(&b)));
}

/* ---- views in words ---- */

/* "18 May 2016" for "2016-05-18". */
static Str day_in_words(Arena *a, Str day) {
    static const char *const months[] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
    int64_t month, number;
    if (day.len != 10 || !str_to_int(str_slice(day, 5, 7), &month) ||
        !str_to_int(str_slice(day, 8, 10), &number) || month < 1 || month > 12) {
        return day;
    }
    return arena_format(a, "%lld %s %.*s", (long long)number, months[month - 1], 4, day.ptr);
}

/* When its view came: with its first reply, or, of a body that sent none, with a clearance or an
 * objection. */
static Str received_on(const State *s, ptrdiff_t i) {
    if (cell(&s->bodies, i, 3).len) return cell(&s->bodies, i, 3);
    for (ptrdiff_t k = 0; k < s->stances.rows; k++) {
        if (str_equal(cell(&s->stances, k, 0), cell(&s->bodies, i, 0)))
            return cell(&s->stances, k, 5);
    }
    return S("");
}

static void view_dates(Buf *b, const State *s, ptrdiff_t i) {
    const Rows *r = &s->bodies;
    const Str name = cell(r, i, 1), sought = day_in_words(b->arena, cell(r, i, 2)),
              received = day_in_words(b->arena, received_on(s, i));
    buf_format(b, "%.*s (sought %.*s, ", (int)name.len, name.ptr, (int)sought.len, sought.ptr);
    if (received.len) buf_format(b, "received %.*s): ", (int)received.len, received.ptr);
    else buf_add(b, S("none received)"));
}

/* Row k of the rejected is of the same office, outcome and reason as row i. */
static bool is_of_kind(const Rows *r, ptrdiff_t k, ptrdiff_t i, Str name) {
    return offices_hold(cell(r, k, 0), name) && str_equal(cell(r, k, 3), cell(r, i, 3)) &&
           str_equal(cell(r, k, 4), cell(r, i, 4));
}

static bool is_first_of_kind(const Rows *r, ptrdiff_t i, Str name) {
    ptrdiff_t k = 0;
    while (k < i && !is_of_kind(r, k, i, name)) k++;
    return k == i;
}

/* "Article 1(c), Article 6(3) (a condition of clearance)": those of one outcome and reason, each
 * place once. */
static void rejected_places(Buf *b, const Rows *r, ptrdiff_t i, Str name) {
    for (ptrdiff_t k = i; k < r->rows; k++) {
        bool is_condition = false, is_said = false;
        if (!is_of_kind(r, k, i, name)) continue;
        for (ptrdiff_t m = i; m < r->rows; m++) {
            if (!is_of_kind(r, m, i, name) || !str_equal(cell(r, m, 1), cell(r, k, 1))) continue;
            is_condition = is_condition || str_equal(cell(r, m, 2), S("condition"));
            is_said = is_said || m < k;
        }
        if (is_said) continue;
        const Str place = cell(r, k, 1).len ? cell(r, k, 1) : S("the whole");
        buf_format(b, "%s%.*s%s", k > i ? ", " : "", (int)place.len, place.ptr,
                   is_condition ? " (a condition of clearance)" : "");
    }
}

static void view_rejected(Buf *b, const State *s, Str name) {
    const Rows *r = &s->rejected;
    ptrdiff_t count = 0;
    for (ptrdiff_t i = 0; i < r->rows; i++) {
        if (!offices_hold(cell(r, i, 0), name) || !is_first_of_kind(r, i, name)) continue;
        const Str how = cell(r, i, 3), reason = cell(r, i, 4);
        buf_add(b, count++ ? S("; ") : S(" Not accepted: "));
        rejected_places(b, r, i, name);
        buf_format(b, " (%.*s%s%.*s)", (int)how.len, how.ptr, reason.len ? ": " : "",
                   (int)reason.len, reason.ptr);
    }
    if (count) buf_byte(b, '.');
}

static void view_stances(Buf *b, const State *s, Str body) {
    for (ptrdiff_t i = 0; i < s->stances.rows; i++) {
        const Str condition = cell(&s->stances, i, 2), reason = cell(&s->stances, i, 3);
        if (!str_equal(cell(&s->stances, i, 0), body)) continue;
        if (str_equal(cell(&s->stances, i, 1), S("object"))) {
            buf_format(b, " It objects: %.*s.", (int)reason.len, reason.ptr);
        } else if (condition.len) {
            buf_format(b, " On condition: %.*s.", (int)condition.len, condition.ptr);
        }
    }
}

static Str given_view(const Case *c, Str body) {
    Json **pairs;
    const ptrdiff_t count = json_find_array(c->given, S("view"), &pairs);
    for (ptrdiff_t i = 0; i < count; i++) {
        if (str_equal(json_find_str(pairs[i], S("key")), body))
            return json_find_str(pairs[i], S("value"));
    }
    return S("");
}

/* Where the body stands on the text as it is: what it said of an earlier one is no support. */
static const char *support(const State *s, Str body, bool is_nil) {
    ptrdiff_t clear = 0, against = 0, open = 0;
    for (ptrdiff_t i = 0; i < s->stand_count; i++) {
        const Stand *at = &s->stands[i];
        if (!str_equal(at->body, body)) continue;
        open += at->standing == STANDING_STALE || at->standing == STANDING_MISSING;
        clear += at->standing == STANDING_CURRENT && !at->is_objection;
        against += at->standing == STANDING_CURRENT && at->is_objection;
    }
    if (against) return "does not support the text as it stands.";
    if (!clear) {
        return is_nil ? "no comments; its clearance of the text as it stands is awaited."
                      : "comments given; its clearance is awaited.";
    }
    if (open) return "supports the text in part; its clearance of the rest is awaited.";
    return is_nil ? "no comments; content with the text." : "supports the text.";
}

static Str view_words(Case *c, const State *s, ptrdiff_t i) {
    const Rows *r = &s->bodies;
    const Str body = cell(r, i, 0), kind = cell(r, i, 4), own = given_view(c, body);
    Buf b = buf_new(c->arena);
    view_dates(&b, s, i);
    if (!received_on(s, i).len) return buf_str(&b);
    if (own.len) buf_add(&b, own);
    else buf_add(&b, str_from_z(support(s, body, str_equal(kind, S("nil")))));
    view_stances(&b, s, body);
    view_rejected(&b, s, cell(r, i, 1));
    return buf_str(&b);
}

/* ---- composing ---- */

static void block(Case *c, Json *blocks, const char *style, Str text) {
    Json *b = json_push(c->arena, blocks, json_object(c->arena));
    json_set_str(c->arena, b, S("style"), str_from_z(style));
    json_set_str(c->arena, b, S("text"), text);
}

static Str given_part(const Case *c, Str id) {
    Json **pairs;
    const ptrdiff_t count = json_find_array(c->given, S("part"), &pairs);
    for (ptrdiff_t i = 0; i < count; i++) {
        if (str_equal(json_find_str(pairs[i], S("key")), id))
            return json_find_str(pairs[i], S("value"));
    }
    return S("");
}

/* What a person wrote, as the end of a sentence. */
static const char *stop_for(Str text) { return str_ends(text, S(".")) ? "" : "."; }

static Str number_of(const State *s, int64_t id) {
    for (ptrdiff_t i = 0; i < s->provision_count; i++) {
        if (s->provisions[i].id == id) return s->provisions[i].number;
    }
    return S("a provision since left out");
}

/* Changes that left clearances alive, by the reason they were certified for. */
static void part_editorial(Case *c, const State *s, Json *blocks) {
    const Rows *r = &s->editorial;
    for (ptrdiff_t i = 0; i < r->rows; i++) {
        const Str reason = cell(r, i, 3);
        Str *numbers = NEW_ARRAY(c->arena, Str, r->rows);
        ptrdiff_t count = 0, k = 0;
        while (k < i && !str_equal(cell(r, k, 3), reason)) k++;
        if (k < i) continue;
        for (; k < r->rows; k++) {
            const Str number = number_of(s, cell_int(r, k, 0));
            const bool is_said = count && str_equal(numbers[count - 1], number);
            if (str_equal(cell(r, k, 3), reason) && !is_said) numbers[count++] = number;
        }
        const Str places = words_list(c->arena, numbers, count, count);
        block(c, blocks, "bullet",
              arena_format(c->arena,
                           "Certified as editorial, so that clearances hold: %.*s (%.*s).",
                           (int)places.len, places.ptr, (int)reason.len, reason.ptr));
    }
}

static void part_views(Case *c, const State *s, Json *blocks) {
    for (ptrdiff_t i = 0; i < s->bodies.rows; i++) block(c, blocks, "bullet", view_words(c, s, i));
    for (ptrdiff_t i = 0; i < s->not_consulted.rows; i++) {
        const Str name = cell(&s->not_consulted, i, 0), because = cell(&s->not_consulted, i, 1);
        block(c, blocks, "bullet",
              arena_format(c->arena, "%.*s was not consulted, because %.*s%s", (int)name.len,
                           name.ptr, (int)because.len, because.ptr, stop_for(because)));
    }
    if (s->vetting.rows) {
        const Str on = day_in_words(c->arena, cell(&s->vetting, 0, 2)),
                  outcome = cell(&s->vetting, 0, 1);
        block(c, blocks, "bullet",
              arena_format(c->arena, "Law division: vetting %.*s on %.*s.", (int)outcome.len,
                           outcome.ptr, (int)on.len, on.ptr));
    }
    for (ptrdiff_t i = 0; i < s->waivers.rows; i++) {
        const Str need = cell(&s->waivers, i, 0), reason = cell(&s->waivers, i, 1);
        block(c, blocks, "bullet",
              arena_format(c->arena, "Waived (%.*s): %.*s%s", (int)need.len, need.ptr,
                           (int)reason.len, reason.ptr, stop_for(reason)));
    }
    part_editorial(c, s, blocks);
}

static void part_points(Case *c, Json *blocks) {
    Json **points;
    const ptrdiff_t count = json_find_array(c->given, S("point"), &points);
    for (ptrdiff_t i = 0; i < count; i++) block(c, blocks, "numbered", points[i]->text);
}

/* The draft first, then what was put on the file as an annex, then the legal memorandum. */
static void part_annexes(Case *c, const State *s, Json *blocks) {
    Json *numbers = json_set(c->arena, c->objects, S("annexes"), json_array(c->arena));
    block(c, blocks, "heading", S("Annexes"));
    for (ptrdiff_t i = 0; i < s->annexes.rows; i++) {
        const Str title = cell(&s->annexes, i, 1),
                  day = day_in_words(c->arena, cell(&s->annexes, i, 3));
        json_push(c->arena, numbers, json_int(c->arena, cell_int(&s->annexes, i, 0)));
        block(c, blocks, "bullet",
              arena_format(c->arena, "%c. %.*s of %.*s (paper %lld)", 'A' + (int)(i % 26),
                           (int)title.len, title.ptr, (int)day.len, day.ptr,
                           (long long)cell_int(&s->annexes, i, 0)));
    }
}

/* The parts the rulebook asks for, in its order; which are missing. */
static Json *blocks_make(Case *c, const State *s, Json *missing) {
    Json *blocks = json_array(c->arena);
    block(c, blocks, "title", S("Summary for the Cabinet"));
    block(c, blocks, "subtitle", c->dossier.title);
    for (ptrdiff_t i = 0; i < c->book->part_count; i++) {
        const SummaryPart *part = &c->book->parts[i];
        const Str text = given_part(c, part->id);
        const ptrdiff_t before = blocks->count;
        block(c, blocks, "heading", part->title);
        if (text.len) block(c, blocks, "paragraph", text);
        if (str_equal(part->id, S("views"))) part_views(c, s, blocks);
        if (str_equal(part->id, S("points-for-decision"))) part_points(c, blocks);
        if (blocks->count == before + 1)
            json_push(c->arena, missing, json_str(c->arena, part->title));
    }
    part_annexes(c, s, blocks);
    return blocks;
}

Grading grading_of_cabinet_papers(const Case *c) {
    const Grading least = c->book->cabinet_papers;
    return c->dossier.grading > least ? c->dossier.grading : least;
}

bool prepare_compose_summary(Case *c, PxErr *err) {
    State s;
    const WorkerFile *out;
    ptrdiff_t out_count;
    int pages = 0;
    Str pdf;
    Json *result, *arguments = json_object(c->arena), *missing = json_array(c->arena);
    if (!dossier_load(c->store, c->arena, c->dossier_id, &c->dossier, err)) return false;
    if (!c->dossier.version) return true; /* refused */
    if (!state_load(c, &s, err)) return false;
    json_set(c->arena, arguments, S("blocks"), blocks_make(c, &s, missing));
    const Str grading = str_from_z(grading_words(grading_of_cabinet_papers(c)));
    json_set_str(c->arena, arguments, S("header"), grading);
    json_set_str(c->arena, arguments, S("footer"), grading);
    json_set_str(c->arena, arguments, S("title"), S("Summary for the Cabinet"));
    if (!worker_call(c->service->worker, c->arena, S("compose"), arguments, NULL, 0, &result, &out,
                     &out_count, err) ||
        !worker_pages(c->service->worker, c->arena, out[0].bytes, &pages, &pdf, err)) {
        return false;
    }
    Json *bodies = json_array(c->arena);
    for (ptrdiff_t i = 0; i < s.bodies.rows; i++) {
        json_push(c->arena, bodies, json_str(c->arena, cell(&s.bodies, i, 0)));
    }
    json_set(c->arena, c->objects, S("bodies"), bodies);
    json_set(c->arena, c->objects, S("missing"), missing);
    json_set_int(c->arena, c->objects, S("pages"), pages);
    json_set_int(c->arena, c->objects, S("version"), c->dossier.version);
    json_set_str(c->arena, c->objects, S("state_digest"), state_digest(c, &s));
    return paper_keep(c, S("summary"), S("summary.docx"), out[0].bytes, err) &&
           paper_keep(c, S("print"), S("summary.pdf"), pdf, err);
}

static void meet_list(Case *c, Need need, Str key) {
    Json **all;
    const ptrdiff_t count = json_find_array(c->objects, key, &all);
    Str *words = NEW_ARRAY(c->arena, Str, count);
    for (ptrdiff_t i = 0; i < count; i++) words[i] = all[i]->text;
    meet(c, need, count == 0, words_list(c->arena, words, count, 8));
}

bool facts_compose_summary(Case *c, PxErr *err) {
    State s;
    int64_t last;
    const int64_t pages = json_find_int(c->objects, S("pages"), 0);
    if (!state_load(c, &s, err) || !facts_clearances(c, err) || !facts_vetted(c, err) ||
        !ASK_INT(c->store, c->arena, &last, err, summary_last, T(c->dossier_id))) {
        return false;
    }
    meet_list(c, NEED_SUMMARY_PARTS, S("missing"));
    const int most = c->book->summary_pages;
    MEET(c, SUMMARY_FITS, !most || pages <= most, "%lld pages, and %d are allowed",
         (long long)pages, most);
    MEET(c, SUMMARY_CURRENT,
         str_equal(json_find_str(c->objects, S("state_digest")), state_digest(c, &s)),
         "compose it again");
    json_set_int(c->arena, c->objects, S("number"), last + 1);
    json_set_int(c->arena, c->result, S("summary"), last + 1);
    json_set_int(c->arena, c->result, S("pages"), pages);
    return paper_number(c, S("print"), 1, err) && paper_number(c, S("summary"), 0, err);
}

bool apply_compose_summary(Apply *p, PxErr *err) {
    int64_t paper;
    const int64_t version = of_int(p, S("version")), number = of_int(p, S("number"));
    const Json *bodies = json_find(p->o, S("bodies"));
    return paper_apply(p, S("summary"), S("summary"),
                       arena_format(p->arena, "Summary %lld", (long long)number), version, &paper,
                       err) &&
           paper_apply(p, S("print"), S("summary-print"),
                       arena_format(p->arena, "Summary %lld, as printed", (long long)number),
                       version, NULL, err) &&
           STORE_RUN(p->store, err, summary_insert, T(p->dossier), I(number), I(version), I(paper),
                     I(of_int(p, S("pages"))), T(json_text(p->arena, json_find(p->o, S("part")))),
                     T(of(p, S("state_digest"))), T(bodies ? json_text(p->arena, bodies) : S("")),
                     T(p->act->actor), T(p->act->on));
}

/* ---- the Summary that is on the table ---- */

typedef struct Summary {
    int64_t number, version, pages;
    Str state_digest, bodies, signed_on, approved_on, lodged_on, meeting, completeness,
        circulated_on, respond_by;
} Summary;

static bool summary_load(Case *c, Summary *out, PxErr *err) {
    Rows r;
    *out = (Summary){.number = 0};
    if (!STORE_ROWS(c->store, c->arena, &r, err, summary_latest, T(c->dossier_id))) return false;
    if (!r.rows) return true;
    *out = (Summary){.number = cell_int(&r, 0, 0),
                     .version = cell_int(&r, 0, 1),
                     .pages = cell_int(&r, 0, 2),
                     .state_digest = cell(&r, 0, 3),
                     .bodies = cell(&r, 0, 4),
                     .signed_on = cell(&r, 0, 5),
                     .approved_on = cell(&r, 0, 6),
                     .lodged_on = cell(&r, 0, 7),
                     .meeting = cell(&r, 0, 8),
                     .completeness = cell(&r, 0, 9),
                     .circulated_on = cell(&r, 0, 10),
                     .respond_by = cell(&r, 0, 11)};
    return true;
}

/* Every body that was asked has its view, or its silence, in the Summary. */
static bool facts_views(Case *c, const Summary *s, const State *state, PxErr *err) {
    Json *bodies = json_array(c->arena);
    if (s->bodies.len && !json_read(c->arena, S("bodies"), s->bodies, &bodies, err)) return false;
    Str *missing = NEW_ARRAY(c->arena, Str, state->bodies.rows);
    ptrdiff_t count = 0;
    for (ptrdiff_t i = 0; i < state->bodies.rows; i++) {
        bool is_in = false;
        for (ptrdiff_t k = 0; k < bodies->count && !is_in; k++) {
            is_in = str_equal(bodies->items[k]->text, cell(&state->bodies, i, 0));
        }
        if (!is_in) missing[count++] = cell(&state->bodies, i, 1);
    }
    meet(c, NEED_VIEWS_REFLECTED, s->number > 0 && count == 0,
         words_list(c->arena, missing, count, 6));
    return true;
}

bool facts_summary(Case *c, PxErr *err) {
    Summary s;
    State state;
    int64_t approvals;
    if (!summary_load(c, &s, err) || !state_load(c, &state, err) ||
        !facts_views(c, &s, &state, err) || !facts_clearances(c, err) || !facts_vetted(c, err) ||
        !ASK_INT(c->store, c->arena, &approvals, err, prior_approval_last, T(c->dossier_id))) {
        return false;
    }
    const int most = c->book->summary_pages;
    MEET(c, SUMMARY, s.number > 0, "%s", "");
    MEET(c, SUMMARY_PARTS, s.number > 0, "%s", "all");
    MEET(c, SUMMARY_FITS, s.number > 0 && (!most || s.pages <= most), "%lld pages",
         (long long)s.pages);
    MEET(c, SUMMARY_CURRENT, str_equal(s.state_digest, state_digest(c, &state)),
         "compose it again");
    MEET(c, SUMMARY_SIGNED, s.signed_on.len > 0, "%s", "");
    MEET(c, SUMMARY_APPROVED, s.approved_on.len > 0, "%s", "");
    MEET(c, PRIOR_APPROVAL, approvals > 0, "%s", "");
    MEET(c, LODGED, s.lodged_on.len > 0 && !str_equal(s.completeness, S("returned")), "%s", "");
    MEET(c, COMPLETE, str_equal(s.completeness, S("accepted")), "%s", "");
    MEET(c, CABINET_CIRCULATED, s.circulated_on.len > 0, "%s", "");
    json_set_int(c->arena, c->objects, S("summary"), s.number);
    /* The Cabinet is shown every override: one that the Summary does not show is none before it. */
    if (act_stage(c->kind) >= 8 && !set_has(c->facts.met, NEED_SUMMARY_CURRENT))
        c->facts.waived = 0;
    return true;
}

/* ---- signing, approving, lodging ---- */

bool facts_sign_summary(Case *c, PxErr *err) { return facts_summary(c, err); }

bool apply_sign_summary(Apply *p, PxErr *err) {
    return STORE_RUN(p->store, err, summary_sign, T(p->act->actor), T(p->act->on), T(p->dossier),
                     I(of_int(p, S("summary"))));
}

bool facts_approve_summary(Case *c, PxErr *err) { return facts_summary(c, err); }

bool apply_approve_summary(Apply *p, PxErr *err) {
    return STORE_RUN(p->store, err, summary_approve, T(p->act->actor), T(p->act->on),
                     T(of(p, S("recommendation"))), T(p->dossier), I(of_int(p, S("summary"))));
}

bool facts_dissent_note(Case *c, PxErr *err) { return facts_summary(c, err); }

bool apply_dissent_note(Apply *p, PxErr *err) {
    return STORE_RUN(p->store, err, summary_dissent, T(of(p, S("text"))), T(p->dossier),
                     I(of_int(p, S("summary"))));
}

/* The first meeting that what comes on the day can go to. */
bool earliest_meeting(const Case *c, Day day, Day *out, PxErr *err) {
    const Clock *lead = &c->book->lead;
    *out = day;
    return !lead->is_set || day_after(lead->kind, lead->days, day, c->book->calendar, out, err);
}

bool facts_lodge(Case *c, PxErr *err) {
    const Str given = given_str(c, "meeting");
    Day meeting = DAY_NONE, earliest, by_entry;
    if (!facts_summary(c, err) || !facts_returns(c, err)) return false;
    if (!day_read(given, &meeting)) return fail(err, PX_ERR_INPUT, S("meeting"), -1, "no day");
    if (!earliest_meeting(c, c->on, &earliest, err) ||
        !earliest_meeting(c, c->entered, &by_entry, err)) {
        return false;
    }
    if (c->book->lead.is_set &&
        by_entry > meeting) { /* the Cabinet Division says whether it came in time */
        const Str entered = day_text(c->arena, c->entered);
        json_set_str(c->arena, c->objects, S("late_entry"), entered);
        json_set_str(c->arena, c->result, S("late_entry"), entered);
    }
    const Str day = day_text(c->arena, earliest);
    MEET(c, LEAD_TIME, meeting >= earliest, "the earliest meeting it can go to is on %.*s",
         (int)day.len, day.ptr);
    return true;
}

bool apply_lodge(Apply *p, PxErr *err) {
    return STORE_RUN(p->store, err, summary_lodge, T(p->act->on), T(of(p, S("meeting"))),
                     T(p->dossier), I(of_int(p, S("summary"))));
}

/* ---- waivers, prior approval ---- */

bool facts_waive(Case *c, PxErr *err) {
    Need need;
    const Str name = given_str(c, "need");
    (void)err;
    const bool fits = need_read(name, &need) && set_has(c->book->waivable, need);
    if (!fits) {
        return fail(err, PX_ERR_INPUT, S("need"), -1,
                    "\"%.*s\" is nothing this rulebook lets anyone waive", (int)name.len, name.ptr);
    }
    MEET(c, REASON_GIVEN, true, "%s", "");
    return true;
}

bool apply_waive(Apply *p, PxErr *err) {
    return STORE_RUN(p->store, err, waiver_delete, T(p->dossier), T(of(p, S("need")))) &&
           STORE_RUN(p->store, err, waiver_insert, T(p->dossier), T(of(p, S("need"))),
                     T(of(p, S("reason"))), T(p->act->actor), T(p->act->on));
}

bool facts_prior_approval(Case *c, PxErr *err) {
    int64_t last;
    if (!ASK_INT(c->store, c->arena, &last, err, prior_approval_last, T(c->dossier_id)))
        return false;
    json_set_int(c->arena, c->objects, S("number"), last + 1);
    return facts_summary(c, err);
}

bool apply_prior_approval(Apply *p, PxErr *err) {
    return STORE_RUN(p->store, err, prior_approval_insert, T(p->dossier), I(of_int(p, S("number"))),
                     T(of(p, S("reference"))), T(p->act->actor), T(p->act->on));
}
