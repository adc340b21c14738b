/*
 * How the cost of an answer grows: with the number of packs that are loaded, each a pack of its own that is
 * asked in turn, and with the number of rules, in packs made up for it. Full share answers with their trace,
 * one thread.
 */
#include <stdio.h>
#include <stdlib.h>

#include "policy.h"

#include "base/json.h"

enum { MOST_PACKS = 48, CASES = 64, ROUND = 480, ROUNDS = 401 };

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
    return info->kind == POLICY_FACT_NUMBER    ? text_of(ages[n % 5])
           : info->kind == POLICY_FACT_DATE    ? text_of(dates[n % 3])
           : info->kind == POLICY_FACT_ADDRESS ? TEXT("someone@nhs.net")
                                               : info->value[n % info->values];
}

struct asked {
    struct policy_pack *pack;
    struct policy_facts *facts[CASES];
};

static int prepare(struct asked *asked, struct arena *arena, uint64_t *random)
{
    struct error error;
    for (size_t i = 0; i < CASES; i++) {
        asked->facts[i] = policy_facts_new(asked->pack, arena);
        for (size_t f = 0; f < policy_fact_count(asked->pack); f++) {
            const struct policy_fact_info *info = policy_fact_info(asked->pack, f);
            if (policy_fact_matters(asked->pack, POLICY_SHARE, info->key) &&
                policy_facts_set(asked->facts[i], info->key, some_value(info, next(random)), &error))
                return 1;
        }
    }
    return 0;
}

static int order(const void *one, const void *other)
{
    int64_t a = *(const int64_t *)one, b = *(const int64_t *)other;
    return (a > b) - (a < b);
}

/*
 * Microseconds an answer, the packs asked in turn, by the median round: other work on the machine disturbs
 * some rounds, not half of them. 0 where one fails.
 */
static double cost(struct asked *asked, size_t packs)
{
    ARENA_SCOPE struct arena *arena = arena_new((size_t)64 << 20, ARENA_PLAIN);
    struct policy_answer answer;
    struct error error;
    int64_t spent[ROUNDS];
    size_t told = 0, n = 0;
    for (size_t r = 0; r < ROUNDS; r++) {
        int64_t start = clock_steady();
        for (size_t i = 0; i < ROUND; i++, n++) {
            struct asked *one = &asked[n % packs];
            arena_reset(arena);
            if (policy_answer(one->pack, POLICY_SHARE, one->facts[n / packs % CASES], arena, &answer, &error))
                return 0;
            told += answer.fireds;
        }
        spent[r] = clock_steady() - start;
    }
    qsort(spent, ROUNDS, sizeof *spent, order);
    return told ? (double)spent[ROUNDS / 2] / (double)CLOCK_SECOND * 1e6 / ROUND : 0;
}

/* The same pack under another id. */
static int copy_pack(const struct policy_pack *from, size_t number, struct arena *arena,
                     struct policy_pack **out)
{
    struct policy_pack_files files = *policy_pack_files(from);
    struct text id = policy_pack_info(from)->id;
    struct text named = arena_format(arena, "\"id\": \"%.*s\"", TEXT_ARGS(id));
    ptrdiff_t at = text_find(files.pack, named);
    struct error error = {0};
    if (at < 0)
        return 1;
    const char *copy = arena_string(arena, arena_format(arena, "%.*s-%zu", TEXT_ARGS(id), number));
    struct buffer json = buffer_in(arena);
    buffer_text(&json, text_cut(files.pack, 0, (size_t)at));
    buffer_format(&json, "\"id\": \"%s\"", copy);
    buffer_text(&json, text_cut(files.pack, (size_t)at + named.n, files.pack.n));
    files.pack = buffer_result(&json);
    if (!copy || policy_pack_read(copy, &files, out, &error)) {
        fprintf(stderr, "%s: %s\n", error.where, error.what);
        return 1;
    }
    return 0;
}

static int with_packs(const char *folder, const struct text *id, size_t ids)
{
    static const size_t step[] = {1, 2, 4, 6, 12, 24, 48};
    static struct asked asked[MOST_PACKS];
    ARENA_SCOPE struct arena *arena = arena_new((size_t)512 << 20, ARENA_PLAIN);
    size_t loaded = 0, memory = 0;
    uint64_t random = 3;
    double alone = 0;
    int failed = 0;
    for (size_t s = 0; s < sizeof step / sizeof *step && !failed; s++) {
        for (; loaded < step[s] && !failed; loaded++) {
            struct error error;
            struct asked *to = &asked[loaded];
            failed = loaded < ids
                         ? policy_pack_load(folder, arena_string(arena, id[loaded]), &to->pack, &error)
                         : copy_pack(asked[loaded % ids].pack, loaded / ids, arena, &to->pack);
            failed = failed || prepare(to, arena, &random);
            memory += failed ? 0 : policy_pack_memory(to->pack);
            alone += failed ? 0 : cost(to, 1);
        }
        double us = failed ? 0 : cost(asked, loaded);
        printf("%3zu packs loaded, asked in turn   %6.2f us an answer, %5.2f times that of each asked alone; "
               "%6zu KiB "
               "in all\n",
               loaded, us, us / (alone / (double)loaded), memory / 1024);
    }
    for (size_t i = 0; i < loaded; i++)
        policy_pack_free(&asked[i].pack);
    return failed;
}

/*
 * A pack with `rules` rules in its outcome: each names a purpose, a recipient and consent, of 12 x 12 x 12
 * values, in an order that is not theirs, the last rule takes the rest.
 */
static int made_up(size_t rules, const struct policy_pack_files *like, struct arena *arena,
                   struct policy_pack **out)
{
    enum { VALUES = 12, FACTS = 3 };
    static const char *const key[FACTS] = {"left", "middle", "right"};
    struct buffer pack = buffer_in(arena), dmn = buffer_in(arena);
    struct error error = {0};
    uint64_t random = 9;
    size_t code[VALUES * VALUES * VALUES];
    for (size_t i = 0; i < sizeof code / sizeof *code; i++)
        code[i] = i;
    for (size_t i = sizeof code / sizeof *code; i-- > 1;) {
        size_t k = next(&random) % (i + 1), held = code[i];
        code[i] = code[k];
        code[k] = held;
    }
    buffer_string(
        &pack,
        "{\"id\":\"made-up\",\"title\":\"t\",\"version\":\"1\",\"valid_from\":\"2020-01-01\",\"sources\":["
        "{\"code\":\"X\",\"title\":\"x\"}],\"facts\":[");
    buffer_string(&dmn,
                  "<definitions xmlns=\"https://www.omg.org/spec/DMN/20191111/MODEL/\" id=\"m\" name=\"m\" "
                  "namespace=\"urn:m\">");
    for (size_t f = 0; f < FACTS; f++) {
        buffer_format(&pack, "%s{\"key\":\"%s\",\"kind\":\"choice\",\"values\":[", f ? "," : "", key[f]);
        for (size_t v = 0; v < VALUES; v++)
            buffer_format(&pack, "%s\"v%zu\"", v ? "," : "", v);
        buffer_string(&pack, "]}");
        buffer_format(&dmn, "<inputData id=\"%s\" name=\"%s\"/>", key[f], key[f]);
    }
    buffer_string(&pack, "]}");
    buffer_string(&dmn, "<decision id=\"outcome\" name=\"outcome\">");
    for (size_t f = 0; f < FACTS; f++)
        buffer_format(&dmn, "<informationRequirement><requiredInput href=\"#%s\"/></informationRequirement>",
                      key[f]);
    buffer_string(&dmn, "<decisionTable hitPolicy=\"FIRST\">");
    for (size_t f = 0; f < FACTS; f++)
        buffer_format(&dmn, "<input><inputExpression><text>%s</text></inputExpression></input>", key[f]);
    buffer_string(&dmn, "<output/><annotation name=\"source\"/><annotation name=\"where\"/>");
    for (size_t r = 0; r < rules; r++) {
        static const char *const gives[] = {"share", "do-not-share", "seek-advice"};
        size_t at = code[r];
        buffer_string(&dmn, "<rule>");
        for (size_t f = 0; f < FACTS; f++, at /= VALUES)
            if (r + 1 == rules)
                buffer_string(&dmn, "<inputEntry><text>-</text></inputEntry>");
            else
                buffer_format(&dmn, "<inputEntry><text>\"v%zu\"</text></inputEntry>", at % VALUES);
        buffer_format(
            &dmn,
            "<outputEntry><text>\"%s\"</text></outputEntry><annotationEntry><text>X</text></annotationEntry>"
            "<annotationEntry><text>%zu</text></annotationEntry></rule>",
            gives[r % 3], r);
    }
    buffer_string(&dmn, "</decisionTable></decision></definitions>");
    struct policy_pack_files files = {
        like->vocabulary, like->words, buffer_result(&pack), buffer_result(&dmn), {"", 0}};
    if (policy_pack_read("made-up", &files, out, &error)) {
        fprintf(stderr, "%s: %s\n", error.where, error.what);
        return 1;
    }
    return 0;
}

static int with_rules(const char *folder, const char *id)
{
    static const size_t step[] = {10, 30, 100, 300, 1000};
    struct error error;
    POLICY_PACK_SCOPE struct policy_pack *like = NULL;
    double first = 0, last = 0;
    if (policy_pack_load(folder, id, &like, &error))
        return 1;
    for (size_t s = 0; s < sizeof step / sizeof *step; s++) {
        ARENA_SCOPE struct arena *arena = arena_new((size_t)256 << 20, ARENA_PLAIN);
        struct asked asked = {0};
        uint64_t random = 3;
        int64_t start = clock_steady();
        int failed = made_up(step[s], policy_pack_files(like), arena, &asked.pack);
        double load = (double)(clock_steady() - start) / 1000;
        failed = failed || prepare(&asked, arena, &random);
        last = failed ? 0 : cost(&asked, 1);
        first = s == 0 ? last : first;
        if (!failed)
            printf("%4zu rules   %6.2f us an answer, %5.2f times that of 10 rules; %5zu KiB, loads in %6.1f "
                   "ms\n",
                   step[s], last, last / first, policy_pack_memory(asked.pack) / 1024, load);
        policy_pack_free(&asked.pack);
        if (failed)
            return 1;
    }
    printf("ratio rules added, to how much dearer an answer became (10 to 1000 rules): %.2f (aim 1.00)\n",
           100 / (last / first));
    return 0;
}

int main(void)
{
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
    struct text *id;
    size_t ids;
    struct error error;
    const char *packs;
    if (!policy_packs_folder(arena, &packs) || policy_pack_list(packs, arena, &id, &ids, &error) || !ids)
        return 1;
    return with_packs(packs, id, ids) || with_rules(packs, arena_string(arena, id[0]));
}
