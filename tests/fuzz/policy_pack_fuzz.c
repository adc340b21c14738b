#include "internal.h"

#include "policy/check.h"

#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Reads a file of the packs' folder once. */
static struct text once(struct arena *arena, const char *folder, const char *name)
{
    struct text t;
    struct error error;
    const char *path = arena_string(arena, arena_format(arena, "%s/%s", folder, name));
    if (!path || file_read(arena, path, 1 << 20, &t, &error)) {
        fprintf(stderr, "the packs were not found: run in the top folder, or set PROVISO_PACKS\n");
        abort();
    }
    return t;
}

/*
 * Bytes as the policy.dmn of a pack with Manchester's facts. What is not refused can be shown, checked and
 * asked: an open outcome asks for something, a settled one for nothing.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena *held; /* read once: the fuzzer calls this in one thread */
    static struct text vocabulary, words, facts_of_pack;
    ARENA_SCOPE struct arena *arena = arena_new(96 << 20, ARENA_PLAIN);
    struct error error;
    const char *packs;
    if (!held) {
        held = arena_new(8 << 20, ARENA_PLAIN);
        if (!held || !policy_packs_folder(held, &packs))
            abort();
        vocabulary = once(held, packs, "vocabulary.json");
        words = once(held, packs, "words.json");
        facts_of_pack = once(held, packs, "manchester-2016/pack.json");
    }
    struct policy_pack *pack = arena ? ARENA_NEW(arena, struct policy_pack) : NULL;
    if (!pack)
        return 0;
    pack->arena = arena;
    if (policy_read_vocabulary(pack, vocabulary, &error) || policy_read_words(pack, words, &error) ||
        policy_read_pack(pack, facts_of_pack, "manchester-2016", &error))
        abort();
    if (policy_bind(pack, (struct text){(const char *)data, size}, "fuzz.dmn", &error) ||
        policy_compile(pack, &error))
        return 0;
    struct buffer out = buffer_in(arena);
    struct policy_facts *known = policy_facts_new(pack, arena);
    (void)policy_show(pack, arena, &out, &error);
    (void)policy_check(pack, arena, &out, &error);
    for (int d = 0; known && d < POLICY_DECISIONS; d++) {
        struct policy_answer answer;
        if (policy_answer(pack, (enum policy_decision)d, known, arena, &answer, &error))
            continue;
        if (answer.outcome.p && answer.asks > 0)
            abort();
    }
    return 0;
}
