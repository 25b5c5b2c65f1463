/* papers: the documents of a dossier. A file lies in the store under its digest; the act names it,
 * and the table numbers it within the dossier. */
#include "dossier/int.h"

bool paper_keep(Case *c, Str key, Str name, Str bytes, PxErr *err) {
    Digest digest;
    if (!store_keep(c->store, bytes, &digest, err)) return false;
    Json *paper = json_object(c->arena);
    json_set_str(c->arena, paper, S("name"), arena_str(c->arena, name));
    json_set_str(c->arena, paper, S("digest"), digest_text(c->arena, digest));
    json_set_int(c->arena, paper, S("bytes"), bytes.len);
    json_set(c->arena, c->objects, arena_str(c->arena, key), paper);
    return true;
}

bool paper_number(Case *c, Str key, int64_t ahead, PxErr *err) {
    Json *paper = json_find(c->objects, key);
    int64_t last;
    if (!paper) return true;
    if (!ASK_INT(c->store, c->arena, &last, err, paper_last, T(c->dossier_id))) return false;
    json_set_int(c->arena, paper, S("number"), last + 1 + ahead);
    json_set_int(c->arena, c->result, S("paper"), last + 1 + ahead);
    return true;
}

/* Enters a paper described as {"name", "digest", "bytes", "number"}. */
static bool paper_insert(Apply *p, const Json *paper, Str kind, Str title, int64_t version,
                         PxErr *err) {
    return STORE_RUN(
        p->store, err, paper_insert, T(p->dossier), I(json_find_int(paper, S("number"), 0)),
        T(kind), T(title), T(json_find_str(paper, S("name"))), T(json_find_str(paper, S("digest"))),
        I(json_find_int(paper, S("bytes"), 0)), I(version), T(p->act->actor), T(p->act->on));
}

bool paper_apply(Apply *p, Str key, Str kind, Str title, int64_t version, int64_t *number,
                 PxErr *err) {
    const Json *paper = json_find(p->o, key);
    if (number) *number = paper ? json_find_int(paper, S("number"), 0) : 0;
    return !paper || paper_insert(p, paper, kind, title, version, err);
}

bool paper_bytes(Case *c, int64_t number, Str *name, Str *bytes, PxErr *err) {
    Rows r;
    Digest digest;
    if (!STORE_ROWS(c->store, c->arena, &r, err, paper_find, T(c->dossier_id), I(number)))
        return false;
    if (!r.rows || !digest_read(cell(&r, 0, 3), &digest)) {
        return fail(err, PX_ERR_NOT_FOUND, c->dossier_id, -1, "there is no paper %lld",
                    (long long)number);
    }
    *name = cell(&r, 0, 2);
    return store_fetch(c->store, c->arena, digest, bytes, err);
}

/* Of no kind that an act of its own brings: a view put on the file so would be issued as a body's.
 */
bool facts_paper_add(Case *c, PxErr *err) {
    static const char *const kinds[] = {"annex", "minute", "letter", "other"};
    const Str kind = given_str(c, "kind");
    bool fits = false;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        fits = fits || str_equal(kind, str_from_z(kinds[i]));
    }
    if (fits) return paper_number(c, S("file"), 0, err);
    return fail(err, PX_ERR_INPUT, S("kind"), -1,
                "a paper is an annex, a minute, a letter or other");
}

bool apply_paper_add(Apply *p, PxErr *err) {
    return paper_apply(p, S("file"), of(p, S("kind")), of(p, S("title")), 0, NULL, err);
}
