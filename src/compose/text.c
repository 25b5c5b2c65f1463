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
           (c >= 0xfe70 && c <= 0xfefc);
}

static bool is_strong(uint32_t c) {
    return is_right(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c >= 0xc0;
}

bool runs_from_right(Str text) {
    for (ptrdiff_t at = 0; at < text.len;) {
        const uint32_t c = utf8_next(text, &at);
        if (is_strong(c)) return is_right(c);
    }
    return false;
}

static void one_run(Buf *b, Str text, const char *properties, bool from_right) {
    add_z(b, "<w:r>");
    if (*properties || from_right) {
        add_z(b, "<w:rPr>");
        add_z(b, properties);
        if (from_right) add_z(b, "<w:rtl/>");
        add_z(b, "</w:rPr>");
    }
    add_text(b, text);
    add_z(b, "</w:r>");
}

void add_run(Buf *b, Str text, const char *properties) {
    while (text.len) {
        const ptrdiff_t end = str_find(text, S("\n"));
        const Str line = end < 0 ? text : str_slice(text, 0, end);
        if (line.len) one_run(b, line, properties, runs_from_right(line));
        if (end < 0) return;
        add_z(b, "<w:r><w:br/></w:r>");
        text = str_slice(text, end + 1, text.len);
    }
}
