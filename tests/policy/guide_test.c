#include "cases.h"

/* What is usual, and what is asked together. */

static struct policy_pack *pack;
static struct arena *arena;

static int load(void **state)
{
    (void)state;
    pack = case_pack("bexley-2015");
    arena = arena_new(64 << 20, ARENA_PLAIN);
    return pack && arena ? 0 : -1;
}

static int unload(void **state)
{
    (void)state;
    policy_pack_free(&pack);
    arena_free(&arena);
    return 0;
}

static struct text with(struct text whole, const char *before, const char *added)
{
    ptrdiff_t at = text_find(whole, text_of(before));
    struct buffer b = buffer_in(arena);
    if (at < 0)
        fail_msg("the file does not hold %s", before);
    buffer_text(&b, text_cut(whole, 0, (size_t)at));
    buffer_string(&b, added);
    buffer_text(&b, text_cut(whole, (size_t)at, whole.n));
    return buffer_result(&b);
}

/* Bexley’s pack with a member more in pack.json. */
static int load_with(const char *member, struct policy_pack **out, struct error *error)
{
    struct policy_pack_files files = *policy_pack_files(pack);
    files.pack = with(files.pack, "\"facts\"", member);
    return policy_pack_read("bexley-2015", &files, out, error);
}

static struct policy_facts *facts_of(const struct policy_pack *of, const char *json)
{
    struct error error = {0};
    const struct json *object;
    struct policy_facts *facts = policy_facts_new(of, arena);
    assert_int_equal(json_read(arena, text_of(json), "facts", &object, &error), 0);
    assert_int_equal(policy_facts_read(facts, object, &error), 0);
    return facts;
}

static void check_known(const struct policy_facts *facts, const char *key, const char *value)
{
    struct text found = policy_facts_get(facts, text_of(key));
    if (!value)
        assert_null(found.p);
    else if (!text_equal(found, text_of(value)))
        fail_msg("%s is \"%.*s\", not \"%s\"", key, TEXT_ARGS(found), value);
}

static void test_a_case_is_about_a_named_person(void **state)
{
    (void)state;
    struct error error = {0};
    const struct policy_usual *usual;
    size_t n;
    struct policy_facts *facts = facts_of(pack, "{}");
    assert_int_equal(policy_suppose(facts, arena, &usual, &n, &error), 0);
    assert_int_equal(n, 1);
    assert_true(text_equal(usual[0].key, TEXT("identifies")));
    assert_true(usual[0].why.n > 0);
    check_known(facts, "identifies", "living-person");
    /* what was said stays */
    facts = facts_of(pack, "{\"identifies\": \"nobody\"}");
    assert_int_equal(policy_suppose(facts, arena, &usual, &n, &error), 0);
    assert_int_equal(n, 0);
    check_known(facts, "identifies", "nobody");
}

static void test_conditions(void **state)
{
    (void)state;
    struct error error = {0};
    const struct policy_usual *usual;
    size_t n;
    struct policy_pack *own POLICY_PACK_SCOPE = NULL;
    assert_int_equal(
        load_with("\"usual\": [{\"fact\": \"public_function\", \"value\": true, \"why\": \"It is a public body.\","
                  " \"when\": {\"sharer\": \"public-authority\", \"purpose\": [\"section-47\", \"section-17\"]}},"
                  " {\"fact\": \"confidential\", \"value\": true, \"why\": \"So it is.\","
                  " \"when\": {\"public_function\": true}}], ",
                  &own, &error),
        0);
    struct policy_facts *facts = facts_of(own, "{\"sharer\": \"public-authority\", \"purpose\": \"section-17\"}");
    assert_int_equal(policy_suppose(facts, arena, &usual, &n, &error), 0);
    check_known(facts, "public_function", "true");
    check_known(facts, "confidential", "true"); /* follows from a usual fact before it */
    assert_int_equal(n, 3);
    facts = facts_of(own, "{\"sharer\": \"charity\", \"purpose\": \"section-17\"}");
    assert_int_equal(policy_suppose(facts, arena, &usual, &n, &error), 0);
    check_known(facts, "public_function", NULL);
    facts = facts_of(own, "{\"sharer\": \"public-authority\"}"); /* unknown is not what is needed */
    assert_int_equal(policy_suppose(facts, arena, &usual, &n, &error), 0);
    check_known(facts, "public_function", NULL);
    facts = facts_of(own, "{\"sharer\": \"public-authority\", \"purpose\": \"section-47\", \"public_function\": false}");
    assert_int_equal(policy_suppose(facts, arena, &usual, &n, &error), 0);
    check_known(facts, "public_function", "false");
    check_known(facts, "confidential", NULL);
}

static void test_boxes(void **state)
{
    (void)state;
    const struct policy_group *group = policy_group_of(pack, TEXT("urgent"));
    assert_non_null(group);
    assert_true(group->question.n > 0);
    assert_ptr_equal(policy_group_of(pack, TEXT("adult_harm")), group);
    assert_null(policy_group_of(pack, TEXT("purpose")));
    struct error error = {0};
    for (size_t i = 0; i < group->boxes; i++) {
        struct policy_facts *facts = policy_facts_new(pack, arena);
        assert_int_equal(policy_facts_set(facts, group->box[i].key, group->box[i].ticked, &error), 0);
        assert_int_equal(policy_facts_set(facts, group->box[i].key, group->box[i].unticked, &error), 0);
    }
    struct policy_pack *own POLICY_PACK_SCOPE = NULL;
    assert_int_equal(load_with("\"together\": [{\"question\": \"And these?\", \"facts\": [{\"key\": \"urgent\", \"label\": \"Now\"},"
                               " {\"key\": \"proportionate\", \"label\": \"Worth it\"}]}], ",
                               &own, &error),
                     0);
    group = policy_group_of(own, TEXT("urgent")); /* the pack's own comes before the shared one */
    assert_true(text_equal(group->question, TEXT("And these?")));
    assert_int_equal(group->boxes, 2);
}

static void refused(const char *member, const char *words)
{
    char line[800];
    struct error error = {0};
    struct policy_pack *own POLICY_PACK_SCOPE = NULL;
    if (load_with(member, &own, &error) != ERROR_INPUT)
        fail_msg("accepted: %s", member);
    error_line(&error, line, sizeof line);
    if (!strstr(line, words))
        fail_msg("\"%s\" does not say \"%s\"", line, words);
}

static void test_refused(void **state)
{
    (void)state;
    refused("\"usual\": {}, ", "must be a list");
    refused("\"usual\": [{\"fact\": \"purposes\", \"value\": \"crime\", \"why\": \"x\"}], ", "purposes");
    refused("\"usual\": [{\"fact\": \"purpose\", \"value\": \"fun\", \"why\": \"x\"}], ", "purpose");
    refused("\"usual\": [{\"fact\": \"purpose\", \"value\": \"crime\"}], ", "why");
    refused("\"usual\": [{\"fact\": \"purpose\", \"value\": \"crime\", \"why\": \"x\", \"when\": []}], ", "when");
    refused("\"usual\": [{\"fact\": \"purpose\", \"value\": \"crime\", \"why\": \"x\", \"when\": {\"sharers\": \"charity\"}}], ",
            "sharers");
    refused("\"usual\": [{\"fact\": \"purpose\", \"value\": \"crime\", \"why\": \"x\", \"when\": {\"sharer\": [\"nobody\"]}}], ",
            "sharer");
    refused("\"usual\": [{\"fact\": \"purpose\", \"value\": \"crime\", \"why\": \"x\", \"when\": {\"sharer\": []}}], ", "sharer");
    refused("\"together\": [{\"question\": \"A?\", \"facts\": [{\"key\": \"urgent\", \"label\": \"x\"}]}], ", "A?");
    refused("\"together\": [{\"question\": \"A?\", \"facts\": [{\"key\": \"urgent\", \"label\": \"x\"}, {\"key\": \"purpose\", "
            "\"ticked\": \"crime\", \"unticked\": \"none\", \"label\": \"y\"}]}], ",
            "two values");
    refused("\"together\": [{\"question\": \"A?\", \"facts\": [{\"key\": \"urgent\", \"label\": \"x\"}, {\"key\": \"proportionate\"}]}], ",
            "label");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_case_is_about_a_named_person),
        cmocka_unit_test(test_conditions),
        cmocka_unit_test(test_boxes),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
