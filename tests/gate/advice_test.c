#include "home.h"

#include "base/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

/* Questions to the policy about nobody in particular. */

static const struct advice_row *ask(struct test_home *home, const char *decision, const char *facts, bool usual)
{
    struct error error;
    struct view_rows rows;
    struct advice_ask in = {text_of(decision), {text_of(facts)}, usual};
    must(visit_look(home_visit(home, "teacher"), &advice_ask_view, &in, &rows, &error), &error, "advice.ask");
    assert_int_equal(rows.n, 1);
    return VISIT_ROW(rows, struct advice_row, 0);
}

static const struct json *parse(struct test_home *home, struct json_object object)
{
    const struct json *read;
    struct error error;
    must(json_read(home->arena, object.json, "object", &read, &error), &error, "json");
    return read;
}

static void check_outcome(const struct advice_row *row, const char *outcome)
{
    if (!text_equal(row->outcome, text_of(outcome)))
        fail_msg("the outcome is \"%.*s\", not \"%s\"", TEXT_ARGS(row->outcome), outcome);
}

static void test_every_decision(void **state)
{
    struct test_home *home = *state;
    const struct advice_row *row = ask(home, "consent", "{\"subject_age\": 12, \"understanding\": \"sufficient\"}", false);
    check_outcome(row, "child");
    assert_true(json_text(json_get(json_get(parse(home, row->words), "outcome"), "title")).n > 0);
    row = ask(home, "channel", "{\"medium\": \"fax\", \"personal\": true}", false);
    check_outcome(row, "conditional");
    const struct json *conditions = json_get(parse(home, row->words), "conditions");
    assert_true(json_is(conditions, JSON_ARRAY) && conditions->count > 0);
    assert_true(json_text(json_get(&conditions->item[0], "title")).n > 0);
    row = ask(home, "retention", "{}", false);
    check_outcome(row, "");
    assert_true(json_text(json_get(parse(home, row->question), "key")).n > 0);
    row = ask(home, "deadline", "{\"matter\": \"child-harm-procedure\"}", false);
    assert_true(row->outcome.n > 0);
    assert_true(json_text(json_get(json_get(parse(home, row->words), "details"), "from")).n > 0);
    check_outcome(ask(home, "share", "{\"purpose\": \"none\"}", false), "do-not-share");
}

static const struct json *known_of(struct test_home *home, const struct advice_row *row, const char *key)
{
    const struct json *known = json_get(parse(home, row->words), "known");
    for (size_t i = 0; i < known->count; i++)
        if (text_equal(json_text(json_get(&known->item[i], "key")), text_of(key)))
            return &known->item[i];
    return NULL;
}

static void test_what_is_usual_is_said_to_be(void **state)
{
    struct test_home *home = *state;
    assert_null(known_of(home, ask(home, "share", "{\"purpose\": \"section-47\"}", false), "identifies"));
    const struct json *known = known_of(home, ask(home, "share", "{\"purpose\": \"section-47\"}", true), "identifies");
    assert_non_null(known);
    assert_true(json_text(json_get(known, "usual")).n > 0);
    known = known_of(home, ask(home, "share", "{\"identifies\": \"nobody\"}", true), "identifies");
    assert_true(json_is(json_get(known, "usual"), JSON_NULL));
    assert_true(text_equal(json_text(json_get(known, "value")), TEXT("nobody")));
}

/* A decision keeps what was taken as given with its answer, and what was said as it was said. */
static void test_a_decision_keeps_it(void **state)
{
    struct test_home *home = *state;
    struct error error;
    struct view_rows rows;
    struct visit *teacher = home_visit(home, "teacher");
    struct case_opened opened;
    struct case_open open = {.name = TEXT("Wren Example")};
    must(visit_act_wait(teacher, &case_open_command, &open, &opened, &error), &error, "case.open");
    struct decision_answer ask = {.cases = {&opened.case_id, 1}, .agencies = {&home->social_care, 1}};
    must(visit_look(teacher, &decision_answer_view, &ask, &rows, &error), &error, "decision.answer");
    const struct json *asked = json_get(parse(home, VISIT_ROW(rows, struct answer_row, 0)->answer), "ask");
    size_t without = asked->count;
    ask.usual = true;
    must(visit_look(teacher, &decision_answer_view, &ask, &rows, &error), &error, "decision.answer");
    asked = json_get(parse(home, VISIT_ROW(rows, struct answer_row, 0)->answer), "ask");
    assert_true(asked->count < without);
    struct decision_recorded made;
    struct decision_record record = {.cases = {&opened.case_id, 1},
                                     .agencies = {&home->social_care, 1},
                                     .facts = {TEXT("{\"purpose\": \"none\"}")},
                                     .usual = true,
                                     .outcome = TEXT("do-not-share"),
                                     .reasons = TEXT("There is no reason to share it.")};
    must(visit_act_wait(teacher, &decision_record_command, &record, &made, &error), &error, "decision.record");
    struct decision_of of = {made.decision_id};
    must(visit_look(teacher, &decision_read_view, &of, &rows, &error), &error, "decision.read");
    const struct decision_row *row = VISIT_ROW(rows, struct decision_row, 0);
    assert_null(json_get(parse(home, row->facts), "identifies"));
    const struct json *answer = &json_get(parse(home, row->answers), "answers")->item[0];
    assert_true(text_equal(json_text(json_get(json_get(answer, "facts"), "identifies")), TEXT("living-person")));
}

static void test_refused(void **state)
{
    struct test_home *home = *state;
    static const struct {
        const char *decision, *facts, *where;
    } cases[] = {
        {"dinner", "{}", "decision"},
        {"share", "{\"purposes\": \"crime\"}", "purposes"},
        {"share", "{\"purpose\": \"my neighbour Jo Bloggs\"}", "purpose"},
        {"share", "[1]", "facts"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error error = {0};
        struct view_rows rows;
        struct advice_ask in = {text_of(cases[i].decision), {text_of(cases[i].facts)}, false};
        assert_int_equal(visit_look(home_visit(home, "teacher"), &advice_ask_view, &in, &rows, &error), ERROR_INVALID);
        assert_string_equal(error.where, cases[i].where);
        assert_null(strstr(error.what, "Bloggs")); /* what was typed may be personal */
    }
    struct error error = {0};
    struct view_rows rows;
    struct advice_ask in = {TEXT("share"), {TEXT("{}")}, false};
    struct visit *visitor;
    must(visit_begin(home->gate, home->arena, &visitor, &error), &error, "visit");
    assert_int_equal(visit_look(visitor, &advice_ask_view, &in, &rows, &error), ERROR_UNAUTHENTICATED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_decision),
        cmocka_unit_test(test_what_is_usual_is_said_to_be),
        cmocka_unit_test(test_a_decision_keeps_it),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, home_begin, home_end);
}
