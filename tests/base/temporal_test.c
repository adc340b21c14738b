#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/temporal.h"

static struct date day(const char *s)
{
    struct date d = {0, 0, 0};
    if (!temporal_parse_date(text_of(s), &d))
        fail_msg("%s is no date", s);
    return d;
}

static void texts_read_and_write_the_same(void **state)
{
    static const char *const both[] = {"2026-09-30T10:15:00", "2026-09-30T10:15:00.000000001Z", "-0044-03-15T00:00:00+01:00",
                                       "999999999-12-31T23:59:59-14:00", "2026-09-30T10:15:00@Europe/London",
                                       "2026-09-30T10:15:00+01:02:03"};
    static const char *const length[] = {"P1D", "PT0S", "-P1DT2H3M4.5S", "P106751991167300DT15H30M7S", "-PT0.000000001S"};
    (void)state;
    ARENA_SCOPE struct arena *arena = arena_new(1 << 16, ARENA_PLAIN);
    for (size_t i = 0; i < sizeof both / sizeof *both; i++) {
        struct buffer b = buffer_in(arena);
        struct date_time d;
        assert_true(temporal_parse_date_time(text_of(both[i]), &d));
        temporal_write_date_time(&b, d);
        assert_true(text_equal(buffer_result(&b), text_of(both[i])));
    }
    for (size_t i = 0; i < sizeof length / sizeof *length; i++) {
        struct buffer b = buffer_in(arena);
        struct duration d;
        assert_true(temporal_parse_duration(text_of(length[i]), &d));
        temporal_write_duration(&b, d);
        assert_true(text_equal(buffer_result(&b), text_of(length[i])));
    }
}

static void what_is_none_is_refused(void **state)
{
    static const char *const bad[] = {"2026-02-29", "2026-13-01", "2026-1-01", "02026-01-01", "226-01-01", "2026-01-01Z", " 2026-01-01", "1000000000-01-01", "+2026-01-01", ""};
    static const char *const bad_time[] = {"24:00:01", "10:60:00", "10:15", "10:15:60", "10:15:00.", "10:15:00+14:01", "10:15:00@Nowhere", "10:15:00@", "10:15:00+1:00", "10:15:00Z@Europe/Paris"};
    static const char *const bad_length[] = {"P", "PT", "P1DT", "1D", "P1H", "PT1D", "P-1D", "P1Y", "PT1.5H", "P99999999999999999999D", "--P1D"};
    struct date d;
    struct time_of_day t;
    struct duration l;
    int64_t months;
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(temporal_parse_date(text_of(bad[i]), &d));
    for (size_t i = 0; i < sizeof bad_time / sizeof *bad_time; i++)
        assert_false(temporal_parse_time(text_of(bad_time[i]), &t));
    for (size_t i = 0; i < sizeof bad_length / sizeof *bad_length; i++)
        assert_false(temporal_parse_duration(text_of(bad_length[i]), &l));
    assert_false(temporal_parse_months(TEXT("P1D"), &months));
    assert_true(temporal_parse_months(TEXT("-P1Y2M"), &months));
    assert_int_equal(months, -14);
}

static void months_are_cut_to_the_last_day(void **state)
{
    (void)state;
    assert_int_equal(date_compare(temporal_add_months(day("2026-01-31"), 1), day("2026-02-28")), 0);
    assert_int_equal(date_compare(temporal_add_months(day("2024-02-29"), -12), day("2023-02-28")), 0);
    assert_int_equal(date_compare(temporal_add_months(day("0001-01-01"), -1), day("0000-12-01")), 0);
    assert_false(temporal_date_valid(temporal_add_months(day("999999999-12-01"), 1)));
    assert_false(temporal_date_valid(temporal_add_months(day("2026-01-01"), INT64_MAX)));
    assert_int_equal(temporal_months_between(day("2024-02-29"), 0, day("2025-02-28"), 0), 11);
    assert_int_equal(temporal_months_between(day("2025-02-28"), 0, day("2024-02-29"), 0), -11);
}

static void days_of_weeks_and_years(void **state)
{
    (void)state;
    assert_int_equal(temporal_weekday(day("1970-01-01")), 4);
    assert_int_equal(temporal_weekday(day("2000-02-29")), 2);
    assert_int_equal(temporal_weekday(day("-0001-01-01")), 5);
    assert_int_equal(temporal_day_of_year(day("2024-12-31")), 366);
    assert_int_equal(temporal_week_of_year(day("2026-01-01")), 1);
    assert_int_equal(temporal_week_of_year(day("2021-01-03")), 53);
    assert_int_equal(temporal_week_of_year(day("2024-12-30")), 1);
}

static int32_t london(const char *s)
{
    struct date_time d;
    int32_t seconds = -1;
    assert_true(temporal_parse_date_time(text_of(s), &d));
    assert_true(zone_offset(&d.time.zone, d.date, &d.time, &seconds));
    return seconds;
}

static void zones_know_summer(void **state)
{
    (void)state;
    assert_int_equal(london("2026-01-01T12:00:00@Europe/London"), 0);
    assert_int_equal(london("2026-07-01T12:00:00@Europe/London"), 3600);
    assert_int_equal(london("2026-03-29T00:59:59@Europe/London"), 0);
    assert_int_equal(london("2026-03-29T02:00:00@Europe/London"), 3600);
    assert_int_equal(london("2026-01-01T12:00:00@Asia/Kathmandu"), 20700);
    assert_true(zone_known(TEXT("Etc/UTC")));
    assert_false(zone_known(TEXT("GMT+25")));
    assert_false(zone_known(TEXT("Europe/Lond")));
    assert_false(zone_known(TEXT("")));
}

static void adding_passes_midnight_and_knows_its_ends(void **state)
{
    struct date_time d, out;
    struct duration most = {INT64_MAX, 0}, sum;
    (void)state;
    assert_true(temporal_parse_date_time(TEXT("2026-12-31T23:59:59.5Z"), &d));
    assert_true(temporal_date_time_add(d, (struct duration){0, 500000000}, &out));
    assert_int_equal(date_compare(out.date, day("2027-01-01")), 0);
    assert_int_equal(out.time.second, 0);
    assert_false(temporal_date_time_add(d, most, &out));
    assert_false(duration_add(most, (struct duration){1, 0}, &sum));
    assert_int_equal(temporal_time_add(d.time, (struct duration){-86400 - 3600, 0}).hour, 22);
    assert_int_equal(duration_compare(duration_negate((struct duration){0, 1}), (struct duration){-1, 999999999}), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_read_and_write_the_same),  cmocka_unit_test(what_is_none_is_refused),
        cmocka_unit_test(months_are_cut_to_the_last_day), cmocka_unit_test(days_of_weeks_and_years),
        cmocka_unit_test(zones_know_summer),              cmocka_unit_test(adding_passes_midnight_and_knows_its_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
