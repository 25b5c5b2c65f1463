/* papers: the texts of the tests of the process, as values and as Word files.
 *
 * A text has five provisions, of which Article 2 holds two. Each but Article 2 itself says one of
 * three things (variant), and holds for each consultee a place where its word stands or not; so
 * what a return changes, what is accepted of it and what a clearance still covers can be told
 * without the engine. */
#ifndef PARAPH_PAPERS_H
#define PARAPH_PAPERS_H

#include "process/cast.h"
#include "unit/pack.h"

enum { PROVISIONS = 5, VARIANTS = 3, ARTICLE_2 = 1 };
static const char *const provision_numbers[PROVISIONS] = {"Article 1", "Article 2", "Article 2(1)",
                                                          "Article 2(2)", "Article 3"};
enum { ALL_PROVISIONS = (1 << PROVISIONS) - 1 };

typedef struct Text {
    unsigned char variant[PROVISIONS]; /* of Article 2: 0 */
    unsigned char words[PROVISIONS];   /* bit k: the word of consultees[k] stands in it */
} Text;

static inline bool text_same(const Text *a, const Text *b, int provision) {
    return a->variant[provision] == b->variant[provision] &&
           a->words[provision] == b->words[provision];
}
static inline bool text_equal(const Text *a, const Text *b) {
    bool same = true;
    for (int i = 0; i < PROVISIONS; i++) same = same && text_same(a, b, i);
    return same;
}

/* What is named by a provision's number: itself and what lies under it. */
static inline unsigned provisions_of(int provision) {
    return provision == ARTICLE_2 ? 0x0eU : 1U << provision;
}

typedef enum PaperFault {
    PAPER_GOOD,
    PAPER_GARBAGE,   /* no Word file at all */
    PAPER_NUMBERING, /* Article 2 is missing its first paragraph */
    PAPER_TERMS,     /* a term that nobody defines */
    PAPER_FAULTS
} PaperFault;

static inline void paper_line(Buf *b, const char *text) {
    buf_format(b, "<w:p><w:r><w:t xml:space=\"preserve\">%s</w:t></w:r></w:p>", text);
}

/* Each begins in words of its own, so that no provision is taken for another. */
static inline void paper_sentence(Buf *b, const char *label, const Text *t, int provision) {
    static const char *const heads[PROVISIONS] = {
        "Within the limits of this agreement the parties will", "",
        "Every year the joint committee of experts will",
        "On request of either ministry each side will",
        "Until it is terminated in writing both States will"};
    const int variant = t->variant[provision];
    const unsigned words = t->words[provision];
    static const char *const matters[VARIANTS] = {"training and exercises", "supply and repair",
                                                  "research and exchanges"};
    static const char *const own[CONSULTEES] = {"promptly", "jointly", "openly", "fairly"};
    buf_format(b, "<w:p><w:r><w:t xml:space=\"preserve\">%s", label);
    buf_add(b, str_from_z(heads[provision]));
    static const char *const between[CONSULTEES] = {
        " cooperate in matters of", " of common interest", " with due regard to", " their laws"};
    for (int k = 0; k < CONSULTEES; k++) {
        if (words >> k & 1) buf_format(b, " %s", own[k]);
        buf_add(b, str_from_z(between[k]));
        if (k == 0) buf_format(b, " %s", matters[variant]);
    }
    buf_add(b, S(" and customs.</w:t></w:r></w:p>"));
}

static inline Str paper_make(Arena *a, const Text *t, PaperFault fault) {
    if (fault == PAPER_GARBAGE) return S("This is no Word file.");
    Buf b = buf_new(a);
    paper_line(&b, "Article 1");
    paper_sentence(&b, "", t, 0);
    paper_line(&b, "Article 2");
    paper_sentence(&b, fault == PAPER_NUMBERING ? "(4) " : "(1) ", t, 2);
    paper_sentence(&b, "(2) ", t, 3);
    for (int i = 0; fault == PAPER_TERMS && i < 4; i++) {
        paper_line(&b, "They will protect the Special Equipment and keep it.");
    }
    paper_line(&b, "Article 3");
    paper_sentence(&b, "", t, 4);
    buf_byte(&b, '\0');
    Pack pack = pack_new(a);
    return pack_docx(&pack, b.ptr);
}

#endif
