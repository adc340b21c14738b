#include "dmn.h"

#include "base/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <cmocka.h>

/*
 * Models that are huge, deep, circular, or grow while they are read or run: refused within the memory and the
 * steps that they were given. Counted, not timed; the whole program runs within little address space too.
 */
#define DEFINITIONS                                                                                          \
    "<definitions xmlns=\"https://www.omg.org/spec/DMN/20191111/MODEL/\" id=\"m\" name=\"m\" "               \
    "namespace=\"urn:m\">"
#define LITERAL(feel) "<literalExpression><text>" feel "</text></literalExpression>"

enum { MIB = 1 << 20 };

static int load(struct arena *arena, struct text xml, struct error *error)
{
    const struct dmn_model *model;
    return dmn_model_load(arena, xml, "m.dmn", &model, error);
}

static struct text repeated(struct arena *arena, const char *before, const char *piece, size_t times,
                            const char *after)
{
    size_t a = strlen(before), b = strlen(piece), c = strlen(after);
    char *p = arena_alloc(arena, a + b * times + c);
    assert_non_null(p);
    memcpy(p, before, a);
    for (size_t i = 0; i < times; i++)
        memcpy(p + a + i * b, piece, b);
    memcpy(p + a + b * times, after, c);
    return (struct text){p, a + b * times + c};
}

/* As UTF-16, little end first, with its mark: the same characters in other bytes. */
static struct text utf16(struct arena *arena, struct text t)
{
    char *p = arena_alloc(arena, 2 * t.n + 2);
    assert_non_null(p);
    p[0] = (char)0xff;
    p[1] = (char)0xfe;
    for (size_t i = 0; i < t.n; i++)
        p[2 + 2 * i] = t.p[i];
    return (struct text){p, 2 * t.n + 2};
}

static void entities_do_not_multiply(void **state)
{
    static const char laughs[] =
        "<!DOCTYPE definitions [<!ENTITY a \"lollollollollollollollollollol\">"
        "<!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\">"
        "<!ENTITY d \"&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;\"><!ENTITY e \"&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;\">"
        "<!ENTITY f \"&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;\"><!ENTITY g \"&f;&f;&f;&f;&f;&f;&f;&f;&f;&f;\">"
        "<!ENTITY h \"&g;&g;&g;&g;&g;&g;&g;&g;&g;&g;\">]>" DEFINITIONS
        "<decision id=\"d\" name=\"&h;\">" LITERAL("&h;") "</decision></definitions>";
    static const char outside[] =
        "<!DOCTYPE definitions SYSTEM \"/etc/passwd\">" DEFINITIONS "</definitions>";
    static const char undefined[] = DEFINITIONS "<decision id=\"d\" name=\"&who;\"/></definitions>";
    struct arena *arena ARENA_SCOPE = arena_new(MIB, ARENA_PLAIN);
    struct error error;
    (void)state;
    assert_int_equal(load(arena, text_of(laughs), &error), ERROR_INPUT);
    assert_int_equal(load(arena, text_of(outside), &error), ERROR_INPUT);
    assert_int_equal(load(arena, text_of(undefined), &error), ERROR_INPUT);
    assert_int_equal(load(arena, utf16(arena, text_of(laughs)), &error), ERROR_INPUT);
    assert_int_equal(load(arena, utf16(arena, text_of(outside)), &error), ERROR_INPUT);
    assert_true(arena_used(arena) < MIB / 4);
}

static void deep_and_long_xml_is_refused(void **state)
{
    enum { DEEP = 100000 };
    struct arena *held ARENA_SCOPE = arena_new((size_t)96 * MIB, ARENA_PLAIN);
    struct arena *arena ARENA_SCOPE = arena_new(8 * MIB, ARENA_PLAIN);
    struct error error;
    (void)state;
    struct text deep = repeated(held, DEFINITIONS, "<decision>", DEEP, "");
    assert_int_equal(load(arena, deep, &error), ERROR_INPUT);
    deep = repeated(held, DEFINITIONS "<decision id=\"d\" name=\"d\">", "<list>", DEEP, "");
    assert_int_equal(load(arena, deep, &error), ERROR_INPUT);
    struct text large = repeated(held, DEFINITIONS, "<!-- nothing -->", 33 * MIB / 16, "</definitions>");
    assert_int_equal(load(arena, large, &error), ERROR_TOO_LARGE);
    assert_true(arena_used(arena) < MIB);
    /* Many rules: as many as fit are read, more than the memory holds are refused. */
    struct text rules = repeated(
        held,
        DEFINITIONS
        "<decision id=\"d\" "
        "name=\"d\"><decisionTable><input><inputExpression><text>1</text></inputExpression></input><output/>",
        "<rule><inputEntry><text>1</text></inputEntry><outputEntry><text>2</text></outputEntry></rule>",
        200000, "</decisionTable></decision></definitions>");
    assert_int_equal(load(arena, rules, &error), ERROR_TOO_LARGE);
}

static void feel_is_bounded(void **state)
{
    enum { DEEP = 100000, ITEMS = 1000000 };
    static const char *const steps[] = {
        "for i in 1..1000000000 return i",          "for i in 1..100000, j in 1..100000 return i * j",
        "count(for i in 1..1000000000 return i)",   "some x in 1..1000000000 satisfies x < 0",
        "every x in 1..1000000000 satisfies x > 0", "for i in 1..1000000000 return 10 ** i",
    };
    struct arena *held ARENA_SCOPE = arena_new((size_t)256 * MIB, ARENA_PLAIN);
    struct dmn_result answer;
    struct error error;
    (void)state;
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        struct arena *arena ARENA_SCOPE = arena_new(32 * MIB, ARENA_PLAIN);
        const struct dmn_limits limits = {.steps = 200000, .depth = 500};
        int result = dmn_feel(arena, text_of(steps[i]), "t", &limits, &answer, &error);
        if (result != ERROR_TOO_LARGE)
            fail_msg("%s: %d", steps[i], result);
        assert_true(arena_used(arena) <= 32 * MIB);
    }
    static const char *const deep[][3] = {
        {"{f: function(n) f(n + 1), r: f(0)}.r", "", ""},
        {"{f: function(x) [x, x, x, x, x, x, x, x, x, x], r: f(f(f(f(f(f(f(f(f(f(1))))))))))}.r = 1", "", ""},
        {"{f: function(x) concatenate(x, x), r: "
         "f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f([1]))))))))))))))))))))}.r",
         "", ""},
        {"", "(", ""},
        {"", "[", ""},
        {"", "{a:", ""},
        {"", "-", "1"},
        {"", "not(", ""},
        {"", "if ", ""},
        {"", "1+(", ""},
        {"", "a[", ""},
        {"", "function(x) ", "1"},
        {"1", "+1", ""},
        {"x", ".a", ""},
        {"x", "[1]", ""},
        {"1", " instance of number", ""},
    };
    for (size_t i = 0; i < sizeof deep / sizeof *deep; i++) {
        struct arena *arena ARENA_SCOPE = arena_new((size_t)128 * MIB, ARENA_PLAIN);
        const struct dmn_limits limits = {.steps = 1000000, .depth = 500};
        struct text t = repeated(held, deep[i][0], deep[i][1], DEEP, deep[i][2]);
        int result = dmn_feel(arena, t, "t", &limits, &answer, &error); /* refused, or worked out: both end */
        assert_true(result == 0 || result == ERROR_INPUT || result == ERROR_TOO_LARGE);
    }
    struct arena *arena ARENA_SCOPE = arena_new((size_t)512 * MIB, ARENA_PLAIN);
    struct text list = repeated(held, "count([1", ",1", ITEMS - 1, "])");
    assert_int_equal(dmn_feel(arena, list, "t", NULL, &answer, &error), 0);
    int64_t n = 0;
    assert_true(answer.value->kind == DMN_NUMBER && number_to_int64(answer.value->as.number, &n));
    assert_int_equal(n, ITEMS);
    struct arena *little ARENA_SCOPE = arena_new(16 * MIB, ARENA_PLAIN);
    assert_int_equal(dmn_feel(little, list, "t", NULL, &answer, &error), ERROR_TOO_LARGE);
}

static void models_that_need_themselves_are_refused(void **state)
{
    enum { MANY = 20000 };
    struct arena *arena ARENA_SCOPE = arena_new((size_t)256 * MIB, ARENA_PLAIN);
    struct error error;
    (void)state;
    for (int circle = 0; circle < 2; circle++) { /* a chain is read; closed to a circle it is refused */
        struct buffer b = buffer_in(arena);
        buffer_string(&b, DEFINITIONS);
        for (int i = 0; i < MANY; i++) {
            buffer_format(&b, "<decision id=\"d%d\" name=\"d%d\">", i, i);
            if (i || circle)
                buffer_format(
                    &b, "<informationRequirement><requiredDecision href=\"#d%d\"/></informationRequirement>",
                    i ? i - 1 : MANY - 1);
            buffer_string(&b, LITERAL("1") "</decision>");
        }
        buffer_string(&b, "</definitions>");
        assert_int_equal(load(arena, buffer_result(&b), &error), circle ? ERROR_INPUT : 0);
    }
    assert_non_null(strstr(error.what, "needs itself"));
}

#define KNOWLEDGE(name, parameter, feel)                                                                     \
    "<businessKnowledgeModel id=\"" name "\" name=\"" name                                                   \
    "\"><encapsulatedLogic><formalParameter name=\"" parameter                                               \
    "\"/>" LITERAL(feel) "</encapsulatedLogic><knowledgeRequirement><requiredKnowledge href=\"#" name        \
                         "\"/></knowledgeRequirement></businessKnowledgeModel>"

static void knowledge_that_calls_itself_ends(void **state)
{
    static const char xml[] = DEFINITIONS KNOWLEDGE("once", "n", "once(n + 1)")
        KNOWLEDGE("twice", "n", "twice(n + 1) + twice(n + 2)") "<decision id=\"a\" "
                                                               "name=\"a\"><knowledgeRequirement><"
                                                               "requiredKnowledge "
                                                               "href=\"#once\"/></"
                                                               "knowledgeRequirement>" LITERAL(
                                                                   "once(1)") "</decision>"
                                                                              "<decision id=\"b\" "
                                                                              "name=\"b\"><"
                                                                              "knowledgeRequirement><"
                                                                              "requiredKnowledge "
                                                                              "href=\"#twice\"/></"
                                                                              "knowledgeRequirement>" LITERAL(
                                                                                  "twice(1)") "</decision></"
                                                                                              "definitions>";
    static const char *const name[] = {"a", "b"};
    struct arena *arena ARENA_SCOPE = arena_new(64 * MIB, ARENA_PLAIN);
    const struct dmn_limits limits = {.steps = 100000, .depth = 400};
    const struct dmn_model *model;
    struct dmn_result answer;
    struct error error;
    (void)state;
    int result = dmn_model_load(arena, text_of(xml), "m.dmn", &model, &error);
    if (result) { /* refused at once is as good */
        assert_int_equal(result, ERROR_INPUT);
        return;
    }
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(dmn_evaluate(model, arena, text_of(name[i]), &dmn_null, &limits, &answer, &error),
                         ERROR_TOO_LARGE);
}

/* The sanitizers need address space of their own. */
static void bound_address_space(void)
{
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    const struct rlimit limit = {.rlim_cur = (rlim_t)2048 * MIB, .rlim_max = (rlim_t)2048 * MIB};
    (void)setrlimit(RLIMIT_AS, &limit);
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entities_do_not_multiply),
        cmocka_unit_test(deep_and_long_xml_is_refused),
        cmocka_unit_test(feel_is_bounded),
        cmocka_unit_test(models_that_need_themselves_are_refused),
        cmocka_unit_test(knowledge_that_calls_itself_ends),
    };
    bound_address_space();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
