#include "home.h"

#include "base/json.h"
#include "policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

/* How answers come about: of a question, and of a recorded decision under the version that was applied. */

static const struct json *parse(struct test_home *home, struct json_object object, const char *member)
{
    const struct json *read;
    struct error error;
    must(json_read(home->arena, object.json, "object", &read, &error), &error, member);
    const struct json *list = json_get(read, member);
    assert_true(json_is(list, JSON_ARRAY));
    return list;
}

/* The rules that fired name their tables, and each value that was tested is what was said. */
static void check_trace(const struct json *fired, struct text outcome)
{
    bool outcome_told = false;
    assert_true(fired->count > 1);
    for (size_t i = 0; i < fired->count; i++) {
        const struct json *rule = &fired->item[i], *tested = json_get(rule, "tested");
        assert_true(json_text(json_get(rule, "table")).n && json_is(tested, JSON_ARRAY));
        if (text_equal(json_text(json_get(rule, "table")), TEXT("outcome")))
            outcome_told = text_equal(json_text(json_get(rule, "gives")), outcome);
        for (size_t t = 0; t < tested->count; t++)
            if (text_equal(json_text(json_get(&tested->item[t], "fact")), TEXT("purpose")))
                assert_true(text_equal(json_text(json_get(&tested->item[t], "value")), TEXT("section-47")));
    }
    assert_true(outcome_told);
}

static void test_answer_explains_when_asked(void **state)
{
    struct test_home *home = *state;
    struct error error;
    struct visit *teacher = home_visit(home, "teacher");
    struct view_rows rows;
    struct decision_answer ask = {.agencies = {&home->social_care, 1},
                                  .facts = {TEXT("{\"purpose\":\"section-47\",\"identifies\":\"living-person\","
                                                 "\"confidential\":true,\"consent\":\"given\",\"consent_covers\":true}")}};
    must(visit_look(teacher, &decision_answer_view, &ask, &rows, &error), &error, "decision.answer");
    const struct answer_row *row = VISIT_ROW(rows, struct answer_row, 0);
    assert_true(row->outcome.n && !row->trace.json.n && !row->changes.json.n);
    struct text outcome = row->outcome;
    ask.explain = true;
    must(visit_look(teacher, &decision_answer_view, &ask, &rows, &error), &error, "decision.answer explained");
    row = VISIT_ROW(rows, struct answer_row, 0);
    assert_true(text_equal(row->outcome, outcome));
    check_trace(parse(home, row->trace, "fired"), outcome);
    const struct json *changes = parse(home, row->changes, "changes");
    assert_true(changes->count > 0);
    for (size_t i = 0; i < changes->count; i++) {
        assert_false(text_equal(json_text(json_get(&changes->item[i], "outcome")), outcome));
        assert_true(json_get(&changes->item[i], "altered")->count > 0);
    }
    visit_end(&teacher);
}

static void test_recorded_decision_is_its_own(void **state)
{
    struct test_home *home = *state;
    struct error error;
    struct visit *teacher = home_visit(home, "teacher"), *worker = home_visit(home, "worker");
    struct decided decided = home_decide(home, teacher, TEXT(""));
    struct decision_of of = {decided.decision_id};
    struct view_rows rows;
    must(visit_look(teacher, &decision_path_view, &of, &rows, &error), &error, "decision.path");
    assert_int_equal(rows.n, 1);
    const struct decision_path_row *row = VISIT_ROW(rows, struct decision_path_row, 0);
    assert_true(row->at_hand && text_equal(row->outcome, TEXT("share")));
    assert_ptr_equal(gate_pack_of(home->gate, row->pack_sha256), gate_pack(home->gate));
    check_trace(parse(home, row->trace, "fired"), row->outcome);
    assert_true(parse(home, row->changes, "changes")->count > 0);
    struct text trace = row->trace.json;

    assert_int_equal(visit_look(worker, &decision_path_view, &of, &rows, &error), ERROR_MISSING);
    assert_null(gate_pack_of(home->gate, TEXT("0000")));
    visit_end(&worker);
    visit_end(&teacher);

    /* another policy has come into force since: the record keeps its own, or says that it is not at hand */
    gate_close(&home->gate);
    struct gate_settings settings = home_settings(home);
    settings.pack = "england";
    must(gate_open(&settings, &home->gate, &error), &error, "gate_open");
    teacher = home_visit(home, "teacher");
    must(visit_look(teacher, &decision_path_view, &of, &rows, &error), &error, "decision.path later");
    row = VISIT_ROW(rows, struct decision_path_row, 0);
    assert_true(text_equal(row->pack, TEXT("manchester-2016")) && row->pack_version.n && row->words.json.n);
    assert_int_equal(row->at_hand, gate_pack_of(home->gate, row->pack_sha256) != NULL);
    if (row->at_hand)
        assert_true(text_equal(row->trace.json, trace));
    else
        assert_true(!row->trace.json.n && !row->changes.json.n);
    visit_end(&teacher);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_answer_explains_when_asked, home_begin, home_end),
        cmocka_unit_test_setup_teardown(test_recorded_decision_is_its_own, home_begin, home_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
