/* Word boundaries: UAX #29 by libunistring, ASCII text by hand with the same result, and on top of
 * both what legal texts need: references and numbers that lawyers read as one word are one token.
 */
#include "doc/int.h"

#include <unictype.h>
#include <uniwbrk.h>

/* ---- ASCII (UAX #29, 4.1) ---- */

typedef enum AsciiClass {
    A_LETTER,
    A_DIGIT,
    A_OTHER,
    A_JOINER,
    A_SPACE,
    A_MID_LETTER,
    A_MID_BOTH,
    A_MID_DIGIT,
    A_CR,
    A_LF
} AsciiClass;

/* AsciiClass of each; letters and digits lowest. */
static const unsigned char ascii_classes[128] = {
    /* clang-format off */
    2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 9, 2, 2, 8, 2, 2,
    2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
    4, 2, 2, 2, 2, 2, 2, 6, 2, 2, 2, 2, 7, 2, 6, 2,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 5, 7, 2, 2, 2, 2,
    2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 2, 2, 3,
    2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 2, 2, 2,
    /* clang-format on */
};

static AsciiClass ascii_class(unsigned char c) { return (AsciiClass)ascii_classes[c]; }

/* Whether no word ends between two characters, seen with the ones around them (A_OTHER at the
 * ends). */
static bool ascii_joined(AsciiClass before, AsciiClass left, AsciiClass right, AsciiClass after) {
    const bool left_word = left == A_LETTER || left == A_DIGIT;
    const bool right_word = right == A_LETTER || right == A_DIGIT;
    if (left == A_CR) return right == A_LF;                                /* WB3 */
    if (left == A_SPACE && right == A_SPACE) return true;                  /* WB3d */
    if (left_word && right_word) return true;                              /* WB5, 8-10 */
    if ((left_word || left == A_JOINER) && right == A_JOINER) return true; /* WB13a */
    if (left == A_JOINER && right_word) return true;                       /* WB13b */
    if (left == A_LETTER && after == A_LETTER)                             /* WB6 */
        return right == A_MID_LETTER || right == A_MID_BOTH;
    if (before == A_LETTER && right == A_LETTER) /* WB7 */
        return left == A_MID_LETTER || left == A_MID_BOTH;
    if (left == A_DIGIT && after == A_DIGIT) /* WB12 */
        return right == A_MID_DIGIT || right == A_MID_BOTH;
    if (before == A_DIGIT && right == A_DIGIT) /* WB11 */
        return left == A_MID_DIGIT || left == A_MID_BOTH;
    return false;
}

static AsciiClass class_in(Str s, ptrdiff_t at) {
    return at >= 0 && at < s.len ? ascii_class((unsigned char)s.ptr[at]) : A_OTHER;
}

static bool is_alnum(char c) { return ascii_class((unsigned char)c) <= A_DIGIT; }

static void ascii_breaks(Str s, char *breaks) {
    for (ptrdiff_t i = 0; i < s.len;) {
        breaks[i] = i == 0 || !ascii_joined(class_in(s, i - 2), class_in(s, i - 1), class_in(s, i),
                                            class_in(s, i + 1));
        const bool word = is_alnum(s.ptr[i++]);
        for (; word && i < s.len && is_alnum(s.ptr[i]); i++) breaks[i] = 0;
    }
}

static bool is_ascii(Str s) {
    ptrdiff_t i = 0;
    for (; i + 8 <= s.len; i += 8) {
        uint64_t word;
        memcpy(&word, s.ptr + i, sizeof word);
        if (word & UINT64_C(0x8080808080808080)) return false;
    }
    for (; i < s.len; i++)
        if ((unsigned char)s.ptr[i] >= 0x80) return false;
    return true;
}

/* ---- legal texts ---- */

typedef enum CharClass { CHAR_OTHER, CHAR_DIGIT, CHAR_LETTER } CharClass;

/* Letters of scripts that put space between words; digits of any script. */
static CharClass char_class(uint32_t c) {
    if (c < 0x80) {
        if (c - '0' < 10u) return CHAR_DIGIT;
        return (c | 32u) - 'a' < 26u ? CHAR_LETTER : CHAR_OTHER;
    }
    if (uc_decimal_value(c) >= 0) return CHAR_DIGIT;
    const bool spaced = c < 0x900 || (c >= 0x1e00 && c < 0x2000) || (c >= 0xfb50 && c < 0xff00);
    return spaced && uc_is_property_alphabetic(c) ? CHAR_LETTER : CHAR_OTHER;
}

static CharClass class_at(Str s, ptrdiff_t at) {
    return at < s.len ? char_class(utf8_next(s, &at)) : CHAR_OTHER;
}

/* "-" and "/" and the Unicode hyphens: their length in bytes, else 0. */
static ptrdiff_t hyphen_at(Str s, ptrdiff_t at) {
    if (s.ptr[at] == '-' || s.ptr[at] == '/') return 1;
    if (s.len - at < 3 || (unsigned char)s.ptr[at] != 0xe2 || (unsigned char)s.ptr[at + 1] != 0x80)
        return 0;
    const unsigned char last = (unsigned char)s.ptr[at + 2];
    return last == 0x90 || last == 0x91 ? 3 : 0;
}

/* Behind "(a)", "(ii)", "(12)" at `at`, or -1: up to six letters and digits. */
static ptrdiff_t behind_point(Str s, ptrdiff_t at) {
    ptrdiff_t end = at + 1;
    for (ptrdiff_t count = 0; end < s.len && s.ptr[end] != ')'; count++) {
        if (count == 6 || class_at(s, end) == CHAR_OTHER) return -1;
        utf8_next(s, &end);
    }
    return end > at + 1 && end < s.len ? end + 1 : -1;
}

static CharClass class_before(Str s, ptrdiff_t at) {
    if (at == 0) return CHAR_OTHER;
    ptrdiff_t start = at - 1;
    while (start > 0 && ((unsigned char)s.ptr[start] & 0xc0) == 0x80) start--;
    return class_at(s, start);
}

/* "pk-1973", "2016-07-15", "15/7/2016": a hyphen or slash with a digit on one side, a digit or
 * letter on the other. "12.3(a)(ii)": points in brackets right behind a number. */
static void join_references(Str s, char *breaks) {
    ptrdiff_t point = -1; /* where the last joined point ends */
    for (ptrdiff_t at = 0; at < s.len; at++) {
        const ptrdiff_t hyphen = hyphen_at(s, at);
        if (hyphen) {
            const CharClass left = class_before(s, at), right = class_at(s, at + hyphen);
            if (!left || !right || (left != CHAR_DIGIT && right != CHAR_DIGIT)) continue;
            breaks[at] = 0;
            breaks[at + hyphen] = 0;
        } else if (s.ptr[at] == '(' && (at == point || class_before(s, at) == CHAR_DIGIT)) {
            const ptrdiff_t behind = behind_point(s, at);
            if (behind < 0) continue;
            memset(breaks + at, 0, (size_t)(behind - at));
            point = behind;
            at = behind - 1;
        }
    }
}

void doc_word_breaks(Arena *a, Str s, char *breaks) {
    (void)a;
    if (s.len == 0) return;
    if (is_ascii(s)) {
        ascii_breaks(s, breaks);
    } else {
        u8_wordbreaks((const uint8_t *)s.ptr, (size_t)s.len, breaks);
        breaks[0] = 1;
    }
    join_references(s, breaks);
}
