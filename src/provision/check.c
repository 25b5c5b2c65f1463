/* check: what is wrong with a draft, as far as it can be told without doubt. */
#include "provision/int.h"

enum {
    FINDINGS_MAX = 200,
    USES_LEAST = 3,
    PHRASE_WORDS_MAX = 6,
    NUMBER_MOST = 500,
    HEADING_MOST = 120
};

typedef struct Check {
    Arena *a;
    const Provisions *draft;
    DraftFinding *found;
    ptrdiff_t count, cap;
    Map numbers;        /* hash of every number and of every number above it */
    Map defined;        /* hashes of phrases in lower case */
    Map firsts, wanted; /* hashes of the first words of terms, and of terms */
    Arena *scratch;
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

/* Places that are cited by number: not headings that happen to end in one, nor dates. */
static bool is_cited(Str number) {
    static const char *const words[] = {"Article ", "Annex ",    "Chapter ",  "Section ", "Part ",
                                        "Title ",   "Appendix ", "Schedule ", "Clause ",  "Rule ",
                                        "第",       "附件",      "المادة ",   "آرٹیکل "};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (str_starts(number, str_from_z(words[i]))) return true;
    }
    ptrdiff_t end = 0;
    while (end < number.len && is_digit(number.ptr[end])) end++;
    return end > 0 && end < 3 &&
           (end == number.len || number.ptr[end] == '(' || number.ptr[end] == '.');
}

static bool is_counted(Str number) {
    return is_cited(number) && str_find(number, S(", row ")) < 0 &&
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
        if ((!now.decimal && !now.letter && !now.roman) || now.decimal > NUMBER_MOST) continue;
        const bool is_again = map_find(&seen, hash_fast(number), NULL);
        map_put(&seen, hash_fast(number), 1);
        if (!map_find(&at, hash_fast(above), &k)) {
            map_put(&at, hash_fast(above), (uint64_t)count);
            last[count++] = (Last){now, number};
            if (now.decimal > 1 || (!now.decimal && now.letter != 1 && now.roman != 1)) {
                tell(c, DRAFT_NUMBERING, number,
                     arena_format(c->a, "%.*s comes first, where another should stand before it",
                                  (int)number.len, number.ptr));
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

/* Two of one number: what is cited by it? */
static void check_twice(Check *c) {
    Map seen = map_new(c->a);
    for (ptrdiff_t i = 0; i < c->draft->count; i++) {
        const Str number = c->draft->items[i].number;
        uint64_t times = 0;
        if (!is_counted(number) || is_digit(number.ptr[0])) continue; /* "1." may begin any list */
        map_find(&seen, hash_fast(number), &times);
        map_put(&seen, hash_fast(number), times + 1);
        if (times != 1) continue;
        tell(c, DRAFT_NUMBERING, number,
             arena_format(c->a, "%.*s stands twice", (int)number.len, number.ptr));
    }
}

/* "2.1.3" where nothing is called 2.1. */
static void check_levels(Check *c) {
    Map told = map_new(c->a), whole = map_new(c->a);
    for (ptrdiff_t i = 0; i < c->draft->count; i++) {
        map_put(&whole, hash_fast(c->draft->items[i].number), 1);
    }
    for (ptrdiff_t i = 0; i < c->draft->count; i++) {
        const Str number = c->draft->items[i].number;
        const ptrdiff_t dot = str_find_last(number, '.');
        if (!is_counted(number) || !is_digit(number.ptr[0]) || dot < 0) continue;
        if (str_find(number, S("(")) >= 0) continue;
        const Str above = str_slice(number, 0, dot);
        if (str_find(above, S(".")) < 0) continue; /* "2.1" may stand without a 2 */
        if (map_find(&whole, hash_fast(above), NULL)) continue;
        if (map_find(&told, hash_fast(above), NULL)) continue;
        map_put(&told, hash_fast(above), 1);
        tell(c, DRAFT_NUMBERING, number,
             arena_format(c->a, "%.*s stands under no %.*s", (int)number.len, number.ptr,
                          (int)above.len, above.ptr));
    }
}

/* ---- references ---- */

static void note_numbers(Check *c) {
    c->numbers = map_new(c->a);
    for (ptrdiff_t i = 0; i < c->draft->count; i++) {
        const Str n = c->draft->items[i].number;
        for (ptrdiff_t end = 1; end <= n.len; end++) {
            const bool is_end =
                end == n.len || n.ptr[end] == '(' || n.ptr[end] == ',' || n.ptr[end] == '.';
            if (is_end) map_put(&c->numbers, hash_fast(str_slice(n, 0, end)), 1);
        }
    }
}

typedef struct Cited { /* what a text cites, where it has any itself */
    Str one, many;
} Cited;
static const Cited cited[] = {{{"Article ", 8}, {"Articles ", 9}},
                              {{"Annex ", 6}, {"Annexes ", 8}}};

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

static void tell_reference(Check *c, const Provision *p, Str number) {
    if (map_find(&c->numbers, hash_fast(number), NULL)) return;
    tell(c, DRAFT_REFERENCE, p->number,
         arena_format(c->a, "%.*s speaks of %.*s", (int)p->number.len, p->number.ptr,
                      (int)number.len, number.ptr));
}

/* "paragraph 3 of " and "paragraph 2(a) of ", in front of an article: "(3)", "(2)(a)"; empty: none.
 */
static Str paragraph_before(Check *c, Str before) {
    const Str of[] = {S(" of "), S(" of this ")};
    for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
        if (!str_ends(before, of[i])) continue;
        const Str head = str_slice(before, 0, before.len - of[i].len);
        ptrdiff_t from = head.len;
        while (from > 0 && (is_word(head.ptr[from - 1]) || head.ptr[from - 1] == '(' ||
                            head.ptr[from - 1] == ')')) {
            from--;
        }
        const Str number = str_slice(head, from, head.len);
        if (!number.len || !is_digit(number.ptr[0])) return S("");
        const Str word = str_trim(str_slice(head, 0, from));
        if (!str_ends(word, S("paragraph")) && !str_ends(word, S("Paragraph"))) return S("");
        const ptrdiff_t open = str_find(number, S("("));
        const Str first = open < 0 ? number : str_slice(number, 0, open);
        const Str rest = open < 0 ? S("") : str_slice(number, open, number.len);
        return arena_format(c->a, "(%.*s)%.*s", (int)first.len, first.ptr, (int)rest.len, rest.ptr);
    }
    return S("");
}

/* Paragraphs are looked for where there are any: an article of one paragraph may have none. */
static void check_paragraph(Check *c, const Provision *p, Str article, Str paragraph) {
    const Str first = arena_format(c->a, "%.*s(1)", (int)article.len, article.ptr);
    if (!paragraph.len || !map_find(&c->numbers, hash_fast(first), NULL)) return;
    tell_reference(c, p,
                   arena_format(c->a, "%.*s%.*s", (int)article.len, article.ptr, (int)paragraph.len,
                                paragraph.ptr));
}

static void check_references_to(Check *c, const Provision *p, Str word) {
    Str rest = p->text;
    for (ptrdiff_t at; (at = str_find(rest, word)) >= 0;) {
        const ptrdiff_t from = at + word.len, end = reference_end(rest, from);
        const bool is_whole = at == 0 || !is_word(rest.ptr[at - 1]);
        if (end && is_whole && !is_of_another(str_slice(rest, end, rest.len))) {
            const Str number = str_slice(rest, at, end);
            tell_reference(c, p, number);
            if (map_find(&c->numbers, hash_fast(number), NULL))
                check_paragraph(c, p, number, paragraph_before(c, str_slice(rest, 0, at)));
        }
        rest = str_slice(rest, from, rest.len);
    }
}

/* "Articles 5, 6 and 31", "Articles 5 to 8". */
static void check_list(Check *c, const Provision *p, Str words, Str word) {
    Str rest = p->text;
    for (ptrdiff_t at; (at = str_find(rest, words)) >= 0;) {
        const Str joins[] = {S(" and "), S(" or "), S(" to "), S(", ")};
        Str numbers[16];
        ptrdiff_t count = 0, from = at + words.len, end;
        while (count < 16 && (end = reference_end(rest, from)) > 0) {
            numbers[count++] = str_slice(rest, from, end);
            from = end;
            for (size_t k = 0; k < sizeof joins / sizeof *joins && from == end; k++) {
                if (str_starts(str_slice(rest, end, rest.len), joins[k])) from += joins[k].len;
            }
            if (from == end) break;
        }
        const bool is_ours =
            count && !is_of_another(str_slice(rest, end > 0 ? end : from, rest.len));
        for (ptrdiff_t k = 0; is_ours && k < count; k++) {
            tell_reference(c, p,
                           arena_format(c->a, "%.*s%.*s", (int)word.len, word.ptr,
                                        (int)numbers[k].len, numbers[k].ptr));
        }
        rest = str_slice(rest, at + words.len, rest.len);
    }
}

/* "paragraph 3 of this Article" */
static void check_own_paragraphs(Check *c, const Provision *p) {
    Str rest = p->text;
    ptrdiff_t end = str_find(p->number, S("("));
    const Str article = str_slice(p->number, 0, end < 0 ? p->number.len : end);
    if (!str_starts(article, S("Article "))) return;
    for (ptrdiff_t at; (at = str_find(rest, S(" of this Article"))) >= 0;) {
        check_paragraph(c, p, article,
                        paragraph_before(c, str_slice(rest, 0, at + S(" of this ").len)));
        rest = str_slice(rest, at + 1, rest.len);
    }
}

/* ---- fields ---- */

/* The numbers of a citation, in capitals: "Article 7(2)(a)" -> "7 2 A ". */
static Str numbers_of(Arena *a, Str s) {
    Buf b = buf_new(a);
    for (ptrdiff_t at = 0; at < s.len;) {
        ptrdiff_t end = at, digits = 0;
        for (; end < s.len && is_word(s.ptr[end]); end++) digits += is_digit(s.ptr[end]);
        const Str word = str_slice(s, at, end);
        if (word.len && (digits == word.len || word.len == 1 || roman_value(word))) {
            for (ptrdiff_t i = 0; i < word.len; i++)
                buf_byte(&b, is_lower(word.ptr[i]) ? (char)(word.ptr[i] - 32) : word.ptr[i]);
            buf_byte(&b, ' ');
        }
        at = end > at ? end : at + 1;
    }
    return buf_str(&b);
}

static void check_fields(Check *c) {
    for (ptrdiff_t i = 0; i < c->draft->reference_count; i++) {
        const CrossReference *r = &c->draft->references[i];
        if (r->is_dangling && !str_starts(r->bookmark, S("_Toc"))) {
            tell(c, DRAFT_REFERENCE, r->place,
                 arena_format(c->a, "%.*s has a cross-reference that leads nowhere",
                              (int)r->place.len, r->place.ptr));
        }
        if (r->is_dangling || !r->prints_number || !is_counted(r->target)) continue;
        const Str printed = numbers_of(c->a, r->printed), target = numbers_of(c->a, r->target);
        if (!printed.len || str_ends(target, printed) || str_starts(target, printed)) continue;
        tell(c, DRAFT_REFERENCE, r->place,
             arena_format(c->a, "%.*s prints \"%.*s\" for %.*s", (int)r->place.len, r->place.ptr,
                          (int)r->printed.len, r->printed.ptr, (int)r->target.len, r->target.ptr));
    }
}

static void check_references(Check *c) {
    for (size_t k = 0; k < sizeof cited / sizeof *cited; k++) {
        if (!has_kind(c, cited[k].one)) continue;
        for (ptrdiff_t i = 0; i < c->draft->count; i++) {
            check_references_to(c, &c->draft->items[i], cited[k].one);
            check_list(c, &c->draft->items[i], cited[k].many, cited[k].one);
        }
    }
    for (ptrdiff_t i = 0; i < c->draft->count; i++) {
        const Provision *p = &c->draft->items[i];
        check_own_paragraphs(c, p);
        if (str_find(p->text, S("Error! Reference source not found")) < 0) continue;
        tell(c, DRAFT_REFERENCE, p->number,
             arena_format(c->a, "%.*s prints \"Error! Reference source not found\"",
                          (int)p->number.len, p->number.ptr));
    }
    check_fields(c);
}

/* ---- terms ---- */

/* Adds a word in lower case, behind a space. */
static void add_word(Buf *b, Str word) {
    if (b->len) buf_byte(b, ' ');
    for (ptrdiff_t i = 0; i < word.len; i++) {
        buf_byte(b, is_upper(word.ptr[i]) ? (char)(word.ptr[i] | 0x20) : word.ptr[i]);
    }
}

/* The word at or behind s[*at]; *at moves behind it. */
static Str next_word(Str s, ptrdiff_t *at) {
    ptrdiff_t from = *at;
    while (from < s.len && !is_word(s.ptr[from])) from++;
    ptrdiff_t end = from;
    while (end < s.len && is_word(s.ptr[end])) end++;
    *at = end;
    return str_slice(s, from, end);
}

/* What stands in text, of the phrases that are wanted. */
static void define(Check *c, Str text) {
    const ArenaMark mark = arena_mark(c->scratch);
    Buf phrase = buf_new(c->scratch);
    for (ptrdiff_t at = 0; at < text.len;) {
        if (!next_word(text, &at).len) break;
        const ptrdiff_t behind = at;
        while (at > 0 && is_word(text.ptr[at - 1])) at--; /* its head */
        phrase.len = 0;
        for (int i = 0; i < PHRASE_WORDS_MAX; i++) {
            const Str word = next_word(text, &at);
            if (!word.len) break;
            add_word(&phrase, word);
            const uint64_t key = hash_fast(buf_str(&phrase));
            if (!i && !map_find(&c->firsts, key, NULL)) break;
            if (i && map_find(&c->wanted, key, NULL)) map_put(&c->defined, key, 1);
        }
        at = behind;
    }
    arena_rewind(c->scratch, mark);
}

/* Lines that are no sentences. */
static void define_headings(Check *c, Str text) {
    while (text.len) {
        const ptrdiff_t end = str_find(text, S("\n"));
        const Str line = end < 0 ? text : str_slice(text, 0, end);
        const bool is_sentence = line.len > HEADING_MOST || str_ends(line, S(".")) ||
                                 str_ends(line, S(";")) || str_ends(line, S(":"));
        if (!is_sentence) define(c, line);
        text = end < 0 ? S("") : str_slice(text, end + 1, text.len);
    }
}

/* Whatever the draft puts between quotation marks, and whole headings and titles, counts as known.
 */
static void note_defined(Check *c) {
    c->defined = map_new(c->a);
    for (ptrdiff_t i = 0; i < c->draft->count; i++) {
        const Provision *p = &c->draft->items[i];
        const Str marks[][2] = {
            {S("“"), S("”")}, {S("\""), S("\"")}, {S("«"), S("»")}, {S("‘"), S("’")}};
        for (size_t k = 0; k < sizeof marks / sizeof *marks; k++) {
            Str rest = p->text;
            for (ptrdiff_t at; (at = str_find(rest, marks[k][0])) >= 0;) {
                rest = str_slice(rest, at + marks[k][0].len, rest.len);
                const ptrdiff_t end = str_find(rest, marks[k][1]);
                if (end < 0) break;
                if (end < 120) define(c, str_slice(rest, 0, end));
                rest = str_slice(rest, end + marks[k][1].len, rest.len);
            }
        }
        if (str_find(p->number, S("(")) < 0) define_headings(c, p->text);
    }
    for (ptrdiff_t i = 0; i < c->known_count; i++) define(c, c->known[i]);
}

enum { VARIANTS = 3 };

/* Under which a phrase may be defined: "Articles" as "Article", "Parties" as "Party"; the head of
 * each is its first word. */
static int variants_of(Arena *a, Str phrase, uint64_t keys[VARIANTS]) {
    Buf b = buf_new(a);
    for (ptrdiff_t at = 0; at < phrase.len;) add_word(&b, next_word(phrase, &at));
    const Str l = buf_str(&b);
    int count = 0;
    keys[count++] = hash_fast(l);
    if (str_ends(l, S("s"))) keys[count++] = hash_fast(str_slice(l, 0, l.len - 1));
    if (str_ends(l, S("ies")))
        keys[count++] = hash_fast(arena_format(a, "%.*sy", (int)l.len - 3, l.ptr));
    return count;
}

static bool is_defined(const Check *c, Str phrase) {
    uint64_t keys[VARIANTS];
    const int count = variants_of(c->a, phrase, keys);
    for (int i = 0; i < count; i++) {
        if (map_find(&c->defined, keys[i], NULL)) return true;
    }
    return false;
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

static void want_terms(Check *c, const Term *terms, ptrdiff_t count) {
    c->firsts = map_new(c->a);
    c->wanted = map_new(c->a);
    for (ptrdiff_t i = 0; i < count; i++) {
        uint64_t keys[VARIANTS];
        ptrdiff_t end = 0;
        Buf first = buf_new(c->a);
        if (terms[i].uses < USES_LEAST || is_name(terms[i].phrase)) continue;
        add_word(&first, next_word(terms[i].phrase, &end));
        map_put(&c->firsts, hash_fast(buf_str(&first)), 1);
        const int variants = variants_of(c->a, terms[i].phrase, keys);
        for (int k = 0; k < variants; k++) map_put(&c->wanted, keys[k], 1);
    }
}

static void check_terms(Check *c) {
    Map at = map_new(c->a);
    Term *terms = NULL;
    ptrdiff_t count = 0, cap = 0;
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
    c->scratch = arena_child(c->a);
    want_terms(c, terms, count);
    note_defined(c);
    for (ptrdiff_t i = 0; i < count; i++) {
        const Term *t = &terms[i];
        if (t->uses < USES_LEAST || is_name(t->phrase) || is_defined(c, t->phrase)) continue;
        tell(c, DRAFT_TERM, t->place,
             arena_format(c->a, "\"%.*s\" is used %td times and defined nowhere",
                          (int)t->phrase.len, t->phrase.ptr, t->uses));
    }
}

ptrdiff_t draft_check(Arena *a, const Provisions *draft, const Str *known, ptrdiff_t known_count,
                      DraftFinding **out) {
    Check c = {.a = a, .draft = draft, .known = known, .known_count = known_count};
    note_numbers(&c);
    check_numbering(&c);
    check_twice(&c);
    check_levels(&c);
    check_references(&c);
    check_terms(&c);
    *out = c.found;
    return c.count;
}
