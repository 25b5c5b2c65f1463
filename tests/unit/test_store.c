/* needs: base os json store */
#include "t.h"

#include "os/os.h"
#include "store/store.h"

static Store *fresh(Arena *a) {
    PxErr err = {0};
    Str folder;
    StorePlace place;
    Store *s = NULL;
    const Str url = os_environment(a,"PARAPH_TEST_POSTGRES");
    if (!T_OK(os_temporary_folder(a, &folder, &err), &err)) return NULL;
    if (!T_OK(store_place(a, url.len ? url : os_path(a, folder, S("s")), os_path(a, folder, S("s")), &place, &err), &err)) return NULL;
    if (!T_OK(store_create(a, &place, &err), &err)) return NULL;
    T_OK(store_open(a, &place, &s, &err), &err);
    return s;
}

static bool add_body(void *ctx, PxErr *err) {
    return STORE_RUN(ctx, err, body_insert, value_text(S("fa")), value_text(S("外交部")));
}

static void opens_inner(Arena *a) {
    PxErr err = {0};
    Store *s = fresh(a);
    if (!s) return;
    Rows rows;
    T_OK(store_write(s, add_body, s, &err), &err);
    T_CHECK(!store_write(s, add_body, s, &err));
    T_EQ_INT(err.kind, PX_ERR_CONFLICT);
    T_OK(STORE_ROWS(s, a, &rows, &err, body_find, value_text(S("fa"))), &err);
    T_EQ_INT(rows.rows, 1);
    T_EQ_STR(rows.values[1].text, S("外交部"));
    Digest d;
    int64_t n;
    T_OK(store_table_digest(s, "body", &d, &n, &err), &err);
    T_EQ_INT(n, 1);
    T_OK(store_keep(s, S("hello"), &d, &err), &err);
    T_OK(store_keep(s, S("hello"), &d, &err), &err);
    Str back;
    T_OK(store_fetch(s, a, d, &back, &err), &err);
    T_EQ_STR(back, S("hello"));
}
static void opens(void) { t_with_arena(opens_inner); }

int main(void) {
    T_RUN(opens);
    return t_end();
}
