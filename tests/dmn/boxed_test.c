#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/error.h"
#include "dmn.h"

#define L(text) "<literalExpression><text>" text "</text></literalExpression>"
#define ENTRY(name, value) "<contextEntry><variable name=\"" name "\"/>" value "</contextEntry>"

/* The value of one decision "d" with this logic, and with these definitions before it. */
static void assert_logic(const char *before, const char *logic, const char *input, const char *wanted)
{
    ARENA_SCOPE struct arena *arena = arena_new(1 << 22, ARENA_PLAIN);
    struct error error;
    const struct dmn_model *m;
    struct dmn_result given, result;
    struct buffer b = buffer_in(arena);
    struct text xml = arena_format(arena,
                                   "<definitions xmlns=\"https://www.omg.org/spec/DMN/20211108/MODEL/\" name=\"m\" "
                                   "namespace=\"u\">%s<decision id=\"d\" name=\"d\">%s</decision></definitions>",
                                   before, logic);
    if (dmn_model_load(arena, xml, "m.dmn", &m, &error))
        fail_msg("%s: %s: %s", logic, error.where, error.what);
    if (m->problems)
        fail_msg("%s: %.*s: %.*s", logic, TEXT_ARGS(m->problem[0].where), TEXT_ARGS(m->problem[0].what));
    assert_int_equal(dmn_feel(arena, text_of(input), "input", NULL, &given, &error), 0);
    assert_int_equal(dmn_evaluate(m, arena, TEXT("d"), given.value, NULL, &result, &error), 0);
    dmn_value_write_json(&b, result.value);
    if (!text_equal(buffer_result(&b), text_of(wanted)))
        fail_msg("%s: wanted %s, got %.*s", logic, wanted, TEXT_ARGS(buffer_result(&b)));
}

static void gives(const char *logic, const char *wanted)
{
    assert_logic("", logic, "{}", wanted);
}

static void contexts_lists_and_relations(void **state)
{
    (void)state;
    gives("<context>" ENTRY("a b", L("1")) ENTRY("c", L("a b + 1")) "</context>", "{\"a b\":1,\"c\":2}");
    gives("<context>" ENTRY("a", L("1")) "<contextEntry>" L("a + 1") "</contextEntry></context>", "2");
    gives("<context>" ENTRY("a", "") "</context>", "{\"a\":null}");
    gives("<list>" L("1") "<list>" L("\"x\"") "</list></list>", "[1,[\"x\"]]");
    gives("<relation><column name=\"a\"/><column name=\"b\"/><row>" L("1") L("2") "</row><row>" L("3") "</row></relation>",
          "[{\"a\":1,\"b\":2},{\"a\":3,\"b\":null}]");
    gives("", "null");
    gives("<literalExpression/>", "null");
}

static void functions_and_invocations(void **state)
{
    (void)state;
    gives("<context>" ENTRY("f", "<functionDefinition><formalParameter name=\"x\" typeRef=\"number\"/>" L("x * 2")
          "</functionDefinition>") "<contextEntry><invocation>" L("f") "<binding><parameter name=\"x\"/>" L("21")
          "</binding></invocation></contextEntry></context>", "42");
    gives("<context>" ENTRY("f", "<functionDefinition><formalParameter name=\"x\" typeRef=\"number\"/>" L("1")
          "</functionDefinition>") "<contextEntry>" L("f(\"a\")") "</contextEntry></context>", "null");
    gives("<context>" ENTRY("f", "<functionDefinition kind=\"Java\"><formalParameter name=\"x\"/><context>" ENTRY("class", L("\"x\""))
          "</context></functionDefinition>") "<contextEntry>" L("f(1)") "</contextEntry></context>", "null");
    gives("<invocation>" L("upper case") "<binding><parameter name=\"string\"/>" L("\"a\"") "</binding></invocation>", "\"A\"");
    gives("<invocation>" L("upper case") "<binding><parameter name=\"text\"/>" L("\"a\"") "</binding></invocation>", "null");
}

static void conditions_and_iterations(void **state)
{
    (void)state;
    gives("<conditional><if>" L("1 &lt; 2") "</if><then>" L("\"y\"") "</then><else>" L("\"n\"") "</else></conditional>", "\"y\"");
    gives("<conditional><if>" L("null") "</if><then>" L("\"y\"") "</then><else>" L("\"n\"") "</else></conditional>", "\"n\"");
    gives("<for iteratorVariable=\"an item\"><in>" L("[1, 2, 3]") "</in><return>" L("an item + count(partial)") "</return></for>",
          "[1,3,5]");
    gives("<for iteratorVariable=\"i\"><in>" L("null") "</in><return>" L("i") "</return></for>", "null");
    gives("<every iteratorVariable=\"i\"><in>" L("[1, 2]") "</in><satisfies>" L("i &gt; 0") "</satisfies></every>", "true");
    gives("<every iteratorVariable=\"i\"><in>" L("[1, 2]") "</in><satisfies>" L("i &gt; 1") "</satisfies></every>", "false");
    gives("<some iteratorVariable=\"i\"><in>" L("[1, 2]") "</in><satisfies>" L("i &gt; 1") "</satisfies></some>", "true");
    gives("<some iteratorVariable=\"i\"><in>" L("[1, null]") "</in><satisfies>" L("i &gt; 1") "</satisfies></some>", "null");
    gives("<filter><in>" L("[{a b: 1}, {a b: 2}]") "</in><match>" L("item.a b &gt; 1") "</match></filter>", "[{\"a b\":2}]");
    gives("<filter><in>" L("[1, 2]") "</in><match>" L("\"x\"") "</match></filter>", "null");
}

static const char types[] =
    "<itemDefinition name=\"tNumbers\" isCollection=\"true\"><typeRef>number</typeRef></itemDefinition>"
    "<itemDefinition name=\"tPerson\"><itemComponent name=\"name\"><typeRef>string</typeRef></itemComponent>"
    "<itemComponent name=\"age\"><typeRef>number</typeRef></itemComponent></itemDefinition>"
    "<itemDefinition name=\"tPeople\" isCollection=\"true\"><typeRef>tPerson</typeRef></itemDefinition>"
    "<itemDefinition name=\"tSize\"><typeRef>string</typeRef><allowedValues><text>\"S\", \"M\"</text></allowedValues></itemDefinition>"
    "<itemDefinition name=\"tSizes\" isCollection=\"true\"><typeRef>string</typeRef><allowedValues><text>\"S\", \"M\"</text></allowedValues></itemDefinition>"
    "<itemDefinition name=\"tTree\"><itemComponent name=\"children\" isCollection=\"true\"><typeRef>tTree</typeRef></itemComponent></itemDefinition>"
    "<itemDefinition name=\"tFunction\"><functionItem outputTypeRef=\"number\"><parameters name=\"x\" typeRef=\"number\"/></functionItem></itemDefinition>"
    "<itemDefinition name=\"tSmall\"><typeRef>number</typeRef><typeConstraint><text>&lt; 10</text></typeConstraint></itemDefinition>"
    "<inputData id=\"i\" name=\"i\"><variable name=\"i\" typeRef=\"tPerson\"/></inputData>";

static void results_take_their_type(void **state)
{
    static const struct {
        const char *type, *feel, *wanted;
    } example[] = {
        {"string", "1", "null"},
        {"tNumbers", "1", "[1]"},
        {"tNumbers", "[1, \"a\"]", "null"},
        {"number", "[1]", "1"},
        {"number", "[1, 2]", "null"},
        {"tPerson", "{name: \"A\", age: 1, more: 2}", "{\"name\":\"A\",\"age\":1,\"more\":2}"},
        {"tPerson", "{name: \"A\"}", "null"},
        {"tPerson", "{name: null, age: null}", "{\"name\":null,\"age\":null}"},
        {"tPeople", "{name: \"A\", age: 1}", "[{\"name\":\"A\",\"age\":1}]"},
        {"tSize", "\"S\"", "\"S\""},
        {"tSize", "\"L\"", "null"},
        {"tSizes", "[\"S\", \"M\"]", "[\"S\",\"M\"]"},
        {"tSizes", "[\"S\", \"L\"]", "null"},
        {"tTree", "{children: [{children: []}]}", "{\"children\":[{\"children\":[]}]}"},
        {"tTree", "{children: [{children: 1}]}", "null"},
        {"date and time", "@\"2026-01-01\"", "\"2026-01-01T00:00:00Z\""},
        {"dateTime", "@\"2026-01-01T10:00:00\"", "\"2026-01-01T10:00:00\""},
        {"feel:number", "1", "1"},
        {"list&lt;number&gt;", "[1]", "[1]"},
        {"range&lt;number&gt;", "[1..2]", "\"[1..2]\""},
        {"range&lt;string&gt;", "[1..2]", "null"},
        {"tFunction", "function(x: number) x", "\"function(x)\""},
        {"tFunction", "function(x: number, y) x", "null"},
        {"tSmall", "9", "9"},
        {"tSmall", "10", "null"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof example / sizeof *example; i++) {
        ARENA_SCOPE struct arena *arena = arena_new(1 << 16, ARENA_PLAIN);
        char *logic = arena_string(arena, arena_format(arena, "<variable name=\"d\" typeRef=\"%s\"/>" L("%s"),
                                                       example[i].type, example[i].feel));
        assert_logic(types, logic, "{}", example[i].wanted);
    }
}

static void input_takes_its_type(void **state)
{
    static const char logic[] = "<informationRequirement><requiredInput href=\"#i\"/></informationRequirement>" L("i");
    (void)state;
    assert_logic(types, logic, "{i: {name: \"A\"}}", "{\"name\":\"A\"}"); /* from outside, members may be left out */
    assert_logic(types, logic, "{i: [{name: \"A\"}]}", "{\"name\":\"A\"}");
    assert_logic(types, logic, "{i: {name: 1}}", "null");
    assert_logic(types, logic, "{}", "null");
}

static void services_are_called(void **state)
{
    static const char before[] =
        "<inputData id=\"n\" name=\"n\"><variable name=\"n\" typeRef=\"number\"/></inputData>"
        "<decision id=\"half\" name=\"half\"><informationRequirement><requiredInput href=\"#n\"/></informationRequirement>" L("n / 2") "</decision>"
        "<decision id=\"sum\" name=\"sum of both\"><informationRequirement><requiredDecision href=\"#half\"/></informationRequirement>"
        "<informationRequirement><requiredInput href=\"#n\"/></informationRequirement>" L("half + n") "</decision>"
        "<decisionService id=\"s\" name=\"serve\"><outputDecision href=\"#sum\"/><inputDecision href=\"#half\"/><inputData href=\"#n\"/></decisionService>";
#define NEEDS "<knowledgeRequirement><requiredKnowledge href=\"#s\"/></knowledgeRequirement>"
    (void)state;
    assert_logic(before, NEEDS L("serve(1, 10)"), "{}", "11"); /* input data first, then decisions */
    assert_logic(before, NEEDS L("serve(half: 10, n: 1)"), "{}", "11");
    assert_logic(before, NEEDS L("serve(half: 10)"), "{n: 5}", "null"); /* it sees only what it is given */
    assert_logic(before, NEEDS L("serve(1)"), "{}", "null");
    assert_logic(before, NEEDS L("serve(\"x\", 1)"), "{}", "null");
    assert_logic(before, NEEDS L("for i in 1..2 return serve(i, i)"), "{}", "[2,4]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(contexts_lists_and_relations), cmocka_unit_test(functions_and_invocations),
        cmocka_unit_test(conditions_and_iterations),    cmocka_unit_test(results_take_their_type),
        cmocka_unit_test(input_takes_its_type),         cmocka_unit_test(services_are_called),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
