#include "base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static void test_pieces(void **state)
{
    (void)state;
    struct text rest = TEXT("a,,b"), piece;
    assert_true(text_next(&rest, ',', &piece) && text_equal(piece, TEXT("a")));
    assert_true(text_next(&rest, ',', &piece) && piece.n == 0);
    assert_true(text_next(&rest, ',', &piece) && text_equal(piece, TEXT("b")));
    assert_false(text_next(&rest, ',', &piece));
    rest = TEXT("a,");
    assert_true(text_next(&rest, ',', &piece));
    assert_true(text_next(&rest, ',', &piece) && piece.n == 0);
    assert_false(text_next(&rest, ',', &piece));
}

static void test_integers(void **state)
{
    (void)state;
    int64_t value = 7;
    assert_true(text_to_int64(TEXT("-9223372036854775808"), &value) && value == INT64_MIN);
    assert_true(text_to_int64(TEXT("9223372036854775807"), &value) && value == INT64_MAX);
    const struct text bad[] = {TEXT(""), TEXT("-"), TEXT("+1"), TEXT(" 1"), TEXT("1 "), TEXT("0x1"), TEXT("9223372036854775808")};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(text_to_int64(bad[i], &value));
}

static void test_utf8(void **state)
{
    (void)state;
    assert_true(text_is_utf8(TEXT("Zo\xc3\xab \xe2\x82\xac \xf0\x9f\x91\xa7")));
    assert_int_equal(text_length(TEXT("Zo\xc3\xab")), 3);
    const struct text bad[] = {TEXT("\xc0\xaf"), TEXT("\xed\xa0\x80"), TEXT("\xf5\x80\x80\x80"), TEXT("\xe2\x82"), TEXT("\x80"),
                               TEXT("\xf0\x8f\xbf\xbf"), TEXT("\xe0\x9f\xbf")};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(text_is_utf8(bad[i]));
}

static void test_searching(void **state)
{
    (void)state;
    assert_int_equal(text_find(TEXT("abcabc"), TEXT("ca")), 2);
    assert_int_equal(text_find(TEXT("abc"), TEXT("abcd")), -1);
    assert_int_equal(text_find_char(TEXT("abc"), 'c'), 2);
    assert_true(text_starts(TEXT("abc"), TEXT("ab")) && !text_starts(TEXT("a"), TEXT("ab")));
    assert_true(text_ends(TEXT("abc"), TEXT("bc")) && !text_ends(TEXT("c"), TEXT("bc")));
    assert_true(text_equal_fold(TEXT("NHS.net"), TEXT("nhs.NET")));
    assert_true(text_compare(TEXT("a"), TEXT("ab")) < 0 && text_compare(TEXT("b"), TEXT("ab")) > 0);
    assert_true(text_equal(text_trim(TEXT(" \t x y\n")), TEXT("x y")));
    assert_true(text_equal_secret(TEXT("same"), TEXT("same")) && !text_equal_secret(TEXT("same"), TEXT("sane")));
}

static void test_ids(void **state)
{
    (void)state;
    struct id early = id_new(1000000), late = id_new(1000000000000), read;
    assert_true(text_compare(id_text(&early), id_text(&late)) < 0);
    assert_true(id_parse(id_text(&late), &read) && id_equal(&read, &late));
    assert_false(id_parse(TEXT("0123456789abcdefghjkmnpqrI"), &read));
    assert_false(id_parse(TEXT("z1234567890123456789012345"), &read));
    assert_false(id_parse(TEXT("short"), &read) || id_is_set(&read));
}

static void test_bytes(void **state)
{
    (void)state;
    ARENA_SCOPE struct arena *arena = arena_new(1 << 16, ARENA_PLAIN);
    unsigned char raw[3] = {0, 0xab, 0xff}, back[3];
    assert_true(text_equal(hex_encode(arena, raw, 3), TEXT("00abff")));
    assert_true(hex_decode(TEXT("00ABff"), back, 3) && back[1] == 0xab);
    assert_false(hex_decode(TEXT("00abf"), back, 3) || hex_decode(TEXT("00abfg"), back, 3));
    struct text out;
    assert_true(text_equal(base64_encode(arena, BASE64_STANDARD, "\xff\xfe", 2), TEXT("//4=")));
    assert_true(base64_decode(arena, BASE64_STANDARD, TEXT("//4="), &out) && out.n == 2);
    assert_false(base64_decode(arena, BASE64_STANDARD, TEXT("//5="), &out)); /* trailing bits set */
    assert_false(base64_decode(arena, BASE64_STANDARD, TEXT("//4"), &out));
    assert_false(base64_decode(arena, BASE64_STANDARD_UNPADDED, TEXT("//4="), &out));
    assert_false(base64_decode(arena, BASE64_STANDARD, TEXT("//4=\n"), &out));
    assert_true(base64_decode(arena, BASE64_URL_UNPADDED, TEXT("__4"), &out) && out.n == 2);
}

static void test_errors(void **state)
{
    (void)state;
    struct error error;
    char line[200], huge[1000];
    assert_int_equal(error_set(&error, ERROR_INPUT, "reason", "Write one.", "the reason is empty"), ERROR_INPUT);
    assert_int_equal(error_within(&error, "share"), ERROR_INPUT);
    error_line(&error, line, sizeof line);
    assert_string_equal(line, "share: reason: the reason is empty. Write one.");
    for (size_t i = 0; i + 1 < sizeof huge; i += 2) {
        huge[i] = (char)0xc3;
        huge[i + 1] = (char)0xa9;
    }
    huge[sizeof huge - 2] = 0;
    error_set(&error, ERROR_INPUT, huge, "", "x%s", huge);
    assert_true(text_is_utf8(text_of(error.what)) && text_is_utf8(text_of(error.where)));
}

static void distance_counts_changes(void **state)
{
    (void)state;
    assert_int_equal(text_distance(TEXT("given"), TEXT("given")), 0);
    assert_int_equal(text_distance(TEXT("givn"), TEXT("given")), 1);
    assert_int_equal(text_distance(TEXT("refused"), TEXT("given")), 6);
    assert_int_equal(text_distance(TEXT(""), TEXT("given")), 5);
    assert_int_equal(text_distance((struct text){NULL, 0}, (struct text){NULL, 0}), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces), cmocka_unit_test(test_integers), cmocka_unit_test(test_utf8),
        cmocka_unit_test(test_searching), cmocka_unit_test(test_ids), cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_errors),
        cmocka_unit_test(distance_counts_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
