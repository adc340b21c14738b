#include "cases.h"

#include <pthread.h>

/* One pack, asked by several threads at once, gives each what it gives one alone. */

enum { THREADS = 4, QUESTIONS = 150 };

static struct policy_pack *pack;

/* A number made of all that the answers to a row of random cases say. */
static void *answers(void *seed)
{
    uint64_t random = *(const uint64_t *)seed, sum = 0;
    struct arena *arena = arena_new((size_t)64 << 20, ARENA_PLAIN);
    for (int n = 0; arena && n < QUESTIONS; n++) {
        struct policy_answer answer;
        struct error error;
        arena_reset(arena);
        struct policy_facts *facts = policy_facts_new(pack, arena);
        for (size_t f = 0; facts && f < policy_fact_count(pack); f++) {
            const struct policy_fact_info *info = policy_fact_info(pack, f);
            if (info->values && case_random(&random) % 4)
                (void)policy_facts_set(facts, info->key, info->value[case_random(&random) % info->values],
                                       &error);
        }
        if (!facts || policy_answer(pack, POLICY_SHARE, facts, arena, &answer, &error))
            continue;
        for (size_t i = 0; i < answer.outcome.n; i++)
            sum = sum * 31 + (unsigned char)answer.outcome.p[i];
        sum = sum * 31 + answer.asks * 7 + answer.asks_more * 5 + answer.obligations * 3 + answer.citations;
    }
    arena_free(&arena);
    *(uint64_t *)seed = sum;
    return NULL;
}

static void threads_share_a_pack(void **state)
{
    uint64_t alone[THREADS], together[THREADS];
    pthread_t thread[THREADS];
    (void)state;
    pack = case_pack("england");
    for (size_t t = 0; t < THREADS; t++) {
        alone[t] = together[t] = t % 2 + 1;
        answers(&alone[t]);
    }
    for (size_t t = 0; t < THREADS; t++)
        assert_int_equal(pthread_create(&thread[t], NULL, answers, &together[t]), 0);
    for (size_t t = 0; t < THREADS; t++)
        assert_int_equal(pthread_join(thread[t], NULL), 0);
    for (size_t t = 0; t < THREADS; t++)
        assert_true(alone[t] == together[t] && alone[t] != 0);
    assert_true(alone[0] == alone[2] && alone[0] != alone[1]);
    policy_pack_free(&pack);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(threads_share_a_pack)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
