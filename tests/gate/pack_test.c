/* Which rules apply, from which day, who decided it, and what everybody is told. */
#include "both.h"
#include "pack_home.h"
#include "provision.h"
#include "schema.h"

#include "policy.h"
#include "store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static struct pack_home home;

static int make(void **state)
{
    (void)state;
    pack_home_make(&home, both_database());
    return 0;
}

static int drop(void **state)
{
    (void)state;
    pack_home_drop(&home);
    return 0;
}

static bool is(struct text text, const char *expected)
{
    return text_equal(text, text_of(expected));
}

static bool says(const char *text, const char *expected)
{
    return text_find(text_of(text), text_of(expected)) >= 0;
}

/* What a new home was set up with is kept, whatever the configuration or the folder says later. */
static void test_first(void **state)
{
    (void)state;
    struct error error;
    struct pack_row row = pack_row_on(&home, (struct date){2001, 1, 1});
    assert_true(is(row.pack, "manchester-2016"));
    assert_true(is(row.state, "in-force"));
    assert_true(is(row.proposed_by, "the operator"));
    assert_int_equal(row.from.year, 0);
    char *kept = arena_string(home.home.arena, row.sha256);

    pack_folder_edit(&home, "manchester-2016", "2031-01-01");
    home.home.pack = "england";
    home_reopen(&home.home);
    assert_true(is(pack_now(&home), "manchester-2016"));
    assert_true(is(policy_pack_info(gate_pack(home.home.gate))->sha256, kept));
    assert_ptr_equal(gate_pack_of(home.home.gate, text_of(kept)), gate_pack(home.home.gate));
    assert_null(gate_pack_of(home.home.gate, TEXT("0123")));

    /* the folder may be gone altogether */
    shell("mv %s %s.gone", home.packs, home.packs);
    home_reopen(&home.home);
    assert_true(is(pack_now(&home), "manchester-2016"));
    shell("mv %s.gone %s", home.packs, home.packs);

    /* what was changed on disk is a version that can be proposed */
    struct nothing nothing = {0};
    struct view_rows rows;
    size_t new_versions = 0;
    must(visit_look(home_visit(&home.home, "gov"), &pack_choices_view, &nothing, &rows, &error), &error, "pack.choices");
    for (size_t i = 0; i < rows.n; i++) {
        const struct pack_choice_row *choice = VISIT_ROW(rows, struct pack_choice_row, i);
        new_versions += is(choice->version, "2031-01-01") && is(choice->pack, "manchester-2016") && !choice->in_force;
    }
    assert_int_equal(new_versions, 1);
    assert_true(VISIT_ROW(rows, struct pack_choice_row, rows.n - 1)->in_force); /* kept, and no longer in the folder */
}

/* Two people, from a day to come; nothing happens before that day, and then without a restart. */
static void test_adopted(void **state)
{
    (void)state;
    struct error error;
    struct id adoption;
    struct text words;
    struct decided decided = home_decide(&home.home, home_visit(&home.home, "teacher"), TEXT(""));
    must(pack_propose_as(&home, "principal", "england", pack_day(1), &adoption, &error), &error, "pack.propose");
    assert_int_equal(pack_notices(&home, "gov", "pack-proposed", NULL), 1);
    assert_int_equal(pack_approve_as(&home, "principal", &adoption, &error), ERROR_FORBIDDEN);
    assert_true(says(error.what, "who proposed it may not approve it"));
    assert_int_equal(pack_approve_as(&home, "head", &adoption, &error), ERROR_FORBIDDEN); /* a lead */
    struct pack_effect_row effect = pack_effect_wait(&home, &adoption);
    assert_int_equal(effect.decisions, 1);
    must(pack_approve_as(&home, "boss", &adoption, &error), &error, "pack.approve"); /* another agency's manager */
    assert_int_equal(pack_approve_as(&home, "gov", &adoption, &error), ERROR_CONFLICT);
    assert_int_equal(pack_notices(&home, "gov", "pack-proposed", NULL), 0);

    struct pack_row row = pack_row_of(&home, "teacher", &adoption);
    assert_true(is(row.state, "coming"));
    assert_true(is(row.proposed_by, "principal, principal, Elm School"));
    assert_true(is(row.approved_by, "boss, boss, Brook Social Care"));
    assert_false(row.acknowledged);
    assert_int_equal(pack_notices(&home, "teacher", "pack-approved", &words), 1);
    assert_true(text_find(words, TEXT("New guidance applies from ")) == 0);
    assert_int_equal(pack_notices(&home, "boss", "pack-approved", NULL), 0); /* who approved it knows */
    assert_int_equal(pack_notices(&home, "teacher", "pack-case", NULL), (size_t)effect.cases);
    assert_true(is(pack_now(&home), "manchester-2016"));
    assert_true(is(pack_row_on(&home, pack_day(0)).pack, "manchester-2016"));
    assert_true(is(pack_row_on(&home, pack_day(1)).pack, "england"));

    /* staff say that they have read it; those who oversee see who has */
    struct pack_of of = {adoption};
    struct pack_acknowledged acknowledged;
    struct view_rows rows;
    for (int twice = 0; twice < 2; twice++)
        must(visit_act_wait(home_visit(&home.home, "teacher"), &pack_acknowledge_command, &of, &acknowledged, &error), &error,
             "pack.acknowledge");
    assert_int_equal(pack_notices(&home, "teacher", "pack-approved", NULL), 0);
    assert_true(pack_row_of(&home, "teacher", &adoption).acknowledged);
    must(visit_look(home_visit(&home.home, "principal"), &pack_acknowledgements_view, &of, &rows, &error), &error,
         "pack.acknowledgements");
    assert_int_equal(rows.n, 4); /* the school only */
    size_t read = 0;
    for (size_t i = 0; i < rows.n; i++)
        read += VISIT_ROW(rows, struct pack_reader_row, i)->at.at != 0;
    assert_int_equal(read, 1);
    assert_int_equal(VISIT_ROW(rows, struct pack_reader_row, 0)->at.at, 0); /* who has not comes first */
    must(visit_look(home_visit(&home.home, "gov"), &pack_acknowledgements_view, &of, &rows, &error), &error,
         "pack.acknowledgements");
    assert_int_equal(rows.n, 8);
    assert_int_equal(visit_look(home_visit(&home.home, "teacher"), &pack_acknowledgements_view, &of, &rows, &error),
                     ERROR_FORBIDDEN);
    PROVISION("MAN-27");

    /* the day comes while the gate runs; what was decided before keeps its rules */
    const struct policy_pack *held = gate_pack(home.home.gate);
    char *was = arena_string(home.home.arena, policy_pack_info(held)->sha256);
    struct date from = pack_day(1);
    char instant[40];
    snprintf(instant, sizeof instant, "%04d-%02d-%02dT12:00:00Z", from.year, from.month, from.day);
    pack_clock_set(instant);
    assert_true(is(pack_now(&home), "england"));
    struct visit *teacher = home_visit(&home.home, "teacher");
    struct decision_record later = {.cases = {&decided.case_id, 1},
                                    .agencies = {&home.home.social_care, 1},
                                    .facts = {TEXT("{\"purpose\":\"section-47\",\"urgent\":true}")},
                                    .outcome = TEXT("share"),
                                    .reasons = TEXT("It cannot wait.")};
    struct decision_recorded made;
    must(visit_act_wait(teacher, &decision_record_command, &later, &made, &error), &error, "decision.record");
    struct decision_of first = {decided.decision_id}, second = {made.decision_id};
    must(visit_look(teacher, &decision_read_view, &first, &rows, &error), &error, "decision.read");
    assert_true(is(VISIT_ROW(rows, struct decision_row, 0)->pack, "manchester-2016"));
    must(visit_look(teacher, &decision_read_view, &second, &rows, &error), &error, "decision.read");
    assert_true(is(VISIT_ROW(rows, struct decision_row, 0)->pack, "england"));
    assert_ptr_equal(gate_pack_of(home.home.gate, text_of(was)), held);
    assert_true(is(pack_row_of(&home, "teacher", &adoption).state, "in-force"));
    assert_true(is(pack_row_on(&home, pack_day(-1)).pack, "manchester-2016"));

    /* and after a restart, where the version of before is read from the record when it is asked for */
    home_reopen(&home.home);
    assert_true(is(pack_now(&home), "england"));
    const struct policy_pack *past = gate_pack_of(home.home.gate, text_of(was));
    assert_non_null(past);
    assert_true(is(policy_pack_info(past)->sha256, was));
    must(visit_look(home_visit(&home.home, "teacher"), &decision_path_view, &first, &rows, &error), &error, "decision.path");
    assert_true(VISIT_ROW(rows, struct decision_path_row, 0)->at_hand); /* it is explained by the rules of its day */
    assert_true(is(VISIT_ROW(rows, struct decision_path_row, 0)->pack, "manchester-2016"));
    PROVISION("WM-34");
    home_verify(home.home.gate, home.home.arena);
}

/* The first second of the day at which it applies is a second of that place, in summer and in winter time. */
static void test_midnight(void **state)
{
    (void)state;
    static const struct {
        struct date from;
        const char *before, *after;
    } nights[] = {
        {{2027, 1, 15}, "2027-01-14T23:59:59.999999Z", "2027-01-15T00:00:00Z"},
        {{2027, 3, 28}, "2027-03-27T23:59:59.999999Z", "2027-03-28T00:00:00Z"}, /* the clocks go forward on that day */
        {{2027, 3, 29}, "2027-03-28T22:59:59.999999Z", "2027-03-28T23:00:00Z"},
        {{2027, 7, 1}, "2027-06-30T22:59:59.999999Z", "2027-06-30T23:00:00Z"},
        {{2027, 10, 31}, "2027-10-30T22:59:59.999999Z", "2027-10-30T23:00:00Z"}, /* and back on this one */
        {{2027, 11, 1}, "2027-10-31T23:59:59.999999Z", "2027-11-01T00:00:00Z"},
        {{2028, 2, 29}, "2028-02-28T23:59:59.999999Z", "2028-02-29T00:00:00Z"},
    };
    struct error error;
    pack_clock_set("2027-01-01T12:00:00Z");
    for (size_t i = 0; i < sizeof nights / sizeof *nights; i++) {
        struct id adoption;
        const char *pack = i % 2 ? "manchester-2016" : "england", *other = i % 2 ? "england" : "manchester-2016";
        must(pack_propose_as(&home, "principal", pack, nights[i].from, &adoption, &error), &error, "pack.propose");
        pack_effect_wait(&home, &adoption);
        must(pack_approve_as(&home, "boss", &adoption, &error), &error, "pack.approve");
        pack_clock_set(nights[i].before);
        if (!is(pack_now(&home), other))
            fail_msg("%s: it applies too early", nights[i].before);
        pack_clock_set(nights[i].after);
        if (!is(pack_now(&home), pack))
            fail_msg("%s: it does not apply yet", nights[i].after);
    }
    assert_true(is(pack_row_on(&home, (struct date){2027, 6, 30}).pack, "england"));
    assert_true(is(pack_row_on(&home, (struct date){2027, 7, 1}).pack, "manchester-2016"));
}

static void test_refused(void **state)
{
    (void)state;
    struct error error;
    struct id adoption;
    assert_int_equal(pack_propose_as(&home, "teacher", "england", pack_day(1), &adoption, &error), ERROR_FORBIDDEN);
    assert_int_equal(pack_propose_as(&home, "gov", "england", pack_day(-1), &adoption, &error), ERROR_INVALID);
    assert_string_equal(error.where, "from");
    assert_int_equal(pack_propose_as(&home, "gov", "atlantis", pack_day(1), &adoption, &error), ERROR_INVALID);
    assert_int_equal(pack_propose_as(&home, "gov", "../packs/england", pack_day(1), &adoption, &error), ERROR_INVALID);
    assert_int_equal(pack_propose_as(&home, "gov", "manchester-2016", pack_day(1), &adoption, &error), ERROR_INVALID);
    assert_true(says(error.what, "applies on that day already"));
    assert_int_equal(pack_propose_as(&home, "gov", "", pack_day(1), &adoption, &error), ERROR_INVALID);

    /* one whose safety properties do not hold */
    char path[200];
    snprintf(path, sizeof path, "%s/england/safety.json", home.packs);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("{\"properties\": [{\"title\": \"Nothing is ever shared\", \"decision\": \"share\","
          " \"never\": {\"facts\": {}, \"outcome\": [\"share\"]}}]}", file);
    fclose(file);
    assert_int_equal(pack_propose_as(&home, "gov", "england", pack_day(1), &adoption, &error), ERROR_INVALID);
    assert_string_equal(error.where, "pack");

    /* before it is known what it would change nobody can approve it */
    struct id unknown = id_new(clock_now());
    assert_int_equal(pack_approve_as(&home, "gov", &unknown, &error), ERROR_INVALID);

    /* who has two posts is one person */
    pack_folder_edit(&home, "west-midlands-2024", "2030-05-05");
    must(pack_propose_as(&home, "gov", "west-midlands-2024", pack_day(1), &adoption, &error), &error, "pack.propose");
    pack_effect_wait(&home, &adoption);
    struct visit *operator_visit;
    struct text role = TEXT("manager");
    struct post_add second_post = {.agency_id = home.home.social_care, .title = TEXT("Manager"), .person = TEXT("Gov"), .roles = {&role, 1}};
    struct post_added added;
    must(visit_begin(home.home.gate, home.home.arena, &operator_visit, &error), &error, "visit_begin");
    visit_as_operator(operator_visit);
    must(visit_act_wait(operator_visit, &post_add_command, &second_post, &added, &error), &error, "post.add");
    struct account_add account = {added.post_id, TEXT("gov-as-manager"), TEXT(HOME_PASSWORD)};
    struct account_added made;
    must(visit_act_wait(operator_visit, &account_add_command, &account, &made, &error), &error, "account.add");
    assert_int_equal(pack_approve_as(&home, "gov-as-manager", &adoption, &error), ERROR_FORBIDDEN);
    must(pack_approve_as(&home, "boss", &adoption, &error), &error, "pack.approve");
}

/* Before its day an adoption can be withdrawn, and everybody hears of it; afterwards it stays. */
static void test_withdrawn(void **state)
{
    (void)state;
    struct error error;
    struct id adoption;
    struct pack_settled out;
    must(pack_propose_as(&home, "head", "england", pack_day(3), &adoption, &error), &error, "pack.propose"); /* a lead */
    pack_effect_wait(&home, &adoption);
    must(pack_approve_as(&home, "boss", &adoption, &error), &error, "pack.approve");
    struct pack_of of = {adoption};
    must(visit_act_wait(home_visit(&home.home, "head"), &pack_withdraw_command, &of, &out, &error), &error, "pack.withdraw");
    assert_int_equal(pack_notices(&home, "teacher", "pack-approved", NULL), 0);
    assert_int_equal(pack_notices(&home, "teacher", "pack-withdrawn", NULL), 1);
    assert_true(is(pack_row_of(&home, "gov", &adoption).state, "withdrawn"));
    assert_true(is(pack_row_on(&home, pack_day(4)).pack, "manchester-2016"));
    assert_int_equal(pack_approve_as(&home, "gov", &adoption, &error), ERROR_CONFLICT);

    struct id first = pack_row_on(&home, pack_day(0)).adoption_id;
    of.adoption_id = first;
    assert_int_equal(visit_act_wait(home_visit(&home.home, "gov"), &pack_withdraw_command, &of, &out, &error), ERROR_CONFLICT);

    /* from today on: it applies as soon as it is approved */
    must(pack_propose_as(&home, "gov", "england", pack_day(0), &adoption, &error), &error, "pack.propose");
    pack_effect_wait(&home, &adoption);
    must(pack_approve_as(&home, "boss", &adoption, &error), &error, "pack.approve");
    assert_true(is(pack_now(&home), "england"));
    of.adoption_id = adoption;
    assert_int_equal(visit_act_wait(home_visit(&home.home, "gov"), &pack_withdraw_command, &of, &out, &error), ERROR_CONFLICT);
}

/* What it would change is told against what applies until then: where that has changed it is worked out again first. */
static void test_overtaken(void **state)
{
    (void)state;
    struct error error;
    struct id first, second;
    struct pack_settled out;
    must(pack_propose_as(&home, "gov", "england", pack_day(3), &first, &error), &error, "pack.propose");
    must(pack_propose_as(&home, "gov", "bexley-2015", pack_day(5), &second, &error), &error, "pack.propose");
    pack_effect_wait(&home, &first);
    pack_effect_wait(&home, &second);
    must(pack_approve_as(&home, "boss", &first, &error), &error, "pack.approve");
    assert_int_equal(pack_approve_as(&home, "boss", &second, &error), ERROR_CONFLICT);
    assert_true(says(error.what, "other rules were approved since"));
    struct pack_of of = {second};
    must(visit_act_wait(home_visit(&home.home, "gov"), &pack_work_out_command, &of, &out, &error), &error, "pack.work_out");
    pack_effect_wait(&home, &second);
    must(pack_approve_as(&home, "boss", &second, &error), &error, "pack.approve");
    assert_true(is(pack_row_on(&home, pack_day(4)).pack, "england"));
    assert_true(is(pack_row_on(&home, pack_day(5)).pack, "bexley-2015"));
    assert_int_equal(date_compare(pack_row_of(&home, "gov", &first).until, pack_day(5)), 0);
}

/* What the recorded decisions of a year would have been answered, and whose open case is answered otherwise. */
static void test_effect(void **state)
{
    (void)state;
    struct error error;
    struct id adoption;
    struct visit *teacher = home_visit(&home.home, "teacher");
    for (int i = 0; i < 70; i++) /* more than are opened together */
        home_decide(&home.home, teacher, TEXT(""));
    must(pack_propose_as(&home, "principal", "bexley-2015", pack_day(2), &adoption, &error), &error, "pack.propose");
    struct pack_effect_row row = pack_effect_wait(&home, &adoption);
    assert_int_equal(row.decisions, 70);
    const struct json *effect;
    must(json_read(home.home.arena, row.effect.json, "effect", &effect, &error), &error, "effect");
    const struct json *replayed = json_get(effect, "replayed"), *moves = json_get(replayed, "rows");
    assert_true(is(json_get(replayed, "answers")->text, "70"));
    int64_t differing = 0, obligations = 0;
    text_to_int64(json_get(replayed, "differing")->text, &differing);
    text_to_int64(json_get(replayed, "obligations")->text, &obligations);
    assert_int_equal(differing, row.differing);
    assert_int_equal(differing + obligations, 70); /* the same case seventy times: all or none */
    assert_int_equal(row.cases, 70);
    assert_int_equal(moves->count, 1);
    assert_true(is(json_get(&moves->item[0], "count")->text, "70"));
    /* no name, nothing that was written down, no day */
    assert_true(text_find(row.effect.json, TEXT("Robin")) < 0);
    assert_true(text_find(row.effect.json, TEXT("bruise")) < 0);
    assert_true(text_find(row.effect.json, TEXT("Social Care")) < 0);
    assert_true(json_get(effect, "compared")->count >= 4);

    struct pack_of of = {adoption};
    struct view_rows rows;
    must(visit_look(teacher, &pack_changes_view, &of, &rows, &error), &error, "pack.changes");
    assert_true(rows.n > 0);
    assert_true(VISIT_ROW(rows, struct pack_change_row, 0)->when.n > 0);
    assert_int_equal(visit_look(teacher, &pack_effect_view, &of, &rows, &error), ERROR_FORBIDDEN);

    must(pack_approve_as(&home, "boss", &adoption, &error), &error, "pack.approve");
    struct text words;
    assert_int_equal(pack_notices(&home, "teacher", "pack-case", &words), 70);
    assert_true(text_find(words, TEXT("The answer for a case of yours changes on ")) == 0);

    /* a proposal that was not worked out when the service ended is worked out after it */
    must(pack_propose_as(&home, "principal", "england", pack_day(3), &adoption, &error), &error, "pack.propose");
    home_reopen(&home.home);
    assert_int_equal(pack_effect_wait(&home, &adoption).decisions, 70);
    struct pack_settled out;
    of.adoption_id = adoption;
    must(visit_act_wait(home_visit(&home.home, "gov"), &pack_work_out_command, &of, &out, &error), &error, "pack.work_out");
    pack_effect_wait(&home, &adoption);
}

/* A review falls due; whoever answers for the rules is told until it is recorded. */
static void test_review(void **state)
{
    (void)state;
    struct error error;
    struct text words;
    struct id adoption = pack_row_on(&home, pack_day(0)).adoption_id;
    assert_int_equal(pack_row_on(&home, pack_day(0)).review_due.year, 2018);
    assert_int_equal(pack_notices(&home, "gov", "pack-review", &words), 1);
    assert_true(is(words, "The rules that apply should have been reviewed by 1 February 2018"));
    assert_int_equal(pack_notices(&home, "teacher", "pack-review", NULL), 0);

    struct pack_review in = {adoption, TEXT("They hold, but the addresses are old."), pack_day(0)};
    struct pack_reviewed out;
    struct visit *gov = home_visit(&home.home, "gov");
    assert_int_equal(visit_act_wait(gov, &pack_review_command, &in, &out, &error), ERROR_INVALID);
    assert_string_equal(error.where, "next");
    in.next = pack_day(730);
    must(visit_act_wait(gov, &pack_review_command, &in, &out, &error), &error, "pack.review");
    assert_int_equal(pack_notices(&home, "gov", "pack-review", NULL), 0);
    struct pack_of of = {adoption};
    struct view_rows rows;
    must(visit_look(gov, &pack_reviews_view, &of, &rows, &error), &error, "pack.reviews");
    assert_int_equal(rows.n, 1);
    assert_true(is(VISIT_ROW(rows, struct pack_review_row, 0)->by, "gov, gov"));

    char instant[40];
    struct date near = date_from_days(date_to_days(in.next) - 29);
    snprintf(instant, sizeof instant, "%04d-%02d-%02dT12:00:00Z", near.year, near.month, near.day);
    pack_clock_set(instant);
    assert_int_equal(pack_notices(&home, "gov", "pack-review", &words), 1);
    assert_true(text_find(words, TEXT("are to be reviewed by")) > 0);
    PROVISION("MAN-01");
}

#ifndef ON_POSTGRES
/* A home of before the record told which rules apply keeps those it had. */
static void test_migrated(void **state)
{
    (void)state;
    struct test_home old = {.packs = home.packs, .pack = "england"};
    struct store_settings settings = {.may_write = true};
    struct store *store;
    struct error error;
    char path[128];
    size_t n = 0;
    while (n < gate_migrations_n && strcmp(gate_migrations[n].name, "the rules that apply") != 0)
        n++;
    assert_true(n > 0 && n < gate_migrations_n);
    snprintf(old.folder, sizeof old.folder, "/tmp/proviso-gate-XXXXXX");
    assert_non_null(mkdtemp(old.folder));
    snprintf(path, sizeof path, "%s/data", old.folder);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(path, sizeof path, "%s/data/proviso.db", old.folder);
    settings.database = path;
    must(store_open(&settings, &store, &error), &error, "store_open");
    must(store_migrate(store, gate_migrations, n, &error), &error, "store_migrate");
    store_close(&store);

    old.arena = arena_new(64 << 20, ARENA_SECRET);
    home_reopen(&old);
    assert_true(text_equal(policy_pack_info(gate_pack(old.gate))->id, TEXT("england")));
    old.pack = "manchester-2016";
    home_reopen(&old);
    assert_true(text_equal(policy_pack_info(gate_pack(old.gate))->id, TEXT("england")));
    home_drop(&old);
}
#endif

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, make, drop)
    const struct CMUnitTest tests[] = {
        TEST(test_first),   TEST(test_adopted), TEST(test_midnight), TEST(test_refused),
        TEST(test_withdrawn), TEST(test_overtaken), TEST(test_effect), TEST(test_review),
#ifndef ON_POSTGRES
        TEST(test_migrated),
#endif
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    both_end();
    return failed;
}
