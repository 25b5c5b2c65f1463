/* numformat: a number in the formats of ST_NumberFormat (ISO 29500-1 17.18.59). What is not known
 * here, or has no sign for a number, is printed as decimal. */
#include "doc/people.h"

static void put_repeated(Buf *out, uint32_t c, int64_t times) {
    for (int64_t i = 0; i < times && i < 64; i++) utf8_put(out, c);
}

/* ---- digits of other scripts ---- */

static void put_digits(Buf *out, int64_t n, uint32_t zero) {
    Buf digits = buf_new(out->arena);
    buf_int(&digits, n);
    for (ptrdiff_t i = 0; i < digits.len; i++) {
        const char d = digits.ptr[i];
        utf8_put(out, d == '-' ? '-' : zero + (uint32_t)(d - '0'));
    }
}

static const char *const HAN_DIGITS[10] = {"〇", "一", "二", "三", "四",
                                           "五", "六", "七", "八", "九"};
static const char *const HAN_LEGAL[10] = {"零", "壹", "贰", "叁", "肆",
                                          "伍", "陆", "柒", "捌", "玖"};
static const char *const HAN_LEGAL_OLD[10] = {"零", "壹", "貳", "參", "肆",
                                              "伍", "陸", "柒", "捌", "玖"};
static const char *const HANGUL_DIGITS[10] = {"영", "일", "이", "삼", "사",
                                              "오", "육", "칠", "팔", "구"};

static void put_han_digits(Buf *out, int64_t n, const char *const digits[10]) {
    char reversed[20];
    int count = 0;
    do {
        reversed[count++] = (char)(n % 10);
        n /= 10;
    } while (n > 0 && count < 20);
    while (count-- > 0) buf_add(out, str_from_z(digits[(int)reversed[count]]));
}

typedef struct HanCounting {
    const char *const *digits;
    const char *ten, *hundred, *thousand, *myriad;
    bool bare_one;  /* 11 is "ten one", not "one ten one" */
    bool bare_all;  /* nor does a hundred or thousand have its "one" (Japanese, Korean) */
    bool says_zero; /* 101 is "one hundred zero one" */
} HanCounting;

static void put_below_myriad(Buf *out, int n, const HanCounting *h, bool inside) {
    const char *const units[4] = {"", h->ten, h->hundred, h->thousand};
    bool started = inside, zero = inside && n < 1000;
    int power = 1000;
    for (int place = 3; place >= 0; place--, power /= 10) {
        const int digit = n / power % 10;
        if (digit == 0) {
            zero = true;
            continue;
        }
        if (zero && started && h->says_zero) buf_add(out, str_from_z(h->digits[0]));
        const bool bare =
            digit == 1 && place > 0 && (h->bare_all || (h->bare_one && place == 1 && !started));
        if (!bare) buf_add(out, str_from_z(h->digits[digit]));
        buf_add(out, str_from_z(units[place]));
        started = true;
        zero = false;
    }
}

static void put_han_counting(Buf *out, int64_t n, const HanCounting *h) {
    if (n <= 0 || n > 99999999) {
        put_han_digits(out, n < 0 ? 0 : n, h->digits);
        return;
    }
    const int high = (int)(n / 10000), low = (int)(n % 10000);
    if (high > 0) {
        put_below_myriad(out, high, h, false);
        buf_add(out, str_from_z(h->myriad));
    }
    if (low > 0) put_below_myriad(out, low, h, high > 0);
}

static const HanCounting CHINESE = {HAN_DIGITS, "十", "百", "千", "万", true, false, true};
static const HanCounting TAIWANESE = {HAN_DIGITS, "十", "百", "千", "萬", true, false, true};
static const HanCounting LEGAL = {HAN_LEGAL, "拾", "佰", "仟", "萬", false, false, true};
static const HanCounting LEGAL_OLD = {HAN_LEGAL_OLD, "拾", "佰", "仟", "萬", false, false, true};
static const HanCounting JAPANESE = {HAN_DIGITS, "十", "百", "千", "万", true, true, false};
static const HanCounting KOREAN = {HANGUL_DIGITS, "십", "백", "천", "만", true, true, false};

/* ---- letters ---- */

static void put_letter(Buf *out, int64_t n, uint32_t first) { /* z, then aa, bb ... (Word's way) */
    put_repeated(out, first + (uint32_t)((n - 1) % 26), (n - 1) / 26 + 1);
}

static void put_listed(Buf *out, int64_t n, const char *letters) {
    const Str s = str_from_z(letters);
    const ptrdiff_t count = utf8_count(s);
    const int64_t index = (n - 1) % count;
    ptrdiff_t at = 0;
    uint32_t c = 0;
    for (int64_t i = 0; i <= index; i++) c = utf8_next(s, &at);
    put_repeated(out, c, (n - 1) / count + 1);
}

static void put_roman(Buf *out, int64_t n, bool upper) {
    static const struct {
        int value;
        const char *small, *large;
    } steps[] = {{1000, "m", "M"}, {900, "cm", "CM"}, {500, "d", "D"}, {400, "cd", "CD"},
                 {100, "c", "C"},  {90, "xc", "XC"},  {50, "l", "L"},  {40, "xl", "XL"},
                 {10, "x", "X"},   {9, "ix", "IX"},   {5, "v", "V"},   {4, "iv", "IV"},
                 {1, "i", "I"}};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        for (; n >= steps[i].value; n -= steps[i].value) {
            buf_add(out, str_from_z(upper ? steps[i].large : steps[i].small));
        }
    }
}

static void put_hebrew(Buf *out, int64_t n) { /* gematria; 15 and 16 avoid the Name */
    static const char *const hundreds[] = {"", "ק", "ר", "ש", "ת"};
    static const char *const tens[] = {"", "י", "כ", "ל", "מ", "נ", "ס", "ע", "פ", "צ"};
    static const char *const ones[] = {"", "א", "ב", "ג", "ד", "ה", "ו", "ז", "ח", "ט"};
    for (; n >= 500; n -= 400) buf_add(out, S("ת"));
    buf_add(out, str_from_z(hundreds[n / 100]));
    n %= 100;
    if (n == 15 || n == 16) {
        buf_add(out, n == 15 ? S("טו") : S("טז"));
        return;
    }
    buf_add(out, str_from_z(tens[n / 10]));
    buf_add(out, str_from_z(ones[n % 10]));
}

/* ---- words ---- */

static const char *const CARDINALS[20] = {
    "zero",     "one",     "two",     "three",     "four",     "five",    "six",
    "seven",    "eight",   "nine",    "ten",       "eleven",   "twelve",  "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"};
static const char *const ORDINALS[20] = {
    "zeroth",     "first",     "second",    "third",       "fourth",     "fifth",     "sixth",
    "seventh",    "eighth",    "ninth",     "tenth",       "eleventh",   "twelfth",   "thirteenth",
    "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth"};
static const char *const TENS[10] = {"",      "",      "twenty",  "thirty", "forty",
                                     "fifty", "sixty", "seventy", "eighty", "ninety"};

static void put_below_hundred(Buf *out, int64_t n, bool ordinal) {
    if (n < 20) {
        buf_add(out, str_from_z(ordinal ? ORDINALS[n] : CARDINALS[n]));
        return;
    }
    Str tens = str_from_z(TENS[n / 10]);
    if (ordinal && n % 10 == 0) tens.len--; /* twentieth */
    buf_add(out, tens);
    if (n % 10) {
        buf_byte(out, '-');
        buf_add(out, str_from_z(ordinal ? ORDINALS[n % 10] : CARDINALS[n % 10]));
    } else if (ordinal) {
        buf_add(out, S("ieth"));
    }
}

/* The rest of n below a unit ("hundred") that was written; an ordinal ends in an ordinal. */
static bool put_unit(Buf *out, const char *unit, int64_t rest, bool ordinal) {
    buf_byte(out, ' ');
    buf_add(out, str_from_z(unit));
    if (rest == 0 && ordinal) buf_add(out, S("th"));
    if (rest > 0) buf_byte(out, ' ');
    return rest > 0;
}

static void put_below_thousand(Buf *out, int64_t n, bool ordinal) {
    if (n >= 100) {
        put_below_hundred(out, n / 100, false);
        n %= 100;
        if (!put_unit(out, "hundred", n, ordinal)) return;
    }
    put_below_hundred(out, n, ordinal);
}

static void put_words(Buf *out, int64_t n, bool ordinal) {
    const ptrdiff_t start = out->len;
    if (n >= 1000) {
        put_below_thousand(out, n / 1000, false);
        n %= 1000;
        if (put_unit(out, "thousand", n, ordinal)) put_below_thousand(out, n, ordinal);
    } else {
        put_below_thousand(out, n, ordinal);
    }
    out->ptr[start] = (char)(out->ptr[start] - 'a' + 'A');
}

static void put_ordinal(Buf *out, int64_t n) {
    buf_int(out, n);
    const int64_t last = n % 10, two = n % 100;
    const bool teen = two >= 11 && two <= 13;
    buf_add(out, teen || last == 0 || last > 3 ? S("th")
                 : last == 1                   ? S("st")
                 : last == 2                   ? S("nd")
                                               : S("rd"));
}

/* ---- the formats ---- */

typedef enum FormatWay {
    AS_DIGITS, /* c: its zero */
    AS_LISTED, /* text: the letters */
    AS_RANGE,  /* c: the sign of 1; most: the largest number that has a sign */
    AS_ROMAN,  /* c: 1 capitals */
    AS_LETTER, /* c: its a */
    AS_HAN,    /* han */
    AS_HAN_DIGITS,
    AS_WORDS, /* c: 1 ordinal */
    AS_ORDINAL,
    AS_PADDED, /* c: digits */
    AS_DASHED,
    AS_HEX,
    AS_HEBREW,
    AS_NOTHING
} FormatWay;

typedef struct FormatRow {
    const char *name;
    FormatWay way;
    uint32_t c;
    int most;
    const char *text;
    const HanCounting *han;
} FormatRow;

static const FormatRow FORMATS[] = {
    {"upperRoman", AS_ROMAN, 1, 3999, NULL, NULL},
    {"lowerRoman", AS_ROMAN, 0, 3999, NULL, NULL},
    {"upperLetter", AS_LETTER, 'A', 780, NULL, NULL},
    {"lowerLetter", AS_LETTER, 'a', 780, NULL, NULL},
    {"ordinal", AS_ORDINAL, 0, 0, NULL, NULL},
    {"cardinalText", AS_WORDS, 0, 999999, NULL, NULL},
    {"ordinalText", AS_WORDS, 1, 999999, NULL, NULL},
    {"hex", AS_HEX, 0, 0, NULL, NULL},
    {"chicago", AS_LISTED, 0, 0, "*†‡§", NULL},
    {"none", AS_NOTHING, 0, 0, NULL, NULL},
    {"bullet", AS_NOTHING, 0, 0, NULL, NULL},
    {"decimalZero", AS_PADDED, 2, 0, NULL, NULL},
    {"numberInDash", AS_DASHED, 0, 0, NULL, NULL},
    {"decimalFullWidth", AS_DIGITS, 0xFF10, 0, NULL, NULL},
    {"decimalFullWidth2", AS_DIGITS, 0xFF10, 0, NULL, NULL},
    {"decimalEnclosedCircle", AS_RANGE, 0x2460, 20, NULL, NULL},
    {"decimalEnclosedCircleChinese", AS_RANGE, 0x2460, 20, NULL, NULL},
    {"decimalEnclosedParen", AS_RANGE, 0x2474, 20, NULL, NULL},
    {"decimalEnclosedFullstop", AS_RANGE, 0x2488, 20, NULL, NULL},
    {"ideographEnclosedCircle", AS_RANGE, 0x3280, 10, NULL, NULL},
    {"chineseCounting", AS_HAN, 0, 0, NULL, &CHINESE},
    {"chineseCountingThousand", AS_HAN, 0, 0, NULL, &CHINESE},
    {"chineseLegalSimplified", AS_HAN, 0, 0, NULL, &LEGAL},
    {"ideographLegalTraditional", AS_HAN, 0, 0, NULL, &LEGAL_OLD},
    {"taiwaneseCounting", AS_HAN, 0, 0, NULL, &TAIWANESE},
    {"taiwaneseCountingThousand", AS_HAN, 0, 0, NULL, &TAIWANESE},
    {"japaneseCounting", AS_HAN, 0, 0, NULL, &JAPANESE},
    {"japaneseLegal", AS_HAN, 0, 0, NULL, &LEGAL_OLD},
    {"japaneseDigitalTenThousand", AS_HAN_DIGITS, 0, 0, NULL, &JAPANESE},
    {"taiwaneseDigital", AS_HAN_DIGITS, 0, 0, NULL, &TAIWANESE},
    {"ideographDigital", AS_HAN_DIGITS, 0, 0, NULL, &CHINESE},
    {"koreanDigital", AS_HAN_DIGITS, 0, 0, NULL, &KOREAN},
    {"koreanCounting", AS_HAN, 0, 0, NULL, &KOREAN},
    {"koreanLegal", AS_HAN, 0, 0, NULL, &KOREAN},
    {"koreanDigital2", AS_HAN_DIGITS, 0, 0, NULL, &CHINESE},
    {"ideographTraditional", AS_LISTED, 0, 10, "甲乙丙丁戊己庚辛壬癸", NULL},
    {"ideographZodiac", AS_LISTED, 0, 12, "子丑寅卯辰巳午未申酉戌亥", NULL},
    {"aiueo", AS_LISTED, 0, 46, "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝ", NULL},
    {"aiueoFullWidth", AS_LISTED, 0, 46,
     "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン",
     NULL},
    {"iroha", AS_LISTED, 0, 48, "ｲﾛﾊﾆﾎﾍﾄﾁﾘﾇﾙｦﾜｶﾖﾀﾚｿﾂﾈﾅﾗﾑｳヰﾉｵｸﾔﾏｹﾌｺｴﾃｱｻｷﾕﾒﾐｼヱﾋﾓｾｽﾝ", NULL},
    {"irohaFullWidth", AS_LISTED, 0, 48,
     "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセ"
     "ス"
     "ン",
     NULL},
    {"ganada", AS_LISTED, 0, 14, "가나다라마바사아자차카타파하", NULL},
    {"chosung", AS_LISTED, 0, 14, "ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ", NULL},
    {"arabicAlpha", AS_LISTED, 0, 28, "أبتثجحخدذرزسشصضطظعغفقكلمنهوي", NULL},
    {"arabicAbjad", AS_LISTED, 0, 28, "أبجدهوزحطيكلمنسعفصقرشتثخذضظغ", NULL},
    {"hebrew1", AS_HEBREW, 0, 999, NULL, NULL},
    {"hebrew2", AS_LISTED, 0, 22, "אבגדהוזחטיכלמנסעפצקרשת", NULL},
    {"russianLower", AS_LISTED, 0, 29, "абвгдежзиклмнопрстуфхцчшщыэюя", NULL},
    {"russianUpper", AS_LISTED, 0, 29, "АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЫЭЮЯ", NULL},
    {"hindiNumbers", AS_DIGITS, 0x0966, 0, NULL, NULL},
    {"hindiVowels", AS_LISTED, 0, 37, "कखगघङचछजझञटठडढणतथदधनऩपफबभमयरऱलळऴवशषसह", NULL},
    {"hindiConsonants", AS_LISTED, 0, 13, "अआइईउऊऋएऐऑओऔ", NULL},
    {"thaiNumbers", AS_DIGITS, 0x0E50, 0, NULL, NULL},
    {"thaiLetters", AS_LISTED, 0, 41, "กขคงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮ", NULL},
};

static const FormatRow *find_format(Str name) {
    for (size_t i = 0; i < sizeof FORMATS / sizeof *FORMATS; i++) {
        if (str_equal(name, str_from_z(FORMATS[i].name))) return &FORMATS[i];
    }
    return NULL;
}

static void put_hex(Buf *out, int64_t n) { buf_format(out, "%llX", (unsigned long long)n); }

static void put_padded(Buf *out, int64_t n, uint32_t digits) {
    int64_t limit = 1;
    for (uint32_t i = 1; i < digits; i++) limit *= 10;
    for (; n < limit && limit > 1; limit /= 10) buf_byte(out, '0');
    if (n > 0) buf_int(out, n);
}

void number_format(Buf *out, Str format, int64_t n) {
    const FormatRow *f = format.len > 0 ? find_format(format) : NULL;
    if (f && f->way == AS_NOTHING) return;
    const bool has_zero =
        f && (f->way == AS_DIGITS || f->way == AS_HAN || f->way == AS_HAN_DIGITS ||
              f->way == AS_DASHED || f->way == AS_PADDED || f->way == AS_ORDINAL);
    if (!f || n < 0 || (n == 0 && !has_zero) ||
        (f->most > 0 && f->way != AS_LISTED && n > f->most)) {
        buf_int(out, n);
        return;
    }
    switch (f->way) {
    case AS_DIGITS: put_digits(out, n, f->c); return;
    case AS_LISTED: put_listed(out, n, f->text); return;
    case AS_RANGE: utf8_put(out, f->c + (uint32_t)(n - 1)); return;
    case AS_ROMAN: put_roman(out, n, f->c == 1); return;
    case AS_LETTER: put_letter(out, n, f->c); return;
    case AS_HAN: put_han_counting(out, n, f->han); return;
    case AS_HAN_DIGITS: put_han_digits(out, n, f->han->digits); return;
    case AS_WORDS: put_words(out, n, f->c == 1); return;
    case AS_ORDINAL: put_ordinal(out, n); return;
    case AS_PADDED: put_padded(out, n, f->c); return;
    case AS_DASHED: buf_format(out, "- %lld -", (long long)n); return;
    case AS_HEX: put_hex(out, n); return;
    case AS_HEBREW: put_hebrew(out, n); return;
    case AS_NOTHING: return;
    }
}
