#include "cases.h"

#include "base_case.h"

/* The smallest change of facts that gives another outcome: it gives it, and none smaller does. */

static struct policy_facts *read_facts(const struct policy_pack *pack, struct arena *arena, const char *json)
{
    const struct json *object;
    struct error error;
    struct policy_facts *facts = policy_facts_new(pack, arena);
    assert_int_equal(json_read(arena, text_of(json), "case", &object, &error), 0);
    assert_int_equal(policy_facts_read(facts, object, &error), 0);
    return facts;
}

static struct text outcome_of(const struct policy_pack *pack, const struct policy_facts *facts,
                              struct arena *arena)
{
    struct policy_answer answer;
    struct error error;
    assert_int_equal(policy_answer(pack, POLICY_SHARE, facts, arena, &answer, &error), 0);
    return answer.outcome;
}

static const char *const packs[] = {"manchester-2016", "bexley-2015", "west-midlands-2024", "leicestershire-2017",
                                 "buckinghamshire-2018"};

/* Is there one fact whose change alone gives the outcome? */
static bool one_would_do(const struct policy_pack *pack, struct policy_facts *facts, struct text outcome,
                         struct arena *arena)
{
    struct error error;
    for (size_t f = 0; f < policy_fact_count(pack); f++) {
        const struct policy_fact_info *info = policy_fact_info(pack, f);
        struct text kept = policy_facts_get(facts, info->key);
        for (size_t v = 0; kept.p && v < info->values; v++) {
            assert_int_equal(policy_facts_set(facts, info->key, info->value[v], &error), 0);
            bool does = text_equal(outcome_of(pack, facts, arena), outcome);
            assert_int_equal(policy_facts_set(facts, info->key, kept, &error), 0);
            if (does)
                return true;
        }
    }
    return false;
}

/* The facts as they are but for what the change says. */
static struct policy_facts *altered_facts(const struct policy_pack *pack, const struct policy_facts *facts,
                                          const struct policy_change *change, struct arena *arena)
{
    struct error error;
    struct policy_facts *altered = policy_facts_new(pack, arena);
    for (size_t f = 0; f < policy_fact_count(pack); f++) {
        struct text key = policy_fact_info(pack, f)->key, value = policy_facts_get(facts, key);
        if (value.p)
            assert_int_equal(policy_facts_set(altered, key, value, &error), 0);
    }
    for (size_t a = 0; a < change->altereds; a++) {
        assert_true(text_equal(change->altered[a].from, policy_facts_get(facts, change->altered[a].key)));
        assert_int_equal(policy_facts_set(altered, change->altered[a].key, change->altered[a].to, &error), 0);
    }
    return altered;
}

static void check_pack(const char *id, uint64_t *random)
{
    struct policy_pack *pack POLICY_PACK_SCOPE = case_pack(id);
    for (int n = 0; n < 25; n++) {
        struct arena *arena ARENA_SCOPE = arena_new((size_t)512 << 20, ARENA_PLAIN);
        struct policy_facts *facts = read_facts(pack, arena, BASE_CASE);
        const struct policy_change *change;
        size_t changes;
        struct error error;
        for (size_t f = 0; f < policy_fact_count(pack); f++) {
            const struct policy_fact_info *info = policy_fact_info(pack, f);
            if (info->values && case_random(random) % 2)
                assert_int_equal(policy_facts_set(facts, info->key,
                                                  info->value[case_random(random) % info->values], &error),
                                 0);
        }
        struct text now = outcome_of(pack, facts, arena);
        assert_int_equal(policy_changes(pack, POLICY_SHARE, facts, arena, &change, &changes, &error), 0);
        for (size_t c = 0; c < changes; c++) {
            assert_false(text_equal(change[c].outcome, now));
            assert_true(change[c].changes > 0 && (c == 0 || change[c].changes >= change[c - 1].changes));
            struct policy_facts *altered = altered_facts(pack, facts, &change[c], arena);
            assert_true(text_equal(outcome_of(pack, altered, arena), change[c].outcome));
            assert_int_equal(change[c].changes == 1, one_would_do(pack, facts, change[c].outcome, arena));
        }
    }
}

/*
 * Where little is known, a change tells the unknown facts as well: with all of them the outcome stands. Gives how many
 * changes told more than one.
 */
static size_t check_unknown(const char *id, uint64_t *random)
{
    struct policy_pack *pack POLICY_PACK_SCOPE = case_pack(id);
    size_t told = 0;
    for (int n = 0; n < 60; n++) {
        struct arena *arena ARENA_SCOPE = arena_new((size_t)512 << 20, ARENA_PLAIN);
        struct policy_facts *facts = policy_facts_new(pack, arena);
        const struct policy_change *change;
        size_t changes;
        struct error error;
        for (size_t f = 0; f < policy_fact_count(pack); f++) {
            const struct policy_fact_info *info = policy_fact_info(pack, f);
            if (info->values && case_random(random) % 2)
                assert_int_equal(policy_facts_set(facts, info->key,
                                                  info->value[case_random(random) % info->values], &error),
                                 0);
        }
        assert_int_equal(policy_changes(pack, POLICY_SHARE, facts, arena, &change, &changes, &error), 0);
        for (size_t c = 0; c < changes; c++) {
            struct policy_facts *altered = altered_facts(pack, facts, &change[c], arena);
            assert_true(text_equal(outcome_of(pack, altered, arena), change[c].outcome));
            told += change[c].altereds > change[c].changes + 1;
        }
    }
    return told;
}

static void changes_give_the_outcome_and_are_smallest(void **state)
{
    uint64_t random = 3;
    (void)state;
    for (size_t i = 0; i < sizeof packs / sizeof *packs; i++)
        check_pack(packs[i], &random);
}

static void unknown_facts_are_told_too(void **state)
{
    uint64_t random = 5;
    size_t told = 0;
    (void)state;
    for (size_t i = 0; i < sizeof packs / sizeof *packs; i++)
        told += check_unknown(packs[i], &random);
    assert_true(told > 0);
}

static void a_purpose_alone_can_be_decisive(void **state)
{
    struct arena *arena ARENA_SCOPE = arena_new(64 << 20, ARENA_PLAIN);
    struct policy_pack *pack POLICY_PACK_SCOPE = case_pack("manchester-2016");
    const struct policy_change *change;
    size_t changes;
    struct error error;
    (void)state;
    struct policy_facts *facts = read_facts(pack, arena, "{\"purpose\":\"none\"}");
    assert_int_equal(policy_changes(pack, POLICY_SHARE, facts, arena, &change, &changes, &error), 0);
    assert_int_equal(changes, 2);
    for (size_t c = 0; c < changes; c++) {
        assert_int_equal(change[c].changes, 1);
        assert_true(text_equal(change[c].altered[0].key, TEXT("purpose")));
        assert_true(change[c].altereds > 1 && !change[c].altered[1].from.p);
        struct policy_facts *altered = altered_facts(pack, facts, &change[c], arena);
        assert_true(text_equal(outcome_of(pack, altered, arena), change[c].outcome));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changes_give_the_outcome_and_are_smallest),
        cmocka_unit_test(unknown_facts_are_told_too),
        cmocka_unit_test(a_purpose_alone_can_be_decisive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
