#include "witness/policy.h"

#include "base/buffer.h"
#include "base/error.h"

#include <string.h>

/* Groups name only what stands above them, so this ends. */
static bool has_seen(const struct witness_policy *policy, struct witness_policy_ref ref, const bool *seen)
{
    if (!ref.group)
        return seen[ref.place];
    const struct witness_policy_group *group = &policy->group[ref.place];
    size_t count = 0;
    for (size_t i = 0; i < group->count; i++)
        count += has_seen(policy, group->member[i], seen);
    return count >= group->needs;
}

bool witness_policy_met(const struct witness_policy *policy, const bool *seen)
{
    return policy->needs_none || has_seen(policy, policy->quorum, seen);
}

bool witness_policy_knows(const struct witness_policy *policy, const struct ledger_key *log)
{
    bool known = policy->log_count == 0;
    for (size_t i = 0; i < policy->log_count; i++)
        known = known || (text_equal(policy->log[i].key.name, log->name) &&
                          memcmp(policy->log[i].key.public_key, log->public_key, sizeof log->public_key) == 0);
    return known;
}

static void put_words(struct buffer *out, const struct witness_policy *policy, struct witness_policy_ref ref)
{
    if (!ref.group) {
        buffer_text(out, policy->witness[ref.place].name);
        return;
    }
    const struct witness_policy_group *group = &policy->group[ref.place];
    if (group->count > 1)
        buffer_format(out, group->needs == group->count ? "all of " : "%zu of ", group->needs);
    for (size_t i = 0; i < group->count; i++) {
        bool nested = group->member[i].group && policy->group[group->member[i].place].count > 1;
        buffer_string(out, i ? ", " : "");
        buffer_string(out, nested ? "(" : "");
        put_words(out, policy, group->member[i]);
        buffer_string(out, nested ? ")" : "");
    }
}

struct text witness_policy_words(struct arena *arena, const struct witness_policy *policy)
{
    struct buffer out = buffer_in(arena);
    if (policy->needs_none)
        buffer_string(&out, "none");
    else
        put_words(&out, policy, policy->quorum);
    return buffer_failed(&out) ? (struct text){"", 0} : buffer_result(&out);
}

int witness_policy_judge(struct arena *arena, const struct witness_policy *policy, const struct ledger_key *log,
                         struct text note, struct ledger_checkpoint *checkpoint, uint64_t *times, bool *met,
                         struct error *error)
{
    struct ledger_key keys[WITNESS_POLICY_MOST + 1] = {*log};
    struct ledger_note_verdict verdicts[WITNESS_POLICY_MOST + 1] = {{0}};
    bool seen[WITNESS_POLICY_MOST] = {false};
    if (!witness_policy_knows(policy, log))
        return error_set(error, ERROR_INPUT, "policy", "Take the policy of this log, or the key that the policy names.",
                         "the policy is for other logs than %.*s with this key", TEXT_ARGS(log->name));
    for (size_t i = 0; i < policy->witness_count; i++)
        keys[i + 1] = policy->witness[i].key;
    int result = ledger_checkpoint_open(arena, note, log->name, keys, policy->witness_count + 1, checkpoint, verdicts,
                                        error);
    if (result != 0)
        return result;
    for (size_t i = 0; i < policy->witness_count; i++) {
        seen[i] = verdicts[i + 1].signed_by;
        if (times)
            times[i] = seen[i] ? (uint64_t)ledger_note_time(verdicts[i + 1].time) : 0;
    }
    bool enough = witness_policy_met(policy, seen);
    if (met)
        *met = enough;
    else if (!enough)
        return error_set(error, ERROR_CHECK, "checkpoint",
                         "Do not rely on it. Ask the host and the witnesses why they have not signed.",
                         "not enough witnesses have signed this checkpoint: %.*s needed",
                         TEXT_ARGS(witness_policy_words(arena, policy)));
    return 0;
}
