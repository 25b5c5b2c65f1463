/* index: tables by strings out of a file. The hash is keyed, so that nobody can fill one slot, and
 * keys are compared, so that it does not matter whether somebody did. */
#include "docx/int.h"

StrMap strmap_new(Arena *a, HashKey key, StrRule rule) {
    return (StrMap){.key = key, .rule = rule, .heads = map_new(a)};
}

static int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

static char next_byte(StrRule rule, Str s, ptrdiff_t *at) {
    char c = s.ptr[(*at)++];
    if (rule == STR_PART_NAME && c == '%' && s.len - *at >= 2) {
        const int high = hex_value(s.ptr[*at]), low = hex_value(s.ptr[*at + 1]);
        if (high >= 0 && low >= 0) {
            c = (char)(high << 4 | low);
            *at += 2;
        }
    }
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static bool keys_equal(StrRule rule, Str a, Str b) {
    if (rule == STR_EXACT) return str_equal(a, b);
    ptrdiff_t i = 0, j = 0;
    while (i < a.len && j < b.len) {
        if (next_byte(rule, a, &i) != next_byte(rule, b, &j)) return false;
    }
    return i == a.len && j == b.len;
}

static uint64_t key_hash(const StrMap *m, Str s) {
    uint64_t hash;
    if (m->rule == STR_EXACT) {
        hash = hash_of(m->key, s).a;
    } else {
        Hasher h;
        char piece[64];
        ptrdiff_t len = 0;
        hash_start(&h, m->key);
        for (ptrdiff_t at = 0; at < s.len;) {
            piece[len++] = next_byte(m->rule, s, &at);
            if (len < (ptrdiff_t)sizeof piece && at < s.len) continue;
            hash_bytes(&h, piece, len);
            len = 0;
        }
        hash = hash_end(&h).a;
    }
    return hash ? hash : 1;
}

void *strmap_find(const StrMap *m, Str key) {
    uint64_t head;
    if (m->count == 0 || !map_find(&m->heads, key_hash(m, key), &head)) return NULL;
    for (ptrdiff_t i = (ptrdiff_t)head; i >= 0; i = m->items[i].older) {
        if (keys_equal(m->rule, m->items[i].key, key)) return m->items[i].value;
    }
    return NULL;
}

void strmap_put(StrMap *m, Str key, void *value) {
    check(value != NULL);
    const uint64_t hash = key_hash(m, key);
    uint64_t head;
    const ptrdiff_t older = map_find(&m->heads, hash, &head) ? (ptrdiff_t)head : -1;
    m->items = arena_grow(m->heads.arena, m->items, m->count, &m->cap, m->count + 1,
                          (ptrdiff_t)sizeof *m->items);
    m->items[m->count] = (StrItem){key, value, older};
    map_put(&m->heads, hash, (uint64_t)m->count++);
}
