/* fuzz_json: parses foreign bytes; what was accepted must be written in a form that reads back as
 * an equal value and is written the same again. */
/* needs: base json */
#include "json/json.h"

#include "target.h"

static void check_members(const Json *j) {
    for (ptrdiff_t i = 0; i < j->count; i++) {
        if (j->kind == JSON_OBJECT) {
            check(json_find(j, j->keys[i]) == j->items[i]);
            check(utf8_valid(j->keys[i], NULL));
        }
        check_members(j->items[i]);
    }
    if (j->kind == JSON_STR) check(utf8_valid(j->text, NULL));
}

static bool run(void *ctx, PxErr *err) {
    const Case *c = ctx;
    Json *first, *second;
    if (!json_read(c->arena, S("input"), c->bytes, &first, err)) {
        check(first == NULL && (err->kind == PX_ERR_INPUT || err->kind == PX_ERR_LIMIT));
        check(err->at >= 0 && err->at <= c->bytes.len);
        return true;
    }
    check_members(first);
    const Str text = json_text(c->arena, first);
    check(json_read(c->arena, S("canonical"), text, &second, err));
    check(json_equal(first, second) && json_equal(second, first));
    check(str_equal(json_text(c->arena, second), text));
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len) {
    return fuzz_one(run, 256, bytes, len);
}
