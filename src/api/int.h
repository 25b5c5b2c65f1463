/* What the public functions share: one call is one root arena, one guard, one way out. */
#ifndef PARAPH_API_INT_H
#define PARAPH_API_INT_H

#include "base/base.h"
#include "docx/docx.h"
#include "zip/zip.h"

typedef struct Call Call;

/* The work of one public function, under the guard. Fills call->made; false with *err filled. */
typedef bool (*CallWork)(Call *call, PxErr *err);

struct Call {
    const PxSettings *settings;
    const void *arguments; /* the function's own, in a struct of its choice */
    CallWork work;
    Arena *root;       /* what is made lives here, and goes with it */
    Arena *work_arena; /* a child of root: gone when the work is done */
    void *made;
    char step[160]; /* what is being done, for progress */
    ptrdiff_t step_len;
    bool keep; /* hand out `made` although the work ends in false */
};

/* Opens the arenas, runs work under the guard, and either hands out what it made or closes
 * everything. settings may be NULL. *made is NULL in every failure but call->keep. */
bool call_run(const PxSettings *settings, CallWork work, const void *arguments, void **made,
              PxErr *err);
/* Tells the caller, if it wants to know, what is being done now. */
void call_step(Call *call, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* How far that is, in thousandths; for the engine's own callbacks. ctx is the Call. */
void call_progress(void *ctx, int permille);
ZipLimits call_zip_limits(const Call *call);
HashKey call_hash_key(const Call *call);

/* A package of one of the caller's files in the work arena; an error names the file. */
bool open_package(const Call *call, XmlNames *names, const PxFile *file, DocxPackage **out,
                  PxErr *err) __attribute__((warn_unused_result));
/* Says in err which file it is about, unless it says so already; returns false. */
bool err_in_file(PxErr *err, Str name);

/* The same for an error that came from one of these files: those that can be wrong are read again
 * until one fails in this way. Everything in the work arena is gone afterwards. */
bool err_in_one_of(Call *call, const PxFile *const *files, ptrdiff_t count, PxErr *err);

struct PxResult {
    Arena *root;
    Str bytes;
    PxVerdict *verdicts;
    ptrdiff_t verdict_count;
    PxNotice *notices;
    ptrdiff_t notice_count;
    bool proven;
    int64_t accepted, rejected;
};

/* An empty result in call->root, already call->made. */
PxResult *result_new(Call *call);
/* Puts a copy of bytes that live in the work arena into the result. */
void result_take(PxResult *result, Str bytes);

/* The footnotes and endnotes to which some story refers, by the hash of their ids. The stories'
 * trees are there. */
typedef struct NoteIds {
    Map of[2];
} NoteIds;
void notes_referred_to(Arena *a, const DocxStory *stories, ptrdiff_t count, NoteIds *out);
/* Takes out the notes that lost their last reference between `before` and `after`. */
void drop_notes(const DocxStory *stories, ptrdiff_t count, const NoteIds *before,
                const NoteIds *after);

/* "returns/Foreign Affairs.docx" -> "Foreign Affairs.docx": nothing that is written into a document
 * or a page may tell where a file was kept. */
Str file_base(Str name);
/* "returns/Foreign Affairs.docx" -> "Foreign Affairs": the name without folder and ending. */
Str file_stem(Str name);

/* Takes comments, their anchors and the consolidation's own record out of the package. */
bool drop_comments(DocxPackage *p, const DocxStory *stories, ptrdiff_t count, PxErr *err);

#endif
