#include "witness/ask.h"

#include "answer.h"
#include "calls.h"

#include "base/error.h"
#include "ledger/witness.h"

#include <stdio.h>

enum { ASK_SECONDS = 20, ANSWER_MOST = 64 * 1024 };

static void see(struct arena *arena, const struct ledger_key *key, struct text note, uint64_t size,
                const struct witness_call *call, struct witness_sight *sight)
{
    *sight = (struct witness_sight){0};
    if (call->status == 0) {
        snprintf(sight->problem, sizeof sight->problem, "it cannot be reached: %s", call->problem);
        return;
    }
    struct witness_answer answer =
        witness_answer_read(arena, key, note, call->status, text_of(call->type), witness_call_answer(call));
    switch (answer.kind) {
    case WITNESS_COSIGNED:
        *sight = (struct witness_sight){.answered = true, .size = size};
        break;
    case WITNESS_OTHER_SIZE: /* told that its last size was this very one, it may say that it was: then the tree was another */
        *sight = (struct witness_sight){.answered = true, .size = answer.size, .forked = answer.size == size};
        break;
    case WITNESS_CONFLICT:
        *sight = (struct witness_sight){.answered = true, .size = size, .forked = true};
        break;
    default:
        snprintf(sight->problem, sizeof sight->problem, "%s", answer.problem);
    }
}

int witness_seen(struct arena *arena, const struct witness_policy *policy, struct text note, const char *ca_file,
                 struct witness_sight *sights, uint64_t *largest, size_t *answered, struct error *error)
{
    struct witness_call calls[WITNESS_POLICY_MOST] = {{0}};
    size_t which[WITNESS_POLICY_MOST], count = 0, told = 0;
    struct ledger_note parsed;
    struct ledger_checkpoint checkpoint;
    struct text body;
    int result = ledger_note_parse(arena, note, &parsed, error);
    if (result == 0)
        result = ledger_checkpoint_parse(parsed.text, &checkpoint, error);
    if (result != 0)
        return result;
    /* A witness that saw this size last signs it again, which changes nothing; any other says what it saw. */
    struct ledger_submission submission = {.old_size = checkpoint.head.size, .checkpoint = note};
    if ((result = ledger_submission_text(arena, &submission, &body, error)) != 0)
        return result;
    *largest = 0;
    for (size_t i = 0; i < policy->witness_count; i++) {
        const struct witness_policy_member *witness = &policy->witness[i];
        sights[i] = (struct witness_sight){.problem = "the policy does not say where it is asked"};
        if (witness->url.n == 0)
            continue;
        struct text url = arena_format(arena, "%.*s/add-checkpoint", TEXT_ARGS(witness->url));
        if (!url.p)
            return arena_error(arena, error);
        which[count] = i;
        calls[count++] =
            (struct witness_call){.url = url.p, .post = true, .body = body, .answer_most = ANSWER_MOST};
    }
    struct witness_caller *caller = witness_caller_new(ca_file);
    if (!caller)
        return error_set(error, ERROR_SYSTEM, "", "", "the HTTP client does not start");
    result = witness_call_all(caller, calls, count, count, ASK_SECONDS, NULL, NULL, error);
    for (size_t i = 0; i < count; i++) {
        struct witness_sight *sight = &sights[which[i]];
        if (result == 0)
            see(arena, &policy->witness[which[i]].key, note, checkpoint.head.size, &calls[i], sight);
        told += result == 0 && sight->answered;
        if (result == 0 && sight->answered && sight->size > *largest)
            *largest = sight->size;
        witness_call_clear(&calls[i]);
    }
    witness_caller_free(&caller);
    if (answered)
        *answered = told;
    return result;
}
