/* digest: SHA-256 and its text. */
#include <openssl/evp.h>

#include "store/store.h"

Digest digest_of(Str bytes) {
    Digest d;
    check(EVP_Digest(bytes.ptr, (size_t)bytes.len, d.bytes, NULL, EVP_sha256(), NULL) == 1);
    return d;
}

Str digest_text(Arena *a, Digest d) {
    static const char digits[] = "0123456789abcdef";
    char text[64];
    for (int i = 0; i < 32; i++) {
        text[2 * i] = digits[d.bytes[i] >> 4];
        text[2 * i + 1] = digits[d.bytes[i] & 15];
    }
    return arena_str(a, (Str){text, 64});
}

static int digit_of(char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool digest_read(Str text, Digest *out) {
    if (text.len != 64) return false;
    for (int i = 0; i < 32; i++) {
        const int high = digit_of(text.ptr[2 * i]), low = digit_of(text.ptr[2 * i + 1]);
        if (high < 0 || low < 0) return false;
        out->bytes[i] = (unsigned char)(high << 4 | low);
    }
    return true;
}
