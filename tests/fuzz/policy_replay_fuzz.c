#include "replay/inside.h"

#include "base/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Puts the loaded pack's version and hash where the line names any: the corpus outlives the packs. */
static void restamp(char *line, size_t size, const struct policy_pack_info *info)
{
    static const char *const key[] = {"\"pack_version\":\"", "\"pack_sha256\":\""};
    const struct text value[] = {info->version, info->sha256};
    for (size_t k = 0; k < 2; k++)
        for (size_t from = 0; from < size;) {
            ptrdiff_t at = text_find((struct text){line + from, size - from}, text_of(key[k]));
            if (at < 0)
                break;
            from += (size_t)at + strlen(key[k]);
            if (size - from >= value[k].n)
                memcpy(line + from, value[k].p, value[k].n);
        }
}

/*
 * Bytes as a line of recorded answers. What the quick way takes for the same must be the same when the line
 * is read as JSON and answered again.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena *held; /* loaded once: the fuzzer calls this in one thread */
    static struct policy_pack *pack;
    static struct quick *quick[2];
    ARENA_SCOPE struct arena *arena = arena_new(64 << 20, ARENA_PLAIN);
    char *copy = arena ? arena_alloc(arena, size + 1) : NULL;
    struct text line = {copy, size};
    const char *packs;
    struct error error;
    if (!held) {
        held = arena_new(64 << 20, ARENA_PLAIN);
        if (!held || !policy_packs_folder(held, &packs) ||
            policy_pack_load(packs, "manchester-2016", &pack, &error))
            abort();
        for (int how = 0; how < 2; how++)
            if (!(quick[how] = quick_new((enum policy_replay_how)how, held)) || !quick_add(quick[how], pack))
                abort();
    }
    if (!copy)
        return 0;
    if (size)
        memcpy(copy, data, size);
    restamp(copy, size, policy_pack_info(pack));
    for (int how = 0; how < 2; how++) {
        const struct json *record;
        struct policy_replayed out;
        struct policy_recorded one = {.name = TEXT("line")};
        struct policy_replay *replay = policy_replay_new((enum policy_replay_how)how, arena);
        bool same = quick_same(quick[how], line);
        int bad = !replay || json_read(arena, line, "line", &record, &error);
        if (!bad) {
            const struct json *named = json_get(record, "decision");
            one.facts = json_get(record, "facts");
            one.answer = json_get(record, "answer");
            bad = !policy_decision_find(named ? json_text(named) : TEXT("share"), &one.decision) ||
                  policy_replay_one(replay, pack, &one, arena, &out, &error) ||
                  out.kind != POLICY_REPLAYED_SAME;
        }
        if (same && bad && how == POLICY_REPLAY_EXACT)
            abort();
    }
    return 0;
}
