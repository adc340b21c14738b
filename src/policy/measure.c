#include "policy/measure.h"

#include "internal.h"

#include <math.h>

enum { MEASURE_MEMORY = 256 << 20 };

/* The same cases on every machine. */
static uint64_t next(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* Of what is asked, the fact that comes first: as chosen, or as the pack lists them. */
static size_t pick(const struct policy_pack *pack, const struct policy_answer *answer, bool chosen)
{
    ptrdiff_t best = policy_fact_index(pack, answer->ask[0]);
    for (size_t i = 1; !chosen && i < answer->asks; i++) {
        ptrdiff_t at = policy_fact_index(pack, answer->ask[i]);
        best = at < best ? at : best;
    }
    return (size_t)best;
}

/* Questions until the case's outcome stands. */
static int ask_case(const struct policy_pack *pack, enum policy_decision decision, const uint16_t *class,
                    bool chosen, struct arena *scratch, size_t *asked, struct error *error)
{
    uint16_t known[DIAGRAM_VARIABLES];
    for (size_t f = 0; f < pack->facts; f++)
        known[f] = DIAGRAM_OPEN;
    for (;; (*asked)++) {
        struct policy_answer answer;
        arena_reset(scratch);
        struct policy_facts *facts = policy_facts_new(pack, scratch);
        if (!facts)
            return arena_error(scratch, error);
        for (size_t f = 0; f < pack->facts; f++)
            if (known[f] != DIAGRAM_OPEN) {
                facts->class[f] = known[f];
                facts->value[f] = pack->fact[f].sample[known[f]];
            }
        int rc = policy_answer(pack, decision, facts, scratch, &answer, error);
        if (rc || answer.asks == 0)
            return rc;
        size_t at = pick(pack, &answer, chosen);
        known[at] = class[at];
    }
}

static double entropy_bound(const struct policy_pack *pack, const struct plan *plan, struct arena *scratch)
{
    double bits = 0, most = 1;
    for (uint32_t v = 0; v < plan->first->out[0].values; v++) {
        double share = diagram_share(&pack->forest, scratch, plan->first->out[0].gives, v);
        if (share > 0)
            bits -= share * log2(share);
    }
    for (size_t i = 0; i < plan->facts; i++)
        if (pack->fact[plan->fact[i]].classes > most)
            most = pack->fact[plan->fact[i]].classes;
    return most > 1 ? bits / log2(most) : 0;
}

int policy_measure(const struct policy_pack *pack, enum policy_decision decision, size_t cases,
                   struct policy_measure *out, struct error *error)
{
    const struct plan *plan = &pack->plan[decision];
    struct arena *scratch ARENA_SCOPE = arena_new(MEASURE_MEMORY, ARENA_PLAIN);
    uint16_t class[DIAGRAM_VARIABLES];
    uint64_t random = 1;
    size_t chosen = 0, listed = 0;
    *out = (struct policy_measure){.cases = cases};
    if (!plan->present)
        return error_set(error, ERROR_MISSING, pack->info.id.p, "", "this pack does not decide \"%s\"",
                         policy_decision_name(decision));
    if (!scratch)
        return error_set(error, ERROR_SYSTEM, pack->info.id.p, "", "out of memory");
    for (size_t n = 0; n < cases; n++) {
        for (size_t f = 0; f < pack->facts; f++) {
            uint16_t classes = pack->fact[f].classes;
            class[f] = 0;
            if (classes)
                class[f] = (uint16_t)(next(&random) % classes);
        }
        int rc = ask_case(pack, decision, class, true, scratch, &chosen, error);
        if (!rc)
            rc = ask_case(pack, decision, class, false, scratch, &listed, error);
        if (rc)
            return rc;
    }
    out->chosen = cases ? (double)chosen / (double)cases : 0;
    out->listed = cases ? (double)listed / (double)cases : 0;
    arena_reset(scratch);
    out->bound = entropy_bound(pack, plan, scratch);
    return 0;
}
