/*
 * The policy of witnesses. What is accepted has its bounds, its quorum ends, and more signatures never make it met by
 * less: once met it stays so when another witness signs.
 */
#include "base.h"
#include "witness/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        __builtin_trap();
}

static void must_be_within(const struct witness_policy *policy, struct witness_policy_ref ref)
{
    must(ref.place < (ref.group ? policy->group_count : policy->witness_count));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA_SCOPE struct arena *arena = arena_new(8 << 20, ARENA_PLAIN);
    struct witness_policy policy;
    struct error error;
    if (witness_policy_parse(arena, (struct text){(const char *)data, size}, "fuzz", &policy, &error) != 0) {
        must(error.code == ERROR_INPUT || arena_exhausted(arena));
        return 0;
    }
    must(policy.witness_count <= WITNESS_POLICY_MOST && policy.group_count <= WITNESS_POLICY_MOST &&
         policy.log_count <= WITNESS_POLICY_MOST);
    for (size_t i = 0; i < policy.group_count; i++) {
        must(policy.group[i].needs >= 1 && policy.group[i].needs <= policy.group[i].count);
        for (size_t m = 0; m < policy.group[i].count; m++) {
            must_be_within(&policy, policy.group[i].member[m]);
            must(!policy.group[i].member[m].group || policy.group[i].member[m].place < i);
        }
    }
    if (!policy.needs_none)
        must_be_within(&policy, policy.quorum);
    bool seen[WITNESS_POLICY_MOST] = {false};
    bool met = witness_policy_met(&policy, seen);
    must(met == policy.needs_none);
    for (size_t i = 0; i < policy.witness_count; i++) {
        seen[i] = true;
        bool more = witness_policy_met(&policy, seen);
        must(more || !met);
        met = more;
    }
    must(met); /* with all of them any quorum is */
    witness_policy_words(arena, &policy);
    return 0;
}
