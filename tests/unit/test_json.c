/* JSON: what is read, what is refused and where, the canonical writing, members. */
/* needs: base json */
#include "json/json.h"

#include "t.h"

static Json *parse(Arena *a, Str text) {
    Json *j = NULL;
    PxErr err = {0};
    T_OK(json_read(a, S("test"), text, &j, &err), &err);
    return j ? j : json_null(a);
}

static void expect_canonical(Arena *a, Str text, Str want) {
    T_EQ_STR(json_text(a, parse(a, text)), want);
}

static void reads_and_writes(Arena *a) {
    static const char *const same[] = {
        "null",
        "true",
        "false",
        "0",
        "-1",
        "9223372036854775807",
        "-9223372036854775808",
        "\"\"",
        "[]",
        "{}",
        "[[],{},\"x\",[1,2]]",
        "{\"a\":{\"b\":[null]},\"b\":1}",
        "\"\\u0001\\b\\t\\n\\u000b\\f\\r\\u001f \\\"\\\\/\x7f\"",
        "\"\xd9\x85\xd8\xb9\xd8\xa7\xdb\x81\xd8\xaf\xdb\x81 \xe5\x8d\x8f \xf0\x9d\x84\x9e\"",
    };
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        expect_canonical(a, str_from_z(same[i]), str_from_z(same[i]));
    }
    expect_canonical(a, S(" { \"b\" : [ 1 , -0 ] ,\n\t\"a\" : \"\\u00e9\\/\\ud834\\udd1e\" }\r\n"),
                     S("{\"a\":\"\xc3\xa9/\xf0\x9d\x84\x9e\",\"b\":[1,0]}"));
    /* the order of bytes: capitals, then small letters, a prefix first */
    expect_canonical(a, S("{\"b\":1,\"\xc3\xa9\":2,\"B\":3,\"ba\":4,\"\":5}"),
                     S("{\"\":5,\"B\":3,\"b\":1,\"ba\":4,\"\xc3\xa9\":2}"));
}

static void test_reads_and_writes(void) { t_with_arena(reads_and_writes); }

static void expect_refusal(Arena *a, Str text, PxErrKind kind, ptrdiff_t at) {
    Json *j = (Json *)&j;
    PxErr err = {0};
    T_CHECK(!json_read(a, S("test"), text, &j, &err));
    T_CHECK(j == NULL);
    T_EQ_INT(err.kind, kind);
    T_EQ_STR(str_from_z(err.part), S("test"));
    if (at >= 0) T_EQ_INT(err.at, at);
    if (err.kind != kind || (at >= 0 && err.at != at)) {
        printf("# of [%.*s]: %s\n", (int)text.len, text.ptr, err.message);
    }
}

static void refuses(Arena *a) {
    static const char *const bad[] = {
        "",       "  ",     "{",         "[1,]",        "{\"a\":1,}",    "[1] 2",
        "nul",    "'x'",    "[01]",      "+1",          "NaN",           "Infinity",
        "{a:1}",  "\"\t\"", "\"\\x41\"", "\"\\ud834\"", "\"abc",         "// x\n1",
        "[1 2]",  "--1",    "\"\\u12\"", "]",           "{\"a\"}",       "9223372036854775808",
        "\xff\"", "\"\\",   "{1:2}",     "-",           "[\"\\u0000\"]",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        expect_refusal(a, str_from_z(bad[i]), PX_ERR_INPUT, -1);
    }
    expect_refusal(a, S("[1,2.5]"), PX_ERR_INPUT, 3);
    expect_refusal(a, S("[\"1.5\",1e3]"), PX_ERR_INPUT, 7);
    expect_refusal(a, S("1E2"), PX_ERR_INPUT, 0);
    expect_refusal(a, S("{\"a\":1,\"b\":2,\"a\":3}"), PX_ERR_INPUT, 16);
    expect_refusal(a, S("{\"a\":1,\"\\u0061\":3}"), PX_ERR_INPUT, -1);
    expect_refusal(a, S("\"a\0b\""), PX_ERR_INPUT, -1);
    expect_refusal(a, S("\"a\\u0000b\""), PX_ERR_INPUT, -1);
    expect_refusal(a, S("1\0"), PX_ERR_INPUT, -1);
    expect_refusal(a, S("\"\xc0\xaf\""), PX_ERR_INPUT, -1);
    expect_refusal(a, S("\"\xed\xa0\x80\""), PX_ERR_INPUT, -1);
    expect_refusal(a, S("\xef\xbb\xbf{}"), PX_ERR_INPUT, -1);
}

static void test_refuses(void) { t_with_arena(refuses); }

static Str nested(Arena *a, int depth) {
    Buf b = buf_new(a);
    for (int i = 0; i < depth; i++) buf_add(&b, i % 2 ? S("[") : S("{\"[\":"));
    buf_byte(&b, '1');
    for (int i = depth; i-- > 0;) buf_byte(&b, i % 2 ? ']' : '}');
    return buf_str(&b);
}

static void depth(Arena *a) {
    const Str deepest = nested(a, 64);
    expect_canonical(a, deepest, deepest);
    expect_refusal(a, nested(a, 65), PX_ERR_LIMIT, -1);
    expect_refusal(a, nested(a, 100000), PX_ERR_LIMIT, -1);
    Buf b = buf_new(a);
    for (int i = 0; i < 1000000; i++) buf_byte(&b, '[');
    expect_refusal(a, buf_str(&b), PX_ERR_LIMIT, 64);
}

static void test_depth(void) { t_with_arena(depth); }

static void members(Arena *a) {
    Json *o = json_object(a);
    json_set_str(a, o, S("text"), S("x"));
    json_set_str(a, o, S("empty"), S(""));
    json_set_int(a, o, S("number"), -7);
    json_set_bool(a, o, S("truth"), true);
    Json *list = json_set(a, o, S("list"), json_array(a));
    T_CHECK(list->kind == JSON_ARRAY);
    for (int i = 0; i < 100; i++) {
        Json *item = json_int(a, i);
        T_CHECK(json_push(a, list, item) == item);
    }
    T_EQ_INT(o->count, 4);
    T_EQ_STR(json_find_str(o, S("text")), S("x"));
    T_CHECK(json_find(o, S("empty")) == NULL);
    T_EQ_INT(json_find_int(o, S("number"), 1), -7);
    T_EQ_INT(json_find_int(o, S("text"), 1), 1);
    T_EQ_INT(json_find_int(NULL, S("text"), 2), 2);
    T_EQ_INT(json_find_int(list, S("text"), 3), 3);
    T_CHECK(json_find_bool(o, S("truth")) && !json_find_bool(o, S("number")));
    T_EQ_STR(json_find_str(o, S("number")), S(""));
    Json **items;
    T_EQ_INT(json_find_array(o, S("list"), &items), 100);
    T_EQ_INT(items[99]->number, 99);
    T_EQ_INT(json_find_array(o, S("text"), &items), 0);
    T_CHECK(items == NULL);
    json_set_str(a, o, S("text"), S("y"));
    T_EQ_INT(o->count, 4);
    T_EQ_STR(json_find_str(o, S("text")), S("y"));
    json_set(a, o, S("list"), json_null(a));
    T_EQ_STR(json_text(a, o), S("{\"list\":null,\"number\":-7,\"text\":\"y\",\"truth\":true}"));
}

static void test_members(void) { t_with_arena(members); }

/* What came in by a command's argument is whatever bytes it is; what goes out is JSON. */
static void mends_text(Arena *a) {
    T_EQ_STR(json_text(a, json_str(a, S("a\xff\0b\xc3\xa9\xe2\x82"))),
             S("\"a\xef\xbf\xbd\xef\xbf\xbd"
               "b\xc3\xa9\xef\xbf\xbd\xef\xbf\xbd\""));
    Json *o = json_object(a);
    json_set_int(a, o, S("\xfe"), 1);
    const Str text = json_text(a, o);
    T_EQ_STR(text, S("{\"\xef\xbf\xbd\":1}"));
    expect_canonical(a, text, text);
}

static void test_mends_text(void) { t_with_arena(mends_text); }

static void equality(Arena *a) {
    static const char *const distinct[] = {
        "null", "true",  "false", "0",         "1",         "\"\"",      "\"0\"",     "[]",
        "[0]",  "[0,0]", "{}",    "{\"a\":0}", "{\"b\":0}", "{\"a\":1}", "{\"a\":[]}"};
    const size_t count = sizeof distinct / sizeof *distinct;
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < count; k++) {
            const bool is_equal =
                json_equal(parse(a, str_from_z(distinct[i])), parse(a, str_from_z(distinct[k])));
            T_CHECK(is_equal == (i == k));
        }
    }
    T_CHECK(json_equal(parse(a, S("{\"a\":1,\"b\":{\"c\":2,\"d\":3}}")),
                       parse(a, S("{\"b\":{\"d\":3,\"c\":2},\"a\":1}"))));
}

static void test_equality(void) { t_with_arena(equality); }

/* ---- law: read(write(v)) = v, write(read(write(v))) = write(v) ---- */

static Str random_text(Arena *a) {
    Buf b = buf_new(a);
    for (ptrdiff_t n = t_random_below(12); n > 0; n--) {
        static const uint32_t from[] = {1, 0x20, 0x80, 0x800, 0xE000, 0x10000};
        static const uint32_t size[] = {0x1F, 0x60, 0x780, 0xD000, 0x2000, 0x100000};
        const ptrdiff_t k = t_random_below(6);
        utf8_put(&b, from[k] + (uint32_t)t_random_below(size[k]));
    }
    return buf_str(&b);
}

static Json *random_value(Arena *a, int depth_left) {
    switch (t_random_below(depth_left > 0 ? 6 : 4)) {
    case 0: return json_null(a);
    case 1: return json_bool(a, t_random_below(2));
    case 2: return json_int(a, (int64_t)(t_random() >> t_random_below(64)));
    case 3: return json_str(a, random_text(a));
    case 4: {
        Json *list = json_array(a);
        for (ptrdiff_t n = t_random_below(5); n > 0; n--) {
            json_push(a, list, random_value(a, depth_left - 1));
        }
        return list;
    }
    default: {
        Json *o = json_object(a);
        for (ptrdiff_t n = t_random_below(40); n > 0; n -= 3) {
            json_set(a, o, random_text(a), random_value(a, depth_left - 1));
        }
        return o;
    }
    }
}

static void round_trip(Arena *a) {
    for (int i = 0; i < 1000; i++) {
        Json *value = random_value(a, 4);
        const Str text = json_text(a, value);
        Json *back = parse(a, text);
        T_CHECK(json_equal(value, back) && json_equal(back, value));
        T_EQ_STR(json_text(a, back), text);
    }
}

static void test_round_trip(void) { t_with_arena(round_trip); }

static bool read_once(void *ctx, Arena *a, PxErr *err) {
    Json *j;
    if (!json_read(a, S("test"), *(const Str *)ctx, &j, err)) return false;
    return json_text(a, j).len > 0;
}

static void test_memory_faults(void) {
    Str text = S("{\"b\":[1,2,{\"x\":\"\\n\"}],\"a\":null,\"c\":{\"e\":1,\"d\":2}}");
    T_CHECK(t_fault_loop(read_once, &text));
}

int main(void) {
    T_RUN(test_reads_and_writes);
    T_RUN(test_refuses);
    T_RUN(test_depth);
    T_RUN(test_members);
    T_RUN(test_mends_text);
    T_RUN(test_equality);
    T_RUN(test_round_trip);
    T_RUN(test_memory_faults);
    return t_end();
}
