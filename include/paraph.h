/* // Four ministries' copies of one draft in, one attributed and proven redline out.
 * #include <paraph.h>
 * #include <stdio.h>
 * #include <stdlib.h>
 *
 * static PxFile read_file(const char *path) {
 *     PxFile file = {px_str(path), {NULL, 0}};
 *     FILE *f = fopen(path, "rb");
 *     if (!f || fseek(f, 0, SEEK_END) != 0) exit(4);
 *     const long size = ftell(f);
 *     char *bytes = size > 0 ? malloc((size_t)size) : NULL;
 *     rewind(f);
 *     if (!bytes || fread(bytes, 1, (size_t)size, f) != (size_t)size) exit(4);
 *     fclose(f);
 *     file.bytes.ptr = bytes;
 *     file.bytes.len = size;
 *     return file;
 * }
 *
 * int main(int argc, char **argv) { // OUT BASE RETURN...
 *     if (argc < 4 || argc > 67) return 2;
 *     PxReturn returns[64] = {{{NULL, 0}, {{NULL, 0}, {NULL, 0}}}};
 *     for (int i = 3; i < argc; i++) returns[i - 3].file = read_file(argv[i]);
 *     const PxFile base = read_file(argv[2]);
 *     const PxConsolidateOptions options = {0}; // zeroed is valid: offices are named by file
 *     PxResult *result;
 *     PxErr err;
 *     if (!px_consolidate(&base, returns, argc - 3, &options, &result, &err)) {
 *         fprintf(stderr, "%s: %s: %s\n", err.file, err.part, err.message);
 *         px_result_close(result); // NULL is allowed
 *         return 3;
 *     }
 *     const PxStr bytes = px_result_bytes(result); // proven: reject all gives the base, and so on
 *     FILE *out = fopen(argv[1], "wb");
 *     if (!out || fwrite(bytes.ptr, 1, (size_t)bytes.len, out) != (size_t)bytes.len) return 4;
 *     px_result_close(result);
 *     return fclose(out) == 0 ? 0 : 4;
 * }
 */
/* paraph.h: the engine as a library. Bytes in, bytes out: it opens no file, reads no clock and no
 * locale, keeps no state between calls; the same arguments give the same bytes.
 *
 * What holds for every function:
 * - Options: a zeroed struct is valid and means the defaults; NULL is allowed and means the same.
 * - Results: a function that makes something ends in true with *out set; the caller ends it with
 *   the px_..._close of its type. When it ends in false, *out is NULL (but see px_consolidate) and
 *   *err says why. What one reads from a result (strings, arrays) belongs to it and lives until it
 *   is closed. Arguments are borrowed for the length of the call.
 * - Errors: `bool` result, PxErr last (never NULL). Bad bytes give PX_ERR_INPUT, PX_ERR_LIMIT or
 *   PX_ERR_UNSUPPORTED; arguments that make no sense together PX_ERR_CONFLICT; no memory
 *   PX_ERR_SYSTEM. A function names only what it adds to these.
 * - Threads: any function may run in any thread, at the same time as any other; one result may be
 *   read by many threads, and is closed when none reads it. Each call works in the thread it was
 *   called in.
 * - Cost: linear in the inflated size of the files where nothing else is said. Memory is bounded by
 *   settings.memory.
 */
#ifndef PARAPH_H
#define PARAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- common types ---- */

/* A run of bytes, UTF-8 where it is text; not NUL-terminated. */
typedef struct PxStr {
    const char *ptr;
    ptrdiff_t len;
} PxStr;

typedef enum PxErrKind {
    PX_ERR_NONE,
    PX_ERR_INPUT,       /* the file is malformed */
    PX_ERR_LIMIT,       /* a budget was exceeded */
    PX_ERR_UNSUPPORTED, /* well-formed, but a kind of file or feature that is refused */
    PX_ERR_CONFLICT,    /* the arguments contradict one another */
    PX_ERR_NOT_FOUND,   /* what an argument names is not there */
    PX_ERR_DENIED,
    PX_ERR_BUSY,
    PX_ERR_SYSTEM, /* memory or the operating system */
    PX_ERR_PROOF,  /* the result does not keep a promise: a defect of this library, nothing was
                      written */
    PX_ERR_KINDS
} PxErrKind;

typedef struct PxErr {
    PxErrKind kind;
    int64_t at;        /* byte offset in part, or -1 */
    char part[128];    /* package part or file the error is in; may be empty */
    char message[256]; /* one sentence, UTF-8 */
    char file[256];    /* name of the PxFile it is about; empty when it is about none */
} PxErr;

/* A file as the caller has it. name serves messages, and names an office where none is given. */
typedef struct PxFile {
    PxStr name;
    PxStr bytes;
} PxFile;

/* What every operation may be told. */
typedef struct PxSettings {
    int64_t memory;         /* bytes the call may hold at once; 0: 4 GiB */
    int64_t entries;        /* parts a file may have; 0: 4,096 */
    int64_t part_bytes;     /* inflated size of one part; 0: 128 MB */
    int64_t inflated_bytes; /* of all parts of a file; 0: 512 MB */
    uint64_t hash_key[2];   /* of the proof; pick it at random where senders may be hostile. The
                               result does not depend on it. */
    /* Told what is being done and how far it is (0 to 1,000, or -1 where that is not known), in the
     * calling thread; may be NULL. It must not call back into the same result. */
    void (*progress)(void *ctx, PxStr step, int permille);
    void *progress_ctx;
    int64_t fail_at_allocation; /* to test how a caller takes errors: this allocation and all later
                                   ones fail; 0: none */
} PxSettings;

/* "0.1.0". Static. */
const char *px_version(void);
/* A string of C as a PxStr that borrows it. */
PxStr px_str(const char *text_z);
/* "input", "limit" ...: for machines. Static. */
const char *px_err_kind_name(PxErrKind kind);

/* ---- results ---- */

typedef struct PxResult PxResult;

typedef struct PxVerdict {
    PxStr promise; /* "rejecting every change gives the base" */
    PxStr office;  /* empty for a promise about the whole */
    bool holds;
    PxStr detail; /* where it fails: story, block, expected and found; empty when it holds */
} PxVerdict;

typedef struct PxNotice { /* what a person should know; no error */
    PxStr office;         /* empty: the base, or the whole */
    PxStr text;           /* one sentence */
} PxNotice;

void px_result_close(PxResult *result); /* NULL is allowed */
/* The file that was made; empty when the operation makes none, or may not hand it out. */
PxStr px_result_bytes(const PxResult *result);
const PxVerdict *px_result_verdicts(const PxResult *result, ptrdiff_t *count);
const PxNotice *px_result_notices(const PxResult *result, ptrdiff_t *count);
/* The promises were put to the proof and every verdict holds. */
bool px_result_is_proven(const PxResult *result);
/* Changes px_resolve accepted and rejected; else 0. */
int64_t px_result_accepted(const PxResult *result);
int64_t px_result_rejected(const PxResult *result);
/* The most memory the operation held at once, in bytes. */
int64_t px_result_peak(const PxResult *result);

/* ---- merging and proving ---- */

enum { PX_RETURNS_MAX = 128 };

typedef struct PxReturn {
    PxStr office; /* who sent it, by the channel it came; empty: the file's name without ending */
    PxFile file;
} PxReturn;

typedef struct PxConsolidateOptions {
    PxSettings settings;
    bool no_proof;     /* hand the file out unproven */
    int deflate_level; /* 1 (fast) to 12 (small); 0: 6 */
} PxConsolidateOptions;

/* Merges the returns (1 to PX_RETURNS_MAX) into base as tracked changes attributed by office, and
 * proves promises 1-3: rejecting every change gives the base, accepting one office's changes gives
 * its return, accepting all loses no inserted word. Only then are there bytes. Tracked changes in
 * the inputs are read as accepted, and a notice says so. The bytes do not depend on the order of
 * the returns (but for the order of alternatives at one place).
 * Errors: PX_ERR_PROOF when a promise fails: then *out is set nonetheless, with the verdicts and
 * notices and without bytes, and is to be closed. PX_ERR_CONFLICT for two returns of one office, or
 * an office whose name cannot stand for one (empty, or with "; " or a control character in it).
 * Cost: linear in the size of all files together, plus the aligning of what changed. */
bool px_consolidate(const PxFile *base, const PxReturn *returns, ptrdiff_t count,
                    const PxConsolidateOptions *options, PxResult **out, PxErr *err);

typedef struct PxCompareOptions {
    PxSettings settings;
    PxStr author; /* the office named in the redline; empty: the revised file's name without ending
                   */
    bool no_proof;
    int deflate_level;
} PxCompareOptions;

/* A redline that turns base into revised: px_consolidate of one return, in everything. */
bool px_compare(const PxFile *base, const PxFile *revised, const PxCompareOptions *options,
                PxResult **out, PxErr *err);

typedef struct PxVerifyOptions {
    PxSettings settings;
} PxVerifyOptions;

/* Puts promises 1-3 to the proof for a consolidated file made earlier, by whatever program. True
 * when the proof could be carried out; what it found is in the verdicts (px_result_is_proven: all
 * hold). Makes no bytes. Otherwise like px_consolidate. */
bool px_verify(const PxFile *base, const PxReturn *returns, ptrdiff_t count,
               const PxFile *consolidated, const PxVerifyOptions *options, PxResult **out,
               PxErr *err);

/* ---- accepting and rejecting ---- */

typedef struct PxStep {
    bool accept;    /* else reject */
    PxStr selector; /* "all"; "office:NAME": the office proposes it, alone or jointly;
                       "person:NAME": the w:author, or one the consolidation recorded behind the
                       office; "provision:ID": ID as the matrix prints it, and what lies under it;
                       "change:N": the matrix's row N */
} PxStep;

typedef struct PxResolveOptions {
    PxSettings settings;
    PxStr only; /* an office: accept what it proposes, alone or jointly, reject everything else;
                   goes without steps */
    int deflate_level;
    bool no_comments; /* drop all comments, and the record of who proposed what: a text for the next
                         round */
} PxResolveOptions;

/* Accepts and rejects tracked changes. A change is decided by the first step that selects it; what
 * no step selects stays as it is. Errors: PX_ERR_NOT_FOUND for a step that selects nothing in the
 * file ("all" excepted) and for an `only` that neither proposes a change nor sent a return,
 * PX_ERR_CONFLICT for a selector that cannot be read. */
bool px_resolve(const PxFile *file, const PxStep *steps, ptrdiff_t count,
                const PxResolveOptions *options, PxResult **out, PxErr *err);

/* ---- inspecting ---- */

typedef struct PxInspection PxInspection;

typedef struct PxFinding {
    PxStr kind;          /* "silent-text": for machines */
    PxStr words;         /* "Text changed without tracking" */
    bool is_silent;      /* a silent change, else a hazard */
    PxStr part;          /* "word/document.xml" */
    PxStr place;         /* "Article 5(2)", "Header"; empty for the whole file */
    PxStr before, after; /* of a silent change: what was sent and what came back */
    PxStr detail;        /* of a hazard: one sentence */
} PxFinding;

typedef struct PxPerson { /* by w:author: what the file claims, not who it was */
    PxStr author;
    int64_t insertions, deletions, moves, formats, others, comments;
    PxStr first_date, last_date; /* ISO 8601, as written; may be empty */
} PxPerson;

typedef struct PxInspectOptions {
    PxSettings settings;
    const PxFile *sent; /* the copy that was sent; NULL: hazards only */
} PxInspectOptions;

/* Reads the people and revisions of a file, its hazards (what fetches, runs, hides or changes on
 * opening) and, against the copy that was sent, every change made without tracking. An openly
 * tracked change is no finding. Nothing in the file is fetched, run or updated. Cost: linear, plus
 * the aligning of what differs. */
bool px_inspect(const PxFile *file, const PxInspectOptions *options, PxInspection **out,
                PxErr *err);
void px_inspection_close(PxInspection *inspection); /* NULL is allowed */
const PxFinding *px_inspection_findings(const PxInspection *inspection, ptrdiff_t *count);
const PxPerson *px_inspection_people(const PxInspection *inspection, ptrdiff_t *count);
int64_t px_inspection_revisions(const PxInspection *inspection);
int64_t px_inspection_comments(const PxInspection *inspection);
bool px_inspection_is_tracking(const PxInspection *inspection); /* the file asks for tracking */

/* ---- the comment matrix ---- */

typedef struct PxMatrix PxMatrix;

typedef struct PxRow { /* one change or comment */
    int64_t number;    /* the N of "change:N"; of a comment: counted on from the last change */
    int64_t also;      /* of a replacement: the number of its insertion; else 0 */
    bool is_comment;
    PxStr provision; /* "Article 5(2)(a)" */
    PxStr office;    /* "Foreign Affairs; Interior" */
    PxStr person, date;
    PxStr kind; /* "insertion", "replacement", "comment" ... */
    PxStr existing, proposed, comment;
    const int64_t *conflicts; /* numbers of the rows it conflicts with, rising */
    ptrdiff_t conflict_count;
} PxRow;

typedef struct PxConflict {
    PxStr provision;
    const int64_t *rows; /* their numbers, rising; at least two */
    ptrdiff_t row_count;
    PxStr base_text; /* what stands there in the base */
} PxConflict;

typedef struct PxMatrixOptions {
    PxSettings settings;
} PxMatrixOptions;

/* Reads a document with tracked changes as a table. */
bool px_matrix_open(const PxFile *file, const PxMatrixOptions *options, PxMatrix **out, PxErr *err);
void px_matrix_close(PxMatrix *matrix); /* NULL is allowed */
const PxRow *px_matrix_rows(const PxMatrix *matrix, ptrdiff_t *count);
const PxConflict *px_matrix_conflicts(const PxMatrix *matrix, ptrdiff_t *count);

typedef enum PxMatrixFormat {
    PX_MATRIX_XLSX,
    PX_MATRIX_CSV,
    PX_MATRIX_HTML,
    PX_MATRIX_DOCX,
    PX_MATRIX_CONFLICTS_JSON, /* the conflicts alone */
    PX_MATRIX_FORMATS
} PxMatrixFormat;

typedef struct PxMatrixWriteOptions {
    PxSettings settings;
    PxStr title; /* empty: the file's name */
} PxMatrixWriteOptions;

/* Writes the table: number, provision, office, person, date, kind, existing text, proposed text,
 * comment, conflicts, and two empty columns, disposition and reason, for people to fill. Cost:
 * linear in the table. */
bool px_matrix_write(const PxMatrix *matrix, PxMatrixFormat format,
                     const PxMatrixWriteOptions *options, PxResult **out, PxErr *err);

/* ---- the provisions of a text ---- */

typedef struct PxProvisions PxProvisions;

typedef struct PxProvision {
    PxStr number;  /* as cited: "Article 5(2)(a)", "Annex A, row 3", "Footnote 2" */
    PxStr heading; /* the head of its text */
    PxStr text;    /* plain, a line a block */
    PxStr form; /* the bytes that say what it is, to be hashed by the caller: its text verbatim, its
                   structure, formats, links and fields; the notes it refers to and what is embedded
                   by SHA-256. Not its own printed number, nor the numbers that cross-references
                   print (px_draft_check tells wrong ones), nor layout, nor what lies under it.
                   Saving in Word or LibreOffice alone does not change it. */
    ptrdiff_t parent;   /* index of the provision it lies under, or -1 */
    ptrdiff_t previous; /* index of the same provision in the previous file, or -1 */
} PxProvision;

typedef struct PxProvisionsOptions {
    PxSettings settings;
    const PxFile *previous; /* the text it was made from; NULL: none */
} PxProvisionsOptions;

/* Reads a text as provisions: every block of the body and every note belongs to exactly one, in the
 * order of the text. Tracked changes are read as accepted. With a previous file, a provision that
 * was moved, renumbered or reworded is still the same one; one that was put in is none of it. */
bool px_provisions_open(const PxFile *file, const PxProvisionsOptions *options, PxProvisions **out,
                        PxErr *err);
void px_provisions_close(PxProvisions *provisions); /* NULL is allowed */
const PxProvision *px_provisions_rows(const PxProvisions *provisions, ptrdiff_t *count);

typedef struct PxDraft PxDraft;

typedef struct PxDraftFinding {
    PxStr kind;     /* "numbering", "term", "reference" */
    PxStr place;    /* number of the provision */
    PxStr sentence; /* "Article 7 follows Article 5" */
} PxDraftFinding;

typedef struct PxDraftOptions {
    PxSettings settings;
    const PxStr *terms; /* that need no definition */
    ptrdiff_t term_count;
} PxDraftOptions;

/* What is wrong with a draft, as far as it can be told without doubt: broken numbering, references
 * to provisions it does not have and fields that print another number than that of the place they
 * lead to, terms it uses three times and more and neither quotes nor defines. */
bool px_draft_check(const PxFile *file, const PxDraftOptions *options, PxDraft **out, PxErr *err);
void px_draft_close(PxDraft *draft); /* NULL is allowed */
const PxDraftFinding *px_draft_findings(const PxDraft *draft, ptrdiff_t *count);

/* ---- copies, comment tables, papers ---- */

typedef struct PxMarkOptions {
    PxSettings settings;
    PxStr header, footer; /* a line each, at the top and at the bottom of every page */
    PxStr copy_id;        /* kept in the file; px_copy_id reads it from what comes back */
    const PxFile *like;   /* a marked copy: its marks instead of these; NULL: none */
} PxMarkOptions;

/* A copy of a document with its grading and number on every page: in every header and footer that
 * is shown, and in new ones where there are none. Marks it has already are replaced. */
bool px_mark(const PxFile *file, const PxMarkOptions *options, PxResult **out, PxErr *err);
/* The document without the marks px_mark put in, as far as they survived; others are left. */
bool px_unmark(const PxFile *file, const PxSettings *settings, PxResult **out, PxErr *err);
/* The result's bytes are the id of the copy a file was made from; empty when it names none. */
bool px_copy_id(const PxFile *file, const PxSettings *settings, PxResult **out, PxErr *err);

typedef struct PxCommentTable PxCommentTable;

typedef struct PxCommentRow { /* the eight columns of ISO's and CEN's commenting template */
    PxStr body, line, clause, element, type, comment, proposed, observations;
} PxCommentRow;

/* Reads the first table with the template's columns; lines of a cell are joined by line feeds.
 * Errors: PX_ERR_NOT_FOUND when there is none; PX_ERR_INPUT names the row without a body or without
 * words. */
bool px_comment_table_open(const PxFile *file, const PxSettings *settings, PxCommentTable **out,
                           PxErr *err);
void px_comment_table_close(PxCommentTable *table); /* NULL is allowed */
const PxCommentRow *px_comment_table_rows(const PxCommentTable *table, ptrdiff_t *count);
/* A document with such a table. */
bool px_comment_table_write(PxStr title, const PxCommentRow *rows, ptrdiff_t count,
                            const PxSettings *settings, PxResult **out, PxErr *err);

typedef struct PxBlock {
    PxStr style; /* "title", "subtitle", "heading", "paragraph", "numbered", "bullet", "right";
                    "head-row" and "row" of a table, with tabs between the cells; "page-break" */
    PxStr text;
} PxBlock;

typedef struct PxComposeOptions {
    PxSettings settings;
    PxStr title;          /* among the file's properties */
    PxStr header, footer; /* a line each on every page, beside the page's number */
} PxComposeOptions;

/* A document of plain blocks, A4, in a book face of 12 points; Urdu, Arabic and Chinese run as they
 * should. Numbers begin anew behind a heading; rows that follow one another are one table. Errors:
 * PX_ERR_CONFLICT for a style that is none. */
bool px_compose(const PxBlock *blocks, ptrdiff_t count, const PxComposeOptions *options,
                PxResult **out, PxErr *err);

/* ---- reading ---- */

typedef struct PxRenderOptions {
    PxSettings settings;
    PxStr title; /* empty: the file's name */
} PxRenderOptions;

/* The document, or redline, as one self-contained HTML page: our own elements only, nothing fetched
 * or run. */
bool px_render(const PxFile *file, const PxRenderOptions *options, PxResult **out, PxErr *err);

typedef struct PxTextOptions {
    PxSettings settings;
} PxTextOptions;

/* The canonical readable dump, UTF-8: one line a block, revisions marked. */
bool px_text(const PxFile *file, const PxTextOptions *options, PxResult **out, PxErr *err);

#ifdef __cplusplus
}
#endif
#endif
