#include "cases.h"

#include "base/file.h"

#include <stdlib.h>
#include <sys/stat.h>

/* Packs that do not hold together are refused with file, line, table, rule and cell. */

static struct arena *arena;
static char folder[512];

static int prepare(void **state)
{
    const char *build = getenv("PROVISO_BUILD");
    char command[1200];
    (void)state;
    arena = arena_new(64 << 20, ARENA_PLAIN);
    snprintf(folder, sizeof folder, "%s/packs-bad", build ? build : "/tmp");
    snprintf(command, sizeof command,
             "rm -rf '%s' && mkdir -p '%s' && cp -r packs/*.json packs/manchester-2016 '%s'", folder, folder,
             folder);
    return arena && system(command) == 0 ? 0 : -1;
}

static int clean(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

/* Loads the Manchester pack with the first `from` in a file made `to`; the line that is said about it. */
static const char *complaint(const char *file, const char *from, const char *to)
{
    static char line[800];
    struct error error = {0};
    struct text whole;
    char path[700];
    snprintf(path, sizeof path, "packs/manchester-2016/%s", file);
    assert_int_equal(file_read(arena, path, 4 << 20, &whole, &error), 0);
    ptrdiff_t at = text_find(whole, text_of(from));
    if (at < 0)
        fail_msg("%s does not hold %s", file, from);
    struct buffer changed = buffer_in(arena);
    buffer_text(&changed, text_cut(whole, 0, (size_t)at));
    buffer_string(&changed, to);
    buffer_text(&changed, text_cut(whole, (size_t)at + strlen(from), whole.n));
    snprintf(path, sizeof path, "%s/manchester-2016/%s", folder, file);
    assert_int_equal(file_replace(path, buffer_result(&changed), 0644, &error), 0);
    struct policy_pack *pack = NULL;
    int result = policy_pack_load(folder, "manchester-2016", &pack, &error);
    assert_int_equal(file_replace(path, whole, 0644, NULL), 0);
    if (!result) {
        policy_pack_free(&pack);
        fail_msg("accepted with %s", to);
    }
    error_line(&error, line, sizeof line);
    return line;
}

static void says(const char *line, const char *part)
{
    if (!strstr(line, part))
        fail_msg("\"%s\" does not say \"%s\"", line, part);
}

static void a_wrong_value_in_a_cell(void **state)
{
    (void)state;
    const char *line = complaint("policy.dmn", "<text>not(\"given\")</text>", "<text>not(\"givn\")</text>");
    says(line, "manchester-2016/policy.dmn:");
    says(line, "table consent_stands, rule 3");
    says(line, "consent");
    says(line, "givn");
    says(line, "given");
    line = complaint("policy.dmn", "<inputEntry id=\"obligations-rule-9-outcome\"><text>\"share\"",
                     "<inputEntry id=\"obligations-rule-9-outcome\"><text>\"shore\"");
    says(line, "table obligations, rule 9");
    says(line, "share");
}

static void a_cell_outside_the_profile(void **state)
{
    (void)state;
    says(complaint("policy.dmn", "<text>&gt;= 16</text>", "<text>? * 2 &gt; 32</text>"),
         "table consent_from, rule 1");
    says(complaint("policy.dmn", "<text>\"evidence\", \"reasonable-cause\"</text>", "<text>null</text>"),
         "null");
    says(complaint("policy.dmn", "<text>\"evidence\", \"reasonable-cause\"</text>",
                   "<text>&gt; \"evidence\"</text>"),
         "List the values");
    says(complaint("policy.dmn", "<text>&gt;= 16</text>", "<text>&gt;= \"16\"</text>"), "subject_age");
    says(complaint("policy.dmn", "<text>\"do-not-share\"</text></outputEntry>",
                   "<text>1 + now()</text></outputEntry>"),
         "table outcome, rule 1");
}

static void a_table_outside_the_profile(void **state)
{
    (void)state;
    says(complaint("policy.dmn", "hitPolicy=\"UNIQUE\"", "hitPolicy=\"PRIORITY\""), "hit policy");
    says(complaint("policy.dmn", "hitPolicy=\"COLLECT\"", "hitPolicy=\"COLLECT\" aggregation=\"COUNT\""),
         "hit policy");
    says(complaint("policy.dmn", "<text>consent_covers</text>", "<text>not(consent_covers)</text>"),
         "table consent_stands");
}

static void a_fact_of_nobody(void **state)
{
    (void)state;
    says(complaint("pack.json", "\"key\": \"keep_indefinitely\",", "\"key\": \"keep_indefinitely\", \"of\": \"neighbour\","),
         "keep_indefinitely");
    says(complaint("pack.json", "\"key\": \"consent\",", "\"key\": \"consent\", \"of\": \"sharing\","), "vocabulary.json says");
}

static void a_rule_without_its_source(void **state)
{
    (void)state;
    says(complaint("policy.dmn", "<annotationEntry><text>MAN</text></annotationEntry>",
                   "<annotationEntry><text>XYZ</text></annotationEntry>"),
         "rule 1, annotation");
    says(complaint("policy.dmn", "<annotationEntry><text>Section 7, question 4</text></annotationEntry>",
                   "<annotationEntry><text> </text></annotationEntry>"),
         "rule 1, annotation");
}

static void a_fact_that_nobody_knows(void **state)
{
    (void)state;
    says(complaint("pack.json", "\"key\": \"urgent\"", "\"key\": \"urgemt\""), "urgemt");
    says(complaint("pack.json", "\"key\": \"urgent\"", "\"key\": \"purpose\""), "stands twice");
    says(complaint("pack.json", "\"id\": \"manchester-2016\"", "\"id\": \"manchester\""), "\"id\"");
    says(complaint("pack.json", "\"valid_from\": \"2016-02-01\"", "\"valid_from\": \"2016-02-31\""),
         "ISO dates");
    says(complaint("pack.json", "\"version\"", "\"version\" \"x\""), "pack.json");
}

static void what_is_no_model(void **state)
{
    (void)state;
    complaint("policy.dmn", "</definitions>", "");
    complaint("policy.dmn", "<definitions", "<definition");
    says(complaint("policy.dmn", "href=\"#consent_stands\"", "href=\"#outcome\""), "policy.dmn");
}

static void a_pack_that_is_not_there(void **state)
{
    struct policy_pack *pack = NULL;
    struct error error;
    (void)state;
    assert_int_equal(policy_pack_load("packs", "atlantis-2016", &pack, &error), ERROR_MISSING);
    assert_int_equal(policy_pack_load("packs", "../packs/manchester-2016", &pack, &error), ERROR_MISSING);
    assert_int_equal(policy_pack_load("packs", "", &pack, &error), ERROR_MISSING);
    assert_null(pack);
}

/* What loads but does not hold is found by the check, with a case that `decide` accepts. */
static void a_check_gives_the_smallest_counterexample(void **state)
{
    struct error error = {0};
    struct text whole;
    struct policy_pack *pack POLICY_PACK_SCOPE = NULL;
    char path[700];
    (void)state;
    assert_int_equal(file_read(arena, "packs/manchester-2016/policy.dmn", 4 << 20, &whole, &error), 0);
    struct text from = TEXT("<outputEntry id=\"outcome-rule-6-gives-1\"><text>\"share\"</text>");
    ptrdiff_t at = text_find(whole, from);
    assert_true(at > 0);
    struct buffer changed = buffer_in(arena);
    buffer_text(&changed, text_cut(whole, 0, (size_t)at));
    buffer_string(&changed, "<outputEntry id=\"outcome-rule-6-gives-1\"><text>\"do-not-share\"</text>");
    buffer_text(&changed, text_cut(whole, (size_t)at + from.n, whole.n));
    snprintf(path, sizeof path, "%s/manchester-2016/policy.dmn", folder);
    assert_int_equal(file_replace(path, buffer_result(&changed), 0644, &error), 0);
    assert_int_equal(policy_pack_load(folder, "manchester-2016", &pack, &error), 0);
    struct buffer report = buffer_in(arena);
    assert_int_equal(policy_check(pack, arena, &report, &error), ERROR_CHECK);
    assert_true(text_find(buffer_result(&report), TEXT("never do-not-share, for example {\"purpose\":")) > 0);
    assert_true(text_find(buffer_result(&report), TEXT("\"child_harm\":\"")) > 0);
    assert_int_equal(file_replace(path, whole, 0644, &error), 0);
}

/* A pack whose rules make an exploding diagram: pairs of facts, all the first of them before all the second.
 */
static void an_exploding_pack_is_refused_in_bounded_time(void **state)
{
    enum { PAIRS = 26 };
    struct buffer dmn = buffer_in(arena), json = buffer_in(arena);
    struct policy_pack *pack = NULL;
    struct error error = {0};
    char path[700];
    (void)state;
    buffer_string(&json, "{\"id\":\"bang\",\"title\":\"t\",\"version\":\"1\",\"valid_from\":\"2020-01-01\","
                         "\"sources\":[{\"code\":\"X\",\"title\":\"x\"}],\"facts\":[");
    buffer_string(&dmn,
                  "<definitions xmlns=\"https://www.omg.org/spec/DMN/20191111/MODEL/\" id=\"b\" name=\"b\" "
                  "namespace=\"urn:b\">");
    for (int i = 0; i < 2 * PAIRS; i++) {
        buffer_format(&json, "%s{\"key\":\"f%d\",\"kind\":\"boolean\"}", i ? "," : "", i);
        buffer_format(
            &dmn,
            "<inputData id=\"f%d\" name=\"f%d\"><variable name=\"f%d\" typeRef=\"boolean\"/></inputData>", i,
            i, i);
    }
    buffer_string(&json, "]}");
    buffer_string(
        &dmn, "<decision id=\"outcome\" name=\"outcome\"><variable name=\"outcome\" typeRef=\"string\"/>");
    for (int i = 0; i < 2 * PAIRS; i++)
        buffer_format(
            &dmn,
            "<informationRequirement id=\"n%d\"><requiredInput href=\"#f%d\"/></informationRequirement>", i,
            i);
    buffer_string(&dmn, "<decisionTable id=\"t\" hitPolicy=\"FIRST\">");
    for (int i = 0; i < 2 * PAIRS; i++)
        buffer_format(
            &dmn, "<input id=\"i%d\"><inputExpression id=\"e%d\"><text>f%d</text></inputExpression></input>",
            i, i, i);
    buffer_string(&dmn, "<output id=\"o\"/><annotation name=\"source\"/><annotation name=\"where\"/>");
    for (int r = 0; r <= PAIRS; r++) {
        buffer_format(&dmn, "<rule id=\"r%d\">", r);
        for (int i = 0; i < 2 * PAIRS; i++)
            buffer_format(&dmn, "<inputEntry id=\"c%d-%d\"><text>%s</text></inputEntry>", r, i,
                          i == r || i == r + PAIRS ? (r < PAIRS ? "true" : "-") : "-");
        buffer_format(
            &dmn,
            "<outputEntry id=\"g%d\"><text>\"%s\"</text></outputEntry><annotationEntry><text>X</text>"
            "</annotationEntry><annotationEntry><text>1</text></annotationEntry></rule>",
            r, r < PAIRS ? "share" : "do-not-share");
    }
    buffer_string(&dmn, "</decisionTable></decision></definitions>");
    snprintf(path, sizeof path, "%s/bang", folder);
    assert_true(mkdir(path, 0755) == 0);
    snprintf(path, sizeof path, "%s/bang/pack.json", folder);
    assert_int_equal(file_replace(path, buffer_result(&json), 0644, &error), 0);
    snprintf(path, sizeof path, "%s/bang/policy.dmn", folder);
    assert_int_equal(file_replace(path, buffer_result(&dmn), 0644, &error), 0);
    int result = policy_pack_load(folder, "bang", &pack, &error);
    if (result != ERROR_TOO_LARGE)
        fail_msg("%d %s: %s", result, error.where, error.what);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wrong_value_in_a_cell),
        cmocka_unit_test(a_cell_outside_the_profile),
        cmocka_unit_test(a_table_outside_the_profile),
        cmocka_unit_test(a_fact_of_nobody),
        cmocka_unit_test(a_rule_without_its_source),
        cmocka_unit_test(a_fact_that_nobody_knows),
        cmocka_unit_test(what_is_no_model),
        cmocka_unit_test(a_pack_that_is_not_there),
        cmocka_unit_test(a_check_gives_the_smallest_counterexample),
        cmocka_unit_test(an_exploding_pack_is_refused_in_bounded_time),
    };
    return cmocka_run_group_tests(tests, prepare, clean);
}
