#include "policy.h"

#include "base/json.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * Bytes as the facts of a case, put to every decision of every pack: a fact is refused or answered, an answer
 * with nothing asked has no less to say than it had before, and what is written reads again.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const id[] = {"manchester-2016", "england", "leicestershire-2017"};
    static struct policy_pack *pack[3]; /* loaded once: the fuzzer calls this in one thread */
    ARENA_SCOPE struct arena *arena = arena_new(64 << 20, ARENA_PLAIN);
    struct error error;
    const struct json *object;
    const char *packs;
    if (!arena || !policy_packs_folder(arena, &packs)) {
        fprintf(stderr, "the packs were not found: run in the top folder, or set PROVISO_PACKS\n");
        abort();
    }
    if (json_read(arena, (struct text){(const char *)data, size}, "input", &object, &error))
        return 0;
    for (size_t p = 0; p < 3; p++) {
        if (!pack[p] && policy_pack_load(packs, id[p], &pack[p], &error))
            abort();
        struct policy_facts *facts = policy_facts_new(pack[p], arena);
        if (!facts || policy_facts_read(facts, object, &error))
            continue;
        for (int d = 0; d < POLICY_DECISIONS; d++) {
            struct policy_answer answer;
            const struct json *again;
            if (policy_answer(pack[p], (enum policy_decision)d, facts, arena, &answer, &error))
                continue;
            struct buffer out = buffer_in(arena);
            struct json_writer w = json_writer_in(&out);
            policy_answer_write(&answer, &w);
            if (!buffer_failed(&out) && json_read(arena, buffer_result(&out), "own output", &again, &error) &&
                !arena_exhausted(arena))
                abort();
            if (answer.outcome.p ? answer.asks > 0 : answer.asks_more > 0 || answer.asks == 0)
                abort();
        }
    }
    return 0;
}
