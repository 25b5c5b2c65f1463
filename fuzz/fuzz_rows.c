/* fuzz_rows: a line of an exported table, as an import meets it: the first byte says which table. A
 * row that was accepted has the kinds of its columns, is written again as it must be, and reads
 * back as the same. */
/* needs: base os json store */
#include "store/int.h"

#include "target.h"

static bool run(void *ctx, PxErr *err) {
    const Case *c = ctx;
    Table *table = NEW(c->arena, Table);
    table_read((unsigned char)c->bytes.ptr[0] % TABLE_COUNT, table);
    Value *row = NEW_ARRAY(c->arena, Value, COLUMNS_MAX),
          *again = NEW_ARRAY(c->arena, Value, COLUMNS_MAX);
    if (!line_read(c->arena, str_slice(c->bytes, 1, c->bytes.len), table, row, err)) {
        check(err->kind == PX_ERR_INPUT || err->kind == PX_ERR_LIMIT);
        return true;
    }
    Buf first = buf_new(c->arena), second = buf_new(c->arena);
    line_add(&first, row, table->column_count);
    check(line_read(c->arena, str_trim(buf_str(&first)), table, again, err));
    for (ptrdiff_t i = 0; i < table->column_count; i++) {
        const Column *column = &table->columns[i];
        check(row[i].kind == column->kind || (row[i].kind == VALUE_NULL && column->may_be_null));
        check(again[i].kind == row[i].kind && again[i].number == row[i].number);
        check(str_equal(again[i].text, row[i].text));
        if (row[i].kind == VALUE_TEXT) check(utf8_valid(row[i].text, NULL));
    }
    line_add(&second, again, table->column_count);
    check(str_equal(buf_str(&first), buf_str(&second)));
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len) {
    return len ? fuzz_one(run, 64, bytes, len) : 0;
}
