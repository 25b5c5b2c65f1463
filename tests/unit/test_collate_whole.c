/* needs: base zip xml docx doc diff revise collate */
/* Blocks that are no paragraphs, tables or controls come and go whole. */
#include "collate_fixture.h"

#define MC_URI "http://schemas.openxmlformats.org/markup-compatibility/2006"
#define CHUNK "<w:altChunk r:id=\"rIdk1\"/>"
#define BRANCHES                                                                                   \
    "<mc:AlternateContent xmlns:mc=\"" MC_URI "\"><mc:Choice Requires=\"w14\">" LINE(              \
        "new") "</mc:Choice><mc:Fallback>" LINE("old") "</mc:Fallback></mc:AlternateContent>"

static Str docx(Arena *a, const char *body) {
    Pack p = pack_new(a);
    pack_typed(&p, "word/chunk.html", "aFChunk", "text/html", S("<p>Hello</p>"));
    return pack_docx(&p, body);
}

static void whole_blocks(Arena *a) {
    static const char *const pairs[][2] = {
        {LINE("One") CHUNK LINE("Two"), LINE("One") LINE("Two")},
        {LINE("One") LINE("Two"), LINE("One") CHUNK LINE("Two")},
        {LINE("One") BRANCHES LINE("Two"), LINE("One") LINE("Two")},
        {LINE("One") LINE("Two"), LINE("One") BRANCHES LINE("Two")},
        {LINE("One") CHUNK LINE("Two"), LINE("One") BRANCHES LINE("Two")},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        const Str file = docx(a, pairs[i][1]);
        CollateResult result;
        (void)run_proven(a, docx(a, pairs[i][0]), &file, 1, &result);
    }
}
static void test_whole(void) { t_with_arena(whole_blocks); }

int main(void) {
    t_start();
    T_RUN(test_whole);
    return t_end();
}
