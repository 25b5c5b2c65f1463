/* label: the label a paragraph begins with, if it begins with one: "Article 5", "ARTICLE V.",
 * "(a)", 第五条, المادة 5, آرٹیکل ۵. The difficulty is telling a label from a sentence that begins
 * with a reference ("Article 5 of the Charter applies"): see may_be_title(). */
#include "doc/people.h"

typedef struct Keyword {
    const char *word;
    LabelKind kind;
    bool alone; /* a label without a number too, when nothing else is in the paragraph */
} Keyword;

/* Longer words before their beginnings. */
static const Keyword KEYWORDS[] = {
    {"Article", LABEL_ARTICLE, false},  {"Articles", LABEL_NONE, false},
    {"Art.", LABEL_ARTICLE, false},     {"Clause", LABEL_ARTICLE, false},
    {"Rule", LABEL_ARTICLE, false},     {"Regulation", LABEL_ARTICLE, false},
    {"Section", LABEL_SECTION, false},  {"Sec.", LABEL_SECTION, false},
    {"§", LABEL_SECTION, false},        {"Part", LABEL_PART, false},
    {"Title", LABEL_PART, false},       {"Chapter", LABEL_PART, false},
    {"Annexure", LABEL_ANNEX, true},    {"Annexe", LABEL_ANNEX, true},
    {"Annex", LABEL_ANNEX, true},       {"Appendix", LABEL_ANNEX, true},
    {"Schedule", LABEL_ANNEX, true},    {"Exhibit", LABEL_ANNEX, true},
    {"Attachment", LABEL_ANNEX, true},  {"Protocol", LABEL_ANNEX, false},
    {"Paragraph", LABEL_SUB, false},    {"Para.", LABEL_SUB, false},
    {"Artikel", LABEL_ARTICLE, false},  {"Anhang", LABEL_ANNEX, true},
    {"Anlage", LABEL_ANNEX, true},      {"Kapitel", LABEL_PART, false},
    {"Artículo", LABEL_ARTICLE, false}, {"ARTÍCULO", LABEL_ARTICLE, false},
    {"Articulo", LABEL_ARTICLE, false}, {"Artigo", LABEL_ARTICLE, false},
    {"Articolo", LABEL_ARTICLE, false}, {"Anexo", LABEL_ANNEX, true},
    {"Allegato", LABEL_ANNEX, true},    {"Capítulo", LABEL_PART, false},
    {"CAPÍTULO", LABEL_PART, false},    {"Chapitre", LABEL_PART, false},
    {"Titre", LABEL_PART, false},       {"Статья", LABEL_ARTICLE, false},
    {"СТАТЬЯ", LABEL_ARTICLE, false},   {"Глава", LABEL_PART, false},
    {"ГЛАВА", LABEL_PART, false},       {"Раздел", LABEL_SECTION, false},
    {"РАЗДЕЛ", LABEL_SECTION, false},   {"Приложение", LABEL_ANNEX, true},
    {"ПРИЛОЖЕНИЕ", LABEL_ANNEX, true},  {"Madde", LABEL_ARTICLE, false},
    {"المادة", LABEL_ARTICLE, false},   {"مادة", LABEL_ARTICLE, false},
    {"ماده", LABEL_ARTICLE, false},     {"مادہ", LABEL_ARTICLE, false},
    {"الفصل", LABEL_PART, false},       {"فصل", LABEL_PART, false},
    {"الباب", LABEL_PART, false},       {"باب", LABEL_PART, false},
    {"القسم", LABEL_SECTION, false},    {"الملحق", LABEL_ANNEX, true},
    {"ملحق", LABEL_ANNEX, true},        {"المرفق", LABEL_ANNEX, true},
    {"البند", LABEL_ARTICLE, false},    {"الفقرة", LABEL_SUB, false},
    {"آرٹیکل", LABEL_ARTICLE, false},   {"دفعہ", LABEL_ARTICLE, false},
    {"شق", LABEL_SUB, false},           {"حصہ", LABEL_PART, false},
    {"ضمیمہ", LABEL_ANNEX, true},       {"附属書", LABEL_ANNEX, true},
    {"附屬書", LABEL_ANNEX, true},      {"附件", LABEL_ANNEX, true},
    {"附录", LABEL_ANNEX, true},        {"附錄", LABEL_ANNEX, true},
    {"附表", LABEL_ANNEX, true},        {"附則", LABEL_ANNEX, true},
    {"附则", LABEL_ANNEX, true},        {"別添", LABEL_ANNEX, true},
    {"別紙", LABEL_ANNEX, true},        {"別表", LABEL_ANNEX, true},
    {"부속서", LABEL_ANNEX, true},      {"별표", LABEL_ANNEX, true},
};

/* Units of 第…条: what stands behind the number. */
static const Keyword UNITS[] = {
    {"条", LABEL_ARTICLE, false}, {"條", LABEL_ARTICLE, false}, {"조", LABEL_ARTICLE, false},
    {"章", LABEL_PART, false},    {"编", LABEL_PART, false},    {"編", LABEL_PART, false},
    {"部分", LABEL_PART, false},  {"部", LABEL_PART, false},    {"장", LABEL_PART, false},
    {"节", LABEL_SECTION, false}, {"節", LABEL_SECTION, false}, {"절", LABEL_SECTION, false},
    {"款", LABEL_SUB, false},     {"項", LABEL_SUB, false},     {"项", LABEL_SUB, false},
    {"号", LABEL_SUB, false},     {"항", LABEL_SUB, false},
};

static const char *const PREAMBLES[] = {"preamble", "préambule", "preámbulo", "präambel",
                                        "序言",     "前言",      "前文",      "الديباجة",
                                        "ديباجة",   "تمہید",     "دیباچہ",    "преамбула"};

/* ---- characters ---- */

static uint32_t peek(Str s, ptrdiff_t at) { return at < s.len ? utf8_next(s, &at) : 0; }

static bool is_invisible(uint32_t c) {
    return (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) ||
           (c >= 0x2060 && c <= 0x2069) || c == 0xFEFF || c == 0xAD || c == 0x61C;
}

static bool is_blank(uint32_t c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == 0xA0 || c == 0x3000 ||
           (c >= 0x2000 && c <= 0x200A) || c == 0x202F;
}

static bool is_ascii(Str word) { return (unsigned char)word.ptr[0] < 0x80; }

static ptrdiff_t skip_blanks(Str s, ptrdiff_t at) {
    for (ptrdiff_t next = at; at < s.len; at = next) {
        const uint32_t c = utf8_next(s, &next);
        if (!is_blank(c) && !is_invisible(c)) break;
    }
    return at;
}

/* The value of a decimal digit of the scripts documents here are in, or -1. */
static int digit_of(uint32_t c) {
    static const uint32_t zeros[] = {'0', 0x660, 0x6F0, 0x966, 0xE50, 0xFF10};
    for (size_t i = 0; i < sizeof zeros / sizeof *zeros; i++) {
        if (c >= zeros[i] && c <= zeros[i] + 9) return (int)(c - zeros[i]);
    }
    return -1;
}

static bool is_latin_letter(uint32_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

static bool is_letter(uint32_t c) {
    return is_latin_letter(c) || (c >= 0xC0 && c < 0x2000) || (c >= 0x3040 && c < 0xFF00);
}

static bool is_lower(uint32_t c) {
    return (c >= 'a' && c <= 'z') || (c >= 0xDF && c <= 0xFF) || (c >= 0x430 && c <= 0x45F);
}

static bool is_east_asian(uint32_t c) {
    return c >= 0x2E80 && c < 0xFFF0 && !(c >= 0xFB00 && c <= 0xFEFF);
}

static int han_digit(uint32_t c) {
    static const uint32_t digits[] = {0x3007, 0x4E00, 0x4E8C, 0x4E09, 0x56DB,
                                      0x4E94, 0x516D, 0x4E03, 0x516B, 0x4E5D};
    for (int i = 0; i < 10; i++) {
        if (c == digits[i]) return i;
    }
    return c == 0x96F6 ? 0 : -1;
}

/* ---- numbers ---- */

typedef enum NumberKind {
    NUMBER_NONE,
    NUMBER_DECIMAL,
    NUMBER_DOTTED,
    NUMBER_LOWER,
    NUMBER_UPPER,
    NUMBER_LOWER_ROMAN,
    NUMBER_UPPER_ROMAN,
    NUMBER_HAN,
    NUMBER_ARABIC_LETTER,
    NUMBER_CIRCLED,
    NUMBER_WORD
} NumberKind;

typedef struct Number {
    NumberKind kind;
    int64_t value, letter;
    ptrdiff_t end;
} Number;

static const Number NO_NUMBER = {NUMBER_NONE, 0, 0, 0};

static int64_t add_digit(int64_t n, int digit) { return n < 1000000 ? n * 10 + digit : n; }

/* "5", "5.2", "5.2.1", "5A", "5-A" (the last two when keyed). */
static Number read_decimal(Str s, ptrdiff_t at, bool keyed) {
    Number n = NO_NUMBER;
    while (at < s.len) {
        ptrdiff_t next = at;
        const uint32_t c = utf8_next(s, &next);
        const int digit = digit_of(c);
        if (digit >= 0) {
            if (n.kind == NUMBER_NONE) n.kind = NUMBER_DECIMAL;
            if (n.kind == NUMBER_DECIMAL) n.value = add_digit(n.value, digit);
        } else if ((c == '.' || c == 0xFF0E) && n.kind != NUMBER_NONE &&
                   digit_of(peek(s, next)) >= 0) {
            n.kind = NUMBER_DOTTED;
        } else {
            break;
        }
        at = next;
    }
    if (keyed && n.kind != NUMBER_NONE) {
        ptrdiff_t next = at;
        if (peek(s, next) == '-') next++;
        const uint32_t c = peek(s, next);
        if (is_latin_letter(c) && !is_letter(peek(s, next + 1))) at = next + 1;
    }
    n.end = at;
    return n;
}

static int roman_digit(char c) {
    switch (c | 0x20) {
    case 'i': return 1;
    case 'v': return 5;
    case 'x': return 10;
    case 'l': return 50;
    case 'c': return 100;
    case 'd': return 500;
    case 'm': return 1000;
    default: return 0;
    }
}

/* The value of a numeral written in the usual way, or 0. */
static int64_t roman_value(Arena *a, Str s) {
    if (s.len > 15) return 0;
    int64_t n = 0;
    for (ptrdiff_t i = 0; i < s.len; i++) {
        const int here = roman_digit(s.ptr[i]);
        const int next = i + 1 < s.len ? roman_digit(s.ptr[i + 1]) : 0;
        if (here == 0) return 0;
        n += here < next ? -here : here;
    }
    if (n <= 0 || n > 3999) return 0;
    Buf back = buf_new(a);
    number_format(&back, S("lowerRoman"), n);
    return str_equal_fold(buf_str(&back), s) ? n : 0;
}

/* One letter, a doubled one ("aa") or a roman numeral, of one case. */
static Number read_letters(Arena *a, Str s, ptrdiff_t at) {
    Number n = NO_NUMBER;
    ptrdiff_t end = at;
    while (end < s.len && is_latin_letter((unsigned char)s.ptr[end])) end++;
    const Str word = str_slice(s, at, end);
    if (word.len == 0 || word.len > 15 || is_letter(peek(s, end))) return n;
    const bool upper = word.ptr[0] <= 'Z';
    bool same = true;
    for (ptrdiff_t i = 0; i < word.len; i++) {
        if ((word.ptr[i] <= 'Z') != upper) return n;
        same = same && word.ptr[i] == word.ptr[0];
    }
    if (same && word.len <= 3) {
        n.letter = (word.ptr[0] | 0x20) - 'a' + 1 + 26 * (word.len - 1);
    }
    n.value = roman_value(a, word);
    if (n.value == 0 && n.letter == 0) return n;
    n.kind = upper ? NUMBER_UPPER : NUMBER_LOWER;
    if (n.letter == 0) n.kind = upper ? NUMBER_UPPER_ROMAN : NUMBER_LOWER_ROMAN;
    n.end = end;
    return n;
}

static Number read_han(Str s, ptrdiff_t at) {
    Number n = NO_NUMBER;
    int64_t digit = 0;
    while (at < s.len) {
        ptrdiff_t next = at;
        const uint32_t c = utf8_next(s, &next);
        const int d = han_digit(c);
        const int64_t unit = c == 0x5341 ? 10 : c == 0x767E ? 100 : c == 0x5343 ? 1000 : 0;
        if (d >= 0) digit = add_digit(digit, d);
        else if (unit > 0) {
            n.value += (digit ? digit : 1) * unit;
            digit = 0;
        } else break;
        n.kind = NUMBER_HAN;
        at = next;
    }
    n.value += digit;
    n.end = at;
    return n;
}

/* One Arabic letter, also with its tatweel, or the Urdu name of alif. */
static Number read_arabic_letter(Str s, ptrdiff_t at) {
    Number n = NO_NUMBER;
    const Str rest = str_slice(s, at, s.len);
    if (str_starts(rest, S("الف"))) {
        n.end = at + 6;
    } else {
        ptrdiff_t next = at;
        const uint32_t c = at < s.len ? utf8_next(s, &next) : 0;
        if (c < 0x621 || c > 0x6D3 || digit_of(c) >= 0) return n;
        while (peek(s, next) == 0x640) next += 2;
        n.end = next;
    }
    const uint32_t behind = peek(s, n.end);
    if (behind >= 0x600 && behind < 0x700 && is_letter(behind) && digit_of(behind) < 0 &&
        behind != 0x60C && behind != 0x6D4) {
        return NO_NUMBER;
    }
    n.kind = NUMBER_ARABIC_LETTER;
    return n;
}

static Number read_circled(Str s, ptrdiff_t at) {
    Number n = NO_NUMBER;
    const uint32_t c = at < s.len ? utf8_next(s, &at) : 0;
    if (c < 0x2460 || c > 0x249B) return n;
    n.kind = NUMBER_CIRCLED;
    n.value = (c - 0x2460) % 20 + 1;
    n.end = at;
    return n;
}

/* "Five", "Fifth", الخامسة: behind keywords only. */
static Number read_number_word(Str s, ptrdiff_t at) {
    static const char *const words[] = {
        "one",     "two",          "three",   "four",    "five",    "six",     "seven",   "eight",
        "nine",    "ten",          "eleven",  "twelve",  "first",   "second",  "third",   "fourth",
        "fifth",   "sixth",        "seventh", "eighth",  "ninth",   "tenth",   "الأولى",  "الاولى",
        "الثانية", "الثالثة",      "الرابعة", "الخامسة", "السادسة", "السابعة", "الثامنة", "التاسعة",
        "العاشرة", "الحادية عشرة", "الأول",   "الثاني",  "الثالث",  "الرابع",  "الخامس",  "اول",
        "دوم",     "سوم",          "چہارم",   "پنجم"};
    Number n = NO_NUMBER;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const Str word = str_from_z(words[i]);
        if (s.len - at < word.len || !str_equal_fold(str_slice(s, at, at + word.len), word) ||
            is_letter(peek(s, at + word.len)) || word.len < n.end - at) {
            continue;
        }
        n.kind = NUMBER_WORD;
        n.end = at + word.len;
        const Str teen = S(" عشرة");
        if (str_starts(str_slice(s, n.end, s.len), teen)) n.end += teen.len;
    }
    return n;
}

static Number read_number(Arena *a, Str s, ptrdiff_t at, bool keyed) {
    Number n = read_decimal(s, at, keyed);
    if (n.kind == NUMBER_NONE) n = read_letters(a, s, at);
    if (n.kind == NUMBER_NONE && keyed) n = read_number_word(s, at);
    if (n.kind == NUMBER_NONE) n = read_han(s, at);
    if (n.kind == NUMBER_NONE) n = read_arabic_letter(s, at);
    if (n.kind == NUMBER_NONE) n = read_circled(s, at);
    return n;
}

/* ---- labels with a keyword ---- */

static bool is_stop(uint32_t c) {
    return c == '.' || c == ':' || c == ')' || c == '-' || c == 0x2013 || c == 0x2014 ||
           c == 0xFF1A || c == 0xFF0E || c == 0x3001 || c == 0x6D4 || c == 0xFF09 || c == 0x2015;
}

/* Whether what stands behind a keyword and its number can be a heading or the text of the
 * provision, and not the rest of a sentence about it. */
static bool may_be_title(Str s, ptrdiff_t at, bool is_heading) {
    if (at >= s.len || is_heading) return true;
    const uint32_t c = peek(s, at);
    if (c == '\t' || c == '\n' || c == 0x3000) return true;
    if (is_stop(c)) {
        ptrdiff_t behind = at;
        utf8_next(s, &behind);
        return c != ')' && !is_lower(peek(s, skip_blanks(s, behind)));
    }
    if (!is_blank(c) && !is_invisible(c)) return c == '[' || c == 0xFF08 || c == 0x3010;
    const ptrdiff_t word = skip_blanks(s, at);
    const uint32_t first = peek(s, word);
    if (word >= s.len) return true;
    if (first == '\n' || first == '\t') return true;
    if (first >= 0x600 && first < 0x700) return s.len < 120; /* no capitals to go by */
    if (first == ',' || first == '(' || first == ';' || digit_of(first) >= 0) {
        return first == '(' && s.len < 160;
    }
    return !is_lower(first);
}

static Str soften(Arena *a, Str word) { /* "ARTICLE" -> "Article" */
    for (ptrdiff_t i = 0; i < word.len; i++) {
        if (word.ptr[i] < 'A' || word.ptr[i] > 'Z') {
            if (i == 0 && word.ptr[0] >= 'a' && word.ptr[0] <= 'z') break;
            return word;
        }
    }
    Buf out = buf_new(a);
    for (ptrdiff_t i = 0; i < word.len; i++) {
        const char c = word.ptr[i];
        const bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
        buf_byte(&out, !letter ? c : (char)(i == 0 ? c & ~0x20 : c | 0x20));
    }
    return buf_str(&out);
}

static ptrdiff_t read_suffix(Str s, ptrdiff_t at) { /* bis, ter: also behind a space */
    static const char *const words[] = {"bis",  "ter",  "quater", "quinquies",
                                        "مكرر", "の二", "之一"};
    const ptrdiff_t from = skip_blanks(s, at);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const Str word = str_from_z(words[i]);
        if (str_starts(str_slice(s, from, s.len), word) &&
            (!is_ascii(word) || !is_letter(peek(s, from + word.len)))) {
            return from + word.len;
        }
    }
    return at;
}

static Label read_keyed(Arena *a, Str s, ptrdiff_t start, bool is_heading, bool is_number) {
    Label label = {.kind = LABEL_NONE};
    const Keyword *found = NULL;
    const Str rest = str_slice(s, start, s.len);
    for (size_t i = 0; i < sizeof KEYWORDS / sizeof *KEYWORDS && !found; i++) {
        const Str word = str_from_z(KEYWORDS[i].word);
        if (rest.len < word.len || !str_equal_fold(str_slice(rest, 0, word.len), word)) continue;
        const uint32_t behind = peek(rest, word.len);
        const bool joined = word.ptr[word.len - 1] == '.' || !is_ascii(word);
        if (!joined && is_latin_letter(behind)) continue;
        found = &KEYWORDS[i];
    }
    if (!found || found->kind == LABEL_NONE || (rest.ptr[0] >= 'a' && rest.ptr[0] <= 'z')) {
        return label;
    }
    const ptrdiff_t word_end = start + str_from_z(found->word).len;
    const bool east = is_east_asian(peek(s, start));
    label.word = soften(a, str_slice(s, start, word_end));
    label.form = (uint32_t)found->kind << 8; /* "Art." and "Article", "Annex" and "Schedule" */
    ptrdiff_t at = skip_blanks(s, word_end);
    if (str_starts(str_slice(s, at, s.len), S("No."))) at = skip_blanks(s, at + 3);
    const uint32_t open = peek(s, at);
    if (open == '(') at++;
    const Number n = read_number(a, s, at, true);
    ptrdiff_t end = n.kind == NUMBER_NONE ? word_end : read_suffix(s, n.end);
    if (n.kind == NUMBER_NONE) {
        const bool only = skip_blanks(s, word_end) >= s.len;
        if (!found->alone || !(only || (is_number && open == 0))) return label;
        label.kind = found->kind;
        label.end = s.len;
        label.printed = east ? label.word : (Str){NULL, 0};
        return label;
    }
    label.number = str_slice(s, at, end);
    if (open == '(' && peek(s, end) == ')') end++;
    if (is_letter(peek(s, end)) && !east) return label;
    if (!is_number && !may_be_title(s, end, is_heading)) return label;
    label.kind = found->kind;
    label.value = n.value;
    if (east) label.printed = str_trim(str_slice(s, start, end));
    label.end = end;
    return label;
}

/* 第五条, 第12条の2, 제5조 */
static Label read_ordinal_prefix(Str s, ptrdiff_t start, bool is_heading, bool is_number) {
    Label label = {.kind = LABEL_NONE};
    const Str rest = str_slice(s, start, s.len);
    if (!str_starts(rest, S("第")) && !str_starts(rest, S("제"))) return label;
    ptrdiff_t at = skip_blanks(s, start + 3);
    Number n = read_decimal(s, at, false);
    if (n.kind == NUMBER_NONE) n = read_han(s, at);
    if (n.kind == NUMBER_NONE) return label;
    at = skip_blanks(s, n.end);
    const Keyword *unit = NULL;
    for (size_t i = 0; i < sizeof UNITS / sizeof *UNITS && !unit; i++) {
        if (str_starts(str_slice(s, at, s.len), str_from_z(UNITS[i].word))) unit = &UNITS[i];
    }
    if (!unit) return label;
    at += str_from_z(unit->word).len;
    if (str_starts(str_slice(s, at, s.len), S("の")) ||
        str_starts(str_slice(s, at, s.len), S("之"))) {
        Number more = read_decimal(s, at + 3, false);
        if (more.kind == NUMBER_NONE) more = read_han(s, at + 3);
        if (more.kind != NUMBER_NONE) at = more.end;
    }
    static const char *const sentence[] = {"的", "所",   "规", "規", "第", "和", "及", "、",  "至",
                                           "或", "与",   "與", "中", "に", "の", "、", "，",  "에",
                                           "의", "及び", "項", "款", "は", "で", "，", "から"};
    for (size_t i = 0; i < sizeof sentence / sizeof *sentence && !is_number && !is_heading; i++) {
        if (str_starts(str_slice(s, at, s.len), str_from_z(sentence[i]))) return label;
    }
    label.kind = unit->kind;
    label.form = (uint32_t)unit->kind << 8;
    label.printed = str_slice(s, start, at);
    label.number = label.printed;
    label.value = n.value;
    label.end = at;
    return label;
}

/* ---- labels without one ---- */

typedef enum Punctuation { BARE_STOP, BARE_CLOSE, BARE_BOTH, BARE_COMMA, BARE_NOTHING } Punctuation;

static bool is_open(uint32_t c) { return c == '(' || c == 0xFF08; }
static bool is_close(uint32_t c) { return c == ')' || c == 0xFF09; }

/* Whether letters or a number may stand without brackets as a label, and whether only when they go
 * on a sequence. */
static bool may_be_bare(Str s, const Number *n, Punctuation p, uint32_t behind, bool *weak) {
    *weak = false;
    const bool spaced = behind == 0 || is_blank(behind) || is_invisible(behind);
    switch (n->kind) {
    case NUMBER_CIRCLED: return true;
    case NUMBER_HAN: return p == BARE_COMMA || p == BARE_BOTH || (p != BARE_NOTHING && spaced);
    case NUMBER_DOTTED:
        if (p == BARE_NOTHING && !spaced) return false;
        *weak = p == BARE_NOTHING && is_lower(peek(s, skip_blanks(s, n->end)));
        return true;
    case NUMBER_DECIMAL:
        if (n->value > 999 && p != BARE_BOTH) return false;
        if (p == BARE_NOTHING) return behind == '\t' || behind == 0x3000;
        return p == BARE_BOTH || spaced || is_east_asian(behind) || is_open(behind);
    case NUMBER_LOWER:
    case NUMBER_UPPER:
    case NUMBER_LOWER_ROMAN:
    case NUMBER_UPPER_ROMAN:
        *weak = p == BARE_STOP || p == BARE_CLOSE;
        return p == BARE_BOTH || (p != BARE_NOTHING && p != BARE_COMMA && spaced);
    case NUMBER_ARABIC_LETTER:
        *weak = p == BARE_STOP;
        return p != BARE_NOTHING && p != BARE_COMMA && (p == BARE_BOTH || spaced);
    case NUMBER_NONE:
    case NUMBER_WORD: return false;
    }
    return false;
}

static Punctuation read_punctuation(Str s, bool opened, ptrdiff_t *at) {
    ptrdiff_t next = *at;
    const uint32_t c = next < s.len ? utf8_next(s, &next) : 0;
    if (opened && is_close(c)) {
        *at = next;
        return BARE_BOTH;
    }
    const bool stop = c == '.' || c == 0xFF0E || c == 0x6D4 || c == ':' || c == 0x3002;
    const bool dash = c == '-' || c == 0x2013;
    if (!stop && !dash && !is_close(c) && c != 0x3001) return BARE_NOTHING;
    *at = next;
    return is_close(c) ? BARE_CLOSE : c == 0x3001 ? BARE_COMMA : BARE_STOP;
}

static Label read_bare(Arena *a, Str s, ptrdiff_t start, bool is_number) {
    Label label = {.kind = LABEL_NONE};
    ptrdiff_t at = start;
    const uint32_t open = peek(s, at);
    const bool opened = is_open(open);
    if (opened) utf8_next(s, &at);
    at = skip_blanks(s, at);
    const Number n = read_number(a, s, at, false);
    if (n.kind == NUMBER_NONE) return label;
    label.number = str_slice(s, at, n.end);
    at = opened ? skip_blanks(s, n.end) : n.end;
    Punctuation p = read_punctuation(s, opened, &at);
    if (p == BARE_NOTHING && n.kind == NUMBER_DECIMAL && is_blank(peek(s, at))) {
        ptrdiff_t dash = skip_blanks(s, at); /* "171 - The Committee" */
        p = read_punctuation(s, false, &dash);
        if (p == BARE_STOP && dash - skip_blanks(s, at) > 0) at = dash;
        else p = BARE_NOTHING;
    }
    if (opened && p != BARE_BOTH) return label;
    const uint32_t behind = peek(s, at);
    if (!is_number && !may_be_bare(s, &n, p, behind, &label.weak)) return label;
    if (is_number && behind != 0 && !is_blank(behind)) return label;
    label.kind = LABEL_BARE;
    label.form = ((uint32_t)LABEL_BARE << 8) | (uint32_t)n.kind << 4 | (uint32_t)p;
    label.value = n.value;
    label.letter = n.letter;
    label.wide = open == 0xFF08 || (!opened && n.kind == NUMBER_HAN);
    label.end = skip_blanks(s, at);
    return label;
}

static bool is_preamble(Str s) {
    s = str_trim(s);
    while (s.len > 0 && (s.ptr[s.len - 1] == ':' || s.ptr[s.len - 1] == '.')) s.len--;
    for (size_t i = 0; i < sizeof PREAMBLES / sizeof *PREAMBLES; i++) {
        if (str_equal_fold(s, str_from_z(PREAMBLES[i]))) return true;
    }
    return false;
}

Label label_read(Arena *a, Str text, bool is_heading, bool is_number) {
    if (text.len > 400) { /* a label is short; what follows matters only by its beginning */
        text.len = 400;
        while (text.len > 0 && ((unsigned char)text.ptr[text.len] & 0xC0) == 0x80) text.len--;
    }
    const ptrdiff_t start = skip_blanks(text, 0);
    if (start >= text.len) return (Label){.kind = LABEL_NONE};
    if (is_preamble(text)) return (Label){.kind = LABEL_PREAMBLE, .end = text.len};
    Label label = read_keyed(a, text, start, is_heading, is_number);
    if (label.kind == LABEL_NONE) {
        label = read_ordinal_prefix(text, start, is_heading, is_number);
    }
    if (label.kind == LABEL_NONE) label = read_bare(a, text, start, is_number);
    return label;
}

ptrdiff_t doc_typed_label(Arena *a, Str text, bool is_heading) {
    const Label label = label_read(a, text, is_heading, false);
    return label.kind == LABEL_NONE || label.kind == LABEL_PREAMBLE || label.weak ? 0 : label.end;
}
