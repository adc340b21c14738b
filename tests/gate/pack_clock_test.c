/* Rules that are to apply from a day on, and a clock that leaps over that day and back. */
#include "pack_home.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static struct pack_home home;

static bool is(struct text text, const char *expected)
{
    return text_equal(text, text_of(expected));
}

static struct text decide(struct visit *teacher, const struct id *case_id)
{
    struct error error;
    struct decision_recorded made;
    struct view_rows rows;
    struct decision_record record = {.cases = {(struct id *)(uintptr_t)case_id, 1},
                                     .agencies = {&home.home.social_care, 1},
                                     .facts = {TEXT("{\"purpose\":\"section-47\",\"urgent\":true}")},
                                     .outcome = TEXT("share"),
                                     .reasons = TEXT("It cannot wait.")};
    must(visit_act_wait(teacher, &decision_record_command, &record, &made, &error), &error, "decision.record");
    struct decision_of of = {made.decision_id};
    must(visit_look(teacher, &decision_read_view, &of, &rows, &error), &error, "decision.read");
    return VISIT_ROW(rows, struct decision_row, 0)->pack;
}

/* A clock that is ahead makes rules apply too early, and each decision says so; put right, also without a restart, it is undone. */
static void test_clock_jumps(void **state)
{
    (void)state;
    struct error error;
    struct id adoption;
    struct decided decided = home_decide(&home.home, home_visit(&home.home, "teacher"), TEXT(""));
    struct date from = pack_day(30), later = pack_day(365);
    char instant[40];
    must(pack_propose_as(&home, "principal", "england", from, &adoption, &error), &error, "pack.propose");
    pack_effect_wait(&home, &adoption);
    must(pack_approve_as(&home, "boss", &adoption, &error), &error, "pack.approve");
    home.home.steady = clock_steady; /* from here on it is the clock alone that goes */
    snprintf(instant, sizeof instant, "%04d-%02d-%02dT12:00:00Z", later.year, later.month, later.day);
    for (int restarted = 0; restarted < 2; restarted++) {
        if (!restarted)
            home_reopen(&home.home);
        pack_clock_set(instant);
        if (restarted)
            home_reopen(&home.home);
        assert_true(is(pack_now(&home), "england"));
        assert_true(is(decide(home_visit(&home.home, "teacher"), &decided.case_id), "england"));
        pack_clock_set(NULL);
        assert_true(is(pack_now(&home), "manchester-2016"));
        assert_true(is(decide(home_visit(&home.home, "teacher"), &decided.case_id), "manchester-2016"));
        assert_true(is(pack_row_of(&home, "teacher", &adoption).state, "coming"));
    }
    home_reopen(&home.home);
    assert_true(is(pack_now(&home), "manchester-2016"));
    home_verify(home.home.gate, home.home.arena);
}

static int make(void **state)
{
    (void)state;
    pack_home_make(&home, NULL);
    return 0;
}

static int drop(void **state)
{
    (void)state;
    pack_home_drop(&home);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(test_clock_jumps, make, drop)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
