/* test_zip: what is written is read back; what two readers could disagree about is refused. */
/* needs: base zip */
#include "t.h"

#include "zip/zip.h"

/* ---- archives by hand: one field can lie ---- */

typedef struct Part {
    Str name, bytes;
} Part;

/* A stored archive in the making; offsets of its records are kept, so that a test can spoil it. */
typedef struct Made {
    Buf out;
    ptrdiff_t local[8], directory[8], count;
    ptrdiff_t directory_at, end_at;
} Made;

static void put(Buf *b, uint32_t n, int bytes) {
    for (int i = 0; i < bytes; i++) buf_byte(b, (char)(n >> 8 * i));
}

static void put_zeros(Buf *b, int count) {
    for (int i = 0; i < count; i++) buf_byte(b, '\0');
}

static uint32_t crc_of(Str s) { /* CRC-32, bit by bit: not the library's */
    uint32_t crc = 0xFFFFFFFF;
    for (ptrdiff_t i = 0; i < s.len; i++) {
        crc ^= (unsigned char)s.ptr[i];
        for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320 : 0);
    }
    return ~crc;
}

static void put_common(Buf *b, const Part *part, uint32_t flags) {
    put(b, 20, 2);
    put(b, flags, 2);
    put_zeros(b, 6); /* stored; no time */
    put(b, crc_of(part->bytes), 4);
    put(b, (uint32_t)part->bytes.len, 4);
    put(b, (uint32_t)part->bytes.len, 4);
    put(b, (uint32_t)part->name.len, 2);
    put_zeros(b, 2);
}

static void put_end(Made *m) {
    m->end_at = m->out.len;
    put(&m->out, 0x06054b50, 4);
    put_zeros(&m->out, 4);
    put(&m->out, (uint32_t)m->count, 2);
    put(&m->out, (uint32_t)m->count, 2);
    put(&m->out, (uint32_t)(m->end_at - m->directory_at), 4);
    put(&m->out, (uint32_t)m->directory_at, 4);
    put_zeros(&m->out, 2);
}

static Made make(Arena *a, const Part *parts, ptrdiff_t count) {
    Made m = {.out = buf_new(a), .count = count};
    for (ptrdiff_t i = 0; i < count; i++) {
        m.local[i] = m.out.len;
        put(&m.out, 0x04034b50, 4);
        put_common(&m.out, &parts[i], 0);
        buf_add(&m.out, parts[i].name);
        buf_add(&m.out, parts[i].bytes);
    }
    m.directory_at = m.out.len;
    for (ptrdiff_t i = 0; i < count; i++) {
        m.directory[i] = m.out.len;
        put(&m.out, 0x02014b50, 4);
        put(&m.out, 20, 2);
        put_common(&m.out, &parts[i], 0);
        put_zeros(&m.out, 10); /* no comment, disk 0, no attributes */
        put(&m.out, (uint32_t)m.local[i], 4);
        buf_add(&m.out, parts[i].name);
    }
    put_end(&m);
    return m;
}

static const Part two[] = {{{"[Content_Types].xml", 19}, {"<Types/>", 8}},
                           {{"word/document.xml", 17}, {"<document/>", 11}}};
static Made make_two(Arena *a) { return make(a, two, 2); }

static void set(Made *m, ptrdiff_t at, uint32_t n, int bytes) {
    for (int i = 0; i < bytes; i++) m->out.ptr[at + i] = (char)(n >> 8 * i);
}

/* ---- what a reader says of it ---- */

static const Str file_name = {"test.docx", 9};

static bool opens(Arena *a, Str archive) {
    Zip *zip;
    PxErr err = {0};
    return T_OK(zip_open(a, archive, file_name, NULL, &zip, &err), &err);
}

static void refused_with(Arena *a, const Made *m, PxErrKind kind, const char *what, int line) {
    Zip *zip;
    PxErr err = {0};
    const bool opened = zip_open(a, buf_str(&m->out), file_name, NULL, &zip, &err);
    const bool right = !opened && err.kind == kind && err.message[0] != '\0' && err.part[0] != '\0';
    if (!t_check(right, what, __FILE__, line)) {
        printf("#   opened %d, kind %d: %s: %s\n", opened, (int)err.kind, err.part, err.message);
    }
}
#define REFUSED(m, kind, what) refused_with(a, &(m), (kind), (what), __LINE__)

/* ---- reading ---- */

static void check_read(Arena *a) {
    const Made m = make_two(a);
    Zip *zip;
    PxErr err;
    if (!T_OK(zip_open(a, buf_str(&m.out), file_name, NULL, &zip, &err), &err)) return;
    T_EQ_INT(zip->count, 2);
    for (int i = 0; i < 2; i++) {
        Str bytes;
        T_EQ_STR(zip->entries[i].name, two[i].name);
        T_CHECK(!zip->entries[i].is_folder);
        if (T_OK(zip_inflate(a, &zip->entries[i], &bytes, &err), &err)) {
            T_EQ_STR(bytes, two[i].bytes);
        }
    }
    T_CHECK(zip_find(zip, S("word/document.xml")) == &zip->entries[1]);
    T_CHECK(!zip_find(zip, S("word/Document.xml")));
    const Made none = make(a, NULL, 0);
    T_CHECK(opens(a, buf_str(&none.out)));
}

/* A comment behind the end record belongs to it; one byte more does not. */
static void check_comment(Arena *a) {
    Made m = make_two(a);
    buf_add(&m.out, S("a comment"));
    REFUSED(m, PX_ERR_INPUT, "bytes behind the end record");
    set(&m, m.end_at + 20, 9, 2);
    T_CHECK(opens(a, buf_str(&m.out)));
    set(&m, m.end_at + 20, 8, 2);
    REFUSED(m, PX_ERR_INPUT, "a byte behind the comment");
    set(&m, m.end_at + 20, 10, 2);
    REFUSED(m, PX_ERR_INPUT, "a comment cut short");
}

static void check_two_ends(Arena *a) {
    Made m = make_two(a);
    const Str whole = arena_str(a, buf_str(&m.out));
    buf_add(&m.out, str_slice(whole, m.end_at, whole.len)); /* as a comment of the first */
    set(&m, m.end_at + 20, (uint32_t)(whole.len - m.end_at), 2);
    REFUSED(m, PX_ERR_INPUT, "an end record in the comment of another");
}

static void check_structure(Arena *a) {
    Made m = make_two(a);
    m.out.len = 0;
    REFUSED(m, PX_ERR_INPUT, "nothing");
    buf_add(&m.out, S("PK\x05\x06"));
    REFUSED(m, PX_ERR_INPUT, "four bytes");
    m.out.len = 0;
    buf_add(&m.out, S("not an archive, but long enough to be one"));
    REFUSED(m, PX_ERR_INPUT, "no archive");
    m.out.len = 0;
    buf_add(&m.out, S("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 encrypted, or an old .doc"));
    REFUSED(m, PX_ERR_UNSUPPORTED, "an OLE file");
    for (ptrdiff_t cut = 1; cut < 300; cut++) {
        m = make_two(a);
        if (cut >= m.out.len) break;
        m.out.len -= cut;
        REFUSED(m, PX_ERR_INPUT, "a part of an archive");
    }
    m = make_two(a);
    set(&m, m.end_at + 4, 1, 2);
    REFUSED(m, PX_ERR_UNSUPPORTED, "split disks");
    m = make_two(a);
    set(&m, m.end_at + 8, 1, 2);
    REFUSED(m, PX_ERR_UNSUPPORTED, "two counts of entries");
    for (uint32_t count = 0; count < 4; count++) {
        m = make_two(a);
        set(&m, m.end_at + 8, count, 2);
        set(&m, m.end_at + 10, count, 2);
        if (count != 2) REFUSED(m, PX_ERR_INPUT, "a wrong count of entries");
    }
    m = make_two(a);
    set(&m, m.end_at + 16, (uint32_t)m.directory_at + 1, 4);
    REFUSED(m, PX_ERR_INPUT, "a directory elsewhere");
    m = make_two(a);
    set(&m, m.end_at + 16, UINT32_MAX, 4);
    REFUSED(m, PX_ERR_UNSUPPORTED, "zip64");
}

typedef struct Lie {
    const char *what;
    bool in_local;
    int offset, bytes; /* in the second entry's local or directory record */
    uint32_t value;
    PxErrKind kind;
} Lie;

static const Lie lies[] = {
    {"encrypted", false, 8, 2, 1, PX_ERR_UNSUPPORTED},
    {"strongly encrypted", false, 8, 2, 1 << 6, PX_ERR_UNSUPPORTED},
    {"masked headers", false, 8, 2, 1 << 13, PX_ERR_UNSUPPORTED},
    {"a patch", false, 8, 2, 1 << 5, PX_ERR_UNSUPPORTED},
    {"bzip2", false, 10, 2, 12, PX_ERR_UNSUPPORTED},
    {"deflated, says the directory", false, 10, 2, 8, PX_ERR_INPUT},
    {"another CRC in the directory", false, 16, 4, 1, PX_ERR_INPUT},
    {"another packed size in the directory", false, 20, 4, 10, PX_ERR_INPUT},
    {"a packed size past the end", false, 20, 4, 100000, PX_ERR_INPUT},
    {"another size in the directory", false, 24, 4, 12, PX_ERR_INPUT},
    {"zip64 size", false, 24, 4, UINT32_MAX, PX_ERR_UNSUPPORTED},
    {"another disk", false, 34, 2, 1, PX_ERR_UNSUPPORTED},
    {"the first entry's offset", false, 42, 4, 0, PX_ERR_INPUT},
    {"an offset past the end", false, 42, 4, 0x7FFFFFFF, PX_ERR_INPUT},
    {"an offset into the directory", false, 42, 4, 120, PX_ERR_INPUT},
    {"a name past the directory", false, 28, 2, 60000, PX_ERR_INPUT},
    {"an extra field past the directory", false, 30, 2, 60000, PX_ERR_INPUT},
    {"no signature in the directory", false, 0, 4, 0, PX_ERR_INPUT},
    {"no signature", true, 0, 4, 0, PX_ERR_INPUT},
    {"encrypted, says the local header", true, 6, 2, 1, PX_ERR_INPUT},
    {"deflated, says the local header", true, 8, 2, 8, PX_ERR_INPUT},
    {"another CRC in the local header", true, 14, 4, 1, PX_ERR_INPUT},
    {"another packed size in the local header", true, 18, 4, 10, PX_ERR_INPUT},
    {"another size in the local header", true, 22, 4, 10, PX_ERR_INPUT},
    {"a shorter name in the local header", true, 26, 2, 16, PX_ERR_INPUT},
    {"another letter in the local name", true, 30, 1, 'W', PX_ERR_INPUT},
    {"an extra field into the directory", true, 28, 2, 60000, PX_ERR_INPUT},
    {"a descriptor that is not there", true, 6, 2, 8, PX_ERR_INPUT},
};

static void check_lies(Arena *a) {
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        const Lie *lie = &lies[i];
        Made m = make_two(a);
        const ptrdiff_t record = lie->in_local ? m.local[1] : m.directory[1];
        set(&m, record + lie->offset, lie->value, lie->bytes);
        REFUSED(m, lie->kind, lie->what);
    }
}

static void check_overlaps(Arena *a) {
    /* Two names for one entry's bytes. */
    Made m = make_two(a);
    const Part twice[] = {two[1], two[1]};
    Made same = make(a, twice, 2);
    REFUSED(same, PX_ERR_INPUT, "two entries of one name");
    set(&same, same.directory[1] + 42, 0, 4);
    REFUSED(same, PX_ERR_INPUT, "one entry listed twice");
    const Part folded[] = {two[1], {S("WORD/document.xml"), S("x")}};
    Made m2 = make(a, folded, 2);
    REFUSED(m2, PX_ERR_INPUT, "two names that differ in case");
    /* An entry inside of another one's data. */
    const Made inner = make(a, &two[1], 1);
    const Part nest[] = {{S("outer.xml"), str_slice(buf_str(&inner.out), 0, inner.directory_at)}};
    Made nested = make(a, nest, 1);
    T_CHECK(opens(a, buf_str(&nested.out))); /* data may look like anything */
    const Part both[] = {nest[0], two[1]};
    Made overlap = make(a, both, 2);
    set(&overlap, overlap.directory[1] + 42, (uint32_t)(overlap.local[0] + 30 + 9), 4);
    REFUSED(overlap, PX_ERR_INPUT, "an entry in the data of another");
    nested.out.len = nested.end_at; /* and no bytes but those two tell of */
    put(&nested.out, 0x02014b50, 4);
    put(&nested.out, 20, 2);
    put_common(&nested.out, &two[1], 0);
    put_zeros(&nested.out, 10);
    put(&nested.out, 30 + 9, 4);
    buf_add(&nested.out, two[1].name);
    nested.count = 2;
    put_end(&nested);
    REFUSED(nested, PX_ERR_INPUT, "an entry that is part of another");
    /* An entry no directory tells of, between the others. */
    m = make_two(a);
    set(&m, m.end_at + 8, 1, 2);
    set(&m, m.end_at + 10, 1, 2);
    m.out.len = m.directory[1];
    m.count = 1;
    put_end(&m);
    REFUSED(m, PX_ERR_INPUT, "a hidden entry");
}

static void archives_are_read(void) { t_with_arena(check_read); }
static void comments_end_the_file(void) { t_with_arena(check_comment); }
static void there_is_one_end(void) { t_with_arena(check_two_ends); }
static void broken_structure_is_refused(void) { t_with_arena(check_structure); }
static void lies_are_refused(void) { t_with_arena(check_lies); }
static void overlaps_are_refused(void) { t_with_arena(check_overlaps); }

/* ---- names ---- */

static void check_name(Arena *a, Str name, bool good) {
    const Part part = {name, S("x")};
    const Made m = make(a, &part, 1);
    Zip *zip;
    PxErr err = {0};
    const bool opened = zip_open(a, buf_str(&m.out), file_name, NULL, &zip, &err);
    if (!T_CHECK(opened == good && (good || err.kind == PX_ERR_INPUT))) {
        printf("#   [%.*s]: %s\n", (int)name.len, name.ptr, err.message);
    }
}

static void check_names(Arena *a) {
    static const char *good[] = {"a.xml",
                                 "_rels/.rels",
                                 "word/media/image1.png",
                                 "[Content_Types].xml",
                                 "word/%E4%B8%AD.xml",
                                 "word/\xE4\xB8\xAD.xml",
                                 "a(b)+c@d=e.xml"};
    static const char *bad[] = {"/word/document.xml",
                                "../x",
                                "word/../x",
                                "word/./x",
                                ".",
                                "..",
                                "word//x",
                                "word\\x",
                                "C:\\x",
                                "word/x.",
                                "a b",
                                "word/%2e%2e/x",
                                "word/%2Fx",
                                "word/%5Cx",
                                "word/%zz",
                                "word/%4",
                                "x/%41",
                                "a\"b",
                                "a<b",
                                "a|b",
                                "\xC3",
                                "a\x7F",
                                "a\x01"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) check_name(a, str_from_z(good[i]), 1);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) check_name(a, str_from_z(bad[i]), 0);
    check_name(a, S(""), false);
    check_name(a, S("a\0b"), false);
    const Part folder = {S("word/"), S("")};
    const Made m = make(a, &folder, 1);
    Zip *zip;
    PxErr err;
    T_CHECK(zip_open(a, buf_str(&m.out), file_name, NULL, &zip, &err) && zip->entries[0].is_folder);
    check_name(a, S("word/"), false); /* a folder with a byte in it */
}

static void only_part_names_are_names(void) { t_with_arena(check_names); }

/* ---- writing ---- */

static Str random_bytes(Arena *a, ptrdiff_t len) {
    char *p = arena_alloc_raw(a, len + 1);
    const ptrdiff_t alphabet = 1 + t_random_below(256);
    for (ptrdiff_t i = 0; i < len; i++) p[i] = (char)t_random_below(alphabet);
    return (Str){p, len};
}

static Str write_parts(Arena *a, const Part *parts, ptrdiff_t count, int level) {
    Buf out = buf_new(a);
    ZipWriter *w = zip_writer_open(a, &out);
    for (ptrdiff_t i = 0; i < count; i++) zip_add(w, parts[i].name, parts[i].bytes, level);
    zip_writer_close(w);
    return buf_str(&out);
}

static void check_round_trip(Arena *root) {
    for (int i = 0; i < 60; i++) {
        Arena *a = arena_child(root);
        Part parts[9];
        const ptrdiff_t count = t_random_below(10);
        for (ptrdiff_t k = 0; k < count; k++) {
            const ptrdiff_t len = t_random_below(4) ? t_random_below(20000) : t_random_below(3);
            parts[k] = (Part){arena_format(a, "p\xC3\xA4rt%td.xml", k), random_bytes(a, len)};
        }
        const int level = 1 + (int)t_random_below(12);
        const Str archive = write_parts(a, parts, count, level);
        T_CHECK(str_equal(archive, write_parts(a, parts, count, level)));
        Zip *zip;
        PxErr err;
        if (!T_OK(zip_open(a, archive, file_name, NULL, &zip, &err), &err)) return;
        T_EQ_INT(zip->count, count);
        Buf copy = buf_new(a);
        ZipWriter *w = zip_writer_open(a, &copy);
        for (ptrdiff_t k = 0; k < count; k++) {
            Str bytes = {NULL, 0};
            T_EQ_STR(zip->entries[k].name, parts[k].name);
            T_OK(zip_inflate(a, &zip->entries[k], &bytes, &err), &err);
            T_CHECK(str_equal(bytes, parts[k].bytes));
            T_CHECK(zip->entries[k].crc == crc_of(bytes));
            zip_add_stored(w, &zip->entries[k]);
        }
        zip_writer_close(w);
        T_CHECK(str_equal(buf_str(&copy), archive)); /* copied without inflating: the same */
        arena_close(a);
    }
}

static void check_appending(Arena *a) { /* behind bytes that are none of the archive's */
    Buf out = buf_new(a);
    buf_add(&out, S("before"));
    ZipWriter *w = zip_writer_open(a, &out);
    zip_add(w, S("a.xml"), S("<a/>"), 6);
    zip_writer_close(w);
    T_CHECK(opens(a, str_slice(buf_str(&out), 6, out.len)));
}

static void what_is_written_is_read(void) { t_with_arena(check_round_trip); }
static void archives_may_follow_others(void) { t_with_arena(check_appending); }

/* ---- inflating ---- */

/* Opens an archive of one deflated part and gives its entry to be spoilt. */
static ZipEntry *deflated(Arena *a, Str bytes) {
    const Part part = {S("a.xml"), bytes};
    Zip *zip = NULL;
    PxErr err;
    T_OK(zip_open(a, write_parts(a, &part, 1, 6), file_name, NULL, &zip, &err), &err);
    check(zip != NULL);
    T_EQ_INT(zip->entries[0].method, 8);
    return &zip->entries[0];
}

static void does_not_inflate(Arena *a, const ZipEntry *e, const char *what) {
    Str bytes;
    PxErr err = {0};
    const bool done = zip_inflate(a, e, &bytes, &err);
    t_check(!done && err.kind == PX_ERR_INPUT && strcmp(err.part, "a.xml") == 0, what, __FILE__,
            __LINE__);
}

static void check_inflate(Arena *a) {
    Buf text = buf_new(a);
    for (int i = 0; i < 1000; i++) buf_format(&text, "line %d\n", i);
    ZipEntry *e = deflated(a, buf_str(&text));
    const ZipEntry whole = *e;
    e->size--;
    does_not_inflate(a, e, "it inflates to more than it declares");
    e->size += 2;
    does_not_inflate(a, e, "it inflates to less than it declares");
    *e = whole;
    e->crc ^= 1;
    does_not_inflate(a, e, "another CRC");
    *e = whole;
    e->stored.len--;
    does_not_inflate(a, e, "cut short");
    *e = whole;
    Buf more = buf_new(a);
    buf_add(&more, e->stored);
    buf_byte(&more, '\0');
    e->stored = buf_str(&more);
    does_not_inflate(a, e, "a byte behind the data");
    *e = whole;
    for (int i = 0; i < 200; i++) { /* the checksum catches what deflate lets pass */
        char *spoilt = arena_alloc_raw(a, whole.stored.len);
        memcpy(spoilt, whole.stored.ptr, (size_t)whole.stored.len);
        spoilt[t_random_below(whole.stored.len)] ^= (char)(1 << t_random_below(8));
        e->stored.ptr = spoilt;
        Str bytes = {NULL, 0};
        PxErr err;
        T_CHECK(!zip_inflate(a, e, &bytes, &err) || str_equal(bytes, buf_str(&text)));
    }
}

static void only_whole_parts_inflate(void) { t_with_arena(check_inflate); }

/* ---- limits ---- */

static PxErrKind kind_of(Arena *a, Str archive, ZipLimits limits) {
    Zip *zip;
    PxErr err = {0};
    return zip_open(a, archive, file_name, &limits, &zip, &err) ? PX_ERR_NONE : err.kind;
}

static void check_limits(Arena *a) {
    const Made m = make_two(a);
    const Str archive = buf_str(&m.out);
    T_EQ_INT(kind_of(a, archive, (ZipLimits){.entries = 2}), PX_ERR_NONE);
    T_EQ_INT(kind_of(a, archive, (ZipLimits){.entries = 1}), PX_ERR_LIMIT);
    T_EQ_INT(kind_of(a, archive, (ZipLimits){.part_bytes = 11}), PX_ERR_NONE);
    T_EQ_INT(kind_of(a, archive, (ZipLimits){.part_bytes = 10}), PX_ERR_LIMIT);
    T_EQ_INT(kind_of(a, archive, (ZipLimits){.total_bytes = 19}), PX_ERR_NONE);
    T_EQ_INT(kind_of(a, archive, (ZipLimits){.total_bytes = 18}), PX_ERR_LIMIT);
    /* A bomb by its own numbers: more than deflate can make of the data. */
    const ptrdiff_t zeros = 1 << 20;
    const Part part = {S("a.xml"), {arena_alloc(a, zeros, 1), zeros}};
    Buf out = buf_new(a);
    buf_add(&out, write_parts(a, &part, 1, 12));
    Made bomb = {.out = out};
    T_CHECK(opens(a, buf_str(&out)));
    const ptrdiff_t directory = bomb.out.len - 22 - 46 - part.name.len;
    set(&bomb, directory + 24, 1 << 26, 4);
    set(&bomb, 22, 1 << 26, 4);
    REFUSED(bomb, PX_ERR_INPUT, "more bytes than its data can inflate to");
}

static void limits_hold(void) { t_with_arena(check_limits); }

/* ---- memory ---- */

static bool write_and_read(void *ctx, Arena *a, PxErr *err) {
    (void)ctx;
    const Part parts[] = {two[0],
                          {S("b.xml"), S("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")}};
    const Str archive = write_parts(a, parts, 2, 6);
    Zip *zip;
    Str bytes;
    if (!zip_open(a, archive, file_name, NULL, &zip, err)) return false;
    return zip_inflate(a, &zip->entries[1], &bytes, err) && bytes.len == parts[1].bytes.len;
}

static void failing_memory_leaks_nothing(void) { T_CHECK(t_fault_loop(write_and_read, NULL)); }

int main(void) {
    T_RUN(archives_are_read);
    T_RUN(comments_end_the_file);
    T_RUN(there_is_one_end);
    T_RUN(broken_structure_is_refused);
    T_RUN(lies_are_refused);
    T_RUN(overlaps_are_refused);
    T_RUN(only_part_names_are_names);
    T_RUN(what_is_written_is_read);
    T_RUN(archives_may_follow_others);
    T_RUN(only_whole_parts_inflate);
    T_RUN(limits_hold);
    T_RUN(failing_memory_leaks_nothing);
    return t_end();
}
