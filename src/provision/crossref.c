/* crossref: the fields and links of a text that lead to a bookmark, what they print and where they
 * lead. (ISO 29500-1 17.16.5.51 REF, .45 PAGEREF, .43 NOTEREF) */
#include "provision/int.h"

enum { DEPTH_MAX = 32 };

typedef struct Field {
    Buf code, printed;
    const XmlNode *at;
    bool coding;
} Field;

typedef struct Finder {
    Arena *a;
    const DocProvisions *places;
    Provisions *out;
    ptrdiff_t cap;
    Map bookmarks; /* hash of a name in lower case -> address of its start */
    Field fields[DEPTH_MAX];
    int depth;
} Finder;

/* Names of bookmarks are the same in capitals. */
static uint64_t key_of(Arena *a, Str name) {
    Buf b = buf_new(a);
    for (ptrdiff_t i = 0; i < name.len; i++) {
        const char c = name.ptr[i];
        buf_byte(&b, c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c);
    }
    return hash_fast(buf_str(&b));
}

static void add(Finder *f, CrossReference found) {
    uint64_t start;
    found.is_dangling = !map_find(&f->bookmarks, key_of(f->a, found.bookmark), &start);
    if (!found.is_dangling) {
        found.target = doc_provision(f->places, (const XmlNode *)(uintptr_t)start);
    }
    f->out->references = arena_grow(f->a, f->out->references, f->out->reference_count, &f->cap,
                                    f->out->reference_count + 1, (ptrdiff_t)sizeof found);
    f->out->references[f->out->reference_count++] = found;
}

static Str next_word(Str *rest) {
    ptrdiff_t from = 0;
    while (from < rest->len && (unsigned char)rest->ptr[from] <= ' ') from++;
    ptrdiff_t end = from;
    while (end < rest->len && (unsigned char)rest->ptr[end] > ' ') end++;
    const Str word = str_slice(*rest, from, end);
    *rest = str_slice(*rest, end, rest->len);
    return word;
}

static void read_code(Finder *f, Str code, Str printed, const XmlNode *at) {
    Str rest = code;
    const Str word = next_word(&rest);
    Str name = next_word(&rest);
    const bool is_reference = str_equal_fold(word, S("REF")) ||
                              str_equal_fold(word, S("PAGEREF")) ||
                              str_equal_fold(word, S("NOTEREF"));
    if (!is_reference || !name.len || name.ptr[0] == '\\' || name.ptr[0] == '"') return;
    if (str_find(code, S("\1")) >= 0) return; /* its name is computed */
    add(f, (CrossReference){.place = doc_provision(f->places, at),
                            .bookmark = name,
                            .printed = str_trim(printed),
                            .prints_number = !str_equal_fold(word, S("PAGEREF")) &&
                                             !str_equal_fold(word, S("NOTEREF")) &&
                                             field_prints_number(code)});
}

static void field_char(Finder *f, const XmlNode *n) {
    const Str type = xml_attr(n, W_fldCharType);
    Field *field = f->depth && f->depth <= DEPTH_MAX ? &f->fields[f->depth - 1] : NULL;
    if (str_equal(type, S("begin"))) {
        if (field && field->coding) buf_byte(&field->code, '\1');
        if (f->depth++ >= DEPTH_MAX) return;
        f->fields[f->depth - 1] =
            (Field){.code = buf_new(f->a), .printed = buf_new(f->a), .at = n, .coding = true};
    } else if (str_equal(type, S("separate"))) {
        if (field) field->coding = false;
    } else if (str_equal(type, S("end")) && f->depth) {
        f->depth--;
        if (field) read_code(f, buf_str(&field->code), buf_str(&field->printed), field->at);
    }
}

/* Text is printed by the innermost field and all around it; that much of a result is enough. */
static void take_text(Finder *f, const XmlNode *n) {
    for (int i = 0; i < f->depth && i < DEPTH_MAX; i++) {
        Field *field = &f->fields[i];
        for (const XmlNode *k = n->first; k; k = k->next) {
            if (k->name != XML_TEXT || field->coding || field->printed.len > 256) continue;
            buf_add(&field->printed, k->text);
        }
    }
}

static void take_code(Finder *f, const XmlNode *n) {
    if (!f->depth || f->depth > DEPTH_MAX || !f->fields[f->depth - 1].coding) return;
    for (const XmlNode *k = n->first; k; k = k->next) {
        if (k->name == XML_TEXT) buf_add(&f->fields[f->depth - 1].code, k->text);
    }
}

static void find_in(Finder *f, const XmlNode *root) {
    f->depth = 0;
    for (const XmlNode *n = root; n; n = xml_next(n, root)) {
        if (n->name == W_fldChar) {
            field_char(f, n);
        } else if (n->name == W_instrText) {
            take_code(f, n);
        } else if (n->name == W_t) {
            take_text(f, n);
        } else if (n->name == W_fldSimple) {
            read_code(f, xml_attr(n, W_instr), doc_plain(f->a, n, true), n);
        } else if (n->name == W_hyperlink && !xml_has_attr(n, R_id)) {
            const Str name = xml_attr(n, W_anchor);
            if (name.len && !str_equal_fold(name, S("_top")))
                add(f, (CrossReference){.place = doc_provision(f->places, n), .bookmark = name});
        }
    }
}

void find_references(Arena *a, const XmlNode *const *roots, int count, const DocProvisions *places,
                     Provisions *out) {
    Finder f = {.a = a, .places = places, .out = out, .bookmarks = map_new(a)};
    for (int i = 0; i < count; i++) {
        for (const XmlNode *n = roots[i]; n; n = xml_next(n, roots[i])) {
            if (n->name != W_bookmarkStart) continue;
            map_put(&f.bookmarks, key_of(a, xml_attr(n, W_name)), (uint64_t)(uintptr_t)n);
        }
    }
    for (int i = 0; i < count; i++) find_in(&f, roots[i]);
}
