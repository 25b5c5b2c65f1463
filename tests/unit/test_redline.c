/* needs: base diff */
/* Redlines as a careful legal editor would mark them: [-deleted-]{+inserted+}, deletions first. A
 * paragraph mark is written ¶, a footnote reference †. The base's text is what the marked text
 * rejects to, the revised text what it accepts to, so each case is one string. */
#include "diff/diff.h"
#include "t.h"

/* ---- a small tokenizer ---- */

typedef struct Tokens {
    DiffWord *words;
    Str *texts;
    ptrdiff_t count;
} Tokens;

static bool is_ideograph(uint32_t c) {
    return (c >= 0x3400 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF) || c == 0x3007;
}

static bool is_digit(uint32_t c) { return (c >= '0' && c <= '9') || (c >= 0x6F0 && c <= 0x6F9); }

static DiffWordKind kind_of(uint32_t c) {
    if (c == 0xB6) return DIFF_MARK;
    if (c == 0x2020) return DIFF_ATOM;
    if (c == ' ' || c == 0xA0 || c == 0x3000) return DIFF_SPACE;
    if (c < 0x80) {
        const bool letter = is_digit(c) || ((c | 32) >= 'a' && (c | 32) <= 'z');
        return letter ? DIFF_WORD : DIFF_PUNCTUATION;
    }
    if (c == 0x60C || c == 0x61B || c == 0x61F || c == 0x6D4 || (c >= 0x2000 && c <= 0x206F) ||
        (c >= 0x3001 && c <= 0x303F) || (c >= 0xFF01 && c <= 0xFF0F) ||
        (c >= 0xFF1A && c <= 0xFF20))
        return DIFF_PUNCTUATION;
    return DIFF_WORD;
}

static Tokens tokens_of(Arena *a, Str s) {
    Tokens t = {NEW_ARRAY(a, DiffWord, s.len), NEW_ARRAY(a, Str, s.len), 0};
    for (ptrdiff_t at = 0; at < s.len;) {
        const ptrdiff_t from = at;
        uint32_t c = utf8_next(s, &at);
        const DiffWordKind kind = kind_of(c);
        const int8_t bracket = c == '(' || c == '[' ? 1 : c == ')' || c == ']' ? -1 : 0;
        int32_t weight = 1;
        while (kind == DIFF_WORD && !is_ideograph(c) && at < s.len) {
            ptrdiff_t next = at;
            const bool digit = is_digit(c);
            c = utf8_next(s, &next);
            if (digit && (c == '.' || c == ',') && next < s.len) { /* 1,250.75 */
                ptrdiff_t behind = next;
                if (!is_digit(utf8_next(s, &behind))) break;
            } else if (kind_of(c) != DIFF_WORD || is_ideograph(c)) {
                break;
            }
            at = next;
            weight++;
        }
        const Str text = str_slice(s, from, at);
        t.words[t.count] = (DiffWord){hash_fast(text), weight, kind, bracket};
        t.texts[t.count++] = text;
    }
    return t;
}

/* ---- reading and writing marked text ---- */

/* The marked text with its changes accepted or rejected. */
static Str resolve(Arena *a, Str marked, bool accept) {
    Buf b = buf_new(a);
    int in = 0;
    for (ptrdiff_t i = 0; i < marked.len; i++) {
        const Str rest = str_slice(marked, i, marked.len);
        if (str_starts(rest, S("[-"))) in = '-', i++;
        else if (str_starts(rest, S("{+"))) in = '+', i++;
        else if (in && (str_starts(rest, S("-]")) || str_starts(rest, S("+}")))) in = 0, i++;
        else if (in != (accept ? '-' : '+')) buf_byte(&b, marked.ptr[i]);
    }
    return buf_str(&b);
}

static void put_stretch(Buf *b, const char *open, const Tokens *t, ptrdiff_t from, ptrdiff_t to,
                        const char *close) {
    if (from == to) return;
    buf_add(b, str_from_z(open));
    for (ptrdiff_t i = from; i < to; i++) buf_add(b, t->texts[i]);
    buf_add(b, str_from_z(close));
}

static Str redline(Arena *a, Str base, Str revised, bool fixed_last) {
    const Tokens x = tokens_of(a, base), y = tokens_of(a, revised);
    int32_t *map = NEW_ARRAY(a, int32_t, x.count);
    diff_words(a, x.words, x.count, y.words, y.count, fixed_last, map);
    Buf b = buf_new(a);
    ptrdiff_t i0 = 0, j0 = 0;
    for (ptrdiff_t i = 0; i <= x.count; i++) {
        if (i < x.count && map[i] < 0) continue;
        const ptrdiff_t j = i < x.count ? map[i] : y.count;
        T_CHECK(j >= j0);
        put_stretch(&b, "[-", &x, i0, i, "-]");
        put_stretch(&b, "{+", &y, j0, j, "+}");
        if (i < x.count) {
            T_CHECK(x.words[i].key == y.words[j].key);
            buf_add(&b, x.texts[i]);
        }
        i0 = i + 1;
        j0 = j + 1;
    }
    return buf_str(&b);
}

static void check_all(Arena *a, const char *const *cases, ptrdiff_t count) {
    for (ptrdiff_t i = 0; i < count; i++) {
        const Str want = str_from_z(cases[i]);
        const bool marked = str_ends(want, S("¶"));
        T_EQ_STR(redline(a, resolve(a, want, false), resolve(a, want, true), marked), want);
    }
}

#define CHECK_ALL(a, cases) check_all((a), (cases), (ptrdiff_t)(sizeof(cases) / sizeof *(cases)))

/* ---- English ---- */

static void english(Arena *a) {
    static const char *const cases[] = {
        "The Party shall reply within [-thirty-]{+sixty+} days of receipt.",
        "within [-30-]{+60+} days",
        "within [-30-]{+60+} ([-thirty-]{+sixty+}) days of receipt",
        "[-12-]{+10+} ([-twelve-]{+ten+}) members, [-6-]{+5+} ([-six-]{+five+}) of each Party",
        "a sum of Rs [-1,500,000-]{+2,000,000+} ([-one-]{+two+} million rupees)",
        "within [-30 (thirty) days-]{+two weeks+} of receipt",
        "the [-30 (thirty) days-]{+60 (sixty) weeks+} of notice",
        "The period is thirty [-days-]{+months+}.",
        "The [-quick -]fox",
        "The {+quick +}fox",
        "The Parties shall consult{+ promptly+}.",
        "The Parties shall consult[- promptly-].",
        "The Parties shall consult{+, where necessary,+} on implementation.",
        "The Parties shall consult[-, where necessary,-] on implementation.",
        "{+Subject to Article 5, +}the Parties shall consult.",
        "[-Subject to Article 5, -]the Parties shall consult.",
        "Payment shall be made in kind. {+Late payment bears interest. +}Each Party keeps records.",
        "Payment shall be made in kind. [-Late payment bears interest. -]Each Party keeps records.",
        "Payment shall be made in kind.{+ Late payment bears interest.+}",
        "Payment shall be made in kind.[- Late payment bears interest.-]",
        "{+This Article is without prejudice to Article 3. +}Payment shall be made in kind.",
        "Arms, ammunition{+, spare parts+} and [-fuel-]{+lubricants+} are excluded.",
        "Article [-5-]{+6+}",
        "The term “[-Supplies-]{+Materiel+}” means goods.",
        "[-Seller-]{+Supplier+} and the [-Buyer-]{+Purchaser+} agree on the price in writing.",
        "A sum of [-1,250.75-]{+1,300.00+} dollars is due.",
        "The Government (the “[-Lessor-]{+Owner+}”) grants access.",
        "The costs are borne by the [-requesting-]{+receiving+} Party[-, unless agreed "
        "otherwise-].",
        "The Parties shall protect classified information {+and personal data +}received.",
        "Disputes shall be settled by [-arbitration-]{+consultation+}; no [-court-]{+tribunal+} is "
        "seized.",
        "This Agreement enters into force on [-signature-]{+the date of the last notification+}.",
        "The competent authorities are the Ministry of Defence{+ and the Joint Staff+}.",
        "Either Party may terminate this Agreement by [-giving six-]{+twelve+} months’ {+written "
        "+}notice.",
        "The vessel[-'s crew-] may land.",
        "Personnel shall respect the law of the host State{+, its customs and its traditions+}.",
        "Transfers to a third party require [-prior written-]{+the+} consent{+ of the "
        "originator+}.",
        "the {+cat and the +}dog",
        "[-RESTRICTED-]{+CONFIDENTIAL+} – DRAFT¶",
        "[-Nested-]{+Joined+}.¶",
        "Article 7 – [-Scope-]{+Purpose+}¶",
        "{+As far as practicable, +}the Party [-shall-]{+may+} provide supplies.",
        "Such supplies shall be returned {+in kind +}within [-six-]{+twelve+} months[- of "
        "delivery-].",
        "Subject to [-Article 4-]{+Articles 4 and 5+}, weapons are excluded.",
        "The Committee meets [-once-]{+twice+} a year, alternately in either capital{+, and may "
        "meet "
        "at any time at the written request of a Party+}.",
        "Fuel, lubricants[-, tyres-] and spare parts.",
        "Food, water, {+billeting, +}transport and {+communication and medical +}services.",
        "claims (other than contractual claims{+ and claims under Article 9+}) are waived",
        "No Party shall {+knowingly +}transfer, lend[-, sell-] or disclose information.",
        "Annex [-A-]{+B+}, paragraph 2(b), [-is deleted-]{+applies+}.",
    };
    CHECK_ALL(a, cases);
}

/* What lies scattered is given up: the reader gets whole phrases. */
static void no_confetti(Arena *a) {
    static const char *const cases[] = {
        "All [-laws and regulations-]{+decrees and orders+} of the Republic apply to visiting "
        "forces.",
        "Visiting forces shall [-be exempt from all taxes and duties-]{+pay no customs charges or "
        "fees+} "
        "on official supplies imported for use under this Agreement.",
        "The Committee [-meets once a year in the capital of a Party-]{+shall convene whenever one "
        "of "
        "the Ministers so requests+}, and it adopts rules of procedure by consensus.",
        "[-The Purchaser-]{+Each Contracting Party+} shall [-indemnify-]{+reimburse+} the other "
        "for loss.",
        "Information is [-a-]{+the+} property of its originator.",
        "The list in Annex [-A to the Protocol-]{+C of this Agreement+} is exhaustive and binding.",
        /* more than two thirds new: replaced as a whole */
        "[-The Parties may exchange personnel for training.-]{+Costs of transport are borne by the "
        "sending State in full.+}¶",
        "[-Nothing herein affects the rights of a Party.-]{+Supplies are returned in the same "
        "condition "
        "and quality.+}¶",
        "[-Each Party bears its own costs.-]{+Fuel is charged at the price which the armed forces "
        "of the "
        "supplying Party pay.+}¶",
    };
    CHECK_ALL(a, cases);
}

/* ---- Urdu and Arabic ---- */

static void arabic_script(Arena *a) {
    static const char *const cases[] = {
        "فریقین [-تیس-]{+ساٹھ+} دن کے اندر جواب دیں گے۔",
        "فریقین {+باہمی +}مشاورت کریں گے۔",
        "فریقین [-باہمی -]مشاورت کریں گے۔",
        "یہ معاہدہ دستخط کی تاریخ سے [-نافذ-]{+لاگو+} ہوگا۔",
        "وزارت دفاع {+اور وزارت خارجہ +}اس کی ذمہ دار ہے۔",
        "مدت [-۳۰-]{+۶۰+} دن ہے۔",
        "اخراجات وصول کنندہ فریق برداشت کرے گا۔{+ تاخیر پر سود واجب ہوگا۔+}",
        "يتشاور الطرفان {+على الفور +}بشأن التنفيذ.",
        "يدخل هذا الاتفاق حيز النفاذ في تاريخ [-التوقيع-]{+الإخطار الأخير+}.",
        "تتحمل الدولة [-المرسلة-]{+المضيفة+} تكاليف النقل.",
        "اس معاہدے کی مدت [-پانچ-]{+دس+} سال ہوگی{+ اور اس میں توسیع ہو سکے گی+}۔",
        "{+دفعہ ۳ کے تابع، +}فریقین معلومات کا تبادلہ کریں گے۔",
        "کوئی بھی فریق [-چھ-]{+بارہ+} ماہ کے تحریری نوٹس پر معاہدہ ختم کر سکتا ہے۔",
        "يجوز لأي من الطرفين إنهاء هذا الاتفاق بإشعار [-مدته ستة أشهر-]{+كتابي+}.",
        "لا تخل هذه المادة بحقوق الطرفين[- وواجباتهما-].",
    };
    CHECK_ALL(a, cases);
}

/* ---- Chinese ---- */

static void chinese(Arena *a) {
    static const char *const cases[] = {
        "缔约双方应在[-三-]{+六+}十日内协商。",
        "缔约双方应{+及时+}协商。",
        "缔约双方应[-及时-]协商。",
        "本协定自[-签字-]{+最后通知+}之日起生效。",
        "双方尊重主权、领土完整{+、互不干涉内政+}和平等互利。",
        "缔约一方{+的主管部门+}应通知缔约另一方。",
        "争端应通过[-仲裁-]{+协商+}解决。",
        "提供方应保护机密信息。{+未经书面同意不得转让。+}",
        "提供方应保护机密信息。[-未经书面同意不得转让。-]",
        "费用由[-派遣-]{+接收+}国承担。",
        "有效期为[-五-]{+十+}年，期满自动延长[-一-]{+五+}年。",
        "[-双方可以交换人员进行培训。-]{+燃料按照供应方武装部队的价格计算。+}¶",
        "第[-三-]{+四+}条",
        "双方应每{+两+}年召开[-一次-]会议。",
        "接收方应在收到发票之日起[-三-]{+六+}十日内付款。",
        "任何一方均可提前[-六-]{+十二+}个月书面通知另一方终止本协定。",
        "本协定不[-影响-]{+得损害+}双方在其他国际协定项下的权利和义务。",
        "双方应相互提供后勤支援、物资{+、设施+}和服务。",
        "{+除非另有约定，+}费用由接收方承担。",
        "费用由接收方承担[-，除非另有约定-]。",
    };
    CHECK_ALL(a, cases);
}

/* ---- paragraphs, notes ---- */

static void paragraphs(Arena *a) {
    static const char *const cases[] = {
        /* a split, a join */
        "The Parties shall consult.[- -]{+¶+}Each Party keeps records.¶",
        "The Parties shall consult.[-¶-]{+ +}Each Party keeps records.¶",
        "The Parties shall consult.[- -]{+¶+}Each Party keeps [-records-]{+accounts+}.¶",
        /* a paragraph more, a paragraph less */
        "The Parties shall consult.¶{+Costs are shared.¶+}Each Party keeps records.¶",
        "The Parties shall consult.¶[-Costs are shared.¶-]Each Party keeps records.¶",
        "The Parties shall consult.{+¶Costs are shared.+}¶",
        "The Parties shall consult.[-¶Costs are shared.-]¶",
        "The Parties shall consult{+ promptly+}.¶{+Costs are shared.¶+}Each Party keeps records.¶",
        "The Parties shall consult[- promptly-].¶[-Costs are shared.¶-]Each Party keeps records.¶",
        "The Parties shall consult{+ promptly+}.{+¶Costs are shared.+}¶",
        "The Parties shall consult[- promptly-].[-¶Costs are shared.-]¶",
        /* a sentence changes its paragraph */
        "Supplies are free.[- -]{+¶+}Services are charged.[-¶-]{+ +}Fuel is charged at cost.¶",
        /* everything new but the mark */
        "[-Twelve-]{+Fifteen+}¶",
        "{+Not applicable+}¶",
        "[-Not applicable-]¶",
        "¶",
        /* a footnote reference stays */
        "The [-price-]{+fee+}† is [-fixed-]{+set+} by the [-supplier-]{+Committee+}.¶",
        "Supplies{+†+} are free.¶",
    };
    CHECK_ALL(a, cases);
}

static void test_english(void) { t_with_arena(english); }
static void test_no_confetti(void) { t_with_arena(no_confetti); }
static void test_arabic_script(void) { t_with_arena(arabic_script); }
static void test_chinese(void) { t_with_arena(chinese); }
static void test_paragraphs(void) { t_with_arena(paragraphs); }

int main(void) {
    T_RUN(test_english);
    T_RUN(test_no_confetti);
    T_RUN(test_arabic_script);
    T_RUN(test_chinese);
    T_RUN(test_paragraphs);
    return t_end();
}
