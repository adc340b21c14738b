#include "check.h"

#include "http/limiter.h"

#include "base/clock.h"

static void test_bucket(void **state)
{
    (void)state;
    struct http_limiter *limiter = http_limiter_new(60, 3, 100);
    int64_t now = 1000 * CLOCK_SECOND;
    for (int i = 0; i < 3; i++)
        assert_int_equal(http_limiter_take(limiter, TEXT("a"), now), 0);
    assert_int_equal(http_limiter_take(limiter, TEXT("a"), now), 1);
    assert_int_equal(http_limiter_take(limiter, TEXT("b"), now), 0);
    assert_int_equal(http_limiter_take(limiter, TEXT("a"), now + CLOCK_SECOND), 0);
    assert_int_equal(http_limiter_take(limiter, TEXT("a"), now + CLOCK_SECOND), 1);
    http_limiter_give(limiter, TEXT("a"), now + CLOCK_SECOND);
    assert_int_equal(http_limiter_take(limiter, TEXT("a"), now + CLOCK_SECOND), 0);
    /* Never more than the burst. */
    for (int i = 0; i < 3; i++)
        assert_int_equal(http_limiter_take(limiter, TEXT("a"), now + 1000 * CLOCK_SECOND), 0);
    assert_int_equal(http_limiter_take(limiter, TEXT("a"), now + 1000 * CLOCK_SECOND), 1);
    http_limiter_free(&limiter);
    assert_null(limiter);
}

static void test_slow_bucket_says_how_long(void **state)
{
    (void)state;
    struct http_limiter *limiter = http_limiter_new(2, 1, 8);
    assert_int_equal(http_limiter_take(limiter, TEXT("a"), 0), 0);
    assert_int_equal(http_limiter_take(limiter, TEXT("a"), 0), 30);
    assert_int_equal(http_limiter_take(limiter, TEXT("a"), 29 * CLOCK_SECOND), 1);
    assert_int_equal(http_limiter_take(limiter, TEXT("a"), 30 * CLOCK_SECOND), 0);
    http_limiter_free(&limiter);
}

static void test_full_table_keeps_the_worst(void **state)
{
    (void)state;
    struct http_limiter *limiter = http_limiter_new(1, 5, 8);
    for (int i = 0; i < 6; i++)
        http_limiter_take(limiter, TEXT("guesser"), 0);
    for (int i = 0; i < 10000; i++) {
        char key[16];
        snprintf(key, sizeof key, "%d", i);
        assert_int_equal(http_limiter_take(limiter, text_of(key), 0), 0);
    }
    /* Ten thousand others came by; the emptied bucket was not the one to go. */
    assert_true(http_limiter_take(limiter, TEXT("guesser"), 0) > 0);
    http_limiter_free(&limiter);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bucket),
        cmocka_unit_test(test_slow_bucket_says_how_long),
        cmocka_unit_test(test_full_table_keeps_the_worst),
    };
    return cmocka_run_group_tests_name("http limiter", tests, NULL, NULL);
}
