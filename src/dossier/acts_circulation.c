/* acts_circulation: stage 2. Each addressee gets a copy of its own: numbered, marked at the top and
 * bottom of every page, and known by an id inside the file and by its digest in the record. */
#include "dossier/int.h"

/* ---- not consulted ---- */

bool facts_not_consulted(Case *c, PxErr *err) {
    (void)err;
    MEET(c, REASON_GIVEN, given_str(c, "because").len > 0, "%s", "why is the body left out?");
    return true;
}

bool apply_not_consulted(Apply *p, PxErr *err) {
    return STORE_RUN(p->store, err, not_consulted_delete, T(p->dossier), T(of(p, S("body")))) &&
           STORE_RUN(p->store, err, not_consulted_insert, T(p->dossier), T(of(p, S("body"))),
                     T(of(p, S("because"))), T(p->act->on));
}

/* ---- what each addressee is asked about ---- */

/* The provisions named for body in `concern`; NULL: all. */
static bool concerns_given(Case *c, Str body, const Provision *all, ptrdiff_t count, Json **out,
                           PxErr *err) {
    Json **pairs;
    const ptrdiff_t pair_count = json_find_array(c->given, S("concern"), &pairs);
    *out = NULL;
    for (ptrdiff_t i = 0; i < pair_count; i++) {
        const Str number = json_find_str(pairs[i], S("value"));
        if (!str_equal(json_find_str(pairs[i], S("key")), body)) continue;
        if (!*out) *out = json_array(c->arena);
        if (!provisions_named(all, count, number, c->arena, *out)) {
            return fail(err, PX_ERR_INPUT, S("concern"), -1, "the draft has no provision \"%.*s\"",
                        (int)number.len, number.ptr);
        }
    }
    return true;
}

static bool concerns_stale(Case *c, Str body, Json **out, PxErr *err) {
    Stand *stands;
    ptrdiff_t count;
    if (!stands_load(c->store, c->arena, &c->dossier, &stands, &count, err)) return false;
    *out = json_array(c->arena);
    for (ptrdiff_t i = 0; i < count; i++) {
        if (!str_equal(stands[i].body, body)) continue;
        if (stands[i].standing != STANDING_STALE && stands[i].standing != STANDING_MISSING)
            continue;
        json_push(c->arena, *out, json_int(c->arena, stands[i].provision.id));
    }
    if ((*out)->count) return true;
    return fail(err, PX_ERR_INPUT, S("stale"), -1, "nothing is to be asked of %.*s again",
                (int)body.len, body.ptr);
}

/* ---- the copies ---- */

static bool copy_make(Case *c, Json *copy, Str draft, Str body_words, PxErr *err) {
    unsigned char random[16];
    const WorkerFile in = {S("draft.docx"), draft};
    const WorkerFile *out;
    ptrdiff_t out_count;
    Json *result;
    os_random(random, sizeof random);
    Digest mixed = digest_of((Str){(const char *)random, sizeof random});
    const Str id = str_slice(digest_text(c->arena, mixed), 0, 32);
    const char *grading = grading_words(c->dossier.grading);
    const long long number = json_find_int(copy, S("copy"), 0);
    Json *arguments = json_object(c->arena);
    json_set_str(c->arena, arguments, S("header"), str_from_z(grading));
    json_set_str(c->arena, arguments, S("footer"),
                 arena_format(c->arena, "%s · Copy %lld · %.*s · Draft %lld", grading, number,
                              (int)body_words.len, body_words.ptr, (long long)c->dossier.version));
    json_set_str(c->arena, arguments, S("copy_id"), id);
    json_set_str(c->arena, copy, S("copy_id"), id);
    if (!worker_call(c->service->worker, c->arena, S("mark"), arguments, &in, 1, &result, &out,
                     &out_count, err)) {
        return false;
    }
    Digest digest;
    if (!store_keep(c->store, out[0].bytes, &digest, err)) return false;
    Json *paper = json_set(c->arena, copy, S("paper"), json_object(c->arena));
    const Str body = json_find_str(copy, S("body"));
    json_set_str(c->arena, paper, S("name"),
                 arena_format(c->arena, "draft-%lld-copy-%lld-%.*s.docx",
                              (long long)c->dossier.version, number, (int)body.len, body.ptr));
    json_set_str(c->arena, paper, S("digest"), digest_text(c->arena, digest));
    json_set_int(c->arena, paper, S("bytes"), out[0].bytes.len);
    return true;
}

typedef struct Sending {
    Str draft; /* bytes */
    Provision *all;
    ptrdiff_t count;
    int64_t copies; /* numbered so far */
} Sending;

static bool addressee_prepare(Case *c, Sending *s, Json *pair, Json *copies, PxErr *err) {
    const Str body = json_find_str(pair, S("key"));
    Str words;
    bool is_known;
    Json *concerns;
    if (!body_name(c->store, c->arena, body, &words, NULL, &is_known, err)) return false;
    if (!is_known) {
        return fail(err, PX_ERR_NOT_FOUND, S("to"), -1, "there is no body \"%.*s\"", (int)body.len,
                    body.ptr);
    }
    for (ptrdiff_t i = 0; i < copies->count; i++) {
        if (!str_equal(json_find_str(copies->items[i], S("body")), body)) continue;
        return fail(err, PX_ERR_INPUT, S("to"), -1, "%.*s is addressed twice", (int)body.len,
                    body.ptr);
    }
    const bool is_stale = json_find_bool(c->given, S("stale"));
    if (is_stale ? !concerns_stale(c, body, &concerns, err)
                 : !concerns_given(c, body, s->all, s->count, &concerns, err)) {
        return false;
    }
    Json *copy = json_push(c->arena, copies, json_object(c->arena));
    json_set_str(c->arena, copy, S("body"), body);
    json_set_str(c->arena, copy, S("reason"), json_find_str(pair, S("value")));
    json_set_int(c->arena, copy, S("copy"), s->copies + copies->count);
    if (concerns) json_set(c->arena, copy, S("concerns"), concerns);
    return copy_make(c, copy, s->draft, words, err);
}

bool prepare_circulate(Case *c, PxErr *err) {
    Sending s = {.copies = 0};
    int64_t paper;
    Str name;
    Json **pairs;
    if (!c->dossier.version) return true; /* refused: there is no draft */
    if (!ASK_INT(c->store, c->arena, &paper, err, draft_paper, T(c->dossier_id),
                 I(c->dossier.version)) ||
        !paper_bytes(c, paper, &name, &s.draft, err) ||
        !provisions_load(c->store, c->arena, c->dossier_id, c->dossier.version, &s.all, &s.count,
                         err) ||
        !ASK_INT(c->store, c->arena, &s.copies, err, copy_last, T(c->dossier_id))) {
        return false;
    }
    Json *copies = json_array(c->arena);
    const ptrdiff_t count = json_find_array(c->given, S("to"), &pairs);
    for (ptrdiff_t i = 0; i < count; i++) {
        if (!addressee_prepare(c, &s, pairs[i], copies, err)) return false;
    }
    json_set_int(c->arena, c->objects, S("version"), c->dossier.version);
    json_set_int(c->arena, c->objects, S("copies_before"), s.copies);
    json_set(c->arena, c->objects, S("copies"), copies);
    return true;
}

/* ---- facts ---- */

static bool is_addressed(const Json *pairs, Str body) {
    for (ptrdiff_t i = 0; pairs && i < pairs->count; i++) {
        if (str_equal(json_find_str(pairs->items[i], S("key")), body)) return true;
    }
    return false;
}

/* Whom the rulebook has asked, and who is neither asked, now or before, nor explained. */
static bool facts_consultees(Case *c, PxErr *err) {
    Str *missing = NEW_ARRAY(c->arena, Str, c->book->consultee_count);
    ptrdiff_t count = 0;
    for (ptrdiff_t i = 0; i < c->book->consultee_count; i++) {
        const Consultee *who = &c->book->consultees[i];
        int64_t dealt_with;
        if (who->by_vetting || str_equal(who->body, c->dossier.sponsor)) continue;
        if (is_addressed(json_find(c->given, S("to")), who->body)) continue;
        if (!ASK_INT(c->store, c->arena, &dealt_with, err, consulted_count, T(c->dossier_id),
                     T(who->body))) {
            return false;
        }
        if (!dealt_with) missing[count++] = who->name;
    }
    meet(c, NEED_CONSULTEES, count == 0, words_list(c->arena, missing, count, 6));
    return true;
}

static bool facts_addressees(Case *c, PxErr *err) {
    Json **pairs;
    const ptrdiff_t count = json_find_array(c->given, S("to"), &pairs);
    Str *uncleared = NEW_ARRAY(c->arena, Str, count), *unreasoned = NEW_ARRAY(c->arena, Str, count);
    ptrdiff_t uncleared_count = 0, unreasoned_count = 0;
    for (ptrdiff_t i = 0; i < count; i++) {
        Str name;
        Grading cleared;
        bool is_known;
        const Str body = json_find_str(pairs[i], S("key"));
        if (!body_name(c->store, c->arena, body, &name, &cleared, &is_known, err)) return false;
        if (cleared < c->dossier.grading) uncleared[uncleared_count++] = name;
        if (!str_trim(json_find_str(pairs[i], S("value"))).len)
            unreasoned[unreasoned_count++] = name;
    }
    MEET(c, ADDRESSEES, count > 0, "%s", "");
    meet(c, NEED_ADDRESSEES_CLEARED, !uncleared_count,
         words_list(c->arena, uncleared, uncleared_count, 6));
    meet(c, NEED_REASONS, !unreasoned_count, words_list(c->arena, unreasoned, unreasoned_count, 6));
    return true;
}

/* The day replies are due: as asked, or as the rulebook's clock has it. */
static bool facts_due(Case *c, PxErr *err) {
    const Clock *clock = &c->book->reply;
    const Str given = given_str(c, "due");
    Day due = DAY_NONE, least = DAY_NONE;
    if (given.len && !day_read(given, &due)) return fail(err, PX_ERR_INPUT, S("due"), -1, "no day");
    if (clock->is_set &&
        !day_after(clock->kind, clock->days, c->on, c->book->calendar, &least, err)) {
        return false;
    }
    /* a clock that starts on delivery tells the day when the delivery is recorded */
    if (due == DAY_NONE && !str_equal(clock->from, S("delivery"))) due = least;
    const bool fits = due == DAY_NONE || (due >= c->on && (least == DAY_NONE || due >= least));
    const Str earliest = day_text(c->arena, least == DAY_NONE ? c->on : least);
    MEET(c, REPLY_TIME, fits, "the earliest day is %.*s", (int)earliest.len, earliest.ptr);
    if (due != DAY_NONE) json_set_str(c->arena, c->objects, S("due"), day_text(c->arena, due));
    return true;
}

bool facts_circulate(Case *c, PxErr *err) {
    Json **copies;
    int64_t last, papers, numbered;
    if (!ASK_INT(c->store, c->arena, &last, err, circulation_last, T(c->dossier_id)) ||
        !ASK_INT(c->store, c->arena, &papers, err, paper_last, T(c->dossier_id)) ||
        !ASK_INT(c->store, c->arena, &numbered, err, copy_last, T(c->dossier_id))) {
        return false;
    }
    MEET(c, DRAFT_LATEST,
         json_find_int(c->objects, S("version"), 0) == c->dossier.version &&
             json_find_int(c->objects, S("copies_before"), 0) == numbered,
         "a draft or a circulation came in meanwhile");
    json_set_int(c->arena, c->objects, S("number"), last + 1);
    json_set_int(c->arena, c->result, S("circulation"), last + 1);
    Json *said = json_set(c->arena, c->result, S("copies"), json_array(c->arena));
    const ptrdiff_t count = json_find_array(c->objects, S("copies"), &copies);
    for (ptrdiff_t i = 0; i < count; i++) {
        json_set_int(c->arena, json_find(copies[i], S("paper")), S("number"), papers + 1 + i);
        Json *row = json_push(c->arena, said, json_object(c->arena));
        json_set_str(c->arena, row, S("body"), json_find_str(copies[i], S("body")));
        json_set_int(c->arena, row, S("copy"), json_find_int(copies[i], S("copy"), 0));
        json_set_int(c->arena, row, S("paper"), papers + 1 + i);
    }
    return facts_consultees(c, err) && facts_addressees(c, err) && facts_due(c, err);
}

/* ---- apply ---- */

static bool addressee_apply(Apply *p, const Json *copy, int64_t circulation, PxErr *err) {
    const Json *paper = json_find(copy, S("paper")), *concerns = json_find(copy, S("concerns"));
    const Str body = json_find_str(copy, S("body"));
    const int64_t number = json_find_int(copy, S("copy"), 0);
    return STORE_RUN(p->store, err, paper_insert, T(p->dossier),
                     I(json_find_int(paper, S("number"), 0)), T(S("copy")),
                     T(arena_format(p->arena, "Copy %lld", (long long)number)),
                     T(json_find_str(paper, S("name"))), T(json_find_str(paper, S("digest"))),
                     I(json_find_int(paper, S("bytes"), 0)), I(of_int(p, S("version"))),
                     T(p->act->actor), T(p->act->on)) &&
           STORE_RUN(p->store, err, addressee_insert, T(p->dossier), I(circulation), T(body),
                     T(json_find_str(copy, S("reason"))), I(number),
                     T(json_find_str(copy, S("copy_id"))), I(json_find_int(paper, S("number"), 0)),
                     T(concerns ? json_text(p->arena, concerns) : S("")));
}

bool apply_circulate(Apply *p, PxErr *err) {
    const int64_t number = of_int(p, S("number"));
    if (!STORE_RUN(p->store, err, circulation_insert, T(p->dossier), I(number),
                   I(of_int(p, S("version"))), T(of(p, S("asks"))), T(of(p, S("due"))),
                   T(p->act->actor), T(p->act->on))) {
        return false;
    }
    Json **copies;
    const ptrdiff_t count = json_find_array(p->o, S("copies"), &copies);
    for (ptrdiff_t i = 0; i < count; i++) {
        if (!addressee_apply(p, copies[i], number, err)) return false;
    }
    return true;
}

/* ---- delivered ---- */

bool facts_delivered(Case *c, PxErr *err) {
    Rows r;
    const Str body = given_str(c, "body");
    if (!STORE_ROWS(c->store, c->arena, &r, err, addressee_latest, T(c->dossier_id), T(body)))
        return false;
    if (!meet_asked(c, body, r.rows > 0, err)) return false;
    if (!r.rows) return true;
    const Str sent = cell(&r, 0, 6);
    json_set_int(c->arena, c->objects, S("circulation"), cell_int(&r, 0, 0));
    return str_compare(c->on_text, sent) >= 0 ||
           fail(err, PX_ERR_INPUT, S("on"), -1, "%.*s is before %.*s, the day it was sent",
                (int)c->on_text.len, c->on_text.ptr, (int)sent.len, sent.ptr);
}

bool apply_delivered(Apply *p, PxErr *err) {
    return STORE_RUN(p->store, err, addressee_delivered, T(p->act->on), T(p->dossier),
                     I(of_int(p, S("circulation"))), T(of(p, S("body"))));
}
