/* The Merkle tree of RFC 6962 2.1; proofs are checked by the algorithms of RFC 9162 2.1.3.2 and
 * 2.1.4.2, which share nothing with the recursion that makes them. */
/* SHA256_Init and its kin are "deprecated" in OpenSSL 3 for lack of providers; for the 64 bytes of
 * a node they are three times as fast as what replaced them. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "record/int.h"

#include <openssl/sha.h>

/* Of up to three pieces, one after the other. */
static Digest hash_pieces(const Str *pieces, int count) {
    SHA256_CTX ctx;
    Digest out;
    check(SHA256_Init(&ctx) == 1);
    for (int i = 0; i < count; i++) {
        if (pieces[i].len > 0) {
            check(SHA256_Update(&ctx, pieces[i].ptr, (size_t)pieces[i].len) == 1);
        }
    }
    check(SHA256_Final(out.bytes, &ctx) == 1);
    return out;
}

Digest entry_of(Str salt, Str act) { return hash_pieces((const Str[]){salt, act}, 2); }

Digest tree_leaf(Str entry) { return hash_pieces((const Str[]){{"\0", 1}, entry}, 2); }

Digest tree_node(Digest left, Digest right) {
    unsigned char bytes[65];
    bytes[0] = 1;
    memcpy(bytes + 1, left.bytes, 32);
    memcpy(bytes + 33, right.bytes, 32);
    return hash_pieces((const Str[]){{(const char *)bytes, 65}}, 1);
}

/* The largest power of two below count, which is at least 2. */
static ptrdiff_t split_of(ptrdiff_t count) {
    ptrdiff_t k = 1;
    while (k <= (count - 1) / 2) k *= 2;
    return k;
}

Digest tree_root(const Digest *leaves, ptrdiff_t count) {
    if (count == 0) return hash_pieces(NULL, 0);
    Frontier f = {0};
    for (ptrdiff_t i = 0; i < count; i++) frontier_push(&f, leaves[i]);
    return frontier_root(&f);
}

ptrdiff_t tree_inclusion(const Digest *leaves, ptrdiff_t count, ptrdiff_t index, Digest *out) {
    check(index >= 0 && index < count);
    if (count == 1) return 0;
    const ptrdiff_t k = split_of(count);
    ptrdiff_t len;
    if (index < k) {
        len = tree_inclusion(leaves, k, index, out);
        out[len] = tree_root(leaves + k, count - k);
    } else {
        len = tree_inclusion(leaves + k, count - k, index - k, out);
        out[len] = tree_root(leaves, k);
    }
    return len + 1;
}

/* SUBPROOF of RFC 6962 2.1.2; is_whole: the old tree is this one from its first leaf on. */
static ptrdiff_t subproof(const Digest *leaves, ptrdiff_t old_count, ptrdiff_t count, bool is_whole,
                          Digest *out) {
    if (old_count == count) {
        if (is_whole) return 0;
        out[0] = tree_root(leaves, count);
        return 1;
    }
    const ptrdiff_t k = split_of(count);
    ptrdiff_t len;
    if (old_count <= k) {
        len = subproof(leaves, old_count, k, is_whole, out);
        out[len] = tree_root(leaves + k, count - k);
    } else {
        len = subproof(leaves + k, old_count - k, count - k, false, out);
        out[len] = tree_root(leaves, k);
    }
    return len + 1;
}

ptrdiff_t tree_consistency(const Digest *leaves, ptrdiff_t old_count, ptrdiff_t count,
                           Digest *out) {
    check(old_count >= 0 && old_count <= count);
    return old_count == 0 ? 0 : subproof(leaves, old_count, count, true, out);
}

/* ---- checking ---- */

bool tree_check_inclusion(Digest leaf, int64_t index, int64_t count, const Digest *proof,
                          ptrdiff_t len, Digest root) {
    if (index < 0 || index >= count) return false;
    uint64_t fn = (uint64_t)index, sn = (uint64_t)count - 1;
    Digest r = leaf;
    for (ptrdiff_t i = 0; i < len; i++) {
        if (sn == 0) return false;
        if ((fn & 1) || fn == sn) {
            r = tree_node(proof[i], r);
            while (!(fn & 1) && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            r = tree_node(r, proof[i]);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && digest_equal(r, root);
}

bool tree_check_consistency(int64_t old_count, Digest old_root, int64_t count, Digest root,
                            const Digest *proof, ptrdiff_t len) {
    if (old_count < 0 || old_count > count) return false;
    if (old_count == count) return len == 0 && digest_equal(old_root, root);
    if (old_count == 0) return len == 0 && digest_equal(old_root, tree_root(NULL, 0));
    uint64_t fn = (uint64_t)old_count - 1, sn = (uint64_t)count - 1;
    while (fn & 1) {
        fn >>= 1;
        sn >>= 1;
    }
    ptrdiff_t i = 0;
    Digest fr = old_root, sr = old_root; /* a whole left subtree is its own first hash */
    if (fn != 0) {
        if (len == 0) return false;
        fr = sr = proof[i++];
    }
    for (; i < len; i++) {
        if (sn == 0) return false;
        if ((fn & 1) || fn == sn) {
            fr = tree_node(proof[i], fr);
            sr = tree_node(proof[i], sr);
            while (!(fn & 1) && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            sr = tree_node(sr, proof[i]);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && digest_equal(fr, old_root) && digest_equal(sr, root);
}

/* ---- the frontier ---- */

void frontier_push(Frontier *f, Digest leaf) {
    for (uint64_t size = (uint64_t)f->size; size & 1; size >>= 1) {
        leaf = tree_node(f->nodes[--f->count], leaf);
    }
    f->nodes[f->count++] = leaf;
    f->size++;
}

Digest frontier_root(const Frontier *f) {
    if (f->count == 0) return tree_root(NULL, 0);
    Digest root = f->nodes[f->count - 1];
    for (int i = f->count - 1; i-- > 0;) root = tree_node(f->nodes[i], root);
    return root;
}

Str frontier_bytes(const Frontier *f) {
    return (Str){(const char *)f->nodes, (ptrdiff_t)f->count * 32};
}

bool frontier_read(int64_t size, Str bytes, Frontier *out) {
    if (size < 0) return false;
    int count = 0;
    for (uint64_t bits = (uint64_t)size; bits; bits &= bits - 1) count++;
    if (bytes.len != (ptrdiff_t)count * 32) return false;
    *out = (Frontier){.size = size, .count = count};
    if (count > 0) memcpy(out->nodes, bytes.ptr, (size_t)bytes.len);
    return true;
}
