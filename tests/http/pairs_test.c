#include "check.h"

#include "http/pairs.h"

#include "base/error.h"
#include "header.h"

static struct arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = arena_new(1 << 20, ARENA_PLAIN);
    return arena ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static int read_pairs(struct text source, struct http_pairs *pairs)
{
    struct error error = {0};
    return http_pairs_read(arena, source, 8, "query", pairs, &error);
}

static void test_pairs(void **state)
{
    (void)state;
    struct http_pairs pairs;
    struct text value;
    assert_int_equal(read_pairs(TEXT("a=1&b=two+words%21&c=&d&=e&&a=%c3%a9"), &pairs), 0);
    assert_int_equal(pairs.n, 6);
    check_text(http_pairs_get(&pairs, "b"), "two words!");
    assert_int_equal(http_pairs_one(&pairs, "c", &value, NULL), 0);
    assert_non_null(value.p);
    assert_int_equal(http_pairs_one(&pairs, "zz", &value, NULL), 0);
    assert_null(value.p);
    check_text(pairs.pair[4].value, "e");
}

static void test_doubled_name(void **state)
{
    (void)state;
    struct http_pairs pairs;
    struct text value;
    struct error error = {0};
    size_t at = 0;
    assert_int_equal(read_pairs(TEXT("a=1&a=2"), &pairs), 0);
    assert_int_equal(http_pairs_one(&pairs, "a", &value, &error), ERROR_INPUT);
    assert_string_equal(error.where, "a");
    assert_int_equal(http_pairs_get(&pairs, "a").n, 0);
    assert_int_equal(http_pairs_count(&pairs, "a"), 2);
    assert_true(http_pairs_next(&pairs, "a", &at, &value));
    assert_true(http_pairs_next(&pairs, "a", &at, &value));
    check_text(value, "2");
    assert_false(http_pairs_next(&pairs, "a", &at, &value));
}

static void test_refused_encodings(void **state)
{
    (void)state;
    static const char *const bad[] = {"a=%",    "a=%4",     "a=%zz",       "a=%00",         "a=%c3",
                                      "%ff=1",  "a=%c0%80", "a=%ed%a0%80", "a=x%01y",       "a=%7f",
                                      "a=\xff", "a=%2",     "%=1",         "a=%f4%90%80%80"};
    struct http_pairs pairs;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (read_pairs(text_of(bad[i]), &pairs) != ERROR_INPUT)
            fail_msg("%s was taken", bad[i]);
    assert_int_equal(read_pairs(TEXT("a=%0d%0a%09"), &pairs), 0);
    check_text(http_pairs_get(&pairs, "a"), "\r\n\t");
}

static void test_bounds(void **state)
{
    (void)state;
    struct http_pairs pairs;
    struct error error = {0};
    assert_int_equal(read_pairs(TEXT("1&2&3&4&5&6&7&8"), &pairs), 0);
    assert_int_equal(read_pairs(TEXT("1&2&3&4&5&6&7&8&9"), &pairs), ERROR_TOO_LARGE);
    ARENA_SCOPE struct arena *small = arena_new(64, ARENA_PLAIN);
    assert_int_equal(http_pairs_read(small, TEXT("a=1&b=2&c=3&d=4"), 8, "query", &pairs, &error),
                     ERROR_TOO_LARGE);
}

static void test_encode_is_the_inverse(void **state)
{
    (void)state;
    struct text back, all = TEXT("a b&c=d/?%+\xc3\xa9~-._");
    struct text encoded = http_encode(arena, all);
    check_text(encoded, "a%20b%26c%3Dd%2F%3F%25%2B%C3%A9~-._");
    assert_int_equal(http_decode(arena, encoded, true, "", &back, NULL), 0);
    assert_true(text_equal(back, all));
}

static void test_cookies(void **state)
{
    (void)state;
    struct http_pairs cookies;
    struct error error = {0};
    assert_int_equal(http_cookies_read(arena,
                                       TEXT("a=1; b=x y; c=\"q\"; d; =e; f=%20; g=1;h=2; i=1; i=1; g=3"), 64,
                                       &cookies, &error),
                     0);
    check_text(http_pairs_get(&cookies, "a"), "1");
    assert_int_equal(http_pairs_count(&cookies, "b"),
                     0); /* a space: malformed, and no reason to lose the others */
    assert_int_equal(http_pairs_count(&cookies, "c"), 0);
    check_text(http_pairs_get(&cookies, "f"), "%20");
    check_text(http_pairs_get(&cookies, "h"), "2");
    check_text(http_pairs_get(&cookies, "i"), "1");
    assert_int_equal(http_pairs_count(&cookies, "g"), 0); /* two values: which is ours? */
    assert_int_equal(http_cookies_read(arena, (struct text){0}, 64, &cookies, &error), 0);
    assert_int_equal(cookies.n, 0);
}

static void test_header_grammar(void **state)
{
    (void)state;
    struct text rest, name, value;
    bool bad = false;
    struct text head = header_head(TEXT("Form-Data ; name=\"a\\\"b\\\\c\\d\" ; filename=x.txt"), &rest);
    check_text(head, "Form-Data");
    assert_true(header_parameter(arena, &rest, &name, &value, &bad));
    check_text(name, "name");
    check_text(value, "a\"b\\c\\d");
    assert_true(header_parameter(arena, &rest, &name, &value, &bad));
    check_text(value, "x.txt");
    assert_false(header_parameter(arena, &rest, &name, &value, &bad));
    assert_false(bad);
    rest = TEXT("; name=\"never ended");
    assert_false(header_parameter(arena, &rest, &name, &value, &bad));
    assert_true(bad);
    assert_true(header_lists_etag(TEXT("\"x\", W/\"y\""), TEXT("\"y\"")));
    assert_true(header_lists_etag(TEXT("*"), TEXT("\"y\"")));
    assert_false(header_lists_etag(TEXT("\"yy\""), TEXT("\"y\"")));
    assert_true(header_accepts_gzip(TEXT("br, GZip;q=0.5")));
    assert_false(header_accepts_gzip(TEXT("gzip;q=0.00, br")));
    assert_false(header_accepts_gzip(TEXT("br")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_pairs, setup, teardown),
        cmocka_unit_test_setup_teardown(test_doubled_name, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refused_encodings, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bounds, setup, teardown),
        cmocka_unit_test_setup_teardown(test_encode_is_the_inverse, setup, teardown),
        cmocka_unit_test_setup_teardown(test_cookies, setup, teardown),
        cmocka_unit_test_setup_teardown(test_header_grammar, setup, teardown),
    };
    return cmocka_run_group_tests_name("http pairs", tests, NULL, NULL);
}
