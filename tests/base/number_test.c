#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/number.h"

static struct number of(const char *s)
{
    struct number n = {{0, 0}};
    assert_true(number_parse(text_of(s), &n));
    return n;
}

static void assert_text(struct number n, const char *wanted)
{
    ARENA_SCOPE struct arena *arena = arena_new(1 << 16, ARENA_PLAIN);
    struct buffer b = buffer_in(arena);
    number_write(&b, n);
    struct text got = buffer_result(&b);
    if (!text_equal(got, text_of(wanted)))
        fail_msg("wanted %s, got %.*s", wanted, TEXT_ARGS(got));
}

static void what_is_written_reads_the_same(void **state)
{
    static const char *const same[] = {"0", "1", "-1", "12.5", "0.001", "-0.05", "1000", "123456789012345678901234567890.1234"};
    (void)state;
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        assert_text(of(same[i]), same[i]);
    assert_text(of("1.500"), "1.5");
    assert_text(of("-0"), "0");
    assert_text(of("1e3"), "1000");
    assert_text(of("1E-3"), "0.001");
    assert_text(of(".5"), "0.5");
    assert_text(of("1e100"), "1E+100");
    assert_text(of("-1.25e-60"), "-1.25E-60");
    struct number zero = {{0, 0}};
    assert_text(zero, "0");
    assert_int_equal(number_compare(zero, of("0")), 0);
}

static void what_is_no_number_is_refused(void **state)
{
    static const char *const bad[] = {"", " 1", "1 ", "1.", ".", "-", "+", "e3", "1e", "1e+", "0x1", "Infinity", "NaN", "1,5", "1e9999", "--1"};
    struct number n;
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(number_parse(text_of(bad[i]), &n));
}

static void sums_are_exact(void **state)
{
    struct number out;
    (void)state;
    assert_true(number_add(of("0.1"), of("0.2"), &out));
    assert_text(out, "0.3");
    assert_true(number_divide(of("1"), of("8"), &out));
    assert_text(out, "0.125");
    assert_true(number_power(of("2"), of("100"), &out));
    assert_text(out, "1267650600228229401496703205376");
    assert_true(number_power(of("1.1"), of("-1"), &out));
    assert_text(out, "0.9090909090909090909090909090909091");
    assert_true(number_modulo(of("-7"), of("3"), &out));
    assert_text(out, "2");
    assert_true(number_modulo(of("7"), of("-3"), &out));
    assert_text(out, "-2");
    assert_true(number_sqrt(of("2.25"), &out));
    assert_text(out, "1.5");
}

static void what_has_no_value_gives_none(void **state)
{
    struct number out = of("42");
    (void)state;
    assert_false(number_divide(of("1"), of("0"), &out));
    assert_false(number_divide(of("0"), of("0"), &out));
    assert_false(number_multiply(of("1e6000"), of("1e6000"), &out));
    assert_false(number_modulo(of("1"), of("0"), &out));
    assert_false(number_sqrt(of("-1"), &out));
    assert_false(number_log(of("0"), &out));
    assert_false(number_power(of("0"), of("-1"), &out));
    assert_false(number_power(of("-8"), of("0.5"), &out));
    assert_text(out, "42");
}

static void rounding_knows_seven_ways(void **state)
{
    static const struct {
        enum number_rounding how;
        const char *of[4]; /* 2.5, -2.5, 2.51, -2.49 */
    } way[] = {
        {NUMBER_HALF_EVEN, {"2", "-2", "3", "-2"}}, {NUMBER_HALF_UP, {"3", "-3", "3", "-2"}},
        {NUMBER_HALF_DOWN, {"2", "-2", "3", "-2"}}, {NUMBER_UP, {"3", "-3", "3", "-3"}},
        {NUMBER_DOWN, {"2", "-2", "2", "-2"}},      {NUMBER_FLOOR, {"2", "-3", "2", "-3"}},
        {NUMBER_CEILING, {"3", "-2", "3", "-2"}},
    };
    static const char *const from[] = {"2.5", "-2.5", "2.51", "-2.49"};
    struct number out;
    (void)state;
    for (size_t i = 0; i < sizeof way / sizeof *way; i++)
        for (size_t j = 0; j < 4; j++) {
            assert_true(number_round(of(from[j]), 0, way[i].how, &out));
            assert_text(out, way[i].of[j]);
        }
    assert_true(number_round(of("1234.5"), -2, NUMBER_HALF_EVEN, &out));
    assert_text(out, "1200");
    assert_true(number_round(of("1.5"), 6000, NUMBER_HALF_EVEN, &out));
    assert_text(out, "1.5");
    assert_false(number_round(of("1.5"), 7000, NUMBER_HALF_EVEN, &out));
}

static void order_and_integers(void **state)
{
    int64_t i;
    (void)state;
    assert_int_equal(number_compare(of("1.0"), of("1")), 0);
    assert_true(number_compare(of("-1"), of("0.5")) < 0);
    assert_true(number_is_whole(of("1e3")));
    assert_false(number_is_whole(of("1.5")));
    assert_true(number_to_int64(number_of_int(INT64_MIN), &i));
    assert_true(i == INT64_MIN);
    assert_false(number_to_int64(of("9223372036854775808"), &i));
    assert_false(number_to_int64(of("0.5"), &i));
    assert_int_equal(number_sign(number_negate(of("0"))), 0);
    assert_text(number_abs(of("-3")), "3");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_reads_the_same), cmocka_unit_test(what_is_no_number_is_refused),
        cmocka_unit_test(sums_are_exact),                 cmocka_unit_test(what_has_no_value_gives_none),
        cmocka_unit_test(rounding_knows_seven_ways),      cmocka_unit_test(order_and_integers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
