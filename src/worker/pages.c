/* Pages of a document: LibreOffice renders it, in a sandbox where bubblewrap can make one, with a
 * profile of its own for each run, or a program that PARAPH_RENDERER names; the pages of the PDF
 * are counted here. */
#include "worker/parent.h"

#define PDF_MAX ((ptrdiff_t)256 << 20)
#define IN_SANDBOX "/paper"

/* ---- counting ---- */

static bool is_white(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == '\0';
}

/* What ends a name of PDF (ISO 32000-1, 7.2.2). */
static bool ends_name(char c) { return is_white(c) || memchr("()<>[]{}/%", c, 10) != NULL; }

static Str without_white(Str s) {
    while (s.len && is_white(*s.ptr)) s = str_slice(s, 1, s.len);
    return s;
}

/* Behind the stream that begins in s: streams hold anything. */
static Str behind_stream(Str s) {
    const ptrdiff_t end = str_find(s, S("endstream"));
    return end < 0 ? (Str){NULL, 0} : str_slice(s, end + 9, s.len);
}

/* The value /Page behind a /Type. */
static bool is_page(Str s) {
    s = without_white(s);
    return str_starts(s, S("/Page")) && (s.len == 5 || ends_name(s.ptr[5]));
}

int worker_count_pages(Str pdf) {
    int pages = 0;
    while (pdf.len) {
        if (str_starts(pdf, S("stream")) && pdf.len > 6 &&
            (pdf.ptr[6] == '\n' || pdf.ptr[6] == '\r')) {
            pdf = behind_stream(pdf);
            continue;
        }
        if (str_starts(pdf, S("/Type")) && is_page(str_slice(pdf, 5, pdf.len))) pages++;
        pdf = str_slice(pdf, 1, pdf.len);
    }
    return pages;
}

/* ---- rendering ---- */

typedef struct Line { /* of a command */
    Str argv[64];
    ptrdiff_t count;
} Line;

static void add(Line *line, Str word) {
    check(line->count < (ptrdiff_t)(sizeof line->argv / sizeof *line->argv));
    line->argv[line->count++] = word;
}

static void add_office(Line *line, Arena *a, Str folder) {
    add(line, S("soffice"));
    add(line,
        arena_format(a, "-env:UserInstallation=file://%.*s/profile", (int)folder.len, folder.ptr));
    static const char *const words[] = {
        "--headless",   "--norestore",           "--nologo", "--nofirststartwizard",
        "--convert-to", "pdf:writer_pdf_Export", "--outdir"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) add(line, str_from_z(words[i]));
    add(line, folder);
    add(line, os_path(a, folder, S("paper.docx")));
}

/* A system of /usr alone, read-only; the paper's folder; no network, nothing of the host. */
static void add_sandbox(Line *line, Str folder) {
    static const char *const words[] = {"bwrap",
                                        "--unshare-all",
                                        "--die-with-parent",
                                        "--new-session",
                                        "--ro-bind",
                                        "/usr",
                                        "/usr",
                                        "--symlink",
                                        "usr/lib",
                                        "/lib",
                                        "--symlink",
                                        "usr/lib64",
                                        "/lib64",
                                        "--symlink",
                                        "usr/bin",
                                        "/bin",
                                        "--ro-bind-try",
                                        "/etc/fonts",
                                        "/etc/fonts",
                                        "--ro-bind-try",
                                        "/etc/libreoffice",
                                        "/etc/libreoffice",
                                        "--ro-bind-try",
                                        "/var/cache/fontconfig",
                                        "/var/cache/fontconfig",
                                        "--proc",
                                        "/proc",
                                        "--dev",
                                        "/dev",
                                        "--tmpfs",
                                        "/tmp",
                                        "--setenv",
                                        "HOME",
                                        IN_SANDBOX,
                                        "--bind"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) add(line, str_from_z(words[i]));
    add(line, folder);
    add(line, S(IN_SANDBOX));
}

static bool run_line(Worker *w, Arena *a, const Line *line, Str folder, OsExit *end, PxErr *err) {
    const OsLimits limits = {.seconds = w->limits.seconds,
                             .wall_ms = (w->limits.seconds * 2 + 10) * 1000,
                             .output = 1 << 20,
                             .file_bytes = PDF_MAX};
    return os_run(a, line->argv, line->count, (Str){NULL, 0}, &limits, folder, end, err);
}

static bool run_office(Worker *w, Arena *a, Str folder, bool in_sandbox, OsExit *end, PxErr *err) {
    Line line = {.count = 0};
    if (in_sandbox) add_sandbox(&line, folder);
    add_office(&line, a, in_sandbox ? S(IN_SANDBOX) : folder);
    return run_line(w, a, &line, folder, end, err);
}

/* A renderer the operator names: it may lie where our sandbox shows nothing, so it runs outside. */
static bool run_other(Worker *w, Arena *a, Str program, Str folder, OsExit *end, PxErr *err) {
    Line line = {.count = 0};
    add(&line, program);
    add(&line, os_path(a, folder, S("paper.docx")));
    add(&line, os_path(a, folder, S("paper.pdf")));
    return run_line(w, a, &line, folder, end, err);
}

/* bwrap is not there, may not make namespaces, or finds no renderer in its sandbox. */
static bool has_no_sandbox(bool was_run, const OsExit *end, const PxErr *err) {
    if (!was_run) return err->kind == PX_ERR_NOT_FOUND;
    return !end->was_killed && end->status != 0 && str_starts(end->complaint, S("bwrap:"));
}

static bool render(Worker *w, Arena *a, Str folder, PxErr *err) {
    OsExit end = {0};
    PxErr why = {.at = -1};
    const Str other = os_environment(a, "PARAPH_RENDERER");
    bool was_run = other.len ? run_other(w, a, other, folder, &end, &why)
                             : run_office(w, a, folder, true, &end, &why);
    if (!other.len && has_no_sandbox(was_run, &end, &why)) {
        was_run = run_office(w, a, folder, false, &end, &why);
    }
    if (!was_run && why.kind == PX_ERR_NOT_FOUND) {
        return fail(err, PX_ERR_NOT_FOUND, S("soffice"), -1,
                    "no renderer is installed to count pages with (install libreoffice-writer, "
                    "or name another in PARAPH_RENDERER)");
    }
    if (!was_run) {
        if (err) *err = why;
        return false;
    }
    if (end.timed_out || end.was_killed) {
        return fail(err, PX_ERR_LIMIT, S("soffice"), -1,
                    "rendering the paper takes longer than the %lld s it may take",
                    (long long)w->limits.seconds);
    }
    return true;
}

bool worker_pages(Worker *w, Arena *a, Str docx, int *pages, Str *pdf, PxErr *err) {
    *pages = 0;
    *pdf = (Str){NULL, 0};
    Arena *run = arena_child(a); /* the turn and the folder end with it */
    Str folder;
    PxErr why = {.at = -1};
    bool done = turn_take(w, run, err) && os_temporary_folder(run, &folder, err) &&
                os_write_file(os_path(run, folder, S("paper.docx")), docx, OS_NEW, true, err) &&
                render(w, run, folder, err);
    if (done && !os_read_file(a, os_path(run, folder, S("paper.pdf")), PDF_MAX, pdf, &why)) {
        done = fail(err, PX_ERR_INPUT, S("soffice"), -1, "the renderer made no pages of the paper");
    }
    arena_close(run);
    if (!done) return false;
    *pages = worker_count_pages(*pdf);
    return *pages > 0 ||
           fail(err, PX_ERR_INPUT, S("soffice"), -1, "the renderer made no pages of the paper");
}
