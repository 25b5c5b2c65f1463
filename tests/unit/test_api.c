/* api: the public functions as a customer calls them: what they give, what they refuse and how they
 * say it, and that every allocation may fail. */
#include <pthread.h>

#include "t.h"
#include "zip/zip.h"

static Arena *files; /* what the tests read and make lives here until the end */

/* ---- files ---- */

static PxFile demo(const char *name) {
    char path[128];
    snprintf(path, sizeof path, "demo/%s", name);
    const Str bytes = t_read_file(files, path);
    T_CHECK(bytes.len > 0);
    return (PxFile){arena_str(files, str_from_z(path)), bytes};
}

static PxReturn demo_return(const char *office, const char *name) {
    return (PxReturn){str_from_z(office), demo(name)};
}

typedef struct Returns {
    PxFile base;
    PxReturn items[4];
} Returns;

static Returns demo_case(void) {
    return (Returns){demo("draft.docx"),
                     {demo_return("Foreign Affairs", "returns/foreign-affairs.docx"),
                      demo_return("Interior", "returns/interior.docx"),
                      demo_return("Defence Production", "returns/defence-production.docx"),
                      demo_return("Joint Staff", "returns/joint-staff-headquarters.docx")}};
}

static const char types[] =
    "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
    "<Default Extension=\"rels\" "
    "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
    "<Override PartName=\"/word/document.xml\" ContentType=\"application/"
    "vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>";
static const char root_rels[] =
    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
    "<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/"
    "relationships/officeDocument\" Target=\"word/document.xml\"/></Relationships>";

/* A Word file with body inside w:body, as it is. */
static PxFile small(const char *name, const char *body) {
    Buf out = buf_new(files);
    ZipWriter *w = zip_writer_open(files, &out);
    zip_add(w, S("[Content_Types].xml"), str_from_z(types), 6);
    zip_add(w, S("_rels/.rels"), str_from_z(root_rels), 6);
    Buf part = buf_new(files);
    buf_add(&part, S("<w:document "
                     "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">"
                     "<w:body>"));
    buf_add(&part, str_from_z(body));
    buf_add(&part, S("<w:sectPr/></w:body></w:document>"));
    zip_add(w, S("word/document.xml"), buf_str(&part), 6);
    zip_writer_close(w);
    return (PxFile){str_from_z(name), buf_str(&out)};
}

#define P(text) "<w:p><w:r><w:t xml:space=\"preserve\">" text "</w:t></w:r></w:p>"
#define INS(who, text)                                                                             \
    "<w:ins w:id=\"1\" w:author=\"" who "\" w:date=\"2026-01-01T00:00:00Z\"><w:r><w:t "            \
    "xml:space=\"preserve\">" text "</w:t></w:r></w:ins>"
#define DEL(who, text)                                                                             \
    "<w:del w:id=\"2\" w:author=\"" who "\" w:date=\"2026-01-01T00:00:00Z\"><w:r><w:delText "      \
    "xml:space=\"preserve\">" text "</w:delText></w:r></w:del>"

static const char base_body[] = P("Article 1") P("The Parties shall meet once a year in May.")
    P("Article 2") P("Each Party bears its own costs.");
static const char one_body[] = P("Article 1") P("The Parties shall meet twice a year in May.")
    P("Article 2") P("Each Party bears its own costs.");
static const char two_body[] = P("Article 1") P("The Parties shall meet once a year in June.")
    P("Article 2") P("Each Party bears its own costs, unless otherwise agreed.");
static const char redline_body[] =
    P("Article 1") "<w:p>" INS("Interior", "Twice ") "<w:r><w:t>a year they meet</w:t></w:r>" DEL(
        "Foreign Affairs; Interior",
        " in May") "</w:p>" P("Article 2") "<w:p><w:r><w:t>Costs</w:t></w:r>" INS("Foreign Affairs",
                                                                                  " and fees") "</"
                                                                                               "w:"
                                                                                               "p>";

static bool holds(PxStr s, const char *part) { return str_find(s, str_from_z(part)) >= 0; }

/* The text dump of file; empty when it has none. */
static Str text_of(PxFile file) {
    PxResult *result;
    PxErr err;
    if (!T_OK(px_text(&file, NULL, &result, &err), &err)) return S("");
    const Str text = arena_str(files, px_result_bytes(result));
    px_result_close(result);
    return text;
}

/* ---- consolidate, compare, verify ---- */

static void reference_case_is_merged_and_proven(void) {
    const Returns c = demo_case();
    PxResult *result, *proof;
    PxErr err;
    if (!T_OK(px_consolidate(&c.base, c.items, 4, NULL, &result, &err), &err)) {
        px_result_close(result);
        return;
    }
    ptrdiff_t count;
    const PxVerdict *verdicts = px_result_verdicts(result, &count);
    T_CHECK(count >= 6); /* the base, four offices, the inserted words */
    for (ptrdiff_t i = 0; i < count; i++) T_CHECK(verdicts[i].holds && verdicts[i].promise.len);
    T_CHECK(px_result_is_proven(result));
    T_CHECK(px_result_peak(result) > 0);
    const PxFile made = {S("consolidated.docx"), px_result_bytes(result)};
    T_CHECK(holds(text_of(made), "Foreign Affairs"));
    if (T_OK(px_verify(&c.base, c.items, 4, &made, NULL, &proof, &err), &err)) {
        T_CHECK(px_result_is_proven(proof));
        T_EQ_INT(px_result_bytes(proof).len, 0);
        px_result_close(proof);
    }
    if (T_OK(px_verify(&c.base, c.items, 4, &c.base, NULL, &proof, &err), &err)) {
        T_CHECK(!px_result_is_proven(proof)); /* the base alone gives no return */
        px_result_close(proof);
    }
    px_result_close(result);
}

static void order_and_key_do_not_matter(void) {
    const Returns c = demo_case();
    const PxReturn other[] = {c.items[2], c.items[0], c.items[3], c.items[1]};
    PxConsolidateOptions options = {.settings = {.hash_key = {7, 11}}};
    PxResult *one, *two = NULL;
    PxErr err;
    if (T_OK(px_consolidate(&c.base, c.items, 4, NULL, &one, &err), &err) &&
        T_OK(px_consolidate(&c.base, other, 4, &options, &two, &err), &err)) {
        T_CHECK(str_equal(px_result_bytes(one), px_result_bytes(two)));
    }
    px_result_close(one);
    px_result_close(two);
}

static void *merge_in_thread(void *ctx) {
    const Returns *c = ctx;
    PxResult *result;
    PxErr err;
    return px_consolidate(&c->base, c->items, 4, NULL, &result, &err) ? result : NULL;
}

static void threads_do_not_meet(void) {
    Returns c = demo_case();
    pthread_t threads[4];
    PxResult *results[4];
    for (int i = 0; i < 4; i++) {
        if (!T_CHECK(pthread_create(&threads[i], NULL, merge_in_thread, &c) == 0)) return;
    }
    for (int i = 0; i < 4; i++) {
        void *result;
        T_CHECK(pthread_join(threads[i], &result) == 0 && result != NULL);
        results[i] = result;
    }
    for (int i = 0; i < 4; i++) {
        if (!results[i] || !results[0]) continue;
        T_CHECK(str_equal(px_result_bytes(results[i]), px_result_bytes(results[0])));
    }
    for (int i = 0; i < 4; i++) px_result_close(results[i]);
}

static void compare_is_consolidate_of_one(void) {
    const PxFile base = small("base.docx", base_body), one = small("returns/One.docx", one_body);
    const PxReturn only = {.file = one};
    PxResult *a, *b = NULL;
    PxErr err;
    if (T_OK(px_compare(&base, &one, NULL, &a, &err), &err) &&
        T_OK(px_consolidate(&base, &only, 1, NULL, &b, &err), &err)) {
        T_CHECK(str_equal(px_result_bytes(a), px_result_bytes(b)));
        const Str text = text_of((PxFile){S("c"), px_result_bytes(a)});
        T_CHECK(holds(text, "{-One|once") && holds(text, "{+One|twice"));
        T_CHECK(!holds(px_result_bytes(a), "returns")); /* no path of ours in the file */
    }
    px_result_close(a);
    px_result_close(b);
    const PxCompareOptions options = {.author = S("Law & Justice"), .no_proof = true};
    if (T_OK(px_compare(&base, &one, &options, &a, &err), &err)) {
        ptrdiff_t count;
        (void)px_result_verdicts(a, &count);
        T_EQ_INT(count, 0);
        T_CHECK(!px_result_is_proven(a));
        T_CHECK(holds(text_of((PxFile){S("c"), px_result_bytes(a)}), "{+Law & Justice|twice"));
    }
    px_result_close(a);
}

static void offices_must_be_names(void) {
    const PxFile base = small("base.docx", base_body), one = small("One.docx", one_body);
    char long_name[300];
    memset(long_name, 'x', sizeof long_name);
    const Str bad[] = {S("A; B"), S("A\nB"), S(" A"), S("\xff"), {long_name, 300}};
    PxResult *result;
    PxErr err;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const PxReturn r = {bad[i], one};
        T_CHECK(!px_consolidate(&base, &r, 1, NULL, &result, &err));
        T_EQ_INT(err.kind, PX_ERR_CONFLICT);
        T_CHECK(result == NULL && strcmp(err.file, "One.docx") == 0);
        px_result_close(result);
    }
    const PxReturn same[] = {{S("A"), one}, {S("A"), small("Two.docx", two_body)}};
    T_CHECK(!px_consolidate(&base, same, 2, NULL, &result, &err));
    T_EQ_INT(err.kind, PX_ERR_CONFLICT);
    T_CHECK(!px_consolidate(&base, same, 0, NULL, &result, &err));
    T_EQ_INT(err.kind, PX_ERR_CONFLICT);
    T_CHECK(!px_consolidate(&base, same, PX_RETURNS_MAX + 1, NULL, &result, &err));
    T_EQ_INT(err.kind, PX_ERR_CONFLICT);
}

/* ---- errors ---- */

static void errors_name_the_file(void) {
    const PxFile base = small("base.docx", base_body), one = small("in/One.docx", one_body);
    const PxFile broken = small("in/Two.docx", "<w:p><w:r>");
    const PxFile rubbish = {S("in/Three.docx"), S("this is no archive")};
    const PxFile nothing = {S("in/Four.docx"), {NULL, 0}};
    const PxFile *const bad[] = {&broken, &rubbish, &nothing};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const PxReturn returns[] = {{.file = one}, {.file = *bad[i]}};
        PxResult *result;
        PxInspection *inspection;
        PxMatrix *matrix;
        PxErr err;
        const PxInspectOptions sent = {.sent = bad[i]};
        const bool done[] = {px_consolidate(&base, returns, 2, NULL, &result, &err),
                             px_compare(&base, bad[i], NULL, &result, &err),
                             px_compare(bad[i], &base, NULL, &result, &err),
                             px_verify(&base, returns, 1, bad[i], NULL, &result, &err),
                             px_text(bad[i], NULL, &result, &err),
                             px_render(bad[i], NULL, &result, &err),
                             px_resolve(bad[i], NULL, 0, NULL, &result, &err),
                             px_inspect(bad[i], NULL, &inspection, &err),
                             px_inspect(&one, &sent, &inspection, &err),
                             px_matrix_open(bad[i], NULL, &matrix, &err)};
        for (size_t k = 0; k < sizeof done / sizeof *done; k++) T_CHECK(!done[k]);
        T_CHECK(!px_consolidate(&base, returns, 2, NULL, &result, &err));
        T_CHECK(result == NULL);
        T_EQ_STR(str_from_z(err.file), bad[i]->name);
        T_CHECK(err.kind == PX_ERR_INPUT || err.kind == PX_ERR_UNSUPPORTED);
        T_CHECK(err.message[0] != '\0');
        T_CHECK(!px_text(bad[i], NULL, &result, &err));
        T_EQ_STR(str_from_z(err.file), bad[i]->name);
        T_CHECK(!px_inspect(&one, &sent, &inspection, &err));
        T_EQ_STR(str_from_z(err.file), bad[i]->name);
        T_CHECK(!px_verify(&base, returns, 1, bad[i], NULL, &result, &err));
        T_EQ_STR(str_from_z(err.file), bad[i]->name);
    }
}

static void limits_are_kept(void) {
    const PxFile base = demo("draft.docx");
    PxResult *result;
    PxErr err;
    const PxTextOptions memory = {.settings = {.memory = 100 * 1000}};
    T_CHECK(!px_text(&base, &memory, &result, &err));
    T_EQ_INT(err.kind, PX_ERR_LIMIT);
    T_CHECK(result == NULL);
    const PxTextOptions entries = {.settings = {.entries = 3}};
    T_CHECK(!px_text(&base, &entries, &result, &err));
    T_EQ_INT(err.kind, PX_ERR_LIMIT);
    const PxTextOptions part = {.settings = {.part_bytes = 1000}};
    T_CHECK(!px_text(&base, &part, &result, &err));
    T_EQ_INT(err.kind, PX_ERR_LIMIT);
    const PxTextOptions total = {.settings = {.inflated_bytes = 10000}};
    T_CHECK(!px_text(&base, &total, &result, &err));
    T_EQ_INT(err.kind, PX_ERR_LIMIT);
}

static void count_steps(void *ctx, PxStr step, int permille) {
    ptrdiff_t *count = ctx;
    T_CHECK(step.len > 0 && utf8_valid(step, NULL) && permille >= -1 && permille <= 1000);
    ++*count;
}

static void progress_is_told(void) {
    const PxFile base = small("base.docx", base_body), one = small("One.docx", one_body);
    ptrdiff_t count = 0;
    const PxCompareOptions options = {
        .settings = {.progress = count_steps, .progress_ctx = &count}};
    PxResult *result;
    PxErr err;
    T_OK(px_compare(&base, &one, &options, &result, &err), &err);
    T_CHECK(count > 1);
    px_result_close(result);
}

/* ---- resolve ---- */

static Str resolved(const PxStep *steps, ptrdiff_t count, const PxResolveOptions *options) {
    const PxFile file = small("redline.docx", redline_body);
    PxResult *result;
    PxErr err;
    if (!T_OK(px_resolve(&file, steps, count, options, &result, &err), &err)) return S("");
    const Str text = text_of((PxFile){S("r"), arena_str(files, px_result_bytes(result))});
    px_result_close(result);
    return text;
}

static void changes_are_selected(void) {
    const PxStep office[] = {{true, S("office:Interior")}};
    Str text = resolved(office, 1, NULL);
    T_CHECK(holds(text, "Twice a year they meet\n") && holds(text, "{+Foreign Affairs| and fees}"));
    const PxStep order[] = {{false, S("office:Foreign Affairs")}, {true, S("all")}};
    text = resolved(order, 2, NULL);
    T_CHECK(holds(text, "Twice a year they meet in May\n") && holds(text, " Costs\n"));
    const PxStep person[] = {{true, S("person:Foreign Affairs; Interior")}};
    text = resolved(person, 1, NULL);
    T_CHECK(holds(text, "{+Interior|Twice }a year they meet\n"));
    const PxStep provision[] = {{true, S("provision:Article 2")}};
    text = resolved(provision, 1, NULL);
    T_CHECK(holds(text, "Costs and fees\n") && holds(text, "{+Interior|Twice }"));
    const PxStep change[] = {{false, S("change:1")}, {true, S("change:3")}};
    text = resolved(change, 2, NULL);
    T_CHECK(holds(text, " a year they meet{-") && holds(text, "Costs and fees\n"));
    const PxResolveOptions only = {.only = S("Interior")};
    text = resolved(NULL, 0, &only);
    T_CHECK(holds(text, "Twice a year they meet\n") && holds(text, " Costs\n"));
}

static void selections_that_select_nothing_are_errors(void) {
    const PxFile file = small("redline.docx", redline_body);
    const char *const missing[] = {"office:Foreign", "person:Interior X", "provision:Article 20",
                                   "provision:Art", "change:4"};
    const char *const unreadable[] = {"", "every", "office:", "change:x", "change:0", "provision:"};
    PxResult *result;
    PxErr err;
    for (size_t i = 0; i < sizeof missing / sizeof *missing; i++) {
        const PxStep step = {true, str_from_z(missing[i])};
        T_CHECK(!px_resolve(&file, &step, 1, NULL, &result, &err));
        if (!T_EQ_INT(err.kind, PX_ERR_NOT_FOUND)) printf("# %s\n", missing[i]);
    }
    for (size_t i = 0; i < sizeof unreadable / sizeof *unreadable; i++) {
        const PxStep step = {true, str_from_z(unreadable[i])};
        T_CHECK(!px_resolve(&file, &step, 1, NULL, &result, &err));
        if (!T_EQ_INT(err.kind, PX_ERR_CONFLICT)) printf("# %s\n", unreadable[i]);
    }
    const PxStep all = {true, S("all")};
    const PxResolveOptions only = {.only = S("Interior")};
    T_CHECK(!px_resolve(&file, &all, 1, &only, &result, &err));
    T_EQ_INT(err.kind, PX_ERR_CONFLICT);
    /* a slip in a name must not pass for an office that proposes nothing */
    const PxResolveOptions nobody = {.only = S("interior")};
    T_CHECK(!px_resolve(&file, NULL, 0, &nobody, &result, &err));
    T_EQ_INT(err.kind, PX_ERR_NOT_FOUND);
    const PxResolveOptions both = {.only = S("Foreign Affairs; Interior")};
    T_CHECK(!px_resolve(&file, NULL, 0, &both, &result, &err));
    T_EQ_INT(err.kind, PX_ERR_NOT_FOUND);
    const PxFile plain = small("plain.docx", base_body); /* "all" of nothing is nothing */
    T_OK(px_resolve(&plain, &all, 1, NULL, &result, &err), &err);
    px_result_close(result);
}

/* What only an office's view is compared with its return leaves nothing to change. */
static void one_office_gives_its_return(void) {
    const Returns c = demo_case();
    PxResult *made, *view = NULL, *again = NULL;
    PxMatrix *matrix = NULL;
    PxErr err;
    const PxResolveOptions only = {.only = S("Joint Staff")};
    if (T_OK(px_consolidate(&c.base, c.items, 4, NULL, &made, &err), &err)) {
        const PxFile file = {S("c.docx"), px_result_bytes(made)};
        if (T_OK(px_resolve(&file, NULL, 0, &only, &view, &err), &err)) {
            const PxFile seen = {S("view.docx"), px_result_bytes(view)};
            if (T_OK(px_compare(&c.items[3].file, &seen, NULL, &again, &err), &err)) {
                const PxFile none = {S("none.docx"), px_result_bytes(again)};
                ptrdiff_t count;
                T_OK(px_matrix_open(&none, NULL, &matrix, &err), &err);
                const PxRow *rows = px_matrix_rows(matrix, &count);
                for (ptrdiff_t i = 0; i < count; i++) T_CHECK(rows[i].is_comment);
            }
        }
    }
    px_matrix_close(matrix);
    px_result_close(again);
    px_result_close(view);
    px_result_close(made);
}

/* ---- reading ---- */

static void silent_changes_are_found(void) {
    const PxFile base = small("base.docx", base_body), one = small("One.docx", one_body);
    PxInspection *inspection;
    PxErr err;
    ptrdiff_t count;
    const PxInspectOptions options = {.sent = &base};
    if (T_OK(px_inspect(&one, &options, &inspection, &err), &err)) {
        const PxFinding *findings = px_inspection_findings(inspection, &count);
        T_CHECK(count == 1 && findings[0].is_silent);
        T_CHECK(count && holds(findings[0].before, "once") && holds(findings[0].after, "twice"));
        px_inspection_close(inspection);
    }
    if (T_OK(px_inspect(&base, &options, &inspection, &err), &err)) {
        (void)px_inspection_findings(inspection, &count);
        T_EQ_INT(count, 0);
        px_inspection_close(inspection);
    }
    const PxFile redline = small("redline.docx", redline_body);
    if (T_OK(px_inspect(&redline, NULL, &inspection, &err), &err)) {
        const PxPerson *people = px_inspection_people(inspection, &count);
        T_EQ_INT(count, 3);
        T_CHECK(count && people[0].author.len);
        T_EQ_INT(px_inspection_revisions(inspection), 3);
        T_EQ_INT(px_inspection_comments(inspection), 0);
        T_CHECK(!px_inspection_is_tracking(inspection));
        px_inspection_close(inspection);
    }
}

static void matrix_is_read_and_written(void) {
    const PxFile redline = small("dir/redline.docx", redline_body);
    PxMatrix *matrix;
    PxErr err;
    ptrdiff_t count;
    if (!T_OK(px_matrix_open(&redline, NULL, &matrix, &err), &err)) return;
    const PxRow *rows = px_matrix_rows(matrix, &count);
    T_EQ_INT(count, 3);
    if (count == 3) {
        T_EQ_STR(rows[1].office, S("Foreign Affairs; Interior"));
        T_EQ_STR(rows[2].provision, S("Article 2"));
        T_EQ_STR(rows[2].proposed, S(" and fees"));
    }
    const PxConflict *conflicts = px_matrix_conflicts(matrix, &count);
    T_CHECK(count == 0 || conflicts[0].row_count >= 2);
    const char *const starts[] = {"PK", NULL, "<!", "PK", NULL};
    for (int f = 0; f < PX_MATRIX_FORMATS; f++) {
        PxResult *result;
        if (!T_OK(px_matrix_write(matrix, (PxMatrixFormat)f, NULL, &result, &err), &err)) continue;
        const Str bytes = px_result_bytes(result);
        T_CHECK(bytes.len > 0 && (!starts[f] || str_starts(bytes, str_from_z(starts[f]))));
        T_CHECK(!holds(bytes, "dir/"));
        px_result_close(result);
    }
    PxResult *result;
    T_CHECK(!px_matrix_write(matrix, PX_MATRIX_FORMATS, NULL, &result, &err));
    T_EQ_INT(err.kind, PX_ERR_CONFLICT);
    px_matrix_close(matrix);
}

static void page_has_its_title(void) {
    const PxFile redline = small("dir/redline.docx", redline_body);
    PxResult *result;
    PxErr err;
    if (T_OK(px_render(&redline, NULL, &result, &err), &err)) {
        T_CHECK(holds(px_result_bytes(result), "<title>redline.docx"));
        px_result_close(result);
    }
    const PxRenderOptions options = {.title = S("A <b>")};
    if (T_OK(px_render(&redline, &options, &result, &err), &err)) {
        T_CHECK(holds(px_result_bytes(result), "<title>A &lt;b"));
        px_result_close(result);
    }
}

static void small_things(void) {
    T_CHECK(px_version()[0] != '\0');
    T_EQ_STR(px_str("abc"), S("abc"));
    for (int k = 0; k < PX_ERR_KINDS; k++) {
        T_CHECK(strcmp(px_err_kind_name((PxErrKind)k), "unknown") != 0);
    }
    px_result_close(NULL);
    px_matrix_close(NULL);
    px_inspection_close(NULL);
}

/* ---- every allocation may fail ---- */

typedef bool (*Faulty)(const PxSettings *settings, PxErr *err);

static PxFile fault_base, fault_one, fault_two, fault_redline;

static bool fault_consolidate(const PxSettings *settings, PxErr *err) {
    const PxReturn returns[] = {{.file = fault_one}, {.file = fault_two}};
    const PxConsolidateOptions options = {.settings = *settings};
    PxResult *result;
    const bool done = px_consolidate(&fault_base, returns, 2, &options, &result, err);
    T_CHECK(done == (result != NULL));
    px_result_close(result);
    return done;
}

static bool fault_verify(const PxSettings *settings, PxErr *err) {
    const PxReturn returns[] = {{.file = fault_one}, {.file = fault_two}};
    const PxVerifyOptions options = {.settings = *settings};
    PxResult *result;
    const bool done = px_verify(&fault_base, returns, 2, &fault_redline, &options, &result, err);
    T_CHECK(done == (result != NULL));
    px_result_close(result);
    return done;
}

static bool fault_resolve(const PxSettings *settings, PxErr *err) {
    const PxStep steps[] = {{true, S("provision:Article 2")}, {false, S("all")}};
    const PxResolveOptions options = {.settings = *settings};
    PxResult *result;
    const bool done = px_resolve(&fault_redline, steps, 2, &options, &result, err);
    T_CHECK(done == (result != NULL));
    px_result_close(result);
    return done;
}

static bool fault_inspect(const PxSettings *settings, PxErr *err) {
    const PxInspectOptions options = {.settings = *settings, .sent = &fault_base};
    PxInspection *inspection;
    const bool done = px_inspect(&fault_one, &options, &inspection, err);
    T_CHECK(done == (inspection != NULL));
    px_inspection_close(inspection);
    return done;
}

static bool fault_matrix(const PxSettings *settings, PxErr *err) {
    const PxMatrixOptions options = {.settings = *settings};
    PxMatrix *matrix;
    const bool done = px_matrix_open(&fault_redline, &options, &matrix, err);
    T_CHECK(done == (matrix != NULL));
    px_matrix_close(matrix);
    return done;
}

static PxMatrixFormat fault_format;

static bool fault_write(const PxSettings *settings, PxErr *err) {
    const PxMatrixWriteOptions options = {.settings = *settings};
    PxMatrix *matrix;
    PxResult *result = NULL;
    if (!px_matrix_open(&fault_redline, NULL, &matrix, err)) return false;
    const bool done = px_matrix_write(matrix, fault_format, &options, &result, err);
    T_CHECK(done == (result != NULL));
    px_result_close(result);
    px_matrix_close(matrix);
    return done;
}

static bool fault_render(const PxSettings *settings, PxErr *err) {
    const PxRenderOptions options = {.settings = *settings};
    PxResult *result;
    const bool done = px_render(&fault_redline, &options, &result, err);
    T_CHECK(done == (result != NULL));
    px_result_close(result);
    return done;
}

static bool fault_text(const PxSettings *settings, PxErr *err) {
    const PxTextOptions options = {.settings = *settings};
    PxResult *result;
    const bool done = px_text(&fault_redline, &options, &result, err);
    T_CHECK(done == (result != NULL));
    px_result_close(result);
    return done;
}

/* Fails the n-th allocation for n = 1, 2, 3 ... in widening steps until the call gets through. */
static void fault_loop(Faulty call, const char *name) {
    ptrdiff_t runs = 0;
    for (int64_t n = 1;; n += n < 100 ? 1 : n / 16) {
        const PxSettings settings = {.fail_at_allocation = n};
        PxErr err;
        runs++;
        if (call(&settings, &err)) break;
        if (T_EQ_INT(err.kind, PX_ERR_SYSTEM)) continue;
        printf("# %s, allocation %" PRId64 ": %s: %s\n", name, n, err.part, err.message);
        return;
    }
    T_CHECK(runs > 3);
}

static void every_allocation_may_fail(void) {
    fault_base = small("base.docx", base_body);
    fault_one = small("One.docx", one_body);
    fault_two = small("Two.docx", two_body);
    fault_redline = small("redline.docx", redline_body);
    fault_loop(fault_consolidate, "px_consolidate");
    fault_loop(fault_verify, "px_verify");
    fault_loop(fault_resolve, "px_resolve");
    fault_loop(fault_inspect, "px_inspect");
    fault_loop(fault_matrix, "px_matrix_open");
    for (int f = 0; f < PX_MATRIX_FORMATS; f++) {
        fault_format = (PxMatrixFormat)f;
        fault_loop(fault_write, "px_matrix_write");
    }
    fault_loop(fault_render, "px_render");
    fault_loop(fault_text, "px_text");
}

/* A budget too small for the work, whatever its size, ends cleanly too. */
static void every_budget_may_be_too_small(void) {
    fault_base = small("base.docx", base_body);
    fault_one = small("One.docx", one_body);
    fault_two = small("Two.docx", two_body);
    int64_t budget = 1000;
    for (;; budget += budget / 4) {
        const PxSettings settings = {.memory = budget};
        PxErr err;
        if (fault_consolidate(&settings, &err)) break;
        if (!T_EQ_INT(err.kind, PX_ERR_LIMIT)) return;
    }
    T_CHECK(budget > 10000);
}

int main(void) {
    files = arena_open((ptrdiff_t)1 << 30);
    T_RUN(small_things);
    T_RUN(reference_case_is_merged_and_proven);
    T_RUN(order_and_key_do_not_matter);
    T_RUN(threads_do_not_meet);
    T_RUN(compare_is_consolidate_of_one);
    T_RUN(offices_must_be_names);
    T_RUN(errors_name_the_file);
    T_RUN(limits_are_kept);
    T_RUN(progress_is_told);
    T_RUN(changes_are_selected);
    T_RUN(selections_that_select_nothing_are_errors);
    T_RUN(one_office_gives_its_return);
    T_RUN(silent_changes_are_found);
    T_RUN(matrix_is_read_and_written);
    T_RUN(page_has_its_title);
    T_RUN(every_allocation_may_fail);
    T_RUN(every_budget_may_be_too_small);
    arena_close(files);
    return t_end();
}
