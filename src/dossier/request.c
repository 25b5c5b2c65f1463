/* request: what an act may be done with, and whether a request is that. */
#include "dossier/int.h"

static const Field fields[] = {
#define FIELD(act, name, kind, is_needed, words) {ACT_##act, #name, FIELD_##kind, is_needed, words},
#include "dossier/fields.def"
#undef FIELD
};

const Field *dossier_fields(ptrdiff_t *count) {
    *count = (ptrdiff_t)(sizeof fields / sizeof *fields);
    return fields;
}

static const Field *field_named(ActKind act, Str name) {
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        if (fields[i].act == act && str_equal(str_from_z(fields[i].name), name)) return &fields[i];
    }
    return NULL;
}

static bool wrong(PxErr *err, const Case *c, const char *name, const char *what) {
    return fail(err, PX_ERR_INPUT, str_from_z(name), -1, "%s: \"%s\" %s", act_name(c->kind), name,
                what);
}

static bool is_pairs(const Json *v) {
    for (ptrdiff_t i = 0; i < v->count; i++) {
        const Json *pair = v->items[i];
        if (pair->kind != JSON_OBJECT || pair->count != 2) return false;
        if (!json_find_str(pair, S("key")).len) return false;
        const Json *value = json_find(pair, S("value"));
        if (!value || value->kind != JSON_STR) return false;
    }
    return true;
}

static bool is_texts(const Json *v) {
    for (ptrdiff_t i = 0; i < v->count; i++) {
        if (v->items[i]->kind != JSON_STR || !str_trim(v->items[i]->text).len) return false;
    }
    return true;
}

static bool kind_fits(const Case *c, const Field *f, const Json *v, PxErr *err) {
    Day day;
    Grading grading;
    switch (f->kind) {
    case FIELD_TEXT:
        return (v->kind == JSON_STR && str_trim(v->text).len) ||
               wrong(err, c, f->name, "is a text");
    case FIELD_DAY:
        return (v->kind == JSON_STR && day_read(v->text, &day)) ||
               wrong(err, c, f->name, "is a day, as 2016-07-15");
    case FIELD_INT: return v->kind == JSON_INT || wrong(err, c, f->name, "is a whole number");
    case FIELD_FLAG: return v->kind == JSON_BOOL || wrong(err, c, f->name, "is true or false");
    case FIELD_FILE: return wrong(err, c, f->name, "is a file, not a text");
    case FIELD_TEXTS:
        return (v->kind == JSON_ARRAY && is_texts(v)) ||
               wrong(err, c, f->name, "is a list of texts");
    case FIELD_PAIRS:
        return (v->kind == JSON_ARRAY && is_pairs(v)) ||
               wrong(err, c, f->name, "is a list of pairs, each with key and value");
    case FIELD_GRADING:
        return (v->kind == JSON_STR && grading_read(v->text, &grading)) ||
               wrong(err, c, f->name, "is open, restricted, confidential, secret or top-secret");
    case FIELD_KINDS: break;
    }
    return wrong(err, c, f->name, "has an unknown kind");
}

static bool files_check(Case *c, PxErr *err) {
    for (ptrdiff_t i = 0; i < c->file_count; i++) {
        const RequestFile *file = &c->files[i];
        const Field *f = field_named(c->kind, file->field);
        Str name = arena_str(c->arena, file->field);
        if (!f || f->kind != FIELD_FILE) {
            return wrong(err, c, name.ptr, "is no file this act takes");
        }
        if (!file->bytes.len) return wrong(err, c, name.ptr, "is empty; send the file again");
        for (ptrdiff_t k = 0; k < i; k++) {
            if (str_equal(c->files[k].field, file->field)) {
                return wrong(err, c, name.ptr, "is given twice");
            }
        }
    }
    return true;
}

const RequestFile *given_file(const Case *c, const char *name) {
    for (ptrdiff_t i = 0; i < c->file_count; i++) {
        if (str_equal(c->files[i].field, str_from_z(name))) return &c->files[i];
    }
    return NULL;
}

Str given_str(const Case *c, const char *name) { return json_find_str(c->given, str_from_z(name)); }

bool given_check(Case *c, PxErr *err) {
    if (c->given->kind != JSON_OBJECT) {
        return fail(err, PX_ERR_INPUT, S(""), -1, "%s: what it is done with is an object",
                    act_name(c->kind));
    }
    for (ptrdiff_t i = 0; i < c->given->count; i++) {
        const Field *f = field_named(c->kind, c->given->keys[i]);
        if (!f) {
            return wrong(err, c, arena_str(c->arena, c->given->keys[i]).ptr,
                         "is nothing this act takes");
        }
        if (!kind_fits(c, f, c->given->items[i], err)) return false;
    }
    if (!files_check(c, err)) return false;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        const Field *f = &fields[i];
        if (f->act != c->kind || !f->is_needed) continue;
        const bool is_there = f->kind == FIELD_FILE
                                  ? given_file(c, f->name) != NULL
                                  : json_find(c->given, str_from_z(f->name)) != NULL;
        if (!is_there) return wrong(err, c, f->name, "is needed");
    }
    return true;
}
