#include "base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static void test_ceiling(void **state)
{
    (void)state;
    ARENA_SCOPE struct arena *arena = arena_new(10000, ARENA_SECRET);
    assert_non_null(arena_alloc(arena, 5000));
    assert_null(arena_alloc(arena, 6000));
    assert_true(arena_exhausted(arena));
    assert_null(arena_alloc(arena, 1)); /* remembered */
    struct error error;
    assert_int_equal(arena_error(arena, &error), ERROR_TOO_LARGE);
    arena_reset(arena);
    assert_non_null(arena_alloc(arena, 100));
    assert_null(arena_alloc_array(arena, SIZE_MAX / 2, 3));
}

static void test_growth_keeps_content(void **state)
{
    (void)state;
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
    int *numbers = NULL;
    size_t room = 0;
    for (int i = 0; i < 1000; i++) {
        numbers = arena_more(arena, numbers, (size_t)i, &room, sizeof *numbers);
        assert_non_null(numbers);
        assert_in_range(room, i + 1, 1024);
        if (i % 3 == 0)
            arena_alloc(arena, 8); /* now it is not the newest and must move */
        assert_int_equal(numbers[i], 0);
        numbers[i] = i;
    }
    for (int i = 0; i < 1000; i++)
        assert_int_equal(numbers[i], i);
}

static void test_reuse_is_zeroed(void **state)
{
    (void)state;
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
    memset(arena_alloc(arena, 64), 0xff, 64);
    arena_reset(arena);
    char *p = arena_alloc(arena, 64);
    for (int i = 0; i < 64; i++)
        assert_int_equal(p[i], 0);
}

static void test_buffer(void **state)
{
    (void)state;
    ARENA_SCOPE struct arena *arena = arena_new(1 << 12, ARENA_PLAIN);
    struct buffer b = buffer_in(arena);
    buffer_string(&b, "n=");
    buffer_int(&b, -5);
    buffer_format(&b, " %03d", 7);
    buffer_u16(&b, 0x4142);
    assert_true(text_equal(buffer_result(&b), TEXT("n=-5 007AB")));
    for (int i = 0; i < 1000; i++)
        buffer_string(&b, "0123456789");
    assert_true(buffer_failed(&b));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_ceiling), cmocka_unit_test(test_growth_keeps_content),
                                       cmocka_unit_test(test_reuse_is_zeroed), cmocka_unit_test(test_buffer)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
