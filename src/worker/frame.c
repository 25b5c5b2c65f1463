/* The frame of jobs and answers, written and read; see int.h. Both sides check every length against
 * what is there: an answer comes from a process that may have been taken over by a document. */
#include "worker/int.h"

static const char MAGIC[8] = {'p', 'a', 'r', 'a', 'p', 'h', '1', '\n'};

static void put_number(char *at, int64_t n, int bytes) {
    for (int i = 0; i < bytes; i++) at[i] = (char)((uint64_t)n >> (8 * i) & 0xff);
}

/* Of 8 bytes: -1 for what is no int64_t. */
static int64_t number_at(const char *at, int bytes) {
    uint64_t n = 0;
    for (int i = 0; i < bytes; i++) n |= (uint64_t)(unsigned char)at[i] << (8 * i);
    return n > INT64_MAX ? -1 : (int64_t)n;
}

Str frame_write(Arena *a, const Frame *f) {
    int64_t rest = f->word.len + f->json.len;
    for (ptrdiff_t i = 0; i < f->file_count; i++) {
        rest += FRAME_FILE + f->files[i].name.len + f->files[i].bytes.len;
    }
    char head[FRAME_HEAD] = {0};
    memcpy(head, MAGIC, sizeof MAGIC);
    put_number(head + 8, rest, 8);
    put_number(head + 16, f->memory, 8);
    put_number(head + 24, f->seconds, 8);
    put_number(head + 32, f->word.len, 4);
    put_number(head + 36, f->json.len, 4);
    put_number(head + 40, f->file_count, 4);
    Buf b = buf_new(a);
    buf_reserve(&b, FRAME_HEAD + rest);
    buf_add(&b, (Str){head, FRAME_HEAD});
    for (ptrdiff_t i = 0; i < f->file_count; i++) {
        char file[FRAME_FILE] = {0};
        put_number(file, f->files[i].name.len, 4);
        put_number(file + 8, f->files[i].bytes.len, 8);
        buf_add(&b, (Str){file, FRAME_FILE});
    }
    buf_add(&b, f->word);
    buf_add(&b, f->json);
    for (ptrdiff_t i = 0; i < f->file_count; i++) {
        buf_add(&b, f->files[i].name);
        buf_add(&b, f->files[i].bytes);
    }
    return buf_str(&b);
}

bool frame_head(const char *head, int64_t *rest, int64_t *memory, int64_t *seconds, PxErr *err) {
    if (memcmp(head, MAGIC, sizeof MAGIC) != 0) {
        return fail(err, PX_ERR_INPUT, S("frame"), 0, "the frame does not begin as one");
    }
    *rest = number_at(head + 8, 8);
    *memory = number_at(head + 16, 8);
    *seconds = number_at(head + 24, 8);
    if (*rest < 0 || *memory < 0 || *seconds < 0 || number_at(head + 44, 4) != 0) {
        return fail(err, PX_ERR_INPUT, S("frame"), 8, "the frame's head holds an odd number");
    }
    if (*rest > FRAME_MAX) {
        return fail(err, PX_ERR_LIMIT, S("frame"), 8,
                    "the files together are larger than 3 GB (send fewer at once)");
    }
    return true;
}

/* Cuts len bytes off the front of *rest. */
static bool cut(Str *rest, int64_t len, Str *out, PxErr *err) {
    if (len < 0 || len > rest->len) {
        return fail(err, PX_ERR_INPUT, S("frame"), -1, "the frame ends before what it announces");
    }
    *out = str_slice(*rest, 0, (ptrdiff_t)len);
    *rest = str_slice(*rest, (ptrdiff_t)len, rest->len);
    return true;
}

static bool read_files(Frame *f, Str table, Str *rest, PxErr *err) {
    for (ptrdiff_t i = 0; i < f->file_count; i++) {
        const char *at = table.ptr + i * FRAME_FILE;
        if (number_at(at + 4, 4) != 0) {
            return fail(err, PX_ERR_INPUT, S("frame"), -1, "the frame's table holds odd bytes");
        }
        if (!cut(rest, number_at(at, 4), &f->files[i].name, err) ||
            !cut(rest, number_at(at + 8, 8), &f->files[i].bytes, err)) {
            return false;
        }
    }
    return true;
}

bool frame_read(Arena *a, Str bytes, Frame *f, PxErr *err) {
    *f = (Frame){0};
    Str rest = bytes, head = {NULL, 0}, table = {NULL, 0};
    int64_t announced;
    if (!cut(&rest, FRAME_HEAD, &head, err) ||
        !frame_head(head.ptr, &announced, &f->memory, &f->seconds, err)) {
        return false;
    }
    if (announced != rest.len) {
        return fail(err, PX_ERR_INPUT, S("frame"), 8, "the frame announces another length");
    }
    const int64_t word = number_at(head.ptr + 32, 4), json = number_at(head.ptr + 36, 4);
    f->file_count = (ptrdiff_t)number_at(head.ptr + 40, 4);
    if (word > FRAME_WORD_MAX || json > FRAME_JSON_MAX || f->file_count > FRAME_FILES_MAX) {
        return fail(err, PX_ERR_LIMIT, S("frame"), 32,
                    "the frame holds more than %d files, or too long a text (send fewer at once)",
                    FRAME_FILES_MAX);
    }
    if (!cut(&rest, (int64_t)f->file_count * FRAME_FILE, &table, err) ||
        !cut(&rest, word, &f->word, err) || !cut(&rest, json, &f->json, err)) {
        return false;
    }
    f->files = NEW_ARRAY(a, WorkerFile, f->file_count);
    if (!read_files(f, table, &rest, err)) return false;
    return rest.len == 0 ||
           fail(err, PX_ERR_INPUT, S("frame"), -1, "the frame holds more than it announces");
}
