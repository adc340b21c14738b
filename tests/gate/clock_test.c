/*
 * A clock that jumps: an hour back, a year ahead, to 1970, beyond 2038 and to 2106, over the change to summer time. What
 * was acknowledged stays, the record verifies, its order is the log's; nobody stays signed in for longer by it, or
 * by a restart.
 */
#include "raw.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#define MINUTE (60 * CLOCK_SECOND)
#define HOUR (60 * MINUTE)
#define YEAR (365 * CLOCK_DAY)

static struct test_home home;
static _Atomic int64_t now;

static int64_t told(void)
{
    return now;
}

static int64_t instant_of(const char *text)
{
    int64_t instant = 0;
    assert_true(instant_parse(text_of(text), &instant));
    return instant;
}

static struct visit *new_visit(void)
{
    struct error error;
    struct visit *visit;
    must(visit_begin(home.gate, home.arena, &visit, &error), &error, "visit_begin");
    return visit;
}

static struct text sign_in(void)
{
    struct error error;
    struct session_begin in = {TEXT("teacher"), TEXT(HOME_PASSWORD)};
    struct session_begun out;
    must(visit_act_wait(new_visit(), &session_begin_command, &in, &out, &error), &error, "session.begin");
    assert_true(out.signed_in);
    return out.token;
}

static bool signed_in(struct text token)
{
    struct error error;
    return visit_by_session(new_visit(), token, &error) == 0;
}

static void check_verifies(uint64_t least)
{
    struct verify_report report = home_verify(home.gate, home.arena);
    assert_true(report.entries >= least);
}

/* At each of these the day's work is done, and what was done at the others is there. */
static void test_work_goes_on(void **state)
{
    (void)state;
    static const char *const jumps[] = {
        "2026-11-21T09:00:00Z", "2026-11-21T08:00:00Z", "2027-11-21T09:00:00Z", "1970-01-01T00:00:00Z",
        "2038-01-19T03:14:08Z", "2106-02-07T06:28:16Z", "2026-03-29T00:59:59Z", "2026-03-29T01:00:00Z",
        "2026-10-25T00:59:59Z", "2026-10-25T01:00:00Z", "2026-11-21T10:00:00Z"};
    enum { JUMPS = sizeof jumps / sizeof *jumps };
    struct id item[JUMPS];
    uint64_t entries = 0;
    for (size_t i = 0; i < JUMPS; i++) {
        now = instant_of(jumps[i]);
        if (i % 3 == 0)
            home_reopen(&home); /* as a machine that comes up with another clock */
        struct visit *teacher = home_visit(&home, "teacher");
        item[i] = home_decide(&home, teacher, TEXT("")).item_id;
        check_verifies(entries + 4);
        entries = (uint64_t)raw_ask(&home, "proviso", "SELECT size FROM log_head");
        /* an entry's time is what the clock said; its place in the log is the order */
        assert_int_equal(raw_ask(&home, "proviso", "SELECT at FROM entry ORDER BY idx DESC LIMIT 1"), now);
        if (i % 3 == 2) {
            home_reopen(&home);
            check_verifies(entries);
        }
    }
    assert_int_equal(raw_ask(&home, "proviso", "SELECT count(*) = max(idx) + 1 FROM entry"), 1);
    for (size_t i = 0; i < JUMPS; i++) {
        char query[200];
        snprintf(query, sizeof query, "SELECT count(*) FROM item WHERE id = '%s'", item[i].text);
        assert_int_equal(raw_ask(&home, "proviso", "%s", query), 1);
    }
    /* ids are as old as the clock said, and sort so: those of 1970 before those of 2106 */
    assert_true(strcmp(item[3].text, item[0].text) < 0 && strcmp(item[4].text, item[5].text) < 0);
    assert_true(strcmp(item[1].text, item[0].text) < 0 && strcmp(item[0].text, item[2].text) < 0);
}

/* Nobody is signed in for longer because a clock was put back; a small step ends nothing. */
static void test_sessions(void **state)
{
    (void)state;
    int64_t noon = instant_of("2026-11-21T12:00:00Z");
    now = noon;
    struct text token = sign_in();
    assert_true(signed_in(token));
    now = noon - 60 * CLOCK_SECOND;
    assert_true(signed_in(token));
    for (int forgotten = 0; forgotten < 2; forgotten++) { /* as memory has it, and as the database has it */
        if (forgotten)
            home_reopen(&home);
        now = noon - HOUR;
        assert_false(signed_in(token));
        now = noon - YEAR;
        assert_false(signed_in(token));
        now = noon + 60 * CLOCK_SECOND;
        assert_true(signed_in(token));
    }
    now = noon + YEAR;
    assert_false(signed_in(token));
}

/* Something that the record has to tell: with it goes when each session was last used. */
static void write_something(void)
{
    struct visit *other = home_visit(&home, "other");
    visit_end(&other);
}

/* Half an hour without a use ends a session, counted from its last use, also where a restart lies between. */
static void test_idle(void **state)
{
    (void)state;
    const int64_t idle = 30 * MINUTE;
    now = instant_of("2026-11-23T09:00:00Z");
    struct text kept = sign_in(), left = sign_in();
    now += 20 * MINUTE;
    int64_t used = now;
    assert_true(signed_in(kept) && signed_in(left));
    write_something();
    home_reopen(&home);
    now = used + idle - 1; /* longer ago than that they signed in */
    assert_true(signed_in(kept));
    now = used + idle;
    assert_false(signed_in(left));
    /* that was a use too, and the next restart knows it */
    assert_true(signed_in(kept));
    write_something();
    home_reopen(&home);
    now += idle - 1;
    assert_true(signed_in(kept));
    assert_false(signed_in(left));
}

/* Wrong passwords rest an account for a quarter of an hour, not for a year because the clock was a year ahead. */
static void test_rest(void **state)
{
    (void)state;
    struct error error = {0};
    int64_t later = instant_of("2027-11-21T12:00:00Z");
    now = later;
    struct session_begin wrong = {TEXT("second"), TEXT("not the password at all")},
                         right = {TEXT("second"), TEXT(HOME_PASSWORD)};
    struct session_begun out;
    int result = 0;
    for (int i = 0; i < 30 && result != ERROR_LIMITED; i++)
        result = visit_act_wait(new_visit(), &session_begin_command, &wrong, &out, &error);
    assert_int_equal(result, ERROR_LIMITED);
    assert_int_equal(visit_act_wait(new_visit(), &session_begin_command, &right, &out, &error), ERROR_LIMITED);
    now = later - YEAR;
    must(visit_act_wait(new_visit(), &session_begin_command, &right, &out, &error), &error, "after the clock was put right");
    assert_true(out.signed_in);
}

static int make(void **state)
{
    *state = &home;
    now = instant_of("2026-11-20T09:00:00Z");
    home.clock = told;
    home_make(&home);
    return 0;
}

/* When a session was used last is written beside other people's work: where that fails, their work is kept all the same. */
static void test_beside(void **state)
{
    (void)state;
    struct error error;
    struct case_open open = {.name = TEXT("Kit Example")};
    struct case_opened opened;
    now = instant_of("2026-11-24T09:00:00Z");
    struct visit *teacher = home_visit(&home, "teacher");
    struct text token = sign_in();
    raw_change(&home, "proviso", "CREATE TRIGGER in_the_way BEFORE UPDATE OF seen_at ON session BEGIN SELECT RAISE(ABORT, 'no'); END;"
                                 " UPDATE account SET login = login");
    now += 10 * MINUTE;
    assert_true(signed_in(token));
    must(visit_act_wait(teacher, &case_open_command, &open, &opened, &error), &error, "case.open");
    assert_int_equal(raw_ask(&home, "proviso", "SELECT count(*) FROM session WHERE seen_at = %lld", (long long)now), 0);
    raw_change(&home, "proviso", "DROP TRIGGER in_the_way; UPDATE account SET login = login");
    now += 10 * MINUTE;
    assert_true(signed_in(token));
    must(visit_act_wait(teacher, &case_open_command, &open, &opened, &error), &error, "case.open");
    assert_int_equal(raw_ask(&home, "proviso", "SELECT count(*) FROM session WHERE seen_at = %lld", (long long)now), 1);
    home_verify(home.gate, home.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_work_goes_on), cmocka_unit_test(test_sessions),
                                       cmocka_unit_test(test_idle), cmocka_unit_test(test_beside),
                                       cmocka_unit_test(test_rest)};
    return cmocka_run_group_tests(tests, make, home_end);
}
