/* yaml: libyaml's events as a tree with lines. What could make a text mean more than it shows is
 * refused: anchors, aliases, tags, directives, a second document, keys twice, control characters.
 */
#include <stdio.h>
#include <yaml.h>

#include "rules/int.h"

enum { TEXT_MAX = 1 << 20, NODES_MAX = 20000, DEPTH_MAX = 12, SCALAR_MAX = 4000 };

/* ---- problems ---- */

void problem_add(Reader *r, int line, const char *format, ...) {
    if (r->count >= PROBLEMS_MAX) return;
    char text[600];
    va_list args;
    va_start(args, format);
    const int len = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    Str sentence = {text, len < (int)sizeof text ? len : (ptrdiff_t)sizeof text - 1};
    ptrdiff_t bad_at;
    if (!utf8_valid(sentence, &bad_at)) sentence.len = bad_at; /* cut inside a character */
    r->problems = arena_grow(r->arena, r->problems, r->count, &r->cap, r->count + 1,
                             (ptrdiff_t)sizeof *r->problems);
    r->problems[r->count++] = (RuleProblem){line, arena_str(r->arena, sentence)};
}

static int by_line(const void *ctx, ptrdiff_t a, ptrdiff_t b) {
    const RuleProblem *problems = ctx;
    return (problems[a].line > problems[b].line) - (problems[a].line < problems[b].line);
}

void problems_end(Reader *r, const RuleProblem **problems, ptrdiff_t *count) {
    ptrdiff_t *order = NEW_ARRAY(r->arena, ptrdiff_t, r->count);
    RuleProblem *sorted = NEW_ARRAY(r->arena, RuleProblem, r->count);
    for (ptrdiff_t i = 0; i < r->count; i++) order[i] = i;
    sort_indexes(r->arena, order, r->count, by_line, r->problems);
    for (ptrdiff_t i = 0; i < r->count; i++) sorted[i] = r->problems[order[i]];
    *problems = sorted;
    *count = r->count;
}

/* ---- the parser ---- */

typedef struct Yaml {
    Reader *reader;
    yaml_parser_t parser;
    yaml_event_t event;
    bool is_open, has_event;
    ptrdiff_t nodes;
} Yaml;

static void yaml_end(void *ctx) {
    Yaml *y = ctx;
    if (y->has_event) yaml_event_delete(&y->event);
    if (y->is_open) yaml_parser_delete(&y->parser);
    y->has_event = y->is_open = false;
}

static int line_of(yaml_mark_t mark) {
    return mark.line < INT32_MAX ? (int)mark.line + 1 : INT32_MAX;
}

/* The next event; false, with the problem told, where the text is no YAML. */
static bool next(Yaml *y) {
    if (y->has_event) yaml_event_delete(&y->event);
    y->has_event = yaml_parser_parse(&y->parser, &y->event) != 0;
    if (y->has_event) return true;
    if (y->parser.error == YAML_MEMORY_ERROR) arena_no_memory(y->reader->arena);
    const char *why = y->parser.problem ? y->parser.problem : "it cannot be read";
    problem_add(y->reader, line_of(y->parser.problem_mark), "this is no YAML: %s%s%s", why,
                y->parser.context ? " " : "", y->parser.context ? y->parser.context : "");
    return false;
}

static bool refuse(Yaml *y, const char *what) {
    problem_add(y->reader, line_of(y->event.start_mark), "%s", what);
    return false;
}

static bool is_marked(const yaml_event_t *e) {
    switch (e->type) {
    case YAML_SCALAR_EVENT: return e->data.scalar.anchor || e->data.scalar.tag;
    case YAML_SEQUENCE_START_EVENT:
        return e->data.sequence_start.anchor || e->data.sequence_start.tag;
    case YAML_MAPPING_START_EVENT: return e->data.mapping_start.anchor || e->data.mapping_start.tag;
    case YAML_ALIAS_EVENT: return true;
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_START_EVENT:
    case YAML_DOCUMENT_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT: break;
    }
    return false;
}

static bool has_control(Str s) {
    for (ptrdiff_t i = 0; i < s.len; i++) {
        const unsigned char c = (unsigned char)s.ptr[i];
        if ((c < 0x20 && c != '\n') || c == 0x7f) return true;
    }
    return false;
}

/* The node that the event begins; NULL, with the problem told, where it may not be. */
static Node *node_new(Yaml *y) {
    Reader *r = y->reader;
    const yaml_event_t *e = &y->event;
    if (is_marked(e)) {
        refuse(y, "anchors, aliases and tags are not taken; write the value out");
        return NULL;
    }
    if (++y->nodes > NODES_MAX) {
        refuse(y, "the file has too many values");
        return NULL;
    }
    Node *n = NEW(r->arena, Node);
    n->line = line_of(e->start_mark);
    n->kind = e->type == YAML_SEQUENCE_START_EVENT  ? NODE_SEQUENCE
              : e->type == YAML_MAPPING_START_EVENT ? NODE_MAPPING
                                                    : NODE_SCALAR;
    if (n->kind != NODE_SCALAR) return n;
    const Str text = {(const char *)e->data.scalar.value, (ptrdiff_t)e->data.scalar.length};
    n->is_quoted = e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    if (text.len > SCALAR_MAX) {
        problem_add(r, n->line, "the value is longer than %d bytes", SCALAR_MAX);
        return n;
    }
    if (has_control(text)) {
        problem_add(r, n->line, "the value holds a control character");
        return n;
    }
    n->text = arena_str(r->arena, text);
    return n;
}

typedef struct Level {
    Node *node;
    Node *key;      /* of a mapping: the key that waits for its value */
    bool is_double; /* the key stands before already: the value is read and left out */
    Map seen;
} Level;

static const Node *key_before(const Level *level, Str key) {
    uint64_t at;
    if (map_find(&level->seen, hash_fast(key), &at)) {
        const Node *same = level->node->keys[at];
        if (str_equal(same->text, key)) return same;
        for (ptrdiff_t i = 0; i < level->node->count; i++) { /* two texts of one hash */
            if (str_equal(level->node->keys[i]->text, key)) return level->node->keys[i];
        }
    }
    return NULL;
}

static bool take_key(Yaml *y, Level *level, Node *key) {
    if (key->kind != NODE_SCALAR) return refuse(y, "a key is a word, not a list or a mapping");
    const Node *before = key_before(level, key->text);
    level->key = key;
    level->is_double = before != NULL;
    if (before) {
        problem_add(y->reader, key->line, "the key \"%.*s\" stands twice, first on line %d",
                    SHOWN(key->text), before->line);
    }
    return true;
}

/* Puts child where it belongs in the innermost level. */
static bool take_child(Yaml *y, Level *level, Node *child) {
    Arena *a = y->reader->arena;
    Node *in = level->node;
    if (in->kind == NODE_MAPPING && !level->key) return take_key(y, level, child);
    if (in->kind == NODE_MAPPING && level->is_double) {
        level->key = NULL;
        return true;
    }
    const ptrdiff_t size = (ptrdiff_t)sizeof(Node *);
    in->items = arena_grow(a, in->items, in->count, &in->cap, in->count + 1, size);
    in->items[in->count] = child;
    if (in->kind == NODE_MAPPING) {
        in->keys = arena_grow(a, in->keys, in->count, &in->key_cap, in->count + 1, size);
        in->keys[in->count] = level->key;
        if (child->kind != NODE_SCALAR) child->line = level->key->line; /* where people look */
        if (!map_find(&level->seen, hash_fast(level->key->text), NULL)) {
            map_put(&level->seen, hash_fast(level->key->text), (uint64_t)in->count);
        }
        level->key = NULL;
    }
    in->count++;
    return true;
}

/* The node at the event, with all it holds; the event behind it is not read. */
static Node *node_read(Yaml *y) {
    Level levels[DEPTH_MAX];
    int depth = 0;
    Node *root = NULL;
    do {
        const yaml_event_type_t type = y->event.type;
        if (type == YAML_MAPPING_END_EVENT || type == YAML_SEQUENCE_END_EVENT) {
            depth--;
        } else {
            Node *n = node_new(y);
            if (!n) return NULL;
            if (depth > 0 && !take_child(y, &levels[depth - 1], n)) return NULL;
            if (!root) root = n;
            if (n->kind != NODE_SCALAR) {
                if (depth == DEPTH_MAX) {
                    refuse(y, "the file is nested too deep");
                    return NULL;
                }
                levels[depth++] = (Level){n, NULL, false, map_new(y->reader->arena)};
            }
        }
        if (depth > 0 && !next(y)) return NULL;
    } while (depth > 0);
    return root;
}

static Node *document_read(Yaml *y) {
    if (!next(y) || !next(y)) return NULL; /* the stream's start; the document's */
    if (y->event.type != YAML_DOCUMENT_START_EVENT) {
        problem_add(y->reader, 0, "the file is empty");
        return NULL;
    }
    if (y->event.data.document_start.tag_directives.start !=
        y->event.data.document_start.tag_directives.end) {
        refuse(y, "a %TAG directive is not taken");
        return NULL;
    }
    if (!next(y)) return NULL;
    Node *root = node_read(y);
    if (!root) return NULL;
    if (!next(y) || !next(y)) return NULL; /* the document's end; the stream's */
    if (y->event.type != YAML_STREAM_END_EVENT) {
        refuse(y, "a second document begins; a file holds one");
        return NULL;
    }
    return root;
}

static int line_at(Str text, ptrdiff_t at) {
    int line = 1;
    for (ptrdiff_t i = 0; i < at; i++) line += text.ptr[i] == '\n';
    return line;
}

Node *yaml_tree(Reader *r, Str text) {
    ptrdiff_t bad_at;
    if (text.len > TEXT_MAX) {
        problem_add(r, 0, "the file is larger than %d kB", TEXT_MAX >> 10);
        return NULL;
    }
    if (!utf8_valid(text, &bad_at)) {
        problem_add(r, line_at(text, bad_at), "the text is no UTF-8");
        return NULL;
    }
    Yaml *y = NEW(r->arena, Yaml);
    y->reader = r;
    arena_defer(r->arena, yaml_end, y);
    y->is_open = yaml_parser_initialize(&y->parser) != 0;
    if (!y->is_open) arena_no_memory(r->arena);
    yaml_parser_set_encoding(&y->parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&y->parser, (const unsigned char *)(text.ptr ? text.ptr : ""),
                                 (size_t)text.len);
    Node *root = document_read(y);
    yaml_end(y);
    return root;
}
