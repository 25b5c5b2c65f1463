/* books: the shipped rulebooks and calendars, read; and tables of tab-separated rows. */
#ifndef PARAPH_BOOKS_H
#define PARAPH_BOOKS_H

#include "rules/rules.h"

#include "t.h"

enum { BOOKS = 3, CALENDARS = 3 };
static const char *const book_files[BOOKS] = {"rulebooks/pk-1973@2000.yaml",
                                              "rulebooks/pk-1973@2023-10-30.yaml",
                                              "rulebooks/generic-vclt.yaml"};
static const char *const calendar_names[CALENDARS] = {"generic", "pk-federal", "uk-example"};

static inline void calendars_load(Arena *a, NamedText *out) {
    for (int i = 0; i < CALENDARS; i++) {
        const Str path = arena_format(a, "rulebooks/calendars/%s.yaml", calendar_names[i]);
        out[i] = (NamedText){str_from_z(calendar_names[i]), t_read_file(a, path.ptr)};
    }
}

static inline const Rulebook *book_of_text(Arena *a, Str text, const RuleProblem **problems,
                                           ptrdiff_t *count) {
    NamedText calendars[CALENDARS];
    const Rulebook *book = NULL;
    PxErr err = {0};
    calendars_load(a, calendars);
    T_OK(rulebook_read(a, text, calendars, CALENDARS, &book, problems, count, &err), &err);
    T_CHECK((book == NULL) == (*count > 0));
    return book;
}

static inline void problems_show(const RuleProblem *problems, ptrdiff_t count) {
    for (ptrdiff_t i = 0; i < count; i++) {
        printf("#   line %d: %.*s\n", problems[i].line, (int)problems[i].sentence.len,
               problems[i].sentence.ptr);
    }
}

/* False when one has a fault, which is shown. */
static inline bool books_load(Arena *a, const Rulebook **out) {
    for (int i = 0; i < BOOKS; i++) {
        const RuleProblem *problems;
        ptrdiff_t count;
        out[i] = book_of_text(a, t_read_file(a, book_files[i]), &problems, &count);
        problems_show(problems, count);
        if (!T_CHECK(out[i] != NULL)) return false;
    }
    return true;
}

/* ---- tables ---- */

typedef struct Table {
    Str text;
    ptrdiff_t at;
} Table;

/* The next row's cells, up to most; 0 at the end. Lines that begin with # are none. */
static inline int table_row(Table *t, Str *cells, int most) {
    while (t->at < t->text.len) {
        const Str rest = str_slice(t->text, t->at, t->text.len);
        ptrdiff_t end = str_find(rest, S("\n"));
        if (end < 0) end = rest.len;
        t->at += end + 1;
        Str line = str_slice(rest, 0, end);
        if (!line.len || line.ptr[0] == '#') continue;
        int count = 0;
        for (ptrdiff_t tab; count < most; line = str_slice(line, tab + 1, line.len)) {
            tab = str_find(line, S("\t"));
            cells[count++] = tab < 0 ? line : str_slice(line, 0, tab);
            if (tab < 0) break;
        }
        return count;
    }
    return 0;
}

/* A cell's words as a set; "-" is none. */
#define CELL_SET(name, Kind, read)                                                                 \
    static inline Set name(Str cell) {                                                             \
        Set set = 0;                                                                               \
        while (cell.len && !str_equal(cell, S("-"))) {                                             \
            ptrdiff_t end = str_find(cell, S(" "));                                                \
            Kind one = (Kind)0;                                                                    \
            if (end < 0) end = cell.len;                                                           \
            if (!T_CHECK(read(str_slice(cell, 0, end), &one))) {                                   \
                printf("#   %.*s\n", (int)end, cell.ptr);                                          \
            }                                                                                      \
            set |= set_of((int)one);                                                               \
            cell = str_slice(cell, end + (end < cell.len), cell.len);                              \
        }                                                                                          \
        return set;                                                                                \
    }
CELL_SET(cell_roles, Role, role_read)
CELL_SET(cell_acts, ActKind, act_kind_read)
CELL_SET(cell_needs, Need, need_read)

#endif
