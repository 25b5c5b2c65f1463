/* needs: base zip xml docx doc diff revise collate */
/* Blocks that are no paragraphs, tables or controls come and go whole. */
#include "collate/collate.h"
#include "pack.h"
#include "t.h"

#define MC_URI "http://schemas.openxmlformats.org/markup-compatibility/2006"
#define P(text) "<w:p><w:r><w:t xml:space=\"preserve\">" text "</w:t></w:r></w:p>"
#define CHUNK "<w:altChunk r:id=\"rIdk1\"/>"
#define BRANCHES                                                                                   \
    "<mc:AlternateContent xmlns:mc=\"" MC_URI "\"><mc:Choice Requires=\"w14\">" P(                 \
        "new") "</mc:Choice><mc:Fallback>" P("old") "</mc:Fallback></mc:AlternateContent>"

static Str docx(Arena *a, const char *body) {
    Pack p = pack_new(a);
    pack_typed(&p, "word/chunk.html", "aFChunk", "text/html", S("<p>Hello</p>"));
    return pack_docx(&p, body);
}

static void whole_blocks(Arena *a) {
    static const char *const pairs[][2] = {
        {P("One") CHUNK P("Two"), P("One") P("Two")},
        {P("One") P("Two"), P("One") CHUNK P("Two")},
        {P("One") BRANCHES P("Two"), P("One") P("Two")},
        {P("One") P("Two"), P("One") BRANCHES P("Two")},
        {P("One") CHUNK P("Two"), P("One") BRANCHES P("Two")},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        const CollateReturn r = {S("Interior"), S("interior.docx"), docx(a, pairs[i][1])};
        const CollateOptions options = {0};
        CollateResult result;
        PxErr err = {0};
        if (T_OK(collate_run(a, docx(a, pairs[i][0]), S("base.docx"), &r, 1, &options, &result,
                             &err),
                 &err))
            T_CHECK(result.proven);
    }
}
static void test_whole(void) { t_with_arena(whole_blocks); }

int main(void) {
    t_start();
    T_RUN(test_whole);
    return t_end();
}
