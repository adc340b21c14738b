#include "diagram.h"

/* A node's children have smaller numbers than it: they were made before. Walks may therefore use arrays by
 * number. */

bool diagram_walk_start(struct diagram_walk *walk, struct arena *arena, struct diagram_forest *forest,
                        const uint16_t *assignment)
{
    size_t room = diagram_nodes(forest);
    *walk = (struct diagram_walk){.forest = forest, .assignment = assignment, .room = room};
    walk->mark = ARENA_ARRAY(arena, uint32_t, room);
    walk->memo = ARENA_ARRAY(arena, uint32_t, room);
    return walk->mark && walk->memo;
}

/* Follows `f` down to values: collects the one value seen in *value; false once two differ. */
static bool one_value(struct diagram_walk *walk, uint32_t f, uint32_t *value)
{
    while (!diagram_is_value(f)) {
        if (walk->mark[f] == walk->turn)
            return true;
        walk->mark[f] = walk->turn;
        uint16_t variable = diagram_variable(walk->forest, f);
        const uint32_t *child = diagram_children(walk->forest, f);
        if (walk->assignment[variable] != DIAGRAM_OPEN) {
            f = child[walk->assignment[variable]];
            continue;
        }
        size_t last = walk->forest->width[variable] - 1u;
        for (size_t i = 0; i < last; i++)
            if (!one_value(walk, child[i], value))
                return false;
        f = child[last];
    }
    if (*value == DIAGRAM_NONE)
        *value = f;
    return *value == f;
}

uint32_t diagram_settled(struct diagram_walk *walk, uint32_t f)
{
    uint32_t value = DIAGRAM_NONE;
    walk->turn++;
    return one_value(walk, f, &value) ? value : DIAGRAM_NONE;
}

static bool reaches(struct diagram_walk *walk, uint32_t f, uint32_t value)
{
    while (!diagram_is_value(f)) {
        if (walk->mark[f] == walk->turn)
            return false;
        walk->mark[f] = walk->turn;
        uint16_t variable = diagram_variable(walk->forest, f);
        const uint32_t *child = diagram_children(walk->forest, f);
        if (walk->assignment[variable] != DIAGRAM_OPEN) {
            f = child[walk->assignment[variable]];
            continue;
        }
        size_t last = walk->forest->width[variable] - 1u;
        for (size_t i = 0; i < last; i++)
            if (reaches(walk, child[i], value))
                return true;
        f = child[last];
    }
    return f == value;
}

bool diagram_possible(struct diagram_walk *walk, uint32_t f, uint32_t value)
{
    walk->turn++;
    return reaches(walk, f, value);
}

uint32_t diagram_restrict(struct diagram_walk *walk, uint32_t f)
{
    while (!diagram_is_value(f)) {
        uint16_t variable = diagram_variable(walk->forest, f);
        if (walk->assignment[variable] == DIAGRAM_OPEN)
            break;
        f = diagram_children(walk->forest, f)[walk->assignment[variable]];
    }
    if (diagram_is_value(f))
        return f;
    if (walk->memo[f])
        return walk->memo[f] - 1;
    uint16_t variable = diagram_variable(walk->forest, f);
    uint32_t child[DIAGRAM_CLASSES];
    for (size_t i = 0; i < walk->forest->width[variable]; i++)
        child[i] = diagram_restrict(walk, diagram_children(walk->forest, f)[i]);
    uint32_t result = diagram_node(walk->forest, variable, child);
    if (result != DIAGRAM_NONE)
        walk->memo[f] = result + 1;
    return result;
}

static void mark_variables(const struct diagram_forest *forest, uint32_t f, uint8_t *seen, bool *depends)
{
    if (diagram_is_value(f) || seen[f])
        return;
    seen[f] = 1;
    uint16_t variable = diagram_variable(forest, f);
    depends[variable] = true;
    for (size_t i = 0; i < forest->width[variable]; i++)
        mark_variables(forest, diagram_children(forest, f)[i], seen, depends);
}

void diagram_depends(const struct diagram_forest *forest, struct arena *scratch, uint32_t f, bool *depends)
{
    if (f == DIAGRAM_NONE || diagram_is_value(f))
        return;
    uint8_t *seen = ARENA_ARRAY(scratch, uint8_t, (size_t)f + 1);
    if (seen)
        mark_variables(forest, f, seen, depends);
}

/* cost[f]: the fewest tests on a path from f to the value, plus one; 0: not worked out; UINT16_MAX: no path.
 */
static uint16_t path_cost(const struct diagram_forest *forest, uint32_t f, uint32_t value, uint16_t *cost)
{
    if (diagram_is_value(f))
        return f == value ? 1 : UINT16_MAX;
    if (cost[f])
        return cost[f];
    uint16_t variable = diagram_variable(forest, f), best = UINT16_MAX;
    for (size_t i = 0; i < forest->width[variable]; i++) {
        uint16_t c = path_cost(forest, diagram_children(forest, f)[i], value, cost);
        if (c != UINT16_MAX && c + 1 < best)
            best = (uint16_t)(c + 1);
    }
    return cost[f] = best;
}

bool diagram_smallest(const struct diagram_forest *forest, struct arena *scratch, uint32_t f, uint32_t value,
                      uint16_t *assignment)
{
    for (size_t i = 0; i < forest->variables; i++)
        assignment[i] = DIAGRAM_OPEN;
    if (f == DIAGRAM_NONE)
        return false;
    uint16_t *cost = ARENA_ARRAY(scratch, uint16_t, (size_t)f + 1);
    if (!cost || path_cost(forest, f, value, cost) == UINT16_MAX)
        return false;
    while (!diagram_is_value(f)) {
        uint16_t variable = diagram_variable(forest, f);
        const uint32_t *child = diagram_children(forest, f);
        size_t best = 0;
        for (size_t i = 1; i < forest->width[variable]; i++)
            if (path_cost(forest, child[i], value, cost) < path_cost(forest, child[best], value, cost))
                best = i;
        assignment[variable] = (uint16_t)best;
        f = child[best];
    }
    return true;
}

static double node_share(const struct diagram_forest *forest, uint32_t f, uint32_t value, double *memo)
{
    if (diagram_is_value(f))
        return f == value ? 1 : 0;
    if (memo[f] > 0)
        return memo[f] - 1;
    uint16_t variable = diagram_variable(forest, f);
    double sum = 0;
    for (size_t i = 0; i < forest->width[variable]; i++)
        sum += node_share(forest, diagram_children(forest, f)[i], value, memo);
    sum /= forest->width[variable];
    memo[f] = sum + 1;
    return sum;
}

double diagram_share(const struct diagram_forest *forest, struct arena *scratch, uint32_t f, uint32_t value)
{
    if (f == DIAGRAM_NONE)
        return 0;
    double *memo = ARENA_ARRAY(scratch, double, (size_t)f + 1);
    return memo ? node_share(forest, f, value, memo) : 0;
}
