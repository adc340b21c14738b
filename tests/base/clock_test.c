#include "base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include <cmocka.h>

static void test_dates_round_trip(void **state)
{
    (void)state;
    for (int64_t day = -800000; day < 800000; day += 37) {
        struct date d = date_from_days(day);
        assert_true(date_valid(d));
        assert_true(date_to_days(d) == day);
    }
    assert_true(date_to_days((struct date){2000, 3, 1}) == 11017);
    struct date d;
    assert_true(date_parse(TEXT("2024-02-29"), &d));
    const struct text bad[] = {TEXT("2023-02-29"), TEXT("2024-2-29"), TEXT("2024-02-29 "), TEXT("0000-01-01"), TEXT("2024-13-01")};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(date_parse(bad[i], &d));
}

static void test_words(void **state)
{
    (void)state;
    ARENA_SCOPE struct arena *arena = arena_new(1 << 16, ARENA_PLAIN);
    const char *zone = getenv("TZ");
    char before[64] = "";
    snprintf(before, sizeof before, "%s", zone ? zone : "");
    assert_true(text_equal(date_words(arena, (struct date){2015, 6, 3}), TEXT("3 June 2015")));
    assert_true(text_equal(date_words(arena, (struct date){0}), TEXT("")));
    assert_true(text_equal(date_words(arena, (struct date){2015, 13, 1}), TEXT("")));
    setenv("TZ", "Europe/London", 1);
    tzset();
    int64_t t;
    assert_true(instant_parse(TEXT("2026-06-03T13:05:59Z"), &t));
    assert_true(text_equal(instant_words(arena, t), TEXT("3 June 2026 at 2:05pm")));
    assert_true(instant_parse(TEXT("2026-12-31T00:00:00Z"), &t));
    assert_true(text_equal(instant_words(arena, t), TEXT("31 December 2026 at 12:00am")));
    assert_true(text_equal(instant_words(arena, 0), TEXT("")));
    if (zone)
        setenv("TZ", before, 1);
    else
        unsetenv("TZ");
    tzset();
}

static void test_instants(void **state)
{
    (void)state;
    ARENA_SCOPE struct arena *arena = arena_new(1 << 16, ARENA_PLAIN);
    int64_t t;
    assert_true(instant_parse(TEXT("2026-11-21T14:05:06.25+01:00"), &t));
    assert_true(text_equal(instant_format(arena, t), TEXT("2026-11-21T13:05:06.250000Z")));
    assert_true(instant_parse(TEXT("1969-12-31T23:59:59.999999Z"), &t) && t == -1);
    assert_true(text_equal(instant_format(arena, -1), TEXT("1969-12-31T23:59:59.999999Z")));
    const struct text bad[] = {TEXT("2026-11-21"), TEXT("2026-11-21T24:00:00Z"), TEXT("2026-11-21T14:05:06"), TEXT("2026-11-21T14:05:06.Z"),
                               TEXT("2026-11-21T14:05:06Zx")};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(instant_parse(bad[i], &t));
}

static void test_files(void **state)
{
    (void)state;
    char folder[] = "/tmp/proviso-base-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/f", folder);
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
    struct error error;
    struct text back;
    assert_int_equal(file_read(arena, path, 100, &back, &error), ERROR_INPUT);
    assert_int_equal(file_replace(path, TEXT("one"), 0600, &error), 0);
    assert_int_equal(file_replace(path, TEXT("three"), 0600, &error), 0);
    assert_int_equal(file_read(arena, path, 100, &back, &error), 0);
    assert_true(text_equal(back, TEXT("three")));
    assert_int_equal(file_read(arena, path, 4, &back, &error), ERROR_TOO_LARGE);
    assert_int_equal(file_read(arena, folder, 4, &back, &error), ERROR_INPUT);
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    unlink(path);
    rmdir(folder);
    assert_int_equal(file_replace(path, TEXT("x"), 0600, &error), ERROR_SYSTEM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_dates_round_trip), cmocka_unit_test(test_words), cmocka_unit_test(test_instants),
                                       cmocka_unit_test(test_files)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
