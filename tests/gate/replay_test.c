/* Recorded answers come out again, and what was changed by hand is found. */
#include "raw.h"
#include "pack_home.h"
#include "sealed.h"

#include "gate/replay.h"

#include "policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static struct pack_home home;
static struct id old_decision; /* by the rules of before */

struct heard {
    size_t differences;
    char decision[40], what[200], was[40], now[40];
    size_t told, of;
};

static void hear(void *self, const struct replay_difference *d)
{
    struct heard *heard = self;
    heard->differences++;
    snprintf(heard->decision, sizeof heard->decision, "%.*s", TEXT_ARGS(d->decision_id));
    snprintf(heard->what, sizeof heard->what, "%.*s", TEXT_ARGS(d->what));
    snprintf(heard->was, sizeof heard->was, "%.*s", TEXT_ARGS(d->was));
    snprintf(heard->now, sizeof heard->now, "%.*s", TEXT_ARGS(d->now));
}

static void progress(void *self, size_t done, size_t of)
{
    struct heard *heard = self;
    heard->told = done;
    heard->of = of;
}

static struct replay_report replay(struct gate *gate, const struct policy_pack *as, int64_t since, struct heard *heard)
{
    struct replay_settings settings = {as, since};
    struct replay_listener listener = {heard, hear, progress};
    struct replay_report report;
    struct error error;
    *heard = (struct heard){0};
    must(gate_replay(gate, &settings, &listener, &report, &error), &error, "gate_replay");
    assert_int_equal(heard->differences, report.differ);
    return report;
}

static int make(void **state)
{
    (void)state;
    struct error error;
    struct id adoption;
    pack_home_make(&home, NULL);
    struct visit *teacher = home_visit(&home.home, "teacher");
    for (int i = 0; i < 66; i++)
        old_decision = home_decide(&home.home, teacher, TEXT("")).decision_id;
    must(pack_propose_as(&home, "principal", "england", pack_day(0), &adoption, &error), &error, "pack.propose");
    pack_effect_wait(&home, &adoption);
    must(pack_approve_as(&home, "boss", &adoption, &error), &error, "pack.approve");
    struct case_open open = {.name = TEXT("Robin Example")};
    struct case_opened opened;
    must(visit_act_wait(teacher, &case_open_command, &open, &opened, &error), &error, "case.open");
    struct decision_record urgent = {.cases = {&opened.case_id, 1},
                                     .agencies = {&home.home.social_care, 1},
                                     .facts = {TEXT("{\"purpose\":\"section-47\",\"urgent\":true}")},
                                     .outcome = TEXT("share"),
                                     .reasons = TEXT("It cannot wait.")};
    struct decision_recorded made;
    must(visit_act_wait(teacher, &decision_record_command, &urgent, &made, &error), &error, "decision.record");
    return 0;
}

static int drop(void **state)
{
    (void)state;
    pack_home_drop(&home);
    return 0;
}

/* By the very version that answered, after a restart too, and beside the server. */
static void test_again(void **state)
{
    (void)state;
    struct heard heard;
    struct replay_report report = replay(home.home.gate, NULL, 0, &heard);
    assert_int_equal(report.decisions, 67);
    assert_int_equal(report.same, 67);
    assert_int_equal(report.differ + report.not_kept, 0);
    assert_int_equal(heard.told, 67);
    assert_int_equal(heard.of, 67);
    home_reopen(&home.home);
    assert_int_equal(replay(home.home.gate, NULL, 0, &heard).same, 67);
    assert_int_equal(replay(home.home.gate, NULL, clock_now() + CLOCK_DAY, &heard).decisions, 0);
}

static void test_as_another(void **state)
{
    (void)state;
    struct heard heard;
    const struct policy_pack *england = gate_pack_named(home.home.gate, TEXT("england"));
    assert_ptr_equal(england, gate_pack(home.home.gate));
    const struct policy_pack *manchester = gate_pack_named(home.home.gate, TEXT("manchester-2016@2016-02-01"));
    assert_non_null(manchester);
    assert_null(gate_pack_named(home.home.gate, TEXT("manchester-2016@1999-01-01")));
    assert_null(gate_pack_named(home.home.gate, TEXT("bexley-2015"))); /* never kept here */
    struct replay_report report = replay(home.home.gate, england, 0, &heard);
    assert_int_equal(report.answers, 67);
    assert_true(report.differ > 0);
    assert_string_equal(heard.was, "share");
}


/* Who has the keys and rewrites what was answered is found: the same facts give the true answer. */
static void forge(void)
{
    struct text plain = sealed_decision(&home.home, &old_decision);
    sealed_decision_forge(&home.home, &old_decision,
                          sealed_altered(&home.home, plain, "\"outcome\":\"share\"", "\"outcome\":\"seek-advice\""));
}

static void test_tampered(void **state)
{
    (void)state;
    struct heard heard;
    struct gate *gate = home.home.gate;
    raw_change(&home.home, "proviso",
               "CREATE TABLE kept AS SELECT * FROM decision; UPDATE decision SET answered = 'do-not-share' WHERE id = (SELECT max(id) FROM decision)");
    assert_int_equal(replay(gate, NULL, 0, &heard).differ, 1);
    assert_string_equal(heard.what, "the list shows another answer than was recorded");

    /* given out as an answer of other rules */
    raw_change(&home.home, "proviso",
               "UPDATE decision SET answered = (SELECT answered FROM kept WHERE kept.id = decision.id),"
               " pack_sha256 = CASE WHEN id = (SELECT max(id) FROM decision) THEN"
               " (SELECT pack_sha256 FROM kept ORDER BY id LIMIT 1) ELSE pack_sha256 END");
    assert_int_equal(replay(gate, NULL, 0, &heard).differ, 1);
    assert_string_equal(heard.what, "it is recorded under other rules than it names");

    raw_change(&home.home, "proviso",
               "UPDATE decision SET pack_sha256 = (SELECT pack_sha256 FROM kept WHERE kept.id = decision.id),"
               " sealed = CASE WHEN id = (SELECT max(id) FROM decision) THEN (SELECT sealed FROM kept ORDER BY id LIMIT 1) ELSE sealed END");
    struct replay_report report = replay(gate, NULL, 0, &heard);
    assert_int_equal(report.differ, 1);
    assert_int_equal(report.same, 66);
    assert_non_null(strstr(heard.what, "altered"));

    raw_change(&home.home, "proviso", "UPDATE decision SET sealed = (SELECT sealed FROM kept WHERE kept.id = decision.id)");
    forge();
    report = replay(gate, NULL, 0, &heard);
    assert_int_equal(report.differ, 2); /* the answer, and the list that says otherwise */
    assert_string_equal(heard.decision, old_decision.text);
    assert_int_equal(report.same, 66);

    /* and what the record kept of the rules themselves */
    struct error error;
    struct verify_report verified;
    raw_change(&home.home, "proviso",
               "UPDATE decision SET sealed = (SELECT sealed FROM kept WHERE kept.id = decision.id); DROP TABLE kept;"
               " UPDATE policy_file SET content = CAST(content || x'20' AS BLOB) WHERE name = 'safety.json'");
    must(gate_verify(gate, home.home.arena, NULL, &verified, &error), &error, "gate_verify");
    assert_int_equal(verified.differences, 2);
    assert_true(text_find(verified.lines, TEXT("policy_file")) >= 0);
    gate_close(&home.home.gate);
    struct gate_settings settings = home_settings(&home.home);
    assert_int_equal(gate_open(&settings, &home.home.gate, &error), ERROR_CHECK); /* nor is it served */
    settings.read_only = true;
    must(gate_open(&settings, &home.home.gate, &error), &error, "to verify it is opened all the same");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_again), cmocka_unit_test(test_as_another),
                                       cmocka_unit_test(test_tampered)};
    return cmocka_run_group_tests(tests, make, drop);
}
