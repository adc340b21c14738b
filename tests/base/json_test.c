#include "base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static void test_reading(void **state)
{
    (void)state;
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
    struct error error;
    const struct json *json;
    assert_int_equal(json_read(arena, TEXT(" {\"a\": [1.50, -0e2, true], \"b\\u00e9\": \"\\ud83d\\udc67\\n\"} "), "x", &json, &error), 0);
    const struct json *a = json_get(json, "a");
    assert_int_equal(a->count, 3);
    assert_true(text_equal(a->item[0].text, TEXT("1.50"))); /* exact */
    assert_true(json_is(&a->item[2], JSON_TRUE));
    assert_true(text_equal(json_text(json_get(json, "b\xc3\xa9")), TEXT("\xf0\x9f\x91\xa7\n")));
    assert_null(json_get(json, "c"));
}

static void test_refusals(void **state)
{
    (void)state;
    const struct {
        const char *source, *says;
    } cases[] = {
        {"{\"a\":1,\"a\":2}", "column 8: this key is there twice"},
        {"{\"a\":1}x", "follows the end"},
        {"[1,]", "a value was expected"},
        {"[01]", "does not begin with 0"},
        {"[1.]", "after its point"},
        {"\"\\u0000\"", "NUL"},
        {"\"\\ud800\"", "surrogate"},
        {"\"\\x\"", "escape"},
        {"\"a\nb\"", "control character"},
        {"\"abc", "not closed"},
        {"{a:1}", "key in double quotes"},
        {"\xff", "UTF-8"},
        {"", "ends before"},
        {"nul", "a value was expected"},
        {"[1\n,2\n,,]", "line 3, column 2"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ARENA_SCOPE struct arena *arena = arena_new(1 << 16, ARENA_PLAIN);
        struct error error;
        const struct json *json;
        assert_int_equal(json_read(arena, text_of(cases[i].source), "x", &json, &error), ERROR_INPUT);
        if (!strstr(error.what, cases[i].says))
            fail_msg("%s: says \"%s\"", cases[i].source, error.what);
    }
}

/* Comparing each key with each would take longer than a test may. */
static void test_many_keys(void **state)
{
    (void)state;
    enum { MANY = 400000 };
    ARENA_SCOPE struct arena *arena = arena_new(256 << 20, ARENA_PLAIN);
    struct error error;
    const struct json *json;
    for (int twin = 0; twin < 2; twin++) {
        struct buffer source = buffer_in(arena);
        for (int i = 0; i < MANY; i++)
            buffer_format(&source, "%c\n\"%d\":%d", i ? ',' : '{', i, i);
        buffer_string(&source, twin ? ",\"17\":0,\"16\":0}" : "}");
        int result = json_read(arena, buffer_result(&source), "x", &json, &error);
        assert_int_equal(result, twin ? ERROR_INPUT : 0);
        if (twin)
            assert_string_equal(error.what, "line 400001, column 17: this key is there twice");
        else
            assert_true(text_equal(json->key[MANY - 1], TEXT("399999")) && text_equal(json->item[17].text, TEXT("17")));
        arena_reset(arena);
    }
}

static void test_depth(void **state)
{
    (void)state;
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
    struct error error;
    const struct json *json;
    for (size_t depth = 64; depth <= 65; depth++) {
        char deep[130];
        memset(deep, '[', depth);
        memset(deep + depth, ']', depth);
        int result = json_read(arena, (struct text){deep, 2 * depth}, "x", &json, &error);
        assert_int_equal(result, depth == 64 ? 0 : ERROR_INPUT);
        if (result) {
            assert_non_null(strstr(error.what, "deep"));
            continue;
        }
        /* what can be read can be written */
        struct buffer out = buffer_in(arena);
        struct json_writer w = json_writer_in(&out);
        json_put(&w, json);
        assert_false(buffer_failed(&out));
        assert_true(text_equal(buffer_result(&out), (struct text){deep, 2 * depth}));
    }
}

static void test_writing(void **state)
{
    (void)state;
    ARENA_SCOPE struct arena *arena = arena_new(1 << 16, ARENA_PLAIN);
    struct buffer b = buffer_in(arena);
    struct json_writer w = json_writer_in(&b);
    json_object(&w);
    json_member_text(&w, "t", TEXT("a\"\\\n\x01<"));
    json_key(&w, "l");
    json_array(&w);
    json_put_int(&w, -3);
    json_object(&w);
    json_end(&w);
    json_put_null(&w);
    json_end(&w);
    json_member_bool(&w, "b", false);
    json_end(&w);
    assert_true(text_equal(buffer_result(&b), TEXT("{\"t\":\"a\\\"\\\\\\n\\u0001<\",\"l\":[-3,{},null],\"b\":false}")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_reading), cmocka_unit_test(test_refusals),
                                       cmocka_unit_test(test_many_keys), cmocka_unit_test(test_depth), cmocka_unit_test(test_writing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
