/* json: a typed writer. Numbers are integers, so no locale has a say. */
#include <inttypes.h>

#include "cli/cli.h"

static void put_escaped(FILE *f, PxStr s) {
    putc('"', f);
    for (ptrdiff_t i = 0; i < s.len; i++) {
        const unsigned char c = (unsigned char)s.ptr[i];
        if (c == '"' || c == '\\') fprintf(f, "\\%c", c);
        else if (c == '\n') fputs("\\n", f);
        else if (c == '\t') fputs("\\t", f);
        else if (c < 0x20 || c == 0x7f) fprintf(f, "\\u%04x", c);
        else putc(c, f);
    }
    putc('"', f);
}

static void begin(Json *j, const char *key) {
    if (j->depth > 0) fputs(j->is_first ? "\n" : ",\n", j->file);
    j->is_first = false;
    for (int i = 0; i < j->depth; i++) fputs("  ", j->file);
    if (key) {
        put_escaped(j->file, px_str(key));
        fputs(": ", j->file);
    }
}

static void open_level(Json *j, const char *key, char bracket) {
    begin(j, key);
    putc(bracket, j->file);
    j->depth++;
    j->is_first = true;
}

static void close_level(Json *j, char bracket) {
    j->depth--;
    if (!j->is_first) {
        putc('\n', j->file);
        for (int i = 0; i < j->depth; i++) fputs("  ", j->file);
    }
    putc(bracket, j->file);
    j->is_first = false;
    if (j->depth == 0) putc('\n', j->file);
}

void json_object(Json *j, const char *key) { open_level(j, key, '{'); }
void json_array(Json *j, const char *key) { open_level(j, key, '['); }
void json_end_object(Json *j) { close_level(j, '}'); }
void json_end_array(Json *j) { close_level(j, ']'); }

void json_str(Json *j, const char *key, PxStr value) {
    begin(j, key);
    put_escaped(j->file, value);
}

void json_z(Json *j, const char *key, const char *value) { json_str(j, key, px_str(value)); }

void json_int(Json *j, const char *key, int64_t value) {
    begin(j, key);
    fprintf(j->file, "%" PRId64, value);
}

void json_bool(Json *j, const char *key, bool value) {
    begin(j, key);
    fputs(value ? "true" : "false", j->file);
}

void json_verdicts(Json *j, const PxResult *result) {
    ptrdiff_t count;
    const PxVerdict *verdicts = px_result_verdicts(result, &count);
    json_bool(j, "proven", px_result_is_proven(result));
    json_array(j, "promises");
    for (ptrdiff_t i = 0; i < count; i++) {
        json_object(j, NULL);
        json_str(j, "promise", verdicts[i].promise);
        json_str(j, "office", verdicts[i].office);
        json_bool(j, "holds", verdicts[i].holds);
        json_str(j, "detail", verdicts[i].detail);
        json_end_object(j);
    }
    json_end_array(j);
}

void json_notices(Json *j, const PxResult *result) {
    ptrdiff_t count;
    const PxNotice *notices = px_result_notices(result, &count);
    json_array(j, "notices");
    for (ptrdiff_t i = 0; i < count; i++) {
        json_object(j, NULL);
        json_str(j, "office", notices[i].office);
        json_str(j, "text", notices[i].text);
        json_end_object(j);
    }
    json_end_array(j);
}
