/* numbering: the automatic numbers of paragraphs, from numbering.xml (ISO 29500-1 17.9). Lists that
 * share a w:abstractNum count together; a w:num that overrides a start begins anew when it is first
 * used at that level. What the standard leaves open follows Word. */
#include "doc/people.h"

enum { LEVELS = 9, LINKS_MAX = 8, TEXT_MAX = 255 };
#define NO_START INT64_MIN

typedef struct NumLevel {
    Str text, format, custom, style;
    int64_t start;
    int restart; /* w:lvlRestart; -1: behind any higher level */
    bool is_legal, is_bullet, is_known;
} NumLevel;

typedef struct NumAbstract {
    const XmlNode *node;
    NumLevel levels[LEVELS];
    ptrdiff_t index;
} NumAbstract;

typedef struct NumList { /* a w:num */
    NumAbstract *abstract;
    NumLevel *overrides[LEVELS]; /* NULL: the abstract's */
    int64_t starts[LEVELS];      /* NO_START: none */
    ptrdiff_t index;
} NumList;

struct Numbering {
    const DocStyles *styles;
    NumAbstract *abstracts;
    NumList *lists;
    ptrdiff_t abstract_count, list_count;
    Map by_abstract_id, by_num_id; /* key_of_id -> index + 1 */
};

typedef struct Counter {
    int64_t value[LEVELS];
    uint16_t has; /* a bit a level */
} Counter;

struct NumberState {
    const Numbering *numbering;
    Counter *counters; /* by abstract */
    uint16_t *started; /* by list: levels whose start override was used */
};

static uint64_t key_of_id(Str id) { return hash_fast(str_trim(id)); }

static int64_t int_of(Str text, int64_t otherwise) {
    int64_t n = 0;
    return text.ptr && str_to_int(str_trim(text), &n) ? n : otherwise;
}

static bool is_true(const XmlNode *n) {
    const Str v = xml_attr(n, W_val);
    return n && !(str_equal(v, S("0")) || str_equal(v, S("false")) || str_equal(v, S("off")));
}

/* ---- definitions ---- */

static void read_format(NumLevel *level, const XmlNode *n) {
    const XmlNode *format = xml_child(n, W_numFmt);
    if (!format) { /* w:numFmt custom stands in an AlternateContent, its fallback beside it */
        const XmlNode *either = xml_child(n, MC_AlternateContent);
        format = xml_child(xml_child(either, MC_Choice), W_numFmt);
        if (!format) format = xml_child(xml_child(either, MC_Fallback), W_numFmt);
    }
    level->format = xml_attr(format, W_val);
    level->custom = xml_attr(format, W_format);
    level->is_bullet = str_equal(level->format, S("bullet"));
}

static void read_level(NumLevel *level, const XmlNode *n) {
    level->is_known = true;
    read_format(level, n);
    level->text = xml_attr(xml_child(n, W_lvlText), W_val);
    if (level->text.len > TEXT_MAX) { /* it is printed at every paragraph */
        level->text.len = TEXT_MAX;
        while (((unsigned char)level->text.ptr[level->text.len] & 0xC0) == 0x80) level->text.len--;
    }
    level->style = xml_attr(xml_child(n, W_pStyle), W_val);
    level->start = int_of(xml_attr(xml_child(n, W_start), W_val), 0);
    level->restart = (int)int_of(xml_attr(xml_child(n, W_lvlRestart), W_val), -1);
    level->is_legal = is_true(xml_child(n, W_isLgl));
    if (xml_child(n, W_lvlPicBulletId)) level->is_bullet = true;
}

static int level_of(const XmlNode *n) {
    const int64_t level = int_of(xml_attr(n, W_ilvl), -1);
    return level >= 0 && level < LEVELS ? (int)level : -1;
}

static void read_list(Arena *a, Numbering *g, NumList *list, const XmlNode *n) {
    uint64_t at = 0;
    const Str id = xml_attr(xml_child(n, W_abstractNumId), W_val);
    if (id.ptr && map_find(&g->by_abstract_id, key_of_id(id), &at)) {
        list->abstract = &g->abstracts[at - 1];
    }
    for (int i = 0; i < LEVELS; i++) list->starts[i] = NO_START;
    for (const XmlNode *c = n->first; c; c = c->next) {
        const int level = c->name == W_lvlOverride ? level_of(c) : -1;
        if (level < 0) continue;
        list->starts[level] = int_of(xml_attr(xml_child(c, W_startOverride), W_val), NO_START);
        const XmlNode *own = xml_child(c, W_lvl);
        if (own) {
            list->overrides[level] = NEW(a, NumLevel);
            read_level(list->overrides[level], own);
        }
    }
}

/* An abstractNum that only says numStyleLink stands for the one its numbering style uses. */
static NumAbstract *follow_links(const Numbering *g, NumAbstract *abstract) {
    for (int hops = 0; abstract && hops < LINKS_MAX; hops++) {
        const Str link = xml_attr(xml_child(abstract->node, W_numStyleLink), W_val);
        const DocStyle *style = link.ptr ? doc_style_find(g->styles, link) : NULL;
        uint64_t at = 0;
        if (!style || !style->num_id.ptr ||
            !map_find(&g->by_num_id, key_of_id(style->num_id), &at)) {
            return abstract;
        }
        NumAbstract *next = g->lists[at - 1].abstract;
        if (!next || next == abstract) return abstract;
        abstract = next;
    }
    return abstract;
}

static void read_abstract(NumAbstract *abstract, const XmlNode *n) {
    abstract->node = n;
    for (const XmlNode *c = n->first; c; c = c->next) {
        const int level = c->name == W_lvl ? level_of(c) : -1;
        if (level >= 0) read_level(&abstract->levels[level], c);
    }
}

static void read_numbering(Arena *a, Numbering *g, const XmlNode *root) {
    ptrdiff_t abstracts = 0, lists = 0;
    for (const XmlNode *n = root->first; n; n = n->next) {
        abstracts += n->name == W_abstractNum;
        lists += n->name == W_num;
    }
    g->abstracts = NEW_ARRAY(a, NumAbstract, abstracts);
    g->lists = NEW_ARRAY(a, NumList, lists);
    for (const XmlNode *n = root->first; n; n = n->next) {
        if (n->name != W_abstractNum) continue;
        NumAbstract *abstract = &g->abstracts[g->abstract_count];
        abstract->index = g->abstract_count++;
        read_abstract(abstract, n);
        const uint64_t key = key_of_id(xml_attr(n, W_abstractNumId));
        if (!map_find(&g->by_abstract_id, key, NULL)) {
            map_put(&g->by_abstract_id, key, (uint64_t)g->abstract_count);
        }
    }
    for (const XmlNode *n = root->first; n; n = n->next) {
        if (n->name != W_num) continue;
        NumList *list = &g->lists[g->list_count];
        list->index = g->list_count++;
        read_list(a, g, list, n);
        const uint64_t key = key_of_id(xml_attr(n, W_numId));
        if (!map_find(&g->by_num_id, key, NULL)) {
            map_put(&g->by_num_id, key, (uint64_t)g->list_count);
        }
    }
    for (ptrdiff_t i = 0; i < g->list_count; i++) {
        g->lists[i].abstract = follow_links(g, g->lists[i].abstract);
    }
}

bool numbering_open(Arena *a, DocxPackage *p, const DocStyles *styles, Numbering **out,
                    PxErr *err) {
    Numbering *g = NEW(a, Numbering);
    g->styles = styles;
    g->by_abstract_id = map_new(a);
    g->by_num_id = map_new(a);
    DocxPart *part = p->main ? docx_related(p->main, S("numbering")) : NULL;
    if (part) {
        XmlTree *tree = NULL;
        if (!docx_part_tree(p, part, &tree, err)) return false;
        read_numbering(a, g, tree->root);
    }
    *out = g;
    return true;
}

NumberState *number_state_new(Arena *a, const Numbering *numbering) {
    NumberState *state = NEW(a, NumberState);
    state->numbering = numbering;
    state->counters = NEW_ARRAY(a, Counter, numbering->abstract_count);
    state->started = NEW_ARRAY(a, uint16_t, numbering->list_count);
    return state;
}

/* ---- counting ---- */

static const NumLevel *find_level(const NumList *list, int level) {
    return list->overrides[level] ? list->overrides[level] : &list->abstract->levels[level];
}

/* A numId that comes from a style takes the level that names the style. */
static int level_of_style(const NumList *list, const DocStyle *style) {
    for (int hops = 0; style && hops < LEVELS; hops++, style = style->based_on) {
        for (int i = 0; i < LEVELS; i++) {
            const Str named = find_level(list, i)->style;
            if (named.len > 0 && str_equal(named, style->id)) return i;
        }
    }
    return -1;
}

/* The list and level of a paragraph; NULL for none. */
static const NumList *find_list(const Numbering *g, const XmlNode *properties, int *level) {
    const XmlNode *own = xml_child(properties, W_numPr);
    const DocStyle *style = doc_paragraph_style(g->styles, properties);
    Str id = xml_attr(xml_child(own, W_numId), W_val);
    Str depth = xml_attr(xml_child(own, W_ilvl), W_val);
    const bool from_style = !id.ptr;
    if (from_style && style) id = style->num_id;
    uint64_t at = 0;
    if (id.len == 0 || int_of(id, 0) == 0 || !map_find(&g->by_num_id, key_of_id(id), &at)) {
        return NULL;
    }
    const NumList *list = &g->lists[at - 1];
    if (!list->abstract) return NULL;
    *level = from_style && !depth.ptr ? level_of_style(list, style) : -1;
    if (*level >= 0) return list;
    if (!depth.ptr && style) depth = style->ilvl;
    const int64_t n = int_of(depth, 0);
    *level = n < 0 ? 0 : n >= LEVELS ? LEVELS - 1 : (int)n;
    return list;
}

static int64_t start_of(const NumList *list, int level) {
    if (list->starts[level] != NO_START) return list->starts[level];
    return find_level(list, level)->start;
}

static void count(NumberState *state, const NumList *list, int level) {
    Counter *c = &state->counters[list->abstract->index];
    uint16_t *started = &state->started[list->index];
    const uint16_t bit = (uint16_t)(1u << level);
    if (list->starts[level] != NO_START && !(*started & bit)) {
        c->value[level] = list->starts[level];
    } else if (c->has & bit) {
        if (c->value[level] < INT64_MAX) c->value[level]++;
    } else {
        c->value[level] = start_of(list, level);
    }
    *started |= bit;
    c->has |= bit;
    for (int higher = 0; higher < level; higher++) { /* one that was left out counts as begun */
        if (c->has >> higher & 1) continue;
        c->value[higher] = start_of(list, higher);
        c->has |= (uint16_t)(1u << higher);
        *started |= (uint16_t)(1u << higher);
    }
    for (int deeper = level + 1; deeper < LEVELS; deeper++) {
        const int restart = find_level(list, deeper)->restart;
        const bool begins_anew = restart < 0 || (restart > 0 && level + 1 <= restart);
        if (begins_anew) c->has &= (uint16_t) ~(1u << deeper);
    }
}

/* ---- printing ---- */

/* Symbol fonts keep their bullets in the private use area. */
static Str bullet_text(Str text) {
    ptrdiff_t at = 0;
    if (text.len == 0) return S("\xE2\x80\xA2");
    const uint32_t c = utf8_next(text, &at);
    const bool is_private = c >= 0xE000 && c <= 0xF8FF;
    return is_private || c < 0x20 ? S("\xE2\x80\xA2") : text;
}

static void print_custom(Buf *out, Str pattern, int64_t n) {
    Str first = pattern; /* "001, 002, 003, ...": as many digits as the first has */
    for (ptrdiff_t i = 0; i < first.len; i++) {
        if (first.ptr[i] == ',') first.len = i;
    }
    Buf digits = buf_new(out->arena);
    buf_int(&digits, n);
    for (ptrdiff_t i = digits.len; i < first.len && i < 32; i++) buf_byte(out, '0');
    buf_add(out, buf_str(&digits));
}

static void print_level(Buf *out, const NumberState *state, const NumList *list, int level,
                        bool legal) {
    const NumLevel *shown = find_level(list, level);
    const Counter *c = &state->counters[list->abstract->index];
    const int64_t n = c->has >> level & 1 ? c->value[level] : start_of(list, level);
    if (legal) {
        buf_int(out, n);
    } else if (str_equal(shown->format, S("custom"))) {
        print_custom(out, shown->custom, n);
    } else {
        number_format(out, shown->format, n);
    }
}

NumberLabel number_next(Arena *a, NumberState *state, const XmlNode *properties) {
    NumberLabel label = {{"", 0}, 0, 0, false};
    int level = 0;
    const NumList *list = find_list(state->numbering, properties, &level);
    if (!list) return label;
    count(state, list, level);
    const NumLevel *own = find_level(list, level);
    label.list = (uint64_t)list->abstract->index + 1;
    label.level = level;
    label.is_bullet = own->is_bullet;
    if (own->is_bullet) {
        label.text = bullet_text(own->text);
        return label;
    }
    Buf out = buf_new(a);
    for (ptrdiff_t i = 0; i < own->text.len && out.len < TEXT_MAX; i++) {
        const char c = own->text.ptr[i];
        const char d = i + 1 < own->text.len ? own->text.ptr[i + 1] : '\0';
        if (c == '%' && d >= '1' && d <= '9') {
            print_level(&out, state, list, d - '1', own->is_legal);
            i++;
        } else {
            buf_byte(&out, c);
        }
    }
    if (out.len > 0) label.text = str_trim(buf_str(&out));
    return label;
}
