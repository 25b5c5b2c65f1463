/* text: runs of text as markup. */
#include "compose/int.h"
#include "xml/xml.h"

void add_z(Buf *b, const char *markup) { buf_add(b, str_from_z(markup)); }

void add_text(Buf *b, Str text) {
    add_z(b, "<w:t xml:space=\"preserve\">");
    xml_write_text(text, b);
    add_z(b, "</w:t>");
}

static bool is_right(uint32_t c) {
    return (c >= 0x590 && c <= 0x8ff) || (c >= 0xfb1d && c <= 0xfdff) ||
           (c >= 0xfe70 && c <= 0xfefc) || (c >= 0x10800 && c <= 0x10fff) ||
           (c >= 0x1e800 && c <= 0x1efff);
}

static bool is_east_asian(uint32_t c) {
    return (c >= 0x2e80 && c <= 0x9fff) || (c >= 0xac00 && c <= 0xd7a3) ||
           (c >= 0xf900 && c <= 0xfaff) || (c >= 0xff00 && c <= 0xffee) ||
           (c >= 0x20000 && c <= 0x3ffff);
}

/* Digits and punctuation run with what stands around them. */
static bool is_strong(uint32_t c) {
    if (c >= 0x660 && c <= 0x669) return false;
    if (c >= 0x6f0 && c <= 0x6f9) return false;
    return is_right(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c >= 0xc0 && !(c >= 0x2000 && c <= 0x206f)) || is_east_asian(c);
}

bool runs_from_right(Str text) {
    for (ptrdiff_t at = 0; at < text.len;) {
        const uint32_t c = utf8_next(text, &at);
        if (is_strong(c)) return is_right(c);
    }
    return false;
}

static bool has_east_asian(Str text) {
    for (ptrdiff_t at = 0; at < text.len;) {
        if (is_east_asian(utf8_next(text, &at))) return true;
    }
    return false;
}

/* Tabs within it are tabs. */
static void one_run(Buf *b, Str text, const char *properties, bool from_right) {
    const bool hint = !from_right && has_east_asian(text);
    if (!text.len) return;
    add_z(b, "<w:r>");
    if (*properties || from_right || hint) {
        add_z(b, "<w:rPr>");
        if (hint) add_z(b, "<w:rFonts w:hint=\"eastAsia\"/>");
        add_z(b, properties);
        if (from_right) add_z(b, "<w:rtl/>");
        add_z(b, "</w:rPr>");
    }
    for (ptrdiff_t tab; (tab = str_find(text, S("\t"))) >= 0;) {
        if (tab) add_text(b, str_slice(text, 0, tab));
        add_z(b, "<w:tab/>");
        text = str_slice(text, tab + 1, text.len);
    }
    if (text.len) add_text(b, text);
    add_z(b, "</w:r>");
}

/* A run for each stretch of one direction. What is neither goes with the stretch before it, at an
 * edge between two with the one that runs as the line does. */
static void one_line(Buf *b, Str line, const char *properties, bool base) {
    bool direction = base;
    ptrdiff_t from = 0, neutral = 0;
    for (ptrdiff_t at = 0, next = 0; at < line.len; at = next) {
        const uint32_t c = utf8_next(line, &next);
        if (!is_strong(c)) continue;
        if (is_right(c) != direction) {
            const ptrdiff_t edge = direction == base ? at : neutral;
            one_run(b, str_slice(line, from, edge), properties, direction);
            from = edge;
            direction = !direction;
        }
        neutral = next;
    }
    one_run(b, str_slice(line, from, line.len), properties, direction);
}

void add_run(Buf *b, Str text, const char *properties) {
    const bool base = runs_from_right(text);
    while (text.len) {
        const ptrdiff_t end = str_find(text, S("\n"));
        one_line(b, end < 0 ? text : str_slice(text, 0, end), properties, base);
        if (end < 0) return;
        add_z(b, "<w:r><w:br/></w:r>");
        text = str_slice(text, end + 1, text.len);
    }
}

void add_paragraph(Buf *b, const char *style, Str text) {
    add_z(b, "<w:p><w:pPr><w:pStyle w:val=\"");
    add_z(b, style);
    add_z(b, runs_from_right(text) ? "\"/><w:bidi/></w:pPr>" : "\"/></w:pPr>");
    add_run(b, text, "");
    add_z(b, "</w:p>");
}
