/* collate_fixture: files made of bodies, the redlines of them, and a look into these, for the tests
 * of collate. What cannot be made or opened fails the test that asked for it. */
#ifndef PARAPH_TESTS_COLLATE_FIXTURE_H
#define PARAPH_TESTS_COLLATE_FIXTURE_H

#include "collate/collate.h"
#include "t.h"

#include "unit/pack.h"

/* ---- files ---- */

/* The file that is this body and nothing else. */
static inline Str body_file(Arena *a, const char *body) {
    Pack p = pack_new(a);
    return pack_docx(&p, body);
}

static inline DocxPackage *open_file(Arena *a, Str file) {
    DocxPackage *p = NULL;
    PxErr err = {0};
    (void)T_OK(
        docx_open(a, xml_names_open(a), (HashKey){{1, 2}}, file, S("out.docx"), NULL, &p, &err),
        &err);
    return p;
}

/* p: what open_file gave, if anything; name: NULL for the main part. */
static inline XmlTree *part_tree(DocxPackage *p, const char *name) {
    if (!p) return NULL;
    DocxPart *part = name ? docx_find_part(p, str_from_z(name)) : p->main;
    XmlTree *t = NULL;
    PxErr err = {0};
    if (!T_CHECK(part != NULL)) printf("#   %s\n", name ? name : "the main part");
    else if (!T_OK(docx_part_tree(p, part, &t, &err), &err)) return NULL;
    return t;
}

static inline XmlTree *main_tree(Arena *a, Str file) { return part_tree(open_file(a, file), NULL); }

/* The main part when decide has decided on every change in it. */
static inline XmlTree *resolved_tree(Arena *a, Str file, ReviseDecide decide, void *ctx) {
    XmlTree *t = main_tree(a, file);
    if (t) revise_resolve(t, t->root, decide, ctx);
    return t;
}

/* ---- redlines ---- */

static inline CollateReturn return_of(Str office, Str file) {
    return (CollateReturn){office, S("return.docx"), file};
}

/* What one to three offices sent, in the order of their names. */
static inline CollateReturn *returns_of(Arena *a, const Str *files, ptrdiff_t count) {
    static const char *const offices[] = {"Interior", "Justice", "Law"};
    CollateReturn *r = NEW_ARRAY(a, CollateReturn, count);
    for (ptrdiff_t i = 0; i < count; i++) r[i] = return_of(str_from_z(offices[i]), files[i]);
    return r;
}

/* A line for each promise that the redline does not keep. */
static inline Str broken_promises(Arena *a, const CollateResult *result) {
    Buf b = buf_new(a);
    for (ptrdiff_t i = 0; i < result->verdict_count; i++) {
        const CollateVerdict *v = &result->verdicts[i];
        if (v->holds) continue;
        buf_format(&b, "%.*s %.*s: %.*s\n", (int)v->promise.len, v->promise.ptr, (int)v->office.len,
                   v->office.ptr, (int)v->detail.len, v->detail.ptr);
    }
    return buf_str(&b);
}

static inline bool run_returns(Arena *a, Str base, const CollateReturn *returns, ptrdiff_t count,
                               CollateResult *result) {
    const CollateOptions options = {0};
    PxErr err = {0};
    *result = (CollateResult){0};
    return T_OK(collate_run(a, base, S("base.docx"), returns, count, &options, result, &err), &err);
}

/* The same for one to three offices; and the redline keeps every promise. */
static inline bool run_proven(Arena *a, Str base, const Str *files, ptrdiff_t count,
                              CollateResult *result) {
    return run_returns(a, base, returns_of(a, files, count), count, result) &&
           T_EQ_STR(broken_promises(a, result), S("")) && T_CHECK(result->proven);
}

/* The main part of a redline that keeps every promise, or NULL. */
static inline XmlTree *redline_tree(Arena *a, Str base, const Str *files, ptrdiff_t count) {
    CollateResult result;
    return run_proven(a, base, files, count, &result) ? main_tree(a, result.bytes) : NULL;
}

/* What the proof says of any file offered as the redline. */
static inline bool run_verify(Arena *a, Str base, const CollateReturn *returns, ptrdiff_t count,
                              Str redline, CollateResult *result) {
    const CollateOptions options = {0};
    PxErr err = {0};
    *result = (CollateResult){0};
    return T_OK(collate_verify(a, base, S("base.docx"), returns, count, redline, S("out.docx"),
                               &options, result, &err),
                &err);
}

/* ---- generated cases ---- */

static inline int below(int n) { return (int)(t_random() % (uint64_t)n); }

/* Runs a case again and again, each with its own random numbers and arena, until five have failed.
 * T_CASES says how many cases, if not this many, and T_ONLY which one alone. Returns how many. */
static inline int run_cases(int cases, bool (*run_case)(Arena *a, int number)) {
    if (getenv("T_CASES")) cases = atoi(getenv("T_CASES"));
    const int only = getenv("T_ONLY") ? atoi(getenv("T_ONLY")) : -1;
    const uint64_t first = t_state.random;
    int failed = 0;
    for (int i = 0; i < cases && failed < 5; i++) {
        if (only >= 0 && i != only) continue;
        t_state.random = (first + (uint64_t)i * UINT64_C(0x9e3779b97f4a7c15)) | 1;
        t_random();
        Arena *a = arena_open((ptrdiff_t)1 << 30);
        if (!T_CHECK(run_case(a, i))) failed++;
        arena_close(a);
    }
    return cases;
}

/* ---- markup ---- */

#define RUN(text) "<w:r><w:t xml:space=\"preserve\">" text "</w:t></w:r>"
#define P(inside) "<w:p>" inside "</w:p>"
#define LINE(text) P(RUN(text)) /* a paragraph of one run */

#endif
