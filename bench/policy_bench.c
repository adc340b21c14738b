/*
 * How fast a pack answers. For each pack: full share answers with their trace a second, one thread, facts
 * already parsed and all stated; the same with a third of the facts unknown; rules and memory.
 * `policy-answers --write PACK N FILE` writes N complete cases, each another, with their answers as they are
 * recorded, a line each: for bench/zen.mjs and for `proviso policy replay`.
 */
#include <stdio.h>
#include <stdlib.h>

#include "policy.h"

#include "base/json.h"

enum { CASES = 512, ROUNDS = 400, PARTIAL_CASES = 256 };

static uint64_t next(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static struct text some_value(const struct policy_fact_info *info, uint64_t n)
{
    static const char *const ages[] = {"3", "12", "15", "16", "40"};
    static const char *const dates[] = {"2016-02-01", "2026-02-05", "2026-09-30"};
    switch (info->kind) {
    case POLICY_FACT_NUMBER:
        return text_of(ages[n % 5]);
    case POLICY_FACT_DATE:
        return text_of(dates[n % 3]);
    case POLICY_FACT_ADDRESS:
        return TEXT("someone@nhs.net");
    case POLICY_FACT_CHOICE:
    case POLICY_FACT_BOOLEAN:
        break;
    }
    return info->value[n % info->values];
}

/* Facts of which one in `unknown` is left out; 0: none. */
static struct policy_facts *some_facts(const struct policy_pack *pack, struct arena *arena, uint64_t *random,
                                       uint64_t unknown)
{
    struct policy_facts *facts = policy_facts_new(pack, arena);
    struct error error;
    for (size_t f = 0; facts && f < policy_fact_count(pack); f++) {
        const struct policy_fact_info *info = policy_fact_info(pack, f);
        struct text value = some_value(info, next(random));
        if (policy_fact_matters(pack, POLICY_SHARE, info->key) && !(unknown && next(random) % unknown == 0) &&
            policy_facts_set(facts, info->key, value, &error))
            return NULL;
    }
    return facts;
}

static int order(const void *one, const void *other)
{
    int64_t a = *(const int64_t *)one, b = *(const int64_t *)other;
    return (a > b) - (a < b);
}

/* Answers a second, by the median round: other work on the machine disturbs some rounds, not half of them. */
static double rate(const struct policy_pack *pack, struct policy_facts *const *facts, size_t cases,
                   size_t rounds)
{
    ARENA_SCOPE struct arena *arena = arena_new((size_t)512 << 20, ARENA_PLAIN);
    struct policy_answer answer;
    struct error error;
    int64_t spent[ROUNDS];
    size_t told = 0;
    for (size_t r = 0; r < rounds; r++) {
        int64_t start = clock_steady();
        for (size_t i = 0; i < cases; i++) {
            arena_reset(arena);
            if (policy_answer(pack, POLICY_SHARE, facts[i], arena, &answer, &error))
                return 0;
            told += answer.fireds;
        }
        spent[r] = clock_steady() - start;
    }
    qsort(spent, rounds, sizeof *spent, order);
    double seconds = (double)spent[rounds / 2] / (double)CLOCK_SECOND;
    return told ? (double)cases / seconds : 0;
}

static int write_case(FILE *file, const struct policy_pack *pack, struct arena *arena, uint64_t *random)
{
    struct policy_facts *facts = some_facts(pack, arena, random, 0);
    struct buffer out = buffer_in(arena);
    struct json_writer w = json_writer_in(&out);
    struct policy_answer answer;
    struct error error;
    if (!facts || policy_answer(pack, POLICY_SHARE, facts, arena, &answer, &error))
        return 1;
    json_object(&w);
    json_member_string(&w, "decision", "share");
    json_key(&w, "facts");
    policy_facts_write(facts, &w);
    json_key(&w, "answer");
    policy_answer_write(&answer, &w);
    json_end(&w);
    buffer_char(&out, '\n');
    struct text t = buffer_result(&out);
    return fwrite(t.p, 1, t.n, file) != t.n;
}

static int write_cases(const char *packs, const char *id, size_t cases, const char *path)
{
    ARENA_SCOPE struct arena *arena = arena_new(16 << 20, ARENA_PLAIN);
    POLICY_PACK_SCOPE struct policy_pack *pack = NULL;
    struct error error;
    uint64_t random = 5;
    int failed = 0;
    if (policy_pack_load(packs, id, &pack, &error))
        return 1;
    FILE *file = fopen(path, "w");
    for (size_t i = 0; file && i < cases && !failed; i++) {
        arena_reset(arena);
        failed = write_case(file, pack, arena, &random);
    }
    return !file || fclose(file) || failed;
}

static int measure(const char *packs, const char *id)
{
    ARENA_SCOPE struct arena *arena = arena_new((size_t)256 << 20, ARENA_PLAIN);
    POLICY_PACK_SCOPE struct policy_pack *pack = NULL;
    struct policy_facts *complete[CASES], *partial[PARTIAL_CASES];
    struct error error;
    uint64_t random = 11;
    int64_t start = clock_steady();
    if (policy_pack_load(packs, id, &pack, &error)) {
        fprintf(stderr, "%s: %s\n", id, error.what);
        return 1;
    }
    double load = (double)(clock_steady() - start) / 1000;
    for (size_t i = 0; i < CASES; i++)
        if (!(complete[i] = some_facts(pack, arena, &random, 0)))
            return 1;
    for (size_t i = 0; i < PARTIAL_CASES; i++)
        if (!(partial[i] = some_facts(pack, arena, &random, 3)))
            return 1;
    double full = rate(pack, complete, CASES, ROUNDS), open = rate(pack, partial, PARTIAL_CASES, 5);
    printf("%-22s %4zu KiB in memory (at most 4096), loads in %5.1f ms   complete %9.0f answers/s (%.2f us)  "
           " a third unknown %7.0f "
           "answers/s\n",
           id, policy_pack_memory(pack) / 1024, load, full, 1e6 / full, open);
    return full <= 0;
}

int main(int argc, char **argv)
{
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
    struct text *id;
    size_t ids;
    struct error error;
    const char *packs;
    int failed = 0;
    if (!policy_packs_folder(arena, &packs) || policy_pack_list(packs, arena, &id, &ids, &error))
        return 1;
    if (argc == 5)
        return write_cases(packs, argv[2], strtoul(argv[3], NULL, 10), argv[4]);
    for (size_t i = 0; i < ids && !failed; i++)
        failed = measure(packs, arena_string(arena, id[i]));
    return failed;
}
