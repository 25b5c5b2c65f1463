/* check: what is wrong with a draft, as far as it can be told without doubt. */
#include "provision/provision.h"

enum { FINDINGS_MAX = 200, USES_LEAST = 3, PHRASE_WORDS_MAX = 6 };

typedef struct Check {
    Arena *a;
    const Provisions *draft;
    DraftFinding *found;
    ptrdiff_t count, cap;
    Map numbers; /* hash of every number and of every number above it */
    Str defined; /* quoted words, one a line, in lower case */
    const Str *known;
    ptrdiff_t known_count;
} Check;

static void tell(Check *c, DraftFindingKind kind, Str place, Str sentence) {
    if (c->count == FINDINGS_MAX) return;
    c->found =
        arena_grow(c->a, c->found, c->count, &c->cap, c->count + 1, (ptrdiff_t)sizeof *c->found);
    c->found[c->count++] = (DraftFinding){kind, place, sentence};
}

static bool is_digit(char ch) { return ch >= '0' && ch <= '9'; }
static bool is_upper(char ch) { return ch >= 'A' && ch <= 'Z'; }
static bool is_lower(char ch) { return ch >= 'a' && ch <= 'z'; }
static bool is_letter(char ch) { return is_upper(ch) || is_lower(ch); }
static bool is_word(char ch) { return is_letter(ch) || is_digit(ch) || (unsigned char)ch >= 0x80; }

/* ---- numbering ---- */

typedef struct Value {              /* what a number may mean: "i" is 9 and 1 */
    int64_t decimal, letter, roman; /* 0: it is none */
} Value;

static int64_t roman_value(Str s) {
    static const struct {
        char digit;
        int value;
    } digits[] = {{'i', 1}, {'v', 5}, {'x', 10}, {'l', 50}, {'c', 100}};
    int64_t total = 0, last = 0;
    for (ptrdiff_t i = s.len - 1; i >= 0; i--) {
        int64_t value = 0;
        for (size_t k = 0; k < sizeof digits / sizeof *digits; k++) {
            if ((s.ptr[i] | 0x20) == digits[k].digit) value = digits[k].value;
        }
        if (!value) return 0;
        total += value < last ? -value : value;
        if (value > last) last = value;
    }
    return total;
}

static Value value_of(Str s) {
    Value v = {0};
    if (!s.len || s.len > 9) return v;
    if (is_digit(s.ptr[0])) {
        if (!str_to_int(s, &v.decimal)) v.decimal = 0;
        return v;
    }
    if (s.len == 1 && is_letter(s.ptr[0])) v.letter = (s.ptr[0] | 0x20) - 'a' + 1;
    v.roman = roman_value(s);
    return v;
}

/* "Article 5(2)(a)" -> "Article 5(2)(" and "a"; "Article 5" -> "Article " and "5". */
static bool split_number(Str number, Str *above, Str *last) {
    ptrdiff_t end = number.len, at;
    if (end && number.ptr[end - 1] == ')') {
        end--;
        for (at = end; at > 0 && number.ptr[at - 1] != '(';) at--;
    } else {
        for (at = end; at > 0 && is_word(number.ptr[at - 1]);) at--;
    }
    *above = str_slice(number, 0, at);
    *last = str_slice(number, at, end);
    return at > 0 && last->len > 0;
}

static bool is_counted(Str number) {
    return number.len && !str_starts(number, S("Footnote")) && !str_starts(number, S("Endnote")) &&
           !str_starts(number, S("Preamble")) && str_find(number, S(", row ")) < 0 &&
           str_find(number, S("(new)")) < 0;
}

static bool follows(Value last, Value now) {
    return (last.decimal && now.decimal == last.decimal + 1) ||
           (last.letter && now.letter == last.letter + 1) ||
           (last.roman && now.roman == last.roman + 1);
}

typedef struct Last { /* the newest of some siblings */
    Value value;
    Str number;
} Last;

static void check_numbering(Check *c) {
    Map at = map_new(c->a), seen = map_new(c->a);
    Last *last = NEW_ARRAY(c->a, Last, c->draft->count);
    ptrdiff_t count = 0;
    for (ptrdiff_t i = 0; i < c->draft->count; i++) {
        const Str number = c->draft->items[i].number;
        Str above, tail;
        uint64_t k;
        if (!is_counted(number) || !split_number(number, &above, &tail)) continue;
        const Value now = value_of(tail);
        if (!now.decimal && !now.letter && !now.roman) continue;
        const bool is_again = map_find(&seen, hash_fast(number), NULL);
        map_put(&seen, hash_fast(number), 1);
        if (!map_find(&at, hash_fast(above), &k)) {
            map_put(&at, hash_fast(above), (uint64_t)count);
            last[count++] = (Last){now, number};
            if (now.decimal > 1 || (!now.decimal && now.letter != 1 && now.roman != 1)) {
                tell(c, DRAFT_NUMBERING, number,
                     arena_format(c->a, "%.*s is the first of its kind", (int)number.len,
                                  number.ptr));
            }
            continue;
        }
        if (is_again || str_equal(last[k].number, number)) continue;
        if (!follows(last[k].value, now)) {
            tell(c, DRAFT_NUMBERING, number,
                 arena_format(c->a, "%.*s follows %.*s", (int)number.len, number.ptr,
                              (int)last[k].number.len, last[k].number.ptr));
        }
        last[k] = (Last){now, number};
    }
}

/* Two headings of one number: the text between would not be cited by it. */
static void check_twice(Check *c) {
    Map seen = map_new(c->a);
    for (ptrdiff_t i = 0; i < c->draft->count; i++) {
        const Provision *p = &c->draft->items[i];
        uint64_t before;
        if (!str_starts(p->number, S("Article ")) || str_find(p->number, S("(")) >= 0) continue;
        if (!map_find(&seen, hash_fast(p->number), &before)) {
            map_put(&seen, hash_fast(p->number), (uint64_t)i + 1);
            continue;
        }
        const Provision *last = &c->draft->items[i - 1];
        if (str_starts(last->number, p->number)) continue; /* its closing words */
        tell(c, DRAFT_NUMBERING, p->number,
             arena_format(c->a, "%.*s stands twice", (int)p->number.len, p->number.ptr));
    }
}

/* ---- references ---- */

static void note_numbers(Check *c) {
    c->numbers = map_new(c->a);
    for (ptrdiff_t i = 0; i < c->draft->count; i++) {
        const Str n = c->draft->items[i].number;
        for (ptrdiff_t end = 1; end <= n.len; end++) {
            const bool is_end = end == n.len || n.ptr[end] == '(' || n.ptr[end] == ',';
            if (is_end) map_put(&c->numbers, hash_fast(str_slice(n, 0, end)), 1);
        }
    }
}

static bool has_kind(const Check *c, Str kind) {
    for (ptrdiff_t i = 0; i < c->draft->count; i++) {
        if (str_starts(c->draft->items[i].number, kind)) return true;
    }
    return false;
}

/* What stands behind a reference tells whose it is: "Article 51 of the Charter" is not ours. */
static bool is_of_another(Str rest) {
    if (!str_starts(rest, S(" of "))) return false;
    const Str own[] = {S(" of this Agreement"), S(" of the present Agreement"),
                       S(" of this Treaty"), S(" of this Memorandum")};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        if (str_starts(rest, own[i])) return false;
    }
    return true;
}

/* At s[at], behind "Article ": the number with its "(2)(a)"; 0 when there is none. */
static ptrdiff_t reference_end(Str s, ptrdiff_t at) {
    ptrdiff_t end = at;
    while (end < s.len && is_digit(s.ptr[end])) end++;
    if (end == at) {
        if (at < s.len && is_upper(s.ptr[at])) end = at + 1; /* Annex A */
        if (end == at || (end < s.len && is_word(s.ptr[end]))) return 0;
        return end;
    }
    if (end < s.len && (is_letter(s.ptr[end]) || (unsigned char)s.ptr[end] >= 0x80)) return 0;
    while (end < s.len && s.ptr[end] == '(') {
        ptrdiff_t close = end + 1;
        while (close < s.len && is_word(s.ptr[close])) close++;
        if (close == s.len || s.ptr[close] != ')' || close == end + 1) break;
        end = close + 1;
    }
    return end;
}

static void check_references_to(Check *c, const Provision *p, Str word) {
    Str rest = p->text;
    if (!has_kind(c, word)) return;
    for (ptrdiff_t at; (at = str_find(rest, word)) >= 0;) {
        const ptrdiff_t from = at + word.len, end = reference_end(rest, from);
        const bool is_whole = at == 0 || !is_word(rest.ptr[at - 1]);
        if (end && is_whole && !is_of_another(str_slice(rest, end, rest.len))) {
            const Str number = str_slice(rest, at, end);
            if (!map_find(&c->numbers, hash_fast(number), NULL)) {
                tell(c, DRAFT_REFERENCE, p->number,
                     arena_format(c->a, "%.*s speaks of %.*s", (int)p->number.len, p->number.ptr,
                                  (int)number.len, number.ptr));
            }
        }
        rest = str_slice(rest, from, rest.len);
    }
}

static void check_references(Check *c) {
    note_numbers(c);
    for (ptrdiff_t i = 0; i < c->draft->count; i++) {
        const Provision *p = &c->draft->items[i];
        check_references_to(c, p, S("Article "));
        check_references_to(c, p, S("Annex "));
        if (str_find(p->text, S("Error! Reference source not found")) >= 0) {
            tell(c, DRAFT_REFERENCE, p->number,
                 arena_format(c->a, "%.*s has a cross-reference that leads nowhere",
                              (int)p->number.len, p->number.ptr));
        }
    }
}

/* ---- terms ---- */

static Str lower(Arena *a, Str s) {
    Buf b = buf_new(a);
    for (ptrdiff_t i = 0; i < s.len; i++) {
        buf_byte(&b, is_upper(s.ptr[i]) ? (char)(s.ptr[i] | 0x20) : s.ptr[i]);
    }
    return buf_str(&b);
}

/* Whatever the draft puts between quotation marks, and whole headings and titles, counts as known.
 */
static void note_defined(Check *c) {
    Buf b = buf_new(c->a);
    for (ptrdiff_t i = 0; i < c->draft->count; i++) {
        const Provision *p = &c->draft->items[i];
        const Str marks[][2] = {{S("“"), S("”")}, {S("\""), S("\"")}, {S("«"), S("»")}};
        for (size_t k = 0; k < sizeof marks / sizeof *marks; k++) {
            Str rest = p->text;
            for (ptrdiff_t at; (at = str_find(rest, marks[k][0])) >= 0;) {
                rest = str_slice(rest, at + marks[k][0].len, rest.len);
                const ptrdiff_t end = str_find(rest, marks[k][1]);
                if (end < 0) break;
                if (end < 120) buf_add(&b, str_slice(rest, 0, end));
                buf_byte(&b, '\n');
                rest = str_slice(rest, end + marks[k][1].len, rest.len);
            }
        }
        if (str_find(p->number, S("(")) < 0) buf_add(&b, p->text);
        buf_byte(&b, '\n');
    }
    for (ptrdiff_t i = 0; i < c->known_count; i++) {
        buf_add(&b, c->known[i]);
        buf_byte(&b, '\n');
    }
    c->defined = lower(c->a, buf_str(&b));
}

/* "Articles" for "Article", "Parties" for "Party". */
static bool is_defined(const Check *c, Str phrase) {
    const Str l = lower(c->a, phrase);
    if (str_find(c->defined, l) >= 0) return true;
    if (str_ends(l, S("ies"))) {
        const Str one = arena_format(c->a, "%.*sy", (int)l.len - 3, l.ptr);
        if (str_find(c->defined, one) >= 0) return true;
    }
    return str_ends(l, S("s")) && str_find(c->defined, str_slice(l, 0, l.len - 1)) >= 0;
}

/* Names of offices, states and instruments are no terms of the text. */
static bool is_name(Str phrase) {
    static const char *const parts[] = {"Government", "Ministry",   "Minister",  "Republic",
                                        "United",     "Nations",    "Secretary", "Council",
                                        "Convention", "Charter",    "Agreement", "Treaty",
                                        "Protocol",   "Commission", "Division"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (str_find(phrase, str_from_z(parts[i])) >= 0) return true;
    }
    return false;
}

/* The phrase of two or more capitalised words at s[at]; its end, or at. */
static ptrdiff_t phrase_end(Str s, ptrdiff_t at) {
    ptrdiff_t end = at, words = 0, stop = at;
    while (end < s.len && is_upper(s.ptr[end]) && words < PHRASE_WORDS_MAX) {
        ptrdiff_t word = end + 1;
        while (word < s.len && is_lower(s.ptr[word])) word++;
        if (word - end < 3 || (word < s.len && is_word(s.ptr[word]))) break;
        words++;
        stop = word;
        if (word >= s.len || s.ptr[word] != ' ') break;
        end = word + 1;
    }
    return words >= 2 ? stop : at;
}

typedef struct Term {
    Str phrase, place;
    ptrdiff_t uses;
} Term;

/* In the middle of a sentence: a capital at its head says nothing. */
static bool is_inside(Str s, ptrdiff_t at) {
    return at >= 2 && s.ptr[at - 1] == ' ' && (is_lower(s.ptr[at - 2]) || s.ptr[at - 2] == ',');
}

static void check_terms(Check *c) {
    Map at = map_new(c->a);
    Term *terms = NULL;
    ptrdiff_t count = 0, cap = 0;
    note_defined(c);
    for (ptrdiff_t i = 0; i < c->draft->count; i++) {
        const Provision *p = &c->draft->items[i];
        for (ptrdiff_t k = 0; k < p->text.len; k++) {
            uint64_t found;
            const ptrdiff_t end = is_inside(p->text, k) ? phrase_end(p->text, k) : k;
            if (end == k) continue;
            const Str phrase = str_slice(p->text, k, end);
            k = end;
            if (map_find(&at, hash_fast(phrase), &found)) {
                terms[found].uses++;
                continue;
            }
            terms = arena_grow(c->a, terms, count, &cap, count + 1, (ptrdiff_t)sizeof *terms);
            map_put(&at, hash_fast(phrase), (uint64_t)count);
            terms[count++] = (Term){phrase, p->number, 1};
        }
    }
    for (ptrdiff_t i = 0; i < count; i++) {
        const Term *t = &terms[i];
        if (t->uses < USES_LEAST || is_name(t->phrase) || is_defined(c, t->phrase)) continue;
        tell(c, DRAFT_TERM, t->place,
             arena_format(c->a, "\"%.*s\"", (int)t->phrase.len, t->phrase.ptr));
    }
}

ptrdiff_t draft_check(Arena *a, const Provisions *draft, const Str *known, ptrdiff_t known_count,
                      DraftFinding **out) {
    Check c = {.a = a, .draft = draft, .known = known, .known_count = known_count};
    check_numbering(&c);
    check_twice(&c);
    check_references(&c);
    check_terms(&c);
    *out = c.found;
    return c.count;
}
