/* export: a whole store in a form that needs neither Paraph nor its databases to be read, and the
 * backup. store.json is written last: a folder without it is no export. */
#include "store/int.h"

#define CONTENT_MAX ((ptrdiff_t)1 << 31)

static const char readme[] =
    "This folder is a store of Paraph's, exported.\n"
    "\n"
    "store.json     the form of this export, the steps its tables were made by, and for each "
    "table\n"
    "               its columns, the number of its rows, and the SHA-256 of its file\n"
    "tables/X.jsonl one row a line, in the order of the table's key: a JSON array of its columns;\n"
    "               integers as numbers, text as strings, no value as null, bytes as "
    "{\"x\":\"00ff\"}\n"
    "files/ab/ab..  the papers, each named by its SHA-256\n"
    "checkpoint     the newest signed checkpoint of the record that was published, if any\n"
    "keys/          the record's public key; its secret key only when it was asked for, as are "
    "the\n"
    "               tables of credentials and tokens\n"
    "\n"
    "sha256sum on any file here gives the digest that store.json, or its own name, has for it.\n";

/* ---- what lies beside the tables ---- */

static bool copy_file(Arena *a, Str from, Str to, bool is_secret, PxErr *err) {
    Arena *own = arena_child(a);
    Str bytes;
    const bool done = os_read_file(own, from, CONTENT_MAX, &bytes, err) &&
                      os_write_file(to, bytes, OS_NEW, is_secret, err);
    arena_close(own);
    return done;
}

bool keys_copy(Arena *a, Str from, Str to, bool with_secrets, PxErr *err) {
    const Str old = os_path(a, from, S("keys")), new = os_path(a, to, S("keys"));
    Str *names;
    ptrdiff_t count;
    if (!os_is_folder(old)) return true;
    if (!os_list_folder(a, old, &names, &count, err) || !os_make_folder(new, err)) return false;
    for (ptrdiff_t i = 0; i < count; i++) {
        const bool is_secret = !str_ends(names[i], S(".pub"));
        const Str path = os_path(a, old, names[i]);
        if (names[i].ptr[0] == '.' || !os_is_file(path) || (is_secret && !with_secrets)) continue;
        if (!copy_file(a, path, os_path(a, new, names[i]), is_secret, err)) return false;
    }
    return true;
}

/* The published checkpoint is read before the tables are: the tables may be newer than it is, and
 * must not be older. */
static bool checkpoint_copy(Arena *a, Str from, Str to, PxErr *err) {
    const Str old = os_path(a, from, S("checkpoint"));
    return !os_is_file(old) || copy_file(a, old, os_path(a, to, S("checkpoint")), false, err);
}

static bool is_hex(Str s, ptrdiff_t len) {
    if (s.len != len) return false;
    for (ptrdiff_t i = 0; i < len; i++) {
        const char c = s.ptr[i];
        if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) return false;
    }
    return true;
}

bool files_each(Arena *a, Str folder, bool (*each)(void *ctx, Digest name, Str path, PxErr *err),
                void *ctx, PxErr *err) {
    const Str files = os_path(a, folder, S("files"));
    Str *heads;
    ptrdiff_t head_count;
    if (!os_list_folder(a, files, &heads, &head_count, err)) return false;
    for (ptrdiff_t i = 0; i < head_count; i++) {
        Str *names;
        ptrdiff_t count;
        const Str part = os_path(a, files, heads[i]);
        if (!is_hex(heads[i], 2)) continue;
        if (!os_list_folder(a, part, &names, &count, err)) return false;
        for (ptrdiff_t k = 0; k < count; k++) {
            Digest name;
            if (!str_starts(names[k], heads[i]) || !digest_read(names[k], &name)) continue;
            if (!each(ctx, name, os_path(a, part, names[k]), err)) return false;
        }
    }
    return true;
}

/* ---- export ---- */

typedef struct Export {
    Store *store;
    Arena *arena;
    Str folder;
    bool with_keys;
    Json *tables;
    OsWriter *writer;
    int64_t files;
} Export;

static bool write_line(void *ctx, Str line, PxErr *err) {
    return os_writer_add(((Export *)ctx)->writer, line, err);
}

static bool export_table(Export *e, ptrdiff_t number, PxErr *err) {
    Table table;
    Digest digest;
    int64_t rows;
    table_read(number, &table);
    if (table.kind == TABLE_SECRET && !e->with_keys) return true;
    const Str path = arena_format(e->arena, "%.*s/tables/%.*s.jsonl", (int)e->folder.len,
                                  e->folder.ptr, (int)table.name.len, table.name.ptr);
    if (!os_writer_open(e->arena, path, table.kind == TABLE_SECRET, &e->writer, err) ||
        !table_lines(e->store, number, write_line, e, &digest, &rows, err) ||
        !os_writer_end(e->writer, err)) {
        return false;
    }
    Json *about = json_push(e->arena, e->tables, json_object(e->arena));
    Json *columns = json_array(e->arena);
    for (ptrdiff_t i = 0; i < table.column_count; i++) {
        json_push(e->arena, columns, json_str(e->arena, table.columns[i].name));
    }
    json_set_str(e->arena, about, S("name"), table.name);
    json_set(e->arena, about, S("columns"), columns);
    json_set_int(e->arena, about, S("rows"), rows);
    json_set_str(e->arena, about, S("sha256"), digest_text(e->arena, digest));
    return true;
}

static bool export_tables(void *ctx, PxErr *err) {
    Export *e = ctx;
    for (ptrdiff_t i = 0; i < TABLE_COUNT; i++) {
        if (!export_table(e, i, err)) return false;
    }
    return true;
}

static bool export_file(void *ctx, Digest name, Str path, PxErr *err) {
    Export *e = ctx;
    Arena *own = arena_child(e->arena);
    const Str text = digest_text(own, name);
    const Str folder = os_path(own, os_path(own, e->folder, S("files")), str_slice(text, 0, 2));
    Str bytes;
    (void)path;
    const bool done = store_fetch(e->store, own, name, &bytes, err) &&
                      os_make_folder(folder, err) &&
                      os_write_file(os_path(own, folder, text), bytes, OS_NEW, false, err);
    arena_close(own);
    e->files++;
    return done;
}

static bool write_about(Export *e, PxErr *err) {
    Json *about = json_object(e->arena);
    json_set_str(e->arena, about, S("form"), S("paraph-store-1"));
    json_set_int(e->arena, about, S("steps"), migration_count());
    json_set_int(e->arena, about, S("files"), e->files);
    json_set_bool(e->arena, about, S("with_keys"), e->with_keys);
    json_set(e->arena, about, S("tables"), e->tables);
    Buf b = buf_new(e->arena);
    json_write(&b, about);
    buf_byte(&b, '\n');
    return os_write_file(os_path(e->arena, e->folder, S("store.json")), buf_str(&b), OS_NEW, false,
                         err);
}

static bool make_new_folder(Store *s, Str folder, PxErr *err) {
    if (s->folder.len == 0) {
        return fail(err, PX_ERR_UNSUPPORTED, S("store"), -1,
                    "a store in memory is not written out");
    }
    if (os_is_folder(folder) || os_is_file(folder)) {
        return fail(err, PX_ERR_CONFLICT, folder, -1,
                    "something of this name is there already (choose another)");
    }
    return os_make_folder(folder, err);
}

static bool export_all(Export *e, PxErr *err) {
    const Str from = e->store->folder;
    return make_new_folder(e->store, e->folder, err) &&
           os_make_folder(os_path(e->arena, e->folder, S("tables")), err) &&
           os_make_folder(os_path(e->arena, e->folder, S("files")), err) &&
           os_write_file(os_path(e->arena, e->folder, S("README")), str_from_z(readme), OS_NEW,
                         false, err) &&
           checkpoint_copy(e->arena, from, e->folder, err) &&
           store_read(e->store, export_tables, e, err) &&
           files_each(e->arena, from, export_file, e, err) &&
           keys_copy(e->arena, from, e->folder, e->with_keys, err) && write_about(e, err);
}

bool store_export(Store *s, Str folder, bool with_keys, PxErr *err) {
    Arena *own = arena_child(s->arena);
    Export e = {.store = s, .arena = own, .with_keys = with_keys, .tables = json_array(own)};
    e.folder = arena_str(own, folder);
    const bool done = export_all(&e, err);
    arena_close(own);
    return done;
}

/* ---- backup ---- */

typedef struct Backup {
    Store *store;
    Arena *arena;
    Str folder;
} Backup;

static bool link_file(void *ctx, Digest name, Str path, PxErr *err) {
    const Backup *b = ctx;
    Arena *own = arena_child(b->arena);
    const Str text = digest_text(own, name);
    const Str folder = os_path(own, os_path(own, b->folder, S("files")), str_slice(text, 0, 2));
    const bool done =
        os_make_folder(folder, err) && os_link_file(own, path, os_path(own, folder, text), err);
    arena_close(own);
    return done;
}

/* The database gets its name last: what is not finished cannot be opened. */
static bool backup_all(Backup *b, PxErr *err) {
    const Str from = b->store->folder;
    const Str unfinished = os_path(b->arena, b->folder, S("paraph.db.new"));
    return make_new_folder(b->store, b->folder, err) &&
           os_make_folder(os_path(b->arena, b->folder, S("files")), err) &&
           checkpoint_copy(b->arena, from, b->folder, err) &&
           os_write_file(unfinished, S(""), OS_NEW, true, err) &&
           sqlite_copy(b->store, unfinished, err) &&
           files_each(b->arena, from, link_file, b, err) &&
           keys_copy(b->arena, from, b->folder, true, err) &&
           os_move_file(unfinished, os_path(b->arena, b->folder, S("paraph.db")), err);
}

bool store_backup(Store *s, Str folder, PxErr *err) {
    check(s->mode == MODE_IDLE);
    if (store_is_postgres(s)) return store_export(s, folder, true, err);
    Backup b = {s, arena_child(s->arena), {NULL, 0}};
    b.folder = arena_str(b.arena, folder);
    const bool done = backup_all(&b, err);
    arena_close(b.arena);
    return done;
}
