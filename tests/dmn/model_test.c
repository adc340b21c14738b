#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/error.h"
#include "dmn.h"

#define DEFINITIONS "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" name=\"m\" namespace=\"u\">\n"
#define END "</definitions>"
#define LITERAL(text) "<literalExpression><text>" text "</text></literalExpression>"
#define DECISION(name, logic) "<decision id=\"" name "\" name=\"" name "\">" logic "</decision>\n"

static const char table[] = DEFINITIONS
    "<itemDefinition name=\"tSize\"><typeRef>string</typeRef>"
    "<allowedValues><text>\"S\",\"M\",\"L\"</text></allowedValues></itemDefinition>\n"
    "<inputData id=\"i1\" name=\"Shoe  size\"><variable name=\"Shoe size\" typeRef=\"number\"/></inputData>\n"
    "<inputData id=\"i2\" name=\"Colour\"><variable name=\"Colour\" typeRef=\"string\"/></inputData>\n"
    "<decision id=\"d\" name=\"Size\"><variable name=\"Size\" typeRef=\"tSize\"/>\n"
    "<informationRequirement><requiredInput href=\"#i1\"/></informationRequirement>\n"
    "<informationRequirement><requiredInput href=\"u#i2\"/></informationRequirement>\n"
    "<decisionTable hitPolicy=\"FIRST\">\n"
    "<input label=\"size\"><inputExpression typeRef=\"number\"><text>Shoe size</text></inputExpression>"
    "<inputValues><text>[1..50]</text></inputValues></input>\n"
    "<input><inputExpression typeRef=\"string\"><text>Colour</text></inputExpression></input>\n"
    "<output name=\"size\" typeRef=\"tSize\"><defaultOutputEntry><text>\"L\"</text></defaultOutputEntry></output>\n"
    "<annotation name=\"source\"/>\n"
    "<rule id=\"r1\"><inputEntry><text>&lt; 30</text></inputEntry><inputEntry><text>-</text></inputEntry>"
    "<outputEntry><text>\"S\"</text></outputEntry><annotationEntry><text>page 3</text></annotationEntry></rule>\n"
    "<rule><inputEntry><text>[30..40), 99</text></inputEntry><inputEntry><text>not(\"red\", \"blue\")</text></inputEntry>"
    "<outputEntry><text>\"M\"</text></outputEntry></rule>\n"
    "</decisionTable></decision>\n"
    "<DMNDI xmlns=\"https://www.omg.org/spec/DMN/20230324/DMNDI/\"><DMNDiagram><DMNShape dmnElementRef=\"d\">"
    "<Bounds xmlns=\"d\" x=\"10\" y=\"20.5\" width=\"100\" height=\"50\"/></DMNShape><DMNEdge dmnElementRef=\"e\">"
    "<waypoint xmlns=\"d\" x=\"1\" y=\"2\"/><waypoint xmlns=\"d\" x=\"3\" y=\"4\"/></DMNEdge></DMNDiagram></DMNDI>" END;

static int load(struct arena *arena, const char *xml, const struct dmn_model **model, struct error *error)
{
    return dmn_model_load(arena, text_of(xml), "m.dmn", model, error);
}

static void assert_is(struct text got, const char *wanted)
{
    if (!text_equal(got, text_of(wanted)))
        fail_msg("wanted %s, got %.*s", wanted, TEXT_ARGS(got));
}

static void a_table_can_be_read(void **state)
{
    (void)state;
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
    struct error error;
    const struct dmn_model *m;
    assert_int_equal(load(arena, table, &m, &error), 0);
    assert_int_equal(m->version, 15);
    assert_int_equal(m->problems, 0);
    assert_is(m->input[0].name, "Shoe size");
    const struct dmn_decision *d = dmn_decision_find(m, TEXT("Size"));
    assert_non_null(d);
    assert_ptr_equal(d, dmn_decision_find(m, TEXT("d")));
    assert_int_equal(d->needs, 2);
    assert_int_equal(d->need[1].kind, DMN_NEED_INPUT);
    assert_int_equal(d->need[1].index, 1);
    assert_int_equal(d->logic->kind, DMN_BOXED_TABLE);
    const struct dmn_table *t = d->logic->table;
    assert_int_equal(t->hit_policy, DMN_HIT_FIRST);
    assert_int_equal(t->ins, 2);
    assert_is(t->in[0].text, "Shoe size");
    assert_int_equal(t->in[0].expression->kind, DMN_EXPRESSION_NAME);
    assert_int_equal(t->in[0].allowed->kind, DMN_TEST_INTERVAL);
    assert_int_equal(m->types, 1);
    assert_ptr_equal(t->out[0].type, m->type[0]);
    assert_is(m->type[0]->name, "tSize");
    assert_int_equal(dmn_type_allowed(t->out[0].type)->count, 3);
    assert_is(t->out[0].fallback_text, "\"L\"");
    assert_is(t->annotation[0], "source");
    assert_is(t->rule[0].annotation[0], "page 3");
    assert_is(t->rule[1].annotation[0], "");
    assert_int_equal(t->rule[1].line, 14);
    const struct dmn_test *less = t->rule[0].in[0].test, *list = t->rule[1].in[0].test, *none = t->rule[1].in[1].test;
    assert_int_equal(less->kind, DMN_TEST_COMPARE);
    assert_int_equal(less->operation, DMN_LESS);
    assert_int_equal(t->rule[0].in[1].test->kind, DMN_TEST_ANY);
    assert_int_equal(list->kind, DMN_TEST_LIST);
    assert_int_equal(list->item[0]->kind, DMN_TEST_INTERVAL);
    assert_false(list->item[0]->low_open);
    assert_true(list->item[0]->high_open);
    assert_int_equal(list->item[1]->kind, DMN_TEST_VALUE);
    assert_int_equal(none->kind, DMN_TEST_NOT);
    assert_int_equal(none->count, 2);
    assert_is(none->item[0]->low->value->as.string, "red");
    assert_int_equal(m->shapes, 1);
    assert_true(m->shape[0].y > 20.4 && m->shape[0].y < 20.6);
    assert_int_equal(m->edge[0].waypoints, 2);
    assert_true(dmn_test_value(arena, list, dmn_integer(arena, 35)) == &dmn_true);
    assert_non_null(dmn_expression_constant(arena, t->rule[0].out[0].expression));
    assert_null(dmn_expression_constant(arena, t->in[0].expression));
}

static void assert_value(const struct dmn_model *m, const char *name, const char *input, const char *wanted)
{
    ARENA_SCOPE struct arena *arena = arena_new(1 << 24, ARENA_PLAIN);
    struct error error;
    struct dmn_result given, result;
    struct buffer b = buffer_in(arena);
    assert_int_equal(dmn_feel(arena, text_of(input), "input", NULL, &given, &error), 0);
    assert_int_equal(dmn_evaluate(m, arena, text_of(name), given.value, NULL, &result, &error), 0);
    dmn_value_write_json(&b, result.value);
    assert_is(buffer_result(&b), wanted);
}

static void a_table_is_evaluated(void **state)
{
    (void)state;
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
    struct error error;
    const struct dmn_model *m;
    assert_int_equal(load(arena, table, &m, &error), 0);
    assert_value(m, "Size", "{Shoe size: 20}", "\"S\"");
    assert_value(m, "Size", "{Shoe size: 35, Colour: \"green\"}", "\"M\"");
    assert_value(m, "Size", "{Shoe size: 35, Colour: \"red\"}", "\"L\"");
    /* A dash is any of the input values; other cells test what they say. */
    assert_value(m, "Size", "{Shoe size: 99, Colour: \"green\"}", "\"M\"");
    assert_value(m, "Size", "{Shoe size: 99, Colour: \"red\"}", "\"L\"");
    assert_value(m, "Size", "{Shoe size: \"big\"}", "\"L\""); /* null fits no rule */
}

/* What is wrong, and the words that the error must have. */
static void bad_models_are_refused_by_name_and_place(void **state)
{
    static const struct {
        const char *xml, *where, *what;
        int code;
    } bad[] = {
        {"", "m.dmn", "XML", ERROR_INPUT},
        {"<definitions/>", "m.dmn:1", "not a decision model", ERROR_INPUT},
        {"<definitions xmlns=\"http://example.org/\"/>", "m.dmn:1", "http://example.org/", ERROR_INPUT},
        {"<!DOCTYPE x [<!ENTITY a \"b\">]><x>&a;</x>", "m.dmn", "document type", ERROR_INPUT},
        {DEFINITIONS "\n<import importType=\"x\" namespace=\"y\" name=\"z\"/>" END, "m.dmn:3", "imports", ERROR_INPUT},
        {DEFINITIONS DECISION("a", "<informationRequirement><requiredInput href=\"#nowhere\"/></informationRequirement>")
             END, "m.dmn:2", "#nowhere", ERROR_INPUT},
        {DEFINITIONS DECISION("a", "<informationRequirement><requiredDecision href=\"#b\"/></informationRequirement>")
             DECISION("b", "<informationRequirement><requiredDecision href=\"#a\"/></informationRequirement>") END,
         "decision \"a\"", "needs itself", ERROR_INPUT},
        {DEFINITIONS "<itemDefinition name=\"a\"><typeRef>b</typeRef></itemDefinition>"
                     "<itemDefinition name=\"b\"><typeRef>a</typeRef></itemDefinition>" END, "m.dmn:2", "defined by itself",
         ERROR_INPUT},
        {DEFINITIONS DECISION("a", "") DECISION("a", "") END, "m.dmn:3", "two elements", ERROR_INPUT},
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
        struct error error;
        const struct dmn_model *m;
        assert_int_equal(load(arena, bad[i].xml, &m, &error), bad[i].code);
        assert_null(m);
        if (!strstr(error.where, bad[i].where) || !strstr(error.what, bad[i].what))
            fail_msg("%s: %s: %s", bad[i].xml, error.where, error.what);
    }
}

static void problems_name_table_rule_and_cell(void **state)
{
    (void)state;
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
    struct error error;
    const struct dmn_model *m;
    static const char xml[] = DEFINITIONS
        DECISION("Odd", "<decisionTable><input><inputExpression><text>1</text></inputExpression></input><output/>\n"
                        "<rule><inputEntry><text>1</text></inputEntry><outputEntry><text>2</text></outputEntry></rule>\n"
                        "<rule><inputEntry><text>&lt;&lt; 1</text></inputEntry><outputEntry><text>2</text></outputEntry></rule>"
                        "</decisionTable>") END;
    assert_int_equal(load(arena, xml, &m, &error), 0);
    assert_int_equal(m->problems, 1);
    assert_is(m->problem[0].where, "m.dmn:4: decision \"Odd\", table, rule 2, input 1 (1)");
    assert_value(m, "Odd", "{}", "2"); /* a cell that cannot be read fits nothing; the rest runs */
}

static void decisions_services_and_knowledge(void **state)
{
    (void)state;
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
    struct error error;
    const struct dmn_model *m;
    struct dmn_result result;
    static const char xml[] = DEFINITIONS
        "<itemDefinition name=\"tPerson\"><itemComponent name=\"first name\"><typeRef>string</typeRef></itemComponent>"
        "</itemDefinition><inputData id=\"p\" name=\"person\"><variable name=\"person\" typeRef=\"tPerson\"/></inputData>"
        DECISION("Name", "<informationRequirement><requiredInput href=\"#p\"/></informationRequirement>"
                 LITERAL("person.first name"))
        DECISION("Greeting", "<informationRequirement><requiredDecision href=\"#Name\"/></informationRequirement>"
                 "<knowledgeRequirement><requiredKnowledge href=\"#polite\"/></knowledgeRequirement>" LITERAL("polite(Name)"))
        DECISION("Later", LITERAL("Name"))
        "<businessKnowledgeModel id=\"polite\" name=\"polite\"><encapsulatedLogic><formalParameter name=\"who\"/>"
        LITERAL("\"Dear \" + who") "</encapsulatedLogic></businessKnowledgeModel>"
        "<decisionService id=\"s\" name=\"greet\"><outputDecision href=\"#Greeting\"/><inputDecision href=\"#Name\"/>"
        "</decisionService>"
        "<decisionService id=\"s2\" name=\"both\"><outputDecision href=\"#Greeting\"/><outputDecision href=\"#Name\"/>"
        "<inputData href=\"#p\"/></decisionService>" END;
    assert_int_equal(load(arena, xml, &m, &error), 0);
    assert_value(m, "Greeting", "{person: {first name: \"Ann\"}}", "\"Dear Ann\"");
    assert_value(m, "greet", "{Name: \"Bob\"}", "\"Dear Bob\"");
    assert_value(m, "both", "{person: {first name: \"Ann\"}}", "{\"Greeting\":\"Dear Ann\",\"Name\":\"Ann\"}");
    assert_value(m, "polite", "{who: \"Eve\"}", "\"Dear Eve\"");
    assert_value(m, "Later", "{person: {first name: \"Ann\"}}", "null"); /* it does not require what it names */
    assert_int_equal(dmn_evaluate(m, arena, TEXT("nobody"), &dmn_null, NULL, &result, &error), ERROR_MISSING);
    assert_non_null(strstr(error.what, "nobody"));
    assert_int_equal(dmn_evaluate_all(m, arena, &dmn_null, NULL, &result, &error), 0);
    assert_int_equal(result.value->as.context.count, 3);
    assert_true(result.notes > 0);
}

/* Long chains of decisions and wide tables: time grows with their size, not with its square. */
static void large_models_are_read_and_run(void **state)
{
    enum { MANY = 4000 };
    (void)state;
    ARENA_SCOPE struct arena *arena = arena_new(512u << 20, ARENA_PLAIN);
    struct error error;
    const struct dmn_model *m;
    struct dmn_result result;
    struct buffer b = buffer_in(arena);
    buffer_string(&b, DEFINITIONS DECISION("d0", LITERAL("1")));
    for (int i = 1; i < MANY; i++)
        buffer_format(&b, "<decision id=\"d%d\" name=\"d%d\"><informationRequirement><requiredDecision href=\"#d%d\"/>"
                          "</informationRequirement>" LITERAL("d%d + 1") "</decision>\n", i, i, i - 1, i - 1);
    buffer_string(&b, END);
    assert_int_equal(dmn_model_load(arena, buffer_result(&b), "m.dmn", &m, &error), 0);
    assert_int_equal(dmn_evaluate(m, arena, TEXT("d3999"), &dmn_null, NULL, &result, &error), 0);
    int64_t value = 0;
    assert_true(result.value->kind == DMN_NUMBER && number_to_int64(result.value->as.number, &value));
    assert_int_equal(value, MANY);
}

/* Whatever memory there is: the model is read and run, or refused as too large. */
static void memory_may_run_out_anywhere(void **state)
{
    static const char boxed[] = DEFINITIONS
        "<itemDefinition name=\"t\" isCollection=\"true\"><itemComponent name=\"a b\"><typeRef>number</typeRef></itemComponent>"
        "<itemComponent name=\"c\"><typeRef>list&lt;string&gt;</typeRef></itemComponent></itemDefinition>"
        "<businessKnowledgeModel id=\"k\" name=\"twice\"><encapsulatedLogic><formalParameter name=\"x y\" typeRef=\"number\"/>"
        LITERAL("x y * 2") "</encapsulatedLogic></businessKnowledgeModel>"
        DECISION("d", "<variable name=\"d\" typeRef=\"t\"/><knowledgeRequirement><requiredKnowledge href=\"#k\"/></knowledgeRequirement>"
                 "<context><contextEntry><variable name=\"r\"/><relation><column name=\"a b\"/><row>" LITERAL("twice(x y: 2)")
                 "</row></relation></contextEntry><contextEntry><variable name=\"f\"/><functionDefinition><formalParameter name=\"q\"/>"
                 LITERAL("[q, q + 1][item &gt; q]") "</functionDefinition></contextEntry><contextEntry>"
                 LITERAL("for i in 1..3 return {a b: sum(f(i)), c: split(string(r[1].a b) + \"-x\", \"-\")}")
                 "</contextEntry></context>") END;
    const char *const models[] = {table, boxed};
    size_t run = 0;
    (void)state;
    for (size_t i = 0; i < 2; i++)
        for (size_t ceiling = 256; ceiling < 300000; ceiling += ceiling / 40 + 16) {
            ARENA_SCOPE struct arena *arena = arena_new(ceiling, ARENA_PLAIN);
            struct error error;
            const struct dmn_model *m;
            struct dmn_result answer;
            int result = load(arena, models[i], &m, &error);
            if (!result)
                result = dmn_evaluate_all(m, arena, &dmn_null, NULL, &answer, &error);
            run += result == 0;
            assert_true(result == 0 || result == ERROR_TOO_LARGE);
        }
    assert_true(run > 2);
    ARENA_SCOPE struct arena *arena = arena_new(1 << 22, ARENA_PLAIN);
    struct error error;
    const struct dmn_model *m;
    assert_int_equal(load(arena, boxed, &m, &error), 0);
    assert_int_equal(m->problems, 0);
    assert_value(m, "d", "{}", "[{\"a b\":2,\"c\":[\"4\",\"x\"]},{\"a b\":3,\"c\":[\"4\",\"x\"]},{\"a b\":4,\"c\":[\"4\",\"x\"]}]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_can_be_read),
        cmocka_unit_test(a_table_is_evaluated),
        cmocka_unit_test(bad_models_are_refused_by_name_and_place),
        cmocka_unit_test(problems_name_table_rule_and_cell),
        cmocka_unit_test(decisions_services_and_knowledge),
        cmocka_unit_test(large_models_are_read_and_run),
        cmocka_unit_test(memory_may_run_out_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
