/* say: what people read on the terminal. Text of documents and names of files is foreign: control
 * characters could drive the terminal and bidirectional ones could turn a line about, so they are
 * shown and not sent. */
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "cli/cli.h"

typedef struct ErrorRow {
    ExitCode code;
    const char *advice;
} ErrorRow;

static const ErrorRow errors[PX_ERR_KINDS] = {
#define ERROR(kind, code, advice) [kind] = {code, advice},
#include "cli/errors.def"
#undef ERROR
};

/* The length of the well-formed UTF-8 sequence at the head of s and its code point, or 1 and the
 * replacement character. */
static ptrdiff_t decode(const char *s, ptrdiff_t len, uint32_t *out) {
    const unsigned char c = (unsigned char)s[0];
    ptrdiff_t want = c < 0x80 ? 1 : c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc2 ? 2 : 0;
    uint32_t point = want == 1 ? c : want == 2 ? c & 0x1fu : want == 3 ? c & 0x0fu : c & 0x07u;
    if (want > len) want = 0;
    for (ptrdiff_t i = 1; i < want; i++) {
        const unsigned char next = (unsigned char)s[i];
        if ((next & 0xc0) != 0x80) want = 0;
        else point = point << 6 | (next & 0x3fu);
    }
    *out = want ? point : 0xfffd;
    return want ? want : 1;
}

static bool is_unseen(uint32_t c) {
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x61c ||
           (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
           (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || c >= 0xe0000;
}

void put_text(FILE *f, PxStr text, ptrdiff_t limit) {
    ptrdiff_t shown = 0;
    for (ptrdiff_t at = 0; at < text.len; shown++) {
        if (limit && shown == limit) {
            fputs("...", f);
            return;
        }
        uint32_t c;
        const ptrdiff_t len = decode(text.ptr + at, text.len - at, &c);
        if (c == '\n' || c == '\t' || c == '\r') putc(' ', f);
        else if (c == 0x200c || c == 0x200d) fwrite(text.ptr + at, 1, (size_t)len, f);
        else if (is_unseen(c)) fprintf(f, "<U+%04" PRIX32 ">", c);
        else if (c == 0xfffd) fputs("\xef\xbf\xbd", f);
        else fwrite(text.ptr + at, 1, (size_t)len, f);
        at += len;
    }
}

static void put_unit(FILE *f, uint32_t unit) { fprintf(f, "\\u%04" PRIx32, unit); }

void put_json(FILE *f, PxStr text) {
    putc('"', f);
    for (ptrdiff_t at = 0; at < text.len;) {
        uint32_t c;
        const ptrdiff_t len = decode(text.ptr + at, text.len - at, &c);
        if (c == '"' || c == '\\') fprintf(f, "\\%c", (int)c);
        else if (c == '\n') fputs("\\n", f);
        else if (c == '\t') fputs("\\t", f);
        else if (c == 0xfffd) fputs("\xef\xbf\xbd", f);
        else if (c >= 0x10000 && is_unseen(c)) {
            put_unit(f, 0xd800 + ((c - 0x10000) >> 10));
            put_unit(f, 0xdc00 + ((c - 0x10000) & 0x3ff));
        } else if (is_unseen(c) && c != 0x200c && c != 0x200d) put_unit(f, c);
        else fwrite(text.ptr + at, 1, (size_t)len, f);
        at += len;
    }
    putc('"', f);
}

void complain(const char *format, ...) {
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    progress_end();
    fputs("paraph: ", stderr);
    put_text(stderr, px_str(text), 0);
    putc('\n', stderr);
}

ExitCode complain_of(const PxErr *err) {
    const ErrorRow *row = &errors[err->kind < PX_ERR_KINDS ? err->kind : PX_ERR_SYSTEM];
    /* a limit with a place is one of the file's; memory has none */
    const bool of_file = err->kind == PX_ERR_LIMIT && (err->part[0] || err->at >= 0);
    const char *advice = of_file ? "ask for a smaller or simpler one" : row->advice;
    char place[48] = "";
    if (err->at >= 0) snprintf(place, sizeof place, " at byte %" PRId64, err->at);
    complain("%s%s%s%s%s%s%s%s%s", err->file, err->file[0] && err->part[0] ? ": " : "", err->part,
             place, err->file[0] || err->part[0] || place[0] ? ": " : "", err->message,
             advice[0] ? " (" : "", advice, advice[0] ? ")" : "");
    return row->code;
}

void put_verdicts(FILE *f, const PxResult *result) {
    ptrdiff_t count;
    const PxVerdict *verdicts = px_result_verdicts(result, &count);
    for (ptrdiff_t i = 0; i < count; i++) {
        fputs(verdicts[i].holds ? "  holds  " : "  FAILS  ", f);
        if (verdicts[i].office.len) {
            put_text(f, verdicts[i].office, 0);
            fputs(": ", f);
        }
        put_text(f, verdicts[i].promise, 0);
        if (!verdicts[i].holds) {
            fputs("\n           ", f);
            put_text(f, verdicts[i].detail, 400);
        }
        putc('\n', f);
    }
}

void put_notices(FILE *f, const PxResult *result) {
    ptrdiff_t count;
    const PxNotice *notices = px_result_notices(result, &count);
    if (count) fputs("\nWorth knowing:\n", f);
    for (ptrdiff_t i = 0; i < count; i++) {
        fputs("  ", f);
        if (notices[i].office.len) {
            put_text(f, notices[i].office, 0);
            fputs(": ", f);
        }
        put_text(f, notices[i].text, 0);
        putc('\n', f);
    }
}
