/* floor: what any program must do that reads Word files and writes one: inflate the XML parts of
 * all of them, let expat read each once, deflate one document.
 *
 *   build/release/floor LEVEL FILE.docx...
 *
 * Handlers are set and empty; the document deflated is the first file's word/document.xml, at
 * LEVEL. Prints the seconds, in all and by kind of work. The reader trusts its input (the benchmark
 * made it) except for staying within it. */
#include <expat.h>
#include <libdeflate.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct Bytes {
    unsigned char *ptr;
    size_t len;
} Bytes;

typedef struct Seconds {
    double read, inflate, parse, deflate;
} Seconds;

static _Noreturn void give_up(const char *what, const char *path) {
    (void)fprintf(stderr, "floor: %s: %s\n", path, what);
    exit(3);
}

static double now(void) {
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static Bytes read_file(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0) give_up("cannot be read", path);
    const long len = ftell(file);
    if (len < 22) give_up("is too short", path);
    Bytes b = {malloc((size_t)len), (size_t)len};
    rewind(file);
    if (!b.ptr || fread(b.ptr, 1, b.len, file) != b.len) give_up("cannot be read", path);
    (void)fclose(file);
    return b;
}

static uint32_t load(const unsigned char *p, int bytes) {
    uint32_t n = 0;
    for (int i = 0; i < bytes; i++) n |= (uint32_t)p[i] << (8 * i);
    return n;
}

static void XMLCALL on_start(void *ctx, const XML_Char *name, const XML_Char **attrs) {
    (void)ctx, (void)name, (void)attrs;
}
static void XMLCALL on_end(void *ctx, const XML_Char *name) { (void)ctx, (void)name; }
static void XMLCALL on_text(void *ctx, const XML_Char *text, int len) {
    (void)ctx, (void)text, (void)len;
}

static void parse(Bytes xml, const char *path) {
    XML_Parser p = XML_ParserCreate(NULL);
    if (!p) give_up("memory", path);
    XML_SetElementHandler(p, on_start, on_end);
    XML_SetCharacterDataHandler(p, on_text);
    if (XML_Parse(p, (const char *)xml.ptr, (int)xml.len, 1) != XML_STATUS_OK) {
        give_up("is not well-formed", path);
    }
    XML_ParserFree(p);
}

static int ends_in(const unsigned char *name, size_t len, const char *end) {
    const size_t end_len = strlen(end);
    return len >= end_len && memcmp(name + len - end_len, end, end_len) == 0;
}

/* Inflates the entry whose directory record is at p. */
static Bytes inflate_entry(Bytes zip, const unsigned char *p, const char *path) {
    static struct libdeflate_decompressor *d;
    if (!d) d = libdeflate_alloc_decompressor();
    const uint32_t method = load(p + 10, 2), packed = load(p + 20, 4), at = load(p + 42, 4);
    Bytes out = {malloc(load(p + 24, 4) + (size_t)1), load(p + 24, 4)};
    if (!d || !out.ptr || at + (size_t)30 > zip.len) give_up("is broken", path);
    const unsigned char *local = zip.ptr + at;
    const size_t data = at + (size_t)30 + load(local + 26, 2) + load(local + 28, 2);
    if (data + packed > zip.len) give_up("is broken", path);
    if (method == 0 && packed == out.len) {
        memcpy(out.ptr, zip.ptr + data, packed);
    } else if (libdeflate_deflate_decompress(d, zip.ptr + data, packed, out.ptr, out.len, NULL) !=
               LIBDEFLATE_SUCCESS) {
        give_up("does not inflate", path);
    }
    return out;
}

/* Reads all XML parts of a file; the one named word/document.xml is given back if `keep`. */
static Bytes read_parts(const char *path, int keep, Seconds *took) {
    double began = now();
    const Bytes zip = read_file(path);
    took->read += now() - began;
    Bytes kept = {NULL, 0};
    const unsigned char *end = zip.ptr + zip.len - 22;
    if (load(end, 4) != 0x06054b50) give_up("has no end record", path);
    size_t at = load(end + 16, 4);
    for (uint32_t left = load(end + 10, 2); left > 0; left--) {
        if (at + 46 > zip.len) give_up("is broken", path);
        const unsigned char *p = zip.ptr + at, *name = p + 46;
        const size_t len = load(p + 28, 2);
        at += 46 + len + load(p + 30, 2) + load(p + 32, 2);
        if (at > zip.len) give_up("is broken", path);
        if (!ends_in(name, len, ".xml") && !ends_in(name, len, ".rels")) continue;
        began = now();
        const Bytes xml = inflate_entry(zip, p, path);
        took->inflate += now() - began;
        began = now();
        parse(xml, path);
        took->parse += now() - began;
        if (keep && len == 17 && ends_in(name, len, "word/document.xml")) kept = xml;
        else free(xml.ptr);
    }
    free(zip.ptr);
    return kept;
}

static void deflate_part(Bytes xml, int level, Seconds *took) {
    const double began = now();
    struct libdeflate_compressor *c = libdeflate_alloc_compressor(level);
    const size_t room = c ? libdeflate_deflate_compress_bound(c, xml.len) : 0;
    void *to = malloc(room);
    if (!c || !to) give_up("memory", "deflate");
    (void)libdeflate_deflate_compress(c, xml.ptr, xml.len, to, room);
    free(to);
    libdeflate_free_compressor(c);
    took->deflate = now() - began;
}

int main(int argc, char **argv) {
    const int level = argc > 2 ? atoi(argv[1]) : 0;
    if (level < 1 || level > 12) {
        (void)fprintf(stderr, "usage: floor LEVEL FILE.docx...\n");
        return 2;
    }
    const double began = now();
    Seconds took = {0};
    Bytes document = {NULL, 0};
    for (int i = 2; i < argc; i++) {
        const Bytes kept = read_parts(argv[i], i == 2, &took);
        if (kept.ptr) document = kept;
    }
    if (document.ptr) deflate_part(document, level, &took);
    printf("%.6f read %.6f inflate %.6f parse %.6f deflate %.6f\n", now() - began, took.read,
           took.inflate, took.parse, took.deflate);
    free(document.ptr);
    return 0;
}
