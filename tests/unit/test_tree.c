/* The Merkle tree: the known hashes of RFC 6962, a naive implementation beside ours, and every
 * proof of every tree up to 70 leaves, as it is and falsified. */
/* needs: base os json store record */
#include <openssl/evp.h>

#include "record/record.h"

#include "t.h"

enum { MOST = 70 };

/* ---- a second implementation, by the letter of RFC 6962 2.1 ---- */

static Digest sha(const unsigned char *bytes, size_t len) {
    Digest d;
    unsigned len_out;
    T_CHECK(EVP_Digest(bytes, len, d.bytes, &len_out, EVP_sha256(), NULL) == 1 && len_out == 32);
    return d;
}

static Digest naive_root(const Str *entries, ptrdiff_t count) {
    unsigned char bytes[256] = {0};
    if (count == 0) return sha(bytes, 0);
    if (count == 1) {
        bytes[0] = 0;
        if (entries[0].len > 0) memcpy(bytes + 1, entries[0].ptr, (size_t)entries[0].len);
        return sha(bytes, (size_t)entries[0].len + 1);
    }
    ptrdiff_t k = 1;
    while (k * 2 < count) k *= 2;
    const Digest left = naive_root(entries, k), right = naive_root(entries + k, count - k);
    bytes[0] = 1;
    memcpy(bytes + 1, left.bytes, 32);
    memcpy(bytes + 33, right.bytes, 32);
    return sha(bytes, 65);
}

static Str *make_entries(Arena *a, ptrdiff_t count, Digest *leaves) {
    Str *entries = NEW_ARRAY(a, Str, count);
    for (ptrdiff_t i = 0; i < count; i++) {
        Buf b = buf_new(a);
        for (ptrdiff_t n = t_random_below(60); n > 0; n--) buf_byte(&b, (char)t_random());
        entries[i] = buf_str(&b);
        leaves[i] = tree_leaf(entries[i]);
    }
    return entries;
}

/* ---- known hashes ---- */

static const struct {
    const char *bytes;
    ptrdiff_t len;
    const char *root; /* of the entries so far */
} known[] = {
    {"", 0, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
    {"\x00", 1, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"},
    {"\x10", 1, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"},
    {"\x20\x21", 2, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"},
    {"\x30\x31", 2, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"},
    {"\x40\x41\x42\x43", 4, "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"},
    {"\x50\x51\x52\x53\x54\x55\x56\x57", 8,
     "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"},
    {"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f", 16,
     "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"},
};
enum { KNOWN = sizeof known / sizeof *known };

static Str hex(Arena *a, Digest d) {
    Buf b = buf_new(a);
    for (int i = 0; i < 32; i++) buf_format(&b, "%02x", (unsigned)d.bytes[i]);
    return buf_str(&b);
}

static void known_hashes(Arena *a) {
    T_EQ_STR(hex(a, tree_root(NULL, 0)),
             S("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
    Digest leaves[KNOWN];
    for (ptrdiff_t i = 0; i < KNOWN; i++) {
        leaves[i] = tree_leaf((Str){known[i].bytes, known[i].len});
        T_EQ_STR(hex(a, tree_root(leaves, i + 1)), str_from_z(known[i].root));
    }
}

static void test_known_hashes(void) { t_with_arena(known_hashes); }

static void roots_are_as_naive(Arena *a) {
    Digest leaves[300];
    const Str *entries = make_entries(a, 300, leaves);
    for (ptrdiff_t n = 0; n <= 300; n++) {
        T_CHECK(digest_equal(tree_root(leaves, n), naive_root(entries, n)));
    }
}

static void test_roots_are_as_naive(void) { t_with_arena(roots_are_as_naive); }

/* The example of RFC 6962 2.1.3: seven leaves. */
static void the_example(Arena *a) {
    Digest d[7], out[64];
    make_entries(a, 7, d);
    const Digest g = tree_node(d[0], d[1]), h = tree_node(d[2], d[3]), i = tree_node(d[4], d[5]);
    const Digest k = tree_node(g, h), l = tree_node(i, d[6]);
    T_CHECK(digest_equal(tree_node(k, l), tree_root(d, 7)));
    T_EQ_INT(tree_inclusion(d, 7, 0, out), 3);
    T_CHECK(digest_equal(out[0], d[1]) && digest_equal(out[1], h) && digest_equal(out[2], l));
    T_EQ_INT(tree_inclusion(d, 7, 6, out), 2);
    T_CHECK(digest_equal(out[0], i) && digest_equal(out[1], k));
    T_EQ_INT(tree_consistency(d, 3, 7, out), 4);
    T_CHECK(digest_equal(out[0], d[2]) && digest_equal(out[1], d[3]) && digest_equal(out[2], g) &&
            digest_equal(out[3], l));
    T_EQ_INT(tree_consistency(d, 4, 7, out), 1);
    T_CHECK(digest_equal(out[0], l));
    T_EQ_INT(tree_consistency(d, 6, 7, out), 3);
    T_CHECK(digest_equal(out[0], i) && digest_equal(out[1], d[6]) && digest_equal(out[2], k));
}

static void test_the_example(void) { t_with_arena(the_example); }

/* ---- all proofs ---- */

static void flip(Digest *d) {
    d->bytes[t_random_below(32)] ^= (unsigned char)(1 << t_random_below(8));
}

static void inclusion(Arena *a) {
    Digest leaves[MOST], proof[66] = {0};
    make_entries(a, MOST, leaves);
    for (ptrdiff_t n = 1; n <= MOST; n++) {
        const Digest root = tree_root(leaves, n);
        for (ptrdiff_t i = 0; i < n; i++) {
            const ptrdiff_t len = tree_inclusion(leaves, n, i, proof);
            T_CHECK(tree_check_inclusion(leaves[i], i, n, proof, len, root));
            T_CHECK(!tree_check_inclusion(leaves[i], i, n, proof, len + 1, root));
            T_CHECK(len == 0 || !tree_check_inclusion(leaves[i], i, n, proof, len - 1, root));
            T_CHECK(!tree_check_inclusion(leaves[i], n, n, proof, len, root));
            T_CHECK(!tree_check_inclusion(leaves[i], -1, n, proof, len, root));
            T_CHECK(n == 1 || !tree_check_inclusion(leaves[i], (i + 1) % n, n, proof, len, root));
            T_CHECK(n == 1 || !tree_check_inclusion(leaves[(i + 1) % n], i, n, proof, len, root));
            for (ptrdiff_t k = 0; k < len; k++) {
                const Digest kept = proof[k];
                flip(&proof[k]);
                T_CHECK(!tree_check_inclusion(leaves[i], i, n, proof, len, root));
                proof[k] = kept;
            }
            Digest other = root;
            flip(&other);
            T_CHECK(!tree_check_inclusion(leaves[i], i, n, proof, len, other));
        }
    }
}

static void test_inclusion(void) { t_with_arena(inclusion); }

static void consistency(Arena *a) {
    Digest leaves[MOST], proof[66] = {0}, roots[MOST + 1];
    make_entries(a, MOST, leaves);
    for (ptrdiff_t n = 0; n <= MOST; n++) roots[n] = tree_root(leaves, n);
    for (ptrdiff_t n = 0; n <= MOST; n++) {
        for (ptrdiff_t m = 0; m <= n; m++) {
            const ptrdiff_t len = tree_consistency(leaves, m, n, proof);
            T_CHECK(tree_check_consistency(m, roots[m], n, roots[n], proof, len));
            T_CHECK(!tree_check_consistency(m, roots[m], n, roots[n], proof, len + 1));
            T_CHECK(len == 0 || !tree_check_consistency(m, roots[m], n, roots[n], proof, len - 1));
            T_CHECK(m == n || !tree_check_consistency(n, roots[n], m, roots[m], proof, len));
            for (ptrdiff_t k = 0; k < len; k++) {
                const Digest kept = proof[k];
                flip(&proof[k]);
                T_CHECK(!tree_check_consistency(m, roots[m], n, roots[n], proof, len));
                proof[k] = kept;
            }
            Digest old_root = roots[m], root = roots[n];
            flip(&old_root);
            T_CHECK(!tree_check_consistency(m, old_root, n, roots[n], proof, len));
            flip(&root);
            T_CHECK(!tree_check_consistency(m, roots[m], n, root, proof, len) || m == 0);
        }
    }
}

static void test_consistency(void) { t_with_arena(consistency); }

/* A tree that was rewritten before its old end has no proof that it extends the old one. */
static void a_rewritten_tree(Arena *a) {
    Digest leaves[40], proof[64];
    make_entries(a, 40, leaves);
    for (ptrdiff_t m = 1; m < 40; m++) {
        const Digest old_root = tree_root(leaves, m);
        const ptrdiff_t at = t_random_below(m);
        const Digest kept = leaves[at];
        flip(&leaves[at]);
        const ptrdiff_t len = tree_consistency(leaves, m, 40, proof);
        T_CHECK(!tree_check_consistency(m, old_root, 40, tree_root(leaves, 40), proof, len));
        leaves[at] = kept;
    }
}

static void test_a_rewritten_tree(void) { t_with_arena(a_rewritten_tree); }

static void test_huge_counts(void) {
    Digest proof[64], leaf = tree_leaf(S("x")), left = leaf, right = leaf;
    for (int i = 0; i < 62; i++) {
        proof[i] = tree_leaf((Str){(const char *)&i, sizeof i});
        left = tree_node(left, proof[i]);
        right = tree_node(proof[i], right);
    }
    const int64_t count = INT64_C(1) << 62;
    T_CHECK(tree_check_inclusion(leaf, 0, count, proof, 62, left));
    T_CHECK(tree_check_inclusion(leaf, count - 1, count, proof, 62, right));
    T_CHECK(!tree_check_inclusion(leaf, 0, count + 1, proof, 62, left));
    T_CHECK(!tree_check_inclusion(leaf, INT64_MAX, INT64_MAX, proof, 62, left));
    T_CHECK(!tree_check_consistency(INT64_MAX - 1, left, INT64_MAX, right, proof, 62));
    T_CHECK(!tree_check_consistency(-1, left, count, right, proof, 62));
}

int main(void) {
    T_RUN(test_known_hashes);
    T_RUN(test_roots_are_as_naive);
    T_RUN(test_the_example);
    T_RUN(test_inclusion);
    T_RUN(test_consistency);
    T_RUN(test_a_rewritten_tree);
    T_RUN(test_huge_counts);
    return t_end();
}
