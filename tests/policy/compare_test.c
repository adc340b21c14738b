#include "cases.h"

/* Differences of packs: every example differs as it says, and no case that differs is missing. */

/* `all`: the pack must understand every fact, as `decide` would. */
static struct text outcome_of(const struct policy_pack *pack, enum policy_decision decision, struct text json,
                              bool all, struct arena *arena)
{
    const struct json *object;
    struct policy_answer answer;
    struct error error;
    struct policy_facts *facts = policy_facts_new(pack, arena);
    assert_int_equal(json_read(arena, json, "case", &object, &error), 0);
    if (!all)
        for (size_t i = 0; i < object->count; i++) { /* a pack's own facts mean nothing to the other */
            if (!policy_fact_find(pack, object->key[i]))
                continue;
            struct json one = *object;
            one.count = 1;
            one.key = object->key + i;
            one.item = object->item + i;
            assert_int_equal(policy_facts_read(facts, &one, &error), 0);
        }
    else
        assert_int_equal(policy_facts_read(facts, object, &error), 0);
    assert_int_equal(policy_answer(pack, decision, facts, arena, &answer, &error), 0);
    return answer.outcome;
}

static struct text random_case(const struct policy_pack *pack, struct arena *arena, uint64_t *random)
{
    static const char *const dates[] = {"2018-01-01", "2026-02-04", "2026-02-05", "2026-10-01"};
    static const char *const addresses[] = {"a@nhs.net", "a@x.gcsx.gov.uk", "a@x.pnn.police.uk",
                                            "a@b",       "a@x.example.org", "a@bexley.gov.uk"};
    struct policy_facts *facts = policy_facts_new(pack, arena);
    struct error error;
    for (size_t f = 0; f < policy_fact_count(pack); f++) {
        const struct policy_fact_info *info = policy_fact_info(pack, f);
        struct text value = info->kind == POLICY_FACT_NUMBER ? text_of(case_random(random) % 2 ? "11" : "30")
                            : info->kind == POLICY_FACT_DATE ? text_of(dates[case_random(random) % 4])
                            : info->kind == POLICY_FACT_ADDRESS
                                ? text_of(addresses[case_random(random) % 6])
                                : info->value[case_random(random) % info->values];
        assert_int_equal(policy_facts_set(facts, info->key, value, &error), 0);
    }
    struct buffer out = buffer_in(arena);
    struct json_writer w = json_writer_in(&out);
    policy_facts_write(facts, &w);
    return buffer_result(&out);
}

static void compare(const char *one_id, const char *other_id, enum policy_decision decision, uint64_t *random)
{
    struct arena *arena ARENA_SCOPE = arena_new((size_t)1 << 30, ARENA_PLAIN);
    struct policy_pack *one POLICY_PACK_SCOPE = case_pack(one_id);
    struct policy_pack *other POLICY_PACK_SCOPE = case_pack(other_id);
    const struct policy_difference *list;
    size_t count;
    struct error error;
    assert_int_equal(policy_compare(one, other, decision, arena, &list, &count, &error), 0);
    assert_true(arena_used(arena) < ((size_t)256 << 20));
    for (size_t i = 0; i < count; i++) {
        struct text here = outcome_of(one, decision, list[i].example, true, arena);
        struct text there = outcome_of(other, decision, list[i].example_there, true, arena);
        if (!text_equal(here, list[i].here) || !text_equal(there, list[i].there))
            fail_msg("%s against %s: %.*s gives %.*s and %.*s", one_id, other_id,
                     TEXT_ARGS(list[i].example), TEXT_ARGS(here), TEXT_ARGS(there));
        assert_true(list[i].share > 0 && list[i].share <= 1 &&
                    (i == 0 || list[i].share <= list[i - 1].share));
    }
    for (int n = 0; n < 300; n++) {
        struct text json = random_case(one, arena, random);
        struct text here = outcome_of(one, decision, json, false, arena),
                    there = outcome_of(other, decision, json, false, arena);
        bool found = text_equal(here, there) || !there.p; /* open where the other has facts of its own */
        for (size_t i = 0; i < count && !found; i++)
            found = text_equal(here, list[i].here) && text_equal(there, list[i].there);
        if (!found)
            fail_msg("%s against %s: not listed: %.*s and %.*s for %.*s", one_id, other_id, TEXT_ARGS(here),
                     TEXT_ARGS(there), TEXT_ARGS(json));
    }
}

static void differences_are_exact(void **state)
{
    struct arena *arena ARENA_SCOPE = arena_new(1 << 20, ARENA_PLAIN);
    struct text *id;
    size_t ids, pairs = 0;
    struct error error;
    uint64_t random = 17;
    (void)state;
    assert_int_equal(policy_pack_list("packs", arena, &id, &ids, &error), 0);
    for (size_t i = 0; i < ids; i++)
        for (size_t k = 0; k < ids; k++)
            for (int d = 0; d < POLICY_DECISIONS; d++, pairs++)
                compare(arena_string(arena, id[i]), arena_string(arena, id[k]), (enum policy_decision)d,
                        &random);
    printf("%zu pairs of packs compared, a decision at a time\n", pairs);
}

static void a_pack_does_not_differ_from_itself(void **state)
{
    struct arena *arena ARENA_SCOPE = arena_new((size_t)512 << 20, ARENA_PLAIN);
    struct policy_pack *one POLICY_PACK_SCOPE = case_pack("england");
    struct policy_pack *again POLICY_PACK_SCOPE = case_pack("england");
    const struct policy_difference *list;
    size_t count;
    struct error error;
    (void)state;
    for (int d = 0; d < POLICY_DECISIONS; d++) {
        assert_int_equal(policy_compare(one, again, (enum policy_decision)d, arena, &list, &count, &error),
                         0);
        assert_int_equal(count, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(differences_are_exact),
        cmocka_unit_test(a_pack_does_not_differ_from_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
