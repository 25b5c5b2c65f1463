/* read: members of a rulebook's mappings, each checked, each fault told with its line. */
#include "rules/int.h"

static const char *kind_words(NodeKind kind) {
    return kind == NODE_SCALAR ? "a single value" : kind == NODE_SEQUENCE ? "a list" : "a mapping";
}

Str shown(Str s) {
    if (s.len <= 60) return s;
    ptrdiff_t at = 57;
    while (at > 0 && ((unsigned char)s.ptr[at] & 0xC0) == 0x80) at--;
    return str_slice(s, 0, at);
}

/* ---- mappings and lists ---- */

static bool is_key(Str name, const Key *keys, ptrdiff_t count) {
    for (ptrdiff_t i = 0; i < count; i++) {
        if (str_equal(str_from_z(keys[i].name), name)) return true;
    }
    return false;
}

static Str key_list(Arena *a, const Key *keys, ptrdiff_t count) {
    Buf b = buf_new(a);
    for (ptrdiff_t i = 0; i < count; i++) {
        if (i) buf_add(&b, S(", "));
        buf_add(&b, str_from_z(keys[i].name));
    }
    return buf_str(&b);
}

bool members_check(Reader *r, const Node *node, const char *what, const Key *keys,
                   ptrdiff_t count) {
    if (node->kind != NODE_MAPPING) {
        problem_add(r, node->line, "%s is a mapping of keys to values, not %s", what,
                    kind_words(node->kind));
        return false;
    }
    for (ptrdiff_t i = 0; i < node->count; i++) {
        const Str name = node->keys[i]->text;
        if (is_key(name, keys, count)) continue;
        const Str all = key_list(r->arena, keys, count);
        problem_add(r, node->keys[i]->line, "%s has no key \"%.*s\"; its keys are %.*s", what,
                    SHOWN(name), (int)all.len, all.ptr);
    }
    for (ptrdiff_t i = 0; i < count; i++) {
        if (!keys[i].is_needed || member_find(node, keys[i].name)) continue;
        if (strcmp(keys[i].name, "source") == 0) {
            problem_add(r, node->line, "%s has no source", what);
        } else {
            problem_add(r, node->line, "%s lacks the key \"%s\"", what, keys[i].name);
        }
    }
    return true;
}

const Node *member_find(const Node *map, const char *key) {
    if (!map || map->kind != NODE_MAPPING) return NULL;
    for (ptrdiff_t i = 0; i < map->count; i++) {
        if (str_equal(map->keys[i]->text, str_from_z(key))) return map->items[i];
    }
    return NULL;
}

int key_line(const Node *map, const char *key) {
    for (ptrdiff_t i = 0; i < map->count; i++) {
        if (str_equal(map->keys[i]->text, str_from_z(key))) return map->keys[i]->line;
    }
    return map->line;
}

ptrdiff_t list_items(Reader *r, const Node *node, const char *what) {
    if (!node) return 0;
    if (node->kind == NODE_SEQUENCE) return node->count;
    problem_add(r, node->line, "%s is a list, not %s", what, kind_words(node->kind));
    return 0;
}

/* ---- single values ---- */

bool scalar_check(Reader *r, const Node *node, const char *what) {
    if (node->kind != NODE_SCALAR) {
        problem_add(r, node->line, "\"%s\" is a single value, not %s", what,
                    kind_words(node->kind));
        return false;
    }
    if (!str_trim(node->text).len) {
        problem_add(r, node->line, "\"%s\" is empty", what);
        return false;
    }
    return true;
}

Str read_text(Reader *r, const Node *map, const char *key) {
    const Node *n = member_find(map, key);
    return n && scalar_check(r, n, key) ? str_trim(n->text) : S("");
}

bool id_is_good(Str text) {
    for (ptrdiff_t i = 0; i < text.len; i++) {
        const char c = text.ptr[i];
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) continue;
        if (c != '-' || i == 0) return false;
    }
    return text.len > 0 && text.len <= 60;
}

Str read_id(Reader *r, const Node *map, const char *key) {
    const Str text = read_text(r, map, key);
    if (!text.len || id_is_good(text)) return text;
    problem_add(r, member_find(map, key)->line,
                "\"%s\" is of lower-case letters, digits and hyphens, at most 60: not \"%.*s\"",
                key, SHOWN(text));
    return S("");
}

bool source_check(Reader *r, const Node *node) {
    if (node->kind != NODE_SCALAR) {
        problem_add(r, node->line, "a source is a text, not %s", kind_words(node->kind));
        return false;
    }
    const Str s = str_trim(node->text);
    if (!s.len) {
        problem_add(r, node->line, "the source is empty");
        return false;
    }
    const bool is_marked = str_ends(s, S("[S]")) || str_ends(s, S("[M]")) || str_ends(s, S("[D]"));
    if (is_marked && s.len > 3) return true;
    problem_add(r, node->line,
                "the source \"%.*s\" does not name where it is from and end in its mark: [S] read "
                "there, [M] from general knowledge, [D] our design",
                SHOWN(s));
    return false;
}

Str read_source(Reader *r, const Node *map) {
    const Node *n = member_find(map, "source");
    return n && source_check(r, n) ? str_trim(n->text) : S("");
}

bool read_flag(Reader *r, const Node *map, const char *key) {
    const Node *n = member_find(map, key);
    if (!n || !scalar_check(r, n, key)) return false;
    if (!n->is_quoted && str_equal(n->text, S("true"))) return true;
    if (n->is_quoted || !str_equal(n->text, S("false"))) {
        problem_add(r, n->line, "\"%s\" is true or false, not \"%.*s\"", key, SHOWN(n->text));
    }
    return false;
}

bool read_day(Reader *r, const Node *map, const char *key, Day *out) {
    const Node *n = member_find(map, key);
    if (!n || !scalar_check(r, n, key)) return false;
    if (day_read(n->text, out)) return true;
    problem_add(r, n->line, "\"%s\" is a day as 2016-07-15, not \"%.*s\"", key, SHOWN(n->text));
    return false;
}

bool read_int(Reader *r, const Node *map, const char *key, int least, int most, int *out) {
    const Node *n = member_find(map, key);
    int64_t number;
    if (!n || !scalar_check(r, n, key)) return false;
    if (str_to_int(n->text, &number) && number >= least && number <= most) {
        *out = (int)number;
        return true;
    }
    problem_add(r, n->line, "\"%s\" is a whole number from %d to %d, not \"%.*s\"", key, least,
                most, SHOWN(n->text));
    return false;
}

/* ---- words of the vocabulary ---- */

int read_word(Reader *r, const Node *scalar, WordKind kind) {
    const char *what = word_kind_name(kind);
    if (!scalar_check(r, scalar, what)) return -1;
    const int word = word_find(kind, scalar->text);
    if (word >= 0) return word;
    const int near = word_nearest(kind, scalar->text);
    problem_add(r, scalar->line, "there is no %s \"%.*s\"%s%s%s", what, SHOWN(scalar->text),
                near >= 0 ? "; did you mean \"" : "", near >= 0 ? word_name(kind, near) : "",
                near >= 0 ? "\"?" : "");
    return -1;
}

static void word_add(Reader *r, const Node *at, WordKind kind, int word, Set *set) {
    if (set_has(*set, word)) {
        problem_add(r, at->line, "the %s \"%s\" stands twice", word_kind_name(kind),
                    word_name(kind, word));
    }
    *set |= set_of(word);
}

Set read_words(Reader *r, const Node *node, WordKind kind) {
    Set set = 0;
    if (!node) return 0;
    if (node->kind == NODE_MAPPING) {
        problem_add(r, node->line, "%ss are a list here, not a mapping", word_kind_name(kind));
        return 0;
    }
    const ptrdiff_t count = node->kind == NODE_SEQUENCE ? node->count : 1;
    for (ptrdiff_t i = 0; i < count; i++) {
        const Node *item = node->kind == NODE_SEQUENCE ? node->items[i] : node;
        const int word = read_word(r, item, kind);
        if (word >= 0) word_add(r, item, kind, word, &set);
    }
    return set;
}

Set read_sourced(Reader *r, const Node *node, WordKind kind, Str *sources) {
    Set set = 0;
    if (!node) return 0;
    if (node->kind != NODE_MAPPING) {
        problem_add(r, node->line, "%ss are a mapping here, each with its source",
                    word_kind_name(kind));
        return 0;
    }
    for (ptrdiff_t i = 0; i < node->count; i++) {
        const int word = read_word(r, node->keys[i], kind);
        const bool has_source = source_check(r, node->items[i]);
        if (word < 0) continue;
        set |= set_of(word);
        if (has_source && sources) sources[word] = str_trim(node->items[i]->text);
    }
    return set;
}
