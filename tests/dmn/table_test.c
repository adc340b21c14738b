#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "base/error.h"
#include "dmn.h"

/* Tables of one input "x", made from text: a rule is "cell -> output". */
struct rule {
    const char *in, *out;
};

static void escape(struct buffer *b, const char *s)
{
    for (; *s; s++)
        if (*s == '<')
            buffer_string(b, "&lt;");
        else if (*s == '&')
            buffer_string(b, "&amp;");
        else
            buffer_char(b, *s);
}

static const struct dmn_model *read_model(struct arena *arena, const char *policy, const char *outputs,
                                          const struct rule *rule, size_t rules)
{
    struct buffer b = buffer_in(arena);
    struct error error;
    const struct dmn_model *m;
    buffer_format(&b,
                  "<definitions xmlns=\"https://www.omg.org/spec/DMN/20191111/MODEL/\" name=\"m\" namespace=\"u\">"
                  "<inputData id=\"i\" name=\"x\"/><decision id=\"d\" name=\"d\"><informationRequirement>"
                  "<requiredInput href=\"#i\"/></informationRequirement><decisionTable %s><input><inputExpression>"
                  "<text>x</text></inputExpression></input>%s",
                  policy, outputs);
    for (size_t i = 0; i < rules; i++) {
        struct text out = text_of(rule[i].out), one;
        buffer_string(&b, "<rule><inputEntry><text>");
        escape(&b, rule[i].in);
        buffer_string(&b, "</text></inputEntry>");
        while (text_next(&out, '|', &one))
            buffer_format(&b, "<outputEntry><text>%.*s</text></outputEntry>", TEXT_ARGS(one));
        buffer_string(&b, "</rule>");
    }
    buffer_string(&b, "</decisionTable></decision></definitions>");
    if (dmn_model_load(arena, buffer_result(&b), "m.dmn", &m, &error))
        fail_msg("%s: %s", error.where, error.what);
    return m;
}

static const struct dmn_model *model_of(struct arena *arena, const char *policy, const char *outputs,
                                        const struct rule *rule, size_t rules)
{
    const struct dmn_model *m = read_model(arena, policy, outputs, rule, rules);
    if (m->problems)
        fail_msg("%.*s: %.*s", TEXT_ARGS(m->problem[0].where), TEXT_ARGS(m->problem[0].what));
    return m;
}

static void assert_gives(const struct dmn_model *m, const char *x, const char *wanted)
{
    ARENA_SCOPE struct arena *arena = arena_new(1 << 22, ARENA_PLAIN);
    struct error error;
    struct dmn_result input, result;
    struct buffer b = buffer_in(arena);
    struct text given = arena_format(arena, "{x: %s}", x);
    assert_int_equal(dmn_feel(arena, given, "input", NULL, &input, &error), 0);
    assert_int_equal(dmn_evaluate(m, arena, TEXT("d"), input.value, NULL, &result, &error), 0);
    dmn_value_write_json(&b, result.value);
    if (!text_equal(buffer_result(&b), text_of(wanted)))
        fail_msg("x = %s: wanted %s, got %.*s", x, wanted, TEXT_ARGS(buffer_result(&b)));
}

#define ONE "<output/>"
#define ORDERED "<output><outputValues><text>30, 20, 10</text></outputValues></output>"
#define TWO "<output name=\"a\"/><output name=\"b\"/>"
static const struct rule steps[] = {{"> 0", "10"}, {"> 1", "30"}, {"> 2", "20"}, {"> 2", "20"}};

static void each_hit_policy(void **state)
{
    static const struct {
        const char *policy, *output, *x, *wanted;
    } example[] = {
        {"", ONE, "1", "10"},
        {"", ONE, "2", "null"}, /* Unique: two rules fit */
        {"", ONE, "0", "null"},
        {"hitPolicy=\"UNIQUE\"", "<output><defaultOutputEntry><text>7</text></defaultOutputEntry></output>", "0", "7"},
        {"hitPolicy=\"ANY\"", ONE, "1", "10"},
        {"hitPolicy=\"ANY\"", ONE, "2", "null"},
        {"hitPolicy=\"FIRST\"", ONE, "3", "10"},
        {"hitPolicy=\"PRIORITY\"", ORDERED, "3", "30"},
        {"hitPolicy=\"PRIORITY\"", ORDERED, "0", "null"},
        {"hitPolicy=\"RULE ORDER\"", ONE, "3", "[10,30,20,20]"},
        {"hitPolicy=\"RULE ORDER\"", ONE, "0", "null"},
        {"hitPolicy=\"OUTPUT ORDER\"", ORDERED, "3", "[30,20,20,10]"},
        {"hitPolicy=\"COLLECT\"", ONE, "2", "[10,30]"},
        {"hitPolicy=\"COLLECT\" aggregation=\"SUM\"", ONE, "3", "80"},
        {"hitPolicy=\"COLLECT\" aggregation=\"MIN\"", ONE, "3", "10"},
        {"hitPolicy=\"COLLECT\" aggregation=\"MAX\"", ONE, "3", "30"},
        {"hitPolicy=\"COLLECT\" aggregation=\"COUNT\"", ONE, "3", "4"},
        {"hitPolicy=\"COLLECT\" aggregation=\"COUNT\"", ONE, "0", "null"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof example / sizeof *example; i++) {
        ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
        assert_gives(model_of(arena, example[i].policy, example[i].output, steps, 4), example[i].x, example[i].wanted);
    }
}

/*
 * "not(" begins tests that do not hold, or a call: what cannot be the one is read again as the other, and nothing of the
 * first reading counts then, wherever it stopped.
 */
static void not_is_read_twice(void **state)
{
    static const struct rule call[] = {{"not(negand: ?)", "10"}};
    static const char *const broken[] = {
        "not({a:)",           "not({a b: 1, a b +)",       "not({a b: {c d: [1..)", "not(for a b in [1] return)",
        "not(some a b in x)", "not(every a b in x, c)",    "not(x[a)",              "not(function(a b: nothing) a b)",
        "not({a b:}, 1)",     "not({a b: 1}.a b in (1, )", "not(if x then {a b: )", "not(function(a b,) {c d:)",
    };
    (void)state;
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
    assert_gives(model_of(arena, "", ONE, call, 1), "false", "10");
    assert_gives(model_of(arena, "", ONE, call, 1), "true", "null");
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        struct rule rule = {broken[i], "10"};
        arena_reset(arena);
        if (read_model(arena, "", ONE, &rule, 1)->problems == 0)
            fail_msg("%s: read as if it were whole", broken[i]);
    }
}

static void several_outputs(void **state)
{
    static const struct rule rules[] = {{"1", "\"p\" | 1"}, {"[1..2]", "\"q\" | 2"}};
    (void)state;
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
    assert_gives(model_of(arena, "hitPolicy=\"FIRST\"", TWO, rules, 2), "1", "{\"a\":\"p\",\"b\":1}");
    assert_gives(model_of(arena, "hitPolicy=\"COLLECT\"", TWO, rules, 2), "1", "[{\"a\":\"p\",\"b\":1},{\"a\":\"q\",\"b\":2}]");
    assert_gives(model_of(arena, "hitPolicy=\"PRIORITY\"",
                          "<output name=\"a\"><outputValues><text>\"q\", \"p\"</text></outputValues></output><output name=\"b\"/>",
                          rules, 2), "1", "{\"a\":\"q\",\"b\":2}");
    assert_gives(model_of(arena, "", "<output name=\"a\"><defaultOutputEntry><text>\"z\"</text></defaultOutputEntry></output>"
                                     "<output name=\"b\"/>", rules, 2), "9", "{\"a\":\"z\",\"b\":null}");
}

/* A cell, a value for which it fits, one for which it does not. */
static void each_kind_of_cell(void **state)
{
    static const struct {
        const char *cell, *fits, *not;
    } example[] = {
        {"1, 2", "2", "3"},
        {"not(1, 2)", "3", "2"},
        {"[1..3)", "1", "3"},
        {"]1..3]", "3", "1"},
        {"< 3, >= 10", "10", "3"},
        {"!= 3", "2", "3"},
        {"\"a\", \"b c\"", "\"b c\"", "\"b\""},
        {"not(\"a\")", "\"b\"", "\"a\""},
        {"true", "true", "false"},
        {"null", "null", "1"},
        {"not(null)", "1", "null"},
        {"-5", "-5", "5"},
        {"< @\"2026-01-01\"", "@\"2025-12-31\"", "@\"2026-01-01\""},
        {"[date(\"2026-01-01\")..date(\"2026-12-31\")]", "@\"2026-06-01\"", "@\"2027-06-01\""},
        {"? > 1 and ? < 3", "2", "3"},
        {"contains(?, \"x\")", "\"axe\"", "\"ash\""},
        {"[1, 2, 3]", "2", "4"},
        {"[1, 2, 3]", "[1, 2, 3]", "[1, 2]"},
        {"not(? > 5) and ? > 2", "4", "2"},
        {"(1 + 1)", "2", "1"},
        {"> 5", "6", "\"6\""},
        {"-", "null", NULL},
        {" ", "1", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof example / sizeof *example; i++) {
        ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
        const struct rule rule = {example[i].cell, "\"yes\""};
        const struct dmn_model *m = model_of(arena, "", ONE, &rule, 1);
        assert_gives(m, example[i].fits, "\"yes\"");
        if (example[i].not)
            assert_gives(m, example[i].not, "null");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_hit_policy),
        cmocka_unit_test(not_is_read_twice),
        cmocka_unit_test(several_outputs),
        cmocka_unit_test(each_kind_of_cell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
