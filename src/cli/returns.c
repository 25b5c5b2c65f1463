/* returns: what the commands are given as operands. */
#include <string.h>
#include <strings.h>

#include "cli/cli.h"

/* "Interior=int.docx" -> the office; the file's path behind it. A path that begins with "." or "/"
 * names no office. */
static PxReturn read_return(const Options *o, const char *operand) {
    const char *equals = strchr(operand, '=');
    if (!equals || operand[0] == '.' || operand[0] == '/') {
        return (PxReturn){.file = read_input(operand)};
    }
    if (equals == operand) usage_error(o->command, "\"%s\" names no office before the =", operand);
    if (equals[1] == '\0') usage_error(o->command, "\"%s\" names no file behind the =", operand);
    const PxStr office = {operand, equals - operand};
    return (PxReturn){office, read_input(equals + 1)};
}

PxReturn *read_returns(const Options *o, PxFile *base) {
    if (o->operand_count < 2) {
        usage_error(o->command, "a base and at least one return are needed");
    }
    if (o->operand_count - 1 > PX_RETURNS_MAX) {
        usage_error(o->command, "there may be at most %d returns, not %td", (int)PX_RETURNS_MAX,
                    o->operand_count - 1);
    }
    *base = read_input(o->operands[0]);
    PxReturn *returns = keep_alloc((size_t)o->operand_count, sizeof *returns);
    for (ptrdiff_t i = 1; i < o->operand_count; i++)
        returns[i - 1] = read_return(o, o->operands[i]);
    return returns;
}

PxFile read_only_input(const Options *o) {
    if (o->operand_count != 1) {
        usage_error(o->command, "one file is needed, not %td", o->operand_count);
    }
    return read_input(o->operands[0]);
}

PxMatrixFormat matrix_format_of(const Options *o, const char *path) {
    static const struct {
        const char *ending;
        PxMatrixFormat format;
    } endings[] = {{".xlsx", PX_MATRIX_XLSX},
                   {".csv", PX_MATRIX_CSV},
                   {".html", PX_MATRIX_HTML},
                   {".htm", PX_MATRIX_HTML},
                   {".docx", PX_MATRIX_DOCX}};
    const char *dot = strrchr(path, '.');
    for (size_t i = 0; dot && i < sizeof endings / sizeof *endings; i++) {
        if (strcasecmp(dot, endings[i].ending) == 0) return endings[i].format;
    }
    usage_error(o->command, "a matrix is .xlsx, .csv, .html or .docx, and \"%s\" is none", path);
}
