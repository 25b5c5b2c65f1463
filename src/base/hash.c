/* hash: SipHash-2-4 with 128 bits of output, fed piece by piece (Aumasson and Bernstein, "SipHash:
 * a fast short-input PRF", 2012, with the authors' 128-bit variant); a cheap hash and a map for
 * tables. */
#include "base/base.h"

static inline uint64_t rotate(uint64_t x, int by) { return (x << by) | (x >> (64 - by)); }

/* Little-endian on every machine: the same bytes in give the same hash out. */
static inline uint64_t load64(const unsigned char *p) {
    uint64_t x;
    memcpy(&x, p, sizeof x);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    x = __builtin_bswap64(x);
#endif
    return x;
}

static inline void sip_round(uint64_t v[4]) {
    v[0] += v[1];
    v[2] += v[3];
    v[1] = rotate(v[1], 13) ^ v[0];
    v[3] = rotate(v[3], 16) ^ v[2];
    v[0] = rotate(v[0], 32);
    v[2] += v[1];
    v[0] += v[3];
    v[1] = rotate(v[1], 17) ^ v[2];
    v[3] = rotate(v[3], 21) ^ v[0];
    v[2] = rotate(v[2], 32);
}

static inline void sip_word(uint64_t v[4], uint64_t word) {
    v[3] ^= word;
    sip_round(v);
    sip_round(v);
    v[0] ^= word;
}

void hash_start(Hasher *h, HashKey key) {
    h->v[0] = key.k[0] ^ UINT64_C(0x736f6d6570736575);
    h->v[1] = key.k[1] ^ UINT64_C(0x646f72616e646f6d) ^ 0xee;
    h->v[2] = key.k[0] ^ UINT64_C(0x6c7967656e657261);
    h->v[3] = key.k[1] ^ UINT64_C(0x7465646279746573);
    h->tail = 0;
    h->total = 0;
}

void hash_bytes(Hasher *h, const void *ptr, ptrdiff_t len) {
    const unsigned char *p = ptr;
    int held = (int)(h->total & 7); /* bytes waiting in tail */
    h->total += (uint64_t)len;
    if (held) {
        for (; held < 8 && len > 0; held++, len--) h->tail |= (uint64_t)*p++ << (8 * held);
        if (held < 8) return;
        sip_word(h->v, h->tail);
        h->tail = 0;
    }
    uint64_t v[4] = {h->v[0], h->v[1], h->v[2], h->v[3]}; /* in registers for the long run */
    for (; len >= 8; len -= 8, p += 8) sip_word(v, load64(p));
    memcpy(h->v, v, sizeof v);
    for (held = 0; held < len; held++) h->tail |= (uint64_t)p[held] << (8 * held);
}

void hash_u64(Hasher *h, uint64_t n) {
    const int held = (int)(h->total & 7) * 8;
    h->total += 8;
    sip_word(h->v, h->tail | n << held);
    h->tail = held ? n >> (64 - held) : 0;
}

void hash_str(Hasher *h, Str s) {
    hash_u64(h, (uint64_t)s.len);
    hash_bytes(h, s.ptr, s.len);
}

Hash hash_end(Hasher *h) {
    uint64_t *v = h->v;
    sip_word(v, h->tail | h->total << 56);
    v[2] ^= 0xee;
    for (int i = 0; i < 4; i++) sip_round(v);
    const uint64_t first = v[0] ^ v[1] ^ v[2] ^ v[3];
    v[1] ^= 0xdd;
    for (int i = 0; i < 4; i++) sip_round(v);
    return (Hash){first, v[0] ^ v[1] ^ v[2] ^ v[3]};
}

Hash hash_of(HashKey key, Str s) {
    Hasher h;
    hash_start(&h, key);
    hash_bytes(&h, s.ptr, s.len);
    return hash_end(&h);
}

/* Both halves of a 64 x 64 multiplication, folded: spreads every input bit over the word. */
static inline uint64_t fold_product(uint64_t a, uint64_t b) {
    __extension__ typedef unsigned __int128 Wide;
    const Wide product = (Wide)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* Never 0, so that it can be the key of a Map. */
uint64_t hash_fast(Str s) {
    const uint64_t mix = UINT64_C(0x9e3779b97f4a7c15), other = UINT64_C(0xd1b54a32d192ed03);
    const unsigned char *p = (const unsigned char *)s.ptr;
    ptrdiff_t len = s.len;
    uint64_t h = (uint64_t)len * mix + other;
    for (; len >= 8; len -= 8, p += 8) h = fold_product(h ^ load64(p), mix);
    uint64_t tail = 0;
    for (ptrdiff_t i = 0; i < len; i++) tail |= (uint64_t)p[i] << (8 * i);
    h = fold_product(h ^ tail ^ other, mix);
    return h ? h : 1;
}

/* ---- map: linear probing, at most three quarters full ---- */

Map map_new(Arena *a) { return (Map){a, NULL, NULL, 0, 0}; }

/* The slot that holds key, or the free one where it belongs. */
static ptrdiff_t map_slot(const Map *m, uint64_t key) {
    const uint64_t mask = (uint64_t)m->cap - 1;
    uint64_t at = fold_product(key, UINT64_C(0x9e3779b97f4a7c15)) & mask;
    while (m->keys[at] != 0 && m->keys[at] != key) at = (at + 1) & mask;
    return (ptrdiff_t)at;
}

static void map_widen(Map *m) {
    const Map old = *m;
    m->cap = old.cap ? old.cap * 2 : 16;
    m->keys = NEW_ARRAY(m->arena, uint64_t, m->cap);
    m->values = NEW_ARRAY(m->arena, uint64_t, m->cap);
    for (ptrdiff_t i = 0; i < old.cap; i++) {
        if (old.keys[i] == 0) continue;
        const ptrdiff_t slot = map_slot(m, old.keys[i]);
        m->keys[slot] = old.keys[i];
        m->values[slot] = old.values[i];
    }
}

void map_put(Map *m, uint64_t key, uint64_t value) {
    check(key != 0);
    if (m->count >= m->cap / 4 * 3) map_widen(m);
    const ptrdiff_t slot = map_slot(m, key);
    if (m->keys[slot] == 0) {
        m->keys[slot] = key;
        m->count++;
    }
    m->values[slot] = value;
}

bool map_find(const Map *m, uint64_t key, uint64_t *value) {
    if (m->count == 0 || key == 0) return false;
    const ptrdiff_t slot = map_slot(m, key);
    if (m->keys[slot] == 0) return false;
    if (value) *value = m->values[slot];
    return true;
}
