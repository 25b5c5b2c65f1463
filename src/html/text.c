/* text: the ways by which characters enter a page. Nothing else writes what it did not make up. */
#include "html/int.h"

static void put_reference(Buf *out, uint32_t c) { buf_format(out, "&#x%X;", (unsigned)c); }

static void put_escaped(Buf *out, Str text, bool in_attribute) {
    ptrdiff_t plain = 0;
    for (ptrdiff_t at = 0; at < text.len;) {
        const ptrdiff_t from = at;
        const uint32_t c = utf8_next(text, &at);
        const bool line = c == '\n' || c == '\t';
        const bool control = (c < 0x20 && !line) || (c >= 0x7F && c <= 0x9F) || c == 0x2028 ||
                             c == 0x2029 || (line && in_attribute);
        const bool bidi = (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
        if (!control && !bidi && c != '&' && c != '<' && c != '>' && c != '"' && c != '\'') {
            continue;
        }
        buf_add(out, str_slice(text, plain, from));
        plain = at;
        switch (c) {
        case '&': buf_add(out, S("&amp;")); break;
        case '<': buf_add(out, S("&lt;")); break;
        case '>': buf_add(out, S("&gt;")); break;
        case '"': buf_add(out, S("&quot;")); break;
        case '\'': buf_add(out, S("&#39;")); break;
        default:
            if (bidi || (c < 0x20 && !line) || (c >= 0x7F && c <= 0x9F)) {
                utf8_put(out, 0xFFFD); /* would reorder what stands beside it, or is no character */
            } else {
                put_reference(out, c);
            }
        }
    }
    buf_add(out, str_slice(text, plain, text.len));
}

void html_text(Buf *out, Str text) {
    if (text.len > 0) put_escaped(out, text, false);
}

void html_attr(Buf *out, Str value) {
    if (value.len > 0) put_escaped(out, value, true);
}

void html_number(Buf *out, int64_t n) { buf_int(out, n); }

void html_base64(Buf *out, Str bytes) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    buf_reserve(out, (bytes.len + 2) / 3 * 4);
    for (ptrdiff_t i = 0; i < bytes.len; i += 3) {
        uint32_t n = 0;
        for (ptrdiff_t k = 0; k < 3; k++) {
            n = n << 8 | (i + k < bytes.len ? (unsigned char)bytes.ptr[i + k] : 0);
        }
        for (int k = 0; k < 4; k++) {
            buf_byte(out, i + k > bytes.len ? '=' : digits[n >> (18 - 6 * k) & 63]);
        }
    }
}

/* ---- controls that one does not see ---- */

typedef struct Control {
    uint32_t first, last;
    const char *sign, *name;
    bool keeps; /* the character stays too: it is harmless, and the text is set by it */
} Control;

static const Control CONTROLS[] = {
    {0xAD, 0xAD, "SHY", "soft hyphen", false},
    {0x61C, 0x61C, "ALM", "Arabic letter mark", true},
    {0x180E, 0x180E, "MVS", "Mongolian vowel separator", false},
    {0x200B, 0x200B, "ZWSP", "zero width space", true},
    {0x200C, 0x200C, "ZWNJ", "zero width non-joiner", true},
    {0x200D, 0x200D, "ZWJ", "zero width joiner", true},
    {0x200E, 0x200E, "LRM", "left-to-right mark", true},
    {0x200F, 0x200F, "RLM", "right-to-left mark", true},
    {0x2028, 0x2028, "LS", "line separator", false},
    {0x2029, 0x2029, "PS", "paragraph separator", false},
    {0x202A, 0x202A, "LRE", "left-to-right embedding", false},
    {0x202B, 0x202B, "RLE", "right-to-left embedding", false},
    {0x202C, 0x202C, "PDF", "pop directional formatting", false},
    {0x202D, 0x202D, "LRO", "left-to-right override", false},
    {0x202E, 0x202E, "RLO", "right-to-left override", false},
    {0x2060, 0x2060, "WJ", "word joiner", true},
    {0x2061, 0x2064, "MATH", "invisible operator", false},
    {0x2066, 0x2066, "LRI", "left-to-right isolate", false},
    {0x2067, 0x2067, "RLI", "right-to-left isolate", false},
    {0x2068, 0x2068, "FSI", "first strong isolate", false},
    {0x2069, 0x2069, "PDI", "pop directional isolate", false},
    {0x206A, 0x206F, "CTL", "deprecated format character", false},
    {0xFEFF, 0xFEFF, "BOM", "zero width no-break space", false},
    {0xFFF9, 0xFFFB, "IAC", "interlinear annotation", false},
    {0x7F, 0x9F, "CTL", "control character", false},
    {0xE0000, 0xE0FFF, "TAG", "invisible tag character", false},
};

static const Control *find_control(uint32_t c) {
    if (c < 0x7F) return NULL;
    for (size_t i = 0; i < sizeof CONTROLS / sizeof *CONTROLS; i++) {
        if (c >= CONTROLS[i].first && c <= CONTROLS[i].last) return &CONTROLS[i];
    }
    return NULL;
}

/* Arabic, Indic and other scripts that are written with joiners. */
static bool is_joining(uint32_t c) {
    return (c >= 0x600 && c <= 0x109F) || (c >= 0xFB50 && c <= 0xFEFC) || c >= 0x1F000;
}

static uint32_t before(Str text, ptrdiff_t at) {
    if (at <= 0) return 0;
    do at--;
    while (at > 0 && ((unsigned char)text.ptr[at] & 0xC0) == 0x80);
    return utf8_next(text, &at);
}

static void put_token(Buf *out, const Control *control, uint32_t c) {
    buf_add(out, S("<span class=\"ctl\" dir=\"ltr\" title=\"U+"));
    buf_format(out, "%04X ", (unsigned)c);
    html_attr(out, str_from_z(control->name));
    buf_add(out, S("\">"));
    html_text(out, str_from_z(control->sign));
    buf_add(out, S("</span>"));
}

void html_document_text(Buf *out, Str text) {
    ptrdiff_t plain = 0;
    for (ptrdiff_t at = 0; at < text.len;) {
        if ((unsigned char)text.ptr[at] < 0x7F && text.ptr[at] != '\n' && text.ptr[at] != '\r') {
            at++;
            continue;
        }
        const ptrdiff_t from = at;
        const uint32_t c = utf8_next(text, &at);
        const Control *control = find_control(c);
        const bool line = c == '\n' || c == '\r';
        if (!control && !line) continue;
        const bool joiner = c == 0x200C || c == 0x200D;
        if (joiner && is_joining(before(text, from))) continue;
        html_text(out, str_slice(text, plain, from));
        plain = at;
        if (line) {
            buf_byte(out, ' ');
            continue;
        }
        if (control->keeps) utf8_put(out, c);
        put_token(out, control, c);
    }
    html_text(out, str_slice(text, plain, text.len));
}

/* A language tag (BCP 47) as far as its letters go. */
bool html_is_language(Str tag) {
    if (tag.len < 2 || tag.len > 35) return false;
    for (ptrdiff_t i = 0; i < tag.len; i++) {
        const char c = tag.ptr[i];
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && !(i > 1 && (c == '-' || (c >= '0' && c <= '9')))) return false;
    }
    return tag.ptr[tag.len - 1] != '-';
}

bool html_is_date(Str date) {
    if (date.len < 10) return false;
    for (int i = 0; i < 10; i++) {
        const char c = date.ptr[i];
        if (i == 4 || i == 7 ? c != '-' : c < '0' || c > '9') return false;
    }
    return true;
}
