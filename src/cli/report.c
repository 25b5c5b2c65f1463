/* report: a typed writer. Numbers are integers, so no locale has a say. */
#include <inttypes.h>

#include "cli/cli.h"

static void begin(Report *j, const char *key) {
    if (j->depth > 0) fputs(j->is_first ? "\n" : ",\n", j->file);
    j->is_first = false;
    for (int i = 0; i < j->depth; i++) fputs("  ", j->file);
    if (key) {
        put_json(j->file, px_str(key));
        fputs(": ", j->file);
    }
}

static void open_level(Report *j, const char *key, char bracket) {
    begin(j, key);
    putc(bracket, j->file);
    j->depth++;
    j->is_first = true;
}

static void close_level(Report *j, char bracket) {
    j->depth--;
    if (!j->is_first) {
        putc('\n', j->file);
        for (int i = 0; i < j->depth; i++) fputs("  ", j->file);
    }
    putc(bracket, j->file);
    j->is_first = false;
    if (j->depth == 0) putc('\n', j->file);
}

void report_object(Report *j, const char *key) { open_level(j, key, '{'); }
void report_array(Report *j, const char *key) { open_level(j, key, '['); }
void report_end_object(Report *j) { close_level(j, '}'); }
void report_end_array(Report *j) { close_level(j, ']'); }

void report_str(Report *j, const char *key, PxStr value) {
    begin(j, key);
    put_json(j->file, value);
}

void report_z(Report *j, const char *key, const char *value) { report_str(j, key, px_str(value)); }

void report_int(Report *j, const char *key, int64_t value) {
    begin(j, key);
    fprintf(j->file, "%" PRId64, value);
}

void report_bool(Report *j, const char *key, bool value) {
    begin(j, key);
    fputs(value ? "true" : "false", j->file);
}

void report_verdicts(Report *j, const PxResult *result) {
    ptrdiff_t count;
    const PxVerdict *verdicts = px_result_verdicts(result, &count);
    report_bool(j, "proven", px_result_is_proven(result));
    report_array(j, "promises");
    for (ptrdiff_t i = 0; i < count; i++) {
        report_object(j, NULL);
        report_str(j, "promise", verdicts[i].promise);
        report_str(j, "office", verdicts[i].office);
        report_bool(j, "holds", verdicts[i].holds);
        report_str(j, "detail", verdicts[i].detail);
        report_end_object(j);
    }
    report_end_array(j);
}

void report_notices(Report *j, const PxResult *result) {
    ptrdiff_t count;
    const PxNotice *notices = px_result_notices(result, &count);
    report_array(j, "notices");
    for (ptrdiff_t i = 0; i < count; i++) {
        report_object(j, NULL);
        report_str(j, "office", notices[i].office);
        report_str(j, "text", notices[i].text);
        report_end_object(j);
    }
    report_end_array(j);
}
