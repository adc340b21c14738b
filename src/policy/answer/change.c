#include "policy/change.h"

#include "internal.h"

/*
 * Along a path of the diagram a fact that stays as it is costs nothing, one that turns out so costs little,
 * one that would have to be otherwise much: the cheapest path to an outcome is the smallest change.
 */
enum { COST_UNKNOWN = 1, COST_CHANGED = 1000 };
#define COST_NONE UINT32_MAX

struct search {
    const struct diagram_forest *forest;
    const uint16_t *class;
    uint32_t value;
    uint32_t *cost; /* by node, plus one; 0: not worked out */
};

static uint32_t step(const struct search *s, uint16_t variable, size_t class)
{
    if (s->class[variable] == DIAGRAM_OPEN)
        return COST_UNKNOWN;
    return s->class[variable] == class ? 0 : COST_CHANGED;
}

static uint32_t cheapest(struct search *s, uint32_t f)
{
    if (diagram_is_value(f))
        return f == s->value ? 0 : COST_NONE;
    if (s->cost[f])
        return s->cost[f] - 1;
    uint16_t variable = diagram_variable(s->forest, f);
    uint32_t best = COST_NONE - 1;
    for (size_t i = 0; i < s->forest->width[variable]; i++) {
        uint32_t rest = cheapest(s, diagram_children(s->forest, f)[i]);
        if (rest < COST_NONE - 1 && rest + step(s, variable, i) < best)
            best = rest + step(s, variable, i);
    }
    s->cost[f] = best + 1;
    return best;
}

/* Follows the cheapest path and notes what is not as known. */
static void follow(struct search *s, uint32_t f, const struct policy_pack *pack,
                   const struct policy_facts *facts, struct policy_altered *altered,
                   struct policy_change *change)
{
    size_t unknown = 0;
    struct policy_altered later[DIAGRAM_VARIABLES];
    while (!diagram_is_value(f)) {
        uint16_t variable = diagram_variable(s->forest, f);
        const uint32_t *child = diagram_children(s->forest, f);
        size_t best = 0;
        uint32_t least = COST_NONE;
        for (size_t i = 0; i < s->forest->width[variable]; i++) {
            uint32_t rest = cheapest(s, child[i]);
            if (rest < COST_NONE - 1 && rest + step(s, variable, i) < least) {
                least = rest + step(s, variable, i);
                best = i;
            }
        }
        struct policy_altered one = {pack->fact[variable].info.key, facts->value[variable],
                                     pack->fact[variable].sample[best]};
        if (step(s, variable, best) == COST_CHANGED)
            altered[change->changes++] = one;
        else if (step(s, variable, best) == COST_UNKNOWN)
            later[unknown++] = one;
        f = child[best];
    }
    change->altereds = change->changes;
    for (size_t i = 0; i < unknown; i++)
        altered[change->altereds++] = later[i];
    change->altered = altered;
}

int policy_changes(const struct policy_pack *pack, enum policy_decision decision,
                   const struct policy_facts *facts, struct arena *arena, const struct policy_change **out,
                   size_t *count, struct error *error)
{
    const struct plan *plan = &pack->plan[decision];
    *out = NULL;
    *count = 0;
    if (!plan->present)
        return error_set(error, ERROR_MISSING, pack->info.id.p, "", "this pack does not decide \"%s\"",
                         policy_decision_name(decision));
    const struct table_out *first = &plan->first->out[0];
    struct policy_change *change = ARENA_ARRAY(arena, struct policy_change, first->values);
    if (!change)
        return arena_error(arena, error);
    for (uint32_t v = 0; v < first->values; v++) {
        struct search s = {&pack->forest, facts->class, v, NULL};
        size_t nodes = diagram_is_value(first->gives) ? 0 : first->gives + 1u;
        s.cost = ARENA_ARRAY(arena, uint32_t, nodes);
        struct policy_altered *altered = ARENA_ARRAY(arena, struct policy_altered, plan->facts + 1);
        if (!s.cost || !altered)
            return arena_error(arena, error);
        uint32_t cost = cheapest(&s, first->gives);
        if (cost >= COST_NONE - 1 || cost < COST_CHANGED) /* out of reach, or possible as things are known */
            continue;
        struct policy_change one = {.outcome = first->value[v]};
        follow(&s, first->gives, pack, facts, altered, &one);
        size_t at = (*count)++;
        for (; at > 0 && change[at - 1].changes > one.changes; at--)
            change[at] = change[at - 1];
        change[at] = one;
    }
    *out = change;
    return 0;
}
